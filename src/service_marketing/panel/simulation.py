"""The draw: guests expect, come, feel, answer, and come again or leave."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from .draws import Draws
from .truth import DIMENSIONS, SEGMENTS, TRUTH, Truth

SEED = 2023
START = np.datetime64("2023-01-01")
FOUNDING_DAYS = 91
DAYS_A_YEAR = 365.25
LOW, HIGH = 1, 9

BRANCHES = (
    ("北京", "国贸店"), ("北京", "前门店"), ("北京", "中关村店"), ("上海", "外滩店"), ("上海", "虹桥店"), ("上海", "陆家嘴店"),
    ("广州", "天河店"), ("广州", "北京路店"), ("深圳", "福田店"), ("深圳", "华强北店"), ("杭州", "西湖店"), ("杭州", "滨江店"),
    ("成都", "春熙路店"), ("成都", "宽窄巷子店"), ("武汉", "江汉路店"), ("武汉", "光谷店"), ("重庆", "解放碑店"), ("西安", "钟楼店"),
    ("南京", "夫子庙店"), ("苏州", "平江路店"), ("厦门", "中山路店"), ("青岛", "栈桥店"), ("昆明", "翠湖店"), ("三亚", "海棠湾店"),
)  # fmt: skip
HOME_CITIES = (*dict.fromkeys(city for city, _ in BRANCHES), "天津", "长沙", "郑州", "合肥", "济南", "沈阳", "福州", "南宁")
AGES = ((26, 55), (28, 50), (18, 24), (22, 65), (60, 78))
NIGHTS = ((55, 30, 15), (30, 45, 25), (50, 40, 10), (70, 25, 5), (25, 40, 35))
MEMBER_LEVELS = ("非会员", "普通", "银卡", "金卡")
MEMBER_FROM = (3.0, 7.0, 14.0)
"""Stays a year from which a guest holds each of the three cards, if the guest took one at all."""
CARD_REFUSED = 0.25


def simulate(truth: Truth = TRUTH, seed: int = SEED, guests: int = 6000, months: int = 24) -> dict[str, pd.DataFrame]:
    """The chain's tables as `truth` makes them: `stores`, `guests` and `visits`.

    `seed` (0 or more) names the draw, `guests` (1 or more) is how many people stay at least once, `months` (1 or more)
    how long they are watched from 2023-01-01 on. The columns are described in `data/datapackage.json`.
    Raises ValueError naming the argument that is out of range.
    """
    for name, value, least in (("seed", seed, 0), ("guests", guests, 1), ("months", months, 1)):
        if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < least:
            raise ValueError(f"{name} 应是不小于 {least} 的整数，收到 {value!r} (a whole number of {least} or more is wanted)")
    stores = _stores(truth, Draws(seed, "stores"))
    people = _people(truth, Draws(seed, "guests"), guests, _days(months))
    return {"stores": stores, "guests": people.table, "visits": _visits(truth, Draws(seed, "visits"), stores, people, months)}


def expected_again(truth: Truth, expectation, experience, reviews, promise):
    """Expectation before the next stay, clipped to the scale: `models.satisfaction.updated_expectation` for whole arrays.

    All four are points from 1 to 9; NaN stands for a source that is silent (no earlier stay, no review yet).
    """
    moved = expectation
    for weight, heard in ((truth.learning, experience), (truth.social, reviews), (truth.persuasion, promise)):
        moved = moved + np.where(np.isnan(heard), 0.0, weight * (heard - expectation))
    return np.clip(moved, LOW, HIGH)


def felt_satisfaction(truth: Truth, expectation, performance):
    """What a stay feels like on average, S* without u: `models.satisfaction.satisfaction` for whole arrays, not clipped."""
    gap = performance - expectation
    return 5 + truth.anchor * (expectation - 5) + np.where(gap > 0, truth.gain, truth.loss) * gap


class _People(NamedTuple):
    table: pd.DataFrame
    segment: np.ndarray
    expectation: np.ndarray
    rate: np.ndarray
    """Stays a day."""
    first: np.ndarray
    """Day of the first stay, a fraction, counted from `START`."""


def _days(months: int) -> int:
    """Days from `START` to the end of the month number `months`."""
    end = (START.astype("datetime64[M]") + np.timedelta64(months, "M")).astype("datetime64[D]")
    return int((end - START).astype(int))


def _stores(truth: Truth, draws: Draws) -> pd.DataFrame:
    n = len(BRANCHES)
    level = truth.quality_common * draws.normal(n)
    scores = {}
    for name, mean in zip(DIMENSIONS, truth.quality, strict=True):
        scores[name] = np.round(np.clip(mean + level + truth.quality_own * draws.normal(n), LOW, HIGH), 2)
    promise = truth.promise_level + truth.promise_share * level
    return pd.DataFrame(
        {
            "store_id": np.arange(1, n + 1),
            "city": [city for city, _ in BRANCHES],
            "name": [city + branch for city, branch in BRANCHES],
            "rooms": 60 + 10 * draws.whole(n, 19),
            "price": 240 + 20 * draws.whole(n, 21),
            **scores,
            "promise": np.round(np.clip(promise + truth.promise_noise * draws.normal(n), LOW, HIGH), 1),
        }
    )


def _people(truth: Truth, draws: Draws, n: int, days: int) -> _People:
    segment = draws.choice(n, truth.segment_weights)
    expectation = np.round(np.clip(np.take(truth.initial_expectation, segment) + truth.initial_spread * draws.normal(n), LOW, HIGH), 1)
    # a sum of exponentials is a gamma draw, and needs no other function
    gamma = np.zeros(n)
    for _ in range(truth.rate_shape):
        gamma = gamma + draws.exponential(n)
    a_year = np.take(truth.visits_per_year, segment) * gamma / truth.rate_shape
    founding = draws.uniform(n) < truth.founding_share
    first = draws.uniform(n) * np.where(founding, min(FOUNDING_DAYS, days), days)
    youngest, oldest = np.transpose(AGES)[:, segment]
    level = np.searchsorted(MEMBER_FROM, a_year, side="right")
    level[draws.uniform(n) < CARD_REFUSED] = 0
    table = pd.DataFrame(
        {
            "guest_id": np.arange(1, n + 1),
            "segment": np.take(SEGMENTS, segment),
            "age": youngest + (draws.uniform(n) * (oldest - youngest + 1)).astype(np.int64),
            "home_city": np.take(HOME_CITIES, draws.whole(n, len(HOME_CITIES))),
            "member": np.take(MEMBER_LEVELS, level),
            "initial_expectation": expectation,
        }
    )
    return _People(table, segment, expectation, a_year / DAYS_A_YEAR, first)


def _visits(truth: Truth, draws: Draws, stores: pd.DataFrame, people: _People, months: int) -> pd.DataFrame:
    n = len(people.segment)
    quality = _quality_by_segment(truth, stores)
    promise, price, rooms = (stores[name].to_numpy() for name in ("promise", "price", "rooms"))
    expectation, due = people.expectation.astype(float), people.first.copy()
    experience, branch = np.full(n, np.nan), np.full(n, -1)
    reviews = np.full(len(stores), np.nan)
    parts = []
    for month in range(1, months + 1):
        tenths, count = np.zeros(len(stores)), np.zeros(len(stores))
        # a guest's second stay within the month needs the first one done, so the month is played in rounds
        while (i := np.flatnonzero(due < _days(month))).size:
            k, segment, day = i.size, people.segment[i], due[i].astype(np.int64)
            away = draws.uniform(k) >= truth.same_branch
            store = np.where(away | (branch[i] < 0), draws.choice(k, rooms), branch[i])
            moved = expected_again(truth, expectation[i], experience[i], reviews[store], promise[store])
            moved = np.clip(moved + truth.expectation_noise * draws.normal(k), LOW, HIGH)
            expected = np.round(moved, 1)
            result = np.round(np.clip(quality[segment, store] + truth.performance_noise * draws.normal(k), LOW, HIGH), 1)
            felt = felt_satisfaction(truth, expected, result) + draws.logistic(k)
            leaves = draws.logistic(k) < truth.drop_level - truth.drop_slope * (felt - 5)
            nights = _nights(draws, segment)
            parts.append(
                {
                    "day": day,
                    "guest_id": i + 1,
                    "store_id": store + 1,
                    "expectation": expected,
                    "performance": result,
                    "rating": 1 + np.searchsorted(truth.cuts, felt),
                    "recommend": _recommend(truth, draws, felt),
                    "nights": nights,
                    "spend": _spend(truth, price[store], nights, day),
                }
            )
            tenths += np.bincount(store, np.rint(10 * result), len(stores))
            count += np.bincount(store, minlength=len(stores))
            expectation[i], experience[i], branch[i] = moved, result, store
            # nobody checks in again on the day of a stay
            due[i] = np.where(leaves, np.inf, due[i] + 1 + draws.exponential(k) / people.rate[i])
        reviews = np.where(count > 0, tenths / (10 * np.maximum(count, 1)), reviews)
    return _in_order(parts)


def _quality_by_segment(truth: Truth, stores: pd.DataFrame) -> np.ndarray:
    """Mean performance by segment and store: the store's five dimensions, weighted by what matters to the segment."""
    mean = np.zeros((len(SEGMENTS), len(stores)))
    for k, name in enumerate(DIMENSIONS):
        mean = mean + np.array(truth.importance)[:, [k]] * stores[name].to_numpy()
    return mean


def _nights(draws: Draws, segment: np.ndarray) -> np.ndarray:
    steps = np.cumsum(NIGHTS, axis=1)[segment]
    return 1 + (draws.whole(len(segment), 100)[:, None] >= steps).sum(axis=1)


def _recommend(truth: Truth, draws: Draws, felt: np.ndarray) -> np.ndarray:
    answer = truth.recommend_level + truth.recommend_slope * (felt - 5) + truth.recommend_noise * draws.normal(len(felt))
    return np.clip(np.rint(answer), 0, 10).astype(np.int64)


def _spend(truth: Truth, price: np.ndarray, nights: np.ndarray, day: np.ndarray) -> np.ndarray:
    """Room charge of the whole stay in yuan; a Friday or Saturday on arrival sets the rate."""
    first_weekday = int(START.astype("datetime64[D]").astype(int) + 3) % 7  # 1970-01-01 was a Thursday; Monday is 0
    weekday = (first_weekday + day) % 7
    dear = (weekday == 4) | (weekday == 5)
    return np.rint(np.where(dear, truth.weekend_price, 1.0) * price * nights).astype(np.int64)


def _in_order(parts: list[dict]) -> pd.DataFrame:
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    order = np.lexsort((columns["guest_id"], columns["day"]))
    day = columns.pop("day")[order]
    dates = (START + day).astype("datetime64[s]")
    visits = {name: values[order] for name, values in columns.items()}
    return pd.DataFrame(
        {
            "visit_id": np.arange(1, len(order) + 1),
            "guest_id": visits.pop("guest_id"),
            "store_id": visits.pop("store_id"),
            "date": dates,
            **visits,
        }
    )
