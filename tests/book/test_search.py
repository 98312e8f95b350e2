"""Search: what a student types finds the page and the place, through the site's own search box."""

import csv
import re
from pathlib import Path
from urllib.parse import unquote, urldefrag

import pytest
from bs4 import BeautifulSoup

from browser import browser, open_page, serve  # noqa: F401
from service_marketing.publishing.search import copy_for_index, spell, spell_percent

with Path(__file__).with_name("search_queries.csv").open(encoding="utf-8", newline="") as file:
    QUERIES = list(csv.DictReader(file))
with Path(__file__).with_name("search_queries_en.csv").open(encoding="utf-8", newline="") as file:
    ENGLISH = list(csv.DictReader(file))
PLACE = re.compile(r"\.html(#.*)?$")


@pytest.fixture(scope="module")
def address(site):
    with serve(site) as url:
        yield f"{url}/zh"


@pytest.fixture(scope="module")
def find(browser, address):  # noqa: F811
    """What the search page lists for a query: for each page, (address from the edition's folder, title, excerpt) of its places."""
    context = browser.new_context(viewport={"width": 390, "height": 800})
    page = context.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.goto(f"{address}/search.html")

    def search(query: str) -> list[list[tuple[str, str, str]]]:
        page.fill("#sm-query", "")
        page.wait_for_function("() => !document.querySelector('#sm-found').textContent")
        page.fill("#sm-query", query)
        page.wait_for_function("() => document.querySelector('#sm-found')?.textContent")
        assert not errors, errors
        return page.evaluate(
            """address => [...document.querySelectorAll("#sm-results > li")].map((item) =>
                 [...item.querySelectorAll("a")].map((link) =>
                   [link.href.slice(address.length + 1), link.textContent, link.nextElementSibling.textContent]))""",
            address,
        )

    yield search
    context.close()


@pytest.fixture(scope="module")
def english(site):
    with serve(site) as url:
        yield f"{url}/en"


@pytest.mark.parametrize("queries", [QUERIES, ENGLISH], ids=["zh", "en"])
def test_ten_queries(queries):
    assert len(queries) >= 10
    assert len({row["query"] for row in queries}) == len(queries)


def test_english_questions_find_the_right_page_and_place(open_page, english):  # noqa: F811
    """Among the first three, by the beginnings of their words; excerpts read as the page does."""
    page = open_page(f"{english}/search.html", width=390)
    for row in ENGLISH:
        page.fill("#sm-query", "")
        page.wait_for_function("() => !document.querySelector('#sm-found').textContent")
        page.fill("#sm-query", row["query"])
        page.wait_for_function("() => document.querySelector('#sm-found').textContent")
        items = page.locator("#sm-results > li").all()[:3]
        found = [item.locator("a").evaluate_all("(all) => all.map((one) => one.href)") for item in items]
        there = [links for links in found if urldefrag(links[0])[0] == f"{english}/{row['page']}"]
        assert there, (row["query"], found)
        assert not row["section"] or row["section"] in [urldefrag(link)[1] for link in there[0]], (row["query"], there)
        said = page.locator("#sm-results").inner_text()
        assert "ж" not in said
        assert not re.search(r"\w“|\d% [,.;)]", said), re.search(r".{20}(\w“|\d% [,.;)]).{10}", said)
        assert page.locator("#sm-results mark").count()
    page.fill("#sm-query", "quantum entanglement")
    page.wait_for_function("() => document.querySelector('#sm-found').textContent.startsWith('Nothing found')")


@pytest.mark.parametrize("row", QUERIES, ids=lambda row: row["query"])
def test_the_right_page_is_among_the_first_three(find, row):
    found = find(row["query"])[:3]
    pages = [urldefrag(places[0][0])[0] for places in found]
    assert row["page"] in pages
    if row["section"]:
        places = [urldefrag(place)[1] for place, _, _ in found[pages.index(row["page"])]]
        assert row["section"] in places


@pytest.mark.parametrize("query", [row["query"] for row in QUERIES] + ["赔", "问卷", "SERVQUAL", "好评返现", "服务蓝图"])
def test_results_lead_to_places_that_exist_and_read_well(find, site, query):
    found = find(query)
    assert found
    for address, title, excerpt in (place for places in found for place in places):
        assert PLACE.search(address), address
        page, fragment = urldefrag(address)
        html = (site / "zh" / page).read_text(encoding="utf-8")
        assert not fragment or f'id="{unquote(fragment)}"' in html, address
        said = title + excerpt
        assert "ж" not in said, said
        assert not re.search(r"¶|链接到这里|查看代码|收起代码|\bimport |\bdef |plt\.|\\[a-z]+\{", said), said
        assert not re.search(r"[\u3400-\u9fff，。；：！？、）”] [\u3400-\u9fff]", excerpt), excerpt


def test_excerpts_show_what_was_asked(find):
    for query in ("净推荐值", "排队", "大数据杀熟"):
        for places in find(query)[:3]:
            assert any(query in title + excerpt for _, title, excerpt in places), places


def test_any_part_of_a_word_is_found(find):
    assert "chapters/09-segmentation.html" in [urldefrag(places[0][0])[0] for places in find("杀熟")[:3]]
    assert find("净推荐")
    assert find("推荐值")


def test_what_is_nowhere_is_not_found(find):
    assert find("龘龘") == []
    assert find("量子纠缠") == []


def test_a_result_leads_to_its_section(open_page, address):  # noqa: F811
    page = open_page(f"{address}/search.html?q=净推荐值怎么算", width=390)
    page.locator("#sm-results a", has_text="把满意变成数").first.click()
    page.wait_for_timeout(700)
    heading = page.get_by_role("heading", name="把满意变成数")
    assert -50 <= heading.bounding_box()["y"] < 250


def test_teachers_pages_are_not_in_it(find, site):
    names = {path.name for path in (site / "zh" / "guide").glob("*.html")} | {"instructor.html"}
    for query in ("教案", "常见的错误想法", "真实参数"):
        assert not [place for places in find(query) for place, _, _ in places if "guide/" in place or place in names]


def test_the_index_is_light(site):
    files = [path for path in (site / "zh" / "pagefind").rglob("*") if path.is_file()]
    assert not [path.name for path in files if path.name.endswith(("ui.js", "ui.css"))]
    assert sum(path.stat().st_size for path in files) < 1_500_000


# The copy that is indexed

PAGE = """<html lang="zh-CN"><body><nav>目录</nav><article>
<section id="b"><span id="ch9-rfm"></span><span id="id5"></span><h2>投诉回复<a class="headerlink" href="#b">¶</a></h2>
<p>降5%，<span class="katex"><math>x</math></span>好</p><pre>print(1)</pre>
<details class="admonition hide above-input"><summary>
<p class="collapsed admonition-title">查看代码</p></summary></details>
<details class="sd"><summary>解答</summary><p>赔钱</p></details>
<dl><dt id="term-1">期望</dt><dd>预料</dd></dl></section></article></body></html>"""


def test_copy():
    copy = BeautifulSoup(copy_for_index(PAGE), "html.parser")
    assert [(tag.name, tag["id"], tag.get_text()) for tag in copy.find_all(re.compile("h[1-6]"))] == [
        ("h2", "ch9-rfm", spell("投诉回复")),
        ("h3", "term-1", spell("期望")),
    ]
    assert [tag.get_text() for tag in copy.find_all("p")] == [
        f"{spell('降')} {spell_percent('5')} ， {spell('好')}",
        spell("解答"),
        spell("赔钱"),
        spell("预料"),
    ]
    assert [tag.get("data-pagefind-weight") for tag in copy.find_all("p")] == [None, "0.4", "0.4", None]


def test_spelling():
    assert spell("投诉回复").split() == [spell("投诉"), spell("诉回"), spell("回复")]
    assert len({spell(chr(sign)) for sign in range(0x3400, 0xA000)}) == 0xA000 - 0x3400
    assert not spell("投诉").startswith(spell("投"))
    assert spell("投诉").startswith(spell("投")[:-1])
