"""The English edition in a reader's hands: what the tests of the Chinese one do at length, once each, in English words."""

import json
import re
from pathlib import Path

import nbformat
import pypdfium2
import pytest
from playwright.sync_api import expect

from browser import browser, open_page, serve  # noqa: F401
from player import simulation
from service_marketing.simulations import find

from .test_offline import host, reader, wait_kept  # noqa: F401

CHAPTER = "chapters/03-satisfaction.html"
HAN = re.compile(r"[\u3400-\u9fff]")


@pytest.fixture(scope="module")
def address(site):
    with serve(site) as url:
        yield f"{url}/en"


@pytest.mark.parametrize("width", [1280, 390])
def test_predict_reveal_and_move(open_page, address, width):  # noqa: F811
    page = open_page(f"{address}/{CHAPTER}", width=width)
    sim = simulation(page, 1)
    lab = find("expectation-lab")
    share = lab.compute("population", {})["dissatisfied"]
    sim.get_by_role("button", name="Reveal the result").click()
    expect(sim.locator(".sm-gap")).to_contain_text(f"{100 * share:.0f}%")
    sim.get_by_label("Mean result").focus()
    page.keyboard.press("ArrowRight")
    moved = lab.compute("population", {"performance": 6.1})
    expect(sim.locator("[data-readout=mean] dd")).to_have_text(f"{moved['mean']:.2f}")
    assert not HAN.search(sim.locator(".sm-root").inner_text())
    assert not HAN.search(sim.locator("svg[role=img]").first.get_attribute("aria-label"))


def test_every_simulation_speaks_english(open_page, address, site):  # noqa: F811
    """As it opens and once its result shows; the first one of each chapter."""
    for name in sorted(path.name for path in (site / "en" / "chapters").glob("*.html")):
        page = open_page(f"{address}/chapters/{name}", width=390)
        if not page.locator("service-sim").count():
            continue
        sim = simulation(page, 0)
        before = sim.locator(".sm-root").inner_text()
        if (skip := sim.get_by_role("button", name="Skip the prediction")).count():
            skip.click()
        expect(sim.locator("[data-readout] dd").first).to_be_visible()
        assert not HAN.search(before + sim.locator(".sm-root").inner_text()), name
        page.wait_for_load_state("networkidle")  # what is still on its way when a page closes is told as an error


def test_a_quiz_a_box_and_the_game(open_page, address):  # noqa: F811
    page = open_page(f"{address}/{CHAPTER}", width=390)
    quiz = page.locator("form.sq").first
    quiz.scroll_into_view_if_needed()
    quiz.get_by_role("radio").first.check()
    quiz.get_by_role("button", name="See the feedback").click()
    expect(quiz.locator(".sq-feedback").first).to_be_visible()
    assert not HAN.search(quiz.inner_text())

    box = page.locator("service-practice").first
    check = box.get_by_role("button", name="Check")
    for _ in range(100):  # what is passed on the way is laid out, and moves it
        box.evaluate("(box) => box.scrollIntoView({ block: 'center' })")
        if check.count():
            break
        page.wait_for_timeout(100)
    check.click()
    expect(box.locator(".sp-answer")).to_contain_text(re.compile(r"should|right|return"))
    assert not HAN.search(box.inner_text())

    page = open_page(f"{address}/chapters/12-internal.html", width=390)
    game = page.locator("service-game")
    game.scroll_into_view_if_needed()
    expect(game).to_contain_text("Quarter 1 of 12")
    assert not HAN.search(game.inner_text())


def test_the_whole_book_without_a_network(host, reader):  # noqa: F811
    """Beside a Chinese page that is kept: each edition keeps its own, and takes nothing from the other."""
    page = reader.new_page()
    page.goto(f"{host.url}/zh/how-to-use.html")
    wait_kept(page, "how-to-use.html")
    page.goto(f"{host.url}/en/how-to-use.html")
    box = page.locator("service-offline")
    box.get_by_role("button", name="Download the whole book").click()
    expect(box).to_contain_text("is on this device", timeout=60_000)
    reader.set_offline(True)
    page.goto(f"{host.url}/en/chapters/06-complaints.html")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Chapter 6")
    sim = simulation(page, 0)
    sim.get_by_role("button", name="Skip the prediction").click()
    expect(sim.locator(".sm-readouts").first).to_be_visible()
    page.goto(f"{host.url}/en/search.html?q=complaint")
    expect(page.locator("#sm-found")).to_contain_text("Found on")
    page.goto(f"{host.url}/zh/how-to-use.html")
    expect(page.get_by_role("heading", level=1)).to_contain_text("如何使用")


def test_the_first_key_leads_past_the_contents(open_page, address):  # noqa: F811
    page = open_page(f"{address}/{CHAPTER}", width=1280)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('article, .content-icon-container') !== null")


def test_the_contents_on_a_phone_by_keys(open_page, address):  # noqa: F811
    page = open_page(f"{address}/{CHAPTER}", width=390, reduced_motion="reduce")
    opener = page.get_by_role("button", name="Contents")
    opener.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Contents")
    assert dialog.evaluate("(one) => one === document.activeElement")
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()
    expect(dialog).to_have_count(0)


def test_a_model_under_the_hood(open_page, address):  # noqa: F811
    """Changed by one character and run; then broken, and the reader is told where."""
    page = open_page(f"{address}/{CHAPTER}", width=1280)
    sim = simulation(page, 1)
    sim.get_by_role("button", name="Skip the prediction").click()
    sim.get_by_role("button", name="Open the hood").click()
    panel = sim.locator(".sm-hood")
    editor = panel.locator(".cm-content")
    editor.wait_for()
    assert not HAN.search(editor.inner_text()), "the file that readers see is in English"
    for text, said in (("def population(:", "Line 1"), ("", "original")):
        if text:
            editor.click()
            page.keyboard.press("Control+Home")
            page.keyboard.insert_text(f"{text}\n")
            panel.get_by_role("button", name="Run", exact=True).click()
        else:
            panel.get_by_role("button", name="Restore").click()
        expect(panel).to_contain_text(said)
        assert not HAN.search(panel.inner_text())


def test_reading_is_kept_and_the_record_speaks_english(open_page, address):  # noqa: F811
    """One prediction and one page; shown, exported, deleted with the settings, and imported again."""
    page = open_page(f"{address}/{CHAPTER}", width=1280)
    page.locator(".sm-language").first.evaluate("(link) => link.addEventListener('click', (event) => event.preventDefault())")
    page.locator(".sm-language").first.click()
    sim = simulation(page, 1)
    sim.get_by_role("button", name="Reveal the result").click()
    expect(sim.locator(".sm-gap")).to_be_visible()
    page.goto(f"{address}/my-record.html")
    record = page.locator("service-record")
    expect(record).to_contain_text("You made 1 prediction")
    expect(record).to_contain_text("Progress by chapter")
    assert not HAN.search(record.inner_text())
    with page.expect_download() as download:
        record.get_by_role("button", name="Export (JSON)").click()
    assert download.value.suggested_filename.startswith("expectation-result-record-")
    text = Path(download.value.path()).read_text("utf-8")
    assert "language" not in json.loads(text)
    record.get_by_role("button", name="Delete all").click()
    expect(record.locator(".sr-ask")).to_contain_text("Predictions (1)")
    expect(record.locator(".sr-ask")).to_contain_text("Language (1)")
    record.get_by_role("button", name="Delete", exact=True).last.click()
    expect(record).to_contain_text("Deleted.")
    assert page.evaluate("localStorage.length") == 0
    page.locator("input[type=file]").set_input_files({"name": "r.json", "mimeType": "application/json", "buffer": text.encode()})
    expect(record).to_contain_text("You made 1 prediction")
    assert not HAN.search(record.inner_text())


def test_a_chapter_on_paper(open_page, address):  # noqa: F811
    page = open_page(f"{address}/{CHAPTER}", alive=False)
    with pypdfium2.PdfDocument(page.pdf(format="A4")) as paper:
        said = "".join(sheet.get_textpage().get_text_range() for sheet in paper)
    assert "After this chapter you can" in said
    for gone in ("Skip to content", "Search the book", "¶"):
        assert gone not in said, gone


def test_notebooks_say_what_they_are_written_in(site):
    """Feedback goes by it."""
    for language in ("zh", "en"):
        made = sorted((site / language / "exercises").glob("*.ipynb"))
        assert len(made) == 14
        assert {nbformat.read(path, 4).metadata.get("lang", "zh") for path in made} == {language}


def test_the_zip_is_english(site):
    import zipfile

    (made,) = (site / "en" / "downloads").glob("*.zip")
    with zipfile.ZipFile(made) as box:
        names = box.namelist()
        assert {"open-me.html", "en/index.html"} <= set(names)
        page = box.read("en/index.html").decode()
    assert "sm-language" not in page  # the other edition is not in it
    assert "The ZIP has no search" in page


def test_numbers_in_sentences_are_written_as_english_has_them(open_page, address):  # noqa: F811
    page = open_page(f"{address}/chapters/04-quality.html", width=390)
    sim = simulation(page, 0)
    expect(sim.locator(".sm-intro")).to_contain_text("With 200,000 yuan to spend")
    page = open_page(f"{address}/chapters/05-encounters.html", width=390)
    expect(simulation(page, 2).locator(".sm-intro")).to_contain_text("the tone −0.6, the face 0.2")
    page = open_page(f"{address}/chapters/09-segmentation.html", width=390)
    sim = simulation(page, 1)
    expect(sim.locator(".sm-intro")).to_contain_text("at 50,000 yuan")
    sim.get_by_role("button", name="Skip the prediction").click()
    expect(sim.locator(".sm-control", has_text="Cost of one programme").locator("output")).to_have_text("50,000")


def test_the_glossary_is_in_alphabetical_order(open_page, address):  # noqa: F811
    page = open_page(f"{address}/glossary.html")
    terms = [term.strip("#¶ \n").replace("’", "'").casefold() for term in page.locator("dl.glossary dt").all_inner_texts()]
    assert len(terms) > 200
    assert terms == sorted(terms)
