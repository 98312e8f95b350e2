"""The plan as a table, for the terminal and for Excel, and the table that comes back corrected."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from rich.table import Table

from service_marketing.grading import wording
from service_marketing.grading.problems import Text, printable

from .. import roster, tables
from ..course import Student
from ..tables import defused, restored
from .records import CollectError, Plan
from .text import shown_size, shown_time, squeezed
from .words import CLOCKS, HOW, VERDICTS

_COLUMNS = {
    "zh": ("文件", "学号", "姓名", "怎么认出的", "结果", "说明", "交的时间", "时间来自", "迟交", "大小", "存到", "result", "why"),
    "en": ("file", "number", "name", "found by", "result", "why", "handed in", "time from", "late", "size", "saved as", "结果", "说明"),
}
_HEADINGS = {"zh": ("文件", "学生", "结果", "交的时间", "说明"), "en": ("file", "student", "result", "handed in", "why")}
_TITLE = {
    "zh": "{}：收{}份，迟交{}份，不知道是谁的{}份，没交{}人",
    "en": "{}: {} taken, {} of them late; {} not matched; nothing from {} students",
}
_MISSING = Text("没交", "nothing came")
_LATE = {"zh": "迟{}", "en": "{} late"}


def table(plan: Plan, everything: bool = False, language: str = "zh") -> Table:
    """The plan as a table for the terminal: what needs a look first; `everything`: system files and those left out too."""

    def said(text: Text) -> str:
        return getattr(text, language)

    late = sum(row.late is not None for row in plan.having("take"))
    title = _TITLE[language].format(plan.assignment, len(plan.having("take")), late, len(plan.having("unmatched")), len(plan.missing))
    shown = Table(title=title, title_justify="left")
    for heading in _HEADINGS[language]:
        shown.add_column(heading, overflow="fold")
    order = {verdict: i for i, verdict in enumerate(("unmatched", "refused", "unusable", "older", "superseded", "take", "beside", "same"))}
    rows = [row for row in plan.rows if everything or row.came]
    for row in sorted(rows, key=lambda row: (order.get(row.verdict, len(order)), not row.said.zh, row.student, row.file)):
        who = f"{row.student} {_escape(row.name)}\n[dim]{said(HOW[row.how])}[/dim]" if row.student else "—"
        when = shown_time(row.moment, plan.zone) if row.moment else "—"
        if row.late:
            when += f"\n[yellow]{_LATE[language].format(wording.duration(row.late.total_seconds(), language))}[/yellow]"
        colour = {"take": "green", "unmatched": "red", "refused": "red", "unusable": "yellow"}.get(row.verdict, "")
        verdict = said(VERDICTS[row.verdict])
        shown.add_row(_escape(row.file), who, f"[{colour}]{verdict}[/{colour}]" if colour else verdict, when, _escape(said(row.said)))
    for student in plan.missing:
        shown.add_row("—", f"{student.number} {_escape(student.name)}", f"[dim]{said(_MISSING)}[/dim]", "—", "")
    return shown


def _escape(text: str) -> str:
    from rich.markup import escape

    return escape(text)


def summary(plan: Plan) -> list[str]:
    """The plan in a few sentences: how many of what, then what the instructor has to see to."""
    counted = Counter(row.verdict for row in plan.rows)
    lines = ["，".join(f"{VERDICTS[code].zh} {VERDICTS[code].en}：{counted[code]}" for code in VERDICTS if counted[code])]
    perhaps = ("，也可能在没认出来的文件里", ", unless it is among the files that were not matched") if counted["unmatched"] else ("", "")
    for students, zh, en in (
        (plan.missing, f"没交{perhaps[0]}", f"nothing came{perhaps[1]}"),
        (plan.unserved, "交来的都不能收", "nothing that came could be taken"),
    ):
        if students:
            lines.append(f"{zh} ({en})：" + "、".join(f"{one.number} {one.name}" for one in students))
    return [*lines, *plan.remarks]


def write_table(plan: Plan, path: Path | str, language: str = "zh") -> Path:
    """The plan as CSV for Excel (UTF-8 with byte order mark): one row a file, then one for each student from whom nothing came.

    Result and why stand in the other language too, at the end. Whoever fills in the column 学号 (number) and gives the file back
    with `--matches` corrects the matching.
    """

    def said(text: Text) -> str:
        return getattr(text, language)

    def other(text: Text) -> str:
        return text.en if language == "zh" else text.zh

    rows = [list(_COLUMNS[language])]
    for row in plan.rows:
        late = wording.duration(row.late.total_seconds(), language) if row.late else ""
        rows.append([
            defused(row.file), _text(row.student), defused(row.name), said(HOW[row.how]), said(VERDICTS[row.verdict]),
            defused(said(row.said)), shown_time(row.moment, plan.zone) if row.moment else "", said(CLOCKS[row.clock]), late,
            shown_size(row.size), defused(row.target), other(VERDICTS[row.verdict]), defused(other(row.said)),
        ])  # fmt: skip
    rows += [["", _text(one.number), defused(one.name), "", said(_MISSING), *[""] * 6, other(_MISSING), ""] for one in plan.missing]
    path = Path(path)
    tables.write_csv(path, rows)
    return path


def read_matches(path: Path | str, students: Iterable[Student]) -> dict[str, str]:
    """From file to number, of a table with the columns 文件 (file) and 学号 (number), as `write_table` writes it or shorter.

    Rows without a number say nothing; "-" leaves the file out. Raises CollectError that names the row of an unknown number.
    """
    path = Path(path)
    known = {squeezed(student.number): student.number for student in students}
    found: dict[str, str] = {}
    table = tables.read(path, lambda cells: len(roster.columns_of(cells)))
    for lines in tables.cleaned(table, restored):
        for at, line in enumerate(lines[: tables.SEARCHED]):
            named = [roster.plain(cell) for cell in line.cells]
            files = next((named.index(name) for name in ("文件", "文件名", "file", "filename") if name in named), None)
            numbers = next((named.index(name) for name in roster.HEADINGS["number"] if name in named), None)
            if files is not None and numbers is not None:
                _read_rows(path, lines[at + 1 :], files, numbers, known, found)
                return found
    raise CollectError(f"{path.name}：没有找到写着“文件”和“学号”的标题行 (no heading row with 文件 and 学号)")


def _read_rows(path: Path, lines: Sequence[tables.Line], files: int, numbers: int, known: Mapping[str, str], found: dict[str, str]) -> None:
    wrong = []
    for line in lines:
        file, number = line.cell(files), squeezed(roster.clean(line.cell(numbers)))
        where = f"{path.name} 第{line.row}行 (row {line.row})"
        if not file or not number:
            continue
        if number != "-" and number not in known:
            wrong.append(f"{where}：学号{line.cell(numbers)}不在名单上 (on no list)")
        elif found.setdefault(file, known.get(number, "-")) != known.get(number, "-"):
            wrong.append(f"{where}：{printable(file)}前面给了另一个学号 (another number in an earlier row)")
    if wrong:
        raise CollectError("\n".join(wrong))


def _text(number: str) -> str:
    """A number that Excel leaves as text."""
    return f"\t{number}" if number else ""
