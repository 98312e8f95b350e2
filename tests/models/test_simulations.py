"""The simulations as they are declared."""

import re

import pytest

from service_marketing.simulations import ALL

MODES = [pytest.param(mode, id=f"{simulation.name}-{mode.name}") for simulation in ALL for mode in simulation.modes]


@pytest.mark.parametrize("mode", MODES)
def test_what_a_sentence_names_in_braces_is_a_slider(mode):
    sliders = {control.name for control in mode.controls}
    for text in (mode.intro, mode.prediction.question):
        for sentence in (text.zh, text.en):
            assert {name.removesuffix("*10000") for name in re.findall(r"{([^}]*)}?", sentence)} <= sliders
