"""Appendix A: every popular number has its entry, its source, its model and the verdict of the chapter that checks it."""

import re
from pathlib import Path

import pytest

from service_marketing.simulations.popular_numbers import POPULAR_NUMBERS

ROOT = Path(__file__).parents[2]
CHAPTERS = ROOT / "chapters" / "zh"
TEXT = (CHAPTERS / "appendix-a-numbers.md").read_text(encoding="utf-8")
VERDICTS = ("属实", "有条件", "来源不明", "误传")
PARTS = ("流传的样子", "从哪里来", "原文说了什么", "判断", "动手试")

# every numeric claim that the course's source documents make, and the entry that checks it
SOURCE_CLAIMS = {
    "5% fewer defections, 25 to 85% more profit": "defection",
    "service before product before price": "drivers",
    "one satisfied customer, 8 possible sales": "referral",
    "one dissatisfied customer, 25 people": "grapevine",
    "a new customer costs 5 or 6 times as much": "ratio",
    "80% of the dissatisfied do not complain": "silent",
    "7-38-55": "channels",
    "eight levels, stopping a terrorist pays best": "ranking",
    "three states of satisfaction": "three",
    "4P and 1967": "authors",
    "the shop's 400,000, −100,000, +50,000": "clearance",
    "eight lorries, 2008-06-01, the million-dollar smile": "stories",
    "repair in 2 hours or 2 days": "repair",
    "Xerox: six times likelier": "sixfold",
}

# what a verdict line of a chapter says, and the entry that takes it up
CHECKED = {
    "4P是科特勒1967年提出的": "authors",
    "两小时上门和两天上门": "repair",
    "承诺八十分": "promise",
    "网上评分涨10%": "rating",
    "一般满意顾客的六倍": "sixfold",
    "首先是服务质量": "drivers",
    "“三态”之说": "three",
    "满意率95%": "reported",
    "可靠性最重要，占32%": "weights",
    "信度超过0.7": "alpha",
    "语言只占7%": "channels",
    "值百万美元的微笑": "stories",
    "八成不满的人": "silent",
    "顾客比从没出过问题的更忠诚": "paradox",
    "引来8笔潜在生意": "referral",
    "影响25个人": "grapevine",
    "制止破坏者回报最高": "ranking",
    "流失率降低5%": "defection",
    "新客成本是老客的五倍": "ratio",
    "180天没来": "silence",
    "20%的顾客带来80%的利润": "pareto",
    "85%的利用率": "utilisation",
    "把等待高估36%": "overestimate",
    "多接待一成": "tenth",
    "预亏十万，实赚五万": "clearance",
    "降价一成": "price-cut",
    "提高3个百分点": "staff",
}


def entries() -> dict[str, str]:
    """The text of each entry with a simulation, by the end of its label."""
    pieces = re.split(r"^\((appendix-a-[a-z-]+)\)=$", TEXT, flags=re.MULTILINE)
    found = dict(zip(pieces[1::2], pieces[2::2], strict=True))
    return {label.removeprefix("appendix-a-"): text for label, text in found.items() if "ServiceSimulation(" in text}


def overview() -> dict[str, tuple[str, str]]:
    """Verdict and chapter of each claim of the first table, by the end of its entry's label."""
    rows = re.findall(r"^\| \[.+?\]\(appendix-a-([a-z-]+)\) \| (\S+) \| \[第(\d+)章\]\(ch(\d+)-verdict\) \|$", TEXT, re.MULTILINE)
    assert all(named == linked for _, _, named, linked in rows)
    return {name: (verdict, chapter) for name, verdict, chapter, _ in rows}


def chapter_verdicts() -> list[tuple[int, str, str]]:
    """What the chapters say of each claim: chapter, the claim as it stands there, the verdict."""
    found = []
    for path in sorted(CHAPTERS.glob("[01][0-9]-*.md")):
        number = int(path.name[:2])
        text = path.read_text(encoding="utf-8").partition(f"(ch{number}-verdict)=")[2].partition(f"(ch{number}-summary)=")[0]
        found += [
            (number, claim, verdict)
            for claim, verdict in re.findall(r"^\*\*(.*“.+?)：((?:属实|有条件|来源不明|误传).*?)。\*\*", text, re.MULTILINE)
        ]
    return found


ENTRIES = entries()


def verdict_of(entry: str) -> str:
    (verdict,) = re.findall(r"^\*\*判断：(.+?)。\*\*", entry, re.MULTILINE)
    return verdict


def test_table_and_entries_are_the_same_claims():
    assert ENTRIES
    assert set(overview()) == set(ENTRIES)
    assert {f"popular-{name}" for name in ENTRIES} == {simulation.name for simulation in POPULAR_NUMBERS}


@pytest.mark.parametrize("claim", SOURCE_CLAIMS)
def test_every_claim_of_the_sources_has_an_entry(claim):
    assert SOURCE_CLAIMS[claim] in overview()
    assert SOURCE_CLAIMS[claim] in ENTRIES


@pytest.mark.parametrize("name", ENTRIES)
def test_an_entry_is_whole(name):
    entry = ENTRIES[name]
    places = [entry.index(f"**{part}：") for part in PARTS]
    assert places == sorted(places)
    for part, start, end in zip(PARTS, places, [*places[1:], len(entry)], strict=True):
        assert len(re.findall(r"[一-鿿]", entry[start:end])) >= 12, f"{part} says nearly nothing"
    assert re.findall(r'^ServiceSimulation\("([a-z-]+)", stage="open"\)$', entry, re.MULTILINE) == [f"popular-{name}"]
    assert verdict_of(entry) in VERDICTS
    assert overview()[name][0] == verdict_of(entry)
    assert f"](ch{overview()[name][1]}-verdict)" in entry.partition("**判断：")[2]
    assert "“" in entry.partition("**从哪里来")[0] or name == "stories"


@pytest.mark.parametrize("name", ENTRIES)
def test_a_claim_with_a_source_cites_it(name):
    """Only what has no known source may do without one."""
    entry = ENTRIES[name]
    cited = re.findall(r"\{cite:[tp]\}`([\w,]+)`", entry)
    assert cited or verdict_of(entry) == "来源不明" or name in ("silence",)


def test_no_chapter_judges_otherwise():
    """And each claim that a chapter checks stands in one of the two tables, with the chapter's verdict."""
    without_number = {
        claim: (verdict, int(chapter))
        for claim, verdict, chapter in re.findall(r"^\| ([^|\[]+?) \| (\S+) \| \[第(\d+)章\]\(ch\3-verdict\) \|$", TEXT, re.MULTILINE)
    }
    seen = set()
    for chapter, claim, verdict in chapter_verdicts():
        matching = [entry for words, entry in CHECKED.items() if words in claim]
        if matching:
            (name,) = matching
            assert overview()[name] == (verdict, str(chapter)), claim
        else:
            same = [one for one in without_number if one in claim]
            assert same, f"第{chapter}章查了{claim}，附录A里没有"
            (name,) = same
            assert without_number[name] == (verdict, chapter), claim
        seen.add(name)
    assert seen == set(overview()) | set(without_number)


def test_none_is_simply_true():
    """The text says so."""
    assert "**属实**一个也没有" in TEXT
    assert "属实" not in {verdict for verdict, _ in overview().values()}


def test_checklist_and_its_example():
    assert "(appendix-a-checklist)=" in TEXT
    example = TEXT.partition("(appendix-a-example)=")[2].partition("(appendix-a-references)=")[0]
    questions = re.findall(r"^\| (\d)\. ", TEXT.partition("(appendix-a-checklist)=")[2], re.MULTILINE)
    assert re.findall(r"^(\d)\. \*\*", example, re.MULTILINE) == questions
    assert questions == [str(k) for k in range(1, 10)]
