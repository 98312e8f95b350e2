"""From inside a box: real attempts at everything that it is there to prevent. None succeeds, and no neighbour is hurt.

Runs as whoever runs the tests; for root, `test_ordinary_user.py` runs it again as somebody else.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from grading.shells.test_pool import sleeping, statuses, text
from service_marketing.grading.box import cgroups, places
from service_marketing.grading.box.leftovers import abandoned, own_name
from service_marketing.grading.box.limits import MEGABYTE, Allowance
from service_marketing.grading.box.outside import Box, available
from service_marketing.grading.shells.pool import Cell, Job, Limits, Pool

pytestmark = pytest.mark.skipif(shutil.which("bwrap") is None, reason="sudo apt-get install bubblewrap")
LIMITS = Limits(cell_seconds=40, submission_seconds=90)
SMALL = Allowance(memory=300 * MEGABYTE, disk=30 * MEGABYTE, files=500, processes=40, cpu_seconds=20, open_files=100)
GROUPS = bool(cgroups.hierarchies())
ROOT = os.geteuid() == 0
TRY = (
    "import ctypes, errno, os, socket, subprocess, sys, json\n"
    "libc = ctypes.CDLL(None, use_errno=True)\n"
    "def attempt(function, *arguments):\n"
    "    try:\n"
    "        return repr(function(*arguments))\n"
    "    except BaseException as error:\n"
    "        return type(error).__name__\n"
    "def call(number, *arguments):\n"
    "    ctypes.set_errno(0)\n"
    "    result = libc.syscall(ctypes.c_long(number), *[ctypes.c_long(each) for each in arguments])\n"
    "    return 'OK' if result >= 0 else errno.errorcode[ctypes.get_errno()]\n"
)


@pytest.fixture(scope="module")
def pool():
    os.environ["GRADER_SECRET"] = "environment"
    with Pool(workers=2, limits=LIMITS, modules=(), box=Box(SMALL)) as pool:
        yield pool
    del os.environ["GRADER_SECRET"]


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "submission"
    made.mkdir()
    return made


@pytest.fixture
def run(pool, folder):
    """The result of the cells `sources` in a box, after TRY."""

    def run(*sources, beside=()):
        for key, source in enumerate(beside):
            pool.submit(Job(f"beside {key}", folder, [Cell(0, TRY + source), Cell(1, "6 * 7")]))
        pool.submit(Job("one", folder, [Cell(number, TRY + source) for number, source in enumerate(sources)]))
        results = {result.job.key: result for result in pool.results()}
        for key in range(len(beside)):
            assert statuses(results[f"beside {key}"]) == ["ok", "ok"], results[f"beside {key}"].problem
        return results["one"]

    return run


@pytest.fixture
def printed(run):
    """What the cell prints, as JSON."""

    def printed(source, **options):
        result = run(source, **options)
        assert statuses(result) == ["ok"], (result.problem, result.cells[0].outputs)
        return json.loads(text(result.cells[0]))

    return printed


NEIGHBOUR = (
    "import time\n"
    "for i in range(20):\n"
    "    time.sleep(0.05); open('mine.txt', 'w').write('n' * i)\n"
    "assert len(open('mine.txt').read()) == 19"
)


class TestSight:
    def test_the_work_folder_and_nothing_else_of_the_host(self, printed, folder, tmp_path):
        (folder / "sub").mkdir()
        (folder / "sub" / "data.csv").write_text("1,2\n3,4\n")
        (folder / "run.sh").write_text("echo ran")
        (folder / "run.sh").chmod(0o755)
        (tmp_path / "other").mkdir()
        (tmp_path / "other" / "answer.ipynb").write_text("42")
        seen = printed(
            "print(json.dumps({'here': sorted(os.listdir('.')), 'where': os.getcwd(), 'data': open('sub/data.csv').read(),\n"
            "    'run': subprocess.run(['./run.sh'], capture_output=True, text=True, shell=True).stdout,\n"
            f"    'other': attempt(open, {str(tmp_path / 'other' / 'answer.ipynb')!r}), 'folder': attempt(os.listdir, {str(folder)!r})}}))"
        )
        assert seen["here"] == ["run.sh", "sub"]
        assert seen["where"] == places.WORK
        assert seen["data"] == "1,2\n3,4\n"
        assert seen["run"] == "ran\n"
        assert (seen["other"], seen["folder"]) == ("FileNotFoundError", "FileNotFoundError")

    def test_home_of_the_grader(self, printed):
        home = Path.home()
        shown = [Path(path).resolve() for path in (sys.prefix, sys.base_prefix)]
        private = [str(path) for path in home.iterdir() if not any(each.is_relative_to(path.resolve()) for each in shown)]
        assert private or not ROOT
        assert printed(f"print(json.dumps([path for path in {private!r} if os.path.lexists(path)]))") == []

    def test_a_hidden_folder_within_a_shown_one(self, folder, tmp_path):
        course = tmp_path / "course"
        (course / "source").mkdir(parents=True)
        (course / "source" / "answers.txt").write_text("secret")
        (course / "data.csv").write_text("1,2")
        look = (
            f"print(sorted(os.listdir({str(course)!r})), os.listdir({str(course / 'source')!r}), attempt(open, "
            f"{str(course / 'data.csv')!r}, 'w'))"
        )
        with Pool(workers=1, limits=LIMITS, modules=(), box=Box(SMALL, hidden=[course / "source"], readable=[course])) as pool:
            pool.submit(Job("a", folder, [Cell(0, TRY + look), Cell(1, "import tempfile; tempfile.TemporaryFile().close()")]))
            (result,) = pool.results()
        assert statuses(result) == ["ok", "ok"]
        assert text(result.cells[0]) == "['data.csv', 'source'] [] OSError\n"

    def test_only_what_is_needed_is_there(self, printed):
        top = printed("print(json.dumps(sorted(os.listdir('/'))))")
        known = {"bin", "sbin", "lib", "lib32", "lib64", "libx32", "usr", "etc", "dev", "proc", "box", "tmp", "var", "nix", "gnu"}
        shown = {Path(path).resolve().parts[1] for path in (sys.prefix, sys.base_prefix, places.__file__, Path(__file__).parent)}
        assert set(top) <= known | shown | {"tmp"}
        seen = printed("print(json.dumps([os.path.exists('/etc/' + n) for n in ('shadow', 'ssh', 'sudoers', 'fstab', 'machine-id')]))")
        assert not any(seen)
        assert (
            printed("print(json.dumps([os.path.exists(p) for p in ('/sys/kernel', '/run', '/var/lib', '/var/log', '/boot', '/mnt')]))")
            == [False] * 6
        )

    def test_places_that_can_be_written(self, printed):
        source = (
            "found = []\n"
            "for top, folders, files in os.walk('/'):\n"
            "    folders[:] = [f for f in folders if os.path.join(top, f) not in ('/proc', '/usr', sys.prefix, sys.base_prefix)]\n"
            "    found += [top] if os.access(top, os.W_OK) else []\n"
            "    found += [p for p in (os.path.join(top, f) for f in files) if not os.path.islink(p) and os.access(p, os.W_OK)]\n"
            "print(json.dumps(sorted(found)))"
        )
        found = [path for path in printed(source) if not path.startswith((f"{places.HOME}/", f"{places.WORK}/", "/box/tmp/"))]
        devices = [f"/dev/{name}" for name in ("full", "null", "random", "urandom", "zero")]
        own = ["/box/shm", places.HOME, "/box/tmp", places.WORK, *([] if ROOT else ["/box"])]
        assert found == sorted([*devices, "/dev/pts/ptmx", *own])

    @pytest.mark.parametrize(
        "path",
        [
            "/usr/bin/new",
            "/etc/passwd",
            "/new",
            "/dev/new",
            "/proc/sys/kernel/core_pattern",
            "/proc/sysrq-trigger",
        ],
    )
    def test_writing_elsewhere(self, printed, path):
        assert printed(f"print(json.dumps(attempt(open, {path!r}, 'w')))") in ("OSError", "PermissionError", "FileNotFoundError")

    def test_packages_cannot_be_changed(self, printed):
        source = (
            "import IPython, service_marketing.grading.protocol as own\n"
            "print(json.dumps([attempt(open, m.__file__, 'a') for m in (IPython, own, os)]))"
        )
        assert set(printed(source)) <= {"OSError", "PermissionError"}

    def test_devices(self, printed):
        names = printed("print(json.dumps(sorted(os.listdir('/dev'))))")
        assert names == sorted(["fd", "full", "null", "ptmx", "pts", "random", "shm", "stderr", "stdin", "stdout", "urandom", "zero"])
        made = printed("print(json.dumps([attempt(os.mknod, n, 0o660 | 0o60000, os.makedev(8, 0)) for n in ('sda', '/box/tmp/sda')]))")
        assert made == ["PermissionError"] * 2
        assert printed("import pty\nprint(json.dumps(len(pty.openpty())))") == 2

    def test_processes(self, printed):
        seen = printed(
            "pids = [n for n in os.listdir('/proc') if n.isdigit()]\n"
            "def protect(): os.write(os.open('/proc/self/oom_score_adj', os.O_WRONLY), b'-900')\n"
            "print(json.dumps([sorted(pids), os.getpid(), os.getppid(), os.readlink('/proc/1/root'), attempt(protect)]))"
        )
        assert seen == [["1"], 1, 0, "/", "PermissionError"], "it sees itself, and its parent is out of sight"

    def test_environment(self, printed):
        source = "print(json.dumps([dict(os.environ), open('/proc/self/environ').read(), open('/proc/1/cmdline').read()]))"
        seen = printed(source)
        assert "GRADER_SECRET" not in str(seen)
        assert seen[0]["HOME"] == places.HOME
        assert "PWD" not in seen[0]
        assert str(Path.home()) not in [*seen[0].values(), *seen[0].get("PATH", "").split(":")]

    def test_identity(self, printed):
        status = printed(
            "print(json.dumps([open('/proc/self/status').read(), os.getgroups(), os.uname().nodename, open('/proc/self/uid_map').read()]))"
        )
        lines = dict(line.split(":\t", 1) for line in status[0].splitlines() if ":\t" in line)
        assert all(int(lines[name], 16) == 0 for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"))
        assert (lines["NoNewPrivs"], lines["Seccomp"]) == ("1", "2")
        assert status[1] in ([], [lines["Gid"].split()[0]], [65534])
        assert status[2] == "grading"
        real = [line.split() for line in status[3].splitlines()]
        assert all(int(line[1]) != 0 for line in real)

    def test_neighbours_have_another_id_where_that_is_possible(self, pool, folder):
        for key in range(2):
            pool.submit(Job(key, folder, [Cell(0, "import os, time; time.sleep(0.5); print(os.getuid())")]))
        users = {text(result.cells[0]) for result in pool.results()}
        assert len(users) == (2 if pool.layers.own_user else 1)
        assert pool.layers.own_user == ROOT

    def test_a_neighbour_is_not_seen(self, pool, folder):
        mark = f"mark{time.monotonic_ns()}"
        leave = (
            f"import os, socket, subprocess, time\nfor place in ('.', '/tmp', '/dev/shm', os.path.expanduser('~')):\n"
            f"    open(place + '/{mark}', 'w').write('x'); os.chmod(place + '/{mark}', 0o777)\n"
            f"s = socket.socket(socket.AF_UNIX); s.bind(chr(0) + '{mark}'); s.listen()\n"
            f"p = subprocess.Popen(['sleep', '3.{mark[4:]}'])\ntime.sleep(2)\nprint(p.poll())"
        )
        look = (
            f"{TRY}import time; time.sleep(1)\n"
            f"found = [top for top, _, names in os.walk('/') if '{mark}' in names and not top.startswith('/proc')]\n"
            "commands = [open(f'/proc/{p}/cmdline').read() for p in os.listdir('/proc') if p.isdigit() and p != '1']\n"
            f"found += [c for c in commands if '{mark[4:]}' in c]\n"
            f"s = socket.socket(socket.AF_UNIX)\nfound.append(attempt(s.connect, chr(0) + '{mark}'))\nprint(json.dumps(found))"
        )
        pool.submit(Job("leave", folder, [Cell(0, leave)]))
        pool.submit(Job("look", folder, [Cell(0, look)]))
        results = {result.job.key: result for result in pool.results()}
        assert text(results["leave"].cells[0]) == "None\n"
        assert json.loads(text(results["look"].cells[0])) == ["ConnectionRefusedError"]


class TestReach:
    def test_network(self, printed):
        with socket.create_server(("127.0.0.1", 0)) as server, socket.socket(socket.AF_UNIX) as local:
            name = f"grading-{server.getsockname()[1]}"
            local.bind("\0" + name)
            local.listen()
            seen = printed(
                f"def connect(place): return socket.create_connection(place, 2)\n"
                f"def say(place): return socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', place)\n"
                f"def local(): s = socket.socket(socket.AF_UNIX); s.connect(chr(0) + {name!r}); return s\n"
                f"print(json.dumps([attempt(connect, ('127.0.0.1', {server.getsockname()[1]})), attempt(connect, "
                f"('1.1.1.1', 53)), attempt(say, ('1.1.1.1', 53)),\n"
                "    attempt(say, ('127.0.0.1', 53)), attempt(socket.getaddrinfo, 'example.org', 80), "
                "attempt(connect, ('::1', 80)), attempt(local)]))"
            )
            assert not any(answer.startswith("<") for answer in seen), seen
            server.settimeout(0.1)
            with pytest.raises(TimeoutError):
                server.accept()

    def test_other_families_of_sockets(self, printed):
        families = ["AF_NETLINK", "AF_PACKET", "AF_VSOCK", "AF_ALG", "AF_BLUETOOTH", "AF_CAN", "AF_TIPC", "AF_RDS", "AF_QIPCRTR"]
        known = [int(getattr(socket, name)) for name in families if hasattr(socket, name)]
        assert set(printed(f"print(json.dumps([attempt(socket.socket, f, socket.SOCK_RAW) for f in {known}]))")) == {"PermissionError"}
        assert printed("a, b = socket.socketpair(); a.send(b'x'); print(json.dumps(b.recv(1).decode()))") == "x"

    @pytest.mark.parametrize("sign", ["SIGKILL", "SIGSTOP", "SIGTERM"])
    def test_signals_reach_nobody(self, run, sign):
        result = run(
            f"import signal\ndone = [attempt(os.kill, pid, signal.{sign}) for pid in (1, os.getppid(), 0 * 1 or 1)]",
            f"import signal\n[attempt(os.kill, pid, signal.{sign}) for pid in range(3, 40000)];",
            f"import signal\nattempt(os.kill, -1, signal.{sign})",
            "1",
            beside=[NEIGHBOUR],
        )
        assert statuses(result) == ["ok"] * 4

    def test_hosts_processes_are_not_there(self, printed):
        with subprocess.Popen(["sleep", "60"]) as bystander:
            try:
                pids = [pid for pid in (bystander.pid, os.getpid()) if pid > 40]
                seen = printed(f"print(json.dumps([attempt(os.kill, pid, 0) for pid in {pids}]))")
                assert set(seen) <= {"ProcessLookupError"}
                assert bystander.poll() is None
            finally:
                bystander.kill()

    @pytest.mark.skipif(os.uname().machine != "x86_64", reason="numbers of system calls on x86_64")
    def test_system_calls(self, printed):
        calls = {
            "unshare user": (272, 0x10000000),
            "unshare mount": (272, 0x20000),
            "setns": (308, 0, 0),
            "mount": (165, 0, 0, 0, 0, 0),
            "umount": (166, 0, 2),
            "pivot_root": (155, 0, 0),
            "chroot": (161, 0),
            "ptrace": (101, 16, 1, 0, 0),
            "process_vm_readv": (310, 1, 0, 0, 0, 0, 0),
            "process_vm_writev": (311, 1, 0, 0, 0, 0, 0),
            "bpf": (321, 0, 0, 0),
            "perf_event_open": (298, 0, 0, -1, -1, 0),
            "userfaultfd": (323, 0),
            "io_uring_setup": (425, 1, 0),
            "keyctl": (250, 0, 0, 0, 0, 0),
            "add_key": (248, 0, 0, 0, 0, 0),
            "open_by_handle_at": (304, 0, 0, 0),
            "open_tree": (428, 0, 0, 0),
            "fsopen": (430, 0, 0),
            "memfd_create": (319, 0, 0),
            "shmget": (29, 0, 4096, 0o1600),
            "personality": (135, 0x0040000),
            "clone user": (56, 0x10000011, 0, 0, 0, 0),
            "clone mount": (56, 0x20011, 0, 0, 0, 0),
            "init_module": (175, 0, 0, 0),
            "reboot": (169, 0xFEE1DEAD, 672274793, 0, 0),
            "sethostname": (170, 0, 0),
        }
        seen = printed(f"print(json.dumps({{name: call(*given) for name, given in {calls!r}.items()}}))")
        assert seen == dict.fromkeys(calls, "EPERM")
        assert printed("print(json.dumps(call(435, 0, 0)))") == "ENOSYS"

    @pytest.mark.skipif(os.uname().machine != "x86_64", reason="another architecture's numbers")
    def test_the_other_numbering_of_system_calls_kills(self, run):
        result = run("1", f"call({0x40000000 | 39})", "2", beside=[NEIGHBOUR])
        assert statuses(result) == ["ok", "lost", "lost"]
        assert "SIGSYS" in result.problem.text

    def test_becoming_somebody_else(self, printed):
        source = (
            "print(json.dumps([attempt(f, n) for n in (0, 1, 1000, "
            "1002) if n != os.getuid() for f in (os.setuid, os.seteuid, os.setgid)] + [attempt(os.setgroups, "
            "[0])]))"
        )
        assert set(printed(source)) <= {"PermissionError", "OSError"}
        setuid = [path for path in ("/usr/bin/su", "/bin/su", "/usr/bin/mount", "/usr/bin/passwd") if os.path.exists(path)]
        if setuid:
            source = (
                f"print(json.dumps([subprocess.run([{setuid[0]!r}, '--help'], capture_output=True).returncode, "
                f"open('/proc/self/status').read().count('NoNewPrivs:\\t1')]))"
            )
            assert printed(source)[1] == 1

    def test_programs_that_make_namespaces(self, printed):
        programs = [
            ["unshare", "-Ur", "true"],
            ["bwrap", "--ro-bind", "/", "/", "true"],
            ["mount", "-t", "tmpfs", "none", "/box/tmp"],
            ["chroot", "/", "true"],
        ]
        seen = printed(
            f"print(json.dumps([subprocess.run(p, capture_output=True).returncode if subprocess.run(['which', "
            f"p[0]], capture_output=True).returncode == 0 else 1 for p in {programs}]))"
        )
        assert 0 not in seen


class TestUse:
    def test_fork_bomb(self, run):
        bomb = "import os, time\ntry:\n    while True: os.fork()\nexcept OSError: time.sleep(1)\nraise SystemExit"
        started = time.monotonic()
        run(bomb, beside=[NEIGHBOUR])
        assert time.monotonic() - started < 60

    def test_so_many_processes_and_no_more(self, printed):
        source = (
            "import time\n"
            "pids = []\n"
            "try:\n"
            "    while len(pids) < 200:\n"
            "        pid = os.fork()\n"
            "        if pid == 0:\n"
            "            time.sleep(30); os._exit(0)\n"
            "        pids.append(pid)\n"
            "except OSError as error: print(json.dumps([len(pids), type(error).__name__]))"
        )
        count, error = printed(source)
        assert SMALL.processes - 5 <= count <= SMALL.processes
        assert error == "BlockingIOError"

    def test_threads_count_too(self, printed):
        source = (
            "import threading, time\n"
            "made = 0\n"
            "try:\n"
            "    for i in range(200):\n"
            "        threading.Thread(target=time.sleep, args=(2,)).start(); made += 1\n"
            "except RuntimeError: pass\n"
            "print(json.dumps(made))"
        )
        assert printed(source) < SMALL.processes

    def test_memory_of_one_process(self, run):
        result = run("x = bytearray(1 << 30)", "x = []\nwhile True: x.append(bytearray(1 << 20))", "del x\n1", beside=[NEIGHBOUR])
        assert statuses(result) == ["error", "error", "ok"]
        assert [result.cells[n].outputs[-1]["ename"] for n in (0, 1)] == ["MemoryError"] * 2

    @pytest.mark.skipif(not GROUPS, reason="takes cgroups that this user may divide")
    def test_memory_of_many_processes(self, run):
        """The kernel ends some of them, or the shell itself, which is then the reason of what is lost."""
        source = (
            "import time\npids = []\nfor i in range(8):\n    pid = os.fork()\n    if pid == 0:\n        x = bytearray(200 << 20)\n"
            "        time.sleep(1.5); os._exit(0)\n    pids.append(pid)\n"
            "print(json.dumps([os.waitpid(pid, 0)[1] for pid in pids]))"
        )
        result = run("1", source, beside=[NEIGHBOUR])
        if statuses(result) == ["ok", "ok"]:
            assert json.loads(text(result.cells[1])).count(int(signal.SIGKILL)) >= 7 - SMALL.memory // (200 * MEGABYTE)
        else:
            assert result.problem.kind == "memory"

    @pytest.mark.skipif(not GROUPS, reason="takes cgroups that this user may divide")
    def test_memory_that_no_process_owns(self, run):
        """Files in memory count: without the room for them, filling both at once ends the shell."""
        source = (
            "import mmap\nopen('big', 'wb').write(bytes(20 << 20))\nx = mmap.mmap(-1, 1 << 30)\nfor i in range(0, 1 << 30, 4096): x[i] = 1"
        )
        result = run("1", source, "2", beside=[NEIGHBOUR])
        assert result.problem.kind == "memory"
        assert statuses(result) == ["ok", "lost", "lost"]

    @pytest.mark.parametrize("place", [".", "/tmp", "/dev/shm", "~"])
    def test_disk(self, run, place):
        source = (
            f"place = os.path.expanduser({place!r})\n"
            f"with open(place + '/big', 'wb') as file:\n"
            f"    while True: file.write(bytes(1 << 20)); file.flush()"
        )
        result = run(source, "os.remove(place + '/big')\nopen('small', 'w').write('x')", beside=[NEIGHBOUR])
        assert statuses(result) == ["error", "ok"]
        assert "No space left" in result.cells[0].outputs[-1]["evalue"]

    def test_many_files(self, run):
        result = run("for i in range(10000): open(f'f{i}', 'w').close()", "1", beside=[NEIGHBOUR])
        assert statuses(result) == ["error", "ok"]
        assert "No space left" in result.cells[0].outputs[-1]["evalue"]

    def test_one_huge_file(self, folder):
        with Pool(workers=1, limits=Limits(file_size=5 * MEGABYTE), modules=(), box=Box(SMALL)) as pool:
            pool.submit(
                Job(
                    "a",
                    folder,
                    [Cell(0, "open('big', 'wb').write(bytes(8 << 20))"), Cell(1, "1"), Cell(2, "open('hole', 'wb').truncate(1 << 40)")],
                )
            )
            (result,) = pool.results()
        assert statuses(result) == ["error", "ok", "error"]

    def test_open_files(self, printed):
        source = (
            "files = []\n"
            "try:\n"
            "    while True: files.append(open('/dev/null'))\n"
            "except OSError as error: files, number = [], len(files); print(json.dumps(number))"
        )
        assert printed(source) < SMALL.open_files

    def test_shared_memory(self, run):
        source = "import mmap\nx = mmap.mmap(-1, 1 << 32)\nfor i in range(0, 1 << 32, 4096): x[i] = 1"
        result = run(source, beside=[NEIGHBOUR])
        assert statuses(result)[0] in ("error", "lost")

    def test_processor_time(self, folder):
        with Pool(workers=1, limits=LIMITS, modules=(), box=Box(Allowance(cpu_seconds=2))) as pool:
            pool.submit(Job("a", folder, [Cell(0, "1"), Cell(1, "while True: pass"), Cell(2, "1")]))
            (result,) = pool.results()
        assert statuses(result) == ["ok", "lost", "lost"]
        assert "SIGXCPU" in result.problem.text or "SIGKILL" in result.problem.text

    def test_limits_cannot_be_raised(self, printed):
        source = (
            "import resource\n"
            "names = ['RLIMIT_NPROC', 'RLIMIT_DATA', 'RLIMIT_FSIZE', 'RLIMIT_CPU', 'RLIMIT_NOFILE', 'RLIMIT_CORE']\n"
            "limits = [getattr(resource, name) for name in names]\n"
            "print(json.dumps([attempt(resource.setrlimit, each, (-1, -1)) for each in limits] + [resource.getrlimit(limits[-1])]))"
        )
        *raised, core = printed(source)
        assert set(raised) <= {"ValueError", "PermissionError"}
        assert core in ([0, 0], [1, 1])


class TestFolder:
    def test_links_and_pipes_do_not_enter(self, printed, folder, tmp_path):
        secret = tmp_path / "secret.txt"
        secret.write_text("secret")
        (folder / "good.txt").write_text("good")
        (folder / "link.txt").symlink_to(secret)
        (folder / "folder").symlink_to(tmp_path)
        os.mkfifo(folder / "pipe")
        with socket.socket(socket.AF_UNIX) as bound:
            here = os.getcwd()
            os.chdir(folder)
            bound.bind("socket")
            os.chdir(here)
        assert printed("print(json.dumps(sorted(os.listdir('.'))))") == ["good.txt"]

    def test_links_made_inside_lead_nowhere(self, printed, tmp_path):
        (tmp_path / "secret").write_text("secret")
        source = (
            f"os.symlink({str(tmp_path / 'secret')!r}, 'a'); os.symlink('/etc/shadow', "
            f"'b'); os.symlink('/proc/1/root', 'c')\n"
            f"print(json.dumps([attempt(open, 'a'), attempt(open, 'b'), attempt(os.listdir, 'c') == attempt(os.listdir, '/')]))"
        )
        *files, own = printed(source)
        assert set(files) <= {"FileNotFoundError", "PermissionError"}
        assert own is True, "the first process is its own, and so is that one's root"

    def test_the_hosts_folder_stays_as_it_is(self, run, folder):
        (folder / "kept.txt").write_text("kept")
        run("open('kept.txt', 'w').write('changed'); open('new.txt', 'w').write('new')")
        assert sorted(path.name for path in folder.iterdir()) == ["kept.txt"]
        assert (folder / "kept.txt").read_text() == "kept"

    def test_nothing_is_left_for_the_next(self, run):
        run("for place in ('/box/home', '/box/tmp', '/box/shm', '.'): open(place + '/left', 'w').write('x')")
        result = run("print([p for p in ('/box/home', '/box/tmp', '/box/shm', '.') if os.path.exists(p + '/left')])")
        assert text(result.cells[0]) == "[]\n"

    @pytest.mark.parametrize("what", ["bytes", "files"])
    def test_more_than_fits(self, run, folder, what):
        if what == "bytes":
            with open(folder / "big", "wb") as file:
                file.truncate(SMALL.disk + 1)
        else:
            for number in range(SMALL.files + 1):
                (folder / str(number)).touch()
        result = run("1", "2", beside=[])
        assert result.problem.kind == "folder"
        assert statuses(result) == ["lost", "lost"]


class TestLeftovers:
    def test_a_daemon(self, run):
        mark = f"60.{time.monotonic_ns()}"
        run(
            f"subprocess.Popen(['setsid', 'sleep', '{mark}'], start_new_session=True)\n"
            f"if os.fork() == 0:\n"
            f"    os.setsid()\n"
            f"    os.fork() or os.execvp('sleep', ['sleep', '{mark}'])\n"
            f"    os._exit(0)"
        )
        assert sleeping(mark) == []

    def test_control_groups_and_scratch_go_with_the_pool(self, folder):
        before = groups()
        with Pool(workers=1, modules=(), box=Box(SMALL)) as pool:
            pool.submit(Job("a", folder, [Cell(0, "1")]))
            list(pool.results())
            assert bool(groups() - before) == GROUPS
            scratch = pool._scratch
        assert groups() == before
        assert not scratch.exists()

    def test_a_killed_grader_leaves_no_process_and_the_next_one_clears_up(self, folder, tmp_path):
        mark = f"61.{time.monotonic_ns()}"
        script = (
            "import sys\n"
            "from service_marketing.grading.shells.pool import Cell, Job, Pool\n"
            "from service_marketing.grading.box.outside import Box\n"
            "with Pool(workers=1, modules=(), box=Box()) as pool:\n"
            f"    pool.submit(Job('a', {str(folder)!r}, [Cell(0, 'import subprocess; subprocess.run([\"sleep\", "
            f'"{mark}"])\')]))\n'
            f"    list(pool.results())\n"
        )
        with subprocess.Popen([sys.executable, "-c", script], env={**os.environ, "TMPDIR": str(tmp_path)}) as grader:
            wait_for(lambda: sleeping(mark))
            family = psutil.Process(grader.pid).children(recursive=True)
            left = groups(grader.pid)
            grader.send_signal(signal.SIGKILL)
        _, alive = psutil.wait_procs(family, timeout=10)
        assert alive == []
        assert bool(left) == GROUPS
        assert list(abandoned(tmp_path, "shells"))
        environment = {**os.environ, "TMPDIR": str(tmp_path)}
        subprocess.run([sys.executable, "-c", script.split("    pool.submit")[0] + "    pass\n"], env=environment, check=True)
        assert groups(grader.pid) == set()
        assert list(tmp_path.glob("shells-*")) == []

    def test_names_of_the_living_are_left_alone(self, tmp_path):
        (tmp_path / own_name("shells")).mkdir()
        (tmp_path / "shells-1-1-0123abcd").mkdir()
        (tmp_path / "shells-other").mkdir()
        assert [path.name for path in abandoned(tmp_path, "shells")] == ["shells-1-1-0123abcd"]


class TestLayers:
    def test_what_is_on_is_recorded(self, pool):
        layers = pool.layers
        assert layers.sandbox.startswith("bubblewrap")
        assert layers.filter == (os.uname().machine in ("x86_64", "aarch64"))
        assert bool(layers.memory) == bool(layers.processes) == GROUPS
        assert len(layers.texts()) == 6

    def test_a_trial(self):
        found = available(Box(SMALL))
        assert found, (found.reason, found.words)
        assert found.layers.own_user == ROOT


def groups(pid: int | None = None) -> set[Path]:
    """The control groups of this process's pools, or of those of `pid`."""
    return {path for place in cgroups.hierarchies() for path in place.parent.glob(f"grading-{pid or os.getpid()}-*")}


def wait_for(found):
    """What `found` gives, when it gives something."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if result := found():
            return result
        time.sleep(0.05)
    raise AssertionError("waited in vain")
