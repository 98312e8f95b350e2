"""The pages about a class and about each student, out of a real gradebook, records and graded notebooks."""

import csv
import html
import json
import math
import random
import re
import shutil
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

import nbformat
import pytest
import sqlalchemy as sa
from jinja2 import nodes
from nbgrader import api
from nbgrader.api import new_uuid
from typer.testing import CliRunner

from service_marketing.classroom import assignments, class_data, class_report, course, marks, sections, submissions
from service_marketing.classroom.assignments import AssignmentError
from service_marketing.classroom.class_data import Failure, numbers
from service_marketing.classroom.class_report import Scrub, merged, span, without_comments
from service_marketing.classroom.statistics import Span
from service_marketing.cli import app
from service_marketing.grading import results
from service_marketing.grading.results import CellRecord, NotebookRecord, Record, RunRecord

WORK, SECOND = "01-nature", "02-expectations"
DUE = datetime(2026, 3, 22, 15, 59, tzinfo=UTC)
NAMES = ("王雨桐", "李浩宇", "张佳琪", "刘思远", "陈梦洁", "杨俊杰", "黄晓明", "赵文静", "周志强", "吴欣怡", "徐子涵", "孙一诺")
PEOPLE = {f"20252101{at:02}": f"{NAMES[at % 12]}{'' if at < 12 else '子'}" for at in range(1, 25)}
MISSING, COPIED, COPY, BLANK, TYPO, BROKEN, SIGNED = (f"20252101{at:02}" for at in (24, 5, 6, 7, 8, 9, 10))
ODD = """\
def loss(s, needs, work):
    parts = {"n": pow(s * needs, 2), "p": pow(work - work * s, 2)}
    whole = 0
    for which in ("n", "p"):
        whole += parts[which]
    return whole
"""
ALSO_ODD = """\
keep = [row for row in range(len(visits)) if not visits["store_id"].iloc[row] - 11]
n_guests = sum(1 for _ in guests["guest_id"])
needs_sd = guests.initial_expectation.to_numpy().std(ddof=1)
work_sd = visits.iloc[keep].performance.to_numpy().std(ddof=1)
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Two assignments released, and a class with a gradebook."""
    root = course.make(tmp_path_factory.mktemp("made") / "course", [WORK, SECOND])
    for at, name in enumerate((WORK, SECOND)):
        course.assign(root, name, DUE + timedelta(days=21 * at))
    course.enrol(root, [course.Student(number, name) for number, name in PEOPLE.items()])
    return root


@pytest.fixture(scope="module")
def filled(made):
    grade(made, WORK, MISSING)
    grade(made, SECOND, MISSING, "2025210103")
    return made


@pytest.fixture
def root(filled, tmp_path):
    return shutil.copytree(filled, tmp_path / "course")


@pytest.fixture(scope="module")
def english(tmp_path_factory):
    """One assignment of an English class, graded; the students have the names of the Chinese one."""
    root = course.make(tmp_path_factory.mktemp("english") / "course", [WORK], language="en")
    course.assign(root, WORK, DUE)
    course.enrol(root, [course.Student(number, name) for number, name in PEOPLE.items()])
    grade(root, WORK, MISSING, language="en")
    return root


def grade(root, name, *missing, language="zh"):
    """What the grader leaves of the class: rows, records and graded notebooks."""
    source = nbformat.read(root / "source" / name / f"{name}.ipynb", 4)
    released = nbformat.read(root / "release" / name / f"{name}.ipynb", 4)
    mistakes = assignments.variants(name).MISTAKES
    cells = assignments.graded_cells(source)
    engine = sa.create_engine(f"sqlite:///{root / 'gradebook.db'}")
    rows = {api.SubmittedAssignment: [], api.SubmittedNotebook: [], api.Grade: []}
    with engine.begin() as connection:
        own = connection.execute(sa.select(api.Assignment.__table__).where(api.Assignment.__table__.c.name == name)).one()
        notebook = connection.execute(sa.select(api.Notebook.__table__).where(api.Notebook.__table__.c.assignment_id == own.id)).one()
        base = api.BaseCell.__table__
        query = sa.select(base.c.name, base.c.id).where(base.c.notebook_id == notebook.id, base.c.type == "GradeCell")
        ids = dict(connection.execute(query).all())
        for at, number in enumerate(PEOPLE):
            if number in missing:
                continue
            rng = random.Random(f"{name}{number}")
            made = [key for key in mistakes if rng.random() < 0.02 + 0.01 * at]
            lost = {cell: mistakes[key].said if language == "zh" else key for key in made for cell in mistakes[key].loses}
            write_notebook(root, name, number, submissions.fill(released, source, [mistakes[key] for key in made]), rng)
            submitted, copy = new_uuid(), new_uuid()
            when = own.duedate + timedelta(hours=5 if number == COPY else -2 - at)
            rows[api.SubmittedAssignment].append({"id": submitted, "assignment_id": own.id, "student_id": number, "timestamp": when})
            rows[api.SubmittedNotebook].append({"id": copy, "assignment_id": submitted, "notebook_id": notebook.id})
            records = []
            for cell in cells:
                score = None if cell.manual else 0.0 if cell.grade_id in lost else cell.points
                needs = cell.manual and number != COPIED
                manual = cell.points / 2 if cell.manual and not needs else None
                rows[api.Grade].append(
                    {"id": new_uuid(), "cell_id": ids[cell.grade_id], "notebook_id": copy, "auto_score": score,
                     "manual_score": manual, "needs_manual_grade": needs}
                )  # fmt: skip
                records.append(record_of(cell, score, lost.get(cell.grade_id), rng, language))
            if number == BLANK:
                records[0] = CellRecord(cells[0].grade_id, "test", "timeout", 0.0, cells[0].points)
            runs = (RunRecord("graded", 1.0, 1.0, 90_000),)
            held = (NotebookRecord(name, f"{name}.ipynb", 1.0, 1.0, cells=tuple(records), runs=runs),)
            results.write(
                root, Record(name, number, "graded", results.now(), score=1.0, max_score=1.0, wall=True, layers=("box",), notebooks=held)
            )
        for table, values in rows.items():
            connection.execute(table.__table__.insert(), values)
    engine.dispose()


def record_of(cell, score, why, rng, language):
    if cell.manual:
        return CellRecord(cell.grade_id, "answer", "manual", None, cell.points)
    if score:
        return CellRecord(cell.grade_id, "test", "passed", score, cell.points)
    said = "答案不对：你得到 {:.3f}。{}" if language == "zh" else "Not right: you got {:.3f}. {}"
    return CellRecord(cell.grade_id, "test", "error", 0.0, cell.points, "Wrong", said.format(rng.random(), why))


def write_notebook(root, name, number, notebook, rng):
    for cell in notebook.cells:
        answer = cell.metadata.get("nbgrader", {}).get("grade_id") if cell.metadata.get("nbgrader", {}).get("solution") else None
        if answer == "my-number":
            written = {COPY: COPIED, BLANK: "", TYPO: "2025219999"}.get(number, number)
            cell.source = f'my_number = "{written}"' if written else "my_number = ..."
        elif cell.cell_type == "code" and answer and number in (COPIED, COPY) and name == WORK and answer in ("t1", "t3"):
            odd = ALSO_ODD if answer == "t1" else ODD
            cell.source = (
                odd if number == COPIED else f"# 自己写的\n{odd.replace('parts', 'bf').replace('keep', 'liu').replace('whole', 'he')}"
            )
        elif cell.cell_type == "code" and answer:
            cell.source += f"\nprint({rng.randrange(99)})" * (rng.random() < 0.3)
            if number == SIGNED:
                cell.source += f'\n# {PEOPLE[number]}\nprint("{PEOPLE[number]} {number}")'
    place = root / "autograded" / number / name
    place.mkdir(parents=True)
    text = nbformat.writes(notebook)
    (place / f"{name}.ipynb").write_text(text[:500] if number == BROKEN and name == WORK else text, encoding="utf-8")
    (root / "submitted" / number / name).mkdir(parents=True)


class Page(HTMLParser):
    """A page's text and its addresses; complains about what does not nest."""

    EMPTY = ("meta", "br", "link", "img", "input", "hr")

    def __init__(self, text):
        super().__init__()
        self.open, self.words, self.addresses, self.tags, self.ids = [], [], [], [], []
        self.feed(text)
        self.close()
        assert self.open == []
        self.text = re.sub(r"\s+", " ", " ".join(self.words))

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.addresses += [value for name, value in attrs if name in ("href", "src", "xlink:href")]
        self.ids += [value for name, value in attrs if name == "id"]
        assert not any(name == "style" or name.startswith("on") for name, _ in attrs)
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)

    def handle_endtag(self, tag):
        assert self.open[-1] == tag, (tag, self.open, self.getpos())
        self.open.pop()

    def handle_data(self, data):
        if self.open and self.open[-1] != "style":
            self.words.append(data)


def page(path):
    found = Page(path.read_text(encoding="utf-8"))
    assert "script" not in found.tags
    assert len(found.ids) == len(set(found.ids))
    assert all(address.startswith("#") or "grading_report" in address for address in found.addresses)
    assert {address[1:] for address in found.addresses if address.startswith("#")} <= set(found.ids)
    return found


CHINESE = re.compile("[\u2e80-\u9fff\uff00-\uffef]")


def chinese(path, *given):
    """The Chinese on a page, apart from students' names, code, and what is `given`."""
    text = html.unescape(re.sub(r"<pre>.*?</pre>", "", path.read_text(encoding="utf-8"), flags=re.DOTALL).split("</style>")[1])
    for one in sorted((*PEOPLE.values(), *given), key=len, reverse=True):
        text = text.replace(one, "")
    return [line for line in text.splitlines() if CHINESE.search(line)]


def figures(path):
    """Every number of a page, those of the drawings too, but for when it was written and the sections to read again."""
    text = html.unescape(path.read_text(encoding="utf-8")).split("</style>")[1]
    text = re.sub(r"(写于|written )[-\d: ]+", "", re.sub(r"(重读|Read again).*?</li>", "", text))
    return sorted(re.findall(r"\d+(?:\.\d+)?", text))


def leaked(path):
    text = path.read_text(encoding="utf-8")
    return [one for pair in PEOPLE.items() for one in pair if one in text]


# ---- the class page


def test_a_class_page_names_nobody(root, tmp_path):
    path = class_report.write(root, [WORK], tmp_path / "out")
    assert path == tmp_path / "out" / "class.html"
    assert leaked(path) == []
    text = page(path).text
    assert "24人里23人交了，23份有成绩，1人没有交。" in text
    assert "1份用了班上别人的学号" in text
    assert "1份没有写" in text
    assert "1份写的学号不在班级名单里" in text
    assert "有 1对 值得打开看一看" in text
    assert "1份迟交（4%）" in text
    assert "超过时限" in text
    assert "1份批改后的文件读不出来" in text
    assert "第1章作业：服务的本质与服务营销观" in text
    assert not (root / "pseudonyms").exists()


def test_figures_are_those_of_the_gradebook(root):
    data = class_data.read(root, [WORK])
    work = data.works[0]
    stock = marks.read(root, [WORK])
    assert {s: one.mark.score for s, one in work.graded.items()} == {
        number: mark.score for (number, _), mark in stock.marks.items() if mark.score is not None
    }
    with course.gradebook(root) as book:
        for number in (COPIED, "2025210120"):
            found = book.find_submission(WORK, number)
            task = work.tasks[0]
            wanted = sum(grade.score for grade in found.notebooks[0].grades if (WORK, grade.name) in task.cells)
            assert class_report.task_points(work.graded[number], task) == wanted
    assert sum(task.worth for task in work.tasks) == work.worth == 100
    assert work.tasks[0].title.startswith("第1题")
    assert len(work.tasks) == 11
    assert work.graded[COPY].hours == pytest.approx(5)
    # the essay of this student alone is marked: the share is of all points, that of the others of 80
    assert work.graded[COPIED].share == pytest.approx(work.graded[COPIED].mark.score / 100)
    assert work.graded["2025210101"].share == pytest.approx(work.graded["2025210101"].mark.score / 80)


def test_pairs_are_shown_when_names_are_asked_for(root, tmp_path):
    path = class_report.write(root, [WORK], tmp_path / "real.html", names="real")
    text = page(path).text
    assert f"{COPIED} {PEOPLE[COPIED]} {COPY} {PEOPLE[COPY]}" in re.sub(r"\s+", " ", text)
    assert "写的是同一个学号" in text
    assert "2025219999，不在名单里" in text
    work = class_data.read(root, [WORK]).works[0]
    own = class_data.whose_data(work)
    assert own.classmate == {COPY: (COPIED,)}
    assert own.blank == (BLANK,)
    assert own.unknown == {TYPO: "2025219999"}
    assert own.shared == {COPIED: (COPIED, COPY)}
    assert own.own == 23 - 3 - 1  # the broken file is not counted


def test_pseudonyms_stay_and_their_key_lies_apart(root, tmp_path):
    first = class_report.write(root, [WORK], tmp_path / "a", names="pseudonyms").read_text(encoding="utf-8")
    assert leaked(tmp_path / "a" / "class.html") == []
    page(tmp_path / "a" / "class.html")
    key = root / "pseudonyms" / "names.csv"
    with open(key, encoding="utf-8-sig", newline="") as file:
        rows = {row["学号"]: row["化名"] for row in csv.DictReader(file)}
    assert rows.keys() == PEOPLE.keys()
    assert len(set(rows.values())) == len(PEOPLE)
    assert rows[COPIED] in first
    assert rows[COPY] in first
    assert (key.stat().st_mode & 0o777, key.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    key.unlink()
    data = class_data.read(root, [SECOND], notebooks=False)
    assert class_report.labelled(data, "pseudonyms") == rows
    with pytest.raises(AssignmentError, match="pseudonyms"):
        class_report.write(root, [WORK], root / "pseudonyms", names="pseudonyms")


def test_a_semester_has_a_row_for_each_assignment_and_a_trend_for_each_student(root, tmp_path):
    path = class_report.write(root, [WORK, SECOND], tmp_path, names="real")
    found = page(path)
    assert "学期总览" in found.text
    assert found.ids.count("w-01-nature") == found.ids.count("w-02-expectations") == 1
    assert "缺交" in found.text
    assert path.read_text(encoding="utf-8").count('class="trend"') >= 2
    rows = class_report.trends(class_data.read(root, [WORK, SECOND], notebooks=False))
    assert rows[MISSING] == [None, None]
    assert rows["2025210103"][1] is None
    assert all(0 <= share <= 1 for row in rows.values() for share in row if share is not None)


def test_what_is_not_due_yet_is_not_missing(root):
    with course.gradebook(root) as book:
        book.update_or_create_assignment(SECOND, duedate=(datetime.now(UTC) + timedelta(days=2)).isoformat())
    rows = class_report.trends(class_data.read(root, [WORK, SECOND], notebooks=False))
    assert rows[MISSING][0] is None
    assert math.isnan(rows[MISSING][1])


def test_all_assignments_where_none_is_named(root, tmp_path):
    assert [work.name for work in class_data.read(root, []).works] == [WORK, SECOND]
    told = []
    class_report.write(root, [], tmp_path, tell=lambda *step: told.append(step))
    assert (WORK, 24, 24) in told


def test_wrong_answers_are_grouped_and_shown_with_code(root):
    work = class_data.read(root, [WORK]).works[0]
    scrub = Scrub(class_data.read(root, [WORK], notebooks=False).people.values())
    for task in work.tasks:
        found, rest, _ = class_report.wrong_answers(work, task, scrub)
        for one in found:
            assert one.n >= 2
            assert one.share == pytest.approx(one.n / len(work.graded))
            assert one.text.startswith("答案不对：你得到 …。")
            assert one.again or one.code
            assert "#" not in one.code
        assert [one.n for one in found] == sorted((one.n for one in found), reverse=True)
        assert rest >= 0
    everything = [one for task in work.tasks for one in class_report.wrong_answers(work, task, scrub)[0]]
    assert len(everything) >= 5


def test_the_hidden_test_of_a_wrong_function_says_nothing_new(root):
    work = class_data.read(root, [WORK]).works[0]
    task = next(task for task in work.tasks if len(task.cells) > 1)
    for number, one in work.graded.items():
        one.failures = {}
        if number in (COPIED, COPY, TYPO):
            one.failures = {task.cells[0]: Failure("wrong", "x 不对"), task.cells[1]: Failure("wrong", "换一组没有见过的数据，x 就不对了")}
    found, rest, blank = class_report.wrong_answers(work, task, Scrub([]))
    assert [(one.text, one.n) for one in found] == [("x 不对", 3)]
    assert (rest, blank) == (0, 0)


def test_without_records_the_outputs_tell_what_was_wrong(root):
    shutil.rmtree(results.folder(root, WORK))
    file = root / "autograded" / COPIED / WORK / f"{WORK}.ipynb"
    raw = json.loads(file.read_text(encoding="utf-8"))
    test = next(cell for cell in raw["cells"] if cell["metadata"].get("nbgrader", {}).get("grade_id") == "t1-count")
    test["outputs"] = [{"output_type": "error", "ename": "Wrong", "evalue": "n_guests 不对", "traceback": []}]
    file.write_text(json.dumps(raw), encoding="utf-8")
    work = class_data.read(root, [WORK]).works[0]
    assert work.graded[COPIED].failures == {(WORK, "t1-count"): Failure("wrong", "n_guests 不对")}
    assert work.recorded == 0


def test_hostile_text_is_only_text(root, tmp_path):
    file = root / "autograded" / COPIED / WORK / f"{WORK}.ipynb"
    file.write_text(file.read_text(encoding="utf-8").replace("whole = 0", "</pre><script>alert(1)</script>"), encoding="utf-8")
    path = class_report.write(root, [WORK], tmp_path, names="real")
    page(path)
    assert "<script>" not in path.read_text(encoding="utf-8")


# ---- students' pages


def test_a_student_s_page_is_about_that_student_alone(root, tmp_path):
    paths = class_report.write_students(root, [WORK, SECOND], tmp_path)
    assert [path.name for path in paths] == [f"{number}.html" for number in PEOPLE]
    for path in paths:
        number = path.stem
        text = path.read_text(encoding="utf-8")
        others = [one for pair in PEOPLE.items() if pair[0] != number for one in pair if one in text and one not in PEOPLE[number]]
        assert others == []
        found = page(path)
        assert number in found.text
        assert "相似" not in found.text
        assert "需要关心" not in found.text
    last = page(tmp_path / "2025210123.html").text
    assert "接下来练什么" in last
    assert re.search("重读第1章“[^”]+”", last)
    assert "按时交的" in last
    own = class_data.read(root, [WORK], notebooks=False).works[0].graded["2025210101"]
    first = page(tmp_path / "2025210101.html").text
    assert own.possible == 80
    assert f"横条只算已经评完的80分，你得了其中的{100 * own.share:.0f}%" in first, "the bar says what it is a share of"
    assert "横条是得分占满分的比例" in page(tmp_path / f"{COPIED}.html").text
    assert "迟交5小时" in page(tmp_path / f"{COPY}.html").text
    missing = page(tmp_path / f"{MISSING}.html").text
    assert "没有交，截止2026-03-22 23:59。" in missing
    assert "不到10个" not in missing, "of a class of 24"
    assert "有的题等老师评分" in last


def test_the_class_is_shown_from_ten_students_on(root, tmp_path):
    full = class_report.write_students(root, [WORK], tmp_path / "full")[0]
    assert "克龙巴赫α =" in page(class_report.write(root, [WORK], tmp_path / "full")).text
    assert 'class="half"' in full.read_text(encoding="utf-8")
    engine = sa.create_engine(f"sqlite:///{root / 'gradebook.db'}")
    kept = list(PEOPLE)[:9]
    with engine.begin() as connection:
        table = api.SubmittedAssignment.__table__
        connection.execute(table.delete().where(table.c.student_id.not_in(kept)))
    engine.dispose()
    alone = class_report.write_students(root, [WORK], tmp_path / "few")[0]
    assert 'class="half"' not in alone.read_text(encoding="utf-8")
    few = page(class_report.write(root, [WORK], tmp_path / "few")).text
    assert "克龙巴赫α =" not in few
    assert re.search("每题都有分的只有[0-9]人，不到10人", few)
    assert "不到10个" in page(alone).text


@pytest.mark.parametrize("number", ["../../etc", "a/b", ".hidden", "x" * 200, "学号 1"])
def test_odd_numbers_make_harmless_file_names(number):
    name = class_report.file_name(number)
    assert re.fullmatch(r"odd-[0-9a-f]{24}\.html", name)


# ---- in English


def test_an_english_class_page_has_no_chinese(english, tmp_path):
    for names in class_report.NAMES:
        path = class_report.write(english, [WORK], tmp_path / f"{names}.html", names=names, language="en")
        assert chinese(path) == []
        assert '<html lang="en">' in path.read_text(encoding="utf-8")
    assert leaked(tmp_path / "none.html") == leaked(tmp_path / "pseudonyms.html") == []
    text = page(tmp_path / "real.html").text
    assert "23 of 24 students handed in, 23 have a score, 1 handed in nothing." in text
    assert "1 used somebody else's number." in text
    assert "1 late (4%)." in text
    assert "12–24 hours early" in text
    assert "ran over its time" in text
    assert "1 graded file could not be read and is left out" in text
    assert "pairs should be opened" in text or "1 pair should be opened" in text
    assert f"{COPIED} {PEOPLE[COPIED]}'s number" in text
    assert "2025219999, not on the class list" in text
    assert "Cronbach's α =" in text


def test_english_students_pages_have_no_chinese(english, tmp_path):
    paths = class_report.write_students(english, [WORK], tmp_path, language="en")
    assert len(paths) == len(PEOPLE)
    for path in paths:
        assert chinese(path) == []
        assert '<html lang="en">' in path.read_text(encoding="utf-8")
        assert path.stem in page(path).text
    last = page(tmp_path / "2025210123.html").text
    assert "What to practise next" in last
    assert re.search("Read again: Chapter 1, “[^”]+”", last)
    assert "Handed in on time" in last
    assert "some parts are not marked yet; the score will change" in last
    assert "Late by 5 h" in page(tmp_path / f"{COPY}.html").text
    assert "The bar is of the 80 points marked so far" in last
    assert "The bar is of all points" in page(tmp_path / f"{COPIED}.html").text


def test_both_languages_have_the_same_figures(root, tmp_path):
    for works, names in (([WORK], "real"), ([WORK, SECOND], "pseudonyms"), ([SECOND], "none")):
        paths = [class_report.write(root, works, tmp_path / f"{language}.html", names, language=language) for language in ("zh", "en")]
        one, other = map(figures, paths)
        assert one == other
        assert len(one) > 200
        assert '<html lang="zh-CN">' in paths[0].read_text(encoding="utf-8")
        data = class_data.read(root, works)
        scrub = Scrub(data.people.values(), keep=names == "real")
        said = [
            wrong.text
            for work in data.works
            for task in work.tasks
            for wrong in class_report.wrong_answers(work, task, scrub, language="en")[0]
        ]
        titles = [one.title for work in data.works for one in (work, *work.tasks)]
        assert chinese(paths[1], *titles, *said) == [], "all that is Chinese is from the notebooks"
    one, other = (class_report.write_students(root, [WORK, SECOND], tmp_path / language, language=language) for language in ("zh", "en"))
    assert list(map(figures, one)) == list(map(figures, other))


def test_every_chinese_word_of_the_templates_has_an_english_one():
    environment = class_report._environment("en")

    def left(node):
        if isinstance(node, nodes.If) and node.test == nodes.Name("zh", "load"):
            node = nodes.Output([part for branch in (*node.elif_, *node.else_) for part in branch.iter_child_nodes()])
        elif isinstance(node, nodes.Call) and node.node == nodes.Name("say", "load"):
            assert len(node.args) == 2
            return left(node.args[1])
        text = node.data if isinstance(node, nodes.TemplateData) else node.value if isinstance(node, nodes.Const) else ""
        own = [text] if isinstance(text, str) and CHINESE.search(text) else []
        return own + [one for child in node.iter_child_nodes() for one in left(child)]

    for name in ("class.html.j2", "charts.html.j2", "student.html.j2"):
        source = environment.loader.get_source(environment, name)[0]
        assert CHINESE.search(source)
        assert left(environment.parse(source)) == []
    assert left(environment.parse("{% if zh %}一{% else %}{{ say('二', 'two') }} 三{{ '四' }}{% endif %}")) == [" 三", "四"]


def test_the_grader_s_own_words_are_in_the_page_s_language(root):
    work = class_data.read(root, [WORK]).works[0]
    task = work.tasks[0]
    for number, one in work.graded.items():
        one.failures = {task.cells[0]: Failure("ended", results.VERDICTS["timeout"].zh)} if number in (COPIED, COPY) else {}
    said = [class_report.wrong_answers(work, task, Scrub([]), language=language)[0][0].text for language in ("zh", "en")]
    assert said == [results.VERDICTS["timeout"].zh, results.VERDICTS["timeout"].en]


def test_who_is_who_has_headings_in_english(root):
    data = class_data.read(root, [WORK], notebooks=False)
    first = class_report.labelled(data, "pseudonyms")
    assert class_report.labelled(data, "pseudonyms", language="en") == first, "the language changes no pseudonym"
    with open(root / "pseudonyms" / "names.csv", encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["student number"]: row["pseudonym"] for row in rows} == first
    assert {row["student number"]: row["name"] for row in rows} == PEOPLE


def test_the_command_takes_a_language(root, tmp_path):
    given = ["class-report", WORK, "--students", "--to", str(tmp_path), "--folder", str(root)]
    for more, tag in (([], "zh-CN"), (["--language", "en"], "en")):
        result = CliRunner().invoke(app, [*given, *more])
        assert result.exit_code == 0, result.output
        for path in (tmp_path / "class.html", tmp_path / "students" / "2025210101.html"):
            assert f'<html lang="{tag}">' in path.read_text(encoding="utf-8")
    assert CliRunner().invoke(app, [*given, "--language", "fr"]).exit_code == 2


def test_labels_of_tasks():
    titles = ["第3题 甲", "Task 3 A", "第3题 甲 · Task 3 A", "论述题 乙", "Essay: B", "论述题 乙 · Essay: B", "t1-count", ""]
    assert [class_report._label(title, 7) for title in titles] == ["3", "7", "3", "论", "7", "论", "7", "7"]
    assert [class_report._label(title, 7, "en") for title in titles] == ["3", "3", "3", "论", "E", "E", "7", "7"]


# ---- errors


def test_an_unknown_language_is_named(root, tmp_path):
    data = class_data.read(root, [WORK], notebooks=False)
    for call in (
        lambda: class_report.write(root, [WORK], tmp_path, language="fr"),
        lambda: class_report.write_students(root, [WORK], tmp_path, language="fr"),
        lambda: class_report.figures(data, data.works[0], {}, Scrub([]), tmp_path, language="fr"),
        lambda: class_report.labelled(data, "none", language="fr"),
        lambda: span(Span(0.0, 1.0, 0), "fr"),
    ):
        with pytest.raises(class_data.ReportError, match=r"language 只能是zh、en，得到 'fr' \(language must be"):
            call()
    assert list(tmp_path.glob("*.html")) == []


def test_bad_input_is_named(root, tmp_path):
    with pytest.raises(AssignmentError, match="99-nothing"):
        class_report.write(root, ["99-nothing"], tmp_path)
    with pytest.raises(AssignmentError, match="'all'"):
        class_report.write(root, [WORK], tmp_path, names="all")
    with pytest.raises(AssignmentError, match="不是课程批改文件夹"):
        class_report.write(tmp_path, [WORK], tmp_path)
    (tmp_path / "file").write_text("x")
    with pytest.raises(AssignmentError, match="写不进"):
        class_report.write(root, [WORK], tmp_path / "file" / "below")
    (root / "gradebook.db").write_bytes(b"no database")
    with pytest.raises(AssignmentError, match="成绩册"):
        class_report.write_students(root, [WORK], tmp_path)


def test_an_assignment_that_nobody_handed_in(tmp_path):
    root = course.make(tmp_path / "course", [WORK])
    course.assign(root, WORK, DUE)
    course.enrol(root, [course.Student("2025210101", "王雨桐")])
    with pytest.raises(AssignmentError, match="还没有批改过"):
        class_report.write(root, [], tmp_path)
    assert "还没有成绩" in page(class_report.write(root, [WORK], tmp_path)).text
    assert "没有交" in page(class_report.write_students(root, [WORK], tmp_path)[0]).text
    text = page(class_report.write(root, [WORK], tmp_path, language="en")).text
    assert "1 student, 1 assignment, written" in text
    assert "0 of 1 student handed in, 0 have a score, 1 handed in nothing." in text
    assert "No scores yet." in text
    assert "Not handed in, due 2026-03-22 23:59. If" in page(class_report.write_students(root, [WORK], tmp_path, language="en")[0]).text


# ---- the small parts


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('my_number = "2025 2101 01"', (["2025210101"], [])),
        ("my_number = 2025210101", (["2025210101"], [])),
        ('my_number: str = "２０２５ａ"', (["2025A"], [])),
        ("my_number = ...", ([], [])),
        ('my = datasets.load_my_data("7")', ([], ["7"])),
        ("my = load_my_data(number='7')", ([], ["7"])),
        ('my_number = "7"\nx = (', (["7"], [])),
        ("x = 1", ([], [])),
    ],
)
def test_numbers_in_code(source, found):
    assert numbers(source) == found


def test_scrubbing():
    scrub = Scrub([marks.Person("2025210101", "王雨桐", "wyt@x.cn"), marks.Person("11", "Li")])
    assert scrub("王雨桐 2025210101 WYT@x.cn") == "▇▇ ▇▇ ▇▇"
    assert scrub('list(x)[11] + 111 + "Li"') == 'list(x)[▇▇] + 111 + "▇▇"'
    assert Scrub([marks.Person("2025210101")], keep=True)("2025210101") == "2025210101"


def test_messages_that_differ_in_numbers_are_one():
    texts = ["k([10, 2]) 应是 0.5，你给出 25。name 'a' 不对", "k([10, 2]) 应是 0.5，你给出 -3e-05。name 'b' 不对"]
    assert len({class_report.masked(text) for text in texts}) == 1
    assert merged(texts) == "k([10, 2]) 应是 0.5，你给出 …。name … 不对"
    assert class_report.masked("index_100 和 t1 不对") == "index_100 和 t1 不对"


def test_comments_go_and_texts_stay():
    assert without_comments('x = "#1"  # 王雨桐\n\n# 2025210101\ny = 2') == 'x = "#1"\ny = 2'
    assert "王雨桐" not in without_comments("x = (1  # 王雨桐")


def test_spans_in_words():
    spans = [Span(*edges, 0) for edges in ((-math.inf, -168.0), (-72.0, -24.0), (-1.0, 0.0), (0.0, 1.0), (1.0, 24.0), (72.0, math.inf))]
    assert [span(one) for one in spans] == ["提前7天以上", "提前1–3天", "提前1小时以内", "迟1小时以内", "迟1–24小时", "迟3天以上"]
    assert [span(one, "en") for one in spans] == [
        "over 7 days early",
        "1–3 days early",
        "up to 1 hour early",
        "up to 1 hour late",
        "1–24 hours late",
        "over 3 days late",
    ]


def test_sections_fit_their_tasks():
    tasks = {"卡诺": "卡诺模型 kano better worse 当然质量 先修哪一项", "净推荐值": "净推荐值 nps 推荐者 贬损者 推荐意愿 0–10分"}
    found = sections.to_read("03-satisfaction", tasks)
    assert "卡诺模型" in found["卡诺"][0]
    assert found["净推荐值"][0].startswith("第3章“")
    assert sections.to_read("03-satisfaction", {"x": "zzz qqq"}) == {"x": ()}
    assert sections.to_read("99", {}) == {}


def test_english_sections_fit_their_tasks():
    tasks = {
        "Kano": "Task 5 Kano: which attribute to mend first, better, worse, must-be quality",
        "NPS": "The net promoter score: promoters, detractors, willingness to recommend on a scale from 0 to 10",
    }
    found = sections.to_read("03-satisfaction", tasks, language="en")
    assert "The Kano model" in found["Kano"][0]
    assert found["NPS"][0].startswith("Chapter 3, “")
    assert sections.to_read("03-satisfaction", {"x": "zzz qqq of"}, language="en") == {"x": ()}
    folder = sections.chapters_folder("en")
    assert sections.chapters_folder() == folder.parent / "zh"
    for file in folder.glob("[0-9]*.md"):
        own = sections.read(file)
        assert own
        assert {
            part for one in own for part in (one.part, one.title) if part.startswith(("Exercises", "Summary", "Opening", "The claim"))
        } == set()
        assert not {"Think about it", "Popular claims", "Terms", "Assignment", "References", "Objectives"} & {one.part for one in own}
