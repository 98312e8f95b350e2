"""The one place that says which language a notebook speaks, and all who listen to it."""

import pytest

from service_marketing import datasets, language, practice
from service_marketing.classroom import check
from service_marketing.widget import ServiceGame, ServiceSimulation


@pytest.fixture(autouse=True)
def chinese_again():
    yield
    language.use(None)


def test_chinese_until_something_else_is_chosen():
    assert language.current() == "zh"
    assert language.say("好", "good") == "好"
    language.use("en")
    assert language.current() == language.chosen(None) == "en"
    assert language.say("好", "good") == "good"
    assert language.chosen("zh") == "zh"
    language.use(None)
    assert language.current() == "zh"


@pytest.mark.parametrize("wrong", ["fr", "EN", "", 1, ["en"], object()])
def test_no_other_language(wrong):
    with pytest.raises(ValueError, match="no such language"):
        language.use(wrong)
    assert language.current() == "zh"


class Agreeable(str):
    """A text that says it is any other, as an answer of a hostile notebook may."""

    __slots__ = ()

    def __eq__(self, other):
        return True

    __hash__ = str.__hash__


def test_what_only_says_that_it_is_a_language_is_none():
    with pytest.raises(ValueError, match="no such language"):
        language.use(Agreeable("fr"))


def test_simulations_practices_and_the_game_speak_it():
    language.use("en")
    assert "expectation" in ServiceSimulation("expectation-lab").spec["title"].lower()
    assert ServiceSimulation("expectation-lab", language="zh").spec["title"] != ServiceSimulation("expectation-lab").spec["title"]
    assert ServiceGame("hotel-chain").spec["title"].isascii()
    assert practice.show("nps").language == "en"
    assert "All right" in practice.check("nps", practice.find("nps").reference).message


def test_the_checks_of_an_assignment_speak_it():
    language.use("en")
    with pytest.raises(check.Unanswered, match=r"^This task has no answer yet: give n a value"):
        check.number({"n": ...}, "n")
    with pytest.raises(check.Wrong, match=r"^n should be between 0 and 1; yours is 3\. Write a share\.$"):
        check.number({"n": 3}, "n", low=0, high=1, hint="Write a share")
    with pytest.raises(check.Wrong, match=r"^n should be 0 or more; yours is -1\.$"):
        check.number({"n": -1}, "n", low=0)
    with pytest.raises(check.Wrong, match=r"^n should be a number, but is a list\.$"):
        check.number({"n": [1]}, "n")
    with pytest.raises(check.Wrong, match=r"^The CSAT of csat\(\[5, 4\]\) should be 1; your function gives 2\.$"):
        check.returns({"csat": len}, "csat", [(([5, 4],), 1.0)], what="CSAT")
    with pytest.raises(
        check.Wrong, match=r"^With data not seen before, the CSAT of csat is wrong: the formula has to hold for any data\.$"
    ):
        check.returns({"csat": len}, "csat", [(([5, 4],), 1.0)], what="CSAT", hidden=True)
    with pytest.raises(check.Wrong, match=r"^n is not right: you have 5\. Count the rows\.$"):
        check.equal(5, 6, "n", hint="Count the rows", reveal=False)
    with pytest.raises(check.Wrong, match=r"ended with an error: TypeError: .*\. Call it once in a cell of your own"):
        check.call(len, 3)


def test_a_loaded_table_does_not_change_the_next():
    first = datasets.load_guests()
    language.use("en")
    assert set(datasets.load_guests()["segment"].cat.categories) == {"business", "family", "student", "tour group", "silver"}
    language.use("zh")
    assert datasets.load_guests().equals(first)
