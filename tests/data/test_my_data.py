"""A student's own draw: the same for the same number, another for another, and whole within itself."""

import pytest

from service_marketing import datasets
from service_marketing.datasets import load_my_data

TABLES = ("guests", "visits", "panel_guests", "panel_visits", "encounters", "complaints", "referrals", "survey", "staff")


def test_the_same_number_gives_the_same_draw_however_it_is_written():
    one = load_my_data("2025210101a")
    for written in (" 2025210101A ", "２０２５２１０１０１ａ", "2025 2101 01A"):
        other = load_my_data(written)
        assert other.number == one.number == "2025210101A"
        assert other.visits.equals(one.visits)
    assert load_my_data(2025210101).visits.equals(load_my_data("2025210101").visits)


def test_the_draw_of_a_number_is_fixed_for_good():
    """Grading must find what the student saw, years and versions apart."""
    mine = load_my_data("2025210101")
    assert [len(getattr(mine, table)) for table in TABLES] == [3027, 20500, 2963, 19739, 19739, 1138, 5956, 2472, 3003]
    assert list(mine.visits["visit_id"][:5]) == [4, 5, 8, 10, 11]


def test_two_hundred_students_have_two_hundred_answers():
    draws = [load_my_data(str(2025210000 + k)) for k in range(200)]
    for table, column in (("visits", "spend"), ("complaints", "hours"), ("encounters", "wait"), ("staff", "skill")):
        assert len({getattr(draw, table)[column].mean() for draw in draws}) == 200, table
    assert len({tuple(draw.survey.loc[:, "p1":"p10"].mean()) for draw in draws}) == 200
    shares = [len(draw.guests) / len(datasets.load_guests()) for draw in draws]
    assert 0.47 < min(shares) < max(shares) < 0.53


def test_what_belongs_to_a_guest_comes_with_the_guest():
    mine = load_my_data("7")
    assert set(mine.visits["guest_id"]) <= set(mine.guests["guest_id"])
    assert set(mine.complaints["guest_id"]) <= set(mine.panel_guests["guest_id"])
    assert set(mine.complaints["visit_id"]) <= set(mine.panel_visits["visit_id"])
    assert list(mine.encounters["visit_id"]) == list(mine.panel_visits["visit_id"])
    everyone = datasets.load_visits()
    assert len(mine.visits) == everyone["guest_id"].isin(mine.guests["guest_id"]).sum(), "all of a drawn guest's stays"
    assert list(mine.staff.columns) == list(datasets.load_staff().columns)


@pytest.mark.parametrize("number", [None, ..., "", "  ", "..."])
def test_without_a_number_the_class_s_draw_is_given_and_said(number, capsys):
    assert load_my_data(number).number == "全班"
    assert "还没有写学号" in capsys.readouterr().out


@pytest.mark.parametrize("number", [True, 3.5, ["2025210101"]])
def test_a_number_must_be_a_text(number):
    with pytest.raises(ValueError, match="学号要写成文字"):
        load_my_data(number)


def test_a_table_that_is_changed_leaves_the_next_one_whole():
    mine = load_my_data("7")
    mine.visits["rating"] = 0
    assert load_my_data("7").visits["rating"].min() == 1
    whole = datasets.load_visits()
    whole.loc[0, "rating"] = -1
    assert datasets.load_visits()["rating"].min() == 1
