"""The finished pages as a book to be read from front to back, without scripts: what the PDF and the EPUB are made of.

Folded answers are gathered at the end of their chapter: beside the question they would be read before it is thought about.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from posixpath import join, normpath
from urllib.parse import unquote, urldefrag

from bs4 import BeautifulSoup, NavigableString, Tag

from .quiz import show_answers

# for instructors, or nothing without a browser or a notebook
LEFT_OUT = re.compile(r"instructor\.html|guide/|my-record\.html|assignments\.html|exercises/")
OPTION = re.compile(r"[A-H][.．、]")
ANSWER = re.compile("练习|答案|解答|exercise|answer|solution", re.IGNORECASE)  # in the title of code that is one
EXERCISE = re.compile(r"练习\s*\w+\.\d|Solution to exercise \w+\.\d")


@dataclass(frozen=True)
class Words:
    """What the book itself says in one language, beside the text of its pages."""

    tag: str
    answers: str
    subtitle: str
    subject: str
    on_paper: str
    turn: str
    licence: str
    feedback: str
    solution: str
    practice: str
    between: str
    contents: str
    page: str
    imprint: str
    beside: str
    web: str
    links: str
    stop: str
    gap: str


WORDS = {
    "zh": Words(
        tag="zh-CN",
        answers="本章答案",
        subtitle="一本可以动手的教科书",
        subject="服务营销教科书，CC BY-SA 4.0",
        on_paper="这本书的网页版可以动手：先写下自己的预测，再运行模型，最后看两者差了多少。"
        "这里留下的是每个模拟起始设定下的图和数，游戏留下的是封面。"
        "只有少数几段代码收在这里，画图和算数的代码都在网页和各章的notebook里。",
        turn="题目在各章里，答案集中在各章的最后一节“本章答案”。先想，再翻。",
        licence="文字和图采用CC BY-SA 4.0许可：注明出处，就可以复制、改编和传播，改编后的作品要用同样的许可。代码采用BSD 3-Clause许可。",
        feedback="各选项的反馈",
        solution="参考答案",
        practice="练一练：",
        between="：",
        contents="目录",
        page="第{}页",
        imprint="纸面上的这本书",
        beside="题目旁边写着答案的页码。",
        web="正文里的“点开”“拖动”“按下”，说的都是网页版。",
        links="蓝绿色的字是链接，在屏幕上点一下就能过去。书页的编号与PDF阅读器里的页码相同。",
        stop="。",
        gap="",
    ),
    "en": Words(
        tag="en",
        answers="Answers to this chapter",
        subtitle="A textbook to try things out in",
        subject="A textbook of service marketing, CC BY-SA 4.0",
        on_paper="The web edition of this book is alive: you write down a prediction, run the model and see how far apart the two are. "
        "Here each simulation is shown as it starts, and the game by its cover. Only a few pieces of code are printed; those that "
        "draw the figures and work out the numbers are on the web pages and in the chapters’ notebooks.",
        turn="Questions stand in the chapters, and their answers in the last section of each, “Answers to this chapter”. Think first.",
        licence="Text and figures are under CC BY-SA 4.0: name the source, and you may copy, adapt and share them; what you make of them "
        "has to be under the same licence. Code is under the BSD 3-Clause licence.",
        feedback="Feedback on each option",
        solution="Solution",
        practice="Try it: ",
        between=": ",
        contents="Contents",
        page="page {}",
        imprint="This book on paper",
        beside="The page of its answer stands beside each question.",
        web="Where the text says “open”, “drag” or “press”, it speaks of the web edition.",
        links="Words in teal are links; on a screen, a tap takes you there. Pages are numbered as PDF readers number them.",
        stop=".",
        gap=" ",
    ),
}


def spoken(facts: Mapping) -> Words:
    """The words of the edition whose configuration is `facts`."""
    return WORDS[facts["sphinx"]["config"]["language"][:2]]


@dataclass(frozen=True)
class Heading:
    """A heading of a page: its id, its words, and its level (1 is the page's title)."""

    id: str
    title: str
    level: int


@dataclass(frozen=True)
class Page:
    """A page of the site as a chapter to be read: its key, which is its own id, its part's name and its content."""

    key: str
    part: str
    body: Tag

    @property
    def headings(self) -> list[Heading]:
        """The headings of the page down to h3, in order."""
        return [Heading(tag["id"], words(tag), int(tag.name[1])) for tag in self.body.find_all(["h1", "h2", "h3"], id=True)]

    @property
    def title(self) -> str:
        """The page's title."""
        return self.headings[0].title


def words(tag: Tag) -> str:
    """The words of `tag`, on one line; of a formula its visible form alone."""
    hidden = {id(text) for formula in tag.select(".katex-mathml") for text in formula.find_all(string=True)}
    return re.sub(r"\s+", " ", "".join(text for text in tag.find_all(string=True) if id(text) not in hidden)).strip()


def parts(pages: Iterable[Page]) -> dict[str, list[Page]]:
    """The pages by the name of their part, in the book's order."""
    found: dict[str, list[Page]] = {}
    for page in pages:
        found.setdefault(page.part, []).append(page)
    return found


def pages(edition: Path) -> list[Page]:
    """The pages of the built `edition` that a reader's book has, in its order.

    Ids begin with the key of their page and a dot; links lead to such an id (`#KEY.ID`), or to another host; pictures have the
    address that they have from the edition's folder. What needs a script stands in the form that it has without one.
    """
    order = list(_order(edition))
    keys = {path: key(path) for path, _ in order}
    said = WORDS["en" if re.search(r'<html[^>]*\blang="en', (edition / "index.html").read_text(encoding="utf-8")) else "zh"]
    return [Page(keys[path], part, _read(edition, path, keys, said)) for path, part in order]


def key(path: str) -> str:
    """What the ids of the page `path` begin with, before the dot."""
    return path.removesuffix(".html").removeprefix("chapters/").replace("/", "-")


def _order(edition: Path) -> Iterator[tuple[str, str]]:
    tree = _soup(edition / "index.html").select_one(".sidebar-tree")
    part = ""
    for tag in tree.select("p.caption, li.toctree-l1 > a"):
        if tag.name == "p":
            part = words(tag)
        elif not LEFT_OUT.match(tag["href"]):
            yield tag["href"], part


def parse(text: str) -> BeautifulSoup:
    """`text` as a tree; names of attributes in it are in small letters."""
    return BeautifulSoup(text, "html.parser")


def _soup(path: Path) -> BeautifulSoup:
    return parse(path.read_text(encoding="utf-8"))


def _read(edition: Path, path: str, keys: dict[str, str], said: Words) -> Tag:
    soup = _soup(edition / path)
    body = soup.select_one("article > section")
    show_answers(body)
    _drop(body)
    for element in body.find_all(lambda tag: "-" in tag.name):
        _still(element)
    for fold in body.select("details.hide"):
        _unfold_code(fold)
    for cell in body.select("div.cell"):
        if not cell.get_text(strip=True) and not cell.find(["img", "svg"]):
            cell.decompose()
    for section in [body, *body.find_all("section")]:
        _anchor(section)
    _alphabetical(body)
    _address(body, path, keys)
    _gather(soup, body, keys[path], said)
    return body.extract()


def _drop(body: Tag) -> None:
    for tag in body.select(".headerlink, script, style, link, button, input, .sm-assignment, .sm-narrow, .sm-clock"):
        tag.decompose()
    for tag in body.select("img"):
        for name in ("loading", "decoding"):
            tag.attrs.pop(name, None)
    for mark in body.select("span.pasted-text, span.pre, span.bibtex-citation, span.std, span.xref, span.caption-text, span.doc"):
        mark.unwrap()
    for picture in body.select("a.image-reference"):
        picture.unwrap()  # a link to the picture itself


def _still(element: Tag) -> None:
    """Puts in the place of `element`, which lives by a script, what it shows without one."""
    still, box, without = element.select_one(".sm-still"), element.select_one(".sp-box"), element.select_one("noscript")
    if still:
        for tag in still.select(".sm-hidden"):
            tag.decompose()
        still["id"] = element.get("id") or still.get("id") or element.name
        element.replace_with(still.extract())
    elif box:
        for cell in box.select(".sp-cases :is(th, td):nth-child(3)"):
            cell.decompose()  # what the reader's own function gives
        box["id"] = element.get("id") or element.name
        element.replace_with(box.extract())
    elif without and without.get_text(strip=True):
        element.replace_with(without)
        without.unwrap()
    else:
        element.unwrap()


def _unfold_code(fold: Tag) -> None:
    """Leaves out code that is folded away; an answer that is folded in the same way becomes a fold like others."""
    title = words(fold.select_one("summary .collapsed") or fold.summary)
    if ANSWER.search(title):
        fold.summary.string = title
        fold["class"] = []
    else:
        fold.decompose()


def _address(body: Tag, path: str, keys: dict[str, str]) -> None:
    mine = keys[path]
    for tag in body.find_all(id=True):
        tag["id"] = f"{mine}.{tag['id']}"
    for name in ("for", "aria-labelledby", "aria-describedby", "aria-controls"):
        for tag in body.find_all(attrs={name: True}):
            del tag[name]
    for link in body.select("a[href]"):
        if re.match(r"(https?|mailto):", link["href"]):
            continue
        target, fragment = urldefrag(link["href"])
        target = normpath(join(path, "..", unquote(target))) if target else path
        if target in keys and (fragment or target != path):
            link["href"] = f"#{keys[target]}.{unquote(fragment)}" if fragment else f"#{keys[target]}"
        else:
            link.unwrap()  # a download, or a page that the book leaves out
    for image in body.select("img"):
        image["src"] = normpath(join(path, "..", image["src"]))


def _anchor(section: Tag) -> None:
    """Gives the ids of `section` to its heading: a section may begin at the foot of a page, and its heading stand on the next."""
    heading = section.find(["h1", "h2", "h3", "h4", "h5", "h6"], recursive=False)
    if heading and section.get("id"):
        for mark in [tag for tag in heading.find_previous_siblings("span", id=True) if not tag.get_text(strip=True)]:
            heading.insert(0, mark.extract())
        heading["id"] = section["id"]
        del section["id"]


def _alphabetical(body: Tag) -> None:
    """Puts the bibliography into the order of its authors, in which it can be looked through: Chinese names by sound, then the others."""
    for sources in body.select(".citation-list"):
        entries = [entry.extract() for entry in sources.select(".citation")]
        sources.clear()
        sources.extend(sorted(entries, key=lambda entry: _author(words(entry.p))))


def _author(source: str) -> tuple:
    """What an entry of the bibliography is sorted by: the surname of its first author, then all of it."""
    if re.match(r"[\u3400-\u9fff]", source):
        return 0, source.encode("gb18030"), source  # this code has the common signs in the order of their sound
    first = re.match(r".*?\w{2,}(?=,| and |\.)", source)
    surname = (first[0] if first else source).split()[-1]
    return 1, unicodedata.normalize("NFKD", surname).casefold().encode(), source


def _gather(soup: BeautifulSoup, body: Tag, mine: str, said: Words) -> None:
    """Moves what is folded in the page to its end, with links there and back."""
    answers = soup.new_tag("section", **{"class": "answers"})
    title = soup.new_tag("h2", id=f"{mine}.answers")
    title.string = said.answers
    answers.append(title)
    for number, group in enumerate(_groups(body), 1):
        label, options = _label(group, said), len(group) > 1 or OPTION.match(words(group[0].summary))
        question, answer = f"{mine}.q{number}", f"{mine}.a{number}"
        entry = soup.new_tag("div", **{"class": "answer"})
        head = soup.new_tag("p", id=answer, **{"class": "answer-head"})
        head.append(_link(soup, f"#{question}", label))
        entry.append(head)
        asked = soup.new_tag("div", id=question, **{"class": "asked"})
        group[0].insert_before(asked)
        if options:
            choice = soup.new_tag("ul", **{"class": "options"})
            asked.append(choice)
        for fold in group:
            summary = fold.summary.extract()
            if options:
                item = soup.new_tag("li")
                item.extend([child.extract() for child in list(summary.contents)])
                choice.append(item)
                letter = OPTION.match(words(item))
                entry.append(_said(soup, letter[0][0] if letter else words(item), fold))
            else:
                entry.extend([child.extract() for child in list(fold.contents)])
            fold.decompose()
        see = soup.new_tag("p", **{"class": "see"})
        short = said.solution if asked.find_parent(class_="sp-box") else label.rpartition(said.between)[2]
        see.append(_link(soup, f"#{answer}", said.feedback if options else short))
        see.a["class"] = "paged"
        asked.append(see)
        answers.append(entry)
    if len(answers.contents) > 1:
        body.append(answers)


def _groups(body: Tag) -> list[list[Tag]]:
    """The folds of the page; those that follow each other with nothing between are the options of one question."""
    groups: list[list[Tag]] = []
    for fold in body.select("details"):
        if fold.find_parent("details"):
            continue
        before = fold.previous_sibling
        while isinstance(before, NavigableString) and not before.strip():
            before = before.previous_sibling
        option = OPTION.match(words(fold.summary))
        if option and groups and before is groups[-1][-1]:
            groups[-1].append(fold)
        else:
            groups.append([fold])
    return groups


def _label(group: list[Tag], said: Words) -> str:
    """What the answers of `group` are called: by the question before them, by the box or the section that they stand in."""
    title = re.sub(r"（[^）]*打开）$| \(open [^)]*\)$", "", words(group[0].summary)).replace("打开", "看")
    if EXERCISE.match(title):
        return title
    box = group[0].find_parent(class_="sp-box")
    if box:
        return f"{said.practice}{words(box.select_one('.sp-title strong'))}"
    if OPTION.match(title):
        before = group[0].find_previous_sibling("p")
        asked = before and before.find("strong")
        title = words(asked) if asked else title
    section = words(group[0].find_parent("section").find(["h1", "h2", "h3", "h4"]))
    return f"{section}{said.between}{title}"


def _link(soup: BeautifulSoup, href: str, text: str) -> Tag:
    link = soup.new_tag("a", href=href)
    link.string = text
    return link


def _said(soup: BeautifulSoup, name: str, fold: Tag) -> Tag:
    """What is said of the option `name`: its first paragraph begins with the name."""
    block = soup.new_tag("div", **{"class": "said"})
    block.extend([child.extract() for child in list(fold.contents)])
    strong = soup.new_tag("strong", **{"class": "letter"})
    strong.string = name
    first = block.find("p")
    if first:
        first.insert(0, strong)
        strong.insert_after(" ")
    else:
        block.insert(0, strong)
    return block
