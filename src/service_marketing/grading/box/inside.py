"""The inner box: what the zygote does, itself inside bubblewrap, to give each shell a world of its own.

`clone` makes the shell as the first process of new namespaces (mounts, processes, network, IPC, host name, control
groups): when it ends, the kernel ends whatever else is in there. It joins its control groups, puts a small file system in
memory over /box, where everything that can be written is, and its own /proc and /dev/pts; then it gives up every right
(`confine`), before it hears of the student's code. Any step that fails ends the shell before it has begun: what the report
calls on is on. Being the first, it does not notice signals that it sends itself and has no handler for.

Two ways to be somebody else, by who runs the grader (`settings["range"]`):
- with a range of user ids (root) each shell has an id of its own, and the zygote the few rights, in
  bubblewrap's user namespace only, that making the other namespaces takes;
- else every shell has a user namespace of its own in which the one id that there is stands for itself.
"""

import array
import ctypes
import json
import os
import resource
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from service_marketing.grading.box import filter as seccomp
from service_marketing.grading.box.places import HOME, PLACE, SHARED, TEMPORARY, WORK, ZYGOTE

NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET = (
    0x00020000,
    0x02000000,
    0x04000000,
    0x08000000,
    0x10000000,
    0x20000000,
    0x40000000,
)
OWN = NEWNS | NEWUTS | NEWIPC | NEWPID | NEWNET
SYS_CLONE = {"x86_64": 56, "aarch64": 220}
MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REC, MS_PRIVATE = 2, 4, 8, 0x4000, 0x40000
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT = 1, 4, 24, 38, 47
CLEAR_ALL = 4
CAPABILITY_VERSION = 0x20080522
BEFORE_OTHERS = "700"  # among all processes of the machine, the kernel ends these first when memory is short

_libc = ctypes.CDLL(None, use_errno=True)
_held = ctypes.PyDLL(None, use_errno=True)  # calls of it keep the interpreter's lock, as os.fork does
for _function in (ctypes.pythonapi.PyOS_BeforeFork, ctypes.pythonapi.PyOS_AfterFork_Child, ctypes.pythonapi.PyOS_AfterFork_Parent):
    _function.restype = None


def _check(result: int, what: str) -> None:
    if result == -1:
        code = ctypes.get_errno()
        raise OSError(code, f"{what}: {os.strerror(code)}")


def mount(kind: str | None, place: str, flags: int, data: str | None = None) -> None:
    """mount(2)."""
    texts = [None if text is None else os.fsencode(text) for text in (kind, place, kind, data)]
    _check(_libc.mount(texts[0], texts[1], texts[2], ctypes.c_ulong(flags), texts[3]), f"mount {kind} {place}")


def clone(flags: int) -> int:
    """`os.fork` into new namespaces. Only for a process of one thread."""
    ctypes.pythonapi.PyOS_BeforeFork()
    pid = _held.syscall(SYS_CLONE[os.uname().machine], ctypes.c_ulong(flags | signal.SIGCHLD), None, None, None, None)
    if pid == 0:
        ctypes.pythonapi.PyOS_AfterFork_Child()
        return 0
    error = ctypes.get_errno()
    ctypes.pythonapi.PyOS_AfterFork_Parent()
    if pid < 0:
        raise OSError(error, f"clone: {os.strerror(error)}")
    return pid


def start(settings: dict[str, Any], slot: int, groups: list[int], control: socket.socket, number: int, shell: Callable[[], None]) -> int:
    """Start a boxed shell that calls `shell`; its pid.

    It tells the pool through `control` that the shell `number` is there, or why it is not. groups: descriptors of control
    groups, which are closed in the caller.
    """
    try:
        pid = clone(OWN if settings["range"] else OWN | NEWUSER)
        if pid == 0:
            try:
                move_in(settings, slot, groups)
                present(control, number)
                shell()
            except BaseException as error:
                with suppress(OSError):
                    control.send(json.dumps({"forked": number, "error": f"{type(error).__name__}: {error}"}).encode())
            finally:
                os._exit(70)
    finally:
        for descriptor in groups:
            os.close(descriptor)
    return pid


def move_in(settings: dict[str, Any], slot: int, groups: list[int]) -> None:
    """Set up the namespaces of this process, which is the first in them."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    for descriptor in groups:
        os.write(descriptor, b"0")
        os.close(descriptor)
    if not settings["range"]:
        _map_to_itself()
    _check(_libc.unshare(NEWCGROUP), "unshare")  # now that it is in its groups: it sees them as the topmost
    set_up_mounts(settings, slot)


def present(control: socket.socket, number: int) -> None:
    """Tell the pool that this process is the shell `number`."""
    handle = os.pidfd_open(os.getpid())
    message = json.dumps({"forked": number, "pid": os.getpid()}).encode()
    control.sendmsg([message], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [handle]))])
    os.close(handle)


def _map_to_itself() -> None:
    for file, text in (("setgroups", "deny"), ("gid_map", f"{ZYGOTE} {ZYGOTE} 1"), ("uid_map", f"{ZYGOTE} {ZYGOTE} 1")):
        with open(f"/proc/self/{file}", "w") as opened:
            opened.write(text)


def set_up_mounts(settings: dict[str, Any], slot: int) -> None:
    """The places that are this shell's alone: PLACE (files that can be written), /proc and /dev/pts."""
    user = ZYGOTE + slot if settings["range"] else ZYGOTE
    mount(None, "/", MS_REC | MS_PRIVATE)
    room = f"size={settings['disk']},nr_inodes={settings['files']},mode=755,uid={ZYGOTE},gid={ZYGOTE}"
    mount("tmpfs", PLACE, MS_NOSUID | MS_NODEV, room)
    mount("devpts", "/dev/pts", MS_NOSUID | MS_NOEXEC, "newinstance,ptmxmode=0666,mode=620,max=64")
    mount("proc", "/proc", MS_NOSUID | MS_NODEV | MS_NOEXEC)
    folders = {HOME: 0o755, WORK: 0o755, TEMPORARY: 0o1777, SHARED: 0o1777}
    for folder, mode in folders.items():
        os.mkdir(folder)
        os.chmod(folder, mode)
    if user != ZYGOTE:
        for folder in folders:
            os.chown(folder, user, user)
    if not settings["range"]:
        _forbid_namespaces()


def _forbid_namespaces() -> None:
    for name in ("user", "mnt", "pid", "net"):
        with suppress(OSError), open(f"/proc/sys/user/max_{name}_namespaces", "w") as file:
            file.write("0")


def confine(settings: dict[str, Any], slot: int) -> None:
    """In the shell, before anything of the student's is there: give up every right, for good."""
    with suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:
        file.write(BEFORE_OTHERS)
    give_up_rights(ZYGOTE + slot if settings["range"] else None)
    _libc.prctl(PR_SET_DUMPABLE, 1)
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    set_limits(settings)
    seccomp.install(_libc)


def give_up_rights(user: int | None) -> None:
    """Drop all capabilities, what could bring them back, and change to `user`. Raises OSError when any is left."""
    for capability in range(64):
        if _libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0):
            break
    if user is not None:
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    _check(_libc.prctl(PR_CAP_AMBIENT, CLEAR_ALL, 0, 0, 0), "ambient capabilities")
    _check(_libc.capset((ctypes.c_uint32 * 2)(CAPABILITY_VERSION, 0), (ctypes.c_uint32 * 6)()), "capset")
    _check(_libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs")
    if rights := rights_left():
        raise OSError(f"rights are left: {rights}")


def rights_left() -> dict[str, str]:
    """What /proc says of this process's capabilities, as far as there are any."""
    with open("/proc/self/status") as file:
        words = dict(line.rstrip("\n").split(":\t", 1) for line in file if line.startswith("Cap"))
    return {name: value for name, value in words.items() if int(value, 16)}


def set_limits(settings: dict[str, Any]) -> None:
    """Limits of each process; those that the control groups keep better are left to them."""
    used = {}
    with open("/proc/self/status") as file:
        for line in file:
            if line.startswith(("VmData", "VmSize")):
                used[line[:6]] = int(line.split()[1]) << 10
    limits = {
        resource.RLIMIT_CPU: settings["cpu_seconds"],
        resource.RLIMIT_NOFILE: settings["open_files"],
        resource.RLIMIT_MEMLOCK: 1 << 16,
        resource.RLIMIT_MSGQUEUE: 0,
        resource.RLIMIT_NPROC: settings["processes"],
        resource.RLIMIT_DATA: used["VmData"] + settings["memory"],
    }
    if not settings["groups"]:
        limits[resource.RLIMIT_AS] = used["VmSize"] + 2 * settings["memory"]  # counts shared memory, which the above does not
    for name, value in limits.items():
        hard = resource.getrlimit(name)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(name, (value, value))


def leave_no_core() -> None:
    """A crash is not written down. The limit is 1 byte because 0 would still hand it to the host's crash reporter (core(5))."""
    hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
    most = 1 if hard == resource.RLIM_INFINITY else min(1, hard)
    resource.setrlimit(resource.RLIMIT_CORE, (most, most))


def rehearse(settings: dict[str, Any]) -> None:
    """Build one box and tear it down, in the zygote before it says that it is ready. Raises OSError for what cannot be done."""
    pid = clone(OWN if settings["range"] else OWN | NEWUSER)
    if pid == 0:
        status = 70
        try:
            if not settings["range"]:
                _map_to_itself()
            _check(_libc.unshare(NEWCGROUP), "unshare")
            set_up_mounts(settings, 1)
            confine(settings, 1)
            status = 0
        except BaseException as error:
            print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
        finally:
            os._exit(status)
    if os.waitpid(pid, 0)[1]:
        raise OSError("a box cannot be built inside bubblewrap")
