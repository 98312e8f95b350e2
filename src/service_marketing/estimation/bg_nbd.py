"""BG/NBD by maximum likelihood: how often customers buy and when they drop out, without a contract that would tell.

While alive a customer buys as a Poisson process whose rate is gamma distributed over customers (shape r, rate α); after every
repeat purchase the customer drops out with a probability that is beta distributed (a, b).
Source: Fader, Hardie & Lee (2005), Marketing Science 24(2), 275–284.

The likelihood is maximised over the logarithms of the parameters with its analytic gradient; standard errors come from the
observed information there, by the delta method. No penalty is added to the likelihood.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from scipy.special import gammaln, psi

from service_marketing.models import lifetime_value

from .inputs import columns, refuse

PARAMETERS = ("r", "alpha", "a", "b")
STARTS = ((1.0, 1.0, 1.0, 1.0), (0.5, 5.0, 0.5, 2.0), (2.0, 20.0, 1.0, 5.0))


@dataclass(frozen=True)
class BGNBD:
    """A fitted BG/NBD model.

    `r`, `alpha`, `a`, `b`; `log_likelihood`; `customers` it was fitted to; `standard_errors` by parameter and the parameters'
    `covariance` (in the order of PARAMETERS). Times, and α with them, are in the unit of the data.
    """

    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float
    customers: int
    covariance: np.ndarray

    @property
    def parameters(self) -> dict[str, float]:
        """The four parameters by name."""
        return {name: getattr(self, name) for name in PARAMETERS}

    @property
    def standard_errors(self) -> dict[str, float]:
        """The standard error of each parameter."""
        return dict(zip(PARAMETERS, np.sqrt(np.diag(self.covariance)), strict=True))

    @property
    def aic(self) -> float:
        """Akaike's criterion, 2·4 − 2·log-likelihood."""
        return 2 * len(PARAMETERS) - 2 * self.log_likelihood

    def table(self) -> pd.DataFrame:
        """Estimate, standard error and 95 % interval of each parameter; the interval is symmetric in the logarithm."""
        return interval_table(self.parameters, self.standard_errors)

    def probability_alive(self, frequency, recency, age) -> np.ndarray:
        """Probability that each customer will still buy, given repeat purchases, time of the last one, and time observed."""
        return self._each(lifetime_value.bg_nbd_probability_alive, frequency, recency, age)

    def expected_purchases(self, t) -> np.ndarray | float:
        """Repeat purchases that a new customer is expected to make in a time of length `t` (or each of several)."""
        return self._each(lifetime_value.bg_nbd_expected_purchases, t)

    def conditional_expected_purchases(self, t, frequency, recency, age) -> np.ndarray | float:
        """Purchases that each customer is expected to make in the next `t`, given the history."""
        return self._each(lifetime_value.bg_nbd_conditional_expectation, t, frequency, recency, age)

    def probability(self, x, t) -> np.ndarray | float:
        """Probability that a new customer makes exactly `x` repeat purchases in a time of length `t`."""
        return self._each(lifetime_value.bg_nbd_probability, x, t)

    def _each(self, function, *arguments):
        """One formula for notebook and page: the portable function, applied to every customer."""
        values = np.broadcast_arrays(*[np.asarray(argument, dtype=float) for argument in arguments])
        own = (self.r, self.alpha, self.a, self.b)
        flat = [function(*row, *own) for row in zip(*(value.ravel().tolist() for value in values), strict=True)]
        result = np.array(flat).reshape(values[0].shape)
        return float(result) if result.ndim == 0 else result


def fit_bg_nbd(frequency="frequency", recency="recency", age="T", table: pd.DataFrame | None = None) -> BGNBD:
    """Fit a BG/NBD model to one row a customer.

    `frequency`: repeat purchases, the first one not counted (whole, 0 or more); `recency`: time from the first to the last
    purchase (0 when there was no other); `age`: time from the first purchase to the end of observation. Each is an array, or
    the name of a column of `table`. Times may be in any one unit; α comes in that unit.
    Raises ValueError naming column and row for data that cannot be, and when the data do not determine the parameters
    (no one bought again; no one seems to drop out).
    """
    arrays, labels = columns({"frequency": frequency, "recency": recency, "age": age}, table)
    name = {key: given if isinstance(given, str) else key for key, given in (("frequency", frequency), ("recency", recency), ("age", age))}
    x, t_x, total = arrays["frequency"], arrays["recency"], arrays["age"]
    refuse((x < 0) | (x != np.floor(x)), name["frequency"], labels, x, "应是不小于 0 的整数", "a whole number of 0 or more is wanted")
    refuse(total <= 0, name["age"], labels, total, "应大于 0", "a number above 0 is wanted")
    refuse((t_x < 0) | (t_x > total), name["recency"], labels, t_x, f"应从 0 到 {name['age']}", f"from 0 to {name['age']} is wanted")
    refuse((x == 0) & (t_x > 0), name["recency"], labels, t_x, "没有再买过，应是 0", "0 is wanted where there was no repeat purchase")
    refuse((x > 0) & (t_x == 0), name["recency"], labels, t_x, "再买过，应大于 0", "above 0 is wanted where there was a repeat purchase")
    if not (x > 0).any():
        raise ValueError(f"{name['frequency']} 全是 0，没有人再买过，参数无从估计 (no one bought again: nothing to estimate)")
    return _fitted(x, t_x, total, labels)


def log_likelihood(x, t_x, T, r, alpha, a, b) -> float:
    """Log-likelihood of all customers' histories; arguments as in `fit_bg_nbd`, arrays. Source: equation 6."""
    x, t_x, T = (np.asarray(values, dtype=float) for values in (x, t_x, T))
    return -_negative(np.log([r, alpha, a, b]), x, t_x, T, np.ones(len(x)))[0]


def interval_table(estimates: dict[str, float], errors: dict[str, float]) -> pd.DataFrame:
    """Estimates of positive parameters with standard errors and 95 % intervals, symmetric in the logarithm."""
    value, error = np.array(list(estimates.values())), np.array(list(errors.values()))
    reach = np.exp(1.959964 * error / value)
    return pd.DataFrame({"estimate": value, "standard_error": error, "lower": value / reach, "upper": value * reach}, index=list(estimates))


def maximise(objective, starts, parameters: Sequence[str], unit: float):
    """The best of several maximisations: (parameters, covariance, log-likelihood). Raises ValueError when none converges.

    `objective(log parameters)` returns minus the log-likelihood and its gradient; `unit` is its size, so that the
    optimiser works with numbers around 1.
    """
    best = None
    for start in starts:
        found = minimize(
            lambda theta: [part / unit for part in objective(theta)],
            np.log(start),
            jac=True,
            method="BFGS",
            options={"gtol": 1e-9, "maxiter": 500},
        )
        # at the limit of what floats resolve BFGS reports a failed line search at the very optimum
        if np.max(np.abs(found.jac)) < 1e-6 and np.all(np.abs(found.x) < 15) and (best is None or found.fun < best.fun - 1e-12):
            best = found
        if best is not None and start != starts[0]:
            break
    names = "、".join(parameters)
    if best is None:
        raise ValueError(f"似然函数没有有限的最大值，这些数据定不出 {names} (the data do not determine the parameters)")
    theta = best.x
    for _ in range(3):
        hessian = _jacobian(lambda at: objective(at)[1], theta)
        if np.linalg.eigvalsh(hessian)[0] <= 0:
            raise ValueError(f"似然函数太平，这些数据定不出 {names} (the likelihood is too flat to determine the parameters)")
        # BFGS stops a little early in flat directions; Newton's step ends the search
        theta = theta - np.linalg.solve(hessian, objective(theta)[1])
    value = np.exp(theta)
    return value, np.linalg.inv(hessian) * np.outer(value, value), -objective(theta)[0]


def _fitted(x, t_x, total, labels) -> BGNBD:
    # customers with the same history count once with a weight; times in units of their mean keep the search well scaled
    histories, weights = np.unique(np.column_stack([x, t_x, total]), axis=0, return_counts=True)
    unit = float(np.mean(total)) / 10
    x, t_x, total = histories[:, 0], histories[:, 1] / unit, histories[:, 2] / unit
    value, covariance, likelihood = maximise(lambda theta: _negative(theta, x, t_x, total, weights), STARTS, PARAMETERS, float(len(labels)))
    scale = np.array([1.0, unit, 1.0, 1.0])
    # a density of x purchase times: each of them carries the unit of time once
    likelihood -= float(weights @ x) * np.log(unit)
    return BGNBD(*(value * scale).tolist(), float(likelihood), len(labels), covariance * np.outer(scale, scale))


def _negative(theta, x, t_x, total, weights):
    """Minus the log-likelihood and its gradient, both by the logarithms of r, α, a, b."""
    r, alpha, a, b = np.exp(theta)
    again = x > 0
    safe = np.where(again, b + x - 1, 1.0)
    log_alive = -(r + x) * np.log(alpha + total)
    log_dead = np.where(again, np.log(a) - np.log(safe) - (r + x) * np.log(alpha + t_x), -np.inf)
    log_both = np.logaddexp(log_alive, log_dead)
    dead = np.exp(log_dead - log_both)
    alive = 1 - dead
    each = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
    each += gammaln(a + b) + gammaln(b + x) - gammaln(b) - gammaln(a + b + x) + log_both
    by_r = psi(r + x) - psi(r) + np.log(alpha) - alive * np.log(alpha + total) - dead * np.log(alpha + t_x)
    by_alpha = r / alpha - (r + x) * (alive / (alpha + total) + dead / (alpha + t_x))
    by_a = psi(a + b) - psi(a + b + x) + dead / a
    by_b = psi(a + b) + psi(b + x) - psi(b) - psi(a + b + x) - dead / safe
    gradient = np.array([weights @ by_r * r, weights @ by_alpha * alpha, weights @ by_a * a, weights @ by_b * b])
    return -float(weights @ each), -gradient


def _jacobian(function, at, step=1e-5):
    """Symmetric matrix of derivatives of a gradient, by central differences."""
    rows = []
    for k in range(len(at)):
        move = np.zeros(len(at))
        move[k] = step
        rows.append((function(at + move) - function(at - move)) / (2 * step))
    matrix = np.array(rows)
    return (matrix + matrix.T) / 2
