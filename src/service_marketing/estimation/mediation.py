"""Mediation: how much of an effect runs through a third variable, with a bootstrap interval.

m = a·x + …, y = c′·x + b·m + …, both by least squares; the indirect effect is a·b, the total one c′ + a·b. Its sampling
distribution is skewed, so that Sobel's normal interval is only given beside the bootstrap's percentile interval.
Source: Baron & Kenny (1986); Preacher & Hayes (2008), Behavior Research Methods 40(3), 879–891.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from service_marketing.models import loyalty

from .inputs import columns


@dataclass(frozen=True)
class Mediation:
    """Effects of x on y through m, in the variables' own units.

    `a` (x on m), `b` (m on y, x held), `direct` (x on y, m held), `indirect` a·b, `total`; the standard errors `a_error`,
    `b_error`, `direct_error` and Sobel's for the indirect effect, `sobel_error`; the bootstrap's `interval` of the indirect
    effect at `confidence` and its `bootstrap_error`; `n` rows.
    """

    a: float
    b: float
    direct: float
    indirect: float
    total: float
    a_error: float
    b_error: float
    direct_error: float
    sobel_error: float
    bootstrap_error: float
    interval: tuple[float, float]
    confidence: float
    n: int

    @property
    def share(self) -> float:
        """Share of the total effect that is indirect; outside 0 to 1 when the two parts pull in different directions."""
        return self.indirect / self.total

    def table(self) -> pd.DataFrame:
        """The effects and their standard errors; the indirect effect's is the bootstrap's."""
        rows = {
            "x → m (a)": (self.a, self.a_error),
            "m → y (b)": (self.b, self.b_error),
            "direct": (self.direct, self.direct_error),
            "indirect (a·b)": (self.indirect, self.bootstrap_error),
        }
        return pd.DataFrame(rows.values(), index=list(rows), columns=["estimate", "standard_error"])


def mediate(
    x, m, y, table: pd.DataFrame | None = None, covariates: Sequence[str] = (), draws: int = 2000, seed: int = 1, confidence: float = 0.95
) -> Mediation:
    """Estimate the effect of `x` on `y` through `m`, holding `covariates` (columns of `table`) in both regressions.

    `x`, `m`, `y` are arrays, or names of columns of `table`. The interval is the percentile interval of `draws` (at least 100)
    resamples of rows; `seed` of numpy's PCG64; `confidence` between 0 and 1.
    Raises ValueError naming column and row for missing values and text, and when the variables are collinear.
    """
    if draws < 100:
        raise ValueError(f"draws 至少是 100，收到 {draws!r} (at least 100 draws are wanted)")
    if not 0 < confidence < 1:
        raise ValueError(f"confidence 应在 0 和 1 之间，收到 {confidence!r} (between 0 and 1)")
    arrays, labels = columns({"x": x, "m": m, "y": y} | {name: name for name in covariates}, table)
    n, held = len(labels), len(covariates)
    if n < held + 5:
        raise ValueError(f"至少要有 {held + 5} 行数据，收到 {n} 行 (too few rows)")
    outcome = np.column_stack([arrays["m"], arrays["y"]])
    others = np.column_stack([np.ones(n), arrays["x"], *(arrays[name] for name in covariates)])
    whole = np.column_stack([others, outcome])
    # centred and scaled for the arithmetic only; the units come back below
    spread = whole.std(axis=0)
    spread[0] = 1.0
    if (spread == 0).any() or np.linalg.matrix_rank((whole[:, :-1] - [0, *whole[:, 1:-1].mean(axis=0)]) / spread[:-1]) < whole.shape[1] - 1:
        raise ValueError("x、m 和协变量不能是常数，也不能线性相关 (x, m and the covariates must vary and not be collinear)")
    z = (whole - np.concatenate([[0], whole[:, 1:].mean(axis=0)])) / spread
    moments = (z.T @ z)[None]
    first, second, a_error, b_error, direct_error = _effects(moments, n, held)
    generator = np.random.Generator(np.random.PCG64(seed))
    products = np.einsum("ni,nj->nij", z, z).reshape(n, -1)
    sampled = []
    # a few hundred resamples at a time keep the counts small in memory
    for start in range(0, draws, 100):
        counts = generator.multinomial(n, np.full(n, 1 / n), size=min(100, draws - start)).astype(float)
        sampled.append(_indirect((counts @ products).reshape(-1, z.shape[1], z.shape[1]), held))
    x_unit, m_unit, y_unit = spread[1], spread[-2], spread[-1]
    drawn = np.concatenate(sampled) * y_unit / x_unit
    low, high = np.quantile(drawn, [(1 - confidence) / 2, (1 + confidence) / 2])
    a, a_error = first * m_unit / x_unit, a_error * m_unit / x_unit
    b, b_error = second[-1] * y_unit / m_unit, b_error * y_unit / m_unit
    direct, direct_error = second[1] * y_unit / x_unit, direct_error * y_unit / x_unit
    indirect = loyalty.indirect_effect([float(a), float(b)])
    return Mediation(
        a=float(a),
        b=float(b),
        direct=float(direct),
        indirect=indirect,
        total=float(direct) + indirect,
        a_error=float(a_error),
        b_error=float(b_error),
        direct_error=float(direct_error),
        sobel_error=loyalty.sobel_standard_error(float(a), float(b), float(a_error), float(b_error)),
        bootstrap_error=float(drawn.std(ddof=1)),
        interval=(float(low), float(high)),
        confidence=confidence,
        n=n,
    )


def _indirect(moments, held):
    """a·b of every matrix of cross products, the variables in the order 1, x, covariates, m, y."""
    k = 2 + held
    a = np.linalg.solve(moments[:, :k, :k], moments[:, :k, k : k + 1])[:, 1, 0]
    b = np.linalg.solve(moments[:, : k + 1, : k + 1], moments[:, : k + 1, k + 1 :])[:, -1, 0]
    return a * b


def _effects(moments, n, held):
    """The coefficient a, all coefficients of the second regression, and the standard errors of a, b and the direct effect."""
    k = 2 + held
    cross = moments[0]
    a_inverse, b_inverse = np.linalg.inv(cross[:k, :k]), np.linalg.inv(cross[: k + 1, : k + 1])
    first, second = a_inverse @ cross[:k, k], b_inverse @ cross[: k + 1, k + 1]
    a_variance = (cross[k, k] - first @ cross[:k, k]) / (n - k)
    b_variance = (cross[-1, -1] - second @ cross[: k + 1, k + 1]) / (n - k - 1)
    return (
        first[1],
        second,
        np.sqrt(a_variance * a_inverse[1, 1]),
        np.sqrt(b_variance * b_inverse[-1, -1]),
        np.sqrt(b_variance * b_inverse[1, 1]),
    )
