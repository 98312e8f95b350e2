"""A chapter on paper: what only a screen can use is not there, and formulas and pictures are, also for who reads in the dark."""

import pypdfium2
import pytest

from browser import browser, open_page, serve  # noqa: F401

# what waits for the page to have come to rest does so at once
SOON = "{ const real = setTimeout; window.setTimeout = (work, time, ...rest) => real(work, time === 3000 ? 30 : time, ...rest); }"


@pytest.fixture(scope="module")
def address(site):
    with serve(site) as url:
        yield f"{url}/zh/chapters/03-satisfaction.html"


def test_a_chapter_on_paper(open_page, address):  # noqa: F811
    page = open_page(address, dark=True, script=SOON, alive=False)
    page.wait_for_function("() => [...document.fonts].filter((font) => font.status === 'loaded').length >= 6")
    with pypdfium2.PdfDocument(page.pdf(format="A4")) as paper:
        texts = [sheet.get_textpage().get_text_range() for sheet in paper]
        place = next(number for number, text in enumerate(texts) if "5分居中" in text)
        assert ink_between(paper[place], "5分居中", "为正是惊喜"), "the formula D = P − E is missing"
    said = "".join(texts)
    assert "学习目标" in said
    for gone in ("跳到正文", "下载本页的笔记本", "搜索全书", "¶"):
        assert gone not in said, gone


def ink_between(sheet, above: str, below: str) -> bool:
    """Whether anything is drawn between the line that holds `above` and the one that holds `below`."""
    text = sheet.get_textpage()
    bottom, top = (text.get_charbox(text.search(one).get_next()[0])[side] for one, side in ((above, 1), (below, 3)))
    height = sheet.get_height()
    assert bottom - top > 20, "the lines stand one below the other"
    drawn = sheet.render(scale=2).to_pil().convert("L")
    return drawn.crop((0, int(2 * (height - bottom)) + 6, drawn.width, int(2 * (height - top)) - 6)).getextrema()[0] < 128


@pytest.mark.parametrize("theme", ["auto", "dark"])
def test_paper_is_white_in_the_dark_too(open_page, address, theme):  # noqa: F811
    page = open_page(address, dark=True, script=f"localStorage.setItem('theme', '{theme}')", alive=False)
    colours = """() => {
      const still = document.querySelector("service-sim .sm-still");
      return ["--card", "--ink"].map((name) => getComputedStyle(still).getPropertyValue(name).trim());
    }"""
    assert page.evaluate(colours) == ["#1a2023", "#e7e5df"]
    page.emulate_media(media="print")
    assert page.evaluate(colours) == ["#fff", "#1d2528"]
