"""Tests that should be looked at before an assignment goes out: what they let pass, what they give away, what cannot be walled.

    for found in lint(course, "ps1"):
        print(found.instructor.zh, found.instructor.en)

Two kinds of findings: those of `read_tests`, from the tests' text alone, and those of runs, of the instructor's solution (on
both sides of the wall, see wall.reference) and of the notebook as students get it. A finding is a `Problem` for the
instructor; `what` is the notebook and the grade ids of its cells, `grave` says that scores would be wrong.
"""

import ast
import builtins
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any

from traitlets.config import Config

from . import folder, gradebook
from .ahead import box
from .gradebook import GradebookError
from .options import Options, chosen, limits, timeout_error
from .problems import Problem, Text, listed, printable
from .shells.pool import MODULES, Pool
from .wall import profile as profiles
from .wall import reference, static
from .wall import sheet as sheets
from .wall.pair import Pair
from .wall.profile import FULL, NOTHING, PARTIAL, Profile, Verdict
from .wall.sheet import Sheet
from .wall.static import STUDENT, TEST, TRUSTED, Cell

_STUDENT = Text("作业的测试还要老师再看一看。", "Your instructor has to look at the tests of this assignment.")

# code: grave, for the instructor in Chinese and in English. {what}: grade ids
_TABLE: dict[str, tuple[bool, str, str]] = {
    # the notebook
    "test-no-source": (
        False,
        "{notebook}没有source，只知道题目的空格。隔墙能拦的少，参考答案也没法试。把source/里的原件放回来。",
        "{notebook} has no source: only stubs are known, so the wall enforces less and no solution can be tried. Put it back.",
    ),
    "test-unreleased": (
        False,
        "{notebook}还没有生成学生版，按source检查。运行 nbgrader generate_assignment 后再查一遍。",
        "{notebook} has not been released; its source was checked. Check again after nbgrader generate_assignment.",
    ),
    "test-stale": (
        True,
        "{notebook}：{what}在生成学生版之后改过，批改用的还是旧的。重新运行 nbgrader generate_assignment。",
        "{notebook}: {what} changed since the release, and grading still uses the old text. Run nbgrader generate_assignment again.",
    ),
    "test-duplicate": (
        True,
        "{notebook}：grade_id {what}用了不止一次，成绩会记到同一格上。每格起一个自己的名字。",
        "{notebook}: the grade_id {what} is used more than once, so scores fall on one cell. Give each cell a name of its own.",
    ),
    "test-no-points": (
        False,
        "{notebook}：{what}的分值是0，做对做错一个样。给它分值，或者不设为计分格。",
        "{notebook}: {what} is worth 0 points, right or wrong. Give it points, or do not mark it as graded.",
    ),
    "test-not-python": (
        True,
        "{notebook}：{what}不是能运行的Python，谁都得0分。先运行一遍再发布。",
        "{notebook}: {what} is no Python that can be run; everybody gets 0. Run it before the release.",
    ),
    # what a test lets pass
    "test-no-assertion": (
        True,
        "{notebook}：{what}里没有断言，不报错就得满分。写上 assert，或者让最后一行是得分。",
        "{notebook}: {what} asserts nothing, and gives full marks unless something raises. Add an assert, or end with the points.",
    ),
    "test-never-called": (
        True,
        "{notebook}：{what}的断言都写在没有调用的函数里，不起作用。在格子末尾调用它。",
        "{notebook}: the assertions of {what} are in functions that are never called. Call them at the end of the cell.",
    ),
    "test-always-true": (
        True,
        "{notebook}：{what}第{line}行的断言永远成立（多半是把条件和说明括在了一起）。去掉括号。",
        "{notebook}: line {line} of {what} asserts what is always true (a condition and its message in parentheses?). Remove them.",
    ),
    "test-circular": (
        False,
        "{notebook}：{what}第{line}行两边都由学生的{names}算出，一起错也能通过。一边换成事先算好的值。",
        "{notebook}: line {line} of {what} compares results of the student's own {names}: wrong twice passes. Put a known value there.",
    ),
    "test-only-types": (
        False,
        "{notebook}：{what}只看类型或有没有，不看值。加一条比较结果的断言。",
        "{notebook}: {what} only looks at types or whether something is there. Add an assertion about the value.",
    ),
    "test-catches-all": (
        True,
        "{notebook}：{what}第{line}行接住了所有错误又不处理，断言失败也得分。只接要接的错误，或者在except里raise。",
        "{notebook}: line {line} of {what} catches every error and goes on, so failed assertions pass. Catch what is meant, or raise.",
    ),
    "test-catches-stop": (
        False,
        "{notebook}：{what}第{line}行的except连超时中断也接住了，死循环要等到进程被终止。写成 except Exception。",
        "{notebook}: the except in line {line} of {what} also catches the time limit's interrupt. Write except Exception.",
    ),
    "test-own-points": (
        True,
        "{notebook}：{what}的最后一行显示学生自己的{names}，nbgrader会把这个数当作得分。在行末加分号，或者换成断言。",
        "{notebook}: the last line of {what} shows the student's own {names}, which nbgrader takes for points. End it with a semicolon.",
    ),
    "test-random": (
        False,
        "{notebook}：{what}第{line}行用了没有种子的随机数，每次批改题目都不同，复核对不上。先设种子。",
        "{notebook}: line {line} of {what} draws random numbers without a seed, so no two gradings are alike. Set a seed first.",
    ),
    "test-prints-hidden": (
        False,
        "{notebook}：{what}第{line}行会把隐藏测试的内容打印到反馈里。去掉打印。",
        "{notebook}: line {line} of {what} prints what is hidden into the feedback. Remove the print.",
    ),
    "test-builtin": (
        False,
        "{notebook}：答案给Python自带的{names}另外赋了值，{what}用的就是学生的{names}，可以造假。答案里换个名字。",
        "{notebook}: the solution rebinds the built-in {names}, so {what} uses the student's, which may lie. Choose another name.",
    ),
    "test-open-helper": (
        False,
        "{notebook}：{what}用的{names}写在没有锁定的格子里，学生可以改。把那一格锁定。",
        "{notebook}: {what} uses {names}, which is defined in a cell that students may edit. Lock that cell.",
    ),
    # what runs showed
    "test-solution-fails": (
        True,
        "{notebook}：参考答案通不过自己的测试{what}（{error}）。改答案或改测试；用到课程文件夹以外的文件，就写进c.Grader.readable。",
        "{notebook}: the solution fails its own test {what} ({error}). Mend the one or the other; if it reads files that are not"
        " the assignment's, name their folder in c.Grader.readable.",
    ),
    "test-cell-fails": (
        True,
        "{notebook}：运行参考答案时{what}就出错了（{error}），后面的测试也就靠不住。先让它能运行；沙箱里没有网络，课程文件夹以外的文件要写进c.Grader.readable。",
        "{notebook}: {what} fails when the solution is run ({error}), so the tests after it tell little. In the box there is no"
        " network, and only files of the assignment and of c.Grader.readable.",
    ),
    "test-solution-partial": (
        False,
        "{notebook}：参考答案在{what}只得{points}分（满分{most}）。确认最高能得满分。",
        "{notebook}: the solution gets only {points} of {most} points in {what}. Make sure that full marks can be had.",
    ),
    "test-passes-blank": (
        True,
        "{notebook}：什么都不写，{what}也能得{points}分。加一条没有作答就通不过的断言。",
        "{notebook}: {what} gives {points} points to a notebook without any answer. Add an assertion that an empty answer fails.",
    ),
    "test-in-process": (
        False,
        "{notebook}：{what}不能隔墙运行，批改时和学生的代码在同一个进程里，结果可能被造假：{reason_zh}。改写测试，只比较数、文字和表。",
        "{notebook}: {what} cannot be run behind the wall but only beside the student's code, which could fake it: {reason_en}."
        " Rewrite it to compare numbers, texts and tables only.",
    ),
    "test-unsteady": (
        True,
        "{notebook}：同一份答案，{what}这次通过下次不通过。固定随机数种子，或者放宽误差。",
        "{notebook}: {what} gives different verdicts to the same solution. Fix the seed, or widen the tolerance.",
    ),
    "test-slow": (
        False,
        "{notebook}：参考答案运行{what}要{seconds}秒，时限是{limit}秒，慢一点的电脑会超时。缩小数据，或者放宽Execute.timeout。",
        "{notebook}: the solution takes {seconds} s in {what}, and the limit is {limit} s. Use less data, or raise Execute.timeout.",
    ),
}
CODES = frozenset(_TABLE)

_PRINTS = frozenset({"print", "display", "pprint", "pp", "write"})
_CHECKS = re.compile(r"assert|check|test|expect|verif|grad|fail|equal|raise|must|ensure|validat|should|compar", re.IGNORECASE)
_DRAWS = frozenset(
    each
    for line in (
        "rand randn randint random random_sample choice choices sample normal uniform shuffle permutation gauss randrange integers",
        "standard_normal exponential poisson binomial",
    )
    for each in line.split()
)
_SEEDS = frozenset({"seed", "default_rng", "RandomState", "Random", "Generator"})
_EQUAL = re.compile(
    r"(?:^|\.)(?:\w*_?(?:equal|allclose|isclose|almost_equal|close|approx)|assertEqual|assertAlmostEqual|assertListEqual|assertDictEqual|equals|equal)$"
)
_SAME = (ast.Eq, ast.Is)


def finding(code: str, notebook: str, *cells: str, **values: Any) -> Problem:
    """The finding `code` about cells of a notebook; `values` fill the sentences. Raises KeyError for what there is not."""
    grave, zh, en = _TABLE[code]
    filled = {**{name: printable(value) for name, value in values.items()}, "notebook": printable(notebook)}
    text = Text(
        zh.format_map({**filled, "what": listed(cells, "、", "等{}个")}),
        en.format_map({**filled, "what": listed(cells, ", ", " and others ({} in all)")}),
    )
    return Problem(code, _STUDENT, text, (notebook, *cells), grave, MappingProxyType({"notebook": notebook, **values}))


def lint(course: folder.Course, assignment: str, pair: Pair | None = None, options: Options | None = None) -> tuple[Problem, ...]:
    """What the instructor should know of the tests of `assignment`, by notebook and cell.

    Makes the reference profiles that are missing or out of date. `pair`: the pools to run in; without it two of its own, as
    `options` has them (the course's settings where it is None). Raises PoolError when those cannot be started, BoxError when
    they are to stand in a box and there can be none, ValueError for a setting that there is not.
    """
    own = folder.assignment(course, assignment)
    if own.problems and own.problems[0].code == "assignment-name":
        return own.problems
    known = _known(course, assignment)
    found: list[Problem] = []
    with ExitStack() as stack:
        for name in sorted({*own.source_notebooks, *known}):
            sheet = sheets.read(course, own, name, known.get(name))
            found += _about_notebook(sheet, known.get(name))
            found += read_tests(sheet, course.config)
            if not sheet.complete or not sheet.tests:
                continue
            if pair is None:
                pair = _pair(course, options or chosen(course.config), stack)
            profile = profiles.of_sheet(course, sheet, partial(reference.make, pair=pair, config=course.config))
            found += about_solution(profile, limits(course.config).cell_seconds)
            if name in known:
                empty = sheets.blank(course, own, name, known[name])
                found += about_blank(empty.name, reference.run_alone(empty, pair, course.config).verdicts)
    return tuple(found)


def _known(course: folder.Course, assignment: str) -> dict[str, gradebook.Notebook]:
    try:
        book = gradebook.read(course.db_url, course.course_id, assignment)
    except GradebookError:
        return {}
    book.close()
    return {notebook.name: notebook for notebook in book.assignment.notebooks}


def _pair(course: folder.Course, options: Options, stack: ExitStack) -> Pair:
    """Pools such as submissions are graded in."""
    own = {
        "limits": options.limits or limits(course.config),
        "modules": (*MODULES, *options.modules),
        "timeout_error": timeout_error(course.config),
        "box": box(course, options),
    }
    return Pair(*(stack.enter_context(Pool(1, **own)) for _ in range(2)))


def _about_notebook(sheet: Sheet, known: gradebook.Notebook | None) -> Iterator[Problem]:
    if not sheet.complete:
        yield finding("test-no-source", sheet.name)
    elif known is None:
        yield finding("test-unreleased", sheet.name)
    for code, cells in (("test-stale", sheet.stale), ("test-duplicate", sheet.twice), ("test-no-points", sheet.worthless)):
        if cells:
            yield finding(code, sheet.name, *cells)


# ---- what runs showed


def about_solution(profile: Profile, most_seconds: float = math.inf) -> list[Problem]:
    """What a profile says of the tests: cells of the solution that fail, and tests that the wall cannot serve.

    `most_seconds`: the time limit of a cell.
    """
    name = profile.notebook
    found = [finding("test-cell-fails", name, cell, error=error) for cell, error in profile.errors.items()]
    for cell, verdict in profile.verdicts.items():
        if cell in profile.unsteady:
            found.append(finding("test-unsteady", name, cell))
        elif verdict.kind == NOTHING:
            found.append(finding("test-solution-fails", name, cell, error=verdict.error or f"{verdict.points:g}"))
        elif verdict.kind == PARTIAL:
            said = {"points": f"{verdict.points:g}", "most": f"{verdict.most:g}"}
            found.append(finding("test-solution-partial", name, cell, **said))
        if verdict.seconds > most_seconds / 2:
            said = {"seconds": f"{verdict.seconds:.1f}", "limit": f"{most_seconds:g}"}
            found.append(finding("test-slow", name, cell, **said))
    alike: dict[Text, list[str]] = {}
    for cell in profile.verdicts:
        if cell in profile.in_process:
            alike.setdefault(profile.in_process[cell].text, []).append(cell)
    return found + [finding("test-in-process", name, *cells, reason_zh=reason.zh, reason_en=reason.en) for reason, cells in alike.items()]


def about_blank(notebook: str, verdicts: Mapping[str, Verdict]) -> list[Problem]:
    """The tests that give points to a notebook in which nothing was answered."""
    return [
        finding("test-passes-blank", notebook, cell, points=f"{verdict.points:g}")
        for cell, verdict in verdicts.items()
        if verdict.kind in (FULL, PARTIAL) and verdict.points > 0
    ]


# ---- what the text shows


def read_tests(sheet: Sheet, config: Config | None = None) -> list[Problem]:
    """What the text of the tests shows; nothing is run."""
    names = frozenset(static.names(sheet.cells, sheet.texts()).student)
    settings = (config or Config()).get("ClearHiddenTests", {})
    hidden = settings.get("begin_test_delimeter", "BEGIN HIDDEN TESTS"), settings.get("end_test_delimeter", "END HIDDEN TESTS")
    autotest = (config or Config()).get("InstantiateTests", {}).get("autotest_delimiter", "AUTOTEST")
    helpers = _helpers(sheet)
    found = []
    for cell in sheet.tests:
        if autotest in cell.source:
            continue  # generate_assignment makes the test
        tree = static.parsed(cell.source)
        if tree is None:
            found.append(finding("test-not-python", sheet.name, cell.name))
            continue
        test = _Test(cell, tree, names, helpers, hidden)
        for code, values in _judged(test):
            found.append(finding(code, sheet.name, cell.name, **values))
    return [*found, *_unprotected(sheet, names)]


def _helpers(sheet: Sheet) -> frozenset[str]:
    """The instructor's own functions: those of locked cells, and what is imported from files of the assignment."""
    files, found = sheet.texts(), set()
    for cell in sheet.cells:
        reading = static.read(cell.source)
        if cell.role != STUDENT:
            found |= {one.name for one in reading.imports if files.module(one.module.split(".")[0]) is not None}
        if cell.role == TRUSTED:
            found |= reading.binds
    return frozenset(found)


def _unprotected(sheet: Sheet, names: frozenset[str]) -> Iterator[Problem]:
    """Names of Python's, and helpers of the instructor's, that tests rely on and that come from the student's side."""
    students = [(cell, static.read(cell.source)) for cell in sheet.cells if cell.role == STUDENT]
    tests = [(cell, static.read(cell.source)) for cell in sheet.cells if cell.role == TEST]
    bound = {name for _, reading in students for name in reading.binds}
    answers = {name for cell, reading in students if cell.solution for name in reading.binds}
    helpers = {name for cell, _ in students if not cell.name for name in _functions(static.parsed(cell.source))} - answers
    for code, risky in (
        ("test-builtin", {name for name in bound & names if hasattr(builtins, name)}),
        ("test-open-helper", helpers & names),
    ):
        for name in sorted(risky):
            users = [cell.name for cell, reading in tests if name in reading.reads | reading.uses]
            if users:
                yield finding(code, sheet.name, *users, names=name)


def _functions(tree: ast.Module | None) -> set[str]:
    return {node.name for node in tree.body if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))} if tree else set()


@dataclass(frozen=True)
class _Test:
    """A test's syntax tree.

    `names`: names that come from the student's side; `helpers`: functions of the instructor's; `hidden`: the marks that hidden
    tests stand between.
    """

    cell: Cell
    tree: ast.Module
    names: frozenset[str]
    helpers: frozenset[str]
    hidden: tuple[str, str]

    def live(self) -> list[ast.AST]:
        """The nodes that are run: not those of functions that nothing in the cell mentions."""
        functions = {node.name: node for node in self.tree.body if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))}
        waiting: list[ast.AST] = [statement for statement in self.tree.body if statement not in functions.values()]
        nodes, called = [], set()
        while waiting:
            inside = list(ast.walk(waiting.pop()))
            nodes += inside
            for node in inside:
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in functions and node.id not in called:
                    called.add(node.id)
                    waiting.append(functions[node.id])
        return nodes

    def own(self) -> set[str]:
        """The student's names that the test does not bind itself."""
        return set(self.names - static.read(self.cell.source).binds)

    def last(self) -> ast.expr | None:
        """The expression whose value the cell shows."""
        statement = self.tree.body[-1] if self.tree.body else None
        if isinstance(statement, ast.Expr) and not self.cell.source.rstrip().endswith(";"):
            return statement.value
        return None

    def hidden_lines(self) -> set[int]:
        """The numbers of the lines between the hidden tests' marks."""
        begin, end = self.hidden
        inside, found = False, set()
        for number, line in enumerate(self.cell.source.splitlines(), 1):
            inside = (inside or begin in line) and end not in line
            if inside:
                found.add(number)
        return found


def _judged(test: _Test) -> Iterator[tuple[str, dict[str, Any]]]:
    """Codes of what is wrong with a test, with the values for their sentences."""
    live, last = test.live(), test.last()
    asserts = [node for node in live if isinstance(node, ast.Assert)]
    raises = [node for node in live if isinstance(node, ast.Raise)]
    checks = [node for node in live if isinstance(node, ast.Call) and _may_check(test, node)]
    shows = (
        last is not None and not _is_student_value(test, last) and not (isinstance(last, ast.Call) and (_is_print(last) or last in checks))
    )
    if not asserts and not raises and not checks and not shows:
        dead = any(isinstance(node, (ast.Assert, ast.Raise)) for node in ast.walk(test.tree))
        if last is not None and _is_student_value(test, last):
            yield "test-own-points", {"names": _dotted(last.func if isinstance(last, ast.Call) else last)}
        else:
            yield ("test-never-called" if dead else "test-no-assertion"), {}
    elif last is not None and _is_student_value(test, last):
        yield "test-own-points", {"names": _dotted(last.func if isinstance(last, ast.Call) else last)}
    for node in asserts:
        if (isinstance(node.test, ast.Tuple) and node.test.elts) or (isinstance(node.test, ast.Constant) and node.test.value):
            yield "test-always-true", {"line": node.lineno}
            break
    if asserts and not raises and not checks and not shows and all(_is_weak(node.test) for node in asserts):
        yield "test-only-types", {}
    yield from _circular(test, live)
    yield from _catching(test, live, shows)
    yield from _random(live)
    yield from _printing(test, live)


def _may_check(test: _Test, call: ast.Call) -> bool:
    """Whether a call may raise because an answer is wrong: a helper of the instructor's or of a library for tests."""
    name = _dotted(call.func)
    root = name.split(".")[0]
    if not name or root in test.own() or _is_print(call):
        return False
    return root in test.helpers or (bool(_CHECKS.search(name)) and not (hasattr(builtins, root) and "." not in name))


def _dotted(node: ast.AST) -> str:
    """The name that an expression begins with, as "np.testing.assert_allclose"; what stands in between is left out."""
    parts = []
    while isinstance(node, (ast.Attribute, ast.Call, ast.Subscript)):
        if isinstance(node, ast.Attribute):
            parts.append(node.attr)
        node = node.func if isinstance(node, ast.Call) else node.value
    return ".".join(reversed([*parts, node.id])) if isinstance(node, ast.Name) else ""


def _is_print(call: ast.Call) -> bool:
    return _dotted(call.func).split(".")[-1] in _PRINTS


def _is_student_value(test: _Test, node: ast.AST) -> bool:
    """Whether an expression is nothing but something of the student's: a name, a call, a part of it."""
    return isinstance(node, (ast.Name, ast.Call, ast.Attribute, ast.Subscript)) and _dotted(node).split(".")[0] in test.own()


def _is_weak(node: ast.expr) -> bool:
    """Whether a condition is about types, or about something being there, and not about a value."""
    if isinstance(node, ast.BoolOp):
        return all(map(_is_weak, node.values))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return _is_weak(node.operand)
    if isinstance(node, ast.Call):
        return _dotted(node.func).split(".")[-1] in ("isinstance", "issubclass", "hasattr", "callable", "is_callable")
    if isinstance(node, ast.Compare):
        sides = [node.left, *node.comparators]
        if any(isinstance(side, ast.Call) and _dotted(side.func) in ("type", "globals", "locals", "dir", "vars") for side in sides):
            return True
        return all(isinstance(op, ast.IsNot) for op in node.ops) and any(map(_is_nothing, sides))
    return False


def _is_nothing(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value in (None, ...)


def _circular(test: _Test, live: Iterable[ast.AST]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Comparisons of which both sides call functions of the student's."""
    own, variables = test.own(), _variables(test.tree)
    for node in live:
        for left, right in _sides(node):
            calls = [_student_calls(side, own, variables) for side in (left, right)]
            if all(calls) or (ast.dump(left) == ast.dump(right) and any(_dotted(left).split(".")[0] == name for name in own)):
                names = sorted(calls[0] | calls[1]) or [_dotted(left)]
                yield "test-circular", {"line": node.lineno, "names": "、".join(names)}
                return


def _sides(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Pairs of expressions that a node says are equal."""
    if isinstance(node, ast.Compare):
        for left, op, right in zip([node.left, *node.comparators], node.ops, node.comparators, strict=False):
            if isinstance(op, _SAME):
                yield left, right
            elif isinstance(op, (ast.Lt, ast.LtE)) and isinstance(left, ast.Call) and _dotted(left.func).split(".")[-1] in ("abs", "fabs"):
                inner = left.args[0] if left.args else None
                if isinstance(inner, ast.BinOp) and isinstance(inner.op, ast.Sub):
                    yield inner.left, inner.right
    elif isinstance(node, ast.Call) and len(node.args) >= 2 and _EQUAL.search(_dotted(node.func)):
        yield node.args[0], node.args[1]


def _variables(tree: ast.Module) -> dict[str, ast.expr]:
    """The expressions of variables that are assigned once, plainly."""
    found: dict[str, ast.expr | None] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found[node.id] = None if node.id in found else ast.Constant(0)
    plain = [
        node for node in ast.walk(tree) if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name)
    ]
    return {node.targets[0].id: node.value for node in plain if found.get(node.targets[0].id) is not None}


def _student_calls(node: ast.expr, own: set[str], variables: Mapping[str, ast.expr], depth: int = 0) -> set[str]:
    """Functions of the student's that an expression calls, also by way of variables."""
    found = set()
    for each in ast.walk(node):
        if isinstance(each, ast.Call) and _dotted(each.func).split(".")[0] in own:
            found.add(_dotted(each.func))
        elif isinstance(each, ast.Name) and each.id in variables and depth < 5:
            found |= _student_calls(variables[each.id], own, variables, depth + 1)
    return found


def _catching(test: _Test, live: Iterable[ast.AST], shows: bool) -> Iterator[tuple[str, dict[str, Any]]]:
    """Handlers that let a failed assertion, or the time limit's interrupt, go by."""
    for node in live:
        if isinstance(node, ast.Try) and any(_fails(each, test) for statement in node.body for each in ast.walk(statement)):
            for handler in node.handlers:
                caught = _caught(handler)
                ends = any(isinstance(each, (ast.Raise, ast.Assert)) or _fails(each, test) for s in handler.body for each in ast.walk(s))
                if ends or not caught:
                    continue
                if not shows and not _counts(node):
                    yield "test-catches-all", {"line": handler.lineno}
                elif caught == "everything":
                    yield "test-catches-stop", {"line": handler.lineno}
        elif isinstance(node, (ast.With, ast.AsyncWith)) and not shows:
            for item in node.items:
                call = item.context_expr
                suppresses = isinstance(call, ast.Call) and _dotted(call.func).split(".")[-1] == "suppress"
                if suppresses and {_dotted(each) for each in call.args} & {"Exception", "BaseException", "AssertionError"}:
                    yield "test-catches-all", {"line": node.lineno}


def _fails(node: ast.AST, test: _Test) -> bool:
    return isinstance(node, (ast.Assert, ast.Raise)) or (isinstance(node, ast.Call) and _may_check(test, node))


def _caught(handler: ast.ExceptHandler) -> str:
    """ "everything", "errors" for every ordinary error or failed assertion, or "" for less."""
    if handler.type is None:
        return "everything"
    kinds = {_dotted(each) for each in (handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type])}
    return "everything" if "BaseException" in kinds else "errors" if kinds & {"Exception", "AssertionError"} else ""


def _counts(node: ast.Try) -> bool:
    """Whether the outcome is kept in a variable, which is looked at afterwards."""
    parts = [*node.body, *node.orelse, *node.finalbody, *(s for handler in node.handlers for s in handler.body)]
    stored = (ast.Assign, ast.AugAssign, ast.AnnAssign)
    handled = [each for handler in node.handlers for s in handler.body for each in ast.walk(s)]
    return any(isinstance(each, stored) for each in handled) or any(
        isinstance(each, ast.AugAssign) or (isinstance(each, ast.Call) and _dotted(each.func).endswith(".append"))
        for part in parts
        for each in ast.walk(part)
    )


def _random(live: Iterable[ast.AST]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The first draw of random numbers, when nothing sets a seed."""
    calls = [node for node in live if isinstance(node, ast.Call)]
    parts = [(node, _dotted(node.func).split(".")) for node in calls]
    if any(name[-1] in _SEEDS and (node.args or node.keywords) for node, name in parts):
        return
    for node, name in sorted(parts, key=lambda pair: pair[0].lineno):
        if (name[-1] in _DRAWS and "random" in name[:-1]) or (name[-1] in ("default_rng", "RandomState") and not node.args):
            yield "test-random", {"line": node.lineno}
            return


def _printing(test: _Test, live: Iterable[ast.AST]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Prints between the marks of hidden tests, or of what was made there."""
    lines = test.hidden_lines()
    made = {n.id for n in ast.walk(test.tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store) and n.lineno in lines}
    for node in live:
        if isinstance(node, ast.Call) and _is_print(node):
            told = {
                each.id for part in [*node.args, *(k.value for k in node.keywords)] for each in ast.walk(part) if isinstance(each, ast.Name)
            }
            if node.lineno in lines or told & made:
                yield "test-prints-hidden", {"line": node.lineno}
                return
