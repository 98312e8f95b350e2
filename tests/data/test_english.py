"""The tables in English: every Chinese value has one, and nothing else changes."""

import re

import pandas as pd
import pytest

from service_marketing import datasets, language

HAN = re.compile(r"[\u3400-\u9fff]")
TABLES = [resource["name"] for resource in datasets.package()["resources"] if "schema" in resource]


@pytest.fixture
def english():
    language.use("en")
    yield
    language.use(None)


def in_both(name: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    found = []
    for spoken in ("zh", "en"):
        language.use(spoken)
        found.append(datasets.load(name))
    return found[0], found[1]


@pytest.mark.parametrize("name", TABLES)
def test_no_chinese_is_left(name, english):
    chinese, table = in_both(name)
    assert list(table.columns) == list(chinese.columns)
    for column in table:
        told = table[column].cat.categories if isinstance(table[column].dtype, pd.CategoricalDtype) else table[column]
        said = [value for value in told if isinstance(value, str)]
        if name == "complaints_texts" and column == "justice":
            said = [value.replace("、", "") for value in said]
        assert not [value for value in said if HAN.search(value)], column


@pytest.mark.parametrize("name", TABLES)
def test_values_that_differ_differ_in_english(name, english):
    chinese, table = in_both(name)
    for column in table:
        assert (table[column].isna() == chinese[column].isna()).all()
        assert table[column].nunique() == chinese[column].nunique(), column
        assert len(pd.DataFrame({"zh": chinese[column].astype(str), "en": table[column].astype(str)}).drop_duplicates()) == len(
            chinese[column].astype(str).unique()
        ), column


def test_the_order_of_categories_stays(english):
    assert list(datasets.load_guests()["member"].cat.categories) == ["none", "basic", "silver", "gold"]
    assert datasets.load_guests()["member"].cat.ordered
    assert list(datasets.load_referrals()["valence"].cat.categories) == ["negative", "neutral", "positive"]


def test_a_students_own_draw_is_the_same_in_english(english):
    mine = datasets.load_my_data("2025210101")
    language.use("zh")
    ours = datasets.load_my_data("2025210101")
    language.use("en")
    assert list(mine.guests["guest_id"]) == list(ours.guests["guest_id"])
    assert set(mine.guests["segment"]) == {"business", "family", "student", "tour group", "silver"}


def test_the_truth_names_the_segments(english):
    assert datasets.load_truth()["segments"] == list(datasets.load_guests()["segment"].cat.categories)


def test_who_has_no_number_is_told(english, capsys):
    datasets.load_my_data(...)
    assert capsys.readouterr().out.startswith("No student number yet")


def test_every_translation_is_used():
    """A value that no table has is a slip of the pen."""
    used: dict[str, set[str]] = {}
    for name in TABLES:
        table = datasets.load(name)
        for column in table:
            values = table[column].cat.categories if isinstance(table[column].dtype, pd.CategoricalDtype) else table[column].dropna()
            used.setdefault(column, set()).update(value for value in set(values) if isinstance(value, str))
    for column, words in datasets._english().items():
        assert set(words) <= used[column], column
