"""The parts that a game is declared with: a simulation that goes on for several turns, each decided anew.

As in `spec`, everything a reader sees stands in these records and nothing is computed or drawn here.
"""
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from .spec import LANGUAGES, Axis, PredictValue, Readout, Slider, Text, _plain, model_sources


@dataclass(frozen=True)
class Entry:
    """A line of the account: the number `name` of a turn, in yuan; a cost is taken off."""

    name: str
    label: Text
    cost: bool = True


@dataclass(frozen=True)
class Metric:
    """A path over the turns, drawn small: the number `name` of a turn. `axis` fixes what it is drawn on."""

    name: str
    label: Text
    axis: Axis
    format: str = "points"


@dataclass(frozen=True)
class Event:
    """What may happen outside in a turn, and the news that tells of it before the reader decides; a quiet turn has none."""

    name: str
    label: Text
    news: Text


@dataclass(frozen=True)
class Game:
    """A game, whole: what `ServiceGame` shows in a notebook and `<service-game>` in the book of `chapter`.

    `model(decisions, seed)` gives the state after the decisions of the turns so far; each of its `quarters` holds the
    numbers of `predictions`, `account`, `metrics` and `figures`. `results` are what the game is judged by.
    """

    name: str
    chapter: int
    title: Text
    intro: Text
    turns: int
    model: Callable[..., dict]
    decisions: tuple[Slider, ...]
    predictions: tuple[PredictValue, ...]
    figures: tuple[Readout, ...]
    account: tuple[Entry, ...]
    metrics: tuple[Metric, ...]
    seasons: tuple[Text, ...]
    """What is known of the turns beforehand; they come round again."""
    events: tuple[Event, ...]
    results: tuple[Readout, ...]
    debrief: tuple[Text, ...]

    def compute(self, decisions: list[Mapping[str, float]], seed: int = 1) -> dict:
        """The model's state after `decisions`, one dict a turn, in the scenario of `seed`; raises the model's ValueError."""
        return self.model(decisions=list(decisions), seed=seed)

    def spec(self, language: str = "zh") -> dict:
        """Everything the front end needs, as plain values in one `language` ("zh" or "en"), the model's source included."""
        if language not in LANGUAGES:
            raise ValueError(f"language 只能是 {'、'.join(LANGUAGES)} 之一，收到 {language!r} (no such language)")
        return _plain(self, language) | {"language": language, "sources": model_sources([self.model])}


def sliders(decisions: tuple, **texts: tuple[Text, Text]) -> tuple[Slider, ...]:
    """The sliders of a model's table of `decisions` (name, lowest, highest, step, start), with a label and a help for each."""
    return tuple(Slider(name, texts[name][0], low, high, step=step, start=start, help=texts[name][1]) for name, low, high, step, start in decisions)
