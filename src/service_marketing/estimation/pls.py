"""PLS path models: constructs measured by several indicators each, linked by regressions.

Wold's algorithm as in Tenenhaus, Esposito Vinzi, Chatelin & Lauro (2005), CSDA 48(1), 159–205. Conventions:

- indicators are standardised, scores have mean 0 and variance 1, so that path coefficients are standardised;
- outer estimation by mode A (covariances, "reflective") for every construct unless `formative` names it (mode B, regression);
- inner weights by the "centroid" (signs of correlations), "factorial" (correlations) or "path" scheme (regression on what
  leads to a construct, correlation with what follows from it);
- all outer weights start at 1 and the search ends when none moves by more than 1e-9;
- missing values are refused, or on request replaced by the column's "mean" (as seminr and SmartPLS do) before anything else,
  resampling included, or their rows dropped;
- a construct's sign is such that the sum of its loadings is positive, in every bootstrap draw too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from .inputs import columns, refuse

SCHEMES = ("centroid", "factorial", "path")
MISSING = ("refuse", "mean", "drop")


@dataclass(frozen=True)
class PLSModel:
    """Which indicators measure which construct, and which construct leads to which.

    `measurement`: construct → its columns; `paths`: pairs (from, to); `formative`: constructs estimated by mode B.
    Raises ValueError for an indicator used twice, a path to an unknown construct, a construct without path, or a circle.
    """

    measurement: Mapping[str, Sequence[str]]
    paths: Sequence[tuple[str, str]]
    formative: Sequence[str] = field(default=())

    def __post_init__(self):
        seen: set[str] = set()
        for construct, indicators in self.measurement.items():
            if not indicators or isinstance(indicators, str):
                raise ValueError(f"{construct} 要有一列指标名，收到 {indicators!r} (a list of indicators is wanted)")
            for indicator in indicators:
                if indicator in seen:
                    raise ValueError(f"指标 {indicator} 用了两次，第二次在 {construct} (an indicator is used twice)")
                seen.add(indicator)
        for name in [*self.formative, *(end for path in self.paths for end in path)]:
            if name not in self.measurement:
                raise ValueError(f"没有名为 {name!r} 的构念，有的是: {'、'.join(self.measurement)} (no such construct)")
        if len(set(self.paths)) != len(self.paths):
            raise ValueError("有的路径写了两次 (a path is given twice)")
        for name in self.constructs:
            if not any(name in path for path in self.paths):
                raise ValueError(f"构念 {name} 没有任何路径 (a construct without a path)")
        waiting = set(self.constructs)
        while waiting:
            free = {name for name in waiting if not any(end == name and begin in waiting for begin, end in self.paths)}
            if not free:
                raise ValueError(f"路径绕成了圈: {'、'.join(sorted(waiting))} (the paths run in a circle)")
            waiting -= free

    @property
    def constructs(self) -> list[str]:
        """The constructs' names."""
        return list(self.measurement)

    @property
    def indicators(self) -> list[str]:
        """All indicators' names, construct by construct."""
        return [indicator for indicators in self.measurement.values() for indicator in indicators]


@dataclass(frozen=True)
class PLSResult:
    """A fitted PLS path model; every table is a DataFrame with the constructs' and indicators' names.

    `paths`: from, to, estimate; `r_squared` of each construct that something leads to; `loadings` and `weights` (indicators ×
    constructs); `correlations` of the constructs; `total_effects` (from × to); `reliability`: α (standardised), composite
    reliability and average variance extracted; `scores`, one row a respondent; `scheme`; `iterations`.
    """

    model: PLSModel
    scheme: str
    iterations: int
    paths: pd.DataFrame
    r_squared: pd.Series
    weights: pd.DataFrame
    loadings: pd.DataFrame
    correlations: pd.DataFrame
    total_effects: pd.DataFrame
    reliability: pd.DataFrame
    scores: pd.DataFrame

    def path(self, begin: str, end: str) -> float:
        """The coefficient of the path from `begin` to `end`; raises KeyError when the model has none."""
        row = self.paths[(self.paths["from"] == begin) & (self.paths["to"] == end)]
        if row.empty:
            raise KeyError(f"没有从 {begin} 到 {end} 的路径 (no such path)")
        return float(row["estimate"].iloc[0])

    def indirect_effect(self, begin: str, end: str) -> float:
        """The total effect less the direct one."""
        direct = self.path(begin, end) if (begin, end) in self.model.paths else 0.0
        return float(self.total_effects.loc[begin, end]) - direct


def fit_pls(model: PLSModel, table: pd.DataFrame, scheme: str = "centroid", missing: str = "refuse", iterations: int = 1000) -> PLSResult:
    """Fit `model` to one row a respondent, the indicators being columns of `table`, with the inner weighting
    `scheme`, one of SCHEMES; `missing` values are treated as one of MISSING says.

    Raises ValueError naming column and row for a missing column, text, a missing value, or a column without variance, and
    when the weights have not settled after `iterations`.
    """
    table = _complete(model, table, missing)
    data = _data(model, table, scheme)
    correlation = np.corrcoef(data, rowvar=False)
    shape = _Shape(model)
    weights, rounds = _outer_weights(correlation, shape, scheme, iterations)
    inner = weights.T @ correlation @ weights
    coefficients = _regressions(inner, shape.adjacency)
    names, items = model.constructs, model.indicators
    standardised = (data - data.mean(axis=0)) / data.std(axis=0)
    loadings = (correlation @ weights) * shape.belongs
    targets = shape.adjacency.any(axis=0)
    explained = (coefficients * inner).sum(axis=0)
    return PLSResult(
        model=model,
        scheme=scheme,
        iterations=rounds,
        paths=pd.DataFrame(
            [(begin, end, coefficients[names.index(begin), names.index(end)]) for begin, end in model.paths],
            columns=["from", "to", "estimate"],
        ),
        r_squared=pd.Series(explained[targets], index=[name for name, hit in zip(names, targets, strict=True) if hit], name="r_squared"),
        weights=pd.DataFrame(weights, index=items, columns=names),
        loadings=pd.DataFrame(loadings, index=items, columns=names),
        correlations=pd.DataFrame(inner, index=names, columns=names),
        total_effects=pd.DataFrame(_total(coefficients), index=names, columns=names),
        reliability=_reliability(model, correlation, loadings, shape.belongs),
        scores=pd.DataFrame(standardised @ weights, index=table.index, columns=names),
    )


def bootstrap_pls(
    model: PLSModel,
    table: pd.DataFrame,
    scheme: str = "centroid",
    missing: str = "refuse",
    draws: int = 500,
    seed: int = 1,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Standard errors and percentile intervals of every path and total effect, by resampling respondents.

    One row a pair of constructs that is linked, directly or through others: `from`, `to`, `path` (NaN without a direct path)
    with `path_error`, `path_lower`, `path_upper`, and `total` with `total_error`, `total_lower`, `total_upper`. `draws`
    resamples (at least 2), `seed` of numpy's PCG64, `confidence` of the intervals; others as in
    `fit_pls`. A draw in which a column is constant or the weights do not settle is
    drawn again.
    """
    if draws < 2:
        raise ValueError(f"draws 至少是 2，收到 {draws!r} (at least 2 draws are wanted)")
    table = _complete(model, table, missing)
    data = _data(model, table, scheme)
    shape = _Shape(model)
    generator = np.random.Generator(np.random.PCG64(seed))
    found = []
    for _ in range(10 * draws):
        sample = data[generator.integers(0, len(data), len(data))]
        if (sample.std(axis=0) == 0).any():
            continue
        correlation = np.corrcoef(sample, rowvar=False)
        try:
            weights, _ = _outer_weights(correlation, shape, scheme, 1000)
        except (ValueError, np.linalg.LinAlgError):
            continue
        coefficients = _regressions(weights.T @ correlation @ weights, shape.adjacency)
        found.append((coefficients, _total(coefficients)))
        if len(found) == draws:
            break
    else:
        raise ValueError("重抽样里很少有能估计的，数据太少或太齐 (too few resamples could be estimated)")
    fitted = fit_pls(model, table, scheme)
    names = model.constructs
    coefficients, totals = (np.array(part) for part in zip(*found, strict=True))
    tails = [(1 - confidence) / 2, (1 + confidence) / 2]
    rows = []
    for i, begin in enumerate(names):
        for j, end in enumerate(names):
            if not shape.reaches[i, j]:
                continue
            row = {"from": begin, "to": end}
            direct = shape.adjacency[i, j]
            estimates = (
                ("path", coefficients, fitted.path(begin, end) if direct else np.nan),
                ("total", totals, fitted.total_effects.loc[begin, end]),
            )
            for kind, draws_of, estimate in estimates:
                sampled = draws_of[:, i, j]
                known = kind == "total" or direct
                low, high = np.quantile(sampled, tails) if known else (np.nan, np.nan)
                error = sampled.std(ddof=1) if known else np.nan
                row |= {kind: estimate, f"{kind}_error": error, f"{kind}_lower": low, f"{kind}_upper": high}
            rows.append(row)
    return pd.DataFrame(rows)


class _Shape:
    """The model as matrices: which indicator belongs to which construct, which construct leads to which."""

    def __init__(self, model: PLSModel):
        names = model.constructs
        owner = [j for j, indicators in enumerate(model.measurement.values()) for _ in indicators]
        self.belongs = np.zeros((len(owner), len(names)))
        self.belongs[np.arange(len(owner)), owner] = 1.0
        self.adjacency = np.zeros((len(names), len(names)), dtype=bool)
        for begin, end in model.paths:
            self.adjacency[names.index(begin), names.index(end)] = True
        self.linked = self.adjacency | self.adjacency.T
        self.reaches = _total(self.adjacency.astype(float)) > 0
        self.formative = [(names.index(name), self.belongs[:, names.index(name)] > 0) for name in model.formative]


def _complete(model: PLSModel, table: pd.DataFrame, missing: str) -> pd.DataFrame:
    if missing not in MISSING:
        raise ValueError(f"missing 只能是 {'、'.join(MISSING)} 之一，收到 {missing!r} (one of these is wanted)")
    known = [item for item in model.indicators if item in table.columns]
    if missing == "drop":
        return table.dropna(subset=known)
    return table.fillna(table[known].mean()) if missing == "mean" else table


def _data(model: PLSModel, table: pd.DataFrame, scheme: str) -> np.ndarray:
    if scheme not in SCHEMES:
        raise ValueError(f"scheme 只能是 {'、'.join(SCHEMES)} 之一，收到 {scheme!r} (one of these is wanted)")
    arrays, labels = columns({item: item for item in model.indicators}, table)
    if len(labels) < 3:
        raise ValueError(f"至少要有 3 行数据，收到 {len(labels)} 行 (at least 3 rows are wanted)")
    for item, values in arrays.items():
        flat = np.full(len(values), bool(np.ptp(values) == 0))
        refuse(flat, item, labels, values, "整列都是同一个数，没有变化", "the column has no variance")
    return np.column_stack(list(arrays.values()))


def _outer_weights(correlation, shape, scheme, iterations):
    """Outer weights that give scores of variance 1, and the number of rounds; indicators enter by their correlations alone."""
    weights = _scaled(shape.belongs, correlation)
    for rounds in range(1, iterations + 1):
        inner = weights.T @ correlation @ weights
        proxies = correlation @ weights @ _inner_weights(inner, shape, scheme)
        new = proxies * shape.belongs
        for construct, own in shape.formative:
            new[own, construct] = np.linalg.solve(correlation[np.ix_(own, own)], proxies[own, construct])
        new = _scaled(new, correlation)
        # a construct and its mirror image are the same
        moved = np.minimum(np.abs(new - weights).max(axis=0), np.abs(new + weights).max(axis=0)).max()
        weights = new
        if moved < 1e-9:
            signs = np.where(((correlation @ weights) * shape.belongs).sum(axis=0) < 0, -1.0, 1.0)
            return weights * signs, rounds
    raise ValueError(f"权重在 {iterations} 轮之后还没有稳定 (the weights have not settled)")


def _inner_weights(inner, shape, scheme):
    if scheme == "centroid":
        return np.sign(inner) * shape.linked
    if scheme == "factorial":
        return inner * shape.linked
    return _regressions(inner, shape.adjacency) + inner * shape.adjacency.T


def _regressions(inner, adjacency):
    """Standardised coefficients of every construct on those that lead to it: [from, to]."""
    coefficients = np.zeros_like(inner)
    for end in np.flatnonzero(adjacency.any(axis=0)):
        begins = np.flatnonzero(adjacency[:, end])
        coefficients[begins, end] = np.linalg.solve(inner[np.ix_(begins, begins)], inner[begins, end])
    return coefficients


def _scaled(weights, correlation):
    return weights / np.sqrt(np.einsum("ij,ik,kj->j", weights, correlation, weights))


def _total(coefficients):
    """Direct and indirect effects: (I − B)⁻¹ − I."""
    identity = np.eye(len(coefficients))
    return np.linalg.inv(identity - coefficients) - identity


def _reliability(model, correlation, loadings, belongs):
    rows = []
    for j in range(belongs.shape[1]):
        own = belongs[:, j] > 0
        k, block, loading = int(own.sum()), correlation[np.ix_(own, own)], loadings[own, j]
        mean_correlation = (block.sum() - k) / (k * (k - 1)) if k > 1 else 1.0
        error = (1 - loading**2).sum()
        rows.append(
            (
                k * mean_correlation / (1 + (k - 1) * mean_correlation),
                loading.sum() ** 2 / (loading.sum() ** 2 + error),
                (loading**2).mean(),
            )
        )
    return pd.DataFrame(rows, index=model.constructs, columns=["alpha", "composite_reliability", "ave"])
