"""The site as a ZIP: opened from the file system, where a browser loads no module, no thread and no data, it is as alive."""

import re
import zipfile
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from browser import browser, open_page  # noqa: F401
from player import move, simulation
from service_marketing.publishing import zipped


@pytest.fixture(scope="module")
def unpacked(site, tmp_path_factory):
    """The folder that a reader gets who unpacks the ZIP of the site."""
    folder = tmp_path_factory.mktemp("unpacked")
    with zipfile.ZipFile(site / "zh" / "downloads" / "服务营销-离线版.zip") as box:
        box.extractall(folder)
    return folder


def address(folder, path: str) -> str:
    return f"file://{folder}/{quote(path)}"


def test_its_first_file_leads_to_the_book(open_page, unpacked):  # noqa: F811
    assert sorted(path.name for path in unpacked.iterdir()) == ["zh", "打开我.html"]
    page = open_page(address(unpacked, "打开我.html"))
    page.wait_for_url("**/zh/index.html")
    move(simulation(page, 0))


def test_it_says_what_to_do_when_it_was_not_unpacked(open_page, unpacked, tmp_path):  # noqa: F811
    alone = tmp_path / "打开我.html"
    alone.write_bytes((unpacked / "打开我.html").read_bytes())
    page = open_page(address(tmp_path, alone.name), script="addEventListener('error', (event) => event.preventDefault(), true)")
    expect(page.get_by_text("压缩包多半还没有解压")).to_be_visible()
    page.watched.errors.clear()  # the script that would lead on is not there


def test_all_pages_are_there_and_ask_for_nothing_that_is_not(site, unpacked):
    edition = unpacked / "zh"
    there = {page.relative_to(edition).as_posix() for page in edition.rglob("*.html")}
    wanted = {page.relative_to(site / "zh").as_posix() for page in (site / "zh").rglob("*.html") if "lite" not in page.parts}
    assert there == wanted - {"search.html"}
    for name in there:
        text = (edition / name).read_text(encoding="utf-8")
        assert not re.search(r'type="module"|rel="(?:modulepreload|preload|manifest)"|<service-offline', text), name
        for link in re.findall(r'<(?:script|link|img)\b[^>]*?\b(?:src|href)="([^"#?:]+)"', text):
            if not link.endswith(("search.html",)):
                assert ((edition / name).parent / link).resolve().exists(), f"{name}: {link}"


def test_simulations_hoods_quizzes_and_practices_are_alive(open_page, unpacked):  # noqa: F811
    page = open_page(address(unpacked, "zh/chapters/03-satisfaction.html"), width=390)
    sim = simulation(page, 1)
    move(sim)
    sim.get_by_text("什么改变了结果").first.click()
    sim.get_by_role("button", name="打开引擎盖").click()
    editor = sim.locator(".sm-editor [contenteditable=true]")
    expect(editor).to_be_visible()
    editor.press("Control+Home")
    editor.press_sequentially("import math as _\n")
    sim.locator(".sm-hood-panel").get_by_role("button", name="运行", exact=True).click()
    expect(sim.locator(".sm-hood-note")).to_have_text("图和数字来自你改过的模型")

    box = page.locator("service-practice").first
    check = box.get_by_role("button", name="检查")
    for _ in range(100):
        box.evaluate("(box) => box.scrollIntoView()")
        if check.is_visible():
            break
        page.wait_for_timeout(50)
    check.click()
    expect(box.locator(".sp-answer")).to_contain_text("你的结果是")
    expect(box.locator(".sp-wrong").first).to_be_visible()

    question = page.locator("form.sq").first
    question.evaluate("(form) => form.scrollIntoView()")
    question.locator("input[type=radio]").first.check()
    question.get_by_role("button").first.click()
    page.wait_for_function("() => localStorage.getItem('service-marketing:quizzes') !== null")


def test_the_game_is_alive(open_page, unpacked):  # noqa: F811
    page = open_page(address(unpacked, "zh/chapters/12-internal.html"))
    kinds = page.evaluate("[...document.querySelectorAll('service-sim, service-game')].map((part) => part.localName)")
    move(simulation(page, kinds.index("service-game")))


def test_every_simulation_is_alive(open_page, unpacked, request):  # noqa: F811
    names = sorted(path.name for path in (unpacked / "zh" / "chapters").glob("*.html"))
    for name in names if request.config.getoption("--long") else names[4:6]:
        page = open_page(address(unpacked, f"zh/chapters/{name}"), width=390)
        for number in range(page.locator("service-sim, service-game").count()):
            move(simulation(page, number))


def test_the_formulas_have_their_fonts(unpacked):
    style = (unpacked / "zh" / "_static" / "katex" / "katex.min.css").read_text(encoding="utf-8")
    assert style.count("data:font/woff2;base64,") > 5
    assert ".woff2" not in style


def test_a_module_of_another_make_is_refused():
    page = '<html><head></head><script type="module">import "./x.js"</script></html>'
    with pytest.raises(zipped.ZipError, match="模块"):
        zipped.from_file(page, [], "zh")
