"""Carrying out a plan: a student at a time, whole or not at all, and never outside the course folder."""

import hashlib
import itertools
import os
import shutil
import zipfile
from collections import defaultdict
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC
from pathlib import Path
from typing import IO, Any

from service_marketing.grading import folder
from service_marketing.grading.problems import printable

from .. import course, tables
from .archives import FAILURES, unpacked, why
from .records import LIMITS, Outcome, Plan, Row, Tell
from .showing import write_table
from .standing import Standing, place_of, staging_of, standing_of
from .text import safe

UNMATCHED = "unmatched.csv"
_HEADINGS = ("文件", "原因", "reason", "留底", "sha256")


def carry_out(plan: Plan, root: Path | str | None = None, tell: Tell | None = None) -> Outcome:
    """Write what `plan` says into the course folder `root` (that of the plan). A fault with one student stops no other.

    A submission is made ready beside its place and then moved there, whole; what was there goes to
    `downloaded/<assignment>/earlier/`. Files that changed since the plan was made are not taken. `tell`: students done, of all.
    Raises CollectError when `root` is no course folder.
    """
    root = Path(root or plan.root).resolve()
    course.config(root)
    downloaded = root / "downloaded" / plan.assignment
    wanted = defaultdict(list)
    for row in plan.having("take", "beside", "unusable"):
        wanted[row.student].append(row)
    written, faults = [], []
    unchanged = {row.student for row in plan.having("same")}
    with _Shelf() as shelf:
        for number in sorted(unchanged):
            try:
                _finish(root, number, plan.assignment)
            except (_Refused, OSError) as error:
                faults.append(f"{number}：没有写入，{why(error)} (not written)")
        for done, (number, rows) in enumerate(sorted(wanted.items()), 1):
            try:
                if _hand_over(root, plan, number, rows, shelf):
                    written.append(number)
                else:
                    unchanged.add(number)
            except (_Refused, *FAILURES) as error:
                faults.append(f"{number}：没有写入，{why(error)} (not written)")
            if tell:
                tell(done, len(wanted))
        kept, trouble = _keep_the_rest(plan, root, downloaded, shelf)
    table = downloaded / "collected.csv"
    _inside(root, table)
    write_table(plan, table)
    return Outcome(tuple(written), tuple(sorted(unchanged)), tuple(kept), (*faults, *trouble), table)


class _Refused(Exception):
    """What is not written, and why."""


class _Shelf(ExitStack):
    """Opens rows' files; the ZIPs that were opened last stay open."""

    def __init__(self) -> None:
        super().__init__()
        self._open: tuple[tuple[Path, tuple[int, ...]], zipfile.ZipFile, ExitStack] | None = None

    def __exit__(self, *details: Any) -> bool:
        self._close()
        return bool(super().__exit__(*details))

    def _close(self) -> None:
        if self._open:
            self._open[2].close()
            self._open = None

    def open(self, row: Row) -> IO[bytes]:
        if not row.chain:
            return open(os.open(row.source, os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)), "rb")
        key = row.source, row.chain[:-1]
        if self._open is None or self._open[0] != key:
            self._close()
            stack = ExitStack()
            with ExitStack() as guard:
                guard.callback(stack.close)
                archive = stack.enter_context(zipfile.ZipFile(row.source))
                for offset in row.chain[:-1]:
                    file = stack.enter_context(unpacked(stack.enter_context(archive.open(_entry_at(archive, offset)))))
                    archive = stack.enter_context(zipfile.ZipFile(file))
                guard.pop_all()
            self._open = key, archive, stack
        return self._open[1].open(_entry_at(self._open[1], row.chain[-1]))


def _entry_at(archive: zipfile.ZipFile, offset: int) -> zipfile.ZipInfo:
    for info in archive.infolist():
        if info.header_offset == offset:
            return info
    raise _Refused("来源在查看之后变了，重新运行一次 (the source changed meanwhile; run it again)")


def _copy(row: Row, target: Path, shelf: _Shelf) -> None:
    """The very bytes that the plan saw, in a file that is there whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f".{hashlib.sha256(target.name.encode()).hexdigest()[:16]}.part")
    total = hashlib.sha256()
    try:
        with shelf.open(row) as source, open(unfinished, "wb") as copy:
            left = row.size
            while left >= 0 and (piece := source.read(1 << 20)):
                total.update(piece)
                copy.write(piece)
                left -= len(piece)
        if total.hexdigest() != row.sha256:
            raise _Refused(f"{printable(row.file)}在查看之后变了，重新运行一次 (it changed meanwhile; run it again)")
        os.replace(unfinished, target)
    finally:
        unfinished.unlink(missing_ok=True)


def _inside(root: Path, path: Path) -> None:
    """Raises _Refused when a link leads from `path` out of the course folder, or elsewhere in it."""
    if Path(os.path.realpath(path)) != path or root not in path.parents:
        raise _Refused(f"{path.relative_to(root)}里有链接，指到别处 (a link leads elsewhere)")


def _finish(root: Path, number: str, assignment: str) -> None:
    """Completes what a broken-off run had made ready."""
    place = place_of(root, number, assignment)
    staged = staging_of(place)
    if staged.is_dir() and not staged.is_symlink() and not os.path.lexists(place):
        _inside(root, place)
        os.rename(staged, place)


def _hand_over(root: Path, plan: Plan, number: str, rows: Sequence[Row], shelf: _Shelf) -> bool:
    """Puts one student's submission into its place; False when it is there already."""
    place = place_of(root, number, plan.assignment)
    staged, unfinished = staging_of(place), place.with_name(f".{place.name}.part")
    for path in (place, staged, unfinished):
        _inside(root, path)
    _finish(root, number, plan.assignment)
    standing = standing_of(root, number, plan.assignment)
    if standing and all(standing.files.get(row.target) == row.sha256 for row in rows):
        return False
    for old in (unfinished, staged):
        shutil.rmtree(old, ignore_errors=True)
    unfinished.mkdir(parents=True)
    for row in sorted(rows, key=lambda row: (str(row.source), row.chain)):
        _copy(row, unfinished / row.target, shelf)
    notebooks = [row for row in rows if row.verdict == "take"]
    moments = [row.moment for row in notebooks or rows if row.moment]
    if moments:
        stamp = max(moments).astimezone(UTC)
        (unfinished / folder.TIMESTAMP).write_text(f"{stamp:%Y-%m-%d %H:%M:%S.%f} UTC\n", encoding="utf-8")
    os.rename(unfinished, staged)
    if os.path.lexists(place):
        earlier = root / "downloaded" / plan.assignment / "earlier" / number
        _inside(root, earlier)
        os.rename(place, _free(earlier, _name_of(standing)))
    os.rename(staged, place)
    return True


def _name_of(standing: Standing | None) -> str:
    return standing.moment.strftime("%Y%m%dT%H%M%SZ") if standing and standing.moment else "no-time"


def _free(place: Path, name: str) -> Path:
    place.mkdir(parents=True, exist_ok=True)
    return next(path for i in itertools.count(1) if not os.path.lexists(path := place / (name if i == 1 else f"{name}-{i}")))


def _keep_the_rest(plan: Plan, root: Path, downloaded: Path, shelf: _Shelf) -> tuple[list[Path], list[str]]:
    """Copies of what was not taken, and a list of all that is nobody's, whether it could be copied or not."""
    kept, faults = [], []
    listed = []
    for row in sorted(plan.having("unmatched", "refused", "superseded", "older"), key=lambda row: (str(row.source), row.chain)):
        nobodys = row.verdict in ("unmatched", "refused")
        base = downloaded / "unmatched" if nobodys else downloaded / "superseded" / row.student
        target = base.joinpath(*map(safe, row.file.split("/")))
        place = ""
        if row.sha256 and row.size <= LIMITS.archive and row.reason not in ("bomb", "too-large"):
            try:
                _inside(root, target)
                if not target.is_file() or _file_digest(target) != row.sha256:
                    target = _other(target, row.sha256) if os.path.lexists(target) else target
                    if not target.is_file():
                        _copy(row, target, shelf)
                kept += [target] if nobodys else []
                place = target.relative_to(base).as_posix()
            except (_Refused, *FAILURES) as error:
                faults.append(f"{printable(row.file)}：没有留底，{why(error)} (no copy was kept)")
        if nobodys:
            listed.append((row, place))
    taken = {(tables.defused(row.file), row.sha256) for row in plan.rows if row.sha256 and row.verdict not in ("unmatched", "refused")}
    _write_unmatched(root, downloaded / "unmatched", listed, taken)
    return kept, faults


def _other(target: Path, sha256: str) -> Path:
    return target.with_name(f"{target.stem}-{sha256[:8]}{target.suffix}")


def _file_digest(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write_unmatched(root: Path, place: Path, listed: Sequence[tuple[Row, str]], taken: set[tuple[str, str]]) -> None:
    """The list beside the copies: what earlier runs put there stays, but for what has found its student by now."""
    record = place / UNMATCHED
    _inside(root, record)
    old: dict[tuple[str, str], list[str]] = {}
    if record.is_file():
        try:
            for line in tables.read(record, lambda cells: len({*_HEADINGS} & {*cells})).sheets[0].lines[1:]:
                if len(line.cells) >= 5:
                    old[line.cells[0], line.cells[4]] = list(line.cells[:5])
        except tables.TableError:  # somebody saved something else in its place
            os.rename(record, _free(place, "unmatched-old.csv"))
    for key in taken & old.keys():
        cells = old.pop(key)
        if cells[3]:
            copy = place.joinpath(*map(safe, cells[3].split("/")))
            _inside(root, copy)
            copy.unlink(missing_ok=True)
    for row, kept in listed:
        old[tables.defused(row.file), row.sha256] = [tables.defused(row.file), row.said.zh, row.said.en, kept, row.sha256]
    if old or record.is_file():
        tables.write_csv(record, [_HEADINGS, *(old[key] for key in sorted(old))])
