"""The game as a Jupyter widget: `ServiceGame("hotel-chain")`."""

import anywidget
import traitlets

from service_marketing import simulations
from service_marketing.language import chosen

from ._html import game_element
from ._static import script, style


class ServiceGame(anywidget.AnyWidget):
    """A game of several turns, computed by the kernel; in a page without one it computes itself.

    `name` is a key of `simulations.GAMES`; `language` "zh", "en", or None for the one in use; `seed` (0 to 46655) the
    scenario; `decisions` a list of dicts to begin with, one a turn. Raises ValueError that lists what there is for a name that
    is not known, and the model's own ValueError for decisions that it refuses.

    Later on `decisions`, `guesses` and `seed` follow the player, and `result` gives the model's state (with the `code` to
    hand in).
    """

    _esm = script("game.js")
    _css = style("game.css")

    spec = traitlets.Dict(read_only=True).tag(sync=True)
    seed = traitlets.Int().tag(sync=True)
    decisions = traitlets.List().tag(sync=True)
    guesses = traitlets.List().tag(sync=True)
    _opening = traitlets.Dict().tag(sync=True)

    def __init__(self, name: str, language: str | None = None, seed: int = 1, decisions: list[dict] | None = None):
        self._game = simulations.find_game(name)
        decisions = [dict(decision) for decision in decisions or []]
        self._game.compute(decisions, seed)  # complains now, not when the player looks
        self.set_trait("spec", self._game.spec(chosen(language)))
        super().__init__(seed=seed, decisions=decisions, guesses=[None] * len(decisions), _opening=self._game.compute([], seed))
        self.on_msg(self._answer)

    @property
    def result(self) -> dict:
        """The model's state after the turns played so far."""
        return self._game.compute(self.decisions, self.seed)

    def _answer(self, _, content, buffers):
        if content.get("type") != "compute":
            return
        answer = {"type": "compute", "ask": content.get("ask")}
        try:
            answer["result"] = self._game.compute(content["decisions"], content["seed"])
        except (KeyError, ValueError, TypeError) as problem:
            answer["error"] = str(problem)
        self.send(answer)

    def _repr_mimebundle_(self, **kwargs):
        """The widget for Jupyter, and the same game as HTML for pages without a kernel."""
        data, metadata = super()._repr_mimebundle_(**kwargs) or ({}, {})
        return {**data, "text/html": game_element({"spec": self.spec, "opening": self._opening})}, metadata
