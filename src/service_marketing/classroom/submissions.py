"""Made-up submissions: a released notebook filled in with right and with wrong answers, and what can befall the file.

An assignment's `variants.py` declares them; the tests and the demonstration class make them here.
"""

import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from .assignments import OWN_DATA, graded_cells, number_line


@dataclass(frozen=True)
class Mistake:
    """A typical wrong answer: what stands in the answer cells (None: left blank) and which graded cells it costs."""

    said: str
    cells: Mapping[str, str | None]
    loses: tuple[str, ...]

    @property
    def tasks(self) -> set[str]:
        """The tasks that it is about, as "t3"."""
        return {grade_id.split("-")[0] for grade_id in (*self.cells, *self.loses)}


@dataclass(frozen=True)
class Submission:
    """What one student hands in, `hours` after the deadline (negative: before).

    `file` is None, or one of `FILES`: what befell the notebook. `drops` and `edits` are cells that the student
    deleted, or replaced by other code although they are locked; `loses` what these three cost beyond the mistakes.
    """

    number: str
    name: str
    mistakes: tuple[str, ...] = ()
    essay: str | None = None
    hours: float = -20.0
    file: str | None = None
    drops: tuple[str, ...] = ()
    edits: Mapping[str, str] | None = None
    loses: tuple[str, ...] = ()


def fill(
    released: NotebookNode, source: NotebookNode, mistakes: Iterable[Mistake] = (), essay: str | None = None, number: str | None = None
) -> NotebookNode:
    """The `released` notebook with the solutions of `source`, but for the cells that the `mistakes` answer otherwise.

    number: the student's, where the assignment is on data of their own; that of the solution without one.
    """
    notebook = copied(released)
    answers = {cell.metadata.nbgrader.grade_id: cell.source for cell in source.cells if _is_answer(cell)}
    for mistake in mistakes:
        answers.update(mistake.cells)
    if number is not None:
        answers[OWN_DATA] = number_line(number)
    for cell in notebook.cells:
        if _is_answer(cell) and answers[cell.metadata.nbgrader.grade_id] is not None:
            lines = answers[cell.metadata.nbgrader.grade_id].strip().splitlines()
            cell.source = "\n".join(line for line in lines if "### BEGIN SOLUTION" not in line and "### END SOLUTION" not in line)
        elif cell.cell_type == "markdown" and cell.metadata.get("nbgrader", {}).get("solution") and essay:
            cell.source = essay
    return notebook


def expected(submission: Submission, mistakes: Mapping[str, Mistake], notebook: NotebookNode) -> dict[str, float]:
    """Points that every automatically graded cell of `notebook` should get for `submission`."""
    lost = {grade_id for name in submission.mistakes for grade_id in mistakes[name].loses} | set(submission.loses)
    nothing = submission.file in WORTHLESS
    cells = [cell for cell in graded_cells(notebook) if not cell.manual]
    return {cell.grade_id: 0.0 if nothing or cell.grade_id in lost else cell.points for cell in cells}


def write(submission: Submission, assignment: str, notebook: NotebookNode, due: datetime, folder: Path) -> Path:
    """Put the file of `submission` into `folder`, named as a teaching platform names it; returns its path."""
    notebook = copied(notebook)
    notebook.cells = [c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") not in submission.drops]
    for cell in notebook.cells:
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        cell.source = (submission.edits or {}).get(grade_id, cell.source)
    filename, data = FILES[submission.file](f"{assignment}.ipynb", nbformat.writes(notebook).encode())
    moment = (due + timedelta(hours=submission.hours)).strftime("%Y%m%dT%H%M%S%z")
    path = folder / f"{submission.number}_{submission.name}_{moment}_{filename}"
    path.write_bytes(data)
    return path


def pack(files: Iterable[Path], archive: Path) -> Path:
    """A ZIP of `files`; the same files give the same bytes."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as target:
        for path in sorted(files):
            target.writestr(zipfile.ZipInfo(path.name, (2026, 1, 1, 0, 0, 0)), path.read_bytes(), zipfile.ZIP_DEFLATED)
    return archive


def copied(notebook: NotebookNode) -> NotebookNode:
    """An independent copy of `notebook`."""
    return nbformat.from_dict(json.loads(json.dumps(notebook)))


def _is_answer(cell: NotebookNode) -> bool:
    return cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("solution", False)


def _word_file(_: str, __: bytes) -> tuple[str, bytes]:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as document:
        document.writestr(zipfile.ZipInfo("word/document.xml"), "<w:document/>")
    return "第三章作业.docx", buffer.getvalue()


FILES = {
    None: lambda name, data: (name, data),
    "cut short": lambda name, data: (name, data[: len(data) * 3 // 5]),
    "empty file": lambda name, data: (name, b""),
    "renamed": lambda name, data: ("第三章作业 (1).ipynb", data),
    "byte order mark": lambda name, data: (name, b"\xef\xbb\xbf" + data),
    "word file": _word_file,
}
"""What can befall a file on its way: from name and bytes to name and bytes."""

WORTHLESS = ("empty file", "word file")
"""What leaves nothing to grade; of a file that is cut short the whole cells are graded."""
