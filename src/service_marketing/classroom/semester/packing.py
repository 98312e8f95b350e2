"""ZIPs as four platforms hand them out, with what must become of every file in them."""

import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath

from ..roster import Enrolled
from .mess import JUNK, Fate, Upload


@dataclass(frozen=True)
class Expected:
    """What must become of one file: whose it is ("" for nobody), and why; `by_hand`: nobody's until a person says so."""

    student: str
    fate: Fate
    by_hand: bool = False


class _Raw(zipfile.ZipInfo):
    """An entry whose name is in GBK and does not say so, as Windows programs in China write it."""

    __slots__ = ()

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:
        return self.filename.encode("gb18030"), self.flag_bits & ~0x800


def pack(
    platform: str, path: Path, handed_in: Sequence[tuple[int, Enrolled, Upload]], due: datetime, packed: datetime, junk: bool, lead: str
) -> dict[str, Expected]:
    """Write the ZIP that `platform` hands out at `packed`; returns what must become of each file, by the name that the plan gives it.

    `handed_in`: the student's place on the list, the student, and the file. `junk`: system files among them. `lead`: the
    folder that all lies in, or "".
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    expected: dict[str, Expected] = {}
    made = _Raw if platform == "chaoxing" else zipfile.ZipInfo
    counts: dict[str, int] = {}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for at, student, upload in handed_in:
            again = counts[student.number] = counts.get(student.number, -1) + 1
            name, moment = NAMES[platform](at, student, upload, due, again)
            moment = packed if platform in ("canvas", "rain-classroom") else moment
            archive.writestr(made(lead + name, moment.timetuple()[:6]), upload.data, zipfile.ZIP_DEFLATED)
            for inner, fate in upload.fates.items():
                expected[f"{path.name}/{lead}{name}{inner}"] = Expected(student.number, fate, upload.by_hand)
        for name, data in JUNK.items() if junk else ():
            archive.writestr(made(lead + name, packed.timetuple()[:6]), data)
            expected[f"{path.name}/{lead}{name}"] = Expected("", ("ignored", ""))
    return expected


def _chaoxing(at: int, student: Enrolled, upload: Upload, due: datetime, again: int) -> tuple[str, datetime]:
    return f"{_said(upload, student, '-')}/{upload.file}", upload.moment


def _rain(at: int, student: Enrolled, upload: Upload, due: datetime, again: int) -> tuple[str, datetime]:
    return f"{_said(upload, student, '_')}_{upload.moment:%Y-%m-%d %H_%M_%S}_{upload.file}", upload.moment


def _moodle(at: int, student: Enrolled, upload: Upload, due: datetime, again: int) -> tuple[str, datetime]:
    name = student.name if upload.name is None else upload.name
    return f"{name}_{30_000 + at}_assignsubmission_file_/{upload.file}", upload.moment


def _canvas(at: int, student: Enrolled, upload: Upload, due: datetime, again: int) -> tuple[str, datetime]:
    name = student.name if upload.name is None else upload.name
    late = "_LATE" if upload.moment > due else ""
    return f"{name.lower()}{late}_{50_000 + at}_{700_000 + 10 * at + again}_{PurePosixPath(upload.file).name}", upload.moment


def _said(upload: Upload, student: Enrolled, between: str) -> str:
    number = student.number if upload.number is None else upload.number
    name = student.name if upload.name is None else upload.name
    return between.join(filter(None, (number, name)))


NAMES = {"chaoxing": _chaoxing, "rain-classroom": _rain, "moodle": _moodle, "canvas": _canvas}
"""How each names files. Moodle's and Canvas's are documented (see `collecting`), the other two are what number, name and time
may look like."""


def differences(expected: Mapping[str, Expected], rows: Iterable[tuple[str, str, Fate]], corrected: bool) -> list[str]:
    """Where a plan's rows (file, student, fate) are not what they must be, a sentence each; `corrected`: a person has helped."""
    got = {file: (student, fate) for file, student, fate in rows}
    said = [f"没有这一行 (no row): {file}" for file in expected.keys() - got.keys()]
    said += [f"多出一行 (a row too many): {file}" for file in got.keys() - expected.keys()]
    for file, (student, fate) in got.items():
        want = expected.get(file)
        if want is None:
            continue
        open_ = want.by_hand and not corrected
        if open_ and (student, fate[0]) != ("", "unmatched"):
            said.append(f"{file}: 应认不出，却是 {student} {fate}")
        elif not open_ and (student, fate) != (want.student, want.fate):
            said.append(f"{file}: 应是 {want.student} {want.fate}，却是 {student} {fate}")
    return sorted(said)


def deadline_after(due: datetime) -> datetime:
    """When the instructor downloads: three days after the deadline."""
    return due + timedelta(days=3)
