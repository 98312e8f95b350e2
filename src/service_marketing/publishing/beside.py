"""Work done side by side, each piece in a process of its own, which tells how it goes."""

import multiprocessing
import signal
import sys
from collections.abc import Callable, Mapping
from multiprocessing.connection import Connection, wait
from typing import Any

Tell = Callable[..., None]


class RefusedError(Exception):
    """The work could not be done; the message says why, for who asked for it."""


def run(work: Callable[..., None], pieces: Mapping[str, tuple], tell: Tell) -> dict[str, str]:
    """Do `work(*pieces[name], tell)` for all names at the same time; by name, why a piece was not done.

    work: a module's function, which may raise RefusedError; one that fails stops no other. What it tells, this process is told as
    `tell(name, ...)`. When this process is interrupted, so are all pieces.
    """
    context = multiprocessing.get_context("spawn")  # threads, a progress bar's among them, are not to be forked
    running = {}
    for name, arguments in pieces.items():
        here, there = context.Pipe(duplex=False)
        process = context.Process(target=_piece, args=(work, arguments, there), daemon=True)
        process.start()
        there.close()  # so that the pipe ends when the process does
        running[here] = (name, process)
    refused: dict[str, str] = {}
    try:
        while running:
            for pipe in wait(list(running)):
                name, process = running[pipe]
                try:
                    kind, told = pipe.recv()
                except EOFError:
                    process.join()
                    if process.exitcode and name not in refused:
                        refused[name] = f"做这件事的进程中断了，退出码 {process.exitcode} (the process ended early, with this exit code)"
                    del running[pipe]
                    continue
                if kind == "told":
                    tell(name, *told)
                else:
                    refused[name] = told
    finally:
        for _, process in running.values():
            process.terminate()
        for _, process in running.values():
            process.join()
    return refused


def _piece(work: Callable[..., None], arguments: tuple[Any, ...], pipe: Connection) -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # an end that passes through `finally`, and so ends what was started
    try:
        work(*arguments, lambda *told: pipe.send(("told", told)))
    except RefusedError as problem:
        pipe.send(("refused", str(problem)))
    except KeyboardInterrupt:
        sys.exit(1)  # the parent was interrupted too, and says so
