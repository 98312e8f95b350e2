"""What an instructor reads: one page about all submissions of an assignment, and the same as CSV.

    write_report(course, "ps1", language="en")

They stand in grading_report/ of the course folder. The page is whole in itself; the one script in it sorts, filters and
shows the table, a hundred rows at a time, and the page's policy lets no other run. Points are those in the gradebook at the
time, people's marks included; how the autograder came to its own, and at what cost, is in the grader's records.
"""

import base64
import csv
import hashlib
import json
import math
import os
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from io import StringIO
from pathlib import Path
from statistics import mean, median
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from . import feedback, folder, gradebook, redaction, results, wording
from .feedback import Side
from .gradebook import SubmittedAssignment
from .problems import printable
from .results import CellRecord, Record

FOLDER = "grading_report"
ROWS = 30_000
SAID = 6_000_000  # characters of remarks on the page
LONGEST = 300
BARS = 10
QUIET = ("late", "waiting", "missing", "unrecorded")  # marks that the row says in other words
Tell = Callable[[int, int], None]


@dataclass
class Row:
    """One student. `state`: graded, refused, failed, unrecorded (by another grader) or missing.

    `score`: with people's marks, late penalties taken off; `late` in seconds; `memory` in MB; `marks`: keys of wording.MARKS;
    `codes`: of problems; `said`: remarks; `cells`: points by notebook and grade id, `unmarked` those that wait for a person;
    `in_process`: tests behind no wall; `ran`: something of it was run, behind a `wall` and in a box with these `layers`.
    """

    student: str
    name: str = ""
    state: str = "missing"
    score: float | None = None
    penalty: float = 0.0
    waiting: bool = False
    submitted: datetime | None = None
    late: float = 0.0
    marks: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    cells: Mapping[tuple[str, str], float] = field(default_factory=dict)
    unmarked: frozenset[tuple[str, str]] = frozenset()
    in_process: tuple[str, ...] = ()
    seconds: float | None = None
    memory: float | None = None
    tries: int = 1
    ran: bool = False
    wall: bool = True
    layers: tuple[str, ...] = ()
    page: str = ""

    @property
    def attention(self) -> bool:
        return any(mark in wording.ATTENTION for mark in self.marks)


@dataclass(frozen=True)
class TestFigures:
    """One test over the class: `passed` is a share; `common`: what most of those who failed it came to, and how many."""

    name: str
    title: str
    passed: float
    common: str
    times: int
    in_process: bool


@dataclass(frozen=True)
class QuestionFigures:
    """One question over those of the class whose answers are marked: shares from 0 to 1, `discrimination` from -1 to 1.

    None stands where nothing can be told yet.
    """

    title: str
    worth: float
    share: float | None
    full: float | None
    discrimination: float | None
    tests: tuple[TestFigures, ...]


@dataclass
class Report:
    """All that the page and the CSV file say."""

    assignment: str
    worth: float
    due: datetime | None
    rows: list[Row]
    cells: list[tuple[str, str, float]]
    questions: list[QuestionFigures]

    def having(self, *states: str) -> list[Row]:
        """Rows in one of the states."""
        return [row for row in self.rows if row.state in states]


# ---- reading


def read(course: folder.Course | Path | str, assignment: str, language: str = "zh", tell: Tell | None = None) -> Report:
    """The state of an assignment, from the gradebook and the grader's records. Raises GradebookError, ValueError."""
    words = wording.words(wording.REPORT, language)
    course = course if isinstance(course, folder.Course) else folder.load(course)
    own = folder.assignment(course, assignment)
    book = gradebook.read(course.db_url, course.course_id, assignment)
    try:
        sides = [feedback.side(notebook, own, course.config) for notebook in book.assignment.notebooks]
        names, graded = feedback.gradebook_names(course.db_url), book.submitted()
        recorded = {file.name.removesuffix(".json") for file in (results.folder(course.root, assignment) / "results").glob("*.json")}
        students = sorted((set(names) | graded | recorded) - course.student_id_exclude)
        tally, rows = _Tally(), []
        for start in range(0, len(students), feedback.MANY):
            part = students[start : start + feedback.MANY]
            book.prefetch([student for student in part if student in graded])
            for student in part:
                submission = book.begin(student) if student in graded else None
                record = results.read(course.root, assignment, student)
                row = make_row(student, names.get(student, ""), submission, record, words, language)
                row.page = _page(course, assignment, student, sides)
                rows.append(row)
                tally.add(record)
                book.discard(student)
            if tell:
                tell(len(rows), len(students))
        cells = [(n.name, cell.name, cell.max_score) for n in book.assignment.notebooks for cell in n.graded().values()]
        cells.sort(key=lambda cell: _order(sides, cell[0], cell[1]))
        questions = _questions(sides, cells, rows, tally, language)
        return Report(assignment, sum(worth for _, _, worth in cells), book.assignment.duedate, rows, cells, questions)
    finally:
        book.close()


def make_row(
    student: str, name: str, submission: SubmittedAssignment | None, record: Record | None, words: Mapping[str, str], language: str
) -> Row:
    """One student's row, out of what the gradebook and the grader have."""
    row = Row(student, name)
    marks, said, codes = [], [], []
    if submission is not None:
        row.state = "graded"
        row.penalty = sum(notebook.late_submission_penalty or 0.0 for notebook in submission.notebooks)
        row.score = submission.score - row.penalty
        row.waiting = any(notebook.needs_manual_grade for notebook in submission.notebooks)
        row.submitted, row.late = submission.timestamp, float(submission.total_seconds_late)
        row.unmarked = frozenset((n.name, grade.name) for n in submission.notebooks for grade in n.grades if grade.needs_manual_grade)
        row.cells = {(notebook.name, grade.name): grade.score for notebook in submission.notebooks for grade in notebook.grades}
    if record is None:
        if submission is not None:
            row.state, marks, said = "unrecorded", ["unrecorded"], [words["unrecorded_said"]]
        else:
            marks, said = ["missing"], [words["missing_said"]]
    else:
        row.state = record.state
        problems = record.all_problems()
        codes = list(dict.fromkeys(found.code for found in problems))
        said = [getattr(found.instructor, language) for found in problems]
        _costs(row, record)
        marks += _marks(row, record)
        said += _cell_remarks(record, words, language)
    if row.late > 0:
        marks.append("late")
    if row.waiting:
        marks.append("waiting")
    row.marks, row.codes = tuple(dict.fromkeys(marks)), tuple(codes)
    row.said = tuple(dict.fromkeys(_short(one) for one in said))
    return row


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _costs(row: Row, record: Record) -> None:
    runs = [run for notebook in record.notebooks for run in notebook.runs]
    row.seconds = record.seconds
    row.memory = max((run.memory for run in runs), default=0) / 1024 or None
    row.tries = max((run.tries for run in runs), default=1)
    row.ran, row.wall, row.layers = bool(runs), record.wall, tuple(record.layers)
    row.in_process = record.in_process if record.wall else ("*",)


def _marks(row: Row, record: Record) -> list[str]:
    marks = [row.state] if row.state in ("refused", "failed") else []
    problems = record.all_problems()
    verdicts = {cell.verdict for _, cell in record.cells()}
    if any(found.grave for found in problems) and not marks:
        marks.append("grave")
    flags = {_is_change(flag) for _, cell in record.cells() for flag in _flags(cell)}
    if "refused" in verdicts or False in flags:
        marks.append("flagged")
    if any(found.code == "run" for found in problems) or any(run.problem for notebook in record.notebooks for run in notebook.runs):
        marks.append("broke")
    marks += [verdict for verdict in ("timeout", "exceeded", "lost") if verdict in verdicts]
    if any(not found.grave and found.code != "run" for found in problems):
        marks.append("restored")
    if True in flags:
        marks.append("altered")
    if record.wall and record.in_process:
        marks.append("forgeable")
    return marks


def _flags(cell: CellRecord) -> list[str]:
    """What the wall refused while the test ran. That the student's side was gone is told by the run."""
    flags = cell.notes.get("flags") if isinstance(cell.notes, Mapping) else None
    return [str(flag) for flag in flags if not str(flag).startswith("lost: ")] if isinstance(flags, (list, tuple)) else []


def _is_change(flag: str) -> bool:
    """Whether what was refused is a change to an argument, which beginners make in good faith."""
    return flag.startswith("argument: ")


def _cell_remarks(record: Record, words: Mapping[str, str], language: str) -> list[str]:
    """Tests that ran out of time and the like, and what was refused, in a sentence each."""
    told: dict[str, list[str]] = defaultdict(list)
    said = []
    for _, cell in record.cells():
        if cell.verdict in ("timeout", "exceeded", "lost", "refused"):
            told[cell.verdict].append(cell.name)
        flags = [flag for flag in _flags(cell) if not _is_change(flag)]
        if len(flags) < len(_flags(cell)):
            told["altered"].append(cell.name)
        if flags:
            listed = words["list"].join(printable(flag) for flag in flags[:3])
            said.append(words["cells_said"].format(cell.name, words["flag_said"].format(listed)))
    for verdict, names in told.items():
        text = words["altered_said"] if verdict == "altered" else getattr(results.VERDICTS[verdict], language)
        said.append(words["cells_said"].format(text, words["list"].join(names[:8]) + ("…" if len(names) > 8 else "")))
    return said


def _page(course: folder.Course, assignment: str, student: str, sides: list[Side]) -> str:
    """The address of the student's first page of feedback, from where the report stands; "" where there is none."""
    place = course.folder(course.feedback_directory, student, assignment)
    for one in sides:
        if (place / f"{one.name}.html").is_file():
            return quote(os.path.relpath(place / f"{one.name}.html", course.root / FOLDER).encode("utf-8", "surrogateescape"))
    return ""


def _order(sides: list[Side], notebook: str, name: str) -> tuple[int, int]:
    for at, one in enumerate(sides):
        if one.name == notebook:
            return at, next((i for i, cell in enumerate(one.reference.cells) if cell.name == name), len(one.reference.cells))
    return len(sides), 0


# ---- figures


class _Tally:
    """Verdicts on each test, counted over the records."""

    def __init__(self) -> None:
        self.verdicts: dict[tuple[str, str], Counter] = defaultdict(Counter)
        self.in_process: set[tuple[str, str]] = set()

    def add(self, record: Record | None) -> None:
        """Count one record that was graded."""
        if record is None or record.state != "graded":
            return
        for notebook, cell in record.cells():
            kind = redaction.nameable(cell.ename) if cell.verdict == "error" else ""
            self.verdicts[notebook, cell.name][kind or cell.verdict] += 1
            if cell.in_process:
                self.in_process.add((notebook, cell.name))


def _questions(
    sides: list[Side], cells: list[tuple[str, str, float]], rows: list[Row], tally: _Tally, language: str
) -> list[QuestionFigures]:
    scored = [row for row in rows if row.cells and row.state in ("graded", "unrecorded")]
    grouped: dict[tuple[int, int], list[tuple[str, str, float]]] = defaultdict(list)
    for cell in cells:
        at, _ = _order(sides, cell[0], cell[1])
        grouped[at, sides[at].places.get(cell[1], 0) if at < len(sides) else 0].append(cell)
    figures = []
    for (at, place), held in grouped.items():
        worth = sum(points for _, _, points in held)
        keys = [(notebook, name) for notebook, name, _ in held]
        marked = [row for row in scored if row.unmarked.isdisjoint(keys)]
        if 2 * len(marked) < len(scored):
            marked = []  # a few answers that were left blank say nothing about those that wait for marks
        got = [sum(row.cells.get(key, 0.0) for key in keys) for row in marked]
        others = [sum(row.cells.values()) - mine for row, mine in zip(marked, got, strict=True)]
        title = sides[at].titles[place] if at < len(sides) else ""
        title = title or held[0][1]
        figures.append(
            QuestionFigures(
                title=f"{sides[at].name}: {title}" if len(sides) > 1 else title,
                worth=worth,
                share=mean(got) / worth if got and worth else None,
                full=sum(points >= worth for points in got) / len(got) if got else None,
                discrimination=correlation(got, others),
                tests=tuple(filter(None, (_test(sides[at], cell, tally, language) for cell in held))),
            )
        )
    return figures


def _test(one: Side, cell: tuple[str, str, float], tally: _Tally, language: str) -> TestFigures | None:
    notebook, name, _ = cell
    test, verdicts = one.rules.tests.get(name), tally.verdicts.get((notebook, name))
    if test is None or not verdicts:
        return None
    count = sum(verdicts.values())
    others = Counter({kind: times for kind, times in verdicts.items() if kind != "passed"})
    kind, times = others.most_common(1)[0] if others else ("", 0)
    common = getattr(results.VERDICTS[kind], language) if kind in results.VERDICTS else kind
    return TestFigures(
        name, test.tested(language, one.names), verdicts["passed"] / count, common, times, (notebook, name) in tally.in_process
    )


def correlation(first: list[float], second: list[float]) -> float | None:
    """Pearson's correlation; None with fewer than three pairs, or where one of the two does not vary."""
    if len(first) < 3:
        return None
    centre = mean(first), mean(second)
    one, other = [value - centre[0] for value in first], [value - centre[1] for value in second]
    spread = math.sqrt(math.fsum(v * v for v in one) * math.fsum(v * v for v in other))
    return math.fsum(a * b for a, b in zip(one, other, strict=True)) / spread if spread > 1e-9 else None


def bars(scores: list[float], worth: float) -> list[dict[str, Any]]:
    """At most about ten bars: `label` in points, the number `n`, and `share` of the highest (0 to 1)."""
    top = max(worth, max(scores, default=0.0), 1e-9)
    step = next(s for s in (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 25, 50, 100, 200, 500, 1e3, 1e4, 1e6, 1e300) if math.ceil(top / s) <= BARS)
    count = max(1, math.ceil(round(top / step, 9)))
    held = Counter(min(max(int(score // step), 0), count - 1) for score in scores)
    highest = max(held.values(), default=1)
    return [
        {
            "label": f"{wording.number(at * step)}–{wording.number(min((at + 1) * step, top))}",
            "n": held[at],
            "share": held[at] / highest,
        }
        for at in range(count)
    ]


def _share_below(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, math.ceil(share * len(ordered)) - 1)]


# ---- writing


def write_report(course: folder.Course | Path | str, assignment: str, language: str = "zh", tell: Tell | None = None) -> tuple[Path, Path]:
    """Write the page and the CSV file; returns their paths. `tell`: called now and then with how many are done, and of how many."""
    course = course if isinstance(course, folder.Course) else folder.load(course)
    data = read(course, assignment, language, tell)
    place = course.root / FOLDER
    place.mkdir(exist_ok=True)
    zone = feedback.time_zone(course)
    table, page = place / f"{assignment}.csv", place / f"{assignment}.html"
    feedback.write_whole(table, to_csv(data, language, zone))
    feedback.write_whole(page, to_html(data, language, zone).encode("utf-8", "replace"))
    return page, table


def to_csv(data: Report, language: str = "zh", zone: tzinfo | None = None) -> bytes:
    """All rows, as Excel opens them rightly: UTF-8 with a byte order mark; no text is taken for a formula."""
    words = wording.words(wording.REPORT, language)
    marks = wording.words(wording.MARKS, language)
    columns = ("student", "name", "state", "score", "max", "penalty", "waiting", "submitted", "late", "marks", "said", "in_process")
    columns += ("seconds", "memory", "tries", "layers")
    several = len({notebook for notebook, _, _ in data.cells}) > 1
    head = [words[f"csv_{column}"] for column in columns]
    head += [
        f"{notebook}/{name} ({wording.number(worth)})" if several else f"{name} ({wording.number(worth)})"
        for notebook, name, worth in data.cells
    ]
    text = StringIO(newline="")
    out = csv.writer(text)
    out.writerow(_plain(value) for value in head)
    for row in data.rows:
        values = [
            row.student, row.name, words[row.state], row.score, data.worth, row.penalty or "", words["yes" if row.waiting else "no"],
            _when(row.submitted, zone), round(row.late / 3600, 2) if row.late else "",
            words["list"].join(marks[mark] for mark in row.marks), " ".join(row.said), " ".join(row.in_process), row.seconds,
            row.memory and round(row.memory, 1), row.tries, " ".join(row.layers),
        ]  # fmt: skip
        points = [row.cells.get((notebook, name), "") for notebook, name, _ in data.cells]
        out.writerow(_plain(value) for value in [*values, *points])
    return text.getvalue().encode("utf-8-sig", "backslashreplace")


def _plain(value: Any) -> Any:
    """A text that a spreadsheet would take for a formula gets an apostrophe before it."""
    if isinstance(value, float):
        return f"{round(value, 4):.12g}"
    if not isinstance(value, str):
        return "" if value is None else value
    value = value.replace("\0", "�")
    return "'" + value if value.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")) else value


def _when(moment: datetime | None, zone: tzinfo | None) -> str:
    return moment.replace(tzinfo=UTC).astimezone(zone).strftime("%Y-%m-%d %H:%M") if moment else ""


def to_html(data: Report, language: str = "zh", zone: tzinfo | None = None) -> str:
    """The page; everything from submissions is escaped."""
    words, marks = wording.words(wording.REPORT, language), wording.words(wording.MARKS, language)
    graded = [row for row in data.rows if row.state in ("graded", "unrecorded")]
    scores = [row.score for row in graded if row.score is not None]
    listed = [row for row in data.rows if row.attention] + [row for row in data.rows if not row.attention]
    listed = sorted(listed[:ROWS], key=lambda row: row.student)
    codes = Counter(code for row in data.rows for code in row.codes)
    counts = Counter(mark for row in data.rows for mark in row.marks)
    seconds = [row.seconds for row in data.rows if row.seconds is not None and row.state != "missing"]
    memory = [row.memory for row in data.rows if row.memory]
    style, style_digest = feedback.style_sheet("report.css")
    script, script_digest = _script()
    return (
        feedback.environment()
        .get_template("report.html.j2")
        .render(
            data=data,
            w=words,
            marks=marks,
            language=wording.TAGS[language],
            style=style,
            script=script,
            policy=f"default-src 'none'; style-src {style_digest}; script-src {script_digest}; base-uri 'none'; form-action 'none'",
            made=datetime.now(UTC).astimezone(zone).strftime("%Y-%m-%d %H:%M"),
            due=_when(data.due, zone),
            handed_in=[row for row in data.rows if row.state != "missing"],
            graded=graded,
            scores=scores,
            mean=mean(scores) if scores else None,
            median=median(scores) if scores else None,
            bars=bars(scores, data.worth),
            attention=[(mark, counts[mark]) for mark in wording.ATTENTION if counts[mark]],
            counts=[(mark, counts[mark]) for mark in wording.MARKS if counts[mark]],
            codes=[(code, times, _kind(code, language)) for code, times in codes.most_common()],
            unwalled=sum(row.ran and not row.wall for row in data.rows),
            unboxed=sum(row.ran and not row.layers for row in data.rows),
            layers=Counter(row.layers for row in data.rows if row.ran and row.layers).most_common(),
            in_process=sorted({cell for row in data.rows for cell in row.in_process if row.wall}),
            cost=_cost(seconds, memory),
            tries=sum(row.tries > 1 for row in data.rows),
            table=f"{data.assignment}.csv",
            rows=_rows(listed, words, zone, language),
            script_words=_json(_script_words(words, marks)),
            listed=len(listed),
        )
    )


def _script() -> tuple[Markup, str]:
    text = feedback.environment().loader.get_source(feedback.environment(), "report.js")[0].strip()
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return Markup(text), f"'sha256-{digest}'"


def _kind(code: str, language: str) -> str:
    """A kind of problem in a few words."""
    return getattr(wording.PROBLEMS[code], language) if code in wording.PROBLEMS else code


def _cost(seconds: list[float], memory: list[float]) -> tuple[str, ...] | None:
    if not seconds:
        return None
    times = (median(seconds), _share_below(seconds, 0.95), max(seconds))
    sizes = (round(median(memory)), round(max(memory))) if memory else (None, None)
    return tuple(map(wording.number, (*times, *sizes)))


def _rows(rows: list[Row], words: Mapping[str, str], zone: tzinfo | None, language: str) -> Markup:
    """The rows for the page's script; remarks are kept once each, and are left out once there are too many."""
    texts: dict[str, int] = {}
    held, room = [], SAID
    for row in rows:
        said = [*row.said]
        if row.late > 0:
            said.append(words["late_by"].format(wording.duration(row.late, language)))
        if row.penalty:
            said.append(words["penalty"].format(wording.number(row.penalty)))
        places = []
        for text in said:
            if text not in texts:
                if len(text) > room:
                    continue
                room -= len(text)
                texts[text] = len(texts)
            places.append(texts[text])
        score = None if row.score is None else round(row.score, 2)
        when = _when(row.submitted, zone)
        cost = (None if row.seconds is None else round(row.seconds, 2), row.memory and round(row.memory))
        held.append(
            [row.student, row.name, row.state, score, int(row.waiting), list(row.marks), list(row.codes), places, when, *cost, row.page]
        )
    return _json({"rows": held, "texts": list(texts)})


def _script_words(words: Mapping[str, str], marks: Mapping[str, str]) -> dict[str, Any]:
    states = {state: words[state] for state in ("graded", "refused", "failed", "unrecorded", "missing")}
    return {
        "marks": marks,
        "states": states,
        "attention": wording.ATTENTION,
        "quiet": QUIET,
        "shown": words["shown"],
        "more": words["more"],
    }


def _json(value: Any) -> Markup:
    """JSON that may stand in a page: nothing in it ends the element that holds it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029"))
