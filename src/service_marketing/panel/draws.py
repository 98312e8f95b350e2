"""Random numbers that are the same bytes on every machine."""

import functools
import math
from collections.abc import Callable
from statistics import NormalDist

import numpy as np

KNOTS = 2**14
"""How many different values a normal, logistic or exponential draw can take, all equally likely."""
DECIMALS = 4


def normal_quantile(p: float) -> float:
    """The standard normal value that a share `p` (0 to 1, ends excluded) lies below."""
    return NormalDist().inv_cdf(p)


def logistic_quantile(p: float) -> float:
    """The same for the standard logistic distribution."""
    return math.log(p / (1 - p))


def exponential_quantile(p: float) -> float:
    """The same for the exponential distribution with mean 1."""
    return -math.log(1 - p)


@functools.cache
def table(quantile: Callable[[float], float]) -> np.ndarray:
    """The values of `quantile` in the middle of `KNOTS` equal slices of probability, rounded to `DECIMALS`."""
    return np.array([round(quantile((i + 0.5) / KNOTS), DECIMALS) for i in range(KNOTS)])


class Draws:
    """One stream of draws, set apart by `seed` and `name`, so that a new table never shifts the draws of another."""

    def __init__(self, seed: int, name: str):
        self._generator = np.random.Generator(np.random.PCG64([seed, *name.encode()]))

    def uniform(self, n: int) -> np.ndarray:
        """`n` numbers from 0 to 1, 1 excluded."""
        return self._generator.random(n)

    def whole(self, n: int, below: int) -> np.ndarray:
        """`n` whole numbers from 0 to `below` - 1, all equally likely."""
        return (self.uniform(n) * below).astype(np.int64)

    def choice(self, n: int, weights) -> np.ndarray:
        """`n` places in `weights` (whole numbers, 0 or more), each drawn as often as its weight says."""
        steps = np.cumsum(np.asarray(weights, dtype=np.int64))
        return np.searchsorted(steps, self.whole(n, int(steps[-1])), side="right")

    def normal(self, n: int) -> np.ndarray:
        """`n` standard normal numbers."""
        return self._from(normal_quantile, n)

    def logistic(self, n: int) -> np.ndarray:
        """`n` standard logistic numbers; one lies below x with probability 1 / (1 + exp(-x))."""
        return self._from(logistic_quantile, n)

    def exponential(self, n: int) -> np.ndarray:
        """`n` exponential numbers with mean 1."""
        return self._from(exponential_quantile, n)

    def counts(self, means: np.ndarray) -> np.ndarray:
        """Poisson numbers with these `means`: how many exponential steps fit into each."""
        left, found = np.array(means, dtype=float), np.zeros(len(means), dtype=np.int64)
        at = np.arange(len(left))
        while at.size:
            left[at] -= self.exponential(at.size)
            at = at[left[at] > 0]
            found[at] += 1
        return found

    def _from(self, quantile: Callable[[float], float], n: int) -> np.ndarray:
        return table(quantile)[self.whole(n, KNOTS)]


def below(quantile: Callable[[float], float], values: np.ndarray) -> np.ndarray:
    """Probability that a draw looked up in `quantile`'s table lies below each of `values`: an exact multiple of 1/`KNOTS`."""
    return np.searchsorted(table(quantile), values) / KNOTS


def rounded(function: Callable[[float], float], values: tuple[float, ...], decimals: int = 6) -> np.ndarray:
    """`function` at each of `values`, rounded so that the last bits, in which machines differ, are gone."""
    return np.array([round(function(value), decimals) for value in values])
