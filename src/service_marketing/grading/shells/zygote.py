"""The warm process: one real IPythonKernel, set up and used once, from which a shell is forked for each submission.

Started by pool.py in a new interpreter with an environment of a few chosen variables:
`python -c "from …zygote import main; main()" DESCRIPTORS CONFIGURATION`, the descriptor being one end of a SEQPACKET
socket pair; with two of them a twin is forked, once all is warm, that serves the second. It does two things when told so:
`fork` a shell that serves the socket sent along, and `end` one: kill its whole process group and whatever it left behind,
reap it, and say how it ended. It never runs a student's code.

What a fork must not carry over, and what is done about it: threads (the pool's environment gives BLAS one, there is
no zmq context, the history is kept in memory), descriptors (all closed but the standard ones and the channel), signal
handlers (none is installed), random states (numpy's is seeded anew; Python seeds its own), the traces of warming up
(`_`, `Out`, history, counters, sys.last_value, warnings that were shown once; figures are drawn without pyplot), and
garbage that would be collected once in every child (gc.freeze).

In a box (`configuration["box"]`) the zygote itself runs in bubblewrap, and `box.inside` forks the shells.

Whatever leaves a shell's session is still found: a shell adopts its orphans while it lives (PR_SET_CHILD_SUBREAPER),
and so does the zygote after it. A child of the zygote that is no living shell is therefore always a leftover.
"""

import asyncio
import ctypes
import fcntl
import gc
import importlib
import json
import logging
import os
import resource
import select
import signal
import socket
import sys
import time
import warnings
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from io import BytesIO
from types import SimpleNamespace
from typing import Any, NoReturn

from ipykernel.displayhook import ZMQDisplayHook
from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp
from IPython.core.profiledir import ProfileDir
from IPython.core.shellapp import InteractiveShellApp

from service_marketing.grading.box import inside, parcel
from service_marketing.grading.shells import cells, remembered

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
MESSAGE = 1 << 16
OUTSIDE = 0  # the pid of a parent in another namespace
QUIET = 0.05  # seconds
DESCRIPTORS = 8  # the most that come with one message
WARMING = (
    "value = 1\nvalue",
    "print(value)",
    "await __import__('asyncio').sleep(0)",
    "def f(x):\n    return [1 / x for x in (x,)]\nf(0)",
    "undefined_name",
)
FAILING = (
    "import numpy as np\nnp.testing.assert_allclose([1.0], [2.0])",
    "import pandas as pd\npd.testing.assert_series_equal(pd.Series([1]), pd.Series([2]))",
    "import pandas as pd\npd.DataFrame({'a': [1]})['b']",
)
SIDES = {"student": "service_marketing.grading.wall.student", "tests": "service_marketing.grading.wall.tester"}
_libc = ctypes.CDLL(None, use_errno=True)


def load_inline_backend() -> None:
    """Import what the inline backend needs; it sets itself up when it is imported, so the module itself is dropped again.

    To be called while there is no shell to set up.
    """
    name = "matplotlib_inline.backend_inline"
    with suppress(ImportError):
        importlib.import_module(name)
        del sys.modules[name]


def make_kernel(transcript: cells.Transcript) -> IPythonKernel:
    """The kernel that `python -m ipykernel_launcher` would make, without sockets and without the user's configuration."""
    log = logging.getLogger("service_marketing.shell")
    log.addHandler(logging.NullHandler())
    log.propagate = False
    app = IPKernelApp.instance(log=log)
    app.config.HistoryManager.hist_file = ":memory:"
    # The debugger costs a fifth of a second and needs sockets; without debugpy ipykernel leaves it out.
    sys.modules["debugpy"] = None
    importlib.import_module("ipykernel.debugger")
    del sys.modules["debugpy"]
    session = cells.Recorder()
    session.transcript = transcript
    app.init_pdb()
    cells.install_streams(transcript)
    app.patch_io()
    sys.displayhook = ZMQDisplayHook(session, None)
    cells.ignore_interrupts()
    kernel = IPythonKernel.instance(parent=app, session=session, log=log, user_ns=None)
    sys.displayhook.get_execution_count = lambda: kernel.execution_count
    kernel.shell_channel_thread = SimpleNamespace(parent_thread=cells.threading.main_thread())
    kernel._execute_sleep = 0
    app.kernel, app.shell = kernel, kernel.shell
    sys.path[:] = [path for path in sys.path if path]
    InteractiveShellApp.init_path(SimpleNamespace(ignore_cwd=False))
    # IPython formats the traceback of an error once more, for a list that nobody reads.
    kernel.shell._format_exception_for_storage = lambda *_, **__: {}
    remembered.remember()
    remembered.transform_once(kernel.shell.input_transformer_manager)
    kernel.shell.configurables.append(app)
    kernel.shell.extension_manager.load_extension("storemagic")
    return kernel


def warm(shell: cells.Shell, modules: list[str]) -> None:
    """Import what every submission will import, use it once, and leave no trace of that."""
    names = dict(shell.kernel.shell.user_ns)
    for module in modules:
        with suppress(ImportError):
            importlib.import_module(module)
    if "pandas" in sys.modules:
        for side in SIDES.values():
            importlib.import_module(side)
    with warnings.catch_warnings():  # leaving it also forgets which warnings were shown already
        warnings.simplefilter("ignore")
        asyncio.run(_run_all(shell, WARMING))
        if "pandas" in sys.modules:
            _warm_pandas(shell)
        if "matplotlib.pyplot" in sys.modules:
            _warm_figures()
    forget(shell, names)


def warm_failures(shell: cells.Shell) -> None:
    """Fail once as submissions fail: a traceback through a file of a library parses all of it the first time."""
    names = dict(shell.kernel.shell.user_ns)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        asyncio.run(_run_all(shell, FAILING))
    forget(shell, names)
    gc.collect()
    gc.freeze()


async def _run_all(shell: cells.Shell, sources: tuple[str, ...]) -> None:
    shell.kernel.io_loop = cells.IOLoop.current()
    for source in sources:
        await shell.run(source, -1)


def _warm_pandas(shell: cells.Shell) -> None:
    import pandas as pd

    table = pd.read_csv(BytesIO(b"a,b,c\nx,1,2020-01-01\ny,2,2020-01-02\nx,,2020-01-03\n"), parse_dates=["c"])
    table.groupby("a")["b"].mean().sort_values()
    table.dropna().merge(table, on="a").reset_index(drop=True).describe()
    table.pivot_table(index="a", values="b", aggfunc="sum")
    table["b"].rolling(2).mean().corr(table["b"])
    shell.kernel.shell.display_formatter.format(table)


def _warm_figures() -> None:
    """Draw a figure as the inline backend does, past pyplot, whose state a notebook would find."""
    from IPython.core.pylabtools import print_figure
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure()
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    axes.hist([1, 2, 2, 3])
    axes.plot([0, 1], [1, 2], label="a")
    axes.scatter([1, 2], [1, 2])
    axes.bar(["x", "y"], [1, 2])
    axes.set(title="title", xlabel="x", ylabel="$x^2$")
    axes.legend()
    print_figure(figure, fmt="png", base64=True)


def forget(shell: cells.Shell, names: dict) -> None:
    """Bring the kernel back to where it was before its first cell, when its namespace held `names`."""
    ip = shell.kernel.shell
    ip.reset(new_session=False)
    ip.user_ns.update((name, value) for name, value in names.items() if name not in ip.user_ns)
    ip.execution_count = 1
    ip.user_ns.pop("_exit_code", None)
    history = ip.history_manager
    history.input_hist_raw[:] = history.input_hist_parsed[:] = [""]
    history._i00 = history._i = history._ii = history._iii = ""
    history.db_input_cache.clear()
    history.db_output_cache.clear()
    for name in ("_", "__", "___"):
        setattr(ip.displayhook, name, "")
        ip.user_ns[name] = ""
    for name in ("_i", "_ii", "_iii"):
        ip.user_ns[name] = ""
    ip._last_traceback = None
    for name in ("last_value", "last_type", "last_traceback", "last_exc"):
        if hasattr(sys, name):
            delattr(sys, name)
    shell.transcript.begin(-1, "")
    shell.context = cells.copy_context()


def become_shell(shell: cells.Shell, given: dict[str, int], parent: int, limits: dict[str, int], confine: Callable[[], None]) -> None:
    """In the child of a fork: cut every tie to the zygote, then serve the channel, and be one side of the wall if there is one.

    given: descriptors of the "channel", the "wall" and the "parcel" that holds the work folder; the last two may be missing.
    """
    channel = socket.socket(fileno=given["channel"])
    wall = socket.socket(fileno=given["wall"]) if "wall" in given else None
    os.setsid()
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    _libc.prctl(PR_SET_CHILD_SUBREAPER, 1)
    if os.getppid() != parent:
        os._exit(1)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for target, name in enumerate(cells.STREAMS, start=1):
        file = os.memfd_create(name)
        fcntl.fcntl(file, fcntl.F_SETFL, os.O_APPEND)
        os.dup2(file, target)
    keep = {0, 1, 2, sys.stdout.fileno(), sys.stderr.fileno(), *given.values()}
    for descriptor in map(int, os.listdir("/proc/self/fd")):
        if descriptor not in keep:
            with suppress(OSError):  # the one that lists the folder
                os.close(descriptor)
    shell.transcript.files = {"stdout": 1, "stderr": 2}
    if "numpy.random" in sys.modules:
        sys.modules["numpy.random"].seed()
    confine()
    begin = shell.receive(channel).fields
    os.environ.update(begin["environment"])
    time.tzset()
    if "parcel" in given:
        parcel.unpack(given["parcel"], begin["folder"])
    os.chdir(begin["folder"])
    _own_places(shell, begin["folder"])
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits["file_size"], limits["file_size"]))
    inside.leave_no_core()
    shell.transcript.room = cells.Room(limits["cell_output"], begin["output"])
    shell.most = limits["reply"]
    sys.argv = ["ipykernel_launcher.py", "-f", "kernel.json", "--HistoryManager.hist_file=:memory:"]
    gc.enable()
    channel.setblocking(False)
    os.register_at_fork(after_in_child=shell.part_from_fork)
    if wall is not None:
        side = importlib.import_module(SIDES[begin["setup"]["side"]])
        shell.wall = side.attach(shell, wall, begin["setup"])
    cells.main_loop(shell, channel)


def _own_places(shell: cells.Shell, folder: str) -> None:
    """IPython's folders (%store) in this submission's own home, its memory of folders from here on."""
    ip = shell.kernel.shell
    ip.history_manager.dir_hist[:] = [folder]
    ip.ipython_dir = os.path.join(os.path.expanduser("~"), ".ipython")
    ip.profile_dir = ProfileDir.create_profile_dir_by_name(ip.ipython_dir, "default")


class Zygote:
    """Forks shells and ends them, as the pool at the other end of `control` says.

    later: what makes later shells quicker; it is done when the first ones are at work and nobody wants another.
    """

    def __init__(
        self,
        control: socket.socket,
        shell: cells.Shell,
        limits: dict[str, int],
        box: dict[str, Any] | None,
        later: Callable[[], None] | None,
        twin: int = 0,
    ):
        self.twin = twin
        self.control, self.shell, self.limits, self.box, self.later = control, shell, limits, box, later
        self.living: dict[int, int] = {}  # number -> pid

    def serve(self) -> None:
        """Do what comes until the pool is gone; then leave nothing behind."""
        try:
            while True:
                if self.later and self.living and not select.select([self.control], [], [], QUIET)[0]:
                    self.later()
                    self.later = None
                data, descriptors, _, _ = socket.recv_fds(self.control, MESSAGE, DESCRIPTORS)
                if not data:
                    break
                message = json.loads(data)
                if message["do"] == "fork":
                    self.fork(message["number"], message["slot"], list(zip(message["given"], descriptors, strict=True)))
                else:
                    self.end(message["number"])
        except OSError:
            pass
        self.living.clear()
        self.twin = 0
        self.sweep()

    def fork(self, number: int, slot: int, given: list[tuple[str, int]]) -> None:
        """A shell with the descriptors `given`; the pool gets its pid and what tells of its end, in a box from itself."""
        ends = {name: descriptor for name, descriptor in given if name != "group"}
        me = os.getpid()
        try:
            if self.box is not None:
                groups = [descriptor for name, descriptor in given if name == "group"]
                run = partial(self.be_shell, ends, OUTSIDE, partial(inside.confine, self.box, slot))
                self.living[number] = inside.start(self.box, slot, groups, self.control, number, run)
                return
            pid = os.fork()
            if pid == 0:
                self.be_shell(ends, me, lambda: None)
            self.living[number] = pid
            handle = os.pidfd_open(pid)
            socket.send_fds(self.control, [json.dumps({"forked": number, "pid": pid}).encode()], [handle])
            os.close(handle)
        except OSError as error:
            self.control.send(json.dumps({"forked": number, "error": str(error)}).encode())
        finally:
            for descriptor in ends.values():
                os.close(descriptor)

    def be_shell(self, ends: dict[str, int], parent: int, confine: Callable[[], None]) -> NoReturn:
        """The life of a shell, from its fork to its end."""
        status = 70
        try:
            self.control.close()
            become_shell(self.shell, ends, parent, self.limits, confine)
            status = 0
        finally:
            os._exit(status)

    def end(self, number: int) -> None:
        """Kill a shell, its group and its leftovers, and report its end. In a box they end with it."""
        pid = self.living.pop(number, None)
        if pid is None:  # it was never started
            self.control.send(json.dumps({"ended": number, "status": 0, "cpu": 0.0, "memory": 0}).encode())
            return
        for kill in (os.killpg, os.kill):
            try:
                kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        _, status, usage = os.wait4(pid, 0)
        self.sweep()
        report = {"ended": number, "status": status, "cpu": usage.ru_utime + usage.ru_stime, "memory": usage.ru_maxrss}
        self.control.send(json.dumps(report).encode())

    def sweep(self) -> None:
        """Kill and reap every child that is no living shell, and what becomes a child by that, until none is left."""
        while leftovers := [pid for pid in children() if pid not in self.living.values() and pid != self.twin]:
            for pid in leftovers:
                try:
                    os.kill(pid, signal.SIGKILL)
                    os.waitpid(pid, 0)
                except (ProcessLookupError, ChildProcessError):
                    continue


def children() -> list[int]:
    """Pids of this process's children."""
    me = os.getpid()
    try:
        with open(f"/proc/self/task/{me}/children") as file:
            return [int(pid) for pid in file.read().split()]
    except OSError:
        return [int(name) for name in os.listdir("/proc") if name.isdigit() and _parent(name) == me]


def _parent(pid: str) -> int:
    try:
        with open(f"/proc/{pid}/stat") as file:
            return int(file.read().rpartition(")")[2].split()[1])
    except OSError:
        return -1


def fork_twin(first: socket.socket, second: socket.socket) -> tuple[socket.socket, int]:
    """In both processes the socket that is to be served; in the first also the pid of the other, which ends with it."""
    me = os.getpid()
    pid = os.fork()
    if pid:
        second.close()
        return first, pid
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != me:
        os._exit(1)
    first.close()
    return second, 0


def main() -> None:
    """Warm up, say so, serve."""
    started = time.monotonic()
    control, *second = (socket.socket(fileno=int(number)) for number in sys.argv[1].split(","))
    configuration = json.loads(sys.argv[2])
    os.umask(0o022)
    gc.disable()
    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    if configuration["box"] is not None:
        inside.rehearse(configuration["box"])
    transcript = cells.Transcript()
    if "matplotlib.pyplot" in configuration["modules"]:
        load_inline_backend()
    shell = cells.Shell(make_kernel(transcript), transcript)
    warm(shell, configuration["modules"])
    for name in configuration["forget"]:
        os.environ.pop(name, None)
    gc.freeze()
    control, twin = fork_twin(control, *second) if second else (control, 0)
    _libc.prctl(PR_SET_CHILD_SUBREAPER, 1)
    report = {"ready": time.monotonic() - started, "language": shell.kernel.language_info, "threads": len(os.listdir("/proc/self/task"))}
    control.send(json.dumps(report).encode())
    # where there are two, tests fail in the second's shells; the student's cells, which seldom do, can go without
    rehearsing = "pandas" in sys.modules and not twin
    later = partial(warm_failures, shell) if rehearsing else None
    Zygote(control, shell, configuration["limits"], configuration["box"], later, twin).serve()
    os._exit(0)
