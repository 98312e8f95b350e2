"""A practice as HTML: what a page without scripts shows, and what its scripts make a box of."""

import json
import re
from html import escape

from .checking import given, told
from .spec import Practice

WORDS = {
    "zh": {"kicker": "练一练", "input": "输入", "expected": "应得", "got": "你的结果", "solution": "看答案", "lang": "zh-CN"},
    "en": {"kicker": "Try it", "input": "Input", "expected": "Expected", "got": "Yours", "solution": "See the answer", "lang": "en"},
}
# the starter stands in the next cell there
NOT_IN_JUPYTER = (
    "<style>.jp-OutputArea service-practice :is(.sp-page,.sp-solution,.sp-cases :is(th,td):nth-child(3)){display:none}"
    ".jp-OutputArea .sp-kicker{display:block}</style>"
)
SEEN_ELSEWHERE = ("statement", "title", "starter", "solution", "chapter")


class Box:
    """A practice to show: `practice` in one `language`."""

    def __init__(self, practice: Practice, language: str = "zh"):
        self.practice = practice
        self.language = language
        self._plain = practice.plain(language)

    def __repr__(self) -> str:
        return f"{WORDS[self.language]['kicker']} {self._plain['title']}\n\n{self._plain['statement']}"

    def _repr_html_(self) -> str:
        plain, words = self._plain, WORDS[self.language]
        data = {name: value for name, value in plain.items() if name not in SEEN_ELSEWHERE}
        # no "<" at all, so that neither "</script>" nor "<!--" in a text can end the script
        embedded = json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
        statement = "".join(f"<p>{_marked(each)}</p>" for each in plain["statement"].split("\n\n"))
        return (
            f'<service-practice id="practice-{plain["name"]}" lang="{words["lang"]}"><script type="application/json">{embedded}</script>'
            f'<section class="sp-box" aria-label="{words["kicker"]} {escape(plain["title"])}">'
            f'<p class="sp-title"><span class="sp-kicker">{words["kicker"]}</span><strong>{escape(plain["title"])}</strong></p>'
            f'{statement}<div class="sp-page"><pre class="sp-starter">{escape(plain["starter"])}</pre></div>{self._cases()}'
            f'<details class="sp-solution"><summary>{words["solution"]}</summary><pre>{escape(plain["solution"])}</pre></details>'
            f"</section>{NOT_IN_JUPYTER}</service-practice>"
        )

    def _cases(self) -> str:
        plain, words = self._plain, WORDS[self.language]
        rows = "".join(
            f"<tr><td><code>{escape(given(plain['arguments'], case))}</code></td>"
            f"<td>{escape(told(self.practice.reference(*case)))}</td><td></td></tr>"
            for case in plain["cases"]
        )
        heads = "".join(f'<th scope="col">{words[each]}</th>' for each in ("input", "expected", "got"))
        return f'<div class="sp-scroll"><table class="sp-cases"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>'


def _marked(text: str) -> str:
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))
