"""Estimates from the panel find the parameters that made it, within three standard errors."""

from dataclasses import fields, replace

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy.optimize import minimize
from statsmodels.miscmodels.ordinal_model import OrderedModel

from service_marketing import datasets
from service_marketing.models import satisfaction
from service_marketing.panel import DIMENSIONS, SEGMENTS, TRUTH, expected_again, felt_satisfaction, simulate

DAYS = 731


def near(estimate, standard_error, true):
    return np.all(np.abs(np.asarray(estimate) - np.asarray(true)) <= 3 * np.asarray(standard_error))


# the steps of the draw are the models of the book


def test_expectation_step_is_the_model_of_the_book():
    rng = np.random.default_rng(3)
    points = rng.uniform(1, 9, (200, 4))
    points[rng.random((200, 4)) < 0.3] = np.nan
    points[:, 0] = rng.uniform(1, 9, 200)
    moved = expected_again(TRUTH, *points.T)
    weights = {"learning": TRUTH.learning, "social": TRUTH.social, "persuasion": TRUTH.persuasion}
    for (expectation, *heard), ours in zip(points.tolist(), moved, strict=True):
        experience, reviews, promise = (None if np.isnan(x) else x for x in heard)
        assert ours == pytest.approx(satisfaction.updated_expectation(expectation, experience, reviews, promise, **weights), abs=1e-12)


def test_satisfaction_step_is_the_model_of_the_book():
    grid = np.linspace(1, 9, 33)
    for expectation in grid:
        ours = felt_satisfaction(TRUTH, expectation, grid)
        for performance, felt in zip(grid, ours, strict=True):
            booked = satisfaction.satisfaction(expectation, performance, TRUTH.gain, TRUTH.loss / TRUTH.gain, TRUTH.anchor)
            assert satisfaction.clip(felt, 1, 9) == pytest.approx(booked, abs=1e-12)


def test_performance_is_no_term_of_its_own(visits):
    """E, D⁺ and D⁻ make up P, so that the design with all four has one rank less than columns."""
    assert not [field.name for field in fields(TRUTH) if "performance" in field.name and field.name != "performance_noise"]
    all_four = sm.add_constant(visits[["performance", "expectation", "gain", "loss"]]).to_numpy()
    assert np.linalg.matrix_rank(all_four) == 4
    assert np.linalg.matrix_rank(np.delete(all_four, 1, axis=1)) == 4


# what readers estimate, on the shipped data


@pytest.fixture(scope="module")
def ordered(visits):
    model = OrderedModel(visits.rating, visits[["expectation", "gain", "loss"]], distr="logit")
    return model, model.fit(method="bfgs", disp=False)


def test_gain_loss_and_anchor(ordered):
    _, result = ordered
    names = ["expectation", "gain", "loss"]
    assert near(result.params[names], result.bse[names], [TRUTH.anchor, TRUTH.gain, -TRUTH.loss])


def test_a_loss_weighs_twice_a_gain(ordered):
    _, result = ordered
    assert -result.params["loss"] / result.params["gain"] == pytest.approx(TRUTH.loss / TRUTH.gain, rel=0.1)


def test_cuts(ordered):
    model, result = ordered
    # S* = 5 + anchor (E - 5) + ...: what does not move with E, 5 (1 - anchor), lies in the estimated cuts
    true = np.array(TRUTH.cuts) - 5 * (1 - TRUTH.anchor)
    thresholds = model.transform_threshold_params(result.params)[1:-1]
    # the cuts are the first parameter and the running sum of exponentials of the others
    steps = np.exp(result.params.to_numpy()[-3:])
    jacobian = np.zeros((4, 4))
    jacobian[:, 0] = 1
    for k in range(3):
        jacobian[k + 1 :, k + 1] = steps[k]
    covariance = jacobian @ result.cov_params().to_numpy()[-4:, -4:] @ jacobian.T
    assert near(thresholds, np.sqrt(np.diag(covariance)), true)


def test_performance_is_quality_weighted_by_the_segment(visits):
    for segment, true in zip(SEGMENTS, TRUTH.importance, strict=True):
        rows = visits[visits.segment == segment]
        result = sm.OLS(rows.performance, rows[list(DIMENSIONS)]).fit()
        assert near(result.params, result.bse, true), segment


def test_noise_of_performance(visits):
    weights = np.array(TRUTH.importance)[visits.segment.cat.codes]
    noise = visits.performance - (weights * visits[list(DIMENSIONS)].to_numpy()).sum(axis=1)
    # the scale ends at 9 and cuts the upper tail off, which the lower quartile does not feel
    density = 0.3178 / TRUTH.performance_noise  # of the normal distribution at its quartile
    assert near(noise.quantile(0.25), np.sqrt(0.25 * 0.75 / len(noise)) / density, -0.67449 * TRUTH.performance_noise)


def test_expectation_moves_as_the_truth_says(visits):
    visits = visits.sort_values("visit_id")
    month = visits.date.dt.year * 12 + visits.date.dt.month
    heard = visits.groupby(["store_id", month]).performance.mean().unstack().ffill(axis=1).shift(axis=1).stack()
    table = visits.assign(reviews=heard.reindex(pd.MultiIndex.from_arrays([visits.store_id, month])).to_numpy())
    before = table.groupby("guest_id")[["expectation", "performance"]].shift()
    steps = pd.DataFrame(
        {
            "moved": table.expectation - before.expectation,
            "learning": before.performance - before.expectation,
            "social": table.reviews - before.expectation,
            "persuasion": table.promise - before.expectation,
        }
    ).dropna()
    assert len(steps) > 20_000
    sources = ["learning", "social", "persuasion"]
    result = sm.OLS(steps.moved, sm.add_constant(steps[sources])).fit()
    assert near(result.params[sources], result.bse[sources], [TRUTH.learning, TRUTH.social, TRUTH.persuasion])
    assert near(result.params["const"], result.bse["const"], 0)
    noise = np.sqrt(result.scale - (0.1**2 / 12) * (1 + (1 - 0.55) ** 2))  # answers are rounded to one decimal, before and after
    assert noise == pytest.approx(TRUTH.expectation_noise, rel=3 / np.sqrt(2 * len(steps)))


def test_guests_are_as_drawn():
    guests = datasets.load_guests()
    n = len(guests)
    for segment, share, mean in zip(SEGMENTS, TRUTH.segment_weights, TRUTH.initial_expectation, strict=True):
        here = guests[guests.segment == segment]
        assert near(len(here) / n, np.sqrt(share * (100 - share) / n) / 100, share / 100)
        assert near(here.initial_expectation.mean(), here.initial_expectation.sem(), mean)
        assert near(here.initial_expectation.std(), TRUTH.initial_spread / np.sqrt(2 * len(here)), TRUTH.initial_spread)


def test_quality_of_the_branches():
    stores = datasets.load_stores()
    quality = stores[list(DIMENSIONS)]
    assert near(quality.mean(), quality.sem(), TRUTH.quality)
    assert near(stores.promise.mean(), stores.promise.sem(), TRUTH.promise_level)
    # two dimensions of one branch share its level; the sampling error of a variance among 24 is large
    covariance = quality.cov().to_numpy()
    common = covariance[~np.eye(5, dtype=bool)].mean()
    own = np.diag(covariance).mean() - common
    assert near(common, TRUTH.quality_common**2 * np.sqrt(2 / 23) + TRUTH.quality_own**2 / np.sqrt(23 * 10), TRUTH.quality_common**2)
    assert near(own, TRUTH.quality_own**2 * np.sqrt(2 / (23 * 4)), TRUTH.quality_own**2)


def test_weekend_price(visits):
    dear = visits.date.dt.day_of_week.isin([4, 5])
    paid = visits.spend / (visits.price * visits.nights)
    assert paid[~dear].tolist() == pytest.approx([1] * (~dear).sum())
    # whole yuan: half a yuan in the cheapest night of 240
    assert paid[dear].tolist() == pytest.approx([TRUTH.weekend_price] * dear.sum(), abs=0.5 / 240)


def test_first_stays(visits):
    first = visits.groupby("guest_id").date.min()
    early = (first < pd.Timestamp("2023-01-01") + pd.Timedelta(days=91)).mean()
    share = TRUTH.founding_share + (1 - TRUTH.founding_share) * 91 / DAYS
    assert near(early, np.sqrt(share * (1 - share) / len(first)), share)


def test_next_stay_is_at_the_same_branch_as_often_as_said(visits):
    ordered = visits.sort_values("visit_id")
    before = ordered.groupby("guest_id").store_id.shift()
    again = ordered[before.notna()]
    rooms = datasets.load_stores().set_index("store_id").rooms
    by_chance = (rooms / rooms.sum())[before.dropna().astype(int)].to_numpy()
    expected = TRUTH.same_branch + (1 - TRUTH.same_branch) * by_chance
    same = again.store_id.to_numpy() == before.dropna().to_numpy()
    assert near(same.mean(), np.sqrt((expected * (1 - expected)).mean() / len(same)), expected.mean())


# what cannot be seen in two years, on draws made for the purpose


def test_willingness_to_recommend():
    """Without the ends of the answer scale in the way, a straight line finds level and slope."""
    truth = replace(TRUTH, recommend_level=5.0, recommend_slope=0.3, recommend_noise=0.8)
    visits = simulate(truth, seed=11, guests=3000)["visits"]
    felt = felt_satisfaction(truth, visits.expectation, visits.performance)
    result = sm.OLS(visits.recommend, sm.add_constant(pd.DataFrame({"felt": felt - 5}))).fit()
    assert near(result.params, result.bse, [truth.recommend_level, truth.recommend_slope])
    # what is left: the answer's own noise, the unseen part of satisfaction (logistic), and rounding
    left = truth.recommend_noise**2 + truth.recommend_slope**2 * np.pi**2 / 3 + 1 / 12
    assert result.scale == pytest.approx(left, rel=3 * np.sqrt(2 / len(visits)))


def test_stays_a_year():
    truth = replace(TRUTH, drop_level=-60.0)  # nobody leaves
    drawn = simulate(truth, seed=12, guests=10_000)
    visits = drawn["visits"].merge(drawn["guests"], on="guest_id")
    stays = visits.groupby(["segment", "guest_id"]).date.agg(["min", "size"])
    stays["repeats"] = stays["size"] - 1
    # a day at the hotel is no day at risk; the first and the last day count half
    stays["years"] = ((pd.Timestamp("2025-01-01") - stays["min"]).dt.days - 0.5 - stays.repeats) / 365.25
    for segment, true in zip(SEGMENTS, TRUTH.visits_per_year, strict=True):
        here = stays.loc[segment]
        here = here[here["min"] < "2023-04-01"]
        rate = here.repeats / here.years
        assert near(rate.mean(), rate.sem(), true), segment
        # between guests the rate varies as a gamma distribution, and chance adds the Poisson's share
        variance = true**2 / TRUTH.rate_shape + (true / here.years).mean()
        fourth = ((rate - rate.mean()) ** 4).mean()
        assert near(rate.var(), np.sqrt((fourth - rate.var() ** 2) / len(rate)), variance), segment


def test_leaving_depends_on_satisfaction():
    """Everyone comes often and is watched for long, so the last stay of a guest is seen to be the last."""
    truth = replace(TRUTH, visits_per_year=(30.0,) * 5, rate_shape=40)
    visits = simulate(truth, seed=13, guests=2000, months=48)["visits"]
    last = ~visits.duplicated("guest_id", keep="last")
    seen = visits.date < visits.date.max() - pd.Timedelta(days=365)
    felt = felt_satisfaction(truth, visits.expectation, visits.performance)[seen].to_numpy() - 5
    left = last[seen].to_numpy()
    assert seen.sum() > 20_000
    # the unseen part of satisfaction is averaged over its distribution
    share = (np.arange(60) + 0.5) / 60
    unseen = np.log(share / (1 - share))

    def cost(parameters):
        level, slope = parameters
        leaves = (1 / (1 + np.exp(slope * (felt[:, None] + unseen) - level))).mean(axis=1)
        return -np.log(np.where(left, leaves, 1 - leaves)).sum()

    best = minimize(cost, (-3.0, 0.3), method="BFGS", options={"gtol": 1e-2})
    assert near(best.x, np.sqrt(np.diag(best.hess_inv)), [truth.drop_level, truth.drop_slope])


def test_a_satisfied_guest_comes_back_more_often(visits):
    ordered = visits.sort_values("visit_id")
    gap = (ordered.groupby("guest_id").date.shift(-1) - ordered.date).dt.days
    known = ordered.date < "2024-07-01"
    back = (gap <= 180)[known].groupby(ordered.rating[known]).mean()
    assert back.is_monotonic_increasing
    assert back[5] - back[1] > 0.2


# limits


def test_deaf_guests_keep_their_expectation():
    deaf = replace(TRUTH, learning=0.0, social=0.0, persuasion=0.0, expectation_noise=0.0)
    visits = simulate(deaf, guests=300)["visits"]
    assert (visits.groupby("guest_id").expectation.nunique() == 1).all()


def test_higher_promises_raise_expectations_and_lower_satisfaction():
    low, high = (simulate(replace(TRUTH, persuasion=weight), guests=2000)["visits"] for weight in (0.0, 0.3))
    assert high.expectation.mean() > low.expectation.mean()
    assert high.rating.mean() < low.rating.mean()


def test_nobody_stays_twice_in_one_day(visits):
    assert not visits.duplicated(["guest_id", "date"]).any()
