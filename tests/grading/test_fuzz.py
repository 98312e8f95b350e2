"""Whatever is handed in, and whatever comes over a wire: a row for every submission, one kind of error, never a crash.

The seed is drawn anew for every run and is in the message of a failure; SEED repeats a run.
"""

import json
import os
import random
import socket
import time
from contextlib import suppress
from dataclasses import replace

import nbformat
import numpy as np
import pandas as pd
import pytest
from nbgrader.api import Gradebook

from grading import mutations
from grading import stock_course as small
from service_marketing.grading import engine, protocol, results
from service_marketing.grading.protocol import KINDS, Message, Parser, ProtocolError, pack
from service_marketing.grading.shells import replies
from service_marketing.grading.shells.pool import SLACK, Limits
from service_marketing.grading.wall import kinds, proxies
from service_marketing.grading.wall.codec import CodecError, Opaque, decode, encode
from service_marketing.grading.wall.link import Link, NotExpected, SubmissionLost
from service_marketing.grading.wall.namespace import Namespace

SECONDS = 20  # more than any mutated submission needs by itself
FEW, MANY = 60, 1000
FRAMES, MORE_FRAMES = 5_000, 100_000


@pytest.fixture
def seed() -> int:
    return int(os.environ.get("SEED") or random.SystemRandom().randrange(1 << 32))


# ---- notebooks


def answered(root) -> dict[str, dict]:
    """Both notebooks, right, as parsed JSON."""
    return {name: json.loads(nbformat.writes(small.answered(root, name))) for name in ("a", "b")}


def hand_in(root, count: int, rng: random.Random) -> dict[str, list[str]]:
    """Mutated submissions, and a right one after every tenth; by student what was done."""
    right, done = answered(root), {}
    for number in range(count):
        name = rng.choice("ab")
        data, names = mutations.notebook_mutation(rng, right[name])
        done[f"m{number:04}"] = names
        small.submit(root, f"m{number:04}", {**files(right), name: data})
        if number % 10 == 0:
            done[f"n{number:04}"] = []
            small.submit(root, f"n{number:04}", files(right))
    return done


def files(notebooks: dict[str, dict]) -> dict[str, bytes]:
    return {name: mutations.dump(raw) for name, raw in notebooks.items()}


def grades(root) -> dict[str, dict[str, float | None]]:
    """By student the automatic scores of all cells, and what the gradebook makes of them all."""
    course = engine.load(root)
    with Gradebook(course.db_url, course.course_id) as book:
        found = {}
        for submission in book.assignment_submissions(small.NAME):
            found[submission.student.id] = {grade.name: grade.auto_score for one in submission.notebooks for grade in one.grades}
            assert 0 <= submission.score <= submission.max_score
        return found


def test_every_mutated_notebook_has_a_row(tmp_path, request, seed):
    count = MANY if request.config.getoption("--long") else FEW
    root = small.course(tmp_path / "course")
    done = hand_in(root, count, random.Random(seed))
    options = engine.settings(engine.load(root), limits=Limits(cell_seconds=SECONDS))
    summary = engine.autograde(root, small.NAME, options=options)
    told = {record.student: record for record in summary.records}
    missing = sorted(set(done) - told.keys())
    assert not missing, f"SEED={seed}: no row for {missing[:20]}, {len(missing)} in all; interrupted: {summary.interrupted}"
    for student, names in done.items():
        about = f"SEED={seed} {student}: {names}"
        assert told[student].state == "graded", f"{about}: {told[student].problems}"
        assert results.read(root, small.NAME, student) == told[student], about
    rows = grades(root)
    most = {"q1-test": 3, "q1-part": 1.5, "q2-test": 1}
    for student, names in done.items():
        row = rows[student]
        assert row.keys() == {"q1-test", "q1-part", "essay", "figure", "q2-test", "q3"}, f"SEED={seed} {student}: {names}"
        scores = {name: row[name] for name in most}
        assert all(score is None or 0 <= score <= most[name] for name, score in scores.items()), f"SEED={seed} {student}: {names}"
        if not names:
            assert scores == most, f"SEED={seed}: somebody else's notebook cost {student} points"
    again = engine.autograde(root, small.NAME, options=options)
    assert sorted(again.unchanged) == sorted(done)
    assert grades(root) == rows


def test_harmless_mutations_cost_no_points(tmp_path, seed):
    root, rng = small.course(tmp_path / "course"), random.Random(seed)
    right = answered(root)
    for number, name in enumerate(mutations.HARMLESS):
        changed = {which: mutations.notebook_mutation(rng, raw, [name])[0] for which, raw in right.items()}
        small.submit(root, f"h{number:02}", changed)
    engine.autograde(root, small.NAME)
    rows = grades(root)
    for number, name in enumerate(mutations.HARMLESS):
        row = rows[f"h{number:02}"]
        assert [row[test] for test in ("q1-test", "q1-part", "q2-test")] == [3, 1.5, 1], f"SEED={seed}: {name}"


@pytest.mark.parametrize("name", [*mutations.NOTEBOOK, *mutations.BYTES])
def test_every_mutation_mutates(name, tmp_path_factory):
    """None of them is without effect on the notebook it is tried on."""
    raw = answered(_released(tmp_path_factory))["a"]
    made = {mutations.notebook_mutation(random.Random(number), raw, [name])[0] for number in range(12)}
    assert made - {mutations.dump(raw)}


def _released(factory):
    place = factory.getbasetemp() / "mutated-course"
    return place if place.exists() else small.course(place)


# ---- frames


def packed(kind: str, fields: dict, buffers: list[bytes], request: int) -> bytes:
    """A frame of whatever is given, whether or not it may be sent."""
    head = json.dumps(fields).encode()
    lengths = b"".join(len(buffer).to_bytes(8, "big") for buffer in buffers)
    rest = (
        protocol._PREFIX.pack(protocol.VERSION, KINDS[kind].number, request, len(head), len(buffers)) + lengths + head + b"".join(buffers)
    )
    return len(rest).to_bytes(4, "big") + rest


def shell_answers() -> list[list[Message]]:
    """What honest shells answer to a cell, and to the end."""
    shown = {"output_type": "display_data", "data": {"text/plain": "服务", "application/json": {"a": [1, None]}}, "metadata": {}}
    outputs = [
        {"output_type": "stream", "name": "stdout", "text": "hello\n" * 20},
        shown,
        {"output_type": "execute_result", "data": {"text/plain": "1.5"}, "metadata": {}, "execution_count": 3},
        {"output_type": "update_display_data", "cell": 2, "place": 0, "data": {"text/plain": "x"}, "metadata": {}},
    ]
    error = {"cell": 7, "name": "ValueError", "value": "no", "traceback": ["\x1b[31mValueError\x1b[0m: no"]}
    failed = {"output_type": "error", "ename": "ValueError", "evalue": "no", "traceback": ["ValueError: no"]}
    done = {"cell": 7, "status": "ok", "count": 3, "seconds": 0.25, "overflow": False}
    widgets = {"output_type": "widgets", "state": {"state": {"m": {"state": {"a": 1}}}, "version_major": 2, "version_minor": 0}}
    return [
        [Message("outputs", {"cell": 7, "outputs": outputs}, request=99), Message("done", done, request=99)],
        [
            Message("outputs", {"cell": 7, "outputs": [failed]}, request=99),
            Message("error", error, request=99),
            Message("done", {**done, "status": "error"}, request=99),
        ],
        [
            Message("outputs", {"cell": 0, "outputs": [widgets]}, request=99),
            Message("ended", {"seconds": 1.0, "memory": 5, "settled": True}, request=99),
        ],
    ]


def hear(data: bytes, cell: int | None, pieces: int) -> bool:
    """Take a stream as the pool takes a shell's; whether it came to an end."""
    parser, reply = Parser(replies.KINDS, Limits().reply + SLACK), replies.Reply(99, cell, noting=bool(pieces & 1))
    step = max(1, len(data) // pieces)
    for begin in range(0, len(data), step):
        for message in parser.each(data[begin : begin + step]):
            if reply.take(message):
                earlier = {2: [{"output_type": "display_data", "data": {}, "metadata": {}}]}
                for update in reply.updates:
                    replies.apply_update(update, earlier)
                notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(outputs=reply.outputs)])
                nbformat.validate(nbformat.from_dict(notebook))
                return True
    return False


@pytest.mark.parametrize("kind", ["bytes", "values"])
def test_mutated_answers_of_a_shell(kind, request, seed):
    rng = random.Random(seed)
    answers = shell_answers()
    streams = [b"".join(map(pack, answer)) for answer in answers]
    ends, errors, slowest = 0, 0, 0.0
    for number in range((MORE_FRAMES if request.config.getoption("--long") else FRAMES) // 2):
        which = rng.randrange(len(answers))
        if kind == "bytes":
            data = mutations.bytes_changed(rng, streams[which], streams)
        else:
            data = b"".join(
                packed(rng.choice(replies.KINDS) if rng.random() < 0.1 else one.kind, mutations.value_changed(rng, one.fields), [], 99)
                for one in answers[which]
            )
        began = time.perf_counter()
        try:
            ends += hear(data, None if which == 2 else 7, rng.choice((1, 2, 9)))
        except (ProtocolError, replies.Violation):
            errors += 1
        except Exception as error:
            pytest.fail(f"SEED={seed}, frame {number}: {error!r} for {data[:200]!r}")
        slowest = max(slowest, time.perf_counter() - began)
    assert slowest < 30  # seconds; no frame may keep the grader
    assert min(ends, errors) > 0, "all the same: nothing was tried"


def values() -> list[bytes]:
    """Values as they cross the wall."""
    table = pd.DataFrame(
        {
            "n": [1, 2, 3],
            "x": [0.5, np.nan, 2.5],
            "s": ["a", None, "服务"],
            "c": pd.Categorical(["u", "v", "u"]),
            "t": pd.date_range("2026-01-01", periods=3, tz="Asia/Shanghai"),
        }
    )
    return [
        encode(value)
        for value in (
            *(None, True, -(2**70), 1.5, 2j, "text 服务", b"bytes", [1, [2, [3]]], (1, "a"), {"a": 1, 2: [None]}, {1, 2}, range(5)),
            *(
                np.arange(12.0).reshape(3, 4),
                np.array(["a", "bc"]),
                np.float32(2),
                np.array([1, None], object),
                np.datetime64("2026-03-02"),
            ),
            *(table, table["s"], table.set_index(["n", "s"]), table.columns, pd.Timestamp("2026-03-02", tz="UTC"), pd.NA, slice(1, None)),
        )
    ]


@pytest.mark.parametrize("kind", ["bytes", "values"])
def test_mutated_values(kind, request, seed):
    """`values`: the header is changed as JSON, so that more of it gets past the first look."""
    rng, frames = random.Random(seed), values()
    right, errors, slowest = 0, 0, 0.0
    for number in range((MORE_FRAMES if request.config.getoption("--long") else FRAMES) // 2):
        frame = rng.choice(frames)
        if kind == "bytes":
            frame = mutations.bytes_changed(rng, frame, frames)
        else:
            magic, size, count = kinds.HEAD.unpack_from(frame)
            start = kinds.HEAD.size + 8 * count
            header = json.dumps(mutations.value_changed(rng, json.loads(frame[start : start + size]))).encode()
            frame = kinds.HEAD.pack(magic, len(header), count) + frame[kinds.HEAD.size : start] + header + frame[start + size :]
        began = time.perf_counter()
        try:
            decode(frame)
            right += 1
        except CodecError:
            errors += 1
        except Exception as error:
            pytest.fail(f"SEED={seed}, frame {number}: {error!r} for {frame[:300]!r}")
        slowest = max(slowest, time.perf_counter() - began)
    assert slowest < 30  # seconds; no frame may keep the grader
    assert min(right, errors) > 0, "all the same: nothing was tried"


# ---- the tests' side of the wall


SAID = {"printed": "", "errors": "", "files": 0}
FUNCTION = encode(object(), refer=lambda _: Opaque(5, "function", frozenset({"callable"})))
ITERATOR = encode(object(), refer=lambda _: Opaque(6, "generator", frozenset({"iterator"})))
FAMILY = [
    {"name": "Mistake", "reference": 7, "bases": [1]},
    {"name": "ValueError", "reference": 0, "bases": [2]},
    {"name": "Exception", "reference": 0, "bases": []},
]


def answers_of_a_student() -> list[Message]:
    """What an honest student's side answers, of every kind."""
    value = {**SAID, "argument": None, "changed": []}
    return [
        Message("value", value, (FUNCTION,)),
        Message("value", value, (ITERATOR,)),
        Message("value", value, (encode([1, 2.5, "服务"]),)),
        Message("value", {**value, "changed": [0]}, (encode(None), encode([2, 1]))),
        Message("value", {**value, "argument": 0, "printed": "hello\n"}, (encode(None),)),
        Message("value", value, (encode(pd.DataFrame({"a": [1, 2]})),)),
        Message("raised", {**SAID, "family": FAMILY, "message": "no", "reference": 8}, (encode(("no",)),)),
        Message("refused", {**SAID, "reason": "foreign", "detail": "module"}),
        Message("family", {**SAID, "family": FAMILY}),
        Message("callback", {**SAID, "function": 1 << 52, "within": 2}, (encode(((3,), {})),)),
    ]


USES = (
    *(lambda x: x(1, [3, 2]), lambda x: x.name, lambda x: [next(x), next(x)], lambda x: list(x), len, str, bool, repr, hash, dir),
    *(lambda x: x == 5, lambda x: x + 1, lambda x: 3 in x, lambda x: x[0], np.asarray, lambda x: isinstance(x, int), lambda x: x(len)),
    *(lambda x: setattr(x, "y", 1), lambda x: x.__class__, lambda x: float(x), lambda x: x(lambda y: y)),
)


def tests_side() -> tuple[Link, Namespace, socket.socket]:
    """The tests' end of a wall, in a cell, and the other end of it."""
    theirs, ours = socket.socketpair()
    link = Link(ours, lambda printed, errors: None)
    link.in_test = False
    names = Namespace(link, {}, ["x"], [])
    proxies.install(link, names)
    return link, names, theirs


def test_mutated_answers_of_a_student(request, seed):
    """However the student's side answers: a value, or an ordinary exception, and nothing more once it has been caught."""
    rng, honest = random.Random(seed), answers_of_a_student()
    streams = [pack(replace(one, request=2)) for one in honest]
    caught, alive, slowest = 0, 0, 0.0
    for number in range(MORE_FRAMES if request.config.getoption("--long") else FRAMES):
        link, names, theirs = tests_side()
        which = rng.randrange(len(honest))
        one = replace(honest[which], request=2)
        if rng.random() < 0.5:
            data = mutations.bytes_changed(rng, streams[which], streams)
        else:
            fields = mutations.value_changed(rng, dict(one.fields))
            buffers = list(one.buffers) if rng.random() < 0.7 else [mutations.bytes_changed(rng, bytes(b), streams) for b in one.buffers]
            data = packed(one.kind, fields, buffers, rng.choice((2, 2, 2, 1, 3)))
        first = replace(rng.choice(honest[:2]), request=1)
        with theirs:
            theirs.setblocking(False)
            with suppress(BlockingIOError):
                theirs.send(pack(first) + data)
            theirs.shutdown(socket.SHUT_WR)
            began = time.perf_counter()
            try:
                rng.choice(USES)(names.fetch("x"))
            except (SubmissionLost, NotExpected):
                caught += 1
            except (MemoryError, RecursionError) as error:
                pytest.fail(f"SEED={seed}, frame {number}: {error!r} for {data[:300]!r}")
            except Exception:  # what the student's code is said to have raised, or what Python says of the value
                assert not link.dead, f"SEED={seed}, frame {number}: {link.dead}"
            slowest = max(slowest, time.perf_counter() - began)
        alive += not link.dead
        if link.dead:
            assert link.condemned
            with pytest.raises(SubmissionLost):
                link.ask("names", {})
        link.wall.close()
    assert slowest < 30  # seconds; no frame may keep the grader
    assert min(caught, alive) > 0, "all the same: nothing was tried"
