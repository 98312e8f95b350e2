"""Marks out of a real gradebook, the log of their changes, and where the assignments stand."""

import csv
import io
import shutil
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from rich.console import Console

from classroom.gradebooks import add_assignment, fill, grade, set_marks
from service_marketing.classroom import course, marks
from service_marketing.classroom.assignments import AssignmentError

WORK = "03-satisfaction"
NOW = datetime(2026, 3, 23, 4, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A course with an empty gradebook, which takes seconds to make."""
    root = course.make(tmp_path_factory.mktemp("made") / "course", [WORK])
    with course.gradebook(root):
        return root


@pytest.fixture(scope="module")
def filled(made, tmp_path_factory):
    root = shutil.copytree(made, tmp_path_factory.mktemp("filled") / "course")
    with course.gradebook(root) as book:
        add_assignment(book, WORK)
        for number, name in (("0012", "王雨桐"), ("2025001", "李明"), ("2025002", "张三"), ("2025003", "赵六")):
            book.add_student(number, last_name=name)
        grade(book, WORK, "0012", q1=6.0, q2=2.5)
        grade(book, WORK, "2025001", "2026-03-23T15:59:00", q1=3.0, q2=4.0)
        set_marks(book, WORK, "2025001", "manual_score", essay=7.5)
    (root / "submitted" / "2025002" / WORK).mkdir(parents=True)
    return root


@pytest.fixture
def root(filled, tmp_path):
    return shutil.copytree(filled, tmp_path / "course")


def log(root):
    with open(root / marks.LOG, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def brief(changes):
    return [(c.student, c.cell, c.what, c.old, c.new, c.why) for c in changes]


def test_the_four_states_and_the_score(root):
    read = marks.read(root)
    assert [p.number for p in read.students] == ["0012", "2025001", "2025002", "2025003"]
    assert read.assignments[0].max_score == 20
    states = {number: (mark.state, mark.score) for (number, _), mark in read.marks.items()}
    assert states == {"0012": ("waiting", 8.5), "2025001": ("graded", 14.5), "2025002": ("ungraded", None), "2025003": ("missing", None)}
    assert read.marks["2025001", WORK].late == 24 * 3600  # a day after 23:59 in China


def test_scores_are_those_that_nbgrader_has(root):
    with course.gradebook(root) as book:
        found = book.find_submission(WORK, "2025001")
        found.notebooks[0].late_submission_penalty = 2.0
        set_marks(book, WORK, "2025001", "extra_credit", q1=0.25)
        stock = book.find_submission(WORK, "2025001")
        assert marks.read(root).marks["2025001", WORK].score == stock.score - stock.late_submission_penalty == 12.75


def test_every_change_is_in_the_log_with_its_reason(root):
    first = marks.record(root, "autograde", NOW)
    assert brief(first.changes) == [
        ("0012", "q1", "auto", "", "6", "autograde"),
        ("0012", "q2", "auto", "", "2.5", "autograde"),
        ("0012", "", "total", "", "8.5", "autograde"),
        ("2025001", "essay", "manual", "", "7.5", "manual"),
        ("2025001", "q1", "auto", "", "3", "autograde"),
        ("2025001", "q2", "auto", "", "4", "autograde"),
        ("2025001", "", "total", "", "14.5", "manual+autograde"),
    ]
    assert first.changes[0].time == "2026-03-23T12:00:00+08:00"
    assert marks.record(root, "autograde", NOW).changes == ()

    with course.gradebook(root) as book:  # formgrader
        set_marks(book, WORK, "0012", "manual_score", essay=9.0)
        set_marks(book, WORK, "0012", "extra_credit", q2=0.5)
    by_hand = marks.record(root, "autograde", NOW)
    assert {c.why for c in by_hand.changes} == {"manual"}
    assert brief(by_hand.changes)[-1] == ("0012", "", "total", "8.5", "18", "manual")
    assert len(log(root)) == len(first.changes) + len(by_hand.changes)
    assert log(root)[0]["student"] == "0012"
    assert marks.history(root, student="0012")[-1].new == "18"


def test_a_regrade_keeps_manual_marks_and_is_told_apart(root):
    with course.gradebook(root) as book:
        set_marks(book, WORK, "0012", "manual_score", essay=9.0)
    marks.record(root, "autograde", NOW)
    with course.gradebook(root) as book:
        found = book.find_grade("q2", WORK, WORK, "0012")  # what nbgrader's autograder does with a fixed test
        found.auto_score = 4.0
        essay = book.find_grade("essay", WORK, WORK, "0012")
        essay.needs_manual_grade = True
        book.find_submission(WORK, "0012").notebooks[0].late_submission_penalty = 1.0
        book.db.commit()
    assert brief(marks.record(root, "regrade", NOW).changes) == [
        ("0012", "", "late", "", "1", "late"),
        ("0012", "q2", "auto", "2.5", "4", "regrade"),
        ("0012", "", "total", "17.5", "18", "late+regrade"),
    ]
    mark = marks.read(root).marks["0012", WORK]
    assert (mark.state, mark.score, mark.review) == ("graded", 18.0, True)
    row = marks.status(root)[0]
    assert (row.waiting, row.review) == (0, 1)


def test_a_submission_that_was_taken_out_is_logged(root):
    marks.record(root, "autograde", NOW)
    with course.gradebook(root) as book:
        book.remove_submission(WORK, "2025001")
    removed = marks.record(root, "manual", NOW).changes
    assert {(c.why, c.new) for c in removed} == {("removed", "")}
    assert marks.record(root, "manual", NOW).changes == ()


@pytest.mark.parametrize("cut", [1, 9, 25, 60])
def test_a_half_written_line_is_mended_and_nothing_lost(root, cut):
    marks.record(root, "autograde", NOW)
    whole = (root / marks.LOG).read_bytes()
    (root / marks.LOG).write_bytes(whole[:-cut] + b"\0" * (cut % 3))
    mended = marks.record(root, "autograde", NOW)
    assert mended.repaired
    assert all(None not in row.values() and row["what"] in marks.WHAT for row in log(root))
    values, unreadable = marks.replay((root / marks.LOG).read_bytes())
    assert unreadable == ()
    assert values == marks.replay(whole)[0]
    assert marks.record(root, "autograde", NOW) == marks.Recorded()


def test_the_log_is_only_added_to(root):
    marks.record(root, "autograde", NOW)
    before = (root / marks.LOG).read_bytes()
    with open(root / marks.LOG, "ab") as file:
        file.write("老师写的一行\n".encode())
    with course.gradebook(root) as book:
        set_marks(book, WORK, "0012", "manual_score", essay=1.0)
    result = marks.record(root, "manual", NOW)
    assert result.unreadable == (len(before.splitlines()) + 1,)
    assert (root / marks.LOG).read_bytes().startswith(before + "老师写的一行\n".encode())


def test_a_student_number_is_no_formula_in_the_log(root):
    with course.gradebook(root) as book:
        book.add_student("=1+1", last_name="x")
        grade(book, WORK, "=1+1", q1=1.0)
    marks.record(root, "autograde", NOW)
    assert "'=1+1" in {row["student"] for row in log(root)}
    assert marks.record(root, "autograde", NOW).changes == ()


def test_a_wrong_reason_and_a_wrong_folder_are_refused(root, tmp_path):
    with pytest.raises(ValueError, match="reason"):
        marks.record(root, "because")
    with pytest.raises(AssignmentError, match="不是课程批改文件夹"):
        marks.read(tmp_path)
    with pytest.raises(AssignmentError, match="没有作业99"):
        marks.read(root, ["99"])
    (root / "gradebook.db").write_bytes(b"this is no database, but long enough to be looked at as one" * 40)
    with pytest.raises(AssignmentError, match="成绩册读不出来"):
        marks.read(root)
    (root / "gradebook.db").unlink()
    with pytest.raises(AssignmentError, match="还没有成绩册"):
        marks.record(root)
    assert not (root / "gradebook.db").exists()
    assert [row.name for row in marks.status(root)] == [WORK]


def test_status_says_where_an_assignment_stands(root):
    (root / "feedback" / "0012" / WORK).mkdir(parents=True)
    (root / "feedback" / "0012" / WORK / f"{WORK}.html").write_text("x")
    for student in ("0012", "2025001"):
        (root / "submitted" / student / WORK).mkdir(parents=True)
    row = marks.status(root)[0]
    assert (row.source, row.released, row.submitted, row.graded, row.waiting, row.feedback) == (True, "", 3, 2, 1, 1)
    assert f"{row.due:%H:%M %z}" == "23:59 +0800"
    course.set_stamp(root, f"export {WORK}", marks.read(root).fingerprint(WORK))
    assert marks.status(root)[0].exported == "yes"
    with course.gradebook(root) as book:
        set_marks(book, WORK, "0012", "manual_score", essay=1.0)
    row = marks.status(root)[0]
    assert row.exported == "changed"
    console = Console(width=140, record=True, file=io.StringIO())
    console.print(marks.status_table([row]))
    assert "导出后有变动" in console.export_text()


def test_a_whole_semester_is_recorded_in_as_many_queries_as_a_small_class(made, tmp_path):
    def queries(students: int, assignments: int) -> int:
        root = shutil.copytree(made, tmp_path / f"{students}-{assignments}")
        fill(root, students=students, assignments=assignments, cells=20)
        asked = []
        note = lambda *seen: asked.append(seen[2])  # noqa: E731
        sa.event.listen(sa.Engine, "before_cursor_execute", note)
        try:
            first = marks.record(root, "autograde", NOW)
        finally:
            sa.event.remove(sa.Engine, "before_cursor_execute", note)
        assert len(first.changes) == students * assignments * 21
        assert marks.record(root, "autograde", NOW).changes == ()
        return len(asked)

    assert queries(200, 14) == queries(2, 1)
