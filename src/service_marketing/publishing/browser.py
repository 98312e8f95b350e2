"""An installed Chromium, Chrome or Edge: where it is, and how it prints a page."""

import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .serve import server

PROGRAMS = (
    "chromium-headless-shell",  # the same engine without a window to draw: half the work
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "microsoft-edge-stable",
    "msedge",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
# the sandbox needs privileges that containers lack; everything else keeps the browser from calling home
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
MISSING = """没有找到 Chromium、Chrome 或 Edge，排版要用它。装上一个再试 (no browser found; install one):
  Debian、Ubuntu: sudo apt-get install chromium
  macOS、Windows: 从 Chrome 或 Edge 的官网下载安装"""


class BrowserError(Exception):
    """There is no browser, or it did not do what it was asked to."""


def program() -> str | None:
    """The path of an installed Chromium, Chrome or Edge; None when there is none."""
    return next((found for name in PROGRAMS if (found := shutil.which(name))), None)


@contextmanager
def desk(edition: Path) -> Iterator[tuple[Path, str, str]]:
    """A folder for a while, from which pages can be opened that use the pictures and styles of the built `edition`.

    Gives the folder, its address and, for the pages in it, the address of the edition.
    """
    above = edition.resolve().parents[1]
    with tempfile.TemporaryDirectory(dir=above, prefix="desk-", ignore_cleanup_errors=True) as name:
        running = server(above, 0)
        threading.Thread(target=running.serve_forever, daemon=True).start()
        try:
            folder = Path(name)
            yield folder, f"http://127.0.0.1:{running.server_port}/{folder.name}", f"../{edition.parent.name}/{edition.name}"
        finally:
            running.shutdown()
            running.server_close()


def run(url: str, *arguments: str, folder: Path, seconds: float = 300) -> str:
    """Open `url` in a headless browser with `arguments`; what it prints. Its profile is made in `folder`, and thrown away.

    Raises BrowserError when there is no browser, or it fails or takes longer than `seconds`.
    """
    path = program()
    if path is None:
        raise BrowserError(MISSING)
    with tempfile.TemporaryDirectory(dir=folder, prefix="profile-", ignore_cleanup_errors=True) as profile:
        command = [path, "--headless", *FLAGS, f"--user-data-dir={profile}", *arguments, url]
        try:
            done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", errors="replace", timeout=seconds)
        except subprocess.TimeoutExpired:
            raise BrowserError(f"{path} 用了超过{seconds:.0f}秒还没有排完 (the browser took too long)") from None
    if done.returncode != 0:
        raise BrowserError(f"{path} 没有排成 (the browser failed):\n{done.stderr.strip()[-2000:]}")
    return done.stdout


def print_pdf(url: str, target: Path, seconds: float = 300) -> None:
    """Print the page at `url` to `target`, tagged, on the paper that its style asks for.

    Raises BrowserError when there is no browser, or no PDF comes out.
    """
    target.unlink(missing_ok=True)
    run(url, "--no-pdf-header-footer", f"--print-to-pdf={target}", folder=target.parent, seconds=seconds)
    if not target.exists():
        raise BrowserError(f"浏览器没有写出 {target} (the browser wrote no PDF)")
