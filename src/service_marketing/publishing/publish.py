"""`course publish`: the built site as a host wants it, in `_build/publish/`.

`site/` is what is uploaded: the built site with compressed copies, pages at old addresses, a page for what is not there, and, when
the site's address is known, a site map. `nginx/` is the configuration of a server, made of the templates in `deploy/nginx/`.
"""

import gzip
import os
import re
import shutil
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from html import escape
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, urlsplit

import brotli

from . import policy, redirects
from .build import BookError

PLACE = "/srv/service-marketing-book"
COMPRESSED = {".html", ".css", ".js", ".mjs", ".json", ".svg", ".wasm", ".ipynb", ".csv", ".txt", ".xml", ".py", ".map", ".webmanifest"}
LEAST = 1000  # bytes: a smaller file goes in one packet anyway
COPIES = (".gz", ".br")
HIDDEN = ("answers", "guide", policy.LITE, "search.html", "instructor.html")  # not for search engines
HSTS = '    add_header Strict-Transport-Security "max-age=15768000" always;'
LOST = {
    "zh": {"title": "没有这一页", "text": "地址可能抄漏了，或者这一页换了位置。", "home": "到书的首页", "search": "在书里搜索"},
    "en": {"title": "There is no such page", "text": "The address may be incomplete, or the page has moved.",
           "home": "Go to the book", "search": "Search the book"},
}  # fmt: skip
LOST_PAGE = """<!doctype html>
<html lang="zh-CN">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>{title}</title>
<style>
  body {{ margin: 0; background: #fbfaf7; color: #1d2528; font: 1.0625rem/1.7 system-ui, "Noto Sans SC", sans-serif; }}
  main {{ max-width: 36rem; margin: 18vh auto 0; padding: 0 1.5rem; }}
  h1 {{ font-size: 1.5rem; line-height: 1.3; }}
  a {{ color: #0b6b6b; margin-right: 1.5rem; }}
  @media (prefers-color-scheme: dark) {{ body {{ background: #14191b; color: #e7e5df; }} a {{ color: #5cc2bd; }} }}
</style>
<main>
{parts}
</main>
</html>
"""
LOST_PART = """<section{lang}>
<{heading}>{title}</{heading}>
<p>{text}</p>
<p><a href="{prefix}{edition}/index.html">{home}</a> <a href="{prefix}{edition}/search.html">{search}</a></p>
</section>"""


class Address(NamedTuple):
    """Where readers find the site: https, book.example.edu, 443, /course/."""

    scheme: str = "http"
    name: str = "_"
    port: int = 80
    prefix: str = "/"

    @property
    def host(self) -> str:
        """The name, with the port where it is not the usual one."""
        return self.name if self.port == {"http": 80, "https": 443}[self.scheme] else f"{self.name}:{self.port}"

    def url(self, path: str) -> str:
        """The whole address of the file at `path` of the site."""
        return f"{self.scheme}://{self.host}{self.prefix}{quote(path)}"


def address(url: str) -> Address:
    """The parts of the site's address, which ends in the folder it is in. Raises BookError when it is none."""
    try:
        parts = urlsplit(url if "//" in url else f"https://{url}")
        port = parts.port or {"http": 80, "https": 443}[parts.scheme]
    except (ValueError, KeyError):
        parts = None
    path = f"{parts.path.rstrip('/')}/" if parts else ""
    if (
        not parts
        or parts.query
        or parts.fragment
        or "@" in parts.netloc
        or not re.fullmatch(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?", parts.hostname or "")
        or not re.fullmatch(r"/([A-Za-z0-9_~-][A-Za-z0-9._~-]*/)*", path)
    ):
        raise BookError(f"{url} 不是网站的地址，例如 https://book.example.edu/ 或 https://name.example.io/course/ (not a site's address)")
    return Address(parts.scheme, parts.hostname, port, path)


def publish(
    folder: Path,
    url: str | None = None,
    place: str = PLACE,
    frames: str = "'self'",
    compress: bool = True,
    report: Callable[[float], None] = lambda share: None,
    to: Path | None = None,
) -> Path:
    """Make `_build/publish/` (or the folder `to`) of the built site of the course in `folder`, and return it.

    url: the address that the site will have; place: the folder on the server that `_build/publish/` is copied to, for nginx;
    frames: who may show the book in a frame, as the policy's `frame-ancestors` is written; compress: write the copies that nginx
    sends in place of a file; report: is told the share that is done. A file that is as it was keeps its date, and so its place in
    readers' caches. Raises BookError when a page would not work under the policy, or an old address leads nowhere.
    """
    where = address(url) if url else Address()
    if not re.fullmatch(r"/[A-Za-z0-9._/-]+", place) or "/../" in f"{place}/":
        raise BookError(f"{place} 不是服务器上的文件夹，例如 {PLACE} (not a folder on a server)")
    if not re.fullmatch(r"[A-Za-z0-9'.:/* -]+", frames):
        raise BookError(f"{frames} 不能作frame-ancestors，例如 \"'self' https://lms.example.edu\" (not a list of addresses)")
    source, target = folder / "_build" / "site", to or folder / "_build" / "publish"
    fresh = target.with_name(f"{target.name}.new")
    rules = policy.Site(source, folder / "book" / "_templates", frames)
    # what leads into an edition that was not built leads nowhere
    moved = [row for row in _moved(folder / "book" / "redirects.csv") if "/" not in row.new or _edition(source, row.new).is_dir()]
    wrong = [*rules.faults(), *redirects.faults(moved, source)]
    if wrong:
        raise BookError("\n".join(wrong))

    shutil.rmtree(fresh, ignore_errors=True)
    site = fresh / "site"
    shutil.copytree(source, site)
    editions = sorted((page.parent.name for page in site.glob("*/index.html")), key=lambda name: (name != "zh", name))
    pages = [page.relative_to(source).as_posix() for page in rules.pages]
    redirects.write_stubs(moved, site)
    (site / "404.html").write_text(_lost(editions, where.prefix), encoding="utf-8")
    (site / ".nojekyll").touch()  # else GitHub Pages leaves out folders like _static
    if url:
        _site_map(site, where, [page for page in pages if not any(f"/{name}" in f"/{page}" for name in HIDDEN)])
    _keep_dates(site, target / "site")
    if compress:
        _compress(site, target / "site", report)
    _nginx(folder / "deploy" / "nginx", fresh / "nginx", where, place, rules, moved)
    shutil.rmtree(target, ignore_errors=True)
    fresh.rename(target)
    report(1)
    return target


def _edition(site: Path, path: str) -> Path:
    return site / path.partition("/")[0]


def _moved(table: Path) -> list[redirects.Redirect]:
    try:
        return redirects.read(table) if table.exists() else []
    except ValueError as problem:
        raise BookError(str(problem)) from None


def _lost(editions: Iterable[str], prefix: str) -> str:
    """The page for what is not there. It is sent for any address, so that its links begin at the host's root."""
    known = [name for name in editions if name in LOST]
    parts = [
        LOST_PART.format(
            **LOST[name], prefix=escape(prefix), edition=name, heading="h1" if n == 0 else "h2", lang=f' lang="{name}"' if n else ""
        )
        for n, name in enumerate(known)
    ]
    return LOST_PAGE.format(title=LOST[known[0]]["title"], parts="\n".join(parts))


def _site_map(site: Path, where: Address, pages: Iterable[str]) -> None:
    listed = "".join(f"<url><loc>{escape(where.url(page))}</loc></url>\n" for page in pages if "/" in page)
    (site / "sitemap.xml").write_text(
        f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{listed}</urlset>\n',
        encoding="utf-8",
    )
    (site / "robots.txt").write_text(
        f"User-agent: *\nDisallow: {where.prefix}*/answers/\nSitemap: {where.url('sitemap.xml')}\n", encoding="utf-8"
    )


def _keep_dates(site: Path, before: Path) -> None:
    for file in (file for file in site.rglob("*") if file.is_file()):
        old = before / file.relative_to(site)
        if old.is_file() and old.stat().st_size == file.stat().st_size and old.read_bytes() == file.read_bytes():
            shutil.copystat(old, file)


def _compress(site: Path, before: Path, report: Callable[[float], None]) -> None:
    """Beside each file that gets smaller its copies, of the date of the file; of a file that is as it was the old ones."""
    files = [file for file in site.rglob("*") if file.suffix in COMPRESSED and file.is_file() and file.stat().st_size >= LEAST]
    total, done = sum(file.stat().st_size for file in files) or 1, 0

    def work(file: Path) -> int:
        date, old = file.stat().st_mtime_ns, before / file.relative_to(site)
        size = file.stat().st_size
        if old.is_file() and old.stat().st_mtime_ns == date and all(Path(f"{old}{ending}").is_file() for ending in COPIES):
            for ending in COPIES:
                shutil.copy2(f"{old}{ending}", f"{file}{ending}")
            return size
        content = file.read_bytes()
        for ending, smaller in zip(COPIES, (gzip.compress(content, 9, mtime=0), brotli.compress(content)), strict=True):
            copy = Path(f"{file}{ending}")
            copy.write_bytes(smaller)
            os.utime(copy, ns=(date, date))
        return size

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for size in pool.map(work, files):
            done += size
            report(done / total)


def _nginx(templates: Path, target: Path, where: Address, place: str, rules: policy.Site, moved: list) -> None:
    """nginx's configuration for the site at its address; without a host of its own it gets no server."""
    own = where.prefix == "/"
    headers = [f'    add_header {name} "{value}" always;' for name, value in policy.HEADERS.items()]
    # what the browser remembers is said of the whole host, and so only where the book has one
    headers += [HSTS] if own and where.scheme == "https" else []
    filled = {
        "PLACE": place,
        "PREFIX": where.prefix,
        "NAME": where.name,
        "HOST": where.host,
        "PORT": str(where.port),
        "POLICY": rules.policy,
        "LITE": rules.lite,
        "HEADERS": "\n".join(headers),
    }
    files = {"maps.conf": "maps.conf", "book.conf": "book.conf", **({"site.conf": f"site-{where.scheme}.conf"} if own else {})}
    target.mkdir()
    for name, template in files.items():
        text = (templates / template).read_text(encoding="utf-8")
        (target / name).write_text(re.sub(r"@([A-Z]+)@", lambda found: filled[found[1]], text), encoding="utf-8")
    rest = "" if own else f"location = {where.prefix.rstrip('/')} {{ absolute_redirect off; return 301 {where.prefix}; }}\n"
    (target / "moved.conf").write_text(rest + redirects.nginx_rules(moved, where.prefix), encoding="utf-8")
