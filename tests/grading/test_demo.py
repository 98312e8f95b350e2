"""The demonstration class end to end: thirty graded, none lost, each failure explained; and formgrader opens on it."""

import csv
import html
import io
import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import closing
from dataclasses import replace
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from rich.console import Console

from service_marketing.classroom import assignments, course, demo
from service_marketing.grading import engine, report, results, wording
from service_marketing.grading.box import outside
from service_marketing.grading.box.layers import NO_PROGRAM, Layers

pytestmark = pytest.mark.slow
NAME = demo.ASSIGNMENT
DAMAGED = [s.number for s in assignments.variants(NAME).CLASS if s.file or s.drops or s.edits]


@pytest.fixture(scope="module")
def data(demo_class) -> report.Report:
    return report.read(demo_class.root, NAME)


def test_thirty_students_none_lost(demo_class, data):
    assert len(data.rows) == 30
    assert len(data.having("graded")) == 30
    assert demo.unexpected(demo_class.root) == []


def test_all_ran_in_the_box_and_behind_the_wall(demo_class):
    there = outside.available()
    for number in demo_class.handed_in:
        record = demo_class.record(number)
        assert record.wall
        assert record.in_process == ()
        if any(notebook.runs for notebook in record.notebooks):
            assert bool(record.layers) == bool(there)


def test_the_class_is_of_every_kind(demo_class):
    handed_in = demo_class.handed_in.values()
    assert {s.file for s in handed_in} >= {None, "cut short", "empty file", "renamed", "word file", "byte order mark"}
    assert {m for s in handed_in for m in s.mistakes} >= {"blank", "endless loop", "missing colon", "flood", "crash", "ran out of time"}
    assert any(s.hours > 24 for s in handed_in)
    assert any(s.drops for s in handed_in)
    assert any(s.edits for s in handed_in)


def test_each_failure_is_explained(demo_class):
    tasks = {cell.grade_id: cell.task for cell in assignments.graded_cells(demo_class.notebook("source"))}
    for number, submission in demo_class.handed_in.items():
        record = demo_class.record(number)
        said = demo.remarks(record, tasks)
        lost = sum(cell.auto_score < cell.max_score for _, cell in record.cells() if cell.auto_score is not None)
        assert bool(said) == bool(lost or record.all_problems()), submission.name
        assert all(re.search("[一-鿿]", text) for text in said), submission.name
        page = demo_class.page(number)
        assert submission.name in page
        for found in record.all_problems():
            text = wording.FEEDBACK["run_broke"].zh if found.code == "run" else found.student.zh
            assert html.escape(text) in page, (submission.name, found.code)


def test_late_submissions_are_named_and_lose_nothing(demo_class, data):
    late = {row.name: row for row in data.rows if row.late > 0}
    assert set(late) == {s.name for s in demo_class.handed_in.values() if s.hours > 0}
    assert late["赵子墨"].late == pytest.approx(26.5 * 3600, abs=1)
    assert late["赵子墨"].score == 80
    assert late["赵子墨"].penalty == 0


def test_essays_wait_for_a_person(demo_class, data):
    unread = {"cut-short", "missing-notebook"}
    waiting = {n for n, s in demo_class.handed_in.items() if s.essay and not unread & set(demo_class.codes(n))}
    assert {row.student for row in data.rows if row.waiting} == waiting


def test_report_stands_alone_and_leads_to_every_page_of_feedback(demo_class):
    path = demo_class.root / report.FOLDER / f"{NAME}.html"
    page = path.read_text(encoding="utf-8")
    assert not re.search(r"(src|href)=\"?(https?:)?//|@import|url\(", page)
    links = set(re.findall(r"\.\./feedback/[^\"]+", page))
    assert len(links) == 30
    assert all((path.parent / link).is_file() for link in links)


def test_csv_has_every_student_and_opens_in_excel(demo_class):
    raw = (demo_class.root / report.FOLDER / f"{NAME}.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    words = wording.words(wording.REPORT, "zh")
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))
    assert [row[words["csv_student"]] for row in rows] == sorted(demo_class.handed_in)
    assert {row[words["csv_score"]] for row in rows if row[words["csv_name"]] == "王雨桐"} == {"80"}


def test_the_table_shows_everybody(demo_class, data):
    shown = demo_class.shown.getvalue()
    assert "30/30份有成绩" in shown
    for row in data.rows:
        assert re.search(rf"{row.student} {row.name} +│ +{wording.number(row.score)} ", shown), row.name


def test_running_again_grades_nothing_twice(demo_class):
    records = {p: p.stat().st_mtime_ns for p in results.folder(demo_class.root, NAME).rglob("*.json")}
    graded = {p: p.stat().st_mtime_ns for p in (demo_class.root / "autograded").rglob("*.ipynb")}
    pages = {p: p.read_bytes() for p in (demo_class.root / "feedback").rglob("*.html")}
    assert len(pages) == 30
    assert len(graded) == 30 - len([s for s in demo_class.handed_in.values() if s.file in ("word file", "empty file")])
    demo.run(demo_class.root, workers=1)
    assert {p: p.stat().st_mtime_ns for p in graded} == graded
    assert {p: p.stat().st_mtime_ns for p in results.folder(demo_class.root, NAME).rglob("*.json")} == records
    assert {p: p.read_bytes() for p in pages} == pages


def test_a_mark_by_hand_survives_and_counts(demo_class):
    victim = "2025210104"
    before = demo_class.scores(victim)
    with course.gradebook(demo_class.root) as book:
        book.find_grade("essay", NAME, NAME, victim).manual_score = 13
        book.db.commit()
    try:
        options = engine.settings(engine.load(demo_class.root), sandbox=bool(outside.available()), force=True)
        engine.autograde(demo_class.root, NAME, students=[victim], options=options)
        assert demo_class.scores(victim) == before
        row = next(row for row in report.read(demo_class.root, NAME).rows if row.student == victim)
        assert row.score == sum(before.values()) + 13
    finally:
        with course.gradebook(demo_class.root) as book:
            grade = book.find_grade("essay", NAME, NAME, victim)
            grade.manual_score, grade.needs_manual_grade = None, True
            book.db.commit()


def test_other_points_than_declared_are_named(demo_class, monkeypatch):
    variants = assignments.variants(NAME)
    generous = {**variants.MISTAKES, "no root": replace(variants.MISTAKES["no root"], loses=())}
    monkeypatch.setattr(assignments, "variants", lambda _: SimpleNamespace(MISTAKES=generous, CLASS=variants.CLASS))
    lines = demo.unexpected(demo_class.root)
    assert [line.split()[0] for line in lines] == [s.number for s in variants.CLASS if "no root" in s.mistakes]
    assert '"t3-error": [0.0, 3.0]' in lines[0]


@pytest.fixture
def graded_with(demo_class, monkeypatch):
    """Runs the step that grades, but for the grading itself; returns the options and what was said."""

    def run(there: outside.Availability, interrupted: bool = False) -> tuple[engine.Options, str]:
        asked, said = [], StringIO()

        def autograde(*_, options, **__):
            asked.append(options)
            return engine.Summary(NAME, interrupted=interrupted)

        monkeypatch.setattr(outside, "available", lambda: there)
        monkeypatch.setattr(engine, "autograde", autograde)
        demo.grade(demo_class.root, 1, None, Console(file=said, width=80))
        return asked[0], said.getvalue()

    return run


def test_without_a_box_it_says_so_and_goes_on(graded_with):
    options, said = graded_with(outside.Availability(Layers(), NO_PROGRAM, "words of\nwhoever refused"))
    assert (options.sandbox, options.wall) == (False, True)
    assert "没有装bubblewrap" in said
    assert "bubblewrap is not installed" in said
    assert "words of whoever refused" in said
    assert len(said.splitlines()) == 1
    options, said = graded_with(outside.Availability(Layers("bubblewrap")))
    assert (options.sandbox, options.wall, said) == (True, True, "")


def test_changed_submissions_are_graded_again_and_an_interrupt_is_no_end(graded_with, demo_class):
    there, stamp = outside.Availability(Layers("bubblewrap")), course.stamp(demo_class.root, f"grade {NAME}")
    assert graded_with(there)[0].force is False
    course.set_stamp(demo_class.root, f"grade {NAME}", "of other files")
    with pytest.raises(KeyboardInterrupt):
        graded_with(there, interrupted=True)
    assert graded_with(there)[0].force is True, "the run that was stopped is to be gone on with"
    assert course.stamp(demo_class.root, f"grade {NAME}") == stamp


def grade_ids(notebook):
    """The grade ids of the cells of a notebook, in order."""
    return [cell.metadata.nbgrader.grade_id for cell in notebook.cells if "nbgrader" in cell.metadata]


@pytest.mark.parametrize("number", DAMAGED)
def test_a_damaged_submission_gets_what_is_left_of_it(demo_class, number):
    assert demo_class.scores(number) == demo_class.expected(number)


def test_deleted_cells_are_restored_and_graded(demo_class):
    number = next(n for n, s in demo_class.handed_in.items() if "t3-error" in s.drops)
    assert "t3-error" not in grade_ids(demo_class.notebook("submitted", number))
    assert demo_class.scores(number)["t3-error"] == 3
    assert demo_class.codes(number) == ["missing-cells"]
    assert grade_ids(demo_class.notebook("autograded", number)) == grade_ids(demo_class.notebook("source"))


def test_an_answer_deleted_with_its_tests_costs_that_task_only(demo_class):
    number = next(n for n, s in demo_class.handed_in.items() if "t6" in s.drops)
    lost = {grade_id for grade_id, score in demo_class.scores(number).items() if score == 0}
    assert lost == {"t6-gain", "t6-loss", "t6-ends", "t6-hidden", "t6-outcome"}


def test_a_file_that_cannot_be_read_has_a_record_that_says_why(demo_class):
    for file, code in (("empty file", "empty"), ("word file", "missing-notebook")):
        number = next(n for n, s in demo_class.handed_in.items() if s.file == file)
        assert code in demo_class.codes(number), file
        assert set(demo_class.scores(number).values()) == {0.0}
        handed_in = demo_class.root / "submitted" / number / NAME
        assert any(path.name != "timestamp.txt" for path in handed_in.iterdir()), "what came is still there"


def test_a_file_that_is_cut_short_is_graded_up_to_the_cut(demo_class):
    number = next(n for n, s in demo_class.handed_in.items() if s.file == "cut short")
    assert demo_class.codes(number) == ["cut-short", "lost-answers", "missing-cells"]
    assert 0 < sum(demo_class.scores(number).values()) < 80


def test_feedback_says_what_happened_to_the_file(demo_class):
    number = next(n for n, s in demo_class.handed_in.items() if s.file == "renamed")
    page = demo_class.page(number)
    assert "第三章作业 (1).ipynb" in page
    assert "吴佳宁" in page
    assert not re.search(r"(src|href)=\"?(https?:)?//|@import|url\(", page)


@pytest.mark.parametrize("kind", ["installed", "stock"])
def test_formgrader_opens_on_the_gradebook(demo_class, data, tmp_path, kind):
    """As it is installed with the course, whose buttons are the course's own, and as nbgrader has it."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    home = {
        "HOME": str(tmp_path),
        "JUPYTER_CONFIG_DIR": str(tmp_path),
        "JUPYTER_DATA_DIR": str(tmp_path / "data"),
        "JUPYTER_RUNTIME_DIR": str(tmp_path / "run"),
        "JUPYTER_PREFER_ENV_PATH": "0",
    }
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    if kind == "stock":
        chosen = {"nbgrader.server_extensions.formgrader": True, "service_marketing.classroom.server_extension": False}
        (tmp_path / "jupyter_server_config.d").mkdir()
        (tmp_path / "jupyter_server_config.d" / "own.json").write_text(json.dumps({"ServerApp": {"jpserver_extensions": chosen}}))
    log = (tmp_path / "server.log").open("w")
    server = subprocess.Popen(
        [
            sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root", f"--port={port}", "--ServerApp.port_retries=0",
            "--IdentityProvider.token=test", f"--ServerApp.root_dir={demo_class.root}",
        ],
        cwd=demo_class.root, env={**os.environ, **home, "PATH": path}, stdout=log, stderr=subprocess.STDOUT,
    )  # fmt: skip
    try:
        base = f"http://127.0.0.1:{port}/formgrader"
        assert _wait(f"{base}/api/status", server, tmp_path)["status"] is True
        assignment = next(a for a in _get(f"{base}/api/assignments") if a["name"] == NAME)
        assert assignment["num_submissions"] == 30
        assert len(_get(f"{base}/api/students")) == 30
        rows = _get(f"{base}/api/submissions/{NAME}")
        assert len(rows) == 30
        assert all(row["autograded"] for row in rows)
        assert sum(row["needs_manual_grade"] for row in rows) == sum(row.waiting for row in data.rows)
        page = _open(f"{base}/manage_assignments").decode()
        assert "formgrader" in page.lower()
        one = _get(f"{base}/api/submitted_notebooks/{NAME}/{NAME}")
        paper = _open(f"{base}/submissions/{next(n['id'] for n in one if n['student'] == '2025210101')}/").decode()
        assert "评分样例" in paper, "graders see the sample answers"
        # a failed step answers HTTP 200 too: the body tells
        before = demo_class.scores("2025210102")
        again = json.loads(_open(f"{base}/api/submission/{NAME}/2025210102/autograde", data=b"{}"))
        assert again["success"] is True, again
        assert demo_class.scores("2025210102") == before
        assert (f"批改 {NAME}" in again["log"]) == (kind == "installed"), again["log"]
    finally:
        server.terminate()
        server.wait(20)
        log.close()


def _open(url, data=None):
    request = urllib.request.Request(url, data=data, headers={"Authorization": "token test"})
    with urllib.request.urlopen(request, timeout=120) as answer:
        return answer.read()


def _get(url):
    return json.loads(_open(url))


def _wait(url, server, folder):
    for _ in range(120):
        try:
            return _get(url)
        except OSError:
            assert server.poll() is None, (folder / "server.log").read_text()
            time.sleep(0.5)
    raise AssertionError((folder / "server.log").read_text())
