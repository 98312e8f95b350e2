"""Quizzes: what the directive refuses, and that the finished pages keep their answers out of sight."""

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

from service_marketing.publishing.notebooks import read
from service_marketing.publishing.plain import FENCE
from service_marketing.publishing.quiz import Fault, formula_html, hide_answers, parse, quiz_name, show_answers
from service_marketing.quiz.packing import LETTERS, pack, scramble, seal, unpack, unseal

CHAPTERS = sorted((Path(__file__).parents[2] / "chapters" / "zh").glob("[01][0-9]-*.md"))
GOOD = """为什么？

- 甲

  不对。

- 乙
  还是乙

  对，见[这里](https://example.org)。

  再想一步。
- 丙

  不对，$x^2$。
""".splitlines()
CONF = """
extensions = ["myst_parser", "quizzes"]
myst_enable_extensions = ["colon_fence", "dollarmath"]
language = "{language}"
html_theme = "basic"
"""
EXTENSION = """
from service_marketing.publishing import quiz_directive

def setup(app):
    quiz_directive.setup(app)
    app.add_post_transform(__import__("service_marketing.publishing.extension", fromlist=["x"]).ChineseLineEnds)
"""


def without(start: str) -> list[str]:
    return [line for line in GOOD if not line.startswith(start)]


# The text of a quiz


def test_what_a_quiz_holds():
    quiz = parse("B", GOOD)
    assert quiz.question.text == "为什么？"
    assert [option.text for option in quiz.options] == ["甲", "乙\n还是乙", "丙"]
    assert [option.text for option in quiz.feedback] == ["不对。", "对，见[这里](https://example.org)。\n\n再想一步。", "不对，$x^2$。"]
    assert [GOOD[part.line].strip().removeprefix("- ") for part in quiz.options] == ["甲", "乙", "丙"]
    assert [GOOD[part.line].strip() for part in quiz.feedback] == [part.lines[0] for part in quiz.feedback]


@pytest.mark.parametrize(
    ("right", "body", "line", "said"),
    [
        (None, GOOD, 0, "没有写哪个选项对"),
        ("", GOOD, 0, "没有写哪个选项对"),
        ("D", GOOD, 0, "不是选项的字母，只能是A到C"),
        ("AB", GOOD, 0, "不是选项的字母"),
        ("b", GOOD, 0, "不是选项的字母"),
        ("A", without("- 丙")[:-2], 0, "只有2个选项，至少要3个"),
        ("A", GOOD[1:], 0, "没有问题"),
        ("A", [], 0, "没有问题"),
        ("A", without("  不对。"), 2, "选项A没有反馈"),
        ("A", GOOD[:-1], 12, "选项C没有反馈"),
        ("A", [*GOOD[:4], "不对。", *GOOD[5:]], 4, "选项A里的这一行要缩进两格"),
        ("A", GOOD[:2] + ["- 甲", "", "  好"] * 9, 0, "有9个选项，至多8个"),
    ],
)
def test_what_a_quiz_must_not_lack(right, body, line, said):
    with pytest.raises(Fault, match=re.escape(said)) as caught:
        parse(right, body)
    assert caught.value.line == line


def test_names():
    assert quiz_name("03-satisfaction", 2) == "ch3-quiz-2"
    assert quiz_name("12-internal", 5) == "ch12-quiz-5"
    assert quiz_name("appendix", 1) == "appendix-quiz-1"


# In Sphinx


def built(folder: Path, text: str, language: str = "zh_CN") -> tuple[str, str]:
    """The page that Sphinx makes of `text`, and its warnings."""
    folder.joinpath("03-page.md").write_text(text, encoding="utf-8")
    folder.joinpath("conf.py").write_text(
        CONF.format(language=language) + f"root_doc = '03-page'\nimport sys\nsys.path.insert(0, {str(folder)!r})\n"
    )
    folder.joinpath("quizzes.py").write_text(EXTENSION)
    log = folder / "log"
    with log.open("w", encoding="utf-8") as warnings, patch_docutils(str(folder)), docutils_namespace():
        Sphinx(folder, folder, folder / "out", folder / "trees", "html", status=None, warning=warnings).build()
    return folder.joinpath("out", "03-page.html").read_text(encoding="utf-8"), re.sub(r"\x1b\[\d+m", "", log.read_text(encoding="utf-8"))


def block(right: str, body: list[str]) -> str:
    return "\n".join([":::{quiz}", *([f":right: {right}"] if right else []), "", *body, ":::", ""])


def test_faults_name_file_and_line(tmp_path):
    few = ["问", "", "- 甲", "", "  乙"]
    text = "\n".join(["# 页", "", block("", GOOD), block("X", GOOD), block("A", without("  不对。")), block("A", few)])
    _, log = built(tmp_path, text)
    lines = text.splitlines()
    starts = [number for number, line in enumerate(lines, start=1) if line == ":::{quiz}"]
    found = {int(line): said for line, said in re.findall(r"03-page\.md:(\d+): WARNING: 选择题：(\S+)", log)}
    assert found == {
        starts[0]: "没有写哪个选项对，例如",
        starts[1]: ":right:",
        starts[2] + 5: "选项A没有反馈",
        starts[3]: "只有1个选项，至少要3个",
    }
    assert lines[starts[2] + 4] == "- 甲"


def test_a_page_with_quizzes(tmp_path):
    page, log = built(tmp_path, f"# 页\n\n{block('B', GOOD)}\n{block('A', ['先读。', '', '再答？', *GOOD[1:]])}")
    assert log == ""
    assert page.count('<div class="sq-score"></div>') == 1
    first, second = BeautifulSoup(page, "html.parser").select("form.sq")
    assert (first["id"], first["data-right"], second["id"]) == ("ch3-quiz-1", "B", "ch3-quiz-2")
    assert first.select_one(".sq-number").get_text() == "问题1"
    assert first.select_one(".sq-question").decode_contents().strip() == "为什么？"
    assert len(second.select(".sq-question p")) == 2
    assert [item.find(string=True).strip() for item in first.select("ol > li")] == ["甲", "乙还是乙", "丙"]
    assert [fold.get_text().strip().startswith("反馈") for fold in first.select("li > details.sq-say")] == [True] * 3
    english, _ = built(tmp_path, f"# Page\n\n{block('B', GOOD)}", "en")
    assert '<p class="sq-number">Question 1</p>' in english


def test_finished_page_hides_and_shows(tmp_path):
    page, _ = built(tmp_path, f"# 页\n\n{block('B', GOOD)}")
    edition = tmp_path / "edition"
    (edition / "chapters").mkdir(parents=True)
    finished = edition / "chapters" / "03-page.html"
    finished.write_text(page, encoding="utf-8")
    hide_answers(edition)
    hidden = finished.read_text(encoding="utf-8")
    assert "再想一步" not in hidden
    assert "data-right" not in hidden
    assert '<noscript><a href="../answers/03-page.html">' in hidden
    soup = BeautifulSoup(hidden, "html.parser")
    show_answers(soup)
    assert not soup.select("form.sq, script[type='text/plain'], .sq-score")
    quiz = soup.select_one("div.quiz#ch3-quiz-1")
    assert quiz.p.get_text() == "问题1 为什么？"
    assert [fold.summary.get_text() for fold in quiz.select("details")] == ["A. 甲", "B. 乙还是乙", "C. 丙"]
    told = [fold.find("p").get_text() for fold in quiz.select("details")]
    assert [text[0] for text in told] == ["✗", "✓", "✗"]
    assert told[1] == "✓ 对，见这里。"
    answers = (edition / "answers" / "03-page.html").read_text(encoding="utf-8")
    assert "<h1>页——选择题的答案和反馈</h1>" in answers
    assert str(quiz) in answers


def test_folds_in_feedback_are_refused(tmp_path):
    form = '<form class="sq" id="q" data-right="A"><details class="sq-say"><summary>反馈</summary><details>x</details></details></form>'
    (tmp_path / "page.html").write_text(form, encoding="utf-8")
    with pytest.raises(ValueError, match=r"page\.html: q的反馈里有折叠框"):
        hide_answers(tmp_path)


# Out of sight


@given(st.sampled_from(LETTERS), st.lists(st.text(st.characters(exclude_characters="\u241e", exclude_categories=["Cs"])), min_size=1))
def test_packed_and_back(right, feedback):
    assert unpack(pack(right, feedback)) == (right, feedback)
    assert unpack(unseal(seal(pack(right, feedback)))) == (right, feedback)


def test_packed_text_cannot_be_read():
    packed = pack("B", ["不对。这是<em class='x'>Feedback</em> &lt;3", "对。"])
    assert not re.search(r"[不对这是B]|Feedback|lt;", packed)
    assert "<em class='x'>" in packed
    assert all(scramble(sign) != sign for sign in "一龥AaZz")
    with pytest.raises(ValueError, match=r"分隔符U\+241E"):
        pack("A", ["\u241e"])


SEALED = seal(pack("A", ["甲", "乙", "丙"]))


@pytest.mark.parametrize("spoiled", [SEALED[:-1], SEALED[1:], SEALED + "甲", SEALED[:5], ""])
def test_what_was_cut_short_says_so(spoiled):
    with pytest.raises(ValueError, match="这道题的密文不完整"):
        unseal(spoiled)


@pytest.mark.parametrize(
    ("tex", "html"),
    [
        ("P=E+D^+-D^-", "<i>P</i> = <i>E</i>+<i>D</i><sup>+</sup>−<i>D</i><sup>−</sup>"),
        (r"\kappa_0", "<i>κ</i><sub>0</sub>"),
        (r"5\times0.8/(1-0.8)=20", "5×0.8/(1−0.8) = 20"),
        ("r_{PE}=0.6", "<i>r</i><sub><i>P</i><i>E</i></sub> = 0.6"),
        ("A^{*}=w/q", "<i>A</i><sup>*</sup> = <i>w</i>/<i>q</i>"),
        ("a < b", "<i>a</i> &lt; <i>b</i>"),
    ],
)
def test_formulas_of_notebooks(tex, html):
    assert formula_html(tex) == f'<span class="sq-formula">{html}</span>'


@pytest.mark.parametrize("tex", [r"\frac{a}{b}", "x_{a", "a}"])
def test_formulas_that_are_too_much(tex):
    with pytest.raises(ValueError, match="公式"):
        formula_html(tex)


# In the chapters


def quizzes(path: Path):
    lines = path.read_text(encoding="utf-8").splitlines()
    for place, line in enumerate(lines):
        if (fence := FENCE.match(line)) and fence["name"] == "quiz":
            end = lines.index(fence["marks"], place)
            right = re.fullmatch(r":right: ([A-H])", lines[place + 1])
            yield parse(right and right[1], lines[place + 2 : end])


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_every_chapter_asks(path):
    found = list(quizzes(path))
    assert len(found) >= (4 if path.stem.startswith("00") else 5)
    assert len({quiz.right for quiz in found}) > 1, "the same letter is always right"
    assert all(len(quiz.options) >= 3 and all(len(said.text) >= 8 for said in quiz.feedback) for quiz in found)
    code = [cell.source for cell in read(path).cells if cell.cell_type == "code"]
    assert not any(":::{quiz}" in source for source in code)


def plain_text(html: str) -> str:
    return re.sub(r"\s+", "", BeautifulSoup(html, "html.parser").get_text())


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_no_answer_in_the_page(path, site):
    page = (site / "zh" / "chapters" / f"{path.stem}.html").read_text(encoding="utf-8")
    soup = BeautifulSoup(page, "html.parser")
    forms = soup.select("form.sq")
    sources = list(quizzes(path))
    assert [form["id"] for form in forms] == [quiz_name(path.stem, number) for number in range(1, len(sources) + 1)]
    whole = re.sub(r"\s+", "", page) + plain_text(page)
    for form, source in zip(forms, sources, strict=True):
        right, feedback = unpack(form.script.string)
        assert right == source.right
        assert len(feedback) == len(source.feedback) == len(form.select("ol > li"))
        assert not form.select("[data-right], details")
        for said in feedback:
            assert plain_text(said)[:12] not in whole
            assert plain_text(said)[-12:] not in whole
    answers = plain_text((site / "zh" / "answers" / f"{path.stem}.html").read_text(encoding="utf-8"))
    assert all(plain_text(said) in answers for form in forms for said in unpack(form.script.string)[1])


def test_pages_carry_the_script_only_where_there_is_a_quiz(site):
    for page in (site / "zh").rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert ("service-sim/quiz.js" in text) == ('<form class="sq"' in text), page.name
