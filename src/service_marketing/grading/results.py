"""What came of one submission, for the feedback and the report: plain values, one JSON file a student.

The engine writes `Record`s below `.grader/<assignment>/results/` in the course folder, one file a student, at once and
atomically. The scores that count are those in the gradebook, to which people add marks; a record tells how the autograder
came to its own, cell by cell, and what was wrong with the submission.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from .problems import Problem, Text

VERSION = 1

# What a test cell, or an answer that is worth points, came to.
VERDICTS: Mapping[str, Text] = MappingProxyType(
    {
        "passed": Text("通过", "passed"),
        "partial": Text("得到部分分数", "partial credit"),
        "failed": Text("没有通过", "failed"),
        "error": Text("运行出错", "error"),
        "timeout": Text("超过时限", "ran over its time"),
        "exceeded": Text("输出太多", "too much output"),
        "lost": Text("没有运行完", "never finished"),
        "refused": Text("用到了不允许的操作", "refused by the wall"),
        "stderr": Text("输出了错误信息", "wrote to standard error"),
        "blank": Text("没有作答", "not answered"),
        "manual": Text("等老师评分", "waits for a person"),
        "missing": Text("没有交", "not handed in"),
    }
)
STATES = ("graded", "refused", "failed")


@dataclass(frozen=True)
class CellRecord:
    """The verdict on one cell that is worth points.

    `name`: its grade id. `kind`: "test" (a test cell), "answer" (an answer that is worth points itself) or "task".
    `verdict`: a key of VERDICTS. `auto_score`: the autograder's points, None while it waits for a person; `max_score`: the
    most it may give. `ename`, `evalue`: name and text of the error that ended a test; they may hold hidden inputs or values
    that were expected, so they are for the instructor only. `assertion`: the line of the test that failed, same restriction.
    `seconds`: how long it ran. `in_process`: it ran in the student's own interpreter, behind no wall, and could be forged.
    `warned`: it wrote warnings to standard error, which cost no points unless the course says so. `notes`: what the wall
    noted while it ran, as JSON.
    """

    name: str
    kind: str
    verdict: str
    auto_score: float | None
    max_score: float
    ename: str = ""
    evalue: str = ""
    assertion: str = ""
    seconds: float | None = None
    in_process: bool = False
    warned: bool = False
    notes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class RunRecord:
    """What one run of a notebook cost. `role`: "shown" (the student's cells, as people see them), "graded" (the student's
    cells again, for the tests; what was run for both counts here), "tests" (the test cells), or "all" (everything in one process).

    `seconds` of wall time and `cpu` seconds; `memory`: the peak in kB; `tries`: how often it was started; `problem`: why it
    ended early (a key of shells.pool.SENTENCES, or ""), and `problem_text` the sentence.
    """

    role: str
    seconds: float
    cpu: float
    memory: int
    tries: int = 1
    problem: str = ""
    problem_text: str = ""


@dataclass(frozen=True)
class NotebookRecord:
    """One notebook of the assignment: `file` is the file that was taken for it, None when nothing was handed in."""

    name: str
    file: str | None
    score: float
    max_score: float
    late_penalty: float | None = None
    cells: tuple[CellRecord, ...] = ()
    problems: tuple[Problem, ...] = ()
    runs: tuple[RunRecord, ...] = ()


@dataclass(frozen=True)
class Record:
    """What came of one submission.

    `state`: "graded"; "refused" (the submission cannot be graded at all: `problems` say why; nothing is in the gradebook);
    or "failed" (the grader itself could not deal with it: it counts as not done, and the next run tries again).
    `submitted`, `graded`: times in UTC (ISO 8601), `submitted` None when it is unknown. `score`, `max_score`: points of all
    notebooks as the gradebook has them after this grading, people's marks included, late penalties not taken off. `late`: by
    how many seconds it was late. `wall`: whether tests ran in a process of their own. `layers`: the layers of the box that
    were on, () for none. `seconds`: how long all of it took.
    """

    assignment: str
    student: str
    state: str
    graded: str
    submitted: str | None = None
    score: float | None = None
    max_score: float | None = None
    late: float = 0.0
    wall: bool = False
    layers: tuple[str, ...] = ()
    seconds: float = 0.0
    problems: tuple[Problem, ...] = ()
    notebooks: tuple[NotebookRecord, ...] = ()

    def all_problems(self) -> tuple[Problem, ...]:
        """Problems of the submission and of its notebooks."""
        return (*self.problems, *(found for notebook in self.notebooks for found in notebook.problems))

    def cells(self) -> Iterator[tuple[str, CellRecord]]:
        """Notebook name and cell, for every cell that is worth points."""
        for notebook in self.notebooks:
            for cell in notebook.cells:
                yield notebook.name, cell

    @property
    def in_process(self) -> tuple[str, ...]:
        """Grade ids of the tests that ran in the student's own interpreter, each with its notebook before it."""
        return tuple(f"{notebook}/{cell.name}" for notebook, cell in self.cells() if cell.in_process)


def now() -> str:
    """This moment in UTC, as the times in records are written."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


# ---- files


def folder(root: Path, assignment: str) -> Path:
    """Where the grader keeps what it needs to know about an assignment, in the course folder `root`."""
    return Path(root) / ".grader" / assignment


def path(root: Path, assignment: str, student: str) -> Path:
    """The file of a student's record; a student's name that makes no file name is replaced by a digest of it."""
    name = f"{student}.json"
    if "/" in name or "\0" in name or not name.isprintable() or len(os.fsencode(name)) > 240 or name.startswith("."):
        name = "odd-" + hashlib.sha256(student.encode("utf-8", "surrogateescape")).hexdigest()[:24] + ".json"
    return folder(root, assignment) / "results" / name


def write(root: Path, record: Record) -> Path:
    """Put the record in its file, all of it or nothing; returns the file."""
    stage(root, record)
    return commit(root, record)


def staged(root: Path, assignment: str, student: str) -> Path:
    """Where a record waits for the rows that it belongs to; it is left behind when the grader is killed in between."""
    file = path(root, assignment, student)
    return file.with_name(file.name + ".part")


def stage(root: Path, record: Record) -> None:
    """Write the record where it is not found yet."""
    file = staged(root, record.assignment, record.student)
    file.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"version": VERSION, **to_json(record)}, ensure_ascii=False, separators=(",", ":"))
    file.write_bytes(text.encode("utf-8", "backslashreplace"))


def commit(root: Path, record: Record) -> Path:
    """Put a staged record in its place; returns the file."""
    file = path(root, record.assignment, record.student)
    os.replace(staged(root, record.assignment, record.student), file)
    return file


def read(root: Path, assignment: str, student: str) -> Record | None:
    """The record of a student, or None when there is none that can be read."""
    return _load(path(root, assignment, student))


def read_all(root: Path, assignment: str) -> list[Record]:
    """The records of an assignment, by student."""
    files = sorted((folder(root, assignment) / "results").glob("*.json"))
    return [record for file in files if (record := _load(file)) is not None]


def _load(file: Path) -> Record | None:
    try:
        raw = json.loads(file.read_text(encoding="utf-8"))
        return from_json(raw) if raw.pop("version") == VERSION else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def to_json(record: Record) -> dict[str, Any]:
    """The record as plain JSON values."""
    return {
        **_fields(record),
        "problems": _problems(record.problems),
        "notebooks": [
            {
                **_fields(notebook),
                "problems": _problems(notebook.problems),
                "cells": [{**_fields(cell), "notes": dict(cell.notes)} for cell in notebook.cells],
                "runs": [_fields(run) for run in notebook.runs],
            }
            for notebook in record.notebooks
        ],
    }


def from_json(raw: Mapping[str, Any]) -> Record:
    """The record in `raw`; raises KeyError or TypeError where that is none."""
    notebooks = tuple(
        NotebookRecord(
            **{
                **notebook,
                "problems": tuple(map(_problem, notebook["problems"])),
                "cells": tuple(CellRecord(**cell) for cell in notebook["cells"]),
                "runs": tuple(RunRecord(**run) for run in notebook["runs"]),
            }
        )
        for notebook in raw["notebooks"]
    )
    problems = tuple(map(_problem, raw["problems"]))
    return Record(**{**raw, "layers": tuple(raw["layers"]), "problems": problems, "notebooks": notebooks})


def _fields(thing: Any) -> dict[str, Any]:
    return {one.name: getattr(thing, one.name) for one in fields(thing)}


def _problems(problems: Iterable[Problem]) -> list[dict[str, Any]]:
    return [
        {**_fields(found), "student": asdict(found.student), "instructor": asdict(found.instructor), "detail": _plain(found.detail)}
        for found in problems
    ]


def _plain(detail: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value if isinstance(value, (str, int, float, bool, type(None))) else str(value) for name, value in detail.items()}


def _problem(raw: Mapping[str, Any]) -> Problem:
    return Problem(
        **{**raw, "student": Text(**raw["student"]), "instructor": Text(**raw["instructor"]), "what": tuple(raw["what"])},
    )
