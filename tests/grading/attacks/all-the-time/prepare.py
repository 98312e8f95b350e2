from nbformat.v4 import new_code_cell


def prepare(notebook, folder, places):
    for number in range(12):
        notebook.cells.insert(3, new_code_cell("import time\n\ntime.sleep(3.6)", id=f"slow-{number}"))
