"""Assignments in both languages: the same tests, each in the student's language, and one gradebook for a mixed class."""

import re
from copy import deepcopy

import nbformat
import pytest

from service_marketing import language
from service_marketing.classroom import assignments, class_report, course, demo, submissions
from service_marketing.grading import engine, feedback, redaction
from service_marketing.grading.box import outside

EXERCISES = assignments.exercises_folder(__file__)
NAMES = assignments.available(EXERCISES)
HAN = re.compile(r"[\u3400-\u9fff]")


def test_every_assignment_is_there_in_both_languages():
    assert assignments.available(EXERCISES, "en") == NAMES


@pytest.fixture(scope="module", params=NAMES)
def editions(request):
    """The sources of an assignment in Chinese, in English and for a mixed class."""
    return [assignments.source(request.param, EXERCISES, language=one) for one in assignments.LANGUAGES]


def marks(notebook) -> list[tuple]:
    return [(cell.cell_type, cell.metadata.get("nbgrader")) for cell in notebook.cells]


def test_ids_points_and_cells_are_the_same(editions):
    chinese, english, both = map(marks, editions)
    assert chinese == english == both


def test_no_chinese_is_left_in_the_english_edition(editions):
    assert [cell.source for cell in editions[1].cells if HAN.search(cell.source)] == []


@pytest.mark.parametrize("spoken", ["zh", "en"])
def test_the_solution_of_either_language_passes_the_shared_tests(editions, spoken):
    """Cell by cell in one namespace; that the grader agrees is shown below, on one assignment."""
    own, both = editions[("zh", "en").index(spoken)], editions[2]
    names: dict = {"__name__": "__main__"}
    try:
        for cell, shared in zip(own.cells, both.cells, strict=True):
            if cell.cell_type == "code":
                locked = cell.metadata.get("nbgrader", {}).get("locked")
                grade_id = cell.metadata.get("nbgrader", {}).get("grade_id", "plain")
                exec(compile(shared.source if locked else cell.source, grade_id, "exec"), names)
        assert language.current() == spoken
    finally:
        language.use(None)


def test_what_students_get_is_in_one_language(editions):
    for own, spoken in zip(editions, ("zh", "en"), strict=False):
        given = assignments.released(deepcopy(own), EXERCISES, spoken)
        texts = [cell.source for cell in given.cells]
        assert not any("say(" in text for text in texts)
        assert any({"zh": "在这里写你的代码", "en": "# Write your code here"}[spoken] in text for text in texts)


def cell(source: str, grade_id: str = "t", **marks):
    made = nbformat.v4.new_code_cell(source)
    made.metadata["nbgrader"] = {"grade_id": grade_id, "grade": True, "solution": False, "locked": True, "points": 1, **marks}
    return made


def merged(chinese: str, english: str) -> str:
    notebooks = [nbformat.v4.new_notebook(cells=[cell(text)]) for text in (chinese, english)]
    return assignments.merged(*notebooks).cells[0].source


@pytest.mark.parametrize(
    ("chinese", "english", "code"),
    [
        ('f("好")', 'f("good")', 'from service_marketing.language import say\nf(say("好", "good"))'),
        ('f("same")', 'f("same")', 'f("same")'),
        ('x = {"甲": 1}[f"{n}甲"]', 'x = {"A": 1}[f"A {n}"]', 'x = {say("甲", "A"): 1}[say(f"{n}甲", f"A {n}")]'),
        ('f("一" "二", 3)', 'f("one", 3)', 'f(say("一" "二", "one"), 3)'),
    ],
)
def test_texts_that_differ_are_said_in_the_students_language(chinese, english, code):
    assert merged(chinese, english).endswith(code)


def test_titles_are_told_apart():
    assert merged("# 第1题：人数（2分）\nf('好')", "# Task 1: people (2 points)\nf('good')").splitlines()[:2] == [
        "# 测试：第1题：人数（2分）",
        "# Test: Task 1: people (2 points)",
    ]


@pytest.mark.parametrize(
    ("chinese", "english"),
    [('f("好")', 'f("good", "more")'), ('f("好")', "f(1)"), ('f("好", 1)', 'f("good", 2)'), ('f("好")', 'g("good")')],
)
def test_editions_whose_code_differs_are_refused(chinese, english):
    with pytest.raises(assignments.AssignmentError, match="differ in more than texts"):
        merged(chinese, english)


SHOWN = '# 测试：甲\n# Test: A\nfrom service_marketing.language import say\nassert f(say("好", "good")) == 1, say("错", "wrong")'


def test_feedback_shows_what_is_said_in_one_language():
    assert redaction.in_language(SHOWN, "en") == '# Test: A\nassert f("good") == 1, "wrong"'
    assert redaction.in_language(SHOWN, "zh") == '# 测试：甲\nassert f("好") == 1, "错"'
    test = redaction.VisibleTest("t", SHOWN, frozenset())
    assert test.expectation(None, "en")[0] == "wrong"
    assert test.expectation(None, "zh")[0] == "错"


def test_a_function_of_that_name_in_another_course_is_left_alone():
    code = 'assert say("Hello", "Bob") == "Hello, Bob", "greet by name"'
    assert redaction.in_language(code, "zh") == redaction.in_language(code, "en") == code
    assert "say" in redaction.VisibleTest("t", code, frozenset()).expectation(None, "en")[1]


# A mixed class

NAME = "03-satisfaction"
WRONG = {"t1": ("len(visits)", "5"), "t2-b": (">= 4", ">= 3"), "t3": ("100 *", "10 *")}


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """Three students of each language: one is right, one has the same mistakes as the other language's, one wrote nothing."""
    root = course.make(tmp_path_factory.mktemp("mixed") / "course", [NAME], EXERCISES, timeout=demo.SECONDS, language="both")
    course.assign(root, NAME)
    handouts = course.hand_out(root, NAME, EXERCISES)
    for spoken, path in zip(("zh", "en"), handouts, strict=True):
        given = nbformat.read(path, as_version=4)
        right = submissions.fill(given, assignments.source(NAME, EXERCISES, language=spoken), (), None, "2025210101")
        wrong = submissions.copied(right)
        for one in wrong.cells:
            if (grade_id := one.metadata.get("nbgrader", {}).get("grade_id")) in WRONG:
                before, after = WRONG[grade_id]
                assert before in one.source
                one.source = one.source.replace(before, after)
        for who, notebook in (("right", right), ("wrong", wrong), ("blank", given)):
            target = root / "submitted" / f"{spoken}-{who}" / NAME / f"{NAME}.ipynb"
            target.parent.mkdir(parents=True)
            nbformat.write(notebook, target)
            course.enrol(root, [course.Student(f"{spoken}-{who}", who)])
    options = engine.settings(engine.load(root), sandbox=bool(outside.available()))
    engine.autograde(root, NAME, workers=2, options=options)
    assert feedback.write_feedback(root, NAME).pages == 6
    return root


def test_handouts_are_whole_and_each_in_its_language(root):
    from nbgrader.utils import compute_checksum

    chinese, english = (nbformat.read(root / "handout" / spoken / NAME / f"{NAME}.ipynb", 4) for spoken in ("zh", "en"))
    for given in (chinese, english):
        nbformat.validate(given)
        marked = [one for one in given.cells if "checksum" in one.metadata.get("nbgrader", {})]
        assert marked
        assert all(one.metadata.nbgrader.checksum == compute_checksum(one) for one in marked)
    assert not [one.source for one in english.cells if HAN.search(one.source) and "Double-click" not in one.source]
    assert not [one.source for one in chinese.cells if "Task 1" in one.source]


def rows(root, student: str) -> dict[str, float]:
    with course.gradebook(root) as book:
        (notebook,) = book.find_submission(NAME, student).notebooks
        return {grade.name: grade.auto_score for grade in notebook.grades}


@pytest.mark.parametrize("who", ["right", "wrong", "blank"])
def test_the_same_work_earns_the_same_in_both_languages(root, who):
    chinese, english = rows(root, f"zh-{who}"), rows(root, f"en-{who}")
    assert chinese == english
    assert sum(score or 0 for score in chinese.values()) == {"right": 80, "wrong": 58, "blank": 0}[who]


def test_nobody_is_told_to_have_edited_what_was_given(root):
    for page in root.glob(f"feedback/*/{NAME}/*.html"):
        text = page.read_text(encoding="utf-8")
        assert "locked cells were edited" not in text.lower()
        assert "锁定的格子" not in text


def test_messages_are_in_the_students_language(root):
    english = (root / "feedback" / "en-wrong" / NAME / f"{NAME}.html").read_text(encoding="utf-8")
    assert "n_visits is not right: you have 5" in english
    assert "The CSAT of csat([5, 4, 3, 2]) should be 0.5; your function gives 0.75" in english
    assert "应是" not in english
    chinese = (root / "feedback" / "zh-wrong" / NAME / f"{NAME}.html").read_text(encoding="utf-8")
    assert "csat([5, 4, 3, 2]) 的满意率应是 0.5" in chinese
    assert "should be" not in chinese
    assert "say(" not in chinese + english
    blank = (root / "feedback" / "en-blank" / NAME / f"{NAME}.html").read_text(encoding="utf-8")
    assert "This is not answered yet" in blank


def test_the_whole_page_is_in_the_students_language(root):
    """Titles of questions too, which the release has in Chinese, and the place of each text, which is found by its words."""
    for who in ("right", "wrong", "blank"):
        page = (root / "feedback" / f"en-{who}" / NAME / f"{NAME}.html").read_text(encoding="utf-8")
        assert '<html lang="en"' in page
        left = {line for line in re.sub(r"(?s)<style.*?</style>", "", page).splitlines() if HAN.search(line)}
        # nbgrader knows an empty answer by this line, whatever the language
        assert not {line for line in left if "Double-click here" not in line}
        assert "Task 1" in page
        assert '<html lang="zh-CN"' in (root / "feedback" / f"zh-{who}" / NAME / f"{NAME}.html").read_text(encoding="utf-8")


def test_the_report_on_the_class_is_in_the_language_that_was_asked_for(root, tmp_path):
    for spoken, title, task in (("zh", "第3章作业：顾客满意", "第2题 满意率"), ("en", "Assignment for Chapter 3: Customer", "Task 2 CSAT")):
        page = class_report.write(root, [NAME], tmp_path / spoken, language=spoken).read_text(encoding="utf-8")
        assert title in page
        assert task in page
        assert f" · {'Task 2' if spoken == 'zh' else '第2题'}" not in page
        assert ("Task 2" in page) == (spoken == "en")


def test_who_asks_for_one_language_gets_it(root):
    page = root / "feedback" / "en-right" / NAME / f"{NAME}.html"
    before = page.read_bytes()
    feedback.write_feedback(root, NAME, students=["en-right"], language="zh")
    assert '<html lang="zh-CN"' in page.read_text(encoding="utf-8")
    feedback.write_feedback(root, NAME, students=["en-right"])
    assert page.read_bytes() == before
