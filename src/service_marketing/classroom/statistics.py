"""Figures about a class, out of plain tables of points: items, reliability, distribution, lateness, and who is at risk.

A table of points has a row a student and a column an item; None stands for what is not marked yet. Whoever handed in nothing
has no row. An item had best be a task: tests of one task share an answer, and taking them for items would inflate α.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np
from scipy.stats import f

from service_marketing.grading.report import correlation

Points = Sequence[Sequence[float | None]]

WEAK = 0.2
HARD = 0.4
EASY = 0.95
FEWEST = 10
CROWDED = 0.15


# ---- items


@dataclass(frozen=True)
class Item:
    """One item over those whose answers to it are marked: `n` of them.

    `share`: mean points of those possible, the classical "difficulty" (high is easy); `full`, `none`: shares with all points
    and with none; `discrimination`: corrected item-total correlation, -1 to 1. None where nothing can be told.
    """

    worth: float
    n: int
    share: float | None
    full: float | None
    none: float | None
    discrimination: float | None

    @property
    def remark(self) -> str:
        """What an instructor should look at, "" for nothing: "negative", "weak" or "hard".

        A discrimination below 0.2 is weak (Ebel & Frisbie 1991, *Essentials of Educational Measurement*), unless the class got
        nearly all the points: what everybody can do tells nobody apart, and in a course that is no fault.
        """
        if self.discrimination is not None and self.n >= FEWEST and (self.share or 0.0) < EASY:
            if self.discrimination < 0:
                return "negative"
            if self.discrimination < WEAK:
                return "weak"
        return "hard" if self.share is not None and self.share < HARD else ""


def items(points: Points, worths: Sequence[float]) -> list[Item]:
    """The figures of each item; `worths` are the most points that each gives, above 0.

    The total that an item is correlated with leaves the item itself out (Nunnally & Bernstein 1994, *Psychometric Theory*,
    3rd ed.), else short tests would flatter every item. An item that less than half of the class is marked for has no
    figures: the few answers that are marked by themselves, blanks above all, say nothing about the others. Such items are
    not in the totals either.
    """
    table = _table(points, len(worths))
    usable = _usable(table)
    found = []
    for at, worth in enumerate(worths):
        column = table[:, at]
        marked = ~np.isnan(column) if usable[at] else np.zeros(len(table), dtype=bool)
        own = column[marked]
        others = [other for other in range(len(worths)) if other != at and usable[other]]
        rest = table[np.ix_(marked, others)]
        complete = ~np.isnan(rest).any(axis=1)
        pairs = own[complete].tolist(), rest[complete].sum(axis=1).tolist()
        found.append(
            Item(
                worth,
                len(own),
                float(own.mean() / worth) if len(own) else None,
                float((own >= worth - 1e-9).mean()) if len(own) else None,
                float((own <= 1e-9).mean()) if len(own) else None,
                correlation(*pairs) if others else None,
            )
        )
    return found


@dataclass(frozen=True)
class Alpha:
    """Cronbach's α of `k` items over `n` students, its 95% interval, and the standard error of measurement in points."""

    value: float
    low: float
    high: float
    error: float
    n: int
    k: int

    @property
    def doubt(self) -> str:
        """Why the figure says nothing: "few" students, "negative" (the items do not agree at all), or "" where it does."""
        return "few" if self.n < FEWEST else "negative" if self.value < 0 else ""


def cronbach_alpha(points: Points, columns: int | None = None) -> Alpha | None:
    """How far the items agree: k/(k-1) · (1 - Σ variances of the items / variance of the totals), at most 1 (Cronbach 1951).

    Raw points, not standardised ones; variances with n-1 in both places (with n in both it is the same figure). Items that
    all students have the same points for are kept, as the formula says; statistics packages often drop them and then show a
    slightly lower value. Items that less than half of the class is marked for are left out, then students with a gap.
    The interval is that of Feldt, Woodruff & Salih (1987, *Applied Psychological Measurement* 11: 93-103); the standard error
    is the standard deviation of the totals times √(1-α). None with fewer than two items or three students, or when all totals
    are the same. α is a lower bound of reliability under its assumptions, and no proof that items measure one thing.
    """
    table = _table(points, columns)
    table = table[:, _usable(table)]
    table = table[~np.isnan(table).any(axis=1)]
    n, k = table.shape
    if n < 3 or k < 2:
        return None
    spread = float(table.sum(axis=1).var(ddof=1))
    if spread <= 1e-12:
        return None
    value = k / (k - 1) * (1 - float(table.var(axis=0, ddof=1).sum()) / spread)
    one, other = n - 1, (n - 1) * (k - 1)
    low, high = (1 - (1 - value) * float(f.ppf(p, one, other)) for p in (0.975, 0.025))
    return Alpha(value, low, high, math.sqrt(spread * max(0.0, 1 - value)), n, k)


def _table(points: Points, columns: int | None = None) -> np.ndarray:
    rows = [[math.nan if value is None else float(value) for value in row] for row in points]
    width = columns if columns is not None else len(rows[0]) if rows else 0
    if any(len(row) != width for row in rows):
        raise ValueError(f"every row needs a value or None for each of the {width} items")
    return np.array(rows, dtype=float).reshape(len(rows), width)


def _usable(table: np.ndarray) -> np.ndarray:
    """Which items at least half of the class is marked for."""
    return 2 * (~np.isnan(table)).sum(axis=0) >= max(1, len(table))


# ---- the distribution


@dataclass(frozen=True)
class Distribution:
    """How scores lie: quartiles by linear interpolation; `sd` with n-1, None for one score; shares at 0 and at the top."""

    n: int
    mean: float
    sd: float | None
    low: float
    quarter: float
    median: float
    three_quarters: float
    high: float
    floor: float
    ceiling: float

    @property
    def crowded(self) -> str:
        """ "floor" or "ceiling" where more than 15% have the lowest or the highest score possible, else "".

        The limit is the usual one (Terwee et al. 2007, *Journal of Clinical Epidemiology* 60: 34-42).
        """
        if max(self.floor, self.ceiling) <= CROWDED:
            return ""
        return "ceiling" if self.ceiling >= self.floor else "floor"


def distribution(scores: Sequence[float], worth: float) -> Distribution | None:
    """The distribution of `scores` of which `worth` is the highest possible; None without scores."""
    if not len(scores):
        return None
    values = np.asarray(scores, dtype=float)
    low, quarter, middle, three_quarters, high = (float(v) for v in np.quantile(values, (0, 0.25, 0.5, 0.75, 1)))
    return Distribution(
        len(values),
        float(values.mean()),
        float(values.std(ddof=1)) if len(values) > 1 else None,
        low,
        quarter,
        middle,
        three_quarters,
        high,
        float((values <= 1e-9).mean()),
        float((values >= worth - 1e-9).mean()),
    )


# ---- when it was handed in


EDGES = (-math.inf, -168.0, -72.0, -24.0, -12.0, -6.0, -1.0, 0.0, 1.0, 24.0, 72.0, math.inf)


@dataclass(frozen=True)
class Span:
    """`n` submissions came more than `start` and at most `end` hours after the deadline; negative: before it."""

    start: float
    end: float
    n: int

    @property
    def late(self) -> bool:
        return self.start >= 0


def submission_times(hours: Sequence[float], edges: Sequence[float] = EDGES) -> list[Span]:
    """How many came when; `hours` after each student's own deadline, at it is on time. `edges` rise and hold 0."""
    held = [0] * (len(edges) - 1)
    for hour in hours:
        held[max(0, int(np.searchsorted(edges, hour, side="left")) - 1)] += 1
    return [Span(edges[at], edges[at + 1], n) for at, n in enumerate(held)]


# ---- who is at risk


@dataclass(frozen=True)
class Rule:
    """When a student is at risk: any one of three is enough.

    "missing": nothing handed in `missing` times or more, or the last time; "low": a mean share below `passing` over what is
    marked; "falling": the last share lies at least `drop` below the mean of the earlier ones, two or more, after the
    class's median fall is taken off, so that a hard assignment does not count against everybody.
    It looks back and predicts nothing; the limits are the course's choice.
    """

    passing: float = 0.6
    missing: int = 2
    drop: float = 0.2


@dataclass(frozen=True)
class Risk:
    """Why a student is at risk (keys as in `Rule`, none for no risk), and the mean share of what is marked."""

    reasons: tuple[str, ...]
    mean: float | None


def at_risk(shares: Mapping[str, Sequence[float | None]], rule: Rule | None = None) -> dict[str, Risk]:
    """Those at risk, worst first: more reasons, then a lower mean with 0 for what is missing.

    `shares`: for each student and assignment, in order of time, the share of the points (0 to 1; more with extra credit),
    None where nothing was handed in, and NaN where it is not known yet.
    """
    rule = rule or Rule()
    falls = {student: fall for student, row in shares.items() if (fall := _fall(row)) is not None}
    usual = median(falls.values()) if falls else 0.0
    found = {}
    for student, row in shares.items():
        known = _known(row)
        mean = sum(known) / len(known) if known else None
        settled = [share for share in row if share is None or not math.isnan(share)]
        gone = sum(share is None for share in settled)
        reasons = []
        if gone >= rule.missing or (settled and settled[-1] is None):
            reasons.append("missing")
        if mean is not None and mean < rule.passing:
            reasons.append("low")
        if student in falls and falls[student] - usual >= rule.drop - 1e-9:
            reasons.append("falling")
        if reasons:
            found[student] = (Risk(tuple(reasons), mean), sum(known) / len(settled))
    ordered = sorted(found, key=lambda student: (-len(found[student][0].reasons), found[student][1], student))
    return {student: found[student][0] for student in ordered}


def _known(row: Sequence[float | None]) -> list[float]:
    return [share for share in row if share is not None and not math.isnan(share)]


def _fall(row: Sequence[float | None]) -> float | None:
    known = _known(row)
    return sum(known[:-1]) / (len(known) - 1) - known[-1] if len(known) >= 3 else None
