"""The first page: what it is, where to begin and something to move at once; for an instructor, what is inside."""

import gzip
import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import expect

from browser import browser, open_page, serve  # noqa: F401
from service_marketing.publishing.chapter_list import things_to_do

ROOT = Path(__file__).parents[2]
SHIFTS = """new PerformanceObserver((list) => {
  for (const { value } of list.getEntries()) window.shift = (window.shift ?? 0) + value;
}).observe({ type: "layout-shift", buffered: true });"""


@pytest.fixture(scope="module")
def address(site):
    with serve(site) as url:
        yield f"{url}/zh/index.html"


@pytest.fixture(scope="module", params=["zh", "en"])
def language(request) -> str:
    return request.param


@pytest.fixture(scope="module")
def landing(site, language) -> BeautifulSoup:
    return BeautifulSoup((site / language / "index.html").read_text("utf-8"), "html.parser")


@pytest.mark.parametrize(("width", "height"), [(360, 740), (390, 844), (1280, 800)])
@pytest.mark.parametrize(("edition", "dark"), [("zh", False), ("zh", True), ("en", False)])
def test_the_first_screen_has_a_beginning_and_something_to_move(open_page, address, width, height, edition, dark):  # noqa: F811
    page = open_page(address.replace("/zh/", f"/{edition}/"), width=width, height=height, dark=dark, script=SHIFTS)
    begin = page.locator(".sm-begin a").first
    expect(begin).to_be_in_viewport(ratio=1)
    assert begin.bounding_box()["height"] >= 44
    picture = page.locator("service-sim .sm-root .sm-picture").bounding_box()
    assert picture["y"] + 200 < height, "too much text before the picture"
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.shift ?? 0") < 0.02
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_every_chapter_is_there_with_what_can_be_done_in_it(landing, language):
    items = landing.select(".sm-chapters li")
    chapters = sorted((ROOT / "chapters" / language).glob("[01][0-9]-*.md"))
    assert [item.a["href"] for item in items] == [f"chapters/{path.stem}.html" for path in chapters]
    for item, path in zip(items, chapters, strict=True):
        source = path.read_text("utf-8")
        title, question, offered = (part.get_text() for part in item.select("p"))
        assert title == re.search(r"^# (.*)", source, re.MULTILINE)[1]
        assert question[-1] in "？?"
        assert offered == things_to_do(source, language)
        quizzes = source.count("{quiz}")
        assert {"zh": f"选择题{quizzes}道", "en": f"{quizzes} quiz question"}[language] in offered


def test_what_can_be_done_is_counted():
    source = (
        "**预计用时**：90分钟\n"
        + 'ServiceSimulation("promise", mode="path")\n' * 2
        + 'practice.show("zone")\n::::{quiz}\n::::\n:::{quiz}\n'
    )
    assert things_to_do(source, "zh") == "约90分钟，模拟“承诺旋钮：海景房”，练一练1题，选择题2道"
    assert things_to_do('ServiceGame("hotel-chain")\n', "en").startswith("game “")
    assert things_to_do("", "zh") == ""


OFFERED = {
    "zh": ["各章指南", "评分标准", "自动评分", "导出成绩", "PDF", "附录A", "我的进度"],
    "en": ["guide to each chapter", "rubrics", "marks a class", "exporting marks", "PDF", "Appendix A", "my progress"],
}


def test_instructors_and_self_learners_find_their_way(landing, language):
    links = " ".join(item.get_text() for item in landing.select(".sm-reader li:has(a)"))
    assert [said for said in OFFERED[language] if said not in links] == []


def test_it_is_light(site):
    """What comes besides the engine and the simulation: at most 100 KB."""
    edition = site / "zh"
    page = (edition / "index.html").read_text("utf-8")
    parts = [
        edition / name for name in re.findall(r'(?:href|src)="(_static/[^"?]+\.(?:css|js|svg))', page) if "service-" not in Path(name).name
    ]
    parts += [edition / "_static" / "service-sim" / "progress.js", edition / "index.html"]
    assert len(parts) > 4
    assert sum(len(gzip.compress(part.read_bytes(), 9)) for part in parts) < 100_000


def test_without_scripts_it_reads_all_the_same(open_page, address):  # noqa: F811
    page = open_page(address, width=390, java_script_enabled=False)
    expect(page.get_by_role("link", name="从第0章开始")).to_be_visible()
    expect(page.locator("service-sim .sm-still")).to_be_visible()
