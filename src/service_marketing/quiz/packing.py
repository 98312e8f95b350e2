"""Texts that cannot be read by looking, and that a page's gzip still makes small: each letter moves within its own alphabet.

Tags stay as they are: the long ones of formulas would no longer be like those in the rest of the page. This keeps a reader from
seeing an answer before thinking; it keeps nobody out. `widget/frontend/quiz-core.js` turns it back in the same way.
"""

import re
from zlib import crc32

# First sign and number of signs. Half way round, so that the same move leads back.
ALPHABETS = ((ord("A"), 26), (ord("a"), 26), (0x4E00, 20992))
MOVED = re.compile(r"<[^>]*>|[A-Za-z\u4e00-\u9fff]")
LETTERS, HIDDEN = "ABCDEFGH", "甲乙丙丁戊己庚辛"  # the right one among the letters would be seen at once
BETWEEN = "\u241e"  # SYMBOL FOR RECORD SEPARATOR
MARK = "Q1"


def scramble(text: str) -> str:
    """HTML with the letters and Chinese signs outside its tags moved; twice gives `text` again."""
    return MOVED.sub(lambda found: found[0] if found[0][0] == "<" else _moved(ord(found[0])), text)


def _moved(code: int) -> str:
    first, count = next((first, count) for first, count in ALPHABETS if first <= code < first + count)
    return chr(first + (code - first + count // 2) % count)


def pack(right: str, feedback: list[str]) -> str:
    """The right letter and the feedback of each option, HTML, as one text that cannot be read by looking.

    Raises ValueError when a feedback holds the separator, U+241E.
    """
    parts = [HIDDEN[LETTERS.index(right)], *feedback]
    if any(BETWEEN in part for part in parts):
        raise ValueError("文字里有分隔符U+241E (a feedback holds the separator)")
    return scramble(BETWEEN.join(parts))


def unpack(packed: str) -> tuple[str, list[str]]:
    """The right letter and the feedback that `pack` was given."""
    right, *feedback = scramble(packed).split(BETWEEN)
    return LETTERS[HIDDEN.index(right)], feedback


def seal(packed: str) -> str:
    """A packed text for a notebook's cell, where it can be cut short or changed: with a mark and a checksum before it."""
    return f"{MARK}{crc32(packed.encode()):08x}{packed}"


def unseal(sealed: str) -> str:
    """The packed text that `seal` was given. Raises ValueError, in Chinese, when it is not whole."""
    start = len(MARK) + 8
    if not sealed.startswith(MARK) or sealed[len(MARK) : start] != f"{crc32(sealed[start:].encode()):08x}":
        raise ValueError("这道题的密文不完整，可能少复制了一截：重新下载本章的笔记本，用原来的那一格 (cut short or changed)")
    return sealed[start:]
