"""The files are the same bytes on every machine."""

import hashlib
import math
import os
import subprocess
import sys
from fractions import Fraction

import numpy as np
import pytest

from service_marketing import datasets, panel
from service_marketing.panel import draws, files
from service_marketing.panel.__main__ import main
from service_marketing.panel.housing import housing


def test_files_are_as_the_generator_makes_them():
    assert panel.differences(datasets.folder()) == []


def test_recorded_sums_and_sizes_are_those_of_the_files():
    resources = datasets.package()["resources"]
    assert len(resources) == 26
    for resource in resources:
        content = (datasets.folder() / resource["path"]).read_bytes()
        assert resource["hash"] == "sha256:" + hashlib.sha256(content).hexdigest()
        assert resource["bytes"] == len(content)


def test_repository_files_are_small_plain_utf8():
    for path in datasets.folder().rglob("*.csv"):
        content = path.read_bytes()
        assert len(content) < 2 * 2**20
        assert not content.startswith(b"\xef\xbb\xbf")
        assert b"\r" not in content
        assert content.endswith(b"\n")
        content.decode("utf-8")


def test_plain_processor_makes_the_same_files(tmp_path):
    """With the processor's vector instructions switched off, numpy takes other paths through its code."""
    features = np.show_config(mode="dicts")["SIMD Extensions"].get("found", [])
    environment = os.environ | {"NPY_DISABLE_CPU_FEATURES": " ".join(features)}
    done = subprocess.run(
        [sys.executable, "-m", "service_marketing.panel", "--check"], env=environment, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_draws_are_the_leading_53_bits_of_the_raw_words():
    """The raw words of PCG64 are promised never to change, the methods of a Generator are not."""
    words = np.random.PCG64([5, *b"guests"]).random_raw(1000)
    assert draws.Draws(5, "guests").uniform(1000).tolist() == [int(word >> 11) / 2**53 for word in words.tolist()]


@pytest.mark.parametrize("quantile", [draws.normal_quantile, draws.logistic_quantile, draws.exponential_quantile])
def test_no_table_entry_is_near_a_tie(quantile):
    """A logarithm that is off in its last bits, as libraries differ, still rounds to the same decimals."""
    steps = 10**draws.DECIMALS
    for i in range(draws.KNOTS):
        exact = Fraction(quantile((i + 0.5) / draws.KNOTS)) * steps
        from_tie = abs(exact - math.floor(exact) - Fraction(1, 2)) / steps
        assert from_tie > 1e-12


def test_no_tabulated_exponential_is_near_a_tie():
    by_tenure = [1 - (1 - panel.SERVICE.first_skill) * math.exp(-panel.TRUTH.learning_speed * month) for month in range(61)]
    by_rating = [math.exp(panel.TRUTH.told_growth * abs(r - 3) + panel.TRUTH.told_negative * (r < 3)) for r in range(1, 6)]
    for values, decimals in ((by_tenure, 3), (by_rating, 6)):
        for value in values:
            exact = Fraction(value) * 10**decimals
            assert abs(exact - math.floor(exact) - Fraction(1, 2)) > 1e-9


@pytest.mark.parametrize(
    ("quantile", "mean", "variance"),
    [(draws.normal_quantile, 0, 1), (draws.logistic_quantile, 0, math.pi**2 / 3), (draws.exponential_quantile, 1, 1)],
)
def test_tables_have_the_moments_of_their_distribution(quantile, mean, variance):
    table = draws.table(quantile)
    assert table.mean() == pytest.approx(mean, abs=1e-3)
    assert table.var() == pytest.approx(variance, rel=5e-3)


def test_choice_follows_its_weights():
    places = draws.Draws(1, "a").choice(100_000, (1, 0, 3))
    assert np.bincount(places, minlength=3) == pytest.approx([25_000, 0, 75_000], abs=3 * math.sqrt(100_000 * 3 / 16))


@pytest.mark.parametrize("mean", [0.0, 0.3, 2.5, 20.0])
def test_counts_are_poisson(mean):
    counts = draws.Draws(2, "counts").counts(np.full(40_000, mean))
    assert counts.mean() == pytest.approx(mean, abs=3 * math.sqrt(mean / 40_000) + 1e-3 * mean)
    assert counts.var() == pytest.approx(mean, rel=0.03, abs=1e-12)


def test_probability_below_is_the_share_of_the_table():
    values = np.array([-30.0, -2.0, 0.0, 1.5, 30.0])
    table = draws.table(draws.logistic_quantile)
    assert draws.below(draws.logistic_quantile, values).tolist() == [(table < value).mean() for value in values]


def test_another_seed_is_another_draw_and_streams_differ_by_name():
    one, two = panel.simulate(seed=1, guests=50), panel.simulate(seed=2, guests=50)
    assert not one["visits"].equals(two["visits"])
    assert one["visits"].equals(panel.simulate(seed=1, guests=50)["visits"])
    assert draws.Draws(1, "guests").uniform(5).tolist() != draws.Draws(1, "stores").uniform(5).tolist()


def test_chain_stays_the_same_in_a_smaller_draw():
    assert panel.simulate(guests=10)["stores"].equals(panel.simulate(guests=500)["stores"])


def test_written_draw_loads_again(tmp_path):
    assert main([str(tmp_path / "mine"), "--seed", "7", "--guests", "40", "--months", "6"]) == 0
    drawn = panel.simulate(seed=7, guests=40, months=6)
    served = panel.simulate(panel.SERVICE, seed=7, guests=40, months=6)
    tables = {name: drawn[name] for name in ("visits", "guests", "stores")}
    tables |= {f"panel_{name}": served[name] for name in ("visits", "guests")}
    records = ("encounters", "complaints", "referrals", "staff", "store_months", "pilot", "guests_truth")
    for name, table in (tables | {name: served[name] for name in records}).items():
        loaded = getattr(datasets, f"load_{name}")(tmp_path / "mine")
        assert len(loaded)
        for column in loaded:
            # the second period's guests and stays have numbers of their own
            before = 0 if name in ("visits", "guests", "stores") else panel.files.NUMBERS_BEFORE.get(column, 0)
            expected = table[column].to_numpy()
            np.testing.assert_array_equal(loaded[column].to_numpy(), expected + before if before else expected)
    assert (tmp_path / "mine" / "gpl" / "COPYING").is_file()
    assert datasets.load_truth(tmp_path / "mine")["draw"] == {"seed": 7, "guests": 40, "months": 6}
    assert drawn["visits"].date.between("2023-01-01", "2023-06-30").all()
    assert not list((tmp_path / "mine").glob(".*"))


def test_check_names_the_file_and_line_that_differ(tmp_path, capsys):
    arguments = [str(tmp_path), "--guests", "40", "--months", "6"]
    assert main(arguments) == 0
    assert main([*arguments, "--check"]) == 0
    lines = (tmp_path / "visits.csv").read_bytes().split(b"\n")
    lines[4] = lines[4] + b"0"
    (tmp_path / "visits.csv").write_bytes(b"\n".join(lines))
    (tmp_path / "guests.csv").unlink()
    capsys.readouterr()
    assert main([*arguments, "--check"]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "guests.csv: 缺少这个文件 (missing)",
        "visits.csv: 从第 5 行起不同 (differs from line 5 on)",
    ]


def test_check_sees_a_file_cut_short(tmp_path):
    panel.write(tmp_path, guests=40, months=6)
    content = (tmp_path / "visits.csv").read_bytes()
    (tmp_path / "visits.csv").write_bytes(content[: content.index(b"\n", 200) + 1])
    whole_lines = content[: content.index(b"\n", 200) + 1].count(b"\n")
    assert panel.differences(tmp_path, guests=40, months=6) == [
        f"visits.csv: 从第 {whole_lines + 1} 行起不同 (differs from line {whole_lines + 1} on)"
    ]


def test_another_draw_does_not_overwrite_the_course(capsys):
    with pytest.raises(SystemExit):
        main(["--seed", "7"])
    assert "另给一个文件夹" in capsys.readouterr().err


def test_write_that_fails_leaves_the_old_file(tmp_path, monkeypatch):
    panel.write(tmp_path, guests=10, months=2)
    before = (tmp_path / "stores.csv").read_bytes()

    def full(*_):
        raise OSError("disk full")

    monkeypatch.setattr(files.os, "replace", full)
    with pytest.raises(OSError, match="disk full"):
        panel.write(tmp_path, seed=9, guests=10, months=2)
    assert (tmp_path / "stores.csv").read_bytes() == before
    assert not list(tmp_path.glob(".*"))


@pytest.mark.parametrize("argument", [{"seed": -1}, {"guests": 0}, {"months": 0}, {"guests": 2.5}, {"months": True}])
def test_simulate_names_the_argument_out_of_range(argument):
    (name, value) = next(iter(argument.items()))
    with pytest.raises(ValueError, match=f"{name} 应是不小于 . 的整数，收到 {value!r}"):
        panel.simulate(**argument)


def test_packages_own_housing_table_is_the_shipped_one():
    shipped = datasets.load_housing()
    assert shipped.astype(object).to_numpy().tolist() == housing().to_numpy().tolist()
