"""What a path says besides whose it is: which platform named it, when it was handed in, which version it is."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path, PurePosixPath

from .people import People
from .records import Item
from .text import nfkc

_MOODLE = re.compile(r"(?P<who>.+)_(?P<id>\d+)_assignsubmission_[a-z]+(?:_(?P<rest>.*))?")
_CANVAS = re.compile(r"(?P<who>[^/]+?)(?P<late>_LATE)?_(?P<user>[0-9]{2,})_(?P<id>[0-9]{3,})_(?P<rest>.+)", re.DOTALL)
_AGAIN = re.compile(r"(?:-(\d{1,3})|\s*\((\d{1,3})\))$")


def groups(items: Sequence[Item], people: People) -> Iterator[list[Item]]:
    """What one platform handed out together: each ZIP of several students, and all the rest of a source."""
    zips: dict[Path | None, list[Item]] = defaultdict(list)
    for item in items:
        zips[item.source if item.chain else None].append(item)
    rest = zips.pop(None, [])
    for own in zips.values():
        cut = len(_shared([item.parts[:-1] for item in own]))
        meant = {frozenset(people.meant(people.evidence("/".join(item.parts[cut:])))) for item in own}
        if len(meant - {frozenset()}) > 1:
            yield own
        else:
            rest += own
    if rest:
        yield rest


def understand(items: Sequence[Item], people: People, zone: tzinfo, due: datetime | None) -> None:
    """Platform, moment and version of files that came together; what is left of their paths says whose they are.

    A time in a name counts only when most of the files have one, of several students, for then the platform wrote it; a single student's
    file may be called anything.
    """
    real = [item for item in items if item.verdict != "ignored"]
    named = {id(item): moment_in(item.parts, people, zone) for item in real}
    with_time = [item for item in real if named[id(item)]]
    authors = {frozenset(people.meant(people.evidence("/".join(item.parts)))) for item in with_time}
    timed = 2 * len(with_time) >= len(real) and len(authors) > 1
    canvas = {id(item): found for item in real if (found := _canvas(item.parts))}
    strange = [match for _, match in canvas.values() if not {match["user"], match["id"]} & people.by_number.keys()]
    is_canvas = not timed and 2 * len(strange) > len(canvas) and 2 * len(canvas) >= len(real)
    shared = _shared([item.parts[:-1] for item in real])
    for item in real:
        if timed and named[id(item)]:
            item.moment, item.clock = named[id(item)], "name"
        parts, item.own_name = _without_moodle(item.parts, item.label)
        at, match = canvas.get(id(item), (0, None)) if is_canvas else (0, None)
        if match:
            item.version = 0, int(match["id"])
            item.own_name = match["rest"] if at == len(parts) - 1 else item.own_name
            parts[at] = f"{match['who']}/{match['rest']}"
        if again := _AGAIN.search(nfkc(PurePosixPath(item.own_name).stem)):
            item.version = int(again[1] or again[2]), item.version[1]
        if match:
            _clamp(item, match["late"] is not None, due)
        parts = [people.without_times(nfkc(part)) for part in parts]
        cut = len(shared) if len(items) > 1 else 1 if len(parts) > 1 else 0
        item.texts = tuple(parts[cut:]), tuple(parts[:cut])
    # what all files have in common says whose they are, unless they are those of a whole class
    meant = {frozenset(people.meant(people.evidence(" / ".join(item.texts[0])))) for item in real} - {frozenset()}
    if len(meant) < 2:
        for item in real:
            item.texts = item.texts[1] + item.texts[0], ()


def _canvas(parts: Sequence[str]) -> tuple[int, re.Match[str]] | None:
    """The part of a path that Canvas named, and what it says; a student's own ZIP has other names within it."""
    return next(((at, match) for at, part in enumerate(parts) if (match := _CANVAS.fullmatch(part))), None)


def _without_moodle(parts: Sequence[str], own_name: str) -> tuple[list[str], str]:
    """Paths without the participant's numbers that Moodle puts into them, and the file's own name."""
    kept = []
    for part in parts:
        match = _MOODLE.fullmatch(part)
        kept.append(f"{match['who']}/{match['rest'] or ''}" if match else part)
    match = _MOODLE.fullmatch(own_name)
    return kept, (match["rest"] or own_name) if match else own_name


def _clamp(item: Item, late: bool, due: datetime | None) -> None:
    """Canvas says who was late; the ZIP says only when it was packed, which is at or after the time of submission."""
    if due is None or item.moment is None:
        return
    item.clock = "platform"
    # a resubmission bears a later time than what it replaces, or the grader would take it for graded
    on_time = due - timedelta(seconds=2) + timedelta(milliseconds=min(item.version[0], 999))
    item.moment = max(item.moment, due + timedelta(seconds=1)) if late else min(item.moment, on_time)


def moment_in(parts: Sequence[str], people: People, zone: tzinfo) -> datetime | None:
    """The first time in a path; what is a student's number is none."""
    for part in parts:
        for match in people.times(nfkc(part)):
            year, month, day, *clock, utc, offset = match.groups()
            hour, minute, second = (clock[i] or clock[i + 3] or "0" for i in range(3))
            try:
                at = UTC if utc else datetime.strptime(offset, "%z").tzinfo if offset else zone
                return datetime(*map(int, (year, month, day, hour, minute, second)), tzinfo=at)
            except ValueError:
                continue
    return None


def _shared(paths: Sequence[Sequence[str]]) -> Sequence[str]:
    """The folders that all paths begin with."""
    first, last = min(paths, default=()), max(paths, default=())
    return first[: next((i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), min(len(first), len(last)))]
