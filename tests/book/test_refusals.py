"""A bad page stops the build, and the message names the file and the line."""

import shutil
import subprocess
from pathlib import Path

import pytest

from service_marketing.publishing.build import BookError, build
from service_marketing.publishing.extension import read_terms

NOTEBOOK = """---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  display_name: Python 3
  language: python
  name: python3
---

# 坏的一章

"""


MISSING_GLYPH = """```{code-cell}
from service_marketing import plotting
import matplotlib.pyplot as plt
plotting.use_style()
plt.title("龘")
plt.show()
```
"""


def course(root: Path, folder: Path, page: str) -> Path:
    """A course in `folder` with `page` as its only chapter."""
    for name in ("_config.yml", "book", "data", "requirements"):
        source = root / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, folder / name)
    for name in ("src", "node_modules"):
        (folder / name).symlink_to(root / name)
    (folder / "chapters" / "zh").mkdir(parents=True)
    (folder / "chapters" / "zh" / "bad.md").write_text(page, encoding="utf-8")
    (folder / "book" / "zh" / "index.md").write_text("# 书\n", encoding="utf-8")
    (folder / "_toc.yml").write_text("format: jb-book\nroot: book/zh/index\nchapters:\n  - file: chapters/zh/bad\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def refused(root, tmp_path_factory):
    """What the build of a chapter with five faults says, and the course's folder."""
    page = (
        NOTEBOOK
        + """见{ref}`nowhere`和{term}`没有的词`，还有{cite:t}`nobody1999`。

```{code-cell}
1 / 0
```

"""
        + MISSING_GLYPH
    )
    folder = course(root, tmp_path_factory.mktemp("course"), page)
    with pytest.raises(BookError) as caught:
        build(folder)
    return str(caught.value), folder


def line_of(folder: Path, text: str) -> int:
    lines = (folder / "chapters" / "zh" / "bad.md").read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, start=1) if text in line)


def test_broken_reference(refused):
    said, folder = refused
    assert f"chapters/zh/bad.md:{line_of(folder, 'nowhere')}: WARNING: undefined label: 'nowhere'" in said


def test_unknown_term(refused):
    said, _ = refused
    assert "没有的词" in said


def test_unknown_source(refused):
    said, folder = refused
    assert f'chapters/zh/bad.md:{line_of(folder, "nobody1999")}: WARNING: could not find bibtex key "nobody1999"' in said


def test_failing_cell(refused):
    said, folder = refused
    assert f"chapters/zh/bad.md:{line_of(folder, '1 / 0')}: WARNING: 代码单元出错 (the cell failed): ZeroDivisionError" in said


def test_nothing_is_left_half_built(refused):
    _, folder = refused
    assert not (folder / "_build" / "site").exists()


def test_it_fails_again_when_nothing_changed(refused):
    _, folder = refused
    with pytest.raises(BookError, match="undefined label: 'nowhere'"):
        build(folder)


def test_missing_glyph(root, tmp_path):
    page = NOTEBOOK + MISSING_GLYPH
    folder = course(root, tmp_path, page)
    with pytest.raises(BookError, match=rf"chapters/zh/bad\.md:{NOTEBOOK.count(chr(10)) + 2}: WARNING: 代码单元有警告.*Glyph 40856"):
        build(folder)


def test_bad_formula(root, tmp_path):
    page = tmp_path / "page.html"
    page.write_text(r'<span class="math notranslate nohighlight">\(\frac{a}{\)</span>', encoding="utf-8")
    script = root / "src" / "service_marketing" / "publishing" / "math.mjs"
    done = subprocess.run(["node", script, page], capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 1
    assert f"{page}: 公式有误" in done.stderr


def test_unknown_edition(root):
    with pytest.raises(BookError, match=r"没有语言版本 fr，现有：zh、en"):
        build(root, "fr")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("期望,expectation,,what is expected,2", r"terms\.csv:2: definition_zh 是空的"),
        ("期望,expectation,甲,a,2\n期望,expectation,乙,b,2", r"terms\.csv:3: 期望 出现了两次"),
    ],
)
def test_bad_table_of_terms(tmp_path, row, said):
    path = tmp_path / "terms.csv"
    path.write_text(f"zh,en,definition_zh,definition_en,chapter\n{row}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=said):
        read_terms(path)
