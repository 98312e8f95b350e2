"""The report: nothing of a submission gets into the page as markup or into a spreadsheet as a formula, and nobody is left out."""

import csv
import io
from datetime import datetime

from service_marketing.classroom import report
from service_marketing.classroom.assignments import GradedCell
from service_marketing.classroom.repair import Note
from service_marketing.classroom.report import Class, Fault, Row

CELLS = [
    GradedCell("a-test", "第1题 甲（2分）", 2.0, False),
    GradedCell("b-test", "第2题 乙（3分）", 3.0, False),
    GradedCell("essay", "论述题", 5.0, True),
]
ROWS = [
    Row("1", "全对", "graded", 5.0, None, datetime(2026, 3, 1, tzinfo=report.CHINA), scores={"a-test": 2.0, "b-test": 3.0}),
    Row(
        "2",
        "=1+1",
        "graded",
        2.0,
        4.0,
        late=3.0,
        scores={"a-test": 2.0},
        faults=[Fault("第2题", ["b-test"], ["<script>alert(1)</script>"], True)],
    ),
    Row("3", "读不了", "unreadable", 0.0, 0.0, notes=[Note("unreadable", "空的。")]),
    Row("4", "没批完", report.UNGRADED),
    Row("5", "没交", "missing"),
]


def data(rows=ROWS, unmatched=()):
    return Class("x", "第1章作业", CELLS, rows, report._tasks(CELLS, rows), list(unmatched), None)


def test_every_student_is_on_the_page_with_a_status():
    page = report.to_html(data(unmatched=["谁的.ipynb"]))
    for text in ("全对", "读不了", "没批完", "没交", "未交", "未批改", "空的。", "谁的.ipynb", "迟交3.0小时", "1份还没有批改完"):
        assert text in page
    assert "班级5人，交作业4份，有成绩3份" in page


def test_what_students_wrote_is_escaped():
    page = report.to_html(data())
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_tasks_count_only_what_could_be_graded():
    first, second = report._tasks(CELLS, ROWS)
    assert (first.mean, first.solved) == (1.0, 1.0)
    assert (second.mean, second.solved, second.times) == (0.5, 0.5, 1)


def test_an_essay_not_yet_graded_is_not_a_zero():
    one, two = data().rows[:2]
    assert (one.total, two.total) == (5.0, 6.0)
    assert [row.number for row in data().waiting] == ["1"]


def test_csv_round_trip_and_no_formula():
    raw = report.to_csv(data())
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))
    assert [row["学号"] for row in rows] == ["1", "2", "3", "4", "5"]
    assert rows[0]["论述题"] == "待批改"
    assert rows[1]["姓名"] == "'=1+1"
    assert [row["状态"] for row in rows] == ["已批改", "已批改", "未能批改，记0分", "还没有批改", "未交"]


def test_bars_hold_every_score():
    bars = report.bars([0, 9.5, 10, 79, 80, 80], 80)
    assert [bar["n"] for bar in bars] == [2, 1, 0, 0, 0, 0, 0, 3]
    assert bars[-1]["label"] == "70–80"
    assert sum(bar["n"] for bar in report.bars([0, 5, 10, 17], 17)) == 4


def test_an_empty_class_still_has_a_page():
    assert "班级0人" in report.to_html(data([]))
