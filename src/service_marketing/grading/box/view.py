"""What a box shows of the host: the system's programs, this Python and its packages, and nothing else."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

OWN = Path(__file__).parents[2]
ROOTS = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")
SYSTEM = (
    "/usr",
    "/nix/store",
    "/gnu/store",
    "/var/cache/fontconfig",
    *(
        f"/etc/{name}"
        for name in (
            "alternatives",
            "fonts",
            "ld.so.cache",
            "ld.so.conf",
            "ld.so.conf.d",
            "localtime",
            "matplotlibrc",
            "mime.types",
            "os-release",
            "timezone",
        )
    ),
)


@dataclass(frozen=True)
class View:
    """Host paths at the same place inside: `shown` read-only, `links` with their targets, `masked` as empty folders.

    again: what is to be shown in a masked folder all the same. left_out: folders of Python's path that hold something
    hidden and are therefore not shown.
    """

    shown: tuple[Path, ...]
    links: tuple[tuple[str, str], ...]
    masked: tuple[Path, ...]
    again: tuple[Path, ...]
    left_out: tuple[Path, ...]


def view(hidden: Sequence[Path] = (), readable: Sequence[Path] = ()) -> View:
    """What to show. hidden: folders that must not be seen, whatever they lie in. readable: further folders to show."""
    secret = [path.resolve() for path in (*hidden, Path.home())]
    shown = [Path(name) for name in SYSTEM]
    shown += [Path(f"/{name}") for name in ROOTS if Path(f"/{name}").is_dir() and not Path(f"/{name}").is_symlink()]
    shown += [Path(sys.prefix), Path(sys.base_prefix), Path(sys.exec_prefix), *_executables(), OWN, *readable]
    extra = [path for path in map(Path, python_path()) if not any(path.is_relative_to(each) for each in shown)]
    left_out = [path for path in extra if any(each.is_relative_to(path.resolve()) for each in secret)]
    shown += [path for path in extra if path not in left_out]
    kept = _outermost([path for path in shown if path.exists()])
    links = tuple((os.readlink(f"/{name}"), f"/{name}") for name in ROOTS if Path(f"/{name}").is_symlink())
    masked = tuple(path for path in secret if path.is_dir() and any(path.is_relative_to(each) for each in kept))
    again = _outermost([path for path in shown if path.exists() and any(path.is_relative_to(each) for each in masked)])
    return View(tuple(kept), links, masked, tuple(again), tuple(left_out))


def _outermost(paths: list[Path]) -> list[Path]:
    """`paths` without those that lie in another, in an order in which a folder comes before what lies in it."""
    kept: list[Path] = []
    for path in sorted(set(map(Path, map(os.path.abspath, paths)))):
        if not any(path.is_relative_to(each) for each in kept):
            kept.append(path)
    return kept


def _executables() -> list[Path]:
    """The folders that the chain of links behind `sys.executable` goes through, as far as they hold Python alone."""
    found, path = [], Path(sys.executable)
    while path.is_symlink():
        path = Path(os.path.normpath(path.parent / os.readlink(path)))
        found.append(path)
    return found


@cache
def python_path() -> tuple[str, ...]:
    """Where a fresh interpreter looks for modules, without the current folder and PYTHONPATH."""
    scrubbed = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    command = [sys.executable, "-c", "import json, sys; print(json.dumps(sys.path[1:]))"]
    done = subprocess.run(command, env=scrubbed, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True)
    return tuple(path for path in json.loads(done.stdout) if os.path.isabs(path))


def font_lists() -> list[Path]:
    """matplotlib's lists of the fonts that are installed; making one takes seconds."""
    folder = os.environ.get("MPLCONFIGDIR") or os.path.join(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "matplotlib")
    return sorted(Path(folder).glob("fontlist-v*.json"))
