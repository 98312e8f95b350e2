"""From what ran to scores: outputs into the notebook, nbgrader's own preprocessors over it, and a verdict for each cell."""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.preprocessors import SaveAutoGrades

from .gradebook import Grade, GradeCell, SubmittedNotebook
from .plan import Plan, Prepared, Step, log
from .problems import Problem, problem
from .results import CellRecord, NotebookRecord, Record, RunRecord, now
from .running import NotebookRan, Part, Ran
from .shells import notebooks
from .shells.pool import Outcome
from .wall.pair import IN_PROCESS, STUDENT, TEST, TRUSTED

_WARNING = re.compile(r"^(?:\S.*?:\d+: )?[\w.]*Warning: ")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_CELL = re.compile(r"(Cell (?:\x1b\[[0-9;]*m)*In\[)(\d{1,6})\]")
_OWN_FRAME = re.compile(r"\s*(?:File .*[\\/]grading[\\/]wall[\\/]|\[\.\.\. skipping hidden)")
_FAILED_LINE = re.compile(r"^-+> *\d+ (.*)$", re.MULTILINE)
LONGEST = 2_000
STATUS = {"timeout": "timeout", "exceeded": "exceeded", "lost": "lost"}


def score(plan: Plan, prepared: Prepared, ran: Ran) -> tuple[Record, dict[str, str]]:
    """Score a submission in the book, which stands in for the gradebook; returns its record and the notebooks' texts.

    The submission stays open in the book: it is for the caller to finish or to discard it.
    """
    student = prepared.submission.student
    submission = plan.book.begin(student, prepared.submission.timestamp, plan.course.create_student)
    plan.book.missing(student, prepared.missing)
    done = {one.name: one for one in ran.notebooks}
    steps = {one.name: one.steps for one in prepared.task.notebooks}
    texts, records = {}, []
    for submitted in submission.notebooks:
        name = submitted.name
        problems = list(prepared.notebook_problems.get(name, ()))
        if name not in done:
            records.append(_not_handed_in(submitted, problems))
            continue
        notebook = prepared.notebooks[name]
        outcomes = _put_in(done[name], steps[name], notebook)
        problems += _run_problems(done[name])
        forgive = not plan.options.stock_stderr
        notebook, warned, found = _scored(plan, student, name, notebook, forgive)
        problems += found
        texts[name] = _text(notebook)
        records.append(_notebook_record(submitted, notebook, prepared.files[name], done[name], outcomes, warned, problems))
    record = Record(
        assignment=plan.own.name,
        student=student,
        state="graded",
        graded=now(),
        submitted=submission.timestamp.isoformat() if submission.timestamp else None,
        score=submission.score,
        max_score=sum(notebook.max_score for notebook in submission.notebooks),
        late=float(submission.total_seconds_late),
        wall=plan.kit.terms.wall,
        layers=ran.layers,
        seconds=round(ran.seconds, 3),
        problems=tuple(prepared.problems),
        notebooks=tuple(records),
    )
    return record, texts


# ---- outputs into the notebook


def _put_in(ran: NotebookRan, steps: Sequence[Step], notebook: NotebookNode) -> dict[int, Outcome]:
    """Write the outputs of all runs into the notebook; returns the outcomes that count, by cell number."""
    parts = {part.role: part for part in ran.parts}
    whole = parts.get("all") or _joined(parts, steps)
    notebooks.write(whole, notebook)
    for count, cell in enumerate(notebooks.cells(notebook), start=1):
        for output in notebook.cells[cell.number].outputs:
            if output.output_type == "execute_result":
                output.execution_count = count
    return dict(whole.cells)


def _joined(parts: Mapping[str, Part], steps: Sequence[Step]) -> Part:
    """The student's cells as they are shown, the tests as they ran; each process counted only the cells that it ran."""
    shown, tests = parts["shown"], parts.get("tests")
    places = {step.number: count for count, step in enumerate(steps, start=1)}
    cells = {}
    for source, ran, taken in (
        (shown, (STUDENT, TRUSTED), (STUDENT, TRUSTED)),
        (tests, (TRUSTED, TEST), (TEST,)),
        (tests, (STUDENT, TRUSTED, IN_PROCESS), (IN_PROCESS,)),
    ):
        counts = {count: places[number] for count, number in enumerate((s.number for s in steps if s.kind in ran), start=1)}
        for step in steps:
            if source and step.kind in taken and step.number in source.cells:
                cells[step.number] = _recounted(source.cells[step.number], counts)
    broken = shown.problem or (tests.problem if tests else None)
    return Part("joined", cells, broken, shown.language, shown.widgets)


def _recounted(outcome: Outcome, counts: Mapping[int, int]) -> Outcome:
    """The outcome with tracebacks that name cells by their place in the notebook, without frames of the wall."""

    def name(found: re.Match) -> str:
        return f"{found[1]}{counts.get(int(found[2]), found[2])}]"

    def shown(lines: list[str]) -> list[str]:
        return [_CELL.sub(name, line) for line in lines if not _OWN_FRAME.match(_COLOUR.sub("", line))]

    outputs = [
        {**output, "traceback": shown(output["traceback"])} if output["output_type"] == "error" else output for output in outcome.outputs
    ]
    return replace(outcome, outputs=outputs)


def _run_problems(ran: NotebookRan) -> list[Problem]:
    found = {}
    for part in ran.parts:
        if part.problem is not None and part.problem.kind not in found:
            zh, en = _two_languages(part.problem.text)
            found[part.problem.kind] = problem("run", reason_zh=zh, reason_en=en)
    return list(found.values())


def _two_languages(text: str) -> tuple[str, str]:
    """Chinese and English of a sentence of shells.pool's."""
    zh, _, en = text.rstrip("）").rpartition("（")
    return (zh, en) if zh else (text, text)


# ---- nbgrader's preprocessors


def _scored(plan: Plan, student: str, name: str, notebook: NotebookNode, forgive: bool) -> tuple[NotebookNode, set[str], list[Problem]]:
    """The notebook after nbgrader's preprocessors that come after the run; the tests with warnings; and what was odd."""
    resources = plan.about(student, name)
    warned: set[str] = set()
    problems = []
    for preprocessor in plan.score:
        if not isinstance(preprocessor, SaveAutoGrades):
            notebook, resources = preprocessor(notebook, resources)
            continue
        odd = _readable_results(notebook)
        if odd:
            problems.append(problem("bad-result", *odd))
        with _warnings_aside(notebook, forgive) as found:
            warned |= found
            notebook, resources = preprocessor(notebook, resources)
    return notebook, warned, problems


def _tests(notebook: NotebookNode) -> Iterator[NotebookNode]:
    for cell in notebook.cells:
        if cell.cell_type == "code" and utils.is_grade(cell) and not utils.is_solution(cell):
            yield cell


def _readable_results(notebook: NotebookNode) -> list[str]:
    """Make errors of results that nbgrader cannot take for points (more than there are, or none at all): stock stops there."""
    odd = []
    for cell in _tests(notebook):
        try:
            utils.determine_grade(cell, log)
        except Exception as error:
            odd.append(cell.metadata.nbgrader.grade_id)
            said = nbformat.v4.new_output("error", ename=type(error).__name__, evalue=str(error), traceback=[str(error)])
            cell.outputs = [said, *cell.outputs]
    return odd


@contextmanager
def _warnings_aside(notebook: NotebookNode, forgive: bool) -> Iterator[set[str]]:
    """While it lasts, tests have no outputs that are mere warnings; gives the tests that had some."""
    kept, warned = [], set()
    for cell in _tests(notebook):
        mere = [output for output in cell.outputs if is_mere_warning(output)]
        if mere:
            warned.add(cell.metadata.nbgrader.grade_id)
            kept.append((cell, cell.outputs))
            if forgive:
                cell.outputs = [output for output in cell.outputs if output not in mere]
    yield warned
    for cell, outputs in kept:
        cell.outputs = outputs


def is_mere_warning(output: Mapping[str, Any]) -> bool:
    """Whether an output is text on standard error that the module `warnings` wrote, and nothing else."""
    if output["output_type"] != "stream" or output["name"] != "stderr":
        return False
    state = "other"
    for line in output["text"].splitlines():
        if _WARNING.match(line):
            state = "message"
        elif state == "message" and line.startswith("  "):
            state = "source"  # the line of code that warnings quotes; nothing of the warning comes behind it
        elif state != "message" and line.strip():
            return False
    return state != "other"


def _text(notebook: NotebookNode) -> str:
    """As nbconvert's notebook exporter writes it; that also logs what is invalid, which the preprocessors have made sure of."""
    text = nbformat.v4.writes(notebook)
    return text if text.endswith("\n") else text + "\n"


# ---- records


def _notebook_record(
    submitted: SubmittedNotebook,
    notebook: NotebookNode,
    file: str,
    ran: NotebookRan,
    outcomes: Mapping[int, Outcome],
    warned: set[str],
    problems: list[Problem],
) -> NotebookRecord:
    places = {cell.metadata.get("nbgrader", {}).get("grade_id"): i for i, cell in enumerate(notebook.cells)}
    cells = []
    for grade in submitted.grades:
        at = places.get(grade.name)
        cells.append(
            _missing_cell(grade)
            if at is None
            else _cell_record(grade, notebook.cells[at], outcomes.get(at), grade.name in ran.in_process, grade.name in warned)
        )
    return NotebookRecord(
        name=submitted.name,
        file=file,
        score=submitted.score,
        max_score=submitted.max_score,
        late_penalty=submitted.late_submission_penalty,
        cells=tuple(cells),
        problems=tuple(problems),
        runs=tuple(_run_record(part) for part in ran.parts),
    )


def _not_handed_in(submitted: SubmittedNotebook, problems: list[Problem]) -> NotebookRecord:
    cells = tuple(_missing_cell(grade) for grade in submitted.grades)
    return NotebookRecord(
        submitted.name, None, submitted.score, submitted.max_score, submitted.late_submission_penalty, cells, tuple(problems)
    )


def _run_record(part: Part) -> RunRecord:
    kind, text = (part.problem.kind, part.problem.text) if part.problem else ("", "")
    return RunRecord(part.role, round(part.seconds, 3), round(part.cpu, 3), part.memory, part.tries, kind, text)


def _missing_cell(grade: Grade) -> CellRecord:
    return CellRecord(grade.name, "task" if not isinstance(grade.cell, GradeCell) else "test", "missing", _number(grade), grade.max_score)


def _cell_record(grade: Grade, cell: NotebookNode, outcome: Outcome | None, in_process: bool, warned: bool) -> CellRecord:
    points = _number(grade)
    if utils.is_task(cell):
        return CellRecord(grade.name, "task", "manual", points, grade.max_score)
    if utils.is_solution(cell) or cell.cell_type != "code":
        return CellRecord(grade.name, "answer", "blank" if points == 0 else "manual", points, grade.max_score)
    error = next((output for output in cell.outputs if output.output_type == "error"), None)
    return CellRecord(
        name=grade.name,
        kind="test",
        verdict=_verdict(points, grade.max_score, outcome, error),
        auto_score=points,
        max_score=grade.max_score,
        ename=error.ename[:200] if error else "",
        evalue=error.evalue[:LONGEST] if error else "",
        assertion=_failed_line(error.traceback) if error else "",
        seconds=_seconds(outcome),
        in_process=in_process,
        warned=warned,
        notes=dict(getattr(outcome, "notes", None) or {}),
    )


def _verdict(points: float | None, worth: float, outcome: Outcome | None, error: NotebookNode | None) -> str:
    if points is None:
        return "manual"
    if error is None:
        return "stderr" if points == 0 and worth > 0 and not _has_result(outcome) else _by_points(points, worth)
    if outcome is not None and outcome.status in STATUS:
        return STATUS[outcome.status]
    if points > 0:
        return _by_points(points, worth)
    return "failed" if error.ename == "AssertionError" else "error"


def _has_result(outcome: Outcome | None) -> bool:
    return outcome is not None and any(output["output_type"] == "execute_result" for output in outcome.outputs)


def _by_points(points: float, worth: float) -> str:
    return "passed" if points >= worth else "failed" if points == 0 else "partial"


def _number(grade: Grade) -> float | None:
    """The autograder's points; nbgrader takes a result that is no number for full points, so NaN does not come from there."""
    return None if grade.auto_score is None or math.isnan(grade.auto_score) else float(grade.auto_score)


def _seconds(outcome: Outcome | None) -> float | None:
    if outcome is None or not outcome.started or not outcome.ended:
        return None
    began, ended = (datetime.fromisoformat(time) for time in (outcome.started, outcome.ended))
    return round((ended - began).total_seconds(), 4)


def _failed_line(traceback: list[str]) -> str:
    """The line of the test at which it stopped, out of IPython's traceback."""
    found = _FAILED_LINE.findall(_COLOUR.sub("", "\n".join(traceback)))
    return found[0].strip()[:LONGEST] if found else ""
