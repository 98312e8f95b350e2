"""What is done to the finished pages, in place."""

import re
from pathlib import Path
from xml.etree import ElementTree

import imagesize
from bs4 import BeautifulSoup
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

IMAGE = re.compile(r'<img\b(?![^>]*\bloading=)([^>]*?\bsrc="([^"]+)"[^>]*)>')


PAPER = "#fbfaf7"  # plotting's background


def clear_figures(edition: Path) -> None:
    """Take the paper out of the drawn figures: they then stand on the page's own, light or dark."""
    for figure in edition.glob("_images/*.svg"):
        figure.write_text(figure.read_text(encoding="utf-8").replace(f"fill: {PAPER}", "fill: none"), encoding="utf-8")


def settle_images(edition: Path) -> None:
    """Give every picture its size, so that the text does not jump when it comes, and let it come only when it is needed."""
    for page in edition.rglob("*.html"):
        before = page.read_text(encoding="utf-8")
        after = IMAGE.sub(lambda found, page=page: _settled(found[1], page.parent / found[2]), before)
        if after != before:
            page.write_text(after, encoding="utf-8")


def _settled(attributes: str, picture: Path) -> str:
    attributes = attributes.removesuffix("/").rstrip()
    if "width=" not in attributes and picture.exists():
        width, height = _size(picture)
        if width > 0:
            attributes += f' width="{width}" height="{height}"'
    return f'<img{attributes} loading="lazy" decoding="async">'


def _size(picture: Path) -> tuple[float, float]:
    if picture.suffix != ".svg":
        return imagesize.get(picture)
    # imagesize reads only the beginning of the file, and gives up when that ends inside a Chinese sign
    root = ElementTree.parse(picture).getroot()
    width, height = (float(re.sub(r"[a-z]+$", "", root.get(name, "-1"))) for name in ("width", "height"))
    # matplotlib's are in points
    scale = 96 / 72 if root.get("width", "").endswith("pt") else 1
    return round(width * scale, 2), round(height * scale, 2)


def subset_fonts(edition: Path, source: Path, target: Path) -> None:
    """Write KaTeX's fonts from `source` to `target` with no more signs than the formulas of the pages use."""
    italic, every = set(), set()
    for page in edition.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        if "katex-html" in text:
            for formula in BeautifulSoup(text, "html.parser").select(".katex-html"):
                every |= set(formula.get_text())
                italic |= {sign for part in formula.select(".mathnormal") for sign in part.get_text()}
    target.mkdir(parents=True, exist_ok=True)
    for path in source.glob("*.woff2"):
        signs = italic if path.stem == "KaTeX_Math-Italic" else every
        font = TTFont(path)
        subsetter = Subsetter(Options(flavor="woff2", hinting=False, name_IDs=[], layout_features=[]))
        subsetter.populate(text="".join(signs))
        subsetter.subset(font)
        font.flavor = "woff2"
        font.save(target / path.name)
