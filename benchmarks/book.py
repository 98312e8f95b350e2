"""How long the book takes to build: from nothing, with nothing changed, after one edit of prose; and its ratio to the stock tool.

    python benchmarks/book.py

Works on a copy of the tracked files, with the front end as it is built here. The stock tool is `jupyter-book build` on the same
sources, with the same pinned packages and the course's own Sphinx extension less its `execute_side_by_side`: it runs the notebooks
one after the other and makes no search, no downloads and no finished pages. One run of each, for a build takes a minute: compare
figures of one run only.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
EXTENSION = "src/service_marketing/publishing/extension.py"
SIDE_BY_SIDE = '    app.connect("env-before-read-docs", execute_side_by_side)\n'
PAGE = "chapters/zh/02-expectations.md"
LIMITS = {"from nothing": 120, "nothing changed": 5, "one prose edit": 8}


def copy_of_sources(target: Path) -> None:
    """What git knows of the working tree, and what npm installed and built."""
    names = subprocess.run(["git", "ls-files", "-z", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, check=True).stdout
    for name in filter(None, names.decode().split("\0")):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, target / name)
    (target / "node_modules").symlink_to(ROOT / "node_modules")
    static = "src/service_marketing/widget/static"
    shutil.copytree(ROOT / static, target / static)


def seconds(command: list[str], folder: Path) -> float:
    """How long `command` runs in `folder`, with the copy's package."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PYTHONPATH": str(folder / "src"), "PATH": path}
    start = time.perf_counter()
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(done.stdout[-3000:] + done.stderr[-3000:])
    return time.perf_counter() - start


def edit(page: Path) -> None:
    """One sign more at the end of the first paragraph."""
    text = page.read_text(encoding="utf-8")
    found = re.search(r"^(?![#(:`|>{+-])[\u4e00-\u9fff].*$", text.partition("-scene)=")[2], re.MULTILINE)
    at = text.index(found[0]) + len(found[0])
    page.write_text(text[:at] + "嗯。" + text[at:], encoding="utf-8")


def as_stock(folder: Path) -> None:
    """The copy in `folder` runs its notebooks as the stock tool does: when Sphinx comes to their page."""
    extension = folder / EXTENSION
    text = extension.read_text(encoding="utf-8")
    if text.count(SIDE_BY_SIDE) != 1:
        sys.exit(f"{EXTENSION}: no line {SIDE_BY_SIDE.strip()}")
    extension.write_text(text.replace(SIDE_BY_SIDE, ""), encoding="utf-8")


def main() -> int:
    ours = [sys.executable, "-c", "from service_marketing.cli import app; app()", "book"]
    with tempfile.TemporaryDirectory() as folder:
        one, other = Path(folder, "course"), Path(folder, "stock")
        for copy in (one, other):
            copy_of_sources(copy)
        as_stock(other)
        measured = {"from nothing": seconds(ours, one), "nothing changed": seconds(ours, one)}
        edit(one / PAGE)
        measured["one prose edit"] = seconds(ours, one)
        stock = [sys.executable, "-c", "from jupyter_book.cli.main import main; main()", "build", "."]
        reference = {"from nothing": seconds(stock, other), "nothing changed": seconds(stock, other)}
        edit(other / PAGE)
        reference["one prose edit"] = seconds(stock, other)
    for name, value in measured.items():
        verdict = "ok" if value <= LIMITS[name] else "OVER"
        ratio = reference[name] / value
        print(
            f"{name:<16} {value:6.1f} s   limit {LIMITS[name]:>3}   {verdict:<5} stock {reference[name]:6.1f} s   {ratio:4.1f} times ours"
        )
    return int(any(value > LIMITS[name] for name, value in measured.items()))


if __name__ == "__main__":
    sys.exit(main())
