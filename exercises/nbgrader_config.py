"""nbgrader's settings for this course. Lines that an instructor is likely to change stand first.

`course assign` and `course grade-demo` copy this file into the folder they work in and append the folder's own paths.
"""

from service_marketing import datasets

c = get_config()  # noqa: F821  (nbgrader defines it)

c.CourseDirectory.course_id = "service-marketing"

# Seconds that one cell of a submission may run; an endless loop costs this much once or twice
c.Execute.timeout = 30

# Besides Python and its packages, what a submission may read in the sandbox of `course autograde`: the course's data
c.Grader.readable = (str(datasets.folder()),)

# What submissions import and read anyway, done once before they are forked
c.Grader.modules = ("service_marketing.classroom.warm",)

# Lines of printed output kept per cell
c.LimitOutput.max_lines = 200

# formgrader shows times by this clock
c.NbGraderAPI.timezone = "Asia/Shanghai"
c.NbGraderAPI.timestamp_format = "%Y-%m-%d %H:%M"

# Late submissions are shown in the report and lose nothing; "zero" takes all their points
c.LateSubmissionPlugin.penalty_method = "none"

# How a submitted file is named: 学号_姓名_交作业时间_文件名, for example 2025210101_王雨桐_20260320T213000+0800_03-satisfaction.ipynb
c.FileNameCollectorPlugin.named_regexp = (
    r".*[/\\](?P<student_id>[0-9A-Za-z-]+)_(?P<last_name>[^_/\\]+)_(?P<timestamp>[0-9]{8}T[0-9]{6}[+-][0-9]{4})_(?P<file_id>[^/\\]+)$"
)
# What is not a notebook is collected too, so that the report can say what the student handed in
c.FileNameCollectorPlugin.valid_ext = [".ipynb", ".json", ".py", ".txt", ".md", ".html", ".pdf", ".doc", ".docx", ".png", ".jpg", ".jpeg"]

# What the released notebook says where an answer is to be written
c.ClearSolutions.code_stub = {"python": "# 在这里写你的代码"}
c.ClearSolutions.text_stub = "（双击这里，写下你的回答，再按Shift+Enter）"

# Sample answers for graders stand in the locked question of an essay, not in a task cell
c.ClearMarkScheme.enforce_metadata = False

# Tests that a student deleted come back
c.OverwriteCells.add_missing_cells = True
c.OverwriteCells.missing_cell_notification = (
    "这一格（{cell_id}）在交来的作业里不见了，批改时已补回 (this cell was missing and came back)\n\n"
)

# A warning of pandas or numpy on stderr is not a wrong answer
c.IgnorePattern.enabled = True
c.IgnorePattern.pattern = r"Warning"

# The kernel's own remarks on its start do not belong in a progress bar
c.Execute.extra_arguments = ["--HistoryManager.hist_file=:memory:", "--log-level=ERROR"]
c.Execute.error_on_timeout = {
    "ename": "CellTimeoutError",
    "evalue": "运行超时 (time-out)",
    "traceback": [
        "✗ 运行超时：这一格没有在规定时间内算完，多半是循环没有结束。",
        "✗ Time-out: this cell did not finish in the time it has; most likely a loop never ends.",
    ],
}
