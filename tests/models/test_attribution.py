"""What moved a result: hand sums, the identity with Shapley's value for two sliders, limits and refusals."""

from itertools import permutations
from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_marketing.models import attribution, satisfaction
from service_marketing.models.checks import number

values = st.floats(-50, 50, allow_nan=False)


def product(a, b):
    return {"y": a * b}


def mixed(a, b, c):
    return {"y": 2 * a - b + a * b * c, "z": c}


def shapley(model, start, now, name, readout):
    """The value by its definition: the mean effect of `name` over every order in which the sliders may move."""
    effects = []
    for order in permutations(start):
        at = dict(start)
        for mover in order:
            before = model(**at)[readout]
            at[mover] = now[mover]
            if mover == name:
                effects.append(model(**at)[readout] - before)
    return sum(effects) / len(effects)


def test_a_product_by_hand():
    """Price 3 to 4, guests 10 to 12: 30 to 48. Price first 10, last 12; guests first 6, last 8."""
    found = attribution.what_moved(product, {"a": 3, "b": 10}, {"a": 4, "b": 12}, "y", {"a": (0, 10), "b": (0, 20)})
    assert (found["before"], found["after"], found["change"]) == (30, 48, 18)
    a, b = found["sliders"]
    assert (a["first"], a["last"], a["contribution"]) == (10, 12, 11)
    assert (b["first"], b["last"], b["contribution"]) == (6, 8, 7)
    assert found["together"] == 0  # two sliders: the shares add up


def test_swing_by_hand():
    """From 4 x 12: a moves by 1, b by 2, and neither passes its end."""
    found = attribution.swing(product, {"a": 4, "b": 12}, "a", "y", 0, 10)
    assert found == {"lower": 3, "upper": 5, "down": -12, "up": 12, "power": 12}
    end = attribution.swing(product, {"a": 10, "b": 12}, "a", "y", 0, 10)
    assert (end["upper"], end["up"], end["down"], end["power"]) == (10, 0, -12, 12)


def test_strongest_first():
    found = attribution.what_moved(
        mixed, {"a": 1, "b": 1, "c": 0}, {"a": 1, "b": 1, "c": 0}, "y", {"a": (0, 10), "b": (0, 1), "c": (0, 10)}
    )
    assert [slider["power"] for slider in found["sliders"]] == pytest.approx([2, 0.1, 1])
    assert found["strongest"] == ["a", "c", "b"]
    assert [slider["contribution"] for slider in found["sliders"]] == [0, 0, 0]


@given(values, values, values, values)
def test_two_sliders_are_shapleys_value(a, b, c, d):
    start, now = {"a": a, "b": b}, {"a": c, "b": d}
    for name in start:
        found = attribution.share(product, start, now, name, "y")["contribution"]
        assert isclose(found, shapley(product, start, now, name, "y"), rel_tol=1e-9, abs_tol=1e-6)


@given(values, values, values, values, values, values)
def test_shares_and_the_rest_make_the_change(a, b, c, d, e, f):
    ends = dict.fromkeys("abc", (-50, 50))
    found = attribution.what_moved(mixed, {"a": a, "b": b, "c": c}, {"a": d, "b": e, "c": f}, "y", ends)
    shares = sum(slider["contribution"] for slider in found["sliders"])
    assert shares + found["together"] == pytest.approx(found["after"] - found["before"], abs=1e-6)


@given(values, values, values, values, values, values)
def test_without_interaction_nothing_is_left(a, b, c, d, e, f):
    def plain(a, b, c):
        return {"y": 3 * a - b / 2 + c * c}

    ends = dict.fromkeys("abc", (-50, 50))
    found = attribution.what_moved(plain, {"a": a, "b": b, "c": c}, {"a": d, "b": e, "c": f}, "y", ends)
    assert found["together"] == pytest.approx(0, abs=1e-6)
    assert found["sliders"][0]["contribution"] == pytest.approx(3 * (d - a), abs=1e-6)


@given(values, values, values, values, values, values)
def test_three_sliders_that_act_in_pairs_are_shapleys_value(a, b, c, d, e, f):
    def pairs(a, b, c):
        return {"y": a * b + 2 * b * c - a * c + c}

    start, now = {"a": a, "b": b, "c": c}, {"a": d, "b": e, "c": f}
    for name in start:
        found = attribution.share(pairs, start, now, name, "y")["contribution"]
        assert isclose(found, shapley(pairs, start, now, name, "y"), rel_tol=1e-9, abs_tol=1e-6)


def test_three_sliders_that_interact_leave_a_rest():
    """From 0 to 1 each, y = abc: alone nothing moves, last everything does; the shares say 1.5 and the rest -0.5."""

    def triple(a, b, c):
        return {"y": a * b * c}

    zero, one = dict.fromkeys("abc", 0), dict.fromkeys("abc", 1)
    found = attribution.what_moved(triple, zero, one, "y", dict.fromkeys("abc", (0, 1)))
    assert [slider["contribution"] for slider in found["sliders"]] == [0.5, 0.5, 0.5]
    assert found["together"] == -0.5


def test_settings_that_the_model_refuses_are_left_out():
    def busy(arrivals, servers):
        number("servers", servers, arrivals + 1)
        return {"wait": arrivals / (servers - arrivals)}

    start, now = {"arrivals": 2, "servers": 3}, {"arrivals": 5, "servers": 7}
    found = attribution.share(busy, start, now, "arrivals", "wait")
    assert found["first"] is None  # 5 arrivals with 3 servers
    assert found["contribution"] == found["last"] == pytest.approx(5 / 2 - 2 / 5)
    assert attribution.swing(busy, start, "servers", "wait", 1, 21)["down"] is None


def test_on_a_simulation_of_the_course():
    start = {"expectation": 6.0, "performance": 5.0, "loss_aversion": 2.0, "tolerance": 0.0, "assimilation": 0.5}
    now = {**start, "performance": 7.0}
    limits = {"expectation": (1, 9), "performance": (1, 9), "loss_aversion": (1, 4), "tolerance": (0, 3), "assimilation": (0, 1)}
    found = attribution.what_moved(satisfaction.one_customer, start, now, "satisfaction", limits)
    (moved,) = [slider for slider in found["sliders"] if slider["contribution"]]
    assert moved["name"] == "performance"
    assert moved["contribution"] == pytest.approx(found["change"])
    assert found["together"] == pytest.approx(0)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"readout": "x"}, "readout"),
        ({"now": {"a": 1}}, "start"),
        ({"now": {"a": 1, "b": 2, "c": 3}}, "now"),
        ({"limits": {"a": (0, 1)}}, "limits"),
        ({"limits": {"a": (0, 1), "b": (2, 1)}}, "high"),
    ],
)
def test_errors_name_what_is_wrong(change, named):
    arguments = {"start": {"a": 1, "b": 2}, "now": {"a": 1, "b": 2}, "readout": "y", "limits": {"a": (0, 1), "b": (0, 1)}, **change}
    with pytest.raises(ValueError, match=named):
        attribution.what_moved(product, **arguments)


@pytest.mark.parametrize("bad", [-0.1, 1.1, None])
def test_the_step_is_a_share(bad):
    with pytest.raises(ValueError, match="step"):
        attribution.swing(product, {"a": 1, "b": 2}, "a", "y", 0, 1, step=bad)


def test_an_unknown_slider_is_refused():
    with pytest.raises(ValueError, match="name"):
        attribution.swing(product, {"a": 1, "b": 2}, "q", "y", 0, 1)
    with pytest.raises(ValueError, match="name"):
        attribution.share(product, {"a": 1, "b": 2}, {"a": 1, "b": 2}, "q", "y")
