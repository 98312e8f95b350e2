"""The survey of one quarter's guests, clean and damaged: what happens to answers before they reach the analyst.

The clean survey has the known structure of SERVQUAL: five dimensions, two items each, asked as expectation before the
stay and as perception after it (Parasuraman, Zeithaml & Berry 1988). The damages, each with its own switch, are those
that every survey has: who is silent is not silent by chance (Groves 2006), some tick one column all the way down
(Krosnick 1991), an overall impression colours every item (Thorndike 1920), people are counted twice, and a branch uses
a form of its own. The numbers are teaching assumptions.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from .draws import Draws
from .simulation import SEED, SERVICE_START
from .truth import DIMENSIONS, SEGMENTS, SERVICE, Truth

MONTHS = 3
"""The survey asks the guests of the last three months."""
ITEMS_EACH = 2
EXPECTED = [f"e{k}" for k in range(1, len(DIMENSIONS) * ITEMS_EACH + 1)]
PERCEIVED = [f"p{k}" for k in range(1, len(DIMENSIONS) * ITEMS_EACH + 1)]
ANSWERS = [*EXPECTED, *PERCEIVED, "satisfaction"]
POINTS = 7
SHORT_POINTS = 5
ITEM_NOISE = 0.7
DOUBLE_FROM = 900_001
"""Guest numbers from here on are second registrations of the same person."""


@dataclass(frozen=True)
class Dirt:
    """How badly the survey is damaged; zero or an empty tuple leaves that damage out.

    `silence` is the log odds of not answering at satisfaction 3, `silence_slope` how much they change per point away
    from it (the very satisfied and the very dissatisfied answer more, so a negative value), `silence_lean` per point of
    satisfaction; `straight`, `halo` and `double` are shares from 0 to 1 of the answers; `halo_weight` (0 to 1) how far an
    item is pulled to the overall impression; `short_stores` are the numbers of branches that ask on 5 points, not 7.
    `silence` None means that everyone answers.
    """

    silence: float | None = 0.9
    silence_slope: float = -0.5
    silence_lean: float = -0.25
    straight: float = 0.08
    halo: float = 0.25
    halo_weight: float = 0.7
    double: float = 0.04
    short_stores: tuple[int, ...] = (5, 14, 21)


DIRT = Dirt()


def survey(tables: dict[str, pd.DataFrame], truth: Truth = SERVICE, seed: int = SEED, months: int = 24) -> pd.DataFrame:
    """The answers that everyone would give, one stay a row, for the last `MONTHS` of
    the `months` in `tables`, which `simulate` made with `truth` (its `service` on).

    `e1` to `e10` are expectations and `p1` to `p10` perceptions, two items a dimension in the order of `DIMENSIONS`, whole
    numbers from 1 to 7; `satisfaction` is the rating of the stay, 1 to 5.
    """
    visits = tables["visits"]
    first = SERVICE_START.astype("datetime64[M]") + np.timedelta64(max(months - MONTHS, 0), "M")
    visits = visits[visits["date"] >= pd.Timestamp(first)]
    stores = tables["stores"]
    quality = stores[list(DIMENSIONS)].to_numpy()[visits["store_id"].to_numpy() - 1]
    names = {name: k for k, name in enumerate(SEGMENTS)}
    segment = tables["guests"]["segment"].map(names).to_numpy().astype(int)[visits["guest_id"].to_numpy() - 1]
    weight = np.array(truth.importance)[segment]
    overall = np.zeros(len(visits))
    for k in range(len(DIMENSIONS)):
        overall = overall + weight[:, k] * quality[:, k]
    draws = Draws(seed, "survey")
    columns = {
        "response_id": np.arange(1, len(visits) + 1),
        "visit_id": visits["visit_id"].to_numpy(),
        "guest_id": visits["guest_id"].to_numpy(),
        "store_id": visits["store_id"].to_numpy(),
        "date": visits["date"].to_numpy(),
    }
    expected, found = visits["expectation"].to_numpy(), visits["performance"].to_numpy()
    answers = {}
    for k in range(len(DIMENSIONS)):
        # more is expected of what matters more; the branch's own quality shows in what is found
        wanted = expected + 3 * (weight[:, k] - 1 / len(DIMENSIONS))
        got = found + quality[:, k] - overall
        for item in range(ITEMS_EACH):
            place = ITEMS_EACH * k + item
            for names_of, points in ((EXPECTED, wanted), (PERCEIVED, got)):
                answers[names_of[place]] = _ticked(points, draws)
    ordered = {name: answers[name] for name in (*EXPECTED, *PERCEIVED)}
    return pd.DataFrame(columns | ordered | {"satisfaction": visits["rating"].to_numpy()})


def dirty(clean: pd.DataFrame, dirt: Dirt = DIRT, seed: int = SEED) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A `clean` survey as it would arrive, and the truth about each of its rows.

    The first table has the columns of the clean one, with empty answers where nobody answered. The second says for each
    `response_id` the true `guest_id` and `clean_id` (the row of the clean survey), whether it was `answered`, and which
    damage was done: `straight`, `halo`, `double` and `points` (7 or 5), yes or no as 是 and 否.
    """
    draws = Draws(seed, "dirt")
    n = len(clean)
    rating = clean["satisfaction"].to_numpy()
    odds = 0.0 if dirt.silence is None else dirt.silence + dirt.silence_slope * abs(rating - 3) + dirt.silence_lean * (rating - 3)
    silent = (draws.logistic(n) < odds) & (dirt.silence is not None)
    twice = (draws.uniform(n) < dirt.double) & ~silent
    rows = np.concatenate([np.arange(n), np.flatnonzero(twice)])
    # stable, so that the second answer of a person stands behind the first, somewhat later in the file
    rows_place = np.concatenate([np.arange(n), np.flatnonzero(twice) + 5 + draws.whole(int(twice.sum()), 40)])
    double = np.concatenate([np.zeros(n, dtype=bool), np.ones(int(twice.sum()), dtype=bool)])
    order = np.argsort(rows_place, kind="stable")
    rows, double = rows[order], double[order]
    m = len(rows)
    answers = clean[ANSWERS].to_numpy()[rows].astype(float)
    straight = draws.uniform(m) < dirt.straight
    halo = (draws.uniform(m) < dirt.halo) & ~straight
    # the second time some items are ticked one point higher or lower
    again = double[:, None] & (draws.uniform(m * len(ANSWERS)).reshape(m, -1) < 0.1)
    shift = np.where(draws.uniform(m * len(ANSWERS)).reshape(m, -1) < 0.5, -1, 1)
    scale_end = np.where(np.arange(len(ANSWERS)) == len(ANSWERS) - 1, SHORT_POINTS, POINTS)
    answers = np.clip(answers + np.where(again, shift, 0), 1, scale_end[None, :])
    items = answers[:, :-1]
    # the overall impression, as a tick on the items' scale
    impression = 1 + (answers[:, -1] - 1) * (POINTS - 1) / (SHORT_POINTS - 1)
    pulled = np.rint(items + dirt.halo_weight * (impression[:, None] - items))
    perceived = np.arange(items.shape[1]) >= len(EXPECTED)
    items = np.where(halo[:, None] & perceived[None, :], pulled, items)
    items = np.where(straight[:, None], np.rint(impression)[:, None], items)
    short = np.isin(clean["store_id"].to_numpy()[rows], dirt.short_stores)
    items = np.where(short[:, None], np.rint(1 + (items - 1) * (SHORT_POINTS - 1) / (POINTS - 1)), items)
    answers = np.column_stack([items, answers[:, -1]])
    answers[silent[rows]] = np.nan
    guest = clean["guest_id"].to_numpy()[rows].copy()
    true_guest = guest.copy()
    guest[double] = DOUBLE_FROM + np.arange(int(double.sum()))
    response = np.arange(1, m + 1)
    table = pd.DataFrame(
        {
            "response_id": response,
            "visit_id": clean["visit_id"].to_numpy()[rows],
            "guest_id": guest,
            "store_id": clean["store_id"].to_numpy()[rows],
            "date": clean["date"].to_numpy()[rows],
            **{name: pd.array(answers[:, k]).astype("Int64") for k, name in enumerate(ANSWERS)},
        }
    )
    told = ~silent[rows]
    known = pd.DataFrame(
        {
            "response_id": response,
            "clean_id": clean["response_id"].to_numpy()[rows],
            "guest_id": true_guest,
            "answered": _yes(told),
            "straight": _yes(straight & told),
            "halo": _yes(halo & told),
            "double": _yes(double),
            "points": np.where(short, SHORT_POINTS, POINTS),
        }
    )
    return table, known


def _ticked(points: np.ndarray, draws: Draws) -> np.ndarray:
    """Points from 1 to 9 as a tick from 1 to 7, with an item's own noise."""
    on_form = 1 + (points - 1) * (POINTS - 1) / 8
    return np.clip(np.rint(on_form + ITEM_NOISE * draws.normal(len(points))), 1, POINTS).astype(np.int64)


def _yes(what: np.ndarray) -> np.ndarray:
    return np.where(what, "是", "否")
