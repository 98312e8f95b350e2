"""Tests that should not go out as they are: each kind is found, in words that help, and what is in order is left in peace."""

import re
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.apps import NbGraderAPI
from traitlets.config import Config

from grading import stock_course
from grading.stock_course import marked
from service_marketing.grading import folder, lint
from service_marketing.grading.wall.sheet import Sheet
from service_marketing.grading.wall.static import STUDENT, TEST, TRUSTED, Cell


def sheet_of(test: str, *before: Cell) -> Sheet:
    answer = Cell(1, "q1", STUDENT, "def area(r):\n    return 3.14 * r * r\ndef double(x):\n    return 2 * x\nanswer = 5", solution=True)
    return Sheet("ps1", "a", (*before, answer, Cell(2, "q1-test", TEST, test, 2.0)), True, Path("absent"))


def codes(test: str, *before: Cell, config: Config | None = None) -> list[str]:
    return [found.code for found in lint.read_tests(sheet_of(test, *before), config)]


HELPERS = Cell(0, "setup", TRUSTED, "import numpy as np\ndef judge(value):\n    assert value == 3")

FOUND = {
    "test-not-python": ["assert area(1) ==", "if True:\nassert area(1)"],
    "test-no-assertion": [
        "area(1);",
        "result = area(1)",
        "print(area(1))",
        "if area(1) != 3.14:\n    print('wrong')",
        "try:\n    area('x')\nexcept TypeError:\n    pass",
        "# only a comment",
        "value = len(str(area(1)))",
    ],
    "test-never-called": ["def test_area():\n    assert area(1) == 3.14", "def a():\n    b()\ndef b():\n    raise ValueError"],
    "test-always-true": ["assert (area(1) == 3.14, '面积不对')\nassert area(2) == 12.56", "assert 'wrong'\nassert area(0) == 0"],
    "test-circular": [
        "assert area(2) == area(1) * 4",
        "import numpy as np\nassert np.isclose(area(2), double(area(2)) / 2)",
        "expected = area(3)\nassert double(1) + 1 == expected",
        "np.testing.assert_allclose(area(2), 4 * area(1))",
        "assert abs(area(1) - area(1)) < 1e-9",
        "assert answer == answer",
        "total = double(1)\nwanted = total + 1\nassert area(1) == wanted",
    ],
    "test-only-types": [
        "assert isinstance(area(1), float)",
        "assert callable(area) and hasattr(area, '__doc__')\nassert area(1) is not None",
        "assert type(answer) == int\nassert 'area' in globals()",
        "assert not isinstance(answer, str)",
    ],
    "test-catches-all": [
        "try:\n    assert area(1) == 3.14\nexcept:\n    pass",
        "try:\n    assert area(1) == 3.14\nexcept Exception as error:\n    print('wrong', error)",
        "try:\n    assert area(1) == 3.14\nexcept (ValueError, AssertionError):\n    print('wrong')",
        "from contextlib import suppress\nwith suppress(Exception):\n    assert area(1) == 3.14",
    ],
    "test-catches-stop": ["score = 0\ntry:\n    assert area(1) == 3.14\n    score += 1\nexcept:\n    pass\nscore"],
    "test-own-points": ["area(1)", "answer", "assert area(0) == 0\narea(2)", "area(1).real"],
    "test-random": [
        "import numpy as np\nx = np.random.rand()\nassert area(x) == 3.14 * x * x",
        "import random\nx = random.randint(1, 9)\nassert double(x) == x + x",
        "import numpy as np\nrng = np.random.default_rng()\nx = rng.normal()\nassert double(x) == x + x",
    ],
    "test-prints-hidden": [
        "### BEGIN HIDDEN TESTS\nfor r in (17, 23):\n    print(r, area(r))\n    assert area(r) == 3.14 * r * r\n### END HIDDEN TESTS",
        "### BEGIN HIDDEN TESTS\ncases = [17, 23]\nassert area(17) == 907.46\n### END HIDDEN TESTS\nprint('checked', cases)",
    ],
}


@pytest.mark.parametrize(("code", "test"), [(code, test) for code, tests in FOUND.items() for test in tests])
def test_what_is_found_in_the_text(code, test):
    assert code in codes(test)


FINE = [
    "assert area(1) == 3.14",
    "assert area(0) == 0\n### BEGIN HIDDEN TESTS\nassert area(17) == 907.46\n### END HIDDEN TESTS",
    "assert area(area(1)) == 30.959144",
    "assert area(2) > area(1)",
    "assert area(None) is None",
    "assert double(double(1)) == 4 and isinstance(area(1), float)",
    "if area(1) != 3.14:\n    raise ValueError('面积不对')",
    "1.5 if area(2) > 12 else 0.5",
    "score = 0\nif area(1) == 3.14:\n    score += 1\nscore",
    "score = 0\ntry:\n    assert area(1) == 3.14\n    score += 1\nexcept Exception:\n    pass\nscore",
    "def near(a, b):\n    assert abs(a - b) < 1e-6\nnear(area(1), 3.14)",
    "import numpy as np\nnp.testing.assert_allclose(area(1), 3.14)",
    "import numpy as np\nrng = np.random.default_rng(3)\nx = rng.normal()\nassert double(x) == x + x",
    "import random\nrandom.seed(1)\nassert double(random.random()) == 0.26872848822987716",
    "judge(answer)",
    "try:\n    area(-1)\n    assert False, '半径不能是负数'\nexcept ValueError:\n    pass",
    "try:\n    value = area(1)\nexcept Exception:\n    raise AssertionError('area 运行时出错')\nassert value == 3.14",
    "print('测试 area')\nassert area(1) == 3.14",
    "from unittest import TestCase\nTestCase().assertEqual(area(1), 3.14)",
    "area = 3\nassert area == 3\nassert answer == 5",
    "for r, wanted in [(1, 3.14), (2, 12.56)]:\n    assert area(r) == wanted",
    "%time assert area(1) == 3.14\nassert area(0) == 0",
]


@pytest.mark.parametrize("test", FINE)
def test_what_is_in_order(test):
    assert codes(test, HELPERS) == []


def test_helpers_and_built_ins_that_students_can_change():
    helper = Cell(0, "", STUDENT, "def near(a, b):\n    return abs(a - b) < 1e-6")
    (found,) = lint.read_tests(sheet_of("assert near(area(1), 3.14)", helper))
    assert (found.code, found.what) == ("test-open-helper", ("a", "q1-test"))
    assert "near" in found.instructor.zh
    rebinds = Cell(0, "q0", STUDENT, "sum = 0\nfor i in range(3):\n    sum += i", solution=True)
    (found,) = lint.read_tests(sheet_of("assert sum([area(1), 1]) == 4.14", rebinds))
    assert (found.code, found.what) == ("test-builtin", ("a", "q1-test"))
    assert codes("assert area(1) == 3.14", helper, rebinds) == []
    locked = Cell(0, "helpers", TRUSTED, "def near(a, b):\n    return abs(a - b) < 1e-6")
    assert codes("assert near(area(1), 3.14)", locked) == []


def test_marks_of_hidden_tests_are_those_of_the_course():
    test = "assert area(0) == 0\n### VERBORGEN\nprint(area(17))\n### ENDE"
    assert codes(test) == []
    config = Config({"ClearHiddenTests": {"begin_test_delimeter": "VERBORGEN", "end_test_delimeter": "ENDE"}})
    assert codes(test, config=config) == ["test-prints-hidden"]
    assert codes("### AUTOTEST area(1)") == []


def test_every_finding_has_its_sentences():
    values = dict.fromkeys(["names", "line", "error", "points", "most", "seconds", "limit", "reason_zh", "reason_en"], "7")
    for code in lint.CODES:
        found = lint.finding(code, "期中\n作业", "q1", "q2", **values)
        assert found.code == code
        assert found.what == ("期中\n作业", "q1", "q2")
        for text in (found.student, found.instructor):
            assert re.search("[一-鿿]", text.zh)
            assert not re.search(r"[{}\n]", text.zh + text.en)
        assert "期中" in found.instructor.zh
        assert "期中" in found.instructor.en
        assert "q1" in found.instructor.zh or code in ("test-no-source", "test-unreleased")
        assert re.search(r"[。]$", found.instructor.zh)
        assert found.instructor.en.endswith(".")
    with pytest.raises(KeyError):
        lint.finding("no-such-code", "a")


# ---- with runs


def released(root: Path, name: str, *cells) -> Path:
    """The small course with another notebook `name`, released anew."""
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(new_notebook(cells=list(cells), metadata=kernel), root / "source" / stock_course.NAME / f"{name}.ipynb")
    done = NbGraderAPI(config=folder.load(root).config).generate_assignment(stock_course.NAME, force=True)
    assert done["success"], done
    return root


def solution(grade_id: str, before: str, answer: str):
    return marked(new_code_cell(f"{before}### BEGIN SOLUTION\n{answer}\n### END SOLUTION"), grade_id, solution=True)


def graded(grade_id: str, source: str, points: float = 2):
    return marked(new_code_cell(source), grade_id, grade=True, locked=True, points=points)


def by_code(found) -> dict[str, list[tuple[str, ...]]]:
    table = {}
    for one in found:
        table.setdefault(one.code, []).append(one.what)
    return table


def test_a_course_is_checked_by_running_it(tmp_path):
    root = stock_course.course(tmp_path / "course", "c.Execute.timeout = 2")
    released(
        root,
        "b",
        solution("q2", "", "def double(x):\n    return 2 * x\nvalue = 3"),
        graded("fine", "assert double(2) == 4"),
        graded("wrong", "assert double(3) == 5, 'five'"),
        graded("lenient", "assert 'doubled' not in globals()"),
        graded("walled", "import sys\nassert double.__globals__ is sys._getframe().f_globals"),
        graded("slow", "import time\ntime.sleep(1.2)\nassert value == 3"),
        graded("free", "assert double(0) == 0", 0),
    )
    found = lint.lint(folder.load(root), stock_course.NAME)
    assert by_code(found) == {
        "test-solution-partial": [("a", "q1-part")],
        "test-no-points": [("b", "free")],
        "test-only-types": [("b", "lenient")],
        "test-solution-fails": [("b", "wrong")],
        "test-in-process": [("b", "walled")],
        "test-slow": [("b", "slow")],
        "test-passes-blank": [("b", "lenient")],
    }
    (wrong,) = [one for one in found if one.code == "test-solution-fails"]
    assert "five" in wrong.instructor.zh
    again = lint.lint(folder.load(root), stock_course.NAME)
    assert again == found, "from the profiles that were kept"


def test_a_course_before_its_release_and_after_a_change(tmp_path):
    root = stock_course.course(tmp_path / "course")
    source = nbformat.read(root / "source" / stock_course.NAME / "a.ipynb", 4)
    stock_course.cell_of(source, "q1-test").source = "assert area(0) == 0"
    nbformat.write(source, root / "source" / stock_course.NAME / "a.ipynb")
    nbformat.write(nbformat.read(root / "source" / stock_course.NAME / "b.ipynb", 4), root / "source" / stock_course.NAME / "c.ipynb")
    found = by_code(lint.lint(folder.load(root), stock_course.NAME))
    assert found["test-stale"] == [("a", "q1-test")]
    assert found["test-unreleased"] == [("c",)]
    (root / "source" / stock_course.NAME / "b.ipynb").unlink()
    assert by_code(lint.lint(folder.load(root), stock_course.NAME))["test-no-source"] == [("b",)]
    assert [one.code for one in lint.lint(folder.load(root), "../ps1")] == ["assignment-name"]
