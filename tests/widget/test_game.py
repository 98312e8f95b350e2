"""The game of chapter 12 in a page, played as a reader would, and as a widget."""

import csv
import io
import json
import shutil
import subprocess

import pytest
from playwright.sync_api import expect

from browser import browser, open_page, serve  # noqa: F401
from service_marketing.models import hotel_chain
from service_marketing.simulations import GAMES, find_game
from service_marketing.widget import ServiceGame

from .site import PAGE, STATIC

GAME = find_game("hotel-chain")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("game")
    shutil.copytree(STATIC / "book", folder / "_static" / "service-sim")
    page = PAGE.replace("service-sim.css", "service-game.css").replace("service-sim.js", "service-game.js")
    for language in ("zh", "en"):
        body = ServiceGame("hotel-chain", language=language)._repr_mimebundle_()[0]["text/html"]
        (folder / f"{language}.html").write_text(page.replace("{simulations}", body), "utf-8")
    subprocess.run(["node", STATIC / "prerender.mjs", folder / "zh.html", folder / "en.html"], check=True)
    with serve(folder) as url:
        yield url


def alive(page):
    expect(page.locator("service-game > .sm-root:not([inert])")).to_have_count(1)


def run(page, turn: int):
    page.get_by_role("button", name="过完这一季").click()
    page.locator(".sg-report .sm-subhead").get_by_text(f"第{turn}季的结果", exact=True).wait_for()


def shown(page, name: str) -> str:
    return page.locator(f".sg-report [data-readout={name}] dd").evaluate("(dd) => dd.firstChild.textContent.trim()")


@pytest.mark.parametrize("width", [1280, 390])
def test_a_whole_game(open_page, site, width, tmp_path):  # noqa: F811
    page = open_page(f"{site}/zh.html", width=width)
    alive(page)
    decisions = []
    for turn in range(1, 13):
        if turn == 2:
            page.locator("input[name=training]").press("PageUp")
            page.locator("input[name=staffing]").press("ArrowRight")
        run(page, turn)
        training = float(page.locator("input[name=training]").input_value()) if turn < 12 else decisions[-1]["training"]
        decisions.append({"training": training, "staffing": 40.0 if turn == 1 else 41.0})
        expected = hotel_chain.game(decisions)["quarters"][-1]
        assert shown(page, "satisfaction") == f"{expected['satisfaction']:.2f}"
        assert shown(page, "profit") == f"{expected['profit'] / 1e4:.0f}万元".replace("-", "−")
        assert page.locator(".sm-gap").get_by_text("客人满意度：你的期望").count() == 1
    game = hotel_chain.game(decisions)
    code = page.get_by_label("成绩码").input_value()
    assert code == game["code"]
    assert hotel_chain.handed_in(code)["total"] == pytest.approx(game["total"])
    assert page.get_by_text("后六季平均").count() == 2
    assert page.evaluate("document.documentElement.scrollWidth") == width

    with page.expect_download() as download:
        page.get_by_role("button", name="下载CSV").click()
    rows = list(csv.DictReader(io.StringIO(download.value.path().read_text("utf-8-sig"))))
    assert [float(row["培训（小时/人）"]) for row in rows] == [one["training"] for one in decisions]
    assert [float(row["利润"]) for row in rows] == pytest.approx([one["profit"] for one in game["quarters"]])

    kept = page.evaluate("JSON.parse(localStorage.getItem('service-marketing:predictions'))")["predictions"]
    assert len(kept) == 24
    assert {one["readout"] for one in kept} == {"satisfaction", "profit"}


def test_an_interrupted_game_goes_on(open_page, site):  # noqa: F811
    page = open_page(f"{site}/zh.html")
    alive(page)
    run(page, 1)
    run(page, 2)
    before = shown(page, "profit")
    page.reload()
    page.locator(".sg-report").get_by_text("第2季的结果", exact=True).wait_for()
    assert shown(page, "profit") == before
    run(page, 3)
    page.get_by_role("button", name="从第1季重来").click()
    page.get_by_role("button", name="确定重来").click()
    page.get_by_text("第1季，共12季").wait_for()
    assert page.locator(".sg-report").count() == 0
    assert json.loads(page.evaluate("localStorage.getItem('service-marketing:hotel-chain')"))["decisions"] == []


def test_looking_back_and_skipping_the_prediction(open_page, site):  # noqa: F811
    page = open_page(f"{site}/zh.html", dark=True)
    alive(page)
    page.get_by_label("这一季不预测").check()
    run(page, 1)
    assert page.locator(".sm-gap").count() == 0
    run(page, 2)
    page.get_by_role("tab", name="走势").press("ArrowRight")
    expect(page.get_by_role("tab", name="账本")).to_have_attribute("aria-selected", "true")
    page.get_by_role("slider", name="回看").press("Home")
    revenue = hotel_chain.game([{}])["quarters"][0]["revenue"]
    expect(page.locator(".sg-table td.sg-at").first).to_have_text(f"{revenue / 1e4:.0f}")


def test_another_scenario_brings_other_news(open_page, site):  # noqa: F811
    seed = next(s for s in range(2, 99) if hotel_chain.scenario(s)[2]["event"] == "rival")
    page = open_page(f"{site}/zh.html")
    alive(page)
    page.get_by_label("情景").press("ControlOrMeta+A")
    page.keyboard.type(str(seed))
    page.get_by_label("情景").press("Tab")
    run(page, 1)
    run(page, 2)
    page.get_by_text("对面新开了一家酒店").wait_for()


def test_english_has_no_chinese(open_page, site):  # noqa: F811
    page = open_page(f"{site}/en.html")
    alive(page)
    page.get_by_role("button", name="Run the quarter").click()
    page.locator(".sg-report").get_by_text("What quarter 1 brought", exact=True).wait_for()
    assert not any("\u4e00" <= sign <= "\u9fff" for sign in page.locator(".sg-game").inner_text())


@pytest.mark.chromium
def test_without_scripts_the_game_is_described(browser, site):  # noqa: F811
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/zh.html")
    assert page.get_by_text("这个游戏要在能运行脚本的浏览器里玩").is_visible()
    context.close()


def test_the_kernel_plays_the_same_game():
    widget = ServiceGame("hotel-chain", seed=3, decisions=[{"training": 30}])
    answers = []
    widget.send = answers.append
    widget._answer(widget, {"type": "compute", "ask": "1", "decisions": [{"training": 30}, {}], "seed": 3}, [])
    widget._answer(widget, {"type": "compute", "ask": "2", "decisions": [{"wage": 9}], "seed": 3}, [])
    assert answers[0]["result"] == hotel_chain.game([{"training": 30}, {}], 3)
    assert "第1季的 wage" in answers[1]["error"]
    assert widget.result == hotel_chain.game([{"training": 30}], 3)
    with pytest.raises(ValueError, match="hotel-chain"):
        ServiceGame("hotel")
    with pytest.raises(ValueError, match="第1季的 wage"):
        ServiceGame("hotel-chain", decisions=[{"wage": 9}])


@pytest.mark.parametrize("game", GAMES.values(), ids=lambda game: game.name)
def test_every_number_that_a_game_shows_is_there(game):
    state = game.compute([{}, {}], 1)
    shown = [*game.figures, *game.account, *game.metrics]
    assert all(isinstance(turn[one.name], int | float) for turn in state["quarters"] for one in shown)
    assert all(isinstance(state[one.name], int | float) for one in game.results)
    assert {event.name for event in game.events} | {"quiet"} == set(hotel_chain.EVENTS)
    assert {one.readout for one in game.predictions} <= {one.name for one in game.figures}


def test_the_games_own_model_can_be_changed(open_page, site):  # noqa: F811
    page = open_page(f"{site}/zh.html")
    alive(page)
    run(page, 1)
    page.get_by_role("button", name="打开引擎盖").click()
    editor = page.locator(".sm-editor [contenteditable=true]")
    editor.wait_for()
    assert page.get_by_role("button", name="对照").count() == 0
    text = page.evaluate("JSON.parse(document.querySelector('service-game > script').textContent).spec.sources['hotel_chain.py']")
    assert "PRICE = 420.0" in text
    editor.fill(text.replace("PRICE = 420.0", "PRICE = 500.0"))
    page.wait_for_timeout(300)  # the editor takes in what was typed a moment later
    page.get_by_role("button", name="运行", exact=True).click()
    quarter = hotel_chain.game([{}])["quarters"][0]
    dearer = quarter["profit"] + 80 * quarter["nights"]
    expect(page.locator(".sg-report [data-readout=profit] dd")).to_have_text(f"{dearer / 1e4:.0f}万元", timeout=20_000)
    before = page.evaluate("JSON.parse(localStorage.getItem('service-marketing:predictions')).predictions.length")
    run(page, 2)
    assert page.evaluate("JSON.parse(localStorage.getItem('service-marketing:predictions')).predictions.length") == before
    page.get_by_role("button", name="还原").click()
    both = hotel_chain.game([{}, {}])["quarters"][1]
    expect(page.locator(".sg-report [data-readout=profit] dd")).to_contain_text(f"{both['profit'] / 1e4:.0f}万元")
