"""What a notebook imports, through the course's own modules down to the packages of others."""

import ast
import functools
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from nbformat import NotebookNode

OURS = "service_marketing"
# what others import themselves when one of their functions or attributes is used
ON_USE = {"style": "jinja2", "to_markdown": "tabulate", "to_excel": "openpyxl", "read_excel": "openpyxl"}


def of_notebook(notebook: NotebookNode, package: Path) -> set[str]:
    """The top-level modules of others that the notebook's cells need; `package` is the folder of the course's own."""
    found: set[str] = set()
    for cell in notebook.cells:
        if cell.cell_type == "code":
            code = "\n".join("" if line.lstrip().startswith(("%", "!")) else line for line in cell.source.splitlines())
            tree = ast.parse(code)
            found |= set(_imported(tree, ""))
            found |= {ON_USE[node.attr] for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr in ON_USE}
    return of_modules(found, package)


def of_modules(names: Iterable[str], package: Path) -> set[str]:
    """The top-level modules of others behind modules that are named in full; the course's own are looked through."""
    seen: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        if name.partition(".")[0] == OURS:
            waiting += _behind(name, package)
            waiting += [name.rpartition(".")[0]] if "." in name else []
    tops = {name.partition(".")[0] for name in seen}
    return {name for name in tops if name != OURS and name not in sys.stdlib_module_names}


@functools.cache
def _behind(name: str, package: Path) -> tuple[str, ...]:
    """What the module `name` of the course imports; nothing when it is no module but something in one."""
    path = package.joinpath(*name.split(".")[1:])
    for file, home in ((path / "__init__.py", name), (path.with_suffix(".py"), name.rpartition(".")[0])):
        if file.is_file():
            return tuple(_imported(ast.parse(file.read_text(encoding="utf-8")), home))
    return ()


def _imported(tree: ast.AST, home: str) -> Iterator[str]:
    """Full names that code imports when it is read in: not in functions, nor for type checkers, nor where it can do without."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = home.split(".")[: len(home.split(".")) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)
        elif not _left_out(node):
            yield from _imported(node, home)


def _left_out(node: ast.AST) -> bool:
    if isinstance(node, ast.Try):
        return any("ImportError" in ast.dump(handler.type) for handler in node.handlers if handler.type)
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or (isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test))
