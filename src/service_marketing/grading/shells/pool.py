"""The coordinator's side of the shells: feeds them cells, keeps the time, validates, kills, repeats.

    with Pool(workers=2) as pool:
        pool.submit(Job("student-1", folder, cells))
        for result in pool.results():
            ...

One thread, no callbacks: everything happens inside `poll` and `results`, on selectors. A job's cells are asked for one
at a time; a job whose `cells` is a function makes a generator that is sent each outcome and yields the next cell, so what
is asked next may depend on what came back. Such a generator may also yield PAUSE: the shell then idles until `resume`,
and meanwhile serves the wall, if it stands at one. STANDING sums up what there is so far.

A shell that dies, is stopped, floods, sends what it must not, closes its channel or runs over its time is killed with its
process group and everything it left behind, and costs only itself: its outcomes so far stand, its other cells get an
error output that tells the reason. Should the zygote die (a submission can kill it where no box stands between them), it
is started anew and the jobs in flight are repeated, each alone, so that the one that did it is the one that is given up.
"""

import json
import math
import os
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from secrets import randbelow
from typing import Any

from service_marketing.grading.box.layers import Layers
from service_marketing.grading.box.leftovers import abandoned, own_name
from service_marketing.grading.box.outside import Box, Opened, host_pid
from service_marketing.grading.protocol import HEAD_MAXIMUM, Message, Parser, ProtocolError, pack
from service_marketing.grading.shells import replies
from service_marketing.grading.shells.replies import Reply, Violation

MODULES = ("numpy", "numpy.testing", "pandas", "matplotlib", "matplotlib.pyplot")
PASSED_ON = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "HOME", "MPLCONFIGDIR", "XDG_CACHE_HOME", "VIRTUAL_ENV", "LD_LIBRARY_PATH")
ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS", "NUMEXPR_NUM_THREADS")
STARTING_ONLY = ("PWD", "PYTHONUSERBASE", "MPLCONFIGDIR", "XDG_CACHE_HOME", "IPYTHONDIR", "JUPYTER_PLATFORM_DIRS")
TIMEOUT_ERROR = {
    "ename": "CellTimeoutError",
    "evalue": "",
    "traceback": ["\x1b[0;31mCellTimeoutError\x1b[0m: No reply from kernel before timeout"],
}
NO_TRACEBACK = "ERROR: An error occurred while showtraceback was disabled"  # nbgrader's words
_MESSAGE = 1 << 16
_CHUNK = 1 << 20
PREFIX = "shells"  # of the names of scratch folders
SLACK = 1 << 23  # bytes of an answer besides its outputs: the error that ended the cell
_START = "import gc; gc.disable(); from service_marketing.grading.shells.zygote import main; main()"

SENTENCES = {
    "died": "运行这份作业的进程中途结束了：{}（the process that ran this submission ended: {}）",
    "stuck": "这一格超过时限，中断之后也不停，进程已终止（the cell ran over its time and did not stop when interrupted; it was killed）",
    "overtime": "这份作业的总时间用完了，进程已终止（the submission's time was used up; it was killed）",
    "forged": "作业的进程发来了不合规则的结果：{}（the submission's process sent what no honest one sends: {}）",
    "closed": "作业的进程关闭了传结果的通道（the submission's process closed the channel for its results）",
    "memory": "内存用完了，进程已终止（the memory was used up; it was killed）",
    "folder": "作业的文件放不进沙箱：{}（the submission's files do not fit into the box: {}）",
    "stopped": "批改进程中途停了，和它一起运行的作业要重新批改（the grading process was stopped; what ran in it is to be graded again）",
    "given up": "试了{}次，每次批改进程都被它弄停（given up after {} tries, each of which stopped the grading process）",
}


@dataclass(frozen=True)
class Limits:
    """What one submission may use. Seconds of wall time, characters of output, bytes of files."""

    cell_seconds: float = 30
    grace_seconds: float = 3
    submission_seconds: float = 600
    cell_output: int = 8_000_000
    submission_output: int = 32_000_000
    file_size: int = 1 << 29
    tries: int = 3
    start_seconds: float = 120
    answer_seconds: float = 20

    @property
    def reply(self) -> int:
        """Bytes of the outputs in one answer that are listened to."""
        return min(2 * self.cell_output + (1 << 20), HEAD_MAXIMUM)


@dataclass(frozen=True)
class Cell:
    """One cell to run: its number in the notebook, its source, its own time limit in seconds (None: the pool's).

    `quiet`: nothing is rendered and no output comes back (None: as the job says).
    """

    number: int
    source: str
    seconds: float | None = None
    quiet: bool | None = None


class _Pause:
    """The type of PAUSE."""

    def __repr__(self) -> str:
        return "PAUSE"


PAUSE = _Pause()
"""What a job's generator yields to idle until `Pool.resume`."""


class _Standing:
    """The type of STANDING."""

    def __repr__(self) -> str:
        return "STANDING"


STANDING = _Standing()
"""What a job's generator yields to be sent a Reply that has the state of the widgets, and what the shell has used, so far."""


@dataclass(frozen=True)
class Problem:
    """Why a job ended early: a key of SENTENCES, and the sentence for people."""

    kind: str
    text: str


def problem(kind: str, *details: Any) -> Problem:
    """The Problem `kind` with its details filled in."""
    return Problem(kind, SENTENCES[kind].format(*details, *details))


@dataclass
class Outcome:
    """What came of one cell. `status` is ok, error, timeout, exceeded (too much output) or lost (never reported).

    `notes`: of a test only: "used", what it needed of the student's objects, "flags", what of that was refused, and "calls".
    """

    number: int
    status: str
    outputs: list[dict[str, Any]]
    started: str | None = None
    ended: str | None = None
    notes: dict[str, Any] | None = None


@dataclass(frozen=True)
class Job:
    """One notebook to run.

    cells: the cells in order, or a function that makes a generator of them, which is sent each cell's Outcome.
    folder: where it runs; in a box, what its folder there holds at the start. environment: variables besides the few that
    every shell has. home: its HOME; without one, and in a box, it gets an empty folder that goes with it.

    wall: one end of the wall, which is the shell's from then on; `setup` says what the shell is to do there ("side":
    "student" or "tests", and what wall.student and wall.tester read). A job at a wall is never repeated: its partner
    would have to be, too. quiet: of its cells nothing is rendered and no output comes back.
    """

    key: Any
    folder: Path
    cells: Sequence[Cell] | Callable[[], Generator[Cell | _Pause | _Standing, Outcome | Reply | None, None]]
    environment: Mapping[str, str] = field(default_factory=dict)
    home: Path | None = None
    wall: socket.socket | None = field(default=None, compare=False)
    setup: Mapping[str, Any] = field(default_factory=dict)
    quiet: bool = False


@dataclass
class Result:
    """What came of a job. `memory` is the peak in kB, the zygote's share included; `cpu` and `seconds` in seconds.

    `settled`: what the shell says of tests that waited for all its cells (wall.past), None when it did not come to that.
    """

    job: Job
    cells: dict[int, Outcome] = field(default_factory=dict)
    problem: Problem | None = None
    language: dict[str, Any] | None = None
    widgets: dict[str, Any] | None = None
    settled: bool | None = None
    tries: int = 1
    cpu: float = 0.0
    memory: int = 0
    seconds: float = 0.0


class PoolError(RuntimeError):
    """The zygote cannot be started."""


def lost_output(reason: Problem | str) -> dict[str, Any]:
    """The error output of a cell that never reported, so that its silence does not pass for success."""
    text = reason.text if isinstance(reason, Problem) else reason
    return {"output_type": "error", "ename": "CellLostError", "evalue": text, "traceback": [f"\x1b[0;31mCellLostError\x1b[0m: {text}"]}


def with_error(outputs: list[dict[str, Any]], failure: Mapping[str, Any]) -> list[dict[str, Any]]:
    """`outputs`, to which the error is added unless one of its name is there already (nbgrader's rule)."""
    if any(output["output_type"] == "error" and output["ename"] == failure["ename"] for output in outputs):
        return outputs
    return [*outputs, {"output_type": "error", **failure, "traceback": failure["traceback"] or [NO_TRACEBACK]}]


def _exceeded_error(limits: Limits) -> dict[str, Any]:
    text = (
        f"输出太多：一格最多{limits.cell_output}个字符，一份作业最多{limits.submission_output}个"
        f"（too much output: at most {limits.cell_output} characters a cell, {limits.submission_output} a submission）"
    )
    return {"ename": "OutputLimitExceeded", "evalue": text, "traceback": [f"\x1b[0;31mOutputLimitExceeded\x1b[0m: {text}"]}


def _now() -> str:
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")


def _ending(status: int) -> str:
    """How a process ended, from its wait status."""
    code = os.waitstatus_to_exitcode(status)
    return f"exit {code}" if code >= 0 else signal.Signals(-code).name


class _Run:
    """One job in flight."""

    def __init__(self, number: int, job: Job, tries: int, limits: Limits):
        self.number, self.job, self.limits = number, job, limits
        self.result = Result(job, tries=tries)
        self.steps = job.cells() if callable(job.cells) else iter(job.cells)
        self.channel: socket.socket | None = None
        self.pid = self.pidfd = 0
        self.slot = 0  # in a box
        self.home: Path | None = None
        self.outgoing, self.parser = bytearray(), Parser(replies.KINDS, limits.reply + SLACK)
        self.asked: Cell | None = None
        self.standing = False
        self.paused = self.resumed = self.checking = False
        self.reply: Reply | None = None
        self.heard = 0  # bytes since the last request
        self.ending = self.gone = False
        self.closed_at: float | None = None
        self.interrupted_at: float | None = None
        self.begun = time.monotonic()
        self.forked_at = self.asked_at = self.ended_at = 0.0
        self.started = ""

    def next_cell(self, outcome: Outcome | Reply | None) -> Cell | _Pause | _Standing | None:
        """The cell to ask for after `outcome`."""
        try:
            if outcome is not None and isinstance(self.steps, Generator):
                return self.steps.send(outcome)
            return next(self.steps)
        except StopIteration:
            return None

    def ask(self, cell: Cell | None) -> None:
        """Put a request to run `cell`, or to sum up, into the channel's queue, under a number that nobody can guess."""
        self.reply = Reply(1 + randbelow((1 << 32) - 1), cell.number if cell else None, self.job.setup.get("side") == "tests")
        self.asked_at, self.interrupted_at, self.started, self.heard = time.monotonic(), None, _now(), 0
        if cell is None:
            self.say("end", {})
        else:
            quiet = self.job.quiet if cell.quiet is None else cell.quiet
            self.say("run", {"cell": cell.number, "source": cell.source, "seconds": self.allowed(cell), "quiet": quiet})

    def check(self) -> None:
        """Ask for nothing, to hear that the shell is idle again after it was interrupted."""
        self.checking = True
        self.ask(Cell(0, "", quiet=True))
        self.interrupted_at = self.asked_at

    def say(self, kind: str, fields: dict[str, Any]) -> None:
        """Put an order into the channel's queue."""
        self.outgoing += pack(Message(kind, fields, request=self.reply.number if self.reply else 0))

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the shell's process group, as long as there is one: 0 would be this process's own."""
        if self.pid > 0:
            with suppress(ProcessLookupError):
                os.killpg(self.pid, number)

    def allowed(self, cell: Cell | None) -> float:
        """Seconds that `cell` may take."""
        return (cell.seconds if cell else None) or self.limits.cell_seconds

    def deadline(self) -> float:
        """When something has to be done about this run."""
        limits = self.limits
        if self.ending:
            return self.ended_at + limits.answer_seconds
        if not self.forked_at:
            return self.begun + limits.answer_seconds
        if self.closed_at is not None:
            return self.closed_at + 0.2
        if self.paused and not self.checking:
            cell = math.inf
        elif self.interrupted_at is not None:
            cell = self.interrupted_at + limits.grace_seconds
        else:
            cell = max(self.asked_at, self.forked_at) + self.allowed(self.asked)
        return min(cell, self.forked_at + limits.submission_seconds)


class Pool:
    """Shells for many jobs, `workers` of them at a time, all forked from one zygote.

    modules: what the zygote imports beforehand (those that are installed). environment: variables that every shell has
    besides the scrubbed ones. timeout_error: the error output of a cell that ran over its time (nbgrader's
    Execute.error_on_timeout). box: what submissions are kept in; without one they have the rights of this process's user.
    twin_of: a pool that is made with the same arguments, is entered before this one and left after it: its first zygote, once
    warm, forks this one's, and its box has room for both.
    Raises PoolError from `poll` or `results` when the zygote cannot be started, BoxError from there or from `with` when a box
    cannot be built.
    """

    def __init__(
        self,
        workers: int = 2,
        limits: Limits | None = None,
        modules: Sequence[str] = MODULES,
        environment: Mapping[str, str] | None = None,
        timeout_error: Mapping[str, Any] = TIMEOUT_ERROR,
        box: Box | None = None,
        twin_of: "Pool | None" = None,
    ):
        if workers < 1:
            raise ValueError(f"workers（同时运行的份数）至少是1，得到{workers}（workers must be at least 1）")
        self.workers, self.limits, self.modules = workers, limits or Limits(), list(modules)
        self.environment, self.timeout_error = dict(environment or {}), dict(timeout_error)
        self.language: dict[str, Any] | None = None
        self._box, self._twin_of = box, twin_of
        self._has_twin, self._for_twin = False, None
        if twin_of is not None:
            twin_of._has_twin = True
        self._inside: Opened | None = None
        self._waiting: deque[Job] = deque()
        self._suspects: deque[tuple[Job, int]] = deque()  # jobs to be repeated alone, with the tries they had
        self._runs: dict[int, _Run] = {}
        self._finished: list[Result] = []
        self._resumed: list[_Run] = []
        self._numbers = 0
        self._failed_starts = 0
        self._broken: Exception | None = None
        self._process: subprocess.Popen | None = None
        self._errors: Any = None
        self._control: socket.socket | None = None
        self._selector: selectors.BaseSelector | None = None
        self._scratch: Path | None = None
        self._ready = False

    # life

    def __enter__(self) -> "Pool":
        self._selector = selectors.DefaultSelector()
        places = Path(tempfile.gettempdir())
        for folder in abandoned(places, PREFIX):
            shutil.rmtree(folder, ignore_errors=True)
        self._scratch = places / own_name(PREFIX)
        self._scratch.mkdir(mode=0o700)
        try:
            if self._twin_of is not None:
                self._inside = self._twin_of._inside
                self._take_over()
            else:
                if self._box is not None:
                    self._inside = self._box.open((1 + self._has_twin) * self.workers, self._scratch)
                self._start_zygote(self._has_twin)
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    def close(self) -> None:
        """Kill whatever runs and leave no process, descriptor or folder; an interrupt waits until that is done."""
        held = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            self._stop_zygote()
            for run in list(self._runs.values()):
                self._discard(run)
            self._waiting.clear()
            self._suspects.clear()
            if self._selector is not None:
                self._selector.close()
                self._selector = None
            if self._for_twin is not None:
                self._for_twin.close()
                self._for_twin = None
            if self._inside is not None:
                if self._twin_of is None:
                    self._inside.close()
                self._inside = None
            if self._scratch is not None:
                shutil.rmtree(self._scratch, ignore_errors=True)
                self._scratch = None
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, held)

    # use

    @property
    def layers(self) -> Layers:
        """What stands between a submission and the machine."""
        return self._inside.layers if self._inside is not None else Layers()

    @property
    def pending(self) -> int:
        """Jobs whose result has not been handed out."""
        return len(self._waiting) + len(self._suspects) + len(self._runs) + len(self._finished)

    @property
    def hungry(self) -> bool:
        """Whether a further job would be started soon: fewer are waiting or running than there are workers."""
        return len(self._waiting) + len(self._suspects) + len(self._runs) < self.workers

    def submit(self, job: Job) -> None:
        """Queue a job."""
        if self._selector is None:
            raise RuntimeError("Pool要在with里使用（a pool works inside its with block）")
        self._waiting.append(job)

    def resume(self, key: Any) -> bool:
        """Let the job `key`, which has yielded PAUSE, go on at the next `poll`. False when there is no such job that pauses."""
        run = self._pausing(key)
        if run is None or run.resumed:
            return False
        run.resumed = True
        self._resumed.append(run)
        return True

    def interrupt(self, key: Any) -> bool:
        """Interrupt whatever the job `key`, which has yielded PAUSE, does meanwhile; kill it if it does not stop in time.

        It goes on after `resume`, when it has shown that it is idle. False when there is no such job that pauses.
        """
        run = self._pausing(key)
        if run is None or run.checking or not run.pid:
            return False
        run.signal(signal.SIGINT)
        run.check()
        self._serve_channel(run, reading=False)
        return True

    def settling(self, key: Any) -> bool:
        """Whether the job `key` was interrupted and has not shown yet that it is idle."""
        run = self._pausing(key)
        return run is not None and run.checking

    def _pausing(self, key: Any) -> _Run | None:
        return next((run for run in self._runs.values() if run.paused and not run.ending and run.job.key == key), None)

    def fileno(self) -> int:
        """A descriptor that can be read when `poll` has something to do; what is due by the clock, `patience` tells."""
        return self._selector.fileno()

    def patience(self) -> float | None:
        """Seconds until `poll` has something to do though nothing happens; None when that is never."""
        if self._finished or any(not run.checking for run in self._resumed):
            return 0.0
        return self._patience(None) if self._runs or not self._ready else None

    def results(self) -> Iterator[Result]:
        """Results as they finish, until no job is pending."""
        while self.pending:
            yield from self.poll(None)

    def poll(self, seconds: float | None = 0) -> list[Result]:
        """Do what is to be done, waiting at most `seconds` for something to happen (None: no limit); the finished results."""
        if self._broken is not None:
            raise self._broken
        self._launch()
        self._wake()
        if not self._finished:
            for key, _ in self._selector.select(self._patience(seconds)):
                if key.data is None:
                    if key.fileobj is self._control:
                        self._hear_zygote()
                elif (run := self._runs.get(key.data[1])) is not None:
                    (self._hear_death if key.data[0] == "pidfd" else self._serve_channel)(run)
            self._keep_time()
            self._wake()
            self._launch()
        finished, self._finished = self._finished, []
        return finished

    def _wake(self) -> None:
        """Go on with what was resumed, unless it has to show first that it is idle."""
        waiting, self._resumed = self._resumed, []
        for run in waiting:
            if run.checking:
                self._resumed.append(run)
            elif not run.ending and run.number in self._runs:
                run.paused = run.resumed = False
                self._ask_next(run, None)

    # the zygote

    def _take_over(self) -> None:
        """Wait for the zygote that the other pool's will fork."""
        self._control, self._twin_of._for_twin = self._twin_of._for_twin, None
        self._process, self._errors = None, tempfile.TemporaryFile()  # noqa: SIM115
        self._listen_to_zygote()

    def _listen_to_zygote(self) -> None:
        self._control.setblocking(False)
        self._ready = False
        self._start_by = time.monotonic() + self.limits.start_seconds
        self._selector.register(self._control, selectors.EVENT_READ)

    def _start_zygote(self, with_twin: bool = False) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with ExitStack() as stack:
            stack.enter_context(theirs)
            ends = [theirs.fileno()]
            if with_twin:
                self._for_twin, second = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
                ends.append(stack.enter_context(second).fileno())
            environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ} | self.environment
            environment |= dict.fromkeys(ONE_THREAD, "1")
            environment |= {"IPYTHONDIR": str(self._scratch / "ipython"), "JUPYTER_PLATFORM_DIRS": "1"}
            os.makedirs(self._scratch / "start", exist_ok=True)
            limits = {"cell_output": self.limits.cell_output, "reply": self.limits.reply, "file_size": self.limits.file_size}
            settings = self._inside.settings if self._inside is not None else None
            configuration = json.dumps({"modules": self.modules, "forget": STARTING_ONLY, "limits": limits, "box": settings})
            program = [sys.executable, "-c", _START, ",".join(map(str, ends)), configuration]
            if self._inside is not None:
                program, environment = self._inside.wrap(program, environment)
            self._control = ours
            self._errors = tempfile.TemporaryFile()  # noqa: SIM115
            self._process = subprocess.Popen(
                program,
                cwd=self._scratch / "start",
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=self._errors,
                stderr=self._errors,
                pass_fds=ends,
                start_new_session=True,
            )
        self._listen_to_zygote()

    def _stop_zygote(self) -> None:
        """Have the zygote end everything and itself; kill it if it does not."""
        if self._control is not None:
            with suppress(KeyError, ValueError):
                self._selector.unregister(self._control)
            self._control.close()
            self._control = None
        if self._process is not None:
            if not self._ready:  # it would first finish warming up, and there is no shell yet
                self._process.kill()
            try:
                self._process.wait(5)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None
        if self._errors is not None:
            self._errors.close()
            self._errors = None

    def _lose_zygote(self) -> None:
        """The zygote died or does not answer: start another, and repeat what was in flight."""
        self._failed_starts = 0 if self._ready else self._failed_starts + 1
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._errors.seek(0)
        words = self._errors.read()[-4000:].decode("utf-8", "replace")
        self._stop_zygote()
        for run in list(self._runs.values()):
            if run.ending:
                self._finish(run)
                continue
            self._discard(run)
            if run.job.wall is not None:
                self._lose_cells(run, problem("stopped"))
                self._finished.append(run.result)
            elif run.result.tries < self.limits.tries:
                self._suspects.append((run.job, run.result.tries))
            else:
                self._give_up(run)
        if self._failed_starts >= self.limits.tries:
            plain = PoolError(f"批改进程启动不了（the grading process does not start）:\n{words}")
            self._broken = self._inside.explain(words) if self._inside is not None else plain
            raise self._broken
        self._start_zygote()

    def _hear_zygote(self) -> None:
        while True:
            try:
                data, descriptors, _, _ = socket.recv_fds(self._control, _MESSAGE, 1)
            except BlockingIOError:
                return
            except OSError:
                data = b""
            if not data:
                self._lose_zygote()
                return
            message = json.loads(data)
            if "ready" in message:
                self._ready, self.language = True, message["language"]
                self._failed_starts = 0
                continue
            run = self._runs.get(message.get("forked", message.get("ended")))
            if "forked" in message:
                self._take_in(run, message, descriptors)
            elif run is not None:
                self._take_leave(run, message)

    def _take_in(self, run: _Run | None, message: dict[str, Any], descriptors: list[int]) -> None:
        if "error" in message:
            self._fail(run, problem("died", message["error"]))
            return
        run.pid, run.pidfd, run.forked_at = message["pid"], descriptors[0], time.monotonic()
        if self._inside is not None:
            run.pid = host_pid(run.pidfd)
        self._selector.register(run.pidfd, selectors.EVENT_READ, ("pidfd", run.number))

    def _take_leave(self, run: _Run, message: dict[str, Any]) -> None:
        run.result.cpu, run.result.memory = max(run.result.cpu, message["cpu"]), max(run.result.memory, message["memory"])
        if run.gone and run.result.problem and run.result.problem.kind == "died":
            self._lose_cells(run, problem("memory") if self._starved(run) else problem("died", _ending(message["status"])))
        self._finish(run)

    def _starved(self, run: _Run) -> bool:
        """Whether the kernel ended something of this run for want of memory."""
        return self._inside is not None and self._inside.starved(run.slot)

    def _tell_zygote(self, message: dict[str, Any], descriptors: Sequence[int] = ()) -> bool:
        """Send to the zygote; False when that cannot be done, and the zygote has been replaced."""
        try:
            socket.send_fds(self._control, [json.dumps(message).encode()], descriptors)
        except OSError:
            self._lose_zygote()
            return False
        return True

    # one run

    def _launch(self) -> None:
        """Start jobs while there is room; a job that may have killed the zygote runs alone."""
        while self._ready and (self._waiting or self._suspects):
            if self._suspects:
                if self._runs:
                    return
                job, tries = self._suspects.popleft()
            else:
                if len(self._runs) >= self.workers or any(run.result.tries > 1 for run in self._runs.values()):
                    return
                job, tries = self._waiting.popleft(), 0
            self._begin(job, tries + 1)

    def _begin(self, job: Job, tries: int) -> None:
        self._numbers += 1
        run = self._runs[self._numbers] = _Run(self._numbers, job, tries, self.limits)
        limits = self.limits
        run.result.language = self.language
        try:
            folder, home, given = self._furnish(run)
        except OSError as error:
            self._lose_cells(run, problem("folder", error.strerror or error))
            self._finish(run)
            if job.wall is not None:
                job.wall.close()
            return
        environment = {"HOME": home, **job.environment}
        setup = dict(job.setup)
        run.say("begin", {"folder": folder, "environment": environment, "output": limits.submission_output, "setup": setup})
        run.channel, theirs = socket.socketpair()
        with theirs:
            run.channel.setblocking(False)
            self._selector.register(run.channel, selectors.EVENT_READ | selectors.EVENT_WRITE, ("channel", run.number))
            ends = [("channel", theirs.fileno()), *([("wall", job.wall.fileno())] if job.wall is not None else []), *given]
            order = {"do": "fork", "number": run.number, "slot": run.slot, "given": [name for name, _ in ends]}
            sent = self._tell_zygote(order, [descriptor for _, descriptor in ends])
        for _, descriptor in given:
            os.close(descriptor)
        if job.wall is not None:
            job.wall.close()
        if sent:
            self._ask_next(run, None)

    def _furnish(self, run: _Run) -> tuple[str, str, list[tuple[str, int]]]:
        """A run's folder, its home, and what its shell needs to have besides its channel. Raises OSError."""
        if self._inside is not None:
            run.slot = self._inside.take()
            return self._inside.work, self._inside.home, self._inside.enter(run.slot, run.job.folder)
        if run.job.home is None:
            run.home = self._scratch / f"home-{run.number}"
            run.home.mkdir()
        return str(run.job.folder), str(run.job.home or run.home), []

    def _ask_next(self, run: _Run, outcome: Outcome | Reply | None) -> None:
        try:
            cell = run.next_cell(outcome)
        except BaseException:
            self._end(run)
            raise
        if cell is PAUSE:
            run.paused, run.asked, run.reply = True, None, None
            return
        run.standing = cell is STANDING
        run.asked = None if run.standing else cell
        run.ask(run.asked)
        self._serve_channel(run, reading=False)

    def _serve_channel(self, run: _Run, reading: bool = True) -> None:
        if run.ending:
            return
        try:
            while run.outgoing and run.closed_at is None:
                del run.outgoing[: run.channel.send(run.outgoing[:_CHUNK])]
        except BlockingIOError:
            pass
        except OSError:
            self._note_closed(run)
        if run.closed_at is None:
            writing = selectors.EVENT_WRITE if run.outgoing else 0
            self._selector.modify(run.channel, selectors.EVENT_READ | writing, ("channel", run.number))
        if reading:
            self._listen(run)

    def _listen(self, run: _Run) -> None:
        """Read what is there and act on it."""
        while not run.ending and run.closed_at is None:
            try:
                data = run.channel.recv(_CHUNK)
            except BlockingIOError:
                return
            except OSError:
                data = b""
            if not data:
                self._note_closed(run)
                return
            try:
                self._take_in_frames(run, data)
            except (Violation, ProtocolError) as error:
                self._fail(run, problem("forged", error))

    def _take_in_frames(self, run: _Run, data: bytes) -> None:
        run.heard += len(data)
        if run.heard > self.limits.reply + 2 * SLACK:
            raise Violation("too long an answer")
        for message in run.parser.each(data):
            if run.ending:
                return
            if run.reply is None:
                raise Violation("an answer to nothing that was asked")
            if run.reply.take(message):
                self._take_in_reply(run, run.reply)

    def _take_in_reply(self, run: _Run, reply: Reply) -> None:
        if run.checking:
            run.checking, run.interrupted_at, run.reply = False, None, None
            return
        if run.standing:
            self._ask_next(run, reply)
            return
        if run.asked is None:
            run.result.widgets, run.result.settled = reply.widgets, reply.settled
            run.result.cpu, run.result.memory = reply.seconds, reply.memory >> 10
            self._end(run)
            return
        earlier = {number: outcome.outputs for number, outcome in run.result.cells.items()}
        for update in reply.updates:
            replies.apply_update(update, earlier)
        outcome = run.result.cells[run.asked.number] = self._judge(run, reply)
        self._ask_next(run, outcome)

    def _judge(self, run: _Run, reply: Reply) -> Outcome:
        """The outcome of the cell that was asked for; whatever went wrong is an error output too."""
        outputs, status = reply.outputs, "ok"
        if run.interrupted_at is not None:
            status, outputs = "timeout", with_error(outputs, self.timeout_error)
        elif reply.failure is not None:
            status, outputs = "error", with_error(outputs, vars(reply.failure))
        if reply.exceeded:
            status, outputs = "exceeded", [*outputs, {"output_type": "error", **_exceeded_error(self.limits)}]
        return Outcome(run.asked.number, status, outputs, run.started, _now(), reply.notes)

    def _note_closed(self, run: _Run) -> None:
        """The channel is closed: because the process died, which its descriptor is about to tell, or by the process."""
        run.closed_at = time.monotonic()
        with suppress(KeyError):
            self._selector.unregister(run.channel)

    def _hear_death(self, run: _Run) -> None:
        if run.ending:
            self._selector.unregister(run.pidfd)
            return
        self._listen(run)  # what it said before it died
        if not run.ending:
            run.gone = True
            self._fail(run, problem("died", "?"))

    def _fail(self, run: _Run, reason: Problem) -> None:
        """The run is over: its outcomes stand, all other cells are lost for `reason`."""
        self._lose_cells(run, reason)
        self._end(run)

    def _lose_cells(self, run: _Run, reason: Problem) -> None:
        run.result.problem = reason
        cells = [] if callable(run.job.cells) else list(run.job.cells)
        if run.asked is not None and run.asked not in cells:
            cells.append(run.asked)
        for cell in cells:
            outcome = run.result.cells.get(cell.number)
            if outcome is None or outcome.started is None:  # none yet, or lost for a reason that is now known better
                run.result.cells[cell.number] = self._lost(run, cell, reason)

    def _lost(self, run: _Run, cell: Cell, reason: Problem) -> Outcome:
        if cell is run.asked and reason.kind == "stuck":
            return Outcome(cell.number, "timeout", [{"output_type": "error", **self.timeout_error}, lost_output(reason)])
        return Outcome(cell.number, "lost", [lost_output(reason)])

    def _end(self, run: _Run) -> None:
        """Have the zygote end the shell; the result is ready when it says that it has."""
        if run.ending:
            return
        run.ending, run.ended_at = True, time.monotonic()
        run.result.seconds = run.ended_at - run.begun
        if isinstance(run.steps, Generator):
            run.steps.close()
        if self._control is not None:
            self._tell_zygote({"do": "end", "number": run.number})

    def _finish(self, run: _Run) -> None:
        """The shell is gone: hand out the result."""
        self._discard(run)
        self._finished.append(run.result)

    def _give_up(self, run: _Run) -> None:
        self._lose_cells(run, problem("given up", run.result.tries))
        self._finished.append(run.result)

    def _discard(self, run: _Run) -> None:
        """Forget a run, and kill its process should it still be there (it is not, where the zygote did its work)."""
        self._runs.pop(run.number, None)
        for end in (run.channel, run.pidfd):
            if end:
                with suppress(KeyError, ValueError):
                    self._selector.unregister(end)
        if run.pidfd:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(run.pidfd, signal.SIGKILL)
                run.signal(signal.SIGKILL)
            os.close(run.pidfd)
            run.pidfd = 0
        if run.channel is not None:
            run.channel.close()
        if run.home is not None:
            shutil.rmtree(run.home, ignore_errors=True)
        if run.slot and self._inside is not None:
            self._inside.release(run.slot)

    # time

    def _patience(self, seconds: float | None) -> float | None:
        """How long to wait for an event: until something is due, or `seconds`."""
        due = [run.deadline() for run in self._runs.values()]
        if not self._ready:
            due.append(self._start_by)
        until = max(0.0, min(due) - time.monotonic()) if due else None
        if seconds is None:
            return until if until is not None or self._waiting or self._suspects else 0.0
        return seconds if until is None else min(seconds, until)

    def _keep_time(self) -> None:
        now = time.monotonic()
        if not self._ready and now >= self._start_by:
            self._lose_zygote()
            return
        for run in list(self._runs.values()):
            if now < run.deadline():
                continue
            if run.ending or not run.forked_at:  # the zygote owes an answer
                self._lose_zygote()
                return
            if run.closed_at is not None:
                self._fail(run, problem("memory" if self._starved(run) else "closed"))
            elif now >= run.forked_at + self.limits.submission_seconds:
                self._fail(run, problem("overtime"))
            elif run.interrupted_at is not None:
                self._fail(run, problem("stuck"))
            else:
                run.interrupted_at = now
                run.signal(signal.SIGINT)
