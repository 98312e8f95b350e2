"""Collecting from nbgrader's exchange where students are not to be trusted: every submission is its owner's, and only files.

nbgrader's own collector takes a folder that anybody can make under any name, warns, and copies it as the instructor, through
links: a link to the solution would be handed in as the solution. Here a submission counts only when the folder belongs to the
account of the student whose name it bears, and links and other special files stay behind, whatever the student changes while
it is copied.
"""

import glob
import os
import pwd
import stat
from collections import defaultdict
from collections.abc import Iterator
from fnmatch import fnmatch
from hashlib import sha256
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.exchange.default.collect import ExchangeCollect
from traitlets import Unicode

DEPTH = 8
FILES = 500
CHUNK = 1 << 20


def uid_of(student: str) -> int:
    """The user id of a student's server where accounts are in no list: on Kubernetes, by `deploy/helm/values.yaml`.

    Two of 150 students share one with a chance of less than one in 100,000.
    """
    return 100_000 + int(sha256(student.encode()).hexdigest()[:8], 16) % 2_000_000_000


class SafeCollect(ExchangeCollect):
    """nbgrader's collector, for `c.ExchangeFactory.collect`; on Linux and other systems with accounts."""

    account_prefix = Unicode(
        "",
        help="What stands before a student's number in the name of the student's account; `#` where accounts are numbers, `uid_of`.",
    ).tag(config=True)

    def init_src(self) -> None:
        """Find the newest submission of each student that is the student's own; the newest in time where that is asked for."""
        if not self.coursedir.course_id:
            self.fail("No course id specified. Re-run with --course flag.")
        self.course_path = os.path.join(self.root, self.coursedir.course_id)
        self.inbound_path = os.path.join(self.course_path, "inbound")
        if not os.path.isdir(self.inbound_path):
            self.fail(f"Course not found: {self.inbound_path}")
        with Gradebook(self.coursedir.db_url, self.coursedir.course_id) as book:
            try:
                due = book.find_assignment(self.coursedir.assignment_id).duedate
            except MissingEntry:
                due = None
        student = glob.escape(self.coursedir.student_id) if self.coursedir.student_id not in ("", "*") else "*"
        pattern = os.path.join(glob.escape(self.inbound_path), f"{student}+{glob.escape(self.coursedir.assignment_id)}+*")
        by_student: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for record in self._records(sorted(glob.glob(pattern))):
            by_student[record["username"]].append(record)
        self.src_records = []
        for records in by_student.values():
            newest_first = sorted(records, key=lambda record: record["timestamp"], reverse=True)
            in_time = [record for record in newest_first if due is not None and self.before_duedate and record["timestamp"] <= due]
            self.src_records.append((in_time or newest_first)[0])

    def do_copy(self, src: str, dest: str, log: Any = None) -> None:
        """Copy the files of the submission `src`, which its owner may change meanwhile, to the new folder `dest`."""
        folder = os.open(src, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            owner = os.fstat(folder).st_uid
            self._own(os.path.basename(src), owner)
            left = [FILES, self.coursedir.max_dir_size * 1000]
            self._copy(folder, Path(dest), owner, left, DEPTH)
        finally:
            os.close(folder)

    def _records(self, paths: list[str]) -> Iterator[dict[str, Any]]:
        for path in paths:
            try:
                found = os.lstat(path)
                if not stat.S_ISDIR(found.st_mode):
                    raise ValueError("不是文件夹 (not a folder)")
                record = self._path_to_record(path)
                self._own(record["filename"], found.st_uid)
            except (OSError, ValueError) as error:
                self.log.warning("不收 %s：%s (refused)", path, error)
            else:
                yield record

    def _own(self, filename: str, owner: int) -> None:
        """Raise ValueError unless the submission called `filename` belongs to the account of the student whose name it bears."""
        student = filename.rsplit("+", 3)[0]
        try:
            account = pwd.getpwuid(owner).pw_name
        except KeyError:
            account = str(owner)
        right = owner == uid_of(student) if self.account_prefix == "#" else account == self.account_prefix + student
        if not right:
            raise ValueError(f"写的是{student}，文件夹却是{account}的，可能是冒名 (named {student}, owned by {account})")

    def _copy(self, folder: int, dest: Path, owner: int, left: list[int], depth: int) -> None:
        dest.mkdir()
        for name in sorted(os.listdir(folder)):
            if any(fnmatch(name, pattern) for pattern in self.coursedir.ignore):
                continue
            try:
                self._copy_entry(folder, name, dest / name, owner, left, depth)
            except (OSError, ValueError) as error:
                self.log.warning("%s 没有收：%s (left behind)", dest / name, error)

    def _copy_entry(self, folder: int, name: str, dest: Path, owner: int, left: list[int], depth: int) -> None:
        # not blocking: the other end of a named pipe is the student's
        entry = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
        try:
            found = os.fstat(entry)
            if found.st_uid != owner:
                raise ValueError("不是这个学生的文件 (not the student's own)")
            if stat.S_ISDIR(found.st_mode):
                if depth == 0:
                    raise ValueError("文件夹套得太深 (folders too deep)")
                self._copy(entry, dest, owner, left, depth - 1)
            elif stat.S_ISREG(found.st_mode):
                self._copy_file(entry, found.st_size, dest, left)
            else:
                raise ValueError("不是普通文件 (not a regular file)")
        finally:
            os.close(entry)

    def _copy_file(self, entry: int, size: int, dest: Path, left: list[int]) -> None:
        most = min(self.coursedir.max_file_size * 1000, left[1])
        if size > most or left[0] == 0:
            raise ValueError(f"太大或太多，{size}字节 (too big, or too many files)")
        left[0] -= 1
        with open(dest, "xb") as file:
            while chunk := os.read(entry, min(CHUNK, most + 1)):
                most -= len(chunk)
                left[1] -= len(chunk)
                if most < 0:
                    file.truncate(0)
                    raise ValueError("收的时候变大了 (it grew while it was copied)")
                file.write(chunk)
