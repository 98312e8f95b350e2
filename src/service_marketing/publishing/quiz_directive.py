"""The directive of quizzes in Sphinx; `quiz.py` says what one looks like."""

from pathlib import PurePosixPath
from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from .quiz import Fault, Part, parse, quiz_name

logger = logging.getLogger(__name__)

WORDS = {"zh": {"number": "问题{}", "feedback": "反馈"}, "en": {"number": "Question {}", "feedback": "Feedback"}}


class quiz(nodes.General, nodes.Element):
    """A quiz; its children are a quiz_question and quiz_options."""


class quiz_question(nodes.General, nodes.TextElement):
    """The question."""


class quiz_option(nodes.General, nodes.TextElement):
    """An option, with its feedback as its last child."""


class quiz_feedback(nodes.General, nodes.TextElement):
    """What is said to who chose the option."""


class QuizDirective(SphinxDirective):
    """`{quiz}`: a question with options, one of them right, and feedback for each."""

    has_content = True
    option_spec: ClassVar = {"right": directives.unchanged_required}

    def run(self) -> list[nodes.Node]:
        try:
            found = parse(self.options.get("right"), list(self.content))
        except Fault as fault:
            line = self.lineno + (self.content_offset + 1 + fault.line if fault.line else 0)  # MyST counts from the directive on
            logger.warning("选择题：%s", fault, location=(self.env.docname, line), type="course", subtype="quiz")
            return []
        counts = self.env.temp_data.setdefault("course_quizzes", {})
        number = counts[self.env.docname] = counts.get(self.env.docname, 0) + 1
        made = quiz(number=number, right=found.right, ids=[quiz_name(PurePosixPath(self.env.docname).name, number)])
        self.set_source_info(made)
        made += self._parsed(quiz_question(), found.question)
        for text, said in zip(found.options, found.feedback, strict=True):
            option = self._parsed(quiz_option(), text)
            option += self._parsed(quiz_feedback(), said)
            made += option
        return [made]

    def _parsed(self, node: nodes.Element, part: Part) -> nodes.Element:
        self.set_source_info(node)
        self.state.nested_parse(StringList(list(part.lines), self.env.docname), self.content_offset + part.line, node)
        if len(node) == 1 and isinstance(node[0], nodes.paragraph):
            node[:] = node[0].children
        return node


def _words(translator) -> dict[str, str]:
    return WORDS["zh" if (translator.config.language or "").startswith("zh") else "en"]


def _visit_quiz(self, node: quiz) -> None:
    number = _words(self)["number"].format(node["number"])
    first = '<div class="sq-score"></div>' if node["number"] == 1 else ""
    self.body.append(f'{first}<form class="sq" id="{node["ids"][0]}" data-right="{node["right"]}"><p class="sq-number">{number}</p>')


def _visit_question(self, node: quiz_question) -> None:
    self.body.append('<div class="sq-question">')


def _depart_question(self, node: quiz_question) -> None:
    self.body.append('</div><ol type="A">')


def _visit_option(self, node: quiz_option) -> None:
    self.body.append("<li>")


def _visit_feedback(self, node: quiz_feedback) -> None:
    self.body.append(f'<details class="sq-say"><summary>{_words(self)["feedback"]}</summary>')


def _closing(html: str):
    return lambda self, node: self.body.append(html)


def setup(app: Sphinx) -> None:
    """Makes the directive known."""
    app.add_node(quiz, html=(_visit_quiz, _closing("</ol></form>\n")))
    app.add_node(quiz_question, html=(_visit_question, _depart_question))
    app.add_node(quiz_option, html=(_visit_option, _closing("</li>")))
    app.add_node(quiz_feedback, html=(_visit_feedback, _closing("</details>")))
    app.add_directive("quiz", QuizDirective)
