"""Tables in CSV and XLSX files: read whatever they are called and however they were saved, and written for Excel.

Every cell is text, numbers as Excel shows them, with their leading zeros. The one reader for class lists, corrected tables
and platforms' grade files.
"""

import csv
import io
import os
import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from itertools import islice
from pathlib import Path

import openpyxl
from openpyxl.cell.cell import Cell, MergedCell

from .assignments import AssignmentError

SEARCHED = 30
"""How many rows from the top a heading may stand below."""

DELIMITERS = ",\t;，|"
TRIGGERS = "=+-@＝＋－＠\t\r"
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


class TableError(AssignmentError):
    """A file that is no table or cannot be read, and what to do."""


@dataclass(frozen=True)
class Line:
    """One row of a table: its number in the file, counted from 1, and its cells as text."""

    row: int
    cells: tuple[str, ...]

    def cell(self, column: int | None) -> str:
        return self.cells[column] if column is not None and column < len(self.cells) else ""


@dataclass(frozen=True)
class Sheet:
    """One worksheet; a CSV file has one, without a name."""

    name: str
    lines: tuple[Line, ...]

    @cached_property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        return tuple(line.cells for line in self.lines)


@dataclass(frozen=True)
class Table:
    """A file's sheets, and how it is kept: `kind` "csv" or "xlsx"; the rest is a CSV file's, but for what openpyxl warns of."""

    kind: str
    sheets: tuple[Sheet, ...]
    encoding: str = ""
    separator: str = ","
    newline: str = "\r\n"
    quoted: bool = False
    warnings: tuple[str, ...] = field(default=())


def read(path: Path | str, headings: Callable[[Sequence[str]], int] = lambda cells: 0, formulas: bool = False) -> Table:
    """The table at `path`; what kind it is goes by its content, whatever its name ends in.

    Text may be UTF-8 with or without a byte order mark, UTF-16 with one, or GB18030. `headings`: how many headings a row has,
    by which the delimiter of a CSV file is told; else the sign that is most frequent. `formulas`: a workbook's formulas
    themselves and not their values. Raises TableError.
    """
    path = Path(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise TableError(f"{path}：打不开，{error.strerror} (cannot be opened)") from error
    head = data[:2048].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if not data.strip():
        raise TableError(f"{path.name}：是空文件 (the file is empty)")
    if data.startswith(b"PK"):
        return _workbook(path, data, formulas)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise TableError(
            f"{path.name}：是旧版Excel文件（或加了密码），用Excel或WPS打开后另存为 .xlsx 再试 (an old Excel file; save it as .xlsx)"
        )
    if head.startswith((b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta")):
        raise TableError(f"{path.name}：其实是网页，用Excel或WPS打开后另存为 .xlsx 再试 (it is a web page: save it as .xlsx)")
    return _text(path, data, headings)


# ---- text


def _text(path: Path, data: bytes, headings: Callable[[Sequence[str]], int]) -> Table:
    text, encoding = _decoded(path, data)
    first = text.splitlines()[:SEARCHED]

    def likely(mark: str) -> tuple[int, int]:
        rows = csv.reader(first, delimiter=mark)
        return max((headings(cells) for cells in islice(rows, SEARCHED)), default=0), sum(line.count(mark) for line in first)

    reader = None
    try:
        separator = max(DELIMITERS, key=likely)
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        lines = tuple(Line(reader.line_num, tuple(cells)) for cells in reader)
    except csv.Error as error:
        row = reader.line_num if reader else 1
        raise TableError(f"{path.name} 第{row}行：不是表格，{error} (not a table)") from error
    fields = next((line for line in first if separator in line), "").split(separator)
    quoted = len(fields) > 1 and all(re.fullmatch(r'".*"', one.strip()) for one in fields)
    return Table("csv", (Sheet("", lines),), encoding, separator, "\r\n" if "\r\n" in text else "\n", quoted)


def _decoded(path: Path, data: bytes) -> tuple[str, str]:
    marked = next((encoding for mark, encoding in _MARKS if data.startswith(mark)), "")
    for encoding in (marked,) if marked == "utf-16" else ("utf-8-sig" if marked else "utf-8", "gb18030"):
        try:
            text = data.decode(encoding, "replace" if encoding == "utf-16" else "strict")
        except UnicodeDecodeError as error:
            row = data.count(b"\n", 0, error.start) + 1
            continue
        if "\0" in text:
            raise TableError(f"{path.name}：不是表格 (not a table)")
        return text, encoding
    raise TableError(
        f"{path.name} 第{row}行：编码认不出来，既不是UTF-8也不是GB18030；用Excel另存为“CSV UTF-8”或 .xlsx"
        " (neither UTF-8 nor GB18030; save it as CSV UTF-8)"
    )


# ---- workbooks


def _workbook(path: Path, data: bytes, formulas: bool) -> Table:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        book = workbook(path, data, values=not formulas)
        sheets = [
            Sheet(sheet.title, tuple(Line(row, tuple(map(shown, cells))) for row, cells in enumerate(sheet.iter_rows(), 1)))
            for sheet in book.worksheets
        ]
    return Table("xlsx", tuple(sheets), warnings=tuple(dict.fromkeys(str(one.message) for one in caught)))


def workbook(path: Path, data: bytes | None = None, values: bool = False) -> openpyxl.Workbook:
    """The workbook at `path`, with the `values` that Excel kept of formulas or the formulas. Raises TableError."""
    try:
        content = io.BytesIO(path.read_bytes() if data is None else data)
        return openpyxl.load_workbook(content, data_only=values, keep_vba=not values and path.suffix.lower() == ".xlsm")
    except Exception as error:  # openpyxl raises whatever it stumbles over
        raise TableError(
            f"{path.name}：打不开，不是能读的Excel文件（{type(error).__name__}），用Excel或WPS打开后另存为 .xlsx 再试"
            " (cannot open the workbook)"
        ) from error


def shown(cell: Cell | MergedCell) -> str:
    """The text of a cell; a number is written as Excel shows it, with leading zeros where its format asks for them."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return str(value)
    text = plain_number(Decimal(repr(value))) if value == value else str(value)
    return text.zfill(len(cell.number_format)) if set(cell.number_format) == {"0"} and text.isdigit() else text


def plain_number(value: Decimal) -> str:
    """`value` without zeros at the end: 85.50 is 85.5, 100.00 is 100."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


# ---- for Excel


def defused(text: str) -> str:
    """`text` so that a spreadsheet does not take it for a formula: with ' before it where it begins like one (CWE-1236)."""
    return f"'{text}" if _dangerous(text) else text


def restored(text: str) -> str:
    """What `defused` was given."""
    return text[1:] if text[:1] == "'" and _dangerous(text[1:]) else text


def _dangerous(text: str) -> bool:
    # what already has ' before it gets another, or nobody could tell whose it is
    return len(text) > 1 and text.lstrip(" '")[:1] in tuple(TRIGGERS)


def one_line(text: str) -> str:
    """`text` on one line and without control characters, which neither platforms nor XLSX files take."""
    return re.sub(r"[\x00-\x08\x0e-\x1f\x7f]", "", re.sub(r"\s+", " ", text)).strip()


def write_csv(path: Path, rows: Iterable[Sequence[str]]) -> None:
    """A CSV file that Excel opens (UTF-8 with a byte order mark), whole or not at all."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.part")
    unfinished.write_bytes(b"\xef\xbb\xbf" + text.getvalue().encode("utf-8", "replace"))
    os.replace(unfinished, path)


def cleaned(table: Table, text_of: Callable[[str], str]) -> Iterator[list[Line]]:
    """The table's sheets, with `text_of` each cell."""
    for sheet in table.sheets:
        yield [Line(line.row, tuple(map(text_of, line.cells))) for line in sheet.lines]
