"""The course's tables as typed DataFrames, checked against what `data/datapackage.json` says of them.

    from service_marketing import datasets
    visits = datasets.load_visits()

Every loader takes another `directory` with files of the same form, for instance a draw of your own that
`python -m service_marketing.panel my-data --seed 7` has written.
"""

import csv
import hashlib
import io
import json
from pathlib import Path

import pandas as pd

PACKAGE = "datapackage.json"
NUMERALS = {"integer": "-?[0-9]{1,15}", "number": "-?[0-9]{1,15}([.][0-9]+)?"}
REMAKE = "要重新生成每个文件，运行 python -m service_marketing.panel 文件夹 (this makes every file again; no folder means the course's own)"


def load_stores(directory: str | Path | None = None) -> pd.DataFrame:
    """The 24 branches of 悦来连锁, one a row (synthetic).

    `store_id`, `city`, `name`; `rooms`; `price`, yuan a night on weekdays; `reliability`, `responsiveness`, `assurance`,
    `empathy` and `tangibles`, the true quality in points from 1 to 9; `promise`, the level that advertising leads guests
    to expect, in the same points.
    """
    return load("stores", directory)


def load_guests(directory: str | Path | None = None) -> pd.DataFrame:
    """The guests of 悦来连锁, one a row (synthetic).

    `guest_id`; `segment` (category: 商务, 家庭, 学生, 旅行团, 银发); `age` in years; `home_city`; `member` (ordered category:
    非会员 < 普通 < 银卡 < 金卡); `initial_expectation` before the first stay, in points from 1 to 9.
    """
    return load("guests", directory)


def load_visits(directory: str | Path | None = None) -> pd.DataFrame:
    """The stays at 悦来连锁 in 2023 and 2024, one a row in order of date (synthetic).

    `visit_id`, `guest_id`, `store_id`; `date` of arrival; `expectation` before the stay and `performance` at check-out, in
    points from 1 to 9; `rating` of satisfaction, 1 to 5; `recommend`, the willingness to recommend, 0 to 10; `nights`;
    `spend`, the room charge in yuan. Regress on `expectation` and the two halves of the gap, never on `performance` as
    well: it is their sum.
    """
    return load("visits", directory)


def load_housing(directory: str | Path | None = None) -> pd.DataFrame:
    """Satisfaction of 1,681 tenants in Copenhagen with their housing, 72 groups, one a row.

    `satisfaction` and `influence` (ordered: Low < Medium < High), `type` (Tower, Apartment, Atrium, Terrace), `contact`
    (ordered: Low < High), and `frequency`, how many tenants the group has. Source: Madsen (1976).
    """
    return load("housing", directory)


def load_truth(directory: str | Path | None = None) -> dict:
    """What the 悦来 tables were made with: `draw` (seed, guests, months) and `parameters`, each with `value`, `zh` and `en`."""
    resource = _resource("truth", directory)
    content = _content(resource, directory)
    _compare_sum(resource, content)
    return json.loads(content)


def load(name: str, directory: str | Path | None = None) -> pd.DataFrame:
    """The table called `name` in the data package, with types, ranges and sha256 checked.

    Raises ValueError naming file, row and column when a value does not fit, and FileNotFoundError that lists what there is.
    Rows are counted as lines of the file, the header being line 1.
    """
    resource = _resource(name, directory)
    if "schema" not in resource:
        raise ValueError(f"{name!r} 不是表格，用 load_{name}() 读 (not a table)")
    content = _content(resource, directory)
    table = _parsed(resource, content)
    # last, because a wrong value is better named than its file's checksum
    _compare_sum(resource, content)
    return table


def folder() -> Path:
    """Where the course's data lie: beside the installed package, or in a working copy of the repository."""
    here = Path(__file__).resolve()
    places = (here.parent / "data", here.parents[2] / "data")
    for place in places:
        if (place / PACKAGE).is_file():
            return place
    raise FileNotFoundError(f"找不到课程数据 {PACKAGE}，找过: {'、'.join(map(str, places))} (the course's data folder was not found)")


def package(directory: str | Path | None = None) -> dict:
    """The description of the data files in `directory` (the course's own by default), as in `datapackage.json`."""
    path = (folder() if directory is None else Path(directory)) / PACKAGE
    if not path.is_file():
        raise FileNotFoundError(f"{path} 不存在。{_present(path.parent)}{REMAKE}")
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError as problem:
        raise ValueError(f"{path} 不是正确的 JSON: {problem} (not valid JSON)") from None


def _resource(name: str, directory: str | Path | None) -> dict:
    resources = {resource["name"]: resource for resource in package(directory)["resources"]}
    if name not in resources:
        raise ValueError(f"没有名为 {name!r} 的数据，可用的有: {'、'.join(resources)} (no such table)")
    return resources[name]


def _content(resource: dict, directory: str | Path | None) -> bytes:
    path = (folder() if directory is None else Path(directory)) / resource["path"]
    if not path.is_file():
        raise FileNotFoundError(f"{path} 不存在。{_present(path.parent)}{REMAKE}")
    return path.read_bytes()


def _present(place: Path) -> str:
    names = sorted(path.name for path in place.glob("*") if path.is_file()) if place.is_dir() else []
    return f"这个文件夹里有: {'、'.join(names) or '什么都没有'} (what there is)。"


def _compare_sum(resource: dict, content: bytes) -> None:
    found = "sha256:" + hashlib.sha256(content).hexdigest()
    if found != resource.get("hash"):
        raise ValueError(
            f"{resource['path']}: 内容与 {PACKAGE} 记录的 sha256 不符，应是 {resource.get('hash')}，读到 {found}。"
            f"文件被改动过 (the file was changed)。{REMAKE}"
        )


def _parsed(resource: dict, content: bytes) -> pd.DataFrame:
    file, schema = resource["path"], resource["schema"]
    rows = _rows(file, content)
    header, body = rows[0], rows[1:]
    wanted = [field["name"] for field in schema["fields"]]
    missing = [name for name in wanted if name not in header]
    if missing:
        raise ValueError(f"{file} 第 1 行: 缺少列 {'、'.join(missing)}，读到 {'、'.join(header)} (columns are missing)")
    extra = [name for name in header if name not in wanted]
    if extra or header != wanted:
        raise ValueError(f"{file} 第 1 行: 各列应是 {'、'.join(wanted)}，读到 {'、'.join(header)} (columns differ)")
    for line, row in enumerate(body, start=2):
        if len(row) != len(wanted):
            english = f"row {line}: {len(wanted)} values are wanted"
            raise ValueError(f"{file} 第 {line} 行: 应有 {len(wanted)} 个值，读到 {len(row)} 个 ({english})")
    columns = list(zip(*body, strict=True)) or [()] * len(wanted)
    fields = schema["fields"]
    table = pd.DataFrame({field["name"]: _column(file, field, values) for field, values in zip(fields, columns, strict=True)})
    key = schema["primaryKey"]
    repeated = table.duplicated(key).to_numpy().nonzero()[0]
    if repeated.size:
        line = int(repeated[0]) + 2
        raise ValueError(f"{file} 第 {line} 行 {'、'.join(key)} 列: 与前面的行重复 (row {line}: the key {', '.join(key)} is repeated)")
    return table


def _rows(file: str, content: bytes) -> list[list[str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = content[: problem.start].count(b"\n") + 1
        raise ValueError(f"{file} 第 {line} 行: 不是 UTF-8 文字 (row {line}: not UTF-8)。{REMAKE}") from None
    rows = []
    try:
        rows.extend(csv.reader(io.StringIO(text)))
    except csv.Error as problem:
        line = len(rows) + 1
        raise ValueError(f"{file} 第 {line} 行: 不是 CSV，{problem} (row {line}: not CSV)。{REMAKE}") from None
    if not rows:
        raise ValueError(f"{file}: 文件是空的 (the file is empty)。{REMAKE}")
    return rows


def _column(file: str, field: dict, values: tuple[str, ...]) -> pd.Series:
    text = pd.Series(values, dtype=object)
    constraints = field["constraints"]
    kind = field["type"]
    if kind in ("integer", "number"):
        column = pd.to_numeric(text, errors="coerce")
        usable = text.str.fullmatch(NUMERALS[kind])
    elif kind == "date":
        column = pd.to_datetime(text, format=field["format"], errors="coerce")
        usable = column.notna()
    elif "categories" in field:
        column = text
        usable = text.isin(field["categories"])
    else:
        column = text
        usable = text.str.len().gt(0)
    for bound, within in (("minimum", "ge"), ("maximum", "le")):
        if bound in constraints:
            limit = pd.Timestamp(constraints[bound]) if kind == "date" else constraints[bound]
            usable &= getattr(column, within)(limit)
    if not usable.all():
        at = int((~usable).to_numpy().argmax())
        raise ValueError(_complaint(file, at + 2, field, values[at]))
    if "categories" in field:
        return column.astype(pd.CategoricalDtype(field["categories"], ordered=field["categoriesOrdered"]))
    return column.astype({"integer": "int64", "number": "float64", "string": "str"}[kind]) if kind != "date" else column


def _complaint(file: str, line: int, field: dict, value: str) -> str:
    if "categories" in field:
        wanted, english = f"{'、'.join(field['categories'])} 之一", "one of these"
    else:
        low, high = field["constraints"].get("minimum"), field["constraints"].get("maximum")
        chinese, english = {
            "integer": ("整数", "a whole number"),
            "number": ("数", "a number"),
            "date": ("日期（年-月-日）", "a date, year-month-day"),
            "string": ("文字", "text"),
        }[field["type"]]
        around = f"从 {low} 到 {high} 的" if high is not None else f"不小于 {low} 的" if low is not None else ""
        there = f" from {low} to {high}" if high is not None else f" of {low} or more" if low is not None else ""
        wanted, english = around + chinese, english + there
    name = field["name"]
    return f"{file} 第 {line} 行 {name} 列: 应是{wanted}，收到 {value!r} (row {line}, column {name}: {english} is wanted)"
