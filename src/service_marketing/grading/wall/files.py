"""Files that cross the wall by value: what neither side got from the instructor.

Both sides use these functions on their own folder. Paths are relative, of plain names; links are neither followed nor
made; what is large or too much stays where it is.
"""

import os
import stat
from contextlib import suppress
from importlib.machinery import all_suffixes

MOST, DEEPEST = 300, 3
LARGEST = 20 << 20
SKIPPED = {"__pycache__"}
IMPORTABLE = (*all_suffixes(), ".pth")


def scan(folder: str) -> list[tuple[str, int, int]]:
    """Path, size and time of last change of the regular files in `folder`, at most MOST, sorted; hidden ones left out."""
    found: list[tuple[str, int, int]] = []
    _scan(folder, "", 0, found)
    found.sort()
    return found


def _scan(folder: str, prefix: str, depth: int, found: list[tuple[str, int, int]]) -> None:
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return
    for entry in entries:
        name = entry.name
        if len(found) >= MOST or name.startswith(".") or name in SKIPPED or not is_plain(prefix + name):
            continue
        with suppress(OSError):
            if entry.is_dir(follow_symlinks=False):
                if depth < DEEPEST:
                    _scan(entry.path, f"{prefix}{name}/", depth + 1, found)
            elif entry.is_file(follow_symlinks=False):
                status = entry.stat(follow_symlinks=False)
                found.append((prefix + name, status.st_size, status.st_mtime_ns))


def is_plain(path: str) -> bool:
    """Whether `path` is relative, of ordinary names, and says nothing but where below a folder a file is."""
    parts = path.split("/")
    return (
        len(path) <= 1000
        and len(parts) <= DEEPEST + 1
        and all(part and part not in (".", "..") and not part.startswith(".") and part.isprintable() and len(part) <= 200 for part in parts)
    )


def is_program(path: str) -> bool:
    """Whether Python would import the file: a student's must not lie where a test may import it, by its name or another's."""
    return path.lower().endswith(IMPORTABLE)


def read_file(folder: str, path: str) -> bytes:
    """What the file at `path` in `folder` holds. Raises OSError, also when it is a link, no regular file, or too large."""
    descriptor = _open(folder, path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or status.st_size > LARGEST:
            raise OSError("not a file to be read")
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            return file.read(LARGEST)
    finally:
        os.close(descriptor)


def write_file(folder: str, path: str, data: bytes) -> None:
    """Put `data` at `path` in `folder`, in the place of what is there. Raises OSError, also when a link is in the way."""
    if type(data) is not bytes or len(data) > LARGEST:
        raise OSError("not a file to be written")
    if is_plain(path) and "/" in path:
        os.makedirs(os.path.join(folder, os.path.dirname(path)), exist_ok=True)
    descriptor = _open(folder, path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NONBLOCK)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)


def _open(folder: str, path: str, flags: int) -> int:
    """A descriptor of a file, reached from `folder` step by step without following a link."""
    if not is_plain(path):
        raise OSError(f"not a plain path: {path[:100]!r}")
    *folders, name = path.split("/")
    place = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for each in folders:
            inner = os.open(each, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=place)
            os.close(place)
            place = inner
        return os.open(name, flags | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644, dir_fd=place)
    finally:
        os.close(place)


def state(folder: str, path: str) -> tuple[int, int]:
    """Size and time of last change of a file. Raises OSError."""
    status = os.stat(os.path.join(folder, path), follow_symlinks=False)
    return status.st_size, status.st_mtime_ns


def here() -> str:
    """The folder that the shell runs in."""
    return os.getcwd()
