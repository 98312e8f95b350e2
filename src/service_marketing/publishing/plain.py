"""A chapter in plain Markdown: what MyST adds, said with what JupyterLab, VS Code and Colab show without extensions.

A directive or role that is not known here is an error, so that a reader never meets one unrendered.
"""

import ast
import base64
import html
import mimetypes
import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import yaml
from nbformat import NotebookNode, v4

from service_marketing.quiz.packing import LETTERS, pack, seal
from service_marketing.simulations.spec import Text

from . import citations
from .quiz import Fault, Part, feedback_html, parse, quiz_name

ADMONITIONS = {
    "attention": Text("注意", "Attention"),
    "caution": Text("小心", "Caution"),
    "danger": Text("危险", "Danger"),
    "error": Text("错误", "Error"),
    "hint": Text("提示", "Hint"),
    "important": Text("重要", "Important"),
    "note": Text("备注", "Note"),
    "seealso": Text("另见", "See also"),
    "tip": Text("小技巧", "Tip"),
    "warning": Text("警告", "Warning"),
}
OPEN = Text("展开", "Show")
KINDS = {"figure": Text("图", "Figure "), "table": Text("表", "Table ")}
QUESTION = Text("问题{}", "Question {}")
NOTE = Text("注{}", "Note {}")
UNDATED = Text("无日期", "n.d.")
FENCE = re.compile(r"^(?P<indent> *)(?P<marks>`{3,}|~{3,}|:{3,})(?:\{(?P<name>[^}]+)\})?(?P<argument>.*)$")
TARGET = re.compile(r"^ *\((?P<label>[^()\s]+)\)= *$")
UNSEEN = re.compile(r"^ *(\([^()\s]+\)=|%.*|\+\+\+.*|\{[.#][^{}]*\}) *$")  # labels, comments, cell breaks, attributes of a block
DRAWING = "image/svg+xml"
WIDE = r"[\u2014-\u201d\u2026\u3000-\u303f\u3400-\u9fff\uff00-\uffef]"
INLINE = re.compile(
    r"""
      \{(?P<role>[A-Za-z][\w:+.-]*)\}(?P<ticks>`+)(?P<text>(?:(?!\n\s*\n).)+?)(?P=ticks)(?!`)
    | (?P<code>(?P<c>(?<!`)`+(?!`))(?:(?!\n\s*\n).)+?(?<!`)(?P=c)(?!`))
    | (?P<math>\$\$.+?\$\$|(?<![\\$])\$(?=\S)(?:[^$\n]|\n(?!\s*\n))*?(?<=\S)\$(?!\d))
    | !\[(?P<alt>[^\]]*)\]\((?P<source>[^)\s]+)[^)]*\)(?:\{[^}]*\})?
    | \[\^(?P<note>[^\]]+)\](?P<definition>:)?
    | \[(?P<label>(?:[^\[\]]|\[[^\]]*\])*)\](?:\((?P<target>[^)]*)\)(?:\{[^}]*\})?|\{[.#][^}]*\})
    | (?P<substitution>\{\{.*?\}\})
    """,
    re.VERBOSE | re.DOTALL,
)
RAW = re.compile(r"^ *(?:> ?)*:{3,}|\{[A-Za-z][\w:+.-]*\}`|^ *\([\w-]+\)=|^ *: +(?=\S)", re.MULTILINE)


@dataclass
class Chapter:
    """What the text of one chapter refers to."""

    path: Path
    glued: Mapping[str, str] = field(default_factory=dict)
    sources: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    pictures: dict[str, dict[str, str]] = field(default_factory=dict)
    quizzes: int = 0  # so many so far

    @property
    def language(self) -> str:
        return spoken(self.path)

    def problem(self, line: int, text: str) -> ValueError:
        return ValueError(f"{self.path}:{line}: {text}")


def plain(
    notebook: NotebookNode,
    path: Path,
    glued: Mapping[str, str] | None = None,
    sources: Mapping[str, tuple[str, str]] | None = None,
    titles: Mapping[str, str] | None = None,
) -> NotebookNode:
    """The notebook of a chapter, with nothing in it that only MyST understands; `notebook` itself stays as it is.

    path: the chapter's source; pictures are looked up beside it, and messages name it.
    glued: Python literal of each value that the text quotes with a glue role, by name.
    sources: authors and year of each source that the text cites, by key, as `bibliography` gives them.
    titles: text for the labels and pages of other chapters that references without a text of their own name.
    Raises ValueError, naming file and line, at what it cannot turn into plain Markdown.
    """
    lines = notebook.metadata.get("source_map") or [0] * len(notebook.cells)
    chapter = Chapter(path, glued or {}, sources or {}, {**(titles or {}), **_titles(notebook, path)})
    cells = []
    for number, (cell, line) in enumerate(zip(notebook.cells, lines, strict=True)):
        if cell.cell_type == "markdown":
            cells += _markdown_cells(cell, line + 1, chapter)
        elif cell.cell_type == "code":
            if not _only_for_the_text(cell, notebook.cells[number + 1 :]):
                cells += [*_code_cells(cell, line + 1, chapter), *_practice_cells(cell, line + 1, chapter)]
        else:
            cells.append(v4.new_raw_cell(cell.source))
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    kernel = notebook.metadata.get("kernelspec") or {"name": "python3", "display_name": "Python 3", "language": "python"}
    return v4.new_notebook(cells=cells, metadata={"kernelspec": dict(kernel)})


def spoken(path: Path) -> str:
    """The language of the chapter at `path`, "zh" or "en", by the folder that it is in."""
    return "en" if path.parent.name == "en" else "zh"


def bibliography(path: Path, language: str = "zh") -> dict[str, tuple[str, str]]:
    """Authors and year of each entry of a BibTeX file, by key: {"oliver1980": ("Oliver", "1980")}.

    Two authors are joined by 和 or and, three and more are the first one with 等 or et al., as in the book.
    """
    return _bibliography(path, language, path.stat().st_mtime_ns)


@lru_cache(maxsize=8)  # each chapter asks for the same one, and hundreds of entries take a while
def _bibliography(path: Path, language: str, changed: int) -> dict[str, tuple[str, str]]:
    entries = citations.read(path, language).entries
    undated = getattr(UNDATED, language)
    return {key: (_authors(entry, language), re.sub(r"[{}]", "", entry.fields.get("year", undated))) for key, entry in entries.items()}


def _authors(entry, language: str) -> str:
    people = entry.persons.get("author") or entry.persons.get("editor") or []
    names = [" ".join(str(part) for part in (*person.rich_prelast_names, *person.rich_last_names)) for person in people]
    if not names:
        return entry.fields.get("organization") or entry.fields.get("title", entry.key)
    others, both = {"zh": ("等", "和"), "en": (" et al.", " and ")}[language]
    return names[0] + others if len(names) > 2 else both.join(names)


def chapter_number(path: Path) -> str | None:
    """What the chapter or appendix in a file is counted by: "3" for 03-satisfaction.md, "C" for appendix-c-…, None for other pages."""
    found = re.match(r"0*(\d+)-|appendix-([a-z])-", path.name)
    return found and (found[1] or found[2].upper())


def _titles(notebook: NotebookNode, path: Path) -> dict[str, str]:
    """What the chapter's own labels stand for: the heading that follows, or the number of the figure or table."""
    titles, counts = {}, {"figure": 0, "table": 0}
    chapter = chapter_number(path)
    before = "" if chapter is None else f"{chapter}."  # as the book numbers them
    for cell in notebook.cells:
        if name := cell.metadata.get("mystnb", {}).get("figure", {}).get("name"):
            counts["figure"] += 1
            titles[name] = f"{getattr(KINDS['figure'], spoken(path))}{before}{counts['figure']}"
        if cell.cell_type != "markdown":
            continue
        lines = cell.source.splitlines()
        labels: list[str] = []
        for number, line in enumerate(lines):
            if target := TARGET.match(line):
                labels.append(target["label"])
            elif heading := re.match(r"#+ +(.*)", line):
                titles.update(dict.fromkeys(labels, heading[1].strip()))
                labels = []
            elif (fence := FENCE.match(line)) and fence["name"] in ("figure", "table", "list-table"):
                kind = "figure" if fence["name"] == "figure" else "table"
                counts[kind] += 1
                text = f"{getattr(KINDS[kind], spoken(path))}{before}{counts[kind]}"
                name = next((found[1] for option in lines[number + 1 :] if (found := re.match(r" *:name: *(\S+)", option))), None)
                titles.update(dict.fromkeys([*labels, *([name] if name else [])], text))
                labels = []
            elif line.strip():
                labels = []
    return titles


def _markdown_cells(cell: NotebookNode, line: int, chapter: Chapter) -> list[NotebookNode]:
    lines = cell.source.splitlines()
    cells, after = [], 0
    for start, end in _quizzes(lines):
        cells += _text_cells(lines[after:start], line + after, chapter)
        cells += _quiz_cells(lines[start + 1 : end], line + start, chapter)
        after = end + 1
    return cells + _text_cells(lines[after:], line + after, chapter)


def _text_cells(lines: list[str], line: int, chapter: Chapter) -> list[NotebookNode]:
    chapter.pictures = {}
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(_blocks(lines, line, chapter))).strip()
    if not text:
        return []
    # JupyterLab leaves no room between a folded answer and the paragraph after it
    made = v4.new_markdown_cell(re.sub(r"^</details>\n\n(?!<details>|#)", "</details>\n\n<br>\n\n", text, flags=re.MULTILINE))
    return [_with_pictures(made, chapter.pictures)]


def _with_pictures(cell: NotebookNode, pictures: Mapping[str, dict[str, str]]) -> NotebookNode:
    """`cell` with the `pictures` that its text shows: attached, drawings as references at its end.

    JupyterLab shows no SVG that is attached to a cell.
    """
    for name, content in pictures.items():
        if DRAWING in content:
            cell.source = cell.source.replace(f"](attachment:{name})", f"][{name}]")
    drawings = [f"[{name}]: data:{DRAWING};base64,{content[DRAWING]}" for name, content in pictures.items() if DRAWING in content]
    if drawings:
        cell.source += "\n\n" + "\n".join(drawings)
    if attached := {name: content for name, content in pictures.items() if DRAWING not in content}:
        cell["attachments"] = attached
    return cell


def _quizzes(lines: list[str]) -> Iterable[tuple[int, int]]:
    """The first and the last line of each quiz that stands in no other block."""
    place = 0
    while place < len(lines):
        fence = FENCE.match(lines[place])
        end = fence and next((n for n in range(place + 1, len(lines)) if _closes(lines[n], fence["marks"])), None)
        if end and fence["name"] == "quiz" and not fence["indent"]:
            yield place, end
        place = (end or place) + 1


def _quiz_cells(body: list[str], line: int, chapter: Chapter) -> list[NotebookNode]:
    """The question and its options to read, and a cell that shows what to answer with and holds the feedback out of sight."""
    options, rest, skipped = _options(body, line, chapter)
    first = line + 1 + skipped
    try:
        quiz = parse(options.get("right"), rest)
    except Fault as fault:
        raise chapter.problem(first + fault.line if fault.line else line, f"选择题：{fault}") from None
    chapter.quizzes += 1
    chapter.pictures = {}

    def told(part: Part) -> list[str]:
        return _trim(_blocks(list(part.lines), first + part.line, chapter))

    number = getattr(QUESTION, chapter.language).format(chapter.quizzes)
    text = [f"**{number}** " + "\n".join(told(quiz.question)), ""]
    text += [f"- **{letter}** " + " ".join(told(option)) for letter, option in zip(LETTERS, quiz.options, strict=False)]
    asked = _with_pictures(v4.new_markdown_cell("\n".join(text)), chapter.pictures)
    feedback = []
    for part in quiz.feedback:
        try:
            feedback.append(feedback_html("\n".join(told(part))))
        except ValueError as problem:
            raise chapter.problem(first + part.line, str(problem)) from None
    name = quiz_name(chapter.path.stem, chapter.quizzes)
    sealed = seal(pack(quiz.right, feedback)).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    first_one = "from service_marketing import quiz\n\n" if chapter.quizzes == 1 else ""
    language = "" if chapter.language == "zh" else f', language="{chapter.language}"'
    return [asked, v4.new_code_cell(f'{first_one}quiz.show("{name}", "{sealed}"{language})')]


def _only_for_the_text(cell: NotebookNode, later: list[NotebookNode]) -> bool:
    """Whether a hidden cell does nothing but give numbers to the text, where they already stand: no later cell uses its names."""
    if "remove-cell" not in cell.metadata.get("tags", []):
        return False
    nodes = _syntax(cell.source)
    if not any(isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("keep", "glue") for node in nodes):
        return False
    if any(isinstance(node, ast.Import | ast.ImportFrom | ast.FunctionDef | ast.ClassDef) for node in nodes):
        return False
    made = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    code = "\n".join(each.source for each in later if each.cell_type == "code")
    return not any(re.search(rf"\b{name}\b", code) for name in made)


def _syntax(source: str) -> list[ast.AST]:
    try:
        return list(ast.walk(ast.parse(source)))
    except SyntaxError:  # IPython's own signs
        return []


def _code_cells(cell: NotebookNode, line: int, chapter: Chapter) -> list[NotebookNode]:
    """The cell, folded where the book folds or hides it, and the caption of its figure below it."""
    tags = set(cell.metadata.get("tags", []))
    # An exercise's empty cell stands only in the notebook: comments without code, hidden from the page
    blank = all(re.match(r"\s*(#|$)", each) for each in cell.source.splitlines())
    if not cell.source.strip():
        return []
    made = v4.new_code_cell(cell.source)
    if kept := sorted(tags & {"raises-exception"}):
        made.metadata["tags"] = kept
    folded = {}
    if not blank and tags & {"remove-cell", "hide-cell", "remove-input", "hide-input"}:
        folded["source_hidden"] = True
    if tags & {"hide-cell", "remove-output", "hide-output"}:
        folded["outputs_hidden"] = True
    if folded:
        made.metadata["jupyter"] = folded
    figure = cell.metadata.get("mystnb", {}).get("figure", {})
    if not figure.get("caption"):
        return [made]
    number = chapter.titles.get(figure.get("name", ""), "")
    caption = " ".join(_blocks(str(figure["caption"]).strip().splitlines(), line, chapter))
    return [made, v4.new_markdown_cell(f"**{number}** {caption}" if number else caption)]


def _practice_cells(cell: NotebookNode, line: int, chapter: Chapter) -> list[NotebookNode]:
    """For each practice that the cell shows, what the book's page has in its box: a cell with the starter, and one that checks it."""
    from service_marketing.practice import find

    cells = []
    for node in _syntax(cell.source):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="practice"), attr="show"), args=[ast.Constant(value=str(name)), *_]):
                try:
                    found = find(name)
                except ValueError as problem:
                    raise chapter.problem(line, str(problem)) from None
                cells.append(v4.new_code_cell(getattr(found.starter, chapter.language).rstrip()))
                cells.append(v4.new_code_cell(f'practice.check("{name}", {found.function})'))
    return cells


def _blocks(lines: list[str], first: int, chapter: Chapter) -> list[str]:
    """`lines`, the first of which is line `first` of the chapter, with every directive, role and label turned into Markdown."""
    done: list[str] = []
    text: list[str] = []

    def flush(upto: int) -> None:
        if text:
            joined = _join(_inline("\n".join(text), first + upto - len(text), chapter))
            if raw := RAW.search(re.sub(r"(`+).+?\1", "", joined, flags=re.DOTALL)):
                at = next((n for n, each in enumerate(text) if raw[0].strip() in each), 0)
                raise chapter.problem(first + upto - len(text) + at, f"{raw[0]} 没有认出来 (cannot be shown in a plain notebook)")
            done.extend(joined.split("\n"))
            text.clear()

    place = 0
    while place < len(lines):
        line = lines[place]
        if fence := FENCE.match(line):
            flush(place)
            end = next((n for n in range(place + 1, len(lines)) if _closes(lines[n], fence["marks"])), None)
            if end is None:
                raise chapter.problem(first + place, f"{fence['marks']} 没有结尾 (the block is never closed)")
            indent = fence["indent"]
            body = [each.removeprefix(indent) for each in lines[place + 1 : end]]
            if fence["name"]:
                made = _directive(fence["name"].strip(), fence["argument"].strip(), body, first + place, chapter)
                done += ["", *((indent + each).rstrip() for each in made), ""]
            elif fence["marks"].startswith(":"):
                made = _blocks(body, first + place + 1, chapter)
                done += ["", *((indent + each).rstrip() for each in made), ""]
            else:
                done += lines[place : end + 1]
            place = end + 1
        elif line.lstrip().startswith("$$") and "$$" not in line.lstrip()[2:]:
            flush(place)
            end = next((n for n in range(place + 1, len(lines)) if "$$" in lines[n]), None)
            if end is None:
                raise chapter.problem(first + place, "$$ 没有结尾 (the formula is never closed)")
            done += [*lines[place:end], re.sub(r"\$\$ *\([^)]*\) *$", "$$", lines[end])]
            place = end + 1
        elif UNSEEN.match(line):
            flush(place)
            place += 1
        else:
            text.append(line)
            place += 1
    flush(place)
    return done


def _closes(line: str, marks: str) -> bool:
    bare = line.strip()
    return len(bare) >= len(marks) and set(bare) == {marks[0]}


def _directive(name: str, argument: str, body: list[str], line: int, chapter: Chapter) -> list[str]:
    options, body, skipped = _options(body, line, chapter)
    first = line + 1 + skipped
    title = _inline(argument, line, chapter)

    def inside() -> list[str]:
        return _trim(_blocks(body, first, chapter))

    if name == "dropdown" or "dropdown" in str(options.get("class", "")).split():
        return _details(title or getattr(ADMONITIONS.get(name, OPEN), chapter.language), inside())
    if name == "admonition" or name in ADMONITIONS:
        heading = title if name == "admonition" else getattr(ADMONITIONS[name], chapter.language)
        text = [title, "", *inside()] if name != "admonition" and title else inside()
        return _quote([f"**{heading}**", "", *text])
    if name in ("epigraph", "pull-quote", "highlights", "margin", "sidebar", "topic", "aside"):
        return _quote([*([f"**{title}**", ""] if title else []), *inside()])
    if name in ("tab-item", "card", "grid-item-card", "rubric"):
        return [*([f"**{title}**", ""] if title else []), *inside()]
    if name in ("div", "container", "tab-set", "grid", "grid-item"):
        return inside()
    if name in ("code", "code-block", "sourcecode"):
        return [f"```{argument}", *body, "```"]
    if name == "math":
        return ["$$", *([argument] if argument else []), *body, "$$"]
    if name in ("figure", "image"):
        picture = f"![{options.get('alt', '')}]({_picture(argument, line, chapter)})"
        return [picture, "", *_caption(options, inside(), chapter)]
    if name == "table":
        return [*_caption(options, [title] if title else [], chapter), "", *inside()]
    if name == "list-table":
        return [*_caption(options, [title] if title else [], chapter), "", *_table(inside(), line, chapter)]
    if name in ("index", "toctree", "contents"):
        return []
    raise chapter.problem(line, f"指令 {{{name}}} 不能放进笔记本 (this directive cannot be shown in a plain notebook)")


def _options(body: list[str], line: int, chapter: Chapter) -> tuple[dict, list[str], int]:
    """The options at the head of a directive, its body, and how many lines the options took."""
    if body and body[0].strip() == "---":
        end = next((n for n, each in enumerate(body[1:], start=1) if each.strip() == "---"), None)
        if end is None:
            raise chapter.problem(line, "--- 没有结尾 (the options are never closed)")
        return yaml.safe_load("\n".join(body[1:end])) or {}, body[end + 1 :], end + 1
    options = {}
    for number, each in enumerate(body):
        if not (found := re.match(r" *:([\w-]+):(?: +(.*))?$", each)):
            return options, body[number:], number
        options[found[1]] = (found[2] or "").strip()
    return options, [], len(body)


def _details(title: str, body: list[str]) -> list[str]:
    summary = html.escape(title, quote=False)
    summary = re.sub(r"`+(.+?)`+", r"<code>\1</code>", summary)
    summary = re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", summary)
    return ["<details>", f"<summary><b>{summary}</b></summary>", "", *body, "", "</details>"]


def _quote(lines: Iterable[str]) -> list[str]:
    return [f"> {line}".rstrip() for line in lines]


def _caption(options: Mapping, lines: list[str], chapter: Chapter) -> list[str]:
    number = chapter.titles.get(str(options.get("name", "")), "")
    if not number:
        return lines
    return [f"**{number}** {lines[0]}" if lines else f"**{number}**", *lines[1:]]


def _table(lines: list[str], line: int, chapter: Chapter) -> list[str]:
    """A table of pipes from the nested list of a list-table."""
    rows: list[list[str]] = []
    for each in lines:
        if found := re.match(r"\* - ?(.*)", each):
            rows.append([found[1].strip()])
        elif (found := re.match(r"  - ?(.*)", each)) and rows:
            rows[-1].append(found[1].strip())
        elif each.strip() and rows:
            rows[-1][-1] = f"{rows[-1][-1]} {each.strip()}".strip()
    if not rows or len({len(row) for row in rows}) != 1:
        raise chapter.problem(line, "表格各行的格数不同 (the rows of the table differ in length)")
    made = ["| " + " | ".join(row) + " |" for row in rows]
    return [made[0], "|" + " --- |" * len(rows[0]), *made[1:]]


def _picture(source: str, line: int, chapter: Chapter) -> str:
    if re.match(r"https?:|data:", source):
        return source
    file = chapter.path.parent / source
    if not file.is_file():
        raise chapter.problem(line, f"找不到图片 {source} (no such picture)")
    kind = mimetypes.guess_type(file.name)[0] or "image/png"
    chapter.pictures[file.name] = {kind: base64.b64encode(file.read_bytes()).decode()}
    return f"attachment:{file.name}"


def _inline(text: str, line: int, chapter: Chapter) -> str:
    """`text` with its roles, references and pictures replaced."""
    made, after = "", 0
    role_before = False
    for found in INLINE.finditer(text):
        between = text[after : found.start()]
        made += re.sub(rf"^[ ]+(?={WIDE})", "", between) if role_before else between
        after = found.end()
        piece = _piece(found, line + text.count("\n", 0, found.start()), chapter)
        role_before = bool(found["role"])
        if role_before:
            made = re.sub(rf"(?<={WIDE})[ ]+$", "", made)
        made += piece
    rest = text[after:]
    return made + (re.sub(rf"^[ ]+(?={WIDE})", "", rest) if role_before else rest)


def _piece(found: re.Match, line: int, chapter: Chapter) -> str:
    if found["role"]:
        return _role(found["role"], found["text"].strip(), line, chapter)
    if found["code"] or found["math"]:
        return found[0]
    if found["source"]:
        return f"![{found['alt']}]({_picture(found['source'], line, chapter)})"
    if found["note"]:
        number = getattr(NOTE, chapter.language).format(found["note"])
        wide = chapter.language == "zh"
        if found["definition"]:
            return f"**{number}**：" if wide else f"**{number}:** "
        return f"（{number}）" if wide else f" ({number})"
    if found["substitution"]:
        raise chapter.problem(line, f"{found[0]} 不能放进笔记本 (substitutions cannot be shown in a plain notebook)")
    label = _inline(found["label"], line, chapter)
    target = (found["target"] or "").strip().strip("<>")
    if re.match(r"https?:|mailto:", target):
        return f"[{label}]({target})"
    if found["target"] is not None and not label:
        return _title(target, line, chapter)
    return label


def _role(name: str, text: str, line: int, chapter: Chapter) -> str:
    if make := ROLES.get(name):
        return make(text, line, chapter)
    raise chapter.problem(line, f"角色 {{{name}}} 不能放进笔记本 (this role cannot be shown in a plain notebook)")


def _shown(text: str, line: int, chapter: Chapter) -> str:
    """`显示的字 <目标>` shows 显示的字."""
    return re.sub(r"\s*<[^<>]+>$", "", text)


def _reference(text: str, line: int, chapter: Chapter) -> str:
    if named := re.match(r"(.+?)\s*<([^<>]+)>$", text, re.DOTALL):
        title = named[1]
        if re.search(r"%s|\{number\}", title):
            return re.sub(r"%s|\{number\}", re.sub(r"^\D+", "", _title(named[2], line, chapter)), title)
        return title
    return _title(text, line, chapter)


def _title(label: str, line: int, chapter: Chapter) -> str:
    for name in (label, label.removeprefix("#"), re.sub(r"^.*/|\.md$", "", label)):
        if name in chapter.titles:
            return chapter.titles[name]
    raise chapter.problem(line, f"引用了 {label}，不知道它的标题 (give the reference a text of its own)")


def _glued(text: str, line: int, chapter: Chapter) -> str:
    name, _, form = text.partition(":")
    if name not in chapter.glued:
        raise chapter.problem(line, f"没有名为 {name} 的数 (nothing was glued under this name)")
    value = chapter.glued[name]
    with suppress(ValueError, SyntaxError):  # what is no literal is its own value
        value = ast.literal_eval(value)
    return format(value, form)


def _cited(text: str, line: int, chapter: Chapter) -> list[tuple[str, str]]:
    keys = [key.strip() for key in text.split(",")]
    if missing := [key for key in keys if key not in chapter.sources]:
        raise chapter.problem(line, f"文献表里没有 {missing[0]} (no such source)")
    return [chapter.sources[key] for key in keys]


def _in_text(text: str, line: int, chapter: Chapter) -> str:
    cited = _cited(text, line, chapter)
    if chapter.language == "zh":
        return "、".join(f"{authors}（{year}）" for authors, year in cited)
    return ", ".join(f"{authors} ({year})" for authors, year in cited)


def _in_brackets(text: str, line: int, chapter: Chapter) -> str:
    cited = _cited(text, line, chapter)
    if chapter.language == "zh":
        return "（" + "；".join(f"{authors}，{year}" for authors, year in cited) + "）"
    return "(" + "; ".join(f"{authors}, {year}" for authors, year in cited) + ")"


def _wrapped(before: str, after: str) -> Callable[[str, int, Chapter], str]:
    return lambda text, line, chapter: f"{before}{html.escape(text, quote=False) if '<' in before else text}{after}"


ROLES: dict[str, Callable[[str, int, Chapter], str]] = {
    "term": _shown,
    "abbr": lambda text, line, chapter: re.sub(r"\s*\((.*)\)$", r"（\1）" if chapter.language == "zh" else r" (\1)", text),
    "cite": _in_brackets,
    "cite:p": _in_brackets,
    "cite:t": _in_text,
    "glue:text": _glued,
    "ref": _reference,
    "numref": _reference,
    "doc": _reference,
    "download": _shown,
    "kbd": _wrapped("<kbd>", "</kbd>"),
    "sub": _wrapped("<sub>", "</sub>"),
    "sup": _wrapped("<sup>", "</sup>"),
    "math": _wrapped("$", "$"),
    "code": _wrapped("`", "`"),
    "file": _wrapped("`", "`"),
    "guilabel": _wrapped("**", "**"),
    "menuselection": lambda text, line, chapter: text.replace("-->", "→"),
}


def _trim(lines: list[str]) -> list[str]:
    return "\n".join(lines).strip("\n").split("\n")


def _join(text: str) -> str:
    """Chinese has no spaces, and Jupyter prints one for the end of each source line: the lines of a paragraph become one."""
    done: list[str] = []
    for line in text.split("\n"):
        if done and (rest := _continued(done[-1], line)):
            done[-1] = done[-1].rstrip() + rest
        else:
            done.append(line)
    return "\n".join(done)


def _continued(before: str, line: str) -> str:
    """What of `line` goes on the end of `before`; nothing when it starts something new or the gap between them is meant."""
    quote_before, said = re.match(r"(\s*(?:> ?)*)(.*)", before).groups()
    quote, rest = re.match(r"(\s*(?:> ?)*)(.*)", line).groups()
    if quote.count(">") != quote_before.count(">") or not said.strip() or not rest.strip():
        return ""
    if re.match(r"([-*+]|\d+[.)]) |#|\||<|\$\$|[-=*_]{3,}|:", rest) or re.match(r"#+ |\||<|\$\$|[-*_]{3,}$", said):
        return ""
    if said.endswith(("\\", "  ", "·")) or (said.endswith("*") and rest.startswith("*")):
        return ""
    # Bold type starts and ends only where punctuation does not stand between it and a letter
    if re.search(r"[^\w*]\*+$", said) or re.match(r"\*+[^\w*]", rest):
        return ""
    return rest if re.search(rf"{WIDE}\**$", said.rstrip()) or re.match(rf"\**{WIDE}", rest) else ""
