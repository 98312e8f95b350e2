def prepare(notebook, folder, places):
    odd = iter([float("inf"), -100, "100", None, 1e308, {"points": 1}])
    names = iter([["gap-test"], "../../x", "'; drop table grade; --", "", 7, "\x00"])
    for cell in notebook.cells:
        marks = cell.metadata.get("nbgrader", {})
        if marks.get("grade"):
            marks["points"] = next(odd)
        elif marks.get("solution"):
            marks["grade_id"] = next(names)
