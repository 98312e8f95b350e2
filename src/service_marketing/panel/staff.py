"""Who serves: people who learn, are more or less content, and leave, to be replaced by beginners."""

import math
from typing import NamedTuple

import numpy as np
import pandas as pd

from .draws import Draws, rounded
from .truth import Truth

MIDDLE = 4.5
"""Staff satisfaction, on a scale from 1 to 7, to which `quit_level` refers."""
TENURE = 60
"""Months after which nobody learns more."""
BRANCH_SPREAD, PERSON_SPREAD, MONTH_SPREAD = 0.6, 0.6, 0.4


class Staff(NamedTuple):
    table: pd.DataFrame
    skill: np.ndarray
    """Mean skill by store and month, three decimals."""
    heads: np.ndarray
    """People by store."""


def staff(truth: Truth, draws: Draws, stores: pd.DataFrame, months: np.ndarray) -> Staff:
    """The front-line staff of every store in every one of `months`, one person a row a month.

    Skill grows with tenure as 1 − (1 − first_skill)·exp(−learning_speed·months), between 0 and 1; satisfaction is asked
    on a scale from 1 to 7; in every month each person leaves with log odds quit_level − quit_slope·(satisfaction − 4.5).
    """
    heads = 6 + stores["rooms"].to_numpy() // 30
    store = np.repeat(np.arange(len(heads)), heads)
    n = len(store)
    curve = rounded(lambda m: 1 - (1 - truth.first_skill) * math.exp(-truth.learning_speed * m), range(TENURE + 1), 3)
    branch = MIDDLE + BRANCH_SPREAD * draws.normal(len(heads))
    person = PERSON_SPREAD * draws.normal(n)
    tenure = draws.whole(n, 30)
    number, next_number = np.arange(1, n + 1), n + 1
    parts, skill = [], []
    for month in months:
        content = np.round(np.clip(branch[store] + person + MONTH_SPREAD * draws.normal(n), 1, 7), 1)
        quits = draws.logistic(n) < truth.quit_level - truth.quit_slope * (content - MIDDLE)
        skilled = curve[np.minimum(tenure, TENURE)]
        parts.append(
            {
                "month": np.repeat(month, n),
                "store_id": store + 1,
                "staff_id": number,
                "tenure": tenure,
                "skill": skilled,
                "satisfaction": content,
                "left": np.where(quits, "是", "否"),
            }
        )
        thousandths = np.bincount(store, np.rint(1000 * skilled), len(heads))
        skill.append(np.rint(thousandths / heads) / 1000)
        new = int(quits.sum())
        number = number.copy()
        number[quits] = next_number + np.arange(new)
        next_number += new
        person = np.where(quits, PERSON_SPREAD * draws.normal(n), person)
        tenure = np.where(quits, 0, tenure + 1)
    table = pd.DataFrame({name: np.concatenate([part[name] for part in parts]) for name in parts[0]})
    return Staff(table, np.array(skill).T, heads)
