"""Facts about service quality."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.optimize import linprog

from service_marketing.models import quality as model
from service_marketing.models.draws import normals
from service_marketing.simulations import find

ratings = st.integers(1, 7)
TASKS = find("gap-waterfall").tasks


def tables(rows=8, columns=4):
    """Rows of answers in which every item varies."""
    answers = st.lists(st.lists(ratings, min_size=columns, max_size=columns), min_size=rows, max_size=rows)
    return answers.filter(lambda table: min(np.var(table, axis=0)) > 0 and np.var(np.sum(table, axis=1)) > 0)


# SERVQUAL and SERVPERF


def test_servqual_by_hand():
    expectations, perceptions = [6, 7, 5, 6], [5, 5, 6, 6]  # gaps −1, −2, +1, 0
    dimensions = ["reliability", "reliability", "empathy", "empathy"]
    assert model.gap_scores(expectations, perceptions) == [-1, -2, 1, 0]
    assert model.dimension_scores([-1, -2, 1, 0], dimensions) == {"reliability": -1.5, "empathy": 0.5}
    assert model.servqual(expectations, perceptions, dimensions) == pytest.approx(-0.5)
    assert model.servqual(expectations, perceptions, dimensions, [3, 1]) == pytest.approx(-1)
    assert model.servqual(expectations, perceptions, dimensions, {"empathy": 25, "reliability": 75}) == pytest.approx(-1)
    assert model.servperf(perceptions, dimensions, [3, 1]) == pytest.approx(0.75 * 5 + 0.25 * 6)


def test_dimensions_count_alike_however_many_items_they_have():
    assert model.servperf([1, 1, 1, 5], ["a", "a", "a", "b"]) == 3
    assert model.servperf([1, 1, 1, 5]) == 2  # one dimension: the mean of the items


def test_the_22_items():
    assert len(model.SERVQUAL_ITEMS) == 22
    assert tuple(dict.fromkeys(model.SERVQUAL_ITEMS)) == model.SERVQUAL_DIMENSIONS
    assert sum(model.SERVQUAL_IMPORTANCE.values()) == 100
    perceptions = [7 if dimension == "reliability" else 5 for dimension in model.SERVQUAL_ITEMS]
    assert model.servqual([6] * 22, perceptions, model.SERVQUAL_ITEMS, model.SERVQUAL_IMPORTANCE) == pytest.approx(0.32 - 0.68)


@given(tables(5, 6), tables(5, 6), st.lists(st.floats(0.1, 50), min_size=3, max_size=3))
def test_scores_of_respondents_agree_with_numpy(expectations, perceptions, weights):
    gaps = (np.array(perceptions) - np.array(expectations)).mean(axis=0).reshape(3, 2).mean(axis=1)
    expected = float(np.average(gaps, weights=weights))
    dimensions = ["a", "a", "b", "b", "c", "c"]
    assert model.servqual(expectations, perceptions, dimensions, weights) == pytest.approx(expected)
    each = [model.servqual(e, p, dimensions, weights) for e, p in zip(expectations, perceptions, strict=True)]
    assert np.mean(each) == pytest.approx(expected)  # scoring each respondent first comes to the same
    difference = model.servperf(perceptions, dimensions, weights) - model.servperf(expectations, dimensions, weights)
    assert difference == pytest.approx(expected)


def test_arrays_and_frames_columns_are_taken():
    assert model.servperf(np.array([[1, 3], [3, 5]])) == 3
    assert model.servperf(np.array([1, 3])) == 2


# Reliability


def test_alpha_by_hand():
    # covariances 1, 1 and 1/2: total 3, 2·(1 − 2/3)
    assert model.alpha_from_matrix([[1, 0.5], [0.5, 1]]) == pytest.approx(2 / 3)
    # variances 1 and 4, covariance 1: raw 2·(1 − 5/7); r = .5
    assert model.alpha_from_matrix([[1, 1], [1, 4]]) == pytest.approx(4 / 7)
    assert model.alpha_from_matrix([[1, 1], [1, 4]], standardised=True) == pytest.approx(2 / 3)


@given(tables())
def test_alpha_agrees_with_numpy(rows):
    data = np.array(rows)
    k = data.shape[1]
    raw = k / (k - 1) * (1 - data.var(axis=0, ddof=1).sum() / data.sum(axis=1).var(ddof=1))
    assert model.cronbach_alpha(rows) == pytest.approx(raw)
    assert np.allclose(model.covariance_matrix(rows), np.cov(data.T))
    r = np.corrcoef(data.T)
    mean = (r.sum() - k) / (k * (k - 1))
    assume(1 + (k - 1) * mean > 1e-6)
    assert model.cronbach_alpha(rows, standardised=True) == pytest.approx(k * mean / (1 + (k - 1) * mean))
    assert model.cronbach_alpha(rows, standardised=True) == pytest.approx(model.standardised_alpha(k, mean))
    assert model.alpha_from_matrix(r.tolist()) == pytest.approx(model.standardised_alpha(k, mean))


@given(tables())
def test_item_total_correlations_agree_with_numpy(rows):
    data = np.array(rows, dtype=float)
    for j in range(data.shape[1]):
        rest = data.sum(axis=1) - data[:, j]
        assume(rest.var() > 0)
    corrected, plain = model.item_total_correlations(rows), model.item_total_correlations(rows, corrected=False)
    without = model.alpha_if_deleted(rows) if all(np.delete(data, j, 1).sum(axis=1).var() > 0 for j in range(4)) else None
    for j in range(data.shape[1]):
        assert corrected[j] == pytest.approx(np.corrcoef(data[:, j], data.sum(axis=1) - data[:, j])[0, 1], abs=1e-9)
        assert plain[j] == pytest.approx(np.corrcoef(data[:, j], data.sum(axis=1))[0, 1], abs=1e-9)
        assert without[j] == pytest.approx(model.cronbach_alpha(np.delete(data, j, 1).tolist()))


def test_equal_items_are_perfectly_reliable():
    assert model.cronbach_alpha([[1, 1, 1], [4, 4, 4], [2, 2, 2]]) == pytest.approx(1)


@pytest.mark.parametrize(("items", "mean", "alpha"), [(2, 0.5, 2 / 3), (10, 0.3, 3 / 3.7), (5, 0, 0), (4, 1, 1)])
def test_standardised_alpha_by_hand(items, mean, alpha):
    assert model.standardised_alpha(items, mean) == pytest.approx(alpha)


@given(st.integers(2, 30), st.floats(0.01, 0.98))
def test_more_items_are_more_reliable(items, mean):
    assert model.standardised_alpha(items, mean) < model.standardised_alpha(items + 1, mean)


# Reliability of a difference


@pytest.mark.parametrize(
    ("r_p", "r_e", "r_pe", "expected"),
    [(0.8, 0.8, 0.6, 0.5), (0.9, 0.7, 0.5, 0.6), (0.8, 0.8, 0, 0.8), (0.8, 0.8, 0.8, 0), (0.6, 0.6, 0.8, -1)],  # by hand
)
def test_difference_reliability_with_equal_variances(r_p, r_e, r_pe, expected):
    assert model.difference_reliability(r_p, r_e, r_pe) == pytest.approx(expected, abs=1e-12)


def test_difference_reliability_with_unequal_variances_by_hand():
    # (4·.8 + 1·.6 − 2·.5·2) / (4 + 1 − 2·.5·2)
    assert model.difference_reliability(0.8, 0.6, 0.5, perception_sd=2, expectation_sd=1) == pytest.approx(1.8 / 3)


@given(st.floats(0, 1), st.floats(0, 1), st.floats(-0.95, 0.95), st.floats(0.1, 5))
def test_only_the_ratio_of_the_spreads_matters(r_p, r_e, r_pe, sd):
    short = (0.5 * (r_p + r_e) - r_pe) / (1 - r_pe)
    assert model.difference_reliability(r_p, r_e, r_pe, sd, sd) == pytest.approx(short)
    assert model.difference_reliability(r_p, r_e, r_pe, 2 * sd, sd) == pytest.approx(model.difference_reliability(r_p, r_e, r_pe, 2, 1))


@given(st.floats(0.3, 1), st.floats(0.3, 1), st.floats(0, 0.8), st.floats(0.01, 0.1))
def test_the_more_the_two_correlate_the_less_their_difference_says(r_p, r_e, r_pe, more):
    assert model.difference_reliability(r_p, r_e, r_pe + more) <= model.difference_reliability(r_p, r_e, r_pe)


def test_an_expectation_that_never_varies_leaves_the_reliability_of_perception():
    assert model.difference_reliability(0.83, 0.2, 0, perception_sd=1, expectation_sd=0) == pytest.approx(0.83)


def test_difference_reliability_in_drawn_true_scores():
    """True scores with known variances plus error: the formula gives the share of true variance in the difference."""
    n = 20_000
    z = np.array([normals(n, seed) for seed in (1, 2, 3, 4)])
    true_p, true_e = z[0], 0.75 * z[0] + math.sqrt(1 - 0.75**2) * z[1]
    p, e = true_p + 0.5 * z[2], true_e + 0.5 * z[3]  # both reliabilities are 1 / 1.25 = .8, the correlation is .75 / 1.25 = .6
    assert np.corrcoef(p, e)[0, 1] == pytest.approx(0.6, abs=0.02)
    share = np.corrcoef(p - e, true_p - true_e)[0, 1] ** 2
    assert share == pytest.approx(model.difference_reliability(0.8, 0.8, 0.6), abs=0.02)


# The gap model


def test_gap_5_by_hand():
    assert model.gap5(0.5, 0.25, 1, -0.75) == 1
    assert model.gap5(1, 1, 1, 1, weights=[0.1, 0.2, 0.3, 0.4]) == pytest.approx(1)


@given(*[st.floats(1, 9)] * 4, st.floats(-2, 2))
def test_gap_5_is_what_the_customer_expects_less_what_is_delivered(wanted, believed, standard, delivered, boast):
    """The levels telescope: a promise `boast` above delivery lifts the expectation by as much."""
    gaps = (wanted - believed, believed - standard, standard - delivered, boast)
    assert model.gap5(*gaps) == pytest.approx(wanted + boast - delivered)


def test_the_cheapest_point_is_mended_first_by_hand():
    fix = model.close_gaps([1, 1, 2, -0.5], [10, 20, 5, 1], budget=25)
    assert fix == {"closed": [1, 0.25, 2, 0], "left": [0, 0.75, 0, -0.5], "gap5": 0.25, "spent": 25}
    assert model.cheapest_gap([1, 1, 2, -0.5], [10, 20, 5, 1]) == 2
    assert model.cheapest_gap([1, 1], [4, 6], weights=[1, 2]) == 1
    assert model.cheapest_gap([0, -1], [4, 6]) is None


gap_lists = st.lists(st.floats(-1, 3), min_size=4, max_size=4)
cost_lists = st.lists(st.floats(1, 50), min_size=4, max_size=4)


@given(gap_lists, cost_lists, st.lists(st.floats(0, 3), min_size=4, max_size=4), st.floats(0, 200))
def test_no_other_spending_does_better(gaps, costs, weights, budget):
    fix = model.close_gaps(gaps, costs, budget, weights)
    apart = linprog([-w for w in weights], A_ub=[costs], b_ub=[budget], bounds=[(0, max(0, gap)) for gap in gaps])
    before = sum(w * gap for w, gap in zip(weights, gaps, strict=True))
    assert fix["gap5"] == pytest.approx(before + apart.fun, abs=1e-6)
    assert fix["spent"] == pytest.approx(sum(c * closed for c, closed in zip(costs, fix["closed"], strict=True)), abs=1e-9)
    assert fix["spent"] <= budget + 1e-9


@given(gap_lists, st.floats(0, 100), st.floats(1, 20))
def test_more_money_never_leaves_more(gaps, budget, more):
    here, there = (model.gap_waterfall(*gaps, money) for money in (budget, budget + more))
    assert there["remaining"] <= here["remaining"] + 1e-12
    assert here["gap5"] + here["fixed"] == pytest.approx(here["remaining"])
    assert here["gap5"] == pytest.approx(sum(here[f"gap{i}"] for i in range(1, 5)))
    assert here["fixed"] == pytest.approx(-sum(here[f"closed{i}"] for i in range(1, 5)))


@given(st.floats(0, 0.95), st.floats(0.5, 0.95), st.floats(0.5, 0.95), st.floats(0.5, 2))
def test_the_reliability_picture(correlation, r_p, r_e, ratio):
    result = model.gap_reliability(correlation, r_p, r_e, ratio)
    assert result["used"] <= result["highest"] == pytest.approx(math.sqrt(r_p * r_e))
    assert result["difference"] == pytest.approx(model.difference_reliability(r_p, r_e, result["used"], 1, ratio))
    assert result["curve"][-1][0] == pytest.approx(result["highest"])
    assert -1e-9 <= result["difference"] <= 1
    assert all(-1e-9 <= y <= 1 for _, y in result["curve"])


# Importance and performance


def test_the_four_quadrants():
    labels = model.ipa_quadrants([8, 3, 3, 8], [8, 8, 3, 3], 5, 5)
    assert labels == ["keep up the good work", "possible overkill", "low priority", "concentrate here"]


def test_what_lies_on_the_cross_counts_as_high():
    assert model.ipa_quadrants([5], [5], 5, 5) == ["keep up the good work"]


@given(st.lists(st.tuples(st.floats(1, 9), st.floats(1, 9)), min_size=1, max_size=12), st.sampled_from(model.THRESHOLDS))
def test_named_thresholds_agree_with_numpy(pairs, name):
    importance, performance = (list(column) for column in zip(*pairs, strict=True))
    across, up = (float(getattr(np, name)(values)) for values in (importance, performance))
    assume(all(abs(i - across) > 1e-9 or i == across for i in importance) and all(abs(p - up) > 1e-9 or p == up for p in performance))
    assume(name == "median" or len(set(importance)) > 1 < len(set(performance)))
    assert model.ipa_quadrants(importance, performance, name, name) == model.ipa_quadrants(importance, performance, across, up)


@given(st.floats(1, 9), st.floats(1, 9))
def test_the_map_counts_its_points(across, up):
    result = model.ipa_map(across, up)
    labels = model.ipa_quadrants([i for _, i, _ in model.ATTRIBUTES], [p for _, _, p in model.ATTRIBUTES], across, up)
    assert [model.QUADRANTS[point[2]] for point in result["points"]] == labels
    assert [result[name] for name in ("keep", "overkill", "low", "concentrate")] == [labels.count(label) for label in model.QUADRANTS]


# Perceived quality


def test_experienced_quality_by_hand():
    assert model.experienced_quality(technical=8, functional=4) == 6
    assert model.experienced_quality(8, 4, functional_weight=0.75) == 5
    assert model.experienced_quality(8, 4, image=9, functional_weight=0.5, image_weight=0.2) == pytest.approx(6.6)
    assert model.experienced_quality(8, 4, image_weight=0.2) == 6
    assert model.total_perceived_quality(expected=7, experienced=6) == -1


@given(st.floats(1, 9), st.floats(1, 9), st.floats(1, 9), st.floats(0, 1), st.floats(0, 1))
def test_a_good_image_forgives(technical, functional, image, w, v):
    bare = model.experienced_quality(technical, functional, functional_weight=w)
    seen = model.experienced_quality(technical, functional, image, w, v)
    assert min(bare, image) - 1e-9 <= seen <= max(bare, image) + 1e-9


@pytest.mark.parametrize(
    ("factor", "low", "middle", "high"),
    [("linear", -4, 0, 4), ("hygiene", -3, 0, 0), ("enhancing", 0, 0, 3), ("dual", -3, 0, 3)],
)
def test_shapes_of_the_quality_function(factor, low, middle, high):
    assert [model.quality_function(x, factor) for x in (1, 5, 9)] == [low, middle, high]


@given(st.floats(1, 8), st.floats(0, 1), st.sampled_from(model.QUALITY_FACTORS))
def test_better_performance_never_lowers_quality(performance, more, factor):
    assert model.quality_function(performance, factor) <= model.quality_function(performance + more, factor)


# What the tasks of the simulation say


def test_task_a_boast_undoes_good_delivery():
    lab = find("gap-waterfall")
    boaster = lab.compute("waterfall", TASKS[0].set)["gap5"]
    honest = lab.compute("waterfall", {"knowledge": 0.8, "standards": 0.6, "delivery": 1.2, "communication": 0, "budget": 0})["gap5"]
    assert (round(boaster, 9), round(honest, 9)) == (3.1, 2.6)


def test_task_the_largest_gap_waits():
    lab = find("gap-waterfall")
    at = {money: lab.compute("waterfall", {**TASKS[1].set, "budget": money}) for money in (0, 5, 15, 22, 102)}
    assert at[0]["first"] == 4
    assert at[5]["closed4"] == pytest.approx(1)
    assert at[5]["closed3"] == at[15]["closed3"] == 0
    assert at[22]["remaining"] == pytest.approx(2)
    assert at[102]["remaining"] == pytest.approx(0)
    assert at[102]["spent"] == pytest.approx(1_020_000)


def test_task_subtraction_eats_reliability():
    lab = find("gap-waterfall")
    found = [lab.compute("reliability", {**TASKS[2].set, "correlation": r})["difference"] for r in (0, 0.6, 0.8)]
    assert found == pytest.approx([0.8, 0.5, 0], abs=1e-9)


def test_task_the_cross_decides():
    lab = find("gap-waterfall")
    middle, means = lab.compute("map", TASKS[3].set), lab.compute("map", {"importance_threshold": 6, "performance_threshold": 6.5})
    assert (middle["concentrate"], means["concentrate"], middle["concentrate_at_means"]) == (0, 3, 3)
    named = [name for (name, _, _), point in zip(model.ATTRIBUTES, means["points"], strict=True) if point[2] == 3]
    assert named == ["bed", "breakfast", "wifi"]
    assert (middle["mean_importance"], middle["mean_performance"]) == pytest.approx((6, 6.5), abs=0.05)


# Errors


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: model.gap_scores([1, 2], [1]), "题数应相同"),
        (lambda: model.servqual([], []), "expectations"),
        (lambda: model.servperf(5), "一列数"),
        (lambda: model.servperf([[1, 2], [1]]), "一样长"),
        (lambda: model.servperf([1, "2"]), "perceptions\\[1\\]"),
        (lambda: model.servperf([1, 2], ["a"]), "dimensions"),
        (lambda: model.servperf([1, 2], ["a", "b"], [1]), "weights"),
        (lambda: model.servperf([1, 2], ["a", "b"], [0, 0]), "weights"),
        (lambda: model.servperf([1, 2], ["a", "b"], {"a": 1}), "dimensions"),
        (lambda: model.servperf([1, 2], ["a", "b"], {"a": 1, "b": 1, "c": 1}), "weights"),
        (lambda: model.cronbach_alpha([[1, 2]]), "至少有 2 行"),
        (lambda: model.cronbach_alpha(3), "若干行数"),
        (lambda: model.cronbach_alpha([[1, 3], [2, 2], [3, 1]]), "没有差异"),
        (lambda: model.cronbach_alpha([[1, 3], [2, 3]], standardised=True), "没有差异"),
        (lambda: model.alpha_from_matrix([[1, 0, 0], [0, 1, 0]]), "方阵"),
        (lambda: model.standardised_alpha(3, -0.5), "mean_correlation"),
        (lambda: model.item_total_correlations([[1], [2]]), "两题"),
        (lambda: model.item_total_correlations([[1, 3], [2, 3]]), "没有差异"),
        (lambda: model.alpha_if_deleted([[1, 3], [2, 3]]), "三题"),
        (lambda: model.difference_reliability(0.8, 0.8, 1), "没有变异"),
        (lambda: model.difference_reliability(1.8, 0.8, 0), "perception_reliability"),
        (lambda: model.gap5(1, 1, 1, None), "communication"),
        (lambda: model.gap5(1, 1, 1, 1, [1, 2]), "weights"),
        (lambda: model.close_gaps([1, 2], [1], 5), "costs"),
        (lambda: model.close_gaps([1, 2], [1, 0], 5), "costs"),
        (lambda: model.close_gaps([1], [1], -1), "budget"),
        (lambda: model.ipa_quadrants([1, 2], [1]), "一样长"),
        (lambda: model.ipa_quadrants([1], [1], "mode"), "importance_threshold"),
        (lambda: model.experienced_quality(5, 5, functional_weight=2), "functional_weight"),
        (lambda: model.quality_function(5, "kano"), "factor"),
        (lambda: model.quality_function(5, adequate=7, desired=6), "adequate"),
    ],
)
def test_what_is_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call()
