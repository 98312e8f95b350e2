"""The engine's two halves: the models run on the first alone, and with the second all of MicroPython is there."""

import json
import os
import subprocess

import pytest

from service_marketing.publishing.models import for_machines

from .engine_profile import calls, sources
from .test_parity import HERE, MicroPython, differences

COLD = """
import datetime, re

def dated(days):
    found = re.match("(\\d+)-", str(datetime.date(2024, 2, 28) + datetime.timedelta(days)))
    return {"year": found.group(1), "centred": "x".center(5), "squares": [i * i for i in {3, 1, 2}]}
"""


@pytest.fixture
def engine():
    with MicroPython() as running:
        yield running


def test_models_run_on_the_first_half(engine):
    answers = [engine.call(target, values) for target, values in calls()]
    told = "run python tests/models/engine_profile.py: the models now use more of MicroPython than the profile knows"
    assert engine.ask({"whole": True}) == {"value": False}, told
    assert sum("value" in answer for answer in answers) > 0.6 * len(answers)
    assert any("error" in answer for answer in answers)


def test_a_call_into_the_second_half_brings_it_in(engine, plain):
    engine.ask({"sources": {"usual.py": "def centred(text):\n    return {'value': text.center(7) + '%08.3f' % 3.14159}\n"}})
    assert engine.ask({"whole": True}) == {"value": False}
    assert engine.call("usual.centred", {"text": "abc"})["value"] == {"value": "  abc  0003.142"}
    assert engine.ask({"whole": True}) == {"value": True}
    engine.ask({"sources": {"cold.py": COLD}})
    found = engine.call("cold.dated", {"days": 2})["value"]
    assert found == {"year": "2024", "centred": "  x  ", "squares": found["squares"]}
    assert sorted(found["squares"]) == [1, 4, 9]
    for target, values in list(calls())[::40]:  # and the models go on
        assert differences(engine.call(target, values), plain.call(target, values)) == []


@pytest.fixture(scope="module")
def plain():
    """One that never sees the second half."""
    with MicroPython() as running:
        yield running


def test_models_without_what_people_read_are_the_same(plain):
    assert sum(map(len, map(for_machines, sources().values()))) < 0.6 * sum(map(len, sources().values()))
    with MicroPython({name: for_machines(text) for name, text in sources().items()}) as light:
        for target, values in list(calls())[::3]:
            assert differences(light.call(target, values), plain.call(target, values)) == []


def test_a_second_half_that_does_not_come_is_told():
    script = json.dumps({"sources": {**sources(), "usual.py": "def centred(text):\n    return text.center(7)\n"}})
    asked = json.dumps({"target": "usual.centred", "arguments": {"text": "abc"}})
    done = subprocess.run(
        ["node", HERE / "micropython.mjs"],
        input=f"{script}\n{asked}\n",
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "ENGINE_REST": "nowhere.wasm"},
        timeout=60,
    )
    answer = json.loads(done.stdout.splitlines()[-1])
    assert "nowhere.wasm" in answer["broken"]
