"""The book as one file, brought up to date: a PDF or an EPUB of the built site."""

from importlib import import_module
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from . import browser, build

MAKERS = {"pdf": "paper", "epub": "epub"}
STEPS = {"pdf": "排版全书 (printing)", "epub": "打包全书 (packing)"}


def make(folder: Path, kind: str, language: str = "zh", console: Console | None = None) -> Path:
    """Build one edition of the book in `folder`, make its file of `kind` ("pdf" or "epub") in `_build/`, and return it.

    Nothing is done when no source changed since. A finished file replaces the old one whole.
    Raises BookError when the site cannot be built, BrowserError when there is no browser.
    """
    console = console or Console()
    maker = import_module(f".{MAKERS[kind]}", __package__)
    if browser.program() is None:
        raise browser.BrowserError(browser.MISSING)  # before the minutes that the site may take
    edition = build.build(folder, language, console, build.standing(folder, language))
    config = build.CONFIG[language][0]
    title = build.title(folder, language)
    target, stamp = folder / "_build" / f"{title}.{kind}", folder / "_build" / f"{kind}.{language}.stamp"
    state = (folder / "_build" / f"site.{language}.stamp").read_text(encoding="utf-8").partition("\n")[0]
    if target.exists() and stamp.exists() and stamp.read_text() == state:
        console.print(f"书没有变化 (nothing changed): {target}")
        return target
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeElapsedColumn(),
        console=console,
    ) as progress:
        step = progress.add_task(STEPS[kind], total=1)
        stamp.unlink(missing_ok=True)
        maker.make(folder, edition, target, config, lambda share: progress.update(step, completed=share))
    stamp.write_text(state)
    console.print(f"书做好了 (made): {target}，{target.stat().st_size / 1e6:.1f} MB")
    return target
