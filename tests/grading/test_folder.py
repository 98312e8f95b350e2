"""A course folder with everything in it that a student, or a file system, can come up with."""

import contextlib
import glob
import os
import shutil
import socket
import stat
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbgrader import utils
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from grading import stock_course as small
from service_marketing.grading import folder

SECRET = b"the instructor's key"


@pytest.fixture
def root(tmp_path, monkeypatch):
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path / "no config"))
    root = tmp_path / "course"
    (root / "source" / "ps1").mkdir(parents=True)
    (root / "nbgrader_config.py").write_text("c = get_config()\nc.CourseDirectory.course_id = 'one'\n")
    (tmp_path / "secret.txt").write_bytes(SECRET)
    return root


def hand_in(root: Path, student: str, *names: str, assignment: str = "ps1") -> Path:
    place = root / "submitted" / student / assignment
    place.mkdir(parents=True, exist_ok=True)
    for name in names:
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes(name.encode("utf-8", "surrogateescape"))
    return place


def one(root: Path, student: str = "zoe") -> folder.Submission:
    return next(s for s in folder.submissions(folder.load(root), "ps1") if s.student == student)


def codes(problems) -> dict[str, tuple[str, ...]]:
    return {p.code: p.what for p in problems}


def paths(entries) -> list[str]:
    return [e.path for e in entries]


# ---- settings


def test_settings_are_nbgraders_own(root):
    (root / "nbgrader_config.json").write_text('{"CourseDirectory": {"course_id": "two", "groupshared": true}}')
    with (root / "nbgrader_config.py").open("a") as file:
        file.write("c.CourseDirectory.ignore = ['*.tmp']\nc.CourseDirectory.student_id_exclude = 'x,y'\n")
        file.write("c.Autograde.exclude_overwriting = {'ps1': ['helper.py']}\nc.BaseConverter.permissions = 440\n")
    course = folder.load(root)
    assert (course.course_id, course.ignore, course.permissions) == ("two", ("*.tmp",), 0o440)
    assert course.student_id_exclude == {"x", "y"}
    assert course.exclude_overwriting == {"ps1": ("helper.py",)}
    assert course.db_url == f"sqlite:///{root}/gradebook.db"
    assert course.problems == ()
    stock = CourseDirectory(config=course.config)
    for step, student, name in (("submitted", "zoe", "ps1"), ("source", ".", "ps1")):
        assert str(course.folder(step, student, name)) == os.path.normpath(stock.format_path(step, student, name))
    assert folder.load(root, Config({"CourseDirectory": {"course_id": "three"}})).course_id == "three"


def test_permissions_follow_groupshared(root):
    assert folder.load(root).permissions == 0o444
    assert folder.load(root, Config({"CourseDirectory": {"groupshared": True}})).permissions == 0o664


def test_names_of_old_versions_still_count(root):
    (root / "nbgrader_config.py").write_text("c = get_config()\nc.NbGrader.course_id = 'old'\nc.NbGrader.db_url = 'sqlite:///x.db'\n")
    course = folder.load(root)
    assert (course.course_id, course.db_url) == ("old", "sqlite:///x.db")


@pytest.mark.parametrize("text", ["c = (", "1/0", "import sys; sys.exit(3)", "raise KeyError('x')"])
def test_settings_that_fail_are_a_problem_and_no_stop(root, text):
    (root / "nbgrader_config.py").write_text(text)
    (root / "nbgrader_config.json").write_text('{"CourseDirectory": {"course_id": "json"}}')
    course = folder.load(root)
    assert course.course_id == "json"
    assert codes(course.problems) == {"config": ("nbgrader_config.py",)}
    assert course.problems[0].grave


@pytest.mark.parametrize("name", ["", " ", ".", "..", "a/b", "../x", "/etc", "a+b", "a\nb", "a\0b", " x", "x" * 300])
def test_names_that_lead_elsewhere(root, name):
    course = folder.load(root)
    assert folder.assignment(course, name).problems[0].grave
    assert folder.submissions(course, name) == ()


# ---- who is graded


def test_students_are_those_that_nbgrader_takes(root):
    for student in ("zoe", "adam", "张三", "-rf", "a b", "b'c\"d", "*", "[x]", "b", ".hidden", "x" * 128):
        hand_in(root, student, "p.ipynb")
    hand_in(root, "other", "p.ipynb", assignment="ps2")
    course = folder.load(root)
    found = [s.student for s in folder.submissions(course, "ps1")]
    stock = CourseDirectory(config=course.config)
    expected = [Path(p).parent.name for p in sorted(glob.glob(stock.format_path("submitted", "*", "ps1")))]
    assert found == expected
    assert ".hidden" not in found
    assert "other" not in found
    assert [s.student for s in folder.submissions(course, "ps1", ["*"])] == found
    assert [s.student for s in folder.submissions(course, "ps1", ["-rf", "a*"])] == ["-rf", "a b", "adam"]
    assert [s.student for s in folder.submissions(course, "ps1", ["[[]x]"])] == ["[x]"]
    excluded = folder.load(root, Config({"CourseDirectory": {"student_id_exclude": "zoe,张三, adam"}}))
    assert {"zoe", "张三"}.isdisjoint(s.student for s in folder.submissions(excluded, "ps1"))
    assert "adam" in [s.student for s in folder.submissions(excluded, "ps1")]  # " adam" is not adam, in nbgrader too


@pytest.mark.parametrize("structure", ["{student_id}/{nbgrader_step}/{assignment_id}", "{nbgrader_step}/{assignment_id}/hw-{student_id}.d"])
def test_another_structure(root, structure):
    course = folder.load(root, Config({"CourseDirectory": {"directory_structure": structure}}))
    for student in ("zoe", "adam"):
        course.folder("submitted", student, "ps1").mkdir(parents=True)
    assert [s.student for s in folder.submissions(course, "ps1")] == ["adam", "zoe"]
    assert folder.submissions(course, "ps1")[0].path == course.folder("submitted", "adam", "ps1")


def test_a_root_with_the_characters_of_globs(tmp_path):
    root = tmp_path / "a[b]*?"
    (root / "submitted").mkdir(parents=True)
    hand_in(root, "zoe", "p.ipynb", "data/x.csv")
    found = one(root)
    assert paths(found.notebooks) == ["p.ipynb"]
    assert paths(found.files) == ["data/x.csv"]


def test_names_that_cannot_be_a_student(root):
    for name in ("line\nbreak", "x" * 129, os.fsdecode(b"\xff\xfe"), "tab\t"):
        hand_in(root, name, "p.ipynb")
    for found in folder.submissions(folder.load(root), "ps1"):
        assert found.refused
        assert codes(found.problems) == {"student-name": (found.student,)}
        assert "\n" not in found.problems[0].student.zh + found.problems[0].instructor.zh


# ---- which files


def test_files_are_those_that_nbgrader_copies(root):
    names = ["p.ipynb", "q.ipynb", "data/x.csv", "x.pyc", ".x.pyc", "__pycache__/m.py", ".ipynb_checkpoints/p-checkpoint.ipynb"]
    names += [
        "feedback/p.html",
        "sub/feedback/f",
        "sub/n.ipynb",
        ".hidden.ipynb",
        ".git/config",
        "UP.IPYNB",
        "with space",
        "-n",
        "--",
        "新 文件.csv",
    ]
    place = hand_in(root, "zoe", *names, "new\nline.txt", os.fsdecode(b"\xff.bin"), "l" * 250)
    found = one(root)
    course = folder.load(root)
    stock = {os.path.relpath(p, place) for p in utils.find_all_files(str(place), [*course.ignore, "*.ipynb"])}
    # hidden notebooks and .IPYNB among them, for nbgrader's pattern does not match them
    assert set(paths(found.files)) == stock >= {".hidden.ipynb", "UP.IPYNB"}
    assert paths(found.notebooks) == ["p.ipynb", "q.ipynb"]
    assert set(paths(found.nested)) == {".hidden.ipynb", "UP.IPYNB", "sub/n.ipynb"}
    assert found.problems == ()


@pytest.mark.parametrize("pattern", ["*.csv", "data", "x.*", "[ab]*", "*", ".*", "d?ta", "sub/x", "a.txt"])
def test_every_ignore_pattern_means_what_it_means_to_nbgrader(root, pattern):
    place = hand_in(root, "zoe", "data/x.csv", "data/deep/y", "x.txt", "a.txt", ".h/x.csv", "b/x.y", "sub/x", ".dot")
    course = folder.load(root, Config({"CourseDirectory": {"ignore": [pattern]}}))
    found = folder.submission(course, "zoe", place)
    assert set(paths(found.files)) == {os.path.relpath(p, place) for p in utils.find_all_files(str(place), [pattern])}


def test_sizes(root):
    place = hand_in(root, "zoe", "a", "b", "c", "p.ipynb")
    for name, size in (("a", 3001), ("b", 2500), ("c", 2500), ("p.ipynb", 9000)):
        (place / name).write_bytes(bytes(size))
    course = folder.load(root, Config({"CourseDirectory": {"max_file_size": 3, "max_dir_size": 4}}))
    found = folder.submission(course, "zoe", place)
    assert paths(found.files) == ["b"]
    assert paths(found.notebooks) == ["p.ipynb"]
    assert codes(found.problems) == {"file-size": ("a",), "folder-size": ("c",)}


def test_too_many_and_too_deep(root, monkeypatch):
    place = hand_in(root, "zoe", *(f"f{i:03}" for i in range(50)))
    monkeypatch.setattr(folder, "ENTRIES", 30)
    found = one(root)
    assert len(found.files) == 30
    assert "too-many-files" in codes(found.problems)
    shutil.rmtree(place)
    monkeypatch.undo()
    place = hand_in(root, "zoe", "p.ipynb")
    here = os.open(place, os.O_RDONLY)
    for _ in range(300):  # together longer than any path may be
        os.mkdir("d" * 200, dir_fd=here)
        below = os.open("d" * 200, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
    found = one(root)
    assert paths(found.notebooks) == ["p.ipynb"]
    assert "too-deep-folder" in codes(found.problems)
    os.system(f"rm -rf '{place}'")


# ---- what is refused


def everything_refused(root: Path) -> Path:
    place = hand_in(root, "zoe", "p.ipynb", "fine.csv")
    secret = root.parent / "secret.txt"
    (place / "to-file.txt").symlink_to(secret)
    (place / "to-file.ipynb").symlink_to(secret)
    (place / "to-folder").symlink_to(root.parent)
    (place / "dangling").symlink_to("/nowhere/at/all")
    (place / "loop").symlink_to("loop")
    (place / "up").symlink_to(".")
    (place / "timestamp.txt").symlink_to(secret)
    (place / "fd").symlink_to("/proc/self/fd/0")
    os.link(secret, place / "hard.txt")
    os.link(secret, place / "hard.ipynb")
    os.mkfifo(place / "pipe")
    os.mkfifo(place / "pipe.ipynb")
    (place / "folder.ipynb").mkdir()
    with socket.socket(socket.AF_UNIX) as server:
        here = os.getcwd()
        os.chdir(place)
        server.bind("socket")
        os.chdir(here)
    if os.geteuid() == 0:
        with contextlib.suppress(PermissionError):
            os.mknod(place / "zero", stat.S_IFCHR | 0o666, os.makedev(1, 5))
    return place


def test_nothing_but_files_and_folders_is_taken(root):
    place = everything_refused(root)
    found = one(root)
    assert paths(found.notebooks) == ["p.ipynb"]
    assert paths(found.files) == ["fine.csv"]
    assert found.nested == ()
    told = codes(found.problems)
    assert set(told["link"]) == {"to-file.txt", "to-file.ipynb", "to-folder", "dangling", "loop", "up", "timestamp.txt", "fd"}
    assert set(told["hard-link"]) == {"hard.txt", "hard.ipynb"}
    assert set(told["special"]) >= {"pipe", "pipe.ipynb", "folder.ipynb", "socket"}
    assert ("zero" in told["special"]) == (place / "zero").exists()
    assert found.timestamp is None
    assert not found.refused
    out = root / "out"
    course = folder.load(root)
    copies, _ = folder.graded_files(course, folder.assignment(course, "ps1"), found)
    assert folder.copy(copies, out) == ()
    assert [p.name for p in out.rglob("*")] == ["fine.csv"]


def test_folders_that_are_links(root):
    hand_in(root, "zoe", "p.ipynb")
    submitted = root / "submitted"
    (submitted / "thief").symlink_to("zoe")
    (submitted / "lost").symlink_to("/nowhere")
    (submitted / "half").mkdir()
    (submitted / "half" / "ps1").symlink_to(submitted / "zoe" / "ps1")
    (submitted / "file").mkdir()
    (submitted / "file" / "ps1").write_text("x")
    found = {s.student: s for s in folder.submissions(folder.load(root), "ps1")}
    assert {n: s.refused for n, s in found.items()} == {"zoe": False, "thief": True, "lost": True, "half": True, "file": True}
    assert all(codes(found[n].problems) == {"folder-link": (n,)} for n in ("thief", "lost", "half"))
    assert list(codes(found["file"].problems)) == ["folder-special"]
    assert all(s.notebooks == () for n, s in found.items() if n != "zoe")


@pytest.mark.parametrize("swap", ["link", "pipe", "other", "hard", "gone", "parent"])
def test_a_file_that_is_swapped_after_the_look(root, swap):
    place = hand_in(root, "zoe", "d/x.txt")
    found = one(root)
    victim = place / "d" / "x.txt"
    secret = root.parent / "secret.txt"
    if swap == "parent":
        (place / "d").rename(place / "moved")
        (place / "d").symlink_to("moved")
    else:
        victim.rename(place / "d" / "kept")
        if swap == "link":
            victim.symlink_to(secret)
        elif swap == "pipe":
            os.mkfifo(victim)
        elif swap == "other":
            victim.write_bytes(SECRET)
        elif swap == "hard":
            os.link(secret, victim)
    assert folder.read(found.path, found.files[0]).code == "changed-meanwhile"
    out = root / "out"
    told = folder.copy([folder.Copy(found.path, found.files[0], trusted=False)], out)
    assert [p.code for p in told] == ["changed-meanwhile"]
    assert not [p for p in out.rglob("*") if p.is_file() and p.read_bytes()]


def test_a_file_that_grows_is_read_as_it_was(root):
    place = hand_in(root, "zoe", "x.txt")
    found = one(root)
    (place / "x.txt").write_bytes(b"x.txt and more")
    assert folder.read(found.path, found.files[0]) == b"x.txt"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read anything")
def test_what_may_not_be_read_is_told(root):
    place = hand_in(root, "zoe", "x.txt", "d/y")
    (place / "d").chmod(0)
    found = one(root)
    assert codes(found.problems) == {"access": ("d",)}
    (place / "d").chmod(0o755)


# ---- time


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-20 12:00:00 UTC",
        "2026-03-20 12:00:00.123456 Asia/Shanghai",
        "2026-03-20 12:00:00 +0800",
        "2026-03-20 12:00:00 3600",
        "2026-03-20T12:00:00+08:00",
        "2026-03-20T12:00:00Z",
        "20260320T213000+0800",
        "March 20, 2026 9pm",
        "2026-03-20 12:00:00 Nowhere/Land",
        "  2026-03-20 12:00  \n",
        "Fri Mar 20 12:00:00 2026",
    ],
)
def test_timestamps_mean_what_they_mean_to_nbgrader(root, text):
    place = hand_in(root, "zoe", "p.ipynb")
    (place / "timestamp.txt").write_text(text)
    found = one(root)
    assert found.timestamp == CourseDirectory(root=str(root)).get_existing_timestamp(str(place))
    assert found.problems == ()
    assert found.timestamp.tzinfo is None
    assert "timestamp.txt" in paths(found.files)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "timestamp-empty"),
        (b" \n", "timestamp-empty"),
        (b"yesterday", "timestamp"),
        (b"2026-13-45", "timestamp"),
        (b"\xff\xfe\x00", "timestamp"),
        (b"9" * 200, "timestamp"),
        (b"1" * 50_000, "timestamp"),
        (b"0001-01-01T00:00:00+10:00", "timestamp"),
        ("明天\n中午".encode(), "timestamp"),
    ],
)
def test_timestamps_that_are_none(root, data, code):
    place = hand_in(root, "zoe", "p.ipynb")
    (place / "timestamp.txt").write_bytes(data)
    found = one(root)
    assert found.timestamp is None
    assert list(codes(found.problems)) == [code]
    assert not found.refused


def test_a_byte_order_mark_is_no_reason_to_lose_the_time():
    assert folder.timestamp(b"\xef\xbb\xbf2026-03-20 12:00:00 UTC") == (datetime(2026, 3, 20, 12), [])


@given(st.binary(max_size=60))
def test_no_timestamp_raises(data):
    when, problems = folder.timestamp(data)
    assert (when is None) == bool(problems)


# ---- copying


def test_the_assignments_files_win(root):
    source = root / "source" / "ps1"
    for name in ("data.csv", "helper.py", "lib/a.py", "p.ipynb", "block"):
        (source / name).parent.mkdir(exist_ok=True)
        (source / name).write_text("ours")
    (source / "linked.csv").symlink_to(root.parent / "secret.txt")  # an instructor may
    place = hand_in(root, "zoe", "data.csv", "helper.py", "own.csv", "lib/b.py", "block/x", "timestamp.txt")
    (place / "own.csv").chmod(0o755)
    (place / "linked.csv").mkdir()
    (place / "linked.csv" / "y").write_text("theirs")
    course = folder.load(root, Config({"Autograde": {"exclude_overwriting": {"ps1": ["helper.py"]}}}))
    own, found = folder.assignment(course, "ps1"), folder.submission(folder.load(root), "zoe", place)
    copies, told = folder.graded_files(course, own, found)
    assert codes(told) == {"in-the-way": ("block/x", "linked.csv/y")}
    out = course.folder("autograded", "zoe", "ps1")
    assert folder.copy(copies, out) == ()
    assert folder.copy(copies, out) == ()
    held = {str(p.relative_to(out)): p.read_text() for p in out.rglob("*") if p.is_file()}
    assert held == {
        "data.csv": "ours", "helper.py": "helper.py", "lib/a.py": "ours", "lib/b.py": "lib/b.py", "block": "ours",
        "own.csv": "own.csv", "linked.csv": SECRET.decode(), "timestamp.txt": "timestamp.txt",
    }  # fmt: skip
    assert (out / "own.csv").stat().st_mode & 0o777 == 0o755
    folder.set_permissions(course, out)
    assert {p.stat().st_mode & 0o777 for p in out.rglob("*") if p.is_file()} == {0o444}


def test_groupshared_folders(root):
    course = folder.load(root, Config({"CourseDirectory": {"groupshared": True}}))
    out = course.folder("autograded", "zoe", "ps1")
    (out / "d").mkdir(parents=True)
    (out / "d" / "x").write_text("x")
    folder.set_permissions(course, out)
    assert (out / "d" / "x").stat().st_mode & 0o777 == 0o664
    assert all(p.stat().st_mode & 0o2770 == 0o2770 for p in (out, out / "d"))


def test_a_link_in_the_graded_folder_is_replaced_and_not_written_through(root):
    hand_in(root, "zoe", "x.txt")
    found, out = one(root), root / "out"
    out.mkdir()
    (out / "x.txt").symlink_to(root.parent / "secret.txt")
    folder.copy([folder.Copy(found.path, found.files[0], trusted=False)], out)
    assert (root.parent / "secret.txt").read_bytes() == SECRET
    assert (out / "x.txt").read_text() == "x.txt"


def test_what_is_due(root):
    place = hand_in(root, "zoe", "p.ipynb", "timestamp.txt")
    (place / "timestamp.txt").write_text("2026-03-20 12:00:00 UTC")
    course = folder.load(root)
    own, found = folder.assignment(course, "ps1"), one(root)
    assert folder.due(course, own, found)
    graded = course.folder("autograded", "zoe", "ps1")
    graded.mkdir(parents=True)
    assert not folder.due(course, own, found)
    assert folder.due(course, own, found, force=True)
    for text, due in (("2026-03-20 11:00:00 UTC", True), ("2026-03-20 12:00:00 UTC", False), ("nonsense", False)):
        (graded / "timestamp.txt").write_text(text)
        assert folder.due(course, own, found) == due
    single = folder.load(root, Config({"CourseDirectory": {"notebook_id": "p"}}))
    assert folder.due(single, own, folder.submission(single, "zoe", place))


def test_candidates_come_likeliest_first(root):
    hand_in(root, "zoe", "b.ipynb", "a (1).ipynb", "sub/a.ipynb", "a.ipynb.txt", "a.json", "notes.docx", "data/x.csv", "timestamp.txt")
    assert paths(folder.candidates(one(root), ["a", "b"])) == ["a (1).ipynb", "sub/a.ipynb", "a.ipynb.txt", "a.json", "notes.docx"]


def test_the_assignments_own_side(tmp_path):
    root = small.course(tmp_path / "course")
    own = folder.assignment(folder.load(root), small.NAME)
    assert set(own.source_notebooks) == set(own.release_notebooks) == {"a", "b"}
    assert paths(own.files) == ["data/table.csv"]
