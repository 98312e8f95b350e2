"""Records which functions of MicroPython the models run; the front end is split by that (widget/frontend/engine-split.mjs).

`python tests/models/engine_profile.py`, when MicroPython's version has changed, or when test_engine.py says that a simulation
needs the second half of the engine.
"""

import json
import random
import subprocess
from collections.abc import Iterator
from pathlib import Path

from service_marketing import widget
from service_marketing.simulations import GAMES, SIMULATIONS

FRONTEND = Path(widget.__file__).parent / "frontend"
DRAWS = 6


def calls() -> Iterator[tuple[str, dict]]:
    """Every model function that a page calls, with settings from all of the sliders' ranges, and with some that it refuses."""
    draw = random.Random(1)
    for simulation in SIMULATIONS.values():
        for mode, spec in zip(simulation.modes, simulation.spec()["modes"], strict=True):
            ranges = {control.name: (control.min, control.max) for control in mode.controls}
            settings = [{name: ends[end] for name, ends in ranges.items()} for end in (0, 1)]
            settings += [{name: _stepped(draw, control) for name, control in zip(ranges, mode.controls, strict=True)} for _ in range(DRAWS)]
            settings.append(simulation.start(mode.name))
            first = next(iter(ranges), None)
            refused = [{**settings[-1], first: wrong} for wrong in ("x", None, -1e9, 1e300)] + [{**settings[-1], "nobody": 1}]
            for target in filter(None, (spec["model"], spec.get("rows"))):
                for values in [*settings, *refused]:
                    yield target, {**spec["fixed"], **values}
    for game in GAMES.values():
        yield game.spec()["model"], {"decisions": [{}] * 12}
        yield game.spec()["model"], {"decisions": [{"nobody": 1}]}


def _stepped(draw: random.Random, control) -> float:
    return control.min + control.step * draw.randint(0, round((control.max - control.min) / control.step))


def sources() -> dict[str, str]:
    """The model files of all simulations and games."""
    return {name: text for one in [*SIMULATIONS.values(), *GAMES.values()] for name, text in one.spec()["sources"].items()}


if __name__ == "__main__":
    asked = json.dumps({"sources": sources(), "calls": list(calls())})
    command = ["node", "--expose-gc", FRONTEND / "engine-profile.mjs"]
    done = subprocess.run(command, input=asked, stdout=subprocess.PIPE, text=True, encoding="utf-8", check=True)
    print(f"{done.stdout.strip()} functions run")
