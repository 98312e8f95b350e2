"""Runs tasks on this machine: from a `Task` to a `Ran`, both plain values.

    with Runner(kit, workers=2) as runner:
        runner.submit(task)
        for ran in runner.poll(None): ...

Each run of a submission has its own copy of the files. Nothing that a run leaves in its folder is kept.
"""

import os
import shutil
import tempfile
import time
from collections import deque
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from .ahead import Ahead
from .box.layers import Layers
from .plan import File, Kit, NotebookTask, Step, Task, log
from .shells.pool import Cell, Job, Outcome, Pool, Problem, Result, problem
from .wall import pair
from .wall.pair import IN_PROCESS, TEST

TESTS = (TEST, IN_PROCESS)
SCRATCH = "grading-"


@dataclass(frozen=True)
class Part:
    """What one run of a notebook gave: outcomes by cell number, and what it cost. `role` as in results.RunRecord."""

    role: str
    cells: Mapping[int, Outcome]
    problem: Problem | None = None
    language: Mapping[str, Any] | None = None
    widgets: Mapping[str, Any] | None = None
    tries: int = 1
    cpu: float = 0.0
    memory: int = 0
    seconds: float = 0.0


@dataclass(frozen=True)
class NotebookRan:
    """The runs of one notebook."""

    name: str
    parts: tuple[Part, ...]
    in_process: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Ran:
    """What came of a task. `layers`: the layers of the box that were on. `error`: why it could not be run at all, or ""."""

    key: str
    notebooks: tuple[NotebookRan, ...]
    layers: tuple[str, ...] = ()
    seconds: float = 0.0
    error: str = ""


@dataclass(frozen=True)
class Graded:
    """What a task asks a runner for, besides ordinary jobs: a notebook on both sides of the wall."""

    steps: tuple[pair.Step, ...]
    students: Path
    tests: Path
    setup: Mapping[str, Any]
    deferred: bool = False


@dataclass
class _Running:
    """A task in flight: its folder, and the generator that knows what comes next."""

    task: Task
    tries: int
    folder: Path
    steps: Generator[Job | Graded, Result | pair.Graded | None, tuple[NotebookRan, ...]]
    began: float = field(default_factory=time.monotonic)


class Runner:
    """Shells for the submissions of one assignment, `workers` at a time. `pair`: its pools, None without the wall.

    ahead: pools that were started already; they are used if they are as the kit wants them, and remain the caller's.
    """

    def __init__(self, kit: Kit, workers: int, ahead: Ahead | None = None):
        self.kit, self.workers, self.ahead = kit, workers, ahead
        self._waiting: deque[Task] = deque()
        self._suspects: deque[tuple[Task, int]] = deque()  # to be repeated alone, with the tries they had
        self._running: dict[str, _Running] = {}
        self._stack = ExitStack()

    def __enter__(self) -> "Runner":
        kit = self.kit
        with ExitStack() as stack:
            sweep()
            prefix = f"{SCRATCH}{os.getpid()}-"
            self._scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix=prefix, ignore_cleanup_errors=True)))
            pools = self._taken_over() or [stack.enter_context(pool) for pool in kit.terms.pools(self.workers)]
            self.pair = pair.Pair(*pools) if kit.terms.wall else None
            self._shells = self.pair or pools[0]
            self._students = pools[0]
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def _taken_over(self) -> list[Pool]:
        ahead = self.ahead
        return list(ahead.pools) if ahead and ahead.terms == self.kit.terms and ahead.workers >= self.workers else []

    @property
    def layers(self) -> tuple[str, ...]:
        """Short names of the layers of the box around students' code, () for no box."""
        return layer_names(self._students.layers)

    @property
    def pending(self) -> int:
        """Tasks that were submitted and not handed back."""
        return len(self._waiting) + len(self._suspects) + len(self._running)

    @property
    def hungry(self) -> bool:
        """Whether a further task should be submitted: one more than there are workers keeps all of them busy."""
        return self.pending <= self.workers

    def submit(self, task: Task) -> None:
        """Queue a task; its key must be none that is pending."""
        self._waiting.append(task)

    def poll(self, seconds: float | None = 0) -> list[Ran]:
        """Go on, waiting at most `seconds` for something to happen (None: no limit); the tasks that are done."""
        done = self._launch()
        for result in self._shells.poll(0 if done else seconds):
            running = self._running[result.job.key if isinstance(result, Result) else result.key]
            if isinstance(result, pair.Graded) and result.repeat:
                done += self._repeat(running)
            else:
                done += self._go_on(running, result)
        return done + self._launch()

    def _launch(self) -> list[Ran]:
        """Start tasks while there is room; one that may have stopped everything runs alone."""
        done = []
        while self._suspects and not self._running:
            done += self._start(*self._suspects.popleft())
        alone = self._suspects or any(running.tries > 1 for running in self._running.values())
        while self._waiting and not alone and len(self._running) <= self.workers:
            done += self._start(self._waiting.popleft(), 1)
        return done

    def _start(self, task: Task, tries: int) -> list[Ran]:
        folder = Path(tempfile.mkdtemp(dir=self._scratch))
        steps = (behind_the_wall if self.kit.terms.wall else in_one_process)(task, self.kit, folder)
        running = self._running[task.key] = _Running(task, tries, folder, steps)
        return self._go_on(running, None)

    def _go_on(self, running: _Running, result: Result | pair.Graded | None) -> list[Ran]:
        try:
            wanted = running.steps.send(result)
        except StopIteration as end:
            return [self._end(running, end.value)]
        except Exception as error:  # its files cannot be written, say: the others go on
            log.exception("running %s", running.task.key)
            return [self._end(running, (), f"{type(error).__name__}: {error}")]
        if isinstance(wanted, Job):
            self._shells.submit(wanted)
        else:
            key, environment = running.task.key, self.kit.environment
            self.pair.grade(key, wanted.steps, wanted.students, wanted.tests, wanted.setup, environment, wanted.deferred)
        return []

    def _repeat(self, running: _Running) -> list[Ran]:
        running.steps.close()
        if running.tries >= self.kit.terms.limits.tries:
            lost = problem("given up", running.tries)
            return [self._end(running, tuple(NotebookRan(book.name, (Part("all", {}, lost),)) for book in running.task.notebooks))]
        self._leave(running)
        self._suspects.append((running.task, running.tries + 1))
        return []

    def _end(self, running: _Running, ran: tuple[NotebookRan, ...], error: str = "") -> Ran:
        self._leave(running)
        return Ran(running.task.key, ran, self.layers, time.monotonic() - running.began, error)

    def _leave(self, running: _Running) -> None:
        del self._running[running.task.key]
        shutil.rmtree(running.folder, ignore_errors=True)


def in_one_process(task: Task, kit: Kit, folder: Path) -> Generator[Job, Result, tuple[NotebookRan, ...]]:
    """Everything in the student's interpreter, as stock nbgrader does it; is sent the result of each job."""
    place = folder / "all"
    write_files(task.files, place)
    ran = []
    for notebook in task.notebooks:
        result = yield Job(task.key, place, cells(notebook.steps), kit.environment)
        ran.append(NotebookRan(notebook.name, (part("all", result),), names(notebook.steps, TESTS)))
    return tuple(ran)


def behind_the_wall(task: Task, kit: Kit, folder: Path) -> Generator[Job | Graded, Result | pair.Graded, tuple[NotebookRan, ...]]:
    """Each notebook without tests, to be shown, and for the tests, which have a process of their own.

    One run does for both when the tests can wait until its end (`may_wait`) and have then found what they would have found
    at their places; else there are two. Each run has its own copy of the student's files, and the tests have the
    assignment's, as the instructor made them.
    """

    def wanted(notebook: NotebookTask, run: str, deferred: bool) -> Graded:
        places = [folder / f"{side}-{run}" for side in ("students", "tests")]
        for place, files in zip(places, (task.files, kit.files), strict=True):
            if not place.exists():
                write_files(files, place)
        steps = tuple(pair.Step(step.number, step.kind, step.source) for step in notebook.steps)
        return Graded(steps, *places, notebook.setup, deferred)

    ran = []
    for notebook in task.notebooks:
        steps, graded, shown = notebook.steps, None, None
        tested = bool(names(steps, TESTS))
        if tested and may_wait(notebook):
            graded = yield wanted(notebook, "together", True)
            shown = _shown(graded)
        if shown is None:
            place = folder / "shown"
            if not place.exists():
                write_files(task.files, place)
            shown = part("shown", (yield Job(task.key, place, cells(s for s in steps if s.kind not in TESTS), kit.environment)))
        if tested and (graded is None or graded.shown is None or not graded.settled):
            graded = yield wanted(notebook, "apart", False)
        parts = (shown, *(_both_sides(graded, steps) if graded else ()))
        ran.append(NotebookRan(notebook.name, parts, names(steps, (IN_PROCESS,))))
    return tuple(ran)


def may_wait(notebook: NotebookTask) -> bool:
    """Whether the tests may run after all cells: none of them in the student's process, none that binds what the cells read."""
    setup = notebook.setup
    return not (names(notebook.steps, (IN_PROCESS,)) or setup.get("shared") or setup.get("lent"))


def _shown(graded: pair.Graded) -> Part | None:
    """What was shown in the same run, if it came to that."""
    if graded.shown is None:
        return None
    shown, students = graded.shown, graded.students
    tries, language = (students.tries, students.language) if students else (1, None)
    return Part("shown", shown.cells, None, language, shown.widgets, tries, shown.cpu, shown.memory, shown.seconds)


def _both_sides(both: pair.Graded, steps: Iterable[Step]) -> list[Part]:
    verdicts = {step.number: both.cells[step.number] for step in steps if step.kind in TESTS and step.number in both.cells}
    sides = [_without_shown(part("graded", both.students, cells={}), both.shown)] if both.students else []
    if both.tests:
        return [*sides, replace(part("tests", both.tests, cells=verdicts), problem=both.problem)]
    return [*sides, Part("tests", verdicts, both.problem)]


def _without_shown(graded: Part, shown: pair.Shown | None) -> Part:
    """What the graded run cost besides what was run to be shown."""
    if shown is None:
        return graded
    return replace(graded, cpu=max(0.0, graded.cpu - shown.cpu), seconds=max(0.0, graded.seconds - shown.seconds))


def sweep() -> None:
    """Remove the folders that killed graders of this user left among the temporary files."""
    for path in Path(tempfile.gettempdir()).glob(f"{SCRATCH}[0-9]*-*"):
        try:
            os.kill(int(path.name.removeprefix(SCRATCH).split("-")[0]), 0)
        except ProcessLookupError:
            if path.lstat().st_uid == os.geteuid() and path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
        except (OSError, ValueError, OverflowError):
            continue


def layer_names(layers: Layers) -> tuple[str, ...]:
    """Short names of what stood between a submission and the machine."""
    if not layers.sandbox:
        return ()
    own = ["uid"] if layers.own_user else []
    calls = ["seccomp"] if layers.filter else []
    groups = [(name, getattr(layers, name)) for name in ("memory", "processes", "processors")]
    return (layers.sandbox, *own, *calls, *(f"{name}: cgroup {version}" for name, version in groups if version))


def cells(steps: Iterable[Step]) -> list[Cell]:
    """The cells to be run."""
    return [Cell(step.number, step.source) for step in steps]


def names(steps: Iterable[Step], kinds: Sequence[str]) -> frozenset[str]:
    """The grade ids of the cells of these kinds."""
    return frozenset(step.name for step in steps if step.kind in kinds)


def part(role: str, result: Result, cells: Mapping[int, Outcome] | None = None) -> Part:
    """The plain part of a pool's result, with its cells or with these."""
    return Part(
        role,
        dict(result.cells) if cells is None else cells,
        result.problem,
        result.language,
        result.widgets,
        result.tries,
        result.cpu,
        result.memory,
        result.seconds,
    )


def write_files(files: Iterable[File], place: Path) -> None:
    """Write the files below `place`, which is made if need be."""
    place.mkdir(parents=True, exist_ok=True)
    for file in files:
        target = place / file.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.data)
        os.chmod(target, file.mode & 0o777)
