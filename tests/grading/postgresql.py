"""A PostgreSQL server for a test module: its own, in a temporary folder, on a socket, run by an unprivileged user."""

import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest

ENABLE = "没有PostgreSQL服务器；装上再试: sudo apt-get install postgresql (no PostgreSQL server found; install one)"
DRIVER = '没有psycopg；装上再试: pip install "psycopg[binary]" (no psycopg found; install it)'
NOBODY = "65534"


def programs() -> str | None:
    """The folder of PostgreSQL's own programs, which stand outside PATH on Debian and Fedora; None when there is none."""
    known = [*Path("/usr/lib/postgresql").glob("*/bin"), *Path("/usr").glob("pgsql-*/bin")]
    on_path = shutil.which("initdb")
    found = [folder for folder in (Path(on_path).parent if on_path else None, *sorted(known)) if folder]
    return next((str(folder) for folder in found if all((folder / name).is_file() for name in ("initdb", "pg_ctl", "createdb"))), None)


@contextmanager
def running() -> Iterator[Callable[[], str]]:
    """A server while it lasts; gives a function that makes a new database and returns its address for SQLAlchemy.

    PostgreSQL does not let root run it: then it runs as nobody. A test that asks for one is skipped, with the command that
    enables it, when there can be none.
    """
    if find_spec("psycopg") is None:
        pytest.skip(DRIVER)
    if programs() is None:
        pytest.skip(ENABLE)
    bin_folder, place = Path(programs()), Path(tempfile.mkdtemp(prefix="pg"))
    as_user = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"] if os.geteuid() == 0 else []
    place.chmod(0o777 if as_user else 0o700)

    def run(program: str, *arguments: object) -> None:
        subprocess.run([*as_user, bin_folder / program, *map(str, arguments)], check=True, capture_output=True, cwd=place)

    numbers = itertools.count()

    def fresh() -> str:
        name = f"book{next(numbers)}"
        run("createdb", "-h", place, "-U", "grader", name)
        return f"postgresql+psycopg://grader@/{name}?host={place}"

    try:
        run("initdb", "-D", place / "data", "-U", "grader", "-A", "trust", "-E", "UTF8", "--locale=C")
        options = f"-c listen_addresses= -c unix_socket_directories={place} -c fsync=off"
        run("pg_ctl", "-D", place / "data", "-w", "-l", place / "log", "-o", options, "start")
        try:
            yield fresh
        finally:
            run("pg_ctl", "-D", place / "data", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(place, ignore_errors=True)
