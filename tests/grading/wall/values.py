"""Values that students compute with, one of every kind and of every corner that went wrong somewhere."""

import math
from collections import Counter, OrderedDict, defaultdict, deque
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytz

SHANGHAI = "Asia/Shanghai"


def plain() -> list:
    """Values of Python itself."""
    ordered = OrderedDict(a=1, b=2)
    ordered.move_to_end("a")
    return [
        *(None, True, False, 0, -1, 2**63 - 1, -(2**63), 2**63, -(2**63) - 1, 3**2000),
        *(0.0, -0.0, 1.5, 1e16, 1e-300, 5e-324, math.nan, math.inf, -math.inf, 0.1 + 0.2),
        *(1j, complex(-0.0, math.nan), complex(math.inf, -0.0)),
        *("", "a", "客户满意度", "\0", "\ud83d", "\ud83d\ude00", "\ude00\ud83d", "😀", '"\\\n', "x" * 100_000, "é" * 250),
        *(b"", b"\0\xff", bytearray(b"abc"), bytearray()),
        *([], [1], [1] * 20, [1.5, math.nan] * 10, ["a", None, "\ud800", "客", math.nan] * 5, [True] * 10, [1, True] * 10, [2**70] * 10),
        *([[]], [[[1], (2,)]], (), (1,), tuple(range(100)), ("a",) * 9, [None] * 12, [pd.NA, "a", pd.NaT, None, math.nan] * 3),
        *(set(), {1, "a", None}, {(1, 2), (3, frozenset({4}))}, frozenset(), frozenset("abc"), set(range(50))),
        *({}, {"b": 1, "a": 2}, {1: "x", None: [1], (1, 2): {}, 2.5: {3}, False: 0, b"k": "v"}, {i: str(i) for i in range(100)}),
        *(
            ordered,
            Counter("hello"),
            Counter(),
            deque([1, 2], 5),
            deque(),
            defaultdict(int, a=1),
            defaultdict(list, {1: [2]}),
            defaultdict(None),
        ),
        *(range(5), range(0, 10**12, 3), range(-(10**30), 5, -7), slice(None), slice(1, 10, 2), slice("a", (1, 2)), ..., NotImplemented),
        *(
            date(2026, 2, 28),
            date.min,
            date.max,
            time(1, 2, 3, 4),
            time(1, tzinfo=UTC),
            time(2, fold=1),
            timedelta(-1, 5, 7),
            timedelta.max,
        ),
        *(
            datetime(2026, 1, 2, 3, 4, 5, 6),
            datetime.min,
            datetime(2026, 1, 1, tzinfo=UTC),
            datetime(2026, 1, 1, tzinfo=ZoneInfo(SHANGHAI)),
        ),
        datetime(2025, 10, 26, 2, 30, fold=1, tzinfo=ZoneInfo("Europe/Berlin")),
        datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=-5, minutes=-30), "there")),
        datetime(2026, 1, 1, tzinfo=timezone(timedelta(seconds=1))),
        pytz.timezone("Europe/Berlin").localize(datetime(2026, 7, 1)),
        pytz.timezone("Europe/Berlin").localize(datetime(2026, 1, 1)),
        datetime(2026, 1, 1, tzinfo=pytz.UTC),
        *(
            Decimal("1.10"),
            Decimal("-0"),
            Decimal("NaN"),
            Decimal("Infinity"),
            Decimal("1E+999"),
            Fraction(-1, 3),
            Fraction(3**500, 2**300),
        ),
        *(int, float, str, list, dict, type(None), object),
    ]


def arrays() -> list:
    """Arrays and scalars of numpy."""
    grid = np.arange(24.0).reshape(2, 3, 4)
    packed = np.dtype([("name", "U5"), ("age", "<i4"), ("ok", "?"), ("at", "M8[s]"), ("xy", "<f8", (2, 2)), ("in", [("q", ">i2")])])
    spaced = np.dtype({"names": ["a", "b"], "formats": ["<i2", "<f8"], "offsets": [2, 8], "itemsize": 24})
    objects = np.empty((2, 2), dtype=object)
    objects[:] = [[1, "a"], [None, [1, 2]]]
    numeric = [np.array([0, 1, 2]).astype(code) for code in "?bhilqBHILQefdgFDGSUV" if code not in "V"]
    return [
        *numeric,
        *(kind(1) for kind in (np.int8, np.uint64, np.float16, np.float64, np.longdouble, np.complex64, np.bool_)),
        *(np.float64("nan"), np.float64(-0.0), np.str_("客"), np.str_(""), np.bytes_(b"x\0y"), np.bytes_(b""), np.void(b"abc")),
        *(np.datetime64("2026-01-01"), np.datetime64("NaT"), np.timedelta64(5, "h"), np.datetime64("2026-01-01T00:00", "25s")),
        *(np.array(5), np.array([]), np.empty((0, 3)), np.empty((3, 0, 2), "i2"), np.array("text"), np.array(["a", "客客", ""])),
        *(grid, np.asfortranarray(grid), grid[:, ::2, ::-1], grid.T, np.broadcast_to(np.float32(1), (3, 4)), grid.astype(">f4")),
        *(np.array(["2026-01-01", "NaT"], "M8[D]"), np.array([1, 2], "m8[ms]"), np.array([1, 2], "m8"), np.array([3], "M8[10us]")),
        *(np.zeros(3, packed), np.ones((2, 2), spaced), np.zeros(2, packed)[0], np.zeros(0, spaced)),
        *(objects, np.asfortranarray(objects), np.array(["a", None, math.nan] * 10, dtype=object), np.empty(0, dtype=object)),
        *(np.dtype("i4"), np.dtype(object), packed, spaced, np.float64, np.int64, np.bool_),
    ]


def tables() -> list:
    """What pandas makes."""
    days = pd.date_range("2026-01-01", periods=4)
    cities = pd.CategoricalDtype(["上海", "北京", "x"], ordered=True)
    mixed = pd.DataFrame(
        {
            "n": [1, 2, 3, 4],
            "x": [1.5, math.nan, -0.0, 7e9],
            "s": ["a", None, "客", ""],
            "b": [True, False, True, True],
            "t": days,
            "z": days.tz_localize(SHANGHAI),
            "c": pd.Categorical(["上海", None, "北京", "上海"], dtype=cities),
            "i": pd.array([1, None, 3, 4], "Int64"),
            "u": pd.array([1, None, 3, 4], "UInt8"),
            "f": pd.array([1.5, None, 3, 4], "Float32"),
            "o": pd.array([True, None, False, True], "boolean"),
            "w": pd.array(["a", None, "客", ""], "string"),
            "p": pd.period_range("2026-01", periods=4, freq="M"),
            "v": pd.interval_range(0, 4),
            "d": pd.to_timedelta([1, 2, None, 4], unit="h"),
            "j": [[1], {"a": 2}, (3,), {4}],
            "k": np.array([1, 2, 3, 4], "f4"),
        },
        index=pd.Index(["a", "b", "b", "d"], name="行"),
    )
    mixed.attrs = {"source": "问卷", "n": 4}
    twice = pd.DataFrame([[1, "a", 2.5], [2, "b", 3.5]], columns=["a", "b", "a"])
    hotels = pd.MultiIndex.from_product([["上海", "北京"], [1, 2]], names=["city", None])
    labels = pd.MultiIndex.from_tuples([("a", 1), ("a", 2), (None, 3)], names=["x", ("y", 1)])
    gaps = pd.MultiIndex.from_arrays([days.tz_localize("UTC"), pd.Categorical(list("abca"))])
    return [
        *(mixed, mixed.iloc[1:3], mixed.iloc[:0], mixed[["x"]], mixed.T, mixed[["n", "x"]].T, twice, pd.DataFrame()),
        *(
            pd.DataFrame(index=range(5)),
            pd.DataFrame(columns=["a", "b"]),
            pd.DataFrame(np.zeros((3, 0))),
            mixed.dtypes,
            mixed.reset_index(),
        ),
        *(pd.DataFrame(np.arange(6.0).reshape(3, 2), columns=hotels[:2], index=labels), mixed.set_index(["n", "s"]), mixed.describe()),
        *(pd.DataFrame({0: ["a", 1]}, dtype=object), pd.DataFrame({"a": pd.Series([days[0], "x"], dtype=object)}), mixed[["t", "d"]]),
        *(mixed[name] for name in mixed.columns),
        *(pd.Series(dtype=object), pd.Series([1], name=("a", 1)), pd.Series([1, 2], index=hotels[:2]), pd.Series(["a"], dtype=object)),
        pd.Series([1.0, 2.0], index=pd.Index([days[0], "x"], dtype=object), name=0),
        *(mixed.groupby("b")["n"].sum(), mixed["s"].value_counts(), mixed.groupby(["b", "s"]).size().unstack(), pd.get_dummies(mixed["s"])),
        *(
            pd.Index([]),
            pd.Index([1, 2]),
            pd.Index([1.5, math.nan]),
            pd.Index(["a", None]),
            pd.Index([True, False]),
            pd.Index([1], dtype="i1"),
        ),
        *(pd.Index([(1, 2), (3, 4)], tupleize_cols=False), pd.Index([1, "a", None], dtype=object), pd.Index(["a"], dtype="string")),
        *(
            pd.RangeIndex(5),
            pd.RangeIndex(10, 0, -3, name="r"),
            pd.CategoricalIndex(list("aba"), name="c"),
            pd.Index([1, None], dtype="Int64"),
        ),
        *(days, days.tz_localize(SHANGHAI), days.tz_localize("Europe/Berlin"), days[[0, 2, 3]], days.as_unit("s"), days.append(days)),
        *(pd.date_range("2026-01-31", periods=3, freq=f, tz=z) for f in ("ME", "QS-OCT", "W-WED", "B", "2h", "-1D") for z in (None, "UTC")),
        *(
            pd.date_range("2026-01-01", periods=2, tz=timezone(timedelta(hours=8))),
            pd.date_range("2026-03-28", periods=3, tz="Europe/Berlin"),
        ),
        *(pd.timedelta_range("1h", periods=3), pd.to_timedelta(["1h", None]), pd.DatetimeIndex([]), pd.DatetimeIndex(["NaT"])),
        *(pd.period_range("2026-01", periods=3, freq=f) for f in ("M", "Q-DEC", "Y-JUN", "W-SUN", "D", "h", "s")),
        *(pd.PeriodIndex(["2026-01", None], freq="M"), pd.interval_range(0.0, 3.0, closed="left"), pd.interval_range(days[0], days[3])),
        *(pd.interval_range(days.tz_localize("UTC")[0], periods=2), hotels, labels, gaps, hotels[:1], hotels[:0], labels.droplevel(0)),
        *(pd.Categorical(["a", None]), pd.array([1, None]), pd.array(["a", None]), pd.array([True, None]), pd.array([1.5, None])),
        *(days.array, days.tz_localize("UTC").array, pd.array([1, 2], dtype="i4"), pd.cut([1, 2, 3], 2), pd.qcut(range(10), 3)),
        *(pd.NaT, pd.NA, pd.Timestamp("2026-01-01"), pd.Timestamp("2026-01-01 01:02:03.123456789", tz=SHANGHAI), pd.Timestamp(5, unit="s")),
        *(
            pd.Timestamp("2025-10-26 00:30", tz="UTC").tz_convert("Europe/Berlin"),
            pd.Timestamp("2026", tz=ZoneInfo(SHANGHAI)),
            pd.Timestamp("2026").as_unit("s"),
        ),
        *(pd.Timedelta("1 days 2h"), pd.Timedelta(1, "ns"), pd.Timedelta("1h").as_unit("ms"), pd.Period("2026-01"), pd.Period("2026Q1")),
        *(pd.Interval(0, 1), pd.Interval(1.5, 2.5, "both"), pd.Interval(days[0], days[1], "neither")),
        *(cities, pd.CategoricalDtype(), pd.Int64Dtype(), pd.StringDtype(), pd.PeriodDtype("M"), pd.DatetimeTZDtype("ns", SHANGHAI)),
        *({"table": mixed, "list": [mixed["x"], days]}, (mixed, 5)),
    ]
