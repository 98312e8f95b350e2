"""Facts about ordered answers."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.miscmodels.ordinal_model import OrderedModel

from service_marketing import datasets
from service_marketing.models import ordered as model

PUBLISHED = {  # MASS::polr documentation, housing satisfaction in Copenhagen, n = 1,681
    "InflMedium": 0.5663937,
    "InflHigh": 1.2888191,
    "TypeApartment": -0.5723501,
    "TypeAtrium": -0.3661866,
    "TypeTerrace": -1.0910149,
    "ContHigh": 0.3602841,
}
PUBLISHED_CUTS = [-0.4961353, 0.6907083]
PUBLISHED_DEVIANCE = 3479.149

etas = st.floats(-6, 6)
links = st.sampled_from(model.LINKS)
cut_lists = st.lists(st.floats(0.05, 3), min_size=1, max_size=5).map(lambda gaps: [sum(gaps[: i + 1]) - 3 for i in range(len(gaps))])


@pytest.fixture(scope="module")
def housing():
    """The published table as dummies, answers 1 to 3 and frequencies."""
    table = datasets.load_housing()
    x = pd.DataFrame(
        {
            "InflMedium": table["influence"] == "Medium",
            "InflHigh": table["influence"] == "High",
            "TypeApartment": table["type"] == "Apartment",
            "TypeAtrium": table["type"] == "Atrium",
            "TypeTerrace": table["type"] == "Terrace",
            "ContHigh": table["contact"] == "High",
        }
    ).astype(float)
    answers = table["satisfaction"].astype(str).map({"Low": 1, "Medium": 2, "High": 3}).astype(int)
    return x, answers, table["frequency"]


def fit(housing, coefficients, cuts, link="logit"):
    x, answers, frequency = housing
    return model.deviance(x.to_numpy().tolist(), answers.tolist(), coefficients, cuts, frequency.tolist(), link)


# Published: MASS::polr documentation


def test_the_published_estimates_give_the_published_deviance(housing):
    assert housing[2].sum() == 1681
    assert fit(housing, list(PUBLISHED.values()), PUBLISHED_CUTS) == pytest.approx(PUBLISHED_DEVIANCE, abs=5e-4)


def test_the_published_aic(housing):
    """MASS::polr prints AIC 3495.149 for 6 coefficients and 2 cuts."""
    assert model.aic(fit(housing, list(PUBLISHED.values()), PUBLISHED_CUTS), 8) == pytest.approx(3495.149, abs=5e-4)


def test_no_neighbouring_estimate_fits_better(housing):
    values = list(PUBLISHED.values()) + PUBLISHED_CUTS
    best = fit(housing, values[:6], values[6:])
    for place in range(len(values)):
        for step in (-0.01, 0.01):
            moved = [value + step * (i == place) for i, value in enumerate(values)]
            assert fit(housing, moved[:6], moved[6:]) > best


@pytest.mark.parametrize("link", model.LINKS)
def test_statsmodels_agrees_on_likelihood_and_probabilities(housing, link):
    x, answers, frequency = housing
    rows = x.loc[x.index.repeat(frequency)].reset_index(drop=True)
    codes = answers.loc[answers.index.repeat(frequency)].reset_index(drop=True)
    theirs = OrderedModel(codes, rows, distr=link).fit(method="bfgs", disp=False)
    cuts = list(OrderedModel(codes, rows, distr=link).transform_threshold_params(theirs.params.to_numpy())[1:-1])
    coefficients = theirs.params.to_numpy()[:6].tolist()
    assert fit(housing, coefficients, cuts, link) == pytest.approx(-2 * theirs.llf, rel=1e-9)
    row = x.iloc[17]
    eta = model.linear_predictor(row.tolist(), coefficients)
    assert model.category_probabilities(eta, cuts, link) == pytest.approx(
        np.asarray(theirs.predict(row.to_frame().T.to_numpy()))[0].tolist(), abs=1e-9
    )
    if link == "logit":
        assert coefficients == pytest.approx(list(PUBLISHED.values()), abs=1e-3)


def test_grouped_and_single_answers_have_the_same_likelihood():
    grouped = model.log_likelihood([[1], [0]], [1, 3], [0.4], [-1, 1], weights=[2, 3])
    single = model.log_likelihood([[1], [1], [0], [0], [0]], [1, 1, 3, 3, 3], [0.4], [-1, 1])
    assert grouped == pytest.approx(single)


# Probabilities


def test_by_hand():
    p = model.category_probabilities(0, [-math.log(3), math.log(3)])
    assert p == pytest.approx([0.25, 0.5, 0.25])
    assert model.cumulative_probabilities(0, [-math.log(3), math.log(3)]) == pytest.approx([0.25, 0.75, 1])
    assert model.expected_category(0, [-math.log(3), math.log(3)]) == pytest.approx(2)
    assert model.expected_category(0, [-math.log(3), math.log(3)], scores=[0, 50, 100]) == pytest.approx(50)
    assert model.likeliest_category(0, [-math.log(3), math.log(3)]) == 2
    assert model.linear_predictor([1, 0, 2], [0.5, 9, -1]) == -1.5


def test_the_odds_ratio_is_the_same_at_every_cut():
    cuts, beta = [-1, 0.3, 2], 0.8
    for below, above in zip(model.cumulative_probabilities(0, cuts)[:-1], model.cumulative_probabilities(beta, cuts)[:-1], strict=True):
        assert ((1 - above) / above) / ((1 - below) / below) == pytest.approx(model.odds_ratio(beta))


@given(etas, cut_lists, links)
def test_shares_add_up_and_agree_with_scipy(eta, cuts, link):
    p = model.category_probabilities(eta, cuts, link)
    assert sum(p) == pytest.approx(1)
    assert min(p) >= 0
    distribution = stats.logistic if link == "logit" else stats.norm
    expected = np.diff(np.concatenate([[0], distribution.cdf(np.array(cuts) - eta), [1]]))
    assert p == pytest.approx(expected.tolist(), abs=1e-12)
    assert np.cumsum(p).tolist() == pytest.approx(model.cumulative_probabilities(eta, cuts, link), abs=1e-12)


@given(etas, st.floats(0, 3), cut_lists, links)
def test_a_higher_predictor_means_higher_answers(eta, more, cuts, link):
    assert model.expected_category(eta + more, cuts, link=link) >= model.expected_category(eta, cuts, link=link) - 1e-12


@given(etas, cut_lists, st.floats(-2, 2), links)
def test_marginal_effects_are_derivatives(eta, cuts, beta, link):
    effects = model.marginal_effects(eta, cuts, beta, link)
    assert sum(effects) == pytest.approx(0, abs=1e-12)
    h = 1e-5
    change = model.discrete_change(eta - h * beta, cuts, 2 * h * beta, link)
    assert effects == pytest.approx([c / (2 * h) for c in change], abs=1e-8)


def test_the_middle_category_can_gain_or_lose():
    assert model.marginal_effects(-3, [-1, 1], 1)[1] > 0 > model.marginal_effects(3, [-1, 1], 1)[1]


@pytest.mark.parametrize("link", model.LINKS)
def test_far_out_answers_keep_their_probability(link):
    """Equal distances from both ends give equal probabilities, however small."""
    far = 30 if link == "logit" else 8
    low = model.category_probabilities(far, [-1, 1], link)
    high = model.category_probabilities(-far, [-1, 1], link)
    assert low == pytest.approx(high[::-1], rel=1e-9)
    assert low[0] > 0
    assert low[1] == pytest.approx(
        {"logit": stats.logistic, "probit": stats.norm}[link].cdf(1 - far)
        - {"logit": stats.logistic, "probit": stats.norm}[link].cdf(-1 - far),
        rel=1e-6,
    )


def test_extreme_predictors_do_not_overflow():
    for link in model.LINKS:
        assert model.category_probabilities(5000, [-1, 1], link) == [0, 0, 1]
        assert model.category_probabilities(-5000, [-1, 1], link) == [1, 0, 0]
        assert model.marginal_effects(5000, [-1, 1], 1, link) == [0, 0, 0]


# Refusals


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: model.category_probabilities(0, [1, 1]), "cuts"),
        (lambda: model.category_probabilities(0, []), "cuts"),
        (lambda: model.category_probabilities("0", [1]), "predictor"),
        (lambda: model.category_probabilities(0, [1], link="cauchit"), "link"),
        (lambda: model.linear_predictor([1], [1, 2]), "x 应有 2 个数"),
        (lambda: model.log_likelihood([[1]], [4], [1], [0, 1]), r"answers\[0\]"),
        (lambda: model.log_likelihood([[1]], [1, 2], [1], [0]), "answers 应有 1 个数"),
        (lambda: model.log_likelihood([[1, 2]], [1], [1], [0]), r"x\[0\]"),
        (lambda: model.log_likelihood([[1]], [1], [1], [0], weights=[-1]), r"weights\[0\]"),
        (lambda: model.log_likelihood([[1]], [1], [5000], [0]), "概率"),
        (lambda: model.expected_category(0, [0], scores=[1]), "scores"),
    ],
)
def test_what_cannot_be_used_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
