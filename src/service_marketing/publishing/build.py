"""Building the site: Jupyter Book, then what has to be done to its finished pages."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from . import project
from .pages import clear_figures, settle_images, subset_fonts

CONFIG = {"zh": ("_config.yml", "_toc.yml"), "en": ("_config.en.yml", "_toc.en.yml")}
START_PAGE = """<!doctype html>
<html lang="zh-CN">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>服务营销</title>
<meta http-equiv="refresh" content="0; url=zh/index.html">
<p><a href="zh/index.html">服务营销</a></p>
</html>
"""


class BookError(Exception):
    """The book could not be built; the message says which file, which line and why."""


def build(folder: Path, language: str = "zh", console: Console | None = None) -> Path:
    """Build one edition of the book in `folder` and return its folder in `_build/site/`.

    Nothing is done when no source changed since the last build. The finished edition replaces the old one whole.
    Raises BookError when a page has a broken reference, a failing cell, a missing glyph or a bad formula.
    """
    console = console or Console()
    if not (folder / CONFIG[language][0]).exists():
        raise BookError(f"没有 {CONFIG[language][0]}，这个语言的版本还不存在 (this edition does not exist yet)")
    site = folder / "_build" / "site"
    edition, stamp = site / language, folder / "_build" / f"site.{language}.stamp"
    state = project.fingerprint(project.everything(folder))
    if edition.is_dir() and stamp.exists() and stamp.read_text() == state:
        console.print(f"书没有变化，无需重建 (nothing changed): {edition}")
        return edition

    output = folder / "_build" / f"book.{language}"
    fresh = folder / "_build" / f"site.{language}.new"
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeElapsedColumn(),
        console=console,
    ) as progress:
        step = progress.add_task("执行并排版各章 (chapters)", total=100)
        pages = _jupyter_book(folder, language, output, lambda share: progress.update(step, completed=share))
        progress.update(step, completed=100)
        for title, work in (
            ("公式与模拟 (formulas, simulations)", _finish_pages),
            ("全文索引 (search)", _index),
            ("作业的学生版 (assignments)", _assignments),
            ("可下载的课程包 (wheel)", _wheel),
        ):
            step = progress.add_task(title, total=1)
            if work is _finish_pages:
                shutil.rmtree(fresh, ignore_errors=True)
                shutil.copytree(pages, fresh)
            work(folder, fresh)
            progress.update(step, completed=1)

    stamp.unlink(missing_ok=True)
    site.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(edition, ignore_errors=True)
    fresh.rename(edition)
    (site / "index.html").write_text(START_PAGE, encoding="utf-8")
    stamp.write_text(state)
    console.print(f"书建好了 (built): {edition / 'index.html'}")
    return edition


def _jupyter_book(folder: Path, language: str, output: Path, report: Callable[[float], None]) -> Path:
    config, toc = CONFIG[language]
    command = [sys.executable, "-c", "from jupyter_book.cli.main import main; main()", "build", "."]
    command += ["--config", config, "--toc", toc, "--path-output", str(output), "-n", "-W", "--keep-going"]
    html = output / "_build" / "html"
    shutil.rmtree(html, ignore_errors=True)  # pages of chapters that were renamed would stay; writing all takes a second
    log = folder / "_build" / f"book.{language}.log"
    log.parent.mkdir(exist_ok=True)
    with (
        log.open("w", encoding="utf-8") as file,
        subprocess.Popen(
            command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8", env=_environment()
        ) as process,
    ):
        for line in process.stdout:
            line = re.sub(r"\x1b\[[0-9;]*m", "", line)
            file.write(line)
            # most of the time goes into running the notebooks
            if found := re.match(r"(executing notebooks|reading sources|writing output)\.\.\. \[ *(\d+)%\]", line):
                start, part = {"executing notebooks": (0, 0.7), "reading sources": (70, 0.15), "writing output": (85, 0.15)}[found[1]]
                report(start + part * float(found[2]))
    if process.returncode != 0:
        # Sphinx would not repeat the warnings of pages that it does not read again
        shutil.rmtree(output / "_build" / ".doctrees", ignore_errors=True)
        raise BookError(_problems(log.read_text(encoding="utf-8"), folder) + f"\n完整记录 (full log): {log}")
    return html


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
    return "\n".join(found) or "\n".join(log.splitlines()[-25:])


def _finish_pages(folder: Path, edition: Path) -> None:
    static = edition / "_static"
    widget = Path(str(files("service_marketing") / "widget" / "static"))
    katex = folder / "node_modules" / "katex" / "dist"
    shutil.copytree(widget / "book", static / "service-sim")
    _references(static / "service-sim" / "python")
    (static / "katex").mkdir()
    shutil.copy(katex / "katex.min.css", static / "katex")
    pages = [str(page) for page in edition.rglob("*.html")]
    clear_figures(edition)
    settle_images(edition)
    _node(folder, widget / "prerender.mjs", pages)
    _node(folder, Path(__file__).with_name("math.mjs"), pages)
    _node(folder, Path(__file__).with_name("styles.mjs"), [str(static), *pages])
    subset_fonts(edition, katex / "fonts", static / "katex" / "fonts")
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


def _node(folder: Path, script: Path, arguments: list[str]) -> None:
    done = subprocess.run(
        ["node", str(script), *arguments], cwd=folder, capture_output=True, text=True, encoding="utf-8", env=_environment()
    )
    if done.returncode != 0:
        raise BookError((done.stderr or done.stdout).strip())


def _index(folder: Path, edition: Path) -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pagefind",
            "--site",
            str(edition),
            "--root-selector",
            "article",
            "--exclude-selectors",
            ".headerlink",
            "--glob",
            "{how-to-use,instructor,glossary,chapters/*,exercises/*}.html",
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    if done.returncode != 0:
        raise BookError(done.stderr.strip())


def _assignments(folder: Path, edition: Path) -> None:
    try:
        from service_marketing.classroom import assignments, course
    except ImportError as error:
        raise BookError(f"缺少做作业学生版用的 {error.name}，运行 pip install -e '.[book,grading]' 安装 (install the extras)") from None
    names = assignments.available(folder / "exercises")
    workshop = course.make(folder / "_build" / "assignments", names, folder / "exercises")
    (edition / "exercises").mkdir()
    for name in names:
        shutil.copy(course.assign(workshop, name), edition / "exercises" / f"{name}.ipynb")


def _wheel(folder: Path, edition: Path) -> None:
    downloads = edition / "downloads"
    done = subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", str(downloads), str(folder)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=_environment(),
    )
    if done.returncode != 0:
        raise BookError(done.stderr.strip())


def _environment() -> dict[str, str]:
    # Node and its tools come from the same environment as Python
    return {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}", "PYTHONUTF8": "1"}
