"""Loyalty, word of mouth and the service–profit chain.

Satisfaction and loyalty are shares of the way from worst to best, 0 to 1, unless said otherwise; conversions, probabilities and
thresholds are shares from 0 to 1 too. Conventions:

- loyalty follows satisfaction by L = S^γ: γ far above 1 in competitive markets (only the very satisfied stay), far below 1
  where customers have no choice. The curve's shape is Jones & Sasser's (1995); the power and the γ of `COMPETITION` are
  teaching assumptions of the course;
- word of mouth is a branching process: everyone who heard and came tells in turn, and the numbers told are Poisson
  distributed unless said otherwise;
- a good word wins a new guest, who then tells by his own stay; a bad word puts someone off, who does not pass it on.

The defaults of `cascade` and `conversion_curves` are teaching assumptions too; no source was found for "8" and "25".
"""

import math

from .checks import number, numbers, option, whole
from .draws import uniforms

COMPETITION = {"monopoly": 0.2, "weak": 0.6, "moderate": 1.0, "strong": 3.0, "fierce": 6.0}
TYPES = ("loyalist", "hostage", "mercenary", "defector")
OFFSPRING = ("poisson", "geometric", "binomial")


# Satisfaction and loyalty


def loyalty(satisfaction, gamma=1.0):
    """Loyalty (0 to 1) of customers with `satisfaction` S (0 to 1): S^γ, `gamma` more than 0 and up to 100.

    Source of the shape: Jones & Sasser (1995); the power form is the course's.
    """
    return number("satisfaction", satisfaction, 0, 1) ** _positive("gamma", number("gamma", gamma, 0, 100))


def loyalty_gain(satisfaction, gamma=1.0):
    """Loyalty gained per point of satisfaction, γ·S^(γ−1), at `satisfaction` (more than 0, up to 1); `gamma` as in `loyalty`."""
    _positive("satisfaction", number("satisfaction", satisfaction, 0, 1))
    return gamma * loyalty(satisfaction, gamma) / satisfaction


def estimate_gamma(satisfaction, loyalty, method="least-squares"):
    """The γ of L = S^γ that fits pairs of `satisfaction` and `loyalty` (lists of equal length, 0 to 1).

    "least-squares" makes Σ(L − S^γ)² least, over γ from 0.001 to 100; "log" regresses ln L on ln S through the origin,
    γ = Σ ln S·ln L / Σ (ln S)², and wants all numbers above 0. At least one S must lie strictly between 0 and 1.
    """
    option("method", method, ("least-squares", "log"))
    s = numbers("satisfaction", satisfaction, 0, 1)
    kept = numbers("loyalty", loyalty, 0, 1)
    if len(s) != len(kept):
        raise ValueError(f"loyalty 应有 {len(s)} 个数，与 satisfaction 一样多，收到 {len(kept)} 个 (as many as satisfaction)")
    if not any([0 < one < 1 for one in s]):
        raise ValueError("satisfaction 里要有 0 和 1 之间的数，否则 γ 无从估计 (satisfaction strictly between 0 and 1 is wanted)")
    if method == "log":
        for i in range(len(s)):
            _positive(f"satisfaction[{i}]", s[i])
            _positive(f"loyalty[{i}]", kept[i])
        logs = [math.log(one) for one in s]
        return sum([x * math.log(y) for x, y in zip(logs, kept)]) / sum([x * x for x in logs])

    def loss(log_gamma):
        gamma = math.exp(log_gamma)
        return sum([(y - x**gamma) ** 2 for x, y in zip(s, kept)])

    # the loss may have more than one valley: a coarse search first, then golden section around the best place
    low, high = math.log(0.001), math.log(100)
    steps = 100
    width = (high - low) / steps
    best = min([(loss(low + k * width), k) for k in range(steps + 1)])[1]
    low, high = max(low, low + (best - 1) * width), min(high, low + (best + 1) * width)
    golden = (math.sqrt(5) - 1) / 2
    for _ in range(70):
        left, right = high - golden * (high - low), low + golden * (high - low)
        if loss(left) < loss(right):
            high = right
        else:
            low = left
    return math.exp((low + high) / 2)


def customer_type(satisfaction, loyalty, satisfaction_threshold=0.5, loyalty_threshold=0.5, extreme=None):
    """Which of the four `TYPES` a customer is: high or low satisfaction against high or low loyalty.

    "loyalist" is high on both, "hostage" loyal without being satisfied, "mercenary" satisfied without being loyal, "defector"
    low on both. A value at its threshold counts as high. With `extreme` (0 to 0.5) a loyalist whose both values reach
    1 − extreme is an "apostle", and a defector whose both values are at most `extreme` a "terrorist". All arguments from 0 to 1;
    the thresholds are teaching assumptions. Source: Jones & Sasser (1995).
    """
    number("satisfaction", satisfaction, 0, 1)
    number("loyalty", loyalty, 0, 1)
    happy = satisfaction >= number("satisfaction_threshold", satisfaction_threshold, 0, 1)
    loyal = loyalty >= number("loyalty_threshold", loyalty_threshold, 0, 1)
    if extreme is not None:
        number("extreme", extreme, 0, 0.5)
        if happy and loyal and min(satisfaction, loyalty) >= 1 - extreme:
            return "apostle"
        if not happy and not loyal and max(satisfaction, loyalty) <= extreme:
            return "terrorist"
    if happy:
        return "loyalist" if loyal else "mercenary"
    return "hostage" if loyal else "defector"


def customer_types(satisfaction, loyalty, satisfaction_threshold=0.5, loyalty_threshold=0.5, extreme=None):
    """The `customer_type` of every customer, a list; `satisfaction` and `loyalty` are lists of equal length (0 to 1)."""
    s = numbers("satisfaction", satisfaction, 0, 1)
    kept = numbers("loyalty", loyalty, 0, 1)
    if len(s) != len(kept):
        raise ValueError(f"loyalty 应有 {len(s)} 个数，与 satisfaction 一样多，收到 {len(kept)} 个 (as many as satisfaction)")
    return [customer_type(x, y, satisfaction_threshold, loyalty_threshold, extreme) for x, y in zip(s, kept)]


def programme_return(probability, value_change, cost):
    """Return on a programme for one customer, p·Δvalue / cost: 1 pays back just its cost.

    `probability` (0 to 1) that it works, `value_change` (any number) of the customer to the firm when it does, `cost` (more
    than 0) per customer treated, both in the same currency.
    """
    return number("probability", probability, 0, 1) * number("value_change", value_change) / _positive("cost", number("cost", cost, 0))


# Word of mouth


def expected_tellings(satisfaction, base=0.0, slope=1.0, dissatisfied=0.5, middle=0.5):
    """Expected number of people told, exp(a + b·|S − S0| + c·1(S < S0)): the asymmetric U.

    `satisfaction` S and `middle` S0 on any one scale (any numbers); `base` a, `slope` b per point away from the middle and
    `dissatisfied` c, what dissatisfaction adds, any numbers as logarithms. With b and c above 0 the extremes talk most and
    the dissatisfied more than the equally satisfied. Source: Anderson (1998) for the shape; the numbers are teaching assumptions.
    """
    distance = number("satisfaction", satisfaction) - number("middle", middle)
    log_told = number("base", base) + number("slope", slope) * abs(distance)
    log_told += number("dissatisfied", dissatisfied) if distance < 0 else 0
    return math.exp(log_told)


def slogan_balance(satisfied, lost_share, won=1.0, told=25.0):
    """Customers won less customers lost by word of mouth, per guest: s·won − (1 − s)·told·q.

    `satisfied` s (0 to 1), `lost_share` q (0 to 1) of those told who then stay away, `won` per satisfied guest and `told` per
    dissatisfied one (0 or more). 1 and 25 are the slogan's numbers, of unknown origin.
    """
    good = number("satisfied", satisfied, 0, 1) * number("won", won, 0)
    return good - (1 - satisfied) * number("told", told, 0) * number("lost_share", lost_share, 0, 1)


def slogan_break_even(satisfied, won=1.0, told=25.0):
    """The share q at which bad word undoes the good: s·won = (1 − s)·told·q; arguments as in `slogan_balance`.

    Infinite when no one is dissatisfied or told; above 1 the bad word cannot undo the good.
    """
    good = number("satisfied", satisfied, 0, 1) * number("won", won, 0)
    bad = (1 - satisfied) * number("told", told, 0)
    return good / bad if bad > 0 else math.inf


def reproduction_number(contacts, conversion):
    """R, the new customers that one customer brings on average: contacts × conversion.

    `contacts` (0 or more) told by a customer, `conversion` (0 to 1) the share of them who become customers.
    """
    return number("contacts", contacts, 0) * number("conversion", conversion, 0, 1)


def expected_generation(R, generation, start=1):
    """Expected size of a generation, start·R^n: `R` (0 or more), `generation` n (whole, 0 is the start), `start` (0 or more).

    Source: Galton & Watson (1875).
    """
    return number("start", start, 0) * number("R", R, 0) ** whole("generation", generation, 0)


def expected_total(R, generations=None, start=1):
    """Expected number in all, the start included: start·(1 + R + … + R^n), or start / (1 − R) for ever when R is below 1.

    Infinite for ever when `R` is 1 or more; `generations` n is whole, None means for ever.
    """
    number("R", R, 0)
    number("start", start, 0)
    if generations is None:
        return start / (1 - R) if R < 1 else math.inf
    return sum([expected_generation(R, n, start) for n in range(whole("generations", generations, 0) + 1)])


def extinction_probability(contacts, conversion, offspring="poisson", start=1):
    """Probability (0 to 1) that a word of mouth begun by `start` customers (whole, 0 or more) dies out sooner or later.

    The smallest root of s = f(s), f the generating function of the number won by one customer, with mean R = contacts ×
    conversion: "poisson" e^(R(s−1)); "geometric" 1 / (1 + R − R·s); "binomial" (1 − c + c·s)^k, k `contacts` (a whole number)
    each won with probability c. 1 whenever R is at most 1, unless everyone surely brings exactly one.
    Source: Galton & Watson (1875).
    """
    option("offspring", offspring, OFFSPRING)
    R = reproduction_number(contacts, conversion)
    start = whole("start", start, 0)
    if offspring == "binomial":
        contacts = whole("contacts", contacts, 0)
        if conversion == 1 and contacts >= 1:
            return 1.0 if start == 0 else 0.0
    if R <= 1:
        return 1.0
    if offspring == "geometric":
        return (1 / R) ** start

    def above(s):
        if offspring == "poisson":
            return math.exp(R * (s - 1)) - s
        return (1 - conversion + conversion * s) ** contacts - s

    # f(s) − s falls from f(0) ≥ 0 to below 0 before it comes back to 0 at s = 1, so its only sign change below 1 is the root;
    # the upper end is where f′ is 1
    turn = 1 - math.log(R) / R if offspring == "poisson" else ((1 / R) ** (1 / (contacts - 1)) - 1 + conversion) / conversion
    low, high = 0.0, max(0.0, turn)
    for _ in range(100):
        middle = (low + high) / 2
        if above(middle) > 0:
            low = middle
        else:
            high = middle
    return ((low + high) / 2) ** start


def conversion_curves(
    satisfied=0.9, told_good=8.0, told_bad=25.0, conversion=0.08, lost_share=0.2, amplification=1.0, start=100, generations=6
):
    """Guests won and put off by the word of `start` guests and of those they bring, by the conversion of the good word.

    `satisfied` share of every generation (0 to 1), `told_good` (0 to 15) and `told_bad` (0 to 30): how many a satisfied and a
    dissatisfied guest tells; `conversion` (0 to 1) of those told good who come; `lost_share` (0 to 1) of those told bad
    who stay away; `amplification` (0 to 10): by how many times a platform multiplies both; `start` (0 or more),
    `generations` (whole, 1 to 50): waves of guests won.
    Returns a dict: `R`, new guests per guest; `won`, `lost` (by all who came, the last wave not yet talking) and `net`; the
    `break_even` conversion, where both are equal, and the `critical` one, where R is 1 (1 when no conversion suffices);
    `won_curve`, `lost_curve` and `net_curve`, pairs [conversion in per cent, guests] up to 15 % or as far as these lie;
    and the three conversions in per cent, `now`, `balanced` and `growing`.
    """
    number("satisfied", satisfied, 0, 1)
    number("told_good", told_good, 0, 15)
    number("told_bad", told_bad, 0, 30)
    number("conversion", conversion, 0, 1)
    number("lost_share", lost_share, 0, 1)
    number("amplification", amplification, 0, 10)
    number("start", start, 0)
    generations = whole("generations", generations, 1, 50)
    contacts = satisfied * told_good * amplification
    lost_each = (1 - satisfied) * told_bad * amplification * lost_share
    break_even = min(1.0, lost_each / contacts) if contacts > 0 else 1.0
    critical = min(1.0, 1 / contacts) if contacts > 0 else 1.0
    top = min(1.0, max(0.15, conversion, 1.05 * break_even, 1.05 * critical))
    won_curve, lost_curve, net_curve = [], [], []
    for k in range(41):
        rate = top * k / 40
        won, lost = _spread(contacts * rate, lost_each, start, generations)
        won_curve.append([100 * rate, won])
        lost_curve.append([100 * rate, lost])
        net_curve.append([100 * rate, won - lost])
    won, lost = _spread(contacts * conversion, lost_each, start, generations)
    return {
        "R": contacts * conversion,
        "won": won,
        "lost": lost,
        "net": won - lost,
        "break_even": break_even,
        "critical": critical,
        "won_curve": won_curve,
        "lost_curve": lost_curve,
        "net_curve": net_curve,
        "now": 100.0 * conversion,
        "balanced": 100.0 * break_even,
        "growing": 100.0 * critical,
    }


def cascade(satisfied=0.9, told_good=3.0, told_bad=9.0, conversion=0.2, lost_share=0.1, start=8, waves=4, week=1):
    """One run of word of mouth, drawn by chance: who came because of whom, and who was put off.

    `start` guests (whole, 1 to 20) are satisfied with probability `satisfied` (0 to 1). A satisfied guest wins a Poisson
    number of new guests with mean `told_good` (0 to 15) × `conversion` (0 to 0.5), who stay and tell in their turn, up to
    `waves` (whole, 1 to 6); a dissatisfied one puts off a Poisson number with mean `told_bad` (0 to 30) × `lost_share` (0 to
    0.5). `week` (0 to 53, its whole part) is the seed: another week, other luck.
    Returns a dict: `won` and `lost`, people; `net`; `R`, what the mean number of new guests per guest is; `expected`, the
    mean of `won` over all weeks; `dissatisfied`, guests of the start and later; `last`, the last wave that has anyone won;
    and the tree: `nodes` [x, y, group, wave] from 0 to 1 with group 0 satisfied, 1 dissatisfied, 2 put off, and `edges` [from, to].
    Growth ends when 400 are in the tree (`full` is then 1, else 0).
    """
    number("satisfied", satisfied, 0, 1)
    number("told_good", told_good, 0, 15)
    number("told_bad", told_bad, 0, 30)
    number("conversion", conversion, 0, 0.5)
    number("lost_share", lost_share, 0, 0.5)
    start = whole("start", start, 1, 20)
    waves = whole("waves", waves, 1, 6)
    draws = uniforms(2 * TREE_SIZE + 40, int(number("week", week, 0, 53)))
    good, bad = told_good * conversion, told_bad * lost_share
    groups, wave_of, parents = [], [], []
    for i in range(start):
        groups.append(0 if draws[2 * i] < satisfied else 1)
        wave_of.append(0)
        parents.append(-1)
    full = 0
    teller = 0
    while teller < len(groups):
        group, wave = groups[teller], wave_of[teller]
        if group < 2 and wave < waves:
            for _ in range(_poisson(draws[2 * teller + 1], good if group == 0 else bad)):
                if len(groups) == TREE_SIZE:
                    full = 1
                    break
                came = draws[2 * len(groups)] < satisfied
                groups.append(2 if group == 1 else 0 if came else 1)
                wave_of.append(wave + 1)
                parents.append(teller)
        teller += 1
    won = len([1 for i in range(start, len(groups)) if groups[i] < 2])
    lost = len([1 for group in groups if group == 2])
    return {
        "won": won,
        "lost": lost,
        "net": won - lost,
        "R": satisfied * good,
        "expected": expected_total(satisfied * good, waves, start) - start,
        "dissatisfied": len([1 for group in groups if group == 1]),
        "last": max([wave for wave, group in zip(wave_of, groups) if group < 2]),
        "full": full,
        "nodes": _places(groups, wave_of, parents, waves),
        "edges": [[parents[i], i] for i in range(start, len(groups))],
    }


# The service–profit chain


def indirect_effect(path):
    """The effect along a chain, the product of its coefficients: `path` lists numbers (standardised or not). Source: Wright (1934)."""
    product = 1.0
    for coefficient in numbers("path", path):
        product *= coefficient
    return product


def total_effect(paths, direct=0.0):
    """`direct` effect plus the `indirect_effect` of every one of `paths`, a list of lists. Source: Wright (1934); Alwin & Hauser (1975)."""
    total = number("direct", direct)
    for path in paths:
        total += indirect_effect(path)
    return total


def sobel_standard_error(a, b, a_error, b_error, second_order=False):
    """Standard error of the indirect effect a·b: √(b²·sa² + a²·sb²), with `second_order` + sa²·sb² under the root.

    `a`, `b` any numbers, `a_error` and `b_error` their standard errors (0 or more). The effect's distribution is skewed, so
    that a bootstrap interval is the better one. Source: Sobel (1982); second order: Aroian (1947).
    """
    first, second = number("a_error", a_error, 0) ** 2, number("b_error", b_error, 0) ** 2
    variance = number("b", b) ** 2 * first + number("a", a) ** 2 * second
    return math.sqrt(variance + (first * second if second_order else 0))


def sobel_z(a, b, a_error, b_error, second_order=False):
    """Sobel's test statistic, a·b over its standard error; arguments as in `sobel_standard_error`, not both errors 0."""
    error = sobel_standard_error(a, b, a_error, b_error, second_order)
    if error == 0:
        raise ValueError("标准误是 0，检验无从谈起 (the standard error is 0)")
    return a * b / error


# Popular numbers


def referral(told=8, conversion=0.125):
    """What "8 possible sales, at least 1 of them made" asks for: `told` people (1 to 20) of whom each buys with this `conversion`.

    `conversion` from 0 to 1; all decide for themselves. Returns a dict: `sales`, the mean number of sales; `at_least_one`, the
    probability that there is any; `needed`, the conversion at which there is one 95 times in 100; the pairs [conversion in
    per cent, per cent] `curve`; `now` and `sure`, both conversions in per cent. No source is known for the claim.
    """
    number("told", told, 1, 20)
    number("conversion", conversion, 0, 1)
    needed = 1 - 0.05 ** (1 / told)
    return {
        "sales": told * conversion,
        "at_least_one": 1 - (1 - conversion) ** told,
        "needed": needed,
        "curve": [[2 * k, 100 * (1 - (1 - k / 50) ** told)] for k in range(31)],
        "now": 100 * conversion,
        "sure": 100 * needed,
    }


def retelling(told=10, passed=1.5, hands=2, changed=0.25):
    """How many hear one guest's story when it is passed on: told·(1 + m + m² + …), as many terms as `hands` (1 to 4, whole part).

    `told` (0 to 25) hear it from the guest, each of them passes it on to `passed` m others (0 to 2), and a share `changed` (0 to
    1) of all who heard it acts on it. Returns a dict: `direct`, `reached` and `moved`, people; and over m from 0 to 2 the
    pairs [m, people] `reached_curve`, `moved_curve`. A branching process without overlap: in a small town the same
    people hear it twice. Source: Galton & Watson (1875); the numbers are teaching assumptions.
    """
    number("told", told, 0, 25)
    number("passed", passed, 0, 2)
    hands = int(number("hands", hands, 1, 4))
    number("changed", changed, 0, 1)

    def reached(m):
        return told * sum([m**k for k in range(hands)])

    return {
        "direct": told,
        "reached": reached(passed),
        "moved": changed * reached(passed),
        "reached_curve": [[k / 10, reached(k / 10)] for k in range(21)],
        "moved_curve": [[k / 10, changed * reached(k / 10)] for k in range(21)],
    }


def stop_or_make(stopped=0.3, stop_cost=300, told_bad=10, lost_share=0.2, made=0.3, told_good=4, conversion=0.1, make_cost=300, value=1000):
    """Return per yuan of calming a customer who warns everyone off, and of making an advocate, each as in `programme_return`.

    It works with probability `stopped` or `made` (0 to 1) and costs `stop_cost` or `make_cost` (yuan, 50 to 1000). The first keeps
    `told_bad` (0 to 25) × `lost_share` (0 to 1) guests, the second brings `told_good` (0 to 25) × `conversion` (0 to 1), each worth `value`
    (yuan, 0 or more). Returns a dict: `stop_return`, `make_return`, `ratio` of the two (0 when the second is 0); over
    `stopped` from 0 to 100 % the pairs [per cent, yuan] `stop_curve`, `make_curve`; `now` and `even`, where both pay alike,
    in per cent (100 when nowhere below).
    """
    number("stop_cost", stop_cost, 50, 1000)
    number("stopped", stopped, 0, 1)
    number("made", made, 0, 1)
    number("told_bad", told_bad, 0, 25)
    number("told_good", told_good, 0, 25)
    kept = told_bad * number("lost_share", lost_share, 0, 1) * number("value", value, 0)
    won = told_good * number("conversion", conversion, 0, 1) * value
    number("make_cost", make_cost, 50, 1000)
    stop, make = programme_return(stopped, kept, stop_cost), programme_return(made, won, make_cost)
    even = make * stop_cost / kept if kept > 0 else 1.0
    return {
        "stop_return": stop,
        "make_return": make,
        "ratio": stop / make if make > 0 else 0.0,
        "stop_curve": [[10 * k, programme_return(k / 10, kept, stop_cost)] for k in range(11)],
        "make_curve": [[0, make], [100, make]],
        "now": 100 * stopped,
        "even": 100 * min(1.0, even),
    }


def staff_to_guests(rise=3, per_ten=10, base=60):
    """What a rise of staff satisfaction by `rise` points (0 to 10) does to the guests', in points and in per cent.

    `per_ten` (0 to 20) is points of the guests' satisfaction per ten points of the staff's, `base` (30 to 95) where the guests'
    stands on a scale to 100. Returns a dict: `points`, `percent` (a share) of the base; `sears`, what it was at Sears, 1.3
    per 5 units; over `per_ten` the pairs [points, per cent] `curve`, and [points, 5] `claimed`.
    Source of the slope at Sears: Rucci, Kirn & Quinn (1998), whose units are their own; of "3 and 5 %": unknown.
    """
    number("rise", rise, 0, 10)
    number("per_ten", per_ten, 0, 20)
    number("base", base, 30, 95)
    return {
        "points": rise * per_ten / 10,
        "percent": rise * per_ten / 10 / base,
        "sears": 10 * 1.3 / 5,
        "curve": [[k, 10 * rise * k / base] for k in range(21)],
        "claimed": [[0, 5], [20, 5]],
    }


def top_box_ratio(gamma=6.2, merely=4.0):
    """By how many times more loyal the totally satisfied (5 of 5) are than those who gave `merely` points (3 to 4.8).

    Loyalty is ((points − 1) / 4)^γ as in `loyalty`, `gamma` from 0.1 to 8. Returns a dict: `ratio`; `loyalty_merely` and `loyalty_top`,
    shares; the pairs [points, per cent] `curve`, and `straight` for γ = 1. Source of the shape: Jones & Sasser (1995).
    """
    number("gamma", gamma, 0.1, 8)
    share = loyalty((number("merely", merely, 3, 4.8) - 1) / 4, gamma)
    return {
        "ratio": 1 / share,
        "loyalty_merely": share,
        "loyalty_top": 1.0,
        "curve": [[1 + k / 10, 100 * loyalty(k / 40, gamma)] for k in range(41)],
        "straight": [[1, 0], [5, 100]],
    }


def retold(times=6, dropped=0.3, upgraded=0.4):
    """What becomes of a number's author when it is retold: right, gone, or a more famous one.

    At each retelling the right author is left out with probability `dropped`, and a number without one is given a famous one with
    probability `upgraded` (0 to 1 each), who then stays. `times` from 0 to 12, its whole part. Returns a dict: the shares
    `right`, `nameless` and `famous` after so many times, and from 0 to 12 times the pairs [times, per cent] `right_path`, …
    Teaching assumptions throughout.
    """
    times = int(number("times", times, 0, 12))
    number("dropped", dropped, 0, 1)
    number("upgraded", upgraded, 0, 1)
    right, nameless, famous = 1.0, 0.0, 0.0
    states = []
    for _ in range(13):
        states.append((right, nameless, famous))
        famous += nameless * upgraded
        nameless += right * dropped - nameless * upgraded
        right -= right * dropped
    return {
        "right": states[times][0],
        "nameless": states[times][1],
        "famous": states[times][2],
        "right_path": [[k, 100 * states[k][0]] for k in range(13)],
        "nameless_path": [[k, 100 * states[k][1]] for k in range(13)],
        "famous_path": [[k, 100 * states[k][2]] for k in range(13)],
    }


# The same formulas without checks, and what they need

TREE_SIZE = 400


def _positive(name, value):
    if value <= 0:
        raise ValueError(f"{name} 应大于 0，收到 {value!r} ({name} must exceed 0)")
    return value


def _spread(R, lost_each, start, generations):
    """Won in generations 1 to n, and put off by generations 0 to n − 1."""
    tellers, wave = 0.0, start
    for _ in range(generations):
        tellers += wave
        wave *= R
    return tellers * R, tellers * lost_each


def _poisson(u, mean):
    """The Poisson number that a uniform `u` stands for."""
    term = reached = math.exp(-mean)
    k = 0
    while u > reached and k < 200:
        k += 1
        term *= mean / k
        reached += term
    return k


def _places(groups, wave_of, parents, waves):
    """Nodes on rings, the start inside, every branch in a sector as wide as its leaves."""
    count = len(groups)
    leaves = [0] * count
    for i in range(count - 1, -1, -1):
        leaves[i] = max(1, leaves[i])
        if parents[i] >= 0:
            leaves[parents[i]] += leaves[i]
    roots = [i for i in range(count) if parents[i] < 0]
    total = sum([leaves[i] for i in roots])
    width, used = [0.0] * count, [0.0] * count
    turn = 0.0
    nodes = []
    for i in range(count):
        if parents[i] < 0:
            # half of the circle is shared alike, so that those who brought no one do not lie on each other
            width[i] = 0.5 / len(roots) + 0.5 * leaves[i] / total
            begin = turn
            turn += width[i]
        else:
            width[i] = width[parents[i]] * leaves[i] / leaves[parents[i]]
            begin = used[parents[i]]
            used[parents[i]] += width[i]
        used[i] = begin
        angle = 2 * math.pi * (begin + width[i] / 2)
        radius = 0.14 + 0.34 * wave_of[i] / waves
        nodes.append([0.5 + radius * math.cos(angle), 0.5 + radius * math.sin(angle), groups[i], wave_of[i]])
    return nodes
