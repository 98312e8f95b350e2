"""What the hotels earn: rooms sold, the month's profit and loss of every store, and what a guest is worth."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from . import desk
from .draws import Draws
from .recovery import Policy
from .staff import Staff
from .truth import Truth

SEASON = (-0.05, 0.02, -0.03, 0.01, 0.04, 0.00, 0.07, 0.07, -0.01, 0.06, -0.03, -0.04)
"""How much fuller than on average the hotels are, January to December."""
WEEKEND = 0.06
FULL, EMPTY = 1.0, 0.25
USUAL_REVIEWS = 6.5
NIGHTS_A_STAY = 1.75
CLERK_LOAD = 0.85
"""Load of the desk that the number of clerks keeps within on a usual day."""
WAGE, TRAINING = 7500, 4000
"""Yuan a month: an employee, and the complaint training of a store."""
ROOM_COST, RENT = 75, 10
"""What a night sold costs (laundry, breakfast, energy) in yuan, and how many weekday rates a room costs a month, sold or not."""
COMMISSION = 0.15
"""Share of the room revenue that goes to booking platforms."""
FRIDAY, SATURDAY = 4, 5
DAYS_A_YEAR = 365.25


class Month(NamedTuple):
    sold: np.ndarray
    """Rooms sold, by store and day."""
    revenue: np.ndarray
    load: np.ndarray
    """Load of the front desk at the peak, by store and day: arrivals × minutes / clerks."""
    day: desk.Day

    def served(self, draws: Draws, store: np.ndarray, day: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Wait in minutes, and the desk's load, of guests who come to `store` on `day` (both counted from 0)."""
        row = store * self.sold.shape[1] + day
        place = (draws.uniform(len(row)) * self.day.people[row]).astype(np.int64)
        return np.round(self.day.waits[row, place], 1), self.load.reshape(-1)[row]


class Demand:
    """The trade of the whole hotels, of which the panel's guests are a small part: months are played one after another."""

    def __init__(self, truth: Truth, draws: Draws, queue: Draws, stores: pd.DataFrame, start: np.datetime64):
        n = len(stores)
        self._truth, self._draws, self._queue = truth, draws, queue
        self._first_weekday = int(start.astype("datetime64[D]").astype(int) + 3) % 7  # 1970-01-01 was a Thursday; Monday is 0
        self.price, self.rooms = stores["price"].to_numpy(), stores["rooms"].to_numpy()
        self._level = 0.68 + 0.05 * draws.normal(n)
        self.clerks = np.maximum(np.ceil(self._traffic(0.68 * self.rooms) / CLERK_LOAD), 1).astype(np.int64)
        self.months: list[Month] = []

    def _traffic(self, sold: np.ndarray) -> np.ndarray:
        """Clerks' worth of work at the desk in the peak, if `sold` rooms are sold."""
        return self._arrivals(sold) * self._truth.service_minutes / desk.WINDOW

    def _arrivals(self, sold: np.ndarray) -> np.ndarray:
        return self._truth.peak_share * sold / NIGHTS_A_STAY

    def month(self, opening: int, days: int, reviews: np.ndarray) -> Month:
        """The month that begins `opening` days after the start; `reviews` are last month's, NaN before the first."""
        n = len(self.rooms)
        weekday = (self._first_weekday + opening + np.arange(days)) % 7
        weekend = (weekday == FRIDAY) | (weekday == SATURDAY)
        pull = self._truth.review_pull * np.where(np.isnan(reviews), 0.0, reviews - USUAL_REVIEWS)
        usual = self._level + pull + SEASON[len(self.months) % 12]
        full = usual[:, None] + np.where(weekend, WEEKEND, 0.0)[None, :] + 0.07 * self._draws.normal(n * days).reshape(n, days)
        sold = np.rint(np.clip(full, EMPTY, FULL) * self.rooms[:, None]).astype(np.int64)
        rate = np.rint(self.price[:, None] * np.where(weekend, self._truth.weekend_price, 1.0)[None, :])
        load = np.round(self._traffic(sold) / self.clerks[:, None], 3)
        clerks = np.repeat(self.clerks, days)
        day = desk.afternoon(self._queue, self._arrivals(sold).reshape(-1), clerks, self._truth.service_minutes)
        return Month(sold, sold * rate, load, day)

    def close(self, month: Month) -> None:
        """Ends the month."""
        self.months.append(month)


def store_months(
    demand: Demand,
    team: Staff,
    rules: Policy,
    truth: Truth,
    stay: dict[str, np.ndarray],
    complained: np.ndarray,
    complaints: dict[str, np.ndarray],
    reviews: np.ndarray,
    names: np.ndarray,
) -> dict[str, np.ndarray]:
    """Profit and loss and the other monthly figures of every store, one row a store and month.

    What the panel's guests were given back is scaled up to all guests of the store: `complained` are the places in `stay`
    that the `complaints` belong to.
    """
    stores, months = len(demand.rooms), len(names)
    cell = (stay["store_id"] - 1) * months + stay["month"]
    size = stores * months
    panel = np.bincount(cell, minlength=size)
    back = np.bincount(cell[complained], complaints["compensation"], size)
    sold = np.array([month.sold.sum(axis=1) for month in demand.months]).T.reshape(-1)
    days = np.array([month.sold.shape[1] for month in demand.months])
    # whole yuan, so that the sum is the same in any order
    revenue = np.array([month.revenue.sum(axis=1) for month in demand.months]).T.reshape(-1).astype(np.int64)
    thousandths = np.array([np.rint(1000 * month.load).sum(axis=1) for month in demand.months]).T
    store = np.repeat(np.arange(stores), months)
    month = np.tile(np.arange(months), stores)
    trained = rules.trained[store] & (month + 1 >= truth.pilot_month)
    wages = team.heads[store] * WAGE
    training = np.where(trained, TRAINING, 0)
    all_stays = sold / NIGHTS_A_STAY
    recovery = np.rint(np.where(panel > 0, back / np.maximum(panel, 1), 0.0) * all_stays).astype(np.int64)
    variable = np.rint(ROOM_COST * sold + COMMISSION * revenue).astype(np.int64)
    fixed = demand.rooms[store] * demand.price[store] * RENT
    return {
        "store_id": store + 1,
        "month": np.take(names, month),
        "occupancy": np.round(sold / (demand.rooms[store] * days[month]), 3),
        "load": np.round(thousandths.reshape(-1) / 1000 / days[month], 3),
        "clerks": demand.clerks[store],
        "skill": team.skill.reshape(-1),
        "reviews": reviews.reshape(-1),
        "revenue": revenue,
        "variable_cost": variable,
        "wages": wages,
        "training": training,
        "compensation": recovery,
        "fixed_cost": fixed,
        "profit": revenue - variable - wages - training - recovery - fixed,
    }


def margin_a_stay(truth: Truth, stores: pd.DataFrame, nights: tuple[tuple[int, ...], ...]) -> np.ndarray:
    """Yuan that a stay leaves on average, by segment; `nights` are the weights of 1, 2 and 3 nights by segment, per cent."""
    hundredths = np.array(nights) @ np.array([1, 2, 3])
    rooms, price = stores["rooms"].to_numpy(), stores["price"].to_numpy()
    room_rate = (rooms * price).sum() / rooms.sum()
    return truth.margin * (hundredths / 100) * room_rate * (1 + (truth.weekend_price - 1) * 2 / 7)


def lifetime_value(truth: Truth, margin: np.ndarray, rate: np.ndarray, leave: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What a guest is worth: at the first stay, which counts, and while away between two stays.

    `margin` yuan a stay, `rate` stays a day, `leave` the probability of leaving after each stay. The time to the next stay
    is exponential, so that a yuan then is worth g = rate / (rate + δ) now, with δ the discount a day; a guest between two
    stays is worth m·g / (1 − (1 − p)·g), a new one m more for the stay of today and (1 − p) times that.
    """
    daily = truth.discount / DAYS_A_YEAR
    g = rate / (rate + daily) / (1 + daily * truth.gap_days)
    between = margin * g / (1 - (1 - leave) * g)
    return margin + (1 - leave) * between, between
