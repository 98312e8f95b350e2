"""What a customer is worth: staying and leaving, lifetime value, the 5 % claim, how often and how long customers still buy.

Rates are shares from 0 to 1 a period (usually a year), margins and costs are in one currency, usually yuan. Conventions, where
the literature has several:

- retention r and defection 1 − r are constant; the expected life 1 / (1 − r) counts the period in which the customer came;
- lifetime value leaves the first margin out (t = 1, 2, …, as Gupta & Lehmann 2003), unless `first_margin` adds t = 0
  (as Berger & Nasr 1998); margins fall at the end of a period and are discounted by (1 + i)^t;
- BG/NBD: x repeat purchases (the first one is not counted), the last at t_x, observed until T, all from the first purchase on;
- gamma-gamma: shape p of a transaction, shape q and scale v of customers, as in Fader & Hardie's note (v is their γ).

The defaults of `defection_cut` and `defection_cuts` (margin 1,000, growth, acquisition cost) are teaching assumptions.
"""

import math

from .checks import number, numbers, option, whole
from .normal import normal_quantile
from .order import order

READINGS = ("points", "percent")


# Staying and leaving


def retention_rate(start, end, new=0):
    """Share (0 to 1) of the customers at the `start` of a period who are still there at its `end`.

    `start` is more than 0; `end` counts everyone, so that the `new` ones (0 or more) are taken off first.
    """
    number("start", start, 0)
    if start == 0:
        raise ValueError("start 应大于 0，收到 0 (start must exceed 0)")
    number("new", new, 0)
    number("end", end, new, start + new)
    return (end - new) / start


def defection_rate(retention):
    """Share (0 to 1) of customers lost a period, 1 − r, from `retention` (0 to 1)."""
    return 1 - number("retention", retention, 0, 1)


def survival_probability(retention, periods):
    """Probability r^t (0 to 1) that a customer is still there after `periods` (0 or more), with constant `retention` (0 to 1)."""
    return number("retention", retention, 0, 1) ** number("periods", periods, 0)


def expected_lifetime(retention):
    """Expected life of a customer in periods, 1 / (1 − r), the period of arrival included; `retention` from 0 to below 1.

    Source: Reichheld & Sasser (1990); the mean of a geometric distribution.
    """
    number("retention", retention, 0, 1)
    if retention == 1:
        raise ValueError("retention 应小于 1，收到 1：没人走，寿命无限 (retention must be below 1)")
    return 1 / (1 - retention)


# Lifetime value


def margin_multiple(retention, discount, growth=0.0, first_margin=False):
    """By how many times a period's margin the lifetime value exceeds it: r / (1 + i − r·(1 + g)).

    `retention` r (0 to 1), `discount` i a period (0 to 10), `growth` g of the margin a period (−1 to 10), with r·(1 + g)
    below 1 + i, for otherwise the sum has no end. With `first_margin` a margin at once is added and the later ones grow from
    it: (1 + i) / (1 + i − r·(1 + g)). Source: Gupta & Lehmann (2003).
    """
    number("retention", retention, 0, 1)
    number("discount", discount, 0, 10)
    number("growth", growth, -1, 10)
    left = 1 + discount - retention * (1 + growth)
    if left <= 0:
        raise ValueError(
            f"retention × (1 + growth) 应小于 1 + discount，否则价值无限，收到 {retention!r}, {growth!r}, {discount!r} (no finite value)"
        )
    return ((1 + discount) if first_margin else retention) / left


def clv(margin, retention, discount, periods=None, first_margin=False, growth=0.0, acquisition_cost=0.0):
    """Customer lifetime value, in the unit of `margin`: Σ m·(1 + g)^(t−1)·r^t / (1 + i)^t, less the acquisition cost.

    The sum runs over t = 1, 2, … without end, or to t = `periods` (a whole number from 0). With `first_margin` it starts at
    t = 0 and the margin grows from there: Σ m·(1 + g)^t·r^t / (1 + i)^t. `margin` m a period (any number), `retention` r (0
    to 1), `discount` i (0 to 10), `growth` g (−1 to 10), `acquisition_cost` (0 or more).
    Raises ValueError when an endless sum has no finite value.
    Source: Gupta & Lehmann (2003); finite horizon and first margin: Berger & Nasr (1998).
    """
    number("margin", margin)
    number("acquisition_cost", acquisition_cost, 0)
    if periods is None:
        return margin * margin_multiple(retention, discount, growth, first_margin) - acquisition_cost
    periods = whole("periods", periods, 0)
    number("retention", retention, 0, 1)
    number("discount", discount, 0, 10)
    ratio = retention * (1 + number("growth", growth, -1, 10)) / (1 + discount)
    first = 1 if first_margin else retention / (1 + discount)
    return margin * first * _geometric_sum(ratio, periods + 1 if first_margin else periods) - acquisition_cost


def clv_of_margins(margins, retention, discount, first_margin=False):
    """Lifetime value of a customer whose `margins` (a list of numbers, one a period) differ from period to period.

    The first of them falls at t = 1, or with `first_margin` at t = 0; `retention` (0 to 1), `discount` (0 to 10).
    Source: the profit patterns by tenure of Reichheld & Sasser (1990); Berger & Nasr (1998), case 3.
    """
    margins = numbers("margins", margins)
    step = number("retention", retention, 0, 1) / (1 + number("discount", discount, 0, 10))
    weight = 1 if first_margin else step
    total = 0.0
    for margin in margins:
        total += weight * margin
        weight *= step
    return total


def berger_nasr_value(margin, promotion_cost, retention, discount, periods):
    """Lifetime value with the cost of keeping the customer, Berger & Nasr's (1998) case 1.

    Σ_{t=0..n} GC·r^t / (1 + d)^t − M·Σ_{t=1..n} r^(t−1) / (1 + d)^(t−0.5): the gross `margin` GC (any number) falls at the
    beginning of each period, the `promotion_cost` M (0 or more) in its middle. `retention` r (0 to 1), `discount` d (0 to
    10), `periods` n (a whole number from 0).
    """
    number("margin", margin)
    number("promotion_cost", promotion_cost, 0)
    ratio = number("retention", retention, 0, 1) / (1 + number("discount", discount, 0, 10))
    periods = whole("periods", periods, 0)
    return margin * _geometric_sum(ratio, periods + 1) - promotion_cost / math.sqrt(1 + discount) * _geometric_sum(ratio, periods)


def retention_elasticity(retention, discount):
    """Per cent by which the lifetime value (without the first margin) rises when retention rises by 1 %: (1 + i) / (1 + i − r).

    `retention` r (0 to 1), `discount` i (0 to 10; more than 0 when r is 1). Source: Gupta, Lehmann & Stuart (2004).
    """
    return margin_multiple(retention, discount, 0.0, True)


def maximum_acquisition_cost(value, conversion=1.0, required_return=0.0):
    """The most that may be spent on one prospect, in the unit of `value`: conversion × value / (1 + required return).

    `value` is the lifetime value of a customer won, the first margin included if the purchase that wins the customer brings
    it; `conversion` (0 to 1) the share of prospects won, 1 for the cost of one customer; `required_return` (0 or more) on
    the money spent. A customer who is worth nothing may cost nothing.
    """
    number("value", value)
    return max(0.0, number("conversion", conversion, 0, 1) * value / (1 + number("required_return", required_return, 0)))


# The 5 % claim


def defection_after_cut(defection, cut=0.05, reading="points"):
    """The defection rate after "5 % less": `defection` − cut when read in "points", `defection` × (1 − cut) in "percent".

    `defection` and `cut` from 0 to 1; in points the cut is at most the defection itself.
    """
    number("defection", defection, 0, 1)
    number("cut", cut, 0, 1)
    if option("reading", reading, READINGS) == "percent":
        return defection * (1 - cut)
    if cut > defection:
        raise ValueError(f"cut 应不大于 defection，收到 {cut!r} 和 {defection!r} (cut must not exceed defection)")
    return defection - cut


def profit_per_customer(margin, defection, discount=0.0, growth=0.0, acquisition_cost=0.0):
    """Profit that a new customer brings in all, in the unit of `margin`, the first margin counted.

    The t-th year's margin (t = 0, 1, …) is m·(1 + g·t): it rises by the same amount every year, as Reichheld & Sasser's (1990)
    profit patterns nearly do, so that the sum m·[1/(1 − q) + g·q/(1 − q)²], q = (1 − defection) / (1 + discount), is finite
    whenever q is below 1. `margin` of the first year (any number), `defection` (0 to 1), `discount` (0 to 10), `growth` g as
    a share of the first margin (−1 to 10), `acquisition_cost` (0 or more).
    """
    number("margin", margin)
    number("growth", growth, -1, 10)
    number("acquisition_cost", acquisition_cost, 0)
    return margin * (_flat(defection, discount) + growth * _rise(defection, discount)) - acquisition_cost


def profit_change(defection, cut=0.05, reading="points", discount=0.0, growth=0.0, acquisition=0.0):
    """Share by which the profit per customer rises when the defection rate falls by `cut`: 0.33 is +33 %.

    Arguments as in `defection_after_cut` and `profit_per_customer`; `acquisition` is the cost of winning a customer in first
    years' margins (0 to 9) and must leave a profit. The claim: Reichheld & Sasser (1990); that it is arithmetic: Sharp (2010).
    """
    return defection_cut(defection, cut, reading, discount, growth, acquisition)["change"]


def defection_cut(defection=0.2, cut=0.05, reading="points", discount=0.0, growth=0.0, acquisition=0.0, margin=1000.0):
    """From the profit per customer before the cut in defection to the one after it, step by step.

    `defection`, `cut` and `reading` as in `defection_after_cut`, `discount` and `growth` as in `profit_per_customer`,
    `margin` of the first year (more than 0), `acquisition` cost in first years' margins (0 to 9).
    Returns a dict: `new_defection`; `life_before` and `life_after` in years (1 / defection); `profit_before` and
    `profit_after`; the three parts of their difference, `longer` (more years at the first year's margin), `discounted` (what
    discounting takes off those) and `risen` (that later years earn more); `change`, the difference as a share of
    `profit_before`. Raises ValueError when a life has no end or no profit is left before the cut.
    """
    new = defection_after_cut(defection, cut, reading)
    if number("margin", margin, 0) == 0:
        raise ValueError("margin 应大于 0，收到 0 (margin must exceed 0)")
    cost = margin * number("acquisition", acquisition, 0, 9)
    before = profit_per_customer(margin, defection, discount, growth, cost)
    after = profit_per_customer(margin, new, discount, growth, cost)
    if new == 0:
        raise ValueError(f"减去 cut 之后没人流失，寿命无限，收到 defection={defection!r} (no one defects after the cut)")
    if before <= 0:
        raise ValueError(f"acquisition 太高，顾客原本就不带来利润，收到 {acquisition!r} (no profit before the cut)")
    longer = margin * (1 / new - 1 / defection)
    return {
        "new_defection": new,
        "life_before": 1 / defection,
        "life_after": 1 / new,
        "profit_before": before,
        "longer": longer,
        "discounted": margin * (_flat(new, discount) - _flat(defection, discount)) - longer,
        "risen": margin * growth * (_rise(new, discount) - _rise(defection, discount)),
        "profit_after": after,
        "change": after / before - 1,
    }


def defection_cuts(defection=0.2, cut=0.05, discount=0.1, growth=0.0, acquisition=0.0):
    """The 5 % claim in both readings, for this defection rate and for every one from 8 % to 50 %.

    Arguments as in `defection_cut`; `cut` at most 0.07. Returns a dict: `points` and `percent`, the change of profit for
    `defection` (shares); `base`, the defection rate in per cent; `points_curve` and `percent_curve`, pairs [defection rate in
    per cent, change in per cent]; `claim_low` and `claim_high`, the claimed 25 % and 85 % over the same axis.
    """
    number("cut", cut, 0, 0.07)
    by_points = defection_cut(defection, cut, "points", discount, growth, acquisition)["change"]
    by_percent = defection_cut(defection, cut, "percent", discount, growth, acquisition)["change"]
    curves = []
    for reading in READINGS:
        curve = []
        for base in range(8, 51):
            before = _profit(base / 100, discount, growth, acquisition)
            after = _profit(defection_after_cut(base / 100, cut, reading), discount, growth, acquisition)
            if before > 0:
                curve.append([base, 100 * (after / before - 1)])
        curves.append(curve)
    return {
        "points": by_points,
        "percent": by_percent,
        "base": 100 * defection,
        "points_curve": curves[0],
        "percent_curve": curves[1],
        "claim_low": [[8, 25], [50, 25]],
        "claim_high": [[8, 85], [50, 85]],
    }


# BG/NBD: how often and how long


def hypergeometric_2f1(a, b, c, z):
    """Gauss' hypergeometric function 2F1(a, b; c; z) for `z` from 0 to below 1.

    `a`, `b` any numbers, `c` any but 0, −1, −2 … Up to z = 0.5 the power series; beyond, Taylor steps along the function's
    differential equation, each half of the way to the singularity at 1, so that the work grows only with log(1 − z).
    Source: Abramowitz & Stegun (1964), 15.1.1 and 15.5.1.
    """
    number("a", a)
    number("b", b)
    if number("c", c) <= 0 and c == int(c):
        raise ValueError(f"c 不能是 0 或负整数，收到 {c!r} (c must not be 0 or a negative whole number)")
    if number("z", z, 0, 1) == 1:
        raise ValueError("z 应小于 1，收到 1 (z must be below 1)")
    return _hypergeometric(a, b, c, z)[0]


def bg_nbd_probability_alive(x, t_x, T, r, alpha, a, b):
    """Probability (0 to 1) that a customer with history (`x`, `t_x`, `T`) will still buy.

    `x` repeat purchases (0 or more), the last at `t_x` (0 to T), observed until `T`; parameters `r`, `alpha`, `a`, `b`, all
    more than 0. Who never bought again is alive for certain, for in this model one can only drop out after a repeat purchase.
    Source: Fader, Hardie & Lee (2005); the expression for P(alive): Fader, Hardie & Lee (2008), note.
    """
    _bg_nbd_history(x, t_x, T)
    _bg_nbd_parameters(r, alpha, a, b)
    return 1 / (1 + _death_odds(x, t_x, T, r, alpha, a, b))


def bg_nbd_expected_purchases(t, r, alpha, a, b):
    """Expected repeat purchases E[X(t)] of a new customer in a time of length `t` (0 or more).

    Parameters `r`, `alpha`, `a`, `b` more than 0 (a = 1 included). Source: Fader, Hardie & Lee (2005), equation 9.
    """
    return bg_nbd_conditional_expectation(t, 0, 0, 0, r, alpha, a, b)


def bg_nbd_conditional_expectation(t, x, t_x, T, r, alpha, a, b):
    """Expected purchases in the next `t` (0 or more) of a customer with history (`x`, `t_x`, `T`), as in `bg_nbd_probability_alive`.

    Source: Fader, Hardie & Lee (2005), equation 10, brought by Euler's transformation of 2F1 to a form that neither overflows
    for large x nor fails at a = 1.
    """
    number("t", t, 0)
    _bg_nbd_history(x, t_x, T)
    _bg_nbd_parameters(r, alpha, a, b)
    log_ratio = math.log(alpha + T) - math.log(alpha + T + t)
    if t == 0:
        return 0.0
    power = (a - 1) * log_ratio
    lower = a + b - 1 - r
    gap = lower * _hypergeometric(lower + 1, a, a + b + x, t / (alpha + T + t))[1]
    bought = -(a + b + x - 1) * log_ratio * _expm1_ratio(power) - math.exp(power) * gap
    return bought / (1 + _death_odds(x, t_x, T, r, alpha, a, b))


def bg_nbd_probability(x, t, r, alpha, a, b):
    """Probability P(X(t) = x) that a new customer makes `x` (a whole number from 0) repeat purchases in a time `t` (0 or more).

    Parameters `r`, `alpha`, `a`, `b` more than 0. Source: Fader, Hardie & Lee (2005), equation 8.
    """
    x = whole("x", x, 0)
    number("t", t, 0)
    _bg_nbd_parameters(r, alpha, a, b)
    share = t / (alpha + t)
    term = math.exp(r * (math.log(alpha) - math.log(alpha + t)))
    before = 0.0
    for j in range(x):
        before += term
        term *= (r + j) / (j + 1) * share
    alive = math.exp(_log_beta(a, b + x) - _log_beta(a, b)) * term
    if x == 0:
        return alive
    return alive + math.exp(_log_beta(a + 1, b + x - 1) - _log_beta(a, b)) * max(0.0, 1 - before)


def bg_nbd_log_likelihood(x, t_x, T, r, alpha, a, b):
    """Log-likelihood of one customer's history (`x`, `t_x`, `T`), as in `bg_nbd_probability_alive`; add up over customers.

    Source: Fader, Hardie & Lee (2005), equation 6.
    """
    _bg_nbd_history(x, t_x, T)
    _bg_nbd_parameters(r, alpha, a, b)
    log_alive = _log_beta(a, b + x) - _log_beta(a, b) + math.lgamma(r + x) - math.lgamma(r)
    log_alive += r * math.log(alpha) - (r + x) * math.log(alpha + T)
    odds = _death_odds(x, t_x, T, r, alpha, a, b)
    return log_alive + (math.log(1 + odds) if odds < 1e15 else math.log(odds))


# Gamma-gamma: how much


def gamma_gamma_expected_spend(x, mean_spend, p, q, v):
    """Expected spend per transaction of a customer who spent `mean_spend` (more than 0) on average in `x` transactions.

    p·(v + x·m̄) / (p·x + q − 1), between the customer's own mean and the mean of all, p·v / (q − 1), which is what a customer
    without transactions (`x` = 0, `mean_spend` 0) is expected to spend. `p`, `v` more than 0, `q` more than 1.
    Source: Fader, Hardie & Lee (2005, JMR); Fader & Hardie (2013), note.
    """
    number("x", x, 0)
    number("mean_spend", mean_spend, 0)
    if x > 0 and mean_spend == 0:
        raise ValueError("mean_spend 应大于 0，收到 0 (mean_spend must exceed 0 when there were transactions)")
    _positive("p", p)
    _positive("v", v)
    if number("q", q) <= 1:
        raise ValueError(f"q 应大于 1，否则平均值不存在，收到 {q!r} (q must exceed 1)")
    return p * (v + x * mean_spend) / (p * x + q - 1)


# Survival


def kaplan_meier(durations, observed=None, confidence=0.95):
    """The share of customers that survives each time at which one left, with censored customers counted as long as they were seen.

    `durations` (0 or more) of the customers, `observed`: for each 1 or True when it left then and 0 or False when it was
    still there at the end of observation (default: all left). A customer censored at the time of a departure was still at
    risk. Returns a dict of lists, one place for each time of a departure: `time`, `at_risk`, `events`, `survival`,
    `standard_error` (Greenwood), and the pointwise interval `lower`, `upper` of the `confidence` (0.5 to 0.999) on the log-log
    scale. Where no one survives, standard error and interval are 0.
    Source: Kaplan & Meier (1958); Greenwood (1926); log-log interval: Kalbfleisch & Prentice (1980).
    """
    durations = numbers("durations", durations, 0)
    observed = [1] * len(durations) if observed is None else list(observed)
    if len(observed) != len(durations):
        raise ValueError(f"observed 应有 {len(durations)} 个，与 durations 一样多，收到 {len(observed)} 个 (as many as durations)")
    left = [whole(f"observed[{i}]", int(flag) if flag in (True, False) else flag, 0, 1) for i, flag in enumerate(observed)]
    z = normal_quantile(0.5 + number("confidence", confidence, 0.5, 0.999) / 2)
    table = {"time": [], "at_risk": [], "events": [], "survival": [], "standard_error": [], "lower": [], "upper": []}
    places = order(durations)
    survival, variance, i = 1.0, 0.0, 0
    while i < len(places):
        time, at_risk, events = durations[places[i]], len(places) - i, 0
        while i < len(places) and durations[places[i]] == time:
            events += left[places[i]]
            i += 1
        if events == 0:
            continue
        survival *= 1 - events / at_risk
        if events < at_risk:
            variance += events / (at_risk * (at_risk - events))
        low, high = _log_log_interval(survival, variance, z)
        table["time"].append(time)
        table["at_risk"].append(at_risk)
        table["events"].append(events)
        table["survival"].append(survival)
        table["standard_error"].append(survival * math.sqrt(variance))
        table["lower"].append(low)
        table["upper"].append(high)
    return table


def survival_at(curve, time):
    """Share (0 to 1) that survives beyond `time` (0 or more), by a `curve` that `kaplan_meier` returned."""
    number("time", time, 0)
    share = 1.0
    for when, survival in zip(curve["time"], curve["survival"]):
        if when <= time:
            share = survival
    return share


def median_lifetime(curve):
    """The first time at which a `kaplan_meier` curve is at one half or below; None when more than half survive."""
    for when, survival in zip(curve["time"], curve["survival"]):
        if survival <= 0.5 + 1e-12:
            return when
    return None


# Winning or keeping: Blattberg & Deighton


def response_rate(spend, ceiling, k):
    """Share (0 to 1) of prospects won, or of customers kept, with `spend` (0 or more) on each: ceiling·(1 − e^(−k·spend)).

    `ceiling` (0 to 1) is what no spending exceeds, `k` (more than 0) how fast it is neared. Source: Blattberg & Deighton (1996).
    """
    number("spend", spend, 0)
    return number("ceiling", ceiling, 0, 1) * (1 - math.exp(-_positive("k", k) * spend))


def response_steepness(spend, rate, ceiling):
    """The k of `response_rate` through one known point: `rate` (below the `ceiling`, both 0 to 1) reached with `spend` (above 0)."""
    _positive("spend", spend)
    number("ceiling", ceiling, 0, 1)
    if number("rate", rate, 0, 1) >= ceiling or rate == 0:
        raise ValueError(f"rate 应大于 0 且小于 ceiling={ceiling!r}，收到 {rate!r} (rate must lie between 0 and ceiling)")
    return -math.log(1 - rate / ceiling) / spend


def cost_of_one_more(spend, ceiling, k):
    """What one more customer won (or kept) costs at this `spend` a head: 1 / (ceiling·k·e^(−k·spend)); arguments as in `response_rate`.

    The ratio of this number for winning to that for keeping is what "a new customer costs five times as much" is about.
    """
    number("spend", spend, 0)
    if number("ceiling", ceiling, 0, 1) == 0:
        raise ValueError("ceiling 应大于 0，收到 0 (ceiling must exceed 0)")
    return math.exp(_positive("k", k) * spend) / (ceiling * k)


def acquisition_profit(spend, value, ceiling, k):
    """Profit per prospect, a·value − spend, when a customer won is worth `value` (any number); others as in `response_rate`."""
    return response_rate(spend, ceiling, k) * number("value", value) - spend


def optimal_acquisition_spend(value, ceiling, k):
    """The spend per prospect that earns most, ln(k·ceiling·value) / k, or 0 when the first yuan does not pay; see `acquisition_profit`."""
    gain = _positive("k", k) * number("ceiling", ceiling, 0, 1) * number("value", value)
    return math.log(gain) / k if gain > 1 else 0.0


def customer_equity(
    acquisition_spend, retention_spend, margin, discount, acquisition_ceiling, acquisition_k, retention_ceiling, retention_k
):
    """Value of one prospect: a·m − A + a·(m − R/r)·r' / (1 − r'), r' = r / (1 + d).

    `acquisition_spend` A per prospect and `retention_spend` R per customer and year (0 or more) give the rates a and r by
    their own `response_rate` curves; `margin` m a year (any number), `discount` d (0 to 10).
    With R = 0 no one is kept. Source: Blattberg & Deighton (1996).
    """
    acquired = response_rate(acquisition_spend, acquisition_ceiling, acquisition_k)
    number("margin", margin)
    number("discount", discount, 0, 10)
    return acquired * margin - acquisition_spend + acquired * _kept(retention_spend, margin, discount, retention_ceiling, retention_k)


def optimal_retention_spend(margin, discount, ceiling, k):
    """The yearly spend R per customer that makes (m − R/r)·r' / (1 − r') of `customer_equity` greatest; 0 when none pays.

    `margin` (any number), `discount` (0 to 10), `ceiling` (0 to 1) and `k` (more than 0) of the retention curve. Found by
    golden section to a millionth of the range from 0 to `margin`.
    """
    number("margin", margin)
    number("discount", discount, 0, 10)
    response_rate(0, ceiling, k)  # checks
    if margin <= 0 or ceiling == 0:
        return 0.0
    golden = (math.sqrt(5) - 1) / 2
    low, high = 0.0, float(margin)
    for _ in range(60):
        left, right = high - golden * (high - low), low + golden * (high - low)
        if _kept(left, margin, discount, ceiling, k) < _kept(right, margin, discount, ceiling, k):
            low = left
        else:
            high = right
    best = (low + high) / 2
    return best if _kept(best, margin, discount, ceiling, k) > 0 else 0.0


# Popular numbers


def cost_ratio(
    acquisition_budget=50, new_anyway=0.2, retention_budget=32, retention=0.8, stay_anyway=0.7, new_customers=1000, members=4000
):
    """How many times as much a new customer costs as an old one, by everyone counted and by those whom the money moved.

    `acquisition_budget` (1 to 100) and `retention_budget` (1 to 100) a year in 万元 (10,000 yuan); `new_customers` (1 or more)
    came, a share `new_anyway` (0 to 0.9) of them without being asked; of `members` (1 or more) the share `retention` (0.66 to 1)
    stayed, `stay_anyway` (0 to 0.65) would have stayed unasked.
    Returns a dict: yuan a head `average_new`, `average_kept` (the budget by everyone who came or stayed), `extra_new`,
    `extra_kept` (by those who would not have without it); the ratios `average_ratio`, `extra_ratio`; the pairs
    [stay_anyway in per cent, ratio] `extra_curve` and `average_curve`; `now`, stay_anyway in per cent.
    Source of the claim: unknown; of the objection, that costs are wrongly shared out: Keiningham et al. (2005).
    """
    number("acquisition_budget", acquisition_budget, 1, 100)
    number("retention_budget", retention_budget, 1, 100)
    number("new_anyway", new_anyway, 0, 0.9)
    number("retention", retention, 0.66, 1)
    number("stay_anyway", stay_anyway, 0, 0.65)
    average_new = 10000 * acquisition_budget / number("new_customers", new_customers, 1)
    average_kept = 10000 * retention_budget / (number("members", members, 1) * retention)
    extra_new = average_new / (1 - new_anyway)

    def kept_for(anyway):
        return average_kept * retention / (retention - anyway)

    return {
        "average_new": average_new,
        "average_kept": average_kept,
        "average_ratio": average_new / average_kept,
        "extra_new": extra_new,
        "extra_kept": kept_for(stay_anyway),
        "extra_ratio": extra_new / kept_for(stay_anyway),
        "extra_curve": [[100 * k / 20, extra_new / kept_for(k / 20)] for k in range(14)],
        "average_curve": [[0, average_new / average_kept], [65, average_new / average_kept]],
        "now": 100 * stay_anyway,
    }


def silence_rule(days=180, interval=120, alive=0.65):
    """Who is taken for lost by the rule "not seen for `days` days" (30 to 720), when nobody says goodbye.

    A share `alive` (0.05 to 0.95) of the customers on file still comes, at random, once in `interval` days on average (5 to
    365), so that one of them is silent for longer with probability e^(−days / interval); the others left long ago.
    Returns a dict: `listed`, share of all on the list; `wrong`, share of the list that still comes; `alive_listed`, share of those
    who still come that is on it; and over the rule from 30 to 720 days the pairs [days, per cent] `wrong_curve`, `alive_curve`.
    Source: random purchases as in Schmittlein, Morrison & Colombo (1987); the numbers are teaching assumptions.
    """
    number("days", days, 30, 720)
    number("interval", interval, 5, 365)
    number("alive", alive, 0.05, 0.95)

    def silent(limit):
        return math.exp(-limit / interval)

    def wrong(limit):
        return alive * silent(limit) / (alive * silent(limit) + 1 - alive)

    return {
        "listed": alive * silent(days) + 1 - alive,
        "wrong": wrong(days),
        "alive_listed": silent(days),
        "wrong_curve": [[30 * k, 100 * wrong(30 * k)] for k in range(1, 25)],
        "alive_curve": [[30 * k, 100 * silent(30 * k)] for k in range(1, 25)],
    }


# The same formulas without checks, and what they need


def _positive(name, value):
    if number(name, value, 0) == 0:
        raise ValueError(f"{name} 应大于 0，收到 {value!r} ({name} must exceed 0)")
    return value


def _geometric_sum(ratio, n):
    if abs(ratio - 1) < 1e-12:
        return float(n)
    return (1 - ratio**n) / (1 - ratio)


def _flat(defection, discount):
    """1 / (1 − q), written so that without discount it is 1 / defection to the last digit."""
    lost = _lost(defection, discount)
    return (1 + discount) / lost


def _rise(defection, discount):
    """q / (1 − q)²."""
    lost = _lost(defection, discount)
    return (1 - defection) * (1 + discount) / lost**2


def _lost(defection, discount):
    lost = number("defection", defection, 0, 1) + number("discount", discount, 0, 10)
    if lost == 0:
        raise ValueError("没人流失又不贴现，价值无限 (without defection and discount the value is infinite)")
    return lost


def _profit(defection, discount, growth, acquisition):
    lost = defection + discount
    return (1 + discount) / lost + growth * (1 - defection) * (1 + discount) / lost**2 - acquisition


def _kept(spend, margin, discount, ceiling, k):
    rate = response_rate(spend, ceiling, k)
    kept = rate / (1 + discount)
    if rate == 0:
        return 0.0
    if kept >= 1:
        raise ValueError("没人流失又不贴现，价值无限 (without defection and discount the value is infinite)")
    return (margin - spend / rate) * kept / (1 - kept)


def _bg_nbd_parameters(r, alpha, a, b):
    _positive("r", r)
    _positive("alpha", alpha)
    _positive("a", a)
    _positive("b", b)


def _bg_nbd_history(x, t_x, T):
    number("x", x, 0)
    number("T", T, 0)
    number("t_x", t_x, 0, T)
    if 0 < x < 1:
        raise ValueError(f"x 应是 0 或不小于 1 的数，收到 {x!r} (x must be 0 or at least 1)")


def _death_odds(x, t_x, T, r, alpha, a, b):
    if x == 0:
        return 0.0
    log_odds = math.log(a) - math.log(b + x - 1) + (r + x) * (math.log(alpha + T) - math.log(alpha + t_x))
    # beyond e^700 a float ends; the probability is 0 long before
    return math.exp(log_odds) if log_odds < 700 else math.exp(700.0)


def _log_beta(a, b):
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)


def _expm1_ratio(u):
    """(e^u − 1) / u, also near 0."""
    if abs(u) > 0.1:
        return (math.exp(u) - 1) / u
    term = total = 1.0
    for n in range(2, 14):
        term *= u / n
        total += term
    return total


def _hypergeometric(a, b, c, z):
    """2F1(a, b; c; ·) at `z`, and its integral from 0 to `z`."""
    at = z if z < 0.5 else 0.5
    value = slope = integral = 0.0
    term = 1.0
    for n in range(20000):
        value += term
        integral += term * at / (n + 1)
        step = (a + n) * (b + n) / ((c + n) * (n + 1))
        slope += (n + 1) * term * step
        term *= step * at
        # terms may grow before they fall, so a small one alone says nothing
        if abs(term) <= 1e-18 * abs(value) and abs(step * at) < 0.9:
            break
    while at < z:
        ahead = (1 - at) / 2 if (1 - at) / 2 < z - at else z - at
        value, slope, area = _taylor_step(a, b, c, at, ahead, value, slope)
        integral += area
        at = at + ahead if ahead < z - at else z
    return value, integral


def _taylor_step(a, b, c, z, ahead, value, slope):
    """Value and slope at `z` + `ahead` and the integral between, of the solution of z(1−z)F″ + [c − (a+b+1)z]F′ − abF = 0."""
    # the coefficients times ahead^k, for they themselves overflow near 1
    now, following = value, slope * ahead
    new_value = new_slope = area = 0.0
    quiet = 0
    for k in range(20000):
        new_value += now
        area += now * ahead / (k + 1)
        rise = (k + 1) * following / ahead
        new_slope += rise
        quiet = quiet + 1 if abs(rise) <= 1e-18 * abs(new_slope) else 0
        if quiet == 4:
            break
        bend = (k + a) * (k + b) * now * ahead - (k + 1) * ((1 - 2 * z) * k + c - (a + b + 1) * z) * following
        now, following = following, bend * ahead / (z * (1 - z) * (k + 2) * (k + 1))
    return new_value, new_slope, area


def _log_log_interval(survival, variance, z):
    if survival <= 0:
        return 0.0, 0.0
    if survival >= 1:
        return 1.0, 1.0
    log_survival = math.log(survival)
    width = z * math.sqrt(variance) / -log_survival
    return math.exp(log_survival * math.exp(width)), math.exp(log_survival * math.exp(-width))
