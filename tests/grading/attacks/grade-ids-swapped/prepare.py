def prepare(notebook, folder, places):
    swaps = {"answer-test": "rank-test", "rank-test": "answer-test", "gap": "gap-test", "gap-test": "gap"}
    for cell in notebook.cells:
        marks = cell.metadata.get("nbgrader", {})
        if marks.get("grade_id") in swaps:
            marks["grade_id"] = swaps[marks["grade_id"]]
