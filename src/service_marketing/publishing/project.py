"""Where the course's sources are, and whether they changed."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

MARKER = "_toc.yml"


def root(start: Path | None = None) -> Path:
    """The folder of the course that `start` (default: the current folder) lies in.

    Raises FileNotFoundError when there is none above it.
    """
    start = Path(start or Path.cwd()).resolve()
    for folder in (start, *start.parents):
        if (folder / MARKER).exists() and (folder / "chapters").is_dir():
            return folder
    raise FileNotFoundError(f"{start} 不在课程仓库里：往上找不到 {MARKER} 和 chapters/ (run this inside the course's folder)")


def fingerprint(paths: Iterable[Path]) -> str:
    """A hash of the names and contents of all files in `paths`, folders searched through; what is built or cached is left out."""
    digest = hashlib.sha256()
    for file in sorted(file for path in paths for file in _files(path)):
        digest.update(str(file).encode())
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _files(path: Path) -> Iterable[Path]:
    if path.is_file():
        return [path]
    return [file for file in path.rglob("*") if file.is_file() and "__pycache__" not in file.parts]


def code_and_data(folder: Path) -> list[Path]:
    """What the outputs of a chapter's cells depend on, besides the chapter."""
    return [folder / "src", folder / "data", folder / "requirements"]


def everything(folder: Path) -> list[Path]:
    """What the book depends on."""
    return [
        *code_and_data(folder),
        folder / "book",
        folder / "chapters",
        folder / "exercises",
        folder / "package-lock.json",
        *folder.glob("_*.yml"),
    ]
