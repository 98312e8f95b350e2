"""练一练 boxes in a static page: a real browser, wrong answers, hints, endless loops, and the right answer in the end."""

import shutil
from pathlib import Path

import pytest

import service_marketing
from browser import browser, open_page, serve  # noqa: F401 (fixtures)
from service_marketing import practice

PACKAGE = Path(service_marketing.__file__).parent
PAGE = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>练一练</title><link rel="icon" href="data:,"><link rel="stylesheet" href="s/practice.css">
<script type="module" async src="s/practice.js"></script>
<style>body { margin: 0; font: 16px/1.7 sans-serif } main { max-width: 46em; margin: 0 auto; padding: 16px }</style></head>
<body><main><p>页面文字</p>{boxes}<p>页尾</p></main></body></html>
"""
RIGHT = practice.find("nps").solution.zh


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("boxes")
    shutil.copytree(PACKAGE / "widget" / "static" / "book", folder / "s")
    for name in {name for one in practice.ALL for name in one.plain()["files"]}:
        (folder / "s" / "python" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(PACKAGE / name, folder / "s" / "python" / name)
    boxes = {
        "index": practice.show("nps")._repr_html_() + practice.show("asymmetric")._repr_html_(),
        "far": '<div style="height:4000px"></div>' + practice.show("nps")._repr_html_(),
        "english": practice.show("nps", "en")._repr_html_(),
    }
    for name, html in boxes.items():
        (folder / f"{name}.html").write_text(PAGE.replace("{boxes}", html), "utf-8")
    with serve(folder) as address:
        yield address


class Box:
    def __init__(self, page, name="nps"):
        self.page = page
        self.box = page.locator(f"#practice-{name}")
        self.editor = self.box.get_by_role("textbox")
        self.editor.wait_for()
        self.answer = self.box.locator(".sp-answer")

    def check(self, text):
        self.editor.focus()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.press("Delete")  # what Firefox puts in place of a selection comes with empty lines
        self.page.keyboard.insert_text(text)
        self.box.get_by_role("button", name="检查").click()

    def says(self, *words, timeout=30_000):
        for each in words:
            self.box.locator(".sp-answer", has_text=each).wait_for(timeout=timeout)


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (390, True)])
def test_from_the_starter_to_the_right_answer(open_page, site, width, dark):  # noqa: F811
    page = open_page(f"{site}/index.html", width, dark)
    box = Box(page)
    box.box.get_by_role("button", name="检查").click()  # the starter as it is
    box.says("ratings=[10, 9, 8, 6] 时，应得 25，你的结果是 2。", "提示：", "现在交回的还是推荐者的人数")
    rows = box.box.locator("tbody tr")
    assert rows.first.inner_text().split("\t")[:2] == ["ratings=[10, 9, 8, 6]", "25"]
    assert [rows.nth(i).get_by_role("img").get_attribute("aria-label") for i in range(3)] == ["不对", "不对", "对"]
    box.check(RIGHT.replace("r <= 6", "r < 6"))
    box.says("6分也是贬损者")
    box.check(RIGHT)
    box.says("做对了。全对：3个例子和20个新抽的例子都对上了。")
    assert box.box.locator(".sp-wrong").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.reload()
    box.box.get_by_text("✓ 做对过").wait_for()
    assert "detractors + 1" in box.editor.inner_text()  # and the text is there
    box.box.get_by_role("button", name="恢复起始代码").click()
    assert "在这里数出贬损者" in box.editor.inner_text()


def test_what_goes_wrong_is_told(open_page, site):  # noqa: F811
    box = Box(open_page(f"{site}/index.html"))
    box.check("def my_nps(ratings)\n    return 25\n")
    box.says("第1行：def 这一行的末尾少了冒号")
    assert box.editor.locator(".cm-wrong").inner_text() == "def my_nps(ratings)"
    box.check("def nps(ratings):\n    return 25\n")
    box.says("找不到函数 my_nps")
    box.check("def my_nps(ratings):\n    print(25)\n")
    box.says("把print(…)改成return")
    box.check("def my_nps(ratings):\n    return '25'\n")
    box.says("你交回的是文字")
    box.check("def my_nps(ratings):\n    return ratings[50]\n")
    box.says("第2行：位置超出了列表的长度")


def test_an_endless_loop_is_stopped_and_the_next_check_works(open_page, site):  # noqa: F811
    box = Box(open_page(f"{site}/index.html"))
    box.check("def my_nps(ratings):\n    while True:\n        pass\n")
    box.says("跑了3秒还没有算完", timeout=12000)
    box.check(RIGHT)
    box.says("做对了")


def test_two_boxes_on_a_page_keep_apart(open_page, site):  # noqa: F811
    page = open_page(f"{site}/index.html")
    first, second = Box(page), Box(page, "asymmetric")
    second.check(practice.find("asymmetric").solution.zh)
    second.says("做对了")
    assert not first.answer.is_visible()
    assert page.locator(".sp-done").count() == 1


def test_a_far_box_costs_nothing(open_page, site):  # noqa: F811
    page = open_page(f"{site}/far.html")
    page.wait_for_timeout(400)
    assert [url.rsplit("/", 1)[1] for url in page.watched.requests if "/s/" in url] == ["practice.css", "practice.js"]
    page.mouse.wheel(0, 4000)
    Box(page)


def test_without_scripts(open_page, site):  # noqa: F811
    page = open_page(f"{site}/index.html", java_script_enabled=False)
    box = page.locator("#practice-nps")
    assert "9分和10分是推荐者" in box.inner_text()
    assert "def my_nps(ratings):" in box.locator(".sp-starter").inner_text()
    assert box.locator("tbody tr").count() == 3
    box.locator("summary").click()
    assert "detractors = detractors + 1" in box.locator("details").inner_text()


def test_leave_by_keyboard(open_page, site):  # noqa: F811
    page = open_page(f"{site}/index.html")
    box = Box(page)
    box.editor.focus()
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "检查"
    page.keyboard.press("Enter")
    box.says("提示：")


def test_in_english(open_page, site):  # noqa: F811
    page = open_page(f"{site}/english.html")
    page.get_by_role("button", name="Check").click()
    page.get_by_text("For ratings=[10, 9, 8, 6] the result should be 25; yours is 2.").wait_for()
    page.get_by_text("This is still the number of promoters").wait_for()
