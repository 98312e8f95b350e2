"""Facts about complaints and recovery."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import special, stats
from statsmodels.stats.proportion import proportion_confint, proportions_ztest

from service_marketing.models import complaints as model
from service_marketing.simulations import find

shares = st.floats(0, 1)
stays = st.tuples(shares, shares, shares, shares)

# The funnel


def test_retention_by_hand():
    """f = .2, c = .25, r = .6: .2·[.25·(.6·.8 + .4·.3) + .75·.5] + .8·.9 = .2·(.15 + .375) + .72."""
    assert model.retention(0.2, 0.25, 0.6, 0.8, 0.3, 0.5, 0.9) == pytest.approx(0.825)


def test_funnel_by_hand():
    result = model.funnel(0.2, 0.25, 0.6, 0.8, 0.3, 0.5, 0.9, customers=1000)
    assert result["dissatisfied"] == pytest.approx(200)
    assert result["complaints"] == pytest.approx(50)
    assert result["silent"] == pytest.approx(150)
    assert result["resolved"] == pytest.approx(30)
    assert result["kept_resolved"] == pytest.approx(24)
    assert result["kept_unresolved"] == pytest.approx(6)
    assert result["kept_silent"] == pytest.approx(75)
    assert result["kept_content"] == pytest.approx(720)
    assert result["retained"] == pytest.approx(825)
    assert result["lost"] == pytest.approx(175)


@given(shares, shares, shares, stays, st.floats(0, 10_000))
def test_nobody_is_lost_on_the_way(failure, voice, resolved, stay, customers):
    result = model.funnel(failure, voice, resolved, *stay, customers=customers)
    assert result["complaints"] + result["silent"] == pytest.approx(result["dissatisfied"])
    assert result["resolved"] + result["unresolved"] == pytest.approx(result["complaints"])
    kept = sum(result[name] for name in ("kept_resolved", "kept_unresolved", "kept_silent", "kept_content"))
    assert kept == pytest.approx(result["retained"])
    assert result["retained"] + result["lost"] == pytest.approx(customers)
    assert result["retention"] == model.retention(failure, voice, resolved, *stay)
    assert min(stay) - 1e-9 <= result["retention"] <= max(stay) + 1e-9


@given(shares, shares, shares, stays)
def test_solving_more_keeps_more(failure, voice, more, stay):
    solved, unsolved, silent, content = stay
    assume(solved >= unsolved)
    low, high = sorted((voice * more, more))
    args = (max(solved, unsolved), min(solved, unsolved), silent, content)
    assert model.retention(failure, voice, high, *args) >= model.retention(failure, voice, low, *args) - 1e-12


@given(shares, shares, shares, shares)
def test_at_the_break_even_voice_changes_nothing(solved, unsolved, silent, failure):
    assume(solved > unsolved + 0.01)
    share = model.break_even_resolution(solved, unsolved, silent)
    assume(0 <= share <= 1)
    few = model.retention(failure, 0.1, share, solved, unsolved, silent, 0.8)
    many = model.retention(failure, 0.9, share, solved, unsolved, silent, 0.8)
    assert few == pytest.approx(many)


def test_voice_is_a_logit():
    p = model.voice_probability(2, 0.5, 1, intercept=-1, severity_effect=0.4, propensity_effect=0.6, ease_effect=0.7)
    assert math.log(p / (1 - p)) == pytest.approx(-1 + 0.8 + 0.3 + 0.7)
    assert model.voice_probability(10_000) == pytest.approx(1)
    assert model.voice_probability(-10_000) == pytest.approx(0)


# The beta distribution

shapes = st.floats(0.05, 3000)


@given(shares, shapes, shapes)
def test_beta_cdf_agrees_with_scipy(x, a, b):
    assert model.beta_cdf(x, a, b) == pytest.approx(special.betainc(a, b, x), abs=1e-10)


@given(st.floats(1e-4, 1 - 1e-4), st.floats(0.3, 3000), st.floats(0.3, 3000))
def test_beta_quantile_agrees_with_scipy(p, a, b):
    assert model.beta_quantile(p, a, b) == pytest.approx(stats.beta.ppf(p, a, b), rel=1e-8, abs=1e-12)


@pytest.mark.parametrize(("a", "b"), [(0.5, 0.5), (1, 1), (2, 0.5), (15.5, 45.5), (400.5, 0.5), (1e5, 3e5), (0.05, 3000), (3000, 0.05)])
@pytest.mark.parametrize("p", [0, 0.001, 0.025, 0.5, 0.975, 0.999, 1])
def test_beta_quantile_at_hard_places(a, b, p):
    assert model.beta_quantile(p, a, b) == pytest.approx(stats.beta.ppf(p, a, b), rel=1e-8)


@given(st.floats(0.001, 0.999), st.floats(0.2, 500), st.floats(0.2, 500))
def test_quantile_and_cdf_undo_each_other(p, a, b):
    x = model.beta_quantile(p, a, b)
    assume(x < 1 - 1e-9)
    assert model.beta_cdf(x, a, b) == pytest.approx(p, abs=1e-9)


def test_simple_betas_by_hand():
    assert model.beta_cdf(0.3, 1, 1) == pytest.approx(0.3)
    assert model.beta_cdf(0.3, 2, 1) == pytest.approx(0.09)
    assert model.beta_interval(1, 1, 0.9) == pytest.approx([0.05, 0.95])
    assert model.beta_quantile(0.25, 0.5, 0.5) == pytest.approx(math.sin(math.pi * 0.25 / 2) ** 2)


# How many were dissatisfied


def test_the_silent_by_hand():
    assert model.estimated_dissatisfied(40, 0.25) == 160


@given(st.integers(1, 400), st.data(), st.sampled_from([0.8, 0.9, 0.95, 0.99]))
def test_intervals_agree_with_statsmodels(asked, data, level):
    complained = data.draw(st.integers(0, asked))
    for ours, theirs in (("clopper-pearson", "beta"), ("jeffreys", "jeffreys")):
        if ours == "jeffreys" and complained in (0, asked):
            continue  # statsmodels leaves the ends where the beta puts them
        expected = proportion_confint(complained, asked, alpha=1 - level, method=theirs)
        assert model.voice_interval(complained, asked, level, ours) == pytest.approx(list(expected), rel=1e-7, abs=1e-12)


def test_the_ends_of_the_intervals():
    assert model.voice_interval(0, 20)[0] == 0
    assert model.voice_interval(20, 20)[1] == 1
    assert model.voice_interval(0, 20, method="clopper-pearson")[1] == pytest.approx(1 - 0.025 ** (1 / 20))
    assert model.voice_interval(0, 20, method="uniform")[0] == pytest.approx(1 - 0.975 ** (1 / 21))


@given(st.integers(1, 300), st.integers(1, 100), st.integers(0, 200), st.sampled_from(model.INTERVALS))
def test_the_estimate_lies_in_its_interval(complaints, complained, others, method):
    asked = complained + others
    low, high = model.dissatisfied_interval(complaints, complained, asked, method=method)
    assert complaints <= low * (1 + 1e-12)
    assert low <= model.estimated_dissatisfied(complaints, complained / asked) * (1 + 1e-12) + (method == "uniform") * complaints
    assert high >= model.estimated_dissatisfied(complaints, complained / asked) * (1 - 1e-12) or method == "uniform"
    wide = model.dissatisfied_interval(complaints, complained, asked, 0.99, method)
    assert wide[0] <= low
    assert wide[1] >= high


def test_the_interval_covers_the_truth():
    """1,000 surveys of 50 with a true voice rate of .3 behind 60 complaints: about 95 % of intervals hold 200."""
    counts = np.random.default_rng(7).binomial(50, 0.3, 1000)
    ends = {k: model.dissatisfied_interval(60, int(k), 50) for k in set(counts.tolist())}
    covered = np.mean([ends[k][0] <= 200 <= ends[k][1] for k in counts.tolist()])
    assert 0.92 <= covered <= 0.98


# Value


def test_value_by_hand():
    assert model.channel_value(30, 1500, 15_000) == pytest.approx(2)
    assert model.channel_value(0, 1500, 15_000) == -1
    assert model.channel_net_value(30, 1500, 15_000) == 30_000
    assert model.break_even_spend(0.8, 0.3, 1500) == pytest.approx(750)
    assert model.break_even_retention(750, 1500) == pytest.approx(0.5)


@given(shares, shares, st.floats(1, 5000))
def test_at_the_break_even_nothing_is_earned(recovered, not_recovered, lifetime_value):
    assume(recovered > not_recovered + 1e-6)
    spend = model.break_even_spend(recovered, not_recovered, lifetime_value)
    assert model.channel_net_value(recovered - not_recovered, lifetime_value, spend) == pytest.approx(0, abs=1e-9)
    assert model.break_even_retention(spend, lifetime_value) == pytest.approx(recovered - not_recovered)


# Recovery


def test_recovery_by_hand():
    after = model.recovered_satisfaction(
        6, 0.5, 0.4, 0.6, 0.8, 0.5, severity_effect=4, distributive_effect=1, procedural_effect=2, interactional_effect=1, match_effect=1
    )
    assert after == pytest.approx(6 - 2 + 0.4 + 1.2 + 0.8 + 0.5)
    assert model.recovered_satisfaction(6, 0.5, 0.4, 0, 0.5, interaction_effect=2) == pytest.approx(6 - 2 + 0.4 + 0.75 + 2 * 0.2)
    assert model.recovered_satisfaction(2, 1, 0, 0, 0) == 1
    assert model.recovered_satisfaction(4, 0.1, 1, 1, 1, low=1, high=5) == 5


@given(st.floats(1, 9), shares, shares, shares, shares, shares, st.floats(0, 3))
def test_no_justice_hurts(before, severity, distributive, procedural, interactional, more, interaction):
    def after(*justice):
        return model.recovered_satisfaction(before, severity, *justice, interaction_effect=interaction)

    least = after(distributive * more, procedural * more, interactional * more)
    assert after(distributive, procedural, interactional) >= least - 1e-12


# The paradox

groups = st.tuples(st.floats(1, 9), st.floats(0.2, 3), st.integers(3, 400), st.floats(1, 9), st.floats(0.2, 3), st.integers(3, 400))


@pytest.mark.parametrize("alternative", model.ALTERNATIVES)
@pytest.mark.parametrize("variance", model.VARIANCES)
def test_t_test_agrees_with_scipy(alternative, variance):
    @given(groups)
    def same(numbers):
        ours = model.mean_difference_test(*numbers, alternative=alternative, variance=variance)
        theirs = stats.ttest_ind_from_stats(*numbers, equal_var=variance == "pooled", alternative=alternative)
        assert ours["t"] == pytest.approx(theirs.statistic, rel=1e-9, abs=1e-12)
        assert ours["p"] == pytest.approx(theirs.pvalue, abs=1e-9)
        if theirs.pvalue > 1e-100 and ours["t"] > 0:
            assert ours["p"] == pytest.approx(theirs.pvalue, rel=1e-6)

    same()


@pytest.mark.parametrize(("alternative", "name"), [("greater", "larger"), ("two-sided", "two-sided")])
def test_z_test_agrees_with_statsmodels(alternative, name):
    @given(st.integers(1, 300), st.integers(1, 300), st.data())
    def same(n1, n2, data):
        k1, k2 = data.draw(st.integers(0, n1)), data.draw(st.integers(0, n2))
        assume(0 < k1 + k2 < n1 + n2)
        ours = model.proportion_difference_test(k1, n1, k2, n2, alternative)
        z, p = proportions_ztest([k1, k2], [n1, n2], alternative=name)
        assert (ours["z"], ours["p"]) == (pytest.approx(z, abs=1e-9), pytest.approx(p, abs=1e-12))

    same()


def test_nothing_differs_where_everybody_does_it():
    assert model.proportion_difference_test(30, 30, 40, 40)["p"] == 0.5
    assert model.proportion_difference_test(30, 30, 40, 40, "two-sided")["p"] == 1


def test_cohens_d_by_hand():
    assert model.mean_difference_test(7, 2, 50, 6, 2, 50)["d"] == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("recovered_mean", "returned", "verdict"),
    [(7.2, 140, "both"), (7.2, 105, "satisfaction only"), (6.4, 140, "repurchase only"), (6.4, 105, "neither")],
)
def test_the_decision_table(recovered_mean, returned, verdict):
    """Control: 6.5 points, 110 of 200 came again. The second row is the pattern of de Matos et al. (2007)."""
    result = model.recovery_paradox(recovered_mean, 1.5, 200, 6.5, 1.5, 200, returned, 110)
    assert result["verdict"] == verdict
    assert result["satisfaction_paradox"] == (verdict in ("both", "satisfaction only"))
    assert result["repurchase_paradox"] == (verdict in ("both", "repurchase only"))
    assert model.paradox_verdict(result["satisfaction_paradox"], result["repurchase_paradox"]) == verdict


def test_a_better_mean_alone_is_no_paradox():
    """Three tenths of a point from 20 people each: higher, and not significantly so."""
    result = model.recovery_paradox(6.8, 1.5, 20, 6.5, 1.5, 20, 11, 10)
    assert result["satisfaction_difference"] > 0
    assert result["verdict"] == "neither"


# The simulation's tasks: each insight is true in the model

simulation = find("complaint-funnel")


def run(number, **params):
    task = simulation.tasks[number]
    return simulation.compute(task.mode, {**simulation.start(task.mode), **task.set, **params})


def test_modes_show_what_they_promise():
    for mode in simulation.modes:
        result = simulation.compute(mode.name, {})
        for readout in mode.readouts:
            assert math.isfinite(result[readout.name]), readout.name


@given(shares, shares, shares, st.floats(0.05, 0.5))
def test_the_links_carry_the_guests(severity, ease, resolved, failure):
    result = model.complaint_funnel(failure, severity, ease, resolved)
    into, out = [0.0] * 8, [0.0] * 8
    for start, end, value in result["links"]:
        assert value >= -1e-9
        out[start] += value
        into[end] += value
    assert out[0] == pytest.approx(result["dissatisfied"])
    for node in range(1, 6):
        assert into[node] == pytest.approx(out[node])
    assert into[6] + into[7] == pytest.approx(result["dissatisfied"])
    assert into[6] / result["dissatisfied"] == pytest.approx(result["returning"])


def test_insight_more_complaints_and_better_business():
    runs = [run(0, ease=ease / 10) for ease in range(11)]
    for name in ("complaints", "retention", "returning", "net_value"):
        values = [result[name] for result in runs]
        assert values == sorted(values)
        assert values[-1] > values[0]
    assert runs[-1]["complaints"] > 3 * runs[0]["complaints"]


def test_insight_an_invitation_without_a_solution_hurts():
    runs = [run(1, ease=ease / 10) for ease in range(11)]
    for name in ("retention", "returning", "net_value"):
        values = [result[name] for result in runs]
        assert values == sorted(values, reverse=True)
        assert values[-1] < values[0]
    assert runs[0]["break_even"] == pytest.approx(0.4)
    assert run(1, ease=1, resolved=0.4)["extra_retained"] == pytest.approx(0)
    assert run(1, ease=1, resolved=0.45)["extra_retained"] > 0


def test_insight_money_does_not_mend_a_rude_process():
    rude, paid, sorry = run(2), run(2, compensation=500), run(2, apology=1)
    assert paid["satisfaction_index"] < 100
    assert paid["satisfaction"] < sorry["satisfaction"]
    assert paid["repurchase"] < sorry["repurchase"]
    assert paid["net_value"] < 0 < rude["net_value"] < sorry["net_value"]
    polite = [run(2, apology=1, compensation=c)["satisfaction"] for c in (0, 100)]
    assert polite[1] - polite[0] > 3 * (paid["satisfaction"] - rude["satisfaction"])


def test_insight_a_paradox_on_satisfaction_is_none_on_repurchase():
    start, forgiven = run(3), run(3, memory=0)
    assert start["satisfaction_index"] > 100 > start["repurchase_index"]
    assert (start["satisfaction_paradox"], start["repurchase_paradox"]) == (1, 0)
    assert forgiven["satisfaction_index"] > 100
    assert forgiven["repurchase_index"] > 100
    assert run(3, severity=0.9)["satisfaction_index"] < 100  # only mild failures: Magnini et al. (2007)


def test_insight_asking_more_narrows_the_interval():
    few, many = run(4), run(4, asked=200)
    assert few["estimate"] == pytest.approx(many["estimate"])
    assert few["high"] > 3 * few["low"]
    assert many["high"] < 1.6 * many["low"]


def test_the_meter_reads_the_lines():
    result = model.recovery_meter(compensation=150)
    assert dict(map(tuple, result["satisfaction_line"]))[150] == pytest.approx(result["satisfaction_index"])
    assert dict(map(tuple, result["repurchase_line"]))[150] == pytest.approx(result["repurchase_index"])


# Refusals


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: model.retention(1.2, 0, 0, 0, 0, 0, 0), "failure"),
        (lambda: model.retention(0.2, 0, 0, 0, 0, 0, 2), "stay_content"),
        (lambda: model.funnel(0.2, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, customers=-1), "customers"),
        (lambda: model.break_even_resolution(0.2, 0.2, 0.1), "stay_resolved"),
        (lambda: model.estimated_dissatisfied(10, 0), "voice"),
        (lambda: model.voice_interval(5, 4), "complained"),
        (lambda: model.voice_interval(2, 4, level=1), "level"),
        (lambda: model.voice_interval(2, 4, method="wald"), "method"),
        (lambda: model.dissatisfied_interval(10, 0, 20), "complained"),
        (lambda: model.beta_cdf(0.5, 0, 1), "a 应大于 0"),
        (lambda: model.channel_value(1, 1, 0), "cost"),
        (lambda: model.break_even_retention(1, 0), "lifetime_value"),
        (lambda: model.recovered_satisfaction(5, 1.5, 0, 0, 0), "severity"),
        (lambda: model.recovered_satisfaction(10, 0.5, 0, 0, 0), "before"),
        (lambda: model.mean_difference_test(5, 0, 10, 4, 0, 10), "sd1"),
        (lambda: model.mean_difference_test(5, 1, 1, 4, 1, 10), "n1"),
        (lambda: model.proportion_difference_test(5, 4, 1, 4), "count1"),
        (lambda: model.paradox_verdict("yes", True), "satisfaction_paradox"),
    ],
)
def test_what_cannot_be_used_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
