"""The engine on the small course: real shells, real gradebook, and stock nbgrader beside it, row by row."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell
from nbgrader import api, utils
from rich.console import Console
from typer.testing import CliRunner

from grading import stock_course as small
from service_marketing import cli
from service_marketing.grading import engine, folder, progress, results, scoring
from service_marketing.grading.box import layers
from service_marketing.grading.options import Options
from service_marketing.grading.shells.pool import Limits

NAME = small.NAME
EARLY, LATE = "2026-03-19 12:00:00 UTC", "2026-03-20 15:00:00 UTC"
PLAIN = Options(wall=False, sandbox=False)
TIMES = re.compile(r'"(?:iopub|shell)\.[a-z_.]+": "[^"]*"')


def hand_in(root: Path) -> None:
    """A class of honest students."""
    a, b = small.answered(root, "a", essay="因为"), small.answered(root, "b", q3="print(2)")
    a.cells.insert(4, new_code_cell("import matplotlib.pyplot as plt\nplt.plot([1, 2]);", id="own-1"))
    a.cells.insert(5, new_code_cell("print('mine')\n{'area': area(2)}", id="own-2"))
    small.submit(root, "right", {"a": a, "b": b}, EARLY)
    small.submit(root, "wrong", {"a": small.answered(root, "a", right=False), "b": small.answered(root, "b", right=False)}, LATE)
    small.submit(root, "blank", {"a": small.released(root, "a"), "b": small.released(root, "b")}, "")
    broken = small.answered(root, "a", q1="def area(r)\n    return 3")
    small.submit(root, "half", {"a": broken}, LATE, **{"notes.txt": b"x"})


def rows(root: Path) -> dict:
    return small.rows(folder.load(root).db_url)


def files(root: Path, wall: bool = False) -> dict:
    """The graded files without the times of the run; `wall`: without the frames of tracebacks of tests either."""
    found = {}
    for path, (data, mode) in small.files(root).items():
        found[path] = (_timeless(data.decode(), wall) if path.endswith(".ipynb") else data, mode)
    return found


def _timeless(text: str, wall: bool) -> str:
    notebook = json.loads(TIMES.sub('"at": ""', text))
    for one in notebook["cells"]:
        for output in one.get("outputs", ()) if wall and one["metadata"].get("nbgrader", {}).get("grade") else ():
            output.pop("traceback", None)
    return json.dumps(notebook)


def grade(root: Path, **given) -> engine.Summary:
    return engine.autograde(root, NAME, **{"workers": 2, "options": PLAIN, **given})


def record(root: Path, student: str) -> results.Record:
    return results.read(root, NAME, student)


def cell(root: Path, student: str, name: str) -> results.CellRecord:
    return next(found for _, found in record(root, student).cells() if found.name == name)


def verdicts(root: Path, student: str) -> dict[str, str]:
    return {found.name: found.verdict for _, found in record(root, student).cells()}


@pytest.fixture(scope="module")
def stock_graded(tmp_path_factory) -> Path:
    """The class, graded by stock nbgrader."""
    root = small.course(tmp_path_factory.mktemp("stock") / "course", "c.LateSubmissionPlugin.penalty_method = 'zero'")
    hand_in(root)
    assert small.stock_autograde(root, real=True)
    return root


MODES = {"default": Options(sandbox=layers.obstacle() is None), "in process": PLAIN}


@pytest.fixture(scope="module", params=MODES)
def graded(request, tmp_path_factory) -> tuple[Path, engine.Summary]:
    """The class, graded by the engine."""
    root = small.course(tmp_path_factory.mktemp("ours") / "course", "c.LateSubmissionPlugin.penalty_method = 'zero'")
    hand_in(root)
    return root, grade(root, options=MODES[request.param])


@pytest.fixture
def course(tmp_path) -> Path:
    return small.course(tmp_path / "course")


# ---- as stock


def test_rows_and_notebooks_are_those_of_stock(stock_graded, graded):
    root, summary = graded
    stock, ours = rows(stock_graded), rows(root)
    assert set(ours) == set(stock)
    for table in stock:
        assert ours[table] == stock[table], table
    assert files(root, summary.wall) == files(stock_graded, summary.wall)
    assert summary.in_process() == {} or not summary.wall


def test_summary_and_records(graded):
    root, summary = graded
    assert [one.student for one in summary.records] == ["blank", "half", "right", "wrong"]
    assert {one.state for one in summary.records} == {"graded"}
    assert summary.scores() == (0.75, 0.0, 5.5)
    assert summary.by_problem() == {"missing-notebook": 1, "timestamp-empty": 1}
    assert verdicts(root, "right") == {
        "q1-test": "passed", "q1-part": "partial", "essay": "manual", "figure": "manual", "q2-test": "passed", "q3": "manual"
    }  # fmt: skip
    assert verdicts(root, "blank") == {
        "q1-test": "error", "q1-part": "error", "essay": "blank", "figure": "manual", "q2-test": "error", "q3": "blank"
    }  # fmt: skip
    wrong = cell(root, "wrong", "q1-test")
    assert (wrong.verdict, wrong.ename, wrong.assertion) == ("failed", "AssertionError", "assert area(0) == 0")
    assert record(root, "half").notebooks[1].file is None
    assert record(root, "wrong").late == 3 * 3600
    assert record(root, "wrong").notebooks[0].late_penalty == record(root, "wrong").notebooks[0].score
    assert all(run.memory > 0 and run.seconds > 0 for one in summary.records for book in one.notebooks for run in book.runs)
    roles = {"shown", "graded", "tests"} if summary.wall else {"all"}
    assert all({run.role for run in book.runs} == roles for one in summary.records for book in one.notebooks if book.runs)
    assert results.read_all(root, NAME) == sorted(summary.records, key=lambda one: one.student)
    assert not summary.interrupted


def test_a_record_survives_its_file(graded):
    for one in graded[1].records:
        assert results.from_json(json.loads(json.dumps(results.to_json(one)))) == one


def test_nbgrader_goes_on_with_what_was_written(graded):
    """Its own API lists the submissions and marks of the engine's gradebook."""
    root, _ = graded
    listed = api.Gradebook(folder.load(root).db_url, "small")
    with listed:
        found = {s.student.id: (s.score, s.needs_manual_grade) for s in listed.assignment_submissions(NAME)}
    assert found["right"] == (5.5, True)
    assert found["half"][0] == 0


# ---- what is graded, and when


def test_what_is_done_stays_and_what_is_new_is_graded(course):
    small.submit(course, "ann", {"a": small.answered(course, "a"), "b": small.answered(course, "b")}, EARLY)
    small.submit(course, "bob", {"a": small.answered(course, "a", right=False)}, EARLY)
    assert len(grade(course).records) == 2
    before = rows(course), {p: s.st_mtime_ns for p in course.rglob("*.ipynb") for s in [p.stat()]}
    again = grade(course)
    assert (again.records, again.unchanged) == ((), ("ann", "bob"))
    assert before == (rows(course), {p: s.st_mtime_ns for p in course.rglob("*.ipynb") for s in [p.stat()]})
    small.submit(course, "bob", {"a": small.answered(course, "a")}, LATE)
    small.submit(course, "cai", {"a": small.answered(course, "a")}, LATE)
    third = grade(course)
    assert [one.student for one in third.records] == ["bob", "cai"]
    assert third.unchanged == ("ann",)
    assert verdicts(course, "bob")["q1-test"] == "passed"
    only = grade(course, students=["c*"], options=replace(PLAIN, force=True))
    assert [one.student for one in only.records] == ["cai"]


def test_a_graded_folder_without_rows_is_graded_again(course):
    small.submit(course, "ann", {"a": small.answered(course, "a")}, EARLY)
    grade(course)
    with api.Gradebook(folder.load(course).db_url, "small") as book:
        book.remove_submission(NAME, "ann")
    assert [one.student for one in grade(course).records] == ["ann"]


def test_a_regrade_keeps_what_people_entered(course):
    for student in ("ann", "bob"):
        small.submit(course, student, {"a": small.answered(course, "a", essay="x"), "b": small.answered(course, "b")}, LATE)
    grade(course)
    with api.Gradebook(folder.load(course).db_url, "small") as book:
        essay = book.find_grade("essay", "a", NAME, "ann")
        essay.manual_score, essay.needs_manual_grade = 4.5, False
        book.find_grade("q1-part", "a", NAME, "ann").extra_credit = 0.5
        book.find_comment("essay", "a", NAME, "ann").manual_comment = "很好"
        book.find_submission_notebook("b", NAME, "bob").flagged = True
        book.db.commit()
        book.grant_extension(NAME, "bob", hours=5)
    summary = grade(course, options=replace(PLAIN, force=True))
    assert [one.score for one in summary.records] == [4.5 + 4.5 + 0.5 + 1, 4.5 + 1]
    assert [one.late for one in summary.records] == [3 * 3600, 0]
    with api.Gradebook(folder.load(course).db_url, "small") as book:
        essay = book.find_grade("essay", "a", NAME, "ann")
        assert (essay.manual_score, essay.needs_manual_grade) == (4.5, True)
        assert book.find_grade("q1-part", "a", NAME, "ann").extra_credit == 0.5
        assert book.find_comment("essay", "a", NAME, "ann").comment == "很好"
        assert book.find_submission_notebook("b", NAME, "bob").flagged
        assert book.find_submission(NAME, "bob").extension == timedelta(hours=5)


def test_a_forced_run_that_was_broken_off_goes_on_where_it_was(course):
    for student in ("ann", "bob", "cai"):
        small.submit(course, student, {"b": small.answered(course, "b")}, EARLY)
    forced = replace(PLAIN, force=True, batch=1)
    grade(course)

    class Broken(Exception):
        pass

    def stop(*_):
        raise Broken

    with pytest.raises(Broken):
        grade(course, options=forced, tell=stop, workers=1)
    rest = grade(course, workers=1)
    assert len(rest.records) + len(rest.unchanged) == 3
    assert 1 <= len(rest.records) <= 2
    assert grade(course).records == ()
    assert len(grade(course, options=forced).records) == 3


# ---- what goes wrong


def mangled(root: Path) -> dict[str, bytes]:
    good = nbformat.writes(small.answered(root, "b")).encode()
    as_json = json.loads(good)
    for one in as_json["cells"]:
        one["metadata"].pop("nbgrader", None)
    less = json.loads(good)
    less["cells"] = [one for one in less["cells"] if one["metadata"].get("nbgrader", {}).get("grade_id") != "q2-test"]
    easy = json.loads(good)
    for one in easy["cells"]:
        if one["metadata"].get("nbgrader", {}).get("grade_id") == "q2-test":
            one["source"], one["metadata"]["nbgrader"]["points"] = "pass", 100
    return {
        "m-empty": b"",
        "m-text": "这不是作业".encode(),
        "m-cut": good[: len(good) * 2 // 3],
        "m-utf16": good.decode().encode("utf-16"),
        "m-gbk": good.decode().encode("gbk", "replace"),
        "m-bare": json.dumps(as_json).encode(),
        "m-less": json.dumps(less).encode(),
        "m-easy": json.dumps(easy).encode(),
        "m-list": b"[1, 2]",
        "m-deep": b'{"cells": [' * 3000,
    }


def test_one_bad_submission_stops_no_other(course):
    for student, data in mangled(course).items():
        small.submit(course, student, {"b": data})
    small.submit(course, "good", {"a": small.answered(course, "a"), "b": small.answered(course, "b")})
    place = small.submit(course, "linked", {})
    (place / "b.ipynb").symlink_to(course / "source" / NAME / "b.ipynb")
    (course / "submitted" / "whole-link").mkdir()
    (course / "submitted" / "whole-link" / NAME).symlink_to(course / "source" / NAME)
    (course / "submitted" / "empty" / NAME).mkdir(parents=True)
    (course / "submitted" / "od\nd" / NAME).mkdir(parents=True)
    summary = grade(course)
    states = {one.student: one.state for one in summary.records}
    assert len(states) == len(mangled(course)) + 5
    assert {s for s, state in states.items() if state != "graded"} == {"whole-link", "od\nd"}
    scores = {one.student: one.score for one in summary.graded}
    assert scores["good"] == 5.5
    assert {s for s, score in scores.items() if score == 1} == {"m-utf16", "m-gbk", "m-bare", "m-less", "m-easy", "m-cut"}
    assert all(record(course, s).all_problems() for s in states if s != "good")
    assert "link" in {found.code for found in record(course, "linked").all_problems()}
    assert "locked-edited" in {found.code for found in record(course, "m-easy").all_problems()}
    assert [found.code for found in record(course, "whole-link").problems] == ["folder-link"]
    assert "whole-link" not in {dict(row)["student_id"] for row in map(dict, rows(course)["submitted_assignment"])}
    assert not list(course.glob(f"autograded/whole-link/{NAME}"))


def test_what_may_happen_in_a_run(course):
    quick = replace(PLAIN, limits=Limits(cell_seconds=2, grace_seconds=1, cell_output=20_000))
    answers = {
        "slow": "def double(x):\n    while True: pass",
        "stubborn": "def double(x):\n    while True:\n        try:\n            while True: pass\n        except BaseException: pass",
        "killed": "import os\ndef double(x): os._exit(0)",
        "flood": "def double(x):\n    print('x' * 100_000)\n    return 2 * x",
        "exits": "import sys\nsys.exit(0)",
        "good": "def double(x): return 2 * x",
    }
    for student, source in answers.items():
        small.submit(course, student, {"b": small.answered(course, "b", q2=source)})
    summary = grade(course, options=quick)
    assert {one.student: verdicts(course, one.student)["q2-test"] for one in summary.records} == {
        "slow": "timeout", "stubborn": "timeout", "killed": "lost", "flood": "exceeded", "exits": "lost", "good": "passed"
    } or verdicts(course, "exits")["q2-test"] in ("error", "lost")  # fmt: skip
    assert {one.student: one.score for one in summary.records} == dict.fromkeys(answers, 0) | {"good": 1}
    assert "run" in {found.code for found in record(course, "killed").all_problems()}


WARNS = "import warnings\ndef double(x):\n    warnings.warn('old\\nnews', FutureWarning)\n    return 2 * x"


def test_a_mere_warning_costs_nothing_unless_as_stock(course):
    small.submit(course, "warns", {"b": small.answered(course, "b", q2=WARNS)})
    complains = "import sys\ndef double(x):\n    print('so wrong', file=sys.stderr)\n    return 2 * x"
    small.submit(course, "complains", {"b": small.answered(course, "b", q2=complains)})
    grade(course)
    assert cell(course, "warns", "q2-test").verdict == "passed"
    assert cell(course, "warns", "q2-test").warned
    assert cell(course, "complains", "q2-test").verdict == "stderr"
    notebook = nbformat.read(course / "autograded" / "warns" / NAME / "b.ipynb", 4)
    assert "FutureWarning" in small.cell_of(notebook, "q2-test").outputs[0].text
    grade(course, options=replace(PLAIN, force=True, stock_stderr=True))
    assert cell(course, "warns", "q2-test").verdict == "stderr"
    assert record(course, "warns").score == 0


@pytest.mark.parametrize(
    ("text", "mere"),
    [
        ("/home/x.py:3: UserWarning: so\n  f()\n", True),
        ("/home/x.py:3: UserWarning: so\n  f()\n/home/x.py:9: numpy.exceptions.RankWarning: and\nso on\n  g()\n", True),
        ("UserWarning: so", True),
        ("/home/x.py:3: UserWarning: so\n  f()\nFAILED (failures=1)\n", False),
        ("FAILED\n/home/x.py:3: UserWarning: so\n  f()\n", False),
        ("", False),
        ("wrong\n", False),
    ],
)
def test_what_a_mere_warning_is(text, mere):
    assert scoring.is_mere_warning({"output_type": "stream", "name": "stderr", "text": text}) is mere
    assert not scoring.is_mere_warning({"output_type": "stream", "name": "stdout", "text": text})


def test_points_that_nbgrader_cannot_take_are_an_error_of_one_cell(course):
    """A test that gives more points than the cell has stops stock at the submission."""
    small.submit(course, "ann", {"a": small.answered(course, "a", right=False)})
    small.submit(course, "bob", {"a": small.answered(course, "a")})
    with api.Gradebook(folder.load(course).db_url, "small") as book:
        book.find_graded_cell("q1-part", "a", NAME).max_score = 1.0
        kept = small.cell_of(nbformat.read(course / "source" / NAME / "a.ipynb", 4), "q1-part")
        kept.metadata.nbgrader.points = 1.0
        book.find_source_cell("q1-part", "a", NAME).checksum = utils.compute_checksum(kept)
        book.db.commit()
    summary = grade(course)
    assert {one.student: one.state for one in summary.records} == {"ann": "graded", "bob": "graded"}
    assert cell(course, "bob", "q1-part").verdict == "error"
    assert "bad-result" in {found.code for found in record(course, "bob").all_problems()}


def test_a_student_who_is_not_on_the_list(tmp_path):
    course = small.course(tmp_path / "course", "c.Autograde.create_student = False")
    small.submit(course, "enrolled", {"b": small.answered(course, "b")})
    small.submit(course, "stranger", {"b": small.answered(course, "b")})
    summary = grade(course)
    assert [(one.student, one.state) for one in summary.records] == [("enrolled", "graded"), ("stranger", "refused")]
    assert [found.code for found in record(course, "stranger").problems] == ["no-student"]


def test_notebooks_of_an_assignment_share_a_folder_and_students_do_not(course):
    writes = "open('left.txt', 'w').write('2')\ndef area(r): return 3.141592653589793 * r * r"
    reads = "import os\nfactor = int(open('left.txt').read()) if os.path.exists('left.txt') else 0\ndef double(x): return factor * x"
    small.submit(course, "both", {"a": small.answered(course, "a", q1=writes), "b": small.answered(course, "b", q2=reads)})
    small.submit(course, "only", {"b": small.answered(course, "b", q2=reads)})
    data = "import csv\nrows = list(csv.reader(open('data/table.csv')))\ndef double(x): return 2 * x if rows == [['x'], ['1']] else 0"
    small.submit(course, "reads", {"b": small.answered(course, "b", q2=data)}, **{"own.txt": b"mine"})
    grade(course, workers=1)
    assert {s: verdicts(course, s)["q2-test"] for s in ("both", "only", "reads")} == {"both": "passed", "only": "failed", "reads": "passed"}
    assert (course / "autograded" / "reads" / NAME / "own.txt").read_bytes() == b"mine"
    assert not list(course.rglob("left.txt"))


# ---- stopping


def test_two_graders_do_not_meet(course):
    from service_marketing.grading import saving

    small.submit(course, "ann", {"b": small.answered(course, "b")})
    with saving.alone(course, NAME), pytest.raises(engine.EngineError, match="another process"):
        grade(course)
    assert len(grade(course).records) == 1


COMMAND = "from service_marketing.cli import app; app()"


def course_command(root: Path, *arguments: str) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-c", COMMAND, "autograde", NAME, "--in-process", "--unsafe-no-sandbox", *arguments],
        cwd=root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | {"COLUMNS": "120"},
        text=True,
        encoding="utf-8",
    )


def test_an_interrupt_finishes_what_runs_and_the_next_run_the_rest(course):
    for number in range(9):
        slow = "import time\ntime.sleep(0.4)\ndef double(x): return 2 * x"
        small.submit(course, f"s{number:02}", {"b": small.answered(course, "b", q2=slow)})
    running = course_command(course, "--workers", "2")
    until = time.monotonic() + 30
    while not list(course.glob(".grader/ps1/results/*.json*")) and time.monotonic() < until:
        time.sleep(0.05)
    running.send_signal(signal.SIGINT)
    out, error = running.communicate(timeout=30)
    assert running.returncode == 130, error
    assert "run the same command again" in " ".join(out.split())
    done = [one.student for one in results.read_all(course, NAME)]
    assert 0 < len(done) < 9
    assert len(list(course.glob(f"autograded/*/{NAME}/b.ipynb"))) == len(done)
    second = course_command(course)
    out, error = second.communicate(timeout=60)
    assert second.returncode == 0, error
    assert "9/9" not in out
    assert len(list(course.glob(f"autograded/*/{NAME}/b.ipynb"))) == 9
    assert not list(course.glob(f"autograded/*/.{NAME}*"))
    assert {one.score for one in results.read_all(course, NAME)} == {1}


# ---- the command


def command(*arguments: str):
    return CliRunner().invoke(cli.app, ["autograde", *arguments, "--in-process", "--unsafe-no-sandbox"])


def test_the_command_grades_and_says_so(course):
    small.submit(course, "ann", {"a": small.answered(course, "a"), "b": small.answered(course, "b")}, EARLY)
    small.submit(course, "bob", {"b": b"junk"}, EARLY)
    result = command(NAME, "--folder", str(course), "--workers", "1")
    assert result.exit_code == 0, result.output
    assert "2/2" in result.output
    assert "missing-notebook 1" in " ".join(result.output.split())
    result = command(NAME, "--folder", str(course))
    assert "2份，以前批改过" in result.output


def damage(root: Path, how: str) -> str:
    """Damage the course; returns the assignment to grade."""
    small.submit(root, "ann", {"b": small.answered(root, "b")})
    if how == "no course":
        shutil.rmtree(root / "source")
        (root / "nbgrader_config.py").unlink()
    elif how == "unknown":
        return "ps9"
    elif how == "bad name":
        return "../ps1"
    elif how == "no submissions":
        shutil.rmtree(root / "submitted")
    elif how == "broken settings":
        (root / "nbgrader_config.py").write_text("c = get_config(\n")
    elif how == "unknown setting":
        with (root / "nbgrader_config.py").open("a") as file:
            file.write("c.Grader.wals = True\n")
    elif how == "no gradebook":
        (root / "gradebook.db").unlink()
    elif how == "not released":
        shutil.copytree(root / "source" / NAME, root / "source" / "ps2")
        small_place = root / "submitted" / "ann" / "ps2"
        shutil.copytree(root / "submitted" / "ann" / NAME, small_place)
        return "ps2"
    return NAME


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("no course", "no nbgrader course here"),
        ("unknown", "no such assignment"),
        ("bad name", "slash"),
        ("no submissions", "nothing was handed in"),
        ("broken settings", "nbgrader_config.py could not be read"),
        ("unknown setting", "wals"),
        ("no gradebook", "no gradebook yet"),
        ("not released", "generate_assignment"),
    ],
)
def test_errors_say_what_to_do(course, how, said):
    result = command(damage(course, how), "--folder", str(course))
    assert result.exit_code == 1
    assert said in " ".join(result.output.split())
    assert "Traceback" not in result.output


def test_without_a_box_nothing_is_graded_unless_told_to(course, monkeypatch, tmp_path):
    small.submit(course, "ann", {"b": small.answered(course, "b")})
    monkeypatch.setattr(layers, "program", lambda: None)
    result = CliRunner().invoke(cli.app, ["autograde", NAME, "--folder", str(course)])
    assert result.exit_code == 1
    assert "bubblewrap is not installed" in " ".join(result.output.split())
    assert not (course / "autograded").exists()
    result = CliRunner().invoke(cli.app, ["autograde", NAME, "--folder", str(course), "--unsafe-no-sandbox"])
    assert result.exit_code == 0, result.output
    assert "off: code could see this machine" in re.sub(r"[\s│]+", " ", result.output)


def test_when_the_wall_does_not_stand_nothing_is_graded(tmp_path, monkeypatch):
    sources = small.sources()
    for notebook in sources.values():  # a cell that ends the tests' side, and only that
        cell = small.marked(new_code_cell("import os\nif type(globals()) is not dict:\n    os._exit(0)"), "ends", locked=True)
        notebook.cells.insert(0, cell)
    monkeypatch.setattr(small, "sources", lambda: sources)
    root = small.generate(tmp_path / "course")
    small.submit(root, "right", {"a": small.answered(root, "a"), "b": small.answered(root, "b")}, EARLY)
    with pytest.raises(engine.EngineError, match="--in-process"):
        engine.autograde(root, NAME, options=Options(sandbox=False))
    assert not (root / "autograded").exists()
    assert engine.autograde(root, NAME, options=PLAIN).graded


def test_another_gradebook(course, tmp_path):
    small.submit(course, "ann", {"b": small.answered(course, "b")})
    shutil.copy(course / "gradebook.db", tmp_path / "other.db")
    before = (course / "gradebook.db").read_bytes()
    result = command(NAME, "--folder", str(course), "--db-url", f"sqlite:///{tmp_path}/other.db")
    assert result.exit_code == 0, result.output
    assert (course / "gradebook.db").read_bytes() == before
    assert any(dict(row)["auto_score"] == 1 for row in small.rows(f"sqlite:///{tmp_path}/other.db")["grade"])


def test_without_a_terminal_a_line_comes_now_and_then(graded):
    out, now = StringIO(), [0.0]
    records = graded[1].records
    with progress.Watch(Console(file=out, width=100), NAME, clock=lambda: now[0]) as watch:
        for done, seconds in enumerate([1, 5, 11, 12, 30, 31], start=1):
            now[0] = seconds
            watch.tell(records[done % len(records)], done, 8)
    lines = out.getvalue().splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("ps1: 3/8")
    assert "还要约18秒 (about 18 s left)" in lines[0]
    assert lines[1].startswith("ps1: 5/8")


def test_on_a_terminal_there_is_a_bar(graded):
    out = StringIO()
    with progress.Watch(Console(file=out, width=100, force_terminal=True), NAME) as watch:
        watch.tell(graded[1].records[0], 1, 2)
        watch.bar.refresh()
    assert "1/2" in out.getvalue()


def test_files_that_cannot_be_written_fail_one_submission(course, monkeypatch):
    """A path that fits where it was handed in, and not where it is to run."""
    place = small.submit(course, "long", {"b": small.answered(course, "b")})
    room = 4000 - len(str(place))
    deep = place.joinpath(*["d" * 199] * (room // 200), "d" * (room % 200))
    deep.mkdir(parents=True)
    (deep / "x.txt").write_text("x")
    small.submit(course, "good", {"b": small.answered(course, "b")})
    far = course.parent / ("t" * 200)
    far.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(far))
    summary = grade(course)
    assert {one.student: one.state for one in summary.records} == {"good": "graded", "long": "failed"}
    assert [found.code for found in record(course, "long").problems] == ["grader"]
    monkeypatch.undo()
    again = grade(course)
    assert [one.student for one in again.records] == ["long"]
