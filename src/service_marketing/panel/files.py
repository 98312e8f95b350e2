"""The files of `data/`: made again, or compared with what is there."""

import hashlib
import json
import os
import tempfile
from pathlib import Path

import pandas as pd

from service_marketing import datasets

from . import published
from .housing import housing
from .simulation import SEED, simulate
from .survey import dirty, survey
from .truth import DIMENSIONS, SERVICE, TRUTH, Truth

DECIMALS = {
    **dict.fromkeys(("expectation", "performance", "initial_expectation", "promise", "wait", "satisfaction"), 1),
    **dict.fromkeys(("distributive", "procedural", "interactional", "satisfaction_before", "satisfaction_after"), 1),
    **dict.fromkeys((*DIMENSIONS, "reviews", "stays_a_year", "voice", "margin", "clv_new", "clv", "spend", "recency", "T"), 2),
    **dict.fromkeys(("holdout_spend",), 2),
    **dict.fromkeys(("load", "skill", "occupancy"), 3),
    "leave": 4,
}
"""Decimals of the columns that are not whole numbers."""
NUMBERS_BEFORE = {"guest_id": 10_000, "visit_id": 100_000}
"""Where the numbers of the second period's guests and stays begin: they are other guests than the first period's."""
NOT_SHIPPED = ("stores", "visits_truth")
WRITTEN_BY_HAND = ("complaints_texts.csv", "incidents.csv")
BESIDE = ("gpl/README.md", "gpl/COPYING")
"""What goes wherever the tables under another licence go."""

Places = list[str | Path] | None


def contents(
    truth: Truth = TRUTH, seed: int = SEED, guests: int = 6000, months: int = 24, packages: Places = None, service: Truth = SERVICE
) -> dict[str, bytes]:
    """Every file of the data folder by its path, as bytes; arguments as in `simulate`, `service` the truth of `panel/`.

    `packages` are folders in which the packages with published tables lie unpacked; a table whose package is neither there
    nor installed is kept as it stands in the course's folder. What `datapackage.json` says in words is kept from the
    installed one; sizes and sha256 are put in anew.
    """
    drawn = simulate(truth, seed, guests, months)
    files = {f"{name}.csv": _csv(drawn[name]) for name in ("stores", "guests", "visits")} | {"housing.csv": _csv(housing())}
    files["truth.json"] = _json(truth.as_json(seed=seed, guests=guests, months=months))
    served = simulate(service, seed, guests, months)
    served["survey"] = survey(served, service, seed, months)
    served = {name: _numbered(table) for name, table in served.items()}
    served["survey_dirty"], served["survey_dirty_truth"] = dirty(served["survey"], seed=seed)
    files |= {f"panel/{name}.csv": _csv(table) for name, table in served.items() if name not in NOT_SHIPPED}
    files["panel/truth.json"] = _json(service.as_json(seed=seed, guests=guests, months=months))
    files |= {path: _csv(table) for path, table in published.tables(packages).items()}
    for path in (*published.paths(), *WRITTEN_BY_HAND, *BESIDE):
        if path not in files:
            files[path] = (datasets.folder() / path).read_bytes()
    package = datasets.package()
    for resource in package["resources"]:
        if resource["path"] not in files:
            raise ValueError(f"{resource['path']}: datapackage.json 里有，却没有生成它的代码 (described, but nothing makes it)")
        content = files[resource["path"]]
        resource["bytes"] = len(content)
        resource["hash"] = "sha256:" + hashlib.sha256(content).hexdigest()
    # the package stands last: a write that is cut off leaves sums that do not fit, and loading says so
    return files | {"datapackage.json": _json(package)}


def write(
    directory: str | Path,
    truth: Truth = TRUTH,
    seed: int = SEED,
    guests: int = 6000,
    months: int = 24,
    packages: Places = None,
    service: Truth = SERVICE,
) -> list[Path]:
    """Writes every file into `directory`, which is made if need be, and returns their paths; arguments as in `contents`.

    Each file is replaced at once: a reader sees the old one or the new one, never half of it.
    """
    directory = Path(directory)
    directory.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, content in contents(truth, seed, guests, months, packages, service).items():
        path = directory / name
        path.parent.mkdir(exist_ok=True)
        _replace(path, content)
        paths.append(path)
    return paths


def differences(
    directory: str | Path,
    truth: Truth = TRUTH,
    seed: int = SEED,
    guests: int = 6000,
    months: int = 24,
    packages: Places = None,
    service: Truth = SERVICE,
) -> list[str]:
    """What in `directory` is not as `write` with the same arguments would make it, one sentence a file; empty when all is."""
    found = []
    for name, wanted in contents(truth, seed, guests, months, packages, service).items():
        path = Path(directory) / name
        if not path.is_file():
            found.append(f"{name}: 缺少这个文件 (missing)")
        elif (there := path.read_bytes()) != wanted:
            line = 1 + next((i for i, (a, b) in enumerate(zip(there.split(b"\n"), wanted.split(b"\n"), strict=False)) if a != b), 0)
            found.append(f"{name}: 从第 {line} 行起不同 (differs from line {line} on)")
    return found


def _numbered(table: pd.DataFrame) -> pd.DataFrame:
    """`table` of the second period with numbers of its own: joined with the first by mistake, no row finds a partner."""
    return table.assign(**{name: table[name] + before for name, before in NUMBERS_BEFORE.items() if name in table})


def _csv(table: pd.DataFrame) -> bytes:
    text = table.copy()
    for name in text.columns.intersection(list(DECIMALS)):
        if pd.api.types.is_float_dtype(text[name]):
            text[name] = ["" if value != value else f"{value:.{DECIMALS[name]}f}" for value in text[name]]
    return text.to_csv(index=False, lineterminator="\n", date_format="%Y-%m-%d").encode("utf-8")


def _json(value: dict) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def _replace(path: Path, content: bytes) -> None:
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.chmod(temporary, 0o644)  # mkstemp's files are for their owner only
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
