"""Assignments with right, half-right and wrong answers to every question, and honest submissions made of them.

assignments/NAME/NAME.md is Markdown whose code blocks say what they are:

    ```python locked ID            a locked cell of the instructor's that is not graded
    ```python plain                a cell that nbgrader does not know
    ```python solution ID          where the answer goes, with the instructor's own between BEGIN and END SOLUTION
    ```python manual ID POINTS     the same, marked by a person
    ```python test ID POINTS       a test cell
    ```python answer ID KIND NAME  no cell: an answer to the question ID; KIND is right, half or wrong

The other files of the folder are the assignment's data. Whatever is drawn is drawn from a seed, so that variant 17 of an
assignment is the same on every machine.
"""

import hashlib
import random
import re
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI

from grading.stock_course import cell_of, marked, tool_path
from service_marketing.grading import folder

FOLDER = Path(__file__).parent / "assignments"
NAMES = tuple(sorted(path.name for path in FOLDER.iterdir() if path.is_dir()))
EACH = 66  # variants of an assignment
SCRATCH = (
    "# I try something",
    "score = 100",
    "found = [1, 2, 3]\nfound",
    "1 / 0",
    "!echo here",
    "%who",
    "import pandas as pd\npd.DataFrame({'a': [1, 2]})",
    "print('done')\n\n",
    "import sys\nprint('note to myself', file=sys.stderr)",
    "def scratch(x):\n    return x\nscratch(3);",
)
_BLOCK = re.compile(r"^```python (.*?)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Answer:
    """An answer to a question: right, half or wrong; blank is the cell as it was released."""

    kind: str
    name: str
    source: str | None


@dataclass(frozen=True)
class Assignment:
    """An assignment: the instructor's notebook, its data files by name, and by question the answers."""

    name: str
    notebook: NotebookNode
    data: dict[str, bytes]
    answers: dict[str, tuple[Answer, ...]]

    @property
    def tests(self) -> list[str]:
        """Ids of the cells worth points, in order."""
        return [cell.metadata.nbgrader.grade_id for cell in self.notebook.cells if cell.metadata.get("nbgrader", {}).get("grade")]


@dataclass(frozen=True)
class Variant:
    """One honest submission: by question the answer, and cells of the student's own (after which cell, and what)."""

    answers: dict[str, Answer]
    scratch: tuple[tuple[int, str], ...] = ()

    def __str__(self) -> str:
        return ", ".join(f"{question}: {one.kind} {one.name}" for question, one in self.answers.items())


def read(name: str) -> Assignment:
    """The assignment `name` of assignments/."""
    text = (FOLDER / name / f"{name}.md").read_text(encoding="utf-8")
    cells, answers, position = [], {}, 0
    for block in _BLOCK.finditer(text):
        if prose := text[position : block.start()].strip():
            cells.append(new_markdown_cell(prose, id=f"text-{len(cells)}"))
        position = block.end()
        what, *words = block[1].split()
        source = block[2].rstrip("\n")
        if what == "answer":
            answers[words[0]].append(Answer(words[1], " ".join(words[2:]), source))
            continue
        cell = new_code_cell(source, id=f"plain-{len(cells)}")
        cells.append(cell)
        if what in ("solution", "manual"):
            answers[words[0]] = [Answer("right", "the instructor's", _solved(source)), Answer("wrong", "blank", None)]
        if what == "solution":
            marked(cell, words[0], solution=True)
        elif what == "manual":
            marked(cell, words[0], solution=True, grade=True, points=float(words[1]))
        elif what == "test":
            marked(cell, words[0], grade=True, locked=True, points=float(words[1]))
        elif what == "locked":
            marked(cell, words[0], locked=True)
        elif what != "plain":
            raise ValueError(f"{name}: {block[1]}")
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    files = {p.name: p.read_bytes() for p in sorted((FOLDER / name).iterdir()) if p.suffix != ".md"}
    return Assignment(name, new_notebook(cells=cells, metadata=kernel), files, {q: tuple(found) for q, found in answers.items()})


def _solved(source: str) -> str:
    return "\n".join(line for line in source.splitlines() if not re.match(r"\s*### (BEGIN|END) SOLUTION", line))


def variants(assignment: Assignment, count: int = EACH) -> list[Variant]:
    """The first `count` variants: all right, all blank, and then answers drawn so that each comes up about as often."""
    drawn = random.Random(f"variants of {assignment.name}")
    decks: dict[str, list[Answer]] = {question: [] for question in assignment.answers}

    def draw(question: str) -> Answer:
        deck = decks[question]
        if not deck:
            right = [one for one in assignment.answers[question] if one.kind == "right"]
            deck += [*assignment.answers[question], *right, *right]
            drawn.shuffle(deck)
        return deck.pop()

    made = [Variant({question: every[place] for question, every in assignment.answers.items()}) for place in (0, 1)]
    while len(made) < count:
        answers = {question: draw(question) for question in assignment.answers}
        scratch = [(drawn.randrange(len(assignment.notebook.cells)), drawn.choice(SCRATCH)) for _ in range(drawn.choice((0, 0, 1, 2)))]
        made.append(Variant(answers, tuple(sorted(scratch, reverse=True))))
    return made[:count]


def filled(released: NotebookNode, variant: Variant) -> NotebookNode:
    """The released notebook as the student of `variant` hands it in."""
    notebook = nbformat.from_dict(released)
    notebook = nbformat.reads(nbformat.writes(notebook), as_version=4)
    for question, answer in variant.answers.items():
        if answer.source is not None:
            cell_of(notebook, question).source = answer.source
    for number, (place, source) in enumerate(variant.scratch):
        notebook.cells.insert(place, new_code_cell(source, id=f"own-{number}"))
    return notebook


def student(number: int) -> str:
    """Who hands in variant `number`."""
    return f"student-{number:03}"


def release(root: Path, assignments: list[Assignment], config: str = "") -> Path:
    """A course folder in which `assignments` are released."""
    tool_path()
    root.mkdir(parents=True, exist_ok=True)
    (root / "nbgrader_config.py").write_text(f"c = get_config()\nc.CourseDirectory.course_id = 'variants'\n{config}\n")
    for one in assignments:
        place = root / "source" / one.name
        place.mkdir(parents=True)
        nbformat.write(one.notebook, place / f"{one.name}.ipynb")
        for name, data in one.data.items():
            (place / name).write_bytes(data)
    course = folder.load(root)
    api = NbGraderAPI(config=course.config)
    for one in assignments:
        result = api.generate_assignment(one.name)
        if not result["success"]:
            raise RuntimeError(result["log"])
    return root


def hand_in(root: Path, assignment: Assignment, number: int, variant: Variant) -> None:
    """Put variant `number` among the course's submissions."""
    released = nbformat.read(root / "release" / assignment.name / f"{assignment.name}.ipynb", as_version=4)
    place = root / "submitted" / student(number) / assignment.name
    place.mkdir(parents=True)
    nbformat.write(filled(released, variant), place / f"{assignment.name}.ipynb")
    for name, data in assignment.data.items():
        (place / name).write_bytes(data)


def scores(root: Path, assignment: Assignment) -> dict[str, list[float | None]]:
    """By student the automatic score of every cell worth points, as the gradebook has it."""
    course = folder.load(root)
    with Gradebook(course.db_url, course.course_id) as book:
        found = {}
        for submission in book.assignment_submissions(assignment.name):
            grades = {grade.name: grade.auto_score for notebook in submission.notebooks for grade in notebook.grades}
            found[submission.student.id] = [grades[name] for name in assignment.tests]
    return found


def fingerprint(assignment: Assignment, made: list[Variant]) -> str:
    """A hash of all that decides what the variants are."""
    content = hashlib.sha256((FOLDER / assignment.name / f"{assignment.name}.md").read_bytes())
    for name, data in assignment.data.items():
        content.update(name.encode() + b"\0" + data)
    content.update("\n".join(f"{variant} {variant.scratch}" for variant in made).encode())
    return content.hexdigest()[:32]
