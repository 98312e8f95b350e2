"""The names of the tests' shell: those that the solution's cells define are the student's, all others its own.

A name of the student's is asked for each time the student's code may have changed it; what has not changed stays the same
object, so that a test sees its own changes to it. A test that binds such a name binds it on both sides.
"""

import sys
import types
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any

from .link import Link, Origin, SubmissionLost
from .proxies import MUTABLE_NAMES, Callable_, Class, Proxy, Shadow, checked, noted

REPLACED = ("input", "print", "open")
SMALL = 1 << 16
"""Bytes of a value of the student's up to which a change by the test is looked for without being asked to."""
_UNBOUND = object()
_has, _get, _set, _delete = dict.__contains__, dict.__getitem__, dict.__setitem__, dict.__delitem__


class Fetched:
    """A value of the student's as it came: when, as what frame, and what that would be if it were sent back.

    `steady`: a function or class, which is not bound to another name's value while one cell runs, and is asked for once.
    """

    __slots__ = ("cell", "epoch", "frame", "mark", "steady", "value")

    def __init__(self, value: Any, frame: bytes, epoch: int, cell: int, mark: bytes | None):
        self.value, self.frame, self.epoch, self.cell, self.mark = value, frame, epoch, cell, mark
        self.steady = type(value) in (Callable_, Class) or issubclass(type(value), Shadow)


class Namespace(dict):
    """The tests' shell's `user_ns`, filled with what that held before."""

    def __init__(self, link: Link, before: dict[str, Any], names: Iterable[str], shared: Iterable[str]):
        super().__init__(before)
        self.link, self.cell = link, 0
        self.students = {name for name in names if not name.startswith("__")}
        self.shared = {*shared, *REPLACED}
        self.bound: set[str] = set()  # names of the student's that a test has bound
        self.trusted: set[str] = set()  # names that the instructor's own cells have bound
        self.in_test = False
        self.fetched: dict[str, Fetched] = {}
        self.unsent: dict[str, Any] = {}  # what a test has bound and the student's side does not know yet

    def begin(self, in_test: bool, released: bool) -> None:
        """Start a cell. `released`: the student's cells have run since the last, so its names are the student's again."""
        self.in_test, self.cell = in_test, self.cell + 1
        self.fetched = {name: known for name, known in self.fetched.items() if not isinstance(known.value, Proxy)}
        if released or in_test:
            for name in list(self.bound if released else self.bound & self.trusted):
                self.release(name)

    def release(self, name: str) -> None:
        """Let a name be the student's again."""
        self.bound.discard(name)
        self.fetched.pop(name, None)
        if _has(self, name):
            _delete(self, name)

    def is_students(self, name: Any) -> bool:
        """Whether a name means what the student's side has by it."""
        return name in self.students and name not in self.bound

    def own_class(self, name: str) -> type | None:
        """The class that the tests or the instructor's own cells define by that name."""
        found = _get(self, name) if _has(self, name) and name not in self.students else None
        return found if isinstance(found, type) and found.__module__ == "__main__" else None

    def shared_class(self, kind: type) -> bool:
        """Whether `kind` is a class that an instructor's own cell defines, on both sides."""
        name = kind.__qualname__
        return name in self.trusted and self.own_class(name) is kind

    # the student's names

    def fetch(self, name: str) -> Any:
        """The student's value of a name. Raises KeyError when there is none."""
        __tracebackhide__ = True
        link, origin, known = self.link, Origin(name), self.fetched.get(name)
        if known is not None and not link.dead and (known.epoch == link.epoch or (known.cell == self.cell and known.steady)):
            return known.value
        try:
            answer = link.ask("get", {"name": name, "own": link.allowed is None or f"{name} <own>" in link.allowed}, (), origin)
        except KeyError:
            raise KeyError(name) from None
        frame = bytes(answer.buffers[0]) if answer.kind == "value" else b""
        if known is not None and known.frame == frame and not isinstance(known.value, Proxy):
            known.epoch = link.epoch
            if known.cell != self.cell:
                known.cell, known.mark = self.cell, self.mark(name, known.value, frame)
            return known.value
        value = noted(link, link.value(answer, origin), origin)
        self.fetched[name] = Fetched(value, frame, link.epoch, self.cell, self.mark(name, value, frame))
        return value

    def mark(self, name: str, value: Any, frame: bytes) -> bytes | None:
        """What `value` is as a frame, when a change that the test makes to it is to be looked for."""
        link = self.link
        if not issubclass(type(value), MUTABLE_NAMES):  # `isinstance` would ask what a proxy stands for
            return None
        looked_for = len(frame) <= SMALL if link.allowed is None else f"{name} :=" in link.allowed
        return link.encode(value) if looked_for else None

    def push_changes(self) -> None:
        """Before the student's code runs: send what the test has changed of the student's own values."""
        self.flush()
        for name, known in list(self.fetched.items()):
            if known.mark is None or known.cell != self.cell or not self.is_students(name):
                continue
            frame = self.link.encode(known.value)
            if frame != known.mark:
                self.link.need(f"{name} :=")
                self.link.ask("set", {"name": name}, (frame,))
                known.mark = frame

    def names(self) -> list[str]:
        """Names of the student's that are bound on its side."""
        answer = self.link.ask("names", {})
        there = {checked(self.link, name, str) for name in checked(self.link, self.link.value(answer, Origin("?")), list)}
        return sorted(name for name in self.students & there if name not in self.bound)

    def flush(self) -> None:
        """Bind on the student's side what the test has bound since; what cannot be sent is the test's alone."""
        unsent, self.unsent = self.unsent, {}
        for name, value in unsent.items():
            if self.link.dead:
                return
            if value is _UNBOUND:
                with suppress(KeyError):
                    self.link.ask("unset", {"name": name})
            elif (frame := self.link.try_encode(value)) is not None:
                self.link.ask("set", {"name": name}, (frame,))

    # a dict

    def __missing__(self, name: Any) -> Any:
        raise KeyError(name)

    def __getitem__(self, name: Any) -> Any:
        __tracebackhide__ = True
        return self.fetch(name) if self.is_students(name) else dict.__getitem__(self, name)

    def __setitem__(self, name: Any, value: Any) -> None:
        if name in self.students:
            if self.in_test:
                self.unsent[name] = value
                self.trusted.discard(name)
            else:
                self.trusted.add(name)
            self.bound.add(name)
        elif self.in_test:
            self.trusted.discard(name)
            if name in self.shared:
                self.unsent[name] = value
        else:
            self.trusted.add(name)
        _set(self, name, value)

    def __delitem__(self, name: Any) -> None:
        if name in self.students:
            if name not in self:
                raise KeyError(name)
            if self.in_test:
                self.unsent[name] = _UNBOUND
                self.flush()
            self.release(name)
        else:
            if self.in_test and name in self.shared:
                self.unsent[name] = _UNBOUND
            _delete(self, name)

    def __contains__(self, name: Any) -> bool:
        return name in self.names() if self.is_students(name) else _has(self, name)

    def get(self, name: Any, default: Any = None) -> Any:
        try:
            return self[name]
        except KeyError:
            return default

    def setdefault(self, name: Any, default: Any = None) -> Any:
        if name not in self:
            self[name] = default
        return self[name]

    def pop(self, name: Any, *default: Any) -> Any:
        if default and name not in self:
            return default[0]
        value = self[name]
        del self[name]
        return value

    def update(self, *others: Any, **named: Any) -> None:
        for name, value in dict(*others, **named).items():
            self[name] = value

    def __iter__(self) -> Iterator:
        return iter(self.keys())

    def keys(self) -> list[Any]:
        try:
            theirs = self.names() if self.students and not self.link.dead else []
        except SubmissionLost:
            theirs = []
        return [*dict.keys(self), *theirs]

    def values(self) -> list[Any]:
        return [self[name] for name in self.keys()]

    def items(self) -> list[tuple[Any, Any]]:
        return [(name, self[name]) for name in self.keys()]


class Main(types.ModuleType):
    """`__main__` in the tests' shell: what is set there is bound in the namespace, on whichever side it belongs to."""

    def __init__(self, namespace: Namespace, before: types.ModuleType):
        super().__init__("__main__", before.__doc__)
        object.__setattr__(self, "_names", namespace)

    @property
    def __dict__(self) -> Namespace:
        return object.__getattribute__(self, "_names")

    def __getattribute__(self, name: str) -> Any:
        if name in ("__class__", "__dict__"):
            return object.__getattribute__(self, name)
        try:
            return object.__getattribute__(self, "_names")[name]
        except KeyError:
            pass
        return object.__getattribute__(self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        self.__dict__[name] = value

    def __delattr__(self, name: str) -> None:
        try:
            del self.__dict__[name]
        except KeyError:
            raise AttributeError(name) from None

    def __dir__(self) -> list[str]:
        return [name for name in self.__dict__.keys() if type(name) is str]  # noqa: SIM118


def install(shell: Any, namespace: Namespace) -> None:
    """Make `namespace` the names of the IPython shell `shell`, and of `__main__`."""
    main = Main(namespace, shell.user_module)
    dict.setdefault(namespace, "__name__", "__main__")
    shell.user_ns, shell.user_module = namespace, main
    sys.modules["__main__"] = main
