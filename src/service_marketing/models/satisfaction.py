"""Customer satisfaction: the gap between what was expected and what came.

Expectation, performance and satisfaction are points on a scale from 1 to 9, 5 in the middle.
Oliver (1980) explains satisfaction by the gap, Anderson & Sullivan (1993) find that a loss weighs more
than a gain of the same size, Anderson (1973) compares the theories of how a gap is perceived.
The default numbers are teaching assumptions of the course, chosen to show these effects.
"""

import math

from .checks import number, numbers, option, whole
from .draws import normals

LOW, MIDDLE, HIGH = 1, 5, 9
OUTCOMES = ("dissatisfied", "satisfied", "delighted")
THEORIES = ("disconfirmation", "assimilation", "contrast", "assimilation-contrast")
KANO_ANSWERS = ("like", "must-be", "neutral", "live with", "dislike")


def clip(x, low, high):
    """`x`, or the end of the range from `low` to `high` that it lies beyond."""
    return low if x < low else high if x > high else x


# Expectation


def updated_expectation(expectation, experience=None, word_of_mouth=None, promise=None, learning=0.3, social=0.15, persuasion=0.1):
    """Expectation after hearing from the three sources: own experience, other people, the firm's promise.

    Each source (1 to 9, or None when silent) draws the expectation towards itself by its weight:
    `learning`, `social` and `persuasion`, each from 0 (deaf to it) to 1 and together at most 1.
    Source: adaptive expectations as in Boulding, Kalra, Staelin & Zeithaml (1993), with the promise added.
    """
    number("expectation", expectation, LOW, HIGH)
    weights = 0
    updated = expectation
    for name, heard, weight_name, weight in (
        ("experience", experience, "learning", learning),
        ("word_of_mouth", word_of_mouth, "social", social),
        ("promise", promise, "persuasion", persuasion),
    ):
        weights += number(weight_name, weight, 0, 1)
        if heard is not None:
            updated += weight * (number(name, heard, LOW, HIGH) - expectation)
    if weights > 1 + 1e-9:
        raise ValueError(f"learning + social + persuasion 应不大于 1，收到 {weights!r} (their sum must be 1 or less)")
    return updated


# From the gap to satisfaction


def disconfirmation(expectation, performance):
    """Points by which the result beat the expectation (both 1 to 9); negative when it disappointed. Source: Oliver (1980)."""
    return number("performance", performance, LOW, HIGH) - number("expectation", expectation, LOW, HIGH)


def perceived_gap(gap, tolerance=0.0, assimilation=1.0, contrast=1.0):
    """The gap as the customer feels it, in points.

    Within `tolerance` points (0 to 8) of the expectation the gap shrinks to the share `assimilation` (0 to 1);
    what lies beyond is magnified by `contrast` (1 to 3). The defaults leave the gap as it is.
    Source: assimilation–contrast theory, Sherif & Hovland (1961), Anderson (1973).
    """
    number("gap", gap, LOW - HIGH, HIGH - LOW)
    number("tolerance", tolerance, 0, HIGH - LOW)
    number("assimilation", assimilation, 0, 1)
    number("contrast", contrast, 1, 3)
    return _perceived(gap, tolerance, assimilation, contrast)


def satisfaction(expectation, performance, gain=0.5, loss_aversion=2.0, anchor=0.1, tolerance=0.0, assimilation=1.0, contrast=1.0):
    """Satisfaction (1 to 9) of a customer who expected `expectation` and got `performance` (both 1 to 9).

    A surprise adds `gain` (0 to 2) per point, a disappointment takes `loss_aversion` (1 to 4) times as much;
    a high expectation by itself lifts satisfaction by `anchor` (0 to 1) per point above the middle.
    `tolerance`, `assimilation` and `contrast` as in `perceived_gap`.
    Source: Oliver (1980); asymmetry: Anderson & Sullivan (1993).
    """
    gap = perceived_gap(disconfirmation(expectation, performance), tolerance, assimilation, contrast)
    number("gain", gain, 0, 2)
    number("loss_aversion", loss_aversion, 1, 4)
    number("anchor", anchor, 0, 1)
    return _satisfaction(expectation, gap, gain, gain * loss_aversion, anchor)


def outcome(gap, indifference=0.5):
    """Which of `OUTCOMES` a perceived gap is: 不满意, 满意 or 非常满意.

    Gaps within `indifference` points (0 to 8) of zero count as a confirmed expectation, "satisfied";
    with 0 only an exact hit does. Source: three outcomes: Oliver (1980); zone of indifference: Woodruff, Cadotte & Jenkins (1983).
    """
    return OUTCOMES[_outcome(number("gap", gap, -24, 24), number("indifference", indifference, 0, HIGH - LOW))]


def complaint_probability(satisfaction):
    """Probability (0 to 1) that a dissatisfied customer complains to the firm, by satisfaction (1 to 9). Teaching assumption."""
    return _complaint(number("satisfaction", satisfaction, LOW, HIGH))


def repurchase_probability(satisfaction):
    """Probability (0 to 1) that a customer comes again, by satisfaction (1 to 9). Teaching assumption."""
    return _repurchase(number("satisfaction", satisfaction, LOW, HIGH))


# The simulation's two views: one customer, and five hundred


def one_customer(
    expectation=6.0,
    performance=5.0,
    loss_aversion=2.0,
    tolerance=0.0,
    assimilation=1.0,
    contrast=1.0,
    gain=0.5,
    anchor=0.1,
    indifference=0.5,
):
    """One customer's way from the gap to satisfaction, and the curve that the customer lies on.

    Returns a dict: `gap` and `felt` (points), `satisfaction` (1 to 9), `outcome`, `complaint` and `repurchase`
    (probabilities; a customer who is not dissatisfied does not complain), and `curve`, the pairs
    [performance, satisfaction] over the whole scale for the same expectation.
    Arguments as in `satisfaction` and `outcome`.
    """
    gap = disconfirmation(expectation, performance)
    felt = perceived_gap(gap, tolerance, assimilation, contrast)
    felt_satisfaction = satisfaction(expectation, performance, gain, loss_aversion, anchor, tolerance, assimilation, contrast)
    kind = outcome(felt, indifference)
    curve = []
    for step in range(4 * (HIGH - LOW) + 1):
        result = LOW + step / 4
        bent = _perceived(result - expectation, tolerance, assimilation, contrast)
        curve.append([result, _satisfaction(expectation, bent, gain, gain * loss_aversion, anchor)])
    return {
        "gap": gap,
        "felt": felt,
        "satisfaction": felt_satisfaction,
        "outcome": kind,
        "complaint": _complaint(felt_satisfaction) if kind == "dissatisfied" else 0.0,
        "repurchase": _repurchase(felt_satisfaction),
        "curve": curve,
    }


def customers(
    expectation=6.0,
    performance=6.0,
    spread=1.0,
    loss_aversion=2.0,
    tolerance=0.0,
    assimilation=1.0,
    contrast=1.0,
    gain=0.5,
    anchor=0.1,
    indifference=0.5,
    n=500,
    seed=1,
):
    """`n` customers (1 to 5000) whose expectations and results scatter around the means, one dict each.

    `expectation` and `performance` (1 to 9) are means, `spread` (0 to 3) the standard deviation of both, in points;
    draws beyond the scale are set to its end. Every dict has `expectation`, `performance`, `satisfaction`,
    `outcome`, `complaint` and `repurchase` as in `one_customer`.
    """
    rows = _simulated(
        expectation, performance, spread, loss_aversion, tolerance, assimilation, contrast, gain, anchor, indifference, n, seed
    )
    return [
        {
            "expectation": e,
            "performance": p,
            "satisfaction": s,
            "outcome": OUTCOMES[kind],
            "complaint": _complaint(s) if kind == 0 else 0.0,
            "repurchase": _repurchase(s),
        }
        for e, p, s, kind in rows
    ]


def population(
    expectation=6.0,
    performance=6.0,
    spread=1.0,
    loss_aversion=2.0,
    tolerance=0.0,
    assimilation=1.0,
    contrast=1.0,
    gain=0.5,
    anchor=0.1,
    indifference=0.5,
    n=500,
    seed=1,
):
    """What the `customers` of the same arguments add up to.

    Returns a dict: `mean` satisfaction; the shares `dissatisfied`, `satisfied` and `delighted`; the expected shares
    of `complaints` and `repurchase`, all 0 to 1; and `bins`, for each half point of satisfaction from 1 to 9
    the number of customers by outcome, in the order of `OUTCOMES`.
    """
    rows = _simulated(
        expectation, performance, spread, loss_aversion, tolerance, assimilation, contrast, gain, anchor, indifference, n, seed
    )
    bins = [[0, 0, 0] for _ in range(2 * (HIGH - LOW))]
    shares = [0, 0, 0]
    total = complaints = repurchase = 0.0
    last = len(bins) - 1
    exp = math.exp
    for _, _, s, kind in rows:
        k = int(2 * (s - LOW))
        bins[k if k < last else last][kind] += 1
        shares[kind] += 1
        total += s
        # written out for speed in the page: _complaint and _repurchase
        if kind == 0:
            complaints += 1 / (1 + exp(0.9 * (s - 5) + 2))
        repurchase += 1 / (1 + exp(-0.8 * (s - 5) - 0.8))
    count = len(rows)
    return {
        "mean": total / count,
        "dissatisfied": shares[0] / count,
        "satisfied": shares[1] / count,
        "delighted": shares[2] / count,
        "complaints": complaints / count,
        "repurchase": repurchase / count,
        "bins": bins,
    }


# Measures


def acsi_index(means, weights=None, low=1, high=10):
    """Satisfaction index from 0 to 100 out of the `means` of several rating items on a scale from `low` to `high`.

    `weights` (0 or more, not all 0) default to equal ones. With the scale from 1 to 10 this is
    (Σ w·x̄ − Σ w) / (9 Σ w) × 100. Source: Fornell, Johnson, Anderson, Cha & Bryant (1996).
    """
    if number("high", high) <= number("low", low):
        raise ValueError(f"high 应大于 low，收到 low={low!r}, high={high!r} (high must exceed low)")
    means = numbers("means", means, low, high)
    weights = [1] * len(means) if weights is None else numbers("weights", weights, 0)
    if len(weights) != len(means):
        raise ValueError(f"weights 应有 {len(means)} 个数，与 means 一样多，收到 {len(weights)} 个 (as many weights as means)")
    if sum(weights) == 0:
        raise ValueError("weights 不能全是 0 (weights must not all be 0)")
    weighted = sum([w * x for w, x in zip(weights, means)]) / sum(weights)
    return 100 * (weighted - low) / (high - low)


def csat(ratings, satisfied_from=4, low=1, high=5):
    """Share (0 to 1) of `ratings` at `satisfied_from` or above: the "top-box" satisfaction rate."""
    number("satisfied_from", satisfied_from, low, high)
    ratings = numbers("ratings", ratings, low, high)
    return sum([1 for r in ratings if r >= satisfied_from]) / len(ratings)


def proportion_standard_error(share, n):
    """Standard error (0 to 0.5) of a `share` (0 to 1) found among `n` respondents (1 or more), simple random sampling."""
    number("share", share, 0, 1)
    return math.sqrt(share * (1 - share) / whole("n", n, 1))


def nps(ratings):
    """Net promoter score, −100 to 100: per cent of 9 and 10 less per cent of 0 to 6. Source: Reichheld (2003)."""
    promoters, detractors = _promoters_detractors(ratings)
    return 100 * (promoters - detractors)


def nps_standard_error(ratings):
    """Standard error of `nps(ratings)` in the same points: 100·√([p + d − (p − d)²] / n), p promoters and d detractors."""
    ratings = list(ratings)
    p, d = _promoters_detractors(ratings)
    return 100 * math.sqrt((p + d - (p - d) ** 2) / len(ratings))


def kano_category(functional, dysfunctional):
    """Kano letter of one answer pair: A attractive, O one-dimensional, M must-be, I indifferent, R reverse, Q questionable.

    `functional` says how the customer feels when the feature is there, `dysfunctional` when it is not;
    both are one of `KANO_ANSWERS`. Source: Kano, Seraku, Takahashi & Tsuji (1984).
    """
    present = KANO_ANSWERS.index(option("functional", functional, KANO_ANSWERS))
    absent = KANO_ANSWERS.index(option("dysfunctional", dysfunctional, KANO_ANSWERS))
    return ("QAAAO", "RIIIM", "RIIIM", "RIIIM", "RRRRQ")[present][absent]


def kano_coefficients(attractive, one_dimensional, must_be, indifferent):
    """The pair (better, worse) from the counts of the four Kano categories (each 0 or more, not all 0).

    better = (A + O) / (A + O + M + I), from 0 to 1: how much having the feature can satisfy;
    worse = −(O + M) / (A + O + M + I), from −1 to 0: how much lacking it dissatisfies.
    Source: Berger et al. (1993).
    """
    a = number("attractive", attractive, 0)
    o = number("one_dimensional", one_dimensional, 0)
    m = number("must_be", must_be, 0)
    i = number("indifferent", indifferent, 0)
    total = a + o + m + i
    if total == 0:
        raise ValueError("四类人数不能全是 0 (the counts must not all be 0)")
    return (a + o) / total, -(o + m) / total


# The same formulas without checks, for the loops


def _perceived(gap, tolerance, assimilation, contrast):
    size = gap if gap >= 0 else -gap
    if size <= tolerance:
        return assimilation * gap
    felt = assimilation * tolerance + contrast * (size - tolerance)
    return felt if gap >= 0 else -felt


def _satisfaction(expectation, gap, gain, loss, anchor):
    return clip(MIDDLE + anchor * (expectation - MIDDLE) + (gain if gap > 0 else loss) * gap, LOW, HIGH)


def _outcome(gap, indifference):
    return 0 if gap < -indifference else 1 if gap <= indifference else 2


def _complaint(s):
    return 1 / (1 + math.exp(0.9 * (s - 5) + 2))


def _repurchase(s):
    return 1 / (1 + math.exp(-0.8 * (s - 5) - 0.8))


def _simulated(expectation, performance, spread, loss_aversion, tolerance, assimilation, contrast, gain, anchor, indifference, n, seed):
    satisfaction(expectation, performance, gain, loss_aversion, anchor, tolerance, assimilation, contrast)  # checks
    number("spread", spread, 0, 3)
    number("indifference", indifference, 0, HIGH - LOW)
    n = whole("n", n, 1, 5000)
    z = normals(2 * n, seed)
    loss = gain * loss_aversion
    rows = []
    for i in range(n):
        e = clip(expectation + spread * z[2 * i], LOW, HIGH)
        p = clip(performance + spread * z[2 * i + 1], LOW, HIGH)
        gap = _perceived(p - e, tolerance, assimilation, contrast)
        rows.append((e, p, _satisfaction(e, gap, gain, loss, anchor), _outcome(gap, indifference)))
    return rows


def _promoters_detractors(ratings):
    ratings = numbers("ratings", ratings, 0, 10)
    promoters = sum([1 for r in ratings if r >= 9])
    detractors = sum([1 for r in ratings if r <= 6])
    return promoters / len(ratings), detractors / len(ratings)
