"""The pages of the assignments: what a student is given, made from the one text of each assignment.

Each edition has its own text, `assignment.md` or `assignment.en.md`. The page shows the release, without solutions, hidden
tests and graders' samples, and offers it as a notebook. It is made when Sphinx reads the assignment's text, so that it cannot
be older than the text.
"""

import re
from pathlib import Path

from docutils import nodes
from nbformat import NotebookNode
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from service_marketing.classroom import assignments

DOCUMENT = re.compile(r"exercises/([^/]+)/assignment(\.en)?")
GET = {
    "zh": """\
<p class="sm-assignment"><a href="{name}.ipynb" download>下载作业的笔记本</a></p>

跟班上课的，用老师发的那一份。**自学也能做**：学号随便编一串数字，从头到尾用同一串；检查格当场告诉你对不对，
短文照题目后面的评分标准自己打分。电脑上还没有装课程的程序，先看[](how-to-use)。
""",
    "en": """\
<p class="sm-assignment"><a href="{name}.ipynb" download>Download the assignment as a notebook</a></p>

In a class, use the one that your instructor gives you.
**You can do it on your own, too**: make up a number for yourself and use it throughout; the test cells tell you at once what is
right, and you mark your own text by the scheme below its task. If the course's package is not on your computer yet, see [](how-to-use).
""",
}
WORDS = {
    "zh": {
        "tests": "这一题的检查：{count}格，共{points:g}分",
        "head": "| 作业 | 做什么 | 时间 |",
        "tasks": "{count}道编程题；{kind}：{essay}",
        "points": r"（\d+分）$",
        "time": "预计用时([^，。]+)",
        "split": r"(\S+) (.+)",
    },
    "en": {
        "tests": "The tests of this task: {count} cells, {points:g} points",
        "head": "| Assignment | What you do | Time |",
        "tasks": "{count} programming tasks; {kind}: {essay}",
        "points": r" \(\d+ points\)$",
        "time": r"[Aa]llow ([^,.]+)",
        "split": r"([^:]+): (.+)",
    },
}


def document(name: str, language: str) -> str:
    """The page, as Sphinx names it, of assignment `name` in one language."""
    return f"exercises/{name}/assignment" + ("" if language == "zh" else f".{language}")


def name_of(docname: str) -> tuple[str, str] | None:
    """The assignment that the page `docname` shows, and in which language; None for any other page."""
    found = DOCUMENT.fullmatch(docname)
    return (found[1], "en" if found[2] else "zh") if found else None


def show_release(app: Sphinx, docname: str, source: list[str]) -> None:
    """In place of an assignment's text, Sphinx reads its page."""
    if found := name_of(docname):
        source[0] = page(*found, Path(app.srcdir, "exercises"))


def page(name: str, language: str, exercises: Path) -> str:
    """The page of assignment `name` as MyST: each task with its empty answer, its visible tests folded below it."""
    notebook = assignments.released(assignments.source(name, exercises, language=language), exercises, language)
    parts, tests = [f"(exercise-{name})="], []
    for number, cell in enumerate(notebook.cells):
        meta = cell.metadata.get("nbgrader", {})
        if cell.cell_type == "code" and meta.get("grade"):
            tests.append(cell)
            continue
        parts += _folded(tests, language)
        tests = []
        if cell.cell_type == "code":
            parts.append(_code(cell.source))
        elif not meta.get("solution"):  # an empty field for an answer says nothing on a page
            parts.append(cell.source)
        if number == 0:
            parts[-1:] = _with_download(cell.source, GET[language].format(name=name))
    return "\n\n".join([*parts, *_folded(tests, language)]) + "\n"


def _with_download(first: str, get: str) -> list[str]:
    """The first cell, with the notebook offered between the sentence on its tasks and how they are done."""
    title, lead, rest = [*first.split("\n\n", 2), "", ""][:3]
    return [title, lead, get, rest]


def _folded(tests: list[NotebookNode], language: str) -> list[str]:
    if not tests:
        return []
    points = sum(cell.metadata.nbgrader.points for cell in tests)
    title = WORDS[language]["tests"].format(count=len(tests), points=points)
    return [f":::{{dropdown}} {title}\n" + "\n\n".join(_code(cell.source) for cell in tests) + "\n:::"]


def _code(source: str) -> str:
    return f"```python\n{source}\n```"


class CourseAssignments(SphinxDirective):
    """`{course-assignments}`: the table of all assignments, out of their texts."""

    def run(self) -> list[nodes.Node]:
        folder, language = Path(self.env.app.srcdir, "exercises"), self.config.language[:2]
        names = assignments.available(folder, language)
        for name in names:
            self.env.note_dependency(str(assignments.source_file(name, folder, language)))
        rows = [_row(name, language, folder) for name in names]
        return self.parse_text_to_nodes("\n".join([WORDS[language]["head"], "| --- | --- | --- |", *rows]))


def _row(name: str, language: str, folder: Path) -> str:
    words = WORDS[language]
    notebook = assignments.read(assignments.source_file(name, folder, language))
    cells = assignments.graded_cells(notebook)
    tasks = len({cell.task for cell in cells if not cell.manual})
    title = next(re.sub(words["points"], "", cell.task) for cell in cells if cell.manual)
    kind, essay = re.fullmatch(words["split"], title).groups()
    time = re.search(words["time"], notebook.cells[0].source)
    return f"| [](#exercise-{name}) | {words['tasks'].format(count=tasks, kind=kind, essay=essay)} | {time[1] if time else ''} |"


def setup(app: Sphinx) -> None:
    """Called by the book's extension."""
    app.add_directive("course-assignments", CourseAssignments)
    app.connect("source-read", show_release)
