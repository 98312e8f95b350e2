"""What is known of a file that came, what is planned for it, and what was done."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

from service_marketing.grading.problems import Text

from ..assignments import AssignmentError
from ..course import Student

Tell = Callable[[int, int | None], None]


class CollectError(AssignmentError):
    """A source, a file of corrections or a course folder that cannot be used, and what to do."""


@dataclass(frozen=True)
class Limits:
    """What is opened at most. `file`, `archive` (a ZIP within a ZIP) and `total` (all that a ZIP unpacks to) in bytes.

    `ratio`: how many times its packed size a file above `packed` bytes may have. `entries`: in one ZIP or folder.
    `depth`: of ZIPs within ZIPs. `beside`: files of one student besides the notebook.
    """

    file: int = 50_000_000
    archive: int = 500_000_000
    total: int = 20_000_000_000
    ratio: int = 200
    packed: int = 5_000_000
    entries: int = 50_000
    depth: int = 4
    beside: int = 200


LIMITS = Limits()


@dataclass(frozen=True)
class Row:
    """One file that came.

    `file`: where it lies, from the name of the source on, through ZIPs as through folders; no two rows have the same.
    `student`: a number of the class list, or "". `how`, `clock`, `verdict` and `reason`: keys of `HOW`, `CLOCKS`, `VERDICTS`
    and `REASONS`. `moment`: when it was handed in, with time zone. `late`: by how much, None when it is not or nobody knows.
    `target`: its name in the submission's folder, "" when it does not go there. `said`: reason and notes in words.
    """

    file: str
    source: Path
    chain: tuple[int, ...]
    size: int
    sha256: str
    student: str
    name: str
    how: str
    moment: datetime | None
    clock: str
    late: timedelta | None
    verdict: str
    reason: str
    said: Text
    target: str = ""

    @property
    def came(self) -> bool:
        """Whether it is a file that somebody meant to hand in."""
        return self.verdict not in ("ignored", "skipped")


@dataclass(frozen=True)
class Plan:
    """What `carry_out` is to do.

    `missing`: students from whom nothing came, now or earlier; `unserved`: those of whom something came, but nothing that
    could be collected, and nothing is there from before. `remarks`: sentences on corrections that fit no file.
    """

    assignment: str
    root: Path
    rows: tuple[Row, ...]
    missing: tuple[Student, ...]
    unserved: tuple[Student, ...]
    zone: tzinfo
    due: datetime | None
    remarks: tuple[str, ...] = ()

    def having(self, *verdicts: str) -> tuple[Row, ...]:
        """The rows with one of these verdicts."""
        return tuple(row for row in self.rows if row.verdict in verdicts)


@dataclass(frozen=True)
class Outcome:
    """What was done: students whose submission was `written`, or was there `unchanged`; where nothing could be written, why."""

    written: tuple[str, ...]
    unchanged: tuple[str, ...]
    unmatched: tuple[Path, ...]
    faults: tuple[str, ...]
    table: Path


@dataclass
class Book:
    """What a notebook says of itself."""

    marks: frozenset[str]
    number: str
    damaged: bool


@dataclass
class Item:
    """A file that came, and what is found out about it. `parts`: its path as text; `order`: of its source."""

    file: str
    parts: tuple[str, ...]
    order: int
    source: Path
    chain: tuple[int, ...]
    size: int
    moment: datetime | None = None
    clock: str = ""
    sha256: str = ""
    book: Book | None = None
    kind: Text | None = None
    verdict: str = ""
    reason: str = ""
    values: tuple[Any, ...] = ()
    notes: list[tuple[str, Any]] = field(default_factory=list)
    student: str = ""
    how: str = ""
    version: tuple[int, ...] = (0, 0)
    texts: tuple[str, ...] = ()
    own_name: str = ""
    target: str = ""

    def fault(self, reason: str, *values: Any) -> "Item":
        self.verdict, self.reason, self.values = "refused", reason, values
        return self

    @property
    def label(self) -> str:
        return self.parts[-1]
