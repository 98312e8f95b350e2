"""What customers expect, where the expectation comes from, and how much a firm should promise.

Expectation, performance, promise and satisfaction are points on a scale from 1 to 9, as in satisfaction.py; where a
formula holds on any scale, its arguments are any numbers. Expectations that learn: Boulding, Kalra, Staelin &
Zeithaml (1993); zone of tolerance: Zeithaml, Berry & Parasuraman (1993); fuzzy expectations: Ojasalo (2001).
The hotel that promises (bookings, retention, reviews, money) is a teaching assumption, formulas and defaults alike.
"""

import math

from .checks import number, numbers
from .normal import normal_cdf
from .satisfaction import clip, satisfaction

LOW, HIGH = 1, 9
ZONES = ("below", "within", "above")
MONTHS = 24
WOULD_DO, WANTED = 1.0, 1.0
"""How far, in points, the adequate level lies below and the desired level above what is expected. Teaching assumption."""
FUZZINESS = 1.0
"""Standard deviation, in points, of what guests of one promise expect, and of what one hotel delivers. Teaching assumption."""
REVIEW_SPEED = 0.2
"""Share of the public review score that one month of new reviews replaces. Teaching assumption."""
GAIN, LOSS = 0.4, 0.9
"""Points by which a point of surprise lifts, and a point of disappointment lowers, what guests write. The slopes of
`satisfaction` against the expectation, at its defaults."""


# How an expectation forms


def bayesian_update(prior, prior_weight, experience, n=1):
    """Expectation after `n` experiences with mean `experience`: μ' = (κ0·μ0 + n·x̄) / (κ0 + n).

    `prior` μ0 is the expectation before (any scale), `prior_weight` κ0 (0 or more) the number of experiences it is worth,
    `n` 0 or more. Raises ValueError too when prior_weight and n are both 0.
    Source: conjugate normal updating, as in Boulding, Kalra & Staelin (1999).
    """
    number("prior", prior)
    number("experience", experience)
    weight = number("prior_weight", prior_weight, 0) + number("n", n, 0)
    if weight == 0:
        raise ValueError("prior_weight 与 n 不能都是 0 (prior_weight and n must not both be 0)")
    return (prior_weight * prior + n * experience) / weight


def bayesian_uncertainty(prior_sd, experience_sd, n=1):
    """Standard deviation of the expectation after `n` experiences (0 or more): 1/√(1/σ0² + n/σ²).

    `prior_sd` σ0 and `experience_sd` σ, both above 0, are the spread of the expectation before and of single experiences;
    their squared ratio (σ/σ0)² is the `prior_weight` of `bayesian_update`.
    Raises ValueError too when either is 0. Source: conjugate normal updating.
    """
    number("n", n, 0)
    if number("prior_sd", prior_sd, 0) == 0 or number("experience_sd", experience_sd, 0) == 0:
        raise ValueError("prior_sd 与 experience_sd 应大于 0 (both must exceed 0)")
    return 1 / math.sqrt(1 / prior_sd**2 + n / experience_sd**2)


def adaptive_expectation(expectation, performance, ad=0.0, word_of_mouth=0.0, learning=0.3, ad_effect=0.1, word_of_mouth_effect=0.15):
    """Next expectation, E' = E + α·(P − E) + β·ad + γ·wom, on any scale.

    `learning` α from 0 (never learns) to 1 (remembers only the last time); `ad` and `word_of_mouth` are pushes of any size,
    negative ones lower the expectation, and count `ad_effect` β and `word_of_mouth_effect` γ points a unit (any numbers).
    Where the sources are levels that draw the expectation towards themselves, see `satisfaction.updated_expectation`.
    Source: adaptive expectations as in Boulding, Kalra, Staelin & Zeithaml (1993).
    """
    surprise = number("performance", performance) - number("expectation", expectation)
    pushed = number("ad_effect", ad_effect) * number("ad", ad)
    talked = number("word_of_mouth_effect", word_of_mouth_effect) * number("word_of_mouth", word_of_mouth)
    return expectation + number("learning", learning, 0, 1) * surprise + pushed + talked


def expectation_path(expectation, performances, learning=0.3):
    """List of expectations, before the first experience and after each of `performances` (one or more numbers).

    Every step is `adaptive_expectation` without advertising and word of mouth.
    """
    path = [number("expectation", expectation)]
    for performance in numbers("performances", performances):
        path.append(adaptive_expectation(path[-1], performance, learning=learning))
    return path


def estimated_learning(expectations, performances):
    """The learning rate α found by regressing E_{t+1} − E_t on P_t − E_t, through the origin.

    `expectations` holds one number more than `performances`, which holds two or more. Returns a dict: `learning` and its
    `standard_error`. Raises ValueError for other lengths, and when expectation and performance never differ.
    Source: ordinary least squares.
    """
    expectations, performances = numbers("expectations", expectations), numbers("performances", performances)
    n = len(performances)
    if n < 2 or len(expectations) != n + 1:
        raise ValueError(
            f"expectations 应比 performances 多一个数，performances 至少两个，收到 {len(expectations)} 和 {n} 个"
            " (one expectation more than performances, and two or more of these)"
        )
    surprises = [performances[t] - expectations[t] for t in range(n)]
    changes = [expectations[t + 1] - expectations[t] for t in range(n)]
    squares = sum([x * x for x in surprises])
    if squares == 0:
        raise ValueError("期望与结果从未有差别，估计不出学习率 (expectation and performance never differ)")
    slope = sum([x * y for x, y in zip(surprises, changes)]) / squares
    errors = sum([(y - slope * x) ** 2 for x, y in zip(surprises, changes)])
    return {"learning": slope, "standard_error": math.sqrt(errors / (n - 1) / squares)}


# Zone of tolerance


def msa(perception, adequate):
    """Measure of service adequacy, P − A: how far the service perceived lies above the adequate level. Any scale.

    Source: Zeithaml, Berry & Parasuraman (1993).
    """
    return number("perception", perception) - number("adequate", adequate)


def mss(perception, desired):
    """Measure of service superiority, P − D: how far the service perceived lies above the desired level. Any scale.

    Source: Zeithaml, Berry & Parasuraman (1993).
    """
    return number("perception", perception) - number("desired", desired)


def zone_of_tolerance(perception, adequate, desired):
    """Where a perception falls against the zone between the `adequate` and the `desired` level (adequate not above desired).

    Returns a dict: `msa` = P − A, `mss` = P − D, `width` = D − A, and `zone`, one of `ZONES`; a perception at an edge is within.
    Any scale. Source: Zeithaml, Berry & Parasuraman (1993).
    """
    adequacy, superiority = msa(perception, adequate), mss(perception, desired)
    if adequate > desired:
        raise ValueError(f"adequate 应不大于 desired，收到 {adequate!r} 和 {desired!r} (adequate must not exceed desired)")
    zone = ZONES[0 if adequacy < 0 else 2 if superiority > 0 else 1]
    return {"msa": adequacy, "mss": superiority, "width": desired - adequate, "zone": zone}


# Fuzzy expectations


def probability_not_disappointed(expectation, performance, expectation_sd=1.0, performance_sd=1.0):
    """Probability (0 to 1) that the result reaches the expectation, Φ((μ_P − μ_E) / √(σ_P² + σ_E²)).

    Expectation and result are independent and normal around the means `expectation` and `performance` (any scale) with the
    standard deviations `expectation_sd` (how fuzzy the expectation is) and `performance_sd` (how uneven the service is),
    0 or more; with both 0 it is 1 or 0. Source: fuzzy expectations, Ojasalo (2001); the normal form is the course's own.
    """
    lead = number("performance", performance) - number("expectation", expectation)
    spread = _spread(expectation_sd, performance_sd)
    if spread == 0:
        return 1.0 if lead >= 0 else 0.0
    return normal_cdf(lead / spread)


def expected_shortfall(expectation, performance, expectation_sd=1.0, performance_sd=1.0):
    """Mean number of points (0 or more) by which the result falls short of the expectation, E[max(0, E − P)].

    Guests who are not disappointed count as 0. Arguments as in `probability_not_disappointed`. Source: normal loss function.
    """
    gap = number("expectation", expectation) - number("performance", performance)
    return _shortfall(gap, _spread(expectation_sd, performance_sd))


# How much to promise


def bookings(promise, base=1000.0, pull=0.3, reference=0.0):
    """Bookings N0·e^{κ(π − reference)}: what a `promise` π (points) brings in.

    `base` N0 (0 or more) are the bookings at a promise of `reference` points, `pull` κ (0 to 5) what a point adds to their
    logarithm. With the reference 0 it is N0·e^{κπ}. Teaching assumption.
    """
    number("base", base, 0)
    return base * math.exp(number("pull", pull, 0, 5) * (number("promise", promise, -100, 100) - number("reference", reference, -100, 100)))


def retention(promise, performance, repeat_share=0.4, sensitivity=0.8, loss_aversion=1.0):
    """Share (0 to 1) of guests who come again after a `promise` and a `performance` (points); it falls as the promise exceeds the result.

    `repeat_share` ρ0 (0 to 1) come again when the promise was kept exactly; every point of π − P lowers the log odds of it
    by `sensitivity` (0 to 10), and a point of π below P raises them by `sensitivity` / `loss_aversion` (1 to 10).
    Teaching assumption.
    """
    gap = number("promise", promise, -100, 100) - number("performance", performance, -100, 100)
    number("repeat_share", repeat_share, 0, 1)
    number("sensitivity", sensitivity, 0, 10)
    return _retention(gap, repeat_share, sensitivity, number("loss_aversion", loss_aversion, 1, 10))


def promise_value(
    promise, performance, base=1000.0, pull=0.3, margin=200.0, repeat_share=0.4, sensitivity=0.8, discount=0.1, reference=0.0
):
    """Present value of the guests that a promise wins, N0·e^{κπ}·m·[1 + ρ/(1 + i − ρ)], with ρ = `retention`.

    `margin` m (0 or more) is earned at each stay, the first included; `discount` i (0 or more) is the interest rate per
    period. The rest as in `bookings` and `retention`. Raises ValueError too when i is 0 and everybody comes again.
    Source: constant-retention lifetime value, Gupta & Lehmann (2003); its use for promises is the course's own.
    """
    kept = retention(promise, performance, repeat_share, sensitivity)
    left = 1 + number("discount", discount, 0) - kept
    if left <= 0:
        raise ValueError("discount 是 0 而人人都再来，价值没有上限 (without discount and defection the value has no bound)")
    return bookings(promise, base, pull, reference) * number("margin", margin, 0) * (1 + kept / left)


def optimal_promise(
    performance,
    base=1000.0,
    pull=0.3,
    margin=200.0,
    repeat_share=0.4,
    sensitivity=0.8,
    discount=0.1,
    reference=0.0,
    low=LOW,
    high=HIGH,
    step=0.01,
):
    """The promise on a grid from `low` to `high` (points) in steps of `step` (above 0) with the greatest `promise_value`.

    Returns a dict: `promise` and its `value`; of equally good promises the lowest. The other arguments as in `promise_value`.
    """
    if number("high", high, -100, 100) < number("low", low, -100, 100):
        raise ValueError(f"high 应不小于 low，收到 {low!r} 和 {high!r} (high must not be below low)")
    number("step", step, 1e-4)
    best = best_value = None
    for k in range(int((high - low) / step + 1e-9) + 1):
        promise = low + k * step
        value = promise_value(promise, performance, base, pull, margin, repeat_share, sensitivity, discount, reference)
        # a lead in the last bits only is no lead
        if best is None or value > best_value * (1 + 1e-12):
            best, best_value = promise, value
    return {"promise": best, "value": best_value}


# Popular numbers


def surprise_path(promise=80, delivered=100, learning=0.5, pull=0.02):
    """What is left of "promise 80, deliver 100" visit by visit, for one guest who learns; scale from 0 to 100.

    The guest comes with the `promise` (50 to 120) as expectation, gets `delivered` (50 to 100) every time and moves the
    expectation by `learning` (0 to 1) of the gap, as in `expectation_path`. New guests book in proportion to e^(`pull`·promise), `pull`
    from 0 to 0.05 a point. Returns a dict: `first` and `fifth`, the surprise at those visits (points); `bookings`, new guests
    as a share of those an exact promise brings; over visits 1 to 6 the pairs [visit, points] `expected`, `got`.
    Teaching assumptions; the update as in Boulding et al. (1993).
    """
    number("promise", promise, 50, 120)
    number("delivered", delivered, 50, 100)
    number("learning", learning, 0, 1)
    number("pull", pull, 0, 0.05)
    path = expectation_path(promise, [delivered] * 5, learning)
    return {
        "first": delivered - promise,
        "fifth": delivered - path[4],
        "bookings": math.exp(pull * (promise - delivered)),
        "expected": [[k + 1, path[k]] for k in range(6)],
        "got": [[1, delivered], [6, delivered]],
    }


def rating_effect(rise=0.1, direct=0.15, quality=0.8, tied=0.5):
    """What 10 % better ratings go with, and what they bring, when better hotels have better ratings too.

    Bookings are proportional to rating^direct · quality^quality, and a hotel whose rating is 1 % higher is `tied` % better in all that a
    rating does not cause. A study across hotels then finds the elasticity direct + quality·tied. `rise` of the rating (0 to
    0.2, a share), `direct` (0 to 1), `quality` (0 to 1.5), `tied` (0 to 1).
    Returns a dict: the shares `found` (what goes with the rise) and `brought` (by the rating alone); `elasticity`; over the
    rise from 0 to 20 % the pairs [per cent, per cent] `found_curve`, `brought_curve`; `now`, the rise in per cent.
    Source: omitted-variable bias; the claim: Ye et al. (2011); the numbers are teaching assumptions.
    """
    number("rise", rise, 0, 0.2)
    elasticity = number("direct", direct, 0, 1) + number("quality", quality, 0, 1.5) * number("tied", tied, 0, 1)
    return {
        "found": (1 + rise) ** elasticity - 1,
        "brought": (1 + rise) ** direct - 1,
        "elasticity": elasticity,
        "found_curve": [[k, 100 * ((1 + k / 100) ** elasticity - 1)] for k in range(21)],
        "brought_curve": [[k, 100 * ((1 + k / 100) ** direct - 1)] for k in range(21)],
        "now": 100 * rise,
    }


# The hotel with the sea view: 24 months of one promise


def promise_path(promise=8.0, performance=6.0, review_weight=0.4, repeat_share=0.3):
    """Twenty-four months of a new hotel that promises `promise` and delivers `performance` (both 1 to 9).

    New guests believe the advert, corrected by the reviews with `review_weight` (0 to 0.9); returning guests by what they
    found; `repeat_share` (0 to 0.9) come again next month when the result just meets the expectation.
    Returns a dict: as pairs [month, points] `expectation` (of new guests), `result`, `reviews`, the mean `satisfaction`, and
    the edges `adequate` and `desired` of the zone of tolerance; `months_below`, in how many months the result lies below it;
    `bookings_first` and `bookings_last`, the guests of the first and last month; `satisfaction_last`; `profit`, the sum of
    24 months in yuan, discounted; `not_disappointed`, the probability of it for a new guest in the first month.
    """
    months, profit = _path(promise, performance, review_weight, repeat_share)
    lines = {"expectation": [], "result": [], "reviews": [], "satisfaction": [], "adequate": [], "desired": []}
    below = 0
    for t in range(MONTHS):
        new, returning, expected, remembered, reviews, _ = months[t]
        # a mean of points may lie beyond the scale's end by its last bit
        expected, remembered = clip(expected, LOW, HIGH), clip(remembered, LOW, HIGH)
        felt = satisfaction(expected, performance)
        if returning > 0:
            felt = (new * felt + returning * satisfaction(remembered, performance)) / (new + returning)
        adequate, desired = clip(expected - WOULD_DO, LOW, HIGH), clip(expected + WANTED, LOW, HIGH)
        if zone_of_tolerance(performance, adequate, desired)["zone"] == "below":
            below += 1
        for name, value in (
            ("expectation", expected),
            ("result", performance),
            ("reviews", reviews),
            ("satisfaction", felt),
            ("adequate", adequate),
            ("desired", desired),
        ):
            lines[name].append([t + 1, value])
    lines["months_below"] = below
    lines["bookings_first"] = months[0][0] + months[0][1]
    lines["bookings_last"] = months[-1][0] + months[-1][1]
    lines["satisfaction_last"] = lines["satisfaction"][-1][1]
    lines["profit"] = profit
    lines["not_disappointed"] = probability_not_disappointed(promise, performance, FUZZINESS, FUZZINESS)
    return lines


def promise_months(promise=8.0, performance=6.0, review_weight=0.4, repeat_share=0.3):
    """The months of `promise_path` as a table, one dict each: `month`, `new` and `returning` guests, `expectation`, `reviews`, `profit`."""
    months, _ = _path(promise, performance, review_weight, repeat_share)
    rows = []
    for t in range(MONTHS):
        new, returning, expected, _, reviews, earned = months[t]
        rows.append({"month": t + 1, "new": new, "returning": returning, "expectation": expected, "reviews": reviews, "profit": earned})
    return rows


def promise_choice(promise=8.0, performance=6.0, review_weight=0.4, repeat_share=0.3):
    """Profit of 24 months at every promise, and the best one. Arguments as in `promise_path`.

    Returns a dict: `best`, the promise (1 to 9, to 0.05) with the highest profit; `best_profit` and `profit` (at `promise`) in
    yuan, `regret`, their difference; `honest_profit`, at a promise equal to the performance; `exaggeration`, best less
    performance; and `curve`, the pairs [promise, profit in 10,000 yuan].
    """
    _, here = _path(promise, performance, review_weight, repeat_share)
    _, honest = _path(performance, performance, review_weight, repeat_share)
    curve = []
    # the honest promise comes first, so that nothing within rounding of it counts as better
    best, best_profit = performance, honest
    for k in range(4 * (HIGH - LOW) + 1):
        place = LOW + k / 4
        _, profit = _path(place, performance, review_weight, repeat_share)
        curve.append([place, profit / 10000])
        if profit > best_profit * (1 + 1e-12):
            best, best_profit = place, profit
    coarse = best
    for k in range(-4, 5):
        place = coarse + k / 20
        if k and LOW <= place <= HIGH:
            _, profit = _path(place, performance, review_weight, repeat_share)
            if profit > best_profit * (1 + 1e-12):
                best, best_profit = place, profit
    return {
        "best": best,
        "best_profit": best_profit,
        "profit": here,
        "regret": best_profit - here if best_profit > here else 0.0,
        "honest_profit": honest,
        "exaggeration": best - performance,
        "curve": curve,
    }


def _path(
    promise,
    performance,
    review_weight,
    repeat_share,
    base=100.0,
    pull=0.3,
    talk_pull=0.3,
    sensitivity=0.8,
    learning=0.3,
    margin=200.0,
    compensation=60.0,
    discount=0.01,
):
    """The months [new, returning, their expectations, reviews, profit] and the sum of the discounted profits."""
    number("promise", promise, LOW, HIGH)
    number("performance", performance, LOW, HIGH)
    number("review_weight", review_weight, 0, 0.9)
    number("repeat_share", repeat_share, 0, 0.9)
    spread = math.sqrt(2) * FUZZINESS
    returning = talk = total = 0.0
    remembered = reviews = promise
    value = 1.0
    months = []
    exp = math.exp
    for _ in range(MONTHS):
        # written out for speed in the page: updated_expectation
        expected = promise + review_weight * (reviews - promise)
        new = base * exp(pull * (expected - 5) + talk_pull * review_weight * talk)
        gap, old_gap = expected - performance, remembered - performance
        earned = new * (margin - compensation * _shortfall(gap, spread))
        written = new * (-LOSS * gap if gap > 0 else -GAIN * gap)
        again = new * _retention(gap, repeat_share, sensitivity, LOSS / GAIN)
        learned = again * (expected - learning * gap)
        if returning > 0:
            earned += returning * (margin - compensation * _shortfall(old_gap, spread))
            written += returning * (-LOSS * old_gap if old_gap > 0 else -GAIN * old_gap)
            back = returning * _retention(old_gap, repeat_share, sensitivity, LOSS / GAIN)
            learned += back * (remembered - learning * old_gap)
            again += back
        months.append((new, returning, expected, remembered, reviews, earned))
        total += value * earned
        value /= 1 + discount
        tone = written / (new + returning)
        reviews += REVIEW_SPEED * (clip(performance + tone, LOW, HIGH) - reviews)
        talk += REVIEW_SPEED * (tone - talk)
        remembered = learned / again if again > 0 else promise
        returning = again
    return months, total


def _retention(gap, repeat_share, sensitivity, loss_aversion):
    if repeat_share <= 0 or repeat_share >= 1:
        return repeat_share
    felt = gap if gap > 0 else gap / loss_aversion
    return 1 / (1 + (1 - repeat_share) / repeat_share * math.exp(sensitivity * felt))


def _spread(expectation_sd, performance_sd):
    return math.sqrt(number("expectation_sd", expectation_sd, 0) ** 2 + number("performance_sd", performance_sd, 0) ** 2)


def _shortfall(gap, spread):
    if spread == 0:
        return gap if gap > 0 else 0.0
    z = gap / spread
    return spread * math.exp(-z * z / 2) / math.sqrt(2 * math.pi) + gap * normal_cdf(z)
