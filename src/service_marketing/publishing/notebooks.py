"""The chapters as notebooks in JupyterLab."""

import json
from pathlib import Path


def lab_options(root: Path, language: str = "zh") -> list[str]:
    """Options of `jupyter lab` with which a click on a chapter's Markdown file opens it as a notebook."""
    viewers = {
        "@jupyterlab/docmanager-extension:plugin": {"defaultViewers": {"markdown": "Jupytext Notebook", "myst": "Jupytext Notebook"}}
    }
    settings = root / "_build" / "lab" / "overrides.json"
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text(json.dumps(viewers, indent=2), encoding="utf-8")
    return [
        f"--LabApp.default_url=/lab/tree/chapters/{language}",
        "--ServerApp.contents_manager_class=jupytext.contentsmanager.TextFileContentsManager",
    ]
