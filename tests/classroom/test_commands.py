"""The command line: what it makes, and what it says to a wrong name or path."""

import sys
import zipfile

import nbformat
import pytest
from typer.testing import CliRunner

from service_marketing.classroom import assignments, course, marks, submissions
from service_marketing.cli import app
from service_marketing.grading import folder
from service_marketing.grading.box import outside

NAME = "03-satisfaction"
runner = CliRunner()


def said(result):
    return result.output.replace("\n", "")


def test_assign_makes_a_release_outside_the_sources(tmp_path):
    result = runner.invoke(app, ["assign", NAME, "--to", str(tmp_path / "work")])
    assert result.exit_code == 0, result.output
    assert (tmp_path / "work" / "release" / NAME / f"{NAME}.ipynb").is_file()
    assert sorted(p.name for p in assignments.source_file(NAME).parent.iterdir() if p.name != "__pycache__") == [
        "assignment.en.md",
        "assignment.md",
        "variants.py",
    ]


def test_a_course_folder_may_be_moved(tmp_path):
    course.make(tmp_path / "work", [NAME])
    (tmp_path / "work").rename(tmp_path / "elsewhere")
    loaded = folder.load(tmp_path / "elsewhere")
    assert loaded.problems == ()
    assert loaded.root == tmp_path / "elsewhere"
    assert loaded.config.Exchange.root == str(tmp_path / "elsewhere" / "exchange")


def test_the_demonstration_says_where_it_runs(tmp_path, monkeypatch):
    for system, name in (("darwin", "macOS"), ("win32", "Windows")):
        monkeypatch.setattr(sys, "platform", system)
        result = runner.invoke(app, ["grade-demo", "--to", str(tmp_path / "work")])
        assert result.exit_code == 1
        assert f"this is {name}" in said(result)
        assert "WSL 2" in said(result)
        assert "Containerfile" in said(result)
        assert not (tmp_path / "work").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="grading needs Linux")
def test_a_stopped_demonstration_says_how_to_go_on(tmp_path, monkeypatch):
    from service_marketing.classroom import demo

    def stopped(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(demo, "run", stopped)
    result = runner.invoke(app, ["grade-demo", "--to", str(tmp_path)])
    assert result.exit_code == 130
    assert "run the same command again to go on" in said(result)


def test_an_unknown_assignment_says_which_exist(tmp_path):
    result = runner.invoke(app, ["assign", "99-nothing", "--to", str(tmp_path / "work")])
    assert result.exit_code == 1
    assert "99-nothing" in said(result)
    assert NAME in said(result)
    assert "these exist" in said(result)
    assert not (tmp_path / "work").exists()


def test_a_folder_with_other_things_is_not_touched(tmp_path):
    (tmp_path / "论文.docx").write_text("x")
    for command in (["assign", NAME], ["grade-demo"]):
        result = runner.invoke(app, [*command, "--to", str(tmp_path)])
        assert result.exit_code == 1
        assert "论文.docx" in said(result)
        assert [p.name for p in tmp_path.iterdir()] == ["论文.docx"]


def test_a_wrong_exercises_folder_says_where_it_looked(tmp_path, monkeypatch):
    monkeypatch.setattr(assignments, "__file__", str(tmp_path / "a" / "b" / "c" / "d" / "e.py"))
    result = runner.invoke(app, ["assign", NAME, "--exercises", str(tmp_path)])
    assert result.exit_code == 1
    assert str(tmp_path) in said(result)
    assert "no exercises folder" in said(result)


SHORT = "00-tools"


@pytest.fixture(scope="module")
def semester(tmp_path_factory):
    """A course folder with a short assignment, a class list, and what a platform hands out: two notebooks and a stranger's."""
    place = tmp_path_factory.mktemp("semester")
    root = course.make(place / "course", [SHORT])
    released = nbformat.read(course.assign(root, SHORT), 4)
    source = nbformat.read(root / "source" / SHORT / f"{SHORT}.ipynb", 4)
    (place / "名单.csv").write_text("学号,姓名\n0101,王雨桐\n0102,李浩然\n0103,张梓萱\n", encoding="gb18030")
    with zipfile.ZipFile(place / "交来的.zip", "w") as archive:
        for number, name, notebook in (
            ("0101", "王雨桐", submissions.fill(released, source)),
            ("0102", "李浩然", released),
            ("0999", "谁", released),
        ):
            archive.writestr(f"{number}_{name}/{SHORT}.ipynb", nbformat.writes(notebook))
    return place, root


def collected(place, root, *more):
    return runner.invoke(
        app, ["collect", SHORT, str(place / "交来的.zip"), "--students", str(place / "名单.csv"), "--folder", str(root), *more]
    )


def test_nothing_is_collected_before_it_was_shown(semester, tmp_path):
    place, root = semester
    result = collected(place, root, "--table", str(tmp_path / "table.csv"))
    assert result.exit_code == 0, said(result)
    assert "什么也没有写" in said(result)
    assert not list(root.glob("submitted/*"))
    assert "0999_谁" in (tmp_path / "table.csv").read_text(encoding="utf-8-sig")


@pytest.mark.skipif(sys.platform != "linux", reason="grading needs Linux")
def test_a_semester_from_the_command_line(semester, tmp_path):
    place, root = semester
    result = collected(place, root, "--yes")
    assert result.exit_code == 0, said(result)
    assert sorted(path.name for path in root.glob("submitted/*")) == ["0101", "0102"]
    sandbox = [] if outside.available() else ["--unsafe-no-sandbox"]
    result = runner.invoke(app, ["autograde", SHORT, "--folder", str(root), *sandbox])
    assert result.exit_code == 0, said(result)
    changes = marks.history(root, "0101", SHORT)
    assert {one.why for one in changes if one.what == "auto"} == {"autograde"}, "the grader's marks are in the log"
    assert sum(float(one.new) for one in changes if one.what == "auto") == 80
    result = runner.invoke(app, ["status", "--folder", str(root)])
    assert SHORT in said(result)
    result = runner.invoke(app, ["marks", "--student", "0102", "--folder", str(root)])
    assert "0102" in said(result)
    assert "0101" not in said(result)
    target = tmp_path / "成绩.xlsx"
    result = runner.invoke(app, ["export", "--platform", "plain", "--to", str(target), "--folder", str(root)])
    assert result.exit_code == 0, said(result)
    assert target.is_file()
    assert "张梓萱" in said(result), "nothing came"
    result = runner.invoke(app, ["class-report", "--to", str(tmp_path / "pages"), "--students", "--folder", str(root)])
    assert result.exit_code == 0, said(result)
    assert "王雨桐" not in (tmp_path / "pages" / "class.html").read_text(encoding="utf-8")
    assert (tmp_path / "pages" / "students" / "0101.html").is_file()


def test_what_is_wrong_is_said_in_a_sentence(semester, tmp_path):
    place, root = semester
    for arguments, what in (
        (["collect", SHORT, str(place / "没有.zip"), "--students", str(place / "名单.csv"), "--folder", str(root)], "没有.zip"),
        (["collect", SHORT, str(place / "交来的.zip"), "--students", str(place / "没有.csv"), "--folder", str(root)], "没有.csv"),
        (["status", "--folder", str(tmp_path)], "nbgrader_config.py"),
        (["export", "--platform", "学习猫", "--folder", str(root)], "学习猫"),
        (["export", "--platform", "plain", "--points", "--percent", "--folder", str(root)], "只能选一个"),
        (["export", "--platform", "chaoxing", "--column", "第7列", "--folder", str(root)], "第7列"),
    ):
        result = runner.invoke(app, arguments)
        assert result.exit_code == 1, (arguments, said(result))
        assert what in said(result)
        assert "Traceback" not in said(result)
