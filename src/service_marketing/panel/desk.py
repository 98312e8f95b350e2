"""The front desk on one day: people arrive at random, c clerks serve them in order of arrival.

With Poisson arrivals, exponential service and c clerks this is the queue M/M/c (Erlang 1917). Every day begins with an
empty desk; with no end to the day the waits settle to those of Erlang's formula.
"""

from typing import NamedTuple

import numpy as np

from .draws import Draws

WINDOW = 180.0
"""Minutes of the afternoon peak, 15:00 to 18:00."""
SERVED_AT_MOST = 400
"""Arrivals that are followed in one afternoon; no hotel of the chain has so many."""


class Day(NamedTuple):
    waits: np.ndarray
    """Minutes waited by the people of each day, a row a day; what lies beyond `people` has no meaning."""
    people: np.ndarray
    """How many arrived on each day within the window, 1 at least."""


def waits(between: np.ndarray, service: np.ndarray, clerks: np.ndarray) -> np.ndarray:
    """Minutes waited before service, first come first served.

    `between` (minutes since the previous arrival, the first one's since opening) and `service` (minutes) have a row a day
    and a column a person, `clerks` (1 or more) a value a day. Source: Kiefer & Wolfowitz (1955), the recursion on the
    clerks' remaining work.
    """
    step = Desk(clerks)
    return np.column_stack([step(between[:, k], service[:, k]) for k in range(between.shape[1])])


class Desk:
    """The clerks' remaining work on many days at once."""

    def __init__(self, clerks: np.ndarray):
        clerks = np.asarray(clerks)
        # a clerk who is not there is a clerk who never gets free
        self._work = np.where(np.arange(clerks.max())[None, :] < clerks[:, None], 0.0, np.inf)

    def __call__(self, between: np.ndarray, service: np.ndarray) -> np.ndarray:
        """The waits of the next person on every day, who comes `between` minutes after the last and needs `service` minutes."""
        work = np.maximum(self._work - between[:, None], 0.0)
        wait = work[:, 0].copy()
        work[:, 0] += service
        work.sort(axis=1)
        self._work = work
        return wait


def afternoon(draws: Draws, arrivals: np.ndarray, clerks: np.ndarray, minutes: float) -> Day:
    """The peak of each day: `arrivals` expected within `WINDOW`, `clerks` at the desk, `minutes` of service on average."""
    n = len(arrivals)
    desk, clock = Desk(clerks), np.zeros(n)
    gap = WINDOW / np.maximum(arrivals, 1e-3)
    columns, people = [], np.zeros(n, dtype=np.int64)
    for _ in range(SERVED_AT_MOST):
        between = gap * draws.exponential(n)
        clock = clock + between
        columns.append(desk(between, minutes * draws.exponential(n)))
        here = clock < WINDOW
        if not here.any():
            break
        people += here
    return Day(np.column_stack(columns), np.maximum(people, 1))
