"""What the student's names stood for after each cell, so that all cells may run before the first test.

A test is to find the student's names as they were after the cell before it. Mostly they still are so at the end of the
notebook; then the tests can wait until the student's cells have run to be shown, and one run does for both. Here marks of
the names are kept after each cell (of functions: of their code, and of the names that this reads), and each name that a test
asks for is looked up: if it has another mark by now, or none can be made, the run is not `settled`, and the notebook is
run again with each test at its place. The same if a test has changed what a later cell may have read. What a test binds
holds until the cell that has bound the name again.

What is taken for granted: that an object which was neither bound anew nor resized, and has its first mark at the end, was so
all the while. Nobody trusts what comes from here, and a student who breaks it gains nothing: the tests ask this side anyway.
"""

import ast
import dis
import hashlib
import math
import pickle
import random
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import CellType, CodeType, FunctionType, ModuleType
from typing import Any

import numpy as np
import pandas as pd

KINDS = {"builtins", "numpy", "pandas", "datetime", "decimal", "fractions", "collections", "pyarrow", "zoneinfo", "pytz"}
_FUNCTIONS = {"builtin_function_or_method", "cython_function_or_method", "method_descriptor", "ufunc"}
_VOLATILE = re.compile(r"_+|_i+|_i?\d+|_[iod]h|In|Out")  # IPython's own, other after each cell
_SIZED = (list, dict, set, bytearray)
_MISSING = object()


@dataclass(frozen=True)
class Mark:
    """`digest` of all that a value is, None where that cannot be told; `reads`: names that functions in it read."""

    digest: bytes | None
    reads: frozenset[str]


class _Unknown(Exception):
    pass


class _Marker(pickle.Pickler):
    """Pickles what is plain, and functions by what they are made of; never to be loaded again."""

    def __init__(self, file: Any, buffers: list[pickle.PickleBuffer]):
        super().__init__(file, 5, buffer_callback=buffers.append)
        self.reads: set[str] = set()

    def reducer_override(self, value: Any) -> Any:
        kind = type(value)
        if kind is FunctionType and value.__module__ == "__main__":
            parts = (value.__code__, value.__defaults__, value.__kwdefaults__, value.__closure__, value.__dict__)
            return tuple, (parts,)
        if kind is CodeType:
            self.reads.update(value.co_names)
            names = (value.co_names, value.co_varnames, value.co_freevars, value.co_cellvars)
            return tuple, ((value.co_code, value.co_consts, value.co_flags, names),)
        if kind is CellType:
            return tuple, ((value.cell_contents,),)
        if kind is ModuleType:
            return str, (value.__name__,)
        if isinstance(value, type) or kind is FunctionType:
            if value.__module__ == "__main__":
                raise _Unknown
            return NotImplemented
        if kind.__module__.partition(".")[0] in KINDS or kind.__name__ in _FUNCTIONS:
            return NotImplemented
        raise _Unknown


class _Sum:
    """A file that keeps no more than the sum of what is written to it."""

    def __init__(self) -> None:
        self.hash = hashlib.blake2b(digest_size=12)
        self.write = self.hash.update


def mark(value: Any) -> Mark:
    """The mark of a value: the same as long as nothing in it has changed."""
    total, buffers = _Sum(), []
    marker = _Marker(total, buffers)
    try:
        marker.dump(value)
        for buffer in buffers:
            total.write(buffer.raw())
    except Exception:  # whatever the student's objects do
        return Mark(None, frozenset())
    return Mark(total.hash.digest(), frozenset(marker.reads))


def look(value: Any) -> tuple:
    """What tells at little cost that a name was bound anew, or that what it stands for has another size."""
    if type(value) in _SIZED:
        return id(value), len(value)
    if type(value) in (pd.DataFrame, pd.Series):
        return id(value), *map(id, value._mgr.blocks)
    return (id(value),)


class Past:
    """The marks after each cell. `namespace`: the student's, as it is before the first."""

    def __init__(self, namespace: Mapping[str, Any]):
        self.namespace = namespace
        self.given = dict(namespace)
        self.last = -1  # the number of the last cell
        self.step = -1  # that of the test that runs now, or ran last
        self.seen: dict[str, tuple[tuple, Mark]] = {}
        self.start = _chance()
        self.points: list[tuple[int, dict[str, Mark], Mark]] = []
        self.end: tuple[dict[str, Mark], Mark] | None = None
        self.sources: dict[int, str] = {}
        self.covered: dict[str, tuple[float, Any]] = {}  # what tests have bound: until which cell, and what for
        self.lost = self.compared = False

    def note(self, number: int, source: str) -> None:
        """A cell has ended; the pool's own, by which it hears of an interrupted shell, is none."""
        if number <= self.last:
            return
        self.sources[number] = source
        seen = {}
        for name, value in self._own():
            looks, known = look(value), self.seen.get(name)
            seen[name] = known if known is not None and known[0] == looks else (looks, mark(value))
        self.seen, self.last = seen, number
        self.points.append((number, {name: found for name, (_, found) in seen.items()}, _chance()))

    def begin(self, step: int) -> None:
        """A test begins, or a cell of the instructor's on the tests' side."""
        self.step = step
        for name, (until, value) in list(self.covered.items()):
            if until < step:
                del self.covered[name]
                self.namespace.pop(name, None)
                if value is not _MISSING:
                    self.namespace[name] = value
        if not self.early:
            self.compare()
        elif self.end is None:
            self.end = self._marks(), _chance()

    @property
    def early(self) -> bool:
        """Whether cells of the student's have run that stand behind the test."""
        return self.step < self.last

    def compare(self) -> None:
        """No test comes any more that stands before a cell: have those that did left everything as it was?"""
        if self.end is not None and not self.compared:
            self.compared = True
            marks, chance = self._marks(), _chance()
            changed = {name for name in marks.keys() | self.end[0].keys() if marks.get(name) != self.end[0].get(name)}
            self.lost = self.lost or chance != self.end[1] or not changed <= self.covered.keys()

    def settled(self) -> bool:
        """Whether every test has found what it would have found at its place, and no cell what it would not have."""
        self.compare()
        return not self.lost

    def names(self) -> list[str]:
        """The names that there were."""
        if not self.early:
            return list(self.namespace)
        return [*(name for name in self.given if name in self.namespace), *(name for name in self._then()[0] if name not in self.given)]

    def ask(self, name: str) -> None:
        """A test asks for a name."""
        if self.early:
            self.lost = self.lost or not self._same(name, set())
            if name not in self.given and name not in self._then()[0] and name not in self.covered:
                raise KeyError(name)

    def bind(self, name: str) -> None:
        """A test is about to bind a name of the student's."""
        if not self.early or name in self.covered:
            return
        then = self._then()[0].get(name)
        later = [(number, marks.get(name)) for number, marks, _ in self.points if number > self.step]
        until = next((number for number, found in later if found is not then), math.inf)
        between = "\n".join(source for number, source in self.sources.items() if self.step < number < until)
        self.lost = self.lost or bool(re.search(rf"\b{re.escape(name)}\b", between))
        self.lost = self.lost or (until < math.inf and not binds_first(self.sources[until], name))
        self.covered[name] = until, self.namespace.get(name, _MISSING)

    def call(self) -> None:
        """A test calls a function."""
        if self.early:
            self.lost = self.lost or self._then()[1] != self.end[1]

    def touch(self) -> None:
        """A test does what cannot be told to be the same."""
        self.lost = self.lost or self.early

    def _own(self) -> list[tuple[str, Any]]:
        """What the notebook has bound."""
        return [
            (name, value)
            for name, value in list(self.namespace.items())
            if self.given.get(name, _MISSING) is not value and not _VOLATILE.fullmatch(name)
        ]

    def _marks(self) -> dict[str, Mark]:
        return {name: mark(value) for name, value in self._own()}

    def _then(self) -> tuple[dict[str, Mark], Mark]:
        """Marks of the names, and of what comes by chance, after the last cell before the test."""
        return next(((marks, chance) for number, marks, chance in reversed(self.points) if number < self.step), ({}, self.start))

    def _same(self, name: str, known: set[str]) -> bool:
        """Whether a name, and all that functions in it read, is what it was."""
        if name in known:
            return True
        known.add(name)
        if name in self.covered:
            return True
        if _VOLATILE.fullmatch(name):
            return False
        then, now = self._then()[0].get(name), self.end[0].get(name)
        if then is None or now is None:
            return then is now
        return then.digest is not None and then == now and all(self._same(other, known) for other in now.reads)


def binds_first(source: str, name: str) -> bool:
    """Whether a cell binds a name before it may read it."""
    try:
        code = compile(source, "<cell>", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    except (SyntaxError, ValueError):
        return False
    if any(name in inner.co_names for inner in code.co_consts if isinstance(inner, CodeType)):
        return False
    return next((each.opname == "STORE_NAME" for each in dis.get_instructions(code) if each.argval == name), False)


def _chance() -> Mark:
    """The mark of the random numbers to come."""
    return mark((np.random.get_state(), random.getstate()))
