"""`{course-chapters}`: the chapters with the question of each, and what there is to do in it, counted in its source.

# 认识顾客
chapters/zh/03-satisfaction: 一家酒店说“满意率95%”。这个数能信几分？
"""

import re
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from service_marketing.simulations import find, find_game

WORDS = {
    "zh": {
        "minutes": "约{}分钟",
        "simulation": "模拟“{}”",
        "game": "游戏“{}”",
        "practices": "练一练{}题",
        "quizzes": "选择题{}道",
        "between": "，",
    },
    "en": {
        "minutes": "about {} minutes",
        "simulation": "simulation “{}”",
        "game": "game “{}”",
        "practices": "{} practices",
        "quizzes": "{} quiz questions",
        "between": ", ",
    },
}
MINUTES = re.compile(r"^\*\*(?:预计用时|Time)[：:]?\*\*.*?(\d+)(?:分钟| minutes)", re.MULTILINE)


def things_to_do(source: str, language: str) -> str:
    """What the chapter with this source offers besides its text, in words: how long it takes, simulations, practices, quizzes."""
    words = WORDS[language]
    minutes = MINUTES.search(source)
    titles = [
        words[kind].format(getattr(look_up(name).title, language))
        for kind, element, look_up in (("simulation", "ServiceSimulation", find), ("game", "ServiceGame", find_game))
        for name in dict.fromkeys(re.findall(rf'^{element}\("([^"]+)"', source, re.MULTILINE))
    ]
    counts = {
        "practices": len(re.findall(r"^practice\.show\(", source, re.MULTILINE)),
        "quizzes": len(re.findall(r"^:{3,}\{quiz\}", source, re.MULTILINE)),
    }
    return words["between"].join(
        [
            *([words["minutes"].format(minutes[1])] if minutes else []),
            *titles,
            *(words[kind].format(count) for kind, count in counts.items() if count),
        ]
    )


class CourseChapters(SphinxDirective):
    """The list of the chapters on the first page; a line that begins with # heads those below it."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        language = self.config.language[:2]
        text = []
        for line in filter(None, (line.strip() for line in self.content)):
            if line.startswith("#"):
                text += ["", f"**{line.lstrip('# ')}**", ""]
                continue
            page, colon, question = line.partition(": ")
            source = Path(self.env.srcdir, f"{page}.md")
            if not colon or not source.exists():
                raise self.error(f"没有 {page} 这一章，或者冒号后面没有问题 (no such chapter, or no question after a colon)")
            self.env.note_dependency(str(source))
            offered = things_to_do(source.read_text(encoding="utf-8"), language)
            text += [f"- [](/{page}.md)", "", f"  {question}", "", f"  *{offered}*", ""]
        return [nodes.container("", *self.parse_text_to_nodes("\n".join(text)), classes=["sm-chapters"])]


def setup(app: Sphinx) -> None:
    app.add_directive("course-chapters", CourseChapters)
