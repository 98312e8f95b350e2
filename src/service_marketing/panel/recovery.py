"""What goes wrong, who says so, and what the hotel makes of it.

Source of the justices: Tax, Brown & Chandrashekaran (1998); of what a recovery must match: Smith, Bolton & Wagner (1999);
of a paradox in satisfaction that is none in return: de Matos, Henrique & Rossi (2007). The numbers are teaching assumptions.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from .draws import Draws
from .truth import Truth

CHANNELS = ("前台", "热线", "平台", "12315")
CHANNEL_WEIGHTS = ((62, 20, 17, 1), (45, 27, 24, 4), (28, 26, 33, 13))
"""Where a mild, middling or severe failure is complained of, per cent."""
DELAY = (2, 12, 30, 72)
"""Mean hours until the answer, by channel."""
COMPENSATION = (0, 50, 100, 200, 400, 800)
"""What the hotel gives back, in yuan."""
LOW, HIGH, MIDDLE = 1, 7, 4
"""The scale on which justice is asked."""
INDEX_STEP = 5


class Policy(NamedTuple):
    """How the stores treat complaints; each a value a store."""

    ease: np.ndarray
    """How easy complaining is made, 0 to 1."""
    distributive: np.ndarray
    procedural: np.ndarray
    interactional: np.ndarray
    trained: np.ndarray
    """Whether the store was drawn for the complaint training."""


class Outcome(NamedTuple):
    table: dict[str, np.ndarray]
    """The columns of the complaints."""
    at: np.ndarray
    """Which of the stays these complaints belong to."""
    resolved: np.ndarray
    felt: np.ndarray
    """Satisfaction after the answer, on the scale of S*."""


def policy(draws: Draws, pilot: Draws, stores: int) -> Policy:
    """The stores' policies, and which half of them is drawn for the pilot."""
    level = 0.3 * draws.normal(stores)
    # two decimals, so that the tables can state what is true
    ways = [np.round(np.clip(4.2 + level + 0.5 * draws.normal(stores), LOW, HIGH), 2) for _ in range(3)]
    ease = np.round(0.1 + 0.8 * draws.uniform(stores), 2)
    trained = np.zeros(stores, dtype=bool)
    trained[np.argsort(pilot.uniform(stores), kind="stable")[: stores // 2]] = True
    return Policy(ease, *ways, trained)


def severity(truth: Truth, draws: Draws, skill: np.ndarray, reliability: np.ndarray, load: np.ndarray) -> np.ndarray:
    """How badly each stay went wrong: 0 not at all, 1 mildly, 2, 3 severely."""
    n = len(skill)
    excess = np.maximum(load - truth.overload_from, 0.0)
    odds = truth.failure_level - truth.failure_skill * (skill - truth.skill_norm) - truth.failure_reliability * (reliability - 6.7)
    fails = draws.logistic(n) < odds + truth.failure_load * excess
    return np.where(fails, 1 + draws.choice(n, truth.severity_weights), 0)


def complaints(
    truth: Truth, draws: Draws, rules: Policy, store: np.ndarray, grade: np.ndarray, voice: np.ndarray, felt: np.ndarray, running: bool
) -> Outcome:
    """Who complains of the failures, and how it ends.

    `store` (from 0), `grade` (severity, 0 to 3), `voice` (the guest's propensity, standard deviations) and `felt` (S* at
    check-out) are a value a stay; `running` says whether the pilot has begun.
    """
    failed = np.flatnonzero(grade)
    odds = truth.voice_level + truth.voice_severity * grade[failed] + truth.voice_person * voice[failed]
    at = failed[draws.logistic(failed.size) < odds + truth.voice_ease * rules.ease[store[failed]]]
    n, where, grades = at.size, store[at], grade[at]
    steps = np.cumsum(CHANNEL_WEIGHTS, axis=1)[grades - 1]
    channel = (draws.whole(n, 100)[:, None] >= steps).sum(axis=1)
    hours = np.rint(np.take(DELAY, channel) * draws.exponential(n)).astype(np.int64)
    trained = rules.trained[where] & running

    def justice(base: np.ndarray, added: float) -> np.ndarray:
        return np.round(np.clip(base[where] + np.where(trained, added, 0.0) + 0.9 * draws.normal(n), LOW, HIGH), 1)

    given = draws.choice(n, (20, 25, 25, 18, 9, 3))
    # a mild failure calls for 50 yuan or more, a severe one for 200 or more
    fits = given >= grades
    fair = justice(rules.distributive, 0.0)
    fair = np.round(np.clip(fair + 0.5 * (given - grades), LOW, HIGH), 1)
    process = justice(rules.procedural, truth.pilot_procedural)
    manner = justice(rules.interactional, truth.pilot_interactional)
    after = felt[at] + truth.recovery_level + truth.match * fits + truth.recovery_noise * draws.normal(n)
    for weight, points in ((truth.distributive, fair), (truth.procedural, process), (truth.interactional, manner)):
        after = after + weight * (points - MIDDLE)
    solved = draws.logistic(n) < truth.resolve_level + truth.resolve_slope * (fair + process + manner - 3 * MIDDLE)
    table = {
        "channel": np.take(CHANNELS, channel),
        "severity": grades,
        "hours": hours,
        "compensation": np.take(COMPENSATION, given),
        "distributive": fair,
        "procedural": process,
        "interactional": manner,
        "resolved": np.where(solved, "是", "否"),
        "satisfaction_before": index(felt[at]),
        "satisfaction_after": index(after),
        "rating_after": 1 + np.searchsorted(truth.cuts, after),
    }
    return Outcome(table, at, solved, after)


def index(felt: np.ndarray) -> np.ndarray:
    """S* on the scale from 0 to 100 of the telephone interview: 50 at S* = 5, and 5 more per point."""
    return np.round(np.clip(50 + INDEX_STEP * (felt - 5), 0, 100), 1)


def pilot_table(rules: Policy) -> pd.DataFrame:
    """Which store belongs to which half of the experiment."""
    n = len(rules.trained)
    return pd.DataFrame({"store_id": np.arange(1, n + 1), "group": np.where(rules.trained, "培训", "对照")})
