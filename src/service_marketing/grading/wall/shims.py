"""What tests ask of Python itself about the student's objects: `type(x)`, inspect, pyplot's current figure, seeds.

Sources come from the text of the notebook, not from the student's process, which could say anything.
"""

import ast
import builtins
import functools
import inspect
import random
import sys
import types
from collections.abc import Callable
from typing import Any

import numpy as np

from .link import Link, Origin
from .namespace import REPLACED, Namespace
from .proxies import Class, Proxy, Shadow, claimed_class, handle_of, noted, resolve

TYPE = "__wall_type__"


class TypeCalls(ast.NodeTransformer):
    """Has `type(x)` and `x.__class__` in a test ask for the class of what x stands for."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        named_type = isinstance(node.func, ast.Name) and node.func.id == "type"
        if named_type and len(node.args) == 1 and not node.keywords and not isinstance(node.args[0], ast.Starred):
            node.func = ast.copy_location(ast.Name(TYPE, ast.Load()), node.func)
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        self.generic_visit(node)
        if node.attr != "__class__" or not isinstance(node.ctx, ast.Load):
            return node
        return ast.copy_location(ast.Call(ast.copy_location(ast.Name(TYPE, ast.Load()), node), [node.value], []), node)


def type_of(value: Any) -> Any:
    """`type(value)`, also of what stands for an object of the student's."""
    if not isinstance(type(value), type) or not issubclass(type(value), Proxy):
        return type(value)
    if issubclass(type(value), Class):
        return type
    handle = handle_of(value)
    claimed = claimed_class(value)
    if not issubclass(claimed, Proxy) and resolve(handle.link, handle.opaque.type_name) is claimed:
        return claimed
    return handle.ask("type", "<type>", own=False)


class Sources:
    """The texts of the student's cells, as far as they have run."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.trees: list[tuple[str, ast.Module]] | None = None

    def add(self, text: str) -> None:
        """A cell has run."""
        self.texts.append(text)
        self.trees = None

    def find(self, proxy: Any) -> tuple[str, ast.AST]:
        """Text and tree of what defines a function or class. Raises OSError where there is none."""
        if self.trees is None:
            self.trees = [(text, tree) for text in map(_python, self.texts) if (tree := _parse(text)) is not None]
        origin = handle_of(proxy).origin if isinstance(proxy, Proxy) else handle_of(proxy._wall_class).origin
        path = [origin.root, *(step[1:] for step in sorted(origin.steps) if step.startswith("."))]
        for text, tree in reversed(self.trees):
            found: Any = tree
            for name in path:
                found = _definition(found, name)
            if found is not None:
                return text, found
        raise OSError("could not get source code")

    def source(self, proxy: Any) -> str:
        """The text of what defines a function or class."""
        text, node = self.find(proxy)
        lines = text.splitlines(keepends=True)
        first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
        source = "".join(lines[first - 1 : node.end_lineno])
        return source if source.endswith("\n") else source + "\n"

    def line(self, proxy: Any) -> int:
        """Where it begins in its cell."""
        _, node = self.find(proxy)
        return min([node.lineno, *(each.lineno for each in node.decorator_list)])

    def signature(self, proxy: Any) -> inspect.Signature:
        """The signature, with the defaults that are constants. Raises ValueError where there is none."""
        try:
            _, node = self.find(proxy)
        except OSError:
            raise ValueError("no signature found") from None
        method = any(step.startswith(".") for step in handle_of(proxy).origin.steps)
        if isinstance(node, ast.ClassDef):
            node, method = _definition(node, "__init__"), True
            if node is None:
                return inspect.Signature()
        return _signature(node.args, method)


def _signature(arguments: ast.arguments, method: bool) -> inspect.Signature:
    kind = inspect.Parameter
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults = [None] * (len(positional) - len(arguments.defaults)) + list(arguments.defaults)
    kinds = [kind.POSITIONAL_ONLY] * len(arguments.posonlyargs) + [kind.POSITIONAL_OR_KEYWORD] * len(arguments.args)
    found = [_parameter(each, how, default) for each, how, default in zip(positional, kinds, defaults, strict=True)]
    if arguments.vararg:
        found.append(_parameter(arguments.vararg, kind.VAR_POSITIONAL, None))
    found += [
        _parameter(each, kind.KEYWORD_ONLY, default) for each, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    ]
    if arguments.kwarg:
        found.append(_parameter(arguments.kwarg, kind.VAR_KEYWORD, None))
    return inspect.Signature(found[1:] if method and positional else found)


def _parameter(argument: ast.arg, kind: Any, default: ast.AST | None) -> inspect.Parameter:
    value: Any = inspect.Parameter.empty
    if default is not None:
        try:
            value = ast.literal_eval(default)
        except ValueError:
            value = ast.unparse(default)
    return inspect.Parameter(argument.arg, kind, default=value)


def _definition(scope: Any, name: str) -> Any:
    """The last definition of `name` in the body of a module or class."""
    for node in reversed(getattr(scope, "body", None) if isinstance(getattr(scope, "body", None), list) else []):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and node.name == name:
            return node
        if isinstance(node, ast.If | ast.Try | ast.With) and (inner := _definition(node, name)) is not None:
            return inner
    return None


def _python(text: str) -> str:
    """The Python of a cell that may have magics, line by line."""
    from IPython.core.inputtransformer2 import TransformerManager

    try:
        return TransformerManager().transform_cell(text)
    except SyntaxError:
        return ""


def _parse(text: str) -> ast.Module | None:
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _is_students(value: Any) -> bool:
    return issubclass(type(value), Proxy) or isinstance(value, Shadow)


def wrap(module: Any, name: str, make_wrapper: Callable[[Callable], Callable]) -> None:
    """Replace a function of a module by one that is made of it."""
    original = getattr(module, name)
    setattr(module, name, functools.wraps(original)(make_wrapper(original)))


def install_inspect(sources: Sources) -> None:
    """Let `inspect` know the student's functions and classes."""

    def instead(answer: Callable[[Any], Any]):
        return lambda original: lambda value, *more, **named: answer(value) if _is_students(value) else original(value, *more, **named)

    wrap(inspect, "getsource", instead(sources.source))
    wrap(inspect, "getsourcelines", instead(lambda value: (sources.source(value).splitlines(keepends=True), sources.line(value))))
    wrap(inspect, "signature", instead(sources.signature))
    wrap(inspect, "getfullargspec", instead(lambda value: _argument_specification(sources.signature(value))))
    wrap(inspect, "isfunction", instead(lambda value: claimed_class(value) is types.FunctionType if isinstance(value, Proxy) else False))
    wrap(inspect, "unwrap", instead(lambda value: value))


def _argument_specification(signature: inspect.Signature) -> inspect.FullArgSpec:
    """What `inspect.getfullargspec` says of a function of that signature."""
    kinds = inspect.Parameter
    of = {
        kind: [each for each in signature.parameters.values() if each.kind == kind]
        for kind in set(p.kind for p in signature.parameters.values())
    }
    plain = of.get(kinds.POSITIONAL_ONLY, []) + of.get(kinds.POSITIONAL_OR_KEYWORD, [])
    keywords = of.get(kinds.KEYWORD_ONLY, [])
    return inspect.FullArgSpec(
        [each.name for each in plain],
        next((each.name for each in of.get(kinds.VAR_POSITIONAL, [])), None),
        next((each.name for each in of.get(kinds.VAR_KEYWORD, [])), None),
        tuple(each.default for each in plain if each.default is not kinds.empty) or None,
        [each.name for each in keywords],
        {each.name: each.default for each in keywords if each.default is not kinds.empty} or None,
        {},
    )


def install_figures(link: Link) -> None:
    """Let pyplot's current figure be the student's, where a test has drawn none of its own."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is None:
        return
    numbers = pyplot.get_fignums

    def asking(name: str):
        def make_wrapper(original: Callable) -> Callable:
            def ask(*arguments: Any, **named: Any) -> Any:
                if arguments or named or link.dead or not link.in_test or numbers() or not link.permits(f"plt.{name}"):
                    return original(*arguments, **named)
                origin = Origin(f"plt.{name}()")
                return noted(link, link.value(link.ask("figures", {"ask": name, "own": False}, (), origin), origin), origin)

            return ask

        return make_wrapper

    for name in ("gcf", "gca", "get_fignums"):
        wrap(pyplot, name, asking(name))

    def closing(original: Callable) -> Callable:
        def close(*arguments: Any) -> None:
            original(*arguments)
            if arguments in ((), ("all",)) and link.in_test and not link.dead and link.permits("plt.close"):
                link.ask("figures", {"ask": "close", "own": False})

        return close

    wrap(pyplot, "close", closing)


def install_seeds(link: Link) -> None:
    """Let a seed that a test sets be the student's too."""

    def seeding(generator: str):
        def make_wrapper(original: Callable) -> Callable:
            def seed(*arguments: Any, **named: Any) -> None:
                original(*arguments, **named)
                if link.in_test and not link.dead and not named and (frame := link.try_encode(arguments)) is not None:
                    link.ask("seed", {"generator": generator}, (frame,))

            return seed

        return make_wrapper

    wrap(np.random, "seed", seeding("numpy"))
    wrap(random, "seed", seeding("random"))


class Builtins:
    """Built-in functions that a test has replaced are replaced on the student's side too."""

    def __init__(self, link: Link):
        self.link = link
        self.own = {name: getattr(builtins, name) for name in REPLACED}
        self.sent: dict[str, Any] = {}

    def changed(self, name: str) -> bool:
        """Whether something else stands for a built-in function than Python's own or the kernel's."""
        now = getattr(builtins, name)
        return now is not self.own[name] and type(getattr(now, "__self__", None)).__name__ != "IPythonKernel"

    def send(self) -> None:
        """Tell what has changed."""
        for name in REPLACED:
            now = getattr(builtins, name) if self.changed(name) else None
            if self.sent.get(name) is not now:
                self.sent[name] = now
                frame = self.link.try_encode(now)
                if frame is not None:
                    self.link.ask("replace", {"name": name}, (frame,))

    def forget(self) -> None:
        """The student's side has put them back."""
        self.sent.clear()


def install(link: Link, shell: Any, namespace: Namespace) -> Sources:
    """Put all of them in place, in a process that runs nothing but tests."""
    shell.ast_transformers.append(TypeCalls())
    dict.__setitem__(namespace, TYPE, type_of)
    sources = Sources()
    install_inspect(sources)
    install_figures(link)
    install_seeds(link)
    return sources
