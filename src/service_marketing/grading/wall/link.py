"""The tests' end of the wall: asks for operations, waits, believes nothing, and keeps account.

Every answer is checked for kind, shape and turn. A student's side that died, or said what no honest one says, is `dead`
from then on: whoever needs it gets a SubmissionLost. What the reference profile does not allow is refused (NotExpected). Either
condemns the cell: a test that swallows the exception fails all the same.

An interrupt (SIGINT, when the test has run over its time) may come at any moment, but is let through only while nothing is
half sent or half read. The answer that is still owed then comes later; it is known by its number and dropped.
"""

import _signal
import select
import socket
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any
from weakref import WeakValueDictionary

from service_marketing.grading.protocol import PIECE, WALL_ANSWERS, WALL_CALLS, Message, Parser, ProtocolError, pack

from .codec import LIMITS, CodecError, Opaque, decode, encode

FOREIGN = 1 << 52  # numbers from here on stand for objects of the tests'
CALLS, BYTES, OBJECTS = 500_000, 1 << 30, 100_000  # a cell's
KEYS, KEY = 10_000, 300
PURE = {"get", "names", "ancestry", "type", "belongs", "descends", "files", "read", "clear"}
"""What does not run the student's code, or only where it would be of no use to it."""

PREPARED = {"call", "set", "unset", "instances", "replace", "write", "seed"}
"""What is not preceded by `before_call`: it is part of that, or sees to it by itself."""

SENTENCES = {
    "lost": "提交的代码所在的进程已经不在，测试用不了它定义的名字（the process that runs the submission is gone: {}）",
    "forged": "提交的代码所在的进程发来了不合规则的回答（the submission's process answered what no honest one does: {}）",
    "operation": "提交的代码给出的对象不是这个测试预期的那种（the submission gave an object that this test does not expect: {}）",
    "answer": "提交的代码给出的结果不能传给测试（a result of the submission cannot be passed to the test: {}）",
    "argument": "测试的这个对象不能传给提交的代码（an object of the test's cannot be passed to the submission: {}）",
    "budget": "测试用到提交的代码的次数或数据量太多（the test asks too much of the submission: {}）",
}


class SubmissionLost(BaseException):
    """The student's side is gone. No Exception, so that no test takes it for one that it waits for."""


class NotExpected(Exception):
    """An operation that the reference solution's run did not need."""


class Origin:
    """Where an object of the student's comes from: a name and the steps from there, each once and in alphabetical order."""

    __slots__ = ("further", "root", "steps", "text")

    def __init__(self, root: str, steps: frozenset[str] = frozenset()):
        self.root, self.steps = root, steps
        self.text = (root + "".join(sorted(steps)))[:KEY]
        self.further: dict[str, Origin] = {}

    def plus(self, step: str) -> "Origin":
        """The origin of what that step leads to."""
        if step in self.steps or len(self.text) + len(step) > KEY - 20:
            return self
        known = self.further.get(step)
        if known is None:
            known = self.further[step] = Origin(self.root, self.steps | {step})
        return known


NOWHERE = Origin("?")


class Link:
    """One end of the wall. `make` turns the reference of a student's object into what stands for it; set by proxies.py."""

    def __init__(self, wall: socket.socket, show: Callable[[str, str], None]):
        wall.setblocking(False)
        self.wall, self.show = wall, show
        self.parser, self.waiting, self.outgoing = Parser({*WALL_ANSWERS, *WALL_CALLS}), [], bytearray()
        self.reading, self.writing = select.poll(), select.poll()
        self.reading.register(wall.fileno(), select.POLLIN)
        self.writing.register(wall.fileno(), select.POLLOUT | select.POLLIN)
        self.dead = ""
        self.number = 0
        self.open: list[int] = []
        self.abandoned: set[int] = set()
        self.polling = self.interrupted = False
        self.make: Callable[[Link, Opaque, Origin], Any]
        self.refer_other: Callable[[Link, Any], Opaque | None]
        self.make_exception: Callable[[Link, Message, Origin, bool], BaseException]
        self.namespace: Any = None
        self.writing_back = self.recording = False
        self.undo: list[tuple[Any, Any]] = []  # what was written back in a test's second run, and what it was before
        self.before_call: Callable[[], None] = lambda: None
        self.after_answer: Callable[[int], None] = lambda number: None
        self.proxies: WeakValueDictionary[int, Any] = WeakValueDictionary()  # what the tests still hold, by number
        self.shadows: WeakValueDictionary[int, type] = WeakValueDictionary()
        self.epoch = 0
        self.objects = FOREIGN
        self.begin(None)

    def begin(self, allowed: Sequence[str] | None, changes: Sequence[str] | None = None) -> None:
        """Start a cell, in which only the keys in `allowed` may be used; None: any.

        `changes`: in a cell that is no test, the keys whose changes of arguments are made; None: any.
        """
        self.allowed = None if allowed is None else frozenset(allowed)
        self.changes = None if changes is None else frozenset(changes)
        self.used: dict[str, None] = {}
        self.flags: dict[str, None] = {}
        self.condemned = ""
        self.withheld = False  # a change of an argument was not made
        self.calls = self.bytes = 0
        self.families: dict[int, list[dict[str, Any]]] = {}
        self.mine: dict[int, Any] = {}
        self.callable: set[int] = set()
        self.by_identity: dict[int, Opaque] = {}
        self.instances: list[tuple[int, Any, str]] = []
        self.lent: list[Any] = []  # instances that went for the call that follows
        self.epoch += 1

    def held(self) -> list[int]:
        """Numbers of the student's objects that the tests still hold."""
        return sorted({*self.proxies, *self.shadows})[:OBJECTS]

    # what is allowed

    def permits(self, key: str) -> bool:
        """Whether `key` may be used; notes it if so."""
        if self.allowed is not None and key[:KEY] not in self.allowed:
            return False
        if len(self.used) < KEYS:
            self.used[key[:KEY]] = None
        return True

    def need(self, key: str) -> None:
        """Use `key`. Raises NotExpected when it may not be used."""
        if not self.permits(key):
            raise self.condemn("operation", key)

    def flag(self, text: str) -> None:
        """Note something for the instructor."""
        if len(self.flags) < 1000:
            self.flags[text[:KEY].encode("utf-8", "replace").decode()] = None

    def condemn(self, reason: str, detail: str) -> BaseException:
        """The exception for what makes the cell fail, whatever the test does about it."""
        text = SENTENCES[reason].format(detail[:KEY])
        self.condemned = self.condemned or text
        self.flag(f"{reason}: {detail}")
        return (SubmissionLost if reason in ("lost", "forged") else NotExpected)(text)

    def die(self, reason: str, detail: str) -> BaseException:
        """Have done with the student's side."""
        if not self.dead:
            self.dead = f"{reason}: {detail}"
            with suppress(OSError):
                self.wall.close()
        return self.condemn(reason, detail)

    # asking

    def ask(self, kind: str, fields: Mapping[str, Any], buffers: Sequence[bytes] = (), origin: Origin = NOWHERE) -> Message:
        """The answer to an order. Raises what the student's code raised, SubmissionLost or NotExpected."""
        __tracebackhide__ = True
        if self.dead:
            raise self.condemn("lost", self.dead)
        self.calls += 1
        if self.calls > CALLS or self.bytes > BYTES:
            raise self.condemn("budget", f"{self.calls}, {self.bytes} B")
        if kind not in PURE:
            self.epoch += 1
            if kind not in PREPARED:
                self.before_call()
        self.number = number = (self.number + 1) & 0xFFFFFFFF or 1
        try:
            frame = pack(Message(kind, fields, buffers, number))
        except ProtocolError as error:
            raise self.condemn("argument", error.detail) from None
        self.open.append(number)
        handler = _signal.signal(_signal.SIGINT, self._note_interrupt)
        answer = None
        try:
            answer = self._exchange(frame, number)
        except ProtocolError as error:
            raise self.die("lost" if error.reason in ("closed", "truncated") else "forged", f"{error.reason} {error.detail}") from None
        finally:
            self.open.pop()
            if answer is None:
                self.abandoned.add(number)
            _signal.signal(_signal.SIGINT, handler)
        if self.interrupted:
            self.interrupted = False
            raise KeyboardInterrupt
        said = answer.fields
        if said["printed"] or said["errors"]:
            self.show(said["printed"], said["errors"])
        if answer.kind == "refused":
            raise self.condemn("answer", said["detail"] or said["reason"])
        self.after_answer(said["files"])
        if answer.kind == "raised":
            raise self.make_exception(self, answer, origin, kind == "next")
        return answer

    def _exchange(self, frame: bytes, number: int) -> Message:
        """Send a frame and wait for the answer of that number, calling what the student's side calls meanwhile."""
        self._send(frame)
        while True:
            message = self._receive()
            if message.kind == "callback":
                if message.fields["within"] in self.abandoned:
                    self._send(pack(Message("failed", {"name": "KeyboardInterrupt", "message": ""}, (), message.request)))
                elif message.fields["within"] == number:
                    self._call_back(message)
                else:
                    raise ProtocolError("request", "callback")
            elif message.request == number:
                return message
            elif message.request in self.abandoned:
                self.abandoned.discard(message.request)
            else:
                raise ProtocolError("request", message.kind)

    def _send(self, frame: bytes) -> None:
        self.outgoing += frame
        while self.outgoing:
            try:
                del self.outgoing[: self.wall.send(memoryview(self.outgoing)[:PIECE].tobytes())]
            except BlockingIOError:
                self._wait(self.writing)
                self._read()  # the other side may be sending, and not reading before that is done
            except OSError:
                raise ProtocolError("closed") from None

    def _receive(self) -> Message:
        while not self.waiting:
            if not self._read():
                self._wait(self.reading)
        return self.waiting.pop(0)

    def _read(self) -> bool:
        """Take what has come; whether something has."""
        try:
            data = self.wall.recv(min(self.parser.wanted + 4096, PIECE))
        except BlockingIOError:
            return False
        except OSError:
            data = b""
        if not data:
            self.parser.finish()
            raise ProtocolError("closed")
        self.bytes += len(data)
        self.waiting += self.parser.feed(data)
        if len(self.waiting) > 1000:
            raise ProtocolError("unexpected")
        return True

    def _wait(self, poll: select.poll) -> None:
        if self.interrupted:
            self.interrupted = False
            raise KeyboardInterrupt
        self.polling = True
        try:
            poll.poll()
        finally:
            self.polling = False

    def _note_interrupt(self, *_: Any) -> None:
        if self.polling:
            raise KeyboardInterrupt
        self.interrupted = True

    def _call_back(self, message: Message) -> None:
        """Call a function of the tests' for the student's side, and tell it what came of it."""
        __tracebackhide__ = True
        fields = message.fields
        function = self.mine.get(fields["function"])
        if function is None or fields["function"] not in self.callable:
            raise ProtocolError("request", "function")
        if fields["printed"] or fields["errors"]:
            self.show(fields["printed"], fields["errors"])
        arguments = self.decode(message.buffers[0], Origin("(callback)"))
        if type(arguments) is not tuple or len(arguments) != 2 or type(arguments[0]) is not tuple or type(arguments[1]) is not dict:
            raise ProtocolError("fields", "arguments")
        if not all(type(name) is str for name in arguments[1]):
            raise ProtocolError("fields", "arguments")
        handler = _signal.signal(_signal.SIGINT, _signal.default_int_handler)
        try:
            try:
                reply = Message("returned", {}, (self.encode(function(*arguments[0], **arguments[1])),), message.request)
            except Exception as error:
                text = str(error)[:10_000].encode("utf-8", "replace").decode()
                reply = Message("failed", {"name": type(error).__name__[:200], "message": text}, (), message.request)
        finally:
            _signal.signal(_signal.SIGINT, handler)
        self._send(pack(reply))

    # values

    def encode(self, value: Any) -> bytes:
        """The frame of a value of the tests' for the student's side. Raises NotExpected when it cannot be sent."""
        try:
            frame = encode(value, LIMITS, self.refer)
        except CodecError as error:
            raise self.condemn("argument", f"{type(value).__name__}, {error.reason} {error.detail}") from None
        self._send_instances()
        return frame

    def try_encode(self, value: Any) -> bytes | None:
        """The frame of a value, None when it cannot be sent."""
        try:
            frame = encode(value, LIMITS, self.refer)
        except CodecError:
            self.instances.clear()
            return None
        self._send_instances()
        return frame

    def decode(self, frame: Any, origin: Origin) -> Any:
        """The value of a frame of the student's side."""
        try:
            return decode(frame, LIMITS, lambda opaque: self._object(opaque, origin))
        except CodecError as error:
            raise self.die("forged", f"{error.reason} {error.detail}") from None

    def value(self, answer: Message, origin: Origin) -> Any:
        """The value of an answer that is one."""
        if answer.kind != "value":
            raise self.die("forged", answer.kind)
        return self.decode(answer.buffers[0], origin)

    def refer(self, value: Any) -> Opaque | None:
        """What stands for an object that does not cross by value; None when nothing can."""
        known = self.by_identity.get(id(value))
        return known if known is not None else self.refer_other(self, value)

    def lend(self, value: Any, name: str, may_call: bool = False) -> Opaque:
        """A number for an object of the tests'. `may_call`: the student's side may have it called."""
        if len(self.mine) >= OBJECTS:
            raise self.condemn("budget", "objects")
        self.objects += 1
        opaque = Opaque(self.objects, name[:200], frozenset({"callable"}) if may_call else frozenset())
        self.mine[opaque.id] = value  # which also keeps its identity its own
        if may_call:
            self.callable.add(opaque.id)
        self.by_identity[id(value)] = opaque
        return opaque

    def lend_instance(self, value: Any, name: str) -> Opaque:
        """A number for an instance of a class that both sides define; a copy of it goes before what refers to it."""
        opaque = self.lend(value, "")
        self.instances.append((opaque.id, value, name))
        return opaque

    def _send_instances(self) -> None:
        """Send copies of the instances that the last frame refers to, and those that these refer to."""
        todo = 0
        while todo < len(self.instances):
            todo, states = len(self.instances), [dict(vars(value)) for _, value, _ in self.instances]
            try:
                frame = encode(states, LIMITS, self.refer)
            except CodecError as error:
                self.instances.clear()
                raise self.condemn("argument", f"{error.reason} {error.detail}") from None
        if todo:
            sent, self.instances = self.instances, []
            self.lent = [value for _, value, _ in sent]
            described = [{"number": number, "class": name} for number, _, name in sent]
            self.ask("instances", {"instances": described}, (frame,))

    def _object(self, opaque: Opaque, origin: Origin) -> Any:
        if opaque.id >= FOREIGN:
            if opaque.id not in self.mine:
                raise CodecError("references")
            return self.mine[opaque.id]
        known = self.shadows.get(opaque.id) or self.proxies.get(opaque.id)
        if known is None:
            if len(self.proxies) >= OBJECTS:
                raise CodecError("references")
            known = self.make(self, opaque, origin)
        return known
