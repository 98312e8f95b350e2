"""Reading without a network: what was opened stays, the whole book comes on one tap, and versions are never mixed."""

import contextlib
import json
import os
import re
import shutil
import threading
from http.server import SimpleHTTPRequestHandler
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

from browser import browser, of_each_kind, watch  # noqa: F401
from player import move, simulation
from service_marketing.publishing import offline
from service_marketing.publishing.serve import Server

ROOT = Path(__file__).parents[2]
WORKER = ROOT / "src" / "service_marketing" / "widget" / "static" / "sw.js"
NETWORK = re.compile(r"ERR_INTERNET_DISCONNECTED|status of 503")  # what the browser itself says without one
# all that is kept, by path and content
KEPT = """async () => {
  const found = [];
  for (const name of (await caches.keys()).filter((name) => name.includes(":content:"))) {
    for (const { url } of await (await caches.open(name)).keys()) found.push(new URL(url));
  }
  return found.map(({ pathname, searchParams }) => [decodeURI(pathname).replace(/^.*?\\/zh\\//, ""), searchParams.get("sha256")]);
}"""


class Host(Server):
    """A host of `folder` that tests can have another folder, or refuse after `left` more answers (None: never)."""

    folder = ""
    left = None

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[str] = []
        # the name of a machine that is not its reader's own: there a page that is kept is shown at once
        self.url = f"http://book.localhost:{self.server_port}/course"


class Handler(SimpleHTTPRequestHandler):
    def translate_path(self, path):
        return str(self.server.folder) + path.split("?")[0].removeprefix("/course") if "%" not in path else super().translate_path(path)

    def guess_type(self, path):
        return {".wasm": "application/wasm", ".webmanifest": "application/manifest+json"}.get(Path(path).suffix) or super().guess_type(path)

    def do_GET(self):
        del self.headers["If-Modified-Since"]  # two versions made within a second would be one
        if self.server.left == 0:
            self.close_connection = True
            return
        if self.server.left is not None:
            self.server.left -= 1
        self.server.asked.append(self.path)
        super().do_GET()

    def log_message(self, *_):
        pass


@pytest.fixture
def host(site):
    running = Host()
    running.folder = site
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield running
    running.shutdown()
    running.server_close()


@pytest.fixture
def reader(browser):  # noqa: F811
    """A reader's browser, with their pages; no page may complain of anything but the missing network."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    seen = []
    context.on("page", lambda page: seen.append(watch(page, "http://none")))
    yield context
    context.close()
    for page in seen:
        assert not [error for error in page.errors if not NETWORK.search(error)], page.errors


def course(edition: Path) -> dict:
    """What the build told the service worker."""
    return json.loads((edition / "sw.js").read_text(encoding="utf-8").split(";\n", 1)[0].removeprefix("self.COURSE="))


def wait_kept(page, *paths: str) -> None:
    """Until all of `paths` are kept."""
    wait_until(page, lambda: {*paths} <= {path for path, _ in page.evaluate(KEPT)})


def wait_until(page, true) -> None:
    for _ in range(200):
        if true():
            return
        page.wait_for_timeout(100)
    raise AssertionError("waited in vain")


def wait_told(page) -> None:
    """Until the page says that there is a new version.

    Playwright watches workers as developer tools do, and then Chromium ends the old worker even when it has work, starts it again
    for that, and forgets that another waits. Without them it would end when it has nothing to do, and the other take over. Here it
    is ended by hand, which lets a worker take over that has asked to, and no other.
    """
    session = page.context.new_cdp_session(page)
    session.send("ServiceWorker.enable")
    notice = page.get_by_role("status").filter(has_text="新版本")
    for _ in range(6):
        with contextlib.suppress(AssertionError):
            return expect(notice).to_be_visible(timeout=5000)
        session.send("ServiceWorker.stopAllWorkers")
    expect(notice).to_be_visible()


def live(edition: Path) -> list[str]:
    """What may be asked for by a page with simulations and practices."""
    return [path for path, *_ in course(edition)["files"] if path.startswith("_static/service-sim/")]


def test_the_list_is_of_the_files_as_they_are(site):
    """Every page and what it loads is in the list, with the digest of what lies there; the packages are not."""
    edition = site / "zh"
    told = course(edition)
    paths = [path for path, *_ in told["files"]]
    pages = {page.relative_to(edition).as_posix() for page in edition.rglob("*.html") if "lite" not in page.parts}
    assert pages <= set(paths)
    assert paths[0] == "index.html"
    chapters = [path for path in paths if re.match(r"chapters/\d.*html", path)]
    assert chapters == sorted(chapters)
    assert {
        "_static/service-sim/hood.js",
        "_static/service-sim/engine.wasm",
        "_static/service-sim/engine-rest.wasm",
        "pagefind/pagefind.js",
        "manifest.webmanifest",
    } <= set(paths)
    assert not [path for path in paths if path.startswith(("downloads/", "lite/")) or path == "sw.js"]
    for path, digest, size, *_ in told["files"]:
        assert offline._digest(edition / path) == digest, path
        assert 0 < size <= (edition / path).stat().st_size + 20, path
    texts = {page: (edition / page).read_text(encoding="utf-8") for page in pages}
    own = {page for page, text in texts.items() if "data-content_root" in text}  # answers, for who reads without scripts, stand alone
    assert {page for page, text in texts.items() if f'data-version="{told["version"]}"' in text} == own
    assert len(own) > 40


def test_the_book_can_be_installed(site, host, reader):
    manifest = json.loads((site / "zh" / "manifest.webmanifest").read_text(encoding="utf-8"))
    for icon in manifest["icons"]:
        with Image.open(site / "zh" / icon["src"]) as image:
            assert f"{image.width}x{image.height}" == icon["sizes"]
            assert (image.getpixel((2, 2))[3] == 255) == (icon["purpose"] == "maskable"), (
                "a maskable icon fills its square, another has round corners"
            )
    page = reader.new_page()
    page.goto(f"{host.url}/zh/chapters/03-satisfaction.html")
    session = reader.new_cdp_session(page)
    found = session.send("Page.getAppManifest")
    assert found["url"] == f"{host.url}/zh/manifest.webmanifest"
    assert not found["errors"]
    assert (
        page.evaluate("(url) => new URL(JSON.parse(url[1]).start_url, url[0]).href", [found["url"], found["data"]])
        == f"{host.url}/zh/index.html"
    )


def test_what_was_opened_can_be_read_without_a_network(host, reader):
    """With all that its reader may still ask for; of the rest a page says what is there."""
    page = reader.new_page()
    page.goto(f"{host.url}/zh/chapters/03-satisfaction.html")
    wait_kept(page, "chapters/03-satisfaction.html", "_static/course.js", *live(host.folder / "zh"))
    page.wait_for_function("() => navigator.serviceWorker.controller")
    reader.set_offline(True)
    page.reload()
    sim = simulation(page, 1)
    move(sim)
    sim.get_by_role("button", name="打开引擎盖").click()
    expect(sim.locator(".sm-editor [contenteditable=true]")).to_be_visible()
    practice = page.locator("service-practice").first
    check = practice.get_by_role("button", name="检查")
    # sections above are laid out as they come near
    wait_until(page, lambda: practice.evaluate("(box) => box.scrollIntoView()") or check.is_visible())
    check.click()
    expect(practice.locator(".sp-answer")).to_be_visible()
    assert "计算程序没有加载成功" not in practice.inner_text()

    page.goto(f"{host.url}/zh/chapters/05-encounters.html")
    expect(page.get_by_role("heading", level=1)).to_have_text("这一页还没有存到这台设备上")
    assert page.get_by_role("listitem").all_inner_texts() == ["第3章 顾客满意：期望与结果"]
    page.get_by_role("listitem").get_by_role("link").click()
    assert page.title().startswith("第3章")
    page.go_back()
    reader.set_offline(False)
    page.get_by_role("link", name="再试一次").click()
    assert page.title().startswith("第5章")


def test_who_saves_data_gets_nothing_unasked(host, reader):
    """Kept is what the page has loaded, and nothing is loaded a second time."""
    reader.add_init_script("Object.defineProperty(Navigator.prototype, 'connection', { get: () => ({ saveData: true }) })")
    page = reader.new_page()
    page.goto(f"{host.url}/zh/chapters/03-satisfaction.html")
    wait_kept(page, "chapters/03-satisfaction.html", "_static/course.js")
    page.wait_for_timeout(500)
    assert not [path for path in host.asked if re.search(r"hood|editor|\.py$", path)]
    assert len(host.asked) == len(set(host.asked)), sorted(path for path in host.asked if host.asked.count(path) > 1)


@pytest.fixture
def shop(host, reader):
    """The page where the whole book is offered, and its box, when it is ready."""
    page = reader.new_page()
    page.goto(f"{host.url}/zh/how-to-use.html")
    box = page.locator("service-offline")
    expect(box.get_by_role("button", name="下载整本书")).to_be_visible()
    return page, box


def test_the_whole_book(host, reader, shop, site, request):
    page, box = shop
    files = course(site / "zh")["files"]
    total = sum(size for _, _, size, *_ in files)
    expect(box).to_contain_text(f"{total / 1e6:.1f} MB")
    expect(box).to_contain_text(f"{sum(path.endswith('.html') for path, *_ in files)}页")
    box.get_by_role("button", name="下载整本书").click()
    expect(box.get_by_role("progressbar", name="下载整本书的进度")).to_be_visible()
    expect(box).to_contain_text("已经在这台设备上", timeout=60_000)
    expect(box.get_by_role("button", name="删除离线版")).to_be_focused()
    assert sorted(page.evaluate(KEPT)) == sorted([path, digest] for path, digest, *_ in files)

    reader.set_offline(True)
    names = [path.removesuffix(".html") for path, *_ in files if path.endswith(".html")]
    long = request.config.getoption("--long")
    for name in names if long else [name for name in of_each_kind(names) if not re.match(r"answers/|chapters/0[4-9]|chapters/1[01]", name)]:
        page.goto(f"{host.url}/zh/{name}.html")
        assert "还没有存到" not in page.title(), name
        assert page.evaluate("[...document.images].every((image) => image.loading === 'lazy' || image.naturalWidth > 0)"), name
        parts = page.locator("service-sim, service-game").count()
        for number in range(parts if long else min(parts, 1)):
            move(simulation(page, number))
    page.goto(f"{host.url}/zh/search.html?q=投诉")
    expect(page.locator("#sm-found")).to_contain_text("页里找到")

    page.goto(f"{host.url}/zh/how-to-use.html")
    box.get_by_role("button", name="删除离线版").click()
    expect(box).to_contain_text("离线版已经删除")
    expect(box.get_by_role("button", name="下载整本书")).to_be_focused()
    assert page.evaluate(KEPT) == []


def test_a_download_that_broke_off_goes_on(host, shop):
    """It says that the network is gone, and what has come does not come again."""
    page, box = shop
    wait_kept(page, "how-to-use.html")
    host.asked.clear()
    host.left = 120
    box.get_by_role("button", name="下载整本书").click()
    expect(box).to_contain_text("网络断了", timeout=30_000)
    before = page.evaluate(KEPT)
    assert 60 < len(before) < len(course(host.folder / "zh")["files"])
    half, host.asked[:], host.left = set(host.asked), [], None
    box.get_by_role("button", name="继续下载").click()
    expect(box).to_contain_text("已经在这台设备上", timeout=60_000)
    came = {f"/course/zh/{path}" for path, _ in before}
    again = came & half & set(host.asked)
    assert not again - {"/course/zh/sw.js"}


def test_a_download_can_be_stopped_by_its_reader(host, shop):
    page, box = shop
    host.left = None
    box.get_by_role("button", name="下载整本书").click()
    box.get_by_role("button", name="暂停").click()
    expect(box).to_contain_text("已经暂停")
    kept = len(page.evaluate(KEPT))
    assert kept < len(course(host.folder / "zh")["files"])
    page.wait_for_timeout(400)
    assert len(page.evaluate(KEPT)) == kept
    page.reload()  # what its reader stopped does not start by itself
    expect(box).to_contain_text("已经暂停")
    box.get_by_role("button", name="继续下载").click()
    expect(box).to_contain_text("已经在这台设备上", timeout=60_000)


def test_a_full_device_is_told(host, reader, shop):
    page, box = shop
    wait_kept(page, "how-to-use.html")
    session = reader.new_cdp_session(page)
    origin = host.url.removesuffix("/course")
    session.send("Storage.overrideQuotaForOrigin", {"origin": origin, "quotaSize": 3_000_000})
    box.get_by_role("button", name="下载整本书").click()
    expect(box).to_contain_text("存储空间不够", timeout=30_000)
    session.send("Storage.overrideQuotaForOrigin", {"origin": origin})
    box.get_by_role("button", name="继续下载").click()
    expect(box).to_contain_text("已经在这台设备上", timeout=60_000)


# Updates. A probe stands for the engine: a thread that loads a file beside it, and says of which version both are.
PROBE = 'onmessage = async () => postMessage("{0}" + (await (await fetch("probe.json")).json()));'
ASK = """async () => {
  const root = new URL(document.documentElement.dataset.content_root, location.href);
  const thread = new Worker(new URL("_static/service-sim/probe.js", root), { type: "module" });
  const answer = new Promise((resolve, reject) => {
    thread.onmessage = ({ data }) => resolve(data);
    thread.onerror = () => reject(new Error("no thread"));
  });
  thread.postMessage(null);
  return await answer.finally(() => thread.terminate());
}"""
# as if all pages had been opened long ago
AGE = """async () => {
  for (const name of (await caches.keys()).filter((name) => name.includes(":state:"))) {
    const state = await caches.open(name);
    for (const one of await state.keys()) {
      if (!one.url.includes("/client/")) continue;
      const { version } = await (await state.match(one)).json();
      await state.put(one, new Response(JSON.stringify({ version, since: 0 })));
    }
  }
}"""
EDITIONS = """async () => {
  const name = (await caches.keys()).find((name) => name.includes(":state:"));
  return (await (await caches.open(name)).keys()).map(({ url }) => url).filter((url) => url.includes("/edition/"));
}"""
SETTLED = """async () => {
  const all = await navigator.serviceWorker.ready;
  await all.update().catch(() => {});
  while (all.installing) await new Promise((go) => setTimeout(go, 50));
}"""


def version(site: Path, target: Path, sign: str) -> Path:
    """A copy of the site that differs from others in its pages, in a script and in what that script loads."""
    shutil.copytree(
        site, target, copy_function=os.link, ignore=shutil.ignore_patterns("downloads", "lite", "answers", "guide", "exercises")
    )
    live = target / "zh" / "_static" / "service-sim"
    (live / "probe.js").write_text(PROBE.format(sign), encoding="utf-8")
    (live / "probe.json").write_text(json.dumps(sign), encoding="utf-8")
    for page in (target / "zh").rglob("*.html"):
        text = page.read_text(encoding="utf-8").replace("<title>", f"<title>{sign} ", 1)
        page.unlink()  # it is the site's own
        page.write_text(text, encoding="utf-8")
    for name in ("manifest.webmanifest", "sw.js"):
        (target / "zh" / name).unlink()
    shutil.rmtree(target / "zh" / "_static" / "icons")
    offline.write(target / "zh", WORKER, "zh", "服务营销")
    return target


def test_versions_are_never_mixed(host, reader, site, tmp_path):
    old, new = version(site, tmp_path / "old", "A"), version(site, tmp_path / "new", "B")
    host.folder = old
    first = reader.new_page()
    first.goto(f"{host.url}/zh/chapters/03-satisfaction.html")
    wait_kept(first, "chapters/03-satisfaction.html", *live(old / "zh"))
    assert first.evaluate(ASK) == "AA"

    host.folder = new
    # a page that is not kept comes from the server, and is of the new version with all that it loads
    second = reader.new_page()
    second.goto(f"{host.url}/zh/chapters/04-quality.html")
    assert second.title().startswith("B ")
    assert second.evaluate(ASK) == "BB"
    move(simulation(second, 0))
    # the new worker takes over when what was kept is there in its version; the page that was open is told, and stays whole
    wait_told(first)
    assert first.title().startswith("A ")
    assert first.evaluate(ASK) == "AA"
    sim = simulation(first, 1)
    move(sim)
    sim.get_by_role("button", name="打开引擎盖").click()
    expect(sim.locator(".sm-editor [contenteditable=true]")).to_be_visible()
    assert second.locator(".so-notice").count() == 0

    reader.set_offline(True)
    first.get_by_role("button", name="点一下更新").click()
    first.wait_for_load_state()
    assert first.title().startswith("B ")
    assert first.evaluate(ASK) == "BB"
    reader.set_offline(False)

    # once nobody reads the old version, nothing of it is left
    first.evaluate(AGE)
    first.reload()
    told = {(path, digest) for path, digest, *_ in course(new / "zh")["files"]}
    wait_until(first, lambda: {tuple(one) for one in first.evaluate(KEPT)} <= told)
    assert first.evaluate(EDITIONS) == [f"{host.url}/zh/edition/{course(new / 'zh')['version']}"]


def test_an_update_that_breaks_off_leaves_the_old_version_whole(host, reader, site, tmp_path):
    old, new = version(site, tmp_path / "old", "A"), version(site, tmp_path / "new", "B")
    host.folder = old
    page = reader.new_page()
    page.goto(f"{host.url}/zh/chapters/03-satisfaction.html")
    wait_kept(page, "chapters/03-satisfaction.html", *live(old / "zh"))
    host.folder, host.left = new, 1  # the list comes, and nothing of what it lists
    page.evaluate(SETTLED)
    page.reload()
    assert page.title().startswith("A ")
    assert page.evaluate(ASK) == "AA"
    host.left = None
    page.evaluate("navigator.serviceWorker.ready.then((all) => all.update())")
    wait_told(page)
    page.get_by_role("button", name="点一下更新").click()
    page.wait_for_function("() => document.title.startsWith('B ')")
    assert page.evaluate(ASK) == "BB"
