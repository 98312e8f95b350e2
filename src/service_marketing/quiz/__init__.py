"""The chapters' quizzes in a notebook: below each question a cell to answer in.

from service_marketing import quiz
quiz.show("Q1…")                     # what the downloaded notebook holds: feedback that cannot be read by looking
quiz.feedback("ch3-quiz-1", "B")     # the same in words, where Jupyter shows no widgets
"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .widget import Quiz

__all__ = ["feedback", "show"]

_shown: dict[str, Quiz] = {}


def show(name: str, sealed: str, language: str = "zh") -> Quiz:
    """The quiz `name` of a chapter's notebook: letters to choose from, and feedback to the choice.

    sealed: the text in the notebook's cell; language: "zh" or "en". Raises ValueError, in Chinese, when the text was cut short
    or changed.
    """
    from .widget import Quiz  # what packs quizzes into notebooks and pages needs no widgets

    made = Quiz(name, sealed, language)
    _shown[name] = made
    return made


def feedback(name: str, letter: str) -> None:
    """Prints what is said of the option `letter` of the quiz `name` ("ch3-quiz-1"), once its cell was run.

    Raises ValueError for a quiz that was not shown yet, and for a letter that it does not have.
    """
    if name not in _shown:
        raise ValueError(f"还没有{name}这道题，先运行它下面quiz.show那一格 (run the quiz's cell first)")
    quiz = _shown[name]
    if letter not in quiz.letters or len(letter) != 1:
        raise ValueError(f"{name}的选项是{quiz.letters[0]}到{quiz.letters[-1]}，收到{letter!r} (no such option)")
    sign = "✓" if letter == quiz.right else "✗"
    print(f"{sign} {letter}  {_words(quiz.said[quiz.letters.index(letter)])}")


def _words(html: str) -> str:
    return unescape(re.sub(r"<[^>]+>", "", re.sub(r"</p>\s*", "\n", html))).strip()
