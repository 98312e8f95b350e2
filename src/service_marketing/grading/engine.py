"""The grader: from `submitted/` of an nbgrader course folder to its gradebook and `autograded/`.

    summary = engine.autograde("course", "ps1", students=["alice", "b*"], workers=2)

Only this process touches the course: it reads and restores what was handed in (plan), hands tasks to a runner and gets
plain results back (running), scores them with nbgrader's own preprocessors (scoring), and writes them (saving). Whatever
goes wrong with one submission is a record that says so; what goes wrong with all of them is an EngineError.
"""

import signal
import statistics
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from nbgrader.api import MissingEntry
from traitlets.config import Config

from . import folder, gradebook, lean, results, saving, scoring
from . import plan as plans
from .ahead import processors
from .box.layers import BoxError
from .gradebook import GradebookError
from .options import Options, chosen
from .plan import Kit, Plan, Prepared, Task
from .problems import Problem, printable, problem
from .results import Record
from .running import Ran, Runner
from .shells.pool import PoolError
from .wall.pair import Pair

TRIES = 3
TICK = 0.5
Tell = Callable[[Record, int, int], None]


class EngineError(RuntimeError):
    """Grading cannot begin or go on; the message says why, in Chinese and English."""


class Runs(Protocol):
    """Whoever runs tasks: `running.Runner` on this machine, or one for a cluster."""

    pair: Pair | None

    def __enter__(self) -> "Runs": ...
    def __exit__(self, *_: object) -> None: ...
    @property
    def layers(self) -> tuple[str, ...]: ...
    @property
    def pending(self) -> int: ...
    @property
    def hungry(self) -> bool: ...
    def submit(self, task: Task) -> None: ...
    def poll(self, seconds: float | None = 0) -> list[Ran]: ...


@dataclass(frozen=True)
class Summary:
    """What a run of the grader did.

    `records`: of the submissions of this run, by student; `unchanged`: the students whose submissions were done before.
    `interrupted`: it was told to stop; the rest is graded by the next run. `layers`: the layers of the box that were on.
    `problems`: what was wrong with the assignment's own files. `unsolved`: tests that the instructor's own solution failed.
    """

    assignment: str
    records: tuple[Record, ...] = ()
    unchanged: tuple[str, ...] = ()
    seconds: float = 0.0
    wall: bool = True
    layers: tuple[str, ...] = ()
    interrupted: bool = False
    problems: tuple[Problem, ...] = ()
    unsolved: tuple[str, ...] = ()

    @property
    def graded(self) -> tuple[Record, ...]:
        """The records of submissions that were graded."""
        return tuple(record for record in self.records if record.state == "graded")

    def scores(self) -> tuple[float, float, float] | None:
        """Median, lowest and highest score of what was graded."""
        scores = [record.score for record in self.graded if record.score is not None]
        return (statistics.median(scores), min(scores), max(scores)) if scores else None

    def by_problem(self) -> dict[str, int]:
        """How many submissions had each kind of problem, the frequent first."""
        found = Counter(code for record in self.records for code in {found.code for found in record.all_problems()})
        return dict(found.most_common())

    def in_process(self) -> dict[str, int]:
        """How many submissions had each test that ran in the student's own interpreter, by notebook and grade id."""
        return dict(sorted(Counter(cell for record in self.records for cell in record.in_process).items()))


def autograde(
    course_folder: Path | str,
    assignment: str,
    *,
    students: Iterable[str] | None = None,
    workers: int | None = None,
    options: Options | None = None,
    tell: Tell | None = None,
    runner: Callable[[Kit, int], Runs] = Runner,
) -> Summary:
    """Grade what was handed in for `assignment` and is not graded yet.

    `students`: ids or globs, without them everybody. `workers`: submissions run at a time, without it one for each
    processor. `options`: without them the course's settings (`options.chosen`). `tell`: called with each record when its
    rows are written, the number done and the number to do. `runner`: makes what runs the tasks. Raises EngineError.
    """
    began = time.monotonic()
    course = load(course_folder, options.db_url if options else None)
    options = options or settings(course)
    own = _assignment(course, assignment)
    chosen_ones = folder.submissions(course, assignment, students)
    if not chosen_ones:
        asked = "、".join(students) if students is not None else ""
        raise EngineError(_nothing(course, assignment, asked))
    try:
        with ExitStack() as stack:
            stack.enter_context(saving.alone(course.root, assignment))
            book = gradebook.read(course.db_url, course.course_id, assignment)
            stack.callback(book.close)
            stack.enter_context(gradebook.standing_in(book))
            stack.enter_context(lean.compiled_schemas())
            plan = plans.plan(course, own, book, options)
            todo, done = saving.due(plan, chosen_ones, options.force)
            count = workers or processors()
            run = stack.enter_context(runner(plan.kit, min(count, len(todo)))) if todo else None
            if run and run.pair:
                plan = _with_profiles(plan, run.pair)
            records, interrupted = _Driver(plan, run, tell, todo).run() if run else ([], False)
            if not interrupted:
                saving.forget_force(plan, [one.student for one in chosen_ones])
            layers = run.layers if run else ()
    except (GradebookError, PoolError, BoxError, saving.Busy, ValueError) as error:
        raise EngineError(str(error)) from error
    except PermissionError as error:
        where = f"课程文件夹写不进去：{error.filename or ''}"
        raise EngineError(f"{where} (the course folder cannot be written): {error.strerror}") from error
    records.sort(key=lambda record: record.student)
    return Summary(
        assignment=assignment,
        records=tuple(records),
        unchanged=tuple(done),
        seconds=time.monotonic() - began,
        wall=options.wall,
        layers=layers,
        interrupted=interrupted,
        problems=plan.problems,
        unsolved=plan.unsolved,
    )


def load(course_folder: Path | str, db_url: str | None = None) -> folder.Course:
    """The course in the folder, with another gradebook where `db_url` is given. Raises EngineError where there is none."""
    place = Path(course_folder)
    overrides = Config({"CourseDirectory": {"db_url": db_url}}) if db_url else None
    course = folder.load(place, overrides)
    if course.problems:
        raise EngineError("\n".join(f"{found.instructor.zh} ({found.instructor.en})" for found in course.problems))
    configured = any((place / name).is_file() for name in ("nbgrader_config.py", "nbgrader_config.json"))
    if not configured and not (course.root / course.source_directory).is_dir():
        raise EngineError(
            f"这里不是nbgrader课程文件夹，没有nbgrader_config.py，也没有{printable(course.source_directory)}/ (no nbgrader course here)"
        )
    return course


def settings(course: folder.Course, **given: Any) -> Options:
    """Options as the course has them, with what is given; raises EngineError for a setting that there is not."""
    try:
        return chosen(course.config, **given)
    except (ValueError, TypeError) as error:
        raise EngineError(str(error)) from error


def _assignment(course: folder.Course, name: str) -> folder.Assignment:
    own = folder.assignment(course, name)
    if own.problems and own.problems[0].code == "assignment-name":
        raise EngineError(f"{own.problems[0].instructor.zh} ({own.problems[0].instructor.en})")
    if not own.source.is_dir() and not own.release.is_dir():
        base = course.folder(course.source_directory, ".", "x").parent
        known = sorted(p.name for p in base.iterdir() if p.is_dir() and not p.name.startswith(".")) if base.is_dir() else []
        held = "、".join(map(printable, known[:10])) or "一个也没有"
        raise EngineError(f"没有作业“{printable(name)}”，{course.source_directory}/里有：{held} (no such assignment)")
    return own


def _nothing(course: folder.Course, assignment: str, asked: str) -> str:
    place = course.folder(course.submitted_directory, "*", assignment).relative_to(course.root)
    whose = f"（{printable(asked)}）" if asked else ""
    return f"没有可批改的作业{whose}：{place}里是空的，先收作业 (nothing was handed in)"


def _with_profiles(plan: Plan, pair: Pair) -> Plan:
    try:
        return plans.with_profiles(plan, pair)
    except (PoolError, BoxError):
        raise
    except plans.WallError as error:
        raise EngineError(str(error)) from error
    except Exception as error:  # whatever an instructor's notebook may hold
        plans.log.exception("profiles of %s", plan.own.name)
        said = printable(f"{type(error).__name__}: {error}")
        raise EngineError(
            f"参考答案没有跑成，不知道测试要用到什么：{said}；改好source/再批改 (the solution could not be run through the wall)"
        ) from error


class _Driver:
    """One run over what is to be done."""

    def __init__(self, plan: Plan, runner: Runs, tell: Tell | None, todo: list[folder.Submission]):
        self.plan, self.runner, self.tell = plan, runner, tell
        self.saver = saving.Saver(plan)
        self.todo = deque((one, 1) for one in todo)
        self.total = len(todo)
        self.running: dict[str, tuple[Prepared, int]] = {}
        self.tries: dict[str, int] = {}
        self.ahead: set[str] = set()
        self.records: list[Record] = []
        self.stopping = False

    def run(self) -> tuple[list[Record], bool]:
        """Until all is done or it is told to stop; the records, and whether it was told."""
        with _interrupts(self._stop):
            try:
                while self.running or (self.todo and not self.stopping):
                    self._feed()
                    waiting = bool(self.saver.waiting)
                    for ran in self.runner.poll(TICK if waiting else None) if self.running else ():
                        self._take(ran)
                    if self.saver.due:
                        self._flush()
            finally:
                # what is finished is kept, whatever stopped the rest
                while self.saver.waiting:
                    self._flush()
        return self.records, bool(self.todo) or bool(self.running)

    def _stop(self) -> None:
        if self.stopping:
            raise KeyboardInterrupt
        self.stopping = True

    def _feed(self) -> None:
        while self.todo and not self.stopping and self.runner.hungry:
            submission, tries = self.todo.popleft()
            student = submission.student
            if submission.refused:
                self._done_without(submission, "refused")
                continue
            if self._unknown(student):
                self._done_without(submission, "refused", problem("no-student", student))
                continue
            try:
                self._prefetch(submission)
                prepared = plans.prepare(self.plan, submission)
            except GradebookError:
                raise
            except Exception as error:
                self._failed(submission, error)
                continue
            self.running[student] = prepared, tries
            if prepared.task.notebooks:
                self.runner.submit(prepared.task)
            else:
                self._take(Ran(student, ()))

    def _unknown(self, student: str) -> bool:
        return not self.plan.course.create_student and student not in self.plan.book.students

    def _prefetch(self, submission: folder.Submission) -> None:
        """Read the gradebook's rows of this and the next submissions at once."""
        if submission.student not in self.ahead:
            names = [submission.student, *(one.student for one, _ in list(self.todo)[: gradebook.CHUNK - 1])]
            self.plan.book.prefetch(names)
            self.ahead = set(names)

    def _take(self, ran: Ran) -> None:
        prepared, tries = self.running.pop(ran.key)
        student = prepared.submission.student
        if ran.error:
            self._done_without(prepared.submission, "failed", problem("grader", error=ran.error))
            return
        try:
            record, texts = scoring.score(self.plan, prepared, ran)
            self.tries[student] = tries
            self.saver.take(prepared, record, texts)
        except GradebookError:
            raise
        except MissingEntry:
            self.plan.book.discard(student)
            self._done_without(prepared.submission, "refused", problem("no-student", student))
        except Exception as error:
            self.plan.book.discard(student)
            self._failed(prepared.submission, error)

    def _flush(self) -> None:
        saved, stale = self.saver.flush()
        for record in saved:
            self._tell(record)
        for prepared in stale:
            tries = self.tries[prepared.submission.student]
            if tries < TRIES and not self.stopping:
                self.todo.appendleft((prepared.submission, tries + 1))
                self.ahead.discard(prepared.submission.student)
            else:
                self._done_without(prepared.submission, "failed", problem("marked-meanwhile"))

    def _failed(self, submission: folder.Submission, error: Exception) -> None:
        plans.log.exception("grading %s", submission.student)
        self._done_without(submission, "failed", problem("grader", error=f"{type(error).__name__}: {error}"))

    def _done_without(self, submission: folder.Submission, state: str, *found: Problem) -> None:
        """A submission that gets no rows: its record says why."""
        record = Record(
            assignment=self.plan.own.name,
            student=submission.student,
            state=state,
            graded=results.now(),
            submitted=submission.timestamp.isoformat() if submission.timestamp else None,
            wall=self.plan.kit.terms.wall,
            layers=self.runner.layers,
            problems=(*submission.problems, *found),
        )
        results.write(self.plan.course.root, record)
        self._tell(record)

    def _tell(self, record: Record) -> None:
        self.records.append(record)
        if self.tell:
            self.tell(record, len(self.records), self.total)


@contextmanager
def _interrupts(stop: Callable[[], None]) -> Iterator[None]:
    """While it lasts, Ctrl+C and a request to end call `stop` (in the main thread; elsewhere nothing changes)."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    kept = {number: signal.signal(number, lambda *_: stop()) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)
