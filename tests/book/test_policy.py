"""What may run in the pages: the content security policy, and that the built pages keep to it."""

import re
from base64 import b64encode
from hashlib import sha256

import pytest

from service_marketing.publishing import policy

TEMPLATES = "book/_templates"


@pytest.fixture(scope="module")
def rules(site, root) -> policy.Site:
    return policy.Site(site, root / TEMPLATES)


@pytest.fixture
def small(tmp_path):
    """The rules of a site of one page whose template has two scripts; write the page first."""
    templates = tmp_path / "templates" / "parts"
    templates.mkdir(parents=True)
    script = "<script>\n  start('{{ pathto('a.js', 1) }}');{% if x %}more();{% endif %}\n</script>"
    (templates / "page.html").write_text(f"<script>one()</script>{script}<script src='{{{{ x }}}}'></script>")
    (tmp_path / "site").mkdir()

    def made(page: str, name: str = "index.html") -> policy.Site:
        (tmp_path / "site" / name).write_text(page, encoding="utf-8")
        return policy.Site(tmp_path / "site", tmp_path / "templates")

    return made


def scripts(text: str) -> list[str]:
    return next(rule for rule in text.split("; ") if rule.startswith("script-src ")).split()[1:]


def test_every_page_keeps_to_it(rules):
    assert list(rules.faults()) == []


def test_few_scripts_stand_in_the_pages(rules, root):
    assert len(rules.pages) > 50
    assert 1 <= len(rules.scripts) <= 4, "each is a hash in every answer of the host; what differs from page to page is better data"
    known = scripts(rules.policy)
    assert known[:2] == ["'self'", "'wasm-unsafe-eval'"]
    assert {f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" for text in rules.scripts} == set(known[2:])
    assert not re.search(r"unsafe-eval|unsafe-inline|https?:|\*", " ".join(known).replace("wasm-unsafe-eval", ""))


def test_scripts_of_templates_are_known(small):
    found = small("<script>one()</script><script>\n  start('../a.js');\n</script><script>\n  start('a.js');more();\n</script>")
    assert list(found.faults()) == []
    assert len(found.scripts) == 3
    assert len(scripts(found.policy)) == 5


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("<script>two()</script>", "a script that no template has"),
        ("<SCRIPT type=module>two()</SCRIPT>", "a script that no template has"),
        ("<script>one() </script>", "a script that no template has"),
        ("<script>\n  start('x');evil('');more();\n</script>", "a script that no template has"),
        ("<script>\n  start('');evil('');\n</script>", "a script that no template has"),
        ('<p onclick="x()">', "a handler"),
        ("<link ONLOAD=x rel=stylesheet>", "a handler"),
        ('<svg><path onmouseover="x"/></svg>', "a handler"),
        ('<a href=" java\nscript:x">', "a script as an address"),
        ('<svg><a xlink:href="javascript:x">', "a script as an address"),
        ('<iframe srcdoc="x">', "a page in the markup"),
        ('<base href="x">', "forbids"),
        ('<img src="//cdn.example.com/a.png">', "from another host"),
        ('<link rel="stylesheet" href="https://cdn.example.com/a.css">', "from another host"),
        ('<script src="https://cdn.example.com/a.js"></script>', "from another host"),
        ('<form action="https://example.com/">', "a form to another host"),
    ],
)
def test_what_is_refused(small, page, said):
    found = small(f"<p>…</p>{page}")
    (fault,) = list(found.faults())[:1]
    assert fault.startswith("index.html: ")
    assert said in fault
    assert len(scripts(found.policy)) == 2, "it gets no hash"


@pytest.mark.parametrize(
    "page",
    [
        '<script type="application/json">{"a": "<p onclick=1>"}</script>',
        '<script type="text/plain">anything()</script>',
        '<script type="module" src="a.js"></script>',
        '<a href="https://example.com/">a link</a><img src="data:image/png;base64,AA==">',
        '<p style="color: red">onclick=1</p><code>&lt;p onclick=1&gt;</code>',
    ],
)
def test_what_is_not_refused(small, page):
    assert list(small(page).faults()) == []


def test_pictures_are_looked_at_too(small):
    (fault,) = small('<svg xmlns="http://www.w3.org/2000/svg" onload="x()"/>', "a.svg").faults()
    assert fault.startswith("a.svg: ")


def test_notebooks_have_rules_of_their_own(tmp_path, root):
    lite = tmp_path / "zh" / "lite"
    lite.mkdir(parents=True)
    (lite / "index.html").write_text("<script>theirs()</script>")
    settings = '{"jupyter-config-data": {"litePluginSettings": {"k": {"pyodideUrl": "%s"}}}}'
    (lite / "jupyter-lite.json").write_text(settings % "https://pyodide.example.edu/v1/pyodide.mjs")
    found = policy.Site(tmp_path, root / TEMPLATES)
    assert list(found.faults()) == []
    for path, loose in {
        "/zh/lite/index.html": True,
        "/zh/lite/a/b.js": True,
        "/zh/index.html": False,
        "/zh/a/lite/b": False,
        "/": False,
    }.items():
        assert ("'unsafe-eval'" in found.headers(path)["Content-Security-Policy"]) == loose, path
    assert "https://pyodide.example.edu" in scripts(found.lite)
    (lite / "jupyter-lite.json").write_text(settings % "./static/pyodide/pyodide.mjs")
    assert "example" not in policy.Site(tmp_path, root / TEMPLATES).lite


def test_the_preview_has_the_policy_of_the_host(site, root, rules):
    import threading
    import urllib.request

    from service_marketing.publishing.serve import server

    running = server(site, 0, templates=root / TEMPLATES)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    try:
        for encoding in ("gzip", "identity"):
            request = urllib.request.Request(f"http://127.0.0.1:{running.server_port}/zh/index.html", headers={"Accept-Encoding": encoding})
            with urllib.request.urlopen(request) as answer:
                assert {name: answer.headers[name] for name in rules.headers("/zh/index.html")} == rules.headers("/zh/index.html")
    finally:
        running.shutdown()
        running.server_close()
