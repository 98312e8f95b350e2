"""A preview server for the built site."""

import gzip
import sys
import webbrowser
from functools import lru_cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from typing import ClassVar

from . import policy

COMPRESSIBLE = {".html", ".css", ".js", ".mjs", ".json", ".svg", ".wasm", ".ipynb", ".csv", ".txt"}


class SiteHandler(SimpleHTTPRequestHandler):
    """Static files, compressed and under the policy that a real host would send them with.

    rules: the policies of the folder that is served; None: none is sent.
    """

    def __init__(self, *args, rules: policy.Site | None = None, **options):
        self.rules = rules
        super().__init__(*args, **options)

    # Windows may know .js and .mjs by another type, and a browser then refuses the module
    extensions_map: ClassVar = {
        **SimpleHTTPRequestHandler.extensions_map,
        ".js": "text/javascript",
        ".mjs": "text/javascript",
        ".wasm": "application/wasm",
        ".ipynb": "application/x-ipynb+json",
    }
    protocol_version = "HTTP/1.1"

    def send_head(self):
        path = Path(self.translate_path(self.path))
        if path.is_dir():
            path /= "index.html"
        if (
            path.suffix not in COMPRESSIBLE
            or not path.is_file()
            or "gzip" not in self.headers.get("Accept-Encoding", "")
            or not self.path.split("?")[0].endswith(("/", path.name))
        ):
            return super().send_head()
        body = _compressed(path, path.stat().st_mtime_ns)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        return BytesIO(body)

    def end_headers(self):
        self.send_header("Cache-Control", "no-cache")
        for name, value in self.rules.headers(self.path.split("?")[0]).items() if self.rules else ():
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, *args):
        """Say nothing: a line for every picture would hide what matters."""


@lru_cache(maxsize=256)
def _compressed(path: Path, changed: int) -> bytes:
    return gzip.compress(path.read_bytes(), 9)


class Server(ThreadingHTTPServer):
    """One that lets a browser's connections wait: the five that Python's lets wait are fewer than a page opens at once."""

    request_queue_size = 128

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)  # a reader who goes to another page is no error


def server(site: Path, port: int = 8000, host: str = "127.0.0.1", templates: Path | None = None) -> Server:
    """A server of the folder `site` at `host` and `port` (0: any free one), not yet running.

    templates: the folder of the book's templates; with it the pages come under the policy that a host has. Raises OSError when
    the port is taken.
    """
    rules = policy.Site(site, templates) if templates else None
    return Server((host, port), partial(SiteHandler, directory=str(site), rules=rules))


def open_browser(url: str) -> bool:
    """Open `url` in the reader's browser; False when there is none."""
    try:
        return webbrowser.open(url)
    except webbrowser.Error:
        return False
