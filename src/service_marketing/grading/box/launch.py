"""Starts bubblewrap, with what must be done before by the one who started the grader.

Run as `python -I -S launch.py SPECIFICATION` (JSON: see `outside.Opened.wrap`); it becomes bubblewrap. For root it makes the
user namespace of the box, with a range of user ids, so that every shell can have an id of its own; then it gives up being
root, after it has put what is to be shown at a place that its new id can reach, in a mount namespace of its own (a Python in
/root, say).
"""

import ctypes
import json
import os
import sys
from contextlib import suppress

NEWNS, NEWUSER = 0x00020000, 0x10000000
MS_BIND, MS_REC, MS_PRIVATE = 0x1000, 0x4000, 0x40000
STAGE = "/tmp"
RIGHTS = ("SYS_ADMIN", "SETUID", "SETGID", "SETPCAP", "CHOWN", "KILL")  # of the zygote, in the namespace of the box only
PR_SET_DUMPABLE, PR_SET_PDEATHSIG, SIGKILL = 4, 1, 9

_libc = ctypes.CDLL(None, use_errno=True)


def _check(result: int, what: str) -> None:
    if result:
        code = ctypes.get_errno()
        raise SystemExit(f"{what}: {os.strerror(code)}")


def _mount(source: str | None, target: str, kind: str | None, flags: int, data: str | None = None) -> None:
    texts = [None if text is None else os.fsencode(text) for text in (source, target, kind, data)]
    _check(_libc.mount(texts[0], texts[1], texts[2], ctypes.c_ulong(flags), texts[3]), f"mount {target}")


def stage(sources: list[str]) -> list[str]:
    """Bind `sources` to places that anybody can reach, in a mount namespace of this process; where those are."""
    _check(_libc.unshare(NEWNS), "unshare")
    _mount(None, "/", None, MS_REC | MS_PRIVATE)
    opened = [os.open(source, os.O_PATH | os.O_CLOEXEC) for source in sources]
    _mount("tmpfs", STAGE, "tmpfs", 0, "mode=755")
    places = []
    for number, descriptor in enumerate(opened):
        place = f"{STAGE}/{number}"
        if os.path.isdir(f"/proc/self/fd/{descriptor}"):
            os.mkdir(place)
        else:
            os.close(os.open(place, os.O_CREAT | os.O_WRONLY, 0o644))
        _mount(f"/proc/self/fd/{descriptor}", place, None, MS_BIND | MS_REC)
        os.close(descriptor)
        places.append(place)
    return places


def become(user: int) -> None:
    """Give up root for `user`."""
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)


def namespace(user: int, inside: int, first: int, count: int) -> int:
    """A descriptor of a new user namespace that belongs to `user`, in which `count` ids from `inside` on are those from `first` on."""
    waiting, done = os.pipe(), os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            become(user)
            _libc.prctl(PR_SET_DUMPABLE, 1)
            _libc.prctl(PR_SET_PDEATHSIG, SIGKILL)
            _check(_libc.unshare(NEWUSER), "unshare")
            os.write(waiting[1], b"x")
            os.close(done[1])
            os.read(done[0], 1)
            with suppress(OSError), open("/proc/sys/user/max_user_namespaces", "w") as file:
                file.write("0")
        finally:
            os._exit(0)
    os.close(waiting[1])
    if not os.read(waiting[0], 1):
        raise SystemExit("unshare: no user namespace")
    descriptor = os.open(f"/proc/{pid}/ns/user", os.O_RDONLY)
    for file in ("gid_map", "uid_map"):
        with open(f"/proc/{pid}/{file}", "w") as opened:
            opened.write(f"{inside} {first} {count}")
    os.write(done[1], b"x")
    os.close(done[1])
    os.waitpid(pid, 0)
    os.set_inheritable(descriptor, True)
    return descriptor


def main() -> None:
    """Become bubblewrap."""
    given = json.loads(sys.argv[1])
    program = os.open(given["bwrap"], os.O_RDONLY | os.O_CLOEXEC)
    sources, inside = [source for source, _ in given["shown"]], given["inside"]
    if given["range"]:
        first, count = given["range"]
        identity = ["--userns", str(namespace(first, inside, first, count))]
        identity += [word for name in RIGHTS for word in ("--cap-add", f"CAP_{name}")]
        sources = stage(sources)
        become(first)
        os.chdir("/")
    else:
        identity = ["--unshare-user", "--uid", str(inside), "--gid", str(inside)]
    shown = [word for place, (_, target) in zip(sources, given["shown"], strict=True) for word in ("--ro-bind", place, target)]
    words = [given["bwrap"], *identity, *given["before"], *shown, *given["after"], "--", *given["program"]]
    try:
        os.execv(given["bwrap"], words)
    except OSError:  # where it lies is out of sight by now, or out of this user's reach
        os.execve(program, words, os.environ)


if __name__ == "__main__":
    main()
