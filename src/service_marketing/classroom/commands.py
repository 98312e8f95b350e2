"""The parts of the `course` command that are for instructors."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Table

from service_marketing.grading.box.layers import elsewhere
from service_marketing.grading.commands import STOPPED, Language

from . import assignments

app = typer.Typer(no_args_is_help=True, add_completion=False)
console = Console()
errors = Console(stderr=True)


@app.command()
def assign(
    name: Annotated[str, typer.Argument(help="作业名，即 exercises/ 下的文件夹名 (folder of exercises/)")],
    directory: Annotated[Path, typer.Option("--to", help="课程批改文件夹 (course folder for nbgrader)")] = Path("_build/classroom"),
    exercises: Annotated[Path | None, typer.Option(help="exercises 文件夹；默认从当前位置往上找 (found from here upwards)")] = None,
    same_data: Annotated[
        bool, typer.Option("--same-data", help="全班用同一份数据，不按学号抽 (one draw of the data for the whole class)")
    ] = False,
    language: Annotated[str, typer.Option(help="班上用的语言：zh、en，或者两种都有的 both (of the class; both: a mixed one)")] = "zh",
) -> None:
    """做出作业的学生版，写进批改文件夹 (make the student version of an assignment)."""
    with complaints():
        found = assignments.exercises_folder(exercises or ".")
        assignments.source_file(name, found)
        from . import course

        with console.status(f"{name} …"):
            root = course.make(directory, [name], found, same_data=same_data, language=language)
            given = [course.assign(root, name)]
            if language == "both":
                given = course.hand_out(root, name, found, same_data)
    told = "\n".join(f"学生版 release: {one}" for one in given)
    console.print(f"教师版 source: {root / 'source' / name / f'{name}.ipynb'}\n{told}", soft_wrap=True)


@app.command("grade-demo")
def grade_demo(
    directory: Annotated[Path, typer.Option("--to", help="写到哪个文件夹 (where to)")] = Path("_build/grade-demo"),
    workers: Annotated[int, typer.Option(min=1, max=16, help="同时批改几份 (submissions graded at once)")] = 2,
) -> None:
    """用30份模拟作业演示一遍：发布、收取、批改、反馈、报告 (grade a made-up class of 30)."""
    with complaints():
        if reason := elsewhere():
            raise assignments.AssignmentError(f"{reason.zh} ({reason.en})")
        from . import demo

        try:
            demo.run(directory, workers, console)
        except KeyboardInterrupt:
            errors.print(STOPPED, highlight=False)
            raise typer.Exit(130) from None


@app.command("semester-demo")
def semester_demo(
    directory: Annotated[Path, typer.Option("--to", help="写到哪个文件夹 (where to)")] = Path("_build/semester-demo"),
    students: Annotated[int, typer.Option("--students", min=12, max=2000, help="多少名学生 (size of the class)")] = 200,
    workers: Annotated[int, typer.Option(min=1, max=16, help="同时批改几份 (submissions graded at once)")] = 2,
    fresh: Annotated[bool, typer.Option("--fresh", help="从头再来，不接着上次 (begin anew)")] = False,
) -> None:
    """用模拟的班级把一个学期走一遍：从四个平台收三次作业，批改、评分、改题重批、报告，再导出并读回来 (a made-up class through a semester).

    随时可以中断，再运行一次从断的地方接着走。
    """
    with complaints():
        if reason := elsewhere():
            raise assignments.AssignmentError(f"{reason.zh} ({reason.en})")
        from . import semester

        try:
            semester.run(directory, students, workers, console, fresh)
        except KeyboardInterrupt:
            errors.print(STOPPED, highlight=False)
            raise typer.Exit(130) from None


Folder = Annotated[Path, typer.Option("--folder", help="nbgrader课程文件夹 (nbgrader course folder)")]
Names = Annotated[list[str] | None, typer.Argument(help="作业名，可以写几个，不写就是全部 (assignments; all without any)")]


@app.command()
def collect(
    name: Annotated[str, typer.Argument(help="作业名 (name of the assignment)")],
    sources: Annotated[list[Path], typer.Argument(help="平台给的ZIP或文件夹，可以写几个 (ZIPs or folders that a platform hands out)")],
    students: Annotated[Path, typer.Option("--students", help="班级名单，CSV或XLSX (class list)")],
    matches: Annotated[
        Path | None, typer.Option("--matches", help="改过“学号”一列的表，见--table (the table of --table, with numbers corrected)")
    ] = None,
    table: Annotated[Path | None, typer.Option("--table", help="把对照表另存为CSV (save the table of files and students)")] = None,
    everything: Annotated[bool, typer.Option("--all", help="系统文件和已经收过的也列出来 (list every file)")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="不再询问，直接收 (do not ask)")] = False,
    language: Language = "zh",
    folder: Folder = Path("."),
) -> None:
    """收作业：先列出每个文件是谁的，确认以后才写进 submitted/ (collect what a platform hands out)."""
    with complaints():
        from . import collecting, course, roster

        listed = roster.read(students)
        for sentence in listed.left_out:
            errors.print(sentence, markup=False, highlight=False)
        root = course.config(folder) and folder.resolve()
        corrected = collecting.read_matches(matches, listed.students) if matches else None
        with _bar("读文件 reading") as tell:
            due = collecting.deadline(root, name)
            plan = collecting.plan(sources, listed.students, name, root, due=due, matches=corrected, tell=tell)
        console.print(collecting.table(plan, everything, language))
        for line in collecting.summary(plan):
            console.print(line, markup=False, highlight=False)
        if table:
            console.print(f"对照表 table: {collecting.write_table(plan, table, language)}", soft_wrap=True)
        if not yes and not (sys.stdin.isatty() and typer.confirm("照这张表收吗？ (collect as shown?)")):
            console.print("什么也没有写。确认后加 --yes 再运行 (nothing was written; --yes collects)")
            return
        course.enrol(root, listed.students)
        with _bar("收作业 collecting") as tell:
            done = collecting.carry_out(plan, tell=tell)
    console.print(f"收了{len(done.written)}份，{len(done.unchanged)}份没有变 (written, unchanged)；清单 list: {done.table}", soft_wrap=True)
    for fault in done.faults:
        errors.print(fault, markup=False, highlight=False)
    if done.faults:
        raise typer.Exit(1)


@app.command()
def status(folder: Folder = Path(".")) -> None:
    """各次作业到了哪一步 (where every assignment stands)."""
    with complaints():
        from . import marks

        console.print(marks.status_table(marks.status(folder)))


@app.command()
def export(
    platform: Annotated[
        str,
        typer.Option("--platform", help="moodle、canvas、chaoxing、rain-classroom、plain、plain-en，或映射文件.toml (or a mapping file)"),
    ],
    names: Names = None,
    template: Annotated[Path | None, typer.Option("--template", help="从平台下载的成绩模板 (the platform's own file)")] = None,
    column: Annotated[
        list[str] | None, typer.Option("--column", help="作业名=模板里的列名，认不出列时用 (assignment=heading, where it is not plain)")
    ] = None,
    out_of: Annotated[float | None, typer.Option("--out-of", help="换算成满分多少 (scale to)")] = None,
    points: Annotated[bool, typer.Option("--points", help="不换算，原来的分 (as they are)")] = False,
    percent: Annotated[bool, typer.Option("--percent", help="换算成百分数 (per cent)")] = False,
    decimals: Annotated[int | None, typer.Option("--decimals", min=0, max=6, help="几位小数 (decimals)")] = None,
    missing: Annotated[str | None, typer.Option("--missing", help="没有成绩的写什么 (what stands for no mark)")] = None,
    to: Annotated[Path | None, typer.Option("--to", help="写到哪个文件 (where to)")] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="文件已经有了也写 (replace the file)")] = False,
    preview: Annotated[bool, typer.Option("--preview", help="只看，不写 (show only)")] = False,
    folder: Folder = Path("."),
) -> None:
    """把成绩写成平台能导入的文件 (write a grade file that a platform imports)."""
    with complaints():
        from . import exporting

        if sum((out_of is not None, points, percent)) > 1:
            raise assignments.AssignmentError("--out-of、--points、--percent 只能选一个 (choose one of them)")
        columns = dict(_pair(text) for text in column or [])
        options = exporting.Options("points" if points else "percent" if percent else out_of, decimals, missing)
        plan, written = exporting.export(folder, platform, names or (), to, template, columns, options, overwrite, preview)
        console.print(exporting.table(plan))
        if written:
            console.print(f"成绩文件 written: {written}", soft_wrap=True)


@app.command("class-report")
def class_report(
    names: Names = None,
    shown: Annotated[
        Literal["none", "pseudonyms", "real"],
        typer.Option("--names", help="页上怎样称呼学生：不出现、用代号、用真名 (no names, pseudonyms, real names)"),
    ] = "none",
    students: Annotated[bool, typer.Option("--students", help="再给每个学生写一页 (a page for each student, too)")] = False,
    language: Language = "zh",
    to: Annotated[Path | None, typer.Option("--to", help="写到哪个文件夹 (where to)")] = None,
    folder: Folder = Path("."),
) -> None:
    """全班的报告：分布、难度、区分度、常见错误、雷同 (a report on the class, for one assignment or the semester)."""
    with complaints():
        from . import class_report as pages
        from . import course

        root = course.config(folder) and folder.resolve()
        target = to or root / "class-report"
        with _steps() as tell:
            page = pages.write(root, names or [], target, shown, tell, language=language)
            written = pages.write_students(root, names or [], target / "students", tell, language) if students else []
    console.print(f"报告 report: {page}", soft_wrap=True)
    if written:
        console.print(f"学生的页 students' pages: {target / 'students'}（{len(written)}）", soft_wrap=True)


@app.command()
def marks(
    student: Annotated[str | None, typer.Option("--student", help="只看这个学号 (only this student)")] = None,
    assignment: Annotated[str | None, typer.Option("--assignment", help="只看这次作业 (only this assignment)")] = None,
    folder: Folder = Path("."),
) -> None:
    """分数改动的记录：先记下新的改动，再列出来 (the log of every change of a mark)."""
    with complaints():
        from . import marks as log

        log.record(folder)
        table = Table(
            *("时间 time", "学号 number", "作业 assignment", "题 cell", "什么 what", "原来 before", "现在 now", "为什么 why"),
            title="分数改动 (changes of marks)",
            title_justify="left",
        )
        for one in log.history(folder, student, assignment):
            table.add_row(one.time, one.student, one.assignment, one.cell, one.what, one.old, one.new, one.why)
        console.print(table)


def note_marks(folder: Path) -> None:
    """Enter into the log of marks what the grader has changed; where that cannot be done, say so and no more."""
    from . import marks as log

    try:
        log.record(folder, "autograde")
    except (assignments.AssignmentError, OSError) as error:
        errors.print(f"分数改动没有记进 marks.csv (not in the log of marks): {error}", markup=False, highlight=False, soft_wrap=True)


def _pair(text: str) -> tuple[str, str]:
    name, sign, heading = text.partition("=")
    if not sign:
        raise assignments.AssignmentError(f"--column 要写成 作业名=列名，收到 {text!r} (assignment=heading)")
    return name, heading


@contextmanager
def _steps() -> Iterator[Callable[[str, int, int], None]]:
    """A progress bar for each thing that is done; told what it is, how many are done, and of how many."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=errors, transient=True) as progress:
        tasks: dict[str, TaskID] = {}

        def tell(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = progress.add_task(what, total=total)
            progress.update(tasks[what], completed=done, total=total)

        yield tell


@contextmanager
def _bar(title: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on standard error; what it gives is told how many are done, of how many."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=errors, transient=True) as progress:
        task = progress.add_task(title, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


class complaints:
    """Turns the course's own errors into one message and exit code 1, and a missing package into how to install it."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> bool:
        if error is None:
            return False
        if isinstance(error, ModuleNotFoundError) and (error.name or "").split(".")[0] == "nbgrader":
            errors.print('批改需要 nbgrader：pip install "service-marketing\\[grading]" (grading needs nbgrader)')
        elif isinstance(error, assignments.AssignmentError) or type(error).__name__ == "GradingError":
            errors.print(str(error), markup=False, highlight=False, soft_wrap=True)
        else:
            return False
        raise typer.Exit(1)
