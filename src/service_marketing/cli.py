"""The `course` command: thin, every piece of work is a function elsewhere."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

# Where JupyterLab is installed, jsonschema compiles 38 grammars for forms of web addresses that no schema here asks for, 1.2 s
# at each start; it does without when their package cannot be imported
sys.modules.setdefault("rfc3987_syntax", None)

from service_marketing.classroom import commands as classroom  # noqa: E402
from service_marketing.grading import commands as grading  # noqa: E402
from service_marketing.publishing import project  # noqa: E402

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
app.add_typer(classroom.app)
app.add_typer(grading.app)
grading.graded.append(classroom.note_marks)
console = Console(stderr=True)

Folder = Annotated[Path | None, typer.Option("--folder", help="课程仓库所在的文件夹，默认从当前文件夹往上找")]
Port = Annotated[int, typer.Option(help="端口", min=0, max=65535)]
Language = Annotated[str, typer.Option(help="语言版本，zh或en (edition)")]
Editions = Annotated[list[str] | None, typer.Option("--language", help="只建这个语言的版本，zh或en；默认两个都建 (only this edition)")]
Pyodide = Annotated[str | None, typer.Option(help="Pyodide完整版的文件夹、压缩包或网址；写了，读者就能在浏览器里运行笔记本")]


@app.callback()
def course() -> None:
    """服务营销课程的命令行工具 (command line of the service marketing course)."""


@app.command()
def book(folder: Folder = None, language: Editions = None, pyodide: Pyodide = None) -> None:
    """建书：执行各章并生成网站 (build the site)."""
    _build(_root(folder), language, pyodide)


@app.command()
def pdf(folder: Folder = None, language: Language = "zh") -> None:
    """把全书排成一个PDF，放在 _build/ (the book as a PDF)."""
    _file("pdf", _root(folder, language), language)


@app.command()
def epub(folder: Folder = None, language: Language = "zh") -> None:
    """把全书做成一个EPUB，放在 _build/ (the book as an EPUB)."""
    _file("epub", _root(folder, language), language)


@app.command(name="zip")
def zip_(folder: Folder = None, language: Language = "zh") -> None:
    """把整个网站做成一个ZIP，放在 _build/，解压后不用网络和服务器就能读 (the site as a ZIP that opens from the file system)."""
    root = _root(folder, language)
    build = _builder()
    try:
        build.zip_of(root, language, console)
    except build.BookError as error:
        _stop(f"书没有建成 (the book was not built):\n{error}")


@app.command()
def publish(
    folder: Folder = None,
    language: Editions = None,
    pyodide: Pyodide = None,
    url: Annotated[
        str | None, typer.Option(help="书放上去以后的网址，例如 https://book.example.edu/ 或 https://name.example.io/course/")
    ] = None,
    place: Annotated[str, typer.Option(help="服务器上放 _build/publish/ 的文件夹，写进nginx的配置")] = "/srv/service-marketing-book",
    frames: Annotated[str, typer.Option(help="哪些网站可以把书嵌进自己的页面，照frame-ancestors的写法")] = "'self'",
    compress: Annotated[bool, typer.Option(help="预先压缩，给nginx用；代码托管网站的Pages自己会压缩")] = True,
) -> None:
    """建书，并做成可以直接放到服务器上的样子，放在 _build/publish/ (ready to upload)."""
    root = _root(folder)
    _build(root, language, pyodide)
    from service_marketing.publishing import build, publish

    try:
        with console.status("压缩与检查 (compressing and checking)"):
            made = publish.publish(root, url or None, place, frames, compress)
    except build.BookError as error:
        _stop(f"没有做成 (not published):\n{error}")
    console.print(
        f"网站在 {made / 'site'}，nginx的配置在 {made / 'nginx'}；怎么放见 deploy/README.zh-CN.md (ready to upload)",
        highlight=False,
        soft_wrap=True,
    )


@app.command()
def serve(folder: Folder = None, port: Port = 8000, language: Editions = None, browser: bool = True, pyodide: Pyodide = None) -> None:
    """建书并在本机打开 (build the site and serve it)."""
    from service_marketing.publishing import serve as preview

    root = _root(folder)
    _build(root, language, pyodide)
    try:
        server = preview.server(root / "_build" / "site", port, templates=root / "book" / "_templates")
    except OSError as error:
        _stop(f"端口 {port} 用不了：{error.strerror}。换一个，例如 make serve PORT={port + 1} (port taken)")
    url = f"http://127.0.0.1:{server.server_port}/"
    console.print(f"书在 [bold]{url}[/]，按 Ctrl+C 结束 (serving)")
    if browser:
        preview.open_browser(url)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        console.print("已结束 (stopped)")


@app.command()
def parity(
    folder: Folder = None,
    follow: Annotated[list[str] | None, typer.Option(help="这一页英文已经跟上中文，记下来，如 chapters/en/03-satisfaction.md")] = None,
) -> None:
    """对照中英两版：少了什么，哪些英文页比中文旧 (what the English edition lacks, and which of its pages are older)."""
    from service_marketing.publishing import parity as editions

    root = _root(folder, "zh")
    for page in follow or []:
        try:
            editions.follow(root, page)
        except (OSError, ValueError) as error:
            _stop(f"{page}：{error}")
    report = editions.report(root)
    for page, found in report.items():
        for line in found:
            console.print(f"{page}: {line}", highlight=False, markup=False, soft_wrap=True)
    behind = sum(1 for found in report.values() if found)
    console.print(f"{len(report)}页，{behind}页对不上 ({behind} of {len(report)} pages do not follow)", highlight=False)
    if behind:
        raise typer.Exit(1)


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def lab(
    context: typer.Context,
    chapter: Annotated[str | None, typer.Argument(help="直接打开这一章，例如 03-satisfaction；不写就打开各章所在的文件夹")] = None,
    folder: Folder = None,
    language: Language = "zh",
) -> None:
    """在 JupyterLab 里打开各章 (open the chapters in JupyterLab).

    多余的选项交给 JupyterLab，例如 --no-browser、--port=8890。
    """
    import os
    import subprocess

    from service_marketing.publishing import notebooks

    root = _root(folder, language)
    extra = list(context.args)
    if chapter and chapter.startswith("-"):
        chapter, extra = None, [chapter, *extra]
    try:
        options = notebooks.lab_options(root, language, chapter)
        made = notebooks.refresh(root, language, lambda text: console.print(text, highlight=False))
    except ValueError as error:
        _stop(str(error))
    console.print(f"各章的笔记本在 [bold]{made[0].parent}[/]，按 Ctrl+C 结束 (notebooks)", highlight=False, soft_wrap=True)
    if getattr(os, "geteuid", lambda: 1)() == 0:
        options.append("--allow-root")
    environment = {**os.environ, "JUPYTER_PREFER_ENV_PATH": "1"}
    raise SystemExit(subprocess.call([sys.executable, "-m", "jupyterlab", *options, *extra], cwd=root, env=environment))


def _builder():
    try:
        from service_marketing.publishing import build
    except ImportError as error:
        _stop(f"缺少建书用的 {error.name}，运行 pip install -e '.[book]' 安装 (install the book extra)")
    return build


def _build(root: Path, languages: list[str] | None, pyodide: str | None) -> None:
    build = _builder()
    try:
        build.build_all(root, languages, console, pyodide or None)
    except build.BookError as error:
        _stop(f"书没有建成 (the book was not built):\n{error}")


def _file(kind: str, root: Path, language: str) -> None:
    try:
        from service_marketing.publishing import books, browser, build, epub, paper
    except ImportError as error:
        _stop(f"缺少建书用的 {error.name}，运行 pip install -e '.[book]' 安装 (install the book extra)")
    try:
        books.make(root, kind, language, console)
    except build.BookError as error:
        _stop(f"书没有建成 (the book was not built):\n{error}")
    except (browser.BrowserError, epub.EpubError, paper.PaperError) as error:
        _stop(str(error))


def _root(folder: Path | None, language: str = "zh") -> Path:
    try:
        root = project.root(folder)
    except FileNotFoundError as error:
        _stop(str(error))
    languages = sorted(path.name for path in (root / "chapters").iterdir() if path.is_dir())
    if language not in languages:
        _stop(f"没有语言版本 {language}，现有：{'、'.join(languages)} (no such edition; these exist)")
    return root


def _stop(message: str) -> None:
    console.print(message, style="red", highlight=False, markup=False, soft_wrap=True)
    raise typer.Exit(1)
