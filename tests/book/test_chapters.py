"""Each chapter is whole: every part of the skeleton in its place, nothing in it empty, nothing on its page left in English.

What the build itself refuses (references, terms, sources, cells, glyphs) stands in test_refusals.py.
"""

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, NavigableString

from service_marketing.publishing.quiz import parse
from service_marketing.quiz.packing import unpack

ROOT = Path(__file__).parent.parent.parent
CHAPTERS = {int(path.name[:2]): path for path in sorted((ROOT / "chapters" / "zh").glob("[01][0-9]-*.md"))}
# part of the label: what its heading begins with
SKELETON = {
    "scene": "开篇场景",
    "objectives": "学习目标",
    "claim": "流行说法",
    "concepts": "概念与模型",
    "simulation": "期望-结果实验",
    "lab": "数据实验",
    "practice": "实务",
    "quiz": "想一想",
    "exercises": "练习",
    "verdict": "说法核查",
    "summary": "小结",
    "terms": "术语",
    "assignment": "作业",
    "references": "参考文献",
}
# the introduction to the tools: its model, its data and its practice are the first cells
TOOLS = {name: SKELETON[name] for name in SKELETON if name not in ("concepts", "simulation", "practice", "assignment")}
TOOLS["lab"] = "期望-结果实验"
VERDICTS = "属实|有条件|来源不明|误传"
CORE = (3, 5, 6, 9)
SIGN = r"[\u3400-\u9fff]"


@pytest.fixture(params=CHAPTERS, ids=lambda number: f"chapter {number}")
def number(request) -> int:
    return request.param


@pytest.fixture
def text(number) -> str:
    """The chapter's source."""
    return CHAPTERS[number].read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def parsed(site) -> dict[int, BeautifulSoup]:
    return {}


@pytest.fixture
def page(number, parsed, site) -> BeautifulSoup:
    """The chapter's article in the built site. Not to be changed."""
    if number not in parsed:
        html = (site / "zh" / "chapters" / CHAPTERS[number].with_suffix(".html").name).read_text(encoding="utf-8")
        parsed[number] = BeautifulSoup(html[html.index("<article") : html.index("</article>")], "html.parser")
    return parsed[number]


def part(text: str, number: int, name: str) -> str:
    """The text from the label chN-name to the next part of the skeleton."""
    labels = re.split(r"^\((ch\d+-[a-z-]+)\)=\n", text, flags=re.MULTILINE)
    names, pieces = labels[1::2], labels[2::2]
    start = names.index(f"ch{number}-{name}")
    end = next((k for k in range(start + 1, len(names)) if names[k].partition("-")[2] in SKELETON), len(names))
    return "".join(pieces[start:end])


def test_there_are_thirteen():
    assert list(CHAPTERS) == list(range(13))


# The skeleton


def test_every_part_in_its_place(text, number):
    wanted = SKELETON if number else TOOLS
    # two experiments are -lab-a and -lab-b
    found = re.findall(rf"^\(ch{number}-([a-z]+)(?:-a)?\)=\n\n## (.+)$", text, re.MULTILINE)
    assert [(name, heading[: len(wanted[name])]) for name, heading in found if name in wanted] == list(wanted.items())


def test_no_part_is_empty(text, number):
    for name in SKELETON if number else TOOLS:
        if name != "lab":
            least = 60 if name in ("scene", "concepts", "summary", "verdict") else 15
            assert len(re.findall(SIGN, part(text, number, name))) >= least, name


def test_scene_ends_in_a_question(text, number):
    assert re.search("[？?]", part(text, number, "scene"))


def objectives(text: str, number: int) -> list[str]:
    return re.findall(r"^(?:\d+\.|-) (.+)$", part(text, number, "objectives"), re.MULTILINE)


def exercises(text: str, number: int) -> list[str]:
    return re.findall(rf"^(?:\*\*|### )练习({number}\.\d+)\b", part(text, number, "exercises"), re.MULTILINE)


def test_objectives_are_met_by_exercises(text, number):
    assert 3 <= len(objectives(text, number)) <= 5
    there = exercises(text, number)
    for objective in objectives(text, number):
        named = re.findall(r"\d+\.\d+", objective.partition("（练习")[2])
        assert named, f"没有练习：{objective}"
        assert set(named) <= set(there), objective
    assert "先修" in part(text, number, "objectives")
    assert re.search(r"预计用时.*?\d+分钟", part(text, number, "objectives"))


def test_exercises_have_their_solutions(text, number):
    found = exercises(text, number)
    assert found == [f"{number}.{k}" for k in range(1, len(found) + 1)]
    assert len(found) >= (5 if number == 0 else 8 if number in CORE else 6)
    solved = re.findall(rf"(?:\{{dropdown\}}|code_prompt_show:) 练习({number}\.\d+)的(?:解答|参考答案)", part(text, number, "exercises"))
    assert solved == found


def test_solutions_are_folded(page, number):
    shown = [
        fold.summary.get_text(" ", strip=True) for fold in page.select("details") if fold.summary and "练习" in fold.summary.get_text()
    ]
    folded = {found[1] for text in shown if (found := re.search(r"练习(\d+\.\d+)的", text))}
    assert {name for name in exercises(CHAPTERS[number].read_text(encoding="utf-8"), number)} <= folded
    assert not [fold for fold in page.select("details") if fold.has_attr("open")]


def test_verdicts(text, number):
    """Each bold line that takes up a claim says what it is, in one of four ways."""
    verdict = part(text, number, "verdict")
    bold = re.findall(r"^\*\*(.+?)\*\*", verdict, re.MULTILINE)
    judged = [line for line in bold if re.match(rf"(.*：)?({VERDICTS})", line)]
    assert judged
    assert [line for line in bold if "“" in line and line not in judged] == []
    claims = part(text, number, "claim").count("\n> ")
    assert claims >= 1
    assert len(judged) >= len(re.findall(r"(?:^|\n\n)> ", part(text, number, "claim")))


def test_a_chapter_leads_to_its_sources_and_its_verdict(text, number):
    assert f"ch{number}-verdict)" in part(text, number, "claim")
    assert len(re.findall(r"\{term\}`", part(text, number, "terms"))) >= 5
    assert re.search(r"\{cite(:[tp])?\}`|references\.md", part(text, number, "references"))


# Quizzes and boxes


def test_quizzes(text, page, number):
    written = re.findall(r"^(:{3,})\{quiz\}\n((?::[^\n]+\n)+)\n(.+?)\n^\1$", part(text, number, "quiz"), re.MULTILINE | re.DOTALL)
    assert 4 <= len(written) <= 6
    assert text.count("{quiz}") == len(written), "a quiz stands elsewhere, or is written in another way"
    built = page.select("form.sq")
    assert len(built) == len(written)
    for (_, options, body), form in zip(written, built, strict=True):
        quiz = parse(re.search(r":right: *(\S+)", options)[1], body.splitlines())
        right, feedback = unpack(form.script.string)
        options = form.ol.find_all("li", recursive=False)
        assert len(feedback) == len(options) == len(quiz.options)
        written_right = quiz.options["ABCDEFGH".index(quiz.right)].text
        assert beginning(options["ABCDEFGH".index(right)].get_text()) == beginning(written_right)
        for said in feedback:
            assert len(BeautifulSoup(said, "html.parser").get_text(strip=True)) >= 10, f"{quiz.question.text}: {said}"


def beginning(option: str) -> str:
    """Enough of an option to know it by, without marks of MyST."""
    return re.sub(r"[\s*`]", "", re.split(r"[{$\[]", option)[0])[:5]


def test_right_answers_are_spread(page):
    """Who always takes the same letter must not be right all the time."""
    right = [unpack(form.script.string)[0] for form in page.select("form.sq")]
    assert len(set(right)) > 1


def test_something_to_do_in_the_page(text, page, number):
    assert page.select("service-sim, service-game")
    boxes = page.select("service-practice")
    assert len(boxes) == len(re.findall(r"practice\.show\(", text))
    if number:
        assert len(boxes) >= 2


# The page


def test_figures_are_described(page):
    for picture in page.select("img"):
        assert len(re.findall(SIGN, picture["alt"])) >= 15, f"{picture['src']}: {picture['alt']}"
        figure = picture.find_parent("figure")
        assert figure is not None, f"{picture['src']} stands in no figure"
        caption = figure.select_one(".caption-text")
        assert caption, f"{picture['src']} has no caption"
        assert len(re.findall(SIGN, caption.get_text())) >= 8, caption.get_text()
        assert caption.get_text(strip=True) != picture["alt"].strip()


CODE = "pre, code, script, style, svg, .katex, .katex-display, mark.none"
ALIVE = "service-sim, service-game, service-practice, service-record"
BLOCKS = "p, li, td, th, dt, dd, h1, h2, h3, h4, summary, figcaption, caption"


def said(block) -> str:
    """The text of a block without that of the blocks in it; code and formulas are one sign each."""
    pieces = []
    for child in block.children:
        if isinstance(child, NavigableString):
            pieces.append(str(child) if type(child) is NavigableString else "")
        elif (
            child.name in ("pre", "code", "script", "style", "svg")
            or "katex" in " ".join(child.get("class", []))
            or "math" in child.get("class", [])
        ):
            pieces.append("\ufffc")
        elif child.name == "br":
            pieces.append("\n")
        elif "headerlink" in child.get("class", []) or "caption-number" in child.get("class", []):
            continue
        elif child.name not in ("ul", "ol", "table", "div", "details", "p", "dl", "blockquote", "figure", "form", "section"):
            pieces.append(said(child))
    return "".join(pieces)


def prose(page) -> list[str]:
    """What the page says in Chinese, block by block."""
    # references as the list gives them, and tables that cells print, have their own ways
    blocks = [
        block for block in page.select(BLOCKS) if not block.find_parent(ALIVE.split(", ")) and not block.find_parent(class_="cell_output")
    ]
    return [text for block in blocks if re.search(SIGN, text := re.sub(r"[ \t]*\n[ \t]*", " ", said(block)).strip())]


# a number before what it counts stands apart: 练习0.1 换一位客人, 22:10 电话
SPACES = re.compile(rf"{SIGN} +[A-Za-z0-9\ufffc]|[A-Za-z%\ufffc] +{SIGN}")
HALF_WIDTH = re.compile(rf"{SIGN}[,;:!?()]|[,;!?(]{SIGN}|{SIGN}\.(?={SIGN}|$)|{SIGN}[\"'](?={SIGN})")


def slips(pattern: re.Pattern, page) -> list[str]:
    """Where the pattern is found, with some of the text around it."""
    return [text[max(0, found.start() - 15) : found.end() + 15] for text in prose(page) for found in pattern.finditer(text)]


def test_chinese_and_latin_are_written_without_a_space(page):
    assert len(prose(page)) > 60
    assert slips(SPACES, page) == []


def test_chinese_has_its_own_punctuation(page):
    assert slips(HALF_WIDTH, page) == []


@pytest.mark.parametrize("text", ["用 NPS量", "用NPS 量", "涨5% 以上", "用<em>NPS</em> 量", "运行 <code>x</code>"])
def test_a_space_is_seen(text):
    assert slips(SPACES, BeautifulSoup(f"<p>{text}</p>", "html.parser"))


@pytest.mark.parametrize("text", ["好,坏", "好(坏)", "好;", "好?", "好.坏", "结束."])
def test_half_width_punctuation_is_seen(text):
    assert slips(HALF_WIDTH, BeautifulSoup(f"<p>{text}</p>", "html.parser"))


def test_what_is_right_is_left_alone():
    text = "<p>练习0.1 换一位客人，用NPS（净推荐值）量，3.5分；22:10 电话<code>a, b</code>。“对。”</p><p>Oliver, R. L.</p>"
    page = BeautifulSoup(text, "html.parser")
    assert slips(SPACES, page) + slips(HALF_WIDTH, page) == []
