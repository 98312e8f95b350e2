"""What a student reads: one page for each notebook, where nbgrader keeps feedback.

    write_feedback(course, "ps1", students=["a*"], language="en")

The pages stand in feedback/<student>/<assignment>/<notebook>.html, with the two small files beside them that `nbgrader
release_feedback` needs. They are whole in themselves: no script, nothing from another place, and a policy that forbids both.
What may be said of a test is for `redaction` to decide; what comes out of a submission goes through `rendering`. Points,
marks and comments are those in the gradebook at the time.
"""

import base64
import fnmatch
import hashlib
import json
import os
import re
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import jinja2
from markupsafe import Markup, escape
from nbformat import NotebookNode
from traitlets.config import Config

from . import folder, gradebook, mangled, redaction, rendering, results, wording
from .gradebook import Comment, Grade, SubmittedAssignment, SubmittedNotebook
from .problems import Problem
from .redaction import Rules
from .results import CellRecord, NotebookRecord, Record

# bytes on a page, pictures left out: together, and of each kind; questions and written answers are there, however long the rest
TOGETHER = 64_000
ROOM = {"code": 36_000, "outputs": 36_000, "tests": 30_000, "texts": 18_000, "answers": 12_000}
APART = ("texts", "answers")
PICTURES = 6_000_000
SHORT = 240
MANY = 400
LANGUAGE = "zh"  # of a notebook that does not say
SECRET = "submission_secret.txt"
Tell = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Written:
    """What was written: the number of pages; the students who got none, with the reason; those with outputs withheld."""

    pages: int = 0
    failed: tuple[tuple[str, str], ...] = ()
    suspicious: tuple[str, ...] = ()


@dataclass(frozen=True)
class Side:
    """A notebook of the assignment in one of its editions, as far as all pages share it.

    `heading`: its first one of the first level. `titles`: of its questions, in order. `places`: the question of each marked
    cell, and of each released text. `names`: what the answers define. `shown`: the marked texts of an edition that was handed
    out in place of the released one, by grade id. `language`: what the edition is written in, by `lang` in the notebook's
    metadata.
    """

    reference: mangled.Reference
    rules: Rules
    titles: tuple[str, ...]
    places: Mapping[str, int]
    texts: Mapping[str, int]
    names: tuple[str, ...]
    language: str = LANGUAGE
    shown: Mapping[str, str] = field(default_factory=dict)
    heading: str = ""

    @property
    def name(self) -> str:
        return self.reference.name


# ---- what the template is given


@dataclass
class Card:
    """A test on the page. `state`: passed, partial, failed or other; the rest are sentences, "" where there is none."""

    id: str
    title: str
    points: str
    state: str
    verdict: str = ""
    expected: Markup | str = ""
    checked: Markup | str = ""
    happened: str = ""
    meaning: str = ""
    advice: str = ""
    by_hand: str = ""
    printed: Markup | str = ""
    source: Markup | str = ""
    hidden: bool = False
    kind: str = "test"


@dataclass
class Block:
    """Something else on the page: `kind` is given, answer, own, essay or task."""

    kind: str
    label: str = ""
    id: str = ""
    body: Markup | str = ""
    outputs: list[tuple[str, Any]] = field(default_factory=list)
    points: str = ""
    waiting: bool = False
    by_hand: str = ""
    comment: Markup | str = ""
    blank: bool = False


@dataclass
class Section:
    """A question with its cells. `state`: full, part, none, waiting, or "" where it has no points."""

    title: str
    blocks: list[Card | Block] = field(default_factory=list)
    score: float = 0.0
    worth: float = 0.0
    waiting: bool = False

    @property
    def state(self) -> str:
        if not self.worth:
            return ""
        if self.waiting:
            return "waiting"
        return "full" if self.score >= self.worth else "part" if self.score > 0 else "none"


@dataclass
class Page:
    """One notebook of one student."""

    assignment: str
    notebook: str
    student: str
    name: str
    score: float | None = None
    worth: float = 0.0
    penalty: float = 0.0
    late: float = 0.0
    submitted: datetime | None = None
    waiting: bool = False
    problems: list[tuple[str, bool]] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    outputs_missing: bool = False
    suspicious: bool = False


# ---- writing


def write_feedback(
    course: folder.Course | Path | str,
    assignment: str,
    students: Iterable[str] | None = None,
    language: str | None = None,
    tell: Tell | None = None,
) -> Written:
    """Write the pages of `assignment` for those who were graded.

    `course`: a course, or the path of its folder. `students`: ids or globs; without them everybody. `language`: "zh" or "en";
    None: for each student that of the notebook that they were given (`lang` in its metadata; without it, Chinese).
    `tell`: called after each student with the id, how many are done and how many there are. What goes wrong with one student
    is in the result and stops nobody else. Raises GradebookError where there is no such assignment, and ValueError for
    another language.
    """
    words = {name: wording.words(wording.FEEDBACK, name) for name in ([language] if language else wording.LANGUAGES)}
    course = course if isinstance(course, folder.Course) else folder.load(course)
    own = folder.assignment(course, assignment)
    book = gradebook.read(course.db_url, course.course_id, assignment)
    try:
        editions = [_sides(notebook, own, course.config) for notebook in book.assignment.notebooks]
        graded = book.submitted()
        chosen = [one for one in _students(course, assignment, graded) if students is None or _wanted(one, students)]
        names = gradebook_names(course.db_url)
        writer = _Writer(course, own, editions, words, language, names)
        for start in range(0, len(chosen), MANY):
            part = chosen[start : start + MANY]
            book.prefetch([student for student in part if student in graded])
            for at, student in enumerate(part, start=start + 1):
                submission = book.begin(student) if student in graded else None
                writer.student(student, submission)
                book.discard(student)
                if tell:
                    tell(student, at, len(chosen))
    finally:
        book.close()
    return Written(writer.pages, tuple(writer.failed), tuple(writer.suspicious))


def _students(course: folder.Course, assignment: str, graded: Iterable[str]) -> list[str]:
    recorded = (file.name.removesuffix(".json") for file in (results.folder(course.root, assignment) / "results").glob("*.json"))
    return sorted(({*graded, *recorded}) - course.student_id_exclude)


def _wanted(student: str, patterns: Iterable[str]) -> bool:
    return any(student == pattern or fnmatch.fnmatchcase(student, pattern) for pattern in patterns)


def gradebook_names(db_url: str) -> dict[str, str]:
    """Names of the students in the gradebook, by id, the family name first where it is Chinese."""
    import sqlalchemy as sa
    from nbgrader.api import Student

    table, engine = Student.__table__, sa.create_engine(db_url)
    try:
        with engine.connect() as connection:
            rows = connection.execute(sa.select(table.c.id, table.c.first_name, table.c.last_name)).all()
    finally:
        engine.dispose()
    return {row.id: _full_name(row.first_name or "", row.last_name or "") for row in rows}


def _full_name(first: str, last: str) -> str:
    chinese = any("\u4e00" <= c <= "\u9fff" for c in first + last)
    return f"{last}{first}" if chinese else f"{first} {last}".strip()


class _Writer:
    """Writes pages, and remembers what came of it."""

    def __init__(
        self, course: folder.Course, own: folder.Assignment, editions: list[list[Side]], words: dict, language: str | None, names: dict
    ):
        self.course, self.own, self.editions, self.words, self.language, self.names = course, own, editions, words, language, names
        self.pages = 0
        self.failed: list[tuple[str, str]] = []
        self.suspicious: list[str] = []

    def student(self, student: str, submission: SubmittedAssignment | None) -> None:
        """All pages of one student; what goes wrong is remembered."""
        try:
            record = results.read(self.course.root, self.own.name, student)
            autograded = self.course.folder(self.course.autograded_directory, student, self.own.name)
            if record is not None and record.state == "failed":
                self.failed.append((student, _reason(record.problems, self.language or LANGUAGE)))
            elif record is None and not autograded.is_dir():
                self.failed.append((student, "没有批改过（not graded yet）"))
            else:
                self._pages(student, submission, record, autograded)
        except Exception as error:  # one bad record is no reason to leave out all others
            self.failed.append((student, f"{type(error).__name__}: {error}"))

    def _pages(self, student: str, submission: SubmittedAssignment | None, record: Record | None, autograded: Path) -> None:
        place = self.course.folder(self.course.feedback_directory, student, self.own.name)
        place.mkdir(parents=True, exist_ok=True)
        mode = 0o664 if self.course.groupshared else 0o644
        zone = time_zone(self.course)
        for editions in self.editions:
            notebook = _read(autograded / f"{editions[0].name}.ipynb")
            one = _edition(editions, notebook)
            language = self.language or one.language
            words, name = self.words[language], self.names.get(student, "")
            page = make_page(one, student, name, self.own.name, submission, record, notebook, words, language)
            write_whole(place / f"{one.name}.html", to_html(page, words, language, zone).encode("utf-8", "replace"), mode)
            self.pages += 1
            if page.suspicious and student not in self.suspicious:
                self.suspicious.append(student)
        for name, instead in ((folder.TIMESTAMP, ""), (SECRET, secrets.token_hex(32))):
            if (autograded / name).is_file():
                write_whole(place / name, (autograded / name).read_bytes(), mode)
            elif not (place / name).is_file():
                # without them nbgrader's release_feedback stops at this student, and all others get nothing
                write_whole(place / name, instead.encode(), mode)


def write_whole(file: Path, data: bytes, mode: int = 0o644) -> None:
    """Put `data` in the file, all of it or nothing."""
    partial = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        with open(partial, "wb") as out:
            os.fchmod(out.fileno(), mode)
            out.write(data)
        os.replace(partial, file)
    finally:
        partial.unlink(missing_ok=True)


def _reason(problems: Iterable[Problem], language: str) -> str:
    return " ".join(getattr(found.instructor, language) for found in problems)


def _read(file: Path) -> dict[str, Any] | None:
    """The graded notebook as plain values; None where there is none that can be read."""
    try:
        raw = json.loads(file.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    return raw if isinstance(raw, dict) and isinstance(raw.get("cells"), list) else None


def time_zone(course: folder.Course) -> tzinfo | None:
    """The course's time zone (NbGraderAPI.timezone); None stands for this machine's."""
    name = course.config.get("NbGraderAPI", {}).get("timezone", None)
    try:
        return ZoneInfo(name) if isinstance(name, str) and name else None
    except (KeyError, ValueError, OSError):
        return None


# ---- the assignment's side


def side(notebook: gradebook.Notebook, own: folder.Assignment, config: Config | None = None, language: str | None = None) -> Side:
    """What all pages about the notebook share: in the edition handed out in `language`, where there is one, else as released."""
    released, *instead = _sides(notebook, own, config)
    return next((one for one in instead if one.language == language), released)


def _sides(notebook: gradebook.Notebook, own: folder.Assignment, config: Config | None = None) -> list[Side]:
    """`side` of the edition that was released, and of those that were handed out in its place."""
    reference = mangled.of(notebook, own, config)
    handed_out = [mangled.read(file.read_bytes(), file.name).notebook for file in own.editions.get(notebook.name, ())]
    return [_side(reference, mangled.released(notebook, own)), *(_side(reference, edition, instead=True) for edition in handed_out)]


def _side(reference: mangled.Reference, release: NotebookNode | None, instead: bool = False) -> Side:
    cells = _released(reference, release)
    before, titles = _said_before(cells)
    questions, places, texts = _outline(cells, reference)
    names = [a or b for cell in reference.cells if cell.solution for a, b in mangled.NAMES.findall(cell.shown)]
    spoken = release.metadata.get("lang") if release is not None else None
    return Side(
        reference,
        redaction.rules(reference, before, titles),
        questions,
        places,
        texts,
        tuple(dict.fromkeys(names)),
        spoken if spoken in wording.LANGUAGES else LANGUAGE,
        {name: text for name, kind, text, _ in cells if instead and name is not None and kind == "markdown"},
        next((found[1] for _, kind, text, _ in cells if kind == "markdown" and (found := _TOP.search(text))), ""),
    )


def _edition(sides: Sequence[Side], notebook: Mapping[str, Any] | None) -> Side:
    """The edition that the student worked in: the one of which most texts are in `notebook`; the released one where none is.

    Code does not count: grading put the release's tests into all of them.
    """
    cells = [cell for cell in (notebook or {}).get("cells", ()) if isinstance(cell, dict) and cell.get("cell_type") == "markdown"]
    texts = {mangled.normal(_source(cell)) for cell in cells}
    return max(sides, key=lambda one: len(texts & one.texts.keys()))


def _released(reference: mangled.Reference, release: NotebookNode | None) -> list[tuple[str | None, str, str, str]]:
    """Grade id, type, text and title of each released cell."""
    if release is None:
        return [(cell.name, cell.cell_type, redaction.visible(cell), "") for cell in reference.cells]
    found = []
    for cell in release.cells:
        name = mangled.marked_name(cell)
        title = cell.metadata.get("title") or cell.metadata.get("name")
        found.append((name if name in reference.by_name else None, cell.cell_type, cell.source, title if isinstance(title, str) else ""))
    return found


def _said_before(cells: list[tuple[str | None, str, str, str]]) -> tuple[dict[str, str], dict[str, str]]:
    """The formatted text right before each marked cell, and the titles of cells."""
    before, titles = {}, {}
    for (_, kind, text, _), (name, _, _, title) in zip([(None, "", "", ""), *cells], cells, strict=False):
        if name is not None:
            before[name] = text if kind == "markdown" else ""
            titles[name] = title
    return before, titles


_TOP = re.compile(r"^# +(\S.*?)[ \t#]*$", re.MULTILINE)
_HEADING = re.compile(r"^(#{1,6})[ \t]+(\S.*?)[ \t#]*$", re.MULTILINE)


def _outline(cells: list[tuple[str | None, str, str, str]], reference: mangled.Reference) -> tuple[tuple[str, ...], dict, dict]:
    """Titles of questions, the question of each marked cell, and that of each text by its normal form.

    A question begins with a heading; of the levels of headings, the deepest at which each question with a test also holds an
    answer. Where headings make no more than one question, each begins with an answer that comes after a test.
    """
    levels = sorted({len(marks) for _, kind, text, _ in cells if kind == "markdown" for marks, _ in _HEADING.findall(text)}, reverse=True)
    best = None
    for level in levels:
        best = _split(cells, level)
        if _holds_answers(best[1], reference):
            break
    worth = {best[1].get(cell.name) for cell in reference.cells if cell.grade or cell.task} if best else set()
    return best if len(worth) > 1 else _split_by_answers(cells, reference)


def _split(cells: list[tuple[str | None, str, str, str]], level: int) -> tuple[tuple[str, ...], dict, dict]:
    titles, places, texts = [""], {}, {}
    for name, kind, text, _ in cells:
        headings = [words for marks, words in _HEADING.findall(text) if len(marks) <= level] if kind == "markdown" else []
        if headings:
            titles.append(re.sub(r"[*_`]", "", headings[-1]))
        if name is not None:
            places[name] = len(titles) - 1
        texts.setdefault(mangled.normal(text), len(titles) - 1)
    return tuple(titles), places, texts


def _holds_answers(places: Mapping[str, int], reference: mangled.Reference) -> bool:
    marked = [(cell, places[cell.name]) for cell in reference.cells if cell.name in places]
    answers = {at for cell, at in marked if cell.solution}
    return all(at in answers for cell, at in marked if cell.grade and not cell.solution)


def _split_by_answers(cells: list[tuple[str | None, str, str, str]], reference: mangled.Reference) -> tuple[tuple[str, ...], dict, dict]:
    titles, places, texts, tested, said = [""], {}, {}, True, ""
    for name, kind, text, _ in cells:
        one = reference.by_name.get(name)
        if one is not None and (one.solution or one.task) and tested:
            words = redaction.first_words(said or (redaction.visible(one) if one.task else ""))
            titles.append(re.sub(r"[*_`]", "", words) or one.name)
            tested = False
        if one is not None and one.grade:
            tested = True
        said = text if kind == "markdown" and one is None else ""
        if name is not None:
            places[name] = len(titles) - 1
        texts.setdefault(mangled.normal(text), len(titles) - 1 + bool(said and tested))
    texts = {text: min(at, len(titles) - 1) for text, at in texts.items()}
    return tuple(titles), places, texts


# ---- one page


def make_page(
    one: Side,
    student: str,
    name: str,
    assignment: str,
    submission: SubmittedAssignment | None,
    record: Record | None,
    notebook: Mapping[str, Any] | None,
    words: Mapping[str, str],
    language: str,
) -> Page:
    """The page about one notebook. `submission`: the gradebook's rows; `record`: the grader's; `notebook`: the graded one."""
    held = next((n for n in submission.notebooks if n.name == one.name), None) if submission else None
    told = next((n for n in record.notebooks if n.name == one.name), None) if record else None
    page = Page(assignment, one.name, student, name)
    if held is not None:
        page.penalty = held.late_submission_penalty or 0.0
        page.score, page.worth, page.waiting = held.score - page.penalty, held.max_score, held.needs_manual_grade
        page.submitted, page.late = submission.timestamp, float(submission.total_seconds_late)
    else:
        page.worth = sum(cell.points or 0.0 for cell in one.reference.cells)
    for found in (*(record.problems if record else ()), *(told.problems if told else ())):
        # why a run broke off is told by the process that ran the student's code, which had seen the tests
        text = words["run_broke"] if found.code == "run" else getattr(found.student, language)
        if (text, found.grave) not in page.problems:
            page.problems.append((text, found.grave))
    _Composer(one, page, held, told, words, language).compose(notebook)
    return page


class _Composer:
    """Puts the cells of a graded notebook on a page, within what a page may weigh."""

    def __init__(self, one: Side, page: Page, held: SubmittedNotebook | None, told: NotebookRecord | None, words: Mapping, language: str):
        self.side, self.page, self.words, self.language = one, page, words, language
        self.grades: dict[str, Grade] = {grade.name: grade for grade in held.grades} if held else {}
        self.comments: dict[str, Comment] = {comment.name: comment for comment in held.comments} if held else {}
        self.records: dict[str, CellRecord] = {cell.name: cell for cell in told.cells} if told else {}
        self.room = {**ROOM, "pictures": PICTURES, "together": TOGETHER}
        # outputs are those of a run without tests, or there is nothing hidden that could be in them
        self.outputs = not one.rules.secret or (told is not None and any(run.role == "shown" for run in told.runs))
        self.before: list[str] = []

    def compose(self, notebook: Mapping[str, Any] | None) -> None:
        """Fill the page."""
        sections = [Section(title) for title in self.side.titles]
        at, broken, explained = 0, set(), set()
        for number, cell in enumerate(notebook["cells"] if notebook else ()):
            if not isinstance(cell, dict):
                continue
            name, source = _grade_id(cell), _source(cell)
            one = self.side.reference.by_name.get(name) if name else None
            place = self.side.places.get(one.name) if one else self.side.texts.get(mangled.normal(source))
            at = at if place is None else place
            block = self._block(cell, one, source, number, at in broken - explained)
            if block is not None:
                sections[at].blocks.append(block)
                explained |= {at} if isinstance(block, Card) and block.advice else set()
            own = one is None or not one.grade or one.solution
            if own and any(o.get("output_type") == "error" and o.get("ename") != "CellLostError" for o in _outputs(cell)):
                broken.add(at)
            if one is not None:
                self.before.append(one.name)
        self._not_there(sections)
        for name, grade in self.grades.items():
            section = sections[self.side.places.get(name, 0)]
            section.score += grade.score
            section.worth += grade.max_score
            section.waiting |= grade.needs_manual_grade
        self.page.sections = [section for section in sections if section.blocks or section.worth]
        self.page.outputs_missing = not self.outputs and notebook is not None

    # cells

    def _block(self, cell: Mapping[str, Any], one: mangled.Expected | None, source: str, number: int, broken: bool) -> Card | Block | None:
        kind = cell.get("cell_type")
        if one is not None and one.grade and not one.solution and one.cell_type == "code":
            return self._card(one.name, cell, broken)
        if one is not None and one.task:
            return self._marked(Block("task", self.words["task"], one.name, self._markdown(self._shown(one))), one.name)
        if one is not None and one.locked and not one.solution:
            text = self._shown(one)
            body = self._code(redaction.in_language(text, self.language)) if one.cell_type == "code" else self._markdown(text)
            return Block("given", body=body, outputs=self._outputs_of(cell))
        if one is not None and one.solution:
            blank = mangled.normal(source) in one.given
            essay = one.cell_type != "code"
            body = self._markdown(source, cell, "code") if essay else self._code(source)
            label = self.words["your_answer" if essay else "your_code"]
            block = Block("essay" if essay else "answer", label, one.name, body, self._outputs_of(cell), blank=blank)
            return self._marked(block, one.name)
        if isinstance(cell.get("metadata"), dict) and isinstance(cell["metadata"].get("nbgrader"), dict) and _is_locked(cell):
            return None  # an instructor's cell of another version of the assignment
        known = mangled.normal(source) in self.side.reference.plain
        if kind == "code":
            outputs = self._outputs_of(cell)
            if not source.strip() or (known and not outputs):
                return None
            return Block("given" if known else "own", self.words["your_cell"], f"cell-{number}", self._code(source), outputs)
        if not source.strip():
            return None
        purse = "texts" if known else "answers"
        return Block("given" if known else "own", self.words["your_cell"], "", self._markdown(source, cell, purse))

    def _shown(self, one: mangled.Expected) -> str:
        """An instructor's text as the student was given it."""
        return self.side.shown.get(one.name) or redaction.visible(one)

    def _marked(self, block: Block, name: str) -> Block:
        """With the points and the comment that a person gave."""
        grade, comment = self.grades.get(name), self.comments.get(name)
        if grade is not None:
            block.waiting = grade.needs_manual_grade
            block.points = self._points(grade)
            if not block.waiting and grade.manual_score is not None:
                block.by_hand = self._by_hand(grade)
        if comment is not None and comment.comment:
            if comment.manual_comment is None and comment.auto_comment == "No response.":
                block.blank = True
            else:
                block.comment = self._markdown(comment.comment, None, "tests")
        return block

    def _points(self, grade: Grade) -> str:
        return self.words["points_short"].format(wording.number(grade.score), wording.number(grade.max_score))

    def _by_hand(self, grade: Grade) -> str:
        extra = self.words["extra"].format(wording.number(grade.extra_credit)) if grade.extra_credit else ""
        return self.words["comma"].join(filter(None, (self.words["by_hand"], extra)))

    def _not_there(self, sections: list[Section]) -> None:
        """Tests that the notebook has not, because nothing of it was handed in."""
        for cell in self.side.reference.cells:
            if cell.grade and not cell.solution and cell.cell_type == "code" and cell.name not in self.before:
                sections[self.side.places.get(cell.name, 0)].blocks.append(self._card(cell.name, None, False))

    # tests

    def _card(self, name: str, cell: Mapping[str, Any] | None, broken: bool) -> Card:
        test, record, grade = self.side.rules.tests[name], self.records.get(name), self.grades.get(name)
        is_open = self.side.rules.is_open(name, self.before)
        failure = self._failure(cell, record)
        worth = grade.max_score if grade else self.side.reference.by_name[name].points or 0.0
        score = _automatic(grade, record)
        verdict = _verdict(cell, record, failure, score, worth)
        tested = test.tested(self.language, self.side.names)
        card = Card(
            id=name,
            title=tested or self.words["test_named"].format(name),
            points=self._points(grade) if grade else self.words["points_short"].format("–", wording.number(worth)),
            state={"passed": "passed", "partial": "partial"}.get(verdict, "failed"),
            verdict=self.words["passed"] if verdict == "passed" else "",
            hidden=bool(test.hidden),
        )
        if verdict != "passed":
            self._explain(card, test, verdict, failure, is_open, broken)
            self.room["together"] -= sum(len(part.encode("utf-8", "replace")) for part in (card.expected, card.checked, card.happened))
        if grade is not None and grade.manual_score is not None:
            card.by_hand = self._by_hand(grade)
        if is_open and cell is not None:
            printed = "".join(_string(output.get("text")) for output in _outputs(cell) if output.get("output_type") == "stream")
            if printed.strip() and not self._withheld(printed):
                card.printed = self._spend("tests", rendering.terminal(rendering.shortened(printed, self.words["left_out"], 1_000)))
        card.source = self._spend("tests", rendering.code(redaction.in_language(test.source, self.language))) if test.source.strip() else ""
        return card

    def _failure(self, cell: Mapping[str, Any] | None, record: CellRecord | None) -> tuple[str, str, str] | None:
        """Name and text of the error that ended a test, and the line of the test where it was."""
        if record is not None and record.ename:
            return record.ename, record.evalue, record.assertion
        for output in _outputs(cell) if cell else ():
            if output.get("output_type") == "error":
                lines = output.get("traceback")
                return _string(output.get("ename")), _string(output.get("evalue")), failed_line(lines if isinstance(lines, list) else [])
        return None

    def _explain(
        self, card: Card, test: redaction.VisibleTest, verdict: str, failure: tuple[str, str, str] | None, is_open: bool, broken: bool
    ) -> None:
        """What was expected, and what came out, as far as it may be told."""
        words = self.words
        if broken and verdict in ("failed", "error"):
            card.advice = words["own_cell_failed"]
        if verdict in ("timeout", "exceeded", "lost", "refused", "stderr", "missing", "partial"):
            card.happened = words[verdict]
            return
        if failure is None:
            card.happened = words["failed"]
            return
        ename, evalue, line = failure
        statement = test.failed(line)
        known = redaction.nameable(ename)
        asserted = known in ("", "AssertionError")
        if statement is None and test.hidden and not line and asserted:
            card.happened = words["partly_hidden"]
            return
        if statement is None and test.hidden:
            card.happened = words["hidden_failed"] if asserted else words["hidden_error"].format(known)
            card.meaning = "" if asserted else redaction.meaning(known, self.language)
            return
        said, code = test.expectation(statement, self.language)
        told = rendering.plain(evalue).strip() if is_open and not self._withheld(evalue) else ""
        told = rendering.shortened(told, "…", redaction.LONGEST)
        card.expected = _ticks(said) or (_ticks(code) if len(code) <= SHORT else "")
        if asserted:
            card.happened = told if told and told != said else words["failed" if statement is None else "not_met"]
            card.checked = _ticks(code) if said and len(code) <= SHORT else ""
        else:
            card.happened = words["error"].format(f"{known}: {told}" if told else known)
            card.meaning = redaction.meaning(known, self.language)

    # pieces

    def _spend(self, purse: str, piece: Markup) -> Markup | str:
        """The piece, if the page still has room for it."""
        size = len(piece.encode("utf-8", "replace"))
        if size > self.room[purse] or (purse not in APART and size > self.room["together"]):
            return Markup('<p class="muted">{}</p>').format(self.words["too_long"]) if purse != "tests" else ""
        self.room[purse] -= size
        self.room["together"] -= 0 if purse in APART else size
        return piece

    def _code(self, source: str) -> Markup | str:
        text = rendering.shortened(source, self.words["left_out"], 12_000)
        return self._spend("code", Markup("<pre class=code>{}</pre>").format(rendering.code(text)))

    def _markdown(self, source: str, cell: Mapping[str, Any] | None = None, purse: str = "texts") -> Markup | str:
        pictures = rendering.attached(cell) if cell else {}
        used = {name: data for name, data in pictures.items() if f"attachment:{name}" in source}
        if sum(map(len, used.values())) > self.room["pictures"]:
            used = {}
        self.room["pictures"] -= sum(map(len, used.values()))
        bare = rendering.markdown(rendering.shortened(source, self.words["left_out"], 12_000), dict.fromkeys(used, "") if used else None)
        kept = self._spend(purse, bare)
        return rendering.markdown(rendering.shortened(source, self.words["left_out"], 12_000), used) if used and kept is bare else kept

    def _withheld(self, text: str) -> bool:
        if self.side.rules.withheld(text):
            self.page.suspicious = True
            return True
        return False

    def _outputs_of(self, cell: Mapping[str, Any]) -> list[tuple[str, Any]]:
        """Outputs of a cell as (kind, piece); the kinds are the template's."""
        if not self.outputs:
            return []
        shown = []
        for output in _merged(_outputs(cell)):
            kind = output.get("output_type")
            if kind == "stream":
                shown.append(self._text(_string(output.get("text")), "stderr" if output.get("name") == "stderr" else "text"))
            elif kind == "error":
                shown.append(self._error(output))
            elif kind in ("display_data", "execute_result") and isinstance(output.get("data"), dict):
                shown.append(self._data(output["data"]))
        return [piece for piece in shown if piece is not None][:60]

    def _text(self, text: str, kind: str = "text") -> tuple[str, Any] | None:
        if not text.strip():
            return None
        if self._withheld(text):
            return "note", self.words["withheld"]
        return kind, self._spend("outputs", rendering.terminal(rendering.shortened(text, self.words["left_out"])))

    def _error(self, output: Mapping[str, Any]) -> tuple[str, Any]:
        ename, evalue = _string(output.get("ename")), rendering.plain(_string(output.get("evalue")))
        lines = output.get("traceback")
        trace = "\n".join(_string(line) for line in lines) if isinstance(lines, list) else ""
        if self._withheld(evalue) or self._withheld(trace):
            return "note", self.words["withheld"]
        special = {"CellTimeoutError": "timeout", "OutputLimitExceeded": "exceeded", "CellLostError": "lost"}
        if ename in special:
            return "error", (self.words[special[ename]], "", "")
        short = rendering.shortened(f"{ename}: {evalue}" if evalue else ename, "…", 600)
        whole = self._spend("outputs", rendering.terminal(rendering.shortened(trace, self.words["left_out"], 4_000))) if trace else ""
        return "error", (short, redaction.meaning(ename, self.language), whole)

    def _data(self, data: Mapping[str, Any]) -> tuple[str, Any] | None:
        """The best of the forms that an output comes in."""
        for kind in ("image/png", "image/jpeg", "image/gif", "image/webp"):
            address = rendering.data_address(kind, data[kind]) if kind in data else None
            if address and len(address) <= self.room["pictures"]:
                self.room["pictures"] -= len(address)
                return "picture", Markup(address)
        html, text = _string(data.get("text/html")), _string(data.get("text/plain"))
        if html.strip() and len(html) <= 60_000:
            if self._withheld(html):
                return "note", self.words["withheld"]
            piece = rendering.safe_html(html)
            if piece.striptags().strip() and len(piece.encode("utf-8", "replace")) <= min(12_000, self.room["outputs"]):
                return "html", self._spend("outputs", piece)
        markdown = _string(data.get("text/markdown"))
        if markdown.strip() and not self._withheld(markdown):
            return "html", self._spend("outputs", rendering.markdown(rendering.shortened(markdown, self.words["left_out"])))
        if text.strip():
            return self._text(text)
        return ("note", self.words["interactive"]) if data else None


def _automatic(grade: Grade | None, record: CellRecord | None) -> float | None:
    if grade is not None and grade.auto_score is not None:
        return grade.auto_score
    return record.auto_score if record is not None else None


def _verdict(
    cell: Mapping[str, Any] | None, record: CellRecord | None, failure: tuple[str, str, str] | None, score: float | None, worth: float
) -> str:
    """A key of results.VERDICTS: the record's, or what the gradebook's points and the outputs say."""
    if record is not None and record.verdict in results.VERDICTS:
        return record.verdict
    if cell is None:
        return "missing"
    if failure is not None and not score:
        return {"CellTimeoutError": "timeout", "OutputLimitExceeded": "exceeded", "CellLostError": "lost"}.get(failure[0], "error")
    if score is not None and score >= worth:
        return "passed"
    return "partial" if score else "failed"


_ARROW = re.compile(r"^-+> *\d+ (.*)$", re.MULTILINE)


def failed_line(traceback: Iterable[Any]) -> str:
    """The line of the test at which it stopped, out of IPython's traceback; "" where it names none."""
    for part in traceback:
        found = _ARROW.search(rendering.plain(_string(part)))
        if found:
            return found[1].strip()
    return ""


def _ticks(text: str) -> Markup:
    """Text whose parts between backticks are code."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return escape(text)
    return Markup("").join(Markup("<code>{}</code>").format(part) if at % 2 else escape(part) for at, part in enumerate(parts))


def _grade_id(cell: Mapping[str, Any]) -> str | None:
    metadata = cell.get("metadata")
    mark = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    name = mark.get("grade_id") if isinstance(mark, dict) else None
    return name if isinstance(name, str) else None


def _is_locked(cell: Mapping[str, Any]) -> bool:
    mark = cell["metadata"]["nbgrader"]
    return bool((mark.get("grade") or mark.get("locked") or mark.get("task")) and not mark.get("solution"))


def _source(cell: Mapping[str, Any]) -> str:
    return _string(cell.get("source"))


def _string(value: Any) -> str:
    """A text of a notebook, which may be a list of lines."""
    if isinstance(value, list):
        return "".join(part for part in value if isinstance(part, str))
    return value if isinstance(value, str) else ""


def _outputs(cell: Mapping[str, Any]) -> list[dict[str, Any]]:
    outputs = cell.get("outputs")
    return [output for output in outputs if isinstance(output, dict)] if isinstance(outputs, list) else []


def _merged(outputs: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Outputs, with pieces of one stream that follow each other put together."""
    held: dict[str, Any] | None = None
    for output in outputs:
        if held is not None and output.get("output_type") == "stream" and output.get("name") == held.get("name"):
            held = {**held, "text": _string(held.get("text")) + _string(output.get("text"))}
            continue
        if held is not None:
            yield held
            held = None
        if output.get("output_type") == "stream":
            held = output
        else:
            yield output
    if held is not None:
        yield held


# ---- HTML


@cache
def environment() -> jinja2.Environment:
    """The templates; everything put into them is escaped unless it was made here."""
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("service_marketing.grading"), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    made.filters["number"] = wording.number
    made.filters["groupby_runs"] = _runs
    return made


def _runs(blocks: Iterable[Card | Block]) -> list[list[Card | Block]]:
    """Blocks, those that were given in one group each time."""
    return [list(group) for _, group in groupby(blocks, key=lambda block: block.kind == "given")]


def to_html(page: Page, words: Mapping[str, str], language: str, zone: tzinfo | None) -> str:
    """The page as HTML."""
    style, digest = style_sheet("feedback.css")
    when = page.submitted.replace(tzinfo=UTC).astimezone(zone).strftime("%Y-%m-%d %H:%M") if page.submitted else ""
    return _template("feedback.html.j2").render(
        page=page,
        w=words,
        language=wording.TAGS[language],
        style=style,
        digest=digest,
        submitted=when,
        late=wording.duration(page.late, language) if page.late else "",
    )


@cache
def _template(name: str) -> jinja2.Template:
    return environment().get_template(name)


@cache
def style_sheet(name: str) -> tuple[Markup, str]:
    """A style sheet of the templates, and what a Content-Security-Policy calls it."""
    text = environment().get_template(name).render().strip()
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return Markup(text), f"'sha256-{digest}'"
