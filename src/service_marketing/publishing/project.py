"""Where the course's sources are, and whether they changed."""

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path

MARKER = "_toc.yml"
LANGUAGES = ("zh", "en")
# of the package, what no cell of a chapter runs
TOOLS = ("publishing", "classroom", "grading", "cli.py", "widget/frontend", "widget/static")


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
        return [path] if "__pycache__" not in path.parts else []
    return [file for file in path.rglob("*") if file.is_file() and "__pycache__" not in file.parts]


def code_and_data(folder: Path) -> list[Path]:
    """What the outputs of a chapter's cells depend on, besides the chapter: not the tools that build the book and grade."""
    tools = {folder / "src" / "service_marketing" / name for name in TOOLS}
    package = [file for file in (folder / "src").rglob("*") if file.is_file() and not tools & {file, *file.parents}]
    return [*package, folder / "data", folder / "requirements"]


def settings(folder: Path, language: str) -> list[Path]:
    """Jupyter Book's configuration and contents of one edition."""
    return [path for path in folder.glob("_*.yml") if path.stem.endswith(".en") == (language == "en")]


def shared(folder: Path, language: str) -> list[Path]:
    """What every page of one edition depends on, whatever it says."""
    book = [path for path in (folder / "book").iterdir() if not path.is_dir() or path.name.startswith("_")]
    return [folder / "src" / "service_marketing" / "publishing", *book, *settings(folder, language)]


def signposts(folder: Path, language: str) -> str:
    """What pages of one edition say of one another: their titles, headings and labels, as one text."""
    pages = sorted([*(folder / "book" / language).rglob("*.md"), *(folder / "chapters" / language).rglob("*.md")])
    found = re.compile(r"^(?:#{1,6} .*|\([^()\s]+\)=.*| *:?name: .*| *:name: .*)$", re.MULTILINE)
    return "\n".join(f"{page.relative_to(folder)}\n" + "\n".join(found.findall(page.read_text(encoding="utf-8"))) for page in pages)


def everything(folder: Path, language: str) -> list[Path]:
    """What one edition of the book depends on."""
    book = [path for path in (folder / "book").iterdir() if path.name == language or path.name not in LANGUAGES]
    return [
        folder / "src",
        folder / "data",
        folder / "requirements",
        *book,
        folder / "chapters" / language,
        folder / "exercises",
        folder / "package-lock.json",
        *settings(folder, language),
    ]
