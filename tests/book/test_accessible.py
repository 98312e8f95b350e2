"""Every page passes the rules of WCAG 2.2 AA that a program can check (axe-core), and fits the narrowest phones.

1280 pixels at 400 % are 320 (WCAG 1.4.10).
"""

import pytest

from axe import AT_ONCE, broken, faults
from browser import browser, of_each_kind, serve, watch  # noqa: F401

# of these, what stands beside the text on wide screens is looked at too
WIDE = ["index.html", "search.html", "glossary.html", "my-record.html", "chapters/03-satisfaction.html", "chapters/12-internal.html"]
SPACED = """* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
p { margin-bottom: 2em !important }"""
# texts that do not fit where they are and cannot be scrolled to; an editor measures its lines itself, and their numbers are no text
CUT = """() => [...document.querySelectorAll("body *")].filter((one) => {
  const { overflowX, overflowY, clipPath, position } = getComputedStyle(one);
  if (!one.innerText?.trim() || (clipPath !== "none" && position === "absolute") || !one.checkVisibility()) return false;
  if (one.closest(".katex, .sm-hidden, .sidebar-drawer, .toc-drawer, .cm-gutters")) return false;
  const [wide, high] = [one.scrollWidth > one.clientWidth + 2, one.scrollHeight > one.clientHeight + 2];
  return (/hidden|clip/.test(overflowX) && wide) || (/hidden|clip/.test(overflowY) && high);
}).map((one) => `${one.tagName} ${one.className} ${one.innerText.slice(0, 20)}`)"""
# what a reader finds who goes through the page: folds opened, simulations and boxes alive
OPEN = """async () => {
  for (const fold of document.querySelectorAll("details")) fold.open = true;
  const parts = [...document.querySelectorAll("service-sim, service-game, service-practice, service-record")];
  for (const part of parts) {
    part.scrollIntoView();
    await new Promise((done) => setTimeout(done, 60));
  }
}"""
# what scrolls by itself can be reached by keys once the reader is near
THROUGH = """async () => {
  for (let top = 0; top < document.documentElement.scrollHeight; top += 900) {
    scrollTo(0, top);
    await new Promise((done) => requestAnimationFrame(done));
  }
  scrollTo(0, 0);
}"""


@pytest.fixture(scope="module", params=["zh", "en"])
def edition(request) -> str:
    return request.param


@pytest.fixture(scope="module")
def pages(site, edition, request) -> list[str]:
    """The addresses of all pages of the edition, below it; of the English one without --long every fifth."""
    place = site / edition
    found = [page.relative_to(place).as_posix() for page in sorted(place.rglob("*.html")) if "_static" not in page.parts]
    assert len(found) > 25
    return found if edition == "zh" or request.config.getoption("--long") else found[::5]


@pytest.fixture(scope="module")
def address(site, edition):
    with serve(site) as url:
        yield f"{url}/{edition}"


@pytest.fixture
def show(browser, address):  # noqa: F811
    """Opens pages, one after the other, in one window of this size; everything in them stands still, and they open quietly."""
    contexts, watched = [], []

    def open_(names, width: int, dark: bool):
        contexts.append(
            browser.new_context(viewport={"width": width, "height": 800}, color_scheme="dark" if dark else "light", reduced_motion="reduce")
        )
        page = contexts[-1].new_page()
        watched.append(watch(page, address))
        for name in names:
            page.goto(f"{address}/{name}")
            page.add_style_tag(content=AT_ONCE)
            yield name, page

    yield open_
    for context in contexts:
        context.close()
    for seen in watched:
        assert seen.errors == []
        assert seen.foreign == []


def broken_rules(page, name: str) -> list[str]:
    page.evaluate(THROUGH)
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return faults(page, name)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_page_passes_and_fits_with_all_of_it_open(show, pages, dark, request):
    """On the smallest phone, light or dark by turns; with --long in both, and with the wider spacing that a reader may set (1.4.12)."""
    long = request.config.getoption("--long")
    ruled = pages if long else of_each_kind(pages)
    chosen = pages if long else [*ruled, *(name for name in pages if name not in ruled)][dark::2]
    told = []
    for name, page in show(chosen, 320, dark):
        page.evaluate(OPEN)
        width = page.evaluate("document.documentElement.scrollWidth")
        told += [f"{name} is {width} px wide"] if width > 320 else []
        told += broken_rules(page, name) if name in ruled else []
        if name in WIDE or long:
            page.add_style_tag(content=SPACED)
            width = page.evaluate("document.documentElement.scrollWidth")
            told += [f"{name} is {width} px wide when spaced"] if width > 320 else []
            told += [f"{name}: cut off when spaced: {cut}" for cut in page.evaluate(CUT)]
    assert told == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_wide_pages_pass_as_they_come(show, edition, dark):
    told = []
    for name, page in show(WIDE if edition == "zh" else WIDE[dark::2], 1280, dark):
        told += broken_rules(page, name)
    assert told == []


def test_a_fault_is_seen(browser):  # noqa: F811
    page = browser.new_page()
    page.set_content('<html lang="zh"><title>t</title><main><h1>h</h1><p style="color:#bbb">灰的字看不清</p><img src="data:,"></main>')
    assert {rule for rule, _, _ in broken(page)} == {"color-contrast", "image-alt"}
    page.close()
