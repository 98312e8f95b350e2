"""The `course` command: thin, every piece of work is a function elsewhere."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from service_marketing.classroom import commands as classroom
from service_marketing.publishing import project

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
app.add_typer(classroom.app)
console = Console(stderr=True)

Folder = Annotated[Path | None, typer.Option("--folder", help="课程仓库所在的文件夹，默认从当前文件夹往上找")]
Port = Annotated[int, typer.Option(help="端口", min=0, max=65535)]
Language = Annotated[str, typer.Option(help="语言版本: zh")]


@app.callback()
def course() -> None:
    """服务营销课程的命令行工具 (command line of the service marketing course)."""


@app.command()
def book(folder: Folder = None, language: Language = "zh") -> None:
    """建书：执行各章并生成网站 (build the site)."""
    _build(_root(folder, language), language)


@app.command()
def serve(folder: Folder = None, port: Port = 8000, language: Language = "zh", browser: bool = True) -> None:
    """建书并在本机打开 (build the site and serve it)."""
    from service_marketing.publishing import serve as preview

    root = _root(folder, language)
    _build(root, language)
    try:
        server = preview.server(root / "_build" / "site", port)
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


def _build(root: Path, language: str) -> None:
    try:
        from service_marketing.publishing import build
    except ImportError as error:
        _stop(f"缺少建书用的 {error.name}，运行 pip install -e '.[book]' 安装 (install the book extra)")
    try:
        build.build(root, language, console)
    except build.BookError as error:
        _stop(f"书没有建成 (the book was not built):\n{error}")


def _root(folder: Path | None, language: str) -> Path:
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
