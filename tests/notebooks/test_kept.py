"""The notebooks that `course lab` makes: fresh from the chapters, and never over what a learner wrote."""

import shutil

import nbformat
import pytest
from nbformat import v4

from service_marketing.publishing import notebooks

CHAPTER = "---\nkernelspec:\n  display_name: Python 3\n  language: python\n  name: python3\n---\n\n# 第1章\n\n```{code-cell}\n1 + 1\n```\n"


@pytest.fixture
def course(tmp_path, root):
    (tmp_path / "chapters" / "zh").mkdir(parents=True)
    for folder in ("src", "data", "requirements"):
        (tmp_path / folder).mkdir()
    (tmp_path / "book").mkdir()
    shutil.copy(root / "book" / "references.bib", tmp_path / "book")
    (tmp_path / "chapters" / "zh" / "01-x.md").write_text(CHAPTER, encoding="utf-8")
    return tmp_path


def refresh(course) -> tuple[list[str], dict[str, str]]:
    """What the learner is told, and the text of each notebook."""
    told = []
    notebooks.refresh(course, "zh", told.append)
    folder = course / "notebooks" / "zh"
    return told, {path.name: "\n".join(cell.source for cell in nbformat.read(path, 4).cells) for path in folder.glob("*.ipynb")}


def rewrite(course, before, after):
    path = course / "chapters" / "zh" / "01-x.md"
    path.write_text(path.read_text(encoding="utf-8").replace(before, after), encoding="utf-8")


def learner_writes(course, text, name="01-x.ipynb"):
    path = course / "notebooks" / "zh" / name
    notebook = nbformat.read(path, 4)
    notebook.cells[-1].source = text
    nbformat.write(notebook, path)


def test_a_chapter_that_changed_is_made_again(course):
    assert "1 + 1" in refresh(course)[1]["01-x.ipynb"]
    rewrite(course, "1 + 1", "2 + 2")
    texts = refresh(course)[1]
    assert set(texts) == {"01-x.ipynb"}
    assert "2 + 2" in texts["01-x.ipynb"]


def test_outputs_stay_while_the_chapter_is_the_same(course):
    refresh(course)
    path = course / "notebooks" / "zh" / "01-x.ipynb"
    notebook = nbformat.read(path, 4)
    notebook.cells[-1].outputs = [v4.new_output("stream", text="2")]
    nbformat.write(notebook, path)
    before = path.read_bytes()
    assert refresh(course)[0] == []
    assert path.read_bytes() == before


def test_what_a_learner_wrote_is_never_overwritten(course):
    refresh(course)
    learner_writes(course, "my own")
    assert "my own" in refresh(course)[1]["01-x.ipynb"]

    rewrite(course, "1 + 1", "2 + 2")
    told, texts = refresh(course)
    assert "my own" in texts["01-x.ipynb"]
    assert "2 + 2" in texts["01-x.新版.ipynb"]
    assert any("01-x.新版.ipynb" in text for text in told)

    learner_writes(course, "my second", "01-x.新版.ipynb")
    rewrite(course, "2 + 2", "3 + 3")
    texts = refresh(course)[1]
    assert ("my own" in texts["01-x.ipynb"], "my second" in texts["01-x.新版.ipynb"]) == (True, True)
    assert "3 + 3" in texts["01-x.新版2.ipynb"]
    assert len(refresh(course)[1]) == 3


@pytest.mark.parametrize("content", ["", "not a notebook", "[]", '{"cells": []}'])
def test_a_broken_file_of_that_name_is_left_alone(course, content):
    refresh(course)
    path = course / "notebooks" / "zh" / "01-x.ipynb"
    path.write_text(content, encoding="utf-8")
    notebooks.refresh(course, "zh", lambda text: None)
    assert path.read_text(encoding="utf-8") == content
    assert (course / "notebooks" / "zh" / "01-x.新版.ipynb").exists()


def test_values_are_kept_until_chapter_package_or_data_change(course):
    chapter = course / "chapters" / "zh" / "01-x.md"
    notebooks.remember(course, chapter, {"a": "1"})
    assert notebooks.recall(course, chapter) == {"a": "1"}
    for file in (course / "data" / "x.csv", course / "src" / "x.py", chapter):
        file.write_text(file.read_text(encoding="utf-8") + "\n" if file.exists() else "1", encoding="utf-8")
        assert notebooks.recall(course, chapter) is None
        notebooks.remember(course, chapter, {"a": "1"})
        assert notebooks.recall(course, chapter) == {"a": "1"}


def test_a_chapter_that_does_not_exist_is_named_with_those_that_do(course):
    with pytest.raises(ValueError, match="没有 02-y 这一章，有的是：01-x"):
        notebooks.lab_options(course, "zh", "02-y")
