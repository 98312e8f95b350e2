"""What was wrong with a submission, as values: a code, and sentences for its student and for the instructor.

A problem never stops anything. It is shown in the feedback and in the report, and the grading goes on as far as it can.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

SHOWN = 6
LENGTH = 60


@dataclass(frozen=True)
class Text:
    """One thing said in Chinese and in English."""

    zh: str
    en: str


@dataclass(frozen=True)
class Problem:
    """Something about a submission that its student and the instructor should know.

    `code`: one of `CODES`. `student` and `instructor`: sentences for each of them, without paths of the grader's machine.
    `what`: the files or the grade ids of the cells that it is about, as they were found. `grave`: it kept the notebook, or
    the whole submission, from being graded.
    """

    code: str
    student: Text
    instructor: Text
    what: tuple[str, ...] = ()
    grave: bool = False
    detail: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}), compare=False)


def problem(code: str, *what: str, **values: Any) -> Problem:
    """The problem `code` about the files or cells `what`; `values` fill the sentences.

    Raises KeyError for a code that is not in `CODES`, or a value that its sentences need and that is not given.
    """
    grave, *sentences = _TABLE[code]
    filled = {**{name: printable(value) for name, value in values.items()}, "count": len(what)}
    zh = {**filled, "what": listed(what, "、", "等{}个")}
    en = {**filled, "what": listed(what, ", ", " and others ({} in all)")}
    student_zh, student_en, instructor_zh, instructor_en = (
        sentence.format_map(words) for sentence, words in zip(sentences, (zh, en, zh, en), strict=True)
    )
    detail = MappingProxyType(dict(values))
    return Problem(code, Text(student_zh, student_en), Text(instructor_zh, instructor_en), tuple(what), grave, detail)


def listed(names: tuple[str, ...], comma: str, rest: str) -> str:
    """`names` in one line that can be shown anywhere; the longest and the many are shortened."""
    shown = comma.join(printable(name) for name in names[:SHOWN])
    return shown + (rest.format(len(names)) if len(names) > SHOWN else "")


def printable(value: Any) -> str:
    """`value` in one line of printable characters, at most 60: a name may hold newlines, controls, undecodable bytes."""
    text = "".join(c if c.isprintable() else c.encode("unicode_escape", "backslashreplace").decode() for c in str(value)[: LENGTH + 1])
    return text if len(text) <= LENGTH else text[: LENGTH - 1] + "…"


# code: grave, for the student in Chinese and in English, for the instructor in Chinese and in English
_TABLE: dict[str, tuple[bool, str, str, str, str]] = {
    # the course folder
    "config": (
        True,
        "课程的设置读不出来，老师会处理。",
        "The course's settings could not be read; your instructor will see to it.",
        "设置文件{what}读不出来：{error}。",
        "The settings file {what} could not be read: {error}.",
    ),
    "assignment-name": (
        True,
        "作业名称有误，老师会处理。",
        "The assignment's name is not valid; your instructor will see to it.",
        "作业名称“{what}”不能用：{reason_zh}。",
        "The assignment name {what} cannot be used: {reason_en}.",
    ),
    "student-name": (
        True,
        "交作业的文件夹名不能当作学号，作业没有批改，和老师联系。",
        "The folder's name cannot be a student id, so the submission was not graded; talk to your instructor.",
        "文件夹“{what}”不能当作学号（{reason_zh}），没有批改。",
        "The folder {what} cannot be a student id ({reason_en}); it was not graded.",
    ),
    "folder-link": (
        True,
        "交来的文件夹是一个链接，不是真的文件夹，没有批改。把文件本身再交一次。",
        "The submitted folder is a link and not a real folder, so it was not graded. Hand in the files themselves.",
        "提交的文件夹{what}是符号链接，没有打开。",
        "The submission folder {what} is a symbolic link; it was not opened.",
    ),
    "folder-special": (
        True,
        "交来的不是文件夹，没有批改。",
        "What was handed in is not a folder, so it was not graded.",
        "{what}不是文件夹，没有打开。",
        "{what} is not a folder; it was not opened.",
    ),
    "folder-access": (
        True,
        "交来的文件夹打不开，没有批改，老师会处理。",
        "The submitted folder could not be opened; your instructor will see to it.",
        "文件夹{what}打不开：{error}。",
        "The folder {what} could not be opened: {error}.",
    ),
    "link": (
        False,
        "{what}是链接，不是真的文件，没有读取。把文件本身交上来。",
        "{what}: links and not real files, so they were not read. Hand in the files themselves.",
        "{what}是符号链接，既没有读取也没有复制。",
        "{what}: symbolic links; neither read nor copied.",
    ),
    "hard-link": (
        False,
        "{what}和别的文件连在一起，没有读取。把文件复制一份再交。",
        "{what}: tied to files elsewhere, so they were not read. Hand in a copy.",
        "{what}是硬链接（还有别的名字指向同一个文件），既没有读取也没有复制。",
        "{what}: hard links (the same file has other names too); neither read nor copied.",
    ),
    "special": (
        False,
        "{what}不是普通文件，没有读取。",
        "{what}: not regular files, so they were not read.",
        "{what}是套接字、管道、设备或不该是文件夹的文件夹，既没有读取也没有复制。",
        "{what}: sockets, pipes, devices or folders where a file should be; neither read nor copied.",
    ),
    "access": (
        False,
        "{what}打不开，没有读取。",
        "{what}: could not be opened.",
        "{what}打不开：{error}。",
        "{what}: could not be opened: {error}.",
    ),
    "changed-meanwhile": (
        False,
        "{what}在批改时被换掉了，没有读取。",
        "{what}: changed while it was being graded, so it was not read.",
        "{what}在查看之后、读取之前被换掉了，没有读取。",
        "{what}: replaced between the look at it and the reading; not read.",
    ),
    "file-size": (
        False,
        "{what}太大，没有用来批改。",
        "{what}: too big, so left out of the grading.",
        "{what}超过{limit}（CourseDirectory.max_file_size），没有复制。",
        "{what}: larger than {limit} (CourseDirectory.max_file_size); not copied.",
    ),
    "folder-size": (
        False,
        "交来的文件加起来太大，{what}没有用来批改。",
        "The files are too big together; left out of the grading: {what}.",
        "整个文件夹超过{limit}（CourseDirectory.max_dir_size），{what}没有复制。",
        "The folder is larger than {limit} (CourseDirectory.max_dir_size); not copied: {what}.",
    ),
    "too-many-files": (
        False,
        "交来的文件太多，只看了前{limit}个。",
        "There are too many files; only the first {limit} were looked at.",
        "文件或文件夹超过{limit}个，其余的没有看。",
        "More than {limit} files or folders; the rest was not looked at.",
    ),
    "too-deep-folder": (
        False,
        "文件夹套得太深，{what}里面的没有看。",
        "Folders are nested too deeply; not looked into: {what}.",
        "文件夹超过{limit}层，{what}里面的没有看。",
        "Folders are nested more than {limit} deep; not looked into: {what}.",
    ),
    "in-the-way": (
        False,
        "{what}和作业自带的文件重名，用的是作业自带的。",
        "{what}: in the way of the assignment's own files, which were used instead.",
        "{what}占了作业自带文件（夹）的位置，没有复制。",
        "{what}: in the way of the assignment's own files or folders; not copied.",
    ),
    "timestamp-empty": (
        False,
        "没有记下交作业的时间，按没有迟交算。",
        "The time of handing in was not recorded; it counts as not late.",
        "timestamp.txt是空的，交作业的时间不明，沿用成绩册里原有的。",
        "timestamp.txt is empty: the time of submission is unknown and stays as it is in the gradebook.",
    ),
    "timestamp": (
        False,
        "记下的交作业时间读不懂，老师会处理。",
        "The recorded time of handing in makes no sense; your instructor will see to it.",
        "timestamp.txt的内容“{text}”不是时间，交作业的时间不明，沿用成绩册里原有的。",
        "timestamp.txt says {text}, which is no time: the time of submission stays as it is in the gradebook.",
    ),
    # the file
    "empty": (
        True,
        "文件是空的，可能是上传时中断了。再交一次。",
        "The file is empty; the upload may have been interrupted. Hand it in again.",
        "{what}是空文件。",
        "{what} is an empty file.",
    ),
    "not-a-notebook": (
        True,
        "交来的文件是{kind_zh}，不是notebook（.ipynb），没有能批改的内容。",
        "The file is {kind_en} and not a notebook (.ipynb); there is nothing in it that can be graded.",
        "{what}其实是{kind_zh}。",
        "{what} is really {kind_en}.",
    ),
    "no-cells": (
        True,
        "文件坏了，里面找不到一个完整的格子。再导出一次，重新交。",
        "The file is broken: no whole cell is left in it. Save it anew and hand it in again.",
        "{what}不是有效的JSON（{where_zh}），也找不到完整的格子。",
        "{what} is no valid JSON ({where_en}), and no whole cell is left in it.",
    ),
    "file-too-big": (
        True,
        "文件太大（{size}），没有打开。先清除全部输出，再保存、上交。",
        "The file is too big ({size}) and was not opened. Clear all outputs, save it, and hand it in again.",
        "{what}有{size}，超过{limit}，没有打开。",
        "{what} has {size}, more than {limit}; it was not opened.",
    ),
    "zipped": (
        False,
        "交来的是压缩包，批改的是里面的{inner}。下次直接交.ipynb文件。",
        "You handed in an archive; {inner} in it was graded. Next time hand in the .ipynb file itself.",
        "{what}是ZIP压缩包，批改的是里面的{inner}。",
        "{what} is a ZIP archive; {inner} in it was graded.",
    ),
    "encoding": (
        False,
        "文件的编码是{encoding}，不是UTF-8，已转换，不影响得分。",
        "The file is encoded as {encoding} and not as UTF-8; it was converted, which costs nothing.",
        "{what}的编码是{encoding}，已转换。",
        "{what} is encoded as {encoding}; it was converted.",
    ),
    "bad-bytes": (
        False,
        "文件里有{number}处字符坏了，用�代替。",
        "{number} characters in the file are broken and were replaced by �.",
        "{what}里有{number}处不是有效的{encoding}，用�代替。",
        "{what}: {number} places are no valid {encoding}; replaced by �.",
    ),
    "cut-short": (
        False,
        "文件没有存完或没有传完，在第{line}行断了；前面完整的{kept}格照常批改。",
        "The file ends in the middle (line {line}): it was not saved or uploaded to its end. Its {kept} whole cells were graded.",
        "{what}在第{line}行断了，救出{kept}格。",
        "{what} ends in the middle at line {line}; {kept} cells were saved.",
    ),
    "broken-json": (
        False,
        "文件被改坏了（第{line}行起读不下去），完整的{kept}格照常批改。",
        "The file is broken from line {line} on; its {kept} whole cells were graded.",
        "{what}不是有效的JSON（第{line}行：{error}），救出{kept}格。",
        "{what} is no valid JSON (line {line}: {error}); {kept} cells were saved.",
    ),
    "old-format": (
        False,
        "notebook是旧格式（第{version}版），已转换，不影响得分。",
        "The notebook is in an old format (version {version}); it was converted, which costs nothing.",
        "{what}是nbformat {version}，已转成第4版。",
        "{what} is nbformat {version}; converted to version 4.",
    ),
    "odd-format": (
        False,
        "notebook的格式版本写错了，按现在的格式读，不影响得分。",
        "The notebook's format version is wrong; it was read as the present format, which costs nothing.",
        "{what}的nbformat是“{version}”，按第4版读。",
        "{what} says nbformat {version}; read as version 4.",
    ),
    "mended": (
        False,
        "notebook的内部结构有错，已修好，不影响得分。",
        "Some of the notebook's inner structure was wrong and was mended, which costs nothing.",
        "{what}的结构不合格式，修了：{mended}。",
        "{what} was not in the format; mended: {mended}.",
    ),
    "odd-cells": (
        False,
        "有{number}格的类型认不出来，当作文字。",
        "{number} cells are of an unknown type and were taken as text.",
        "有{number}格的类型认不出来（{types}），改成了文字或代码。",
        "{number} cells are of an unknown type ({types}); they became text or code.",
    ),
    "lost-cells": (
        False,
        "有{number}处不是完整的格子，没有用。",
        "{number} things where cells should be are none and were left out.",
        "cells里有{number}项不是格子，丢掉了。",
        "{number} items among the cells are no cells; left out.",
    ),
    "too-many-cells": (
        False,
        "格子太多（{number}格），只留前{limit}格和作业自带的格子。",
        "There are too many cells ({number}); the first {limit} and those of the assignment were kept.",
        "共有{number}格，只留前{limit}格和有nbgrader标记的。",
        "{number} cells; the first {limit} and those with nbgrader's mark were kept.",
    ),
    "too-deep": (
        False,
        "notebook里有嵌套太深的内容，去掉了。",
        "Parts of the notebook are nested too deeply and were left out.",
        "{number}处嵌套超过{limit}层，去掉了。",
        "{number} places are nested more than {limit} deep; left out.",
    ),
    "huge-output": (
        False,
        "有{number}格的输出太大，去掉了输出（批改时会重新运行，不影响得分）。",
        "The outputs of {number} cells are too big and were left out (cells are run anew, so it costs nothing).",
        "有{number}格的输出共{size}，去掉了。",
        "The outputs of {number} cells have {size}; left out.",
    ),
    "attachments": (
        False,
        "有{number}格的附件太大或坏了，去掉了。",
        "The attachments of {number} cells are too big or broken and were left out.",
        "有{number}格的附件太大或坏了，去掉了。",
        "The attachments of {number} cells are too big or broken; left out.",
    ),
    "long-source": (
        False,
        "有{number}格太长，只留开头{limit}个字符。",
        "{number} cells are too long; their first {limit} characters were kept.",
        "有{number}格超过{limit}个字符，截断了。",
        "{number} cells have more than {limit} characters; cut.",
    ),
    # the notebook
    "missing-notebook": (
        True,
        "没有交{what}，这部分得0分。",
        "{what} was not handed in; this part gets 0 points.",
        "缺{what}。",
        "Missing: {what}.",
    ),
    "wrong-name": (
        False,
        "文件名是{what}，应是{expected}；已照常批改，不扣分。",
        "The file is named {what} and should be {expected}; it was graded all the same.",
        "{what}按内容认作{expected}。",
        "{what} was taken for {expected} by its content.",
    ),
    "foreign": (
        False,
        "{what}里没有这次作业的题目，可能交错了文件。",
        "Nothing in {what} belongs to this assignment; it may be the wrong file.",
        "{what}里没有一格属于{expected}。",
        "No cell of {what} belongs to {expected}.",
    ),
    "not-used": (
        False,
        "{what}没有用来批改。",
        "{what} was not used for grading.",
        "{what}不对应作业里的任何notebook，没有用。",
        "{what} is none of the assignment's notebooks; not used.",
    ),
    "missing-cells": (
        False,
        "有{count}格被删掉了（{what}），{done_zh}。",
        "{count} cells were deleted ({what}); {done_en}.",
        "缺{count}格：{what}；{done_zh}。",
        "{count} cells are missing: {what}; {done_en}.",
    ),
    "lost-answers": (
        False,
        "有{count}个答题的格子不见了（{what}），按没有作答算。",
        "{count} answer cells are gone ({what}); they count as not answered.",
        "缺{count}个答题的格子：{what}，没有补。",
        "{count} answer cells are missing: {what}; not put back.",
    ),
    "duplicated": (
        False,
        "有{count}格出现了不止一次（{what}），批改的是一份，其余的当作普通格子。",
        "{count} cells are there more than once ({what}); one of each was graded, the others count as ordinary cells.",
        "重复的格子：{what}，只有一份留着nbgrader标记。",
        "Duplicated cells: {what}; one of each keeps nbgrader's mark.",
    ),
    "reordered": (
        False,
        "格子的次序变了，{what}已移回原来的位置。",
        "Cells had changed places; moved back: {what}.",
        "次序变了，移回：{what}。",
        "Cells had changed places; moved back: {what}.",
    ),
    "locked-edited": (
        False,
        "改动了锁定的格子（{what}），改动不起作用，按原样批改。",
        "Locked cells were edited ({what}); the edits have no effect.",
        "锁定的格子被改过：{what}，已恢复。",
        "Locked cells were edited: {what}; restored.",
    ),
    "points": (
        False,
        "改动了分值（{what}），按原来的分值算。",
        "The points of cells were changed ({what}); the original points count.",
        "分值被改过：{what}，已恢复。",
        "The points of cells were changed: {what}; restored.",
    ),
    "cell-type": (
        False,
        "有的格子换了类型（{what}），已换回。",
        "Cells changed their type ({what}); changed back.",
        "格子的类型被换过：{what}，已恢复。",
        "The type of cells was changed: {what}; restored.",
    ),
    "role": (
        False,
        "有的格子的标记被改过（{what}），已恢复。",
        "The marks of cells were changed ({what}); restored.",
        "nbgrader标记被改过（测试格、答题格、锁定）：{what}，已恢复。",
        "nbgrader's marks (test, answer, locked) were changed: {what}; restored.",
    ),
    "tags": (
        False,
        "有的测试格加了“不运行”一类的标签（{what}），标签不起作用。",
        "Tags were added to test cells ({what}); they have no effect.",
        "测试格加了让它不运行或不报错的标签：{what}，已去掉。",
        "Tags that would keep test cells from running or failing were added: {what}; removed.",
    ),
    "recovered": (
        False,
        "格子的标记丢了（{what}），按内容认了回来。",
        "The marks of cells were lost ({what}); they were recognised by their content.",
        "nbgrader标记丢了，按内容认回：{what}。",
        "nbgrader's marks were lost; recognised by content: {what}.",
    ),
    "unknown-cells": (
        False,
        "有{count}格带着别的作业的标记（{what}），当作普通格子。",
        "{count} cells bear the marks of another assignment ({what}); they count as ordinary cells.",
        "不属于这个notebook的标记：{what}，已去掉。",
        "Marks that do not belong to this notebook: {what}; removed.",
    ),
    "bad-marks": (
        False,
        "有{number}格的标记坏了，当作普通格子。",
        "The marks of {number} cells are broken; they count as ordinary cells.",
        "有{number}格的nbgrader标记不合格式，已去掉。",
        "nbgrader's marks of {number} cells are broken; removed.",
    ),
    # the run
    "run": (
        False,
        "运行中断：{reason_zh}。中断之后的格子没有运行，按没有通过算。",
        "The run broke off: {reason_en}. Cells after that were not run and count as not passed.",
        "运行中断：{reason_zh}。",
        "The run broke off: {reason_en}.",
    ),
    "bad-result": (
        False,
        "有的测试格给出的分数不能用（{what}），按没有通过算，老师会处理。",
        "The points that some tests gave cannot be used ({what}); they count as not passed, and your instructor will see to it.",
        "测试格{what}最后一行的值超过该格分值，或者读不出来，按0分算（原版nbgrader会停在这里）。",
        "The last value of {what} is more than the cell's points or cannot be read; it counts as 0 (stock nbgrader stops there).",
    ),
    "grader": (
        True,
        "批改程序处理不了这份作业，还没有分数，老师会处理。",
        "The grader could not deal with this submission; there is no score yet, and your instructor will see to it.",
        "批改程序出错，这份没有批改：{error}。",
        "The grader failed, so this was not graded: {error}.",
    ),
    "no-student": (
        True,
        "学号不在班级名单里，作业没有批改，和老师联系。",
        "Your id is not on the class list, so the submission was not graded; talk to your instructor.",
        "成绩册里没有学生{what}（Autograde.create_student是关着的），没有批改。",
        "There is no student {what} in the gradebook (Autograde.create_student is off); not graded.",
    ),
    "marked-meanwhile": (
        True,
        "老师正在评这份作业，自动批改的分数稍后再写。",
        "Your instructor is marking this submission; the autograder's scores will be written later.",
        "批改时一直有人在成绩册里改这份作业，没有写入，再运行一次。",
        "Somebody kept marking this submission while it was graded; nothing was written. Run the grading again.",
    ),
}

CODES = frozenset(_TABLE)
