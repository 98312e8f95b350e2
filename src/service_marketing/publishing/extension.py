"""What the book asks of Sphinx beyond Jupyter Book: short addresses, light pages, strict cells, one table of terms."""

import csv
import re
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path

import nbformat
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinxcontrib.bibtex.plugin import register_plugin

from . import chapter_list, citations, exercise_pages, notebooks, project, quiz_directive, zipped
from .execution import execute_side_by_side
from .plain import chapter_number

logger = logging.getLogger(__name__)

# Jupyter Book loads these on every page whatever the theme; the course uses none of them.
UNUSED_ASSETS = re.compile(
    r"book-theme|thebe|togglebutton|copybutton|clipboard|comments|design-tabs|mystnb|doctools|sphinx_highlight|translations|documentation_options|mathjax|scripts/furo"
)


class CourseHTMLBuilder(StandaloneHTMLBuilder):
    """HTML pages without the folders of the repository in their addresses: chapters/zh/03-x → chapters/03-x.html.

    exercises/03-x/assignment, or assignment.en → exercises/03-x.html.
    """

    name = "html"
    search = False  # Pagefind indexes the finished pages instead

    def get_target_uri(self, docname: str, typ: str | None = None) -> str:
        return super().get_target_uri(_address(docname), typ)

    def get_outfilename(self, pagename: str) -> str:
        return super().get_outfilename(_address(pagename))


def _address(docname: str) -> str:
    return re.sub(r"^(book/(?:zh|en)/)|(?<=^chapters/)(?:zh|en)/|(?<=.)/assignment(?:\.en)?$", "", docname)


def language(config) -> str:
    """The language of the edition that is built, "zh" or "en"."""
    return "zh" if (config.language or "").startswith("zh") else "en"


class CourseTerms(SphinxDirective):
    """`{course-terms}`: the glossary, out of the table of terms that `course_terms` names."""

    def run(self) -> list[nodes.Node]:
        path = Path(self.env.app.confdir, self.config.course_terms)
        self.env.note_dependency(str(path))
        return self.parse_text_to_nodes("\n".join(["```{glossary}", *_glossary_body(path, language(self.config)), "```"]))


class CourseCoverage(SphinxDirective):
    """`{course-coverage}`: what the course teaches and where, out of the table that `course_coverage` names."""

    def run(self) -> list[nodes.Node]:
        path = Path(self.env.app.confdir, self.config.course_coverage)
        self.env.note_dependency(str(path))
        spoken = language(self.config)
        item, head = {"zh": ("item", "| 章 | 内容 | 在哪里讲 |"), "en": ("item_en", "| Chapter | Content | Where |")}[spoken]
        with path.open(encoding="utf-8", newline="") as file:
            rows = [f"| {_part(row['chapter'], spoken)} | {row[item]} | [](#{row['section']}) |" for row in csv.DictReader(file)]
        return self.parse_text_to_nodes("\n".join([head, "| --- | --- | --- |", *rows]))


def _part(number: str, spoken: str) -> str:
    """A chapter or an appendix by its number: 第3章, 附录C; Chapter 3, Appendix C."""
    if spoken == "zh":
        return f"第{number}章" if number.isdigit() else f"附录{number}"
    return f"Chapter {number}" if number.isdigit() else f"Appendix {number}"


def _glossary_body(path: Path, spoken: str) -> Iterator[str]:
    terms = read_terms(path)
    for term in terms if spoken == "zh" else sorted(terms, key=lambda term: term["en"].casefold()):
        number = term["chapter"]
        label = f"ch{number}" if number.isdigit() else f"appendix-{number.lower()}"
        where = f"[{_part(number, spoken)}]({label})"
        yield term[spoken]
        yield f"  *{term['en']}*。{term['definition_zh']}{where}" if spoken == "zh" else f"  {term['zh']}. {term['definition_en']} {where}"
        yield ""


def read_terms(path: Path) -> list[dict[str, str]]:
    """The rows of the table of terms, in the order of their first chapter, those of the appendices last.

    Raises ValueError naming the line when a term is missing a field or stands twice.
    """
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    seen: set[str] = set()
    for line, row in enumerate(rows, start=2):
        empty = [name for name in ("zh", "en", "definition_zh", "definition_en", "chapter") if not (row.get(name) or "").strip()]
        if empty:
            raise ValueError(f"{path}:{line}: {empty[0]} 是空的 (empty field)")
        if row["zh"] in seen:
            raise ValueError(f"{path}:{line}: {row['zh']} 出现了两次 (term stands twice)")
        seen.add(row["zh"])
    return sorted(rows, key=lambda row: int(row["chapter"]) if row["chapter"].isdigit() else 99)


class ChineseLineEnds(SphinxPostTransform):
    """Chinese has no spaces: the end of a source line, and the space that a role needs beside it, are not printed."""

    default_priority = 900
    wide = r"[\u2014-\u201d\u2026\u3000-\u303f\u3400-\u9fff\uff00-\uffef]"

    def run(self, **kwargs) -> None:
        if language(self.config) != "zh":
            return
        for text in list(self.document.findall(nodes.Text)):
            if isinstance(text.parent, nodes.FixedTextElement | nodes.raw | nodes.literal | nodes.math):
                continue
            before, after = _neighbour(text, -1), _neighbour(text, 1)
            told = re.sub(rf"(?<={self.wide})\s*\n\s*|\s*\n\s*(?={self.wide})", "", text.astext())
            if (before and re.match(rf"\s+{self.wide}", told)) or (re.search(rf"{self.wide}$", before) and told[:1].isspace()):
                told = told.lstrip()
            if (after and re.search(rf"{self.wide}\s+$", told)) or (re.match(self.wide, after) and told[-1:].isspace()):
                told = told.rstrip()
            if told != text.astext():
                text.parent[_place(text)] = nodes.Text(told)


def _place(text: nodes.Text) -> int:
    """Where `text` stands in its parent: itself, for every line end is equal to the next, and `index` would give the first."""
    return next(i for i, child in enumerate(text.parent.children) if child is text)


def _neighbour(text: nodes.Text, step: int) -> str:
    place = _place(text) + step
    return text.parent[place].astext() if 0 <= place < len(text.parent) else ""


def report_cell_problems(app: Sphinx, doctree: nodes.document) -> None:
    """Warn, with file and line, of every cell that failed or wrote to stderr (a missing glyph does that)."""
    for cell in doctree.findall(lambda node: isinstance(node, nodes.container) and node.get("nb_element") == "cell_code"):
        if "raises-exception" in cell.get("cell_metadata", {}).get("tags", []):
            continue
        for output in cell.findall(nodes.literal_block):
            kinds = set(output["classes"]) & {"stderr", "traceback"}
            if kinds:
                lines = re.sub(r"\x1b\[[0-9;]*m", "", output.astext()).strip().splitlines()
                said = lines[-1] if "traceback" in kinds else " ".join(line.strip() for line in lines)
                problem = "代码单元出错 (the cell failed)" if "traceback" in kinds else "代码单元有警告 (the cell wrote to stderr)"
                logger.warning("%s: %s", problem, said, location=(app.env.docname, _line(app, cell)), type="course", subtype="cell")


def _line(app: Sphinx, cell: nodes.Element) -> int:
    """Where the cell's first line stands in its file; the parser's own count is a little off, more so with options."""
    code = next(iter(cell.findall(nodes.literal_block))).astext().splitlines()
    lines = Path(app.env.doc2path(app.env.docname)).read_text(encoding="utf-8").splitlines()
    near = [number for number, line in enumerate(lines, start=1) if code and line == code[0]]
    return min(near, key=lambda number: abs(number - cell.line), default=cell.line)


def lighten(app: Sphinx, pagename: str, templatename: str, context: dict, doctree: nodes.document | None) -> None:
    """Leave out what the page does not use, and the English that the tools print."""
    body = context.get("body") or ""
    for kind in ("script_files", "css_files"):
        # those without a file are settings of tools that are left out too
        named = [asset for asset in context[kind] if getattr(asset, "filename", asset)]
        context[kind] = [asset for asset in named if not UNUSED_ASSETS.search(str(getattr(asset, "filename", asset)))]
    body = re.sub(r"<script[^>]*x-thebe-config.*?</script>\s*<script>kernelName = [^<]*</script>", "", body, flags=re.DOTALL)
    context["has_math"] = 'class="math ' in body
    context["has_simulation"] = "<service-sim" in body
    context["has_practice"] = "<service-practice" in body
    context["has_quiz"] = '<form class="sq"' in body
    context["has_record"] = "<service-record" in body
    context["has_game"] = "<service-game" in body
    body = body.replace(' aria-label="Toggle hidden content"', "")  # the words of the summary say it better
    # an icon's drawing in every fold: the style sheet has a sign
    body = re.sub(r'(<span class="sd-summary-state-marker[^"]*">)<svg.*?</svg>', r"\1", body, flags=re.DOTALL)
    body = re.sub(r'<span class="[nopw]">([^<]*)</span>', r"\1", body)  # names and signs need no colour, and there are many
    body = re.sub(r'(<a class="reference internal" href="#[^"]*") title="[^"]*"', r"\1", body)  # a source is one tap away
    # roles that have gone, or that ask for more than is there
    body = body.replace('<div role="list" class="citation-list">', '<div class="citation-list">').replace(' role="doc-biblioentry"', "")
    contents = context.get("furo_navigation_tree") or ""
    contents = contents.replace(' class="caption" role="heading"', ' class="caption" role="heading" aria-level="2"')
    if language(app.config) == "zh":
        contents = re.sub(r"Toggle navigation of ([^<\"]+)", r"展开或收起“\1”", contents)
        body = re.sub(r'title="(?:Link|Permalink) to this [a-z ]+"', 'title="链接到这里"', body)
    context["furo_navigation_tree"] = contents
    context["body"] = body


def clear_leftovers(app: Sphinx, error: Exception | None) -> None:
    """Pages and pictures of an earlier build that this one has no more."""
    if error or app.builder.name != "html":
        return
    out = Path(app.outdir)
    pages = {Path(app.builder.get_outfilename(name)) for name in [*app.env.found_docs, *app.config.html_additional_pages]}
    pictures = {out / app.builder.imagedir / name for _, name in app.env.images.values()}
    for file in [*out.rglob("*.html"), *(out / app.builder.imagedir).glob("*")]:
        if file not in pages | pictures and "_static" not in file.parts:
            file.unlink()


def write_notebooks(app: Sphinx, error: Exception | None) -> None:
    """Beside each page made of a notebook, the notebook itself, to download and run."""
    if error or app.builder.name != "html":
        return
    root, executed = Path(app.srcdir), Path(app.outdir).parent / "jupyter_execute"
    for docname in sorted(app.env.found_docs):
        source = Path(app.env.doc2path(docname))
        page = Path(app.builder.get_outfilename(docname))
        target = page.with_suffix(".ipynb")
        if not notebooks.is_notebook(docname, source) or (target.exists() and target.stat().st_mtime_ns > page.stat().st_mtime_ns):
            continue  # Sphinx did not write this page anew
        glued = notebooks.glued_by_build(executed / f"{docname}.glue.json")
        notebooks.remember(root, source, glued)
        try:
            notebook = notebooks.chapter_notebook(source, glued, root / "book" / "references.bib")
        except ValueError as problem:
            logger.warning("%s", problem, type="course", subtype="notebook")
            continue
        nbformat.write(notebook, target)


def page_context(app: Sphinx, pagename: str, templatename: str, context: dict, doctree: nodes.document | None) -> None:
    """Tell the templates which notebook the page can be downloaded as, and which page has the assignment that goes with it."""
    source = Path(app.srcdir, pagename + ".md")
    name = pagename.rpartition("/")[2]
    context["notebook"] = f"{name}.ipynb" if source.exists() and notebooks.is_notebook(pagename, source) else None
    assignment = exercise_pages.document(name, language(app.config))
    context["other"] = _same_page_elsewhere(app, pagename, context.get("content_root", ""))
    context["assignment"] = assignment if assignment in app.env.found_docs else None


def _same_page_elsewhere(app: Sphinx, pagename: str, root: str) -> dict[str, str] | None:
    """The page's counterpart in the other edition, None when the course has no other."""
    other = {"zh": "en", "en": "zh"}[language(app.config)]
    if not project.settings(Path(app.srcdir), other):
        return None
    tag, name = {"zh": ("zh-CN", "中文"), "en": ("en", "English")}[other]
    return {"language": other, "tag": tag, "name": name, "href": f"{root}../{other}/{_address(pagename)}.html"}


def name_downloads(app: Sphinx, config) -> None:
    """Links to what the build puts into the site's `downloads/`: `{{ wheel }}`, the course's package, and `{{ zip }}`, the site."""
    spoken = language(config)
    package, site = ("课程包", "离线包") if spoken == "zh" else ("course package", "ZIP")
    links = {"wheel": (notebooks.wheel(), package), "zip": (zipped.name(config.html_title, spoken), site)}
    made = {name: f'<a href="downloads/{file}" download>{text}</a>' for name, (file, text) in links.items()}
    config.myst_substitutions = {**(config.myst_substitutions or {}), **made}


def english_sources(app: Sphinx, config) -> None:
    """The English edition lists the sources as `citations.english` has them, in a file that is made of the course's one."""
    if language(config) == "zh":
        return
    for place, file in enumerate(config.bibtex_bibfiles):
        text = citations.english(Path(app.srcdir, file).read_text(encoding="utf-8"))
        made = Path(app.srcdir, "_build", f"{Path(file).stem}.en.bib")
        if not made.exists() or made.read_text(encoding="utf-8") != text:
            made.parent.mkdir(exist_ok=True)
            made.write_text(text, encoding="utf-8")
        config.bibtex_bibfiles[place] = made.relative_to(app.srcdir).as_posix()


def key_cache(app: Sphinx, config) -> None:
    """Cached outputs are good only for the same package and data; jupyter-cache looks at the cells alone."""
    state = project.fingerprint(project.code_and_data(Path(app.srcdir)))
    config.nb_execution_cache_path = str(Path(app.outdir).parent / ".jupyter_cache" / state[:16])
    config.course_state = state


def outdated(app: Sphinx, env, added: set, changed: set, removed: set) -> list[str]:
    """All pages with cells, when the package or the data changed since they were run."""
    before, env.course_state = getattr(env, "course_state", None), app.config.course_state
    if before in (None, env.course_state):
        return []
    return [docname for docname in env.found_docs if notebooks.is_notebook(docname, Path(env.doc2path(docname)))]


def number_through(app: Sphinx, env) -> list[str]:
    """Give Sphinx back its own count through the book, which it compares with the new one to see whose numbers changed."""
    env.toc_fignumbers = getattr(env, "course_fignumbers", env.toc_fignumbers)
    return []


def number_by_chapter(app: Sphinx, env) -> list[str]:
    """Figures and tables are counted in each chapter: 图3.1, not the thirty-first of the book."""
    env.course_fignumbers = deepcopy(env.toc_fignumbers)
    for docname, kinds in env.toc_fignumbers.items():
        chapter = chapter_number(Path(docname))
        if chapter is None:
            continue
        for numbers in kinds.values():
            for place, name in enumerate(numbers, 1):
                numbers[name] = (chapter, place)
    return []  # a page's own numbers depend on nothing outside it


def setup(app: Sphinx) -> dict:
    app.add_config_value("course_terms", "", "env")
    app.add_config_value("course_coverage", "", "env")
    app.add_config_value("course_state", "", "")
    app.add_builder(CourseHTMLBuilder, override=True)
    for name, style in citations.STYLES.items():
        register_plugin("sphinxcontrib.bibtex.style.referencing", name, style)
    app.add_directive("course-terms", CourseTerms)
    app.add_directive("course-coverage", CourseCoverage)
    quiz_directive.setup(app)
    exercise_pages.setup(app)
    chapter_list.setup(app)
    app.add_post_transform(ChineseLineEnds)
    app.connect("config-inited", key_cache)
    app.connect("config-inited", name_downloads)
    app.connect("config-inited", english_sources)
    app.connect("env-get-outdated", outdated)
    app.connect("env-before-read-docs", execute_side_by_side)
    app.connect("env-get-updated", number_through, priority=100)
    app.connect("env-get-updated", number_by_chapter, priority=900)  # after Sphinx has counted through the book
    app.connect("doctree-read", report_cell_problems)
    app.connect("html-page-context", page_context)
    app.connect("html-page-context", lighten, priority=900)  # after every other extension has added its files
    app.connect("build-finished", clear_leftovers)
    app.connect("build-finished", write_notebooks)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
