"""How to grade: what may be chosen on the command line, or in the section `c.Grader` of nbgrader_config.py."""

from dataclasses import dataclass, fields, replace
from typing import Any

from traitlets.config import Config

from .box.limits import Allowance
from .shells.pool import TIMEOUT_ERROR, Limits

SUBMISSION_SECONDS = 600
FOREVER = 7 * 24 * 3600


@dataclass(frozen=True)
class Options:
    """force: grade again what is graded already. wall: run tests in a process of their own. sandbox: run everything in the
    box, and refuse where there is none. stock_stderr: as stock nbgrader, anything on standard error costs a test its
    points, a mere warning included. db_url: another gradebook than the course's. limits: what one submission may use;
    without them `Execute.timeout` is the time for a cell. allowance: what it may use in the box. readable: folders that
    submissions may read there, at their own places, besides programs and Python. batch, batch_seconds: submissions, or
    seconds, after which rows are written. modules: what is imported beforehand, besides the usual.

    What is not given may be in the course's settings as `c.Grader.<name>`, the fields of Limits and Allowance as well.
    """

    force: bool = False
    wall: bool = True
    sandbox: bool = True
    stock_stderr: bool = False
    db_url: str | None = None
    limits: Limits | None = None
    allowance: Allowance | None = None
    readable: tuple[str, ...] = ()
    batch: int = 50
    batch_seconds: float = 2.0
    modules: tuple[str, ...] = ()


def chosen(config: Config, **given: Any) -> Options:
    """Options as the course's settings have them; what is `given`, and not None, wins.

    Raises ValueError for a setting in `c.Grader` that there is not.
    """
    known = {one.name for one in fields(Options)}
    section = dict(config.get("Grader", {}))
    groups = {kind: {one.name for one in fields(kind)} & section.keys() for kind in (Limits, Allowance)}
    unknown = section.keys() - known - groups[Limits] - groups[Allowance] - {"workers"}
    if unknown:
        raise ValueError(f"nbgrader_config.py：c.Grader没有{'、'.join(sorted(unknown))} (no such setting)")
    options = Options(**{name: tuple(value) if isinstance(value, list) else value for name, value in section.items() if name in known})
    if groups[Limits]:
        options = replace(options, limits=replace(limits(config), **{name: section[name] for name in groups[Limits]}))
    if groups[Allowance]:
        options = replace(options, allowance=Allowance(**{name: section[name] for name in groups[Allowance]}))
    return replace(options, **{name: value for name, value in given.items() if value is not None})


def limits(config: Config) -> Limits:
    """Limits with nbgrader's own time for a cell; where that is none, only the submission's time runs."""
    seconds = config.get("Execute", {}).get("timeout", 30)
    if seconds is None or seconds <= 0:
        return Limits(cell_seconds=FOREVER, submission_seconds=FOREVER)
    return Limits(cell_seconds=seconds, submission_seconds=max(SUBMISSION_SECONDS, 4 * seconds))


def timeout_error(config: Config) -> dict[str, Any]:
    """The error output of a cell that ran over its time, as nbgrader is set to write it."""
    return dict(config.get("Execute", {}).get("error_on_timeout", None) or TIMEOUT_ERROR)
