"""What the feedback and the report say, in Chinese and in English."""

from collections.abc import Mapping

from .problems import Text

LANGUAGES = ("zh", "en")
TAGS: Mapping[str, str] = {"zh": "zh-CN", "en": "en"}


def words(texts: Mapping[str, Text], language: str) -> dict[str, str]:
    """`texts` in one language. Raises ValueError for a language that is not in LANGUAGES."""
    if language not in LANGUAGES:
        raise ValueError(f"language只能是{'、'.join(LANGUAGES)}，得到{language!r}（language must be one of {', '.join(LANGUAGES)}）")
    return {name: getattr(text, language) for name, text in texts.items()}


def number(value: float | None) -> str:
    """Points, seconds: at most two decimals and no zeros behind them; "–" where there is no number."""
    return "–" if value is None else f"{round(value, 2):.12g}"


def duration(seconds: float, language: str) -> str:
    """A time span in the two largest units."""
    minutes = int(seconds // 60)
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    names = ("天", "小时", "分钟") if language == "zh" else ("d", "h", "min")
    parts = [f"{value}{' ' if language == 'en' else ''}{name}" for value, name in zip((days, hours, minutes), names, strict=True) if value]
    return (" " if language == "en" else "").join(parts[:2]) or f"1{' ' if language == 'en' else ''}{names[2]}"


FEEDBACK: Mapping[str, Text] = {
    "title": Text("作业反馈", "Feedback"),
    "comma": Text("，", ", "),
    "stop": Text("。", "."),
    "points": Text("{0}/{1}分", "{0} of {1} points"),
    "points_short": Text("{0}/{1}", "{0}/{1}"),
    "late_by": Text("迟交{0}", "late by {0}"),
    "penalty": Text("迟交扣{0}分，已经从总分里扣除。", "{0} points were taken off for handing in late; the score above is what remains."),
    "submitted": Text("交作业的时间{0}", "handed in {0}"),
    "file": Text("交来的文件", "Your file"),
    "waiting": Text("等老师评分", "waits for your instructor"),
    "waiting_all": Text("有的题还没有评分，总分以后会变。", "Some parts are not marked yet; the score will change."),
    "questions": Text("各题得分", "Score by question"),
    "other": Text("其他", "Other"),
    "question": Text("题目", "The question"),
    "given": Text("给定的内容", "Given"),
    "your_code": Text("你的代码", "Your code"),
    "your_answer": Text("你的回答", "Your answer"),
    "your_cell": Text("你加的格子", "A cell of yours"),
    "picture": Text("这一格画出的图", "Picture drawn by this cell"),
    "task": Text("任务", "Task"),
    "test": Text("测试", "Test"),
    "test_named": Text("测试 {0}", "Test {0}"),
    "checked": Text("检查的是", "The check"),
    "expected": Text("应该怎样", "Expected"),
    "happened": Text("结果", "What happened"),
    "visible_code": Text("看测试的代码（不公布的部分不在这里）", "Code of the test (without its hidden part)"),
    "visible_all": Text("看测试的代码", "Code of the test"),
    "printed": Text("测试的输出", "Printed by the test"),
    "hidden_failed": Text(
        "公开的检查之外，还有一项不公布的检查没有通过。答案要对任何合适的数据都成立，不只是题目里的例子。",
        "A further, hidden check failed. Your answer has to hold for any suitable data, and not only for the examples given.",
    ),
    "partly_hidden": Text(
        "没有通过。这个测试有一部分检查不公布；答案要对任何合适的数据都成立，不只是题目里的例子。",
        "It did not pass. A part of this test is hidden; your answer has to hold for any suitable data, not only for the examples given.",
    ),
    "hidden_error": Text(
        "一项不公布的检查运行时出错（{0}）。试试题目里没有的、但同样合理的数据。",
        "A further, hidden check ended with an error ({0}). Try data that are not in the question and just as possible.",
    ),
    "not_met": Text("这一条没有成立。", "This does not hold."),
    "error": Text("运行时出错：{0}", "It ended with an error: {0}"),
    "own_cell_failed": Text("上面你的代码自己运行时就出错了，先改好它。", "Your own code above ended with an error; mend that first."),
    "timeout": Text("没有在规定的时间内算完，多半是循环没有结束。", "It did not finish in time; most likely a loop that does not end."),
    "exceeded": Text("输出太多，运行被停止。看看是不是在循环里打印。", "It printed too much and was stopped; look for a print in a loop."),
    "lost": Text("运行中断，没有结果。", "The run broke off before there was a result."),
    "refused": Text(
        "返回的对象用了测试不允许的操作；返回普通的数、文字、列表或数据表。",
        "What you returned does something that the test does not allow; return plain numbers, text, lists or data frames.",
    ),
    "stderr": Text("往标准错误流写了内容，按没有通过算。", "Something was written to standard error, which counts as a failure."),
    "missing": Text("没有交这一格。", "This cell was not handed in."),
    "failed": Text("没有通过。", "It did not pass."),
    "partial": Text("得到部分分数。", "Partial credit."),
    "passed": Text("通过", "passed"),
    "blank": Text("这一题还没有作答。", "This is not answered yet."),
    "by_hand": Text("老师评的分", "marked by your instructor"),
    "extra": Text("另加{0}分", "{0} points extra"),
    "comment": Text("老师的评语", "Your instructor's comment"),
    "traceback": Text("完整的报错", "The whole error"),
    "left_out": Text("…（中间省略{}个字符）…", "… ({} characters left out) …"),
    "too_long": Text("内容太长，没有放在这里。", "Too long to be shown here."),
    "interactive": Text("交互内容，反馈里不能显示。", "Interactive content, which cannot be shown here."),
    "withheld": Text("这里的输出没有显示。", "This output is not shown."),
    "no_outputs": Text(
        "这次批改没有单独运行你的代码，所以看不到各格的输出。", "Your code was not run on its own this time, so its outputs are not shown."
    ),
    "run_broke": Text(
        "运行中途断了，断了以后的格子没有运行，按没有通过算。看看有没有停不下来的循环、占用太多内存的地方，或者 exit()。",
        "The run broke off; later cells were not run and count as not passed. Look for endless loops, too much memory, or exit().",
    ),
    "not_graded": Text("没有批改", "Not graded"),
    "nothing": Text("没有可以显示的内容。", "There is nothing to show."),
}

REPORT: Mapping[str, Text] = {
    "title": Text("批改报告：{0}", "Grading report: {0}"),
    "made": Text("报告写于{0}", "written {0}"),
    "due": Text("截止{0}", "due {0}"),
    "comma": Text("，", ", "),
    "list": Text("、", ", "),
    "stop": Text("。", "."),
    "lead": Text("交来{0}份，批改了{1}份。", "{0} handed in, {1} graded."),
    "lead_refused": Text("{0}份不能批改。", "{0} could not be graded at all."),
    "lead_failed": Text("{0}份批改程序没有处理完，再运行一次批改。", "{0} the grader could not finish; run it again."),
    "lead_missing": Text("班级名单上还有{0}人没有交。", "{0} on the class list handed in nothing."),
    "lead_scores": Text("满分{0}，平均{1}，中位数{2}。", "Of {0} points, the mean is {1} and the median {2}."),
    "waiting_note": Text("其中{0}份还有题等老师评分，分数会变。", "{0} of them still wait for a person's marks, so scores will change."),
    "attention": Text("要看一看的", "To look at"),
    "attention_none": Text("没有需要特别处理的作业。", "Nothing needs your attention."),
    "distribution": Text("分数分布", "Scores"),
    "distribution_axis": Text("得分（柱上是份数）", "points (number of submissions above the bars)"),
    "bar": Text("{0}分{1}份", "{0} points: {1}"),
    "questions": Text("每道题", "Questions"),
    "questions_note": Text(
        "得分率是平均得分占满分的比例；区分度是这道题的得分和其余各题总分的相关系数，低于0.1的题，要看看是不是题目或测试有问题。",
        "Share: mean points of those possible. Discrimination: correlation of the question's points with those of all others;"
        " below 0.1, have a look at the question or its tests.",
    ),
    "question": Text("题目", "Question"),
    "worth": Text("分值", "Points"),
    "share": Text("得分率", "Share"),
    "full": Text("满分", "Full points"),
    "discrimination": Text("区分度", "Discrimination"),
    "test": Text("测试", "Test"),
    "right": Text("通过", "Passed"),
    "common": Text("没有通过的，多半是", "Where not, mostly"),
    "forgeable": Text("在学生进程里运行", "in the student's process"),
    "tests_of": Text("各个测试", "Test by test"),
    "how": Text("怎么批改的", "How it was graded"),
    "wall_on": Text(
        "测试在单独的进程里运行，学生的代码碰不到测试和分数。", "Tests ran in a process of their own, out of reach of students' code."
    ),
    "wall_off": Text(
        "{0}份的测试在学生的进程里运行（没有墙），分数能被伪造。",
        "Tests of {0} submissions ran in the students' own process (no wall): scores can be forged.",
    ),
    "box_on": Text("隔离：{0}。", "Isolation: {0}."),
    "box_off": Text(
        "{0}份没有沙箱：学生的代码能读写批改的人的一切文件，包括不公布的测试。",
        "{0} submissions ran without a sandbox: their code could read and change all files of whoever graded, hidden tests among them.",
    ),
    "in_process": Text(
        "下面{0}个测试不能隔着墙运行，是在学生的进程里运行的，通过与否能被伪造：",
        "These {0} tests cannot run across the wall and ran in the students' process, so that a pass can be forged:",
    ),
    "cost": Text(
        "每份用时中位数{0}秒，95%的不超过{1}秒，最长{2}秒；内存中位数{3} MB，最多{4} MB。",
        "Time for each: median {0} s, 95% at most {1} s, longest {2} s. Memory: median {3} MB, most {4} MB.",
    ),
    "tries": Text("{0}份重新开始过。", "{0} had to be started again."),
    "problems": Text("文件和运行的问题", "What was wrong with files and runs"),
    "problems_note": Text("点一下，只看有这个问题的。", "Press one to see only those."),
    "submissions": Text("每份作业", "Submissions"),
    "show": Text("显示", "Show"),
    "all": Text("全部", "all"),
    "search": Text("找学号、姓名或说明", "Find id, name or text"),
    "student": Text("学生", "Student"),
    "score": Text("得分", "Score"),
    "said": Text("说明", "Remarks"),
    "submitted": Text("交作业的时间", "Handed in"),
    "seconds": Text("秒", "s"),
    "memory": Text("MB", "MB"),
    "shown": Text("{0}份，显示了{1}份", "{0}, of which {1} are shown"),
    "more": Text("再显示{0}份", "Show {0} more"),
    "late_by": Text("迟交{0}", "late by {0}"),
    "penalty": Text("迟交扣{0}分", "{0} points off for lateness"),
    "no_script": Text(
        "这张表要用JavaScript显示；同样的内容在旁边的CSV文件里。",
        "The table needs JavaScript; the CSV file beside this page holds the same.",
    ),
    "csv": Text("全部内容也在CSV文件里，可以用Excel打开：", "All of it is in a CSV file too:"),
    "cut": Text(
        "只列出{0}份，有问题的在前；全部{1}份在CSV文件里。", "Only {0} are listed, those with problems first; all {1} are in the CSV file."
    ),
    "flag_said": Text("测试时用了不允许的操作：{0}", "did in a test what is not allowed: {0}"),
    "altered_said": Text("函数改了传给它的数据，参考答案不改", "a function changed what it was given, which the solution does not"),
    "cells_said": Text("{0}：{1}", "{0}: {1}"),
    "unrecorded_said": Text("成绩册里有分数，没有这个批改程序的记录", "in the gradebook, without a record of this grader"),
    "missing_said": Text("没有交", "nothing handed in"),
    "file_score": Text(
        "分数含已评的人工分，已扣除迟交扣分；“+?”表示还有题等老师评分。",
        "Scores include people's marks so far, less late penalties; “+?” says that a part still waits for a person.",
    ),
    # columns of the CSV file
    "csv_student": Text("学号", "student id"),
    "csv_name": Text("姓名", "name"),
    "csv_state": Text("状态", "state"),
    "csv_score": Text("得分（已扣迟交）", "score (less penalty)"),
    "csv_max": Text("满分", "max score"),
    "csv_penalty": Text("迟交扣分", "late penalty"),
    "csv_waiting": Text("等老师评分", "waits for a person"),
    "csv_submitted": Text("交作业的时间", "handed in"),
    "csv_late": Text("迟交小时", "hours late"),
    "csv_marks": Text("标记", "marks"),
    "csv_said": Text("说明", "remarks"),
    "csv_in_process": Text("在学生进程里运行的测试", "tests in the student's process"),
    "csv_seconds": Text("用时（秒）", "seconds"),
    "csv_memory": Text("内存（MB）", "memory (MB)"),
    "csv_tries": Text("运行次数", "tries"),
    "csv_layers": Text("隔离", "isolation"),
    "yes": Text("是", "yes"),
    "no": Text("否", "no"),
    # states
    "graded": Text("已批改", "graded"),
    "refused": Text("不能批改", "cannot be graded"),
    "failed": Text("没有处理完", "not finished"),
    "unrecorded": Text("没有批改记录", "no record"),
    "missing": Text("没有交", "not handed in"),
}

# what a row of the report may be marked with; the first ones are to be looked at
MARKS: Mapping[str, Text] = {
    "refused": Text("整份不能批改", "cannot be graded at all"),
    "failed": Text("批改程序没有处理完", "the grader did not finish"),
    "grave": Text("缺文件或文件读不出来", "a file is missing or unreadable"),
    "flagged": Text("可疑：测试时用了不允许的操作", "suspicious: did in a test what is not allowed"),
    "broke": Text("运行中断", "the run broke off"),
    "timeout": Text("超过时限", "ran over its time"),
    "exceeded": Text("输出太多", "too much output"),
    "lost": Text("有的格子没有运行完", "cells that never finished"),
    "restored": Text("文件有问题，已修复", "mended before grading"),
    "altered": Text("函数改了传给它的数据", "a function changed what it was given"),
    "forgeable": Text("有测试在学生进程里运行", "tests in the student's process"),
    "late": Text("迟交", "late"),
    "waiting": Text("等老师评分", "waits for a person"),
    "unrecorded": Text("没有批改记录", "no record"),
    "missing": Text("没有交", "not handed in"),
}
ATTENTION = ("refused", "failed", "grave", "flagged", "broke", "timeout", "exceeded", "lost")

# problems.CODES in a few words
PROBLEMS: Mapping[str, Text] = {
    "config": Text("课程设置读不出来", "settings unreadable"),
    "assignment-name": Text("作业名称不能用", "assignment's name invalid"),
    "student-name": Text("学号不能用", "student id invalid"),
    "folder-link": Text("交来的文件夹是链接", "folder is a link"),
    "folder-special": Text("交来的不是文件夹", "not a folder"),
    "folder-access": Text("文件夹打不开", "folder cannot be opened"),
    "link": Text("含符号链接", "symbolic links"),
    "hard-link": Text("含硬链接", "hard links"),
    "special": Text("含不是普通文件的东西", "things that are no files"),
    "access": Text("文件打不开", "files cannot be opened"),
    "changed-meanwhile": Text("批改时文件被换", "files changed while graded"),
    "file-size": Text("文件太大", "files too big"),
    "folder-size": Text("文件夹太大", "folder too big"),
    "too-many-files": Text("文件太多", "too many files"),
    "too-deep-folder": Text("文件夹套得太深", "folders nested too deeply"),
    "in-the-way": Text("和作业自带的文件重名", "in the way of the assignment's files"),
    "timestamp-empty": Text("没有交作业的时间", "no time of handing in"),
    "timestamp": Text("交作业的时间读不懂", "odd time of handing in"),
    "empty": Text("空文件", "empty file"),
    "not-a-notebook": Text("不是notebook", "not a notebook"),
    "no-cells": Text("文件坏了，找不到格子", "broken file without cells"),
    "file-too-big": Text("notebook太大，没有打开", "notebook too big to open"),
    "zipped": Text("交的是压缩包", "handed in as an archive"),
    "encoding": Text("编码不是UTF-8", "not in UTF-8"),
    "bad-bytes": Text("有坏字符", "broken characters"),
    "cut-short": Text("文件没有传完", "file cut short"),
    "broken-json": Text("文件被改坏", "broken file"),
    "old-format": Text("旧格式", "old format"),
    "odd-format": Text("格式版本写错", "odd format version"),
    "mended": Text("内部结构有错", "structure mended"),
    "odd-cells": Text("格子的类型认不出来", "cells of unknown type"),
    "lost-cells": Text("有的格子不完整", "things that are no cells"),
    "too-many-cells": Text("格子太多", "too many cells"),
    "too-deep": Text("内容套得太深", "nested too deeply"),
    "huge-output": Text("输出太大", "huge outputs"),
    "attachments": Text("附件太大或坏了", "attachments too big or broken"),
    "long-source": Text("格子太长", "cells too long"),
    "missing-notebook": Text("缺notebook", "notebook missing"),
    "wrong-name": Text("文件名不对", "wrong file name"),
    "foreign": Text("像是交错了文件", "seems the wrong file"),
    "not-used": Text("多交了文件", "files not used"),
    "missing-cells": Text("格子被删", "cells deleted"),
    "lost-answers": Text("答题的格子不见了", "answer cells gone"),
    "duplicated": Text("格子重复", "cells duplicated"),
    "reordered": Text("格子换了次序", "cells reordered"),
    "locked-edited": Text("改了锁定的格子", "locked cells edited"),
    "points": Text("改了分值", "points changed"),
    "cell-type": Text("换了格子的类型", "cell types changed"),
    "role": Text("改了格子的标记", "marks of cells changed"),
    "tags": Text("加了不起作用的标签", "tags added"),
    "recovered": Text("标记丢了，已认回", "marks lost and recovered"),
    "unknown-cells": Text("带着别的作业的标记", "marks of another assignment"),
    "bad-marks": Text("标记坏了", "broken marks"),
    "run": Text("运行中断", "run broke off"),
    "bad-result": Text("测试给的分数不能用", "unusable points from a test"),
    "grader": Text("批改程序出错", "the grader failed"),
    "no-student": Text("不在班级名单里", "not on the class list"),
    "marked-meanwhile": Text("批改时有人在评分", "marked while graded"),
}
