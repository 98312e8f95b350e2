"""Names of files and people, sizes and times as text."""

import os
import re
import unicodedata
from datetime import datetime, tzinfo

_COMPACT = r"(20\d\d)([01]\d)([0-3]\d)(?:[T_ -]([0-2]\d)([0-5]\d)([0-5]\d)?|([0-2]\d)([0-5]\d)([0-5]\d))(?:(Z)|([+-]\d\d:?\d\d))?(?!\d)"
_SPACED = (
    r"(20\d\d)[-_./年]([01]?\d)[-_./月]([0-3]?\d)日?[T_ ,-]*([0-2]?\d)[-_:.时点]([0-5]\d)(?:[-_:.分]([0-5]\d)秒?|分)?"
    r"()()()(?:(Z)|([+-]\d\d:?\d\d))?(?!\d)"
)
MOMENTS = tuple(re.compile(r"(?<!\d)" + pattern) for pattern in (_COMPACT, _SPACED))


def nfkc(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def squeezed(number: str) -> str:
    return "".join(unicodedata.normalize("NFKC", number).split()).casefold()


def compact(text: str) -> str:
    """Text for comparing: small letters, and Chinese characters without blanks and dots between them."""
    text = nfkc(text).casefold()
    return re.sub(r"(?<=[\u3400-\u9fff])[\s·•・‧∙.]+(?=[\u3400-\u9fff])", "", text)


def latin(name: str) -> list[str]:
    text = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    return re.findall(r"[a-z]+", text)


def printed(name: str) -> str:
    """A name of a file as text that can be shown, written to a table and typed: no controls, no undecodable bytes, no slash."""
    if any("\udc80" <= c <= "\udcff" for c in name):  # unpacked on Linux from a ZIP of a Chinese Windows
        name = os.fsencode(name).decode("gb18030", "replace")
    text = "".join(c if c.isprintable() else "\ufffd" for c in name.replace("/", "\ufffd"))
    return unicodedata.normalize("NFC", text) or "?"


def safe(name: str) -> str:
    """A name that any system can store, not hidden and at most 150 bytes long."""
    name = re.sub(r'[\x00-\x1f\x7f<>:"/\\|?*]', "_", printed(name)).strip(" .") or "_"
    if re.fullmatch(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?", name):
        name = f"_{name}"
    stem, suffix = os.path.splitext(name)
    while len((stem + suffix).encode()) > 150:
        stem, suffix = (stem[:-1], suffix) if stem else (suffix[:30], "")
    return stem + suffix


def shown_size(number: int) -> str:
    return f"{number / 1e6:.1f} MB" if number >= 100_000 else f"{number} B"


def shown_time(moment: datetime | None, zone: tzinfo) -> str:
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M") if moment else "?"
