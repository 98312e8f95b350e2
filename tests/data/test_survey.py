"""The survey has the structure it is said to have, and every damage can be seen and switched off."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from service_marketing import datasets
from service_marketing.panel import DIRT, Dirt, dirty, survey
from service_marketing.panel.survey import ANSWERS, EXPECTED, PERCEIVED

NONE = Dirt(silence=None, straight=0.0, halo=0.0, double=0.0, short_stores=())


@pytest.fixture(scope="module")
def clean():
    return datasets.load_survey()


def damaged(clean, **switches):
    return dirty(clean, replace(NONE, **switches), seed=5)


def alpha(items):
    k = items.shape[1]
    return k / (k - 1) * (1 - items.var(ddof=1).sum() / items.sum(axis=1).var(ddof=1))


def test_items_of_a_dimension_belong_together(clean):
    for dimension in range(5):
        first, second, other = (clean[PERCEIVED[place]] for place in (2 * dimension, 2 * dimension + 1, (2 * dimension + 2) % 10))
        assert first.corr(second) > first.corr(other)
    assert 0.7 < alpha(clean[EXPECTED]) < 0.95
    assert 0.7 < alpha(clean[PERCEIVED]) < 0.95


def test_survey_asks_the_stays_of_the_last_quarter(clean):
    visits = datasets.load_panel_visits()
    asked = visits[visits.date >= "2026-10-01"]
    assert clean.visit_id.tolist() == asked.visit_id.tolist()
    assert clean.satisfaction.tolist() == asked.rating.tolist()
    # ten items mean about what the two scores say, on a form of seven points
    on_form = 1 + (asked.performance.to_numpy() - 1) * 6 / 8
    assert np.corrcoef(clean[PERCEIVED].mean(axis=1), on_form)[0, 1] > 0.8


def test_nothing_switched_on_changes_nothing(clean):
    table, known = dirty(clean, NONE)
    assert (table[ANSWERS].to_numpy() == clean[ANSWERS].to_numpy()).all()
    assert known[["straight", "halo", "double"]].eq("否").all().all()
    assert known.answered.eq("是").all()


def test_silence_depends_on_satisfaction(clean):
    table, known = damaged(clean, silence=0.9, silence_slope=-0.5, silence_lean=-0.25)
    share = known.answered.eq("是").groupby(clean.satisfaction.to_numpy()).mean()
    odds = 0.9 - 0.5 * np.abs(share.index - 3) - 0.25 * (share.index - 3)
    expected = 1 / (1 + np.exp(odds))
    n = clean.satisfaction.value_counts().sort_index()
    assert ((share - expected).abs() < 3 * np.sqrt(expected * (1 - expected) / n.to_numpy())).all()
    assert table.satisfaction.mean() > clean.satisfaction.mean() + 0.05  # who answers is happier
    assert table[ANSWERS].isna().all(axis=1).equals(known.answered.eq("否"))


def test_straight_lines_are_found_by_their_spread(clean):
    table, known = damaged(clean, straight=0.1)
    flat = table[EXPECTED + PERCEIVED].nunique(axis=1) == 1
    assert flat[known.straight == "是"].all()
    assert flat[known.straight == "否"].mean() < 0.01
    assert known.straight.eq("是").mean() == pytest.approx(0.1, abs=0.013)


def test_halo_makes_items_agree(clean):
    before = clean[PERCEIVED].corr().to_numpy()[np.triu_indices(10, 1)].mean()
    table, _ = damaged(clean, halo=1.0, halo_weight=0.8)
    after = table[PERCEIVED].astype(float).corr().to_numpy()[np.triu_indices(10, 1)].mean()
    assert after > before + 0.2
    assert (table[EXPECTED].to_numpy() == clean[EXPECTED].to_numpy()).all()


def test_doubles_are_near_copies_under_another_number(clean):
    table, known = damaged(clean, double=0.05)
    double = known.double == "是"
    assert double.sum() == pytest.approx(0.05 * len(clean), abs=3 * np.sqrt(0.05 * len(clean)))
    assert (table.guest_id[double] >= 900_001).all()
    assert not table.guest_id.duplicated(keep=False)[double].any()
    pairs = known[known.clean_id.duplicated(keep=False)]
    assert len(pairs) == 2 * double.sum()
    assert (pairs.groupby("clean_id").guest_id.nunique() == 1).all()
    originals = clean.set_index("response_id").loc[known.clean_id[double], ANSWERS].to_numpy()
    assert 0.85 < (originals == table.loc[double, ANSWERS].to_numpy()).mean() < 0.97


def test_short_forms_end_at_five(clean):
    table, known = damaged(clean, short_stores=(5, 14))
    short = table.store_id.isin([5, 14])
    assert table.loc[short, PERCEIVED].max().max() == 5
    assert table.loc[~short, PERCEIVED].max().max() == 7
    assert (known.points == np.where(short, 5, 7)).all()


def test_shipped_dirty_table_is_that_of_the_clean_one(clean):
    table, known = dirty(clean, DIRT)
    shipped, told = datasets.load_survey(dirty=True), datasets.load_survey_dirty_truth()
    pd.testing.assert_frame_equal(shipped.astype(float, errors="ignore"), table.astype(float, errors="ignore"), check_dtype=False)
    assert told.astype(str).to_numpy().tolist() == known.astype(str).to_numpy().tolist()
    for damage in ("straight", "halo", "double"):
        assert 20 < told[damage].eq("是").sum() < len(told) / 2


def test_survey_of_a_short_draw_is_of_all_its_stays(served):
    assert len(survey(served, months=2)) == len(served["visits"])
