"""The parts that a simulation is declared with.

Everything a reader sees stands in these records, in Chinese and English; nothing is computed or drawn here.
An intro or a question may name a parameter in braces, "{expectation}", and shows where its slider stands.
`Simulation.spec(language)` turns them into the plain dict that the front end reads.
"""
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

LANGUAGES = ("zh", "en")


class Text(NamedTuple):
    """One text in both languages of the course."""

    zh: str
    en: str


@dataclass(frozen=True)
class Slider:
    """A number that the reader sets: an argument of the model."""

    name: str
    label: Text
    min: float
    max: float
    step: float
    start: float
    help: Text | None = None


@dataclass(frozen=True)
class Readout:
    """A number of the result, shown below the picture. `format` is "points" (two decimals) or "percent"."""

    name: str
    label: Text
    format: str = "points"


@dataclass(frozen=True)
class PredictValue:
    """The reader commits to one readout before it is shown. `start` is where the slider waits, in the readout's unit."""

    readout: str
    question: Text
    min: float
    max: float
    step: float
    start: float
    kind: str = "value"


@dataclass(frozen=True)
class PredictCurve:
    """The reader draws the curve before it is shown, by moving one handle at each place of `at` on the x axis."""

    question: Text
    at: tuple[float, ...]
    start: float
    kind: str = "curve"


@dataclass(frozen=True)
class Axis:
    """What runs along one side of a picture."""

    label: Text
    min: float
    max: float


@dataclass(frozen=True)
class Curve:
    """A line through the pairs in `result[curve]`, with this customer's point on it.

    `point` names the two numbers, from the result or else the parameters; `reference` names the parameter whose place
    on the x axis is marked (the expectation, on a performance axis); `sides` says what lies to its left and right.
    """

    x: Axis
    y: Axis
    curve: str
    point: tuple[str, str]
    reference: str | None = None
    reference_label: Text | None = None
    sides: tuple[Text, Text] | None = None
    kind: str = "curve"


@dataclass(frozen=True)
class Distribution:
    """Stacked bars: `result[bins]` holds for each bin along `x` the counts of the groups.

    A group is named after the share of it in the result; `mean` names the mean.
    """

    x: Axis
    y_label: Text
    bins: str
    groups: tuple[tuple[str, Text], ...]
    mean: str
    kind: str = "distribution"


@dataclass(frozen=True)
class Mode:
    """One way to look at the model: its function, what can be set, what is predicted and what is shown."""

    name: str
    title: Text
    intro: Text
    model: Callable[..., dict]
    controls: tuple[Slider, ...]
    prediction: PredictValue | PredictCurve
    picture: Curve | Distribution
    readouts: tuple[Readout, ...]
    fixed: Mapping[str, float] = field(default_factory=dict)
    rows: Callable[..., list[dict]] | None = None
    """The function whose rows the reader downloads as CSV; the readouts when there is none."""
    columns: tuple[tuple[str, Text], ...] = ()
    """The rows' columns and the heads they get in the CSV file; a group's name in a cell is written as its label."""


@dataclass(frozen=True)
class Task:
    """Something to try: `set` moves the controls there, `insight` is stated only after the reader tried."""

    mode: str
    text: Text
    insight: Text
    set: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Simulation:
    """A simulation, whole: what `ServiceSimulation` shows in a notebook and `<service-sim>` in the book."""

    name: str
    title: Text
    modes: tuple[Mode, ...]
    tasks: tuple[Task, ...] = ()

    def mode(self, name: str) -> Mode:
        """The mode called `name`; raises ValueError that lists the modes there are."""
        for mode in self.modes:
            if mode.name == name:
                return mode
        names = "、".join(mode.name for mode in self.modes)
        raise ValueError(f"{self.name} 没有名为 {name!r} 的模式，可用的有: {names} (no such mode)")

    def start(self, mode: str) -> dict[str, float]:
        """Where the sliders of `mode` stand at first."""
        return {control.name: control.start for control in self.mode(mode).controls}

    def compute(self, mode: str, params: Mapping[str, float]) -> dict:
        """The model's result for `params`; sliders that it leaves out stand at their start."""
        chosen = self.mode(mode)
        unknown = sorted(set(params) - {control.name for control in chosen.controls})
        if unknown:
            names = "、".join(control.name for control in chosen.controls)
            raise ValueError(f"{self.name} 的 {mode} 模式没有参数 {unknown[0]!r}，可用的有: {names} (no such parameter)")
        return chosen.model(**chosen.fixed, **{**self.start(mode), **params})

    def rows(self, mode: str, params: Mapping[str, float]) -> list[dict]:
        """What a reader downloads for `params`: the rows of the mode's `rows` function, else one row of its readouts."""
        chosen = self.mode(mode)
        if chosen.rows is None:
            result = self.compute(mode, params)
            return [{readout.name: result[readout.name] for readout in chosen.readouts}]
        return chosen.rows(**chosen.fixed, **{**self.start(mode), **params})

    def spec(self, language: str = "zh") -> dict:
        """Everything the front end needs, as plain values in one `language` ("zh" or "en"), the model's source included."""
        if language not in LANGUAGES:
            raise ValueError(f"language 只能是 {'、'.join(LANGUAGES)} 之一，收到 {language!r} (no such language)")
        plain = _plain(self, language)
        plain["language"] = language
        plain["sources"] = model_sources([mode.model for mode in self.modes])
        return plain


def model_sources(functions: list[Callable]) -> dict[str, str]:
    """The files that `functions` live in and import from the models, by file name: what MicroPython is given to run."""
    found: dict[str, str] = {}
    waiting = [inspect.getmodule(function) for function in functions]
    while waiting:
        module = waiting.pop()
        name = Path(module.__file__).name
        if name not in found:
            found[name] = inspect.getsource(module)
            waiting += _models_used_by(module)
    return dict(sorted(found.items()))


def _models_used_by(module: ModuleType) -> list[ModuleType]:
    package = module.__name__.rpartition(".")[0]
    homes = {getattr(value, "__module__", None) for value in vars(module).values()}
    homes |= {value.__name__ for value in vars(module).values() if isinstance(value, ModuleType)}
    return [import_module(home) for home in homes if home and home.startswith(package + ".") and home != module.__name__]


def _plain(value, language: str):
    match value:
        case Text():
            return getattr(value, language)
        case _ if callable(value):
            return f"{value.__module__.rpartition('.')[2]}.{value.__name__}"
        case _ if hasattr(value, "__dataclass_fields__"):
            return {name: _plain(getattr(value, name), language) for name in value.__dataclass_fields__}
        case Mapping():
            return {name: _plain(item, language) for name, item in value.items()}
        case tuple() | list():
            return [_plain(item, language) for item in value]
    return value
