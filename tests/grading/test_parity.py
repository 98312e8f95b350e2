"""Honest submissions get from the grader, wall and all, what stock nbgrader gives them, cell by cell.

assignments/ holds eight assignments of different shape with right, half-right and wrong answers to every question, and
stock.json what stock nbgrader gave to 528 submissions made of them. All of them are graded again with --long, otherwise a
sample that has every assignment in it; a few are also put before stock nbgrader once more.
"""

import os
import random
from functools import partial
from pathlib import Path

import pytest

from grading import stock_verdicts, variants
from grading.graded import warm
from service_marketing.grading import engine

SAMPLE = 12  # of each assignment
AGAIN = 6  # by stock nbgrader
# What the wall cannot do, by assignment and question: the answer, the test, and what stock and we give.
KNOWN = {
    # A list that is yielded and cleared afterwards: behind the wall it stays what it was when it was handed over.
    ("generators", "chunks"): ("one list", "chunks-1", 0.0, 1.0),
    # A subclass of tuple with attributes of its own, where the reference has axes: behind the wall it is a tuple.
    ("plots", "bars"): ("container", "bars-1", 2.0, 0.0),
}


@pytest.fixture(scope="module")
def assignments() -> dict[str, variants.Assignment]:
    return {name: variants.read(name) for name in variants.NAMES}


@pytest.fixture(scope="module")
def course(assignments, tmp_path_factory) -> Path:
    return variants.release(tmp_path_factory.mktemp("parity") / "course", list(assignments.values()))


@pytest.fixture(scope="module")
def grader(course):
    """Grades an assignment in shells that are warm for the first and stay so."""
    loaded = engine.load(course)
    options = engine.settings(loaded, stock_stderr=True)
    with warm(loaded, options) as runner:
        yield partial(engine.autograde, course, workers=2, options=options, runner=runner)


def chosen(name: str, count: int) -> list[int]:
    """Numbers of variants: the right one, the blank one, and others."""
    return [0, 1, *sorted(random.Random(f"sample of {name}").sample(range(2, variants.EACH), count - 2))]


def differences(assignment: variants.Assignment, made: dict[int, variants.Variant], ours: dict, stocks: dict) -> list[str]:
    """What is not equal, for people."""
    return [
        f"{assignment.name} {number}: {cell}: stock {stock}, ours {our}; {variant}"
        for number, variant in made.items()
        for cell, stock, our in zip(assignment.tests, stocks[number], ours[number], strict=True)
        if our != stock and not is_known(assignment.name, variant, cell, stock, our)
    ]


def is_known(name: str, variant: variants.Variant, cell: str, stock: float, our: float) -> bool:
    """Whether this difference is one of KNOWN."""
    found = [(answer.name, cell, stock, our) for question, answer in variant.answers.items() if (name, question) in KNOWN]
    return any(one in found for (of, _), one in KNOWN.items() if of == name)


@pytest.mark.parametrize("name", variants.NAMES)
def test_scores_are_those_of_stock(name, assignments, course, grader, request):
    assignment, every = assignments[name], variants.variants(assignments[name])
    kept = stock_verdicts.kept()[name]
    assert kept["cells"] == assignment.tests
    made = {number: every[number] for number in (range(len(every)) if request.config.getoption("--long") else chosen(name, SAMPLE))}
    for number, variant in made.items():
        variants.hand_in(course, assignment, number, variant)
    summary = grader(assignment=name)
    assert summary.wall
    assert len(summary.graded) == len(made)
    found = variants.scores(course, assignment)
    ours = {number: found[variants.student(number)] for number in made}
    wrong = differences(assignment, made, ours, kept["scores"])
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", variants.NAMES)
def test_the_kept_verdicts_are_of_these_variants(name, assignments):
    kept, made = stock_verdicts.kept()[name], variants.variants(assignments[name])
    assert kept["fingerprint"] == variants.fingerprint(assignments[name], made), "run python -m grading.stock_verdicts --write in tests/"
    assert len(kept["scores"]) == len(made)


@pytest.mark.parametrize("name", variants.NAMES)
def test_the_variants_are_right_and_wrong(name, assignments):
    """Every answer occurs; right ones alone get everything, and every question is got wrong by somebody."""
    assignment, every, kept = assignments[name], variants.variants(assignments[name]), stock_verdicts.kept()[name]
    for question, answers in assignment.answers.items():
        assert {variant.answers[question] for variant in every} == set(answers)
    automatic = [i for i, cell in enumerate(assignment.tests) if cell not in assignment.answers]
    most = [kept["scores"][0][i] for i in automatic]
    full = [number for number, row in enumerate(kept["scores"]) if [row[i] for i in automatic] == most]
    right = [
        number
        for number, variant in enumerate(every)
        if all(one.kind == "right" for question, one in variant.answers.items() if question not in assignment.tests)
    ]
    assert set(right) == set(full)
    points = {
        cell.metadata.nbgrader.grade_id: cell.metadata.nbgrader.get("points")
        for cell in assignment.notebook.cells
        if "nbgrader" in cell.metadata
    }
    assert most == [points[assignment.tests[i]] for i in automatic]
    assert all(any(row[i] < best for row in kept["scores"]) for i, best in zip(automatic, most, strict=True))


def test_there_are_enough():
    assert sum(len(entry["scores"]) for entry in stock_verdicts.kept().values()) >= 500


def test_stock_still_says_so(assignments, tmp_path):
    """A few rows of the file, other ones every day, by stock nbgrader itself."""
    rows = random.Random(os.environ.get("SEED") or None)
    for place, name in enumerate(rows.sample(variants.NAMES, 2)):
        every = variants.variants(assignments[name])
        made = {number: every[number] for number in rows.sample(range(len(every)), AGAIN // 2)}
        found = stock_verdicts.verdicts(assignments[name], made, tmp_path / str(place))
        wrong = differences(assignments[name], made, found, stock_verdicts.kept()[name]["scores"])
        assert not wrong, "\n".join(wrong)
