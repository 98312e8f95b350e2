"""Independent libraries and published tables asked for the same numbers: ciw for queues, lifelines for survival, alphas."""

import statistics

import ciw
import numpy as np
import pytest
from lifelines import KaplanMeierFitter

from service_marketing import datasets
from service_marketing.models import capacity
from service_marketing.models.lifetime_value import kaplan_meier
from service_marketing.models.quality import cronbach_alpha


@pytest.mark.parametrize(("arrival_rate", "service_rate", "servers"), [(2, 3, 1), (2, 3, 2), (10, 3, 4)])
def test_the_mean_wait_in_the_queue_is_what_ciw_simulates(arrival_rate, service_rate, servers):
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(arrival_rate)],
        service_distributions=[ciw.dists.Exponential(service_rate)],
        number_of_servers=[servers],
    )
    means, delayed = [], []
    for seed in range(12):
        ciw.seed(seed)
        simulation = ciw.Simulation(network)
        simulation.simulate_until_max_customers(4000)
        waits = [record.waiting_time for record in simulation.get_all_records()][500:]
        means.append(statistics.mean(waits))
        delayed.append(statistics.mean(wait > 1e-12 for wait in waits))
    expected = capacity.mmc(arrival_rate, service_rate, servers)
    for found, value in ((means, expected["Wq"]), (delayed, capacity.erlang_c(servers, arrival_rate / service_rate))):
        error = statistics.stdev(found) / len(found) ** 0.5
        assert abs(statistics.mean(found) - value) < 3.5 * error


def test_survival_is_what_lifelines_estimates():
    random = np.random.default_rng(3)
    durations = np.round(random.exponential(10, 300), 1)
    seen = random.random(300) < 0.7
    fitted = KaplanMeierFitter().fit(durations, seen)
    table = kaplan_meier(durations.tolist(), seen.tolist())
    for time, survival, lower, upper in zip(table["time"], table["survival"], table["lower"], table["upper"], strict=True):
        assert survival == pytest.approx(fitted.survival_function_at_times(time).iloc[0], abs=1e-12)
        interval = fitted.confidence_interval_.loc[time]
        assert [lower, upper] == pytest.approx(interval.to_list(), abs=1e-9)


@pytest.mark.parametrize(
    ("items", "raw", "standardised"),
    [
        ("IMAG", 0.714, 0.723),
        ("CUEX", 0.433, 0.452),
        ("PERQ", 0.872, 0.877),
        ("PERV", 0.817, 0.824),
        ("CUSA", 0.770, 0.779),
        ("CUSL", 0.442, 0.472),
    ],
)
def test_alpha_of_the_mobile_operators_is_the_published_one(items, raw, standardised):
    """Raw: the syllabus of the course; standardised: Tenenhaus, Esposito Vinzi, Chatelin & Lauro (2005), table of block alphas."""
    table = datasets.load_mobi()
    rows = table[[name for name in table if name.startswith(items)]].to_numpy().tolist()
    assert cronbach_alpha(rows) == pytest.approx(raw, abs=5e-4)
    assert cronbach_alpha(rows, standardised=True) == pytest.approx(standardised, abs=5e-4)
