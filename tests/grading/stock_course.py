"""A small nbgrader course, graded by stock nbgrader and by the parts under test, and every row of its gradebook."""

import atexit
import json
import os
import shutil
import sys
import tempfile
from functools import lru_cache
from pathlib import Path

import nbformat
import sqlalchemy as sa
from nbconvert.exporters import NotebookExporter
from nbconvert.exporters.exporter import ResourcesDict
from nbconvert.preprocessors import ClearMetadataPreprocessor
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from nbgrader import preprocessors as stock
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from nbgrader.converters import Autograde
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets.config import Config

from service_marketing.grading import folder, gradebook, mangled

NAME = "ps1"
DUE = "2026-03-20 12:00:00 UTC"
SANITISE = [stock.ClearOutput, stock.DeduplicateIds, stock.OverwriteKernelspec, stock.OverwriteCells, stock.CheckCellMetadata]
SCORE = [
    stock.IgnorePattern,
    ClearMetadataPreprocessor,
    stock.LimitOutput,
    stock.SaveAutoGrades,
    stock.AssignLatePenalties,
    stock.CheckCellMetadata,
]


class Pretend(NbGraderPreprocessor):
    """Outputs of test cells as a comment `# outcome: {…}` in the notebook says, in place of a kernel."""

    def preprocess(self, nb, resources):
        outcomes = {}
        for cell in nb.cells:
            for line in cell.source.splitlines():
                if line.startswith("# outcome: "):
                    outcomes.update(json.loads(line.removeprefix("# outcome: ")))
        for cell in nb.cells:
            said = outcomes.get(cell.metadata.get("nbgrader", {}).get("grade_id"))
            if cell.cell_type == "code" and said == "error":
                cell.outputs = [new_output("error", ename="AssertionError", evalue="", traceback=["AssertionError"])]
            elif cell.cell_type == "code" and said == "warning":
                cell.outputs = [new_output("stream", name="stderr", text="UserWarning: so")]
            elif cell.cell_type == "code" and said is not None:
                cell.outputs = [new_output("execute_result", data={"text/plain": str(said)}, execution_count=1)]
        return nb, resources


def marked(cell: NotebookNode, grade_id: str, **marks) -> NotebookNode:
    base = {"schema_version": 3, "grade": False, "solution": False, "locked": False, "task": False, "grade_id": grade_id}
    cell.metadata["nbgrader"] = NotebookNode({**base, **marks})
    cell["id"] = f"id-{grade_id}"
    return cell


def sources() -> dict[str, NotebookNode]:
    first = [
        new_markdown_cell("# Problem set", id="plain-1"),
        marked(new_code_cell("import math\nbase = 3"), "setup", locked=True),
        new_markdown_cell("Write `area`.", id="plain-2"),
        marked(
            new_code_cell("def area(r):\n    ### BEGIN SOLUTION\n    return math.pi * r * r\n    ### END SOLUTION"), "q1", solution=True
        ),
        new_code_cell("area(base)", id="plain-3"),
        marked(
            new_code_cell("assert area(0) == 0\n### BEGIN HIDDEN TESTS\nassert abs(area(1) - math.pi) < 1e-9\n### END HIDDEN TESTS"),
            "q1-test",
            grade=True,
            locked=True,
            points=3,
        ),
        marked(new_code_cell("1.5 if area(2) > 12 else 0.1"), "q1-part", grade=True, locked=True, points=2.5),
        new_markdown_cell("Explain.", id="plain-4"),
        marked(new_markdown_cell("*your text*"), "essay", grade=True, solution=True, points=5),
        marked(
            new_markdown_cell("Draw a figure anywhere.\n### BEGIN MARK SCHEME\naxes\n### END MARK SCHEME"),
            "figure",
            task=True,
            locked=True,
            points=4,
        ),
    ]
    second = [
        marked(new_code_cell("def double(x):\n    ### BEGIN SOLUTION\n    return 2 * x\n    ### END SOLUTION"), "q2", solution=True),
        marked(new_code_cell("assert double(2) == 4"), "q2-test", grade=True, locked=True, points=1),
        marked(new_code_cell("# draw\n### BEGIN SOLUTION\nprint(1)\n### END SOLUTION"), "q3", grade=True, solution=True, points=2),
    ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return {"a": new_notebook(cells=first, metadata=kernel), "b": new_notebook(cells=second, metadata=kernel)}


def tool_path() -> None:
    """nbgrader starts the program `alembic` when it makes a gradebook."""
    here = str(Path(sys.executable).parent)
    if here not in os.environ["PATH"].split(os.pathsep):
        os.environ["PATH"] = here + os.pathsep + os.environ["PATH"]


def generate(root: Path, config: str = "") -> Path:
    """A course folder with assignment ps1 released."""
    tool_path()
    root.mkdir(parents=True, exist_ok=True)
    (root / "nbgrader_config.py").write_text(f"c = get_config()\nc.CourseDirectory.course_id = 'small'\n{config}\n")
    (root / "source" / NAME / "data").mkdir(parents=True)
    (root / "source" / NAME / "data" / "table.csv").write_text("x\n1\n")
    for name, notebook in sources().items():
        nbformat.write(notebook, root / "source" / NAME / f"{name}.ipynb")
    course = folder.load(root)
    result = NbGraderAPI(config=course.config).generate_assignment(NAME)
    assert result["success"], result
    with Gradebook(course.db_url, course.course_id) as book:
        book.update_or_create_assignment(NAME, duedate=DUE)
        book.update_or_create_student("enrolled", first_name="明", last_name="王", email="w@example.org")
    return root


@lru_cache(maxsize=1)
def _master() -> Path:
    root = Path(tempfile.mkdtemp(prefix="small-course-"))
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    return generate(root / "course")


def course(root: Path, config: str = "") -> Path:
    """A fresh copy of the small course, with more settings."""
    shutil.copytree(_master(), root)
    with (root / "nbgrader_config.py").open("a") as file:
        file.write(config + "\n")
    return root


def released(root: Path, name: str) -> NotebookNode:
    return nbformat.read(root / "release" / NAME / f"{name}.ipynb", as_version=4)


def cell_of(notebook: NotebookNode, grade_id: str) -> NotebookNode:
    return next(c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == grade_id)


def answered(root: Path, name: str, outcomes: dict | None = None, right: bool = True, **answers: str) -> NotebookNode:
    """A released notebook filled in; `outcomes` for Pretend; `answers` replace the text of cells."""
    notebook = released(root, name)
    texts = {"q1": "def area(r):\n    return math.pi * r * r", "q2": "def double(x):\n    return 2 * x"}
    for cell in notebook.cells:
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        if grade_id in ("q1", "q2"):
            said = f"# outcome: {json.dumps(outcomes)}\n" if outcomes else ""
            cell.source = said + (texts[grade_id] if right else texts[grade_id].replace("return ", "return 7 + "))
        if grade_id in answers:
            cell.source = answers[grade_id]
    return notebook


def submit(root: Path, student: str, notebooks: dict[str, NotebookNode | bytes], timestamp: str | None = None, **files: bytes) -> Path:
    place = root / "submitted" / student / NAME
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    for name, notebook in notebooks.items():
        data = notebook if isinstance(notebook, bytes) else nbformat.writes(notebook).encode()
        (place / f"{name}.ipynb").write_bytes(data)
    if timestamp is not None:
        (place / "timestamp.txt").write_text(timestamp)
    for name, data in files.items():
        (place / name).write_bytes(data)
    return place


def stock_autograde(root: Path, real: bool = False) -> bool:
    """Stock nbgrader's own autograde with --force; whether it went without an error."""
    config = folder.load(root).config
    if not real:
        config.Autograde.autograde_preprocessors = [Pretend, *SCORE]
    directory = CourseDirectory(config=config)
    directory.assignment_id = NAME
    grader = Autograde(coursedir=directory, config=config, force=True)
    grader.log.setLevel("CRITICAL")
    try:
        grader.start()
    except NbGraderException:
        return False
    return True


def our_autograde(root: Path, real: bool = False, batch: int = 2) -> dict[str, list[str]]:
    """The same by the parts under test, with nbgrader's preprocessors; codes of problems by student."""
    loaded = folder.load(root)
    own = folder.assignment(loaded, NAME)
    told = {}
    with gradebook.read(loaded.db_url, loaded.course_id, NAME) as book, gradebook.standing_in(book):
        references = [
            mangled.reference(n, nbformat.read(own.release_notebooks[n.name], 4), loaded.config) for n in book.assignment.notebooks
        ]
        for handed_in in folder.submissions(loaded, NAME):
            told[handed_in.student] = _grade(loaded, own, book, references, handed_in, real)
            if book.finish(handed_in.student) >= batch:
                assert not book.flush().stale
        assert not book.flush().stale
        book.close()
    return told


def _grade(loaded, own, book, references, handed_in, real) -> list[str]:
    graded = loaded.folder(loaded.autograded_directory, handed_in.student, NAME)
    shutil.rmtree(graded, ignore_errors=True)
    copies, problems = folder.graded_files(loaded, own, handed_in)
    problems = [*handed_in.problems, *problems, *folder.copy(copies, graded)]
    readings = {e.path: mangled.read(folder.read(handed_in.path, e), e.path) for e in handed_in.notebooks}
    match = mangled.match(readings, references)
    book.begin(handed_in.student, handed_in.timestamp)
    book.missing(handed_in.student, match.missing)
    adds = bool(loaded.config.get("OverwriteCells", {}).get("add_missing_cells", False))
    for one in references:
        problems += match.problems[one.name]
        if one.name in match.files:
            notebook, found = mangled.restore(readings[match.files[one.name]].notebook, one, add_missing=adds, stock_adds=adds)
            problems += found
            about = {"student": handed_in.student, "assignment": NAME, "notebook": one.name, "db_url": loaded.db_url}
            text = convert(notebook, SANITISE, loaded.config, about, graded)
            scoring = [stock.Execute if real else Pretend, *SCORE]
            os.environ["NBGRADER_EXECUTION"] = "autograde"
            text = convert(nbformat.reads(text, as_version=4), scoring, loaded.config, about, graded)
            (graded / f"{one.name}.ipynb").write_text(text, encoding="utf-8")
    folder.set_permissions(loaded, graded)
    return [p.code for p in problems]


def convert(notebook: NotebookNode, preprocessors: list, config: Config, about: dict, where: Path) -> str:
    """What nbconvert's notebook exporter makes of it, as nbgrader's converters call it."""
    exporter = NotebookExporter(config=Config({**config, "Exporter": {"default_preprocessors": []}}))
    for preprocessor in preprocessors:
        exporter.register_preprocessor(preprocessor)
    resources = ResourcesDict(nbgrader=about, unique_key=about["notebook"], metadata=ResourcesDict(path=str(where), name=about["notebook"]))
    exporter.log.setLevel("CRITICAL")
    return exporter.from_notebook_node(notebook, resources)[0]


def rows(db_url: str) -> dict[str, list[tuple]]:
    """Every row of every table, with ids replaced by what they stand for."""
    engine = sa.create_engine(db_url)
    tables = sa.MetaData()
    tables.reflect(engine)
    with engine.connect() as connection:
        content = {t.name: [dict(r._mapping) for r in connection.execute(sa.select(t))] for t in tables.sorted_tables}
    engine.dispose()
    names: dict[str, str] = {}
    labels = {
        "assignment": ["name"], "notebook": ["assignment_id", "name"], "base_cell": ["notebook_id", "name", "type"],
        "source_cell": ["notebook_id", "name"], "submitted_assignment": ["assignment_id", "student_id"],
        "submitted_notebook": ["assignment_id", "notebook_id"], "grade": ["notebook_id", "cell_id"], "comment": ["notebook_id", "cell_id"],
    }  # fmt: skip
    for table, columns in labels.items():
        for row in content[table]:
            names[row["id"]] = f"{table}:" + "/".join(str(names.get(row[c], row[c])) for c in columns)
    return {table: sorted((_named(row, names) for row in found), key=repr) for table, found in content.items()}


def _named(row: dict, names: dict[str, str]) -> tuple:
    return tuple((column, names.get(value, value) if isinstance(value, str) else value) for column, value in row.items())


def files(root: Path, step: str = "autograded") -> dict[str, tuple[bytes, int]]:
    """Every file of a step with its permissions, by path."""
    return {str(p.relative_to(root)): (p.read_bytes(), p.stat().st_mode & 0o777) for p in sorted((root / step).rglob("*")) if p.is_file()}
