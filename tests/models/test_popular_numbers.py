"""The small simulations of appendix A: each yields the popular number where its sliders stand, and what its task says is true."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_marketing.models import (
    capacity,
    complaints,
    expectations,
    lifetime_value,
    loyalty,
    quality,
    segmentation,
    skills,
    surveys,
    value,
)
from service_marketing.simulations import SIMULATIONS
from service_marketing.simulations.popular_numbers import POPULAR_NUMBERS

share = st.floats(0, 1)


def at(name: str, **changes) -> dict:
    """The simulation's result at its task's settings, with some sliders moved."""
    simulation = SIMULATIONS[f"popular-{name}"]
    return simulation.compute(simulation.modes[0].name, {**simulation.tasks[0].set, **changes})


@pytest.mark.parametrize("simulation", POPULAR_NUMBERS, ids=lambda one: one.name)
class TestEach:
    def test_is_one_view_with_one_task(self, simulation):
        (mode,) = simulation.modes
        (task,) = simulation.tasks
        assert simulation.name.startswith("popular-")
        assert SIMULATIONS[simulation.name] is simulation
        assert task.mode == mode.name
        assert set(task.set) == {control.name for control in mode.controls}

    def test_starts_where_its_task_does(self, simulation):
        assert simulation.start(simulation.modes[0].name) == simulation.tasks[0].set

    def test_prediction_can_be_right(self, simulation):
        (mode,) = simulation.modes
        (readout,) = (one for one in mode.readouts if one.name == mode.prediction.readout)
        found = simulation.compute(mode.name, {})[readout.name] * (100 if readout.format == "percent" else 1)
        assert mode.prediction.min <= found <= mode.prediction.max

    def test_every_slider_moves_something(self, simulation):
        (mode,) = simulation.modes
        places = zip(mode.controls, (0.8, 0.35, 0.6, 0.45, 0.7, 0.5), strict=False)
        inside = {control.name: control.min + place * (control.max - control.min) for control, place in places}
        for control in mode.controls:
            low, high = (simulation.compute(mode.name, {**inside, control.name: end}) for end in (control.min, control.max))
            assert any(low[readout.name] != high[readout.name] for readout in mode.readouts), control.name

    def test_axes_hold_what_is_drawn(self, simulation):
        (mode,) = simulation.modes
        if mode.picture.kind != "lines":
            return
        result = simulation.compute(mode.name, {})
        for line in mode.picture.lines:
            for x, y in result[line.name]:
                for number, axis in ((x, mode.picture.x), (y, mode.picture.y)):
                    assert axis.min is None or axis.min - 1e-9 <= number, (line.name, number)
                    assert axis.max is None or number <= axis.max + 1e-9, (line.name, number)


# Where the popular numbers come from


def test_defection_25_to_85():
    assert at("defection")["points"] == pytest.approx(5 / 6)
    assert at("defection", defection=0.25)["points"] == pytest.approx(0.25)
    assert round(100 * at("defection", defection=0.4)["points"]) == 14
    assert round(100 * at("defection", discount=0.1)["points"]) == 31


def test_five_times_only_if_nobody_comes_or_stays_unasked():
    assert at("ratio")["average_ratio"] == at("ratio")["extra_ratio"] == pytest.approx(5)
    assert at("ratio", stay_anyway=0.6)["extra_ratio"] == pytest.approx(1.25)
    assert at("ratio", stay_anyway=0.65)["extra_ratio"] < 1
    assert round(at("ratio", stay_anyway=0.65, new_anyway=0.2)["extra_ratio"], 2) == 1.17
    assert at("ratio", stay_anyway=0.65, new_anyway=0.2)["average_ratio"] == pytest.approx(5)


@given(anyway=st.floats(0, 0.65), came=st.floats(0, 0.9))
def test_cost_of_the_moved_by_hand(anyway, came):
    found = lifetime_value.cost_ratio(stay_anyway=anyway, new_anyway=came)
    assert found["extra_new"] == pytest.approx(500000 / (1000 - 1000 * came))
    assert found["extra_kept"] == pytest.approx(320000 / (3200 - 4000 * anyway))


def test_180_days():
    assert 0.28 < at("silence")["wrong"] < 0.32
    assert at("silence", interval=30)["wrong"] < 0.01
    assert at("silence", interval=365)["wrong"] > 0.5


@given(days=st.floats(30, 720), interval=st.floats(5, 365), alive=st.floats(0.05, 0.95))
def test_silence_by_bayes(days, interval, alive):
    found = lifetime_value.silence_rule(days, interval, alive)
    assert found["wrong"] * found["listed"] == pytest.approx(alive * found["alive_listed"])
    assert found["listed"] == pytest.approx(1 - alive * (1 - math.exp(-days / interval)))


def test_eight_sales_at_least_one():
    assert at("referral")["sales"] == pytest.approx(1)
    assert round(100 * at("referral")["at_least_one"]) == 66
    assert round(100 * at("referral")["needed"]) == 31
    needed = at("referral")["needed"]
    assert at("referral", conversion=needed)["at_least_one"] == pytest.approx(0.95)


def test_25_is_where_one_stops_counting():
    assert [at("grapevine", hands=hands)["reached"] for hands in (1, 2, 3, 4)] == pytest.approx([10, 25, 47.5, 81.25])
    assert at("grapevine")["moved"] == pytest.approx(5)
    assert round(at("grapevine", changed=0.05)["moved"]) == 1


def test_the_book_that_counts_67():
    """Told 11, each of whom tells 5 (a version that circulates): 66, and the guest."""
    assert loyalty.retelling(told=11, passed=2, hands=1)["reached"] == 11
    assert 1 + 11 * (1 + 5) == 67
    assert loyalty.retelling(told=11, passed=2, hands=2)["reached"] == 33


def test_ranking_turns():
    assert at("ranking")["ratio"] == pytest.approx(5)
    born = at("ranking", stopped=0.05)
    assert born["stop_return"] < born["make_return"]
    assert at("ranking", conversion=0.5)["ratio"] == pytest.approx(1)
    assert at("ranking", stopped=at("ranking")["even"] / 100)["ratio"] == pytest.approx(1)


def test_three_points_are_five_per_cent_of_sixty():
    assert at("staff")["percent"] == pytest.approx(0.05)
    assert round(100 * at("staff", base=90)["percent"], 1) == 3.3
    assert at("staff")["sears"] == pytest.approx(2.6)
    assert round(100 * at("staff", per_ten=2.6)["percent"], 1) == 1.3


def test_eighty_twenty():
    assert round(100 * at("pareto")["sales_top"]) == 80
    assert round(100 * at("pareto", spread=1.2)["sales_top"]) == 64
    found = at("pareto", spread=1.2, cost=0.4)
    assert round(100 * found["profit_top"]) == 93
    assert 0.4 < found["losing"] < 0.45
    assert found["peak"] > 1


@given(spread=st.floats(0.2, 2), cost=st.sampled_from([0, 0.2, 0.5]))
def test_whale_against_the_whale_of_many_customers(spread, cost):
    """The curve of ten thousand customers at even places of the distribution."""
    from service_marketing.models.normal import normal_quantile

    sales = [math.exp(spread * normal_quantile((k + 0.5) / 4000)) for k in range(4000)]
    mean = sum(sales) / len(sales)
    profits = [one - cost * mean for one in sales]
    found = segmentation.lognormal_whale(spread, cost)
    assert segmentation.top_share(sales) == pytest.approx(found["sales_top"], abs=0.02)
    assert segmentation.top_share(profits) == pytest.approx(found["profit_top"], abs=0.04)
    assert segmentation.whale_peak(profits)["profit"] == pytest.approx(found["peak"], abs=0.04)
    if cost:
        assert 1 - segmentation.whale_peak(profits)["customers"] == pytest.approx(found["losing"], abs=0.02)


def test_authors_get_lost():
    assert round(100 * at("authors")["right"]) == 12
    assert 0.65 < at("authors")["famous"] < 0.7
    assert round(100 * at("authors", dropped=0.05)["right"]) == 74


@given(times=st.integers(0, 12), dropped=share, upgraded=share)
def test_copies_add_up(times, dropped, upgraded):
    found = loyalty.retold(times, dropped, upgraded)
    assert found["right"] == pytest.approx((1 - dropped) ** times)
    assert found["right"] + found["nameless"] + found["famous"] == pytest.approx(1)


def test_promise_80_deliver_100():
    found = at("promise")
    assert (found["first"], round(found["fifth"], 2)) == (20, 1.25)
    assert found["bookings"] < 0.7
    assert at("promise", learning=0)["fifth"] == 20
    exact = at("promise", promise=100)
    assert (exact["first"], exact["fifth"], exact["bookings"]) == (0, 0, 1)


def test_rating_and_bookings():
    assert 0.05 < at("rating")["found"] < 0.06
    assert round(100 * at("rating")["found"], 1) == 5.4
    assert at("rating")["brought"] < 0.02
    idle = at("rating", direct=0, quality=1.1)
    assert idle["found"] > 0.05
    assert idle["brought"] == 0
    apart = at("rating", tied=0)
    assert apart["found"] == apart["brought"]


def test_sixfold():
    assert [round(at("sixfold", gamma=gamma)["ratio"], 1) for gamma in (6.2, 3, 1, 0.2)] == [6.0, 2.4, 1.3, 1.1]


@given(gamma=st.floats(0.1, 8), merely=st.floats(3, 4.8))
def test_sixfold_is_the_loyalty_curve(gamma, merely):
    assert loyalty.top_box_ratio(gamma, merely)["ratio"] == pytest.approx(1 / loyalty.loyalty((merely - 1) / 4, gamma))


def test_service_product_price():
    found = at("drivers")
    assert found["service"] > found["product"] > found["price"]
    assert (found["price_rank"], round(100 * found["price"])) == (3, 7)
    wide = at("drivers", price_spread=1.6)
    assert (wide["price_rank"], round(100 * wide["price"])) == (1, 55)


@given(spreads=st.lists(st.floats(0.1, 2), min_size=3, max_size=3), effect=st.floats(0.1, 1))
def test_shares_of_the_drivers_add_up(spreads, effect):
    found = surveys.driver_shares(*spreads, price_effect=effect)
    assert found["service"] + found["product"] + found["price"] == pytest.approx(1)


def test_three_states():
    assert at("three")["satisfied"] == 1
    apart = at("three", spread=1)
    assert apart["dissatisfied"] > 0.3
    assert at("three", spread=1, indifference=0)["satisfied"] == 0
    assert at("three", spread=1, indifference=1.5)["dissatisfied"] < apart["dissatisfied"] / 2


def test_95_per_cent():
    assert round(100 * at("reported")["reported"]) == 95
    assert at("reported", answer_dissatisfied=0.5)["reported"] == pytest.approx(0.8)
    assert round(100 * at("reported", answer_dissatisfied=0.9)["reported"]) == 69


@given(satisfied=st.floats(0.05, 0.99), yes=st.floats(0.02, 1), no=st.floats(0.02, 1), invited=st.integers(20, 2000))
def test_reported_share_counts_people(satisfied, yes, no, invited):
    found = surveys.reported_share(satisfied, yes, no, invited)
    assert found["reported"] * found["answered"] == pytest.approx(invited * satisfied * yes)
    assert found["unheard"] + invited * (1 - satisfied) * no == pytest.approx(invited * (1 - satisfied))
    assert found["error"] == pytest.approx(math.sqrt(found["reported"] * (1 - found["reported"]) / found["answered"]))


def test_32_per_cent():
    assert at("weights")["weight"] == pytest.approx(0.32)
    assert at("weights")["lead"] < 0
    business = at("weights", business=1)
    assert business["weight"] == pytest.approx(0.42)
    assert business["lead"] > 0
    assert at("weights", theirs=0.6)["lead"] > 0


def test_alpha_of_nothing():
    assert 0.7 < at("alpha")["alpha"] < 0.72
    assert round(at("alpha", careless=0)["alpha"], 2) == 0.47
    assert at("alpha", careless=0, items=22)["alpha"] > 0.7
    assert at("alpha", careless=0, items=20)["alpha"] < 0.7


def test_straight_liners_add_correlation():
    """Among a hundred thousand answers to two items."""
    import numpy as np

    rng = np.random.default_rng(1)
    n, r, careless = 200_000, 0.1, 0.15
    both = rng.multivariate_normal([0, 0], [[1, r], [r, 1]], n)
    ticking = rng.random(n) < careless
    both[ticking, 1] = both[ticking, 0]
    assert np.corrcoef(both.T)[0, 1] == pytest.approx(quality.alpha_by_length(2, r, careless)["seen"], abs=0.01)


def test_80_and_96_per_cent_at_once():
    assert at("silent")["silent"] == pytest.approx(0.8)
    assert at("silent")["unseen"] == pytest.approx(0.96)
    big = at("silent", small=0)
    assert big["voice"] == pytest.approx(0.65)
    assert at("silent", small=0, passed_on=1)["unseen"] == pytest.approx(0.35)


@given(small=share, voice_small=share, voice_big=share, passed_on=share)
def test_nobody_is_lost_on_the_way(small, voice_small, voice_big, passed_on):
    links = complaints.who_speaks(small, voice_small, voice_big, passed_on)["links"]
    for node in (2, 3):
        assert sum(n for _, to, n in links if to == node) == pytest.approx(sum(n for start, _, n in links if start == node), abs=1e-6)
    assert sum(n for start, _, n in links if start < 2) == pytest.approx(1000)


def test_paradox_needs_no_memory():
    found = at("paradox")
    assert found["satisfaction_index"] > 100 > found["repurchase_index"]
    assert at("paradox", memory=0)["repurchase_index"] > 100
    assert at("paradox", severity=0.8)["satisfaction_index"] < 100


def test_channels_agree():
    agreed = at("channels", tone=0.8, face=0.8)
    assert [agreed[name] for name in ("mehrabian", "equal", "verbal")] == pytest.approx([0.8] * 3)
    assert at("channels")["spread"] > 1


def test_heroes():
    assert at("stories")["habit_of_heroes"] == pytest.approx(0.7)
    assert 0.6 < at("stories")["any_hero"] < 0.65
    assert at("stories", people=5000)["any_hero"] > 0.99
    assert round(100 * at("stories", lift=2)["habit_of_heroes"]) == 82


@given(people=st.integers(100, 10000), chance=st.floats(0.0001, 0.01))
def test_a_hero_by_the_binomial(people, chance):
    found = skills.success_stories(people, chance, 0.5, 1)
    assert found["any_hero"] == pytest.approx(1 - (1 - chance) ** people)


def test_two_hours_or_two_days():
    found = at("repair")
    assert (found["difference"], found["of_heat"], found["of_promise"]) == (920, 460, 460)
    kept = at("repair", promised=48)
    assert (kept["of_promise"], at("repair", promised=48, temperature=27)["difference"]) == (0, 46)


def test_85_per_cent_is_five_windows():
    knees = {servers: at("utilisation", servers=servers)["knee"] for servers in (1, 4, 5, 10)}
    assert knees[1] == pytest.approx(0.5)
    assert knees[4] < 0.85 < knees[5]
    assert round(100 * knees[5]) == 86
    assert knees[10] > 0.92
    assert round(100 * at("utilisation", variation=0.25)["knee"]) == 96


def test_36_per_cent_of_three_minutes():
    assert [round(100 * at("overestimate", actual=actual)["over"]) for actual in (1, 3, 15)] == [96, 36, 12]
    assert at("overestimate")["over_long"] == pytest.approx(0.12)


def test_a_tenth_for_a_tenth():
    assert at("tenth")["change"] == pytest.approx(0.1)
    assert round(100 * at("tenth", rho=0.85)["change"]) == 1
    assert at("tenth", rho=0.85, point_value=0)["change"] == pytest.approx(0.1)
    assert at("tenth", rho=0.85, point_value=0.15)["change"] < 0


@given(rho=st.floats(0.4, 0.98), extra=st.floats(0, 0.3))
def test_nobody_works_more_than_all_the_time(rho, extra):
    found = capacity.busier(rho, extra)
    assert found["rho_after"] <= 1
    assert found["change"] <= found["served"] + 1e-12


def test_the_story_of_the_shop():
    assert at("clearance")["book_profit"] == 50000
    assert at("clearance", other_profit=0)["book_profit"] == -100000
    assert at("clearance", other_profit=0)["better_by"] == 250000
    assert at("clearance", other_profit=0, list_value=90)["book_profit"] == 50000


def test_a_tenth_off():
    assert [round(100 * at("price-cut", margin=margin)["needed"]) for margin in (1, 0.4, 0.2)] == [11, 33, 100]


@given(cut=st.floats(0, 0.14), margin=st.floats(0.15, 1))
def test_price_cut_earns_as_much(cut, margin):
    found = value.price_cut_curve(cut, margin)
    assert (1 + found["needed"]) * (margin - cut) == pytest.approx(margin)
    assert found["profit_same"] <= 1


def test_surprise_is_the_path_of_expectation():
    found = expectations.surprise_path(60, 90, 0.3)
    assert [y for _, y in found["expected"]] == pytest.approx([90 - 30 * 0.7**k for k in range(6)])
