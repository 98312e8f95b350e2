"""A grade file read back as its platform would, and what of a plan is not in it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..tables import restored
from .fitting import bare_number, opened
from .planning import Plan
from .platforms import Column, ExportError, Platform


@dataclass(frozen=True)
class Row:
    """A student's row of a grade file: line (from 1), what identifies the student, and the scores by assignment as text."""

    line: int
    number: str
    name: str
    scores: Mapping[str, str]
    comments: Mapping[str, str] = field(default_factory=dict)
    email: str = ""


def reimport(file: Path | str, platform: Platform) -> list[Row]:
    """The students' rows of a grade file that was made by `platform` (fitted to its template, if it was filled into one).

    In a file that was made from nothing, a column that does not name its assignment has the assignment "". Raises ExportError
    for a file that cannot be read or that has other columns.
    """
    path = Path(file)
    found = opened(path, platform)
    if platform.fit:
        fitted = platform.fit
        sheet = next((one for one in found.sheets if one.name == fitted.sheet), None)
        if sheet is None or len(sheet.rows) <= fitted.header or sheet.rows[fitted.header] != fitted.headings:
            raise ExportError(f"{path.name} 的列和模板不一样 (other columns than the template)")
        places, start, skipped = dict(fitted.columns), fitted.header + 1, fitted.points_row
    else:
        sheet, start, skipped = found.sheets[0], len(platform.titles) + 1, None
        places = _places(platform, sheet.rows[start - 1] if len(sheet.rows) >= start else [], path)
    rows = []
    for index, row in enumerate(sheet.rows[start:], start):
        values = {place: restored(row[column].strip()) if column < len(row) else "" for place, column in places.items()}
        who = {kind: values.get((kind, ""), "") for kind in ("number", "name", "email", "lms_id")}
        if index == skipped or not any(who.values()):
            continue
        scores, comments = ({name: text for (kind, name), text in values.items() if kind == wanted} for wanted in ("score", "comment"))
        rows.append(Row(index + 1, bare_number(who["number"]), who["name"], scores, comments, who["email"]))
    return rows


def _places(platform: Platform, headings: Sequence[str], path: Path) -> dict[tuple[str, str], int]:
    places: dict[tuple[str, str], int] = {}

    def open_to(column: Column) -> tuple[bool, int]:
        """Headings that fit least come first: "{assignment}" alone would fit them all."""
        literal = column.heading.replace("{assignment}", "")
        return literal != column.heading, -len(literal)

    for column in sorted(platform.columns, key=open_to):
        pattern = "(.+)".join(map(re.escape, column.heading.split("{assignment}")))
        for index, heading in enumerate(headings):
            match = re.fullmatch(pattern, restored(heading))
            if match and index not in places.values():
                places[column.field, match[1] if match.groups() else ""] = index
    if not any(kind == "score" for kind, _ in places):
        raise ExportError(f"{path.name} 第{len(platform.titles) + 1}行没有成绩列，不是“{platform.title}”的文件 (no column of scores)")
    return places


def lost(plan: Plan, rows: Iterable[Row]) -> list[str]:
    """Scores of the plan that are not in `rows` as they should be, a sentence each; [] when all are."""
    there = {row.line: row for row in rows}
    said = []
    for entry in plan.entries:
        row = there.get(entry.row)
        got = None if row is None else row.scores.get(entry.assignment, row.scores.get(""))
        if got != entry.text:
            said.append(f"第{entry.row}行 {entry.student}（{entry.assignment}）：应是“{entry.text}”，文件里是“{got}”")
    return said
