"""Platforms' own grade files: made as an instructor would download them, and read back without any of the exporter's code."""

import csv
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import openpyxl

from ..roster import Enrolled

OUT_OF = {"chaoxing": 100, "rain-classroom": 20, "moodle": None, "canvas": 50}
"""What the work is worth on each platform; None: as in the gradebook."""

DECIMALS = {"chaoxing": 1, "rain-classroom": 1, "moodle": 2, "canvas": 2}


def template(platform: str, assignment: str, students: Sequence[Enrolled], place: Path) -> Path | None:
    """The file that the platform hands out, to be filled in; None for Moodle's, which is made from nothing."""
    place.mkdir(parents=True, exist_ok=True)
    if platform == "canvas":
        path = place / f"canvas-{assignment}.csv"
        head = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", f"{assignment} (4711)", "Current Score", "Final Score"]
        rows = [head, ["    Points Possible", "", "", "", "", f"{OUT_OF['canvas']}.0", "(read only)", "(read only)"]]
        rows += [[s.name, str(50_000 + at), s.number, s.email, s.group, "", "", ""] for at, s in enumerate(students)]
        with open(path, "w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
        return path
    if platform == "moodle":
        return None
    path = place / f"{platform}-{assignment}.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    if platform == "chaoxing":
        sheet.append([f"服务营销 {assignment} 成绩导入模板"])
        sheet.append(["序号", "学号", "姓名", "班级", "成绩", "评语"])
        for at, one in enumerate(students, 1):
            sheet.append([at, one.number, one.name, one.group, None, None])
    else:
        sheet.append(["姓名", "学号", "班级", f"得分（满分{OUT_OF[platform]}）"])
        for one in students:
            # as a number, as this platform's file may well have it
            sheet.append([one.name, int(one.number), one.group, None])
    book.save(path)
    return path


def read_back(platform: str, assignment: str, path: Path) -> list[tuple[str, str]]:
    """Number and score of every row of a student, as the platform would read them."""
    if platform in ("canvas", "moodle"):
        encoding, key = ("utf-8-sig", "SIS User ID") if platform == "canvas" else ("utf-8", "ID number")
        heading = f"{assignment} (4711)" if platform == "canvas" else f"{assignment} (Real)"
        with open(path, encoding=encoding, newline="") as file:
            return [(row[key], row[heading]) for row in csv.DictReader(file) if row[key]]
    rows = list(openpyxl.load_workbook(path).active.iter_rows(values_only=True))
    at = next(at for at, row in enumerate(rows) if "学号" in row)
    column = next(i for i, heading in enumerate(rows[at]) if str(heading).startswith(("成绩", "得分")))
    number = rows[at].index("学号")
    return [(str(row[number]), "" if row[column] is None else str(row[column])) for row in rows[at + 1 :] if row[number] is not None]


def wrong(platform: str, rows: Sequence[tuple[str, str]], scores: dict[str, tuple[float, float] | None]) -> list[str]:
    """Rows that are not what the gradebook says, a sentence each, lost and doubled rows among them.

    `scores`: score and possible points by student, None where there is none that counts.
    """
    got = dict(rows)
    said = [f"{platform}: {len(rows) - len(got)}行重复 (rows twice)"] if len(got) < len(rows) else []
    wanted = scores if platform != "moodle" else {number: score for number, score in scores.items() if score is not None}
    said += [f"{platform}: {number} 没有一行 (row lost)" for number in wanted.keys() - got.keys()]
    said += [f"{platform}: {number} 多出一行 (row too many)" for number in got.keys() - wanted.keys()]
    for number in wanted.keys() & got.keys():
        score, text = wanted[number], got[number].strip()
        if score is None:
            if text not in ("", "-"):
                said.append(f"{platform}: {number} 没有成绩，文件里却是{text} (a score from nothing)")
            continue
        exact = Fraction(repr(round(score[0], 9)))
        if OUT_OF[platform] is not None:
            exact = exact * OUT_OF[platform] / Fraction(repr(score[1]))
        if not text or abs(Fraction(Decimal(text)) - exact) > Fraction(1, 2 * 10 ** DECIMALS[platform]):
            said.append(f"{platform}: {number} 应是{float(exact):g}，文件里是{text!r} (another score)")
    return sorted(said)
