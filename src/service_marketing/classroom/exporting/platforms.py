"""What a platform's file looks like: mapping files, and what they say once fitted to a template."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from ..tables import TableError

PLATFORMS = Path(__file__).parents[1] / "platforms"
FIELDS = ("number", "name", "email", "lms_id", "score", "max_score", "late", "state", "comment", "text")
OF_WORK = ("score", "max_score", "late", "state", "comment")
RECOGNISED = ("number", "name", "email", "lms_id", "score", "comment", "points", "ignore", "dropped")
NONE = ("missing", "ungraded", "waiting")


class ExportError(TableError):
    """A mapping file, a template or a target that will not do: which file, row and column, and what to do."""


@dataclass(frozen=True)
class Column:
    """A column of a file that is made from nothing; "{assignment}" in the `heading` repeats it for each assignment."""

    heading: str
    field: str
    text: str = ""
    complete: bool = False


@dataclass(frozen=True)
class Scale:
    """How scores are shown: `out_of` "points", "percent", "template" or a number, rounded half up to `decimals`."""

    out_of: str | float = "points"
    decimals: int = 2


@dataclass(frozen=True)
class Fit:
    """Where things stand in a template; rows and columns are counted from 0.

    `columns`: column by field and assignment ("" for fields of the student); `out_of`: what an assignment is worth on the
    platform, where the template says so; `sheet`: name of the worksheet; `encoding`, `separator`, `newline`, `quoted`: of a CSV file.
    """

    template: Path
    header: int
    columns: Mapping[tuple[str, str], int]
    headings: tuple[str, ...]
    out_of: Mapping[str, Decimal] = field(default_factory=dict)
    points_row: int | None = None
    sheet: str = ""
    encoding: str = ""
    separator: str = ","
    newline: str = "\r\n"
    quoted: bool = False


@dataclass(frozen=True)
class Platform:
    """A mapping file, and how it is fitted to a template (`fit`) where there is one."""

    name: str
    title: str
    format: str = "csv"
    template: str = "none"
    confirmed: str = ""
    documentation: str = ""
    encoding: str = "utf-8-sig"
    separator: str = ","
    titles: tuple[str, ...] = ()
    skip_unmarked: bool = False
    late: str = "迟交"
    language: str = "zh"
    keep: tuple[str, ...] = ()
    scale: Scale = Scale()
    empty: Mapping[str, str] = field(default_factory=dict)
    columns: tuple[Column, ...] = ()
    recognise: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    fit: Fit | None = None


def presets() -> list[str]:
    """Names of the mapping files that come with the course."""
    return sorted(path.stem for path in PLATFORMS.glob("*.toml"))


def preset(name: str) -> Platform:
    """The mapping file `name` of the course; raises ExportError that lists what exists."""
    if name not in presets():
        raise ExportError(f"没有名为“{name}”的平台，有的是：{'、'.join(presets())} (no such platform)")
    return load(PLATFORMS / f"{name}.toml")


def load(path: Path | str) -> Platform:
    """The mapping file at `path`. Raises ExportError with the file and the key that will not do."""
    path = Path(path)
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ExportError(f"映射文件 {path} 读不了：{error} (cannot read the mapping file)") from error

    def bad(key: str, must: str) -> ExportError:
        return ExportError(f"映射文件 {path.name} 的 {key} 不对：{must} (wrong value in the mapping file)")

    def take(table: dict[str, Any], where: str, key: str, kind: type | tuple[type, ...], default: Any, among: Sequence[str] = ()) -> Any:
        value = table.pop(key, default)
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise bad(f"{where}{key}", f"应是 {' / '.join(k.__name__ for k in (kind if isinstance(kind, tuple) else (kind,)))}")
        if among and isinstance(value, str) and value not in among:
            raise bad(f"{where}{key}", f"只能是 {'、'.join(among)}")
        return value

    def texts(table: dict[str, Any], where: str, key: str) -> tuple[str, ...]:
        value = take(table, where, key, list, [])
        if not all(isinstance(one, str) for one in value):
            raise bad(f"{where}{key}", "应是一列文字")
        return tuple(value)

    def done(table: dict[str, Any], where: str, known: str) -> None:
        if table:
            raise bad(f"{where}{next(iter(table))}", f"没有这一项，可以写的是 {known}")

    score, empty, recognise = (take(raw, "", key, dict, {}) for key in ("score", "empty", "recognise"))
    scale = Scale(
        take(score, "[score] ", "out_of", (str, int, float), "points", ("points", "percent", "template")),
        take(score, "[score] ", "decimals", int, 2),
    )
    if not 0 <= scale.decimals <= 6:
        raise bad("[score] decimals", "应在0到6之间")
    if not isinstance(scale.out_of, str) and not 0 < scale.out_of <= 1e6:
        raise bad("[score] out_of", "应大于0")
    columns = []
    for number, one in enumerate(take(raw, "", "columns", list, []), 1):
        where = f"[[columns]] 第{number}个 "
        column = Column(
            take(one, where, "heading", str, ""), take(one, where, "field", str, "", FIELDS),
            take(one, where, "text", str, ""), take(one, where, "complete", bool, False),
        )  # fmt: skip
        if not column.heading or not column.field:
            raise bad(where, "要有 heading 和 field")
        done(one, where, "heading、field、text、complete")
        columns.append(column)
    platform = Platform(
        path.stem,
        take(raw, "", "title", str, path.stem),
        take(raw, "", "format", str, "csv", ("csv", "xlsx")),
        take(raw, "", "template", str, "none", ("none", "optional", "required")),
        take(raw, "", "confirmed", str, ""),
        take(raw, "", "documentation", str, ""),
        take(raw, "", "encoding", str, "utf-8-sig"),
        take(raw, "", "separator", str, ",", (",", ";", "\t")),
        texts(raw, "", "titles"),
        take(raw, "", "skip_unmarked", bool, False),
        take(raw, "", "late", str, "迟交"),
        take(raw, "", "language", str, "zh", ("zh", "en")),
        texts(raw, "", "keep"),
        scale,
        {key: take(empty, "[empty] ", key, str, "") for key in NONE},
        tuple(columns),
        {key: texts(recognise, "[recognise] ", key) for key in RECOGNISED},
    )
    done(score, "[score] ", "out_of、decimals")
    done(empty, "[empty] ", "、".join(NONE))
    done(recognise, "[recognise] ", "、".join(RECOGNISED))
    done(
        raw,
        "",
        "title、template、format、encoding、separator、titles、skip_unmarked、late、language、keep、score、empty、columns、recognise",
    )
    try:
        "".encode(platform.encoding)
    except LookupError:
        raise bad("encoding", "没有这种编码，用 utf-8-sig、utf-8 或 gb18030") from None
    if platform.template != "required" and not any(one.field in ("number", "email", "lms_id") for one in platform.columns):
        raise bad("[[columns]]", "要有一列认得出学生（field = number、email 或 lms_id）")
    return platform
