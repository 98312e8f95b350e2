"""What a shell answered, checked before anybody believes its shape.

The shell is the student's own process. `protocol` has checked that the frames are of the right kind and hold JSON of the
right types, sizes and depth; here an answer counts only when it answers the one request that is open (by a number that
nobody could guess before), once, and its outputs are what nbformat writes into a notebook. Anything else is a Violation.

To a cell the answer is any number of `outputs`, at most one `error` (the reply's, whether or not it was shown) and `done`.
Among the outputs `update_display_data` changes a display of an earlier cell. To `end` it is `outputs` with at most one
`widgets` among them, and `ended`. A shell that runs tests also says, once a cell, what it noted (`notes`).
"""

import re
from dataclasses import dataclass, field
from typing import Any

from service_marketing.grading.protocol import Message

_ANSWERS = {"cell": ("outputs", "error", "notes", "done"), "end": ("outputs", "ended")}
KINDS = ("outputs", "error", "notes", "done", "ended")
_JSON_TYPE = re.compile(r"^application/(.*\+)?json$")
_KEYS = {
    "stream": {"output_type", "name", "text"},
    "error": {"output_type", "ename", "evalue", "traceback"},
    "display_data": {"output_type", "data", "metadata"},
    "execute_result": {"output_type", "data", "metadata", "execution_count"},
    "update_display_data": {"output_type", "cell", "place", "data", "metadata"},
    "widgets": {"output_type", "state"},
}


class Violation(ValueError):
    """An answer that no honest shell gives."""


@dataclass(frozen=True)
class Failure:
    """The error that ended a cell."""

    ename: str
    evalue: str
    traceback: list[str]


@dataclass
class Reply:
    """A shell's answer to the request `number`, about the cell `cell` (None: to another request), as it comes in.

    `noting`: the shell is one that may send notes, which a student's may not.
    """

    number: int
    cell: int | None
    noting: bool = False
    outputs: list[dict[str, Any]] = field(default_factory=list)
    updates: list[dict[str, Any]] = field(default_factory=list)
    failure: Failure | None = None
    widgets: dict[str, Any] | None = None
    notes: dict[str, Any] | None = None
    exceeded: bool = False
    settled: bool = False
    seconds: float = 0.0
    memory: int = 0

    def take(self, message: Message) -> bool:
        """Add one frame; True when it is the answer's last. Raises Violation."""
        if message.request != self.number:
            raise Violation("an answer to nothing that was asked")
        fields = message.fields
        if message.kind not in _ANSWERS["cell" if self.cell is not None else "end"]:
            raise Violation(f"{message.kind} at the wrong time")
        if message.kind == "ended":
            self.settled, self.seconds, self.memory = fields["settled"], fields["seconds"], fields["memory"]
            return True
        if fields["cell"] != (self.cell or 0):
            raise Violation("another cell")
        if message.kind == "outputs":
            for output in fields["outputs"]:
                self._add(output)
        elif message.kind == "error":
            if self.failure is not None:
                raise Violation("two errors")
            self.failure = Failure(fields["name"], fields["value"], fields["traceback"])
        elif message.kind == "notes":
            if not self.noting or self.notes is not None:
                raise Violation("notes")
            self.notes = {"used": fields["used"], "flags": fields["flags"], "calls": fields["calls"]}
        else:
            if (fields["status"] == "ok") != (self.failure is None):
                raise Violation("status")
            self.exceeded = fields["overflow"]
            return True
        return False

    def _add(self, output: Any) -> None:
        output = read_output(output)
        if output["output_type"] == "update_display_data":
            self.updates.append(output)
        elif output["output_type"] == "widgets":
            if self.cell is not None or self.widgets is not None:
                raise Violation("widgets at the wrong time")
            self.widgets = output["state"]
        elif self.cell is None:
            raise Violation("an output of no cell")
        else:
            self.outputs.append(output)


def read_output(output: Any) -> dict[str, Any]:
    """One output as it may be written into a notebook, or one of the two that stand among them. Raises Violation."""
    kind = output.get("output_type") if type(output) is dict else None
    if type(kind) is not str or output.keys() != _KEYS.get(kind):
        raise Violation("an output of no known kind")
    return _READERS[kind](output)


def apply_update(update: dict[str, Any], earlier: dict[int, list[dict[str, Any]]]) -> None:
    """Change a display among the outputs of earlier cells, by the cells' numbers. Raises Violation where there is none."""
    outputs, place = earlier.get(update["cell"], []), update["place"]
    if not 0 <= place < len(outputs) or outputs[place]["output_type"] != "display_data":
        raise Violation("an update of what is no display")
    outputs[place] |= {"data": update["data"], "metadata": update["metadata"]}


def _stream(output: dict[str, Any]) -> dict[str, Any]:
    if output["name"] not in ("stdout", "stderr") or type(output["text"]) is not str:
        raise Violation("stream")
    return output


def _error(output: dict[str, Any]) -> dict[str, Any]:
    lines = output["traceback"]
    if type(lines) is not list or any(type(text) is not str for text in (output["ename"], output["evalue"], *lines)):
        raise Violation("error")
    return output


def _shown(output: dict[str, Any]) -> dict[str, Any]:
    """A display; text must be text (nbformat would refuse the notebook), so what is not becomes it."""
    if type(output["data"]) is not dict or type(output["metadata"]) not in (dict, type(None)):
        raise Violation("display")
    data = {kind: value if _fits(kind, value) else str(value) for kind, value in output["data"].items()}
    return {**output, "data": data, "metadata": output["metadata"] or {}}


def _fits(kind: str, value: Any) -> bool:
    if type(value) is str or _JSON_TYPE.match(kind):
        return True
    return type(value) is list and all(type(line) is str for line in value)


def _result(output: dict[str, Any]) -> dict[str, Any]:
    count = output["execution_count"]
    if count is not None and (type(count) is not int or not 0 <= count < 1 << 31):
        raise Violation("execution count")
    return _shown(output)


def _update(output: dict[str, Any]) -> dict[str, Any]:
    if type(output["cell"]) is not int or type(output["place"]) is not int:
        raise Violation("update")
    return _shown(output)


def _widgets(output: dict[str, Any]) -> dict[str, Any]:
    state = output["state"]
    if type(state) is not dict or state.keys() != {"state", "version_major", "version_minor"} or type(state["state"]) is not dict:
        raise Violation("widgets")
    if (state["version_major"], state["version_minor"]) != (2, 0):
        raise Violation("widgets")
    for model in state["state"].values():
        if type(model) is not dict or type(model.get("state")) is not dict:
            raise Violation("widgets")
    return output


_READERS = {
    "stream": _stream,
    "error": _error,
    "display_data": _shown,
    "execute_result": _result,
    "update_display_data": _update,
    "widgets": _widgets,
}
