"""The demonstration class end to end: thirty graded, none lost, each failure explained; and formgrader opens on it."""

import csv
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
from pathlib import Path

import pytest

from service_marketing.classroom import course, demo, report

pytestmark = pytest.mark.slow
NAME = demo.ASSIGNMENT


def test_thirty_students_none_lost(demo_class):
    data = report.read(demo_class.root, NAME)
    assert len(data.rows) == 30
    assert len(data.having("graded", "unreadable")) == 30
    assert demo.unexpected(demo_class.root, data) == []


def test_the_class_is_of_every_kind(demo_class):
    handed_in = demo_class.handed_in.values()
    assert {s.file for s in handed_in} >= {None, "cut short", "empty file", "renamed", "word file", "byte order mark"}
    assert {m for s in handed_in for m in s.mistakes} >= {"blank", "endless loop", "missing colon", "flood", "crash", "ran out of time"}
    assert any(s.hours > 24 for s in handed_in)
    assert any(s.drops for s in handed_in)
    assert any(s.edits for s in handed_in)


def test_each_failure_is_explained(demo_class):
    data = report.read(demo_class.root, NAME)
    page = report.to_html(data)
    for row in data.rows:
        assert row.name in page
        if row.auto < data.auto_points:
            assert row.notes or row.faults, row.name
        for fault in row.faults:
            assert fault.cells, row.name
            assert all(re.search("[一-鿿]", text) for text in fault.texts), row.name
            assert fault.texts, row.name
    assert "运行超时" in page
    assert "第三章作业.docx" in page
    assert "写法有误" in page


def test_late_submissions_are_named_and_lose_nothing(demo_class):
    late = {row.name: row for row in report.read(demo_class.root, NAME).rows if row.late > 0}
    assert set(late) == {s.name for s in demo_class.handed_in.values() if s.hours > 0}
    assert late["赵子墨"].late == pytest.approx(26.5, abs=0.01)
    assert late["赵子墨"].auto == 80


def test_essays_wait_for_a_person(demo_class):
    waiting = {row.number for row in report.read(demo_class.root, NAME).waiting}
    unread = {number for number in demo_class.handed_in if {"unreadable", "crashed"} & set(demo_class.notes(number))}
    assert waiting == {s.number for s in demo_class.handed_in.values() if s.essay} - unread


def test_page_is_self_contained_and_links_to_every_feedback_page(demo_class):
    path = demo_class.root / "report" / f"{NAME}.html"
    page = path.read_text(encoding="utf-8")
    assert not re.search(r"(src|href)=\"?(https?:)?//|@import|url\(", page)
    links = re.findall(r'href="(\.\./feedback/[^"]+)"', page)
    assert len(links) == 30
    assert all((path.parent / link).is_file() for link in links)


def test_csv_has_every_student_and_opens_in_excel(demo_class):
    raw = (demo_class.root / "report" / f"{NAME}.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))
    assert [row["学号"] for row in rows] == sorted(demo_class.handed_in)
    assert {row["自动批改"] for row in rows if row["姓名"] == "王雨桐"} == {"80.0"}


def test_running_again_grades_nothing_twice(demo_class):
    graded = {p: p.stat().st_mtime_ns for p in (demo_class.root / "autograded").rglob("*.ipynb")}
    pages = {p: p.stat().st_mtime_ns for p in (demo_class.root / "feedback").rglob("*.html")}
    assert len(graded) == len(pages) == 30
    demo.run(demo_class.root, workers=1)
    assert {p: p.stat().st_mtime_ns for p in graded} == graded
    assert {p: p.stat().st_mtime_ns for p in pages} == pages


def test_a_run_cut_off_is_finished_and_a_manual_mark_survives(demo_class):
    victim, other = "2025210104", "2025210101"
    before = {number: demo_class.scores(number) for number in (victim, other)}
    with course.gradebook(demo_class.root) as book:
        book.find_grade("essay", NAME, NAME, victim).manual_score = 13
        book.db.commit()
    # as left by a kill: a graded folder that is half written, and no record
    (demo_class.root / "records" / NAME / f"{victim}.json").unlink()
    (demo_class.root / "autograded" / victim / NAME / f"{NAME}.ipynb").unlink()
    done = course.autograde(demo_class.root, NAME, workers=1)
    assert len(done) == 30
    assert {number: demo_class.scores(number) for number in (victim, other)} == before
    with course.gradebook(demo_class.root) as book:
        grade = book.find_grade("essay", NAME, NAME, victim)
        assert grade.manual_score == 13
        grade.manual_score, grade.needs_manual_grade = None, True
        book.db.commit()


def test_feedback_says_what_happened_to_the_file(demo_class):
    number = next(n for n, s in demo_class.handed_in.items() if s.file == "renamed")
    page = course.feedback_page(demo_class.root, NAME, number).read_text(encoding="utf-8")
    assert "第三章作业 (1).ipynb" in page
    assert "吴佳宁" in page
    assert not re.search(r"(src|href)=\"?(https?:)?//|@import|url\(", page)


def test_formgrader_opens_on_the_gradebook(demo_class, tmp_path):
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    home = {
        "HOME": str(tmp_path),
        "JUPYTER_CONFIG_DIR": str(tmp_path),
        "JUPYTER_DATA_DIR": str(tmp_path / "data"),
        "JUPYTER_RUNTIME_DIR": str(tmp_path / "run"),
    }
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    (tmp_path / "jupyter_server_config.json").write_text(
        json.dumps({"ServerApp": {"jpserver_extensions": {"nbgrader.server_extensions.formgrader": True}}})
    )
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
        waiting = [s for s in demo_class.handed_in.values() if s.essay and demo_class.outcome_is_readable(s.number)]
        assert sum(row["needs_manual_grade"] for row in rows) == len(waiting)
        page = _open(f"{base}/manage_assignments").decode()
        assert "formgrader" in page.lower()
        one = _get(f"{base}/api/submitted_notebooks/{NAME}/{NAME}")
        html = _open(f"{base}/submissions/{next(n['id'] for n in one if n['student'] == '2025210101')}/").decode()
        assert "评分样例" in html, "graders see the sample answers"
        # a failed step answers HTTP 200 too: the body tells
        before = demo_class.scores("2025210102")
        again = json.loads(_open(f"{base}/api/submission/{NAME}/2025210102/autograde", data=b"{}"))
        assert again["success"] is True, again
        assert demo_class.scores("2025210102") == before
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
