"""The service encounter and the skill of who serves: learning, training, social styles, and whose doing a rating is.

Skill quality and communication are shares or points from 0 to 100, times are minutes, training is counted in hours.
The default numbers, the four styles' preferences and all of `counter_day` and `script_or_adapt` are teaching assumptions
of the course, chosen to show the effects; the formulas are the cited authors'.
"""

import math

from .checks import number, numbers, option, whole
from .draws import uniforms
from .order import order

SKILLS = ("technique", "knowledge", "professionalism")
SOCIAL_STYLES = ("driving", "expressive", "amiable", "analytical")
CONVENTIONS = ("unit", "average")
SELF_TEST = {
    "contact": (3, 5, 10, 15),
    "asking": (1, 4, 9, 12),
    "informing": (2, 8, 14, 16),
    "influencing": (6, 7, 11, 13),
}


# The learning curve


def unit_time(n, first_time, rate=0.8, convention="unit"):
    """Time of the `n`th repetition (1 to 10 million) when the first took `first_time` (0 or more, any unit of time).

    Every doubling of n multiplies by `rate` (0.01 to 1; 0.8 is "the 80 % curve"): T_n = T_1·n^(log2 rate).
    By `convention` "unit" (Crawford) the time of the nth itself follows this curve, by "average" (Wright) the average of
    the first n does (then `rate` is 0.5 or more, for below that the total would fall). Source: Wright (1936); Crawford (1944).
    """
    n, exponent = _learning(n, first_time, rate, convention)
    if convention == "unit" or n == 1:
        return first_time * n**exponent
    return first_time * (n ** (1 + exponent) - (n - 1) ** (1 + exponent))


def cumulative_time(n, first_time, rate=0.8, convention="unit"):
    """Time of the first `n` repetitions together, in the unit of `first_time`. Arguments as in `unit_time`."""
    n, exponent = _learning(n, first_time, rate, convention)
    return first_time * (_power_sum(n, exponent) if convention == "unit" else n ** (1 + exponent))


def average_time(n, first_time, rate=0.8, convention="unit"):
    """Mean time of the first `n` repetitions, in the unit of `first_time`. Arguments as in `unit_time`."""
    return cumulative_time(n, first_time, rate, convention) / n


def learning_rate(n_early, time_early, n_late, time_late):
    """The rate r per doubling that leads from `time_early` at repetition `n_early` to `time_late` at `n_late`.

    r = 2^(ln(T_late / T_early) / ln(n_late / n_early)); times above 0, repetitions 1 or more and different.
    A value above 1 says that it got slower.
    """
    n_early, n_late = whole("n_early", n_early, 1), whole("n_late", n_late, 1)
    if n_early == n_late:
        raise ValueError(f"n_early 和 n_late 应不同，收到 {n_early!r} (two different repetitions are wanted)")
    early, late = _positive("time_early", time_early), _positive("time_late", time_late)
    return 2 ** (math.log(late / early) / math.log(n_late / n_early))


# Training


def skill_quality(hours, maximum=100.0, rate=0.05):
    """Quality of a skill after `hours` of training (0 or more): Q_max·(1 − e^(−k·h)), from 0 to `maximum` (0 or more).

    `rate` k (0 or more) is the share of what is still missing that one more hour adds, for small k.
    """
    return number("maximum", maximum, 0) * _learned(number("hours", hours, 0), number("rate", rate, 0))


def marginal_gain(hours, maximum=100.0, rate=0.05):
    """Quality that the next hour of training adds, per hour: k·Q_max·e^(−k·h). Arguments as in `skill_quality`."""
    number("maximum", maximum, 0)
    return maximum * number("rate", rate, 0) * math.exp(-rate * number("hours", hours, 0))


def training_allocation(budget, maxima, rates, weights=None):
    """Hours for each skill that make Σ weight·Q the largest: the `budget` (hours, 0 or more) is spent wholly.

    `maxima` (Q_max), `rates` (k, both above 0) and `weights` (0 or more, not all 0; 1 unless given) hold one number a skill.
    Every skill that gets hours ends at the same marginal gain; one that starts below it gets none. Exact (water-filling),
    not a grid. Source: the equimarginal principle, Gossen (1854).
    """
    number("budget", budget, 0)
    maxima, rates = numbers("maxima", maxima, 0), numbers("rates", rates, 0)
    weights = [1] * len(maxima) if weights is None else numbers("weights", weights, 0)
    for name, values in (("rates", rates), ("weights", weights)):
        if len(values) != len(maxima):
            raise ValueError(f"{name} 应有 {len(maxima)} 个数，与 maxima 一样多，收到 {len(values)} 个 (as many as maxima)")
    for i in range(len(maxima)):
        _positive(f"maxima[{i}]", maxima[i])
        _positive(f"rates[{i}]", rates[i])
    first_gains = [w * q * k for w, q, k in zip(weights, maxima, rates)]
    if max(first_gains) == 0:
        raise ValueError("weights 不能全是 0 (weights must not all be 0)")
    best_first = [i for i in order(first_gains, descending=True) if first_gains[i] > 0]
    inverse_rates = logs = level = 0.0
    for i in best_first:
        # `level` is ln of the common marginal gain when the better skills share the budget
        if inverse_rates > 0 and math.log(first_gains[i]) <= level:
            break
        inverse_rates += 1 / rates[i]
        logs += math.log(first_gains[i]) / rates[i]
        level = (logs - budget) / inverse_rates
    hours = [0.0] * len(maxima)
    for i in best_first:
        hours[i] = max(0.0, (math.log(first_gains[i]) - level) / rates[i])
    return hours


# Style and the sale


def deal_probability(skill, match, intercept=-2.0, skill_effect=2.0, match_effect=1.5):
    """Probability of a sale, 0 to 1: logit p = intercept + skill_effect·skill + match_effect·match.

    `skill` and `match` are usually shares from 0 to 1; any numbers are taken.
    """
    score = number("intercept", intercept)
    score += number("skill_effect", skill_effect) * number("skill", skill)
    return _logistic(score + number("match_effect", match_effect) * number("match", match))


def social_style(assertiveness, responsiveness):
    """Which of `SOCIAL_STYLES` somebody is, by two scores from −1 (low) to 1 (high); 0 counts as high.

    支配 driving: assertive, not responsive. 表达 expressive: both. 和蔼 amiable: responsive only. 分析 analytical: neither.
    Source: Merrill & Reid (1981), a commercial typology with weak independent support: an aid to talk, not a test of people.
    """
    asserts = number("assertiveness", assertiveness, -1, 1) >= 0
    responds = number("responsiveness", responsiveness, -1, 1) >= 0
    return SOCIAL_STYLES[1 if asserts and responds else 0 if asserts else 2 if responds else 3]


def style_match(server, customer):
    """How well the style of who serves suits the customer's: 1 the same, 0.5 one axis in common, 0 opposite.

    Both are one of `SOCIAL_STYLES`. The scale is the course's own.
    """
    a = SOCIAL_STYLES.index(option("server", server, SOCIAL_STYLES))
    b = SOCIAL_STYLES.index(option("customer", customer, SOCIAL_STYLES))
    # around the circle driving–expressive–amiable–analytical neighbours share one axis
    return 1 - 0.5 * min((a - b) % 4, (b - a) % 4)


def perceived_attitude(words, tone, face, word_weight=0.07, tone_weight=0.38, face_weight=0.55):
    """The attitude that a listener hears out of three channels, each from −1 (dislike) to 1 (liking); result −1 to 1.

    The weights (0 or more, not all 0) are scaled to add up to 1. The default ones are Mehrabian's and hold for judging
    *liking* when the channels contradict each other, not for what is communicated at large: where the channels agree,
    no weights make a difference. Source: Mehrabian & Wiener (1967), Mehrabian & Ferris (1967).
    """
    weights = (number("word_weight", word_weight, 0), number("tone_weight", tone_weight, 0), number("face_weight", face_weight, 0))
    if sum(weights) == 0:
        raise ValueError("三个权重不能全是 0 (the weights must not all be 0)")
    channels = (number("words", words, -1, 1), number("tone", tone, -1, 1), number("face", face, -1, 1))
    return sum([w * c for w, c in zip(weights, channels)]) / sum(weights)


def communication_self_test(answers, low=1, high=5):
    """Scores of the four abilities and the total out of the 16 `answers`, each from `low` to `high` (1 to 5 unless given).

    Returns a dict: "contact" 接触 (items 3, 5, 10, 15), "asking" 争取资料 (1, 4, 9, 12), "informing" 提供资料 (2, 8, 14, 16),
    "influencing" 影响和处理 (6, 7, 11, 13), each the sum of its four items, and "total".
    """
    number("low", low)
    number("high", high, low)
    answers = numbers("answers", answers, low, high)
    if len(answers) != 16:
        raise ValueError(f"answers 应有 16 个数，收到 {len(answers)} 个 (16 answers are wanted)")
    scores = {}
    for ability in SELF_TEST:
        scores[ability] = sum([answers[item - 1] for item in SELF_TEST[ability]])
    scores["total"] = sum(answers)
    return scores


# Whose doing is a rating?


def mean_group_size(sizes):
    """n0 = (N − Σn²/N) / (k − 1), the size that stands for groups of unequal `sizes` (whole, 1 or more; two groups at least).

    Source: Snedecor & Cochran (1967); equal sizes give that size.
    """
    sizes = numbers("sizes", sizes, 1)
    sizes = [whole(f"sizes[{i}]", sizes[i], 1) for i in range(len(sizes))]
    if len(sizes) < 2:
        raise ValueError("至少要有两组 (two groups at least are wanted)")
    total = sum(sizes)
    return (total - sum([n * n for n in sizes]) / total) / (len(sizes) - 1)


def one_way_anova(groups):
    """One-way analysis of variance of `groups`, a list of lists of numbers (two groups at least, one of them with two numbers).

    Returns a dict: `groups` k, `n` N, `mean`, `ss_between`, `ss_within`, `df_between`, `df_within`, `ms_between`,
    `ms_within`, `f` (None when nothing varies within) and `n0` as in `mean_group_size`. Source: Fisher (1925).
    """
    groups = list(groups)
    groups = [numbers(f"groups[{i}]", groups[i]) for i in range(len(groups))]
    sizes = [len(group) for group in groups]
    n0 = mean_group_size(sizes)
    total, k = sum(sizes), len(sizes)
    if total == k:
        raise ValueError("每组都只有一个数，分不出组内差异 (a group with two numbers at least is wanted)")
    means = [sum(group) / len(group) for group in groups]
    mean = sum([n * m for n, m in zip(sizes, means)]) / total
    between = sum([n * (m - mean) ** 2 for n, m in zip(sizes, means)])
    within = sum([(x - m) ** 2 for group, m in zip(groups, means) for x in group])
    ms_between, ms_within = between / (k - 1), within / (total - k)
    return {
        "groups": k,
        "n": total,
        "mean": mean,
        "ss_between": between,
        "ss_within": within,
        "df_between": k - 1,
        "df_within": total - k,
        "ms_between": ms_between,
        "ms_within": ms_within,
        "f": ms_between / ms_within if ms_within > 0 else None,
        "n0": n0,
    }


def icc1(ms_between, ms_within, n0):
    """ICC(1) = (MSB − MSW) / (MSB + (n0 − 1)·MSW): the share of the variance of single ratings that lies between groups.

    Mean squares 0 or more, not both 0; `n0` (above 1) as in `mean_group_size`. Negative, down to −1/(n0 − 1), when groups
    differ less than chance would make them; it is not cut off at 0. Source: Shrout & Fleiss (1979), ICC(1,1); Bartko (1976).
    """
    _mean_squares(ms_between, ms_within)
    if number("n0", n0, 1) == 1:
        raise ValueError("n0 应大于 1 (n0 must exceed 1)")
    return (ms_between - ms_within) / (ms_between + (n0 - 1) * ms_within)


def icc1_from_groups(groups):
    """ICC(1) of `groups`, a list of lists of ratings (one list a server, or a rater), as in `one_way_anova` and `icc1`."""
    table = one_way_anova(groups)
    return icc1(table["ms_between"], table["ms_within"], table["n0"])


def icc_of_means(ms_between, ms_within):
    """ICC(1,k) = (MSB − MSW) / MSB: how reliable the groups' means are, where `ms_between` is above 0.

    Source: Shrout & Fleiss (1979), ICC(1,k); called ICC(2) by Bartko (1976).
    """
    _mean_squares(ms_between, ms_within)
    return 1 - ms_within / _positive("ms_between", ms_between)


def reliability_of_mean(icc, k):
    """Reliability of the mean of `k` ratings (1 or more) whose ICC(1) is `icc` (0 to 1): k·ICC / (1 + (k − 1)·ICC).

    Source: Spearman (1910), Brown (1910).
    """
    number("icc", icc, 0, 1)
    return number("k", k, 1) * icc / (1 + (k - 1) * icc)


# The simulation's three views: a script or one's own way, an afternoon at the counter, three channels


def service_level(n, ceiling, first_error, rate=0.8):
    """Service quality (0 to `ceiling`) for the `n`th guest: ceiling·(1 − first_error·n^(log2 rate)).

    `ceiling` (0 to 100) is what this way of serving can reach at best, `first_error` (0 to 1) the share of it that the first
    guest misses, `rate` (0.01 to 1) what is left of the errors after every doubling of experience.
    """
    n, exponent = _learning(n, number("first_error", first_error, 0, 1), rate, "unit")
    return number("ceiling", ceiling, 0, 100) * (1 - first_error * n**exponent)


def script_or_adapt(talent=0.5, diversity=0.4, rate=0.8, script_error=0.1, misfit=0.4, best=92.0, horizon=200):
    """Service quality (0 to 100) by experience, by the script and by adapting to each guest.

    `talent` (0 to 1) is the share that an adapting beginner gets right with the first guest; with a script only
    `script_error` (0 to 1) goes wrong. `diversity` (0 to 1) is the share of guests whom the script does not suit and `misfit`
    (0 to 1) the share of `best` (0 to 100, above 0) that each of them then misses. Errors follow the learning curve of `rate`
    (0.01 to 1). Looks at guests 1 to `horizon` (2 to 1000).
    Returns a dict: `scripted` and `adaptive`, pairs [guest, quality]; `crossing`, the guest from whom on adapting is better
    (1 when it is from the start, `horizon` when not by then); `overtaken`, 1 or 0, whether it is by then; qualities at both
    ends, `first_scripted`, `first_adaptive`, `last_scripted`, `last_adaptive`.
    """
    number("talent", talent, 0, 1)
    number("diversity", diversity, 0, 1)
    number("script_error", script_error, 0, 1)
    number("misfit", misfit, 0, 1)
    _positive("best", number("best", best, 0, 100))
    horizon, exponent = _learning(whole("horizon", horizon, 2, 1000), 1, rate, "unit")
    ceiling, first_error = best * (1 - misfit * diversity), 1 - talent
    scripted, adaptive = [], []
    # close together where the curves bend
    n, places = 1, [1]
    while n < horizon:
        n = min(horizon, max(n + 1, n * 9 // 8))
        places.append(n)
    for n in places:
        left = n**exponent
        scripted.append([n, ceiling * (1 - script_error * left)])
        adaptive.append([n, best * (1 - first_error * left)])
    # adaptive − scripted = lead − burden·n^exponent
    lead, burden = best - ceiling, best * first_error - ceiling * script_error
    if burden <= 0:
        crossing = 1.0
    elif lead <= 0 or exponent == 0:
        crossing = 1.0 if lead > burden else horizon + 1.0
    else:
        # by its logarithm, which stays finite where the place itself would not
        log_place = math.log(burden / lead) / -exponent
        crossing = horizon + 1.0 if log_place > math.log(horizon) else max(1.0, math.exp(log_place))
    return {
        "scripted": scripted,
        "adaptive": adaptive,
        "crossing": min(crossing, float(horizon)),
        "overtaken": 1 if crossing <= horizon else 0,
        "first_scripted": scripted[0][1],
        "first_adaptive": adaptive[0][1],
        "last_scripted": scripted[-1][1],
        "last_adaptive": adaptive[-1][1],
    }


TRAINING_MAXIMA = (40.0, 35.0, 25.0)
TRAINING_RATES = (0.06, 0.04, 0.08)
# by style, in the order of SOCIAL_STYLES: minutes that are ready to be waited, minutes that serving takes before training,
# and what a minute of waiting, an error and a full match of style are worth in points of satisfaction
PATIENCE = (10.0, 16.0, 24.0, 20.0)
SERVICE_MINUTES = (5.0, 8.0, 8.0, 7.0)
WAIT_LOSS = (0.24, 0.12, 0.07, 0.10)
ERROR_LOSS = (3.0, 2.5, 2.5, 6.0)
MATCH_GAIN = (1.0, 2.0, 2.0, 1.0)


def counter_day(technique=8, knowledge=8, professionalism=8, arrivals=15, servers=2, minutes=240, seed=1):
    """One afternoon at the hotel's counter: guests of the four `SOCIAL_STYLES` arrive, wait, are served or give up.

    `technique`, `knowledge` and `professionalism` (0 to 40 each) are hours of training: technique 技能 shortens the service,
    knowledge 知识 lowers the share of errors, professionalism 专业 makes who serves suit the guest's style. `arrivals`
    (1 to 30) come per hour, at random; `servers` (1 to 4, rounded) serve in the order of arrival over `minutes` (30 to 480).
    Returns a dict: `people`, [arrival, start, end, style, server] in minutes with server −1 for who gave up (a guest who came
    before the end is still served after it); `guests`, `lost`; `wait`, the mean minutes of waiting of those served (0 when nobody
    was); `service`, their mean minutes of service; `errors`, the share served with an error; `match`, 0 to 1; `satisfaction`
    (1 to 9) of all, 1 for who gave up; `deals`, expected room upgrades sold; `hours`, and `quality` of skill (0 to 100) from
    them and `best_quality` from the same hours divided with `training_allocation`. The same `seed`: the same guests.
    """
    hours = [
        number("technique", technique, 0, 40),
        number("knowledge", knowledge, 0, 40),
        number("professionalism", professionalism, 0, 40),
    ]
    number("arrivals", arrivals, 1, 30)
    servers, minutes = int(number("servers", servers, 1, 4) + 0.5), number("minutes", minutes, 30, 480)
    learned = [_learned(h, k) for h, k in zip(hours, TRAINING_RATES)]
    errors, match = 0.3 * (1 - 0.9 * learned[1]), 0.25 + 0.7 * learned[2]
    speed = 1 - 0.45 * learned[0]
    deal = _logistic(-2.6 + 1.2 * (learned[0] + learned[1]) / 2 + 2.0 * match)
    expected = minutes * arrivals / 60
    draws = uniforms(3 * int(expected + 7 * math.sqrt(expected) + 20), seed)
    free = [0.0] * servers
    people = []
    clock = wait = service = satisfaction = 0.0
    served = 0
    for i in range(0, len(draws), 3):
        clock -= math.log(1 - draws[i]) * 60 / arrivals
        if clock >= minutes:
            break
        style = int(4 * draws[i + 1])
        server = free.index(min(free))
        start = max(clock, free[server])
        if start - clock > PATIENCE[style]:
            gone = clock + PATIENCE[style]
            people.append([clock, gone, gone, style, -1])
            satisfaction += 1
            continue
        # an error costs four minutes to put right
        took = SERVICE_MINUTES[style] * speed * (0.6 + 0.8 * draws[i + 2]) + 4 * errors
        free[server] = start + took
        people.append([clock, start, start + took, style, server])
        served += 1
        wait += start - clock
        service += took
        felt = 6 - WAIT_LOSS[style] * (start - clock) - ERROR_LOSS[style] * errors + MATCH_GAIN[style] * match
        satisfaction += min(9.0, max(1.0, felt))
    best = training_allocation(sum(hours), TRAINING_MAXIMA, TRAINING_RATES)
    return {
        "people": people,
        "servers": servers,
        "guests": len(people),
        "lost": len(people) - served,
        "wait": wait / served if served else 0.0,
        "service": service / served if served else 0.0,
        "errors": errors,
        "match": match,
        "satisfaction": satisfaction / len(people) if people else 0.0,
        "deals": deal * served,
        "hours": sum(hours),
        "quality": sum([q * x for q, x in zip(TRAINING_MAXIMA, learned)]),
        "best_quality": sum([q * _learned(h, k) for q, h, k in zip(TRAINING_MAXIMA, best, TRAINING_RATES)]),
    }


def channels(words=0.8, tone=-0.6, face=0.2):
    """What a guest makes of a sentence by three sets of weights: Mehrabian's, equal ones, words alone.

    `words`, `tone` and `face` go from −1 (dislike) to 1 (liking). Returns a dict: `mehrabian`, `equal`, `verbal`, the attitude
    heard (−1 to 1) now; `spread`, the largest less the smallest of the three (0 when the channels agree); `conflict`, the
    largest less the smallest channel; and for every tone the pairs [tone, attitude] `by_mehrabian`, `by_equal`, `by_words`.
    """
    heard = [perceived_attitude(words, tone, face), perceived_attitude(words, tone, face, 1, 1, 1), words]
    by_mehrabian, by_equal, by_words = [], [], []
    for step in range(-10, 11):
        at = step / 10
        by_mehrabian.append([at, 0.07 * words + 0.38 * at + 0.55 * face])
        by_equal.append([at, (words + at + face) / 3])
        by_words.append([at, words])
    return {
        "mehrabian": heard[0],
        "equal": heard[1],
        "verbal": heard[2],
        "spread": max(heard) - min(heard),
        "conflict": max(words, tone, face) - min(words, tone, face),
        "by_mehrabian": by_mehrabian,
        "by_equal": by_equal,
        "by_words": by_words,
    }


# Popular numbers


def success_stories(people=1000, chance=0.001, habit=0.7, lift=1.0):
    """How sure a striking success is to happen to somebody, and what its hero did, when the habit it is told for does nothing.

    Of `people` (100 to 10000) who sell, a share `habit` (0.05 to 0.95) has the habit (smiles, is patient with the poor). Each of
    the others has the `chance` (0.0001 to 0.01) of the success, those with the habit `lift` (0.5 to 3) times that.
    Returns a dict: `heroes`, their mean number; `any_hero`, the probability that there is one; `habit_of_heroes`, share of them with the
    habit; and over the number of people the pairs [people, per cent] `curve`. Survivorship bias; teaching assumptions.
    """
    number("people", people, 100, 10000)
    number("chance", chance, 0.0001, 0.01)
    number("habit", habit, 0.05, 0.95)
    number("lift", lift, 0.5, 3)
    weight = habit * lift + 1 - habit
    missed = math.log(1 - chance * weight)
    return {
        "heroes": people * chance * weight,
        "any_hero": 1 - math.exp(people * missed),
        "habit_of_heroes": habit * lift / weight,
        "habit_of_all": habit,
        "curve": [
            [100 * k, 100 * (1 - math.exp(100 * k * missed))] for k in (1, 2, 3, 5, 7, 10, 15, 20, 25, 30, 40, 50, 60, 70, 80, 90, 100)
        ],
    }


# The same formulas without checks, for the loops


def _positive(name, value):
    if number(name, value, 0) == 0:
        raise ValueError(f"{name} 应大于 0，收到 {value!r} (it must exceed 0)")
    return value


def _learning(n, first_time, rate, convention):
    n = whole("n", n, 1, 10000000)
    number("first_time", first_time, 0)
    option("convention", convention, CONVENTIONS)
    number("rate", rate, 0.01 if convention == "unit" else 0.5, 1)
    return n, math.log(rate) / math.log(2)


def _power_sum(n, exponent):
    """1^b + 2^b + … + n^b: the first terms one by one, the rest by Euler and Maclaurin's formula, to all digits."""
    head = min(n, 30)
    total = 0.0
    for i in range(1, head + 1):
        total += i**exponent
    if n == head:
        return total
    # the integral of x^b is head^(b + 1)·(e^z − 1)/(b + 1), written so that b near −1 loses no digits
    span = math.log(n / head)
    z = (exponent + 1) * span
    near = 1 + z / 2 * (1 + z / 3 * (1 + z / 4 * (1 + z / 5 * (1 + z / 6))))
    integral = head ** (exponent + 1) * span * (near if abs(z) < 0.01 else (math.exp(z) - 1) / z)
    first = exponent * (n ** (exponent - 1) - head ** (exponent - 1)) / 12
    third = exponent * (exponent - 1) * (exponent - 2) * (n ** (exponent - 3) - head ** (exponent - 3)) / 720
    return total + integral + (n**exponent - head**exponent) / 2 + first - third


def _learned(hours, rate):
    return 1 - math.exp(-rate * hours)


def _logistic(x):
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(max(x, -700.0)) / (1 + math.exp(max(x, -700.0)))


def _mean_squares(ms_between, ms_within):
    if number("ms_between", ms_between, 0) + number("ms_within", ms_within, 0) == 0:
        raise ValueError("ms_between 和 ms_within 不能都是 0 (the mean squares must not both be 0)")
