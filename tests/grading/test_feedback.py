"""Pages of feedback: nothing hidden is in them, nothing in them runs, and they say what is helpful in either language."""

import json
import random
import re
import shutil
import time
from html import unescape
from pathlib import Path

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from nbgrader import api
from nbgrader.apps import NbGraderAPI
from typer.testing import CliRunner

from browser import browser, open_page, serve  # noqa: F401
from grading import stock_course as small
from service_marketing import cli
from service_marketing.grading import engine, feedback, folder, gradebook, mangled, problems, redaction, rendering, results, wording
from service_marketing.grading.options import Options
from service_marketing.grading.results import CellRecord, NotebookRecord, Record, RunRecord

NAME = small.NAME
PLAIN = Options(wall=False, sandbox=False)
ZH = wording.words(wording.FEEDBACK, "zh")
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
SHOWN = (RunRecord("shown", 0.1, 0.1, 1000), RunRecord("graded", 0.1, 0.1, 1000), RunRecord("tests", 0.1, 0.1, 1000))


# tells in a public test what it was asked in a hidden one before
SPY = """seen = []
def area(r):
    seen.append(r)
    if r == 2:
        raise ValueError(f'SEEN{seen}')
    return math.pi * r * r"""


# ---- an assignment without files: cells as (grade id, visible text, hidden text); an id of None is formatted text


def side(*cells: tuple, language: str = "zh", path: Path | None = None) -> feedback.Side:
    """The assignment's side of a notebook with an answer `q`, and the tests."""
    source, grades, release = [], [], []
    for name, visible, *hidden in [("q", "def f(x):\n    ..."), *cells]:
        if name is None:
            release.append(new_markdown_cell(visible))
            continue
        text = visible + "".join(f"\n### BEGIN HIDDEN TESTS\n{one}\n### END HIDDEN TESTS" for one in hidden)
        test = name != "q"
        release.append(
            small.marked(new_code_cell(visible), name, grade=test, solution=not test, locked=test, **({"points": 2} if test else {}))
        )
        source.append(gradebook.SourceCell(name, name, "code", test, text if test else visible, None))
        if test:
            grades.append(gradebook.GradeCell(name, name, 2.0, "code"))
    notebook = gradebook.Notebook("n", "a", None, source, grades, [gradebook.SolutionCell("q", "q")], [])
    own = folder.Assignment(NAME, Path(), Path(), {}, {}, ())
    if path is not None:
        nbformat.write(new_notebook(cells=release), path)
        own = folder.Assignment(NAME, Path(), Path(), {}, {"a": path}, ())
    return feedback.side(notebook, own)


def graded(
    one: feedback.Side, answer: str = "def f(x):\n    return x", outputs: dict | None = None, answer_outputs: list | None = None
) -> dict:
    """A graded notebook as it stands in autograded/: the tests with their hidden part."""
    cells = []
    for cell in one.reference.cells:
        test = cell.name != "q"
        made = small.marked(new_code_cell(cell.source if test else answer), cell.name, grade=test, solution=not test, locked=test)
        made.outputs = (outputs or {}).get(cell.name, []) if test else (answer_outputs or [])
        cells.append(made)
    return json.loads(nbformat.writes(new_notebook(cells=cells)))


def recorded(*cells: CellRecord, runs: tuple = SHOWN, found: tuple = ()) -> Record:
    notebook = NotebookRecord("a", "a.ipynb", 0.0, 2.0 * len(cells), None, cells, found, runs)
    return Record(NAME, "s", "graded", "2026-03-20T00:00:00Z", notebooks=(notebook,), wall=True, layers=("bubblewrap",))


def failed(name: str, ename: str = "AssertionError", evalue: str = "", line: str = "", verdict: str = "failed", **more) -> CellRecord:
    return CellRecord(name, "test", verdict, 0.0, 2.0, ename, evalue, line, **more)


def html(one: feedback.Side, record: Record | None, notebook: dict | None, language: str = "zh") -> str:
    words = wording.words(wording.FEEDBACK, language)
    page = feedback.make_page(one, "s", "王明", NAME, None, record, notebook, words, language)
    return feedback.to_html(page, words, language, None)


def text(page: str) -> str:
    """What of a page can be read."""
    bare = re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
    return unescape(re.sub(r"<[^>]+>", "", bare))


# ---- nothing hidden


MARKER = st.from_regex(r"[a-z]{3}[A-Z0-9]{9,14}[a-z]{2}", fullmatch=True)


@given(
    secret=MARKER,
    where=st.sets(st.sampled_from(["evalue", "ename", "traceback", "stream", "result", "assertion", "notes", "run", "output", "cause"])),
    ename=st.sampled_from(["AssertionError", "ValueError", "KeyError", "ZeroDivisionError", "CellLostError", "Odd"]),
    verdict=st.sampled_from(["failed", "error", "timeout", "lost", "refused", "exceeded", "stderr", "partial", "passed"]),
    shown=st.booleans(),
    with_record=st.booleans(),
    language=st.sampled_from(wording.LANGUAGES),
)
@settings(max_examples=150)
def test_nothing_of_a_hidden_test_is_on_the_page(secret, where, ename, verdict, shown, with_record, language):
    line = f"assert f({secret!r}) == '{secret}', 'no {secret}'"
    one = side(("open", "assert f(1) == 1, 'f(1)应是1'"), ("half", "assert f(2) == 2", line), ("later", "assert f(3) == 3"))
    evalue = f"expected {secret}" if "evalue" in where else ""
    name = f"E{secret}" if "ename" in where else ename
    trace = [
        f"\x1b[0;31m{name}\x1b[0m Traceback",
        f"Cell In[3], line 3\n----> 3 {line if 'traceback' in where else ''}",
        f"{name}: {evalue}",
    ]
    outputs = [new_output("error", ename=name, evalue=evalue, traceback=trace)]
    if "stream" in where:
        outputs.insert(0, new_output("stream", name="stdout", text=f"trying {secret}\n"))
    if "result" in where:
        outputs.append(new_output("execute_result", data={"text/plain": secret, "text/html": f"<b>{secret}</b>"}, execution_count=1))
    own = [new_output("stream", name="stdout", text=f"found: {line}\n")] if "output" in where or not shown else []
    notebook = graded(one, outputs={"half": outputs, "later": outputs}, answer_outputs=own)
    more = {"notes": {"used": [secret], "flags": [secret], "calls": 1}} if "notes" in where else {}
    assertion = line if "assertion" in where else "assert f(2) == 2" if "cause" in where else ""
    runs = tuple(
        RunRecord(run.role if shown else "all", 0.1, 0.1, 1, 1, "died", f"exit {secret}") if "run" in where else run
        for run in (SHOWN if shown else SHOWN[:1])
    )
    found = (problems.problem("run", reason_zh=f"退出码{secret}", reason_en=secret),) if "run" in where else ()
    cells = (
        failed("open", evalue="f(1)应是1", line="assert f(1) == 1, 'f(1)应是1'"),
        *tuple(failed(cell, name, evalue, assertion, verdict, **more) for cell in ("half", "later")),
    )
    page = html(one, recorded(*cells, runs=runs, found=found) if with_record else None, notebook, language)
    assert secret not in page
    assert secret not in text(page)
    assert secret.lower() not in page.lower()
    assert "assert" in text(page)  # the visible part is there
    if with_record:
        assert "f(1)应是1" in text(page)


@pytest.mark.parametrize("release", [True, False], ids=["release", "gradebook"])
def test_hidden_part_by_release_or_by_marks(release, tmp_path):
    one = side(("t", "assert f(1) == 1", "assert f(77777777) == 1"), path=tmp_path / "a.ipynb" if release else None)
    test = one.rules.tests["t"]
    assert test.source == "assert f(1) == 1"
    assert test.hidden == {"assert f(77777777) == 1"}
    assert one.rules.secret == {"t"}


def test_a_release_with_hidden_tests_left_in_gives_nothing_away():
    cell = mangled.Expected("t", "code", True, True, False, False, 1, None, *["a = 1\n### BEGIN HIDDEN TESTS\nb = 2"] * 2, {})
    assert redaction.visible(cell) == "a = 1"


def test_a_line_that_is_hidden_and_visible_counts_as_hidden():
    one = side(("t", "x = f(1)\nassert x == 1", "x = f(9)\nassert x == 1"))
    test = one.rules.tests["t"]
    assert test.failed("x = f(1)") is not None
    assert test.failed("assert x == 1") is None
    assert test.failed("x = f(9)") is None
    assert test.failed("something else") is None
    assert test.failed("") is None


def test_open_until_a_hidden_line_ran():
    one = side(("a", "assert f(1)"), ("b", "assert f(2)", "assert f(3)"), ("c", "assert f(4)"))
    assert one.rules.is_open("a", ["q"])
    assert not one.rules.is_open("b", ["q", "a"])
    assert not one.rules.is_open("c", ["q", "a", "b"])
    message = "f得到-42"
    cells = [failed(name, evalue=message, line="assert f(4)" if name == "c" else "assert f(1)") for name in "ac"]
    page = text(html(one, recorded(*cells), graded(one)))
    assert page.count(message) == 1
    # a student who moves the hidden test to the end of the notebook has what came before it open, as it ran
    notebook = graded(one)
    notebook["cells"].append(notebook["cells"].pop(2))
    assert text(html(one, recorded(*cells), notebook)).count(message) == 2


def test_outputs_are_those_of_a_run_without_tests():
    one = side(("t", "assert f(1)", "assert f(99)"))
    own = [new_output("stream", name="stdout", text="mine\n"), new_output("display_data", data={"image/png": PIXEL})]
    assert "mine" in html(one, recorded(failed("t")), graded(one, answer_outputs=own))
    for record in (recorded(failed("t"), runs=(RunRecord("all", 1, 1, 1),)), None):
        page = html(one, record, graded(one, answer_outputs=own))
        assert "mine" not in page
        assert PIXEL not in page
        assert ZH["no_outputs"] in page
    bare = side(("t", "assert f(1)"))
    assert "mine" in html(bare, None, graded(bare, answer_outputs=own))


def test_a_hidden_line_in_an_output_is_withheld():
    line = "assert f(314159) == 271828"
    one = side(("t", "assert f(1)", line))
    for output in (
        new_output("stream", name="stdout", text=f"got: {line}"),
        new_output("stream", name="stdout", text=f"got: \x1b[31massert\x1b[0m{line[6:]}"),
        new_output("execute_result", data={"text/html": f"<pre>{line}</pre>", "text/plain": line}, execution_count=1),
        new_output("error", ename="ValueError", evalue=line, traceback=[line]),
        new_output("display_data", data={"text/markdown": line}),
    ):
        words = wording.words(wording.FEEDBACK, "zh")
        page = feedback.make_page(one, "s", "", NAME, None, recorded(failed("t")), graded(one, answer_outputs=[output]), words, "zh")
        made = feedback.to_html(page, words, "zh", None)
        assert page.suspicious, output
        assert "271828" not in made, output
        assert ZH["withheld"] in made or output.output_type == "display_data"


# ---- what is helpful


@pytest.mark.parametrize(
    ("visible", "line", "zh", "en"),
    [
        ("assert f(2) == 4", "assert f(2) == 4", "f(2) 应等于 4", "f(2) should equal 4"),
        ("assert f(2) == 4, 'f要平方'", "assert f(2) == 4, 'f要平方'", "f要平方", "f要平方"),
        ("x = f(2)\nassert abs(x - 0.5) < 1e-6", "assert abs(x - 0.5) < 1e-6", "x 应约等于 0.5", "x should be about 0.5"),
        ("assert f(2) == 4, f'得到{f(2)}，不对'", "assert f(2) == 4, f'得到{f(2)}，不对'", "得到…，不对", "得到…，不对"),
        ("np.testing.assert_allclose(f(1), 3)", "np.testing.assert_allclose(f(1), 3)", "f(1) 应约等于 3", "f(1) should be about 3"),
        ("assert isinstance(f(1), int)", "assert isinstance(f(1), int)", "f(1) 的类型应是 int", "f(1) should be of type int"),
        ("for i in range(3):\n    assert f(i) >= i", "assert f(i) >= i", "f(i) 应不小于 i", "f(i) should be at least i"),
        ("if f(1) != 1:\n    raise ValueError('f(1)应是1')", "raise ValueError('f(1)应是1')", "f(1)应是1", "f(1)应是1"),
        ("check(f, [(1, 1)], hint='想想0')", "check(f, [(1, 1)], hint='想想0')", "想想0", "想想0"),
    ],
)
def test_what_was_expected_in_words(visible, line, zh, en):
    one = side(("before", "assert f(0)", "assert f(1234567)"), ("t", visible))
    for language, words in (("zh", zh), ("en", en)):
        page = text(html(one, recorded(failed("t", evalue="never to be seen", line=line)), graded(one), language))
        assert words in page
        assert "never to be seen" not in page


def test_what_was_tested_in_words():
    for visible, zh, en in (
        ("# 测试：面积\n# test: the area\nassert f(1)", "面积", "the area"),
        ("# 第1题：住店次数（2分）\nassert f(1)", "第1题：住店次数（2分）", "第1题：住店次数（2分）"),
        ("'''The area of a circle.'''\nassert f(1)", "The area of a circle.", "The area of a circle."),
        ("### BEGIN TESTS\nassert f(1)", "f", "f"),
        ("# YOUR CODE HERE\nassert f(1)", "f", "f"),
    ):
        test = side(("t", visible)).rules.tests["t"]
        assert (test.tested("zh", ("f",)), test.tested("en", ("f",))) == (zh, en)
    assert redaction.first_words("## 第2题 满意率\n\n说明") == "第2题 满意率"
    assert redaction.first_words("Here we check `f`. More.") == "Here we check `f`."


def test_errors_in_words():
    one = side(("t", "assert f(1) == 1"))
    page = text(html(one, recorded(failed("t", "NameError", "name 'g' is not defined", "assert f(1) == 1", "error")), graded(one)))
    assert "NameError: name 'g' is not defined" in page
    assert redaction.ERRORS["NameError"].zh in page
    closed = side(("t", "assert f(1) == 1", "assert f(55555555) == 1"))
    cell = failed("t", "NameError", "name 'g' is not defined", "assert f(55555555) == 1", "error")
    page = text(html(closed, recorded(cell), graded(closed)))
    assert "NameError" in page
    assert "'g'" not in page
    assert "55555555" not in page
    for verdict in ("timeout", "exceeded", "lost", "refused", "stderr", "missing", "partial"):
        assert ZH[verdict] in text(html(one, recorded(failed("t", verdict=verdict)), graded(one)))


def test_an_answer_that_fails_itself_is_named_first():
    one = side(("t", "assert f(1) == 1"))
    trace = ["\x1b[0;31mSyntaxError\x1b[0m", "Cell In[1], line 1\n----> 1 def f(x)", "\x1b[0;31mSyntaxError\x1b[0m: expected ':'"]
    own = [new_output("error", ename="SyntaxError", evalue="expected ':'", traceback=trace)]
    page = html(
        one, recorded(failed("t", "NameError", "name 'f' is not defined", "assert f(1) == 1", "error")), graded(one, answer_outputs=own)
    )
    assert ZH["own_cell_failed"] in page
    assert redaction.ERRORS["SyntaxError"].zh in page
    assert '<span class="c1">SyntaxError</span>' in page


def test_both_languages_are_complete():
    for texts in (wording.FEEDBACK, wording.REPORT, wording.MARKS, wording.PROBLEMS, results.VERDICTS, redaction.ERRORS, redaction._WORDS):
        for name, said in texts.items():
            assert said.zh.strip(), name
            assert said.en.strip(), name
            assert sorted(re.findall(r"\{\d*\}", said.zh)) == sorted(re.findall(r"\{\d*\}", said.en)), name
            assert not re.search(r"[\u4e00-\u9fff，。、]", said.en), (name, said.en)
    assert wording.PROBLEMS.keys() == problems.CODES
    one = side(("t", "assert f(1) == 1"))
    page = html(one, recorded(failed("t")), graded(one), "en")
    assert '<html lang="en">' in page
    assert not re.search(r"[\u4e00-\u9fff]", text(page).replace("王明", ""))
    with pytest.raises(ValueError, match="language"):
        wording.words(wording.FEEDBACK, "fr")


# ---- nothing runs


EVIL = [
    "<script>window.hacked=1</script>",
    "<img src=x onerror='window.hacked=1'>",
    "<svg onload=window.hacked=1><g/></svg>",
    "<a href='javascript:window.hacked=1'>x</a><a href=' java\nscript:1'>y</a>",
    "<iframe srcdoc='<script>parent.hacked=1</script>'></iframe>",
    "<style>body{display:none}</style><link rel=stylesheet href=http://example.org/x.css>",
    "<table><td onmouseover=window.hacked=1 style='position:fixed;inset:0'>t</td></table></div></div></main></body>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=window.hacked=1&gt;'>",
    "<noscript><p title='</noscript><img src=x onerror=window.hacked=1>'>",
    "<form action=http://example.org><button>b</button></form><base href=http://example.org/><meta http-equiv=refresh content='0;url=http://example.org'>",
    "<details open ontoggle=window.hacked=1>d</details>",
    "<!--><script>window.hacked=1</script>-->",
    "<p/onclick=window.hacked=1>p<b\x00onclick=window.hacked=1>b</b>",
    "<IMG SRC=`javascript:window.hacked=1`><x:script xmlns:x='http://www.w3.org/1999/xhtml'>window.hacked=1</x:script>",
]
HARMLESS = re.compile(
    r"</?[a-z][a-z0-9]*>|<a href=\"(?:https?|mailto):[^\"<>]*\" rel=\"noopener noreferrer nofollow\">"
    r"|<t[dh](?: (?:col|row)span=\"\d+\")+>|<ol start=\"\d+\">|<(?:span|div) class=\"math\">"
    r"|<img src=\"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=]+\" alt=\"[^\"<>]*\">"
)


def assert_harmless(made: str) -> None:
    rest = HARMLESS.sub("", made)
    assert not re.search("[<>]", rest), rest[:200]
    opened = []
    for closing, name in re.findall(r"<(/?)([a-z][a-z0-9]*)", made):
        assert name in rendering._ALLOWED | {"img"}
        if closing:
            assert opened.pop() == name
        elif name not in ("br", "hr", "img"):
            opened.append(name)
    assert not opened


PIECES = [
    *EVIL,
    "<",
    ">",
    '"',
    "'",
    "&",
    "&lt;",
    "&#60;script&#62;",
    "<b",
    "</",
    "<table>",
    "<tr>",
    "</table>",
    "<!--",
    "-->",
    "x",
    "<p>",
    "\x00",
    "=",
]


@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=8)), max_size=12).map("".join))
@settings(max_examples=400)
def test_html_is_made_anew(evil):
    assert_harmless(rendering.safe_html(evil))
    assert_harmless(rendering.markdown(evil))
    for coloured in (rendering.terminal(evil), rendering.code(evil)):
        rest = re.sub(r'</?span(?: class="[a-z0-9 ]+")?>', "", coloured)
        assert "<" not in rest


def test_what_formats_is_kept():
    made = rendering.safe_html(
        '<table border="1"><tr><th colspan=2>a</th></tr><tr><td>1 &lt; 2<td><b>x</table><a href="https://example.org/?a=1&amp;b">l</a>'
    )
    assert made == (
        '<table><tr><th colspan="2">a</th></tr><tr><td>1 &lt; 2<td><b>x</b></td></td></tr></table>'
        '<a href="https://example.org/?a=1&amp;b" rel="noopener noreferrer nofollow">l</a>'
    )
    assert rendering.terminal("\x1b[1;31mE\x1b[0m 10%\r\x1b[2K99%\n<b>") == "99%\n&lt;b&gt;"
    assert rendering.terminal("\x1b[38;5;28mg\x1b[39mh") == '<span class="c2">g</span>h'
    assert '<span class="math">a_1 &lt; b</span>' in rendering.markdown("$a_1 < b$ **x**")
    assert rendering.data_address("image/png", PIXEL) == f"data:image/png;base64,{PIXEL}"
    for kind, data in (
        ("image/png", "PHN2Zz4="),
        ("image/svg+xml", PIXEL),
        ("image/png", PIXEL + '"'),
        ("image/png", "x"),
        ("image/png", None),
    ):
        assert rendering.data_address(kind, data) is None


@pytest.mark.parametrize(
    "evil",
    [
        "<b><i>",
        '<a href="',
        "<",
        "<!--",
        "<div>",
        "</",
        "<a ",
        "<a b",
        "<script>",
        "<svg>",
        "<td a=1 ",
        "&#",
        "\x1b[",
        "\r",
        '"""',
        "$$",
        "[](",
        "`",
    ],
)
def test_slow_input_is_not_slow(evil):
    began = time.perf_counter()
    bad = evil * (60_000 // len(evil))
    rendering.safe_html(bad), rendering.terminal(bad), rendering.code(bad)
    rendering.safe_html(f"<p {bad}>")
    rendering.markdown(bad[:12_000])
    assert time.perf_counter() - began < 60  # not of its own square, which takes minutes


def evil_page() -> str:
    one = side(("t", "assert f(1) == 1"))
    own = [new_output("execute_result", data={"text/html": html_, "text/plain": html_}, execution_count=1) for html_ in EVIL]
    own += [
        new_output("stream", name="stdout", text="".join(EVIL)),
        new_output("display_data", data={"application/javascript": "window.hacked=1"}),
    ]
    own += [new_output("error", ename=EVIL[0], evalue=EVIL[1], traceback=EVIL), new_output("display_data", data={"image/svg+xml": EVIL[2]})]
    record = recorded(
        failed("t", EVIL[0], EVIL[1], "assert f(1) == 1", "error"), found=(problems.problem("wrong-name", EVIL[0], expected=EVIL[1]),)
    )
    notebook = graded(one, answer="".join(EVIL), answer_outputs=own)
    notebook["cells"].append(json.loads(json.dumps(new_markdown_cell("\n\n".join(EVIL)))))
    words = wording.words(wording.FEEDBACK, "zh")
    page = feedback.make_page(one, EVIL[0], EVIL[1], EVIL[6], None, record, notebook, words, "zh")
    return feedback.to_html(page, words, "zh", None)


def test_nothing_runs_in_a_browser(open_page, tmp_path):  # noqa: F811
    (tmp_path / "page.html").write_text(evil_page(), encoding="utf-8")
    with serve(tmp_path) as address:
        for width, dark in ((390, True), (1280, False)):
            page = open_page(f"{address}/page.html", width=width, dark=dark)
            page.wait_for_timeout(200)
            assert page.evaluate("window.hacked") is None
            assert page.evaluate("document.scripts.length + document.querySelectorAll('iframe,form,link,svg,base').length") == 0
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert page.evaluate("getComputedStyle(document.body).display") == "block"
            assert page.locator("main").count() == 1
            assert page.locator("main .test").count() == 1


def test_nothing_breaks_out_without_the_policy_either(open_page, tmp_path):  # noqa: F811
    noise = random.Random(11)
    pieces = [rendering.safe_html("".join(noise.choice(PIECES) for _ in range(noise.randint(1, 12)))) for _ in range(400)]
    held = "".join(f"<section><div class=html>{piece}</div><p class=after>{at}</p></section>" for at, piece in enumerate(pieces))
    (tmp_path / "page.html").write_text(f"<!DOCTYPE html><meta charset=utf-8><title>t</title><link rel=icon href=data:,>{held}")
    with serve(tmp_path) as address:
        page = open_page(f"{address}/page.html")
        page.wait_for_timeout(200)
        assert page.evaluate("window.hacked") is None
        assert page.locator("body > section > p.after").count() == len(pieces)
        assert page.locator("body > section").count() == len(pieces)
        named = "[...document.querySelectorAll('section *')].flatMap(e => [...e.attributes].map(a => a.name))"
        assert set(page.evaluate(named)) <= {"class", "href", "rel", "colspan", "rowspan", "start", "src", "alt"}
        assert page.locator("section :is(script, style, iframe, svg, math, form, link, meta, base, object)").count() == 0


def test_the_policy_forbids_scripts():
    one = side(("t", "assert f(1) == 1"))
    page = html(one, None, graded(one))
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)[1]
    assert "default-src 'none'" in policy
    assert "script" not in policy
    assert "unsafe" not in policy.replace("&#39;", "'")
    assert not re.search(r"\sstyle=|\son[a-z]+=", page)
    assert "http" not in page.replace("http-equiv", "")


# ---- odd notebooks, sizes


KEYS = st.sampled_from(
    [
        "cell_type",
        "source",
        "outputs",
        "metadata",
        "nbgrader",
        "grade_id",
        "output_type",
        "text",
        "data",
        "attachments",
        "text/html",
        "traceback",
    ]
)
LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=5)


@given(st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5), max_leaves=12))
def test_odd_notebooks_make_a_page(value):
    one = side(("t", "assert f(1) == 1"))
    for cells in (
        [value],
        [{"cell_type": "code", "source": "x", "outputs": [value], "metadata": {}}],
        value if isinstance(value, list) else [],
    ):
        assert "</html>" in html(one, None, {"cells": cells})


def test_a_page_stays_light():
    tests = [(f"t{i}", f"# 测试：{'很长的说明' * 20}\nassert f({i}) == {i}, '{'说' * 300}'\n" + "x = 1\n" * 80) for i in range(40)]
    one = side(*tests)
    big = "字" * 50_000
    own = [new_output("stream", name="stdout", text=big)] + [
        new_output(
            "execute_result",
            data={"text/html": "<table>" + "<tr><td>表</td></tr>" * 900 + "</table>", "text/plain": big},
            execution_count=1,
        )
        for _ in range(30)
    ]
    cells = [failed(name, evalue="错" * 2000, line=visible.splitlines()[1]) for name, visible in tests]
    page = html(one, recorded(*cells), graded(one, answer="x = 1  # 很长\n" * 5_000, answer_outputs=own))
    assert len(page.encode()) < 200_000  # forty such tests on one page
    few = side(*tests[:12])
    page = html(few, recorded(*cells[:12]), graded(few, answer="x = 1  # 很长\n" * 5_000, answer_outputs=own))
    assert len(page.encode()) < 100_000


def test_pictures_and_attachments():
    one = side(("t", "assert f(1) == 1"))
    own = [
        new_output("display_data", data={"image/png": PIXEL, "text/plain": "<Figure>"}),
        new_output("display_data", data={"image/png": "bad"}),
    ]
    notebook = graded(one, answer_outputs=own)
    cell = new_markdown_cell("![手写](attachment:a.png) ![网上](https://example.org/x.png)", attachments={"a.png": {"image/png": PIXEL}})
    notebook["cells"].append(json.loads(json.dumps(cell)))
    page = html(one, recorded(failed("t")), notebook)
    assert page.count(f"data:image/png;base64,{PIXEL}") == 2
    assert "example.org" not in page
    assert "[网上]" in page


# ---- a course


@pytest.fixture(scope="module")
def course(tmp_path_factory) -> Path:
    """A class graded by the engine, with everything that may be in the way."""
    root = small.course(
        tmp_path_factory.mktemp("feedback") / "course",
        "c.LateSubmissionPlugin.penalty_method = 'zero'\nc.NbGraderAPI.timezone = 'Asia/Shanghai'",
    )
    good, b = small.answered(root, "a", essay="因为 $x<1$ **很圆**"), small.answered(root, "b", q3="print('drawn')")
    secrets = {student: {"submission_secret.txt": student.encode() * 4} for student in ("enrolled", "spy", "half", "broken")}
    small.submit(root, "enrolled", {"a": good, "b": b}, "2026-03-19 12:00:00 UTC", **secrets["enrolled"])
    wrong = small.answered(
        root,
        "a",
        right=False,
        q1=SPY,
    )
    small.submit(root, "spy", {"a": wrong, "b": small.answered(root, "b", right=False)}, "2026-03-20 15:00:00 UTC", **secrets["spy"])
    small.submit(root, "half", {"a": good}, "2026-03-19 12:00:00 UTC", **secrets["half"])
    small.submit(root, "broken", {"a": b"", "b": b"{"}, "2026-03-19 12:00:00 UTC", **secrets["broken"])
    (root / "submitted" / "linked").mkdir()
    (root / "submitted" / "linked" / NAME).symlink_to(root / "source" / NAME)
    engine.autograde(root, NAME, workers=2, options=PLAIN)
    loaded = folder.load(root)
    with api.Gradebook(loaded.db_url, loaded.course_id) as book:
        grade = book.find_grade("essay", "a", NAME, "enrolled")
        grade.manual_score, grade.extra_credit, grade.needs_manual_grade = 4.5, 0.5, False
        book.find_comment("essay", "a", NAME, "enrolled").manual_comment = "写得**好**<script>1</script>"
        book.db.commit()
    for file in (root / ".grader" / NAME / "results").glob("*.json"):  # as behind the wall: the cells were run on their own
        file.write_text(file.read_text().replace('"role":"all"', '"role":"shown"'))
    return root


def page_of(root: Path, student: str, notebook: str = "a") -> str:
    return (root / "feedback" / student / NAME / f"{notebook}.html").read_text(encoding="utf-8")


def test_pages_of_a_class(course):
    told = []
    written = feedback.write_feedback(course, NAME, tell=lambda *about: told.append(about))
    assert written == feedback.Written(10, (), ())
    assert told[-1] == ("spy", 5, 5)
    good = text(page_of(course, "enrolled"))
    assert "王明 enrolled" in good
    assert ZH["by_hand"] in good
    assert "另加0.5分" in good
    assert "写得好" in good
    assert "很圆" in good
    assert "2026-03-19 20:00" in good
    assert "<strong>好</strong>" in page_of(course, "enrolled")
    assert "<script" not in page_of(course, "enrolled")
    assert "drawn" in page_of(course, "enrolled", "b")
    spy = page_of(course, "spy")
    assert "SEEN" not in spy.replace("SEEN{seen}", "")
    assert "math.pi) &lt; 1e-9" not in spy
    assert "abs(area(1)" not in text(spy)
    assert "迟交3小时" in spy
    assert "迟交扣" in spy
    assert ZH["missing"] in text(page_of(course, "half", "b"))
    assert "文件是空的" in text(page_of(course, "broken"))
    assert "axes" not in good
    assert ZH["not_graded"] in text(page_of(course, "linked"))
    for file in (course / "feedback").rglob("*.html"):
        assert len(file.read_bytes()) < 100_000
        assert file.stat().st_mode & 0o777 == 0o644
    assert not list((course / "feedback").rglob("*.part"))


def test_scores_are_those_of_the_gradebook(course):
    feedback.write_feedback(course, NAME)
    loaded = folder.load(course)
    with api.Gradebook(loaded.db_url, loaded.course_id) as book:
        for student in ("enrolled", "spy", "half", "broken"):
            for name in ("a", "b"):
                held = book.find_submission_notebook(name, NAME, student)
                score = held.score - (held.late_submission_penalty or 0)
                wanted = ZH["points"].format(wording.number(score), wording.number(held.max_score))
                assert f"<b>{wanted}</b>" in page_of(course, student, name), (student, name)


def test_one_bad_record_stops_nobody(course, tmp_path):
    root = tmp_path / "course"
    shutil.copytree(course, root, symlinks=True)
    place = root / ".grader" / NAME / "results"
    (place / "spy.json").write_text("{")
    (root / "autograded" / "half" / NAME / "a.ipynb").chmod(0o644)
    (root / "autograded" / "half" / NAME / "a.ipynb").write_text('{"cells": 3}')
    (place / "ghost.json").write_text((place / "half.json").read_text().replace('"graded"', '"failed"', 1).replace('"half"', '"ghost"'))
    shutil.rmtree(root / "feedback", ignore_errors=True)
    (root / "feedback").mkdir()
    (root / "feedback" / "broken").write_text("in the way")
    written = feedback.write_feedback(root, NAME)
    assert {student for student, _ in written.failed} == {"broken", "ghost"}
    assert written.pages == 8
    assert "SEEN" not in page_of(root, "spy").replace("SEEN{seen}", "")
    assert ZH["no_outputs"] in page_of(root, "spy")


def test_chosen_students_and_the_language(course, tmp_path):
    root = tmp_path / "course"
    shutil.copytree(course, root, symlinks=True)
    shutil.rmtree(root / "feedback", ignore_errors=True)
    written = feedback.write_feedback(root, NAME, students=["sp?", "nobody"], language="en")
    assert written.pages == 2
    assert [p.name for p in (root / "feedback").iterdir()] == ["spy"]
    page = text(page_of(root, "spy"))
    assert "late by 3 h" in page
    assert not re.search(r"[\u4e00-\u9fff]", page)
    with pytest.raises(gradebook.GradebookError):
        feedback.write_feedback(root, "nothing")
    with pytest.raises(ValueError, match="language"):
        feedback.write_feedback(root, NAME, language="fr")


def test_the_commands(course, tmp_path):
    root = tmp_path / "course"
    shutil.copytree(course, root, symlinks=True)
    run = CliRunner().invoke
    done = run(cli.app, ["feedback", NAME, "--student", "s*", "--language", "en", "--folder", str(root)])
    assert done.exit_code == 0, done.output
    assert "2页" in done.output
    assert "late by 3 h" in page_of(root, "spy")
    done = run(cli.app, ["report", NAME, "--folder", str(root)])
    assert done.exit_code == 0, done.output
    assert (root / "grading_report" / f"{NAME}.csv").is_file()
    for command in ("feedback", "report"):
        assert run(cli.app, [command, "nothing", "--folder", str(root)]).exit_code == 1
        assert run(cli.app, [command, NAME, "--folder", str(tmp_path)]).exit_code == 1
        assert run(cli.app, [command, NAME, "--folder", str(root), "--language", "fr"]).exit_code == 2
    (root / "autograded" / "spy").rename(root / "autograded" / "spies")
    (root / ".grader" / NAME / "results" / "spy.json").unlink()
    done = run(cli.app, ["feedback", NAME, "--folder", str(root)])
    assert done.exit_code == 1
    assert "spy" in done.output


def test_odd_texts_are_no_trouble_in_finding_the_edition():
    one = side(("open", "assert f(1) == 1"))
    notebook = {"cells": [{"cell_type": "markdown", "source": [1, "a"]}, 7, {"cell_type": "markdown"}]}
    assert feedback._edition([one], notebook) is one
    assert feedback._edition([one], None) is one


def test_nbgrader_releases_what_was_written(course, tmp_path):
    root, exchange = tmp_path / "course", tmp_path / "exchange"
    shutil.copytree(course, root, symlinks=True)
    exchange.mkdir()
    exchange.chmod(0o777)
    with (root / "nbgrader_config.py").open("a") as file:
        file.write(f"\nc.Exchange.root = {str(exchange)!r}\n")
    feedback.write_feedback(root, NAME, students=["enrolled", "spy", "half"])
    done = NbGraderAPI(config=folder.load(root).config).release_feedback(NAME)
    assert done["success"], done
    released = sorted(exchange.rglob("*.html"))
    assert len(released) == len(list((root / "feedback").rglob("*.html"))) >= 6
    assert "作业反馈" in released[0].read_text(encoding="utf-8")


def test_stock_grading_makes_pages_too(tmp_path):
    root = small.course(tmp_path / "course")
    small.submit(root, "one", {"a": small.answered(root, "a"), "b": small.answered(root, "b")}, "2026-03-19 12:00:00 UTC")
    assert small.our_autograde(root) is not None
    written = feedback.write_feedback(root, NAME)
    assert written.pages == 2
    assert not written.failed
    assert ZH["no_outputs"] in page_of(root, "one")
    assert ZH["no_outputs"] not in page_of(root, "one", "b")


def outline(*cells: tuple[str | None, str]) -> tuple:
    """Titles and places for cells that are formatted text (no name), answers (q…) or tests (t…)."""
    released = [(name, "code" if name else "markdown", text, "") for name, text in cells]
    marked = [
        mangled.Expected(name, "code", name[0] == "t", name[0] == "t", name[0] == "q", False, None, None, "", "", {})
        for name, _ in cells
        if name
    ]
    return feedback._outline(released, mangled.Reference("a", tuple(marked)))[:2]


def test_headings_make_questions():
    parts = (
        ("q1", "f = 1"),
        (None, "### Tests"),
        ("t1", "assert f"),
        (None, "## *Two*"),
        ("q2", "g = 1"),
        (None, "### Tests"),
        ("t2", "assert g"),
    )
    assert outline((None, "# All\n\n## One"), *parts) == (("", "One", "Two"), {"q1": 1, "t1": 1, "q2": 2, "t2": 2})
    flat = ((None, "What is f? Say."), ("q1", "f = 1"), ("t1", "assert f"), ("t2", "assert f"), ("q3", "g = 1"), ("t3", "assert g"))
    assert outline(*flat) == (("", "What is f?", "q3"), {"q1": 1, "t1": 1, "t2": 1, "q3": 2, "t3": 2})


def test_random_seeds_of_colours_do_no_harm():
    noise = random.Random(7)
    for _ in range(300):
        piece = "".join(noise.choice("\x1b[0123456789;:m\r\n<&x") for _ in range(60))
        rest = re.sub(r'</?span(?: class="[a-z0-9 ]+")?>', "", rendering.terminal(piece))
        assert "<" not in rest
        assert "\x1b" not in rest
