"""The pools of shells, started first: they warm up while the rest of the grader is being imported.

`terms` says how the shells of an assignment are to be; it imports little.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from traitlets.config import Config

from . import folder
from .box.layers import BoxError
from .box.limits import Allowance
from .box.outside import Box
from .options import Options, chosen, limits, timeout_error
from .shells.pool import MODULES, Limits, Pool, PoolError

SQLITE = "sqlite:///"


@dataclass(frozen=True)
class Terms:
    """How shells are made: see Options. `modules`: all that they import beforehand. `box`: what submissions are kept in."""

    limits: Limits
    modules: tuple[str, ...]
    timeout_error: Mapping[str, Any]
    wall: bool
    box: Box | None

    def pools(self, workers: int) -> list[Pool]:
        """The pools for as many submissions at a time: the students', and behind the wall that of the tests."""
        make = partial(Pool, workers, self.limits, self.modules, timeout_error=self.timeout_error, box=self.box)
        students = make()
        return [students, make(twin_of=students)] if self.wall else [students]


@dataclass(frozen=True)
class Ahead:
    """Pools that are being started, for `workers` submissions at a time."""

    terms: Terms
    workers: int
    pools: tuple[Pool, ...]


def terms(course: folder.Course, options: Options) -> Terms:
    """How the shells of a course are made."""
    return Terms(
        limits=options.limits or limits(course.config),
        modules=(*MODULES, *options.modules),
        timeout_error=timeout_error(course.config),
        wall=options.wall,
        box=box(course, options),
    )


def box(course: folder.Course, options: Options) -> Box | None:
    """The box, in which neither the course folder nor the gradebook's is to be seen."""
    if not options.sandbox:
        return None
    hidden = [course.root]
    database = course.db_url.removeprefix(SQLITE).partition("?")[0]
    if course.db_url.startswith(SQLITE) and database:
        hidden.append(Path(database).resolve().parent)
    readable = tuple(course.root / place for place in options.readable)
    return Box(options.allowance or Allowance(), tuple(dict.fromkeys(hidden)), readable)


@contextmanager
def started(place: Path, db_url: str | None, workers: int | None, given: Mapping[str, Any]) -> Iterator[Ahead | None]:
    """Pools for the course in `place`, on their way; None where that is not possible, and the grader will say why."""
    with ExitStack() as stack:
        try:
            ahead = _started(stack, place, db_url, workers or processors(), given)
        except (ValueError, TypeError, OSError, BoxError, PoolError):
            stack.close()
            ahead = None
        yield ahead


def _started(stack: ExitStack, place: Path, db_url: str | None, workers: int, given: Mapping[str, Any]) -> Ahead | None:
    course = folder.load(place, Config({"CourseDirectory": {"db_url": db_url}}) if db_url else None)
    if course.problems:
        return None
    agreed = terms(course, chosen(course.config, **given))
    return Ahead(agreed, workers, tuple(stack.enter_context(pool) for pool in agreed.pools(workers)))


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
