"""Pieces of work for test_beside.py, in a module of their own for the processes that do them."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from service_marketing.publishing import beside


def meet(mine: Path, other: Path, tell):
    """Done only while the other is at it too."""
    mine.touch()
    tell("here", 0.5)
    end = time.monotonic() + 60
    while not other.exists():
        assert time.monotonic() < end, "the other never came"
        time.sleep(0.01)
    tell("met", 1)


def refuse(text: str, tell):
    raise beside.RefusedError(text)


def either(kind: str, tell):
    if kind == "refused":
        refuse("not today", tell)
    if kind == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    tell("fine")


def started(note: Path, tell):
    """Starts a program that would outlive it."""
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(300)"]) as program:
        try:
            note.with_suffix(".half").write_text(str(program.pid))
            note.with_suffix(".half").rename(note)
            program.wait()
        except BaseException:
            program.terminate()
            raise
