"""Facts about queues, staffing, yield and waiting."""

import math
import random
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats
from scipy.optimize import brentq

from service_marketing.models import capacity as model
from service_marketing.simulations import noon_peak

few = st.integers(1, 30)
use = st.floats(0.05, 0.95)
minutes = st.floats(0.1, 60)


# Published numbers


def test_call_centre_standard_worked_example():
    """360 calls per half hour, 240 s, 55 agents."""
    rate = 360 / 1800
    load = model.offered_load(rate, 240)
    assert load == pytest.approx(48)
    assert model.erlang_c(55, load) == pytest.approx(0.2387, abs=5e-5)
    assert model.average_speed_of_answer(55, rate, 240) == pytest.approx(8.18, abs=0.005)
    assert model.service_level(55, rate, 240, 15) == pytest.approx(0.8459, abs=5e-5)


def test_hospital_of_hillier_and_lieberman():
    """M/M/s with λ = 2 and μ = 3 an hour."""
    one, two = model.mmc(2, 3, 1), model.mmc(2, 3, 2)
    assert one["L"] == pytest.approx(2)
    assert one["Wq"] == pytest.approx(2 / 3)
    assert [two[name] for name in ("L", "Lq", "Wq", "W")] == pytest.approx([3 / 4, 1 / 12, 1 / 24, 3 / 8])
    assert one["p0"] == pytest.approx(1 / 3)
    assert two["p0"] == pytest.approx(1 / 2)


def test_park_hyatt_rooms_of_cachon_and_terwiesch():
    """Rooms at 225 and 159 dollars, Poisson demand of 27.3 at the high rate, 118 rooms: protect 24, book at most 94 low."""
    assert model.littlewood(225, 159, 27.3) == 24
    assert model.booking_limit(118, 24) == 94


# Erlang B and C


def test_erlang_b_by_hand():
    assert model.erlang_b(0, 5) == 1
    assert model.erlang_b(1, 1) == 0.5
    assert model.erlang_b(2, 1) == pytest.approx(0.2)  # 1/2 over 1 + 1 + 1/2


@given(few, st.floats(0.01, 40))
def test_erlang_b_is_the_last_term_of_its_sum(servers, load):
    terms = [load**n / math.factorial(n) for n in range(servers + 1)]
    assert model.erlang_b(servers, load) == pytest.approx(terms[-1] / sum(terms))


@given(few, use)
def test_erlang_c_is_the_textbook_sum(servers, rho):
    load = rho * servers
    below = sum(load**n / math.factorial(n) for n in range(servers))
    top = load**servers / math.factorial(servers) / (1 - rho)
    assert model.erlang_c(servers, load) == pytest.approx(top / (below + top))


@given(few, use)
def test_waiting_is_likelier_than_loss_and_one_server_waits_with_its_utilisation(servers, rho):
    assert model.erlang_c(servers, rho * servers) >= model.erlang_b(servers, rho * servers)
    assert model.erlang_c(1, rho) == pytest.approx(rho)


def test_with_too_few_servers_everyone_waits():
    assert model.erlang_c(3, 3) == 1
    assert model.erlang_c(3, 9) == 1
    assert model.service_level(3, 9, 1, 100) == 0
    with pytest.raises(ValueError, match="顶不住"):
        model.mmc(9, 1, 3)
    with pytest.raises(ValueError, match="顶不住"):
        model.average_speed_of_answer(3, 3, 1)


def test_large_houses_do_not_overflow():
    assert 0 < model.erlang_c(10000, 9900) < 1
    big = model.mmc_distribution(9900, 1, 10000, 10500)
    assert sum(big) == pytest.approx(1, abs=0.01)
    assert max(big) == pytest.approx(big[9900], rel=0.01)


# M/M/c


@given(few, use, st.floats(0.1, 20))
def test_mmc_keeps_littles_law_and_its_own_distribution(servers, rho, service_rate):
    rate = rho * servers * service_rate
    found = model.mmc(rate, service_rate, servers)
    assert found["rho"] == pytest.approx(rho) == pytest.approx(model.utilisation(rate, service_rate, servers))
    assert found["L"] == pytest.approx(model.littles_law(arrival_rate=rate, time_in_system=found["W"]))
    assert found["Lq"] == pytest.approx(model.littles_law(arrival_rate=rate, time_in_system=found["Wq"]))
    p = model.mmc_distribution(rate, service_rate, servers, 1500)
    assert sum(p) == pytest.approx(1)
    assert p[0] == pytest.approx(found["p0"])
    assert sum(n * x for n, x in enumerate(p)) == pytest.approx(found["L"])
    assert sum(p[servers:]) == pytest.approx(found["p_wait"])


@given(st.integers(1, 20), use)
def test_more_servers_and_less_load_mean_less_waiting(servers, rho):
    wait = model.mmc(rho * servers, 1, servers)["Wq"]
    assert model.mmc(rho * servers, 1, servers + 1)["Wq"] < wait
    assert model.mmc(0.9 * rho * servers, 1, servers)["Wq"] < wait


def simulated(rate, service_rate, servers, patience=math.inf, n=150_000, seed=5):
    """Waits of `n` customers of a queue simulated by itself, first come first served; None for those who gave up."""
    draw = random.Random(seed)
    free, now, waits = [0.0] * servers, 0.0, []
    for _ in range(n):
        now += draw.expovariate(rate)
        k = min(range(servers), key=free.__getitem__)
        start = max(now, free[k])
        if start - now > (draw.expovariate(1 / patience) if patience < math.inf else math.inf):
            waits.append(None)
        else:
            free[k] = start + draw.expovariate(service_rate)
            waits.append(start - now)
    return waits[n // 20 :]


def test_a_simulated_queue_waits_as_the_formulas_say():
    waits = simulated(2.4, 1, 3)
    found = model.mmc(2.4, 1, 3)
    assert sum(waits) / len(waits) == pytest.approx(found["Wq"], rel=0.06)
    assert sum(w > 0 for w in waits) / len(waits) == pytest.approx(found["p_wait"], rel=0.03)
    assert sum(w <= 1 for w in waits) / len(waits) == pytest.approx(model.service_level(3, 2.4, 1, 1), rel=0.02)
    assert sorted(waits)[int(0.9 * len(waits))] == pytest.approx(model.waiting_time_quantile(0.9, 3, 2.4, 1), rel=0.06)


def test_a_simulated_queue_loses_as_erlang_a_says():
    waits = simulated(4, 1, 3, patience=2)
    found = model.erlang_a(4, 1, 3, 2)
    assert sum(w is None for w in waits) / len(waits) == pytest.approx(found["p_abandon"], rel=0.03)
    assert sum(w is None or w > 0 for w in waits) / len(waits) == pytest.approx(found["p_wait"], rel=0.02)


@given(few, use, minutes, st.floats(0, 0.99))
def test_the_quantile_is_the_inverse_of_the_service_level(servers, rho, service_time, share):
    rate = rho * servers / service_time
    wait = model.waiting_time_quantile(share, servers, rate, service_time)
    assert model.service_level(servers, rate, service_time, wait) >= share - 1e-9
    assert wait == 0 or model.service_level(servers, rate, service_time, 0.99 * wait) < share


# M/M/c/K, Erlang A, M/G/1


def test_three_places_at_the_hospital():
    """λ = 2, μ = 3, K = 3: p0 = (1 − 2/3)/(1 − (2/3)⁴) and a geometric fall."""
    found = model.mmck(2, 3, 1, 3)
    p = [27 / 65, 18 / 65, 12 / 65, 8 / 65]
    assert found["distribution"] == pytest.approx(p)
    assert found["p_block"] == pytest.approx(p[3])
    assert found["L"] == pytest.approx((18 + 24 + 24) / 65)
    assert found["W"] == pytest.approx(found["L"] / (2 * (1 - p[3])))


@given(st.integers(1, 15), st.floats(0.1, 30))
def test_without_waiting_places_it_is_erlang_b_and_with_many_it_is_mmc(servers, load):
    assert model.mmck(load, 1, servers, servers)["p_block"] == pytest.approx(model.erlang_b(servers, load))
    if load < 0.8 * servers:
        ample, endless = model.mmck(load, 1, servers, servers + 400), model.mmc(load, 1, servers)
        for name in ("L", "Lq", "W", "Wq", "p_wait", "rho", "p0"):
            assert ample[name] == pytest.approx(endless[name], abs=1e-9)


def test_mmck_without_arrivals():
    assert model.mmck(0, 1, 2, 4)["L"] == 0


@given(st.integers(1, 15), st.floats(0.1, 30))
def test_patience_as_long_as_a_service_makes_the_house_poisson(servers, load):
    found = model.erlang_a(load, 1, servers, 1)
    assert found["L"] == pytest.approx(load)
    assert found["p_wait"] == pytest.approx(stats.poisson.sf(servers - 1, load), abs=1e-9)


@given(st.integers(1, 10), st.floats(0.1, 0.8))
def test_great_patience_is_mmc(servers, rho):
    patient, endless = model.erlang_a(rho * servers, 1, servers, 1e7), model.mmc(rho * servers, 1, servers)
    assert patient["p_wait"] == pytest.approx(endless["p_wait"], abs=1e-4)
    assert patient["Wq"] == pytest.approx(endless["Wq"], rel=1e-3)
    assert patient["p_abandon"] < 1e-5


@given(st.integers(1, 10), st.floats(0.1, 30), st.floats(0.05, 20))
def test_who_does_not_give_up_is_served(servers, rate, patience):
    found = model.erlang_a(rate, 1, servers, patience)
    assert found["effective_rate"] == pytest.approx(rate * (1 - found["p_abandon"]))
    assert 0 <= found["p_abandon"] <= found["p_wait"] + 1e-12
    assert found["rho"] <= 1 + 1e-9


@given(use, minutes)
def test_mg1_with_exponential_service_is_mm1_and_with_constant_service_half_of_it(rho, service_time):
    rate = rho / service_time
    exponential, constant = model.mg1(rate, service_time, service_time), model.mg1(rate, service_time, 0)
    assert exponential["Wq"] == pytest.approx(model.mmc(rate, 1 / service_time)["Wq"])
    assert constant["Wq"] == pytest.approx(exponential["Wq"] / 2)


@given(st.integers(1, 10), use, minutes)
def test_allen_cunneen_starts_from_mmc(servers, rho, service_time):
    rate = rho * servers / service_time
    assert model.ggc_wait(rate, service_time, servers) == pytest.approx(model.mmc(rate, 1 / service_time, servers)["Wq"])
    assert model.ggc_wait(rate, service_time, servers, 1, 0) == pytest.approx(model.mmc(rate, 1 / service_time, servers)["Wq"] / 2)


# Staffing and Little


@given(st.floats(0.1, 60), minutes, st.floats(0, 10), st.floats(0, 0.99))
def test_staffing_is_enough_and_one_fewer_is_not(rate, service_time, target, level):
    assume(rate * service_time < 500)
    servers = model.staff_for_service_level(rate, service_time, target, level)
    assert model.service_level(servers, rate, service_time, target) >= level
    if servers - 1 > rate * service_time:
        assert model.service_level(servers - 1, rate, service_time, target) < level


@given(st.floats(0.1, 60), minutes, st.floats(0.01, 10))
def test_staffing_to_a_wait(rate, service_time, wait):
    assume(rate * service_time < 500)
    servers = model.staff_for_wait(rate, service_time, wait)
    assert model.average_speed_of_answer(servers, rate, service_time) <= wait
    if servers - 1 > rate * service_time:
        assert model.average_speed_of_answer(servers - 1, rate, service_time) > wait


def test_eighty_per_cent_within_twenty_seconds():
    assert model.staff_for_service_level(0.2, 240, 20, 0.8) == 54
    assert model.service_level(54, 0.2, 240, 20) > 0.8 > model.service_level(53, 0.2, 240, 20)


@given(st.floats(0, 200), st.floats(0.001, 1))
def test_staffing_to_a_loss(load, blocking):
    servers = model.staff_for_loss(load, blocking)
    assert model.erlang_b(servers, load) <= blocking
    assert servers == 0 or model.erlang_b(servers - 1, load) > blocking


def test_square_root_rule():
    assert model.square_root_staffing(100, 1.5) == 115
    assert model.square_root_staffing(48) == 55


def test_littles_law_in_its_three_forms():
    assert model.littles_law(arrival_rate=6, time_in_system=0.5) == 3
    assert model.littles_law(number_in_system=3, time_in_system=0.5) == 6
    assert model.littles_law(number_in_system=3, arrival_rate=6) == 0.5
    for given_two in ({}, {"arrival_rate": 1}, {"arrival_rate": 1, "time_in_system": 1, "number_in_system": 1}):
        with pytest.raises(ValueError, match="正好给两个"):
            model.littles_law(**given_two)


# Capacity


@pytest.mark.parametrize(
    ("demand", "state", "lost", "idle", "crowded"),
    [(120, "超产能", 20, 0, 20), (90, "超最优", 0, 0, 10), (80, "平衡", 0, 0, 0), (50, "过剩", 0, 30, 0)],
)
def test_states_of_capacity(demand, state, lost, idle, crowded):
    found = model.capacity_state(demand, 80, 100)
    assert [found[name] for name in ("state", "lost", "idle", "crowded")] == [state, lost, idle, crowded]
    assert model.capacity_state(demand, 80, 100, "en")["state"] in model.STATES


def test_an_optimum_above_the_maximum_is_refused():
    with pytest.raises(ValueError, match="optimal"):
        model.capacity_state(1, 5, 4)


@given(st.floats(0, 2), st.floats(0, 2))
def test_quality_never_rises_with_the_load(a, b):
    assert model.quality_under_load(min(a, b)) >= model.quality_under_load(max(a, b)) >= 1


def test_quality_falls_only_beyond_the_optimum():
    assert model.quality_under_load(0.8) == 8
    assert model.quality_under_load(0.9) == pytest.approx(6.8)


@given(st.floats(1, 1e6), st.floats(1, 1e4), st.floats(0.01, 1), st.floats(0, 1e6))
def test_productivity_is_the_product_of_three_efficiencies(cost, potential, share, revenue):
    found = model.service_productivity(cost, potential, share * potential, revenue)
    assert found["internal"] * found["capacity"] * found["external"] == pytest.approx(found["productivity"])


# Yield


@given(st.integers(-3, 300), st.floats(0, 200))
def test_poisson_is_scipys(k, mean):
    assert model.poisson_cdf(k, mean) == pytest.approx(stats.poisson.cdf(k, mean), abs=1e-9)


@given(st.floats(1, 1000), st.floats(0.01, 0.99), st.floats(50, 200), st.floats(0.1, 10))
def test_littlewood_solves_its_equation(high, ratio, mean, sd):
    y = brentq(lambda y: stats.norm.sf(y, mean, sd) - ratio, mean - 10 * sd, mean + 10 * sd)
    assert model.littlewood(high, ratio * high, mean, sd) == pytest.approx(max(0, y), abs=1e-6)


@given(st.floats(0.01, 0.99), st.floats(0, 60))
def test_poisson_protection_earns_the_most(ratio, mean):
    """Protecting y of 40 places earns high·E[min(D, y)] + low·(40 − y) when low demand is ample."""
    assume(all(abs(stats.poisson.sf(k, mean) - ratio) > 1e-9 for k in range(150)))
    y = model.littlewood(1, ratio, mean)
    earned = [sum(stats.poisson.sf(range(k), mean)) - ratio * k for k in range(150)]
    assert y == earned.index(max(earned))


@given(st.floats(0.1, 0.9), st.floats(5, 50))
def test_the_cheaper_the_low_price_the_more_is_protected(ratio, mean):
    assert model.littlewood(1, 0.9 * ratio, mean) >= model.littlewood(1, ratio, mean)
    assert model.littlewood(1, 0.9 * ratio, mean, 3) >= model.littlewood(1, ratio, mean, 3)


def test_at_the_same_price_nothing_is_protected():
    assert model.littlewood(100, 100, 30, 5) == 0
    assert model.littlewood(100, 100, 30) == 0
    assert model.littlewood(100, 60, 0) == 0


def test_a_low_price_above_the_high_one_is_refused():
    with pytest.raises(ValueError, match="low_price"):
        model.littlewood(100, 120, 30, 5)


# Waiting as it feels


def test_every_circumstance_makes_a_wait_longer_and_value_makes_it_shorter():
    assert model.perceived_wait(10) == 10
    for name, factor in model.MAISTER.items():
        assert factor > 1
        assert model.perceived_wait(10, **{name: True}) == pytest.approx(10 * factor)
    assert model.perceived_wait(10, uncertain=True, unfair=True) == pytest.approx(10 * 1.25 * 1.3)
    assert model.perceived_wait(10, value=2) == 5


def test_a_circumstance_is_yes_or_no():
    with pytest.raises(ValueError, match="solo"):
        model.perceived_wait(1, solo="yes")


def test_satisfaction_with_a_wait_is_perception_less_expectation():
    assert model.wait_satisfaction(10, 10) == 7
    assert model.wait_satisfaction(10, 14) == pytest.approx(6)
    assert model.wait_satisfaction(10, 100) == 1
    assert model.wait_satisfaction(20, 0) == 9


# The simulation


def run(mode, **params):
    return noon_peak.compute(mode, params)


def settings_of(task):
    return dict(noon_peak.tasks[task].set)


def test_the_intros_numbers_are_the_models():
    assert model.noon_peak() == model.noon_peak(service_time=3, price=30, food_cost=10, wage=120)
    assert sum(model.PEAK) == pytest.approx(1)
    assert sum(model.PEAK[2:5]) > 0.5  # "most of them in the middle"


@given(st.integers(20, 150), st.integers(1, 10), st.integers(1, 30), st.booleans(), st.booleans(), st.integers(0, 10), st.integers(1, 30))
def test_the_noon_hour_is_a_queue(arrivals, servers, patience, announced, occupied, discount, day):
    result = model.noon_peak(arrivals, servers, patience, int(announced), int(occupied), discount, day)
    people = result["people"]
    came = [p[0] for p in people]
    assert came == sorted(came)
    assert all(0 <= t < 60 for t in came)
    served = [p for p in people if p[4] >= 0]
    assert len(people) == result["guests"] == result["served"] + result["lost"]
    starts = [p[1] for p in served]
    assert starts == sorted(starts)  # first come, first served
    for k in range(servers):
        own = [p for p in served if p[4] == k]
        assert all(before[2] <= after[1] + 1e-9 for before, after in pairwise(own))
    for arrival, start, end, group, server in people:
        assert arrival <= start <= end <= result["length"] + 1e-9
        assert (group == 2) == (server == -1)
        assert server < servers
        assert group != 2 or (start == end and (start == arrival) == announced)
        assert group == 2 or (group == 0) == (start - arrival <= 3)
        if start > arrival and server >= 0:
            # nobody waits beside an idle window
            assert all(any(p[1] <= arrival < p[2] for p in served if p[4] == k) for k in range(servers))
    assert 1 <= result["satisfaction"] <= 9
    assert 0 <= result["busy"] <= 1


def test_over_many_days_as_many_come_as_expected_and_most_at_the_peak():
    days = [model.noon_peak(60, day=day) for day in range(1, 31)]
    people = [p[0] for d in days for p in d["people"]]
    assert len(people) / 30 == pytest.approx(60, abs=3 * math.sqrt(60 / 30))
    assert sum(20 <= t < 50 for t in people) / len(people) == pytest.approx(sum(model.PEAK[2:5]), abs=0.04)


def test_a_discount_moves_guests_out_of_the_peak():
    def peak(discount):
        people = [p[0] for day in range(1, 31) for p in model.noon_peak(discount=discount, day=day)["people"]]
        return sum(20 <= t < 50 for t in people) / len(people)

    assert peak(5) == pytest.approx(0.8 * peak(0), abs=0.03)


def test_task_telling_the_wait():
    silent, told = (run("queue", **{**settings_of(0), "announced": a}) for a in (0, 1))
    assert told["tolerated"] - silent["tolerated"] == pytest.approx(2, abs=0.1)
    assert told["lost"] < silent["lost"]
    assert told["profit"] > silent["profit"]
    assert told["wait"] > silent["wait"]


def test_task_the_best_satisfaction_is_not_the_best_profit():
    results = {c: run("queue", **{**settings_of(1), "servers": c}) for c in range(3, 10)}
    assert max(results, key=lambda c: results[c]["profit"]) == 5
    assert max(results, key=lambda c: results[c]["satisfaction"]) == 9
    assert all(results[c + 1]["satisfaction"] > results[c]["satisfaction"] for c in range(3, 9))


def test_task_the_knee():
    def wait(rho):
        return run("knee", **{**settings_of(2), "rho": rho})["wait"]

    assert 1 < wait(0.8) - wait(0.7) < 1.3
    assert wait(0.95) - wait(0.85) == pytest.approx(10, abs=0.3)
    knees = {c: run("knee", **{**settings_of(2), "servers": c})["knee"] for c in (1, 4, 5, 10)}
    assert knees[1] == pytest.approx(0.5)
    assert knees[4] == pytest.approx(0.85, abs=0.02)
    assert knees[5] == pytest.approx(0.85, abs=0.02)
    assert knees[10] == pytest.approx(0.92, abs=0.01)


@given(st.floats(0.25, 0.97), st.integers(1, 10), st.floats(1, 6), st.floats(0.25, 3))
def test_the_curves_of_the_knee(rho, servers, service_time, variation):
    result = model.knee(rho, servers, service_time, variation)
    assert result["wait"] == pytest.approx(variation * model.mmc(rho * servers / service_time, 1 / service_time, servers)["Wq"])
    assert result["wait"] <= result["separate_wait"] + 1e-9  # one common line never waits longer
    for line in (result["common"], result["separate"]):
        assert all(before[0] < after[0] and before[1] <= after[1] for before, after in pairwise(line))
        assert max(y for _, y in line) <= 30
        assert [line[0][0], line[-1][0]] == [25, 97]
    if 0.25 <= result["knee"] <= 0.97:
        assert model.knee(result["knee"], servers, service_time, variation)["wait"] == pytest.approx(service_time, rel=1e-6)
