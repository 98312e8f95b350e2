"""Quizzes: the directive, and how their answers get out of sight in the finished pages.

:::{quiz}
:right: B

问题，一段或几段

- 选项，一段

  这个选项的反馈，一段或几段
- …
:::
"""

import posixpath
import re
from dataclasses import dataclass
from html import escape
from pathlib import Path

from bs4 import BeautifulSoup, Tag

from service_marketing.quiz.packing import LETTERS, pack, unpack

LEAST = 3


class Fault(ValueError):
    """What is wrong with a quiz, and `line`, how many lines below its first one."""

    def __init__(self, line: int, text: str):
        super().__init__(text)
        self.line = line


@dataclass(frozen=True)
class Part:
    """Some lines of a quiz; `line` says how many lines below the body's first one they begin."""

    lines: tuple[str, ...]
    line: int

    @property
    def text(self) -> str:
        """The lines as one text."""
        return "\n".join(self.lines)


@dataclass(frozen=True)
class Quiz:
    """A question, its options, the feedback of each, and the letter of the right one."""

    right: str
    question: Part
    options: tuple[Part, ...]
    feedback: tuple[Part, ...]


def quiz_name(stem: str, number: int) -> str:
    """The lasting name of the quiz `number` (from 1) of the page `stem`: ch3-quiz-1 for 03-satisfaction."""
    chapter = re.match(r"(\d+)-", stem)
    return f"{f'ch{int(chapter[1])}' if chapter else stem}-quiz-{number}"


def parse(right: str | None, body: list[str]) -> Quiz:
    """The quiz whose lines, after the directive's options, are `body`. Raises Fault at what is missing or unknown."""
    starts = [number for number, line in enumerate(body) if line.startswith("- ")]
    question = _part(body, 0, starts[0] if starts else len(body))
    if not question.lines:
        raise Fault(0, "没有问题 (no question)")
    if len(starts) < LEAST:
        raise Fault(0, f"只有{len(starts)}个选项，至少要{LEAST}个 (too few options)")
    letters = LETTERS[: len(starts)]
    if len(starts) > len(LETTERS):
        raise Fault(0, f"有{len(starts)}个选项，至多{len(LETTERS)}个 (too many options)")
    if not right:
        raise Fault(0, "没有写哪个选项对，例如 :right: B (no right option)")
    if right not in letters or len(right) != 1:
        raise Fault(0, f":right: {right} 不是选项的字母，只能是{letters[0]}到{letters[-1]}中的一个 (no such option)")
    options, feedback = [], []
    for letter, start, end in zip(letters, starts, [*starts[1:], len(body)], strict=True):
        for number in range(start + 1, end):
            if body[number].strip() and not body[number].startswith("  "):
                raise Fault(number, f"选项{letter}里的这一行要缩进两格 (indent this line by two spaces)")
        item = [line[2:] for line in body[start:end]]
        gap = next((number for number, line in enumerate(item) if not line.strip()), len(item))
        options.append(_part(item, 0, gap, start))
        feedback.append(_part(item, gap, len(item), start))
        if not options[-1].lines:
            raise Fault(start, f"选项{letter}是空的 (empty option)")
        if not feedback[-1].lines:
            raise Fault(start, f"选项{letter}没有反馈 (an option without feedback)")
    return Quiz(right, question, tuple(options), tuple(feedback))


def _part(lines: list[str], start: int, end: int, offset: int = 0) -> Part:
    while start < end and not lines[start].strip():
        start += 1
    while start < end and not lines[end - 1].strip():
        end -= 1
    return Part(tuple(lines[start:end]), offset + start)


# In notebooks

GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "kappa": "κ", "lambda": "λ", "mu": "μ", "pi": "π",
    "rho": "ρ", "sigma": "σ", "tau": "τ", "phi": "φ", "chi": "χ", "omega": "ω", "Delta": "Δ", "Sigma": "Σ", "Omega": "Ω",
}  # fmt: skip
SIGNS = {"times": "×", "cdot": "·", "le": "≤", "leq": "≤", "ge": "≥", "geq": "≥", "ne": "≠", "neq": "≠", "approx": "≈", "pm": "±", "%": "%"}
SPACED = "=<>≤≥≠≈"
TOKEN = re.compile(r"\\([A-Za-z]+|.)|([\^_])|([{}])|([A-Za-z])|([\d.,]+)|\s+|(.)")


def feedback_html(markdown: str) -> str:
    """HTML of a feedback in plain Markdown, for a notebook's widget, where nothing sets formulas.

    Raises ValueError at a picture, which no widget finds, and at a formula that needs more than letters, indices and signs.
    """
    from markdown_it import MarkdownIt
    from mdit_py_plugins.dollarmath import dollarmath_plugin

    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    parser.use(dollarmath_plugin, allow_labels=False)
    for kind in ("math_inline", "math_block"):
        parser.add_render_rule(kind, lambda _, tokens, place, *more: formula_html(tokens[place].content))
    made = parser.render(markdown).strip()
    if "<img" in made:
        raise ValueError("反馈里有图片，笔记本里显示不了 (a picture in a quiz's feedback)")
    return made


def formula_html(tex: str) -> str:
    """A short formula in HTML: letters, numbers, signs, indices and powers. Raises ValueError at anything else."""
    done: list[str] = []
    open_tags: list[str] = []  # of groups, outermost first; "" for braces that only hold together
    script = ""  # ^ or _ waits for what it raises or lowers
    for found in TOKEN.finditer(tex):
        command, raised, brace, letter, number, sign = found.groups()
        if raised:
            script = "sup" if raised == "^" else "sub"
            continue
        if brace == "{":
            open_tags.append(script)
            done.append(f"<{script}>" if script else "")
            script = ""
            continue
        if brace == "}":
            if not open_tags:
                raise ValueError(f"公式 {tex} 的括号不成对 (unbalanced braces)")
            tag = open_tags.pop()
            done.append(f"</{tag}>" if tag else "")
            continue
        if command and command not in GREEK and command not in SIGNS:
            raise ValueError(f"公式 {tex} 里的 \\{command} 在笔记本的选择题里显示不了，换个写法 (too much for a quiz's feedback)")
        if not (command or letter or number or sign):
            continue  # a space
        text = GREEK.get(command or "") or SIGNS.get(command or "") or letter or number or (sign or "").replace("-", "−")
        text = escape(text)
        piece = f"<i>{text}</i>" if letter or command in GREEK else f" {text} " if text in map(escape, SPACED) else text
        done.append(f"<{script}>{piece.strip()}</{script}>" if script else piece)
        script = ""
    if open_tags:
        raise ValueError(f"公式 {tex} 的括号不成对 (unbalanced braces)")
    return f'<span class="sq-formula">{"".join(done)}</span>'


# In the finished pages

FORM = re.compile(r'<form class="sq" id="([^"]+)" data-right="([A-H])">(.*?)</form>', re.DOTALL)
SAID = re.compile(r'<details class="sq-say"><summary>[^<]*</summary>(.*?)</details>', re.DOTALL)
PACKED = re.compile(r'<form class="sq" id="[^"]+">.*?</form>', re.DOTALL)
LINK = re.compile(r'\b(href|src)="([^"]+)"')
SCORE = '<div class="sq-score"></div>'
ANSWERS = {
    "zh": ("{title}——选择题的答案和反馈", "回到本章", "浏览器没有运行脚本：各题的答案和反馈在另一页"),
    "en": ("{title}: answers and feedback", "Back to the chapter", "Without scripts, the answers and feedback stand on another page"),
}
ANSWERS_PAGE = """<!doctype html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{title}</title>
{head}
<style>details > :not(summary) {{ margin: .7rem 1rem }} summary {{ box-sizing: border-box }}</style>
</head>
<body data-theme="auto">
<main style="max-width:44rem;margin:auto;padding:1rem">
<article>
<h1>{title}</h1>
<p><a href="{back}">{back_text}</a></p>
{quizzes}
</article>
</main>
</body>
</html>
"""


def hide_answers(edition: Path) -> None:
    """Packs the answers and the feedback in every page of the built `edition`, and writes `answers/` for readers without scripts.

    Comes after formulas are set and styles are cut down, for that looks at what the pages say.
    Raises ValueError, naming the page, where a feedback holds what cannot be packed.
    """
    for page in sorted(edition.rglob("*.html")):
        before = page.read_text(encoding="utf-8")
        if not FORM.search(before):
            continue
        path = page.relative_to(edition).as_posix()
        try:
            after = FORM.sub(_packed, before)
        except ValueError as problem:
            raise ValueError(f"{path}: {problem}") from None
        answers = edition / "answers" / page.name
        if answers.exists():
            raise ValueError(f"{path}: 另一页已经用了 answers/{page.name} 这个名字 (two pages of one name)")
        answers.parent.mkdir(exist_ok=True)
        answers.write_text(_answers_page(after, path), encoding="utf-8")
        link = posixpath.relpath(f"answers/{page.name}", posixpath.dirname(path))
        text = ANSWERS[_language(after)][2]
        page.write_text(after.replace(SCORE, f'{SCORE[:-6]}<noscript><a href="{link}">{text}</a></noscript></div>'), encoding="utf-8")


def _packed(form: re.Match) -> str:
    name, right, inside = form.groups()
    feedback = [said.strip() for said in SAID.findall(inside)]
    if any("<details" in said for said in feedback):
        raise ValueError(f"{name}的反馈里有折叠框，选择题里不能用 (no folds in a quiz)")
    packed = pack(right, feedback)
    return f'<form class="sq" id="{name}">{SAID.sub("", inside)}<script type="text/plain">{packed}</script></form>'


def _language(page: str) -> str:
    return "en" if re.search(r'<html[^>]* lang="en', page) else "zh"


def _answers_page(page: str, path: str) -> str:
    language = _language(page)
    title, back_text, _ = ANSWERS[language]
    # the whole page would take the parser half a second
    quizzes = BeautifulSoup("\n".join(found[0] for found in PACKED.finditer(page)), "html.parser")
    show_answers(quizzes)
    heading = re.sub(r'<a class="headerlink".*?</a>|<[^>]+>', "", re.search(r"<h1>(.*?)</h1>", page, re.DOTALL)[1])
    head = re.findall(r'<link rel="(?:stylesheet|icon)"[^>]*(?:book\.css|katex\.min\.css|mark\.svg)[^>]*>', page)
    folder = posixpath.dirname(path)

    def moved(found: re.Match) -> str:
        target = found[2] if not found[2].startswith("#") else posixpath.basename(path) + found[2]
        if re.match(r"[a-z]+:|//", target):
            return found[0]
        return f'{found[1]}="{posixpath.relpath(posixpath.join(folder, target), "answers")}"'

    return ANSWERS_PAGE.format(
        lang="zh-CN" if language == "zh" else "en",
        title=title.format(title=heading),
        head=LINK.sub(moved, "\n".join(head)),
        back=posixpath.relpath(path, "answers"),
        back_text=back_text,
        quizzes=LINK.sub(moved, str(quizzes)),
    )


def show_answers(page: Tag) -> None:
    """Puts in the place of each packed quiz of a finished page what can be read without scripts, in place.

    Each becomes a `div.quiz` with the question in a paragraph that begins with its number in bold, and one `details` an option:
    its summary `A. …`, its content the feedback, which begins with ✓ or ✗.
    """
    for score in page.select(".sq-score"):
        score.decompose()
    for form in page.select("form.sq"):
        right, feedback = unpack(form.script.string)
        number, question = form.select_one(".sq-number").get_text(), form.select_one(".sq-question")
        inside = question.decode_contents().strip()
        block = question.find(["p", "div", "ul", "ol", "table", "figure", "pre"])
        asked = f"<p><strong>{number}</strong></p><div>{inside}</div>" if block else f"<p><strong>{number}</strong> {inside}</p>"
        folds = []
        for letter, option, said in zip(LETTERS, form.ol.find_all("li", recursive=False), feedback, strict=False):
            sign = "✓ " if letter == right else "✗ "
            told = re.sub(r"^<p>", f"<p>{sign}", said) if said.startswith("<p>") else f"<p>{sign}{said}</p>"
            folds.append(f"<details><summary>{letter}. {option.decode_contents().strip()}</summary>{told}</details>")
        made = BeautifulSoup(f'<div class="quiz" id="{form["id"]}">{asked}{"".join(folds)}</div>', "html.parser")
        form.replace_with(made)
