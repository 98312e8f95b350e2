"""Frames between processes: what is said arrives, in pieces of any size; what is not in the table is refused."""

import json
import os
import random
import socket
import struct
import threading
import time
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_marketing.grading import protocol
from service_marketing.grading.protocol import KINDS, Channel, Message, Parser, ProtocolError, answer, pack, unpack, validate

CALL = Message("call", {"reference": 3, "own": False, "watch": False}, (b"arguments",), 7)
SAID = {"printed": "", "errors": "", "files": 0}
DONE = {"cell": 1, "status": "ok", "count": 5, "seconds": 0.25, "overflow": False}
NAMES = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,10}", fullmatch=True)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
ANY = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(2**53), 2**53), st.floats(allow_nan=False, allow_infinity=False), TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(TEXTS, inner, max_size=4)),
    max_leaves=10,
)


def examples_of(check):
    """A strategy for values that a field takes."""
    makers = {
        protocol.Whole: lambda: st.integers(check.low, check.high),
        protocol.Real: lambda: st.floats(check.low, check.high),
        protocol.Words: lambda: TEXTS,
        protocol.Name: lambda: NAMES,
        protocol.Flag: st.booleans,
        protocol.OneOf: lambda: st.sampled_from(check.options),
        protocol.Maybe: lambda: st.none() | examples_of(check.kind),
        protocol.Many: lambda: st.lists(examples_of(check.kind), max_size=3),
        protocol.Table: lambda: st.dictionaries(examples_of(check.key), examples_of(check.kind), max_size=3),
        protocol.Record: lambda: st.fixed_dictionaries({name: examples_of(inner) for name, inner in check.fields.items()}),
        protocol.Plain: lambda: ANY,
    }
    return makers[type(check)]()


@st.composite
def messages(draw, kinds=tuple(KINDS)):
    """Any message that the table allows."""
    name = draw(st.sampled_from(kinds))
    kind = KINDS[name]
    fields = {field: draw(examples_of(check)) for field, check in kind.fields.items()}
    fewest, most = kind.buffers
    count = fewest + len(fields["changed"]) if "changed" in fields else draw(st.integers(fewest, min(most, 3)))
    return Message(name, fields, tuple(draw(st.binary(max_size=20)) for _ in range(count)), draw(st.integers(0, 2**32 - 1)))


def equal(a: Message, b: Message) -> bool:
    return (a.kind, a.fields, a.request) == (b.kind, b.fields, b.request) and list(map(bytes, a.buffers)) == list(map(bytes, b.buffers))


@given(messages())
def test_what_is_packed_is_unpacked(message):
    assert equal(unpack(pack(message)[4:]), message)


@pytest.mark.parametrize("kind", KINDS)
@given(st.data())
def test_every_kind_can_be_said(kind, data):
    message = data.draw(messages((kind,)))
    assert equal(Parser((kind,)).feed(pack(message))[0], message)


@given(st.lists(messages(), max_size=4), st.randoms(use_true_random=False))
def test_a_stream_may_come_in_pieces_of_any_size(said, dice):
    stream = b"".join(map(pack, said))
    parser, heard = Parser(), []
    while stream:
        size = dice.choice((1, 2, 3, 10, 1000))
        heard += parser.feed(stream[:size])
        stream = stream[size:]
    parser.finish()
    assert len(heard) == len(said)
    assert all(map(equal, heard, said))


def test_wanted_says_how_much_is_left():
    frame = pack(CALL)
    parser = Parser()
    assert parser.wanted == 4
    parser.feed(frame[:4])
    assert parser.wanted == len(frame) - 4
    parser.feed(frame[4:-1])
    assert parser.wanted == 1


def refused(action, reason):
    with pytest.raises(ProtocolError) as caught:
        action()
    assert caught.value.reason == reason


def head_of(kind: str, fields, *buffers: bytes) -> bytes:
    """A frame that was made without looking at the table."""
    head = fields if isinstance(fields, bytes) else json.dumps(fields).encode()
    lengths = struct.pack(f">{len(buffers)}Q", *map(len, buffers))
    prefix = struct.pack(">BBIIH", protocol.VERSION, KINDS[kind].number, 1, len(head), len(buffers))
    body = prefix + lengths + head + b"".join(buffers)
    return struct.pack(">I", len(body)) + body


WRONG = {
    "field missing": head_of("getattr", {"reference": 1, "own": True}),
    "field too many": head_of("get", {"name": "x", "own": True, "more": 1}),
    "another type": head_of("len", {"reference": "1"}),
    "truth for a number": head_of("len", {"reference": True}),
    "fraction for a number": head_of("len", {"reference": 1.0}),
    "below the range": head_of("len", {"reference": 0}),
    "above the range": head_of("len", {"reference": 2**60}),
    "no name": head_of("get", {"name": "a.b", "own": True}),
    "long name": head_of("get", {"name": "a" * 201, "own": True}),
    "unknown operator": head_of("binary", {"reference": 1, "operator": "__class__", "reflected": False, "own": False}, b""),
    "unknown status": head_of("done", {**DONE, "status": "fine"}),
    "list of others": head_of("notes", {"cell": 1, "used": ["1", 2], "flags": [], "calls": 1}),
    "long list": head_of("notes", {"cell": 1, "used": [], "flags": ["x"] * 1001, "calls": 1}),
    "record of others": head_of("instances", {"instances": [{"number": 1, "class": 2}]}, b""),
    "half a pair": head_of("str", {"reference": "\ud800"}),
    "half a pair in outputs": head_of("outputs", {"cell": 1, "outputs": [{"text": ["\ud800"]}]}),
    "half a pair in a key": head_of("outputs", {"cell": 1, "outputs": [{"\udfff": 1}]}),
    "deep outputs": head_of("outputs", b'{"cell":1,"outputs":[' + b"[" * 40 + b"]" * 40 + b"]}"),
    "many outputs": head_of("outputs", {"cell": 1, "outputs": [[0] * 200_001]}),
    "long text": head_of("raised", {**SAID, "family": [], "message": "x" * 10_001, "reference": 1}),
    "buffer missing": head_of("call", {"reference": 1, "own": True, "watch": True}),
    "values without their numbers": head_of("value", {**SAID, "argument": None, "changed": []}, b"1", b"2"),
    "numbers without their values": head_of("value", {**SAID, "argument": None, "changed": [1]}, b"1"),
}


@pytest.mark.parametrize("name", WRONG)
def test_fields_that_are_not_in_the_table_are_refused(name):
    refused(lambda: Parser().feed(WRONG[name]), "fields")


GARBAGE = {
    "buffer too many": (head_of("len", {"reference": 1}, b"x"), "garbage"),
    "no JSON": (head_of("names", b"{"), "garbage"),
    "not UTF-8": (head_of("names", b'{"\xff":1}'), "garbage"),
    "no object": (head_of("names", b"[]"), "garbage"),
    "NaN": (head_of("done", json.dumps({**DONE, "seconds": float("nan")}).encode()), "garbage"),
    "beyond a float": (head_of("done", json.dumps(DONE).encode().replace(b"0.25", b"1e999")), "garbage"),
    "long number": (head_of("len", b'{"reference":' + b"1" * 5000 + b"}"), "garbage"),
    "a name twice": (head_of("len", b'{"reference":1,"reference":2}'), "garbage"),
    "deep": (head_of("names", b"[" * 100_000), "garbage"),
    "millions of values": (head_of("names", b"[" + b"0," * 2_100_000 + b"0]"), "large"),
    "shorter than a prefix": (struct.pack(">IB", 1, protocol.VERSION), "garbage"),
    "no such kind": (struct.pack(">IBBIIH", 12, protocol.VERSION, 255, 1, 0, 0), "kind"),
    "another version": (struct.pack(">IB", 100, 9), "version"),
    "text": (b"Traceback (most recent call last):\n", "large"),
    "4 GB": (struct.pack(">I", 2**32 - 1), "large"),
    "head beyond the end": (struct.pack(">IBBIIH", 12, protocol.VERSION, 31, 1, 1000, 0), "garbage"),
    "head of 4 GB": (struct.pack(">IBBIIH", 12, protocol.VERSION, 31, 1, 2**32 - 1, 0), "large"),
    "65,535 buffers": (struct.pack(">IBBIIH", 12, protocol.VERSION, 31, 1, 0, 65_535), "garbage"),
    "a buffer that wraps around": (
        struct.pack(">IBBIIHQ", 22, protocol.VERSION, 35, 1, 2, 1, 2**64 - 2) + b"{}",
        "garbage",
    ),
}


@pytest.mark.parametrize("name", GARBAGE)
def test_garbage_is_refused_and_nothing_is_believed_after_it(name):
    data, reason = GARBAGE[name]
    parser = Parser()
    refused(lambda: parser.feed(data), reason)
    refused(lambda: parser.feed(pack(CALL)), reason)
    refused(parser.finish, reason)


def test_what_came_before_garbage_can_be_had():
    heard = []
    refused(lambda: heard.extend(Parser().each(pack(CALL) + GARBAGE["text"][0])), "large")
    assert len(heard) == 1


def test_only_what_is_expected_may_come():
    refused(lambda: Parser(protocol.POOL_NEWS).feed(pack(CALL)), "unexpected")
    assert Parser(protocol.WALL_ORDERS).feed(pack(CALL))


def test_an_end_within_a_frame_is_noticed():
    parser = Parser()
    parser.finish()
    parser.feed(pack(CALL)[:-1])
    refused(parser.finish, "truncated")


def test_a_frame_longer_than_the_maximum_is_refused_on_both_sides():
    long = Message("call", CALL.fields, (b"x" * 1000,))
    refused(lambda: pack(long, 500), "large")
    refused(lambda: Parser(maximum=500).feed(pack(long)[:4]), "large")
    assert Parser(maximum=len(pack(long))).feed(pack(long))


def test_an_announced_length_takes_no_memory():
    tracemalloc.start()
    parser = Parser()
    parser.feed(struct.pack(">IB", protocol.MAXIMUM - 4, protocol.VERSION))
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 1 << 20


@pytest.mark.parametrize(
    "message",
    [
        Message("nonsense"),
        Message("names", {"more": 1}),
        Message("len", {"reference": -1}),
        Message("call", CALL.fields),
        Message("names", {}, (), -1),
        Message("names", {}, (), 2**32),
        Message("str", {"reference": None}),
        Message("done", {**DONE, "seconds": float("inf")}),
    ],
)
def test_the_sender_is_held_to_the_table_too(message):
    with pytest.raises(ProtocolError):
        validate(message)
    with pytest.raises(ProtocolError):
        pack(message)


def test_mutated_streams_raise_nothing_else(request):
    dice = random.Random(5)
    frames = [pack(CALL), pack(Message("done", DONE)), *WRONG.values(), *(data for data, _ in GARBAGE.values() if len(data) < 10_000)]
    frames += [pack(Message("outputs", {"cell": 1, "outputs": [{"output_type": "stream", "text": "客"}]}))]
    heard = 0
    for _ in range(100_000 if request.config.getoption("--long") else 10_000):
        data = bytearray(dice.choice(frames))
        for _ in range(dice.choice((1, 2, 5))):
            action = dice.randrange(3)
            place = dice.randrange(len(data)) if data else 0
            if action == 0 and data:
                data[place] = dice.randrange(256)
            elif action == 1:
                data[place:place] = dice.randbytes(dice.randrange(4))
            else:
                del data[place : place + dice.randrange(4)]
        try:
            heard += len(Parser(maximum=1 << 20).feed(bytes(data)))
        except ProtocolError as error:
            assert error.reason in protocol.REASONS  # noqa: PT017
    assert heard


def test_errors_speak_both_languages():
    for reason in protocol.REASONS:
        text = str(ProtocolError(reason, "detail"))
        assert text.endswith(": detail)")
        assert any("一" <= c <= "鿿" for c in text)


# ---------------------------------------------------------------------------------------------------------------- channels


@pytest.fixture(params=["socket", "pipes"])
def ends(request):
    """Both ends of a connection."""
    if request.param == "socket":
        a, b = socket.socketpair()
        yield Channel(a), Channel(b)
        a.close()
        b.close()
    else:
        (read_a, write_b), (read_b, write_a) = os.pipe(), os.pipe()
        yield Channel((read_a, write_a)), Channel((read_b, write_b))
        for descriptor in (read_a, write_b, read_b, write_a):
            os.close(descriptor)


def served(channel, reply, times=1):
    """A thread that answers that many requests."""

    def serve():
        for _ in range(times):
            request = channel.receive()
            channel.send(answer(request, reply(request)))

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    return thread


def test_a_request_is_answered(ends):
    here, there = ends
    data = os.urandom(3 << 20)  # more than a pipe or a socket holds
    thread = served(
        there,
        lambda request: Message("value", {**SAID, "printed": request.kind, "argument": None, "changed": []}, (bytes(request.buffers[0]),)),
        3,
    )
    for _ in range(3):
        reply = here.ask("call", CALL.fields, (data,))
        assert (reply.kind, reply.fields["printed"]) == ("value", "call")
        assert bytes(reply.buffers[0]) == data
    thread.join(10)


def test_an_answer_to_another_request_is_refused(ends):
    here, there = ends
    there.send(Message("refused", {**SAID, "reason": "", "detail": ""}, (), 99))
    refused(lambda: here.ask("names"), "request")


def test_callbacks_are_answered_meanwhile(ends):
    here, there = ends

    def serve():
        request = there.receive()
        result = there.ask("callback", {**SAID, "function": 5, "within": 1}, (b"4",))
        there.send(answer(request, Message("value", {**SAID, "argument": None, "changed": []}, (bytes(result.buffers[0]) + b"!",))))

    threading.Thread(target=serve, daemon=True).start()
    square = lambda message: Message("value", {**SAID, "argument": None, "changed": []}, (b"%d" % int(bytes(message.buffers[0])) ** 2,))  # noqa: E731
    assert bytes(here.ask("call", CALL.fields, (b"",), meanwhile=square).buffers[0]) == b"16!"


def test_a_callback_is_refused_where_nobody_answers_it(ends):
    here, there = ends
    there.send(Message("callback", {**SAID, "function": 5, "within": 1}, (b"",), 1))
    refused(lambda: here.ask("names"), "request")


def test_waiting_ends_at_the_deadline(ends):
    here, there = ends
    here.deadline = time.monotonic() + 0.1
    started = time.monotonic()
    refused(lambda: here.ask("names"), "timeout")
    assert time.monotonic() - started < 60
    here.deadline = time.monotonic() + 0.1
    refused(lambda: here.send(Message("call", CALL.fields, (b"x" * (8 << 20),))), "timeout")
    there.deadline = time.monotonic() - 1
    refused(there.receive, "timeout")


def test_a_flood_ends_at_the_deadline(ends):
    here, there = ends
    stop = threading.Event()

    def flood():
        there.deadline = time.monotonic() + 5
        try:
            while not stop.is_set():
                there.send(Message("callback", {**SAID, "function": 1, "within": 1}, (b"",), 1))
                there.receive()
        except ProtocolError:
            pass

    thread = threading.Thread(target=flood, daemon=True)
    thread.start()
    here.deadline = time.monotonic() + 0.3
    refused(
        lambda: here.ask("names", meanwhile=lambda message: Message("value", {**SAID, "argument": None, "changed": []}, (b"",))), "timeout"
    )
    stop.set()
    here.deadline = None
    here.send(Message("names"))
    thread.join(10)


def test_the_other_side_may_end():
    for sent, reason in ((b"", "closed"), (pack(CALL)[:10], "truncated")):
        a, b = socket.socketpair()
        with a, b:
            b.sendall(sent)
            b.close()
            refused(Channel(a).receive, reason)
    a, b = socket.socketpair()
    with a:
        b.close()
        channel = Channel(a)

        def say_much():
            for _ in range(100):
                channel.send(CALL)

        refused(say_much, "closed")


def test_names_and_numbers_are_used_once():
    numbers = [kind.number for kind in KINDS.values()]
    assert len(set(numbers)) == len(numbers)
    assert all(0 < number < 256 for number in numbers)
    families = (
        protocol.POOL_ORDERS,
        protocol.POOL_NEWS,
        protocol.WALL_ORDERS,
        protocol.WALL_ANSWERS,
        protocol.WALL_CALLS,
        protocol.WALL_RETURNS,
    )
    assert sum(map(len, families)) == len(KINDS)
