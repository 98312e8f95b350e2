"""What a student may read about a test, and the words for it.

The rule, from what can be known and by whom:

- The *visible part* of a test is the text of its cell in the released notebook: every student has it. All else in the cell
  is hidden. Whatever is said in words taken from the visible part alone (its title, the assertion that failed, the message
  that the instructor wrote into it) gives nothing away, and may always be said.
- Whatever was *made while a test ran* (the text of an exception, a printed line, a result) may hold anything that the
  student's code had seen by then, for the student's code can put it there: into the name or the text of an exception, into
  a value that a message quotes. So such text is shown only of tests before which, and during which, no hidden line ran: the
  cell itself has no hidden part, and no test before it in the notebook has one. It is *open* then; else it is *closed*.
- Of a closed test it may be said that it failed, whether the visible assertion that failed can be named, and, when an
  exception ended it, which of Python's own exceptions it was (a list of names made beforehand; any other is a failed check).
  Of a hidden check nothing is said but that "a further, hidden check failed".
- What students see of their own cells comes from a run in which no test took part. Should a hidden line stand in an output
  all the same (where grading went without a sandbox, the file may have been read), the output is withheld.

What remains is that each failed test tells which of a few sentences applies. A student who spends whole submissions on it
learns as little from that as from the score itself.
"""

import ast
import builtins
import copy
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from html import unescape

from .mangled import Expected, Reference
from .problems import Text
from .rendering import plain

LONGEST = 400
MARK = 12
MOST = 3
_BEGIN, _END = re.compile(r"BEGIN (?:HIDDEN TESTS|MARK SCHEME)"), re.compile(r"END (?:HIDDEN TESTS|MARK SCHEME)")
_TITLE = {
    "zh": re.compile(r"^[ \t]*#+[ \t]*(?:测试|检查|考查)[ \t]*[:：][ \t]*(\S.*)$", re.MULTILINE),
    "en": re.compile(r"^[ \t]*#+[ \t]*(?:tests?|checks?)[ \t]*[:：][ \t]*(\S.*)$", re.MULTILINE | re.IGNORECASE),
}
_NO_WORDS = re.compile(r"^(?:!|%%|-\*-|noqa\b|pylint\b|type:|YOUR (?:CODE|ANSWER)|NOTE TO|###|BEGIN |END |@|-+$|=+$)", re.IGNORECASE)
_MESSAGE_NAMES = frozenset({"hint", "msg", "message", "err_msg", "errmsg", "reason", "feedback", "error_message", "fail_msg"})

# the exceptions that may be named, with what they usually mean
ERRORS: Mapping[str, Text] = {
    "NameError": Text(
        "用到了没有定义的名字：拼写不同，或者定义它的那一格没有运行成功",
        "a name is not defined: misspelt, or the cell that defines it failed",
    ),
    "UnboundLocalError": Text("函数里的变量还没有赋值就用了", "a variable in a function is used before it is given a value"),
    "SyntaxError": Text(
        "写法有误，Python读不懂；常见的是少了冒号、括号或引号", "Python cannot read it; often a colon, bracket or quote is missing"
    ),
    "IndentationError": Text("缩进不对，同一层的代码要对齐", "the indentation is wrong; lines of one block must line up"),
    "TypeError": Text(
        "数据的类型不对，或者函数的参数个数不对", "a value is of the wrong type, or a function got the wrong number of arguments"
    ),
    "ValueError": Text("数据的类型对，值不合适", "a value is of the right type and still unsuitable"),
    "KeyError": Text("没有这个列名或键", "there is no such column or key"),
    "IndexError": Text("取的位置超出了长度", "a position is beyond the end"),
    "AttributeError": Text("这个对象没有这个方法或属性", "the object has no such method or attribute"),
    "ZeroDivisionError": Text("除以了0", "something was divided by zero"),
    "OverflowError": Text("数太大了", "a number became too big"),
    "RecursionError": Text("函数不停地调用自己", "a function kept calling itself"),
    "ModuleNotFoundError": Text("用了批改的机器上没有的库", "a library is not there where the grading is done"),
    "ImportError": Text("要导入的东西不存在", "what was to be imported does not exist"),
    "FileNotFoundError": Text("读的文件在批改的机器上没有", "a file is not there where the grading is done"),
    "PermissionError": Text("读写了批改时不许读写的地方", "a place was read or written that is out of bounds while grading"),
    "MemoryError": Text("内存不够", "there was not enough memory"),
    "NotImplementedError": Text("还没有写完", "it is not finished yet"),
    "StopIteration": Text("已经没有下一个了", "there is no next item"),
    "UnicodeDecodeError": Text("文件的编码不对", "the file is in another encoding"),
    "RuntimeError": Text("运行出错", "it failed while it ran"),
}
_NAMEABLE = frozenset(name for name, thing in vars(builtins).items() if isinstance(thing, type) and issubclass(thing, Exception))


# ---- the instructor's side


@dataclass(frozen=True)
class VisibleTest:
    """A test as students know it. `source`: its visible part; `hidden`: the other lines of it, stripped."""

    name: str
    source: str
    hidden: frozenset[str]
    before: str = ""
    title: str = ""

    @cached_property
    def statements(self) -> tuple[ast.stmt, ...]:
        """The statements of the visible part; none where it is not plain Python."""
        try:
            tree = ast.parse(self.source)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return ()
        return tuple(node for node in ast.walk(tree) if isinstance(node, ast.stmt))

    def tested(self, language: str, names: Iterable[str] = ()) -> str:
        """What is tested, in words: those of the instructor where there are any; `names` are those that answers define."""
        for found in (_TITLE[language].search(self.source), *(p.search(self.source) for p in _TITLE.values())):
            if found:
                return _line(found[1])
        if self.title:
            return _line(self.title)
        first = self.source.strip().split("\n", 1)[0].strip()
        if first.startswith("#") and (words := first.lstrip("#").strip()) and not _NO_WORDS.match(words):
            return _line(words)
        said = self.statements[0] if self.statements else None
        if isinstance(said, ast.Expr) and isinstance(said.value, ast.Constant) and isinstance(said.value.value, str):
            return _line(said.value.value)
        if self.before:
            return _line(self.before)
        used = {node.id for one in self.statements for node in ast.walk(one) if isinstance(node, ast.Name)}
        return ", ".join(name for name in dict.fromkeys(names) if name in used)[:LONGEST]

    def failed(self, line: str) -> ast.stmt | str | None:
        """The visible statement that the text `line` is of: the text itself where it is in none, None when it may be hidden."""
        line = line.strip()
        if not line or line in self.hidden:
            return None
        places = [number for number, text in enumerate(self.source.split("\n"), start=1) if text.strip() == line]
        if not places:
            return None
        holding = [one for one in self.statements if one.lineno <= places[0] <= (one.end_lineno or one.lineno)]
        return min(holding, key=lambda one: ((one.end_lineno or one.lineno) - one.lineno, -one.lineno)) if holding else line

    def expectation(self, statement: ast.stmt | str | None, language: str) -> tuple[str, str]:
        """What the statement expects, in the instructor's words and as code; of all the test where it is not known which failed."""
        if statement is not None:
            return expectation(self._spoken(statement, language), language)
        simple = sorted((one for one in self.statements if isinstance(one, (ast.Assert, ast.Expr, ast.Raise))), key=lambda one: one.lineno)
        found = [expectation(self._spoken(one, language), language) for one in simple]
        said = list(dict.fromkeys(words for words, _ in found if words))
        held = [code for one, (_, code) in zip(simple, found, strict=True) if isinstance(one, ast.Assert)]
        return "\n".join(said[:MOST]), "\n".join(held[:MOST])

    def _spoken(self, statement: ast.stmt | str, language: str) -> ast.stmt | str:
        if isinstance(statement, str) or not _speaks_two(self.source):
            return statement
        return _Spoken(language).visit(copy.deepcopy(statement))


def visible(cell: Expected) -> str:
    """The text of an instructor's cell that students have; nothing between the marks of hidden tests, whatever the release says."""
    kept, skipping = [], False
    for line in cell.shown.split("\n"):
        if _BEGIN.search(line):
            skipping = True
        elif _END.search(line):
            skipping = False
        elif not skipping:
            kept.append(line)
    return "\n".join(kept)


def hidden_lines(cell: Expected) -> frozenset[str]:
    """Lines of an instructor's cell that students do not have, stripped; lines that are nowhere to be seen among the visible ones.

    A line that is there twice, once hidden and once not, counts as visible only as often as it is: so it is hidden too.
    """
    seen: dict[str, int] = {}
    for line in visible(cell).split("\n"):
        seen[line.strip()] = seen.get(line.strip(), 0) + 1
    rest = []
    for line in cell.source.split("\n"):
        text = line.strip()
        if seen.get(text, 0) > 0:
            seen[text] -= 1
        elif text and not _BEGIN.search(text) and not _END.search(text):
            rest.append(text)
    return frozenset(rest)


@dataclass(frozen=True)
class Rules:
    """What may be shown of one notebook.

    `tests`: by grade id, in order. `secret`: grade ids of cells with a hidden part. `marks`: hidden lines that are long
    enough to be told from others.
    """

    tests: Mapping[str, VisibleTest]
    secret: frozenset[str] = frozenset()
    marks: frozenset[str] = frozenset()

    def is_open(self, name: str, before: Iterable[str]) -> bool:
        """Whether what was made while the test `name` ran may be shown; `before`: the grade ids before it in the notebook.

        It makes no difference whether the test ran behind the wall: a test with a hidden part is closed anyway, and so is
        all that comes after it.
        """
        return name not in self.secret and self.secret.isdisjoint(before)

    def withheld(self, text: str) -> bool:
        """Whether a hidden line of some length stands in `text`, be it between colours or tags."""
        forms = (plain(text), unescape(re.sub(r"<[^<>]*>", "", text)))
        return any(line in form for line in self.marks for form in forms)


def rules(reference: Reference, texts: Mapping[str, str] | None = None, titles: Mapping[str, str] | None = None) -> Rules:
    """The rules for the notebook; `texts` and `titles`: the formatted text before each test, and its title, where there are."""
    tests, hidden, secret = {}, set(), set()
    for cell in reference.cells:
        lines = hidden_lines(cell) if cell.locked or cell.task or (cell.grade and not cell.solution) else frozenset()
        hidden |= lines
        if lines and cell.cell_type == "code":
            secret.add(cell.name)
        if cell.grade and not cell.solution:
            tests[cell.name] = VisibleTest(
                cell.name, visible(cell), lines, first_words((texts or {}).get(cell.name, "")), (titles or {}).get(cell.name, "")
            )
    known = {line.strip() for cell in reference.cells for line in visible(cell).split("\n")}
    return Rules(tests, frozenset(secret), frozenset(line for line in hidden if len(line) >= MARK and line not in known))


def first_words(markdown: str) -> str:
    """The first heading, or the first sentence, of formatted text."""
    for line in markdown.split("\n"):
        words = re.sub(r"^[ \t]*(?:#+|[-*+]|\d+\.|>)[ \t]*", "", line).strip().strip("*_` ")
        if words and not words.startswith(("<", "|", "!", "```", "$$")):
            return re.split(r"(?<=[。！？])|(?<=[.!?])\s", words, maxsplit=1)[0][:LONGEST]
    return ""


def _line(text: str) -> str:
    words = plain(text.strip().split("\n", 1)[0]).strip()
    return words if len(words) <= LONGEST else words[: LONGEST - 1] + "…"


# ---- words for a statement


def expectation(statement: ast.stmt | str, language: str) -> tuple[str, str]:
    """What a visible statement of a test expects: in the instructor's words (or "" where there are none), and as code."""
    if isinstance(statement, str):
        return "", _line(statement)
    return _message(statement), _condition(statement, language)


def in_language(code: str, language: str) -> str:
    """The code of an instructor's cell as readers of one language are shown it: of `say(chinese, english)` one of the two.

    That is said only where the cell imports `say`; a function of that name that students write stays as it is.
    """
    if all(title.search(code) for title in _TITLE.values()):
        others = [title for name, title in _TITLE.items() if name != language]
        code = "\n".join(line for line in code.split("\n") if not any(title.match(line) for title in others))
    if not _speaks_two(code):
        return code
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return code
    lines = code.encode().splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    both = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and _is_both(node)]
    told = b"".join(lines)
    for node in sorted(both, key=lambda one: (one.lineno, one.col_offset), reverse=True):
        kept = ast.get_source_segment(code, node.args[_PLACES.index(language)]).encode()
        first, last = (
            starts[line - 1] + column for line, column in ((node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset))
        )
        told = told[:first] + kept + told[last:]
    return "\n".join(line for line in told.decode().split("\n") if not _IMPORT.fullmatch(line.strip()))


_PLACES = ("zh", "en")
_IMPORT = re.compile(r"from [\w.]+\.language import say")


def _speaks_two(code: str) -> bool:
    return any(_IMPORT.fullmatch(line.strip()) for line in code.split("\n"))


def _is_both(node: ast.Call) -> bool:
    return _name(node.func) == "say" and len(node.args) == 2 and not node.keywords


class _Spoken(ast.NodeTransformer):
    """Puts in the place of `say(chinese, english)`, by which a test speaks two languages, what it says in one."""

    def __init__(self, language: str):
        self.place = _PLACES.index(language)

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        return node.args[self.place] if _is_both(node) else node


def _message(statement: ast.stmt) -> str:
    """The message written into the statement; what is worked out while the test runs becomes "…"."""
    if isinstance(statement, ast.Assert) and statement.msg is not None:
        return _written(statement.msg)
    if isinstance(statement, ast.Raise) and isinstance(statement.exc, ast.Call):
        return next((words for one in statement.exc.args if (words := _written(one))), "")
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        call = statement.value
        named = [one.value for one in call.keywords if one.arg in _MESSAGE_NAMES]
        known = _name(call.func)
        if known.startswith("assert") or known in ("fail", "ok_", "eq_"):
            named += [one for one in call.args[1 if known in ("assertTrue", "assertFalse", "ok_") else 2 :]]
            named += call.args if known == "fail" else []
        return next((words for one in named if (words := _written(one))), "")
    return ""


def _written(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return _line(node.value) if isinstance(node.value, str) else ""
    if isinstance(node, ast.JoinedStr):
        parts = [_part(part) for part in node.values]
        return _line("".join(parts)) if any(part.strip("… ") for part in parts) else ""
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Mod)):
        left = _written(node.left)
        if isinstance(node.op, ast.Mod):
            return re.sub(r"%[-#0-9. ]*[a-zA-Z]", "…", left)
        return (left + (_written(node.right) or "…")) if left else ""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
        return re.sub(r"\{[^{}]*\}", "…", _written(node.func.value))
    return ""


def _part(node: ast.expr) -> str:
    """A piece of an f-string."""
    inner = node.value if isinstance(node, ast.FormattedValue) and node.format_spec is None else node
    return str(inner.value) if isinstance(inner, ast.Constant) else "…"


_EQUAL = {
    "assert_equal": "equal", "assert_array_equal": "equal", "assertEqual": "equal", "assertEquals": "equal", "eq_": "equal",
    "assert_frame_equal": "equal", "assert_series_equal": "equal", "assert_index_equal": "equal", "assertListEqual": "equal",
    "assertDictEqual": "equal", "assertSetEqual": "equal", "assertTupleEqual": "equal",
    "assert_allclose": "near", "assert_almost_equal": "near", "assert_array_almost_equal": "near", "assert_approx_equal": "near",
    "assertAlmostEqual": "near", "isclose": "near", "allclose": "near", "array_equal": "equal", "approx": "near",
    "assertIn": "in", "assertIsInstance": "kind", "isinstance": "kind", "assertTrue": "true", "assertFalse": "false",
    "callable": "function", "assertGreater": "more", "assertLess": "less",
}  # fmt: skip
_WORDS: Mapping[str, Text] = {
    "equal": Text("{0} 应等于 {1}", "{0} should equal {1}"),
    "near": Text("{0} 应约等于 {1}", "{0} should be about {1}"),
    "differ": Text("{0} 不应等于 {1}", "{0} should differ from {1}"),
    "less": Text("{0} 应小于 {1}", "{0} should be less than {1}"),
    "most": Text("{0} 应不大于 {1}", "{0} should be at most {1}"),
    "more": Text("{0} 应大于 {1}", "{0} should be greater than {1}"),
    "least": Text("{0} 应不小于 {1}", "{0} should be at least {1}"),
    "is": Text("{0} 应是 {1}", "{0} should be {1}"),
    "not": Text("{0} 不应是 {1}", "{0} should not be {1}"),
    "in": Text("{1} 里应有 {0}", "{0} should be in {1}"),
    "out": Text("{1} 里不应有 {0}", "{0} should not be in {1}"),
    "kind": Text("{0} 的类型应是 {1}", "{0} should be of type {1}"),
    "true": Text("{0} 应成立", "{0} should hold"),
    "false": Text("{0} 不应成立", "{0} should not hold"),
    "function": Text("{0} 应是一个函数", "{0} should be a function"),
}
_COMPARED = {
    ast.Eq: "equal", ast.NotEq: "differ", ast.Lt: "less", ast.LtE: "most", ast.Gt: "more", ast.GtE: "least", ast.Is: "is", ast.IsNot: "not",
    ast.In: "in", ast.NotIn: "out",
}  # fmt: skip


def _condition(statement: ast.stmt, language: str) -> str:
    """What has to hold, with the code between backticks."""
    if isinstance(statement, ast.Assert):
        return _held(statement.test, language)
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call) and _name(statement.value.func) in _EQUAL:
        return _held(statement.value, language)
    text = ast.unparse(statement)
    return f"`{_code(text)}`" if len(text) <= 1_000 else ""


def _held(test: ast.expr, language: str) -> str:
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and type(test.ops[0]) in _COMPARED:
        left, right = test.left, test.comparators[0]
        close = _close(test)
        if close:
            return _said("near", language, *close)
        return _said(_COMPARED[type(test.ops[0])], language, left, right)
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return _said("false", language, test.operand)
    if isinstance(test, ast.Call) and (kind := _EQUAL.get(_name(test.func))):
        wanted = len(re.findall(r"\{\d\}", _WORDS[kind].en))
        if len(test.args) >= wanted:
            return _said(kind, language, *test.args[:wanted])
    return _said("true", language, test)


def _close(test: ast.Compare) -> tuple[ast.expr, ast.expr] | None:
    """The two sides of `abs(a - b) < tiny`."""
    call = test.left
    if not (isinstance(test.ops[0], (ast.Lt, ast.LtE)) and isinstance(call, ast.Call) and _name(call.func) in ("abs", "fabs", "absolute")):
        return None
    small = test.comparators[0]
    is_small = isinstance(small, ast.Constant) and isinstance(small.value, (int, float)) and small.value < 0.5
    is_small |= isinstance(small, ast.BinOp) and isinstance(small.op, ast.Pow)
    inner = call.args[0] if len(call.args) == 1 else None
    return (inner.left, inner.right) if is_small and isinstance(inner, ast.BinOp) and isinstance(inner.op, ast.Sub) else None


def _said(kind: str, language: str, *nodes: ast.expr) -> str:
    return getattr(_WORDS[kind], language).format(*(f"`{_code(ast.unparse(node))}`" for node in nodes))


def _code(text: str) -> str:
    text = " ".join(text.split())
    return (text if len(text) <= 160 else text[:159] + "…").replace("`", "'")


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else function.id if isinstance(function, ast.Name) else ""


def nameable(ename: str) -> str:
    """The name of the exception if it is one of Python's own, else ""."""
    return ename if ename in _NAMEABLE else ""


def meaning(ename: str, language: str) -> str:
    """What an exception of that name usually means, or ""."""
    return getattr(ERRORS[ename], language) if ename in ERRORS else ""
