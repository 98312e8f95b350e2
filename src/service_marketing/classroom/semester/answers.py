"""What the made-up students write: right and typically wrong answers in everybody's own hand, and copies.

Two who answer alike still write differently: a line to look at a result, a comment, a check. A copy has all of that, too.
"""

import ast
import contextlib
import hashlib
import io
import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import nbformat
from nbformat import NotebookNode

from .. import assignments, submissions
from ..assignments import OWN_DATA, number_line
from ..class_report import without_comments

SLOW = ("endless loop",)
WORDS = ("结果", "看一下", "核对", "这里是", "我的", "检查", "得到", "数一数", "先看", "答案", "对一下", "中间结果")


@dataclass(frozen=True)
class Task:
    """One assignment as the demonstration needs it: released notebook, source, typical mistakes."""

    name: str
    released: NotebookNode
    source: NotebookNode
    variants: ModuleType

    @property
    def own_data(self) -> bool:
        """Whether students work on data of their own."""
        return any(_grade_id(cell) == OWN_DATA for cell in self.source.cells)

    @property
    def essays(self) -> tuple[str, ...]:
        """The cells that a person marks."""
        return tuple(cell.grade_id for cell in assignments.graded_cells(self.source) if cell.manual)


def task(root: Path, name: str) -> Task:
    """The assignment `name` of the course folder `root`."""
    released, source = (nbformat.read(root / step / name / f"{name}.ipynb", as_version=4) for step in ("release", "source"))
    return Task(name, released, source, assignments.variants(name))


def draw_mistakes(variants: ModuleType, rng: random.Random, slow: bool = False) -> tuple[str, ...]:
    """Up to three mistakes about different tasks; `slow`: one that takes the grader's whole time limit."""
    if slow and (found := next((name for name in SLOW if name in variants.MISTAKES), None)):
        return (found,)
    names = [name for name in variants.MISTAKES if name not in SLOW]
    chosen: list[str] = []
    taken: set[str] = set()
    for name in rng.sample(names, rng.choices((0, 1, 2, 3), (35, 30, 25, 10))[0]):
        about = variants.MISTAKES[name].tasks
        if not about & taken:
            chosen.append(name)
            taken |= about
    return tuple(chosen)


def write(own: Task, number: str, mistakes: Sequence[str], essay: str | None, hand: str, my_number: str | None = None) -> NotebookNode:
    """The notebook of the student `number`, written by `hand` (whose habits they are), with `my_number` in it."""
    made = [own.variants.MISTAKES[name] for name in mistakes]
    filled = submissions.fill(own.released, own.source, made, own.variants.ESSAYS.get(essay or ""), my_number or number)
    for cell in filled.cells:
        if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("solution") and _grade_id(cell) != OWN_DATA:
            cell.source = with_habits(cell.source, random.Random(f"{own.name}/{hand}/{_grade_id(cell)}"))
    return filled


def with_habits(source: str, rng: random.Random) -> str:
    """`source` with what a student writes around an answer: it changes no result."""
    try:
        names = _assigned(ast.parse(source))
    except SyntaxError:
        return source
    lines = []
    for _ in range(rng.choice((0, 1, 1, 2, 2, 3))):
        name = rng.choice(names) if names else repr(rng.choice(WORDS))
        a, b, word = rng.randint(2, 9999), rng.randint(2, 99), rng.choice(WORDS)
        lines.append(
            rng.choice(
                (
                    f'print("{word}{b}", {name}, sep="{" " * rng.randint(1, 4)}:")',
                    f'print(f"{word}（{a}）：{{{name}!r:.{b + 20}}}")',
                    f"assert not isinstance({name}, (bytes, range)), {a}",
                    f"for step in range({b % 4 + 1}):\n    print({a} + step, str({name})[:{b + 5}])",
                    f"looked_at = [{a}, {b}, {rng.randint(2, 99)}, type({name})]",
                    f'print("{word}", str({name}).ljust({b})[:{b + 9}], "{word}{a}")',
                    f"# {word}：第{b}页，{a}",
                )
            )
        )
    return "\n".join([source, *lines])


def disguised(notebook: NotebookNode) -> NotebookNode:
    """A copy whose writer hid it: comments gone or new, other names for what is only used inside functions, other blanks."""
    copy = submissions.copied(notebook)
    for cell in copy.cells:
        if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("solution") and _grade_id(cell) != OWN_DATA:
            source = re.sub(r"\b(looked_at|step)\b", r"my_\1", without_comments(cell.source))
            cell.source = f"# 自己写的\n{source}"
    return copy


def with_number(notebook: NotebookNode, number: str) -> NotebookNode:
    """A copy in which another number stands."""
    copy = submissions.copied(notebook)
    for cell in copy.cells:
        if _grade_id(cell) == OWN_DATA:
            cell.source = number_line(number)
    return copy


def solved(job: tuple[str, str]) -> tuple[str, tuple[str, ...]]:
    """Run an assignment's solution with all its tests for a student's number: a digest of the answers, and the tests that failed.

    `job`: the path of the source notebook, and the number.
    """
    path, number = job
    notebook = nbformat.read(path, as_version=4)
    names: dict[str, Any] = {"__name__": "__main__"}
    answers: dict[str, str] = {}
    failed = []
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        source = number_line(number) if _grade_id(cell) == OWN_DATA else cell.source
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                exec(compile(source, _grade_id(cell) or "cell", "exec"), names)
        except Exception as error:
            failed.append(f"{_grade_id(cell)}: {type(error).__name__}: {error}")
        if cell.metadata.get("nbgrader", {}).get("solution") and _grade_id(cell) != OWN_DATA:
            answers |= {name: shown for name in _assigned(ast.parse(source)) if (shown := _value(names.get(name)))}
    digest = hashlib.sha256(repr(sorted(answers.items())).encode()).hexdigest()
    return digest, tuple(failed)


def _value(value: Any) -> str:
    """A plain answer as text; "" for tables and functions."""
    if isinstance(value, (bool, int, str)):
        return repr(value)
    try:
        return repr(round(float(value), 9))
    except (TypeError, ValueError):
        return repr(value) if isinstance(value, (list, tuple, set, dict)) else ""


def _assigned(tree: ast.Module) -> list[str]:
    """Names that code binds to values at its top level, in order."""
    found: dict[str, None] = {}
    for node in tree.body:
        targets: Mapping[str, Any] | list[ast.expr] = node.targets if isinstance(node, ast.Assign) else []
        for target in targets:
            parts = target.elts if isinstance(target, (ast.Tuple, ast.List)) else [target]
            found.update((part.id, None) for part in parts if isinstance(part, ast.Name))
    return list(found)


def _grade_id(cell: NotebookNode) -> str:
    return cell.metadata.get("nbgrader", {}).get("grade_id", "")
