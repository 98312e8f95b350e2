"""What a student sees: the graded notebook without hidden tests, sample answers and tracebacks of test cells, and a summary."""

import json
import re
from pathlib import Path

import bleach
from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.api import Gradebook
from nbgrader.preprocessors import ClearHiddenTests, ClearMarkScheme, NbGraderPreprocessor

from .assignments import graded_cells

TIMEOUT = "CellTimeoutError"
TAGS = {
    *("a", "abbr", "b", "blockquote", "br", "code", "dd", "del", "div", "dl", "dt", "em", "h1", "h2", "h3", "h4", "h5", "h6"),
    *("hr", "i", "li"),
    *("ol", "p", "pre", "s", "small", "span", "strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "ul"),
}


class PlainFeedback(NbGraderPreprocessor):
    """Removes hidden tests and sample answers from the shown source, and from failed tests all but the message.

    A traceback quotes the failing line and its neighbours, which may be hidden ones. The summary by task and the
    notes on the file go into the notebook's metadata, where the page's template finds them.
    """

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> tuple[NotebookNode, ResourcesDict]:
        for cleaner in (ClearHiddenTests, ClearMarkScheme):
            nb, resources = cleaner(parent=self.parent, config=self.config, enforce_metadata=False).preprocess(nb, resources)
        for cell in nb.cells:
            if cell.cell_type == "code":
                errors = [output for output in cell.outputs if output.output_type == "error"]
                cell.metadata["message"] = message(errors)
                if errors and utils.is_grade(cell):
                    cell.outputs = []
        nb.metadata["summary"] = _summary(nb, resources["nbgrader"])
        return nb, resources


def safe_html(html: str) -> str:
    """`html` without scripts, styles and anything else that a student's notebook could do to the page."""
    html = re.sub(r"<(style|script)\b.*?</\1>|<a class=\"anchor-link\".*?</a>", "", html, flags=re.DOTALL | re.IGNORECASE)
    return bleach.clean(html, tags=TAGS, attributes={"a": ["href"], "th": ["colspan", "rowspan"], "td": ["colspan", "rowspan"]}, strip=True)


def message(errors: list[NotebookNode]) -> str:
    """One sentence in Chinese for the error outputs of a cell, empty when there are none."""
    if not errors:
        return ""
    if any(error.ename == TIMEOUT for error in errors):
        return "运行超时：这一格没有在规定时间内算完，多半是循环没有结束。"
    error = errors[0]
    if error.ename in ("Wrong", "Unanswered"):
        return error.evalue
    known = {
        "NameError": "用到了没有定义的名字，可能拼写不同，也可能定义它的那一格没有运行成功",
        "SyntaxError": "写法有误，Python读不懂这一行；常见的是少了冒号、括号或引号",
        "IndentationError": "缩进不对，同一层的代码要对齐",
        "TypeError": "数据的类型不对，或者函数的参数个数不对",
        "KeyError": "没有这个列名或键",
        "ZeroDivisionError": "除以了0",
        "IndexError": "取的位置超出了长度",
        "AttributeError": "这个对象没有这个方法或属性",
        "ModuleNotFoundError": "用了批改的机器上没有的库",
        "FileNotFoundError": "读了自己电脑上的文件，批改的机器上没有",
    }.get(error.ename, "运行出错")
    said = re.sub(r" \(\S+\.py, line (\d+)\)$", r"，第\1行", error.evalue)  # the file is a name that nobody gave
    return f"{known}（{error.ename}: {said}）。" if said else f"{known}（{error.ename}）。"


def _summary(nb: NotebookNode, about: dict) -> dict:
    """Tasks with points and marks, essays that wait for a grader, and the notes on the submitted file."""
    with Gradebook(about["db_url"]) as book:
        submission = book.find_submission_notebook(about["notebook"], about["assignment"], about["student"])
        marks = {grade.name: (grade.score or 0.0, grade.needs_manual_grade) for grade in submission.grades}
        student = submission.student
        name = student.last_name or student.id
    tasks: dict[str, dict] = {}
    for cell in graded_cells(nb):
        task = tasks.setdefault(cell.task, {"title": cell.task, "anchor": cell.grade_id, "score": 0.0, "points": 0.0, "waiting": False})
        score, waiting = marks.get(cell.grade_id, (0.0, False))
        task["score"] += score
        task["points"] += cell.points
        task["waiting"] |= waiting and cell.manual
    record = Path("records", about["assignment"], f"{about['student']}.json")  # nbgrader works in the course folder
    notes = [note["text"] for note in json.loads(record.read_text(encoding="utf-8"))["notes"]] if record.is_file() else []
    return {"name": name, "number": about["student"], "tasks": list(tasks.values()), "notes": notes}
