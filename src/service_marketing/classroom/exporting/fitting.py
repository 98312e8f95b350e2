"""Which column of a template is what, and where the students begin."""

import fnmatch
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from openpyxl.utils import get_column_letter

from .. import tables
from ..tables import SEARCHED, one_line
from .platforms import ExportError, Fit, Platform


def bare_number(text: str) -> str:
    """A student's number as it is meant: without spaces, tabs, ' or ="…", by which files keep Excel from making it a number."""
    text = unicodedata.normalize("NFKC", text).strip()
    found = re.fullmatch(r'="(.*)"', text)
    return re.sub(r"\s", "", (found[1] if found else text).lstrip("'"))


def nfkc_heading(heading: str) -> str:
    text = unicodedata.normalize("NFKC", heading).casefold().replace("【", "[").replace("】", "]")
    return re.sub(r"[\s*★﹡]", "", text).strip(":")


def _bare(heading: str) -> str:
    return re.sub(r"\([^()]*\)|\[[^\[\]]*\]", "", nfkc_heading(heading))


def _is(heading: str, alias: str) -> bool:
    """Whether a heading is meant by `alias`, in which * stands for any text; what is in brackets may be missing."""
    wanted = "*".join(nfkc_heading(part) for part in alias.split("*"))
    wanted = wanted.replace("[", "[[]")
    return any(fnmatch.fnmatchcase(text, wanted) for text in (nfkc_heading(heading), _bare(heading)) if text)


def _columns(platform: Platform, headings: Sequence[str], kind: str) -> list[list[int]]:
    """Columns that the platform knows as `kind`: for each of its names, best first, those that have it."""
    found = [[i for i, heading in enumerate(headings) if heading and _is(heading, alias)] for alias in platform.recognise.get(kind, ())]
    return [columns for columns in found if columns]


def opened(path: Path, platform: Platform) -> tables.Table:
    """The platform's file at `path`, formulas as they stand in it."""
    kinds = ("number", "name", "email", "lms_id", "score", "comment")
    return tables.read(path, lambda cells: sum(bool(_columns(platform, cells, kind)) for kind in kinds), formulas=True)


def _header(platform: Platform, found: tables.Table, path: Path) -> tuple[tables.Sheet, int]:
    """The worksheet and the row of the headings: where most is recognised, a student's number or name for one."""
    best = None
    for sheet in found.sheets:
        for index, row in enumerate(sheet.rows[:SEARCHED]):
            kinds = {kind for kind in ("number", "name", "lms_id", "email", "score", "comment") if _columns(platform, row, kind)}
            if kinds & {"number", "name", "lms_id", "email"} and sum(map(bool, map(str.strip, row))) > 1:
                rank = ("number" in kinds or "lms_id" in kinds, len(kinds), -index)
                if best is None or rank > best[0]:
                    best = (rank, sheet, index)
    if best is None:
        rows = next((sheet.rows for sheet in found.sheets if sheet.rows), [[]])
        seen = "；".join("、".join(filter(None, map(one_line, row)))[:80] for row in rows[:3])
        names = "、".join(platform.recognise.get("number", ()) or ("（无）",))
        raise ExportError(
            f"{path.name} 里没找到有学号列的表头。前几行是：{seen}。认得的列名：{names}；"
            f"别的名字写进映射文件的 [recognise] number (no row with a column of student numbers)"
        )
    return best[1], best[2]


def fit(
    template: Path | str,
    platform: Platform,
    assignments: Sequence[str],
    columns: Mapping[str, str] | None = None,
    known: Iterable[str] = (),
) -> Platform:
    """`platform`, fitted to the `template` that was downloaded from it: which column is what, and where the students begin.

    `columns`: the heading (or the letter, "F") of an assignment's column, where the template does not make it plain;
    `known`: the class's student numbers, to tell which of several columns has them. Raises ExportError with file, row and
    column when it cannot be told.
    """
    path, columns = Path(template), dict(columns or {})
    if platform.template == "none":
        raise ExportError(f"“{platform.title}”不填模板，直接导出即可 (this platform takes no template)")
    if unknown := [name for name in columns if name not in assignments]:
        raise ExportError(f"--column 里的作业{'、'.join(unknown)}不在要导出的作业里 (not among the assignments)")
    found = opened(path, platform)
    sheet, header = _header(platform, found, path)
    headings, where = sheet.rows[header], f"{path.name}{f' 工作表{sheet.name}' if sheet.name else ''} 第{header + 1}行"
    places: dict[tuple[str, str], int] = {}
    body = sheet.rows[header + 1 :]
    numbers = [i for group in _columns(platform, headings, "number") for i in group]
    if numbers:
        there = set(known)
        score = {i: sum(_candidates(row, i) & there != set() for row in body) for i in numbers}
        places["number", ""] = max(dict.fromkeys(numbers), key=lambda i: score[i])
    for kind in ("name", "email", "lms_id"):
        if group := _columns(platform, headings, kind):
            places[kind, ""] = group[0][0]
    points = next(
        (i for i, row in enumerate(body[:3], header + 1) if any(_is(c, a) for c in row for a in platform.recognise.get("points", ()))), None
    )
    taken = set(places.values()) | {i for group in _columns(platform, headings, "ignore") for i in group}
    comments = {i for group in _columns(platform, headings, "comment") for i in group} - taken
    for name in assignments:
        wanted = columns.get(name)
        places["score", name] = _score_column(platform, headings, name, wanted, taken, comments, len(assignments), where)
        own = [i for i in sorted(comments) if _title(platform, headings[i]) == _title(platform, headings[places["score", name]])]
        if len(own) == 1 or (len(assignments) == 1 and len(comments) == 1):
            places["comment", name] = own[0] if own else next(iter(comments))
    twice = [name for name, count in Counter(places["score", name] for name in assignments).items() if count > 1]
    if twice:
        raise ExportError(
            f"{where}：几次作业都对上了同一列“{headings[twice[0]]}”，用 --column 作业=列名 分别说明 (one column for two assignments)"
        )
    return replace(
        platform,
        format=found.kind,
        fit=Fit(
            path, header, places, headings, _worth(sheet, headings, points, places, assignments, path), points,
            sheet.name, found.encoding, found.separator, found.newline, found.quoted,
        ),
    )  # fmt: skip


def _candidates(row: Sequence[str], column: int) -> set[str]:
    """What a cell may be as a student's number: the text, or what stands before @ in a login."""
    text = bare_number(row[column]) if column < len(row) else ""
    return {text, text.split("@")[0]} - {""}


def _title(platform: Platform, heading: str) -> str:
    """What a heading calls the assignment."""
    text = nfkc_heading(heading)
    for dropped in platform.recognise.get("dropped", ()):
        text = text.replace(nfkc_heading(dropped), "")
    return text.strip(":")


def _score_column(
    platform: Platform, headings: Sequence[str], name: str, wanted: str | None, taken: set[int], comments: set[int], count: int, where: str
) -> int:
    free = [i for i, heading in enumerate(headings) if heading.strip() and i not in taken and i not in comments]
    listed = "、".join(f"{get_column_letter(i + 1)} “{one_line(headings[i])}”" for i in free) or "（无）"
    if wanted is not None:
        said = [i for i, heading in enumerate(headings) if _is(heading, wanted) or _title(platform, heading) == nfkc_heading(wanted)]
        said = [i for i in said if i not in comments]
        if not said and re.fullmatch("[A-Z]{1,2}", wanted):
            said = [i for i in range(len(headings)) if get_column_letter(i + 1) == wanted]
        said = said or [i for i in free if nfkc_heading(wanted) in nfkc_heading(headings[i])]
        problem = "没有" if not said else "不止一个"
    else:
        said = [i for i in free if nfkc_heading(name) in nfkc_heading(headings[i])]
        if not said and count == 1:
            groups = [[i for i in group if i in free] for group in _columns(platform, headings, "score")]
            said = next((group for group in groups if group), [])
        wanted, problem = name, "没有认出" if not said else "不止一个像是"
    if len(said) != 1:
        raise ExportError(
            f"{where}：{problem}“{wanted}”的成绩列。可选的列：{listed}。"
            f"用 --column {name}=列名（或列的字母）说明；只导一次作业时写上作业名 (which column has its scores?)"
        )
    return said[0]


def _worth(
    sheet: tables.Sheet,
    headings: Sequence[str],
    points: int | None,
    places: Mapping[tuple[str, str], int],
    assignments: Sequence[str],
    path: Path,
) -> dict[str, Decimal]:
    """What each assignment is worth on the platform, where the template says so in a row of its own or in the heading."""
    worth = {}
    for name in assignments:
        column = places["score", name]
        text = sheet.rows[points][column].strip() if points is not None and column < len(sheet.rows[points]) else ""
        if "read only" in text:
            raise ExportError(f"{path.name} 第{points + 1}行“{headings[column]}”列是只读的，平台不收这一列 (a read-only column)")
        found = re.search(r"(?:满分|总分)[:]?([0-9]+(?:\.[0-9]+)?)", nfkc_heading(headings[column]))
        if re.fullmatch(r"[0-9]+(\.[0-9]+)?", text) and Decimal(text) > 0:
            worth[name] = Decimal(text)
        elif found and Decimal(found[1]) > 0:
            worth[name] = Decimal(found[1])
    return worth
