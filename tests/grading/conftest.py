"""Two classes for the session, handed in, collected and graded once: every mistake, and the demonstration class."""

from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import nbformat
import pytest
from rich.console import Console

from service_marketing.classroom import assignments, course, demo, submissions
from service_marketing.classroom.submissions import Submission

NAME = "03-satisfaction"


@dataclass(frozen=True)
class Graded:
    """The session's course folder, with what was handed in by student number."""

    root: Path
    variants: object
    handed_in: dict[str, Submission]

    def notebook(self, kind: str, number: str = "") -> nbformat.NotebookNode:
        return nbformat.read(self.root / kind / number / NAME / f"{NAME}.ipynb", as_version=4)

    def holder(self, mistake: str) -> str:
        """Number of the student who made `mistake`, among others."""
        made_by = (number for number, submission in self.handed_in.items() if mistake in submission.mistakes)
        return next(number for number in made_by if number.startswith("bundle"))

    def scores(self, number: str) -> dict[str, float | None]:
        with course.gradebook(self.root) as book:
            submission = book.find_submission_notebook(NAME, NAME, number)
            return {grade.name: grade.auto_score for grade in submission.grades if grade.name != "essay"}

    def notes(self, number: str) -> list[str]:
        return [note.kind for note in course.outcome(self.root, NAME, number).notes]

    def outcome_is_readable(self, number: str) -> bool:
        return course.outcome(self.root, NAME, number).readable

    def expected(self, number: str) -> dict[str, float]:
        return submissions.expected(self.handed_in[number], self.variants.MISTAKES, self.notebook("release"))


def bundles(mistakes: dict[str, submissions.Mistake]) -> list[list[str]]:
    """Names of mistakes that can be made in one notebook, because they are about different tasks."""
    found: list[tuple[list[str], set[str]]] = []
    for name, mistake in mistakes.items():
        tasks = tasks_of(mistake)
        names, taken = next((bundle for bundle in found if not bundle[1] & tasks), ([], set()))
        if not names:
            found.append((names, taken))
        names.append(name)
        taken |= tasks
    return [names for names, _ in found]


def tasks_of(mistake: submissions.Mistake) -> set[str]:
    """The tasks that a mistake is about, as "t3"."""
    return {grade_id.split("-")[0] for grade_id in (*mistake.cells, *mistake.loses)}


@pytest.fixture(scope="session")
def graded(tmp_path_factory) -> Graded:
    """The full solution, every mistake, and a student who edits the tests."""
    root = course.make(tmp_path_factory.mktemp("course"), [NAME], timeout=demo.SECONDS)
    variants = assignments.variants(NAME)
    released = nbformat.read(course.assign(root, NAME, demo.DUE), as_version=4)
    source = nbformat.read(root / "source" / NAME / f"{NAME}.ipynb", as_version=4)
    together = bundles(variants.MISTAKES)
    handed_in = [
        Submission("right", "丙", essay="good", hours=2.0),
        Submission("edited-and-wrong", "乙", ("one sided",), edits={"t8-verdict": "pass", "setup": "raise SystemExit"}),
        *(Submission(f"bundle-{i}", "甲", tuple(names)) for i, names in enumerate(together)),
    ]
    files = tmp_path_factory.mktemp("files")
    for submission in handed_in:
        mistakes = [variants.MISTAKES[name] for name in submission.mistakes]
        filled = submissions.fill(released, source, mistakes, variants.ESSAYS.get(submission.essay))
        submissions.write(submission, NAME, filled, demo.DUE, files)
    (files / "没有学号.ipynb").write_text("{}", encoding="utf-8")
    archive = submissions.pack(files.iterdir(), tmp_path_factory.mktemp("inbox") / "class.zip")
    assert course.collect(root, NAME, archive) == ["没有学号.ipynb"]
    course.enrol(root, [course.Student("absent", "丁")])
    course.autograde(root, NAME)
    return Graded(root, variants, {submission.number: submission for submission in handed_in})


@pytest.fixture(scope="session")
def demo_class(tmp_path_factory) -> Graded:
    """The class of `make grade-demo`, run through."""
    root = tmp_path_factory.mktemp("demo")
    demo.run(root, console=Console(file=StringIO(), width=120))
    variants = assignments.variants(NAME)
    return Graded(root, variants, {submission.number: submission for submission in variants.CLASS})
