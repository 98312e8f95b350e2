"""What a page weighs until a reader can use it, and whether that is more than it may."""

import gzip
import re
import tomllib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

LINKED = re.compile(r'<link rel="stylesheet"[^>]*?\shref="([^"#?]+)"|<script[^>]*?\ssrc="([^"#?]+)"')
ENGINE = ("worker.js", "engine.wasm")
KB = 1000


def overweight(edition: Path, file: Path) -> list[str]:
    """A sentence for each page of `edition` that weighs more than the budget `file` allows; the heaviest parts first in each.

    The budget has KB gzipped for `text` and for `simulation` pages, and for single pages by their path.
    """
    limits = tomllib.loads(file.read_text(encoding="utf-8"))
    said = []
    for page in sorted(edition.rglob("*.html")):
        name = page.relative_to(edition).as_posix()
        if name.startswith(("_static/", "pagefind/", "lite/")):
            continue
        parts = {part.name: _weight(part, part.stat().st_mtime_ns) for part in _parts(edition, page)}
        kind = "simulation" if ENGINE[1] in parts else "text"
        limit = limits.get(name, limits[kind])
        total = sum(parts.values()) / KB
        if total > limit:
            heavy = "、".join(f"{part} {size / KB:.0f}" for part, size in sorted(parts.items(), key=lambda one: -one[1])[:5])
            said.append(f"{name}: {total:.0f} KB，只许 {limit} KB ({file.name}): {heavy} (page over its weight budget)")
    return said


def _parts(edition: Path, page: Path) -> Iterator[Path]:
    text = page.read_text(encoding="utf-8")
    yield page
    yield from {path for style, script in LINKED.findall(text) if (path := (page.parent / (style or script)).resolve()).is_file()}
    if "<service-sim" in text or "<service-game" in text:
        yield from (edition.resolve() / "_static" / "service-sim" / name for name in ENGINE)


@lru_cache(maxsize=512)
def _weight(file: Path, changed: int) -> int:
    return len(gzip.compress(file.read_bytes(), 9))
