"""The plan as a table, for the terminal and for Excel, and the table that comes back corrected."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from rich.table import Table

from service_marketing.grading import wording
from service_marketing.grading.problems import printable

from .. import roster, tables
from ..course import Student
from ..tables import defused, restored
from .records import CollectError, Plan
from .text import shown_size, shown_time, squeezed
from .words import CLOCKS, HOW, VERDICTS

_COLUMNS = ("文件", "学号", "姓名", "怎么认出的", "结果", "说明", "交的时间", "时间来自", "迟交", "大小", "saved as", "result", "why")


def table(plan: Plan, everything: bool = False) -> Table:
    """The plan as a table for the terminal: what needs a look first; `everything`: system files and those left out too."""
    late = sum(row.late is not None for row in plan.having("take"))
    counts = (len(plan.having("take")), late, len(plan.having("unmatched")), len(plan.missing))
    title = plan.assignment + "：收{}份，迟交{}份，不知道是谁的{}份，没交{}人".format(*counts)
    shown = Table(title=title, title_justify="left")
    for heading in ("文件", "学生", "结果", "交的时间", "说明"):
        shown.add_column(heading, overflow="fold")
    order = {verdict: i for i, verdict in enumerate(("unmatched", "refused", "unusable", "older", "superseded", "take", "beside", "same"))}
    rows = [row for row in plan.rows if everything or row.came]
    for row in sorted(rows, key=lambda row: (order.get(row.verdict, len(order)), not row.said.zh, row.student, row.file)):
        who = f"{row.student} {_escape(row.name)}\n[dim]{HOW[row.how].zh}[/dim]" if row.student else "—"
        when = shown_time(row.moment, plan.zone) if row.moment else "—"
        if row.late:
            when += f"\n[yellow]迟{wording.duration(row.late.total_seconds(), 'zh')}[/yellow]"
        colour = {"take": "green", "unmatched": "red", "refused": "red", "unusable": "yellow"}.get(row.verdict, "")
        verdict = f"[{colour}]{VERDICTS[row.verdict].zh}[/{colour}]" if colour else VERDICTS[row.verdict].zh
        shown.add_row(_escape(row.file), who, verdict, when, _escape(row.said.zh))
    for student in plan.missing:
        shown.add_row("—", f"{student.number} {_escape(student.name)}", "[dim]没交[/dim]", "—", "")
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


def write_table(plan: Plan, path: Path | str) -> Path:
    """The plan as CSV for Excel (UTF-8 with byte order mark): one row a file, then one for each student from whom nothing came.

    Whoever fills in the column 学号 and gives the file back with `--matches` corrects the matching.
    """
    rows = [list(_COLUMNS)]
    for row in plan.rows:
        late = wording.duration(row.late.total_seconds(), "zh") if row.late else ""
        rows.append([
            defused(row.file), _text(row.student), defused(row.name), HOW[row.how].zh, VERDICTS[row.verdict].zh, defused(row.said.zh),
            shown_time(row.moment, plan.zone) if row.moment else "", CLOCKS[row.clock].zh, late, shown_size(row.size),
            defused(row.target), VERDICTS[row.verdict].en, defused(row.said.en),
        ])  # fmt: skip
    rows += [["", _text(one.number), defused(one.name), "", "没交", *[""] * 6, "nothing came", ""] for one in plan.missing]
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
