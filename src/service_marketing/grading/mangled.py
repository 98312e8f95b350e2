"""A submitted notebook in whatever state it is: made into one that can be graded, with a list of what was wrong.

`read` turns bytes into a notebook, as far as anything can be read. `match` finds which file is which notebook of the
assignment. `restore` puts back what nbgrader relies on: the marks of cells, their kind, their order, and cells that are
gone. What is intact comes out as nbgrader itself reads it; the locked text, points and checksums are left to nbgrader's
OverwriteCells, which knows them best.
"""

import copy
import hashlib
import io
import json
import logging
import re
import warnings
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cached_property, lru_cache
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.validator import ValidationError
from nbgrader import utils
from nbgrader.nbgraderformat import MetadataValidator
from nbgrader.preprocessors import ClearHiddenTests, ClearMarkScheme, OverwriteCells
from traitlets.config import Config

from .folder import Assignment
from .gradebook import Notebook
from .problems import Problem, problem

KINDS = ("code", "markdown", "raw")
SPECIAL_TAGS = frozenset({"skip-execution", "raises-exception"})
FITS = 0.5
ALIKE = 0.15

INSTEAD = 5  # files of another kind that are named in place of a notebook


@dataclass(frozen=True)
class Limits:
    """What a notebook may have; beyond it something is left out, and told.

    `size`: bytes of the file. `cells`: their number. `depth`: of nesting. `output`, `attachments`, `source`: characters in
    one cell.
    """

    size: int = 200_000_000
    cells: int = 2_000
    depth: int = 60
    output: int = 2_000_000
    attachments: int = 20_000_000
    source: int = 1_000_000


LIMITS = Limits()
_NOTHING = object()


@dataclass(frozen=True)
class Reading:
    """What could be read of a file: a notebook in format 4 that is valid, or None, and what was wrong."""

    notebook: NotebookNode | None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Expected:
    """A cell that the notebook was released with and that nbgrader knows.

    `source` is its text in the gradebook, hidden tests included; `shown` the text that students were given; `marks` its
    `nbgrader` metadata; `id` its nbformat cell id, if it has one; `editions` its text in other editions that students may
    have been given, see `folder.Assignment`.
    """

    name: str
    cell_type: str
    locked: bool
    grade: bool
    solution: bool
    task: bool
    points: float | None
    checksum: str | None
    source: str
    shown: str
    marks: Mapping[str, Any]
    id: str | None = None
    tags: frozenset[str] = frozenset()
    editions: tuple[str, ...] = ()

    @cached_property
    def given(self) -> frozenset[str]:
        """The texts that students were given, made normal."""
        return frozenset(map(normal, (self.shown, *self.editions)))


@dataclass(frozen=True)
class Reference:
    """What a notebook of the assignment should be: its marked cells in order, and the texts of the others."""

    name: str
    cells: tuple[Expected, ...]
    plain: frozenset[str] = frozenset()
    stock_order: tuple[str, ...] = ()
    graded_order: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {cell.name: cell for cell in self.cells})


@dataclass(frozen=True)
class Match:
    """Which file is which notebook: file names by notebook name; the notebooks nobody handed in; problems by notebook."""

    files: Mapping[str, str]
    missing: tuple[str, ...] = ()
    problems: Mapping[str, tuple[Problem, ...]] = field(default_factory=dict)
    unused: tuple[str, ...] = ()


# ---- reading


def read(data: bytes, name: str = "notebook", limits: Limits = LIMITS) -> Reading:
    """The notebook in `data`, whatever its encoding, format and state; `name` is what the problems call the file.

    Never raises: what is no notebook at all gives None and a grave problem.
    """
    if len(data) > limits.size:
        return Reading(None, (problem("file-too-big", name, size=_size(len(data)), limit=_size(limits.size)),))
    if not data.strip(b"\0 \t\r\n\xef\xbb\xbf\xfe\xff"):
        return Reading(None, (problem("empty", name),))
    kind = _foreign_kind(data)
    if kind == ("ZIP压缩包", "a ZIP archive"):
        inner = _unzipped(data, limits)
        if inner is not None:
            reading = read(inner[1], name, limits)
            return Reading(reading.notebook, (problem("zipped", name, inner=inner[0]), *reading.problems))
    if kind:
        return Reading(None, (problem("not-a-notebook", name, kind_zh=kind[0], kind_en=kind[1]),))
    text, problems = _decoded(data, name)
    raw, trouble = _parsed(text, name)
    problems += trouble
    if raw is _NOTHING:
        kind = _text_kind(text)
        if kind and trouble:
            return Reading(None, (*problems[: -len(trouble)], problem("not-a-notebook", name, kind_zh=kind[0], kind_en=kind[1])))
        return Reading(None, tuple(problems))
    if isinstance(raw, list) and any(isinstance(item, dict) and "cell_type" in item for item in raw):
        raw = {"cells": raw}
    if not isinstance(raw, dict) or not isinstance(raw.get("cells", raw.get("worksheets")), list):
        kind = ("JSON，但不是notebook", "JSON, but no notebook")
        return Reading(None, (*problems, problem("not-a-notebook", name, kind_zh=kind[0], kind_en=kind[1])))
    if re.search(r"\\u[dD][89a-fA-F]", text):
        raw, changed = _paired(raw)
        if changed:
            problems.append(problem("bad-bytes", name, number=changed, encoding="Unicode"))
    notebook, mending = _notebook(raw, name, limits)
    return Reading(notebook, tuple(problems + mending))


def _size(number: int) -> str:
    return f"{number / 1e6:.1f} MB" if number >= 100_000 else f"{number} B"


_SIGNS: tuple[tuple[bytes, tuple[str, str]], ...] = (
    (b"PK\x03\x04", ("ZIP压缩包", "a ZIP archive")),
    (b"PK\x05\x06", ("ZIP压缩包", "a ZIP archive")),
    (b"\xd0\xcf\x11\xe0", ("旧版Word、Excel或WPS文件", "an old Word, Excel or WPS file")),
    (b"%PDF", ("PDF", "a PDF")),
    (b"\x89PNG", ("PNG图片", "a PNG picture")),
    (b"\xff\xd8\xff", ("JPEG图片", "a JPEG picture")),
    (b"GIF8", ("GIF图片", "a GIF picture")),
    (b"Rar!", ("RAR压缩包", "a RAR archive")),
    (b"7z\xbc\xaf", ("7z压缩包", "a 7z archive")),
    (b"\x1f\x8b", ("gzip压缩包", "a gzip archive")),
    (b"{\\rtf", ("RTF文档", "an RTF document")),
    (b"SQLite format 3", ("数据库文件", "a database file")),
)


def _foreign_kind(data: bytes) -> tuple[str, str] | None:
    """What the file is when its first bytes say that it is no text."""
    head = data[:16]
    for sign, kind in _SIGNS:
        if head.startswith(sign):
            if kind[1] == "a ZIP archive":
                for part, office in ((b"word/", "Word"), (b"xl/", "Excel"), (b"ppt/", "PowerPoint")):
                    if part in data[:8192] or part in data[-8192:]:
                        return f"{office}文件", f"a {office} file"
            return kind
    if head[:4] == b"RIFF" or head[4:8] == b"ftyp":
        return "图片或视频", "a picture or a video"
    return None


def _text_kind(text: str) -> tuple[str, str] | None:
    """What the file is when it is text, and neither JSON nor the rest of a notebook."""
    head = text[:3000].lstrip().lower()
    if head.startswith(("<!doctype html", "<html")) or "<html" in head[:1000]:
        return "网页（HTML）", "a web page (HTML)"
    if head.startswith("<?xml") or head.startswith("<"):
        return "XML文件", "an XML file"
    if not head.startswith(("{", "[")):
        if re.search(r"^(?:import|from|def|class|print)\b|^# %%|^#!.*python", text[:3000], re.MULTILINE):
            return "Python程序（.py）", "a Python program (.py)"
        return "文本文件", "a text file"
    return None


def _unzipped(data: bytes, limits: Limits) -> tuple[str, bytes] | None:
    """Name and bytes of the one notebook in an archive, if there is exactly one and it is of a sensible size."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            inside = [m for m in members if m.filename.lower().endswith(".ipynb") and "__MACOSX" not in m.filename]
            inside = [m for m in inside if ".ipynb_checkpoints" not in m.filename]
            if len(members) > 10_000 or len(inside) != 1 or not 0 < inside[0].file_size <= limits.size // 4:
                return None
            with archive.open(inside[0]) as file:
                inner = file.read(limits.size // 4)
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, ValueError, EOFError, zipfile.zlib.error):
        return None
    return None if inner[:2] == b"PK" else (inside[0].filename.rsplit("/", 1)[-1], inner)


def _decoded(data: bytes, name: str) -> tuple[str, list[Problem]]:
    """The text in `data`: UTF-8, UTF-16, UTF-32 or GBK, with or without a byte order mark, cut anywhere."""
    for mark, encoding in (
        (b"\xff\xfe\0\0", "UTF-32"),
        (b"\0\0\xfe\xff", "UTF-32"),
        (b"\xff\xfe", "UTF-16"),
        (b"\xfe\xff", "UTF-16"),
        (b"\xef\xbb\xbf", "UTF-8"),
    ):
        if data.startswith(mark):
            shown = "UTF-8（带BOM）" if encoding == "UTF-8" else encoding
            text, bad = _lenient(data, "utf-8-sig" if encoding == "UTF-8" else encoding)
            return text, [problem("encoding", name, encoding=shown), *_bad_bytes(name, bad, encoding)]
    zeros = data[:4000].count(0) * 4
    if zeros > len(data[:4000]):
        even, odd = data[0:4000:2].count(0), data[1:4000:2].count(0)
        wide = zeros > 2.5 * len(data[:4000])
        encoding = ("utf-32-" if wide else "utf-16-") + ("be" if data[:1] == b"\0" and (wide or even >= odd) else "le")
        text, bad = _lenient(data, encoding)
        return text, [problem("encoding", name, encoding=encoding.upper()), *_bad_bytes(name, bad, encoding.upper())]
    try:
        return data.decode("utf-8"), []
    except UnicodeDecodeError as error:
        if error.start >= len(data) - 3:
            return data[: error.start].decode("utf-8"), []  # cut in the middle of a character: the parser says so
    text, bad = _lenient(data, "utf-8")
    if bad * 20 <= sum(text.count(c) for c in set(text) if c > "\x7f"):
        return text, _bad_bytes(name, bad, "UTF-8")
    for end in (len(data), len(data) - 1, len(data) - 2, len(data) - 3):
        try:
            return data[:end].decode("gb18030"), [problem("encoding", name, encoding="GBK")]
        except UnicodeDecodeError:
            continue
    other, worse = _lenient(data, "gb18030")
    if worse < bad:
        return other, [problem("encoding", name, encoding="GBK"), *_bad_bytes(name, worse, "GBK")]
    return text, _bad_bytes(name, bad, "UTF-8")


def _lenient(data: bytes, encoding: str) -> tuple[str, int]:
    text = data.decode(encoding, "replace")
    if text.endswith("\ufffd"):
        text = text.rstrip("\ufffd")
    return text, text.count("\ufffd") - (data.count(b"\xef\xbf\xbd") if "utf-8" in encoding else 0)


def _bad_bytes(name: str, number: int, encoding: str) -> list[Problem]:
    return [problem("bad-bytes", name, number=number, encoding=encoding)] if number > 0 else []


def _integer(digits: str) -> int | float:
    # Python refuses to convert integers of thousands of digits, and nothing in a notebook needs them
    return int(digits) if len(digits) < 1000 else float(digits)


def _parsed(text: str, name: str) -> tuple[Any, list[Problem]]:
    """The JSON in `text`, or the notebook that can be put together of the whole cells in it; else `_NOTHING`."""
    text = text.lstrip("\ufeff")
    try:
        return json.loads(text, parse_int=_integer), []
    except (ValueError, RecursionError) as error:
        position = getattr(error, "pos", 0)
        message = getattr(error, "msg", type(error).__name__)
    try:
        lenient = json.JSONDecoder(strict=False, parse_int=_integer)
        raw, _ = lenient.raw_decode(text, len(text) - len(text.lstrip()))
        if isinstance(raw, dict) and isinstance(raw.get("cells"), list):
            line = text.count("\n", 0, position) + 1
            return raw, [problem("broken-json", name, line=line, error=message, kept=len(raw["cells"]))]
    except (ValueError, RecursionError):
        pass
    cells = _salvaged(text)
    line = text.count("\n", 0, position) + 1
    if not cells:
        where = {"where_zh": f"第{line}行：{message}", "where_en": f"line {line}: {message}"}
        return _NOTHING, [problem("no-cells", name, **where)]
    cut = position >= len(text.rstrip()) - 12 or "Unterminated" in message
    said = {"line": line, "kept": len(cells)}
    trouble = problem("cut-short", name, **said) if cut else problem("broken-json", name, error=message, **said)
    old = any("input" in cell and "source" not in cell for cell in cells)
    metadata = _salvaged_metadata(text)
    if old:
        return {"nbformat": 3, "nbformat_minor": 0, "metadata": metadata, "worksheets": [{"cells": cells}]}, [trouble]
    minor = 5 if all("id" in cell for cell in cells) else 4
    return {"nbformat": 4, "nbformat_minor": minor, "metadata": metadata, "cells": cells}, [trouble]


_START = re.compile(
    r"""\{\s*"(?:cell_type|id|attachments|execution_count|metadata|outputs|source|collapsed|input|language|prompt_number)"\s*:"""
)


def _salvaged(text: str) -> list[dict[str, Any]]:
    """Whole cells in broken JSON, in order. The work is bounded, however the text was broken."""
    decoder = json.JSONDecoder(strict=False, parse_int=_integer)
    begin = re.search(r'"cells"\s*:\s*\[', text)
    position, failures, budget, cells = begin.end() if begin else 0, 0, 50 * len(text) + 100_000, []
    while failures < 2_000 and budget > 0 and len(cells) < 20_000:
        found = _START.search(text, position)
        if not found:
            break
        try:
            value, end = decoder.raw_decode(text, found.start())
        except (ValueError, RecursionError) as error:
            failures += 1
            budget -= max(0, getattr(error, "pos", found.start() + 10_000) - found.start())
            position = found.end()
            continue
        if isinstance(value, dict) and isinstance(value.get("cell_type"), str) and ("source" in value or "input" in value):
            cells.append(value)
            position = end
        else:
            position = found.end()
    return cells


def _salvaged_metadata(text: str) -> dict[str, Any]:
    """The notebook's own metadata, where it stands at the end of broken JSON."""
    decoder = json.JSONDecoder(strict=False, parse_int=_integer)
    for found in re.finditer(r'"metadata"\s*:\s*(?=\{\s*"(?:kernelspec|language_info)")', text):
        try:
            value, _ = decoder.raw_decode(text, found.end())
        except (ValueError, RecursionError):
            return {}
        return value if isinstance(value, dict) else {}
    return {}


def _paired(value: Any) -> tuple[Any, int]:
    """`value` with U+FFFD for each half of a surrogate pair, which no file can hold, and how many there were."""
    changed = 0

    def mend(text: str) -> str:
        nonlocal changed
        try:
            text.encode("utf-8")
        except UnicodeEncodeError:
            mended = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
            changed += mended.count("\ufffd") - text.count("\ufffd")
            return mended
        return text

    # without recursion: depth is checked later
    top = [value]
    stack: list[Any] = [top]
    while stack:
        holder = stack.pop()
        if isinstance(holder, dict):
            for key in [k for k in holder if mend(k) != k]:
                holder[mend(key)] = holder.pop(key)
        for key, item in list(holder.items()) if isinstance(holder, dict) else list(enumerate(holder)):
            if isinstance(item, str):
                holder[key] = mend(item)
            elif isinstance(item, (dict, list)):
                stack.append(item)
    return top[0], changed


# ---- structure


def _notebook(raw: dict[str, Any], name: str, limits: Limits) -> tuple[NotebookNode, list[Problem]]:
    """The notebook that `raw` is, in format 4; whatever is not in the format is mended or left out."""
    problems: list[Problem] = []
    deep = _prune(raw, limits.depth)
    if deep:
        problems.append(problem("too-deep", name, number=deep, limit=limits.depth))
    version, minor = raw.get("nbformat"), raw.get("nbformat_minor")
    worksheets = raw.get("worksheets")
    if type(version) is int and version in (1, 2, 3) and ("cells" not in raw or version == 1) and not _is_modern(raw):
        converted = _upgraded(raw)
        problems.append(problem("old-format", name, version=version))
        raw = converted if converted is not None else {"cells": _old_cells(raw), "metadata": raw.get("metadata")}
        raw.update(nbformat=4, nbformat_minor=5 if all("id" in c for c in raw["cells"]) else 4)
    elif type(version) is not int or version != 4 or type(minor) is not int or minor < 0:
        problems.append(problem("odd-format", name, version=f"{version}.{minor}"))
        cells = raw["cells"] if isinstance(raw.get("cells"), list) else _old_cells({"worksheets": worksheets})
        ids = bool(cells) and all(isinstance(c, dict) and isinstance(c.get("id"), str) for c in cells)
        raw = {**raw, "cells": cells, "nbformat": 4, "nbformat_minor": 5 if ids else 4}
        raw.pop("worksheets", None)
    raw, found = _tidied(raw, name, limits)
    problems += found
    return _validated(raw, name, problems), problems


def _is_modern(raw: dict[str, Any]) -> bool:
    """Whether the cells are those of format 4, whatever the version says."""
    cells = raw.get("cells")
    return isinstance(cells, list) and any(isinstance(c, dict) and "source" in c and "metadata" in c for c in cells)


def _upgraded(raw: dict[str, Any]) -> dict[str, Any] | None:
    try:
        with _quiet():
            notebook = nbformat.convert(nbformat.versions[raw["nbformat"]].to_notebook_json(copy.deepcopy(raw), minor=0), 4)
            return notebook if isinstance(notebook.cells, list) else None
    except Exception:  # the converters stumble over anything
        return None


def _old_cells(raw: dict[str, Any]) -> list[Any]:
    """Cells of an old format that nbformat cannot convert."""
    sheets = raw.get("worksheets") if isinstance(raw.get("worksheets"), list) else [raw]
    held = [cell for sheet in sheets if isinstance(sheet, dict) for cell in (sheet.get("cells") or []) if isinstance(cell, dict)]
    return [{**cell, "source": cell.get("source", cell.get("input", cell.get("code", cell.get("text", ""))))} for cell in held]


def _prune(raw: dict[str, Any], limit: int) -> int:
    """Empty what is nested deeper than `limit`; returns how many places."""
    pruned, stack = 0, [(raw, 1)]
    while stack:
        holder, depth = stack.pop()
        for key, item in holder.items() if isinstance(holder, dict) else enumerate(holder):
            if isinstance(item, (dict, list)):
                if depth >= limit and item:
                    holder[key] = type(item)()
                    pruned += 1
                else:
                    stack.append((item, depth + 1))
    return pruned


def _weight(value: Any) -> int:
    """Characters in all strings below `value`."""
    total, stack = 0, [value]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            total += len(item)
        elif isinstance(item, dict):
            total += 8
            stack.extend(item.values())
        elif isinstance(item, list):
            total += len(item)
            stack.extend(item)
        else:
            total += 8
    return total


class _Tally:
    """What was done to the cells, counted."""

    def __init__(self) -> None:
        self.lost = self.attachments = self.long = self.heavy = self.weight = 0
        self.types: list[str] = []
        self.mended: list[str] = []


def _tidied(raw: dict[str, Any], name: str, limits: Limits) -> tuple[dict[str, Any], list[Problem]]:
    """`raw` with cells that are cells, of a known type and a sensible size. What is in order is left as it is."""
    tally, problems, cells = _Tally(), [], []
    for cell in raw["cells"]:
        if isinstance(cell, dict) and ("cell_type" in cell or "source" in cell or "input" in cell):
            cells.append(_tidy_cell(cell, tally, limits))
        else:
            tally.lost += 1
    if len(cells) > limits.cells:
        problems.append(problem("too-many-cells", name, number=len(cells), limit=limits.cells))
        marked = [i for i, c in enumerate(cells) if i >= limits.cells and _mark(c) is not None][: limits.cells]
        cells = cells[: limits.cells] + [cells[i] for i in marked]
    metadata = raw.get("metadata")
    if not isinstance(metadata, dict):
        tally.mended.append("metadata")
        metadata = {}
    if tally.lost:
        problems.append(problem("lost-cells", name, number=tally.lost))
    if tally.types:
        problems.append(problem("odd-cells", name, number=len(tally.types), types=", ".join(sorted(set(tally.types)))))
    if tally.heavy:
        problems.append(problem("huge-output", name, number=tally.heavy, size=_size(tally.weight)))
    if tally.attachments:
        problems.append(problem("attachments", name, number=tally.attachments))
    if tally.long:
        problems.append(problem("long-source", name, number=tally.long, limit=limits.source))
    if tally.mended:
        problems.append(problem("mended", name, mended=", ".join(sorted(set(tally.mended)))))
    return {**raw, "cells": cells, "metadata": metadata}, problems


def _mark(cell: Mapping[str, Any]) -> Any:
    metadata = cell.get("metadata")
    return metadata.get("nbgrader") if isinstance(metadata, dict) else None


def _tidy_cell(cell: dict[str, Any], tally: _Tally, limits: Limits) -> dict[str, Any]:
    cell = dict(cell)
    kind = cell.get("cell_type")
    if not isinstance(kind, str) or kind not in KINDS:
        tally.types.append(str(kind)[:40])
        cell["cell_type"] = "code" if "outputs" in cell or "input" in cell else "markdown" if kind in ("heading", "html") else "raw"
    source = cell.get("source", cell.get("input"))
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        length = sum(map(len, source))
    elif isinstance(source, str):
        length = len(source)
    else:
        tally.mended.append("source")
        source = "".join(line for line in source if isinstance(line, str)) if isinstance(source, list) else ""
        length = len(source)
    if length > limits.source:
        tally.long += 1
        source = ("".join(source) if isinstance(source, list) else source)[: limits.source]
    cell["source"] = source
    if not isinstance(cell.get("metadata"), dict):
        tally.mended.append("metadata")
        cell["metadata"] = {}
    if cell["cell_type"] == "code":
        if not isinstance(cell.get("outputs"), list) or not all(isinstance(output, dict) for output in cell["outputs"]):
            tally.mended.append("outputs")
            cell["outputs"] = []
        weight = _weight(cell["outputs"])
        if weight > limits.output:
            tally.heavy += 1
            tally.weight += weight
            cell["outputs"] = []
        if "execution_count" not in cell:
            tally.mended.append("execution_count")
            cell["execution_count"] = None
    else:
        for key in ("outputs", "execution_count"):
            if key in cell:
                tally.mended.append(key)
                del cell[key]
    if "attachments" in cell:
        held = cell["attachments"]
        sound = isinstance(held, dict) and all(isinstance(bundle, dict) for bundle in held.values())
        if cell["cell_type"] == "code" or not sound or _weight(held) > limits.attachments:
            tally.attachments += 1
            del cell["attachments"]
    return cell


class _quiet:
    """nbformat logs what it finds wrong; here that is a problem of the submission and no line on the screen."""

    def __enter__(self) -> None:
        self.level = logging.root.manager.disable
        logging.disable(logging.CRITICAL)

    def __exit__(self, *_: object) -> None:
        logging.disable(self.level)


def _validated(raw: dict[str, Any], name: str, problems: list[Problem]) -> NotebookNode:
    """`raw` as nbformat reads it, valid; each part that is not valid is dropped."""
    mended: list[str] = []
    try:
        notebook = nbformat.versions[4].to_notebook_json(raw, minor=raw["nbformat_minor"])
        _check(notebook)
        return notebook
    except Exception:  # an output that is no output, a text that is no text: found cell by cell below
        pass
    cells = [_valid_cell(cell, raw["nbformat_minor"], mended) for cell in raw["cells"]]
    for metadata in (raw["metadata"], {k: v for k, v in raw["metadata"].items() if k in ("kernelspec", "language_info")}, {}):
        head = {"nbformat": 4, "nbformat_minor": raw["nbformat_minor"], "metadata": metadata, "cells": cells}
        try:
            notebook = nbformat.versions[4].to_notebook_json(copy.deepcopy(head), minor=raw["nbformat_minor"])
            _check(notebook)
            break
        except Exception:
            mended.append("metadata")
    else:
        cells = [_bare(cell) for cell in raw["cells"]]
        notebook = nbformat.from_dict({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": cells})
        mended.append("cells")
    problems.append(problem("mended", name, mended=", ".join(sorted(set(mended))) or "cells"))
    return notebook


def _check(notebook: NotebookNode) -> None:
    """As nbformat.reads, which completes cell ids; raises ValidationError for what nbconvert will not take."""
    with warnings.catch_warnings(), _quiet():
        warnings.simplefilter("ignore")
        try:
            nbformat.validate(notebook)
        except ValidationError:
            nbformat.validate(notebook, relax_add_props=True)


def _valid_cell(cell: dict[str, Any], minor: int, mended: list[str]) -> dict[str, Any]:
    """The cell without its parts that are not valid."""
    attempts: tuple[tuple[str, dict[str, Any]], ...] = (
        ("", {}),
        ("id", {"id": "cell-" + hashlib.sha256(repr(cell.get("source")).encode("utf-8", "replace")).hexdigest()[:12]}),
        ("outputs", {"outputs": [], "execution_count": None}),
        ("metadata", {"metadata": {k: v for k, v in cell["metadata"].items() if k == "nbgrader"}}),
    )
    current = cell
    for what, change in attempts:
        if (what == "outputs" and cell["cell_type"] != "code") or (what == "id" and minor < 5):
            continue
        current = {**current, **change}
        if what:
            mended.append(what)
        try:
            probe = {"nbformat": 4, "nbformat_minor": minor, "metadata": {}, "cells": [copy.deepcopy(current)]}
            _check(nbformat.versions[4].to_notebook_json(probe, minor=minor))
            return current
        except Exception:
            continue
    mended.append("cells")
    return _bare(cell)


def _bare(cell: dict[str, Any]) -> dict[str, Any]:
    source = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
    kept = {"cell_type": cell["cell_type"], "source": source, "metadata": {}}
    if isinstance(_mark(cell), dict):
        kept["metadata"] = {"nbgrader": _mark(cell)}
    return {**kept, "outputs": [], "execution_count": None} if cell["cell_type"] == "code" else kept


# ---- what the notebook should be


def reference(
    notebook: Notebook, release: NotebookNode | None = None, config: Config | None = None, editions: Iterable[NotebookNode] = ()
) -> Reference:
    """What the gradebook's `notebook` should be; `release` is what students were given, where it is still there.

    `editions`: other editions of it that students may have been given, with the same grade ids.

    Without the release, the text that students saw is the gradebook's without hidden tests and marking schemes, by the
    delimiters in `config`.
    """
    released = _marked(release)
    editions = list(editions)
    others = [_marked(edition) for edition in editions]
    grades = {cell.name: cell for cell in notebook.grade_cells}
    tasks = {cell.name: cell for cell in notebook.task_cells}
    answers = {cell.name for cell in notebook.solution_cells}
    position = {name: i for i, name in enumerate(released)}
    wanted = {cell.name for cell in notebook.source_cells}
    cells = []
    for source in sorted(notebook.source_cells, key=lambda c: position.get(c.name, len(position))):
        worth = grades.get(source.name) or tasks.get(source.name)
        given = released.get(source.name)
        flags = {"grade": source.name in grades, "solution": source.name in answers, "task": source.name in tasks}
        marks = {"schema_version": 3, "grade_id": source.name, "locked": source.locked, **flags, "cell_type": source.cell_type}
        if worth is not None:
            marks["points"] = worth.max_score
        if source.checksum:
            marks["checksum"] = source.checksum
        if given is not None and all(bool(given.metadata.nbgrader.get(k, False)) == v for k, v in flags.items()):
            marks = json.loads(json.dumps(given.metadata.nbgrader))
        cells.append(
            Expected(
                name=source.name,
                cell_type=source.cell_type,
                locked=source.locked,
                **flags,
                points=None if worth is None else worth.max_score,
                checksum=source.checksum,
                source=source.source or "",
                shown=given.source if given is not None else _as_shown(source.source or "", source.cell_type, flags["grade"], config),
                marks=marks,
                id=given.get("id") if given is not None else None,
                tags=_tags(given) if given is not None else frozenset(),
                editions=tuple(other[source.name].source for other in others if source.name in other),
            )
        )
    every = [edition for edition in (release, *editions) if edition is not None]
    plain = {normal(c.source) for edition in every for c in edition.cells if marked_name(c) not in wanted}
    order = tuple(cell.name for cell in notebook.source_cells)
    return Reference(notebook.name, tuple(cells), frozenset(plain), order, tuple(cell.name for cell in notebook.grade_cells))


def released(notebook: Notebook, own: Assignment) -> NotebookNode | None:
    """The `notebook` as it was released, where it is still there."""
    file = own.release_notebooks.get(notebook.name)
    return read(file.read_bytes(), file.name).notebook if file else None


def of(notebook: Notebook, own: Assignment, config: Config | None = None) -> Reference:
    """`reference` of the gradebook's `notebook`, by what lies in the folders of its assignment."""
    editions = (read(file.read_bytes(), file.name).notebook for file in own.editions.get(notebook.name, ()))
    return reference(notebook, released(notebook, own), config, [one for one in editions if one is not None])


def _marked(notebook: NotebookNode | None) -> dict[str, NotebookNode]:
    """The marked cells of a released notebook by their names."""
    found = {}
    for cell in notebook.cells if notebook is not None else ():
        mark = cell.metadata.get("nbgrader")
        if isinstance(mark, dict) and isinstance(mark.get("grade_id"), str):
            found[mark["grade_id"]] = cell
    return found


def _as_shown(source: str, cell_type: str, grade: bool, config: Config | None) -> str:
    cell = NotebookNode(cell_type=cell_type, source=source, metadata=NotebookNode(nbgrader=NotebookNode(grade=grade)))
    for cleaner, clear in ((ClearHiddenTests, "_remove_hidden_test_region"), (ClearMarkScheme, "_remove_mark_scheme_region")):
        try:
            getattr(cleaner(config=config), clear)(cell)
        except (RuntimeError, AttributeError):
            continue
    return cell.source


def _tags(cell: NotebookNode) -> frozenset[str]:
    tags = cell.metadata.get("tags", [])
    return frozenset(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else frozenset()


def normal(source: str) -> str:
    """The text without what editors change by themselves: blanks at the ends of lines, and blank lines around it."""
    return "\n".join(line.rstrip() for line in source.strip().splitlines())


def marked_name(cell: NotebookNode) -> str | None:
    """The grade id that nbgrader's mark gives the cell, if there is a mark that does."""
    mark = cell.metadata.get("nbgrader")
    name = mark.get("grade_id") if isinstance(mark, dict) else None
    return name if isinstance(name, str) else None


def _id(cell: NotebookNode) -> str | None:
    own = cell.get("id")
    return own if isinstance(own, str) else None


# ---- which file is which


def fit(notebook: NotebookNode, wanted: Reference) -> float:
    """How well a notebook fits a reference, 0 to 1: the share of its marked cells, or of its locked texts, that are there."""
    if not wanted.cells:
        return 0.0
    names = {marked_name(cell) for cell in notebook.cells}
    by_name = sum(cell.name in names for cell in wanted.cells) / len(wanted.cells)
    locked = [cell for cell in wanted.cells if cell.locked and cell.shown.strip()]
    texts = {normal(cell.source) for cell in notebook.cells}
    by_text = sum(not cell.given.isdisjoint(texts) for cell in locked) / len(locked) if locked else by_name
    given = {cell.id for cell in wanted.cells if cell.id}
    by_id = len(given & {_id(cell) for cell in notebook.cells}) / len(given) if given else 0.0
    return max(0.5 * by_name + 0.5 * by_text, by_text, by_id)


def match(readings: Mapping[str, Reading], wanted: Iterable[Reference]) -> Match:
    """Which of the files (by their path) is which notebook.

    A file of the right name is taken unless another fits and it does not; the rest goes by content. The only notebook
    handed in is taken for the only one of the assignment, whatever it holds.
    """
    wanted = list(wanted)
    files = {name: reading.notebook for name, reading in readings.items() if reading.notebook is not None}
    scores: dict[tuple[str, str], float] = {}

    def score(file: str, one: Reference) -> float:
        if (file, one.name) not in scores:
            scores[file, one.name] = fit(files[file], one)
        return scores[file, one.name]

    assigned: dict[str, str] = {}
    for one in wanted:
        exact = f"{one.name}.ipynb"
        if exact in files and score(exact, one) >= FITS:
            assigned[one.name] = exact
    open_names = [one for one in wanted if one.name not in assigned]
    spare = [file for file in files if file not in assigned.values()]
    ranked = sorted(
        ((score(file, one), file == f"{one.name}.ipynb", _alike(file, one.name), file, one.name) for one in open_names for file in spare),
        key=lambda r: (-round(r[0], 3), -r[1], -r[2], r[3], r[4]),
    )
    for value, _, _, file, name in ranked:
        if value >= ALIKE and name not in assigned and file not in assigned.values():
            assigned[name] = file
    for one in wanted:
        exact = f"{one.name}.ipynb"
        if one.name not in assigned and exact in files and exact not in assigned.values():
            assigned[one.name] = exact
    spare = [file for file in files if file not in assigned.values() and file.lower().endswith(".ipynb")]
    if len(wanted) == 1 and not assigned and len(spare) == 1:
        assigned[wanted[0].name] = spare[0]
    # nothing that came is a notebook: then say of each file what it is
    instead = () if assigned else tuple(found for reading in readings.values() if reading.notebook is None for found in reading.problems)
    problems = {one.name: _match_problems(one, assigned.get(one.name), readings, score, instead) for one in wanted}
    unused = tuple(sorted(file for file in readings if file not in assigned.values()))
    return Match(assigned, tuple(one.name for one in wanted if one.name not in assigned), problems, unused)


def _alike(file: str, name: str) -> float:
    return SequenceMatcher(None, file.rsplit("/", 1)[-1].lower()[:200], f"{name}.ipynb".lower()).ratio()


def _match_problems(
    one: Reference, file: str | None, readings: Mapping[str, Reading], score: Any, instead: tuple[Problem, ...]
) -> tuple[Problem, ...]:
    exact = f"{one.name}.ipynb"
    if file is None:
        own = readings.get(exact)
        return (*(own.problems if own else instead[:INSTEAD]), problem("missing-notebook", exact))
    problems = list(readings[file].problems)
    if file != exact:
        problems.insert(0, problem("wrong-name", file, expected=exact))
    if score(file, one) == 0 and one.cells:
        problems.append(problem("foreign", file, expected=exact))
    return tuple(problems)


# ---- restoring


def restore(
    notebook: NotebookNode, wanted: Reference, add_missing: bool = True, stock_adds: bool = False
) -> tuple[NotebookNode, tuple[Problem, ...]]:
    """The notebook as nbgrader's preprocessors can take it, and what the student changed.

    An intact notebook comes back as it is. `add_missing`: put back tests, tasks and locked cells that are gone; answers are
    never put back, for a blank one could undo what the student wrote elsewhere. `stock_adds`: OverwriteCells is
    set to put back missing cells itself, which is left to it wherever it does not fail.
    """
    restored = copy.deepcopy(notebook)
    problems: list[Problem] = []
    _sort_marks(restored, wanted, problems)
    _recover(restored, wanted, problems)
    _repair_marks(restored, wanted, problems)
    _reorder(restored, wanted, problems)
    _add_missing(restored, wanted, problems, add_missing, stock_adds)
    return (restored, tuple(problems)) if problems else (notebook, ())


def _sort_marks(notebook: NotebookNode, wanted: Reference, problems: list[Problem]) -> None:
    """Take away marks that are broken, of another assignment, or there twice."""
    held: dict[str, list[NotebookNode]] = {}
    broken, unknown = 0, []
    for cell in notebook.cells:
        if "nbgrader" not in cell.metadata:
            continue
        name = marked_name(cell)
        if name is not None and name in wanted.by_name:
            held.setdefault(name, []).append(cell)
        elif isinstance(mark := cell.metadata.nbgrader, dict) and any(mark.get(flag) for flag in ("grade", "solution", "locked", "task")):
            unknown.append(name or "?")
            del cell.metadata["nbgrader"]
        elif not _is_sound(cell):
            broken += 1
            del cell.metadata["nbgrader"]
    twice = []
    for name, cells in held.items():
        if len(cells) > 1:
            twice.append(name)
            keep = _the_one(cells, wanted.by_name[name])
            for cell in cells:
                if cell is not keep:
                    del cell.metadata["nbgrader"]
    if unknown:
        problems.append(problem("unknown-cells", *unknown))
    if broken:
        problems.append(problem("bad-marks", number=broken))
    if twice:
        problems.append(problem("duplicated", *twice))


@lru_cache(maxsize=1)
def _validator() -> MetadataValidator:
    return MetadataValidator()


def _is_sound(cell: NotebookNode) -> bool:
    try:
        with _quiet():
            _validator().validate_cell(cell)
    except Exception:  # jsonschema's and nbgrader's errors, and those of a mark that is not even a dictionary
        return False
    return True


def _the_one(cells: list[NotebookNode], wanted: Expected) -> NotebookNode:
    """Of several copies the last, as nbgrader takes it; of an answer the last that was worked on."""
    if wanted.solution:
        worked = [cell for cell in cells if normal(cell.source) not in wanted.given]
        return (worked or cells)[-1]
    return cells[-1]


def _likeness(source: str, one: Expected) -> float:
    return max(_closeness(source, text) for text in (one.shown, *one.editions))


def _recover(notebook: NotebookNode, wanted: Reference, problems: list[Problem]) -> None:
    """Recognise cells that lost their marks: by cell id, by text, and answers by the names in them or by their place."""
    present = {name for cell in notebook.cells if (name := marked_name(cell)) in wanted.by_name}
    missing = [cell for cell in wanted.cells if cell.name not in present]
    if not missing:
        return
    free = [cell for cell in notebook.cells if "nbgrader" not in cell.metadata and normal(cell.source) not in wanted.plain]
    found: dict[str, NotebookNode] = {}

    def take(one: Expected, cell: NotebookNode) -> None:
        found[one.name] = cell
        free[:] = [other for other in free if other is not cell]
        cell.metadata["nbgrader"] = nbformat.from_dict(dict(one.marks))

    for one in missing:
        same = [c for c in free if one.id and _id(c) == one.id and c.cell_type == one.cell_type]
        if same and (not one.locked or _likeness(same[0].source, one) > 0.5):
            take(one, same[0])
    for one in [m for m in missing if m.name not in found]:
        same = [c for c in free if c.cell_type == one.cell_type and one.shown.strip() and normal(c.source) in one.given]
        if same:
            take(one, same[-1])
    for one in [m for m in missing if m.name not in found and (m.locked or m.task)]:
        best = max(((_likeness(c.source, one), i) for i, c in enumerate(free)), default=(0, 0))
        if best[0] >= 0.8:
            take(one, free[best[1]])
    for one in [m for m in missing if m.name not in found and m.solution]:
        gap = _gap(notebook, wanted, one)
        near = [c for c in free if c.cell_type == one.cell_type and any(c is other for other in gap)]
        best = max(((_answers(c.source, one.shown), i) for i, c in enumerate(near)), default=(0.0, 0))
        if best[0] >= 0.5:
            take(one, near[best[1]])
        elif len(near) == 1 and wanted.plain and near[0].source.strip():
            take(one, near[0])
    if found:
        problems.append(problem("recovered", *[one.name for one in missing if one.name in found]))


def _closeness(one: str, other: str) -> float:
    """The share of lines that two texts have in common, 0 to 1."""
    a, b = (set(filter(None, (line.strip() for line in text[:200_000].splitlines()))) for text in (one, other))
    return 2 * len(a & b) / (len(a) + len(b)) if a and b else 0.0


NAMES = re.compile(r"^[ \t]*(?:(?:async[ \t]+)?def|class)[ \t]+(\w+)|^(\w+)[ \t]*=(?!=)", re.MULTILINE)


def _answers(source: str, stub: str) -> float:
    """The share of the stub's lines, or of the names it defines, that the source has too, 0 to 1."""
    lines, own = (set(filter(None, (line.strip() for line in text[:200_000].splitlines()))) for text in (stub, source))
    named, defined = ({a or b for a, b in NAMES.findall(text[:200_000])} for text in (stub, source))
    by_line = len(lines & own) / len(lines) if lines else 0.0
    return max(by_line, len(named & defined) / len(named) if named else 0.0)


def _gap(notebook: NotebookNode, wanted: Reference, one: Expected) -> list[NotebookNode]:
    """The cells between the nearest marked cells around the place of `one`."""
    place = {cell.name: i for i, cell in enumerate(wanted.cells)}
    here, low, high = place[one.name], -1, len(notebook.cells)
    before = [place[n] for c in notebook.cells if (n := marked_name(c)) in place and place[n] < here]
    after = [place[n] for c in notebook.cells if (n := marked_name(c)) in place and place[n] > here]
    for i, cell in enumerate(notebook.cells):
        name = marked_name(cell)
        if name in place and before and place[name] == max(before):
            low = i
        if name in place and after and place[name] == min(after):
            high = i
    return notebook.cells[low + 1 : high]


def _repair_marks(notebook: NotebookNode, wanted: Reference, problems: list[Problem]) -> None:
    """Set marks, type and tags right where they were changed; tell which locked texts were."""
    changed: dict[str, list[str]] = {"role": [], "points": [], "cell-type": [], "tags": [], "locked-edited": []}
    for cell in notebook.cells:
        one = wanted.by_name.get(marked_name(cell))
        if one is None:
            continue
        if cell.cell_type != one.cell_type:
            changed["cell-type"].append(one.name)
            _retype(cell, one.cell_type)
        sound = _is_sound(cell)
        flags = (utils.is_grade(cell), utils.is_solution(cell), utils.is_task(cell), utils.is_locked(cell))
        if not sound or tuple(map(bool, flags)) != (one.grade, one.solution, one.task, one.locked):
            only_points = not sound and flags == (one.grade, one.solution, one.task, one.locked) and _points(cell) != one.points
            changed["points" if only_points else "role"].append(one.name)
            cell.metadata["nbgrader"] = nbformat.from_dict(dict(one.marks))
        elif one.points is not None and _points(cell) != float(one.points):
            changed["points"].append(one.name)
            cell.metadata.nbgrader["points"] = one.points
        if one.locked and (added := (_tags(cell) & SPECIAL_TAGS) - one.tags):
            changed["tags"].append(one.name)
            cell.metadata["tags"] = [tag for tag in cell.metadata["tags"] if tag not in added]
        if one.locked and normal(cell.source) not in (*one.given, normal(one.source)):
            changed["locked-edited"].append(one.name)
    problems += [problem(code, *names) for code, names in changed.items() if names]


def _points(cell: NotebookNode) -> float | None:
    points = cell.metadata.nbgrader.get("points")
    return float(points) if isinstance(points, (int, float)) and not isinstance(points, bool) else None


def _retype(cell: NotebookNode, cell_type: str) -> None:
    cell["cell_type"] = cell_type
    if cell_type == "code":
        cell.pop("attachments", None)
        cell["outputs"], cell["execution_count"] = [], None
    else:
        cell.pop("outputs", None), cell.pop("execution_count", None)


def _reorder(notebook: NotebookNode, wanted: Reference, problems: list[Problem]) -> None:
    """Move a test that stands before the answer it tests, and a locked cell that others need and that comes too late.

    What the student wrote stays where it is, and so does everything whose order cannot decide a test.
    """
    moved = []
    place = {cell.name: i for i, cell in enumerate(wanted.cells)}
    answer = None
    for one in wanted.cells:
        if one.solution:
            answer = one.name
        elif one.grade and answer is not None:
            at, first = _index(notebook, one.name), _index(notebook, answer)
            if at is not None and first is not None and at < first:
                cell = notebook.cells.pop(at)
                # behind the answer and the tests of it that are there already
                behind = first - 1
                while behind + 1 < len(notebook.cells) and _is_test_before(notebook.cells[behind + 1], one, wanted, place, answer):
                    behind += 1
                notebook.cells.insert(behind + 1, cell)
                moved.append(one.name)
    for one in reversed(wanted.cells):
        if one.locked and not one.grade and not one.task and one.cell_type == "code":
            at = _index(notebook, one.name)
            later = [i for i, c in enumerate(notebook.cells) if c.cell_type == "code" and place.get(marked_name(c), -1) > place[one.name]]
            if at is not None and later and min(later) < at:
                notebook.cells.insert(min(later), notebook.cells.pop(at))
                moved.append(one.name)
    if moved:
        problems.append(problem("reordered", *moved))


def _index(notebook: NotebookNode, name: str) -> int | None:
    return next((i for i, cell in enumerate(notebook.cells) if marked_name(cell) == name), None)


def _is_test_before(cell: NotebookNode, one: Expected, wanted: Reference, place: Mapping[str, int], answer: str) -> bool:
    name = marked_name(cell)
    return name in place and wanted.by_name[name].grade and place[answer] < place[name] < place[one.name]


def _add_missing(notebook: NotebookNode, wanted: Reference, problems: list[Problem], add: bool, stock_adds: bool) -> None:
    present = {name for cell in notebook.cells if (name := marked_name(cell)) in wanted.by_name}
    missing = [cell for cell in wanted.cells if cell.name not in present]
    lost = [cell.name for cell in missing if cell.solution and not cell.grade]
    gone = [cell for cell in missing if cell.name not in lost]
    if lost:
        problems.append(problem("lost-answers", *lost))
    if not gone:
        return
    graded = [cell for cell in gone if cell.grade or cell.task]
    left = stock_adds and bool(graded) and _stock_can_add(notebook, wanted)
    done = ("已补回再批改", "they were put back") if add or left else ("没有补回", "they were not put back")
    problems.append(problem("missing-cells", *[cell.name for cell in gone], done_zh=done[0], done_en=done[1]))
    for one in gone if add else ():
        if not (left and (one.grade or one.task)):
            _insert(notebook, wanted, one)


def _stock_can_add(notebook: NotebookNode, wanted: Reference) -> bool:
    """Whether OverwriteCells.add_missing_grade_cells finds a place for each: the cell before it must be a test or an answer."""
    held = {marked_name(cell) for cell in notebook.cells if utils.is_grade(cell) or utils.is_solution(cell)}
    for name in wanted.graded_order:
        if name not in held:
            at = wanted.stock_order.index(name)
            if at > 0 and wanted.stock_order[at - 1] not in held:
                return False
            held.add(name)
    return True


def _insert(notebook: NotebookNode, wanted: Reference, one: Expected) -> None:
    """Put the cell behind the one that precedes it in the release, in the shape that OverwriteCells gives it."""
    known = _Source(one.name, one.cell_type, one.locked, one.source, one.checksum)
    made = OverwriteCells().missing_cell_transform(known, one.points or 0.0, is_solution=one.solution, is_task=one.task)
    cell = nbformat.from_dict(made)  # its metadata are a plain dictionary
    # not changed, so that nbgrader sees the text that its checksum is of: what was done is said in the feedback
    cell.source = one.source
    cell.metadata["nbgrader"] = nbformat.from_dict(dict(one.marks))
    if (notebook.nbformat, notebook.nbformat_minor) >= (4, 5):
        taken = {_id(other) for other in notebook.cells}
        own = one.id if one.id and one.id not in taken else "restored-" + hashlib.sha256(one.name.encode()).hexdigest()[:12]
        cell["id"] = own
    order = [expected.name for expected in wanted.cells]
    here = order.index(one.name)
    before = [i for i, c in enumerate(notebook.cells) if (n := marked_name(c)) in wanted.by_name and order.index(n) < here]
    after = [i for i, c in enumerate(notebook.cells) if (n := marked_name(c)) in wanted.by_name and order.index(n) > here]
    nearest = max(before, key=lambda i: order.index(marked_name(notebook.cells[i])), default=None)
    at = nearest + 1 if nearest is not None else min(after, default=0 if one.locked and not one.grade else len(notebook.cells))
    notebook.cells.insert(at, cell)


@dataclass(frozen=True)
class _Source:
    name: str
    cell_type: str
    locked: bool
    source: str
    checksum: str | None
