"""Cells out of a notebook, results into it, the way a notebook client does it."""

from collections.abc import Iterator
from typing import Any

from nbformat import NotebookNode
from nbformat.notebooknode import from_dict

from service_marketing.grading.shells.pool import Cell, Result, lost_output

SKIP = "skip-execution"


def cells(notebook: NotebookNode) -> list[Cell]:
    """The cells of `notebook` (a NotebookNode) that are to be run: code that is not blank.

    A cell tagged `skip-execution` is left out, as by nbclient, unless it is graded: a submission's tags are the
    student's own, and a test that is not run would count as passed.
    """
    return [Cell(number, cell.source) for number, cell in _code(notebook) if SKIP not in cell.metadata.get("tags", []) or _graded(cell)]


def write(result: Result, notebook: NotebookNode) -> None:
    """Put a job's result into the `notebook` whose cells it ran: outputs, counts, times, language and widgets.

    Every cell that was to be run and has no result gets an error output, so that none passes by being silent.
    """
    for count, cell in enumerate(cells(notebook), start=1):
        node, outcome = notebook.cells[cell.number], result.cells.get(cell.number)
        if outcome is None:
            node.outputs = [from_dict(lost_output(result.problem or "not run"))]
            continue
        node.outputs = [_node(output) for output in outcome.outputs]
        node.execution_count = count if outcome.started else None
        if outcome.started:
            node.metadata["execution"] = from_dict(_times(outcome.started, outcome.ended))
    if result.language:
        notebook.metadata["language_info"] = from_dict(result.language)
    if result.widgets:
        notebook.metadata["widgets"] = from_dict({"application/vnd.jupyter.widget-state+json": result.widgets})


def _code(notebook: NotebookNode) -> Iterator[tuple[int, NotebookNode]]:
    for number, cell in enumerate(notebook.cells):
        if cell.cell_type == "code" and cell.source.strip():
            yield number, cell


def _graded(cell: NotebookNode) -> bool:
    return bool(cell.metadata.get("nbgrader", {}).get("grade"))


def _node(output: dict[str, Any]) -> NotebookNode:
    return from_dict(output)


def _times(started: str, ended: str) -> dict[str, str]:
    return {"iopub.status.busy": started, "iopub.execute_input": started, "iopub.status.idle": ended, "shell.execute_reply": ended}
