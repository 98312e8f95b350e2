"""The student's side of the wall: serves operations on the student's objects while the shell is idle.

The tests' shell says what it wants (protocol.WALL_ORDERS): a name, a call, an attribute. The operation is done as a cell
would do it (in the kernel's context, interruptible, what it prints collected), and its result crosses by value, or as
a reference where it is not plain. Nobody trusts what comes from here: the student's code shares this interpreter. These
modules keep their own references to the built-in functions so that an accident of the student's does not break them, no more.

Numbers from FOREIGN on stand for objects of the tests': functions that were handed over (`Function`), and copies of
instances of classes that the instructor's own cells define on both sides.
"""

import _signal
import builtins
import importlib
import operator
import os
import select
import sys
from builtins import (  # noqa: UP029
    BaseException,
    Exception,
    KeyboardInterrupt,
    OSError,
    RuntimeError,
    any,
    bytes,
    dict,
    dir,
    enumerate,
    getattr,
    hash,
    id,
    int,
    isinstance,
    issubclass,
    iter,
    len,
    list,
    min,
    next,
    object,
    repr,
    set,
    setattr,
    sorted,
    str,
    tuple,
    type,
    zip,
)
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from service_marketing.grading.protocol import (
    PIECE,
    WALL_ORDERS,
    WALL_RETURNS,
    Message,
    Parser,
    ProtocolError,
    pack,
)

from .codec import LIMITS, CodecError, Opaque, References, decode, encode
from .files import read_file, scan, write_file
from .kinds import bases, type_name
from .past import Past

FOREIGN = 1 << 52
HEELS = 1  # milliseconds that are waited for an order that follows at once
MESSAGE, PRINTED = 10_000, (1 << 20) - 1
MUTABLE = (list, dict, set, bytearray, np.ndarray, pd.DataFrame, pd.Series, pd.Index)
UNARY: dict[str, Callable] = {
    **{name: getattr(operator, name) for name in ("neg", "pos", "abs", "invert", "index")},
    **{"int": int, "float": float, "complex": complex, "round": round, "hash": hash},
}
BINARY: dict[str, Callable] = {
    **{name: getattr(operator, name) for name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "xor")},
    **{name: getattr(operator, name) for name in ("lshift", "rshift", "eq", "ne", "lt", "le", "gt", "ge", "contains")},
    **{"and": operator.and_, "or": operator.or_, "divmod": divmod},
}
CALLS = {"call", "getitem", "next", "iterate", "enter", "leave", "binary", "unary", "len", "bool", "str", "repr", "format", "array"}
FOR_LATER = {"unset", "seed", "figures", "files", "read", "write"}
"""Orders that leave something to the cells that come after the test, or tell of what does not stay as it is."""
_DICT = type.__dict__["__dict__"].__get__
_BASES = type.__dict__["__bases__"].__get__
_OF_EVERY_CLASS = {
    *("__module__", "__dict__", "__weakref__", "__doc__", "__slots__", "__qualname__", "__annotations__", "__orig_bases__"),
    *("__new__", "__init__", "__getnewargs__", "__match_args__", "__firstlineno__", "__static_attributes__", "__annotate_func__"),
}


class Refused(Exception):
    """An order that cannot be carried out, for another reason than the student's code."""


def attach(shell: Any, wall: Any, setup: dict[str, Any]) -> "Student":
    """Make `shell` the student's side of the wall whose end is the socket `wall`."""
    return Student(shell, wall, setup.get("deferred", False))


def has_own_behaviour(kind: type) -> bool:
    """Whether the student's own classes add to what instances of `kind` can do, so that its plain value is not the whole of it."""
    for base in bases(kind):
        names = _DICT(base)
        if names.get("__module__") != "__main__":
            continue
        fields = names.get("_fields")
        if type(fields) is tuple:  # of a named tuple, only what was written by hand counts
            if any(type(name) is str and not name.startswith("_") and name not in fields for name in names):
                return True
        elif any(name not in _OF_EVERY_CLASS for name in names):
            return True
    return False


class Function:
    """A function of the tests' that was handed over."""

    def __init__(self, side: "Student", opaque: Opaque):
        self._wall_side, self._wall_number = side, opaque.id
        self.__name__ = self.__qualname__ = opaque.type_name.rpartition(":")[2] or "function"

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        return self._wall_side.call_back(self._wall_number, arguments, named)

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        """A function that is put into a class becomes a method."""
        return self if instance is None else lambda *arguments, **named: self(instance, *arguments, **named)


class Student:
    """The server. `references` are the student's objects by number, `foreign` the tests' objects.

    deferred: the tests run after all cells.
    """

    def __init__(self, shell: Any, wall: Any, deferred: bool = False):
        self.shell, self.wall = shell, wall
        wall.setblocking(True)
        self.parser, self.waiting = Parser({*WALL_ORDERS, *WALL_RETURNS}), []
        self.references = References()
        self.foreign: dict[int, Any] = {}
        self.numbers: dict[int, Opaque] = {}  # of the tests' objects, by identity
        self.fresh: list[Any] = []  # instances that came for the call that follows
        self.originals: dict[str, Any] = {}
        self.depth = self.request = 0
        self.folder, self.watching = os.getcwd(), False
        self.heels = select.poll()
        self.heels.register(wall.fileno(), select.POLLIN)
        self.calls = 0
        self.stdout = sys.stdout
        self.past = Past(shell.kernel.shell.user_ns) if deferred else None

    # what the shell calls

    def begin(self, number: int) -> None:
        """A cell begins."""

    def finish(self, reply: dict[str, Any]) -> dict[str, Any]:
        """A cell has ended."""
        return reply

    async def confirm(self, ran: dict[str, Any], source: str, number: int) -> dict[str, Any]:
        """What came of a cell."""
        if self.past is not None:
            self.past.note(number, source)
        return ran

    def settled(self) -> bool:
        """Whether this run can stand: each test has found what it would have found at its place."""
        return self.past is None or self.past.settled()

    def notes(self, number: int) -> None:
        """Nothing: a student's shell notes nothing."""

    def listen(self, loop: Any) -> None:
        """Serve the wall whenever the event loop is idle."""
        self.loop = loop
        loop.add_reader(self.wall.fileno(), self.serve)

    # orders

    def serve(self) -> None:
        """Carry out the order that has come, and those that follow at its heels."""
        try:
            while True:
                order = self.receive()
                self.shell.context.run(self.outermost, order)
                if not self.waiting and not self.heels.poll(HEELS):
                    return
        except (ProtocolError, OSError):  # the tests are over
            self.loop.remove_reader(self.wall.fileno())

    def receive(self) -> Message:
        """The next message."""
        while not self.waiting:
            data = self.wall.recv(min(self.parser.wanted + 4096, PIECE))
            if not data:
                raise ProtocolError("closed")
            self.waiting += self.parser.feed(data)
        return self.waiting.pop(0)

    def outermost(self, order: Message) -> None:
        """Carry out an order as if a cell did it."""
        kernel, transcript = self.shell.kernel, self.shell.transcript
        transcript.message_id = self.stdout._parent_header.get({}).get("msg_id", "")
        python_input = builtins.input
        if "input" not in self.originals:
            builtins.input = kernel.raw_input
        saved = _signal.signal(_signal.SIGINT, _signal.default_int_handler)
        try:
            try:
                answer = self.carry_out(order)
            finally:
                _signal.signal(_signal.SIGINT, saved)
        except KeyboardInterrupt as error:  # between two of the steps
            answer = self.raised(error)
        if transcript.foreign:  # the student's code has forked: this process is not the server
            os._exit(0)
        if "input" not in self.originals:
            builtins.input = python_input
        self.send(answer, order.request)
        transcript.message_id = ""

    def nested(self, order: Message) -> None:
        """Carry out an order that came while a function of the tests' runs."""
        self.send(self.carry_out(order), order.request)

    def send(self, answer: Message, request: int) -> None:
        """Answer a request; when the answer cannot be sent, say that instead."""
        message = Message(answer.kind, {**answer.fields, **self.said()}, answer.buffers, request)
        try:
            frame = pack(message)
        except ProtocolError as error:
            frame = pack(Message("refused", {**self.said(), "reason": error.reason, "detail": error.detail}, (), request))
        self.wall.sendall(frame)

    def said(self) -> dict[str, Any]:
        """What was printed since it was last asked for, and the state of the files."""
        transcript = self.shell.transcript
        texts = {"stdout": "", "stderr": ""}
        with transcript.lock:
            transcript.drain()
            if transcript.outputs or any(transcript.pending.values()):
                for name in texts:
                    transcript.flush(name)
                for output in transcript.outputs:
                    if output["output_type"] == "stream":
                        texts[output["name"]] += "".join(output["text"])
                transcript.outputs.clear()
        printed, errors = (text[:PRINTED].encode("utf-8", "replace").decode() for text in texts.values())
        return {"printed": printed, "errors": errors, "files": self.state_of_files()}

    def state_of_files(self) -> int:
        """Another number when a file has changed."""
        return hash(tuple(scan(self.folder))) & ((1 << 52) - 1) if self.watching else 0

    def carry_out(self, order: Message) -> Message:
        """The answer to an order, whatever the student's code does."""
        outer, self.request = self.request, order.request
        try:
            if self.past is not None:
                self.look_back(order)
            result = getattr(self, f"do_{order.kind}")(order)
            return result if isinstance(result, Message) else self.value(result, order.fields.get("own", False))
        except (Refused, CodecError) as error:
            return Message("refused", {"reason": str(getattr(error, "reason", "refused"))[:100], "detail": str(error)[:500]})
        except BaseException as error:
            return self.raised(error)
        finally:
            self.request = outer

    def look_back(self, order: Message) -> None:
        """Note what a test that runs after all cells does at its place among them."""
        if order.kind == "clear":
            self.past.begin(order.fields["cell"])
        elif order.kind == "get":
            self.past.ask(order.fields["name"])
        elif order.kind == "set":
            self.past.bind(order.fields["name"])
        elif order.kind in CALLS:
            self.past.call()
        elif order.kind in FOR_LATER:
            self.past.touch()

    # values

    def refer(self, value: Any) -> Opaque:
        """The reference of an object: the tests' own number if it came from there."""
        known = self.numbers.get(id(value))
        return known if known is not None and self.foreign.get(known.id) is value else self.references.refer(value)

    def encode(self, value: Any, own: bool = False) -> bytes:
        """The frame of a value."""
        return encode(value, LIMITS, self.refer, has_own_behaviour if own else None)

    def decode(self, frame: Any) -> Any:
        """The value of a frame of the tests'."""
        return decode(bytes(frame), LIMITS, self.resolve)

    def resolve(self, opaque: Opaque) -> Any:
        """The object that a reference in an order stands for."""
        if opaque.id < FOREIGN:
            return self.references.get(opaque)
        if opaque.id not in self.foreign:
            self.remember(opaque, self.library(opaque) or Function(self, opaque))
        return self.foreign[opaque.id]

    def remember(self, opaque: Opaque, value: Any) -> None:
        """Let `value` be the tests' object of that number."""
        self.foreign[opaque.id] = value
        self.numbers[id(value)] = opaque

    def library(self, opaque: Opaque) -> Any:
        """What the tests call by a name: a function or class of a library, or a class that both sides define."""
        kind, _, path = opaque.type_name.partition(":")
        if kind != "name":
            return None
        module, _, name = path.partition(":")
        try:
            value = self.shell.kernel.shell.user_ns if module == "__main__" else importlib.import_module(module)
            if module == "__main__":
                return value[name]
            for part in name.split(".") if name else ():
                value = getattr(value, part)
            return value
        except Exception:
            return None

    def value(self, result: Any, own: bool = False, argument: int | None = None, changed: tuple = ()) -> Message:
        """The answer that is a value."""
        try:
            frame = self.encode(result, own)
        except CodecError as error:
            if error.reason not in ("recursive", "depth", "failed", "integer", "text", "items"):
                raise
            frame = encode(_Nothing(), LIMITS, lambda _: self.refer(result))
        places = [place for place, _ in changed]
        return Message("value", {"argument": argument, "changed": places}, (frame, *(frame for _, frame in changed)))

    def raised(self, error: BaseException) -> Message:
        """The answer that is an exception."""
        kind = type(error)
        try:
            message = str.__str__(str(error))[:MESSAGE].encode("utf-8", "replace").decode()
        except BaseException:
            message = ""
        try:
            buffers: tuple = (encode(tuple(BaseException.args.__get__(error)), LIMITS),)
        except CodecError:
            buffers = ()
        reference = self.references.refer(error).id
        return Message("raised", {"family": self.family(kind), "message": message, "reference": reference}, buffers)

    def family(self, kind: type) -> list[dict[str, Any]]:
        """The classes that `kind` inherits from, itself first."""
        family = bases(kind)[:100]
        places = {id(base): place for place, base in enumerate(family)}
        return [
            {
                "name": type_name(base),
                "reference": 0 if _DICT(base).get("__module__", "builtins") == "builtins" else self.references.refer(base).id,
                "bases": [places[id(parent)] for parent in _BASES(base) if id(parent) in places],
            }
            for base in family
        ]

    def call_back(self, number: int, arguments: tuple, named: dict[str, Any]) -> Any:
        """Call a function of the tests', and meanwhile carry out what that wants."""
        if not self.request:
            raise RuntimeError("测试的函数只能在测试进行中调用（a function of the tests' can only be called while the test runs）")
        self.calls += 1
        number_of_call = self.calls & 0xFFFFFFFF
        frame = self.encode((tuple(arguments), dict(named)))
        fields = {**self.said(), "function": number, "within": self.request}
        self.wall.sendall(pack(Message("callback", fields, (frame,), number_of_call)))
        while True:
            message = self.receive()
            if message.kind in WALL_ORDERS:
                self.nested(message)
            elif message.request != number_of_call:
                continue
            elif message.kind == "returned":
                return self.decode(message.buffers[0])
            else:
                raise self.failure(message.fields)

    def failure(self, fields: dict[str, Any]) -> BaseException:
        """The exception that a function of the tests' ended with."""
        kind = getattr(builtins, fields["name"], None) or self.shell.kernel.shell.user_ns.get(fields["name"])
        if not (isinstance(kind, type) and issubclass(kind, BaseException)):
            kind = RuntimeError
        try:
            return kind(fields["message"])
        except Exception:
            return RuntimeError(fields["message"])

    # operations

    def target(self, order: Message) -> Any:
        return self.references.get(order.fields["reference"])

    def do_clear(self, order: Message) -> None:
        """A test begins: forget what the tests hold no reference to any more."""
        self.references.clear(order.fields["keep"])
        self.foreign.clear()
        self.numbers.clear()
        self.fresh.clear()
        self.restore(tuple(self.originals))
        self.watching = order.fields["files"]
        transcript = self.shell.transcript
        transcript.begin(-1, transcript.message_id)

    def do_names(self, order: Message) -> list[str]:
        names = self.shell.kernel.shell.user_ns if self.past is None else self.past.names()
        return sorted(name for name in names if type(name) is str)[:20_000]

    def do_get(self, order: Message) -> Any:
        return self.shell.kernel.shell.user_ns[order.fields["name"]]

    def do_set(self, order: Message) -> None:
        self.shell.kernel.shell.user_ns[order.fields["name"]] = self.decode(order.buffers[0])
        self.fresh.clear()

    def do_unset(self, order: Message) -> None:
        del self.shell.kernel.shell.user_ns[order.fields["name"]]

    def do_call(self, order: Message) -> Message:
        function = self.target(order)
        arguments, named = self.decode(order.buffers[0])
        instances, self.fresh = self.fresh, []
        given = [*arguments, *named.values()]
        watched = [(place, value) for place, value in enumerate(given) if isinstance(value, MUTABLE)] if order.fields["watch"] else []
        states = [(place, value, _same, self.encode(value)) for place, value in watched]
        states += [(len(given) + place, value, _state, self.encode(_state(value))) for place, value in enumerate(instances)]
        result = function(*arguments, **named)
        changed = []
        for place, value, look, before in states:
            after = self.encode(look(value))
            if after != before:
                changed.append((place, after))
        argument = next((place for place, value in watched if value is result), None)
        return self.value(None if argument is not None else result, order.fields["own"], argument, tuple(changed[:1000]))

    def do_instances(self, order: Message) -> None:
        """Copies of the tests' instances of classes that both sides define."""
        namespace, made = self.shell.kernel.shell.user_ns, []
        for each in order.fields["instances"]:
            kind = namespace.get(each["class"])
            if not isinstance(kind, type):
                raise Refused(f"no class {each['class']}")
            value = object.__new__(kind)
            self.remember(Opaque(each["number"], ""), value)
            made.append(value)
        for value, state in zip(made, self.decode(order.buffers[0]), strict=True):
            for name, content in state.items():
                object.__setattr__(value, name, content)
        self.fresh += made

    def do_getattr(self, order: Message) -> Any:
        return getattr(self.target(order), order.fields["name"])

    def do_setattr(self, order: Message) -> None:
        setattr(self.target(order), order.fields["name"], self.decode(order.buffers[0]))

    def do_delattr(self, order: Message) -> None:
        delattr(self.target(order), order.fields["name"])

    def do_getitem(self, order: Message) -> Any:
        return self.target(order)[self.decode(order.buffers[0])]

    def do_setitem(self, order: Message) -> None:
        key, value = self.decode(order.buffers[0])
        self.target(order)[key] = value

    def do_delitem(self, order: Message) -> None:
        del self.target(order)[self.decode(order.buffers[0])]

    def do_iterate(self, order: Message) -> Any:
        return iter(self.target(order))

    def do_next(self, order: Message) -> Any:
        return next(self.target(order))

    def do_unary(self, order: Message) -> Any:
        return UNARY[order.fields["operator"]](self.target(order))

    def do_binary(self, order: Message) -> Any:
        first, second = self.target(order), self.decode(order.buffers[0])
        if order.fields["reflected"]:
            first, second = second, first
        return BINARY[order.fields["operator"]](first, second)

    def do_len(self, order: Message) -> int:
        return len(self.target(order))

    def do_bool(self, order: Message) -> bool:
        return bool(self.target(order))

    def do_str(self, order: Message) -> str:
        return str(self.target(order))

    def do_repr(self, order: Message) -> str:
        return repr(self.target(order))

    def do_format(self, order: Message) -> str:
        return format(self.target(order), order.fields["spec"])

    def do_type(self, order: Message) -> type:
        return type(self.target(order))

    def do_dir(self, order: Message) -> list[str]:
        return [name for name in dir(self.target(order)) if type(name) is str][:20_000]

    def do_belongs(self, order: Message) -> bool:
        return isinstance(self.target(order), self.references.get(order.fields["to"]))

    def do_descends(self, order: Message) -> bool:
        return issubclass(self.target(order), self.references.get(order.fields["from"]))

    def do_ancestry(self, order: Message) -> Message:
        target = self.target(order)
        return Message("family", {"family": self.family(target if isinstance(target, type) else type(target))})

    def do_plain(self, order: Message) -> Any:
        return self.target(order)

    def do_array(self, order: Message) -> Any:
        return np.asarray(self.target(order))

    def do_enter(self, order: Message) -> Any:
        target = self.target(order)
        return type(target).__enter__(target)

    def do_leave(self, order: Message) -> bool:
        target, failed = self.target(order), self.decode(order.buffers[0])
        if failed is None:
            type(target).__exit__(target, None, None, None)
            return False
        error = self.failure({"name": failed[0], "message": failed[1]})
        return bool(type(target).__exit__(target, type(error), error, None))

    def do_seed(self, order: Message) -> None:
        generator = np.random if order.fields["generator"] == "numpy" else importlib.import_module("random")
        generator.seed(*self.decode(order.buffers[0]))

    def do_replace(self, order: Message) -> None:
        name, value = order.fields["name"], self.decode(order.buffers[0])
        if value is None:
            self.restore((name,))
        else:
            self.originals.setdefault(name, getattr(builtins, name))
            setattr(builtins, name, value)

    def restore(self, names: tuple[str, ...]) -> None:
        """Put built-in functions back that the tests had replaced."""
        for name in names:
            if name in self.originals:
                setattr(builtins, name, self.originals.pop(name))

    def do_figures(self, order: Message) -> Any:
        pyplot = importlib.import_module("matplotlib.pyplot")
        return pyplot.close("all") if order.fields["ask"] == "close" else getattr(pyplot, order.fields["ask"])()

    def do_files(self, order: Message) -> list:
        return scan(self.folder)

    def do_read(self, order: Message) -> bytes:
        return read_file(self.folder, order.fields["path"])

    def do_write(self, order: Message) -> None:
        write_file(self.folder, order.fields["path"], self.decode(order.buffers[0]))


class _Nothing:
    """Stands for what goes as a reference."""


def _same(value: Any) -> Any:
    return value


def _state(value: Any) -> dict[str, Any]:
    return dict(value.__dict__)
