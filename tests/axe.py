"""axe-core in the pages of the tests: which rules of accessibility a page breaks, as it stands at that moment."""

import json
from pathlib import Path

import pytest

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# sections far from the screen are not laid out, and axe would pass over them; what is half faded in has no contrast yet
AT_ONCE = "*, *::before, *::after { content-visibility: visible !important; transition: none !important; animation: none !important }"
PATH = Path(__file__).parent.parent / "node_modules" / "axe-core" / "axe.min.js"
# of a head cell that holds a formula axe says it is empty: it does not read MathML, which screen readers do
UNREAD = "th:has(math)"
RUN = """async ([tags, off, part, unread]) => {
  const rules = Object.fromEntries(off.map((rule) => [rule, { enabled: false }]));
  const options = { runOnly: { type: "tag", values: tags }, rules, resultTypes: ["violations"] };
  const { violations } = await axe.run({ include: [part ?? "html"], exclude: [unread] }, options);
  const told = ({ target, any, all, none }) => `${target} ${[...any, ...all, ...none][0]?.message ?? ""}`;
  return violations.map(({ id, help, nodes }) => [id, help, nodes.map(told)]);
}"""


def load(page) -> None:
    """Puts axe into the page; skips the test where it is not installed."""
    if not PATH.exists():
        pytest.skip("没有 axe-core，运行 npm ci 安装 (install it)")
    page.evaluate(PATH.read_text(encoding="utf-8"))


def broken(page, part: str | None = None, off: tuple[str, ...] = ()) -> list[tuple[str, str, list[str]]]:
    """The rules that the page breaks, or only the part of it that the selector `part` names: rule, what it wants, and where.

    off: rules that are not looked at.
    """
    if not page.evaluate("'axe' in window"):
        load(page)
        page.add_style_tag(content=AT_ONCE)
    return page.evaluate(RUN, [RULES, list(off), part, UNREAD])


def faults(page, where: str, **options) -> list[str]:
    """The same in lines that begin with `where`."""
    return [f"{where}: {rule} ({sense}): {json.dumps(nodes[:5], ensure_ascii=False)}" for rule, sense, nodes in broken(page, **options)]
