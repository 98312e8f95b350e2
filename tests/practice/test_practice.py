"""The practices themselves: answers, typical mistakes, hints; the same in MicroPython (the pages) and CPython (notebooks)."""

import ast
import json
from contextlib import suppress
from pathlib import Path

import pytest

import service_marketing
from service_marketing import practice
from service_marketing.practice import checking, explain
from service_marketing.practice.kernel import TOO_LONG

from .page import MicroPython

PACKAGE = Path(service_marketing.__file__).parent
EACH = pytest.mark.parametrize("one", practice.ALL, ids=lambda one: one.name)
SEED = 20


@pytest.fixture(scope="module")
def micropython():
    running = MicroPython()
    names = sorted({name for one in practice.ALL for name in one.plain()["files"]})
    running.ask(files={name: str(PACKAGE / name) for name in names})
    yield running
    running.stop()


def in_page(micropython, one, source, language="zh", attempt=0, seed=SEED):
    question = {"practice": one.plain(language), "source": source, "seed": seed, "attempt": attempt}
    return micropython.ask(name="_practice", question=question)


def in_kernel(one, source, language="zh", seed=SEED):
    space: dict = {}
    exec(compile(source, "<cell>", "exec"), space)
    return practice.check(one.name, space[one.function], language, seed)


@EACH
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_solution_is_right_and_the_starter_is_not(micropython, one, language):
    for seed in range(5):
        found = in_page(micropython, one, getattr(one.solution, language), language, seed=seed)
        assert found["passed"], found
        assert in_kernel(one, getattr(one.solution, language), language, seed).passed
    found = in_page(micropython, one, getattr(one.starter, language), language)
    assert not found["passed"]
    assert found["hint"]


@EACH
def test_each_typical_mistake_gets_its_own_hint(micropython, one):
    names = ", ".join(one.plain()["arguments"])
    seen = 0
    for hint in one.hints:
        if not hint.wrong:
            continue
        source = f"wrong = {hint.wrong}\ndef {one.function}({names}):\n    return wrong({names})\n"
        found = in_page(micropython, one, source)
        assert not found["passed"], hint.wrong
        assert found["hint"] == hint.text.zh
        seen += 1
    assert seen >= 2


@EACH
def test_both_pythons_say_the_same(micropython, one):
    for source in (one.starter.zh, one.solution.zh, f"def {one.function}(*given):\n    return 7\n"):
        page, kernel = in_page(micropython, one, source), in_kernel(one, source)
        assert (page["passed"], page["message"]) == (kernel.passed, kernel.message)
        assert page["rows"] == kernel.rows


@EACH
def test_what_it_declares(one):
    assert one.function.startswith("my_")  # a chapter's own functions are never overwritten
    assert [hint for hint in one.hints if hint.wrong is None], "a reader whose mistake is not known gets no hint"
    assert 2 <= len(one.cases) <= 4
    for case in [*one.cases, *checking.drawn(one.plain()["sampler"], 200, 3)]:
        assert len(case) == len(one.sampler)
        one.reference(*case)
    json.dumps(one.plain(), allow_nan=False)
    assert one.title.zh != one.title.en


def test_fresh_cases_are_drawn_and_the_same_in_both_pythons():
    sampler = practice.find("nps").plain()["sampler"]
    assert checking.drawn(sampler, 3, 1) == checking.drawn(sampler, 3, 1)
    assert checking.drawn(sampler, 3, 1) != checking.drawn(sampler, 3, 2)
    values = [value for (case,) in checking.drawn(sampler, 300, 9) for value in case]
    assert set(values) == set(range(11))
    lengths = {len(case) for (case,) in checking.drawn(sampler, 300, 9)}
    assert lengths == set(range(3, 13))
    (grid,) = zip(*checking.drawn([{"low": 1.0, "high": 9.0, "step": 0.5}], 300, 9), strict=True)
    assert set(grid) == {1 + 0.5 * k for k in range(17)}
    assert {case[0] for case in checking.drawn([{"choices": ["a", "b"]}], 50, 1)} == {"a", "b"}


def test_right_for_the_examples_only(micropython):
    one = practice.find("asymmetric")
    source = "def my_satisfaction(e, p):\n    return {(6, 8): 6.1, (6, 4): 3.1, (9, 1): 1}.get((e, p), 5)\n"
    found = in_page(micropython, one, source)
    assert not found["passed"]
    assert "例子都对，新抽的一个没对上" in found["message"]
    assert [row["right"] for row in found["rows"]] == [True, True, True, False]


WRONG_KINDS = [
    ("def my_nps(ratings):\n    print(25)\n", "print把结果显示了出来"),
    ("def my_nps(ratings):\n    x = 25\n", "没有交回结果"),
    ("def my_nps(ratings):\n    return '25'\n", "你交回的是文字"),
    ("def my_nps(ratings):\n    return [25]\n", "你交回的是列表"),
    ("def my_nps(ratings):\n    return True\n", "你交回的是真假值"),
    ("def my_nps(ratings):\n    return my_nps\n", "函数本身"),
    ("def my_nps(ratings):\n    return float('nan')\n", "NaN"),
    ("def my_nps(ratings):\n    return len(ratings) / 0\n", "除以了0"),
    ("def my_nps(ratings):\n    return ratings[99]\n", "第2行：位置超出了列表的长度"),
    ("def my_nps():\n    return 25\n", "参数"),
]


@pytest.mark.parametrize(("source", "words"), WRONG_KINDS, ids=[words for _, words in WRONG_KINDS])
def test_answers_of_the_wrong_kind(micropython, source, words):
    one = practice.find("nps")
    assert words in in_page(micropython, one, source)["message"]
    assert words in in_kernel(one, source).message


@pytest.mark.parametrize(
    ("source", "words", "line"),
    [
        ("def nps(ratings):\n    return 25\n", "找不到函数 my_nps", None),
        ("def my_nps(ratings)\n    return 25\n", "第1行：def 这一行的末尾少了冒号", 1),
        ("def my_nps(ratings):\nreturn 25\n", "第2行：上一行以冒号结尾", 2),
        ("x = y\n", "第1行：没有叫“y”的东西", 1),
    ],
)
def test_code_that_does_not_get_so_far(micropython, source, words, line):
    found = in_page(micropython, practice.find("nps"), source)
    assert words in found["message"]
    assert found["line"] == line


def test_two_numbers_are_wanted(micropython):
    found = in_page(micropython, practice.find("kano"), "def my_better_worse(a, o, m, i):\n    return (a + o) / (a + o + m + i)\n")
    assert "结果应是2个数" in found["message"]
    assert "你交回的是一个数" in found["message"]


def test_general_hints(micropython):
    nps = practice.find("nps")
    right = "100 * (sum([r >= 9 for r in ratings]) - sum([r <= 6 for r in ratings])) / len(ratings)"
    body = "def my_nps(ratings):\n    return "
    assert "四舍五入" in in_page(micropython, nps, f"{body}round({right}, 1)\n")["hint"]
    assert "100倍" in in_page(micropython, nps, f"{body}{right} / 100\n")["hint"]
    assert "正负号" in in_page(micropython, nps, f"{body}-({right})\n")["hint"]
    said = [in_page(micropython, nps, f"{body}7\n", attempt=attempt)["hint"] for attempt in range(4)]
    assert said[0] != said[1] == said[2] == said[3]  # from a nudge to nearly the answer


def test_a_changed_argument_does_no_harm(micropython):
    source = (
        practice.find("nps")
        .solution.zh.replace("    return", "    n = len(ratings)\n    ratings.clear()\n    return")
        .replace("len(ratings)\n", "n\n")
    )
    source = source.replace("n = n\n", "n = len(ratings)\n")
    assert in_page(micropython, practice.find("nps"), source)["passed"]


def test_an_endless_loop_in_the_kernel_is_stopped(monkeypatch):
    monkeypatch.setattr("service_marketing.practice.kernel.LIMIT", 0.3)

    def my_nps(ratings):
        while True:
            with suppress(Exception):  # even this does not keep it alive
                ratings = ratings[:]

    assert practice.check("nps", my_nps).message == TOO_LONG["zh"]


def test_the_pages_and_the_kernel_say_the_same_of_an_endless_loop():
    frontend = PACKAGE / "widget" / "frontend"
    for file in ("practice-box.js", "hood-words.js"):
        text = (frontend / file).read_text(encoding="utf-8")
        for language in ("zh", "en"):
            assert f'tooLong: "{TOO_LONG[language]}"' in text


def test_the_kernel_is_told_what_a_function_is():
    assert 'practice.check("nps", my_nps)' in practice.check("nps", 25).message
    with pytest.raises(ValueError, match=r"没有名为 'npss' 的练一练，可用的有: .*nps"):
        practice.check("npss", len)


def test_the_report_reads_well():
    report = in_kernel(practice.find("nps"), practice.find("nps").starter.zh)
    assert "提示：现在交回的还是推荐者的人数" in repr(report)
    assert "<table>" in report._repr_html_()
    assert "做对了。全对：3个例子和20个新抽的例子都对上了。" in repr(in_kernel(practice.find("nps"), practice.find("nps").solution.zh))


@EACH
def test_the_page_has_everything_without_scripts(one):
    html = practice.show(one.name)._repr_html_()
    for text in (one.title.zh, one.solution.zh.splitlines()[-1].strip(), one.starter.zh.splitlines()[0]):
        assert text.replace(">", "&gt;") in html
    assert html.count("<tr>") == 1 + len(one.cases)
    data = json.loads(html.split('<script type="application/json">')[1].split("</script>")[0])
    assert data["cases"] == [list(case) for case in one.cases]


@pytest.mark.parametrize("name", ["checking.py", "explain.py", "references.py"])
def test_the_shared_files_keep_to_what_both_pythons_run(name):
    tree = ast.parse((PACKAGE / "practice" / name).read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        assert not isinstance(node, ast.Match | ast.ClassDef | ast.AsyncFunctionDef), node.lineno
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in {"sorted", "round", "set", "format", "open"}, node.lineno
        if isinstance(node, ast.Import):
            assert [alias.name for alias in node.names] == ["math"]
        if isinstance(node, ast.ImportFrom):
            assert node.level > 0
    assert explain.explain("KeyError", "'a'")[0] is None


# 打开引擎盖 in a notebook


def test_a_model_is_changed_and_restored():
    from service_marketing.models import satisfaction
    from service_marketing.simulations import find

    simulation = find("expectation-lab")
    before = simulation.compute("population", {})["mean"]
    practice.change_model(satisfaction, "MIDDLE + anchor", "MIDDLE + 1 + anchor")
    try:
        assert simulation.compute("population", {})["mean"] > before + 0.5
        with pytest.raises(ValueError, match="应正好一次"):
            practice.change_model(satisfaction, "no such piece", "")
        with pytest.raises(SyntaxError):
            practice.change_model(satisfaction, "MIDDLE + anchor", "MIDDLE + (anchor")
    finally:
        practice.restore_model(satisfaction)
    assert simulation.compute("population", {})["mean"] == before


# The notebook that a learner downloads


def test_a_downloaded_notebook_has_the_starter_and_the_check(tmp_path):
    from nbformat import v4

    from service_marketing.publishing.plain import plain

    shown = v4.new_code_cell('practice.show("nps")', metadata={"tags": ["remove-input"]})
    cells = plain(v4.new_notebook(cells=[shown]), tmp_path / "chapter.md").cells
    starter = practice.find("nps").starter.zh.rstrip()
    assert [cell.source for cell in cells] == ['practice.show("nps")', starter, 'practice.check("nps", my_nps)']
    cells = plain(v4.new_notebook(cells=[shown]), tmp_path / "en" / "chapter.md").cells
    assert [cell.source for cell in cells] == [
        'practice.show("nps")',
        practice.find("nps").starter.en.rstrip(),
        'practice.check("nps", my_nps)',
    ]
    with pytest.raises(ValueError, match=r"chapter\.md:1: 没有名为 'npss' 的练一练"):
        plain(v4.new_notebook(cells=[v4.new_code_cell('practice.show("npss")')]), tmp_path / "chapter.md")


def test_running_all_cells_of_a_downloaded_notebook_fails_nowhere():
    for one in practice.ALL:
        report = in_kernel(one, one.starter.zh)
        assert report.message
        assert not report.passed
