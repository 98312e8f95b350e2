"""Facts about delivered value, choice, price cuts and the shop's account."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.special import softmax

from service_marketing.models import value as model
from service_marketing.simulations import value_balance

yuan = st.floats(0, 1e4)
utilities = st.lists(st.floats(-50, 50), min_size=1, max_size=8)


# Value and sacrifice


def test_delivered_value_is_total_value_less_total_cost():
    assert model.total_customer_value(100, 20, 10, 5) == 135
    assert model.total_customer_cost(80, 10, 5, 2) == 97
    assert model.customer_delivered_value(100, 20, 10, 5, 80, 10, 5, 2) == 38


@given(st.tuples(*[yuan] * 8), st.integers(0, 7), st.floats(0.1, 100))
def test_a_yuan_weighs_the_same_wherever_it_lies(parts, place, more):
    before = model.customer_delivered_value(*parts)
    changed = list(parts)
    changed[place] += more
    sign = 1 if place < 4 else -1
    assert model.customer_delivered_value(*changed) - before == pytest.approx(sign * more, abs=1e-6)


def test_a_cost_below_zero_is_refused():
    with pytest.raises(ValueError, match="psychic"):
        model.customer_delivered_value(psychic=-1)


def test_sacrifice_is_more_than_the_price():
    assert model.perceived_sacrifice(100, 10, 5, 3) == 118
    assert model.long_run_sacrifice(100, 10, 5, 3, periods=3) == 100 + 3 * 18
    assert model.long_run_sacrifice(100, 11, periods=2, discount_rate=0.1) == pytest.approx(100 + 10 + 11 / 1.21)


def test_a_cheap_offer_can_be_the_dearer_one_in_the_long_run():
    cheap, dear = model.long_run_sacrifice(100, 5, 15, 10, 12), model.long_run_sacrifice(200, 5, 2, 2, 12)
    assert cheap > dear


def test_poor_extras_destroy_value():
    assert model.perceived_value(120, 30, 80, 20) == 1.5
    assert model.perceived_value(120, -30, 80, 20) == 0.9
    with pytest.raises(ValueError, match="应大于 0"):
        model.perceived_value(1)


# Choice


def test_logit_by_hand():
    assert model.choice_shares([0, 0]) == [0.5, 0.5]
    assert model.choice_shares([math.log(3), 0]) == pytest.approx([0.75, 0.25])
    assert model.value_share(math.log(3), 0) == pytest.approx(0.75)
    assert model.choice_shares([5, -5], 0) == [0.5, 0.5]


@given(utilities, st.floats(0, 3))
def test_shares_are_scipys_softmax(values, sensitivity):
    assert model.choice_shares(values, sensitivity) == pytest.approx(softmax(sensitivity * np.array(values)).tolist(), abs=1e-12)


def test_shares_survive_values_of_any_size():
    assert model.choice_shares([1e308, -1e308]) == [1, 0]
    assert model.choice_shares([-1e6, -1e6]) == [0.5, 0.5]


@given(utilities, st.floats(-100, 100))
def test_only_differences_count(values, shift):
    assert model.choice_shares([v + shift for v in values]) == pytest.approx(model.choice_shares(values), abs=1e-9)


@given(st.floats(-20, 20), st.floats(-20, 20), st.floats(-20, 20))
def test_a_third_offer_takes_from_both_in_proportion(a, b, c):
    two, three = model.choice_shares([a, b]), model.choice_shares([a, b, c])
    assert three[0] * two[1] == pytest.approx(three[1] * two[0])


def test_utility():
    assert model.utility([-0.02, -0.01], [30, 100], 2) == pytest.approx(0.4)
    with pytest.raises(ValueError, match="attributes 应有 2 个数"):
        model.utility([1, 2], [1])


def test_a_minute_of_waiting_in_yuan():
    assert model.willingness_to_pay(-0.02, -0.01) == 2
    with pytest.raises(ValueError, match="cost_coefficient 应小于 0"):
        model.willingness_to_pay(-0.02, 0.01)


@given(st.floats(-2, 2), st.floats(-2, -0.05), st.floats(0.1, 100))
def test_paying_it_leaves_the_utility_unchanged(b, b_cost, less):
    saved = model.willingness_to_pay(b, b_cost) * less
    assert model.utility([b, b_cost], [50 - less, 20 + saved]) == pytest.approx(model.utility([b, b_cost], [50, 20]), abs=1e-6)


def test_its_standard_error_is_that_of_a_simulated_ratio():
    b, b_cost, se, cost_se, covariance = -0.06, -0.02, 0.004, 0.0008, 1.2e-6
    draws = np.random.default_rng(1).multivariate_normal([b, b_cost], [[se**2, covariance], [covariance, cost_se**2]], 200_000)
    assert model.willingness_to_pay_se(b, b_cost, se, cost_se, covariance) == pytest.approx(np.std(draws[:, 0] / draws[:, 1]), rel=0.02)


def test_an_impossible_covariance_is_refused():
    with pytest.raises(ValueError, match="covariance"):
        model.willingness_to_pay_se(-1, -1, 0.1, 0.1, 5)


# Price cuts


@pytest.mark.parametrize(
    ("change", "margin", "volume"),
    [
        (-0.10, 0.40, 1 / 3),
        (-0.05, 0.25, 0.25),
        (-0.20, 0.40, 1),
        (0.10, 0.40, -0.2),
        (0, 0.3, 0),
    ],
)
def test_break_even_of_a_price_change(change, margin, volume):
    assert model.break_even_volume_change(change, margin) == pytest.approx(volume)


def test_a_price_cut_without_margin_left_never_pays():
    with pytest.raises(ValueError, match="已无毛利"):
        model.break_even_volume_change(-0.4, 0.4)


def test_price_cut_in_yuan():
    assert model.price_cut_break_even(100, 90, 60) == pytest.approx(1 / 3)
    assert model.price_cut_break_even(100, 90, 60, new_unit_cost=55) == pytest.approx(5 / 35)
    assert model.price_cut_break_even(100, 90, 60, fixed_cost=600, volume=100) == pytest.approx(1 / 3 + 600 / 3000)
    with pytest.raises(ValueError, match="volume"):
        model.price_cut_break_even(100, 90, 60, fixed_cost=600)


@given(st.floats(50, 500), st.floats(0.5, 1.5), st.floats(0, 0.45), st.floats(1, 1e5))
def test_at_the_break_even_nothing_is_gained_or_lost(price, factor, cost_share, volume):
    new_price, cost = price * factor, price * cost_share
    assume(new_price > cost * 1.01)
    change = model.price_cut_break_even(price, new_price, cost)
    assert model.price_cut_profit(price, new_price, cost, volume, change) == pytest.approx(0, abs=1e-6 * price * volume)
    assert model.price_cut_profit(price, new_price, cost, volume, change + 0.01) > 0


@given(st.floats(0.1, 0.9), st.floats(0.01, 0.09), st.floats(1.05, 3))
def test_the_thinner_the_margin_the_more_must_be_sold(margin, cut, thicker):
    assert model.break_even_volume_change(-cut, margin * thicker) < model.break_even_volume_change(-cut, margin)


# Cheapest cost to lower


def test_the_cheapest_cost_to_lower():
    assert model.cost_of_lowering(3, 10) == 0.3
    assert model.cheapest_to_lower([10, 4, 5, 2], [10, 10, 10, 10]) == "psychic"
    assert model.cheapest_to_lower([10, 4, 5, 2], [10, 10, 25, 4]) == "energy"
    assert model.cheapest_to_lower([1, 1], [2, 2], ["排队", "填表"]) == "排队"
    with pytest.raises(ValueError, match="一样多"):
        model.cheapest_to_lower([1], [2, 3])


# The shop


def test_the_two_halves_of_the_story_need_two_different_stocks():
    assert model.implied_list_value(400000, -100000) == 600000
    assert model.implied_list_value(400000, 50000) == 900000


@given(yuan, yuan, st.floats(0.1, 1), st.floats(0.1, 1), yuan, yuan)
def test_the_implied_list_value_is_the_inverse_of_the_account(book_cost, list_value, paid, sold, running, other):
    account = model.clearance_account(book_cost, list_value, paid, sold, running, other)
    back = model.implied_list_value(book_cost, account["book_profit"], paid, sold, running, other)
    assert back == pytest.approx(list_value, abs=1e-6)


@given(yuan, yuan, yuan, st.floats(0, 1))
def test_whether_the_sale_is_worth_it_does_not_depend_on_what_the_stock_once_cost(list_value, one_cost, other_cost, paid):
    one, other = (model.clearance_account(cost, list_value, paid, salvage=100) for cost in (one_cost, other_cost))
    assert one["better_by"] == other["better_by"]
    assert one["cash"] == other["cash"]


# The simulation


def run(mode, **params):
    return value_balance.compute(mode, params)


def settings_of(task):
    return dict(value_balance.tasks[task].set)


def test_the_questions_numbers_are_the_models():
    result = run("balance")
    assert result["rival_net"] == 140  # named in the question
    assert result["ours"]["product"] == result["rival"]["product"] == 300
    assert set(result["ours"]) == {*model.GAINS, *model.COSTS, "net"}
    assert 0.1 < result["share"] < 0.4


def test_task_thirty_yuan_off_the_price_or_off_the_worry():
    start = settings_of(0)
    before = run("balance", **start)
    cheaper = run("balance", **{**start, "money": start["money"] - 30})
    calmer = run("balance", **{**start, "psychic": start["psychic"] - 30})
    assert cheaper["share"] == pytest.approx(calmer["share"])
    assert cheaper["profit"] < before["profit"] < calmer["profit"]
    assert 0.2 < before["psychic_cost"] < 0.25  # little more than 0.2 yuan at first


def test_task_the_cheapest_cost_runs_out():
    def costs(psychic):
        result = run("balance", **{**settings_of(1), "psychic": psychic})
        return {name: result[f"{name}_cost"] for name in ("time", "energy", "psychic")}

    for psychic in range(20, 55, 5):
        assert min(costs(psychic), key=costs(psychic).get) == "psychic"
    assert min(costs(15), key=costs(15).get) == "time"
    assert costs(10)["psychic"] > 1


def test_task_the_story_does_not_add_up():
    start = settings_of(2)
    assert run("shop", **start)["book_profit"] == -100000
    assert run("shop", **start)["needed"] == 900000
    assert run("shop", **{**start, "list_value": 90})["book_profit"] == 50000
    assert run("shop", **{**start, "other_profit": 15})["book_profit"] == 50000
    assert run("shop", **start)["cash"] == 300000
    assert run("shop", **start)["better_by"] == 250000


@given(st.floats(20, 150), st.floats(0.1, 1), st.floats(0.1, 1), st.floats(0, 10), st.floats(0, 30), st.floats(0, 40))
def test_the_waterfall_adds_up(list_value, paid, sold, running, other, salvage):
    result = model.shop(list_value, paid, sold, running, other, salvage)
    height = result["list"]
    for step in ("unsold", "markdown", "running", "others"):
        height += result[step]
    assert height == pytest.approx(result["cash"], abs=1e-4)
    assert height + result["goods"] == pytest.approx(result["book_profit"], abs=1e-4)


@given(st.floats(10, 70), st.floats(10, 80), st.floats(10, 60))
def test_the_next_yuan_costs_what_the_unit_cost_says(psychic, time, energy):
    assume(min(psychic, time, energy) > 10.01)
    before = model.balance(psychic=psychic, time=time, energy=energy)
    for name, at in (("psychic", psychic), ("time", time), ("energy", energy)):
        after = model.balance(**{"psychic": psychic, "time": time, "energy": energy, name: at - 0.001})
        assert (after["unit_cost"] - before["unit_cost"]) / 0.001 == pytest.approx(before[f"{name}_cost"], rel=1e-3)
        assert after["share"] > before["share"]
