"""One nbgrader course folder, made from `exercises/`, and nbgrader's steps run in it.

The folder lies outside the sources: nbgrader fills it with notebooks, a gradebook and feedback. Every step can be
run again; what is done already is not done twice.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from sqlalchemy.exc import SAWarning
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from . import assignments, repair

warnings.filterwarnings("ignore", category=SAWarning, module="nbgrader")  # about nbgrader's own code; nothing is lost

CONFIG = assignments.CONFIG
STAMP = "folder.json"


class GradingError(RuntimeError):
    """A step of nbgrader that failed as a whole, with its log."""


@dataclass(frozen=True)
class Student:
    """One line of the class list; `number` is what nbgrader calls the student by."""

    number: str
    name: str


@dataclass
class Outcome:
    """How the grading of one submission went: `digest` tells which files it was, `seconds` how long it took."""

    student: str
    digest: str
    notes: list[repair.Note] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def readable(self) -> bool:
        return not any(note.kind in ("unreadable", "crashed") for note in self.notes)


def make(root: Path | str, names: Iterable[str], exercises: Path | None = None, timeout: int | None = None) -> Path:
    """Make or refresh the nbgrader course folder `root` for the assignments `names`; returns its resolved path.

    `timeout`: seconds that a cell may run, in place of the setting in `exercises/nbgrader_config.py`.
    Raises AssignmentError for an unknown assignment, or when `root` holds something that is not such a folder.
    """
    root, exercises = Path(root).resolve(), exercises or assignments.exercises_folder()
    for name in names:
        assignments.source_file(name, exercises)
    if root.is_dir() and any(root.iterdir()) and not (root / CONFIG).is_file():
        held = "、".join(sorted(p.name for p in root.iterdir())[:5])
        raise assignments.AssignmentError(f"{root} 里有别的东西（{held}），换一个空文件夹 (the folder is not empty and no nbgrader course)")
    (root / "exchange").mkdir(parents=True, exist_ok=True)
    (root / "exchange").chmod(0o777)
    own = [
        "",
        "# The paths of this folder, written when it was made",
        f"c.CourseDirectory.root = {str(root)!r}",
        # several processes write to one SQLite file: let them wait for each other
        f"c.CourseDirectory.db_url = {'sqlite:///' + str(root / 'gradebook.db') + '?timeout=120'!r}",
        f"c.Exchange.root = {str(root / 'exchange')!r}",
        f"c.Exchange.cache = {str(root / 'exchange' / 'cache')!r}",
    ]
    if timeout is not None:
        own.append(f"c.Execute.timeout = {timeout}")
    config = (exercises / CONFIG).read_text(encoding="utf-8") + "\n".join(own) + "\n"
    if not (root / CONFIG).is_file() or (root / CONFIG).read_text(encoding="utf-8") != config:
        (root / CONFIG).write_text(config, encoding="utf-8")
    for name in names:
        assignments.build_source(name, root / "source", exercises)
    return root


def enrol(root: Path, students: Iterable[Student]) -> None:
    """Put the class list into the gradebook; known students keep what they have."""
    with gradebook(root) as book:
        for student in students:
            book.update_or_create_student(student.number, last_name=student.name)


def assign(root: Path, name: str, due: datetime | None = None) -> Path:
    """Make the student version of assignment `name` (nbgrader's generate_assignment); returns the released notebook.

    `due` is a date with time zone. Nothing happens when the release is newer than its source.
    """
    source, released = root / "source" / name / f"{name}.ipynb", root / "release" / name / f"{name}.ipynb"
    stamp = _digest(source, root / CONFIG)
    if not released.is_file() or _stamps(root).get(f"release {name}") != stamp:
        _need(api(root).generate_assignment(name, force=True), f"generate_assignment {name}")
        _stamp(root, f"release {name}", stamp)
    if due is not None:
        with gradebook(root) as book:
            book.update_or_create_assignment(name, duedate=due.isoformat())
    return released


def release(root: Path, name: str) -> None:
    """Copy the released assignment to the exchange, where students on the same server fetch it (not on Windows)."""
    if sys.platform != "win32" and not (root / "exchange" / _course_id(root) / "outbound" / name).is_dir():
        _need(api(root).release_assignment(name), f"release_assignment {name}")


def collect(root: Path, name: str, archive: Path) -> list[str]:
    """Collect the submissions in `archive`, a ZIP as a teaching platform hands it out (nbgrader's zip_collect).

    Returns the names of files that could not be matched to a student, so that none is lost.
    """
    stamp, stamps = _digest(archive), _stamps(root)
    if stamps.get(f"collect {name}") != stamp:
        inbox = root / "downloaded" / name / "archive"
        shutil.rmtree(inbox, ignore_errors=True)
        inbox.mkdir(parents=True)
        shutil.copy(archive, inbox / archive.name)
        for folder in root.glob(f"submitted/*/{name}"):
            shutil.rmtree(folder)
        shutil.rmtree(root / "originals" / name, ignore_errors=True)
        run = subprocess.run(
            [sys.executable, "-m", "nbgrader", "zip_collect", name, "--force"],
            cwd=root, env=_environment(), capture_output=True, text=True, encoding="utf-8", errors="replace", check=False,
        )  # fmt: skip
        if run.returncode != 0:
            raise GradingError(f"nbgrader zip_collect {name}:\n{run.stderr[-3000:]}")
        _stamp(root, f"collect {name}", stamp)

    loaded = config(root).FileNameCollectorPlugin
    files = [p for p in (root / "downloaded" / name / "extracted").rglob("*") if p.is_file()]
    return sorted(p.name for p in files if not re.match(loaded.named_regexp, str(p)) or p.suffix not in loaded.valid_ext)


def submitted(root: Path, name: str) -> list[str]:
    """Numbers of the students with a submission of assignment `name`, sorted."""
    return sorted(path.parent.name for path in root.glob(f"submitted/*/{name}") if path.is_dir())


def autograde(root: Path, name: str, done: Callable[[Outcome], None] | None = None, workers: int = 2) -> list[Outcome]:
    """Grade every submission of assignment `name` that is new or changed; calls `done` after each, in any order.

    A submission that cannot be graded gets 0 points and a note, and never stops the others.
    """
    students = submitted(root, name)
    outcomes = {}

    def finish(outcome: Outcome) -> None:
        outcomes[outcome.student] = outcome
        if done:
            done(outcome)

    if workers <= 1:
        for student in students:
            finish(grade_one(root, name, student))
    else:
        with _pool(root, workers) as pool:
            for future in as_completed([pool.submit(grade_one, root, name, student) for student in students]):
                finish(future.result())
    return [outcomes[student] for student in students]


def grade_one(root: Path, name: str, student: str) -> Outcome:
    """Repair and grade the submission of one student with nbgrader's autograde, unless that is done already."""
    folder, record = root / "submitted" / student / name, _record(root, name, student)
    released = root / "release" / name / f"{name}.ipynb"
    originals = root / "originals" / name / student
    digest = _digest(originals if originals.is_dir() else folder, released, root / "source" / name, root / CONFIG)
    known = outcome(root, name, student)
    if known and known.digest == digest and (root / "autograded" / student / name / f"{name}.ipynb").is_file():
        return known
    started = datetime.now()
    record.unlink(missing_ok=True)
    notes = repair.repair(folder, name, released, originals)
    for _ in range(3):
        result = api(root).autograde(name, student, force=True)
        if result["success"] or not _never_started(result):
            break
    else:
        # no fault of the student's: leave it ungraded, so that the next run does it
        return Outcome(student, "", [repair.Note("postponed", "批改的机器没有能够启动内核，再运行一次批改。")])
    if not result["success"]:
        # what nbgrader cannot run at all is graded as blank, so that it has a row, a page and an explanation
        notes = [repair.Note("crashed", f"批改时运行不下去（{_reason(result)}），暂记0分，需要老师看原文件。")]
        repair.set_aside(folder, name, released, originals, notes[0].text)
        _need(api(root).autograde(name, student, force=True), f"autograde {name} {student}")
    graded = Outcome(student, digest, notes, (datetime.now() - started).total_seconds())
    record.parent.mkdir(parents=True, exist_ok=True)
    partial = record.with_suffix(".part")
    partial.write_text(json.dumps(asdict(graded), ensure_ascii=False), encoding="utf-8")
    partial.replace(record)
    return graded


def outcome(root: Path, name: str, student: str) -> Outcome | None:
    """The recorded outcome of a graded submission, or None."""
    try:
        raw = json.loads(_record(root, name, student).read_text(encoding="utf-8"))
        return Outcome(raw["student"], raw["digest"], [repair.Note(**note) for note in raw["notes"]], raw["seconds"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def feedback(root: Path, name: str, done: Callable[[str], None] | None = None, workers: int = 2) -> None:
    """Write the feedback page of every graded submission (nbgrader's generate_feedback); calls `done` after each."""
    students = submitted(root, name)
    if workers <= 1:
        for student in students:
            feedback_one(root, name, student)
            if done:
                done(student)
        return
    with _pool(root, workers) as pool:
        for future in as_completed([pool.submit(feedback_one, root, name, student) for student in students]):
            student = future.result()
            if done:
                done(student)


def feedback_one(root: Path, name: str, student: str) -> str:
    """Write one student's feedback page unless it is newer than the marks; returns the student's number."""
    graded, page = root / "autograded" / student / name / f"{name}.ipynb", feedback_page(root, name, student)
    with gradebook(root) as book:
        marks = [grade.to_dict() for grade in book.find_submission_notebook(name, name, student).grades]
    look = sorted(Path(__file__).parent.glob("templates/feedback/*"))
    stamp = _digest(graded, root / CONFIG, *look, text=json.dumps(marks, default=str, sort_keys=True))
    mark = _record(root, name, student).with_suffix(".feedback")
    if not page.is_file() or not mark.is_file() or mark.read_text() != stamp:
        _need(api(root).generate_feedback(name, student, force=True), f"generate_feedback {name} {student}")
        mark.write_text(stamp)
    return student


def feedback_page(root: Path, name: str, student: str) -> Path:
    """Where the feedback page of a student is."""
    return root / "feedback" / student / name / f"{name}.html"


@lru_cache(maxsize=4)
def api(root: Path) -> NbGraderAPI:
    """nbgrader's own API for the course folder `root`."""
    os.environ["PATH"] = _environment()["PATH"]  # nbgrader starts the program `alembic` when it makes a gradebook
    return NbGraderAPI(config=config(root))


def config(root: Path) -> Config:
    """The settings in the course folder's nbgrader_config.py; raises AssignmentError when it has none."""
    if not (root / CONFIG).is_file():
        raise assignments.AssignmentError(f"{root} 不是课程批改文件夹，里面没有 {CONFIG} (not a course folder)")
    return PyFileConfigLoader(CONFIG, path=str(root)).load_config()


@contextmanager
def gradebook(root: Path) -> Iterator[Gradebook]:
    """nbgrader's gradebook of the course folder, closed at the end."""
    os.environ["PATH"] = _environment()["PATH"]
    loaded = config(root).CourseDirectory
    with Gradebook(loaded.db_url, loaded.course_id) as book:
        yield book


def _environment() -> dict[str, str]:
    here = str(Path(sys.executable).parent)
    path = os.environ.get("PATH", "")
    return {**os.environ, "PATH": path if path.split(os.pathsep)[0] == here else here + os.pathsep + path}


def _course_id(root: Path) -> str:
    return config(root).CourseDirectory.course_id


def _record(root: Path, name: str, student: str) -> Path:
    return root / "records" / name / f"{student}.json"


def _digest(*paths: Path, text: str = "") -> str:
    """Hash of the files in `paths`, and in folders among them, by name and content; where they lie does not matter."""
    total = hashlib.sha256(text.encode())
    for path in paths:
        for file in sorted(p for p in ([path] if path.is_file() else path.rglob("*")) if p.is_file()):
            total.update(f"{file.name}\0{file.stat().st_size}\0".encode())
            total.update(file.read_bytes())
    return total.hexdigest()


def _stamps(root: Path) -> dict[str, str]:
    try:
        return json.loads((root / STAMP).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def _stamp(root: Path, key: str, value: str) -> None:
    (root / STAMP).write_text(json.dumps({**_stamps(root), key: value}, indent=1), encoding="utf-8")


def _need(result: dict[str, Any], step: str) -> None:
    if not result["success"]:
        raise GradingError(f"nbgrader {step}:\n{result.get('log', '')[-2000:]}\n{result.get('error', '')[-2000:]}")


def _never_started(result: dict[str, Any]) -> bool:
    """Whether the kernel failed before it ran anything: two that start at once may pick the same port."""
    said = result.get("log", "") + result.get("error", "")
    return "before replying to kernel_info" in said or "Kernel didn't respond" in said


def _quiet(log: Path) -> None:
    """Let what a worker and its kernels write to stderr go to the file `log`, not into the progress bar."""
    os.dup2(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644), 2)


def _pool(root: Path, workers: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_quiet, initargs=(root / "grading.log",))


def _reason(result: dict[str, Any]) -> str:
    said = result.get("log", "") + result.get("error", "")
    for sign, reason in (
        ("DeadKernelError", "内核中途退出了，可能写了quit()，也可能用光了内存"),
        ("UnresponsiveKernelError", "内核停不下来，可能是中断不了的循环"),
        ("ValidationError", "notebook 的结构有误"),
    ):
        if sign in said:
            return reason
    errors = re.findall(r"^(\w*(?:Error|Exception)\b.*)$", said, re.MULTILINE)
    return errors[-1][:120] if errors else "原因不明"
