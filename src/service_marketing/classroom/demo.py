"""A whole class graded in one go: thirty made-up submissions through nbgrader's release, collect, autograde and feedback.

It shows an instructor what grading looks like, mess included, before the first real class. Started again, it goes on
where it stopped and does nothing twice.
"""

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import nbformat
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from . import assignments, course, report, submissions

ASSIGNMENT = "03-satisfaction"
DUE = datetime(2026, 3, 22, 23, 59, tzinfo=report.CHINA)
SECONDS = 10


def run(directory: Path | str, workers: int = 2, console: Console | None = None) -> Path:
    """Grade the demonstration class in `directory`; returns the path of the report.

    Raises GradingError when a submission is left without a grade or gets other points than its variant declares.
    """
    console = console or Console()
    root = course.make(directory, [ASSIGNMENT], timeout=SECONDS)
    columns = (
        SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
        TimeElapsedColumn(), TextColumn("剩余"), TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=console) as progress:
        step = _steps(progress)
        class_list = assignments.variants(ASSIGNMENT).CLASS
        step("发布作业 release", 1, lambda tick: (release(root), tick()))
        step("学生交作业 submissions", 1, lambda tick: (hand_in(root), tick()))
        unmatched: list[str] = []
        step("收作业 collect", 1, lambda tick: (unmatched.extend(course.collect(root, ASSIGNMENT, root / "inbox" / "class.zip")), tick()))
        step("批改 autograde", len(class_list), lambda tick: course.autograde(root, ASSIGNMENT, lambda _: tick(), workers))
        step("写反馈 feedback", len(class_list), lambda tick: course.feedback(root, ASSIGNMENT, lambda _: tick(), workers))
        page: list[Path] = []
        step("写报告 report", 1, lambda tick: (page.append(report.write(root, ASSIGNMENT, unmatched)), tick()))
    data = report.read(root, ASSIGNMENT, unmatched)
    _say(data, page[0], root, console)
    differences = unexpected(root, data)
    if differences:
        raise course.GradingError("得分和预期不同 (scores other than declared):\n" + "\n".join(differences))
    return page[0]


def release(root: Path) -> None:
    """The assignment, the class list and the deadline; the student version in the exchange."""
    course.assign(root, ASSIGNMENT, DUE)
    course.enrol(root, [course.Student(s.number, s.name) for s in assignments.variants(ASSIGNMENT).CLASS])
    course.release(root, ASSIGNMENT)


def hand_in(root: Path) -> Path:
    """The class's submissions as one ZIP, as a teaching platform hands them out."""
    variants = assignments.variants(ASSIGNMENT)
    released, source = _notebooks(root)
    files = root / "inbox" / "files"
    files.mkdir(parents=True, exist_ok=True)
    for old in files.iterdir():
        old.unlink()
    for submission in variants.CLASS:
        mistakes = [variants.MISTAKES[name] for name in submission.mistakes]
        filled = submissions.fill(released, source, mistakes, variants.ESSAYS.get(submission.essay))
        submissions.write(submission, ASSIGNMENT, filled, DUE, files)
    return submissions.pack(files.iterdir(), root / "inbox" / "class.zip")


def unexpected(root: Path, data: report.Class) -> list[str]:
    """Submissions whose grade is missing or other than their variant declares, one line each."""
    variants = assignments.variants(ASSIGNMENT)
    released, _ = _notebooks(root)
    rows = {row.number: row for row in data.rows}
    lines = []
    for submission in variants.CLASS:
        row, wanted = rows[submission.number], submissions.expected(submission, variants.MISTAKES, released)
        got = {grade_id: row.scores.get(grade_id) for grade_id in wanted}
        if row.status not in ("graded", "unreadable") or got != wanted:
            cells = {grade_id: (got[grade_id], points) for grade_id, points in wanted.items() if got[grade_id] != points}
            lines.append(f"{submission.number} {submission.name} {row.status}: {json.dumps(cells)}")
    return lines


def _steps(progress: Progress) -> Callable[[str, int, Callable[[Callable[[], None]], object]], None]:
    def step(title: str, total: int, work: Callable[[Callable[[], None]], object]) -> None:
        task = progress.add_task(title, total=total)
        work(lambda: progress.advance(task))

    return step


def _notebooks(root: Path) -> tuple[nbformat.NotebookNode, nbformat.NotebookNode]:
    return tuple(nbformat.read(root / kind / ASSIGNMENT / f"{ASSIGNMENT}.ipynb", as_version=4) for kind in ("release", "source"))


def _say(data: report.Class, page: Path, root: Path, console: Console) -> None:
    table = Table(title=f"{data.title}：{len(data.having('graded', 'unreadable'))}/{len(data.submissions)}份有成绩", title_justify="left")
    table.add_column("学号 / 姓名")
    table.add_column("得分", justify="right")
    table.add_column("说明", overflow="fold")
    for row in data.rows:
        late = [f"迟交{row.late:.0f}小时。"] if row.late > 0 else []
        lost = [f"失分：{'、'.join(fault.task for fault in row.faults)}。"] if row.faults else []
        said = late + [note.text for note in row.notes] + lost
        table.add_row(f"{row.number} {row.name}", f"{row.total:g}", "".join(said))
    console.print(table)
    console.print(f"报告 report: {page}\n成绩册 gradebook: {root / 'gradebook.db'}")
