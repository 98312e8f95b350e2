"""What must be true of the semester: of what was collected, of every mark, of the log and of the grade files."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Mapping
from pathlib import Path

import sqlalchemy as sa

from .. import assignments, class_data, course, marks, similarity
from ..submissions import FILES, Submission
from ..submissions import expected as points_of
from .answers import Task
from .handing_in import Inbox, Truth

Cells = dict[tuple[str, str], marks.Cell]
SHOWN = 12


def need(faults: Collection[str], what: str) -> None:
    """Raises GradingError with the first of the faults, when there are any."""
    if faults:
        more = f"\n……共{len(faults)}处 ({len(faults)} in all)" if len(faults) > SHOWN else ""
        raise course.GradingError(f"{what}:\n" + "\n".join(list(faults)[:SHOWN]) + more)


def collected(root: Path, name: str, inbox: Inbox) -> list[str]:
    """Submissions that are not, byte for byte, what was handed in; files outside the course folder."""
    faults = []
    for number, truth in inbox.truths.items():
        place = root / "submitted" / number / name
        notebook = place / f"{name}.ipynb"
        there = hashlib.sha256(notebook.read_bytes()).hexdigest() if notebook.is_file() else ""
        if truth.digest and there != truth.digest:
            faults.append(f"{number} {name}: 收下的不是交的那一份 (another file than the one handed in)")
        if truth.outcome == "refused" and place.exists():
            faults.append(f"{number} {name}: 不该收 (nothing should have been collected)")
        if truth.outcome == "worthless" and not place.is_dir():
            faults.append(f"{number} {name}: 要留给批改程序说明 (should have been left to the grader)")
    escaped = [path for path in root.parent.parent.rglob("escaped*") if root not in path.parents]
    return faults + [f"写到了外面 (written outside): {path}" for path in escaped]


def cells(root: Path, name: str) -> Cells:
    """The gradebook's row of every graded cell of the assignment, by student and cell."""
    engine = sa.create_engine(marks.database(marks.settings(root)))
    try:
        with engine.connect() as connection:
            found = [cell for cell in marks.cells(connection) if cell.assignment == name and cell.cell]
    finally:
        engine.dispose()
    return {(cell.student, cell.cell): cell for cell in found}


def expected_points(own: Task, number: str, truth: Truth) -> dict[str, float]:
    """What every autograded cell must give."""
    blank = truth.kind == "blank"
    file = "empty file" if truth.outcome == "worthless" else None
    assert file in FILES
    points = points_of(Submission(number, "", truth.mistakes, file=file), own.variants.MISTAKES, own.source)
    return dict.fromkeys(points, 0.0) if blank else points


def graded(own: Task, inbox: Inbox, found: Cells, struck: Mapping[str, str]) -> tuple[list[str], dict[str, int]]:
    """Cells with other points than what was written deserves, and how many were compared, lost, and "by chance".

    `struck`: the cell that a faulty test costs, by student. With data of one's own a wrong way may once lead to the right answer,
    or spoil one more in its task: such cells are by chance; of more than one in fifty each is a fault, and so is any cell
    of a task that was answered rightly or not at all.
    """
    faults: list[str] = []
    by_chance: list[str] = []
    counts: dict[str, int] = defaultdict(int)
    for number, truth in inbox.truths.items():
        if truth.outcome in ("refused", "part"):
            counts["not compared"] += 1
            if truth.outcome == "refused" and any(student == number for student, _ in found):
                faults.append(f"{number} {own.name}: 没有交却有成绩 (a mark from nothing)")
            continue
        counts["submissions"] += 1
        written = truth.mistakes if truth.outcome == "whole" and truth.kind != "blank" else ()
        doubtful = {task for name in written for task in own.variants.MISTAKES[name].tasks}
        for cell, points in expected_points(own, number, truth).items():
            row = found.get((number, cell))
            hit = struck.get(number) == cell
            want = 0.0 if hit else points
            counts["cells"] += 1
            counts["lost"] += want == 0
            if row is None or row.auto is None or abs(row.auto - want) > 1e-9:
                got = "没有这一行 no row" if row is None else row.auto
                said = f"{number} {own.name} {cell}: 应是{want:g}，得到{got}（{'、'.join((*truth.mistakes, truth.kind))}）"
                chance = cell.split("-")[0] in doubtful and not hit and row is not None and row.auto is not None
                (by_chance if chance else faults).append(said)
    counts["by chance"] = len(by_chance)
    return faults + (by_chance if len(by_chance) > max(2, counts["lost"] / 50) else []), dict(counts)


def kept(before: Cells, after: Cells, hands: Mapping[tuple[str, str], float]) -> list[str]:
    """Marks by hand that are not what they were."""
    faults = [
        f"{key[0]} {key[1]}: 人工评分{points:g}，现在是{after[key].manual} (a person's mark has changed)"
        for key, points in hands.items()
        if key not in after or after[key].manual != points
    ]
    return faults + [f"{key[0]} {key[1]}: 这一行不见了 (the row is gone)" for key in before.keys() - after.keys()]


def logged(root: Path, name: str, before: Cells, after: Cells, since: int) -> tuple[list[str], int]:
    """Changes of automatic marks that are not in the log as they happened, and how many there were.

    `since`: lines of the log before the regrade.
    """
    lines = [one for one in marks.history(root)[since:] if one.assignment == name]
    said = {(one.student, one.cell): (one.old, one.new, one.why) for one in lines if one.what == "auto"}
    changed = {
        key: (marks.number(before[key].auto), marks.number(cell.auto), "regrade")
        for key, cell in after.items()
        if key in before and before[key].auto != cell.auto and None not in (before[key].auto, cell.auto)
    }
    faults = [
        f"{key}: 记录里是{said.get(key)}，应是{change} (the log says otherwise)"
        for key, change in changed.items()
        if said.get(key) != change
    ]
    faults += [f"{key}: 没有变却记下了 (logged, but nothing changed)" for key in said.keys() - changed.keys()]
    faults += [f"{one.student} {one.cell}: 人工评分的改动 (a person's mark changed)" for one in lines if one.what == "manual"]
    return faults, len(changed)


def scores(root: Path, name: str) -> dict[str, tuple[float, float] | None]:
    """Everybody's score and possible points by nbgrader's own reckoning; None where a mark is wanting."""
    waiting = {cell.student for cell in cells(root, name).values() if cell.unmarked}
    with course.gradebook(root) as book:
        found: dict[str, tuple[float, float] | None] = {student.id: None for student in book.students}
        for one in book.submission_dicts(name):
            if one["student"] not in waiting:
                found[one["student"]] = one["score"], one["max_score"]  # this course takes nothing off for lateness
    return found


def copies(root: Path, own: Task, inbox: Inbox) -> dict[str, list[str]]:
    """What the search for similar submissions says: planted copies found and missed, and pairs of students who copied nothing."""
    work = class_data.read(root, [own.name]).works[0]
    alike = similarity.compare({student: one.answers for student, one in work.graded.items()}, work.given)
    pairs = {frozenset((pair.one, pair.other)) for pair in alike.pairs}
    planted = {frozenset((number, truth.copied)): (number, truth) for number, truth in inbox.truths.items() if truth.copied}
    found = {"found": [], "missed": [], "same mistake": [], "honest": [], "with their number": [], "number missed": []}
    for pair, (number, truth) in planted.items():
        found["found" if pair in pairs else "missed"].append(f"{number}←{truth.copied}（{truth.manner}）")
    for pair in pairs - planted.keys():
        # who make one mistake write it word for word, for there is one text of it; that is no injustice to them
        one, other = sorted(pair)
        shared = set(inbox.truths[one].mistakes) & set(inbox.truths[other].mistakes)
        alike = any(len(own.variants.MISTAKES[name].cells) >= similarity.CELLS for name in shared)
        found["same mistake" if alike else "honest"].append(f"{one}↔{other}")
    if work.own_data:
        told = class_data.whose_data(work).classmate
        for number, truth in ((number, truth) for number, truth in inbox.truths.items() if truth.copied and truth.manner == "as it is"):
            found["with their number" if told.get(number) == (truth.copied,) else "number missed"].append(number)
    return found


def essay_points(own: Task, truth: Truth) -> float:
    """What a person gives an essay of this kind."""
    shares = {"good": 0.9, "good too": 0.85, "middling": 0.55, "short": 0.45, "wrong number": 0.4, "poor": 0.2}
    worth = next(cell.points for cell in assignments.graded_cells(own.source) if cell.manual)
    return round(worth * shares.get(truth.essay, 0.0))
