"""Control groups: limits that hold for all processes of a submission together, and equal shares of the processors.

One folder for each pool under a control group that this user may divide, and in it one for each shell
that may run at a time; they are used again by the next shell. A shell's first process puts itself in, through a descriptor
that the coordinator opened: no control group is seen from inside, and the coordinator does not wait for the kernel. Folders
that a killed grader left are removed when the next one starts.

Version 2 where a group is found whose children may have the controllers for memory and processes, else version 1, else none.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from service_marketing.grading.box.leftovers import abandoned, own_name
from service_marketing.grading.box.limits import Allowance

NEEDED = ("memory", "pids")
PREFIX = "grading"


@dataclass(frozen=True)
class Hierarchy:
    """Where groups can be made: the folder of the parent group and the controllers that it gives to its children."""

    parent: Path
    controllers: tuple[str, ...]
    version: int


def hierarchies(own: str | None = None, mounts: str | None = None) -> list[Hierarchy]:
    """Where this process may make control groups with all of NEEDED; empty when nowhere.

    own, mounts: the texts of /proc/self/cgroup and /proc/self/mountinfo, read when not given.
    """
    try:
        groups = dict(_groups(own if own is not None else Path("/proc/self/cgroup").read_text()))
        places = list(_mounts(mounts if mounts is not None else Path("/proc/self/mountinfo").read_text()))
    except OSError:
        return []
    for mount, root, version, _ in places:
        if version == 2 and "" in groups and (parent := _dividable(mount, _below(groups[""], root))):
            return [Hierarchy(parent, tuple(_words(parent / "cgroup.subtree_control")), 2)]
    found = []
    for name in (*NEEDED, "cpu"):
        for mount, root, version, controllers in places:
            if version == 1 and name in controllers and name in groups:
                parent = mount / _below(groups[name], root)
                if os.access(parent, os.W_OK):
                    found.append(Hierarchy(parent, (name,), 1))
                    break
    return found if {name for each in found for name in each.controllers} >= set(NEEDED) else []


def _groups(text: str) -> Iterator[tuple[str, str]]:
    """The group of this process by controller, "" for version 2."""
    for line in text.splitlines():
        _, controllers, path = line.split(":", 2)
        for name in controllers.split(","):
            yield name, path


def _mounts(text: str) -> Iterator[tuple[Path, str, int, list[str]]]:
    """Mounted cgroup file systems: place, the group that is at its root, version, controllers."""
    for line in text.splitlines():
        before, _, after = line.partition(" - ")
        kind, _, options = after.split(" ", 2)
        if kind in ("cgroup", "cgroup2"):
            root, place = before.split()[3:5]
            yield Path(place), root, 2 if kind == "cgroup2" else 1, options.split(",")


def _below(group: str, root: str) -> str:
    return os.path.relpath(group, root) if group.startswith(root) else "."


def _words(file: Path) -> list[str]:
    try:
        return file.read_text().split()
    except OSError:
        return []


def _dividable(mount: Path, own: str) -> Path | None:
    """The nearest group, from this process's own upwards, whose children have NEEDED and which this user may add to."""
    place = Path(os.path.normpath(mount / own))
    for group in (place, *place.parents):
        if not group.is_relative_to(mount):
            return None
        writable = os.access(group, os.W_OK) and os.access(group / "cgroup.procs", os.W_OK)
        if writable and set(_words(group / "cgroup.subtree_control")) >= set(NEEDED):
            return group
    return None


class Groups:
    """The control groups of one pool."""

    def __init__(self, places: list[Hierarchy], allowance: Allowance):
        self.allowance, self.version = allowance, places[0].version
        self._name = own_name(PREFIX)
        self._places = places
        self._made: dict[int, list[Path]] = {}
        for place in places:
            for folder in abandoned(place.parent, PREFIX):
                _remove(folder)
            folder = place.parent / self._name
            folder.mkdir()
            if place.version == 2:
                wanted = [name for name in (*NEEDED, "cpu") if name in place.controllers]
                (folder / "cgroup.subtree_control").write_text(" ".join(f"+{name}" for name in wanted))

    def enter(self, slot: int) -> list[int]:
        """Descriptors into which a process writes "0" to put itself into the group `slot`."""
        if slot not in self._made:
            self._made[slot] = [self._make(place, str(slot)) for place in self._places]
        return [
            os.open(folder / ("cgroup.procs" if self.version == 2 else "tasks"), os.O_WRONLY | os.O_CLOEXEC) for folder in self._made[slot]
        ]

    def killed(self, slot: int) -> int:
        """How many processes the kernel has killed in the group for want of memory, since it was made."""
        for folder in self._made.get(slot, ()):
            for name in ("memory.events", "memory.oom_control"):
                words = _words(folder / name)
                if "oom_kill" in words:
                    return int(words[words.index("oom_kill") + 1])
        return 0

    def close(self) -> None:
        """Remove the groups; their processes have ended."""
        for place in self._places:
            _remove(place.parent / self._name)

    def _make(self, place: Hierarchy, name: str) -> Path:
        folder = place.parent / self._name / name
        folder.mkdir()
        allowance = self.allowance
        memory = allowance.memory + allowance.disk
        names = (
            {"memory.max": memory, "memory.swap.max": 0, "pids.max": allowance.processes + 1}
            if place.version == 2
            else {"memory.limit_in_bytes": memory, "memory.memsw.limit_in_bytes": memory, "pids.max": allowance.processes + 1}
        )
        for file, value in names.items():
            if (folder / file).exists():  # swap may not be counted; in version 1 each controller has its own folder
                (folder / file).write_text(str(value))
        return folder


def _remove(folder: Path) -> None:
    for inner in (*folder.glob("*/"), folder):
        with suppress(OSError):
            inner.rmdir()
