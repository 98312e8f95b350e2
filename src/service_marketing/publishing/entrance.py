"""The way in: the page at the site's root, which leads each reader to the edition in their language.

The edition that a reader chose last counts (course.js keeps what a page's switch was used for), then what the browser prefers.
Without scripts both are offered.
"""

from html import escape
from pathlib import Path

SCRIPT = "entrance.js"
EDITIONS = {"zh": ("zh-CN", "服务营销"), "en": ("en", "Service Marketing")}
PAGE = """<!doctype html>
<html lang="{tag}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{titles}</title>
<script src="{script}" data-editions="{editions}"></script>
<style>
  body {{ margin: 0; background: #fbfaf7; color: #1d2528; font: 1.0625rem/1.7 system-ui, "Noto Sans SC", sans-serif; }}
  main {{ max-width: 36rem; margin: 18vh auto 0; padding: 0 1.5rem; font-size: 1.5rem; }}
  a {{ color: #0b6b6b; }}
  @media (prefers-color-scheme: dark) {{ body {{ background: #14191b; color: #e7e5df; }} a {{ color: #5cc2bd; }} }}
</style>
<main>
{links}</main>
</html>
"""


def write(site: Path) -> None:
    """Write the page at the root of the site in the folder `site`, for the editions that are there."""
    there = [name for name in EDITIONS if (site / name / "index.html").is_file()]
    (site / SCRIPT).write_bytes(Path(__file__).with_name(SCRIPT).read_bytes())
    (site / "index.html").write_text(page(there), encoding="utf-8")


def page(editions: list[str]) -> str:
    """The page that leads to one of `editions`, the first of them where nothing else speaks for another."""
    named = [(name, *EDITIONS[name]) for name in editions]
    return PAGE.format(
        tag=named[0][1],
        titles=escape(" · ".join(title for _, _, title in named)),
        script=SCRIPT,
        editions=" ".join(editions),
        links="".join(f'<p lang="{tag}"><a href="{name}/index.html">{escape(title)}</a></p>\n' for name, tag, title in named),
    )
