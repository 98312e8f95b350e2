"""What a host says to the browser with the site's files: the content security policy and its like.

Pages run the site's own scripts and nothing else. A script that stands in a page itself runs only when its hash is in the policy,
and there gets in only what one of the templates holds: a script that came in another way, with the output of a cell for one, is
named by `faults` and does not run on the host.
"""

import json
import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script\s*>", re.DOTALL | re.IGNORECASE)
DATA = re.compile(r"\btype\s*=\s*[\"']?(?:application/json|text/plain)\b", re.IGNORECASE)  # a browser never runs these
FILLED = re.compile(r"\{\{.*?\}\}", re.DOTALL)  # in a template
CHOSEN = re.compile(r"\{%.*?%\}", re.DOTALL)
REMARK = re.compile(r"\{#.*?#\}", re.DOTALL)
ADDRESSES = {"href", "src", "action", "formaction", "xlink:href", "data", "poster"}
FETCHED = {"script", "img", "iframe", "source", "video", "audio", "embed", "object"}
LITE = "lite"  # the folder of an edition where notebooks run, with rules of its own

# What every answer of the host has, whatever the page
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": ", ".join(
        f"{name}=()"
        for name in (
            "accelerometer",
            "browsing-topics",
            "camera",
            "display-capture",
            "geolocation",
            "gyroscope",
            "magnetometer",
            "microphone",
            "midi",
            "payment",
            "publickey-credentials-get",
            "usb",
            "xr-spatial-tracking",
        )
    ),
}


def pages_policy(scripts: Iterable[str], frames: str = "'self'") -> str:
    """The policy of the book's pages.

    scripts: the text of each script that stands in a page and may run; frames: who may show the book in a frame, as
    `frame-ancestors` is written. Styles may stand in the pages: formulas, figures and the editor set theirs there.
    """
    hashes = sorted(f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" for text in set(scripts))
    return _written(
        {
            "default-src": "'none'",
            "script-src": " ".join(["'self'", "'wasm-unsafe-eval'", *hashes]),
            "style-src": "'self' 'unsafe-inline'",
            "img-src": "'self' data:",
            "font-src": "'self'",
            "connect-src": "'self'",
            "worker-src": "'self'",
            "manifest-src": "'self'",
            "form-action": "'self'",
            "base-uri": "'none'",
            "frame-ancestors": frames,
        }
    )


def lite_policy(elsewhere: str = "", frames: str = "'self'") -> str:
    """The policy of the folder where notebooks run: JupyterLite makes scripts, workers and frames of text.

    elsewhere: the address that Pyodide is fetched from, when it is not the site.
    """
    parts = urlsplit(elsewhere)
    more = f" {parts.scheme}://{parts.netloc}" if parts.netloc else ""
    return _written(
        {
            "default-src": "'self' data: blob:",
            "script-src": f"'self' 'unsafe-inline' 'unsafe-eval' blob:{more}",
            "style-src": "'self' 'unsafe-inline'",
            "connect-src": f"'self' data: blob:{more}",
            "worker-src": "'self' blob:",
            "object-src": "'none'",
            "base-uri": "'none'",
            "form-action": "'self'",
            "frame-ancestors": frames,
        }
    )


def _written(rules: dict[str, str]) -> str:
    return "; ".join(f"{name} {value}" for name, value in rules.items())


class Site:
    """The policies of a built site.

    site: the folder with the editions in it; templates: the folder of the book's templates, whose scripts may run.
    """

    def __init__(self, site: Path, templates: Path, frames: str = "'self'"):
        self.pages = [page for page in sorted(site.rglob("*.html")) if LITE not in page.relative_to(site).parts]
        self.site, self.known = site, _known(templates)
        found = {text for page in self.pages for text in inline_scripts(page.read_text(encoding="utf-8"))}
        self.scripts = sorted(text for text in found if self._is_known(text))
        self.policy, self.lite = pages_policy(self.scripts, frames), lite_policy(_elsewhere(site), frames)

    def headers(self, path: str) -> dict[str, str]:
        """What is sent with the file at `path`, below the site's address."""
        inside = path.strip("/").split("/")[1:2] == [LITE]
        return {**HEADERS, "Content-Security-Policy": self.lite if inside else self.policy}

    def faults(self) -> Iterator[str]:
        """What the policy would keep from working, or from being safe: page by page, in words."""
        for page in [*self.pages, *(path for path in sorted(self.site.rglob("*.svg")) if LITE not in path.relative_to(self.site).parts)]:
            for fault in self.page_faults(page.read_text(encoding="utf-8")):
                yield f"{page.relative_to(self.site).as_posix()}: {fault}"

    def page_faults(self, page: str) -> Iterator[str]:
        """The faults of one page's text."""
        for text in inline_scripts(page):
            if not self._is_known(text):
                yield f"页面里的脚本不在模板里：{text.strip()[:60]!r} (a script that no template has)"
        tags = _Tags()
        tags.feed(page)
        tags.close()
        yield from tags.faults

    def _is_known(self, text: str) -> bool:
        return any(known.fullmatch(text) for known in self.known)


def inline_scripts(page: str) -> list[str]:
    """The scripts that stand in a page's text and that a browser would run."""
    return [text for given, text in SCRIPT.findall(page) if not re.search(r"\bsrc\s*=", given) and not DATA.search(given)]


def _known(templates: Path) -> list[re.Pattern]:
    """A pattern for each script of the templates: what one fills in ends no text and no script, what it chooses may be left out."""
    texts = [REMARK.sub("", path.read_text(encoding="utf-8")) for path in sorted(templates.rglob("*.html"))]
    return [re.compile(_pattern(script)) for text in texts for script in inline_scripts(text)]


def _pattern(script: str) -> str:
    first, *others = (r"[^<\"'`\\]*".join(re.escape(part) for part in FILLED.split(piece)) for piece in CHOSEN.split(script))
    last = others.pop() if others else ""
    return first + "".join(f"(?:{piece})?" for piece in others) + last


def _elsewhere(site: Path) -> str:
    for file in site.glob(f"*/{LITE}/jupyter-lite.json"):
        settings = json.loads(file.read_text(encoding="utf-8"))["jupyter-config-data"].get("litePluginSettings", {})
        for kernel in settings.values():
            if str(kernel.get("pyodideUrl")).startswith("http"):
                return kernel["pyodideUrl"]
    return ""


class _Tags(HTMLParser):
    """Collects in `faults` what of a page's markup the policy forbids."""

    def __init__(self):
        super().__init__()
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        for name, value in attributes:
            address = re.sub(r"[\x00-\x20]", "", value or "").lower()
            if name.startswith("on"):
                self.faults.append(f"<{tag} {name}=…> (a handler in the markup)")
            elif name == "srcdoc":
                self.faults.append(f"<{tag} srcdoc=…> (a page in the markup)")
            elif name in ADDRESSES and address.startswith(("javascript:", "vbscript:", "data:text/html")):
                self.faults.append(f"<{tag} {name}={value!r}> (a script as an address)")
            elif name in ("src", "data") and tag in FETCHED and re.match(r"(https?:)?//", address):
                self.faults.append(f"<{tag} {name}={value!r}> (from another host)")
            elif name == "action" and re.match(r"(https?:)?//", address):
                self.faults.append(f"<{tag} {name}={value!r}> (a form to another host)")
        if tag in ("base", "object", "embed", "iframe"):
            self.faults.append(f"<{tag}> (the policy forbids it)")
        if tag == "link" and re.search(r"stylesheet|preload|icon|manifest", dict(attributes).get("rel") or ""):
            given = dict(attributes).get("href") or ""
            if re.match(r"(https?:)?//", given):
                self.faults.append(f"<link href={given!r}> (from another host)")
