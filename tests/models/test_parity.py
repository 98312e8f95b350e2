"""Every simulation's model gives the same answer in CPython (notebooks) and in MicroPython (the book's pages)."""

import json
import math
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_marketing.models import draws, satisfaction
from service_marketing.simulations import GAMES, SIMULATIONS

HERE = Path(__file__).parent
MODES = [(simulation, mode) for simulation in SIMULATIONS.values() for mode in simulation.modes]
NAMES = [f"{simulation.name}/{mode.name}" for simulation, mode in MODES]
TOLERANCE = 1e-9


class MicroPython:
    """A MicroPython that runs as long as the tests do, with the models that the page would give it."""

    def __init__(self, sources: dict[str, str] | None = None):
        self.process = subprocess.Popen(
            ["node", HERE / "micropython.mjs"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8", cwd=HERE
        )
        for files in [sources] if sources else [one.spec()["sources"] for one in [*SIMULATIONS.values(), *GAMES.values()]]:
            self.ask({"sources": files})

    def ask(self, question: dict) -> dict:
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, "MicroPython ended"
        return json.loads(line)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait(timeout=20)

    def call(self, target: str, arguments: dict) -> dict:
        return self.ask({"target": target, "arguments": arguments})


@pytest.fixture(scope="module")
def micropython():
    with MicroPython() as running:
        yield running


def in_cpython(function, arguments: dict) -> dict:
    """The same question put to this Python, its answer as JSON would carry it."""
    try:
        return {"value": json.loads(json.dumps(function(**arguments)))}
    except Exception as error:
        return {"error": str(error)}


def differences(a, b, path="") -> list[str]:
    """Where two plain values differ: numbers by more than the tolerance, all else at all."""
    if isinstance(a, dict) and isinstance(b, dict):
        if a.keys() != b.keys():
            return [f"{path}: keys {sorted(a)} and {sorted(b)}"]
        return [d for key in a for d in differences(a[key], b[key], f"{path}.{key}")]
    if isinstance(a, list) and isinstance(b, list):
        if len(a) != len(b):
            return [f"{path}: lengths {len(a)} and {len(b)}"]
        return [d for i, pair in enumerate(zip(a, b, strict=True)) for d in differences(*pair, f"{path}[{i}]")]
    if isinstance(a, float) or isinstance(b, float):
        same = math.isclose(a, b, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
    else:
        same = a == b and type(a) is type(b)
    return [] if same else [f"{path}: {a!r} and {b!r}"]


def test_differences_sees_what_it_must():
    assert differences({"a": [1, 2.0]}, {"a": [1, 2.0 + 1e-12]}) == []
    assert differences({"a": [1, 2.0]}, {"a": [1, 2.0 + 1e-6]}) == [".a[1]: 2.0 and 2.000001"]
    assert differences([1], [1, 2]) != []
    assert differences({"a": "满意"}, {"a": "不满意"}) != []
    assert differences(1, 2) != []


def where_sliders_stand(mode):
    """Random positions of a mode's sliders, on their grids, as the page writes them: 6 and not 6.0."""

    def position(control):
        steps = round((control.max - control.min) / control.step)
        values = (round(control.min + k * control.step, 10) for k in range(steps + 1))
        return st.sampled_from([int(value) if value == int(value) else value for value in values])

    return st.fixed_dictionaries({control.name: position(control) for control in mode.controls})


def anywhere(mode):
    """Random parameters between the sliders' ends, off their grids too."""
    # what is smaller than the smallest normal number, MicroPython reads as 0; no slider has it
    return st.fixed_dictionaries({control.name: st.floats(control.min, control.max, allow_subnormal=False) for control in mode.controls})


@pytest.mark.parametrize(("simulation", "mode"), MODES, ids=NAMES)
def test_model(simulation, mode, micropython):
    target = simulation.spec()["modes"][simulation.modes.index(mode)]["model"]

    @given(where_sliders_stand(mode) | anywhere(mode))
    def same(params):
        arguments = {**mode.fixed, **params}
        here, there = in_cpython(mode.model, arguments), micropython.call(target, arguments)
        assert "value" in here
        assert differences(here, there) == []

    same()


@pytest.mark.parametrize("game", GAMES.values(), ids=lambda game: game.name)
def test_game(game, micropython):
    decision = st.fixed_dictionaries({slider.name: st.floats(slider.min, slider.max, allow_subnormal=False) for slider in game.decisions})

    @given(decisions=st.lists(decision, max_size=game.turns), seed=st.integers(0, 46655))
    def same(decisions, seed):
        arguments = {"decisions": decisions, "seed": seed}
        here = in_cpython(game.model, arguments)
        assert "value" in here
        assert differences(here, micropython.call(game.spec()["model"], arguments)) == []

    same()


@pytest.mark.parametrize(("simulation", "mode"), [pair for pair in MODES if pair[1].rows])
def test_rows(simulation, mode, micropython):
    target = simulation.spec()["modes"][simulation.modes.index(mode)]["rows"]

    @given(where_sliders_stand(mode))
    def same(params):
        arguments = {**mode.fixed, **params}
        assert differences(in_cpython(mode.rows, arguments), micropython.call(target, arguments)) == []

    same()


@pytest.mark.parametrize(("simulation", "mode"), MODES, ids=NAMES)
def test_refusal(simulation, mode, micropython):
    target = simulation.spec()["modes"][simulation.modes.index(mode)]["model"]
    for control in mode.controls:
        for bad in (control.max + 10, control.min - 10, "5", None, [1], True):
            arguments = {**mode.fixed, **simulation.start(mode.name), control.name: bad}
            here = in_cpython(mode.model, arguments)
            assert "error" in here, (control.name, bad)
            assert micropython.call(target, arguments) == here


@given(n=st.integers(0, 400), seed=st.integers(0, 10**9))
def test_uniforms(micropython, n, seed):
    arguments = {"n": n, "seed": seed}
    assert differences(in_cpython(draws.uniforms, arguments), micropython.call("draws.uniforms", arguments)) == []


@given(
    n=st.integers(0, 400),
    seed=st.integers(0, 10**9),
    mean=st.floats(-100, 100, allow_subnormal=False),
    sd=st.floats(0, 100, allow_subnormal=False),
)
def test_normals(micropython, n, seed, mean, sd):
    arguments = {"n": n, "seed": seed, "mean": mean, "sd": sd}
    assert differences(in_cpython(draws.normals, arguments), micropython.call("draws.normals", arguments)) == []


def test_draws_kept_between_calls_do_not_leak(micropython):
    """The driver keeps the last draws; other arguments must still give other customers, and the first ones again."""
    for arguments in ({"n": 5, "seed": 1}, {"n": 5, "seed": 2}, {"n": 6, "seed": 2}, {"n": 5, "seed": 1}):
        here = in_cpython(satisfaction.customers, arguments)
        assert differences(here, micropython.call("satisfaction.customers", arguments)) == []
