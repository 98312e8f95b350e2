"""How far the reader is: what counts as read, what the contents and the record say of it, and that nothing kept gets lost."""

import json
import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import expect

from browser import browser, open_page, serve  # noqa: F401

ROOT = Path(__file__).parents[2]
FRONT = ROOT / "src" / "service_marketing" / "widget" / "frontend"
READING = "service-marketing:reading"
CHAPTER = "zh/chapters/03-satisfaction"
DAY = "2026-03-01T08:00:00.000Z"
# the while that a section, and its end, have to be on the screen, a hundred times shorter
QUICK = """{
  const real = setTimeout;
  window.setTimeout = (work, time, ...rest) => real(work, [1000, 3000].includes(time) ? time / 100 : time, ...rest);
}"""
FORBIDDEN = "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError') } })"


def page_of(done, of, at=None, day=1):
    """What is kept of one page of which `done` of `of` sections were read."""
    return {
        "title": "第3章",
        "of": of,
        "read": [f"s{n}" for n in range(done)],
        **({"at": at} if at else {}),
        "time": f"2026-03-{day:02d}T08:00:00.000Z",
    }


PREDICTION = {
    "simulation": "expectation-lab", "mode": "population", "chapter": 3, "title": "期望-结果实验室", "kind": "value",
    "readout": "dissatisfied", "label": "不满意", "format": "percent", "range": [0, 100], "params": {"spread": 1},
    "predicted": 20, "actual": 35, "gap": 15, "time": DAY,
}  # fmt: skip
ANSWER = {"first": "B", "tries": 1, "right": True, "solved": True, "time": DAY}
AT = {"title": "第3章", "id": "ch3-gap", "section": "满意是差距"}
GAME = {"seed": 7, "decisions": [{"training": 2}, {"training": 3}], "guesses": [None, {"profit": 4.5}]}
FULL = {
    "service-marketing:predictions": {"version": 1, "predictions": [PREDICTION]},
    "service-marketing:quizzes": {"version": 1, "quizzes": {"ch3-quiz-1": ANSWER, "ch3-quiz-4": ANSWER}},
    "service-marketing:practice": {
        "version": 1,
        "boxes": {"nps": {"text": "def my_nps(): pass", "done": DAY}, "asymmetric": {"text": "x"}},
    },
    READING: {"version": 1, "pages": {CHAPTER: page_of(3, 36, AT), "zh/chapters/00-tools": page_of(24, 24)}},
    "service-marketing:hotel-chain": GAME,
    "service-marketing:hood": {"version": 1, "texts": {"promise/expectations.py": {"text": "changed", "of": 5}}},
}


def keep(kept: dict) -> str:
    """A script that puts `kept` into the device's storage, once a tab."""
    sets = "".join(f"localStorage.setItem({json.dumps(key)}, {json.dumps(json.dumps(value))});" for key, value in kept.items())
    return f"if (!sessionStorage.set) {{ sessionStorage.set = 1; {sets} }}"


def kept(page) -> dict:
    """All that the device keeps, by key."""
    found = page.evaluate("Object.entries(localStorage)")
    return {key: value if key in ("theme", "language") else json.loads(value) for key, value in found}


def read_ids(page, name=CHAPTER) -> list[str]:
    return kept(page).get(READING, {"pages": {}})["pages"].get(name, {"read": []})["read"]


@pytest.fixture(scope="module")
def address(site):
    with serve(site) as url:
        yield f"{url}/zh"


@pytest.fixture
def chapter(open_page, address):  # noqa: F811
    """A function that opens chapter 3, where a moment is short."""

    def open_(script="", width=390, at="", **options):
        page = open_page(f"{address}/chapters/03-satisfaction.html{at}", width=width, script=QUICK + ";" + script, alive=False, **options)
        page.locator(".sm-go-on a").wait_for(state="attached")
        page.wait_for_load_state("networkidle")
        return page

    return open_


@pytest.fixture
def record(open_page, address):  # noqa: F811
    def open_(start=None, script="", **options):
        page = open_page(f"{address}/my-record.html", script=script or keep(start or {}), **options)
        page.get_by_role("button", name="导入").wait_for()
        return page

    return open_


def screens(page, times: int) -> None:
    """Reads on, screen by screen."""
    for _ in range(times):
        page.evaluate("scrollBy(0, innerHeight * 0.8)")
        page.wait_for_timeout(60)


# Reading


def test_who_reads_on_has_read_what_lies_behind(chapter):
    page = chapter()
    assert read_ids(page) == []
    screens(page, 5)
    page.wait_for_function(f"() => localStorage.getItem('{READING}')")
    sections = page.evaluate("[...document.querySelectorAll('article section > :is(h2, h3)')].map((heading) => heading.parentElement.id)")
    done = read_ids(page)
    assert done[0] == sections[0]
    assert done == [one for one in sections if one in done]  # in the order of the page
    last = kept(page)[READING]["pages"][CHAPTER]
    assert last["title"] == "第3章"
    assert last["at"]["id"] == sections[sections.index(done[-1]) + 1]
    assert last["of"] > len(done)


def test_who_jumps_has_not_read_what_was_passed_over(chapter):
    page = chapter(at="#ch3-measure")
    page.wait_for_timeout(300)
    screens(page, 8)
    page.wait_for_function(f"() => localStorage.getItem('{READING}')")
    done = read_ids(page)
    assert done[0] == "ch3-measure"
    assert not {"ch3-scene", "ch3-gap", "ch3-value"} & set(done)


def test_who_only_looks_has_read_nothing(open_page, address):  # noqa: F811
    """With the moment as long as it is."""
    page = open_page(f"{address}/chapters/03-satisfaction.html", width=390, alive=False)
    page.wait_for_load_state("networkidle")
    screens(page, 8)
    assert READING not in kept(page)


def test_the_end_of_a_chapter_leads_to_the_next(chapter):
    page = chapter()
    page.evaluate("document.querySelector('.related-pages').scrollIntoView()")
    page.wait_for_function(f"() => localStorage.getItem('{READING}')?.includes('第4章')")
    assert kept(page)[READING]["pages"][CHAPTER]["at"] == {"page": "zh/chapters/04-quality", "title": "第4章"}


def test_pages_that_are_not_read_from_end_to_end_note_nothing(open_page, address):  # noqa: F811
    page = open_page(f"{address}/assignments.html", script=QUICK)
    page.wait_for_load_state("networkidle")
    screens(page, 3)
    page.wait_for_timeout(100)
    assert kept(page) == {}


# Going on


@pytest.mark.parametrize("width", [390, 1280])
def test_the_first_page_offers_to_go_on_and_waits_for_a_yes(open_page, address, width):  # noqa: F811
    page = open_page(f"{address}/index.html", width=width, script=keep({READING: FULL[READING]}))
    begin = page.locator(".sm-begin a").first
    expect(begin).to_have_text("接着读：第3章 满意是差距")
    assert page.url.endswith("/index.html")
    assert begin.bounding_box()["height"] == pytest.approx(50, abs=4), "in one line"
    begin.click()
    page.wait_for_url("**/chapters/03-satisfaction.html#ch3-gap")


def test_a_new_reader_is_led_to_the_beginning(open_page, address):  # noqa: F811
    page = open_page(f"{address}/index.html", width=390)
    page.wait_for_load_state("networkidle")
    expect(page.locator(".sm-begin a").first).to_have_text("从第0章开始")
    expect(page.locator(".sm-go-on a")).to_have_text("我的进度")
    assert page.locator(".sm-mark, .sm-told").count() == 0


def test_the_contents_lead_back_to_where_this_page_was_left(open_page, address):  # noqa: F811
    other = {"zh/chapters/05-encounters": page_of(2, 30, {"title": "第5章", "id": "ch5-talk", "section": "说话"}, day=9)}
    start = {READING: {"version": 1, "pages": {**FULL[READING]["pages"], **other}}}
    page = open_page(f"{address}/chapters/03-satisfaction.html", script=keep(start), alive=False)
    link = page.locator(".sm-go-on a")
    expect(link).to_have_text("接着读：第3章 满意是差距")
    assert link.get_attribute("href") == "#ch3-gap"
    page.goto(page.url.replace("03-satisfaction", "10-capacity"))
    expect(link).to_have_text("接着读：第5章 说话")
    assert page.evaluate("scrollY") == 0


# Marks in the contents


@pytest.mark.parametrize(("name", "width"), [("index.html", 1280), ("chapters/04-quality.html", 390)])
def test_the_contents_show_what_is_read(open_page, address, name, width):  # noqa: F811
    # of what stands in the contents: what a chapter's figures do on a busy machine is measured elsewhere
    shifts = """new PerformanceObserver((list) => {
      const inside = ({ node }) => node?.parentElement?.closest(".sidebar-drawer");
      for (const { value, hadRecentInput, sources } of list.getEntries())
        if (!hadRecentInput && sources.some(inside)) window.shift = (window.shift ?? 0) + value;
    }).observe({ type: "layout-shift", buffered: true });"""
    page = open_page(f"{address}/{name}", width=width, script=shifts + keep(FULL))
    page.wait_for_function("() => document.querySelector('.sidebar-tree .sm-told')")
    if width < 800:
        page.locator("button.nav-overlay-icon").click()
    tree = page.locator(".sidebar-tree")
    expect(tree.get_by_role("link", name="第0章 工具入门 （已读完）")).to_be_visible()
    expect(tree.get_by_role("link", name="第3章 顾客满意：期望与结果 （读了一部分）")).to_be_visible()
    expect(tree.get_by_role("link", name="第6章 投诉处理与服务补救 （还没读）")).to_be_attached()
    assert tree.locator(".sm-told").count() == 16, "the chapters, appendices A and C, and how to use the book"
    drawn = [
        tree.locator(f".sm-mark[href$='{one}']").evaluate("(link) => getComputedStyle(link, '::after').borderRadius")
        for one in ("00-tools.html", "03-satisfaction.html")
    ]
    assert drawn[0] != drawn[1], "told by colour alone"
    assert page.evaluate("window.shift ?? 0") == 0


def test_marks_follow_another_tab(open_page, address):  # noqa: F811
    page = open_page(f"{address}/chapters/04-quality.html", script=QUICK)
    page.wait_for_load_state("networkidle")
    other = page.context.new_page()
    other.goto(page.url.replace("04-quality", "03-satisfaction"))
    other.wait_for_load_state("networkidle")
    screens(other, 5)
    expect(page.locator(".sidebar-tree a[href$='03-satisfaction.html'] .sm-told")).to_have_text("（读了一部分）")


# The record


def rows(page, name) -> list[list[str]]:
    found = page.get_by_role("region", name=name).locator("tbody tr")
    return [[cell.strip() for cell in row.split("\t")] for row in found.all_inner_texts()]


def test_the_record_counts_by_chapter(record, site):
    page = record(FULL)
    table = {row[0]: row[1:] for row in rows(page, "各章的进度")}
    sections = json.loads(
        BeautifulSoup((site / "zh" / "my-record.html").read_text("utf-8"), "html.parser").select_one("service-record script").string
    )
    chapter3 = next(one for one in sections if one["label"] == "第3章")
    assert {"expectation-lab one", "expectation-lab population"} == set(chapter3["predictions"])
    assert table["第3章"] == [f"3/{chapter3['sections']}节", "1/2", "2/5", "1/2"]
    assert table["第0章"] == ["读完", "—", "0/4", "—"]
    assert table["第12章"][0] == "还没读"
    assert list(table) == [*(f"第{n}章" for n in range(13)), "附录A", "附录C"]
    assert rows(page, "这台设备上存着的") == [
        ["预测", "1次", "删除"], ["选择题", "2道", "删除"], ["练一练", "2题", "删除"], ["读到哪里", "2页", "删除"],
        ["第12章的游戏", "玩到第2季", "删除"], ["引擎盖里改过的程序", "1份", "删除"],
    ]  # fmt: skip


def test_what_is_counted_is_what_the_chapters_have(site):
    """The build's list beside the sources of the chapters."""
    listed = json.loads(
        BeautifulSoup((site / "zh" / "my-record.html").read_text("utf-8"), "html.parser").select_one("service-record script").string
    )
    for one in listed[:13]:
        source = (ROOT / "chapters" / "zh" / f"{one['page'].split('/')[1]}.md").read_text("utf-8")
        assert one["practices"] == re.findall(r'^practice\.show\("([^"]+)"', source, re.MULTILINE)
        assert len(one["quizzes"]) == len(re.findall(r"^:+\{quiz\}", source, re.MULTILINE))
        assert one["predictions"] or one["label"] == "第0章"


def test_a_chapter_and_its_list_agree_on_what_is_to_be_read(chapter, site):
    page = chapter()
    page.evaluate("document.querySelector('.related-pages').scrollIntoView()")
    page.wait_for_function(f"() => localStorage.getItem('{READING}')")
    listed = json.loads(
        BeautifulSoup((site / "zh" / "my-record.html").read_text("utf-8"), "html.parser").select_one("service-record script").string
    )
    assert kept(page)[READING]["pages"][CHAPTER]["of"] == next(one for one in listed if one["label"] == "第3章")["sections"]


def export(page) -> str:
    with page.expect_download() as download:
        page.get_by_role("button", name="导出（JSON）").click()
    return Path(download.value.path()).read_text("utf-8")


def give(page, text, name="record.json"):
    page.locator("input[type=file]").set_input_files({"name": name, "mimeType": "application/json", "buffer": text.encode()})


def test_export_delete_import_gives_the_same(record):
    chosen = "localStorage.setItem('theme', 'dark'); localStorage.setItem('language', 'en');"
    page = record({**FULL, "theme": "dark", "language": "en"}, script=keep(FULL) + chosen)
    text = export(page)
    before = kept(page)
    page.get_by_role("button", name="全部删除").click()
    asked = page.locator(".sr-ask").inner_text()
    for named in (
        "预测（1次）",
        "选择题（2道）",
        "练一练（2题）",
        "读到哪里（2页）",
        "第12章的游戏（玩到第2季）",
        "引擎盖里改过的程序（1份）",
        "浅色深色的选择（1项）",
        "语言的选择（1项）",
    ):
        assert named in asked
    assert kept(page) == before
    page.get_by_role("button", name="确定删除").click()
    page.get_by_text("已经删除。").wait_for()
    assert kept(page) == {}
    assert page.evaluate("document.body.dataset.theme") == "auto"
    assert page.locator(".sm-told").count() == 0
    give(page, text)
    page.get_by_text("条新记录").wait_for()
    assert kept(page) == FULL
    expect(page.locator(".sidebar-tree .sm-told").first).to_be_attached()
    give(page, text, "again.json")
    page.get_by_text("文件里的记录这里都已经有了。").wait_for()
    assert kept(page) == FULL


def test_one_kind_is_deleted_and_the_others_stay(record):
    page = record(FULL)
    page.get_by_role("button", name="删除练一练").click()
    assert page.locator(".sr-ask").inner_text() == "要删的是：练一练（2题）。删掉就找不回来了，确定删除？"
    page.get_by_role("button", name="不删").click()
    assert page.evaluate("document.activeElement.dataset.name") == "delete-practice"
    assert kept(page) == FULL
    page.get_by_role("button", name="删除练一练").click()
    page.get_by_role("button", name="确定删除").click()
    page.get_by_text("已经删除。").wait_for()
    assert kept(page) == {key: value for key, value in FULL.items() if key != "service-marketing:practice"}


def test_two_devices_become_one(record):
    there = export(record(FULL))
    here = {
        "service-marketing:practice": {"version": 1, "boxes": {"nps": {"text": "mine"}, "zone": {"done": DAY}}},
        READING: {"version": 1, "pages": {CHAPTER: {**page_of(5, 36, {"title": "第3章", "id": "later"}, day=5), "read": ["s1", "s9"]}}},
        "service-marketing:hotel-chain": {**GAME, "decisions": GAME["decisions"][:1], "guesses": [None]},
    }
    page = record(here)
    give(page, there)
    page.get_by_text("条新记录").wait_for()
    found = kept(page)
    assert found["service-marketing:practice"]["boxes"] == {
        "nps": {"text": "mine", "done": DAY}, "zone": {"done": DAY}, "asymmetric": {"text": "x"},
    }  # fmt: skip
    both = found[READING]["pages"][CHAPTER]
    assert set(both["read"]) == {"s0", "s1", "s2", "s9"}
    assert both["at"]["id"] == "later"
    assert found["service-marketing:hotel-chain"] == GAME, "the game that was played further"
    assert found["service-marketing:quizzes"] == FULL["service-marketing:quizzes"]


OLD_GAME = {
    **{key: value for key, value in PREDICTION.items() if key not in {"title", "kind", "format"}},
    "simulation": "hotel-chain",
    "range": 40,
}


def test_files_of_before_still_come_in(record):
    page = record()
    give(page, json.dumps({"version": 1, "predictions": [PREDICTION, OLD_GAME], "quizzes": {"ch3-quiz-1": ANSWER}}))
    page.get_by_text("导入了3条新记录。").wait_for()
    assert [one["simulation"] for one in kept(page)["service-marketing:predictions"]["predictions"]] == ["expectation-lab", "hotel-chain"]


ELSEWHERE = page_of(1, 2, {"title": "x", "page": "zh///evil.example"})
BROKEN = {
    "practice": [[], {"<b>": {}}, {"nps": {"text": 5}}, {"nps": {"done": "once"}}],
    "reading": [{"zh/../x": page_of(1, 2)}, {CHAPTER: {**page_of(1, 2), "read": "all"}}, {CHAPTER: ELSEWHERE}],
    "game": [5, {**GAME, "decisions": "none"}, {**GAME, "guesses": [{"profit": "much"}]}],
    "hood": [{"a b": {"text": "", "of": 1}}, {"promise/x.py": {"text": None, "of": 1}}],
}  # fmt: skip


def test_broken_and_foreign_files_change_nothing(record):
    page = record(FULL)
    for kind, wrongs in BROKEN.items():
        for number, wrong in enumerate(wrongs):
            give(page, json.dumps({"version": 1, "predictions": [], kind: wrong}), f"{kind}-{number}.json")
            expect(page.get_by_role("alert")).to_contain_text(f"文件里的 {kind}")
    give(page, json.dumps({"nbformat": 4, "cells": []}), "foreign.json")
    expect(page.get_by_role("alert")).to_contain_text("不是期望-结果记录")
    assert kept(page) == FULL


def test_what_does_not_fit_is_not_half_imported(record):
    page = record(FULL)
    page.evaluate("""() => {
      const real = Storage.prototype.setItem;
      let count = 0;
      Storage.prototype.setItem = function (...all) {
        if (++count === 4) throw new DOMException("full", "QuotaExceededError");
        return real.apply(this, all);
      };
    }""")
    more = {"version": 1, "predictions": [{**PREDICTION, "mode": "one"}], "practice": {"zone": {"done": DAY}}}
    give(page, json.dumps(more))
    expect(page.get_by_role("alert")).to_contain_text("没有存成")
    assert kept(page) == FULL


# Storage


def test_without_storage_all_goes_on(open_page, address):  # noqa: F811
    page = open_page(f"{address}/chapters/03-satisfaction.html", width=390, script=FORBIDDEN + ";" + QUICK, alive=False)
    page.wait_for_load_state("networkidle")
    screens(page, 4)
    expect(page.locator(".sm-go-on a")).to_have_text("我的进度")
    page.goto(f"{address}/my-record.html")
    page.get_by_text("这台设备上还没有记录").wait_for()
    give(page, json.dumps({"version": 1, "predictions": [PREDICTION]}))
    expect(page.get_by_role("alert")).to_contain_text("没有存成")


def test_two_tabs_keep_both_their_results(open_page, address):  # noqa: F811
    """The same quizzes in two tabs, answered in turns; the first answer to a question stays."""
    first = open_page(f"{address}/chapters/03-satisfaction.html", alive=False)
    second = first.context.new_page()
    second.goto(first.url)
    for tab in (first, second):
        tab.bring_to_front()
        # its place moves while the sections before it are laid out
        tab.wait_for_function(
            "() => { const quiz = document.querySelector('#ch3-quiz-1'); quiz.scrollIntoView(); return quiz.elements.length }"
        )

    def answer(tab, name, letter):
        tab.bring_to_front()
        tab.locator(f"#{name} input[value={letter}]").check()
        tab.locator(f"#{name} .sq-main").click()
        tab.locator(f"#{name} .sq-feedback").first.wait_for()

    answer(first, "ch3-quiz-1", "A")
    expect(second.locator("#ch3-quiz-1 .sq-said").first).to_contain_text("上次")
    expect(second.locator(".sq-score")).to_contain_text("答了1/")
    answer(second, "ch3-quiz-2", "B")
    answer(second, "ch3-quiz-1", "C")
    answer(first, "ch3-quiz-3", "A")
    found = kept(first)["service-marketing:quizzes"]["quizzes"]
    assert {name: one["first"] for name, one in found.items()} == {"ch3-quiz-1": "A", "ch3-quiz-2": "B", "ch3-quiz-3": "A"}


def test_there_is_one_game_also_in_two_tabs(open_page, address):  # noqa: F811
    """A quarter run in one tab is there in the other, which goes on from it; its predictions leave and come back in a file."""
    first = open_page(f"{address}/chapters/12-internal.html", alive=False)
    second = first.context.new_page()
    second.goto(first.url)

    def run(tab, quarter):
        tab.bring_to_front()
        tab.wait_for_function("() => { const game = document.querySelector('service-game'); game.scrollIntoView(); return game.app }")
        tab.get_by_role("button", name="过完这一季").click()
        expect(tab.locator(".sg-report .sm-subhead").first).to_contain_text(f"第{quarter}季")

    second.wait_for_function("() => document.querySelector('service-game')?.app")
    run(first, 1)
    run(second, 2)
    before = kept(second)
    assert len(before["service-marketing:hotel-chain"]["decisions"]) == 2
    predictions = before["service-marketing:predictions"]["predictions"]
    assert {one["mode"] for one in predictions} == {"q1", "q2"}
    first.goto(f"{address}/my-record.html")
    text = export(first)
    page = open_page(f"{address}/my-record.html")
    give(page, text)
    page.get_by_text("条新记录").wait_for()
    assert kept(page)["service-marketing:predictions"]["predictions"] == predictions
    assert page.locator(".sr-chart circle").count() == len(predictions), "drawn on their own scale"


def test_one_file_names_all_keys():
    """Whoever wants to know what the course keeps has one place to look, and nothing else touches the storage."""
    sources = {path: path.read_text("utf-8") for path in [*FRONT.rglob("*.js"), *(ROOT / "book" / "_static").glob("*.js")]}
    own = sources.pop(FRONT / "storage.js")
    keys = set(re.findall(r'^ {2}"?[\w-]+"?: "([^"]+)",', own, re.MULTILINE))
    assert len(keys) == 8
    # besides it: theme and language, by the page itself, and the record page, which puts back what it took
    outside = {
        path.name for path, text in sources.items() if re.search(r"\b(localStorage|sessionStorage|indexedDB|document\.cookie)\b", text)
    }
    assert outside == {"course.js", "record-file.js"}
    # the service worker's caches are files, not what the reader did
    assert [path.name for path, text in sources.items() if "service-marketing:" in text] == ["store.js"]
    from service_marketing.simulations import GAMES

    assert {f"service-marketing:{name}" for name in GAMES} <= keys


def test_no_cookie_and_small(open_page, address, site):  # noqa: F811
    import gzip

    assert len(gzip.compress((site / "zh" / "_static" / "service-sim" / "progress.js").read_bytes(), 9)) <= 2048
    page = open_page(f"{address}/chapters/03-satisfaction.html", alive=False)
    page.wait_for_load_state("networkidle")
    asked = [request.rpartition("/")[2] for request in page.watched.requests]
    assert asked.index("progress.js") > asked.index("worker.js")
    assert page.context.cookies() == []
    assert page.evaluate("document.cookie") == ""
