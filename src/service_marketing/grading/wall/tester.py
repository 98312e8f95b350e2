"""The tests' side of the wall: a shell whose cells are the instructor's, and in which the student's names are proxies.

What comes of a cell is what a kernel makes of it, but for this: a test that has met with something that condemns it (see link.py)
fails even if it swallowed the error; and a test that passed although the student's code had changed an argument that the
reference solution leaves alone must pass again with that change made, as it would be in one process.
"""

import ast
import sys
from contextlib import suppress
from typing import Any

from . import files, namespace, pickles, proxies, shims
from .link import Link, NotExpected, SubmissionLost
from .proxies import checked

TEST, TRUSTED = "test", "trusted"
FILES = 100 << 20  # bytes of files that a run's tests take in


def attach(shell: Any, wall: Any, setup: dict[str, Any]) -> "Tester":
    """Make `shell` the tests' side of the wall whose end is the socket `wall`; see pair.py for `setup`."""
    return Tester(shell, wall, setup)


class Tester:
    """What the tests' shell does about the wall, before and after each cell."""

    def __init__(self, shell: Any, wall: Any, setup: dict[str, Any]):
        self.shell, self.ip = shell, shell.kernel.shell
        self.link = Link(wall, show)
        self.link.in_test, self.link.recording = False, bool(setup.get("record"))
        self.steps = [tuple(step) for step in setup.get("steps", [])]
        self.allowed = setup.get("allowed") or {}
        shared = [*setup.get("shared", []), *bound_by(setup.get("lent", []))]
        self.names = namespace.Namespace(self.link, self.ip.user_ns, setup.get("names", []), shared)
        namespace.install(self.ip, self.names)
        proxies.install(self.link, self.names)
        self.sources = shims.install(self.link, self.ip, self.names)
        self.builtins = shims.Builtins(self.link)
        self.folder = Folder(self.link)
        pickles.guard(self.link)
        self.link.before_call = self.before_call
        self.link.after_answer = self.folder.note
        self.place = 0
        self.number = -1
        self.second = False
        for statement in setup.get("imports", []):
            with suppress(Exception):
                exec(compile(statement, "<imports>", "exec"), self.names)

    # what the shell calls

    def listen(self, loop: Any) -> None:
        """Nothing: this side asks."""

    def begin(self, number: int) -> None:
        """A cell begins."""
        kind, ran = self.catch_up(number)
        self.number, self.link.in_test = number, kind == TEST
        known = self.allowed.get(str(number))
        self.link.begin(*((known, None) if kind == TEST else (None, known)))
        self.names.begin(kind == TEST, ran)
        self.builtins.forget()
        if not self.link.dead:
            with suppress(SubmissionLost, NotExpected):
                watch = known is None or "<files>" in known
                self.folder.watching = False
                self.link.ask("clear", {"cell": number, "files": watch, "keep": self.link.held()})
                self.folder.watching = watch
                self.folder.take_in()
        self.link.calls, self.link.condemned = 0, ""
        self.link.flags.clear()

    def catch_up(self, number: int) -> tuple[str, bool]:
        """The kind of the cell, and whether a cell of the student's has run since the last."""
        ran = False
        for place in range(self.place, len(self.steps)):
            its_number, kind, source = self.steps[place]
            if its_number == number:
                self.place = place + 1
                return kind, ran
            if kind == "student":
                ran = True
                self.sources.add(source)
            self.remember(source)
        return next((kind for its_number, kind, _ in self.steps if its_number == number), TEST), ran

    def remember(self, source: str) -> None:
        """Let the history (`In`) have a cell that ran on the other side."""
        history = self.ip.history_manager
        history.input_hist_parsed.append(source)
        history.input_hist_raw.append(source)
        self.ip.execution_count += 1

    def before_call(self) -> None:
        """The student's code is about to run: let it find what the test has prepared for it."""
        if not self.link.in_test:
            return
        self.names.push_changes()
        self.builtins.send()
        self.folder.hand_over()

    def finish(self, reply: dict[str, Any]) -> dict[str, Any]:
        """A cell has ended: its reply, or an error that says what condemns it."""
        link = self.link
        condemned = link.condemned
        if link.in_test and not link.dead and not link.abandoned:
            with suppress(SubmissionLost, NotExpected, KeyboardInterrupt):
                self.before_call()
        link.in_test = False
        if condemned and reply.get("status") == "ok":
            name = "SubmissionLost" if link.dead else "NotExpected"
            return {"status": "error", "ename": name, "evalue": condemned, "traceback": [f"\x1b[0;31m{name}\x1b[0m: {condemned}"]}
        return reply

    async def confirm(self, ran: dict[str, Any], source: str, number: int) -> dict[str, Any]:
        """What came of a cell; one in which a change was withheld is run again with the change."""
        link = self.link
        if not link.withheld or ran["reply"]["status"] != "ok" or ran["exceeded"] or self.second:
            return ran
        used, flags, calls = link.used, link.flags, link.calls
        self.ip.execution_count -= 1
        self.second = link.writing_back = True
        try:
            again = await self.shell.run(source, number)
        finally:
            self.second = link.writing_back = False
            while link.undo:
                proxies.put(link, *link.undo.pop())
        link.used, link.flags, link.calls = {**used, **link.used}, {**flags, **link.flags}, link.calls + calls
        return again if again["reply"]["status"] != "ok" or points(again) < points(ran) else ran

    def settled(self) -> bool:
        """Whether this run can stand."""
        return True

    def notes(self, number: int) -> dict[str, Any]:
        """What the cell needed of the student's objects, and what was refused."""
        link = self.link
        used, flags = (list(map(_clean, keys))[:most] for keys, most in ((link.used, 10_000), (link.flags, 1000)))
        return {"cell": number, "used": used, "flags": flags, "calls": link.calls}


def bound_by(imports: list[str]) -> list[str]:
    """Names that import statements bind."""
    aliases = [alias for statement in imports for node in ast.parse(statement).body for alias in getattr(node, "names", [])]
    return [alias.asname or alias.name.partition(".")[0] for alias in aliases]


def _clean(key: str) -> str:
    return key.encode("utf-8", "replace").decode()[:300]


def points(ran: dict[str, Any]) -> float:
    """What the value of a cell says, when it is a number (partial credit)."""
    for output in ran["outputs"]:
        if output["output_type"] == "execute_result":
            with suppress(ValueError, KeyError):
                return float(output["data"]["text/plain"])
    return 0.0


def show(printed: str, errors: str) -> None:
    """Print what the student's code has printed, where the test's own text goes."""
    if printed:
        sys.stdout.write(printed)
    if errors:
        sys.stderr.write(errors)


class Folder:
    """The files of both sides: what neither got from the instructor crosses, by value."""

    def __init__(self, link: Link):
        self.link = link
        self.path = files.here()
        self.pristine = {path for path, _, _ in files.scan(self.path)}
        self.theirs: dict[str, tuple[int, int]] = {}
        self.ours: dict[str, tuple[int, int]] = {}
        self.state = self.seen = 0
        self.left = FILES
        self.watching = self.busy = False

    def note(self, state: int) -> None:
        """The student's side says by a number that its files have changed."""
        self.state = state
        if self.watching and state != self.seen and not self.busy:
            self.take_in()

    def take_in(self) -> None:
        """Fetch what is new on the student's side."""
        if not self.watching or self.busy or self.state == self.seen:
            return
        self.busy = True
        try:
            self.seen = self.state
            answer = self.link.value(self.link.ask("files", {}), proxies.Origin("<files>"))
            for entry in checked(self.link, answer, list)[: files.MOST]:
                self.take_in_one(*self.described(entry))
        finally:
            self.busy = False

    def described(self, entry: Any) -> tuple[str, int, int]:
        """One line of the list of files, when it is one."""
        if type(entry) is not tuple or tuple(map(type, entry)) != (str, int, int) or not files.is_plain(entry[0]):
            raise self.link.die("forged", "files")
        return entry

    def take_in_one(self, path: str, size: int, changed: int) -> None:
        """Fetch one file, if it is new and not the instructor's."""
        if files.is_program(path):
            self.link.flag(f"program: {path}")
            return
        if path in self.pristine or self.theirs.get(path) == (size, changed) or not 0 <= size <= min(files.LARGEST, self.left):
            return
        self.theirs[path] = (size, changed)
        try:
            data = checked(self.link, self.link.value(self.link.ask("read", {"path": path}), proxies.Origin("<files>")), bytes)
        except OSError:
            return
        self.left -= len(data)
        with suppress(OSError):
            files.write_file(self.path, path, data)
            self.ours[path] = files.state(self.path, path)
            self.link.permits("<files>")

    def hand_over(self) -> None:
        """Give the student's side what the test has written."""
        if not self.watching or self.busy:
            return
        self.busy = True
        try:
            for path, size, changed in files.scan(self.path):
                if path in self.pristine or self.ours.get(path) == (size, changed) or size > files.LARGEST:
                    continue
                self.ours[path] = (size, changed)
                with suppress(OSError):
                    self.link.ask("write", {"path": path}, (self.link.encode(files.read_file(self.path, path)),))
                    self.link.permits("<files>")
        finally:
            self.busy = False
