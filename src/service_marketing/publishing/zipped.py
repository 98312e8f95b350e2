"""The whole site as one ZIP whose pages open from the file system, simulations, quizzes, practices and the game alive.

From file:// a browser loads no module, no thread and no data, so every page gets plain scripts instead, with the engine inside
(zipped.mjs makes them). What a page cannot do there, it says: there is no search.
"""

import re
import shutil
import zipfile
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

NAMES = {"zh": "{title}-离线版.zip", "en": "{title}-offline.zip"}
WITHOUT = {"pagefind", "lite", "search.html", "sw.js", "manifest.webmanifest"}  # of no use there, or not able to run
CLASSIC = "file"  # the folder of the plain scripts, in _static
DATE = (2020, 1, 1, 0, 0, 0)  # the same files make the same ZIP
MODULE = re.compile(r'<script type="module"[^>]*?\bsrc="([^"]*?_static/)([^"]+)"[^>]*></script>')
WORDS = {
    "zh": {
        "start": "打开我.html",
        "title": "服务营销",
        "unpack": "如果停在这里，压缩包多半还没有解压：在压缩包上点右键（手机上长按），选“全部解压缩”，再打开解压出来的“打开我.html”。",
        "open": "打开这本书",
        "search": "离线包里没有全书搜索。可以按Ctrl+F在这一页里查找。",
        "here": "你正在读的就是离线包。",
    },
    "en": {
        "start": "open-me.html",
        "title": "Service Marketing",
        "unpack": "If you stay here, the ZIP has not been unpacked: choose “Extract all”, then open the file open-me.html that comes out.",
        "open": "Open the book",
        "search": "The ZIP has no search. Ctrl+F finds words on this page.",
        "here": "You are reading the ZIP.",
    },
}
START = """<!doctype html>
<html lang="{lang}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<script src="{edition}/_static/file/start.js"></script>
<p><a href="{edition}/index.html">{open}</a></p>
<p>{unpack}</p>
</html>
"""


class ZipError(Exception):
    """The ZIP could not be made; the message says which page stands in the way."""


def name(title: str, language: str) -> str:
    """The file name of the ZIP of the edition with this title."""
    return NAMES[language].format(title=title)


def make(edition: Path, target: Path, language: str, node: Callable[[Path, list[str]], object]) -> None:
    """Write the ZIP of the finished pages in `edition` to `target`, with a file at its root that opens them.

    node: runs a script of Node's with arguments. Raises ZipError when a page has a script that cannot run from a file.
    """
    pages = {page: page.read_text(encoding="utf-8") for page in sorted(edition.rglob("*.html")) if not _left_out(edition, page)}
    modules = list(dict.fromkeys(found[2] for text in pages.values() for found in MODULE.finditer(text)))
    with TemporaryDirectory() as desk:
        node(Path(__file__).with_name("zipped.mjs"), [str(edition / "_static"), desk, *modules])
        (Path(desk) / "start.js").write_text(f'location.replace("{language}/index.html");\n', encoding="utf-8")
        half = Path(desk) / "half.zip"
        with zipfile.ZipFile(half, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as box:
            words = WORDS[language]
            start = START.format(edition=language, lang="zh-CN" if language == "zh" else language, **words)
            _add(box, words["start"], start.encode())
            for path, content in _contents(edition, pages, modules, language):
                _add(box, f"{language}/{path}", content)
            for script in sorted(Path(desk).glob("*.js")):
                _add(box, f"{language}/_static/{CLASSIC}/{script.name}", script.read_bytes())
        shutil.copy(half, target)


def tell_size(edition: Path, made: Path, language: str) -> None:
    """Say beside the links to the ZIP how large it is."""
    link = re.compile(rf'(<a\b[^>]*href="[^"]*{re.escape(made.name)}"[^>]*>.*?)</a>')
    for page in edition.glob("*.html"):
        text = page.read_text(encoding="utf-8")
        size = f"{made.stat().st_size / 1e6:.0f} MB"
        told = link.sub(rf"\1（{size}）</a>" if language == "zh" else rf"\1 ({size})</a>", text)
        if told != text:
            page.write_text(told, encoding="utf-8")


def _left_out(edition: Path, file: Path) -> bool:
    inside = file.relative_to(edition)
    return inside.parts[0] in WITHOUT or inside.suffix in (".zip", ".map")


def _contents(edition: Path, pages: dict[Path, str], modules: list[str], language: str) -> Iterator[tuple[str, bytes]]:
    replaced = {f"_static/{module}" for module in modules}
    for file in sorted(path for path in edition.rglob("*") if path.is_file() and not _left_out(edition, path)):
        path = file.relative_to(edition).as_posix()
        if file in pages:
            yield path, from_file(pages[file], modules, language).encode()
        elif file.suffix == ".css":
            yield path, _with_fonts(file).encode()
        elif path not in replaced and not (path.startswith("_static/service-sim/") and file.suffix in (".js", ".wasm", ".py")):
            yield path, file.read_bytes()


def from_file(page: str, modules: list[str], language: str) -> str:
    """The page with plain scripts in the places of its modules; `modules` numbers them.

    Raises ZipError when one is left that a browser would not load from a file.
    """
    words = WORDS[language]
    here = MODULE.search(page)
    # first of all, for whatever in the page starts a thread or fetches
    tools = "".join(f'<script src="{here[1]}{CLASSIC}/{script}"></script>' for script in ("engine.js", "book.js")) if here else ""
    page = MODULE.sub(lambda found: f'<script defer src="{found[1]}{CLASSIC}/run-{modules.index(found[2])}.js"></script>', page)
    page = re.sub(r"(<head\b[^>]*>)", lambda found: found[1] + tools, page, count=1)
    page = re.sub(r'<link\b[^>]*\brel="(?:modulepreload|preload|prefetch|manifest)"[^>]*>', "", page)
    page = re.sub(r'(<(?:link|script)\b[^>]*?)\s+crossorigin(?:="[^"]*")?', r"\1", page)
    told = f'<p style="padding:0 1rem;font-size:.8125rem">{words["search"]}</p>'
    page = re.sub(r'<form class="sidebar-search-container".*?</form>', told, page, flags=re.DOTALL)
    page = re.sub(r"<service-offline\b.*?</service-offline>", f"<p>{words['here']}</p>", page, flags=re.DOTALL)
    page = re.sub(r'<a class="sm-language".*?</a>', "", page, flags=re.DOTALL)  # the other edition is not here
    page = re.sub(r'<a\b[^>]*href="[^"]*\.zip"[^>]*>(.*?)</a>', r"\1", page)
    if left := re.search(r'<script\b[^>]*type="module"[^>]*>', page):
        raise ZipError(f"离线包里不能用模块 (a module cannot run from a file): {left[0]}")
    return page


def _with_fonts(style: Path) -> str:
    """The stylesheet with its fonts inside: some browsers load none from a file."""

    def inside(found: re.Match) -> str:
        font = style.parent / found[1]
        return f'url("data:font/woff2;base64,{b64encode(font.read_bytes()).decode()}")' if font.is_file() else found[0]

    return re.sub(r"url\([\"']?([^\"')]+\.woff2)[\"']?\)", inside, style.read_text(encoding="utf-8"))


def _add(box: zipfile.ZipFile, path: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(path, DATE)
    entry.external_attr = 0o644 << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    box.writestr(entry, content)
