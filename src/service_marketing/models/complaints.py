"""Complaints and service recovery: who speaks up, who leaves in silence, what winning a guest back takes and yields.

Satisfaction is points on the course's scale from 1 to 9; probabilities, rates and justice run from 0 to 1; money is yuan.
The default numbers are teaching assumptions of the course; the formulas and tests are the cited authors'.
"""

import math

from .checks import number, option, whole
from .normal import normal_cdf, normal_quantile

LOW, HIGH = 1, 9
INTERVALS = ("jeffreys", "uniform", "clopper-pearson")
ALTERNATIVES = ("greater", "two-sided")
VARIANCES = ("welch", "pooled")
VERDICTS = ("both", "satisfaction only", "repurchase only", "neither")


# Who speaks up, who comes back


def voice_probability(severity, propensity=0.0, ease=0.0, intercept=-3.0, severity_effect=2.5, propensity_effect=1.0, ease_effect=3.0):
    """Probability (0 to 1) that a dissatisfied customer complains to the firm.

    logit p = intercept + severity_effect·severity + propensity_effect·propensity + ease_effect·ease, any numbers; `severity` and
    `ease` of complaining usually run from 0 to 1, `propensity` to speak up scatters around 0.
    Source: Hirschman (1970) for exit and voice; the logit is the usual form.
    """
    score = number("intercept", intercept) + number("severity_effect", severity_effect) * number("severity", severity)
    score += number("propensity_effect", propensity_effect) * number("propensity", propensity)
    return _logistic(score + number("ease_effect", ease_effect) * number("ease", ease))


def retention(failure, voice, resolved, stay_resolved, stay_unresolved, stay_silent, stay_content):
    """Share of all customers who stay: f·[c·(r·ρ_s + (1 − r)·ρ_u) + (1 − c)·ρ_n] + (1 − f)·ρ_0. All arguments from 0 to 1.

    `failure` f is the share with a failure, `voice` c the share of those who complain, `resolved` r the share of complaints
    solved; ρ are the shares who stay: `stay_resolved` ρ_s, `stay_unresolved` ρ_u, `stay_silent` ρ_n (never complained),
    `stay_content` ρ_0 (no failure). Source: Fornell & Wernerfelt (1987), defensive marketing by complaint management.
    """
    _shares(failure, voice, resolved, stay_resolved, stay_unresolved, stay_silent, stay_content)
    complained = resolved * stay_resolved + (1 - resolved) * stay_unresolved
    return failure * (voice * complained + (1 - voice) * stay_silent) + (1 - failure) * stay_content


def funnel(failure, voice, resolved, stay_resolved, stay_unresolved, stay_silent, stay_content, customers=1000):
    """What becomes of `customers` (0 or more), expected numbers. The other arguments as in `retention`.

    Returns a dict: `dissatisfied`, `complaints`, `silent`, `resolved`, `unresolved`; who stays, `kept_resolved`,
    `kept_unresolved`, `kept_silent`, `kept_content`, `retained` together; `lost`; and `retention`, the share retained (0 to 1).
    """
    share = retention(failure, voice, resolved, stay_resolved, stay_unresolved, stay_silent, stay_content)
    dissatisfied = number("customers", customers, 0) * failure
    complaints = dissatisfied * voice
    solved = complaints * resolved
    return {
        "dissatisfied": dissatisfied,
        "complaints": complaints,
        "silent": dissatisfied - complaints,
        "resolved": solved,
        "unresolved": complaints - solved,
        "kept_resolved": solved * stay_resolved,
        "kept_unresolved": (complaints - solved) * stay_unresolved,
        "kept_silent": (dissatisfied - complaints) * stay_silent,
        "kept_content": (customers - dissatisfied) * stay_content,
        "retained": customers * share,
        "lost": customers * (1 - share),
        "retention": share,
    }


def break_even_resolution(stay_resolved, stay_unresolved, stay_silent):
    """Share of complaints that must be solved for a complainer to stay as likely as a silent customer: (ρ_n − ρ_u) / (ρ_s − ρ_u).

    All three from 0 to 1, `stay_resolved` above `stay_unresolved`. Below this share every complaint more loses customers;
    0 or less: it pays from the first; above 1: never.
    """
    gain = number("stay_resolved", stay_resolved, 0, 1) - number("stay_unresolved", stay_unresolved, 0, 1)
    if gain <= 0:
        raise ValueError(
            f"stay_resolved 应大于 stay_unresolved，收到 {stay_resolved!r} 和 {stay_unresolved!r} (a solved complaint must keep more)"
        )
    return (number("stay_silent", stay_silent, 0, 1) - stay_unresolved) / gain


# How many were dissatisfied in truth


def estimated_dissatisfied(complaints, voice):
    """How many were dissatisfied when `complaints` (0 or more) came in and a share `voice` (above 0, to 1) speaks up: C / p."""
    return number("complaints", complaints, 0) / _above_zero("voice", number("voice", voice, 0, 1))


def voice_interval(complained, asked, level=0.95, method="jeffreys"):
    """Interval [low, high] of the voice rate when `complained` of `asked` dissatisfied customers say that they complained.

    Whole numbers, `asked` 1 or more; `level` 0.5 to 0.999. Beta intervals with equal tails: "jeffreys" Beta(k + ½, n − k + ½)
    (its lower end is 0 for k = 0, its upper 1 for k = n), "uniform" Beta(k + 1, n − k + 1), and "clopper-pearson", the
    "exact" one, Beta(k, n − k + 1) below and Beta(k + 1, n − k) above. Source: Brown, Cai & DasGupta (2001).
    """
    n = whole("asked", asked, 1)
    k = whole("complained", complained, 0, n)
    tail = (1 - number("level", level, 0.5, 0.999)) / 2
    if option("method", method, INTERVALS) == "clopper-pearson":
        below, above = (k, n - k + 1), (k + 1, n - k)
    else:
        prior = 0.5 if method == "jeffreys" else 1
        below = above = (k + prior, n - k + prior)
    bare = method != "uniform"
    low = 0.0 if bare and k == 0 else _beta_quantile(tail, below[0], below[1])
    high = 1.0 if bare and k == n else _beta_quantile(1 - tail, above[0], above[1])
    return [low, high]


def dissatisfied_interval(complaints, complained, asked, level=0.95, method="jeffreys"):
    """Interval [low, high] of the number dissatisfied behind `complaints` (0 or more), out of that of the voice rate.

    The other arguments as in `voice_interval`; `complained` must be 1 or more unless the method is "uniform", for nobody
    can say how many stand behind a voice rate that may be 0.
    """
    number("complaints", complaints, 0)
    low, high = voice_interval(complained, asked, level, method)
    if low <= 0:
        raise ValueError("complained 是 0 时上限是无穷大，多问几个人或用 uniform (with complained = 0 there is no upper limit)")
    return [complaints / high, complaints / low]


def beta_interval(a, b, level=0.95):
    """Interval [low, high] with equal tails that holds `level` (0.5 to 0.999) of a beta distribution; `a` and `b` above 0."""
    tail = (1 - number("level", level, 0.5, 0.999)) / 2
    return [beta_quantile(tail, a, b), beta_quantile(1 - tail, a, b)]


def beta_cdf(x, a, b):
    """Share of a beta distribution with `a` and `b` (above 0, to a million) that lies below `x` (0 to 1).

    The regularised incomplete beta function I_x(a, b), by its continued fraction. Source: Lentz (1976); Didonato & Morris (1992).
    """
    number("x", x, 0, 1)
    _above_zero("a", number("a", a, 0, 1000000))
    _above_zero("b", number("b", b, 0, 1000000))
    return _beta_cdf(x, a, b)


def beta_quantile(p, a, b):
    """The x (0 to 1) below which a share `p` (0 to 1) of a beta distribution lies: the inverse of `beta_cdf`."""
    number("p", p, 0, 1)
    beta_cdf(0.5, a, b)  # checks
    return _beta_quantile(p, a, b)


# What a complaint channel and a recovery are worth


def channel_value(extra_retained, lifetime_value, cost):
    """Return of a complaint channel per yuan spent: (ΔN·CLV − cost) / cost; −1 when it brings nothing.

    `extra_retained` ΔN, customers kept who would have left (any number); `lifetime_value` CLV (yuan, 0 or more); `cost` of the
    channel (yuan, above 0). Source: Fornell & Wernerfelt (1987); return on complaint management as in Stauss & Seidel (2004).
    """
    return channel_net_value(extra_retained, lifetime_value, _above_zero("cost", number("cost", cost, 0))) / cost


def channel_net_value(extra_retained, lifetime_value, cost):
    """Net value of a complaint channel in yuan: ΔN·CLV − cost. Arguments as in `channel_value`, but `cost` may be 0."""
    return number("extra_retained", extra_retained) * number("lifetime_value", lifetime_value, 0) - number("cost", cost, 0)


def break_even_spend(stay_recovered, stay_unrecovered, lifetime_value):
    """The most a recovery may cost (yuan): (ρ_s − ρ_u)·CLV, negative when recovery keeps fewer. Shares 0 to 1, CLV 0 or more."""
    gain = number("stay_recovered", stay_recovered, 0, 1) - number("stay_unrecovered", stay_unrecovered, 0, 1)
    return gain * number("lifetime_value", lifetime_value, 0)


def break_even_retention(spend, lifetime_value):
    """Gain in retention at which a recovery that costs `spend` (yuan, 0 or more) pays: spend / CLV, `lifetime_value` above 0."""
    return number("spend", spend, 0) / _above_zero("lifetime_value", number("lifetime_value", lifetime_value, 0))


def recovered_satisfaction(
    before,
    severity,
    distributive,
    procedural,
    interactional,
    match=0.0,
    severity_effect=4.0,
    distributive_effect=1.0,
    procedural_effect=1.5,
    interactional_effect=1.5,
    match_effect=0.5,
    interaction_effect=0.0,
    low=LOW,
    high=HIGH,
):
    """Satisfaction after a failure and its recovery: S_pre − δ_sev·sev + δ_D·DJ + δ_P·PJ + δ_I·IJ + δ_match·match + δ_DI·DJ·IJ.

    `before` S_pre is a point of the scale from `low` to `high` (1 to 9 unless given), which the result does not leave.
    `severity` of the failure, `distributive` (what one gets), `procedural` (how fast and simply) and `interactional` justice (how
    one is treated) and `match` (whether the remedy is of the failure's kind) run from 0 to 1; the effects (0 or more) are
    points. With `interaction_effect` δ_DI above 0 (its default 0 leaves it out) compensation works the better the more
    respectfully it is given. Source: Tax, Brown & Chandrashekaran (1998); match: Smith, Bolton & Wagner (1999).
    """
    number("low", low)
    number("high", high, low)
    after = number("before", before, low, high)
    after -= number("severity_effect", severity_effect, 0) * number("severity", severity, 0, 1)
    for name, justice, effect_name, effect in (
        ("distributive", distributive, "distributive_effect", distributive_effect),
        ("procedural", procedural, "procedural_effect", procedural_effect),
        ("interactional", interactional, "interactional_effect", interactional_effect),
        ("match", match, "match_effect", match_effect),
    ):
        after += number(effect_name, effect, 0) * number(name, justice, 0, 1)
    after += number("interaction_effect", interaction_effect, 0) * distributive * interactional
    return min(high, max(low, after))


# Is there a recovery paradox?


def mean_difference_test(mean1, sd1, n1, mean2, sd2, n2, alternative="greater", variance="welch"):
    """t test of two independent means from their standard deviations (sample, n − 1; 0 or more) and sizes (2 or more).

    `alternative` "greater" asks whether the first mean exceeds the second, "two-sided" whether they differ; `variance`
    "welch" lets them differ, "pooled" takes them for equal.
    Returns a dict: `difference`, `standard_error`, `t`, `df`, `p`, and `d`, the difference in pooled standard deviations.
    Not both standard deviations may be 0. Source: Student (1908); Welch (1947); Cohen (1988) for d.
    """
    difference = number("mean1", mean1) - number("mean2", mean2)
    v1, v2 = number("sd1", sd1, 0) ** 2, number("sd2", sd2, 0) ** 2
    n1, n2 = whole("n1", n1, 2), whole("n2", n2, 2)
    option("alternative", alternative, ALTERNATIVES)
    if v1 + v2 == 0:
        raise ValueError("sd1 和 sd2 不能都是 0 (the standard deviations must not both be 0)")
    pooled = ((n1 - 1) * v1 + (n2 - 1) * v2) / (n1 + n2 - 2)
    if option("variance", variance, VARIANCES) == "welch":
        a, b = v1 / n1, v2 / n2
        error, df = math.sqrt(a + b), (a + b) ** 2 / (a * a / (n1 - 1) + b * b / (n2 - 1))
    else:
        error, df = math.sqrt(pooled * (1 / n1 + 1 / n2)), n1 + n2 - 2
    t = difference / error
    return {
        "difference": difference,
        "standard_error": error,
        "t": t,
        "df": df,
        "p": _tail(_t_upper(t, df), alternative),
        "d": difference / math.sqrt(pooled),
    }


def proportion_difference_test(count1, n1, count2, n2, alternative="greater"):
    """z test of two independent shares, `count1` of `n1` against `count2` of `n2` (whole numbers, n 1 or more), pooled variance.

    `alternative` as in `mean_difference_test`. Returns a dict: `difference`, `standard_error`, `z`, `p`; where all or none of
    both groups did it, nothing differs: z is 0. No correction for continuity. Source: Pearson (1900); Fleiss (1981).
    """
    n1, n2 = whole("n1", n1, 1), whole("n2", n2, 1)
    count1, count2 = whole("count1", count1, 0, n1), whole("count2", count2, 0, n2)
    option("alternative", alternative, ALTERNATIVES)
    difference = count1 / n1 - count2 / n2
    share = (count1 + count2) / (n1 + n2)
    error = math.sqrt(share * (1 - share) * (1 / n1 + 1 / n2))
    z = difference / error if error > 0 else 0.0
    return {"difference": difference, "standard_error": error, "z": z, "p": _tail(normal_cdf(-z), alternative)}


def recovery_paradox(
    recovered_mean,
    recovered_sd,
    recovered_n,
    control_mean,
    control_sd,
    control_n,
    recovered_returned,
    control_returned,
    alpha=0.05,
    variance="welch",
):
    """Is who went through a failure and its recovery better off than who had none? Asked of satisfaction and repurchase apart.

    Satisfaction by means, standard deviations and sizes of both groups as in `mean_difference_test`; repurchase by how many
    of the same people came again, as in `proportion_difference_test`. Both tests are one-sided at `alpha` (0.0001 to 0.5).
    Returns a dict: `satisfaction_difference`, `satisfaction_p`, `satisfaction_paradox` (True or False), the same three for
    `repurchase_…`, and `verdict`, one of `VERDICTS`. Source: McCollough & Bharadwaj (1992) for the question; the
    meta-analysis of de Matos, Henrique & Rossi (2007) finds the paradox on satisfaction and not on repurchase.
    """
    number("alpha", alpha, 0.0001, 0.5)
    felt = mean_difference_test(recovered_mean, recovered_sd, recovered_n, control_mean, control_sd, control_n, "greater", variance)
    done = proportion_difference_test(recovered_returned, recovered_n, control_returned, control_n)
    return {
        "satisfaction_difference": felt["difference"],
        "satisfaction_p": felt["p"],
        "satisfaction_paradox": felt["p"] < alpha,
        "repurchase_difference": done["difference"],
        "repurchase_p": done["p"],
        "repurchase_paradox": done["p"] < alpha,
        "verdict": paradox_verdict(felt["p"] < alpha, done["p"] < alpha),
    }


def paradox_verdict(satisfaction_paradox, repurchase_paradox):
    """Which of `VERDICTS` two findings (True or False each) make: the decision table of `recovery_paradox`."""
    satisfaction_paradox = option("satisfaction_paradox", satisfaction_paradox, (True, False))
    repurchase_paradox = option("repurchase_paradox", repurchase_paradox, (True, False))
    return VERDICTS[(0 if repurchase_paradox else 1) if satisfaction_paradox else 2 if repurchase_paradox else 3]


# The simulation's three views


def complaint_funnel(
    failure=0.2,
    severity=0.4,
    ease=0.3,
    resolved=0.7,
    handling_cost=80,
    lifetime_value=1500,
    stay_resolved=0.7,
    stay_unresolved=0.2,
    stay_silent=0.4,
    stay_content=0.8,
    guests=1000,
):
    """What becomes of the dissatisfied among `guests` (1 to 100000) when complaining is this easy, and what the ease is worth.

    `failure` (0.01 to 1) is the share with a failure, `severity` (0 to 1) how bad it was, which makes more of them speak up and takes
    up to half off every ρ of theirs; `ease` (0 to 1) of complaining as in `voice_probability`; `resolved` (0 to 1) and the four
    `stay_…` (0 to 1) as in `retention`. Handling a complaint costs `handling_cost` (yuan, 0 to 500), a guest who stays is
    worth `lifetime_value` (yuan, 0 to 5000).
    Returns a dict: `links` [from, to, guests] among 0 dissatisfied, 1 complain, 2 silent, 3 solved, 4 not solved, 5 nobody knows,
    6 come back, 7 are gone; `dissatisfied`, `complaints`, `silent`; `voice` and `returning`, shares of the dissatisfied; `retained`
    of all guests and `retention`; `extra_complaints`, `extra_retained`, `net_value` (yuan): all against the same hotel with ease 0;
    and `break_even`, the share solved from which ease keeps guests.
    """
    number("failure", failure, 0.01, 1)
    number("severity", severity, 0, 1)
    number("ease", ease, 0, 1)
    number("handling_cost", handling_cost, 0, 500)
    number("lifetime_value", lifetime_value, 0, 5000)
    number("guests", guests, 1, 100000)
    _shares(failure, 0, resolved, stay_resolved, stay_unresolved, stay_silent, stay_content)
    left = 1 - 0.5 * severity
    stay = (left * stay_resolved, left * stay_unresolved, left * stay_silent)
    voice = voice_probability(severity, 0, ease)
    now = funnel(failure, voice, resolved, stay[0], stay[1], stay[2], stay_content, guests)
    shut = funnel(failure, voice_probability(severity, 0, 0), resolved, stay[0], stay[1], stay[2], stay_content, guests)
    more = now["complaints"] - shut["complaints"]
    kept = now["retained"] - shut["retained"]
    returning = now["kept_resolved"] + now["kept_unresolved"] + now["kept_silent"]
    return {
        "links": [
            [0, 1, now["complaints"]],
            [0, 2, now["silent"]],
            [1, 3, now["resolved"]],
            [1, 4, now["unresolved"]],
            [2, 5, now["silent"]],
            [3, 6, now["kept_resolved"]],
            [3, 7, now["resolved"] - now["kept_resolved"]],
            [4, 6, now["kept_unresolved"]],
            [4, 7, now["unresolved"] - now["kept_unresolved"]],
            [5, 6, now["kept_silent"]],
            [5, 7, now["silent"] - now["kept_silent"]],
        ],
        "dissatisfied": now["dissatisfied"],
        "complaints": now["complaints"],
        "silent": now["silent"],
        "voice": voice,
        "returning": returning / now["dissatisfied"],
        "retained": now["retained"],
        "retention": now["retention"],
        "extra_complaints": more,
        "extra_retained": kept,
        "net_value": channel_net_value(kept, lifetime_value, handling_cost * max(0.0, more)),
        "break_even": (stay_silent - stay_unresolved) / (stay_resolved - stay_unresolved) if stay_resolved > stay_unresolved else 1.0,
    }


def recovery_meter(
    compensation=150, delay=12, apology=0.5, match=0.5, severity=0.4, memory=2.5, before=6.5, lifetime_value=1500, price=400
):
    """A guest after a failure and its recovery against one who never had a failure, in satisfaction and in coming back.

    `compensation` (yuan, 0 to 500) makes distributive justice 1 − e^(−compensation / (price / 3)), `delay` (hours until it is
    settled, 0 to 72) procedural justice e^(−delay / 24), `apology` (0 to 1) is interactional justice and what makes the
    compensation count; `match` and `severity` (0 to 1) and `before` (1 to 9) as in `recovered_satisfaction`; `price` of the room
    (yuan, 50 to 5000). Coming back has a logit of 0.8·(S − 5) + 0.8 less `memory`·severity (`memory` 0 to 4): a guest can be content
    with a recovery and still fear the next failure.
    Returns a dict: `satisfaction`, `control_satisfaction` (1 to 9), `repurchase`, `control_repurchase` (0 to 1), both as index
    (who never had a failure = 100) `satisfaction_index` and `repurchase_index`; `untouched_repurchase`, without any recovery;
    `net_value` of the recovery (yuan); `satisfaction_paradox` and `repurchase_paradox`, 1 or 0; and over every compensation
    from 0 to 500 the pairs [yuan, index] `satisfaction_line`, `repurchase_line`, `control_line`.
    """
    number("compensation", compensation, 0, 500)
    number("delay", delay, 0, 72)
    number("memory", memory, 0, 4)
    number("lifetime_value", lifetime_value, 0, 10000)
    number("price", price, 50, 5000)
    procedural = math.exp(-delay / 24)
    control = _comes_back(number("before", before, LOW, HIGH))
    mark = memory * number("severity", severity, 0, 1)

    def after(paid):
        return recovered_satisfaction(
            before, severity, 1 - math.exp(-3 * paid / price), procedural, apology, match, 4.0, 0.2, 1.0, 0.9, 0.4, 1.4
        )

    satisfaction_line, repurchase_line = [], []
    for step in range(21):
        felt = after(25 * step)
        satisfaction_line.append([25 * step, 100 * felt / before])
        repurchase_line.append([25 * step, 100 * _comes_back(felt, mark) / control])
    felt = after(compensation)
    back = _comes_back(felt, mark)
    untouched = _comes_back(recovered_satisfaction(before, severity, 0, 0, 0), mark)
    return {
        "satisfaction": felt,
        "control_satisfaction": before,
        "repurchase": back,
        "control_repurchase": control,
        "satisfaction_index": 100 * felt / before,
        "repurchase_index": 100 * back / control,
        "untouched_repurchase": untouched,
        "net_value": (back - untouched) * lifetime_value - compensation,
        "satisfaction_paradox": 1 if felt > before else 0,
        "repurchase_paradox": 1 if back > control else 0,
        "satisfaction_line": satisfaction_line,
        "repurchase_line": repurchase_line,
        "control_line": [[0, 100.0], [500, 100.0]],
    }


def silent_estimate(complaints=40, voice=0.25, asked=60):
    """How many dissatisfied guests stand behind `complaints` (1 to 200), by a survey of `asked` dissatisfied guests (10 to 200).

    `voice` (0.05 to 0.9) is the share of them who say that they complained, as near as whole people come to it.
    Returns a dict: `estimate` C / p, `low` and `high` of its 95 % interval (Jeffreys), `silent`, those of the estimate who never
    spoke; `complained`, the people in the survey who did; and for surveys of 10 to 200 the pairs [asked, number] `middle`,
    `lower`, `upper` that the same voice rate would give.
    """
    number("complaints", complaints, 1, 200)
    number("voice", voice, 0.05, 0.9)
    number("asked", asked, 10, 200)
    n = int(asked + 0.5)
    k = max(1, int(voice * n + 0.5))
    low, high = dissatisfied_interval(complaints, k, n)
    middle, lower, upper = [], [], []
    for size in (10, 20, 45, 100, 200):
        # here the rate is taken as it is, so that the edges are smooth
        a, b = voice * size + 0.5, (1 - voice) * size + 0.5
        middle.append([size, complaints / voice])
        lower.append([size, complaints / _beta_quantile(0.975, a, b)])
        upper.append([size, complaints / _beta_quantile(0.025, a, b)])
    return {
        "estimate": complaints * n / k,
        "low": low,
        "high": high,
        "silent": complaints * n / k - complaints,
        "complained": k,
        "middle": middle,
        "lower": lower,
        "upper": upper,
    }


# Popular numbers


def who_speaks(small=0.9, voice_small=0.15, voice_big=0.65, passed_on=0.2, dissatisfied=1000):
    """How many of `dissatisfied` customers (1 to 100000) complain, by what went wrong and by who counts.

    A share `small` (0 to 1) had a small problem, of whom `voice_small` (0 to 1) say so at the desk; of the others `voice_big`. Of
    what is said at the desk a share `passed_on` (0 to 1) is known to the head office.
    Returns a dict: `links` [from, to, people] among 0 small, 1 big problem, 2 said at the desk, 3 nothing said, 4 known to the head
    office, 5 stays at the desk, 6 nobody knows; the shares `voice` (at the desk), `silent`, `head_office` and `unseen` by it.
    Source of the 4 % at the head office and of about half at the desk: Goodman (2005); the numbers are teaching assumptions.
    """
    number("small", small, 0, 1)
    number("voice_small", voice_small, 0, 1)
    number("voice_big", voice_big, 0, 1)
    number("passed_on", passed_on, 0, 1)
    number("dissatisfied", dissatisfied, 1, 100000)
    few, many = dissatisfied * (1 - small), dissatisfied * small
    said_small, said_big = many * voice_small, few * voice_big
    said = said_small + said_big
    silent = dissatisfied - said
    return {
        "links": [
            [0, 2, said_small],
            [0, 3, many - said_small],
            [1, 2, said_big],
            [1, 3, few - said_big],
            [2, 4, said * passed_on],
            [2, 5, said * (1 - passed_on)],
            [3, 6, silent],
        ],
        "voice": said / dissatisfied,
        "silent": silent / dissatisfied,
        "head_office": said * passed_on / dissatisfied,
        "unseen": 1 - said * passed_on / dissatisfied,
    }


# The same formulas without checks, for the loops


def _shares(failure, voice, resolved, stay_resolved, stay_unresolved, stay_silent, stay_content):
    number("failure", failure, 0, 1)
    number("voice", voice, 0, 1)
    number("resolved", resolved, 0, 1)
    number("stay_resolved", stay_resolved, 0, 1)
    number("stay_unresolved", stay_unresolved, 0, 1)
    number("stay_silent", stay_silent, 0, 1)
    number("stay_content", stay_content, 0, 1)


def _above_zero(name, value):
    if value == 0:
        raise ValueError(f"{name} 应大于 0，收到 {value!r} (it must exceed 0)")
    return value


def _logistic(x):
    x = min(700.0, max(-700.0, x))
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))


def _comes_back(satisfaction, mark=0.0):
    return _logistic(0.8 * (satisfaction - 5) + 0.8 - mark)


def _tail(upper, alternative):
    return upper if alternative == "greater" else 2 * min(upper, 1 - upper)


def _t_upper(t, df):
    # Student's t is a beta in disguise; of its two forms the one whose argument is small keeps the digits
    square = t * t
    tail = 0.5 * (_beta_cdf(df / (df + square), df / 2, 0.5) if square > df else 1 - _beta_cdf(square / (df + square), 0.5, df / 2))
    return tail if t > 0 else 1 - tail


def _beta_cdf(x, a, b):
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    front = math.exp(a * math.log(x) + b * math.log(1 - x) - _log_beta(a, b))
    # the fraction converges fast on this side of the mean; the other side is its mirror image
    if x < (a + 1) / (a + b + 2):
        return min(1.0, front * _fraction(x, a, b) / a)
    return max(0.0, 1 - front * _fraction(1 - x, b, a) / b)


def _log_beta(a, b):
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)


def _fraction(x, a, b):
    tiny = 1e-300
    c, d = 1.0, 1 - (a + b) * x / (a + 1)
    d = 1 / (d if abs(d) > tiny else tiny)
    value = d
    for m in range(1, 5000):
        for up in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 + up * d
            d = 1 / (d if abs(d) > tiny else tiny)
            c = 1 + up / c
            c = c if abs(c) > tiny else tiny
            value *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return value


def _beta_quantile(p, a, b):
    if p <= 0 or p >= 1:
        return 0.0 if p <= 0 else 1.0
    constant = _log_beta(a, b)
    low, high = 0.0, 1.0
    # the logit of a beta is nearly normal: a first guess within a few steps of the answer
    x = min(1 - 1e-15, _logistic(math.log(a / b) + normal_quantile(p) * math.sqrt(1 / a + 1 / b)))
    for _ in range(1200):
        error = _beta_cdf(x, a, b) - p
        if error > 0:
            high = x
        else:
            low = x
        log_slope = (a - 1) * math.log(x) + (b - 1) * math.log(1 - x) - constant
        step = error / math.exp(min(700.0, max(-700.0, log_slope)))
        # the error shrinks to its square at every step of Newton's
        if abs(step) <= 1e-8 * x * (1 - x):
            return x - step
        # the middle where that step leads outside what is known
        following = x - step if low < x - step < high else (low + high) / 2
        if following <= 0 or following >= 1 or following == x:
            return following
        x = following
    return x
