"""Checks a reader's function against a reference: visible cases first, then cases drawn afresh.

In the portable subset of Python: the book's pages run this file in MicroPython, `practice.check` in a notebook's kernel.
A practice comes as plain data, `Practice.plain(language)`.
"""

import math

FRESH = 20
NEAR = 0.06  # an answer this close was most likely rounded

TYPES = {
    "str": ("文字", "a text"),
    "list": ("列表", "a list"),
    "tuple": ("几个数", "several numbers"),
    "dict": ("字典", "a dict"),
    "bool": ("真假值", "True or False"),
    "function": ("函数本身（是不是少了括号）", "a function itself (are its brackets missing?)"),
}


def check(practice, function, reference, wrongs, seed, attempt, explained, printed):
    """What to tell the reader about `function`, as plain data.

    practice: `Practice.plain(language)`; function, reference: the reader's function and the right one; wrongs: for each hint
    the function of its typical mistake, or None; seed: a whole number that the fresh cases come from; attempt: how many
    wrong answers there were before; explained: gives (line, sentence) for an exception; printed: says whether it
    wrote anything so far.
    Returns `passed`, `rows` (input, expected and got as texts, and `right`, for the visible cases and the first failing
    fresh one), `message`, `hint` ("" when there is none) and `line` (of an error, or None).
    """
    zh = practice["language"] == "zh"
    rows, failures, first = [], [], None
    shown = [list(case) for case in practice["cases"]]
    fresh = drawn(practice["sampler"], FRESH, seed)
    for number, case in enumerate(shown + fresh):
        visible = number < len(shown)
        expected = reference(*_copy(case))
        problem, got, line = None, None, None
        try:
            got = function(*_copy(case))
        except Exception as error:
            line, problem = explained(error)
        right = problem is None and same(got, expected, practice["tolerance"])
        if visible or (not right and not first):
            rows.append(
                {
                    "input": given(practice["arguments"], case),
                    "expected": told(expected),
                    "got": ("出错" if zh else "error") if problem else told(got, expected),
                    "right": right,
                }
            )
        if not right:
            failures.append((case, expected, got, problem is not None))
            if not first:
                first = (case, expected, got, problem, line, printed(), visible)
    if not first:
        count = len(shown)
        message = (
            f"全对：{count}个例子和{len(fresh)}个新抽的例子都对上了。"
            if zh
            else f"All right: {count} examples and {len(fresh)} fresh ones agree."
        )
        return {"passed": True, "rows": rows, "message": message, "hint": "", "line": None}
    case, expected, got, problem, line, wrote, visible = first
    inputs = given(practice["arguments"], case)
    if problem:
        at = "" if line is None else (f"第{line}行：" if zh else f"Line {line}: ")
        message = f"算 {inputs} 时出错了。{at}{problem}" if zh else f"An error with {inputs}. {at}{problem}"
        return {"passed": False, "rows": rows, "message": message, "hint": "", "line": line}
    wrong = _wrong_kind(got, expected, wrote, zh)
    if wrong:
        return {"passed": False, "rows": rows, "message": wrong, "hint": "", "line": None}
    new = "" if visible else ("例子都对，新抽的一个没对上。" if zh else "The examples are right, a fresh one is not. ")
    right_text, got_text = told(expected), told(got, expected)
    if zh:
        message = f"{new}{inputs} 时，应得 {right_text}，你的结果是 {got_text}。"
    else:
        message = f"{new}For {inputs} the result should be {right_text}; yours is {got_text}."
    hint = _hint(practice, failures, wrongs, attempt, zh)
    return {"passed": False, "rows": rows, "message": message, "hint": hint, "line": None}


def _wrong_kind(got, expected, wrote, zh):
    """What to say of an answer that is no number, or not as many; nothing when its kind is right."""
    wants = len(expected) if isinstance(expected, (tuple, list)) else 1
    if got is None:
        if wrote:
            return (
                "函数用print把结果显示了出来，却没有交回来。把print(…)改成return …。"
                if zh
                else "The function prints its result and hands nothing back. Change print(…) into return …."
            )
        return (
            "函数没有交回结果（得到的是None）。最后要有一行return，而且每条路都要走得到。"
            if zh
            else "The function hands nothing back (None). It needs a return that every path reaches."
        )
    if wants > 1:
        if isinstance(got, (tuple, list)) and len(got) == wants:
            return "" if all([_is_number(each) for each in got]) else _not_a_number(zh)
        return (
            f"结果应是{wants}个数，用逗号隔开：return 甲, 乙。你交回的是{_kind(got, True)}。"
            if zh
            else f"The result should be {wants} numbers with a comma between: return a, b. Yours is {_kind(got, False)}."
        )
    if isinstance(expected, str):
        return "" if isinstance(got, str) else ("结果应是文字。" if zh else "The result should be a text.")
    if not isinstance(got, (int, float)) or isinstance(got, bool):
        return f"结果应是一个数，你交回的是{_kind(got, True)}。" if zh else f"The result should be a number; yours is {_kind(got, False)}."
    return "" if _is_number(got) else _not_a_number(zh)


def _not_a_number(zh):
    return (
        "结果不是一个正常的数（NaN或无穷大）。看看哪一步算不出数来。"
        if zh
        else "The result is not a proper number (NaN or infinity). See which step goes wrong."
    )


def _is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _kind(value, zh):
    name = type(value).__name__
    if _is_number(value):
        return "一个数" if zh else "one number"
    chinese, english = TYPES.get(name, (name, name))
    return chinese if zh else english


def _hint(practice, failures, wrongs, attempt, zh):
    """The hint of the typical mistake that gives just these answers; else the ordinary ones, one after another."""
    ordinary = []
    for hint, wrong in zip(practice["hints"], wrongs):
        if wrong is None:
            ordinary.append(hint)
        elif all([_gives(wrong, case, got, failed, practice["tolerance"]) for case, _, got, failed in failures]):
            return hint
    if all([_apart(got, expected, 0, NEAR) for _, expected, got, _ in failures]):
        return (
            "差得很小：是不是中途四舍五入了？函数里不用取整。"
            if zh
            else "Very close: was something rounded on the way? The function need not round."
        )
    for factor in (100, 0.01):
        if all([_factor(got, expected, factor) for _, expected, got, _ in failures]):
            return (
                "正好差了100倍：看看要的是百分数还是小数。" if zh else "Off by exactly 100: see whether a percentage or a share is wanted."
            )
    if all([_factor(got, expected, -1) for _, expected, got, _ in failures]):
        return "大小对了，正负号反了。" if zh else "The size is right, the sign is not."
    return ordinary[min(attempt, len(ordinary) - 1)] if ordinary else ""


def _gives(wrong, case, got, failed, tolerance):
    """Whether a typical mistake gives the reader's answer to a case, or fails where the reader's function failed."""
    try:
        answer = wrong(*_copy(case))
    except Exception:
        return failed
    return not failed and same(got, answer, tolerance)


def _pairs(got, expected):
    if isinstance(expected, (tuple, list)):
        return list(zip(got, expected)) if isinstance(got, (tuple, list)) and len(got) == len(expected) else []
    return [(got, expected)]


def _apart(got, expected, low, high):
    pairs = _pairs(got, expected)
    return bool(pairs) and all([_is_number(a) and _is_number(b) and low <= abs(a - b) < high for a, b in pairs])


def _factor(got, expected, factor):
    pairs = _pairs(got, expected)
    return bool(pairs) and all([_is_number(a) and _is_number(b) and abs(a - factor * b) < 1e-6 * max(1, abs(a)) for a, b in pairs])


def same(got, expected, tolerance):
    """Whether an answer is right: numbers within `tolerance` (relative, absolute below 1), sequences number by number."""
    if isinstance(expected, (tuple, list)):
        if not isinstance(got, (tuple, list)) or len(got) != len(expected):
            return False
        return all([same(a, b, tolerance) for a, b in zip(got, expected)])
    if isinstance(expected, str):
        return got == expected
    return _is_number(got) and abs(got - expected) <= tolerance * max(1, abs(expected))


# Cases


def drawn(sampler, count, seed):
    """`count` fresh cases, the same ones for the same `seed` in every Python.

    sampler: for each argument a dict: `low`, `high` and `step` (a number on that grid), with `length` [least, most] for a
    list of such numbers; or `choices`, one of which is taken.
    """
    state = [seed % 2147483646 + 1]

    def below(n):
        state[0] = state[0] * 48271 % 2147483647  # Park & Miller (1988): small numbers, the same everywhere
        return state[0] * n // 2147483647

    for _ in range(4):
        below(1)

    def one(argument):
        if "choices" in argument:
            return argument["choices"][below(len(argument["choices"]))]
        if "length" in argument:
            least, most = argument["length"]
            return [number(argument) for _ in range(least + below(most - least + 1))]
        return number(argument)

    def number(argument):
        low, high, step = argument["low"], argument["high"], argument["step"]
        value = low + step * below(int((high - low) / step + 1.5))
        return value if isinstance(step, int) and isinstance(low, int) else float(f"{value:.6f}")

    return [[one(argument) for argument in sampler] for _ in range(count)]


def _copy(case):
    return [list(each) if isinstance(each, list) else each for each in case]


# In words


def given(arguments, case):
    """The arguments of a case as a reader would write them: "ratings=[9, 3], low=1"."""
    return ", ".join([f"{name}={told(value)}" for name, value in zip(arguments, case)])


def told(value, beside=None):
    """A value as a text: numbers with at most four decimals, or as many as it takes to differ from `beside`."""
    if isinstance(value, (tuple, list)):
        others = list(beside) if isinstance(beside, (tuple, list)) and len(beside) == len(value) else [None] * len(value)
        inside = ", ".join([told(each, other) for each, other in zip(value, others)])
        return f"[{inside}]" if isinstance(value, list) else f"({inside})"
    if isinstance(value, str):
        return f'"{value}"'
    if not _is_number(value) or isinstance(value, int):
        return str(value)
    text = _trimmed(f"{value:.4f}")
    if _is_number(beside) and text == _trimmed(f"{beside:.4f}") and value != beside:
        return _trimmed(f"{value:.10f}")
    return text


def _trimmed(text):
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text
