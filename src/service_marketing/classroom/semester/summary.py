"""What the semester came to, as tables for the terminal."""

from pathlib import Path

from rich.console import Console
from rich.table import Table

from ..collecting.words import VERDICTS
from .mess import ALWAYS, KINDS
from .record import Record


def show(kept: Record, root: Path, console: Console) -> None:
    """What was handed in, what became of it, what was graded, and how many rows of grade files were compared."""
    names = [key.removeprefix("collect ") for key in kept.steps if key.startswith("collect ")]
    console.print(_collected(kept, names))
    console.print(_mess(kept, names))
    console.print(_graded(kept, names))
    for line in sentences(kept):
        console.print(line, highlight=False, markup=False, soft_wrap=True)
    console.print(
        f"报告 report: {kept.directory / kept.result('reports')['page']}\n课程文件夹 course: {root}", highlight=False, soft_wrap=True
    )


def _collected(kept: Record, names: list[str]) -> Table:
    table = Table(title="交来的文件和收作业 (what came and what was collected)", title_justify="left")
    table.add_column("", overflow="fold")
    for name in names:
        table.add_column(name, justify="right")
    found = [kept.result(f"collect {name}") for name in names]
    rows = {
        "文件 files": [one["rows"] for one in found],
        "一看就认出 matched": [one["matched at first"] for one in found],
        "手工认出 by hand": [one["by hand"] for one in found],
        "认不出 nobody's": [one["unmatched"] for one in found],
        "有作业的学生 submissions": [one["submissions"] for one in found],
        "迟交 late": [one["late"] for one in found],
    }
    verdicts = {
        f"　{text.zh} {text.en}": [one["verdicts"].get(code, 0) for one in found]
        for code, text in VERDICTS.items()
        if any(one["verdicts"].get(code) for one in found)
    }
    for said, values in (rows | verdicts).items():
        table.add_row(said, *map(str, values))
    return table


def _mess(kept: Record, names: list[str]) -> Table:
    found = [kept.result(f"hand in {name}")["kinds"] for name in names]
    said = {key: kind.said for key, kind in KINDS.items()} | ALWAYS
    present = [key for key in said if any(one.get(key) for one in found)]
    table = Table(title=f"{len(present)}种混乱，每种都按该有的办法处理了 (kinds of mess)", title_justify="left")
    table.add_column("", overflow="fold")
    for name in names:
        table.add_column(name, justify="right")
    for key in present:
        table.add_row(said[key], *(str(one.get(key, "")) for one in found))
    return table


def _graded(kept: Record, names: list[str]) -> Table:
    table = Table(title="批改、评分、反馈 (graded)", title_justify="left")
    table.add_column("", overflow="fold")
    for name in names:
        table.add_column(name, justify="right")
    graded = [kept.result(f"grade {name}") for name in names]
    hands = kept.result("mark")["hands"]
    solved = [kept.steps.get(f"solve {name}", {}).get("result") for name in names]
    copies = [kept.result(f"copies {name}") for name in names]
    rows = {
        "学生 → 不同的答案 different answers": [f"{one['students']} → {one['answers']}" if one else "—" for one in solved],
        "对过分数的作业 submissions compared": [one["submissions"] for one in graded],
        "对过的题格 cells compared": [one["cells"] for one in graded],
        "其中错法在这份数据上碰巧不同 by chance": [one["by chance"] for one in graded],
        "人工评分 marks by hand": [sum(key.startswith(f"{name}|") for key in hands) for name in names],
        "反馈页 feedback": [kept.result(f"feedback {name}")["pages"] for name in names],
        "抄的，认出 copies found": [f"{len(one['found'])}/{len(one['found']) + len(one['missed'])}" for one in copies],
        "错法一字不差的 the same mistake": [len(one["same mistake"]) for one in copies],
        "冤枉的 honest pairs": [len(one["honest"]) for one in copies],
    }
    for said, values in rows.items():
        table.add_row(said, *map(str, values))
    return table


def sentences(kept: Record) -> list[str]:
    """The rest in sentences."""
    fix, first, again = (kept.result(step) for step in ("fix", "export", "export again"))
    return [
        f"改好一个测试后全班重批：{fix['changed']}个分数变了，都在marks.csv里；{fix['kept']}个人工评分一个没动"
        f" ({fix['changed']} marks changed, {fix['kept']} marks by hand kept)",
        f"导出{first['files']}+{again['files']}个成绩文件，读回来逐行对过{first['rows'] + again['rows']}行，其中成绩"
        f"{first['scores'] + again['scores']}个，一行没丢 ({first['rows'] + again['rows']} rows compared, none lost)",
        f"用时{kept.seconds:.0f}秒 (seconds)",
    ]
