def prepare(notebook, folder, places):
    notebook.cells.sort(key=lambda cell: not cell.metadata.get("nbgrader", {}).get("grade"))
