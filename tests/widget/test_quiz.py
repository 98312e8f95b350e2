"""Quizzes in a page: answered by mouse and keyboard, kept on the device, and readable without scripts."""

import json
import shutil

import pytest

from browser import browser, open_page, serve  # noqa: F401 (fixtures)
from service_marketing.quiz.packing import pack

from .site import STATIC

KEY = "service-marketing:quizzes"
PAGE = """<!doctype html>
<html lang="{lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Quiz</title><link rel="icon" href="data:,"><link rel="stylesheet" href="s/quiz.css">
<script type="module" async src="s/quiz.js"></script>
<style>body {{ margin: 0; font: 16px/1.7 sans-serif }} main {{ max-width: 46em; margin: 0 auto; padding: 16px }}</style></head>
<body><main><div class="sq-score"><noscript><a href="answers.html">answers</a></noscript></div>
{forms}<p id="after">after</p></main></body></html>
"""
FORM = (
    '<form class="sq" id="ch3-quiz-{number}"><p class="sq-number">问题{number}</p><div class="sq-question">为什么<em>这样</em>？</div>'
    '<ol type="A"><li>第一个选项</li><li>第二个，<b>长一点</b>，在手机上要折成两行才放得下，甚至三行</li>'
    "<li>第三个</li><li>第四个</li></ol>"
    '<script type="text/plain">{packed}</script></form>'
)
SAID = [
    "不对。甲的说法，见<a href='#after'>后面</a>。",
    "对。乙 is <i>Right</i>，&lt;3。",
    "<p>不对。丙的说法。</p><p>还有一段。</p>",
    "不对。丁的说法。",
]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("quiz")
    shutil.copytree(STATIC / "book", folder / "s")
    forms = "".join(FORM.format(number=number, packed=pack("B", SAID)) for number in (1, 2))
    for name, lang in (("index", "zh-CN"), ("english", "en")):
        (folder / f"{name}.html").write_text(PAGE.format(lang=lang, forms=forms), "utf-8")
    with serve(folder) as address:
        yield address


@pytest.fixture
def quiz(open_page, site):  # noqa: F811
    def open_(name="index", **options):
        page = open_page(f"{site}/{name}.html", width=390, **options)
        page.locator(".sq-actions").last.wait_for()
        return page

    return open_


def kept(page) -> dict:
    return json.loads(page.evaluate(f"localStorage.getItem('{KEY}')") or "{}").get("quizzes", {})


def choose(form, letter):
    form.get_by_role("radio", name=letter).check()
    form.get_by_role("button", name="看反馈").click()


def test_wrong_and_then_right(quiz):
    page = quiz()
    form = page.locator("form").first
    score, others = page.locator(".sq-score"), form.get_by_role("button", name="看看其他选项的说法")
    assert score.inner_text() == "共2题，还没有答。"
    assert not others.is_visible()
    form.get_by_role("button", name="看反馈").click()
    form.get_by_text("先选一个选项").wait_for()
    assert kept(page) == {}

    choose(form, "A")
    said = form.locator("[aria-live=polite]")
    assert said.inner_text().split() == ["✗", "A", "不对。甲的说法，见后面。", "换一个选项，再试一次。"]
    assert said.get_by_role("img", name="不对").is_visible()
    assert not others.is_visible()
    choose(form, "B")
    assert said.inner_text().split() == ["✓", "B", "对。乙", "is", "Right，<3。"]
    assert said.get_by_role("img", name="对", exact=True).is_visible()
    result = kept(page)["ch3-quiz-1"]
    assert result.pop("time").endswith("Z")
    assert result == {"first": "A", "right": False, "solved": True, "tries": 2}
    assert score.inner_text().split("\n")[0] == "答了1/2题，一次答对0题。"

    others.click()
    assert [text[:3] for text in form.locator(".sq-feedback").all_inner_texts()] == ["✗ A", "✓ B", "✗ C", "✗ D"]
    assert form.locator(".sq-feedback").nth(2).inner_text().split() == ["✗", "C", "不对。丙的说法。", "还有一段。"]
    assert form.locator("label .sq-sign").all_inner_texts() == ["✗", "✓", "✗", "✗"]
    assert not others.is_visible()
    assert page.evaluate("document.activeElement !== document.body"), "the focus is lost"
    choose(form, "D")  # to look at, after the right one: it counts no more
    assert "换一个" not in said.inner_text()
    assert kept(page)["ch3-quiz-1"]["tries"] == 2


def test_two_wrong_ones_open_the_rest(quiz):
    page = quiz()
    form = page.locator("form").first
    choose(form, "A")
    choose(form, "C")
    assert kept(page)["ch3-quiz-1"]["solved"] is False
    form.get_by_role("button", name="看看其他选项的说法").click()
    assert form.locator(".sq-feedback").count() == 4


def test_by_keyboard_alone(quiz):
    page = quiz()
    form = page.locator("form").nth(1)
    page.locator("form").first.get_by_role("radio").first.focus()
    for _ in range(2):
        page.keyboard.press("Tab")  # the button, and on to the next question
    assert page.evaluate("document.activeElement.name") == "ch3-quiz-2"
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    assert form.get_by_role("radio", name="B").is_checked()
    assert form.locator(".sq-feedback").count() == 0, "moving is not answering"
    page.keyboard.press("Enter")
    form.get_by_text("对。乙").wait_for()
    assert kept(page)["ch3-quiz-2"]["right"] is True
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert form.locator(".sq-feedback").count() == 4


def test_kept_after_a_reload_until_restarted(quiz):
    page = quiz()
    choose(page.locator("form").first, "B")
    choose(page.locator("form").nth(1), "A")
    other = {"first": "A", "tries": 1, "right": False, "solved": False, "time": "2026-03-01T08:00:00.000Z"}
    both = json.dumps({"version": 1, "quizzes": {**kept(page), "ch9-quiz-1": other}})
    page.evaluate("([key, text]) => localStorage.setItem(key, text)", [KEY, both])
    page.reload()
    page.get_by_text("上次：一次答对。").wait_for()
    page.get_by_text("上次：答了1次，还没答对。").wait_for()
    assert page.locator(".sq-score span").inner_text() == "答了2/2题，一次答对1题。"
    assert page.locator("form").first.get_by_role("button", name="看看其他").is_visible()
    page.get_by_role("button", name="重来").click()
    assert page.locator(".sq-score").inner_text() == "共2题，还没有答。"
    assert set(kept(page)) == {"ch9-quiz-1"}, "other chapters' results stay"
    assert page.get_by_text("上次").count() == 0
    assert page.locator(":checked").count() == 0
    assert page.evaluate("document.activeElement.type") == "radio"


@pytest.mark.parametrize(
    "text", ["{", "null", '{"version":2,"quizzes":{}}', '{"version":1}', '{"version":1,"quizzes":{"ch3-quiz-1":5,"x":null}}']
)
def test_broken_storage(quiz, text):
    page = quiz(script=f"if (!sessionStorage.set) {{ sessionStorage.set = 1; localStorage.setItem('{KEY}', {json.dumps(text)}) }}")
    assert page.locator(".sq-score").inner_text() == "共2题，还没有答。"
    choose(page.locator("form").first, "B")
    assert kept(page)["ch3-quiz-1"]["right"] is True


def test_without_storage(quiz):
    page = quiz(script="Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no') } })")
    choose(page.locator("form").first, "A")
    choose(page.locator("form").first, "B")
    assert page.locator(".sq-score span").inner_text() == "答了1/2题，一次答对0题。"


@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_jumps_when_the_script_comes(open_page, site, width):  # noqa: F811
    def places(page):
        return page.evaluate("[...document.querySelectorAll('.sq-question, li, #after')].map((tag) => tag.getBoundingClientRect().top)")

    page = open_page(f"{site}/index.html", width=width)
    page.locator(".sq-actions").last.wait_for()
    ready = places(page)
    page.route("**/quiz.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    page.reload()
    assert page.locator(".sq-actions").count() == 0
    assert places(page) == pytest.approx(ready, abs=2)


def test_room_for_fingers_and_nothing_too_wide(quiz):
    page = quiz()
    boxes = [label.bounding_box() for label in page.locator("label, .sq button:visible").all()]
    assert all(box["height"] >= 44 for box in boxes)
    choose(page.locator("form").first, "A")
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_who_listens_is_told(quiz):
    page = quiz()
    group = page.get_by_role("radiogroup", name="为什么这样？")
    assert group.count() == 2
    assert group.first.get_by_role("radio").count() == 4
    assert group.first.get_by_role("radio", name="A 第一个选项").count() == 1


def test_in_english(quiz):
    page = quiz("english")
    form = page.locator("form").first
    assert page.locator(".sq-score").inner_text() == "2 questions, none answered yet."
    form.get_by_role("radio", name="A").check()
    form.get_by_role("button", name="See the feedback").click()
    form.get_by_text("Try another option.").wait_for()
    assert page.locator(".sq-score span").inner_text() == "1 of 2 answered, 0 right at once."
    page.reload()
    page.get_by_text("Last time: not right at try 1.").wait_for()
    page.get_by_role("button", name="Start again").click()


def test_without_scripts(open_page, site):  # noqa: F811
    page = open_page(f"{site}/index.html", width=390, java_script_enabled=False)
    assert page.get_by_text("第一个选项").first.is_visible()
    assert page.get_by_role("link", name="answers").is_visible()
    assert page.get_by_role("button").count() == 0
