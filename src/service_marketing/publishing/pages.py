"""What is done to the finished pages, in place."""

import re
from pathlib import Path
from xml.etree import ElementTree

import imagesize
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

IMAGE = re.compile(r'<img\b(?![^>]*\bloading=)([^>]*?\bsrc="([^"]+)"[^>]*)>')
DRAWN = re.compile(r"^(\d\d|[A-Z])-[\w-]+\.svg$")  # a diagram out of _figures, with words in it: a phone may slide it
EMPTY_HEAD = re.compile(r"<th\b([^>]*)>(\s*(?:<p>\s*</p>|&nbsp;|&#160;)?\s*)</th>")
LANGUAGE = re.compile(r'<html[^>]*\blang="(zh|en)')
SOURCE = re.compile(r'(<div class="citation" id="[^"]*">\s*<span class="label">.*?</span>\s*)<p>(.*?)</p>', re.DOTALL)
TERM = re.compile(r"(</dt><dd><p>)<em>((?=[A-Za-z])[^<]*)</em>")  # the glossary's name of a term in English
HAN = re.compile(r"[\u3400-\u9fff]")
CHINESE = re.compile(r"[\u3400-\u9fff](?:[\u3400-\u9fff\u3001-\u301b\uff01-\uff5e]*[\u3400-\u9fff\u300b])?")
ARTICLE = re.compile(r"<article\b.*</article>", re.DOTALL)
# what is no running text, or says what language it is in; a tag; text
PIECE = re.compile(
    r'<(script|style|svg|pre|code|template|textarea|option)\b.*?</\1>|<(\w+)\b[^>]*\blang="zh[^>]*>.*?</\2>|<[^>]*>|(?P<text>[^<]+)',
    re.DOTALL,
)
PAPER = "#fbfaf7"  # plotting's background
COLOUR = re.compile(r"\b(?:fill|stroke)(?:: ?|=\")(#[0-9a-fA-F]{3,8})")
# the colours of figures, and what they are where the page is dark
DARK = {
    "#1d2528": "#e7e5df",  # ink
    PAPER: "#14191b",
    "#ffffff": "#14191b",  # on a filled shape
    "#5c6669": "#a3adb0",  # muted
    "#dcd8cf": "#333c40",  # lines
    "#0b6b6b": "#5cc2bd",  # accent
    "#b5482a": "#e58a6b",  # dissatisfied
    "#a38c52": "#b09a68",  # satisfied
    "#7a6530": "#cdb98a",
    "#8a6d1f": "#cdb98a",
    "#1f7a74": "#4fb3a9",  # delighted
    "#bf8000": "#f0b84a",  # prediction
    "#8a5c00": "#f0b84a",
}


def colour_figures(edition: Path) -> None:
    """Have the drawn figures stand on the page's own paper, and be drawn in the colours of the dark where the page is dark.

    Browsers tell a picture the colour scheme of the place where it stands; the others go by that of the device, and there the
    figure brings its own paper. Raises ValueError naming a figure with a colour that has no dark one.
    """
    for figure in sorted(edition.glob("_images/*.svg")):
        text = figure.read_text(encoding="utf-8").replace(f"fill: {PAPER}", "fill: none")
        used = sorted({colour.lower() for colour in COLOUR.findall(text)})
        unknown = [colour for colour in used if colour[:7] not in DARK]
        if unknown:
            raise ValueError(f"{figure.name}: {'、'.join(unknown)} 没有对应的深色，加到 publishing/pages.py 的 DARK (no dark colour)")
        figure.write_text(re.sub(r"(<svg\b[^>]*>)", lambda found, used=used: found[1] + _schemes(used), text, count=1), encoding="utf-8")


def _schemes(colours: list[str]) -> str:
    """The style that draws `colours` anew in the dark; whatever reads no such styles keeps the figure as it was."""
    rules = [f":root{{background:{DARK[PAPER]}}}"]
    for colour in colours:
        for part in ("fill", "stroke"):
            rules.append(f'[{part}="{colour}"],[style*="{part}: {colour}"]{{{part}:{DARK[colour[:7]]}{colour[7:]}!important}}')
    return f"<style>@media screen{{:root{{background:{PAPER}}}}}@media screen and (prefers-color-scheme:dark){{{''.join(rules)}}}</style>"


def settle_images(edition: Path) -> None:
    """Give every picture its size, so that the text does not jump when it comes, and let it come only when it is needed."""
    for page in edition.rglob("*.html"):
        before = page.read_text(encoding="utf-8")
        after = IMAGE.sub(lambda found, page=page: _settled(found[1], page.parent / found[2]), before)
        if after != before:
            page.write_text(after, encoding="utf-8")


def tell_listeners(edition: Path) -> None:
    """Mark what a screen reader has to know: an empty corner of a table heads nothing; what is said in another language than the page.

    On a Chinese page these are the sources and the names of terms, on an English one every Chinese word (WCAG 2.2, 3.1.2); English
    words in a Chinese sentence are those that Chinese readers use.
    """
    for page in edition.rglob("*.html"):
        before = page.read_text(encoding="utf-8")
        after = EMPTY_HEAD.sub(r"<td\1>\2</td>", before)
        if spoken := LANGUAGE.search(before):
            if spoken[1] == "zh":
                after = SOURCE.sub(lambda found: found[0] if HAN.search(found[2]) else f'{found[1]}<p lang="en">{found[2]}</p>', after)
                after = TERM.sub(r'\1<em lang="en">\2</em>', after)
            else:
                after = ARTICLE.sub(lambda found: PIECE.sub(_with_chinese, found[0]), after)
        if after != before:
            page.write_text(after, encoding="utf-8")


def _with_chinese(piece: re.Match) -> str:
    return CHINESE.sub(r'<span lang="zh-CN">\g<0></span>', piece[0]) if piece["text"] else piece[0]


def _settled(attributes: str, picture: Path) -> str:
    attributes = attributes.removesuffix("/").rstrip()
    if "width=" not in attributes and picture.exists():
        width, height = _size(picture)
        if width > 0:
            attributes += f' width="{width}" height="{height}"'
    image = f'<img{attributes} loading="lazy" decoding="async">'
    return f'<div class="sm-diagram" tabindex="0">{image}</div>' if DRAWN.search(picture.name) else image


def _size(picture: Path) -> tuple[float, float]:
    if picture.suffix != ".svg":
        return imagesize.get(picture)
    # imagesize reads only the beginning of the file, and gives up when that ends inside a Chinese sign
    root = ElementTree.parse(picture).getroot()
    width, height = (float(re.sub(r"[a-z]+$", "", root.get(name, "-1"))) for name in ("width", "height"))
    # matplotlib's are in points
    scale = 96 / 72 if root.get("width", "").endswith("pt") else 1
    return round(width * scale, 2), round(height * scale, 2)


def subset_fonts(signs: dict[str, str], source: Path, target: Path) -> None:
    """Write KaTeX's fonts from `source` to `target` with no more signs than the formulas use, as math.mjs tells them."""
    target.mkdir(parents=True, exist_ok=True)
    for path in source.glob("*.woff2"):
        used = signs["italic"] if path.stem == "KaTeX_Math-Italic" else signs["every"]
        font = TTFont(path)
        subsetter = Subsetter(Options(flavor="woff2", hinting=False, name_IDs=[], layout_features=[]))
        subsetter.populate(text=used)
        subsetter.subset(font)
        font.flavor = "woff2"
        font.save(target / path.name)
