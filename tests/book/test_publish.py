"""`course publish`: what is uploaded, the table of old addresses, and the pages that stand there on hosts without rules."""

import gzip
import os
import re
import shutil
import xml.etree.ElementTree as ET

import brotli
import pytest

from browser import browser, open_page, serve  # noqa: F401
from service_marketing.publishing import publish, redirects
from service_marketing.publishing.build import BookError

URL = "https://book.example.edu/some/course/"


@pytest.fixture(scope="module")
def made(site, root, tmp_path_factory):
    """The whole site published for a host of Pages, in a subfolder of a host."""
    to = tmp_path_factory.mktemp("host") / "some" / "course"
    to.parent.mkdir()
    return publish.publish(root, URL, compress=False, to=to)


@pytest.fixture
def course(tmp_path, root):
    """A course with a small built site, to publish with compressed copies."""
    for name in ("book/_templates", "deploy/nginx"):
        shutil.copytree(root / name, tmp_path / name)
    (tmp_path / "book" / "redirects.csv").write_text("old,new,reason\nzh/old.html,zh/index.html#here,moved\nzh/i,zh/index.html,short\n")
    edition = tmp_path / "_build" / "site" / "zh"
    edition.mkdir(parents=True)
    (edition / "index.html").write_text(f'<p id="here">{"好" * 2000}</p>', encoding="utf-8")
    (edition / "long.js").write_text("let a = 1;\n" * 500)
    (edition / "short.js").write_text("let a = 1;\n")
    (edition / "picture.png").write_bytes(bytes(5000))
    return tmp_path


def test_what_is_compressed(course):
    site = publish.publish(course) / "site"
    for path in ("zh/index.html", "zh/long.js"):
        plain = (site / path).read_bytes()
        assert gzip.decompress((site / f"{path}.gz").read_bytes()) == plain
        assert brotli.decompress((site / f"{path}.br").read_bytes()) == plain
    assert sorted(path.name for path in site.glob("zh/*.gz")) == ["index.html.gz", "long.js.gz"]
    assert not list((publish.publish(course, compress=False) / "site").rglob("*.gz"))


def test_what_did_not_change_keeps_its_date(course):
    site = publish.publish(course) / "site"
    source, stamp = course / "_build" / "site" / "zh", 1_000_000_000
    for file in site.rglob("*"):
        os.utime(file, (stamp, stamp))
    (source / "index.html").write_text(f'<p id="here">{"坏" * 2000}</p>', encoding="utf-8")
    (source / "long.js").touch()
    publish.publish(course)
    dates = {name: (site / "zh" / name).stat().st_mtime for name in ("long.js", "long.js.br", "index.html", "index.html.gz")}
    assert dates["long.js"] == dates["long.js.br"] == stamp
    assert dates["index.html"] == dates["index.html.gz"] > stamp
    assert "坏" in gzip.decompress((site / "zh" / "index.html.gz").read_bytes()).decode()


def test_what_is_gone_from_the_book_is_gone(course):
    site = publish.publish(course) / "site"
    (course / "_build" / "site" / "zh" / "long.js").unlink()
    publish.publish(course)
    assert not list(site.glob("zh/long.js*"))


def test_a_page_that_would_not_work_stops_it(course):
    before = publish.publish(course) / "site" / "zh" / "index.html"
    page = course / "_build" / "site" / "zh" / "index.html"
    page.write_text('<p id="here" onclick="x()">坏</p>', encoding="utf-8")
    with pytest.raises(BookError, match=r"zh/index\.html: <p onclick"):
        publish.publish(course)
    assert "好" in before.read_text(encoding="utf-8"), "what was published stays"


def test_the_site_map_names_what_students_read(made):
    names = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    listed = [tag.text for tag in ET.parse(made / "site" / "sitemap.xml").findall("s:url/s:loc", names)]
    assert all(url.startswith((f"{URL}zh/", f"{URL}en/")) and (made / "site" / url.removeprefix(URL)).is_file() for url in listed)
    assert {f"{URL}{language}/chapters/03-satisfaction.html" for language in ("zh", "en")} <= set(listed)
    assert not [url for url in listed if re.search("/guide/|/answers/|/search.html|/c/3", url)]
    assert f"Sitemap: {URL}sitemap.xml" in (made / "site" / "robots.txt").read_text()
    assert (made / "site" / ".nojekyll").exists()


def test_without_an_address_there_is_no_site_map(course):
    assert not list((publish.publish(course) / "site").glob("*.xml"))


def test_a_lost_reader_finds_the_book(made):
    page = (made / "site" / "404.html").read_text(encoding="utf-8")
    links = re.findall(r'href="([^"]+)"', page)
    assert links
    for link in links:
        assert (made / "site" / link.removeprefix("/some/course/")).is_file(), link


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        ("https://book.example.edu", ("https", "book.example.edu", 443, "/")),
        ("book.example.edu/course", ("https", "book.example.edu", 443, "/course/")),
        ("http://10.0.0.8:8080/a/b/", ("http", "10.0.0.8", 8080, "/a/b/")),
    ],
)
def test_addresses(url, parts):
    assert publish.address(url) == parts


@pytest.mark.parametrize(
    "url",
    ["", "ftp://a.edu/", "https:///a", "https://a.edu/?x", "https://a.edu/#x", "https://a.edu/../", "https://a.edu/a b/",
     "https://a.edu/a;b/", "https://a.edu/$x/", "https://me:pass@a.edu/", "https://a.edu:x/", "https://-a/"],
)  # fmt: skip
def test_what_is_no_address(url):
    with pytest.raises(BookError, match="not a site's address"):
        publish.address(url)


def test_places_and_frames_cannot_end_a_line_of_the_configuration(course):
    for options in ({"place": "/srv/a b"}, {"place": "srv"}, {"place": "/srv/../etc"}, {"frames": "'self'\"; x"}, {"frames": "a\nb"}):
        with pytest.raises(BookError):
            publish.publish(course, **options)
    maps = (publish.publish(course, frames="'self' https://lms.example.edu") / "nginx" / "maps.conf").read_text()
    assert maps.count("frame-ancestors 'self' https://lms.example.edu") == 2


# Old addresses


@pytest.fixture(scope="module")
def rows(root) -> list[redirects.Redirect]:
    return redirects.read(root / "book" / "redirects.csv")


def test_every_old_address_leads_to_a_page_and_hides_none(rows, site):
    assert redirects.faults(rows, site) == []


def test_every_chapter_has_a_short_link_and_its_long_one(rows, root):
    olds = {row.old: row.new for row in rows}
    for source in (root / "chapters" / "zh").glob("*.md"):
        short = re.match(r"0?(\d+)-|appendix-(\w)-", source.name)
        page = f"zh/chapters/{source.stem}.html"
        assert olds[f"zh/c/{short[1] or short[2]}"] == olds[f"zh/chapters/zh/{source.stem}.html"] == page
        assert olds[f"en/c/{short[1] or short[2]}"] == page.replace("zh/", "en/", 1)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("zh/a.html,,x", "2: new"),
        ("zh/a.html,zh/b.html,", "2: reason"),
        ("/zh/a.html,zh/b.html,x", "not an address"),
        ("zh/../a.html,zh/b.html,x", "not an address"),
        ("zh/a.html#x,zh/b.html,x", "not an address"),
        ("zh/a.html,https://example.edu/,x", "not an address"),
        ("zh/a;b.html,zh/b.html,x", "not an address"),
        ("zh/a.html,zh/b.html,x\nzh/a.html,zh/c.html,x", "3: .*stands twice"),
    ],
)
def test_a_bad_row_is_named(tmp_path, table, said):
    (tmp_path / "t.csv").write_text(f"old,new,reason\n{table}\n")
    with pytest.raises(ValueError, match=said):
        redirects.read(tmp_path / "t.csv")


def test_rows_that_lead_nowhere_or_hide_a_page(course):
    site = course / "_build" / "site"
    wrong = [
        ("zh/a.html", "zh/none.html"),
        ("zh/b.html", "zh/index.html#gone"),
        ("zh/index.html", "zh/index.html"),
        ("zh", "zh/index.html"),
    ]
    found = redirects.faults([redirects.Redirect(old, new, "x") for old, new in wrong], site)
    assert [re.search(r"\((.*)\)", fault)[1] for fault in found] == [
        "no such page",
        "no such anchor",
        "hides a real page",
        "hides a real page",
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("zh/chapters/zh/03-satisfaction.html?a=1#ch3-quiz", "zh/chapters/03-satisfaction.html?a=1#ch3-quiz"),
        ("zh/exercises/03-satisfaction/assignment.html", "zh/exercises/03-satisfaction.html"),
        ("zh/c/3", "zh/chapters/03-satisfaction.html"),
        ("chapters/03-satisfaction.html", "zh/chapters/03-satisfaction.html"),
    ],
)
def test_old_addresses_on_a_host_without_rules(open_page, made, old, new):  # noqa: F811
    with serve(made.parents[1]) as address:
        page = open_page(f"{address}/some/course/site/{old}", alive=False)
        page.wait_for_url(f"{address}/some/course/site/{new}")
        assert page.locator("article h1").is_visible()
        page.close()  # before the server, which the page would go on asking


def test_old_addresses_without_scripts(open_page, made):  # noqa: F811
    with serve(made.parents[1]) as address:
        page = open_page(f"{address}/some/course/site/zh/c/3/", java_script_enabled=False)
        page.wait_for_url(f"{address}/some/course/site/zh/chapters/03-satisfaction.html")
        page.close()


def test_pages_at_old_addresses_keep_to_the_policy(made, root):
    from service_marketing.publishing import policy

    assert list(policy.Site(made / "site", root / "book" / "_templates").faults()) == []
