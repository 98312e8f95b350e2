"""What a screen reader is given: the pages' outline, their formulas, tables and pictures, and what is done in them, read in order."""

import re
from itertools import pairwise

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import expect

from browser import browser, of_each_kind, open_page, serve  # noqa: F401 (fixtures)

CHAPTER = "chapters/03-satisfaction.html"


@pytest.fixture(scope="module")
def address(site):
    with serve(site) as url:
        yield f"{url}/zh"


@pytest.fixture(scope="module", params=["zh", "en"])
def language(request) -> str:
    return request.param


@pytest.fixture(scope="module")
def pages(site, language, request) -> dict[str, BeautifulSoup]:
    """The finished pages by name, without what simulations declare; of the chapters every third, with --long all pages."""
    edition = site / language
    names = [page.relative_to(edition).as_posix() for page in sorted(edition.rglob("*.html")) if "_static" not in page.parts]
    if not request.config.getoption("--long"):
        chapters = [name for name in names if name.startswith("chapters/")]
        names = [name for name in of_each_kind(names) if name not in chapters or name in chapters[::3]]
    texts = [re.sub(r"<script.*?</script>", "", (edition / name).read_text("utf-8"), flags=re.DOTALL) for name in names]
    return {name: BeautifulSoup(text, "html.parser") for name, text in zip(names, texts, strict=True)}


def bring(one):
    for _ in range(5):
        one.evaluate("(one) => one.scrollIntoView({ block: 'center' })")
        one.page.wait_for_timeout(60)


# The pages


def test_headings_are_an_outline(pages):
    wrong = []
    for name, page in pages.items():
        levels = [int(heading.name[1]) for heading in page.article.find_all(re.compile("^h[1-6]$"))]
        if levels[:1] != [1] or levels.count(1) != 1:
            wrong.append(f"{name}: {levels[:4]}")
        wrong += [f"{name}: h{after} after h{before}" for before, after in pairwise(levels) if after > before + 1]
    assert wrong == []


def test_landmarks_are_there_and_named(pages, language):
    tag, contents = {"zh": ("zh-CN", "目录"), "en": ("en", "Contents")}[language]
    for name, page in pages.items():
        assert page.html["lang"] == tag, name
        assert len(page.select("main, [role=main]")) == 1, name
        if name.startswith("answers/"):  # they have nothing beside the text
            continue
        labels = [one.get("aria-label") for one in page.find_all(["nav", "aside"])]
        assert labels[:1] == [contents], (name, labels)
        assert all(labels), (name, labels)
        assert len(set(labels)) == len(labels), (name, labels)


def test_pictures_say_what_they_show(pages):
    wrong = []
    for name, page in pages.items():
        for image in page.article.find_all("img"):
            alt = image.get("alt", "").strip()
            if len(alt) < 6 or re.search(r"\.(svg|png)$|^(图|Figure ?)\d*$", alt):
                wrong.append(f"{name}: {image.get('src')} {alt!r}")
        wrong += [f"{name}: {svg}"[:120] for svg in page.article.select("svg[role=img]") if len(svg.get("aria-label", "")) < 6]
    assert wrong == []


def test_formulas_are_read_from_mathml(pages):
    count = 0
    for name, page in pages.items():
        for formula in page.select(".katex"):
            count += 1
            spoken, drawn = formula.math, formula.select_one(".katex-html")
            assert spoken is not None, (name, formula.get_text())
            assert spoken.get_text(strip=True), (name, formula.get_text())
            assert drawn["aria-hidden"] == "true", name
            assert not spoken.find("annotation"), name
    assert count > 200


def test_tables_have_heads_that_say_something(pages):
    wrong = []
    for name, page in pages.items():
        for table in page.article.find_all("table"):
            heads = table.find_all("th")
            if not heads:
                wrong.append(f"{name}: {table.get_text(' ', strip=True)[:60]}")
            wrong += [f"{name}: empty head in {table.get_text(' ', strip=True)[:60]}" for head in heads if not head.get_text(strip=True)]
    assert wrong == []


def test_what_is_in_the_other_language_says_so(pages, language):
    """On a Chinese page sources and the names of terms, on an English one every Chinese word (WCAG 2.2, 3.1.2)."""
    han = re.compile(r"[\u3400-\u9fff]")
    if language == "en":
        found = [text for page in pages.values() for text in page.article.find_all(string=han)]
        found = [text for text in found if not text.find_parent(["script", "style", "svg", "pre", "code", "option"])]
        assert len(found) > 100  # the glossary's
        assert [text for text in found if not text.find_parent(lang="zh-CN")] == []
        return
    sources = pages["references.html"].select(".citation > p")
    assert {han.search(one.get_text()) is None: one.get("lang") for one in sources} == {True: "en", False: None}
    assert all((one.get("lang") == "en") == (han.search(one.get_text()) is None) for one in sources)
    terms = [one.em for one in pages["glossary.html"].select("dt + dd > p") if one.em]
    assert len(terms) > 100
    assert all(one.get("lang") == "en" for one in terms if re.match("[A-Za-z]", one.get_text()))


# What is done in them


def test_a_simulation_read_in_order(open_page, address):  # noqa: F811
    page = open_page(f"{address}/{CHAPTER}", width=390, reduced_motion="reduce")
    lab = page.locator("#expectation-lab")
    bring(lab)
    expect(lab).to_match_aria_snapshot("""
      - region "模拟实验 期望-结果实验室":
        - tablist "期望-结果实验室":
          - tab "一位顾客" [selected]
          - tab "500位顾客"
        - tabpanel "一位顾客":
          - paragraph: /张女士/
          - paragraph: /她的满意度会怎样变化？/
          - group /横轴是实际结果（分），纵轴是满意度（分）/:
            - slider "曲线在 实际结果 1 处的高度"
            - slider "曲线在 实际结果 3 处的高度"
          - button "揭晓结果"
          - button "跳过预测"
    """)
    handle = lab.get_by_role("slider").first
    assert re.fullmatch(r"横轴 实际结果 1 处，纵轴 满意度 \d\.\d", handle.get_attribute("aria-valuetext"))
    lab.get_by_role("button", name="揭晓结果").click()
    said = lab.locator("[role=status][aria-live=polite]")
    expect(said).to_have_text(re.compile("^你画的线和模型平均差.*满意度 4.10"))
    expect(lab).to_match_aria_snapshot("""
      - tabpanel:
        - paragraph: /你画的线和模型平均差/
        - img /满意度随实际结果变化的曲线：实际结果 1.0 时满意度 1.00，.*现在实际结果 5.0，满意度 4.10/
        - term: 满意度
        - definition: "4.10"
        - group "滑块":
          - slider "她的期望"
          - slider "实际结果"
        - list:
          - listitem:
            - paragraph: /把实际结果先调到比期望低2分/
            - button "试一试"
    """)
    # the picture's text and what is said follow the slider
    lab.get_by_role("slider", name="实际结果").press("ArrowRight")
    numbers = lab.locator(".sm-readouts dd").nth(1)
    expect(numbers).not_to_have_text("4.10")
    expect(said).to_contain_text(f"满意度 {numbers.inner_text()}")
    expect(lab.get_by_role("img")).to_have_accessible_name(re.compile(f"满意度 {re.escape(numbers.inner_text())}$"))
    expect(lab.get_by_role("button", name="试一试")).to_have_accessible_description(re.compile("把实际结果先调到"))
    # one thing speaks, not every number beside its slider too
    assert [one.inner_text() for one in lab.get_by_role("status").all() if one.inner_text()] == [said.inner_text()]


@pytest.mark.parametrize("name", ["chapters/10-capacity.html", "chapters/12-internal.html"])
def test_sliders_have_names_and_values_with_units(open_page, address, name):  # noqa: F811
    page = open_page(f"{address}/{name}", width=1280, reduced_motion="reduce")
    home = page.locator("service-sim, service-game").first
    bring(home)
    skip = home.get_by_role("button", name="跳过预测")
    if skip.count():
        skip.click()
    sliders = home.locator(".sm-controls input[type=range]")
    sliders.first.wait_for()
    found = [(one.evaluate("(one) => one.labels[0].textContent"), one.get_attribute("aria-valuetext")) for one in sliders.all()]
    with_unit = [(unit[1], text) for label, text in found if (unit := re.search(r"（(.*?)）$", label))]
    assert len(with_unit) >= 2
    assert all(re.fullmatch(rf"−?[\d.]+ {re.escape(unit)}", text) for unit, text in with_unit), with_unit
    assert all(label.strip() for label, _ in found)


def test_a_quiz_read_in_order(open_page, address):  # noqa: F811
    page = open_page(f"{address}/{CHAPTER}", width=390)
    form = page.locator("form.sq").first
    bring(form)
    form.get_by_role("radio").first.check()
    form.get_by_role("button", name="看反馈").click()
    expect(form).to_match_aria_snapshot("""
      - radiogroup /最合理的解释是/:
        - radio /^A .* 不对$/ [checked]
        - radio /^B /
        - radio /^C /
        - radio /^D /
      - button "看反馈"
      - img "不对"
      - paragraph: 换一个选项，再试一次。
    """)
    expect(form.locator("[aria-live=polite]")).to_contain_text("服务相同，期望不同")


def test_a_quarter_of_the_game_read_in_order(open_page, address):  # noqa: F811
    page = open_page(f"{address}/chapters/12-internal.html", width=390, reduced_motion="reduce")
    game = page.locator("service-game")
    bring(game)
    game.get_by_role("button", name="过完这一季").click()
    expect(game.locator("[role=status]").last).to_have_text(re.compile("第1季的结果.*客人满意度：你的期望"))
    game.locator(".sg-path").first.wait_for()
    expect(game).to_match_aria_snapshot("""
      - region:
        - paragraph: 第1季的结果
        - paragraph: /客人满意度：你的期望/
        - term: /.+/
        - definition: /.+/
        - slider /培训/
        - group "先说说你的期望":
          - slider
          - checkbox "这一季不预测"
          - button "过完这一季"
        - tablist:
          - tab "走势" [selected]
          - tab "账本"
        - tabpanel "走势":
          - figure:
            - img /现在.*逐季/
    """)


def test_formulas_are_in_the_tree(open_page, address):  # noqa: F811
    page = open_page(f"{address}/{CHAPTER}", width=390)
    formula = page.locator("div.math").first
    bring(formula)
    expect(formula.get_by_role("math").first).to_have_text(re.compile("D=P−E"))
    assert "katex-html" not in formula.aria_snapshot()
