"""What the assignment of chapter 3 gives to right, blank and wrong submissions, graded by the grader in its box."""

import re

import pytest

from service_marketing.classroom import assignments, course
from service_marketing.classroom.check import UNANSWERED

pytestmark = pytest.mark.slow
NAME = "03-satisfaction"
MISTAKES = list(assignments.variants(NAME).MISTAKES)


def messages(graded, number):
    """The error outputs of the test cells, as (cell, exception, text, rendered lines)."""
    cells = graded.notebook("autograded", number).cells
    return [
        (cell.metadata.nbgrader.grade_id, output.ename, output.evalue, output.traceback)
        for cell in cells
        if cell.metadata.get("nbgrader", {}).get("grade")
        for output in cell.get("outputs", [])
        if output.output_type == "error"
    ]


def test_solution_scores_full_marks(graded):
    assert graded.scores("right") == graded.expected("right")
    assert sum(graded.scores("right").values()) == 80
    assert messages(graded, "right") == []


def test_blank_release_scores_zero_with_a_kind_word_for_every_cell(graded):
    number = graded.holder("blank")
    assert set(graded.scores(number).values()) == {0.0}
    said = messages(graded, number)
    assert {cell for cell, *_ in said} == set(graded.scores(number))
    for cell, name, text, lines in said:
        assert name == "Unanswered", cell
        assert text.startswith(UNANSWERED["zh"]), cell
        assert lines == [f"○ {text}"], "no traceback"


def test_blank_essay_is_zero_and_a_written_one_waits_for_a_person(graded):
    with course.gradebook(graded.root) as book:
        blank, written = (book.find_grade("essay", NAME, NAME, number) for number in (graded.holder("blank"), "right"))
        assert (blank.score, blank.needs_manual_grade) == (0.0, False)
        assert (written.auto_score, written.needs_manual_grade) == (None, True)


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_typical_mistake_costs_what_it_should(graded, mistake):
    made = graded.variants.MISTAKES[mistake]
    scores, full = graded.scores(graded.holder(mistake)), graded.scores("right")
    tasks = {grade_id.split("-")[0] for grade_id in (*made.cells, *made.loses)}
    lost = {grade_id for grade_id in full if scores[grade_id] < full[grade_id] and grade_id.split("-")[0] in tasks}
    assert lost == set(made.loses)
    assert scores == graded.expected(graded.holder(mistake)), "and nothing else that the notebook's other mistakes do not cost"


def test_messages_are_in_chinese_and_without_tracebacks(graded):
    seen = 0
    for mistake in MISTAKES:
        for cell, name, text, lines in messages(graded, graded.holder(mistake)):
            if name in ("Wrong", "Unanswered"):
                seen += 1
                assert re.search("[一-鿿]", text), cell
                assert len(lines) == 1, (mistake, cell)
    assert seen > 40


def test_hidden_cases_are_not_met_by_copying_the_visible_ones(graded):
    scores = graded.scores(graded.holder("copied cases"))
    assert scores["t2-function"] == 4
    assert scores["t2-hidden"] == 0


def test_editing_locked_cells_has_no_effect(graded):
    assert graded.scores("edited-and-wrong")["t8-verdict"] == 0
    assert sum(graded.scores("edited-and-wrong").values()) == 78
    assert graded.codes("edited-and-wrong") == ["locked-edited"]


def test_endless_loop_and_crash_stay_with_their_submission(graded):
    loop, crash = graded.holder("endless loop"), graded.holder("crash")
    assert [cell for cell, name, *_ in messages(graded, loop) if name == "CellTimeoutError"] == ["t2-function", "t2-hidden"]
    assert graded.codes(crash) == ["run"]
    before = [grade_id for grade_id in graded.scores(crash) if grade_id[:2] in ("t1", "t2", "t3")]
    assert {grade_id: graded.scores(crash)[grade_id] for grade_id in before} == {g: graded.expected(crash)[g] for g in before}
    assert sum(graded.expected(crash)[grade_id] for grade_id in before) > 0, "what stands before it counts"
    assert graded.scores("right") == graded.expected("right")


def test_flood_of_output_is_cut(graded):
    cell = next(
        c for c in graded.notebook("autograded", graded.holder("flood")).cells if c.metadata.get("nbgrader", {}).get("grade_id") == "t7-a"
    )
    assert "差距是" in cell.outputs[0].text
    assert sum(output.text.count("\n") for output in cell.outputs) <= 200
