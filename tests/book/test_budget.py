"""No page weighs more than the budget allows; the build says which does."""

import tomllib
from pathlib import Path

from service_marketing.publishing.budget import overweight

ROOT = Path(__file__).parents[2]
EDITION = ROOT / "_build" / "site" / "zh"


def budget(tmp_path, **limits):
    file = tmp_path / "budget.toml"
    file.write_text("".join(f'"{name}" = {limit}\n' for name, limit in limits.items()), "utf-8")
    return file


def test_the_budget_is_the_issues():
    limits = tomllib.loads((ROOT / "book" / "budget.toml").read_text("utf-8"))
    assert limits["text"] <= 100
    assert limits["simulation"] <= 280
    assert overweight(EDITION, ROOT / "book" / "budget.toml") == []


def test_a_heavy_page_is_named_with_its_parts(tmp_path):
    page = "chapters/03-satisfaction.html"
    (told,) = overweight(EDITION, budget(tmp_path, text=1000, simulation=1000, **{page: 150}))
    assert told.startswith(page)
    assert "150 KB" in told
    assert "engine.wasm 10" in told  # of the heaviest, with its size: some hundred KB
    assert len(overweight(EDITION, budget(tmp_path, text=1, simulation=1))) > 40
