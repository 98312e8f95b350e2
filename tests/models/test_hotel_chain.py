"""The hotel chain of chapter 12: what the syllabus says must be discovered comes out, in every scenario tried."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service_marketing.models import hotel_chain

SEEDS = range(1, 31)
DECISION = st.fixed_dictionaries(
    {
        name: st.integers(0, round((high - low) / step)).map(lambda k, low=low, step=step: round(low + k * step, 6))
        for name, low, high, step, _ in hotel_chain.DECISIONS
    }
)


def total(seed=1, **decision) -> float:
    return hotel_chain.play([decision] * 12, seed)["total"]


def profits(seed=1, **decision) -> list[float]:
    return [quarter["profit"] for quarter in hotel_chain.play([decision] * 12, seed)["quarters"]]


def test_the_decisions_lie_on_their_own_grid():
    for name, low, high, step, start in hotel_chain.DECISIONS:
        for value in (high, start):
            assert (value - low) / step == pytest.approx(round((value - low) / step)), name


@pytest.mark.parametrize("seed", SEEDS)
def test_cutting_training_pays_at_first_and_costs_later(seed):
    with_, without = profits(seed), profits(seed, training=0)
    assert without[0] > with_[0]
    assert without[1] > with_[1]
    assert sum(without[:2]) > sum(with_[:2])
    assert all(cut < kept for cut, kept in zip(without[4:], with_[4:], strict=True)), "it must cost from the second year on"
    assert total(seed, training=0) < total(seed)


def test_satisfied_staff_alone_are_not_enough():
    """Hogreve et al. (2017): paying more makes happier staff and better service, and not more money by itself."""
    for seed in SEEDS:
        paid = hotel_chain.play([{"wage": 1.25}] * 12, seed)
        same = hotel_chain.play([{}] * 12, seed)
        last, base = paid["quarters"][-1], same["quarters"][-1]
        assert last["morale"] > base["morale"] + 0.8
        assert last["turnover"] < base["turnover"]
        assert last["quality"] > base["quality"]
        assert paid["cash"] < same["cash"]


def test_empowerment_needs_training():
    for seed in SEEDS:
        assert total(seed, empowerment=0.8, training=28) > total(seed, training=28)
        # without training it is a handicap as soon as the old hands are gone
        untaught, scripted = (sum(profits(seed, training=0, empowerment=e)[8:]) for e in (0.8, 0.3))
        assert untaught < scripted


def test_a_promise_beyond_the_house_sells_now_and_costs_guests():
    for seed in SEEDS:
        loud, plain = (hotel_chain.play([{"promise": p}] * 12, seed) for p in (8, 6))
        assert loud["quarters"][0]["revenue"] > plain["quarters"][0]["revenue"]
        assert loud["quarters"][-1]["satisfaction"] < plain["quarters"][-1]["satisfaction"]
        assert loud["equity"] < plain["equity"]


def test_more_staff_lower_the_load_and_raise_quality():
    few, many = (hotel_chain.play([{"staffing": n}] * 4)["quarters"][1] for n in (28, 52))
    assert few["load"] > many["load"]
    assert few["quality"] < many["quality"]


def test_the_account_adds_up():
    for quarter in hotel_chain.play([{"training": 30, "staffing": 50}] * 12, 5)["quarters"]:
        costs = sum(quarter[name] for name in ("nights_cost", "wages", "training", "hiring", "recovery", "fixed"))
        assert quarter["profit"] == pytest.approx(quarter["revenue"] - costs)
        assert quarter["revenue"] == pytest.approx(quarter["nights"] * hotel_chain.PRICE)


def test_staff_that_leave_anyway_cost_no_severance():
    """240 employees, of whom 9 % have left: to 240 again they are hired, to 218.4 nobody need be, below that some are sent away."""
    first = [hotel_chain.play([{"staffing": n}])["quarters"][0]["hiring"] for n in (40, 36, 30)]
    assert first == pytest.approx([0.09 * 240 * 9000, (218.4 - 216) * 15000, (218.4 - 180) * 15000])


@settings(deadline=None, max_examples=60)
@given(st.lists(DECISION, min_size=1, max_size=12), st.integers(0, 46655))
def test_every_game_stays_in_its_bounds_and_can_be_handed_in(decisions, seed):
    game = hotel_chain.game(decisions, seed)
    for quarter in game["quarters"]:
        assert all(1 <= quarter[name] <= 9 for name in ("skill", "morale", "quality", "satisfaction", "expectation", "reviews"))
        assert all(0 <= quarter[name] <= 1 for name in ("turnover", "failures", "settled", "retention", "occupancy"))
    again = hotel_chain.handed_in(game["code"])
    assert again["total"] == pytest.approx(game["total"], rel=1e-9)
    assert hotel_chain.decoded(game["code"].upper()) == hotel_chain.decoded(game["code"])


def test_a_mistyped_code_is_refused():
    code = hotel_chain.game([{"training": 20}] * 3, 7)["code"]
    for broken in (code[:-1], code[1:], code.replace(code[6], "z", 1), "", "不是成绩码", code + "0"):
        with pytest.raises(ValueError, match="成绩码"):
            hotel_chain.decoded(broken)


def test_a_scenario_is_the_same_however_long_it_is_watched():
    assert hotel_chain.scenario(3, 20)[:12] == hotel_chain.scenario(3)
    assert len({str(hotel_chain.scenario(seed)) for seed in SEEDS}) == len(SEEDS)
    assert {row["event"] for seed in SEEDS for row in hotel_chain.scenario(seed)} == set(hotel_chain.EVENTS)
    assert all(row["event"] == "quiet" for seed in SEEDS for row in hotel_chain.scenario(seed)[:2])


def test_the_game_before_its_first_quarter():
    game = hotel_chain.game([], 4)
    assert game["quarters"] == []
    assert game["total"] == 0
    assert game["opening"]["skill"] == 5.6
    assert game["next"] == "quiet"
    assert game["code"] == ""


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: hotel_chain.play([{"wage": 3}]), "第1季的 wage 应是从 0.8 到 1.4 的数，收到 3"),
        (lambda: hotel_chain.play([{}, {"training": "多"}]), "第2季的 training"),
        (lambda: hotel_chain.play([{"salary": 1}]), "没有名为 'salary' 的决策"),
        (lambda: hotel_chain.play([]), "1到40季"),
        (lambda: hotel_chain.game([{}] * 13), "0到12季"),
        (lambda: hotel_chain.game([], -1), "seed"),
    ],
)
def test_refusals(call, words):
    with pytest.raises(ValueError, match=words):
        call()
