"""The built site, as a reader's browser sees it."""

import csv
import json
import re
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup

from browser import browser, of_each_kind, open_page, serve  # noqa: F401

WIDTHS = {"phone": 360, "desktop": 1280}


@pytest.fixture(scope="module")
def address(site):
    with serve(site) as url:
        yield f"{url}/zh"


@pytest.fixture(scope="module")
def pages(site) -> dict[str, BeautifulSoup]:
    """Every page of the Chinese edition, parsed, by its path in the site."""
    edition = site / "zh"
    found = {page.relative_to(edition).as_posix(): page for page in sorted(edition.rglob("*.html")) if "pagefind" not in page.parts}
    assert {"index.html", "chapters/00-tools.html", "chapters/03-satisfaction.html", "glossary.html"} <= set(found)
    return {name: BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser") for name, page in found.items()}


# Without a browser


def test_the_root_leads_to_the_book(site):
    assert "url=zh/index.html" in (site / "index.html").read_text(encoding="utf-8")


def test_every_internal_link_leads_somewhere(pages, site):
    broken = []
    for name, page in pages.items():
        for link in page.select("a[href]"):
            target, fragment = urldefrag(urljoin(f"/{name}", link["href"]))
            if urlsplit(target).scheme or target.startswith("//"):
                continue
            target = unquote(urlsplit(target).path).lstrip("/")
            there = (site / "zh" / target).is_file()
            if not there or (fragment and target in pages and not pages[target].find(id=unquote(fragment))):
                broken.append(f"{name}: {link['href']}")
    assert broken == []


def test_nothing_is_fetched_from_another_host(pages):
    fetched = "script[src], img[src], iframe[src], link[rel=stylesheet], link[rel=preload], link[rel=modulepreload], link[rel=icon]"
    for name, page in pages.items():
        addresses = [tag.get("src") or tag.get("href") for tag in page.select(fetched)]
        assert [address for address in addresses if urlsplit(address).netloc] == [], name


def test_no_style_or_script_asks_another_host(site):
    for path in (site / "zh" / "_static").rglob("*"):
        if path.suffix in {".css", ".js"} and path.parent.name in {"_static", "styles", "scripts", "service-sim", "katex"}:
            asked = re.findall(r"(?:@import|url\()\s*['\"]?(?:https?:)?//[^)'\"]+", path.read_text(encoding="utf-8"))
            assert asked == [], path.name


def test_every_picture_has_words_and_a_size(pages):
    for name, page in pages.items():
        for picture in page.select("article img"):
            assert picture.get("alt", "").strip(), f"{name}: {picture['src']} has no alternative text"
            assert not re.fullmatch(r"(\.\./)*_images/.*", picture["alt"]), f"{name}: the alternative text is a file name"
            assert picture.get("width"), f"{name}: {picture['src']} has no width"


def test_formulas_are_typeset_at_build_time(pages):
    chapter = pages["chapters/03-satisfaction.html"]
    assert len(chapter.select(".katex")) > 10
    assert r"\(" not in chapter.select_one("article").get_text()


def test_lines_of_chinese_are_joined_without_a_space(pages):
    wide = r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]"
    joined = re.compile(rf"(?!章){wide}[ \n]+{wide}")  # 第3章 顾客满意 is written with a space
    for name, page in pages.items():
        for paragraph in page.select("article p"):
            if paragraph.find_parent("service-practice"):  # its code stands in the text, with a space on both sides
                continue
            for child in paragraph.select("service-sim, .katex, code"):
                child.decompose()
            for line_end in paragraph.select("br"):
                line_end.replace_with("|")
            assert not joined.search("".join(paragraph.find_all(string=True, recursive=False))), f"{name}: {paragraph.get_text()[:60]}"


ENGLISH = re.compile(
    r"\b(Next|Prev(?:ious)?|Search|Skip to|Back to top|On this page|Contents?|Menu|Made with|Copyright|Copy|Copied|Show|Hide|Toggle|Expand"
    r"|Collapse|Link to|Permalink|Light mode|Dark mode|Click|Download|Note|Warning|Tip|Hint|Important|See also|Figure|Fig\.|Table|Listing"
    r"|Loading|Submit|Answer|Question|Feedback|Close|Open|Chapter|Section|References?|Bibliography|Glossary)\b",
    re.IGNORECASE,
)
CHINESE = re.compile(r"[\u3400-\u9fff]")


def test_no_english_is_left_in_the_interface(pages):
    left = []
    for name, page in pages.items():
        tags = [tag for tag in page.find_all(True) if "reference" not in tag.get("class", [])]  # the title of a source may be English
        said = [tag[key] for tag in tags for key in ("aria-label", "placeholder", "title") if key in tag.attrs]
        frame = [tag for tag in page.select("header, footer, aside") if not tag.find_parent("article")]
        said += [tag.get_text(" ", strip=True) for tag in frame]
        left += [f"{name}: {text}" for text in said if ENGLISH.search(text)]
        # what stands alone in the article: in a sentence an English term may be explained
        tools = page.select("article :is(summary, button, label, legend, p, th, td, figcaption, .admonition-title, .caption-number)")
        alone = [tag.get_text(" ", strip=True) for tag in tools] if not page.select_one(".citation") else []  # the list of sources
        left += [f"{name}: {text}" for text in alone if len(text) < 40 and ENGLISH.match(text) and not CHINESE.search(text)]
    assert left == []


def test_glossary_holds_every_term(pages, root):
    with (root / "book" / "terms.csv").open(encoding="utf-8", newline="") as file:
        terms = {row["zh"] for row in csv.DictReader(file)}
    shown = {tag.get_text(strip=True).removesuffix("¶") for tag in pages["glossary.html"].select("dl.glossary dt")}
    assert shown == terms


def test_notebook_of_each_chapter_can_be_downloaded(pages, site):
    for name in ("chapters/00-tools", "chapters/03-satisfaction"):
        link = pages[f"{name}.html"].select_one("a.sm-notebook")
        notebook = json.loads((site / "zh" / urljoin(f"{name}.html", link["href"])).read_text(encoding="utf-8"))
        assert any(cell["cell_type"] == "code" for cell in notebook["cells"])


def test_the_package_can_be_downloaded(site):
    assert [path.name for path in (site / "zh" / "downloads").glob("*.whl")]


# With a browser


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_page_opens_quietly_and_fits(open_page, address, pages, width, dark, request):  # noqa: F811
    """In two of the four ways each; with --long in all."""
    way = dark + (width == min(WIDTHS.values()))
    long = request.config.getoption("--long")
    for name in sorted(pages) if long else of_each_kind(sorted(pages))[way % 2 :: 2]:
        page = open_page(f"{address}/{name}", width=width, dark=dark)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} is wider than {width} px"


@pytest.mark.parametrize("query", ["顾客满意", "满意度", "投诉", "净推荐值", "西湖店"])
def test_search_finds_chinese_words(open_page, address, query):  # noqa: F811
    page = open_page(f"{address}/search.html?q={query}")
    page.wait_for_selector("#sm-results a")
    assert query in page.locator("#sm-results").inner_text()
    assert page.locator("#sm-results a[href*='chapters/']").count()
    assert "¶" not in page.locator("#sm-results").inner_text()


def test_search_from_the_sidebar_and_its_failure(open_page, address):  # noqa: F811
    page = open_page(f"{address}/index.html")
    page.fill(".sidebar-search", "龘龘")
    page.press(".sidebar-search", "Enter")
    page.wait_for_function("() => document.querySelector('#sm-found')?.textContent.includes('没有找到')")
    page.fill("#sm-query", "期望")
    page.wait_for_selector("#sm-results a")


def test_contents_on_a_phone_lead_to_the_place_and_step_aside(open_page, address):  # noqa: F811
    page = open_page(f"{address}/chapters/03-satisfaction.html", width=390)
    page.locator(".toc-header-icon").click()
    link = page.locator(".toc-tree a").nth(12)
    place = page.locator(link.get_attribute("href"))
    link.click()
    page.wait_for_timeout(700)
    assert 0 <= place.bounding_box()["y"] < 200
    assert not page.locator("#__toc").is_checked()


def test_theme_button_turns_the_page_dark(open_page, address):  # noqa: F811
    page = open_page(f"{address}/chapters/03-satisfaction.html")
    before = page.evaluate("getComputedStyle(document.body).backgroundColor")
    for _ in range(3):
        page.locator(".theme-toggle-content .theme-toggle").click()
        if page.evaluate("getComputedStyle(document.body).backgroundColor") != before:
            return
    pytest.fail("the page never turned dark")


def test_site_works_in_a_subfolder(open_page, site, tmp_path):  # noqa: F811
    (tmp_path / "some").mkdir()
    (tmp_path / "some" / "where").symlink_to(site)
    with serve(tmp_path) as url:
        page = open_page(f"{url}/some/where/zh/chapters/03-satisfaction.html")
        page.locator("service-sim").first.scroll_into_view_if_needed()
        page.get_by_role("button", name="跳过预测").first.click()
        page.wait_for_selector("service-sim .sm-readouts")


def test_pages_are_readable_without_scripts(open_page, address):  # noqa: F811
    page = open_page(f"{address}/chapters/03-satisfaction.html", java_script_enabled=False)
    assert page.locator("service-sim .sm-still svg").first.is_visible()
    assert page.locator("service-sim .sm-still table").first.is_visible()


def test_server_says_what_it_serves(site: Path):
    import threading
    import urllib.request

    from service_marketing.publishing.serve import server

    running = server(site, 0)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    request = urllib.request.Request(f"http://127.0.0.1:{running.server_port}/zh/index.html", headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(request) as answer:
        assert answer.headers["Content-Encoding"] == "gzip"
    with urllib.request.urlopen(f"http://127.0.0.1:{running.server_port}/zh/_static/service-sim/engine.wasm") as answer:
        assert answer.headers["Content-Type"] == "application/wasm"
    running.shutdown()
    running.server_close()
