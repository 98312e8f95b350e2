"""What is remembered comes out as if it had been worked out anew."""

import inspect
import sys
import types

import pytest
from IPython.core.inputtransformer2 import TransformerManager
from pygments.formatters.terminal256 import Terminal256Formatter
from stack_data import core

from service_marketing.grading.shells import remembered

CODE = "def f(x):\n    y = [1, 2]\n    return y[x] + 'text'\n"


@pytest.fixture(autouse=True)
def stock(monkeypatch):
    """What is replaced, as it was."""
    found = core._pygmented_with_ranges, Terminal256Formatter._setup_styles, inspect.getmodule
    monkeypatch.setattr(core, "_pygmented_with_ranges", found[0])
    monkeypatch.setattr(Terminal256Formatter, "_setup_styles", found[1])
    monkeypatch.setattr(inspect, "getmodule", found[2])
    return found


def frame(file: str) -> types.FrameType:
    return eval(compile("__import__('sys')._getframe()", file, "eval"), {})


def test_colours_are_stocks(stock):
    wanted = stock[0](core_formatter(), CODE, [(3, 9)])
    remembered.remember()
    for _ in range(2):
        found = core._pygmented_with_ranges(core_formatter(), CODE, [(3, 9)])
        assert found == wanted
        found.append("a caller's own")
    assert core._pygmented_with_ranges(core_formatter(), CODE, [(15, 20)]) == stock[0](core_formatter(), CODE, [(15, 20)]) != wanted


def core_formatter(**options) -> Terminal256Formatter:
    return Terminal256Formatter(style=core.style_with_executing_node("default", "bg:ansiyellow"), **options)


def test_formatters_differ_by_their_options():
    plain = core_formatter(nobold=True).style_string
    bold = core_formatter().style_string
    remembered.remember()
    for _ in range(2):
        assert core_formatter(nobold=True).style_string == plain
        assert core_formatter().style_string == bold
    assert plain != bold


def test_a_files_module_is_found_as_soon_as_there_is_one(tmp_path, monkeypatch):
    remembered.remember()
    file = str(tmp_path / "late.py")
    assert inspect.getmodule(frame(file)) is None
    assert inspect.getmodule(frame(file)) is None
    module = types.ModuleType("late")
    module.__file__ = file
    monkeypatch.setitem(sys.modules, "late", module)
    assert inspect.getmodule(frame(file)) is module
    assert inspect.getmodule(frame(inspect.__file__)) is inspect
    assert inspect.getmodule(remembered.remember) is remembered


def test_modules_are_looked_through_once(monkeypatch, stock):
    calls = []
    monkeypatch.setattr(inspect, "getmodule", lambda *arguments: calls.append(arguments) or stock[2](*arguments))
    remembered.remember()
    assert inspect.getmodule(frame("/tmp/ipykernel_1/one.py")) is None
    first = len(calls)
    assert inspect.getmodule(frame("/tmp/ipykernel_1/two.py")) is None
    assert inspect.getmodule(frame("/tmp/ipykernel_1/one.py")) is None
    assert len(calls) == first


def test_cells_are_transformed_once_while_the_transformers_are_ipythons():
    manager, plain, calls = TransformerManager(), TransformerManager(), []
    remembered.transform_once(manager)
    cells = ["%time x = 1\n", "!ls", "a = 1", "a = 1", "?print", "%%bash\nls"]
    assert [manager.transform_cell(cell) for cell in cells] == [plain.transform_cell(cell) for cell in cells]

    def own(lines):
        calls.append(lines)
        return [*lines, f"# {len(calls)}"]

    manager.line_transforms.append(own)
    assert manager.transform_cell("a = 1").endswith("# 1")
    assert manager.transform_cell("a = 1").endswith("# 2")
    manager.line_transforms.remove(own)
    assert manager.transform_cell("a = 1") == "a = 1\n"
