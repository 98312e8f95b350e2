"""The course without a mouse: what a reader does with keys alone, and where the focus is at every step.

WCAG 2.2: keyboard (2.1.1), no trap (2.1.2), order (2.4.3), visible (2.4.7), not under what sticks to the screen (2.4.11).
"""

import re

import pytest
from playwright.sync_api import expect

from browser import browser, open_page, serve  # noqa: F401 (fixtures)

CHAPTER = "chapters/03-satisfaction.html"
# what is wrong with where the focus is; an empty text when nothing is
WRONG = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return "lost";
  const name = `${one.tagName} ${one.className.baseVal ?? one.className} ${one.textContent.trim().slice(0, 20)}`;
  const { left, right, top, bottom } = one.getBoundingClientRect();
  const [x0, x1, y0, y1] = [Math.max(0, left), Math.min(innerWidth, right), Math.max(0, top), Math.min(innerHeight, bottom)];
  if (x1 - x0 < 1 || y1 - y0 < 1) return `${name}: off the screen`;
  const parts = [0.1, 0.3, 0.5, 0.7, 0.9];
  const open = parts.some((v) => parts.some((h) => {
    const hit = document.elementFromPoint(x0 + h * (x1 - x0), y0 + v * (y1 - y0));
    return hit && [one, ...(one.labels ?? [])].some((part) => part.contains(hit) || hit.contains(part));
  }));
  if (!open) return `${name}: covered`;
  const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(one);
  const seen = outlineStyle !== "none" && parseFloat(outlineWidth) >= 1 && !/(, 0|transparent)\\)?$/.test(outlineColor);
  // these are drawn round another part of them, which test_focus_shows looks at
  return seen || one.matches("input[type=range], .sm-handle, .cm-content, .toctree-checkbox") ? "" : `${name}: no focus to be seen`;
}"""


@pytest.fixture(scope="module")
def address(site):
    with serve(site) as url:
        yield f"{url}/zh"


def bring(one):
    """Brings `one` onto the screen: what is passed on the way is laid out, and moves it."""
    for _ in range(5):
        one.evaluate("(one) => one.scrollIntoView({ block: 'center' })")
        one.page.wait_for_timeout(60)


class Keys:
    """The keys of a page; every key that moves the focus is followed by a look at where it went."""

    def __init__(self, page):
        self.page = page

    def press(self, *keys: str):
        for key in keys:
            self.page.keyboard.press(key)

    def tab(self, key: str = "Tab"):
        self.page.keyboard.press(key)
        assert self.page.evaluate(WRONG) == ""

    def to(self, target, key: str = "Tab", most: int = 40):
        """Tab until the focus is on `target`, a locator."""
        for _ in range(most):
            if self.on(target):
                return
            self.tab(key)
        raise AssertionError(f"not reached: {target}, but {self.page.evaluate('document.activeElement.outerHTML')[:200]}")

    def on(self, target) -> bool:
        return target.count() > 0 and target.first.evaluate("(one) => one === document.activeElement")


@pytest.fixture
def keys(open_page, address):  # noqa: F811
    def open_(name: str, width: int = 390, **options) -> Keys:
        return Keys(open_page(f"{address}/{name}", width=width, reduced_motion="reduce", **options))

    return open_


# The page


def test_the_first_key_leads_past_the_contents(keys):
    reader = keys(CHAPTER, 1280)
    reader.tab()
    assert reader.on(reader.page.get_by_role("link", name="跳到正文"))
    reader.press("Enter")
    # no reader presses the next key before the page has gone there
    reader.page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))")
    reader.tab()
    assert reader.page.evaluate("document.querySelector('article').contains(document.activeElement)")


def test_the_contents_on_a_phone(keys):
    reader = keys(CHAPTER)
    page = reader.page
    opener = page.get_by_role("button", name="目录")
    expect(opener).to_have_attribute("aria-expanded", "false")
    reader.to(opener, most=3)
    reader.press("Enter")
    dialog = page.get_by_role("dialog", name="目录")
    assert dialog.evaluate("(one) => one === document.activeElement")
    stops = set()
    for _ in range(60):
        reader.press("Tab")
        stops.add(
            page.evaluate(
                "(({ activeElement: at, body }) => at === body ? 'browser' : at.closest('#sm-contents') ? 'contents' : 'behind')(document)"
            )
        )
    assert stops <= {"contents", "browser"}
    assert "contents" in stops
    reader.press("Escape")
    assert reader.on(opener)
    expect(dialog).to_have_count(0)
    expect(opener).to_have_attribute("aria-expanded", "false")
    # closed, they are not in the way
    reader.tab()
    assert not page.evaluate("document.activeElement.closest('#sm-contents')")
    # by their own button too, which a phone's screen reader needs
    reader.to(opener, "Shift+Tab", most=3)
    reader.press("Enter")
    reader.to(dialog.get_by_role("button", name="关闭"), most=2)
    reader.press("Enter")
    assert reader.on(opener)
    assert not page.locator("[inert]:not(.sm-root)").count()


def test_the_contents_open_a_fold_and_lead_to_a_chapter(keys):
    reader = keys(CHAPTER)
    page = reader.page
    page.get_by_role("button", name="目录").focus()
    reader.press("Enter")
    fold = page.get_by_role("switch", name=re.compile("展开或收起“全部作业”"))
    reader.to(fold)
    reader.press("Space")
    expect(page.get_by_role("link", name="第3章作业：顾客满意")).to_be_visible()
    reader.to(page.locator(".sidebar-tree").get_by_role("link", name=re.compile("^第4章")), "Shift+Tab")
    reader.press("Enter")
    page.wait_for_url("**/04-quality.html")
    assert page.locator(".sidebar-tree [aria-current=page]").text_content().startswith("第4章")


def test_a_place_on_the_page_and_then_on_from_there(keys):
    reader = keys(CHAPTER)
    page = reader.page
    page.get_by_role("button", name="本页内容").focus()
    reader.press("Enter")
    link = page.get_by_role("dialog", name="本页内容").get_by_role("link", name="怎样诚实地报告满意率")
    reader.to(link, most=60)
    reader.press("Enter")
    page.wait_for_timeout(500)
    expect(page.get_by_role("dialog")).to_have_count(0)
    heading = page.get_by_role("heading", name="怎样诚实地报告满意率")
    assert 0 <= heading.bounding_box()["y"] < 200
    reader.tab()
    assert page.evaluate("document.activeElement.getBoundingClientRect().top") > 0


def test_a_wide_window_frees_what_the_contents_covered(keys):
    reader = keys(CHAPTER)
    reader.page.get_by_role("button", name="目录").focus()
    reader.press("Enter")
    reader.page.set_viewport_size({"width": 1280, "height": 800})
    expect(reader.page.locator(".main[inert]")).to_have_count(0)
    expect(reader.page.get_by_role("navigation", name="目录")).to_be_visible()


@pytest.mark.parametrize("width", [390, 1280])
def test_the_theme_button_says_what_is_set(keys, width):
    reader = keys(CHAPTER, width)
    button = reader.page.locator(".theme-toggle:visible")
    expect(button).to_have_accessible_name(re.compile("跟随系统"))
    button.focus()
    reader.press("Enter")
    expect(button).to_have_accessible_name(re.compile("^外观：深色"))
    reader.press("Enter")
    expect(button).to_have_accessible_name(re.compile("^外观：浅色"))


def test_search(keys):
    reader = keys(CHAPTER, 1280)
    reader.to(reader.page.get_by_role("searchbox"), most=5)
    reader.page.keyboard.insert_text("净推荐值")
    reader.press("Enter")
    reader.page.wait_for_url("**/search.html?q=*")
    result = reader.page.locator("#sm-results a")
    result.first.wait_for()
    expect(reader.page.get_by_role("status")).not_to_be_empty()
    reader.page.locator("#sm-query").focus()
    reader.to(result, most=2)
    reader.press("Enter")
    reader.page.wait_for_url(lambda url: "search.html" not in url)


@pytest.mark.parametrize(
    ("name", "width", "height"),
    [
        (CHAPTER, 390, 640),
        ("chapters/12-internal.html", 640, 512),
        ("exercises/03-satisfaction.html", 390, 640),
        ("my-record.html", 1280, 640),
    ],
)
def test_there_and_back_the_focus_is_always_to_be_seen(keys, name, width, height):
    """On a low screen, or one at 200 % zoom, where what sticks to its top covers most: from the top of the page, and all the way back."""
    reader = keys(name, width, height=height)
    page = reader.page
    page.evaluate("document.querySelector('article').tabIndex = -1, document.querySelector('article').focus()")
    steps = 0
    while steps < 45:
        reader.press("Tab")
        if page.evaluate("document.activeElement === document.body"):  # the end
            break
        page.wait_for_timeout(20)  # a section that comes near is laid out, and moves what is in it
        assert page.evaluate(WRONG) == ""
        steps += 1
    assert steps >= 3
    for _ in range(steps - 1):
        reader.press("Shift+Tab")
        page.wait_for_timeout(20)
        assert page.evaluate(WRONG) == ""


# What is done in a chapter


def test_a_simulation_from_prediction_to_insight(keys):
    reader = keys(CHAPTER, height=700)
    page = reader.page
    bring(page.locator("#expectation-lab"))
    lab = page.locator("#expectation-lab")
    page.wait_for_function("() => !document.querySelector('#expectation-lab > [inert]')")
    lab.get_by_role("tab", selected=True).focus()
    handles = lab.get_by_role("slider")
    reader.to(handles.first, most=2)
    for i in range(handles.count()):
        assert reader.on(handles.nth(i))
        before = float(handles.nth(i).get_attribute("aria-valuenow"))
        reader.press("ArrowUp", "ArrowUp", "PageUp", "ArrowDown")
        expect(handles.nth(i)).not_to_have_attribute("aria-valuenow", f"{before:g}")
        assert float(handles.nth(i).get_attribute("aria-valuenow")) > before
        reader.tab()
    reveal = lab.get_by_role("button", name="揭晓结果")
    reader.to(reveal, most=2)
    reader.press("Enter")
    opened = lab.locator(".sm-open")
    expect(opened).to_be_focused()
    sliders = lab.locator(".sm-controls input")
    reader.to(sliders.last, most=12)
    before = lab.locator(".sm-readouts").inner_text()
    reader.press("ArrowRight", "ArrowRight", "ArrowRight")
    expect(lab.locator(".sm-readouts")).not_to_have_text(before)
    attempt = lab.get_by_role("button", name="试一试")
    reader.to(attempt, most=20)
    reader.press("Enter")
    expect(lab.get_by_role("button", name="再试一次")).to_be_focused()
    # back to a slider: it does not end under the picture that sticks to the screen
    reader.to(sliders.last, "Shift+Tab", most=20)
    reader.press("ArrowLeft")
    insight = lab.get_by_role("button", name="看看要点")
    reader.to(insight, most=20)
    reader.press("Enter")
    expect(lab.locator(".sm-insight")).to_be_focused()
    reader.tab()


def test_deleting_the_records_keeps_the_focus(keys):
    reader = keys(CHAPTER)
    lab = reader.page.locator("#expectation-lab")
    bring(lab)
    lab.get_by_role("button", name="揭晓结果").click()
    lab.get_by_role("button", name="重来").click()
    lab.locator(".sm-records summary").click()
    lab.get_by_role("button", name="删除记录").focus()
    reader.press("Enter")
    expect(lab.locator(".sm-question")).to_be_focused()


def test_a_quiz(keys):
    reader = keys(CHAPTER)
    page = reader.page
    form = page.locator("form.sq").first
    bring(form)
    group = form.get_by_role("radiogroup")
    group.get_by_role("radio").first.focus()
    go, others = form.get_by_role("button", name="看反馈"), form.get_by_role("button", name="看看其他选项的说法")
    reader.press("Space")
    tried = 0
    while not others.is_visible():
        tried += 1
        reader.to(go, most=2)
        reader.press("Enter")
        expect(form.locator("[aria-live=polite] .sq-feedback")).to_have_count(1)
        assert reader.on(go)
        if not others.is_visible():
            reader.to(group.get_by_role("radio", checked=True), "Shift+Tab", most=2)
            reader.press("ArrowDown")
    assert tried <= 2
    reader.to(others, most=2)
    reader.press("Enter")
    assert page.evaluate("document.activeElement.querySelectorAll('.sq-feedback').length") == group.get_by_role("radio").count()


def test_a_practice_box(keys):
    reader = keys("chapters/01-nature.html")
    page = reader.page
    box = page.locator("service-practice").first
    bring(box)
    editor = box.get_by_role("textbox")
    editor.wait_for()
    assert "Esc" in page.locator(f"#{editor.get_attribute('aria-describedby')}").inner_text()
    editor.focus()
    reader.press("Control+End", "Enter", "Tab")
    assert editor.evaluate("(one) => one === document.activeElement")  # Tab indents
    reader.press("Escape", "Tab")
    check = box.get_by_role("button", name="检查")
    assert reader.on(check)
    reader.press("Enter")
    expect(box.get_by_role("alert")).to_be_visible(timeout=20_000)
    assert reader.on(check)  # not dropped while it was checked
    reader.press("Shift+Tab")
    assert editor.evaluate("(one) => one === document.activeElement")
    reader.press("Control+End")
    page.keyboard.insert_text("\nwhile True: pass")
    reader.press("Control+Enter")
    expect(box.get_by_role("alert")).to_contain_text("3秒", timeout=20_000)


def test_a_quarter_of_the_game(keys):
    reader = keys("chapters/12-internal.html")
    page = reader.page
    game = page.locator("service-game")
    bring(game)
    page.wait_for_function("() => !document.querySelector('service-game > [inert]')")
    slider = game.locator(".sg-sliders input").first
    slider.focus()
    before = slider.input_value()
    reader.press("ArrowRight")
    assert slider.input_value() != before
    reader.to(game.get_by_role("button", name="过完这一季"), most=20)
    reader.press("Enter")
    expect(game.locator(".sg-report")).to_be_focused()
    assert page.evaluate(WRONG) == ""
    reader.to(game.locator(".sg-sliders input").first, most=4)


# The focus itself

SHOWN = {
    "curve handle": (CHAPTER, "#expectation-lab [role=slider]"),
    "slider": ("chapters/12-internal.html", "service-game .sg-sliders input"),
    "editor": ("chapters/01-nature.html", "service-practice .cm-content"),
    "radio": (CHAPTER, "form.sq input"),
    "fold in the contents": (CHAPTER, ".toctree-checkbox"),
}


@pytest.mark.parametrize("forced", [None, "active"], ids=["plain", "forced colours"])
@pytest.mark.parametrize("what", SHOWN)
def test_focus_shows(keys, what, forced):
    """The pixels around it change; also in the system's high contrast."""
    name, selector = SHOWN[what]
    reader = keys(name, 1280, forced_colors=forced, dark=bool(forced))
    page = reader.page
    bring(page.locator(selector.split(" ")[0]).first)
    one = page.locator(selector).first
    one.wait_for(state="attached")
    page.add_style_tag(content=".cm-cursor { display: none !important }")  # it blinks
    page.keyboard.press("Shift")  # the reader has keys
    one.evaluate("(one) => one.scrollIntoView({ block: 'center' })")
    x, y, width, height = (one.bounding_box()[side] for side in ("x", "y", "width", "height"))
    area = {"x": max(0, x - 8), "y": max(0, y - 8), "width": width + 16, "height": min(height, 200) + 16}
    one.evaluate("(one) => one.blur()")
    before = page.screenshot(clip=area)
    one.evaluate("(one) => one.focus({ preventScroll: true, focusVisible: true })")
    assert page.screenshot(clip=area) != before
    one.evaluate("(one) => one.blur()")
    assert page.screenshot(clip=area) == before
