"""The simulation in a static page: a real browser, the built bundle, the model in MicroPython."""

import csv
import io
import json
import re

import pytest

from browser import browser, open_page, serve  # noqa: F401 (fixtures)
from service_marketing.models import satisfaction
from service_marketing.simulations import find

from .site import make

SIZES = pytest.mark.parametrize(("width", "dark"), [(1280, False), (390, False), (1280, True), (390, True)])
START = find("expectation-lab").start("population")
KEY = "service-marketing:predictions"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with serve(make(tmp_path_factory.mktemp("site"))) as address:
        yield address


@pytest.fixture
def index(open_page, site):  # noqa: F811
    return open_page(f"{site}/index.html")


def one(page):
    return page.locator("service-sim").nth(0)


def many(page):
    return page.locator("service-sim").nth(1)


def number(simulation, name) -> str:
    return simulation.locator(f"[data-readout={name}] dd").evaluate("(dd) => dd.firstChild.textContent")


def click(simulation, name):
    simulation.get_by_role("button", name=name, exact=True).click()


def settled(simulation, name, text):
    simulation.locator(f"[data-readout={name}] dd", has_text=re.compile("^" + re.escape(text))).wait_for()


def press(page, locator, *keys):
    locator.focus()
    for key in keys:
        page.keyboard.press(key)


def expected(name="dissatisfied", **params) -> str:
    return f"{satisfaction.population(**{**START, **params}, n=500, seed=1)[name]:.1%}"


def kept(page) -> list[dict]:
    return json.loads(page.evaluate(f"localStorage.getItem('{KEY}')") or '{"predictions": []}')["predictions"]


# 预测 → 揭晓 → 对照


@SIZES
def test_predict_a_value_and_see_the_gap(open_page, site, width, dark):  # noqa: F811
    page = open_page(f"{site}/index.html", width, dark)
    simulation = many(page)
    assert expected() not in simulation.locator(".sm-root").inner_text()
    press(page, simulation.get_by_role("slider"), *["ArrowLeft"] * 30)
    simulation.get_by_text("你的预测 20%").wait_for()
    click(simulation, "揭晓结果")
    actual = satisfaction.population(**START, n=500, seed=1)["dissatisfied"]
    gap = round(100 * actual) - 20
    simulation.get_by_text(f"你的期望 20%，结果 {100 * actual:.0f}%，差 +{gap} 个百分点", exact=True).wait_for()
    assert number(simulation, "dissatisfied") == expected()
    (record,) = kept(page)
    assert (record["simulation"], record["mode"], record["readout"]) == ("expectation-lab", "population", "dissatisfied")
    assert record["predicted"] == 20
    assert record["actual"] == pytest.approx(100 * actual)
    assert record["gap"] == pytest.approx(100 * actual - 20)
    assert record["params"] == START
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", record["time"])


@SIZES
def test_draw_the_curve_by_keyboard(open_page, site, width, dark):  # noqa: F811
    page = open_page(f"{site}/index.html", width, dark)
    simulation = one(page)
    handles = simulation.get_by_role("slider")
    assert handles.count() == 5
    for i, keys in enumerate((["Home"], ["PageDown"], ["ArrowDown"] * 3, ["PageUp", "ArrowUp"], ["End"])):
        press(page, handles.nth(i), *keys)
    heights = [1, 4, 4.7, 6.1, 9]
    page.wait_for_function("document.querySelectorAll('[role=slider]')[4].getAttribute('aria-valuenow') === '9'")
    assert [float(handle.get_attribute("aria-valuenow")) for handle in handles.all()] == heights
    assert handles.nth(3).get_attribute("aria-valuetext") == "横轴 实际结果 7 处，纵轴 满意度 6.1"
    click(simulation, "揭晓结果")
    simulation.locator(".sm-gap").wait_for()
    pairs = dict(satisfaction.one_customer(**find("expectation-lab").start("one"))["curve"])
    actual = [pairs[x] for x in (1, 3, 5, 7, 9)]
    distances = [abs(a - b) for a, b in zip(actual, heights, strict=True)]
    worst = distances.index(max(distances))
    said = simulation.locator(".sm-gap").inner_text()
    assert f"平均差 {sum(distances) / 5:.1f} 分" in said
    assert f"实际结果 {(1, 3, 5, 7, 9)[worst]} 分时：你画 {heights[worst]:.1f}，模型算出 {actual[worst]:.1f}" in said
    assert simulation.locator(".sm-drawn").count() == 1  # the reader's line stays beside the model's
    (record,) = kept(page)
    assert record["predicted"] == heights
    assert record["actual"] == pytest.approx(actual)


def test_draw_the_curve_by_pointer(index):
    handle = one(index).get_by_role("slider").nth(1)
    handle.scroll_into_view_if_needed()
    box = handle.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    index.mouse.move(x, y)
    index.mouse.down()
    index.mouse.move(x, y + 30, steps=4)
    index.mouse.move(x, y + 60, steps=4)
    index.mouse.up()
    index.mouse.move(x, y + 10)
    index.wait_for_timeout(100)
    assert 2 < float(handle.get_attribute("aria-valuenow")) < 4


@pytest.mark.chromium
def test_draw_the_curve_by_touch(open_page, site):  # noqa: F811
    page = open_page(f"{site}/index.html", 390, has_touch=True, is_mobile=True)
    handle = one(page).get_by_role("slider").nth(4)
    handle.scroll_into_view_if_needed()
    box = handle.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    scrolled = page.evaluate("scrollY")
    client = page.context.new_cdp_session(page)
    client.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for step in range(1, 9):
        client.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": x, "y": y - 6 * step}]})
    client.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_timeout(100)
    assert float(handle.get_attribute("aria-valuenow")) > 6
    assert page.evaluate("scrollY") == scrolled  # the finger moved the dot, not the page


def test_nothing_of_the_result_before_the_reveal(index):
    for simulation in (one(index), many(index)):
        assert simulation.locator(".sm-root dl, .sm-root .sm-model, .sm-root .sm-bars").count() == 0
        assert not simulation.locator(".sm-still").is_visible()
    tree = index.locator("main").aria_snapshot()
    assert expected() not in tree
    assert "52.0%" not in tree


def test_skip(index):
    click(many(index), "跳过预测")
    settled(many(index), "dissatisfied", expected())
    assert many(index).locator(".sm-gap").count() == 0
    assert kept(index) == []


def test_focus_goes_on_after_the_reveal(index):
    click(many(index), "揭晓结果")
    many(index).locator(".sm-gap").wait_for()
    index.wait_for_timeout(100)
    assert index.evaluate("document.activeElement.className") == "sm-open"
    index.keyboard.press("Tab")
    assert index.evaluate("document.activeElement.name") == "expectation"


def test_number_field_takes_garbage_calmly(index):
    field = many(index).get_by_role("spinbutton")
    for typed, shown in (("130", "100"), ("-4", "0"), ("", "50"), ("37.4", "37")):
        press(index, field, "ControlOrMeta+A", "Delete")
        index.keyboard.type(typed)
        field.blur()
        index.wait_for_timeout(60)
        assert many(index).locator(".sm-root .sm-marked text").text_content() == f"你的预测 {shown}%"
    assert field.input_value() == "37"


# Sliders


@SIZES
def test_slider_by_keyboard_changes_picture_and_numbers(open_page, site, width, dark):  # noqa: F811
    page = open_page(f"{site}/index.html", width, dark)
    simulation = many(page)
    click(simulation, "跳过预测")
    settled(simulation, "dissatisfied", expected())
    bars = simulation.locator(".sm-root .sm-bars")
    before = bars.inner_html()
    slider = simulation.get_by_label("平均结果", exact=True)
    press(page, slider, *["ArrowRight"] * 5)
    settled(simulation, "dissatisfied", expected(performance=6.5))
    settled(simulation, "repurchase", expected("repurchase", performance=6.5))
    assert simulation.locator("output").nth(1).inner_text() == "6.5"
    assert bars.inner_html() != before
    assert f"非常满意 {expected('delighted', performance=6.5)}" in simulation.get_by_role("img").get_attribute("aria-label")


def test_the_last_of_many_moves_wins(index):
    simulation = many(index)
    click(simulation, "跳过预测")
    slider = simulation.get_by_label("人与人的差异")
    slider.evaluate(
        """async (input) => {
            for (let k = 0; k <= 60; k++) {
                input.value = (k % 31) / 10; input.dispatchEvent(new Event("input", { bubbles: true }));
                if (k % 7 === 0) await new Promise(requestAnimationFrame);
            }
            input.value = 2.3; input.dispatchEvent(new Event("input", { bubbles: true }));
        }"""
    )
    settled(simulation, "mean", f"{satisfaction.population(**{**START, 'spread': 2.3}, n=500, seed=1)['mean']:.2f}")


def test_a_value_that_the_model_refuses_is_a_message(index):
    """A page whose slider was tampered with: the model complains, in the reader's language, and the simulation lives on."""
    simulation = many(index)
    click(simulation, "跳过预测")
    settled(simulation, "dissatisfied", expected())
    # a control that goes beyond the model's range, as a mistaken declaration would
    index.evaluate(
        """() => {
            const old = document.querySelectorAll("service-sim")[1];
            const data = JSON.parse(old.querySelector("script").textContent);
            data.stage = "open"; data.spec.modes[1].controls[0].max = 20;
            const made = document.createElement("service-sim");
            made.innerHTML = `<script type="application/json">${JSON.stringify(data).replaceAll("<", "\\\\u003c")}</` + `script>`;
            old.after(made);
        }"""
    )
    wide = index.locator("service-sim").nth(2)
    press(index, wide.get_by_label("平均期望"), "End")
    wide.get_by_text("模型没有接受这组设定：expectation 应是从 1 到 9 的数，收到 20。").wait_for()
    assert "is wanted" not in wide.inner_text()
    press(index, wide.get_by_label("平均期望"), "Home")
    settled(wide, "dissatisfied", expected(expectation=1))
    assert wide.locator(".sm-error").count() == 0


def test_numbers_are_announced_once_the_slider_rests(index):
    simulation = many(index)
    click(simulation, "跳过预测")
    press(index, simulation.get_by_label("平均结果", exact=True), *["ArrowRight"] * 3)
    status = simulation.locator("[role=status].sm-hidden")
    index.wait_for_function(
        "(text) => [...document.querySelectorAll('[role=status].sm-hidden')].some((one) => one.textContent.includes(text))",
        arg=f"不满意 {expected(performance=6.3)}",
    )
    assert status.get_attribute("aria-live") == "polite"


# Tabs, tasks, comparison, starting over


def test_tabs_by_keyboard(index):
    simulation = one(index)
    tabs = simulation.get_by_role("tab")
    press(index, tabs.nth(0), "ArrowRight")
    simulation.get_by_text("会有百分之几不满意").wait_for()
    assert tabs.nth(1).get_attribute("aria-selected") == "true"
    assert index.evaluate("document.activeElement.textContent") == "500位顾客"
    assert [tab.get_attribute("tabindex") for tab in tabs.all()] == ["-1", "0"]
    panel = simulation.get_by_role("tabpanel")
    assert panel.get_attribute("aria-labelledby") == tabs.nth(1).get_attribute("id")
    index.keyboard.press("ArrowRight")
    simulation.get_by_text("画出你心里的曲线").wait_for()
    index.keyboard.press("End")
    simulation.get_by_text("会有百分之几不满意").wait_for()
    index.keyboard.press("Home")
    simulation.get_by_text("画出你心里的曲线").wait_for()


def test_a_mode_keeps_its_state_while_the_other_shows(index):
    simulation = many(index)
    click(simulation, "跳过预测")
    press(index, simulation.get_by_label("平均结果", exact=True), *["ArrowRight"] * 5)
    settled(simulation, "dissatisfied", expected(performance=6.5))
    simulation.get_by_role("tab").nth(0).click()
    simulation.get_by_text("画出你心里的曲线").wait_for()
    simulation.get_by_role("tab").nth(1).click()
    settled(simulation, "dissatisfied", expected(performance=6.5))


def test_insight_opens_only_after_trying(index):
    simulation = many(index)
    click(simulation, "跳过预测")
    task = simulation.locator(".sm-tasks li").first
    assert task.get_by_role("button", name="看看要点").count() == 0
    task.get_by_role("button", name="试一试").click()
    settled(simulation, "mean", f"{satisfaction.population(**{**START, 'spread': 0}, n=500, seed=1)['mean']:.2f}")
    assert task.get_by_role("button", name="看看要点").is_disabled()
    assert task.locator(".sm-insight").count() == 0
    press(index, simulation.get_by_label("人与人的差异"), "End")
    settled(simulation, "dissatisfied", expected(spread=3))
    task.get_by_role("button", name="看看要点").click()
    task.get_by_text("服务要稳").wait_for()
    index.wait_for_function("document.activeElement.className === 'sm-insight'")


def test_a_task_brings_the_picture_into_view(open_page, site):  # noqa: F811
    page = open_page(f"{site}/index.html", 390, height=700, reduced_motion="reduce")
    simulation = many(page)
    click(simulation, "跳过预测")
    simulation.get_by_role("button", name="试一试").last.click()
    page.wait_for_timeout(300)
    box = simulation.locator(".sm-root .sm-picture").bounding_box()
    assert 0 <= box["y"] < 100
    assert box["y"] + box["height"] <= 700


def test_a_pinned_result_stays_for_comparison(index):
    simulation = many(index)
    click(simulation, "跳过预测")
    settled(simulation, "dissatisfied", expected())
    click(simulation, "留作对比")
    press(index, simulation.get_by_label("平均结果", exact=True), *["ArrowRight"] * 10)
    settled(simulation, "dissatisfied", expected(performance=7))
    assert simulation.locator(".sm-ghost").count() == 1
    assert f"对比 {expected()}" in simulation.locator("[data-readout=dissatisfied] dd").inner_text()
    click(simulation, "去掉对比")
    simulation.locator(".sm-ghost").wait_for(state="detached")


def test_start_over(index):
    simulation = many(index)
    click(simulation, "揭晓结果")
    press(index, simulation.get_by_label("平均结果", exact=True), *["ArrowRight"] * 5)
    settled(simulation, "dissatisfied", expected(performance=6.5))
    click(simulation, "重来")
    click(simulation, "揭晓结果")
    settled(simulation, "dissatisfied", expected())
    assert simulation.get_by_label("平均结果", exact=True).input_value() == "6"
    assert [record["predicted"] for record in kept(index)] == [50, 50]


# What is kept, shared and downloaded


def test_records_can_be_deleted(index):
    simulation = many(index)
    click(simulation, "揭晓结果")
    simulation.get_by_text("你的预测记录（1 次）").click()
    simulation.get_by_text("不会上传").wait_for()
    click(simulation, "删除记录")
    simulation.locator(".sm-records").wait_for(state="detached")
    assert index.evaluate(f"localStorage.getItem('{KEY}')") is None


def test_records_are_there_after_a_reload(index):
    click(many(index), "揭晓结果")
    many(index).locator(".sm-gap").wait_for()
    index.reload()
    many(index).get_by_text("你的预测记录（1 次）").wait_for()


@pytest.mark.parametrize("stored", ["nonsense", '{"version": 99, "predictions": 3}', "[]", '{"version": 1, "predictions": [7, null]}'])
def test_foreign_contents_of_the_storage_do_no_harm(open_page, site, stored):  # noqa: F811
    page = open_page(f"{site}/open.html")
    page.evaluate("([key, text]) => localStorage.setItem(key, text)", [KEY, stored])
    page.goto(f"{site}/index.html")
    click(many(page), "揭晓结果")
    many(page).get_by_text("你的预测记录（1 次）").wait_for()


def test_works_without_storage(browser, site):  # noqa: F811
    context = browser.new_context()
    denied = "{ get() { throw new DOMException('denied', 'SecurityError') } }"
    context.add_init_script(f"Object.defineProperty(window, 'localStorage', {denied})")
    page = context.new_page()
    page.goto(f"{site}/index.html")
    click(many(page), "揭晓结果")
    many(page).get_by_text("你的期望 50%").wait_for()
    context.close()


def test_a_shared_address_restores_the_scenario(open_page, site):  # noqa: F811
    page = open_page(f"{site}/index.html?other=1", permissions=["clipboard-read", "clipboard-write"])
    simulation = many(page)
    click(simulation, "跳过预测")
    press(page, simulation.get_by_label("人与人的差异"), *["ArrowRight"] * 8)
    settled(simulation, "dissatisfied", expected(spread=1.8))
    click(simulation, "分享")
    simulation.get_by_text("已复制").wait_for()
    address = page.evaluate("navigator.clipboard.readText()")
    assert address == page.url
    assert "other=1" in address
    other = open_page(address)
    settled(many(other), "dissatisfied", expected(spread=1.8))
    assert many(other).get_by_label("人与人的差异").input_value() == "1.8"
    one(other).get_by_text("画出你心里的曲线").wait_for()  # the other simulation of the page is not touched


def test_sharing_without_a_clipboard_shows_the_address(open_page, site):  # noqa: F811
    page = open_page(f"{site}/index.html")
    page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    click(many(page), "跳过预测")
    click(many(page), "分享")
    assert many(page).get_by_label("没能自动复制").input_value() == page.url


@pytest.mark.parametrize(
    ("query", "spread"),
    [("spread=99", "3"), ("spread=-1", "0"), ("spread=abc", "1"), ("spread=", "1"), ("spread=1.23456", "1.2"), ("spread=NaN&mood=3", "1")],
)
def test_garbage_in_the_address_is_held_or_ignored(open_page, site, query, spread):  # noqa: F811
    prefixed = "&".join(f"expectation-lab.{part}" for part in query.split("&"))
    page = open_page(f"{site}/open.html?expectation-lab.mode=population&{prefixed}")
    slider = page.get_by_label("人与人的差异")
    page.wait_for_function("(value) => document.querySelector('[name=spread]').value === value", arg=spread)
    assert slider.input_value() == spread
    assert page.locator(".sm-error").count() == 0


def test_an_unknown_mode_in_the_address_is_ignored(open_page, site):  # noqa: F811
    page = open_page(f"{site}/index.html?expectation-lab.mode=nosuch&expectation-lab.spread=2")
    one(page).get_by_text("画出你心里的曲线").wait_for()


def download(page, simulation) -> tuple[str, bytes]:
    with page.expect_download() as waiting:
        click(simulation, "下载CSV")
    return waiting.value.suggested_filename, waiting.value.path().read_bytes()


def test_csv_holds_the_customers(index):
    simulation = many(index)
    click(simulation, "跳过预测")
    press(index, simulation.get_by_label("人与人的差异"), *["ArrowRight"] * 5)
    settled(simulation, "dissatisfied", expected(spread=1.5))
    name, content = download(index, simulation)
    assert name.startswith("expectation-lab_population_")
    assert "spread=1.5" in name
    assert name.endswith(".csv")
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    customers = satisfaction.customers(**{**START, "spread": 1.5}, n=500, seed=1)
    assert list(rows[0]) == ["期望", "结果", "满意度", "类别", "投诉概率", "再来概率"]
    assert len(rows) == 500
    labels = {"dissatisfied": "不满意", "satisfied": "满意", "delighted": "非常满意"}
    for row, customer in zip(rows, customers, strict=True):
        assert float(row["期望"]) == pytest.approx(customer["expectation"], abs=1e-9)
        assert float(row["结果"]) == pytest.approx(customer["performance"], abs=1e-9)
        assert float(row["满意度"]) == pytest.approx(customer["satisfaction"], abs=1e-9)
        assert row["类别"] == labels[customer["outcome"]]
        assert float(row["投诉概率"]) == pytest.approx(customer["complaint"], abs=1e-9)
        assert float(row["再来概率"]) == pytest.approx(customer["repurchase"], abs=1e-9)


def test_csv_of_a_mode_without_rows_holds_its_numbers(index):
    click(one(index), "跳过预测")
    name, content = download(index, one(index))
    (row,) = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
    result = satisfaction.one_customer(**find("expectation-lab").start("one"))
    assert "expectation=6" in name
    assert float(row["满意度"]) == pytest.approx(result["satisfaction"])
    assert float(row["会投诉的概率"]) == pytest.approx(result["complaint"])


# First paint, scripts off, paper, and the engine


@pytest.mark.parametrize("width", [1280, 360])
def test_without_scripts_the_figure_and_the_table_remain(open_page, site, width):  # noqa: F811
    page = open_page(f"{site}/index.html", width, java_script_enabled=False)
    still = many(page).locator(".sm-still")
    assert still.is_visible()
    assert not many(page).locator(".sm-root").is_visible()
    assert still.locator("svg:visible").count() == 1
    assert still.locator("svg:visible .sm-bars rect").count() == 48
    assert still.locator("tr", has_text="再来").inner_text().split() == ["再来", expected("repurchase")]
    assert one(page).locator(".sm-still svg:visible .sm-model").count() == 1
    assert still.locator("svg:visible").evaluate("(svg) => svg.getBoundingClientRect().width") <= width


@pytest.mark.chromium
def test_on_paper_the_figure_stands_for_the_simulation(index):
    index.emulate_media(media="print")
    assert many(index).locator(".sm-still").is_visible()
    assert not many(index).locator(".sm-root").is_visible()


@pytest.mark.parametrize("width", [1280, 390])
def test_taking_over_moves_nothing(browser, site, width):  # noqa: F811
    """The drawn page and the living page have the same layout; the browser's own measure says so."""
    context = browser.new_context(viewport={"width": width, "height": 900})
    context.add_init_script(
        "window.shift = 0; new PerformanceObserver((list) => list.getEntries().forEach((one) => (window.shift += one.value)))"
        ".observe({ type: 'layout-shift', buffered: true })"
    )
    page = context.new_page()
    page.goto(f"{site}/index.html")
    page.wait_for_timeout(800)
    assert page.evaluate("shift") < 0.001
    context.close()


def test_an_element_that_was_never_drawn_works_too(open_page, site):  # noqa: F811
    page = open_page(f"{site}/undrawn.html")
    click(page.locator("service-sim"), "揭晓结果")
    page.get_by_text("你的期望 50%").wait_for()
    assert page.locator("service-sim > table").count() == 0


def test_drawing_twice_changes_nothing(tmp_path):
    import subprocess

    from .site import STATIC

    page = make(tmp_path / "site") / "index.html"
    before = page.read_bytes()
    subprocess.run(["node", STATIC / "prerender.mjs", page], check=True)
    assert page.read_bytes() == before


def test_open_from_the_start(open_page, site):  # noqa: F811
    page = open_page(f"{site}/open.html")
    settled(page.locator("service-sim"), "dissatisfied", expected(spread=2))
    assert page.get_by_role("button", name="揭晓结果").count() == 0


def test_english(open_page, site):  # noqa: F811
    page = open_page(f"{site}/english.html")
    page.get_by_role("button", name="Reveal the result").click()
    page.get_by_text("You expected 50%").wait_for()
    visible = page.locator(".sm-root").inner_text()
    assert not re.search(r"[\u4e00-\u9fff]", visible)


def test_the_engine_waits_until_a_simulation_is_near(open_page, site):  # noqa: F811
    page = open_page(f"{site}/far.html")
    page.wait_for_timeout(500)
    assert page.workers == []
    with page.expect_worker():
        page.locator("service-sim").scroll_into_view_if_needed()


def test_one_engine_serves_the_whole_page(index):
    for simulation, label in ((one(index), "实际结果"), (many(index), "平均结果")):
        click(simulation, "跳过预测")
        press(index, simulation.get_by_label(label, exact=True), "ArrowRight")
    settled(many(index), "dissatisfied", expected(performance=6.1))
    settled(one(index), "gap", "−0.90")
    assert len(index.workers) == 1


@pytest.mark.parametrize("file", ["worker.js", "engine.wasm"])
def test_an_engine_that_does_not_load_is_told_and_tried_again(browser, site, file):  # noqa: F811
    context = browser.new_context()
    page = context.new_page()
    context.route(f"**/{file}", lambda route: route.abort())
    page.goto(f"{site}/open.html")
    slider = page.get_by_label("平均结果", exact=True)
    press(page, slider, "ArrowRight")
    page.get_by_text("浏览器里的计算程序没有加载成功").wait_for()
    context.unroute(f"**/{file}")
    press(page, slider, "ArrowRight")
    settled(page.locator("service-sim"), "dissatisfied", expected(spread=2, performance=6.2))
    context.close()


@pytest.mark.parametrize("name", ["index", "open", "english"])
def test_nothing_is_wider_than_a_small_phone(open_page, site, name):  # noqa: F811
    page = open_page(f"{site}/{name}.html", 360)
    for simulation in page.locator("service-sim").all():
        for button in simulation.get_by_role("button", name=re.compile("跳过预测|Skip")).all():
            button.click()
    page.wait_for_timeout(300)
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    small = page.evaluate(
        """() => [...document.querySelectorAll(".sm-root svg text")].filter((text) => text.getClientRects().length)
            .filter((text) => parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a < 11.9).map((text) => text.textContent)"""
    )
    assert small == []


@pytest.mark.parametrize(
    ("dark", "attribute", "value", "expected"),
    [
        (False, None, None, "light"),
        (True, None, None, "dark"),
        (True, "data-theme", "light", "light"),
        (False, "data-theme", "dark", "dark"),
        (True, "data-theme", "auto", "dark"),
        (True, "data-jp-theme-light", "true", "light"),
        (False, "data-jp-theme-light", "false", "dark"),
    ],
)
def test_follows_the_homes_theme(open_page, site, dark, attribute, value, expected):  # noqa: F811
    """The system's choice, unless the book's theme or JupyterLab's says otherwise."""
    page = open_page(f"{site}/open.html", dark=dark)
    if attribute:
        page.evaluate("([name, value]) => document.body.setAttribute(name, value)", [attribute, value])
    background = page.locator(".sm-sim").evaluate("(one) => getComputedStyle(one).backgroundColor")
    assert background == {"light": "rgb(255, 255, 255)", "dark": "rgb(26, 32, 35)"}[expected]


@pytest.mark.parametrize("stage", ["predict", "open"])
def test_everything_to_touch_is_large_enough(open_page, site, stage):  # noqa: F811
    page = open_page(f"{site}/index.html", 390)
    if stage == "open":
        for simulation in (one(page), many(page)):
            click(simulation, "揭晓结果")
    page.wait_for_timeout(200)
    small = page.evaluate(
        """() => [...document.querySelectorAll(".sm-root :is(button, input, summary, [role=slider])")]
            .filter((one) => one.getClientRects().length)
            .map((one) => [one.getBoundingClientRect().height, one.textContent || one.name]).filter(([height]) => height < 43.5)"""
    )
    assert small == []


def test_tab_key_gets_through(index):
    """No keyboard trap: from the page's start, Tab reaches the end."""
    seen = set()
    for _ in range(60):
        index.keyboard.press("Tab")
        label = index.evaluate("document.activeElement === document.body ? null : document.activeElement.outerHTML")
        if label is None:
            break
        seen.add(label)
    assert label is None
    assert len(seen) >= 10
