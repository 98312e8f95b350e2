"""What there is to do in each chapter, told to the page that shows how far its reader is."""

import json
import re
from pathlib import Path

from bs4 import BeautifulSoup, Tag

LABEL = re.compile(r"(第\d+章|附录\w|Chapter \d+|Appendix \w)(?=\s)")


def note_contents(edition: Path) -> None:
    """Put the list of the chapters into every `<service-record>` of the finished `edition`, as data beside it."""
    element = "<service-record>"
    holders = [page for page in edition.glob("*.html") if element in page.read_text(encoding="utf-8")]
    if not holders:
        return
    listed = json.dumps(contents(edition), ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    for page in holders:
        text = page.read_text(encoding="utf-8")
        page.write_text(text.replace(element, f'{element}<script type="application/json">{listed}</script>', 1), encoding="utf-8")


def contents(edition: Path) -> list[dict]:
    """One record a chapter or appendix, in the order of the book.

    page, href    its address without and with .html
    label, title  第3章, and the whole title
    sections      how many sections there are to read, those without others inside
    predictions   "simulation mode" of each prediction asked for here; of the game its name alone
    quizzes, practices   their names
    """
    index = BeautifulSoup((edition / "index.html").read_text(encoding="utf-8"), "html.parser")
    links = [link["href"] for link in index.select(".sidebar-tree a[href^='chapters/']")]
    return [_chapter(edition, href) for href in dict.fromkeys(links)]


def _chapter(edition: Path, href: str) -> dict:
    article = BeautifulSoup((edition / href).read_text(encoding="utf-8"), "html.parser").select_one("article")
    title = _words(article.h1)
    label = LABEL.match(title)
    headings = [link.parent for link in article.select(":is(h2, h3) > .headerlink")]
    read_whole = [one for one, after in zip(headings, [*headings[1:], None], strict=True) if not after or one.parent not in after.parents]
    return {
        "page": href.removesuffix(".html"),
        "href": href,
        "label": label[1] if label else title,
        "title": title,
        "sections": len(read_whole),
        "predictions": _predictions(article, label[1] if label else ""),
        "quizzes": [form["id"] for form in article.select("form.sq")],
        "practices": [json.loads(box.find("script").string)["name"] for box in article.select("service-practice")],
    }


def _predictions(article: Tag, label: str) -> list[str]:
    """Those of the chapter itself: a simulation that another chapter borrows is counted where it belongs."""
    number = re.search(r"\d+", label)
    found = []
    for element in article.select("service-sim, service-game"):
        spec = json.loads(element.find("script", type="application/json").string)["spec"]
        if number and spec["chapter"] != int(number[0]):
            continue
        modes = [mode["name"] for mode in spec.get("modes", []) if mode.get("prediction")]
        found += [spec["name"]] if element.name == "service-game" else [f"{spec['name']} {mode}" for mode in modes]
    return list(dict.fromkeys(found))


def _words(heading: Tag) -> str:
    return "".join(part for part in heading.find_all(string=True) if "headerlink" not in part.parent.get("class", [])).strip()
