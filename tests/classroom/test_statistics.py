"""Item statistics, reliability, lateness and risk: cases by hand, other ways to the same figure, and bounds."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from service_marketing.classroom import statistics
from service_marketing.classroom.statistics import Rule, at_risk, cronbach_alpha, distribution, items, submission_times

TABLES = st.tuples(st.integers(3, 12), st.integers(2, 6)).flatmap(lambda size: arrays(float, size, elements=st.integers(0, 10).map(float)))


def test_an_item_by_hand():
    found = items([[2, 0], [2, 4], [1, 2], [0, 0]], [2, 4])
    assert (found[0].n, found[0].share, found[0].full, found[0].none) == (4, 5 / 8, 0.5, 0.25)
    # the other item is all that is left of the total: (2, 2, 1, 0) with (0, 4, 2, 0)
    assert found[0].discrimination == pytest.approx(np.corrcoef([2, 2, 1, 0], [0, 4, 2, 0])[0, 1])
    assert found[1].discrimination == pytest.approx(found[0].discrimination)


def test_the_total_leaves_the_item_out():
    table = [[1, 0, 0], [0, 1, 1], [1, 1, 0], [0, 0, 1], [1, 1, 1]]
    first = np.array(table, dtype=float)
    corrected = np.corrcoef(first[:, 0], first[:, 1:].sum(axis=1))[0, 1]
    raw = np.corrcoef(first[:, 0], first.sum(axis=1))[0, 1]
    assert items(table, [1, 1, 1])[0].discrimination == pytest.approx(corrected)
    assert corrected < raw


def test_what_waits_for_marks_is_left_out():
    table = [[3, None], [2, None], [0, 0.0], [1, None]]
    essay = items(table, [3, 10])[1]
    assert (essay.n, essay.share, essay.discrimination) == (0, None, None)
    first = items(table, [3, 10])[0]
    assert (first.n, first.share) == (4, 0.5)
    assert first.discrimination is None  # nothing is left to compare it with


def test_remarks():
    good, high = [1] * 10 + [0] * 10, [1] * 9 + [0, 1] + [0] * 9
    assert [item.remark for item in items([[a, b, 1 - a] for a, b in zip(good, high, strict=True)], [1, 1, 1])][2] == "negative"
    noise = [0, 1] * 10
    assert items([[a, b, n] for a, b, n in zip(good, high, noise, strict=True)], [1, 1, 1])[2].remark in ("weak", "negative")
    assert items([[0.3, 1], [0.2, 0]], [1, 1])[0].remark == "hard"
    assert items([[1, 1], [1, 0]], [1, 1])[0].remark == ""
    few = [[1, 0], [0, 1], [1, 0], [0, 1]]
    assert items(few, [1, 1])[0].remark == ""  # four students tell nothing


@pytest.mark.parametrize(
    ("table", "alpha"),
    [
        ([[1, 1], [2, 2], [3, 3]], 1.0),  # the same twice
        # variances 2.5 and 2.5, covariance 2: 2 · (1 - 5/9)
        ([[1, 2], [2, 1], [3, 4], [4, 3], [5, 5]], 2 * (1 - 5 / 9)),
        ([[1, 3], [2, 2.5], [3, 1.5], [4, 1]], 2 * (1 - (np.var([1, 2, 3, 4]) + np.var([3, 2.5, 1.5, 1])) / np.var([4, 4.5, 4.5, 5]))),
    ],
)
def test_alpha_by_hand(table, alpha):
    assert cronbach_alpha(table).value == pytest.approx(alpha)


@given(TABLES)
def test_alpha_is_the_mean_covariance_formula(table):
    """α = k²·(mean covariance between items) / (sum of the whole covariance matrix): Cronbach's other form."""
    found = cronbach_alpha(table.tolist())
    covariance = np.cov(table, rowvar=False)
    if found is None:
        assert covariance.sum() == pytest.approx(0, abs=1e-9)
        return
    k = table.shape[1]
    between = (covariance.sum() - np.trace(covariance)) / (k * (k - 1))
    assert found.value == pytest.approx(k * k * between / covariance.sum(), abs=1e-6 * max(1, abs(found.value)))
    assert found.value <= 1 + 1e-9
    assert found.low <= found.value + 1e-9 <= found.high + 2e-9
    assert found.error**2 == pytest.approx(covariance.sum() * max(0, 1 - found.value), abs=1e-6)


def test_alpha_s_interval():
    """Feldt's interval as the published form writes it, for α = 0.8, 30 students and 10 items."""
    from scipy.stats import f

    rng = np.random.default_rng(3)
    table = rng.normal(size=(30, 1)) + rng.normal(size=(30, 10))
    found = cronbach_alpha(table.tolist())
    assert (found.n, found.k) == (30, 10)
    assert found.high == pytest.approx(1 - (1 - found.value) / f.ppf(0.975, 29 * 9, 29))  # 1/F with the degrees turned round
    assert found.low == pytest.approx(1 - (1 - found.value) / f.ppf(0.025, 29 * 9, 29))


@pytest.mark.parametrize("table", [[], [[1, 2]], [[1, 2], [2, 3]], [[1], [2], [3]], [[1, 2], [1, 2], [1, 2]], [[1, None]] * 5])
def test_no_alpha(table):
    assert cronbach_alpha(table, 2 if not table else None) is None


def test_alpha_leaves_gaps_out():
    whole = [[1, 2, 1], [2, 1, 3], [3, 4, 2], [4, 3, 5]]
    gap = [*whole, [5, None, 5]]
    assert cronbach_alpha(gap).value == pytest.approx(cronbach_alpha(whole).value)
    assert cronbach_alpha(gap).n == 4


def test_alpha_of_a_few_students_and_a_negative_one_are_in_doubt():
    rng = np.random.default_rng(1)
    alike = (rng.normal(size=(30, 1)) + rng.normal(size=(30, 5))).tolist()
    assert cronbach_alpha(alike).doubt == ""
    assert cronbach_alpha(alike[:10]).doubt == ""
    assert cronbach_alpha(alike[:9]).doubt == "few"
    assert cronbach_alpha([[n, 9 - n + n % 3] for n in range(9)]).doubt == "few", "whatever its sign"
    assert cronbach_alpha([[n, 20 - n + n % 3] for n in range(20)]).doubt == "negative"


def test_a_crooked_table_is_refused():
    with pytest.raises(ValueError, match="every row"):
        items([[1, 2], [1]], [1, 1])


@given(TABLES)
def test_items_are_within_bounds(table):
    for item in items(table.tolist(), [10.0] * table.shape[1]):
        assert 0 <= item.share <= 1
        assert 0 <= item.full <= 1
        assert item.discrimination is None or -1 - 1e-9 <= item.discrimination <= 1 + 1e-9


def test_the_distribution():
    found = distribution([0, 2, 4, 10], 10)
    assert (found.mean, found.median, found.quarter, found.three_quarters) == (4, 3, 1.5, 5.5)
    assert (found.floor, found.ceiling, found.crowded) == (0.25, 0.25, "ceiling")
    assert found.sd == pytest.approx(np.std([0, 2, 4, 10], ddof=1))
    assert distribution([5] * 20 + [10] * 3, 10).crowded == ""  # 13%
    assert distribution([0] * 4 + [5] * 16, 10).crowded == "floor"
    assert distribution([], 10) is None
    assert distribution([3], 10).sd is None


@given(st.lists(st.floats(0, 100), min_size=1))
def test_the_distribution_is_ordered(scores):
    found = distribution(scores, 100)
    assert found.low <= found.quarter <= found.median <= found.three_quarters <= found.high
    assert found.low - 1e-9 <= found.mean <= found.high + 1e-9


def test_submission_times():
    spans = submission_times([-200, -1, 0, 0.5, 1, 100, -0.25])
    assert {(span.start, span.end): span.n for span in spans if span.n} == {
        (-math.inf, -168): 1, (-6, -1): 1, (-1, 0): 2, (0, 1): 2, (72, math.inf): 1,
    }  # fmt: skip
    assert sum(span.n for span in spans if span.late) == 3


@given(st.lists(st.floats(-1000, 1000)))
def test_nobody_is_lost_among_the_times(hours):
    spans = submission_times(hours)
    assert sum(span.n for span in spans) == len(hours)
    assert sum(span.n for span in spans if span.late) == sum(hour > 0 for hour in hours)


def test_who_is_at_risk():
    nan = math.nan
    shares = {
        "fine": [0.9, 0.8, 0.8],
        "low": [0.5, 0.6, 0.6],
        "missed the last": [0.9, 0.9, None],
        "missed one before": [None, 0.9, 0.9],
        "missed two": [None, None, 0.9],
        "fell": [0.95, 0.95, 0.65],
        "worst": [0.5, None, None],
        "not known yet": [0.9, 0.9, nan],
        "nothing known": [nan, nan, nan],
    }
    found = at_risk(shares)
    assert {student: risk.reasons for student, risk in found.items()} == {
        "worst": ("missing", "low"),
        "missed two": ("missing",),
        "low": ("low",),
        "missed the last": ("missing",),
        "fell": ("falling",),
    }
    assert next(iter(found)) == "worst"
    assert found["low"].mean == pytest.approx(1.7 / 3)


def test_a_hard_assignment_is_nobody_s_fall():
    shares = {f"s{at}": [0.9, 0.9, 0.65 - at / 1000] for at in range(9)}
    assert at_risk(shares) == {}
    shares["fell"] = [0.9, 0.9, 0.4]
    assert list(at_risk(shares, Rule(passing=0.5))) == ["fell"]


@given(st.dictionaries(st.text(max_size=3), st.lists(st.none() | st.just(math.nan) | st.floats(0, 1.2), min_size=3, max_size=3)))
def test_whoever_does_well_is_not_at_risk(shares):
    found = at_risk(shares)
    for student, row in shares.items():
        known = [share for share in row if share is not None and not math.isnan(share)]
        if len(known) < 3 and None not in row and min(known, default=1) >= 0.6:
            assert student not in found
        if row[-1] is None:
            assert "missing" in found[student].reasons
    assert all(risk.reasons for risk in found.values())


def test_limits_are_those_that_the_page_names():
    assert (statistics.WEAK, statistics.HARD, statistics.FEWEST) == (0.2, 0.4, 10)
