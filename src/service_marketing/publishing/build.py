"""Building the site: Jupyter Book, then what has to be done to its finished pages."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

import yaml
from filelock import FileLock
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from . import beside, entrance, lite, offline, project, zipped
from .budget import overweight
from .contents import note_contents
from .models import lighten_models
from .pages import colour_figures, settle_images, subset_fonts, tell_listeners
from .quiz import hide_answers
from .search import write_index

CONFIG = {"zh": ("_config.yml", "_toc.yml"), "en": ("_config.en.yml", "_toc.en.yml")}

# Sphinx makes millions of small objects that live as long as it does: neither looking for garbage among them nor taking them
# down one by one at the end is worth the seconds; pybtex reads what every installed package offers at each citation, where once
# will do; for rfc3987_syntax see cli.py
JUPYTER_BOOK = """
import functools, gc, os, sys
gc.set_threshold(200_000, 50, 1000)
sys.modules["rfc3987_syntax"] = None
import pybtex.plugin
pybtex.plugin._load_entry_point = functools.cache(pybtex.plugin._load_entry_point)
from jupyter_book.cli.main import main
try:
    main()
    code = 0
except SystemExit as end:
    code = end.code if isinstance(end.code, int) else int(bool(end.code))
sys.stdout.flush()
sys.stderr.flush()
os._exit(code)
"""


class BookError(beside.RefusedError):
    """The book could not be built; the message says which file, which line and why."""


def editions(folder: Path) -> list[str]:
    """The languages that the book in `folder` has editions in."""
    return [language for language, (config, _) in CONFIG.items() if (folder / config).exists()]


def build(folder: Path, language: str = "zh", console: Console | None = None, pyodide: str | None = None) -> Path:
    """Build one edition of the book in `folder` and return its folder in `_build/site/`.

    pyodide: path or address of a distribution of Pyodide; with one, readers can run the notebooks in their browsers.
    Nothing is done when no source changed since the last build. The finished edition replaces the old one whole.
    Raises BookError when a page has a broken reference, a failing cell, a missing glyph or a bad formula.
    """
    return build_all(folder, [language], console, pyodide)[0]


def build_all(
    folder: Path, languages: Iterable[str] | None = None, console: Console | None = None, pyodide: str | None = None
) -> list[Path]:
    """Build the editions in `languages` (default: all that there are) as `build` does, side by side, and return their folders.

    An edition that cannot be built stops no other; BookError then says of each why it was not.
    """
    console = console or Console()
    languages = list(languages or editions(folder))
    for language in languages:
        if language not in editions(folder):
            raise BookError(f"没有语言版本 {language}，现有：{'、'.join(editions(folder))} (no such edition; these exist)")
    waiting = []
    for language in languages:
        if _is_built(folder, language, _state(folder, language, pyodide)):
            console.print(f"书没有变化，无需重建 (nothing changed): {_edition(folder, language)}")
        else:
            waiting.append(language)
    if len(waiting) == 1:
        with _shown(console) as tell:
            _build(folder, waiting[0], pyodide, partial(tell, ""))
    elif waiting:
        with _shown(console) as tell:
            refused = beside.run(_build, {language: (folder, language, pyodide) for language in waiting}, tell)
        if refused:
            raise BookError("\n\n".join(f"{language}：{refused[language]}" for language in waiting if language in refused))
    return [_edition(folder, language) for language in languages]


def _edition(folder: Path, language: str) -> Path:
    return folder / "_build" / "site" / language


def _state(folder: Path, language: str, pyodide: str | None) -> str:
    """What an edition is made from, in a line; with Pyodide, two more: which one, and how it was named."""
    state = project.fingerprint(project.everything(folder, language))
    return "\n".join((state, _refuse(lite.identity, pyodide), pyodide)) if pyodide else state


def _is_built(folder: Path, language: str, state: str) -> bool:
    stamp = _stamp(folder, language)
    return _edition(folder, language).is_dir() and stamp.exists() and stamp.read_text(encoding="utf-8") == state


def _stamp(folder: Path, language: str) -> Path:
    return folder / "_build" / f"site.{language}.stamp"


@contextmanager
def _shown(console: Console) -> Iterator[Callable[..., None]]:
    """A function that shows how a build goes: of an edition, a step and the share of it that is done, or a line to print."""
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeElapsedColumn(),
        console=console,
    ) as progress:
        bars = {}

        def tell(language: str, text: str, share: float | None = None) -> None:
            if share is None:
                console.print(text)
            elif (bar := bars.get((language, text))) is None:
                bars[language, text] = progress.add_task(f"{language} {text}".lstrip(), total=1, completed=share)
            else:
                progress.update(bar, completed=share)

        yield tell


def _alone(folder: Path, what: str) -> FileLock:
    """Has the builds of one folder take turns at what they share; two of one edition would clear each other's files away."""
    place = folder / "_build" / "locks"
    place.mkdir(parents=True, exist_ok=True)
    return FileLock(place / what)


def _build(folder: Path, language: str, pyodide: str | None, tell: Callable[..., None]) -> None:
    with _alone(folder, language):
        state = _state(folder, language, pyodide)
        if not _is_built(folder, language, state):  # somebody else may just have built it
            _build_alone(folder, language, pyodide, state, tell)
    tell(f"书建好了 (built): {_edition(folder, language) / 'index.html'}")


def _build_alone(folder: Path, language: str, pyodide: str | None, state: str, tell: Callable[..., None]) -> None:
    edition, stamp = _edition(folder, language), _stamp(folder, language)
    fresh = folder / "_build" / f"site.{language}.new"
    found = None
    if pyodide:  # first, because it can be refused
        step = "准备Pyodide (Pyodide)"
        tell(step, 0)
        with _alone(folder, "pyodide"):
            found = _refuse(lite.prepare, folder, pyodide, partial(tell, step), tell)
    step = "执行并排版各章 (chapters)"
    tell(step, 0)
    pages = _jupyter_book(folder, language, folder / "_build" / f"book.{language}", partial(tell, step))
    tell(step, 1)
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.copytree(pages, fresh)
    for step, work in (
        ("公式与模拟 (formulas, simulations)", _finish_pages),
        ("全文索引 (search)", _index),
        ("作业的学生版 (assignments)", _assignments),
        ("可下载的课程包 (wheel)", _wheel),
        ("离线包 (ZIP)", _zip),
    ):
        tell(step, 0)
        work(folder, fresh, language)
        tell(step, 1)
    if found:
        step = "浏览器里的笔记本 (JupyterLite)"
        tell(step, 0)
        _refuse(lite.make, fresh, found, language, None, partial(tell, step))
    _offline(folder, fresh, language)  # last: it tells what every file is

    stamp.unlink(missing_ok=True)
    with _alone(folder, "site"):
        edition.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(edition, ignore_errors=True)
        fresh.rename(edition)
        entrance.write(edition.parent)
    stamp.write_text(state, encoding="utf-8")


def standing(folder: Path, language: str = "zh") -> str | None:
    """The distribution of Pyodide that the site was last built with, for who wants the site as it is; None when without."""
    stamp = _stamp(folder, language)
    lines = stamp.read_text(encoding="utf-8").splitlines() if stamp.exists() else []
    return lines[2] if len(lines) == 3 else None


def _refuse(work: Callable, *arguments):
    try:
        return work(*arguments)
    except lite.LiteError as problem:
        raise BookError(str(problem)) from None


def _jupyter_book(folder: Path, language: str, output: Path, report: Callable[[float], None]) -> Path:
    config, toc = CONFIG[language]
    command = [sys.executable, "-c", JUPYTER_BOOK, "build", "."]
    command += ["--config", config, "--toc", toc, "--path-output", str(output), "-n", "-W", "--keep-going"]
    html = output / "_build" / "html"
    _forget_pages(folder, language, output)
    log = folder / "_build" / f"book.{language}.log"
    log.parent.mkdir(exist_ok=True)
    environment = _environment(OMP_NUM_THREADS="1")  # the notebooks run side by side; threads in each would wait for one another
    with (
        log.open("w", encoding="utf-8") as file,
        subprocess.Popen(
            command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8", env=environment
        ) as process,
    ):
        try:
            for line in process.stdout:
                line = re.sub(r"\x1b\[[0-9;]*m", "", line)
                file.write(line)
                # most of the time goes into running the notebooks
                if found := re.match(r"(executing notebooks|reading sources|writing output)\.\.\. \[ *(\d+)%\]", line):
                    start, part = {"executing notebooks": (0, 0.7), "reading sources": (0.7, 0.15), "writing output": (0.85, 0.15)}[
                        found[1]
                    ]
                    report(start + part * float(found[2]) / 100)
        except BaseException:
            process.terminate()  # its kernels end with it
            raise
    if process.returncode != 0:
        # Sphinx would not repeat the warnings of pages that it does not read again
        (output / "shared.stamp").unlink()
        raise BookError(_problems(log.read_text(encoding="utf-8"), folder) + f"\n完整记录 (full log): {log}")
    return html


def _forget_pages(folder: Path, language: str, output: Path) -> None:
    """Have all pages made anew when something changed that every page shows; else Sphinx makes those that changed.

    What the cells printed stays in the cache. Sphinx itself looks at a page's own source only: a title that changed would stay
    as it was in the contents beside the other pages.
    """
    state = project.fingerprint(project.shared(folder, language)) + sha256(project.signposts(folder, language).encode()).hexdigest()
    stamp = output / "shared.stamp"
    if not stamp.exists() or stamp.read_text() != state:
        shutil.rmtree(output / "_build" / "html", ignore_errors=True)
        shutil.rmtree(output / "_build" / ".doctrees", ignore_errors=True)
        output.mkdir(parents=True, exist_ok=True)
        stamp.write_text(state)


def _problems(log: str, folder: Path) -> str:
    found: list[str] = []
    keep = False
    for line in log.splitlines():
        if re.search(r"\b(WARNING|ERROR|CRITICAL): ", line):
            keep = True
        elif (
            re.match(
                r"(executing|reading|writing|generating|looking|pickling|checking|preparing|copying|building|build|dumping|=====)"
                r"|/?\S+\.md: ",
                line,
            )
            or not line.strip()
        ):
            keep = False
        if keep and "[IPKernelApp]" not in line:
            found.append(line.replace(f"{folder}{os.sep}", ""))
    # a cell that failed gave its page none of its numbers: to name each of them would bury the cause
    failed = {line.partition(":")[0] for line in found if "Executing notebook failed" in line}
    missing = re.compile(r"No key '[^']+' found in glue data|nothing was glued under this name")
    told = [line for line in found if not (missing.search(line) and any(page in line for page in failed))]
    return "\n".join(told) or "\n".join(log.splitlines()[-25:])


def _finish_pages(folder: Path, edition: Path, language: str) -> None:
    static = edition / "_static"
    widget = Path(str(files("service_marketing") / "widget" / "static"))
    katex = folder / "node_modules" / "katex" / "dist"
    shutil.copytree(widget / "book", static / "service-sim")
    _references(static / "service-sim" / "python")
    lighten_models(edition, Path(str(files("service_marketing"))) / "models", static / "service-sim")
    (static / "katex").mkdir()
    shutil.copy(katex / "katex.min.css", static / "katex")
    pages = [str(page) for page in edition.rglob("*.html")]
    try:
        colour_figures(edition)
    except ValueError as problem:
        raise BookError(str(problem)) from None
    settle_images(edition)
    tell_listeners(edition)
    _node(folder, widget / "prerender.mjs", pages)
    signs = json.loads(_node(folder, Path(__file__).with_name("math.mjs"), pages))
    _node(folder, Path(__file__).with_name("styles.mjs"), [str(static), *pages])
    state = project.fingerprint([folder / "package-lock.json"]) + json.dumps(signs, sort_keys=True)
    state = sha256(state.encode()).hexdigest()
    _kept(folder, f"fonts.{language}", state, lambda target: subset_fonts(signs, katex / "fonts", target), static / "katex" / "fonts")
    try:
        hide_answers(edition)
    except ValueError as problem:
        raise BookError(str(problem)) from None
    note_contents(edition)
    if heavy := overweight(edition, folder / "book" / "budget.toml"):
        raise BookError("\n".join(heavy))
    shutil.rmtree(edition / "reports", ignore_errors=True)
    for leftover in (".buildinfo", "objects.inv"):
        (edition / leftover).unlink(missing_ok=True)


def _references(target: Path) -> None:
    """The Python files that the pages check practices against, fetched by a box when its reader asks for a check."""
    from service_marketing.practice import ALL

    package = Path(str(files("service_marketing")))
    for name in {name for practice in ALL for name in practice.plain()["files"]}:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(package / name, target / name)


def _zip(folder: Path, edition: Path, language: str) -> None:
    target = edition / "downloads" / zipped.name(title(folder, language), language)
    try:
        zipped.make(edition, target, language, lambda script, arguments: _node(folder, script, arguments))
    except zipped.ZipError as problem:
        raise BookError(str(problem)) from None
    zipped.tell_size(edition, target, language)


def zip_of(folder: Path, language: str = "zh", console: Console | None = None) -> Path:
    """Build one edition of the book in `folder`, copy the ZIP that readers download to `_build/`, and return it.

    Raises BookError when the site cannot be built.
    """
    console = console or Console()
    edition = build(folder, language, console, standing(folder, language))
    made = edition / "downloads" / zipped.name(title(folder, language), language)
    target = Path(shutil.copy(made, folder / "_build"))
    console.print(f"离线包做好了 (made): {target}，{target.stat().st_size / 1e6:.1f} MB")
    return target


def _offline(folder: Path, edition: Path, language: str) -> None:
    worker = Path(str(files("service_marketing") / "widget" / "static" / "sw.js"))
    offline.write(edition, worker, language, title(folder, language))


def title(folder: Path, language: str) -> str:
    """The book's title in this language."""
    return yaml.safe_load((folder / CONFIG[language][0]).read_text(encoding="utf-8"))["title"]


def _node(folder: Path, script: Path, arguments: Iterable[str]) -> str:
    done = subprocess.run(
        ["node", str(script), *arguments], cwd=folder, capture_output=True, text=True, encoding="utf-8", env=_environment()
    )
    if done.returncode != 0:
        raise BookError((done.stderr or done.stdout).strip())
    return done.stdout


def _index(folder: Path, edition: Path, language: str) -> None:
    try:
        write_index(edition, folder / "_build" / f"index.{language}")
    except RuntimeError as problem:
        raise BookError(str(problem)) from None


def _kept(folder: Path, name: str, state: str, make: Callable[[Path], None], target: Path) -> None:
    """Copy to `target` the folder that `make` fills once for each `state` of what it is made from; an old one is dropped."""
    kept = folder / "_build" / "kept" / name
    made = kept / state[:16]
    with _alone(folder, f"kept.{name}"):
        if not made.is_dir():
            shutil.rmtree(kept, ignore_errors=True)
            half = kept / "half"
            half.mkdir(parents=True)
            make(half)
            half.rename(made)
        shutil.copytree(made, target, dirs_exist_ok=True)


def _assignments(folder: Path, edition: Path, language: str) -> None:
    sources = [folder / "exercises", folder / "src", folder / "data", folder / "requirements"]
    state = project.fingerprint(sources)
    _kept(folder, f"exercises.{language}", state, lambda target: _make_assignments(folder, target, language), edition / "exercises")


def _make_assignments(folder: Path, target: Path, language: str) -> None:
    try:
        from service_marketing.classroom import assignments, course
    except ImportError as error:
        raise BookError(f"缺少做作业学生版用的 {error.name}，运行 pip install -e '.[book,grading]' 安装 (install the extras)") from None
    names = assignments.available(folder / "exercises", language)
    workshop = course.make(folder / "_build" / f"assignments.{language}", names, folder / "exercises", language=language)
    for name in names:
        shutil.copy(course.assign(workshop, name), target / f"{name}.ipynb")


def _wheel(folder: Path, edition: Path, language: str) -> None:
    sources = [folder / name for name in ("src", "data", "pyproject.toml", "README.md", "LICENSE")]
    _kept(folder, "downloads", project.fingerprint(sources), lambda target: _make_wheel(folder, target), edition / "downloads")


def _make_wheel(folder: Path, target: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", str(target), str(folder)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=_environment(),
    )
    if done.returncode != 0:
        raise BookError(done.stderr.strip())


def _environment(**more: str) -> dict[str, str]:
    # Node and its tools come from the same environment as Python
    return {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}", "PYTHONUTF8": "1", **more}
