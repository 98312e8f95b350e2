"""What is done in the semester, each step held to what must come of it."""

import dataclasses
import json
import multiprocessing
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import nbformat

from service_marketing.grading import engine, feedback, report

from .. import assignments, class_report, collecting, course, exporting, marks, roster, tables
from . import answers, checks, files, handing_in, packing, people
from .checks import Cells, need
from .handing_in import CHINA, Inbox
from .record import Record

ASSIGNMENTS = ("03-satisfaction", "04-quality", "06-complaints")
FIXED = ASSIGNMENTS[2]
DUE = {name: datetime(2026, 3, 22, 23, 59, tzinfo=CHINA) + timedelta(days=14 * at) for at, name in enumerate(ASSIGNMENTS)}
SECONDS = 10
SMALLEST = 12
MARKED = (1.0, 0.7, 0.5)
"""Which part of the essays a person has marked, by assignment."""

Tell = Callable[[int, int], None]


@dataclass
class Semester:
    """A demonstration in a folder; `sandboxed`: whether a box can be built here."""

    directory: Path
    size: int
    workers: int
    record: Record
    sandboxed: bool = True

    @property
    def root(self) -> Path:
        return self.directory / "course"

    @property
    def inbox(self) -> Path:
        return self.directory / "inbox"

    @cached_property
    def students(self) -> tuple[roster.Enrolled, ...]:
        return roster.read(self.directory / "名单.xlsx").students

    def task(self, name: str) -> answers.Task:
        return answers.task(self.root, name)

    def handed_in(self, name: str) -> Inbox:
        return handing_in.load(self.inbox / f"{name}.json")


# ---- the steps


def prepare(now: Semester, tell: Tell) -> dict[str, Any]:
    """The course folder, three assignments, one of them with a faulty test, and the class list."""
    people.write_list(people.class_list(now.size), now.directory / "名单.xlsx")
    course.make(now.root, ASSIGNMENTS, timeout=SECONDS)
    _spoil(now)
    for at, name in enumerate(ASSIGNMENTS):
        course.assign(now.root, name, DUE[name])
        tell(at + 1, len(ASSIGNMENTS))
    course.enrol(now.root, now.students)
    return {"students": len(now.students), "own data": [name for name in ASSIGNMENTS if now.task(name).own_data]}


def _spoil(now: Semester) -> None:
    """Put a mistake into a hidden test, as it happens: whoever wrote it took the class for smaller than it is."""
    path = now.root / "source" / FIXED / f"{FIXED}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    cell = next(cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == _faulty(notebook))
    line = f'assert int(my_number[-4:]) <= {_limit(now)}, "学号超出了班级人数"\n'
    cell.source = cell.source.replace("### END HIDDEN TESTS", f"{line}### END HIDDEN TESTS", 1)
    nbformat.write(notebook, path)


def _faulty(notebook: nbformat.NotebookNode) -> str:
    cells = {cell.grade_id for cell in assignments.graded_cells(notebook) if not cell.manual}
    found = (cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade_id") in cells)
    return next(cell.metadata.nbgrader.grade_id for cell in found if "### END HIDDEN TESTS" in cell.source)


def _limit(now: Semester) -> int:
    return now.size * 2 // 3


def _struck(now: Semester) -> dict[str, str]:
    """Whom the faulty test costs its points, by the number that stands in the notebook."""
    cell = _faulty(now.task(FIXED).source)
    truths = now.handed_in(FIXED).truths
    numbers = {number: truth.copied if truth.manner == "as it is" else number for number, truth in truths.items()}
    return {student: cell for student, number in numbers.items() if int(number[-4:]) > _limit(now)}


def solve(now: Semester, name: str, tell: Tell) -> dict[str, Any]:
    """Every student's own data: the solution with all its tests, and how many different answers there are."""
    exercises = assignments.exercises_folder()
    path = assignments.build_source(name, now.directory / "solved", exercises)
    jobs = [(str(path), student.number) for student in now.students]
    digests, failed = set(), []
    with _mapped(now) as mapped:
        for done, ((digest, wrong), (_, number)) in enumerate(zip(mapped(answers.solved, jobs), jobs, strict=True), 1):
            digests.add(digest)
            failed += [f"{number} {name} {one}" for one in wrong]
            tell(done, len(jobs))
    need(failed, f"{name}：参考答案没有得满分 (the solution fails its own tests)")
    need(
        ["" for _ in range(len(jobs) - len(digests))], f"{name}：{len(jobs)}名学生只有{len(digests)}种答案 (answers are not all different)"
    )
    return {"students": len(jobs), "answers": len(digests)}


@contextmanager
def _mapped(now: Semester) -> Iterator[Callable[..., Iterable[Any]]]:
    """What maps over several processes, or over this one for a small class, which would wait longer for them to start."""
    if now.size < handing_in.LARGE:
        yield map
        return
    with multiprocessing.get_context("spawn").Pool(now.workers) as pool:
        yield partial(pool.imap, chunksize=4)


def hand_in(now: Semester, name: str, tell: Tell) -> dict[str, Any]:
    """What the class hands in, in four platforms' ZIPs."""
    at = ASSIGNMENTS.index(name)
    other = now.task(ASSIGNMENTS[at - 1])
    inbox = handing_in.hand_in(now.task(name), at, now.students, DUE[name], now.inbox, nbformat.writes(other.released).encode(), tell)
    handing_in.save(inbox, now.inbox / f"{name}.json")
    kinds = Counter(truth.kind for truth in inbox.truths.values() if truth.kind)
    kinds["stranger"] = sum(one.fate[0] == "unmatched" for one in inbox.expected.values())
    kinds["junk"] = sum(one.fate[0] == "ignored" for one in inbox.expected.values())
    kinds["gbk"] = 1
    late = sum(truth.late for truth in inbox.truths.values())
    copied = sum(bool(truth.copied) for truth in inbox.truths.values())
    return {
        "files": len(inbox.expected),
        "kinds": dict(kinds),
        "late": late,
        "copied": copied,
        "archives": [p.name for p in inbox.archives],
    }


def collect(now: Semester, name: str, tell: Tell) -> dict[str, Any]:
    """The platforms' ZIPs, planned, corrected by hand as an instructor would, and carried out."""
    inbox = now.handed_in(name)
    due = collecting.deadline(now.root, name)
    plan = collecting.plan(inbox.archives, now.students, name, now.root, due=due)
    matched_at_first = sum(bool(row.student) for row in plan.rows)
    need(_unlike(inbox, plan, corrected=False), f"{name}：认文件认得不对 (files are not matched as they should be)")
    corrected = _correct(now, name, inbox, plan)
    matches = collecting.read_matches(corrected, now.students)
    plan = collecting.plan(inbox.archives, now.students, name, now.root, due=due, matches=matches)
    need(_unlike(inbox, plan, corrected=True), f"{name}：改过以后认得不对 (after the corrections)")
    late = {row.student for row in plan.having("take", "same", "unusable") if row.late and row.target}
    wanted = {number for number, truth in inbox.truths.items() if truth.late and truth.outcome != "refused"}
    need(sorted(late ^ wanted), f"{name}：迟交认得不对 (late ones)")
    outcome = collecting.carry_out(plan, tell=tell)
    need(outcome.faults, f"{name}：没有写进去 (could not be written)")
    need(checks.collected(now.root, name, inbox), f"{name}：收下的文件不对 (what was collected)")
    counts = Counter(row.verdict for row in plan.rows)
    return {
        "rows": len(plan.rows), "matched at first": matched_at_first, "by hand": len(matches), "unmatched": counts["unmatched"],
        "verdicts": dict(counts), "submissions": len(list((now.root / "submitted").glob(f"*/{name}"))), "missing": len(plan.missing),
        "unserved": len(plan.unserved), "late": len(late),
    }  # fmt: skip


def _unlike(inbox: Inbox, plan: collecting.Plan, corrected: bool) -> list[str]:
    # what a run that was stopped had collected already is there "same"
    taken = {file: want.fate for file, want in inbox.expected.items() if want.fate[0] in ("take", "beside", "unusable")}
    rows = [
        (row.file, row.student, taken[row.file] if row.verdict == "same" and row.file in taken else (row.verdict, row.reason))
        for row in plan.rows
    ]
    return packing.differences(inbox.expected, rows, corrected)


def _correct(now: Semester, name: str, inbox: Inbox, plan: collecting.Plan) -> Path:
    """The plan's own table with the numbers filled in that the instructor finds out."""
    table = collecting.write_table(plan, now.inbox / f"{name}-对照表.csv")
    lines = [["文件", "学号"]]
    lines += [[row.file, inbox.expected[row.file].student] for row in plan.rows if inbox.expected[row.file].by_hand]
    corrected = table.with_name(f"{name}-改过的表.csv")
    tables.write_csv(corrected, lines)
    return corrected


def grade(now: Semester, name: str, tell: Tell, force: bool = False) -> dict[str, Any]:
    """`course autograde`, box and wall on, and the log of marks."""
    options = engine.settings(engine.load(now.root), sandbox=now.sandboxed, force=force)
    done = engine.autograde(now.root, name, workers=now.workers, options=options, tell=lambda _, done, total: tell(done, total))
    if done.interrupted:
        raise KeyboardInterrupt
    marks.record(now.root, "autograde")
    found = checks.cells(now.root, name)
    struck = {} if force or name != FIXED else _struck(now)
    faults, counts = checks.graded(now.task(name), now.handed_in(name), found, struck)
    need(faults, f"{name}：得分和写的不一样 (points other than what was written deserves)")
    return {**counts, "wall": done.wall, "layers": list(done.layers), "problems": done.by_problem(), "struck": len(struck)}


def mark(now: Semester, tell: Tell) -> dict[str, Any]:
    """A person marks essays, and gives points back where a test was too strict, through nbgrader's gradebook."""
    hands: dict[str, float] = {}
    for at, name in enumerate(ASSIGNMENTS):
        own, inbox = now.task(name), now.handed_in(name)
        found = checks.cells(now.root, name)
        essay = own.essays[0]
        waiting = sorted({student for student, cell in found if cell == essay and found[student, cell].auto is None})
        chosen = waiting[: max(1, round(len(waiting) * MARKED[at]))]
        wanted = {(student, essay): checks.essay_points(own, inbox.truths[student]) for student in chosen}
        if name == FIXED:
            wanted |= _given_back(now, found)
        with course.gradebook(now.root) as book:
            for (student, cell), points in wanted.items():
                grade = book.find_grade(cell, name, name, student)
                grade.manual_score, grade.needs_manual_grade = points, False
                if cell == essay:
                    book.find_comment(cell, name, name, student).manual_comment = f"论据{'充分' if points >= 15 else '要再具体一些'}"
            book.db.commit()
        hands |= {f"{name}|{student}|{cell}": points for (student, cell), points in wanted.items()}
        tell(at + 1, len(ASSIGNMENTS))
    changes = marks.record(now.root).changes
    return {"hands": hands, "logged": sum(one.what == "manual" for one in changes)}


def _given_back(now: Semester, found: Cells) -> dict[tuple[str, str], float]:
    """Full points by hand for a few: on the faulty test for two whom it struck, on another test for two who failed it."""
    own = now.task(FIXED)
    faulty = _faulty(own.source)
    worth = {cell.grade_id: cell.points for cell in assignments.graded_cells(own.source)}
    lost = [key for key, cell in sorted(found.items()) if cell.auto == 0 and cell.cell in worth and key[0] in _honest(now)]
    on_it = [key for key in lost if key[1] == faulty and key[0] in _struck(now)][:2]
    elsewhere = {key[0]: key for key in lost if key[1] != faulty}
    return {key: worth[key[1]] for key in (*on_it, *list(elsewhere.values())[:2])}


def _honest(now: Semester) -> set[str]:
    return {number for number, truth in now.handed_in(FIXED).truths.items() if truth.outcome == "whole" and truth.kind != "blank"}


def export(now: Semester, tell: Tell) -> dict[str, Any]:
    """Every assignment for every platform, into the platform's own file; read back as the platform would, and compared."""
    faults, rows, scores = [], 0, 0
    total = len(ASSIGNMENTS) * len(people.PLATFORMS)
    for at, name in enumerate(ASSIGNMENTS):
        wanted = checks.scores(now.root, name)
        for platform in people.PLATFORMS:
            template = files.template(platform, name, now.students, now.directory / "templates")
            ending = template.suffix if template else ".csv"
            to = now.directory / "exported" / f"{platform}-{name}{ending}"
            made, written = exporting.export(now.root, platform, [name], to, template, overwrite=True)
            back = files.read_back(platform, name, written)
            faults += files.wrong(platform, back, wanted)
            faults += exporting.lost(made, exporting.reimport(written, made.platform))
            rows += len(back)
            scores += sum(bool(text.strip(" -")) for _, text in back)
            tell(at * len(people.PLATFORMS) + people.PLATFORMS.index(platform) + 1, total)
    need(faults, "导出的文件读回来不一样 (read back, the grade files are others)")
    stands = {one.name: one.exported for one in marks.status(now.root)}
    need([f"{name}: {state}" for name, state in stands.items() if state != "yes"], "导出以后的状态 (status after the export)")
    return {"files": total, "rows": rows, "scores": scores}


def fix(now: Semester, tell: Tell) -> dict[str, Any]:
    """The faulty test is mended, handed out again and graded again for all; marks by hand stay, and the log has every change."""
    before_file = now.directory / "before-fix.json"
    hands = {
        (student, cell): points
        for key, points in now.record.result("mark")["hands"].items()
        for name, student, cell in [key.split("|")]
        if name == FIXED
    }
    before, since = _before(now, before_file)
    course.make(now.root, ASSIGNMENTS, timeout=SECONDS)
    course.assign(now.root, FIXED, DUE[FIXED])
    again = grade(now, FIXED, tell, force=True)
    after = checks.cells(now.root, FIXED)
    need(checks.kept(before, after, hands), f"{FIXED}：重批丢了人工评分 (the regrade has lost marks by hand)")
    faults, changed = checks.logged(now.root, FIXED, before, after, since)
    need(faults, f"{FIXED}：分数记录不对 (the log of marks)")
    stands = {one.name: one for one in marks.status(now.root)}
    wanted = "changed" if changed else "yes"
    need([] if stands[FIXED].exported == wanted else [stands[FIXED].exported], "重批以后应提示重新导出 (the status should say changed)")
    return {**again, "changed": changed, "kept": len(hands), "review": stands[FIXED].review}


def _before(now: Semester, file: Path) -> tuple[Cells, int]:
    """The marks and the length of the log before the test was mended, also when a broken-off run has begun to change them."""
    if not file.is_file():
        found = checks.cells(now.root, FIXED)
        part = file.with_suffix(".part")
        part.write_text(json.dumps([len(marks.history(now.root)), [list(cell) for cell in found.values()]]), encoding="utf-8")
        part.replace(file)
    since, rows = json.loads(file.read_text(encoding="utf-8"))
    found = [marks.Cell(*row) for row in rows]
    return {(cell.student, cell.cell): cell for cell in found}, since


def write_feedback(now: Semester, name: str, tell: Tell) -> dict[str, Any]:
    """Everybody's page, and the instructor's report of the grading."""
    written = feedback.write_feedback(now.root, name, tell=lambda _, done, total: tell(done, total))
    need([f"{student}: {reason}" for student, reason in written.failed], f"{name}：没有反馈 (no feedback)")
    report.write_report(now.root, name)
    return {"pages": written.pages}


def write_reports(now: Semester, tell: Tell) -> dict[str, Any]:
    """The class page and everybody's own."""
    place = now.directory / "class-report"
    total = 2 * len(now.students)
    page = class_report.write(now.root, [], place, "pseudonyms", lambda what, done, of: tell(done * len(now.students) // max(1, of), total))
    pages = class_report.write_students(now.root, [], place / "students", lambda _, done, of: tell(len(now.students) + done, total))
    need([] if len(pages) == len(now.students) else [str(len(pages))], "不是每个学生都有一页 (a page for each student)")
    text = page.read_text(encoding="utf-8")
    need([s.number for s in now.students if s.number in text or f">{s.name}" in text], "全班的页上有学生 (students on the class page)")
    return {"page": str(page.relative_to(now.directory)), "students": len(pages)}


def find_copies(now: Semester, name: str, tell: Tell) -> dict[str, Any]:
    """The planted copies, as the search for similar submissions sees them."""
    found = checks.copies(now.root, now.task(name), now.handed_in(name))
    if now.size >= handing_in.LARGE:
        need(found["missed"], f"{name}：没有认出抄的 (copies that were not found)")
        need(found["honest"], f"{name}：冤枉了人 (honest pairs)")
    need(found["number missed"], f"{name}：用了别人的学号没有认出 (others' numbers)")
    return found


def close(now: Semester, tell: Tell) -> dict[str, Any]:
    """Where everything stands at the end."""
    rows = marks.status(now.root)
    return {"status": [{k: str(v) for k, v in dataclasses.asdict(row).items()} for row in rows], "log": len(marks.history(now.root))}
