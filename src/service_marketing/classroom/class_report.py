"""One page about a class, for its instructor, and one a student.

    write("course", ["03-satisfaction"], "pages")                      # pages/class.html, without names
    write("course", [], "pages", names="pseudonyms")                   # the semester so far
    write_students("course", [], "pages/students")                     # pages/students/<number>.html
    write("course", [], "pages", language="en")                        # in English

The report of a grading run (`grading.report`) says what to do about each submission; these say what a class has learnt. The
class page names nobody unless asked to. With pseudonyms, who is who stands in pseudonyms/names.csv of the course folder,
which nobody but its owner may read; the same student has the same pseudonym on all pages.
All pages are whole in themselves: no script, nothing from another place.
"""

import base64
import csv
import hashlib
import hmac
import io
import math
import os
import re
import secrets
import tokenize
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal

import jinja2
from markupsafe import Markup

from service_marketing.grading import feedback, report, results, wording

from . import check, class_data, marks, sections, similarity, statistics, tables
from .class_data import ClassData, ReportError, Submission, Task, Work
from .similarity import Cell
from .statistics import Distribution, Item, Risk, Rule, Span

NAMES = ("none", "pseudonyms", "real")
KEY = "pseudonyms"
COMMON = 3
TWO = 2
LINES = 14
COLUMNS = 96
PAIRS = 40
WITH_CODE = 10
RISKS = 200
CLASS_OF = 10
ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
Tell = Callable[[str, int, int], None]
Language = Literal["zh", "en"]

# ---- figures


@dataclass(frozen=True)
class WrongAnswer:
    """What `n` students, `share` of those graded, came to in a test of a task.

    `code`: an answer that led there, which `same` of them wrote; `again`: it stands under another wrong answer of the task;
    `others`: how many more messages the same students got in the task.
    """

    text: str
    n: int
    share: float
    code: str
    same: int
    again: bool
    others: int


@dataclass(frozen=True)
class TaskFigures:
    """A task over the class: `label` for the plot, and its commonest wrong answers, `rest` being how many others there are."""

    label: str
    title: str
    item: Item
    wrong: tuple[WrongAnswer, ...]
    rest: int
    blank: int


@dataclass(frozen=True)
class Twins:
    """A pair on the page: their labels, the titles of the tasks, and the two answers that have most in common."""

    one: str
    other: str
    similarity: float
    rare: int
    tasks: tuple[str, ...]
    same_number: bool
    codes: tuple[str, str] | None


@dataclass
class WorkFigures:
    """All that the class page says about one assignment."""

    work: Work
    anchor: str
    due: str
    listed: int
    here: int
    waiting: int
    missing: int
    late: int
    scores: Distribution | None
    shares: Distribution | None
    bars: list[dict[str, Any]]
    alpha: statistics.Alpha | None
    tasks: list[TaskFigures]
    spans: list[Span]
    times: int
    alike: similarity.Found
    alike_bars: list[tuple[str, int]]
    alike_tasks: list[tuple[str, int]]
    twins: list[Twins]
    numbers: class_data.Numbers | None
    incidents: list[tuple[str, int, list[str]]]
    page: str


@dataclass(frozen=True)
class RiskRow:
    """A student at risk on the page; `trend`: share of each assignment, None for nothing handed in, NaN for not known."""

    label: str
    risk: Risk
    trend: tuple[float | None, ...]


def figures(
    data: ClassData,
    work: Work,
    labels: Mapping[str, str],
    scrub: "Scrub",
    place: Path,
    tell: Tell | None = None,
    language: Language = "zh",
) -> WorkFigures:
    """The figures of one assignment. `labels`: how students are called on the page, empty for not at all.

    `language`: "zh" or "en", of what the page says of its own. Raises ReportError for another one.
    """
    _check(language)
    submissions = list(work.graded.values())
    table = points(work)
    items = statistics.items(table, [task.worth for task in work.tasks])
    scores = [one.mark.score or 0.0 for one in submissions]
    hours = [one.hours for one in submissions if one.hours is not None]
    alone = len(data.works) == 1  # of several assignments, each has less room
    alike = similarity.compare(
        {student: one.answers for student, one in work.graded.items()},
        work.given,
        (lambda done, total: tell(work.name, done, total)) if tell else None,
    )
    title_of = {cell: task.title for task in work.tasks for cell in task.answers}
    tied = Counter(title for pair in alike.pairs for title in {title_of.get(cell, cell[1]) for cell in pair.cells})
    page = data.course.root / report.FOLDER / f"{work.name}.html"
    return WorkFigures(
        work=work,
        anchor=_anchor(work.name),
        due=work.due.astimezone(data.zone).strftime("%Y-%m-%d %H:%M") if work.due else "",
        listed=len(work.marks),
        here=len(work.marks) - len(work.state("missing")),
        waiting=len(work.state("waiting")),
        missing=len(work.state("missing")),
        late=sum(one.hours is not None and one.hours > 0 for one in submissions),
        scores=statistics.distribution(scores, work.worth),
        shares=statistics.distribution([one.share for one in submissions if one.share is not None], 1.0),
        bars=report.bars(scores, work.worth) if scores else [],
        alpha=statistics.cronbach_alpha(table, len(work.tasks)),
        tasks=[
            TaskFigures(
                _label(task.title, at, language), task.title, item, *wrong_answers(work, task, scrub, COMMON if alone else 1, language)
            )
            for at, (task, item) in enumerate(zip(work.tasks, items, strict=True), 1)
        ],
        spans=statistics.submission_times(hours),
        times=len(hours),
        alike=alike,
        alike_bars=_tenths(alike.nearest.values()),
        alike_tasks=tied.most_common(),
        twins=[
            _twins(work, pair, at, title_of, labels, scrub) for at, pair in enumerate(alike.pairs[:PAIRS], 0 if alone else WITH_CODE - 3)
        ]
        if labels
        else [],
        numbers=class_data.whose_data(work) if work.own_data else None,
        incidents=[(getattr(wording.MARKS[key], language), len(who), who) for key in wording.MARKS if (who := work.incidents.get(key))],
        page=_relative(page, place) if page.is_file() else "",
    )


def points(work: Work) -> list[list[float | None]]:
    """A row for each graded student, a column for each task; None where a part of it is not marked yet."""
    return [[task_points(one, task) for task in work.tasks] for one in work.graded.values()]


def task_points(one: Submission, task: Task) -> float | None:
    """The student's points for the task."""
    return sum(one.points[cell] for cell in task.cells) if all(cell in one.points for cell in task.cells) else None


def _check(language: str) -> None:
    if language not in wording.LANGUAGES:
        raise ReportError(f"language 只能是{'、'.join(wording.LANGUAGES)}，得到 {language!r} (language must be one of these)")


def _label(title: str, at: int, language: Language = "zh") -> str:
    if language == "zh":
        found = re.match(r"第\s*(\d+)\s*题", title)
        return found[1] if found else title[:1] if title and not title[:1].isascii() else str(at)
    own = title.rpartition(" · ")[2]  # the titles of a mixed class end in English
    found = re.match(r"(?:Task|第)\s*(\d+)", own)
    return found[1] if found else own[:1] if own[:1].isupper() or not own[:1].isascii() else str(at)


def _anchor(name: str) -> str:
    return "w-" + re.sub(r"[^0-9A-Za-z_-]", lambda found: f"{ord(found[0]):x}", name)


def _tenths(values: Iterable[float]) -> list[tuple[str, int]]:
    held = Counter(min(9, int(value * 10)) for value in values)
    return [(f"{at / 10:.1f}–{(at + 1) / 10:.1f}", held[at]) for at in range(10)]


def _relative(file: Path, place: Path) -> str:
    return os.path.relpath(file, place.resolve()).replace(os.sep, "/")


# ---- the commonest wrong answers

_VARYING = re.compile(r"'[^']*'|\"[^\"]*\"|(?<![A-Za-z0-9_.])[-−]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![A-Za-z0-9_])")
_IDENTIFIER = re.compile(r"[A-Za-z_]\w*", re.ASCII)


def masked(text: str) -> str:
    """A message without its numbers and quotations, which differ from student to student where the mistake is the same."""
    return _VARYING.sub("…", text)


def merged(texts: Sequence[str]) -> str:
    """Messages that are the same but for numbers and quotations, as one: what differs between them is left out."""
    parts = [_VARYING.split(text) for text in texts]
    slots = [_VARYING.findall(text) for text in texts]
    kept = [group[0] if len(set(group)) == 1 else "…" for group in zip(*slots, strict=True)]
    return "".join(a + b for a, b in zip(parts[0], [*kept, ""], strict=True))


def wrong_answers(
    work: Work, task: Task, scrub: "Scrub", most: int = COMMON, language: Language = "zh"
) -> tuple[tuple[WrongAnswer, ...], int, int]:
    """The `most` commonest of a task, how many others there are, and how many students left a part of it blank.

    `language`: "zh" or "en", of what the grader says; the tests' own messages stay as they are. Raises ReportError for another.
    A failed hidden test counts only for students who failed nothing else in the task: it says the same once more.
    """
    _check(language)
    verdicts = {one.zh: getattr(one, language) for one in results.VERDICTS.values()}
    students: dict[str, dict[str, Cell]] = defaultdict(dict)
    texts: dict[str, Counter] = defaultdict(Counter)
    blank = 0
    for student, one in work.graded.items():
        failed = [(cell, one.failures[cell]) for cell in task.cells if cell in one.failures]
        blank += any(found.kind == "blank" for _, found in failed)
        said = [(cell, found.text) for cell, found in failed if found.kind != "blank"]
        if any(not text.startswith(tuple(check.HIDDEN.values())) for _, text in said):
            said = [(cell, text) for cell, text in said if not text.startswith(tuple(check.HIDDEN.values()))]
        for cell, text in said:
            key = masked(text)
            if student not in students[key]:
                students[key][student] = cell
                texts[key][text] += 1
    ordered = sorted(students, key=lambda key: (-len(students[key]), key))
    first: dict[frozenset[str], str] = {}  # one mistake fails several tests, for the same students
    for key in ordered:
        first.setdefault(frozenset(students[key]), key)
    common = [key for key in first.values() if len(students[key]) >= TWO][:most]
    found = []
    for key in common:
        with_same = sum(students[key].keys() == students[other].keys() for other in ordered) - 1
        text, times = texts[key].most_common(1)[0]
        text = text if times >= TWO and 2 * times >= len(students[key]) else merged(list(texts[key]))
        ended = any(work.graded[student].failures[cell].kind == "ended" for student, cell in students[key].items())
        # what ended a run may stand in any cell before
        code, same = ("", 0) if ended else _example(work, task, students[key], text)
        again = bool(code) and any(code == one.code for one in found)
        share = len(students[key]) / len(work.graded)
        found.append(WrongAnswer(scrub(verdicts.get(text, text)), len(students[key]), share, scrub(code), same, again, with_same))
    return tuple(found), len(first) - len(common), blank


def _example(work: Work, task: Task, who: Mapping[str, Cell], text: str) -> tuple[str, int]:
    """An answer that many of these students gave, without comments, and how many gave it but for names and layout."""
    answers = [cell for cell in task.answers if cell in work.given and not class_data.is_number_cell(work.given[cell][0])]
    if not answers:
        return "", 0
    mentioned = set(_IDENTIFIER.findall(text))
    before = {cell: at for at, cell in enumerate(answers)}
    best = max(answers, key=lambda cell: (len(mentioned & set(_IDENTIFIER.findall(work.given[cell][0]))), -before[cell]))
    written = [(student, work.graded[student].answers.get(best, "")) for student in who]
    forms = {student: " ".join(similarity.tokens(source)) for student, source in written}
    counts = Counter(form for form in forms.values() if form)
    if not counts:
        return "", 0
    form, times = counts.most_common(1)[0]
    source = min((source for student, source in written if forms[student] == form), key=lambda source: (len(source), source))
    return shortened(without_comments(source)), times


def without_comments(source: str) -> str:
    """Code without its comments and empty lines; students sign in comments."""
    lines = source.split("\n")
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type == tokenize.COMMENT:
                row, column = token.start
                lines[row - 1] = lines[row - 1][:column]
    except (tokenize.TokenError, SyntaxError, ValueError):
        lines = [re.sub(r"#.*", "", line) for line in source.split("\n")]
    return "\n".join(line.rstrip() for line in lines if line.strip())


def shortened(code: str) -> str:
    """At most a few lines, none too long to print."""
    lines = [line if len(line) <= COLUMNS else line[: COLUMNS - 1] + "…" for line in code.split("\n")]
    return "\n".join(lines if len(lines) <= LINES else [*lines[: LINES - 1], "…"])


class Scrub:
    """Takes students' numbers, names and addresses out of a text."""

    def __init__(self, people: Iterable[marks.Person], keep: bool = False):
        own = {text for person in people for text in (person.number, person.name, person.email, person.lms_id) if len(text) >= TWO}
        self._texts = [] if keep else sorted(own, key=lambda text: (-len(text), text))

    def __call__(self, text: str) -> str:
        low = text.casefold()
        for one in self._texts:
            if one.casefold() in low:
                # a short number may stand in any code; a long one is nobody's coincidence, whatever it is part of
                free = len(one) >= 6 or not one.isascii()
                pattern = re.escape(one) if free else rf"(?<![A-Za-z0-9_.]){re.escape(one)}(?![A-Za-z0-9_.])"
                text = re.sub(pattern, "▇▇", text, flags=re.IGNORECASE)
                low = text.casefold()
        return text


def _twins(work: Work, pair: similarity.Pair, at: int, title_of: Mapping[Cell, str], labels: Mapping[str, str], scrub: Scrub) -> Twins:
    one, other = work.graded[pair.one], work.graded[pair.other]
    codes = None
    if at < WITH_CODE:
        codes = tuple(scrub(shortened(x.answers.get(pair.cells[0], ""))) for x in (one, other))
    return Twins(
        labels[pair.one],
        labels[pair.other],
        pair.similarity,
        pair.rare,
        tuple(dict.fromkeys(title_of.get(cell, cell[1]) for cell in pair.cells)),
        bool(one.number) and one.number == other.number,
        codes,
    )


# ---- how students are called


def labelled(data: ClassData, names: str, language: Language = "zh") -> dict[str, str]:
    """How each student is called on the page; {} for not at all. Raises ReportError for what is not in `NAMES`.

    `language`: "zh" or "en", of the list of who is who. Raises ReportError for another one.
    """
    _check(language)
    if names not in NAMES:
        raise ReportError(f"names 只能是{'、'.join(NAMES)}，得到 {names!r} (names must be one of these)")
    if names == "none":
        return {}
    if names == "real":
        return {number: f"{number} {person.name}".strip() for number, person in data.people.items()}
    return pseudonyms(data.course.root, data.people.values(), language)


def pseudonyms(root: Path, people: Iterable[marks.Person], language: Language = "zh") -> dict[str, str]:
    """A pseudonym for each student, out of the course's secret seed, which is drawn once; who is who is written beside it.

    Both stand in pseudonyms/ of the course folder, for its owner's eyes alone. Whoever leaves the class stays in the list.
    `language`: "zh" or "en", of the list's headings. Raises ReportError for another one.
    """
    _check(language)
    place = Path(root) / KEY
    try:
        place.mkdir(mode=0o700, exist_ok=True)
        place.chmod(0o700)
        file = place / "seed.txt"
        if not file.is_file():
            feedback.write_whole(file, secrets.token_hex(32).encode(), 0o600)
        seed = file.read_bytes().strip()
        given, table = {}, place / "names.csv"
        known = _known_names(table)
        for person in people:
            given[person.number] = _pseudonym(seed, person.number, set(given.values()))
            known[given[person.number]] = (person.number, person.name)
        text = io.StringIO(newline="")
        out = csv.writer(text)
        out.writerow(("化名", "学号", "姓名") if language == "zh" else ("pseudonym", "student number", "name"))
        out.writerows((name, *map(tables.defused, who)) for name, who in sorted(known.items(), key=lambda entry: entry[1]))
        feedback.write_whole(table, text.getvalue().encode("utf-8-sig", "replace"), 0o600)
    except OSError as error:
        raise ReportError(f"化名的对照表写不进 {place}：{error.strerror or error} (cannot write who is who)") from error
    return given


def _known_names(table: Path) -> dict[str, tuple[str, str]]:
    try:
        rows = list(csv.reader(table.read_text(encoding="utf-8-sig").splitlines()))
    except FileNotFoundError:
        return {}
    return {row[0]: (tables.restored(row[1]), tables.restored(row[2])) for row in rows[1:] if len(row) == 3}


def _pseudonym(seed: bytes, number: str, taken: set[str]) -> str:
    tries = 0
    while True:
        value = int.from_bytes(hmac.new(seed, f"{tries}/{number}".encode("utf-8", "surrogateescape"), hashlib.sha256).digest())
        name = "".join(ALPHABET[value // len(ALPHABET) ** at % len(ALPHABET)] for at in range(5))
        if name not in taken and not name.isdigit():
            return name
        tries += 1


# ---- who is at risk


def trends(data: ClassData) -> dict[str, list[float | None]]:
    """Everybody's shares, in order of the assignments, as `statistics.at_risk` takes them."""
    return {student: [_share(work, student) for work in data.works] for student in data.people}


def _share(work: Work, student: str) -> float | None:
    if student in work.graded:
        share = work.graded[student].share
        return math.nan if share is None else share
    return None if work.marks[student].state == "missing" and work.closed else math.nan


# ---- the class page


def write(
    root: Path | str,
    assignments: Iterable[str],
    to: Path | str,
    names: str = "none",
    tell: Tell | None = None,
    rule: Rule | None = None,
    language: Language = "zh",
) -> Path:
    """Write the class page and return its path.

    `assignments`: names, in the order in which they were set; none for all that are graded. `to`: a folder (the page is
    class.html in it) or an .html file. `names`: "none" (nobody is named), "pseudonyms" or "real". `tell`: called with what is
    under way, how many are done and of how many. `rule`: when a student is at risk. `language`: "zh" or "en", of the page,
    and of its titles where students were given an edition in it; messages stay as students saw them. Raises AssignmentError.
    """
    _check(language)
    if names not in NAMES:
        raise ReportError(f"names 只能是{'、'.join(NAMES)}，得到 {names!r} (names must be one of these)")
    page = Path(to) if Path(to).suffix.lower() in (".html", ".htm") else Path(to) / "class.html"
    data = class_data.read(root, assignments, tell=tell, language=language)
    if names == "pseudonyms" and page.parent.resolve() == (data.course.root / KEY).resolve():
        raise ReportError(f"报告不能写进 {KEY} 文件夹，那里放着化名的对照表 (the page must not lie beside the key)")
    labels = labelled(data, names, language)
    scrub = Scrub(data.people.values(), keep=names == "real")
    found = [figures(data, work, labels, scrub, page.parent, tell, language) for work in data.works]
    rows = trends(data)
    risks = statistics.at_risk(rows, rule)
    text = _render(
        "class.html.j2",
        "class.css",
        language,
        data=data,
        works=found,
        names=names,
        labels=labels,
        rule=rule or Rule(),
        risks=[RiskRow(labels[student], risk, tuple(rows[student])) for student, risk in list(risks.items())[:RISKS]] if labels else [],
        risk_count=len(risks),
        reasons=Counter(reason for risk in risks.values() for reason in risk.reasons),
        made=datetime.now(UTC).astimezone(data.zone).strftime("%Y-%m-%d %H:%M"),
        span=lambda one: span(one, language),
        limits=statistics,
        fewest=similarity.FEWEST,
    )
    return _put(page, text)


def span(one: Span, language: Language = "zh") -> str:
    """A span of hours in words; `language`: "zh" or "en". Raises ReportError for another one."""
    _check(language)
    said = _between(*((one.start, one.end) if one.late else (-one.end, -one.start)), language)
    if language == "zh":
        return f"迟{said}" if one.late else f"提前{said}"
    return f"{said} {'late' if one.late else 'early'}"


def _between(low: float, high: float, language: Language) -> str:
    zh = language == "zh"
    if high == math.inf:
        return f"{_time(low, language)}以上" if zh else f"over {_time(low, language)}"
    if not low:
        return f"{_time(high, language)}以内" if zh else f"up to {_time(high, language)}"
    size = 24 if high > 24 else 1
    return f"{low / size:g}–{_in(high / size, size, language)}"


def _time(hours: float, language: Language) -> str:
    size = 24 if hours >= 24 else 1
    return _in(hours / size, size, language)


def _in(value: float, size: int, language: Language) -> str:
    if language == "zh":
        return f"{value:g}{'天' if size == 24 else '小时'}"
    return many(value, "day" if size == 24 else "hour")


def many(n: float, one: str) -> str:
    """The number with the English word, which gets an s unless it is one."""
    return f"{wording.number(n)} {one if n == 1 else one + 's'}"


# ---- students' pages


@dataclass(frozen=True)
class TaskRow:
    """A task on a student's page; `band`: the middle half and the median of the class, None where that would tell too much."""

    title: str
    worth: float
    points: float | None
    band: tuple[float, float, float] | None
    failed: tuple[str, ...]

    @property
    def share(self) -> float | None:
        return None if self.points is None else self.points / self.worth


@dataclass(frozen=True)
class WorkRow:
    """An assignment on a student's page; `share` of the `possible` points, which leave out what waits for a person."""

    title: str
    worth: float
    due: str
    mark: marks.Mark
    share: float | None
    possible: float
    hours: float | None
    late: str
    band: tuple[float, float, float] | None
    tasks: tuple[TaskRow, ...]
    anchor: str
    open: bool


@dataclass(frozen=True)
class Practice:
    """What to practise next: a task, and the sections to read again."""

    work: str
    title: str
    share: float
    sections: tuple[str, ...]


def write_students(
    root: Path | str, assignments: Iterable[str], to: Path | str, tell: Tell | None = None, language: Language = "zh"
) -> list[Path]:
    """Write everybody's own page into the folder `to`, named by the student's number; returns their paths.

    A page holds nothing about another student; where the class stands is shown from ten submissions on, as the middle half
    and the median. `language`: "zh" or "en", of the pages and of the chapters to read. Raises AssignmentError.
    """
    _check(language)
    data = class_data.read(root, assignments, notebooks=False, language=language)
    bands = [_bands(work) for work in data.works]
    reading = [sections.to_read(work.name, {task.title: task.text for task in work.tasks}, language=language) for work in data.works]
    made = datetime.now(UTC).astimezone(data.zone).strftime("%Y-%m-%d")
    pages = []
    for done, (number, person) in enumerate(data.people.items(), 1):
        rows = [_work_row(data, work, band, number, language) for work, band in zip(data.works, bands, strict=True)]
        text = _render(
            "student.html.j2",
            "student.css",
            language,
            person=person,
            works=rows,
            practice=_practice(rows, reading),
            made=made,
            enough=CLASS_OF,
        )
        pages.append(_put(Path(to) / file_name(number), text))
        if tell and (done % 50 == 0 or done == len(data.people)):
            tell("students", done, len(data.people))
    return pages


def file_name(number: str) -> str:
    """The name of a student's page; a number that makes no file name is replaced by a digest of it."""
    if re.fullmatch(r"[\w.@-]{1,80}", number) and not number.startswith("."):
        return f"{number}.html"
    return "odd-" + hashlib.sha256(number.encode("utf-8", "surrogateescape")).hexdigest()[:24] + ".html"


def _bands(work: Work) -> dict[str, tuple[float, float, float] | None]:
    """The class's middle half and median for the whole ("") and for each task."""
    found = {"": _band([one.share for one in work.graded.values() if one.share is not None])}
    for task in work.tasks:
        own = [task_points(one, task) for one in work.graded.values()]
        found[task.title] = _band([value / task.worth for value in own if value is not None])
    return found


def _band(shares: Sequence[float]) -> tuple[float, float, float] | None:
    found = statistics.distribution(shares, 1.0) if len(shares) >= CLASS_OF else None
    return (found.quarter, found.median, found.three_quarters) if found else None


def _work_row(data: ClassData, work: Work, bands: Mapping[str, Any], number: str, language: Language) -> WorkRow:
    own, mark = work.graded.get(number), work.marks[number]
    tasks = []
    if own is not None:
        for task in work.tasks:
            got = task_points(own, task)
            tasks.append(TaskRow(task.title, task.worth, got, bands[task.title], _said(own, task)))
    late = own.hours if own is not None and own.hours is not None else mark.late / 3600
    return WorkRow(
        work.title,
        work.worth,
        work.due.astimezone(data.zone).strftime("%Y-%m-%d %H:%M") if work.due else "",
        mark,
        None if own is None else own.share,
        0.0 if own is None else own.possible,
        None if own is None else own.hours,
        wording.duration(late * 3600, language) if late > 0 else "",
        bands[""] if own is not None else None,
        tuple(tasks),
        _anchor(work.name),
        not work.closed,
    )


def _said(own: Submission, task: Task) -> tuple[str, ...]:
    """Nothing but that a part was left blank: what a test says is for the feedback to decide, which knows what is hidden."""
    return ("blank",) if any(own.failures[cell].kind == "blank" for cell in task.cells if cell in own.failures) else ()


def _practice(rows: Sequence[WorkRow], reading: Sequence[Mapping[str, tuple[str, ...]]], most: int = 5) -> list[Practice]:
    """The tasks with the lowest shares below four fifths, the latest assignment first among equals."""
    found = [
        (round(task.share, 2), -at, Practice(row.title, task.title, task.share, reading[at].get(task.title, ())))
        for at, row in enumerate(rows)
        for task in row.tasks
        if task.share is not None and task.share < 0.8
    ]
    return [practice for _, _, practice in sorted(found, key=lambda entry: entry[:2])[:most]]


# ---- templates


@cache
def _environment(language: Language) -> jinja2.Environment:
    made = jinja2.Environment(
        loader=jinja2.ChoiceLoader(
            [jinja2.PackageLoader("service_marketing.classroom"), jinja2.PackageLoader("service_marketing.grading")]
        ),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    made.filters["number"] = wording.number
    made.filters["percent"] = lambda share: "–" if share is None else f"{100 * share:.0f}%"
    made.filters["fixed"] = lambda value: "–" if value is None else f"{value:.2f}"
    made.filters["place"] = lambda share: f"{100 * min(1.0, max(0.0, share)):.2f}%"
    made.filters["named"] = lambda students, labels: [labels[student] for student in students]
    made.globals["say"] = lambda zh, en: zh if language == "zh" else en
    made.globals["many"] = many
    made.globals["zh"] = language == "zh"
    made.globals["tag"] = wording.TAGS[language]
    made.tests["nan"] = lambda value: isinstance(value, float) and math.isnan(value)
    return made


@cache
def _style(name: str, language: Language) -> tuple[Markup, str]:
    text = _environment(language).get_template(name).render().strip()
    return Markup(text), "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


def _render(template: str, sheet: str, language: Language, **values: Any) -> str:
    style, digest = _style(sheet, language)
    return _environment(language).get_template(template).render(style=style, digest=digest, **values)


def _put(page: Path, text: str) -> Path:
    try:
        page.parent.mkdir(parents=True, exist_ok=True)
        feedback.write_whole(page, text.encode("utf-8", "replace"), 0o600)
    except OSError as error:
        raise ReportError(f"写不进 {page}：{error.strerror or error} (cannot be written)") from error
    return page
