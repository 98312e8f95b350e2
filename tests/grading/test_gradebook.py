"""The in-memory gradebook against stock nbgrader: every row of every table, and every file, after the same submissions."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from nbgrader import api

from grading import postgresql
from grading import stock_course as small
from service_marketing.grading import folder, gradebook

RIGHT = {"q1-part": 2.5}
WRONG = {"q1-test": "error", "q1-part": 0.1}
LATE = "2026-03-20 15:00:00 UTC"
EARLY = "2026-03-19T12:00:00+08:00"


@pytest.fixture
def pair(tmp_path):
    """Two copies of the small course; `twice` does the same to both."""
    return small.course(tmp_path / "stock"), small.course(tmp_path / "ours")


def hand_in(root: Path) -> None:
    small.submit(root, "right", {"a": small.answered(root, "a", RIGHT, essay="因为"), "b": small.answered(root, "b", q3="print(2)")}, EARLY)
    small.submit(root, "wrong", {"a": small.answered(root, "a", WRONG), "b": small.answered(root, "b", {"q2-test": "error"})}, LATE)
    small.submit(root, "warned", {"a": small.answered(root, "a", {"q1-test": "warning"}), "b": small.released(root, "b")})
    small.submit(root, "blank", {"a": small.released(root, "a"), "b": small.released(root, "b")}, "")
    small.submit(root, "half", {"a": small.answered(root, "a", RIGHT)}, LATE, **{"notes.txt": b"x"})
    small.submit(root, "other half", {"b": small.answered(root, "b"), "unknown": small.answered(root, "b")}, EARLY)


def same(pair) -> None:
    stock, ours = (small.rows(folder.load(root).db_url) for root in pair)
    assert set(stock) == set(ours)
    for table in stock:
        assert ours[table] == stock[table], table
    assert small.files(pair[1]) == small.files(pair[0])


def by_hand(root: Path) -> None:
    """What an instructor does in formgrader."""
    loaded = folder.load(root)
    with api.Gradebook(loaded.db_url, loaded.course_id) as book:
        for student, cell, score in (("right", "essay", 4.5), ("right", "q1-test", 1.0), ("wrong", "figure", 2.0)):
            grade = book.find_grade(cell, "a", small.NAME, student)
            grade.manual_score, grade.needs_manual_grade = score, False
        book.find_grade("q1-part", "a", small.NAME, "wrong").extra_credit = 0.5
        book.find_grade("q2-test", "b", small.NAME, "blank").extra_credit = 1.0
        book.find_comment("essay", "a", small.NAME, "right").manual_comment = "很好"
        book.find_submission_notebook("a", small.NAME, "wrong").flagged = True
        book.db.commit()
        book.grant_extension(small.NAME, "wrong", hours=2)
        book.grant_extension(small.NAME, "half", days=2)


@pytest.mark.parametrize("settings", ["", "c.LateSubmissionPlugin.penalty_method = 'zero'", "c.OverwriteCells.add_missing_cells = True"])
def test_first_grading_and_regrading_leave_the_rows_that_stock_leaves(tmp_path, settings):
    pair = small.course(tmp_path / "stock", settings), small.course(tmp_path / "ours", settings)
    for root in pair:
        hand_in(root)
    assert small.stock_autograde(pair[0])
    told = small.our_autograde(pair[1])
    assert set(told) == {"right", "wrong", "warned", "blank", "half", "other half"}
    same(pair)
    for root in pair:
        by_hand(root)
        small.submit(
            root, "blank", {"a": small.answered(root, "a", RIGHT, essay="后来"), "b": small.released(root, "b")}, "2026-03-20 12:00:01 UTC"
        )
        small.submit(
            root, "new", {"a": small.answered(root, "a", WRONG), "b": small.answered(root, "b")}, "2026-03-21 12:00:01 Asia/Shanghai"
        )
        small.submit(root, "enrolled", {"b": small.answered(root, "b")})
        small.submit(root, "right", {"a": small.answered(root, "a", WRONG, essay="改了")}, LATE)
    assert small.stock_autograde(pair[0])
    small.our_autograde(pair[1], batch=100)
    same(pair)
    # and once more: nothing changes
    before = small.rows(folder.load(pair[1]).db_url)
    small.our_autograde(pair[1], batch=1)
    assert small.rows(folder.load(pair[1]).db_url) == before


def test_deleted_tests_come_back_as_stock_brings_them_back(tmp_path):
    settings = "c.OverwriteCells.add_missing_cells = True"
    pair = small.course(tmp_path / "stock", settings), small.course(tmp_path / "ours", settings)
    for root in pair:
        for student, gone in (("s1", {"q1-test"}), ("s2", {"q1-test", "q1-part"}), ("s3", {"figure"}), ("s4", {"essay", "figure"})):
            notebook = small.answered(root, "a", RIGHT)
            notebook.cells = [c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") not in gone]
            small.submit(root, student, {"a": notebook, "b": small.answered(root, "b")})
    assert small.stock_autograde(pair[0])
    told = small.our_autograde(pair[1])
    assert all("missing-cells" in codes for codes in told.values())
    stock, ours = (small.rows(folder.load(root).db_url) for root in pair)
    assert ours == stock
    mine, theirs = small.files(pair[1]), small.files(pair[0])
    assert {
        p: json.loads(c) | {"cells": [x["source"] for x in json.loads(c)["cells"]]} for p, (c, _) in mine.items() if p.endswith("ipynb")
    } == {
        p: json.loads(c) | {"cells": [x["source"] for x in json.loads(c)["cells"]]} for p, (c, _) in theirs.items() if p.endswith("ipynb")
    }


@pytest.mark.slow
def test_a_true_run_of_stock_nbgrader_leaves_the_same_rows(pair):
    for root in pair:
        small.submit(root, "right", {"a": small.answered(root, "a", essay="x"), "b": small.answered(root, "b", q3="print(3)")}, LATE)
        small.submit(root, "wrong", {"a": small.answered(root, "a", right=False), "b": small.answered(root, "b", right=False)})
    assert small.stock_autograde(pair[0], real=True)
    small.our_autograde(pair[1], real=True)
    stock, ours = (small.rows(folder.load(root).db_url) for root in pair)
    assert ours == stock
    scores = {(dict(r)["notebook_id"].split("/")[1], dict(r)["cell_id"].split("/")[-2]): dict(r)["auto_score"] for r in ours["grade"]}
    assert scores["right", "q1-test"] == 3
    assert scores["wrong", "q1-test"] == 0
    assert scores["right", "q1-part"] == 1.5


# ---- the objects


@pytest.fixture
def book(tmp_path):
    root = small.course(tmp_path / "course")
    loaded = folder.load(root)
    book = gradebook.read(loaded.db_url, loaded.course_id, small.NAME)
    yield book
    book.close()


def test_what_preprocessors_ask_is_answered_as_by_nbgrader(book):
    with api.Gradebook(book.db_url, book.course_id) as stock:
        for name in ("a", "b"):
            ours, theirs = book.find_notebook(name, small.NAME), stock.find_notebook(name, small.NAME)
            assert (ours.kernelspec, ours.max_score) == (theirs.kernelspec, theirs.max_score)
            for kind in ("source_cells", "grade_cells", "solution_cells", "task_cells"):
                assert [c.name for c in getattr(ours, kind)] == [c.name for c in getattr(theirs, kind)]
            for cell in theirs.source_cells:
                mine = book.find_source_cell(cell.name, name, small.NAME)
                assert (mine.source, mine.checksum, mine.locked, mine.cell_type) == (
                    cell.source,
                    cell.checksum,
                    cell.locked,
                    cell.cell_type,
                )
            for cell in [*theirs.grade_cells, *theirs.task_cells]:
                assert book.find_graded_cell(cell.name, name, small.NAME).max_score == cell.max_score
    for ask in (
        lambda: book.find_notebook("c", small.NAME),
        lambda: book.find_notebook("a", "other"),
        lambda: book.find_source_cell("q9", "a", small.NAME),
        lambda: book.find_submission(small.NAME, "nobody"),
        lambda: book.find_assignment("other"),
    ):
        with pytest.raises(api.MissingEntry):
            ask()


def test_a_mark_made_meanwhile_is_not_overwritten(book):
    book.begin("zoe")
    book.finish("zoe")
    assert book.flush() == gradebook.Written(("zoe",))
    for student in ("zoe", "adam"):
        book.begin(student, "2026-03-20 10:00")
        book.find_grade("q1-test", "a", small.NAME, student).auto_score = 1.0
        book.find_grade("q1-test", "a", small.NAME, student).needs_manual_grade = False
    with api.Gradebook(book.db_url, book.course_id) as stock:
        stock.find_grade("q1-test", "a", small.NAME, "zoe").manual_score = 2.5
        stock.find_comment("q1", "a", small.NAME, "zoe").manual_comment = "seen"
        stock.db.commit()
    book.finish("zoe"), book.finish("adam")
    assert book.flush() == gradebook.Written(("adam",), ("zoe",))
    with api.Gradebook(book.db_url, book.course_id) as stock:
        grade = stock.find_grade("q1-test", "a", small.NAME, "zoe")
        assert (grade.auto_score, grade.manual_score, grade.notebook.assignment.timestamp) == (None, 2.5, None)
    again = book.begin("zoe", "2026-03-20 10:00")
    assert not again.fresh
    assert book.find_grade("q1-test", "a", small.NAME, "zoe").score == 2.5
    book.find_grade("q1-test", "a", small.NAME, "zoe").auto_score = 1.0
    book.finish("zoe")
    assert book.flush() == gradebook.Written(("zoe",))
    with api.Gradebook(book.db_url, book.course_id) as stock:
        grade = stock.find_grade("q1-test", "a", small.NAME, "zoe")
        assert (grade.auto_score, grade.manual_score) == (1.0, 2.5)
        assert stock.find_comment("q1", "a", small.NAME, "zoe").manual_comment == "seen"


def test_what_was_not_set_is_not_written(book):
    """Two graders, and a mark by hand on a cell that this run does not touch: nothing of it is lost."""
    book.begin("zoe")
    book.finish("zoe")
    book.flush()
    book.begin("zoe")
    with api.Gradebook(book.db_url, book.course_id) as stock:
        grade = stock.find_grade("figure", "a", small.NAME, "zoe")
        grade.needs_manual_grade = False
        stock.find_grade("q2-test", "b", small.NAME, "zoe").auto_score = 1.0
        stock.db.commit()
    book.find_grade("q1-test", "a", small.NAME, "zoe").auto_score = 3.0
    book.finish("zoe")
    book.flush()
    with api.Gradebook(book.db_url, book.course_id) as stock:
        assert stock.find_grade("figure", "a", small.NAME, "zoe").needs_manual_grade is False
        assert stock.find_grade("q2-test", "b", small.NAME, "zoe").auto_score == 1.0
        assert stock.find_grade("q1-test", "a", small.NAME, "zoe").auto_score == 3.0


def test_a_student_who_is_not_enrolled(book):
    with pytest.raises(api.MissingEntry):
        book.begin("stranger", create_student=False)
    assert book.begin("enrolled", create_student=False).fresh


def test_an_extension_moves_the_deadline(book):
    submission = book.begin("zoe", "2026-03-20 13:00:00 UTC")
    assert submission.total_seconds_late == 3600
    submission.extension = timedelta(minutes=30)
    assert submission.total_seconds_late == 1800
    submission.extension = timedelta(hours=2)
    assert submission.total_seconds_late == 0


def test_a_locked_gradebook_is_waited_for(book, tmp_path):
    engine = sa.create_engine(book.db_url)
    with engine.connect() as other:
        other.exec_driver_sql("UPDATE student SET email = 'x' WHERE id = 'enrolled'")
        book.begin("zoe")
        book.finish("zoe")
        done = []
        writer = threading.Thread(target=lambda: done.append(book.flush()))
        writer.start()
        time.sleep(0.5)
        assert not done
        other.commit()
    writer.join(30)
    assert done == [gradebook.Written(("zoe",))]


@pytest.mark.parametrize(
    ("url", "name", "said"),
    [("sqlite:///{}/none.db", "ps1", "还没有|没有成绩册"), ("sqlite:///{}/empty.db", "ps1", "是空的"), (None, "ps9", "没有作业")],
)
def test_a_gradebook_that_cannot_be_used(tmp_path, url, name, said):
    (tmp_path / "empty.db").touch()
    root = small.course(tmp_path / "course")
    db_url = url.format(tmp_path) if url else folder.load(root).db_url
    with pytest.raises(gradebook.GradebookError, match=said):
        gradebook.read(db_url, "small", name)
    assert not (tmp_path / "none.db").exists()


def test_an_old_gradebook_is_told(tmp_path):
    root = small.course(tmp_path / "course")
    engine = sa.create_engine(folder.load(root).db_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE source_cell DROP COLUMN checksum")
    engine.dispose()
    with pytest.raises(gradebook.GradebookError, match="db upgrade"):
        gradebook.read(folder.load(root).db_url, "small", small.NAME)


# ---- kill -9

WRITER = """
import os, signal, sys
import sqlalchemy as sa
from service_marketing.grading import gradebook

url, count, batch, die_at = sys.argv[1], *map(int, sys.argv[2:])
book = gradebook.read(url, "small", "ps1")
students = [f"s{i:03}" for i in range(count)]
book.prefetch(students)
left = [die_at]

def count_down(*_):
    left[0] -= 1
    if left[0] == 0:
        os.kill(os.getpid(), signal.SIGKILL)

def flush():
    print("writing", flush=True)
    book.flush()

sa.event.listen(book._engine, "before_cursor_execute", count_down)
sa.event.listen(book._engine, "after_cursor_execute", count_down)
sa.event.listen(book._engine, "commit", count_down)
for i, student in enumerate(students):
    book.begin(student, f"2026-03-{10 + i % 15} 10:00")
    if i % 7 == 0:
        book.missing(student, ["b"])
    for n in ("a", "b")[: 1 + (i % 7 > 0)]:
        submitted = book.find_submission_notebook(n, "ps1", student)
        submitted.late_submission_penalty = float(i % 2)
        for k, grade in enumerate(submitted.grades):
            grade.auto_score = (i + k) % 4 / 2
            grade.needs_manual_grade = grade.manual_score is not None
        for comment in submitted.comments:
            comment.auto_comment = "No response." if i % 3 else None
    if book.finish(student) >= batch:
        flush()
flush()
print("done", flush=True)
"""
BATCH = 50


def run_writer(url: str, batches: int = 1, kill_after: float | None = None, die_at: int = 0) -> bool:
    """Run the writer of 200 submissions; whether it came to its end.

    It is killed `kill_after` seconds after it began its `batches`-th batch, or kills itself before or after its `die_at`-th
    statement.
    """
    command = [sys.executable, "-c", WRITER, url, "200", str(BATCH), str(die_at)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        if kill_after is not None:
            for _ in range(batches):
                writer.stdout.readline()
            time.sleep(kill_after)
            os.kill(writer.pid, signal.SIGKILL)
        said = writer.stdout.read()
    return "done" in said


def is_whole(now: dict) -> int:
    """Submissions that are there, each with all its rows, in whole batches."""
    held = len(now["submitted_assignment"])
    assert held % BATCH == 0
    assert len(now["submitted_notebook"]) == 2 * held
    assert len(now["grade"]) == 6 * held
    assert len(now["comment"]) == 5 * held
    return held


def killed_and_resumed(url: str, undisturbed: dict, times: int) -> tuple[int, set[int]]:
    """Kill the writer in and between its batches, then let it finish: the rows are those of `undisturbed`.

    Returns how often it died, and how many submissions were there after each death.
    """
    rng = random.Random(5)
    died, seen = 0, [0]
    for i in range(times):
        how = {"batches": 1 + i % 4, "kill_after": rng.uniform(0, 0.03)} if i % 2 else {"die_at": 8 + i * 4 + rng.randint(0, 3)}
        died += not run_writer(url, **how)
        seen.append(is_whole(small.rows(url)))
        assert seen[-1] >= seen[-2]
    assert run_writer(url)
    assert small.rows(url) == undisturbed
    return died, set(seen)


def dies(tmp_path: Path, times: int) -> None:
    calm, rough = small.course(tmp_path / "calm"), small.course(tmp_path / "rough")
    assert run_writer(folder.load(calm).db_url)
    died, seen = killed_and_resumed(folder.load(rough).db_url, small.rows(folder.load(calm).db_url), times)
    assert died >= times // 2
    assert len(seen) >= 2


def test_killed_in_the_middle_of_a_batch_and_run_again(tmp_path, request):
    dies(tmp_path, 50 if request.config.getoption("--long") else 4)


# ---- PostgreSQL


@pytest.fixture(scope="module")
def server():
    with postgresql.running() as fresh:
        yield fresh


def test_postgresql_gets_the_rows_that_stock_gives_it(tmp_path, server):
    settings = "c.LateSubmissionPlugin.penalty_method = 'zero'\n"
    urls = [server(), server()]
    pair = [
        small.generate(tmp_path / n, f"{settings}c.CourseDirectory.db_url = {url!r}")
        for n, url in zip(("stock", "ours"), urls, strict=True)
    ]
    for root in pair:
        hand_in(root)
    assert small.stock_autograde(pair[0])
    small.our_autograde(pair[1])
    assert small.rows(urls[1]) == small.rows(urls[0])
    for root in pair:
        by_hand(root)
    assert small.stock_autograde(pair[0])
    small.our_autograde(pair[1])
    assert small.rows(urls[1]) == small.rows(urls[0])


def test_postgresql_killed_and_run_again(tmp_path, server, request):
    urls = [server(), server()]
    for name, url in zip(("calm", "rough"), urls, strict=True):
        small.generate(tmp_path / name, f"c.CourseDirectory.db_url = {url!r}")
    assert run_writer(urls[0])
    times = 20 if request.config.getoption("--long") else 2
    died, _ = killed_and_resumed(urls[1], small.rows(urls[0]), times)
    assert died >= times // 2


def test_postgresql_two_graders_at_once(tmp_path, server):
    url = server()
    small.generate(tmp_path / "course", f"c.CourseDirectory.db_url = {url!r}")
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, url, "60", "7", "0"], stdout=subprocess.PIPE, text=True) for _ in range(2)]
    assert all("done" in writer.communicate()[0] for writer in writers)
    assert len(small.rows(url)["submitted_assignment"]) == 60
