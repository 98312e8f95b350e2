"""The built wheel in an empty environment without Node: the widget lives in JupyterLab, computed by the kernel."""

import csv
import io
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import venv
import zipfile
from pathlib import Path

import pytest

from browser import browser, watch  # noqa: F401 (fixture)
from service_marketing.models import satisfaction
from service_marketing.quiz.packing import pack, seal
from service_marketing.simulations import find

ROOT = Path(__file__).parents[2]
START = find("expectation-lab").start("population")
pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="只在 Linux 和 macOS 上跑 (POSIX only)")]
CELLS = (
    "from service_marketing.widget import ServiceSimulation\n\n"
    'lab = ServiceSimulation("expectation-lab", mode="population", stage="open")\nlab',
    "lab",
    'lab.params = {"expectation": 77}',
    'lab.params = {"performance": 8.0}\nlab.result["dissatisfied"]',
    'print(lab.mode, lab.prediction["mode"], lab.prediction["predicted"])',
    f"from service_marketing import quiz\nquiz.show('ch3-quiz-1', {seal(pack('B', ['不对。', '对，就是它。', '也不对。']))!r})",
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    # the front end is built already; what is tested is that the wheel carries it
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT],
        check=True,
        capture_output=True,
        env={**os.environ, "SKIP_JUPYTER_BUILDER": "1"},
    )
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def environment(wheel, tmp_path_factory) -> Path:
    """A new environment with nothing in it but the wheel and what it needs, at the pinned versions."""
    folder = tmp_path_factory.mktemp("environment")
    pins = folder / "pins.txt"
    # without the hashes, which a wheel built a moment ago cannot have
    pins.write_text("\n".join(re.findall(r"^[^\s#-][^\\\n]*==[^\\\n]*", (ROOT / "requirements" / "dev.txt").read_text("utf-8"), re.M)))
    venv.create(folder / "venv", with_pip=True)
    subprocess.run(
        # what is not imported need not be compiled
        [
            folder / "venv/bin/python",
            "-m",
            "pip",
            "install",
            "-qq",
            "--disable-pip-version-check",
            "--no-compile",
            "--constraint",
            pins,
            wheel,
        ],
        check=True,
    )
    return folder / "venv"


@pytest.fixture(scope="module")
def lab(environment, tmp_path_factory):
    """The address of a JupyterLab that runs in that environment, with a notebook to open."""
    home = tmp_path_factory.mktemp("home")
    blank = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    cells = [{**blank, "id": f"cell-{i}", "source": text} for i, text in enumerate(CELLS)]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    (home / "lab.ipynb").write_text(json.dumps({"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}), "utf-8")
    path = str(environment / "bin")
    assert shutil.which("node", path=path) is None
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [
            environment / "bin/jupyter-lab",
            "--no-browser",
            "--allow-root",
            f"--port={port}",
            "--ServerApp.ip=127.0.0.1",
            "--IdentityProvider.token=",
            f"--ServerApp.root_dir={home}",
            "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
            "--LabApp.news_url=None",
        ],
        env={"PATH": path, "HOME": str(home), "LANG": "C.UTF-8", "JUPYTER_PREFER_ENV_PATH": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(f"{address}/api/status", timeout=2)
            break
        except (urllib.error.URLError, OSError):
            assert server.poll() is None, "JupyterLab ended before it answered"
            assert time.monotonic() < deadline, "JupyterLab did not answer within a minute"
            time.sleep(0.3)
    yield address
    server.terminate()
    server.wait(timeout=20)


def test_the_wheel_carries_the_widget_and_nothing_of_the_book(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    assert {"service_marketing/widget/static/widget.js", "service_marketing/widget/static/widget.css"} <= set(names)
    assert not [name for name in names if "/book/" in name or "frontend" in name or name.endswith((".wasm", ".map"))]


def expected(name="dissatisfied", **params) -> str:
    return f"{satisfaction.population(**{**START, **params}, n=500, seed=1)[name]:.1%}"


def test_widget_in_jupyterlab(lab, browser):  # noqa: F811
    context = browser.new_context(viewport={"width": 1280, "height": 1400}, accept_downloads=True)
    page = context.new_page()
    seen = watch(page, lab)
    page.goto(f"{lab}/lab/tree/lab.ipynb?reset")
    cell = page.locator(".jp-CodeCell")
    cell.first.wait_for(timeout=60000)
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for(timeout=60000)

    def run(i):
        cell.nth(i).locator(".cm-content").click()
        page.keyboard.press("Shift+Enter")

    def shows(view, text):
        view.locator("[data-readout=dissatisfied] dd", has_text=re.compile("^" + re.escape(text))).wait_for(timeout=15000)

    def move(label, *keys):
        first.get_by_label(label, exact=True).focus()
        for key in keys:
            page.keyboard.press(key)

    run(0)
    first = cell.nth(0).locator(".sm-sim")
    first.wait_for(timeout=60000)
    shows(first, expected())
    bars = first.locator(".sm-bars").inner_html()

    move("平均结果", *["ArrowRight"] * 5)
    shows(first, expected(performance=6.5))
    assert first.locator(".sm-bars").inner_html() != bars

    with page.expect_download() as waiting:
        first.get_by_role("button", name="下载CSV").click()
    rows = list(csv.DictReader(io.StringIO(waiting.value.path().read_bytes().decode("utf-8-sig"))))
    customers = satisfaction.customers(**{**START, "performance": 6.5}, n=500, seed=1)
    assert [float(row["满意度"]) for row in rows] == [customer["satisfaction"] for customer in customers]

    # a second view of the same widget follows the first
    run(1)
    second = cell.nth(1).locator(".sm-sim")
    second.wait_for(timeout=15000)
    shows(second, expected(performance=6.5))
    move("人与人的差异", *["ArrowRight"] * 4)
    shows(first, expected(performance=6.5, spread=1.4))
    shows(second, expected(performance=6.5, spread=1.4))

    # what the model refuses is a message in the widget, and the widget lives on
    run(2)
    first.get_by_text("expectation 应是从 1 到 9 的数，收到 77").wait_for(timeout=15000)
    run(3)
    shows(first, expected(performance=8.0))
    assert first.locator(".sm-error").count() == 0
    result = satisfaction.population(**{**START, "performance": 8.0}, n=500, seed=1)["dissatisfied"]
    cell.nth(3).locator(".jp-OutputArea-output", has_text=str(result)).wait_for(timeout=15000)

    # predict first, in the other mode; the prediction reaches Python's side of the widget
    second.get_by_role("tab", name="一位顾客").click()
    second.locator(".sm-point").wait_for(timeout=15000)
    second.get_by_role("button", name="重来").click()
    second.get_by_role("slider").nth(0).wait_for()
    second.get_by_role("button", name="揭晓结果").click()
    second.get_by_text("你画的线和模型平均差").wait_for(timeout=15000)
    run(4)
    cell.nth(4).locator(".jp-OutputArea-output", has_text="one one [5, 5, 5, 5, 5]").wait_for(timeout=15000)

    # a quiz: arrow keys go through its letters and not through the notebook's cells
    run(5)
    quiz = cell.nth(5).locator("form.sq")
    quiz.get_by_role("radio", name="A").check(timeout=15000)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    quiz.get_by_text("对，就是它。").wait_for(timeout=15000)
    assert quiz.get_by_role("button", name="看看其他选项的说法").is_visible()

    assert [url for url in seen.foreign if not url.startswith("ws")] == []
    assert [text for text in seen.errors if "service" in text.lower() or "widget" in text.lower()] == []
    context.close()
