"""Names that say which process a folder belongs to, so that the next grader removes what a killed one left."""

import os
import re
import secrets
from collections.abc import Iterator
from pathlib import Path


def started(pid: int) -> int:
    """When the process `pid` started, in the kernel's ticks; 0 when there is none, or no /proc."""
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19])
    except (OSError, ValueError):
        return 0


def own_name(prefix: str) -> str:
    """A new name for a folder of this process's."""
    return f"{prefix}-{os.getpid()}-{started(os.getpid())}-{secrets.token_hex(4)}"


def abandoned(parent: Path, prefix: str) -> Iterator[Path]:
    """Folders of this user's in `parent` that have names of `own_name` and whose process is no more."""
    for folder in parent.glob(f"{prefix}-*"):
        match = re.fullmatch(r"(\d+)-([1-9]\d*)-[0-9a-f]{8}", folder.name.removeprefix(f"{prefix}-"))
        try:
            status = folder.lstat()
        except OSError:
            continue
        if match and status.st_uid == os.geteuid() and not folder.is_symlink() and started(int(match[1])) != int(match[2]):
            yield folder
