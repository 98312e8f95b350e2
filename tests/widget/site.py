"""The small static site that the widget's browser tests open, made from the built front end as the book's build does it."""

import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path

from service_marketing import simulations, widget
from service_marketing.simulations.spec import Simulation
from service_marketing.widget import ServiceSimulation

STATIC = Path(widget.__file__).parent / "static"
PAGE = """<!doctype html>
<html lang="zh-CN" data-content_root="./">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>模拟</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="_static/service-sim/service-sim.css">
<script type="module" src="_static/service-sim/service-sim.js"></script>
<style>body { margin: 0; font: 16px/1.7 sans-serif } main { max-width: 46em; margin: 0 auto; padding: 16px }</style></head>
<body><main><p>页面文字</p>{simulations}<p>页尾</p></main></body></html>
"""


def element(*arguments, **options) -> str:
    """A simulation as the book embeds it."""
    return ServiceSimulation(*arguments, **options)._repr_mimebundle_()[0]["text/html"]


@contextmanager
def registered(*others: Simulation):
    """As if the course had these simulations too."""
    known = simulations.SIMULATIONS
    simulations.SIMULATIONS = {**known, **{simulation.name: simulation for simulation in others}}
    try:
        yield
    finally:
        simulations.SIMULATIONS = known


def make_gallery(folder: Path, gallery: Simulation) -> Path:
    """Writes into `folder` a page for each mode of `gallery`: `mode.html`, open `mode-open.html` and English `mode-en.html`."""
    shutil.copytree(STATIC / "book", folder / "_static" / "service-sim")
    pages = []
    with registered(gallery):
        for mode in gallery.modes:
            for tag, options in (("", {}), ("-open", {"stage": "open"}), ("-en", {"stage": "open", "language": "en"})):
                pages.append(folder / f"{mode.name}{tag}.html")
                pages[-1].write_text(PAGE.replace("{simulations}", element(gallery.name, mode=mode.name, **options)), "utf-8")
    subprocess.run(["node", STATIC / "prerender.mjs", *pages], check=True)
    return folder


def make(folder: Path) -> Path:
    """Writes the site into `folder`: two simulations, an open one, an English one, one that was never drawn, and a far one."""
    assert (STATIC / "book" / "service-sim.js").exists(), "前端还没有构建: npm ci && npm run build (the front end is not built)"
    shutil.copytree(STATIC / "book", folder / "_static" / "service-sim")
    pages = {
        "index": element("expectation-lab") + element("expectation-lab", mode="population"),
        "open": element("expectation-lab", mode="population", stage="open", spread=2.0),
        "english": element("expectation-lab", mode="population", language="en"),
        "undrawn": element("expectation-lab", mode="population"),
        "far": '<div style="height:4000px"></div>' + element("expectation-lab", mode="population"),
    }
    for name, drawn_here in pages.items():
        (folder / f"{name}.html").write_text(PAGE.replace("{simulations}", drawn_here), "utf-8")
    drawn = [folder / f"{name}.html" for name in pages if name != "undrawn"]
    subprocess.run(["node", STATIC / "prerender.mjs", *drawn], check=True)
    return folder
