"""What a model says about an argument that it cannot use.

Messages are Chinese first and English second: a model has no way to know its reader's language.
"""

import math


def number(name, value, low=-math.inf, high=math.inf):
    """`value` itself, a finite number from `low` to `high`; raises ValueError otherwise."""
    if not _usable(value, low, high):
        raise ValueError(_complaint(name, value, low, high, "数", "a number"))
    return value


def whole(name, value, low=-math.inf, high=math.inf):
    """`value` as an int; raises ValueError unless it is a whole number from `low` to `high`."""
    if not _usable(value, low, high) or int(value) != value:
        raise ValueError(_complaint(name, value, low, high, "整数", "a whole number"))
    return int(value)


def numbers(name, values, low=-math.inf, high=math.inf):
    """`values` as a non-empty list of numbers from `low` to `high`; raises ValueError naming the first bad place."""
    try:
        values = list(values)
    except TypeError:
        raise ValueError(f"{name} 应是一列数，收到 {values!r} (a list of numbers is wanted)") from None
    if not values:
        raise ValueError(f"{name} 是空的，至少要有一个数 (at least one number is wanted)")
    for i in range(len(values)):
        number(f"{name}[{i}]", values[i], low, high)
    return values


def option(name, value, options):
    """`value` itself when it is one of `options`; raises ValueError that lists them."""
    if value not in options:
        listed = "、".join([str(o) for o in options])
        raise ValueError(f"{name} 只能是 {listed} 之一，收到 {value!r} (one of these is wanted)")
    return value


def _usable(value, low, high):
    try:
        # numpy scalars and Decimals are numbers too, but a string that looks like one is not
        return not isinstance(value, (bool, str)) and low <= float(value) <= high and math.isfinite(value)
    except (TypeError, ValueError, OverflowError):
        return False


def _complaint(name, value, low, high, kind, english):
    if low == -math.inf and high == math.inf:
        where, there = "", ""
    elif high == math.inf:
        where, there = f"不小于 {low} 的", f" of {low} or more"
    elif low == -math.inf:
        where, there = f"不大于 {high} 的", f" of {high} or less"
    else:
        where, there = f"从 {low} 到 {high} 的", f" from {low} to {high}"
    return f"{name} 应是{where}{kind}，收到 {value!r} ({english}{there} is wanted)"
