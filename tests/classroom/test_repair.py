"""Damaged submissions: what is read, what is put back, and that the original is kept."""

import json

import nbformat
import pytest

from service_marketing.classroom import assignments, repair

NAME = "03-satisfaction"


@pytest.fixture
def released(tmp_path):
    """A notebook with the assignment's cells; for repairing it does not matter that solutions are still in it."""
    return assignments.build_source(NAME, tmp_path / "release")


@pytest.fixture
def hand_in(tmp_path, released):
    """Writes a submission and repairs it; returns its folder and the notes."""

    def write(data, filename=f"{NAME}.ipynb"):
        folder = tmp_path / "submitted" / NAME
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "timestamp.txt").write_text("2026-03-20 12:00:00")
        (folder / filename).write_bytes(data)
        return folder, repair.repair(folder, NAME, released, tmp_path / "originals")

    return write


def ids(folder):
    notebook = nbformat.read(folder / f"{NAME}.ipynb", as_version=4)
    return [cell.metadata.nbgrader.grade_id for cell in notebook.cells if "nbgrader" in cell.metadata]


def test_a_sound_submission_is_left_alone(hand_in, released, tmp_path):
    folder, notes = hand_in(released.read_bytes())
    assert notes == []
    assert (folder / f"{NAME}.ipynb").read_bytes() == released.read_bytes()
    assert not (tmp_path / "originals").exists()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "空的"),
        (b"  \n", "空的"),
        (b'{"cells": [', "断了"),
        (b'{"cells": [}]}', "文本编辑器"),
        (b"\xff\xfe\x00\x80\xff", "不是文本"),
        (b"[1, 2]", "不是notebook"),
        (b'{"cells": 5, "nbformat": 4, "nbformat_minor": 5, "metadata": {}}', "不是notebook"),
        (b"[" * 100_000, "不是有效的notebook"),
    ],
)
def test_what_cannot_be_read_is_replaced_explained_and_kept(hand_in, released, tmp_path, data, said):
    folder, notes = hand_in(data)
    assert [note.kind for note in notes] == ["unreadable"]
    assert said in notes[0].text
    assert (tmp_path / "originals" / f"{NAME}.ipynb").read_bytes() == data
    stand_in = nbformat.read(folder / f"{NAME}.ipynb", as_version=4)
    assert notes[0].text in stand_in.cells[0].source
    assert len(stand_in.cells) == len(nbformat.read(released, as_version=4).cells) + 1


@pytest.mark.parametrize(
    "encode", [lambda text: b"\xef\xbb\xbf" + text.encode(), lambda text: text.replace("✗", "x").replace("○", "o").encode("gb18030")]
)
def test_other_encodings_are_read(hand_in, released, encode):
    text = json.dumps(json.loads(released.read_text(encoding="utf-8")), ensure_ascii=False)
    folder, notes = hand_in(encode(text))
    assert [note.kind for note in notes] in ([], ["edited"])
    assert ids(folder) == ids(released.parent)


def test_an_old_format_is_read(hand_in, released):
    notebook = nbformat.read(released, as_version=4)
    folder, _ = hand_in(nbformat.writes(nbformat.convert(notebook, 3), version=3).encode())
    assert ids(folder) == ids(released.parent)


def test_another_name_is_found(hand_in, released):
    folder, notes = hand_in(released.read_bytes(), "作业 (2).ipynb")
    assert [note.kind for note in notes] == ["renamed"]
    assert sorted(p.name for p in folder.iterdir()) == [f"{NAME}.ipynb", "timestamp.txt"]


def test_a_notebook_of_another_assignment_is_not_taken(hand_in):
    other = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1")])
    _, notes = hand_in(nbformat.writes(other).encode(), "other.ipynb")
    assert "没有这次作业的题目" in notes[0].text


@pytest.mark.parametrize(
    "gone", [{"setup"}, {"t3", "t3-score"}, {"t1", "t1-count", "t1-filter", "t1-mean", "t2-a"}, {"essay-question", "essay"}]
)
def test_deleted_cells_come_back_in_their_places(hand_in, released, gone):
    notebook = nbformat.read(released, as_version=4)
    notebook.cells = [c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") not in gone]
    folder, notes = hand_in(nbformat.writes(notebook).encode())
    assert [note.kind for note in notes] == ["restored"]
    assert ids(folder) == ids(released.parent)


def test_changed_points_flags_and_types_are_put_right(hand_in, released):
    notebook = nbformat.read(released, as_version=4)
    cells = {c.metadata.nbgrader.grade_id: c for c in notebook.cells if "nbgrader" in c.metadata}
    cells["t3-score"].metadata.nbgrader.update(points=100, grade=False, locked=False)
    cells["t4"].metadata.nbgrader.update(grade=True, points=50)
    cells["t4-equal"].cell_type = "markdown"
    for key in ("outputs", "execution_count"):
        del cells["t4-equal"][key]
    folder, _ = hand_in(nbformat.writes(notebook).encode())
    repaired = nbformat.read(folder / f"{NAME}.ipynb", as_version=4)
    want = {
        c.metadata.nbgrader.grade_id: (c.cell_type, dict(c.metadata.nbgrader))
        for c in nbformat.read(released, 4).cells
        if "nbgrader" in c.metadata
    }
    assert {
        c.metadata.nbgrader.grade_id: (c.cell_type, dict(c.metadata.nbgrader)) for c in repaired.cells if "nbgrader" in c.metadata
    } == want


def test_a_copied_test_cell_counts_once(hand_in, released):
    notebook = nbformat.read(released, as_version=4)
    at = next(i for i, c in enumerate(notebook.cells) if c.metadata.get("nbgrader", {}).get("grade_id") == "t3-score")
    copy = nbformat.from_dict(json.loads(json.dumps(notebook.cells[at])))
    copy["id"] = "copied"
    notebook.cells.insert(at, copy)
    folder, _ = hand_in(nbformat.writes(notebook).encode())
    assert ids(folder) == ids(released.parent)


def test_repairing_twice_is_repairing_once(hand_in, released, tmp_path):
    folder, notes = hand_in(b"", "x.ipynb")
    before = (folder / f"{NAME}.ipynb").read_bytes()
    assert repair.repair(folder, NAME, released, tmp_path / "originals") == notes
    assert (folder / f"{NAME}.ipynb").read_bytes() == before
    assert sorted(p.name for p in (tmp_path / "originals").iterdir()) == ["timestamp.txt", "x.ipynb"]
