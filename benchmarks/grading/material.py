"""The class that the benchmarks grade: an assignment of 17 code cells, and what its students hand in.

pandas, numpy, matplotlib; one plot; eight cells worth points, two of them with hidden tests. Every student has one of a few
answers to each question, right or wrong, and some prints and notes of their own.
"""

import random
import re
from collections.abc import Iterator
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.apps import NbGraderAPI
from shells import CELLS

from service_marketing.grading import folder

NAME = "satisfaction"
# What each cell of the notebook is: locked (the instructor's), solution or test (with its points).
ROLES = (
    *("locked", "solution", 1, "solution", 2, "solution", 2, "locked", "solution", 1, "solution", "solution"),
    *("solution", 1, "solution", 2, 1),
)
MORE = {  # hidden tests besides those that are shown, by cell
    4: "assert csat([1, 2]) == 0",
    6: "assert nps([9, 9])[0] == 100 and nps([6])[0] == -100",
    16: "assert not compare(one, one)['real']",
}
DROPPED = "assert compare(one, one)['real']"  # a line of the notebook that nobody can satisfy
WRONG = {  # other answers, by cell
    1: "n_visits = visits.size\nwest = visits[visits['store_id'] == 3]\nwest_mean = west['rating'].mean()",
    3: "def csat(ratings):\n    return len([r for r in ratings if r > 4]) / len(ratings)",
    5: "def nps(scores):\n    promoters = sum(s >= 9 for s in scores)\n    return 100 * promoters / len(scores), 0",
    8: "def kano_table(counts):\n    counts['worse'] = counts['M']\n    return counts\nkano_table(kano.copy())",
    12: "slopes = [-1]\nprint(slopes)",
    14: "def compare(a, b):\n    return {'z': 0, 'real': a.mean() == b.mean()}",
}
NOTES = ("# 先看一眼数据\nvisits.describe()", "print('一共', len(visits), '次')", "visits['rating'].value_counts()", "stores")


def cells() -> list[NotebookNode]:
    """The instructor's notebook, cell by cell."""
    made = [new_markdown_cell("# Satisfaction at twelve stores", id="title")]
    for number, (role, source) in enumerate(zip(ROLES, CELLS, strict=True)):
        points = role if isinstance(role, int) else None
        source = source.replace(DROPPED, "").rstrip("\n")
        if role == "solution":
            source = f"### BEGIN SOLUTION\n{source}\n### END SOLUTION"
        if number in MORE:
            source += f"\n### BEGIN HIDDEN TESTS\n{MORE[number]}\n### END HIDDEN TESTS"
        made.append(new_markdown_cell(f"Task {number}.", id=f"text-{number}"))
        cell = new_code_cell(source, id=f"cell-{number}")
        mark = {"schema_version": 3, "grade_id": f"cell-{number}", "grade": points is not None, "solution": role == "solution"}
        mark |= {"locked": role != "solution", "task": False}
        cell.metadata["nbgrader"] = NotebookNode(mark | ({"points": points} if points is not None else {}))
        made.append(cell)
    return made


def notebook() -> NotebookNode:
    """The instructor's notebook."""
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return new_notebook(cells=cells(), metadata=kernel)


def answers(number: int) -> dict[int, str]:
    """What student `number` answers, by cell: each question wrong with one in five."""
    rng = random.Random(f"student {number}")
    return {
        place: WRONG[place] if place in WRONG and rng.random() < 0.2 else CELLS[place]
        for place, role in enumerate(ROLES)
        if role == "solution"
    }


def filled(released: NotebookNode, number: int) -> NotebookNode:
    """The released notebook as student `number` hands it in."""
    mine, rng = answers(number), random.Random(f"notes of {number}")
    done = nbformat.reads(nbformat.writes(released), as_version=4)
    for cell in done.cells:
        found = re.fullmatch(r"cell-(\d+)", cell.metadata.get("nbgrader", {}).get("grade_id", ""))
        if found and int(found[1]) in mine:
            cell.source = f"# {number}\n{mine[int(found[1])]}"
    if rng.random() < 0.5:
        done.cells.append(new_code_cell(rng.choice(NOTES), id="own"))
    return done


def student(number: int, turn: int) -> str:
    """Id of student `number`; a turn of stock's is a glob."""
    return f"t{number // turn:03}-{number:04}"


def course(root: Path, size: int, turn: int) -> Path:
    """A course folder with a class of `size`, all handed in, nothing graded."""
    root.mkdir(parents=True)
    (root / "nbgrader_config.py").write_text("c = get_config()\nc.CourseDirectory.course_id = 'class'\n")
    (root / "source" / NAME).mkdir(parents=True)
    nbformat.write(notebook(), root / "source" / NAME / f"{NAME}.ipynb")
    made = NbGraderAPI(config=folder.load(root).config).generate_assignment(NAME)
    if not made["success"]:
        raise RuntimeError(made["log"])
    released = nbformat.read(root / "release" / NAME / f"{NAME}.ipynb", as_version=4)
    for number in range(size):
        place = root / "submitted" / student(number, turn) / NAME
        place.mkdir(parents=True)
        nbformat.write(filled(released, number), place / f"{NAME}.ipynb")
    return root


# ---- the same for Otter


def tests() -> Iterator[tuple[str, int, list[tuple[str, str]]]]:
    """Id, points and parts (shown or hidden, source) of every test; in Otter each stands for itself."""
    earlier = CELLS[15].splitlines()[0]
    for number, role in enumerate(ROLES):
        if isinstance(role, int):
            shown = CELLS[number].replace(DROPPED, "").rstrip("\n")
            shown = f"{earlier}\n{shown}" if number == 16 else shown
            parts = [("shown", shown)] + (
                [("hidden", f"{earlier}\n{MORE[number]}" if number == 16 else MORE[number])] if number in MORE else []
            )
            yield f"cell-{number}", role, parts


def otter_test(name: str, points: int, parts: list[tuple[str, str]]) -> str:
    """A test file of Otter's for one cell, in the form that `otter assign` writes."""
    lines = ["from otter.test_files import test_case", "", "OK_FORMAT = False", "", f"name = {name!r}", f"points = {points}", ""]
    for part, source in parts:
        body = "\n".join(f"    {line}" for line in f"globals().update(env)\n{source}".splitlines())
        lines += [f"@test_case(hidden={part == 'hidden'})", f"def test_{part}(env):", body, ""]
    return "\n".join(lines)


def for_otter(number: int) -> NotebookNode:
    """Student `number`'s notebook as Otter's students hand it in: a check after each question instead of the tests."""
    made = [new_code_cell(f'import otter\ngrader = otter.Notebook("{NAME}.ipynb")', id="otter")]
    mine = answers(number)
    for place, role in enumerate(ROLES):
        if isinstance(role, int):
            made.append(new_code_cell(f'grader.check("cell-{place}")', id=f"cell-{place}"))
        else:
            made.append(new_code_cell(mine.get(place, CELLS[place]), id=f"cell-{place}"))
    return new_notebook(cells=made, metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}})
