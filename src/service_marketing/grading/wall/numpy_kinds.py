"""Arrays and scalars of numpy: raw buffers whose type is spelled in a closed grammar, and object arrays of plain members."""

import math
import re
from builtins import any, bytes, int, len, list, object, slice, str, tuple, type, vars  # noqa: UP029
from typing import Any

import numpy as np

from .kinds import (
    COST,
    CodecError,
    Decoder,
    Encoder,
    a_list,
    bases,
    decodes,
    encodes,
    refuse,
    whole_number,
)
from .plain_kinds import TYPES

_UNITS = "Y|M|W|D|h|m|s|ms|us|ns|ps|fs|as"
_PLAIN = re.compile(rf"[<>|](?:b1|[iu][1248]|f(?:2|4|8|16)|c(?:8|16|32)|[SUV][1-9]\d{{0,6}}|[mM]8(?:\[(?:[1-9]\d{{0,5}})?(?:{_UNITS})\])?)")
_LARGEST = 1 << 23
_TOBYTES = np.generic.tobytes
_DTYPE = vars(np.generic)["dtype"].__get__

SCALARS = tuple({np.dtype(code).type for code in "?bhilqBHILQefdgFDGMmV"})
TYPES.update({f"numpy.{kind.__name__}": kind for kind in (*SCALARS, np.str_, np.bytes_, np.ndarray)})


def spell(dtype: np.dtype, depth: int = 0) -> str | list | None:
    """How a type stands in the header: numpy's short string, or a list for a structured one. None: it does not cross."""
    if dtype.names is None:
        return dtype.str if _PLAIN.fullmatch(dtype.str) and dtype.subdtype is None and dtype.itemsize <= _LARGEST else None
    if depth > 4 or len(dtype.names) > 1000 or not dtype.names or not 0 < dtype.itemsize <= _LARGEST:
        return None
    fields = []
    for name in dtype.names:
        field, offset, *title = dtype.fields[name]
        base, shape = field.subdtype or (field, ())
        spelled = spell(base, depth + 1)
        if spelled is None or field.itemsize == 0 or any(type(text) is not str for text in title):
            return None
        fields.append([name, offset, spelled, list(shape), *title])
    return [dtype.itemsize, fields]


def read_dtype(spelled: Any, depth: int = 0) -> np.dtype:
    """The type that `spell` spelled. Raises CodecError for anything else."""
    if type(spelled) is str:
        if not _PLAIN.fullmatch(spelled):
            raise refuse("dtype")
        dtype = np.dtype(spelled)
        if not 0 < dtype.itemsize <= _LARGEST:
            raise refuse("dtype")
        return dtype
    size, fields = a_list(spelled)
    if depth > 4 or not 0 < len(a_list(fields)) <= 1000:
        raise refuse("dtype")
    whole_number(size, 1, _LARGEST)
    names, formats, offsets, titles = [], [], [], []
    for name, offset, inner, shape, *title in fields:
        base = read_dtype(inner, depth + 1)
        shape = read_shape(shape, 8)
        if (
            any(type(text) is not str for text in (name, *title))
            or len(title) > 1
            or not 0 < math.prod(shape) * base.itemsize <= size - whole_number(offset, 0, size)
        ):
            raise refuse("dtype")
        names.append(name)
        formats.append((base, shape))
        offsets.append(offset)
        titles.append(title[0] if title else None)
    return np.dtype({"names": names, "formats": formats, "offsets": offsets, "titles": titles, "itemsize": size})


def read_shape(shape: Any, most: int = 32) -> tuple[int, ...]:
    """The shape of an array of at most `most` dimensions."""
    if len(a_list(shape)) > most:
        raise refuse("shape")
    return tuple(whole_number(length, 0, 1 << 40) for length in shape)


def check_cells(values: np.ndarray) -> None:
    """Refuse bytes that are no value of their type: truth values other than 0 and 1, characters beyond Unicode, dates of no unit."""
    if values.dtype.names is not None:
        for name in values.dtype.names:
            check_cells(values[name])
    elif values.dtype.kind == "b":
        if values.size and np.ascontiguousarray(values).view("u1").max() > 1:
            raise refuse("flags")
    elif values.dtype.kind == "M" and np.datetime_data(values.dtype)[0] == "generic":
        if not np.isnat(values).all():
            raise refuse("date")
    elif values.dtype.kind == "U" and values.size:
        order = values.dtype.str[0]
        if np.ascontiguousarray(values).reshape(-1).view(f"{order}u4").max() > 0x10FFFF:
            raise refuse("characters")


@encodes(np.ndarray)
def encode_array(encoder: Encoder, value: np.ndarray) -> list:
    """Node of an array; a subclass is taken for a plain array, but for a masked one, whose mask would be lost."""
    if type(value) is not np.ndarray:
        if np.ma.MaskedArray in bases(type(value)):
            return encoder.foreign(value)
        value = np.ndarray.view(value, np.ndarray)
    encoder.spend(COST["array"])
    order = "F" if value.flags.f_contiguous and not value.flags.c_contiguous else "C"
    if value.dtype == object:
        if value.size > encoder.items:
            raise CodecError("items")
        shape = list(value.shape)
        build = lambda: ["no", shape, order == "F", encoder.members(value.ravel(order).tolist())]  # noqa: E731
        return encoder.whole(value, lambda: encoder.inside(value, build))
    spelled = spell(value.dtype)
    if spelled is None:
        return encoder.foreign(value)
    if value.nbytes > encoder.limits.array:
        raise CodecError("array")
    encoder.add(value.tobytes(order))
    return ["nd", spelled, list(value.shape), order == "F"]


@decodes("nd", 3)
def decode_array(decoder: Decoder, spelled: Any, shape: Any, fortran: Any) -> np.ndarray:
    """An array of its own, writable."""
    if type(spelled) is list:
        decoder.spend(COST["array"] + len(str(spelled)) / 2)
    dtype, shape = read_dtype(spelled), read_shape(shape)
    data = decoder.take()
    if math.prod(shape) * dtype.itemsize != len(data):
        raise refuse("shape")
    if math.prod(length for length in shape if length) * dtype.itemsize > decoder.limits.array:
        raise CodecError("array")
    decoder.spend(COST["array"] + len(shape) / 2, 2 * len(data) + 200)
    values = np.frombuffer(data, dtype).copy() if len(data) else np.empty(0, dtype)
    check_cells(values)
    return values.reshape(shape, order="F" if fortran is True else "C")


@decodes("no", 3)
def decode_objects(decoder: Decoder, shape: Any, fortran: Any, body: Any) -> np.ndarray:
    """An array of plain Python values."""
    shape = read_shape(shape)
    decoder.plain += 1
    members = decoder.members(body)
    decoder.plain -= 1
    if math.prod(shape) != len(members) or math.prod(length for length in shape if length) * 8 > decoder.limits.array:
        raise refuse("shape")
    decoder.spend(COST["array"], 16 * len(members) + 200)
    values = np.fromiter(members, dtype=object, count=len(members))
    return values.reshape(shape, order="F" if fortran is True else "C")


@encodes(*SCALARS)
def _encode_scalar(encoder: Encoder, value: np.generic) -> list:
    if type(type(value)) is not type:  # numpy would look the type up, and run its metaclass
        return encoder.foreign(value)
    spelled = spell(_DTYPE(value))
    if spelled is None:
        return encoder.foreign(value)
    encoder.add(_TOBYTES(value))
    return ["ns", spelled]


@decodes("ns", 1)
def _decode_scalar(decoder: Decoder, spelled: Any) -> np.generic:
    dtype = read_dtype(spelled)
    data = decoder.take()
    if len(data) != dtype.itemsize:
        raise refuse("scalar")
    decoder.spend(COST["array"], 2 * len(data) + 100)
    values = np.frombuffer(data, dtype).copy()
    check_cells(values)
    return values[0]


@encodes(np.str_)
def _encode_numpy_str(encoder: Encoder, value: np.str_) -> list:
    return ["nu", encoder.node(str.__str__(value))]


@decodes("nu", 1)
def _decode_numpy_str(decoder: Decoder, node: Any) -> np.str_:
    text = decoder.value(node)
    if type(text) is not str:
        raise refuse("string")
    decoder.spend(1, 5 * len(text) + 100)
    return np.str_(text)


@encodes(np.bytes_)
def _encode_numpy_bytes(encoder: Encoder, value: np.bytes_) -> list:
    encoder.add(bytes.__getitem__(value, slice(None)))
    return ["ny"]


@decodes("ny", 0)
def _decode_numpy_bytes(decoder: Decoder) -> np.bytes_:
    data = decoder.take()
    decoder.spend(1, 2 * len(data) + 100)
    return np.bytes_(bytes(data))


@encodes(np.dtype)
def _encode_dtype(encoder: Encoder, value: np.dtype) -> list:
    if value.kind == "O":
        return ["npt", "object"]
    spelled = spell(value)
    return encoder.foreign(value) if spelled is None else ["npt", spelled]


@decodes("npt", 1)
def _decode_dtype(decoder: Decoder, spelled: Any) -> np.dtype:
    decoder.spend(COST["array"] + (len(str(spelled)) / 2 if type(spelled) is list else 0), 1000)
    return np.dtype(object) if spelled == "object" else read_dtype(spelled)
