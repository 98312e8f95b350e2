"""The tests' end of the wall against whatever may come: it raises what it says it raises, and nothing else happens."""

import os
import random
import signal
import socket
import threading
import time
from contextlib import suppress

import pytest

from service_marketing.grading.protocol import WALL_ORDERS, Message, Parser, pack
from service_marketing.grading.wall import namespace, proxies
from service_marketing.grading.wall.codec import Opaque, encode
from service_marketing.grading.wall.link import FOREIGN, Link, NotExpected, Origin, SubmissionLost

SAID = {"printed": "", "errors": "", "files": 0}
VALUE = {**SAID, "argument": None, "changed": []}


class Sides:
    """A link and, at the other end, a thread that answers each order with the bytes that a function makes of it."""

    def __init__(self, answer):
        ours, self.theirs = socket.socketpair()
        self.printed: list[tuple[str, str]] = []
        self.link = Link(ours, lambda *texts: self.printed.append(texts))
        self.link.in_test = True
        self.names = namespace.Namespace(self.link, {}, ["x", "f"], [])
        proxies.install(self.link, self.names)
        self.names.begin(True, True)
        self.answer = answer
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self) -> None:
        parser = Parser(WALL_ORDERS)
        with suppress(OSError):
            while data := self.theirs.recv(1 << 16):
                for order in parser.feed(data):
                    reply = self.answer(order)
                    if reply is None:
                        self.theirs.close()
                        return
                    self.theirs.sendall(reply)

    def close(self) -> None:
        self.link.wall.close()
        self.theirs.close()


@pytest.fixture
def sides():
    made = []

    def make(answer) -> Sides:
        made.append(Sides(answer))
        return made[-1]

    yield make
    for each in made:
        each.close()


def value(order: Message, frame: bytes, **fields) -> bytes:
    return pack(Message("value", {**VALUE, **fields}, (frame,), order.request))


def plain(thing):
    return lambda order: value(order, encode(thing))


def opaque(number: int, name: str = "x", *traits: str) -> bytes:
    return encode(object(), refer=lambda _: Opaque(number, name, frozenset(traits)))


def test_a_value_and_what_was_printed(sides):
    ends = sides(lambda order: value(order, encode({"a": [1, 2.5]}), printed="text", errors="warning"))
    assert ends.names["x"] == {"a": [1, 2.5]}
    assert ends.printed == [("text", "warning")]


def test_the_same_frame_is_the_same_object_and_another_is_not(sides):
    answers = iter([[1], [1], [2]])
    ends = sides(lambda order: value(order, encode(next(answers))))
    first = ends.names["x"]
    assert ends.names["x"] is first
    ends.link.epoch += 1
    assert ends.names["x"] is first
    ends.link.epoch += 1
    assert ends.names["x"] == [2]


@pytest.mark.parametrize(
    "answer",
    [
        lambda order: None,
        lambda order: b"garbage that is no frame, and long enough for a prefix",
        lambda order: value(order, b"no frame of the codec"),
        lambda order: value(order, opaque(FOREIGN + 1)),
        lambda order: value(order, encode([[[1]]]))[:-2] + b"  ",
        lambda order: pack(Message("value", VALUE, (encode(1),), order.request + 1)),
        lambda order: pack(Message("names", {}, (), order.request)),
        lambda order: pack(Message("family", {**SAID, "family": []}, (), order.request)),
        lambda order: pack(Message("callback", {**SAID, "function": 5, "within": order.request}, (encode(((), {})),), 1)),
        lambda order: pack(Message("callback", {**SAID, "function": 5, "within": order.request + 1}, (encode(((), {})),), 1)),
    ],
    ids=["end", "garbage", "codec", "unknown object", "cut", "other request", "order", "kind", "function", "call within another"],
)
def test_what_no_honest_side_says_ends_it(sides, answer):
    ends = sides(answer)
    with pytest.raises(SubmissionLost):
        _ = ends.names["x"]
    assert ends.link.dead
    assert ends.link.condemned
    ends.link.begin(None)
    with pytest.raises(SubmissionLost):
        _ = ends.names["f"]


@pytest.mark.parametrize(
    ("use", "answer"),
    [
        (len, True),
        (len, -1),
        (len, "3"),
        (bool, 1),
        (str, 1),
        (iter, [1]),
        (int, 2.0),
        (float, 2),
        (hash, "x"),
        (dir, [1]),
        (lambda x: 1 in x, 1),
        (lambda x: isinstance(x, list) or next(iter(x)), 3),
    ],
)
def test_an_answer_of_a_type_that_makes_no_sense_ends_it(sides, use, answer):
    ends = sides(lambda order: value(order, opaque(1) if order.kind == "get" else encode(answer)))
    thing = ends.names["x"]
    with pytest.raises(SubmissionLost):
        use(thing)


def test_an_object_is_not_equal_to_a_value_and_nobody_is_asked(sides):
    orders = []
    ends = sides(lambda order: orders.append(order.kind) or value(order, opaque(1)))
    thing = ends.names["x"]
    assert thing != 1
    assert thing != 1
    assert thing not in [1, "a", None]
    assert orders == ["get"]


def test_stop_iteration_means_something_on_next_alone(sides):
    raised = {**SAID, "family": [{"name": "StopIteration", "reference": 0, "bases": []}], "message": "", "reference": 9}

    def answer(order):
        if order.kind == "get":
            return value(order, opaque(1, "x", "iterator", "callable"))
        return pack(Message("raised", raised, (), order.request))

    thing = sides(answer).names["x"]
    with pytest.raises(StopIteration):
        next(thing)
    with pytest.raises(RuntimeError):
        thing()
    with pytest.raises(RuntimeError):
        _ = thing.name


@pytest.mark.parametrize(
    "name",
    [
        "_pytest.outcomes.Skipped",
        "unittest.case.SkipTest",
        "GeneratorExit",
        "asyncio.exceptions.CancelledError",
        "os.system",
        "x.y",
        "int",
        "",
    ],
)
def test_an_exception_that_would_skip_or_stop_is_an_error(sides, name):
    raised = {**SAID, "family": [{"name": name, "reference": 0, "bases": []}], "message": "m", "reference": 9}
    ends = sides(lambda order: pack(Message("raised", raised, (), order.request)))
    with pytest.raises(RuntimeError, match="m"):
        _ = ends.names["x"]


@pytest.mark.parametrize("bases", [[0], [1], [100], [0, 1, 2], []])
def test_families_that_cannot_be(sides, bases):
    family = [{"name": f"__main__.E{n}", "reference": n + 1, "bases": bases} for n in range(3)]
    ends = sides(lambda order: pack(Message("raised", {**SAID, "family": family, "message": "", "reference": 9}, (), order.request)))
    with pytest.raises(Exception, match=r"^$") as caught:
        _ = ends.names["x"]
    assert type(caught.value).__name__ in ("E0", "RuntimeError")


def test_an_interrupt_leaves_the_next_answer_right(sides):
    """The answer that came too late is known by its number."""

    def answer(order):
        if order.fields.get("name") == "x":
            time.sleep(0.3)
        return value(order, encode(order.fields["name"]))

    ends = sides(answer)
    saved = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        threading.Timer(0.1, os.kill, [os.getpid(), signal.SIGINT]).start()
        with pytest.raises(KeyboardInterrupt):
            _ = ends.names["x"]
        assert ends.names["f"] == "f"
        assert not ends.link.abandoned
    finally:
        signal.signal(signal.SIGINT, saved)


def test_what_is_not_allowed_is_not_asked(sides):
    orders = []
    ends = sides(lambda order: orders.append(order.kind) or value(order, opaque(1, "x", "callable")))
    ends.link.begin(["x ()"])
    thing = ends.names["x"]
    thing()
    for use in (len, iter, lambda x: x.name, lambda x: x + 1, lambda x: x[0]):
        with pytest.raises(NotExpected):
            use(thing)
    assert repr(thing) == str(thing) == "<x()>"
    assert orders == ["get", "call"]
    assert len(ends.link.flags) == 5


def test_origins_do_not_grow(sides):
    origin = Origin("node")
    for _ in range(1000):
        origin = origin.plus(".next").plus(".left")
    assert origin.text == "node.left.next"
    assert origin.plus("." + "x" * 1000).text == origin.text


def test_frames_with_bytes_changed(sides, request):
    """Whatever the bytes say, the test gets a value or one of three kinds of exceptions, in time."""
    dice, rounds = random.Random(5), 20_000 if request.config.getoption("--long") else 1500
    family = [{"name": "__main__.E", "reference": 3, "bases": [1]}, {"name": "Exception", "reference": 0, "bases": []}]
    honest = [
        lambda order: value(order, encode({"a": (1, 2.5, "ä", None), "b": [b"x", {1, 2}]})),
        lambda order: value(order, opaque(7, "__main__.A", "callable")),
        lambda order: pack(Message("raised", {**SAID, "family": family, "message": "m", "reference": 4}, (encode(("m",)),), order.request)),
        lambda order: pack(Message("refused", {**SAID, "reason": "r", "detail": "d"}, (), order.request)),
    ]

    def changed(order):
        frame = bytearray(dice.choice(honest)(order))
        for _ in range(dice.randint(0, 3)):
            place = dice.randrange(4, len(frame))
            frame[place] = dice.choice((0, 1, 0x5B, 0x5D, 0x22, 0xFF, frame[place] ^ 1, dice.randrange(256)))
        return bytes(frame)

    for _ in range(rounds // 50):
        ends = sides(changed)
        for _ in range(50):
            try:
                thing = ends.names["x"]
                if isinstance(thing, proxies.Proxy):
                    thing()
            except (SubmissionLost, Exception):
                pass
            ends.link.epoch += 1
            if ends.link.dead:
                break
        ends.close()
