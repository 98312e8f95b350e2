def prepare(notebook, folder, places):
    tags = ["skip-execution", "raises-exception", "remove-cell", "nbgrader-skip"]
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade"):
            cell.metadata["tags"] = tags
            cell.metadata["papermill"] = cell.metadata["jupyter"] = {"skip": True, "outputs_hidden": True}
