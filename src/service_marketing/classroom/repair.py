"""Make a submission gradable without losing what the student handed in.

nbgrader stops at a notebook that it cannot parse, passes over one with another name, and fails when an answer and
its test are both deleted. Whatever is changed here is kept as it came under `originals/` and named in the notes.
"""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode

TIMESTAMP = "timestamp.txt"


@dataclass(frozen=True)
class Note:
    """Something about a submission that its student and the instructor should know.

    `kind` is "unreadable" (nothing could be graded), "renamed", "restored" or "edited"; `text` explains it in Chinese.
    """

    kind: str
    text: str


class Unreadable(ValueError):
    """A file that is no notebook; the message says why, in Chinese."""


def load(path: Path) -> NotebookNode:
    """The notebook in the file at `path`, of any encoding and format version in use; raises Unreadable."""
    data = path.read_bytes()
    if not data.strip():
        raise Unreadable("文件是空的（0字节），可能是上传时中断了")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = data.decode("gb18030")
        except UnicodeDecodeError:
            raise Unreadable("文件不是文本，可能把别的文件改名成了.ipynb") from None
    try:
        raw = json.loads(text)
    except json.JSONDecodeError as error:
        where = f"第{error.lineno}行"
        cut = error.pos >= len(text.rstrip()) - 1 or "Unterminated" in error.msg
        reason = "文件在这里断了，没有存完或没有传完" if cut else "可能用文本编辑器改过"
        raise Unreadable(f"不是有效的notebook：{where}起读不下去，{reason}") from None
    except RecursionError:
        raise Unreadable("不是有效的notebook：嵌套太深") from None
    try:
        notebook = nbformat.convert(nbformat.from_dict(raw), 4)
        for cell in notebook.cells:
            cell.source = cell.source if isinstance(cell.source, str) else "".join(cell.source)
            cell.setdefault("metadata", NotebookNode())
        return nbformat.validator.normalize(notebook)[1]
    except Exception as error:
        raise Unreadable(f"是JSON，但不是notebook（{type(error).__name__}）") from None


def repair(folder: Path, name: str, released: Path, originals: Path) -> list[Note]:
    """Leave in `folder` a notebook `name`.ipynb that nbgrader can grade, and say what had to be done.

    `released` is the notebook that students were given; `originals` is where the submission is kept as it came
    when anything is changed. Running it again changes nothing more.
    """
    release = nbformat.read(released, as_version=4)
    came = originals if originals.is_dir() else folder
    try:
        notebook, notes = _find(came, f"{name}.ipynb", release)
        notes += _restore(notebook, release)
    except Unreadable as error:
        notes = [Note("unreadable", f"{error}。没有可批改的内容，得0分；原文件保存在originals/。")]
        notebook = stand_in(release, notes[0].text)
    if notes or not _same(folder / f"{name}.ipynb", notebook):
        _replace(folder, f"{name}.ipynb", notebook, originals)
    return notes


def set_aside(folder: Path, name: str, released: Path, originals: Path, reason: str) -> None:
    """Put the blank release in place of a submission that cannot be graded; the submission stays under `originals`."""
    _replace(folder, f"{name}.ipynb", stand_in(nbformat.read(released, as_version=4), reason), originals)


def stand_in(release: NotebookNode, reason: str) -> NotebookNode:
    """The blank release with `reason` on top: what is graded, with 0 points, when there is nothing to grade."""
    notebook = nbformat.from_dict(json.loads(nbformat.writes(release)))
    notice = nbformat.v4.new_markdown_cell(f"**交来的文件没有能够批改。** {reason}", id="notice")
    notebook.cells.insert(0, notice)
    return notebook


def _replace(folder: Path, filename: str, notebook: NotebookNode, originals: Path) -> None:
    if not originals.is_dir():
        partial = originals.with_name(originals.name + ".part")
        shutil.rmtree(partial, ignore_errors=True)
        shutil.copytree(folder, partial)
        partial.rename(originals)
    for path in folder.iterdir():
        if path.name != TIMESTAMP:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    nbformat.write(notebook, folder / filename)


def _same(target: Path, notebook: NotebookNode) -> bool:
    try:
        return json.loads(target.read_text(encoding="utf-8")) == json.loads(nbformat.writes(notebook))
    except (OSError, ValueError):
        return False


def _find(folder: Path, filename: str, release: NotebookNode) -> tuple[NotebookNode, list[Note]]:
    if (folder / filename).is_file():
        return load(folder / filename), []
    files = sorted(p for p in folder.rglob("*") if p.is_file() and p.name != TIMESTAMP)
    notebooks = [p for p in files if p.suffix == ".ipynb"]
    if not notebooks:
        listed = "、".join(p.name for p in files) or "没有文件"
        raise Unreadable(f"没有交notebook（.ipynb），交来的是：{listed}")
    wanted = set(_grade_ids(release))
    readable, faults = {}, []
    for path in notebooks:
        try:
            readable[path] = load(path)
        except Unreadable as error:
            faults.append(f"{path.name}：{error}")
    best = max(readable, key=lambda p: len(wanted & set(_grade_ids(readable[p]))), default=None)
    if best is None:
        raise Unreadable("；".join(faults))
    if not wanted & set(_grade_ids(readable[best])):
        raise Unreadable(f"{best.name} 里没有这次作业的题目，可能交错了文件")
    return readable[best], [Note("renamed", f"文件名是{best.name}，应是{filename}；已照常批改，不扣分。")]


def _restore(notebook: NotebookNode, release: NotebookNode) -> list[Note]:
    """Put back deleted cells, metadata and the text of locked cells; the notes name what the student changed."""
    ours = {cell.metadata.nbgrader.grade_id: cell for cell in release.cells if "nbgrader" in cell.metadata}
    theirs = {}
    for cell in notebook.cells:
        meta = cell.metadata.get("nbgrader")
        if isinstance(meta, dict) and meta.get("grade_id") in ours:
            theirs[meta["grade_id"]] = cell  # the last of several, as nbgrader takes it
        elif "nbgrader" in cell.metadata:
            del cell.metadata["nbgrader"]
    edited = []
    for cell in notebook.cells:
        meta = cell.metadata.get("nbgrader")
        if meta is None:
            continue
        grade_id = meta["grade_id"]
        if theirs[grade_id] is not cell:
            del cell.metadata["nbgrader"]
            continue
        original = ours[grade_id]
        cell.metadata["nbgrader"] = NotebookNode(original.metadata.nbgrader)
        if cell.cell_type != original.cell_type:
            cell.cell_type = original.cell_type
            if cell.cell_type == "code":
                cell.update(outputs=[], execution_count=None)
            else:
                cell.pop("outputs", None), cell.pop("execution_count", None)
        if original.metadata.nbgrader.locked and cell.source != original.source:
            cell.source = original.source
            edited.append(grade_id)
    missing = [grade_id for grade_id in ours if grade_id not in theirs]
    _insert(notebook, ours, missing)
    notes = []
    if missing:
        notes.append(Note("restored", f"有{len(missing)}格被删掉了（{'、'.join(missing)}），已补回再批改。"))
    if edited:
        notes.append(Note("edited", f"改动了锁定的格子（{'、'.join(edited)}），改动不起作用，按原样批改。"))
    return notes


def _insert(notebook: NotebookNode, ours: dict[str, NotebookNode], missing: list[str]) -> None:
    """Each missing cell goes behind the one that precedes it in the release."""
    order = list(ours)
    for grade_id in missing:
        before = order[: order.index(grade_id)]
        at = max((i for i, c in enumerate(notebook.cells) if c.metadata.get("nbgrader", {}).get("grade_id") in before), default=-1)
        notebook.cells.insert(at + 1, nbformat.from_dict(json.loads(json.dumps(ours[grade_id]))))


def _grade_ids(notebook: NotebookNode) -> list[str]:
    metas = [cell.metadata.get("nbgrader") for cell in notebook.cells]
    return [meta["grade_id"] for meta in metas if isinstance(meta, dict) and isinstance(meta.get("grade_id"), str)]
