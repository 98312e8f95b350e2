"""Whether the English edition still follows the Chinese: what both must share, and which English pages are older than their source.

Shared are headings, labels, directives with their options, code but for strings and comments, numbers glued into the text, sources,
formulas, links, quizzes and terms, these by the table of terms. The words are free.
"""

import ast
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from itertools import zip_longest
from pathlib import Path

import yaml

from service_marketing.classroom.assignments import ENGLISH, SOURCE

from .extension import read_terms

LANGUAGES = ("zh", "en")
FOLDERS = ("chapters", "book")  # each with a folder a language
EXERCISES = "exercises"  # each with a file a language
FENCE = re.compile(r"^(?P<fence>`{3,}|:{3,})\{(?P<name>[\w:-]+)\}(?P<argument>.*)$")
LABEL = re.compile(r"^\((?P<label>[\w.-]+)\)=$")
HEADING = re.compile(r"^(?P<level>#+) ")
OPTION = re.compile(r"^:(?P<key>[\w-]+):(?P<value>.*)$")
ROLE = re.compile(r"\{(?P<name>[\w:]+)\}`(?P<content>[^`]*)`")
LINK = re.compile(r"\]\((?P<target>[^)\s]*)\)")
SIGNS = re.compile(r"[\u3400-\u9fff]")
WORDS = {"alt", "caption", "title", "code_prompt_show", "code_prompt_hide"}  # options that are translated
TITLED = {"admonition", "dropdown", "tab-item"}  # directives with a title that is translated
FORMULA = re.compile(r"\\text\{[^}]*\}")


@dataclass(frozen=True)
class Section:
    """What a page has from one label, or its beginning, to the next: `parts` in their order, `mentions` in any."""

    label: str
    parts: tuple[str, ...]
    mentions: Counter
    code: tuple[str, ...]


def read(text: str, terms: Mapping[str, str] | None = None) -> list[Section]:
    """The sections of a page in MyST. `terms` gives the words that terms are compared by: the English for the Chinese."""
    terms = terms or {}
    found, label, parts, mentions, code = [], "", [], Counter(), []
    lines = iter(_body(text).split("\n"))
    for line in lines:
        if start := LABEL.match(line):
            found.append(Section(label, tuple(parts), mentions, tuple(code)))
            label, parts, mentions, code = start["label"], [], Counter(), []
        elif start := FENCE.match(line):
            parts.append(_opening(start))
            if start["name"] == "code-cell":
                options, source = _cell(_until(lines, start["fence"]))
                parts.append(f"options {options}")
                code.append(source)
            elif start["fence"].startswith("`"):
                parts += _options(_until(lines, start["fence"]))
        elif start := HEADING.match(line):
            parts.append(f"heading {len(start['level'])}")
            mentions += _mentions(line, terms)
        elif start := OPTION.match(line):
            parts += _options([line])
        else:
            parts += ["formula"] * line.startswith("$$") + ["choice"] * bool(re.match(r"(-|\d+\.) ", line))
            mentions += _mentions(line, terms)
    return [*found, Section(label, tuple(parts), mentions, tuple(code))]


def differences(chinese: str, english: str, terms: Mapping[str, str] | None = None) -> list[str]:
    """Where the English page does not follow the Chinese, each with the label of its section. `terms`: English by Chinese."""
    told = []
    ours, theirs = read(chinese, terms), read(english)
    labels = [section.label for section in ours], [section.label for section in theirs]
    if labels[0] != labels[1]:
        place = next(a or b for a, b in zip_longest(*labels) if a != b)
        return [f"({place})=: 两版的标签从这里起对不上 (labels differ from here)"]
    for one, other in zip(ours, theirs, strict=True):
        where = f"({one.label})=" if one.label else "开头 (beginning)"
        for a, b in zip_longest(one.parts, other.parts):
            if a != b:
                told.append(f"{where}: {a} ≠ {b}")
                break
        for what in sorted({*one.mentions, *other.mentions}):
            if one.mentions[what] != other.mentions[what]:
                told.append(f"{where}: {what}: {one.mentions[what]} ≠ {other.mentions[what]}")
        for number, (a, b) in enumerate(zip(one.code, other.code, strict=False), 1):
            if found := _code(a, b):
                told.append(f"{where}: 第{number}格代码 (code cell {number}): {found}")
    return told


def _body(text: str) -> str:
    return text.split("\n---\n", 1)[1] if text.startswith("---\n") else text


def _until(lines: Iterator[str], fence: str) -> list[str]:
    found = []
    for line in lines:
        if line.rstrip() == fence:
            break
        found.append(line)
    return found


def _opening(start: re.Match) -> str:
    title = "" if start["name"] in TITLED else _either(start["argument"].strip())
    return f"{start['name']} {title}".strip()


def _options(lines: list[str]) -> list[str]:
    found = [OPTION.match(line) for line in lines]
    return [f":{one['key']}:{'' if one['key'] in WORDS else one['value']}" for one in found if one]


def _cell(lines: list[str]) -> tuple[str, str]:
    """The options of a code cell, without what is translated, and its source."""
    if lines and lines[0] == "---":
        end = lines.index("---", 1)
        try:
            options = _plain(yaml.safe_load("\n".join(lines[1:end])))
        except yaml.YAMLError as error:
            options = f"不是YAML (not YAML): {lines[1 + error.problem_mark.line].strip()}"
        return str(options), "\n".join(lines[end + 1 :])
    count = next((number for number, line in enumerate(lines) if not OPTION.match(line)), len(lines))
    return str(_options(lines[:count])), "\n".join(lines[count:])


def _plain(options):
    if isinstance(options, dict):
        return {key: _plain(value) for key, value in sorted(options.items()) if key not in WORDS}
    return options


def _mentions(line: str, terms: Mapping[str, str]) -> Counter:
    found = Counter()
    for role in ROLE.finditer(line):
        content = role["content"]
        if role["name"] == "term":
            content = re.sub(r"^.*<(.*)>$", r"\1", content)
            content = terms.get(content, content)
        found[f"{{{role['name']}}}`{content}`"] += 1
    for link in LINK.finditer(line):
        found[f"]({_either(link['target'])})"] += 1
    return found


def _either(target: str) -> str:
    """An address with the editions' names taken out."""
    return re.sub(r"\b(zh-hans|zh|en)\b", "*", target)


def _code(chinese: str, english: str) -> str | None:
    """Where two cells differ in more than strings, comments and names that stand in Chinese."""
    sources = [re.sub(r"^[%!].*$", "", text, flags=re.MULTILINE) for text in (chinese, english)]
    try:
        trees = [ast.parse(source) for source in sources]
    except SyntaxError as error:
        return f"{error.msg} ({error.text})"
    return _tree(*trees)


def _tree(one, other) -> str | None:
    if isinstance(one, ast.JoinedStr) and isinstance(other, ast.JoinedStr):
        ours, theirs = Counter(_fields(one)), Counter(_fields(other))  # in any order: sentences differ
        left, right = list((ours - theirs).elements()), list((theirs - ours).elements())
        return None if len(left) == len(right) and all(map(SIGNS.search, left)) else f"f-string: {left} ≠ {right}"
    if type(one) is not type(other):
        return f"{_short(one)} ≠ {_short(other)}"
    if isinstance(one, ast.Constant) and isinstance(one.value, str):
        return None
    if isinstance(one, ast.AST):
        parts = ((getattr(one, name, None), getattr(other, name, None)) for name in one._fields)
        return next((found for a, b in parts if (found := _tree(a, b))), None)
    if isinstance(one, list):
        if len(one) != len(other):
            return f"{[_short(a) for a in one]} ≠ {[_short(b) for b in other]}"
        return next((found for a, b in zip(one, other, strict=True) if (found := _tree(a, b))), None)
    return None if one == other or (isinstance(one, str) and SIGNS.search(one)) else f"{one} ≠ {other}"


def _short(node) -> str:
    return ast.unparse(node)[:60] if isinstance(node, ast.AST) else repr(node)[:60]


def _fields(text: ast.JoinedStr) -> Iterator[str]:
    """The fields of an f-string, without the strings and the names in Chinese that stand in them."""
    for value in text.values:
        if isinstance(value, ast.FormattedValue):
            found = re.sub(r"\(?'[^']*'\)?", "''", ast.unparse(ast.Expression(value.value)))
            form = ast.unparse(value.format_spec) if value.format_spec else ""
            yield f"{found}!{value.conversion}:{form}"


@dataclass(frozen=True)
class Pair:
    """A page's or an assignment's file in both editions, relative to the course's folder."""

    chinese: Path
    english: Path


def pairs(folder: Path) -> list[Pair]:
    """Every page and every assignment that stands in either edition of the course in `folder`."""
    found = set()
    for part in FOLDERS:
        for language in LANGUAGES:
            base = folder / part / language
            found |= {(part, path.relative_to(base)) for path in base.rglob("*.md")}
    pages = [Pair(Path(part, "zh", path), Path(part, "en", path)) for part, path in sorted(found)]
    works = sorted({path.parent.relative_to(folder) for name in (SOURCE, ENGLISH) for path in folder.glob(f"{EXERCISES}/*/{name}")})
    return [*pages, *(Pair(work / SOURCE, work / ENGLISH) for work in works)]


def recorded(text: str) -> str | None:
    """The digest of the Chinese page that an English page says it follows; None when it says nothing."""
    if not text.startswith("---\n"):
        return None
    head = yaml.safe_load(text.split("\n---\n", 1)[0]) or {}
    return (head.get("translation") or {}).get("sha256")


def digest(path: Path) -> str:
    """The SHA-256 of a page's text, whatever its line ends."""
    return sha256(path.read_text(encoding="utf-8").encode()).hexdigest()


def report(folder: Path) -> dict[str, list[str]]:
    """What is wrong with each English page of the course in `folder`, by its path: nothing is a list without entries."""
    terms = {term["zh"]: term["en"] for term in read_terms(folder / "book" / "terms.csv")}
    told = {}
    for pair in pairs(folder):
        chinese, english = folder / pair.chinese, folder / pair.english
        if not english.exists():
            told[pair.english.as_posix()] = ["还没有译出来 (not translated yet)"]
        elif not chinese.exists():
            told[pair.english.as_posix()] = ["没有中文原文 (no Chinese page)"]
        else:
            text = english.read_text(encoding="utf-8")
            found = differences(chinese.read_text(encoding="utf-8"), text, terms)
            if recorded(text) != digest(chinese):
                found.append("中文后来改过，对照以后运行 course parity --follow (older than the Chinese page)")
            told[pair.english.as_posix()] = found
    return told


def follow(folder: Path, page: str) -> None:
    """Record in the English `page` (a path as in the report) that it follows the Chinese one as it now is.

    Raises ValueError when that is no path of an English page, and OSError when either page cannot be read.
    """
    target = folder / page
    part, found, rest = page.partition("/en/")
    if part in FOLDERS and found:
        source = f"{part}/zh/{rest}"
    elif re.fullmatch(rf"{EXERCISES}/[^/]+/{re.escape(ENGLISH)}", page):
        source = page.removesuffix(ENGLISH) + SOURCE
    else:
        raise ValueError("要写英文页的路径，如 chapters/en/03-satisfaction.md (not the path of an English page)")
    now = digest(folder / source)
    text = target.read_text(encoding="utf-8")
    head = f"translation:\n  source: {source}\n  sha256: {now}\n"
    if recorded(text):
        text = re.sub(r"^translation:\n(?:  .*\n)+", head, text, count=1, flags=re.MULTILINE)
    elif text.startswith("---\n"):
        text = text.replace("\n---\n", f"\n{head}---\n", 1)
    else:
        text = f"---\n{head}---\n\n{text}"
    target.write_text(text, encoding="utf-8")
