"""Service quality: SERVQUAL and SERVPERF scores, how reliable they are, the gaps behind them, and what to mend first.

Scores may be on any scale; where several conventions are in use the function says which it follows. SERVQUAL counts
perception minus expectation (negative: too little), the gap model counts the shortfall (positive: too little).
The additive form of the gap model, its costs and the attributes of the map are teaching assumptions of the course.
"""

import math

from .checks import number, numbers, option
from .order import order, ranked

SERVQUAL_DIMENSIONS = ("tangibles", "reliability", "responsiveness", "assurance", "empathy")
SERVQUAL_ITEMS = ("tangibles",) * 4 + ("reliability",) * 5 + ("responsiveness",) * 4 + ("assurance",) * 4 + ("empathy",) * 5
"""The dimension of each of the 22 items, in their order. Source: Parasuraman, Zeithaml & Berry (1988)."""
SERVQUAL_IMPORTANCE = {"tangibles": 11, "reliability": 32, "responsiveness": 22, "assurance": 19, "empathy": 16}
"""Points of 100 that customers gave each dimension, as usually cited from Zeithaml, Parasuraman & Berry (1990)."""
GAPS = ("knowledge", "standards", "delivery", "communication")
"""Gaps 1 to 4. Source: Parasuraman, Zeithaml & Berry (1985)."""
QUADRANTS = ("keep up the good work", "possible overkill", "low priority", "concentrate here")
"""Top right, top left, bottom left, bottom right of a map with importance across and performance up; see `ipa_quadrants`."""
THRESHOLDS = ("mean", "median")
QUALITY_FACTORS = ("linear", "hygiene", "enhancing", "dual")
GAP_COSTS = (10.0, 15.0, 40.0, 5.0)
"""What closing a point of each gap costs, in 10,000 yuan. Teaching assumption."""
ATTRIBUTES = (
    ("room", 8.2, 7.6), ("bed", 8.4, 6.2), ("reception", 7.2, 8.1), ("breakfast", 6.4, 5.6),
    ("wifi", 7.8, 5.2), ("lobby", 4.2, 7.8), ("gym", 3.2, 6.8), ("minibar", 2.6, 4.4),
)  # fmt: skip
"""Eight attributes of a hotel with mean importance and performance (1 to 9). Teaching assumption."""


# Scores


def gap_scores(expectations, perceptions):
    """Perception minus expectation, item by item, as a list; both are lists of the same length, or lists of such rows.

    Rows (one a respondent) are averaged item by item first. Source: Parasuraman, Zeithaml & Berry (1988).
    """
    expected, perceived = _item_means("expectations", expectations), _item_means("perceptions", perceptions)
    if len(expected) != len(perceived):
        raise ValueError(
            f"expectations 与 perceptions 的题数应相同，收到 {len(expected)} 和 {len(perceived)} (as many items in both are wanted)"
        )
    return [p - e for p, e in zip(perceived, expected)]


def dimension_scores(scores, dimensions=None):
    """Mean of the item `scores` of every dimension, as a dict.

    `scores` is a list of numbers or of rows, as in `gap_scores`; `dimensions` names the dimension of each item, as
    `SERVQUAL_ITEMS` does for the 22 items. Left out, all items form one dimension called "all".
    """
    means = _item_means("scores", scores)
    labels, counts, sums = _grouped(means, dimensions)
    result = {}
    for label, n, total in zip(labels, counts, sums):
        result[label] = total / n
    return result


def servqual(expectations, perceptions, dimensions=None, weights=None):
    """SERVQUAL score, Σ_j w_j · (1/n_j) Σ_i (P_ij − E_ij): negative when the service falls short of what is expected.

    Items and `dimensions` as in `gap_scores` and `dimension_scores`. `weights` (0 or more, not all 0) belong to the
    dimensions: a dict by name, or a list in the order in which `dimensions` names them first; equal when left out.
    Convention: weights are divided by their sum, so 100 points spread over the dimensions will do.
    Source: Parasuraman, Zeithaml & Berry (1988); weighted: Zeithaml, Parasuraman & Berry (1990).
    """
    return _weighted_score(gap_scores(expectations, perceptions), dimensions, weights)


def servperf(perceptions, dimensions=None, weights=None):
    """SERVPERF score, Σ_j w_j · (1/n_j) Σ_i P_ij: perceptions alone. Arguments and conventions as in `servqual`.

    Source: Cronin & Taylor (1992).
    """
    return _weighted_score(_item_means("perceptions", perceptions), dimensions, weights)


# Reliability


def covariance_matrix(rows):
    """Covariances between the columns of `rows` (two or more rows of equally many numbers), a list of lists.

    Convention: sample covariances, divided by n − 1.
    """
    rows = _table("rows", rows, 2)
    n, k = len(rows), len(rows[0])
    means = [sum([row[j] for row in rows]) / n for j in range(k)]
    deviations = [[row[j] - means[j] for j in range(k)] for row in rows]
    return [[sum([d[i] * d[j] for d in deviations]) / (n - 1) for j in range(k)] for i in range(k)]


def cronbach_alpha(rows, standardised=False):
    """Cronbach's α of a scale, from `rows` of answers: one row a respondent, one column an item, two or more of each.

    Raw: k/(k − 1) · (1 − Σ item variances / variance of the sum). `standardised`: k·r̄ / (1 + (k − 1)·r̄) with the mean
    correlation r̄ between items. Items must already point the same way. Negative values are possible.
    Raises ValueError too when the sum (or, standardised, an item) never varies. Source: Cronbach (1951).
    """
    return alpha_from_matrix(covariance_matrix(rows), standardised)


def alpha_from_matrix(matrix, standardised=False):
    """Cronbach's α from the square `matrix` of covariances between the items, two or more; as in `cronbach_alpha`.

    From a matrix of correlations both forms give the standardised α.
    """
    matrix = _table("matrix", matrix, 2)
    k = len(matrix)
    if len(matrix[0]) != k:
        raise ValueError("matrix 应是方阵 (a square matrix is wanted)")
    if standardised:
        matrix = _correlations(matrix)
    total = sum([sum(row) for row in matrix])
    # the covariances of a constant sum cancel, but for rounding
    if total <= 1e-12 * sum([matrix[i][i] for i in range(k)]):
        raise ValueError("各题之和没有差异，α 没有定义 (the sum of the items does not vary: alpha is undefined)")
    return k / (k - 1) * (1 - sum([matrix[i][i] for i in range(k)]) / total)


def standardised_alpha(items, mean_correlation):
    """Standardised α = k·r̄ / (1 + (k − 1)·r̄) of k = `items` (2 or more) with mean correlation r̄ (above −1/(k − 1), to 1).

    Source: Spearman–Brown formula.
    """
    k = number("items", items, 2)
    below = 1 + (k - 1) * number("mean_correlation", mean_correlation, -1, 1)
    if below <= 0:
        raise ValueError(f"mean_correlation 应大于 −1/(items − 1)，收到 {mean_correlation!r} (it must exceed −1/(items − 1))")
    return k * mean_correlation / below


def item_total_correlations(rows, corrected=True):
    """Correlation of every item with the sum of the items, as a list; `corrected` leaves the item itself out of the sum.

    `rows` as in `cronbach_alpha`. Raises ValueError too when an item or a sum never varies.
    """
    matrix = covariance_matrix(rows)
    k = len(matrix)
    if k < 2:
        raise ValueError("rows 至少要有两题 (two or more items are wanted)")
    total = sum([sum(row) for row in matrix])
    result = []
    for i in range(k):
        with_sum, own = sum(matrix[i]), matrix[i][i]
        covariance, variance = (with_sum - own, total - 2 * with_sum + own) if corrected else (with_sum, total)
        if own <= 0 or variance <= 1e-12 * own:
            raise ValueError(f"第 {i + 1} 题或其余各题之和没有差异 (item {i + 1} or the sum of the others does not vary)")
        result.append(covariance / math.sqrt(own * variance))
    return result


def alpha_if_deleted(rows, standardised=False):
    """Cronbach's α of the scale without each item in turn, as a list; `rows` with three or more items, as in `cronbach_alpha`."""
    matrix = covariance_matrix(rows)
    k = len(matrix)
    if k < 3:
        raise ValueError("rows 至少要有三题 (three or more items are wanted)")
    result = []
    for left_out in range(k):
        kept = [i for i in range(k) if i != left_out]
        result.append(alpha_from_matrix([[matrix[i][j] for j in kept] for i in kept], standardised))
    return result


def difference_reliability(perception_reliability, expectation_reliability, correlation, perception_sd=1.0, expectation_sd=1.0):
    """Reliability of the difference P − E: (σ_P²·r_P + σ_E²·r_E − 2·r_PE·σ_P·σ_E) / (σ_P² + σ_E² − 2·r_PE·σ_P·σ_E).

    `perception_reliability` r_P and `expectation_reliability` r_E (0 to 1), `correlation` r_PE between the two (−1 to 1),
    `perception_sd` σ_P and `expectation_sd` σ_E (0 or more). With equal standard deviations, the default, it is
    (½(r_P + r_E) − r_PE) / (1 − r_PE). Negative values mean that r_PE is higher than such reliabilities allow.
    Raises ValueError too when the difference has no variance. Source: Lord & Novick (1968); for SERVQUAL, Peter, Churchill & Brown (1993).
    """
    p, e = number("perception_sd", perception_sd, 0), number("expectation_sd", expectation_sd, 0)
    shared = 2 * number("correlation", correlation, -1, 1) * p * e
    true = p * p * number("perception_reliability", perception_reliability, 0, 1)
    true += e * e * number("expectation_reliability", expectation_reliability, 0, 1) - shared
    variance = p * p + e * e - shared
    if variance <= 1e-12 * (p * p + e * e):
        raise ValueError("差值没有变异，信度没有定义 (the difference does not vary: its reliability is undefined)")
    return true / variance


# The gap model


def gap5(knowledge, standards, delivery, communication, weights=None):
    """Gap 5, the customer's: how far the service perceived falls short of the service expected, from the firm's gaps 1 to 4.

    `knowledge`: what customers want, less what management believes they want; `standards`: that belief, less what the
    standards ask; `delivery`: the standards, less what is delivered; `communication`: what is promised, less what is
    delivered. Points on one scale, positive for a shortfall. `weights` (four, 0 or more, default 1 each) multiply them.
    Convention: gap 5 is their weighted sum; the source says only that it is a function of the four.
    Source: Parasuraman, Zeithaml & Berry (1985).
    """
    gaps = [
        number("knowledge", knowledge),
        number("standards", standards),
        number("delivery", delivery),
        number("communication", communication),
    ]
    return sum([w * g for w, g in zip(_gap_weights(weights, 4), gaps)])


def cheapest_gap(gaps, costs, weights=None):
    """Place (from 0) of the positive gap that takes the least money per point of gap 5; None when no gap is positive.

    `gaps` in points, `costs` (above 0) what closing one point of each costs, `weights` as in `gap5`; of equals the first.
    """
    queue = _cheapest_first(gaps, costs, weights)
    return queue[0] if queue else None


def close_gaps(gaps, costs, budget, weights=None):
    """The fix that lowers gap 5 most for a `budget` (0 or more): the cheapest point first, until the money or the gaps run out.

    Returns a dict: `closed` (points taken off each gap), `left` (what remains of each), `gap5` after the fix and `spent`.
    A gap can be closed in part; a negative gap is left alone. Other arguments as in `cheapest_gap`.
    """
    gaps = numbers("gaps", gaps)
    queue = _cheapest_first(gaps, costs, weights)
    money = number("budget", budget, 0)
    closed = [0.0] * len(gaps)
    for i in queue:
        affordable = money / costs[i]
        closed[i] = gaps[i] if gaps[i] <= affordable else affordable
        money -= closed[i] * costs[i]
    left = [g - c for g, c in zip(gaps, closed)]
    total = sum([w * g for w, g in zip(_gap_weights(weights, len(gaps)), left)])
    return {"closed": closed, "left": left, "gap5": total, "spent": budget - money}


def gap_waterfall(knowledge=0.8, standards=0.6, delivery=1.2, communication=1.0, budget=20.0):
    """The four gaps, gap 5, and what the cheapest fix for the money leaves of it.

    The gaps −2 to 4 points, `budget` 0 to 120, in 10,000 yuan; costs per point in `GAP_COSTS`. Returns a dict: `gap1` to
    `gap4`, `gap5`, `fixed` (its change, 0 or less), `remaining` gap 5, `spent` in yuan, `first`, the number (1 to 4) of the
    gap to mend first or 0, and `closed1` to `closed4`, the points closed of each.
    """
    gaps = [
        number("knowledge", knowledge, -2, 4),
        number("standards", standards, -2, 4),
        number("delivery", delivery, -2, 4),
        number("communication", communication, -2, 4),
    ]
    number("budget", budget, 0, 120)
    before = gap5(knowledge, standards, delivery, communication)
    fix = close_gaps(gaps, GAP_COSTS, budget)
    first = cheapest_gap(gaps, GAP_COSTS)
    result = {
        "gap5": before,
        "fixed": fix["gap5"] - before,
        "remaining": fix["gap5"],
        "spent": 10000 * fix["spent"],
        "first": 0 if first is None else first + 1,
    }
    for i in range(4):
        result[f"gap{i + 1}"] = gaps[i]
        result[f"closed{i + 1}"] = fix["closed"][i]
    return result


def gap_reliability(correlation=0.6, perception_reliability=0.8, expectation_reliability=0.8, spread_ratio=1.0):
    """Reliability of a gap score at every correlation between expectation and perception, and at the one given.

    `correlation` 0 to 0.95, the reliabilities 0.5 to 0.95, `spread_ratio` σ_E/σ_P 0.5 to 2. A correlation above
    √(r_P·r_E), the highest that such scores can show, is taken as that. Returns a dict: `difference`, the reliability of the
    gap score; `parts`, the mean of r_P and r_E, and `lost`, how far the gap score falls short of it; `used`, the correlation
    taken, and `highest`, the highest there can be; and as pairs [correlation, reliability] `curve`, `alone` (that of P) and `bar` (0.7).
    """
    number("correlation", correlation, 0, 0.95)
    p = number("perception_reliability", perception_reliability, 0.5, 0.95)
    e = number("expectation_reliability", expectation_reliability, 0.5, 0.95)
    number("spread_ratio", spread_ratio, 0.5, 2)
    highest = math.sqrt(p * e)
    used = correlation if correlation < highest else highest
    curve = []
    for step in range(41):
        r = highest * step / 40
        curve.append([r, difference_reliability(p, e, r, 1, spread_ratio)])
    difference = difference_reliability(p, e, used, 1, spread_ratio)
    return {
        "difference": difference,
        "parts": (p + e) / 2,
        "lost": (p + e) / 2 - difference,
        "used": used,
        "highest": highest,
        "curve": curve,
        "alone": [[0, p], [1, p]],
        "bar": [[0, 0.7], [1, 0.7]],
    }


# Importance and performance


def ipa_quadrants(importance, performance, importance_threshold="mean", performance_threshold="mean"):
    """Which of `QUADRANTS` each attribute lies in, as a list, from the lists of its `importance` and `performance`.

    High importance and low performance: "concentrate here"; both high: "keep up the good work"; both low: "low priority";
    low importance and high performance: "possible overkill". A threshold is "mean", "median" (of the list) or a number;
    a value equal to it counts as high. Source: Martilla & James (1977), who left the place of the cross to judgement.
    """
    importance, performance = numbers("importance", importance), numbers("performance", performance)
    if len(importance) != len(performance):
        raise ValueError(
            f"importance 与 performance 应一样长，收到 {len(importance)} 和 {len(performance)} 个 (as many of both are wanted)"
        )
    across = _threshold("importance_threshold", importance_threshold, importance)
    up = _threshold("performance_threshold", performance_threshold, performance)
    return [QUADRANTS[_quadrant(i, p, across, up)] for i, p in zip(importance, performance)]


def ipa_map(importance_threshold=6.0, performance_threshold=6.5):
    """The `ATTRIBUTES` of a hotel on the map, cut at two thresholds (1 to 9).

    Returns a dict: `points`, [importance, performance, quadrant] with the quadrant counted along `QUADRANTS`; how many lie in
    each, `keep`, `overkill`, `low`, `concentrate`; the thresholds as `across` and `up`; the `mean_importance` and
    `mean_performance`, and how many would be told to `concentrate_at_means`.
    """
    number("importance_threshold", importance_threshold, 1, 9)
    number("performance_threshold", performance_threshold, 1, 9)
    points = [[i, p, _quadrant(i, p, importance_threshold, performance_threshold)] for _, i, p in ATTRIBUTES]
    counts = [len([1 for point in points if point[2] == q]) for q in range(4)]
    mean_importance = sum([i for _, i, _ in ATTRIBUTES]) / len(ATTRIBUTES)
    mean_performance = sum([p for _, _, p in ATTRIBUTES]) / len(ATTRIBUTES)
    return {
        "points": points,
        "keep": counts[0],
        "overkill": counts[1],
        "low": counts[2],
        "concentrate": counts[3],
        "across": importance_threshold,
        "up": performance_threshold,
        "mean_importance": mean_importance,
        "mean_performance": mean_performance,
        "concentrate_at_means": len([1 for _, i, p in ATTRIBUTES if _quadrant(i, p, mean_importance, mean_performance) == 3]),
    }


# Perceived quality


def experienced_quality(technical, functional, image=None, functional_weight=0.5, image_weight=0.0):
    """Quality as experienced, from `technical` quality (what), `functional` quality (how) and `image`, all on one scale.

    (1 − v)·[(1 − w)·technical + w·functional] + v·image, with w = `functional_weight` and v = `image_weight` (0 to 1): the
    image is a filter that draws the experience towards itself. Without an image v has no effect.
    Source: the parts are Grönroos (1984); the weights are a teaching assumption.
    """
    w = number("functional_weight", functional_weight, 0, 1)
    v = number("image_weight", image_weight, 0, 1)
    experienced = (1 - w) * number("technical", technical) + w * number("functional", functional)
    return experienced if image is None else (1 - v) * experienced + v * number("image", image)


def total_perceived_quality(expected, experienced):
    """Total perceived quality: `experienced` less `expected` quality, on one scale; negative when it disappoints.

    Source: Grönroos (1984).
    """
    return number("experienced", experienced) - number("expected", expected)


def quality_function(performance, factor="linear", adequate=4.0, desired=6.0, slope=1.0):
    """How perceived quality answers to the `performance` of one factor, in points around 0 (the indifferent customer).

    "linear": slope·(performance − middle of `adequate` and `desired`). Between the two levels the other `factor`s are 0;
    below, "hygiene" and "dual" factors lose `slope` (0 or more) per point; above, "enhancing" and "dual" ones gain it.
    Source: hygiene, enhancing and dual-threshold factors: Johnston & Silvestro (1990); the straight pieces are the course's own.
    """
    option("factor", factor, QUALITY_FACTORS)
    number("performance", performance)
    if number("adequate", adequate) > number("desired", desired):
        raise ValueError(f"adequate 应不大于 desired，收到 {adequate!r} 和 {desired!r} (adequate must not exceed desired)")
    number("slope", slope, 0)
    if factor == "linear":
        return slope * (performance - (adequate + desired) / 2)
    if performance < adequate and factor != "enhancing":
        return slope * (performance - adequate)
    if performance > desired and factor != "hygiene":
        return slope * (performance - desired)
    return 0.0


# Popular numbers


def importance_of_reliability(business=0.5, theirs=0.42, others=0.22):
    """The weight of reliability in a sample of two kinds of guests, and which of two hotels it makes the better one.

    A share `business` (0 to 1) of those asked gives reliability `theirs` of its 100 points, all others `others` (0.05 to 0.7 each, as
    shares). Hotel A has 8.2 points for reliability and 6.6 for the rest, hotel B 7.4 and 7.1, out of 9.
    Returns a dict: `weight` (a share); `score_a`, `score_b` and `lead` of A (points); over the share of business guests the pairs
    [per cent, per cent] `weight_curve`, with `claimed`, the 32 %, and `even`, where both hotels score alike.
    Source of the 32 %: usually Zeithaml, Parasuraman & Berry (1990); hotels and weights here are teaching assumptions.
    """
    number("business", business, 0, 1)
    number("theirs", theirs, 0.05, 0.7)
    number("others", others, 0.05, 0.7)
    weight = business * theirs + (1 - business) * others
    score_a, score_b = 8.2 * weight + 6.6 * (1 - weight), 7.4 * weight + 7.1 * (1 - weight)
    even = 100 * (7.1 - 6.6) / (7.1 - 6.6 + 8.2 - 7.4)
    return {
        "weight": weight,
        "score_a": score_a,
        "score_b": score_b,
        "lead": score_a - score_b,
        "weight_curve": [[0, 100 * others], [100, 100 * theirs]],
        "claimed": [[0, 32], [100, 32]],
        "even": [[0, even], [100, even]],
        "now": 100 * business,
    }


def alpha_by_length(items=8, correlation=0.1, careless=0.15):
    """Standardised α of a questionnaire of `items` (2 to 30, rounded) when some tick the same all the way down.

    `correlation` (0 to 0.8) is the mean correlation of the items among those who read them; a share `careless` (0 to 0.5)
    ticks one answer throughout, as scattered as the others', so that the correlation in the data is (1 − c)·r + c.
    Returns a dict: `alpha` and `honest`, α without the careless; `seen`, the correlation in the data; over 2 to 30 items the
    pairs [items, α] `alpha_curve`, `honest_curve`, and [items, 0.7] `threshold`. Source: `standardised_alpha`.
    """
    k = int(number("items", items, 2, 30) + 0.5)
    number("correlation", correlation, 0, 0.8)
    seen = (1 - number("careless", careless, 0, 0.5)) * correlation + careless
    return {
        "alpha": standardised_alpha(k, seen),
        "honest": standardised_alpha(k, correlation),
        "seen": seen,
        "alpha_curve": [[n, standardised_alpha(n, seen)] for n in range(2, 31)],
        "honest_curve": [[n, standardised_alpha(n, correlation)] for n in range(2, 31)],
        "threshold": [[2, 0.7], [30, 0.7]],
    }


# Parts


def _item_means(name, values):
    try:
        values = list(values)
    except TypeError:
        raise ValueError(f"{name} 应是一列数，收到 {values!r} (a list of numbers is wanted)") from None
    try:
        list(values[0] if values else 0)
    except TypeError:
        return numbers(name, values)
    rows = _table(name, values, 1)
    return [sum([row[j] for row in rows]) / len(rows) for j in range(len(rows[0]))]


def _table(name, rows, least):
    try:
        rows = list(rows)
    except TypeError:
        raise ValueError(f"{name} 应是若干行数，收到 {rows!r} (rows of numbers are wanted)") from None
    rows = [numbers(f"{name}[{i}]", row) for i, row in enumerate(rows)]
    if len(rows) < least or [row for row in rows if len(row) != len(rows[0])]:
        raise ValueError(f"{name} 应至少有 {least} 行，且各行一样长 ({least} or more rows of the same length are wanted)")
    return rows


def _grouped(scores, dimensions):
    dimensions = ["all"] * len(scores) if dimensions is None else list(dimensions)
    if len(dimensions) != len(scores):
        raise ValueError(f"dimensions 应有 {len(scores)} 个，与题数一样，收到 {len(dimensions)} 个 (one dimension for each item is wanted)")
    labels, counts, sums = [], [], []
    for score, label in zip(scores, dimensions):
        if label not in labels:
            labels.append(label)
            counts.append(0)
            sums.append(0.0)
        counts[labels.index(label)] += 1
        sums[labels.index(label)] += score
    return labels, counts, sums


def _weighted_score(scores, dimensions, weights):
    labels, counts, sums = _grouped(scores, dimensions)
    if weights is None:
        weights = [1] * len(labels)
    elif isinstance(weights, dict):
        for label in weights:
            option("weights", label, labels)
        for label in labels:
            option("dimensions", label, list(weights))
        weights = [weights[label] for label in labels]
    weights = numbers("weights", weights, 0)
    if len(weights) != len(labels) or sum(weights) == 0:
        raise ValueError(f"weights 应有 {len(labels)} 个且不全是 0 (one weight for each dimension, not all 0, is wanted)")
    return sum([w * total / n for w, n, total in zip(weights, counts, sums)]) / sum(weights)


def _correlations(matrix):
    k = len(matrix)
    if [1 for i in range(k) if matrix[i][i] <= 0]:
        raise ValueError("有的题没有差异，标准化 α 没有定义 (an item does not vary: standardised alpha is undefined)")
    sds = [math.sqrt(matrix[i][i]) for i in range(k)]
    return [[matrix[i][j] / sds[i] / sds[j] for j in range(k)] for i in range(k)]


def _gap_weights(weights, n):
    if weights is None:
        return [1.0] * n
    weights = numbers("weights", weights, 0)
    if len(weights) != n:
        raise ValueError(f"weights 应有 {n} 个，收到 {len(weights)} 个 (one weight for each gap is wanted)")
    return weights


def _cheapest_first(gaps, costs, weights):
    gaps, costs = numbers("gaps", gaps), numbers("costs", costs, 0)
    weights = _gap_weights(weights, len(gaps))
    if len(costs) != len(gaps) or min(costs) <= 0:
        raise ValueError(f"costs 应有 {len(gaps)} 个且都大于 0 (one cost above 0 for each gap is wanted)")
    wanted = [i for i in range(len(gaps)) if gaps[i] > 0 and weights[i] > 0]
    return [wanted[k] for k in order([costs[i] / weights[i] for i in wanted])]


def _threshold(name, threshold, values):
    if not isinstance(threshold, str):
        return number(name, threshold)
    option(name, threshold, THRESHOLDS)
    if threshold == "mean":
        return sum(values) / len(values)
    in_order = ranked(values)
    half = len(in_order) // 2
    return in_order[half] if len(in_order) % 2 else (in_order[half - 1] + in_order[half]) / 2


def _quadrant(importance, performance, across, up):
    if importance >= across:
        return 0 if performance >= up else 3
    return 1 if performance >= up else 2
