"""Everything in the sources: folders, and ZIPs within ZIPs, opened without trusting what they say of themselves."""

import hashlib
import itertools
import lzma
import os
import re
import shutil
import stat
import struct
import tempfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import partial
from pathlib import Path
from typing import IO, Any

from service_marketing.grading import mangled
from service_marketing.grading.problems import printable

from .notebooks import inspect
from .records import CollectError, Item, Limits, Tell
from .text import printed, shown_size

FAILURES = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, RuntimeError, ValueError, IndexError, struct.error,
)  # fmt: skip
_JUNK_FOLDERS = {"__MACOSX", ".ipynb_checkpoints", "__pycache__", "@eaDir", ".git", ".svn", "$RECYCLE.BIN"}
_JUNK_FILES = {".ds_store", "thumbs.db", "desktop.ini", ".gitignore", ".gitkeep"}


def come(sources: Iterable[Path | str], zone: tzinfo, limits: Limits, tell: Tell | None) -> Iterator[Item]:
    """Everything in the sources, looked into."""
    given = [Path(os.path.abspath(source)) for source in sources]
    absent = [str(path) for path in given if not path.exists()]
    if absent or not given:
        raise CollectError(f"没有这些文件或文件夹：{'、'.join(absent) or '（一个也没有给）'} (no such file or folder)")
    used: set[str] = set()
    for order, (path, name) in enumerate(_source_names(given)):
        for item in _Walk(path, order, zone, limits).source(name):
            # a ZIP may hold two entries of one name
            item.file = next(
                shown for again in itertools.count(1) if (shown := item.file if again == 1 else f"{item.file} ({again})") not in used
            )
            used.add(item.file)
            if tell:
                tell(len(used), None)
            yield item


def _source_names(given: Sequence[Path]) -> list[tuple[Path, str]]:
    """Each source once, with a name that no other has."""
    given = list(dict.fromkeys(given))
    names = Counter(path.name for path in given)
    shown, used = [], set()
    for path in given:
        name = path.name if names[path.name] == 1 else f"{path.parent.name}·{path.name}"
        while name in used:
            name += "'"
        used.add(name)
        shown.append((path, name))
    return shown


def _is_junk(parts: Sequence[str]) -> bool:
    name = parts[-1].casefold()
    return any(part in _JUNK_FOLDERS for part in parts[:-1]) or name in _JUNK_FILES or name.startswith(("~$", "._", ".~lock.", "~wrl"))


@dataclass
class _Walk:
    """One source and everything within it. `left`: bytes that may still be unpacked."""

    path: Path
    order: int
    zone: tzinfo
    limits: Limits
    left: int = 0

    def source(self, name: str) -> Iterator[Item]:
        self.left = self.limits.total
        if self.path.is_dir() and not self.path.is_symlink():
            yield from self._folder(name)
        else:
            yield from self._on_disk(self.path, (name,))

    def _item(self, parts: Sequence[str], source: Path, chain: tuple[int, ...], size: int, **values: Any) -> Item:
        shown = tuple(printed(part) for part in parts)
        return Item("/".join(shown), shown, self.order, source, chain, size, **values)

    def _folder(self, name: str) -> Iterator[Item]:
        errors: list[OSError] = []
        for place, folders, files in os.walk(self.path, onerror=errors.append):
            folders.sort()
            inner = Path(place).relative_to(self.path).parts
            links = [one for one in folders if os.path.islink(os.path.join(place, one))]
            for one in sorted([*files, *links]):
                yield from self._on_disk(Path(place, one), (name, *inner, one))
        for error in errors:
            inner = Path(error.filename).relative_to(self.path).parts
            yield self._item((name, *inner), Path(error.filename), (), 0).fault("access", error.strerror)

    def _on_disk(self, path: Path, parts: tuple[str, ...]) -> Iterator[Item]:
        try:
            status = path.lstat() if len(parts) > 1 else path.stat()
        except OSError as error:
            yield self._item(parts, path, (), 0).fault("access", error.strerror)
            return
        when = datetime.fromtimestamp(int(status.st_mtime), self.zone)
        item = self._item(parts, path, (), status.st_size, moment=when, clock="file")
        if _is_junk(parts):
            item.verdict = "ignored"
        elif not stat.S_ISREG(status.st_mode):
            item.fault("link")
        else:
            yield from self._look(item, partial(open, path, "rb"), 0)
            return
        yield item

    def _look(self, item: Item, opened: Callable[[], IO[bytes]], depth: int) -> Iterator[Item]:
        """The file itself, or what is in it when it is a ZIP."""
        if item.label.casefold().endswith(".zip"):
            if depth >= self.limits.depth:
                yield self._only_seen(item, opened).fault("too-deep", self.limits.depth)
                return
            if depth and item.size > self.limits.archive:
                yield item.fault("too-large", shown_size(item.size), shown_size(self.limits.archive))
                return
            try:
                with ExitStack() as stack:
                    file = stack.enter_context(opened())
                    if depth:
                        file = stack.enter_context(unpacked(file))
                    yield from self._zip(item, file, depth)
            except FAILURES as error:
                yield item.fault("corrupt", why(error), why(error))
            return
        try:
            inspect(item, opened, self.limits)
        except FAILURES as error:
            kind = ("encrypted",) if "password" in str(error) or "encrypted" in str(error) else ("corrupt", why(error), why(error))
            item.fault(*kind if item.chain else ("access", why(error)))
        yield item

    def _only_seen(self, item: Item, opened: Callable[[], IO[bytes]]) -> Item:
        """The item with its digest where that can be had, so that a copy of it can be kept."""
        try:
            inspect(item, opened, self.limits)
        except FAILURES:
            item.sha256 = ""
        return item

    def _zip(self, whole: Item, file: IO[bytes], depth: int) -> Iterator[Item]:
        """What is in the ZIP; the ZIP itself when nothing in it can be trusted or read. May raise before the first of it."""
        whole.sha256 = _digest(file)
        if not zipfile.is_zipfile(file):
            file.seek(0)
            reading = mangled.read(file.read(65536), whole.label)
            kinds = [(p.detail["kind_zh"], p.detail["kind_en"]) for p in reading.problems if p.code == "not-a-notebook"]
            zh, en = ("其实是" + kinds[0][0], "really " + kinds[0][1]) if kinds else ("不是ZIP", "no ZIP")
            if kinds and kinds[0][1] == "a ZIP archive":
                zh, en = "不完整，可能没有传完", "not whole; perhaps the upload was cut short"
            yield whole.fault("empty") if whole.size == 0 else whole.fault("corrupt", zh, en)
            return
        if _directory_size(file) > self.limits.entries * 400:
            yield whole.fault("bomb", f"超过{self.limits.entries}个文件", f"more than {self.limits.entries} files")
            return
        file.seek(0)
        with zipfile.ZipFile(file) as archive:
            entries = [(info, name) for info, name in _named(archive.infolist()) if not name.endswith("/")]
            reason = self._bomb(archive.infolist(), whole.size)
            if reason:
                yield whole.fault("bomb", *reason)
            elif not entries:
                yield whole.fault("empty-zip")
            elif all(info.flag_bits & 1 for info, _ in entries):
                yield whole.fault("encrypted")
            else:
                self.left -= sum(info.file_size for info, _ in entries)
                for info, name in entries:
                    yield from self._entry(whole, archive, info, name, depth)

    def _bomb(self, infos: Sequence[zipfile.ZipInfo], size: int) -> tuple[str, str] | None:
        """Why nothing in a ZIP of `size` bytes is unpacked, or None."""
        if len(infos) > self.limits.entries:
            return f"有{len(infos)}个文件", f"{len(infos)} files"
        total = sum(info.file_size for info in infos)
        if total > self.left or (total > 100 * self.limits.packed and total > self.limits.ratio * max(size, 1)):
            return f"{shown_size(size)}里说有{shown_size(total)}", f"{shown_size(total)} in {shown_size(size)}"
        placed = sorted((info.header_offset, info.compress_size) for info in infos)
        if any(start + 30 + packed > after for (start, packed), (after, _) in itertools.pairwise(placed)):
            return "里面的文件互相重叠", "files in it overlap"
        return None

    def _entry(self, whole: Item, archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, depth: int) -> Iterator[Item]:
        inner = tuple(part for part in name.split("/") if part not in ("", "."))
        when, clock = _entry_time(info, self.zone) or (whole.moment, whole.clock)
        item = self._item(
            (*whole.parts, *(inner or ("?",))), whole.source, (*whole.chain, info.header_offset), info.file_size, moment=when, clock=clock
        )
        kind = info.external_attr >> 16
        unsafe = name.startswith("/") or re.match(r"[A-Za-z]:", name) or ".." in inner or "\0" in info.orig_filename or not inner
        if _is_junk(item.parts) and not unsafe:
            item.verdict = "ignored"
        elif info.create_system == 3 and stat.S_IFMT(kind) not in (0, stat.S_IFREG):
            item.fault("link")
        elif info.flag_bits & 1:
            item.fault("encrypted")
        elif info.file_size > self.limits.packed and info.file_size > self.limits.ratio * max(info.compress_size, 1):
            said = f"{shown_size(info.compress_size)} → {shown_size(info.file_size)}"
            item.fault("bomb", said, said)
        elif unsafe:
            self._only_seen(item, partial(archive.open, info)).fault("unsafe-path")
        else:
            yield from self._look(item, partial(archive.open, info), depth + 1)
            return
        yield item


def why(error: BaseException) -> str:
    return printable(getattr(error, "strerror", None) or str(error) or type(error).__name__)


@contextmanager
def unpacked(file: IO[bytes]) -> Iterator[IO[bytes]]:
    """A file that can be searched, with what is in `file`: ZIPs within ZIPs have to be unpacked to be read."""
    with tempfile.SpooledTemporaryFile(max_size=16_000_000) as spool:
        shutil.copyfileobj(file, spool, 1 << 20)
        spool.seek(0)
        yield spool  # type: ignore[misc]


def _digest(file: IO[bytes]) -> str:
    total = hashlib.sha256()
    while piece := file.read(1 << 20):
        total.update(piece)
    file.seek(0)
    return total.hexdigest()


def _directory_size(file: IO[bytes]) -> int:
    """Bytes of the ZIP's directory, as its end says: what Python would read into memory."""
    end = file.seek(0, os.SEEK_END)
    file.seek(max(0, end - 65_557))
    tail = file.read()
    at = tail.rfind(b"PK\5\6")
    size = struct.unpack_from("<L", tail, at + 12)[0] if at >= 0 and len(tail) >= at + 16 else 0
    wide = tail.rfind(b"PK\6\6")
    if size == 0xFFFFFFFF and wide >= 0:
        size = struct.unpack_from("<Q", tail, wide + 40)[0]
    file.seek(0)
    return size


def _named(infos: Sequence[zipfile.ZipInfo]) -> list[tuple[zipfile.ZipInfo, str]]:
    """Each entry with its real name: Windows programs in China write names in GBK and do not say so; macOS in UTF-8, neither."""
    raw = {id(info): info.orig_filename.encode("cp437", "replace") for info in infos if not info.flag_bits & 0x800}
    encoding = next((one for one in ("utf-8", "gb18030") if all(_decodes(name, one) for name in raw.values())), "gb18030")
    found = []
    for info in infos:
        name = info.orig_filename if id(info) not in raw else _unicode_name(info) or raw[id(info)].decode(encoding, "replace")
        found.append((info, name.split("\0")[0].replace("\\", "/")))
    return found


def _decodes(name: bytes, encoding: str) -> bool:
    try:
        name.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _extras(info: zipfile.ZipInfo) -> Iterator[tuple[int, bytes]]:
    rest = info.extra
    while len(rest) >= 4:
        kind, length = struct.unpack_from("<HH", rest)
        yield kind, rest[4 : 4 + length]
        rest = rest[4 + length :]


def _unicode_name(info: zipfile.ZipInfo) -> str | None:
    """The name in the extra field that 7-Zip and WinRAR write."""
    for kind, data in _extras(info):
        if kind == 0x7075 and len(data) > 5 and _decodes(data[5:], "utf-8"):
            return data[5:].decode("utf-8")
    return None


def _entry_time(info: zipfile.ZipInfo, zone: tzinfo) -> tuple[datetime, str] | None:
    """When the entry was last changed: by the clock of UTC where the ZIP has it, else by that of the course; None for no date."""
    for kind, data in _extras(info):
        if kind == 0x5455 and len(data) >= 5 and data[0] & 1:
            return datetime.fromtimestamp(struct.unpack_from("<l", data, 1)[0], UTC).astimezone(zone), "zip"
    try:
        when = datetime(*info.date_time, tzinfo=zone)
    except ValueError:
        return None
    return (when, "zip") if when.year > 1980 else None
