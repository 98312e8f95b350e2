"""Model files keep to the Python that CPython and MicroPython both run, and to the same results in both.

What a parity test over random numbers might miss is refused here by name, with its line.
"""

import ast
from pathlib import Path

import pytest

import service_marketing.models

FOLDER = Path(service_marketing.models.__file__).parent
FILES = sorted(FOLDER.glob("*.py"))
# MicroPython's math has these, and they agree with CPython's
MATH = {
    "sqrt",
    "exp",
    "log",
    "pow",
    "sin",
    "cos",
    "tan",
    "atan2",
    "floor",
    "ceil",
    "erf",
    "erfc",
    "lgamma",
    "gamma",
    "pi",
    "e",
    "inf",
    "isfinite",
    "isnan",
    "fabs",
}
# missing there, or silently different: set order, unstable sort, banker's rounding of decimals, hash order
BUILTINS = {"sorted", "round", "set", "frozenset", "hash", "id", "format", "open", "eval", "exec", "print", "input"}


def complaints(tree: ast.Module) -> list[str]:
    """What in the file the two Pythons do not share, each with its line."""
    found = []
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names) if any(name.name != "math" for name in names):
                what = f"import {names[0].name}"
            case ast.ImportFrom(module=module, level=0):
                what = f"from {module} import"
            case ast.Match():
                what = "match"
            case ast.Dict(keys=keys) if None in keys:
                what = "{**…}"
            case ast.List(elts=elements) | ast.Tuple(elts=elements) if any(isinstance(e, ast.Starred) for e in elements):
                what = "[*…]"
            case ast.arguments(posonlyargs=[_, *_]):
                what = "positional-only arguments"
                node = node.posonlyargs[0]
            case ast.Set() | ast.SetComp():
                what = "a set"
            case ast.AsyncFunctionDef() | ast.ClassDef():
                what = type(node).__name__
            case ast.Attribute(value=ast.Name(id="math"), attr=name) if name not in MATH:
                what = f"math.{name}"
            case ast.Attribute(attr="sort"):
                what = ".sort()"
            case ast.Call(func=ast.Name(id=name)) if name in BUILTINS:
                what = f"{name}()"
            case ast.Call(func=ast.Name(id="zip"), keywords=[_, *_]):
                what = "zip(strict=)"
            case ast.FormattedValue(format_spec=ast.JoinedStr()):
                what = "a format specification"
            case ast.Global() | ast.Nonlocal():
                what = "state between calls"
            case _:
                continue
        found.append(f"{node.lineno}: {what}")
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_model_file_is_portable(path):
    found = complaints(ast.parse(path.read_text(encoding="utf-8")))
    if path.name == "order.py":  # the one place that sorts, by keys of which no two are equal
        found = [complaint for complaint in found if ".sort()" not in complaint]
    assert found == []


@pytest.mark.parametrize(
    ("code", "what"),
    [
        ("import statistics", "1: import statistics"),
        ("from typing import NamedTuple", "1: from typing import"),
        ("x = {**a}", "1: {**…}"),
        ("x = [*a, 1]", "1: [*…]"),
        ("def f(a, /): pass", "1: positional-only arguments"),
        ("match x:\n    case 1: pass", "1: match"),
        ("import math\nmath.hypot(3, 4)", "2: math.hypot"),
        ("x = f'{y:,.1f}'", "1: a format specification"),
        ("x = sorted(y)", "1: sorted()"),
        ("x = {1, 2}", "1: a set"),
    ],
)
def test_the_rule_finds_what_is_not_portable(code, what):
    assert what in complaints(ast.parse(code))


def test_every_model_file_is_documented():
    for path in FILES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assert ast.get_docstring(tree), path.name
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                assert ast.get_docstring(node), f"{path.name}: {node.name}"
