"""Reference profiles: what the instructor's solution shows of the tests, kept with the course, made again when it must be."""

import copy
import json
import os
import shutil
import stat
import threading
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import nbformat
import pytest
from nbformat.v4 import new_code_cell
from traitlets.config import Config

from grading import stock_course
from service_marketing.classroom import course as classroom
from service_marketing.grading import folder, gradebook
from service_marketing.grading.shells.pool import Limits, Outcome, Pool
from service_marketing.grading.wall import profile as profiles
from service_marketing.grading.wall import reference
from service_marketing.grading.wall import sheet as sheets
from service_marketing.grading.wall.pair import Pair
from service_marketing.grading.wall.profile import FULL, NOTHING, PARTIAL, Profile, Reason, Verdict
from service_marketing.grading.wall.sheet import Sheet
from service_marketing.grading.wall.static import STUDENT, TEST, TRUSTED, Cell

NAME = stock_course.NAME
ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def pair():
    """Two pools of one shell each."""
    with Pool(1, Limits(cell_seconds=20)) as students, Pool(1, Limits(cell_seconds=20)) as tests:
        yield Pair(students, tests)


@pytest.fixture
def root(tmp_path) -> Path:
    return stock_course.course(tmp_path / "course")


def opened(root: Path) -> tuple[folder.Course, folder.Assignment, dict[str, gradebook.Notebook]]:
    course = folder.load(root)
    book = gradebook.read(course.db_url, course.course_id, NAME)
    book.close()
    return course, folder.assignment(course, NAME), {notebook.name: notebook for notebook in book.assignment.notebooks}


def sheet_of(place: Path, *cells: tuple[str, str], files: dict[str, str] | None = None) -> Sheet:
    """A sheet of cells (role, source); a test is worth 2 points and named after its place."""
    place.mkdir(exist_ok=True)
    for name, text in (files or {}).items():
        (place / name).write_text(text)
    entries, _ = folder._tree(place, (), trusted=True)
    made = [Cell(i, f"c{i}", role, source, 2.0 if role == TEST else 0.0, role == STUDENT) for i, (role, source) in enumerate(cells)]
    return Sheet("ps1", "a", tuple(made), True, place, tuple(entries))


# ---- as a file

WHOLE = Profile(
    assignment="ps1",
    notebook="第一次",
    digest="ab" * 32,
    complete=True,
    names=("area", "满意度"),
    imports=("import numpy as np", "warnings.filterwarnings('ignore')"),
    shared=("rate",),
    lent=("import json",),
    allowed=MappingProxyType({"q1": ("area()", "area().real"), "q2": None, "q3": ()}),
    in_process=MappingProxyType(
        {"q2": Reason("differs", Verdict(NOTHING, 0.0, 3.0, "TypeError: 不行"), Verdict(PARTIAL, 1.5, 3.0, "", 0.25))}
    ),
    verdicts=MappingProxyType({"q1": Verdict(FULL, 3.0, 3.0), "q2": Verdict(PARTIAL, 1.5, 3.0, "", 0.25)}),
    errors=MappingProxyType({"setup": "OSError: 没有文件"}),
    unsteady=("q3",),
)


def test_a_profile_comes_back_as_it_was(root):
    course = folder.load(root)
    assert profiles.from_json(json.loads(json.dumps(profiles.to_json(WHOLE)))) == WHOLE
    file = profiles.write(course, WHOLE)
    assert file == root / ".grader" / "ps1" / "profiles" / "第一次.json"
    assert profiles.load(course, "ps1", "第一次") == WHOLE
    assert profiles.load(course, "ps1", "other") is None
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in file.parent.iterdir()] == ["第一次.json"]


def test_a_shared_course_shares_its_profiles(tmp_path):
    course = folder.load(stock_course.course(tmp_path / "course", "c.CourseDirectory.groupshared = True"))
    assert stat.S_IMODE(profiles.write(course, WHOLE).stat().st_mode) == 0o660


def changed(**values) -> dict:
    return {**profiles.to_json(WHOLE), **values}


BROKEN = {
    "no object": [],
    "nothing": None,
    "version": changed(version=2),
    "version that is true": changed(version=True),
    "one field more": changed(more=1),
    "complete": changed(complete=1),
    "names": changed(names=["a", 1]),
    "a name that is none": changed(names=["a b"]),
    "names as text": changed(names="area"),
    "import that is not Python": changed(imports=["import"]),
    "two statements": changed(imports=["import os; os.remove('x')"]),
    "shared": changed(shared=[None]),
    "allowed": changed(allowed=["q1"]),
    "allowed for a test": changed(allowed={"q1": "area()"}),
    "reason": changed(in_process={"q2": {"kind": "differs"}}),
    "kind of reason": changed(in_process={"q2": {**profiles.to_json(WHOLE)["in_process"]["q2"], "kind": "x"}}),
    "verdict": changed(verdicts={"q1": {"kind": "great", "points": 1, "most": 1, "error": "", "seconds": 0}}),
    "points": changed(verdicts={"q1": {"kind": "full", "points": float("nan"), "most": 1, "error": "", "seconds": 0}}),
    "points that are true": changed(verdicts={"q1": {"kind": "full", "points": True, "most": 1, "error": "", "seconds": 0}}),
    "digest": changed(digest=5),
    "long": changed(digest="x" * 20_000),
    "errors": changed(errors={"setup": None}),
    "unsteady": changed(unsteady={}),
    "one field less": {name: value for name, value in profiles.to_json(WHOLE).items() if name != "lent"},
}


@pytest.mark.parametrize("raw", BROKEN.values(), ids=BROKEN)
def test_what_is_no_profile(raw, root):
    with pytest.raises(ValueError, match=r"^[a-z_]+( .*)?$"):
        profiles.from_json(copy.deepcopy(raw))
    course = folder.load(root)
    file = profiles.write(course, WHOLE)
    file.write_text(json.dumps(raw))
    assert profiles.load(course, "ps1", "第一次") is None


@pytest.mark.parametrize("data", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b'{"version": 1}'])
def test_a_broken_file_is_no_profile(data, root):
    course = folder.load(root)
    profiles.write(course, WHOLE).write_bytes(data)
    assert profiles.load(course, "ps1", "第一次") is None


def test_writers_do_not_disturb_each_other(root):
    course = folder.load(root)
    profiles.write(course, WHOLE)
    stop, seen = threading.Event(), []

    def read():
        while not stop.is_set():
            seen.append(profiles.load(course, "ps1", "第一次"))

    reader = threading.Thread(target=read)
    reader.start()
    writers = [threading.Thread(target=profiles.write, args=(course, replace(WHOLE, digest=str(i) * 3000))) for i in range(20)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    stop.set()
    reader.join()
    assert seen
    assert None not in seen


def test_what_a_tests_shell_is_told():
    setup = WHOLE.setup({4: "q1", 7: "q2", 9: "q3", 11: "unknown"})
    assert setup["allowed"] == {"4": ["area()", "area().real"], "9": []}
    assert setup["names"] == ["area", "满意度"]
    assert setup["record"] is False
    assert WHOLE.setup({4: "q1"}, record=True)["allowed"] == {}
    assert (WHOLE.enforced("q1"), WHOLE.enforced("q2"), WHOLE.enforced("q3"), WHOLE.enforced("unknown")) == (True, False, True, False)
    json.dumps(setup)


# ---- what it depends on


def test_a_change_of_anything_that_matters_makes_it_new(root):
    made = []

    def make(sheet: Sheet) -> Profile:
        made.append(sheet.name)
        return Profile("ps1", sheet.name, profiles.digest(sheet), sheet.complete, names=(f"x{len(made)}",))

    def get() -> str:
        course, own, known = opened(root)
        return profiles.obtain(course, own, known["a"], make).names[0][1:]

    assert [get(), get()] == ["1", "1"]
    os.utime(root / "source" / NAME / "a.ipynb", (1, 1))
    assert get() == "1"
    (root / "source" / NAME / "data" / "table.csv").write_text("x\n2\n")
    assert get() == "2"
    source = nbformat.read(root / "source" / NAME / "a.ipynb", 4)
    stock_course.cell_of(source, "q1").source += "\n# other words"
    nbformat.write(source, root / "source" / NAME / "a.ipynb")
    assert [get(), get()] == ["3", "3"]
    course, _, _known = opened(root)
    with stock_course.Gradebook(course.db_url, course.course_id) as book:
        book.update_or_create_source_cell("q1-test", "a", NAME, source="assert area(0) == 0")
    assert get() == "4"
    with (root / "nbgrader_config.py").open("a") as config:
        config.write("c.Grader.readable = ('/srv/data',)\n")
    assert get() == "5"
    shutil.rmtree(root / "source")
    assert get() == "6"
    file = profiles.path(root, NAME, "a")
    file.write_text(file.read_text().replace('"x6"', "6"))
    assert get() == "7"


def test_a_run_that_did_not_finish_is_not_kept(root):
    course, own, known = opened(root)

    def make(sheet: Sheet, kind: str) -> Profile:
        reason = Reason(kind, Verdict(NOTHING, 0.0, 3.0, "CellLostError: 结束了（ended）"), Verdict(FULL, 3.0, 3.0))
        return Profile("ps1", sheet.name, profiles.digest(sheet), True, in_process=MappingProxyType({"q1-test": reason}))

    assert profiles.obtain(course, own, known["a"], lambda sheet: make(sheet, "unfinished")).in_process["q1-test"].kind == "unfinished"
    assert profiles.obtain(course, own, known["a"], lambda sheet: make(sheet, "differs")).in_process["q1-test"].kind == "differs"
    assert profiles.obtain(course, own, known["a"], lambda sheet: make(sheet, "unfinished")).in_process["q1-test"].kind == "differs"


def test_the_sheet_is_the_source_with_the_gradebooks_tests(root):
    course, own, known = opened(root)
    sheet = sheets.read(course, own, "a", known["a"])
    assert [(cell.name, cell.role, cell.points) for cell in sheet.cells] == [
        ("setup", TRUSTED, 0), ("q1", STUDENT, 0), ("", STUDENT, 0), ("q1-test", TEST, 3), ("q1-part", TEST, 2.5),
    ]  # fmt: skip
    assert "return math.pi" in sheet.cells[1].source
    assert "HIDDEN" in sheet.cells[3].source
    assert (sheet.complete, sheet.stale, sheet.twice, sheet.worthless) == (True, (), (), ())
    assert [entry.path for entry in sheet.files] == ["data/table.csv"]
    with stock_course.Gradebook(course.db_url, course.course_id) as book:
        book.update_or_create_source_cell("q1-test", "a", NAME, source="assert area(1) > 3")
    source = nbformat.read(root / "source" / NAME / "a.ipynb", 4)
    source.cells = [cell for cell in source.cells if cell.metadata.get("nbgrader", {}).get("grade_id") != "q1-part"]
    source.cells.append(stock_course.marked(new_code_cell("assert True"), "q9", grade=True, locked=True, points=0))
    source.cells.append(stock_course.marked(new_code_cell("assert True"), "q9", grade=True, locked=True, points=1))
    nbformat.write(source, root / "source" / NAME / "a.ipynb")
    course, own, known = opened(root)
    sheet = sheets.read(course, own, "a", known["a"])
    assert set(sheet.stale) == {"q1-test", "q1-part", "q9"}
    assert (sheet.twice, sheet.worthless) == (("q9",), ("q9",))
    texts = {cell.name: (cell.role, cell.source) for cell in sheet.cells}
    assert texts["q1-test"] == (TEST, "assert area(1) > 3")
    assert texts["q1-part"] == (TEST, "1.5 if area(2) > 12 else 0.1")
    assert texts["q9"] == (STUDENT, "assert True"), "nbgrader grades only what it has released"
    before = sheets.read(course, own, "a")
    assert {cell.name: cell.role for cell in before.cells}["q9"] == TEST
    assert before.stale == ()


def test_header_and_footer_belong_to_the_sheet(tmp_path):
    root = stock_course.course(tmp_path / "course", "c.IncludeHeaderFooter.header = 'header.ipynb'")
    header = nbformat.v4.new_notebook(cells=[stock_course.marked(new_code_cell("import math"), "head", locked=True)])
    nbformat.write(header, root / "header.ipynb")
    sheet = sheets.read(*opened(root)[:2], "a")
    assert (sheet.cells[0].name, sheet.cells[0].role) == ("head", TRUSTED)


# ---- verdicts


def outcome(*outputs: dict) -> Outcome:
    return Outcome(3, "ok", list(outputs), "2026-03-20T10:00:00Z", "2026-03-20T10:00:01.5Z")


def result(text: str) -> dict:
    return {"output_type": "execute_result", "data": {"text/plain": text}, "metadata": {}, "execution_count": 1}


def stream(name: str, text: str) -> dict:
    return {"output_type": "stream", "name": name, "text": text}


ERROR = {"output_type": "error", "ename": "AssertionError", "evalue": "wrong", "traceback": ["AssertionError: wrong"]}
WARNING = stream("stderr", "<ipython>:1: UserWarning: so\n  f()\n")


def test_what_nbgrader_gives():
    test, config = Cell(3, "q", TEST, "assert x", 2.0), Config()
    verdict = reference.verdict
    assert verdict(test, outcome(), config) == Verdict(FULL, 2.0, 2.0, "", 1.5)
    assert verdict(test, outcome(stream("stdout", "x")), config).kind == FULL
    assert verdict(test, outcome(result("1.5")), config) == Verdict(PARTIAL, 1.5, 2.0, "", 1.5)
    assert verdict(test, outcome(result("0")), config).kind == NOTHING
    assert verdict(test, outcome(result("True")), config).kind == FULL
    assert verdict(test, outcome(ERROR), config) == Verdict(NOTHING, 0.0, 2.0, "AssertionError: wrong", 1.5)
    assert verdict(test, None, config).kind == NOTHING
    too_much = verdict(test, outcome(result("5")), config)
    assert (too_much.kind, "partial credit" in too_much.error) == (NOTHING, True)
    assert verdict(test, outcome(stream("stderr", "oh")), config).error == "stderr: oh"
    assert verdict(test, outcome(WARNING), config).kind == FULL
    assert verdict(test, outcome(WARNING), Config({"Grader": {"stock_stderr": True}})).kind == NOTHING
    ignoring = Config({"IgnorePattern": {"enabled": True, "pattern": "oh"}})
    assert verdict(test, outcome(stream("stderr", "oh")), ignoring).kind == FULL


def test_reasons_are_told_in_both_languages():
    reason = WHOLE.in_process["q2"].text
    assert reason.zh == "参考答案隔墙运行时不通过，在同一个进程里1.5分（TypeError: 不行）"
    assert reason.en.startswith("the solution gets not passed through the wall and 1.5 points in one process")


# ---- made for real


def test_the_small_course(root, pair):
    course, own, known = opened(root)
    for name, names in (("a", ("area",)), ("b", ("double",))):
        profile = profiles.obtain(course, own, known[name], lambda sheet: reference.make(sheet, pair, course.config))
        assert (profile.complete, profile.names, profile.imports, dict(profile.in_process), profile.unsteady) == (True, names, (), {}, ())
        assert profiles.current(course, sheets.read(course, own, name, known[name])) == profile
        if name == "a":
            assert {n: v.kind for n, v in profile.verdicts.items()} == {"q1-test": FULL, "q1-part": PARTIAL}
            assert profile.enforced("q1-test")
            assert not profile.enforced("q1-part"), "it did not get full marks, so it does not tell what full marks need"


def test_without_a_source_only_the_names_are_known(root):
    shutil.rmtree(root / "source")
    course, own, known = opened(root)
    profile = reference.make(sheets.read(course, own, "a", known["a"]), None, course.config)
    assert (profile.complete, profile.names) == (False, ("area",))
    assert dict(profile.allowed) == {"q1-test": None, "q1-part": None}
    (root / "release" / NAME / "a.ipynb").unlink()
    course, own, known = opened(root)
    assert reference.make(sheets.read(course, own, "a", known["a"]), None).names == ("area",)


def test_the_exercise_of_this_repository(tmp_path, pair):
    root = classroom.make(tmp_path / "exercise", ["03-satisfaction"], ROOT / "exercises")
    classroom.assign(root, "03-satisfaction")
    course = folder.load(root)
    own = folder.assignment(course, "03-satisfaction")
    book = gradebook.read(course.db_url, course.course_id, "03-satisfaction")
    book.close()
    sheet = sheets.read(course, own, "03-satisfaction", book.assignment.notebooks[0])
    assert sheet.stale == ()
    profile = reference.make(sheet, pair, course.config)
    assert {verdict.kind for verdict in profile.verdicts.values()} == {FULL}
    assert {name: reason.text.en for name, reason in profile.in_process.items()} == {}
    assert all(profile.enforced(cell.name) for cell in sheet.tests)
    assert {"n_visits", "west", "csat", "nps"} <= set(profile.names)


def test_what_the_wall_cannot_serve_runs_in_process(tmp_path, pair):
    sheet = sheet_of(
        tmp_path / "files",
        (STUDENT, "base = 3\ndef area(r):\n    return base * r * r"),
        (TEST, "assert area(2) == 12"),
        (TEST, "import sys\nassert area.__globals__ is sys._getframe().f_globals"),
        (TEST, "left = area(1)\nassert left == 3"),
        (TEST, "assert left == area(1)"),
    )
    profile = reference.make(sheet, pair)
    assert {verdict.kind for verdict in profile.verdicts.values()} == {FULL}
    assert set(profile.in_process) == {"c2"}
    assert profile.in_process["c2"].alone.kind == FULL
    assert profile.in_process["c2"].wall.kind == NOTHING
    assert [profile.enforced(name) for name in ("c1", "c2", "c3", "c4")] == [True, False, True, True]


def test_what_tests_leave_behind_for_each_other_and_for_the_student(tmp_path, pair):
    sheet = sheet_of(
        tmp_path / "files",
        (STUDENT, "def area(r):\n    return rate * r * r"),
        (TEST, "rate = 3\nassert area(2) == 12"),
        (STUDENT, "def circle(r):\n    return np.pi * r * r"),
        (TEST, "import numpy as np\nassert area(1) == 3"),
        (TEST, "assert abs(circle(1) - 3.14159) < 1e-4"),
        (TEST, "assert area(3) == 27"),
    )
    profile = reference.make(sheet, pair)
    assert {verdict.kind for verdict in profile.verdicts.values()} == {FULL}
    assert "rate" in profile.shared
    behind = reference.run_behind(sheet, pair, Config(), profile, record=False)
    assert behind.verdicts.keys() == profile.verdicts.keys()
    assert {verdict.kind for verdict in behind.verdicts.values()} == {FULL}
    assert not {"c1", "c5"} & profile.in_process.keys()


def test_modules_of_the_assignment_are_the_students_when_they_must_be(tmp_path, pair):
    helpers = {"helpers.py": "class Point:\n    def __init__(self, x):\n        self.x = x\n\ndef norm(x):\n    return abs(x)\n"}
    plain = sheet_of(tmp_path / "one", (STUDENT, "from helpers import norm\ny = norm(-3)"), (TEST, "assert norm(y) == 3"), files=helpers)
    profile = reference.make(plain, pair)
    assert (profile.names, profile.imports, dict(profile.in_process)) == (("y",), ("from helpers import norm",), {})
    made = sheet_of(
        tmp_path / "two",
        (STUDENT, "import helpers\np = helpers.Point(3)"),
        (TEST, "assert type(p) is helpers.Point and p.x == 3"),
        files=helpers,
    )
    profile = reference.make(made, pair)
    assert {verdict.kind for verdict in profile.verdicts.values()} == {FULL}
    assert dict(profile.in_process) == {}


def test_what_a_function_of_the_students_changes_is_the_students(tmp_path, pair):
    sheet = sheet_of(
        tmp_path / "files",
        (TRUSTED, "data = {'a': 1}\nother = 2"),
        (STUDENT, "def change(d):\n    d['b'] = other\nchange(data)"),
        (TEST, "assert data == {'a': 1, 'b': 2}"),
    )
    profile = reference.make(sheet, pair)
    assert profile.verdicts["c2"].kind == FULL
    assert dict(profile.in_process) == {}
    assert "data" in profile.names


def test_right_answers_of_another_kind_are_served_and_others_are_refused(tmp_path, pair):
    tests = (
        (TEST, "assert sorted(f(3)) == [0, 1, 2]\nassert [x + 1 for x in f(2)] == [1, 2]"),
        (TEST, "assert list(odd) == [1, 3]"),
        (TEST, "assert f(3) == [0, 1, 2]"),
    )
    profile = reference.make(sheet_of(tmp_path / "one", (STUDENT, "def f(n):\n    return list(range(n))\nodd = [1, 3]"), *tests), pair)
    assert dict(profile.in_process) == {}

    def verdicts(answer: str) -> tuple[list[str], list[str]]:
        sheet = sheet_of(tmp_path / "two", (STUDENT, answer), *tests)
        alone, behind = reference.run_alone(sheet, pair, Config()), reference.run_behind(sheet, pair, Config(), profile, False)
        return [alone.verdicts[c.name].kind for c in sheet.tests], [behind.verdicts[c.name].kind for c in sheet.tests]

    lazy = "def f(n):\n    return map(int, range(n))\nodd = filter(lambda n: n % 2, [1, 2, 3])"
    assert verdicts(lazy) == ([FULL, FULL, NOTHING], [FULL, FULL, NOTHING])
    liar = "class Yes(list):\n    def __eq__(self, other):\n        return True\nclass Any:\n    __eq__ = Yes.__eq__\nodd = []\n"
    assert verdicts(f"{liar}def f(n):\n    return Any()") == ([NOTHING, NOTHING, FULL], [NOTHING, NOTHING, NOTHING])
    assert verdicts(f"{liar}def f(n):\n    return Yes()") == ([NOTHING, NOTHING, FULL], [NOTHING, NOTHING, NOTHING])


def test_a_solution_that_fails_does_not_tell_what_is_needed(tmp_path, pair):
    cells = (STUDENT, "x = 1"), (TEST, "assert x == 2, 'two'"), (TEST, "assert x == 1"), (TRUSTED, "open('absent')"), (STUDENT, "1 / 0")
    sheet = sheet_of(tmp_path / "files", *cells)
    profile = reference.make(sheet, pair)
    assert (profile.verdicts["c1"].kind, profile.verdicts["c1"].error) == (NOTHING, "AssertionError: two")
    assert dict(profile.in_process) == {}
    assert (profile.enforced("c1"), profile.enforced("c2")) == (False, True)
    assert profile.errors["c3"].startswith("FileNotFoundError: ")
    assert profile.errors["c4"] == "ZeroDivisionError: division by zero"


def test_a_test_that_decides_by_chance_is_named(tmp_path, pair):
    count = tmp_path / "count"
    count.write_text("0")
    sheet = sheet_of(
        tmp_path / "files",
        (STUDENT, "x = 1"),
        (TEST, f"from pathlib import Path\np = Path({str(count)!r})\nn = int(p.read_text())\np.write_text(str(n + 1))\nassert n == 0"),
        (TEST, "assert x == 1"),
    )
    profile = reference.make(sheet, pair)
    assert profile.unsteady == ("c1",)
    assert dict(profile.in_process) == {}
