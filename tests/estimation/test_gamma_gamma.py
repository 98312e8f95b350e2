"""Gamma-gamma by maximum likelihood: the published fit, the truth behind simulated customers, and what is refused."""

import numpy as np
import pytest
from scipy import stats
from scipy.optimize import check_grad

from service_marketing.estimation import fit_gamma_gamma, gamma_gamma


@pytest.fixture(scope="module")
def fitted(cdnow):
    return fit_gamma_gamma(table=cdnow)


def test_cdnow_as_published(fitted, cdnow):
    # Hardie's note; expected spends: tests of the lifetimes package
    assert fitted.customers == 946
    assert [fitted.p, fitted.q, fitted.v] == pytest.approx([6.25, 3.74, 15.44], abs=0.01)
    first = cdnow.head(10)
    spends = [24.65, 18.91, 35.17, 35.17, 35.17, 71.46, 18.91, 35.17, 27.28, 35.17]
    assert fitted.expected_spend(first["frequency"], first["spend"]) == pytest.approx(spends, abs=0.012)
    assert fitted.mean_spend == pytest.approx(35.17, abs=0.01)
    assert 0 < fitted.correlation < 0.2, "nearly independent, as the model wants"


def simulated(n=20_000, p=4.0, q=4.0, v=20.0):
    rng = np.random.default_rng(2)
    x = rng.integers(1, 8, n)
    rate = rng.gamma(q, 1 / v, n)
    return x, rng.gamma(p * x, 1 / (rate * x))


def test_truth_is_recovered():
    fit = fit_gamma_gamma(*simulated())
    for name, value in {"p": 4.0, "q": 4.0, "v": 20.0}.items():
        assert abs(fit.parameters[name] - value) < 3 * fit.standard_errors[name], name


def test_likelihood_is_the_density_of_the_mean():
    # given p·x and the customer's rate, the mean is gamma; over rates, x·m / v is beta prime with p·x and q
    x, m = np.array([1, 3, 6]), np.array([12.0, 30.0, 8.0])
    density = stats.betaprime.logpdf(x * m / 15.0, 6.0 * x, 3.5) + np.log(x / 15.0)
    assert gamma_gamma.log_likelihood(x, m, 6.0, 3.5, 15.0) == pytest.approx(density.sum())


def test_gradient():
    x, m = simulated(500)
    at = np.log([3.0, 3.0, 15.0])
    assert check_grad(lambda t: gamma_gamma._negative(t, x, m)[0], lambda t: gamma_gamma._negative(t, x, m)[1], at) < 1e-2


def test_unit_of_money_changes_v_only():
    x, m = simulated(3000)
    yuan, fen = fit_gamma_gamma(x, m), fit_gamma_gamma(x, 100 * m)
    assert (fen.p, fen.q, fen.v) == pytest.approx((yuan.p, yuan.q, 100 * yuan.v), rel=1e-4)
    assert fen.log_likelihood == pytest.approx(yuan.log_likelihood - 3000 * np.log(100))
    assert yuan.log_likelihood == pytest.approx(gamma_gamma.log_likelihood(x, m, **yuan.parameters))
    assert list(yuan.table().columns) == ["estimate", "standard_error", "lower", "upper"]


def test_customers_without_transactions_say_nothing():
    x, m = simulated(2000)
    assert fit_gamma_gamma([0, *x], [0, *m]).parameters == pytest.approx(fit_gamma_gamma(x, m).parameters)


@pytest.mark.parametrize(
    ("x", "m", "message"),
    [
        ([1, 2, 3], [5, 0, 7], "第 1 行 mean_spend 列"),
        ([1, -2, 3], [5, 6, 7], "第 1 行 frequency 列"),
        ([0, 0, 3], [0, 0, 7], "至少要 3 位"),
        ([1, 2, 3], [5, 6], "mean_spend 应有 3 个值"),
        ([2, 2, 2, 2], [5, 5, 5, 5], "定不出 p、q、v"),
    ],
)
def test_errors(x, m, message):
    with pytest.raises(ValueError, match=message):
        fit_gamma_gamma(x, m)
