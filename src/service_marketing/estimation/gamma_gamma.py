"""Gamma-gamma by maximum likelihood: how much customers spend per transaction.

A customer's transactions are gamma distributed (shape p) around a mean that differs from customer to customer (the rate is
gamma distributed, shape q and rate v) and is independent of how often the customer buys; `correlation` checks that.
Source: Fader, Hardie & Lee (2005), Journal of Marketing Research 42(4), 415–430; Fader & Hardie (2013), note.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import gammaln, psi

from service_marketing.models import lifetime_value

from .bg_nbd import interval_table, maximise
from .inputs import columns, refuse

PARAMETERS = ("p", "q", "v")
STARTS = ((1.0, 2.0, 1.0), (6.0, 4.0, 5.0), (2.0, 3.0, 0.5))


@dataclass(frozen=True)
class GammaGamma:
    """A fitted gamma-gamma model.

    `p`, `q`, `v` (v in the unit of the money); `log_likelihood`; `customers` it was fitted to; the parameters' `covariance`;
    `correlation` between the number of transactions and the mean spend, which the model takes to be 0.
    """

    p: float
    q: float
    v: float
    log_likelihood: float
    customers: int
    covariance: np.ndarray
    correlation: float

    @property
    def parameters(self) -> dict[str, float]:
        """The three parameters by name."""
        return {name: getattr(self, name) for name in PARAMETERS}

    @property
    def standard_errors(self) -> dict[str, float]:
        """The standard error of each parameter."""
        return dict(zip(PARAMETERS, np.sqrt(np.diag(self.covariance)), strict=True))

    @property
    def mean_spend(self) -> float:
        """Mean spend per transaction over all customers, p·v / (q − 1); infinite when q is 1 or less."""
        return self.p * self.v / (self.q - 1) if self.q > 1 else float("inf")

    def table(self) -> pd.DataFrame:
        """Estimate, standard error and 95 % interval of each parameter; the interval is symmetric in the logarithm."""
        return interval_table(self.parameters, self.standard_errors)

    def expected_spend(self, frequency, mean_spend) -> np.ndarray | float:
        """Spend per transaction expected of each customer, given the number of transactions and their mean (0 and 0: none yet)."""
        x, m = np.broadcast_arrays(np.asarray(frequency, dtype=float), np.asarray(mean_spend, dtype=float))
        own = (self.p, self.q, self.v)
        flat = [lifetime_value.gamma_gamma_expected_spend(*row, *own) for row in zip(x.ravel().tolist(), m.ravel().tolist(), strict=True)]
        result = np.array(flat).reshape(x.shape)
        return float(result) if result.ndim == 0 else result


def fit_gamma_gamma(frequency="frequency", mean_spend="spend", table: pd.DataFrame | None = None) -> GammaGamma:
    """Fit a gamma-gamma model to one row a customer.

    `frequency`: the transactions that the mean is taken over (for CDNOW the repeat ones); `mean_spend`: their mean value. Each
    is an array, or the name of a column of `table`. Customers without transactions (frequency 0) say nothing and are left out.
    Raises ValueError naming column and row for data that cannot be, and when the data do not determine the parameters.
    """
    arrays, labels = columns({"frequency": frequency, "mean_spend": mean_spend}, table)
    names = [given if isinstance(given, str) else key for key, given in (("frequency", frequency), ("mean_spend", mean_spend))]
    x, m = arrays["frequency"], arrays["mean_spend"]
    refuse((x < 0) | (x != np.floor(x)), names[0], labels, x, "应是不小于 0 的整数", "a whole number of 0 or more is wanted")
    refuse((x > 0) & (m <= 0), names[1], labels, m, "有交易，应大于 0", "above 0 is wanted where there were transactions")
    bought = x > 0
    if bought.sum() < 3:
        raise ValueError(f"{names[0]} 大于 0 的顾客只有 {bought.sum()} 位，至少要 3 位 (at least 3 customers with transactions are wanted)")
    x, m = x[bought], m[bought]
    unit = float(np.mean(m))
    value, covariance, likelihood = maximise(lambda theta: _negative(theta, x, m / unit), STARTS, PARAMETERS, float(len(x)))
    scale = np.array([1.0, 1.0, unit])
    # a density of one mean each, in units of money
    likelihood -= len(x) * np.log(unit)
    moving = np.std(x) > 0 and np.std(m) > 0
    correlation = float(np.corrcoef(x, m)[0, 1]) if moving else 0.0
    return GammaGamma(*(value * scale).tolist(), float(likelihood), len(x), covariance * np.outer(scale, scale), correlation)


def log_likelihood(frequency, mean_spend, p, q, v) -> float:
    """Log-likelihood of the mean spends of customers with transactions; arrays as in `fit_gamma_gamma`, without zeros."""
    return -_negative(np.log([p, q, v]), np.asarray(frequency, dtype=float), np.asarray(mean_spend, dtype=float))[0]


def _negative(theta, x, m):
    """Minus the log-likelihood and its gradient, both by the logarithms of p, q, v."""
    p, q, v = np.exp(theta)
    shape, spent = p * x, x * m
    log_sum = np.log(spent + v)
    each = gammaln(shape + q) - gammaln(shape) - gammaln(q) + q * np.log(v) + shape * np.log(spent) - np.log(m) - (shape + q) * log_sum
    by_p = x * (psi(shape + q) - psi(shape) + np.log(spent) - log_sum)
    by_q = psi(shape + q) - psi(q) + np.log(v) - log_sum
    by_v = q / v - (shape + q) / (spent + v)
    return -float(each.sum()), -np.array([by_p.sum() * p, by_q.sum() * q, by_v.sum() * v])
