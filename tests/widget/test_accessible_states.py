"""Every state of a simulation and of the game passes the rules of WCAG 2.2 AA that a program can check (axe-core)."""

import re
import shutil
import subprocess

import pytest
from playwright.sync_api import expect

from axe import faults
from browser import browser, open_page, serve  # noqa: F401 (fixtures)
from service_marketing.simulations import SIMULATIONS
from service_marketing.widget import ServiceGame

from .site import PAGE, STATIC, element

MODES = [(simulation, mode) for simulation in SIMULATIONS.values() for mode in simulation.modes]
PAGES = {f"{simulation.name}-{mode.name}": (simulation, mode) for simulation, mode in MODES}
# one simulation for each kind of picture and of prediction
KINDS = {(type(mode.picture), type(mode.prediction)): f"{simulation.name}-{mode.name}" for simulation, mode in reversed(MODES)}
OFF = ("page-has-heading-one",)  # the page around the simulation is the test's
GAME_KEY = "service-marketing:hotel-chain"
# the marks of a picture that stand out less than 3 to 1 from the card, by their fill and by their stroke (WCAG 1.4.11).
# Left out: what only accompanies a mark that is looked at (the ground under a line, the body under a bar, the lines of the
# grid, bands between bars whose amounts stand in the text), and what is not there to be seen (where a finger may reach)
FAINT = """() => {
  const parts = (colour) => colour.match(/[\\d.]+/g)?.map(Number) ?? [0, 0, 0, 0];
  const light = (rgb) => {
    const [r, g, b] = rgb.map((one) => one / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const card = parts(getComputedStyle(document.querySelector(".sm-sim")).backgroundColor).slice(0, 3);
  const ratio = (colour, opacity) => {
    if (colour === "none") return 1;
    const [r, g, b, a = 1] = parts(colour);
    const seen = [r, g, b].map((one, i) => one * a * opacity + card[i] * (1 - a * opacity));
    const [high, low] = [light(seen), light(card)].sort((one, other) => other - one);
    return (high + 0.05) / (low + 0.05);
  };
  const apart = `.sm-grid, .sm-reach, .sm-ring, .sm-worse, .sm-better, .sm-body, .sm-area, .sm-desks *, .sm-edges, .sm-leader,
    .sm-flow .sm-band, .sm-frame, .sm-empty, .sm-queue .sm-base`;
  return [...document.querySelectorAll(".sm-picture svg :is(path, rect, circle, line)")]
    .filter((one) => !one.matches(apart) && !one.closest("button"))
    .filter((one) => { const { width, height } = one.getBoundingClientRect(); return width + height > 0 && one.checkVisibility(); })
    .map((one) => {
      const style = getComputedStyle(one);
      let opacity = 1;
      for (let node = one; node.closest(".sm-picture"); node = node.parentElement) opacity *= Number(getComputedStyle(node).opacity);
      const filled = one.tagName === "line" ? 1 : ratio(style.fill, opacity * Number(style.fillOpacity));
      const best = Math.max(filled, ratio(style.stroke, opacity * Number(style.strokeOpacity)));
      return [one.getAttribute("class") ?? `${one.parentElement.getAttribute("class")} > ${one.tagName}`, Math.round(100 * best) / 100];
    })
    .filter(([, best]) => best < 3);
}"""


@pytest.fixture(scope="module")
def site(tmp_path_factory, request):
    folder = tmp_path_factory.mktemp("states")
    shutil.copytree(STATIC / "book", folder / "_static" / "service-sim")
    game = PAGE.replace("service-sim.css", "service-game.css").replace("service-sim.js", "service-game.js")
    pages = {}
    for language in ("zh", "en"):
        pages |= {
            f"{name}-{language}": PAGE.replace("{simulations}", element(simulation.name, mode=mode.name, language=language))
            for name, (simulation, mode) in PAGES.items()
            if request.config.getoption("--long") or name in {*KINDS.values(), "expectation-lab-population"}
        }
        pages[f"game-{language}"] = game.replace(
            "{simulations}", ServiceGame("hotel-chain", language=language)._repr_mimebundle_()[0]["text/html"]
        )
    for name, text in pages.items():
        (folder / f"{name}.html").write_text(text, "utf-8")
    subprocess.run(["node", STATIC / "prerender.mjs", *(folder / f"{name}.html" for name in pages)], check=True)
    with serve(folder) as url:
        yield url


def button(page, zh: str, en: str):
    return page.get_by_role("button", name=re.compile(f"^({zh}|{en})$"))


def press_through(page, check):
    """Goes through the states of a page's only simulation; `check` is told the name of each."""
    check("prediction")
    button(page, "揭晓结果", "Reveal.*").click()
    page.locator(".sm-readouts").wait_for()
    check("result and gap")
    button(page, "留作对比", "Keep.*").click()
    button(page, "试一试", "Try it").first.click()
    check("task set")
    slider = page.locator(".sm-controls input[type=range]").first
    slider.press("ArrowRight")
    slider.press("ArrowLeft")
    button(page, "看看要点", "See.*").first.click()
    for fold in page.locator("details > summary").all():
        fold.click()
    page.locator(".sm-effects").last.wait_for()
    check("insight, comparison, what moved the result, records")


def checks(page, name: str) -> tuple[list[str], object]:
    """A list of what breaks a rule, and the function that looks at the page as it stands and adds to it."""
    told = []
    return told, lambda state: told.extend(faults(page, f"{name}, {state}", off=OFF))


def pytest_generate_tests(metafunc):
    if "name" in metafunc.fixturenames:
        metafunc.parametrize("name", PAGES if metafunc.config.getoption("--long") else KINDS.values())


def test_every_state_passes(open_page, site, name, request):  # noqa: F811
    """One simulation of each kind, in Chinese or English, light or dark, wide or narrow; with --long all, in both languages."""
    long = request.config.getoption("--long")
    place = list(PAGES if long else KINDS.values()).index(name)
    for language in ("zh", "en") if long else ("zh" if place % 3 else "en",):
        page = open_page(f"{site}/{name}-{language}.html", width=1280 if place % 2 else 390, dark=place % 4 > 1, reduced_motion="reduce")
        told, check = checks(page, name)
        press_through(page, check)
        assert page.evaluate(FAINT) == []
        page.emulate_media(forced_colors="active", reduced_motion="reduce")
        assert page.evaluate(FAINT) == []
        assert told == [], "\n".join(told)


def test_a_faint_mark_is_seen(open_page, site):  # noqa: F811
    page = open_page(f"{site}/expectation-lab-population-zh.html")
    page.get_by_role("button", name="揭晓结果").click()
    page.locator(".sm-bars rect").first.wait_for()
    page.wait_for_timeout(600)  # grown
    assert page.evaluate(FAINT) == []
    page.evaluate("document.querySelector('.sm-root').style.setProperty('--group-1', '#c9b78f')")
    assert {kind for kind, _ in page.evaluate(FAINT)} == {"sm-group-1"}


@pytest.mark.parametrize(
    "kind", ["promise-path", "complaint-funnel-funnel", "word-of-mouth-network", "service-counter-day", "gap-waterfall-waterfall"]
)
def test_nothing_moves_for_who_wants_no_motion(open_page, site, kind):  # noqa: F811
    """And for others something does: else this test would look at the wrong thing."""
    moving = {}
    for motion in ("reduce", "no-preference"):
        page = open_page(f"{site}/{kind}-zh.html", reduced_motion=motion)
        page.get_by_role("button", name="揭晓结果").click()
        page.locator(".sm-readouts").wait_for()
        page.wait_for_timeout(60)
        frames = page.evaluate(
            """async () => {
              const look = () => document.querySelector(".sm-scene")?.innerHTML;
              const before = look();
              const moving = document.getAnimations().length;
              await new Promise((done) => setTimeout(done, 400));
              return moving + (look() !== before);
            }"""
        )
        moving[motion] = frames > 0
    assert moving == {"reduce": False, "no-preference": True}


def test_what_moves_by_itself_stops_within_five_seconds_or_can_be_stopped(open_page, site):  # noqa: F811
    page = open_page(f"{site}/service-counter-day-zh.html")
    page.get_by_role("button", name="揭晓结果").click()
    page.get_by_role("button", name="暂停").click()
    page.get_by_role("button", name="播放").wait_for()
    page = open_page(f"{site}/word-of-mouth-network-zh.html")
    page.get_by_role("button", name="揭晓结果").click()
    page.locator(".sm-wave").first.wait_for()
    ends = "Math.max(...document.getAnimations().map((one) => one.effect.getComputedTiming().endTime))"
    assert 500 < page.evaluate(ends) <= 5000


def test_skipped_and_under_the_hood_with_a_mistake(open_page, site):  # noqa: F811
    page = open_page(f"{site}/expectation-lab-population-zh.html", width=390, reduced_motion="reduce")
    told, check = checks(page, "expectation-lab")
    page.get_by_role("button", name="跳过预测").click()
    check("skipped")
    page.get_by_role("button", name="打开引擎盖").click()
    editor = page.locator(".sm-editor [contenteditable=true]")
    editor.press("Control+Home")
    page.keyboard.type("def broken(:\n")
    editor.press("Control+Enter")
    page.locator(".sm-hood-panel [role=alert]:visible").wait_for()
    check("a mistake in the model")
    page.get_by_role("button", name="分享").click()
    check("shared")
    assert told == [], "\n".join(told)


def test_waiting_for_the_engine_and_without_it(open_page, browser, site):  # noqa: F811
    context = browser.new_context(viewport={"width": 390, "height": 800}, reduced_motion="reduce")
    held = []
    context.route("**/worker.js", lambda route: held.append(route))
    page = context.new_page()
    page.goto(f"{site}/expectation-lab-population-zh.html")
    page.get_by_role("button", name="跳过预测").click()
    told, check = checks(page, "expectation-lab")
    page.get_by_label("平均结果", exact=True).press("ArrowRight")
    page.get_by_text("正在准备计算程序").wait_for()
    check("waiting")
    for route in held:
        route.abort()
    page.get_by_text("浏览器里的计算程序没有加载成功").wait_for()
    check("no engine")
    context.close()
    assert told == [], "\n".join(told)


@pytest.mark.parametrize(("language", "dark", "width"), [("zh", False, 390), ("en", True, 1280)])
def test_every_state_of_the_game_passes(open_page, site, language, dark, width):  # noqa: F811
    kept = f"localStorage.setItem('{GAME_KEY}', JSON.stringify({{ seed: 1, decisions: Array(11).fill({{}}) }}))"
    page = open_page(f"{site}/game-{language}.html", width=width, dark=dark, reduced_motion="reduce")
    told, check = checks(page, "game")
    check("start")
    page.locator(".sg-check input").check()
    check("no prediction")
    page.locator(".sg-check input").uncheck()
    for turn in (1, 2):
        page.locator(".sg-decide [type=submit]").click()
        expect(page.locator(".sg-steps .sg-done")).to_have_count(turn)
    page.locator(".sg-path").first.wait_for()
    check("after two quarters")
    for tab in page.get_by_role("tab").all()[1:]:
        tab.click()
        check("accounts and decisions")
    button(page, "打开引擎盖", "Open the hood.*").click()
    page.locator(".sm-editor [contenteditable=true]").wait_for()
    check("under the hood")
    button(page, "从第1季重来", "Back to quarter 1").click()
    check("asked whether to start over")
    page.context.add_init_script(kept)
    page.reload()
    page.locator(".sg-decide [type=submit]").click()
    page.locator(".sg-end").wait_for()
    page.locator(".sg-look input").press("Home")
    check("finished, looking back")
    assert told == [], "\n".join(told)
