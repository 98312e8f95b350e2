"""Old addresses and short ones: the table `book/redirects.csv`, the pages that stand there on any host, nginx's rules."""

import csv
import os
from html import escape
from importlib.resources import files
from pathlib import Path, PurePosixPath
from typing import NamedTuple
from urllib.parse import urldefrag

SCRIPT = "moved.js"
FIELDS = ("old", "new", "reason")
WORDS = {
    "zh": {"lang": "zh-CN", "title": "这一页在别处", "link": "到新地址去"},
    "en": {"lang": "en", "title": "This page is elsewhere", "link": "Go to its new address"},
}
STUB = """<!doctype html>
<html lang="{lang}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<link rel="canonical" href="{target}">
<noscript><meta http-equiv="refresh" content="0; url={target}"></noscript>
<p><a href="{target}">{link}</a></p>
<script src="{script}"></script>
</html>
"""


class Redirect(NamedTuple):
    """An address that leads to another, both below the site's own and without a slash before; `new` may end with #anchor."""

    old: str
    new: str
    reason: str

    @property
    def file(self) -> str:
        """Where the page that leads on stands: an address without an ending is a folder's."""
        return self.old if self.old.endswith(".html") else f"{self.old}/index.html"


def read(path: Path) -> list[Redirect]:
    """The rows of the table. Raises ValueError naming the line at an empty field, a bad path, a second row for an address."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    seen: set[str] = set()
    for line, row in enumerate(rows, start=2):
        empty = [name for name in FIELDS if not (row.get(name) or "").strip()]
        if empty:
            raise ValueError(f"{path}:{line}: {empty[0]} 是空的 (empty field)")
        for name in ("old", "new"):
            parts = PurePosixPath(urldefrag(row[name])[0]).parts
            if row[name].startswith("/") or ".." in parts or not set(row[name]) <= ALLOWED or (name == "old" and "#" in row[name]):
                raise ValueError(f"{path}:{line}: {row[name]} 不是站内的地址，例如 zh/chapters/03-satisfaction.html (not an address)")
        if row["old"] in seen:
            raise ValueError(f"{path}:{line}: {row['old']} 出现了两次 (address stands twice)")
        seen.add(row["old"])
    return [Redirect(*(row[name] for name in FIELDS)) for row in rows]


ALLOWED = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./#")


def faults(redirects: list[Redirect], site: Path) -> list[str]:
    """What is wrong with the table for the built `site`: a target that is not there, an old address that a real page has."""
    found = []
    for row in redirects:
        target, anchor = urldefrag(row.new)
        page = site / target
        if not page.is_file():
            found.append(f"{row.old} → {row.new}：没有这一页 (no such page)")
        elif anchor and f'id="{anchor}"' not in page.read_text(encoding="utf-8"):
            found.append(f"{row.old} → {row.new}：页里没有这个位置 (no such anchor)")
        if (site / row.file).exists() or (site / row.old).exists():
            found.append(f"{row.old}：那里有真的一页 (hides a real page)")
    return found


def write_stubs(redirects: list[Redirect], site: Path) -> None:
    """Write a page at each old address that leads on, with the part of the address after # kept, into the folder `site`."""
    script = Path(str(files("service_marketing") / "publishing" / SCRIPT))
    (site / SCRIPT).write_bytes(script.read_bytes())
    for row in redirects:
        file = site / row.file
        file.parent.mkdir(parents=True, exist_ok=True)
        words = WORDS.get(row.new.partition("/")[0], WORDS["zh"])
        up = PurePosixPath(os.path.relpath(".", PurePosixPath(row.file).parent)).as_posix()
        text = STUB.format(target=escape(f"{up}/{row.new}"), script=f"{up}/{SCRIPT}", **words)
        file.write_text(text, encoding="utf-8")


def nginx_rules(redirects: list[Redirect], prefix: str) -> str:
    """The same as nginx's rules for a site whose path on the host is `prefix`, with a slash at its end."""
    lines = []
    for row in redirects:
        target, anchor = urldefrag(row.new)
        answer = f"return 301 {prefix}{target}$is_args$args{'#' if anchor else ''}{anchor};"
        olds = [row.old] if row.old.endswith(".html") else [row.old, f"{row.old}/"]
        lines += [f"location = {prefix}{old} {{ absolute_redirect off; {answer} }}\n" for old in olds]
    return "".join(lines)
