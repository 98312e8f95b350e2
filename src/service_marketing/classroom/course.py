"""One nbgrader course folder, made from `exercises/`, and nbgrader's steps up to collecting run in it.

The folder lies outside the sources: nbgrader fills it with notebooks and a gradebook, the grader (`grading`) with what
comes after. Every step can be run again; what is done already is not done twice.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.exc import SAWarning
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from service_marketing.grading.folder import HANDOUT

from . import assignments

warnings.filterwarnings("ignore", category=SAWarning, module="nbgrader")  # about nbgrader's own code; nothing is lost

CONFIG = assignments.CONFIG
STAMP = "folder.json"


class GradingError(RuntimeError):
    """A step that failed as a whole, with nbgrader's log or the grader's reason."""


@dataclass(frozen=True)
class Student:
    """One line of the class list; `number` is what nbgrader calls the student by."""

    number: str
    name: str


def make(
    root: Path | str,
    names: Iterable[str],
    exercises: Path | None = None,
    timeout: int | None = None,
    same_data: bool = False,
    language: str = "zh",
) -> Path:
    """Make or refresh the nbgrader course folder `root` for the assignments `names`; returns its resolved path.

    `timeout`: seconds that a cell may run, in place of the setting in `exercises/nbgrader_config.py`. `same_data`: one draw of
    the data for all students of these assignments. `language`: of the class, "zh", "en", or "both" for a mixed one.
    Raises AssignmentError for an unknown assignment, or when `root` holds something that is not such a folder.
    """
    root, exercises = Path(root).resolve(), exercises or assignments.exercises_folder()
    if language not in assignments.LANGUAGES:
        raise assignments.AssignmentError(f"语言是 zh、en 或 both，收到 {language!r} (no such language)")
    for name in names:
        for one in ("zh", "en") if language == "both" else (language,):
            if not assignments.source_file(name, exercises, one).is_file():
                raise assignments.AssignmentError(f"作业 {name} 没有 {one} 的版本 (no such edition of the assignment)")
    if root.is_dir() and any(root.iterdir()) and not (root / CONFIG).is_file():
        held = "、".join(sorted(p.name for p in root.iterdir())[:5])
        raise assignments.AssignmentError(f"{root} 里有别的东西（{held}），换一个空文件夹 (the folder is not empty and no nbgrader course)")
    exchange = root / "exchange"
    if not exchange.is_dir():
        exchange.mkdir(parents=True)
        exchange.chmod(0o1777)  # the sticky bit: students of this machine add to it, and replace nothing in it
    own = [
        "",
        "# The paths of this folder, wherever it lies: in a container it has another place",
        "from pathlib import Path",
        "",
        "_here = Path(__file__).resolve().parent",
        "c.CourseDirectory.root = str(_here)",
        'c.Exchange.root = str(_here / "exchange")',
        'c.Exchange.cache = str(_here / "exchange" / "cache")',
    ]
    if language in assignments.STUBS:
        code, text = assignments.STUBS[language]
        own += [f'c.ClearSolutions.code_stub = {{"python": {code!r}}}', f"c.ClearSolutions.text_stub = {text!r}"]
    if timeout is not None:
        own.append(f"c.Execute.timeout = {timeout}")
    config = (exercises / CONFIG).read_text(encoding="utf-8") + "\n".join(own) + "\n"
    if not (root / CONFIG).is_file() or (root / CONFIG).read_text(encoding="utf-8") != config:
        (root / CONFIG).write_text(config, encoding="utf-8")
    for name in names:
        assignments.build_source(name, root / "source", exercises, same_data, language)
    return root


def enrol(root: Path, students: Iterable[Student]) -> None:
    """Put the class list into the gradebook; known students keep what they have."""
    with gradebook(root) as book:
        for student in students:
            book.update_or_create_student(student.number, last_name=student.name)


def assign(root: Path, name: str, due: datetime | None = None) -> Path:
    """Make the student version of assignment `name` (nbgrader's generate_assignment); returns the released notebook.

    `due` is a date with time zone. Nothing happens when the release is newer than its source.
    """
    source, released = root / "source" / name / f"{name}.ipynb", root / "release" / name / f"{name}.ipynb"
    made_of = digest(source, root / CONFIG)
    if not released.is_file() or stamp(root, f"release {name}") != made_of:
        _need(api(root).generate_assignment(name, force=True), f"generate_assignment {name}")
        set_stamp(root, f"release {name}", made_of)
    if due is not None:
        with gradebook(root) as book:
            book.update_or_create_assignment(name, duedate=due.isoformat())
    return released


def hand_out(root: Path, name: str, exercises: Path | None = None, same_data: bool = False) -> list[Path]:
    """Write what students of a mixed class get of the assignment `name`, the Chinese and the English notebook, to `handout/`.

    The release itself has both languages in its tests. Returns the notebooks' paths.
    """
    exercises = exercises or assignments.exercises_folder()
    given = nbformat.read(root / "release" / name / f"{name}.ipynb", as_version=4)
    made = []
    for language in ("zh", "en"):
        target = root / HANDOUT / language / name / f"{name}.ipynb"
        target.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(assignments.handout(given, name, exercises, same_data, language), target)
        made.append(target)
    return made


def release(root: Path, name: str) -> None:
    """Copy the released assignment to the exchange, where students on the same server fetch it (not on Windows)."""
    if sys.platform != "win32" and not (root / "exchange" / _course_id(root) / "outbound" / name).is_dir():
        _need(api(root).release_assignment(name), f"release_assignment {name}")


def collect(root: Path, name: str, archive: Path) -> list[str]:
    """Collect the submissions in `archive`, a ZIP as a teaching platform hands it out (nbgrader's zip_collect).

    Returns the names of files that could not be matched to a student, so that none is lost.
    """
    made_of = digest(archive, root / CONFIG)
    if stamp(root, f"collect {name}") != made_of:
        inbox = root / "downloaded" / name / "archive"
        shutil.rmtree(inbox, ignore_errors=True)
        inbox.mkdir(parents=True)
        shutil.copy(archive, inbox / archive.name)
        for folder in root.glob(f"submitted/*/{name}"):
            shutil.rmtree(folder)
        run = subprocess.run(
            [sys.executable, "-m", "nbgrader", "zip_collect", name, "--force"],
            cwd=root, env=_environment(), capture_output=True, text=True, encoding="utf-8", errors="replace", check=False,
        )  # fmt: skip
        if run.returncode != 0:
            raise GradingError(f"nbgrader zip_collect {name}:\n{run.stderr[-3000:]}")
        set_stamp(root, f"collect {name}", made_of)

    loaded = config(root).FileNameCollectorPlugin
    files = [p for p in (root / "downloaded" / name / "extracted").rglob("*") if p.is_file()]
    return sorted(p.name for p in files if not re.match(loaded.named_regexp, str(p)) or p.suffix not in loaded.valid_ext)


@lru_cache(maxsize=4)
def api(root: Path) -> NbGraderAPI:
    """nbgrader's own API for the course folder `root`."""
    os.environ["PATH"] = _environment()["PATH"]  # nbgrader starts the program `alembic` when it makes a gradebook
    return NbGraderAPI(config=config(root))


def config(root: Path) -> Config:
    """The settings in the course folder's nbgrader_config.py; raises AssignmentError when it has none."""
    if not (root / CONFIG).is_file():
        raise assignments.AssignmentError(f"{root} 不是课程批改文件夹，里面没有 {CONFIG} (not a course folder)")
    return PyFileConfigLoader(CONFIG, path=str(root)).load_config()


@contextmanager
def gradebook(root: Path) -> Iterator[Gradebook]:
    """nbgrader's gradebook of the course folder, closed at the end."""
    os.environ["PATH"] = _environment()["PATH"]
    course = CourseDirectory(config=config(root))
    with Gradebook(course.db_url, course.course_id) as book:
        yield book


def digest(*paths: Path) -> str:
    """Hash of the files in `paths`, and in folders among them, by name and content; where they lie does not matter."""
    total = hashlib.sha256()
    for path in paths:
        for file in sorted(p for p in ([path] if path.is_file() else path.rglob("*")) if p.is_file()):
            total.update(f"{file.name}\0{file.stat().st_size}\0".encode())
            total.update(file.read_bytes())
    return total.hexdigest()


def stamp(root: Path, step: str) -> str | None:
    """The digest of what `step` was last done with in the course folder `root`, None when it never was."""
    return _stamps(root).get(step)


def set_stamp(root: Path, step: str, made_of: str) -> None:
    """Note that `step` is done with what has the digest `made_of`."""
    (root / STAMP).write_text(json.dumps({**_stamps(root), step: made_of}, indent=1), encoding="utf-8")


def _stamps(root: Path) -> dict[str, str]:
    try:
        return json.loads((root / STAMP).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def _environment() -> dict[str, str]:
    here = str(Path(sys.executable).parent)
    path = os.environ.get("PATH", "")
    return {**os.environ, "PATH": path if path.split(os.pathsep)[0] == here else here + os.pathsep + path}


def _course_id(root: Path) -> str:
    return config(root).CourseDirectory.course_id


def _need(result: dict[str, Any], step: str) -> None:
    if not result["success"]:
        raise GradingError(f"nbgrader {step}:\n{result.get('log', '')[-2000:]}\n{result.get('error', '')[-2000:]}")
