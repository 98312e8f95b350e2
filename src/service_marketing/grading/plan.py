"""What is to be run for a submission: prepared on the driver's side, run anywhere, plain values in between.

`Plan` is what the driver knows of the assignment; `Kit` the part of it that whoever runs submissions needs; `prepare`
makes a `Task` of a submission: its files, and the cells of its notebooks in order. The texts of tests and of the
instructor's other locked cells come from the gradebook, by nbgrader's own OverwriteCells.
"""

import json
import logging
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode
from nbformat.notebooknode import from_dict
from nbformat.validator import normalize
from nbgrader import utils
from nbgrader.converters.autograde import Autograde
from nbgrader.preprocessors import Execute
from traitlets.utils.importstring import import_item

from . import folder, mangled
from .ahead import Terms, terms
from .gradebook import Book, Notebook
from .options import Options
from .problems import Problem, Text, problem
from .shells import notebooks
from .wall import profile as wall_profile
from .wall import reference
from .wall.pair import IN_PROCESS, STUDENT, TEST, TRUSTED, Pair
from .wall.profile import NOTHING, Profile

ENVIRONMENT = {"NBGRADER_EXECUTION": "autograde"}
log = logging.getLogger("service_marketing.grading")
log.addHandler(logging.NullHandler())
log.propagate = False


@dataclass(frozen=True)
class File:
    """A file for the folder that a submission runs in."""

    path: str
    mode: int
    data: bytes = field(repr=False)


@dataclass(frozen=True)
class Step:
    """A cell to be run: its place in the notebook, its text, and what it is.

    `kind`, as in wall.pair: "test" for an autograder's test, "in_process" for one that the wall cannot serve; "trusted" for
    another locked cell of the instructor's; else "student". `name`: the grade id of a cell that has one.
    """

    number: int
    kind: str
    source: str
    name: str = ""


@dataclass(frozen=True)
class NotebookTask:
    """The cells of one notebook, in order. `setup`: what the tests' side of the wall has to know, as plain JSON."""

    name: str
    steps: tuple[Step, ...]
    setup: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Task:
    """One submission to be run: the student's files, with the assignment's over them, and its notebooks in order."""

    key: str
    files: tuple[File, ...]
    notebooks: tuple[NotebookTask, ...]


@dataclass(frozen=True)
class Kit:
    """What it takes to run any submission of an assignment; plain and picklable.

    `files`: the assignment's own, as the instructor made them. `terms`: how the shells are made.
    """

    assignment: str
    files: tuple[File, ...]
    terms: Terms
    environment: Mapping[str, str] = field(default_factory=lambda: dict(ENVIRONMENT))


@dataclass(frozen=True)
class Plan:
    """Everything about the assignment that is the same for all submissions."""

    course: folder.Course
    own: folder.Assignment
    book: Book
    options: Options
    references: tuple[mangled.Reference, ...]
    sanitise: tuple[Any, ...]
    score: tuple[Any, ...]
    kit: Kit
    adds: bool
    stock_adds: bool
    profiles: Mapping[str, Profile] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    @property
    def unsolved(self) -> tuple[str, ...]:
        """The tests that the instructor's own solution does not pass here, each with its notebook before it."""
        failed = [(book, test) for book, one in self.profiles.items() for test, verdict in one.verdicts.items() if verdict.kind == NOTHING]
        return tuple(f"{book}/{test}" for book, test in failed)

    def graded(self, student: str) -> Path:
        """The folder that a graded submission is put in."""
        return self.course.folder(self.course.autograded_directory, student, self.own.name)

    def about(self, student: str, notebook: str) -> ResourcesDict:
        """What nbgrader's preprocessors are told about the notebook they get."""
        about = {"student": student, "assignment": self.own.name, "notebook": notebook, "db_url": self.course.db_url}
        place = ResourcesDict(path=str(self.graded(student)), name=notebook)
        return ResourcesDict(nbgrader=about, unique_key=notebook, metadata=place)


@dataclass
class Prepared:
    """A submission as the driver holds it: the task, and the sanitised notebooks that its results go into.

    `files`: which file was taken for each notebook. `missing`: the notebooks that nobody handed in.
    """

    submission: folder.Submission
    task: Task
    notebooks: dict[str, NotebookNode]
    files: dict[str, str]
    missing: tuple[str, ...]
    problems: list[Problem]
    notebook_problems: dict[str, list[Problem]]


# ---- the assignment


def plan(course: folder.Course, own: folder.Assignment, book: Book, options: Options) -> Plan:
    """The plan for an assignment. Raises ValueError for a notebook in another language than Python."""
    references = []
    for notebook in book.assignment.notebooks:
        _must_be_python(notebook)
        references.append(mangled.of(notebook, own, course.config))
    files, problems = [], []
    for entry in own.files:
        try:
            files.append(File(entry.path, entry.mode, (own.source / entry.path).read_bytes()))
        except OSError as error:
            problems.append(problem("access", entry.path, error=error.strerror))
    settings = course.config.get("OverwriteCells", {})
    sanitise, score = _preprocessors(course)
    kit = Kit(
        assignment=own.name,
        files=tuple(files),
        terms=terms(course, options),
    )
    return Plan(
        course=course,
        own=own,
        book=book,
        options=options,
        references=tuple(references),
        sanitise=sanitise,
        score=score,
        kit=kit,
        adds=bool(settings.get("add_missing_cells", True)),
        stock_adds=bool(settings.get("add_missing_cells", False)),
        problems=(*own.problems, *problems),
    )


class WallError(RuntimeError):
    """The wall does not stand for an assignment, so that nothing can be graded behind it; the message says what to do."""


def with_profiles(plan: Plan, pair: Pair) -> Plan:
    """The plan with the profile of each notebook: as it was kept, or made in the pools of `pair`.

    Raises WallError when no test of a notebook finished behind the wall: all of them would run where they can be forged.
    """

    def make(sheet: Any) -> Profile:
        return reference.make(sheet, pair, plan.course.config)

    known = plan.book.assignment.notebooks
    profiles = {n.name: wall_profile.obtain(plan.course, plan.own, n, make) for n in known}
    for name, profile in profiles.items():
        if reason := _fell(profile):
            raise WallError(
                f"{name}：参考答案在墙后一个测试也没有跑完（{reason.zh}），停止批改。加 --in-process 就不用墙，分数能被伪造 "
                f"(no test of {name} finished behind the wall: {reason.en}; --in-process grades without it, and scores can be forged)"
            )
    return replace(plan, profiles=profiles)


def _fell(profile: Profile) -> Text | None:
    """Why the wall stands for no test of a notebook, when none that finishes in one process finished behind it."""
    reasons = list(profile.in_process.values())
    if len(reasons) < len(profile.verdicts) or any(reason.kind != "unfinished" for reason in reasons):
        return None
    return reasons[0].text if reasons else None


def _must_be_python(notebook: Notebook) -> None:
    kernel = _json(notebook.kernelspec) if notebook.kernelspec else {}
    language = str(kernel.get("language") or "python").lower()
    if language not in ("python", "python3", "ipython"):
        raise ValueError(f"{notebook.name}.ipynb用的是{language}，这里只批改Python，用 nbgrader autograde (only Python is graded here)")


def _json(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _preprocessors(course: folder.Course) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """nbgrader's preprocessors as the course has set them, before and after the run; each is made once."""
    settings = course.config.get("Autograde", {})
    sanitise = list(settings.get("sanitize_preprocessors", None) or Autograde.sanitize_preprocessors.default_args[0])
    score = list(settings.get("autograde_preprocessors", None) or Autograde.autograde_preprocessors.default_args[0])
    classes = [[import_item(c) if isinstance(c, str) else c for c in group] for group in (sanitise, score)]
    before, after = ([c for c in group if not issubclass(c, Execute)] for group in classes)
    made = [tuple(one(config=course.config, log=log) for one in group) for group in (before, after)]
    return made[0], made[1]


# ---- a submission


def prepare(plan: Plan, submission: folder.Submission) -> Prepared:
    """Read what was handed in, restore it, and make a task of it. The book must stand in for the gradebook."""
    problems, by_notebook = list(submission.problems), {}
    files = _files(plan, submission, problems)
    readings = _readings(plan, submission, problems)
    match = mangled.match(readings, plan.references)
    unused = [name for name in match.unused if name in {entry.path for entry in submission.notebooks}]
    if unused:
        problems.append(problem("not-used", *unused))
    clean, tasks = {}, []
    for one in plan.references:
        found = by_notebook[one.name] = list(match.problems[one.name])
        if one.name not in match.files:
            continue
        notebook, changes = mangled.restore(readings[match.files[one.name]].notebook, one, plan.adds, plan.stock_adds)
        found += changes
        notebook = sanitised(plan, submission.student, one.name, notebook)
        clean[one.name] = notebook
        tasks.append(_notebook_task(notebook, one, plan.profiles.get(one.name)))
    task = Task(submission.student, files, tuple(tasks))
    return Prepared(submission, task, clean, dict(match.files), match.missing, problems, by_notebook)


def _files(plan: Plan, submission: folder.Submission, problems: list[Problem]) -> tuple[File, ...]:
    ours = {file.path: file for file in plan.kit.files}
    copies, found = folder.graded_files(plan.course, plan.own, submission)
    problems += found
    files = []
    for copy in copies:
        if copy.trusted:
            if copy.entry.path in ours:
                files.append(ours[copy.entry.path])
            continue
        data = folder.read(copy.source, copy.entry)
        if isinstance(data, Problem):
            problems.append(data)
        else:
            files.append(File(copy.entry.path, copy.entry.mode & 0o777, data))
    return tuple(files)


def _readings(plan: Plan, submission: folder.Submission, problems: list[Problem]) -> dict[str, mangled.Reading]:
    """The notebooks that were handed in; where some are missing, other files that may be them."""
    readings: dict[str, mangled.Reading] = {}

    def read(entry: folder.Entry) -> None:
        data = folder.read(submission.path, entry)
        if isinstance(data, Problem):
            problems.append(data)
        else:
            readings[entry.path] = mangled.read(data, entry.path)

    expected = {one.name for one in plan.references}
    for entry in submission.notebooks:
        read(entry)
    if mangled.match(readings, plan.references).missing:
        for entry in folder.candidates(submission, expected):
            if entry.path not in readings:
                read(entry)
    return readings


def sanitised(plan: Plan, student: str, name: str, notebook: NotebookNode) -> NotebookNode:
    """The notebook after nbgrader's preprocessors that come before the run."""
    resources = plan.about(student, name)
    with warnings.catch_warnings():  # as nbconvert does first: cells that lack an id, or share one, get their own
        warnings.simplefilter("ignore")
        _, notebook = normalize(from_dict(notebook))
    for preprocessor in plan.sanitise:
        notebook, resources = preprocessor(notebook, resources)
    return from_dict(notebook)  # cells that OverwriteCells puts back have plain dictionaries in them


def _notebook_task(notebook: NotebookNode, wanted: mangled.Reference, profile: Profile | None) -> NotebookTask:
    """The cells of a sanitised notebook that are to be run."""
    found = []
    for cell in notebooks.cells(notebook):
        node = notebook.cells[cell.number]
        name = node.metadata.get("nbgrader", {}).get("grade_id") or ""
        found.append(Step(cell.number, _kind(node, wanted.by_name.get(name), profile), cell.source, name))
    locked = {step.number: step.name for step in found if step.kind in (TEST, TRUSTED) and step.name}
    return NotebookTask(wanted.name, tuple(found), profile.setup(locked) if profile else {})


def _kind(cell: NotebookNode, wanted: mangled.Expected | None, profile: Profile | None) -> str:
    if utils.is_grade(cell) and not utils.is_solution(cell):
        return IN_PROCESS if profile and cell.metadata.nbgrader.grade_id in profile.in_process else TEST
    return TRUSTED if wanted is not None and wanted.locked and not wanted.task and not wanted.solution else STUDENT
