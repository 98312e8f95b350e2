"""The index of the site's search: Pagefind's, of a copy of the pages made for it.

Pagefind cuts Chinese into words by one dictionary when it indexes and by the browser's when it searches; what the two cut
differently is not found, and its search for exact phrases gives one place a page. So the copy has each run of Chinese signs as its
overlapping pairs (投诉回复 as 投诉 诉回 回复), each pair spelt in letters that Pagefind takes for a word and leaves whole.
search.js spells the query in the same way, and the text that it shows back in Chinese.
Headings of the copy carry the ids that Sphinx gives to the sections around them: a result then leads to its section.
"""

import re
import shutil
import subprocess
import sys
from html import escape
from html.parser import HTMLParser
from pathlib import Path

STUDENTS = ("how-to-use.html", "glossary.html", "chapters/*.html")  # teachers' pages have answers
# code, formulas, what is alive only in the page, and questions whose wrong options would be read as statements
UNSAID = re.compile(
    r"<(script|style|svg|math|pre|button|service-[a-z]+)\b.*?</\1>|<!--.*?-->"
    r'|<form class="sq".*?</form>|<a class="headerlink".*?</a>|<summary>\s*<p class="collapsed.*?</summary>',
    re.DOTALL,
)
FIRST = 0x3400
# Pagefind takes what it does not find for a longer form of what it does: no word of the book may begin like the spelt ones
MARK = "ж"
RUN = re.compile(r"[\u3400-\u9fff]+")
PERCENT = re.compile(r"(?<![\d.])(\d{1,3})%")
NO_LANGUAGE = "zz"  # of a language that it does not know Pagefind leaves the words as they are
BLOCKS = {"p", "div", "section", "li", "dd", "tr", "td", "th", "br", "summary", "figcaption", "details", "caption"}
LIGHT = "0.4"  # a solution says what its question is about only in passing
LEFT_OVER = ("*ui.css", "*ui.js", "pagefind-highlight.js")  # Pagefind's own search boxes


class _Article(HTMLParser):
    """The copy of an article: headings with ids, and paragraphs."""

    def __init__(self):
        super().__init__()
        self.made: list[str] = []
        self.text: list[str] = []
        self.section = ""
        self.folds = 0

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        if tag in BLOCKS:
            self._end_paragraph()
        if tag == "section":
            self.section = given.get("id") or ""
        elif tag == "span" and not re.fullmatch(r"id\d+", given.get("id") or "id0"):
            self.section = given["id"]  # the author's own label, where the section has two names
        elif tag == "details":
            self.folds += 1
        elif re.fullmatch(r"h[1-6]|dt", tag):
            self._end_paragraph()
            self.section = given.get("id") or self.section

    def handle_endtag(self, tag: str) -> None:
        if re.fullmatch(r"h[1-6]|dt", tag):
            title = " ".join("".join(self.text).split())
            name, told = "h3" if tag == "dt" else tag, ""
            if tag == "h1":
                told = f' data-pagefind-meta="title[data-title]" data-title="{escape(title)}"'
            self.made.append(f'<{name} id="{escape(self.section)}"{told}>{escape(_words(title))}</{name}>')
            self.text = []
        elif tag in BLOCKS:
            self._end_paragraph()
            self.folds -= tag == "details"

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def _end_paragraph(self) -> None:
        if words := _words("".join(self.text)):
            light = f' data-pagefind-weight="{LIGHT}"' if self.folds else ""
            self.made.append(f"<p{light}>{escape(words)}</p>")
        self.text = []


def _words(text: str) -> str:
    """The text with its Chinese signs and percentages spelt in letters, and a space around each word."""
    cut = PERCENT.sub(lambda found: f" {spell_percent(found[1])} ", text)
    cut = RUN.sub(lambda run: f" {spell(run[0])} ", cut)
    return re.sub(r"\s+", " ", cut).strip()


def spell(run: str) -> str:
    """A run of Chinese signs as words: each of its pairs, spelt as MARK and four letters a sign; one sign alone ends with MARK too."""
    if len(run) == 1:
        return MARK + _letters(run) + MARK
    return " ".join(MARK + _letters(run[i]) + _letters(run[i + 1]) for i in range(len(run) - 1))


def _letters(sign: str) -> str:
    number = ord(sign) - FIRST
    return "".join(chr(ord("a") + number // 26**power % 26) for power in (3, 2, 1, 0))


def spell_percent(number: str) -> str:
    """5 (of 5%) → f between two MARKs: for Pagefind the sign % ends a word, and 5 is found in 50."""
    return MARK + "".join(chr(ord("a") + int(digit)) for digit in number) + MARK


def copy_for_index(page: str) -> str:
    """What Pagefind is to read of a finished page."""
    article = _Article()
    article.feed(UNSAID.sub("", page[page.index("<article") : page.index("</article>")]))
    article.close()
    return f'<!doctype html><html lang="{NO_LANGUAGE}"><body>{"".join(article.made)}</body></html>'


def write_index(edition: Path, workshop: Path) -> None:
    """Write the index of the built `edition` to its folder `pagefind`; `workshop` is a folder to make and drop on the way.

    Raises RuntimeError with what Pagefind says when it fails.
    """
    shutil.rmtree(workshop, ignore_errors=True)
    for page in (page for pattern in STUDENTS for page in sorted(edition.glob(pattern))):
        copy = workshop / page.relative_to(edition)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(copy_for_index(page.read_text(encoding="utf-8")), encoding="utf-8")
    command = [sys.executable, "-m", "pagefind", "--site", str(workshop), "--output-path", str(edition / "pagefind")]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    if done.returncode != 0:
        raise RuntimeError(done.stderr.strip())
    shutil.rmtree(workshop)
    for pattern in LEFT_OVER:
        for file in (edition / "pagefind").glob(pattern):
            file.unlink()
