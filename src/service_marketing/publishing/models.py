"""The models that pages carry: no more of them than a page's first simulation needs, and nothing that only people read."""

import ast
import json
import re
import shutil
from functools import lru_cache
from pathlib import Path

DATA = re.compile(r'(<service-(?:sim|game)[^>]*><script type="application/json">)(.*?)(</script>)', re.DOTALL)


def lighten_models(edition: Path, models: Path, target: Path) -> None:
    """Have pages carry only the models of their first simulation, without what only people read, and fetch those of the others.

    `target`, beside the front end, gets both: `models/` for the pages, and the files as they are in `models` in `python/models/`,
    for who opens the hood.
    """
    for page in edition.rglob("*.html"):
        before = page.read_text(encoding="utf-8")
        carried: set[str] = set()
        after = DATA.sub(lambda found, carried=carried: found[1] + _light(found[2], carried, models, target) + found[3], before)
        if after != before:
            page.write_text(after, encoding="utf-8")


def _light(data: str, carried: set[str], models: Path, target: Path) -> str:
    data = json.loads(data)
    spec = data["spec"]
    light = {name: for_machines(source) for name, source in spec["sources"].items()}
    for name, text in light.items():
        _file(target / "models" / name).write_text(text, encoding="utf-8")
        shutil.copy(models / name, _file(target / "python" / "models" / name))
    spec["apart"] = [name for name in light if carried and name not in carried]
    spec["sources"] = {name: text for name, text in light.items() if name not in spec["apart"]}
    spec["lean"] = True
    carried.update(spec["sources"])
    for part in {"results", "opening"} & data.keys():
        data[part] = _short(data[part])
    return json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":")).replace("<", "\\u003c")


def _short(value):
    """The same with nine digits a number: the first drawing shows four, and the last eight of a float do not compress."""
    if isinstance(value, dict):
        return {name: _short(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_short(one) for one in value]
    return float(f"{value:.9g}") if isinstance(value, float) else value


def _file(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


@lru_cache(maxsize=64)
def for_machines(source: str) -> str:
    """The Python `source` without comments, docstrings and annotations."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node, clean=False) is not None:
            node.body = node.body[1:] or [ast.Pass()]
        if isinstance(node, ast.FunctionDef):
            node.returns = None
            for argument in (*node.args.args, *node.args.kwonlyargs):
                argument.annotation = None
    lines = ast.unparse(tree).splitlines()
    return "\n".join(re.sub(r"^(?:    )+", lambda spaces: " " * (len(spaces[0]) // 4), line) for line in lines) + "\n"
