"""Gradebooks for the tests, filled through nbgrader's API or, a whole class at once, by its tables."""

import sqlalchemy as sa
from nbgrader import api
from nbgrader.api import new_uuid

CELLS = {"q1": ("code", 6.0), "q2": ("code", 4.0), "essay": ("markdown", 10.0)}


def add_assignment(book, name, cells=CELLS, due="2026-03-22T23:59:00+08:00"):
    book.add_assignment(name, duedate=due)
    book.add_notebook(name, name)
    for cell, (kind, points) in cells.items():
        book.add_grade_cell(cell, name, name, max_score=points, cell_type=kind)
        book.add_solution_cell(f"{cell}-answer" if kind == "code" else cell, name, name)


def grade(book, name, student, when="2026-03-22T12:00:00", **autos):
    book.update_or_create_submission(name, student, timestamp=when)
    set_marks(book, name, student, "auto_score", **autos)


def set_marks(book, name, student, what, **values):
    for cell, value in values.items():
        found = book.find_grade(cell, name, name, student)
        setattr(found, what, value)
        found.needs_manual_grade = found.auto_score is None and found.manual_score is None
    book.db.commit()


def fill(root, students, assignments, cells):
    """A class's rows as nbgrader has them, written at once."""
    tables = (
        api.Student, api.Assignment, api.Notebook, api.BaseCell, api.GradeCell, api.SubmittedAssignment, api.SubmittedNotebook, api.Grade,
    )  # fmt: skip
    rows = {table: [] for table in tables}

    def add(table, **values):
        rows[table].append({"id": new_uuid(), **values})
        return rows[table][-1]["id"]

    people = [add(api.Student, id=f"2025{n:04}", last_name=f"学生{n}") for n in range(students)]
    for work in range(assignments):
        name = f"{work:02}-work"
        own = add(api.Assignment, name=name, course_id="service-marketing")
        notebook = add(api.Notebook, name=name, assignment_id=own)
        ids = [add(api.BaseCell, name=f"q{n}", notebook_id=notebook, type="GradeCell") for n in range(cells)]
        rows[api.GradeCell] += [{"id": one, "max_score": 1.0, "cell_type": "code"} for one in ids]
        for index, person in enumerate(people):
            submitted = add(api.SubmittedAssignment, assignment_id=own, student_id=person)
            copy = add(api.SubmittedNotebook, assignment_id=submitted, notebook_id=notebook)
            for n, cell in enumerate(ids):
                add(api.Grade, cell_id=cell, notebook_id=copy, auto_score=float((index + n) % 2), needs_manual_grade=False)
    engine = sa.create_engine(f"sqlite:///{root / 'gradebook.db'}")
    with engine.begin() as connection:
        for table in tables:
            connection.execute(table.__table__.insert(), rows[table])
    engine.dispose()
