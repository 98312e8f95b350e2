"""The notebook that a chapter's page offers for download runs from top to bottom, alone in a folder."""

import re
import shutil
import subprocess
import sys

import nbformat
import pytest
from nbclient import NotebookClient

CHAPTERS = ("00-tools", "03-satisfaction")


@pytest.fixture(scope="module")
def chapters(site):
    return site / "zh" / "chapters"


@pytest.mark.parametrize(("language", "name"), [*(("zh", name) for name in CHAPTERS), ("en", "06-complaints")])
def test_downloaded_notebook_runs(language, name, site, tmp_path):
    shutil.copy(site / language / "chapters" / f"{name}.ipynb", tmp_path)
    notebook = nbformat.read(tmp_path / f"{name}.ipynb", as_version=4)
    nbformat.validate(notebook)
    # an error in a cell that is not tagged raises-exception stops the run
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(tmp_path)}}).execute()
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert len(code) > 20
    assert {"zh": "装好了", "en": "It is installed"}[language] in code[0].outputs[0].text
    if language == "en":
        printed = "".join(output.get("text", "") for cell in code for output in cell.outputs)
        assert "Naive Bayes" in printed
        assert not re.search("[\u3400-\u9fff]", printed)
    errors = [output for cell in code for output in cell.outputs if output.output_type == "error"]
    assert len(errors) == sum("raises-exception" in cell.metadata.get("tags", []) for cell in code)
    assert any("application/vnd.jupyter.widget-view+json" in output.get("data", {}) for cell in code for output in cell.outputs)
    if name == "03-satisfaction":
        assert any(
            "image/png" in output.get("data", {}) or "image/svg+xml" in output.get("data", {}) for cell in code for output in cell.outputs
        )


@pytest.mark.parametrize("name", CHAPTERS)
def test_page_offers_the_notebook(name, chapters):
    page = (chapters / f"{name}.html").read_text(encoding="utf-8")
    assert re.search(rf'<a\b[^>]*href="{name}\.ipynb"[^>]*\bdownload', page)


def test_numbers_captions_and_sources_read_as_on_the_page(chapters):
    page = (chapters / "03-satisfaction.html").read_text(encoding="utf-8")
    article = re.sub(r"<[^>]+>", "", page[page.index("<article") : page.index("</article>")])
    article = re.sub(r"\s+", "", article)
    notebook = nbformat.read(chapters / "03-satisfaction.ipynb", as_version=4)
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    quoted = {
        "numbers": re.findall(r"[^\W\d]{2,8}\d+(?:\.\d+)?[分个%倍][^\W\d]{1,6}", text),
        "figures": re.findall(r"图\d+", text),
        "sources": re.findall(r"\w+（\d{4}）|（[\w、]+，\d{4}）", text),
    }
    for kind, found in quoted.items():
        assert len(found) >= 8, kind
        assert [each for each in found if re.sub(r"\s+", "", each) not in article] == [], kind


def test_without_the_course_the_first_cell_says_what_to_do(chapters, tmp_path):
    first = nbformat.read(chapters / "00-tools.ipynb", as_version=4).cells[0].source
    (tmp_path / "first.py").write_text(first, encoding="utf-8")
    # -S and -I: an interpreter that sees neither installed packages nor this folder
    command = [sys.executable, "-I", "-S", "-X", "utf8", "first.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, encoding="utf-8")
    assert (done.returncode, done.stderr) == (0, "")
    wheels = [path.name for path in (chapters.parent / "downloads").glob("*.whl")]
    assert [name in done.stdout for name in wheels] == [True]
    assert "%pip install" in done.stdout
