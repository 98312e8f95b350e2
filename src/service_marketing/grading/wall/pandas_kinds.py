"""Tables, columns, indexes and scalars of pandas 2 and 3.

The encoder reads the blocks and fields that an object keeps, not its properties, so that a subclass cannot answer for them. The
decoder goes through pandas' public constructors, which check what they are given.
"""

import re
from builtins import (  # noqa: UP029
    any,
    bool,
    dict,
    enumerate,
    getattr,
    id,
    int,
    isinstance,
    len,
    list,
    map,
    min,
    next,
    object,
    range,
    set,
    sorted,
    str,
    sum,
    tuple,
    type,
    vars,
    zip,
)
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from pandas.core.internals.managers import BlockManager, SingleBlockManager
from pandas.tseries.frequencies import to_offset

from .kinds import (
    COST,
    ENCODERS,
    CodecError,
    Decoder,
    Encoder,
    Foreign,
    a_flag,
    a_list,
    add_hole,
    bases,
    decodes,
    encodes,
    one_of,
    pack_texts,
    refuse,
    whole_number,
)
from .numpy_kinds import decode_array, encode_array
from .plain_kinds import TYPES, decode_zone, encode_zone

UNITS = ("s", "ms", "us", "ns")
SIDES = ("left", "right", "both", "neither")
DatetimeArray, TimedeltaArray, PeriodArray = pd.arrays.DatetimeArray, pd.arrays.TimedeltaArray, pd.arrays.PeriodArray
IntervalArray, NumpyArray = pd.arrays.IntervalArray, type(pd.array([b""], dtype="bytes"))
MASKED = tuple(type(pd.array([], dtype=name)) for name in ("Int64", "Float64", "boolean"))
MASKED_DTYPES = {
    str(dtype): dtype
    for dtype in map(
        pd.api.types.pandas_dtype,
        ("Int8", "Int16", "Int32", "Int64", "UInt8", "UInt16", "UInt32", "UInt64", "Float32", "Float64", "boolean"),
    )
}
_DICT = next(vars(base)["__dict__"] for base in pd.DataFrame.__mro__ if "__dict__" in vars(base)).__get__
_TIMEZONE = vars(pd.Timestamp.__mro__[-3])["tzinfo"].__get__
_INT64 = (-(1 << 63), (1 << 63) - 1)

add_hole(pd.NA)
add_hole(pd.NaT)
TYPES.update({f"pandas.{kind.__name__}": kind for kind in (pd.DataFrame, pd.Series, pd.Index, pd.MultiIndex, pd.Timestamp, pd.Timedelta)})


def fields_of(value: Any) -> dict[str, Any]:
    """What an object has stored, whatever its class says."""
    return _DICT(value)


# ----------------------------------------------------------------------------------------------------------------- scalars

_to_datetime64, _to_timedelta64 = pd.Timestamp.to_datetime64, pd.Timedelta.to_timedelta64


@encodes(type(pd.NaT))
def _encode_nat(encoder: Encoder, value: Any) -> list:
    return ["nat"]


@decodes("nat", 0)
def _decode_nat(decoder: Decoder) -> Any:
    return pd.NaT


@encodes(type(pd.NA))
def _encode_na(encoder: Encoder, value: Any) -> list:
    return ["na"]


@decodes("na", 0)
def _decode_na(decoder: Decoder) -> Any:
    return pd.NA


@encodes(pd.Timestamp)
def _encode_timestamp(encoder: Encoder, value: pd.Timestamp) -> list:
    moment = _to_datetime64(value)
    number, unit = int(moment.view("i8")), np.datetime_data(moment.dtype)[0]
    return encoder.whole(value, lambda: ["ts", number, unit, encode_zone(encoder, _TIMEZONE(value))])


@decodes("ts", 3)
def _decode_timestamp(decoder: Decoder, number: Any, unit: Any, zone: Any) -> pd.Timestamp:
    decoder.spend(4 * COST["date"], 300)
    moment = pd.Timestamp(np.datetime64(whole_number(number, *_INT64), one_of(unit, UNITS)))
    return moment if zone is None else moment.tz_localize("UTC").tz_convert(decode_zone(decoder, zone))


@encodes(pd.Timedelta)
def _encode_timedelta(encoder: Encoder, value: pd.Timedelta) -> list:
    span = _to_timedelta64(value)
    return ["td", int(span.view("i8")), np.datetime_data(span.dtype)[0]]


@decodes("td", 2)
def _decode_timedelta(decoder: Decoder, number: Any, unit: Any) -> pd.Timedelta:
    decoder.spend(2 * COST["date"], 300)
    return pd.Timedelta(np.timedelta64(whole_number(number, *_INT64), one_of(unit, UNITS)))


@encodes(pd.Period)
def _encode_period(encoder: Encoder, value: pd.Period) -> list:
    if type(value) is not pd.Period or not _PERIOD.fullmatch(value.freqstr):
        return encoder.foreign(value)
    return ["pe", int(value.ordinal), value.freqstr]


@decodes("pe", 2)
def _decode_period(decoder: Decoder, ordinal: Any, freq: Any) -> pd.Period:
    decoder.spend(4 * COST["date"], 500)
    dtype, most = _period_dtype(freq)
    return pd.Period(ordinal=whole_number(ordinal, -most, most), freq=dtype.freq)


@encodes(pd.Interval)
def _encode_interval(encoder: Encoder, value: pd.Interval) -> list:
    if type(value) is not pd.Interval:
        return encoder.foreign(value)
    return encoder.whole(value, lambda: ["iv", encoder.node(value.left), encoder.node(value.right), value.closed])


@decodes("iv", 3)
def _decode_interval(decoder: Decoder, left: Any, right: Any, closed: Any) -> pd.Interval:
    decoder.spend(4 * COST["date"], 200)
    ends = [decoder.plain_value(end) for end in (left, right)]
    if any(ENCODERS.get(id(type(end))) is None or isinstance(end, (str, list, dict, np.ndarray)) for end in ends):
        raise refuse("interval")
    return pd.Interval(*ends, one_of(closed, SIDES))


# ------------------------------------------------------------------------------------------------------------- frequencies

_MONTHS = "JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC"
_OFFSET = re.compile(
    rf"-?\d{{0,6}}(?:D|B|h|min|s|ms|us|ns|W(?:-(?:MON|TUE|WED|THU|FRI|SAT|SUN))?|B?M[SE]|SM[SE]|B?[QY][SE](?:-(?:{_MONTHS}))?)"
)
_PERIOD = re.compile(rf"(\d{{0,4}})(D|B|h|min|s|ms|us|ns|W|M|Q|Y)(?:(?<=W)-(?:MON|TUE|WED|THU|FRI|SAT|SUN)|(?<=[QY])-(?:{_MONTHS}))?")
_CALENDAR = ("D", "B", "W", "MS", "ME", "BMS", "BME", "SMS", "SME", "QS", "QE", "BQS", "BQE", "YS", "YE", "BYS", "BYE")
_OFFSETS = {type(to_offset(freq)) for freq in (*_CALENDAR, "h", "min", "s", "ms", "us", "ns")}
_A_YEAR = {"Y": 1, "Q": 4, "M": 12, "W": 53, "B": 261, "D": 366, "h": 8784, "min": 527_040, "s": 31_622_400}
_A_YEAR |= {"ms": 31_622_400_000, "us": 31_622_400_000_000, "ns": 31_622_400_000_000_000}
_LONGEST_BY_STEPS = 10_000
"""A calendar frequency is checked by stepping through the index, which takes microseconds a step: longer ones cross without it."""


def _encode_freq(fields: dict[str, Any]) -> str | None:
    """Frequency of an index, which pandas 2 keeps in the index's array and pandas 3 in the index. None: none that crosses."""
    values = fields["_data"]
    offset = fields.get("_freq", getattr(values, "_freq", None)) if type(values) in (DatetimeArray, TimedeltaArray) else None
    if type(offset) not in _OFFSETS or not _OFFSET.fullmatch(offset.freqstr):
        return None
    return offset.freqstr if _is_even(offset) or len(values) <= _LONGEST_BY_STEPS else None


def _is_even(offset: Any) -> bool:
    return isinstance(offset, (pd.offsets.Tick, pd.offsets.Day))


def _decode_freq(freq: Any, length: int) -> Any:
    if type(freq) is not str or not _OFFSET.fullmatch(freq):
        raise refuse("frequency")
    offset = to_offset(freq)
    if not _is_even(offset) and length > _LONGEST_BY_STEPS:
        raise refuse("frequency")
    return offset


def _period_dtype(freq: Any) -> tuple[pd.PeriodDtype, int]:
    """Type of periods of a frequency, and the largest ordinal to believe (300,000 years)."""
    match = _PERIOD.fullmatch(freq) if type(freq) is str else None
    if match is None:
        raise refuse("frequency")
    return pd.PeriodDtype(freq), min(_A_YEAR[match[2]] * 300_000, _INT64[1])


# ------------------------------------------------------------------------------------------------------- extension arrays


def _encode_moments(encoder: Encoder, values: Any) -> list:
    zone = getattr(values, "tz", None)
    tag = "ad" if type(values) is DatetimeArray else "at"
    build = lambda: [tag, values.unit, encode_zone(encoder, zone), encode_array(encoder, values.asi8)]  # noqa: E731
    return encoder.whole(values, build)


def _numbers(decoder: Decoder, node: Any, code: str) -> np.ndarray:
    """A one-dimensional array of one numeric type."""
    if not a_list(node) or node[0] != "nd":
        raise refuse("numbers")
    values = decode_array(decoder, *node[1:])
    if values.dtype != np.dtype(code) or values.ndim != 1:
        raise refuse("numbers")
    return values


@decodes("ad", 3)
def _decode_datetimes(decoder: Decoder, unit: Any, zone: Any, node: Any) -> Any:
    numbers = _numbers(decoder, node, "i8")
    decoder.spend(2 * COST["index"], 4 * numbers.nbytes + 1000)
    index = pd.DatetimeIndex(numbers.view(f"M8[{one_of(unit, UNITS)}]"))
    if zone is not None:
        index = index.tz_localize("UTC").tz_convert(decode_zone(decoder, zone))
    return fields_of(index)["_data"]


@decodes("at", 3)
def _decode_spans(decoder: Decoder, unit: Any, zone: Any, node: Any) -> Any:
    numbers = _numbers(decoder, node, "i8")
    decoder.spend(2 * COST["index"], 4 * numbers.nbytes + 1000)
    if zone is not None:
        raise refuse("time zone")
    index = pd.TimedeltaIndex(numbers.view(f"m8[{one_of(unit, UNITS)}]"))
    return fields_of(index)["_data"]


def _encode_periods(encoder: Encoder, values: Any) -> list:
    if not _PERIOD.fullmatch(values.freqstr):
        return encoder.foreign(values)
    return ["ap", values.freqstr, encode_array(encoder, values.asi8)]


@decodes("ap", 2)
def _decode_periods(decoder: Decoder, freq: Any, node: Any) -> Any:
    numbers = _numbers(decoder, node, "i8")
    dtype, most = _period_dtype(freq)
    decoder.spend(COST["index"] + COST["frequency"], 2 * numbers.nbytes + 1000)
    real = numbers[numbers != _INT64[0]]
    if real.size and not -most <= real.min() <= real.max() <= most:
        raise refuse("period")
    return PeriodArray(numbers, dtype=dtype)


def _encode_intervals(encoder: Encoder, values: Any) -> list:
    ends = [_encode_values(encoder, fields_of(end)["_data"]) for end in (values.left, values.right)]
    return ["ai", *ends, values.closed]


@decodes("ai", 3)
def _decode_intervals(decoder: Decoder, left: Any, right: Any, closed: Any) -> Any:
    ends = [pd.Index(decode_values(decoder, end), copy=False) for end in (left, right)]
    if any(end.dtype.kind not in "iufmM" for end in ends):
        raise refuse("interval")
    decoder.spend(3 * COST["index"], 2 * ends[0].nbytes + 1000)
    return IntervalArray.from_arrays(*ends, closed=one_of(closed, SIDES))


def _encode_masked(encoder: Encoder, values: Any) -> list:
    name = next(name for name, dtype in MASKED_DTYPES.items() if dtype == values.dtype)
    return ["am", name, encode_array(encoder, values._data), encode_array(encoder, values._mask)]


@decodes("am", 3)
def _decode_masked(decoder: Decoder, name: Any, data: Any, mask: Any) -> Any:
    dtype = MASKED_DTYPES[one_of(name, MASKED_DTYPES)]
    numbers, missing = _numbers(decoder, data, dtype.numpy_dtype), _numbers(decoder, mask, "?")
    if len(numbers) != len(missing):
        raise refuse("mask")
    decoder.spend(COST["array"], 500)
    return dtype.construct_array_type()(numbers, missing)


def _encode_strings(encoder: Encoder, values: Any) -> list:
    members = values.to_numpy(dtype=object, na_value=None).tolist()
    if len(members) > encoder.items:
        raise CodecError("items")
    encoder.spend(len(members) * COST["packed"])
    pack_texts(encoder, members)
    return ["as", values.dtype.storage, getattr(values.dtype, "na_value", pd.NA) is pd.NA]


@decodes("as", 2)
def _decode_strings(decoder: Decoder, storage: Any, strict: Any) -> Any:
    texts = decoder.texts()
    dtype = _string_dtype(one_of(storage, ("python", "pyarrow")), a_flag(strict))
    members = np.fromiter(texts, dtype=object, count=len(texts))
    decoder.spend(COST["index"] + len(texts) / 4, 50 * len(texts) + 1000)
    return dtype.construct_array_type()._from_sequence(members, dtype=dtype)


def _string_dtype(storage: str, strict: bool) -> pd.StringDtype:
    if strict:
        return pd.StringDtype(storage)
    try:
        return pd.StringDtype(storage, na_value=np.nan)
    except TypeError:  # pandas before 2.3 has but one string type without pyarrow
        return pd.StringDtype(storage)


def _encode_categories(encoder: Encoder, values: Any) -> list:
    dtype = values.dtype
    return ["ac", encode_array(encoder, np.asarray(values.codes)), encode_index(encoder, dtype.categories), bool(dtype.ordered)]


@decodes("ac", 3)
def _decode_categories(decoder: Decoder, codes: Any, categories: Any, ordered: Any) -> pd.Categorical:
    numbers = decoder.value(codes)
    kinds = _index(decoder, categories)
    if type(numbers) is not np.ndarray or numbers.dtype.kind != "i" or numbers.ndim != 1:
        raise refuse("codes")
    decoder.spend(2 * COST["index"] + len(kinds) / 4 + len(numbers) / 50, 16 * len(numbers) + 200 * len(kinds) + 1000)
    return pd.Categorical.from_codes(numbers, dtype=pd.CategoricalDtype(kinds, a_flag(ordered)))


def _encode_numpy_array(encoder: Encoder, values: Any) -> list:
    return ["an", encode_array(encoder, values._ndarray)]


@decodes("an", 1)
def _decode_numpy_array(decoder: Decoder, node: Any) -> Any:
    return NumpyArray(_ndarray(decoder, node))


def _ndarray(decoder: Decoder, node: Any) -> np.ndarray:
    values = decoder.value(node)
    if type(values) is not np.ndarray:
        raise refuse("array")
    return values


def _string_arrays() -> set[type]:
    found = {type(pd.array([], dtype=pd.StringDtype("python")))}
    for storage, options in (("pyarrow", {}), ("python", {"na_value": np.nan}), ("pyarrow", {"na_value": np.nan})):
        try:
            found.add(pd.StringDtype(storage, **options).construct_array_type())
        except (ImportError, TypeError, ValueError):
            continue
    return found


EXTENSION: dict[int, Callable[[Encoder, Any], list]] = {
    id(kind): function
    for function, kinds in (
        (_encode_moments, (DatetimeArray, TimedeltaArray)),
        (_encode_periods, (PeriodArray,)),
        (_encode_intervals, (IntervalArray,)),
        (_encode_masked, MASKED),
        (_encode_strings, _string_arrays()),
        (_encode_categories, (pd.Categorical,)),
        (_encode_numpy_array, (NumpyArray,)),
    )
    for kind in kinds
}
"""Extension arrays by the identity of their exact type: a student's own array type does not cross."""


def _encode_values(encoder: Encoder, values: Any) -> list:
    """Node of what a column or an index keeps its values in."""
    if type(values) is np.ndarray:
        node = encode_array(encoder, values)
        if node[0] == "@":
            raise Foreign(type(values).__name__)
        return node
    function = EXTENSION.get(id(type(values)))
    if function is None:
        raise Foreign(type(values).__name__)
    encoder.spend(COST["index"])
    return function(encoder, values)


def decode_values(decoder: Decoder, node: Any) -> Any:
    """A one-dimensional array, of numpy or of an extension."""
    values = decoder.plain_value(node)
    if (type(values) is not np.ndarray and id(type(values)) not in EXTENSION) or values.ndim != 1:
        raise refuse("array")
    return values


def _encode_extension(encoder: Encoder, value: Any) -> list:
    function = EXTENSION.get(id(type(value)))
    if function is None or value.ndim != 1:
        return encoder.foreign(value)
    encoder.spend(COST["index"])
    return encoder.whole(value, lambda: function(encoder, value))


encodes(DatetimeArray, TimedeltaArray, PeriodArray, IntervalArray, NumpyArray)(_encode_extension)
encodes(pd.Categorical, *MASKED, *_string_arrays())(_encode_extension)


# ----------------------------------------------------------------------------------------------------------------- indexes


@encodes(pd.Index)
def encode_index(encoder: Encoder, value: pd.Index) -> list:
    """Node of an index of any kind."""
    encoder.spend(COST["index"])
    family = bases(type(value))
    build = _encode_range_index if pd.RangeIndex in family else _encode_multi_index if pd.MultiIndex in family else _encode_flat_index
    return encoder.whole(value, lambda: encoder.inside(value, lambda: build(encoder, fields_of(value))))


def _encode_range_index(encoder: Encoder, fields: dict[str, Any]) -> list:
    steps = fields["_range"]
    if type(steps) is not range:
        raise Foreign("range")
    return ["xr", steps.start, steps.stop, steps.step, encoder.node(fields.get("_name"))]


def _encode_multi_index(encoder: Encoder, fields: dict[str, Any]) -> list:
    levels = [encode_index(encoder, level) for level in list.__iter__(fields["_levels"])]
    codes = [encode_array(encoder, np.asarray(code)) for code in list.__iter__(fields["_codes"])]
    names = [encoder.node(name) for name in list.__iter__(fields["_names"])]
    return ["xm", levels, codes, names, _order(fields.get("sortorder"))]


def _order(sortorder: Any) -> int | None:
    return None if sortorder is None else int(sortorder)


def _encode_flat_index(encoder: Encoder, fields: dict[str, Any]) -> list:
    return ["x", _encode_values(encoder, fields["_data"]), encoder.node(fields.get("_name")), _encode_freq(fields)]


@decodes("xr", 4)
def _decode_range_index(decoder: Decoder, start: Any, stop: Any, step: Any, name: Any) -> pd.RangeIndex:
    steps = range(*(whole_number(part, *_INT64) for part in (start, stop, step)))
    if len(steps) * 8 > decoder.limits.array:
        raise CodecError("array")
    decoder.spend(COST["index"], 1000)
    return pd.RangeIndex(steps, name=decoder.plain_value(name))


@decodes("xm", 4)
def _decode_multi_index(decoder: Decoder, levels: Any, codes: Any, names: Any, order: Any) -> pd.MultiIndex:
    if not 0 < len(a_list(levels)) == len(a_list(codes)) == len(a_list(names)) <= 1000:
        raise refuse("levels")
    kept = [_index(decoder, level) for level in levels]
    numbers = [_ndarray(decoder, code) for code in codes]
    if any(code.dtype.kind != "i" or code.ndim != 1 for code in numbers):
        raise refuse("codes")
    cells, entries = sum(map(len, numbers)), sum(map(len, kept))
    decoder.spend(COST["index"] * (2 + len(kept)) + entries / 4 + cells / 50, 16 * cells + 200 * entries + 2000)
    if order is not None:
        whole_number(order, 0, len(kept))
    labels = [decoder.plain_value(name) for name in names]
    return pd.MultiIndex(levels=kept, codes=numbers, names=labels, sortorder=order, verify_integrity=True)


@decodes("x", 3)
def _decode_flat_index(decoder: Decoder, node: Any, name: Any, freq: Any) -> pd.Index:
    values = decode_values(decoder, node)
    label = decoder.plain_value(name)
    decoder.spend(COST["index"], 1000)
    dtype = object if values.dtype == object else None
    index = pd.Index(values, name=label, dtype=dtype, tupleize_cols=False, copy=False)
    if freq is not None:
        if not isinstance(index, (pd.DatetimeIndex, pd.TimedeltaIndex)):
            raise refuse("frequency")
        offset = _decode_freq(freq, len(index))
        decoder.spend(COST["steps"] + len(index) * (COST["packed"] if _is_even(offset) else 1), 200 * len(index) + 2000)
        index.freq = offset
    return index


def _index(decoder: Decoder, node: Any) -> pd.Index:
    index = decoder.plain_value(node)
    if not isinstance(index, pd.Index):
        raise refuse("index")
    return index


# ------------------------------------------------------------------------------------------------------ columns and tables


@encodes(pd.Series)
def _encode_series(encoder: Encoder, value: pd.Series) -> list:
    fields = fields_of(value)
    manager = fields.get("_mgr")
    if type(manager) is not SingleBlockManager:
        return encoder.foreign(value)
    encoder.spend(COST["series"])
    (axis,), (block,) = manager.axes, manager.blocks

    def build() -> list:
        label = encoder.node(fields.get("_name"))
        return ["se", encode_index(encoder, axis), _encode_values(encoder, block.values), label, _encode_attrs(encoder, fields)]

    return encoder.whole(value, lambda: encoder.inside(value, build))


def _encode_attrs(encoder: Encoder, fields: dict[str, Any]) -> Any:
    attrs = fields.get("_attrs")
    return encoder.node(attrs) if attrs else None


def _set_attrs(decoder: Decoder, value: Any, node: Any) -> Any:
    if node is not None:
        attrs = decoder.plain_value(node)
        if type(attrs) is not dict:
            raise refuse("attrs")
        value.attrs = attrs
    return value


@decodes("se", 4)
def _decode_series(decoder: Decoder, axis: Any, node: Any, name: Any, attrs: Any) -> pd.Series:
    index = _index(decoder, axis)
    values = decode_values(decoder, node)
    if len(values) != len(index):
        raise refuse("length")
    decoder.spend(COST["series"], 2000)
    series = _column(values, index)
    series.name = decoder.plain_value(name)
    return _set_attrs(decoder, series, attrs)


def _column(values: Any, index: pd.Index) -> pd.Series:
    return pd.Series(values, index=index, dtype=object if values.dtype == object else None, copy=False)


@encodes(pd.DataFrame)
def _encode_frame(encoder: Encoder, value: pd.DataFrame) -> list:
    fields = fields_of(value)
    manager = fields.get("_mgr")
    if type(manager) is not BlockManager:
        return encoder.foreign(value)
    encoder.spend(COST["table"])
    columns, index = manager.axes

    def build() -> list:
        axes = [encode_index(encoder, axis) for axis in (index, columns)]
        blocks = [part for block in manager.blocks for part in _encode_block(encoder, block)]
        return ["df", *axes, blocks, _encode_attrs(encoder, fields)]

    return encoder.whole(value, lambda: encoder.inside(value, build))


def _encode_block(encoder: Encoder, block: Any) -> list[list]:
    """Nodes of one block: all its columns in one two-dimensional array, or one node a column."""
    places = block.mgr_locs.as_array.tolist()
    encoder.spend(len(places))
    values = block.values
    if type(values) is np.ndarray or values.ndim == 1:
        return [[places, _encode_values(encoder, values)]]
    return [[[place], _encode_values(encoder, values[row])] for row, place in enumerate(places)]


@decodes("df", 4)
def _decode_frame(decoder: Decoder, axis: Any, header: Any, blocks: Any, attrs: Any) -> pd.DataFrame:
    index, columns = _index(decoder, axis), _index(decoder, header)
    decoder.spend(COST["table"] + len(columns), 5000)
    parts = [_decode_block(decoder, block, len(index), len(columns)) for block in a_list(blocks)]
    places = sorted(place for places, _ in parts for place in places)
    if places != list(range(len(columns))):
        raise refuse("columns")
    frame = _table(decoder, parts, index, len(columns))
    frame.columns = columns
    return _set_attrs(decoder, frame, attrs)


def _decode_block(decoder: Decoder, block: Any, rows: int, columns: int) -> tuple[list[int], Any]:
    places, node = a_list(block)
    decoder.spend(len(a_list(places)), 16 * len(places))
    for place in places:
        whole_number(place, 0, columns - 1)
    values = decoder.plain_value(node)
    shape = (len(places), rows)
    if type(values) is np.ndarray:
        if values.shape != shape:
            raise refuse("block")
    elif id(type(values)) not in EXTENSION or (1, len(values)) != shape:
        raise refuse("block")
    decoder.spend(0, values.nbytes)
    return places, values


def _table(decoder: Decoder, parts: list[tuple[list[int], Any]], index: pd.Index, width: int) -> pd.DataFrame:
    if len(parts) == 1 and type(parts[0][1]) is np.ndarray and parts[0][0] == list(range(width)):
        values = parts[0][1].T
        return pd.DataFrame(values, index=index, dtype=object if values.dtype == object else None, copy=False)
    decoder.spend(COST["column"] * width, 1000 * width)
    columns: dict[int, pd.Series] = {}
    for places, values in parts:
        rows = values if type(values) is np.ndarray else [values]
        columns.update((place, _column(row, index)) for place, row in zip(places, rows, strict=True))
    return pd.DataFrame({place: columns[place] for place in range(width)}, index=index, copy=False)


# ------------------------------------------------------------------------------------------------------------------- dtypes


@encodes(pd.CategoricalDtype)
def _encode_categorical_dtype(encoder: Encoder, value: pd.CategoricalDtype) -> list:
    if type(value) is not pd.CategoricalDtype:
        return encoder.foreign(value)
    kinds = value.categories
    return encoder.whole(value, lambda: ["pc", None if kinds is None else encode_index(encoder, kinds), value.ordered])


@decodes("pc", 2)
def _decode_categorical_dtype(decoder: Decoder, categories: Any, ordered: Any) -> pd.CategoricalDtype:
    if ordered is not None:
        a_flag(ordered)
    kinds = None if categories is None else _index(decoder, categories)
    entries = 0 if kinds is None else len(kinds)
    decoder.spend(COST["index"] + entries / 4, 200 * entries + 1000)
    return pd.CategoricalDtype(kinds, ordered)


@encodes(pd.DatetimeTZDtype)
def _encode_zone_dtype(encoder: Encoder, value: pd.DatetimeTZDtype) -> list:
    return encoder.whole(value, lambda: ["pz", value.unit, encode_zone(encoder, value.tz)])


@decodes("pz", 2)
def _decode_zone_dtype(decoder: Decoder, unit: Any, zone: Any) -> pd.DatetimeTZDtype:
    decoder.spend(COST["index"], 500)
    return pd.DatetimeTZDtype(one_of(unit, UNITS), decode_zone(decoder, zone))


@encodes(pd.StringDtype)
def _encode_string_dtype(encoder: Encoder, value: pd.StringDtype) -> list:
    return ["ps", value.storage, getattr(value, "na_value", pd.NA) is pd.NA]


@decodes("ps", 2)
def _decode_string_dtype(decoder: Decoder, storage: Any, strict: Any) -> pd.StringDtype:
    decoder.spend(COST["array"], 500)
    return _string_dtype(one_of(storage, ("python", "pyarrow")), a_flag(strict))


@encodes(*{type(dtype) for dtype in MASKED_DTYPES.values()})
def _encode_masked_dtype(encoder: Encoder, value: Any) -> list:
    return ["pm", next(name for name, dtype in MASKED_DTYPES.items() if dtype == value)]


@decodes("pm", 1)
def _decode_masked_dtype(decoder: Decoder, name: Any) -> Any:
    return MASKED_DTYPES[one_of(name, MASKED_DTYPES)]


@encodes(pd.PeriodDtype)
def _encode_period_dtype(encoder: Encoder, value: pd.PeriodDtype) -> list:
    freq = value.name[len("period[") : -1]
    return ["pp", freq] if type(value) is pd.PeriodDtype and _PERIOD.fullmatch(freq) else encoder.foreign(value)


@decodes("pp", 1)
def _decode_period_dtype(decoder: Decoder, freq: Any) -> pd.PeriodDtype:
    decoder.spend(COST["frequency"], 500)
    return _period_dtype(freq)[0]


@encodes(pd.IntervalDtype)
def _encode_interval_dtype(encoder: Encoder, value: pd.IntervalDtype) -> list:
    if type(value) is not pd.IntervalDtype:
        return encoder.foreign(value)
    return encoder.whole(value, lambda: ["pi", encoder.node(value.subtype), value.closed])


@decodes("pi", 2)
def _decode_interval_dtype(decoder: Decoder, subtype: Any, closed: Any) -> pd.IntervalDtype:
    inner = decoder.plain_value(subtype)
    if not (inner is None or type(inner) is pd.DatetimeTZDtype or (isinstance(inner, np.dtype) and inner.kind in "iufmM")):
        raise refuse("interval")
    decoder.spend(COST["array"], 500)
    return pd.IntervalDtype(inner, None if closed is None else one_of(closed, SIDES))
