"""The simulations as Jupyter widgets: `ServiceSimulation("expectation-lab")`, and the game: `ServiceGame("hotel-chain")`."""

import anywidget
import traitlets

from service_marketing import simulations
from service_marketing.language import chosen
from service_marketing.models import attribution

from ._html import element
from ._static import script, style
from .game import ServiceGame

__all__ = ["ServiceGame", "ServiceSimulation"]

_MOVED = ("start", "now", "contribution", "down", "up")
_TOGETHER = {"zh": "一起变动的额外作用", "en": "Extra from moving together"}
STAGES = ("predict", "open")


class ServiceSimulation(anywidget.AnyWidget):
    """A simulation to predict, run and compare, computed by the kernel; in a page without one it computes itself.

    `name` is a key of `simulations.SIMULATIONS`; `mode` one of its modes (the first when None); `language` "zh", "en", or None
    for the one in use; `stage` "predict" (the reader commits to a prediction first) or "open" (the result shows at once);
    `params` set sliders off their start. Raises ValueError that lists what there is for a name that is not known,
    and the model's own ValueError for a parameter that it refuses.

    Later on, `params`, `mode` and `stage` can be set and observed. `result` is the model's answer, `error` its complaint
    about parameters that it refuses (the result then stays as it was), `prediction` what the reader last committed to.
    """

    _esm = script()
    _css = style()

    spec = traitlets.Dict(read_only=True).tag(sync=True)
    mode = traitlets.Unicode().tag(sync=True)
    stage = traitlets.Enum(STAGES).tag(sync=True)
    params = traitlets.Dict().tag(sync=True)
    prediction = traitlets.Dict().tag(sync=True)
    error = traitlets.Unicode().tag(sync=True)
    result = traitlets.Dict(read_only=True)
    _start = traitlets.Dict().tag(sync=True)
    _answer = traitlets.Dict().tag(sync=True)

    def __init__(self, name: str, mode: str | None = None, language: str | None = None, stage: str = "predict", **params: float):
        self._simulation = simulations.find(name)
        self._language = chosen(language)
        mode = self._simulation.modes[0].name if mode is None else mode
        if stage not in STAGES:
            raise ValueError(f"stage 只能是 {'、'.join(STAGES)} 之一，收到 {stage!r} (no such stage)")
        params = {**self._simulation.start(mode), **params}
        result = self._simulation.compute(mode, params)
        self.set_trait("spec", self._simulation.spec(self._language))
        self.set_trait("result", result)
        others = [other.name for other in self._simulation.modes if other.name != mode]
        results = {other: self._simulation.compute(other, {}) for other in others} | {mode: result}
        self._good = {"mode": mode, "params": params, "result": result}  # what a page without a kernel shows
        start = {"mode": mode, "params": params, "results": results}
        super().__init__(mode=mode, stage=stage, params=params, _start=start, _answer={**self._good, "error": ""})
        self.observe(self._recompute, ["mode", "params"])
        self._started = {"mode": mode, "params": params}
        self.on_msg(self._answer_message)

    def _recompute(self, change):
        params = self.params
        try:
            mode = self._simulation.mode(self.mode)
            if change["name"] == "mode" and not set(self.params) <= {control.name for control in mode.controls}:
                self.params = self._simulation.start(self.mode)  # comes back here
                return
            params = {**self._simulation.start(self.mode), **self.params}
            result, error = self._simulation.compute(self.mode, params), ""
            self._good = {"mode": self.mode, "params": params, "result": result}
        except (ValueError, TypeError) as problem:
            result, error = self.result, str(problem)
        self.set_trait("result", result)
        self.error = error
        self._answer = {"mode": self.mode, "params": params, "result": result, "error": error}

    def what_moved(self, readout: str | None = None) -> list[dict]:
        """What changed `readout` since the prediction (or, without one in this mode, since the start), slider by slider.

        `readout` is the name of a number of the result; the predicted one when None, or the first one when a curve was drawn.
        Returns one dict a slider, the strongest first: "name", "label", "start" and "now" (where it stood and stands), "contribution"
        (its share of the change, see `models.attribution`), "down" and "up" (the change when it alone moves by a tenth of its range;
        None where the model refuses); and last of all the dict of "together", whose contribution is what the shares leave over.
        Raises ValueError for a readout that is not there, and the model's own for parameters that it refuses.
        """
        mode = self._simulation.mode(self.mode)
        start = self._simulation.start(self.mode)
        if self._started["mode"] == self.mode:
            start = self._started["params"]
        if self.prediction.get("mode") == self.mode:
            start = self.prediction["params"]
        now = {**self._simulation.start(self.mode), **self.params}
        found = self._moved(self.mode, start, now, readout or getattr(mode.prediction, "readout", mode.readouts[0].name))
        labels = {control.name: getattr(control.label, self._language) for control in mode.controls}
        sliders = {slider["name"]: slider for slider in found["sliders"]}
        rows = [{"name": name, "label": labels[name], **{key: sliders[name][key] for key in _MOVED}} for name in found["strongest"]]
        rest = {**dict.fromkeys(_MOVED), "contribution": found["together"]}
        return [*rows, {"name": "together", "label": _TOGETHER[self._language], **rest}]

    def _moved(self, mode: str, start: dict, now: dict, readout: str) -> dict:
        limits = {control.name: (control.min, control.max) for control in self._simulation.mode(mode).controls}
        return attribution.what_moved(lambda **params: self._simulation.compute(mode, params), start, now, readout, limits)

    def _answer_message(self, _, content, buffers):
        answers = {
            "rows": lambda: self._simulation.rows(content["mode"], content["params"]),
            "moved": lambda: self._moved(content["mode"], content["start"], content["now"], content["readout"]),
        }
        kind = content.get("type")
        if kind not in answers:
            return
        answer = {"type": kind, "ask": content.get("ask")}
        try:
            answer[kind] = answers[kind]()
        except (KeyError, ValueError, TypeError) as problem:
            answer["error"] = str(problem)
        self.send(answer)

    def _repr_mimebundle_(self, **kwargs):
        """The widget for Jupyter, and the same simulation as HTML for pages without a kernel."""
        data, metadata = super()._repr_mimebundle_(**kwargs) or ({}, {})
        mode, params, result = self._good.values()
        results = {**self._start["results"], mode: result}
        state = {"spec": self.spec, "mode": mode, "stage": self.stage, "params": params, "results": results}
        return {**data, "text/html": element(state, self._simulation.mode(mode), self._language)}, metadata
