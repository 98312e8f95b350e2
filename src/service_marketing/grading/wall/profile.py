"""What the tests of a notebook need of a right answer: found once, with the instructor's solution, and kept with the course.

A `Profile` says which names come from the student's side of the wall and what each test may do with the student's objects,
because the instructor's own solution needed it. What a profile lacks is refused to a submission. Tests that the wall cannot
serve are in `in_process`, each with the reason.

Profiles lie in `.grader/<assignment>/profiles/` of the course folder, where no student's file ever comes. One is used as long
as nothing has changed that it was made from; `digest` tells.
"""

import ast
import hashlib
import json
import math
import os
import platform
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from dataclasses import fields as dataclass_fields
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from types import MappingProxyType
from typing import Any

from .. import folder, gradebook, results
from ..problems import Text, printable
from . import sheet as sheets
from .sheet import Sheet

VERSION = 1
LIBRARIES = ("numpy", "pandas", "matplotlib", "ipython", "ipykernel", "nbgrader")
LONGEST = 10_000
MOST = 100_000
FULL, PARTIAL, NOTHING = VERDICTS = ("full", "partial", "nothing")

_WORDS = {
    FULL: Text("满分", "full marks"),
    PARTIAL: Text("{points:g}分", "{points:g} points"),
    NOTHING: Text("不通过", "not passed"),
}
_REASONS = {
    "differs": Text(
        "参考答案隔墙运行时{wall}，在同一个进程里{alone}{error_zh}",
        "the solution gets {wall} through the wall and {alone} in one process{error_en}",
    ),
    "needed": Text("别的格子要用它留下的东西，得和它们在同一个进程里", "others need what it leaves behind, in the same process"),
    "unfinished": Text("隔墙运行没有完成{error_zh}", "the run through the wall did not finish{error_en}"),
}


@dataclass(frozen=True)
class Verdict:
    """What a test gave: `kind` is one of VERDICTS, `points` of at most `most`.

    `error`: how it ended, for the instructor. `seconds`: how long it ran.
    """

    kind: str
    points: float
    most: float
    error: str = ""
    seconds: float = 0.0

    def same(self, other: "Verdict") -> bool:
        """Whether it is worth the same."""
        return (self.kind, self.points) == (other.kind, other.points)

    @property
    def text(self) -> Text:
        return Text(*(each.format(points=self.points) for each in (_WORDS[self.kind].zh, _WORDS[self.kind].en)))


@dataclass(frozen=True)
class Reason:
    """Why a test is not run behind the wall. `kind` is a key of the sentences: "differs", "needed" or "unfinished"."""

    kind: str
    wall: Verdict
    alone: Verdict

    @property
    def text(self) -> Text:
        # what ended a run that did not finish is said in both languages at once: its name is enough
        error = printable(self.wall.error.split(":")[0] if self.kind == "unfinished" else self.wall.error)
        said = {"error_zh": f"（{error}）" if error else "", "error_en": f" ({error})" if error else ""}
        zh, en = _REASONS[self.kind].zh, _REASONS[self.kind].en
        return Text(
            zh.format(wall=self.wall.text.zh, alone=self.alone.text.zh, **said),
            en.format(wall=self.wall.text.en, alone=self.alone.text.en, **said),
        )


@dataclass(frozen=True)
class Profile:
    """What is known of a notebook of an assignment from its instructor's solution.

    `names`: names that come from the student's side; `imports`: what the tests' side runs for itself at its start; `shared`:
    names that tests bind and the student's code reads; `lent`: imports of tests that the student's code relies on. `allowed`:
    by grade id, what a test may do with the student's objects, and another locked cell (to which only changes of arguments are
    refused); None where the solution does not tell, so that everything is allowed. `in_process`: the tests that run in the
    student's own interpreter, with the reason. `verdicts`: what each test gave the solution, in one process as stock nbgrader
    runs it; `errors`: how other cells of it ended that failed.
    `unsteady`: tests that gave different verdicts to the same solution. `complete`: made with the solution; else from the stubs
    alone, and nothing is enforced.
    """

    assignment: str
    notebook: str
    digest: str
    complete: bool
    names: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()
    lent: tuple[str, ...] = ()
    allowed: Mapping[str, tuple[str, ...] | None] = field(default_factory=lambda: MappingProxyType({}))
    in_process: Mapping[str, Reason] = field(default_factory=lambda: MappingProxyType({}))
    verdicts: Mapping[str, Verdict] = field(default_factory=lambda: MappingProxyType({}))
    errors: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    unsteady: tuple[str, ...] = ()

    def enforced(self, test: str) -> bool:
        """Whether the wall refuses what the solution did not need in this test."""
        return self.allowed.get(test) is not None

    def setup(self, tests: Mapping[int, str], record: bool = False) -> dict[str, Any]:
        """What the tests' side has to know, as plain JSON. `tests`: grade ids of tests and other locked cells, by their numbers.

        `record`: nothing is refused, and what is used is noted.
        """
        allowed = {str(number): list(self.allowed[name]) for number, name in tests.items() if not record and self.enforced(name)}
        return {
            "names": list(self.names),
            "imports": list(self.imports),
            "shared": list(self.shared),
            "lent": list(self.lent),
            "allowed": allowed,
            "record": record,
        }


# ---- what a profile is made from


def digest(sheet: Sheet) -> str:
    """A hash of everything that a profile depends on: the notebook, its files, settings, the grader, Python and libraries."""
    made_from = {
        "version": VERSION,
        "grader": _grader(),
        "python": platform.python_version(),
        "libraries": [(name, _installed(name)) for name in LIBRARIES],
        "complete": sheet.complete,
        "cells": [(c.place, c.name, c.role, c.source, c.points, c.solution) for c in sheet.cells],
        "files": sheet.digests(),
        "settings": sheet.settings,
    }
    return hashlib.sha256(json.dumps(made_from, ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()


@lru_cache(maxsize=1)
def _grader() -> str:
    """A hash of the code on which the outcome of a run depends."""
    total = hashlib.sha256()
    here = Path(__file__).parent
    for file in sorted([*here.glob("*.py"), *here.with_name("shells").glob("*.py"), here.with_name("protocol.py")]):
        total.update(f"{file.name}\0".encode() + file.read_bytes())
    return total.hexdigest()


def _installed(library: str) -> str:
    try:
        return metadata.version(library)
    except metadata.PackageNotFoundError:
        return ""


# ---- files


def path(root: Path, assignment: str, notebook: str) -> Path:
    """The file of a notebook's profile."""
    return results.folder(root, assignment) / "profiles" / f"{notebook}.json"


def write(course: folder.Course, profile: Profile) -> Path:
    """Put the profile in its file, all of it or nothing; returns the file."""
    file = path(course.root, profile.assignment, profile.notebook)
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor, partial = tempfile.mkstemp(dir=file.parent, prefix=".profile-")
    try:
        with open(descriptor, "w", encoding="utf-8") as out:
            json.dump(to_json(profile), out, ensure_ascii=False, indent=1)
            out.flush()
            os.fsync(out.fileno())
        os.chmod(partial, 0o660 if course.groupshared else 0o600)  # it tells of hidden tests
        os.replace(partial, file)
    except BaseException:
        os.unlink(partial)
        raise
    return file


def load(course: folder.Course, assignment: str, notebook: str) -> Profile | None:
    """The profile in its file, or None when there is none that can be used."""
    try:
        profile = from_json(json.loads(path(course.root, assignment, notebook).read_text(encoding="utf-8")))
    except (OSError, ValueError, RecursionError):
        return None
    return profile if (profile.assignment, profile.notebook) == (assignment, notebook) else None


def current(course: folder.Course, sheet: Sheet) -> Profile | None:
    """The profile that was made from just this sheet, or None."""
    profile = load(course, sheet.assignment, sheet.name)
    return profile if profile is not None and profile.digest == digest(sheet) else None


def obtain(
    course: folder.Course, own: folder.Assignment, known: gradebook.Notebook, make: Callable[[Sheet], Profile], again: bool = False
) -> Profile:
    """The profile of a notebook: the one in its file, or a new one by `make` when something has changed, or `again`.

    One whose run did not finish is used and not kept: it may have been the machine's fault.
    """
    return of_sheet(course, sheets.read(course, own, known.name, known), make, again)


def of_sheet(course: folder.Course, sheet: Sheet, make: Callable[[Sheet], Profile], again: bool = False) -> Profile:
    """As `obtain`, of a sheet that is read already."""
    profile = None if again else current(course, sheet)
    if profile is None:
        profile = make(sheet)
        if not any(reason.kind == "unfinished" for reason in profile.in_process.values()):
            write(course, profile)
    return profile


def to_json(profile: Profile) -> dict[str, Any]:
    """The profile as plain JSON values."""
    return {
        "version": VERSION,
        "assignment": profile.assignment,
        "notebook": profile.notebook,
        "digest": profile.digest,
        "complete": profile.complete,
        "names": list(profile.names),
        "imports": list(profile.imports),
        "shared": list(profile.shared),
        "lent": list(profile.lent),
        "allowed": {name: None if used is None else list(used) for name, used in profile.allowed.items()},
        "in_process": {
            name: {"kind": reason.kind, "wall": _verdict_json(reason.wall), "alone": _verdict_json(reason.alone)}
            for name, reason in profile.in_process.items()
        },
        "verdicts": {name: _verdict_json(verdict) for name, verdict in profile.verdicts.items()},
        "errors": dict(profile.errors),
        "unsteady": list(profile.unsteady),
    }


def from_json(raw: Any) -> Profile:
    """The profile in `raw`; raises ValueError, which says what is wrong, where that is none."""
    fields = _object(raw, "profile", {*to_json(Profile("", "", "", True))})
    if fields["version"] != VERSION or type(fields["version"]) is not int:
        raise ValueError(f"version {fields['version']!r}")
    if type(fields["complete"]) is not bool:
        raise ValueError("complete")
    names, shared = (_texts(fields[key], key, str.isidentifier) for key in ("names", "shared"))
    imports, lent = (_texts(fields[key], key, _is_python) for key in ("imports", "lent"))
    allowed = {
        _text(name, "allowed"): None if used is None else _texts(used, "allowed")
        for name, used in _table(fields["allowed"], "allowed").items()
    }
    reasons = {_text(name, "in_process"): _reason(reason) for name, reason in _table(fields["in_process"], "in_process").items()}
    verdicts = {_text(name, "verdicts"): _verdict(verdict) for name, verdict in _table(fields["verdicts"], "verdicts").items()}
    return Profile(
        assignment=_text(fields["assignment"], "assignment"),
        notebook=_text(fields["notebook"], "notebook"),
        digest=_text(fields["digest"], "digest"),
        complete=fields["complete"],
        names=names,
        imports=imports,
        shared=shared,
        lent=lent,
        allowed=MappingProxyType(allowed),
        in_process=MappingProxyType(reasons),
        verdicts=MappingProxyType(verdicts),
        errors=MappingProxyType({_text(n, "errors"): _text(error, "errors") for n, error in _table(fields["errors"], "errors").items()}),
        unsteady=_texts(fields["unsteady"], "unsteady"),
    )


_VERDICT = tuple(each.name for each in dataclass_fields(Verdict))


def _verdict_json(verdict: Verdict) -> dict[str, Any]:
    return {name: getattr(verdict, name) for name in _VERDICT}


def _verdict(raw: Any) -> Verdict:
    fields = _object(raw, "verdict", _VERDICT)
    numbers = fields["points"], fields["most"], fields["seconds"]
    if fields["kind"] not in VERDICTS or not all(type(n) in (int, float) and math.isfinite(n) for n in numbers):
        raise ValueError("verdict")
    points, most, seconds = map(float, numbers)
    return Verdict(fields["kind"], points, most, _text(fields["error"], "error"), seconds)


def _reason(raw: Any) -> Reason:
    fields = _object(raw, "in_process", {"kind", "wall", "alone"})
    if fields["kind"] not in _REASONS:
        raise ValueError("in_process")
    return Reason(fields["kind"], _verdict(fields["wall"]), _verdict(fields["alone"]))


def _object(raw: Any, what: str, names: Iterable[str]) -> dict[str, Any]:
    if not isinstance(raw, dict) or raw.keys() != set(names):
        raise ValueError(what)
    return raw


def _table(raw: Any, what: str) -> dict[str, Any]:
    if not isinstance(raw, dict) or len(raw) > MOST:
        raise ValueError(what)
    return raw


def _text(raw: Any, what: str) -> str:
    if not isinstance(raw, str) or len(raw) > LONGEST:
        raise ValueError(what)
    return raw


def _texts(raw: Any, what: str, holds: Callable[[str], bool] = lambda _: True) -> tuple[str, ...]:
    if not isinstance(raw, list) or len(raw) > MOST or not all(holds(_text(each, what)) for each in raw):
        raise ValueError(what)
    return tuple(raw)


def _is_python(statement: str) -> bool:
    try:
        return len(ast.parse(statement).body) == 1
    except (SyntaxError, RecursionError, MemoryError):
        return False
