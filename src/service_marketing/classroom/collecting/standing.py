"""What was collected earlier, and where it lies."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from service_marketing.grading import folder, mangled

from .notebooks import read_book


@dataclass(frozen=True)
class Standing:
    """What is in a student's submission folder: digests by path, when it was handed in, whether a notebook can be read."""

    files: Mapping[str, str]
    moment: datetime | None
    good: bool


def standing_of(root: Path, number: str, assignment: str) -> Standing | None:
    """What was collected earlier; what a broken-off run had ready counts as there."""
    place = place_of(root, number, assignment)
    found = next((one for one in (place, staging_of(place)) if one.is_dir() and not one.is_symlink()), None)
    if found is None:
        return None
    files = {p.relative_to(found).as_posix(): p for p in sorted(found.rglob("*")) if p.is_file() and not p.is_symlink()}
    stamp = files.pop(folder.TIMESTAMP, None)
    moment = folder.timestamp(stamp.read_bytes())[0] if stamp else None
    notebook = files.get(f"{assignment}.ipynb")
    good = notebook is not None and (read_book(data := notebook.read_bytes()) is not None or mangled.read(data).notebook is not None)
    digests = {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in files.items()}
    return Standing(digests, moment.replace(tzinfo=UTC) if moment else None, good) if files else None


def place_of(root: Path, number: str, assignment: str) -> Path:
    return root / "submitted" / number / assignment


def staging_of(place: Path) -> Path:
    return place.with_name(f".{place.name}.new")
