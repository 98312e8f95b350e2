"""The book as a PDF: that what is printed in it is true, complete and findable."""

import re
import shutil
from pathlib import Path

import pypdfium2
import pytest
import yaml
from pypdf import PdfReader

from browser import ENABLE, browser, program  # noqa: F401
from service_marketing.publishing import books, build, paper, reading
from service_marketing.publishing import browser as printing

SIZE = (185, 260)  # mm
TOOLS = r"undefined|NaN|Show code|Hide code|Permalink|Link to this|Click to|Toggle|Table of contents"
# what the tools say in English, and in the English edition what they say in Chinese, too
TOOLS_SAY = {
    "zh": re.compile(rf"\b({TOOLS}|Next|Previous|Note:|Figure|Fig\.)"),
    "en": re.compile(rf"(?<!“)\b({TOOLS})|查看代码|隐藏代码|第\d+页"),  # in quotation marks the book itself speaks of them
}
STARTS = {"zh": "起始设定下的结果", "en": "Resultforthestartingsettings"}


def pytest_generate_tests(metafunc):
    """The Chinese edition; with --long the English one, too."""
    if "language" in metafunc.fixturenames:
        languages = ["zh", "en"] if metafunc.config.getoption("--long") else ["zh"]
        metafunc.parametrize("language", languages, scope="module")


def close(text: str) -> str:
    """`text` without spaces: where they stand in a PDF is the reader's guess."""
    return re.sub(r"\s+", "", text)


@pytest.fixture(scope="module")
def file(root, language) -> Path:
    if program() is None:
        pytest.skip(ENABLE)
    return books.make(root, "pdf", language)


@pytest.fixture(scope="module")
def facts(root, language) -> dict:
    """What the edition's configuration says."""
    return yaml.safe_load((root / build.CONFIG[language][0]).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def said(language) -> reading.Words:
    return reading.WORDS[language]


@pytest.fixture(scope="module")
def pdf(file) -> PdfReader:
    return PdfReader(file)


@pytest.fixture(scope="module")
def texts(file) -> list[str]:
    """What stands on each page."""
    document = pypdfium2.PdfDocument(file)
    found = [page.get_textpage().get_text_bounded() for page in document]
    document.close()
    return found


@pytest.fixture(scope="module")
def pages(file, root, language) -> list[reading.Page]:
    return reading.pages(root / "_build" / "site" / language)


def outline(pdf: PdfReader, entries=None, depth: int = 0) -> list[tuple[int, str, int]]:
    """The bookmarks: depth, words, page counted from 1."""
    found = []
    for entry in pdf.outline if entries is None else entries:
        if isinstance(entry, list):
            found += outline(pdf, entry, depth + 1)
        else:
            found.append((depth, entry.title, pdf.get_destination_page_number(entry) + 1))
    return found


@pytest.mark.slow
def test_it_is_a_whole_book(pdf, texts, pages, language):
    assert len(pages) >= 16
    written = sum(len(close(page.body.get_text())) for page in pages)
    most, least = {"zh": (1200, 400), "en": (3000, 1000)}[language]
    assert written / most < len(pdf.pages) < written / least
    for page in pdf.pages[:: max(1, len(pdf.pages) // 20)]:
        assert [round(float(side) * 25.4 / 72) for side in page.mediabox[2:]] == list(SIZE)
    assert [number for number, text in enumerate(texts, 1) if not close(text)] == []


@pytest.mark.slow
def test_it_says_what_it_is(pdf, facts, said, texts):
    assert (pdf.metadata.title, pdf.metadata.author) == (facts["title"], facts["author"])
    catalogue = pdf.trailer["/Root"]
    assert catalogue["/Lang"] == said.tag
    assert catalogue["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in catalogue
    assert catalogue["/ViewerPreferences"]["/DisplayDocTitle"]
    assert close(facts["title"]) in close(texts[0])
    assert close(facts["author"]) in close(texts[0])
    assert str(facts["copyright"]) in close(texts[0])
    assert "CCBY-SA4.0" in close(texts[1])


@pytest.mark.slow
def test_bookmarks_are_parts_chapters_and_sections(pdf, pages, said):
    wanted = [(0, said.contents)]
    for part, chapters in reading.parts(pages).items():
        wanted.append((0, part))
        for page in chapters:
            wanted.append((1, page.title))
            wanted += [(2, heading.title) for heading in page.headings if heading.level == 2]
    assert [(depth, title) for depth, title, _ in outline(pdf)] == wanted


@pytest.mark.slow
def test_contents_name_the_page_on_which_each_heading_stands(pdf, texts, said):
    marks = [(close(title), page) for depth, title, page in outline(pdf) if depth > 0]
    first = marks[0][1]
    lines = [close(line) for text in texts[2 : first - 1] for line in text.splitlines()]
    printed = [
        (found[1], int(found[2])) for line in lines if (found := re.fullmatch(r"(.+?)(\d{1,3})", line)) and found[1] != said.contents
    ]
    # a title may itself end in a number: what is read is compared as it is printed
    assert [f"{title}{page}" for title, page in printed] == [f"{title}{page}" for title, page in marks]
    for title, page in marks:
        assert title in close(texts[page - 1]), f"{title} is not on page {page}"


@pytest.mark.slow
def test_every_page_but_the_first_two_has_its_number(texts):
    for number, text in enumerate(texts, 1):
        lines = [close(line) for line in text.splitlines()]
        assert any(re.fullmatch(rf".*?(?<!\d){number}", line) for line in lines) == (number > 2), number


@pytest.mark.slow
def test_links_lead_somewhere_in_the_book_or_to_a_public_address(pdf):
    places = paper.destinations(pdf)
    inside, outside = [], []
    for page in pdf.pages:
        for note in page.get("/Annots", []):
            link = note.get_object()
            if "/Dest" in link:
                inside.append(link["/Dest"].removeprefix("/"))
            elif "/A" in link and "/URI" in link["/A"]:
                outside.append(link["/A"]["/URI"])
    assert len(inside) > 1500
    assert set(inside) <= set(places)
    assert len(outside) > 50
    assert [address for address in outside if not re.match(r"https?://(?!127\.|localhost)[\w.-]+\.\w+/", address)] == []


@pytest.mark.slow
def test_each_question_names_the_page_of_its_answer(texts, pages, said):
    links = [link.get_text() for page in pages for link in page.body.select("p.see a.paged")]
    labels = "|".join(re.escape(close(label)) for label in links if reading.EXERCISE.match(label))
    at = close(said.page).format(r"(\d+)")
    named = 0
    for number, text in enumerate(texts, 1):
        for label, page in re.findall(f"({labels}){at}", close(text)):
            answer = close(texts[int(page) - 1])
            assert re.search(rf"{re.escape(label)}(?!{at})", answer), f"{label}: not on page {page}"
            assert int(page) >= number
            named += 1
    assert named > 100


@pytest.mark.slow
def test_nothing_is_told_before_it_is_asked(pages, said):
    """No fold is left in the text, and what was folded stands in the chapter's last section."""
    for page in pages:
        assert page.body.select("details, summary, service-sim, service-practice, form") == []
        for answer in page.body.select(".said, .answer"):
            assert answer.find_parent(class_="answers"), page.key
    for page in pages:
        if re.match(r"\d\d-", page.key):
            *_, last = page.headings
            assert last.title == said.answers
            assert len(page.body.select(".said")) >= 12, f"{page.key} lacks feedback on its quizzes"


@pytest.mark.slow
def test_simulations_are_printed_with_their_numbers_and_their_drawings(pages, texts, language):
    whole = close("".join(texts))
    stills = [still for page in pages for still in page.body.select(".sm-still")]
    assert len(stills) > 25
    for still in stills:
        assert close(still.figcaption.strong.get_text()) in whole
    tables = [still for still in stills if still.table]
    assert whole.count(STARTS[language]) == len(tables)
    names = {close(text.get_text()) for still in stills for text in still.select(".sm-axis .sm-name")}
    assert len(names) > 15
    assert [name for name in names if name not in whole] == []


@pytest.mark.slow
def test_no_word_of_the_tools_and_nothing_for_instructors(texts, pages, said, language):
    book = [(number, text) for number, text in enumerate(texts, 1) if "doi" not in text]
    assert [(number, found[0]) for number, text in book if (found := TOOLS_SAY[language].search(text))] == []
    assert [number for number, text in enumerate(texts, 1) if close(said.page).format(paper.UNKNOWN) in close(text)] == []
    assert not {page.key for page in pages} & {"instructor", "my-record", "search"}
    assert not [page.key for page in pages if page.key.startswith("guide")]


@pytest.mark.slow
def test_signs_can_be_searched_for(texts, pages, language):
    radicals = {sign for text in texts for sign in text if "\u2e80" <= sign <= "\u2fdf"}
    assert radicals == set()
    whole = close("".join(texts))
    if language == "zh":
        assert "用户" in whole
    else:
        chinese = {close(tag.get_text()) for page in pages for tag in page.body.select("p > [lang=zh-CN]")}
        assert len(chinese) > 10
        assert [words for words in chinese if words not in whole] == []


@pytest.mark.slow
def test_no_heading_stands_alone_at_the_foot_of_a_page(texts, pages):
    titles = {close(heading.title) for page in pages for heading in page.headings}
    alone = []
    for number, text in enumerate(texts, 1):
        lines = [close(line) for line in text.splitlines() if close(line)]
        if lines and lines[-1] in titles and len(lines) > 3:
            alone.append((number, lines[-1]))
    assert alone == []


@pytest.mark.slow
def test_nothing_is_wider_than_the_paper(browser, root, pages, facts, language):  # noqa: F811
    edition = root / "_build" / "site" / language
    width = round((SIZE[0] - 40) / 25.4 * 96)
    with printing.desk(edition) as (desk, address, beside):
        (desk / "book.html").write_text(paper.sheet(facts, pages, {}, beside), encoding="utf-8")
        page = browser.new_page(viewport={"width": width, "height": 800})
        page.emulate_media(media="print")
        page.goto(f"{address}/book.html")
        wide = page.evaluate(
            """width => [...document.querySelectorAll("body *")]
              .filter((tag) => !tag.closest("svg svg, .katex *") && tag.getBoundingClientRect().right > width + 1)
              .map((tag) => `${tag.closest("article")?.id} ${tag.tagName} ${tag.textContent.trim().slice(0, 40)}`)""",
            width,
        )
        missing = page.evaluate("[...document.images].filter((image) => !image.naturalWidth).map((image) => image.src)")
        blank = page.evaluate("[...document.querySelectorAll('.sm-picture')].filter((tag) => tag.offsetHeight < 40).length")
        page.close()
    assert wide == []
    assert missing == []
    assert blank == 0


@pytest.mark.slow
def test_nothing_is_done_when_nothing_changed(file, root, language, monkeypatch):
    monkeypatch.setattr(paper, "make", lambda *_: pytest.fail("made again"))
    before = file.stat().st_mtime_ns
    assert books.make(root, "pdf", language) == file
    assert file.stat().st_mtime_ns == before


# Without the book


PAGE = """<!doctype html><html lang="zh-CN"><body><article><section id="ch1"><h1>第1章 甲<a class="headerlink" href="#ch1">¶</a></h1>
<p>见<a href="02-b.html#ch2-x">乙</a>，<a href="02-b.html">下一章</a>，<a href="../exercises/a.ipynb">作业</a>，
<a href="../instructor.html">教师</a>。</p>
<section id="ch1-x"><h2>练习</h2>
<p><strong>问题1</strong> 几个？</p>
<details><summary>A. 一个</summary><p>不对。</p></details>
<details><summary>B. 两个</summary><p>对。</p></details>
<p>练习1.1 算一算。</p>
<details><summary>练习1.1的解答</summary><p>得3。</p></details>
<div class="cell"><details class="hide"><summary><p class="collapsed">查看代码</p></summary><pre>secret()</pre></details></div>
<service-sim id="lab"><script>1</script><div class="sm-root">动</div>
<figure class="sm-still"><figcaption>静</figcaption></figure></service-sim>
</section></section></article></body></html>"""
OTHER = (
    '<html><body><article><section id="ch2"><h1>第2章 乙</h1><section id="ch2-x"><h2>节</h2></section></section></article></body></html>'
)
INDEX = """<div class="sidebar-tree"><p class="caption">上</p><ul><li class="toctree-l1"><a href="chapters/01-a.html">一</a></li></ul>
<p class="caption">下</p><ul><li class="toctree-l1"><a href="chapters/02-b.html">二</a></li>
<li class="toctree-l1"><a href="instructor.html">教师</a></li></ul></div>"""


@pytest.fixture
def edition(tmp_path) -> Path:
    """A site of two pages, in a course's folder."""
    folder = tmp_path / "_build" / "site" / "zh"
    (folder / "chapters").mkdir(parents=True)
    (tmp_path / "_config.yml").write_text(
        'title: 书\nauthor: 人\ncopyright: "2026"\nsphinx: {config: {language: zh_CN}}\n', encoding="utf-8"
    )
    for name, text in {"index.html": INDEX, "chapters/01-a.html": PAGE, "chapters/02-b.html": OTHER}.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_pages_come_in_order_and_without_those_for_instructors(edition):
    pages = reading.pages(edition)
    assert [(page.part, page.key, page.title) for page in pages] == [("上", "01-a", "第1章 甲"), ("下", "02-b", "第2章 乙")]
    ids = [tag["id"] for page in pages for tag in page.body.find_all(id=True)]
    assert len(ids) == len(set(ids))


def test_links_stay_in_the_book(edition):
    first, _ = reading.pages(edition)
    links = {link.get_text(): link["href"] for link in first.body.p.select("a")}
    assert links == {"乙": "#02-b.ch2-x", "下一章": "#02-b"}
    assert "作业" in first.body.p.get_text()


def test_answers_go_to_the_end_and_code_that_is_folded_goes(edition):
    first, _ = reading.pages(edition)
    asked, answers = first.body.select_one("section").get_text(), first.body.select_one(".answers")
    assert "A. 一个" in asked
    assert "不对" not in asked
    assert "得3" not in asked
    assert [reading.words(head) for head in answers.select(".answer-head")] == ["练习：问题1", "练习1.1的解答"]
    assert [reading.words(said) for said in answers.select(".said")] == ["A 不对。", "B 对。"]
    for head in answers.select(".answer-head a"):
        assert first.body.find(id=head["href"][1:])
    assert "secret" not in first.body.get_text()


def test_what_moves_stands_still(edition):
    first, _ = reading.pages(edition)
    assert first.body.select_one("figure.sm-still")["id"] == "01-a.lab"
    assert "动" not in first.body.get_text()
    assert first.body.select("script, service-sim") == []


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("<07> <2F64>", "<07> <7528>"),  # ⽤ → 用
        ("<0001> <0002> <2F63>", "<0001> <0002> [<751F> <7528>]"),
        ("<0A> <2ED3>", "<0A> <957F>"),  # ⻓ → 长, which NFKC leaves
        ("<2F64> <7528>", "<2F64> <7528>"),
        ("<2F01> <2F05> <6587>", "<2F01> <2F05> <6587>"),
    ],
)
def test_radicals_are_noted_as_signs(line, wanted):
    assert paper.NOTED.sub(paper._signs, line) == wanted


def test_numbers_that_do_not_settle_leave_the_old_file(edition, monkeypatch):
    turns = iter(range(100))
    monkeypatch.setattr(printing, "print_pdf", lambda url, target: shutil.copy(__file__, target))
    monkeypatch.setattr(paper, "PdfReader", lambda path: None)
    monkeypatch.setattr(paper, "destinations", lambda printed: {"01-a": next(turns)})
    folder = edition.parents[2]
    target = folder / "_build" / "书.pdf"
    target.write_text("old")
    with pytest.raises(paper.PaperError, match="do not settle"):
        paper.make(folder, edition, target)
    assert target.read_text() == "old"
    assert sorted(path.name for path in target.parent.iterdir()) == ["site", "书.pdf"]


def test_without_a_browser_it_says_how_to_get_one(root, monkeypatch):
    monkeypatch.setattr(printing, "program", lambda: None)
    monkeypatch.setattr(books.build, "build", lambda *_: pytest.fail("built first"))
    for kind in ("pdf", "epub"):
        with pytest.raises(printing.BrowserError, match="apt-get install chromium"):
            books.make(root, kind)
