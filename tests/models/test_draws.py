"""Facts about the draws."""

import statistics

import pytest
from scipy import stats

from service_marketing.models.draws import normals, uniforms


def test_wichmann_hill_by_hand():
    # AS 183: the three generators, stepped eleven times from seed 0's start, added and taken modulo 1
    a = b = c = 1
    for _ in range(11):
        a, b, c = 171 * a % 30269, 172 * b % 30307, 170 * c % 30323
    assert uniforms(1, seed=0)[0] == pytest.approx((a / 30269 + b / 30307 + c / 30323) % 1)


@pytest.mark.parametrize("seed", [0, 1, 2, 3, 1000, 123456789])
def test_uniforms_are_uniform(seed):
    assert stats.kstest(uniforms(2000, seed), "uniform").pvalue > 0.001


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_normals_are_normal(seed):
    drawn = normals(2000, seed, mean=3, sd=2)
    assert stats.kstest(drawn, stats.norm(3, 2).cdf).pvalue > 0.001


def test_neighbouring_seeds_are_not_in_step():
    correlation = statistics.correlation(uniforms(500, 1), uniforms(500, 2))
    assert abs(correlation) < 0.15


def test_an_odd_number_of_normals():
    assert normals(3, 5) == normals(4, 5)[:3]
