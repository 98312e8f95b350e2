"""The draw: guests expect, come, feel, answer, and come again or leave."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from . import accounts, recovery
from .draws import Draws, below, logistic_quantile, table
from .staff import Staff, staff
from .truth import DIMENSIONS, SEGMENTS, TRUTH, Truth
from .words import VALENCES, degrees, words

SEED = 2023
START = np.datetime64("2023-01-01")
SERVICE_START = np.datetime64("2025-01-01")
"""From when on the chain keeps its service records."""
LOTTERY = "pilot/9"
"""The stream that draws the pilot's branches. One lot in twenty gives an interval that misses the true effect; this one does not."""
ALWAYS = ("stores", "guests", "visits", "guests_truth", "visits_truth")
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
    """The chain's tables as `truth` makes them: `stores`, `guests`, `visits`, and the hidden `guests_truth` and `visits_truth`.

    With `truth.service` the years are 2025 and after, with other guests than the years from 2023 on, and there are also
    `encounters`, `complaints`, `referrals`, `staff`, `store_months` and `pilot`. The columns are described in
    `data/datapackage.json`, but for those of `visits_truth`: one row a stay in the order of `visits`, with the `moment` of
    arrival (days and fractions since the start), `felt` (S* at check-out), `unresolved` (a failure not put right) and
    `leave` (the probability of never coming back).

    `seed` (0 or more) names the draw, `guests` (1 or more) is how many people stay at least once, `months` (1 or more)
    how long they are watched. Raises ValueError naming the argument that is out of range.
    """
    for name, value, least in (("seed", seed, 0), ("guests", guests, 1), ("months", months, 1)):
        if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < least:
            raise ValueError(f"{name} 应是不小于 {least} 的整数，收到 {value!r} (a whole number of {least} or more is wanted)")
    # the branches are the same in all years, the guests are not
    years = "service/" if truth.service else ""
    start = SERVICE_START if truth.service else START
    stores = _stores(truth, Draws(seed, "stores"))
    people = _people(truth, Draws(seed, years + "guests"), guests, _days(months, start))
    traits = _traits(truth, Draws(seed, "traits"), guests)
    rules = recovery.policy(Draws(seed, "policy"), Draws(seed, LOTTERY), len(stores))
    names = (start.astype("datetime64[M]") + np.arange(months).astype("timedelta64[M]")).astype(str)
    team = staff(truth, Draws(seed, "staff"), stores, names)
    demand = accounts.Demand(truth, Draws(seed, "demand"), Draws(seed, "desk"), stores, start)
    chain = _Chain(stores, rules, team, demand, start)
    stays, reviews = _visits(truth, lambda name: Draws(seed, years + name), chain, people, traits, months)
    tables = {"stores": stores, "guests": people.table, **_tables(truth, chain, people, traits, stays, reviews, names)}
    return tables if truth.service else {name: tables[name] for name in ALWAYS}


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
    """Day of the first stay, a fraction, counted from the start."""


def _days(months: int, start: np.datetime64) -> int:
    """Days from `start` to the end of the month number `months`."""
    end = (start.astype("datetime64[M]") + np.timedelta64(months, "M")).astype("datetime64[D]")
    return int((end - start).astype(int))


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


class _Traits(NamedTuple):
    """What is peculiar to each guest and stands in no questionnaire."""

    voice: np.ndarray
    degree: np.ndarray
    leave: np.ndarray
    """Log odds of leaving after a stay felt at 5."""
    own: np.ndarray | None
    """The probability of leaving that it comes from, if every guest has one of their own."""


class _Chain(NamedTuple):
    stores: pd.DataFrame
    rules: recovery.Policy
    team: Staff
    demand: accounts.Demand
    start: np.datetime64


def _traits(truth: Truth, draws: Draws, n: int) -> _Traits:
    voice, degree = np.round(draws.normal(n), 2), degrees(truth, draws, n)
    own = None
    leave = np.full(n, truth.drop_level)
    if any(truth.drop_beta):
        # two gamma draws, sums of exponentials, in proportion make a beta draw
        gammas = [np.zeros(n), np.zeros(n)]
        for k, shape in enumerate(truth.drop_beta):
            for _ in range(shape):
                gammas[k] = gammas[k] + draws.exponential(n)
        own = gammas[0] / (gammas[0] + gammas[1])
        odds = table(logistic_quantile)
        leave = odds[np.minimum((own * len(odds)).astype(np.int64), len(odds) - 1)]
    return _Traits(voice, degree, leave, own)


def _visits(truth: Truth, stream, chain: _Chain, people: _People, traits: _Traits, months: int) -> tuple[dict, np.ndarray]:
    """Every column that has a value a stay, in order of date, and the reviews by store and month."""
    draws, wrong, spoken, heard, queue = (stream(name) for name in ("visits", "failures", "complaints", "words", "encounters"))
    n, stores = len(people.segment), chain.stores
    quality = _quality_by_segment(truth, stores)
    promise, price, rooms, reliable = (stores[name].to_numpy() for name in ("promise", "price", "rooms", "reliability"))
    expectation, due = people.expectation.astype(float), people.first.copy()
    experience, branch = np.full(n, np.nan), np.full(n, -1)
    fresh = np.ones(n, dtype=bool)
    reviews = np.full(len(stores), np.nan)
    parts, history = [], []
    for month in range(1, months + 1):
        tenths, count, talk = (np.zeros(len(stores)) for _ in range(3))
        told_in_all = np.zeros(len(stores))
        opening, ending = _days(month - 1, chain.start), _days(month, chain.start)
        days = chain.demand.month(opening, ending - opening, reviews) if truth.service else None
        # a guest's second stay within the month needs the first one done, so the month is played in rounds
        while (i := np.flatnonzero(due < ending)).size:
            k, segment, moment = i.size, people.segment[i], due[i]
            day = moment.astype(np.int64)
            away = draws.uniform(k) >= truth.same_branch
            store = np.where(away | (branch[i] < 0), draws.choice(k, rooms), branch[i])
            moved = expected_again(truth, expectation[i], experience[i], reviews[store], promise[store])
            moved = np.clip(moved + truth.expectation_noise * draws.normal(k), LOW, HIGH)
            expected = np.round(moved, 1)
            if truth.service:
                wait, load = days.served(queue, store, day - opening)
                skill = chain.team.skill[store, month - 1]
                grade = recovery.severity(truth, wrong, skill, reliable[store], load)
                service = performance_shift(truth, skill, load, wait, grade)
            else:
                wait, load, service = np.zeros(k), np.zeros(k), np.zeros(k)
                grade = np.zeros(k, dtype=np.int64)
            result = quality[segment, store] + service + truth.performance_noise * draws.normal(k)
            result = np.round(np.clip(result, LOW, HIGH), 1)
            felt = felt_satisfaction(truth, expected, result) + draws.logistic(k)
            rating = 1 + np.searchsorted(truth.cuts, felt)
            told = recovery.complaints(truth, spoken, chain.rules, store, grade, traits.voice[i], felt, month >= truth.pilot_month)
            unresolved = grade > 0
            unresolved[told.at[told.resolved]] = False
            odds = traits.leave[i] - truth.drop_slope * (felt - 5) + truth.unresolved_drop * unresolved
            staying = fresh[i] & (not truth.leave_after_first)
            leaves = (draws.logistic(k) < odds) & ~staying
            opinion = rating.copy()
            opinion[told.at] = told.table["rating_after"]
            said = words(truth, heard, traits.degree[i], opinion)
            nights = _nights(draws, segment)
            stay = {
                "day": day,
                "guest_id": i + 1,
                "store_id": store + 1,
                "expectation": expected,
                "performance": result,
                "rating": rating,
                "recommend": _recommend(truth, draws, felt),
                "nights": nights,
                "spend": _spend(truth, price[store], nights, day, chain.start),
                "month": np.full(k, month - 1),
                "moment": moment,
                "wait": wait,
                "load": load,
                "severity": grade,
                "felt": felt,
                "unresolved": unresolved,
                "leave": np.where(staying, 0.0, below(logistic_quantile, odds)),
                "left": leaves,
            }
            # the tables of complaints and of what was told point at their stays by their place in this round
            parts.append((stay, told, said))
            tenths += np.bincount(store, np.rint(10 * result), len(stores))
            count += np.bincount(store, minlength=len(stores))
            talk += np.bincount(store[said.at], said.valence * said.told, len(stores))
            told_in_all += np.bincount(store[said.at], said.told, len(stores))
            expectation[i], experience[i], branch[i], fresh[i] = moved, result, store, False
            due[i] = np.where(leaves, np.inf, due[i] + truth.gap_days + draws.exponential(k) / people.rate[i])
        means = tenths / (10 * np.maximum(count, 1))
        if truth.service:
            # two decimals, as the hotel's report prints them
            means = np.round(means + truth.word_weight * (talk / np.maximum(told_in_all, 1)), 2)
            chain.demand.close(days)
        reviews = np.where(count > 0, means, reviews)
        history.append(reviews)
    return _in_order(parts), np.array(history).T


def performance_shift(truth: Truth, skill, load, wait, severity):
    """What skill, load, waiting and failures add to the performance that quality alone would give, in points."""
    excess = np.maximum(load - truth.overload_from, 0.0)
    helped = truth.skill_effect * (skill - truth.skill_norm)
    return helped - truth.overload * (excess * excess) - truth.waiting * wait - truth.failure_cost * severity


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


def _spend(truth: Truth, price: np.ndarray, nights: np.ndarray, day: np.ndarray, start: np.datetime64) -> np.ndarray:
    """Room charge of the whole stay in yuan; a Friday or Saturday on arrival sets the rate."""
    first_weekday = int(start.astype("datetime64[D]").astype(int) + 3) % 7  # 1970-01-01 was a Thursday; Monday is 0
    weekday = (first_weekday + day) % 7
    dear = (weekday == 4) | (weekday == 5)
    return np.rint(np.where(dear, truth.weekend_price, 1.0) * price * nights).astype(np.int64)


def _in_order(parts: list[tuple]) -> dict:
    """The stays of all rounds in order of date, with the complaints and the words about them at their places."""
    stay = {name: np.concatenate([part[name] for part, _, _ in parts]) for name in parts[0][0]}
    starts = np.cumsum([0] + [len(part["day"]) for part, _, _ in parts])
    order = np.lexsort((stay["guest_id"], stay["day"]))
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))

    def gathered(k: int, columns: dict[str, list]) -> dict:
        at = place[np.concatenate([part[k].at + start for part, start in zip(parts, starts, strict=False)])]
        rows = np.argsort(at, kind="stable")
        return {"at": at[rows]} | {name: np.concatenate(values)[rows] for name, values in columns.items()}

    names = parts[0][1].table
    complaints = gathered(1, {name: [told.table[name] for _, told, _ in parts] for name in names})
    said = gathered(2, {name: [getattr(words, name) for _, _, words in parts] for name in ("valence", "told", "bookings")})
    return {"stay": {name: values[order] for name, values in stay.items()}, "complaints": complaints, "said": said}


def _dates(day: np.ndarray, start: np.datetime64) -> np.ndarray:
    return (start + day).astype("datetime64[s]")


def _tables(
    truth: Truth, chain: _Chain, people: _People, traits: _Traits, drawn: dict, reviews: np.ndarray, names
) -> dict[str, pd.DataFrame]:
    stay = drawn["stay"]
    number = np.arange(1, len(stay["day"]) + 1)
    visits = {"visit_id": number, "guest_id": stay["guest_id"], "store_id": stay["store_id"], "date": _dates(stay["day"], chain.start)}
    visits |= {name: stay[name] for name in ("expectation", "performance", "rating", "recommend", "nights", "spend")}
    encounters = {"visit_id": number, "wait": stay["wait"], "load": stay["load"], "severity": stay["severity"]}
    complaints, said = drawn["complaints"], drawn["said"]
    at = complaints.pop("at")
    complained = {"complaint_id": np.arange(1, len(at) + 1), "visit_id": at + 1}
    complained |= {name: stay[name][at] for name in ("guest_id", "store_id")} | {"date": _dates(stay["day"][at], chain.start)} | complaints
    where = said["at"]
    referred = {"visit_id": where + 1} | {name: stay[name][where] for name in ("guest_id", "store_id")}
    referred |= {"date": _dates(stay["day"][where], chain.start), "valence": np.take(VALENCES, said["valence"] + 1)}
    referred |= {"told": said["told"], "bookings": said["bookings"]}
    hidden = {"visit_id": number} | {name: stay[name] for name in ("moment", "felt", "unresolved", "leave")}
    tables = {"visits": visits, "guests_truth": _guests_truth(truth, chain.stores, people, traits, stay), "visits_truth": hidden}
    if not truth.service:
        return {name: pd.DataFrame(table) for name, table in tables.items()}
    tables |= {
        "encounters": encounters,
        "complaints": complained,
        "referrals": referred,
        "staff": chain.team.table,
        "store_months": accounts.store_months(chain.demand, chain.team, chain.rules, truth, stay, at, complaints, reviews, names),
        "pilot": recovery.pilot_table(chain.rules),
    }
    return {name: pd.DataFrame(table) for name, table in tables.items()}


def _guests_truth(truth: Truth, stores: pd.DataFrame, people: _People, traits: _Traits, stay: dict) -> dict:
    n = len(people.segment)
    gone = np.zeros(n, dtype=bool)
    gone[stay["guest_id"][stay["left"]] - 1] = True
    # multiples of 2⁻¹⁴ add up without rounding, whatever the order
    segment = people.segment[stay["guest_id"] - 1]
    sums, stays = np.bincount(segment, stay["leave"], len(SEGMENTS)), np.bincount(segment, minlength=len(SEGMENTS))
    typical = sums / np.maximum(stays, 1)
    leave = typical[people.segment] if traits.own is None else traits.own
    a_stay = accounts.margin_a_stay(truth, stores, NIGHTS)[people.segment]
    first, later = accounts.lifetime_value(truth, a_stay, people.rate, leave)
    return {
        "guest_id": np.arange(1, n + 1),
        "stays_a_year": np.round(people.rate * DAYS_A_YEAR, 2),
        "voice": traits.voice,
        "degree": traits.degree,
        "leave": np.round(leave, 4),
        "margin": np.round(a_stay, 2),
        "gone": np.where(gone, "是", "否"),
        "clv_new": np.round(first, 2),
        "clv": np.round(np.where(gone, 0.0, later), 2),
    }
