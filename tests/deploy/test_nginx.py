"""The book on a real nginx, with the configuration that `course publish` writes: at a host's root, in a subfolder, with TLS."""

import gzip
import http.client
import re
import ssl
from urllib.parse import urlsplit

import brotli
import pytest
from playwright.sync_api import expect

from browser import browser, of_each_kind, open_page  # noqa: F401
from deploy import host

pytestmark = pytest.mark.skipif(not host.program(), reason=host.ENABLE)
needs_brotli = pytest.mark.skipif(not host.module(), reason=host.ENABLE)
PLACES = {"root": "/", "subfolder": "/some/course/"}
YEAR = "public, max-age=31536000, immutable"
WATCH = (
    "addEventListener('securitypolicyviolation', (event) => (window.against ??= []).push(`${event.violatedDirective} ${event.blockedURI}`))"
)


@pytest.fixture(scope="module", params=PLACES.values(), ids=PLACES)
def running(request, site, root):
    with host.nginx(root, request.param, brotli=bool(host.module())) as found:
        yield found


@pytest.fixture(scope="module")
def address(running) -> str:
    return running.address


def get(url: str, method: str = "GET", **headers: str):
    """The answer to exactly this request (no path is tidied, nothing is followed or unpacked), and its body."""
    parts = urlsplit(url)
    unchecked = ssl._create_unverified_context()
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.netloc, timeout=10, **({"context": unchecked} if parts.scheme == "https" else {}))
    try:
        connection.request(method, url.split(parts.netloc, 1)[1], headers={key.replace("_", "-"): text for key, text in headers.items()})
        answer = connection.getresponse()
        return answer, answer.read()
    finally:
        connection.close()


def moved_to(url: str) -> str:
    answer, _ = get(url)
    assert answer.status == 301, url
    return answer.headers["Location"]


# What it sends


def test_types(address, site):
    engine = next(site.rglob("*.wasm")).relative_to(site).as_posix()
    for path, kind in {
        engine: "application/wasm",
        "zh/index.html": "text/html; charset=utf-8",
        "zh/": "text/html; charset=utf-8",
        "zh/_static/course.css": "text/css; charset=utf-8",
        "zh/_static/service-sim/service-sim.js": "text/javascript; charset=utf-8",
        "zh/_static/service-sim/python/models/satisfaction.py": "text/x-python; charset=utf-8",
        "zh/_static/mark.svg": "image/svg+xml; charset=utf-8",
        "zh/_static/katex/fonts/KaTeX_Main-Regular.woff2": "font/woff2",
        "zh/chapters/03-satisfaction.ipynb": "application/x-ipynb+json; charset=utf-8",
        "zh/pagefind/pagefind-entry.json": "application/json; charset=utf-8",
        "zh/pagefind/wasm.unknown.pagefind": "application/octet-stream",
        "sitemap.xml": "application/xml; charset=utf-8",
        "robots.txt": "text/plain; charset=utf-8",
    }.items():
        for encoding in ("identity", "gzip", "br"):
            answer, _ = get(address + path, accept_encoding=encoding)
            assert (answer.status, answer.headers["Content-Type"]) == (200, kind), (path, encoding)


@pytest.mark.parametrize("path", ["zh/chapters/03-satisfaction.html", "zh/_static/service-sim/*.wasm", "zh/_static/course.css"])
def test_files_come_compressed_as_they_were_uploaded(running, path):
    file = next(running.site.glob(path))
    address = running.address + file.relative_to(running.site).as_posix()
    plain, body = get(address, accept_encoding="identity")
    assert "Content-Encoding" not in plain.headers
    assert body == file.read_bytes()
    answer, packed = get(address, accept_encoding="gzip")
    assert answer.headers["Content-Encoding"] == "gzip"
    assert packed == file.with_name(f"{file.name}.gz").read_bytes()
    assert gzip.decompress(packed) == body
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert len(packed) < 0.6 * len(body)


@needs_brotli
def test_brotli_comes_first(address):
    path = "zh/chapters/03-satisfaction.html"
    _, plain = get(address + path)
    answer, packed = get(address + path, accept_encoding="gzip, deflate, br, zstd")
    assert answer.headers["Content-Encoding"] == "br"
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert brotli.decompress(packed) == plain
    assert len(packed) < len(get(address + path, accept_encoding="gzip")[1])


def test_without_the_module_and_without_copies_it_compresses_on_the_way(site, root):
    with host.nginx(root, brotli=False) as bare:
        copy = bare.site / "zh" / "glossary.html.gz"
        copy.unlink()
        answer, packed = get(f"{bare.address}zh/glossary.html", accept_encoding="gzip, br")
        assert answer.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed) == copy.with_suffix("").read_bytes()


def test_how_long_browsers_keep(address, site):
    hashed = ["index/*.pf_index", "fragment/*.pf_fragment", "*.pf_meta"]
    kept = [next((site / "zh" / "pagefind").glob(pattern)) for pattern in hashed]
    kept += [next((site / "zh" / "_static" / "service-sim").glob("chunk-*.js"))]
    told = {path.relative_to(site).as_posix(): YEAR for path in kept}
    told |= dict.fromkeys(("zh/index.html", "zh/", "zh/c/3/index.html", "zh/pagefind/pagefind-entry.json", "404.html"), "no-cache")
    told |= dict.fromkeys(("zh/_static/course.css", "zh/_static/service-sim/service-sim.js"), "public, max-age=600")
    for path, expected in told.items():
        assert get(address + path)[0].headers["Cache-Control"] == expected, path


def test_only_names_with_a_hash_are_kept_for_good(address, site):
    """A name in small letters is one of the course's own, and the next build may have something else under it."""
    for path in (path for path in site.rglob("*.*") if path.suffix in {".js", ".css", ".wasm", ".html", ".svg", ".ipynb", ".pagefind"}):
        answer, _ = get(address + path.relative_to(site).as_posix(), method="HEAD")
        if answer.headers["Cache-Control"] == YEAR:
            assert re.search(r"[-.][0-9A-Z]{8}\.js$|\.[0-9a-f]{64}\.css$", path.name), path.name


@pytest.mark.parametrize("encoding", ["identity", "gzip", "br"])
def test_what_is_unchanged_is_not_sent_again(address, encoding):
    answer, _ = get(f"{address}zh/index.html", accept_encoding=encoding)
    again, body = get(f"{address}zh/index.html", accept_encoding=encoding, if_none_match=answer.headers["ETag"])
    assert (again.status, body) == (304, b"")
    assert again.headers["Cache-Control"] == "no-cache"
    other, _ = get(f"{address}zh/index.html", accept_encoding=encoding, if_none_match='"other"')
    assert other.status == 200


@pytest.mark.parametrize("path", ["zh/index.html", "zh/_static/course.css", "zh/none.html", "zh/"])
def test_every_answer_has_the_rules(address, path):
    headers = get(address + path)[0].headers
    rules = dict(rule.split(" ", 1) for rule in headers["Content-Security-Policy"].split("; "))
    assert rules["default-src"] == rules["base-uri"] == "'none'"
    scripts = rules["script-src"].split()
    assert {"'self'", "'wasm-unsafe-eval'"} <= set(scripts)
    assert all(source.startswith("'sha256-") for source in set(scripts) - {"'self'", "'wasm-unsafe-eval'"})
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "nginx/" not in headers["Server"]


def test_only_the_folder_of_notebooks_may_make_scripts(running):
    for path, loose in {"zh/lite/notebooks/index.html": True, "zh/chapters/lite/x.html": False, "zh/litex/x.html": False}.items():
        page = running.site / path
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text("<p>1</p>")
        answer, _ = get(running.address + path)
        assert answer.status == 200
        assert ("'unsafe-eval'" in answer.headers["Content-Security-Policy"]) == loose, path


def test_what_is_not_there(address):
    for path in ("zh/none.html", "none", "zh/chapters/03-satisfaction", "zh/.git/config", ".nojekyll", "zh/_static/"):
        answer, body = get(address + path)
        assert answer.status == (403 if path.endswith("/") else 404), path
        if answer.status == 404:
            assert "没有这一页" in body.decode()
            links = re.findall(r'href="([^"]+)"', body.decode())
            assert links
            assert all(get("/".join(address.split("/")[:3]) + link)[0].status == 200 for link in links)


@pytest.mark.parametrize("way", ["..", "%2e%2e", "..%2f", ".%2e", "zh/../..", "zh/%2e%2e/%2e%2e", "..;", "zh/..%5c.."])
def test_no_path_leads_out(address, way):
    for deep in (1, 2, 6):
        for file in ("etc/passwd", "nginx/maps.conf", "nginx.conf"):
            answer, body = get(f"{address}{'/'.join([way] * deep)}/{file}")
            assert answer.status in (400, 403, 404) or body == b"department", (way, deep, file)
            assert b"root:" not in body
            assert b"map $uri" not in body
    if urlsplit(address).path != "/":  # an alias without a slash would give it
        assert b"map $uri" not in get(address.rstrip("/") + "../nginx/maps.conf")[1]


# Old links


def test_old_links_lead_to_the_new_address(address, root):
    from service_marketing.publishing import redirects

    prefix = urlsplit(address).path
    rows = redirects.read(root / "book" / "redirects.csv")
    assert len(rows) > 50
    for row in rows:
        assert moved_to(address + row.old) == prefix + row.new, row.old
    assert moved_to(f"{address}zh/c/3/") == f"{prefix}zh/chapters/03-satisfaction.html"
    assert moved_to(f"{address}zh/c/3?x=1") == f"{prefix}zh/chapters/03-satisfaction.html?x=1"


def test_the_site_begins_with_the_book(address):
    answer, page = get(address)
    prefix = urlsplit(address).path
    assert answer.status == 200
    assert answer.headers["Cache-Control"] == "no-cache"
    assert b'data-editions="zh en"' in page
    assert moved_to(f"{address}zh") == f"{prefix}zh/"
    if prefix != "/":
        assert moved_to(address.rstrip("/")) == prefix


def test_neighbours_on_the_host_stay(site, root):
    with host.nginx(root, PLACES["subfolder"], brotli=bool(host.module())) as guest:
        address = guest.address
        origin = "/".join(address.split("/")[:3])
        assert get(f"{origin}/")[1] == b"department"
        assert get(f"{origin}/other.css")[0].status == 403
        assert "Content-Security-Policy" not in get(f"{origin}/")[0].headers


def test_a_place_in_a_page_survives_an_old_link(open_page, address):  # noqa: F811
    page = open_page(f"{address}zh/chapters/zh/03-satisfaction.html#ch3-quiz")
    assert page.url == f"{address}zh/chapters/03-satisfaction.html#ch3-quiz"


# With a certificate


def test_with_a_certificate(site, root, browser):  # noqa: F811
    with host.nginx(root, tls=True, brotli=bool(host.module())) as secure:
        address = secure.address
        answer, _ = get(f"{address}zh/index.html")
        assert answer.headers["Strict-Transport-Security"] == "max-age=15768000"
        port = urlsplit(address).port
        plain, _ = get(f"http://127.0.0.1:{port + 1}/zh/c/3?x=1")
        assert (plain.status, plain.headers["Location"]) == (301, f"{address}zh/c/3?x=1")
        page = browser.new_page(ignore_https_errors=True)
        with page.expect_response("**/service-sim.js") as script:
            opened = page.goto(f"{address}zh/chapters/03-satisfaction.html")
        for got in (opened, script.value):  # a browser takes Brotli over TLS only
            assert got.all_headers()["content-encoding"] == ("br" if host.module() else "gzip"), got.url
        page.locator("service-sim").first.get_by_role("button", name="跳过预测").wait_for()
        page.close()


# In a browser, under the policy


def simulation(page):
    part = page.locator("service-sim").first
    part.scroll_into_view_if_needed()
    part.get_by_role("button", name="跳过预测").click()
    slider = part.locator("input[type=range]:visible").first
    shown = part.locator("[data-readout] dd").first
    before = shown.inner_text()
    slider.press("Home")
    expect(shown).not_to_have_text(before)


def hood(page):
    simulation(page)
    page.get_by_role("button", name="打开引擎盖").first.click()
    page.get_by_role("textbox", name=re.compile("模型的代码")).wait_for()
    colour = "(line) => getComputedStyle(line).fontFamily"  # the editor sets its own styles
    assert "mono" in page.locator(".cm-content").first.evaluate(colour)


def game(page):
    part = page.locator("service-game")
    part.scroll_into_view_if_needed()
    part.get_by_role("button", name="过完这一季").click()
    part.locator(".sg-report .sm-subhead").get_by_text("第1季的结果").wait_for()


def practice(page):
    box = page.locator("service-practice").first
    box.scroll_into_view_if_needed()
    box.get_by_role("textbox").wait_for()
    box.get_by_role("button", name="检查").click()
    box.locator(".sp-cases tbody tr").first.get_by_role("img").wait_for()


def quiz(page):
    form = page.locator("form.sq").first
    come_near = "(form) => (form.scrollIntoView(), form.querySelector('.sq-actions'))"  # again: what it passes gets its height then
    page.wait_for_function(come_near, arg=form.element_handle())
    form.get_by_role("radio").first.check()
    form.get_by_role("button", name="看反馈").click()
    form.locator(".sq-feedback").first.wait_for()


def search(page):
    page.fill("#sm-query", "净推荐值")
    page.wait_for_selector("#sm-results a")


def search_from_the_side(page):
    page.fill(".sidebar-search", "满意")
    page.press(".sidebar-search", "Enter")
    page.wait_for_selector("#sm-results a")


def record(page):
    page.get_by_role("button", name="导入").wait_for()


def dark(page):
    for _ in range(2):
        page.locator(".theme-toggle-content .theme-toggle").click()
    assert page.evaluate("document.body.dataset.theme") in ("dark", "light")


WALKS = {
    "index.html": search_from_the_side,
    "chapters/03-satisfaction.html": hood,
    "chapters/06-complaints.html": practice,
    "chapters/07-loyalty.html": quiz,
    "chapters/12-internal.html": game,
    "chapters/01-nature.html": dark,
    "my-record.html": record,
    "search.html": search,
}


AT_ROOT = ("chapters/03-satisfaction.html", "search.html")


@pytest.mark.parametrize("name", WALKS)
def test_pages_work_under_the_policy(open_page, address, name, request):  # noqa: F811
    """All in the subfolder; at the root, where all other tests of the book have the policy too, a few."""
    if urlsplit(address).path == "/" and name not in AT_ROOT and not request.config.getoption("--long"):
        return
    page = open_page(f"{address}zh/{name}", script=WATCH)
    WALKS[name](page)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.against ?? []") == []


def test_every_kind_of_page_is_quiet_under_the_policy(open_page, address, site, request):  # noqa: F811
    """Of pages that are alike some; with --long all, at both addresses."""
    edition = site / "zh"
    names = sorted(page.relative_to(edition).as_posix() for page in edition.rglob("*.html"))
    if not request.config.getoption("--long"):
        names = [name for name in of_each_kind(names) if name not in WALKS][urlsplit(address).path == "/" :: 6]
    assert len(names) > 3
    for name in names:
        page = open_page(f"{address}zh/{name}", script=WATCH)
        assert page.evaluate("window.against ?? []") == [], name


def test_scripts_that_are_not_the_books_do_not_run(open_page, address):  # noqa: F811
    page = open_page(f"{address}zh/index.html", script=WATCH)
    page.evaluate(
        """() => {
          document.head.append(Object.assign(document.createElement("script"), { textContent: "window.ran = 'inline'" }));
          document.body.insertAdjacentHTML("beforeend", `<img src="_static/none.png" onerror="window.ran = 'handler'">`);
          const link = Object.assign(document.createElement("a"), { href: "javascript:window.ran = 'address'" });
          document.body.append(link);
          link.click();
        }"""
    )
    page.wait_for_function("() => window.against?.length === 3")
    assert page.evaluate("window.ran") is None
    assert page.evaluate("fetch('https://example.org/').then(() => 'sent', () => 'kept')") == "kept"
    assert any("connect-src https://example.org/" in text for text in page.evaluate("window.against"))
    page.watched.errors.clear()
    page.watched.foreign.clear()
