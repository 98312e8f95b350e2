"""Grade files that are made from nothing."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

import openpyxl
from openpyxl.cell.cell import Cell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from service_marketing.grading.problems import Text

from ..marks import Marks, Work
from ..tables import defused, one_line, restored
from .planning import Entry, Plan, Remark, Values
from .platforms import OF_WORK, Column, ExportError, Platform

SHEET = Text("成绩", "Grades")


def _laid_out(platform: Platform, works: Sequence[Work]) -> list[tuple[Column, Work | None, str]]:
    """The file's columns with their headings: those that name the assignment stand once for each, side by side."""
    laid, block = [], []

    def repeat() -> None:
        laid.extend((column, work, column.heading.replace("{assignment}", work.name)) for work in works for column in block)
        block.clear()

    for column in platform.columns:
        if "{assignment}" in column.heading:
            block.append(column)
            continue
        repeat()
        if column.field in OF_WORK and len(works) > 1:
            raise ExportError(f"“{platform.title}”的列“{column.heading}”只放得下一次作业，一次导出一个 (one assignment at a time)")
        laid.append((column, works[0] if column.field in OF_WORK else None, column.heading))
    repeat()
    return laid


def make(marks: Marks, platform: Platform, values: Values) -> Plan:
    works = marks.assignments
    people = []
    for person in marks.students:
        if platform.skip_unmarked and all(values.mark(person, work).state != "graded" for work in works):
            values.remarks.append(Remark("left out", f"{person.number} {person.name}", person.number))
            values.tell(person, None)
        else:
            people.append(person)
    laid = _laid_out(platform, works)
    incomplete = {c.heading for c, _, _ in laid if c.complete and not all(getattr(p, c.field, "") for p in people)}
    laid = [one for one in laid if one[0].heading not in incomplete]
    values.remarks.extend(Remark("file", f"不是人人都有“{heading}”，没有写这一列") for heading in sorted(incomplete))
    titles = [title.replace("{assignments}", "、".join(work.name for work in works)) for title in platform.titles]
    first = len(titles) + 2
    rows, entries = [], []
    for line, person in enumerate(people, first):
        rows.append(
            [values.score(person, work) if column.field == "score" else values.text(column, person, work) for column, work, _ in laid]
        )
        entries += [Entry(line, person.number, w.name, values.mark(person, w).state, values.score(person, w)) for w in works]
        values.tell(person, line)
    head = [[defused(one_line(title))] for title in titles] + [[defused(one_line(heading)) for _, _, heading in laid]]
    kinds = [column.field for column, _, _ in laid]
    data = _to_xlsx(head, rows, kinds, platform.language) if platform.format == "xlsx" else _to_csv(head + rows, platform)
    return Plan(platform, tuple(work.name for work in works), tuple(entries), tuple(values.remarks), data)


def _to_csv(rows: Iterable[Sequence[str]], platform: Platform) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=platform.separator).writerows(rows)
    try:
        return out.getvalue().encode(platform.encoding)
    except UnicodeEncodeError as error:
        bad = error.object[error.start : error.end]
        raise ExportError(f"“{bad}”在编码 {platform.encoding} 里没有，映射文件的 encoding 改用 utf-8-sig (not in this encoding)") from error


def _to_xlsx(head: Sequence[Sequence[str]], rows: Sequence[Sequence[str]], kinds: Sequence[str], language: str) -> bytes:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = getattr(SHEET, language)
    for line, row in enumerate([*head, *rows], 1):
        for column, text in enumerate(row, 1):
            cell = sheet.cell(line, column)
            number = line > len(head) and kinds[column - 1] in ("score", "max_score") and re.fullmatch(r"[0-9]+(\.[0-9]+)?", text)
            if number:
                put_number(cell, text)
            elif text:
                # a cell of the type text is never calculated, so the ' of a CSV file is not needed
                put_text(cell, restored(text))
            if line == len(head):
                cell.font = Font(bold=True)
    for index in range(len(kinds)):
        widest = max((len(row[index]) + sum(c > "\u2e7f" for c in row[index]) for row in [head[-1], *rows]), default=8)
        sheet.column_dimensions[get_column_letter(index + 1)].width = min(40, max(8, widest + 2))
    sheet.freeze_panes = sheet.cell(len(head) + 1, 1)
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def put_text(cell: Cell, text: str) -> None:
    cell.value = text
    cell.data_type = "s"
    cell.number_format = "@"
    if defused(text) != text:
        cell.quotePrefix = True


def put_number(cell: Cell, text: str) -> None:
    cell.value = float(text) if "." in text else int(text)
