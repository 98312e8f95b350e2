"""The chapters as notebooks: to download from a page, and in JupyterLab.

Learners and authors open different files. A learner's are plain notebooks in `notebooks/zh/`, made from the chapters when
JupyterLab starts, with every number in the text filled in; what a learner changed is never overwritten. An author's are the
chapters themselves, `chapters/zh/*.md`, which Jupytext opens as notebooks. One click opens either.
"""

import json
import re
import subprocess
from collections.abc import Callable, Mapping
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import nbformat
from jupytext.myst import myst_to_notebook
from nbformat import NotebookNode, v4

from . import project
from .plain import bibliography, plain, spoken

NEW = {"zh": "新版", "en": "new"}
MARK = "service_marketing"  # the notebook's own record of what it was made as
CHECK = {
    "zh": """\
# 先运行这一格：点一下它，按Shift+Enter，看看课程的程序装好了没有
try:
    import service_marketing
    print("装好了。从上往下一格一格运行；想一次跑完，在“运行”菜单里选“运行所有单元格”。")
except ImportError:
    print('''还没有装，下面的格子跑不起来。这样装：
1. 打开书里的“如何使用本书”，下载课程包{wheel}，和这个笔记本放在同一个文件夹里
2. 新开一格，运行：%pip install {wheel}
3. 在“内核”菜单里选“重启内核”，回到这一格，再运行一次''')
""",
    "en": """\
# Run this cell first: click it and press Shift+Enter, to see whether the course's package is installed
try:
    import service_marketing
    print("It is installed. Run the cells one by one from the top, or all at once with Run → Run All Cells.")
except ImportError:
    print('''The course's package is not installed yet, and the cells below need it:
1. Open “How to use this book”, download the course package {wheel}, and put it into the folder of this notebook
2. Run in a new cell: %pip install {wheel}
3. Choose Kernel → Restart Kernel, come back to this cell and run it again''')
""",
}
# A stand-in for the book's own glue, so that the text's numbers can be had without the tools that build the book
RECORD = """\
import sys, types
_glued = {}
sys.modules["myst_nb"] = types.ModuleType("myst_nb")
sys.modules["myst_nb"].glue = lambda name, value, display=True: _glued.update({name: repr(getattr(value, "item", lambda: value)())})
"""


def is_notebook(docname: str, source: Path) -> bool:
    """Whether a page is a chapter that readers run: a MyST notebook, by its front matter."""
    return docname.startswith("chapters/") and has_cells(source)


def has_cells(source: Path) -> bool:
    """Whether a page has cells that the build runs."""
    return "kernelspec:" in source.read_text(encoding="utf-8").partition("\n---")[0]


def read(path: Path) -> NotebookNode:
    """The notebook of a chapter's MyST file, with the line that each cell starts on in its metadata (`source_map`, from 0)."""
    text = path.read_text(encoding="utf-8")
    notebook = myst_to_notebook(text, add_source_map=True)
    lines = text.splitlines()
    starts = notebook.metadata["source_map"]
    for number, cell in enumerate(notebook.cells):
        # Jupytext counts the blank lines before a text, and then leaves them out of it
        while cell.cell_type == "markdown" and not lines[starts[number]].strip():
            starts[number] += 1
    return notebook


def chapter_notebook(path: Path, glued: Mapping[str, str], references: Path) -> NotebookNode:
    """The notebook that a learner gets of the chapter at `path`: plain, and its first cell checks that the course is installed.

    glued: Python literal of each value that the text quotes, by name; references: the BibTeX file.
    Raises ValueError, naming file and line, at what a plain notebook cannot show.
    """
    notebook = plain(read(path), path, glued, bibliography(references, spoken(path)), _page_titles(path.parent))
    check = v4.new_code_cell(CHECK[spoken(path)].replace("{wheel}", wheel()).rstrip())
    check["id"] = "check"
    notebook.cells.insert(0, check)
    notebook.metadata[MARK] = {"made": _inputs(notebook), "language": spoken(path)}
    return notebook


def wheel() -> str:
    """The file name of the course's package, as the site offers it for download."""
    return f"service_marketing-{version('service-marketing')}-py3-none-any.whl"


def _page_titles(folder: Path) -> dict[str, str]:
    """The first heading of each chapter in `folder`, by file name without its ending."""
    found = {path.stem: re.search(r"^# +(.+)$", path.read_text(encoding="utf-8"), re.MULTILINE) for path in folder.glob("*.md")}
    return {name: heading[1].strip() for name, heading in found.items() if heading}


def _inputs(notebook: NotebookNode) -> str:
    """A hash of what is written in the notebook; outputs do not count."""
    return sha256(json.dumps([(cell.cell_type, cell.source) for cell in notebook.cells]).encode()).hexdigest()


def evaluated(path: Path, timeout: int = 300) -> dict[str, str]:
    """The values that the chapter's cells give its text, as Python literals by name; runs the cells when there are any to quote.

    Raises ValueError when a cell fails.
    """
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    if "{glue:" not in path.read_text(encoding="utf-8"):
        return {}
    notebook = read(path)
    cells = [v4.new_code_cell(RECORD), *notebook.cells, v4.new_code_cell("import json\nprint(json.dumps(_glued))")]
    ran = v4.new_notebook(cells=cells, metadata={"kernelspec": dict(notebook.metadata.kernelspec)})
    try:
        NotebookClient(ran, timeout=timeout, resources={"metadata": {"path": str(path.parent)}}).execute(stderr=subprocess.DEVNULL)
    except CellExecutionError as error:
        raise ValueError(f"{path}: 有一格运行出错 (a cell failed)\n{error}") from error
    return json.loads("".join(output.text for output in ran.cells[-1].outputs if output.output_type == "stream"))


def glued_by_build(record: Path) -> dict[str, str]:
    """The values in the file that the book's build leaves of a page (`….glue.json`), as Python literals by name."""
    if not record.exists():
        return {}
    return {name: value["data"]["text/plain"] for name, value in json.loads(record.read_text(encoding="utf-8")).items()}


def remember(root: Path, path: Path, glued: Mapping[str, str], state: str | None = None) -> None:
    """Keep the chapter's values until the chapter, the package or the data change."""
    store = _store(root, path)
    known = json.loads(store.read_text(encoding="utf-8")) if store.exists() else {}
    known[path.relative_to(root).as_posix()] = {"state": state or _state(root, path), "glued": dict(glued)}
    store.parent.mkdir(parents=True, exist_ok=True)
    store.write_text(json.dumps(known, ensure_ascii=False, indent=1), encoding="utf-8")


def recall(root: Path, path: Path) -> dict[str, str] | None:
    """The values kept for the chapter as it is now, or None."""
    store = _store(root, path)
    known = json.loads(store.read_text(encoding="utf-8")) if store.exists() else {}
    kept = known.get(path.relative_to(root).as_posix())
    return kept["glued"] if kept and kept["state"] == _state(root, path) else None


def _store(root: Path, path: Path) -> Path:
    return root / "_build" / "lab" / f"glued.{spoken(path)}.json"  # the editions may be built side by side


def _state(root: Path, path: Path) -> str:
    return project.fingerprint([*project.code_and_data(root), path])


def refresh(root: Path, language: str = "zh", tell: Callable[[str], None] = print) -> list[Path]:
    """Bring `notebooks/<language>/` up to date with the chapters; the notebooks there, in the order of the chapters.

    A notebook whose cells the learner changed stays as it is: the new one is written beside it, as `….新版.ipynb` (`….new.ipynb`).
    tell: takes each message for the learner. Raises ValueError when a chapter cannot be made into a notebook.
    """
    folder = root / "notebooks" / language
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for path in sorted((root / "chapters" / language).glob("*.md")):
        glued = recall(root, path)
        if glued is None:
            tell(f"正在准备 {path.stem} (preparing)")
            glued = evaluated(path)
            remember(root, path, glued)
        fresh = chapter_notebook(path, glued, root / "book" / "references.bib")
        target = folder / f"{path.stem}.ipynb"
        written = place(fresh, target)
        if written and written != target:
            tell(f"{target.name} 里有你的改动，没有动它；新版在 {written.name} (your changes were kept)")
        made.append(target)
    return made


def place(fresh: NotebookNode, target: Path) -> Path | None:
    """Write the notebook to `target`, or beside it when a learner changed what is there; where it went, None when nothing was to do."""
    number = 1
    name = target
    while name.exists():
        made, now = _record(name)
        if made == fresh.metadata[MARK]["made"]:
            return None  # made from the same chapter; the learner's changes and outputs stay
        if made == now:
            break
        name = target.with_name(f"{target.stem}.{NEW[fresh.metadata[MARK].get('language', 'zh')]}{number if number > 1 else ''}.ipynb")
        number += 1
    nbformat.write(fresh, name)
    return name


def _record(path: Path) -> tuple[str | None, str | None]:
    """What the notebook was made as, and what it is now; a file that is no notebook of ours counts as changed."""
    try:
        notebook = nbformat.read(path, as_version=4)
    except Exception:  # whatever nbformat makes of a file that is no notebook
        return None, ""
    return notebook.metadata.get(MARK, {}).get("made"), _inputs(notebook)


def lab_settings(language: str = "zh") -> dict[str, dict]:
    """JupyterLab's settings for this course; a reader's own choices in its settings editor still win."""
    viewers = dict.fromkeys(("markdown", "myst"), "Jupytext Notebook")
    settings = {
        "@jupyterlab/docmanager-extension:plugin": {"defaultViewers": viewers},
        "@jupyterlab/filebrowser-extension:browser": {"singleClickNavigation": True, "showLastModifiedColumn": False},
        "@jupyterlab/apputils-extension:notification": {"checkForUpdates": False, "fetchNews": "false"},
    }
    if language == "zh":
        settings["@jupyterlab/translation-extension:plugin"] = {"locale": "zh_CN"}
    return settings


def lab_options(root: Path, language: str = "zh", chapter: str | None = None) -> list[str]:
    """Options of `jupyter lab` that open the folder of notebooks, or the notebook of `chapter`, where a click opens any chapter.

    The settings stand in `_build/lab/`: the reader's own configuration of Jupyter is neither read for them nor changed.
    Raises ValueError when there is no such chapter.
    """
    names = [path.stem for path in sorted((root / "chapters" / language).glob("*.md"))]
    if chapter is not None and chapter not in names:
        raise ValueError(f"没有 {chapter} 这一章，有的是：{'、'.join(names)} (no such chapter)")
    home = root / "_build" / "lab"
    settings = home / "settings" / "overrides.json"
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text(json.dumps(lab_settings(language), ensure_ascii=False, indent=2), encoding="utf-8")
    # Nothing is to be built: JupyterLab need not look for Node
    (settings.parent / "page_config.json").write_text('{"buildAvailable": false, "buildCheck": false}\n', encoding="utf-8")
    start = f"notebooks/{language}" + (f"/{chapter}.ipynb" if chapter else "")
    return [
        f"--ServerApp.root_dir={root}",
        f"--LabApp.default_url=/lab/tree/{start}",
        f"--LabApp.app_settings_dir={settings.parent}",
        f"--LabApp.user_settings_dir={home / 'user-settings'}",
        f"--LabApp.workspaces_dir={home / 'workspaces'}",
        "--LabApp.news_url=None",
        "--ServerApp.log_level=WARN",
    ]
