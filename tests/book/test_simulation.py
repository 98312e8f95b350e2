"""The simulations in the built book, driven as a reader would."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from browser import browser, open_page, serve  # noqa: F401
from player import OVERLAPS, move, simulation
from service_marketing.simulations import find

ROOT = Path(__file__).parents[2]
PAGES = {
    page.with_suffix(".html").name: page.read_text(encoding="utf-8")
    for page in sorted((ROOT / "chapters" / "zh").glob("*.md"))
    if re.search(r"Service(Simulation|Game)\(", page.read_text(encoding="utf-8"))
}
LAB = find("expectation-lab")
WIDTHS = [1280, 390]


@pytest.fixture(scope="module")
def chapter(site):
    with serve(site) as url:
        yield f"{url}/zh/chapters/03-satisfaction.html"


def readout(sim, name: str) -> str:
    return sim.locator(f"[data-readout={name}] dd").inner_text()


@pytest.mark.parametrize("width", WIDTHS)
def test_predict_reveal_and_move(open_page, chapter, width):  # noqa: F811
    page = open_page(chapter, width=width)
    sim = simulation(page, 1)
    share = LAB.compute("population", {})["dissatisfied"]
    assert f"{100 * share:.1f}%" not in sim.locator(".sm-root").inner_text(), "the result shows before the reader committed"

    guess = sim.locator("input[type=range]").first
    guess.focus()
    page.keyboard.press("Home")
    for _ in range(2):
        page.keyboard.press("PageUp")
    predicted = int(float(guess.input_value()))
    sim.get_by_role("button", name="揭晓结果").click()
    gap = sim.locator(".sm-gap").inner_text()
    assert f"{predicted}%" in gap
    assert f"{100 * share:.0f}%" in gap
    assert readout(sim, "dissatisfied") == f"{100 * share:.1f}%"

    drawn = sim.locator("svg.sm-picture, .sm-picture svg").first.inner_html()
    sim.get_by_label("平均结果").focus()
    page.keyboard.press("ArrowRight")
    moved = LAB.compute("population", {"performance": 6.1})
    page.wait_for_function(
        "([sim, text]) => sim.querySelector('[data-readout=mean] dd').textContent === text",
        arg=[sim.element_handle(), f"{moved['mean']:.2f}"],
    )
    assert readout(sim, "dissatisfied") == f"{100 * moved['dissatisfied']:.1f}%"
    assert sim.locator("svg.sm-picture, .sm-picture svg").first.inner_html() != drawn
    assert "%" in sim.locator("svg[role=img]").first.get_attribute("aria-label")


@pytest.mark.parametrize("width", WIDTHS)
def test_draw_the_curve_by_keyboard(open_page, chapter, width):  # noqa: F811
    page = open_page(chapter, width=width)
    sim = simulation(page, 0)
    handle = sim.get_by_role("slider").first
    before = handle.get_attribute("aria-valuenow")
    handle.focus()
    page.keyboard.press("ArrowDown")
    expect(handle).not_to_have_attribute("aria-valuenow", before)
    sim.get_by_role("button", name="揭晓结果").click()
    assert "你画的线和模型平均差" in sim.locator(".sm-gap").inner_text()


def test_prediction_is_kept_on_the_device(open_page, chapter):  # noqa: F811
    page = open_page(chapter)
    simulation(page, 1).get_by_role("button", name="揭晓结果").click()
    page.reload()
    kept = page.evaluate("JSON.parse(localStorage.getItem('service-marketing:predictions'))")
    assert [one["readout"] for one in kept["predictions"]] == ["dissatisfied"]
    assert kept["predictions"][0]["actual"] == pytest.approx(100 * LAB.compute("population", {})["dissatisfied"])


def test_the_engine_comes_with_the_page_and_once(open_page, chapter):  # noqa: F811
    page = open_page(chapter)
    page.wait_for_load_state("networkidle")
    (worker,) = page.workers
    sim = simulation(page, 0)
    sim.get_by_role("button", name="跳过预测").click()
    sim.get_by_label("实际结果", exact=True).press("Home")
    expect(sim.locator("[data-readout=satisfaction] dd")).to_have_text("1.00")
    assert page.workers == [worker]


def test_a_reader_who_saves_data_gets_the_engine_when_a_simulation_is_near(open_page, chapter):  # noqa: F811
    page = open_page(chapter, script="Object.defineProperty(Navigator.prototype, 'connection', { get: () => ({ saveData: true }) })")
    page.wait_for_load_state("networkidle")
    assert page.workers == []
    simulation(page, 0)
    page.wait_for_timeout(200)
    assert len(page.workers) == 1


def test_the_hood_brings_the_file_and_the_rest_of_the_engine(open_page, chapter):  # noqa: F811
    """The page carries the model without comments, and half of the engine: who opens the hood gets all of both."""
    page = open_page(chapter)
    sim = simulation(page, 1)
    sim.get_by_role("button", name="跳过预测").click()
    sim.get_by_label("平均结果").focus()
    page.keyboard.press("ArrowRight")
    moved = LAB.compute("population", {"performance": 6.1})
    expect(sim.locator("[data-readout=mean] dd")).to_have_text(f"{moved['mean']:.2f}")
    assert not [url for url in page.watched.requests if url.endswith(("engine-rest.wasm", ".py"))]
    sim.get_by_role("button", name="打开引擎盖").click()
    editor = sim.get_by_role("textbox", name="模型的代码 satisfaction.py")
    editor.wait_for()
    text = editor.locator(".cm-line").evaluate_all("(lines) => lines.map((line) => line.textContent).join('\\n')")
    assert '"""' in text
    editor.focus()
    page.keyboard.press("Control+Home")
    page.keyboard.insert_text("# 我的一行\n")
    sim.get_by_role("button", name="运行", exact=True).click()
    expect(sim.locator(".sm-hood-status")).not_to_have_text("")
    expect(sim.locator(".sm-hood-panel [role=alert]")).to_be_hidden()
    expect(sim.locator(".sm-hood-status")).to_contain_text("结果")
    assert [url for url in page.watched.requests if url.endswith("engine-rest.wasm")]


def test_the_cover_is_alive_at_once(open_page, chapter):  # noqa: F811
    page = open_page(chapter.replace("chapters/03-satisfaction", "index"))
    sim = simulation(page, 0)
    assert sim.bounding_box()["y"] < 400, "the simulation is not on the first screen"
    sim.get_by_label("人与人的差异").press("Home")
    page.wait_for_function("() => document.querySelector('service-sim [data-readout=dissatisfied] dd')?.textContent === '0.0%'")


@pytest.mark.parametrize("name", PAGES)
def test_every_simulation_of_the_page_comes_alive(open_page, chapter, name):  # noqa: F811
    """Each shows its result with its picture and numbers, as its reader left the sliders."""
    page = open_page(chapter.replace("03-satisfaction.html", name), width=390)
    parts = page.locator("service-sim, service-game")
    assert parts.count() == len(re.findall(r"^Service(?:Simulation|Game)\(", PAGES[name], re.MULTILINE))
    for number in range(parts.count()):
        part = simulation(page, number)
        move(part)
        if part.evaluate("(part) => part.localName") != "service-game":
            assert all(re.search(r"\d", text) for text in part.locator("[data-readout] dd").all_inner_texts())
            assert part.locator("svg[role=img]").first.get_attribute("aria-label")


@pytest.mark.parametrize("edition", ["zh", "en"])
def test_no_text_of_a_picture_covers_another(open_page, site, chapter, edition, request):  # noqa: F811
    """In every mode on a phone, before the reveal and after; with --long in all chapters."""
    long = request.config.getoption("--long")
    names = sorted(page.name for page in (site / edition / "chapters").glob("*.html")) if long else ["04-quality.html", "07-loyalty.html"]
    skip, looked, covered = {"zh": "跳过预测", "en": "Skip the prediction"}[edition], 0, []
    for name in names:
        page = open_page(f"{chapter.partition('/zh/')[0]}/{edition}/chapters/{name}", width=390, reduced_motion="reduce")
        for number in range(page.locator("service-sim").count()):
            sim = simulation(page, number)
            for tab in sim.get_by_role("tab").all() or [None]:
                if tab:
                    tab.click()
                    expect(tab).to_have_attribute("aria-selected", "true")
                covered += [f"{name} {number}: {pair}" for pair in page.evaluate(OVERLAPS)]
                if (button := sim.get_by_role("button", name=skip)).count():
                    button.click()
                    sim.locator(".sm-readouts:visible").first.wait_for()
                    covered += [f"{name} {number}: {pair}" for pair in page.evaluate(OVERLAPS)]
                looked += 1
        page.close()
    assert covered == []
    assert looked >= (40 if long else 8)
