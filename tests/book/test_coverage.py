"""Every item that the syllabus names has its place in the book (book/coverage.csv)."""

import csv
import re
from collections import Counter
from pathlib import Path

from bs4 import BeautifulSoup

ROOT = Path(__file__).parent.parent.parent
with (ROOT / "book" / "coverage.csv").open(encoding="utf-8", newline="") as file:
    ROWS = list(csv.DictReader(file))
# of the syllabus' list, by chapter
ITEMS = dict(zip([*map(str, range(1, 13)), "C"], [21, 10, 9, 9, 13, 9, 7, 11, 8, 6, 11, 7, 7], strict=True))


def test_every_item_leads_to_a_section_of_its_chapter():
    for row in ROWS:
        number = row["chapter"]
        (chapter,) = (ROOT / "chapters" / "zh").glob(f"{int(number):02}-*.md" if number.isdigit() else f"appendix-{number.lower()}-*.md")
        labels = re.findall(r"^\(([\w-]+)\)=", chapter.read_text(encoding="utf-8"), re.MULTILINE)
        assert row["section"] in labels, row


def test_no_chapter_lost_an_item():
    found = Counter(row["chapter"] for row in {(row["item"], row["chapter"]): row for row in ROWS}.values())
    assert found == ITEMS


def test_the_page_leads_there(site):
    page = BeautifulSoup((site / "zh" / "coverage.html").read_text(encoding="utf-8"), "html.parser")
    links = [link["href"].split("#")[1] for link in page.select("article td a[href*='#']")]
    assert len(links) == len(ROWS)
