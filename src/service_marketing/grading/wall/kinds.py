"""How values are taken apart and put together again: the machine of the codec, and what the kinds of values share.

A frame is a head, the lengths of its buffers, a header in JSON and the buffers. The header is made of nodes: a JSON scalar stands
for itself, a list `[tag, field, …]` for anything else. A node that needs bulk takes the next buffers in order; each buffer is
taken exactly once, so that nothing in a frame can be counted twice.

The encoder runs beside the student's code, and nobody trusts what it says. It looks at a value through `type` and the methods of
the built-in base class, so that an overridden method is not run, and takes a subclass for its plain base. These modules keep their own
references to the built-in functions, which a student may replace. The decoder runs beside
the tests. It knows a closed table of tags, and pays for whatever it is about to make from a budget before it makes it.
"""

import itertools
import json
import math
import struct
from array import array
from builtins import (  # noqa: UP029
    all,
    any,
    bool,
    bytes,
    callable,
    dict,
    enumerate,
    float,
    frozenset,
    hash,
    id,
    int,
    len,
    list,
    map,
    max,
    memoryview,
    next,
    set,
    str,
    sum,
    tuple,
    type,
    zip,
)
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

HEAD = struct.Struct("<4sII")
MAGIC = b"SMV\x01"
TRAITS = ("callable", "class", "iterator", "exception", "value")

REASONS = {
    "truncated": ("帧不完整", "the frame is cut short or has bytes left over"),
    "head": ("不是本格式的帧", "not a frame of this format"),
    "header": ("帧头不是合法的JSON", "the header is not the JSON that was agreed on"),
    "tag": ("未知的值类型", "a kind of value that is not on the list"),
    "content": ("值的内容不合法", "the contents of a value are not valid"),
    "frame": ("帧太大", "the frame is too large"),
    "items": ("值的个数太多", "too many values"),
    "depth": ("嵌套太深", "nested too deeply"),
    "text": ("字符串太长", "a string is too long"),
    "array": ("数组太大", "an array is too large"),
    "integer": ("整数太大", "an integer is too large"),
    "memory": ("占用内存太多", "the values would need too much memory"),
    "recursive": ("值包含它自己", "a value contains itself"),
    "foreign": ("这种对象不能按值传递", "an object of this type does not cross by value"),
    "references": ("引用的对象太多，或引用已失效", "too many references, or one that is no longer valid"),
    "failed": ("读取对象时出错", "reading the object failed"),
}


class CodecError(Exception):
    """A value cannot be sent, or a frame is not one to believe. `reason` is a key of REASONS; `detail` says more, or is empty."""

    def __init__(self, reason: str, detail: str = ""):
        zh, en = REASONS[reason]
        self.reason = reason
        self.detail = detail[:200]
        super().__init__(f"{zh} ({en}{': ' if self.detail else ''}{self.detail})")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one frame may hold. Bytes, but for `buffers`, `items`, `depth` (counts) and `integer` (bits).

    An item is about as much work as a small number: other kinds count as several, see COST. `memory` bounds what decoding makes,
    the parsed header included, the frame itself not.
    """

    frame: int = 128 << 20
    header: int = 16 << 20
    buffers: int = 100_000
    items: int = 1_000_000
    depth: int = 50
    text: int = 32 << 20
    array: int = 128 << 20
    memory: int = 512 << 20
    integer: int = 1 << 16


LIMITS = Limits()

COST = {
    "packed": 1 / 8,
    "string": 1 / 5,
    "node": 2,
    "hashed": 4,
    "date": 5,
    "array": 8,
    "opaque": 10,
    "frequency": 15,
    "index": 25,
    "series": 30,
    "column": 40,
    "fraction": 60,
    "table": 80,
    "steps": 200,
}
"""Items that a kind of value counts as, above the one that every value does: measured, so that an item is well under a microsecond."""


@dataclass(frozen=True, slots=True)
class Opaque:
    """A reference to an object that stays on the other side. `traits` is a subset of TRAITS."""

    id: int
    type_name: str
    traits: frozenset[str] = frozenset()


class Named(tuple):
    """What a named tuple becomes on the other side: a tuple whose members can be had by the names in `_fields`."""

    _fields: tuple[str, ...]

    def __new__(cls, name: str, fields: tuple[str, ...], members: Iterable):
        self = super().__new__(cls, members)
        self.__dict__.update(zip(fields, self, strict=True))
        self.__dict__.update(_name=name, _fields=fields)
        return self

    def __getnewargs__(self):
        return self._name, self._fields, tuple(self)

    def __repr__(self) -> str:
        return f"{self._name}({', '.join(f'{n}={v!r}' for n, v in zip(self._fields, self, strict=True))})"

    def _asdict(self) -> dict[str, Any]:
        """Members by name."""
        return dict(zip(self._fields, self, strict=True))


class Foreign(Exception):
    """Inside a value that must be wholly plain there is an object that is not."""


class Budget:
    """What is left of the limits while one frame is made or read."""

    __slots__ = ("items", "limits", "memory")

    def __init__(self, limits: Limits):
        self.limits = limits
        self.items = limits.items
        self.memory = limits.memory

    def spend(self, items: float, memory: int = 0) -> None:
        """Take that much off. Raises CodecError when there is not so much left."""
        self.items -= items
        self.memory -= memory
        if self.items < 0:
            raise CodecError("items")
        if self.memory < 0:
            raise CodecError("memory")


# ---------------------------------------------------------------------------------------------------------------- encoding

ENCODERS: dict[int, Callable[["Encoder", Any], Any]] = {}
"""By the identity of the type: looking up a type itself would run the `__hash__` of a student's metaclass."""
_KEPT: list[type] = []
_MRO = type.__dict__["__mro__"].__get__
_NAME = type.__dict__["__qualname__"].__get__
_MODULE = type.__dict__["__module__"].__get__
_encoder = json.JSONEncoder(ensure_ascii=False, allow_nan=False, check_circular=False, separators=(",", ":"))


def _json_writer() -> Callable[[Any], str]:
    """What writes JSON: the part of it in C alone, as the part in Python looks up built-in functions that may be replaced."""
    make, text = json.encoder.c_make_encoder, json.encoder.c_encode_basestring
    if make is None or text is None:
        return _encoder.encode
    chunks = make(None, _encoder.default, text, None, ":", ",", False, False, False)
    return lambda node: "".join(chunks(node, 0))


_dumps = _json_writer()


def encodes(*types: type):
    """Register a function `(encoder, value) -> node` for values of these types and of their subclasses."""

    def register(function):
        for kind in types:
            ENCODERS[id(kind)] = function
            _KEPT.append(kind)
        return function

    return register


def bases(kind: type) -> tuple[type, ...]:
    """The classes `kind` inherits from, itself first, whatever its metaclass says."""
    return _MRO(kind)


def type_name(kind: type) -> str:
    """Module and name of `kind`, whatever its metaclass says."""
    name = _NAME(kind)
    try:
        module = _MODULE(kind)
    except AttributeError:
        module = ""
    full = f"{module}.{name}" if type(module) is str and module not in ("", "builtins") else name
    return full[:200].encode("utf-8", "replace").decode()


def describe(value: Any) -> tuple[str, frozenset[str]]:
    """Name of the type and traits of an object, without running its code.

    "exception": a class of exceptions; "value": an instance of a subclass of a plain class.
    """
    kind = type(value)
    family = bases(kind)
    traits = set()
    if callable(value):
        traits.add("callable")
    if any(base is type for base in family):
        traits.add("class")
        if any(base is BaseException for base in bases(value)):
            traits.add("exception")
    elif any(base is not object and id(base) in ENCODERS for base in family):
        traits.add("value")
    if any("__next__" in type.__dict__["__dict__"].__get__(base) for base in family):
        traits.add("iterator")
    return type_name(kind), frozenset(traits)


class Encoder(Budget):
    """Takes one value apart into a header and buffers. `refer` makes an Opaque of whatever is not plain, or refuses with None.

    `own` says of a subclass of a plain type whether its instances are to go as references all the same.
    """

    __slots__ = ("active", "buffers", "own", "plain", "refer", "size")

    def __init__(
        self,
        limits: Limits = LIMITS,
        refer: Callable[[Any], Opaque | None] | None = None,
        own: Callable[[type], bool] | None = None,
    ):
        super().__init__(limits)
        self.refer, self.own = refer, own
        self.buffers: list[bytes] = []
        self.size = 0
        self.active: set[int] = set()
        self.plain = 0

    def frame(self, value: Any) -> bytes:
        """The frame of `value`. Raises CodecError."""
        try:
            header = _dumps(self.node(value)).encode()
        except CodecError:
            raise
        except Foreign as stop:
            raise CodecError("foreign", str(stop)) from None
        except RecursionError:
            raise CodecError("depth") from None
        except MemoryError:
            raise CodecError("memory") from None
        except Exception as error:
            raise CodecError("failed", type_name(type(error))) from None
        if len(header) > self.limits.header:
            raise CodecError("frame")
        lengths = struct.pack(f"<{len(self.buffers)}Q", *map(len, self.buffers))
        if HEAD.size + len(lengths) + len(header) + self.size > self.limits.frame:
            raise CodecError("frame")
        return b"".join((HEAD.pack(MAGIC, len(header), len(self.buffers)), lengths, header, *self.buffers))

    def node(self, value: Any) -> Any:
        """The node of `value`."""
        kind = type(value)
        encode = ENCODERS.get(id(kind))
        if encode is None:
            if self.own is not None and self.own(kind):
                return self.foreign(value)
            for base in bases(kind):
                encode = ENCODERS.get(id(base))
                if encode is not None:
                    break
            else:
                return self.foreign(value)
        self.spend(1)
        node = encode(self, value)
        if type(node) is list:
            self.spend(COST["node"])
        return node

    def add(self, data: bytes) -> None:
        """Append a buffer."""
        self.size += len(data)
        if self.size > self.limits.frame or len(self.buffers) >= self.limits.buffers:
            raise CodecError("frame")
        if len(data) > self.limits.array:
            raise CodecError("array")
        self.buffers.append(data)

    def foreign(self, value: Any) -> list:
        """The node of an object that is not plain."""
        name = type_name(type(value))
        if self.plain:
            raise Foreign(name)
        opaque = self.refer(value) if self.refer is not None else None
        if opaque is None:
            raise CodecError("foreign", name)
        self.spend(COST["opaque"])
        return ["@", opaque.id, opaque.type_name, [trait for trait in TRAITS if trait in opaque.traits]]

    def inside(self, value: Any, build: Callable[[], list]) -> list:
        """What `build` makes of a container's members, unless the container is among its own members or too deep."""
        key = id(value)
        if key in self.active:
            raise CodecError("recursive")
        if len(self.active) >= self.limits.depth:
            raise CodecError("depth")
        self.active.add(key)
        try:
            return build()
        finally:
            self.active.discard(key)

    def whole(self, value: Any, build: Callable[[], list]) -> list:
        """What `build` makes of a value all of which must be plain; otherwise `value` stays behind a reference."""
        buffers, size = len(self.buffers), self.size
        self.plain += 1
        try:
            return build()
        except Foreign:
            del self.buffers[buffers:]
            self.size = size
        finally:
            self.plain -= 1
        return self.foreign(value)

    def members(self, values: list) -> list | str:
        """Members of a sequence: a list of nodes, or one letter when they are alike and stand packed in buffers."""
        if len(values) > self.items:
            raise CodecError("items")
        if len(values) >= 8:
            packed = _pack(self, values)
            if packed:
                self.spend(len(values) * COST["packed"])
                return packed
        return [self.node(value) for value in values]


def _pack(encoder: Encoder, values: list) -> str | None:
    kinds = set(map(id, map(type, values)))
    if len(kinds) == 1:
        kind = type(values[0])
        if kind is float:
            encoder.add(array("d", values).tobytes())
            return "f"
        if kind is bool:
            encoder.add(bytes(values))
            return "b"
        if kind is int:
            try:
                encoder.add(array("q", values).tobytes())
            except OverflowError:
                return None
            return "i"
    if id(str) in kinds and kinds <= _TEXTUAL and (len(kinds) == 1 or all(_hole(v) is not None for v in values if type(v) is not str)):
        pack_texts(encoder, values)
        return "s"
    return None


HOLES: list[Any] = [None, math.nan]
"""What may stand for a missing string, besides strings; others are appended by the kinds they belong to."""
_TEXTUAL = {id(str), id(type(None)), id(float)}
_FIRST_HOLE = 0xFFFFFFF0


def add_hole(value: Any) -> None:
    """Let the singleton `value` stand among packed strings."""
    HOLES.append(value)
    _TEXTUAL.add(id(type(value)))
    _KEPT.append(type(value))


def _hole(value: Any) -> int | None:
    """Number of a missing value, None when it is not one."""
    if type(value) is float:
        return 1 if value != value else None
    return next((i for i, hole in enumerate(HOLES) if hole is value), None)


def pack_texts(encoder: Encoder, values: list) -> None:
    """Two buffers: the length of each string in characters (from _FIRST_HOLE on: a missing value), and all of them in UTF-8."""
    lengths = array("I", [len(v) if type(v) is str else _FIRST_HOLE + _hole(v) for v in values])
    if sum(n for n in lengths if n < _FIRST_HOLE) > encoder.limits.text:
        raise CodecError("text")
    encoder.add(lengths.tobytes())
    encoder.add("".join([v for v in values if type(v) is str]).encode("utf-8", "surrogatepass"))


# ---------------------------------------------------------------------------------------------------------------- decoding

DECODERS: dict[str, tuple[int, Callable[..., Any]]] = {}
"""By tag: how many fields the node has, and the function `(decoder, *fields) -> value`."""


def decodes(tag: str, fields: int):
    """Register the decoder of nodes `[tag, field, …]`."""

    def register(function):
        DECODERS[tag] = (fields, function)
        return function

    return register


def _small_number(kind: type, longest: int) -> Callable[[str], Any]:
    def parse(digits: str) -> Any:
        if len(digits) > longest:
            raise CodecError("header", "number")
        return kind(digits)

    return parse


def _refuse_header(_: Any) -> None:
    raise CodecError("header")


_scan = json.JSONDecoder(
    object_pairs_hook=_refuse_header, parse_int=_small_number(int, 20), parse_float=_small_number(float, 32), parse_constant=_refuse_header
).scan_once


def _loads(text: str) -> Any:
    """What `text` says, which is JSON without spaces around it."""
    try:
        value, end = _scan(text, 0)
    except StopIteration:
        raise CodecError("header") from None
    if end != len(text):
        raise CodecError("header")
    return value


def refuse(detail: str = "") -> CodecError:
    """The error for contents that are not valid."""
    return CodecError("content", detail)


def whole_number(value: Any, low: int, high: int) -> int:
    """`value`, when it is an integer in [low, high]."""
    if type(value) is not int or not low <= value <= high:
        raise refuse("number")
    return value


def one_of(value: Any, options: Iterable[Any]) -> Any:
    """`value`, when it is one of the strings in `options`."""
    if type(value) is not str or value not in options:
        raise refuse("option")
    return value


def a_list(value: Any) -> list:
    """`value`, when it is a list."""
    if type(value) is not list:
        raise refuse("list")
    return value


def a_flag(value: Any) -> bool:
    """`value`, when it is a truth value."""
    if type(value) is not bool:
        raise refuse("flag")
    return value


class Decoder(Budget):
    """Puts one value together again. `opaque` makes what stands for an object that stayed on the other side."""

    __slots__ = ("depth", "ends", "frame", "opaque", "plain", "position")

    def __init__(self, frame: bytes, limits: Limits = LIMITS, opaque: Callable[[Opaque], Any] | None = None):
        super().__init__(limits)
        self.frame = memoryview(frame)
        self.opaque = opaque
        self.depth = 0
        self.plain = 0
        self.position = 0

    def result(self) -> Any:
        """The value of the frame. Raises CodecError and nothing else."""
        try:
            value = self.value(self._header())
            if self.position != len(self.ends) - 1:
                raise CodecError("truncated", "buffers")
            return value
        except CodecError as error:
            raise error from None
        except RecursionError:
            raise CodecError("depth") from None
        except MemoryError:
            raise CodecError("memory") from None
        except Exception as error:
            raise refuse(type(error).__name__) from None

    def _header(self) -> Any:
        frame, limits = self.frame, self.limits
        if len(frame) > limits.frame:
            raise CodecError("frame")
        if len(frame) < HEAD.size:
            raise CodecError("truncated")
        magic, size, count = HEAD.unpack_from(frame)
        if magic != MAGIC:
            raise CodecError("head")
        if size > limits.header or count > limits.buffers:
            raise CodecError("frame")
        start = HEAD.size + 8 * count
        if start + size > len(frame):
            raise CodecError("truncated")
        self.spend(0, 72 * count)
        self.ends = list(itertools.accumulate(struct.unpack_from(f"<{count}Q", frame, HEAD.size), initial=start + size))
        if self.ends[-1] != len(frame):
            raise CodecError("truncated")
        return self._parse(bytes(frame[start : start + size]))

    def _parse(self, header: bytes) -> Any:
        values = header.count(b",") + header.count(b"[") + 1
        self.spend(0, 8 * len(header) + 96 * values)
        try:
            return _loads(header.decode())
        except (ValueError, RecursionError):
            raise CodecError("header") from None

    def value(self, node: Any) -> Any:
        """The value of a node."""
        if type(node) is not list:
            self.spend(1)
            return node
        if not node or type(node[0]) is not str or node[0] not in DECODERS:
            raise CodecError("tag", str(node[0])[:20] if node else "")
        fields, decode = DECODERS[node[0]]
        if len(node) != fields + 1:
            raise refuse(node[0])
        if self.depth > self.limits.depth:
            raise CodecError("depth")
        self.spend(1 + COST["node"], 64)
        self.depth += 1
        value = decode(self, *node[1:])
        self.depth -= 1
        return value

    def plain_value(self, node: Any) -> Any:
        """The value of a node in which no reference may stand."""
        self.plain += 1
        value = self.value(node)
        self.plain -= 1
        return value

    def take(self) -> memoryview:
        """The next buffer."""
        if self.position >= len(self.ends) - 1:
            raise CodecError("truncated", "buffers")
        start, end = self.ends[self.position : self.position + 2]
        self.position += 1
        if end - start > self.limits.array:
            raise CodecError("array")
        return self.frame[start:end]

    def text(self, characters: int = 4) -> str:
        """The next buffer as a string; `characters` is how many bytes one character may take in memory."""
        data = self.take()
        if len(data) > self.limits.text:
            raise CodecError("text")
        self.spend(len(data) / 1000, characters * len(data) + 64)
        return str(data, "utf-8", "surrogatepass")

    def members(self, body: Any) -> list:
        """Members of a sequence, from a list of nodes or from buffers."""
        if type(body) is list:
            self.spend(0, 8 * len(body))
            return [self.value(node) for node in body]
        return _unpack(self, one_of(body, ("f", "i", "b", "s")))

    def texts(self) -> list:
        """Strings and missing values from the next two buffers."""
        lengths = self.numbers("I")
        self.spend(len(lengths) * COST["string"], 80 * len(lengths))
        text = self.text(characters=8)
        values: list[Any] = []
        start = 0
        for length in lengths:
            if length < _FIRST_HOLE:
                values.append(text[start : start + length])
                start += length
            else:
                values.append(HOLES[length - _FIRST_HOLE])
        if start != len(text) or max((n for n in lengths if n < _FIRST_HOLE), default=0) > len(text):
            raise refuse("strings")
        return values

    def numbers(self, code: str) -> array:
        """The next buffer as an array of machine numbers."""
        data = self.take()
        self.spend(0, len(data) + 64)
        numbers = array(code)
        numbers.frombytes(data)
        return numbers

    def hashed(self, keys: list) -> list:
        """`keys`, unless so many of them have one hash that a set of them would take for ever."""
        self.spend(COST["hashed"] + len(keys) / 8, 100 * len(keys))
        hashes = [hash(key) for key in keys]
        if len(keys) - len(set(hashes)) > 1000 and sum(n * n for n in Counter(hashes).values()) > 10_000_000:
            raise CodecError("items", "hash")
        return keys


def _unpack(decoder: Decoder, letter: str) -> list:
    if letter == "s":
        return decoder.texts()
    if letter == "b":
        data = decoder.take()
        if bytes(data).strip(b"\0\1"):
            raise refuse("flags")
        decoder.spend(len(data) * COST["packed"], 8 * len(data))
        return [byte == 1 for byte in data]
    numbers = decoder.numbers({"f": "d", "i": "q"}[letter])
    decoder.spend(len(numbers) * COST["packed"], 40 * len(numbers))
    return numbers.tolist()
