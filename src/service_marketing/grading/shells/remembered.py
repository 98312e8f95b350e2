"""What IPython works out several times for the same text is remembered; what comes out is the same.

A cell's text is transformed twice, a library's function is coloured each time it is in a traceback (in the zygote already,
when it warms up), and for each line of a traceback all modules are looked through for the one that the cell's file might be.
"""

import inspect
import os
import sys
from collections.abc import Callable, Sequence
from types import CodeType, FrameType, TracebackType
from typing import Any

from IPython.core.inputtransformer2 import TransformerManager
from pygments.formatters.terminal256 import Terminal256Formatter
from stack_data import core

MOST = 200  # functions in colours


def remember() -> None:
    """Remember what tracebacks look up and colour, for this process and those that it forks."""
    core._pygmented_with_ranges = _coloured(core._pygmented_with_ranges)
    Terminal256Formatter._setup_styles = _set_up(Terminal256Formatter._setup_styles)
    inspect.getmodule = _module_of(inspect.getmodule)


def transform_once(manager: TransformerManager) -> None:
    """Remember the last text that `manager` transformed, as long as its transformers are those that it has now."""
    stock = manager.transform_cell

    def transformers() -> list[Any]:
        return [*manager.cleanup_transforms, *manager.line_transforms, *manager.token_transformers]

    own, last = transformers(), ("", "")

    def transform_cell(cell: str) -> str:
        nonlocal last
        if transformers() != own:
            return stock(cell)
        if last[0] != cell:
            last = cell, stock(cell)
        return last[1]

    manager.transform_cell = transform_cell


def _coloured(stock: Callable) -> Callable:
    """stack_data's `_pygmented_with_ranges` with a memory: the lines of `code` in colours, what ran in `ranges` marked."""
    known: dict[Any, list[str]] = {}

    def _pygmented_with_ranges(formatter: Any, code: str, ranges: Sequence[tuple[int, int]]) -> list[str]:
        ranges = tuple(ranges)
        key = type(formatter), _content(formatter.style), code, ranges
        if key not in known:
            if len(known) >= MOST:
                known.clear()
            known[key] = stock(formatter, code, ranges)
        return list(known[key])

    return _pygmented_with_ranges


def _set_up(stock: Callable) -> Callable:
    """A formatter's `_setup_styles` with a memory."""
    known: dict[Any, dict[str, tuple[str, str]]] = {}

    def _setup_styles(self: Terminal256Formatter) -> None:
        key = type(self), _content(self.style), self.usebold, self.useunderline, self.useitalic
        if key not in known:
            stock(self)
            known[key] = dict(self.style_string)
        self.style_string = dict(known[key])

    return _setup_styles


def _content(style: Any) -> frozenset:
    """What a style says of each kind of token: IPython makes a class of its own for each traceback."""
    return frozenset(style.styles.items())


def _module_of(stock: Callable) -> Callable:
    """inspect's `getmodule`, which does not look through all modules again for a file that is none's, as long as none came."""
    complete = -1  # how many modules there were when all were looked through

    def getmodule(object, _filename=None):
        nonlocal complete
        code, count = _code(object), len(sys.modules)
        if code is None:
            return stock(object, _filename)
        if count == complete and os.path.abspath(code.co_filename) not in inspect.modulesbyfile:
            return None
        found = stock(object, _filename)
        if found is None:
            complete = count
        return found

    return getmodule


def _code(thing: Any) -> CodeType | None:
    """The code of a frame or a traceback, which have no names of their own; None for anything else."""
    if isinstance(thing, TracebackType):
        thing = thing.tb_frame
    return thing.f_code if isinstance(thing, FrameType) else None
