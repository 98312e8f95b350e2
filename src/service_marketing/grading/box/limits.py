"""What one submission may use inside its box."""

from dataclasses import dataclass

MEGABYTE = 1 << 20


@dataclass(frozen=True)
class Allowance:
    """The most that one submission may use; time and output are the pool's (`shells.pool.Limits`).

    memory: bytes, of all its processes together where there are cgroups, of each process where there are none. A process
    that asks for more gets a MemoryError; what gets around that is killed.
    disk: bytes of all files that it has, its work folder, home and temporary files together; they are kept in memory, and
    their room is not taken from `memory`. files: how many files and folders.
    processes: processes and threads at a time. cpu_seconds: CPU time of one process, a backstop behind the time limits.
    open_files: descriptors of one process.
    """

    memory: int = 2048 * MEGABYTE
    disk: int = 512 * MEGABYTE
    files: int = 20_000
    processes: int = 100
    cpu_seconds: int = 1800
    open_files: int = 512

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if not isinstance(value, int) or value < 1:
                raise ValueError(f"{name}应是正整数，得到{value!r}（{name} must be a positive whole number）")
