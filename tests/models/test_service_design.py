"""Facts about standardisation and agreement."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.inter_rater import cohens_kappa

from service_marketing.models import service_design as model
from service_marketing.simulations import find

shares = st.floats(0, 1)
spreads = st.floats(0.1, 5)
TASKS = find("standardisation").tasks


# Standardisation


def test_loss_by_hand():
    assert model.mismatch_loss(0.5, 2, 4) == pytest.approx(0.25 * 4 + 0.25 * 16)


def test_the_two_slogans_lose_what_they_leave_alone():
    assert model.mismatch_loss(1, heterogeneity=3, variability=2) == 9
    assert model.mismatch_loss(0, heterogeneity=3, variability=2) == 4


def test_optimum_by_hand():
    assert model.optimal_standardisation(heterogeneity=1, variability=3) == pytest.approx(0.9)


def test_optimum_at_the_limits():
    assert model.optimal_standardisation(heterogeneity=0, variability=2) == 1  # all guests want the same
    assert model.optimal_standardisation(heterogeneity=2, variability=0) == 0  # staff never err


@given(spreads, spreads, shares, st.floats(0, 60), st.floats(1, 100))
def test_nothing_costs_less_than_the_optimum(heterogeneity, variability, s, unit_cost, mismatch_cost):
    arguments = (heterogeneity, variability, unit_cost, mismatch_cost)
    best = model.optimal_standardisation(*arguments)
    assert 0 <= best <= 1
    assert model.service_cost(best, *arguments) <= model.service_cost(s, *arguments) + 1e-9


@given(spreads, spreads, st.floats(0.1, 2))
def test_the_optimum_moves_with_guests_and_staff(heterogeneity, variability, more):
    here = model.optimal_standardisation(heterogeneity, variability)
    assert model.optimal_standardisation(heterogeneity + more, variability) < here
    assert model.optimal_standardisation(heterogeneity, variability + more) > here


@given(spreads, spreads, st.floats(0, 50), st.floats(1, 10))
def test_dearer_tailoring_never_lowers_the_optimum(heterogeneity, variability, unit_cost, more):
    here = model.optimal_standardisation(heterogeneity, variability, unit_cost)
    assert here <= model.optimal_standardisation(heterogeneity, variability, unit_cost + more)


def test_share_within_tolerance_is_the_normal_one():
    loss = model.mismatch_loss(0.4, 2, 1.5)
    expected = stats.norm.cdf(1.2, scale=math.sqrt(loss)) - stats.norm.cdf(-1.2, scale=math.sqrt(loss))
    assert model.share_within_tolerance(0.4, 2, 1.5, 1.2) == pytest.approx(expected)


def test_without_mismatch_all_are_within_tolerance():
    assert model.share_within_tolerance(1, 0, 3, 0) == 1


@given(shares, spreads, spreads, st.floats(0.5, 4))
def test_the_optimum_keeps_most_guests_within_tolerance(s, heterogeneity, variability, tolerance):
    best = model.optimal_standardisation(heterogeneity, variability)
    here, there = (model.share_within_tolerance(x, heterogeneity, variability, tolerance) for x in (s, best))
    assert here <= there + 1e-12


def test_drawn_guests_agree_with_the_formula():
    result = model.guest_population(0.4, 2.5, 1.5, 2, n=5000, seed=3)
    share = model.share_within_tolerance(0.4, 2.5, 1.5, 2)
    assert result["within"] == pytest.approx(share, abs=3 * math.sqrt(share * (1 - share) / 5000))
    sd = math.sqrt(model.mismatch_loss(0.4, 2.5, 1.5))
    assert result["mean"] == pytest.approx(sd * math.sqrt(2 / math.pi), abs=0.05)


@given(shares, spreads, spreads, st.floats(0, 6), st.integers(0, 99))
def test_the_population_is_the_sum_of_its_guests(s, heterogeneity, variability, tolerance, seed):
    arguments = (s, heterogeneity, variability, tolerance, 80, seed)
    each, whole = model.guests(*arguments), model.guest_population(*arguments)
    assert whole["within"] == pytest.approx(sum(guest["verdict"] == "within" for guest in each) / 80)
    assert whole["within"] + whole["outside"] == pytest.approx(1)
    assert whole["mean"] == pytest.approx(sum(abs(guest["mismatch"]) for guest in each) / 80)
    assert np.sum(whole["bins"], axis=0).tolist() == [round(80 * whole["within"]), round(80 * whole["outside"])]


@given(shares, spreads, spreads, st.floats(0, 60))
def test_the_lines_of_the_picture_add_up(s, heterogeneity, variability, unit_cost):
    result = model.design(s, heterogeneity, variability, unit_cost)
    for total, needs, process, tailoring in zip(*(result[name] for name in ("total", "needs", "process", "tailoring")), strict=True):
        assert total[1] == pytest.approx(needs[1] + process[1] + tailoring[1])
        assert total[1] == pytest.approx(model.service_cost(total[0], heterogeneity, variability, unit_cost, 10))
        assert total[1] >= result["least"] - 1e-9
    assert result["waste"] == result["cost"] - result["least"]


# What the tasks of the simulation say


def test_task_two_slogans():
    settings = TASKS[0].set
    standard, personal, half = (find("standardisation").compute("loss", {**settings, "standardisation": s})["cost"] for s in (1, 0, 0.5))
    assert (standard, personal, half) == (40, 40, 20)


def test_task_other_guests():
    first, last = (find("standardisation").compute("loss", {**TASKS[1].set, "heterogeneity": x})["optimum"] for x in (0.5, 4))
    assert (round(first, 2), round(last, 2)) == (0.94, 0.2)


def test_task_steady_staff():
    lab, settings = find("standardisation"), TASKS[2].set
    uneven, steady = (lab.compute("guests", {**settings, "variability": x})["within"] for x in (3, 1))
    assert steady - uneven > 0.25
    uneven, steady = (lab.compute("guests", {**settings, "standardisation": 1, "variability": x})["within"] for x in (3, 1))
    assert steady == uneven


# Agreement


@pytest.mark.parametrize(
    ("table", "kappa"),
    [
        ([[20, 5], [10, 15]], 0.4),  # by hand: p_o = .7, p_e = .5
        ([[45, 15], [25, 15]], 0.1304),  # by hand: p_o = .6, p_e = .54
        ([[25, 35], [5, 35]], 0.2593),  # by hand: p_o = .6, p_e = .46
        ([[75, 1, 4], [5, 4, 1], [0, 0, 10]], 0.6765),  # by hand: p_o = .89, p_e = .66
        ([[0, 5], [5, 0]], -1),
        ([[25, 25], [25, 25]], 0),
    ],
)
def test_kappa_by_hand(table, kappa):
    assert model.cohen_kappa_table(table) == pytest.approx(kappa, abs=5e-5)


codes = st.lists(st.tuples(st.sampled_from("ABCD"), st.sampled_from("ABCD")), min_size=5, max_size=40)


@given(codes, st.sampled_from(model.KAPPA_WEIGHTS))
def test_kappa_agrees_with_scikit_learn(pairs, weights):
    first, second = zip(*pairs, strict=True)
    assume(len(set(first + second)) > 1)
    expected = cohen_kappa_score(first, second, labels=list("ABCD"), weights=weights)
    assert model.cohen_kappa(first, second, list("ABCD"), weights) == pytest.approx(expected)


@given(st.lists(st.lists(st.integers(1, 30), min_size=3, max_size=3), min_size=3, max_size=3))
def test_kappa_and_its_standard_error_agree_with_statsmodels(table):
    second = cohens_kappa(np.array(table))
    assert model.cohen_kappa_table(table) == pytest.approx(second.kappa)
    assert model.kappa_standard_error(table) == pytest.approx(second.std_kappa)


@given(codes)
def test_kappa_is_symmetric_and_at_most_one(pairs):
    first, second = zip(*pairs, strict=True)
    assume(len(set(first + second)) > 1)
    kappa = model.cohen_kappa(first, second)
    assert kappa == pytest.approx(model.cohen_kappa(second, first))
    assert -1 <= kappa <= 1
    observed, expected = model.observed_agreement(first, second), model.expected_agreement(first, second)
    assert kappa == pytest.approx((observed - expected) / (1 - expected))


def test_full_agreement():
    assert model.cohen_kappa(["真服务", "误区1", "误区1"], ["真服务", "误区1", "误区1"]) == 1
    assert model.kappa_standard_error([[5, 0], [0, 5]]) == 0


def test_agreement_table_keeps_the_order_of_its_labels():
    assert model.agreement_table("aab", "abb", labels="ba") == [[1, 0], [1, 1]]
    assert model.agreement_table("aab", "abb") == [[1, 1], [0, 1]]


@pytest.mark.parametrize(
    ("kappa", "label"),
    # Landis & Koch (1977)
    [(-0.1, "poor"), (0, "slight"), (0.2, "slight"), (0.21, "fair"), (0.6, "moderate"), (0.61, "substantial"), (0.81, "almost perfect")],
)
def test_kappa_label(kappa, label):
    assert model.kappa_label(kappa) == label


def test_marketing_mix():
    assert dict(zip(model.FOUR_PS, model.FOUR_CS, strict=True))["place"] == "convenience"  # Lauterborn (1990)
    assert model.SEVEN_PS[:4] == model.FOUR_PS


# Errors


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: model.mismatch_loss(1.1, 1, 1), "standardisation"),
        (lambda: model.mismatch_loss(0.5, -1, 1), "heterogeneity"),
        (lambda: model.optimal_standardisation(0, 0), "都是 0"),
        (lambda: model.optimal_standardisation(1, 1, 5, 0), "mismatch_cost"),
        (lambda: model.guests(n=0), "n "),
        (lambda: model.cohen_kappa([], []), "不空"),
        (lambda: model.cohen_kappa("ab", "a"), "一样长"),
        (lambda: model.cohen_kappa("aa", "aa"), "没有定义"),
        (lambda: model.cohen_kappa_table([[5, 0], [0, 0]]), "没有定义"),
        (lambda: model.cohen_kappa("ab", "ac", labels="ab"), "second"),
        (lambda: model.cohen_kappa("ab", "ab", weights="linear"), "labels"),
        (lambda: model.cohen_kappa("ab", "ab", labels="ab", weights="cubic"), "weights"),
        (lambda: model.cohen_kappa_table([[1, 2, 3], [4, 5, 6]]), "方阵"),
        (lambda: model.cohen_kappa_table([[0, 0], [0, 0]]), "全是 0"),
        (lambda: model.kappa_label(1.2), "kappa"),
    ],
)
def test_what_is_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call()
