"""nbgrader's gradebook for one assignment: read in a few queries, kept as plain objects, written in batches.

`Book` is what nbgrader's own preprocessors (OverwriteKernelspec, OverwriteCells, SaveAutoGrades, AssignLatePenalties,
GetGrades) take for `nbgrader.api.Gradebook`; `standing_in` puts it there. The rules for scores are theirs, and so are the
tables: formgrader and every nbgrader command go on working on what is written here.

A batch is one transaction. Rows are found by what they are about (student, notebook, cell) and never by an id that was made
up before, so that a batch can be written again after a crash without losing or doubling anything. What a person entered
(manual scores, extra credit, comments, extensions, flags) is never written. Where a person entered something after it was
read here, the submission is not written but named as stale, for it must be scored again.
"""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar

import sqlalchemy as sa
from nbgrader import api
from nbgrader.utils import parse_utc
from sqlalchemy.exc import IntegrityError, NoSuchModuleError, NoSuchTableError, OperationalError, ProgrammingError

PREPROCESSORS = ("overwritecells", "overwritekernelspec", "saveautogrades", "latesubmissions", "getgrades")
WAIT = 60
TRIES = 5
CHUNK = 400


class GradebookError(RuntimeError):
    """A gradebook that cannot be used at all; the message says why, in Chinese and English."""


# ---- the assignment's own side


@dataclass(frozen=True, slots=True)
class SourceCell:
    """A cell of the released notebook whose text nbgrader keeps."""

    id: str
    name: str
    cell_type: str
    locked: bool
    source: str
    checksum: str | None


@dataclass(frozen=True, slots=True)
class GradeCell:
    """A cell that is worth points."""

    id: str
    name: str
    max_score: float
    cell_type: str


@dataclass(frozen=True, slots=True)
class SolutionCell:
    """A cell that holds an answer."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class TaskCell:
    """A cell that is worth points for work anywhere in the notebook, marked by a person."""

    id: str
    name: str
    max_score: float
    cell_type: str


@dataclass(frozen=True, eq=False)
class Notebook:
    """One notebook of the assignment, with its cells in the order of the gradebook."""

    id: str
    name: str
    kernelspec: str | None
    source_cells: list[SourceCell]
    grade_cells: list[GradeCell]
    solution_cells: list[SolutionCell]
    task_cells: list[TaskCell]

    @property
    def max_score(self) -> float:
        return sum(cell.max_score for cell in [*self.grade_cells, *self.task_cells])

    def graded(self) -> dict[str, GradeCell | TaskCell]:
        """Cells by id that a grade belongs to."""
        return {cell.id: cell for cell in [*self.grade_cells, *self.task_cells]}

    def commented(self) -> dict[str, SolutionCell | TaskCell]:
        """Cells by id that a comment belongs to."""
        return {cell.id: cell for cell in [*self.solution_cells, *self.task_cells]}


@dataclass(frozen=True, eq=False)
class Assignment:
    """The assignment, with its notebooks sorted by name. `duedate` is in UTC without time zone."""

    id: str
    name: str
    duedate: datetime | None
    course_id: str
    notebooks: list[Notebook]

    def notebook(self, name: str) -> Notebook:
        """The notebook `name`; raises nbgrader's MissingEntry."""
        for notebook in self.notebooks:
            if notebook.name == name:
                return notebook
        raise api.MissingEntry(f"No such notebook: {self.name}/{name}")


# ---- a student's side


class _Watched:
    """Remembers whether what the autograder sets was set."""

    SETS: ClassVar[frozenset[str]] = frozenset()
    touched = False

    def __setattr__(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)
        if name in self.SETS and "ready" in self.__dict__:
            object.__setattr__(self, "touched", True)

    def __post_init__(self) -> None:
        object.__setattr__(self, "ready", True)


@dataclass(eq=False)
class Grade(_Watched):
    """The grade of one cell; `fresh` while the gradebook has no row of it."""

    SETS = frozenset({"auto_score", "needs_manual_grade"})

    id: str
    cell: GradeCell | TaskCell
    auto_score: float | None = None
    manual_score: float | None = None
    extra_credit: float | None = None
    needs_manual_grade: bool = True
    fresh: bool = True

    @property
    def name(self) -> str:
        return self.cell.name

    @property
    def max_score(self) -> float:
        return self.cell.max_score

    @property
    def score(self) -> float:
        """The points: a person's mark before the autograder's, with extra credit; 0 while there is neither mark."""
        mark = self.manual_score if self.manual_score is not None else self.auto_score
        return 0.0 if mark is None else mark + (self.extra_credit or 0.0)


@dataclass(eq=False)
class Comment(_Watched):
    """The comment on one cell; `fresh` while the gradebook has no row of it."""

    SETS = frozenset({"auto_comment"})

    id: str
    cell: SolutionCell | TaskCell
    auto_comment: str | None = None
    manual_comment: str | None = None
    fresh: bool = True

    @property
    def name(self) -> str:
        return self.cell.name

    @property
    def comment(self) -> str | None:
        return self.manual_comment if self.manual_comment is not None else self.auto_comment


@dataclass(eq=False)
class SubmittedNotebook(_Watched):
    """A student's copy of a notebook; `fresh` while the gradebook has no row of it."""

    SETS = frozenset({"late_submission_penalty"})

    id: str
    notebook: Notebook
    grades: list[Grade]
    comments: list[Comment]
    flagged: bool | None = False
    late_submission_penalty: float | None = None
    fresh: bool = True

    @property
    def name(self) -> str:
        return self.notebook.name

    @property
    def score(self) -> float:
        return sum(grade.score for grade in self.grades)

    @property
    def max_score(self) -> float:
        return self.notebook.max_score

    @property
    def needs_manual_grade(self) -> bool:
        return any(grade.needs_manual_grade for grade in self.grades)


@dataclass(eq=False)
class SubmittedAssignment(_Watched):
    """What a student handed in; `fresh` while the gradebook has no row of it. Times are in UTC without time zone."""

    SETS = frozenset({"timestamp"})

    id: str
    assignment: Assignment
    student_id: str
    notebooks: list[SubmittedNotebook]
    timestamp: datetime | None = None
    extension: timedelta | None = None
    fresh: bool = True

    @property
    def name(self) -> str:
        return self.assignment.name

    @property
    def duedate(self) -> datetime | None:
        due = self.assignment.duedate
        return due if due is None or self.extension is None else due + self.extension

    @property
    def total_seconds_late(self) -> float:
        if self.timestamp is None or self.duedate is None:
            return 0
        return max(0, (self.timestamp - self.duedate).total_seconds())

    @property
    def score(self) -> float:
        return sum(notebook.score for notebook in self.notebooks)

    def __repr__(self) -> str:
        return f"SubmittedAssignment<{self.name} for {self.student_id}>"


@dataclass(frozen=True)
class Written:
    """What a batch did: the students whose rows are in the gradebook now, and those who must be scored again.

    A student is `stale` when a person marked, or gave an extension, after the submission was read: nothing of it was
    written; `Book.begin` reads it anew.
    """

    students: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()


@dataclass
class _Rows:
    """Rows of some students' submissions: by student, by submission id and notebook id, by notebook id and cell id."""

    submissions: dict[str, Any] = field(default_factory=dict)
    notebooks: dict[tuple[str, str], Any] = field(default_factory=dict)
    grades: dict[tuple[str, str], Any] = field(default_factory=dict)
    comments: dict[tuple[str, str], Any] = field(default_factory=dict)


class _NoSession:
    """What the preprocessors call `gradebook.db`: nothing is committed before the batch is."""

    def commit(self) -> None:
        """Nothing."""

    rollback = flush = remove = close = commit


_students = api.Student.__table__
_submissions = api.SubmittedAssignment.__table__
_notebooks = api.SubmittedNotebook.__table__
_grades = api.Grade.__table__
_comments = api.Comment.__table__


class Book:
    """One assignment of a gradebook. Made by `read`; `begin`, the preprocessors, `finish`, and now and then `flush`."""

    def __init__(self, engine: sa.Engine, db_url: str, assignment: Assignment, students: Iterable[str]) -> None:
        self.db = _NoSession()
        self.db_url = db_url
        self.course_id = assignment.course_id
        self.assignment = assignment
        self.students = set(students)
        self._engine = engine
        self._read: dict[str, _Rows] = {}
        self._open: dict[str, SubmittedAssignment] = {}
        self._queue: dict[str, SubmittedAssignment] = {}
        cells = assignment.notebooks
        self._source = {(n.name, c.name): c for n in cells for c in n.source_cells}
        self._graded = {(n.name, c.name): c for n in cells for c in [*n.task_cells, *n.grade_cells]}
        self._grade = {(n.name, c.name): c for n in cells for c in n.grade_cells}
        self._solution = {(n.name, c.name): c for n in cells for c in n.solution_cells}
        self._task = {(n.name, c.name): c for n in cells for c in n.task_cells}

    def __enter__(self) -> "Book":
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing: preprocessors leave the gradebook after each notebook."""

    def close(self) -> None:
        """Close the connections; what was not flushed is dropped."""
        self._engine.dispose()

    # ---- nbgrader's own questions

    def _named(self, cells: dict[tuple[str, str], Any], kind: str, name: str, notebook: str, assignment: str) -> Any:
        if assignment != self.assignment.name or (notebook, name) not in cells:
            raise api.MissingEntry(f"No such {kind}: {assignment}/{notebook}/{name}")
        return cells[notebook, name]

    def find_assignment(self, name: str) -> Assignment:
        """As nbgrader's Gradebook: the assignment, or MissingEntry."""
        if name != self.assignment.name:
            raise api.MissingEntry(f"No such assignment: {name}")
        return self.assignment

    def find_notebook(self, name: str, assignment: str) -> Notebook:
        """As nbgrader's Gradebook: a notebook of the assignment, or MissingEntry."""
        return self.find_assignment(assignment).notebook(name)

    def find_source_cell(self, name: str, notebook: str, assignment: str) -> SourceCell:
        """As nbgrader's Gradebook: a source cell, or MissingEntry."""
        return self._named(self._source, "source cell", name, notebook, assignment)

    def find_grade_cell(self, name: str, notebook: str, assignment: str) -> GradeCell:
        """As nbgrader's Gradebook: a grade cell, or MissingEntry."""
        return self._named(self._grade, "grade cell", name, notebook, assignment)

    def find_graded_cell(self, name: str, notebook: str, assignment: str) -> GradeCell | TaskCell:
        """As nbgrader's Gradebook: a grade cell or a task cell, or MissingEntry."""
        return self._named(self._graded, "grade cell", name, notebook, assignment)

    def find_solution_cell(self, name: str, notebook: str, assignment: str) -> SolutionCell:
        """As nbgrader's Gradebook: a solution cell, or MissingEntry."""
        return self._named(self._solution, "solution cell", name, notebook, assignment)

    def find_task_cell(self, name: str, notebook: str, assignment: str) -> TaskCell:
        """As nbgrader's Gradebook: a task cell, or MissingEntry."""
        return self._named(self._task, "task cell", name, notebook, assignment)

    def find_submission(self, assignment: str, student: str) -> SubmittedAssignment:
        """As nbgrader's Gradebook, for a student whose submission was begun; else MissingEntry."""
        if assignment != self.assignment.name or student not in self._open:
            raise api.MissingEntry(f"No such submission: {assignment} for {student}")
        return self._open[student]

    def find_submission_notebook(self, notebook: str, assignment: str, student: str) -> SubmittedNotebook:
        """As nbgrader's Gradebook, for a student whose submission was begun; else MissingEntry."""
        for submitted in self.find_submission(assignment, student).notebooks:
            if submitted.name == notebook:
                return submitted
        raise api.MissingEntry(f"No such submitted notebook: {assignment}/{notebook} for {student}")

    def find_grade(self, grade_cell: str, notebook: str, assignment: str, student: str) -> Grade:
        """As nbgrader's Gradebook, for a student whose submission was begun; else MissingEntry."""
        cell = self._named(self._graded, "grade", grade_cell, notebook, assignment)
        for grade in self.find_submission_notebook(notebook, assignment, student).grades:
            if grade.cell is cell:
                return grade
        raise api.MissingEntry(f"No such grade: {assignment}/{notebook}/{grade_cell} for {student}")

    def find_comment(self, solution_cell: str, notebook: str, assignment: str, student: str) -> Comment:
        """As nbgrader's Gradebook, for a student whose submission was begun; else MissingEntry."""
        for comment in self.find_submission_notebook(notebook, assignment, student).comments:
            if comment.name == solution_cell:
                return comment
        raise api.MissingEntry(f"No such comment: {assignment}/{notebook}/{solution_cell} for {student}")

    # ---- one submission

    def submitted(self) -> set[str]:
        """The students of whom the gradebook has a submission of the assignment."""
        with self._engine.connect() as connection:
            query = sa.select(_submissions.c.student_id).where(_submissions.c.assignment_id == self.assignment.id)
            return set(connection.scalars(query))

    def prefetch(self, students: Iterable[str]) -> None:
        """Read what the gradebook has of these students' submissions, in four queries for each 400 of them."""
        wanted = [student for student in students if student not in self._open]
        with self._engine.connect() as connection:
            for start in range(0, len(wanted), CHUNK):
                part = wanted[start : start + CHUNK]
                self._read.update(dict.fromkeys(part, self._rows(connection, part, lock=False)))

    def begin(self, student: str, timestamp: datetime | str | None = None, create_student: bool = True) -> SubmittedAssignment:
        """Open the submission of `student`, as nbgrader's autograde does it before it runs anything.

        `timestamp`: when it was handed in; None leaves what the gradebook has. Raises nbgrader's MissingEntry for a student
        who is not in the gradebook when `create_student` is off. A submission begun before is dropped and read anew.
        """
        if student not in self.students and not create_student:
            raise api.MissingEntry(f"No such student: {student}")
        self.discard(student)
        if student not in self._read:
            self.prefetch([student])
        submission = self._submission(student, self._read.pop(student))
        if timestamp:
            submission.timestamp = parse_utc(timestamp)
        self._open[student] = submission
        return submission

    def missing(self, student: str, notebooks: Iterable[str]) -> None:
        """Give 0 for notebooks that were not handed in, as nbgrader does: nothing in them waits for a person."""
        for name in notebooks:
            for grade in self.find_submission_notebook(name, self.assignment.name, student).grades:
                grade.auto_score = 0
                grade.needs_manual_grade = False

    def finish(self, student: str) -> int:
        """The submission is scored: it is written with the next `flush`. Returns how many wait for that."""
        self._queue[student] = self._open.pop(student)
        return len(self._queue)

    def discard(self, student: str) -> None:
        """Forget a submission that was begun or finished, and not flushed; the gradebook keeps what it has."""
        self._open.pop(student, None)
        self._queue.pop(student, None)

    def flush(self) -> Written:
        """Write every finished submission in one transaction. Raises GradebookError when the database stays out of reach.

        After an error the submissions still wait: `flush` may be called again.
        """
        batch = [self._queue[student] for student in sorted(self._queue)]
        if not batch:
            return Written()
        for attempt in range(TRIES):
            try:
                with self._engine.connect().execution_options(begin="BEGIN IMMEDIATE") as connection, connection.begin():
                    written = self._write(connection, batch)
                break
            except (OperationalError, IntegrityError) as error:
                # locked, cut off, or another grader inserted the same rows meanwhile: all of it was rolled back
                if attempt == TRIES - 1:
                    raise GradebookError(f"成绩册写不进去 (the gradebook cannot be written): {_cause(error)}") from error
                time.sleep(0.2 * 2**attempt)
        self.students |= {submission.student_id for submission in batch}
        self._queue.clear()
        return written

    # ---- rows

    def _rows(self, connection: sa.Connection, students: list[str], lock: bool) -> _Rows:
        """The rows of the submissions of `students` (a few hundred at most), locked against others where the database can."""

        def get(table: sa.Table, column: str, among: list[str], leading: str, ids: Iterable[str]) -> list[Any]:
            # the index of each of these tables begins with `leading`; without it in the query, the whole table is read
            found = []
            for start in range(0, len(among), CHUNK):
                query = sa.select(table).where(table.c[leading].in_(list(ids)), table.c[column].in_(among[start : start + CHUNK]))
                found += connection.execute(query.with_for_update() if lock else query).all()
            return found

        rows = _Rows()
        found = get(_submissions, "student_id", students, "assignment_id", [self.assignment.id])
        rows.submissions = {row.student_id: row for row in found}
        found = get(_notebooks, "assignment_id", [s.id for s in found], "notebook_id", [n.id for n in self.assignment.notebooks])
        rows.notebooks = {(row.assignment_id, row.notebook_id): row for row in found}
        held = [row.id for row in found]
        found = get(_grades, "notebook_id", held, "cell_id", [c.id for c in self._graded.values()])
        rows.grades = {(row.notebook_id, row.cell_id): row for row in found}
        found = get(_comments, "notebook_id", held, "cell_id", [c.id for c in (*self._solution.values(), *self._task.values())])
        rows.comments = {(row.notebook_id, row.cell_id): row for row in found}
        return rows

    def _submission(self, student: str, rows: _Rows) -> SubmittedAssignment:
        row = rows.submissions.get(student)
        notebooks = []
        for notebook in self.assignment.notebooks:
            held = rows.notebooks.get((row.id, notebook.id)) if row else None
            notebooks.append(_submitted_notebook(notebook, held, rows))
        if row is None:
            return SubmittedAssignment(api.new_uuid(), self.assignment, student, notebooks)
        return SubmittedAssignment(row.id, self.assignment, student, notebooks, row.timestamp, row.extension, fresh=False)

    def _write(self, connection: sa.Connection, batch: list[SubmittedAssignment]) -> Written:
        # one grader at a time for an assignment; formgrader and its readers are not held up
        owner = api.Assignment.__table__
        connection.execute(sa.select(owner.c.id).where(owner.c.id == self.assignment.id).with_for_update(key_share=True))
        students = [submission.student_id for submission in batch]
        rows = self._rows(connection, students, lock=True)
        stale = [submission for submission in batch if _is_stale(submission, rows)]
        good = [submission for submission in batch if submission not in stale]
        changes = _Changes()
        known = set(connection.scalars(sa.select(_students.c.id).where(_students.c.id.in_(students))))
        for submission in good:
            if submission.student_id not in known:
                changes.insert(_students, id=submission.student_id)
            changes.submission(submission, rows)
        changes.run(connection)
        return Written(tuple(s.student_id for s in good), tuple(s.student_id for s in stale))


def _submitted_notebook(notebook: Notebook, row: Any, rows: _Rows) -> SubmittedNotebook:
    grades, comments = [], []
    for cell in notebook.graded().values():
        held = rows.grades.get((row.id, cell.id)) if row else None
        grades.append(
            Grade(api.new_uuid(), cell)
            if held is None
            else Grade(held.id, cell, held.auto_score, held.manual_score, held.extra_credit, held.needs_manual_grade, fresh=False)
        )
    for cell in notebook.commented().values():
        held = rows.comments.get((row.id, cell.id)) if row else None
        comments.append(
            Comment(api.new_uuid(), cell) if held is None else Comment(held.id, cell, held.auto_comment, held.manual_comment, fresh=False)
        )
    if row is None:
        return SubmittedNotebook(api.new_uuid(), notebook, grades, comments)
    return SubmittedNotebook(row.id, notebook, grades, comments, row.flagged, row.late_submission_penalty, fresh=False)


def _is_stale(submission: SubmittedAssignment, rows: _Rows) -> bool:
    """Whether a person changed what the scores depend on since the submission was read."""
    row = rows.submissions.get(submission.student_id)
    if row is None:
        return False
    if row.extension != submission.extension:
        return True
    for notebook in submission.notebooks:
        held = rows.notebooks.get((row.id, notebook.notebook.id))
        for grade in notebook.grades if held else ():
            now = rows.grades.get((held.id, grade.cell.id))
            if now is not None and (now.manual_score, now.extra_credit) != (grade.manual_score, grade.extra_credit):
                return True
    return False


class _Changes:
    """Rows to insert and to update, by table, so that each table needs one statement of either kind."""

    ORDER = (_students, _submissions, _notebooks, _grades, _comments)

    def __init__(self) -> None:
        self.inserted: dict[sa.Table, list[dict[str, Any]]] = {table: [] for table in self.ORDER}
        self.updated: dict[sa.Table, list[dict[str, Any]]] = {table: [] for table in self.ORDER}

    def insert(self, table: sa.Table, **row: Any) -> None:
        """A new row; columns that are not given get the default that nbgrader's tables have."""
        self.inserted[table].append(row)

    def put(self, table: sa.Table, thing: Any, now: Any, keys: dict[str, str], **values: Any) -> str:
        """The row of `thing`: inserted when the database has none (`now`), updated when it was set. Returns its id."""
        if now is None:
            self.insert(table, id=thing.id, **keys, **values)
            return thing.id
        if thing.touched:
            self.updated[table].append({"row": now.id, **values})
        return now.id

    def submission(self, submission: SubmittedAssignment, rows: _Rows) -> None:
        """Everything that the autograder says about a submission."""
        keys = {"assignment_id": submission.assignment.id, "student_id": submission.student_id}
        now = rows.submissions.get(submission.student_id)
        submission_id = self.put(_submissions, submission, now, keys, timestamp=submission.timestamp)
        for notebook in submission.notebooks:
            keys = {"assignment_id": submission_id, "notebook_id": notebook.notebook.id}
            now = rows.notebooks.get((submission_id, notebook.notebook.id))
            notebook_id = self.put(_notebooks, notebook, now, keys, late_submission_penalty=notebook.late_submission_penalty)
            for grade in notebook.grades:
                keys = {"notebook_id": notebook_id, "cell_id": grade.cell.id}
                now = rows.grades.get((notebook_id, grade.cell.id))
                self.put(_grades, grade, now, keys, auto_score=grade.auto_score, needs_manual_grade=grade.needs_manual_grade)
            for comment in notebook.comments:
                keys = {"notebook_id": notebook_id, "cell_id": comment.cell.id}
                now = rows.comments.get((notebook_id, comment.cell.id))
                self.put(_comments, comment, now, keys, auto_comment=comment.auto_comment)

    def run(self, connection: sa.Connection) -> None:
        """Send them."""
        for table in self.ORDER:
            if self.inserted[table]:
                connection.execute(table.insert(), self.inserted[table])
        for table in self.ORDER:
            if self.updated[table]:
                names = [name for name in self.updated[table][0] if name != "row"]
                update = (
                    table.update().where(table.c.id == sa.bindparam("row")).values({name: sa.bindparam(f"new_{name}") for name in names})
                )
                connection.execute(update, [{"row": row["row"], **{f"new_{n}": row[n] for n in names}} for row in self.updated[table]])


# ---- opening


def read(db_url: str, course_id: str, assignment: str) -> Book:
    """The gradebook at `db_url`, for one assignment.

    As stock nbgrader, it enters the course when it is new. Raises GradebookError when there is no such gradebook, when it
    has no such assignment or no notebook in it, or when an old nbgrader made it.
    """
    url = sa.make_url(db_url)
    file = url.database if url.get_backend_name() == "sqlite" else None
    if file not in (None, "", ":memory:") and not Path(file).is_file():
        raise GradebookError(f"没有成绩册{Path(file).name}，先运行 nbgrader generate_assignment (no gradebook yet)")
    try:
        engine = _engine(url)
    except (ModuleNotFoundError, NoSuchModuleError) as error:
        hint = 'PostgreSQL: pip install "service-marketing[postgres]"，地址写 postgresql+psycopg://'
        raise GradebookError(f"打不开成绩册，缺它的驱动（{error}）；{hint} (the database's driver is missing)") from error
    try:
        if not sa.inspect(engine).has_table("assignment"):
            raise GradebookError("成绩册是空的，先运行 nbgrader generate_assignment (the gradebook is empty)")
        for course in (course_id, "default_course"):  # the preprocessors open it without the course's name
            api.Gradebook(db_url, course).close()
        with engine.connect() as connection:
            read_assignment = _assignment(connection, assignment, course_id)
            students = list(connection.scalars(sa.select(_students.c.id)))
    except (OperationalError, ProgrammingError, NoSuchTableError) as error:
        engine.dispose()
        hint = "打不开，或是旧版nbgrader的：备份后运行 nbgrader db upgrade"
        raise GradebookError(f"成绩册{hint} (cannot be opened, or made by an old nbgrader): {_cause(error)}") from error
    except GradebookError:
        engine.dispose()
        raise
    return Book(engine, db_url, read_assignment, students)


def _cause(error: Exception) -> str:
    return str(getattr(error, "orig", error)).strip().splitlines()[0] if str(error) else type(error).__name__


def _engine(url: sa.URL) -> sa.Engine:
    """The engine for `url`; SQLite takes the lock for writing when a batch begins, and waits for it."""
    if url.get_backend_name() != "sqlite":
        return sa.create_engine(url, pool_pre_ping=True)
    arguments = {} if "timeout" in url.query else {"timeout": WAIT}
    engine = sa.create_engine(url, connect_args=arguments)

    @sa.event.listens_for(engine, "connect")
    def _by_hand(connection: Any, _: Any) -> None:
        connection.isolation_level = None

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))

    return engine


def _assignment(connection: sa.Connection, name: str, course_id: str) -> Assignment:
    table = api.Assignment.__table__
    row = connection.execute(sa.select(table).where(table.c.name == name)).one_or_none()
    if row is None:
        raise GradebookError(f"成绩册里没有作业“{name}”，先运行 nbgrader generate_assignment (no such assignment)")
    table = api.Notebook.__table__
    rows = connection.execute(sa.select(table).where(table.c.assignment_id == row.id).order_by(table.c.name)).all()
    if not rows:
        raise GradebookError(f"作业“{name}”在成绩册里没有notebook，先运行 nbgrader generate_assignment (no notebook in the assignment)")
    notebooks = [_notebook(connection, found) for found in rows]
    return Assignment(row.id, row.name, row.duedate, course_id, notebooks)


def _notebook(connection: sa.Connection, row: Any) -> Notebook:
    base = api.BaseCell.__table__
    cells = connection.execute(sa.select(base.c.id, base.c.name, base.c.type).where(base.c.notebook_id == row.id)).all()
    worth = {}
    for table in (api.GradeCell.__table__, api.TaskCell.__table__):
        query = sa.select(table.c.id, table.c.max_score, table.c.cell_type).join(base, base.c.id == table.c.id)
        worth.update({c.id: (c.max_score, c.cell_type) for c in connection.execute(query.where(base.c.notebook_id == row.id))})
    table = api.SourceCell.__table__
    sources = connection.execute(sa.select(table).where(table.c.notebook_id == row.id)).all()
    return Notebook(
        row.id,
        row.name,
        row.kernelspec,
        [SourceCell(c.id, c.name, c.cell_type, c.locked, c.source, c.checksum) for c in sources],
        [GradeCell(c.id, c.name, *worth[c.id]) for c in cells if c.type == "GradeCell"],
        [SolutionCell(c.id, c.name) for c in cells if c.type == "SolutionCell"],
        [TaskCell(c.id, c.name, *worth[c.id]) for c in cells if c.type == "TaskCell"],
    )


@contextmanager
def standing_in(book: Book) -> Iterator[Book]:
    """While it lasts, nbgrader's preprocessors get `book` when they open the gradebook."""
    modules = [import_module(f"nbgrader.preprocessors.{name}") for name in PREPROCESSORS]
    stock = [module.Gradebook for module in modules]
    try:
        for module in modules:
            module.Gradebook = lambda *_, **__: book
        yield book
    finally:
        for module, kept in zip(modules, stock, strict=True):
            module.Gradebook = kept
