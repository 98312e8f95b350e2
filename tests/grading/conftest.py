"""Two classes for the session, handed in, collected and graded once: every mistake, and the demonstration class."""

from io import StringIO

import nbformat
import pytest
from rich.console import Console

from grading.graded import CHAPTER_3 as NAME
from grading.graded import Graded, bundles
from service_marketing.classroom import assignments, course, demo, submissions
from service_marketing.classroom.submissions import Submission
from service_marketing.grading import engine, feedback
from service_marketing.grading.box import outside


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
    options = engine.settings(engine.load(root), sandbox=bool(outside.available()))
    engine.autograde(root, NAME, workers=2, options=options)
    feedback.write_feedback(root, NAME)
    return Graded(root, variants, {submission.number: submission for submission in handed_in})


@pytest.fixture(scope="session")
def demo_class(tmp_path_factory) -> Graded:
    """The class of `make grade-demo`, run through."""
    root, shown = tmp_path_factory.mktemp("demo"), StringIO()
    demo.run(root, console=Console(file=shown, width=200))
    variants = assignments.variants(NAME)
    return Graded(root, variants, {submission.number: submission for submission in variants.CLASS}, shown)
