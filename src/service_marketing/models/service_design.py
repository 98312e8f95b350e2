"""How far to standardise a service, and how well two people agree when they judge services.

A standardised service misses guests because their needs differ; a service made up anew for each guest misses them
because the process varies. Standardisation runs from 0 (everything made to measure) to 1 (one way for everybody),
needs, process and mismatch are counted in points, a guest's mismatch is s·need + (1 − s)·lapse with both parts
normal around 0. This loss is the course's own teaching model of a trade-off described by Levitt (1972) and
Shostack (1987); its default numbers are teaching assumptions. Agreement: Cohen (1960, 1968).
"""

import math

from .checks import number, numbers, option, whole
from .draws import normals

FOUR_PS = ("product", "price", "place", "promotion")
FOUR_CS = ("customer", "cost", "convenience", "communication")
"""The customer's view of each of the four Ps, in their order. Source: McCarthy (1960); Lauterborn (1990)."""
SEVEN_PS = ("product", "price", "place", "promotion", "people", "physical evidence", "process")
"""The marketing mix of services. Source: Booms & Bitner (1981)."""
KAPPA_WEIGHTS = (None, "linear", "quadratic")
AGREEMENT = ("poor", "slight", "fair", "moderate", "substantial", "almost perfect")
VERDICTS = ("within", "outside")
WIDEST = 6
"""Mismatches beyond this many points share the last bar of the picture."""


# Standardisation


def mismatch_loss(standardisation, heterogeneity, variability):
    """Expected squared mismatch between service and need, L(s) = s²·σ_n² + (1 − s)²·σ_p², in squared points.

    `standardisation` s (0 to 1), `heterogeneity` σ_n: standard deviation of the guests' needs (0 or more),
    `variability` σ_p: standard deviation of the process (0 or more), both in points. The course's own teaching model.
    """
    s = number("standardisation", standardisation, 0, 1)
    return s**2 * number("heterogeneity", heterogeneity, 0) ** 2 + (1 - s) ** 2 * number("variability", variability, 0) ** 2


def service_cost(standardisation, heterogeneity, variability, unit_cost=0.0, mismatch_cost=1.0):
    """What serving a guest costs beyond the standard service: mismatch_cost·L(s) + unit_cost·(1 − s).

    `unit_cost` (0 or more) is what a service made wholly to measure costs more than the standard one, per guest;
    `mismatch_cost` (0 or more) is what a squared point of mismatch costs, in the same money. The rest as in `mismatch_loss`.
    """
    loss = mismatch_loss(standardisation, heterogeneity, variability)
    return number("mismatch_cost", mismatch_cost, 0) * loss + number("unit_cost", unit_cost, 0) * (1 - standardisation)


def optimal_standardisation(heterogeneity, variability, unit_cost=0.0, mismatch_cost=1.0):
    """The standardisation s* (0 to 1) at which `service_cost` is least.

    Without a unit cost s* = σ_p² / (σ_n² + σ_p²); with it s* = (σ_p² + unit_cost / (2·mismatch_cost)) / (σ_n² + σ_p²),
    at most 1. Arguments as in `service_cost`, `mismatch_cost` above 0.
    Raises ValueError too when heterogeneity and variability are both 0: then no place is better than another.
    """
    needs = number("heterogeneity", heterogeneity, 0) ** 2
    process = number("variability", variability, 0) ** 2
    number("unit_cost", unit_cost, 0)
    if number("mismatch_cost", mismatch_cost, 0) == 0:
        raise ValueError("mismatch_cost 应大于 0 (mismatch_cost must exceed 0)")
    if needs + process == 0:
        raise ValueError("heterogeneity 与 variability 不能都是 0，那样处处一样好 (they must not both be 0)")
    best = (process + unit_cost / (2 * mismatch_cost)) / (needs + process)
    return best if best < 1 else 1.0


def share_within_tolerance(standardisation, heterogeneity, variability, tolerance):
    """Share (0 to 1) of guests whose mismatch is at most `tolerance` points (0 or more) either way: 2Φ(tolerance/√L) − 1.

    The other arguments as in `mismatch_loss`. Without any mismatch every guest is within tolerance.
    """
    loss = mismatch_loss(standardisation, heterogeneity, variability)
    number("tolerance", tolerance, 0)
    return math.erf(tolerance / math.sqrt(2 * loss)) if loss > 0 else 1.0


def design(standardisation=0.5, heterogeneity=2.0, variability=1.5, unit_cost=0.0, tolerance=2.0, mismatch_cost=10.0):
    """The costs of every degree of standardisation, and of the one chosen.

    `standardisation` 0 to 1; `heterogeneity` and `variability` 0.1 to 5 points; `unit_cost` 0 to 60 and `mismatch_cost`
    1 to 100 yuan; `tolerance` 0 to 6 points. Returns a dict: `optimum`; in yuan per guest `cost` here, `least` at the
    optimum, `waste` (their difference); the share `within` tolerance; and as pairs [standardisation, yuan] the lines
    `total`, `needs`, `process` and `tailoring`, of which the last three add up to the first.
    """
    number("standardisation", standardisation, 0, 1)
    number("heterogeneity", heterogeneity, 0.1, 5)
    number("variability", variability, 0.1, 5)
    number("unit_cost", unit_cost, 0, 60)
    number("tolerance", tolerance, 0, WIDEST)
    number("mismatch_cost", mismatch_cost, 1, 100)
    best = optimal_standardisation(heterogeneity, variability, unit_cost, mismatch_cost)
    here = service_cost(standardisation, heterogeneity, variability, unit_cost, mismatch_cost)
    least = service_cost(best, heterogeneity, variability, unit_cost, mismatch_cost)
    needs, process, tailoring, total = [], [], [], []
    for step in range(41):
        s = step / 40
        a = mismatch_cost * (s * heterogeneity) ** 2
        b = mismatch_cost * ((1 - s) * variability) ** 2
        c = unit_cost * (1 - s)
        needs.append([s, a])
        process.append([s, b])
        tailoring.append([s, c])
        total.append([s, a + b + c])
    return {
        "optimum": best,
        "cost": here,
        "least": least,
        "waste": here - least,
        "within": share_within_tolerance(standardisation, heterogeneity, variability, tolerance),
        "total": total,
        "needs": needs,
        "process": process,
        "tailoring": tailoring,
    }


def guests(standardisation=0.5, heterogeneity=2.0, variability=1.5, tolerance=2.0, n=500, seed=1):
    """`n` guests (1 to 5000), one dict each: `need` and `lapse` (points from the usual), `mismatch` (points, signed), `verdict`.

    The verdict is one of `VERDICTS`; the other arguments as in `design`, the draws by `seed`.
    """
    rows = _drawn(standardisation, heterogeneity, variability, tolerance, n, seed)
    return [{"need": a, "lapse": b, "mismatch": d, "verdict": VERDICTS[0 if d <= tolerance and -d <= tolerance else 1]} for a, b, d in rows]


def guest_population(standardisation=0.5, heterogeneity=2.0, variability=1.5, tolerance=2.0, n=500, seed=1):
    """What the `guests` of the same arguments add up to.

    Returns a dict: the shares `within` and `outside` tolerance (0 to 1); `mean`, the mean size of a mismatch in points;
    `optimum`, the standardisation with the least mismatch; and `bins`, for each quarter of a point of mismatch from
    0 to `WIDEST` the guests within and outside.
    """
    rows = _drawn(standardisation, heterogeneity, variability, tolerance, n, seed)
    bins = [[0, 0] for _ in range(4 * WIDEST)]
    last = len(bins) - 1
    outside = total = 0
    for _, _, d in rows:
        size = d if d >= 0 else -d
        k = int(4 * size)
        verdict = 0 if size <= tolerance else 1
        bins[k if k < last else last][verdict] += 1
        outside += verdict
        total += size
    return {
        "within": 1 - outside / len(rows),
        "outside": outside / len(rows),
        "mean": total / len(rows),
        "optimum": optimal_standardisation(heterogeneity, variability),
        "bins": bins,
    }


# Agreement


def agreement_table(first, second, labels=None):
    """How often the two coders' codes met: rows are the codes of `first`, columns those of `second`.

    `first` and `second` are equally long lists of codes (texts or numbers); `labels` names the codes in the order wanted,
    the order of appearance when left out (in `first`, then in `second`). Raises ValueError for a code that `labels` lacks.
    """
    first, second = list(first), list(second)
    if not first or len(first) != len(second):
        raise ValueError(
            f"first 与 second 应一样长且不空，收到 {len(first)} 个和 {len(second)} 个 (two lists of the same length are wanted)"
        )
    if labels is None:
        labels = []
        for code in first + second:
            if code not in labels:
                labels.append(code)
    else:
        labels = list(labels)
    table = [[0] * len(labels) for _ in labels]
    for a, b in zip(first, second):
        option("first", a, labels)
        option("second", b, labels)
        table[labels.index(a)][labels.index(b)] += 1
    return table


def observed_agreement(first, second):
    """Share p_o (0 to 1) of the cases to which both coders gave the same code; `first`, `second` as in `agreement_table`."""
    return _agreement(agreement_table(first, second), None)[0]


def expected_agreement(first, second):
    """Share p_e (0 to 1) of agreement that chance alone would give two coders who use the codes as often as these do."""
    return _agreement(agreement_table(first, second), None)[1]


def cohen_kappa(first, second, labels=None, weights=None):
    """Cohen's κ = (p_o − p_e) / (1 − p_e) of two coders, 1 for full agreement, 0 for what chance would give.

    `first` and `second`: their codes, case by case. `weights`: None counts only equal codes as agreement; "linear" and
    "quadratic" count near misses in part, by the distance in the order of `labels`, which then has to be given.
    Raises ValueError when both used one and the same code throughout, for then κ is 0/0.
    Source: Cohen (1960); weighted: Cohen (1968).
    """
    if labels is None and weights is not None:
        raise ValueError("加权的 κ 要用 labels 给出编码的次序 (weighted kappa needs labels in their order)")
    return cohen_kappa_table(agreement_table(first, second, labels), weights)


def cohen_kappa_table(table, weights=None):
    """Cohen's κ from the square `table` of counts or shares (rows: first coder, columns: second). `weights` as in `cohen_kappa`."""
    observed, expected = _agreement(table, weights)
    # the two sums may differ in the last bit where all cases share one code
    if 1 - expected < 1e-12:
        raise ValueError("两人只用了同一个编码，κ 没有定义 (both coders used a single code: kappa is undefined)")
    return (observed - expected) / (1 - expected)


def kappa_standard_error(table):
    """Large-sample standard error of the unweighted κ of a square `table` of counts, for an interval around κ.

    Source: Fleiss, Cohen & Everitt (1969).
    """
    kappa = cohen_kappa_table(table)
    table, n, rows, columns = _margins(table)
    k = range(len(table))
    observed = sum([table[i][i] for i in k]) / n
    expected = sum([rows[i] * columns[i] for i in k]) / n**2
    on = sum([table[i][i] / n * (1 - (rows[i] + columns[i]) / n * (1 - kappa)) ** 2 for i in k])
    off = sum([table[i][j] / n * ((columns[i] + rows[j]) / n) ** 2 for i in k for j in k if i != j])
    variance = (on + (1 - kappa) ** 2 * off - (kappa - expected * (1 - kappa)) ** 2) / (n * (1 - expected) ** 2)
    # full agreement has variance 0, which rounding may turn negative
    return math.sqrt(variance) if variance > 0 and observed < 1 else 0.0


def kappa_label(kappa):
    """Which of `AGREEMENT` a `kappa` (−1 to 1) is called: up to 0.20 slight, 0.40 fair, 0.60 moderate, 0.80 substantial; below 0 poor.

    The bounds are a convention without proof, as their authors say. Source: Landis & Koch (1977).
    """
    number("kappa", kappa, -1, 1)
    if kappa < 0:
        return AGREEMENT[0]
    for bound, label in ((0.2, 1), (0.4, 2), (0.6, 3), (0.8, 4)):
        if kappa <= bound:
            return AGREEMENT[label]
    return AGREEMENT[5]


def _drawn(standardisation, heterogeneity, variability, tolerance, n, seed):
    number("standardisation", standardisation, 0, 1)
    number("heterogeneity", heterogeneity, 0.1, 5)
    number("variability", variability, 0.1, 5)
    number("tolerance", tolerance, 0, WIDEST)
    n = whole("n", n, 1, 5000)
    z = normals(2 * n, seed)
    rows = []
    for i in range(n):
        need, lapse = heterogeneity * z[2 * i], variability * z[2 * i + 1]
        rows.append((need, lapse, standardisation * need + (1 - standardisation) * lapse))
    return rows


def _margins(table):
    table = [numbers(f"table[{i}]", row, 0) for i, row in enumerate(table)]
    if len(table) < 2 or [row for row in table if len(row) != len(table)]:
        raise ValueError("table 应是至少两行的方阵 (a square table of two or more codes is wanted)")
    rows = [sum(row) for row in table]
    columns = [sum([row[j] for row in table]) for j in range(len(table))]
    if sum(rows) == 0:
        raise ValueError("table 不能全是 0 (the table must not be all 0)")
    return table, sum(rows), rows, columns


def _agreement(table, weights):
    option("weights", weights, KAPPA_WEIGHTS)
    table = list(table)
    if len(table) == 1:
        return 1.0, 1.0
    table, n, rows, columns = _margins(table)
    last = len(table) - 1
    observed = expected = 0.0
    for i in range(len(table)):
        for j in range(len(table)):
            distance = abs(i - j) / last
            if weights is None:
                credit = 1 if i == j else 0
            elif weights == "linear":
                credit = 1 - distance
            else:
                credit = 1 - distance**2
            observed += credit * table[i][j] / n
            expected += credit * rows[i] * columns[j] / n**2
    return observed, expected
