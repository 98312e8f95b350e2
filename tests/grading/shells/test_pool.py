"""A shell may do what it likes: it costs only itself, every cell has an outcome, and nothing is left behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import psutil
import pytest

from service_marketing.grading.shells import notebooks
from service_marketing.grading.shells.pool import PAUSE, Cell, Job, Limits, Pool, PoolError

QUICK = Limits(cell_seconds=20, grace_seconds=1.2, submission_seconds=60, cell_output=300_000, submission_output=1_000_000)
STUBBORN = "while True:\n        try:\n            while True: time.sleep(0.01)\n        except BaseException: pass"
CHANNEL = (
    "import asyncio, os, socket, struct\n"
    "frames = [task.get_coro().cr_frame for task in asyncio.all_tasks()]\n"
    "serve = next(frame for frame in frames if 'channel' in frame.f_locals)\n"
    "channel, request = serve.f_locals['channel'], serve.f_locals['request']\n"
)
DONE = (
    "from service_marketing.grading.protocol import Message, pack\n"
    "def done(cell, number):\n"
    "    fields = {'cell': cell, 'status': 'ok', 'count': None, 'seconds': 0.0, 'overflow': False}\n"
    "    return pack(Message('done', fields, request=number))\n"
    "def shown(output):\n"
    "    return pack(Message('outputs', {'cell': 1, 'outputs': [output]}, request=request.request))\n"
    "failed = pack(Message('error', {'cell': 1, 'name': 'a', 'value': '', 'traceback': []}, request=request.request))\n"
)


@pytest.fixture(scope="module")
def pool():
    with Pool(workers=2, limits=QUICK) as pool:
        yield pool


@pytest.fixture
def run(pool, tmp_path):
    """The result of one notebook of the given sources; the last argument may say how long a cell may take."""

    def run(*sources, seconds=None):
        pool.submit(Job("one", tmp_path, [Cell(number, source, seconds) for number, source in enumerate(sources)]))
        (result,) = pool.results()
        assert sorted(result.cells) == list(range(len(sources)))
        for outcome in result.cells.values():
            assert outcome.status == "ok" or names(outcome), "a failure that shows no error would get full marks"
        return result

    return run


def names(outcome) -> list[str]:
    return [output["ename"] for output in outcome.outputs if output["output_type"] == "error"]


def statuses(result) -> list[str]:
    return [result.cells[number].status for number in sorted(result.cells)]


def text(outcome) -> str:
    return "".join(output["text"] for output in outcome.outputs if output["output_type"] == "stream")


def value(outcome) -> str:
    return next(output["data"]["text/plain"] for output in outcome.outputs if output["output_type"] == "execute_result")


def mine() -> set[int]:
    return {process.pid for process in psutil.Process().children(recursive=True)}


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


def sleeping(mark: str) -> list[int]:
    """Processes, of whatever parent, that were started as `sleep mark`."""
    return [process.pid for process in psutil.process_iter(["cmdline"]) if mark in (process.info["cmdline"] or [])]


STOPS = ["import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)", "import os, signal\nos.killpg(0, signal.SIGSTOP)"]
SIGNALS = [
    ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "SIGKILL"),
    ("import os; os.abort()", "SIGABRT"),
    ("import os, signal; os.killpg(0, signal.SIGTERM)", "SIGTERM"),
]


class TestOrdinaryJobs:
    def test_cells_run_in_order_in_one_interpreter(self, run):
        result = run("x = 2", "x * 3", "print(x)")
        assert statuses(result) == ["ok", "ok", "ok"]
        assert value(result.cells[1]) == "6"
        assert text(result.cells[2]) == "2\n"
        assert result.problem is None
        assert result.language["name"] == "python"
        assert result.cpu > 0
        assert result.memory > 10_000

    def test_no_cells_and_an_empty_cell(self, run):
        assert run().cells == {}
        assert statuses(run("", "\n")) == ["ok", "ok"]

    def test_a_long_source(self, run):
        assert value(run(f"s = '{'长' * 400_000}'\nlen(s)").cells[0]) == "400000"

    def test_results_come_as_they_finish(self, pool, tmp_path):
        for key, seconds in (("slow", 0.8), ("fast", 0)):
            pool.submit(Job(key, tmp_path, [Cell(0, f"import time; time.sleep({seconds})")]))
        assert pool.pending == 2
        assert [result.job.key for result in pool.results()] == ["fast", "slow"]
        assert pool.pending == 0

    def test_poll_does_not_wait(self, pool, tmp_path):
        pool.submit(Job("slow", tmp_path, [Cell(0, "import time; time.sleep(0.3)")]))
        assert pool.poll(0) == []
        deadline, results = time.monotonic() + 20, []
        while not results and time.monotonic() < deadline:
            results = pool.poll(0.05)
        assert [result.job.key for result in results] == ["slow"]

    def test_what_is_asked_next_may_depend_on_what_came_back(self, pool, tmp_path):
        seen = []

        def dialogue():
            outcome = yield Cell(7, "6 * 7")
            seen.append(value(outcome))
            outcome = yield Cell(3, f"{value(outcome)} + 1")
            seen.append(value(outcome))

        pool.submit(Job("dialogue", tmp_path, dialogue))
        (result,) = pool.results()
        assert seen == ["42", "43"]
        assert list(result.cells) == [7, 3]

    def test_an_error_in_the_dialogue_is_the_callers(self, pool, tmp_path):
        def dialogue():
            yield Cell(0, "1")
            raise LookupError("mine")

        pool.submit(Job("broken", tmp_path, dialogue))
        with pytest.raises(LookupError, match="mine"):
            list(pool.results())
        list(pool.results())
        assert pool.pending == 0


class TestPause:
    """A job that waits for its turn: the shell idles until it is resumed, and can be interrupted meanwhile."""

    def test_a_job_pauses_until_it_is_resumed(self, pool, tmp_path):
        def turns():
            outcome = yield Cell(0, "x = 1\nx")
            seen.append(value(outcome))
            seen.append((yield PAUSE))
            outcome = yield Cell(1, "x + 1")
            seen.append(value(outcome))

        seen = []
        pool.submit(Job("turns", tmp_path, turns))
        deadline = time.monotonic() + 10
        while len(seen) < 1 and time.monotonic() < deadline:
            assert pool.poll(0.05) == []
        for _ in range(5):
            assert pool.poll(0.05) == []
        assert seen == ["1"]
        assert pool.resume("another") is False
        assert pool.resume("turns") is True
        assert pool.resume("turns") is False
        assert pool.patience() == 0.0
        (result,) = pool.results()
        assert seen == ["1", None, "2"]
        assert statuses(result) == ["ok", "ok"]

    def test_time_runs_out_in_a_pause_too(self, tmp_path):
        def turns():
            yield PAUSE

        with Pool(workers=1, limits=Limits(submission_seconds=0.5)) as pool:
            pool.submit(Job("turns", tmp_path, turns))
            (result,) = pool.results()
        assert result.problem.kind == "overtime"

    def test_who_dies_in_a_pause(self, pool, tmp_path):
        def turns():
            yield Cell(0, "import os, threading; threading.Timer(0.2, os._exit, [3]).start()")
            yield PAUSE

        pool.submit(Job("turns", tmp_path, turns))
        (result,) = pool.results()
        assert result.problem.kind == "died"

    @pytest.mark.parametrize(("block", "statuses"), [("while True: pass", ["ok", "ok"]), (STUBBORN, ["ok"])])
    def test_what_it_does_in_a_pause_can_be_interrupted(self, pool, tmp_path, block, statuses):
        """A task of the event loop stands for what the other side of the wall asks for."""
        source = f"import asyncio, signal, time\ndef block():\n    signal.signal(signal.SIGINT, signal.default_int_handler)\n    {block}\n"
        seen = []

        def turns():
            yield Cell(0, source + "asyncio.get_running_loop().call_later(0.1, block);")
            seen.append("paused")
            yield PAUSE
            yield Cell(1, "1")

        pool.submit(Job("turns", tmp_path, turns))
        while not seen:
            pool.poll(0.05)
        for _ in range(5):
            pool.poll(0.1)
        assert pool.interrupt("turns") is True
        pool.resume("turns")
        (result,) = pool.results()
        assert [outcome.status for outcome in result.cells.values()] == statuses
        assert (result.problem.kind if result.problem else None) == (None if len(statuses) == 2 else "stuck")

    def test_quiet_cells_show_nothing(self, pool, tmp_path):
        figure = "import matplotlib.pyplot as plt\nplt.plot([1, 2]); plt.show()\nprint('text')\n1"
        cells = [Cell(0, figure), Cell(1, "1 / 0"), Cell(2, "plt.get_fignums()", quiet=False), Cell(3, "print('x' * 400_000)")]
        pool.submit(Job("quiet", tmp_path, cells, quiet=True))
        (result,) = pool.results()
        assert result.cells[0].outputs == []
        assert names(result.cells[1]) == ["ZeroDivisionError"]
        assert value(result.cells[2]) == "[]"
        assert statuses(result) == ["ok", "error", "ok", "exceeded"]


class TestFreshStart:
    def test_nothing_passes_from_one_submission_to_the_next(self, run):
        run("secret = 1\nimport builtins, numpy\nbuiltins.secret = numpy.secret = 2\n%store secret")
        elsewhere = "import builtins, numpy; hasattr(builtins, 'secret'), hasattr(numpy, 'secret')"
        result = run("'secret' in globals()", elsewhere, "%store -r secret")
        assert value(result.cells[0]) == "False"
        assert value(result.cells[1]) == "(False, False)"
        assert "no stored variable" in text(result.cells[2])

    def test_random_numbers_differ(self, run):
        source = "import numpy, random, uuid\nnumpy.random.rand(), random.random(), uuid.uuid4()"
        first, second = (value(run(source).cells[0]).split(",") for _ in range(2))
        assert all(one != other for one, other in zip(first, second, strict=True))

    def test_environment_is_scrubbed(self, monkeypatch, tmp_path):
        monkeypatch.setenv("GRADER_SECRET", "hidden")
        job = Job(
            "one", tmp_path, [Cell(0, "import os\nsorted(os.environ)"), Cell(1, "os.environ['MARK'], os.environ['COURSE']")], {"MARK": "m"}
        )
        with Pool(workers=1, environment={"COURSE": "c"}) as pool:
            pool.submit(job)
            (result,) = pool.results()
        seen = value(result.cells[0])
        assert "GRADER_SECRET" not in seen
        assert "IPYTHONDIR" not in seen
        assert value(result.cells[1]) == "('m', 'c')"

    def test_home_is_empty_and_goes_with_the_job(self, run):
        result = run("from pathlib import Path\nhome = Path.home(); [p.name for p in home.iterdir() if p.name != '.ipython']", "str(home)")
        assert value(result.cells[0]) == "[]"
        assert not Path(value(result.cells[1]).strip("'")).exists()

    def test_descriptors(self, run):
        source = (
            "import os\n"
            "links = [f'/proc/self/fd/{n}' for n in os.listdir('/proc/self/fd')]\n"
            "sorted(os.readlink(link).split(':')[0].split('/')[-1] for link in links if os.path.lexists(link))"
        )
        found = value(run(source).cells[0])
        assert found.count("socket") <= 3, found  # the channel, and the event loop's own pair
        assert "pipe" not in found
        assert found.count("null") == 3

    def test_one_thread_of_its_own_session(self, run):
        result = run(
            "import os, threading\nlen(os.listdir('/proc/self/task')), os.getsid(0) == os.getpgid(0) == os.getpid()",
            "import signal as s\nall(s.getsignal(each) == s.SIG_DFL for each in (s.SIGTERM, s.SIGCHLD, s.SIGALRM, s.SIGUSR1))",
            "import gc\ngc.isenabled(), s.pthread_sigmask(s.SIG_BLOCK, [])",
        )
        assert [value(result.cells[n]) for n in range(3)] == ["(1, True)", "True", "(True, set())"]

    def test_an_alarm_of_the_students_own(self, run):
        source = (
            "import signal, time\nsignal.signal(signal.SIGALRM, lambda *a: print('rang'))\n"
            "signal.setitimer(signal.ITIMER_REAL, 0.05)\ntime.sleep(0.2)"
        )
        assert text(run(source).cells[0]) == "rang\n"


class TestTime:
    def test_an_endless_loop_is_interrupted_and_the_notebook_goes_on(self, run):
        result = run("x = 1\nwhile True:\n    pass", "x", seconds=0.5)
        assert statuses(result) == ["timeout", "ok"]
        assert names(result.cells[0]) == ["KeyboardInterrupt", "CellTimeoutError"]
        assert value(result.cells[1]) == "1"
        assert result.problem is None

    def test_an_endless_await(self, run):
        result = run("import asyncio\nawait asyncio.sleep(1000)", "1", seconds=0.5)
        assert statuses(result) == ["timeout", "ok"]
        assert names(result.cells[0])[-1] == "CellTimeoutError"

    def test_a_sleeping_program_is_interrupted_too(self, run):
        result = run("import subprocess; subprocess.run(['sleep', '1000'])", "1", seconds=0.5)
        assert statuses(result) == ["timeout", "ok"]

    @pytest.mark.parametrize(
        "source",
        [
            "import time\nwhile True:\n    try:\n        while True: time.sleep(0.01)\n    except BaseException: pass",
            "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass",
            "sum(range(10 ** 13))",
            "import ctypes\nctypes.CDLL(None).signal(2, ctypes.c_void_p(1))\nctypes.CDLL(None).sleep(1000)",
            "async def forever():\n    while True: pass\nawait forever()",
        ],
        ids=["swallows", "ignores", "computes in C", "sleeps in C", "async without await"],
    )
    def test_what_cannot_be_interrupted_is_killed(self, run, source):
        result = run("1", source, "2", seconds=0.4)
        assert statuses(result) == ["ok", "timeout", "lost"]
        assert names(result.cells[1]) == ["CellTimeoutError", "CellLostError"]
        assert result.problem.kind == "stuck"

    @pytest.mark.parametrize("source", STOPS)
    def test_who_stops_itself_is_killed(self, run, source):
        result = run("1", source, "2", seconds=0.4)
        assert statuses(result) == ["ok", "timeout", "lost"]
        assert result.problem.kind == "stuck"

    def test_time_of_the_whole_submission(self, tmp_path):
        with Pool(workers=1, limits=Limits(submission_seconds=0.8)) as pool:
            pool.submit(Job("slow", tmp_path, [Cell(n, "import time; time.sleep(0.3)") for n in range(6)]))
            (result,) = pool.results()
        assert result.problem.kind == "overtime"
        assert statuses(result)[0] == "ok"
        assert statuses(result)[-1] == "lost"

    def test_a_task_that_blocks_between_cells(self, run):
        result = run(
            "import asyncio\nasync def block():\n    await asyncio.sleep(0)\n    while True: pass\nt = asyncio.create_task(block())",
            "1",
            seconds=0.5,
        )
        assert statuses(result)[1] in ("timeout", "lost")


class TestFloods:
    @pytest.mark.parametrize(
        "source",
        [
            "for i in range(10 ** 8): print(i)",
            "import sys\nfor i in range(10 ** 8): sys.stderr.write('x' * 100)",
            "print('x' * 10 ** 8)",
            "import os\nfor i in range(1000): os.write(1, b'x' * 1000)",
            "import subprocess\nsubprocess.run(['head', '-c', '3000000', '/dev/zero'])",
            "!yes | head -c 3000000",
            "for i in range(10 ** 6): display(i)",
            "'x' * 10 ** 7",
            "from IPython.display import HTML\nHTML('x' * 10 ** 7)",
            "raise ValueError('x' * 10 ** 7)",
            "import numpy as np, matplotlib.pyplot as plt\nplt.figure(figsize=(15, 15))\nplt.imshow(np.random.rand(1500, 1500));",
            "import threading\nt = threading.Thread(target=lambda: [print('x' * 1000) for i in range(2000)]); t.start(); t.join()",
            "import threading\nfor i in range(2000): print('x' * 1000, end='', flush=True)",
        ],
        ids=[
            "prints",
            "stderr",
            "one print",
            "write",
            "program",
            "shell",
            "displays",
            "value",
            "html",
            "error",
            "figure",
            "thread",
            "flushed",
        ],
    )
    def test_too_much_output_is_an_error_and_the_notebook_goes_on(self, run, source):
        result = run(source, "1")
        assert statuses(result) == ["exceeded", "ok"], result.problem
        assert "OutputLimitExceeded" in names(result.cells[0])
        assert sum(len(str(output)) for output in result.cells[0].outputs) < 1_000_000

    def test_who_swallows_the_error_is_marked_all_the_same(self, run):
        result = run("for i in range(2000):\n    try: print('x' * 1000)\n    except Exception: pass", "1")
        assert statuses(result) == ["exceeded", "ok"]

    def test_many_cells_together(self, run):
        result = run(*["print('x' * 240_000)"] * 6)
        assert statuses(result) == ["ok"] * 4 + ["exceeded"] * 2

    def test_a_program_that_fills_the_memory_behind_its_output(self, tmp_path):
        with Pool(workers=1, limits=Limits(cell_seconds=20, file_size=20_000_000)) as pool:
            pool.submit(Job("yes", tmp_path, [Cell(0, "import subprocess\nsubprocess.run(['yes']).returncode"), Cell(1, "2")]))
            (result,) = pool.results()
        assert statuses(result) == ["exceeded", "ok"]

    def test_an_output_too_deep_for_a_notebook(self, run):
        result = run("x = []\nfor i in range(100): x = [x]\ndisplay({'application/json': x}, raw=True)", "1")
        assert statuses(result) == ["exceeded", "ok"]

    def test_half_characters(self, run):
        result = run("print('\\ud800x')", "display('\\udc80')", "raise ValueError('\\ud800')", "'ok'")
        assert text(result.cells[0]) == "?x\n"
        assert statuses(result)[3] == "ok"
        for outcome in result.cells.values():
            str(outcome.outputs).encode()


class TestDeaths:
    @pytest.mark.parametrize(
        ("source", "ending"),
        [
            ("import os; os._exit(0)", "exit 0"),
            ("import os; os._exit(3)", "exit 3"),
            ("import ctypes; ctypes.string_at(0)", "SIGSEGV"),
        ],
    )
    def test_a_death_is_the_reason_of_what_is_lost(self, run, source, ending):
        self.dies(run, source, ending)

    @pytest.mark.parametrize(("source", "ending"), SIGNALS)
    def test_a_signal_to_itself_is_the_reason_too(self, run, source, ending):
        self.dies(run, source, ending)

    @staticmethod
    def dies(run, source, ending):
        result = run("1", source, "2", "3")
        assert statuses(result) == ["ok", "lost", "lost", "lost"]
        assert result.problem.kind == "died"
        assert ending in result.problem.text
        assert ending in result.cells[3].outputs[0]["evalue"]

    def test_exit_ends_the_notebook(self, run):
        result = run("exit", "1")
        assert statuses(result) == ["ok", "lost"]
        assert run("1", "exit").problem is None

    @pytest.mark.parametrize(
        "source",
        [
            CHANNEL + "os.close(channel.detach())\nimport time; time.sleep(5)",
            CHANNEL + "channel.shutdown(socket.SHUT_RDWR)\nimport time; time.sleep(5)",
        ],
        ids=["closes", "shuts down"],
    )
    def test_a_closed_channel(self, run, source):
        result = run(source, "1")
        assert result.problem.kind == "closed"
        assert statuses(result) == ["lost", "lost"]
        assert result.seconds < 4


class TestForgeries:
    @pytest.mark.parametrize(
        "sent",
        [
            "b'garbage that is no frame at all, and long enough'",
            "struct.pack('>I', 2 ** 31)",
            "bytes(100)",
            "done(1, request.request ^ 1)",
            "done(2, request.request)",
            "done(1, request.request) + done(2, request.request)",
            "done(1, request.request) * 2",
            "pack(Message('ended', {'seconds': 0.0, 'memory': 0, 'settled': True}, request=request.request))",
            "pack(Message('run', {'cell': 1, 'source': '', 'seconds': 1.0, 'quiet': False}, request=request.request))",
            "shown({'output_type': 'pyout'})",
            "shown(3)",
            "shown({'output_type': 'widgets', 'state': {}})",
            "shown({'output_type': 'update_display_data', 'cell': 0, 'place': 0, 'data': {}, 'metadata': {}}) + done(1, request.request)",
            "failed + done(1, request.request)",
            "failed * 2",
            "pack(Message('notes', {'cell': 1, 'used': [], 'flags': [], 'calls': 0}, request=request.request))",
        ],
    )
    def test_what_no_honest_shell_sends_ends_it(self, run, sent):
        source = f"{CHANNEL}{DONE}channel.setblocking(True)\nchannel.sendall({sent})\nimport time; time.sleep(1)"
        result = run("0", source, "2", "3")
        assert result.problem.kind == "forged", result.problem
        assert statuses(result)[0] == "ok"
        assert statuses(result)[2:] == ["lost", "lost"]

    def test_endless_bytes(self, run):
        source = f"{CHANNEL}channel.setblocking(True)\nwhile True: channel.sendall(b'\\0\\x0f\\xff\\xff\\x01' + bytes(2 ** 20))"
        assert run(source, "1").problem.kind == "forged"

    def test_an_answer_before_the_question(self, run):
        source = (
            f"{CHANNEL}{DONE}import threading, time\n"
            "def later():\n    time.sleep(0.2)\n    channel.setblocking(True)\n    channel.sendall(done(1, request.request + 1))\n"
            "threading.Thread(target=later).start()"
        )
        result = run(source, "import time; time.sleep(3)\n1/0", "2")
        assert statuses(result) == ["ok", "lost", "lost"]
        assert result.problem.kind == "forged"

    def test_a_fork_that_goes_on_answers_nothing(self, run):
        result = run("import os\npid = os.fork()\npid >= 0", "pid > 0", "2")
        assert statuses(result) == ["ok", "ok", "ok"]
        assert value(result.cells[1]) == "True"


class TestLeftovers:
    @pytest.mark.parametrize(
        "source",
        [
            "import subprocess; subprocess.Popen(['sleep', '{mark}'])",
            "import subprocess; subprocess.Popen(['sleep', '{mark}'], start_new_session=True)",
            "import os; os.system('(setsid sleep {mark} &) ; (nohup sleep {mark} &)')",
            "import os\nif os.fork() == 0:\n    os.setsid()\n    os.fork() or os.execvp('sleep', ['sleep', '{mark}'])\n    os._exit(0)",
            "import subprocess, os; subprocess.Popen(['sleep', '{mark}'], start_new_session=True); os._exit(1)",
            "import subprocess, signal\nsubprocess.Popen(['sleep', '{mark}'], start_new_session=True).send_signal(signal.SIGSTOP)",
        ],
        ids=["child", "session", "shell", "daemon", "dies", "stopped"],
    )
    def test_no_process_outlives_its_submission(self, run, source):
        mark = f"{987000 + os.getpid() % 1000}.{time.monotonic_ns() % 100000}"
        run(source.replace("{mark}", mark))
        assert sleeping(mark) == []

    def test_no_zombies(self, pool, run):
        run("import os\nfor i in range(20): os.fork() or os._exit(0)")
        zygote = psutil.Process(pool._process.pid)
        assert zygote.children() == []

    def test_memory_of_fifty_jobs_does_not_grow(self, pool, run):
        def used():
            return psutil.Process(pool._process.pid).memory_info().rss, psutil.Process().memory_info().rss

        source = "import numpy as np, pandas as pd\npd.DataFrame(np.random.rand(1000, 50))"
        for _ in range(5):
            run(source)
        before, open_before = used(), descriptors()
        for _ in range(50):
            run(source)
        growth = [after - earlier for earlier, after in zip(before, used(), strict=True)]
        assert max(growth) < 3_000_000, growth
        assert descriptors() == open_before
        assert psutil.Process(pool._process.pid).children() == []

    def test_nothing_is_left_of_a_pool(self, tmp_path):
        processes, opened = mine(), descriptors()
        with Pool(workers=2) as pool:
            scratch = pool._scratch
            pool.submit(Job("a", tmp_path, [Cell(0, "1")]))
            list(pool.results())
        assert mine() == processes
        assert descriptors() == opened
        assert not scratch.exists()

    @pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
    def test_nothing_is_left_after_an_error(self, tmp_path, error):
        processes, opened = mine(), descriptors()
        mark = f"{time.monotonic_ns() % 1000000}.7"
        with pytest.raises(error), Pool(workers=2) as pool:  # noqa: PT012
            for key in range(3):
                source = f"import subprocess\nsubprocess.Popen(['sleep', '{mark}'], start_new_session=True)\nwhile True: pass"
                pool.submit(Job(key, tmp_path, [Cell(0, source)]))
            deadline = time.monotonic() + 25
            while len(sleeping(mark)) < 2:
                assert time.monotonic() < deadline
                pool.poll(0.1)
            raise error
        assert mine() == processes
        assert descriptors() == opened
        assert sleeping(mark) == []

    def test_nothing_is_left_when_it_ends_before_it_is_ready(self):
        processes, opened = mine(), descriptors()
        with Pool(workers=1):
            pass
        assert mine() == processes
        assert descriptors() == opened

    def test_nothing_is_left_when_the_coordinator_is_killed(self, tmp_path):
        mark = f"{time.monotonic_ns() % 1000000}.9"
        source = f"import subprocess\nsubprocess.run(['sleep', '{mark}'])"
        script = (
            "from service_marketing.grading.shells.pool import Cell, Job, Pool\n"
            "with Pool(workers=1) as pool:\n"
            f"    pool.submit(Job('a', {str(tmp_path)!r}, [Cell(0, {source!r})]))\n"
            "    list(pool.results())\n"
        )
        environment = {**os.environ, "TMPDIR": str(tmp_path)}
        with subprocess.Popen([sys.executable, "-c", script], env=environment) as coordinator:
            deadline = time.monotonic() + 30
            while not sleeping(mark) and time.monotonic() < deadline:
                time.sleep(0.05)
            family = psutil.Process(coordinator.pid).children(recursive=True)
            assert len(family) == 3
            coordinator.kill()
        _, alive = psutil.wait_procs(family, timeout=10)
        assert alive == []


class TestZygote:
    @pytest.mark.parametrize("sign", ["SIGKILL", "SIGSTOP"])
    def test_who_kills_it_is_given_up_and_the_others_are_repeated(self, tmp_path, sign):
        limits = Limits(answer_seconds=1.5)
        processes = mine()
        with Pool(workers=2, limits=limits, modules=()) as pool:
            killer = f"import os, signal, time\nos.kill(os.getppid(), signal.{sign}); time.sleep(0.3)"
            pool.submit(Job("good 0", tmp_path, [Cell(0, "import time; time.sleep(1)"), Cell(1, "5")]))
            pool.submit(Job("bad", tmp_path, [Cell(0, killer), Cell(1, "6")]))
            for n in range(1, 4):
                pool.submit(Job(f"good {n}", tmp_path, [Cell(0, "4"), Cell(1, "5")]))
            results = {result.job.key: result for result in pool.results()}
        assert len(results) == 5
        for key, result in results.items():
            if key == "bad" and sign == "SIGKILL":
                assert (result.problem.kind, result.tries) == ("given up", 3)
                assert statuses(result) == ["lost", "lost"]
            elif key != "bad":
                assert statuses(result) == ["ok", "ok"], key
        assert mine() == processes

    def test_it_may_die_from_outside(self, tmp_path):
        with Pool(workers=2, modules=()) as pool:
            for key in range(4):
                pool.submit(Job(key, tmp_path, [Cell(0, "import time; time.sleep(0.4)\n3")]))
            while not pool._runs:
                pool.poll(0.1)
            os.kill(pool._process.pid, signal.SIGKILL)
            results = list(pool.results())
        assert sorted(result.job.key for result in results) == [0, 1, 2, 3]
        assert all(statuses(result) == ["ok"] for result in results)
        assert max(result.tries for result in results) == 2

    def test_one_that_never_starts_is_an_error(self, tmp_path, monkeypatch):
        monkeypatch.setattr("service_marketing.grading.shells.pool._START", "raise SystemExit('cannot')")
        opened = descriptors()
        with pytest.raises(PoolError, match="cannot"), Pool(workers=1) as pool:  # noqa: PT012
            pool.submit(Job("a", tmp_path, [Cell(0, "1")]))
            list(pool.results())
        assert descriptors() == opened

    def test_it_has_one_thread(self, pool):
        assert psutil.Process(pool._process.pid).num_threads() == 1

    def test_a_pool_outside_of_with(self, tmp_path):
        with pytest.raises(RuntimeError, match="with"):
            Pool().submit(Job("a", tmp_path, []))
        with pytest.raises(ValueError, match="workers"):
            Pool(workers=0)


class TestNotebooks:
    def book(self, *cells):
        return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source, metadata=metadata) for source, metadata in cells])

    def test_a_students_tag_does_not_keep_a_test_from_running(self):
        tagged = {"tags": ["skip-execution"]}
        book = self.book(("1", {}), ("2", tagged), ("assert False", {**tagged, "nbgrader": {"grade": True}}), (" ", {}))
        assert [cell.number for cell in notebooks.cells(book)] == [0, 2]

    def test_cells_without_a_result_get_an_error(self, run):
        book = self.book(("1", {}), ("import os; os._exit(1)", {}), ("2", {}))
        notebooks.write(run(*(cell.source for cell in notebooks.cells(book))), book)
        nbformat.validate(book)
        assert [[output.output_type for output in cell.outputs] for cell in book.cells] == [["execute_result"], ["error"], ["error"]]
        assert [cell.execution_count for cell in book.cells] == [1, None, None]
