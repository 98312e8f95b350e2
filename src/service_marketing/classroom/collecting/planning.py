"""What is to become of every file: one verdict each, and nothing is written."""

import itertools
import os
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from pathlib import Path, PurePosixPath
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from service_marketing.grading import folder
from service_marketing.grading.problems import Text, printable

from .. import course
from ..course import Student
from .archives import come
from .matching import decide_whose
from .notebooks import Marks, known_marks
from .paths import groups, understand
from .people import People
from .records import LIMITS, CollectError, Item, Limits, Plan, Row, Tell
from .standing import Standing, standing_of
from .text import safe, shown_time
from .words import NOTES, REASONS


def plan(
    sources: Iterable[Path | str],
    students: Iterable[Student],
    assignment: str,
    root: Path | str,
    *,
    due: datetime | None = None,
    matches: Mapping[str, str] | None = None,
    limits: Limits = LIMITS,
    tell: Tell | None = None,
) -> Plan:
    """What is to become of every file in `sources`, ZIPs, folders or single files, handed in for `assignment`; reads only.

    `root`: the course folder; its released notebook tells which notebooks are this assignment's, its settings the time zone
    of clocks that have none. `due`: the deadline, with time zone. `matches`: from `Row.file` to a number, or "-" for a file
    that is to be left out (`read_matches`). `tell`: is told how many files were looked at.
    Raises CollectError for a source that is not there and for an unknown number in `matches`.
    """
    root = Path(root).resolve()
    zone = _zone(root)
    people = People(students, assignment)
    corrections = dict(matches or {})
    standing = {number: standing_of(root, number, assignment) for number in people.by_number}
    strangers = sorted({number for number in corrections.values() if number != "-" and number not in people.by_number})
    if strangers:
        raise CollectError(f"matches里的学号不在名单上：{'、'.join(strangers)} (numbers in matches that are on no list)")
    marks = Marks(assignment, known_marks(root))
    items = list(come(sources, zone, limits, tell))
    for _, same in itertools.groupby(items, key=lambda item: item.order):
        for group in groups(list(same), people):
            understand(group, people, zone, due)
    for item in items:
        decide_whose(item, people, marks, corrections)
    for number, own in _by_student(items).items():
        _choose(own, standing[number], assignment, zone, limits)
    rows = tuple(_row(item, people, due, zone) for item in items)
    came = {row.student for row in rows if row.came}
    there = {number for number, found in standing.items() if found}
    served = {row.student for row in rows if row.verdict in ("take", "unusable", "same", "older")} | there
    unused = sorted(set(corrections) - {row.file for row in rows})
    return Plan(
        assignment=assignment,
        root=root,
        rows=rows,
        missing=tuple(one for number, one in people.by_number.items() if number not in came | there),
        unserved=tuple(one for number, one in people.by_number.items() if number in came - served),
        zone=zone,
        due=due,
        remarks=(*marks.remarks(), *(f"matches里的文件这次没有：{printable(name)} (no such file this time)" for name in unused)),
    )


def deadline(root: Path, assignment: str) -> datetime | None:
    """The deadline of `assignment` in the gradebook of the course folder `root`, None when it has none."""
    from nbgrader.api import MissingEntry

    with course.gradebook(root) as book:
        try:
            due = book.find_assignment(assignment).duedate
        except MissingEntry:
            return None
    return due.replace(tzinfo=UTC) if due else None


def _zone(root: Path) -> tzinfo:
    name = course.config(root).NbGraderAPI.timezone
    try:
        return ZoneInfo(name) if isinstance(name, str) and name else UTC
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise CollectError(f"{course.CONFIG}里的时区{name!r}没有这个名字，例如Asia/Shanghai (no such time zone)") from error


def _by_student(items: Iterable[Item]) -> dict[str, list[Item]]:
    """What may be taken, by student; a ZIP that cannot be opened where it is all that came, so that the grader can say so."""
    wanted, locked = defaultdict(list), defaultdict(list)
    for item in items:
        if item.student and not item.verdict:
            wanted[item.student].append(item)
        elif item.student and item.reason in ("encrypted", "corrupt") and item.sha256:
            locked[item.student].append(item)
    for student, found in locked.items():
        if student not in wanted:
            wanted[student] = found
            for item in found:
                item.verdict = ""
    return dict(wanted)


def _choose(items: list[Item], standing: Standing | None, assignment: str, zone: tzinfo, limits: Limits) -> None:
    """Sets the verdict of every file of one student."""
    books = [item for item in items if item.book]
    others = [item for item in items if not item.book]
    best = max(books, key=_rank, default=None)
    for item in books:
        if item is not best:
            item.verdict = "superseded"
            alike = "later-taken" if _rank(item)[:2] == _rank(best)[:2] else "better-taken"
            item.reason = "duplicate" if item.sha256 == best.sha256 else alike
    if best:
        best.target = f"{assignment}.ipynb"
    along = [item for item in others if not (best and item.label.casefold().endswith(".ipynb"))]
    for item in others:
        if item not in along:
            item.verdict = "superseded"
    for item in along[limits.beside :]:
        item.fault("too-many", limits.beside)
    along = along[: limits.beside]
    _name_targets(along, best, assignment)
    taken = [*([best] if best else []), *along]
    verdict, reason, values = _against(taken, best, standing, zone)
    for item in taken:
        item.verdict = "beside" if verdict == "take" and best and item is not best else verdict
        if verdict == "older" or (best and item is not best):
            item.reason, item.values = (reason, values) if verdict == "older" else ("", ())


def _rank(item: Item) -> tuple[Any, ...]:
    moment = item.moment or datetime.min.replace(tzinfo=UTC)
    return not item.book.damaged, bool(item.book.marks), moment, item.version, item.file


def _against(taken: Sequence[Item], best: Item | None, standing: Standing | None, zone: tzinfo) -> tuple[str, str, tuple[Any, ...]]:
    """What becomes of the files of a student beside what was collected earlier."""
    new = "take" if best else "unusable"
    if standing is None:
        return new, "", ()
    if all(standing.files.get(item.target) == item.sha256 for item in taken):
        return "same", "", ()
    if best is None:
        return "older", "there-better" if standing.good else "there-newer", (shown_time(standing.moment, zone),)
    if standing.good and best.book.damaged:
        return "older", "there-better", ()
    moment = best.moment
    if standing.good and standing.moment and (moment is None or moment <= standing.moment):
        return "older", "there-newer", (shown_time(standing.moment, zone),)
    return new, "", ()


def _name_targets(items: Sequence[Item], best: Item | None, assignment: str) -> None:
    """Names for the files beside the notebook: as the student called them, in folders as in the student's own ZIP or folder."""
    files, folders = {f"{assignment}.ipynb".casefold(), folder.TIMESTAMP}, set()
    base = best.parts[:-1] if best else ()
    for item in items:
        below = item.parts[len(base) : -1] if base and item.parts[: len(base)] == base else ()
        parents = [str(path) for path in PurePosixPath(*map(safe, below)).parents][:-1] if below else []
        parents = [str(PurePosixPath(*map(safe, below))), *parents] if below else []
        if any(path.casefold() in files for path in parents):
            parents = []
        prefix = f"{parents[0]}/" if parents else ""
        stem, suffix = os.path.splitext(safe(item.own_name))
        item.target = next(
            target
            for again in itertools.count(1)
            if (target := f"{prefix}{stem}{f' ({again})' if again > 1 else ''}{suffix}").casefold() not in files | folders
        )
        files.add(item.target.casefold())
        folders.update(path.casefold() for path in parents)


def _row(item: Item, people: People, due: datetime | None, zone: tzinfo) -> Row:
    said = []
    for language in ("zh", "en"):
        values = item.values or ("", "")
        words = [getattr(REASONS[item.reason], language).format(*values)] if item.reason else []
        words += [getattr(NOTES[code], language).format(printable(value)) for code, value in item.notes if item.verdict != "ignored"]
        said.append(("；" if language == "zh" else "; ").join(filter(None, words)))
    late = item.moment - due if item.moment and due and item.moment > due else None
    return Row(
        file=item.file, source=item.source, chain=item.chain, size=item.size, sha256=item.sha256, student=item.student,
        name=people.by_number[item.student].name if item.student else "", how=item.how,
        moment=item.moment.astimezone(zone) if item.moment else None, clock=item.clock if item.moment else "", late=late,
        verdict=item.verdict, reason=item.reason, said=Text(*said), target=item.target,
    )  # fmt: skip
