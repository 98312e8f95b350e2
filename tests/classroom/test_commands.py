"""The command line: what it makes, and what it says to a wrong name or path."""

from typer.testing import CliRunner

from service_marketing.classroom import assignments
from service_marketing.classroom.commands import app

NAME = "03-satisfaction"
runner = CliRunner()


def said(result):
    return result.output.replace("\n", "")


def test_assign_makes_a_release_outside_the_sources(tmp_path):
    result = runner.invoke(app, ["assign", NAME, "--to", str(tmp_path / "work")])
    assert result.exit_code == 0, result.output
    assert (tmp_path / "work" / "release" / NAME / f"{NAME}.ipynb").is_file()
    assert sorted(p.name for p in assignments.source_file(NAME).parent.iterdir() if p.name != "__pycache__") == [
        "assignment.md",
        "variants.py",
    ]


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
