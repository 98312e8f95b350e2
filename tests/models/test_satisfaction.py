"""Facts about satisfaction."""

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_marketing.models import satisfaction as model

points = st.floats(1, 9)
shares = st.floats(0, 1)


# Expectation


def test_expectation_moves_towards_experience_by_the_learning_rate():
    assert model.updated_expectation(6, experience=8, learning=0.3) == pytest.approx(6.6)


def test_silent_sources_leave_the_expectation_alone():
    assert model.updated_expectation(6) == 6


def test_all_three_sources_add_up():
    assert model.updated_expectation(
        5, experience=7, word_of_mouth=3, promise=9, learning=0.3, social=0.2, persuasion=0.1
    ) == pytest.approx(5 + 0.3 * 2 - 0.2 * 2 + 0.1 * 4)


@given(points, points, points, points)
def test_expectation_stays_within_what_was_heard(expectation, experience, others, promise):
    heard = (expectation, experience, others, promise)
    assert min(heard) - 1e-9 <= model.updated_expectation(*heard) <= max(heard) + 1e-9


def test_weights_beyond_one_are_refused():
    with pytest.raises(ValueError, match="learning \\+ social \\+ persuasion"):
        model.updated_expectation(5, learning=0.6, social=0.6)


# Perceived gap


def test_by_default_the_gap_is_felt_as_it_is():
    assert model.perceived_gap(-1.7) == -1.7


def test_a_small_gap_is_assimilated():
    assert model.perceived_gap(0.8, tolerance=1, assimilation=0.25) == pytest.approx(0.2)


def test_a_large_gap_is_contrasted_beyond_the_tolerance():
    assert model.perceived_gap(-3, tolerance=1, assimilation=0.5, contrast=2) == pytest.approx(-(0.5 + 2 * 2))


@given(st.floats(-8, 8), st.floats(0, 3), shares, st.floats(1, 3))
def test_perception_is_odd_and_has_no_jump(gap, tolerance, assimilation, contrast):
    felt = model.perceived_gap(gap, tolerance, assimilation, contrast)
    assert felt == -model.perceived_gap(-gap, tolerance, assimilation, contrast)
    if abs(gap) < 7.9:
        assert model.perceived_gap(gap + 0.001, tolerance, assimilation, contrast) - felt <= 0.001 * contrast + 1e-9


# Satisfaction


def test_a_met_expectation_in_the_middle_is_neutral():
    assert model.satisfaction(5, 5) == 5


def test_a_loss_weighs_loss_aversion_times_a_gain():
    surprise = model.satisfaction(5, 6, gain=0.5, loss_aversion=2, anchor=0) - 5
    disappointment = 5 - model.satisfaction(5, 4, gain=0.5, loss_aversion=2, anchor=0)
    assert (surprise, disappointment) == (0.5, 1.0)


def test_a_high_expectation_by_itself_lifts_satisfaction():
    assert model.satisfaction(8, 8, anchor=0.1) == pytest.approx(5.3)


@given(points, points, points, st.floats(0, 2), st.floats(1, 4), shares)
def test_a_better_result_never_satisfies_less(expectation, worse, better, gain, loss_aversion, anchor):
    worse, better = sorted((worse, better))
    scale = {"gain": gain, "loss_aversion": loss_aversion, "anchor": anchor}
    assert model.satisfaction(expectation, worse, **scale) <= model.satisfaction(expectation, better, **scale) + 1e-12


@given(points, points)
def test_satisfaction_stays_on_the_scale(expectation, performance):
    assert 1 <= model.satisfaction(expectation, performance, gain=2, loss_aversion=4, anchor=1) <= 9


@pytest.mark.parametrize(
    ("gap", "indifference", "expected"),
    [
        (-0.01, 0, "dissatisfied"),  # the textbook's three cases
        (0, 0, "satisfied"),
        (0.01, 0, "delighted"),
        (-0.5, 0.5, "satisfied"),  # the edge of indifference counts as met
        (0.5, 0.5, "satisfied"),
        (0.51, 0.5, "delighted"),
    ],
)
def test_outcome(gap, indifference, expected):
    assert model.outcome(gap, indifference) == expected


@given(st.floats(1, 8.9))
def test_less_satisfied_customers_complain_more_and_return_less(satisfaction):
    assert model.complaint_probability(satisfaction) > model.complaint_probability(satisfaction + 0.1)
    assert model.repurchase_probability(satisfaction) < model.repurchase_probability(satisfaction + 0.1)


# One customer and five hundred


def test_the_customer_lies_on_the_curve():
    result = model.one_customer(expectation=6, performance=4.25, tolerance=1, assimilation=0.3)
    assert dict(map(tuple, result["curve"]))[4.25] == pytest.approx(result["satisfaction"])


def test_only_the_dissatisfied_complain():
    assert model.one_customer(expectation=6, performance=7)["complaint"] == 0
    assert model.one_customer(expectation=6, performance=4)["complaint"] == model.complaint_probability(model.satisfaction(6, 4))


@given(points, points, st.floats(0, 3), st.floats(1, 4), st.floats(0, 3), shares)
def test_the_population_is_the_sum_of_its_customers(expectation, performance, spread, loss_aversion, tolerance, assimilation):
    arguments = (expectation, performance, spread, loss_aversion, tolerance, assimilation)
    whole = model.population(*arguments, n=60)
    each = model.customers(*arguments, n=60)
    assert whole["mean"] == pytest.approx(sum(c["satisfaction"] for c in each) / 60)
    assert whole["complaints"] == pytest.approx(sum(c["complaint"] for c in each) / 60)
    assert whole["repurchase"] == pytest.approx(sum(c["repurchase"] for c in each) / 60)
    for name in model.OUTCOMES:
        assert whole[name] == sum(c["outcome"] == name for c in each) / 60
    assert sum(map(sum, whole["bins"])) == 60


def test_each_customer_follows_the_formula():
    for customer in model.customers(6, 6, spread=1.5, loss_aversion=3, tolerance=0.5, assimilation=0.2, n=50):
        assert customer["satisfaction"] == pytest.approx(
            model.satisfaction(customer["expectation"], customer["performance"], loss_aversion=3, tolerance=0.5, assimilation=0.2)
        )


def test_without_spread_all_customers_are_the_one_customer():
    one, many = model.one_customer(6, 5, loss_aversion=2), model.population(6, 5, spread=0, loss_aversion=2)
    assert many["mean"] == pytest.approx(one["satisfaction"])
    assert many["dissatisfied"] == 1


def test_spread_alone_lowers_mean_satisfaction():
    means = [model.population(6, 6, spread=spread)["mean"] for spread in (0, 0.5, 1, 1.5, 2)]
    assert means == sorted(means, reverse=True)
    assert means[0] - means[-1] > 0.4


def test_the_same_seed_gives_the_same_customers():
    assert model.customers(seed=7, n=20) == model.customers(seed=7, n=20)
    assert model.customers(seed=7, n=20) != model.customers(seed=8, n=20)


# Measures


def test_acsi_index_by_hand():
    # three items on the scale from 1 to 10, equal weights: (8 + 7 + 6 − 3) / (9·3) × 100
    assert model.acsi_index([8, 7, 6]) == pytest.approx(100 * 18 / 27)


def test_acsi_index_follows_the_published_formula():
    means, weights = [8.1, 7.2, 6.4], [0.41, 0.33, 0.26]
    weighted = sum(w * x for w, x in zip(weights, means, strict=True))
    assert model.acsi_index(means, weights) == pytest.approx((weighted - sum(weights)) / (9 * sum(weights)) * 100)


def test_acsi_index_runs_from_0_to_100():
    assert (model.acsi_index([1, 1]), model.acsi_index([10, 10])) == (0, 100)


def test_csat_counts_the_top_boxes():
    assert model.csat([5, 4, 3, 4, 1]) == 0.6
    assert model.csat([5, 4, 3, 4, 1], satisfied_from=5) == 0.2


def test_standard_error_of_a_share():
    assert model.proportion_standard_error(0.5, 100) == 0.05
    assert model.proportion_standard_error(0, 30) == 0


def test_nps_by_hand():
    ratings = [10, 9, 9, 8, 7, 6, 3, 10, 0, 8]  # 4 promoters, 3 detractors
    assert model.nps(ratings) == pytest.approx(10)
    assert model.nps_standard_error(ratings) == pytest.approx(100 * math.sqrt((0.4 + 0.3 - 0.01) / 10))


@given(st.lists(st.integers(0, 10), min_size=2, max_size=60))
def test_nps_standard_error_is_that_of_scores_plus_one_zero_minus_one(ratings):
    scores = [(r >= 9) - (r <= 6) for r in ratings]
    mean = sum(scores) / len(scores)
    variance = sum((s - mean) ** 2 for s in scores) / len(scores)
    assert model.nps(ratings) == pytest.approx(100 * mean)
    assert model.nps_standard_error(ratings) == pytest.approx(100 * math.sqrt(variance / len(scores)), abs=1e-6)


def test_kano_table():
    table = {present: "".join(model.kano_category(present, absent) for absent in model.KANO_ANSWERS) for present in model.KANO_ANSWERS}
    assert table == {"like": "QAAAO", "must-be": "RIIIM", "neutral": "RIIIM", "live with": "RIIIM", "dislike": "RRRRQ"}


def test_kano_coefficients_by_hand():
    assert model.kano_coefficients(attractive=20, one_dimensional=30, must_be=40, indifferent=10) == (0.5, -0.7)


# What the reader is told


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: model.satisfaction(12, 5), "expectation 应是从 1 到 9 的数，收到 12"),
        (lambda: model.satisfaction("6", 5), "expectation 应是从 1 到 9 的数，收到 '6'"),
        (lambda: model.satisfaction(None, 5), "expectation 应是从 1 到 9 的数，收到 None"),
        (lambda: model.satisfaction(True, 5), "expectation 应是从 1 到 9 的数，收到 True"),
        (lambda: model.satisfaction(6, float("nan")), "performance 应是从 1 到 9 的数，收到 nan"),
        (lambda: model.satisfaction(6, 5, loss_aversion=0.5), "loss_aversion 应是从 1 到 4 的数，收到 0.5"),
        (lambda: model.perceived_gap(1, tolerance=-1), "tolerance 应是从 0 到 8 的数，收到 -1"),
        (lambda: model.outcome(float("inf")), "gap 应是从 -24 到 24 的数，收到 inf"),
        (lambda: model.population(spread=9), "spread 应是从 0 到 3 的数，收到 9"),
        (lambda: model.population(n=2.5), "n 应是从 1 到 5000 的整数，收到 2.5"),
        (lambda: model.nps([10, 11]), "ratings[1] 应是从 0 到 10 的数，收到 11"),
        (lambda: model.nps([]), "ratings 是空的"),
        (lambda: model.csat(4), "ratings 应是一列数，收到 4"),
        (lambda: model.acsi_index([8], [1, 2]), "weights 应有 1 个数，与 means 一样多，收到 2 个"),
        (lambda: model.acsi_index([8], [0]), "weights 不能全是 0"),
        (lambda: model.acsi_index([8], low=5, high=5), "high 应大于 low"),
        (lambda: model.proportion_standard_error(0.5, 0), "n 应是不小于 1 的整数，收到 0"),
        (lambda: model.kano_category("love", "like"), "functional 只能是 like、must-be、neutral、live with、dislike 之一，收到 'love'"),
        (lambda: model.kano_coefficients(0, 0, 0, 0), "四类人数不能全是 0"),
        (lambda: model.kano_coefficients(-1, 0, 0, 5), "attractive 应是不小于 0 的数，收到 -1"),
    ],
)
def test_bad_arguments_are_named_with_their_range_and_value(call, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        call()


def test_numpy_numbers_are_welcome():
    numpy = pytest.importorskip("numpy")
    assert model.satisfaction(numpy.float64(6), numpy.int64(6)) == pytest.approx(5.1)
    assert model.csat(numpy.array([5, 3])) == 0.5
