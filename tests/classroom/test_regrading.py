"""A test is mended and all is graded again by `course autograde --force`: marks by hand stay, and the log has every change."""

import shutil
import sys

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from typer.testing import CliRunner

from service_marketing.classroom import course, exporting, marks
from service_marketing.cli import app
from service_marketing.grading.box import outside

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform != "linux", reason="grading needs Linux")]
NAME = "ps"
RIGHT, WRONG, TYPED, BLANK = "0101", "0102", "0103", "0104"
PEOPLE = {RIGHT: "王雨桐", WRONG: "李思远", TYPED: "张明", BLANK: "陈静"}
FAULTY, MENDED = "assert double(-1) == 2", "assert double(-1) == -2"
runner = CliRunner()


def marked(grade_id, **flags):
    return {
        "nbgrader": {"schema_version": 3, "grade_id": grade_id, "task": False, "grade": False, "solution": False, "locked": False, **flags}
    }


def source(test, one="x = 3", two="def double(n):\n    return 2 * n"):
    """The instructor's notebook; with `one` and `two` in place of the solutions it is a student's."""
    return new_notebook(
        cells=[
            new_code_cell(f"### BEGIN SOLUTION\n{one}\n### END SOLUTION", metadata=marked("one", solution=True)),
            new_code_cell("assert x == 3", metadata=marked("one-test", grade=True, locked=True, points=4)),
            new_code_cell(f"### BEGIN SOLUTION\n{two}\n### END SOLUTION", metadata=marked("two", solution=True)),
            new_code_cell(
                f"assert double(2) == 4\n### BEGIN HIDDEN TESTS\n{test}\n### END HIDDEN TESTS",
                metadata=marked("two-test", grade=True, locked=True, points=6),
            ),
            new_markdown_cell("为什么？", metadata=marked("essay", grade=True, solution=True, points=10)),
        ],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    )


def put_source(root, test):
    path = root / "source" / NAME / f"{NAME}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(source(test), path)
    course.assign(root, NAME)


def commanded(root, *arguments, code=0):
    sandbox = [] if arguments[0] != "autograde" or outside.available() else ["--unsafe-no-sandbox"]
    result = runner.invoke(app, [*arguments, "--folder", str(root), *sandbox])
    assert result.exit_code == code, result.output
    return result.output


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """Four submissions, graded with a hidden test that nobody can pass."""
    root = course.make(tmp_path_factory.mktemp("regrading") / "course", [])
    put_source(root, FAULTY)
    course.enrol(root, [course.Student(*one) for one in PEOPLE.items()])
    for number in PEOPLE:
        notebook = nbformat.read(root / "release" / NAME / f"{NAME}.ipynb", 4)
        by_id = {cell.metadata.nbgrader.grade_id: cell for cell in notebook.cells}
        if number != BLANK:
            by_id["one"].source = "x = 4" if number == WRONG else "x = 3"
            by_id["two"].source = "def double(n):\n    return n * n" if number == TYPED else "def double(n):\n    return n + n"
            by_id["essay"].source = "因为满意不等于忠诚。"
        place = root / "submitted" / number / NAME / f"{NAME}.ipynb"
        place.parent.mkdir(parents=True)
        nbformat.write(notebook, place)
    commanded(root, "autograde", NAME)
    return root


@pytest.fixture
def root(graded, tmp_path):
    return shutil.copytree(graded, tmp_path / "course")


def by_hand(root, student, cell, points, comment=None):
    with course.gradebook(root) as book:
        grade = book.find_grade(cell, NAME, NAME, student)
        grade.manual_score, grade.needs_manual_grade = points, False
        if comment:
            book.find_comment(cell, NAME, NAME, student).manual_comment = comment
        book.db.commit()


def grades(root):
    with course.gradebook(root) as book:
        return {
            (number, grade.name): (grade.auto_score, grade.manual_score, grade.score, grade.needs_manual_grade)
            for number in PEOPLE
            for grade in book.find_submission_notebook(NAME, NAME, number).grades
        }


def lines(root, since=0):
    return [(one.student, one.cell, one.what, one.old, one.new, one.why) for one in marks.history(root)[since:]]


def mend(root):
    put_source(root, MENDED)
    return commanded(root, "autograde", NAME, "--force")


def test_every_first_mark_is_in_the_log(root):
    found = lines(root)
    assert (RIGHT, "one-test", "auto", "", "4", "autograde") in found
    assert (RIGHT, "two-test", "auto", "", "0", "autograde") in found
    assert (BLANK, "essay", "auto", "", "0", "autograde") in found
    assert {one[5] for one in found} == {"autograde"}
    assert sum(one[2] == "auto" for one in found) == 3 * 4 - 3, "essays that wait have no mark"


def test_a_mended_test_is_run_again_for_all_and_every_change_is_logged(root):
    by_hand(root, RIGHT, "essay", 8.0, "写得好")
    commanded(root, "marks")
    since = len(lines(root))
    mend(root)
    found = grades(root)
    assert [found[number, "two-test"][0] for number in PEOPLE] == [6.0, 6.0, 0.0, 0.0]
    assert [found[number, "one-test"][0] for number in PEOPLE] == [4.0, 0.0, 4.0, 0.0]
    assert found[RIGHT, "essay"][:3] == (None, 8.0, 8.0), "a person's mark stays"
    assert found[WRONG, "essay"] == (None, None, 0.0, True), "and waits where there is none"
    assert lines(root, since) == [
        (RIGHT, "two-test", "auto", "0", "6", "regrade"),
        (RIGHT, "", "total", "12", "18", "regrade"),
        (WRONG, "two-test", "auto", "0", "6", "regrade"),
        (WRONG, "", "total", "0", "6", "regrade"),
    ]
    with course.gradebook(root) as book:
        assert book.find_comment("essay", NAME, NAME, RIGHT).manual_comment == "写得好"


def test_points_that_a_person_gave_for_a_test_win_over_the_test(root):
    """nbgrader's rule: the manual score counts, whatever the autograder comes to; it asks for another look."""
    by_hand(root, WRONG, "two-test", 5.0)
    by_hand(root, TYPED, "two-test", 2.0)
    by_hand(root, TYPED, "essay", 3.0)
    commanded(root, "marks", "--student", TYPED)
    since = len(lines(root))
    mend(root)
    found = grades(root)
    assert found[WRONG, "two-test"][:3] == (6.0, 5.0, 5.0)
    assert found[TYPED, "two-test"][:3] == (0.0, 2.0, 2.0)
    assert [one for one in lines(root, since) if one[0] in (WRONG, TYPED)] == [(WRONG, "two-test", "auto", "0", "6", "regrade")], (
        "the total is the person's and has not changed"
    )
    status = marks.status(root)[0]
    assert status.review == sum(any(row[3] and row[1] is not None for key, row in found.items() if key[0] == n) for n in PEOPLE)
    assert marks.read(root).marks[TYPED, NAME].score == 4 + 2 + 3


def test_a_mark_given_after_the_mistake_was_seen_is_logged_as_a_person_s(root):
    by_hand(root, RIGHT, "two-test", 6.0)
    since = len(lines(root))
    mend(root)
    assert [one for one in lines(root, since) if one[0] == RIGHT] == [
        (RIGHT, "two-test", "auto", "0", "6", "regrade"),
        (RIGHT, "two-test", "manual", "", "6", "manual"),
        (RIGHT, "", "total", "4", "10", "regrade+manual"),
    ]


def test_without_force_nothing_is_graded_again(root):
    by_hand(root, RIGHT, "essay", 8.0)
    commanded(root, "marks")
    before, since = grades(root), len(lines(root))
    put_source(root, MENDED)
    commanded(root, "autograde", NAME)
    assert grades(root) == before
    assert lines(root, since) == []


def test_graded_again_a_second_time_nothing_changes(root):
    by_hand(root, RIGHT, "essay", 8.0)
    by_hand(root, TYPED, "one-test", 1.0)
    mend(root)
    before, since = grades(root), len(lines(root))
    commanded(root, "autograde", NAME, "--force")
    assert grades(root) == before
    assert lines(root, since) == []


def test_after_a_regrade_the_export_is_out_of_date(root, tmp_path):
    for number in (RIGHT, WRONG, TYPED):
        by_hand(root, number, "essay", 5.0)
    exporting.export(root, "plain", [NAME], tmp_path / "a.xlsx")
    assert marks.status(root)[0].exported == "yes"
    mend(root)
    assert marks.status(root)[0].exported == "changed"
    exporting.export(root, "plain", [NAME], tmp_path / "b.xlsx")
    assert marks.status(root)[0].exported == "yes"
