"""The book on paper: the finished pages, printed by a browser into one PDF with contents, page numbers and bookmarks.

A browser knows no page number before it has printed, so the book is printed, the pages that the headings fell on are read from
the PDF, and it is printed again with these numbers in its contents, until they agree.
"""

import re
import shutil
import unicodedata
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path

import yaml
from pypdf import PdfReader, PdfWriter
from pypdf.generic import BooleanObject, DictionaryObject, Fit, NameObject, TextStringObject

from . import browser, reading

STYLE = Path(__file__).with_name("paper.css")
FONT = Path(__file__).parents[1] / "fonts" / "NotoSansCJKsc-GB2312.otf"
PASSES = 4  # the second nearly always agrees with the first
UNKNOWN = "000"
# Many a Chinese font draws a sign and the radical of its shape with one glyph, and the browser then notes the radical: who searches
# the PDF for 用户 finds nothing. Unicode knows the signs of the old radicals; these are those that it leaves out.
RADICALS = str.maketrans(
    "⺝⺟⺠⺩⺫⺬⺮⺶⻄⻅⻆⻉⻊⻋⻑⻓⻔⻗⻘⻙⻚⻛⻜⻝⻡⻢⻣⻤⻥⻦⻧⻨⻩⻪⻬⻮⻰⻳",
    "月母民王目示竹羊西见角贝足车長长门雨青韦页风飞食首马骨鬼鱼鸟卤麦黄黾齐齿龙龟",
)
NOTED = re.compile(r"^<([0-9A-F]+)> (?:<([0-9A-F]+)> )?<(2[EF][0-9A-F]{2})>$", re.MULTILINE | re.IGNORECASE)


class PaperError(Exception):
    """The PDF could not be made."""


def make(
    folder: Path, edition: Path, target: Path, config: str = "_config.yml", report: Callable[[float], None] = lambda share: None
) -> int:
    """Make the PDF `target` of the built `edition` of the course in `folder`; the number of its pages.

    `report` is told the share that is done, 0 to 1. `target` is replaced when all went well, and untouched otherwise.
    Raises BrowserError when there is no browser, and PaperError when the page numbers do not settle.
    """
    facts = yaml.safe_load((folder / config).read_text(encoding="utf-8"))
    pages = reading.pages(edition)
    report(0.1)
    fresh = target.with_name(f"{target.name}.new")
    with browser.desk(edition) as (desk, address, beside):
        shutil.copyfile(FONT, desk / "course.otf")
        printed, numbers = desk / "printed.pdf", {}
        for turn in range(1, PASSES + 1):
            (desk / "book.html").write_text(sheet(facts, pages, numbers, beside), encoding="utf-8")
            browser.print_pdf(f"{address}/book.html", printed)
            report(min(0.8, 0.1 + 0.35 * turn))
            before, numbers = numbers, destinations(PdfReader(printed))
            if numbers == before:
                break
        else:
            raise PaperError(f"印了{PASSES}遍，目录的页码还对不上 (the page numbers do not settle)")
        count = _finish(printed, fresh, facts, pages)
    fresh.replace(target)
    report(1)
    return count


def destinations(printed: PdfReader | PdfWriter) -> dict[str, int]:
    """The page, counted from 1, of every place that a link of the PDF leads to, by its id."""
    order = {page.indirect_reference.idnum: number for number, page in enumerate(printed.pages, 1)}
    places = printed.root_object.get("/Dests", {})
    return {name.removeprefix("/"): order[place.get_object()[0].idnum] for name, place in places.items()}


def sheet(facts: dict, pages: list[reading.Page], numbers: dict[str, int], beside: str) -> str:
    """The whole book as one page of HTML, with the page numbers `numbers` of the ids; the edition's files are at `beside`."""
    said = reading.spoken(facts)
    feet = {"": facts["title"], "contents": said.contents, **{_name(page): page.title for page in pages}}
    style = STYLE.read_text(encoding="utf-8") + "".join(_running_foot(name, title) for name, title in feet.items())
    style += "".join(f"#{_css(page.key)} {{ page: {_name(page)}; }}\n" for page in pages)
    chapters = (_chapter(page, numbers, beside, said) for page in pages)
    body = "\n".join([_title(facts, said), _contents(pages, numbers, said), *chapters])
    return f"""<!doctype html>
<html lang="{said.tag}">
<head>
<meta charset="utf-8">
<title>{escape(facts["title"])}</title>
<link rel="stylesheet" href="{beside}/_static/katex/katex.min.css">
<link rel="stylesheet" href="{beside}/_static/service-sim/service-game.css">
<link rel="stylesheet" href="{beside}/_static/service-sim/service-sim.css">
<style>{style}</style>
</head>
<body data-theme="light">
{body}
</body>
</html>
"""


def _running_foot(name: str, title: str) -> str:
    words = title.replace("\\", "\\\\").replace('"', '\\"')
    return f'@page {name} {{ @bottom-left {{ content: "{words}"; }} }}\n'


def _name(page: reading.Page) -> str:
    return f"chapter-{page.key}"


def _css(identifier: str) -> str:
    """An id as a selector wants it: a digit must not come first."""
    return f"\\3{identifier[0]} {identifier[1:]}" if identifier[0].isdigit() else identifier


def _title(facts: dict, said: reading.Words) -> str:
    title, author, year = (escape(str(facts[name])) for name in ("title", "author", "copyright"))
    return f"""<section class="title-page">
<p class="title">{title}</p>
<p class="subtitle">{said.subtitle}</p>
<p class="author">{author}</p>
<p class="year">{year}</p>
</section>
<section class="imprint">
<p><strong>{said.imprint}</strong></p>
<p>{said.on_paper}</p>
<p>{said.turn}{said.gap}{said.beside}</p>
<p>{said.web}</p>
<p>{said.links}</p>
<p class="licence">© {year} {author}<br>{said.licence}</p>
</section>"""


def _contents(pages: list[reading.Page], numbers: dict[str, int], said: reading.Words) -> str:
    return "\n".join(['<nav class="contents" id="contents">', f"<h1>{said.contents}</h1>", *_lines(pages, numbers), "</nav>"])


def _lines(pages: list[reading.Page], numbers: dict[str, int]) -> Iterator[str]:
    for part, chapters in reading.parts(pages).items():
        yield f'<p class="part">{escape(part)}</p>'
        for page in chapters:
            for heading in page.headings:
                if heading.level < 3:
                    at = page.key if heading.level == 1 else heading.id
                    yield (
                        f'<p class="level-{heading.level}"><a href="#{at}"><span>{escape(heading.title)}</span>'
                        f"<i></i><b>{numbers.get(at, UNKNOWN)}</b></a></p>"
                    )


def _chapter(page: reading.Page, numbers: dict[str, int], beside: str, said: reading.Words) -> str:
    fragment = reading.parse(page.body.decode(formatter="minimal"))
    for formula in fragment.select(".katex"):
        source = formula.select_one("annotation")
        formula.attrs.update({"role": "math", "aria-label": source.get_text() if source else formula.get_text()})
        for spoken in formula.select(".katex-mathml"):
            spoken.decompose()  # printed, it would be there twice for who copies or searches
        for drawn in formula.select("[aria-hidden]"):
            del drawn["aria-hidden"]  # what is hidden so is no text in a PDF
    for link in fragment.select('a.paged, a[href^="#"]'):
        if "paged" in link.get("class", []) or page.key == "coverage":
            at = fragment.new_tag("span", attrs={"class": "at"})
            at.string = said.page.format(numbers.get(link["href"][1:], UNKNOWN))
            link.append(at)
    for image in fragment.select("img"):
        image["src"] = f"{beside}/{image['src']}"
    part = f'<p class="part-name"><a href="#contents">{escape(page.part)}</a></p>'
    return f'<article id="{page.key}">\n{part}\n{fragment.decode(formatter="minimal")}\n</article>'


def _finish(printed: Path, target: Path, facts: dict, pages: list[reading.Page]) -> int:
    """Writes `printed` to `target` with bookmarks and what the book is called."""
    said = reading.spoken(facts)
    writer = PdfWriter(clone_from=printed)
    writer.add_metadata({"/Title": facts["title"], "/Author": facts["author"], "/Subject": said.subject})
    places, tops = destinations(writer), {name.removeprefix("/"): place[3] for name, place in writer.root_object["/Dests"].items()}

    def mark(title: str, at: str, **options):
        return writer.add_outline_item(title=title, page_number=places[at] - 1, fit=Fit.xyz(top=tops[at]), **options)

    mark(said.contents, "contents")
    for part, chapters in reading.parts(pages).items():
        above = mark(part, chapters[0].key, bold=True)
        for page in chapters:
            chapter = mark(page.title, page.key, parent=above, is_open=False)
            for heading in page.headings:
                if heading.level == 2:
                    mark(heading.title, heading.id, parent=chapter)
    seen: set[int] = set()
    for page in writer.pages:
        _note_signs(page["/Resources"], seen)
    root = writer.root_object
    root[NameObject("/Lang")] = TextStringObject(said.tag)
    root[NameObject("/PageMode")] = NameObject("/UseOutlines")
    root[NameObject("/ViewerPreferences")] = DictionaryObject({NameObject("/DisplayDocTitle"): BooleanObject(True)})
    writer.write(target)
    return len(writer.pages)


def _note_signs(resources: DictionaryObject, seen: set[int]) -> None:
    """Lets the fonts in `resources`, and in what is drawn with their help, note signs where they note radicals."""
    for font in (resources.get("/Font") or {}).values():
        font = font.get_object()
        noted = font.get("/ToUnicode")
        if noted is not None and id(font) not in seen:
            seen.add(id(font))
            before = noted.get_object().get_data().decode("latin-1")
            after = NOTED.sub(_signs, before)
            if after != before:
                noted.get_object().set_data(after.encode("latin-1"))
    for drawn in (resources.get("/XObject") or {}).values():
        drawn = drawn.get_object()
        if id(drawn) not in seen:
            seen.add(id(drawn))
            _note_signs((drawn.get("/Resources") or DictionaryObject()).get_object(), seen)


def _signs(line: re.Match) -> str:
    """The line of a font's notes with signs instead of radicals."""
    first, last, radical = line[1], line[2], int(line[3], 16)
    if last is None:
        return f"<{first}> <{_sign(radical)}>"
    signs = " ".join(f"<{_sign(radical + step)}>" for step in range(int(last, 16) - int(first, 16) + 1))
    return f"<{first}> <{last}> [{signs}]"


def _sign(radical: int) -> str:
    return f"{ord(unicodedata.normalize('NFKC', chr(radical).translate(RADICALS))):04X}"
