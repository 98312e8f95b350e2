"""Facts about expectations and promises."""

import math

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.optimize import minimize_scalar

from service_marketing.models import expectations as model
from service_marketing.models.draws import normals
from service_marketing.models.satisfaction import satisfaction, updated_expectation
from service_marketing.simulations import find

points = st.floats(1, 9)
shares = st.floats(0, 1)
TASKS = find("promise").tasks


# How an expectation forms


def test_bayesian_update_by_hand():
    assert model.bayesian_update(prior=8, prior_weight=4, experience=6, n=1) == pytest.approx(7.6)


def test_bayesian_update_at_the_limits():
    assert model.bayesian_update(8, 5, 6, n=0) == 8  # nothing experienced
    assert model.bayesian_update(8, 0, 6, n=3) == 6  # nothing believed before
    assert model.bayesian_update(8, 2, 6, n=10**9) == pytest.approx(6)


@given(points, st.floats(0.1, 20), st.lists(points, min_size=1, max_size=8))
def test_one_by_one_or_all_at_once_comes_to_the_same(prior, weight, experiences):
    step_by_step = prior
    for seen, experience in enumerate(experiences):
        step_by_step = model.bayesian_update(step_by_step, weight + seen, experience)
    assert step_by_step == pytest.approx(model.bayesian_update(prior, weight, float(np.mean(experiences)), len(experiences)))


@given(points, points, st.floats(0.2, 3), st.floats(0.2, 3), st.integers(1, 20))
def test_bayesian_update_is_the_precision_weighted_mean(prior, experience, prior_sd, sd, n):
    weight = (sd / prior_sd) ** 2
    precise = (prior / prior_sd**2 + n * experience / sd**2) / (1 / prior_sd**2 + n / sd**2)
    assert model.bayesian_update(prior, weight, experience, n) == pytest.approx(precise)
    assert model.bayesian_uncertainty(prior_sd, sd, n) == pytest.approx(sd / math.sqrt(weight + n))


def test_adaptive_expectation_by_hand():
    assert model.adaptive_expectation(
        6, 8, ad=2, word_of_mouth=-1, learning=0.25, ad_effect=0.1, word_of_mouth_effect=0.2
    ) == pytest.approx(6.5)


@given(points, points, shares)
def test_experience_alone_is_the_update_of_the_satisfaction_model(expectation, performance, learning):
    learned = model.adaptive_expectation(expectation, performance, learning=learning)
    assert learned == pytest.approx(updated_expectation(expectation, experience=performance, learning=learning, social=0, persuasion=0))


@given(points, points, st.floats(0.01, 1), st.integers(1, 30))
def test_expectations_approach_a_constant_result_geometrically(expectation, performance, learning, n):
    path = model.expectation_path(expectation, [performance] * n, learning)
    assert len(path) == n + 1
    assert path[-1] - performance == pytest.approx((expectation - performance) * (1 - learning) ** n)


def test_who_does_not_learn_keeps_the_expectation():
    assert model.expectation_path(7, [1, 9, 3], learning=0) == [7, 7, 7, 7]


def test_the_learning_rate_is_found_again():
    performances = normals(200, seed=5, mean=6, sd=1)
    path = model.expectation_path(8, performances, learning=0.35)
    found = model.estimated_learning(path, performances)
    assert found["learning"] == pytest.approx(0.35)
    assert found["standard_error"] == pytest.approx(0, abs=1e-8)


def test_the_learning_rate_is_found_within_three_standard_errors_of_noise():
    performances, noise = normals(400, seed=6, mean=6, sd=1), normals(400, seed=7, sd=0.3)
    path = [8.0]
    for performance, error in zip(performances, noise, strict=True):
        path.append(model.adaptive_expectation(path[-1], performance, learning=0.35) + error)
    found = model.estimated_learning(path, performances)
    assert abs(found["learning"] - 0.35) < 3 * found["standard_error"] < 0.1
    fit = sm.OLS(np.diff(path), np.array(performances) - path[:-1]).fit()  # a second opinion
    assert (found["learning"], found["standard_error"]) == pytest.approx((fit.params[0], fit.bse[0]))


# Zone of tolerance


@pytest.mark.parametrize(
    ("perception", "zone"),
    [(4.9, "below"), (5, "within"), (6, "within"), (7, "within"), (7.1, "above")],  # edges count as within
)
def test_zone(perception, zone):
    result = model.zone_of_tolerance(perception, adequate=5, desired=7)
    assert result["zone"] == zone
    assert (result["msa"], result["mss"], result["width"]) == (perception - 5, perception - 7, 2)


@given(st.floats(-9, 9), st.floats(-9, 9), st.floats(0, 9))
def test_adequacy_less_superiority_is_the_width(perception, adequate, width):
    result = model.zone_of_tolerance(perception, adequate, adequate + width)
    assert result["msa"] - result["mss"] == pytest.approx(result["width"])
    assert result["msa"] == model.msa(perception, adequate)
    assert result["mss"] == model.mss(perception, adequate + width)


# Fuzzy expectations


@given(points, points, st.floats(0, 3), st.floats(0.1, 3))
def test_probability_agrees_with_scipy(expectation, performance, expectation_sd, performance_sd):
    spread = math.hypot(expectation_sd, performance_sd)
    probability = model.probability_not_disappointed(expectation, performance, expectation_sd, performance_sd)
    assert probability == pytest.approx(stats.norm.cdf((performance - expectation) / spread))


def test_a_met_expectation_disappoints_half_when_it_is_fuzzy_and_nobody_when_it_is_sharp():
    assert model.probability_not_disappointed(6, 6) == 0.5
    assert model.probability_not_disappointed(6, 6, 0, 0) == 1
    assert model.probability_not_disappointed(6.01, 6, 0, 0) == 0


@given(points, points, st.floats(0.1, 2), st.floats(0.1, 2))
def test_fuzziness_pulls_towards_a_half(expectation, performance, sd, more):
    narrow = model.probability_not_disappointed(expectation, performance, sd, 1)
    wide = model.probability_not_disappointed(expectation, performance, sd + more, 1)
    assert abs(wide - 0.5) <= abs(narrow - 0.5) + 1e-12


@given(points, points, st.floats(0.1, 2), st.floats(0.1, 2))
def test_shortfall_agrees_with_integration(expectation, performance, expectation_sd, performance_sd):
    gap, spread = expectation - performance, math.hypot(expectation_sd, performance_sd)
    z = np.linspace(-10, 10, 20001)
    integral = np.trapezoid(np.maximum(0, gap + spread * z) * stats.norm.pdf(z), z)
    assert model.expected_shortfall(expectation, performance, expectation_sd, performance_sd) == pytest.approx(integral, abs=1e-5)


def test_a_sharp_shortfall_is_the_gap():
    assert model.expected_shortfall(7, 6, 0, 0) == 1
    assert model.expected_shortfall(5, 6, 0, 0) == 0


# How much to promise


def test_bookings_by_hand():
    assert model.bookings(2, base=100, pull=0.5) == pytest.approx(100 * math.e)
    assert model.bookings(7, base=100, pull=0.5, reference=7) == 100


def test_a_kept_promise_retains_the_repeat_share():
    assert model.retention(6, 6, repeat_share=0.35) == pytest.approx(0.35)


@given(points, points, st.floats(0.05, 0.95), st.floats(0.1, 3), st.floats(1, 4), st.floats(0.1, 2))
def test_retention_falls_in_the_promise(promise, performance, share, sensitivity, loss_aversion, more):
    here = model.retention(promise, performance, share, sensitivity, loss_aversion)
    assert 0 < model.retention(promise + more, performance, share, sensitivity, loss_aversion) < here < 1


def test_a_surprise_weighs_less_than_a_disappointment():
    up, down = (math.log(share / (1 - share)) for share in (model.retention(6 + gap, 6, 0.5, 1.2, loss_aversion=2) for gap in (-1, 1)))
    assert (up, down) == pytest.approx((0.6, -1.2))


def test_promise_value_by_hand():
    # ρ = .5 at a kept promise: N0·m·[1 + .5 / (1.1 − .5)]
    assert model.promise_value(6, 6, base=10, pull=0, margin=3, repeat_share=0.5, discount=0.1) == pytest.approx(30 * (1 + 0.5 / 0.6))


@given(points, points, st.floats(0, 0.8), st.floats(0.05, 0.5))
def test_promise_value_is_the_sum_of_all_stays(promise, performance, share, discount):
    kept = model.retention(promise, performance, share, 0.8)
    stays = sum((kept / (1 + discount)) ** t for t in range(2000))
    first = model.bookings(promise, 1000, 0.3) * 200
    assert model.promise_value(promise, performance, repeat_share=share, discount=discount) == pytest.approx(first * stays)


@pytest.mark.parametrize(("share", "sensitivity", "pull"), [(0.5, 1.5, 0.3), (0.4, 2.0, 0.3), (0.7, 0.8, 0.35)])
def test_the_best_promise_solves_the_first_order_condition(share, sensitivity, pull):
    """κ = sensitivity·ρ(1 − ρ) / (1 + i − ρ) at an optimum inside the grid, found apart by scipy."""
    best = model.optimal_promise(6, repeat_share=share, sensitivity=sensitivity, pull=pull, low=4, high=7)
    apart = minimize_scalar(
        lambda promise: -model.promise_value(promise, 6, repeat_share=share, sensitivity=sensitivity, pull=pull),
        bounds=(4, 7),
        method="bounded",
    )
    assert best["value"] >= -apart.fun * (1 - 1e-4)
    if 4.01 < best["promise"] < 6.99:
        kept = model.retention(best["promise"], 6, share, sensitivity)
        assert sensitivity * kept * (1 - kept) / (1.1 - kept) == pytest.approx(pull, rel=0.05)


def test_without_retention_the_loudest_promise_pays_most():
    assert model.optimal_promise(5, repeat_share=0, high=8)["promise"] == pytest.approx(8)


def test_of_equally_good_promises_the_lowest():
    assert model.optimal_promise(5, pull=0, repeat_share=0, low=2)["promise"] == 2


# Twenty-four months


def test_an_honest_hotel_without_talk_or_return_stays_as_it_opened():
    result = model.promise_path(6, 6, review_weight=0, repeat_share=0)
    assert {point[1] for point in result["expectation"]} == {6}
    guests, loss = 100 * math.exp(0.3), model.expected_shortfall(6, 6)
    months = sum(1.01**-t for t in range(24))
    assert result["profit"] == pytest.approx(months * guests * (200 - 60 * loss))


def test_returning_guests_add_up_by_hand():
    rows = model.promise_months(6, 6, review_weight=0, repeat_share=0.5)
    assert rows[0]["returning"] == 0
    assert rows[1]["returning"] == pytest.approx(0.5 * rows[0]["new"])
    assert rows[2]["returning"] == pytest.approx(0.5 * (rows[1]["new"] + rows[1]["returning"]))
    assert rows[-1]["returning"] == pytest.approx(rows[0]["new"], rel=1e-5)  # ρ / (1 − ρ) times the new ones


@given(points, points, st.floats(0, 0.9), st.floats(0, 0.9))
def test_new_guests_take_advert_and_reviews_for_what_they_weigh(promise, performance, weight, repeat_share):
    for row in model.promise_months(promise, performance, weight, repeat_share):
        heard = updated_expectation(promise, word_of_mouth=row["reviews"], learning=0, social=weight, persuasion=0)
        assert row["expectation"] == pytest.approx(heard)


@pytest.mark.parametrize("gap", [-2, -0.5, 0.5, 2])
def test_reviews_lean_as_satisfaction_does(gap):
    slope = model.LOSS if gap > 0 else model.GAIN
    assert satisfaction(6, 6) - satisfaction(6 + gap, 6) == pytest.approx(slope * gap)


@given(points, points, st.floats(0, 0.8), st.floats(0, 0.8))
def test_the_path_is_whole(promise, performance, weight, repeat_share):
    result = model.promise_path(promise, performance, weight, repeat_share)
    rows = model.promise_months(promise, performance, weight, repeat_share)
    assert result["profit"] == pytest.approx(sum(row["profit"] / 1.01**t for t, row in enumerate(rows)))
    assert result["bookings_last"] == pytest.approx(rows[-1]["new"] + rows[-1]["returning"])
    for name in ("expectation", "result", "reviews", "satisfaction", "adequate", "desired"):
        assert [month for month, _ in result[name]] == list(range(1, 25))
        assert all(1 <= value <= 9 for _, value in result[name])
    below = sum(low[1] > performance for low in result["adequate"])
    assert result["months_below"] == below


@given(points, st.floats(0, 0.8), st.floats(0, 0.8))
def test_no_promise_on_a_fine_grid_beats_the_best_by_one_per_cent(performance, weight, repeat_share):
    best = model.promise_choice(6, performance, weight, repeat_share)["best_profit"]
    for promise in np.arange(1, 9.01, 0.1):
        assert model.promise_path(min(promise, 9), performance, weight, repeat_share)["profit"] <= best * 1.01


@given(points, points, st.floats(0, 0.8), st.floats(0, 0.8))
def test_the_choice_agrees_with_the_path(promise, performance, weight, repeat_share):
    choice = model.promise_choice(promise, performance, weight, repeat_share)
    assert choice["profit"] == model.promise_path(promise, performance, weight, repeat_share)["profit"]
    assert choice["best_profit"] == pytest.approx(model.promise_path(choice["best"], performance, weight, repeat_share)["profit"])
    assert choice["regret"] == pytest.approx(max(0, choice["best_profit"] - choice["profit"]))
    assert choice["best_profit"] >= choice["honest_profit"]
    assert choice["exaggeration"] == choice["best"] - performance


# What the tasks of the simulation say


def test_task_boaster_and_honest():
    lab, settings = find("promise"), TASKS[0].set
    boast, honest = (lab.compute("path", {**settings, "promise": promise}) for promise in (8, 6))
    assert boast["bookings_first"] / honest["bookings_first"] == pytest.approx(1.8, abs=0.05)
    assert 0 < boast["bookings_last"] - honest["bookings_last"] < 5
    assert honest["profit"] - boast["profit"] == pytest.approx(130_000, abs=5_000)


def test_task_reviews_lower_the_expectation_and_lift_satisfaction():
    lab, settings = find("promise"), TASKS[1].set
    deaf, listening = (lab.compute("path", {**settings, "review_weight": weight}) for weight in (0, 0.8))
    assert listening["satisfaction"][-1][1] > deaf["satisfaction"][-1][1] + 1
    assert listening["expectation"][-1][1] < deaf["expectation"][-1][1] - 1
    assert listening["result"] == deaf["result"]


def test_task_the_best_promise_comes_down_when_guests_return_and_talk():
    lab, settings = find("promise"), TASKS[2].set
    once = lab.compute("profit", settings)
    talking = lab.compute("profit", {**settings, "review_weight": 0.6, "repeat_share": 0.5})
    assert 0 < once["exaggeration"] <= 1
    assert -1 <= talking["exaggeration"] <= 0
    for changed in ({}, {"review_weight": 0.6, "repeat_share": 0.5}):
        loud = lab.compute("profit", {**settings, **changed, "promise": 9})
        assert loud["profit"] < loud["honest_profit"]


@given(st.floats(4, 8), st.floats(0.4, 0.8), st.floats(0.3, 0.8))
def test_with_reviews_and_return_the_best_promise_is_at_or_below_the_truth(performance, weight, repeat_share):
    assert model.promise_choice(6, performance, weight, repeat_share)["exaggeration"] <= 0


# Errors


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: model.bayesian_update(6, 0, 6, 0), "都是 0"),
        (lambda: model.bayesian_update("6", 1, 6), "prior"),
        (lambda: model.bayesian_uncertainty(0, 1), "大于 0"),
        (lambda: model.adaptive_expectation(5, 6, learning=1.2), "learning"),
        (lambda: model.expectation_path(5, []), "performances"),
        (lambda: model.estimated_learning([5, 6], [6]), "多一个数"),
        (lambda: model.estimated_learning([5, 5, 5], [5, 5]), "从未有差别"),
        (lambda: model.zone_of_tolerance(5, 7, 6), "adequate"),
        (lambda: model.probability_not_disappointed(5, 6, -1), "expectation_sd"),
        (lambda: model.retention(6, 6, 1.2), "repeat_share"),
        (lambda: model.promise_value(1, 9, repeat_share=1, discount=0), "没有上限"),
        (lambda: model.optimal_promise(6, low=5, high=4), "high"),
        (lambda: model.optimal_promise(6, step=0), "step"),
        (lambda: model.promise_path(10, 6), "promise"),
        (lambda: model.promise_choice(8, 6, review_weight=1), "review_weight"),
    ],
)
def test_what_is_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call()
