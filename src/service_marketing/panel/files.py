"""The files of `data/`: made again, or compared with what is there."""

import hashlib
import json
import os
import tempfile
from pathlib import Path

import pandas as pd

from service_marketing import datasets

from .housing import housing
from .simulation import SEED, simulate
from .truth import DIMENSIONS, TRUTH, Truth

DECIMALS = {"expectation": 1, "performance": 1, "initial_expectation": 1, "promise": 1, **dict.fromkeys(DIMENSIONS, 2)}


def contents(truth: Truth = TRUTH, seed: int = SEED, guests: int = 6000, months: int = 24) -> dict[str, bytes]:
    """Every file of the data folder by its name, as bytes; arguments as in `simulate`.

    What `datapackage.json` says in words is kept from the installed one; sizes and sha256 are put in anew.
    """
    tables = simulate(truth, seed, guests, months) | {"housing": housing()}
    files = {f"{name}.csv": _csv(table) for name, table in tables.items()}
    files["truth.json"] = _json(truth.as_json(seed=seed, guests=guests, months=months))
    package = datasets.package()
    for resource in package["resources"]:
        if resource["path"] not in files:
            raise ValueError(f"{resource['path']}: datapackage.json 里有，却没有生成它的代码 (described, but nothing makes it)")
        content = files[resource["path"]]
        resource["bytes"] = len(content)
        resource["hash"] = "sha256:" + hashlib.sha256(content).hexdigest()
    # the package stands last: a write that is cut off leaves sums that do not fit, and loading says so
    return files | {"datapackage.json": _json(package)}


def write(directory: str | Path, truth: Truth = TRUTH, seed: int = SEED, guests: int = 6000, months: int = 24) -> list[Path]:
    """Writes every file into `directory`, which is made if need be, and returns their paths; arguments as in `simulate`.

    Each file is replaced at once: a reader sees the old one or the new one, never half of it.
    """
    directory = Path(directory)
    directory.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, content in contents(truth, seed, guests, months).items():
        _replace(directory / name, content)
        paths.append(directory / name)
    return paths


def differences(directory: str | Path, truth: Truth = TRUTH, seed: int = SEED, guests: int = 6000, months: int = 24) -> list[str]:
    """What in `directory` is not as `write` with the same arguments would make it, one sentence a file; empty when all is."""
    found = []
    for name, wanted in contents(truth, seed, guests, months).items():
        path = Path(directory) / name
        if not path.is_file():
            found.append(f"{name}: 缺少这个文件 (missing)")
        elif (there := path.read_bytes()) != wanted:
            line = 1 + next((i for i, (a, b) in enumerate(zip(there.split(b"\n"), wanted.split(b"\n"), strict=False)) if a != b), 0)
            found.append(f"{name}: 从第 {line} 行起不同 (differs from line {line} on)")
    return found


def _csv(table: pd.DataFrame) -> bytes:
    text = table.copy()
    for name in text.columns.intersection(list(DECIMALS)):
        text[name] = [f"{value:.{DECIMALS[name]}f}" for value in text[name]]
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
