"""What makes the site readable without a network and installable: the list of its files, the service worker, the icons.

A service worker (widget/frontend/offline) keeps files by path and content, so it needs of every file its SHA-256, and its size to
tell readers before they download the whole book. The version of a build is a hash of all of them; each page says its own.
"""

import json
import re
import zlib
from base64 import b64encode
from hashlib import sha256
from html import unescape
from pathlib import Path, PurePosixPath
from posixpath import join, normpath
from urllib.parse import unquote

from .icons import SIZES, write_icons

# too large, or of no use, without a network
ELSEWHERE = ("downloads", "lite")
LOADED = ("_static/service-sim/", "pagefind/", "_static/icons/")  # by scripts, or by nobody but a launcher
PACKED = {".html", ".css", ".js", ".json", ".svg", ".wasm", ".ipynb", ".py", ".webmanifest"}  # what a host compresses
LINK = re.compile(r'\b(?:src|href)="([^"#?:]+)["#?]')
STYLE_LINK = re.compile(r"url\([\"']?([^\"')#?:]+)")
TEXTS = {
    "zh": {"lang": "zh-CN", "short_name": "服务营销", "description": "交互式服务营销课程：先预测，再运行，再对照。"},
    "en": {"lang": "en", "short_name": "Services", "description": "An interactive course on service marketing: predict, run, compare."},
}
COLOURS = {"theme_color": "#0b6b6b", "background_color": "#fbfaf7"}


def write(edition: Path, worker: Path, language: str, title: str) -> str:
    """Make the finished `edition` (a folder of pages) installable and readable without a network; its version.

    worker: the bundled service worker. Pages, of which nothing may change after this, get the version and a link to the manifest.
    """
    write_icons(edition / "_static" / "mark.svg", edition / "_static" / "icons")
    (edition / "manifest.webmanifest").write_text(json.dumps(_manifest(language, title), ensure_ascii=False), encoding="utf-8")
    paths = _reading_order(edition, _readable(edition))
    version = sha256("\n".join(f"{path} {_digest(edition / path)}" for path in sorted(paths)).encode()).hexdigest()[:16]
    for path in paths:
        if path.endswith(".html"):
            _mark(edition / path, version)
    course = {"version": version, "language": language, "files": [_entry(edition, path) for path in paths]}
    told = json.dumps(course, ensure_ascii=False, separators=(",", ":"))
    (edition / "sw.js").write_text(f"self.COURSE={told};\n{worker.read_text(encoding='utf-8')}", encoding="utf-8")
    return version


def _manifest(language: str, title: str) -> dict:
    icons = [("192", "any"), ("512", "any"), ("maskable-512", "maskable")]
    return {
        "name": title,
        **TEXTS[language],
        "start_url": "./index.html",
        "scope": "./",
        "display": "standalone",
        **COLOURS,
        "icons": [
            {"src": f"_static/icons/{name}.png", "sizes": f"{SIZES[name][0]}x{SIZES[name][0]}", "type": "image/png", "purpose": purpose}
            for name, purpose in icons
        ],
    }


def _readable(edition: Path) -> set[str]:
    """The paths of all pages, of what they and their styles name, and of what their scripts load."""
    every = [path.relative_to(edition) for path in edition.rglob("*") if path.is_file()]
    found = {path.as_posix() for path in every if path.suffix == ".html" and path.parts[0] not in ELSEWHERE}
    found |= {path.as_posix() for path in every if path.as_posix().startswith(LOADED)}
    waiting = list(found)
    while waiting:
        path = waiting.pop()
        pattern = LINK if path.endswith(".html") else STYLE_LINK if path.endswith(".css") else None
        if pattern is None:
            continue
        for link in pattern.findall((edition / path).read_text(encoding="utf-8")):
            named = normpath(join(PurePosixPath(path).parent, unquote(link)))
            if named not in found and not named.startswith(("..", *ELSEWHERE)) and (edition / named).is_file():
                found.add(named)
                waiting.append(named)
    return found | {"manifest.webmanifest"}


def _reading_order(edition: Path, paths: set[str]) -> list[str]:
    """The pages as the contents have them, then everything else by name."""
    contents = dict.fromkeys(["index.html", *map(unquote, LINK.findall((edition / "index.html").read_text(encoding="utf-8")))])
    first = [path for path in contents if path in paths and path.endswith(".html")]
    return [*first, *sorted(paths - set(first))]


def _mark(page: Path, version: str) -> None:
    text = page.read_text(encoding="utf-8")
    root = re.search(r'<html\b[^>]*\bdata-content_root="([^"]*)"', text)
    if not root:  # not one of the book's own, such as a start page
        return
    links = f'<link rel="manifest" href="{root[1]}manifest.webmanifest"><link rel="apple-touch-icon" href="{root[1]}_static/icons/192.png">'
    text = re.sub(r' data-version="\w+"', "", text, count=1).replace(links, "")  # of an earlier time
    text = text.replace("<html ", f'<html data-version="{version}" ', 1).replace("</head>", f"{links}</head>", 1)
    page.write_text(text, encoding="utf-8")


def _digest(file: Path) -> str:
    return b64encode(sha256(file.read_bytes()).digest()).decode()


def _entry(edition: Path, path: str) -> list:
    """Path, digest, bytes to download and, of a page, its title."""
    content = (edition / path).read_bytes()
    size = len(zlib.compress(content, 6)) if Path(path).suffix in PACKED else len(content)
    entry = [path, b64encode(sha256(content).digest()).decode(), size]
    if path.endswith(".html"):
        title = re.search(r"<title>(.*?)</title>", content.decode(), re.DOTALL)
        entry.append(re.sub(r" - [^-]*$", "", unescape(title[1]).strip()) if title else path)
    return entry
