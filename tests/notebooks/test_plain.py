"""What MyST adds, turned into Markdown that any Jupyter shows."""

import base64
import re
from copy import deepcopy

import nbformat
import pytest

from service_marketing.publishing import notebooks
from service_marketing.publishing.plain import bibliography, plain

SOURCES = {"oliver1980": ("Oliver", "1980"), "anderson1993": ("Anderson和Sullivan", "1993"), "kano1984": ("狩野等", "1984")}
GLUED = {"share": "32.857142", "rank": "3", "name": "'西湖店'", "text": "not a literal"}
HEAD = "---\nkernelspec:\n  display_name: Python 3\n  language: python\n  name: python3\n---\n\n"


def made(text, tmp_path, **options):
    path = tmp_path / "01-x.md"
    path.write_text(HEAD + text, encoding="utf-8")
    notebook = notebooks.read(path)
    before = deepcopy(notebook)
    result = plain(notebook, path, **{"glued": GLUED, "sources": SOURCES, **options})
    assert notebook == before
    nbformat.validate(result)
    return result


def shown(text, tmp_path, **options):
    (cell,) = made(text, tmp_path, **options).cells
    assert cell.cell_type == "markdown"
    return cell.source


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("这叫{term}`期望`。", "这叫期望。"),
        ("这叫{term}`比较的尺子 <期望>`。", "这叫比较的尺子。"),
        ("{cite:t}`oliver1980` 用实验", "Oliver（1980）用实验"),
        ("两者都有 {cite:p}`anderson1993`。", "两者都有（Anderson和Sullivan，1993）。"),
        ("见 {cite:p}`oliver1980,kano1984`", "见（Oliver，1980；狩野等，1984）"),
        ("{cite:t}`oliver1980, anderson1993`说", "Oliver（1980）、Anderson和Sullivan（1993）说"),
        ("占{glue:text}`share:.1f`%", "占32.9%"),
        ("第{glue:text}`rank`名，第{glue:text}`rank:02d`名", "第3名，第03名"),
        ("{glue:text}`name`的{glue:text}`text`", "西湖店的not a literal"),
        ("按{kbd}`Shift`", "按<kbd>Shift</kbd>"),
        ("{math}`a<b`", "$a<b$"),
        ("看[说法核查](#x)和[第3章](03-satisfaction.md)", "看说法核查和第3章"),
        ("看[这里](https://example.org/a)", "看[这里](https://example.org/a)"),
        ("[一段**字**]{.small}后", "一段**字**后"),
        ("写作`` {term}`期望` ``，不变", "写作`` {term}`期望` ``，不变"),
        ("价格$p_{term}$，也不变", "价格$p_{term}$，也不变"),
        ("前[^a]后", "前（注a）后"),
        ("[^a]: 说明", "**注a**： 说明"),
    ],
)
def test_roles_and_links(source, expected, tmp_path):
    assert shown(source, tmp_path) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("一行，\n又一行。", "一行，又一行。"),
        ("English\nwords", "English\nwords"),
        ("中文\nEnglish", "中文English"),
        ("- 甲\n- 乙\n  接着", "- 甲\n- 乙接着"),
        ("> 甲，\n> 乙", "> 甲，乙"),
        ("甲\n> 乙", "甲\n> 乙"),
        ("| 甲 |\n| --- |\n| 乙 |", "| 甲 |\n| --- |\n| 乙 |"),
        ("## 甲\n乙", "## 甲\n乙"),
        ("甲。\\\n乙", "甲。\\\n乙"),
        # closed bold type after punctuation would show its asterisks if a letter followed at once
        ("**甲。**\n乙", "**甲。**\n乙"),
        ("**甲**\n乙", "**甲**乙"),
        ("先说。\n**甲**是", "先说。**甲**是"),
        ("{term}`甲` ·\n{term}`乙`", "甲 ·\n乙"),
    ],
)
def test_a_paragraph_of_chinese_is_one_line(source, expected, tmp_path):
    assert shown(source, tmp_path) == expected


def test_a_dropdown_folds_and_its_markdown_still_renders(tmp_path):
    text = ":::{dropdown} 用`f(x)`算**两次**，a<b\n:open:\n\n- 甲{term}`乙`\n- $x$\n\n```python\n{term}`不动`\n```\n:::"
    assert shown(text, tmp_path) == (
        "<details>\n<summary><b>用<code>f(x)</code>算<b>两次</b>，a&lt;b</b></summary>\n\n"
        "- 甲乙\n- $x$\n\n```python\n{term}`不动`\n```\n\n</details>"
    )


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (":::{admonition} 两个脾气\n:class: note\n\n甲\n\n乙\n:::", "> **两个脾气**\n>\n> 甲\n>\n> 乙"),
        (":::{warning}\n甲\n:::", "> **警告**\n>\n> 甲"),
        ("```{note} 甲\n乙\n```", "> **备注**\n>\n> 甲\n>\n> 乙"),
        (":::{admonition} 答案\n:class: tip dropdown\n甲\n:::", "<details>\n<summary><b>答案</b></summary>\n\n甲\n\n</details>"),
        (":::{epigraph}\n甲\n:::", "> 甲"),
        (":::{div} sm-cover\n甲\n:::", "甲"),
        ("::::{tab-set}\n:::{tab-item} Linux\n甲\n:::\n:::{tab-item} Windows\n乙\n:::\n::::", "**Linux**\n\n甲\n\n**Windows**\n\n乙"),
        (
            "::::{note}\n:::{dropdown} 甲\n乙\n:::\n::::",
            "> **备注**\n>\n> <details>\n> <summary><b>甲</b></summary>\n>\n> 乙\n>\n> </details>",
        ),
        ("```{code-block} python\n:caption: 甲\nx = 1\n```", "```python\nx = 1\n```"),
        ("```{math}\n:label: eq\nx^2\n```", "$$\nx^2\n$$"),
        ("$$\nx = {a}`b`\n$$ (eq-x)", "$$\nx = {a}`b`\n$$"),
        ("(here)=\n\n## 甲\n\n% 说给作者听\n\n乙", "## 甲\n\n乙"),
        ("{.wide}\n甲", "甲"),
        (
            ":::{list-table}\n:header-rows: 1\n* - 章\n  - 问题\n* - 甲\n  - 乙，\n    丙\n:::",
            "| 章 | 问题 |\n| --- | --- |\n| 甲 | 乙，丙 |",
        ),
        ("- 甲\n\n  :::{dropdown} 乙\n  丙\n  :::", "- 甲\n\n  <details>\n  <summary><b>乙</b></summary>\n\n  丙\n\n  </details>"),
    ],
)
def test_directives(source, expected, tmp_path):
    assert shown(source, tmp_path) == expected


def test_references_take_the_title_or_the_number(tmp_path):
    text = (
        "(a)=\n## 满意是差距\n\n见{ref}`a`、{ref}`这一节 <a>`、[](#a)、{doc}`02-y`、{numref}`fig`、{numref}`第%s幅 <fig>`。\n\n"
        "```{code-cell}\n---\nmystnb:\n  figure:\n    name: fig\n    caption: |\n      线{term}`拐`弯\n---\nplot()\n```\n"
    )
    heading, code, caption = made(text, tmp_path, titles={"02-y": "第2章"}).cells
    assert heading.source == "## 满意是差距\n\n见满意是差距、这一节、满意是差距、第2章、图1.1、第1.1幅。"
    assert (code.source, caption.source) == ("plot()", "**图1.1** 线拐弯")


def test_pictures_go_into_the_notebook(tmp_path):
    (tmp_path / "p.png").write_bytes(b"\x89PNG picture")
    cell = made("![说明](p.png)\n\n:::{figure} p.png\n:name: f\n:alt: 别的\n图注\n:::", tmp_path).cells[0]
    assert cell.source == "![说明](attachment:p.png)\n\n![别的](attachment:p.png)\n\n**图1.1** 图注"
    assert base64.b64decode(cell.attachments["p.png"]["image/png"]) == b"\x89PNG picture"


def test_drawings_stand_in_the_text_for_jupyterlab_shows_none_that_is_attached(tmp_path):
    (tmp_path / "d.svg").write_text("<svg>图</svg>", encoding="utf-8")
    cell = made("![说明](d.svg)\n\n![又](d.svg)", tmp_path).cells[0]
    text, _, drawing = cell.source.rpartition("\n\n")
    assert text == "![说明][d.svg]\n\n![又][d.svg]"
    assert base64.b64decode(drawing.removeprefix("[d.svg]: data:image/svg+xml;base64,")).decode() == "<svg>图</svg>"
    assert "attachments" not in cell


@pytest.mark.parametrize(
    ("tag", "folded"),
    [
        ("hide-input", {"source_hidden": True}),
        ("remove-input", {"source_hidden": True}),
        ("remove-cell", {"source_hidden": True}),
        ("hide-cell", {"source_hidden": True, "outputs_hidden": True}),
        ("remove-output", {"outputs_hidden": True}),
        ("raises-exception", None),
    ],
)
def test_what_the_book_folds_is_folded(tag, folded, tmp_path):
    (cell,) = made(f"```{{code-cell}}\n:tags: [{tag}]\nx = 1\n```", tmp_path).cells
    assert cell.metadata.get("jupyter") == folded
    assert cell.metadata.get("tags") == (["raises-exception"] if tag == "raises-exception" else None)


def test_the_empty_cell_of_an_exercise_is_open(tmp_path):
    (cell,) = made("```{code-cell}\n:tags: [remove-cell]\n# 练习写在这里\n```", tmp_path).cells
    assert cell.source == "# 练习写在这里"
    assert "jupyter" not in cell.metadata


@pytest.mark.parametrize(
    ("source", "later", "kept"),
    [
        ("keep('a', 1)", "x", False),
        ("for n in values:\n    keep('a', n)", "x", False),
        ("y = 2\nkeep('a', y)", "x", False),
        ("y = 2\nkeep('a', y)", "y + 1", True),
        ("import math\nkeep('a', 1)", "x", True),
        ("def keep(name, value):\n    glue(name, value)", "keep('a', 1)", True),
        ("prepare()", "x", True),
        ("%xmode Minimal\nkeep('a', 1)", "x", True),
    ],
)
def test_a_hidden_cell_that_only_gives_numbers_to_the_text_is_left_out(source, later, kept, tmp_path):
    cells = made(f"```{{code-cell}}\n:tags: [remove-cell]\n\n{source}\n```\n\n```{{code-cell}}\n{later}\n```", tmp_path).cells
    assert [cell.source for cell in cells] == [*([source] if kept else []), later]


def test_a_paragraph_keeps_its_distance_from_a_folded_answer(tmp_path):
    text = ":::{dropdown} 甲\n乙\n:::\n:::{dropdown} 丙\n丁\n:::\n\n戊\n\n:::{dropdown} 己\n庚\n:::\n\n## 辛"
    assert re.findall(r"</details>\n\n(\S+)", shown(text, tmp_path)) == ["<details>", "<br>", "##"]


@pytest.mark.parametrize(
    ("text", "line", "named"),  # line: in the text, whose first line is 1
    [
        ("甲\n\n:::{magic} 乙\n:::", 3, "magic"),
        ("\n\n甲\n\n乙\n丙{magic}`丁`", 6, "magic"),
        ("::::{note}\n:class: x\n甲\n\n:::{magic}\n:::\n::::", 5, "magic"),
        ("```{code-cell}\nx = 1\n```\n\n占{glue:text}`nothing:.1f`", 5, "nothing"),
        ("甲 {cite:p}`nobody`", 1, "nobody"),
        ("见{ref}`nowhere`", 1, "nowhere"),
        ("甲\n\n:::{dropdown} 乙", 3, ":::"),
        ("甲{{ x }}", 1, "{{ x }}"),
        ("![甲](no.png)", 1, "no.png"),
        ("甲\n: 解释", 2, ": "),
        (":::{list-table}\n* - 甲\n  - 乙\n* - 丙\n:::", 1, "表格"),
    ],
)
def test_what_would_show_raw_is_refused_with_file_and_line(text, line, named, tmp_path):
    with pytest.raises(ValueError, match=rf"01-x\.md:{line + HEAD.count(chr(10))}: .*{re.escape(named)}"):
        made(text, tmp_path)


def test_authors_are_named_as_in_the_book(tmp_path):
    path = tmp_path / "r.bib"
    path.write_text(
        "@article{a, author={Oliver, Richard L.}, title={T}, journal={J}, year={1980}}\n"
        "@article{b, author={Mikuli{\\'c}, Josip and Prebe{\\v z}ac, Darko}, title={T}, journal={J}, year={2011}}\n"
        "@article{c, author={狩野, 紀昭 and 瀬楽, 信彦 and 高橋, 文夫}, title={T}, journal={J}, year={1984}}\n"
        "@book{d, author={{质量委员会}}, title={T}, publisher={P}, year={2009}}\n",
        encoding="utf-8",
    )
    assert bibliography(path) == {
        "a": ("Oliver", "1980"),
        "b": ("Mikulić和Prebežac", "2011"),
        "c": ("狩野等", "1984"),
        "d": ("质量委员会", "2009"),
    }


def test_every_chapter_reads_well_without_extensions(root):
    paths = sorted((root / "chapters").rglob("*.md"))
    assert paths
    for path in paths:
        glued = dict.fromkeys(re.findall(r"\{glue:text\}`([^:`]+)", path.read_text(encoding="utf-8")), "1.0")
        # `:d` needs a whole number
        for name in re.findall(r"\{glue:text\}`([^:`]+):[^`]*d`", path.read_text(encoding="utf-8")):
            glued[name] = "1"
        notebook = notebooks.chapter_notebook(path, glued, root / "book" / "references.bib")
        nbformat.validate(notebook)
        assert "import service_marketing" in notebook.cells[0].source
        text = "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
        text = re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.DOTALL)
        assert not re.findall(r"\{[\w:+-]+\}`|^ *:{3,}|^ *\([\w-]+\)=|\]\(#|\]\([^)]*\.md|\{\{|@@", text, re.MULTILINE), path
        assert text.count("<details>") == text.count("</details>")


def test_the_values_that_the_cells_give_the_text(tmp_path):
    path = tmp_path / "01-x.md"
    path.write_text(
        HEAD + "```{code-cell}\nfrom myst_nb import glue\nimport numpy as np\nx = np.float64(1) / 3\nglue('a', x)\n"
        "glue('b', 7, display=False)\n```\n\n{glue:text}`a:.2f`和{glue:text}`b`\n",
        encoding="utf-8",
    )
    assert notebooks.evaluated(path) == {"a": repr(1 / 3), "b": "7"}
    path.write_text(path.read_text(encoding="utf-8").replace("x = ", "x = nobody + "), encoding="utf-8")
    with pytest.raises(ValueError, match=r"(?s)01-x\.md.*NameError"):
        notebooks.evaluated(path)
