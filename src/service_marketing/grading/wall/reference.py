"""Makes profiles: runs the instructor's solution on both sides of the wall, and in one process, and compares the verdicts.

    with Pool(workers=1) as students, Pool(workers=1) as tests:
        profile = reference.make(sheet, Pair(students, tests), course.config)

What stands between the two runs is only the wall, so where they differ the wall is to blame. Some of it can be helped by
taking further names from the student's side, which is tried; what remains is run in process, and the rest is run once more
without it, until nothing differs.
"""

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from nbformat import NotebookNode
from nbformat.notebooknode import from_dict
from nbgrader import utils
from nbgrader.preprocessors import IgnorePattern
from traitlets.config import Config

from ..shells.pool import Cell as ShellCell
from ..shells.pool import Job, Outcome, Result, lost_output
from . import static
from .pair import IN_PROCESS, Graded, Pair, Step
from .profile import FULL, NOTHING, PARTIAL, Profile, Reason, Verdict, digest
from .sheet import Sheet
from .static import STUDENT, TEST, TRUSTED, Cell, Names

ENVIRONMENT = {"NBGRADER_EXECUTION": "autograde"}
TRIES = 3
LONGEST = 500
RAISES = "raises-exception"


@dataclass(frozen=True)
class Behind:
    """What came of a run behind the wall: verdicts and what was used, by grade id, and the tests that never finished."""

    verdicts: Mapping[str, Verdict]
    used: Mapping[str, frozenset[str]]
    unfinished: frozenset[str]


@dataclass(frozen=True)
class Alone:
    """What came of a run in one process: verdicts by grade id, and how other cells ended that failed."""

    verdicts: Mapping[str, Verdict]
    errors: Mapping[str, str]


def make(sheet: Sheet, pair: Pair, config: Config | None = None) -> Profile:
    """The profile of a notebook. Without the solution the names are those of the stubs, and nothing is run.

    `pair`: the pools to run it in, such as submissions are run in, so that what holds here holds there; nothing else may be
    pending in them. `config`: the course's settings. Raises PoolError when a pool cannot be started.
    """
    config = config or Config()
    files = sheet.texts()
    plain = Profile(sheet.assignment, sheet.name, digest(sheet), sheet.complete, **_fields(static.names(sheet.cells, files)))
    if not sheet.complete or not sheet.tests:
        return replace(plain, allowed=MappingProxyType({cell.name: None for cell in sheet.tests}))
    variants = _variants(sheet)
    first = replace(plain, **_fields(next(variants)))
    whole, behind = run_both(sheet, pair, config, first)
    alone = whole.verdicts
    best, wrong = first, _differing(behind, alone)
    for names in variants if wrong else ():
        profile = replace(plain, **_fields(names))
        run = run_behind(sheet, pair, config, profile)
        differing = _differing(run, alone)
        if len(differing) < len(wrong):
            best, behind, wrong = profile, run, differing
        if not wrong:
            break
    unsteady: frozenset[str] = frozenset()
    if wrong:
        again = run_alone(sheet, pair, config).verdicts
        unsteady = frozenset(name for name in alone if not alone[name].same(again[name]))
    reasons: dict[str, Reason] = {}
    while more := _next_in_process(sheet, {name: reason for name, reason in wrong.items() if name not in unsteady}, reasons, alone):
        reasons.update(more)
        latest = run_behind(sheet, pair, config, replace(best, in_process=MappingProxyType(reasons)))
        behind, wrong = _joined(behind, latest), _differing(latest, alone)
    return replace(
        best,
        allowed=MappingProxyType(
            {
                **{
                    cell.name: tuple(sorted(behind.used[cell.name]))
                    for cell in sheet.cells
                    if cell.role == TRUSTED and cell.name in behind.used
                },
                **{cell.name: _allowed(cell, best.names, reasons, behind, alone) for cell in sheet.tests},
            }
        ),
        in_process=MappingProxyType(reasons),
        verdicts=MappingProxyType(alone),
        errors=MappingProxyType(whole.errors),
        unsteady=tuple(sorted(unsteady)),
    )


def _fields(names: Names) -> dict[str, tuple[str, ...]]:
    return {"names": names.student, "imports": names.imports, "shared": names.shared, "lent": names.lent}


def _variants(sheet: Sheet) -> Iterator[Names]:
    """Whose names may be whose: what is safest first.

    The assignment's own modules may have to be the student's (whose objects are instances of their classes), and so may what
    the instructor made and a function of the student's changed.
    """
    files = sheet.texts()
    given = {name for cell in sheet.cells if cell.role == TRUSTED for name in static.read(cell.source).binds}
    touched = {n for cell in sheet.cells if cell.role == STUDENT for n in _read_by(static.read(cell.source))}
    tried: list[Names] = []
    for more, own_modules in (((), True), ((), False), (given & touched, True), (given & touched, False)):
        names = static.names(sheet.cells, files, own_modules, more)
        if names not in tried:
            tried.append(names)
            yield names


def _differing(run: Behind, alone: Mapping[str, Verdict]) -> dict[str, Reason]:
    return {
        name: Reason("unfinished" if name in run.unfinished else "differs", verdict, alone[name])
        for name, verdict in run.verdicts.items()
        if not verdict.same(alone[name])
    }


def _next_in_process(
    sheet: Sheet, wrong: Mapping[str, Reason], reasons: Mapping[str, Reason], alone: Mapping[str, Verdict]
) -> dict[str, Reason]:
    """Tests to be run in process, too, since there are some whose verdicts are `wrong`; none when nothing is left to be done.

    First those that are wrong themselves; when they stay wrong in process, those that import what others use, then those that
    bind it, then all.
    """
    found = {name: reason for name, reason in wrong.items() if name not in reasons}
    if found or not wrong:
        return found
    readings = {cell.place: static.read(cell.source) for cell in sheet.cells}
    wanted = {n for cell in sheet.cells if cell.role == STUDENT or cell.name in wrong for n in _read_by(readings[cell.place])}
    left = [cell for cell in sheet.tests if cell.name not in reasons]
    lenders = [cell for cell in left if readings[cell.place].imported & wanted]
    givers = [cell for cell in left if readings[cell.place].binds & wanted]
    return {cell.name: Reason("needed", alone[cell.name], alone[cell.name]) for cell in lenders or givers or left}


def _read_by(reading: static.Reading) -> frozenset[str]:
    return reading.reads | reading.uses


def _joined(one: Behind, other: Behind) -> Behind:
    """What either run used: a solution may take several ways through a test."""
    used = {name: one.used.get(name, frozenset()) | other.used.get(name, frozenset()) for name in {*one.used, *other.used}}
    return Behind(other.verdicts, used, other.unfinished)


def _allowed(
    cell: Cell, names: Iterable[str], reasons: Mapping[str, Reason], behind: Behind, alone: Mapping[str, Verdict]
) -> tuple[str, ...] | None:
    """What a test may do; None where the solution itself did not come to its end, so that it does not tell."""
    if cell.name in reasons or alone[cell.name].kind != FULL or behind.verdicts[cell.name].kind != FULL:
        return None
    used = behind.used.get(cell.name, frozenset())
    return tuple(sorted(used | _iterations(used, _read_by(static.read(cell.source)).intersection(names))))


def _iterations(used: Iterable[str], names: Iterable[str]) -> set[str]:
    """Going through what calls give, and through values of names: one by one members cross by value, as those of a list.

    Where the solution has a list, a right answer may be a generator or a `map`. `list` asks an iterator for its length, too.
    """
    origins = {*names, *(f"{key.removesuffix(' ()')}()" for key in used if key.endswith(" ()"))}
    return {f"{origin}{way}" for origin in origins for way in (" [*]", "[*] [*]", "[*] <len>")}


# ---- runs


def run_both(sheet: Sheet, pair: Pair, config: Config, profile: Profile) -> tuple[Alone, Behind]:
    """`run_alone` and `run_behind`, at the same time."""
    with _places(sheet, "all", "student", "tests") as (alone, *sides):
        pair.submit(_job(sheet, alone))
        pair.grade(_key(sheet), *_at_the_wall(sheet, profile, sides))
        ran = list(pair.results())
    (result,) = [one for one in ran if not isinstance(one, Graded)]
    (graded,) = [one for one in ran if isinstance(one, Graded)]
    behind = run_behind(sheet, pair, config, profile) if graded.repeat else _behind(sheet, config, profile, graded)
    return _alone(sheet, config, result), behind


def run_alone(sheet: Sheet, pair: Pair, config: Config) -> Alone:
    """What comes of the sheet's cells in one process, as stock nbgrader runs them."""
    with _places(sheet, "all") as (place,):
        pair.submit(_job(sheet, place))
        (result,) = pair.results()
    return _alone(sheet, config, result)


def run_behind(sheet: Sheet, pair: Pair, config: Config, profile: Profile, record: bool = True) -> Behind:
    """What comes of the sheet's cells behind the wall; tests in `profile.in_process` run on the student's side."""
    for _ in range(TRIES):
        with _places(sheet, "student", "tests") as sides:
            pair.grade(_key(sheet), *_at_the_wall(sheet, profile, sides, record))
            (graded,) = pair.results()
        if not graded.repeat:
            break
    return _behind(sheet, config, profile, graded)


@contextmanager
def _places(sheet: Sheet, *names: str) -> Iterator[list[Path]]:
    """Folders with the assignment's files, while it lasts."""
    with tempfile.TemporaryDirectory(prefix="reference-") as scratch:
        places = [Path(scratch) / name for name in names]
        for place in places:
            sheet.copy_files(place)
        yield places


def _key(sheet: Sheet) -> tuple[str, str]:
    return "reference", sheet.name


def _job(sheet: Sheet, place: Path) -> Job:
    return Job(_key(sheet), place, [ShellCell(cell.place, cell.source) for cell in sheet.cells], ENVIRONMENT)


def _at_the_wall(sheet: Sheet, profile: Profile, sides: Sequence[Path], record: bool = True) -> tuple[Any, ...]:
    """What `Pair.grade` wants to know besides the key."""
    steps = [
        Step(cell.place, IN_PROCESS if cell.name in profile.in_process and cell.role == TEST else cell.role, cell.source)
        for cell in sheet.cells
    ]
    numbers = {cell.place: cell.name for cell in sheet.tests} | _trusted(sheet)
    return steps, *sides, profile.setup(numbers, record), ENVIRONMENT


def _alone(sheet: Sheet, config: Config, result: Result) -> Alone:
    outcomes = {cell: result.cells.get(cell.place) for cell in sheet.cells}
    verdicts = {cell.name: verdict(cell, outcome, config) for cell, outcome in outcomes.items() if cell.role == TEST}
    errors = {
        cell.name or f"[{cell.place + 1}]": f"{output['ename']}: {output['evalue']}"[:LONGEST]
        for cell, outcome in outcomes.items()
        if cell.role != TEST and RAISES not in cell.tags and outcome is not None
        for output in outcome.outputs
        if output["output_type"] == "error"
    }
    return Alone(verdicts, errors)


def _behind(sheet: Sheet, config: Config, profile: Profile, graded: Graded) -> Behind:
    outcomes = {cell.name: graded.cells.get(cell.place) for cell in sheet.tests}
    walled = [cell for cell in sheet.tests if cell.name not in profile.in_process]
    return Behind(
        {cell.name: verdict(cell, outcomes[cell.name], config) for cell in sheet.tests},
        {
            **{cell.name: frozenset((outcomes[cell.name].notes or {}).get("used", ())) for cell in walled if outcomes[cell.name]},
            **_used_by_trusted(sheet, graded),
        },
        frozenset(cell.name for cell in walled if outcomes[cell.name] is None or outcomes[cell.name].status in ("lost", "timeout")),
    )


def _trusted(sheet: Sheet) -> dict[int, str]:
    """The instructor's cells that are no tests: grade ids by place."""
    return {cell.place: cell.name for cell in sheet.cells if cell.role == TRUSTED and cell.name}


def _used_by_trusted(sheet: Sheet, graded: Graded) -> dict[str, frozenset[str]]:
    """What the instructor's other cells needed of the student's objects, by grade id."""
    ran = graded.tests.cells if graded.tests else {}
    return {name: frozenset((ran[place].notes or {}).get("used", ())) for place, name in _trusted(sheet).items() if place in ran}


def verdict(cell: Cell, outcome: Outcome | None, config: Config) -> Verdict:
    """What nbgrader gives for the outcome of a test."""
    outputs = outcome.outputs if outcome is not None else [lost_output("not run")]
    node = _node(cell, outputs, config)
    error = next((each for each in node.outputs if each.output_type == "error"), None)
    said = f"{error.ename}: {error.evalue}" if error is not None else ""
    try:
        points, _ = utils.determine_grade(node)
    except Exception as failure:  # a result that nbgrader cannot take for points
        points, said = 0.0, f"{type(failure).__name__}: {failure}"
    if not said and points == 0 and any(each.output_type == "stream" and each.name == "stderr" for each in node.outputs):
        said = "stderr: " + "".join(each.text for each in node.outputs if each.output_type == "stream" and each.name == "stderr")
    kind = FULL if points >= cell.points and not said else NOTHING if points <= 0 else PARTIAL
    return Verdict(kind, float(points), cell.points, said[:LONGEST], seconds(outcome))


def _node(cell: Cell, outputs: list[dict], config: Config) -> NotebookNode:
    """The test with its outputs, without what the course lets pass: mere warnings, and what its IgnorePattern takes away."""
    # scoring needs the plan, and the plan needs profiles
    from ..scoring import is_mere_warning

    forgiving = not config.get("Grader", {}).get("stock_stderr", False)
    kept = [from_dict(output) for output in outputs if not (forgiving and is_mere_warning(output))]
    marks = {"grade": True, "solution": False, "locked": True, "task": False, "grade_id": cell.name, "points": cell.points}
    node = NotebookNode(cell_type="code", source=cell.source, outputs=kept, metadata=NotebookNode(nbgrader=NotebookNode(marks)))
    if config.get("IgnorePattern", {}).get("enabled", False):
        node, _ = IgnorePattern(config=config).preprocess_cell(node, {}, 0)
    return node


def seconds(outcome: Outcome | None) -> float:
    """How long a cell ran."""
    if outcome is None or not outcome.started or not outcome.ended:
        return 0.0
    began, ended = (datetime.fromisoformat(time) for time in (outcome.started, outcome.ended))
    return round((ended - began).total_seconds(), 4)
