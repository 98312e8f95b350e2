"""The coordinator's side of the box: what is asked for (`Box`), and one pool's box while it works (`Opened`)."""

import json
import os
import site
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from service_marketing.grading.box import cgroups, layers, parcel, places
from service_marketing.grading.box import filter as seccomp
from service_marketing.grading.box.layers import BoxError, Layers
from service_marketing.grading.box.limits import Allowance
from service_marketing.grading.box.view import View, font_lists, python_path, view
from service_marketing.grading.problems import Text

LAUNCHER = Path(__file__).with_name("launch.py")
DEVICES = ("null", "zero", "full", "random", "urandom")
NAME = "grading"
_TRIAL = "import json, sys; from service_marketing.grading.box.inside import rehearse; rehearse(json.loads(sys.argv[1]))"


@dataclass(frozen=True)
class Box:
    """What a pool's submissions are kept in.

    allowance: what each may use. hidden: folders that must not be seen whatever they lie in: the course folder, the
    gradebook's (the home folder is always among them). readable: further folders to show, read-only, at their own places.
    groups: whether control groups are used where there are any.
    """

    allowance: Allowance = field(default_factory=Allowance)
    hidden: Sequence[Path] = ()
    readable: Sequence[Path] = ()
    groups: bool = True

    def open(self, slots: int, scratch: Path) -> "Opened":
        """The box of one pool of `slots` shells; `scratch` is a folder of the pool's own. Raises BoxError where there can be none."""
        if (reason := layers.obstacle()) is not None:
            raise BoxError(f"{reason.zh}（{reason.en}）")
        return Opened(self, slots, scratch)


class Opened:
    """One pool's box: starts the zygote in it, and gives each shell its files and its control groups."""

    work, home = places.WORK, places.HOME

    def __init__(self, box: Box, slots: int, scratch: Path):
        self.allowance, self._box = box.allowance, box
        self._program = layers.program()
        self._free = list(range(slots, 0, -1))
        self._killed: dict[int, int] = {}
        self._first = layers.spare_ids(slots + 1)
        if os.geteuid() == 0 and self._first is None:
            raise BoxError(
                "以root运行，但是没有可以改用的普通用户编号；改用普通用户运行（running as root without any other user id to change to: "
                "run the grader as an ordinary user）"
            )
        self._count = slots + 1
        self._etc = scratch / "etc"
        self._etc.mkdir(mode=0o755)
        ids = range(places.ZYGOTE, places.ZYGOTE + self._count)
        texts = {
            "passwd": "".join(f"student:x:{number}:{number}::{places.HOME}:/bin/sh\n" for number in ids),
            "group": "".join(f"student:x:{number}:\n" for number in ids),
            "hosts": f"127.0.0.1 localhost {NAME}\n",
            "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
        }
        for name, text in texts.items():
            (self._etc / name).write_text(text)
        self._groups: cgroups.Groups | None = None
        if box.groups and (trees := cgroups.hierarchies()):
            with suppress(OSError):
                self._groups = cgroups.Groups(trees, box.allowance)
        self.layers = self._layers(trees if self._groups else [])

    def _layers(self, trees: list[cgroups.Hierarchy]) -> Layers:
        def by(controller: str) -> str:
            return next((f"v{tree.version}" for tree in trees if controller in tree.controllers), "")

        return Layers(layers.version(self._program), self._first is not None, seccomp.available, by("memory"), by("pids"), by("cpu"))

    @property
    def settings(self) -> dict[str, Any]:
        """What the zygote needs to know (`inside`)."""
        names = ("memory", "disk", "files", "processes", "cpu_seconds", "open_files")
        settings = {name: getattr(self.allowance, name) for name in names}
        if self._first is None and layers.counts_across_namespaces():
            settings["processes"] = self._count * self.allowance.processes + layers.own_threads()
        return settings | {"range": self._first is not None, "groups": self._groups is not None}

    def wrap(self, program: Sequence[str], environment: dict[str, str]) -> tuple[list[str], dict[str, str]]:
        """The command and the environment that start the zygote's `program` inside."""
        seen = view(self._box.hidden, self._box.readable)
        fonts = [(file, f"{places.ZYGOTE_HOME}/matplotlib/{file.name}") for file in font_lists()]
        own = [(self._etc / name, f"/etc/{name}") for name in ("passwd", "group", "hosts", "nsswitch.conf")]
        shown = [(path, path) for path in seen.shown]
        before = ["--die-with-parent", "--new-session", "--as-pid-1", "--hostname", NAME]
        before += [f"--unshare-{kind}" for kind in ("ipc", "pid", "net", "uts")]
        for target, link in seen.links:
            before += ["--symlink", target, link]
        targets = [Path(target) for _, target in (*shown, *own, *fonts)]
        before += ["--tmpfs", places.PLACE, "--dir", places.ZYGOTE_HOME, "--dir", places.TEMPORARY, "--dir", "/var", "--tmpfs", "/dev"]
        for link in ("/tmp", "/var/tmp"):
            if not any(target.is_relative_to(link) for target in targets):
                before += ["--symlink", places.TEMPORARY, link]
            else:  # something is shown there, a virtual environment say
                environment = {**environment, "TMPDIR": places.TEMPORARY}
        for name in DEVICES:
            before += ["--dev-bind", f"/dev/{name}", f"/dev/{name}"]
        for target, link in (("/proc/self/fd", "fd"), ("fd/0", "stdin"), ("fd/1", "stdout"), ("fd/2", "stderr"), ("pts/ptmx", "ptmx")):
            before += ["--symlink", target, f"/dev/{link}"]
        before += ["--symlink", places.SHARED, "/dev/shm", "--dir", "/dev/pts", "--remount-ro", "/dev", "--proc", "/proc"]
        for folder in sorted({str(parent) for target in targets for parent in target.parents if str(parent) != "/"}):
            before += ["--dir", folder]  # bubblewrap alone would make them for its own user only
        after = [word for path in seen.masked for word in ("--tmpfs", str(path), "--remount-ro", str(path))]
        after += [word for path in seen.again for word in ("--ro-bind", str(path), str(path))]
        after += ["--remount-ro", "/", "--chdir", places.ZYGOTE_HOME]
        specification = {
            "bwrap": self._program,
            "inside": places.ZYGOTE,
            "range": [self._first, self._count] if self._first is not None else None,
            "shown": [[str(source), str(target)] for source, target in (*shown, *own, *fonts)],
            "before": before,
            "after": after,
            "program": list(program),
        }
        return [sys.executable, "-I", "-S", str(LAUNCHER), json.dumps(specification)], self._scrub(environment, seen)

    def _scrub(self, environment: dict[str, str], seen: View) -> dict[str, str]:
        """The environment with the zygote's own folders, and a PATH without folders that are not there."""
        there = (*seen.shown, *(Path(link) for _, link in seen.links))
        path = [each for each in environment.get("PATH", os.defpath).split(os.pathsep) if any(map(Path(each).is_relative_to, there))]
        kept = {name: value for name, value in environment.items() if name != "XDG_CACHE_HOME"}
        own = {
            "HOME": places.ZYGOTE_HOME,
            "IPYTHONDIR": f"{places.ZYGOTE_HOME}/ipython",
            "MPLCONFIGDIR": f"{places.ZYGOTE_HOME}/matplotlib",
        }
        base = site.getuserbase()
        if any(Path(each).is_relative_to(base) for each in python_path()):
            own["PYTHONUSERBASE"] = base  # it is found by HOME otherwise
        return kept | own | {"PATH": os.pathsep.join(path)}

    def take(self) -> int:
        """A slot that is free."""
        return self._free.pop()

    def enter(self, slot: int, folder: Path) -> list[tuple[str, int]]:
        """What a shell in `slot` is sent besides its channel: its folder and its groups, names and descriptors (to be closed when sent).

        Raises OSError when the folder is too big, or cannot be read.
        """
        allowance = self.allowance
        descriptors = [parcel.pack(folder, allowance.disk, allowance.files)]
        try:
            if self._groups is not None:
                descriptors += self._groups.enter(slot)
                self._killed[slot] = self._groups.killed(slot)
        except BaseException:
            for descriptor in descriptors:
                os.close(descriptor)
            raise
        return [("group" if place else "parcel", descriptor) for place, descriptor in enumerate(descriptors)]

    def starved(self, slot: int) -> bool:
        """Whether the shell in `slot` lost a process for want of memory."""
        return self._groups is not None and self._groups.killed(slot) > self._killed.get(slot, 0)

    def release(self, slot: int) -> None:
        """The shell in `slot` has ended."""
        self._free.append(slot)

    def explain(self, words: str) -> BoxError:
        """The error to raise when the zygote did not start and said `words`."""
        reason = layers.cause(os.geteuid() == 0, words)
        return BoxError(f"{reason.zh}（{reason.en}）\n{words}")

    def close(self) -> None:
        """All shells have ended: remove their control groups."""
        if self._groups is not None:
            self._groups.close()


@dataclass(frozen=True)
class Availability:
    """Whether a box can be built here: with which layers, or why not and what to do, with the words of whoever refused."""

    layers: Layers
    reason: Text | None = None
    words: str = ""

    def __bool__(self) -> bool:
        return self.reason is None


def available(box: Box | None = None) -> Availability:
    """Build a box and tear it down: the layers that there can be on this machine, or the reason why there can be none."""
    if (reason := layers.obstacle()) is not None:
        return Availability(Layers(), reason)
    with tempfile.TemporaryDirectory(prefix="box-") as scratch:
        try:
            opened = (box or Box()).open(1, Path(scratch))
        except BoxError as error:
            return Availability(Layers(), layers.UNKNOWN, str(error))
        try:
            program, environment = opened.wrap([sys.executable, "-c", _TRIAL, json.dumps(opened.settings)], {"PATH": os.defpath})
            done = subprocess.run(program, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
        except (OSError, subprocess.SubprocessError) as error:
            return Availability(Layers(), layers.UNKNOWN, str(error))
        finally:
            opened.close()
    if done.returncode:
        return Availability(Layers(), layers.cause(os.geteuid() == 0, done.stderr), done.stderr.strip())
    return Availability(opened.layers)


def host_pid(handle: int) -> int:
    """The pid, in this process's PID namespace, of the process that the pidfd `handle` stands for; 0 when it is gone."""
    with open(f"/proc/self/fdinfo/{handle}") as file:
        number = next((int(line.split()[1]) for line in file if line.startswith("Pid:")), 0)
    return max(number, 0)
