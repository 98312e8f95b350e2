"""Notebooks in the browser: a distribution of Pyodide is found and checked, and a reader runs a notebook from the page.

The engine is Pyodide's own, from npm. The registries have no numpy, pandas or matplotlib for it: here stand empty packages of
these names, and the notebook that is run, all simulations of an appendix, does without them.
"""

import json
import os
import re
import shutil
import tarfile
import zipfile
from pathlib import Path
from urllib.parse import unquote

import nbformat
import pytest
from nbformat import v4
from packaging.utils import parse_wheel_filename

from browser import browser, open_page, serve  # noqa: F401
from service_marketing.publishing.build import BookError, build
from service_marketing.publishing.lite import LiteError, lite_link, make, needs, prepare, wheels
from service_marketing.publishing.lite.site import _entry, _kernel

TOOLS = Path(__file__).parent / "lite" / "node_modules"
ENGINE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")
EMPTY = {"numpy": "2.4.6", "pandas": "3.0.2", "matplotlib": "3.10.8"}
NOTEBOOK = "chapters/appendix-a-numbers.ipynb"


@pytest.fixture(scope="module")
def distribution(tmp_path_factory) -> Path:
    """A distribution with everything but the compiled packages, in whose place are empty ones."""
    try:
        _kernel()
    except LiteError as problem:
        pytest.skip(str(problem))
    if not (TOOLS / ".installed").is_file():
        pytest.skip("没有Pyodide的引擎: python tests/tools.py install (the engine of Pyodide is not installed)")
    folder = tmp_path_factory.mktemp("distribution")
    for name in ENGINE:
        shutil.copy(TOOLS / "pyodide" / name, folder)
    info = json.loads((TOOLS / "pyodide" / "pyodide-lock.json").read_text())["info"]
    packages = {}
    for path in (TOOLS / ".wheels").glob("*.whl"):
        name, version = (str(part) for part in parse_wheel_filename(path.name)[:2])
        packages[name] = _entry(name, version, path.name, Path(shutil.copy(path, folder)), [], [name])
    for name, version in EMPTY.items():
        packages[name] = _entry(name, version, f"{name}-{version}-py3-none-any.whl", _empty_wheel(folder, name, version), [], [name])
    waiting = ["ipython", "jedi", "cycler", "typing-extensions"]
    while waiting:
        name = waiting.pop()
        if name not in packages:
            path, depends = wheels.pack(name, info["python"], folder), wheels.requirements(name, info["python"])
            packages[name] = _entry(name, wheels.installed(name).version, path.name, path, depends, wheels.modules(name))
            waiting += depends
    (folder / "pyodide-lock.json").write_text(json.dumps({"info": info, "packages": packages}))
    return folder


def _empty_wheel(folder: Path, name: str, version: str) -> Path:
    path = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        information = f"{name}-{version}.dist-info"
        wheel.writestr(f"{information}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        wheel.writestr(f"{information}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{information}/RECORD", "")
    return path


@pytest.fixture(scope="module")
def editions(site, distribution, tmp_path_factory) -> Path:
    """The built editions, in a subfolder of a host, with notebooks that run in the browser."""
    folder = tmp_path_factory.mktemp("host") / "some" / "where"
    for language in ("zh", "en"):
        shutil.copytree(site / language, folder / language, ignore=shutil.ignore_patterns("pagefind"))
        make(folder / language, prepare(folder, str(distribution)), language, [NOTEBOOK, "exercises/03-satisfaction.ipynb"])
    return folder


@pytest.fixture(scope="module")
def edition(editions) -> Path:
    return editions / "zh"


@pytest.fixture(scope="module")
def host(editions):
    with serve(editions.parents[1]) as address:
        yield f"{address}/some/where"


# What readers get


def test_a_site_without_pyodide_says_nothing_of_it(site):
    assert not (site / "zh" / "lite").exists()
    for page in (site / "zh").rglob("*.html"):
        assert "在浏览器里运行（" not in page.read_text(encoding="utf-8"), page.name


WORDS = {"zh": ("在浏览器里运行", r"首次下载约(\d+)MB", "好了", "运行"), "en": ("Run in the browser", r"about (\d+) MB", "Ready", "Run")}


@pytest.mark.parametrize(("language", "width"), [("zh", 390), ("en", 1280)])
def test_a_reader_runs_a_notebook(open_page, host, language, width):  # noqa: F811
    name, size, ready, menu = WORDS[language]
    page = open_page(f"{host}/{language}/chapters/appendix-a-numbers.html", width=width)
    fetched: dict[str, int] = {}
    page.context.on("response", lambda answer: fetched.update({answer.url: int(answer.headers.get("content-length") or 0)}))
    link = page.get_by_role("link", name=re.compile(name))
    told = int(re.search(size, link.inner_text())[1])
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    link.click()
    page.wait_for_selector(".jp-Notebook .jp-CodeCell")
    # what is run before JupyterLab has its kernel is run never
    page.wait_for_selector(".jp-Notebook-ExecutionIndicator[data-status=idle]", state="attached", timeout=60_000)
    page.locator(".jp-CodeCell .cm-content").first.click()
    page.keyboard.press("Shift+Enter")
    said = "(ready) => document.querySelector('.jp-OutputArea-output')?.innerText.includes(ready)"
    page.wait_for_function(said, arg=ready, timeout=100_000)
    until = page.locator(".jp-OutputArea-output [class^='sm-']").first
    for _ in range(12):
        if until.count():
            break
        page.keyboard.press("Shift+Enter")
        page.wait_for_timeout(1500)
    until.wait_for(timeout=30_000)
    assert page.locator("[data-mime-type='application/vnd.jupyter.error'], [data-mime-type='application/vnd.jupyter.stderr']").count() == 0
    page.get_by_role("menuitem", name=menu, exact=True).first.wait_for()
    home = host.split("/")[2]
    assert {url for url in fetched if url.startswith("http") and url.split("/")[2] != home} == set()
    assert any("pyodide.asm.wasm" in url for url in fetched)
    assert sum(fetched.values()) / 1e6 == pytest.approx(told, rel=0.15)


def test_every_notebook_begins_by_loading_what_it_needs(edition):
    notebook = nbformat.read(edition / "lite" / "files" / NOTEBOOK, as_version=4)
    assert "import service_marketing" in notebook.cells[0].source
    assert not any("%pip" in cell.source for cell in notebook.cells)
    assert notebook.metadata.kernelspec.name == "python"


def test_links_lead_to_notebooks_that_are_there(edition):
    seen = set()
    for page in edition.rglob("*.html"):
        if "lite" in page.relative_to(edition).parts:
            continue
        for href in re.findall(r'href="([^"]*lite/notebooks/[^"]*)"', page.read_text(encoding="utf-8")):
            path, _, query = href.partition("?path=")
            assert (page.parent / path).is_file()
            assert (edition / "lite" / "files" / unquote(query)).is_file()
            seen.add(query)
    assert seen == {NOTEBOOK, "exercises/03-satisfaction.ipynb"}
    assert lite_link("a/b c.ipynb", "a/b.html") == "../lite/notebooks/index.html?path=a/b%20c.ipynb"


def test_nothing_is_looked_for_elsewhere(edition):
    settings = json.loads((edition / "lite" / "jupyter-lite.json").read_text())["jupyter-config-data"]["litePluginSettings"]
    kernel = settings["@jupyterlite/pyodide-kernel-extension:kernel"]
    assert kernel["disablePyPIFallback"]
    assert kernel["pyodideUrl"] == "./static/pyodide/pyodide.mjs"
    folder = edition / "lite" / "static" / "pyodide"
    lock = json.loads((folder / "pyodide-lock.json").read_text())
    for name, entry in lock["packages"].items():
        assert (folder / entry["file_name"]).is_file(), name
        assert set(entry["depends"]) <= lock["packages"].keys(), name
    needed = {*ENGINE, "pyodide-lock.json", *(entry["file_name"] for entry in lock["packages"].values())}
    assert {path.name for path in folder.iterdir()} <= needed


# What deployers name


@pytest.mark.parametrize("kind", ["tar.bz2", "zip"])
def test_an_archive_is_fetched_once(distribution, tmp_path, kind):
    served = tmp_path / "served"
    served.mkdir()
    if kind == "zip":
        with zipfile.ZipFile(served / "p.zip", "w") as archive:
            for file in distribution.iterdir():
                archive.write(file, f"pyodide/{file.name}")
    else:
        with tarfile.open(served / f"p.{kind}", "w:bz2", compresslevel=1) as archive:
            archive.add(distribution, "pyodide")
    said, shares = [], []
    with serve(served) as address:
        found = prepare(tmp_path, f"{address}/p.{kind}", shares.append, said.append)
    assert {file.name for file in found.folder.iterdir()} == {file.name for file in distribution.iterdir()}
    assert re.search("sha256: [0-9a-f]{64}", said[0])
    assert shares[-1] == 1
    assert shares == sorted(shares)
    again = prepare(tmp_path, f"{address}/p.{kind}", tell=said.append)  # the server is gone
    assert again.folder == found.folder
    assert len(said) == 1


def test_a_served_folder_is_not_copied(site, distribution, tmp_path):
    shutil.copytree(site / "zh" / "downloads", tmp_path / "zh" / "downloads")
    (tmp_path / "zh" / "chapters").mkdir()
    shutil.copy(site / "zh" / NOTEBOOK, tmp_path / "zh" / "chapters")
    with serve(distribution) as address:
        make(tmp_path / "zh", prepare(tmp_path, f"{address}/pyodide.mjs"))
    folder = tmp_path / "zh" / "lite" / "static" / "pyodide"
    lock = json.loads((folder / "pyodide-lock.json").read_text())["packages"]
    assert lock["numpy"]["file_name"].startswith(f"{address}/numpy-")
    assert lock["anywidget"]["file_name"] == next(folder.glob("anywidget-*")).name
    assert not (folder / "pyodide.asm.wasm").exists()


def test_no_name_in_an_archive_leads_out_of_its_folder(distribution, tmp_path):
    with zipfile.ZipFile(tmp_path / "p.zip", "w") as archive:
        for file in distribution.iterdir():
            archive.write(file, f"pyodide/{file.name}")
        for name in ("../out", "/out", "pyodide/../../out", "a/b/c/out"):
            archive.writestr(name, "no")
    prepare(tmp_path / "course", str(tmp_path / "p.zip"))
    outside = [path for path in tmp_path.rglob("out*") if path.parent.parent != tmp_path / "course" / "_build" / "pyodide"]
    assert outside == []


def _without(folder: Path, **changes) -> None:
    lock = json.loads((folder / "pyodide-lock.json").read_text())
    lock["info"] |= changes.get("info", {})
    for name, change in changes.get("packages", {}).items():
        if change is None:
            del lock["packages"][name]
        else:
            lock["packages"][name] |= change
    (folder / "pyodide-lock.json").write_text(json.dumps(lock))


BAD = {
    "no such path": (lambda folder: shutil.rmtree(folder), "没有 .*no such path"),
    "something else": (lambda folder: [file.unlink() for file in folder.iterdir()], "不是Pyodide的分发包.*download the full one"),
    "no engine": (lambda folder: (folder / "pyodide.asm.wasm").unlink(), r"里面没有pyodide\.asm\.wasm"),
    "a broken list": (lambda folder: (folder / "pyodide-lock.json").write_text("{}"), "pyodide-lock.json读不懂"),
    "another Python": (lambda folder: _without(folder, info={"python": "3.12.7"}), r"是Python 3\.12\.7的Pyodide.*要Python 3\.14"),
    "no numpy": (lambda folder: _without(folder, packages={"numpy": None}), "里没有numpy，课程要用它.*download the full one"),
    "the engine only": (lambda folder: [file.unlink() for file in folder.glob("pandas-*")], "里没有pandas（清单里有"),
    "half a file": (lambda folder: next(folder.glob("numpy-*")).write_bytes(b"PK"), "和它自己的清单对不上"),
    "too old": (lambda folder: _without(folder, packages={"matplotlib": {"version": "3.8.4"}}), r"matplotlib是3\.8\.4，课程要>=3\.10"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_distribution_is_refused_and_leaves_nothing(site, distribution, tmp_path, case):
    spoil, said = BAD[case]
    folder = tmp_path / "given"
    shutil.copytree(distribution, folder, copy_function=os.link)
    (folder / "pyodide-lock.json").unlink()
    shutil.copy(distribution / "pyodide-lock.json", folder)
    next(folder.glob("numpy-*")).unlink()
    shutil.copy(next(distribution.glob("numpy-*")), folder)
    spoil(folder)
    edition = tmp_path / "zh"
    (edition / "chapters").mkdir(parents=True)
    shutil.copytree(site / "zh" / "downloads", edition / "downloads")
    shutil.copy(site / "zh" / NOTEBOOK, edition / "chapters")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(LiteError, match=f"(?s){said}"):
        make(edition, prepare(tmp_path, str(folder)))
    assert [path for path in sorted(tmp_path.rglob("*")) if "_build" not in path.parts] == before


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [("p.tar.bz2", b"BZh9nothing", "解不开"), ("p.zip", b"PK", "解不开"), ("p.exe", b"MZ", "不是能认的压缩包")],
)
def test_a_bad_archive_is_refused(tmp_path, name, content, said):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(LiteError, match=said):
        prepare(tmp_path, str(tmp_path / name))


def test_an_address_without_an_answer_is_refused(tmp_path):
    with serve(tmp_path) as address:
        for given in (f"{address}/p.tar.bz2", f"{address}/pyodide/"):
            with pytest.raises(LiteError, match="取不到（404）"):
                prepare(tmp_path, given)
    with pytest.raises(LiteError, match="连不上"):
        prepare(tmp_path, f"{address}/p.tar.bz2")
    assert not list(tmp_path.rglob("*.part"))


def test_the_build_refuses_before_it_builds(root, tmp_path):
    with pytest.raises(BookError, match="no such path"):
        build(root, pyodide=str(tmp_path / "none"))


# The parts


def test_what_a_notebook_needs(root):
    package = root / "src" / "service_marketing"
    code = "%matplotlib inline\nfrom service_marketing.estimation import fit_pls\ntable.style.hide()\n"
    code += "try:\n    import nowhere\nexcept ImportError:\n    pass"
    needed = needs.of_notebook(v4.new_notebook(cells=[v4.new_code_cell(code)]), package)
    assert needed == {"jinja2", "numpy", "pandas", "scipy"}  # scipy by the others in the package


def test_a_wheel_is_packed_alike_each_time(tmp_path):
    first, second = wheels.pack("anywidget", "3.14.0", tmp_path / "a"), wheels.pack("anywidget", "3.14.0", tmp_path / "b")
    assert first.read_bytes() == second.read_bytes()
    with zipfile.ZipFile(first) as wheel:
        assert {name.partition("/")[0].partition("-")[0] for name in wheel.namelist()} == {"anywidget"}


def test_compiled_packages_are_not_packed(tmp_path):
    with pytest.raises(wheels.CompiledError, match="numpy"):
        wheels.pack("numpy", "3.14.0", tmp_path)
    assert list(tmp_path.iterdir()) == []
