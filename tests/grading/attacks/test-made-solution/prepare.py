def prepare(notebook, folder, places):
    for cell in notebook.cells:
        marks = cell.metadata.get("nbgrader", {})
        if marks.get("grade"):
            marks.update(solution=True, locked=False, grade=cell.metadata.nbgrader.grade_id == "gap-test")
