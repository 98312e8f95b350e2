"""Frames between the processes of the grader: length first, typed, validated on receipt, limited; never pickle.

A frame is a prefix (length of what follows, version, kind, request, length of the head, count of buffers), the lengths of the
buffers, a head (one JSON object) and the buffers. `KINDS` is the closed table of what may be said: who says it, the fields of its
head with their types and ranges, and how many buffers follow. To add a kind, add a row with a number that was never used.

A process that runs a student's code may send anything at all. Whoever listens names the kinds it waits for; whatever else comes
raises ProtocolError, after which nothing more is believed from that stream. Values of the student's cross inside buffers, as
frames of `wall.codec`, and are not looked at here.
"""

import itertools
import json
import math
import os
import select
import socket
import struct
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

VERSION = 1
MAXIMUM = 160 << 20
HEAD_MAXIMUM = 32 << 20
PIECE = 1 << 20
_LENGTH = struct.Struct(">I")
_PREFIX = struct.Struct(">BBIIH")

REASONS = {
    "closed": ("对方已经断开", "the other side has closed the connection"),
    "truncated": ("连接在一帧中间断开", "the connection ended within a frame"),
    "large": ("帧太大", "the frame is too large"),
    "version": ("协议版本不同", "another version of the protocol, or no frame at all"),
    "garbage": ("帧的内容不合法", "the frame is not well formed"),
    "kind": ("未知的帧类型", "a kind of frame that is not in the table"),
    "unexpected": ("此时不该出现的帧", "a kind of frame that is not expected here"),
    "fields": ("帧的字段不合法", "the fields of the frame are not valid"),
    "request": ("答非所问", "an answer to another request"),
    "timeout": ("等待超时", "no answer in time"),
}


class ProtocolError(Exception):
    """What came is not to be believed, or nothing came. `reason` is a key of REASONS; `detail` says more, or is empty."""

    def __init__(self, reason: str, detail: str = ""):
        zh, en = REASONS[reason]
        self.reason = reason
        self.detail = detail[:200]
        super().__init__(f"{zh} ({en}{': ' if self.detail else ''}{self.detail})")


# ------------------------------------------------------------------------------------------------------------ field types


@dataclass(frozen=True)
class Whole:
    """An integer in [low, high]."""

    low: int
    high: int

    def __call__(self, value: Any) -> bool:
        return type(value) is int and self.low <= value <= self.high


@dataclass(frozen=True)
class Real:
    """A finite number in [low, high]."""

    low: float
    high: float

    def __call__(self, value: Any) -> bool:
        return type(value) in (int, float) and self.low <= value <= self.high


@dataclass(frozen=True)
class Words:
    """A string of at most `longest` characters, none of them half a surrogate pair."""

    longest: int

    def __call__(self, value: Any) -> bool:
        return type(value) is str and len(value) <= self.longest and _is_text(value)


@dataclass(frozen=True)
class Name:
    """A name that Python would take, of at most 200 characters."""

    def __call__(self, value: Any) -> bool:
        return type(value) is str and len(value) <= 200 and value.isidentifier()


@dataclass(frozen=True)
class Flag:
    """True or false."""

    def __call__(self, value: Any) -> bool:
        return type(value) is bool


@dataclass(frozen=True)
class OneOf:
    """One of a few strings."""

    options: tuple[str, ...]

    def __call__(self, value: Any) -> bool:
        return type(value) is str and value in self.options


@dataclass(frozen=True)
class Maybe:
    """Nothing, or what `kind` says."""

    kind: Callable[[Any], bool]

    def __call__(self, value: Any) -> bool:
        return value is None or self.kind(value)


@dataclass(frozen=True)
class Many:
    """A list of at most `most`, each of which is what `kind` says."""

    kind: Callable[[Any], bool]
    most: int

    def __call__(self, value: Any) -> bool:
        return type(value) is list and len(value) <= self.most and all(map(self.kind, value))


@dataclass(frozen=True)
class Record:
    """An object with exactly these fields."""

    fields: Mapping[str, Callable[[Any], bool]]

    def __call__(self, value: Any) -> bool:
        return type(value) is dict and value.keys() == self.fields.keys() and all(self.fields[name](v) for name, v in value.items())


@dataclass(frozen=True)
class Table:
    """An object of at most `most` entries whose names and values are what `key` and `kind` say."""

    key: Callable[[Any], bool]
    kind: Callable[[Any], bool]
    most: int

    def __call__(self, value: Any) -> bool:
        return type(value) is dict and len(value) <= self.most and all(self.key(k) and self.kind(v) for k, v in value.items())


@dataclass(frozen=True)
class Plain:
    """Any JSON of at most `deepest` levels and `most` values, without half surrogate pairs: metadata and MIME bundles."""

    deepest: int = 20
    most: int = 200_000

    def __call__(self, value: Any) -> bool:
        level, count = [value], 0
        for _ in range(self.deepest):
            count += len(level)
            if count > self.most or not all(map(_is_text, (v for v in level if type(v) is str))):
                return False
            level = [inner for outer in level for inner in _inside(outer)]
            if not level:
                return True
        return False


def _inside(value: Any) -> Iterable:
    if type(value) is dict:
        return itertools.chain(value.keys(), value.values())
    return value if type(value) is list else ()


def _is_text(value: str) -> bool:
    if value.isascii():
        return True
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


# ------------------------------------------------------------------------------------------------------------------ kinds


@dataclass(frozen=True)
class Kind:
    """What one kind of frame holds. `number` stands for it on the wire; `buffers` is the fewest and the most that may follow."""

    number: int
    fields: Mapping[str, Callable[[Any], bool]] = field(default_factory=dict)
    buffers: tuple[int, int] = (0, 0)


CELL = Whole(0, 100_000)
REFERENCE = Whole(1, 1 << 53)
SECONDS = Real(0, 1e7)
TYPE_NAME = Words(200)
PRINTED = Words(1 << 20)
KEY = Words(300)
ARGUMENT = Whole(0, 20_000)
FAMILY = Many(Record({"name": TYPE_NAME, "reference": Whole(0, 1 << 53), "bases": Many(Whole(0, 100), 100)}), 100)
"""The classes that an object's class inherits from, itself first: each with its own bases, by their places in this list."""
REPLACED = ("input", "print", "open")
UNARY = ("neg", "pos", "abs", "invert", "int", "float", "complex", "index", "round", "hash")
BINARY = (
    *("add", "sub", "mul", "truediv", "floordiv", "mod", "divmod", "pow", "matmul", "and", "or", "xor", "lshift", "rshift"),
    *("eq", "ne", "lt", "le", "gt", "ge", "contains"),
)
OUTPUT_TYPES = ("stream", "display_data", "execute_result", "error")

POOL_ORDERS = {
    # coordinator → shell. `setup`: what a shell at the wall has to know, empty for one that stands alone
    "begin": Kind(
        1,
        {
            "folder": Words(4096),
            "environment": Table(Words(200), Words(32_768), 1000),
            "output": Whole(0, 1 << 30),
            "setup": Plain(),
        },
    ),
    "run": Kind(2, {"cell": CELL, "source": Words(4 << 20), "seconds": SECONDS, "quiet": Flag()}),
    "end": Kind(3),
}
POOL_NEWS = {
    # shell → coordinator
    "ready": Kind(10, {"process": Whole(1, 1 << 31), "seconds": SECONDS}),
    "outputs": Kind(11, {"cell": CELL, "outputs": Many(Plain(), 10_000)}),
    "error": Kind(12, {"cell": CELL, "name": Words(1000), "value": PRINTED, "traceback": Many(PRINTED, 1000)}),
    "done": Kind(
        13,
        {
            "cell": CELL,
            "status": OneOf(("ok", "error", "aborted")),
            "count": Maybe(Whole(0, 1 << 31)),
            "seconds": SECONDS,
            "overflow": Flag(),
        },
    ),
    # `settled`: whether tests that ran after all cells have found what they would have found in between (wall.past)
    "ended": Kind(14, {"seconds": SECONDS, "memory": Whole(0, 1 << 50), "settled": Flag()}),
    # only the tests' shell says this: what a test needed of the student's objects, and what of it was refused
    "notes": Kind(15, {"cell": CELL, "used": Many(KEY, 10_000), "flags": Many(KEY, 1000), "calls": Whole(0, 1 << 40)}),
}
WALL_ORDERS = {
    # tests → student: every one is answered by one of WALL_ANSWERS with the same request number.
    # `own`: whether an instance of a student's subclass of a plain class comes as a reference (else as the plain value)
    "names": Kind(31),
    "get": Kind(32, {"name": Name(), "own": Flag()}),
    "set": Kind(33, {"name": Name()}, (1, 1)),
    "unset": Kind(34, {"name": Name()}),
    "call": Kind(35, {"reference": REFERENCE, "own": Flag(), "watch": Flag()}, (1, 1)),  # (arguments, keyword arguments)
    "getattr": Kind(36, {"reference": REFERENCE, "name": Name(), "own": Flag()}),
    "setattr": Kind(37, {"reference": REFERENCE, "name": Name()}, (1, 1)),
    "getitem": Kind(38, {"reference": REFERENCE, "own": Flag()}, (1, 1)),
    "setitem": Kind(39, {"reference": REFERENCE}, (1, 1)),  # (key, value)
    "delitem": Kind(40, {"reference": REFERENCE}, (1, 1)),
    "iterate": Kind(41, {"reference": REFERENCE}),
    "next": Kind(42, {"reference": REFERENCE, "own": Flag()}),
    "unary": Kind(43, {"reference": REFERENCE, "operator": OneOf(UNARY), "own": Flag()}),
    "binary": Kind(44, {"reference": REFERENCE, "operator": OneOf(BINARY), "reflected": Flag(), "own": Flag()}, (1, 1)),
    "len": Kind(45, {"reference": REFERENCE}),
    "bool": Kind(46, {"reference": REFERENCE}),
    "str": Kind(47, {"reference": REFERENCE}),
    "repr": Kind(48, {"reference": REFERENCE}),
    "type": Kind(49, {"reference": REFERENCE}),
    "dir": Kind(50, {"reference": REFERENCE}),
    "belongs": Kind(52, {"reference": REFERENCE, "to": REFERENCE}),  # isinstance
    "enter": Kind(53, {"reference": REFERENCE, "own": Flag()}),
    "leave": Kind(54, {"reference": REFERENCE}, (1, 1)),  # the text of the exception, or nothing
    "array": Kind(55, {"reference": REFERENCE}),
    "clear": Kind(57, {"cell": CELL, "files": Flag(), "keep": Many(REFERENCE, 100_000)}),  # the references that the tests still hold
    "seed": Kind(58, {"generator": OneOf(("random", "numpy"))}, (1, 1)),
    "delattr": Kind(59, {"reference": REFERENCE, "name": Name()}),
    "descends": Kind(60, {"reference": REFERENCE, "from": REFERENCE}),  # issubclass
    "ancestry": Kind(61, {"reference": REFERENCE}),
    "format": Kind(62, {"reference": REFERENCE, "spec": Words(200)}),
    "plain": Kind(63, {"reference": REFERENCE}),  # by value, as the plain class that it inherits from
    "replace": Kind(64, {"name": OneOf(REPLACED)}, (1, 1)),  # a built-in function, by one of the tests', or by None
    "figures": Kind(65, {"ask": OneOf(("gcf", "gca", "get_fignums", "close")), "own": Flag()}),
    "instances": Kind(66, {"instances": Many(Record({"number": REFERENCE, "class": Words(200)}), 10_000)}, (1, 1)),
    "files": Kind(67),
    "read": Kind(68, {"path": Words(1000)}),
    "write": Kind(69, {"path": Words(1000)}, (1, 1)),
}
SAID = {"printed": PRINTED, "errors": PRINTED, "files": Whole(0, 1 << 53)}
WALL_ANSWERS = {
    # student → tests. `printed`, `errors`: what the student's code wrote meanwhile; `files`: another number when its files
    # have changed. `changed`: which arguments of a call the student's code changed; their new values follow the result
    # `argument`: which of them the result is, if it is one of them. `raised` has the exception's arguments, if they are plain
    "value": Kind(70, {**SAID, "argument": Maybe(ARGUMENT), "changed": Many(ARGUMENT, 1000)}, (1, 1001)),
    "raised": Kind(72, {**SAID, "family": FAMILY, "message": Words(10_000), "reference": REFERENCE}, (0, 1)),
    "refused": Kind(73, {**SAID, "reason": Words(100), "detail": Words(500)}),
    "family": Kind(74, {**SAID, "family": FAMILY}),
}
WALL_CALLS = {
    # student → tests, while a request is open: a function of the tests' that was handed over is called; answered like an order
    "callback": Kind(80, {**SAID, "function": REFERENCE, "within": Whole(1, (1 << 32) - 1)}, (1, 1)),
}
WALL_RETURNS = {
    # tests → student: what came of a callback
    "returned": Kind(81, {}, (1, 1)),
    "failed": Kind(82, {"name": Words(200), "message": Words(10_000)}),
}
KINDS: dict[str, Kind] = {**POOL_ORDERS, **POOL_NEWS, **WALL_ORDERS, **WALL_ANSWERS, **WALL_CALLS, **WALL_RETURNS}
"""Every kind of frame by its name."""
_BY_NUMBER = {kind.number: name for name, kind in KINDS.items()}
assert len(_BY_NUMBER) == len(KINDS), "two kinds have one number"


@dataclass(frozen=True)
class Message:
    """One frame. `request`: the number by which an answer says what it answers, 0 when there is none to come."""

    kind: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    buffers: Sequence[bytes | memoryview] = ()
    request: int = 0


# ------------------------------------------------------------------------------------------------------ packing and reading


def validate(message: Message) -> Message:
    """`message`, when it is what the table says of its kind. Raises ProtocolError ("kind", "fields" or "garbage")."""
    kind = KINDS.get(message.kind)
    if kind is None:
        raise ProtocolError("kind", str(message.kind))
    if message.fields.keys() != kind.fields.keys():
        raise ProtocolError("fields", message.kind)
    for name, check in kind.fields.items():
        if not check(message.fields[name]):
            raise ProtocolError("fields", f"{message.kind}.{name}")
    fewest, most = kind.buffers
    if not fewest <= len(message.buffers) <= most:
        raise ProtocolError("fields", f"{message.kind}: buffers")
    if "changed" in message.fields and len(message.buffers) - fewest != len(message.fields["changed"]):
        raise ProtocolError("fields", f"{message.kind}: buffers")
    if not Whole(0, (1 << 32) - 1)(message.request):
        raise ProtocolError("fields", "request")
    return message


_dumps = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


def pack(message: Message, maximum: int = MAXIMUM) -> bytes:
    """The frame of `message`, at most `maximum` bytes. Raises ProtocolError."""
    kind = KINDS[validate(message).kind]
    head = _dumps(dict(message.fields)).encode()
    lengths = struct.pack(f">{len(message.buffers)}Q", *map(len, message.buffers))
    prefix = _PREFIX.pack(VERSION, kind.number, message.request, len(head), len(message.buffers))
    length = len(prefix) + len(lengths) + len(head) + sum(map(len, message.buffers))
    if length + _LENGTH.size > maximum or len(head) > HEAD_MAXIMUM:
        raise ProtocolError("large", message.kind)
    return b"".join((_LENGTH.pack(length), prefix, lengths, head, *message.buffers))


def unpack(frame: bytes, expected: Collection[str] = KINDS) -> Message:
    """The message in a frame that stands without its first four bytes. Raises ProtocolError."""
    if len(frame) < _PREFIX.size:
        raise ProtocolError("garbage", "prefix")
    version, number, request, size, count = _PREFIX.unpack_from(frame)
    if version != VERSION:
        raise ProtocolError("version", str(version))
    name = _BY_NUMBER.get(number)
    if name is None:
        raise ProtocolError("kind", str(number))
    if name not in expected:
        raise ProtocolError("unexpected", name)
    start = _PREFIX.size + 8 * count
    if size > HEAD_MAXIMUM:
        raise ProtocolError("large", name)
    if count > KINDS[name].buffers[1] or start + size > len(frame):
        raise ProtocolError("garbage", name)
    lengths = struct.unpack_from(f">{count}Q", frame, _PREFIX.size)
    ends = list(itertools.accumulate(lengths, initial=start + size))
    if ends[-1] != len(frame):
        raise ProtocolError("garbage", name)
    view = memoryview(frame)
    buffers = tuple(view[low:high] for low, high in itertools.pairwise(ends))
    return validate(Message(name, _parse(bytes(view[start : start + size])), buffers, request))


def _parse(head: bytes) -> dict[str, Any]:
    if head.count(b",") + head.count(b"[") + head.count(b"{") > 2_000_000:
        raise ProtocolError("large", "head")
    try:
        fields = _loads(head.decode())
    except (ValueError, RecursionError):
        raise ProtocolError("garbage", "head") from None
    if type(fields) is not dict:
        raise ProtocolError("garbage", "head")
    return fields


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    entries = dict(pairs)
    if len(entries) != len(pairs):
        raise ValueError("a name that occurs twice")
    return entries


def _integer(digits: str) -> int:
    if len(digits) > 20:
        raise ValueError("digits")
    return int(digits)


def _real(digits: str) -> float:
    if len(digits) > 40 or not math.isfinite(number := float(digits)):
        raise ValueError("digits")
    return number


def _constant(name: str) -> None:
    raise ValueError(name)


_loads = json.JSONDecoder(object_pairs_hook=_object, parse_int=_integer, parse_float=_real, parse_constant=_constant).decode


class Parser:
    """Takes a stream of bytes as it comes, in pieces of any size, and gives the messages in it.

    `expected`: the kinds that may come. `maximum`: bytes of one frame; a longer one is refused when its length is read. After an
    error every further call raises the same error: where the next frame would begin is not known.
    """

    def __init__(self, expected: Collection[str] = KINDS, maximum: int = MAXIMUM):
        self.expected = expected
        self.maximum = maximum
        self._pending = bytearray()
        self._error: ProtocolError | None = None

    @property
    def wanted(self) -> int:
        """How many more bytes the next message needs, as far as is known; at least 1."""
        if len(self._pending) < _LENGTH.size:
            return _LENGTH.size - len(self._pending)
        return max(1, _LENGTH.size + self._announced() - len(self._pending))

    def feed(self, data: bytes) -> list[Message]:
        """The messages that are complete with `data`. Raises ProtocolError; the messages before the bad one are then lost too."""
        messages = []
        for message in self.each(data):
            messages.append(message)
        return messages

    def each(self, data: bytes = b"") -> Iterable[Message]:
        """Like `feed`, one at a time: what came before a bad frame is still given."""
        if self._error is not None:
            raise self._error
        self._pending += data
        try:
            while (frame := self._next()) is not None:
                yield unpack(frame, self.expected)
        except ProtocolError as error:
            self._error = error
            self._pending.clear()
            raise

    def finish(self) -> None:
        """Say that the stream has ended. Raises ProtocolError when that is within a frame."""
        if self._error is not None:
            raise self._error
        if self._pending:
            raise ProtocolError("truncated")

    def _announced(self) -> int:
        return _LENGTH.unpack_from(self._pending)[0]

    def _next(self) -> bytes | None:
        if len(self._pending) < _LENGTH.size:
            return None
        end = _LENGTH.size + self._announced()
        if end > self.maximum:
            raise ProtocolError("large", str(end))
        if len(self._pending) > _LENGTH.size and self._pending[_LENGTH.size] != VERSION:
            raise ProtocolError("version", str(self._pending[_LENGTH.size]))
        if len(self._pending) < end:
            return None
        frame = bytes(memoryview(self._pending)[_LENGTH.size : end])
        del self._pending[:end]
        return frame


class Channel:
    """One end of a connection that is read and written by turns: a socket, or a pair of file descriptors (read, write).

    `expected`: the kinds that may come. `deadline` (seconds of `time.monotonic`, None: never) ends every wait.
    """

    def __init__(self, ends: socket.socket | tuple[int, int], expected: Collection[str] = KINDS, maximum: int = MAXIMUM):
        self._socket = ends if isinstance(ends, socket.socket) else None  # kept: its descriptor closes with it
        self._read, self._write = (ends.fileno(), ends.fileno()) if isinstance(ends, socket.socket) else ends
        os.set_blocking(self._read, False)
        os.set_blocking(self._write, False)
        self._parser = Parser(expected, maximum)
        self._ready: list[Message] = []
        self._numbers = itertools.count(1)
        self.deadline: float | None = None

    def send(self, message: Message) -> None:
        """Write one message. Raises ProtocolError ("closed", "timeout", or for what `message` is not)."""
        rest = memoryview(pack(message, self._parser.maximum))
        while rest:
            try:
                rest = rest[os.write(self._write, rest[:PIECE]) :]
            except BlockingIOError:
                self._wait(self._write, select.POLLOUT)
            except OSError:
                raise ProtocolError("closed") from None

    def receive(self) -> Message:
        """The next message. Raises ProtocolError ("closed" when the other side ended between two messages)."""
        while not self._ready:
            if self.deadline is not None and time.monotonic() >= self.deadline:  # also when bytes never stop coming
                raise ProtocolError("timeout")
            try:
                data = os.read(self._read, min(self._parser.wanted + PIECE // 16, PIECE))
            except BlockingIOError:
                self._wait(self._read, select.POLLIN)
                continue
            except OSError:
                data = b""
            if not data:
                self._parser.finish()
                raise ProtocolError("closed")
            self._ready += self._parser.feed(data)
        return self._ready.pop(0)

    def ask(
        self,
        kind: str,
        fields: Mapping[str, Any] | None = None,
        buffers: Sequence[bytes] = (),
        meanwhile: Callable[[Message], Message] | None = None,
    ) -> Message:
        """Send a request and wait for its answer. `meanwhile` answers the callbacks that come before it.

        Raises ProtocolError, among others when the answer is to another request.
        """
        number = next(self._numbers)
        self.send(Message(kind, fields or {}, buffers, number))
        while True:
            message = self.receive()
            if message.kind in WALL_CALLS and meanwhile is not None:
                self.send(answer(message, meanwhile(message)))
                continue
            if message.request != number or message.kind in WALL_CALLS:
                raise ProtocolError("request", message.kind)
            return message

    def _wait(self, descriptor: int, event: int) -> None:
        poll = select.poll()
        poll.register(descriptor, event)
        left = None if self.deadline is None else max(0.0, self.deadline - time.monotonic())
        if not poll.poll(None if left is None else math.ceil(left * 1000)):
            raise ProtocolError("timeout")


def answer(request: Message, reply: Message) -> Message:
    """`reply` with the number of `request`."""
    return Message(reply.kind, reply.fields, reply.buffers, request.request)
