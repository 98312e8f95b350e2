"""Who hands in what: mistakes, mess and copies over the class, as notebooks in the platforms' ZIPs, and the truth about them."""

import hashlib
import json
import random
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

import nbformat

from ..roster import Enrolled
from . import answers, packing
from .answers import Task
from .mess import KINDS, STRANGERS, Upload, Work
from .packing import Expected
from .people import PLATFORMS, TWINS, platform_of

CHINA = timezone(timedelta(hours=8))
MANNERS = ("as it is", "own number", "disguised")
LARGE = 60
"""From this size on every kind of mess happens in every assignment."""


@dataclass(frozen=True)
class Truth:
    """What one student did for one assignment, and what must come of it; the demonstration is held to it.

    `digest`: of the notebook that must be collected, "" for none; `outcome`: as `mess.Kind.outcome`; `copied`: from whom, `manner`
    how; `deleted`: a test cell that was deleted.
    """

    mistakes: tuple[str, ...] = ()
    essay: str = ""
    kind: str = ""
    outcome: str = "whole"
    late: bool = False
    copied: str = ""
    manner: str = ""
    deleted: str = ""
    digest: str = ""


@dataclass(frozen=True)
class Inbox:
    """What was handed in for an assignment: the ZIPs, the truth by student, and what must become of every file."""

    archives: tuple[Path, ...]
    truths: dict[str, Truth]
    expected: dict[str, Expected]


def plan_class(own: Task, at: int, students: Sequence[Enrolled]) -> dict[str, Truth]:
    """The truth about everybody in assignment number `at`, but for the digests."""
    rng = random.Random(f"class of {len(students)}, {own.name}")
    kinds = _kinds(at, students, rng)
    slow = {students[place].number for place in range(len(students)) if len(students) >= LARGE and place % 100 == 47}
    essays = list(own.variants.ESSAYS)
    found: dict[str, Truth] = {}
    for one in students:
        kind = kinds.get(one.number, "")
        mistakes = answers.draw_mistakes(own.variants, rng, one.number in slow and not kind)
        essay = rng.choices(["", *essays], [1, *[3] * len(essays)])[0]
        deleted = "first" if kind == "deleted" else ""
        if kind == "blank":
            mistakes, essay = (), ""
        outcome = KINDS[kind].outcome if kind in KINDS else "whole"
        found[one.number] = Truth(
            mistakes, essay, kind, outcome, late=kind == "late" or (not kind and rng.random() < 0.04), deleted=deleted
        )
    plain = [number for number, truth in found.items() if not truth.kind and set(truth.mistakes) - {"blank", *answers.SLOW}]
    rng.shuffle(plain)
    for copy in range(min(max(1, len(students) // 33), len(plain) // 2)):
        copier, victim = plain[2 * copy], plain[2 * copy + 1]
        manner = MANNERS[copy % len(MANNERS)] if own.own_data else "disguised" if copy % 3 == 2 else "as it is"
        found[copier] = Truth(found[victim].mistakes, found[victim].essay, copied=victim, manner=manner)
    return found


def _kinds(at: int, students: Sequence[Enrolled], rng: random.Random) -> dict[str, str]:
    """Which mess befalls whom; in small classes a third of all kinds in each assignment."""
    large = len(students) >= LARGE
    wanted = list(KINDS) if large else list(KINDS)[at % 3 :: 3]
    wanted = sorted(wanted * max(1, len(students) // 100), key=lambda kind: len(KINDS[kind].platforms))
    free = [place for place in range(len(students)) if place not in TWINS]
    rng.shuffle(free)
    found = {students[place].number: "same name" for place in TWINS}
    for kind in wanted:
        place = next(place for place in free if platform_of(place) in KINDS[kind].platforms)
        free.remove(place)
        found[students[place].number] = kind
    return found


def hand_in(
    own: Task, at: int, students: Sequence[Enrolled], due: datetime, place: Path, other: bytes, tell: Callable[[int, int], None]
) -> Inbox:
    """Write everybody's notebooks and pack them; `other`: a notebook of another assignment, `tell`: students done, of all."""
    truths = plan_class(own, at, students)
    rng = random.Random(f"times, {own.name}")
    by_platform: dict[str, list[tuple[int, Enrolled, Upload]]] = {platform: [] for platform in PLATFORMS}
    twins_by_hand = not own.own_data
    for index, one in enumerate(students):
        truth = truths[one.number]
        data, deleted = _notebook(own, one.number, truths)
        hours = rng.uniform(1, 40) if truth.late else -rng.expovariate(1 / 30) - 0.1
        somebody = students[(index + len(PLATFORMS) + 1) % len(students)]
        work = Work(
            own.name,
            data,
            _draft(own),
            other,
            (due + timedelta(hours=hours)).replace(microsecond=0),
            due,
            one.number,
            one.name,
            somebody.name,
        )
        uploads = (
            KINDS[truth.kind].make(work) if truth.kind in KINDS else [work.upload(by_hand=truth.kind == "same name" and twins_by_hand)]
        )
        by_platform[platform_of(index)] += [(index, one, upload) for upload in uploads]
        whole = truth.outcome in ("whole", "part") and uploads
        written = b"" if not whole else uploads[-1].data if truth.kind in ("windows", "cut short") else data
        truths[one.number] = Truth(**{**asdict(truth), "deleted": deleted, "digest": hashlib.sha256(written).hexdigest() if whole else ""})
        tell(index + 1, len(students))
    archives, expected = [], {}
    for number, platform in enumerate(PLATFORMS):
        handed = by_platform[platform]
        lead = f"{own.name}作业/" if platform == "chaoxing" else ""
        path = place / f"{own.name}-{platform}.zip"
        strangers = _strangers(due, _draft(own), number) if platform in ("chaoxing", "rain-classroom") else []
        expected |= packing.pack(
            platform, path, [*handed, *strangers], due, packing.deadline_after(due), platform in ("chaoxing", "moodle"), lead
        )
        archives.append(path)
    return Inbox(tuple(archives), truths, expected)


def _strangers(due: datetime, data: bytes, at: int) -> list[tuple[int, Enrolled, Upload]]:
    name, reason = list(STRANGERS.items())[at % len(STRANGERS)]
    upload = Upload("作业.ipynb", data, due - timedelta(hours=5), {"": ("unmatched", reason)})
    return [(9_999, Enrolled("", name), upload)]


def _notebook(own: Task, number: str, truths: dict[str, Truth]) -> tuple[bytes, str]:
    """The student's finished notebook, and the test cell that it lacks."""
    truth, deleted = truths[number], ""
    if truth.kind == "blank":
        return nbformat.writes(own.released).encode(), ""
    hand = truth.copied or number
    notebook = answers.write(own, number, truth.mistakes, truth.essay, hand, my_number=hand)
    if truth.copied and truth.manner != "as it is":
        notebook = answers.with_number(notebook, number)
    if truth.manner == "disguised":
        notebook = answers.disguised(notebook)
    if truth.deleted:
        tests = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("grade")]
        deleted = tests[1].metadata.nbgrader.grade_id
        notebook.cells.remove(tests[1])
    return nbformat.writes(notebook).encode(), deleted


def _draft(own: Task) -> bytes:
    """What there is a few hours earlier: the released notebook."""
    return nbformat.writes(own.released).encode()


def save(inbox: Inbox, path: Path) -> None:
    """Keep what was handed in, for a run that goes on later."""
    data = {
        "archives": [archive.name for archive in inbox.archives],
        "truths": {number: asdict(truth) for number, truth in inbox.truths.items()},
        "expected": {file: [one.student, list(one.fate), one.by_hand] for file, one in inbox.expected.items()},
    }
    part = path.with_suffix(".part")
    part.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    part.replace(path)


def load(path: Path) -> Inbox:
    """What `save` kept."""
    data = json.loads(path.read_text(encoding="utf-8"))
    truths = {number: Truth(**{**truth, "mistakes": tuple(truth["mistakes"])}) for number, truth in data["truths"].items()}
    expected = {file: Expected(student, tuple(fate), by_hand) for file, (student, fate, by_hand) in data["expected"].items()}
    return Inbox(tuple(path.parent / name for name in data["archives"]), truths, expected)
