"""Platforms' own files with the scores filled in and everything else left as it was."""

import csv
import io
import re
import warnings
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from openpyxl.cell.cell import MergedCell
from openpyxl.worksheet.worksheet import Worksheet

from .. import tables
from ..marks import Marks, Person
from ..tables import defused, one_line, restored
from .fitting import bare_number, nfkc_heading, opened
from .making import put_number, put_text
from .planning import Entry, Plan, Remark, Values
from .platforms import ExportError, Fit, Platform


class _Class:
    """Finds the student whom a row of the template means."""

    def __init__(self, people: Sequence[Person]) -> None:
        self.by_number = {bare_number(person.number): person for person in people}
        self.by_lms = {person.lms_id: person for person in people if person.lms_id}
        self.by_email = {person.email.casefold(): person for person in people if person.email}
        self.by_name = self._unique((nfkc_heading(person.name), person) for person in people)
        self.by_digits = self._unique((number.lstrip("0"), person) for number, person in self.by_number.items())

    @staticmethod
    def _unique(pairs: Iterable[tuple[str, Person]]) -> dict[str, Person]:
        groups = defaultdict(list)
        for key, person in pairs:
            groups[key].append(person)
        return {key: group[0] for key, group in groups.items() if key and len(group) == 1}

    def find(self, row: Mapping[str, str], own_name: bool) -> tuple[Person | None, str]:
        """The student, and how: "" by an identification, "zeros", or "by name" where the row has nothing else (`own_name`)."""
        text = bare_number(row.get("number", ""))
        lms_id, email = row.get("lms_id", "").strip(), row.get("email", "").strip().casefold()
        person = (
            self.by_number.get(text)
            or self.by_lms.get(lms_id)
            or self.by_email.get(email)
            or self.by_email.get(text.casefold())
            or self.by_number.get(text.split("@")[0])
        )
        if person is not None:
            return person, ""
        if text:
            return (found, "zeros") if (found := self.by_digits.get(text.lstrip("0"))) and found.number != text else (None, "")
        if own_name and (person := self.by_name.get(nfkc_heading(row.get("name", "")))):
            return person, "by name"
        return None, ""


def fill(marks: Marks, platform: Platform, values: Values) -> Plan:
    fitted = platform.fit
    assert fitted is not None
    found = opened(fitted.template, platform)
    sheet = next((one for one in found.sheets if one.name == fitted.sheet), None)
    if sheet is None or sheet.rows[fitted.header] != fitted.headings:
        raise ExportError(f"{fitted.template.name} 和认列的时候不一样了，重新来一遍 (the template has changed)")
    values.remarks.extend(Remark("file", f"{fitted.template.name}：{text}，导入前打开看一眼") for text in found.warnings)
    people, remarks = _Class(marks.students), values.remarks
    places = {kind: column for (kind, assignment), column in fitted.columns.items() if not assignment}
    rows_of: dict[str, list[int]] = defaultdict(list)
    changes: dict[tuple[int, int], tuple[str, str]] = {}
    entries = []
    bodies = [(i, row) for i, row in enumerate(sheet.rows) if i > fitted.header and i != fitted.points_row]
    once = Counter(nfkc_heading(row[places["name"]]) for _, row in bodies if "name" in places and places["name"] < len(row))
    for index, row in bodies:
        said = {kind: row[column] if column < len(row) else "" for kind, column in places.items()}
        if not any(text.strip() for text in said.values()):
            continue
        line, shown = index + 1, " ".join(filter(None, (one_line(bare_number(said.get("number", ""))), one_line(said.get("name", "")))))
        _no_scientific(said.get("number", ""), fitted, line)
        person, how = people.find(said, once[nfkc_heading(said.get("name", ""))] == 1)
        if person is None:
            remarks.append(Remark("stranger", f"第{line}行 {shown}", row=line))
            continue
        if how:
            remarks.append(Remark(how, f"第{line}行 {shown} → {person.number} {person.name}", person.number, line))
        elif person.name and said.get("name", "").strip() and not _same_name(person.name, said["name"]):
            remarks.append(Remark("name", f"第{line}行 {shown}，成绩册里是 {person.name}", person.number, line))
        rows_of[person.number].append(line)
        for work in marks.assignments:
            mark, text = values.mark(person, work), values.score(person, work)
            column = fitted.columns["score", work.name]
            old = row[column].strip() if column < len(row) else ""
            if old in platform.keep or (old and not text):
                remarks.append(Remark("kept", f"第{line}行 {person.number} {person.name}（{work.name}）：{old}", person.number, line))
                continue
            entries.append(Entry(line, person.number, work.name, mark.state, text))
            if _number(old) is not None and _number(text) not in (None, _number(old)):
                remarks.append(
                    Remark("changed", f"第{line}行 {person.number} {person.name}（{work.name}）：{old} → {text}", person.number, line)
                )
            if text:
                changes[index, column] = (text, "score")
            if ("comment", work.name) in fitted.columns and mark.comment and mark.state == "graded":
                changes[index, fitted.columns["comment", work.name]] = (defused(mark.comment), "comment")
        values.tell(person, line)
    if not rows_of:
        theirs = next(
            (
                one_line(row[places["number"]])
                for _, row in bodies
                if "number" in places and places["number"] < len(row) and row[places["number"]].strip()
            ),
            "",
        )
        raise ExportError(
            f"{fitted.template.name} 里的学生和成绩册里的一个也对不上：模板里如“{theirs}”，成绩册里如“{marks.students[0].number}”。"
            "是不是别的班的模板，或学号列认错了？(no student of the template is in the gradebook)"
        )
    for number, lines in rows_of.items():
        if len(lines) > 1:
            remarks.append(Remark("twice", f"{number}：第{'、'.join(map(str, lines))}行", number, lines[0]))
    for person in marks.students:
        held = [work.name for work in marks.assignments if values.mark(person, work).state == "graded"]
        if person.number not in rows_of and held:
            remarks.append(Remark("no row", f"{person.number} {person.name}（{'、'.join(held)}）", person.number))
    write_into = _filled_xlsx if found.kind == "xlsx" else _filled_csv
    data = write_into(fitted, sheet, changes)
    return Plan(platform, tuple(work.name for work in marks.assignments), tuple(entries), tuple(remarks), data)


def _number(text: str) -> Decimal | None:
    return Decimal(text.rstrip("%")) if re.fullmatch(r"[0-9]+(\.[0-9]+)?%?", text) else None


def _no_scientific(text: str, fitted: Fit, line: int) -> None:
    if re.fullmatch(r"\d(\.\d+)?[eE]\+?\d+", text.strip()):
        heading = fitted.headings[fitted.columns["number", ""]]
        raise ExportError(
            f"{fitted.template.name} 第{line}行“{heading}”列是 {text.strip()}：Excel把学号变成了科学计数，数字已经丢了，"
            "从平台重新下载，不要用Excel另存CSV (the number was lost in Excel)"
        )


def _same_name(ours: str, theirs: str) -> bool:
    """Whether two names may be one person's: the same letters, in whatever order of the words."""
    return sorted(re.findall(r"\w", nfkc_heading(ours))) == sorted(re.findall(r"\w", nfkc_heading(restored(theirs))))


def _filled_csv(fitted: Fit, sheet: tables.Sheet, changes: Mapping[tuple[int, int], tuple[str, str]]) -> bytes:
    rows = [list(row) for row in sheet.rows]
    for (index, column), (text, _) in changes.items():
        rows[index] += [""] * (column + 1 - len(rows[index]))
        rows[index][column] = text
    out = io.StringIO(newline="")
    quoting = csv.QUOTE_ALL if fitted.quoted else csv.QUOTE_MINIMAL
    csv.writer(out, delimiter=fitted.separator, lineterminator=fitted.newline, quoting=quoting).writerows(rows)
    return out.getvalue().encode(fitted.encoding, "replace")


def _filled_xlsx(fitted: Fit, sheet: tables.Sheet, changes: Mapping[tuple[int, int], tuple[str, str]]) -> bytes:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # they are among the plan's remarks
        workbook = tables.workbook(fitted.template)
    page: Worksheet = workbook[fitted.sheet]
    for (index, column), (text, kind) in changes.items():
        cell = page.cell(index + 1, column + 1)
        if isinstance(cell, MergedCell):
            raise ExportError(f"{fitted.template.name} 工作表{fitted.sheet} {cell.coordinate} 是合并单元格，先取消合并 (a merged cell)")
        if kind == "score" and cell.number_format != "@" and re.fullmatch(r"[0-9]+(\.[0-9]+)?", text):
            put_number(cell, text)
        else:
            put_text(cell, restored(text))
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()
