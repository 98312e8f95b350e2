"""The text of an assignment: what the builder makes of it, and the faults that it names with file and cell."""

import nbformat
import pytest

from service_marketing.classroom import assignments
from service_marketing.classroom.assignments import AssignmentError

NAME = "03-satisfaction"
HEAD = "---\nkernelspec:\n  name: python3\n  display_name: Python 3\n  language: python\n---\n\n## 第1题\n\n"


def cell(options, body="x = 1"):
    return f"```{{code-cell}} python3\n:nbgrader: {{{options}}}\n{body}\n```\n\n"


SOLUTION = cell("grade_id: a, grade: false, solution: true, locked: false", "### BEGIN SOLUTION\nx = 1\n### END SOLUTION")
TEST = cell("grade_id: a-test, grade: true, solution: false, locked: true, points: 2", "assert x == 1")


def fault(tmp_path, body):
    path = tmp_path / "assignment.md"
    path.write_text(HEAD + body, encoding="utf-8")
    with pytest.raises(AssignmentError) as caught:
        assignments.read(path)
    return str(caught.value)


def test_a_sound_assignment_is_read(tmp_path):
    path = tmp_path / "assignment.md"
    path.write_text(HEAD + SOLUTION + TEST, encoding="utf-8")
    notebook = assignments.read(path)
    assert [(c.grade_id, c.task, c.points, c.manual) for c in assignments.graded_cells(notebook)] == [("a-test", "第1题", 2.0, False)]


@pytest.mark.parametrize(
    ("body", "where", "said"),
    [
        (SOLUTION + TEST + TEST, "cell 4 (a-test)", "grade_id is already that of cell 3"),
        (SOLUTION + TEST.replace(", points: 2", ""), "cell 3 (a-test)", "needs points above 0"),
        (SOLUTION + TEST.replace("points: 2", "points: 0"), "cell 3 (a-test)", "needs points above 0"),
        (SOLUTION + TEST.replace("points: 2", "points: true"), "cell 3 (a-test)", "needs points above 0"),
        (SOLUTION + TEST.replace("locked: true", "locked: false"), "cell 3 (a-test)", "must be locked"),
        (SOLUTION.replace("locked: false", "locked: true") + TEST, "cell 2 (a)", "cannot be locked"),
        (SOLUTION.replace("locked: false", "locked: maybe") + TEST, "cell 2 (a)", "locked must be true or false"),
        (SOLUTION.replace("grade_id: a,", "grade_id: 第1题,") + TEST, "cell 2 (第1题)", "letters, digits"),
        (SOLUTION.replace("grade_id: a,", "") + TEST, "cell 2 (None)", "grade_id must be"),
        (SOLUTION.replace("locked: false", "locked: false, point: 3") + TEST, "cell 2 (a)", "unknown keys ['point']"),
        (SOLUTION.replace("locked: false", "locked: false, points: 3") + TEST, "cell 2 (a)", "points on a cell that is not graded"),
        (SOLUTION.replace("### END SOLUTION\n", "") + TEST, "cell 2 (a)", "must come in pairs"),
        (SOLUTION.replace("### BEGIN SOLUTION\n", "").replace("### END SOLUTION\n", "") + TEST, "cell 2 (a)", "marks its solution"),
        (SOLUTION + TEST.replace("assert", "### BEGIN HIDDEN TESTS\nassert"), "cell 3 (a-test)", "must come in pairs"),
        (TEST + SOLUTION.replace("x = 1", "x = 1\n### BEGIN HIDDEN TESTS\n### END HIDDEN TESTS"), "cell 3 (a)", "belongs in a test cell"),
        (TEST + cell("grade_id: b, grade: false, solution: false, locked: false"), "cell 3 (b)", "drop its nbgrader metadata"),
        (SOLUTION, "", "no cell is graded"),
    ],
)
def test_faults_name_file_and_cell(tmp_path, body, where, said):
    text = fault(tmp_path, body)
    assert "assignment.md" in text
    assert where in text
    assert said in text


def test_all_faults_are_named_at_once(tmp_path):
    text = fault(tmp_path, SOLUTION.replace("locked: false", "locked: true") + TEST.replace("points: 2", "points: -1"))
    assert len(text.splitlines()) == 2


def test_the_course_s_assignments_are_sound_and_build_to_the_same_bytes(tmp_path):
    for name in assignments.available(assignments.exercises_folder()):
        one, two = (assignments.build_source(name, tmp_path / part) for part in ("one", "two"))
        assert one.read_bytes() == two.read_bytes()
        nbformat.validate(nbformat.read(one, as_version=4))


def test_building_again_leaves_the_file_alone(tmp_path):
    path = assignments.build_source(NAME, tmp_path)
    before = path.stat().st_mtime_ns
    assert assignments.build_source(NAME, tmp_path).stat().st_mtime_ns == before


def test_an_unknown_assignment_says_which_exist():
    with pytest.raises(AssignmentError, match=rf"99-nothing.*{NAME}.*these exist"):
        assignments.source_file("99-nothing")


def test_a_wrong_path_says_what_is_there(tmp_path):
    (tmp_path / "notes.txt").write_text("x")
    with pytest.raises(AssignmentError, match=r"notes\.txt"):
        assignments.read(tmp_path / "assignment.md")
    with pytest.raises(AssignmentError, match="文件夹也不存在"):
        assignments.read(tmp_path / "none" / "assignment.md")


def test_variants_name_real_cells():
    source = assignments.read(assignments.source_file(NAME))
    variants = assignments.variants(NAME)
    graded = {c.grade_id for c in assignments.graded_cells(source)}
    answers = {c.metadata.nbgrader.grade_id for c in source.cells if c.metadata.get("nbgrader", {}).get("solution")}
    for name, mistake in variants.MISTAKES.items():
        assert set(mistake.cells) <= answers, name
        assert set(mistake.loses) <= graded, name
    for submission in variants.CLASS:
        assert set(submission.mistakes) <= set(variants.MISTAKES)
        assert submission.essay is None or submission.essay in variants.ESSAYS
    assert len({s.number for s in variants.CLASS}) == len({s.name for s in variants.CLASS}) == 30


def test_a_class_may_work_on_one_draw_of_the_data(tmp_path):
    for name in assignments.available(assignments.exercises_folder()):
        own, same = (nbformat.read(assignments.build_source(name, tmp_path / str(one), same_data=one), 4) for one in (False, True))
        asks = [cell.metadata.get("nbgrader", {}).get("grade_id") == assignments.OWN_DATA for cell in own.cells]
        assert any(asks) == any("load_my_data" in cell.source for cell in own.cells)
        for asked, before, after in zip(asks, own.cells, same.cells, strict=True):
            if asked:
                assert (before.metadata.nbgrader.solution, after.metadata.nbgrader.solution) == (True, False)
                assert after.metadata.nbgrader.locked
                assert after.source == 'my_number = "全班"'
        changed = [before.source for before, after in zip(own.cells, same.cells, strict=True) if before.source != after.source]
        assert len(changed) == 2 * sum(asks)
        assert all("学号" in source or "my_number" in source for source in changed)
