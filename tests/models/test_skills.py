"""Facts about skill, style and the service encounter."""

import itertools
import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import optimize, stats

from service_marketing.models import skills as model
from service_marketing.simulations import find

shares = st.floats(0, 1)
rates = st.floats(0.5, 1)

# Learning curve


@pytest.mark.parametrize(
    ("rate", "unit", "total"),
    [(0.70, 0.306, 4.932), (0.80, 0.477, 6.315), (0.85, 0.583, 7.116), (0.90, 0.705, 7.994)],
)
def test_the_coefficients_of_the_tenth_unit(rate, unit, total):
    """Tables of learning-curve coefficients in operations textbooks (Heizer & Render, unit 10)."""
    assert model.unit_time(10, 1, rate) == pytest.approx(unit, abs=5e-4)
    assert model.cumulative_time(10, 1, rate) == pytest.approx(total, abs=5e-4)


def test_every_doubling_takes_the_same_share():
    assert [model.unit_time(n, 10, 0.8) for n in (1, 2, 4, 8)] == pytest.approx([10, 8, 6.4, 5.12])


def test_by_the_other_convention_the_average_doubles_down():
    assert [model.average_time(n, 10, 0.8, "average") for n in (1, 2, 4)] == pytest.approx([10, 8, 6.4])
    assert model.unit_time(2, 10, 0.8, "average") == pytest.approx(6)  # 2 × 8 − 10


@given(st.integers(1, 300), st.floats(0.1, 100), rates, st.sampled_from(model.CONVENTIONS))
def test_the_total_is_the_sum_of_the_units(n, first, rate, convention):
    total = math.fsum(model.unit_time(i, first, rate, convention) for i in range(1, n + 1))
    assert model.cumulative_time(n, first, rate, convention) == pytest.approx(total, rel=1e-9)
    assert model.average_time(n, first, rate, convention) == pytest.approx(total / n, rel=1e-9)


@pytest.mark.parametrize("rate", [0.3, 0.5, 0.8, 0.95, 1])
def test_a_long_sum_is_as_exact_as_a_short_one(rate):
    exact = math.fsum(i ** math.log2(rate) for i in range(1, 50_001))
    assert model.cumulative_time(50_000, 1, rate) == pytest.approx(exact, rel=1e-11)


@given(st.integers(1, 1000), rates)
def test_nobody_gets_slower(n, rate):
    assert model.unit_time(n + 1, 5, rate) <= model.unit_time(n, 5, rate)


@given(st.integers(1, 50), st.integers(51, 500), rates, st.floats(0.1, 60))
def test_two_times_give_the_rate_back(early, late, rate, first):
    found = model.learning_rate(early, model.unit_time(early, first, rate), late, model.unit_time(late, first, rate))
    assert found == pytest.approx(rate)


# Training


def test_skill_rises_to_its_maximum():
    assert model.skill_quality(0, 80, 0.05) == 0
    assert model.skill_quality(20, 80, 0.05) == pytest.approx(80 * (1 - math.exp(-1)))
    assert model.skill_quality(5000, 80, 0.05) == pytest.approx(80)


@given(st.floats(0, 100), st.floats(1, 100), st.floats(0.01, 0.5))
def test_the_marginal_gain_is_the_slope_and_falls(hours, maximum, rate):
    h = 1e-5
    slope = (model.skill_quality(hours + h, maximum, rate) - model.skill_quality(hours, maximum, rate)) / h
    assert model.marginal_gain(hours, maximum, rate) == pytest.approx(slope, rel=1e-3, abs=1e-6)
    assert model.marginal_gain(hours + 1, maximum, rate) < model.marginal_gain(hours, maximum, rate)


def test_twins_share_the_hours():
    assert model.training_allocation(30, [50, 50, 50], [0.1, 0.1, 0.1]) == pytest.approx([10, 10, 10])


def test_by_hand_two_skills():
    """Q = 100, k = 0.1 against Q = 50, k = 0.1: the better one is ahead by ln 2 / 0.1 hours."""
    first, second = model.training_allocation(20, [100, 50], [0.1, 0.1])
    assert first - second == pytest.approx(math.log(2) / 0.1)
    assert first + second == pytest.approx(20)


def test_a_small_budget_goes_to_one_skill():
    assert model.training_allocation(3, [100, 50], [0.1, 0.1]) == [pytest.approx(3), 0]


def test_a_skill_that_does_not_count_gets_nothing():
    assert model.training_allocation(10, [100, 50], [0.1, 0.1], weights=[0, 1]) == [0, pytest.approx(10)]


skill_lists = st.integers(1, 5).flatmap(
    lambda k: st.tuples(
        st.lists(st.floats(1, 100), min_size=k, max_size=k),
        st.lists(st.floats(0.01, 0.5), min_size=k, max_size=k),
        st.lists(st.floats(0.1, 5), min_size=k, max_size=k),
    )
)


@given(st.floats(0, 200), skill_lists)
def test_the_budget_is_spent_and_marginal_gains_are_equal(budget, skills):
    maxima, speeds, weights = skills
    hours = model.training_allocation(budget, maxima, speeds, weights)
    assert sum(hours) == pytest.approx(budget, abs=1e-6)
    gains = [w * model.marginal_gain(h, q, k) for h, q, k, w in zip(hours, maxima, speeds, weights, strict=True)]
    trained = [gain for gain, h in zip(gains, hours, strict=True) if h > 1e-9]
    for gain in trained:
        assert gain == pytest.approx(trained[0], rel=1e-6)
    for gain, h in zip(gains, hours, strict=True):
        if trained and h == 0:
            assert gain <= trained[0] * (1 + 1e-6)


def test_scipy_finds_no_better_division():
    maxima, speeds, weights = [40, 35, 25], [0.06, 0.04, 0.08], [1, 2, 1]

    def lost(hours):
        return -sum(w * q * (1 - math.exp(-k * h)) for h, q, k, w in zip(hours, maxima, speeds, weights, strict=True))

    theirs = optimize.minimize(
        lost, [10, 10, 10], bounds=[(0, None)] * 3, constraints={"type": "eq", "fun": lambda h: sum(h) - 30}, method="SLSQP", tol=1e-12
    )
    ours = model.training_allocation(30, maxima, speeds, weights)
    assert ours == pytest.approx(theirs.x.tolist(), abs=1e-3)
    assert lost(ours) <= theirs.fun + 1e-9


# Style and the sale


def test_a_deal_is_a_logit():
    assert model.deal_probability(0.5, 1, -2, 2, 1.5) == pytest.approx(1 / (1 + math.exp(-0.5)))
    assert model.deal_probability(1000, 1000) == 1
    assert model.deal_probability(-1000, 0) == pytest.approx(0, abs=1e-300)


@given(shares, shares, shares)
def test_skill_and_match_sell(skill, match, more):
    assert model.deal_probability(skill + more, match) >= model.deal_probability(skill, match)
    assert model.deal_probability(skill, match + more) >= model.deal_probability(skill, match)


@pytest.mark.parametrize(
    ("assertiveness", "responsiveness", "style"),
    [(0.5, -0.5, "driving"), (0.5, 0.5, "expressive"), (-0.5, 0.5, "amiable"), (-0.5, -0.5, "analytical"), (0, 0, "expressive")],
)
def test_social_styles(assertiveness, responsiveness, style):
    assert model.social_style(assertiveness, responsiveness) == style


def test_styles_match_by_the_axes_they_share():
    side = {"driving": (1, -1), "expressive": (1, 1), "amiable": (-1, 1), "analytical": (-1, -1)}
    for a in model.SOCIAL_STYLES:
        for b in model.SOCIAL_STYLES:
            common = sum(x == y for x, y in zip(side[a], side[b], strict=True))
            assert model.style_match(a, b) == common / 2


def test_mehrabian_by_hand():
    assert model.perceived_attitude(1, 0, 0) == pytest.approx(0.07)
    assert model.perceived_attitude(1, -1, -1) == pytest.approx(0.07 - 0.93)
    assert model.perceived_attitude(1, 0, 0, 2, 1, 1) == pytest.approx(0.5)


@given(st.floats(-1, 1), shares, shares, st.floats(0.01, 1))
def test_weights_do_not_matter_where_the_channels_agree(attitude, a, b, c):
    assert model.perceived_attitude(attitude, attitude, attitude, a, b, c) == pytest.approx(attitude)


# Self-test


def test_the_key_uses_every_item_once():
    assert sorted(item for items in model.SELF_TEST.values() for item in items) == list(range(1, 17))


def test_self_test_by_hand():
    """Answer i to item i mod 5 + 1; the key is the source document's: 3+5+10+15, 1+4+9+12, 2+8+14+16, 6+7+11+13."""
    answers = [(i % 5) + 1 for i in range(1, 17)]
    assert model.communication_self_test(answers) == {
        "contact": 4 + 1 + 1 + 1,
        "asking": 2 + 5 + 5 + 3,
        "informing": 3 + 4 + 5 + 2,
        "influencing": 2 + 3 + 2 + 4,
        "total": sum(answers),
    }


@given(st.lists(st.integers(1, 5), min_size=16, max_size=16))
def test_the_abilities_add_up_to_the_total(answers):
    scores = model.communication_self_test(answers)
    assert sum(scores[ability] for ability in model.SELF_TEST) == scores["total"]


# ICC

SHROUT_FLEISS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
DYESTUFF = [
    [1545, 1440, 1440, 1520, 1580],
    [1540, 1555, 1490, 1560, 1495],
    [1595, 1550, 1605, 1510, 1560],
    [1445, 1440, 1595, 1465, 1545],
    [1595, 1630, 1515, 1635, 1625],
    [1520, 1455, 1450, 1480, 1445],
]


def test_shrout_and_fleiss():
    """Shrout & Fleiss (1979), tables 2–4: BMS 11.24, WMS 6.26, ICC(1,1) = .17, ICC(1,4) = .44."""
    table = model.one_way_anova(SHROUT_FLEISS)
    assert (table["ms_between"], table["ms_within"]) == (pytest.approx(11.24, abs=0.005), pytest.approx(6.26, abs=0.005))
    assert model.icc1_from_groups(SHROUT_FLEISS) == pytest.approx(0.17, abs=0.005)
    assert model.icc_of_means(table["ms_between"], table["ms_within"]) == pytest.approx(0.44, abs=0.005)


def test_dyestuff():
    """Davies & Goldsmith (1972), lme4's Dyestuff: variance 1764.05 between batches, 2451.25 within."""
    assert model.icc1_from_groups(DYESTUFF) == pytest.approx(1764.05 / (1764.05 + 2451.25), abs=1e-9)


def test_the_mean_of_k_ratings_agrees_with_spearman_brown():
    table = model.one_way_anova(SHROUT_FLEISS)
    icc = model.icc1_from_groups(SHROUT_FLEISS)
    assert model.reliability_of_mean(icc, 4) == pytest.approx(model.icc_of_means(table["ms_between"], table["ms_within"]))


def test_unequal_groups_by_hand():
    """Groups of 2, 3 and 5: n0 = (10 − 38/10) / 2 = 3.1."""
    assert model.mean_group_size([2, 3, 5]) == pytest.approx(3.1)
    groups = [[1, 3], [2, 4, 6], [5, 6, 7, 8, 9]]
    table = model.one_way_anova(groups)
    assert table["ss_between"] == pytest.approx(2 * (2 - 5.1) ** 2 + 3 * (4 - 5.1) ** 2 + 5 * (7 - 5.1) ** 2)
    assert table["ss_within"] == pytest.approx(2 + 8 + 10)
    assert table["f"] == pytest.approx(stats.f_oneway(*groups).statistic)
    msb, msw = table["ms_between"], table["ms_within"]
    assert model.icc1_from_groups(groups) == pytest.approx((msb - msw) / (msb + 2.1 * msw))


@given(st.lists(st.lists(st.integers(-50, 50), min_size=1, max_size=6), min_size=2, max_size=6))
def test_anova_agrees_with_scipy(groups):
    assume(any(len(set(group)) > 1 for group in groups))
    table = model.one_way_anova(groups)
    assert table["f"] == pytest.approx(stats.f_oneway(*groups).statistic, abs=1e-9)
    assert -1 / (table["n0"] - 1) - 1e-9 <= model.icc1_from_groups(groups) <= 1


def test_limits_of_icc():
    assert model.icc1(5, 0, 4) == 1
    assert model.icc1(3, 3, 4) == 0
    assert model.icc1(0, 3, 4) == pytest.approx(-1 / 3)
    assert model.one_way_anova([[1, 1], [2, 2]])["f"] is None


# Script or adapt


def at(pairs, n):
    return dict(map(tuple, pairs))[n]


@given(shares, shares, st.floats(0.5, 1))
def test_the_lines_are_the_service_levels(talent, diversity, rate):
    result = model.script_or_adapt(talent, diversity, rate)
    assert at(result["scripted"], 8) == pytest.approx(model.service_level(8, 92 * (1 - 0.4 * diversity), 0.1, rate))
    assert at(result["adaptive"], 8) == pytest.approx(model.service_level(8, 92, 1 - talent, rate))


@given(shares, shares, st.floats(0.5, 0.99))
def test_adapting_is_better_after_the_crossing_and_not_before(talent, diversity, rate):
    result = model.script_or_adapt(talent, diversity, rate)
    for (n, scripted), (_, adaptive) in zip(result["scripted"], result["adaptive"], strict=True):
        if n > result["crossing"] + 1e-6:
            assert adaptive >= scripted - 1e-9
        if n < result["crossing"] - 1e-6:
            assert adaptive <= scripted + 1e-9
    if not result["overtaken"]:
        assert result["crossing"] == 200


def test_without_diversity_or_learning_the_script_stays_ahead():
    assert model.script_or_adapt(0.5, 0, 0.8)["overtaken"] == 0
    assert model.script_or_adapt(0.5, 0.4, 1)["overtaken"] == 0
    assert model.script_or_adapt(1, 0.4, 1)["crossing"] == 1


# The counter

hours = st.floats(0, 40)


@given(hours, hours, hours, st.integers(1, 30), st.integers(1, 4), st.integers(0, 1000))
def test_nobody_is_served_twice_or_out_of_turn(technique, knowledge, professionalism, arrivals, servers, seed):
    result = model.counter_day(technique, knowledge, professionalism, arrivals, servers, seed=seed)
    people = result["people"]
    assert [p[0] for p in people] == sorted(p[0] for p in people)
    served = [p for p in people if p[4] >= 0]
    assert [p[1] for p in served] == sorted(p[1] for p in served)
    for server in range(servers):
        mine = [p for p in served if p[4] == server]
        assert all(before[2] <= after[1] for before, after in itertools.pairwise(mine))
    for arrival, start, end, style, server in people:
        assert 0 <= arrival < 240
        assert arrival <= start <= end
        assert style in range(4)
        assert server < servers
        assert start - arrival <= model.PATIENCE[style] + 1e-9
        assert server >= 0 or start == end
    assert result["guests"] == len(people)
    assert result["lost"] == len(people) - len(served)
    assert result["deals"] <= len(served)
    if people:
        assert 1 <= result["satisfaction"] <= 9


def test_a_line_with_nothing_to_do_but_wait_is_a_single_server_queue():
    """With one server, who is not lost starts at the later of arrival and the end of the one before."""
    end = 0
    for person in model.counter_day(arrivals=8, servers=1)["people"]:
        if person[4] >= 0:
            assert person[1] == max(person[0], end)
            end = person[2]
        else:
            assert end > person[1]


@given(hours, hours, hours)
def test_no_division_beats_the_best_one(technique, knowledge, professionalism):
    result = model.counter_day(technique, knowledge, professionalism)
    assert result["quality"] <= result["best_quality"] + 1e-9


@given(hours, hours, st.floats(0, 40))
def test_training_helps_where_it_is_meant_to(technique, knowledge, more):
    assume(more > 0.01)
    less = model.counter_day(0, knowledge, 0, arrivals=4)
    assert model.counter_day(more, knowledge, 0, arrivals=4)["service"] < less["service"]
    none = model.counter_day(technique, 0, 0)
    assert model.counter_day(technique, more, 0)["errors"] < none["errors"]
    assert model.counter_day(technique, 0, more)["match"] > none["match"]


def test_the_same_seed_brings_the_same_guests():
    one, other = model.counter_day(seed=3), model.counter_day(40, 40, 40, seed=3)
    assert [(p[0], p[3]) for p in one["people"]] == [(p[0], p[3]) for p in other["people"]]
    assert model.counter_day(seed=4)["people"] != one["people"]


# The simulation's tasks: each insight is true in the model

counter = find("service-counter")


def run(mode, **params):
    task = next(t for t in counter.tasks if t.mode == mode)
    return counter.compute(mode, {**counter.start(mode), **task.set, **params})


def test_modes_show_what_they_promise():
    for mode in counter.modes:
        result = counter.compute(mode.name, {})
        for readout in mode.readouts:
            assert math.isfinite(result[readout.name]), readout.name


def test_insight_returns_diminish():
    """8 hours of each skill, then 16, 24, 32: quality and satisfaction gain less every time."""
    days = [counter.compute("day", {"technique": h, "knowledge": h, "professionalism": h}) for h in (0, 8, 16, 24, 32)]
    quality = [b["quality"] - a["quality"] for a, b in itertools.pairwise(days)]
    felt = [b["satisfaction"] - a["satisfaction"] for a, b in itertools.pairwise(days)]
    assert quality == sorted(quality, reverse=True)
    assert quality[-1] > 0
    assert felt == sorted(felt, reverse=True)
    assert felt[-1] > 0
    assert quality[0] > 3.5 * quality[3]
    assert felt[0] > 3.5 * felt[3]


def test_insight_spread_hours_beat_hours_on_one_skill():
    spread = counter.compute("day", {"technique": 8, "knowledge": 8, "professionalism": 8})
    for one in ("technique", "knowledge", "professionalism"):
        alone = counter.compute("day", {"technique": 0, "knowledge": 0, "professionalism": 0, one: 24})
        assert alone["hours"] == spread["hours"]
        assert alone["quality"] < spread["quality"]
        assert alone["satisfaction"] < spread["satisfaction"]
    # pure technique is the fastest and loses fewest guests, and yet
    quick = counter.compute("day", {"technique": 24, "knowledge": 0, "professionalism": 0})
    assert quick["wait"] < spread["wait"]
    assert quick["deals"] < spread["deals"]


def test_insight_script_first_then_adapt():
    for talent in (0.3, 0.5, 0.7):
        result = counter.compute("learning", {"talent": talent, "diversity": 0.4, "rate": 0.8})
        assert result["first_scripted"] > result["first_adaptive"]
        assert result["last_adaptive"] > result["last_scripted"]
    places = [counter.compute("learning", {"talent": t, "diversity": 0.4, "rate": 0.8})["crossing"] for t in (0.3, 0.5, 0.7)]
    assert places == sorted(places, reverse=True)
    assert 60 < places[0] < 70
    assert 15 < places[1] < 25
    assert places[2] < 5


def test_insight_who_the_guests_are_decides():
    crossings = [counter.compute("learning", {"talent": 0.5, "diversity": d / 10, "rate": 0.8})["crossing"] for d in range(0, 9)]
    assert crossings == sorted(crossings, reverse=True)
    assert crossings[1] == 200
    assert crossings[8] < 3


def test_insight_channels_that_agree_need_no_weights():
    agree = counter.compute("signal", {"words": 0.6, "tone": 0.6, "face": 0.6})
    assert agree["conflict"] == 0
    assert agree["spread"] == pytest.approx(0)
    clash = counter.compute("signal", {"words": 0.8, "tone": -0.8, "face": -0.8})
    assert clash["verbal"] == 0.8
    assert clash["mehrabian"] < -0.6
    assert clash["spread"] > 1.4


# Refusals


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: model.unit_time(0, 1), "n 应是"),
        (lambda: model.unit_time(2.5, 1), "整数"),
        (lambda: model.unit_time(2, 1, 1.2), "rate"),
        (lambda: model.unit_time(2, 1, 0.8, "wright"), "convention"),
        (lambda: model.unit_time(2, 1, 0.4, "average"), "rate"),
        (lambda: model.learning_rate(2, 5, 2, 4), "n_early"),
        (lambda: model.skill_quality(-1), "hours"),
        (lambda: model.training_allocation(-1, [1], [1]), "budget"),
        (lambda: model.training_allocation(1, [1, 2], [1]), "rates 应有 2 个数"),
        (lambda: model.training_allocation(1, [0], [1]), r"maxima\[0\]"),
        (lambda: model.training_allocation(1, [1], [1], [0]), "weights"),
        (lambda: model.style_match("driver", "amiable"), "server"),
        (lambda: model.perceived_attitude(0, 0, 0, 0, 0, 0), "权重"),
        (lambda: model.communication_self_test([3] * 15), "16"),
        (lambda: model.communication_self_test([6] * 16), r"answers\[0\]"),
        (lambda: model.one_way_anova([[1, 2]]), "两组"),
        (lambda: model.one_way_anova([[1], [2]]), "组内"),
        (lambda: model.icc1(0, 0, 3), "都是 0"),
        (lambda: model.icc1(2, 1, 1), "n0"),
    ],
)
def test_what_cannot_be_used_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
