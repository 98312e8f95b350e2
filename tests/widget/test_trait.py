"""The widget's Python side: traits, messages, and what it shows without a kernel."""

import json
import re

import pytest

from service_marketing.models import satisfaction
from service_marketing.widget import ServiceSimulation


@pytest.fixture
def population():
    return ServiceSimulation("expectation-lab", mode="population", spread=2.0)


def embedded(simulation) -> dict:
    html = simulation._repr_mimebundle_()[0]["text/html"]
    return json.loads(re.search(r'<script type="application/json">(.*?)</script>', html, re.S)[1])


def test_starts_with_the_models_result(population):
    assert population.params == {**population._simulation.start("population"), "spread": 2.0}
    assert population.result == satisfaction.population(**population.params, n=500, seed=1)
    assert population.error == ""


def test_first_mode_is_the_default():
    assert ServiceSimulation("expectation-lab").mode == "one"


def test_new_params_give_a_new_result(population):
    population.params = {**population.params, "performance": 3.0}
    assert population.result == satisfaction.population(**population.params, n=500, seed=1)
    assert population._answer["result"] == population.result
    assert population._answer["params"] == population.params


def test_params_left_out_stand_at_their_start(population):
    population.params = {"performance": 7}
    assert population._answer["params"] == {**population._simulation.start("population"), "performance": 7}


@pytest.mark.parametrize(
    ("params", "named"),
    [
        ({"expectation": 77}, ("expectation", "1", "9", "77")),
        ({"expectation": "6"}, ("expectation", "'6'")),
        ({"spread": None}, ("spread", "None")),
        ({"mood": 3}, ("mood", "spread")),
        ({"spread": float("nan")}, ("spread", "nan")),
    ],
)
def test_bad_params_become_a_message_and_the_widget_lives_on(population, params, named):
    before = population.result
    population.params = params
    for part in named:
        assert part in population.error
    assert population.result == before
    assert embedded(population)["results"]["population"] == before
    population.params = {"expectation": 5}
    assert population.error == ""
    assert population.result == satisfaction.population(expectation=5, assimilation=0.5, n=500, seed=1)


def test_a_new_mode_starts_at_its_own_params(population):
    population.mode = "one"
    assert population.params == population._simulation.start("one")
    assert population.result["gap"] == -1.0
    assert population.error == ""


def test_an_unknown_mode_is_a_message(population):
    population.mode = "three"
    assert "population" in population.error


@pytest.mark.parametrize(
    ("arguments", "options", "named"),
    [
        (["nosuch"], {}, "expectation-lab"),
        (["expectation-lab"], {"mode": "three"}, "population"),
        (["expectation-lab"], {"language": "fr"}, "zh"),
        (["expectation-lab"], {"stage": "later"}, "predict"),
        (["expectation-lab"], {"mood": 3}, "loss_aversion"),
        (["expectation-lab"], {"expectation": 12}, "12"),
    ],
)
def test_wrong_arguments_say_what_there_is(arguments, options, named):
    with pytest.raises(ValueError, match=named):
        ServiceSimulation(*arguments, **options)


def test_mode_and_params_set_together_by_the_front_end(population):
    """As the browser sends them: one message, both traits."""
    params = {"expectation": 8, "performance": 4, "loss_aversion": 2, "tolerance": 0, "assimilation": 1}
    population.set_state({"mode": "one", "params": params})
    assert population.result["gap"] == -4
    assert population._answer["mode"] == "one"


def test_rows_are_sent_on_request(population, monkeypatch):
    sent = []
    monkeypatch.setattr(population, "send", lambda content: sent.append(content))
    params = {**population.params, "performance": 4}
    population._handle_custom_msg({"type": "rows", "ask": "1", "mode": "population", "params": params}, [])
    assert sent[0]["ask"] == "1"
    assert sent[0]["rows"] == satisfaction.customers(**params, n=500, seed=1)
    population._handle_custom_msg({"type": "rows", "ask": "2", "mode": "population", "params": {"spread": 99}}, [])
    assert "99" in sent[1]["error"]
    population._handle_custom_msg({"type": "rows", "ask": "3"}, [])
    assert sent[2]["error"]
    population._handle_custom_msg({"type": "something else"}, [])
    assert len(sent) == 3


def test_mimebundle_has_both_homes(population):
    bundle, _ = population._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert bundle["text/html"].startswith("<service-sim><script")


def test_html_carries_everything_the_page_needs(population):
    data = embedded(population)
    assert data["mode"] == "population"
    assert data["params"]["spread"] == 2.0
    assert data["results"]["population"] == population.result
    assert data["results"]["one"] == satisfaction.one_customer(**population._simulation.start("one"))
    assert set(data["spec"]["sources"]) >= {"satisfaction.py", "draws.py", "checks.py"}


def test_html_keeps_up_with_the_widget(population):
    population.params = {**population.params, "spread": 0.5}
    data = embedded(population)
    assert data["params"]["spread"] == 0.5
    assert data["results"]["population"] == population.result


def test_no_text_can_end_the_script(population):
    html = population._repr_mimebundle_()[0]["text/html"]
    script = html.partition('json">')[2].partition("</script>")[0]
    assert "<" not in script
    assert "<" in json.dumps(json.loads(script)["spec"]["sources"])  # the model does contain some


def test_fallback_table_states_settings_and_result(population):
    html = population._repr_mimebundle_()[0]["text/html"]
    rows = dict(re.findall(r'<tr><th scope="row">(.*?)</th><td>(.*?)</td></tr>', html))
    assert rows["人与人的差异"] == "2"
    assert rows["不满意"] == f"{population.result['dissatisfied']:.1%}"
    assert rows["平均满意度"] == f"{population.result['mean']:.2f}"


def test_english():
    simulation = ServiceSimulation("expectation-lab", language="en")
    assert embedded(simulation)["spec"]["title"] == "The expectation–result lab"
    assert "Probability of a complaint" in simulation._repr_mimebundle_()[0]["text/html"]
