"""Notebooks in every state: read as far as they can be, restored, and passed through nbgrader's own preprocessors."""

import copy
import io
import json
import random
import re
import zipfile
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

from grading import stock_course as small
from service_marketing.grading import folder, gradebook, mangled, problems


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """The small course, its gradebook and what its notebooks should be."""
    root = small.course(tmp_path_factory.mktemp("mangled") / "course")
    loaded = folder.load(root)
    book = gradebook.read(loaded.db_url, loaded.course_id, small.NAME)
    references = {n.name: mangled.reference(n, small.released(root, n.name), loaded.config) for n in book.assignment.notebooks}
    yield World(root, loaded, book, references)
    book.close()


class World:
    def __init__(self, root, loaded, book, references):
        self.root, self.loaded, self.book, self.references = root, loaded, book, references

    @property
    def a(self) -> mangled.Reference:
        return self.references["a"]

    def filled(self, outcomes: dict | None = None, **answers: str) -> NotebookNode:
        return small.answered(self.root, "a", outcomes, **answers)

    def data(self, **answers: str) -> bytes:
        return nbformat.writes(self.filled(**answers)).encode()

    def sanitised(self, notebook: NotebookNode, **settings) -> NotebookNode:
        """What nbgrader's own preprocessors make of it; they raise for what they cannot take."""
        config = copy.deepcopy(self.loaded.config)
        config.OverwriteCells.update(settings)
        about = {"student": "zoe", "assignment": small.NAME, "notebook": "a", "db_url": self.loaded.db_url}
        with gradebook.standing_in(self.book):
            return nbformat.reads(small.convert(notebook, small.SANITISE, config, about, self.root), as_version=4)

    def restored(self, notebook: NotebookNode, **settings) -> tuple[NotebookNode, dict[str, problems.Problem]]:
        back, found = mangled.restore(notebook, self.a, **settings)
        assert all(text for p in found for text in (p.student.zh, p.student.en, p.instructor.zh, p.instructor.en))
        return self.sanitised(back), {p.code: p for p in found}


def ids(notebook: NotebookNode) -> list[str]:
    return [c.metadata.nbgrader.grade_id for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id")]


ALL = ["setup", "q1", "q1-test", "q1-part", "essay", "figure"]


def codes(reading: mangled.Reading) -> list[str]:
    return [p.code for p in reading.problems]


# ---- intact


@pytest.mark.parametrize("answers", [{}, {"q1": "x = 1", "essay": "很好"}, {"q1": "", "essay": ""}])
def test_an_intact_submission_is_what_stock_makes_of_it(world, answers):
    data = world.data(**answers)
    reading = mangled.read(data)
    assert reading.problems == ()
    assert reading.notebook == nbformat.reads(data.decode(), as_version=4)
    back, found = mangled.restore(reading.notebook, world.a, stock_adds=True)
    assert back is reading.notebook
    assert found == ()
    about = {"student": "zoe", "assignment": small.NAME, "notebook": "a", "db_url": world.loaded.db_url}
    stock = small.convert(nbformat.reads(data.decode(), as_version=4), small.SANITISE, world.loaded.config, about, world.root)
    with gradebook.standing_in(world.book):
        ours = small.convert(back, small.SANITISE, world.loaded.config, about, world.root)
    assert ours.encode() == stock.encode()


def test_the_real_assignment_is_intact_after_honest_work(tmp_path):
    """With extra cells, outputs, attachments, JupyterLab's metadata, and a kernel of another name."""
    from service_marketing.classroom import course

    small.tool_path()
    name = "03-satisfaction"
    root = course.make(tmp_path / "course", [name])
    course.assign(root, name)
    loaded = folder.load(root)
    with gradebook.read(loaded.db_url, loaded.course_id, name) as book:
        release = nbformat.read(root / "release" / name / f"{name}.ipynb", as_version=4)
        notebook = copy.deepcopy(release)
        for cell in notebook.cells:
            cell.metadata.update(collapsed=False, ExecuteTime={"end_time": "now"}, jupyter={"outputs_hidden": True})
            if cell.metadata.get("nbgrader", {}).get("solution"):
                cell.source += "\n# 我的答案"
        notebook.cells.insert(3, nbformat.v4.new_code_cell("import this", outputs=[nbformat.v4.new_output("stream", text="x\n" * 50)]))
        notebook.metadata["kernelspec"] = {"name": "other", "display_name": "别的"}
        notebook.metadata["widgets"] = {"application/vnd.jupyter.widget-state+json": {"state": {}}}
        data = nbformat.writes(notebook).encode()
        reading = mangled.read(data)
        wanted = mangled.reference(book.find_notebook(name, name), release, loaded.config)
        back, found = mangled.restore(reading.notebook, wanted)
        assert (reading.problems, found) == ((), ())
        about = {"student": "zoe", "assignment": name, "notebook": name, "db_url": loaded.db_url}
        stock = small.convert(nbformat.reads(data.decode(), as_version=4), small.SANITISE, loaded.config, about, root)
        with gradebook.standing_in(book):
            assert small.convert(back, small.SANITISE, loaded.config, about, root) == stock
        book.close()


def test_without_the_release_the_shown_text_is_the_gradebooks_without_hidden_tests(world):
    blind = mangled.reference(world.book.find_notebook("a", small.NAME), None, world.loaded.config)
    assert {c.name: c.shown for c in blind.cells} == {c.name: c.shown for c in world.a.cells}
    assert "HIDDEN" in blind.by_name["q1-test"].source
    assert "HIDDEN" not in blind.by_name["q1-test"].shown
    back, found = mangled.restore(world.filled(), blind)
    assert found == ()
    notebook = world.filled()
    for cell in notebook.cells:
        cell.metadata.pop("nbgrader", None)
    back, found = mangled.restore(notebook, blind)
    assert ids(back) == ALL
    assert "recovered" in [p.code for p in found]


# ---- encodings and broken JSON


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("utf-8-sig", "UTF-8"),
        ("utf-16", "UTF-16"),
        ("utf-16-be", "UTF-16"),
        ("utf-16-le", "UTF-16"),
        ("utf-32", "UTF-32"),
        ("gb18030", "GBK"),
    ],
)
def test_encodings(world, encoding, said):
    text = world.data(essay="顾客满意，期望与表现之差。" * 5).decode()
    reading = mangled.read(text.encode(encoding), "交的.ipynb")
    assert reading.notebook == nbformat.reads(text, as_version=4)
    assert codes(reading) == ["encoding"]
    assert said in reading.problems[0].student.zh


def test_broken_bytes_in_utf8(world):
    data = world.data(essay="顾客满意" * 100).replace("顾客满意".encode(), "顾客满".encode() + b"\xe6\x84", 1)
    reading = mangled.read(data)
    assert codes(reading) == ["bad-bytes"]
    assert "顾客满意" in small.cell_of(reading.notebook, "essay").source


def test_half_a_surrogate_pair(world):
    data = world.data().replace(b"# Problem set", rb"# \ud83d Problem \ud83d\ude00")
    reading = mangled.read(data)
    assert codes(reading) == ["bad-bytes"]
    assert reading.notebook.cells[0].source == "# \ufffd Problem 😀"
    nbformat.writes(reading.notebook).encode()


def test_cut_anywhere(world):
    """At each of 200 places: never an exception, and the more the later it is cut."""
    data = world.data(essay="顾客满意" * 30)
    kept = []
    for end in range(1, len(data) - 2, max(1, len(data) // 200)):
        reading = mangled.read(data[:end])
        assert reading.problems, end
        if reading.notebook is not None:
            assert codes(reading)[0] == "cut-short"
            back, _ = mangled.restore(reading.notebook, world.a)
            assert sorted({*ids(world.sanitised(back)), "q1"}) == sorted(ALL)
        kept.append(len(reading.notebook.cells) if reading.notebook is not None else 0)
    assert kept == sorted(kept)
    assert kept[-1] == len(world.filled().cells)


@pytest.mark.parametrize(
    "harm",
    [
        lambda t: t.replace('"cell_type": "markdown",', '"cell_type": "markdown"', 1),
        lambda t: t + "\n<<<<<<< HEAD\n",
        lambda t: "<<<<<<< HEAD\n" + t,
        lambda t: t.replace(' "metadata": {\n  "kernelspec"', ' "metadata": {{\n  "kernelspec"'),
        lambda t: t.replace("\\n", "\n", 3),
        lambda t: "```json\n" + t + "\n```",
        lambda t: t.replace("],", "],,", 2),
    ],
)
def test_json_broken_by_hand(world, harm):
    reading = mangled.read(harm(world.data().decode()).encode())
    assert codes(reading)[0] in ("broken-json", "cut-short")
    assert len(reading.notebook.cells) >= 7
    back, _ = mangled.restore(reading.notebook, world.a)
    assert set(ids(world.sanitised(back))) >= set(ALL) - {"q1"}


# ---- no notebook


def zipped(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "/"), data)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "code", "said"),
    [
        (b"", "empty", "空"),
        (b" \n\0\0", "empty", "空"),
        (zipped(word__document=b"<w/>"), "not-a-notebook", "Word"),
        (zipped(a=b"1"), "not-a-notebook", "ZIP"),
        (b"PK\x03\x04" + b"broken" * 9, "not-a-notebook", "ZIP"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "not-a-notebook", "Word"),
        (b"%PDF-1.7 ...", "not-a-notebook", "PDF"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "not-a-notebook", "PNG"),
        (b"\xff\xd8\xff\xe0" + bytes(50), "not-a-notebook", "JPEG"),
        (b"<!DOCTYPE html><html><body>login</body></html>", "not-a-notebook", "网页"),
        (b"import pandas as pd\nprint(1)\n", "not-a-notebook", "Python"),
        ("这是我的作业".encode(), "not-a-notebook", "文本"),
        (b"{}", "not-a-notebook", "JSON"),
        (b"[1, 2]", "not-a-notebook", "JSON"),
        (b"null", "not-a-notebook", "JSON"),
        (b'{"cells": 3}', "not-a-notebook", "JSON"),
        (b"{" * 100_000, "no-cells", "坏"),
        (b"[" * 3_000_000, "no-cells", "坏"),
        (b'{"cells": [' + b'{"metadata": ' * 50_000, "no-cells", "坏"),
        (bytes(random.Random(1).randbytes(5000)), "not-a-notebook", "文本"),
    ],
)
def test_what_is_no_notebook(data, code, said):
    reading = mangled.read(data, "x.ipynb")
    assert reading.notebook is None
    assert codes(reading)[-1] == code
    assert reading.problems[-1].grave
    assert said in reading.problems[-1].student.zh
    assert reading.problems[-1].instructor.en


def test_a_notebook_in_an_archive_is_read(world):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("作业/作业3.ipynb", world.data())
        archive.writestr("__MACOSX/._作业3.ipynb", b"x")
    reading = mangled.read(buffer.getvalue())
    assert codes(reading) == ["zipped"]
    assert ids(reading.notebook) == ALL


def test_a_bomb_in_an_archive_is_not_unpacked():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.ipynb", b"0" * 60_000_000)
    assert mangled.read(buffer.getvalue()).notebook is None
    assert codes(mangled.read(b"x" * 11, limits=mangled.Limits(size=10))) == ["file-too-big"]


# ---- formats and structure


def test_old_formats(world):
    notebook = world.filled()
    for version in (3, 2):
        old = nbformat.convert(copy.deepcopy(notebook), 3)
        if version == 2:
            old = nbformat.v3.convert.downgrade(old)
        reading = mangled.read(json.dumps(old).encode())
        assert codes(reading)[0] == "old-format"
        assert [c.source for c in reading.notebook.cells if c.cell_type == "code"] == [
            c.source for c in notebook.cells if c.cell_type == "code"
        ]
        back, _ = mangled.restore(reading.notebook, world.a)
        assert set(ids(world.sanitised(back))) == set(ALL)
    for change in (
        {"nbformat": 5},
        {"nbformat": "4"},
        {"nbformat": None},
        {"nbformat_minor": None},
        {"nbformat_minor": -1},
        {"nbformat": 3},
    ):
        reading = mangled.read(json.dumps({**notebook, **change}).encode())
        assert codes(reading) == ["odd-format"]
        assert ids(reading.notebook) == ALL
    reading = mangled.read(json.dumps(notebook.cells).encode())
    assert ids(reading.notebook) == ALL


def test_minor_versions_are_intact(world):
    for minor in (0, 4, 5):
        notebook = world.filled()
        notebook.nbformat_minor = minor
        if minor < 5:
            for cell in notebook.cells:
                cell.pop("id")
        reading = mangled.read(json.dumps(notebook).encode())
        assert codes(reading) == []
        assert ids(world.sanitised(mangled.restore(reading.notebook, world.a)[0])) == ALL


@pytest.mark.parametrize(
    ("harm", "code"),
    [
        (lambda n: n["cells"].append(7), "lost-cells"),
        (lambda n: n["cells"][0].update(cell_type="heading"), "odd-cells"),
        (lambda n: n["cells"][0].update(cell_type="chart"), "odd-cells"),
        (lambda n: n["cells"][0].update(cell_type=["x"]), "odd-cells"),
        (lambda n: n["cells"][1].update(source=None), "mended"),
        (lambda n: n["cells"][1].update(source=["a", 3]), "mended"),
        (lambda n: n["cells"][1].update(metadata=None), "mended"),
        (lambda n: n["cells"][1].pop("outputs"), "mended"),
        (lambda n: n["cells"][1].update(outputs=[{"output_type": "nonsense"}]), "mended"),
        (lambda n: n["cells"][1].update(outputs=[{"output_type": "stream", "text": 3}]), "mended"),
        (lambda n: n["cells"][1].update(outputs="x"), "mended"),
        (lambda n: n["cells"][1].update(id="no id at all!"), "mended"),
        (lambda n: n["cells"][1].update(id=7), "mended"),
        (lambda n: n["cells"][1]["metadata"].update(collapsed="yes"), "mended"),
        (lambda n: n["cells"][0].update(outputs=[]), "mended"),
        (lambda n: n.update(metadata=[]), "mended"),
        (lambda n: n["metadata"].update(kernelspec="python3"), "mended"),
        (lambda n: n["cells"][0].update(attachments={"a.png": {"image/png": "A" * 30_000_000}}), "attachments"),
        (lambda n: n["cells"][0].update(attachments=[1]), "attachments"),
        (lambda n: n["cells"][1].update(attachments={}), "attachments"),
        (lambda n: n["cells"][1].update(outputs=[{"output_type": "stream", "name": "stdout", "text": "x" * 3_000_000}]), "huge-output"),
        (lambda n: n["cells"][4].update(source="#" * 2_000_000), "long-source"),
        (lambda n: n["cells"].extend([n["cells"][0]] * 3000), "too-many-cells"),
    ],
)
def test_structure(world, harm, code):
    raw = json.loads(world.data())
    harm(raw)
    reading = mangled.read(json.dumps(raw).encode())
    assert codes(reading) == [code]
    nbformat.validate(reading.notebook, relax_add_props=True)
    back, _ = mangled.restore(reading.notebook, world.a)
    assert ids(world.sanitised(back)) == ALL
    assert len(nbformat.writes(reading.notebook)) < 25_000_000


def test_too_deep(world):
    for depth in (100, 400, 900, 30_000):
        raw = world.data().decode()
        nest = '{"a":' * depth + "1" + "}" * depth
        raw = raw.replace(
            '"outputs": []', f'"outputs": [{{"output_type": "display_data", "metadata": {{}}, "data": {{"application/json": {nest}}}}}]', 1
        )
        reading = mangled.read(raw.encode())
        assert reading.notebook is not None
        assert reading.problems
        back, _ = mangled.restore(reading.notebook, world.a)
        assert set(ids(world.sanitised(back))) >= set(ALL) - {"q1"}


# ---- names


def test_which_file_is_which(world):
    a, b = (mangled.read(nbformat.writes(small.answered(world.root, n)).encode()) for n in "ab")
    bad = mangled.read(b"", "a.ipynb")
    both = list(world.references.values())
    assert mangled.match({"a.ipynb": a, "b.ipynb": b}, both).files == {"a": "a.ipynb", "b": "b.ipynb"}
    swapped = mangled.match({"a.ipynb": b, "b.ipynb": a}, both)
    assert swapped.files == {"a": "b.ipynb", "b": "a.ipynb"}
    assert [p.code for p in swapped.problems["a"]] == ["wrong-name"]
    renamed = mangled.match({"张三_作业 (1).ipynb": a, "b.ipynb": b}, both)
    assert renamed.files["a"] == "张三_作业 (1).ipynb"
    assert "不扣分" in renamed.problems["a"][0].student.zh
    copies = mangled.match({"a.ipynb": a, "a (1).ipynb": a, "b.ipynb": b}, both)
    assert copies.files["a"] == "a.ipynb"
    assert copies.unused == ("a (1).ipynb",)
    rescued = mangled.match({"a.ipynb": bad, "a-Copy1.ipynb": a}, both)
    assert rescued.files == {"a": "a-Copy1.ipynb"}
    assert rescued.missing == ("b",)
    nothing = mangled.match({"a.ipynb": bad}, both)
    assert nothing.files == {}
    assert [p.code for p in nothing.problems["a"]] == ["empty", "missing-notebook"]
    other = mangled.read(nbformat.writes(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("def area(r): ...")])).encode())
    foreign = mangled.match({"a.ipynb": other, "extra.ipynb": other}, both)
    assert foreign.files == {"a": "a.ipynb"}
    assert "foreign" in [p.code for p in foreign.problems["a"]]
    alone = mangled.match({"homework.ipynb": other}, both[:1])
    assert alone.files == {"a": "homework.ipynb"}


# ---- restoring


def without(notebook: NotebookNode, *gone: str) -> NotebookNode:
    notebook.cells = [c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") not in gone]
    return notebook


def test_missing_cells_come_back_where_they_were(world):
    for gone in (
        ["q1-test"],
        ["setup"],
        ["essay"],
        ["figure"],
        ["setup", "q1-test", "q1-part"],
        ["setup", "q1-test", "q1-part", "essay", "figure"],
    ):
        back, found = world.restored(without(world.filled(), *gone))
        assert ids(back) == ALL
        assert set(found["missing-cells"].what) == set(gone)
        assert small.cell_of(back, "q1-test").source == world.a.by_name["q1-test"].source


def test_a_lost_answer_is_not_put_back(world):
    """A blank one would undo what the student wrote elsewhere."""
    notebook = without(world.filled(), "q1", "q1-test")
    notebook.cells.insert(1, nbformat.v4.new_code_cell("area = lambda r: 3.14159265358979 * r * r"))
    back, found = world.restored(notebook)
    assert "q1" not in ids(back) or "recovered" in found
    assert "q1-test" in ids(back)


def test_missing_cells_are_left_where_that_is_the_rule(world):
    notebook = without(world.filled(), "q1-test")
    back, found = mangled.restore(notebook, world.a, add_missing=False)
    assert "q1-test" not in ids(back)
    assert found[0].code == "missing-cells"


def test_stock_adds_what_it_can_and_no_more(world):
    for gone in (["q1-test"], ["q1-test", "q1-part"], ["q1-part", "essay"], ["q1", "q1-test"], ["setup"], ["figure"]):
        notebook = without(world.filled(), *gone)
        back, _ = mangled.restore(notebook, world.a, stock_adds=True)
        done = world.sanitised(back, add_missing_cells=True)
        assert set(ids(done)) == set(ALL) - ({"q1"} & set(gone))


def test_duplicates(world):
    notebook = world.filled()
    for name in ("q1", "q1-test", "setup"):
        cell = small.cell_of(notebook, name)
        notebook.cells.insert(notebook.cells.index(cell) + 1, copy.deepcopy(cell))
    blank = copy.deepcopy(small.cell_of(small.released(world.root, "a"), "q1"))
    notebook.cells.append(blank)
    back, found = world.restored(notebook)
    assert sorted(ids(back)) == sorted(ALL)
    assert set(found["duplicated"].what) == {"q1", "q1-test", "setup"}
    assert "math.pi" in small.cell_of(back, "q1").source


def test_a_test_before_its_answer_moves_behind_it(world):
    notebook = world.filled()
    tests = [small.cell_of(notebook, n) for n in ("q1-part", "q1-test")]
    notebook.cells = tests + [c for c in notebook.cells if c not in tests]
    setup = small.cell_of(notebook, "setup")
    notebook.cells.remove(setup)
    notebook.cells.append(setup)
    back, found = world.restored(notebook)
    assert ids(back) == ALL
    assert set(found["reordered"].what) == {"q1-test", "q1-part", "setup"}


def test_an_order_that_changes_nothing_stays(world):
    notebook = world.filled()
    essay = small.cell_of(notebook, "essay")
    notebook.cells.remove(essay)
    notebook.cells.insert(0, essay)
    back, found = mangled.restore(notebook, world.a)
    assert back is notebook
    assert found == ()


@pytest.mark.parametrize(
    ("name", "change", "code"),
    [
        ("q1-test", {"points": 100}, "points"),
        ("q1-test", {"points": "many"}, "points"),
        ("q1-test", {"points": None}, "points"),
        ("q1-test", {"points": -3}, "points"),
        ("q1-test", {"grade": False, "solution": True, "locked": False}, "role"),
        ("q1-test", {"solution": True}, "role"),
        ("q1-test", {"grade": "yes"}, "role"),
        ("q1-test", {"schema_version": 1}, "role"),
        ("q1-test", {"schema_version": 99}, "role"),
        ("q1-test", {"checksum": 5}, "role"),
        ("q1-test", {"extra": 1}, "role"),
        ("q1", {"grade": True, "points": 50}, "role"),
        ("setup", {"locked": False}, "role"),
        ("figure", {"task": False}, "role"),
        ("essay", {"solution": False}, "role"),
    ],
)
def test_changed_marks(world, name, change, code):
    notebook = world.filled()
    small.cell_of(notebook, name).metadata.nbgrader.update(change)
    back, found = world.restored(notebook)
    assert set(found) == {code}
    assert found[code].what == (name,)
    assert back.cells == world.sanitised(world.filled()).cells


@pytest.mark.parametrize(
    ("name", "kind"), [("q1-test", "markdown"), ("q1-test", "raw"), ("essay", "code"), ("q1", "raw"), ("figure", "code")]
)
def test_changed_types(world, name, kind):
    raw = json.loads(nbformat.writes(world.filled()))
    cell = next(c for c in raw["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id") == name)
    cell["cell_type"] = kind
    if kind == "code":
        cell.update(outputs=[], execution_count=None)
    else:
        cell.pop("outputs", None), cell.pop("execution_count", None)
    back, found = world.restored(mangled.read(json.dumps(raw).encode()).notebook)
    assert found["cell-type"].what == (name,)
    assert back.cells == world.sanitised(world.filled()).cells


def test_edited_locked_cells_and_tags(world):
    notebook = world.filled()
    small.cell_of(notebook, "q1-test").source = "assert True"
    small.cell_of(notebook, "setup").source = "math = None"
    small.cell_of(notebook, "q1-part").metadata["tags"] = ["skip-execution", "mine"]
    back, found = world.restored(notebook)
    assert set(found["locked-edited"].what) == {"q1-test", "setup"}
    assert found["tags"].what == ("q1-part",)
    assert small.cell_of(back, "q1-test").source == world.a.by_name["q1-test"].source
    assert small.cell_of(back, "q1-part").metadata.tags == ["mine"]


@pytest.mark.parametrize("keep_ids", [True, False])
def test_stripped_marks_are_recovered(world, keep_ids):
    """As Colab and nbstripout leave it: no marks, other cell ids."""
    notebook = world.filled(essay="我认为，期望越高，满意越难。")
    for i, cell in enumerate(notebook.cells):
        cell.metadata = NotebookNode()
        if not keep_ids:
            cell["id"] = f"colab-{i}"
    back, found = world.restored(notebook)
    assert ids(back) == ALL
    assert set(found) == {"recovered"}
    assert small.cell_of(back, "essay").source.startswith("我认为")
    assert "math.pi" in small.cell_of(back, "q1").source


def test_marks_of_elsewhere_and_broken_marks(world):
    notebook = world.filled()
    notebook.cells.insert(0, small.marked(nbformat.v4.new_code_cell("1"), "other-hw", grade=True, locked=True, points=9))
    for mark in ({}, "x", 3, ["a"], {"grade_id": 4}, {"schema_version": 3}):
        cell = nbformat.v4.new_code_cell("2")
        cell.metadata["nbgrader"] = mark
        notebook.cells.append(cell)
    harmless = small.marked(nbformat.v4.new_markdown_cell("note"), "note")
    notebook.cells.append(harmless)
    back, found = world.restored(notebook)
    assert ids(back) == ALL
    assert found["unknown-cells"].what == ("other-hw",)
    assert "6" in found["bad-marks"].student.zh


# ---- fuzz


def mutate(rng: random.Random, raw: dict, data: bytes) -> bytes:
    raw = copy.deepcopy(raw)
    cells = raw["cells"]
    junk = [None, 3, "x", [], {}, [[]], {"a": 1}, -1, 1e308, "\ud800", True]

    def anywhere(value):
        while isinstance(value, (dict, list)) and value:
            key = rng.choice(list(value) if isinstance(value, dict) else range(len(value)))
            if rng.random() < 0.35:
                return value, key
            value = value[key]
        return raw, rng.choice(list(raw))

    for _ in range(rng.randint(1, 6)):
        step = rng.randrange(8)
        if step == 0:
            rng.shuffle(cells)
        elif step == 1 and cells:
            del cells[rng.randrange(len(cells))]
        elif step == 2 and cells:
            cells.insert(rng.randrange(len(cells)), copy.deepcopy(rng.choice(cells)))
        elif step in (3, 4):
            holder, key = anywhere(raw)
            holder[key] = rng.choice(junk)
        elif step == 5:
            holder, key = anywhere(raw)
            del holder[key]
        elif step == 6 and cells and isinstance(cells[0], dict):
            cell = rng.choice(cells)
            if isinstance(cell, dict):
                cell["cell_type"] = rng.choice(["code", "markdown", "raw", "heading"])
        elif cells:
            cell = rng.choice(cells)
            if isinstance(cell, dict) and isinstance(cell.get("metadata"), dict) and isinstance(cell["metadata"].get("nbgrader"), dict):
                key = rng.choice(["grade", "solution", "locked", "task", "points", "grade_id", "schema_version", "checksum"])
                cell["metadata"]["nbgrader"][key] = rng.choice([*junk, False, "q1", "q1-test", "setup"])
        cells = raw["cells"] if isinstance(raw.get("cells"), list) else []
    out = json.dumps(raw).encode()
    if rng.random() < 0.3:
        at = rng.randrange(len(out))
        out = rng.choice([out[:at], out[:at] + out[at + rng.randint(1, 40) :], out[:at] + rng.randbytes(rng.randint(1, 6)) + out[at:]])
    return out


def survives(world, data: bytes) -> None:
    reading = mangled.read(data)
    if reading.notebook is None:
        assert any(p.grave for p in reading.problems)
        return
    mangled.match({"a.ipynb": reading}, world.references.values())
    back, found = mangled.restore(reading.notebook, world.a)
    done = world.sanitised(back)
    assert set(ids(done)) >= set(ALL) - {"q1"}, [p.code for p in found]
    test = small.cell_of(done, "q1-test")
    assert test.source == world.a.by_name["q1-test"].source
    assert test.metadata.nbgrader.points == 3
    assert test.cell_type == "code"
    assert len(ids(done)) == len(set(ids(done)))


def run_fuzz(world, seed: int, number: int) -> None:
    rng = random.Random(seed)
    data = world.data(essay="顾客")
    raw = json.loads(data)
    for i in range(number):
        mutated = mutate(rng, raw, data)
        try:
            survives(world, mutated)
        except Exception as error:
            raise AssertionError(f"seed {seed}, number {i}: {mutated!r}") from error


def test_mutated_notebooks_are_graded_or_explained(world, request):
    run_fuzz(world, 1, 3000 if request.config.getoption("--long") else 250)


def test_every_problem_has_its_sentences():
    names = "error reason_zh reason_en limit text kind_zh kind_en where_zh where_en size inner encoding number line kept"
    values = dict.fromkeys([*names.split(), "version", "mended", "types", "expected", "done_zh", "done_en"], "7")
    source = Path(mangled.__file__).parent
    used = set(re.findall(r'problem\(\s*"([a-z-]+)"', "".join((source / n).read_text() for n in ("mangled.py", "folder.py"))))
    assert used <= problems.CODES
    for code in problems.CODES:
        found = problems.problem(code, "a\nb", "很长" * 100, **values)
        for text in (found.student, found.instructor):
            assert re.search("[一-鿿]", text.zh)
            assert not re.search(r"[{}\n]", text.zh + text.en)
            assert text.en.isascii() or "很长" in text.en or "�" in text.en
