"""`course lab`: one click on a chapter opens it as a notebook, cells run, the simulation is alive."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from browser import browser, watch  # noqa: F401 (fixture)

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="结束服务器的办法不同，只在 Linux 和 macOS 上跑 (POSIX only)")


@pytest.fixture(scope="module")
def lab(root, tmp_path_factory):
    """The address of what `course lab` starts for a learner who never configured Jupyter, and the folder it runs in."""
    course, home = tmp_path_factory.mktemp("course"), tmp_path_factory.mktemp("home")
    (course / "chapters" / "zh").mkdir(parents=True)
    shutil.copy(root / "chapters" / "zh" / "00-tools.md", course / "chapters" / "zh")
    shutil.copytree(root / "book", course / "book")
    head = (root / "chapters" / "zh" / "00-tools.md").read_text(encoding="utf-8").split("\n---\n")[0]
    drawing = ":::{figure} ../../book/zh/_figures/01-process.svg\n:name: f\n:alt: 过程\n图注\n:::"
    (course / "chapters" / "zh" / "01-drawing.md").write_text(f"{head}\n---\n\n# 第1章 图\n\n{drawing}\n", encoding="utf-8")
    shutil.copy(root / "_toc.yml", course)
    for name in ("data", "src", "requirements"):
        (course / name).symlink_to(root / name)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    programs = Path(sys.executable).parent
    server = subprocess.Popen(
        [programs / "course", "lab", "--folder", course, "--no-browser", f"--port={port}", "--IdentityProvider.token="],
        env={"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}", "HOME": str(home), "LANG": "C.UTF-8"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                urllib.request.urlopen(f"{address}/api/status", timeout=2)
                break
            except (urllib.error.URLError, OSError):
                assert server.poll() is None, "course lab ended before it answered"
                assert time.monotonic() < deadline, "JupyterLab did not answer within a minute"
                time.sleep(0.3)
        yield address, course, home
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=20)


@pytest.fixture
def page(lab, browser):  # noqa: F811
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(40000)
    page.seen = watch(page, lab[0])
    yield page
    assert [url for url in page.seen.foreign if not url.startswith("ws")] == []
    context.close()


def opened(page, name):
    page.locator(".jp-DirListing-item", has_text=name).first.click()
    notebook = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")
    notebook.locator(".jp-Cell").first.wait_for()
    # the notebook's own indicator says idle before there is a kernel
    page.locator("#jp-main-statusbar", has_text=re.compile(r"\| (Idle|空闲)")).wait_for()
    return notebook


def test_a_learner_clicks_a_chapter_and_runs_it(lab, page):
    address, course, home = lab
    page.goto(address)
    notebook = opened(page, "00-tools.ipynb")
    notebook.locator("h1", has_text="第0章 工具入门").wait_for()

    cells = notebook.locator(".jp-CodeCell")
    cells.nth(0).locator(".cm-content").click()
    for _ in range(20):  # past the text between, to the first simulation and the first sum
        page.keyboard.press("Shift+Enter")
        if cells.nth(2).locator(".jp-OutputArea-output").count():
            break
        page.wait_for_timeout(250)
    cells.nth(0).locator(".jp-OutputArea-output", has_text="装好了").wait_for()
    cells.nth(1).locator(".sm-sim").wait_for()
    cells.nth(2).locator(".jp-OutputArea-output", has_text="-1").wait_for()
    # what the book folds is folded: the simulation shows without its code
    assert cells.nth(1).locator(".cm-content").count() == 0

    answer = notebook.locator("details", has_text="揭晓之后再打开")
    assert not answer.locator("p").first.is_visible()
    answer.locator("summary").click()
    assert answer.locator("p").first.is_visible()

    # JupyterLab keeps its settings and layout with the course, not in the learner's home
    assert not (home / ".jupyter" / "lab").exists()
    assert list((course / "_build" / "lab" / "workspaces").iterdir())


def test_drawings_are_shown(lab, page):
    page.goto(lab[0])
    picture = opened(page, "01-drawing.ipynb").locator("img")
    picture.wait_for()
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 300
    assert picture.get_attribute("alt") == "过程"


def test_an_author_clicks_a_source_and_gets_a_notebook(lab, page):
    page.goto(f"{lab[0]}/lab/tree/chapters/zh")
    notebook = opened(page, "00-tools.md")
    notebook.locator(".jp-CodeCell").nth(20).wait_for(state="attached")
