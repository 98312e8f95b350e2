"""Assignments as text: find them, check them, and make the notebook that nbgrader reads.

An assignment is a folder of `exercises/` with `assignment.md`, a MyST notebook whose cells carry nbgrader's
metadata (`grade_id`, `grade`, `solution`, `locked`, `points`), `assignment.en.md`, the same in English, and `variants.py`,
typical submissions for the tests.
"""

import ast
import importlib.util
import re
from copy import deepcopy
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import jupytext
import nbformat
from nbformat import NotebookNode

SOURCE = "assignment.md"
ENGLISH = "assignment.en.md"
CONFIG = "nbgrader_config.py"
FLAGS = ("grade", "solution", "locked")
LANGUAGES = ("zh", "en", "both")
# what stands in the place of code and of text that a student writes, where it is not what nbgrader_config.py says
STUBS = {
    "en": ("# Write your code here", "(Double-click here, write your answer, then press Shift+Enter)"),
    "both": (
        "# 在这里写你的代码 (write your code here)",
        "（双击这里，写下你的回答，再按Shift+Enter）(Double-click here, write your answer, then press Shift+Enter)",
    ),
}
SAME_DATA = {
    "zh": "全班用同一份数据。下面这一格不用改，运行就行。",
    "en": "The whole class works on the same data. Leave the next cell as it is and run it.",
}
OWN_DATA = "my-number"  # the cell in which a student writes the number that their data are drawn by
GRADE_ID = re.compile(r"[a-zA-Z0-9_-]+")


class AssignmentError(ValueError):
    """An assignment that is not there or that nbgrader could not grade, with file and cell."""


@dataclass(frozen=True)
class GradedCell:
    """One graded cell: `task` is the heading that it stands under, `manual` whether a person grades it."""

    grade_id: str
    task: str
    points: float
    manual: bool


def exercises_folder(start: Path | str = ".") -> Path:
    """The folder `exercises/` of the course, at or above `start`, else of the clone that the package is installed from.

    Raises AssignmentError when there is none.
    """
    start = Path(start).resolve()
    clone = Path(__file__).resolve().parents[3]
    for folder in (start, *start.parents, clone):
        for candidate in (folder, folder / "exercises"):
            if (candidate / CONFIG).is_file() and any(candidate.glob(f"*/{SOURCE}")):
                return candidate
    raise AssignmentError(f"从 {start} 往上没有找到 exercises/{CONFIG}，要在课程的文件夹里运行 (no exercises folder here or above)")


def available(exercises: Path, language: str = "zh") -> list[str]:
    """Names of the assignments in `exercises` that have a text in this language, sorted."""
    return sorted(path.parent.name for path in exercises.glob(f"*/{_text(language)}"))


def _text(language: str) -> str:
    return SOURCE if language == "zh" else ENGLISH


def source_file(name: str, exercises: Path | None = None, language: str = "zh") -> Path:
    """Path of the text of assignment `name` in one language; raises AssignmentError that lists what exists."""
    exercises = exercises or exercises_folder()
    names = available(exercises)
    if name not in names:
        listed = "、".join(names) or "（没有 none）"
        raise AssignmentError(f"没有作业 {name!r}，现有：{listed} (no such assignment; these exist)")
    return exercises / name / _text(language)


def read(path: Path | str) -> NotebookNode:
    """The notebook that the text file at `path` describes, with nbgrader's metadata completed and checked."""
    path = Path(path)
    if not path.is_file():
        beside = "、".join(sorted(p.name for p in path.parent.glob("*"))) if path.parent.is_dir() else "（文件夹也不存在 no folder）"
        raise AssignmentError(f"没有文件 {path}，那里有：{beside} (no such file; these are there)")
    notebook = jupytext.read(path, fmt="md:myst")
    notebook.metadata = NotebookNode(kernelspec=NotebookNode(name="python3", display_name="Python 3", language="python"))
    if path.name == _text("en"):
        notebook.metadata.lang = "en"  # for the feedback; without it Chinese
    for i, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{i:03d}"  # jupytext draws ids at random; the same text must give the same file
        if "nbgrader" in cell.metadata:
            cell.metadata.nbgrader = NotebookNode({"schema_version": 3, "task": False, **cell.metadata.nbgrader})
    problems = validate(notebook)
    if problems:
        raise AssignmentError("\n".join(f"{path}: {problem}" for problem in problems))
    return notebook


def validate(notebook: NotebookNode) -> list[str]:
    """What is wrong with the nbgrader metadata and the marked regions of `notebook`, one sentence a fault, naming the cell."""
    problems, seen = [], {}
    for i, cell in enumerate(notebook.cells, 1):
        meta = cell.metadata.get("nbgrader")
        name = f"cell {i} ({meta.get('grade_id') if meta else cell.source.splitlines()[0][:30] if cell.source else 'empty'})"
        problems += [f"{name}: {fault}" for fault in _region_faults(cell)]
        if meta is None:
            continue
        problems += [f"{name}: {fault}" for fault in _metadata_faults(cell, meta)]
        grade_id = meta.get("grade_id")
        if grade_id in seen:
            problems.append(f"{name}: grade_id is already that of cell {seen[grade_id]}")
        seen.setdefault(grade_id, i)
    if not any(cell.metadata.get("nbgrader", {}).get("grade") for cell in notebook.cells):
        problems.append("no cell is graded")
    return problems


def _metadata_faults(cell: NotebookNode, meta: NotebookNode) -> list[str]:
    faults = []
    if not isinstance(meta.get("grade_id"), str) or not GRADE_ID.fullmatch(meta["grade_id"]):
        faults.append("grade_id must be a name of letters, digits, - and _")
    unknown = set(meta) - {"grade_id", "points", "schema_version", "task", *FLAGS}
    if unknown:
        faults.append(f"unknown keys {sorted(unknown)}")
    missing = [flag for flag in FLAGS if not isinstance(meta.get(flag), bool)]
    if missing:
        return [*faults, f"{', '.join(missing)} must be true or false"]
    grade, solution, locked, points = meta["grade"], meta["solution"], meta["locked"], meta.get("points")
    if grade and (isinstance(points, bool) or not isinstance(points, (int, float)) or points <= 0):
        faults.append(f"a graded cell needs points above 0, not {points!r}")
    if not grade and points is not None:
        faults.append("points on a cell that is not graded")
    if not (grade or solution or locked):
        faults.append("neither grade, solution nor locked: drop its nbgrader metadata")
    if solution and locked:
        faults.append("a solution cell cannot be locked, or nobody can answer")
    if grade and not solution and not locked:
        faults.append("a test cell must be locked, or it can be edited")
    if cell.cell_type == "markdown" and grade != solution:
        faults.append("a graded text is a solution too (grade and solution both true)")
    if cell.cell_type == "code" and grade and solution:
        faults.append("code that a person grades is not used in this course: split answer and test")
    return faults


def _region_faults(cell: NotebookNode) -> list[str]:
    """Faults of the regions that nbgrader cuts out of the release: pairs, and in which cell they may stand."""
    meta = cell.metadata.get("nbgrader", {})
    allowed = {
        "SOLUTION": (meta.get("solution", False), "a solution cell"),
        "HIDDEN TESTS": (meta.get("grade", False) and not meta.get("solution", False), "a test cell"),
        "MARK SCHEME": (meta.get("locked", False), "a locked cell"),
    }
    faults = []
    for region, (here, where) in allowed.items():
        marks = re.findall(rf"### (BEGIN|END) {region}", cell.source)
        if marks != ["BEGIN", "END"] * (len(marks) // 2):
            faults.append(f"### BEGIN {region} and ### END {region} must come in pairs")
        elif marks and not here:
            faults.append(f"### BEGIN {region} belongs in {where}")
    if meta.get("solution") and cell.cell_type == "code" and "### BEGIN SOLUTION" not in cell.source:
        faults.append("a solution cell marks its solution with ### BEGIN SOLUTION and ### END SOLUTION")
    return faults


def build_source(name: str, destination: Path | str, exercises: Path | None = None, same_data: bool = False, language: str = "zh") -> Path:
    """Write nbgrader's source notebook of assignment `name` to `destination`/`name`/`name`.ipynb and return that path.

    `same_data`: the whole class works on one draw of the data, in place of one for each student. `language`: "zh", "en", or
    "both" for a mixed class. The file is left alone when it would not change, so that nothing downstream is out of date for no
    reason.
    """
    text = nbformat.writes(source(name, exercises, same_data, language), version=4) + "\n"
    target = Path(destination) / name / f"{name}.ipynb"
    if not target.is_file() or target.read_text(encoding="utf-8") != text:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    return target


def source(name: str, exercises: Path | None = None, same_data: bool = False, language: str = "zh") -> NotebookNode:
    """The source notebook of assignment `name` for nbgrader; the arguments are those of `build_source`."""
    if language == "both":
        return merged(*(source(name, exercises, same_data, one) for one in ("zh", "en")))
    notebook = read(source_file(name, exercises, language))
    return with_one_draw(notebook, language) if same_data else notebook


def merged(chinese: NotebookNode, english: NotebookNode) -> NotebookNode:
    """`chinese`, whose locked code says in the student's language what differs in `english`: one set of tests for both.

    Locked texts and headings are in both languages. Raises AssignmentError naming the first cell in which more differs than texts
    and comments.
    """
    if len(chinese.cells) != len(english.cells):
        raise AssignmentError(f"中文{len(chinese.cells)}格，英文{len(english.cells)}格 (the editions differ in their number of cells)")
    notebook = deepcopy(chinese)
    for number, (cell, other) in enumerate(zip(notebook.cells, english.cells, strict=True), 1):
        meta = cell.metadata.get("nbgrader")
        if cell.cell_type != other.cell_type or meta != other.metadata.get("nbgrader"):
            raise AssignmentError(f"第{number}格两种语言不是同一格 (cell {number}: the editions differ)")
        if cell.cell_type == "markdown":
            cell.source = _headed(cell.source, other.source) + (f"\n\n{other.source}" if meta and meta["locked"] else "")
        elif cell.cell_type == "code" and meta and meta["locked"]:
            try:
                cell.source = _in_both(cell.source, other.source)
            except ValueError:
                raise AssignmentError(f"{meta['grade_id']} 的代码两种语言不一样 (the editions differ in more than texts)") from None
    return notebook


def _headed(chinese: str, english: str) -> str:
    """The Chinese text, each heading of which goes on in English."""
    heading = re.compile(r"^(#+ )(.+)$", re.MULTILINE)
    told = iter(found[2] for found in heading.finditer(english))
    return heading.sub(lambda found: f"{found[0]} · {next(told, '')}".removesuffix(" · "), chinese)


def handout(given: NotebookNode, name: str, exercises: Path, same_data: bool, language: str) -> NotebookNode:
    """The notebook `given`, as nbgrader released it for a mixed class, in one language: what a student gets."""
    from nbgrader.utils import compute_checksum  # here, because it takes seconds

    notebook = deepcopy(given)
    told = released(source(name, exercises, same_data, language), exercises, language)
    notebook.metadata.lang = language
    for cell, one in zip(notebook.cells, told.cells, strict=True):
        meta = cell.metadata.get("nbgrader", {})
        if cell.cell_type == "markdown" and meta.get("solution"):
            continue  # nbgrader knows by its text that nobody wrote here
        cell.source = one.source
        if "checksum" in meta:
            meta.checksum = compute_checksum(cell)
    return notebook


def _in_both(chinese: str, english: str) -> str:
    """The code with `say(…, …)` in the place of each text that the two have in common by its place but not by its words."""
    if _without_texts(chinese) != _without_texts(english):
        raise ValueError
    pairs = list(zip(_texts(chinese), _texts(english), strict=True))
    lines = chinese.encode().splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    code, said = b"".join(lines), False
    for here, there in reversed(pairs):
        one, two = (ast.get_source_segment(text, node) for text, node in ((chinese, here), (english, there)))
        if one == two:
            continue
        first, last = starts[here.lineno - 1] + here.col_offset, starts[here.end_lineno - 1] + here.end_col_offset
        code, said = code[:first] + f"say({one}, {two})".encode() + code[last:], True
    lines = code.decode().split("\n")
    if lines[0].startswith("# "):
        english_title = english.split("\n", 1)[0]
        lines[:1] = [f"# 测试：{lines[0][2:]}", f"# Test: {english_title[2:]}", *([SAY] if said else [])]
    elif said:
        lines.insert(0, SAY)
    return "\n".join(lines)


SAY = "from service_marketing.language import say"


class _Silent(ast.NodeTransformer):
    """Puts one text in the place of every text."""

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.expr:
        return ast.Constant("")

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        return ast.Constant("") if isinstance(node.value, str) else node


def _without_texts(code: str) -> str:
    return ast.dump(_Silent().visit(ast.parse(code)))


def _texts(code: str) -> list[ast.expr]:
    """The texts in the code, from left to right; of an f-string the whole."""
    found: list[ast.expr] = []

    def look(node: ast.AST) -> None:
        if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str)):
            found.append(node)
        else:
            for child in ast.iter_child_nodes(node):
                look(child)

    look(ast.parse(code))
    return sorted(found, key=lambda node: (node.lineno, node.col_offset))


def number_line(number: str) -> str:
    """What stands in the cell OWN_DATA of a student with that number."""
    return f'my_number = "{number}"'


def with_one_draw(notebook: NotebookNode, language: str = "zh") -> NotebookNode:
    """`notebook`, in which the cell that asks for the student's number is a locked one that names everybody's draw."""
    from service_marketing.datasets import EVERYBODY  # here, because it imports pandas, and every command would wait for that

    for before, cell in pairwise(notebook.cells):
        if cell.metadata.get("nbgrader", {}).get("grade_id") == OWN_DATA:
            before.source = SAME_DATA[language]
            cell.source = number_line(EVERYBODY)
            cell.metadata.nbgrader.update(solution=False, locked=True)
    return notebook


def released(notebook: NotebookNode, exercises: Path, language: str = "zh") -> NotebookNode:
    """What students get of the source `notebook`: nbgrader's own preprocessors, as set in `exercises`, cut the rest out."""
    from nbgrader.preprocessors import ClearHiddenTests, ClearMarkScheme, ClearSolutions  # here, because it takes seconds
    from traitlets.config.loader import PyFileConfigLoader

    config = PyFileConfigLoader(CONFIG, str(exercises)).load_config()
    if language in STUBS:
        code, config.ClearSolutions.text_stub = STUBS[language]
        config.ClearSolutions.code_stub = {"python": code}
    for cut in (ClearSolutions, ClearHiddenTests, ClearMarkScheme):
        notebook, _ = cut(config=config).preprocess(deepcopy(notebook), {})
    return notebook


def graded_cells(notebook: NotebookNode) -> list[GradedCell]:
    """The graded cells of `notebook` in order, each under the last second-level heading before it."""
    cells, task = [], ""
    for cell in notebook.cells:
        meta = cell.metadata.get("nbgrader", {})
        if cell.cell_type == "markdown" and not meta.get("solution"):
            headings = re.findall(r"^## (.+)$", cell.source, re.MULTILINE)
            task = headings[-1].strip() if headings else task
        if meta.get("grade"):
            cells.append(GradedCell(meta["grade_id"], task, float(meta["points"]), bool(meta["solution"])))
    return cells


def variants(name: str, exercises: Path | None = None) -> ModuleType:
    """The module `variants.py` of assignment `name`: typical mistakes and what they cost."""
    path = source_file(name, exercises).with_name("variants.py")
    spec = importlib.util.spec_from_file_location(f"variants_{name.replace('-', '_')}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
