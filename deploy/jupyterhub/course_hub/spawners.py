"""How a student's server is started: as the student's own system account, with limits that the kernel enforces.

Where systemd runs, systemd holds the limits (`SystemdSpawner`): a unit for each student, with memory and processors counted
over all of the student's processes, a /tmp of its own, and kernels that live on while the hub restarts. Elsewhere, in a
container above all, `LimitedSpawner` does the same by control groups where they can be written, and by limits on every process
where not. Containers for each student would need an image to build and a daemon whose members are as good as root; for
one machine and one class, accounts are enough.
"""

import os
import pwd
import resource
from collections.abc import Callable
from contextlib import nullcontext, suppress
from pathlib import Path

from jupyterhub.spawner import LocalProcessSpawner, Spawner, set_user_setuid
from traitlets import Instance, Integer

from service_marketing.grading.box.cgroups import Hierarchy, hierarchies

from . import accounts
from .settings import Settings

MB = 1024 * 1024
FILES = 4096
"""Open files of a process."""


class LimitedSpawner(LocalProcessSpawner):
    """Starts a server as the student's own account, within the limits."""

    settings = Instance(Settings, help="What hub.toml says.").tag(config=True)
    process_limit = Integer(200, help="Processes and threads of a student.").tag(config=True)
    file_limit = Integer(200 * MB, help="Bytes of a single file.").tag(config=True)

    @property
    def account(self) -> str:
        """The system account of this server's user."""
        return self.settings.account(self.user.name)

    def user_env(self, env: dict[str, str]) -> dict[str, str]:
        found = pwd.getpwnam(self.account)
        return {**env, "USER": found.pw_name, "LOGNAME": found.pw_name, "HOME": found.pw_dir, "SHELL": "/bin/bash"}

    def make_preexec_fn(self, name: str) -> Callable[[], None]:
        become = set_user_setuid(self.account)
        groups = self.groups()
        doors = [os.open(folder / "cgroup.procs", os.O_WRONLY | os.O_CLOEXEC) for folder in groups]
        self.doors = doors
        limits = {
            resource.RLIMIT_NPROC: self.process_limit,
            resource.RLIMIT_FSIZE: self.file_limit,
            resource.RLIMIT_NOFILE: FILES,
            resource.RLIMIT_CORE: 0,
        }
        if not groups and self.mem_limit:
            limits[resource.RLIMIT_AS] = self.mem_limit

        def begin() -> None:
            for door in doors:
                os.write(door, b"0")
            for limit, most in limits.items():
                resource.setrlimit(limit, (most, most))
            os.umask(0o077)
            become()

        return begin

    async def start(self) -> tuple[str, int]:
        self.doors: list[int] = []
        try:
            return await super().start()
        finally:
            for door in self.doors:
                os.close(door)

    async def stop(self, now: bool = False) -> None:
        await super().stop(now)
        accounts.end_processes(pwd.getpwnam(self.account).pw_uid)
        for place in hierarchies():
            with suppress(OSError):  # the kernel may not have buried the last of them; the group is used again
                self._group(place).rmdir()

    def groups(self) -> list[Path]:
        """The control groups of this student, made; none where they cannot be made."""
        return [self._limited(place) for place in hierarchies()]

    def _group(self, place: Hierarchy) -> Path:
        return place.parent / f"course-hub-{self.account}"

    def _limited(self, place: Hierarchy) -> Path:
        folder = self._group(place)
        folder.mkdir(exist_ok=True)
        share = int((self.cpu_limit or 0) * 100_000)
        values = {
            "memory.max": self.mem_limit,
            "memory.swap.max": 0,
            "memory.limit_in_bytes": self.mem_limit,
            "memory.memsw.limit_in_bytes": self.mem_limit,
            "pids.max": self.process_limit,
            "cpu.max": f"{share or 'max'} 100000",
            "cpu.cfs_quota_us": share or -1,
        }
        for last in (False, True):  # twice: in version 1 the two limits on memory bound each other
            for file, value in values.items():
                if (folder / file).exists():  # each version, and in version 1 each controller, has its own
                    with nullcontext() if last else suppress(OSError):
                        (folder / file).write_text(str(value))
        return folder


def make_account(settings: Settings, spawner: Spawner) -> None:
    """Before a server starts: its user has a system account."""
    accounts.ensure(settings, spawner.user.name)


def unit_properties(settings: Settings) -> dict[str, str]:
    """What systemd is told of a student's unit besides memory and processors."""
    return {
        "MemorySwapMax": "0",
        "OOMPolicy": "continue",  # a kernel that takes too much dies, its server lives
        "TasksMax": str(settings.processes),
        "LimitFSIZE": str(settings.file_mb * MB),
        "LimitNOFILE": str(FILES),
        "LimitCORE": "0",
        "UMask": "0077",
        "ProtectSystem": "full",
        "ProtectProc": "invisible",
        "ProtectKernelTunables": "yes",
        "ProtectControlGroups": "yes",
        "RestrictSUIDSGID": "yes",
    }
