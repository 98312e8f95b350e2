"""The class report of one assignment: a self-contained HTML page for reading, and the same table as CSV."""

import csv
import math
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from io import StringIO
from pathlib import Path
from statistics import mean, median
from urllib.parse import quote

import jinja2
import nbformat

from . import course, repair
from .assignments import GradedCell, graded_cells
from .check import HIDDEN, UNANSWERED
from .feedback import message

CHINA = timezone(timedelta(hours=8))
UNGRADED = "ungraded"


@dataclass
class Fault:
    """Points lost in one task: `cells` are the test cells, `texts` what they said, each once."""

    task: str
    cells: list[str]
    texts: list[str]
    answered: bool


@dataclass
class Row:
    """One student of the class list. `auto` are points given by the tests, `manual` by a person (None: not yet).

    `status` is "graded", "unreadable" (graded as blank), "ungraded" or "missing"; `late` is hours after the deadline.
    """

    number: str
    name: str
    status: str = "missing"
    auto: float = 0.0
    manual: float | None = 0.0
    submitted: datetime | None = None
    late: float = 0.0
    penalty: float = 0.0
    notes: list[repair.Note] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    scores: dict[str, float] = field(default_factory=dict)
    page: str | None = None

    @property
    def total(self) -> float:
        """Points so far: by the tests, and by hand where a person has graded, less a late penalty."""
        return self.auto + (self.manual or 0.0) - self.penalty


@dataclass
class Task:
    """One task over the class: `mean` and `solved` are shares (0 to 1) among the submissions, `common` the commonest fault."""

    title: str
    points: float
    mean: float
    solved: float
    common: str = ""
    times: int = 0


@dataclass
class Class:
    """Everything that the report says."""

    assignment: str
    title: str
    cells: list[GradedCell]
    rows: list[Row]
    tasks: list[Task]
    unmatched: list[str]
    due: datetime | None

    @property
    def auto_points(self) -> float:
        return sum(cell.points for cell in self.cells if not cell.manual)

    @property
    def manual_points(self) -> float:
        return sum(cell.points for cell in self.cells if cell.manual)

    def having(self, *statuses: str) -> list[Row]:
        """Rows with one of `statuses`."""
        return [row for row in self.rows if row.status in statuses]

    @property
    def submissions(self) -> list[Row]:
        return self.having("graded", "unreadable", UNGRADED)

    @property
    def waiting(self) -> list[Row]:
        """Rows whose essay a person has yet to grade."""
        return [row for row in self.having("graded") if row.manual is None]


def read(root: Path, assignment: str, unmatched: list[str] | None = None) -> Class:
    """The state of `assignment` in the course folder `root`, from the gradebook, the records and the graded notebooks.

    Every student of the gradebook and every folder of `submitted/` has a row. `unmatched`: files of unknown students.
    """
    source = nbformat.read(root / "source" / assignment / f"{assignment}.ipynb", as_version=4)
    cells = graded_cells(source)
    title = next((c.source.splitlines()[0].lstrip("# ") for c in source.cells if c.source.startswith("# ")), assignment)
    rows = {}
    with course.gradebook(root) as book:
        due = _local(book.find_assignment(assignment).duedate)
        for student in book.students:
            rows[student.id] = Row(student.id, student.last_name or "")
        for submission in book.find_assignment(assignment).submissions:
            row = rows[submission.student.id]
            marks = {grade.name: grade for grade in submission.notebooks[0].grades}
            row.submitted = _local(submission.timestamp)
            row.late = submission.total_seconds_late / 3600
            row.penalty = submission.notebooks[0].late_submission_penalty or 0.0
            row.scores = {cell.grade_id: marks[cell.grade_id].score or 0.0 for cell in cells}
            row.auto = sum(row.scores[cell.grade_id] for cell in cells if not cell.manual)
            by_hand = [marks[cell.grade_id] for cell in cells if cell.manual]
            row.manual = None if any(grade.needs_manual_grade for grade in by_hand) else sum(grade.score or 0.0 for grade in by_hand)
    for number in course.submitted(root, assignment):
        row = rows.setdefault(number, Row(number, ""))
        done = course.outcome(root, assignment, number)
        row.status = UNGRADED if done is None else "graded" if done.readable else "unreadable"
        if done is not None:
            row.notes = done.notes
            graded = root / "autograded" / number / assignment / f"{assignment}.ipynb"
            row.faults = _faults(graded, cells, row.scores) if done.readable else []
            page = course.feedback_page(root, assignment, number)
            row.page = quote(f"../{page.relative_to(root).as_posix()}") if page.is_file() else None
    ordered = sorted(rows.values(), key=lambda row: row.number)
    return Class(assignment, title, cells, ordered, _tasks(cells, ordered), unmatched or [], due)


def write(root: Path, assignment: str, unmatched: list[str] | None = None) -> Path:
    """Write `report/`assignment`.html` and `.csv` in the course folder `root`; returns the path of the page."""
    data = read(root, assignment, unmatched)
    folder = root / "report"
    folder.mkdir(exist_ok=True)
    (folder / f"{assignment}.csv").write_bytes(to_csv(data))
    page = folder / f"{assignment}.html"
    page.write_text(to_html(data), encoding="utf-8")
    return page


def to_html(data: Class) -> str:
    """The page; all that comes from submissions is escaped."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("service_marketing.classroom"), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["points"] = lambda value: f"{value:.4g}"
    environment.filters["percent"] = lambda value: f"{100 * value:.0f}%"
    scores = [row.auto for row in data.having("graded")]
    return environment.get_template("report.html.j2").render(
        data=data,
        bars=bars(scores, data.auto_points),
        mean=mean(scores) if scores else None,
        median=median(scores) if scores else None,
        made=datetime.now(CHINA),
    )


def to_csv(data: Class) -> bytes:
    """The table as CSV that Excel opens rightly: UTF-8 with byte order mark, every text quoted, none taken for a formula."""
    status = {"graded": "已批改", "unreadable": "未能批改，记0分", UNGRADED: "还没有批改", "missing": "未交"}
    head = ["学号", "姓名", "状态", "自动批改", "论述题", "迟交扣分", "总分", "满分", "交作业时间", "迟交小时", "说明"]
    lines = [[*head, *(f"{cell.grade_id}（{cell.points:g}）" for cell in data.cells)]]
    for row in data.rows:
        said = "".join([note.text for note in row.notes] + [f"{fault.task}：{''.join(fault.texts)}" for fault in row.faults])
        lines.append(
            [
                row.number, row.name, status[row.status], row.auto, "待批改" if row.manual is None else row.manual, row.penalty, row.total,
                data.auto_points + data.manual_points, f"{row.submitted:%Y-%m-%d %H:%M}" if row.submitted else "", round(row.late, 2), said,
                *(row.scores.get(cell.grade_id, "") for cell in data.cells),
            ]
        )  # fmt: skip
    text = StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_NONNUMERIC).writerows([[_no_formula(value) for value in line] for line in lines])
    return text.getvalue().encode("utf-8-sig")


def bars(scores: list[float], points: float) -> list[dict]:
    """Bars of the score distribution: `label` (from–to, in points), `n`, and `share` of the highest bar (0 to 1)."""
    width = max(1, math.ceil(points / 8))
    edges = list(range(0, math.ceil(points), width))
    counts = Counter(min(int(score // width), len(edges) - 1) for score in scores)
    highest = max(counts.values(), default=1)
    return [
        {
            "label": f"{low}–{min(low + width, points):g}" if i == len(edges) - 1 else f"{low}–{low + width - 1}",
            "n": counts[i],
            "share": counts[i] / highest,
        }
        for i, low in enumerate(edges)
    ]


def _no_formula(value: object) -> object:
    return "'" + value if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")) else value


def _local(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=UTC).astimezone(CHINA) if moment else None


def short(task: str) -> str:
    """第3题 of 第3题 净推荐值和它的标准误（12分）."""
    return task.split(" ")[0]


def _faults(graded: Path, cells: list[GradedCell], scores: dict[str, float]) -> list[Fault]:
    notebook = nbformat.read(graded, as_version=4)
    outputs = {
        cell.metadata.nbgrader.grade_id: [output for output in cell.outputs if output.output_type == "error"]
        for cell in notebook.cells
        if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("grade_id")
    }
    faults: dict[str, Fault] = {}
    own_errors: dict[str, str] = {}
    task_of = {cell.grade_id: cell.task for cell in cells}
    waiting = []
    for grade_id, errors in outputs.items():
        if grade_id not in task_of:
            waiting.append(message(errors))
            continue
        # an answer cell that fails stands before its tests: its own error explains theirs
        own_errors[task_of[grade_id]] = own_errors.get(task_of[grade_id], "") or next((text for text in waiting if text), "")
        waiting = []
    for cell in cells:
        if cell.manual or scores.get(cell.grade_id, 0.0) >= cell.points:
            continue
        fault = faults.setdefault(cell.task, Fault(short(cell.task), [], [], False))
        fault.cells.append(cell.grade_id)
        text = message(outputs.get(cell.grade_id, [])) or "这一格没有得到满分，也没有报错，要看一看"
        unanswered = text.startswith(UNANSWERED)
        fault.answered |= not unanswered
        if not unanswered and text not in fault.texts:
            fault.texts.append(text)
    for task, fault in faults.items():
        # what only repeats that something is wrong is left out
        fault.texts = [text for text in fault.texts if not text.startswith(HIDDEN)] or fault.texts
        if own_errors.get(task):
            fault.answered = True
            fault.texts = [f"写答案的格子报错：{own_errors[task]}"]
        if not fault.answered:
            fault.texts = [UNANSWERED + "。"]
    return list(faults.values())


def _tasks(cells: list[GradedCell], rows: list[Row]) -> list[Task]:
    graded = [row for row in rows if row.status == "graded"]
    tasks = []
    for title in dict.fromkeys(cell.task for cell in cells if not cell.manual):
        mine = [cell for cell in cells if cell.task == title and not cell.manual]
        points = sum(cell.points for cell in mine)
        got = [sum(row.scores.get(cell.grade_id, 0.0) for cell in mine) for row in graded]
        faults = [fault for row in graded for fault in row.faults if fault.task == short(title) and fault.answered]
        said = Counter(text for fault in faults for text in fault.texts[:1])
        common, times = said.most_common(1)[0] if said else ("", 0)
        share = mean(got) / points if got else 0.0
        tasks.append(Task(title, points, share, mean(g >= points for g in got) if got else 0.0, common, times))
    return tasks
