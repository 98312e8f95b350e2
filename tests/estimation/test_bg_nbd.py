"""BG/NBD by maximum likelihood: the published fit, the truth behind simulated customers, and what is refused."""

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import check_grad

from service_marketing.estimation import bg_nbd, fit_bg_nbd
from service_marketing.models import lifetime_value

PUBLISHED = {"r": 0.2425982, "alpha": 4.4136842, "a": 0.7929899, "b": 2.4261667}


def customers(n, seed, r=0.5, alpha=6.0, a=0.8, b=3.0, T=39.0):
    """Histories of `n` customers drawn from the model itself."""
    rng = np.random.default_rng(seed)
    rate, leave = rng.gamma(r, 1 / alpha, n), rng.beta(a, b, n)
    observed = T - rng.uniform(0, 12, n)
    rows = []
    for i in range(n):
        x, last, now = 0, 0.0, rng.exponential(1 / rate[i])
        while now <= observed[i]:
            x, last = x + 1, now
            if rng.random() < leave[i]:
                break
            now += rng.exponential(1 / rate[i])
        rows.append((x, last, observed[i]))
    return pd.DataFrame(rows, columns=["frequency", "recency", "T"])


@pytest.fixture(scope="module")
def simulated():
    return customers(20_000, seed=8)


@pytest.fixture(scope="module")
def fitted(cdnow):
    return fit_bg_nbd(table=cdnow)


def test_cdnow_as_published(fitted):
    # Fader, Hardie & Lee (2005); BTYD walkthrough
    assert fitted.parameters == pytest.approx(PUBLISHED, rel=1e-3)
    assert fitted.log_likelihood == pytest.approx(-9582.429, abs=0.01)
    assert fitted.customers == 2357
    assert fitted.aic == pytest.approx(8 + 2 * 9582.429, abs=0.02)


def test_cdnow_predictions(fitted, cdnow):
    assert fitted.expected_purchases(52) == pytest.approx(1.444004, abs=1e-3)
    assert fitted.conditional_expected_purchases(39, 2, 30.43, 38.86) == pytest.approx(1.226, abs=1e-3)
    alive = fitted.probability_alive(cdnow["frequency"], cdnow["recency"], cdnow["T"])
    assert alive.shape == (2357,)
    assert (alive[cdnow["frequency"] == 0] == 1).all()
    assert ((alive > 0) & (alive <= 1)).all()
    # 39 weeks ahead, against what those customers really bought (Fader, Hardie & Lee 2005, section 4)
    ahead = fitted.conditional_expected_purchases(39, cdnow["frequency"], cdnow["recency"], cdnow["T"])
    assert ahead.sum() == pytest.approx(cdnow["holdout_frequency"].sum(), rel=0.15)


def test_gradient(cdnow):
    columns = [cdnow[name].to_numpy(dtype=float) for name in ("frequency", "recency", "T")]
    weights = np.ones(len(cdnow))
    at = np.log([0.3, 5.0, 0.7, 2.0])
    error = check_grad(lambda t: bg_nbd._negative(t, *columns, weights)[0], lambda t: bg_nbd._negative(t, *columns, weights)[1], at)
    assert error < 1e-2, "against a gradient of some hundreds"


def test_likelihood_is_the_one_of_the_models(cdnow):
    few = cdnow.head(50)
    one_by_one = sum(
        lifetime_value.bg_nbd_log_likelihood(*row, **PUBLISHED)
        for row in few[["frequency", "recency", "T"]].astype(float).itertuples(index=False)
    )
    assert bg_nbd.log_likelihood(few["frequency"], few["recency"], few["T"], **PUBLISHED) == pytest.approx(one_by_one)


def test_truth_is_recovered(simulated):
    truth = {"r": 0.5, "alpha": 6.0, "a": 0.8, "b": 3.0}
    fit = fit_bg_nbd(table=simulated)
    for name, value in truth.items():
        assert abs(fit.parameters[name] - value) < 3 * fit.standard_errors[name], name
    table = fit.table()
    assert (table["lower"] < table["estimate"]).all()
    assert (table["estimate"] < table["upper"]).all()
    assert fit.expected_purchases(25) == pytest.approx(lifetime_value.bg_nbd_expected_purchases(25, **truth), rel=0.03)


def test_standard_errors_are_those_of_repeated_samples():
    fits = [fit_bg_nbd(table=customers(1500, seed)) for seed in range(40, 70)]
    for name in ("r", "alpha"):
        spread = np.std([np.log(fit.parameters[name]) for fit in fits], ddof=1)
        told = np.median([fit.standard_errors[name] / fit.parameters[name] for fit in fits])
        assert told == pytest.approx(spread, rel=0.4), name


def test_unit_of_time_changes_alpha_only(simulated):
    few = simulated.head(3000)
    weeks, days = fit_bg_nbd(table=few), fit_bg_nbd(few["frequency"], 7 * few["recency"], 7 * few["T"])
    assert days.alpha == pytest.approx(7 * weeks.alpha, rel=1e-4)
    assert (days.r, days.a, days.b) == pytest.approx((weeks.r, weeks.a, weeks.b), rel=1e-4)
    assert days.log_likelihood == pytest.approx(weeks.log_likelihood - few["frequency"].sum() * np.log(7))
    assert days.log_likelihood == pytest.approx(
        bg_nbd.log_likelihood(few["frequency"], 7 * few["recency"], 7 * few["T"], **days.parameters)
    )


def test_order_and_form_of_the_data_do_not_matter(simulated):
    few = simulated.head(2000)
    mixed = few.sample(frac=1, random_state=1).rename(columns={"frequency": "x"})
    a, b = fit_bg_nbd(table=few), fit_bg_nbd("x", "recency", "T", mixed)
    assert a.parameters == pytest.approx(b.parameters, rel=1e-6)
    assert fit_bg_nbd(list(few["frequency"]), few["recency"].to_numpy(), few["T"]).parameters == pytest.approx(a.parameters, rel=1e-9)


GOOD = pd.DataFrame({"frequency": [0, 1, 2], "recency": [0.0, 3.0, 9.0], "T": [10.0, 10.0, 10.0]}, index=["甲", "乙", "丙"])


@pytest.mark.parametrize(
    ("row", "column", "value", "message"),
    [
        ("乙", "frequency", -1, "第 乙 行 frequency 列"),
        ("乙", "frequency", 1.5, "row 乙, column frequency"),
        ("丙", "recency", 11.0, "第 丙 行 recency 列"),
        ("甲", "recency", 2.0, "第 甲 行 recency 列: 没有再买过"),
        ("丙", "recency", 0.0, "第 丙 行 recency 列: 再买过"),
        ("乙", "T", 0.0, "第 乙 行 T 列"),
        ("丙", "T", np.nan, "第 丙 行 T 列"),
        ("丙", "T", "十周", "第 丙 行 T 列: 应是有限的数，收到 十周"),
    ],
)
def test_bad_value_is_named_by_row_and_column(row, column, value, message):
    table = GOOD.astype(object)
    table.loc[row, column] = value
    with pytest.raises(ValueError, match=message):
        fit_bg_nbd(table=table)


def test_other_bad_input():
    with pytest.raises(ValueError, match="没有 recency 列"):
        fit_bg_nbd(table=GOOD.drop(columns="recency"))
    with pytest.raises(ValueError, match="frequency 全是 0"):
        fit_bg_nbd([0, 0], [0, 0], [5, 6])
    with pytest.raises(ValueError, match="recency 应有 3 个值"):
        fit_bg_nbd([0, 1, 2], [0, 1], [5, 6, 7])
    with pytest.raises(ValueError, match="还要给出 table"):
        fit_bg_nbd("x", "t_x", "T")
    with pytest.raises(ValueError, match="没有数据"):
        fit_bg_nbd([], [], [])
    # everyone bought at the same pace until the very end: no drop-out, no difference between customers
    with pytest.raises(ValueError, match="定不出 r、alpha、a、b"):
        fit_bg_nbd([5] * 50, [9.9] * 50, [10.0] * 50)
