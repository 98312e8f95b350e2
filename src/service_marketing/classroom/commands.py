"""The parts of the `course` command that are for instructors."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from . import assignments

app = typer.Typer(no_args_is_help=True, add_completion=False)
console = Console()
errors = Console(stderr=True)


@app.command()
def assign(
    name: Annotated[str, typer.Argument(help="作业名，即 exercises/ 下的文件夹名 (folder of exercises/)")],
    directory: Annotated[Path, typer.Option("--to", help="课程批改文件夹 (course folder for nbgrader)")] = Path("_build/classroom"),
    exercises: Annotated[Path | None, typer.Option(help="exercises 文件夹；默认从当前位置往上找 (found from here upwards)")] = None,
) -> None:
    """做出作业的学生版，写进批改文件夹 (make the student version of an assignment)."""
    with complaints():
        found = assignments.exercises_folder(exercises or ".")
        assignments.source_file(name, found)
        from . import course

        with console.status(f"{name} …"):
            root = course.make(directory, [name], found)
            released = course.assign(root, name)
    console.print(f"教师版 source: {root / 'source' / name / f'{name}.ipynb'}\n学生版 release: {released}", soft_wrap=True)


@app.command("grade-demo")
def grade_demo(
    directory: Annotated[Path, typer.Option("--to", help="写到哪个文件夹 (where to)")] = Path("_build/grade-demo"),
    workers: Annotated[int, typer.Option(min=1, max=16, help="同时批改几份 (submissions graded at once)")] = 2,
) -> None:
    """用30份模拟作业演示一遍：发布、收取、批改、反馈、报告 (grade a made-up class of 30)."""
    with complaints():
        from . import demo

        demo.run(directory, workers, console)


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
