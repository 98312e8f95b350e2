"""The graded run of a notebook: a shell of the students' pool and a shell of the tests' pool, taking turns.

    with Pool(workers=2) as students, Pool(workers=2) as tests:
        pair = Pair(students, tests)
        pair.submit(Job("shown", folder, cells))                                  an ordinary job of the students' pool
        pair.grade("graded", steps, folder_s, folder_t, {"names": ["mean"]})      a notebook on both sides of the wall
        for result in pair.results():                                             Result and Graded, as they finish
            ...

A student's cell is run in S; the instructor's own ("trusted") in S and then in T; a test in T, while S serves what the test
wants of the student's objects. A test that the wall cannot serve ("in_process") is run in S. One thread, no callbacks:
everything happens inside `poll`, which waits for both pools at once.

The job in T is submitted when the one in S has been started: whoever holds a place in the tests' pool therefore has a
partner, and two pools of any size never wait for each other.
"""

import copy
import itertools
import math
import select
import socket
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from service_marketing.grading.shells.pool import (
    PAUSE,
    STANDING,
    Cell,
    Job,
    Outcome,
    Pool,
    Problem,
    Result,
    lost_output,
)
from service_marketing.grading.shells.replies import Reply

STUDENT, TRUSTED, TEST, IN_PROCESS = KINDS = ("student", "trusted", "test", "in_process")


@dataclass(frozen=True)
class Step:
    """One cell of the notebook, in order. `kind` is one of KINDS; `seconds` its own time limit (None: the pool's)."""

    number: int
    kind: str
    source: str
    seconds: float | None = None


@dataclass
class Graded:
    """What came of a graded run.

    `cells`: the outcome of every step by its number: a test's is T's, any other cell's is S's (quiet: without outputs).
    A test that T never answered is `lost`, with an error output. `students`, `tests`: the two jobs' results (`tests` is
    None when S never started). `problem`: why the run ended early, of S before T. `repeat`: a pool lost its zygote, and
    the run may be graded again, in fresh folders; who caused it is not known. `shown`: what the student's cells show,
    of a run that was deferred; where it is missing, the tests were not run. `settled`: whether what came of the tests
    stands. Where S has ended before it could say so, it does: at its place the test would have ended S as well.
    """

    key: Any
    cells: dict[int, Outcome] = field(default_factory=dict)
    students: Result | None = None
    tests: Result | None = None
    problem: Problem | None = None
    repeat: bool = False
    shown: "Shown | None" = None
    settled: bool = True


@dataclass(frozen=True)
class Shown:
    """What the cells of S show, which knew nothing of any test: outcomes by number, and the state of its widgets.

    `cpu`, `memory` and `seconds`, as in Result, until then.
    """

    cells: dict[int, Outcome]
    widgets: dict[str, Any] | None
    cpu: float
    memory: int
    seconds: float


class Pair:
    """Both pools, driven by one loop. They are the caller's, to be entered and closed; results come out of here alone."""

    def __init__(self, students: Pool, tests: Pool):
        self.students, self.tests = students, tests
        self._open: dict[Any, _Turns] = {}
        self._jobs = 0

    @property
    def pending(self) -> int:
        """Jobs and graded runs whose result has not been handed out."""
        return self._jobs + len(self._open)

    @property
    def hungry(self) -> bool:
        """Whether a further job or graded run would be started soon."""
        return self.students.hungry

    def submit(self, job: Job) -> None:
        """Queue an ordinary job of the students' pool."""
        self._jobs += 1
        self.students.submit(job)

    def grade(
        self,
        key: Any,
        steps: Sequence[Any],
        folder_s: Path,
        folder_t: Path,
        setup: Mapping[str, Any],
        environment: Mapping[str, str] | None = None,
        deferred: bool = False,
    ) -> None:
        """Queue a graded run of a notebook; `key` is handed back in its Graded.

        steps: the cells in order, each a Step or what has its attributes (`seconds` may be missing). folder_s: the
        student's files and the assignment's; folder_t: the assignment's as the instructor made them. Neither is shared with
        another run. environment: variables for both shells. deferred: run S's cells first, so that they can be shown (`Graded.shown`),
        and the tests after them; not with tests in S, nor where the solution needs what tests bind. setup: plain JSON for T,
        every entry optional:
          names: names that the reference solution's cells define; every other name in a test is T's own;
          shared: names that tests bind and the solution reads;
          lent: import statements of tests whose names the solution reads;
          imports: statements that T runs first, the imports of the solution's cells;
          allowed: by the number of a test's cell as a string, what it may need of the student's objects (the `used` of a
            run that recorded it); without an entry, or for None, nothing is refused;
          language: "zh" or "en", of the messages for people.
        """
        turns = _Turns(self, key, steps, (folder_s, folder_t), setup, environment, deferred)
        self._open[turns.name] = turns
        turns.submit()

    def results(self) -> Iterator[Result | Graded]:
        """Results as they finish, until nothing is pending."""
        while self.pending:
            yield from self.poll(None)

    def poll(self, seconds: float | None = 0) -> list[Result | Graded]:
        """Do what is to be done in both pools, waiting at most `seconds` (None: no limit); the finished results."""
        until = None if seconds is None else time.monotonic() + seconds
        while True:
            found = self._sort("students", self.students.poll(0)) + self._sort("tests", self.tests.poll(0))
            for turns in self._open.values():
                turns.settle()
            left = None if until is None else until - time.monotonic()
            if found or not self.pending or (left is not None and left <= 0):
                return found
            self._wait(left)

    def _sort(self, side: str, results: list[Result]) -> list[Result | Graded]:
        """Hand out what is nobody's half, and what both halves are there of."""
        found: list[Result | Graded] = []
        for result in results:
            turns = self._open.get(result.job.key)
            if turns is None:
                self._jobs -= 1
                found.append(result)
            elif turns.half(side, result):
                del self._open[turns.name]
                found.append(turns.graded())
        return found

    def _wait(self, seconds: float | None) -> None:
        """Until something happens in one of the pools, or is due there, or `seconds` have passed."""
        times = [each for each in (seconds, self.students.patience(), self.tests.patience()) if each is not None]
        waiting = select.poll()
        for pool in (self.students, self.tests):
            waiting.register(pool.fileno(), select.POLLIN)
        waiting.poll(math.ceil(1000 * max(0.0, min(times))) if times else None)


class _Turns:
    """One graded run: the generators of its two jobs, and whose turn it is.

    `moves`: who runs which step, in order; `turn`: the place of the next in there. Whoever finishes a move hands on.

    Deferred, all of S's moves come first, then SHOWING, which takes down what is there to be shown, then T's. S says at its end
    whether it noticed a difference to moves in the notebook's order (wall.past).
    """

    def __init__(
        self,
        pair: Pair,
        key: Any,
        steps: Sequence[Any],
        folders: tuple[Path, Path],
        setup: Mapping[str, Any],
        environment: Any,
        deferred: bool,
    ):
        self.pair, self.key, self.steps, self.folders = pair, key, list(steps), folders
        self.environment = dict(environment or {})
        told = [[step.number, step.kind, "" if step.kind in (TEST, IN_PROCESS) else step.source] for step in self.steps]
        self.setup = {**setup, "side": "tests", "steps": told}
        self.name = ("graded", next(_numbers))  # the key of both jobs
        self.moves = [(side, step) for step in self.steps for side in _SIDES[step.kind]]
        self.deferred = deferred
        if deferred:
            ours = [move for move in self.moves if move[0] == "students"]
            self.moves = [*ours, ("students", SHOWING), *(move for move in self.moves if move[0] == "tests")]
        self.settling = False
        self.seen: dict[int, Outcome] = {}
        self.shown: Shown | None = None
        self.turn = 0
        self.started, self.began = False, 0.0
        self.results: dict[str, Result] = {}
        self.ours, self.theirs = socket.socketpair()

    def submit(self) -> None:
        """Queue the job in S; the one in T follows when that has been started."""
        students, setup = partial(self.run, "students"), {"side": "student", "deferred": self.deferred}
        job = Job(self.name, self.folders[0], students, self.environment, wall=self.ours, setup=setup, quiet=not self.deferred)
        self.pair.students.submit(job)

    def start(self) -> None:
        """Queue the job in T."""
        self.started, self.began = True, time.monotonic()
        tests = partial(self.run, "tests")
        self.pair.tests.submit(Job(self.name, self.folders[1], tests, self.environment, wall=self.theirs, setup=self.setup))

    def run(self, mine: str) -> Generator:
        """The moves of one side, with pauses while it is the other's turn; S stays until the last test is done."""
        if not self.started:
            self.start()
        for place, (side, step) in enumerate(self.moves):
            if side != mine:
                continue
            while self.turn < place:
                yield PAUSE
            if mine == "tests" and self.deferred and self.shown is None:  # S has ended before
                return
            if step is SHOWING:
                self.shown = self.taken_down((yield STANDING))
                self.hand_on(place + 1)
                continue
            quiet = None
            if step.kind == IN_PROCESS or (step.kind == TRUSTED and mine == "tests"):
                quiet = step.kind == TRUSTED  # of trusted cells nobody looks at T's outputs
            outcome = yield Cell(step.number, step.source, getattr(step, "seconds", None), quiet)
            if mine == "students":
                self.seen[step.number] = outcome
            if mine == "tests" and outcome.status == "timeout":
                self.pair.students.interrupt(self.name)
                self.settling = True
                while self.settling:
                    yield PAUSE
            self.hand_on(place + 1)
        while mine == "students" and self.turn < len(self.moves):
            yield PAUSE

    def taken_down(self, standing: Reply) -> Shown:
        """What S has shown so far. Copies are kept: what S says later, knowing the tests, changes nothing in them."""
        return Shown(copy.deepcopy(self.seen), standing.widgets, standing.seconds, standing.memory >> 10, time.monotonic() - self.began)

    def settle(self) -> None:
        """Let T go on after a test whose time was up, once S is idle: before, T's next order could keep S from saying so."""
        if self.settling and not self.pair.students.settling(self.name):
            self.settling = False
            self.pair.tests.resume(self.name)

    def hand_on(self, turn: int) -> None:
        """The next move is at `turn`, or behind it if whoever would make it is gone."""
        while turn < len(self.moves) and self.moves[turn][0] in self.results:
            turn += 1
        self.turn = turn
        next_side = self.moves[turn][0] if turn < len(self.moves) else "students"
        (self.pair.students if next_side == "students" else self.pair.tests).resume(self.name)

    def half(self, side: str, result: Result) -> bool:
        """Take the result of one side; whether both are there."""
        self.results[side] = result
        if len(self.results) == 2:
            return True
        if side == "students" and not self.started:
            self.theirs.close()
            return True
        self.hand_on(self.turn)
        return False

    def graded(self) -> Graded:
        """What came of it."""
        students, tests = self.results["students"], self.results.get("tests")
        problem = students.problem or (tests.problem if tests else None)
        cells = {}
        for step in self.steps:
            result = tests if step.kind == TEST else students
            cells[step.number] = (result.cells.get(step.number) if result else None) or _lost(step, problem)
        stopped = any(result and result.problem and result.problem.kind == "stopped" for result in (students, tests))
        return Graded(self.key, cells, students, tests, problem, stopped, self.shown, students.settled is not False)


SHOWING = Step(-1, "showing", "")


_SIDES = {STUDENT: ("students",), IN_PROCESS: ("students",), TRUSTED: ("students", "tests"), TEST: ("tests",)}
_numbers = itertools.count(1)


def _lost(step: Any, reason: Problem | None) -> Outcome:
    return Outcome(step.number, "lost", [lost_output(reason or "not run")])
