"""Whatever a shell says is a reply that a notebook can be written from, or a Violation: nothing else comes out."""

import random
from contextlib import suppress

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service_marketing.grading.protocol import Message, Parser, ProtocolError, pack
from service_marketing.grading.shells.replies import KINDS, Reply, Violation, apply_update, read_output

STREAM = {"output_type": "stream", "name": "stdout", "text": "x"}
DISPLAY = {"output_type": "display_data", "data": {"text/plain": "x"}, "metadata": {}}
RESULT = {**DISPLAY, "output_type": "execute_result", "execution_count": 1}
ERROR = {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["t"]}
UPDATE = {**DISPLAY, "output_type": "update_display_data", "cell": 1, "place": 0}
WIDGETS = {"output_type": "widgets", "state": {"state": {"m": {"state": {}}}, "version_major": 2, "version_minor": 0}}
DONE = {"cell": 3, "status": "ok", "count": None, "seconds": 0.1, "overflow": False}
FAILED = {"cell": 3, "name": "E", "value": "v", "traceback": ["t"]}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
FIELDS = ("output_type", "name", "text", "data", "metadata", "execution_count", "ename", "evalue", "traceback", "cell", "place", "state")


def outputs(*several, cell=3, number=9):
    return Message("outputs", {"cell": cell, "outputs": list(several)}, request=number)


def validates(output) -> None:
    """`output` in a notebook, in nbformat's own eyes."""
    cell = nbformat.v4.new_code_cell("x", outputs=[nbformat.from_dict(output)])
    nbformat.validate(nbformat.v4.new_notebook(cells=[cell]))


def test_a_whole_answer():
    reply = Reply(9, 3)
    assert not reply.take(outputs(STREAM, DISPLAY))
    assert not reply.take(outputs(RESULT, UPDATE, ERROR))
    assert not reply.take(Message("error", FAILED, request=9))
    assert reply.take(Message("done", {**DONE, "status": "error"}, request=9))
    assert reply.outputs == [STREAM, DISPLAY, RESULT, ERROR]
    assert reply.updates == [UPDATE]
    assert reply.failure.ename == "E"


def test_the_farewell():
    reply = Reply(9, None)
    assert not reply.take(outputs(WIDGETS, cell=0))
    assert reply.take(Message("ended", {"seconds": 0.0, "memory": 1, "settled": True}, request=9))
    assert reply.widgets == WIDGETS["state"]


@pytest.mark.parametrize(
    ("cell", "messages"),
    [
        (3, [outputs(number=8)]),
        (3, [outputs(cell=4)]),
        (3, [outputs(WIDGETS)]),
        (None, [outputs(STREAM, cell=0)]),
        (None, [outputs(WIDGETS, WIDGETS, cell=0)]),
        (None, [Message("done", {**DONE, "cell": 0}, request=9)]),
        (3, [Message("ended", {"seconds": 0.0, "memory": 1, "settled": True}, request=9)]),
        (3, [Message("error", FAILED, request=9)] * 2),
        (3, [Message("error", FAILED, request=9), Message("done", DONE, request=9)]),
        (3, [Message("done", {**DONE, "status": "error"}, request=9)]),
        (3, [outputs({**STREAM, "name": "stdin"})]),
        (3, [outputs({**STREAM, "more": 1})]),
        (3, [outputs({**RESULT, "execution_count": True})]),
        (3, [outputs({**RESULT, "execution_count": -1})]),
        (3, [outputs({**ERROR, "traceback": [1]})]),
        (3, [outputs({**DISPLAY, "data": []})]),
        (3, [outputs({**UPDATE, "place": "0"})]),
        (3, [outputs({"output_type": ["stream"]})]),
        (3, [outputs("stream")]),
    ],
)
def test_violations(cell, messages):
    reply = Reply(9, cell)
    with pytest.raises(Violation):  # noqa: PT012
        for message in messages:
            reply.take(message)


def test_updates_change_displays_only():
    earlier = {1: [dict(DISPLAY), dict(RESULT), dict(STREAM)]}
    apply_update({**UPDATE, "data": {"text/plain": "new"}}, earlier)
    assert earlier[1][0]["data"] == {"text/plain": "new"}
    for place in (1, 2, 3, -1):
        with pytest.raises(Violation):
            apply_update({**UPDATE, "place": place}, earlier)
    with pytest.raises(Violation):
        apply_update({**UPDATE, "cell": 2}, earlier)


def test_what_is_no_text_becomes_text():
    shown = read_output({**DISPLAY, "data": {"text/plain": 5, "text/html": ["a", "b"], "application/x+json": {"a": 1}}, "metadata": None})
    assert shown["data"] == {"text/plain": "5", "text/html": ["a", "b"], "application/x+json": {"a": 1}}
    validates(shown)


@settings(max_examples=400, deadline=None)
@given(
    st.dictionaries(st.sampled_from(FIELDS), JSON | st.sampled_from(["stream", "error", "display_data", "execute_result"]), max_size=6)
    | JSON
)
def test_any_json_is_a_valid_output_or_a_violation(value):
    with suppress(Violation):
        output = read_output(value)
        if output["output_type"] in ("stream", "error", "display_data", "execute_result"):
            validates(output)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from([STREAM, DISPLAY, RESULT, ERROR]), st.sampled_from(FIELDS), JSON)
def test_a_changed_output_is_a_valid_output_or_a_violation(output, field, value):
    with suppress(Violation):
        validates(read_output({**output, field: value}))


def test_changed_bytes_never_get_through_as_something_else():
    draw = random.Random(5)
    frames = pack(outputs(STREAM, RESULT, UPDATE)) + pack(Message("error", FAILED, request=9)) + pack(Message("done", DONE, request=9))
    for _ in range(5000):
        data = bytearray(frames)
        for _ in range(draw.randint(1, 4)):
            data[draw.randrange(len(data))] = draw.randrange(256)
        if draw.random() < 0.3:
            del data[draw.randrange(len(data)) :]
        parser, reply = Parser(KINDS, 1 << 20), Reply(9, 3)
        try:
            for message in parser.each(bytes(data)):
                if reply.take(message):
                    break
        except (ProtocolError, Violation):
            continue
        for output in reply.outputs:
            validates(output)
