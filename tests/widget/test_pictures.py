"""The pictures in a real browser: drawn from the model's numbers, said in words, and legible on a phone and in the dark."""

import csv
import io
import json
import re

import pytest
from playwright.sync_api import expect

from browser import browser, open_page, serve  # noqa: F401 (fixtures)
from player import OVERLAPS
from service_marketing.models import attribution
from service_marketing.widget import ServiceSimulation

from . import fakes
from .gallery import gallery
from .site import make_gallery, registered

SIZES = pytest.mark.parametrize(("width", "dark"), [(1280, False), (390, False), (1280, True), (390, True)])
WIDTHS = pytest.mark.parametrize("width", [1280, 390])
MODES = [mode.name for mode in gallery.modes]
KEY = "service-marketing:predictions"
OUTSIDE = """() => [...document.querySelectorAll(".sm-root svg text")].filter((one) => one.getClientRects().length).filter((one) => {
    const [a, b] = [one.getBoundingClientRect(), one.ownerSVGElement.getBoundingClientRect()];
    return a.left < b.left - 8 || a.right > b.right + 8 || a.top < b.top - 4 || a.bottom > b.bottom + 4;
}).map((one) => one.textContent)"""
SMALL = """() => [...document.querySelectorAll(".sm-root svg text")].filter((one) => one.getClientRects().length)
    .filter((one) => parseFloat(getComputedStyle(one).fontSize) * one.getScreenCTM().a < 11.9).map((one) => one.textContent)"""
# every painted thing that carries meaning, and the contrast of its colour with the card behind it
CONTRASTS = """() => {
    const light = (colour) => {
        const [r, g, b] = colour.match(/[\\d.]+/g).map((one) => Number(one) / 255)
            .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const card = light(getComputedStyle(document.querySelector(".sm-sim")).backgroundColor);
    const ratio = (colour) => { const one = light(colour); return (Math.max(one, card) + 0.05) / (Math.min(one, card) + 0.05); };
    const host = document.querySelector(".sm-root").appendChild(document.createElement("i"));
    return Object.fromEntries(["accent", "good", "bad", "neutral", "muted", "a", "b", "c", "d", "e"].map((tone) => {
        host.className = `sm-tone-${tone}`;
        const read = (name) => { host.style.color = `var(${name})`; return ratio(getComputedStyle(host).color); };
        return [tone, [read("--tone"), read("--tone-ink")]];
    }));
}"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with serve(make_gallery(tmp_path_factory.mktemp("gallery"), gallery)) as address:
        yield address


@pytest.fixture
def show(open_page, site):  # noqa: F811
    def open_one(name, width=1280, dark=False, **options):
        page = open_page(f"{site}/{name}.html", width, dark, **options)
        page.emulate_media(reduced_motion="reduce", color_scheme="dark" if dark else "light")
        if options.get("java_script_enabled", True):
            page.locator(".sm-root:not([inert])").first.wait_for()  # until then two sizes are drawn, and nobody answers
        return page

    return open_one


def root(page):
    return page.locator(".sm-root")


def reveal(page):
    page.get_by_role("button", name="揭晓结果").click()
    root(page).locator(".sm-gap").wait_for()


def move(page, label, *keys):
    page.get_by_role("slider", name=label, exact=True).focus()
    for key in keys:
        page.keyboard.press(key)


def said(page) -> str:
    return root(page).locator(".sm-picture svg").get_attribute("aria-label")


def settled(page, name, text):
    page.locator(f"[data-readout={name}] dd", has_text=re.compile("^" + re.escape(text))).wait_for()


# All of them: legible


@SIZES
@pytest.mark.parametrize("name", MODES)
def test_legible_before_and_after(show, name, width, dark):
    page = show(name, width, dark)
    for stage in ("predict", "open", "kept"):
        if stage == "open":
            reveal(page)
        if stage == "kept":
            page.get_by_role("button", name="留作对比").click()
            move(page, root(page).locator(".sm-control label").first.inner_text(), *["ArrowRight"] * 3)
            page.wait_for_timeout(250)
        assert page.evaluate(OVERLAPS) == [], stage
        assert page.evaluate(OUTSIDE) == [], stage
        assert page.evaluate(SMALL) == [], stage
        assert page.evaluate("document.documentElement.scrollWidth") == width, stage


@WIDTHS
@pytest.mark.parametrize("name", MODES)
def test_legible_in_english(show, name, width):
    page = show(f"{name}-en", width)
    assert page.evaluate(OVERLAPS) == []
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert not re.search(r"[\u4e00-\u9fff]", page.locator(".sm-root").inner_text() + said(page))


@pytest.mark.parametrize("name", MODES)
def test_before_the_reveal_there_are_axes_only(show, name):
    page = show(name)
    result = (
        root(page)
        .locator(".sm-picture")
        .locator(".sm-series, .sm-band, .sm-dots, .sm-centres, .sm-bar, .sm-bars, .sm-row-value, .sm-net, .sm-line-names")
    )
    assert result.count() == 0
    reveal(page)
    assert result.count() > 0


@pytest.mark.parametrize("name", MODES)
def test_without_scripts_the_picture_is_there(show, name):
    page = show(name, java_script_enabled=False)
    drawn = page.locator(".sm-still svg:visible")
    assert drawn.count() == 1
    assert drawn.locator(".sm-series, .sm-dots, .sm-bar, .sm-bars").count() > 0


@pytest.mark.parametrize("dark", [False, True])
def test_every_tone_stands_out(show, dark):
    """3 to 1 for what is painted, 4.5 to 1 for what is written (WCAG 2.2, 1.4.11 and 1.4.3)."""
    for tone, (paint, ink) in show("lines", dark=dark).evaluate(CONTRASTS).items():
        assert paint >= 3, tone
        assert ink >= 4.5, tone


def test_five_kinds_can_be_told_apart_without_red_or_green(show):
    """The five rankless tones after Machado, Oliveira and Fernandes (2009), severity 1: no two come closer than 0.08 in OKLab."""
    page = show("lines")
    machado = {
        "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
        "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    }
    for dark in (False, True):
        page.evaluate(f"document.body.dataset.theme = '{'dark' if dark else 'light'}'")
        tones = page.evaluate(
            """() => { const host = document.querySelector(".sm-root").appendChild(document.createElement("i"));
            host.style.color = "var(--tone)";
            const seen = () => getComputedStyle(host).color.match(/[\\d.]+/g).map(Number);
            return Object.fromEntries([..."abcde"].map((one) => { host.className = `sm-tone-${one}`; return [one, seen()]; })); }"""
        )
        for matrix in machado.values():
            seen = {name: oklab(times(matrix, [linear(c / 255) for c in colour])) for name, colour in tones.items()}
            close = [
                (a, b)
                for a in seen
                for b in seen
                if a < b and sum((p - q) ** 2 for p, q in zip(seen[a], seen[b], strict=True)) ** 0.5 < 0.08
            ]
            assert close == []


def times(matrix, vector):
    return [sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix]


def linear(c):
    return c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4


def oklab(rgb):
    """Ottosson (2020), A perceptual color space for image processing."""
    r, g, b = (min(1, max(0, c)) for c in rgb)
    cone = [
        (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b) ** (1 / 3),
        (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b) ** (1 / 3),
        (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b) ** (1 / 3),
    ]
    return times(
        [
            [0.2104542553, 0.7936177850, -0.0040720468],
            [1.9779984951, -2.4285922050, 0.4505937099],
            [0.0259040371, 0.7827717662, -0.8086757660],
        ],
        cone,
    )


# Lines


@WIDTHS
def test_lines(show, width):
    page = show("lines", width)
    page.get_by_role("slider").focus()
    page.keyboard.press("ArrowRight")
    expect(root(page).locator(".sm-guessed")).to_have_text("你的预测 5.1")
    reveal(page)
    result = fakes.paths(start=3, growth=0.1, ceiling=8)
    assert page.get_by_text(f"你的期望 5.1，结果 {result['last']:.1f}，差 +{result['last'] - 5.1:.1f}").count() == 1
    label = said(page)
    for name, text in (("rising", "改进之后的满意度"), ("falling", "不管不问"), ("level", "维持现状")):
        assert f"{text}从 {result[name][0][1]:.2f} 到 {result[name][-1][1]:.2f}" in label
    assert f"容忍区间最后在 {result['low'][-1][1]:.2f} 和 {result['high'][-1][1]:.2f} 之间" in label
    assert f"过四成 {result['half']:.1f}" in label
    assert root(page).locator(".sm-series").count() == 3
    assert root(page).locator(".sm-guessed").text_content().strip() == "你的预测 5.1"  # stays beside the result


def test_a_line_runs_where_its_numbers_say(show):
    """The end of the line against the axis: 0 and 10 are ticks, so the height can be measured."""
    page = show("lines-open")
    place = page.evaluate(
        """() => { const svg = document.querySelector(".sm-picture svg"); const line = svg.querySelector("[data-line=rising]");
        const ticks = [...svg.querySelectorAll(".sm-axis text[text-anchor=end]")];
        const tick = (text) => ticks.find((one) => one.textContent === text).y.baseVal[0].value - 4;
        return [line.getPointAtLength(line.getTotalLength()).y, tick("0"), tick("10")]; }"""
    )
    end, zero, ten = place
    assert 10 * (zero - end) / (zero - ten) == pytest.approx(fakes.paths(3, 0.1, 8)["last"], abs=0.02)


@WIDTHS
def test_the_first_of_the_lines_can_be_drawn(show, width):
    page = show("drawn", width)
    page.wait_for_selector(".sm-root:not([inert])")
    handles = page.get_by_role("slider")
    assert handles.count() == 5
    for index, keys in enumerate((["Home"], ["PageDown"], ["ArrowUp"] * 2, [], ["End"])):
        handles.nth(index).focus()
        for key in keys:
            page.keyboard.press(key)
    heights = [0, 4, 5.2, 5, 10]
    page.wait_for_function("document.querySelectorAll('[role=slider]')[4].getAttribute('aria-valuenow') === '10'")
    assert [float(one.get_attribute("aria-valuenow")) for one in handles.all()] == pytest.approx(heights)
    reveal(page)
    rising = dict(fakes.paths(3, 0.1, 8)["rising"])
    actual = [rising[x] for x in (0, 6, 12, 18, 24)]
    distances = [abs(a - b) for a, b in zip(actual, heights, strict=True)]
    worst = distances.index(max(distances))
    text = root(page).locator(".sm-gap").inner_text()
    assert f"平均差 {sum(distances) / 5:.1f} 分" in text
    assert f"第几个月 {(0, 6, 12, 18, 24)[worst]} 月时：你画 {heights[worst]:.1f}，模型算出 {actual[worst]:.1f}" in text
    assert root(page).locator(".sm-drawn").count() == 1
    (record,) = json.loads(page.evaluate(f"localStorage.getItem('{KEY}')"))["predictions"]
    assert (record["kind"], record["readout"], record["label"], record["format"], record["range"]) == (
        "curve",
        "rising",
        "满意度（分）",
        "axis",
        [0, 10],
    )
    assert record["bias"] == pytest.approx(sum(a - b for a, b in zip(actual, heights, strict=True)) / 5)


def test_free_axes_stand_still_while_a_slider_moves_a_little(show):
    page = show("free-open")
    ticks = lambda: root(page).locator(".sm-axis text:not(.sm-name)").all_text_contents()  # noqa: E731
    before = ticks()
    move(page, "开始时的满意度", "ArrowLeft")
    settled(page, "last", f"{fakes.paths(2.5, 0.1, 8)['last']:.2f}")
    assert ticks() == before
    move(page, "能到的高度", "End")
    settled(page, "last", f"{fakes.paths(2.5, 0.1, 10)['last']:.2f}")
    assert "10" in ticks()  # what is shown always fits


def test_a_kept_scenario_stays_as_a_ghost(show):
    page = show("lines-open")
    line = root(page).locator("[data-line=rising]").get_attribute("d")
    page.get_by_role("button", name="留作对比").click()
    move(page, "每月改进", "End")
    settled(page, "last", f"{fakes.paths(3, 0.4, 8)['last']:.2f}")
    assert root(page).locator(".sm-before").first.get_attribute("d") == line
    assert root(page).locator("[data-line=rising]").get_attribute("d") != line


# Waterfall, and the formats


MONEY = {"profit": "12.2万元", "guests_served": "900", "minutes_each": "10.0分钟", "return_on_wage": "7.50倍", "margin": "45.0%"}


@WIDTHS
def test_waterfall(show, width):
    page = show("waterfall", width)
    assert root(page).locator(".sm-drawn-label").text_content() == "你的预测 5.0万元"
    assert page.get_by_role("spinbutton").input_value() == "50000"
    assert page.get_by_role("slider").get_attribute("aria-valuetext") == "5.0万元"
    reveal(page)
    result = fakes.profit(900, 300, 100)
    assert result["profit"] == pytest.approx(121600)
    assert page.get_by_text("你的期望 5.0万元，结果 12.2万元，差 +7.2万元").count() == 1
    assert "收入 27.0万元" in said(page)
    assert "工资 −3.6万元" in said(page)
    assert "利润 12.2万元" in said(page)
    bars = root(page).locator(".sm-bar").evaluate_all("(all) => all.map((one) => [one.x.baseVal.value, one.width.baseVal.value])")
    scale = bars[0][1] / result["revenue"]
    zero = bars[0][0]
    reached = 0
    for (left, wide), name in zip(bars, ("revenue", "wages", "rent", "food"), strict=False):
        reached += result[name]
        assert wide == pytest.approx(abs(result[name]) * scale, rel=1e-3)
        assert (left if result[name] < 0 else left + wide) == pytest.approx(zero + reached * scale, rel=1e-3)
    assert bars[-1] == [pytest.approx(zero), pytest.approx(result["profit"] * scale, rel=1e-3)]
    for name, text in MONEY.items():
        assert page.locator(f"[data-readout={name}] dd").inner_text() == text


def test_units_in_english_and_in_the_file(show):
    page = show("waterfall-en")
    assert [one.inner_text() for one in root(page).locator(".sm-readouts dd").all()] == ["¥121,600", "900", "10.0 min", "7.50×", "45.0%"]
    page = show("waterfall-open")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="下载CSV").click()
    (row,) = csv.DictReader(io.StringIO(waiting.value.path().read_bytes().decode("utf-8-sig")))
    assert float(row["利润（元）"]) == pytest.approx(121600)
    assert float(row["客人数"]) == 900
    assert float(row["每位用时（分钟）"]) == 10
    assert float(row["工资回报（倍）"]) == 7.5
    assert float(row["利润率"]) == pytest.approx(121600 / 270000)


def test_numbers_are_spoken_with_their_units(show):
    page = show("waterfall-open")
    move(page, "客人", "ArrowRight")
    root(page).locator("[role=status].sm-hidden", has_text="利润 13.3万元，客人数 950，每位用时 9.5分钟，工资回报 7.50倍").wait_for(
        state="attached"
    )


def test_a_record_can_be_compared_across_simulations(show):
    page = show("waterfall")
    reveal(page)
    (record,) = json.loads(page.evaluate(f"localStorage.getItem('{KEY}')"))["predictions"]
    assert (record["simulation"], record["mode"], record["chapter"], record["title"]) == ("gallery", "waterfall", 1, "图画陈列室")
    assert (record["kind"], record["readout"], record["label"], record["format"]) == ("value", "profit", "利润", "money")
    assert record["range"] == [-100000, 400000]
    assert record["gap"] == pytest.approx(71600)
    assert "bias" not in record


# Scatter


@WIDTHS
def test_scatter_of_groups(show, width):
    page = show("scatter-open", width)
    points = fakes.clusters(1, 0, 240)["points"]
    for group, label in enumerate(("新客", "常客", "流失中的老客")):
        own = [point for point in points if point[2] == group]
        mean = [sum(point[side] for point in own) / len(own) for side in (0, 1)]
        assert f"{label} 80 个，平均在 ({mean[0]:.2f}, {mean[1]:.2f})" in said(page)
        assert root(page).locator(f".sm-dots [data-group='{group}']").get_attribute("d").count("M") == 80
    shapes = (
        root(page)
        .locator(".sm-keys path")
        .evaluate_all("(all) => all.map((one) => Math.round(10 * one.getTotalLength() / one.getBBox().width))")
    )
    assert len(set(shapes)) == 3  # not by colour alone
    assert root(page).locator(".sm-centres path").count() == 3


@WIDTHS
def test_map_of_quarters(show, width):
    page = show("map-open", width)
    assert "前台态度 (4.50, 4.40)" in said(page)
    assert root(page).locator(".sm-names text").count() == 8  # every name found its place
    assert root(page).locator(".sm-quarter").all_text_contents() == ["继续保持", "可能过度", "次要", "优先改进"]
    assert root(page).locator(".sm-cuts line").count() == 2
    cut = root(page).locator(".sm-cuts line").first.evaluate("(one) => one.getBoundingClientRect().left")
    for i, (x, _, _) in enumerate(fakes.quarters(0)["points"]):
        group = root(page).locator(".sm-dots path")
        assert group.count() == 2, i
        assert (x > 3.5) == (dots(page)[i] > cut)


def dots(page) -> list[float]:
    """Where the points of the map stand, in the order of the model."""
    placed = (
        root(page)
        .locator(".sm-dots path")
        .evaluate_all(
            "(all) => all.map((one) => { return one.getAttribute('d').split('M').slice(1)"
            ".map((part) => { const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');"
            "path.setAttribute('d', 'M' + part); one.parentNode.append(path);"
            "const { left, width } = path.getBoundingClientRect(); path.remove(); return left + width / 2; }); })"
        )
    )
    queues = [list(one) for one in placed]
    return [queues[group].pop(0) for _, _, group in fakes.quarters(0)["points"]]


# Balance


@WIDTHS
def test_balance(show, width):
    page = show("balance", width)
    reveal(page)
    assert "悦来：得到 7.00，付出 5.00，净 2.00；对面的酒店：得到 6.20，付出 5.00，净 1.20" in said(page)
    assert root(page).locator(".sm-net").all_text_contents() == ["净 +2.00", "净 +1.20"]
    parts = root(page).locator("[data-side=ours] .sm-bar").evaluate_all("(all) => all.map((one) => one.getBBox().width)")
    assert len(parts) == 7
    assert parts[0] / parts[1] == pytest.approx(3.0 / 2.4, rel=0.02)
    move(page, "货币成本", "End")
    settled(page, "advantage", "−1.70")
    assert "sm-tone-bad" in root(page).locator("[data-side=ours] .sm-net").get_attribute("class")


# Distribution with groups of its own


@WIDTHS
def test_five_groups(show, width):
    page = show("five", width)
    assert root(page).locator(".sm-marked").text_content().strip() == "你的预测 50%"
    reveal(page)
    result = fakes.five(0)
    for name, label in (("second", "旅行团"), ("third", "本地家庭"), ("fifth", "长住客")):
        assert f"{label} {result[name]:.1%}" in said(page)
    strip = root(page).locator(".sm-strip rect").evaluate_all("(all) => all.map((one) => one.width.baseVal.value)")
    assert strip[0] / sum(strip) == pytest.approx(result["first"], abs=0.01)
    assert root(page).locator(".sm-bars rect").count() == 50
    colours = root(page).locator(".sm-strip rect").evaluate_all("(all) => all.map((one) => getComputedStyle(one).fill)")
    assert len(set(colours)) == 5


# What moved it


def explained(page):
    page.get_by_text("什么改变了结果").click()
    root(page).locator(".sm-account").wait_for()


def cell(page, table, slider, column) -> str:
    return root(page).locator(".sm-effects").nth(table).locator(f"tr[data-slider={slider}] td").nth(column).inner_text().strip()


@WIDTHS
def test_what_moved_it(show, width):
    page = show("waterfall", width)
    reveal(page)
    move(page, "客人", *["ArrowRight"] * 6)
    move(page, "房价（元）", *["ArrowRight"] * 6)
    settled(page, "profit", "25.2万元")
    explained(page)
    start, now = {"guests": 900, "price": 300, "wage": 100}, {"guests": 1200, "price": 360, "wage": 100}
    limits = {control.name: (control.min, control.max) for control in gallery.mode("waterfall").controls}
    found = attribution.what_moved(fakes.profit, start, now, "profit", limits)
    shares = {slider["name"]: slider["contribution"] for slider in found["sliders"]}
    assert cell(page, 0, "guests", 2) == f"+{shares['guests'] / 10000:.1f}万元"
    assert cell(page, 0, "price", 2) == f"+{shares['price'] / 10000:.1f}万元"
    assert root(page).locator(".sm-effects").nth(0).locator("tr[data-slider=wage]").count() == 0  # it did not move
    order = root(page).locator(".sm-effects").nth(1).locator("tbody tr").evaluate_all("(all) => all.map((one) => one.dataset.slider)")
    assert order == found["strongest"]
    wage = next(slider for slider in found["sliders"] if slider["name"] == "wage")
    assert cell(page, 1, "wage", 0) == f"+{wage['down'] / 10000:.1f}万元"
    assert cell(page, 1, "wage", 1) == f"−{-wage['up'] / 10000:.1f}万元"
    assert page.evaluate("document.documentElement.scrollWidth") == width
    # it follows the sliders
    move(page, "每位客人的工时费（元）", "End")
    root(page).locator(".sm-effects").nth(0).locator("tr[data-slider=wage]").wait_for()
    assert cell(page, 1, "wage", 1) == "到头了"


def test_nothing_is_computed_while_the_view_is_folded(show):
    page = show("waterfall")
    reveal(page)
    move(page, "客人", "ArrowRight")
    settled(page, "profit", "13.3万元")
    page.wait_for_timeout(600)
    assert root(page).locator(".sm-account").count() == 0


def test_an_interaction_is_told_apart(show):
    """Food costs guests times price times wage, so three sliders together do what no two of them do."""
    page = show("waterfall")
    reveal(page)
    for label in ("客人", "房价（元）", "每位客人的工时费（元）"):
        move(page, label, "End")
    page.wait_for_timeout(300)
    explained(page)
    start, now = {"guests": 900, "price": 300, "wage": 100}, {"guests": 2000, "price": 600, "wage": 300}
    limits = {control.name: (control.min, control.max) for control in gallery.mode("waterfall").controls}
    together = attribution.what_moved(fakes.profit, start, now, "profit", limits)["together"]
    assert abs(together) > 20000
    assert cell(page, 0, "together", 0) == f"{together / 10000:+.1f}万元".replace("-", "−")


def test_the_kernel_tells_the_same(monkeypatch):
    with registered(gallery):
        widget = ServiceSimulation("gallery", mode="waterfall")
    widget.params = {**widget.params, "guests": 1200, "price": 360}
    rows = widget.what_moved()
    limits = {control.name: (control.min, control.max) for control in gallery.mode("waterfall").controls}
    found = attribution.what_moved(fakes.profit, {"guests": 900, "price": 300, "wage": 100}, widget.params, "profit", limits)
    assert [row["name"] for row in rows] == [*found["strongest"], "together"]
    by_name = {row["name"]: row for row in rows}
    for slider in found["sliders"]:
        assert {key: slider[key] for key in ("start", "now", "contribution", "down", "up")}.items() <= by_name[slider["name"]].items()
    assert by_name["guests"]["label"] == "客人"
    assert by_name["together"]["contribution"] == found["together"]
    sent = []
    monkeypatch.setattr(widget, "send", sent.append)
    question = {
        "type": "moved",
        "ask": "1",
        "mode": "waterfall",
        "start": {"guests": 900, "price": 300, "wage": 100},
        "now": widget.params,
        "readout": "profit",
    }
    widget._handle_custom_msg(question, [])
    assert sent[0] == {"type": "moved", "ask": "1", "moved": found}
    widget._handle_custom_msg({**question, "readout": "luck"}, [])
    assert "luck" in sent[1]["error"]
    with pytest.raises(ValueError, match="luck"):
        widget.what_moved("luck")


def test_the_kernel_starts_from_the_prediction():
    with registered(gallery):
        widget = ServiceSimulation("gallery", mode="waterfall", guests=500)
    assert widget.what_moved()[0]["start"] in (500, 300, 100)
    widget.prediction = {"mode": "waterfall", "params": {"guests": 600, "price": 300, "wage": 100}}
    assert {row["name"]: row["start"] for row in widget.what_moved()}["guests"] == 600
