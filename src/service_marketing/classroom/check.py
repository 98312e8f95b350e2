"""What a test cell of an assignment says to a learner.

A beginner is helped by one sentence that tells what was expected, what came and where to look, not by a
traceback. So the two exceptions here render as their message alone, in a notebook and in the feedback. Messages are in the
language in use (`service_marketing.language`).
"""

import math
from collections.abc import Callable, Mapping, Sequence
from numbers import Number
from typing import Any

import numpy as np
import pandas as pd

from service_marketing.language import current, say

UNANSWERED = {"zh": "这一题还没有作答", "en": "This task has no answer yet"}
HIDDEN = {"zh": "换一组没有见过的数据", "en": "With data not seen before"}


class _Message(Exception):
    mark = ""

    def _render_traceback_(self) -> list[str]:
        """What IPython shows in place of a traceback."""
        return [f"{self.mark} {self}"]


class Unanswered(_Message):
    """The learner has not written anything for this task yet."""

    mark = "○"


class Wrong(_Message, AssertionError):
    """The answer is there and is not right."""

    mark = "✗"


def unanswered() -> str:
    """What is said of a task that has no answer yet, without a stop at its end: for a test's own message."""
    return UNANSWERED[current()]


def answer(names: Mapping[str, Any], name: str) -> Any:
    """The learner's value called `name` among `names` (the notebook's `globals()`).

    Raises Unanswered when it is still the `...` of the released notebook, Wrong when the name is not there at all.
    """
    if name not in names:
        raise Wrong(
            say(
                f"没有找到 {name}：写答案的那一格没有运行成功，或者名字改掉了。先运行那一格，看看有没有报错。",
                f"There is no {name}: the cell with your answer did not run to its end, or the name was changed. Run that cell and see "
                "whether it reports an error.",
            )
        )
    value = names[name]
    if value is ... or value is None:
        said = say(
            f"：给 {name} 赋值，运行写答案的那一格，然后运行这一格。",
            f": give {name} a value, run the cell with your answer, then run this one.",
        )
        raise Unanswered(f"{unanswered()}{said}")
    return value


def function(names: Mapping[str, Any], name: str) -> Callable[..., Any]:
    """The learner's function called `name` among `names`; raises Unanswered or Wrong."""
    value = answer(names, name)
    if not callable(value):
        raise Wrong(
            say(
                f"{name} 应是一个函数，现在是{_kind(value)}。看看 def 那一行是不是被改掉了。",
                f"{name} should be a function, but is {_kind(value)}. See whether the line that begins with def was changed.",
            )
        )
    return value


def number(names: Mapping[str, Any], name: str, low: float = -math.inf, high: float = math.inf, hint: str = "") -> float:
    """The learner's number `name`; raises Wrong unless it is a finite number from `low` to `high`."""
    value = answer(names, name)
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, Number):
        raise Wrong(_sentence(say(f"{name} 应是一个数，现在是{_kind(value)}", f"{name} should be a number, but is {_kind(value)}"), hint))
    if not math.isfinite(value):
        said = say(
            f"{name} 应是一个数，现在是 {value}：多半是除以了0，或者对空表求了平均",
            f"{name} should be a number, but is {value}: most likely a division by 0, or the mean of an empty table",
        )
        raise Wrong(_sentence(said, hint))
    if not low <= value <= high:
        said = say(
            f"{name} 应在 {_show(low)} 和 {_show(high)} 之间，你得到 {_show(value)}",
            f"{name} should be {_between(low, high)}; yours is {_show(value)}",
        )
        raise Wrong(_sentence(said, hint))
    return value


def equal(got: Any, expected: Any, what: str, hint: str = "", tolerance: float = 1e-6, reveal: bool = True) -> None:
    """Raises Wrong, about `what`, unless `got` equals `expected` within a relative `tolerance`.

    With `reveal` false the message keeps the expected value to itself, so that it cannot be copied.
    """
    difference = _difference(got, expected, tolerance)
    if difference is None:
        return
    wanted = say(f"应是 {_show(expected)}，", f"it should be {_show(expected)}, and ") if reveal else ""
    told = say(f"{what} 不对：{wanted}你得到 {_show(got)}{difference}", f"{what} is not right: {wanted}you have {_show(got)}{difference}")
    raise Wrong(_sentence(told, hint))


def call(function: Callable[..., Any], *arguments: Any, shown: bool = True) -> Any:
    """What the learner's `function` returns for `arguments`, which it may change without harm to ours.

    Raises Unanswered when nothing comes back, and Wrong with the cause when the function fails.
    With `shown` false the arguments are left out of the messages.
    """
    name = function.__name__
    made = f"{name}({', '.join(_show(a) for a in arguments)})"
    said = made if shown else say(f"{HIDDEN['zh']}，{name}", f"{HIDDEN['en']}, {name}")
    try:
        result = function(*[_copy(a) for a in arguments])
    except Exception as error:
        broken = f"{type(error).__name__}: {error}"
        raise Wrong(
            say(
                f"{said} 运行时出错：{broken}。先在自己的格子里调用一次，看错误指向哪一行。",
                f"{said} ended with an error: {broken}. Call it once in a cell of your own and see which line the error points to.",
            )
        ) from None
    if result is None or result is ...:
        told = say(f"，或者忘了写 return：{said} 什么也没有返回。", f", or a return is missing: {said} returns nothing.")
        raise Unanswered(f"{unanswered()}{told}")
    return result


def returns(
    names: Mapping[str, Any],
    name: str,
    cases: Sequence[tuple[tuple[Any, ...], Any]],
    part: Callable[[Any], Any] | None = None,
    what: str | None = None,
    hint: str = "",
    tolerance: float = 1e-6,
    hidden: bool = False,
) -> None:
    """Raises Unanswered or Wrong unless the learner's function `name` returns the expected value in every case.

    `cases` are pairs (arguments, expected value). `part` picks from the returned value what this test is about,
    called `what`. A `hidden` test says neither the arguments nor the values.
    """
    what = what or say("结果", "result")
    learner = function(names, name)
    for arguments, expected in cases:
        got = call(learner, *arguments, shown=not hidden)
        if part is not None:
            try:
                got = part(got)
            except Exception:
                told = say(f"{name} 返回的{_kind(got)}里找不到{what}", f"{name} returned {_kind(got)}, in which there is no {what}")
                raise Wrong(_sentence(told, hint)) from None
        difference = _difference(got, expected, tolerance)
        if difference is None:
            continue
        if hidden:
            told = say(
                f"{HIDDEN['zh']}，{name} 的{what}就不对了：公式要对任何数据都成立",
                f"{HIDDEN['en']}, the {what} of {name} is wrong: the formula has to hold for any data",
            )
            raise Wrong(_sentence(told, hint))
        shown = ", ".join(_show(a) for a in arguments)
        told = say(
            f"{name}({shown}) 的{what}应是 {_show(expected)}，你的函数给出 {_show(got)}{difference}",
            f"The {what} of {name}({shown}) should be {_show(expected)}; your function gives {_show(got)}{difference}",
        )
        raise Wrong(_sentence(told, hint))


def _sentence(text: str, hint: str) -> str:
    ends, stop, gap = say((("。", "？"), "。", ""), ((".", "?", "!"), ".", " "))
    return gap.join(part if part.endswith(ends) else f"{part}{stop}" for part in (text, hint) if part)


def _between(low: float, high: float) -> str:
    if math.isinf(high):
        return f"{_show(low)} or more"
    return f"{_show(high)} or less" if math.isinf(low) else f"between {_show(low)} and {_show(high)}"


def _copy(value: Any) -> Any:
    return value.copy() if hasattr(value, "copy") else value


def _kind(value: Any) -> str:
    kinds = say(
        {bool: "真假值", str: "文字", list: "列表", tuple: "元组", dict: "字典", int: "整数", float: "小数"},
        {
            bool: "True or False",
            str: "text",
            list: "a list",
            tuple: "a tuple",
            dict: "a dictionary",
            int: "a whole number",
            float: "a number",
        },
    )
    if isinstance(value, pd.DataFrame):
        return say("数据表（DataFrame）", "a table (DataFrame)")
    if isinstance(value, pd.Series):
        return say("一列数据（Series）", "a column (Series)")
    if callable(value):
        return say("函数", "a function")
    return f"{kinds.get(type(value), type(value).__name__)}"


def _show(value: Any) -> str:
    """A short text for a message."""
    if isinstance(value, (bool, np.bool_)):
        return str(bool(value))
    if isinstance(value, Number):
        return f"{value:.6g}"
    if isinstance(value, pd.DataFrame):
        return say(f"{len(value)} 行的数据表", f"a table of {len(value)} row{'s' * (len(value) != 1)}")
    if isinstance(value, (pd.Series, np.ndarray)):
        return _show(list(value)) if len(value) <= 6 else say(f"{len(value)} 个数", f"{len(value)} numbers")
    if isinstance(value, tuple):
        return "(" + ", ".join(_show(v) for v in value) + ")"
    if isinstance(value, list):
        return "[" + ", ".join(_show(v) for v in value[:12]) + (", …]" if len(value) > 12 else "]")
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"


def _difference(got: Any, expected: Any, tolerance: float) -> str | None:
    """None when equal, else a few words on where the two differ (possibly none)."""
    if isinstance(expected, pd.Series):
        return _series_difference(got, expected, tolerance)
    if isinstance(expected, (bool, np.bool_)):
        if not isinstance(got, (bool, np.bool_)):
            return say(f"（应是 True 或 False，不是{_kind(got)}）", f" (True or False is wanted, not {_kind(got)})")
        return None if bool(got) == bool(expected) else ""
    if isinstance(expected, Number):
        if isinstance(got, (bool, np.bool_)) or not isinstance(got, Number):
            return say(f"（应是一个数，不是{_kind(got)}）", f" (a number is wanted, not {_kind(got)})")
        return None if math.isclose(got, expected, rel_tol=tolerance, abs_tol=tolerance) else ""
    if isinstance(expected, (tuple, list)):
        if not isinstance(got, (tuple, list, np.ndarray)) or len(got) != len(expected):
            return say(f"（应是 {len(expected)} 个值）", f" ({len(expected)} values are wanted)")
        return None if all(_difference(g, e, tolerance) is None for g, e in zip(got, expected, strict=True)) else ""
    return None if type(got) is type(expected) and got == expected else ""


def _series_difference(got: Any, expected: pd.Series, tolerance: float) -> str | None:
    if not isinstance(got, (pd.Series, np.ndarray, list)) or len(got) != len(expected):
        return say(f"（应是一列，{len(expected)} 个数）", f" (a column of {len(expected)} numbers is wanted)")
    try:
        values = np.asarray(got, dtype=float)
    except (TypeError, ValueError):
        return say("（里面有不是数的内容）", " (some of it is no number)")
    wrong = np.flatnonzero(~np.isclose(values, expected.to_numpy(dtype=float), rtol=tolerance, atol=tolerance))
    if len(wrong) == 0:
        return None
    if len(values) == 1:
        return ""
    rows = f"（有 {len(wrong)} 行不同，第一处在第 {wrong[0] + 1} 行）"
    place = f"row {wrong[0] + 1} differs" if len(wrong) == 1 else f"{len(wrong)} rows differ, the first is row {wrong[0] + 1}"
    return say(rows, f" ({place})")
