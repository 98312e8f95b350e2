"""The class list, from the CSV or XLSX that a school or a teaching platform hands out.

Whatever the file calls its columns and however many title rows it puts above them, four things are looked for: the
student's number, the name, an e-mail address and the class. Numbers stay text, with their leading zeros.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from openpyxl.utils import get_column_letter

from . import tables
from .course import Student
from .tables import SEARCHED, Line, TableError

NUMBER = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,63}")
ROUNDED = re.compile(r"[0-9](?:\.[0-9]+)?[eE]\+?[0-9]+")
_CJK = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")

# the likelier names of a column first; those of Moodle (ID number, Email address) and Canvas (SIS User ID, Section) are among them
HEADINGS: dict[str, tuple[str, ...]] = {
    "number": (
        "学号", "学工号", "学生学号", "学号工号", "学籍号", "学生编号", "考生号", "studentid", "studentnumber", "studentno",
        "sid", "idnumber", "sisuserid", "工号", "number", "no", "用户名", "username", "账号", "id",
    ),
    "name": ("姓名", "学生姓名", "真实姓名", "中文姓名", "名字", "学生", "name", "fullname", "studentname", "student"),
    "last": ("姓", "lastname", "surname", "familyname"),
    "first": ("名", "firstname", "givenname"),
    "email": ("邮箱", "电子邮箱", "电子邮件", "邮件", "邮箱地址", "email", "emailaddress", "mail"),
    "group": ("班级", "行政班", "行政班级", "教学班", "班级名称", "班", "class", "classname", "section", "group", "groups"),
}  # fmt: skip


class RosterError(TableError):
    """A class list that cannot be used, with file, row and column, and what to do."""


@dataclass(frozen=True)
class Enrolled(Student):
    """One student of the class list; `email` and `group` (the class) are "" where the list has none."""

    email: str = ""
    group: str = ""


@dataclass(frozen=True)
class Roster:
    """The students in the order of the list, and a sentence for each row that was left out."""

    students: tuple[Enrolled, ...]
    left_out: tuple[str, ...] = ()


def read(path: Path | str) -> Roster:
    """The class list in the CSV or XLSX file at `path`.

    Rows without a number, and rows that repeat one, are left out and named. Raises TableError for a file that is no table, and
    its kind RosterError when there is no heading, nobody left, or two students with the same number, for then nobody could say
    whose submission is whose.
    """
    path = Path(path)
    sheets = list(tables.cleaned(tables.read(path, lambda cells: len(columns_of(cells))), clean))
    found = [(lines, at, columns) for lines in sheets for at, columns in [headings(lines, path)] if columns]
    if not found:
        seen = " ⏎ ".join("，".join(filter(None, line.cells)) for lines in sheets for line in lines[:3]) or "（空 empty）"
        raise RosterError(
            f"{path.name}：没有找到写着“学号”的标题行，开头是：{seen[:200]}。在第一行写上列名，至少要有 学号 和 姓名"
            " (no heading row with a student number; name the columns in the first row)"
        )
    lines, at, columns = found[0]
    students: dict[str, tuple[Enrolled, int]] = {}
    left_out, clashes = [], []
    for line in lines[at + 1 :]:
        if not any(line.cells) or line.cell(columns["number"]) == lines[at].cell(columns["number"]):
            continue
        where = f"{path.name} 第{line.row}行 (row {line.row})"
        student = _student(line, columns)
        fault = _fault(student, line)
        if fault:
            left_out.append(f"{where}：{fault}")
            continue
        if student.number.casefold() not in students:
            students[student.number.casefold()] = student, line.row
            continue
        other, row = students[student.number.casefold()]
        if other.name == student.name:
            left_out.append(f"{where}：{student.number} {student.name} 在第{row}行已经有了，只算一次 (repeats row {row})")
        else:
            clashes.append(
                f"{where}：学号{student.number}在第{row}行已经是{other.name or '（没有姓名）'}，这里又是{student.name or '（没有姓名）'}，"
                f"改对其中一个 (the number is {other.name or 'somebody'}'s in row {row}; correct one of them)"
            )
    if clashes:
        raise RosterError("\n".join(clashes))
    if not students:
        listed = "\n".join(left_out[:10])
        raise RosterError(f"{path.name}：标题下面没有一行学生 (no student below the heading)" + (f"\n{listed}" if listed else ""))
    return Roster(tuple(student for student, _ in students.values()), tuple(left_out))


def headings(lines: Sequence[Line], path: Path, wanted: Iterable[str] = ("number",)) -> tuple[int, dict[str, int]]:
    """Where in `lines` the headings stand, and the column of each thing that they name; (0, {}) when none has all `wanted`.

    Raises RosterError when a student's number is the heading of two columns: half of the class would be overlooked.
    """
    best: tuple[int, dict[str, int]] = (0, {})
    for at, line in enumerate(lines[:SEARCHED]):
        columns = columns_of(line.cells)
        if all(name in columns for name in wanted) and len(columns) > len(best[1]):
            best = at, columns
    at, columns = best
    if columns:
        heading = plain(lines[at].cells[columns["number"]]) if "number" in columns else None
        twice = [i for i, cell in enumerate(lines[at].cells) if heading and plain(cell) == heading]
        if len(twice) > 1:
            where = "、".join(get_column_letter(i + 1) for i in twice)
            raise RosterError(
                f"{path.name} 第{lines[at].row}行：“{lines[at].cells[twice[0]]}”出现在{where}几列，把名单排成一列"
                " (several columns of numbers; put the list into one)"
            )
    return best


def clean(text: str) -> str:
    """A cell's text in NFKC without blanks around it, and without what keeps Excel from taking it for a number or a formula."""
    text = unicodedata.normalize("NFKC", text).replace("\ufeff", "").replace("\u200b", "").strip()
    if match := re.fullmatch(r'="(.*)"', text, re.DOTALL):
        text = match[1].strip()
    return text[1:].strip() if re.match(r"'[0-9=+@-]", text) else text


def plain(heading: str) -> str:
    """A heading without blanks, marks, capitals and what stands in brackets: "*学号（必填）" is "学号"."""
    heading = unicodedata.normalize("NFKC", heading).casefold()
    return re.sub(r"\W|_", "", re.sub(r"\([^)]*\)|\[[^\]]*\]|【[^】]*】", "", heading))


def is_chinese(name: str) -> bool:
    """Whether the name is written in Chinese characters."""
    return bool(_CJK.search(name))


def columns_of(cells: Sequence[str]) -> dict[str, int]:
    """The column of each thing that the headings `cells` name."""
    names = [plain(cell) for cell in cells]
    columns = {}
    for what, known in HEADINGS.items():
        ranked = [(known.index(name), i) for i, name in enumerate(names) if name in known]
        if what == "number" and not any(rank < known.index("工号") for rank, _ in ranked):
            ranked += [(-1, i) for i, name in enumerate(names) if "学号" in name and len(name) <= 8]
        if ranked:
            columns[what] = min(ranked)[1]
    return columns


def _student(line: Line, columns: dict[str, int]) -> Enrolled:
    name = line.cell(columns.get("name"))
    if not name:
        last, first = line.cell(columns.get("last")), line.cell(columns.get("first"))
        name = last + first if is_chinese(last + first) else f"{first} {last}".strip()
    name = re.sub(r"\s+", "" if is_chinese(name) else " ", name)
    number = re.sub(r"\s+", "", line.cell(columns["number"]))
    return Enrolled(number, name, line.cell(columns.get("email")).casefold(), line.cell(columns.get("group")))


def _fault(student: Enrolled, line: Line) -> str | None:
    """Why the row is none of a student, or None."""
    number = student.number
    if not number:
        said = student.name or "，".join(filter(None, line.cells))[:60]
        return f"没有学号（{said}），没有算进名单 (no number; left out)"
    if ROUNDED.fullmatch(number):
        return (
            f"学号{number}被Excel改成了科学计数，后几位已经丢了；从学校的系统重新下载，或者把这一列设为文本再填"
            " (Excel rounded the number; get the list anew)"
        )
    if not NUMBER.fullmatch(number):
        return f"“{number[:40]}”不像学号，只能有字母、数字、点、横线和下划线，没有算进名单 (no student number; left out)"
    return None
