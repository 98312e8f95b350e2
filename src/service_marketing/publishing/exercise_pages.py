"""The pages of the assignments: what a student is given, made from the one text of each assignment.

The page shows the release, without solutions, hidden tests and graders' samples, and offers it as a notebook. It is made when
Sphinx reads the assignment's text, so that it cannot be older than the text.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from docutils import nodes
from nbformat import NotebookNode
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from service_marketing.classroom import assignments

DOCUMENT = re.compile(r"exercises/([^/]+)/assignment")
GET = """\
<p class="sm-assignment"><a href="{name}.ipynb" download>下载作业的笔记本</a></p>

跟班上课的，用老师发的那一份。**自学也能做**：学号随便编一串数字，从头到尾用同一串；检查格当场告诉你对不对，
短文照题目后面的评分标准自己打分。电脑上还没有装课程的程序，先看[](how-to-use)。
"""


def name_of(docname: str) -> str | None:
    """The assignment that the page `docname` shows; None for any other page."""
    found = DOCUMENT.fullmatch(docname)
    return found[1] if found else None


def show_release(app: Sphinx, docname: str, source: list[str]) -> None:
    """In place of an assignment's text, Sphinx reads its page."""
    if name := name_of(docname):
        source[0] = page(name, Path(app.srcdir, "exercises"))


def page(name: str, exercises: Path) -> str:
    """The page of assignment `name` as MyST: each task with its empty answer, its visible tests folded below it."""
    notebook = assignments.released(assignments.read(assignments.source_file(name, exercises)), exercises)
    parts, tests = [f"(exercise-{name})="], []
    for number, cell in enumerate(notebook.cells):
        meta = cell.metadata.get("nbgrader", {})
        if cell.cell_type == "code" and meta.get("grade"):
            tests.append(cell)
            continue
        parts += _folded(tests)
        tests = []
        if cell.cell_type == "code":
            parts.append(_code(cell.source))
        elif not meta.get("solution"):  # an empty field for an answer says nothing on a page
            parts.append(cell.source)
        if number == 0:
            parts[-1:] = _with_download(cell.source, name)
    return "\n\n".join([*parts, *_folded(tests)]) + "\n"


def _with_download(first: str, name: str) -> list[str]:
    """The first cell, with the notebook offered between the sentence on its tasks and how they are done."""
    title, lead, rest = [*first.split("\n\n", 2), "", ""][:3]
    return [title, lead, GET.format(name=name), rest]


def _folded(tests: list[NotebookNode]) -> list[str]:
    if not tests:
        return []
    points = sum(cell.metadata.nbgrader.points for cell in tests)
    title = f"这一题的检查：{len(tests)}格，共{points:g}分"
    return [f":::{{dropdown}} {title}\n" + "\n\n".join(_code(cell.source) for cell in tests) + "\n:::"]


def _code(source: str) -> str:
    return f"```python\n{source}\n```"


class CourseAssignments(SphinxDirective):
    """`{course-assignments}`: the table of all assignments, out of their texts."""

    def run(self) -> list[nodes.Node]:
        folder = Path(self.env.app.srcdir, "exercises")
        names = assignments.available(folder)
        for name in names:
            self.env.note_dependency(str(assignments.source_file(name, folder)))
        rows = [row for name in names for row in _row(name, folder)]
        return self.parse_text_to_nodes("\n".join(["| 作业 | 做什么 | 时间 |", "| --- | --- | --- |", *rows]))


def _row(name: str, folder: Path) -> Iterator[str]:
    notebook = assignments.read(assignments.source_file(name, folder))
    cells = assignments.graded_cells(notebook)
    tasks = len({cell.task for cell in cells if not cell.manual})
    kind, essay = next(re.sub(r"（\d+分）$", "", cell.task).split(" ", 1) for cell in cells if cell.manual)
    time = re.search(r"预计用时([^，。]+)", notebook.cells[0].source)
    yield f"| [](#exercise-{name}) | {tasks}道编程题；{kind}：{essay} | {time[1] if time else ''} |"


def setup(app: Sphinx) -> None:
    """Called by the book's extension."""
    app.add_directive("course-assignments", CourseAssignments)
    app.connect("source-read", show_release)
