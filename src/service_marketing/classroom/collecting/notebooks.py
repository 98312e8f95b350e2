"""What a file is, what a notebook says of itself, and which assignment it is of."""

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from service_marketing.grading import mangled
from service_marketing.grading.problems import Text

from .records import Book, Item, Limits
from .text import shown_size, squeezed

_NUMBER_IN_CODE = re.compile(
    r"""^\s*(?:my_number\s*(?::\s*str\s*)?=|[\w.]*\s*=?\s*(?:datasets\.)?load_my_data\()\s*(?:["']([^"'\n]*)["']|([0-9]+))""", re.MULTILINE
)


def inspect(item: Item, opened: Callable[[], IO[bytes]], limits: Limits) -> None:
    """Reads the file once: its digest, what it is, and what a notebook says of itself."""
    if item.size > limits.file:
        item.fault("too-large", shown_size(item.size), shown_size(limits.file))
        return
    with opened() as file:
        data = file.read(limits.file + 1)
    if len(data) > limits.file:
        item.fault("too-large", f"> {shown_size(limits.file)}", shown_size(limits.file))
        return
    item.size, item.sha256 = len(data), hashlib.sha256(data).hexdigest()
    named = ".ipynb" in item.label.casefold()
    if not data.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        item.reason, item.kind = "empty", Text("空文件", "an empty file")
    elif named or data[:2] == b"PK" or data[:64].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        item.book = read_book(data) or _damaged_book(item, data)
        if item.book and not item.label.casefold().endswith(".ipynb"):
            item.notes.append(("extension", None))
    else:
        _foreign(item, mangled.read(data[:65536], item.label))


def read_book(data: bytes) -> Book | None:
    """What an intact notebook in format 4 says."""
    try:
        raw = json.loads(data)
    except (ValueError, RecursionError):
        return None
    cells = raw.get("cells") if isinstance(raw, dict) else None
    if not isinstance(cells, list) or not isinstance(raw.get("nbformat"), int):
        return None
    return _read_cells(cells, damaged=False)


def _damaged_book(item: Item, data: bytes) -> Book | None:
    """What can be had of any other notebook, by the grader's own reading; else the item says what it is."""
    reading = mangled.read(data, item.label)
    if reading.notebook is None:
        _foreign(item, reading)
        return None
    damaged = any(found.code in ("cut-short", "broken-json") for found in reading.problems)
    if damaged:
        item.notes.append(("damaged", None))
    return _read_cells(reading.notebook.cells, damaged)


def _foreign(item: Item, reading: mangled.Reading) -> None:
    grave = [found for found in reading.problems if found.grave]
    kinds = [(found.detail["kind_zh"], found.detail["kind_en"]) for found in grave if found.code == "not-a-notebook"]
    item.kind = Text(*kinds[0]) if kinds else Text("读不出来的文件", "a file that cannot be read")
    item.reason, item.values = "not-a-notebook", (item.kind.zh, item.kind.en)


def _read_cells(cells: Sequence[Any], damaged: bool) -> Book:
    marks, number = set(), ""
    for cell in cells:
        if not isinstance(cell, Mapping):
            continue
        metadata = cell.get("metadata")
        mark = metadata.get("nbgrader") if isinstance(metadata, Mapping) else None
        if isinstance(mark, Mapping) and isinstance(mark.get("grade_id"), str):
            marks.add(mark["grade_id"])
        source = cell.get("source", "")
        source = "".join(map(str, source)) if isinstance(source, list) else str(source)
        if cell.get("cell_type") == "code" and not number:
            found = _NUMBER_IN_CODE.search(source)
            number = squeezed(found[1] or found[2] or "") if found else ""
    return Book(frozenset(marks), number, damaged)


def known_marks(root: Path) -> dict[str, frozenset[str]]:
    """The grade ids of each assignment in the course folder, by its released notebook, else its source."""
    found: dict[str, set[str]] = defaultdict(set)
    for step in ("source", "release"):
        for path in sorted(root.glob(f"{step}/*/*.ipynb")):
            try:
                book = read_book(path.read_bytes())
            except OSError:
                continue
            found[path.parent.name] |= book.marks if book else set()
    return {name: frozenset(ids) for name, ids in found.items() if ids}


@dataclass(frozen=True)
class Marks:
    """The marks of all assignments; which assignment a notebook is of."""

    assignment: str
    known: Mapping[str, frozenset[str]]

    def remarks(self) -> list[str]:
        if self.known.get(self.assignment):
            return []
        return [f"课程文件夹里没有{self.assignment}的学生版，认不出交错的作业；先运行course assign (not released; wrong notebooks pass)"]

    def wrong(self, book: Book) -> str | None:
        """The assignment that the notebook is of when it is not this one; "?" for one that nobody knows."""
        own = self.known.get(self.assignment)
        if not own or not book.marks:
            return None
        alike = {name: len(ids & book.marks) / len(ids | book.marks) for name, ids in self.known.items()}
        best = max(alike, key=lambda name: (alike[name], name == self.assignment))
        return "?" if not alike[best] else None if best == self.assignment or alike[best] == alike[self.assignment] else best
