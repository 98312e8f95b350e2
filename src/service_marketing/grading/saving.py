"""Graded submissions into the course folder and the gradebook, so that a kill at any moment loses and doubles nothing.

For each submission, in this order: the graded folder under a hidden name beside its own, and the record under another name;
then the rows of a batch, in one transaction; then the folder gets its name; then the record gets its. Killed before the
rows are in, nothing has happened. Killed after, the staged record is still there and says that the submission is to be
graded again, which writes the same rows once more.

A run with `force` notes what it is to grade, so that it can be taken up where it was left: what has a record newer than
its start is done.
"""

import fcntl
import json
import os
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from . import folder, results
from .plan import File, Plan, Prepared
from .results import Record
from .running import write_files


class Busy(RuntimeError):
    """Another grader is at work on the assignment."""


@contextmanager
def alone(root: Path, assignment: str) -> Iterator[None]:
    """While it lasts, no other grader grades the assignment. Raises Busy, and OSError where the folder cannot be written."""
    place = results.folder(root, assignment)
    place.mkdir(parents=True, exist_ok=True)
    with open(place / "lock", "a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Busy(f"作业{assignment}正在由另一个进程批改 (another process is grading it)") from error
        yield


# ---- what is to be done


def due(plan: Plan, handed_in: Iterable[folder.Submission], force: bool) -> tuple[list[folder.Submission], list[str]]:
    """The submissions that are to be graded now, and the students whose are done.

    nbgrader's own rule, and besides: what is in the graded folder but not in the gradebook, or was being written when a
    grader was killed, is to be graded again.
    """
    handed_in = list(handed_in)
    known = plan.book.submitted()
    forced = _forced(plan, [one.student for one in handed_in], force)
    wanted, done = [], []
    for one in handed_in:
        again = (
            one.refused
            or one.student in forced
            or one.student not in known
            or results.staged(plan.course.root, plan.own.name, one.student).exists()
            or folder.due(plan.course, plan.own, one)
        )
        if again:
            wanted.append(one)
        else:
            done.append(one.student)
    return wanted, done


def _note(plan: Plan) -> Path:
    return results.folder(plan.course.root, plan.own.name) / "forced.json"


def _forced(plan: Plan, students: list[str], force: bool) -> set[str]:
    """The students who are to be graded again whatever was done: those of this run, or of one that was broken off."""
    note = _note(plan)
    try:
        begun = json.loads(note.read_text(encoding="utf-8"))
        started, named = str(begun["started"]), {str(student) for student in begun["students"]}
    except (OSError, ValueError, KeyError, TypeError):
        started, named = "", set()
    if force and not named >= set(students):
        # an order that goes beyond the one that was broken off begins anew
        started, named = results.now(), named | set(students)
        _write(note, json.dumps({"started": started, "students": sorted(named)}).encode())
    root, name = plan.course.root, plan.own.name
    return {student for student in named if (record := results.read(root, name, student)) is None or record.graded < started}


def forget_force(plan: Plan, students: Iterable[str]) -> None:
    """The run that was to grade `students` is over: nothing more is owed of the order to grade them again."""
    note = _note(plan)
    try:
        begun = json.loads(note.read_text(encoding="utf-8"))
        left = sorted(set(begun["students"]) - set(students))
        _write(note, json.dumps({**begun, "students": left}).encode()) if left else note.unlink()
    except (OSError, ValueError, KeyError, TypeError):
        note.unlink(missing_ok=True)


def _write(file: Path, data: bytes) -> None:
    partial = file.with_name(file.name + ".part")
    partial.write_bytes(data)
    os.replace(partial, file)


# ---- writing


@dataclass
class _Waiting:
    """A submission whose rows are not written yet."""

    prepared: Prepared
    record: Record
    part: Path


@dataclass
class Saver:
    """Takes scored submissions, and writes them in batches."""

    plan: Plan
    waiting: dict[str, _Waiting] = field(default_factory=dict)
    since: float = 0.0

    def take(self, prepared: Prepared, record: Record, texts: dict[str, str]) -> None:
        """A submission was scored; it is open in the book."""
        root, graded = self.plan.course.root, self.plan.graded(record.student)
        part = graded.with_name(f".{graded.name}.part")
        _remove(part)
        write_files(prepared.task.files, part)
        write_files([File(f"{name}.ipynb", 0o644, text.encode("utf-8", "replace")) for name, text in texts.items()], part)
        folder.set_permissions(self.plan.course, part)
        results.stage(root, record)
        if not self.waiting:
            self.since = time.monotonic()
        self.waiting[record.student] = _Waiting(prepared, record, part)
        self.plan.book.finish(record.student)

    @property
    def due(self) -> bool:
        """Whether it is time to write."""
        options = self.plan.options
        return len(self.waiting) >= options.batch or (bool(self.waiting) and time.monotonic() - self.since >= options.batch_seconds)

    def flush(self) -> tuple[list[Record], list[Prepared]]:
        """Write what waits: the records that are in now, and the submissions that must be scored again.

        Raises GradebookError; what waits goes on waiting then.
        """
        if not self.waiting:
            return [], []
        written = self.plan.book.flush()
        stale = [self.waiting.pop(student).prepared for student in written.stale]
        saved = []
        for student in written.students:
            one = self.waiting.pop(student)
            put_in_place(one.part, self.plan.graded(student))
            results.commit(self.plan.course.root, one.record)
            saved.append(one.record)
        return saved, stale


def put_in_place(part: Path, graded: Path) -> None:
    """Give the folder `part` the name `graded`, in place of what has it."""
    old = graded.with_name(f".{graded.name}.old")
    _remove(old)
    if os.path.lexists(graded):
        os.rename(graded, old)
    os.rename(part, graded)
    _remove(old)


def _remove(path: Path) -> None:
    if path.is_symlink() or path.is_file():
        path.unlink()
    elif path.exists():
        shutil.rmtree(path)
