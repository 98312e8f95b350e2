"""What the assignment of chapter 3 gives to right, blank, wrong and damaged submissions, graded by nbgrader itself."""

import json
import re

import pytest

from service_marketing.classroom import assignments, course
from service_marketing.classroom.check import UNANSWERED

pytestmark = pytest.mark.slow
NAME = "03-satisfaction"
MISTAKES = list(assignments.variants(NAME).MISTAKES)
DAMAGED = [s.number for s in assignments.variants(NAME).CLASS if s.file or s.drops or s.edits]


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


def test_shape_of_the_assignment(graded):
    cells = assignments.graded_cells(graded.notebook("source"))
    by_task = {}
    for cell in cells:
        by_task.setdefault(cell.task, []).append(cell)
    auto = {task: tests for task, tests in by_task.items() if not tests[0].manual}
    assert 6 <= len(auto) <= 8
    assert all(len(tests) >= 2 for tests in auto.values()), "partial credit needs several test cells per task"
    assert sum(cell.points for cell in cells) == 100
    assert sum(cell.manual for cell in cells) == 1
    for task, tests in by_task.items():
        assert f"（{sum(cell.points for cell in tests):g}分）" in task, "the heading says what the task is worth"


def test_the_points_named_in_test_cells_are_the_real_ones(graded):
    tests = [c for c in graded.notebook("release").cells if c.cell_type == "code" and c.metadata.get("nbgrader", {}).get("grade")]
    for cell in tests:
        assert f"（{cell.metadata.nbgrader.points:g}分）" in cell.source.splitlines()[0], cell.metadata.nbgrader.grade_id


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
        assert text.startswith(UNANSWERED), cell
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


@pytest.mark.parametrize("number", DAMAGED)
def test_a_damaged_submission_gets_what_is_left_of_it(demo_class, number):
    assert demo_class.scores(number) == demo_class.expected(number)


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


def test_deleted_cells_are_restored_and_graded(demo_class):
    number = next(n for n, s in demo_class.handed_in.items() if "t3-error" in s.drops)
    submitted = json.dumps(json.loads((demo_class.root / "originals" / NAME / number / f"{NAME}.ipynb").read_text(encoding="utf-8")))
    assert '"t3-error"' not in submitted
    assert demo_class.scores(number)["t3-error"] == 3
    assert demo_class.notes(number) == ["restored"]
    ids = [c.metadata.nbgrader.grade_id for c in demo_class.notebook("autograded", number).cells if "nbgrader" in c.metadata]
    assert ids == [c.metadata.nbgrader.grade_id for c in demo_class.notebook("source").cells if "nbgrader" in c.metadata]


def test_an_answer_deleted_with_its_tests_costs_that_task_only(demo_class):
    number = next(n for n, s in demo_class.handed_in.items() if "t6" in s.drops)
    lost = {grade_id for grade_id, score in demo_class.scores(number).items() if score == 0}
    assert lost == {"t6-gain", "t6-loss", "t6-ends", "t6-hidden", "t6-outcome"}


def test_editing_locked_cells_has_no_effect(graded):
    assert graded.scores("edited-and-wrong")["t8-verdict"] == 0
    assert sum(graded.scores("edited-and-wrong").values()) == 78
    assert graded.notes("edited-and-wrong") == ["edited"]


def test_endless_loop_and_crash_stay_with_their_submission(graded):
    loop, crash = graded.holder("endless loop"), graded.holder("crash")
    assert [cell for cell, name, *_ in messages(graded, loop) if name == "CellTimeoutError"] == ["t2-function", "t2-hidden"]
    assert graded.notes(crash) == ["crashed"]
    assert "内核中途退出" in course.outcome(graded.root, NAME, crash).notes[0].text
    assert graded.scores("right") == graded.expected("right")


def test_flood_of_output_is_cut(graded):
    cell = next(
        c for c in graded.notebook("autograded", graded.holder("flood")).cells if c.metadata.get("nbgrader", {}).get("grade_id") == "t7-a"
    )
    assert "差距是" in cell.outputs[0].text
    assert sum(output.text.count("\n") for output in cell.outputs) <= 200


def test_every_unreadable_file_has_a_row_a_reason_and_its_original(demo_class):
    for file in ("cut short", "empty file", "word file"):
        number = next(n for n, s in demo_class.handed_in.items() if s.file == file)
        assert demo_class.notes(number) == ["unreadable"], file
        assert set(demo_class.scores(number).values()) == {0.0}
        kept = list((demo_class.root / "originals" / NAME / number).iterdir())
        assert any(path.name != "timestamp.txt" for path in kept), file


@pytest.mark.parametrize("kind", ["release", "feedback"])
def test_hidden_tests_and_sample_answers_are_not_shown(graded, kind):
    hidden, inside = [], False
    for cell in graded.notebook("source").cells:
        for line in cell.source.splitlines():
            if "### END" in line:
                inside = False
            elif inside and len(line.strip()) > 25:
                hidden.append(line.strip())
            elif "### BEGIN HIDDEN" in line or "### BEGIN MARK" in line:
                inside = True
    assert len(hidden) > 30
    if kind == "release":
        shown = json.dumps(graded.notebook("release"), ensure_ascii=False)
    else:
        number = graded.holder("copied cases")
        course.feedback_one(graded.root, NAME, number)
        page = course.feedback_page(graded.root, NAME, number).read_text(encoding="utf-8")
        shown = (
            re.sub("<[^>]+>", "", page)
            .replace("&quot;", '"')
            .replace("&#39;", "'")
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&amp;", "&")
        )
        assert "check.returns(globals(), " in shown, "the visible tests are there"
    plain = shown.replace('\\"', '"')
    assert [line for line in hidden if line in plain and "from service_marketing.models" not in line] == []
    assert "### BEGIN" not in plain


def test_solutions_are_not_in_the_release(graded):
    released = {
        c.metadata.nbgrader.grade_id: c.source for c in graded.notebook("release").cells if c.metadata.get("nbgrader", {}).get("solution")
    }
    for grade_id, source in released.items():
        assert "在这里写" in source or "写下你的回答" in source, grade_id
        assert "SOLUTION" not in source
