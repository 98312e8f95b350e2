"""Figures stand on the page's paper and are drawn in its colours, also when the reader's choice is not the device's."""

import io

import pytest
from PIL import Image

from browser import browser, open_page, serve  # noqa: F401
from service_marketing.publishing.pages import DARK, PAPER, colour_figures


@pytest.fixture(scope="module")
def address(site):
    with serve(site) as url:
        yield f"{url}/zh/"


def near(pixel, colour: str) -> bool:
    wanted = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    return all(abs(a - b) < 12 for a, b in zip(pixel, wanted, strict=True))


@pytest.mark.parametrize(("device", "chosen"), [("dark", "auto"), ("dark", "light"), ("light", "dark")])
@pytest.mark.parametrize("name", ["chapters/06-complaints.html", "chapters/03-satisfaction.html"])
def test_a_figure_has_the_colours_of_the_page(open_page, address, name, device, chosen):  # noqa: F811
    page = open_page(address + name, width=800, dark=device == "dark", script=f"localStorage.setItem('theme', '{chosen}')")
    dark = chosen == "dark" or chosen == "auto"
    for image in page.locator("article img[src$='.svg']").all()[:2]:
        image.scroll_into_view_if_needed()
        page.wait_for_function("(image) => image.complete", arg=image.element_handle())
        seen = Image.open(io.BytesIO(image.screenshot())).convert("RGB")
        assert near(seen.getpixel((2, 2)), DARK[PAPER] if dark else PAPER)
        colours = [colour for _, colour in seen.getcolors(seen.width * seen.height)]
        ink = [colour for colour in ("#1d2528", "#5c6669") for pixel in colours if near(pixel, DARK[colour] if dark else colour)]
        assert ink, "nothing in the page's ink"


def test_a_colour_without_a_dark_one_is_named(tmp_path):
    (tmp_path / "_images").mkdir()
    figure = tmp_path / "_images" / "09-new.svg"
    figure.write_text('<svg xmlns="http://www.w3.org/2000/svg"><path fill="#1d2528"/><path stroke="#abcdef"/></svg>', "utf-8")
    with pytest.raises(ValueError, match=r"09-new\.svg: #abcdef"):
        colour_figures(tmp_path)
    assert "<style>" not in figure.read_text("utf-8")
