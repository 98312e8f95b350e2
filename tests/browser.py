"""A real browser for the tests, and a small server for the pages they open.

Test modules that need them say `from browser import browser, open_page  # noqa: F401`.
"""

import functools
import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

import firefox
from service_marketing.publishing import policy
from service_marketing.publishing.browser import FLAGS, program
from service_marketing.publishing.serve import Server

ENABLE = "没有找到 Chromium、Chrome 或 Edge；装上一个再试: sudo apt-get install chromium (no browser found; install one)"

PATIENCE = 20_000  # ms that `expect` waits: on a busy machine an answer takes seconds

# a simulation or game that the reader sees answers
ALIVE = """() => [...document.querySelectorAll("service-sim > [inert], service-game > [inert]")].every((root) => {
  const { top, bottom } = root.getBoundingClientRect();
  return top >= innerHeight || bottom <= 0;
})"""


@contextmanager
def launch():
    """A headless browser (Playwright's object); raises FileNotFoundError that says how to get one when there is none."""
    from playwright.sync_api import expect, sync_playwright

    path = program()
    if path is None:
        raise FileNotFoundError(ENABLE)
    with sync_playwright() as playwright:
        expect.set_options(timeout=PATIENCE)
        running = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield running
        running.close()


# a module and not the session: while Playwright runs, nothing else in the process can run an asyncio loop, nbclient for one
@pytest.fixture(scope="module")
def browser(request):
    """The module's browser; tests that use it are skipped, with the command that enables them, when there is none.

    Chromium, or Firefox where the module says `BROWSER = "firefox"` or pytest was called with --firefox.
    """
    other = getattr(request.module, "BROWSER", None) == "firefox" or request.config.getoption("--firefox")
    found, enable, start = (firefox.program, firefox.ENABLE, firefox.launch) if other else (program, ENABLE, launch)
    if found() is None:
        pytest.skip(enable)
    with start() as running:
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
    before the page's own. The simulations on the screen have come alive, unless `alive` is False: a key that is pressed before
    finds nobody, and what is counted before is counted twice, in the build's drawings for two widths.
    When the test ends, console errors and requests to other hosts fail it.
    """
    contexts, pages = [], []
    beyond = {"java_script_enabled", "has_touch", "is_mobile", "reduced_motion", "forced_colors"}

    def open_(url: str, width: int = 1280, dark: bool = False, height: int = 900, script: str = "", alive: bool = True, **options):
        options.setdefault("service_workers", "block")  # what they keep on the side would be counted with the page's own
        if browser.browser_type.name == "firefox" and beyond & options.keys():
            pytest.skip(f"Playwright cannot ask Firefox for {', '.join(beyond & options.keys())}")
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light", accept_downloads=True, **options
        )
        contexts.append(context)
        if script:  # Firefox runs it on the empty page before, too, which may keep nothing
            context.add_init_script(f"if (document.URL !== 'about:blank') {{ {script} }}")
        page = context.new_page()
        page.watched = watch(page, url)
        pages.append(page)
        page.goto(url)
        if alive and options.get("java_script_enabled", True):
            page.wait_for_function(ALIVE)
        return page

    yield open_
    for context in contexts:
        context.close()
    for page in pages:
        assert not page.watched.errors, page.watched.errors
        assert not page.watched.foreign, page.watched.foreign


def of_each_kind(names: list[str]) -> list[str]:
    """Of the pages `names` those that a short run looks at: of the assignments and of the guide, which are alike, every fifth."""
    alike = [name for name in names if name.startswith(("exercises/", "guide/"))]
    return [name for name in names if name not in alike] + alike[::5]


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
    def __init__(self, *args, rules: dict[str, policy.Site], **options):
        self.rules = rules
        super().__init__(*args, **options)

    def end_headers(self):
        for place, rules in self.rules.items():
            for name, value in rules.headers(self.path.split("?")[0].removeprefix(place)).items():
                self.send_header(name, value)
        super().end_headers()

    def guess_type(self, path):
        return {".mjs": "text/javascript", ".wasm": "application/wasm"}.get(Path(path).suffix) or super().guess_type(path)

    def log_message(self, *_):
        pass


@contextmanager
def serve(folder: Path) -> Iterator[str]:
    """Serves `folder` from a free local port; gives the address, without a slash at its end.

    The built site comes under the policy that hosts send with it: what a page may not do there fails its test here.
    (Playwright's `wait_for_function` then wants a function, "() => …": an expression would be text made into a script.)
    """
    templates = Path(__file__).parent.parent / "book" / "_templates"
    built = [found.parents[1] for where in ("zh/chapters", "some/where/zh/chapters") for found in folder.glob(where)]
    rules = {f"/{site.relative_to(folder).as_posix()}".removesuffix("."): policy.Site(site, templates) for site in built}
    server = Server(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(folder), rules=rules))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
