"""Where the built front end lies, and what stands in for it when it is not built."""

from pathlib import Path

STATIC = Path(__file__).parent / "static"

_NOT_BUILT = """
export default {
  render({ el }) {
    el.textContent = "前端还没有构建，在项目根目录运行 npm ci && npm run build (The front end is not built yet.)";
  },
};
"""


def script(name: str = "widget.js") -> Path | str:
    """A widget's ES module: the built file, or one that says how to build it."""
    path = STATIC / name
    return path if path.exists() else _NOT_BUILT


def style(name: str = "widget.css") -> Path | str:
    """A widget's style sheet; empty when it is not built."""
    path = STATIC / name
    return path if path.exists() else ""
