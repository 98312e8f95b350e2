"""What guests tell others: more after a very good or a very bad stay, and more after bad than after good.

Source of the asymmetric U: Anderson (1998). The numbers are teaching assumptions.
"""

import math
from typing import NamedTuple

import numpy as np

from .draws import Draws, rounded
from .truth import Truth

VALENCES = ("负面", "中性", "正面")


class Words(NamedTuple):
    at: np.ndarray
    """Which of the stays were told of."""
    valence: np.ndarray
    """-1, 0 or 1."""
    told: np.ndarray
    bookings: np.ndarray


def degrees(truth: Truth, draws: Draws, n: int) -> np.ndarray:
    """How many acquaintances listen to each of `n` guests: negative binomial, a gamma mixture of Poisson numbers."""
    gamma = np.zeros(n)
    for _ in range(truth.degree_shape):
        gamma = gamma + draws.exponential(n)
    return draws.counts(truth.degree * gamma / truth.degree_shape)


def told_by_rating(truth: Truth) -> np.ndarray:
    """People told on average by a guest with an average number of acquaintances, for the ratings 1 to 5."""
    ratings = (1, 2, 3, 4, 5)
    grown = rounded(lambda rating: math.exp(truth.told_growth * abs(rating - 3) + truth.told_negative * (rating < 3)), ratings)
    return truth.told * grown


def words(truth: Truth, draws: Draws, degree: np.ndarray, rating: np.ndarray) -> Words:
    """Who tells how many people about a stay; `rating` is the last opinion of it, 1 to 5, `degree` the number who listen."""
    told = draws.counts(told_by_rating(truth)[rating - 1] * (degree / truth.degree))
    at = np.flatnonzero(told)
    told, valence = told[at], np.sign(rating[at] - 3)
    heard = np.repeat(np.arange(at.size), told)
    books = (draws.uniform(heard.size) < truth.booking) & (valence[heard] > 0)
    return Words(at, valence, told, np.bincount(heard[books], minlength=at.size))
