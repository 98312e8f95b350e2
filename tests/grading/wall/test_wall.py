"""Behind the wall an honest notebook gets what it gets in one process, and a dishonest one gets nothing for it."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

from grading.wall.cases import CASES, FILE, Case, errors, read, verdict
from service_marketing.grading.shells.pool import Cell, Job, Limits, Outcome, Pool
from service_marketing.grading.wall.pair import Graded, Pair, Step

LIMITS = Limits(cell_seconds=6, grace_seconds=3, submission_seconds=200)
FORGERIES = read((FILE.parent / "forgeries.txt").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def pair():
    with Pool(2, LIMITS) as students, Pool(2, LIMITS) as tests:
        yield Pair(students, tests)


@dataclass
class Wall:
    """Runs notebooks, each in folders of its own."""

    pair: Pair
    scratch: Path
    count: int = 0

    def folder(self) -> Path:
        self.count += 1
        folder = self.scratch / str(self.count)
        folder.mkdir()
        return folder

    def alone(self, key, cells) -> None:
        """Ask for a notebook in one process."""
        self.pair.submit(Job(key, self.folder(), [Cell(number, source) for number, (_, source) in enumerate(cells)]))

    def behind(self, key, cells, setup, deferred=False) -> None:
        """Ask for a notebook on both sides of the wall."""
        steps = [Step(number, kind, source) for number, (kind, source) in enumerate(cells)]
        self.pair.grade(key, steps, self.folder(), self.folder(), setup, deferred=deferred)

    def results(self) -> dict:
        """All that was asked for, by key."""
        return {(result.key if isinstance(result, Graded) else result.job.key): result for result in self.pair.results()}

    def run(self, *cells, **setup) -> Graded:
        """One notebook on both sides of the wall."""
        self.behind("one", cells, setup)
        return self.results()["one"]


@pytest.fixture
def wall(pair, tmp_path):
    return Wall(pair, tmp_path)


def places_of_tests(cells) -> list[int]:
    return [number for number, (kind, _) in enumerate(cells) if kind == "test"]


def used(graded: Graded) -> dict[str, list[str]]:
    """What the tests of a run needed, as a profile has it."""
    return {str(number): outcome.notes["used"] for number, outcome in graded.cells.items() if outcome.notes}


def text(outcome: Outcome) -> str:
    return "".join(output["text"] for output in outcome.outputs if output["output_type"] == "stream")


def statuses(graded: Graded, numbers: Iterable[int] | None = None) -> list[str]:
    return [graded.cells[number].status for number in (graded.cells if numbers is None else numbers)]


@pytest.fixture(scope="module")
def honest(pair, tmp_path_factory):
    """Every case in one process and behind the wall: freely, and with the profile of the right solution."""
    wall = Wall(pair, tmp_path_factory.mktemp("honest"))
    for case in CASES:
        for number, cells in enumerate(case.variants):
            wall.alone((case.name, number, "alone"), cells)
        wall.behind((case.name, 0, "free"), case.right, {**case.setup(), "record": True})
    runs = wall.results()
    for case in CASES:
        allowed = used(runs[case.name, 0, "free"])
        for number, cells in enumerate(case.variants):
            wall.behind((case.name, number, "profile"), cells, {**case.setup(), "allowed": allowed})
            if not (case.setup()["shared"] or case.setup()["lent"]):
                wall.behind((case.name, number, "deferred"), cells, {**case.setup(), "allowed": allowed}, deferred=True)
    return runs | wall.results()


@pytest.fixture(scope="module")
def forged(pair, tmp_path_factory):
    """Every forgery, with the profile of the right solution, and that itself."""
    wall = Wall(pair, tmp_path_factory.mktemp("forged"))
    for case in FORGERIES:
        wall.behind((case.name, "right"), case.right, case.setup())
    runs = wall.results()
    for case in FORGERIES:
        wall.behind((case.name, "forged"), case.wrong, {**case.setup(), "allowed": used(runs[case.name, "right"])})
    return runs | wall.results()


class TestHonest:
    """Verdicts through the wall, without a profile and with the right solution's, are those of one process."""

    def test_there_are_many_shapes(self):
        assert sum(len(places_of_tests(case.right)) for case in CASES) >= 100

    @pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
    def test_verdicts_are_those_of_one_process(self, case: Case, honest):
        for number, cells in enumerate(case.variants):
            alone = honest[case.name, number, "alone"]
            for mode in ("free", "profile") if number == 0 else ("profile",):
                graded = honest[case.name, number, mode]
                assert graded.problem is None or case.name == "a time limit"
                for place in places_of_tests(cells):
                    found = graded.cells[place]
                    assert verdict(found) == verdict(alone.cells[place]), (mode, cells[place][1], errors(found), found.notes)

    def test_tests_that_wait_for_all_cells_say_the_same_or_that_they_cannot(self, honest):
        deferred = {(name, number): graded for (name, number, mode), graded in honest.items() if mode == "deferred"}
        settled = {key: graded for key, graded in deferred.items() if graded.settled}
        for case in CASES:
            for number, cells in enumerate(case.variants):
                if (graded := settled.get((case.name, number))) is not None:
                    assert graded.shown is not None
                    for place in places_of_tests(cells):
                        found, wanted = graded.cells[place], honest[case.name, number, "profile"].cells[place]
                        assert verdict(found) == verdict(wanted), (case.name, cells[place][1], errors(found), errors(wanted))
        assert len(settled) / len(deferred) > 0.85
        assert len(settled) < len(deferred)

    def test_wrong_solutions_fail_somewhere(self, honest):
        """Otherwise the comparison would say little."""
        for case in CASES:
            if case.wrong:
                right, wrong = (honest[case.name, number, "profile"].cells for number in (0, 1))
                places = places_of_tests(case.wrong)
                assert any(wrong[place].status != "ok" or verdict(wrong[place]) != verdict(right[place]) for place in places), case.name


class TestForgeries:
    """With the right solution's profile, every test of every forgery fails, and the tests' shell lives on."""

    @pytest.mark.parametrize("case", FORGERIES, ids=lambda case: case.name)
    def test_it_gets_nothing(self, case: Case, forged):
        right, graded = forged[case.name, "right"], forged[case.name, "forged"]
        assert graded.tests.problem is None
        for place in places_of_tests(case.right):
            outcome = graded.cells[place]
            assert outcome.status != "ok", (case.wrong[place][1], outcome)
            assert errors(outcome), "a failure without an error output would get full marks"
            if "swallows" not in case.name:
                assert right.cells[place].status == "ok", (case.right[place][1], errors(right.cells[place]))


SQUARE = ("student", "def f(x): return x * x")
LOOP = ("student", "def f(x):\n    while True: pass\ndef g(): return 1")
STUBBORN = """\
import time
def f(x):
    while True:
        try:
            while True: time.sleep(0.01)
        except BaseException: pass
"""
ACCOUNT = """\
class A:
    def __init__(self): self.n = [1]
    def add(self, x):
        self.n.append(x)
        return self.n
"""
FLOOD = """\
def f():
    for i in range(10 ** 6): print('x' * 100)
def g():
    print('y' * 1000)
    return 1
"""
SERVER = """\
import gc
from service_marketing.grading.protocol import Message
side = next(each for each in gc.get_objects() if type(each).__name__ == "Student")
"""
HIDDEN = """\
import os
os.symlink('/etc/passwd', 'link')
open('.hidden', 'w').write('x')
os.mkdir('d')
open('d/in.txt', 'w').write('1')
"""
NOT_HIDDEN = """\
import os
assert not os.path.lexists('link') and not os.path.exists('.hidden')
assert open('d/in.txt').read() == '1'
"""
NAMES = ["f", "g"]


class TestTurns:
    """Two shells take turns; whatever happens to one, every step has an outcome."""

    def test_the_order_is_the_notebooks(self, wall):
        graded = wall.run(
            ("trusted", "n = 1\nlog = []"),
            ("test", "assert f() == 1"),
            ("student", "def f(): return n"),
            ("test", "assert f() == 1"),
            ("student", "def f(): return n + 1"),
            ("test", "assert f() == 2"),
            ("trusted", "n = 5"),
            ("test", "assert f() == 6"),
            names=["f"],
        )
        assert statuses(graded) == ["ok", "error", "ok", "ok", "ok", "ok", "ok", "ok"]
        assert errors(graded.cells[1]) == ["NameError: name 'f' is not defined"]

    def test_an_error_of_the_students_cell_is_its_own(self, wall):
        graded = wall.run(("student", "1 / 0"), SQUARE, ("test", "assert f(2) == 4"), names=NAMES)
        assert statuses(graded) == ["error", "ok", "ok"]
        assert errors(graded.cells[0]) == ["ZeroDivisionError: division by zero"]

    def test_many_at_once(self, wall):
        for number in range(8):
            wall.behind(number, [("student", f"def f(): return {number}"), ("test", f"assert f() == {number}")], {"names": NAMES})
        results = wall.results()
        assert sorted(results) == list(range(8))
        assert all(statuses(graded) == ["ok", "ok"] for graded in results.values())

    def test_no_steps_and_no_tests(self, wall):
        assert wall.run().cells == {}
        assert statuses(wall.run(SQUARE)) == ["ok"]

    def test_a_test_in_process(self, wall):
        graded = wall.run(SQUARE, ("in_process", "print('here')\nassert f(2) == 4"), ("in_process", "assert f(2) == 5"), names=NAMES)
        assert statuses(graded) == ["ok", "ok", "error"]
        assert text(graded.cells[1]) == "here\n"

    def test_an_endless_function_costs_its_own_test(self, wall):
        graded = wall.run(
            LOOP, ("test", "f(1)"), ("test", "assert g() == 1"), ("student", "def g(): return 2"), ("test", "assert g() == 2"), names=NAMES
        )
        assert statuses(graded) == ["ok", "timeout", "ok", "ok", "ok"]
        assert graded.problem is None

    def test_the_next_test_waits_until_the_function_before_it_has_stopped(self, wall):
        graded = wall.run(LOOP, ("test", "f(1)"), ("test", "f(1)"), ("test", "assert g() == 1"), names=NAMES)
        assert statuses(graded) == ["ok", "timeout", "timeout", "ok"]
        assert graded.problem is None

    def test_tests_after_exit_have_the_student_still(self, wall):
        slow = "import time\ntime.sleep(0.3)\n"
        graded = wall.run(SQUARE, ("student", "exit()"), ("test", f"{slow}assert f(2) == 4"), ("test", "assert f(3) == 9"), names=NAMES)
        assert statuses(graded) == ["ok", "ok", "ok", "ok"]

    def test_an_endless_test_costs_itself(self, wall):
        graded = wall.run(SQUARE, ("test", "while True: f(1)"), ("test", "assert f(2) == 4"), names=NAMES)
        assert statuses(graded) == ["ok", "timeout", "ok"]

    @pytest.mark.parametrize(
        ("source", "kind"),
        [
            (STUBBORN, "stuck"),
            ("import os, signal\ndef f(x): os.kill(os.getpid(), signal.SIGSTOP)", "stuck"),
            ("import os\ndef f(x): os._exit(3)", "died"),
            ("import os, signal\ndef f(x): os.kill(os.getpid(), signal.SIGKILL)", "died"),
        ],
        ids=["does not stop", "stops itself", "ends", "kills itself"],
    )
    def test_a_students_side_that_is_gone_fails_what_needs_it(self, wall, source, kind):
        later = ("test", "try:\n    f(1)\nexcept BaseException:\n    pass")
        graded = wall.run(("student", source), ("test", "f(1)"), later, ("test", "assert 1 == 1"), ("student", "1"), names=NAMES)
        assert graded.problem.kind == kind
        assert graded.cells[1].status in ("error", "timeout")
        assert statuses(graded, [2, 3, 4]) == ["error", "ok", "lost"]
        assert errors(graded.cells[2])[0].startswith("SubmissionLost")
        assert graded.tests.problem is None

    def test_a_tests_side_that_is_gone_is_zero(self, wall):
        graded = wall.run(SQUARE, ("test", "import os; os._exit(0)"), ("test", "assert f(2) == 4"), names=NAMES)
        assert statuses(graded) == ["ok", "lost", "lost"]
        assert all(errors(graded.cells[number]) for number in (1, 2))
        assert graded.problem.kind == "died"

    def test_a_tests_side_that_is_stuck_is_zero(self, wall):
        graded = wall.run(SQUARE, ("test", STUBBORN.replace("f(x)", "stuck()") + "\nstuck()"), ("test", "assert f(2) == 4"), names=NAMES)
        assert statuses(graded) == ["ok", "timeout", "lost"]

    def test_a_student_who_exits(self, wall):
        graded = wall.run(("student", "exit"), SQUARE, ("test", "assert f(2) == 4"), names=NAMES)
        assert graded.cells[2].status != "ok"
        assert errors(graded.cells[2])


class TestNotes:
    """What a test needed is noted, and what a profile lacks is refused."""

    ACCOUNT = ("student", ACCOUNT)

    def test_what_was_used(self, wall):
        graded = wall.run(self.ACCOUNT, ("test", "a = A()\na.add(2)\nassert a.n == [1, 2]"), names=["A"])
        assert graded.cells[1].notes["used"] == ["A ()", "A() <own>", "A() .add", "A().add <own>", "A().add ()", "A() .n"]
        assert graded.cells[1].notes["flags"] == []
        assert graded.cells[0].notes is None

    def test_what_is_not_allowed_is_refused_even_if_the_error_is_swallowed(self, wall):
        source = "a = A()\ntry:\n    a.n\nexcept Exception:\n    pass"
        graded = wall.run(self.ACCOUNT, ("test", source), names=["A"], allowed={"1": ["A ()"]})
        assert graded.cells[1].status == "error"
        assert errors(graded.cells[1])[0].startswith("NotExpected")
        assert graded.cells[1].notes["flags"] == ["operation: A() .n"]

    def test_another_cells_profile_is_its_own(self, wall):
        cells = [("student", "def f(): return lambda: 1"), ("test", "f()()"), ("test", "f()()"), ("test", "assert f()() == 1")]
        graded = wall.run(*cells, names=NAMES, allowed={"1": ["f ()"], "2": ["f ()", "f() ()"], "3": None})
        assert statuses(graded) == ["ok", "error", "ok", "ok"]

    def test_objects_live_as_long_as_the_tests_hold_them(self, wall):
        graded = wall.run(
            self.ACCOUNT,
            ("test", "a, kept = A(), [A()]"),
            ("test", "a.add(5)"),
            ("test", "assert a.n == [1, 5] and kept[0].n == [1]"),
            names=["A"],
        )
        assert statuses(graded) == ["ok"] * 4

    def test_a_change_that_the_reference_does_not_make_has_to_pass_both_ways(self, wall):
        right = ("student", "def f(xs): return sorted(xs)[-1]")
        sloppy = ("student", "def f(xs):\n    xs.sort()\n    return xs[-1]")
        test = ("test", "xs = [3, 1]\nassert f(xs) == 3")
        strict = ("test", "xs = [3, 1]\nassert f(xs) == 3\nassert xs == [3, 1]")
        literal = ("test", "assert f([3, 1]) == 3")
        allowed = used(wall.run(right, test, strict, literal, names=NAMES))
        graded = wall.run(sloppy, test, strict, literal, names=NAMES, allowed=allowed)
        assert statuses(graded) == ["ok", "ok", "error", "ok"]
        assert graded.cells[1].notes["flags"] == ["argument: f() !0"]
        assert graded.cells[3].notes["flags"] == []

    def test_points_for_the_worse_of_both(self, wall):
        right, test = ("student", "def f(xs): return sum(xs)"), ("test", "xs = [1, 2]\n5 if f(xs) == sum(xs) else 1")
        allowed = used(wall.run(right, test, names=NAMES))
        graded = wall.run(("student", "def f(xs):\n    xs.clear()\n    return 0"), test, names=NAMES, allowed=allowed)
        assert verdict(graded.cells[1]) == ("ok", "1")

    @pytest.mark.parametrize("setup", [{}, {"allowed": {"1": ["A ()", "A() .n", "A() <own>"]}}], ids=["no profile", "profile"])
    def test_a_class_that_the_test_makes_instances_of_is_no_librarys(self, wall, setup):
        forged = "[{'name': 'subprocess.Popen', 'reference': 0, 'bases': []}]"
        student = ("student", f"class A:\n    def __init__(self, n): self.n = n\n{SERVER}side.family = lambda kind: {forged}")
        graded = wall.run(student, ("test", "assert A(['true']).n == ['true'] and 'Popen' not in repr(A)"), names=["A"], **setup)
        assert statuses(graded) == ["ok", "ok"]

    def test_a_module_of_the_tests_is_not_changed(self, wall):
        forged = "Message('value', {'argument': None, 'changed': [0]}, (side.encode(None), side.encode({'isclose': 1})))"
        student = ("student", f"def f(module): return module.pi\n{SERVER}side.do_call = lambda order: {forged}")
        allowed = {"1": ["f ()", "f() !0"], "2": ["f ()"]}
        tests = [("test", "import math\nf(math)"), ("test", "f(math)"), ("test", "assert math.isclose(1, 1) and math.pi > 3")]
        graded = wall.run(student, *tests, names=NAMES, allowed=allowed)
        assert statuses(graded) == ["ok", "error", "error", "ok"]


class TestText:
    def test_what_the_student_prints_stands_where_it_was_printed(self, wall):
        graded = wall.run(("student", "def f():\n    print('b')\n    return 1"), ("test", "print('a')\nf()\nprint('c')"), names=NAMES)
        assert text(graded.cells[1]) == "a\nb\nc\n"

    def test_programs_and_c_code_too(self, wall):
        graded = wall.run(
            ("student", "import os\ndef f():\n    os.system('echo b')\n    os.write(1, b'c\\n')"), ("test", "f()"), names=NAMES
        )
        assert text(graded.cells[1]) == "b\nc\n"

    def test_a_flood_is_an_error(self, pair, tmp_path):
        limits = Limits(cell_seconds=20, cell_output=100_000, submission_output=1_000_000)
        with Pool(1, limits) as students, Pool(1, limits) as tests:
            wall = Wall(Pair(students, tests), tmp_path)
            graded = wall.run(
                ("student", FLOOD), ("test", "f()"), ("test", "for i in range(500): g()"), ("test", "assert g() == 1"), names=NAMES
            )
        assert statuses(graded) == ["ok", "exceeded", "exceeded", "ok"]

    def test_displays_of_the_students_are_not_the_tests(self, wall):
        graded = wall.run(("student", "def f():\n    display(3)\n    return 1"), ("test", "assert f() == 1"), names=NAMES)
        assert graded.cells[1].outputs == []


class TestFiles:
    def test_the_instructors_files_stay_as_they_were(self, wall):
        student = ("student", "open('data.csv', 'w').write('forged')\nopen('mine.txt', 'w').write('mine')")
        test = ("test", "assert open('data.csv').read() == 'pristine' and open('mine.txt').read() == 'mine'")
        folders = wall.folder(), wall.folder()
        for folder in folders:
            (folder / "data.csv").write_text("pristine")
        wall.pair.grade("one", [Step(number, *cell) for number, cell in enumerate((student, test))], *folders, {})
        assert statuses(wall.results()["one"]) == ["ok", "ok"]

    def test_links_and_hidden_files_do_not_cross(self, wall):
        assert statuses(wall.run(("student", HIDDEN), ("test", NOT_HIDDEN))) == ["ok", "ok"]

    def test_a_large_file_stays(self, wall):
        student = ("student", "open('large', 'wb').write(bytes(21 << 20))\nopen('small', 'wb').write(b'1')")
        test = ("test", "import os\nassert os.path.exists('small') and not os.path.exists('large')")
        assert statuses(wall.run(student, test)) == ["ok", "ok"]


class TestLimits:
    def test_many_references(self, wall):
        """Those that nothing holds any more are dropped, so a long loop is no matter."""
        student = ("student", "class A: pass\ndef make(n): return [A() for _ in range(n)]")
        test = ("test", "for _ in range(4):\n    assert len(make(5000)) == 5000")
        assert statuses(wall.run(student, test, test, names=["make"])) == ["ok"] * 3

    def test_a_value_that_is_too_large(self, wall):
        student = ("student", "import numpy as np\ndef f(): return np.zeros(20 << 20)\ndef g(): return 1")
        swallowing = ("test", "try:\n    f()\nexcept Exception:\n    pass")
        graded = wall.run(student, swallowing, ("test", "assert g() == 1"), names=NAMES)
        assert statuses(graded) == ["ok", "error", "ok"]
