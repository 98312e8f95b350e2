"""Ordered answers: how a satisfaction scale of few steps depends on what happened (ordered logit and probit).

Convention: P(Y ≤ j) = F(cut_j − η) with η = Σ coefficient·x, as MASS::polr in R and OrderedModel in statsmodels have it,
so that a positive coefficient moves answers up the scale. There is no intercept: the cuts take its place. Of J categories,
numbered from 1, the J − 1 cuts rise strictly. F is logistic ("logit") or the standard normal ("probit").
Source: McCullagh (1980), Regression models for ordinal data; Venables & Ripley (2002), Modern Applied Statistics with S.
"""

import math

from .checks import number, numbers, option, whole
from .normal import normal_cdf

LINKS = ("logit", "probit")


def linear_predictor(x, coefficients):
    """η = Σ coefficient·x: the sum of the values `x` weighted by as many `coefficients` (any numbers)."""
    coefficients = numbers("coefficients", coefficients)
    return _predictor(_as_many("x", numbers("x", x), "coefficients", coefficients), coefficients)


def cumulative_probabilities(predictor, cuts, link="logit"):
    """P(Y ≤ j) for every category j from the lowest to the highest (the last is 1), each from 0 to 1.

    `predictor` is η (any number), `cuts` rise strictly. Source: McCullagh (1980).
    """
    cuts = _cuts(cuts)
    number("predictor", predictor)
    link = option("link", link, LINKS)
    return [_cdf(cut - predictor, link) for cut in cuts] + [1.0]


def category_probabilities(predictor, cuts, link="logit"):
    """P(Y = j) for every category j from the lowest to the highest: 0 to 1, together 1. Arguments as above.

    Source: McCullagh (1980).
    """
    cuts = _cuts(cuts)
    number("predictor", predictor)
    option("link", link, LINKS)
    return [_probability(predictor, cuts, j, link) for j in range(len(cuts) + 1)]


def expected_category(predictor, cuts, scores=None, link="logit"):
    """The mean answer Σ score·P(Y = j); `scores` (one a category) are 1, 2, 3 … unless given.

    Taking the steps of the scale for equally wide is a choice of the reader's, not of the model's.
    """
    p = category_probabilities(predictor, cuts, link)
    scores = range(1, len(p) + 1) if scores is None else _as_many("scores", numbers("scores", scores), "categories", p)
    return sum([score * share for score, share in zip(scores, p)])


def likeliest_category(predictor, cuts, link="logit"):
    """The category (1, 2, 3 …) with the highest probability; of equal ones the lowest."""
    p = category_probabilities(predictor, cuts, link)
    return 1 + p.index(max(p))


def marginal_effects(predictor, cuts, coefficient=1.0, link="logit"):
    """∂P(Y = j)/∂x for every category j, for the x that has this `coefficient`: probability per unit of x, together 0.

    The effect is coefficient·[f(cut_{j−1} − η) − f(cut_j − η)]: its sign in the middle categories depends on η, so only the
    ends move as the coefficient's sign says. For a dummy use `discrete_change`. Source: Greene & Hensher (2010), ch. 5.
    """
    cuts = _cuts(cuts)
    number("predictor", predictor)
    number("coefficient", coefficient)
    option("link", link, LINKS)
    density = [0.0] + [_density(cut - predictor, link) for cut in cuts] + [0.0]
    return [coefficient * (density[j] - density[j + 1]) for j in range(len(cuts) + 1)]


def discrete_change(predictor, cuts, change, link="logit"):
    """How much P(Y = j) changes (−1 to 1) for every category j when η goes from `predictor` to `predictor` + `change`."""
    before = category_probabilities(predictor, cuts, link)
    after = category_probabilities(predictor + number("change", change), cuts, link)
    return [b - a for a, b in zip(before, after)]


def odds_ratio(coefficient):
    """e^coefficient: by what the odds of a higher rather than a lower answer are multiplied per unit of x, at every cut (logit)."""
    return math.exp(number("coefficient", coefficient, -700, 700))


def log_likelihood(x, answers, coefficients, cuts, weights=None, link="logit"):
    """Σ weight·ln P(Y = answer): how well given `coefficients` and `cuts` fit grouped or single answers (0 or less).

    `x` is a list of rows, each with a value for every coefficient; `answers` the category of each row, 1 (lowest) to J;
    `weights` (0 or more; 1 unless given) how many people each row stands for. A row of weight 0 adds nothing.
    Source: McCullagh (1980).
    """
    coefficients, cuts = numbers("coefficients", coefficients), _cuts(cuts)
    option("link", link, LINKS)
    x = list(x)
    answers = _as_many("answers", numbers("answers", answers), "x", x)
    weights = [1] * len(x) if weights is None else _as_many("weights", numbers("weights", weights, 0), "x", x)
    total = 0.0
    for i in range(len(x)):
        row = _as_many(f"x[{i}]", numbers(f"x[{i}]", x[i]), "coefficients", coefficients)
        j = whole(f"answers[{i}]", answers[i], 1, len(cuts) + 1) - 1
        if weights[i] > 0:
            total += weights[i] * _log_probability(_predictor(row, coefficients), cuts, j, link)
    return total


def deviance(x, answers, coefficients, cuts, weights=None, link="logit"):
    """−2 × the log-likelihood of the same arguments: 0 or more, smaller fits better (the "residual deviance" of MASS::polr)."""
    return -2 * log_likelihood(x, answers, coefficients, cuts, weights, link)


def aic(deviance, parameters):
    """Akaike's criterion: `deviance` (0 or more) + 2 × the number of `parameters` (coefficients and cuts, 1 or more).

    Source: Akaike (1974).
    """
    return number("deviance", deviance, 0) + 2 * whole("parameters", parameters, 1)


# The same formulas without checks, and so written that no probability is lost far from the middle


def _predictor(x, coefficients):
    return sum([c * value for c, value in zip(coefficients, x)])


def _cdf(z, link):
    if link == "probit":
        return normal_cdf(z)
    if z < -700:
        return 0.0
    return 1 / (1 + math.exp(-z)) if z >= 0 else math.exp(z) / (1 + math.exp(z))


def _density(z, link):
    size = abs(z)
    if link == "probit":
        return math.exp(-size * size / 2) / math.sqrt(2 * math.pi) if size < 38 else 0.0
    return math.exp(-size) / (1 + math.exp(-size)) ** 2 if size < 700 else 0.0


def _probability(predictor, cuts, j, link):
    low = cuts[j - 1] - predictor if j > 0 else None
    high = cuts[j] - predictor if j < len(cuts) else None
    if low is None:
        return _cdf(high, link)
    if high is None:
        return _cdf(-low, link)
    # in the upper half the difference of the upper tails keeps the digits that 1 − 1 would lose
    return _cdf(-low, link) - _cdf(-high, link) if low > 0 else _cdf(high, link) - _cdf(low, link)


def _log_probability(predictor, cuts, j, link):
    p = _probability(predictor, cuts, j, link)
    if p <= 0:
        raise ValueError(
            "在这组系数和切点下，有一个答案的概率小到算不出来，检查系数的单位 (an answer is all but impossible under these values)"
        )
    return math.log(p)


def _cuts(cuts):
    cuts = numbers("cuts", cuts)
    for i in range(1, len(cuts)):
        if cuts[i] <= cuts[i - 1]:
            raise ValueError(f"cuts 应一个比一个大，收到 {cuts!r} (the cuts must rise strictly)")
    return cuts


def _as_many(name, values, other, others):
    if len(values) != len(others):
        raise ValueError(f"{name} 应有 {len(others)} 个数，与 {other} 一样多，收到 {len(values)} 个 (as many as {other})")
    return values
