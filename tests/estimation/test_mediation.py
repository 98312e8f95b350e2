"""Mediation: against statsmodels' regressions, the truth behind simulated data, and what is refused."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from service_marketing.estimation import mediate


def simulated(n=800, seed=3):
    rng = np.random.default_rng(seed)
    z = rng.normal(size=n)
    x = 0.5 * z + rng.normal(size=n)
    m = 2 + 0.6 * x + 0.3 * z + rng.normal(size=n)
    y = 1 + 0.2 * x + 0.5 * m + 0.4 * z + rng.normal(size=n)
    return pd.DataFrame({"x": 10 * x + 50, "m": m, "y": 100 * y, "z": z})


def test_regressions_are_those_of_statsmodels():
    table = simulated()
    result = mediate("x", "m", "y", table, covariates=["z"], draws=200)
    first = sm.OLS(table["m"], sm.add_constant(table[["x", "z"]])).fit()
    second = sm.OLS(table["y"], sm.add_constant(table[["x", "m", "z"]])).fit()
    total = sm.OLS(table["y"], sm.add_constant(table[["x", "z"]])).fit()
    assert (result.a, result.a_error) == pytest.approx((first.params["x"], first.bse["x"]))
    assert (result.b, result.b_error) == pytest.approx((second.params["m"], second.bse["m"]))
    assert (result.direct, result.direct_error) == pytest.approx((second.params["x"], second.bse["x"]))
    assert result.total == pytest.approx(total.params["x"])
    assert result.indirect == pytest.approx(result.a * result.b)
    assert result.share == pytest.approx(result.indirect / result.total)
    assert result.table().loc["m → y (b)", "estimate"] == result.b


def test_bootstrap_and_sobel_agree_in_a_large_sample():
    result = mediate("x", "m", "y", simulated(3000), covariates=["z"], draws=1500)
    assert result.bootstrap_error == pytest.approx(result.sobel_error, rel=0.12)
    assert result.interval == pytest.approx(
        (result.indirect - 1.96 * result.sobel_error, result.indirect + 1.96 * result.sobel_error), rel=0.05
    )


def test_interval_covers_the_truth():
    truth = 0.6 / 10 * 0.5 * 100
    hits = 0
    for seed in range(60):
        low, high = mediate("x", "m", "y", simulated(150, seed), covariates=["z"], draws=300, seed=seed).interval
        hits += low < truth < high
    assert 51 <= hits <= 60


def test_same_seed_same_interval():
    table = simulated(200)
    assert mediate("x", "m", "y", table, seed=5) == mediate(table["x"], table["m"], table["y"].to_numpy(), seed=5)
    assert mediate("x", "m", "y", table, seed=5).interval != mediate("x", "m", "y", table, seed=6).interval


def test_errors():
    table = simulated(50)
    with pytest.raises(ValueError, match="第 3 行 m 列"):
        mediate("x", "m", "y", table.assign(m=table["m"].where(table.index != 3)))
    with pytest.raises(ValueError, match="没有 w 列"):
        mediate("x", "m", "y", table, covariates=["w"])
    with pytest.raises(ValueError, match="线性相关"):
        mediate("x", "x2", "y", table.assign(x2=2 * table["x"] + 1))
    with pytest.raises(ValueError, match="常数"):
        mediate("x", "m", "y", table.assign(x=3))
    with pytest.raises(ValueError, match="draws"):
        mediate("x", "m", "y", table, draws=10)
    with pytest.raises(ValueError, match="至少要有 5 行"):
        mediate("x", "m", "y", table.head(4))
