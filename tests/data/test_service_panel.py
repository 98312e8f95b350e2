"""The service panel finds its own parameters again, and with its switches set it is BG/NBD and M/M/c."""

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import statsmodels.formula.api as smf
from scipy.special import betaln, gammaln

from service_marketing import datasets
from service_marketing.estimation.bg_nbd import fit_bg_nbd
from service_marketing.panel import DIMENSIONS, SEGMENTS, SERVICE, TRUTH, performance_shift, simulate
from service_marketing.panel.desk import Desk, afternoon, waits
from service_marketing.panel.draws import Draws
from service_marketing.panel.recovery import INDEX_STEP
from service_marketing.panel.words import told_by_rating


def near(estimate, standard_error, true, errors=3):
    return np.all(np.abs(np.asarray(estimate) - np.asarray(true)) <= errors * np.asarray(standard_error))


# what it nests


@pytest.fixture(scope="module")
def buying():
    """20,000 guests who come and leave as BG/NBD says: x, t_x and T in days."""
    truth = replace(TRUTH, drop_slope=0.0, drop_beta=(1, 4), leave_after_first=False, gap_days=0, visits_per_year=(12.0,) * 5, rate_shape=2)
    drawn = simulate(truth, seed=21, guests=20_000)
    moments = drawn["visits_truth"].merge(drawn["visits"][["visit_id", "guest_id"]], on="visit_id")
    by_guest = moments.groupby("guest_id").moment.agg(["min", "max", "size"])
    return truth, (by_guest["size"] - 1).to_numpy(), (by_guest["max"] - by_guest["min"]).to_numpy(), (731 - by_guest["min"]).to_numpy()


def bg_nbd_log_likelihood(parameters, x, t_x, T):
    """Fader, Hardie & Lee (2005), equation 6."""
    r, alpha, a, b = parameters
    start = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
    alive = betaln(a, b + x) - betaln(a, b) - (r + x) * np.log(alpha + T)
    gone = betaln(a + 1, b + np.maximum(x, 1) - 1) - betaln(a, b) - (r + x) * np.log(alpha + t_x)
    return (start + np.logaddexp(alive, np.where(x > 0, gone, -np.inf))).sum()


def test_the_likelihood_is_the_published_one():
    table = datasets.load_cdnow_summary()
    published = (0.2425982, 4.4136842, 0.7929899, 2.4261667)
    columns = (table.frequency.to_numpy(), table.recency.to_numpy(), table["T"].to_numpy())
    assert bg_nbd_log_likelihood(published, *columns) == pytest.approx(-9582.429, abs=0.01)


def test_without_satisfaction_the_panel_is_bg_nbd(buying):
    truth, *columns = buying
    fit = fit_bg_nbd(*columns)
    alpha = truth.rate_shape * 365.25 / truth.visits_per_year[0]
    errors = np.array([fit.standard_errors[name] for name in ("r", "alpha", "a", "b")])
    true = np.array([truth.rate_shape, alpha, *truth.drop_beta])
    assert (errors < 0.1 * true).all()
    assert near([fit.r, fit.alpha, fit.a, fit.b], errors, true), fit
    # the likelihood of this file, which knows nothing of the estimator, is no higher anywhere near
    best = np.array([fit.r, fit.alpha, fit.a, fit.b])
    highest = bg_nbd_log_likelihood(best, *columns)
    assert fit.log_likelihood == pytest.approx(highest, abs=0.01)
    for k in range(4):
        for factor in (0.98, 1.02):
            assert bg_nbd_log_likelihood(best * np.where(np.arange(4) == k, factor, 1), *columns) < highest


def erlang_c(clerks, work):
    blocked = 1.0
    for k in range(1, clerks + 1):
        blocked = work * blocked / (k + work * blocked)
    load = work / clerks
    return blocked / (1 - load * (1 - blocked))


@pytest.mark.parametrize(("clerks", "load"), [(1, 0.6), (3, 0.8)])
def test_a_long_day_at_the_desk_is_m_m_c(clerks, load):
    """200 desks of 600 people each, the first 100 of whom do not count; the desks are independent, so their means give the error."""
    desks, people, first = 200, 600, 100
    draws, minutes = Draws(3, f"queue{clerks}"), 4.0
    gap = minutes / (clerks * load)
    between = gap * draws.exponential(desks * people).reshape(desks, people)
    service = minutes * draws.exponential(desks * people).reshape(desks, people)
    waited = waits(between, service, np.full(desks, clerks))[:, first:]
    assert waited.size >= 20_000
    p_wait = erlang_c(clerks, clerks * load)
    mean_wait = p_wait * minutes / (clerks * (1 - load))
    for values, true in ((waited > 0, p_wait), (waited, mean_wait)):
        by_desk = values.mean(axis=1)
        assert near(by_desk.mean(), by_desk.std(ddof=1) / math.sqrt(desks), true)
    # beyond zero the wait is exponential
    tail = (waited > mean_wait).mean(axis=1)
    assert near(tail.mean(), tail.std(ddof=1) / math.sqrt(desks), p_wait * math.exp(-clerks * (1 - load) * mean_wait / minutes))


def test_the_desk_by_hand():
    """Two clerks; people come at 1, 2, 3 and 4 and need 5, 5, 1 and 1 minutes: the third waits until 6, the fourth until 7."""
    assert waits(np.ones((1, 4)), np.array([[5.0, 5.0, 1.0, 1.0]]), np.array([2])).tolist() == [[0.0, 0.0, 3.0, 3.0]]


def test_more_clerks_never_wait_longer():
    draws = Draws(4, "clerks")
    between, service = draws.exponential(4000).reshape(10, 400), 3 * draws.exponential(4000).reshape(10, 400)
    few, many = (waits(between, service, np.full(10, clerks)) for clerks in (3, 4))
    assert (many <= few + 1e-9).all()
    assert (Desk([2])(np.array([1.0]), np.array([1.0])) == 0).all()


def test_as_many_come_as_expected():
    day = afternoon(Draws(5, "day"), np.full(2000, 30.0), np.full(2000, 3), 4.0)
    assert near(day.people.mean(), math.sqrt(30 / 2000), 30)


# what readers estimate


def test_performance_holds_skill_load_waiting_and_failures(stays):
    """Two decimals of skill and the ends of the scale leave the slopes as they are; importance is known here."""
    weight = np.array(SERVICE.importance)[stays.segment.map({name: k for k, name in enumerate(SEGMENTS)})]
    quality = (weight * stays[list(DIMENSIONS)].to_numpy()).sum(axis=1)
    inside = (quality > 5) & (quality < 6.5)  # where the ends of the scale are two standard deviations away
    excess = np.maximum(stays.load - SERVICE.overload_from, 0) ** 2
    columns = {"skill": stays.skill - SERVICE.skill_norm, "excess": excess, "wait": stays["wait"], "severity": stays.severity}
    design = sm.add_constant(pd.DataFrame(columns))
    result = sm.OLS((stays.performance - quality)[inside], design[inside]).fit(cov_type="HC1")
    true = [0, SERVICE.skill_effect, -SERVICE.overload, -SERVICE.waiting, -SERVICE.failure_cost]
    assert inside.sum() > 15_000
    assert near(result.params, result.bse, true), result.params


def test_shift_of_performance_by_hand():
    """Skill 0.1 above the norm, load 0.1 over the limit, ten minutes, one middling failure."""
    by_hand = 0.1 * SERVICE.skill_effect - 0.01 * SERVICE.overload - 10 * SERVICE.waiting - 2 * SERVICE.failure_cost
    assert performance_shift(SERVICE, SERVICE.skill_norm + 0.1, SERVICE.overload_from + 0.1, 10.0, 2) == pytest.approx(by_hand)


def test_failures_follow_skill_reliability_and_load(stays):
    over = np.maximum(stays.load - SERVICE.overload_from, 0)
    design = sm.add_constant(pd.DataFrame({"skill": stays.skill - SERVICE.skill_norm, "reliable": stays.reliability - 6.7, "over": over}))
    result = sm.Logit(stays.severity > 0, design).fit(disp=False)
    true = [SERVICE.failure_level, -SERVICE.failure_skill, -SERVICE.failure_reliability, SERVICE.failure_load]
    assert near(result.params, result.bse, true)
    failed = stays.severity[stays.severity > 0]
    shares = failed.value_counts(normalize=True).sort_index()
    true = np.array(SERVICE.severity_weights) / 100
    assert near(shares, np.sqrt(true * (1 - true) / len(failed)), true)


def test_voice(served, stays):
    failed = stays[stays.severity > 0].merge(served["guests_truth"][["guest_id", "voice"]], on="guest_id")
    spoke = failed.visit_id.isin(served["complaints"].visit_id)
    # a store's ease of complaining is known to nobody, so each store has a level of its own
    design = pd.concat([failed[["severity", "voice"]], pd.get_dummies(failed.store_id, dtype=float)], axis=1)
    result = sm.Logit(spoke, design).fit(disp=False)
    names = ["severity", "voice"]
    assert near(result.params[names], result.bse[names], [SERVICE.voice_severity, SERVICE.voice_person])
    ease = (result.params[2:] - SERVICE.voice_level) / SERVICE.voice_ease
    assert ((ease > 0.1 - 3 * result.bse[2:]) & (ease < 0.9 + 3 * result.bse[2:])).all()
    assert 0.3 < spoke.mean() < 0.5  # most dissatisfied guests are silent


def test_leaving_depends_on_satisfaction_and_on_what_was_not_put_right(stays):
    """The probability of every stay is known in the truth; here it comes back from its two causes."""
    stays = stays[(stays.leave > 0.002) & (stays.leave < 0.9)]
    odds = np.log(stays.leave / (1 - stays.leave))
    design = sm.add_constant(pd.DataFrame({"felt": stays.felt - 5, "unresolved": stays.unresolved.astype(float)}))
    result = sm.OLS(odds, design).fit()
    assert result.params.tolist() == pytest.approx([SERVICE.drop_level, -SERVICE.drop_slope, SERVICE.unresolved_drop], abs=0.02)


def test_leaving_happens_as_often_as_its_probability_says(served):
    gone = served["guests_truth"].gone.eq("是").sum()
    leave = served["visits_truth"].leave
    assert near(gone, math.sqrt((leave * (1 - leave)).sum()), leave.sum())


def test_recovery_by_three_justices(served):
    table = served["complaints"]
    fits = np.searchsorted((0, 50, 100, 200), table.compensation, side="right") - 1 >= table.severity
    design = table[["distributive", "procedural", "interactional"]] - 4
    design = sm.add_constant(design.assign(match=fits.astype(float)))
    result = sm.OLS((table.satisfaction_after - table.satisfaction_before) / INDEX_STEP, design).fit()
    true = [SERVICE.recovery_level, SERVICE.distributive, SERVICE.procedural, SERVICE.interactional, SERVICE.match]
    assert near(result.params, result.bse, true), result.params
    assert near(np.sqrt(result.scale), SERVICE.recovery_noise / math.sqrt(2 * len(table)), SERVICE.recovery_noise)


def test_paradox_is_in_satisfaction_and_not_in_return(served, stays):
    """The pattern of de Matos, Henrique & Rossi (2007): after mild failures, well recovered."""
    after = served["complaints"].set_index("visit_id")
    table = stays.set_index("visit_id")
    untouched = table[table.severity == 0]
    mild = after[(after.severity == 1) & (after.resolved == "是")]
    severe = after[after.severity == 3]
    assert mild.rating_after.mean() > untouched.rating.mean() + 3 * mild.rating_after.sem()
    assert severe.rating_after.mean() < untouched.rating.mean() - 3 * severe.rating_after.sem()
    coming_back = 1 - table.leave
    assert coming_back[mild.index].mean() < coming_back[untouched.index].mean()


def test_pilot_is_found_by_difference_in_differences(served):
    table = served["complaints"].merge(served["pilot"], on="store_id")
    table["trained"] = (table.group == "培训").astype(int)
    table["after"] = (table.date >= "2026-01-01").astype(int)
    assert served["pilot"].group.value_counts().to_dict() == {"培训": 12, "对照": 12}
    for outcome, true in (("procedural", SERVICE.pilot_procedural), ("interactional", SERVICE.pilot_interactional), ("distributive", 0)):
        result = smf.ols(f"{outcome} ~ trained:after + after + C(store_id)", table).fit()
        # at 7 the scale ends, so a little of the effect is lost
        lost = 0.05 * true
        assert near(result.params["trained:after"] + lost, result.bse["trained:after"] + lost, true), outcome
    result = smf.ols("I(satisfaction_after - satisfaction_before) ~ trained:after + after + C(store_id)", table).fit()
    gain = SERVICE.procedural * SERVICE.pilot_procedural + SERVICE.interactional * SERVICE.pilot_interactional
    assert result.params["trained:after"] > 5 * result.bse["trained:after"]
    assert near(result.params["trained:after"], result.bse["trained:after"], INDEX_STEP * gain)


def test_word_of_mouth_is_an_asymmetric_u(served, stays):
    told = served["referrals"].set_index("visit_id").told.reindex(stays.visit_id).fillna(0).to_numpy()
    last = served["complaints"].set_index("visit_id").rating_after.reindex(stays.visit_id).to_numpy()
    rating = np.where(np.isnan(last), stays.rating, last).astype(int)
    degree = stays.guest_id.map(served["guests_truth"].set_index("guest_id").degree).to_numpy()
    expected = told_by_rating(SERVICE)[rating - 1] * degree / SERVICE.degree
    for value in range(1, 6):
        here = rating == value
        assert near(told[here].sum(), math.sqrt(expected[here].sum()), expected[here].sum()), value
    by_rating = told_by_rating(SERVICE)
    assert by_rating[0] > by_rating[4] > by_rating[2]
    assert by_rating[1] > by_rating[3]


def test_bookings_come_of_good_words_only(served):
    table = served["referrals"].groupby("valence")[["told", "bookings"]].sum()
    assert table.loc[["负面", "中性"], "bookings"].eq(0).all()
    told = table.loc["正面", "told"]
    assert near(table.loc["正面", "bookings"], math.sqrt(told * 0.06 * 0.94), told * SERVICE.booking)


SIGNS = {"负面": -1, "中性": 0, "正面": 1}


def test_reviews_are_what_guests_found_and_told(served, stays):
    mean = stays.groupby(["store_id", "month"]).performance.mean()
    said = served["referrals"].assign(
        month=lambda t: t.date.dt.strftime("%Y-%m"), sign=lambda t: t.valence.map({"负面": -1, "中性": 0, "正面": 1})
    )
    sums = said.assign(net=said.sign * said.told).groupby(["store_id", "month"])[["net", "told"]].sum().reindex(mean.index, fill_value=0)
    expected = mean + SERVICE.word_weight * sums.net / sums.told.clip(lower=1)
    printed = served["store_months"].set_index(["store_id", "month"]).reviews.reindex(mean.index)
    assert (printed - expected).abs().max() < 0.00501


def test_staff_learn_and_the_discontented_leave(served):
    staff = served["staff"]
    curve = staff.groupby("tenure").skill.agg(["min", "max"])
    assert (curve["min"] == curve["max"]).all()
    assert curve["min"].is_monotonic_increasing
    assert curve.loc[0, "min"] == SERVICE.first_skill
    result = sm.Logit(staff.left.eq("是").astype(int), sm.add_constant(staff.satisfaction - 4.5)).fit(disp=False)
    assert near(result.params, result.bse + 0.03, [SERVICE.quit_level, -SERVICE.quit_slope])
    assert not staff.duplicated(["month", "staff_id"]).any()


def test_accounts_add_up(served):
    table = served["store_months"]
    costs = ["variable_cost", "wages", "training", "compensation", "fixed_cost"]
    assert (table.revenue - table[costs].sum(axis=1) - table.profit).eq(0).all()
    assert (table.training > 0).groupby(table.month >= "2026-01").sum().to_dict() == {False: 0, True: 12 * 12}
    full = served["stores"].set_index("store_id")
    most = table.store_id.map(full.rooms * full.price) * 31 * SERVICE.weekend_price
    assert (table.revenue <= most).all()
    assert table.profit.mean() > 0


def test_lifetime_value_is_what_guests_go_on_to_bring():
    """Guests with a probability of leaving of their own, followed for 25 years: nothing of note is left beyond."""
    truth = replace(TRUTH, drop_slope=0.0, drop_beta=(2, 18), founding_share=1.0, discount=0.15)
    drawn = simulate(truth, seed=8, guests=1500, months=300)
    visits = drawn["visits"].merge(drawn["visits_truth"], on="visit_id")
    first = visits.groupby("guest_id").moment.transform("min")
    margin = drawn["guests_truth"].set_index("guest_id").margin
    worth = np.exp(-truth.discount * (visits.moment - first) / 365.25) * visits.guest_id.map(margin)
    brought = worth.groupby(visits.guest_id).sum()
    expected = drawn["guests_truth"].set_index("guest_id").clv_new
    difference = brought - expected
    assert near(difference.mean(), difference.sem(), 0)
    assert difference.sem() < 0.03 * expected.mean()


def test_mean_margin_is_that_of_the_stays(served):
    table = served["visits"].merge(served["guests"][["guest_id", "segment"]], on="guest_id")
    paid = table.groupby("segment").spend.agg(["mean", "sem"]) * SERVICE.margin
    said = served["guests_truth"].merge(served["guests"], on="guest_id").groupby("segment").margin.first()
    # guests return to branches that please them, and stay clear of the mean price of all rooms by a little
    assert ((paid["mean"] - said).abs() < 3 * paid["sem"] + 0.03 * said).all()


# limits and monotone effects


def test_switches_off_leave_no_trace():
    truth = replace(SERVICE, waiting=0.0, skill_effect=0.0, overload=0.0, failure_level=-60.0)
    drawn = simulate(truth, guests=300)
    assert (drawn["encounters"].severity == 0).all()
    assert drawn["complaints"].empty
    assert not drawn["visits_truth"].unresolved.any()
    assert set(simulate(TRUTH, guests=20)) == {"stores", "guests", "visits", "guests_truth", "visits_truth"}


def test_what_is_unresolved_drives_guests_away():
    few, many = (len(simulate(replace(SERVICE, unresolved_drop=weight), guests=3000)["visits"]) for weight in (0.0, 3.0))
    assert many < few


def test_slower_service_makes_waits_longer_and_guests_less_satisfied():
    quick, slow = (simulate(replace(SERVICE, service_minutes=minutes, waiting=0.08), guests=1500) for minutes in (2.0, 11.0))
    assert slow["encounters"].load.mean() >= quick["encounters"].load.mean() * 0.8
    frozen = [drawn["visits"].merge(drawn["encounters"], on="visit_id") for drawn in (quick, slow)]
    for table in frozen:
        assert table.performance[table["wait"] > 15].mean() < table.performance[table["wait"] == 0].mean()
