"""The book as an EPUB 3: the finished pages without scripts, formulas as MathML, figures as SVG.

The pictures of simulations are painted by style sheets that few e-readers understand, so a browser works out their colours first.
"""

import html
import json
import re
import uuid
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from xml.etree import ElementTree

import yaml
from bs4 import Tag

from . import browser, reading

STYLE = Path(__file__).with_name("epub.css")
TYPES = {".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".webp": "image/webp"}
COVER = (1200, 1680)
HEAD = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" lang="{tag}" xml:lang="{tag}">
<head>
<title>{title}</title>
<link rel="stylesheet" type="text/css" href="style.css"/>
</head>
<body{kind}>
"""
CONTAINER = """<?xml version="1.0" encoding="utf-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>
"""
# what a drawing looks like, without the style sheet that says so
PAINT = """
const properties = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap", "stroke-linejoin",
  "stroke-opacity", "opacity", "font-size", "font-weight", "text-anchor", "dominant-baseline", "visibility", "display"];
const start = document.createElementNS("http://www.w3.org/2000/svg", "g");
document.body.append(start);
const plain = getComputedStyle(start);
const painted = [...document.querySelectorAll(".sm-picture svg")].map((drawing) => {
  const { width, height } = drawing.getBoundingClientRect();
  for (const part of drawing.querySelectorAll("*")) {
    const style = getComputedStyle(part);
    const above = part.parentNode === drawing ? plain : getComputedStyle(part.parentNode);
    for (const name of properties) {
      const value = style.getPropertyValue(name);
      const inherited = name === "opacity" || name === "display" ? plain.getPropertyValue(name) : above.getPropertyValue(name);
      if (value !== inherited) part.setAttribute(name, value);
    }
  }
  const outer = getComputedStyle(drawing);
  for (const name of ["fill", "stroke", "font-size"]) drawing.setAttribute(name, outer.getPropertyValue(name));
  drawing.setAttribute("font-family", "sans-serif");
  drawing.setAttribute("width", width.toFixed(1));
  drawing.setAttribute("height", height.toFixed(1));
  for (const part of [drawing, ...drawing.querySelectorAll("*")])
    for (const name of part.getAttributeNames())
      if (/^(class|style|tabindex|role|aria-.*|data-.*)$/.test(name)) part.removeAttribute(name);
  return new XMLSerializer().serializeToString(drawing);
});
document.body.innerHTML = "<pre></pre>";
document.querySelector("pre").textContent = JSON.stringify(painted);
"""


class EpubError(Exception):
    """The EPUB could not be made."""


def make(
    folder: Path, edition: Path, target: Path, config: str = "_config.yml", report: Callable[[float], None] = lambda share: None
) -> int:
    """Make the EPUB `target` of the built `edition` of the course in `folder`; the number of its chapters.

    `report` is told the share that is done, 0 to 1. `target` is replaced when all went well, and untouched otherwise.
    Raises BrowserError when there is no browser, and EpubError when a page does not come out as XML.
    """
    facts = yaml.safe_load((folder / config).read_text(encoding="utf-8"))
    said = reading.spoken(facts)
    pages = reading.pages(edition)
    report(0.4)
    drawings, cover = _drawn(facts, pages, edition)
    report(0.7)
    files = {f"images/{name}": text.encode() for name, text in _take_out(pages, drawings).items()} | {"images/cover.png": cover}
    for page in pages:
        files |= _pictures(page, edition)
    files |= {f"{page.key}.xhtml": chapter(page, said).encode() for page in pages}
    files |= {"title.xhtml": _title(facts, said).encode(), "nav.xhtml": _contents(pages, said).encode()}
    files["toc.ncx"] = _ncx(facts, pages).encode()
    files["style.css"] = STYLE.read_bytes()
    files["package.opf"] = _package(facts, pages, files, said).encode()
    for name, content in files.items():
        _well_formed(name, content)
    fresh = target.with_name(f"{target.name}.new")
    _zip(fresh, files)
    fresh.replace(target)
    report(1)
    return len(pages)


def _drawn(facts: dict, pages: list[reading.Page], edition: Path) -> tuple[list[str], bytes]:
    """Every drawing of a simulation, in order, in its colours, and the cover."""
    stills = "\n".join(still.decode(formatter="minimal") for page in pages for still in page.body.select(".sm-still"))
    head = f'<!doctype html><html lang="{reading.spoken(facts).tag}"><meta charset="utf-8">'
    # as wide as a page of the site, where all parts of a drawing are shown
    show = "<style>body { width: 640px; } .sm-still { display: block !important; }</style>"
    with browser.desk(edition) as (desk, address, beside):
        sheets = "".join(f'<link rel="stylesheet" href="{beside}/_static/service-sim/service-{name}.css">' for name in ("game", "sim"))
        (desk / "drawings.html").write_text(
            f'{head}{sheets}{show}<body data-theme="light">{stills}<script>{PAINT}</script></body></html>', encoding="utf-8"
        )
        dom = browser.run(f"{address}/drawings.html", "--dump-dom", folder=desk)
        (desk / "cover.html").write_text(f"{head}{_cover(facts)}</html>", encoding="utf-8")
        picture = desk / "cover.png"
        size = f"--window-size={COVER[0]},{COVER[1]}"
        browser.run(f"{address}/cover.html", f"--screenshot={picture}", size, "--hide-scrollbars", folder=desk)
        cover = picture.read_bytes()
    found = re.search(r"<pre>(.*)</pre>", dom, re.DOTALL)
    if not found:
        raise EpubError("浏览器没有交出模拟的图 (the browser did not give the drawings of the simulations)")
    return json.loads(html.unescape(found[1])), cover


def _cover(facts: dict) -> str:
    return f"""<style>
body {{ margin: 0; height: {COVER[1]}px; background: #0b6b6b; color: #fbfaf7; text-align: center;
  font-family: "Songti SC", "Noto Serif CJK SC", "SimSun", serif; }}
h1 {{ margin: 0; padding-top: 480px; font-size: 190px; letter-spacing: 0.1em; text-indent: 0.1em; }}
:lang(en) h1 {{ padding: 420px 100px 0; font-size: 170px; line-height: 1.15; letter-spacing: 0; text-indent: 0; }}
p {{ margin: 60px 0 0; font-size: 58px; }}
.by {{ margin-top: 520px; font-size: 46px; }}
</style>
<body><h1>{escape(facts["title"])}</h1><p>{reading.spoken(facts).subtitle}</p><p class="by">{escape(facts["author"])}</p></body>"""


def _take_out(pages: list[reading.Page], drawings: list[str]) -> dict[str, str]:
    """Puts pictures in the place of the drawings in the pages; the drawings by their file names."""
    places = [drawing for page in pages for drawing in page.body.select(".sm-still .sm-picture svg")]
    if len(places) != len(drawings):
        raise EpubError(f"有{len(places)}幅图，浏览器交出{len(drawings)}幅 (drawings are missing)")
    files: dict[str, str] = {}
    for place, drawing in zip(places, drawings, strict=True):
        name = next((name for name, known in files.items() if known == drawing), f"drawing-{len(files) + 1}.svg")
        files[name] = drawing
        image = Tag(name="img", attrs={"src": f"images/{name}", "alt": place.get("aria-label", "")}, is_xml=True, can_be_empty_element=True)
        place.replace_with(image)
    return files


def _pictures(page: reading.Page, edition: Path) -> dict[str, bytes]:
    """The files of the pictures in the page, whose addresses are set to where the EPUB has them."""
    files = {}
    for image in page.body.select("img"):
        if not image["src"].startswith("images/"):
            name = f"images/{Path(image['src']).name}"
            files[name] = (edition / image["src"]).read_bytes()
            image["src"] = name
    return files


def chapter(page: reading.Page, said: reading.Words) -> str:
    """The page as XHTML."""
    for formula in page.body.select(".katex"):
        formula.replace_with(_mathml(formula.select_one("math").extract()))
    for link in page.body.select('a[href^="#"]'):
        key, _, rest = link["href"][1:].partition(".")
        if key != page.key:
            link["href"] = f"{key}.xhtml#{key}.{rest}" if rest else f"{key}.xhtml" if key != "contents" else "nav.xhtml"
        elif not rest:
            link["href"] = f"{key}.xhtml"
    for tag in page.body.find_all(True):
        for name in ("role", "data-name", "scope", "inert", "align"):
            tag.attrs.pop(name, None)
    for image in page.body.select("img"):
        for name in ("width", "height"):
            if name in image.attrs:
                image[name] = str(round(float(image[name])))
        image.attrs.pop("style", None)
    body = page.body.decode(formatter="minimal")
    part = f'<p class="part-name">{escape(page.part)}</p>'
    return f"{HEAD.format(title=escape(page.title), kind='', tag=said.tag)}{part}\n{body}\n</body>\n</html>\n"


def _mathml(formula: Tag) -> Tag:
    """`formula` without what KaTeX writes and the standard does not know."""
    for table in formula.select('mtable[columnspacing=""]'):
        del table["columnspacing"]
    for sign in formula.select(":is(msub, msup, msubsup, munder, mover) > mo"):
        if sign.get_text() == "\u2061":  # a function's name as an index: nothing is applied
            sign.decompose()
    return formula


def _title(facts: dict, said: reading.Words) -> str:
    title, author, year = (escape(str(facts[name])) for name in ("title", "author", "copyright"))
    return f"""{HEAD.format(title=title, kind="", tag=said.tag)}<section class="title-page" epub:type="titlepage">
<h1>{title}</h1>
<p>{said.subtitle}</p>
<p>{author}</p>
<p>{year}</p>
</section>
<section epub:type="copyright-page">
<p>{said.on_paper}</p>
<p>{said.turn}</p>
<p>© {year} {author}{said.stop}{said.gap}{said.licence}</p>
</section>
</body>
</html>
"""


def _contents(pages: list[reading.Page], said: reading.Words) -> str:
    return f"""{HEAD.format(title=said.contents, kind="", tag=said.tag)}<nav epub:type="toc" id="toc">
<h1>{said.contents}</h1>
<ol>
{"".join(_entries(pages))}</ol>
</nav>
</body>
</html>
"""


def _entries(pages: list[reading.Page]) -> Iterator[str]:
    for part, chapters in reading.parts(pages).items():
        yield f"<li><span>{escape(part)}</span>\n<ol>\n"
        for page in chapters:
            sections = "".join(
                f'<li><a href="{page.key}.xhtml#{heading.id}">{escape(heading.title)}</a></li>\n'
                for heading in page.headings
                if heading.level == 2
            )
            below = f"\n<ol>\n{sections}</ol>\n" if sections else ""
            yield f'<li><a href="{page.key}.xhtml">{escape(page.title)}</a>{below}</li>\n'
        yield "</ol>\n</li>\n"


def _ncx(facts: dict, pages: list[reading.Page]) -> str:
    """The contents in the form of EPUB 2, which older e-readers look for."""
    points = "".join(
        f'<navPoint id="n{number}" playOrder="{number}"><navLabel><text>{escape(page.title)}</text></navLabel>'
        f'<content src="{page.key}.xhtml"/></navPoint>\n'
        for number, page in enumerate(pages, 1)
    )
    return f"""<?xml version="1.0" encoding="utf-8"?>
<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/" version="2005-1">
<head><meta name="dtb:uid" content="{_identifier(facts)}"/></head>
<docTitle><text>{escape(facts["title"])}</text></docTitle>
<navMap>
{points}</navMap>
</ncx>
"""


def _identifier(facts: dict) -> str:
    return uuid.uuid5(uuid.NAMESPACE_OID, f"{facts['author']}: {facts['title']}").urn


def _package(facts: dict, pages: list[reading.Page], files: dict[str, bytes], said: reading.Words) -> str:
    ids = {name: f"f{number}" for number, name in enumerate(files)}
    items = "".join(
        f'<item id="{ids[name]}" href="{name}" media-type="{_type(name)}"{_properties(name, content)}/>\n'
        for name, content in files.items()
    )
    order = ["title.xhtml", "nav.xhtml", *(f"{page.key}.xhtml" for page in pages)]
    spine = "".join(f'<itemref idref="{ids[name]}"/>\n' for name in order)
    return f"""<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" xml:lang="{said.tag}">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:identifier id="id">{_identifier(facts)}</dc:identifier>
<dc:title>{escape(facts["title"])}</dc:title>
<dc:language>{said.tag}</dc:language>
<dc:creator>{escape(facts["author"])}</dc:creator>
<dc:date>{facts["copyright"]}</dc:date>
<dc:rights>CC BY-SA 4.0</dc:rights>
<meta property="dcterms:modified">{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}</meta>
<meta name="cover" content="{ids["images/cover.png"]}"/>
</metadata>
<manifest>
{items}</manifest>
<spine toc="{ids["toc.ncx"]}">
{spine}</spine>
</package>
"""


def _type(name: str) -> str:
    known = {".xhtml": "application/xhtml+xml", ".css": "text/css", ".ncx": "application/x-dtbncx+xml", **TYPES}
    return known[Path(name).suffix]


def _properties(name: str, content: bytes) -> str:
    if name in ("nav.xhtml", "images/cover.png"):
        return f' properties="{"nav" if name == "nav.xhtml" else "cover-image"}"'
    return ' properties="mathml"' if name.endswith(".xhtml") and b"<math" in content else ""


def _well_formed(name: str, content: bytes) -> None:
    if Path(name).suffix in (".xhtml", ".opf", ".ncx", ".svg"):
        try:
            ElementTree.fromstring(content)
        except ElementTree.ParseError as error:
            raise EpubError(f"{name} 不是合格的XML：{error} (not well-formed)") from None


def _zip(target: Path, files: dict[str, bytes]) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("mimetype", "application/epub+zip", compress_type=zipfile.ZIP_STORED)  # first, and readable without unpacking
        book.writestr("META-INF/container.xml", CONTAINER)
        for name, content in files.items():
            book.writestr(f"EPUB/{name}", content)
