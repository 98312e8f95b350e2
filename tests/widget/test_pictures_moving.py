"""The pictures that move, in a real browser: Flow, Network and Queue, drawn from made-up simulations."""

import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from browser import browser, open_page, serve  # noqa: F401 (fixtures)
from service_marketing import simulations
from service_marketing.simulations.spec import Flow, Mode, Network, Node, PredictValue, Queue, Readout, Simulation, Slider, Text

from .site import PAGE, STATIC, element

SIZES = pytest.mark.parametrize(("width", "dark"), [(1280, False), (390, False), (1280, True), (390, True)])
WIDTHS = pytest.mark.parametrize("width", [1280, 390, 360])
NAMES = ("flow", "network", "queue")
EACH = pytest.mark.parametrize("name", NAMES)


def models():
    """The made-up models, loaded as if they stood among the course's own: the page takes their very file."""
    name = "service_marketing.models.moving_models"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name("moving_models.py"))
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


def slider(name, zh, en, low, high, step, start):
    return Slider(name, Text(zh, en), low, high, step, start)


def simulation(name, model, controls, readout, picture, **fixed):
    """One simulation with one mode, around `picture`."""
    label, form = readout[1], readout[2]
    mode = Mode(
        name="one",
        title=Text("看看", "Look"),
        intro=Text("一家店的一天。", "A day in a shop."),
        model=model,
        controls=controls,
        prediction=PredictValue(readout[0], Text("会是多少？", "How much will it be?"), 0, 1000, 1, 50),
        picture=picture,
        readouts=(Readout(readout[0], label, form),),
        fixed=fixed,
    )
    return Simulation(name=f"moving-{name}", chapter=1, title=Text(f"试验{name}", f"Trial {name}"), modes=(mode,))


def made():
    """The three simulations by name."""
    model = models()
    flow = Flow(
        nodes=(
            Node(Text("到店顾客", "All guests"), 0, "muted"),
            Node(Text("说出不满", "Complained"), 1, "accent"),
            Node(Text("沉默", "Silent"), 1, "muted"),
            Node(Text("问题解决", "Problem solved"), 2, "good"),
            Node(Text("没有解决", "Not solved"), 2, "bad"),
            Node(Text("还会再来", "Come back"), 3, "good"),
            Node(Text("离开", "Leave"), 3, "bad"),
        ),
        links="links",
        unit=Text("位顾客", "guests"),
    )
    network = Network(
        "nodes",
        "edges",
        ((Text("说好话", "Praise"), "good"), (Text("抱怨", "Complain"), "bad"), (Text("没往下说", "Tell nobody"), "muted")),
    )
    queue = Queue("people", ((Text("堂食", "Eat in"), "a"), (Text("外带", "Take away"), "b")), "servers", "length")
    tangled = Flow(
        nodes=tuple(
            Node(Text(zh, en), row)
            for zh, en, row in (("甲", "A", 0), ("乙", "B", 0), ("乙的去处", "Where B goes", 1), ("甲的去处", "Where A goes", 1))
        ),
        links="links",
        unit=Text("位顾客", "guests"),
    )
    places = (
        ("到店的全部顾客", "All guests who came", 0),
        ("当面说出不满", "Complained in person", 1),
        ("沉默不说", "Kept silent about it", 1),
        ("当场解决", "Solved on the spot", 2),
        ("隔天才解决", "Solved the next day", 2),
        ("没有解决", "Never solved", 2),
        ("自己消化", "Got over it alone", 2),
        ("心里记仇", "Bears a grudge", 2),
        ("还会再来", "Will come back", 3),
        ("不再来了", "Will never return", 3),
        ("向朋友推荐", "Recommends us", 4),
        ("劝朋友别来", "Warns friends off", 4),
    )
    tones = ("muted", "accent", "muted", "good", "neutral", "bad", "neutral", "bad", "good", "bad", "good", "bad")
    nodes = tuple(Node(Text(zh, en), row, tone) for (zh, en, row), tone in zip(places, tones, strict=True))
    long = Flow(nodes=nodes, links="links", unit=Text("位顾客", "guests"))
    voice = slider("voice", "投诉比例", "Share who complain", 0, 1, 0.01, 0.3)
    solved = slider("solved", "解决比例", "Share solved", 0, 1, 0.01, 0.5)
    children = slider("children", "每人告诉几人", "Told by each", 0, 4, 1, 2)
    seeds = slider("seeds", "起点人数", "Seeds", 1, 10, 1, 4)
    arrivals = slider("arrivals", "来客", "Arrivals", 0, 200, 1, 90)
    servers = slider("servers", "服务台", "Counters", 1, 12, 1, 3)
    simulated = [
        simulation("flow", model.flow, (voice, solved), ("leave", Text("离开", "Leave"), "percent"), flow),
        simulation("long", model.long, (voice,), ("leave", Text("离开", "Leave"), "percent"), long),
        simulation("tangled", model.tangled, (voice,), ("leave", Text("离开", "Leave"), "percent"), tangled),
        simulation("network", model.network, (children, seeds), ("total", Text("总人数", "Total"), "count"), network),
        simulation("queue", model.queue, (arrivals, servers), ("gone", Text("走掉", "Gave up"), "percent"), queue, length=120),
    ]
    return {one.name: one for one in simulated}


def make(folder: Path) -> Path:
    """The site: every picture to predict, open, English, as a still, and the crowded settings."""
    shutil.copytree(STATIC / "book", folder / "_static" / "service-sim")
    crowded = {"flow": {"voice": 0.04, "solved": 0.9}, "network": {"children": 4, "seeds": 10}, "queue": {"arrivals": 200, "servers": 2}}
    pages = {}
    for name in NAMES:
        pages[name] = element(f"moving-{name}")
        pages[f"{name}-open"] = element(f"moving-{name}", stage="open")
        pages[f"{name}-english"] = element(f"moving-{name}", stage="open", language="en")
        pages[f"{name}-crowded"] = element(f"moving-{name}", stage="open", **crowded[name])
    for language in ("zh", "en"):
        pages[f"long-{language}"] = element("moving-long", stage="open", language=language)
    pages["tangled"] = element("moving-tangled", stage="open")
    pages["queue-far"] = '<div style="height:3000px"></div>' + element("moving-queue")
    for name, inside in pages.items():
        (folder / f"{name}.html").write_text(PAGE.replace("{simulations}", inside), "utf-8")
    subprocess.run(["node", STATIC / "prerender.mjs", *folder.glob("*.html")], check=True)
    return folder


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        for name, one in made().items():
            patch.setitem(simulations.SIMULATIONS, name, one)
        folder = make(tmp_path_factory.mktemp("moving"))
    with serve(folder) as address:
        yield address


def result(name, **params):
    return made()[f"moving-{name}"].compute("one", params)


def picture(page):
    """The picture, once it is drawn: what looks at all of its marks at a time does not wait for them."""
    found = page.locator(".sm-root .sm-picture")
    found.get_by_role("img").wait_for(state="attached")
    return found


def settle(page) -> None:
    """Until the picture has stayed as it is for some frames, or is one that moves all the time."""
    picture(page)
    page.evaluate(
        """() => new Promise((done) => {
            let last = '', same = 0, frames = 0;
            const look = () => {
                const now = document.querySelector('.sm-root .sm-picture')?.outerHTML;
                same = now === last ? same + 1 : 0;
                last = now;
                if (same > 9 || ++frames > 90) done(); else requestAnimationFrame(look);
            };
            look();
        })"""
    )


def said(page) -> str:
    return picture(page).get_by_role("img").get_attribute("aria-label")


def bars(page, kind="sm-bar") -> list[float]:
    return picture(page).locator(f".{kind}").evaluate_all("(all) => all.map((one) => one.getBoundingClientRect().width)")


def marks(page, selector) -> int:
    """How many marks the paths have: each begins with a move."""
    found = picture(page).locator(selector).evaluate_all("(all) => all.map((path) => path.getAttribute('d')).join('')")
    return found.count("M")


def skip(page):
    page.get_by_role("button", name=re.compile("^(跳过预测|Skip)")).click()
    page.locator(".sm-open").wait_for()


def clock(page) -> float:
    return float(picture(page).get_by_role("slider").input_value())


# What moves is looked at from within the page, in the frame that it is due: a busy machine asks a page seconds later.
WHEN = """const when = (ready) => new Promise((done) => {
    const look = () => { const found = ready(); found ? done(found) : requestAnimationFrame(look); };
    look();
  });
  const minute = () => document.querySelector(".sm-root .sm-clock input")?.valueAsNumber;"""


def meanwhile(page, script: str):
    """Begins `script`, the inside of an asynchronous function that may `await when(…)`; gives a function that waits for what it returns."""
    page.evaluate(f"() => {{ window.meanwhile_ = (async () => {{ {WHEN} {script} }})(); }}")
    return lambda: page.evaluate("() => meanwhile_")


def press(page, locator, *keys):
    locator.focus()
    for key in keys:
        page.keyboard.press(key)


def line(people, time) -> int:
    """How many wait at minute `time`."""
    return sum(arrival <= time < start for arrival, start, *_ in people)


def at_desks(people, time) -> int:
    return sum(start <= time < end for _, start, end, _, server in people if server >= 0)


def worst(people) -> int:
    return max(line(people, arrival) for arrival, *_ in people)


# 画的就是模型算的


@SIZES
def test_flow_bars_are_as_wide_as_their_numbers(open_page, site, width, dark):  # noqa: F811
    page = open_page(f"{site}/flow-open.html", width, dark)
    links = result("flow")["links"]
    values = [1000] + [sum(value for _, to, value in links if to == node) for node in range(1, 7)]
    drawn = dict(zip(names_in_order(page), bars(page), strict=True))
    wanted = dict(zip(("到店顾客", "说出不满", "沉默", "问题解决", "没有解决", "还会再来", "离开"), values, strict=True))
    scale = drawn["到店顾客"] / 1000
    assert scale * 1000 > 0.6 * picture(page).bounding_box()["width"]
    assert drawn == pytest.approx({name: value * scale for name, value in wanted.items()}, abs=0.2)
    assert picture(page).locator(".sm-band").count() == len(links)
    assert said(page) == (
        "1,000位顾客的去向：说出不满 300位顾客 (30%)，沉默 700位顾客 (70%)，问题解决 150位顾客 (15%)，没有解决 150位顾客 (15%)，"
        "还会再来 445位顾客 (45%)，离开 555位顾客 (56%)"
    )
    rows = [row.split() for row in picture(page).locator("tbody tr").all_inner_texts()]
    assert ["沉默", "离开", "420"] in rows
    assert len(rows) == len(links)


def names_in_order(page) -> list[str]:
    return picture(page).locator(".sm-node").evaluate_all("(all) => all.map((one) => one.querySelector('text').textContent)")


def test_flow_follows_its_slider_and_keeps_what_was_pinned(open_page, site):  # noqa: F811
    page = open_page(f"{site}/flow-open.html")
    before = dict(zip(names_in_order(page), bars(page), strict=True))
    page.get_by_role("button", name="留作对比").click()
    press(page, page.get_by_label("投诉比例"), *["ArrowRight"] * 20)
    page.wait_for_function("document.querySelector('.sm-root [role=img]').getAttribute('aria-label').includes('说出不满 500位')")
    names, ghosts, now = names_in_order(page), bars(page, "sm-ghost"), bars(page)
    assert len(ghosts) == 7
    scale = now[0] / before["到店顾客"]
    assert dict(zip(names, ghosts, strict=True)) == pytest.approx({name: scale * w for name, w in before.items()}, abs=2)  # its own stroke
    assert "对比 30%" in picture(page).inner_text()


def test_flow_without_anybody_on_a_way(open_page, site):  # noqa: F811
    page = open_page(f"{site}/flow-open.html")
    press(page, page.get_by_label("投诉比例"), "Home")
    page.wait_for_function("document.querySelectorAll('.sm-root .sm-band').length === 3")
    assert names_in_order(page) == ["到店顾客", "沉默", "还会再来", "离开"]


def test_flow_puts_nodes_where_the_fewest_bands_cross(open_page, site):  # noqa: F811
    page = open_page(f"{site}/tangled.html")
    places = picture(page).locator(".sm-node .sm-bar").evaluate_all("(all) => all.map((one) => one.getBoundingClientRect().x)")
    order = dict(zip(names_in_order(page), places, strict=True))
    assert order["甲"] < order["乙"]
    assert order["甲的去处"] < order["乙的去处"]


@SIZES
def test_network_shows_everybody(open_page, site, width, dark):  # noqa: F811
    page = open_page(f"{site}/network-open.html", width, dark)
    found = result("network")
    assert marks(page, "svg[role=img] .sm-people") == len(found["nodes"]) == 124
    assert marks(page, ".sm-edges") == len(found["edges"])
    groups = [sum(node[2] == group for node in found["nodes"]) for group in range(3)]
    assert said(page) == (
        f"谁告诉了谁：一共124人；说好话 {groups[0]}人，抱怨 {groups[1]}人，没往下说 {groups[2]}人。"
        "各轮人数：起点 4人，第1轮 8人，第2轮 16人，第3轮 32人，第4轮 64人"
    )
    assert picture(page).locator(".sm-waves li").all_inner_texts() == [
        f"{count}人\n{name}" for count, name in ((4, "起点"), (8, "第1轮"), (16, "第2轮"), (32, "第3轮"), (64, "第4轮"))
    ]


def test_network_of_400_is_a_handful_of_paths(open_page, site):  # noqa: F811
    page = open_page(f"{site}/network-crowded.html", 390)
    assert marks(page, "svg[role=img] .sm-people") == 400
    assert picture(page).locator("svg[role=img] path").count() <= 30


def test_network_appears_wave_by_wave_and_again(open_page, site):  # noqa: F811
    page = open_page(f"{site}/network.html")
    moving = """() => document.querySelector('.sm-root .sm-network')?.getAnimations({ subtree: true })
        .filter((one) => one.playState === 'running').map((one) => one.effect.getTiming().delay) ?? []"""
    shown = "() => [...document.querySelectorAll('.sm-root .sm-waves li')].map((one) => Number(getComputedStyle(one).opacity))"
    first = meanwhile(page, f"const moving = {moving}; await when(() => moving().length); return [moving(), ({shown})()];")
    skip(page)
    delays, opacity = first()
    assert len(set(delays)) >= 5
    assert opacity[-1] == 0  # its turn has not come
    page.wait_for_function(f"({moving})().length === 0")
    assert page.evaluate(shown) == [1] * 5
    page.get_by_role("button", name="重放").click()
    page.wait_for_function(f"({moving})().length > 5")
    press(page, page.get_by_label("每人告诉几人"), "ArrowRight")
    page.wait_for_function("document.querySelector('.sm-root .sm-waves li:last-child')?.innerText.includes('240')")
    assert page.evaluate(moving) == []  # what a slider changes is there at once
    assert page.evaluate(shown) == [1] * 5


@SIZES
def test_queue_stands_at_its_worst_minute(open_page, site, width, dark):  # noqa: F811
    page = open_page(f"{site}/queue-open.html", width, dark)
    people = result("queue")["people"]
    for _ in range(50):  # a loaded machine takes over late
        time = clock(page)
        if line(people, time) == worst(people):
            break
        page.wait_for_timeout(100)
    assert line(people, time) == worst(people) > 10
    assert marks(page, ".sm-scene .sm-people") == line(people, time) + at_desks(people, time)
    gone = sum(server < 0 and start <= 120 for _, start, _, _, server in people)
    assert said(page) == f"120分钟里来了90人，服务台3个；第{time:.0f}分钟排队最长，{worst(people)}人在等；共有{gone}人等不及走了"
    assert picture(page).locator(".sm-desks rect").count() == 3
    # the highest point of the drawn line is the longest line, on the scale that the axis tells
    heights = [float(y) for y in re.findall(r"[V,]([\d.]+)", picture(page).locator(".sm-edge").get_attribute("d"))]
    ceiling = max(int(text) for text in picture(page).locator(".sm-chart .sm-scale").all_text_contents())
    assert (max(heights) - min(heights)) / 42 * ceiling == pytest.approx(worst(people), abs=0.3)


def test_queue_by_keyboard(open_page, site):  # noqa: F811
    page = open_page(f"{site}/queue-open.html")
    people = result("queue")["people"]
    scrubber = picture(page).get_by_role("slider")
    seen = set()
    for keys, minute in ((["Home"], 0), (["PageUp"] * 2, 40), (["ArrowRight"] * 5, 50), (["ArrowLeft"], 48), (["End"], 120)):
        press(page, scrubber, *keys)
        assert clock(page) == pytest.approx(minute)
        assert marks(page, ".sm-scene .sm-people") == line(people, minute) + at_desks(people, minute)
        told = scrubber.get_attribute("aria-valuetext")
        assert told.startswith(f"第{minute}分钟 在等{line(people, minute)}人")
        assert picture(page).locator(".sm-status").inner_text().split() == told.split()
        seen.add(picture(page).locator(".sm-scene").inner_html())
    assert len(seen) == 5


def test_queue_runs_by_itself_once_revealed(open_page, site):  # noqa: F811
    page = open_page(f"{site}/queue.html")
    seen = meanwhile(
        page,
        """await when(() => minute() > 1);
        const early = minute();
        await new Promise((done) => setTimeout(done, 200)); // the reveal has been drawn to its end
        let outside = 0;
        const queue = document.querySelector(".sm-root .sm-queue");
        const watcher = new MutationObserver((all) => (outside += all.filter((one) => !queue.contains(one.target)).length));
        watcher.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
        await when(() => minute() > early + 10);
        watcher.disconnect();
        queue.querySelector("button").click();
        return [early, minute(), outside];""",
    )
    skip(page)
    early, stopped, outside = seen()
    assert early < 6  # it began at the start
    assert outside <= 1  # what a listener is told, nothing else is drawn again
    assert early + 10 < stopped < 60
    page.wait_for_timeout(300)
    assert clock(page) == pytest.approx(stopped, abs=1)
    page.get_by_role("button", name="播放").click()
    page.wait_for_function("(at) => document.querySelector('.sm-root .sm-clock input').valueAsNumber > at + 1", arg=stopped)
    page.wait_for_function("document.querySelector('.sm-root .sm-clock input').valueAsNumber === 120", timeout=60_000)
    page.get_by_role("button", name="播放").wait_for()


def test_queue_shows_who_gives_up(open_page, site):  # noqa: F811
    page = open_page(f"{site}/queue-crowded.html")
    people = result("queue", arrivals=200, servers=2)["people"]
    first = min(start for _, start, _, _, server in people if server < 0)
    press(page, picture(page).get_by_role("slider"), "Home", *["ArrowRight"] * int((first - 1) // 2))
    page.get_by_role("button", name="播放").click()
    page.wait_for_function("document.querySelector('.sm-root .sm-gone').getAttribute('d') !== ''")


def test_queue_rests_off_the_screen(open_page, site):  # noqa: F811
    page = open_page(f"{site}/queue-far.html", height=700)
    page.evaluate("scrollTo(0, 3000)")
    away = meanwhile(page, "await when(() => minute() > 1); scrollTo(0, 0);")
    skip(page)
    away()
    page.wait_for_timeout(400)
    left = clock(page)
    page.wait_for_timeout(500)
    assert clock(page) == left < 115
    page.evaluate("scrollTo(0, 3000)")
    page.wait_for_function("(at) => document.querySelector('.sm-root .sm-clock input').valueAsNumber > at", arg=left)


def test_queue_keeps_the_readers_minute_when_a_slider_moves(open_page, site):  # noqa: F811
    page = open_page(f"{site}/queue-open.html")
    press(page, page.get_by_label("服务台", exact=True), "ArrowRight")
    page.wait_for_function("document.querySelectorAll('.sm-root .sm-desks rect').length === 4")
    people = result("queue", servers=4)["people"]
    assert line(people, clock(page)) == worst(people)  # untouched, it shows the worst of what is new
    press(page, picture(page).get_by_role("slider"), "Home", *["PageUp"] * 2)
    press(page, page.get_by_label("服务台", exact=True), "ArrowLeft", "ArrowLeft")
    page.wait_for_function("document.querySelectorAll('.sm-root .sm-desks rect').length === 2")
    assert clock(page) == pytest.approx(40)
    people = result("queue", servers=2)["people"]
    assert marks(page, ".sm-scene .sm-people") == line(people, 40) + at_desks(people, 40)


# 揭晓之前，不动的，没有脚本的，纸上的


@EACH
@WIDTHS
def test_nothing_of_the_result_before_the_reveal(open_page, site, name, width):  # noqa: F811
    page = open_page(f"{site}/{name}.html", width)
    page.wait_for_selector(".sm-root:not([inert])")  # until then two sizes are drawn, and one is hidden
    assert page.locator(".sm-root .sm-picture .sm-soon").first.is_visible()
    assert page.locator(".sm-root :is(.sm-band, .sm-people, .sm-area, .sm-waves, table, .sm-clock input)").count() == 0
    numbers = re.findall(r"\d+", said(page) + picture(page).inner_text())
    assert set(numbers) <= {"0", "1", "2", "3", "120", "15", "30", "45", "60", "75", "90"}  # counters and minutes
    assert picture(page).locator(".sm-desks rect").count() == (3 if name == "queue" else 0)
    assert picture(page).locator(".sm-awaited .sm-bar").count() == (7 if name == "flow" else 0)


def test_without_motion_the_queue_waits_at_its_worst(open_page, site):  # noqa: F811
    page = open_page(f"{site}/queue.html", reduced_motion="reduce")
    skip(page)
    page.wait_for_timeout(700)
    people = result("queue")["people"]
    assert line(people, clock(page)) == worst(people)
    page.get_by_role("button", name="播放").click()  # who asks for it gets views one after another
    page.wait_for_function("(at) => document.querySelector('.sm-root .sm-clock input').valueAsNumber !== at", arg=clock(page))
    time = clock(page)
    assert marks(page, ".sm-scene .sm-people") == line(people, time) + at_desks(people, time)


@pytest.mark.parametrize("name", ["flow", "network"])
def test_without_motion_everything_is_there_at_once(open_page, site, name):  # noqa: F811
    page = open_page(f"{site}/{name}.html", reduced_motion="reduce")
    skip(page)
    assert page.evaluate("document.querySelector('.sm-root .sm-picture').getAnimations({ subtree: true }).length") == 0
    assert page.get_by_role("button", name="重放").count() == 0


@EACH
@WIDTHS
def test_without_scripts_the_figure_remains(open_page, site, name, width):  # noqa: F811
    page = open_page(f"{site}/{name}.html", width, java_script_enabled=False)
    still = page.locator(".sm-still")
    drawn = {"flow": ".sm-band", "network": ".sm-people", "queue": ".sm-area"}[name]
    assert still.locator(f"{drawn}:visible").count() >= 1
    assert still.locator(":is(button, input):visible").count() == 0
    assert still.get_by_role("img").count() == 1
    if name == "queue":
        people = result("queue")["people"]
        found = "".join(one.get_attribute("d") for one in still.locator(".sm-scene:visible .sm-people").all())
        assert found.count("M") >= worst(people)


@pytest.mark.chromium
@EACH
def test_on_paper(open_page, site, name):  # noqa: F811
    page = open_page(f"{site}/{name}-open.html")
    page.emulate_media(media="print")
    assert page.locator(".sm-still").get_by_role("img").is_visible()
    assert page.locator(".sm-still :is(button, input):visible").count() == 0


# 看得清，点得到


TEXTS = """() => {
    const range = document.createRange();
    const boxes = [];
    const walker = document.createTreeWalker(document.querySelector(".sm-root .sm-picture"), NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const node = walker.currentNode;
        const parent = node.parentElement;
        if (!node.data.trim() || parent.closest(".sm-hidden") || !parent.getClientRects().length) continue;
        range.selectNodeContents(node);
        const { left, right, top, bottom } = range.getBoundingClientRect();
        const size = parseFloat(getComputedStyle(parent).fontSize) * (parent.getScreenCTM?.()?.a ?? 1);
        // the letters without the space between lines
        const air = Math.max(0, (bottom - top - size) / 2);
        boxes.push({ text: node.data, left, right, top: top + air, bottom: bottom - air, size });
    }
    return boxes;
}"""


@pytest.mark.parametrize(
    "name", [f"{name}{variant}" for name in NAMES for variant in ("", "-open", "-english", "-crowded")] + ["long-zh", "long-en"]
)
@pytest.mark.parametrize(("pinned", "width"), [(False, 1280), (False, 360), (True, 390)])
def test_texts_are_large_enough_and_apart(open_page, site, name, pinned, width):  # noqa: F811
    page = open_page(f"{site}/{name}.html", width)
    if pinned and page.locator(".sm-open").count():
        page.get_by_role("button", name=re.compile("^(留作对比|Keep to compare)")).click()
    settle(page)
    texts = page.evaluate(TEXTS)
    assert texts
    assert [one["text"] for one in texts if one["size"] < 11.9] == []
    frame = picture(page).bounding_box()
    outside = [
        one["text"] for one in texts if one["left"] < frame["x"] - 1 or one["right"] > frame["x"] + frame["width"] + 1
        or one["top"] < frame["y"] - 1 or one["bottom"] > frame["y"] + frame["height"] + 1
    ]  # fmt: skip
    assert outside == []
    overlapping = [
        (a["text"], b["text"])
        for k, a in enumerate(texts)
        for b in texts[k + 1 :]
        if min(a["right"], b["right"]) - max(a["left"], b["left"]) > 0.5 and min(a["bottom"], b["bottom"]) - max(a["top"], b["top"]) > 0.5
    ]
    assert overlapping == []
    assert page.evaluate("document.documentElement.scrollWidth") == width


@EACH
def test_everything_to_touch_is_large_enough(open_page, site, name):  # noqa: F811
    page = open_page(f"{site}/{name}-open.html", 390)
    settle(page)
    boxes = [one.bounding_box() for one in picture(page).locator("button, input").all()]
    assert len(boxes) == {"flow": 0, "network": 1, "queue": 2}[name]
    assert all(box["height"] >= 43.5 and box["width"] >= 30 for box in boxes)
