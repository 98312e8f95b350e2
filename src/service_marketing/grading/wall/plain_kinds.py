"""The kinds that Python itself has: numbers, text, containers, dates, a few types; and the reference that stands for the rest."""

import re
import zoneinfo
from builtins import (  # noqa: UP029
    all,
    any,
    bool,
    bytearray,
    bytes,
    complex,
    dict,
    enumerate,
    float,
    frozenset,
    hasattr,
    int,
    len,
    list,
    map,
    max,
    next,
    object,
    range,
    set,
    slice,
    str,
    tuple,
    type,
    vars,
    zip,
)
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any

from .kinds import (
    COST,
    TRAITS,
    CodecError,
    Decoder,
    Encoder,
    Named,
    Opaque,
    a_list,
    bases,
    decodes,
    encodes,
    one_of,
    refuse,
    type_name,
    whole_number,
)

try:
    import pytz
except ImportError:  # pandas 3 does without it
    pytz = None

_ALL = slice(None)
_DICT = type.__dict__["__dict__"].__get__

# ----------------------------------------------------------------------------------------------------------- plain values


@encodes(type(None), bool)
def _constant(encoder: Encoder, value: Any) -> Any:
    return value


@encodes(int)
def _encode_int(encoder: Encoder, value: int) -> Any:
    value = int.__int__(value)
    if -(1 << 63) <= value < 1 << 63:
        return value
    bits = value.bit_length()
    if bits > encoder.limits.integer:
        raise CodecError("integer")
    encoder.add(value.to_bytes(bits // 8 + 1, "little", signed=True))
    return ["I"]


@decodes("I", 0)
def _decode_int(decoder: Decoder) -> int:
    data = decoder.take()
    if len(data) > decoder.limits.integer // 8 + 1:
        raise CodecError("integer")
    decoder.spend(1, len(data) * 2 + 32)
    return int.from_bytes(data, "little", signed=True)


@encodes(float)
def _encode_float(encoder: Encoder, value: float) -> Any:
    value = float.__float__(value)
    if value - value == 0.0:
        return value
    return ["f", "nan" if value != value else "inf" if value > 0 else "-inf"]


@decodes("f", 1)
def _decode_float(decoder: Decoder, name: Any) -> float:
    return float(one_of(name, ("nan", "inf", "-inf")))


@encodes(complex)
def _encode_complex(encoder: Encoder, value: complex) -> list:
    value = complex.__complex__(value)
    return ["c", _encode_float(encoder, value.real), _encode_float(encoder, value.imag)]


@decodes("c", 2)
def _decode_complex(decoder: Decoder, real: Any, imaginary: Any) -> complex:
    parts = decoder.value(real), decoder.value(imaginary)
    if type(parts[0]) is not float or type(parts[1]) is not float:
        raise refuse("complex")
    return complex(*parts)


@encodes(str)
def _encode_str(encoder: Encoder, value: str) -> Any:
    value = str.__str__(value)
    if len(value) > encoder.limits.text:
        raise CodecError("text")
    if len(value) <= 200 and (value.isascii() or not _SURROGATES.search(value)):
        return value
    data = value.encode("utf-8", "surrogatepass")
    if len(data) > encoder.limits.text:
        raise CodecError("text")
    encoder.add(data)
    return ["u"]


_SURROGATES = re.compile("[\ud800-\udfff]")


@decodes("u", 0)
def _decode_str(decoder: Decoder) -> str:
    return decoder.text()


@encodes(bytes)
def _encode_bytes(encoder: Encoder, value: bytes) -> list:
    encoder.add(bytes.__getitem__(value, _ALL))
    return ["y"]


@decodes("y", 0)
def _decode_bytes(decoder: Decoder) -> bytes:
    data = decoder.take()
    decoder.spend(1, len(data) + 48)
    return bytes(data)


@encodes(bytearray)
def _encode_bytearray(encoder: Encoder, value: bytearray) -> list:
    encoder.add(bytes(bytearray.__getitem__(value, _ALL)))
    return ["ya"]


@decodes("ya", 0)
def _decode_bytearray(decoder: Decoder) -> bytearray:
    data = decoder.take()
    decoder.spend(1, len(data) + 64)
    return bytearray(data)


@encodes(list)
def _encode_list(encoder: Encoder, value: list) -> list:
    return encoder.inside(value, lambda: ["l", encoder.members(list.__getitem__(value, _ALL))])


@decodes("l", 1)
def _decode_list(decoder: Decoder, body: Any) -> list:
    return decoder.members(body)


@encodes(tuple)
def _encode_tuple(encoder: Encoder, value: tuple) -> list:
    members = list(tuple.__iter__(value))
    fields = _fields(type(value)) if type(value) is not tuple else None
    if fields is not None and len(fields) == len(members):
        name = type_name(type(value)).rsplit(".", 1)[-1]
        return encoder.inside(value, lambda: ["nt", name, list(fields), encoder.members(members)])
    return encoder.inside(value, lambda: ["t", encoder.members(members)])


@encodes(Named)
def _encode_named(encoder: Encoder, value: Named) -> list:
    own = vars(value)
    return encoder.inside(value, lambda: ["nt", own["_name"], list(own["_fields"]), encoder.members(list(tuple.__iter__(value)))])


def _fields(kind: type) -> tuple[str, ...] | None:
    """Names of the members of a named tuple class, None for another."""
    for base in bases(kind):
        fields = _DICT(base).get("_fields")
        if fields is not None:
            return fields if type(fields) is tuple and all(map(_is_name, fields)) and len(set(fields)) == len(fields) <= 200 else None
    return None


def _is_name(text: Any) -> bool:
    return type(text) is str and len(text) <= 100 and text.isidentifier() and not text.startswith("_")


@decodes("t", 1)
def _decode_tuple(decoder: Decoder, body: Any) -> tuple:
    return tuple(decoder.members(body))


@decodes("nt", 3)
def _decode_named(decoder: Decoder, name: Any, fields: Any, body: Any) -> Named:
    if not (type(name) is str and len(name) <= 100 and name.isidentifier()):
        raise refuse("name")
    if not all(map(_is_name, a_list(fields))) or len(set(fields)) != len(fields) or len(fields) > 200:
        raise refuse("fields")
    decoder.spend(len(fields), 200 * len(fields) + 400)
    return Named(name, tuple(fields), decoder.members(body))


def _encode_set(tag: str, base: type):
    def encode(encoder: Encoder, value: Any) -> list:
        members = list(base.__iter__(value))
        return encoder.whole(value, lambda: encoder.inside(value, lambda: [tag, encoder.members(members)]))

    return encode


encodes(set)(_encode_set("s", set))
encodes(frozenset)(_encode_set("fs", frozenset))


def _set_members(decoder: Decoder, body: Any, kind: type) -> Any:
    decoder.plain += 1
    members = decoder.hashed(decoder.members(body))
    decoder.plain -= 1
    value = kind(members)
    if len(value) != len(members):
        raise refuse("equal members")
    return value


@decodes("s", 1)
def _decode_set(decoder: Decoder, body: Any) -> set:
    return _set_members(decoder, body, set)


@decodes("fs", 1)
def _decode_frozenset(decoder: Decoder, body: Any) -> frozenset:
    return _set_members(decoder, body, frozenset)


def _pairs(encoder: Encoder, value: Any, items: Iterable, *head: Any) -> list:
    """Node of a mapping; behind a reference when a key is not plain."""
    items = list(items)
    keys = encoder.whole(value, lambda: encoder.inside(value, lambda: ["keys", encoder.members([item[0] for item in items])]))
    if keys[0] == "@":
        return keys
    return encoder.inside(value, lambda: [*head, keys[1], encoder.members([item[1] for item in items])])


def _mapping(decoder: Decoder, keys: Any, values: Any) -> dict:
    decoder.plain += 1
    names = decoder.hashed(decoder.members(keys))
    decoder.plain -= 1
    mapping = dict(zip(names, decoder.members(values), strict=True))
    if len(mapping) != len(names):
        raise refuse("equal keys")
    return mapping


@encodes(dict)
def _encode_dict(encoder: Encoder, value: dict) -> list:
    return _pairs(encoder, value, dict.items(value), "d")


@decodes("d", 2)
def _decode_dict(decoder: Decoder, keys: Any, values: Any) -> dict:
    return _mapping(decoder, keys, values)


@encodes(OrderedDict)
def _encode_ordered(encoder: Encoder, value: OrderedDict) -> list:
    return _pairs(encoder, value, OrderedDict.items(value), "od")


@decodes("od", 2)
def _decode_ordered(decoder: Decoder, keys: Any, values: Any) -> OrderedDict:
    return OrderedDict(_mapping(decoder, keys, values))


@encodes(Counter)
def _encode_counter(encoder: Encoder, value: Counter) -> list:
    return _pairs(encoder, value, dict.items(value), "ct")


@decodes("ct", 2)
def _decode_counter(decoder: Decoder, keys: Any, values: Any) -> Counter:
    counter: Counter = Counter()
    dict.update(counter, _mapping(decoder, keys, values))
    return counter


_FACTORIES = {kind.__name__: kind for kind in (int, float, str, list, dict, set, tuple, bool)}


@encodes(defaultdict)
def _encode_defaultdict(encoder: Encoder, value: defaultdict) -> list:
    factory = defaultdict.default_factory.__get__(value)
    name = next((name for name, kind in _FACTORIES.items() if kind is factory), None)
    return _pairs(encoder, value, dict.items(value), "dd", name)


@decodes("dd", 3)
def _decode_defaultdict(decoder: Decoder, name: Any, keys: Any, values: Any) -> defaultdict:
    factory = None if name is None else _FACTORIES[one_of(name, _FACTORIES)]
    return defaultdict(factory, _mapping(decoder, keys, values))


_VIEWS = {"keys": type({}.keys()), "values": type({}.values()), "items": type({}.items())}


@encodes(*_VIEWS.values())
def _encode_view(encoder: Encoder, value: Any) -> list:
    name = next(name for name, kind in _VIEWS.items() if kind in bases(type(value)))
    return encoder.whole(value, lambda: encoder.inside(value, lambda: ["dv", name, encoder.members(list(value))]))


@decodes("dv", 2)
def _decode_view(decoder: Decoder, name: Any, body: Any) -> Any:
    name = one_of(name, _VIEWS)
    decoder.plain += 1
    members = decoder.members(body)
    decoder.plain -= 1
    if name == "values":
        decoder.spend(len(members), 100 * len(members))
        return dict(enumerate(members)).values()
    if name == "keys":
        return dict.fromkeys(decoder.hashed(members)).keys()
    if not all(type(member) is tuple and len(member) == 2 for member in members):
        raise refuse("items")
    decoder.hashed([member[0] for member in members])
    return dict(members).items()


@encodes(deque)
def _encode_deque(encoder: Encoder, value: deque) -> list:
    longest = deque.maxlen.__get__(value)
    return encoder.inside(value, lambda: ["dq", longest, encoder.members(list(deque.__iter__(value)))])


@decodes("dq", 2)
def _decode_deque(decoder: Decoder, longest: Any, body: Any) -> deque:
    if longest is not None:
        whole_number(longest, 0, (1 << 62))
    members = decoder.members(body)
    decoder.spend(0, 1000 + 16 * len(members))
    return deque(members, longest)


@encodes(range)
def _encode_range(encoder: Encoder, value: range) -> list:
    return ["r", *(_encode_int(encoder, part) for part in (value.start, value.stop, value.step))]


@decodes("r", 3)
def _decode_range(decoder: Decoder, *parts: Any) -> range:
    return range(*(decoder.plain_value(part) for part in parts))


@encodes(slice)
def _encode_slice(encoder: Encoder, value: slice) -> list:
    return encoder.inside(value, lambda: ["sl", *(encoder.node(part) for part in (value.start, value.stop, value.step))])


@decodes("sl", 3)
def _decode_slice(decoder: Decoder, *parts: Any) -> slice:
    return slice(*(decoder.value(part) for part in parts))


@encodes(type(Ellipsis))
def _encode_ellipsis(encoder: Encoder, value: Any) -> list:
    return ["..."]


@decodes("...", 0)
def _decode_ellipsis(decoder: Decoder) -> Any:
    return Ellipsis


@encodes(type(NotImplemented))
def _encode_not_implemented(encoder: Encoder, value: Any) -> list:
    return ["ni"]


@decodes("ni", 0)
def _decode_not_implemented(decoder: Decoder) -> Any:
    return NotImplemented


# ------------------------------------------------------------------------------------------------------- dates and numbers

_DATE = [vars(date)[name].__get__ for name in ("year", "month", "day")]
_CLOCK = ("hour", "minute", "second", "microsecond", "fold")
_DATETIME = [*_DATE, *(vars(datetime)[name].__get__ for name in _CLOCK)]
_TIME = [vars(time)[name].__get__ for name in _CLOCK]
_TIMEDELTA = [vars(timedelta)[name].__get__ for name in ("days", "seconds", "microseconds")]


@lru_cache(1)
def _zones() -> frozenset[str]:
    """Names of the time zones that this installation has. Raises nothing; read once."""
    return frozenset(zoneinfo.available_timezones())


def encode_zone(encoder: Encoder, zone: tzinfo | None) -> Any:
    """Node of a time zone."""
    if zone is None:
        return None
    if type(zone) is zoneinfo.ZoneInfo and type(zone.key) is str and not zone.key.startswith(("posix/", "right/")):
        return ["zone", zone.key]
    if type(zone) is timezone:
        offset, *name = timezone.__getinitargs__(zone)
        micros = (offset.days * 86400 + offset.seconds) * 1_000_000 + offset.microseconds
        return ["offset", micros, str.__str__(name[0]) if name else None]
    name = _pytz_name(zone)
    if name is not None:
        return ["pytz", name, _pytz_variant(zone)]
    return encoder.foreign(zone)


def _pytz_name(zone: tzinfo) -> str | None:
    """Name of one of pytz's own zones, each of which has a class of its own."""
    if pytz is None:
        return None
    name = _DICT(type(zone)).get("zone")
    if type(name) is not str or name not in pytz.all_timezones_set:
        return None
    return name if type(pytz.timezone(name)) is type(zone) else None


def _pytz_variant(zone: tzinfo) -> list | None:
    """Which of a zone's fixed offsets it stands for: seconds, seconds of daylight saving, abbreviation."""
    if not hasattr(zone, "_tzinfos"):
        return None
    return [int(zone._utcoffset.total_seconds()), int(zone._dst.total_seconds()), zone._tzname]


def _from_pytz(name: Any, variant: Any) -> tzinfo:
    zone = pytz.timezone(one_of(name, pytz.all_timezones_set))
    if variant is None or not hasattr(zone, "_tzinfos"):
        return zone
    offset, saving, abbreviation = a_list(variant)
    day = 86400
    key = timedelta(0, whole_number(offset, -day, day)), timedelta(0, whole_number(saving, -day, day)), abbreviation
    if key not in zone._tzinfos:
        raise refuse("time zone")
    return zone._tzinfos[key]


def decode_zone(decoder: Decoder, node: Any) -> tzinfo | None:
    """Time zone of a node, from the closed list of those installed."""
    if node is None:
        return None
    decoder.spend(COST["date"], 200)
    kind, name, *rest = a_list(node)
    if kind == "zone" and not rest:
        return zoneinfo.ZoneInfo(one_of(name, _zones()))
    if kind == "pytz" and len(rest) == 1 and pytz is not None:
        return _from_pytz(name, rest[0])
    if kind == "offset" and len(rest) == 1 and (rest[0] is None or type(rest[0]) is str):
        offset = timedelta(microseconds=whole_number(name, -86_400_000_000, 86_400_000_000))
        if rest[0] is None:
            return timezone(offset)
        return timezone(offset, rest[0])
    raise refuse("time zone")


@encodes(datetime)
def _encode_datetime(encoder: Encoder, value: datetime) -> list:
    return encoder.whole(
        value, lambda: ["dt", [part(value) for part in _DATETIME], encode_zone(encoder, vars(datetime)["tzinfo"].__get__(value))]
    )


@decodes("dt", 2)
def _decode_datetime(decoder: Decoder, parts: Any, zone: Any) -> datetime:
    *parts, fold = _clock_parts(decoder, parts, 8)
    return datetime(*parts, tzinfo=decode_zone(decoder, zone), fold=fold)


def _clock_parts(decoder: Decoder, parts: Any, count: int) -> list[int]:
    if len(a_list(parts)) != count or any(type(part) is not int for part in parts):
        raise refuse("date")
    decoder.spend(COST["date"], 100)
    return parts


@encodes(date)
def _encode_date(encoder: Encoder, value: date) -> list:
    return ["da", [part(value) for part in _DATE]]


@decodes("da", 1)
def _decode_date(decoder: Decoder, parts: Any) -> date:
    return date(*_clock_parts(decoder, parts, 3))


@encodes(time)
def _encode_time(encoder: Encoder, value: time) -> list:
    return encoder.whole(value, lambda: ["ti", [part(value) for part in _TIME], encode_zone(encoder, vars(time)["tzinfo"].__get__(value))])


@decodes("ti", 2)
def _decode_time(decoder: Decoder, parts: Any, zone: Any) -> time:
    *parts, fold = _clock_parts(decoder, parts, 5)
    return time(*parts, tzinfo=decode_zone(decoder, zone), fold=fold)


@encodes(timedelta)
def _encode_timedelta(encoder: Encoder, value: timedelta) -> list:
    return ["de", [part(value) for part in _TIMEDELTA]]


@decodes("de", 1)
def _decode_timedelta(decoder: Decoder, parts: Any) -> timedelta:
    return timedelta(*_clock_parts(decoder, parts, 3))


@encodes(Decimal)
def _encode_decimal(encoder: Encoder, value: Decimal) -> list:
    text = Decimal.__str__(value)
    if len(text) > encoder.limits.integer // 4:
        raise CodecError("integer")
    return ["dec", text]


@decodes("dec", 1)
def _decode_decimal(decoder: Decoder, text: Any) -> Decimal:
    if type(text) is not str or not text.isascii() or len(text) > decoder.limits.integer // 4:
        raise refuse("decimal")
    decoder.spend(COST["date"] + len(text) / 50, len(text) + 104)
    return Decimal(text)


_FRACTION = [vars(Fraction)[name].__get__ for name in ("_numerator", "_denominator")]
_FRACTION_BITS = 4096


@encodes(Fraction)
def _encode_fraction(encoder: Encoder, value: Fraction) -> list:
    parts = [part(value) for part in _FRACTION]
    if any(type(part) is not int for part in parts):
        return encoder.foreign(value)
    if any(part.bit_length() > _FRACTION_BITS for part in parts):
        raise CodecError("integer")
    return ["fr", *(_encode_int(encoder, part) for part in parts)]


@decodes("fr", 2)
def _decode_fraction(decoder: Decoder, *parts: Any) -> Fraction:
    numerator, denominator = (decoder.plain_value(part) for part in parts)
    if type(numerator) is not int or type(denominator) is not int or denominator <= 0:
        raise refuse("fraction")
    if max(numerator.bit_length(), denominator.bit_length()) > _FRACTION_BITS:
        raise CodecError("integer")
    decoder.spend(COST["fraction"], 100)
    return Fraction(numerator, denominator)


# ------------------------------------------------------------------------------------------------------ types and references

TYPES: dict[str, type] = {
    kind.__name__: kind
    for kind in (int, float, complex, bool, str, bytes, bytearray, list, tuple, set, frozenset, dict, range, slice, object, type)
} | {
    "NoneType": type(None),
    "datetime": datetime,
    "date": date,
    "time": time,
    "timedelta": timedelta,
    "Decimal": Decimal,
    "Fraction": Fraction,
}
"""The classes that may cross, by the name they cross by. Other kinds add theirs."""


@encodes(type)
def _encode_type(encoder: Encoder, value: type) -> list:
    name = next((name for name, kind in TYPES.items() if kind is value), None)
    return encoder.foreign(value) if name is None else ["type", name]


@decodes("type", 1)
def _decode_type(decoder: Decoder, name: Any) -> type:
    return TYPES[one_of(name, TYPES)]


@decodes("@", 3)
def _decode_opaque(decoder: Decoder, number: Any, name: Any, traits: Any) -> Any:
    if decoder.opaque is None or decoder.plain:
        raise refuse("reference")
    whole_number(number, 1, 1 << 53)
    if type(name) is not str or len(name) > 200:
        raise refuse("type name")
    if any(type(trait) is not str or trait not in TRAITS for trait in a_list(traits)) or len(traits) > len(TRAITS):
        raise refuse("traits")
    decoder.spend(COST["opaque"], 500)
    return decoder.opaque(Opaque(number, name, frozenset(traits)))
