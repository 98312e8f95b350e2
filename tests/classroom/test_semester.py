"""A made-up semester, killed and started again; and that its checks would find what they are there to find.

`--long`: the class of 200, killed several times.
"""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from service_marketing.classroom import assignments, course, marks, roster
from service_marketing.classroom.semester import checks, files, handing_in, packing, people, record, steps
from service_marketing.classroom.semester.mess import ALWAYS, KINDS
from service_marketing.classroom.semester.packing import Expected
from service_marketing.cli import app

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform != "linux", reason="grading needs Linux")]
runner = CliRunner()


def started(place, size):
    command = [
        sys.executable,
        "-c",
        "from service_marketing.cli import app; app()",
        "semester-demo",
        "--to",
        str(place),
        "--students",
        str(size),
    ]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True)


def done(place):
    try:
        return json.loads((place / record.FILE).read_text(encoding="utf-8"))["steps"]
    except (OSError, ValueError, KeyError):
        return {}


def kill_after(place, size, step, seconds):
    """Start it, and kill everything that it started some time after a step is done; what was done by then."""
    process = started(place, size)
    while process.poll() is None and step not in done(place):
        time.sleep(0.1)
    time.sleep(seconds)
    assert process.poll() is None, process.stdout.read()
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    return done(place)


@pytest.fixture(scope="module")
def semester(tmp_path_factory, request):
    """A semester that was killed in the middle of its steps and went on; what was done at each kill, and what it said at the end."""
    place, long = tmp_path_factory.mktemp("semester") / "demo", request.config.getoption("--long")
    size = 200 if long else 12
    kills = [("grade 03-satisfaction", 1.0)]
    if long:
        kills = [("prepare", 5.0), ("hand in 06-complaints", 0.3), ("grade 03-satisfaction", 15.0), ("grade 06-complaints", 0.5)]
        kills += [("export", 20.0), ("fix", 0.5)]
    seen = [kill_after(place, size, *kill) for kill in kills]
    process = started(place, size)
    said, _ = process.communicate()
    assert process.returncode == 0, said
    return SimpleNamespace(place=place, root=place / "course", size=size, seen=seen, said=said, steps=done(place))


def result(semester, step):
    return semester.steps[step]["result"]


def test_what_was_done_before_a_kill_is_not_done_again(semester):
    for before in semester.seen:
        assert "prepare" in before
        assert {step: semester.steps[step] for step in before} == before
    assert "接着上次" in semester.said
    assert "None" not in semester.said


def test_a_finished_run_is_quick_and_says_so(semester):
    began = time.monotonic()
    found = runner.invoke(app, ["semester-demo", "--to", str(semester.place), "--students", str(semester.size)])
    assert found.exit_code == 0, found.output
    assert "上次已经走完" in found.output
    assert time.monotonic() - began < 15
    assert done(semester.place) == semester.steps


def test_every_kind_of_mess_happened_and_every_file_has_its_row(semester):
    kinds = [result(semester, f"hand in {name}")["kinds"] for name in steps.ASSIGNMENTS]
    assert {kind for one in kinds for kind in one} == set(KINDS) | set(ALWAYS)
    assert len(KINDS) + len(ALWAYS) >= 12
    for name in steps.ASSIGNMENTS:
        inbox = handing_in.load(semester.place / "inbox" / f"{name}.json")
        assert len(inbox.archives) == 4
        found = result(semester, f"collect {name}")
        assert found["rows"] == len(inbox.expected) > semester.size
        assert found["unmatched"] == 2, "the strangers, and nobody else"


def test_every_student_has_answers_of_their_own(semester):
    for name in steps.ASSIGNMENTS:
        assert result(semester, f"solve {name}") == {"students": semester.size, "answers": semester.size}


def test_the_regrade_changed_marks_and_kept_those_by_hand(semester):
    fixed = result(semester, "fix")
    assert fixed["changed"] > 0
    assert fixed["kept"] > 2
    assert fixed["struck"] == 0
    assert result(semester, f"grade {steps.FIXED}")["struck"] > 0


def test_every_row_of_every_grade_file_was_compared(semester):
    for step in ("export", "export again"):
        found = result(semester, step)
        assert found["files"] == 12
        # three of the platforms have a row for everybody, Moodle for whoever has a mark
        assert found["rows"] >= 3 * 3 * semester.size
        assert found["scores"] > semester.size
    assert f"{result(semester, 'export')['rows'] + result(semester, 'export again')['rows']}行" in semester.said
    assert {one["exported"] for one in result(semester, "close")["status"]} == {"yes"}


def test_nobody_is_on_the_class_page_and_everybody_has_a_page(semester):
    page = (semester.place / "class-report" / "class.html").read_text(encoding="utf-8")
    assert "需要关心的学生" in page
    assert not [one.number for one in people.class_list(semester.size) if one.number in page]
    assert len(list((semester.place / "class-report" / "students").glob("*.html"))) == semester.size


def test_copies_are_found_and_honest_students_left_alone(semester):
    for name in steps.ASSIGNMENTS:
        found = result(semester, f"copies {name}")
        assert found["number missed"] == []
        if semester.size >= handing_in.LARGE:  # in a smaller one there are too few to tell; see test_similarity.py
            assert len(found["found"]) >= 6
            assert found["missed"] == found["honest"] == []
            assert len(found["with their number"]) >= 2


# ---- the checks find what is wrong


def test_a_lost_or_changed_row_of_a_grade_file_is_found(semester, tmp_path):
    name = steps.ASSIGNMENTS[0]
    scores = checks.scores(semester.root, name)
    number = next(number for number, score in scores.items() if score and score[0] > 5)
    for platform in people.PLATFORMS:
        file = next((semester.place / "exported").glob(f"{platform}-{name}.*"))
        rows = files.read_back(platform, name, file)
        assert files.wrong(platform, rows, scores) == []
        assert "row lost" in files.wrong(platform, [row for row in rows if row[0] != number], scores)[0]
        assert "rows twice" in files.wrong(platform, [*rows, (number, "1")], scores)[0]
        assert "another score" in files.wrong(platform, [(who, "0.1" if who == number else score) for who, score in rows], scores)[0]
        assert "too many" in files.wrong(platform, [*rows, ("999", "1")], scores)[0]


def test_other_files_and_marks_than_they_should_be_are_found(semester, tmp_path):
    name = steps.FIXED
    root = shutil.copytree(semester.root, tmp_path / "demo" / "course")
    inbox = handing_in.load(semester.place / "inbox" / f"{name}.json")
    own = steps.answers.task(root, name)
    found = checks.cells(root, name)
    assert checks.collected(root, name, inbox) == []
    assert checks.graded(own, inbox, found, {})[0] == []
    number = next(number for number, truth in inbox.truths.items() if truth.outcome == "whole" and not truth.mistakes and not truth.kind)
    notebook = root / "submitted" / number / name / f"{name}.ipynb"
    notebook.write_bytes(notebook.read_bytes() + b" ")
    (tmp_path / "demo" / "escaped.ipynb").write_text("x")
    assert [number in checks.collected(root, name, inbox)[0], len(checks.collected(root, name, inbox))] == [True, 2]
    key = next(key for key, cell in found.items() if key[0] == number and cell.auto)
    lower = found | {key: found[key]._replace(auto=0.0)}
    assert number in checks.graded(own, inbox, lower, {})[0][0]
    gone = {other: cell for other, cell in found.items() if other != key}
    assert "no row" in checks.graded(own, inbox, gone, {})[0][0]
    assert "row is gone" in checks.kept(found, gone, {})[0]
    assert "person's mark" in checks.kept(found, found, {key: 99.0})[0]
    assert "log says otherwise" in checks.logged(root, name, lower, found, len(marks.history(root)))[0][0]


def test_a_file_that_became_something_else_is_found():
    expected = {"a": Expected("1", ("take", "")), "b": Expected("2", ("take", ""), by_hand=True)}
    right = [("a", "1", ("take", "")), ("b", "", ("unmatched", "conflict"))]
    assert packing.differences(expected, right, corrected=False) == []
    assert len(packing.differences(expected, right, corrected=True)) == 1
    assert len(packing.differences(expected, [("a", "2", ("take", "")), right[1]], corrected=False)) == 1
    assert len(packing.differences(expected, [("a", "1", ("superseded", "duplicate")), right[1]], corrected=False)) == 1
    assert len(packing.differences(expected, [right[0]], corrected=False)) == 1
    assert len(packing.differences(expected, [*right, ("c", "", ("ignored", ""))], corrected=False)) == 1


# ---- beginning


def test_another_class_begins_anew_and_other_things_are_not_touched(tmp_path):
    first, anew = record.opened(tmp_path / "demo", "a", fresh=False)
    first.finish("prepare", {"n": 1}, time.monotonic())
    again, anew_again = record.opened(tmp_path / "demo", "a", fresh=False)
    assert (anew, anew_again, again.result("prepare")) == (True, False, {"n": 1})
    for made_of, fresh in (("b", False), ("b", True)):
        other, anew = record.opened(tmp_path / "demo", made_of, fresh)
        assert (anew, other.done("prepare")) == (True, False)
        other.finish("prepare", None, time.monotonic())
    (tmp_path / "论文").mkdir()
    (tmp_path / "论文" / "论文.docx").write_text("x")
    with pytest.raises(assignments.AssignmentError, match="论文"):
        record.opened(tmp_path / "论文", "a", fresh=True)
    assert (tmp_path / "论文" / "论文.docx").is_file()


def test_the_class_is_the_same_every_time_and_its_list_is_read(tmp_path):
    students = people.class_list(200)
    assert len({one.number for one in students}) == 200
    assert len({one.name for one in students}) == 199
    assert roster.read(people.write_list(students, tmp_path / "名单.xlsx")).students == students
    assert people.class_list(200) == students


@pytest.mark.parametrize("size", [12, 13, 19, 40, 59, 60, 99, 100, 300])
def test_all_the_mess_finds_its_students_in_classes_of_any_size(size):
    students = people.class_list(size)
    kinds = [handing_in._kinds(at, students, random.Random(at)) for at in range(3)]
    assert {kind for one in kinds for kind in one.values()} == {*KINDS, "same name"}
    for one in kinds:
        assert size < handing_in.LARGE or set(KINDS) <= set(one.values())
        for place, student in enumerate(students):
            kind = one.get(student.number)
            assert kind not in KINDS or people.platform_of(place) in KINDS[kind].platforms


def test_a_failed_check_stops_the_semester_and_says_what():
    with pytest.raises(course.GradingError, match=r"(?s)x:.*3.*共15处"):
        checks.need([str(n) for n in range(15)], "x")
    checks.need([], "x")
