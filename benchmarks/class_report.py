"""How long the pages about a class of 2,000 take, for one assignment: the class page, and a page for each student.

The class is made up (`semester.people`, `semester.answers`): rows of the gradebook, the grader's records and graded notebooks as
the grader leaves them, two answers out of three with typical mistakes, everybody's in a hand of their own.

    python benchmarks/class_report.py [STUDENTS]
"""

import random
import sys
import tempfile
import time
from pathlib import Path

import nbformat
import sqlalchemy as sa
from nbgrader import api

from service_marketing.classroom import assignments, class_report, course
from service_marketing.classroom.semester import answers, people
from service_marketing.grading import results
from service_marketing.grading.results import CellRecord, NotebookRecord, Record

NAME = "04-quality"
LIMIT = 30.0


def made(root: Path, size: int) -> Path:
    """A course folder with `size` graded submissions."""
    root = course.make(root, [NAME])
    course.assign(root, NAME)
    students = people.class_list(size)
    course.enrol(root, students)
    own = answers.task(root, NAME)
    cells = assignments.graded_cells(own.source)
    ids, assignment, notebook = _ids(root)
    rows: dict[type, list[dict[str, object]]] = {api.SubmittedAssignment: [], api.SubmittedNotebook: [], api.Grade: []}
    for student in students:
        rng = random.Random(student.number)
        mistakes = answers.draw_mistakes(own.variants, rng)
        place = root / "autograded" / student.number / NAME
        place.mkdir(parents=True)
        nbformat.write(answers.write(own, student.number, mistakes, "middling", student.number), place / f"{NAME}.ipynb")
        lost = {cell: own.variants.MISTAKES[name].said for name in mistakes for cell in own.variants.MISTAKES[name].loses}
        submitted, copy = api.new_uuid(), api.new_uuid()
        rows[api.SubmittedAssignment].append({"id": submitted, "assignment_id": assignment, "student_id": student.number})
        rows[api.SubmittedNotebook].append({"id": copy, "assignment_id": submitted, "notebook_id": notebook})
        marked = []
        for cell in cells:
            points = None if cell.manual else 0.0 if cell.grade_id in lost else cell.points
            rows[api.Grade].append(
                {"id": api.new_uuid(), "cell_id": ids[cell.grade_id], "notebook_id": copy, "auto_score": points,
                 "manual_score": float(rng.randint(4, 20)) if cell.manual else None, "needs_manual_grade": False}
            )  # fmt: skip
            said = f"你得到{rng.random():.3f}：{lost[cell.grade_id]}" if cell.grade_id in lost else ""
            verdict = "manual" if cell.manual else "error" if said else "passed"
            marked.append(CellRecord(cell.grade_id, "answer" if cell.manual else "test", verdict, points, cell.points, "Wrong", said))
        held = (NotebookRecord(NAME, f"{NAME}.ipynb", 1.0, 1.0, cells=tuple(marked)),)
        results.write(root, Record(NAME, student.number, "graded", results.now(), score=1.0, max_score=1.0, wall=True, notebooks=held))
    with sa.create_engine(f"sqlite:///{root / 'gradebook.db'}").begin() as connection:
        for table, values in rows.items():
            connection.execute(table.__table__.insert(), values)
    return root


def _ids(root: Path) -> tuple[dict[str, str], str, str]:
    """The gradebook's ids of the graded cells, of the assignment and of its notebook."""
    with course.gradebook(root) as book:
        found = book.find_notebook(NAME, NAME)
        return {cell.name: cell.id for cell in found.grade_cells}, book.find_assignment(NAME).id, found.id


def main() -> int:
    """Print the seconds; 1 when the class page takes longer than the limit."""
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    with tempfile.TemporaryDirectory() as place:
        root = made(Path(place) / "course", size)
        began = time.perf_counter()
        class_report.write(root, [NAME], Path(place) / "pages")
        page = time.perf_counter() - began
        class_report.write_students(root, [NAME], Path(place) / "pages" / "students")
        pages = time.perf_counter() - began - page
    verdict = "ok" if page <= LIMIT else "OVER"
    print(f"class page, {size:,} students: {page:.1f} s, {1000 * page / size:.2f} ms a student   limit {LIMIT:g} s   {verdict}")
    print(f"students' pages: {pages:.1f} s, {1000 * pages / size:.2f} ms a student")
    return int(page > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
