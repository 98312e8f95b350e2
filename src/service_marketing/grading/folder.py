"""An nbgrader course folder, as it is configured: what is to be graded, and which files go along.

Nothing that a student handed in is followed: links, hard links, sockets, pipes and devices are named in the problems and
neither read nor copied. Folders are walked by descriptor, so that a name, however long or odd, cannot lead elsewhere.
Settings come from `nbgrader_config.py` and `.json`, where and how nbgrader itself finds them (nbgrader 0.9).
"""

import errno
import fnmatch
import glob
import os
import re
import stat
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path, PurePosixPath

from jupyter_core.paths import jupyter_config_path
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import full_split, parse_utc
from traitlets.config import Config
from traitlets.config.loader import ConfigFileNotFound, JSONFileConfigLoader, PyFileConfigLoader

from .problems import Problem, problem

TIMESTAMP = "timestamp.txt"
HANDOUT = "handout"
DEPTH = 50
ENTRIES = 20_000
TIMESTAMP_BYTES = 10_000
OUTDATED = ("NbGrader", "NbGraderConfig", "BasicConfig", "BaseNbGraderApp", "BaseApp", "TransferApp", "BaseNbConvertApp")


@dataclass(frozen=True)
class Course:
    """An nbgrader course folder and those of its settings that concern grading.

    `permissions` is the mode that graded files get (0o444, or 0o664 when `groupshared`). `max_file_size` and `max_dir_size`
    are in kilobytes. `config` holds all settings, for nbgrader's own classes.
    """

    root: Path
    course_id: str
    db_url: str
    directory_structure: str
    source_directory: str
    release_directory: str
    submitted_directory: str
    autograded_directory: str
    feedback_directory: str
    student_id: str
    student_id_exclude: frozenset[str]
    notebook_id: str
    ignore: tuple[str, ...]
    max_file_size: int
    max_dir_size: int
    groupshared: bool
    permissions: int
    create_student: bool
    exclude_overwriting: Mapping[str, tuple[str, ...]]
    config: Config = field(repr=False, compare=False)
    problems: tuple[Problem, ...] = ()

    def folder(self, step: str, student: str, assignment: str) -> Path:
        """Where nbgrader keeps `step` ("submitted", …) of an assignment; "." stands for no student."""
        return Path(
            os.path.join(self.root, self.directory_structure.format(nbgrader_step=step, student_id=student, assignment_id=assignment))
        )


@dataclass(frozen=True)
class Entry:
    """A regular file at `path` below a folder ("data/a.csv"), and how to tell that it is still the same."""

    path: str
    size: int
    mode: int
    device: int
    inode: int

    @property
    def name(self) -> str:
        return PurePosixPath(self.path).name


@dataclass(frozen=True)
class Assignment:
    """An assignment's own side: the notebooks of source and release by name, and the files that go along with them.

    `editions`: other notebooks that students may have been given in place of the release's, by the same name: those in
    `handout/*/ASSIGNMENT/`, in other languages for instance. Their cells have the same grade ids; the release is graded.
    """

    name: str
    source: Path
    release: Path
    source_notebooks: Mapping[str, Path]
    release_notebooks: Mapping[str, Path]
    files: tuple[Entry, ...]
    problems: tuple[Problem, ...] = ()
    editions: Mapping[str, tuple[Path, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Submission:
    """What one student handed in, in the folder `path`.

    `notebooks`: the `.ipynb` files directly in it that match `CourseDirectory.notebook_id`, as nbgrader takes them;
    `nested`: those elsewhere in it, hidden ones and .IPYNB; `files`: what nbgrader copies, the timestamp included.
    `timestamp`: when it was handed in, in UTC without time zone, or None. A `refused` submission has no files.
    """

    student: str
    path: Path
    notebooks: tuple[Entry, ...] = ()
    nested: tuple[Entry, ...] = ()
    files: tuple[Entry, ...] = ()
    timestamp: datetime | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def refused(self) -> bool:
        return any(found.grave for found in self.problems)


@dataclass(frozen=True)
class Copy:
    """A file to be copied: `entry` below the folder `source`, to the same place below the graded folder."""

    source: Path
    entry: Entry
    trusted: bool


# ---- settings


def load(folder: Path | str, overrides: Config | None = None) -> Course:
    """The course in `folder`, with nbgrader's settings; `overrides` win over all files.

    Settings are read as `nbgrader` does when it is run in the folder: the files in Jupyter's configuration folders first,
    then those in the course folder. A file that fails to load is a grave problem of the course.
    """
    folder = Path(os.path.abspath(folder))
    config, problems = _settings(folder)
    if overrides:
        config.merge(overrides)
    if "root" not in config.CourseDirectory:
        config.CourseDirectory.root = str(folder)
    directory = CourseDirectory(config=config)
    excluded = directory.student_id_exclude
    converter = {**config.get("BaseConverter", {}), **config.get("Autograde", {})}
    return Course(
        root=Path(directory.root),
        course_id=directory.course_id,
        db_url=directory.db_url,
        directory_structure=directory.directory_structure,
        source_directory=directory.source_directory,
        release_directory=directory.release_directory,
        submitted_directory=directory.submitted_directory,
        autograded_directory=directory.autograded_directory,
        feedback_directory=directory.feedback_directory,
        student_id=directory.student_id,
        student_id_exclude=frozenset(excluded.split(",")) if excluded else frozenset(),
        notebook_id=directory.notebook_id,
        ignore=tuple(directory.ignore),
        max_file_size=directory.max_file_size,
        max_dir_size=directory.max_dir_size,
        groupshared=directory.groupshared,
        permissions=int(str(converter.get("permissions", 664 if directory.groupshared else 444)), 8),
        create_student=bool(converter.get("create_student", True)),
        exclude_overwriting={name: tuple(files) for name, files in dict(converter.get("exclude_overwriting", {})).items()},
        config=config,
        problems=tuple(problems),
    )


def _settings(folder: Path) -> tuple[Config, list[Problem]]:
    config, problems = Config(), []
    for place in [*reversed(jupyter_config_path()), str(folder)]:
        for loader in (PyFileConfigLoader, JSONFileConfigLoader):
            name = "nbgrader_config" + (".py" if loader is PyFileConfigLoader else ".json")
            try:
                config.merge(loader(name, path=place).load_config())
            except ConfigFileNotFound:
                continue
            except (Exception, SystemExit) as error:
                problems.append(problem("config", name, error=f"{type(error).__name__}: {error}"))
    if any(section in config for section in OUTDATED):
        # the names of old versions, which nbgrader still takes; its application is slow to import
        from nbgrader.apps.baseapp import NbGrader

        NbGrader()._load_config(config)
    return config, problems


# ---- the assignment


def assignment(course: Course, name: str) -> Assignment:
    """The assignment `name` of the course; what cannot be found is left empty."""
    found = name_problem(name)
    if found:
        return Assignment(name, course.root, course.root, {}, {}, (), (found,))
    source, release = course.folder(course.source_directory, ".", name), course.folder(course.release_directory, ".", name)
    files, problems = _tree(source, course.ignore, trusted=True)
    files = [entry for entry in files if not _matches(entry.name, "*.ipynb")]
    editions: dict[str, tuple[Path, ...]] = {}
    for place in sorted((course.root / HANDOUT).glob("*")):
        for notebook, path in _notebooks(place / name).items():
            editions[notebook] = (*editions.get(notebook, ()), path)
    return Assignment(name, source, release, _notebooks(source), _notebooks(release), tuple(files), tuple(problems), editions)


def name_problem(name: str) -> Problem | None:
    """Why `name` cannot be the name of an assignment, or None."""
    for bad, zh, en in (
        (not name.strip() or name in (".", ".."), "是空的或是.、..", "it is empty, . or .."),
        ("/" in name or os.sep in name or "\0" in name, "含有/", "it contains a slash"),
        ("+" in name, "含有+", "it contains a +"),
        (not name.isprintable() or len(os.fsencode(name)) > 128, "有看不见的字符，或者太长", "it has invisible characters or is too long"),
        (name.strip() != name, "两头有空格", "it begins or ends with a space"),
    ):
        if bad:
            return problem("assignment-name", name, reason_zh=zh, reason_en=en)
    return None


def _notebooks(folder: Path) -> dict[str, Path]:
    if not folder.is_dir():
        return {}
    return {p.stem: p for p in sorted(folder.iterdir()) if p.suffix == ".ipynb" and p.is_file() and not p.name.startswith(".")}


# ---- the submissions


def submissions(course: Course, assignment: str, students: Iterable[str] | None = None) -> tuple[Submission, ...]:
    """Every submission of `assignment`, in the order in which nbgrader grades them.

    `students`: ids or globs; without them `CourseDirectory.student_id` holds. `student_id_exclude` leaves students out in
    either case. A submission that cannot be graded at all is there too, with the problem that says why.
    """
    if name_problem(assignment):
        return ()
    wanted = [course.student_id] if students is None else list(students)
    found = {}
    for path, student, linked in _folders(course, assignment, wanted):
        if student not in course.student_id_exclude:
            found[str(path)] = submission(course, student, path, linked)
    return tuple(found[path] for path in sorted(found))


def submission(course: Course, student: str, path: Path, linked: bool = False) -> Submission:
    """What `student` handed in at `path`; `linked` says that a symbolic link leads there."""
    reason = _odd_student(student)
    if reason:
        return Submission(student, path, problems=(problem("student-name", student, reason_zh=reason[0], reason_en=reason[1]),))
    if linked:
        return Submission(student, path, problems=(problem("folder-link", student),))
    entries, problems = _tree(path, course.ignore)
    top = {e.path for e in entries if "/" not in e.path and _matches(e.path, course.notebook_id + ".ipynb")}
    notebooks = tuple(e for e in entries if e.path in top)
    nested = tuple(e for e in entries if e.path not in top and e.name.lower().endswith(".ipynb"))
    files, oversized = _within_limits([e for e in entries if e.path not in top and not _matches(e.name, "*.ipynb")], course)
    stamp = next((e for e in entries if e.path == TIMESTAMP), None)
    when, doubt = _timestamp(path, stamp) if stamp else (None, [])
    return Submission(student, path, notebooks, nested, tuple(files), when, (*problems, *oversized, *doubt))


def candidates(handed_in: Submission, expected: Iterable[str]) -> tuple[Entry, ...]:
    """Files that may be one of the `expected` notebooks (names without .ipynb) under another name, likeliest first."""
    names = {f"{name}.ipynb" for name in expected}
    spare = [e for e in handed_in.notebooks if e.path not in names]
    alike = [e for e in handed_in.files if re.search(r"\.ipynb|\.json$|\.zip$", e.name, re.IGNORECASE) and e.path != TIMESTAMP]
    last = [e for e in handed_in.files if e not in alike and e.path != TIMESTAMP and "/" not in e.path]
    return tuple(dict.fromkeys((*spare, *handed_in.nested, *alike, *last)))


def _odd_student(student: str) -> tuple[str, str] | None:
    try:
        student.encode("utf-8")
    except UnicodeEncodeError:
        return "名字不是有效的UTF-8", "its name is not valid UTF-8"
    if not student or student in (".", "..") or not student.isprintable():
        return "名字里有换行一类的字符", "its name has line breaks or other controls"
    return ("超过128个字符", "it is longer than 128 characters") if len(student) > 128 else None


def _folders(course: Course, assignment: str, wanted: list[str]) -> Iterator[tuple[Path, str, bool]]:
    """Path, student and whether a link leads there, of each submission folder of the assignment."""
    parts = [part for part in full_split(course.directory_structure) if part]
    own = next((i for i, part in enumerate(parts) if "{student_id}" in part), len(parts))
    names = {"nbgrader_step": course.submitted_directory, "assignment_id": assignment}
    base = Path(os.path.join(course.root, *(part.format(student_id="", **names) for part in parts[:own])))
    if own == len(parts):
        return
    before, after = (half.format(student_id="", **names) for half in parts[own].split("{student_id}", 1))
    rest = [part.format(student_id="{student_id}", **names) for part in parts[own + 1 :]]
    try:
        children = sorted(os.listdir(base))
    except OSError:
        return
    for child in children:
        if not (child.startswith(before) and child.endswith(after) and len(child) >= len(before) + len(after)):
            continue
        student = child[len(before) : len(child) - len(after)]
        if not any(_matches(child, glob.escape(before) + pattern + glob.escape(after)) for pattern in wanted):
            continue
        steps = [base / child]
        for part in rest:
            steps.append(steps[-1] / part.format(student_id=student))
        if os.path.lexists(steps[-1]):
            yield steps[-1], student, any(step.is_symlink() for step in steps)
        elif steps[0].is_symlink() and not os.path.exists(steps[0]):
            # a link that leads nowhere may be meant as somebody's submission
            yield steps[-1], student, True


# ---- walking


def _matches(name: str, pattern: str) -> bool:
    """Whether glob would find `name` by `pattern` in its folder: hidden names only by patterns that begin with a dot."""
    if "/" in pattern:
        return False
    if not glob.has_magic(pattern):
        return name == pattern
    return (pattern.startswith(".") or not name.startswith(".")) and fnmatch.fnmatchcase(name, pattern)


def _ignored(name: str, patterns: Iterable[str]) -> bool:
    return any(_matches(name, pattern) for pattern in patterns)


def _tree(folder: Path, ignore: Iterable[str], trusted: bool = False) -> tuple[list[Entry], list[Problem]]:
    """The regular files below `folder`, sorted by path, and what was refused.

    As nbgrader's find_all_files: an ignored folder is passed over with everything in it. `trusted`: an instructor's folder, in
    which links to files are followed, as nbgrader follows them.
    """
    found: list[Entry] = []
    refused: dict[str, list[str]] = {}
    errors: list[Problem] = []
    seen = 0
    if _ignored(folder.name, ignore):
        return [], []
    try:
        top = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | (0 if trusted else os.O_NOFOLLOW))
    except FileNotFoundError:
        return [], []
    except OSError as error:
        kind = "folder-link" if error.errno == errno.ELOOP else "folder-special" if error.errno == errno.ENOTDIR else "folder-access"
        return [], [problem(kind, folder.name, error=error.strerror)]

    def walk(descriptor: int, prefix: str, depth: int) -> None:
        nonlocal seen
        with os.scandir(descriptor) as scanned:
            children = sorted(scanned, key=lambda child: child.name)
        for child in children:
            path = prefix + child.name
            if _ignored(child.name, ignore):
                continue
            seen += 1
            if seen > ENTRIES:
                return
            try:
                status = child.stat(follow_symlinks=False)
                if trusted and stat.S_ISLNK(status.st_mode):
                    status = child.stat()
                    if stat.S_ISDIR(status.st_mode):
                        continue
            except OSError as error:
                errors.append(problem("access", path, error=error.strerror))
                continue
            if stat.S_ISDIR(status.st_mode):
                if child.name.lower().endswith(".ipynb"):
                    refused.setdefault("special", []).append(path)
                elif depth >= DEPTH:
                    refused.setdefault("too-deep-folder", []).append(path)
                else:
                    enter(descriptor, child.name, path, depth)
            elif stat.S_ISLNK(status.st_mode):
                refused.setdefault("link", []).append(path)
            elif not stat.S_ISREG(status.st_mode):
                refused.setdefault("special", []).append(path)
            elif status.st_nlink > 1 and not trusted:
                refused.setdefault("hard-link", []).append(path)
            else:
                found.append(Entry(path, status.st_size, stat.S_IMODE(status.st_mode), status.st_dev, status.st_ino))

    def enter(parent: int, name: str, path: str, depth: int) -> None:
        try:
            descriptor = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=parent)
        except OSError as error:
            errors.append(problem("access", path, error=error.strerror))
            return
        try:
            walk(descriptor, path + "/", depth + 1)
        except OSError as error:
            errors.append(problem("access", path, error=error.strerror))
        finally:
            os.close(descriptor)

    try:
        walk(top, "", 1)
    except OSError as error:
        errors.append(problem("folder-access", folder.name, error=error.strerror))
    finally:
        os.close(top)
    if seen > ENTRIES:
        errors.append(problem("too-many-files", limit=ENTRIES))
    named = [problem(kind, *paths, limit=DEPTH) for kind, paths in refused.items()]
    return sorted(found, key=lambda entry: entry.path), named + errors


def _within_limits(entries: list[Entry], course: Course) -> tuple[list[Entry], list[Problem]]:
    large = [e for e in entries if course.max_file_size and e.size > 1000 * course.max_file_size]
    kept, over, total = [], [], 0
    for entry in (e for e in entries if e not in large):
        if course.max_dir_size and total + entry.size > 1000 * course.max_dir_size:
            over.append(entry)
        else:
            kept.append(entry)
            total += entry.size
    problems = []
    if large:
        problems.append(problem("file-size", *(e.path for e in large), limit=f"{course.max_file_size / 1000:g} MB"))
    if over:
        problems.append(problem("folder-size", *(e.path for e in over), limit=f"{course.max_dir_size / 1000:g} MB"))
    return kept, problems


# ---- timestamps


def _timestamp(folder: Path, entry: Entry) -> tuple[datetime | None, list[Problem]]:
    if entry.size > TIMESTAMP_BYTES:
        return None, [problem("timestamp", TIMESTAMP, text=f"{entry.size} B")]
    data = read(folder, entry)
    return (None, [data]) if isinstance(data, Problem) else timestamp(data)


def timestamp(data: bytes) -> tuple[datetime | None, list[Problem]]:
    """The time in a `timestamp.txt`, in UTC without time zone, in any form that nbgrader reads.

    nbgrader fails at a time that is none; here it is a problem, and the time is None.
    """
    text = data.decode("utf-8-sig", "replace").strip()
    if not text:
        return None, [problem("timestamp-empty", TIMESTAMP)]
    try:
        return parse_utc(text), []
    except Exception:  # dateutil raises whatever it stumbles over
        return None, [problem("timestamp", TIMESTAMP, text=text)]


# ---- reading and copying


@contextmanager
def _opened(folder: Path, entry: Entry, trusted: bool = False) -> Iterator[int]:
    """A descriptor of the very file that `entry` is; OSError when it is no longer that."""
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC
    if trusted:
        descriptor = os.open(os.path.join(folder, entry.path), flags)
        try:
            yield descriptor
        finally:
            os.close(descriptor)
        return
    *parents, name = entry.path.split("/")
    held = [os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)]
    try:
        for parent in parents:
            held.append(os.open(parent, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=held[-1]))
        held.append(os.open(name, flags | os.O_NOFOLLOW, dir_fd=held[-1]))
        status = os.fstat(held[-1])
        if not stat.S_ISREG(status.st_mode) or status.st_nlink > 1 or (status.st_dev, status.st_ino) != (entry.device, entry.inode):
            raise OSError(errno.ESTALE, os.strerror(errno.ESTALE))
        yield held[-1]
    finally:
        for descriptor in reversed(held):
            os.close(descriptor)


def read(folder: Path, entry: Entry) -> bytes | Problem:
    """The bytes of a file of a submission, at most as many as it had when it was found; or why they cannot be had."""
    try:
        with _opened(folder, entry) as descriptor, open(descriptor, "rb", closefd=False) as file:
            return file.read(entry.size)
    except OSError as error:
        return _failed(entry, error)


def _failed(entry: Entry, error: OSError) -> Problem:
    replaced = error.errno in (errno.ESTALE, errno.ELOOP, errno.ENOTDIR, errno.ENOENT)
    return problem("changed-meanwhile", entry.path) if replaced else problem("access", entry.path, error=error.strerror)


def graded_files(course: Course, own: Assignment, handed_in: Submission) -> tuple[tuple[Copy, ...], tuple[Problem, ...]]:
    """What goes into the graded folder beside the notebooks: the student's files, then the assignment's over them.

    As nbgrader's autograde: notebooks are left out, the assignment's files win but for those in `exclude_overwriting`.
    """
    spared = set(course.exclude_overwriting.get(own.name, ()))
    ours = {e.path: Copy(own.source, e, trusted=True) for e in own.files if e.path not in spared}
    folders = {str(parent) for path in ours for parent in PurePosixPath(path).parents}
    theirs, blocked = {}, []
    for entry in handed_in.files:
        parents = {str(parent) for parent in PurePosixPath(entry.path).parents}
        if entry.path in folders or parents & ours.keys():
            blocked.append(entry.path)
        else:
            theirs[entry.path] = Copy(handed_in.path, entry, trusted=False)
    copies = {**theirs, **ours}
    return tuple(copies[path] for path in sorted(copies)), (problem("in-the-way", *blocked),) if blocked else ()


def copy(files: Iterable[Copy], destination: Path) -> tuple[Problem, ...]:
    """Copy `files` below `destination`, which is made if need be; what could not be copied is told."""
    problems = []
    destination.mkdir(parents=True, exist_ok=True)
    for file in files:
        target = destination / file.entry.path
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            if os.path.lexists(target):
                target.unlink()
            _copy_one(file, target)
        except OSError as error:
            problems.append(_failed(file.entry, error))
    return tuple(problems)


def _copy_one(file: Copy, target: Path) -> None:
    with _opened(file.source, file.entry, file.trusted) as source:
        out = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        try:
            with open(source, "rb", closefd=False) as reader, open(out, "wb", closefd=False) as writer:
                left = file.entry.size
                while left > 0 and (piece := reader.read(min(left, 1 << 20))):
                    writer.write(piece)
                    left -= len(piece)
            os.fchmod(out, file.entry.mode & 0o777)
        finally:
            os.close(out)


# ---- the graded folder


def due(course: Course, own: Assignment, handed_in: Submission, force: bool = False) -> bool:
    """Whether nbgrader would grade the submission now: not graded yet, or newer than what was graded, or `force`."""
    graded = course.folder(course.autograded_directory, handed_in.student, own.name)
    wanted = [graded] if course.notebook_id == "*" else [graded / entry.name for entry in handed_in.notebooks]
    missing = not all(path.exists() for path in wanted)
    if missing or force:
        return True
    try:
        old, _ = timestamp((graded / TIMESTAMP).read_bytes())
    except OSError:
        old = None
    return handed_in.timestamp is not None and old is not None and handed_in.timestamp > old


def set_permissions(course: Course, graded: Path) -> None:
    """Give the files in the graded folder the permissions that nbgrader gives them, and its folders when groupshared."""
    for folder, _, names in os.walk(graded):
        for name in names:
            os.chmod(os.path.join(folder, name), course.permissions)
        if course.groupshared:
            _share(folder)
    if course.groupshared:
        _share(course.folder(course.autograded_directory, ".", "."))


def _share(folder: Path | str) -> None:
    mode = os.stat(folder).st_mode
    if mode & 0o2770 != 0o2770:
        with suppress(PermissionError):
            os.chmod(folder, (mode | 0o2770) & 0o2777)
