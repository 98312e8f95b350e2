"""Everybody's marks out of nbgrader's gradebook, the log of their changes, and where every assignment stands.

The log is `marks.csv` in the course folder, a line for every value that changed: time, student, assignment, cell, what
(auto, manual, extra, late, total), old, new, why. What a value was before is what the log itself says last, so the log and
the gradebook cannot drift apart: whatever a crash kept from being written is found as a change again by the next `record`.
"""

import csv
import hashlib
import io
import json
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import sqlalchemy as sa
from nbgrader import api
from rich.table import Table
from sqlalchemy.exc import SQLAlchemyError

from service_marketing.grading import folder, results
from service_marketing.grading.feedback import gradebook_names, time_zone

from . import course
from .assignments import AssignmentError
from .tables import defused, one_line, restored

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

LOG = "marks.csv"
COLUMNS = ("time", "student", "assignment", "cell", "what", "old", "new", "why")
WHAT = ("auto", "manual", "extra", "late", "total")
REASONS = ("autograde", "regrade", "manual", "late", "removed")
STATES = ("graded", "waiting", "ungraded", "missing")


class MarksError(AssignmentError):
    """A gradebook or a log that cannot be read, with what to do."""


# ---- the gradebook


class Cell(NamedTuple):
    """The gradebook's row of one graded cell of one submission; `cell` is None for a notebook without graded cells."""

    student: str
    assignment: str
    notebook: str
    cell: str | None
    auto: float | None
    manual: float | None
    extra: float | None
    needs: bool | None
    submitted_notebook: str
    penalty: float | None

    @property
    def points(self) -> float:
        """nbgrader's rule: a person's mark before the autograder's, with extra credit; 0 while there is neither."""
        mark = self.manual if self.manual is not None else self.auto
        return 0.0 if mark is None else mark + (self.extra or 0.0)

    @property
    def unmarked(self) -> bool:
        return self.manual is None and self.auto is None


@dataclass(frozen=True)
class Person:
    """A student of the class; `number` is what nbgrader calls the student by, `lms_id` what the platform does (often "")."""

    number: str
    name: str = ""
    email: str = ""
    lms_id: str = ""


@dataclass(frozen=True)
class Work:
    """An assignment: the points it is worth and its deadline (UTC)."""

    name: str
    max_score: float
    due: datetime | None = None


@dataclass(frozen=True)
class Mark:
    """What a student has for an assignment.

    `state`: "graded"; "waiting" (a cell waits for a person's mark); "ungraded" (handed in, not graded); "missing" (nothing
    handed in). `score`: points, late penalty taken off, never below 0; None unless "graded" or "waiting". `late`: by how many
    seconds; `comment`: what people wrote; `review`: a person's mark that nbgrader wants looked at again after a regrade.
    """

    state: str
    score: float | None = None
    penalty: float = 0.0
    late: float = 0.0
    comment: str = ""
    review: bool = False


@dataclass(frozen=True)
class Marks:
    """Students by number, assignments by name, and a mark for each pair of them."""

    students: tuple[Person, ...]
    assignments: tuple[Work, ...]
    marks: Mapping[tuple[str, str], Mark] = field(default_factory=lambda: MappingProxyType({}))

    def fingerprint(self, assignment: str) -> str:
        """A hash of everybody's state and score in `assignment`: another one when a mark has changed."""
        found = [(p.number, m.state, m.score) for p in self.students if (m := self.marks[p.number, assignment])]
        return hashlib.sha256(json.dumps(found).encode()).hexdigest()


def settings(root: Path) -> folder.Course:
    """nbgrader's settings of the course folder `root`. Raises AssignmentError where it is none, or they cannot be read."""
    if not (Path(root) / course.CONFIG).is_file():
        raise MarksError(f"{root} 不是课程批改文件夹，里面没有 {course.CONFIG} (not a course folder)")
    found = folder.load(root)
    for problem in found.problems:
        if problem.grave:
            raise MarksError(f"{problem.instructor.zh} ({problem.instructor.en})")
    return found


def database(found: folder.Course) -> str:
    """The address of the course's gradebook. Raises AssignmentError where there is none yet."""
    url = sa.make_url(found.db_url)
    file = url.database if url.get_backend_name() == "sqlite" else None
    if file and file != ":memory:" and not Path(file).is_file():
        raise MarksError(f"{found.root} 里还没有成绩册，先运行 course assign (no gradebook yet)")
    return found.db_url


@contextmanager
def _connected(url: str) -> Iterator[sa.Connection]:
    engine = sa.create_engine(url, connect_args={"timeout": 60} if url.startswith("sqlite") else {})
    try:
        with engine.connect() as connection:
            yield connection
    except SQLAlchemyError as error:
        cause = str(getattr(error, "orig", error)).strip().splitlines()[0]
        raise MarksError(
            f"成绩册读不出来：{cause}；关掉正在批改的程序再试，旧版的先运行 nbgrader db upgrade (cannot read the gradebook)"
        ) from error
    finally:
        engine.dispose()


def cells(connection: sa.Connection) -> list[Cell]:
    """Every graded cell of every submission, in one query."""
    return [Cell(*row) for row in connection.execute(graded_cells())]


def graded_cells(*more: sa.ColumnElement) -> sa.Select:
    """The query for every graded cell of every submission: what a Cell has, and `more` of its submission or assignment."""
    submitted, assignment = api.SubmittedAssignment.__table__, api.Assignment.__table__
    copy, notebook = api.SubmittedNotebook.__table__, api.Notebook.__table__
    grade, cell = api.Grade.__table__, api.BaseCell.__table__
    joined = (
        submitted.join(assignment, assignment.c.id == submitted.c.assignment_id)
        .join(copy, copy.c.assignment_id == submitted.c.id)
        .join(notebook, notebook.c.id == copy.c.notebook_id)
        .outerjoin(grade, grade.c.notebook_id == copy.c.id)
        .outerjoin(cell, cell.c.id == grade.c.cell_id)
    )
    wanted = (
        submitted.c.student_id, assignment.c.name, notebook.c.name.label("notebook"), cell.c.name.label("cell"), grade.c.auto_score,
        grade.c.manual_score, grade.c.extra_credit, grade.c.needs_manual_grade, copy.c.id, copy.c.late_submission_penalty,
    )  # fmt: skip
    return sa.select(*wanted, *more).select_from(joined)


def read(root: Path, assignments: Iterable[str] = (), students: Iterable[str] = ()) -> Marks:
    """The marks of the course folder `root`; all assignments and all students unless some are named.

    Raises AssignmentError for no gradebook, and for names that it does not have.
    """
    found = settings(root)
    return read_database(database(found), found.root / found.submitted_directory, assignments, students, found.student_id_exclude)


def read_database(
    url: str, submitted: Path | None = None, assignments: Iterable[str] = (), students: Iterable[str] = (), left_out: Iterable[str] = ()
) -> Marks:
    """As `read`, of the gradebook at `url`; `submitted` is the folder of what was handed in, `left_out` nobody's numbers."""
    with _connected(url) as connection:
        people = connection.execute(sa.select(api.Student.__table__).order_by(api.Student.__table__.c.id)).all()
        works = {work.name: work for work in _works(connection)}
        found = _submissions(connection)
        comments = _comments(connection)
        graded = cells(connection)
    names = gradebook_names(url)
    wanted = list(dict.fromkeys(assignments)) or sorted(works)
    chosen = set(students)
    if unknown := [name for name in wanted if name not in works]:
        raise MarksError(f"成绩册里没有作业{'、'.join(unknown)}；有的是：{'、'.join(sorted(works)) or '（无）'} (no such assignment)")
    if unknown := sorted(chosen - {row.id for row in people}):
        raise MarksError(f"成绩册里没有学号{'、'.join(unknown)} (no such student)")
    persons = tuple(
        Person(row.id, one_line(names.get(row.id, "")), one_line(row.email or ""), one_line(row.lms_user_id or ""))
        for row in people
        if (row.id in chosen if chosen else row.id not in set(left_out))
    )
    by_pair: dict[tuple[str, str], list[Cell]] = defaultdict(list)
    for cell in graded:
        by_pair[cell.student, cell.assignment].append(cell)
    here = _handed_in(submitted)
    marks = {
        (person.number, name): _mark(by_pair.get(pair), found.get(pair), comments.get(pair, ()), pair in here)
        for person in persons
        for name in wanted
        if (pair := (person.number, name))
    }
    return Marks(persons, tuple(works[name] for name in wanted), MappingProxyType(marks))


def _works(connection: sa.Connection) -> list[Work]:
    assignment, notebook, base = api.Assignment.__table__, api.Notebook.__table__, api.BaseCell.__table__
    worth: dict[str, float] = defaultdict(float)
    for table in (api.GradeCell.__table__, api.TaskCell.__table__):
        joined = table.join(base, base.c.id == table.c.id).join(notebook, notebook.c.id == base.c.notebook_id)
        query = sa.select(notebook.c.assignment_id, sa.func.sum(table.c.max_score)).select_from(joined).group_by(notebook.c.assignment_id)
        for owner, points in connection.execute(query):
            worth[owner] += points or 0.0
    rows = connection.execute(sa.select(assignment.c.id, assignment.c.name, assignment.c.duedate))
    return [Work(row.name, worth[row.id], row.duedate.replace(tzinfo=UTC) if row.duedate else None) for row in rows]


def _submissions(connection: sa.Connection) -> dict[tuple[str, str], float]:
    """By how many seconds each submission in the gradebook was late."""
    submitted, assignment = api.SubmittedAssignment.__table__, api.Assignment.__table__
    wanted = (submitted.c.student_id, assignment.c.name, submitted.c.timestamp, submitted.c.extension, assignment.c.duedate)
    joined = submitted.join(assignment, assignment.c.id == submitted.c.assignment_id)
    return {
        (student, name): max(0.0, (when - due - (extension or timedelta())).total_seconds()) if when and due else 0.0
        for student, name, when, extension, due in connection.execute(sa.select(*wanted).select_from(joined))
    }


def _comments(connection: sa.Connection) -> dict[tuple[str, str], list[str]]:
    """What people wrote on each submission; nbgrader's own remarks are no comments."""
    submitted, assignment = api.SubmittedAssignment.__table__, api.Assignment.__table__
    copy, comment, cell = api.SubmittedNotebook.__table__, api.Comment.__table__, api.BaseCell.__table__
    joined = (
        comment.join(copy, copy.c.id == comment.c.notebook_id)
        .join(cell, cell.c.id == comment.c.cell_id)
        .join(submitted, submitted.c.id == copy.c.assignment_id)
        .join(assignment, assignment.c.id == submitted.c.assignment_id)
    )
    query = sa.select(submitted.c.student_id, assignment.c.name, comment.c.manual_comment).select_from(joined).order_by(cell.c.name)
    said: dict[tuple[str, str], list[str]] = defaultdict(list)
    for student, name, text in connection.execute(query.where(comment.c.manual_comment.is_not(None))):
        if text.strip():
            said[student, name].append(one_line(text))
    return said


def _handed_in(submitted: Path | None) -> set[tuple[str, str]]:
    if submitted is None or not submitted.is_dir():
        return set()
    people = [entry for entry in os.scandir(submitted) if entry.is_dir()]
    return {(person.name, work.name) for person in people for work in os.scandir(person.path) if work.is_dir()}


def _mark(graded: Sequence[Cell] | None, late: float | None, comments: Iterable[str], handed_in: bool) -> Mark:
    if graded is None or late is None or all(cell.unmarked for cell in graded):
        return Mark("ungraded" if handed_in or late is not None else "missing", late=late or 0.0)
    score, penalty = total(graded)
    waiting = any(cell.cell is not None and cell.unmarked and cell.needs for cell in graded)
    review = any(cell.needs and cell.manual is not None for cell in graded)
    return Mark("waiting" if waiting else "graded", score, penalty, late, "；".join(comments), review)


def total(graded: Iterable[Cell]) -> tuple[float, float]:
    """Points of one submission with the late penalty taken off, as nbgrader exports them, and the penalty."""
    graded = list(graded)
    penalty = sum({cell.submitted_notebook: cell.penalty or 0.0 for cell in graded}.values())
    return max(0.0, sum(cell.points for cell in graded) - penalty), penalty


# ---- the log


Key = tuple[str, str, str, str]
"""Student, assignment, cell ("" for the whole), and what."""


@dataclass(frozen=True)
class Change:
    """One line of the log: a value that is another one than before; "" stands for none."""

    time: str
    student: str
    assignment: str
    cell: str
    what: str
    old: str
    new: str
    why: str


@dataclass(frozen=True)
class Recorded:
    """What `record` did: the new lines; whether a half-written last line was cut off; lines of the log that mean nothing."""

    changes: tuple[Change, ...] = ()
    repaired: bool = False
    unreadable: tuple[int, ...] = ()


def state(graded: Iterable[Cell]) -> dict[Key, str]:
    """The gradebook's values as the log writes them; what has no value is not in it."""
    values: dict[Key, str] = {}
    submissions: dict[tuple[str, str], list[Cell]] = defaultdict(list)
    for cell in graded:
        submissions[cell.student, cell.assignment].append(cell)
        name = "" if cell.cell is None else cell.cell if cell.notebook == cell.assignment else f"{cell.notebook}/{cell.cell}"
        for what, value in (("auto", cell.auto), ("manual", cell.manual), ("extra", cell.extra)):
            if value is not None:
                values[cell.student, cell.assignment, name, what] = number(value)
    for (student, assignment), own in submissions.items():
        points, penalty = total(own)
        if penalty:
            values[student, assignment, "", "late"] = number(penalty)
        if not all(cell.unmarked for cell in own):
            values[student, assignment, "", "total"] = number(points)
    return values


def number(value: float) -> str:
    """`value` without the machine's rounding errors: 0.30000000000000004 is 0.3, 8.0 is 8."""
    return repr(round(value, 9)).removesuffix(".0")


def differences(before: Mapping[Key, str], after: Mapping[Key, str], reason: str, time: str) -> list[Change]:
    """The log's new lines for what is not the same any more.

    A manual mark or extra credit is a person's, whatever `reason` says; an automatic one that there was before comes of a
    regrade; a total changes for all the reasons that its parts changed for.
    """
    if reason not in REASONS:
        raise ValueError(f"reason must be one of {', '.join(REASONS)}")
    gone = {key[:2] for key in before} - {key[:2] for key in after}
    why: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    changes = []
    changed = [key for key in {*before, *after} if before.get(key) != after.get(key)]
    for key in sorted(changed, key=lambda k: (k[0], k[1], k[3] == "total", k[2], WHAT.index(k[3]))):
        old, new = before.get(key, ""), after.get(key, "")
        if key[3] == "total":
            cause = "+".join(why[key[:2]]) or reason
        else:
            cause = "removed" if key[:2] in gone else _why(key[3], old, reason)
            why[key[:2]][cause] = None
        changes.append(Change(time, *key, old, new, cause))
    return changes


def _why(what: str, old: str, reason: str) -> str:
    if what in ("manual", "extra"):
        return "manual"
    if what == "late":
        return "late"
    if reason == "regrade":
        return "regrade"
    return "regrade" if old else "autograde"


def record(root: Path, reason: str = "manual", now: datetime | None = None) -> Recorded:
    """Append to the log whatever changed in the gradebook since the last time; called after every step.

    `reason`: what the step was, "autograde" or "regrade" (or "manual": no step, only look). `now` is the time that is
    written, this moment unless given. Nothing that stands in the log is ever changed, but a last line that was not written to its
    end is cut off, for its change is found again. Raises AssignmentError when there is no gradebook or it cannot be read.
    """
    found = settings(root)
    url = database(found)
    moment = (now or datetime.now(UTC)).astimezone(time_zone(found)).isoformat(timespec="seconds")
    with open(found.root / LOG, "a+b") as file:
        if fcntl:
            fcntl.flock(file, fcntl.LOCK_EX)
        with _connected(url) as connection:
            after = state(cells(connection))
        file.seek(0)
        data = file.read()
        whole = _whole(data)
        if len(whole) < len(data):
            file.truncate(len(whole))
        before, unreadable = replay(whole)
        changes = differences(before, after, reason, moment)
        out = io.StringIO()
        writer = csv.writer(out)
        if not whole:
            writer.writerow(COLUMNS)
        for change in changes:
            named = (defused(one_line(text)) for text in (change.student, change.assignment, change.cell))
            writer.writerow((change.time, *named, change.what, change.old, change.new, change.why))
        file.write(b"" if whole else b"\xef\xbb\xbf")
        file.write(out.getvalue().encode("utf-8", "replace"))
        file.flush()
        os.fsync(file.fileno())
    return Recorded(tuple(changes), len(whole) < len(data), unreadable)


def _whole(data: bytes) -> bytes:
    """The lines in `data` that were written to their end; a machine that lost power may have left zeros."""
    kept = data.rstrip(b"\0")
    return kept[: kept.rfind(b"\n") + 1]


def replay(data: bytes) -> tuple[dict[Key, str], tuple[int, ...]]:
    """The values that the log in `data` ends with, and the numbers of lines that are none of its own."""
    values: dict[Key, str] = {}
    unreadable = []
    for line, change in _lines(data):
        if change is None:
            unreadable.append(line)
        elif change.new:
            values[change.student, change.assignment, change.cell, change.what] = change.new
        else:
            values.pop((change.student, change.assignment, change.cell, change.what), None)
    return values, tuple(unreadable)


def _lines(data: bytes) -> Iterator[tuple[int, Change | None]]:
    text = data.decode("utf-8-sig", "replace")
    for number_, row in enumerate(csv.reader(text.splitlines()), 1):
        if tuple(row) == COLUMNS or not row:
            continue
        good = len(row) == len(COLUMNS) and row[4] in WHAT
        yield number_, Change(*map(restored, row)) if good else None


def history(root: Path, student: str | None = None, assignment: str | None = None) -> list[Change]:
    """The log's lines, of one student or one assignment if named; [] when there is no log yet."""
    try:
        data = (Path(root) / LOG).read_bytes()
    except FileNotFoundError:
        return []
    found = (change for _, change in _lines(_whole(data)) if change is not None)
    return [c for c in found if student in (None, c.student) and assignment in (None, c.assignment)]


# ---- where every assignment stands


@dataclass(frozen=True)
class AssignmentStatus:
    """Where an assignment stands; numbers are of submissions.

    `source`, `released`: whether they are made (`released`: "" no, "made", or "exchange" when students can fetch it);
    `due` with the course's time zone; `submitted`: handed in; `graded`: in the gradebook, `waiting` of them for a person's marks,
    `review` with a person's mark to look at again after a regrade; `attention`: refused, or the grader could not deal with
    them; `feedback`: pages written; `exported`: "" no, "yes", or "changed" when a mark is another since.
    """

    name: str
    source: bool = False
    released: str = ""
    due: datetime | None = None
    submitted: int = 0
    graded: int = 0
    attention: int = 0
    waiting: int = 0
    review: int = 0
    feedback: int = 0
    exported: str = ""


def status(root: Path) -> list[AssignmentStatus]:
    """Where every assignment of the course folder `root` stands, by name. Raises AssignmentError when it is none."""
    found = settings(root)
    root, url = found.root, sa.make_url(found.db_url)
    begun = url.get_backend_name() != "sqlite" or Path(url.database or "").is_file()
    marks = read(root) if begun else Marks((), ())
    due = {work.name: work.due for work in marks.assignments}
    handed_in, pages = _handed_in(root / "submitted"), _handed_in(root / "feedback")
    names = {path.parent.name for step in ("source", "release") for path in (root / step).glob("*/*.ipynb")}
    local = time_zone(found)
    rows = []
    for name in sorted(names | set(due) | {work for _, work in handed_in}):
        own = [marks.marks[person.number, name] for person in marks.students] if name in due else []
        bad = sum(record_.state in ("refused", "failed") for record_ in results.read_all(root, name))
        made = any((root / "release" / name).glob("*.ipynb"))
        out = (root / "exchange" / found.course_id / "outbound" / name).is_dir()
        stamp = course.stamp(root, f"export {name}")
        rows.append(
            AssignmentStatus(
                name,
                source=any((root / "source" / name).glob("*.ipynb")),
                released="exchange" if out else "made" if made else "",
                due=due[name].astimezone(local) if due.get(name) else None,
                submitted=sum(work == name for _, work in handed_in),
                graded=sum(mark.state in ("graded", "waiting") for mark in own),
                attention=bad,
                waiting=sum(mark.state == "waiting" for mark in own),
                review=sum(mark.review for mark in own),
                feedback=sum(work == name and any((root / "feedback" / who / name).glob("*.html")) for who, work in pages),
                exported="" if stamp is None else "yes" if own and stamp == marks.fingerprint(name) else "changed",
            )
        )
    return rows


def status_table(rows: Iterable[AssignmentStatus]) -> Table:
    """The rows for the terminal; what wants something done is in yellow."""
    table = Table(title="作业进度 (where the assignments stand)", title_justify="left")
    table.add_column("作业", no_wrap=True)
    for heading in ("教师版", "学生版", "截止"):
        table.add_column(heading)
    for heading in ("交了", "批了", "要处理", "等人工评分", "反馈"):
        table.add_column(heading, justify="right")
    table.add_column("导出")
    released = {"": "—", "made": "做好", "exchange": "已发布"}
    exported = {"": "—", "yes": "已导出", "changed": "[yellow]导出后有变动[/]"}
    for row in rows:
        review = f"（复查{row.review}）" if row.review else ""
        table.add_row(
            row.name,
            "有" if row.source else "—",
            released[row.released],
            f"{row.due:%Y-%m-%d %H:%M}" if row.due else "—",
            str(row.submitted),
            _warn(str(row.graded), row.graded < row.submitted),
            _warn(str(row.attention), row.attention > 0),
            _warn(f"{row.waiting}{review}", bool(row.waiting or row.review)),
            _warn(str(row.feedback), row.feedback < row.graded),
            exported[row.exported],
        )
    return table


def _warn(text: str, wanted: bool) -> str:
    return f"[yellow]{text}[/]" if wanted else text
