"""Pieces of a student's notebook as HTML that can do nothing: tables, text with colours, code, formatted text, pictures.

Everything here is built anew from what was recognised; nothing is passed through. The work grows with the length of the
input and no faster, whatever is in it: a student's output may be made to be slow (bleach and html.parser both take minutes
for some of 50 kB). A page that holds these pieces needs no script, no style attribute and nothing from another place.
"""

import base64
import binascii
import re
from collections.abc import Mapping
from functools import lru_cache
from html import escape, unescape
from typing import Any

import mistune
from markupsafe import Markup

TEXT = 5_000
PICTURE = 2_000_000
DEPTH = 60

_ALLOWED = frozenset({
    "a", "abbr", "b", "blockquote", "br", "caption", "code", "dd", "del", "details", "div", "dl", "dt", "em", "h1", "h2", "h3", "h4", "h5",
    "h6", "hr", "i", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "s", "samp", "small", "span", "strong", "sub", "summary", "sup",
    "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul", "var",
})  # fmt: skip
_VOID = frozenset({"br", "hr"})
# what is in these is no text to be read
_DROPPED = frozenset({
    "applet", "audio", "canvas", "embed", "frame", "frameset", "head", "iframe", "math", "noembed", "noframes", "noscript", "object",
    "plaintext", "script", "select", "style", "svg", "template", "textarea", "title", "video", "xmp",
})  # fmt: skip
_PICTURES = {"image/png": b"\x89PNG", "image/jpeg": b"\xff\xd8\xff", "image/gif": b"GIF8", "image/webp": b"RIFF"}
# a quoted value holds no "<": so no match reaches beyond the next one, and the search stays linear
_TAG = re.compile(r"""<(/?)([a-zA-Z][a-zA-Z0-9]*)((?:[^<>"']|"[^"<]*"|'[^'<]*')*)>""")
_ATTRIBUTE = re.compile(r"""(?<![a-zA-Z-])([a-zA-Z-]{1,40})\s{0,9}=\s{0,9}(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+))""")
_LINK = re.compile(r"(?:https?://|mailto:)[^\s\x00-\x20]+\Z", re.IGNORECASE)


# ---- HTML


def safe_html(html: str, pictures: Mapping[str, str] | None = None) -> Markup:
    """`html` with the tags that format text and tables, closed as they were opened, and nothing else.

    `pictures`: data addresses by name, for images that refer to `attachment:name`; other images become their description
    unless they are pictures themselves.
    """
    if pictures or len(html) > 20_000:
        return Markup(_cleaned(html, pictures or {}))
    return Markup(_known_html(html))


@lru_cache(maxsize=1_000)
def _known_html(html: str) -> str:
    return _cleaned(html, {})


def _cleaned(html: str, pictures: Mapping[str, str]) -> str:
    out: list[str] = []
    opened: list[str] = []
    at = 0
    while at < len(html):
        begin = html.find("<", at)
        if begin < 0:
            begin = len(html)
        out.append(_text(html[at:begin]))
        if begin == len(html):
            break
        if html.startswith("<!--", begin):
            end = html.find("-->", begin + 4)
            at = len(html) if end < 0 else end + 3
            continue
        if html.startswith(("<!", "<?"), begin):
            end = html.find(">", begin)
            at = len(html) if end < 0 else end + 1
            continue
        found = _TAG.match(html, begin)
        if not found:
            out.append("&lt;")
            at = begin + 1
            continue
        closing, name, attributes = found[1], found[2].lower(), found[3]
        at = found.end()
        if name in _DROPPED and not closing:
            end = re.compile(f"</{name}", re.IGNORECASE).search(html, at) if not attributes.rstrip().endswith("/") else None
            at = len(html) if end is None else end.start()
            if attributes.rstrip().endswith("/"):
                at = found.end()
        elif name == "img" and not closing:
            out.append(_image(_attributes(attributes), pictures))
        elif name not in _ALLOWED:
            continue
        elif closing:
            if name in opened:
                while opened:
                    last = opened.pop()
                    out.append(f"</{last}>")
                    if last == name:
                        break
        elif name in _VOID:
            out.append(f"<{name}>")
        elif len(opened) < DEPTH:
            out.append(f"<{name}{_kept(name, _attributes(attributes))}>")
            opened.append(name)
    out += [f"</{name}>" for name in reversed(opened)]
    return "".join(out)


def _text(text: str) -> str:
    return escape(unescape(text), quote=False) if "&" in text else escape(text, quote=False)


def _attributes(text: str) -> dict[str, str]:
    return {name.lower(): unescape(a or b or c) for name, a, b, c in _ATTRIBUTE.findall(text[:2_000_000])}


def _kept(name: str, attributes: Mapping[str, str]) -> str:
    if name == "a" and _LINK.match(attributes.get("href", "")):
        return f' href="{escape(attributes["href"])}" rel="noopener noreferrer nofollow"'
    if name in ("td", "th"):
        spans = [(key, attributes[key]) for key in ("colspan", "rowspan") if re.fullmatch(r"[1-9]\d{0,2}", attributes.get(key, ""))]
        return "".join(f' {key}="{value}"' for key, value in spans)
    if name == "ol" and re.fullmatch(r"\d{1,6}", attributes.get("start", "")):
        return f' start="{attributes["start"]}"'
    if name in ("span", "div") and attributes.get("class") == "math":
        return ' class="math"'
    return ""


def _image(attributes: Mapping[str, str], pictures: Mapping[str, str]) -> str:
    source, said = attributes.get("src", ""), attributes.get("alt", "")
    if source.startswith("attachment:"):
        source = pictures.get(source.removeprefix("attachment:"), "")
    kind, _, data = source.partition(";base64,")
    known = data_address(kind.removeprefix("data:"), data) if kind.startswith("data:") else None
    if known:
        return f'<img src="{known}" alt="{escape(said)}">'
    return f"[{escape(said)}]" if said else ""


# ---- pictures


def data_address(kind: str, data: Any) -> str | None:
    """The `data:` address of a picture of type `kind` ("image/png") in base64; None when it is none, or too big."""
    if isinstance(data, list):
        data = "".join(part for part in data if isinstance(part, str))
    if not isinstance(data, str) or kind not in _PICTURES or not 0 < len(data) <= PICTURE:
        return None
    data = "".join(data.split())
    try:
        head = base64.b64decode(data[:16], validate=True)
    except (binascii.Error, ValueError):
        return None
    if not head.startswith(_PICTURES[kind]) or not re.fullmatch(r"[A-Za-z0-9+/]+={0,2}", data):
        return None
    return f"data:{kind};base64,{data}"


def attached(cell: Mapping[str, Any]) -> dict[str, str]:
    """Data addresses of the pictures that are attached to a text cell, by name."""
    found = {}
    attachments = cell.get("attachments")
    for name, bundle in attachments.items() if isinstance(attachments, dict) else ():
        for kind, data in bundle.items() if isinstance(bundle, dict) else ():
            address = data_address(kind, data)
            if address:
                found[name] = address
    return found


# ---- formatted text

# what it lets pass, tags and addresses of any kind, is for `safe_html` to judge
_markdown = mistune.create_markdown(
    renderer=mistune.HTMLRenderer(escape=False, allow_harmful_protocols=True), plugins=["table", "strikethrough", "math"]
)


def markdown(source: str, pictures: Mapping[str, str] | None = None) -> Markup:
    """Formatted text as HTML; formulas stay as they were typed."""
    if pictures or len(source) > 20_000:
        return safe_html(_formulas(_markdown(source[:60_000])), pictures)
    return _known_markdown(source)


@lru_cache(maxsize=2_000)
def _known_markdown(source: str) -> Markup:
    return safe_html(_formulas(_markdown(source)))


def _formulas(html: str) -> str:
    html = re.sub(r'<span class="math">\\\((.*?)\\\)</span>', r'<span class="math">\1</span>', html, flags=re.DOTALL)
    return re.sub(r'<div class="math">\$\$\s*(.*?)\s*\$\$</div>', r'<div class="math">\1</div>', html, flags=re.DOTALL)


# ---- text with colours

_CONTROL = re.compile(
    r"\x1b\[([0-9;:]{0,40})m"
    r"|\x1b\][^\x07\x1b]{0,200}(?:\x07|\x1b\\)"
    r"|\x1b\[[0-?]{0,40}[ -/]{0,9}[@-~]|\x1b[@-Z\\-_]|[\x00-\x08\x0b-\x1f\x7f]"
)


def shortened(text: str, left_out: str, limit: int = TEXT) -> str:
    """At most about `limit` characters of `text`: its beginning and its end, and between them `left_out` with the number."""
    if len(text) <= limit:
        return text
    head, tail = limit * 3 // 4, limit // 4
    return text[:head] + "\n" + left_out.format(len(text) - head - tail) + "\n" + text[-tail:]


def terminal(text: str) -> Markup:
    """Text as a terminal shows it: colours and bold kept, other controls left out, lines that were written over gone."""
    text = text.replace("\r\n", "\n")
    if "\r" in text:
        text = "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in text.split("\n"))
    out, at, colour, bold = [], 0, 0, False

    def put(piece: str) -> None:
        if piece:
            classes = " ".join([f"c{colour}"] * (colour > 0) + ["b"] * bold)
            out.append(f'<span class="{classes}">{escape(piece, quote=False)}</span>' if classes else escape(piece, quote=False))

    for found in _CONTROL.finditer(text):
        put(text[at : found.start()])
        at = found.end()
        if found[1] is not None:
            colour, bold = _graphics(found[1], colour, bold)
    put(text[at:])
    return Markup("".join(out))


def plain(text: str) -> str:
    """Text without colours and controls."""
    return _CONTROL.sub("", text)


def _graphics(codes: str, colour: int, bold: bool) -> tuple[int, bool]:
    numbers = [int(code[:6] or 0) for code in re.split("[;:]", codes)]
    while numbers:
        code = numbers.pop(0)
        if code == 0:
            colour, bold = 0, False
        elif code in (1, 22):
            bold = code == 1
        elif 31 <= code <= 36 or 91 <= code <= 96:
            colour = code % 10
        elif code in (30, 37, 39, 90, 97):
            colour = 0
        elif code in (38, 48):
            # a colour out of 256, or of 16 million
            kind = numbers[0] if numbers else 0
            chosen = numbers[1] if kind == 5 and len(numbers) > 1 else 0
            numbers = numbers[2:] if kind == 5 else numbers[4:]
            if code == 38:
                colour = chosen if 1 <= chosen <= 6 else chosen - 8 if 9 <= chosen <= 14 else _nearest(chosen)
    return colour, bold


def _nearest(chosen: int) -> int:
    """Of the six colours the one for a number of the 6×6×6 cube, or 0 for a grey."""
    if not 16 <= chosen <= 231:
        return 0
    red, green, blue = ((chosen - 16) // 36, (chosen - 16) // 6 % 6, (chosen - 16) % 6)
    high = max(red, green, blue)
    if high == min(red, green, blue):
        return 0
    return (2 * red > high) + 2 * (2 * green > high) + 4 * (2 * blue > high)


# ---- code

_KEYWORDS = (
    "False|None|True|and|as|assert|async|await|break|class|continue|def|del|elif|else|except|finally|for|from|global|if|import|in|is"
    "|lambda|nonlocal|not|or|pass|raise|return|try|while|with|yield"
)
_TOKEN = re.compile(
    r"(?P<c>#[^\n]*)"
    r"|(?:\b[rbfuRBFU]{1,2}(?=[\"']))?"
    r"(?P<s>\"\"\"(?s:.*?)(?:\"\"\"|\Z)|'''(?s:.*?)(?:'''|\Z)|\"(?:\\.|[^\"\\\n])*\"?|'(?:\\.|[^'\\\n])*'?)"
    rf"|(?P<k>\b(?:{_KEYWORDS})\b)"
    r"|(?P<n>\b\d[\w.]{0,60})"
)


@lru_cache(maxsize=2_000)
def code(source: str) -> Markup:
    """Python with its comments, texts, keywords and numbers marked."""
    out, at = [], 0
    for found in _TOKEN.finditer(source):
        out.append(escape(source[at : found.start()], quote=False))
        out.append(f'<span class="{found.lastgroup}">{escape(found[0], quote=False)}</span>')
        at = found.end()
    out.append(escape(source[at:], quote=False))
    return Markup("".join(out))
