"""What an instructor's notebook says without being run: whose each cell is, and which names it makes, reads and changes.

A notebook is taken as IPython takes it: its own transformer first (magics, `!`, `?`), then statement by statement, so that a
cell whose last lines do not compile still has bound the names before them. What a name is bound by is read off the bytecode,
which knows every way that this Python has (assignments of all kinds, `with`, `for`, `match`, walrus, `global` in a function).

Only the instructor's text is ever given to this module, and nothing of it is run or imported.
"""

import ast
import builtins
import dis
import os
import re
import sys
import types
import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import PurePosixPath

from IPython.core.inputtransformer2 import TransformerManager
from nbformat import NotebookNode
from nbgrader import utils

STUDENT, TRUSTED, TEST = "student", "trusted", "test"
SKIP = "skip-execution"
DEPTH = 5

_BODIES = frozenset({"time", "capture", "prun"})  # cell magics whose body is Python that binds names of the notebook
_STATEMENTS = frozenset({"time", "prun"})  # line magics that run the rest of their line
_FILES = frozenset({"writefile", "file"})
_PYLAB = "\n".join(
    [
        "import numpy",
        "import numpy as np",
        "from matplotlib import pylab, mlab, pyplot",
        "import matplotlib.pyplot as plt",
        "from pylab import *",
    ]
)
_IPYTHON = frozenset({"get_ipython", "In", "Out", "exit", "quit", "display", "open"})
_HISTORY = re.compile(r"_+(?:i+|i?\d+|ih|oh|dh)?")
_LOADS = frozenset({"LOAD_NAME", "LOAD_GLOBAL", "LOAD_FROM_DICT_OR_GLOBALS"})
_CHANGING = frozenset(
    each
    for line in (
        "append appendleft extend extendleft insert remove pop popleft popitem clear sort reverse rotate update setdefault add discard",
        "difference_update intersection_update symmetric_difference_update fill partition put resize itemset setflags",
        "add_node add_edge add_nodes_from add_edges_from remove_node remove_edge",
    )
    for each in line.split()
)
_CHANGING_FIRST = frozenset(
    each
    for line in (
        "shuffle heappush heappop heapify heapreplace heappushpop insort insort_left insort_right setattr delattr",
        "copyto place put put_along_axis putmask fill_diagonal",
    )
    for each in line.split()
)
_SETTINGS = frozenset(["filterwarnings", "simplefilter", "set_printoptions", "set_option", "seterr", "reset_option", "set_loglevel"])


@dataclass(frozen=True)
class Cell:
    """One code cell of the instructor's notebook.

    `place`: its position among all cells. `name`: its grade id, "" without nbgrader's mark. `role`: TEST (graded, and no
    answer), TRUSTED (locked, not graded) or STUDENT (everything else). `points`: what a test is worth. `solution`: whether
    an answer is written in it. `tags`: the cell's own.
    """

    place: int
    name: str
    role: str
    source: str
    points: float = 0.0
    solution: bool = False
    tags: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Import:
    """One name that an import binds ("*" for all of a module), and the statement that binds it."""

    name: str
    module: str
    statement: str


@dataclass(frozen=True)
class Reading:
    """What one cell does with the notebook's names.

    `binds`: names it binds by anything but an import. `imports`: in order. `settings`: statements that set up a library for
    good, such as a filter for warnings. `reads`: names it reads before it binds them; `uses`: names that its functions and
    classes read. `changes`: names whose object it changes without binding them. `deletes`: names it deletes. `written`: files
    it writes by a magic.
    """

    binds: frozenset[str] = frozenset()
    imports: tuple[Import, ...] = ()
    settings: tuple[str, ...] = ()
    reads: frozenset[str] = frozenset()
    uses: frozenset[str] = frozenset()
    changes: frozenset[str] = frozenset()
    deletes: frozenset[str] = frozenset()
    written: frozenset[str] = frozenset()

    @property
    def imported(self) -> frozenset[str]:
        return frozenset(one.name for one in self.imports if one.name != "*")


@dataclass(frozen=True)
class Names:
    """Whose the names of a notebook are.

    `student`: names that come from the student's side. `imports`: statements that the tests' side runs for itself at its
    start, because the student's cells have them and tests rely on them. `shared`: names that tests bind and that the
    student's code reads. `lent`: imports of tests that the student's code relies on.
    """

    student: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()
    lent: tuple[str, ...] = ()


@dataclass(frozen=True)
class Files:
    """Files that go along with a notebook and hold Python: texts by path, such as "helpers.py" or "tools/__init__.py"."""

    texts: Mapping[str, str] = field(default_factory=dict)

    def module(self, name: str) -> str | None:
        """The text of module `name`, "" for a package without one, or None when it is not among the files."""
        path = name.replace(".", "/")
        for candidate in (f"{path}.py", f"{path}/__init__.py"):
            if candidate in self.texts:
                return self.texts[candidate]
        return "" if any(known.startswith(f"{path}/") for known in self.texts) else None


# ---- cells


def cells(notebook: NotebookNode) -> tuple[Cell, ...]:
    """The code cells of `notebook` that are run, in order.

    As shells.notebooks: blank cells are left out, and those tagged `skip-execution`, unless they are graded.
    """
    found = []
    for place, cell in enumerate(notebook.cells):
        tags = frozenset(tag for tag in cell.metadata.get("tags", []) if isinstance(tag, str))
        if cell.cell_type != "code" or not cell.source.strip() or (SKIP in tags and not utils.is_grade(cell)):
            continue
        mark = cell.metadata.get("nbgrader", {})
        points = mark.get("points")
        number = float(points) if isinstance(points, (int, float)) else 0.0
        found.append(Cell(place, str(mark.get("grade_id", "")), role(cell), cell.source, number, bool(utils.is_solution(cell)), tags))
    return tuple(found)


def role(cell: NotebookNode) -> str:
    """Whose a code cell is, by nbgrader's mark: TEST, TRUSTED or STUDENT (a task, too: its answer is anywhere)."""
    if utils.is_grade(cell) and not utils.is_solution(cell):
        return TEST
    return TRUSTED if utils.is_locked(cell) and not utils.is_task(cell) else STUDENT


# ---- one cell


@lru_cache(maxsize=2000)
def read(source: str) -> Reading:
    """What the cell `source` does with the notebook's names. What does not parse does nothing, as when it is run."""
    found = _Found()
    _read_into(found, source, 0)
    return found.reading()


def parsed(source: str) -> ast.Module | None:
    """The cell as Python's syntax tree, magics transformed; None when it does not parse."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(TransformerManager().transform_cell(source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


class _Found:
    def __init__(self) -> None:
        self.binds: set[str] = set()
        self.imports: list[Import] = []
        self.settings: list[str] = []
        self.reads: set[str] = set()
        self.uses: set[str] = set()
        self.changes: set[str] = set()
        self.deletes: set[str] = set()
        self.written: set[str] = set()

    def reading(self) -> Reading:
        return Reading(
            frozenset(self.binds),
            tuple(dict.fromkeys(self.imports)),
            tuple(dict.fromkeys(self.settings)),
            frozenset(self.reads),
            frozenset(self.uses),
            frozenset(self.changes),
            frozenset(self.deletes),
            frozenset(self.written),
        )


def _read_into(found: _Found, source: str, depth: int) -> None:
    tree = parsed(source)
    if tree is None or depth > DEPTH:
        return
    scope = _Scope(found, depth)
    for statement in tree.body:
        bytecode = _compiled(statement)
        if bytecode is None:
            return  # IPython has run what stands before, and nothing after
        _read_bytecode(found, *bytecode)
        scope.visit(statement)


def _compiled(statement: ast.stmt) -> tuple[types.CodeType, frozenset[str]] | None:
    """The bytecode of a statement, and the names that only `except … as name` binds, which are gone afterwards."""
    module = ast.Module([statement], [])
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            code = compile(module, "<cell>", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
            if not any(isinstance(node, ast.ExceptHandler) and node.name for node in ast.walk(statement)):
                return code, frozenset()
            bare = compile(_without_handlers(statement), "<cell>", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return code, frozenset(_stored(code) - _stored(bare))


def _without_handlers(statement: ast.stmt) -> ast.Module:
    copied = ast.parse(ast.unparse(statement))
    for node in ast.walk(copied):
        if isinstance(node, ast.ExceptHandler):
            node.name = None
    return copied


def _codes(code: types.CodeType) -> Iterator[types.CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield constant
            yield from _codes(constant)


def _stored(code: types.CodeType) -> set[str]:
    names = {each.argval for each in dis.get_instructions(code) if each.opname in ("STORE_NAME", "STORE_GLOBAL")}
    return names.union(*({each.argval for each in dis.get_instructions(c) if each.opname == "STORE_GLOBAL"} for c in _codes(code)))


def _read_bytecode(found: _Found, code: types.CodeType, passing: frozenset[str]) -> None:
    bound = set(found.binds) | {one.name for one in found.imports}
    for each in dis.get_instructions(code):
        if each.opname in _LOADS and each.argval not in bound:
            found.reads.add(each.argval)
        elif each.opname in ("STORE_NAME", "STORE_GLOBAL"):
            bound.add(each.argval)
        elif each.opname in ("DELETE_NAME", "DELETE_GLOBAL") and each.argval not in passing:
            found.deletes.add(each.argval)
    for inner in _codes(code):
        for each in dis.get_instructions(inner):
            if each.opname in _LOADS:
                found.uses.add(each.argval)
            elif each.opname == "DELETE_GLOBAL":
                found.deletes.add(each.argval)
    found.binds |= {name for name in _stored(code) - passing if name.strip("_") and not _is_dunder(name)}


def _is_dunder(name: str) -> bool:
    return name.startswith("__") and name.endswith("__")


class _Scope(ast.NodeVisitor):
    """What bytecode does not tell: imports as statements, objects changed in place, magics."""

    def __init__(self, found: _Found, depth: int) -> None:
        self.found, self.depth = found, depth
        self.locals: list[frozenset[str]] = []
        self.handled: list[set[str]] = []

    # functions have names of their own

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> None:
        arguments = node.args
        for outer in [*getattr(node, "decorator_list", []), *arguments.defaults, *(d for d in arguments.kw_defaults if d is not None)]:
            self.visit(outer)
        own = {a.arg for a in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]}
        own |= {a.arg for a in (arguments.vararg, arguments.kwarg) if a is not None}
        body = node.body if isinstance(node.body, list) else [node.body]
        inside = [each for statement in body for each in _own_nodes(statement)]
        own |= {each.id for each in inside if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)}
        own |= {_bound_by(alias) for each in inside if isinstance(each, (ast.Import, ast.ImportFrom)) for alias in each.names}
        own -= {name for each in inside if isinstance(each, ast.Global) for name in each.names}
        self.locals.append(frozenset(own))
        for statement in body:
            self.visit(statement)
        self.locals.pop()

    visit_AsyncFunctionDef = visit_Lambda = visit_FunctionDef

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        for outer in [*node.decorator_list, *node.bases, *node.keywords]:
            self.visit(outer)
        inside = [each for statement in node.body for each in _own_nodes(statement)]
        own = {each.id for each in inside if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)}
        own |= {_bound_by(alias) for each in inside if isinstance(each, (ast.Import, ast.ImportFrom)) for alias in each.names}
        self.locals.append(frozenset(own))
        for statement in node.body:
            self.visit(statement)
        self.locals.pop()

    def _is_global(self, name: str) -> bool:
        return not any(name in own for own in self.locals)

    # imports

    def visit_Import(self, node: ast.Import | ast.ImportFrom) -> None:
        relative = isinstance(node, ast.ImportFrom) and (node.level or not node.module)
        if relative or (isinstance(node, ast.ImportFrom) and node.module == "__future__"):
            return
        for alias in node.names:
            name = _bound_by(alias)
            if self._is_global(name):
                module = node.module if isinstance(node, ast.ImportFrom) else alias.name
                single = ast.ImportFrom(node.module, [alias], 0) if isinstance(node, ast.ImportFrom) else ast.Import([alias])
                self.found.imports.append(Import(name, module, ast.unparse(single)))
                self.found.binds.discard(name)

    visit_ImportFrom = visit_Import

    def visit_Try(self, node: ast.Try) -> None:
        """`try: import x` with something instead of it in the handler: the import is what counts."""
        inside = [each for statement in node.body for each in _own_nodes(statement)]
        imported = {_bound_by(alias) for each in inside if isinstance(each, (ast.Import, ast.ImportFrom)) for alias in each.names}
        before = set(self.found.binds)
        self.generic_visit(node)
        instead = {
            each.id
            for handler in node.handlers
            for statement in handler.body
            for each in _own_nodes(statement)
            if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)
        }
        self.found.binds -= {name for name in imported & instead if name in before and not self.locals}

    visit_TryStar = visit_Try

    # objects changed in place

    def _change(self, target: ast.expr) -> None:
        for each in ast.walk(target) if isinstance(target, (ast.Tuple, ast.List, ast.Starred)) else [target]:
            if isinstance(each, (ast.Subscript, ast.Attribute)) and not isinstance(each.ctx, ast.Load):
                self._changed(each)

    def _changed(self, value: ast.expr) -> None:
        while isinstance(value, (ast.Subscript, ast.Attribute, ast.Starred)):
            value = value.value
        if isinstance(value, ast.Name) and self._is_global(value.id):
            self.found.changes.add(value.id)

    def visit_Assign(self, node: ast.Assign) -> None:
        for target in node.targets:
            self._change(target)
        self.generic_visit(node)

    def visit_AugAssign(self, node: ast.AugAssign | ast.AnnAssign | ast.For | ast.AsyncFor) -> None:
        self._change(node.target)
        self.generic_visit(node)

    visit_AnnAssign = visit_For = visit_AsyncFor = visit_AugAssign

    def visit_Delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            self._change(target)
        self.generic_visit(node)

    def visit_withitem(self, node: ast.withitem) -> None:
        if node.optional_vars is not None:
            self._change(node.optional_vars)
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        function = node.func
        called = function.attr if isinstance(function, ast.Attribute) else function.id if isinstance(function, ast.Name) else ""
        if isinstance(function, ast.Attribute) and (called in _CHANGING or any(_is_true(k, "inplace") for k in node.keywords)):
            self._changed(function.value)
        if called in _CHANGING_FIRST and node.args:
            self._changed(node.args[0])
        magic = _magic(node)
        if magic is not None:
            self._run_magic(*magic)
        self.generic_visit(node)

    # settings and magics

    def visit_Expr(self, node: ast.Expr) -> None:
        call = node.value
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in _SETTINGS and not self.locals:
            values = [*call.args, *(keyword.value for keyword in call.keywords)]
            if all(isinstance(value, (ast.Constant, ast.Attribute, ast.Name)) for value in values):
                self.found.settings.append(ast.unparse(node))
        self.generic_visit(node)

    def _run_magic(self, kind: str, name: str, line: str, body: str) -> None:
        found = self.found
        if kind == "run_cell_magic":
            found.binds |= set(re.findall(r"--(?:out|err|proc)[ =]+([^\W\d]\w*)", line))
            words = [word for word in line.split() if not word.startswith("-")]
            if name == "capture" and words and words[-1].isidentifier():
                found.binds.add(words[-1])
            if name in _FILES and words:
                found.written.add(str(PurePosixPath(words[-1].strip("\"'"))))
            if name == "prun" and line.strip():
                _read_into(found, _without_options(line), self.depth + 1)
            if name in _BODIES:
                _read_into(found, body, self.depth + 1)
        elif name in _STATEMENTS:
            _read_into(found, _without_options(line), self.depth + 1)
        elif name == "pylab":
            _read_into(found, _PYLAB, self.depth + 1)
        elif name == "run":
            script = next((word.strip("\"'") for word in line.split() if not word.startswith("-")), "")
            if script:
                module = script.removesuffix(".py").replace("/", ".")
                found.imports.append(Import("*", module, f"from {module} import *"))


def _own_nodes(statement: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a statement in its own scope: not those inside functions and classes."""
    yield statement
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)):
        return
    for child in ast.iter_child_nodes(statement):
        yield from _own_nodes(child)


def _bound_by(alias: ast.alias) -> str:
    return alias.asname or (alias.name if alias.name == "*" else alias.name.split(".")[0])


def _is_true(keyword: ast.keyword, name: str) -> bool:
    return keyword.arg == name and isinstance(keyword.value, ast.Constant) and keyword.value.value is True


def _magic(node: ast.Call) -> tuple[str, str, str, str] | None:
    """Kind, name, line and body of a magic, in the form that IPython's transformer gives it."""
    function, texts = node.func, [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
    if not (isinstance(function, ast.Attribute) and function.attr in ("run_line_magic", "run_cell_magic") and len(texts) >= 2):
        return None
    if not (isinstance(function.value, ast.Call) and isinstance(function.value.func, ast.Name) and function.value.func.id == "get_ipython"):
        return None
    return function.attr, texts[0], texts[1], texts[2] if len(texts) > 2 else ""


def _without_options(line: str) -> str:
    return re.sub(r"^(?:\s*--?[a-zA-Z][\w-]*(?:[ =](?:\d+|cumulative|time|calls|tottime|cumtime)\b)?)+\s+", "", " " + line).strip()


# ---- a whole notebook


def names(found: Iterable[Cell], files: Files | None = None, own_modules: bool = True, more: Iterable[str] = ()) -> Names:
    """Whose the names of the notebook with the cells `found` are.

    `files`: the Python files of the assignment. `own_modules`: the tests' side imports those for itself, from its own copy;
    else what they are imported as comes from the student's side. `more`: further names that come from the student's side.
    """
    ordered, files = list(found), files or Files()
    readings = [read(cell.source) for cell in ordered]
    roles = [cell.role for cell in ordered]
    theirs = [reading for reading, role in zip(readings, roles, strict=True) if role == STUDENT]
    written = {PurePosixPath(path).stem for reading in theirs for path in reading.written}

    def is_ours(module: str) -> bool:
        top = module.split(".")[0]
        if top in written:
            return False
        return own_modules if files.module(top) is not None else is_installed(top)

    student: set[str] = set(more)
    statements: list[str] = []
    taken: set[str] = set()
    for reading in theirs:
        student |= reading.binds
        for one in reading.imports:
            if is_ours(one.module):
                statements.append(one.statement)
                taken |= {one.name} if one.name != "*" else _public(one.module, files) or {"*"}
            else:
                student |= {one.name} if one.name != "*" else _public(one.module, files)
        statements += [text for text in reading.settings if _root(text) in taken]
    instructors = _bound_by_role(readings, roles, TRUSTED)
    tests = _bound_by_role(readings, roles, TEST)
    imported = {name for reading in readings for name in reading.imported}
    student |= {name for reading in theirs for name in reading.changes} & instructors
    if "*" not in taken:  # what all a library gives is not known here
        free = {name for reading, role in zip(readings, roles, strict=True) if role == TEST for name in reading.reads | reading.uses}
        student |= {name for name in free - instructors - tests - imported - taken if not _is_everybodys(name)}
    shared, lent = _between(readings, roles)
    return Names(tuple(sorted(student)), tuple(dict.fromkeys(statements)), shared, lent)


def _bound_by_role(readings: list[Reading], roles: list[str], wanted: str) -> set[str]:
    return {name for reading, role in zip(readings, roles, strict=True) if role == wanted for name in reading.binds}


def _between(readings: list[Reading], roles: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names that a test binds and the student's code reads, and imports of tests that it reads.

    What a student's function reads it may read at any time; what a cell itself reads, only after the test.
    """
    given = {name for reading, role in zip(readings, roles, strict=True) if role != TEST for name in reading.imported}
    uses = {name for reading, role in zip(readings, roles, strict=True) if role == STUDENT for name in reading.uses}
    shared, lent = set(), []
    for i, (reading, role) in enumerate(zip(readings, roles, strict=True)):
        if role == TEST:
            later = {name for after, whose in zip(readings[i:], roles[i:], strict=True) if whose == STUDENT for name in after.reads}
            shared |= reading.binds & (uses | later)
            lent += [one.statement for one in reading.imports if one.name in (uses | later) - given]
    return tuple(sorted(shared)), tuple(dict.fromkeys(lent))


def _is_everybodys(name: str) -> bool:
    return hasattr(builtins, name) or name in _IPYTHON or _is_dunder(name) or bool(_HISTORY.fullmatch(name))


def _root(statement: str) -> str:
    return re.match(r"\w*", statement).group(0)


def _public(module: str, files: Files) -> set[str]:
    """The names that `from module import *` gives, as far as the module's text tells."""
    text = files.module(module)
    tree = parsed(text) if text else None
    if tree is None:
        return set()
    for statement in tree.body:
        if isinstance(statement, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "__all__" for t in statement.targets):
            try:
                listed = ast.literal_eval(statement.value)
            except ValueError:
                break
            return {name for name in listed if isinstance(name, str)}
    reading = read(text)
    return {name for name in reading.binds | reading.imported if not name.startswith("_")}


def is_installed(top: str) -> bool:
    """Whether a module is one of Python's or of an installed package: found, but not by way of the current folder."""
    if top in sys.stdlib_module_names:
        return True
    here = os.path.realpath(os.getcwd())
    places = [place for place in sys.path if place and os.path.realpath(place) != here]
    for finder in sys.meta_path:
        try:
            if finder.find_spec(top, places) is not None:
                return True
        except (AttributeError, ImportError, ValueError):
            continue
    return False
