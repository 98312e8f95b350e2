"""The pages of the assignments: the release as it is now, nothing of its answers, and the same notebook to download."""

import re
from urllib.parse import urljoin

import nbformat
import pytest
from bs4 import BeautifulSoup

from service_marketing.classroom import assignments
from service_marketing.publishing import exercise_pages

EXERCISES = assignments.exercises_folder(__file__)
NAMES = [(name, language) for language in ("zh", "en") for name in assignments.available(EXERCISES, language)]
REGION = re.compile(r"### BEGIN (SOLUTION|HIDDEN TESTS|MARK SCHEME)\n(.*?)### END \1", re.DOTALL)


def sources(notebook) -> list[tuple[str, str]]:
    return [(cell.cell_type, cell.source) for cell in notebook.cells]


@pytest.fixture(scope="module", params=NAMES, ids="-".join)
def work(request) -> tuple[str, str]:
    return request.param


@pytest.fixture(scope="module")
def name(work) -> str:
    return work[0]


@pytest.fixture(scope="module")
def language(work) -> str:
    return work[1]


@pytest.fixture(scope="module")
def source(name, language):
    return assignments.source(name, EXERCISES, language=language)


@pytest.fixture(scope="module")
def release(source, language):
    return assignments.released(source, EXERCISES, language)


@pytest.fixture(scope="module")
def shown(site, name, language) -> BeautifulSoup:
    return BeautifulSoup((site / language / "exercises" / f"{name}.html").read_text(encoding="utf-8"), "html.parser")


def test_the_notebook_offered_is_the_release_of_the_text_as_it_is(site, name, language, release):
    """Made by nbgrader itself at the last build: a text that changed since then is found here."""
    offered = nbformat.read(site / language / "exercises" / f"{name}.ipynb", as_version=4)
    assert sources(offered) == sources(release)


def test_the_page_shows_all_of_the_release(shown, name, language, release):
    text = exercise_pages.page(name, language, EXERCISES)
    for cell in release.cells:
        stub = cell.cell_type == "markdown" and cell.metadata.get("nbgrader", {}).get("solution")
        assert stub or all(part in text for part in cell.source.split("\n\n"))
    blocks = [block.get_text().strip() for block in shown.select(".highlight pre")]
    assert [source for source in (cell.source.strip() for cell in release.cells if cell.cell_type == "code") if source not in blocks] == []
    headings = [heading.get_text().removesuffix("¶").strip().replace("’", "'") for heading in shown.select("article h2")]
    texts = "\n".join(cell.source for cell in release.cells if cell.cell_type == "markdown")
    assert headings == [heading.replace("`", "").replace("’", "'") for heading in re.findall(r"^## (.+)$", texts, re.MULTILINE)]


def test_the_page_holds_no_answer(shown, source, release):
    given = "\n".join(cell.source for cell in release.cells)
    told = shown.get_text()
    regions = [region for cell in source.cells for _, region in REGION.findall(cell.source)]
    essay = next(cell.source for cell in source.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == "essay")
    secrets = [line.strip() for region in regions for line in region.splitlines() if len(line.strip()) > 8] + [essay[:40]]
    hidden = {line for line in secrets if line not in given and line not in given.replace("`", "")}
    assert len(hidden) > 8
    assert [line for line in hidden if line in told] == []


def test_the_page_offers_the_notebook_and_says_what_its_tests_are_worth(shown, source):
    link = shown.select_one(".sm-assignment a[download]")["href"]
    assert urljoin("exercises/x.html", link).endswith(".ipynb")
    folded = [
        int(chinese or english)
        for chinese, english in re.findall(
            r"这一题的检查：\d+格，共(\d+)分|The tests of this task: \d+ cells?, (\d+) points", shown.get_text()
        )
    ]
    assert sum(folded) == sum(cell.points for cell in assignments.graded_cells(source) if not cell.manual) == 80


def test_the_chapter_and_the_table_lead_to_the_page(site, name, language):
    listed = BeautifulSoup((site / language / "assignments.html").read_text(encoding="utf-8"), "html.parser")
    assert listed.select_one(f'table a[href^="exercises/{name}.html"]')
    chapter = site / language / "chapters" / f"{name}.html"
    if name != "13-capstone":  # goes with the whole course
        page = BeautifulSoup(chapter.read_text(encoding="utf-8"), "html.parser")
        assert page.select_one(".sm-assignment a")["href"] == f"../exercises/{name}.html"
