"""Queues, staffing, and what a place is worth at the busy hour.

Rates and times of a call are in one unit of time (customers a minute with minutes, an hour with hours); the offered load
(erlangs) is arrival rate times mean service time, the utilisation is load per server. Waits are mean waits of all
who come, also of those who need not wait, unless a function says otherwise. Conventions: with a load of `servers` or
more nobody is ever caught up with, so `erlang_c` is 1 and the functions that would need a steady state refuse.
The factors of the perceived wait, the costs of the noon peak and the curve of quality under load are teaching assumptions.
"""

import math

from .checks import number, option, whole
from .draws import uniforms
from .normal import normal_quantile

MAISTER = {
    "unoccupied": 1.25,
    "pre_process": 1.1,
    "anxious": 1.2,
    "uncertain": 1.25,
    "unexplained": 1.1,
    "unfair": 1.3,
    "solo": 1.1,
    "uncomfortable": 1.15,
}
STATES = ("excess demand", "over optimum", "balanced", "excess capacity")
STATES_ZH = ("超产能", "超最优", "平衡", "过剩")

# the noon peak: share of the arrivals in each ten minutes of the hour
PEAK = (0.08, 0.13, 0.24, 0.27, 0.18, 0.10)
NOON_MINUTES = 60


# Erlang's formulas


def offered_load(arrival_rate, service_time):
    """Offered load in erlangs: `arrival_rate` (customers a unit of time, 0 or more) times mean `service_time` (same unit)."""
    return number("arrival_rate", arrival_rate, 0) * number("service_time", service_time, 0)


def utilisation(arrival_rate, service_rate, servers=1):
    """ρ = λ/(cμ): load per server; 1 or more and the line grows without end.

    `arrival_rate` λ (0 or more) and `service_rate` μ of one server (more than 0) in one unit of time.
    """
    return number("arrival_rate", arrival_rate, 0) / (whole("servers", servers, 1) * _positive("service_rate", service_rate))


def erlang_b(servers, load):
    """Probability (0 to 1) that a customer finds all `servers` (0 or more) busy and is lost, M/M/c/c, at `load` erlangs (0 or more).

    Computed by B(0) = 1, B(n) = A·B(n−1)/(n + A·B(n−1)). Source: Erlang (1917).
    """
    return _erlang_b(whole("servers", servers, 0, 100000), number("load", load, 0))


def erlang_c(servers, load):
    """Probability (0 to 1) that a customer must wait, M/M/c with unlimited patience, at `load` erlangs (0 or more).

    C = B/(1 − ρ(1 − B)) with ρ = load/servers; 1 when the load is `servers` (1 or more) or above. Source: Erlang (1917).
    """
    return _erlang_c(whole("servers", servers, 1, 100000), number("load", load, 0))


def average_speed_of_answer(servers, arrival_rate, service_time):
    """ASA, the mean wait of all customers, in the unit of `service_time`: C·s/(c − A).

    `arrival_rate` (customers a unit of time) and mean `service_time` are in one unit. Source: Erlang (1917).
    """
    servers, load = _steady(servers, arrival_rate, service_time)
    return _erlang_c(servers, load) * service_time / (servers - load)


def service_level(servers, arrival_rate, service_time, target_time):
    """Share (0 to 1) of the customers who wait at most `target_time` (0 or more): 1 − C·e^(−(c − A)·t/s); 0 with too few servers.

    All times are in one unit. Source: Erlang (1917).
    """
    servers = whole("servers", servers, 1, 100000)
    load = number("arrival_rate", arrival_rate, 0) * _positive("service_time", service_time)
    number("target_time", target_time, 0)
    if load >= servers:
        return 0.0
    return 1 - _erlang_c(servers, load) * math.exp(-(servers - load) * target_time / service_time)


def waiting_time_quantile(share, servers, arrival_rate, service_time):
    """The wait that the `share` (0 to below 1) of the customers do not exceed, in the unit of `service_time`.

    0 when at least as many need not wait at all. Arguments as in `service_level`.
    """
    number("share", share, 0, 1)
    servers, load = _steady(servers, arrival_rate, service_time)
    waits = _erlang_c(servers, load)
    if share >= 1:
        raise ValueError(f"share 应小于 1，收到 {share!r} (share must be below 1)")
    return service_time / (servers - load) * math.log(waits / (1 - share)) if waits > 1 - share else 0.0


def mmc(arrival_rate, service_rate, servers=1):
    """The steady state of the M/M/c queue (M/M/s), a dict.

    `arrival_rate` λ (0 or more) and `service_rate` μ of one server (more than 0) in one unit of time, λ < cμ.
    `rho` utilisation, `p0` probability of an empty house, `p_wait` probability of waiting (Erlang C), `L` and `Lq` mean
    numbers in the system and in the line, `W` and `Wq` mean times there. Source: Erlang (1917); Hillier & Lieberman.
    """
    servers, load = _steady(servers, arrival_rate, 1 / _positive("service_rate", service_rate))
    waits = _erlang_c(servers, load)
    wq = waits / (servers * service_rate - arrival_rate)
    w = wq + 1 / service_rate
    return {
        "rho": load / servers,
        "p0": _up_to_full(servers, load)[0],
        "p_wait": waits,
        "L": arrival_rate * w,
        "Lq": arrival_rate * wq,
        "W": w,
        "Wq": wq,
    }


def mmc_distribution(arrival_rate, service_rate, servers=1, most=20):
    """Probabilities of 0, 1, … `most` (0 to 100000) customers in an M/M/c queue: a list. Arguments as in `mmc`."""
    servers, load = _steady(servers, arrival_rate, 1 / _positive("service_rate", service_rate))
    most = whole("most", most, 0, 100000)
    p = _up_to_full(servers, load)
    while len(p) <= most:
        p.append(p[-1] * load / servers)
    return p[: most + 1]


def mmck(arrival_rate, service_rate, servers, capacity):
    """The M/M/c/K queue, where who finds `capacity` K customers in the system (K ≥ c) goes away: a dict.

    As `mmc`, with `p_block` the probability of being turned away and `effective_rate` the customers a unit of time that come
    in; `W`, `Wq` and `p_wait` are those of customers who come in, `rho` is the utilisation by them. λ may exceed cμ.
    `distribution` are the probabilities of 0 … K.
    """
    servers = whole("servers", servers, 1, 10000)
    capacity = whole("capacity", capacity, servers, 100000)
    load = number("arrival_rate", arrival_rate, 0) / _positive("service_rate", service_rate)
    p = _shares([math.log(load) - math.log(min(n, servers)) for n in range(1, capacity + 1)]) if load > 0 else [1.0] + [0.0] * capacity
    entering = 1 - p[capacity]
    effective = arrival_rate * entering
    line = sum([(n - servers) * p[n] for n in range(servers, capacity + 1)])
    wq = line / effective if effective > 0 else 0.0
    return {
        "rho": effective / (servers * service_rate),
        "p0": p[0],
        "p_block": p[capacity],
        "p_wait": sum(p[servers:capacity]) / entering if entering > 0 else 0.0,
        "effective_rate": effective,
        "L": line + effective / service_rate,
        "Lq": line,
        "W": wq + 1 / service_rate,
        "Wq": wq,
        "distribution": p,
    }


def erlang_a(arrival_rate, service_rate, servers, patience):
    """The M/M/c+M queue (Erlang A): who waits longer than an exponential patience with mean `patience` (more than 0) gives up.

    Returns a dict: `p_wait`, `p_abandon` (shares of all who come), `rho`, `L`, `Lq`, `Wq` (mean time in line of all,
    those who give up included) and `effective_rate` (served a unit of time). Always steady, so λ may exceed cμ.
    Source: Palm (1957); Garnett, Mandelbaum & Reiman (2002).
    """
    servers = whole("servers", servers, 1, 10000)
    rate, mu, leaving = (
        number("arrival_rate", arrival_rate, 0),
        _positive("service_rate", service_rate),
        1 / _positive("patience", patience),
    )
    if rate == 0:
        return {"p_wait": 0.0, "p_abandon": 0.0, "rho": 0.0, "L": 0.0, "Lq": 0.0, "Wq": 0.0, "effective_rate": 0.0}
    steps, height, top, n = [], 0.0, 0.0, 0
    while n < servers or height > top - 40:
        n += 1
        step = math.log(rate) - math.log(min(n, servers) * mu + max(n - servers, 0) * leaving)
        steps.append(step)
        height += step
        top = max(top, height)
        if n > 1000000:
            raise ValueError("patience 太长，排队长度算不完 (patience is too long for this load)")
    p = _shares(steps)
    line = sum([(k - servers) * p[k] for k in range(servers, len(p))])
    served = rate - line * leaving
    return {
        "p_wait": sum(p[servers:]),
        "p_abandon": line * leaving / rate,
        "rho": served / (servers * mu),
        "L": line + served / mu,
        "Lq": line,
        "Wq": line / rate,
        "effective_rate": served,
    }


def mg1(arrival_rate, service_time, service_sd):
    """The M/G/1 queue by Pollaczek and Khinchine: a dict of `rho`, `L`, `Lq`, `W`, `Wq`.

    Lq = (λ²σ² + ρ²)/(2(1 − ρ)); `service_time` is the mean (more than 0), `service_sd` its standard deviation (0 or more).
    Source: Pollaczek (1930); Khinchine (1932).
    """
    _, load = _steady(1, arrival_rate, service_time)
    line = ((arrival_rate * number("service_sd", service_sd, 0)) ** 2 + load**2) / (2 * (1 - load))
    wq = line / arrival_rate if arrival_rate > 0 else 0.0
    return {"rho": load, "L": line + load, "Lq": line, "W": wq + service_time, "Wq": wq}


def ggc_wait(arrival_rate, service_time, servers=1, arrival_cv=1.0, service_cv=1.0):
    """Approximate mean wait when arrivals and services vary more or less than in M/M/c: Wq(M/M/c)·(ca² + cs²)/2.

    `arrival_cv` and `service_cv` are coefficients of variation (standard deviation over mean, 0 or more); both 1 is M/M/c
    itself. Source: Allen & Cunneen; Kingman (1961) for one server.
    """
    servers, load = _steady(servers, arrival_rate, service_time)
    vary = (number("arrival_cv", arrival_cv, 0) ** 2 + number("service_cv", service_cv, 0) ** 2) / 2
    return vary * _erlang_c(servers, load) * service_time / (servers - load)


# Staffing


def staff_for_service_level(arrival_rate, service_time, target_time, level):
    """The fewest servers with which at least `level` (0 to below 1) of the customers wait at most `target_time`. Times in one unit."""
    load = number("arrival_rate", arrival_rate, 0) * _positive("service_time", service_time)
    number("target_time", target_time, 0)
    if number("level", level, 0, 1) == 1:
        raise ValueError("level 应小于 1，没有哪种人手能保证人人如此 (level must be below 1)")
    servers = _least(load)
    while 1 - _erlang_c(servers, load) * math.exp(-(servers - load) * target_time / service_time) < level:
        servers += 1
    return servers


def staff_for_wait(arrival_rate, service_time, mean_wait):
    """The fewest servers with which the mean wait is at most `mean_wait` (more than 0; times in one unit)."""
    load = number("arrival_rate", arrival_rate, 0) * _positive("service_time", service_time)
    _positive("mean_wait", mean_wait)
    servers = _least(load)
    while _erlang_c(servers, load) * service_time / (servers - load) > mean_wait:
        servers += 1
    return servers


def staff_for_loss(load, blocking):
    """The fewest servers with which at most `blocking` (more than 0, to 1) of the customers are lost (Erlang B) at `load` erlangs."""
    number("load", load, 0)
    _positive("blocking", number("blocking", blocking, 0, 1))
    servers, b = 0, 1.0
    while b > blocking:
        servers += 1
        b = load * b / (servers + load * b)
    return servers


def square_root_staffing(load, safety=1.0):
    """Servers by the square-root rule, load + safety·√load, rounded up.

    `load` in erlangs (0 or more), `safety` 0 or more. Source: Halfin & Whitt (1981).
    """
    number("load", load, 0)
    return math.ceil(load + number("safety", safety, 0) * math.sqrt(load))


def littles_law(number_in_system=None, arrival_rate=None, time_in_system=None):
    """The third of L = λW out of the other two: leave out the one wanted.

    `number_in_system` L, `arrival_rate` λ (customers a unit of time), `time_in_system` W; each 0 or more, and
    what is divided by more than 0. Source: Little (1961).
    """
    given = [number_in_system is not None, arrival_rate is not None, time_in_system is not None]
    if sum(given) != 2:
        raise ValueError("number_in_system、arrival_rate、time_in_system 要正好给两个 (exactly two of the three are wanted)")
    if number_in_system is None:
        return number("arrival_rate", arrival_rate, 0) * number("time_in_system", time_in_system, 0)
    number("number_in_system", number_in_system, 0)
    if arrival_rate is None:
        return number_in_system / _positive("time_in_system", time_in_system)
    return number_in_system / _positive("arrival_rate", arrival_rate)


# Capacity and quality


def quality_under_load(rho, best=8.0, optimum=0.8, fall=12.0):
    """Quality (1 to 9) that customers meet at utilisation `rho` (0 or more): `best` up to `optimum`, then `fall` points less per 1.

    `best` from 1 to 9, `optimum` from 0 to 1, `fall` 0 or more; never below 1. Teaching assumption after Lovelock (1984):
    between the optimal and the maximum use of capacity customers are still served, but worse.
    """
    number("rho", rho, 0)
    number("best", best, 1, 9)
    over = rho - number("optimum", optimum, 0, 1)
    return max(1.0, best - number("fall", fall, 0) * max(0.0, over))


def capacity_state(demand, optimal, maximum, language="zh"):
    """What `demand` meets, given an `optimal` and a `maximum` capacity (customers a unit of time, 0 ≤ optimal ≤ maximum).

    Returns a dict: `state`, in Chinese 超产能 (more than the maximum: customers are lost), 超最优 (more than the optimum: quality
    falls), 平衡 (at the optimum) or 过剩 (below: capacity is wasted), in English one of `STATES` with `language` "en";
    `served`, `lost`, `idle` (optimal capacity not used) and `crowded` (served above the optimum). Source: Lovelock (1984).
    """
    number("demand", demand, 0)
    number("maximum", maximum, 0)
    number("optimal", optimal, 0, maximum)
    names = STATES_ZH if option("language", language, ("zh", "en")) == "zh" else STATES
    state = 0 if demand > maximum else 1 if demand > optimal else 2 if demand == optimal else 3
    served = min(demand, maximum)
    return {
        "state": names[state],
        "served": served,
        "lost": demand - served,
        "idle": max(0, optimal - served),
        "crowded": max(0, served - optimal),
    }


def service_productivity(cost, potential, served, revenue):
    """Service productivity, revenue earned per yuan of cost, and the three efficiencies that it is the product of.

    `cost` (yuan, more than 0) pays for a capacity of `potential` customers (more than 0), of whom `served` (more than 0, at
    most `potential`) came and brought `revenue` (yuan, 0 or more). Returns a dict: `internal` = potential/cost (what a yuan
    makes ready), `capacity` = served/potential (what of it is used), `external` = revenue/served (what customers pay for the
    quality they perceive) and `productivity` = revenue/cost. Source: after Grönroos & Ojasalo (2004); the ratios are the course's own.
    """
    _positive("cost", cost)
    _positive("potential", potential)
    _positive("served", number("served", served, 0, potential))
    number("revenue", revenue, 0)
    return {"internal": potential / cost, "capacity": served / potential, "external": revenue / served, "productivity": revenue / cost}


# The price of a place: two fares, one capacity


def poisson_cdf(k, mean):
    """Probability (0 to 1) that a Poisson variable with `mean` (0 or more) is at most `k` (a whole number; negative gives 0)."""
    k, mean = whole("k", k), number("mean", mean, 0)
    if mean == 0:
        return 1.0 if k >= 0 else 0.0
    log_mean = math.log(mean)
    total, log_term = 0.0, -mean
    for i in range(k + 1):
        if i > 0:
            log_term += log_mean - math.log(i)
        total += math.exp(log_term)
    return min(1.0, total)


def littlewood(high_price, low_price, mean, sd=None, demand=None):
    """Places to protect for guests who pay `high_price` but book late, by Littlewood's rule.

    A place is sold at `low_price` (more than 0, at most `high_price`) only while low_price ≥ high_price·Pr(D > y), D the demand at
    the high price with `mean` (0 or more). `demand` is "normal" (then `sd`, 0 or more, is needed) or "poisson"; left out it
    is normal when `sd` is given. Normal: y with Pr(D > y) = low/high, not rounded and not below 0. Poisson: the largest whole y
    with Pr(D ≥ y) > low/high, which is the rule for whole places. Source: Littlewood (1972); Talluri & van Ryzin (2004).
    """
    ratio = _positive("low_price", number("low_price", low_price, 0, _positive("high_price", high_price))) / high_price
    number("mean", mean, 0)
    demand = option("demand", ("poisson" if sd is None else "normal") if demand is None else demand, ("normal", "poisson"))
    if demand == "normal":
        number("sd", sd, 0)
        if ratio == 1:
            return 0.0
        return max(0.0, mean + sd * normal_quantile(1 - ratio))
    if mean > 100000:
        raise ValueError(f"mean 应不大于 100000，收到 {mean!r} (a mean of 100000 or less is wanted)")
    y, at_least, log_term = 0, 1.0, -mean
    # Pr(D ≥ y + 1) = Pr(D ≥ y) − Pr(D = y)
    while at_least - math.exp(log_term) > ratio:
        at_least -= math.exp(log_term)
        y += 1
        log_term += (math.log(mean) if mean > 0 else -math.inf) - math.log(y)
    return y


def booking_limit(capacity, protection):
    """Places (0 or more) that may be sold at the low price out of `capacity` when `protection` of them (both 0 or more) are kept."""
    return max(0, number("capacity", capacity, 0) - number("protection", protection, 0))


# How long a wait feels


def perceived_wait(
    actual,
    unoccupied=False,
    pre_process=False,
    anxious=False,
    uncertain=False,
    unexplained=False,
    unfair=False,
    solo=False,
    uncomfortable=False,
    value=1.0,
):
    """Minutes that a wait of `actual` minutes (0 or more) feels like.

    Every circumstance that holds (True) multiplies the wait by its factor in `MAISTER`; `value` (1 or more) is how much the
    service is worth waiting for, and divides it. The circumstances are Maister's (1985) propositions, and Davis & Heineke's
    (1994) for discomfort; the factors are teaching assumptions.
    """
    felt = number("actual", actual, 0) / number("value", value, 1)
    for name, holds in (
        ("unoccupied", unoccupied),
        ("pre_process", pre_process),
        ("anxious", anxious),
        ("uncertain", uncertain),
        ("unexplained", unexplained),
        ("unfair", unfair),
        ("solo", solo),
        ("uncomfortable", uncomfortable),
    ):
        if option(name, holds, (True, False)):
            felt *= MAISTER[name]
    return felt


def wait_satisfaction(expected, perceived, start=7.0, per_minute=0.25):
    """Satisfaction (1 to 9) with a wait: `start` when it feels as long as expected, `per_minute` less for every minute more.

    `expected` and `perceived` in minutes (0 or more), `start` from 1 to 9, `per_minute` 0 or more. Maister's (1985) first law
    of service: satisfaction is perception less expectation; the numbers are teaching assumptions.
    """
    late = number("perceived", perceived, 0) - number("expected", expected, 0)
    return min(9.0, max(1.0, number("start", start, 1, 9) - number("per_minute", per_minute, 0) * late))


# The simulation: a noon hour, and the knee


def noon_peak(
    arrivals=90,
    servers=4,
    patience=12,
    announced=0,
    occupied=0,
    discount=0,
    day=3,
    service_time=3.0,
    price=30.0,
    wage=120.0,
    food_cost=10.0,
):
    """One noon hour at a counter, guest by guest: who waits, who gives up, what it earns.

    `arrivals` guests (20 to 150) are expected within the hour, most of them in the middle; `servers` (1 to 10, rounded) need
    `service_time` minutes (0.5 to 10) a guest on average. A guest gives up when the wait feels longer than the own patience,
    between half and one and a half times `patience` minutes (1 to 30). `announced` and `occupied` (0 no, 1 yes; from 0.5 on
    it is yes) say whether guests are told how long it will take and have something to do meanwhile; both shorten how long a wait
    feels (`MAISTER`); who is told and finds it too long leaves at once. `discount` (0 to 10 yuan) is given to guests of the
    first and last ten minutes; for every yuan 4 % of the guests of the busiest half hour move there. `day` (1 to 30) chooses
    the draws. `price` and `food_cost` (0 to 200) are yuan a guest, `wage` (0 to 1000) yuan a server for this hour. Arrivals are a
    Poisson process with that intensity, service times exponential, patience uniform. Teaching assumptions.

    Returns a dict: `wait` (mean minutes of those served), `felt`, `lost_share` and `lost` (guests who gave up), `guests`, `served`,
    `satisfaction` (1 to 9, mean of all; who gives up counts 1), `profit` (yuan), `longest` (minutes), `busy` (utilisation),
    `tolerated` (minutes on the clock that a guest of average patience bears), `length` (minutes until the last is served) and
    `people` [arrival, start, end, group, server], group 0 served within 3 minutes, 1 served later, 2 gave up.
    """
    number("arrivals", arrivals, 20, 150)
    servers = int(number("servers", servers, 1, 10) + 0.5)
    number("patience", patience, 1, 30)
    told = number("announced", announced, 0, 1) >= 0.5
    kept_busy = number("occupied", occupied, 0, 1) >= 0.5
    number("discount", discount, 0, 10)
    day = int(number("day", day, 1, 30) + 0.5)
    number("service_time", service_time, 0.5, 10)
    number("price", price, 0, 200)
    number("food_cost", food_cost, 0, 200)
    number("wage", wage, 0, 1000)
    factor = perceived_wait(1.0, unoccupied=not kept_busy, uncertain=not told)
    free, people, waits, felt_total, pleased, income = [0.0] * servers, [], [], 0.0, 0.0, 0.0
    work, u = 0.0, uniforms(600, day)
    times = _arrivals(arrivals, discount, u)
    for i in range(len(times)):
        now = times[i]
        k = 0
        for s in range(1, servers):
            if free[s] < free[k]:
                k = s
        start = max(now, free[k])
        tolerated = patience * (0.5 + u[200 + 2 * i]) / factor
        if start - now > tolerated:
            gone = now if told else now + tolerated
            people.append([now, gone, gone, 2, -1])
            pleased += 1
            continue
        end = start - service_time * math.log(1 - u[201 + 2 * i])
        free[k] = end
        work += end - start
        wait = start - now
        waits.append(wait)
        felt_total += wait * factor
        pleased += min(9.0, max(1.0, 8.0 - 0.4 * wait * factor))
        income += price - food_cost - (discount if now < 10 or now >= 50 else 0)
        people.append([now, start, end, 0 if wait <= 3 else 1, k])
    served, came = len(waits), len(times)
    length = max(NOON_MINUTES, max(free))
    return {
        "wait": sum(waits) / served if served else 0.0,
        "felt": felt_total / served if served else 0.0,
        "lost_share": (came - served) / came if came else 0.0,
        "lost": came - served,
        "guests": came,
        "served": served,
        "satisfaction": pleased / came if came else 8.0,
        "profit": income - wage * servers,
        "longest": max(waits) if waits else 0.0,
        "busy": work / (servers * length),
        "people": people,
        "tolerated": patience / factor,
        "length": length,
    }


def knee(rho=0.7, servers=4, service_time=3.0, variation=1.0, ceiling=30.0):
    """The mean wait at every utilisation, for one common line and for a line before each server.

    `rho` (0.25 to 0.97) is where the counter stands, `servers` (1 to 10, rounded), mean `service_time` in minutes (0.5 to 10),
    `variation` (0.25 to 3) the factor (ca² + cs²)/2 by which arrivals and services vary more or less than in M/M/c. Returns a
    dict: `wait` at `rho` (minutes), `p_wait`, `separate_wait`, `more_wait` (the wait when 10 % more guests come; at most 97 % use),
    `growth` = more_wait/wait, `knee` (utilisation at which the mean wait is as long as the service itself), and the
    pairs [utilisation in %, minutes] `common` and `separate`, cut off at `ceiling` minutes (1 to 1000).
    Source: Erlang (1917); Allen & Cunneen; pooling: Smith & Whitt (1981).
    """
    number("rho", rho, 0.25, 0.97)
    servers = int(number("servers", servers, 1, 10) + 0.5)
    number("service_time", service_time, 0.5, 10)
    number("variation", variation, 0.25, 3)
    number("ceiling", ceiling, 1, 1000)
    scale = service_time * variation

    def wait(use, c):
        return scale * _erlang_c(c, use * c) / (c * (1 - use))

    grid = [(25 + 2.5 * i) / 100 for i in range(22)] + [(80 + i) / 100 for i in range(18)]
    low, high = 0.0, 1.0
    for _ in range(40):
        middle = (low + high) / 2
        if wait(middle, servers) < service_time:
            low = middle
        else:
            high = middle
    now, more = wait(rho, servers), wait(min(0.97, 1.1 * rho), servers)
    return {
        "wait": now,
        "p_wait": _erlang_c(servers, rho * servers),
        "separate_wait": wait(rho, 1),
        "more_wait": more,
        "growth": more / now,
        "knee": low,
        "use": 100 * rho,
        "knee_use": 100 * low,
        "common": [[100 * use, min(ceiling, wait(use, servers))] for use in grid],
        "separate": [[100 * use, min(ceiling, wait(use, 1))] for use in grid],
    }


# Popular numbers


def busier(rho=0.7, extra=0.1, point_value=0.08, optimum=0.8, fall=12):
    """Change of productivity when the same people serve more guests, and when quality counts.

    `rho` (0.4 to 0.98) is how busy they are, `extra` (0 to 0.3) the share of guests more, of whom no more are served than fills all
    their time; quality falls as in `quality_under_load` beyond `optimum` (0.5 to 1) by `fall` (0 to 30). A point of quality less takes
    `point_value` (0 to 0.3) off what a guest brings, today and by coming back.
    Returns a dict: the shares `served` (guests more) and `change` (of value earned by the same hours); `quality_before`, `quality_after`,
    points; `rho_after`; over rho from 40 to 98 % the pairs [per cent, per cent] `change_curve`, `served_curve`; `now`, rho in
    per cent. Source: productivity and quality in one, Grönroos & Ojasalo (2004); the numbers are teaching assumptions.
    """
    number("rho", rho, 0.4, 0.98)
    number("extra", extra, 0, 0.3)
    number("point_value", point_value, 0, 0.3)
    number("optimum", optimum, 0.5, 1)
    number("fall", fall, 0, 30)

    def after(use):
        busy = min(1.0, use * (1 + extra))
        before, then = quality_under_load(use, 8.0, optimum, fall), quality_under_load(busy, 8.0, optimum, fall)
        return busy, before, then, busy / use - 1, busy / use * max(0.0, 1 - point_value * (before - then)) - 1

    busy, before, then, served, change = after(rho)
    grid = [(40 + 2 * k) / 100 for k in range(30)]
    return {
        "served": served,
        "change": change,
        "quality_before": before,
        "quality_after": then,
        "rho_after": busy,
        "change_curve": [[100 * use, 100 * after(use)[4]] for use in grid],
        "served_curve": [[100 * use, 100 * after(use)[3]] for use in grid],
        "now": 100 * rho,
    }


def overestimated_wait(actual=3.0, fixed=0.9, slope=1.06):
    """By which share a wait of `actual` minutes (0.5 to 20) is overestimated when it feels like fixed + slope·actual minutes.

    `fixed` from 0 to 3 minutes, `slope` from 0.7 to 1.5. Returns a dict: `felt` (minutes), `over` (a share, negative when it feels
    shorter), `over_long`, the same for 15 minutes; and over 0.5 to 20 minutes the pairs [minutes, per cent] `curve` and
    `claimed`, the 36 %. That people overestimate waits in retail: Hornik (1984); the line and its numbers are teaching assumptions.
    """
    number("actual", actual, 0.5, 20)
    number("fixed", fixed, 0, 3)
    number("slope", slope, 0.7, 1.5)

    def over(minutes):
        return fixed / minutes + slope - 1

    return {
        "felt": fixed + slope * actual,
        "over": over(actual),
        "over_long": over(15),
        "curve": [[k / 2, 100 * over(k / 2)] for k in range(1, 41)],
        "claimed": [[0.5, 36], [20, 36]],
    }


def repair_wait(temperature=36, per_degree=1.0, promised=2, broken=10):
    """What waiting for the air conditioning costs a guest by the hour: the heat, and the promise that was not kept.

    Every hour costs `per_degree` (0 to 5 yuan) for each degree of `temperature` (20 to 42 °C) above 26, and every hour after
    the `promised` one (1 to 72) `broken` (0 to 30 yuan) more. Returns a dict in yuan: `two`, the loss when repaired within 2
    hours, `days`, within 48; `difference`, and the part `of_heat` and `of_promise` of it; over 0 to 72 hours the pairs
    [hours, yuan] `loss_curve`, `heat_curve`. Teaching assumptions throughout.
    """
    heat = number("per_degree", per_degree, 0, 5) * max(0, number("temperature", temperature, 20, 42) - 26)
    number("promised", promised, 1, 72)
    number("broken", broken, 0, 30)

    def late(hours):
        return broken * max(0, hours - promised)

    return {
        "two": 2 * heat + late(2),
        "days": 48 * heat + late(48),
        "difference": 46 * heat + late(48) - late(2),
        "of_heat": 46 * heat,
        "of_promise": late(48) - late(2),
        "loss_curve": [[h, h * heat + late(h)] for h in range(0, 73, 2)],
        "heat_curve": [[0, 0], [72, 72 * heat]],
    }


# Parts


def _positive(name, value):
    if number(name, value, 0) == 0:
        raise ValueError(f"{name} 应大于 0，收到 {value!r} ({name} must be positive)")
    return value


def _steady(servers, arrival_rate, service_time):
    """The number of servers and the load, if they can keep up with it."""
    servers = whole("servers", servers, 1, 100000)
    load = number("arrival_rate", arrival_rate, 0) * _positive("service_time", service_time)
    if load >= servers:
        raise ValueError(f"servers={servers} 顶不住 {load!r} 的负荷，队伍会越来越长 (the load must be below the number of servers)")
    return servers, load


def _least(load):
    return max(1, int(load) + 1)


def _erlang_b(servers, load):
    b = 1.0
    for n in range(1, servers + 1):
        b = load * b / (n + load * b)
    return b


def _erlang_c(servers, load):
    if load >= servers:
        return 1.0
    b = _erlang_b(servers, load)
    return b / (1 - load / servers * (1 - b))


def _up_to_full(servers, load):
    """Probabilities of 0, 1, … `servers` customers in M/M/c; all that lies above is counted in by the geometric sum."""
    if load == 0:
        return [1.0] + [0.0] * servers
    steps = [math.log(load) - math.log(n) for n in range(1, servers + 1)]
    p = _shares(steps)
    total = 1 + p[servers] * load / (servers - load)
    return [x / total for x in p]


def _shares(log_steps):
    """Probabilities of the states 0, 1, … of a birth and death process, from the logarithms of p(n)/p(n−1)."""
    heights = [0.0]
    for step in log_steps:
        heights.append(heights[-1] + step)
    top = max(heights)
    weights = [math.exp(h - top) for h in heights]
    total = sum(weights)
    return [w / total for w in weights]


def _arrivals(expected, discount, u):
    """Minutes at which guests come in, at most 199 of them: a Poisson process in a time that runs faster at the peak."""
    moved = min(0.04 * discount, 1)
    shares = list(PEAK)
    for i in (2, 3, 4):
        shares[0] += moved * shares[i] / 2
        shares[5] += moved * shares[i] / 2
        shares[i] -= moved * shares[i]
    times, clock, part, before = [], 0.0, 0, 0.0
    for draw in u[:199]:
        clock -= math.log(1 - draw) / expected
        while part < len(shares) and clock > before + shares[part]:
            before += shares[part]
            part += 1
        if part == len(shares):
            break
        times.append(10 * (part + (clock - before) / shares[part]))
    return times
