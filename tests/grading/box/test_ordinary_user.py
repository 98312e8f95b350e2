"""The box once more for somebody who is not root: started by root, these run its tests as another user."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

NUMBER = 54321
HERE = Path(__file__).parent
pytestmark = [
    pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="the other tests run as an ordinary user already"),
    pytest.mark.skipif(shutil.which("bwrap") is None, reason="sudo apt-get install bubblewrap"),
    pytest.mark.skipif(shutil.which("setpriv") is None, reason="sudo apt-get install util-linux"),
]


def closed_to_others(path: Path) -> Path | None:
    """The first folder on the way to `path` that others may not enter."""
    return next((parent for parent in reversed(path.parents) if not parent.stat().st_mode & 0o001), None)


def as_somebody_else(scratch: Path, *command: str) -> subprocess.CompletedProcess:
    """Run `command` as the user NUMBER, who finds Python and the tests even where root keeps them in a folder of its own."""
    places = {path.resolve() for path in (Path(sys.prefix), Path(sys.base_prefix), HERE.parents[2])}
    doors = {door: [place for place in places if place.is_relative_to(door)] for place in places if (door := closed_to_others(place))}
    view = []
    for door, behind in doors.items():
        between = sorted({str(parent) for place in behind for parent in place.parents if parent.is_relative_to(door)})
        view += ["--tmpfs", str(door), *(word for folder in between[1:] for word in ("--dir", folder))]
        view += [*(word for place in behind for word in ("--ro-bind", str(place), str(place))), "--chmod", "0755", str(door)]
    home = scratch / "home"
    home.mkdir()
    os.chown(home, NUMBER, NUMBER)
    inner = ["setpriv", "--reuid", str(NUMBER), "--regid", str(NUMBER), "--clear-groups", "--", *command]
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": "/tmp/home",
        "LANG": os.environ.get("LANG", "C.UTF-8"),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    program = ["bwrap", "--die-with-parent", "--bind", "/", "/", "--dev-bind", "/dev", "/dev", "--tmpfs", "/tmp", "--chmod", "1777", "/tmp"]
    program += ["--bind", str(home), "/tmp/home", *view, "--chdir", str(HERE.parents[2]), "--", *inner]
    return subprocess.run(program, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=600)


def test_everything_holds_for_an_ordinary_user(tmp_path, request):
    """In the short form everything about sight and reach, and of the limits those that work otherwise than root's."""
    chosen = "" if request.config.getoption("--long") else "Sight or Reach or Layers or fork_bomb or so_many or killed_grader or memory"
    options = ["-q", "-p", "no:cacheprovider", "-k", chosen, str(HERE / "test_box.py")]
    done = as_somebody_else(tmp_path, sys.executable, "-m", "pytest", *options)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert " passed" in done.stdout
