"""JupyterLite in a finished edition of the site."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from html import unescape
from importlib.metadata import packages_distributions
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote, unquote

import nbformat
from jupyter_core.paths import jupyter_path
from nbformat import NotebookNode, v4
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename

from . import needs, wheels
from .distribution import LOCK, START, Distribution, LiteError, Report, digest, find, no_package

OUR_PACKAGE = "service-marketing"
HERE = "lite"  # in the edition
PYODIDE = f"{HERE}/static/pyodide"
TOOLS = Path(sys.prefix) / "lite"
INSTALL = f"在课程的文件夹里运行 pip install --target {TOOLS} -r requirements/lite.txt 安装 (JupyterLite is not installed)"
APPS = ("notebooks", "tree")  # the page for one notebook, and the list of all
KERNEL_EXTENSION = "@jupyterlite/pyodide-kernel-extension"
EXTENSIONS = (KERNEL_EXTENSION, "@jupyter-widgets/jupyterlab-manager", "anywidget")
# what the kernel starts with; all of it is in our list of packages, so that it looks nowhere else
KERNEL = ("micropip", "piplite", "ipykernel", "comm", "pyodide-kernel", "jedi", "ipython")
# as the kernel calls itself: by another name JupyterLite would ask the reader which kernel to start
KERNELSPEC = {"name": "python", "display_name": "Python (Pyodide)", "language": "python"}
# It would let cells read the files beside a notebook; none of the course's does
SERVICE_WORKER = "@jupyterlite/application-extension:service-worker-manager"
# the parts of ipywidgets for a server, which the browser has as extensions
SERVER_PARTS = frozenset({"widgetsnbextension", "jupyterlab-widgets"})
# what nearly every notebook of the course imports of it; what others import on top, their first cell loads
USUAL = tuple(f"{needs.OURS}.{name}" for name in ("datasets", "plotting", "practice", "quiz", "widget", "classroom.check"))
# JupyterLite's own programs, which a notebook's page fetches before Python starts; tests/book/test_lite.py measures them
SHELL = 9_000_000
LOCALES = {"zh": "zh_CN", "en": "en"}
FIRST_CELL = {
    "zh": """\
# 先运行这一格：点一下它，按Shift+Enter，等到它说“好了”；没有动静，就再按一次。第一次要下载{megabytes}的程序，以后再开就快了
import {modules}
print("好了。从上往下一格一格运行；想一次跑完，在“运行”菜单里选“运行所有单元格”。你改的东西存在这个浏览器里。")
""",
    "en": """\
# Run this cell first: click it, press Shift+Enter and wait for "Ready". The first time it fetches {megabytes}
import {modules}
print("Ready. Run cell after cell, or all from the menu Run. What you change is kept in this browser.")
""",
}
LINK = {
    "zh": ("在浏览器里运行（首次下载{megabytes}）", "不用安装，在浏览器里打开这个笔记本"),
    "en": ("Run in the browser ({megabytes} the first time)", "Open this notebook in the browser, nothing to install"),
}
# two links beside each other, on a phone too; in the page, because every style sheet is shared with those that have none
STYLE = (
    "<style>.content-icon-container{flex-wrap:wrap}.sm-notebook{white-space:nowrap}.sm-assignment a+a{margin-top:.5rem}</style>\n</head>"
)
DOWNLOAD = re.compile(r'<a\b(?=[^>]*\sdownload\b)([^>]*?\shref="([^"]+\.ipynb)"[^>]*)>.*?</a>', re.DOTALL)
UNUSED = ("package.json", "rspack.config*.js", "doc")


def lite_link(notebook: str, page: str = "index.html") -> str:
    """The address, from the `page` of the edition, at which the `notebook` of the edition runs in the browser.

    Both are paths in the edition: lite_link("chapters/03-satisfaction.ipynb", "chapters/03-satisfaction.html").
    """
    return "../" * page.count("/") + f"{HERE}/notebooks/index.html?path={quote(notebook)}"


def prepare(folder: Path, given: str, report: Report = lambda share: None, tell: Callable[[str], None] = lambda text: None) -> Distribution:
    """The distribution of Pyodide that `given` names, fetched, unpacked and checked, as `find` does it.

    folder: the course's, whose `_build/pyodide` keeps what was downloaded. Raises LiteError.
    """
    return find(given, folder / "_build" / "pyodide", _kernel().PYODIDE_PYTHON_VERSION, report, tell)


def make(
    edition: Path,
    pyodide: Distribution,
    language: str = "zh",
    notebooks: Iterable[str] | None = None,
    report: Report = lambda share: None,
) -> None:
    """Put JupyterLite with `notebooks` into the finished `edition`, and links to them into its pages.

    notebooks: paths in the edition, None: all that are in its `chapters/` and `exercises/`. report: is told the share that is done.
    Raises LiteError, and leaves the edition as it was.
    """
    if notebooks is None:
        notebooks = [file.relative_to(edition).as_posix() for part in ("chapters", "exercises") for file in edition.glob(f"{part}/*.ipynb")]
    read = {name: nbformat.read(edition / name, as_version=4) for name in sorted(notebooks)}
    with TemporaryDirectory(dir=edition.parent) as desk:
        made = Path(desk) / HERE
        sizes = _make(Path(desk), made, edition, pyodide, read, language, report)
        made.rename(edition / HERE)
    add_links(edition, sizes, language)
    report(1)


def add_links(edition: Path, sizes: Mapping[str, int | None], language: str = "zh") -> None:
    """Beside each notebook that a page offers for download, a link that runs it; `sizes` in bytes of those that can be run."""
    for page in edition.rglob("*.html"):
        place = page.relative_to(edition)
        if place.parts[0] in (HERE, "pagefind", "_static"):
            continue
        before = page.read_text(encoding="utf-8")
        after = DOWNLOAD.sub(lambda found, place=place: found[0] + _link(found, place, sizes, language), before)
        if after != before:
            page.write_text(after.replace("</head>", STYLE, 1), encoding="utf-8")


def _link(found: re.Match, page: Path, sizes: Mapping[str, int | None], language: str) -> str:
    notebook = os.path.normpath(page.parent / unquote(unescape(found[2]))).replace(os.sep, "/")
    if notebook not in sizes:
        return ""
    words, title = LINK[language]
    kind = re.search(r'\sclass="([^"]*)"', found[1])
    named = f' class="{kind[1]}"' if kind else ""
    text = words.format(megabytes=megabytes(sizes[notebook], language))
    return f' <a{named} href="{lite_link(notebook, page.as_posix())}" title="{title}"><span>{text}</span></a>'


def megabytes(size: int | None, language: str = "zh") -> str:
    """What a reader is told of a download of `size` bytes, in MB; of an unknown one, its order of magnitude."""
    known, unknown = {"zh": ("约{}MB", "几十MB"), "en": ("about {} MB", "tens of MB")}[language]
    return unknown if size is None else known.format(max(1, round(size / 1e6)))


def _make(
    desk: Path, made: Path, edition: Path, pyodide: Distribution, notebooks: Mapping[str, NotebookNode], language: str, report: Report
) -> dict[str, int | None]:
    package = Path(str(files(needs.OURS)))
    wanted = {name: needs.of_notebook(notebook, package) for name, notebook in notebooks.items()}
    # with what is imported on use, for then a cell's code does not say so
    usual = needs.of_modules(USUAL, package) | (set().union(*wanted.values()) & set(needs.ON_USE.values()))
    extension = {canonicalize_name(parse_wheel_filename(file.name)[0]): file for file in _extension(KERNEL_EXTENSION).rglob("*.whl")}
    # first what can be refused, then what takes long
    packages = _packages(set().union(usual, *wanted.values()), pyodide)
    entries = _entries(desk, edition, pyodide, packages, {packages[module] for module in usual}, extension)
    sizes = _sizes(pyodide, entries, {name: {packages[module] for module in modules} for name, modules in wanted.items()})
    report(0.2)
    _jupyterlite(desk / "source", made, _first_cells(notebooks, wanted, usual, sizes, language), pyodide, language)
    report(0.9)
    _write_packages(made, desk, pyodide, entries)
    _write_licences(made, pyodide, entries)
    return sizes


def _kernel():
    """The kernel's constants. JupyterLite is looked for in TOOLS first: JupyterLab would load its kernel from where it looks itself."""
    if TOOLS.is_dir() and str(TOOLS) not in sys.path:
        sys.path.append(str(TOOLS))
    try:
        import jupyterlite_core  # noqa: F401
        from jupyterlite_pyodide_kernel import constants
    except ImportError as error:
        raise LiteError(f"缺少把笔记本放进浏览器用的{error.name}，{INSTALL}") from None
    return constants


def _extension(name: str) -> Path:
    """The folder of JupyterLab's installed extension `name`."""
    for place in (TOOLS / "share" / "jupyter" / "labextensions", *map(Path, jupyter_path("labextensions"))):
        if (place / name / "package.json").is_file():
            return place / name
    raise LiteError(f"这里没有装JupyterLab的扩展{name}，{INSTALL}")


def _packages(modules: Iterable[str], pyodide: Distribution) -> dict[str, str]:
    """The package that each top-level module comes with: by the distribution's list, else by what is installed here."""
    theirs, installed = pyodide.imports(), packages_distributions()
    return {module: theirs.get(module) or canonicalize_name(installed.get(module, [module])[0]) for module in modules}


def _entries(
    desk: Path, edition: Path, pyodide: Distribution, packages: Mapping[str, str], usual: set[str], extension: Mapping[str, Path]
) -> dict[str, dict]:
    """The list of packages for the site: what the kernel and the notebooks need, and what that needs, by name.

    Addresses are from the folder PYODIDE. What the distribution does not have is packed into `desk` out of what is installed.
    """
    having = pyodide.packages
    entries: dict[str, dict] = {}
    waiting = [*KERNEL, *sorted(packages.values())]
    while waiting:
        name = waiting.pop()
        if name in entries or name in SERVER_PARTS:
            continue
        if name in extension:
            file = extension[name]
            inside = file.relative_to(_extension(KERNEL_EXTENSION)).as_posix()
            depends = ["comm", "ipython", "ipykernel"] if name == "pyodide-kernel" else []
            where = f"../../extensions/{KERNEL_EXTENSION}/{inside}"
            entries[name] = _entry(name, str(parse_wheel_filename(file.name)[1]), where, file, depends, [name.replace("-", "_")])
        elif name in having:
            found = pyodide.closure([name])
            pyodide.check_files(found)
            entries |= {key: _theirs(entry, pyodide) for key, entry in found.items()}
        else:
            try:
                file = wheels.pack(name, pyodide.python, desk / "wheels")
            except wheels.CompiledError:
                raise LiteError(no_package(pyodide.given, name)) from None
            depends = [one for one in wheels.requirements(name, pyodide.python) if one not in SERVER_PARTS]
            waiting += depends
            entries[name] = _entry(name, wheels.installed(name).version, file.name, file, depends, wheels.modules(name))
    _check_versions(entries, pyodide)
    ours = next((edition / "downloads").glob("*.whl"))
    version = str(parse_wheel_filename(ours.name)[1])
    entries[OUR_PACKAGE] = _entry(OUR_PACKAGE, version, f"../../../downloads/{ours.name}", ours, sorted(usual), [needs.OURS])
    for module, name in packages.items():  # the distribution's list does not name every module
        entries[name]["imports"] = sorted({*entries[name]["imports"], module})
    return dict(sorted(entries.items()))


def _entry(name: str, version: str, where: str, file: Path, depends: list[str], modules: list[str]) -> dict:
    return {
        "depends": depends,
        "file_name": where,
        "imports": modules,
        "install_dir": "site",
        "name": name,
        "package_type": "package",
        "sha256": digest(file),
        "size": file.stat().st_size,
        "unvendored_tests": False,
        "version": version,
    }


def _theirs(entry: dict, pyodide: Distribution) -> dict:
    size = pyodide.size(entry["file_name"])
    return {**entry, "size": size, "file_name": (pyodide.address or "") + entry["file_name"]}


def _check_versions(entries: Mapping[str, dict], pyodide: Distribution) -> None:
    for asked in map(Requirement, wheels.installed(OUR_PACKAGE).requires or ()):
        entry = entries.get(canonicalize_name(asked.name))
        if entry and not asked.marker and not asked.specifier.contains(entry["version"], prereleases=True):
            raise LiteError(
                f"{pyodide.given} 里的{asked.name}是{entry['version']}，课程要{asked.specifier}，下载新一些的Pyodide完整版 "
                "(the distribution has another version of a package than the course needs: download a newer one)"
            )


def _closure(entries: Mapping[str, dict], names: Iterable[str]) -> set[str]:
    found, waiting = set(), list(names)
    while waiting:
        name = canonicalize_name(waiting.pop())
        if name not in found:
            found.add(name)
            waiting += entries[name]["depends"]
    return found


def _sizes(pyodide: Distribution, entries: Mapping[str, dict], wanted: Mapping[str, set[str]]) -> dict[str, int | None]:
    """How many bytes a browser fetches that opens a notebook for the first time and runs it; None when a server does not tell."""
    engine = [pyodide.size(name) for name in pyodide.engine()]
    sizes: dict[str, int | None] = {}
    for name, own in wanted.items():
        packages = _closure(entries, [*KERNEL, OUR_PACKAGE, *own])
        parts = [*engine, *(entries[package]["size"] for package in packages)]
        sizes[name] = None if None in parts else SHELL + sum(parts)
    return sizes


def _first_cells(
    notebooks: Mapping[str, NotebookNode],
    wanted: Mapping[str, set[str]],
    usual: set[str],
    sizes: Mapping[str, int | None],
    language: str,
) -> dict[str, NotebookNode]:
    """Copies of the notebooks that begin with a cell that loads what they need, in place of the one that checks an installation."""
    copies = {}
    for name, original in notebooks.items():
        notebook = deepcopy(original)
        modules = ", ".join(sorted({*(wanted[name] - usual), needs.OURS}))  # the usual ones come with our own
        code = FIRST_CELL[language].format(megabytes=megabytes(sizes[name], language), modules=modules).rstrip()
        first = v4.new_code_cell(code)
        first["id"] = "check"
        metadata = {**notebook.metadata, "kernelspec": KERNELSPEC}
        copies[name] = v4.new_notebook(metadata=metadata, cells=[first, *(cell for cell in notebook.cells if cell.get("id") != "check")])
    return copies


def _jupyterlite(source: Path, made: Path, notebooks: Mapping[str, NotebookNode], pyodide: Distribution, language: str) -> None:
    """Have JupyterLite make its part of the site: the app for one notebook, the list of files, and the course's notebooks."""
    for name, notebook in notebooks.items():
        (source / "files" / name).parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, source / "files" / name)
    settings = {
        "@jupyterlab/translation-extension:plugin": {"locale": LOCALES[language]},
        "@jupyterlab/apputils-extension:notification": {"checkForUpdates": False, "fetchNews": "false"},
    }
    start = f"./static/pyodide/{START}" if pyodide.folder else f"{pyodide.address}{START}"
    kernel = {
        "pyodideUrl": start,
        "disablePyPIFallback": True,
        "loadPyodideOptions": {"lockFileURL": f"./static/pyodide/{LOCK}", "packages": list(KERNEL)},
    }
    site = {
        "jupyter-lite-schema-version": 0,
        "jupyter-config-data": {
            "appName": "服务营销" if language == "zh" else "Service Marketing",
            "appUrl": "./tree",
            "disabledExtensions": [SERVICE_WORKER],
            "faviconUrl": "./tree/favicon.ico",
            "litePluginSettings": {f"{KERNEL_EXTENSION}:kernel": kernel},
        },
    }
    build = {
        "LiteBuildConfig": {
            "apps": list(APPS),
            "contents": ["files"],
            "federated_extensions": [str(_extension(name)) for name in EXTENSIONS],
            "ignore_sys_prefix": ["federated_extensions", "settings_overrides"],
            "no_sourcemaps": True,
            "no_unused_shared_packages": True,
            "output_dir": str(made),
            "cache_dir": str(source.parent / "cache"),
        }
    }
    for file, content in (("overrides.json", settings), ("jupyter-lite.json", site), ("jupyter_lite_config.json", build)):
        (source / file).write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    # a reader's own settings of Jupyter are none of the site's
    clean = {key: value for key, value in os.environ.items() if not key.startswith("JUPYTERLITE_")}
    paths = os.pathsep.join([*filter(None, [os.environ.get("PYTHONPATH")]), str(TOOLS)])
    done = subprocess.run(
        [sys.executable, "-m", "jupyterlite_core", "build"],
        cwd=source,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**clean, "JUPYTER_CONFIG_DIR": str(source), "PYTHONPATH": paths, "PYTHONUTF8": "1"},
    )
    if done.returncode != 0 or not (made / "notebooks" / "index.html").is_file():
        raise LiteError(f"JupyterLite没有建成 (JupyterLite failed):\n{(done.stderr or done.stdout).strip()[-2000:]}")
    for page in (made / app / "index.html" for app in APPS):  # else the browser asks for one at the root of the host
        text = page.read_text(encoding="utf-8")
        page.write_text(text.replace("<head>", '<head>\n    <link rel="icon" href="./favicon.ico">', 1), encoding="utf-8")
    for pattern in UNUSED:
        for path in made.glob(pattern):
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def _write_packages(made: Path, desk: Path, pyodide: Distribution, entries: Mapping[str, dict]) -> None:
    target = made.parent / PYODIDE
    target.mkdir(parents=True, exist_ok=True)
    if pyodide.folder:
        for name in pyodide.engine():
            shutil.copyfile(pyodide.folder / name, target / name)
    for entry in entries.values():
        name = entry["file_name"]
        if "/" not in name:
            kept = desk / "wheels" / name
            shutil.copyfile(kept if kept.is_file() else pyodide.folder / name, target / name)
    lock = {"info": pyodide.lock["info"], "packages": {name: {**entry} for name, entry in entries.items()}}
    for entry in lock["packages"].values():
        entry.pop("size", None)
    (target / LOCK).write_text(json.dumps(lock, sort_keys=True), encoding="utf-8")


def _write_licences(made: Path, pyodide: Distribution, entries: Mapping[str, dict]) -> None:
    lines = [
        "JupyterLite and its Pyodide kernel: BSD-3-Clause; what its programs contain is listed in build/ and extensions/",
        f"Pyodide: MPL-2.0, with CPython {pyodide.python} (PSF-2.0)",
        "",
        "Python packages; the licence of each is in its wheel, in the folder *.dist-info:",
        *(f"{name} {entry['version']}: {entry['file_name'].rpartition('/')[2]}" for name, entry in entries.items()),
    ]
    (made / "LICENCES.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
