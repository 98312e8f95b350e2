"""A hotel chain over the quarters: staff, service, guests and money, each feeding the next and the money feeding back.

The cycles of failure and of success (Schlesinger & Heskett 1991) and the service profit chain (Heskett, Jones, Loveman,
Sasser & Schlesinger 1994) as a small system of stocks and flows. That satisfied staff alone do not make satisfied guests
is what Hogreve, Iseke, Derfuss & Eller (2017) found in their meta-analysis; here morale works through skill, tenure and load.
Expectation and satisfaction are those of chapters 2 and 3. Every number is a teaching assumption, in yuan of the course's
own chain Yuelai: 600 rooms, 91 days a quarter.
"""

import math

from .checks import number, whole
from .draws import normals, uniforms
from .satisfaction import HIGH, LOW, MIDDLE, clip, satisfaction, updated_expectation

QUARTERS = 12
ROOMS = 600
DAYS = 91
PRICE = 420.0
"""Yuan a room night."""

DECISIONS = (
    # name, lowest, highest, step, at the start
    ("wage", 0.8, 1.4, 0.05, 1.0),
    ("training", 0.0, 40.0, 2.0, 16.0),
    ("empowerment", 0.0, 1.0, 0.05, 0.3),
    ("staffing", 24.0, 60.0, 1.0, 40.0),
    ("promise", 3.0, 9.0, 0.1, 6.0),
    ("compensation", 0.0, 600.0, 20.0, 100.0),
)
"""What the manager decides each quarter: wage (multiple of the local market's), training (hours an employee), empowerment
(share of cases that staff may settle themselves), staffing (employees per 100 rooms), promise (what the adverts promise,
points from 1 to 9), compensation (yuan a complaint)."""

MARKET_WAGE = 15000.0  # yuan a quarter, an employee, with social insurance
TRAINING_HOUR = 45.0
HIRING = 9000.0  # to find, equip and break in one employee
SEVERANCE = 15000.0  # to each whom a smaller staff has no place for, beyond those who leave anyway
NIGHT = 110.0  # laundry, breakfast, energy, commission: yuan a room night
FIXED = 5600000.0  # rent, management, depreciation: yuan a quarter
NEWCOMER = 3.0  # skill of somebody new, points from 1 to 9
NEW_GUESTS = 23000.0  # room nights of new guests in an average quarter, at promise and reviews of 6
KINDNESS = 0.5  # points: reviews are kinder than the guests are satisfied
SEASONS = (0.88, 1.04, 1.16, 0.92)
DISCOUNT = 0.02  # a quarter
EVENTS = ("quiet", "rival", "wages", "festival", "platform")
"""What may happen outside: nothing, a rival opens (three quarters long), the market's wages rise (and stay up), a festival
fills the city, the platform shows the newest reviews first."""


def opening():
    """The chain before the first quarter, a dict of its stocks.

    `skill`, `morale` (of staff), `expectation`, `reviews`: points from 1 to 9; `turnover`: share that left in the last
    quarter; `staff`: employees; `regulars`: room nights that returning guests book in an average quarter.
    """
    return {"skill": 5.6, "morale": 5.2, "turnover": 0.09, "staff": 240.0, "expectation": 6.0, "reviews": 5.8, "regulars": 15500.0}


def scenario(seed=1, quarters=QUARTERS):
    """What happens outside in each of `quarters` (1 to 40) quarters: a list of dicts; the same `seed` gives the same start.

    Each has `event` (one of EVENTS), `market` (demand, a multiple of the average, season included), `wages` (the market's,
    a multiple of the first quarter's) and `weight` (how much one quarter's satisfaction moves the reviews, 0 to 1).
    """
    quarters = whole("quarters", quarters, 1, 40)
    chance, noise = uniforms(80, seed), normals(40, seed + 1)  # as many as ever, so that a longer game begins the same way
    wages, rival, platform = 1.0, 0, 0
    out = []
    for t in range(quarters):
        # the first two quarters are quiet, so that a beginner sees the chain by itself
        event = EVENTS[1 + int(4 * chance[2 * t + 1])] if t >= 2 and chance[2 * t] < 0.4 else "quiet"
        if event == "wages":
            wages *= 1.05
        if event == "rival":
            rival = 3
        if event == "platform":
            platform = 3
        market = SEASONS[t % 4] * math.exp(0.03 * noise[t]) * (1.15 if event == "festival" else 1.0) * (0.92 if rival > 0 else 1.0)
        out.append({"event": event, "market": market, "wages": wages, "weight": 0.45 if platform > 0 else 0.25})
        rival -= 1
        platform -= 1
    return out


def checked(decision, quarter=1):
    """The six decisions of a `quarter` (only named in complaints), those that `decision` leaves out at their start.

    Raises ValueError for an unknown name, or a value outside its range in DECISIONS.
    """
    known = [row[0] for row in DECISIONS]
    for name in decision:
        if name not in known:
            raise ValueError(f"第{quarter}季没有名为 {name!r} 的决策，可用的有 {'、'.join(known)} (no such decision in quarter {quarter})")
    full = {}
    for name, low, high, _, start in DECISIONS:
        full[name] = number(f"第{quarter}季的 {name}", decision.get(name, start), low, high)
    return full


def quarter(state, decision, outside):
    """One quarter: the pair (what happened, the stocks after it).

    `state` as from `opening`, `decision` as from `checked`, `outside` as one of `scenario`. What happened is a dict:
    the stocks; `load` (work to do over work that can be done), `quality`, `satisfaction` (points 1 to 9), `failures`
    (share of stays with a failure), `complaints` (number), `settled` (share of them settled well), `retention` (share of
    a quarter's guests who book again), `nights`, `occupancy` (0 to 1), `lost` (nights that found no room) and the account in
    yuan: `revenue`, `nights_cost`, `wages`, `training`, `hiring`, `recovery`, `fixed`, `profit`.
    """
    d, s = decision, state
    staff = d["staffing"] * ROOMS / 100
    # demand: the promise draws those who do not know the house, reviews draw or drive away, regulars come by themselves
    draw = math.exp(0.1 * (d["promise"] - 6) + 0.22 * (s["reviews"] - 5.8))
    wanted = outside["market"] * (NEW_GUESTS * draw + s["regulars"])
    capacity = ROOMS * DAYS * 0.97
    nights = min(wanted, capacity)
    occupied = nights / DAYS
    # work: skilled people need less time a room; who must ask a manager for everything costs time too
    pace = 0.7 + 0.06 * s["skill"]
    load = occupied * (0.45 + 0.04 * (1 - d["empowerment"])) / (staff * pace * (1 - 0.4 * s["turnover"]))
    strain = max(0.0, load - 0.8)
    # freedom helps who knows how to use it, and harms where nobody was taught
    freedom = d["empowerment"] * (s["skill"] - 5.0) * 0.3
    quality = clip(3.4 + 0.55 * s["skill"] + 0.1 * (s["morale"] - MIDDLE) + freedom - 5 * strain, LOW, HIGH)
    failures = clip(0.2 * math.exp(-0.4 * (quality - MIDDLE)), 0.01, 0.5)
    guests = nights / 2.2
    voiced = 0.4 + 0.2 * d["empowerment"]
    complaints = guests * failures * voiced
    money = 1 - math.exp(-d["compensation"] / 150)
    settled = clip(0.15 + 0.25 * money + (0.15 + 0.2 * money) * d["empowerment"] + 0.06 * (s["skill"] - MIDDLE), 0.02, 0.95)
    pleased = satisfaction(s["expectation"], quality)
    # a failed stay ends three points lower; a complaint that was settled well gets most of it back
    felt = clip(pleased - 3.0 * failures * (1 - 0.9 * voiced * settled), LOW, HIGH)
    retention = 1 / (1 + math.exp(-0.9 * (felt - 4.7)))
    # the account
    revenue = nights * PRICE
    account = {
        "nights_cost": nights * NIGHT,
        "wages": staff * MARKET_WAGE * d["wage"] * outside["wages"],
        "training": staff * d["training"] * TRAINING_HOUR,
        "hiring": _change_of_staff(staff, s["staff"], s["turnover"]),
        "recovery": complaints * d["compensation"],
        "fixed": FIXED,
    }
    profit = revenue - sum([account[name] for name in account])
    # staff: pay against the market, load, being able to do the job well, and being let to
    relative = d["wage"] / outside["wages"]
    aim = (
        5
        + 6 * (relative - 1)
        + 0.9 * d["empowerment"] * (1 if s["skill"] >= 5 else -0.5)
        - 9 * strain
        + 0.35 * (felt - MIDDLE)
        + 0.02 * (d["training"] - 16)
    )
    morale = clip(s["morale"] + 0.45 * (aim - s["morale"]), LOW, HIGH)
    leaving = clip(0.09 * math.exp(-0.4 * (morale - MIDDLE)) + 0.4 * strain * strain, 0.02, 0.45)
    # those who leave take their skill with them; training fills up, forgetting drains
    taught = 0.75 * (1 - math.exp(-d["training"] / 18)) * (HIGH - s["skill"]) / 4
    skill = clip(s["skill"] + taught - 0.05 * (s["skill"] - NEWCOMER) - leaving * (s["skill"] - NEWCOMER), LOW, HIGH)
    # guests: who came back, who was won, who heard
    share_new = NEW_GUESTS * draw / (NEW_GUESTS * draw + s["regulars"])
    stayed = nights / outside["market"]
    regulars = stayed * (1 - share_new) * (0.42 + 0.58 * retention) + stayed * share_new * 0.28 * retention
    reviews = clip(s["reviews"] + outside["weight"] * (felt + KINDNESS - s["reviews"]), LOW, HIGH)
    expectation = updated_expectation(s["expectation"], quality, reviews, d["promise"], 0.2, 0.15, 0.25)
    happened = {
        "skill": s["skill"],
        "morale": s["morale"],
        "turnover": s["turnover"],
        "staff": staff,
        "expectation": s["expectation"],
        "reviews": s["reviews"],
        "regulars": s["regulars"],
        "load": load,
        "quality": quality,
        "satisfaction": felt,
        "failures": failures,
        "complaints": complaints,
        "settled": settled,
        "retention": retention,
        "nights": nights,
        "occupancy": nights / (ROOMS * DAYS),
        "lost": max(0.0, wanted - capacity),
        "revenue": revenue,
        "profit": profit,
    }
    for name in account:
        happened[name] = account[name]
    after = {
        "skill": skill,
        "morale": morale,
        "turnover": leaving,
        "staff": staff,
        "expectation": expectation,
        "reviews": reviews,
        "regulars": regulars,
    }
    return happened, after


def play(decisions, seed=1):
    """The chain under `decisions`, a list of one dict a quarter (1 to 40), in the scenario of `seed`.

    A decision that a dict leaves out stands at its start. Returns a dict: `quarters`, what happened in each (as `quarter`
    says, with `event`, and `cash`, the profits so far); `cash` (all profits); `equity`, what the regulars are worth at the
    end (the margin of their nights as they fade at the last quarter's retention, discounted); `total`, cash and equity
    together: the result of the game, in yuan. Raises ValueError that names the quarter and the decision.
    """
    if not isinstance(decisions, (list, tuple)) or not 1 <= len(decisions) <= 40:
        raise ValueError("decisions 应是1到40季的决策，一季一个字典 (a list of 1 to 40 dicts, one a quarter, is wanted)")
    outside = scenario(seed, len(decisions))
    state, cash, rows = opening(), 0.0, []
    for t in range(len(decisions)):
        happened, state = quarter(state, checked(decisions[t], t + 1), outside[t])
        cash += happened["profit"]
        happened["event"] = outside[t]["event"]
        happened["cash"] = cash
        rows.append(happened)
    equity = customer_equity(state["regulars"], rows[-1]["retention"])
    return {"quarters": rows, "cash": cash, "equity": equity, "total": cash + equity}


def game(decisions=(), seed=1):
    """The state of a game after `decisions` (a list of 0 to 12 dicts, one a quarter), in the scenario of `seed` (0 to 46655).

    Returns a dict: `quarters`, `cash`, `equity` and `total` as in `play`; `unchanged`, the total of a manager who touched
    nothing for as many quarters; `opening`, the stocks at the start; `next`, the event of the coming quarter (None after
    the last); and the `code` to hand in. Source: the course's own; see the head of this file for the parts.
    """
    if not isinstance(decisions, (list, tuple)) or len(decisions) > QUARTERS:
        raise ValueError(
            f"decisions 应是0到{QUARTERS}季的决策，一季一个字典 (a list of at most {QUARTERS} dicts, one a quarter, is wanted)"
        )
    whole("seed", seed, 0, 46655)
    count = len(decisions)
    result = {"quarters": [], "cash": 0.0, "equity": 0.0, "total": 0.0, "unchanged": 0.0, "code": ""}
    if count:
        result.update(play(decisions, seed))
        result["unchanged"] = play([{}] * count, seed)["total"]
        result["code"] = code(decisions, seed)
    result["opening"] = opening()
    result["next"] = scenario(seed)[count]["event"] if count < QUARTERS else None
    return result


def handed_in(text):
    """What a handed-in `code` is worth: the same dict as `game`, computed again. Raises ValueError for a code that is no code."""
    decisions, seed = decoded(text)
    return game(decisions, seed)


def customer_equity(regulars, retention):
    """What `regulars` (room nights a quarter, 0 or more) are worth in yuan, fading at `retention` (0 to 1) a quarter.

    The margin of a night after what the night costs and its share of wages, discounted by DISCOUNT a quarter; as the
    margin multiple of Gupta & Lehmann (2003), for stays that come back with share 0.42 + 0.58·retention.
    """
    number("regulars", regulars, 0)
    number("retention", retention, 0, 1)
    back = 0.42 + 0.58 * retention
    return regulars * (PRICE - NIGHT) * 0.5 * back / (1 + DISCOUNT - back)


def code(decisions, seed=1):
    """A game as one short line of digits and letters, to hand in; `decoded` reads it, `play` gives its result again.

    Every decision is kept as its place on the grid of DECISIONS, in two digits of base 36; the last two are a check sum.
    """
    if not isinstance(decisions, (list, tuple)) or not 1 <= len(decisions) <= 35:
        raise ValueError("decisions 应是1到35季的决策 (a list of 1 to 35 dicts is wanted)")
    text = _digits(whole("seed", seed, 0, 46655), 3) + _digits(len(decisions), 1)
    for t in range(len(decisions)):
        full = checked(decisions[t], t + 1)
        for name, low, _, step, _ in DECISIONS:
            text += _digits(int((full[name] - low) / step + 0.5), 2)
    return text + _digits(_check_sum(text), 2)


def decoded(text):
    """The pair (decisions, seed) of a game's `code`; raises ValueError when it was mistyped or cut short."""
    text = "".join([c for c in str(text).lower() if c in _DIGITS])
    if len(text) < 6 or len(text) != 4 + 2 * len(DECISIONS) * _value(text[3]) + 2 or _check_sum(text[:-2]) != _value(text[-2:]):
        raise ValueError("这串成绩码不完整或抄错了，从游戏里重新复制一次 (this code is incomplete or mistyped)")
    seed, count, at = _value(text[:3]), _value(text[3]), 4
    decisions = []
    for _ in range(count):
        decision = {}
        for name, low, high, step, _ in DECISIONS:
            # six decimals: the grid's own, not the sum's
            decision[name] = min(high, int((low + step * _value(text[at : at + 2])) * 1000000 + 0.5) / 1000000)
            at += 2
        decisions.append(decision)
    return decisions, seed


def _change_of_staff(staff, before, turnover):
    """Yuan to get from `before` employees, less those who left, to `staff`."""
    there = before * (1 - turnover)
    return HIRING * (staff - there) if staff >= there else SEVERANCE * (there - staff)


_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def _digits(value, length):
    out = ""
    for _ in range(length):
        out = _DIGITS[value % 36] + out
        value //= 36
    return out


def _value(text):
    value = 0
    for c in text:
        value = 36 * value + _DIGITS.index(c)
    return value


def _check_sum(text):
    total = 7
    for c in text:
        total = (31 * total + _DIGITS.index(c)) % 1291
    return total
