"""Runs tasks on a Dask cluster: on other machines, or in processes of this one that it starts itself.

    engine.autograde("course", "ps1", runner=cluster.at("tls://10.0.0.5:8786"))
    engine.autograde("course", "ps1", runner=cluster.local(8))

The driver prepares, scores and writes as it does without a cluster; only the runs in between go to workers. A worker gets
what is the same for all submissions once, and then one submission at a time for each of its threads, which its own `Runner`
runs: the same zygotes, box and wall as on one machine. At most twice as many submissions are under way as there are threads.

A worker that dies takes down what ran on it; what merely waited there goes elsewhere unharmed. A submission whose worker
died, or failed, is tried again while no other such submission runs, and after three tries it is given up, with outputs that
say so. Which attempt died is known from an event that it sets when it begins: Dask repeats a lost task by itself, and the
repetition finds the event set and reports the death.

Dask's messages are pickled: whoever can speak to the scheduler or to a worker can run code there and here. The workers
belong to the instructor; their ports must be closed to all others, by TLS with certificates (Dask's configuration,
`distributed.comm.tls`) or a private network. The local cluster uses TLS with keys that exist for this run only.
"""

import asyncio
import logging
import multiprocessing
import platform
import queue
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent import futures
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from uuid import uuid4

from distributed import Client, Event, Future, LocalCluster, Security, Worker, WorkerPlugin, get_worker

from . import lean

if multiprocessing.parent_process() is not None:
    # a worker, which needs the classes of tasks and nothing of nbgrader: half of its start would be these imports
    lean.nbgrader()

from .box.layers import BoxError
from .plan import Kit, NotebookTask, Task, log
from .protocol import OUTPUT_TYPES
from .running import NotebookRan, Part, Ran, Runner
from .shells.pool import Outcome, PoolError, lost_output, problem
from .shells.replies import Violation, read_output
from .wall.pair import Pair

TRIES = 3
FEWEST = 8
IDLE = 120.0
JOIN = 60.0
LEAVE = 10.0
TICK = 0.02
LOOK = 5.0
STATUSES = ("ok", "error", "timeout", "exceeded", "lost")
ROLES = ("shown", "graded", "tests", "all")
LOST = "和集群的连接断了；批完的都已写好，再运行一次从这里接着批 (the cluster is lost; run the same command again to go on)"
SOFTWARE = ("service-marketing", "ipython", "ipykernel", "numpy", "pandas", "matplotlib", "scipy")


class ClusterError(PoolError):
    """The cluster cannot be used, or is lost; the message says why, in Chinese and English."""


class Died(RuntimeError):
    """The worker that ran an attempt is gone."""


def at(address: str) -> Callable[[Kit, int], "Cluster"]:
    """What makes a runner on the cluster whose scheduler is at `address`; for `engine.autograde`'s `runner`."""
    return lambda kit, _: Cluster(kit, address)


def local(processes: int) -> Callable[[Kit, int], "Cluster"]:
    """What makes a runner on so many worker processes of this machine; for `engine.autograde`'s `runner`."""
    return lambda kit, _: Cluster(kit, processes=processes)


def software() -> dict[str, str]:
    """Versions of what scores and outputs depend on: they must be the same on the driver and on every worker."""
    found = {"python": ".".join(platform.python_version_tuple()[:2])}
    for name in SOFTWARE:
        with suppress(PackageNotFoundError):
            found[name] = version(name)
    return found


# ---- on a worker


class Station(WorkerPlugin):
    """A `Runner` in a worker process: made when the first task comes, closed when none comes for a while or at the end."""

    def __init__(self, kit: Kit, keyboard: bool) -> None:
        self.kit, self.keyboard, self.wanted = kit, keyboard, software()

    def setup(self, worker: Worker) -> None:
        """Called by Dask when the worker gets the plugin."""
        self.threads, self.address = worker.state.nthreads, worker.address
        self.inbox: queue.Queue[tuple[Task, futures.Future] | None] = queue.Queue()
        self.lock, self.thread = threading.Lock(), None
        if not self.keyboard and threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the driver, which ends its workers

    async def teardown(self, worker: Worker) -> None:
        """Called by Dask when the worker closes or the plugin goes."""
        with self.lock:
            thread = self.thread
            self.inbox.put(None)
        if thread is not None:
            await asyncio.to_thread(thread.join, LEAVE)

    def run(self, task: Task, shared: Iterable[str]) -> Ran:
        """Run a task, to which the kit's files named in `shared` are added. Called from any of the worker's threads."""
        self._compare()
        own = tuple(file for file in self.kit.files if file.path in set(shared))
        whole = replace(task, key=uuid4().hex, files=(*task.files, *own))
        done: futures.Future[Ran] = futures.Future()
        with self.lock:
            self.inbox.put((whole, done))
            if self.thread is None:
                self.thread = threading.Thread(target=self._serve, name="grading", daemon=True)
                self.thread.start()
        return replace(done.result(), key=task.key)

    def _compare(self) -> None:
        mine = software()
        other = [f"{name} {mine.get(name)} ≠ {wanted}" for name, wanted in self.wanted.items() if mine.get(name) != wanted]
        if other:
            text = f"{self.address}上的软件版本和这里不一样，分数可能不同：{'，'.join(other)}"
            raise ClusterError(f"{text} (the worker has other versions than the driver)")

    def _serve(self) -> None:
        """Feed the runner and hand out what it gives back, until there is nothing more to do."""
        running: dict[str, futures.Future[Ran]] = {}
        try:
            with Runner(self.kit, self.threads) as runner:
                while self._take_in(runner, running):
                    for ran in runner.poll(TICK):
                        running.pop(ran.key).set_result(ran)
        except BaseException as error:
            if isinstance(error, PoolError | BoxError):
                error = ClusterError(f"{self.address}: {error}")
            elif not isinstance(error, Exception):
                error = Died(repr(error))
            with self.lock:
                self.thread = None
                for done in [*running.values(), *(one[1] for one in self._waiting())]:
                    done.set_exception(error)

    def _take_in(self, runner: Runner, running: dict[str, futures.Future[Ran]]) -> bool:
        """Submit what came in; False when it is over: told to end, or nothing to do for a while."""
        try:
            entry = self.inbox.get(block=not running, timeout=IDLE)
        except queue.Empty:
            with self.lock:
                if running or not self.inbox.empty():
                    return True
                self.thread = None
                return False
        if entry is None:
            raise Died("the worker is closing")
        task, running[entry[0].key] = entry
        runner.submit(task)
        return True

    def _waiting(self) -> list[tuple[Task, futures.Future]]:
        found = []
        with suppress(queue.Empty):
            while True:
                found.append(self.inbox.get_nowait())
        return [entry for entry in found if entry is not None]

    def __getstate__(self) -> dict[str, object]:
        return {name: self.__dict__[name] for name in ("kit", "keyboard", "wanted")}


def _attempt(ticket: str, attempt: str, task: Task, shared: tuple[str, ...]) -> Ran | None:
    """Run a task, on a worker. None: this attempt was begun before, and the worker that began it died."""
    begun = Event(attempt)
    if begun.is_set():
        return None  # it stays set: this answer, too, may be lost and asked for again
    begun.set()
    try:
        return get_worker().plugins[ticket].run(task, shared)
    finally:
        begun.clear()


# ---- on the driver


@dataclass
class _Sent:
    """A task that was submitted and not handed back."""

    task: Task
    shared: tuple[str, ...]
    tries: int = 0
    future: Future | None = field(default=None, repr=False)
    began: float = field(default_factory=time.monotonic)


class Cluster:
    """Runs tasks on the workers of the scheduler at `address`, or on `processes` workers of its own on this machine.

    The same from outside as `running.Runner`. Raises ClusterError where the cluster cannot be reached, has no workers, has
    other software, or is lost.
    """

    def __init__(self, kit: Kit, address: str | None = None, processes: int = 1):
        self.kit, self.address, self.processes = kit, address, processes
        self._layers: tuple[str, ...] | None = None
        self._ticket = f"grading-{uuid4().hex}"
        self._files = {file.path: file for file in kit.files}
        self._sent: dict[str, _Sent] = {}
        self._flying: dict[str, _Sent] = {}
        self._suspects: deque[_Sent] = deque()
        self._suspect: _Sent | None = None
        self._back: queue.SimpleQueue[Future] = queue.SimpleQueue()
        self._threads, self._looked = 0, 0.0
        self._stack = ExitStack()
        self._client: Client | None = None

    def __enter__(self) -> "Cluster":
        try:
            self._connect()
        except ClusterError:
            self._stack.close()
            raise
        except Exception as error:
            self._stack.close()
            where = self.address or "本机 (this machine)"
            raise ClusterError(f"用不了{where}上的集群 (the cluster cannot be used): {type(error).__name__}: {error}") from error
        return self

    def _connect(self) -> None:
        if self.address is None:
            # keys for this run only: without them, whoever has an account on this machine could run code as its user
            cluster = LocalCluster(
                n_workers=self.processes,
                threads_per_worker=1,
                host="127.0.0.1",
                security=Security.temporary(),
                dashboard_address="127.0.0.1:0",
                memory_limit=0,
                silence_logs=logging.CRITICAL,
            )
            self._stack.enter_context(cluster)
        client = Client(cluster if self.address is None else self.address, set_as_default=False, name="grading", timeout=JOIN)
        self._client = self._stack.enter_context(client)
        try:
            client.wait_for_workers(1, timeout=JOIN)
        except TimeoutError:
            raise ClusterError(f"{self.address}上没有工作进程，先启动 dask worker (the cluster has no workers)") from None
        client.register_plugin(Station(self.kit, keyboard=self.address is not None), name=self._ticket)
        self._stack.callback(self._leave)

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def _leave(self) -> None:
        """Have the workers end what runs, and close their shells."""
        with suppress(Exception):  # a cluster that is lost has nothing left to close
            self._client.cancel([sent.future for sent in self._sent.values() if sent.future is not None])
            self._client.unregister_worker_plugin(self._ticket)

    @property
    def layers(self) -> tuple[str, ...]:
        """The layers of the box that were on wherever a submission ran."""
        return self._layers or ()

    @cached_property
    def pair(self) -> Pair | None:
        """Two pools on the driver's side, for the reference profiles; None without the wall."""
        return self._stack.enter_context(Runner(self.kit, 1)).pair if self.kit.terms.wall else None

    @property
    def pending(self) -> int:
        """Tasks that were submitted and not handed back."""
        return len(self._sent)

    @property
    def hungry(self) -> bool:
        """Whether a further task should be submitted: two for each thread of the cluster keep all of them busy."""
        if time.monotonic() - self._looked > LOOK:
            with self._lost():
                self._threads = sum(self._client.nthreads().values())
            self._looked = time.monotonic()
        return self.pending < max(FEWEST, 2 * self._threads)

    def submit(self, task: Task) -> None:
        """Send a task; its key must be none that is pending."""
        own = [file for file in task.files if self._files.get(file.path) is file]  # the workers have those
        lean = replace(task, files=tuple(file for file in task.files if file not in own))
        sent = self._sent[task.key] = _Sent(lean, tuple(file.path for file in own))
        self._send(sent)

    def poll(self, seconds: float | None = 0) -> list[Ran]:
        """Wait at most `seconds` for something to happen (None: no limit); the tasks that are done."""
        back = self._hear(None if seconds is None else time.monotonic() + seconds)
        with self._lost():
            values = self._client.gather({future.key: future for future in back if future.status == "finished"}, errors="skip")
        done = [ran for future in back for ran in self._take(future, values)]
        if self._suspect is None and self._suspects:
            self._suspect = self._suspects.popleft()
            self._send(self._suspect)
        return done

    def _send(self, sent: _Sent) -> None:
        sent.tries += 1
        attempt = f"grade-{uuid4().hex}"
        with self._lost():
            sent.future = self._client.submit(
                _attempt, self._ticket, attempt, sent.task, sent.shared, key=attempt, pure=False, priority=sent.tries
            )
        self._flying[attempt] = sent
        sent.future.add_done_callback(self._back.put)

    def _hear(self, until: float | None) -> list[Future]:
        """The attempts that ended; waits for one until then."""
        back: list[Future] = []
        while self._flying:
            left = LOOK if until is None else until - time.monotonic()
            try:
                back.append(self._back.get_nowait() if back else self._back.get(timeout=min(max(0.0, left), LOOK)))
                continue
            except queue.Empty:
                if back or (until is not None and left <= LOOK):
                    break
            if self._client.status != "running":
                raise ClusterError(LOST)
        return [future for future in back if future.key in self._flying]

    def _take(self, future: Future, values: Mapping[str, object]) -> list[Ran]:
        """What is to be handed back now that an attempt ended."""
        if future.status in ("cancelled", "lost"):
            raise ClusterError(LOST)
        if future.status == "pending" or (future.status == "finished" and future.key not in values):
            future.add_done_callback(self._back.put)  # its worker died before it could be fetched; Dask repeats it
            return []
        sent = self._flying.pop(future.key)
        if sent is self._suspect:
            self._suspect = None
        try:
            ran = checked(future.result() if future.status == "error" else values[future.key], sent.task)
        except PoolError as error:
            raise error if isinstance(error, ClusterError) else ClusterError(str(error)) from error
        except Exception as error:
            return self._again(sent, error)
        finally:
            future.release()  # what is not released, Dask would run again if its worker died now
            sent.future = None
        del self._sent[sent.task.key]
        self._layers = tuple(layer for layer in ran.layers if self._layers is None or layer in self._layers)
        return [replace(ran, seconds=time.monotonic() - sent.began)]

    def _again(self, sent: _Sent, error: BaseException) -> list[Ran]:
        """Try once more, when no other task that failed is under way; or give up."""
        log.warning("attempt %s of %s ended: %s: %s", sent.tries, sent.task.key, type(error).__name__, error)
        if sent.tries < TRIES:
            self._suspects.append(sent)
            return []
        del self._sent[sent.task.key]
        return [given_up(sent.task, sent.tries, time.monotonic() - sent.began)]

    @contextmanager
    def _lost(self) -> Iterator[None]:
        """What Dask raises when it is used while the scheduler is gone, as a ClusterError."""
        try:
            yield
        except (OSError, RuntimeError, TimeoutError, futures.CancelledError, asyncio.CancelledError) as error:
            raise ClusterError(LOST) from error


def given_up(task: Task, tries: int, seconds: float) -> Ran:
    """What a task comes to whose worker died, or failed, at each try: every cell is lost, for that reason."""
    lost = problem("given up", tries)

    def notebook(one: NotebookTask) -> NotebookRan:
        cells = {step.number: Outcome(step.number, "lost", [lost_output(lost)]) for step in one.steps}
        return NotebookRan(one.name, (Part("all", cells, lost, tries=tries),))

    return Ran(task.key, tuple(map(notebook, task.notebooks)), (), seconds)


def checked(ran: object, task: Task) -> Ran:
    """`ran`, if it is a result of `task` with outputs that a notebook can hold; else raises Violation, or Died for None."""
    if ran is None:
        raise Died("the worker that ran it died")
    if not isinstance(ran, Ran) or ran.key != task.key or [n.name for n in ran.notebooks] != [n.name for n in task.notebooks]:
        raise Violation("not a result of this task")
    return replace(ran, notebooks=tuple(map(_checked, ran.notebooks, task.notebooks)))


def _checked(ran: NotebookRan, wanted: NotebookTask) -> NotebookRan:
    numbers = {step.number for step in wanted.steps}
    parts = []
    for part in ran.parts:
        outcomes = part.cells.items()
        if part.role not in ROLES or any(o.number != n or n not in numbers or o.status not in STATUSES for n, o in outcomes):
            raise Violation("not a result of this notebook")
        parts.append(replace(part, cells={n: replace(o, outputs=list(map(_output, o.outputs))) for n, o in outcomes}))
    return replace(ran, parts=tuple(parts))


def _output(output: object) -> dict[str, object]:
    found = read_output(output)
    if found["output_type"] not in OUTPUT_TYPES:
        raise Violation("an output that belongs to no cell")
    return found
