"""A quiz as a Jupyter widget."""

import anywidget
import traitlets

from service_marketing.widget._static import script, style

from .packing import LETTERS, unpack, unseal

INSTEAD = {
    "zh": '这里显示不了选择题的小组件。想好选哪一个，新开一格运行：quiz.feedback("{}", "A")，把A换成你选的字母。',
    "en": 'No widgets are shown here. Choose, then run in a new cell: quiz.feedback("{}", "A"), with your letter for A.',
}


class Quiz(anywidget.AnyWidget):
    """The quiz `name`, to answer: `sealed` is the text in the notebook's cell, `language` "zh" or "en".

    Raises ValueError, in Chinese, when the text is not whole. `letters` are those of the options, `right` the right one, `said`
    the feedback in HTML.
    """

    _esm = script("quiz.js")
    _css = style("quiz.css")

    name = traitlets.Unicode(read_only=True).tag(sync=True)
    language = traitlets.Enum(tuple(INSTEAD), read_only=True).tag(sync=True)
    packed = traitlets.Unicode(read_only=True).tag(sync=True)

    def __init__(self, name: str, sealed: str, language: str = "zh"):
        packed = unseal(sealed)
        self.right, self.said = unpack(packed)
        self.letters = LETTERS[: len(self.said)]
        for trait, value in (("name", name), ("language", language), ("packed", packed)):
            self.set_trait(trait, value)
        super().__init__()

    def __repr__(self) -> str:
        return INSTEAD[self.language].format(self.name)

    def _repr_mimebundle_(self, **kwargs):
        """The widget for Jupyter, and what to do where it is not shown."""
        data, metadata = super()._repr_mimebundle_(**kwargs) or ({}, {})
        return {**data, "text/plain": repr(self)}, metadata
