import json

import nbformat


def prepare(notebook, folder, places):
    text = nbformat.writes(notebook)
    raw = json.loads(text)
    raw["metadata"]["deep"] = "HERE"
    raw["cells"][0]["metadata"]["wide"] = {str(number): [] for number in range(10_000)}
    text = json.dumps(raw).replace('"HERE"', "[" * 10_000 + "]" * 10_000)
    (folder / "work.ipynb").write_text(text)
    return True
