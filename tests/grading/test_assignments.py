"""Every assignment: its shape, and what the grader in its box gives for right, blank and typically wrong submissions.

`pytest tests/grading/test_assignments.py -k 05` looks at one. The assignment of chapter 3 has more tests of its own.
"""

import html
import json
import re

import nbformat
import pytest

from grading.graded import Graded, bundles, warm
from service_marketing.classroom import assignments, course, demo, submissions
from service_marketing.classroom.check import UNANSWERED
from service_marketing.classroom.submissions import Submission
from service_marketing.grading import engine, feedback
from service_marketing.grading.box import outside

pytestmark = pytest.mark.slow
NAMES = assignments.available(assignments.exercises_folder())
ELSEWHERE = ("endless loop", "crash")  # chapter 3's, in test_assignment_03.py
OTHER = 2031990007  # the first student whose data are not those of the solution


@pytest.fixture(scope="module")
def workshop(tmp_path_factory):
    """A course folder with all assignments, and pools that are warm for the first and stay so."""
    root = course.make(tmp_path_factory.mktemp("course"), NAMES, timeout=120)  # slow machines
    loaded = engine.load(root)
    options = engine.settings(loaded, sandbox=bool(outside.available()))
    with warm(loaded, options) as runner:
        yield root, options, runner


@pytest.fixture(scope="module", params=NAMES)
def made(request, workshop) -> Graded:
    """One assignment, graded for the full solution, blank and every mistake.

    Where students have data of their own, for the solution on the data of one more, with --long of two hundred.
    """
    name, (root, options, runner) = request.param, workshop
    variants = assignments.variants(name)
    released = nbformat.read(course.assign(root, name, demo.DUE), as_version=4)
    source = nbformat.read(root / "source" / name / f"{name}.ipynb", as_version=4)
    handed_in = [Submission("right", "甲", essay="good"), Submission("blank-release", "乙")]
    wrong = {name: mistake for name, mistake in variants.MISTAKES.items() if name not in ELSEWHERE}
    handed_in += [Submission(f"bundle-{i}", "丙", tuple(names)) for i, names in enumerate(bundles(wrong))]
    if _own_data(source):
        others = 200 if request.config.getoption("--long") else 1
        handed_in += [Submission(str(OTHER + 7919 * k), "丁", essay="good") for k in range(others)]
    for submission in handed_in:
        mistakes = [variants.MISTAKES[mistake] for mistake in submission.mistakes]
        number = submission.number if submission.number.isdigit() else None
        filled = submissions.fill(released, source, mistakes, variants.ESSAYS.get(submission.essay), number)
        if submission.number == "blank-release":
            filled = released
        target = root / "submitted" / submission.number / name / f"{name}.ipynb"
        target.parent.mkdir(parents=True)
        nbformat.write(filled, target)
    course.enrol(root, [course.Student(submission.number, submission.name) for submission in handed_in])
    engine.autograde(root, name, workers=2, options=options, runner=runner)
    feedback.write_feedback(root, name)
    return Graded(root, variants, {submission.number: submission for submission in handed_in}, name=name)


def _own_data(notebook) -> bool:
    return any("load_my_data" in cell.source for cell in notebook.cells)


def _full(made) -> dict[str, float]:
    return {cell.grade_id: cell.points for cell in assignments.graded_cells(made.notebook("source")) if not cell.manual}


def _errors(made, number):
    cells = made.notebook("autograded", number).cells
    tests = [cell for cell in cells if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("grade")]
    return {cell.metadata.nbgrader.grade_id: [o for o in cell.outputs if o.output_type == "error"] for cell in tests}


def test_it_has_tasks_with_partial_credit_and_an_open_answer(made):
    cells = assignments.graded_cells(made.notebook("source"))
    by_task = {}
    for cell in cells:
        by_task.setdefault(cell.task, []).append(cell)
    auto = {task: tests for task, tests in by_task.items() if not tests[0].manual}
    most, least = (12, 8) if not made.name.startswith("00") else (8, 4)
    assert least <= len(auto) <= most
    assert all(len(tests) >= 2 for tests in auto.values()), [task for task, tests in auto.items() if len(tests) < 2]
    assert sum(cell.points for cell in cells) == 100
    for task, tests in by_task.items():
        assert f"（{sum(cell.points for cell in tests):g}分）" in task, "the heading says what the task is worth"
    if not made.name.startswith("00"):
        assert sum(cell.manual for cell in cells) >= 1


def test_the_points_named_in_test_cells_are_the_real_ones(made):
    tests = [c for c in made.notebook("release").cells if c.cell_type == "code" and c.metadata.get("nbgrader", {}).get("grade")]
    for cell in tests:
        assert f"（{cell.metadata.nbgrader.points:g}分）" in cell.source.splitlines()[0], cell.metadata.nbgrader.grade_id


def test_an_open_answer_has_a_rubric_and_three_graded_samples(made):
    for cell in made.notebook("source").cells:
        if "### BEGIN MARK SCHEME" not in cell.source:
            continue
        question, samples = cell.source.split("### BEGIN MARK SCHEME")
        criteria = [line for line in question.splitlines() if re.match(r"\|\s*[1-9]\s*\|", line)]
        assert 4 <= len(criteria) <= 6
        for kind in ("好", "中", "差"):
            assert re.search(rf"\*\*{kind}，\d+分（[\d+]+）\*\*", samples), kind
        for total, parts in re.findall(r"，(\d+)分（([\d+]+)）", samples):
            marks = [int(mark) for mark in parts.split("+")]
            assert sum(marks) == int(total)
            assert len(marks) == len(criteria)
    essays = [c for c in assignments.graded_cells(made.notebook("source")) if c.manual]
    schemes = sum("### BEGIN MARK SCHEME" in cell.source for cell in made.notebook("source").cells)
    assert schemes == len(essays)


def test_the_solution_gets_full_marks(made):
    solved = [number for number in made.handed_in if number == "right" or number.isdigit()]
    assert len(solved) > 1
    for number in solved:
        assert {c: [o.evalue for o in e] for c, e in _errors(made, number).items() if e} == {}, number
        assert _scores(made, number) == _full(made), number
        assert [p.code for p in made.record(number).all_problems() if p.suspicious] == []


def test_a_blank_release_gets_nothing_and_a_kind_word(made):
    assert {cell: score for cell, score in _scores(made, "blank-release").items() if score} == {}
    for cell, errors in _errors(made, "blank-release").items():
        assert [error.ename for error in errors] == ["Unanswered"], (cell, errors)
        assert errors[0].evalue.startswith(UNANSWERED["zh"]), cell
        assert len(errors[0].traceback) == 1, cell


def test_typical_mistakes_cost_what_they_should(made):
    assert len(made.variants.MISTAKES) >= 3
    full = _full(made)
    for number, submission in made.handed_in.items():
        lost = {grade_id for name in submission.mistakes for grade_id in made.variants.MISTAKES[name].loses}
        if submission.mistakes:
            found = {grade_id for grade_id, score in _scores(made, number).items() if score < full[grade_id]}
            assert found == lost, (submission.mistakes, {c: [o.evalue for o in e] for c, e in _errors(made, number).items() if e})


def test_wrong_answers_are_told_in_one_chinese_sentence(made):
    for number in made.handed_in:
        for cell, errors in _errors(made, number).items():
            for error in errors:
                assert error.ename in ("Wrong", "Unanswered"), (number, cell, error.ename, error.evalue)
                assert re.search("[一-鿿]", error.evalue), (number, cell)


def test_variants_name_real_cells(made):
    source = made.notebook("source")
    graded = {c.grade_id for c in assignments.graded_cells(source)}
    answers = {c.metadata.nbgrader.grade_id for c in source.cells if c.metadata.get("nbgrader", {}).get("solution")}
    for name, mistake in made.variants.MISTAKES.items():
        assert set(mistake.cells) <= answers, name
        assert set(mistake.loses) <= graded, name
    assert {"good", "middling", "poor"} <= set(made.variants.ESSAYS)


@pytest.mark.parametrize("kind", ["release", "feedback"])
def test_hidden_tests_and_sample_answers_are_not_shown(made, kind):
    hidden, inside = [], False
    for cell in made.notebook("source").cells:
        for line in cell.source.splitlines():
            if "### END" in line:
                inside = False
            elif inside and len(line.strip()) > 25:
                hidden.append(line.strip())
            elif "### BEGIN HIDDEN" in line or "### BEGIN MARK" in line:
                inside = True
    assert len(hidden) > 5
    if kind == "release":
        plain = json.dumps(made.notebook("release"), ensure_ascii=False).replace('\\"', '"')
    else:
        plain = html.unescape(re.sub("<[^>]+>", "", made.page("bundle-0")))
    assert [line for line in hidden if line in plain and not line.startswith(("from ", "import "))] == []
    assert "### BEGIN" not in plain


def test_solutions_are_not_in_the_release(made):
    for cell in made.notebook("release").cells:
        if cell.metadata.get("nbgrader", {}).get("solution"):
            assert "在这里写" in cell.source or "写下你的回答" in cell.source, cell.metadata.nbgrader.grade_id


def _scores(made, number):
    with course.gradebook(made.root) as book:
        submission = book.find_submission_notebook(made.name, made.name, number)
        manual = {cell.grade_id for cell in assignments.graded_cells(made.notebook("source")) if cell.manual}
        return {grade.name: grade.auto_score for grade in submission.grades if grade.name not in manual}
