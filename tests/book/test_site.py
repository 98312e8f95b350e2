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


CHINESE_ONLY, ENGLISH_ONLY = (pytest.mark.parametrize("edition", [language], indirect=True) for language in ("zh", "en"))


@pytest.fixture(scope="module", params=["zh", "en"])
def edition(request) -> str:
    return request.param


@pytest.fixture(scope="module")
def address(site, edition):
    with serve(site) as url:
        yield f"{url}/{edition}"


@pytest.fixture(scope="module")
def pages(site, edition) -> dict[str, BeautifulSoup]:
    """Every page of the edition, parsed, by its path in the edition's folder."""
    place = site / edition
    found = {page.relative_to(place).as_posix(): page for page in sorted(place.rglob("*.html")) if "pagefind" not in page.parts}
    assert {"index.html", "chapters/00-tools.html", "chapters/03-satisfaction.html", "glossary.html"} <= set(found)
    return {name: BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser") for name, page in found.items()}


# Without a browser


def test_every_internal_link_leads_somewhere(pages, site, edition):
    broken = []
    ids = {name: {tag["id"] for tag in page.find_all(id=True)} for name, page in pages.items()}
    for name, page in pages.items():
        for link in page.select("a[href]"):
            target, fragment = urldefrag(urljoin(f"/{edition}/{name}", link["href"]))
            if urlsplit(target).scheme or target.startswith("//"):
                continue
            target = unquote(urlsplit(target).path).lstrip("/")
            there = (site / target).is_file()
            target = target.removeprefix(f"{edition}/")
            if not there or (fragment and target in pages and unquote(fragment) not in ids[target]):
                broken.append(f"{name}: {link['href']}")
    assert broken == []


def test_nothing_is_fetched_from_another_host(pages):
    fetched = "script[src], img[src], iframe[src], link[rel=stylesheet], link[rel=preload], link[rel=modulepreload], link[rel=icon]"
    for name, page in pages.items():
        addresses = [tag.get("src") or tag.get("href") for tag in page.select(fetched)]
        assert [address for address in addresses if urlsplit(address).netloc] == [], name


def test_no_style_or_script_asks_another_host(site, edition):
    for path in (site / edition / "_static").rglob("*"):
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


@CHINESE_ONLY
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


@CHINESE_ONLY
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


# Chinese names and titles that the English text gives in brackets, and what belongs to the other language for good
NAMED = re.compile(r"[(（][^()（）]*[)）]|“[^”]*”|《[^》]*》")


def of_the_other_language(tag) -> bool:
    return (
        tag.name in ("script", "style") or bool({"sm-language", "traceback"} & set(tag.get("class", []))) or tag.get("lang", "") == "zh-CN"
    )


@ENGLISH_ONLY
def test_no_chinese_is_left(pages):
    left = []
    for name, page in pages.items():
        if name in ("glossary.html", "references.html", "instructor.html"):  # both languages stand there side by side
            continue
        said = [tag[key] for tag in page.find_all(True) for key in ("aria-label", "placeholder", "alt", "title") if key in tag.attrs]
        said += [text for text in page.find_all(string=CHINESE) if not text.find_parent(of_the_other_language)]
        left += [f"{name}: {text.strip()[:80]}" for text in said if CHINESE.search(NAMED.sub("", text))]
    assert left == []


def test_the_other_edition_is_one_tap_away(pages, edition):
    other, tag = {"zh": ("en", "en"), "en": ("zh", "zh-CN")}[edition]
    for name, page in pages.items():
        if name.startswith("answers/"):
            continue
        (link,) = page.select("a.sm-language")
        assert urljoin(f"/{edition}/{name}", link["href"]) == f"/{other}/{name}"
        assert link["lang"] == link["hreflang"] == tag


def test_both_editions_have_the_same_places(site):
    """Every label that a link may lead to, on a page of the same name. (English headings make ids of their own, too.)"""
    label = re.compile(r'\bid="((?:ch\d+|appendix-\w|guide-\d+)-[^"]+)"')
    places = []
    for language in ("zh", "en"):
        pages = {
            page.relative_to(site / language).as_posix(): page.read_text(encoding="utf-8") for page in (site / language).rglob("*.html")
        }
        places.append({name: set(label.findall(page)) for name, page in pages.items()})
    chinese, english = places
    assert chinese.keys() == english.keys()
    assert {name: missing for name in chinese if (missing := chinese[name] - english[name])} == {}
    assert sum(map(len, chinese.values())) > 500


def test_glossary_holds_every_term(pages, root, edition):
    with (root / "book" / "terms.csv").open(encoding="utf-8", newline="") as file:
        terms = {row[edition] for row in csv.DictReader(file)}
    shown = {tag.get_text(strip=True).removesuffix("¶").replace("’", "'") for tag in pages["glossary.html"].select("dl.glossary dt")}
    assert shown == terms


def test_notebook_of_each_chapter_can_be_downloaded(pages, site, edition):
    for name in ("chapters/00-tools", "chapters/03-satisfaction"):
        link = pages[f"{name}.html"].select_one("a.sm-notebook")
        notebook = json.loads((site / edition / urljoin(f"{name}.html", link["href"])).read_text(encoding="utf-8"))
        assert any(cell["cell_type"] == "code" for cell in notebook["cells"])


def test_the_package_can_be_downloaded(site, edition):
    assert [path.name for path in (site / edition / "downloads").glob("*.whl")]


# With a browser


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_page_opens_quietly_and_fits(open_page, address, pages, width, dark, edition, request):  # noqa: F811
    """Every other page in one of the four ways, in English every fourth; with --long all in all. See also test_accessible.py."""
    way = 2 * dark + (width == min(WIDTHS.values()))
    chosen = of_each_kind(sorted(pages))[way::4][:: 2 if edition == "zh" else 4]
    for name in sorted(pages) if request.config.getoption("--long") else chosen:
        page = open_page(f"{address}/{name}", width=width, dark=dark)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} is wider than {width} px"


@CHINESE_ONLY
@pytest.mark.parametrize("query", ["顾客满意", "满意度", "投诉", "净推荐值", "西湖店"])
def test_search_finds_chinese_words(open_page, address, query):  # noqa: F811
    page = open_page(f"{address}/search.html?q={query}")
    page.wait_for_selector("#sm-results a")
    assert query in page.locator("#sm-results").inner_text()
    assert page.locator("#sm-results a[href*='chapters/']").count()
    assert "¶" not in page.locator("#sm-results").inner_text()


@ENGLISH_ONLY
@pytest.mark.parametrize("query", ["customer satisfaction", "complaint", "net promoter score", "West Lake"])
def test_search_finds_english_words(open_page, address, query):  # noqa: F811
    page = open_page(f"{address}/search.html?q={query}")
    page.wait_for_selector("#sm-results a")
    assert query.lower() in page.locator("#sm-results").inner_text().lower()
    assert page.locator("#sm-results a[href*='chapters/']").count()


@CHINESE_ONLY
def test_search_from_the_sidebar_and_its_failure(open_page, address):  # noqa: F811
    page = open_page(f"{address}/index.html")
    page.fill(".sidebar-search", "龘龘")
    page.press(".sidebar-search", "Enter")
    page.wait_for_function("() => document.querySelector('#sm-found')?.textContent.includes('没有找到')")
    page.fill("#sm-query", "期望")
    page.wait_for_selector("#sm-results a")


@CHINESE_ONLY
def test_contents_on_a_phone_lead_to_the_place_and_step_aside(open_page, address):  # noqa: F811
    page = open_page(f"{address}/chapters/03-satisfaction.html", width=390)
    page.locator(".toc-header-icon").click()
    link = page.locator(".toc-tree a").nth(12)
    place = page.locator(link.get_attribute("href"))
    link.click()
    page.wait_for_timeout(700)
    assert 0 <= place.bounding_box()["y"] < 200
    assert not page.locator("#__toc").is_checked()


@CHINESE_ONLY
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
        page.close()  # before the server, which the page would go on asking


# The way in, and from one edition to the other


@pytest.mark.parametrize(
    ("languages", "edition"),
    [("zh-CN", "zh"), ("en-GB", "en"), ("fr-FR", "en"), ("zh-TW", "zh")],
    ids=lambda one: str(one),
    indirect=["edition"],
)
def test_the_front_door_leads_to_the_readers_language(open_page, address, languages, edition):  # noqa: F811
    page = open_page(f"{address.rpartition('/')[0]}/?from=poster#ch3", locale=languages)
    page.wait_for_url(re.compile(rf"/{edition}/index\.html\?from=poster#ch3$"))


@CHINESE_ONLY
def test_the_switch_leads_to_the_same_place_and_is_remembered(open_page, address):  # noqa: F811
    page = open_page(f"{address}/chapters/03-satisfaction.html", width=390, locale="zh-CN")
    page.evaluate("document.getElementById('ch3-metrics').scrollIntoView()")
    page.wait_for_timeout(300)
    page.locator(".sm-language").evaluate("(link) => link.click()")
    page.wait_for_url(re.compile(r"/en/chapters/03-satisfaction\.html#ch3-"))
    place = page.evaluate("document.getElementById(location.hash.slice(1)).closest('section')?.querySelector('h2, h3').textContent")
    assert place == page.evaluate("document.getElementById('ch3-metrics').closest('section').querySelector('h2, h3').textContent")
    page.goto(address.rpartition("/")[0])
    page.wait_for_url(re.compile(r"/en/index\.html$"))
    page.locator(".sm-language").first.click()
    page.wait_for_url(re.compile(r"/zh/index\.html$"))
    page.goto(address.rpartition("/")[0])
    page.wait_for_url(re.compile(r"/zh/index\.html$"))


@CHINESE_ONLY
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
