"""The distribution of Pyodide that a deployer names: a folder, an archive, or an address of either."""

import json
import shutil
import tarfile
import urllib.error
import urllib.parse
import urllib.request
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import IO

from packaging.utils import canonicalize_name

LOCK = "pyodide-lock.json"
START = "pyodide.mjs"
ENGINE = ("pyodide.asm.mjs", "pyodide.asm.js")  # one of them: the name changed
PARTS = (START, "pyodide.asm.wasm", "python_stdlib.zip", LOCK)
ARCHIVES = (".tar.bz2", ".tar.gz", ".tgz", ".tar.xz", ".zip")
BLOCK = 1 << 20
PATIENCE = 60  # seconds without an answer

Report = Callable[[float], None]


class LiteError(Exception):
    """The notebooks in the browser could not be made; the message says what is wrong and what to do."""


@dataclass(frozen=True)
class Distribution:
    """What a distribution holds, by its own list (`lock`), and where: in `folder`, or at `address` for readers to fetch."""

    given: str
    lock: dict
    folder: Path | None = None
    address: str | None = None

    @property
    def python(self) -> str:
        return self.lock["info"]["python"]

    @property
    def packages(self) -> dict[str, dict]:
        """The entries of the list by canonical name."""
        return {canonicalize_name(name): entry for name, entry in self.lock["packages"].items()}

    def imports(self) -> dict[str, str]:
        """Which package has which top-level module."""
        return {module.partition(".")[0]: name for name, entry in self.packages.items() for module in entry["imports"]}

    def closure(self, names: Iterable[str]) -> dict[str, dict]:
        """The packages in `names` and all that they depend on; LiteError names those that the distribution does not have."""
        packages, found, waiting = self.packages, {}, [canonicalize_name(name) for name in names]
        while waiting:
            name = waiting.pop()
            if name in found:
                continue
            if name not in packages:
                raise LiteError(no_package(self.given, name))
            found[name] = packages[name]
            waiting += [canonicalize_name(needed) for needed in packages[name]["depends"]]
        return dict(sorted(found.items()))

    def engine(self) -> list[str]:
        """The files that every reader needs, besides the list itself."""
        there = [name for name in ENGINE if self.folder is None or (self.folder / name).is_file()]
        return [START, there[0], *PARTS[1:3]]

    def size(self, file: str) -> int | None:
        """Bytes of one of its files; None when a server does not tell."""
        if self.folder:
            return (self.folder / file).stat().st_size
        with _answer(urllib.request.Request(self.address + file, method="HEAD"), self.given) as answer:
            return int(answer.headers.get("Content-Length") or 0) or None

    def check_files(self, entries: Mapping[str, dict]) -> None:
        """Raises LiteError when a package's file is missing in the folder or is not what the list says."""
        if self.folder is None:
            return
        for name, entry in entries.items():
            path = self.folder / entry["file_name"]
            if not path.is_file():
                raise LiteError(no_package(self.given, name, f"清单里有，文件{entry['file_name']}不在 (listed, but its file is not there)"))
            if digest(path) != entry["sha256"]:
                raise LiteError(
                    f"{self.given} 里的{entry['file_name']}和它自己的清单对不上，多半没有下载完，重新下载一次 "
                    "(a file does not match the distribution's own checksum: download it again)"
                )


def digest(path: Path) -> str:
    """The SHA-256 of a file."""
    found = sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            found.update(block)
    return found.hexdigest()


def identity(given: str) -> str:
    """What tells one state of `given` from another without reading all of it; LiteError when nothing is there."""
    if _is_address(given):
        return given
    path = _existing(given)
    inside = _home(path)
    file = inside / LOCK if path.is_dir() and inside else path
    return f"{path} {file.stat().st_size} {file.stat().st_mtime_ns}"


def find(given: str, cache: Path, wanted: str, report: Report = lambda share: None, tell: Callable[[str], None] = lambda text: None):
    """The distribution at `given`, checked: it must be whole and of the Python that the kernel was made for (`wanted`, "3.14").

    given: a folder, an archive, or a web address. What is at an address that ends like an archive is downloaded into `cache`,
    once; any other address is taken as a folder on a server that readers' browsers reach, and only its list is fetched.
    report: is told the share that is downloaded and unpacked; tell: is told the checksum of a download.
    Raises LiteError when it is none, or of another version.
    """
    if _is_address(given) and not _is_archive(urllib.parse.urlsplit(given).path):
        found = _served(given)
    else:
        path = _download(given, cache, lambda share: report(0.7 * share), tell) if _is_address(given) else _existing(given)
        if path.is_file():
            folder = _unpacked(path, given, cache, lambda share: report(0.7 + 0.3 * share if _is_address(given) else share))
        else:
            folder = _home(path)
        if folder is None:
            raise LiteError(_no_distribution(given, f"里面没有{START}或{LOCK}"))
        found = Distribution(given, _lock((folder / LOCK).read_bytes(), given), folder=folder)
        missing = [name for name in PARTS if not (folder / name).is_file()]
        if not any((folder / name).is_file() for name in ENGINE):
            missing.append(ENGINE[0])
        if missing:
            raise LiteError(_no_distribution(given, f"里面没有{'、'.join(missing)}"))
    if found.python.split(".")[:2] != wanted.split("."):
        raise LiteError(
            f"{given} 是Python {found.python}的Pyodide，这里装的JupyterLite要Python {wanted}的。到Pyodide的发布页下载那一版的完整版 "
            f"(a distribution of Python {found.python}; the installed JupyterLite needs Python {wanted})"
        )
    report(1)
    return found


def _is_address(given: str) -> bool:
    return given.startswith(("http://", "https://"))


def _is_archive(name: str) -> bool:
    return name.lower().endswith(ARCHIVES)


def _existing(given: str) -> Path:
    path = Path(given).expanduser()
    if not path.exists():
        raise LiteError(
            f"没有 {given}。PYODIDE要写Pyodide完整版的文件夹、压缩包或网址，完整版在Pyodide的发布页 "
            "(no such path: name a folder, an archive or an address of the full Pyodide distribution)"
        )
    if path.is_file() and not _is_archive(path.name):
        raise LiteError(f"{given} 不是能认的压缩包，能认的有{'、'.join(ARCHIVES)} (not an archive of a known kind, by its name)")
    return path.resolve()


def _home(folder: Path) -> Path | None:
    """The folder with the distribution's list in it: `folder` itself, or the one that the archives have at their top."""
    return next((place for place in (folder, folder / "pyodide") if (place / LOCK).is_file()), None)


def _lock(raw: bytes, given: str) -> dict:
    try:
        lock = json.loads(raw)
        lock["info"]["python"].split(".")
        for entry in lock["packages"].values():
            if not all(isinstance(entry[key], str) for key in ("name", "version", "file_name", "sha256")):
                raise TypeError
            entry["depends"], entry["imports"] = list(entry["depends"]), list(entry["imports"])
    except (ValueError, KeyError, TypeError, AttributeError):
        raise LiteError(_no_distribution(given, f"{LOCK}读不懂")) from None
    return lock


def _served(given: str) -> Distribution:
    parts = urllib.parse.urlsplit(given)
    path = (
        parts.path if parts.path.endswith("/") else parts.path.rpartition("/")[0] + "/" if parts.path.endswith(START) else parts.path + "/"
    )
    address = urllib.parse.urlunsplit((parts.scheme, parts.netloc, path, "", ""))
    for name in (START, LOCK):
        with _answer(address + name, given) as answer:
            raw = answer.read()
    return Distribution(given, _lock(raw, given), address=address)


def _answer(address: str | urllib.request.Request, given: str):
    try:
        return urllib.request.urlopen(address, timeout=PATIENCE)
    except urllib.error.HTTPError as error:
        raise LiteError(
            f"{error.url} 取不到（{error.code}）。网址要么指向压缩包（{'、'.join(ARCHIVES)}），要么指向放着{START}的文件夹 "
            "(the server does not give it: name an archive, or the folder that pyodide.mjs is in)"
        ) from None
    except (OSError, ValueError) as error:
        raise LiteError(
            f"{given} 连不上：{error}。检查网址和网络，或先把完整版下载到本机再写路径 (no connection: check address and network)"
        ) from None


def _download(given: str, cache: Path, report: Report, tell: Callable[[str], None]) -> Path:
    name = urllib.parse.unquote(urllib.parse.urlsplit(given).path).rpartition("/")[2]
    target = cache / f"{sha256(given.encode()).hexdigest()[:12]}-{name}"
    if target.is_file():
        return target
    cache.mkdir(parents=True, exist_ok=True)
    half = target.with_name(f"{target.name}.part")
    try:
        with _answer(given, given) as answer, half.open("wb") as file:
            size, done = int(answer.headers.get("Content-Length") or 0), 0
            while block := answer.read(BLOCK):
                file.write(block)
                done += len(block)
                report(done / size if size else 0)
        if size and done != size:
            raise LiteError(f"{given} 只下载到{done}字节，应有{size}字节，再试一次 (the download broke off: try again)")
    except OSError as error:
        raise LiteError(f"{given} 下载到一半断了：{error}。再试一次 (the download broke off: try again)") from None
    tell(f"下载了 {name}，sha256: {digest(half)} (compare with the release page of Pyodide)")
    half.replace(target)
    return target


def _unpacked(archive: Path, given: str, cache: Path, report: Report) -> Path | None:
    facts = archive.stat()
    target = cache / sha256(f"{archive} {facts.st_size} {facts.st_mtime_ns}".encode()).hexdigest()[:12]
    if not target.is_dir():
        half = target.with_name(f"{target.name}.part")
        shutil.rmtree(half, ignore_errors=True)
        half.mkdir(parents=True)
        try:
            for name, file in _members(archive, report):
                with (half / name).open("wb") as copy:
                    shutil.copyfileobj(file, copy, BLOCK)
        except (OSError, EOFError, tarfile.TarError, zipfile.BadZipFile, zlib.error, RuntimeError, ValueError) as error:
            shutil.rmtree(half, ignore_errors=True)
            raise LiteError(
                f"{given} 解不开：{error}。多半没有下载完，重新下载一次 (the archive cannot be read: download it again)"
            ) from None
        if _home(half) is None:
            shutil.rmtree(half)
            return None
        half.rename(target)
    return target


def _members(archive: Path, report: Report) -> Iterator[tuple[str, IO[bytes]]]:
    """Name and contents of each file that lies in the archive or in a folder at its top; no name leads anywhere else."""
    size = archive.stat().st_size
    if archive.suffix.lower() == ".zip":
        with zipfile.ZipFile(archive) as bundle:
            for member in bundle.infolist():
                if not member.is_dir() and (name := _flat(member.filename)):
                    with bundle.open(member) as file:
                        yield name, file
                report(member.header_offset / size)
        return
    with archive.open("rb") as raw, tarfile.open(fileobj=raw, mode="r:*") as bundle:
        for member in bundle:
            if member.isfile() and (name := _flat(member.name)):
                yield name, bundle.extractfile(member)
            report(raw.tell() / size)


def _flat(name: str) -> str | None:
    parts = [part for part in PurePosixPath(name.replace("\\", "/")).parts if part != "."]
    return parts[-1] if 1 <= len(parts) <= 2 and ".." not in parts and ":" not in parts[-1] and "\0" not in parts[-1] else None


def _no_distribution(given: str, why: str) -> str:
    return f"{given} 不是Pyodide的分发包：{why}。到Pyodide的发布页下载完整版 (no distribution of Pyodide: download the full one)"


def no_package(given: str, name: str, why: str = "") -> str:
    """What is said of a distribution without a package."""
    told = f"（{why}）" if why else ""
    return (
        f"{given} 里没有{name}{told}，课程要用它。只有引擎的小包不够，到Pyodide的发布页下载完整版 "
        f"(the distribution lacks {name}, which the course needs: download the full one)"
    )
