"""The part of the `course` command that grades, in any nbgrader course folder."""

import gc
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from .box.layers import elsewhere

app = typer.Typer(no_args_is_help=True, add_completion=False)
errors = Console(stderr=True)
STOPPED = "停下了；批完的都已写好，再运行一次同样的命令接着批 (stopped; run the same command again to go on)"
graded: list[Callable[[Path], None]] = []
"""What is called with the course folder when a run has ended."""


@app.command()
def autograde(
    assignment: Annotated[str, typer.Argument(help="作业名，即 source/ 下的文件夹名 (name of the assignment)")],
    student: Annotated[
        list[str] | None, typer.Option("--student", help="只批改这个学生，可以写通配符，可以写几次 (only this student; a glob; repeatable)")
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, max=256, help="同时批改几份，默认每个处理器一份 (submissions at a time; one a processor)")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="批改过的也重新批改，人工评分保留 (grade again; people's marks stay)")] = False,
    unsafe_no_sandbox: Annotated[
        bool,
        typer.Option(
            "--unsafe-no-sandbox", help="不用沙箱：学生的代码能读写这台机器 (no sandbox: students' code can read and change this machine)"
        ),
    ] = False,
    in_process: Annotated[
        bool,
        typer.Option(
            "--in-process",
            help="不用墙：测试在学生的进程里跑，同原版，分数能被伪造 (tests in the student's process, as stock; can be forged)",
        ),
    ] = False,
    stock_stderr: Annotated[
        bool, typer.Option("--stock-stderr", help="测试格有一句警告就不给分，同原版nbgrader (a warning costs a test its points, as stock)")
    ] = False,
    db_url: Annotated[str | None, typer.Option("--db-url", help="成绩册，不写就用课程设置里的 (another gradebook)")] = None,
    scheduler: Annotated[
        str | None, typer.Option("--scheduler", help="在Dask集群上批改，如 tls://10.0.0.5:8786 (grade on a Dask cluster)")
    ] = None,
    local_cluster: Annotated[
        int | None,
        typer.Option("--local-cluster", min=1, max=256, help="在本机起几个Dask工作进程批改 (Dask workers on this machine)"),
    ] = None,
    folder: Annotated[Path, typer.Option("--folder", help="nbgrader课程文件夹 (nbgrader course folder)")] = Path("."),
) -> None:
    """批改一次作业：submitted/ 里新交的、没批改过的都批改，写进成绩册和 autograded/ (grade an assignment).

    随时可以中断（Ctrl+C、断电），再运行一次从断的地方接着批。
    """
    given = {
        "force": force or None,
        "wall": False if in_process else None,
        "sandbox": False if unsafe_no_sandbox else None,
        "stock_stderr": stock_stderr or None,
        "db_url": db_url,
    }
    console = Console()
    with ExitStack() as stack:
        with _grading_installed(), _without_collecting():
            runner = _cluster(scheduler, local_cluster)
            if runner is None:
                from . import ahead

                # before all other imports: the shells get ready meanwhile
                first = stack.enter_context(ahead.started(folder, db_url, workers, given))
            from . import engine, progress, running
        try:
            options = engine.settings(engine.load(folder, db_url), **given)
            with progress.Watch(console, assignment) as watch:
                summary = engine.autograde(
                    folder,
                    assignment,
                    students=student or None,
                    workers=workers,
                    options=options,
                    tell=watch.tell,
                    runner=runner or partial(running.Runner, ahead=first),
                )
        except engine.EngineError as error:
            _stop(str(error))
        except KeyboardInterrupt:
            errors.print(STOPPED, highlight=False)
            raise typer.Exit(130) from None
    for hear in graded:
        hear(folder)
    console.print(progress.table(summary))
    if summary.interrupted:
        raise typer.Exit(130)
    if any(record.state == "failed" for record in summary.records):
        raise typer.Exit(1)


Assignment = Annotated[str, typer.Argument(help="作业名，即 source/ 下的文件夹名 (name of the assignment)")]
Language = Annotated[Literal["zh", "en"], typer.Option("--language", help="写给学生或老师的语言 (language of the pages)")]
CourseFolder = Annotated[Path, typer.Option("--folder", help="nbgrader课程文件夹 (nbgrader course folder)")]


@app.command()
def feedback(
    assignment: Assignment,
    student: Annotated[
        list[str] | None, typer.Option("--student", help="只写这个学生的，可以写通配符，可以写几次 (only this student; a glob; repeatable)")
    ] = None,
    language: Annotated[
        Literal["zh", "en"] | None,
        typer.Option(
            "--language", help="反馈用哪种语言；不写就用每个学生手里那份作业的 (language; by default that of each student's notebook)"
        ),
    ] = None,
    db_url: Annotated[str | None, typer.Option("--db-url", help="成绩册，不写就用课程设置里的 (another gradebook)")] = None,
    folder: CourseFolder = Path("."),
) -> None:
    """给学生写反馈：feedback/ 里每人每个notebook一页，不公布的测试不在里面 (write the students' feedback).

    评完分、改了分以后再运行一次；然后照常用 nbgrader release_feedback 发给学生。
    """
    with _grading_installed():
        from . import engine
        from . import feedback as pages
        from .gradebook import GradebookError
    console = Console()
    try:
        course = engine.load(folder, db_url)
        with Progress(
            TextColumn("反馈 (feedback)"), BarColumn(), MofNCompleteColumn(), console=console, disable=not console.is_terminal
        ) as bar:
            task = bar.add_task("", total=None)
            written = pages.write_feedback(
                course, assignment, student or None, language, tell=lambda _, done, total: bar.update(task, completed=done, total=total)
            )
    except (engine.EngineError, GradebookError, ValueError) as error:
        _stop(str(error))
    console.print(f"写了{written.pages}页反馈 ({written.pages} pages written)", highlight=False)
    for name, reason in written.failed:
        errors.print(f"{name}: {reason}", style="red", highlight=False, markup=False, soft_wrap=True)
    for name in written.suspicious:
        errors.print(
            f"{name}: 输出里有不公布的测试，没有显示，要看一看 (hidden tests in the outputs, withheld; look at it)",
            highlight=False,
            markup=False,
        )
    if written.failed or not written.pages:
        raise typer.Exit(1)


@app.command()
def report(
    assignment: Assignment,
    language: Language = "zh",
    db_url: Annotated[str | None, typer.Option("--db-url", help="成绩册，不写就用课程设置里的 (another gradebook)")] = None,
    folder: CourseFolder = Path("."),
) -> None:
    """写批改报告：一页网页和一个CSV文件，在 grading_report/ 里 (write the instructor's report)."""
    with _grading_installed():
        from . import engine
        from . import report as pages
        from .gradebook import GradebookError
    try:
        page, table = pages.write_report(engine.load(folder, db_url), assignment, language)
    except (engine.EngineError, GradebookError, ValueError) as error:
        _stop(str(error))
    Console().print(f"{page}\n{table}", highlight=False, markup=False, soft_wrap=True)


@app.command("check-tests")
def check_tests(
    assignment: Assignment,
    unsafe_no_sandbox: Annotated[
        bool, typer.Option("--unsafe-no-sandbox", help="不用沙箱运行参考答案 (run the solution without the sandbox)")
    ] = False,
    folder: CourseFolder = Path("."),
) -> None:
    """发布前检查测试：参考答案能不能得满分，空着交会不会得分，哪些测试防不住作弊 (check an assignment's tests before it goes out)."""
    with _grading_installed():
        from . import engine
        from .box.layers import BoxError
        from .lint import lint
        from .shells.pool import PoolError
    console = Console()
    try:
        course = engine.load(folder)
        options = engine.settings(course, sandbox=False if unsafe_no_sandbox else None)
        with console.status(f"{assignment} …"):
            found = lint(course, assignment, options=options)
    except (engine.EngineError, BoxError, PoolError, ValueError) as error:
        _stop(str(error))
    for one in found:
        console.print(
            f"{'!' if one.grave else '-'} {one.instructor.zh} ({one.instructor.en})",
            style="red" if one.grave else None,
            highlight=False,
            markup=False,
            soft_wrap=True,
        )
    if not found:
        console.print("测试没有发现问题 (nothing found)")
    if any(one.grave for one in found):
        raise typer.Exit(1)


@contextmanager
def _grading_installed() -> Iterator[None]:
    """For the imports of a command, which are left to it so that the others start at once; says what to install."""
    if reason := elsewhere():
        _stop(f"{reason.zh} ({reason.en})")
    try:
        from . import lean

        lean.nbgrader()
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] not in ("nbgrader", "sqlalchemy", "nbconvert", "ipykernel"):
            raise
        _stop('批改需要 nbgrader：pip install "service-marketing[grading]" (grading needs nbgrader)')


@contextmanager
def _without_collecting() -> Iterator[None]:
    """For imports: nothing that is imported is garbage, then or later."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _cluster(scheduler: str | None, processes: int | None) -> Callable[..., Any] | None:
    """What makes the runner for `engine.autograde`, when a cluster is asked for."""
    if scheduler is None and processes is None:
        return None
    if scheduler is not None and processes is not None:
        _stop("--scheduler和--local-cluster只能选一个 (choose one of the two)")
    try:
        from . import cluster
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] not in ("dask", "distributed"):
            raise
        _stop('用集群批改需要 Dask：pip install "service-marketing[cluster]" (a cluster needs Dask)')
    return cluster.at(scheduler) if scheduler is not None else cluster.local(processes)


def _stop(message: str) -> NoReturn:
    errors.print(message, style="red", highlight=False, markup=False, soft_wrap=True)
    raise typer.Exit(1)
