"""A strict comparison of values: types, dtypes, order, indexes, names, time zones; one nan equals another."""

import math
from collections import Counter, OrderedDict, defaultdict, deque
from datetime import datetime, time
from decimal import Decimal

import numpy as np
import pandas as pd


def same(a, b) -> bool:
    """Whether nothing tells `a` and `b` apart."""
    if type(a) is not type(b):
        return False
    for kinds, compare in _COMPARISONS:
        if isinstance(a, kinds):
            return compare(a, b)
    return a == b


def _floats(a, b) -> bool:
    return (a != a and b != b) or (a == b and math.copysign(1, a) == math.copysign(1, b))


def _members(a, b) -> bool:
    return len(a) == len(b) and all(map(same, a, b))


def _mappings(a, b) -> bool:
    if isinstance(a, defaultdict) and a.default_factory is not b.default_factory:
        return False
    return _members(list(a), list(b)) and _members(list(a.values()), list(b.values()))


def _sets(a, b) -> bool:
    return len(a) == len(b) and sorted(map(repr, a)) == sorted(map(repr, b))


def _arrays(a, b) -> bool:
    if a.dtype != b.dtype or a.shape != b.shape or a.flags.f_contiguous != b.flags.f_contiguous:
        return False
    if a.dtype == object:
        return _members(a.ravel().tolist(), b.ravel().tolist())
    if a.dtype.names:
        return all(_arrays(np.ascontiguousarray(a[n]), np.ascontiguousarray(b[n])) for n in a.dtype.names)
    if a.dtype.kind in "fc":
        return all(map(same, a.ravel().astype(complex).tolist(), b.ravel().astype(complex).tolist()))
    return a.tobytes() == b.tobytes()


def _complexes(a, b) -> bool:
    return _floats(a.real, b.real) and _floats(a.imag, b.imag)


def _scalars(a, b) -> bool:
    return _arrays(np.asarray(a), np.asarray(b))


def _extension_arrays(a, b) -> bool:
    if isinstance(a, pd.Categorical):
        return a.dtype == b.dtype and same(a.categories, b.categories) and _arrays(np.asarray(a.codes), np.asarray(b.codes))
    return a.dtype == b.dtype and _members(list(a), list(b))


def _indexes(a, b) -> bool:
    if not _members(list(a.names), list(b.names)):
        return False
    if isinstance(a, pd.MultiIndex):
        levels = all(_members(list(x), list(y)) and x.dtype == y.dtype for x, y in zip(a.levels, b.levels, strict=True))
        return levels and all(map(np.array_equal, a.codes, b.codes))
    if isinstance(a, pd.RangeIndex):
        return (a.start, a.stop, a.step) == (b.start, b.stop, b.step)
    return a.dtype == b.dtype and getattr(a, "freq", None) == getattr(b, "freq", None) and same(a.array, b.array)


def _series(a, b) -> bool:
    return same(a.name, b.name) and same(a.index, b.index) and a.dtype == b.dtype and same(a.array, b.array) and same(a.attrs, b.attrs)


def _frames(a, b) -> bool:
    if not (same(a.index, b.index) and same(a.columns, b.columns) and same(a.attrs, b.attrs)):
        return False
    return all(same(a.iloc[:, i], b.iloc[:, i]) for i in range(a.shape[1]))


def _moments(a, b) -> bool:
    if a is pd.NaT:
        return True
    zones = str(a.tzinfo) == str(b.tzinfo) and type(a.tzinfo) is type(b.tzinfo)
    return zones and a.isoformat() == b.isoformat() and a.fold == b.fold and getattr(a, "unit", None) == getattr(b, "unit", None)


_COMPARISONS = (
    ((np.ndarray,), _arrays),
    ((pd.DataFrame,), _frames),
    ((pd.Series,), _series),
    ((pd.Index,), _indexes),
    ((pd.api.extensions.ExtensionArray,), _extension_arrays),
    ((np.generic,), _scalars),
    ((float,), _floats),
    ((complex,), _complexes),
    ((Decimal,), lambda a, b: str(a) == str(b)),
    ((list, tuple, deque), _members),
    ((dict, OrderedDict, Counter), _mappings),
    ((set, frozenset), _sets),
    ((slice,), lambda a, b: _members([a.start, a.stop, a.step], [b.start, b.stop, b.step])),
    ((type(pd.NaT),), lambda a, b: True),
    ((type(pd.NA),), lambda a, b: True),
    ((datetime, time), _moments),
)
