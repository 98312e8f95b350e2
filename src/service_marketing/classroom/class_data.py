"""What the reports about a class are made of: the gradebook's points, the grader's records, and the answers themselves.

Points and times come out of the gradebook in one query, what went wrong in a test out of the grader's records (or, where
another grader was at work, out of the outputs in the graded notebook), and the answers out of `autograded/`. One file that
cannot be read stops nothing: it is named in `Work.unreadable`.
"""

import ast
import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any, NamedTuple

import sqlalchemy as sa
from nbgrader import api

from service_marketing.grading import feedback, folder, gradebook, report, results, wording
from service_marketing.grading.results import CellRecord, Record
from service_marketing.grading.wall.link import SubmissionLost

from . import check, marks
from .assignments import AssignmentError
from .marks import Mark, Person
from .similarity import Cell
from .tables import one_line

LARGEST = 50_000_000
Tell = Callable[[str, int, int], None]
_OWN = re.compile(r"^\s*my_number\s*=", re.MULTILINE)
_OWN_ROUGH = re.compile(r"""(?:\bmy_number\s*=|\bload_my_data\()\s*(?:["']([^"'\n]*)["']|([0-9]+))""")


class ReportError(AssignmentError):
    """Something that no report can be made of, with what to do."""


@dataclass(frozen=True)
class Task:
    """A question: its marked `cells`, the `answers` (code cells that students fill in), and its `text` as released."""

    title: str
    worth: float
    cells: tuple[Cell, ...]
    answers: tuple[Cell, ...]
    text: str = ""


class Failure(NamedTuple):
    """What a test came to that did not pass. `kind`: "blank", "wrong" or "ended"."""

    kind: str
    text: str = ""


@dataclass
class Submission:
    """One student's work for one assignment.

    `points`: of the marked cells; `share` of the `possible` points, those that marked cells could give; `hours` after the
    student's own deadline, None where there is no time or no deadline; `answers` and `failures` by cell; `number`: the
    student's number as the notebook has it ("" for none yet), None where the assignment has no own data; `elsewhere`: other
    numbers that data were loaded for.
    """

    student: str
    mark: Mark
    points: dict[Cell, float] = field(default_factory=dict)
    share: float | None = None
    possible: float = 0.0
    hours: float | None = None
    answers: dict[Cell, str] = field(default_factory=dict)
    failures: dict[Cell, Failure] = field(default_factory=dict)
    number: str | None = None
    elsewhere: tuple[str, ...] = ()


@dataclass
class Work:
    """One assignment over the class.

    `title`: its first heading, or else its name; `graded`: those with points, by student; `given`: released text and solution
    of each answer; `incidents`: students by keys of the grader's wording.MARKS; `closed`: who handed in nothing is late by now;
    `recorded`: how many records of the grader there are.
    """

    name: str
    title: str
    worth: float
    due: datetime | None
    closed: bool
    own_data: bool
    tasks: list[Task]
    given: dict[Cell, tuple[str, str]]
    marks: dict[str, Mark]
    graded: dict[str, Submission] = field(default_factory=dict)
    incidents: dict[str, list[str]] = field(default_factory=dict)
    unreadable: list[str] = field(default_factory=list)
    recorded: int = 0

    def state(self, *states: str) -> list[str]:
        """Students whose mark is in one of the states."""
        return [student for student, mark in self.marks.items() if mark.state in states]


@dataclass
class ClassData:
    """A class, with the assignments in the order in which they were asked for."""

    course: folder.Course
    people: dict[str, Person]
    works: list[Work]
    zone: tzinfo | None


# ---- reading


def read(
    root: Path | str, assignments: Iterable[str] = (), notebooks: bool = True, tell: Tell | None = None, language: str = "zh"
) -> ClassData:
    """Everything about the class of the course folder `root`; without named assignments all that somebody was graded in.

    `notebooks`: whether the answers are wanted too. `tell`: called with what is read, how many are done, and of how many.
    `language`: of the titles, where students were given an edition in it. Raises AssignmentError for no course folder, no
    gradebook, or an assignment that is not in it.
    """
    if isinstance(assignments, str):
        raise TypeError("assignments must be a list of names")
    wanted = list(dict.fromkeys(assignments))
    course = marks.settings(Path(root))
    found = marks.read(course.root, wanted)
    worth = {work.name: work for work in found.assignments}
    rows = _rows(course.db_url, list(worth))
    graded = {(cell.student, cell.assignment) for cell, _ in rows}
    names = wanted or [name for name in worth if any((person.number, name) in graded for person in found.students)]
    if not names:
        raise ReportError(f"{course.root} 的成绩册里还没有批改过的作业，先运行 course autograde (nothing is graded yet)")
    by_pair: dict[tuple[str, str], list[tuple[marks.Cell, float | None]]] = defaultdict(list)
    for cell, hours in rows:
        by_pair[cell.assignment, cell.student].append((cell, hours))
    works = []
    for name in names:
        work = _work(course, name, worth[name], {p.number: found.marks[p.number, name] for p in found.students}, language)
        for done, person in enumerate(found.students, 1):
            _add(course, work, person.number, by_pair.get((name, person.number), []), notebooks)
            if tell and (done % 50 == 0 or done == len(found.students)):
                tell(name, done, len(found.students))
        works.append(work)
    return ClassData(course, {person.number: person for person in found.students}, works, feedback.time_zone(course))


def _rows(url: str, names: list[str]) -> list[tuple[marks.Cell, float | None]]:
    """Every marked cell of these assignments, with the hours after the student's own deadline."""
    submitted, assignment = api.SubmittedAssignment.__table__, api.Assignment.__table__
    wanted = marks.graded_cells(submitted.c.timestamp, submitted.c.extension, assignment.c.duedate)
    engine = sa.create_engine(url)
    try:
        with engine.connect() as connection:
            found = connection.execute(wanted.where(assignment.c.name.in_(names))).all()
    finally:
        engine.dispose()
    return [(marks.Cell(*row[:10]), _hours(*row[10:])) for row in found if row.cell is not None]


def _hours(when: datetime | None, extension: timedelta | None, due: datetime | None) -> float | None:
    return (when - due - (extension or timedelta())).total_seconds() / 3600 if when and due else None


def _work(course: folder.Course, name: str, own: marks.Work, states: Mapping[str, Mark], language: str) -> Work:
    with _complaining(name):
        book = gradebook.read(course.db_url, course.course_id, name)
        try:
            place = folder.assignment(course, name)
            sides = [feedback.side(notebook, place, course.config, language) for notebook in book.assignment.notebooks]
            worths = {(n.name, cell.name): cell.max_score for n in book.assignment.notebooks for cell in n.graded().values()}
        finally:
            book.close()
    tasks, given = _tasks(sides, worths)
    here = sum(mark.state != "missing" for mark in states.values())
    closed = own.due < datetime.now(UTC) if own.due else 2 * here >= len(states)
    own_data = any(is_number_cell(shown) for shown, _ in given.values())
    title = next(filter(None, (one.heading for one in sides)), name)
    return Work(name, title, own.max_score, own.due, closed, own_data, tasks, given, dict(states))


@contextmanager
def _complaining(name: str):
    try:
        yield
    except gradebook.GradebookError as error:
        raise ReportError(str(error)) from error
    except (OSError, ValueError) as error:
        raise ReportError(f"作业 {name} 的文件读不出来：{error} (the assignment's files cannot be read)") from error


def _tasks(sides: Iterable[feedback.Side], worths: Mapping[Cell, float]) -> tuple[list[Task], dict[Cell, tuple[str, str]]]:
    """The questions in order, and what was given for each answer."""
    sides, tasks, given = list(sides), [], {}
    for one in sides:
        held: dict[int, list[Cell]] = defaultdict(list)
        answers: dict[int, list[Cell]] = defaultdict(list)
        texts: dict[int, list[str]] = defaultdict(list)
        for text, place in one.texts.items():
            texts[place].append(text)
        for cell in one.reference.cells:
            key, place = (one.name, cell.name), one.places.get(cell.name, 0)
            if key in worths:
                held[place].append(key)
            if cell.solution and cell.cell_type == "code":
                answers[place].append(key)
                given[key] = (cell.shown, cell.source)
            texts[place].append(cell.source)
        for place, cells in sorted(held.items()):
            title = one.titles[place] if place < len(one.titles) else ""
            title = title or cells[0][1]
            named = f"{one.name}：{title}" if len(sides) > 1 else title
            worth = sum(worths[key] for key in cells)
            if worth > 0:
                tasks.append(Task(named, worth, tuple(cells), tuple(answers[place]), "\n".join(texts[place])))
    return tasks, given


# ---- one student


def _add(course: folder.Course, work: Work, student: str, rows: list[tuple[marks.Cell, float | None]], notebooks: bool) -> None:
    record = results.read(course.root, work.name, student)
    if record is not None:
        work.recorded += 1
        for mark in _incidents(record):
            work.incidents.setdefault(mark, []).append(student)
    mark = work.marks[student]
    if mark.state not in ("graded", "waiting"):
        return
    own = Submission(student, mark, hours=rows[0][1] if rows else None)
    worth = {cell: task.worth for task in work.tasks for cell in task.cells}
    possible = work.worth
    for cell, _ in rows:
        if not cell.unmarked:
            own.points[cell.notebook, cell.cell] = cell.points
    if own.points and len(own.points) < len(worth):
        possible = _possible(work, own)
    own.possible = possible
    own.share = (mark.score or 0.0) / possible if possible else None
    if record is not None:
        own.failures = {(notebook, cell.name): found for notebook, cell in record.cells() if (found := failure(cell))}
    if notebooks:
        _read_notebooks(course, work, own, record is None)
    work.graded[student] = own


def _possible(work: Work, own: Submission) -> float:
    """The points of the tasks that are marked, the others being open: parts of a task count as their share of the cells."""
    return sum(task.worth * sum(cell in own.points for cell in task.cells) / len(task.cells) for task in work.tasks) or work.worth


_WORDS = wording.words(wording.REPORT, "zh")


def _incidents(record: Record) -> Iterable[str]:
    """What the grading report marks the submission with, but for what is said elsewhere on the page."""
    row = report.make_row(record.student, "", None, record, _WORDS, "zh")
    return [mark for mark in row.marks if mark not in report.QUIET]


def failure(cell: CellRecord) -> Failure | None:
    """What went wrong in a test; None where nothing did, or a person decides."""
    if cell.kind != "test" or cell.verdict in ("passed", "manual"):
        return None
    if cell.verdict in ("blank", "missing"):
        return Failure("blank")
    if cell.verdict in ("failed", "partial", "error"):
        return _said(cell.ename, cell.evalue or cell.assertion)
    return Failure("ended", results.VERDICTS[cell.verdict].zh)


def _said(name: str, text: str) -> Failure:
    text = one_line(text)[:400]
    if name == SubmissionLost.__name__:
        return Failure("ended", results.VERDICTS["lost"].zh)
    if name == check.Unanswered.__name__ or text.startswith(tuple(check.UNANSWERED.values())):
        return Failure("blank")
    if name in ("", check.Wrong.__name__, AssertionError.__name__):
        return Failure("wrong", text or name or results.VERDICTS["failed"].zh)
    return Failure("wrong", f"{name}: {text}" if text else name)


def _read_notebooks(course: folder.Course, work: Work, own: Submission, outputs: bool) -> None:
    place = course.folder(course.autograded_directory, own.student, work.name)
    tests = {cell for task in work.tasks for cell in task.cells} - work.given.keys()
    number: list[str] = []
    elsewhere: list[str] = []
    for name in {cell[0] for task in work.tasks for cell in task.cells}:
        file = place / f"{name}.ipynb"
        if not file.is_file():
            continue
        cells = _cells(file)
        if cells is None:
            work.unreadable.append(own.student)
            continue
        for cell in cells:
            marked = cell.get("metadata", {}).get("nbgrader") if isinstance(cell.get("metadata"), dict) else None
            marked = marked if isinstance(marked, dict) else {}
            key, source = (name, str(marked.get("grade_id"))), _text(cell.get("source"))
            if cell.get("cell_type") != "code":
                continue
            if key in work.given:
                own.answers[key] = source
            if outputs and key in tests and (found := _error(cell)):
                own.failures[key] = found
            if work.own_data and not marked.get("locked"):
                written, loaded = numbers(source)
                number += written if key in work.given and is_number_cell(work.given[key][0]) else []
                elsewhere += loaded if key in work.given and is_number_cell(work.given[key][0]) else [*written, *loaded]
    if work.own_data:
        own.number = number[-1] if number else ""
        own.elsewhere = tuple(dict.fromkeys(one for one in elsewhere if one != own.number))
        own.answers = {key: source for key, source in own.answers.items() if not is_number_cell(work.given[key][0])}


def _cells(file: Path) -> list[dict[str, Any]] | None:
    try:
        if file.stat().st_size > LARGEST:
            return None
        raw = json.loads(file.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    found = raw.get("cells") if isinstance(raw, dict) else None
    return [cell for cell in found if isinstance(cell, dict)] if isinstance(found, list) else None


def _text(value: Any) -> str:
    return "".join(map(str, value)) if isinstance(value, list) else str(value or "")


def _error(cell: Mapping[str, Any]) -> Failure | None:
    outputs = cell.get("outputs")
    for one in outputs if isinstance(outputs, list) else []:
        if isinstance(one, dict) and one.get("output_type") == "error":
            return _said(str(one.get("ename", "")), str(one.get("evalue", "")))
    return None


# ---- own data


def is_number_cell(shown: str) -> bool:
    """Whether the released text of an answer asks for the student's number."""
    return bool(_OWN.search(shown))


def numbers(source: str) -> tuple[list[str], list[str]]:
    """The numbers that code gives `my_number`, and those that it loads data for directly, as `load_my_data` takes them."""
    if "my_number" not in source and "load_my_data" not in source:
        return [], []
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return [squeezed(a or b) for a, b in _OWN_ROUGH.findall(source) if (a or b).strip(" .…")], []
    written, loaded = [], []
    for node in ast.walk(tree):
        if isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if node.value is not None and any(isinstance(one, ast.Name) and one.id == "my_number" for one in targets):
                written += _constant(node.value)
        elif isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name == "load_my_data":
                given = [*node.args[:1], *(one.value for one in node.keywords if one.arg == "number")]
                loaded += [number for value in given for number in _constant(value)]
    return written, loaded


def _constant(value: ast.expr) -> list[str]:
    if isinstance(value, ast.Constant) and isinstance(value.value, (str, int)) and not isinstance(value.value, bool):
        number = squeezed(str(value.value))
        return [number] if number.strip(".…") else []
    return []


def squeezed(number: str) -> str:
    """A number as `datasets.load_my_data` reads it."""
    return "".join(unicodedata.normalize("NFKC", number).split()).upper()


@dataclass(frozen=True)
class Numbers:
    """Whose data the submissions of one assignment were made with.

    `blank`: no number; `classmate`: somebody else's in the class, by student; `unknown`: nobody's in the class; `shared`:
    students that give the same number, by number.
    """

    own: int
    blank: tuple[str, ...]
    classmate: Mapping[str, tuple[str, ...]]
    unknown: Mapping[str, str]
    shared: Mapping[str, tuple[str, ...]]


def whose_data(work: Work) -> Numbers:
    """Compare the numbers in the notebooks with those of the students."""
    known = {squeezed(student): student for student in work.marks}
    blank, classmate, unknown, used = [], {}, {}, defaultdict(list)
    own = 0
    for student, one in work.graded.items():
        if one.number is None or student in work.unreadable:
            continue
        others = [known[number] for number in dict.fromkeys((one.number, *one.elsewhere)) if known.get(number, student) != student]
        if others:
            classmate[student] = tuple(others)
        elif not one.number:
            blank.append(student)
        elif one.number not in known:
            unknown[student] = one.number
        else:
            own += 1
        if one.number:
            used[one.number].append(student)
    shared = {number: tuple(students) for number, students in used.items() if len(students) > 1}
    return Numbers(own, tuple(blank), classmate, unknown, shared)
