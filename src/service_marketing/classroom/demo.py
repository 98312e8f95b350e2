"""A whole class graded in one go: thirty made-up submissions through release, collecting, grading, feedback and report.

It shows an instructor what grading looks like, mess included, before the first real class. nbgrader hands out and
collects, the course's own grader (`grading`) does the rest. Started again, it goes on where it stopped and grades
nothing twice.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from service_marketing.grading import engine, feedback, report, results, wording
from service_marketing.grading.box import outside
from service_marketing.grading.gradebook import GradebookError

from . import assignments, course, submissions

ASSIGNMENT = "03-satisfaction"
CHINA = timezone(timedelta(hours=8))
DUE = datetime(2026, 3, 22, 23, 59, tzinfo=CHINA)
SECONDS = 10
Tell = Callable[..., None]


def run(directory: Path | str, workers: int = 2, console: Console | None = None) -> Path:
    """Grade the demonstration class in `directory`, `workers` submissions at a time; returns the path of the report.

    Raises GradingError when a step fails, or when a submission is left without a grade or gets other points than its
    variant declares; AssignmentError as `course.make`; KeyboardInterrupt when it is told to stop while it grades.
    """
    console = console or Console()
    root = course.make(directory, [ASSIGNMENT], timeout=SECONDS)
    columns = (
        SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
        TimeElapsedColumn(), TextColumn("剩余"), TimeRemainingColumn(),
    )  # fmt: skip
    try:
        with Progress(*columns, console=console) as progress:
            _step(progress, "发布作业 release", lambda _: release(root))
            _step(progress, "学生交作业 submissions", lambda _: hand_in(root))
            unmatched = _step(progress, "收作业 collect", lambda _: course.collect(root, ASSIGNMENT, _archive(root)))
            _step(progress, "批改 autograde", lambda tell: grade(root, workers, tell, progress.console))
            _step(progress, "写反馈 feedback", lambda tell: write_feedback(root, tell))
            page, _ = _step(progress, "写报告 report", lambda tell: report.write_report(root, ASSIGNMENT, tell=lambda *n: tell(None, *n)))
        data = report.read(root, ASSIGNMENT)
    except (engine.EngineError, GradebookError) as error:
        raise course.GradingError(str(error)) from error
    _say(data, _notebook(root, "source"), unmatched, root, page, console)
    differences = unexpected(root)
    if differences:
        raise course.GradingError("得分和预期不同 (scores other than declared):\n" + "\n".join(differences))
    return page


def release(root: Path) -> None:
    """The assignment, the class list and the deadline; the student version in the exchange."""
    course.assign(root, ASSIGNMENT, DUE)
    course.enrol(root, [course.Student(s.number, s.name) for s in assignments.variants(ASSIGNMENT).CLASS])
    course.release(root, ASSIGNMENT)


def hand_in(root: Path) -> Path:
    """The class's submissions as one ZIP, as a teaching platform hands them out."""
    variants = assignments.variants(ASSIGNMENT)
    released, source = _notebook(root, "release"), _notebook(root, "source")
    files = root / "inbox" / "files"
    files.mkdir(parents=True, exist_ok=True)
    for old in files.iterdir():
        old.unlink()
    for submission in variants.CLASS:
        mistakes = [variants.MISTAKES[name] for name in submission.mistakes]
        filled = submissions.fill(released, source, mistakes, variants.ESSAYS.get(submission.essay), submission.number)
        submissions.write(submission, ASSIGNMENT, filled, DUE, files)
    return submissions.pack(files.iterdir(), _archive(root))


def grade(root: Path, workers: int, tell: Tell | None, console: Console) -> engine.Summary:
    """Grade what is new, or all again when the assignment or the submissions are others than last time.

    Everything runs in the sandbox; where none can be built, the console says so and it goes on without, for these
    submissions are our own. `tell` as in engine.autograde. Raises EngineError, and KeyboardInterrupt when told to stop.
    """
    there = outside.available()
    if there.reason:
        zh, en = (text.rstrip("。.") for text in (there.reason.zh, there.reason.en))
        words = " ".join(there.words.split())
        console.print(
            f"这里没有沙箱（{zh}），不用沙箱接着批，因为这些作业是程序自己造的；学生的作业不要这样批。"
            f"(no sandbox here: {en}; going on without one, as these submissions are made up; never grade students' work like this)"
            + (f" {words}" if words else ""),
            style="yellow", highlight=False, markup=False, soft_wrap=True,
        )  # fmt: skip
    # a collected file bears the time that its name says: nbgrader's rule would take a changed one for an old one
    made_of = course.digest(_archive(root), root / "release" / ASSIGNMENT, root / "source" / ASSIGNMENT, root / course.CONFIG)
    changed = course.stamp(root, f"grade {ASSIGNMENT}") != made_of
    options = engine.settings(engine.load(root), sandbox=there.reason is None, force=changed)
    summary = engine.autograde(root, ASSIGNMENT, workers=workers, options=options, tell=tell)
    if summary.interrupted:
        raise KeyboardInterrupt
    course.set_stamp(root, f"grade {ASSIGNMENT}", made_of)
    return summary


def write_feedback(root: Path, tell: Tell | None = None) -> feedback.Written:
    """Write everybody's page, in Chinese; `tell` as in feedback.write_feedback. Raises GradingError when somebody gets none."""
    written = feedback.write_feedback(root, ASSIGNMENT, tell=tell)
    if written.failed:
        raise course.GradingError("没有反馈 (no feedback):\n" + "\n".join(f"{student}: {reason}" for student, reason in written.failed))
    return written


def unexpected(root: Path) -> list[str]:
    """Submissions whose grade is missing or other than their variant declares, one line each."""
    variants, released = assignments.variants(ASSIGNMENT), _notebook(root, "release")
    lines = []
    for submission in variants.CLASS:
        wanted = submissions.expected(submission, variants.MISTAKES, released)
        record = results.read(root, ASSIGNMENT, submission.number)
        got = {cell.name: cell.auto_score for _, cell in record.cells()} if record else {}
        cells = {grade_id: (got.get(grade_id), points) for grade_id, points in wanted.items() if got.get(grade_id) != points}
        if cells or record.state != "graded":
            lines.append(f"{submission.number} {submission.name} {record.state if record else 'missing'}: {json.dumps(cells)}")
    return lines


def _step(progress: Progress, title: str, work: Callable[[Tell], Any]) -> Any:
    """What `work` returns, with a bar: it may tell how many are done, and of how many, as the second and third argument."""
    task = progress.add_task(title, total=None)

    def tell(_: object, done: int, total: int) -> None:
        progress.update(task, completed=done, total=total)

    result = work(tell)
    total = progress.tasks[task].total or 1
    progress.update(task, completed=total, total=total)
    return result


def _archive(root: Path) -> Path:
    return root / "inbox" / "class.zip"


def _notebook(root: Path, kind: str) -> NotebookNode:
    return nbformat.read(root / kind / ASSIGNMENT / f"{ASSIGNMENT}.ipynb", as_version=4)


def _say(data: report.Report, source: NotebookNode, unmatched: Iterable[str], root: Path, page: Path, console: Console) -> None:
    handed_in = [row for row in data.rows if row.state != "missing"]
    title = f"{ASSIGNMENT}：{len(data.having('graded'))}/{len(handed_in)}份有成绩"
    table = Table(title=title, title_justify="left")
    table.add_column("学号 / 姓名")
    table.add_column("得分", justify="right")
    table.add_column("说明", overflow="fold")
    tasks = {cell.grade_id: cell.task.split(" ")[0] for cell in assignments.graded_cells(source)}
    for row in data.rows:
        late = [f"迟交{wording.duration(row.late, 'zh')}。"] if row.late > 0 else []
        said = remarks(results.read(root, ASSIGNMENT, row.student), tasks)
        table.add_row(f"{row.student} {row.name}", wording.number(row.score), "".join((*late, *said)))
    console.print(table)
    for name in unmatched:
        console.print(f"不知道是谁交的 (nobody's): {name}", highlight=False, markup=False, soft_wrap=True)
    console.print(f"报告 report: {page}\n成绩册 gradebook: {root / 'gradebook.db'}", highlight=False, soft_wrap=True)


def remarks(record: results.Record | None, tasks: Mapping[str, str]) -> list[str]:
    """What was wrong with a submission and where points were lost, a sentence each; `tasks`: the task of each graded cell."""
    if record is None:
        return []
    said = [found.instructor.zh for found in record.all_problems()]
    cells = [cell for _, cell in record.cells() if cell.auto_score is not None]
    endless = [cell.name for cell in cells if cell.verdict == "timeout"]
    lost = dict.fromkeys(tasks.get(cell.name, cell.name) for cell in cells if cell.auto_score < cell.max_score)
    said += [f"{results.VERDICTS['timeout'].zh}：{'、'.join(endless)}。"] if endless else []
    return said + ([f"失分：{'、'.join(lost)}。"] if lost else [])
