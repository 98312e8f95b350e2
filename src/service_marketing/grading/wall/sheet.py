"""The instructor's own notebook, as it is graded: answers from the source, tests from where nbgrader takes them.

nbgrader grades with the texts in its gradebook, which `generate_assignment` wrote: locked cells, hidden tests included, and
tests that it made itself. The answers are in the source only. `read` puts the two together, and says where they no longer
fit. Without a source there is a sheet too, with the stubs that students were given in place of answers.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.nbgraderformat import read as read_marked

from .. import folder, gradebook, mangled
from . import static
from .static import STUDENT, TEST, TRUSTED, Cell, Files

TEXT_BYTES = 1_000_000
SETTINGS = ("Grader", "Execute", "IgnorePattern")


@dataclass(frozen=True)
class Sheet:
    """A notebook of an assignment on the instructor's side.

    `cells`: code cells in order. `complete`: answers are those of the source; else they are the stubs. `files`: what goes
    along with it, below `place`. `twice`: grade ids that several cells of the source have. `worthless`: grade ids of its cells
    that are graded for no points. `stale`: grade ids of cells that are not in the gradebook as they are in the source.
    `settings`: those of the course that decide about runs and verdicts, as text.
    """

    assignment: str
    name: str
    cells: tuple[Cell, ...]
    complete: bool
    place: Path
    files: tuple[folder.Entry, ...] = ()
    twice: tuple[str, ...] = ()
    worthless: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()
    settings: str = ""

    @property
    def tests(self) -> tuple[Cell, ...]:
        return tuple(cell for cell in self.cells if cell.role == TEST)

    def texts(self) -> Files:
        """The Python among the files."""
        small = [entry for entry in self.files if entry.path.endswith(".py") and entry.size <= TEXT_BYTES]
        return Files({entry.path: (self.place / entry.path).read_text("utf-8", "replace") for entry in small})

    def copy_files(self, destination: Path) -> None:
        """Copy the files to `destination`, which is made if need be."""
        folder.copy([folder.Copy(self.place, entry, trusted=True) for entry in self.files], destination)

    def digests(self) -> list[tuple[str, str]]:
        """Path and hash of each file."""
        found = []
        for entry in self.files:
            with open(self.place / entry.path, "rb") as file:
                found.append((entry.path, hashlib.file_digest(file, "sha256").hexdigest()))
        return found


def read(course: folder.Course, own: folder.Assignment, name: str, known: gradebook.Notebook | None = None) -> Sheet:
    """The sheet of notebook `name`; `known` is what the gradebook has of it, None before it was released."""
    release = _notebook(own.release_notebooks.get(name))
    wanted = mangled.reference(known, release, course.config) if known is not None else None
    source = _notebook(own.source_notebooks.get(name), marked=True)
    if source is None:
        found = _from_release(release, wanted)
        return Sheet(own.name, name, found, False, own.source, own.files, settings=_settings(course))
    source = _framed(course, source)
    marks = [mark for cell in source.cells if (mark := _mark(cell))]
    names = [mark["grade_id"] for mark in marks]
    return Sheet(
        assignment=own.name,
        name=name,
        cells=_merged(static.cells(source), wanted),
        complete=True,
        place=own.source,
        files=own.files,
        twice=tuple(dict.fromkeys(one for one in names if names.count(one) > 1)),
        worthless=tuple(mark["grade_id"] for mark in marks if (mark.get("grade") or mark.get("task")) and not mark.get("points")),
        stale=_stale(course, source, wanted) if wanted is not None else (),
        settings=_settings(course),
    )


def blank(course: folder.Course, own: folder.Assignment, name: str, known: gradebook.Notebook) -> Sheet:
    """The sheet as a student gets it, who has not answered anything; its tests are those that grade."""
    release = _notebook(own.release_notebooks.get(name))
    wanted = mangled.reference(known, release, course.config)
    return Sheet(own.name, name, _from_release(release, wanted), False, own.source, own.files)


def _settings(course: folder.Course) -> str:
    chosen = {section: dict(course.config.get(section, {})) for section in SETTINGS}
    return json.dumps(chosen, sort_keys=True, default=str)


def _notebook(path: Path | None, marked: bool = False) -> NotebookNode | None:
    """The notebook at `path`; `marked`: with nbgrader's marks brought to their present form, as far as they can be."""
    if path is None:
        return None
    if marked:
        try:
            with open(path, encoding="utf-8") as file:
                return read_marked(file, as_version=nbformat.current_nbformat)
        except Exception:  # marks of an unknown form: nbgrader says so itself
            pass
    return mangled.read(path.read_bytes(), path.name).notebook


def _framed(course: folder.Course, notebook: NotebookNode) -> NotebookNode:
    """The notebook between the header and the footer that nbgrader puts around it."""
    settings = course.config.get("IncludeHeaderFooter", {})
    cells = list(notebook.cells)
    for place in ("header", "footer"):
        path = settings.get(place, "")
        around = _notebook(course.root / path, marked=True) if path and (course.root / path).is_file() else None
        if around is not None:
            cells = [*around.cells, *cells] if place == "header" else [*cells, *around.cells]
    return NotebookNode({**notebook, "cells": cells})


def _merged(found: Iterable[Cell], wanted: mangled.Reference | None) -> tuple[Cell, ...]:
    """The source's cells, with the texts, kinds and points that the gradebook has of them; its further tests come last."""
    if wanted is None:
        return tuple(found)
    merged, seen = [], set()
    for cell in found:
        one = wanted.by_name.get(cell.name)
        if one is None or one.name in seen:
            merged.append(cell if cell.role == STUDENT or not cell.name else replace(cell, role=STUDENT))
            continue
        seen.add(one.name)
        role = _role(one)
        merged.append(replace(cell, role=role, source=cell.source if role == STUDENT else one.source, points=one.points or 0.0))
    last = max((cell.place for cell in merged), default=-1)
    more = [one for one in wanted.cells if one.name not in seen and one.cell_type == "code" and _role(one) != STUDENT]
    return (*merged, *(_cell(last + i, one, one.source) for i, one in enumerate(more, 1) if one.source.strip()))


def _role(one: mangled.Expected) -> str:
    if one.grade and not one.solution:
        return TEST
    return TRUSTED if one.locked and not one.task and not one.solution else STUDENT


def _cell(place: int, one: mangled.Expected, source: str) -> Cell:
    return Cell(place, one.name, _role(one), source, one.points or 0.0, one.solution, one.tags)


def _from_release(release: NotebookNode | None, wanted: mangled.Reference | None) -> tuple[Cell, ...]:
    if release is not None:
        return _merged(static.cells(release), wanted)
    known = [one for one in wanted.cells if one.cell_type == "code" and one.source.strip()] if wanted else []
    return tuple(_cell(place, one, one.source) for place, one in enumerate(known))


def _mark(cell: NotebookNode) -> NotebookNode | None:
    """nbgrader's mark of a cell that has a part in the assignment."""
    mark = cell.metadata.get("nbgrader")
    if (
        isinstance(mark, dict)
        and isinstance(mark.get("grade_id"), str)
        and any(mark.get(f) for f in ("grade", "solution", "locked", "task"))
    ):
        return mark
    return None


def _stale(course: folder.Course, source: NotebookNode, wanted: mangled.Reference) -> tuple[str, ...]:
    """Cells that were added, taken away or changed in the source since it was released."""
    delimiter = course.config.get("InstantiateTests", {}).get("autotest_delimiter", "AUTOTEST")
    marked = {mark["grade_id"]: cell for cell in source.cells if (mark := _mark(cell))}
    changed = [one for one in wanted.by_name if one not in marked] + [one for one in marked if one not in wanted.by_name]
    for one in wanted.cells:
        cell = marked.get(one.name)
        if cell is None or one.solution:
            continue
        made = delimiter in cell.source  # by generate_assignment, so it differs
        points = float(cell.metadata.nbgrader.get("points") or 0) if one.grade else one.points
        if cell.cell_type != one.cell_type or points != one.points or (not made and _lines(cell.source) != _lines(one.source)):
            changed.append(one.name)
    return tuple(changed)


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip().splitlines()]
