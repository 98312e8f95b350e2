"""What a survey shows and what it leaves out: which driver seems to count, and who answers.

The default numbers are teaching assumptions of the course.
"""

import math

from .checks import number


def driver_shares(service_spread=1.2, product_spread=0.8, price_spread=0.4, service_effect=0.5, product_effect=0.5, price_effect=0.5):
    """Share of the explained variance of coming back that each of three unrelated drivers has: (b·sd)² / Σ(b·sd)².

    The spreads sd (0.1 to 2 points) say how far the customers asked differ in what they met, the effects b (0.1 to 1) what a
    point does. Returns a dict: the shares `service`, `product`, `price`; `price_rank` of the price, 1 to 3; and over the price's
    spread from 0.1 to 2 the pairs [spread, per cent] `service_curve`, `product_curve`, `price_curve`.
    Source: the decomposition is the textbook one for uncorrelated predictors; the numbers are teaching assumptions.
    """
    service = (number("service_spread", service_spread, 0.1, 2) * number("service_effect", service_effect, 0.1, 1)) ** 2
    product = (number("product_spread", product_spread, 0.1, 2) * number("product_effect", product_effect, 0.1, 1)) ** 2
    price = (number("price_spread", price_spread, 0.1, 2) * number("price_effect", price_effect, 0.1, 1)) ** 2
    total = service + product + price
    curves = [[], [], []]
    for k in range(1, 21):
        other = (k / 10 * price_effect) ** 2
        for curve, part in zip(curves, (service, product, other)):
            curve.append([k / 10, 100 * part / (service + product + other)])
    return {
        "service": service / total,
        "product": product / total,
        "price": price / total,
        "price_rank": 1 + (1 if service > price else 0) + (1 if product > price else 0),
        "service_curve": curves[0],
        "product_curve": curves[1],
        "price_curve": curves[2],
    }


def reported_share(satisfied=0.8, answer_satisfied=0.5, answer_dissatisfied=0.1, invited=200):
    """The share of satisfied customers that a survey reports when the dissatisfied answer less often (or more).

    `satisfied` is the true share (0.05 to 0.99), `answer_satisfied` and `answer_dissatisfied` the shares of both who answer (0.02
    to 1), `invited` how many are asked (20 to 2000). Returns a dict: `reported` (a share) and its standard error `error`;
    `answered`, people; `unheard`, dissatisfied people who were asked and did not answer; and over the answers of the
    dissatisfied from 2 to 100 % the pairs [per cent, per cent] `reported_curve`, `true_curve`; `now`, theirs in per cent.
    Source: nonresponse bias, Groves & Peytcheva (2008); the numbers are teaching assumptions.
    """
    number("satisfied", satisfied, 0.05, 0.99)
    number("answer_satisfied", answer_satisfied, 0.02, 1)
    number("answer_dissatisfied", answer_dissatisfied, 0.02, 1)
    number("invited", invited, 20, 2000)
    yes = satisfied * answer_satisfied
    answering = yes + (1 - satisfied) * answer_dissatisfied
    reported = yes / answering
    places = [2, 4, 6, 8, 10, 15, 20, 25, 30, 40, 50, 60, 70, 80, 90, 100]
    return {
        "reported": reported,
        "error": math.sqrt(reported * (1 - reported) / (invited * answering)),
        "answered": invited * answering,
        "unheard": invited * (1 - satisfied) * (1 - answer_dissatisfied),
        "reported_curve": [[x, 100 * yes / (yes + (1 - satisfied) * x / 100)] for x in places],
        "true_curve": [[2, 100 * satisfied], [100, 100 * satisfied]],
        "now": 100 * answer_dissatisfied,
    }
