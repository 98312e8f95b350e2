"""The parts that a simulation is declared with.

Everything a reader sees stands in these records, in Chinese and English; nothing is computed or drawn here.
An intro or a question may name a parameter in braces, "{expectation}", and shows where its slider stands; of one that counts in
units of 10,000 yuan, "{budget*10000}" shows the yuan.
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
    """A number that the reader sets: an argument of the model. From 0 to 1 by a step of 1 it is drawn as a switch."""

    name: str
    label: Text
    min: float
    max: float
    step: float
    start: float
    help: Text | None = None


FORMATS = ("points", "percent", "money", "count", "minutes", "times")


@dataclass(frozen=True)
class Readout:
    """A number of the result, shown below the picture.

    `format` is one of FORMATS: "points" (two decimals), "percent" (a share, 0.314 is shown as 31.4%), "money" (yuan, in
    whole 元 or 万元), "count" (a whole number), "minutes" (one decimal), "times" (a multiple, 1.33 倍).
    """

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
    """The reader draws the curve before it is shown, by moving one handle at each place of `at` on the x axis.

    For a Curve, or the first line of Lines with fixed axes.
    """

    question: Text
    at: tuple[float, ...]
    start: float
    kind: str = "curve"


@dataclass(frozen=True)
class Axis:
    """What runs along one side of a picture; without `min` or `max` the picture fits what it shows and 0."""

    label: Text
    min: float | None = None
    max: float | None = None


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

    A group is named after the share of it in the result; `mean` names the mean. `tones` are the groups' TONES; without
    them the groups are dissatisfied, satisfied, delighted.
    """

    x: Axis
    y_label: Text
    bins: str
    groups: tuple[tuple[str, Text], ...]
    mean: str
    tones: tuple[str, ...] = ()
    kind: str = "distribution"


TONES = ("accent", "good", "bad", "neutral", "muted", "a", "b", "c", "d", "e")
"""What a colour says: the house's own, good or bad for the customer, neither, background; or five kinds without rank."""


@dataclass(frozen=True)
class Line:
    """One line of Lines: the pairs [x, y] in `result[name]`, in one of TONES."""

    name: str
    label: Text
    tone: str = "accent"
    dashed: bool = False


@dataclass(frozen=True)
class Mark:
    """A place on the x axis: the number `name` of the result, or else of the parameters."""

    name: str
    label: Text


@dataclass(frozen=True)
class Lines:
    """Several lines over one axis: paths over time, or what follows from every setting of one slider.

    `band` names two lists of pairs, lower and upper edge of an area (a zone of tolerance, an interval) called `band_label`.
    `marks` are places on the x axis. `guess` is "x" or "y": on which axis the reader's predicted value is marked.
    """

    x: Axis
    y: Axis
    lines: tuple[Line, ...]
    band: tuple[str, str] | None = None
    band_label: Text | None = None
    marks: tuple[Mark, ...] = ()
    guess: str | None = None
    kind: str = "lines"


@dataclass(frozen=True)
class Scatter:
    """Points in a plane, in groups: customers in clusters, or things on a map of four quarters.

    `result[points]` holds [x, y, group] or [x, y, group, size]; `group` counts from 0 along `groups` (label, tone), size is
    an area relative to the others. `names` labels the points in their order. `result[centres]` holds [x, y, group].
    `dividers` are the two numbers (or names of numbers in the result) at which the plane is cut; `quadrants` then names the
    quarters: top right, top left, bottom left, bottom right.
    """

    x: Axis
    y: Axis
    points: str
    groups: tuple[tuple[Text, str], ...]
    names: tuple[Text, ...] = ()
    centres: str | None = None
    dividers: tuple[float | str, float | str] | None = None
    quadrants: tuple[Text, Text, Text, Text] | None = None
    kind: str = "scatter"


@dataclass(frozen=True)
class Step:
    """One row of a Waterfall: `result[name]` is a change, or with `total` the height reached (drawn from zero)."""

    name: str
    label: Text
    total: bool = False


@dataclass(frozen=True)
class Waterfall:
    """From one total to another, step by step. `good_up`: whether a rise is good (a profit) or bad (a gap)."""

    axis: Axis
    steps: tuple[Step, ...]
    good_up: bool = True
    format: str = "points"
    kind: str = "waterfall"


@dataclass(frozen=True)
class Part:
    """One weight on a Balance: the number `name` of the result."""

    name: str
    label: Text
    tone: str


@dataclass(frozen=True)
class Balance:
    """What a customer gets against what it costs, for each offer: two stacks a side and what is left.

    `sides` names the offers; `result[side]` is a dict with a number for every part and "net".
    """

    axis: Axis
    sides: tuple[tuple[str, Text], ...]
    gains: tuple[Part, ...]
    costs: tuple[Part, ...]
    kind: str = "balance"


@dataclass(frozen=True)
class Node:
    """A place in a Flow: in the row `row` (from 0, the top), in one of TONES."""

    label: Text
    row: int
    tone: str = "neutral"


@dataclass(frozen=True)
class Flow:
    """Where people go, from row to row: `result[links]` holds [from, to, value], counting along `nodes`.

    The value of a node is what flows into it (or out of it, in the first row); `unit` is what is counted.
    """

    nodes: tuple[Node, ...]
    links: str
    unit: Text
    kind: str = "flow"


@dataclass(frozen=True)
class Network:
    """Who told whom: `result[nodes]` holds [x, y, group, wave], x and y from 0 to 1, `result[edges]` holds [from, to].

    `group` counts along `groups` (label, tone); waves (0, 1, 2 …) appear one after another.
    """

    nodes: str
    edges: str
    groups: tuple[tuple[Text, str], ...]
    kind: str = "network"


@dataclass(frozen=True)
class Queue:
    """A line that moves: people arrive, wait, are served or give up.

    `result[people]` holds [arrival, start, end, group, server] in minutes, in the order of arrival; who gives up has -1 for
    server, and start = end is when. `group` counts along `groups` (label, tone). `servers` and `length` name numbers of the
    result or the parameters: how many places of service there are, and how many minutes are shown.
    """

    people: str
    groups: tuple[tuple[Text, str], ...]
    servers: str
    length: str
    kind: str = "queue"


Picture = Curve | Distribution | Lines | Scatter | Waterfall | Balance | Flow | Network | Queue


@dataclass(frozen=True)
class Mode:
    """One way to look at the model: its function, what can be set, what is predicted and what is shown."""

    name: str
    title: Text
    intro: Text
    model: Callable[..., dict]
    controls: tuple[Slider, ...]
    prediction: PredictValue | PredictCurve
    picture: Picture
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
    """A simulation, whole: what `ServiceSimulation` shows in a notebook and `<service-sim>` in the book of `chapter`."""

    name: str
    chapter: int
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
