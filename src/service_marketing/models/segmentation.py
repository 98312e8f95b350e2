"""Which customers belong together, what they are worth, and how many segments pay.

RFM and its scores, k-means with its measures, the whale curve, the customer portfolio, the profit of targeting.
Scores run from 1 (worst) to 5 (best), money is in yuan, shares run from 0 to 1. Conventions where the literature has
several: ties in scores share their average rank; the Gini coefficient is the population's; variables are standardised
with the population standard deviation. The needs, the sizes and the response of the four hidden segments in the
simulation (`SEGMENTS`, `market`) are teaching assumptions of the course.
"""

import math

from .checks import number, numbers, option, whole
from .draws import normals, uniforms
from .normal import normal_cdf, normal_quantile
from .order import order, ranked

TIES = ("average", "first", "min", "max", "quantile")
PORTFOLIO = ("star", "question mark", "cash cow", "dog")
PORTFOLIO_ZH = ("明星", "问题", "现金牛", "瘦狗")

# share of the members, how much they mind the price, how much they mind the service (0 to 10 each)
SEGMENTS = ((0.4, 2.5, 7.5), (0.27, 8.0, 2.5), (0.22, 7.5, 7.5), (0.11, 3.0, 2.5))
MOST_SEGMENTS = 8


# RFM: recency, frequency, monetary value


def rfm(customers, times, amounts, now=None, monetary="total"):
    """The RFM table of a list of orders: a dict of four lists, one place a customer.

    `customers`, `times` (days or any other unit, increasing) and `amounts` say for every order who, when and how much;
    `now` (the time of the last order unless given, and not before it) is when recency is counted.
    `monetary` is "total" (sum of a customer's amounts) or "mean" (per order).
    Returns `customer` in the order in which they first appear, `recency` (time since the last order),
    `frequency` (number of orders) and `monetary`. Source: Hughes (1994).
    """
    customers = list(customers)
    times, amounts = numbers("times", times), numbers("amounts", amounts)
    option("monetary", monetary, ("total", "mean"))
    _same_length("times", times, "customers", customers)
    _same_length("amounts", amounts, "customers", customers)
    latest = max(times)
    now = latest if now is None else number("now", now, latest)
    place, names, last, count, total = {}, [], [], [], []
    for who, when, amount in zip(customers, times, amounts):
        if who not in place:
            place[who] = len(names)
            names.append(who)
            last.append(when)
            count.append(0)
            total.append(0)
        i = place[who]
        last[i] = max(last[i], when)
        count[i] += 1
        total[i] += amount
    if monetary == "mean":
        total = [t / c for t, c in zip(total, count)]
    return {"customer": names, "recency": [now - t for t in last], "frequency": count, "monetary": total}


def quintile_scores(values, groups=5, high_is_good=True, ties="average"):
    """A score from 1 (worst) to `groups` (best; 2 to 100, 5 for quintiles) for each of `values`.

    With rank r of n values, counted from the worst, the score is the smallest whole number not below groups·r/n.
    `high_is_good` False turns the order round, as recency wants it. `ties` says what equal values get:
    "average" their average rank, "min" or "max" their lowest or highest rank (in all three the same score), "first"
    different ranks in the order of the list, so that the groups are of equal size; "quantile" ignores ranks and cuts at
    the interpolated quantiles of the values, a value on a cut going to the lower group (as pandas.qcut does).
    """
    values = numbers("values", values)
    groups = whole("groups", groups, 2, 100)
    option("ties", ties, TIES)
    n = len(values)
    good = values if high_is_good else [-v for v in values]
    if ties == "quantile":
        line = ranked(good)
        cuts = [_quantile(line, g / groups) for g in range(1, groups)]
        return [1 + sum([1 for cut in cuts if v > cut]) for v in good]
    scores = [0] * n
    places = order(good)
    start = 0
    while start < n:
        end = start
        while end + 1 < n and good[places[end + 1]] == good[places[start]]:
            end += 1
        for at in range(start, end + 1):
            # twice the rank stays a whole number, so that no rounding can move a score
            twice = {"average": start + end + 2, "first": 2 * at + 2, "min": 2 * start + 2, "max": 2 * end + 2}[ties]
            scores[places[at]] = -(-groups * twice // (2 * n))
        start = end + 1
    return scores


def rfm_scores(recency, frequency, monetary, groups=5, ties="average", nested=False):
    """The three scores of every customer and the RFM cell: a dict of the lists `r`, `f`, `m` and `cell` (such as "543").

    `recency` (0 or more, the lower the better), `frequency` (0 or more) and `monetary` as from `rfm`; `groups` (2 to 9)
    and `ties` as in `quintile_scores`. With `nested` False the three are scored independently; with True frequency is
    scored within each recency group and monetary value within each of those, as Hughes (1994) does it.
    """
    recency, frequency = numbers("recency", recency, 0), numbers("frequency", frequency, 0)
    monetary = numbers("monetary", monetary)
    _same_length("frequency", frequency, "recency", recency)
    _same_length("monetary", monetary, "recency", recency)
    groups = whole("groups", groups, 2, 9)
    r = quintile_scores(recency, groups, False, ties)
    if nested:
        f = _scores_within(frequency, r, groups, ties)
        m = _scores_within(monetary, [10 * a + b for a, b in zip(r, f)], groups, ties)
    else:
        f, m = quintile_scores(frequency, groups, True, ties), quintile_scores(monetary, groups, True, ties)
    return {"r": r, "f": f, "m": m, "cell": [str(a) + str(b) + str(c) for a, b, c in zip(r, f, m)]}


# Clusters


def standardised(points):
    """`points` (rows of numbers) with every column at mean 0 and population standard deviation 1; a constant column becomes 0."""
    return _standardised(_rows(points))


def kmeans(points, k, seed=1, starts=1, seeding="k-means++", centres=None, iterations=300):
    """k-means by Lloyd's algorithm: a dict of `labels` (from 0), `centres`, `inertia`, `iterations` and `sizes`.

    `points` are rows of numbers, `k` is from 1 to their number. `inertia` is Σ‖x − μ‖², the sum of squared distances to the
    own centre. The best of `starts` (1 to 100) runs is kept. `seeding` is "k-means++" (drawn by `seed`, another draw for
    every start) or "farthest" (the point nearest the mean, then always the point farthest from all chosen; no draws);
    `centres`, k rows, are used instead when given. A cluster that loses all its points gets the point farthest from its
    own centre. Sources: Lloyd (1982); Arthur & Vassilvitskii (2007); farthest point: Gonzalez (1985).
    """
    points = _rows(points)
    k = whole("k", k, 1, len(points))
    seed, starts, iterations = whole("seed", seed, 0), whole("starts", starts, 1, 100), whole("iterations", iterations, 1, 10000)
    option("seeding", seeding, ("k-means++", "farthest"))
    if centres is not None:
        centres = _rows(centres)
        if len(centres) != k or len(centres[0]) != len(points[0]):
            raise ValueError(f"centres 应有 {k} 行，每行 {len(points[0])} 个数 (k rows as long as the points are wanted)")
    best = None
    for start in range(starts if centres is None and seeding == "k-means++" else 1):
        first = centres
        if first is None:
            first = _farthest(points, k) if seeding == "farthest" else _plus_plus(points, k, seed + start)
        found = _lloyd(points, first, iterations)
        if best is None or found["inertia"] < best["inertia"]:
            best = found
    return best


def inertia(points, labels):
    """Sum of squared distances of `points` (rows of numbers) to the mean of their own cluster; `labels` names each one's cluster."""
    points, groups = _rows(points), _groups(labels)
    _same_length("labels", groups, "points", points)
    total = 0.0
    for g in range(max(groups) + 1):
        members = [p for p, label in zip(points, groups) if label == g]
        mean = _mean(members)
        total += sum([_squared(p, mean) for p in members])
    return total


def silhouette_samples(points, labels):
    """How well each of `points` sits in its cluster, −1 to 1: (b − a) / max(a, b).

    a is the mean Euclidean distance to the other members of its cluster, b to the members of the nearest other one;
    a point alone in its cluster has 0. `labels` name at least two clusters. Source: Rousseeuw (1987).
    """
    points, groups = _rows(points), _groups(labels)
    _same_length("labels", groups, "points", points)
    k = max(groups) + 1
    if k < 2:
        raise ValueError("labels 至少要有两类 (at least two clusters are wanted)")
    sizes = [0] * k
    for g in groups:
        sizes[g] += 1
    sums = [[0.0] * k for _ in points]
    for i in range(len(points)):
        for j in range(i):
            distance = math.sqrt(_squared(points[i], points[j]))
            sums[i][groups[j]] += distance
            sums[j][groups[i]] += distance
    out = []
    for i in range(len(points)):
        own = groups[i]
        if sizes[own] == 1:
            out.append(0.0)
            continue
        a = sums[i][own] / (sizes[own] - 1)
        b = min([sums[i][g] / sizes[g] for g in range(k) if g != own])
        out.append((b - a) / max(a, b) if max(a, b) > 0 else 0.0)
    return out


def silhouette(points, labels):
    """Mean silhouette of all `points`, −1 to 1. Arguments as in `silhouette_samples`."""
    samples = silhouette_samples(points, labels)
    return sum(samples) / len(samples)


def adjusted_rand_index(labels_a, labels_b):
    """Agreement of two groupings of the same customers, corrected for chance: 1 the same groups, 0 as by chance, below 0 worse.

    The names of the groups do not matter. Source: Hubert & Arabie (1985).
    """
    a, b = _groups(labels_a), _groups(labels_b)
    _same_length("labels_b", b, "labels_a", a)
    return _adjusted_rand(a, b)


def rand_index(labels_a, labels_b):
    """Share (0 to 1) of the pairs of customers on which two groupings agree: together in both, or apart in both. Source: Rand (1971)."""
    a, b = _groups(labels_a), _groups(labels_b)
    _same_length("labels_b", b, "labels_a", a)
    if len(a) < 2:
        return 1.0
    both, in_a, in_b = _pair_counts(a, b)
    pairs = len(a) * (len(a) - 1) / 2
    return (pairs + 2 * both - in_a - in_b) / pairs


def stability(points, k, replications=20, seed=1):
    """Mean agreement (adjusted Rand index) between the clusters of `points` and those found in bootstrap samples of them.

    Every sample draws as many points with replacement, finds `k` centres, and sends all points to the nearest.
    `replications` from 1 to 1000. Near 1: the segments come back; near 0: they are accidents. Source: Hennig (2007).
    """
    points = _rows(points)
    n, replications, seed = len(points), whole("replications", replications, 1, 1000), whole("seed", seed, 0)
    reference = kmeans(points, k, seed, 5)["labels"]
    total = 0.0
    for replication in range(replications):
        drawn = [points[int(u * n)] for u in uniforms(n, seed + 1000 + replication)]
        centres = kmeans(drawn, k, seed + replication, 3)["centres"]
        total += _adjusted_rand(reference, _nearest(points, centres))
    return total / replications


# Who brings the profit


def whale_curve(profits):
    """Cumulative share of the profit against the share of customers, the most profitable first: pairs from [0, 0] to [1, 1].

    `profits` (yuan a customer, losses negative) must add up to more than 0. With losses the curve rises above 1 and
    comes back. Source: Kaplan & Narayanan (2001).
    """
    profits = ranked(numbers("profits", profits), True)
    total = _positive_sum("profits", profits)
    running, pairs = 0.0, [[0.0, 0.0]]
    for i in range(len(profits)):
        running += profits[i]
        pairs.append([(i + 1) / len(profits), running / total])
    return pairs


def whale_peak(profits):
    """Where the whale curve of `profits` is highest: a dict of `customers` and `profit` (shares of all)."""
    highest = [0.0, 0.0]
    for pair in whale_curve(profits):
        if pair[1] > highest[1] + 1e-12:
            highest = pair
    return {"customers": highest[0], "profit": highest[1]}


def top_share(profits, top=0.2):
    """Share of the total that the best `top` (0 to 1) of the customers bring; between two customers the curve is straight."""
    pairs = whale_curve(profits)
    at = number("top", top, 0, 1) * (len(pairs) - 1)
    i = min(int(at), len(pairs) - 2)
    return pairs[i][1] + (at - i) * (pairs[i + 1][1] - pairs[i][1])


def gini(values, sample=False):
    """Gini coefficient: 0 when all have the same, (n − 1)/n when one of n has everything.

    Σ (2i − n − 1) x_i / (n Σ x) over the values in rising order, the population's coefficient; with `sample` True
    multiplied by n/(n − 1). `values` must add up to more than 0; some may be negative, and then it can exceed 1.
    Source: Gini (1912); Sen (1973).
    """
    values = ranked(numbers("values", values))
    total = _positive_sum("values", values)
    n = len(values)
    g = sum([(2 * (i + 1) - n - 1) * values[i] for i in range(n)]) / (n * total)
    if sample:
        if n < 2:
            raise ValueError("sample=True 时 values 至少要有两个数 (at least two values are wanted)")
        g *= n / (n - 1)
    return g


def lognormal_whale(spread=1.7, cost=0.0, top=0.2):
    """What the best customers bring when spending is lognormal, of sales and of profit.

    `spread` σ of the logarithm of a customer's sales (0.1 to 3) and `cost` (0 to 0.6), what serving any customer costs, as a share
    of the mean sales. The best p bring Φ(σ − z_{1−p}) of the sales and (Φ(σ − z_{1−p}) − cost·p) / (1 − cost) of the profit.
    Returns a dict: the shares `sales_top` and `profit_top` of the best `top` (0.01 to 0.9); `half`, share of customers who bring
    half of the sales; `losing`, share who cost more than they bring, and `peak`, the profit without them as a multiple of all;
    and the pairs [customers in per cent, per cent] `sales_curve`, `profit_curve`.
    Source of the Lorenz curve: Aitchison & Brown (1957); of the whale curve: Kaplan & Narayanan (2001).
    """
    number("spread", spread, 0.1, 3)
    number("cost", cost, 0, 0.6)
    number("top", top, 0.01, 0.9)

    def sales(share):
        return normal_cdf(spread - normal_quantile(1 - share))

    def profit(share):
        return (sales(share) - cost * share) / (1 - cost)

    grid = (0.01, 0.02, 0.03, 0.05, 0.08, 0.12, 0.16, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)
    # who pays just what serving costs
    at = (math.log(cost) + spread**2 / 2) / spread if cost > 0 else -40.0
    return {
        "sales_top": sales(top),
        "profit_top": profit(top),
        "half": 1 - normal_cdf(spread),
        "losing": normal_cdf(at),
        "peak": (normal_cdf(spread - at) - cost * (1 - normal_cdf(at))) / (1 - cost),
        "sales_curve": [[0, 0]] + [[100 * p, 100 * sales(p)] for p in grid] + [[100, 100]],
        "profit_curve": [[0, 0]] + [[100 * p, 100 * profit(p)] for p in grid] + [[100, 100]],
        "best": 100 * top,
    }


# The customer portfolio


def portfolio(attractiveness, share, attractiveness_threshold=0.5, share_threshold=0.5, language="zh"):
    """The quarter of the customer portfolio that a customer lies in: 明星, 问题, 现金牛 or 瘦狗.

    `attractiveness` of the customer (0 to 1, or on the scale of its threshold) and our `share` (0 to 1) of what the customer
    buys; at the threshold counts as high. High and high 明星 (star), attractive but low share 问题 (question mark),
    unattractive with a high share 现金牛 (cash cow), low and low 瘦狗 (dog). `language` is "zh" or "en".
    Source: account portfolio after Fiocca (1982); the names after Henderson (1970).
    """
    number("attractiveness", attractiveness)
    number("share", share, 0, 1)
    number("attractiveness_threshold", attractiveness_threshold)
    number("share_threshold", share_threshold, 0, 1)
    names = PORTFOLIO_ZH if option("language", language, ("zh", "en")) == "zh" else PORTFOLIO
    if attractiveness >= attractiveness_threshold:
        return names[0] if share >= share_threshold else names[1]
    return names[2] if share >= share_threshold else names[3]


def customer_portfolio(attractiveness, shares, attractiveness_threshold=0.5, share_threshold=0.5, language="zh"):
    """`portfolio` of every customer: a list of names. `attractiveness` and `shares` are lists of the same length."""
    attractiveness, shares = numbers("attractiveness", attractiveness), numbers("shares", shares, 0, 1)
    _same_length("shares", shares, "attractiveness", attractiveness)
    return [portfolio(a, s, attractiveness_threshold, share_threshold, language) for a, s in zip(attractiveness, shares)]


def share_of_wallet(ours, total):
    """Share (0 to 1) of what a customer spends in the category (`total`, more than 0) that is spent with us (`ours`)."""
    if number("total", total, 0) == 0:
        raise ValueError("total 应大于 0 (total must be positive)")
    return number("ours", ours, 0, total) / total


# The profit of targeting


def segment_profit(size, response, margin, contact_cost, programme_cost=0.0):
    """Profit (yuan) of one segment's programme: size·(response·margin − contact_cost) − programme_cost.

    `size` customers (0 or more), each answering with probability `response` (0 to 1) and then bringing `margin` yuan;
    reaching one costs `contact_cost`, running the programme at all `programme_cost` (both 0 or more).
    """
    number("size", size, 0)
    number("response", response, 0, 1)
    number("margin", margin)
    number("contact_cost", contact_cost, 0)
    number("programme_cost", programme_cost, 0)
    return size * (response * margin - contact_cost) - programme_cost


def targeting_profit(sizes, responses, margin, contact_cost, programme_cost=0.0, targeted=None):
    """Profit (yuan) over the targeted segments: Σ n_k (p_k·m − c) − F·K, K the number of them.

    `sizes` n_k and `responses` p_k (0 to 1) are lists, one place a segment; `margin` m and `contact_cost` c (yuan a customer)
    are one number for all or a list; `programme_cost` F is paid for every targeted segment. `targeted` lists the
    places (from 0) of those that are targeted, None means all.
    """
    profits = _segment_profits(sizes, responses, margin, contact_cost, programme_cost)
    if targeted is None:
        return sum(profits)
    chosen = [whole("targeted", place, 0, len(profits) - 1) for place in targeted]
    for i in range(len(chosen)):
        if chosen[i] in chosen[:i]:
            raise ValueError(f"targeted 里 {chosen[i]} 出现了两次 (a segment is listed twice)")
    return sum([profits[place] for place in chosen])


def worth_targeting(sizes, responses, margin, contact_cost, programme_cost=0.0):
    """Places (from 0) of the segments whose own programme makes a profit. Arguments as in `targeting_profit`."""
    profits = _segment_profits(sizes, responses, margin, contact_cost, programme_cost)
    return [i for i in range(len(profits)) if profits[i] > 0]


def break_even_response(margin, contact_cost):
    """Response rate at which reaching a customer just pays: contact_cost / margin (yuan; margin more than 0). Above 1: never."""
    if number("margin", margin, 0) == 0:
        raise ValueError("margin 应大于 0 (margin must be positive)")
    return number("contact_cost", contact_cost, 0) / margin


def misclassification_cost(counts, profits):
    """What it costs (yuan) that customers are treated as members of the wrong segment: Σ n_ij (π_ii − π_ij).

    `counts[i][j]` customers belong to segment i and get the programme of segment j; `profits[i][j]` is what one
    of them brings then. Both are square tables of the same size.
    """
    counts, profits = _rows(counts), _rows(profits)
    k = len(counts)
    if len(counts[0]) != k or len(profits) != k or len(profits[0]) != k:
        raise ValueError("counts 和 profits 应是同样大小的方表 (square tables of the same size are wanted)")
    cost = 0.0
    for i in range(k):
        for j in range(k):
            cost += number(f"counts[{i}][{j}]", counts[i][j], 0) * (profits[i][i] - profits[i][j])
    return cost


def best_number(profits):
    """The number of segments, counted from 1, at which the list `profits` (yuan) is highest; of equal ones the smallest."""
    return order(numbers("profits", profits), True)[0] + 1


# The simulation: members with hidden segments, cut into k


def market(relevance=1.0, overlap=1.0, n=80, seed=5):
    """`n` members (20 to 1000) drawn from the hidden `SEGMENTS`: a dict of `needs`, `observed` and `segment`.

    `needs` are pairs from 0 to 10: how much a member minds the price and minds the service, scattered by `overlap` (0.2 to 3)
    around the segment's centre. `observed` are the two variables that the firm segments on, standardised;
    `relevance` (0 to 1) is their correlation with the needs: 1 when the firm knows how customers respond, near 0.2 for
    age or income. Teaching assumptions.
    """
    relevance, overlap = number("relevance", relevance, 0, 1), number("overlap", overlap, 0.2, 3)
    n, seed = whole("n", n, 20, 1000), whole("seed", seed, 0)
    z = normals(4 * n, seed)
    ends, edge = [], 0.0
    for segment in SEGMENTS:
        edge += segment[0]
        ends.append(edge * n)
    needs, segments, own = [], [], 0
    for i in range(n):
        while own < len(ends) - 1 and i >= ends[own] - 1e-9:
            own += 1
        x, y = SEGMENTS[own][1] + overlap * z[4 * i], SEGMENTS[own][2] + overlap * z[4 * i + 1]
        needs.append([0.0 if x < 0 else 10.0 if x > 10 else x, 0.0 if y < 0 else 10.0 if y > 10 else y])
        segments.append(own)
    rest = math.sqrt(1 - relevance * relevance)
    observed, scaled = [], _standardised(needs)
    for i in range(n):
        observed.append([relevance * scaled[i][0] + rest * z[4 * i + 2], relevance * scaled[i][1] + rest * z[4 * i + 3]])
    return {"needs": needs, "observed": observed, "segment": segments}


def cut(k=3, relevance=1.0, overlap=1.0, n=80, seed=5):
    """A market cut into `k` segments (1 to 8, rounded) by k-means on what the firm observes.

    Arguments as in `market`. Returns a dict: `left`, the share of the differences in needs that remains inside the
    segments; `fit`, the share of the differences in the observed variables that lies between them; `agreement`
    with the hidden segments (adjusted Rand index); `smallest`, the members of the smallest segment; `points`
    [price, service, segment] and `centres` of the same kind, segments numbered by size.
    """
    k = int(number("k", k, 1, MOST_SEGMENTS) + 0.5)
    people = market(relevance, overlap, n, seed)
    found = _cuts(people["observed"], k)[k - 1]
    labels = _largest_first(found["labels"], k)
    needs = people["needs"]
    centres = _centres(needs, labels, k)
    mean = _mean(needs)
    spread = sum([_squared(p, mean) for p in needs])
    inside = sum([_squared(p, centres[g]) for p, g in zip(needs, labels)])
    return {
        "left": inside / spread,
        "fit": max(0.0, 1 - found["inertia"] / _inertia_of_one(people["observed"])),
        "agreement": _adjusted_rand(labels, people["segment"]),
        "smallest": min(found["sizes"]),
        "points": [[p[0], p[1], g] for p, g in zip(needs, labels)],
        "centres": [[centres[g][0], centres[g][1], g] for g in range(k)],
    }


def how_many(
    programme_cost=50000,
    margin=120,
    contact_cost=6,
    relevance=1.0,
    overlap=1.0,
    members=20000,
    best_response=0.3,
    reach=2.0,
    n=80,
    seed=5,
):
    """Fit and profit of cutting the same market into 1, 2, … 8 segments.

    Every segment gets an offer made for its average need. A member whose need lies d points from the offer answers with
    probability best_response·exp(−d²/(2·reach²)) and then brings `margin` yuan (20 to 300); writing to one costs
    `contact_cost` (0 to 30), each segment's programme `programme_cost` (0 to 200000). `members` (100 to 10000000) is the
    size of the whole market, `best_response` from 0 to 1, `reach` from 0.5 to 10 points; the rest as in `market`.
    Returns a dict: `best_k`, `best_profit`, `most_profit` (the profit of 8 segments), `one_profit` (of a single one),
    `fit_at_best`, and two lists of pairs over k: `fit` (per cent of the observed differences that lie between segments) and
    `profit` (per cent of what could be earned if everyone got the ideal offer and programmes cost nothing).
    """
    number("programme_cost", programme_cost, 0, 200000)
    number("margin", margin, 20, 300)
    number("contact_cost", contact_cost, 0, 30)
    number("members", members, 100, 10000000)
    number("best_response", best_response, 0, 1)
    number("reach", reach, 0.5, 10)
    people = market(relevance, overlap, n, seed)
    needs, everyone = people["needs"], len(people["needs"])
    whole_spread = _inertia_of_one(people["observed"])
    ideal = members * abs(best_response * margin - contact_cost)
    profits, fits = [], []
    for found in _cuts(people["observed"], MOST_SEGMENTS):
        labels, k = found["labels"], len(found["centres"])
        offers = _centres(needs, labels, k)
        answers, scale = 0.0, -0.5 / (reach * reach)
        for p, g in zip(needs, labels):
            answers += math.exp(scale * _squared(p, offers[g]))
        response = best_response * answers / everyone
        profits.append(members * (response * margin - contact_cost) - programme_cost * k)
        fits.append(1 - found["inertia"] / whole_spread)
    best = best_number(profits)
    return {
        "best_k": best,
        "best_profit": profits[best - 1],
        "most_profit": profits[-1],
        "one_profit": profits[0],
        "fit_at_best": fits[best - 1],
        "fit": [[k + 1, 100 * fits[k]] for k in range(len(fits))],
        "profit": [[k + 1, 100 * profits[k] / ideal if ideal > 0 else 0.0] for k in range(len(profits))],
    }


# Parts


def _same_length(name, values, other, others):
    if len(values) != len(others):
        raise ValueError(f"{name} 有 {len(values)} 个，{other} 有 {len(others)} 个，应当一样多 (they must be equally many)")


def _rows(points):
    try:
        points = [list(p) for p in points]
    except TypeError:
        raise ValueError("points 应是一行一个顾客的表，每行是一列数 (rows of numbers are wanted)") from None
    if not points:
        raise ValueError("points 是空的，至少要有一行 (at least one row is wanted)")
    for i in range(len(points)):
        numbers(f"points[{i}]", points[i])
        _same_length(f"points[{i}]", points[i], "points[0]", points[0])
    return points


def _groups(labels):
    """The labels, of any kind, as whole numbers from 0 in the order in which they appear."""
    seen, out = {}, []
    for label in labels:
        if label not in seen:
            seen[label] = len(seen)
        out.append(seen[label])
    if not out:
        raise ValueError("labels 是空的 (labels must not be empty)")
    return out


def _positive_sum(name, values):
    total = sum(values)
    if total <= 0:
        raise ValueError(f"{name} 的合计应大于 0，收到 {total!r} (their sum must be positive)")
    return total


def _quantile(line, share):
    at = share * (len(line) - 1)
    i = min(int(at), len(line) - 1)
    after = min(i + 1, len(line) - 1)
    return line[i] + (at - i) * (line[after] - line[i])


def _scores_within(values, cells, groups, ties):
    scores = [0] * len(values)
    places = {}
    for i in range(len(values)):
        places.setdefault(cells[i], []).append(i)
    for cell in places:
        own = places[cell]
        for i, score in zip(own, quintile_scores([values[i] for i in own], groups, True, ties)):
            scores[i] = score
    return scores


def _segment_profits(sizes, responses, margin, contact_cost, programme_cost):
    sizes, responses = numbers("sizes", sizes, 0), numbers("responses", responses, 0, 1)
    _same_length("responses", responses, "sizes", sizes)
    margins, costs = _each("margin", margin, sizes), _each("contact_cost", contact_cost, sizes)
    return [segment_profit(n, p, m, c, programme_cost) for n, p, m, c in zip(sizes, responses, margins, costs)]


def _each(name, value, sizes):
    if isinstance(value, (list, tuple)):
        _same_length(name, value, "sizes", sizes)
        return numbers(name, value)
    return [number(name, value)] * len(sizes)


def _squared(a, b):
    if len(a) == 2:
        x, y = a[0] - b[0], a[1] - b[1]
        return x * x + y * y
    return sum([(x - y) * (x - y) for x, y in zip(a, b)])


def _standardised(points):
    out = [[0.0] * len(points[0]) for _ in points]
    for d in range(len(points[0])):
        column = [p[d] for p in points]
        mean = sum(column) / len(column)
        sd = math.sqrt(sum([(x - mean) ** 2 for x in column]) / len(column))
        for i in range(len(column)):
            out[i][d] = (column[i] - mean) / sd if sd > 0 else 0.0
    return out


def _mean(points):
    return [sum([p[d] for p in points]) / len(points) for d in range(len(points[0]))]


def _centres(points, labels, k):
    counts = [0] * k
    sums = [[0.0] * len(points[0]) for _ in range(k)]
    if len(points[0]) == 2:
        for p, g in zip(points, labels):
            counts[g] += 1
            own = sums[g]
            own[0] += p[0]
            own[1] += p[1]
    else:
        for p, g in zip(points, labels):
            counts[g] += 1
            sums[g] = [a + b for a, b in zip(sums[g], p)]
    return [[x / counts[g] for x in sums[g]] for g in range(k)]


def _inertia_of_one(points):
    mean = _mean(points)
    return sum([_squared(p, mean) for p in points])


def _nearest(points, centres):
    """The place of the nearest centre for every point; of equally near ones the first."""
    labels, k = [], len(centres)
    if len(points[0]) == 2:
        # the plane is what the simulation draws, so it has its own short way
        lines = [(g, centres[g][0], centres[g][1]) for g in range(k)]
        for x, y in points:
            best, least = 0, math.inf
            for g, a, b in lines:
                a -= x
                b -= y
                d = a * a + b * b
                if d < least:
                    best, least = g, d
            labels.append(best)
        return labels
    for p in points:
        best, least = 0, math.inf
        for g in range(k):
            d = _squared(p, centres[g])
            if d < least:
                best, least = g, d
        labels.append(best)
    return labels


def _lloyd(points, centres, iterations):
    k, labels, rounds = len(centres), None, 0
    while rounds < iterations:
        rounds += 1
        found = _without_empty(points, centres, _nearest(points, centres), k)
        if found == labels:
            break
        labels = found
        centres = _centres(points, labels, k)
    sizes = [0] * k
    total = 0.0
    for p, g in zip(points, labels):
        sizes[g] += 1
        total += _squared(p, centres[g])
    return {"labels": labels, "centres": centres, "inertia": total, "iterations": rounds, "sizes": sizes}


def _without_empty(points, centres, labels, k):
    sizes = [0] * k
    for g in labels:
        sizes[g] += 1
    for empty in range(k):
        if sizes[empty] == 0:
            far, most = -1, -1.0
            for i in range(len(points)):
                d = _squared(points[i], centres[labels[i]])
                if sizes[labels[i]] > 1 and d > most:
                    far, most = i, d
            sizes[labels[far]] -= 1
            labels[far] = empty
            sizes[empty] = 1
    return labels


def _plus_plus(points, k, seed):
    u = uniforms(k, seed)
    chosen = [points[int(u[0] * len(points))]]
    distances = [_squared(p, chosen[0]) for p in points]
    for j in range(1, k):
        goal, running, at = u[j] * sum(distances), 0.0, len(points) - 1
        for i in range(len(points)):
            running += distances[i]
            if running > goal:
                at = i
                break
        chosen.append(points[at])
        distances = [min(d, _squared(p, points[at])) for d, p in zip(distances, points)]
    return chosen


def _farthest(points, k):
    mean = _mean(points)
    chosen = [points[order([_squared(p, mean) for p in points])[0]]]
    distances = [_squared(p, chosen[0]) for p in points]
    for _ in range(1, k):
        at = order(distances, True)[0]
        chosen.append(points[at])
        distances = [min(d, _squared(p, points[at])) for d, p in zip(distances, points)]
    return chosen


def _cuts(points, most):
    """k-means for 1, 2, … `most` clusters, each begun from the last centres and the point farthest from them: fit never falls."""
    found = []
    centres = [_mean(points)]
    for k in range(1, most + 1):
        if k > 1:
            last = found[-1]
            distances = [_squared(p, last["centres"][g]) for p, g in zip(points, last["labels"])]
            far = 0
            for i in range(len(distances)):
                if distances[i] > distances[far]:
                    far = i
            centres = last["centres"][:]
            centres.append(points[far])
        found.append(_lloyd(points, centres, 12))
    return found


def _largest_first(labels, k):
    sizes = [0] * k
    for g in labels:
        sizes[g] += 1
    rank = [0] * k
    places = order(sizes, True)
    for i in range(k):
        rank[places[i]] = i
    return [rank[g] for g in labels]


def _pair_counts(a, b):
    rows, columns = [0] * (max(a) + 1), [0] * (max(b) + 1)
    cells = [[0] * len(columns) for _ in rows]
    for i, j in zip(a, b):
        rows[i] += 1
        columns[j] += 1
        cells[i][j] += 1
    both = sum([sum([x * (x - 1) / 2 for x in row]) for row in cells])
    return both, sum([x * (x - 1) / 2 for x in rows]), sum([x * (x - 1) / 2 for x in columns])


def _adjusted_rand(a, b):
    both, in_a, in_b = _pair_counts(a, b)
    pairs = len(a) * (len(a) - 1) / 2
    expected = in_a * in_b / pairs if pairs > 0 else 0.0
    most = (in_a + in_b) / 2
    return 1.0 if most == expected else (both - expected) / (most - expected)
