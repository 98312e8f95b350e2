"""A chapter's quizzes in its notebook: a question to read, and a cell that holds the feedback out of sight."""

import re

import nbformat
import pytest
from nbclient import NotebookClient

from service_marketing import quiz
from service_marketing.publishing import notebooks
from service_marketing.publishing.plain import plain
from service_marketing.quiz.packing import pack, seal, unpack, unseal

HEAD = "---\nkernelspec:\n  display_name: Python 3\n  language: python\n  name: python3\n---\n\n"
QUIZ = """:::{quiz}
:right: B

差距$P-E$说明{term}`什么`？

- 第一个

  不对。占{glue:text}`share:.0f`%，见[别处](https://example.org)。
- 第二个，
  折行

  对。$D^+$更大，**不是**`x<y`。

  第二段。
- 第三个

  不对。“引号”和"quotes"，\\反斜杠。
:::
"""


def made(text, tmp_path):
    path = tmp_path / "03-x.md"
    path.write_text(HEAD + text, encoding="utf-8")
    return plain(notebooks.read(path), path, {"share": "32.8"}, {})


def sealed(cell) -> tuple[str, str]:
    shown = {}
    exec(
        cell.source.replace("from service_marketing import quiz", ""),
        {"quiz": type("", (), {"show": lambda *given: shown.update(x=given)})},
    )
    return shown["x"]


def test_cells(tmp_path):
    notebook = made(f"# 一\n\n前面。\n\n{QUIZ}\n{QUIZ}\n后面。\n", tmp_path)
    kinds = [cell.cell_type for cell in notebook.cells]
    assert kinds == ["markdown", "markdown", "code", "markdown", "code", "markdown"]
    asked = notebook.cells[1].source
    assert asked == "**问题1** 差距$P-E$说明什么？\n\n- **A** 第一个\n- **B** 第二个，折行\n- **C** 第三个"
    assert notebook.cells[3].source.startswith("**问题2** ")
    assert "后面" in notebook.cells[5].source
    first, second = notebook.cells[2], notebook.cells[4]
    assert first.source.startswith("from service_marketing import quiz\n\nquiz.show(")
    assert second.source.startswith("quiz.show(")
    assert (sealed(first)[0], sealed(second)[0]) == ("ch3-quiz-1", "ch3-quiz-2")
    right, feedback = unpack(unseal(sealed(first)[1]))
    assert right == "B"
    assert feedback[0] == '<p>不对。占33%，见<a href="https://example.org">别处</a>。</p>'
    assert feedback[1].startswith(
        '<p>对。<span class="sq-formula"><i>D</i><sup>+</sup></span>更大，<strong>不是</strong><code>x&lt;y</code>。</p>'
    )
    assert "第二段" in feedback[1]
    assert "第二段" not in "".join(cell.source for cell in notebook.cells)
    assert '"' in re.sub("&quot;", '"', feedback[2])


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        (":right: B", ":right: E", 1, "不是选项的字母，只能是A到C"),
        (QUIZ.splitlines()[16] + "\n", "", 15, "选项C没有反馈"),
        ("$D^+$", r"$\frac{1}{2}$", 12, r"\\frac"),
        ("  不对。占", "  {foo}`x`", 8, "foo"),
    ],
)
def test_faults_name_file_and_line(old, new, line, said, tmp_path):
    assert old in QUIZ
    text = f"# 一\n\n{QUIZ.replace(old, new)}"
    with pytest.raises(ValueError, match=said) as caught:
        made(text, tmp_path)
    start = (HEAD + text).splitlines().index(":::{quiz}") + 1
    assert f"03-x.md:{start + line - 1}:" in str(caught.value)


def test_a_quiz_inside_another_block_is_refused(tmp_path):
    with pytest.raises(ValueError, match="quiz"):
        made(f"::::{{note}}\n{QUIZ}::::\n", tmp_path)


SEALED = seal(pack("B", ["<p>不对。甲</p>", "<p>对。<i>D</i> &lt; 3</p><p>再想</p>", "丙"]))


def test_in_words(capsys):
    with pytest.raises(ValueError, match="还没有ch1-quiz-9这道题"):
        quiz.feedback("ch1-quiz-9", "A")
    shown = quiz.show("ch1-quiz-9", SEALED)
    bundle, _ = shown._repr_mimebundle_()
    assert 'quiz.feedback("ch1-quiz-9", "A")' in bundle["text/plain"]
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert "甲" not in shown.packed
    quiz.feedback("ch1-quiz-9", "B")
    assert capsys.readouterr().out == "✓ B  对。D < 3\n再想\n"
    quiz.feedback("ch1-quiz-9", "A")
    assert capsys.readouterr().out == "✗ A  不对。甲\n"
    for letter in ("D", "", "AB", "b"):
        with pytest.raises(ValueError, match="ch1-quiz-9的选项是A到C"):
            quiz.feedback("ch1-quiz-9", letter)
    assert "No widgets" in repr(quiz.show("ch1-quiz-8", SEALED, language="en"))


def test_cut_short():
    with pytest.raises(ValueError, match="密文不完整"):
        quiz.show("ch1-quiz-1", SEALED[:-3])


def test_the_notebook_runs(tmp_path):
    notebook = made(f"# 一\n\n{QUIZ}\n{QUIZ}", tmp_path)
    nbformat.validate(notebook)
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(tmp_path)}}).execute()
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    assert ["application/vnd.jupyter.widget-view+json" in output.data for output in outputs] == [True, True]
