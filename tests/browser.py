"""A real browser for the tests, and a small server for the pages they open.

Test modules that need them say `from browser import browser, open_page  # noqa: F401`.
"""

import functools
import http.server
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

PROGRAMS = (
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
ENABLE = "没有找到 Chromium、Chrome 或 Edge；装上一个再试: sudo apt-get install chromium (no browser found; install one)"
# the sandbox needs privileges that containers lack; everything else keeps the browser from calling home
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def program() -> str | None:
    """The path of an installed Chromium, Chrome or Edge; None when there is none."""
    return next((found for name in PROGRAMS if (found := shutil.which(name))), None)


@contextmanager
def launch():
    """A headless browser (Playwright's object); raises FileNotFoundError that says how to get one when there is none."""
    from playwright.sync_api import sync_playwright

    path = program()
    if path is None:
        raise FileNotFoundError(ENABLE)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield running
        running.close()


# a module and not the session: while Playwright runs, nothing else in the process can run an asyncio loop, nbclient for one
@pytest.fixture(scope="module")
def browser():
    """The module's browser; tests that use it are skipped, with the command that enables them, when there is none."""
    if program() is None:
        pytest.skip(ENABLE)
    with launch() as running:
        yield running


@dataclass
class Watched:
    """What a page did that its reader must never notice: console errors, and requests to other hosts."""

    errors: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


@pytest.fixture
def open_page(browser):
    """A function that opens an address in a fresh profile; gives the page, with what it did in `page.watched`.

    Keyword arguments are Playwright's for a new context; `width` and `dark` stand for the two that matter most. `script` runs
    before the page's own.
    When the test ends, console errors and requests to other hosts fail it.
    """
    contexts, pages = [], []

    def open_(url: str, width: int = 1280, dark: bool = False, height: int = 900, script: str = "", **options):
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light", accept_downloads=True, **options
        )
        contexts.append(context)
        context.add_init_script(script)
        page = context.new_page()
        page.watched = watch(page, url)
        pages.append(page)
        page.goto(url)
        return page

    yield open_
    for context in contexts:
        context.close()
    for page in pages:
        assert not page.watched.errors, page.watched.errors
        assert not page.watched.foreign, page.watched.foreign


def watch(page, url: str) -> Watched:
    """Starts to note the page's errors and its requests to hosts other than `url`'s."""
    seen = Watched()
    home = url.split("/")[2]

    def on_request(request):
        seen.requests.append(request.url)
        if request.url.startswith(("http", "ws")) and request.url.split("/")[2] != home:
            seen.foreign.append(request.url)

    page.on("request", on_request)
    page.on("console", lambda message: seen.errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: seen.errors.append(f"{error}"))
    return seen


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def guess_type(self, path):
        return {".mjs": "text/javascript", ".wasm": "application/wasm"}.get(Path(path).suffix) or super().guess_type(path)

    def log_message(self, *_):
        pass


@contextmanager
def serve(folder: Path) -> Iterator[str]:
    """Serves `folder` from a free local port; gives the address, without a slash at its end."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def install() -> None:
    """Gets Chromium where that needs no question (Debian and Ubuntu, as root or with free sudo); says what to do elsewhere."""
    if program() is None and shutil.which("apt-get"):
        sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
        if not sudo or subprocess.run([*sudo, "true"], capture_output=True).returncode == 0:
            print("安装测试网页用的 chromium (installing a browser for the tests)", flush=True)
            quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
            subprocess.run([*sudo, "apt-get", "update", "-qq"], env=quiet, stdout=subprocess.DEVNULL)
            subprocess.run([*sudo, "apt-get", "install", "-y", "-qq", "chromium"], env=quiet, stdout=subprocess.DEVNULL)
    print(f"浏览器 (browser): {program()}" if program() else f"浏览器测试将跳过 (browser tests will be skipped): {ENABLE}")


if __name__ == "__main__" and sys.argv[1:] == ["install"]:
    install()
