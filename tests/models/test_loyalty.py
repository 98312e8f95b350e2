"""Loyalty, word of mouth and the service–profit chain: published definitions, hand cases, and what the simulation claims."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import optimize, stats

from service_marketing.models import loyalty
from service_marketing.simulations import SIMULATIONS

shares = st.floats(0, 1)
insides = st.floats(0.01, 0.99)


# Satisfaction and loyalty


def test_loyalty_by_competition():
    assert loyalty.loyalty(0.8, 1) == 0.8
    assert loyalty.loyalty(0.5, 3) == pytest.approx(0.125)
    assert loyalty.loyalty(0.25, 0.5) == pytest.approx(0.5)
    gammas = list(loyalty.COMPETITION.values())
    assert gammas == sorted(gammas), "the fiercer the competition, the fewer of the merely satisfied stay"


@given(s=insides, gamma=st.floats(0.05, 20))
def test_loyalty_rises_with_satisfaction_and_falls_with_competition(s, gamma):
    here = loyalty.loyalty(s, gamma)
    assert 0 <= here <= 1
    assert loyalty.loyalty(s + 0.005, gamma) >= here >= loyalty.loyalty(s, gamma * 1.1)
    slope = (loyalty.loyalty(s + 1e-6, gamma) - loyalty.loyalty(s - 1e-6, gamma)) / 2e-6
    assert loyalty.loyalty_gain(s, gamma) == pytest.approx(slope, rel=1e-3, abs=1e-6)


@given(gamma=st.floats(0.05, 15), method=st.sampled_from(["least-squares", "log"]))
def test_gamma_is_recovered(gamma, method):
    s = [0.3, 0.5, 0.7, 0.9, 0.95]
    assert loyalty.estimate_gamma(s, [x**gamma for x in s], method) == pytest.approx(gamma, rel=1e-5)


def test_gamma_of_noisy_data_is_the_least_squares_one():
    rng = np.random.default_rng(3)
    s = rng.uniform(0.1, 1, 60)
    kept = np.clip(s**2.5 + rng.normal(0, 0.1, 60), 0, 1)
    best = optimize.curve_fit(lambda x, g: x**g, s, kept, p0=[1])[0][0]
    assert loyalty.estimate_gamma(s, kept) == pytest.approx(best, rel=1e-6)
    by_log = np.linalg.lstsq(np.log(s)[:, None], np.log(np.maximum(kept, 0.01)), rcond=None)[0][0]
    assert loyalty.estimate_gamma(s, np.maximum(kept, 0.01), "log") == pytest.approx(by_log)


@pytest.mark.parametrize(
    ("satisfaction", "kept", "kind"),
    [(0.9, 0.9, "loyalist"), (0.2, 0.9, "hostage"), (0.9, 0.2, "mercenary"), (0.2, 0.2, "defector"), (0.5, 0.5, "loyalist")],
)
def test_four_types(satisfaction, kept, kind):
    assert loyalty.customer_type(satisfaction, kept) == kind
    assert loyalty.customer_types([satisfaction], [kept]) == [kind]


def test_extremes_are_apostles_and_terrorists():
    assert loyalty.customer_type(0.95, 0.95, extreme=0.1) == "apostle"
    assert loyalty.customer_type(0.85, 0.95, extreme=0.1) == "loyalist"
    assert loyalty.customer_type(0.05, 0.1, extreme=0.1) == "terrorist"
    assert loyalty.customer_type(0.05, 0.2, extreme=0.1) == "defector"
    assert loyalty.customer_type(0.05, 0.95, extreme=0.1) == "hostage"


def test_programme_return():
    assert loyalty.programme_return(0.2, 5000, 500) == pytest.approx(2)


# Word of mouth


@given(far=st.floats(0.01, 4), c=st.floats(0.01, 2), slope=st.floats(0.01, 2))
def test_tellings_are_an_asymmetric_u(far, c, slope):
    told = {d: loyalty.expected_tellings(5 + d, 0.5, slope, c, 5) for d in (-far, 0, far)}
    assert told[-far] > told[far] > told[0] == pytest.approx(math.exp(0.5))
    assert told[-far] / told[far] == pytest.approx(math.exp(c))


def test_slogan_break_even():
    # s·1 = (1 − s)·25·q: at s = .9, q* = .36 (syllabus, chapter 7)
    assert loyalty.slogan_break_even(0.9) == pytest.approx(0.36)
    assert loyalty.slogan_balance(0.9, 0.36) == pytest.approx(0)
    assert loyalty.slogan_balance(0.9, 0.5) < 0 < loyalty.slogan_balance(0.9, 0.1)
    assert loyalty.slogan_break_even(1) == math.inf


def test_generations():
    R = loyalty.reproduction_number(8, 0.1)
    assert pytest.approx(0.8) == R
    assert [loyalty.expected_generation(R, n, 100) for n in range(3)] == pytest.approx([100, 80, 64])
    assert loyalty.expected_total(R, 2, 100) == pytest.approx(244)
    assert loyalty.expected_total(R, start=100) == pytest.approx(500)
    assert loyalty.expected_total(1.0) == math.inf


@given(contacts=st.integers(1, 20), conversion=st.floats(0.01, 0.99), offspring=st.sampled_from(["poisson", "geometric", "binomial"]))
def test_extinction_is_the_smallest_root(contacts, conversion, offspring):
    R = contacts * conversion
    assume(abs(R - 1) > 0.01)
    generating = {
        "poisson": lambda s: math.exp(R * (s - 1)),
        "geometric": lambda s: 1 / (1 + R - R * s),
        "binomial": lambda s: (1 - conversion + conversion * s) ** contacts,
    }[offspring]
    s = 0.0
    for _ in range(20000):  # the chance to be extinct by generation n rises to the smallest root
        s = generating(s)
    found = loyalty.extinction_probability(contacts, conversion, offspring)
    assert found == pytest.approx(s, abs=1e-8)
    assert (found == 1) == (R <= 1)
    assert loyalty.extinction_probability(contacts, conversion, offspring, start=3) == pytest.approx(found**3)


def test_extinction_by_hand():
    # binomial(2, 3/4): s = (1/4 + 3s/4)² has the roots 1/9 and 1
    assert loyalty.extinction_probability(2, 0.75, "binomial") == pytest.approx(1 / 9)
    assert loyalty.extinction_probability(1, 1, "binomial") == 0
    assert loyalty.extinction_probability(3, 0, "binomial") == 1


@given(u=st.floats(0, 0.999999), mean=st.floats(0, 10))
def test_poisson_numbers_are_the_inverse_of_the_distribution(u, mean):
    k = loyalty._poisson(u, mean)
    assert stats.poisson.cdf(k, mean) >= u - 1e-12
    assert k == 0 or stats.poisson.cdf(k - 1, mean) < u + 1e-12


# The simulation


def start(mode, **changes):
    return SIMULATIONS["word-of-mouth"].compute(mode, changes)


def test_cascade_is_a_tree():
    result = start("network")
    nodes, edges = result["nodes"], result["edges"]
    assert [node[3] for node in nodes[:8]] == [0] * 8
    assert [child for _, child in edges] == list(range(8, len(nodes))), "everyone else was told by exactly one"
    for parent, child in edges:
        assert nodes[child][3] == nodes[parent][3] + 1
        assert nodes[parent][2] == (1 if nodes[child][2] == 2 else 0), "the satisfied win guests, the dissatisfied put people off"
    assert all(0 <= x <= 1 and 0 <= y <= 1 for x, y, _, _ in nodes)
    assert len({(x, y) for x, y, _, _ in nodes}) == len(nodes), "no two on one spot"
    assert result["won"] == sum(node[2] < 2 for node in nodes) - 8
    assert result["lost"] == sum(node[2] == 2 for node in nodes)
    assert result["net"] == result["won"] - result["lost"]


def test_cascades_average_to_the_expectation():
    runs = [loyalty.cascade(0.9, 5, 9, 0.15, 0.1, start=20, waves=3, week=week) for week in range(54)]
    won = np.array([run["won"] for run in runs])
    assert won.mean() == pytest.approx(runs[0]["expected"], abs=3.5 * won.std() / math.sqrt(54))
    lost, bad = sum(run["lost"] for run in runs), 54 * 20 * sum(0.675**n for n in range(3)) * 0.1 * 0.9
    assert lost == pytest.approx(bad, abs=5 * math.sqrt(bad))


@pytest.mark.parametrize("satisfied", [0.6, 0.7, 0.8, 0.9, 1.0])
def test_cascade_never_outgrows_the_picture_within_the_sliders(satisfied):
    most = {"satisfied": satisfied, "told_good": 8, "told_bad": 25, "conversion": 0.2, "lost_share": 0.4}
    assert not any(start("network", week=week, **most)["full"] for week in range(1, 53))
    assert loyalty.cascade(1, 15, 0, 0.5, 0, 20, 6)["full"] == 1


@given(
    s=st.floats(0.6, 0.99),
    good=st.floats(1, 15),
    bad=st.floats(1, 30),
    conversion=st.floats(0.01, 0.5),
    q=st.floats(0.01, 1),
    a=st.floats(1, 4),
)
def test_balance_follows_the_slogan_and_ignores_the_platform(s, good, bad, conversion, q, a):
    result = loyalty.conversion_curves(s, good, bad, conversion, q, a)
    even = loyalty.slogan_break_even(s, won=good * conversion, told=bad)
    assert (result["net"] > 0) == (q < even) or abs(q - even) < 1e-9
    assert result["won"] == pytest.approx(loyalty.expected_total(result["R"], 6, 100) - 100)
    assert result["break_even"] == pytest.approx(loyalty.conversion_curves(s, good, bad, conversion, q, 1)["break_even"])
    assert [p[0] for p in result["won_curve"]] == sorted(p[0] for p in result["won_curve"])
    assert result["won_curve"][-1][0] >= max(result["now"], result["balanced"], result["growing"]) - 1e-9


def test_task_what_the_hearers_do_decides():
    settings = SIMULATIONS["word-of-mouth"].tasks[0].set
    assert start("balance", **settings)["net"] > 0
    assert start("balance", **settings | {"lost_share": 0.36})["net"] == pytest.approx(0, abs=1e-9)
    assert start("balance", **settings | {"lost_share": 0.37})["net"] < 0
    harmless = start("balance", **settings | {"lost_share": 0.02})
    assert harmless["lost"] < 0.06 * harmless["won"]


def test_task_across_one():
    settings = SIMULATIONS["word-of-mouth"].tasks[1].set
    before, after = start("balance", **settings), start("balance", **settings | {"conversion": 0.15})
    assert (before["R"], after["R"]) == pytest.approx((0.936, 1.08))
    assert 1.6 < after["won"] / before["won"] < 1.7
    doubled = start("balance", **settings | {"conversion": 0.15, "amplification": 2})
    assert doubled["break_even"] == pytest.approx(after["break_even"])
    assert 20 < doubled["won"] / after["won"] < 30


def test_task_luck():
    task = SIMULATIONS["word-of-mouth"].tasks[2]
    won = {week: start("network", **task.set | {"week": week})["won"] for week in range(1, 53)}
    assert won[2] in (1, 2)
    assert 20 < won[16] < 30 < won[39] < 40


# The service–profit chain


def test_effects():
    assert loyalty.indirect_effect([0.5, 0.4, 0.3]) == pytest.approx(0.06)
    assert loyalty.total_effect([[0.5, 0.4], [0.2, 0.1]], 0.3) == pytest.approx(0.52)
    assert loyalty.total_effect([], 0.3) == 0.3


def test_sobel():
    # a = .5 (.1), b = .4 (.2): √(.16·.01 + .25·.04) = √.0116
    assert loyalty.sobel_standard_error(0.5, 0.4, 0.1, 0.2) == pytest.approx(math.sqrt(0.0116))
    assert loyalty.sobel_standard_error(0.5, 0.4, 0.1, 0.2, second_order=True) == pytest.approx(math.sqrt(0.012))
    assert loyalty.sobel_z(0.5, 0.4, 0.1, 0.2) == pytest.approx(0.2 / math.sqrt(0.0116))


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda: loyalty.loyalty(1.1, 2), "satisfaction"),
        (lambda: loyalty.loyalty(0.5, 0), "gamma"),
        (lambda: loyalty.estimate_gamma([0.5, 0.6], [0.5]), "loyalty"),
        (lambda: loyalty.estimate_gamma([0, 1], [0, 1]), "satisfaction"),
        (lambda: loyalty.estimate_gamma([0.5, 0.6], [0.5, 0], "log"), r"loyalty\[1\]"),
        (lambda: loyalty.customer_type(0.5, "高"), "loyalty"),
        (lambda: loyalty.extinction_probability(2, 0.5, "normal"), "offspring"),
        (lambda: loyalty.extinction_probability(2.5, 0.9, "binomial"), "contacts"),
        (lambda: loyalty.cascade(waves=7), "waves"),
        (lambda: loyalty.programme_return(0.1, 5, 0), "cost"),
        (lambda: loyalty.indirect_effect([]), "path"),
        (lambda: loyalty.sobel_z(1, 1, 0, 0), "标准误"),
    ],
)
def test_errors_name_the_argument(call, named):
    with pytest.raises(ValueError, match=named):
        call()
