"""A class that was handed in and graded, for tests to look at, and which mistakes can be made in one notebook."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from io import StringIO
from pathlib import Path

import nbformat

from service_marketing.classroom import course, submissions
from service_marketing.classroom.submissions import Submission
from service_marketing.grading import ahead, folder, results
from service_marketing.grading.options import Options
from service_marketing.grading.running import Runner

CHAPTER_3 = "03-satisfaction"


@dataclass(frozen=True)
class Graded:
    """The session's course folder, with what was handed in by student number, and what the console was shown."""

    root: Path
    variants: object
    handed_in: dict[str, Submission]
    shown: StringIO | None = None
    name: str = CHAPTER_3

    def notebook(self, kind: str, number: str = "") -> nbformat.NotebookNode:
        return nbformat.read(self.root / kind / number / self.name / f"{self.name}.ipynb", as_version=4)

    def holder(self, mistake: str) -> str:
        """Number of the student who made `mistake`, among others."""
        made_by = (number for number, submission in self.handed_in.items() if mistake in submission.mistakes)
        return next(number for number in made_by if number.startswith("bundle"))

    def scores(self, number: str) -> dict[str, float | None]:
        """What the autograder gave, by grade id, as the gradebook has it."""
        with course.gradebook(self.root) as book:
            submission = book.find_submission_notebook(self.name, self.name, number)
            return {grade.name: grade.auto_score for grade in submission.grades if grade.name != "essay"}

    def record(self, number: str) -> results.Record:
        return results.read(self.root, self.name, number)

    def codes(self, number: str) -> list[str]:
        """The kinds of problems that the submission had."""
        return [found.code for found in self.record(number).all_problems()]

    def page(self, number: str) -> str:
        """The student's page of feedback."""
        return (self.root / "feedback" / number / self.name / f"{self.name}.html").read_text(encoding="utf-8")

    def expected(self, number: str) -> dict[str, float]:
        return submissions.expected(self.handed_in[number], self.variants.MISTAKES, self.notebook("release"))


def bundles(mistakes: dict[str, submissions.Mistake]) -> list[list[str]]:
    """Names of mistakes that can be made in one notebook, because they are about different tasks."""
    found: list[tuple[list[str], set[str]]] = []
    for name, mistake in mistakes.items():
        tasks = mistake.tasks
        names, taken = next((bundle for bundle in found if not bundle[1] & tasks), ([], set()))
        if not names:
            found.append((names, taken))
        names.append(name)
        taken |= tasks
    return [names for names, _ in found]


@contextmanager
def warm(course: folder.Course, options: Options) -> Iterator[Callable[..., Runner]]:
    """A runner for `engine.autograde`, for two at a time, in shells that are warm for the first assignment and stay so."""
    terms = ahead.terms(course, options)
    with ExitStack() as stack:
        pools = tuple(stack.enter_context(pool) for pool in terms.pools(2))
        yield partial(Runner, ahead=ahead.Ahead(terms, 2, pools))
