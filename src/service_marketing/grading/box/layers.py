"""Which parts of a box there can be on this machine, what is in the way, and what to do about it."""

import itertools
import os
import re
import shutil
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from service_marketing.grading.problems import Text

POOLS = 8  # of one process that have different ids
CAP_SYS_ADMIN = 21
_serials = itertools.count()
RANGE_FIRST, RANGE_LAST = 1_900_000_000, 2_100_000_000  # ids that no distribution, container or directory service gives out


class BoxError(RuntimeError):
    """No box can be built here; the message says why, and what to do."""


@dataclass(frozen=True)
class Layers:
    """What stood between a submission and the machine. Control groups: "v1", "v2", or "" where each process has its own limit.

    sandbox: the program and its version, "" without a box. own_user: whether every submission had a user id of its own.
    filter: whether system calls were filtered. memory, processes: by which control groups they were limited. processors:
    by which control groups all submissions had equal shares.
    """

    sandbox: str = ""
    own_user: bool = False
    filter: bool = False
    memory: str = ""
    processes: str = ""
    processors: str = ""

    def texts(self) -> list[Text]:
        """One sentence a layer, for the report."""
        if not self.sandbox:
            return [
                Text(
                    "没有隔离：作业里的代码以运行批改的人的身份运行，能读写这个人的一切文件。",
                    "No isolation: submissions ran with all the rights of the person who graded them.",
                )
            ]
        return [
            Text(
                f"隔离：{self.sandbox}；没有网络，看不到家目录、别的作业和别的进程，文件写在内存里，用完即弃。",
                f"Isolation: {self.sandbox}; no network, no sight of the home folder, other submissions or other processes; "
                "files were written to memory and thrown away.",
            ),
            Text("每份作业用自己的用户编号。", "Every submission had a user id of its own.")
            if self.own_user
            else Text(
                "所有作业用同一个用户编号，由命名空间分开（以root运行才能各用各的）。",
                "All submissions had one user id and were kept apart by namespaces (ids of their own take root).",
            ),
            Text("系统调用经过过滤。", "System calls were filtered.")
            if self.filter
            else Text("系统调用没有过滤（不认识这种处理器）。", "System calls were not filtered (unknown processor)."),
            _limit("内存", "Memory", self.memory),
            _limit("进程数", "The number of processes", self.processes),
            Text(f"处理器由cgroup {self.processors}平分。", f"Processors were shared equally by cgroup {self.processors}.")
            if self.processors
            else Text("处理器没有按作业平分。", "Processors were not shared equally between submissions."),
        ]


def _limit(zh: str, en: str, groups: str) -> Text:
    if groups:
        return Text(f"{zh}按整份作业限制（cgroup {groups}）。", f"{en} was limited for each submission as a whole (cgroup {groups}).")
    return Text(
        f"{zh}按单个进程或用户限制（rlimit；这里不能用cgroup）。", f"{en} was limited by process or user only (rlimit; no usable cgroup)."
    )


NOT_LINUX = Text(
    "隔离要靠Linux内核，这里是{system}。用随附的容器运行（grading/box/Containerfile，开头写着怎么用），"
    "或在Linux上批改（Windows也可以用WSL 2里的Ubuntu）。",
    "The box needs a Linux kernel, and this is {system}. Run the grader in the container whose recipe comes with it "
    "(grading/box/Containerfile says how), or on Linux (on Windows, an Ubuntu in WSL 2 will do).",
)
NO_PROGRAM = Text(
    "没有装bubblewrap。Debian、Ubuntu：sudo apt-get install bubblewrap；Fedora：sudo dnf install bubblewrap；"
    "conda：conda install -c conda-forge bubblewrap。",
    "bubblewrap is not installed. Debian, Ubuntu: sudo apt-get install bubblewrap; Fedora: sudo dnf install bubblewrap; "
    "conda: conda install -c conda-forge bubblewrap.",
)
APPARMOR = Text(
    "这台机器的AppArmor不让普通用户建用户命名空间（Ubuntu 23.10起的默认设置）。用sudo运行批改，"
    "或由管理员执行：sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0。",
    "AppArmor keeps ordinary users from making user namespaces here (the default since Ubuntu 23.10). Run the grader with "
    "sudo, or have an administrator run: sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0.",
)
DEBIAN = Text(
    "内核设置不让普通用户建用户命名空间。用sudo运行批改，或由管理员执行：sudo sysctl -w kernel.unprivileged_userns_clone=1。",
    "The kernel is set to keep ordinary users from making user namespaces. Run the grader with sudo, or have an administrator "
    "run: sudo sysctl -w kernel.unprivileged_userns_clone=1.",
)
NO_NAMESPACES = Text(
    "内核不许建用户命名空间。由管理员执行：sudo sysctl -w user.max_user_namespaces=10000。",
    "The kernel allows no user namespaces. Have an administrator run: sudo sysctl -w user.max_user_namespaces=10000.",
)
CONTAINER = Text(
    "这里是容器，容器不让再建命名空间。启动容器时加：--security-opt seccomp=unconfined --security-opt apparmor=unconfined "
    "--security-opt systempaths=unconfined（podman：--security-opt seccomp=unconfined --security-opt unmask=ALL）。",
    "This is a container that allows no further namespaces. Start it with: --security-opt seccomp=unconfined --security-opt "
    "apparmor=unconfined --security-opt systempaths=unconfined (podman: --security-opt seccomp=unconfined --security-opt unmask=ALL).",
)
UNKNOWN = Text("沙箱建不起来，原因见下面的原话。", "The box cannot be built; the reason is in the words below.")


def program() -> str | None:
    """Where bubblewrap is: on PATH, or beside this Python (conda)."""
    return shutil.which("bwrap") or shutil.which("bwrap", path=os.path.dirname(sys.executable))


def version(path: str) -> str:
    """What `path` calls itself, "bubblewrap 0.8.0" say."""
    try:
        return subprocess.run([path, "--version"], capture_output=True, text=True, timeout=10).stdout.strip() or "bubblewrap"
    except (OSError, subprocess.TimeoutExpired):
        return "bubblewrap"


def elsewhere() -> Text | None:
    """What to do on a system that is not Linux."""
    if sys.platform == "linux":
        return None
    system = {"darwin": "macOS", "win32": "Windows"}.get(sys.platform, sys.platform)
    return Text(NOT_LINUX.zh.format(system=system), NOT_LINUX.en.format(system=system))


def obstacle() -> Text | None:
    """What can be seen to be in the way of any box here before one is tried."""
    return elsewhere() or (NO_PROGRAM if program() is None else None)


def cause(root: bool, words: str) -> Text:
    """The likely cause when a box could not be built, from what was said and what the kernel says of itself."""
    if not root and _setting("kernel/apparmor_restrict_unprivileged_userns") == 1:
        return APPARMOR
    if not root and _setting("kernel/unprivileged_userns_clone") == 0:
        return DEBIAN
    if _setting("user/max_user_namespaces") == 0:
        return NO_NAMESPACES
    if "not permitted" in words and any(Path(name).exists() for name in ("/.dockerenv", "/run/.containerenv")):
        return CONTAINER
    return UNKNOWN


def _setting(name: str) -> int | None:
    try:
        return int(Path("/proc/sys", name).read_text())
    except (OSError, ValueError):
        return None


def counts_across_namespaces(release: str | None = None) -> bool:
    """Whether the kernel counts a user's processes for RLIMIT_NPROC on the whole machine and not in each user namespace."""
    numbers = re.findall(r"\d+", release or os.uname().release)
    return tuple(map(int, numbers[:2])) < (5, 14)


def own_threads() -> int:
    """How many processes and threads this process's user has."""
    total = 0
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, ValueError):
            if process.stat().st_uid == os.geteuid():
                total += sum(1 for _ in (process / "task").iterdir())
    return total


def _capable(capability: int) -> bool:
    """Whether this process has a right that a container may have taken from root."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("CapEff:"):
            return bool(int(line.split()[1], 16) >> capability & 1)
    return False


def spare_ids(count: int, mapped: str | None = None) -> int | None:
    """The first of `count` user ids that nobody has and this process may give away; None when it may not, or there are none.

    mapped: the text of /proc/self/uid_map, read when not given.
    """
    if os.geteuid() != 0 or not _capable(CAP_SYS_ADMIN):
        return None
    lines = [tuple(map(int, line.split())) for line in (mapped or Path("/proc/self/uid_map").read_text()).splitlines()]
    serial = next(_serials) % POOLS
    first = RANGE_FIRST + (os.getpid() * POOLS + serial) * count % (RANGE_LAST - RANGE_FIRST - count)
    if any(inside <= first and first + count <= inside + length for inside, _, length in lines):
        return first
    inside, _, length = max(lines, key=lambda line: line[2])  # in a container: the last of its own, nobody's 65534 excepted
    first = inside + length - 10 - (serial + 1) * count
    return first if length > 10 * POOLS * count and first > 10_000 else None
