"""A folder as one file in memory: how a work folder gets into a box whose file system shows no other folder of the host.

The coordinator packs, with its own rights; the shell unpacks into its own scratch space before it runs anything of the
student's. Contents stand one after the other, then comes an index (JSON), then its length. Only regular files and folders
are packed: a link, a socket or a device is left out, and nothing is followed.
"""

import errno
import json
import os
import stat
from collections.abc import Generator
from contextlib import closing
from pathlib import Path

LENGTH = 8
DEEPEST = 40
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def pack(folder: Path, size: int, files: int) -> int:
    """A descriptor of a file in memory that holds the folder; OSError when it has more than `size` bytes or `files` files."""
    parcel = os.memfd_create("parcel")
    try:
        entries: list[tuple[str, int, int, int]] = []
        used = 0
        with closing(_walk(folder)) as found:
            for path, descriptor, status in found:
                if len(entries) >= files:
                    raise OSError(errno.EDQUOT, f"more than {files} files")
                length = -1 if descriptor is None else _copy(descriptor, parcel, size - used)
                used += max(length, 0)
                entries.append((path, status.st_mode & 0o777, length, status.st_mtime_ns))
        index = json.dumps(entries).encode()
        os.write(parcel, index + len(index).to_bytes(LENGTH, "big"))
    except BaseException:
        os.close(parcel)
        raise
    return parcel


def unpack(parcel: int, folder: str) -> None:
    """Put what the parcel holds into `folder`, which is there, and close the parcel."""
    end = os.fstat(parcel).st_size - LENGTH
    length = int.from_bytes(os.pread(parcel, LENGTH, end), "big")
    start = 0
    for path, mode, size, changed in json.loads(os.pread(parcel, length, end - length)):
        target = os.path.join(folder, path)
        if size < 0:
            os.mkdir(target)
        else:
            descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            stop = start + size
            while start < stop:
                start += os.sendfile(descriptor, parcel, start, stop - start)
            os.fchmod(descriptor, mode | 0o600)
            os.close(descriptor)
            os.utime(target, ns=(changed, changed))
    os.close(parcel)


def _walk(folder: Path) -> Generator[tuple[str, int | None, os.stat_result], None, None]:
    """Each folder and regular file below `folder`, a folder before what is in it: path, descriptor (None: a folder), status.

    A descriptor is open until the next step.
    """
    for top, folders, names, descriptor in os.fwalk(folder, follow_symlinks=False):
        inside = os.path.relpath(top, folder)
        if inside.count(os.sep) >= DEEPEST:
            folders.clear()
            continue
        for name in sorted(folders):
            status = os.stat(name, dir_fd=descriptor, follow_symlinks=False)
            if stat.S_ISDIR(status.st_mode):
                yield os.path.normpath(os.path.join(inside, name)), None, status
        for name in sorted(names):
            try:
                opened = os.open(name, _READ, dir_fd=descriptor)
            except OSError as error:
                if error.errno in (errno.ELOOP, errno.ENXIO, errno.ENOENT):  # a link, a socket, gone
                    continue
                raise
            try:
                status = os.fstat(opened)
                if stat.S_ISREG(status.st_mode):
                    yield os.path.normpath(os.path.join(inside, name)), opened, status
            finally:
                os.close(opened)


def _copy(source: int, target: int, room: int) -> int:
    """Append what `source` holds to `target`; how much that was."""
    copied = 0
    while sent := os.sendfile(target, source, copied, 1 << 24):
        copied += sent
        if copied > room:
            raise OSError(errno.EDQUOT, "more bytes than the box may hold")
    return copied
