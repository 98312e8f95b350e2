"""The instructor's report: figures, remarks, flags; nothing runs in it; large classes."""

import csv
import io
import json
import re
import shutil
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbgrader import api
from playwright.sync_api import expect

from browser import browser, open_page, serve  # noqa: F401
from grading import stock_course as small
from service_marketing.grading import engine, feedback, folder, gradebook, problems, report, results, wording
from service_marketing.grading.options import Options
from service_marketing.grading.results import CellRecord, NotebookRecord, Record, RunRecord

NAME = small.NAME
EVIL = "<script>window.hacked=1</script><img src=x onerror=window.hacked=1>"


def cell(name: str, verdict: str = "passed", **more) -> CellRecord:
    return CellRecord(name, "test", verdict, 2.0 if verdict == "passed" else 0.0, 2.0, **more)


def record(student: str, *cells: CellRecord, state: str = "graded", found: tuple = (), **more) -> Record:
    runs = (RunRecord("shown", 0.2, 0.2, 150_000), RunRecord("graded", 0.1, 0.1, 160_000, tries=more.pop("tries", 1)))
    notebook = NotebookRecord("a", "a.ipynb", 2.0, 4.0, None, cells, found, runs)
    about = {"wall": True, "layers": ("bubblewrap 0.8", "cgroup v2"), "seconds": 0.3, **more}
    return Record(NAME, student, state, "2026-03-20T00:00:00Z", notebooks=(notebook,) if cells else (), **about)


def row(student: str, one: Record | None, language: str = "zh") -> report.Row:
    return report.make_row(student, "", None, one, wording.words(wording.REPORT, language), language)


def some(rows: list[report.Row], name: str = NAME) -> report.Report:
    questions = [report.QuestionFigures("第1题", 4.0, 0.5, 0.25, 0.05, (report.TestFigures("t1", "面积", 0.5, "没有通过", 3, True),))]
    return report.Report(name, 4.0, datetime(2026, 3, 20, 12), rows, [("a", "t1", 2.0), ("a", "t2", 2.0)], questions)


def scored(student: str, score: float, **more) -> report.Row:
    return report.Row(
        student, **{"state": "graded", "score": score, "cells": {("a", "t1"): score}, "seconds": 0.5, "memory": 120.0, "ran": True, **more}
    )


# ---- rows


@pytest.mark.parametrize(
    ("one", "marks"),
    [
        (record("s", cell("t1")), ()),
        (record("s", cell("t1", "timeout")), ("timeout",)),
        (record("s", cell("t1", "lost"), cell("t2", "exceeded")), ("exceeded", "lost")),
        (record("s", cell("t1", "refused")), ("flagged",)),
        (record("s", cell("t1", notes={"used": [], "flags": ["f().__class__"], "calls": 1})), ("flagged",)),
        (record("s", cell("t1", notes={"used": [], "flags": ["argument: f() !0"], "calls": 1})), ("altered",)),
        (record("s", cell("t1", notes={"flags": ["argument: f() !0", "f().x"]})), ("flagged", "altered")),
        (record("s", cell("t1", notes={"flags": ["lost: lost: closed"]})), ()),
        (record("s", cell("t1", in_process=True)), ("forgeable",)),
        (record("s", cell("t1", in_process=True), wall=False), ()),
        (record("s", cell("t1"), found=(problems.problem("missing-cells", "t2", done_zh="补", done_en="put"),)), ("restored",)),
        (record("s", cell("t1"), found=(problems.problem("run", reason_zh="停", reason_en="stop"),)), ("broke",)),
        (record("s", cell("t1", "missing"), found=(problems.problem("missing-notebook", "a.ipynb"),)), ("grave",)),
        (record("s", state="refused"), ("refused",)),
        (record("s", state="failed"), ("failed",)),
        (None, ("missing",)),
    ],
)
def test_marks(one, marks):
    made = row("s", one)
    assert made.marks == marks
    assert made.state == (one.state if one else "missing")


def test_flags_and_refusals_are_said():
    made = row("s", record("s", cell("t1", notes={"flags": ["f().__class__"]}), cell("t2", "timeout")), "en")
    assert any("f().__class__" in said for said in made.said)
    assert "ran over its time: t2" in made.said
    assert made.attention


@pytest.mark.parametrize("language", wording.LANGUAGES)
def test_a_page_in_either_language(language):
    rows = [scored("a", 1.0), scored("b", 4.0, waiting=True, late=7200.0, penalty=1.0), row("c", record("c", state="refused"), language)]
    rows += [row("d", None, language), scored("e", 2.0, marks=("flagged", "timeout"), codes=("link",), said=("x",), in_process=("a/t1",))]
    page = report.to_html(some(rows), language)
    words = wording.words(wording.REPORT, language)
    assert f'<html lang="{wording.TAGS[language]}">' in page
    for name in ("attention", "questions", "how", "submissions", "in_process"):
        assert words[name].split("{")[0] in page
    if language == "en":
        assert not re.search(r"[\u4e00-\u9fff]", page.replace("第1题", "").replace("面积", "").replace("没有通过", ""))
    assert "a/t1" in page
    assert page.index("timeout") > 0


def test_unsafe_runs_are_named():
    page = report.to_html(some([scored("a", 1.0, wall=False, layers=()), scored("b", 1.0, layers=("bubblewrap 0.8",))]))
    assert wording.REPORT["wall_off"].zh.format(1) in page
    assert wording.REPORT["box_off"].zh.format(1) in page
    assert "bubblewrap 0.8" in page


# ---- figures


@given(st.lists(st.tuples(st.floats(-5, 5), st.floats(-5, 5)), min_size=3, max_size=30))
def test_correlation_is_that_of_numpy(pairs):
    first, second = (list(values) for values in zip(*pairs, strict=True))
    got = report.correlation(first, second)
    if np.std(first) < 1e-4 or np.std(second) < 1e-4:
        assert got is None or abs(got) <= 1.0001
    else:
        assert got == pytest.approx(np.corrcoef(first, second)[0, 1], abs=1e-6)
    assert report.correlation(first[:2], second[:2]) is None


@given(st.lists(st.floats(0, 100), max_size=50), st.floats(0.5, 2000))
def test_bars_hold_everybody(scores, worth):
    made = report.bars(scores, worth)
    assert sum(bar["n"] for bar in made) == len(scores)
    assert 1 <= len(made) <= report.BARS
    assert all(0 <= bar["share"] <= 1 for bar in made)


# ---- CSV


def test_csv_opens_in_a_spreadsheet():
    rows = [scored("=1+1", 1.5, name="@王", said=('有\n换行，和"引号"',)), scored("０", 2.0, marks=("late",)), row("d", None)]
    data = report.to_csv(some(rows))
    assert data.startswith(b"\xef\xbb\xbf")
    table = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert len(table) == 4
    assert all(len(line) == len(table[0]) for line in table)
    assert table[0][0] == "学号"
    assert table[0][-2:] == ["t1 (2)", "t2 (2)"]
    assert table[1][:2] == ["'=1+1", "'@王"]
    assert table[1][3] == "1.5"
    assert table[1][10] == '有\n换行，和"引号"'
    english = report.to_csv(some(rows), "en").decode("utf-8-sig").splitlines()[0]
    assert not re.search(r"[\u4e00-\u9fff]", english)


def test_student_names_of_any_kind():
    odd = ["\ud800", "a\0b", "</script>", "\u2028", "学生", "x" * 128]
    rows = [scored(name, 1.0, name=name, said=(name,)) for name in odd]
    page = report.to_html(some(rows)).encode("utf-8", "replace").decode()
    assert page.count("</script>") == 3
    report.to_csv(some(rows))


# ---- the page at work


def table_of(page) -> list[str]:
    return page.locator("#table tbody tr td:first-child").all_inner_texts()


def test_the_table_sorts_filters_and_finds(open_page, tmp_path):  # noqa: F811
    rows = [scored(f"s{i:04}", float(i % 5), name=EVIL if i == 3 else f"名字{i}", said=(EVIL,) if i == 3 else ()) for i in range(350)]
    rows[7].marks, rows[7].codes, rows[7].said = ("timeout",), ("link",), ("只有这份",)
    rows[8].marks = ("waiting",)
    (tmp_path / "report.html").write_text(report.to_html(some(rows)), encoding="utf-8")
    with serve(tmp_path) as address:
        page = open_page(f"{address}/report.html", width=1280)
        assert len(table_of(page)) == 100
        page.click("#more")
        assert len(table_of(page)) == 350
        page.click("#table th:nth-child(2) button")
        assert page.locator("#table th:nth-child(2)").get_attribute("aria-sort") == "ascending"
        scores = page.locator("#table tbody tr td:nth-child(2)").all_inner_texts()
        assert scores == sorted(scores)
        page.click("#table th:nth-child(2) button")
        assert page.locator("#table tbody tr td:nth-child(2)").first.inner_text() == "4"
        page.click('button[data-filter="mark:timeout"]')
        assert table_of(page) == ["名字7\ns0007"]
        assert page.locator('button[data-filter="mark:timeout"]').get_attribute("aria-pressed") == "true"
        page.select_option("#filter", "code:link")
        assert table_of(page) == ["名字7\ns0007"]
        page.select_option("#filter", "all")
        page.fill("#search", "只有这")
        expect(page.locator("#table tbody tr")).to_have_count(1)
        page.fill("#search", "s0003")
        expect(page.locator("#table tbody td").first).to_contain_text("<script>")
        assert page.evaluate("window.hacked") is None
        for width, dark in ((390, True), (390, False), (1280, True)):
            narrow = open_page(f"{address}/report.html", width=width, dark=dark)
            assert narrow.evaluate("document.documentElement.scrollWidth") <= width


def large(count: int) -> report.Report:
    marks = [(), ("late",), ("restored", "waiting"), ("timeout",), ("flagged",)]
    rows = [
        scored(
            f"{20250000 + i}", float(i % 9) / 2, name=f"学生{i}", submitted=datetime(2026, 3, 1 + i % 20, i % 24), late=float(i % 3) * 4000,
            marks=marks[i % 5], codes=("missing-cells",) * (i % 7 == 0), page=f"../feedback/{20250000 + i}/ps1/a.html",
            said=(f"缺1格：t{i % 40}；已补回再批改。",) * (i % 7 == 0), layers=("bubblewrap 0.8",),
        )
        for i in range(count)
    ]  # fmt: skip
    return some(rows)


def test_ten_thousand_rows(open_page, tmp_path, request):  # noqa: F811
    count = 30_000 if request.config.getoption("--long") else 10_000
    data = large(count)
    page, table = report.to_html(data), report.to_csv(data)
    assert len(page.encode()) < 250 * count
    assert len(list(csv.reader(io.StringIO(table.decode("utf-8-sig"))))) == count + 1
    (tmp_path / "report.html").write_text(page, encoding="utf-8")
    with serve(tmp_path) as address:
        shown = open_page(f"{address}/report.html")
        assert len(table_of(shown)) == 100
        shown.click("#table th:nth-child(2) button")
        shown.select_option("#filter", "attention")
        assert shown.locator("#count").inner_text().startswith(str(2 * count // 5))


def test_more_rows_than_a_page_takes(monkeypatch):
    monkeypatch.setattr(report, "ROWS", 50)
    data = large(200)
    page = report.to_html(data)
    listed = json.loads(re.search(r'id="data">(.*?)</script>', page, re.DOTALL)[1])["rows"]
    assert len(listed) == 50
    assert all("timeout" in one[5] or "flagged" in one[5] for one in listed)
    assert wording.REPORT["cut"].zh.format(50, 200) in page
    assert len(report.to_csv(data).splitlines()) == 201


# ---- a course


@pytest.fixture(scope="module")
def course(tmp_path_factory) -> Path:
    root = small.course(tmp_path_factory.mktemp("report") / "course", "c.LateSubmissionPlugin.penalty_method = 'zero'")
    for number in range(4):
        right = number % 2 == 0
        books = {"a": small.answered(root, "a", right=right, essay="因为"), "b": small.answered(root, "b", right=right)}
        small.submit(root, f"s{number}", books, "2026-03-20 15:00:00 UTC" if number == 3 else "2026-03-19 12:00:00 UTC")
    small.submit(root, "broken", {"a": b"", "b": small.released(root, "b")})
    (root / "submitted" / "linked").mkdir()
    (root / "submitted" / "linked" / NAME).symlink_to(root / "source" / NAME)
    engine.autograde(root, NAME, workers=2, options=Options(wall=False, sandbox=False))
    feedback.write_feedback(root, NAME)
    return root


def test_report_of_a_course(course):
    told = []
    page, table = report.write_report(course, NAME, tell=lambda *about: told.append(about))
    assert told[-1] == (7, 7)
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert table.read_bytes().startswith(b"\xef\xbb\xbf")
    data = report.read(course, NAME)
    states = {one.student: one.state for one in data.rows}
    assert states == {**{f"s{i}": "graded" for i in range(4)}, "broken": "graded", "linked": "refused", "enrolled": "missing"}
    loaded = folder.load(course)
    with api.Gradebook(loaded.db_url, loaded.course_id) as book:
        for one in data.having("graded"):
            held = book.find_submission(NAME, one.student)
            penalty = sum(notebook.late_submission_penalty or 0 for notebook in held.notebooks)
            assert one.score == pytest.approx(held.score - penalty)
            assert one.late == held.total_seconds_late
    marks = {one.student: one.marks for one in data.rows}
    assert "grave" in marks["broken"]
    assert "late" in marks["s3"]
    assert marks["linked"] == ("refused",)
    assert data.worth == sum(worth for _, _, worth in data.cells) == 17.5
    assert (page.parent / data.rows[-1].page).resolve().is_file()
    tested = {test.name: test.passed for question in data.questions for test in question.tests}
    assert tested["q1-test"] == pytest.approx(2 / 5)
    shares = {question.title: question.share for question in data.questions}
    # four of five wait for a person's marks
    assert shares == {
        "a: Write area.": pytest.approx(((3 + 1.5) * 2 + 1.5 * 2) / (5 * 5.5)),
        "a: Explain.": None,
        "a: Draw a figure anywhere.": None,
        "b: q2": pytest.approx(0.4),
        "b: q3": 0,
    }


def test_a_report_without_records(course, tmp_path):
    root = tmp_path / "course"
    shutil.copytree(course, root, symlinks=True)
    shutil.rmtree(root / ".grader")
    data = report.read(root, NAME, "en")
    assert {one.state for one in data.rows} == {"unrecorded", "missing"}
    assert "no record" in report.to_html(data, "en")
    (results.folder(root, NAME) / "results").mkdir(parents=True)
    (results.folder(root, NAME) / "results" / "s0.json").write_text("{")
    assert next(one for one in report.read(root, NAME).rows if one.student == "s0").state == "unrecorded"
    with pytest.raises(gradebook.GradebookError):
        report.write_report(root, "nothing")
