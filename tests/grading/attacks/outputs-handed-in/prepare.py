from nbformat.v4 import new_output


def prepare(notebook, folder, places):
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade"):
            cell.execution_count = 1
            cell.outputs = [new_output("execute_result", data={"text/plain": "4"}, execution_count=1)]
