"""What is done already, kept in semester.json, so that a run that was stopped goes on where it was."""

import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .. import assignments, course

FILE = "semester.json"


@dataclass
class Record:
    """`made_of`: of what it was made (another class or other assignments are another semester); `steps`: result and seconds by name."""

    directory: Path
    made_of: str
    steps: dict[str, dict[str, Any]] = field(default_factory=dict)

    def done(self, step: str) -> bool:
        return step in self.steps

    def result(self, step: str) -> Any:
        return self.steps[step]["result"]

    def finish(self, step: str, result: Any, began: float) -> None:
        """Note that `step` is done."""
        self.steps[step] = {"result": result, "seconds": round(time.monotonic() - began, 2)}
        part = self.directory / f".{FILE}.part"
        part.write_text(json.dumps({"made_of": self.made_of, "steps": self.steps}, ensure_ascii=False, indent=1), encoding="utf-8")
        os.replace(part, self.directory / FILE)

    @property
    def seconds(self) -> float:
        return sum(step["seconds"] for step in self.steps.values())


def opened(directory: Path, made_of: str, fresh: bool) -> tuple[Record, bool]:
    """The record in `directory`, and whether it begins anew: when it is to, or when the semester is another one by now.

    Raises AssignmentError when the folder holds something else.
    """
    file = directory / FILE
    if directory.is_dir() and any(directory.iterdir()) and not file.is_file():
        held = "、".join(sorted(path.name for path in directory.iterdir())[:5])
        raise assignments.AssignmentError(f"{directory} 里有别的东西（{held}），换一个空文件夹 (the folder is not empty)")
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
        record = Record(directory, data["made_of"], data["steps"])
    except (OSError, ValueError, KeyError):
        record = Record(directory, "")
    if not fresh and record.made_of == made_of:
        return record, False
    directory.mkdir(parents=True, exist_ok=True)
    for path in directory.iterdir():
        # the record goes last: stopped in between, the folder is still known for what it is
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path.name != FILE:
            path.unlink()
    began = Record(directory, made_of)
    began.finish("begin", None, time.monotonic())
    return began, True


def made_of(size: int, names: Iterable[str], exercises: Path) -> str:
    """A digest of the class's size and of the assignments' own files."""
    files = [path for name in names for path in sorted((exercises / name).iterdir()) if path.is_file()]
    return hashlib.sha256(f"{size} {course.digest(*files, exercises / course.CONFIG)}".encode()).hexdigest()
