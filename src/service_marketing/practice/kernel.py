"""Checking a reader's function in the kernel of a notebook, with what the pages use too: checking.py and explain.py."""

import io
import linecache
import secrets
import signal
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from html import escape

from service_marketing.language import chosen

from . import checking
from .explain import explain
from .registry import find

LIMIT = 3  # seconds, as in the page
TOO_LONG = {
    "zh": "跑了3秒还没有算完，已经停下来了。多半是循环没有出口：看看while的条件会不会变，for的次数是不是太多。",
    "en": "Not finished after 3 seconds, so it was stopped. Most likely a loop never ends: "
    "see whether the condition of while changes, and how often for repeats.",
}
WORDS = {
    "zh": {"hint": "提示：", "well": "做对了。", "heads": ("输入", "应得", "你的结果"), "marks": ("✗ 不对", "✓ 对")},
    "en": {"hint": "Hint: ", "well": "Well done. ", "heads": ("Input", "Expected", "Yours"), "marks": ("✗ wrong", "✓ right")},
}

_attempts: dict[str, int] = {}


class _TooLong(BaseException):
    """The reader's function takes longer than LIMIT; no `except Exception` of the reader's catches it."""


class Report:
    """What a check found; a notebook shows it as a table and a sentence. `passed` says whether all was right."""

    def __init__(self, found: dict, language: str):
        self.passed: bool = found["passed"]
        self.message: str = found["message"]
        self.hint: str = found["hint"]
        self.line: int | None = found["line"]
        self.rows: list[dict] = found["rows"]
        self._words = WORDS[language]

    @property
    def _said(self) -> list[str]:
        first = (self._words["well"] if self.passed else "") + self.message
        return [first, self._words["hint"] + self.hint] if self.hint else [first]

    def __repr__(self) -> str:
        rows = [f"{row['input']} → {row['got']} ({row['expected']}) {self._words['marks'][row['right']]}" for row in self.rows]
        return "\n".join([*self._said, *rows])

    def _repr_html_(self) -> str:
        said = "".join(f"<p>{escape(each)}</p>" for each in self._said)
        if not self.rows:
            return said
        head = "".join(f'<th style="text-align:left">{each}</th>' for each in self._words["heads"])
        body = "".join(
            f'<tr><td style="text-align:left"><code>{escape(row["input"])}</code></td><td>{escape(row["expected"])}</td>'
            f"<td>{escape(row['got'])} {self._words['marks'][row['right']]}</td></tr>"
            for row in self.rows
        )
        return f"{said}<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def check(name: str, function: Callable, language: str | None = None, seed: int | None = None) -> Report:
    """What is right and wrong about `function` as an answer to the practice `name`.

    language: "zh", "en", or None for the one in use; seed: a whole number that the fresh cases come from, other ones each
    time when None.
    Raises ValueError when there is no such practice.
    """
    language = chosen(language)
    practice = find(name)
    plain = practice.plain(language)
    if not callable(function):
        call = f'practice.check("{name}", {practice.function})'
        said = {
            "zh": f"第二个位置要放你写的函数：{call}，函数名后面不加括号。",
            "en": f"The second argument is your function: {call}, without brackets after its name.",
        }
        return Report(_failed(said[language]), language)
    wrongs = [eval(hint.wrong) if hint.wrong else None for hint in practice.hints]
    seed = secrets.randbelow(2147483646) if seed is None else seed
    written = io.StringIO()
    try:
        with _limited(), redirect_stdout(written):
            found = checking.check(
                plain,
                function,
                practice.reference,
                wrongs,
                seed,
                _attempts.get(name, 0),
                lambda error: _explained(error, function, language),
                lambda: bool(written.getvalue()),
            )
    except _TooLong:
        found = _failed(TOO_LONG[language])
    if found["rows"]:
        _attempts[name] = 0 if found["passed"] else _attempts.get(name, 0) + 1
    return Report(found, language)


def _failed(message: str) -> dict:
    return {"passed": False, "rows": [], "message": message, "hint": "", "line": None}


def _explained(error: Exception, function: Callable, language: str) -> tuple[int | None, str]:
    """The last line of the reader's own code on the way to the error, and what the error means."""
    file = getattr(getattr(function, "__code__", None), "co_filename", None)
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file]
    source = "".join(linecache.getlines(file)) if file else ""
    return explain(type(error).__name__, str(error), lines[-1] if lines else None, source, language)


@contextmanager
def _limited() -> Iterator[None]:
    """Stops what runs inside after LIMIT seconds where the system can (the main thread of Linux and macOS)."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number, frame):
        raise _TooLong

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, LIMIT)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
