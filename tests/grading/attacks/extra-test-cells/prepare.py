import copy

from nbformat.v4 import new_code_cell


def prepare(notebook, folder, places):
    tests = [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade")]
    for number, test in enumerate(tests):
        for source, place in (("4", 0), ("pass", len(notebook.cells))):
            cell = new_code_cell(source, id=f"more-{number}-{place}")
            cell.metadata["nbgrader"] = copy.deepcopy(test.metadata["nbgrader"])
            notebook.cells.insert(place, cell)
