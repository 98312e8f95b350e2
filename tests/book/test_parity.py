"""The English edition follows the Chinese: in all that is not words, and none of its pages is older than its source."""

import re
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from service_marketing.cli import app
from service_marketing.publishing import parity

ROOT = Path(__file__).parents[2]
TERMS = {"期望": "expectation"}
CHINESE = """\
---
kernelspec:
  name: python3
---

(ch1)=
# 第1章 期望

按{glue:text}`ch1-mean:.1f`分算，{cite:t}`oliver1980` 说{term}`期望`，见[下一节](ch1-next)。

```{code-cell} ipython3
---
mystnb:
  figure:
    name: ch1-fig-mean
    caption: 平均分
tags: [hide-input]
---
# 平均
print(f"平均{mean:.1f}分，共{count}人", rows.assign(最后=1))
```

(ch1-next)=
## 想一想

:::{quiz}
:right: B

哪个对？

- 甲

  不对。
- 乙

  对。
:::

$$
D = P - E
$$
"""
ENGLISH = """\
---
kernelspec:
  name: python3
---

(ch1)=
# Chapter 1 Expectations

See [the next section](ch1-next): {cite:t}`oliver1980` on {term}`expectation`.
The mean is {glue:text}`ch1-mean:.1f`.

```{code-cell} ipython3
---
mystnb:
  figure:
    name: ch1-fig-mean
    caption: "The mean: one line"
tags: [hide-input]
---
# the mean
print(
    f"{count} guests, mean {mean:.1f}",
    rows.assign(last=1),
)
```

(ch1-next)=
## Think about it

:::{quiz}
:right: B

Which is right?

- One

  No.
- Two

  Yes.
:::

$$
D = P - E
$$
"""


def test_words_are_free():
    assert parity.differences(CHINESE, ENGLISH, TERMS) == []


@pytest.mark.parametrize(
    ("was", "now", "told"),
    [
        ("(ch1-next)=\n", "(ch1-then)=\n", "(ch1-next)="),
        ("(ch1-next)=\n", "", "(ch1-next)="),
        ("## Think", "### Think", "heading 2 ≠ heading 3"),
        ("ch1-mean:.1f", "ch1-mean:.2f", "ch1-mean:.2f"),
        ("oliver1980", "oliver1997", "oliver1997"),
        ("](ch1-next)", "](ch1)", "](ch1)"),
        ("{term}`expectation`", "{term}`hope`", "{term}`hope`"),
        ("name: ch1-fig-mean", "name: ch1-fig-median", "ch1-fig-median"),
        ('"The mean: one line"', "The mean: one line", "not YAML"),
        ("tags: [hide-input]", "tags: [hide-output]", "hide-output"),
        (":right: B", ":right: A", ":right: B ≠ :right: A"),
        ("- Two\n\n  Yes.\n", "", "choice ≠ formula"),
        ("{mean:.1f}", "{mean:.2f}", "f-string"),
        ("{count} guests, ", "", "f-string"),
        ("last=1", "last=2", "1 ≠ 2"),
        ("rows.assign", "rows.eval", "assign ≠ eval"),
        ("    rows.assign(last=1),\n", "", "code cell 1"),
        ("print(\n", "print((\n", "code cell 1"),
        ("$$\nD = P - E\n$$\n", "", "None"),
    ],
)
def test_what_differs_is_told(was, now, told):
    assert was in ENGLISH
    found = parity.differences(CHINESE, ENGLISH.replace(was, now), TERMS)
    assert any(told in line for line in found), found


@pytest.fixture
def course(tmp_path):
    """A course of one page in Chinese, its English not there yet."""
    for name in ("chapters/zh", "chapters/en", "book/zh", "book/en"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "_toc.yml").touch()
    (tmp_path / "book" / "terms.csv").write_text("zh,en,definition_zh,definition_en,chapter\n期望,expectation,x,x,1\n", encoding="utf-8")
    (tmp_path / "chapters" / "zh" / "01-nature.md").write_text(CHINESE, encoding="utf-8")
    return tmp_path


def test_a_page_is_current_until_its_source_changes(course):
    page = "chapters/en/01-nature.md"
    assert parity.report(course) == {page: ["还没有译出来 (not translated yet)"]}
    (course / page).write_text(ENGLISH, encoding="utf-8")
    assert "older" in parity.report(course)[page][0]
    parity.follow(course, page)
    assert parity.report(course) == {page: []}
    source = course / "chapters" / "zh" / "01-nature.md"
    source.write_text(CHINESE.replace("不对。", "不对，再想想。"), encoding="utf-8")
    assert "older" in parity.report(course)[page][0]
    parity.follow(course, page)
    assert parity.report(course) == {page: []}
    assert (course / page).read_text(encoding="utf-8").count("sha256") == 1
    source.unlink()
    assert parity.report(course) == {page: ["没有中文原文 (no Chinese page)"]}


def test_a_page_without_a_head_gets_one(course):
    page = "chapters/en/02-more.md"
    (course / "chapters" / "zh" / "02-more.md").write_text("# 多\n", encoding="utf-8")
    (course / page).write_text("# More\n", encoding="utf-8")
    parity.follow(course, page)
    assert parity.report(course)[page] == []
    assert (course / page).read_text(encoding="utf-8").endswith("---\n\n# More\n")


def test_the_command_says_which_pages_do_not_follow(course, monkeypatch):
    monkeypatch.chdir(course)
    found = CliRunner().invoke(app, ["parity"])
    assert found.exit_code == 1
    assert "chapters/en/01-nature.md: 还没有译出来" in found.output
    refused = CliRunner().invoke(app, ["parity", "--follow", "chapters/zh/01-nature.md"])
    assert refused.exit_code == 1
    assert "chapters/en/03-satisfaction.md" in refused.output
    (course / "chapters" / "en" / "01-nature.md").write_text(ENGLISH, encoding="utf-8")
    assert CliRunner().invoke(app, ["parity", "--follow", "chapters/en/01-nature.md"]).exit_code == 0


REPORT = parity.report(ROOT)


@pytest.mark.parametrize("page", sorted(REPORT))
def test_the_english_edition_follows(page):
    assert REPORT[page] == []


def test_an_assignment_is_followed_like_a_page(course):
    work = course / "exercises" / "01-nature"
    work.mkdir(parents=True)
    (work / "assignment.md").write_text("# 作业\n", encoding="utf-8")
    page = "exercises/01-nature/assignment.en.md"
    assert parity.report(course)[page] == ["还没有译出来 (not translated yet)"]
    (course / page).write_text("# Assignment\n\n## More\n", encoding="utf-8")
    parity.follow(course, page)
    assert parity.report(course)[page] == ["开头 (beginning): None ≠ heading 2"]


# of the settings of Jupyter Book, what is words or names the edition
WORDS = {
    "title",
    "author",
    "language",
    "html_title",
    "bibtex_reference_style",
    "numfig_format",
    "nb_code_prompt_show",
    "nb_code_prompt_hide",
} | {
    "togglebutton_hint",
    "togglebutton_hint_hide",
}


def without_words(settings):
    if isinstance(settings, dict):
        return {name: without_words(value) for name, value in settings.items() if name not in WORDS}
    return settings


def test_both_editions_are_built_with_the_same_settings():
    chinese, english = (yaml.safe_load((ROOT / name).read_text(encoding="utf-8")) for name in ("_config.yml", "_config.en.yml"))
    assert without_words(chinese) == without_words(english)
    assert chinese["sphinx"]["config"].keys() == english["sphinx"]["config"].keys()


def test_both_editions_have_the_same_contents():
    chinese, english = ((ROOT / name).read_text(encoding="utf-8") for name in ("_toc.yml", "_toc.en.yml"))
    files = [[line.split("file: ")[1] for line in text.splitlines() if "file: " in line] for text in (chinese, english)]
    assert [name.replace("/en/", "/zh/").removesuffix(".en") for name in files[1]] == files[0]
    assert len(re.findall("caption: ", chinese)) == len(re.findall("caption: [A-Z]", english))
