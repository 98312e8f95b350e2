"""What may have happened to a notebook before it is handed in, and to a frame before it arrives: seeded, in any number.

`NOTEBOOK` changes the notebook as parsed JSON, `BYTES` the file; names in `HARMLESS` are those after which the student's
answers are all still there, so that the score must be too.
"""

import copy
import gzip
import json
import random
from collections.abc import Callable
from typing import Any

ODD = (
    *(None, True, 0, -1, 1e308, 10**400, float("nan"), float("inf"), "", "x", "\ud800", "\x00\x1b[31m", "服务", "a" * 5000, [], {}, [[]]),
    *({"a": None}, [None, 1, "b"], {"": {"": {}}}, "__import__('os')", "../../x", "${HOME}", "</script>"),
)


def odd(rng: random.Random) -> Any:
    """One of ODD, for the caller to keep and to change."""
    return copy.deepcopy(rng.choice(ODD))


def notebook_mutation(rng: random.Random, notebook: dict, names: list[str] | None = None) -> tuple[bytes, list[str]]:
    """The file of `notebook` after one to three mutations (or those named), and their names."""
    if names is None:
        names = rng.sample([*NOTEBOOK, *BYTES], rng.choice((1, 1, 2, 3)))
    names = sorted(names, key=lambda name: name in BYTES)
    raw: Any = copy.deepcopy(notebook)
    for name in names:
        if name in NOTEBOOK and isinstance(raw, dict) and isinstance(raw.get("cells"), list) and raw["cells"]:
            raw = NOTEBOOK[name](rng, raw)
    data = raw if isinstance(raw, bytes) else dump(raw)
    for name in names:
        if name in BYTES:
            data = BYTES[name](rng, data)
    return data, names


def dump(raw: Any) -> bytes:
    return json.dumps(raw, ensure_ascii=False, indent=1).encode("utf-8", "surrogatepass")


# ---- a notebook as parsed


def _cells(change: Callable[[random.Random, list], Any]) -> Callable[[random.Random, dict], Any]:
    def mutate(rng: random.Random, raw: dict) -> dict:
        change(rng, raw["cells"])
        return raw

    return mutate


def _cell(change: Callable[[random.Random, dict], Any]) -> Callable[[random.Random, dict], Any]:
    def mutate(rng: random.Random, raw: dict) -> dict:
        cells = [cell for cell in raw["cells"] if isinstance(cell, dict)]
        for cell in rng.sample(cells, min(len(cells), rng.choice((1, 1, 2, 5)))):
            change(rng, cell)
        return raw

    return mutate


def _mark(change: Callable[[random.Random, dict], Any]) -> Callable[[random.Random, dict], Any]:
    def mutate(rng: random.Random, raw: dict) -> dict:
        marks = [c["metadata"]["nbgrader"] for c in raw["cells"] if isinstance(c, dict) and _has_mark(c)]
        for mark in rng.sample(marks, min(len(marks), rng.choice((1, 2, 9)))):
            change(rng, mark)
        return raw

    return mutate


def _has_mark(cell: dict) -> bool:
    return isinstance(cell.get("metadata"), dict) and isinstance(cell["metadata"].get("nbgrader"), dict)


def _odd_somewhere(rng: random.Random, raw: Any) -> Any:
    """Any value anywhere replaced by an odd one."""
    place, key = None, None
    here = raw
    while isinstance(here, (dict, list)) and here and (place is None or rng.random() < 0.8):
        place, key = here, rng.choice(list(here)) if isinstance(here, dict) else rng.randrange(len(here))
        here = here[key]
    if place is not None:
        place[key] = odd(rng)
    return raw


def _key_lost(rng: random.Random, raw: dict) -> dict:
    here = raw
    while True:
        inner = [v for v in (here.values() if isinstance(here, dict) else here) if isinstance(v, (dict, list)) and v]
        if not inner or (isinstance(here, dict) and rng.random() < 0.25):
            break
        here = rng.choice(inner)
    if isinstance(here, dict) and here:
        del here[rng.choice(list(here))]
    elif here:
        del here[rng.randrange(len(here))]
    return raw


def _older(rng: random.Random, raw: dict) -> dict:
    """As nbformat 3 wrote it."""
    cells = []
    for cell in raw["cells"]:
        if not isinstance(cell, dict):
            continue
        cell = {k: v for k, v in cell.items() if k != "id"}
        if cell.get("cell_type") == "code":
            cell["input"] = cell.pop("source", "")
            cell["prompt_number"], cell["language"] = cell.pop("execution_count", None), "python"
            cell["outputs"] = []
        cells.append(cell)
    return {"metadata": {"name": "old"}, "nbformat": 3, "nbformat_minor": 0, "worksheets": [{"cells": cells, "metadata": {}}]}


def _outputs(rng: random.Random, cell: dict) -> None:
    wide = "x" * rng.choice((10, 100_000, 3_000_000))
    cell["outputs"] = rng.choice(
        (
            [{"output_type": "stream", "name": "stdout", "text": wide}],
            [{"output_type": "display_data", "data": {"image/png": wide, "text/html": ["<b>", wide]}, "metadata": {}}] * 3,
            [{"output_type": "error", "ename": "E", "evalue": wide, "traceback": [wide]}],
            [{"output_type": odd(rng)}, {}, None, 7],
            [{"output_type": "stream", "name": "stdout", "text": "a\n"}] * 5000,
            odd(rng),
        )
    )


def _nested(rng: random.Random, raw: dict) -> bytes:
    """Deeper than a parser that calls itself can go."""
    depth = rng.choice((50, 900, 100_000))
    text = dump(raw).decode("utf-8", "surrogatepass")
    opening, closing = rng.choice((("[", "]"), ('{"a":', "}")))
    inner = opening * depth + "1" + closing * (depth if rng.random() < 0.7 else 0)
    return text.replace('"metadata": {', '"metadata": {"deep": ' + inner + ",", 1).encode("utf-8", "surrogatepass")


def _conflict(rng: random.Random, raw: dict) -> bytes:
    lines = dump(raw).decode("utf-8", "surrogatepass").splitlines()
    at = rng.randrange(len(lines))
    lines[at:at] = ["<<<<<<< HEAD", lines[at], "=======", *lines[at : at + 2], ">>>>>>> mine"]
    return "\n".join(lines).encode("utf-8", "surrogatepass")


def _twice(rng: random.Random, raw: dict) -> bytes:
    """The same name twice in an object."""
    text = dump(raw).decode("utf-8", "surrogatepass")
    return ('{"cells": [], "nbformat": 2,' + text.lstrip("{ \n").removesuffix("}") + ', "cells": 3}' * rng.choice((0, 1)) + "}").encode(
        "utf-8", "surrogatepass"
    )


def _put(name: str, *values: Any) -> Callable[[random.Random, dict], None]:
    def change(rng: random.Random, thing: dict) -> None:
        thing[name] = copy.deepcopy(rng.choice(values or ODD))

    return change


def _source_noise(rng: random.Random, cell: dict) -> None:
    text = "".join(cell["source"]) if isinstance(cell.get("source"), list) else str(cell.get("source", ""))
    for _ in range(rng.choice((1, 3, 20))):
        at = rng.randrange(len(text) + 1)
        noise = rng.choice(("(", "\t", "\\", '"""', "\x00", "服", "\u202e", "\n", "1/0", "%", "!", "\ud800", ""))
        text = text[:at] + noise + text[at + 1 :]
    cell["source"] = text


def _flip_test(rng: random.Random, mark: dict) -> None:
    mark.update(grade=not mark.get("grade"), solution=not mark.get("solution"), locked=rng.random() < 0.5)


def _whole(**fields: Any) -> Callable[[random.Random, dict], dict]:
    return lambda rng, raw: {**raw, **{k: rng.choice(v) if isinstance(v, tuple) else copy.deepcopy(v) for k, v in fields.items()}}


def _without(*names: str) -> Callable[[random.Random, dict], dict]:
    return lambda rng, raw: {k: v for k, v in raw.items() if k not in names}


def _stripped(rng: random.Random, raw: dict) -> dict:
    for cell in raw["cells"]:
        if isinstance(cell, dict):
            cell["metadata"] = {}
    return raw


def _many_cells(rng: random.Random, cells: list) -> None:
    more = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": "x = 1"}
    at = rng.randrange(len(cells) + 1)
    cells[at:at] = [copy.deepcopy(more) for _ in range(rng.choice((3, 40)))]


NOTEBOOK: dict[str, Callable[[random.Random, dict], Any]] = {
    "cell dropped": _cells(lambda rng, cells: cells.pop(rng.randrange(len(cells)))),
    "cells halved": _cells(lambda rng, cells: cells.__delitem__(slice(rng.randrange(len(cells)), None))),
    "cell doubled": _cells(lambda rng, cells: cells.insert(rng.randrange(len(cells)), copy.deepcopy(rng.choice(cells)))),
    "cells shuffled": _cells(lambda rng, cells: rng.shuffle(cells)),
    "cell moved": _cells(lambda rng, cells: cells.insert(rng.randrange(len(cells)), cells.pop(rng.randrange(len(cells))))),
    "cells added": _cells(_many_cells),
    "cell no cell": _cells(lambda rng, cells: cells.__setitem__(rng.randrange(len(cells)), odd(rng))),
    "cell type": _cell(_put("cell_type", "code", "markdown", "raw", "heading", "x", None, 7)),
    "cell id": _cell(_put("id", "a", "a", "", "x" * 100, "中", None, 5, [])),
    "cell source odd": _cell(_put("source")),
    "cell source noise": _cell(_source_noise),
    "cell source huge": _cell(_put("source", "x = 1\n" * 200_000, "'" + "x" * 2_000_000 + "'")),
    "cell metadata odd": _cell(_put("metadata")),
    "cell without metadata": _cell(lambda rng, cell: cell.pop("metadata", None)),
    "cell count": _cell(_put("execution_count")),
    "cell attachments": _cell(_put("attachments", {"a.png": {"image/png": "x"}}, *ODD)),
    "outputs": _cell(_outputs),
    "metadata stripped": _stripped,
    "mark id": _mark(_put("grade_id", "q1", "q1-test", "", "no such", None, 3, "x" * 3000, "../..")),
    "mark points": _mark(_put("points", 1000, -5, "9", None, 1e308, float("nan"), [], True)),
    "mark flipped": _mark(_flip_test),
    "mark version": _mark(_put("schema_version", 0, 1, 2, 4, 99, "3", None)),
    "mark odd": _mark(lambda rng, mark: mark.__setitem__(rng.choice(list(mark) or ["x"]), odd(rng))),
    "mark lost": _cell(lambda rng, cell: cell["metadata"].pop("nbgrader", None) if isinstance(cell.get("metadata"), dict) else None),
    "value odd": _odd_somewhere,
    "key lost": _key_lost,
    "format old": _older,
    "format number": _whole(nbformat=(2, 3, 5, 99, -1, "4", None, 4.5), nbformat_minor=(0, 2, 99, "x", None)),
    "cells an object": lambda rng, raw: {**raw, "cells": {str(i): cell for i, cell in enumerate(raw["cells"])}},
    "cells odd": lambda rng, raw: {**raw, "cells": odd(rng)},
    "no cells": _without("cells"),
    "no metadata": _without("metadata"),
    "no format": _without("nbformat", "nbformat_minor"),
    "kernel": lambda rng, raw: {**raw, "metadata": {"kernelspec": {"name": rng.choice(("ir", "bash", "x", "")), "language": "R"}}},
    "kernel odd": lambda rng, raw: {**raw, "metadata": {"kernelspec": odd(rng), "language_info": odd(rng)}},
    "in a list": lambda rng, raw: dump([raw]),
    "nested": _nested,
    "conflict": _conflict,
    "name twice": _twice,
}


# ---- a file


def _flipped(rng: random.Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.choice((1, 3, 30, 300))):
        if changed:
            changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed)


def _cut_out(rng: random.Random, data: bytes) -> bytes:
    at = rng.randrange(len(data) + 1)
    return data[:at] + data[at + rng.choice((1, 10, 1000)) :]


def _repeated(rng: random.Random, data: bytes) -> bytes:
    at = rng.randrange(len(data) + 1)
    return data[: at + rng.choice((1, 50, 2000))] + data[at:]


def _inserted(rng: random.Random, data: bytes) -> bytes:
    at = rng.randrange(len(data) + 1)
    return data[:at] + rng.choice((b"\0" * 20, b"\xff\xfe", rng.randbytes(30), b"]}", b'"', b"{[", b"\n\n", b"\\u12")) + data[at:]


def _encoded(*encodings: str) -> Callable[[random.Random, bytes], bytes]:
    def mutate(rng: random.Random, data: bytes) -> bytes:
        return data.decode("utf-8", "replace").encode(rng.choice(encodings), "replace")

    return mutate


BYTES: dict[str, Callable[[random.Random, bytes], bytes]] = {
    "bytes flipped": _flipped,
    "bytes lost": _cut_out,
    "bytes repeated": _repeated,
    "bytes inserted": _inserted,
    "cut off": lambda rng, data: data[: rng.randrange(len(data) + 1)],
    "begins later": lambda rng, data: data[rng.randrange(len(data) + 1) :],
    "encoding": _encoded("utf-16", "utf-16-le", "utf-32", "gbk", "gb18030", "latin-1", "cp1252", "utf-7", "big5"),
    "two encodings": lambda rng, data: data[: len(data) // 2] + _encoded("gbk", "utf-16-le")(rng, data[len(data) // 2 :]),
    "BOM": lambda rng, data: b"\xef\xbb\xbf" * rng.choice((1, 2)) + data,
    "line ends": lambda rng, data: data.replace(b"\n", rng.choice((b"\r\n", b"\r"))),
    "twice": lambda rng, data: data + rng.choice((b"", b"\n")) + data,
    "tail": lambda rng, data: data + rng.choice((b"\n\n\n", b"\0" * 5000, b"}", b"garbage", b"\x1a")),
    "empty": lambda rng, data: b"",
    "blank": lambda rng, data: rng.choice((b" \n", b"null", b"{}", b"[]", b"0", b'"x"')),
    "noise": lambda rng, data: rng.randbytes(rng.choice((1, 100, 50_000))),
    "packed": lambda rng, data: gzip.compress(data),
    "a page": lambda rng, data: b"<!DOCTYPE html><html><body>" + data[:2000] + b"</body></html>",
}
HARMLESS = ("BOM", "line ends", "no format", "metadata stripped", "cell count", "mark points", "kernel")


# ---- frames


def bytes_changed(rng: random.Random, data: bytes, others: list[bytes]) -> bytes:
    """A stream of frames after a few changes to its bytes, with pieces of other streams among them."""
    changed = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 5, 20))):
        kind, at = rng.randrange(7), rng.randrange(len(changed) + 1)
        if kind == 0 and at < len(changed):
            changed[at] ^= 1 << rng.randrange(8)
        elif kind == 1 and at < len(changed):
            changed[at] = rng.choice((0, 1, 0x7F, 0x80, 0xFF, rng.randrange(256)))
        elif kind == 2:
            del changed[at : at + rng.choice((1, 4, 30))]
        elif kind == 3:
            changed[at:at] = rng.randbytes(rng.choice((1, 4, 16)))
        elif kind == 4:
            changed[at:at] = changed[at : at + rng.choice((1, 8, 200))]
        elif kind == 5:
            other = rng.choice(others)
            begin = rng.randrange(len(other) + 1)
            changed[at:at] = other[begin : begin + rng.choice((8, 60, 4000))]
        elif at + 4 <= len(changed):
            changed[at : at + 4] = rng.choice((0, 1, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF, rng.getrandbits(32))).to_bytes(4, "big")
    if rng.random() < 0.1:
        del changed[rng.randrange(len(changed) + 1) :]
    return bytes(changed)


def value_changed(rng: random.Random, value: Any) -> Any:
    """A JSON value with odd values in it, keys lost, lists longer, and so on."""
    value = copy.deepcopy(value)
    for _ in range(rng.choice((1, 1, 2, 4))):
        if isinstance(value, (dict, list)) and value and rng.random() < 0.9:
            value = _odd_somewhere(rng, value) if rng.random() < 0.7 else _key_lost(rng, value)
        elif rng.random() < 0.3:
            value = odd(rng)
    return value
