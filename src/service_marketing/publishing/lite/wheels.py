"""Wheels of pure Python packages for the browser, packed again from what is installed here: the pinned versions, and no network."""

import re
import zipfile
from collections.abc import Mapping
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path, PurePosixPath

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from .distribution import LiteError

COMPILED = (".so", ".pyd", ".dylib")
DATE = (1980, 1, 1, 0, 0, 0)  # the same bytes whenever it is packed


class CompiledError(Exception):
    """The package runs only on the machines that it was compiled for."""


def installed(name: str) -> Distribution:
    """The installed package `name`; raises LiteError when it is not there."""
    try:
        return distribution(name)
    except PackageNotFoundError:
        raise LiteError(
            f"这里没有装{name}，浏览器里的笔记本要用它：pip install {name} (a package that the browser needs is not installed)"
        ) from None


def requirements(name: str, python: str) -> list[str]:
    """The packages that the installed `name` asks for on Pyodide with the version `python`, by canonical name."""
    place = {
        "python_version": ".".join(python.split(".")[:2]),
        "python_full_version": python,
        "sys_platform": "emscripten",
        "platform_system": "Emscripten",
        "platform_machine": "wasm32",
        "os_name": "posix",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
        "extra": "",
    }
    asked = [Requirement(line) for line in installed(name).requires or ()]
    return [canonicalize_name(one.name) for one in asked if one.marker is None or one.marker.evaluate(place)]


def modules(name: str) -> list[str]:
    """The top-level modules of the installed package `name`."""
    return sorted({PurePosixPath(file).parts[0].removesuffix(".py") for file in _own_files(installed(name)) if file.endswith(".py")})


def pack(name: str, python: str, target: Path) -> Path:
    """Write the installed package `name` as a wheel into the folder `target` and return its path.

    Compiled modules that have their source beside them are left out. Raises CompiledError when the package has others, and
    LiteError when it asks for another Python than `python`.
    """
    found = installed(name)
    if not SpecifierSet(found.metadata.get("Requires-Python") or "").contains(python, prereleases=True):
        raise LiteError(
            f"{name} {found.version}不支持Python {python}（{found.metadata['Requires-Python']}），换一个版本的JupyterLite和Pyodide "
            "(a package does not run on this Pyodide's Python)"
        )
    files = _own_files(found)
    sources = {file.removesuffix(".py") for file in files if file.endswith(".py")}
    for file in files:
        stem = file.split(".", 1)[0]
        # mypyc keeps the shared part of its modules in one of its own, of which there is no source
        if file.endswith(COMPILED) and stem not in sources and not stem.endswith("__mypyc"):
            raise CompiledError(f"{name}: {file}")
    wheel = target / f"{re.sub('[-_.]+', '_', name)}-{found.version}-py3-none-any.whl"
    target.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for file, content in sorted(_contents(found, [file for file in files if not file.endswith(COMPILED)]).items()):
            entry = zipfile.ZipInfo(file, DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(entry, content)
    return wheel


def _own_files(found: Distribution) -> list[str]:
    """The package's files beside its modules: not its programs and data elsewhere, nor what Python and pip wrote there."""
    kept = []
    for file in found.files or ():
        parts = PurePosixPath(file).parts
        if parts[0] in ("..", "/") or "__pycache__" in parts or parts[-1] in ("RECORD", "INSTALLER", "REQUESTED", "direct_url.json"):
            continue
        kept.append(str(PurePosixPath(file)))
    return kept


def _contents(found: Distribution, files: list[str]) -> Mapping[str, bytes]:
    contents = {file: Path(str(found.locate_file(file))).read_bytes() for file in files}
    information = next(file.partition("/")[0] for file in files if file.endswith(".dist-info/METADATA"))
    contents[f"{information}/WHEEL"] = b"Wheel-Version: 1.0\nGenerator: service-marketing\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    contents[f"{information}/RECORD"] = "".join(f"{file},,\n" for file in [*sorted(contents), f"{information}/RECORD"]).encode()
    return contents
