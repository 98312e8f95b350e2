"""The semester from its first step to its last, with one bar for all and a record of what is done."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from service_marketing.grading import engine
from service_marketing.grading.box import outside
from service_marketing.grading.gradebook import GradebookError

from .. import assignments, course
from . import record, steps, summary
from .steps import ASSIGNMENTS, FIXED, Semester, Tell


@dataclass(frozen=True)
class Step:
    """`weight`: about how long it takes, in seconds for each student and `fixed` for none, on two processors; for the time that is left."""

    key: str
    said: str
    work: Callable[[Semester, Tell], dict[str, Any]]
    weight: float
    fixed: float = 1.0

    def cost(self, size: int) -> float:
        return self.fixed + self.weight * size


def plan() -> Iterator[Step]:
    """All of them, in order."""

    def each(key: str, said: str, function: Callable[..., dict[str, Any]], weight: float, fixed: float = 1.0) -> Iterator[Step]:
        for name in ASSIGNMENTS:
            yield Step(f"{key} {name}", f"{said} {name}", lambda now, tell, name=name: function(now, name, tell), weight, fixed)

    yield Step("prepare", "建课程文件夹，发布三次作业", steps.prepare, 0.001, 6)
    yield from each("solve", "每人一份数据，每人一份答案", steps.solve, 0.12, 3)
    yield from each("hand in", "学生交作业", steps.hand_in, 0.02)
    yield from each("collect", "收作业", steps.collect, 0.03, 2)
    yield from each("grade", "批改", steps.grade, 0.25, 6)
    yield Step("mark", "人工评分", steps.mark, 0.05)
    yield Step("export", "导出到四个平台，再读回来", steps.export, 0.05, 3)
    yield Step("fix", f"改好一个测试，全班重批 {FIXED}", steps.fix, 0.25, 6)
    yield from each("feedback", "写反馈", steps.write_feedback, 0.05)
    yield Step("reports", "全班的报告和每个学生的页", steps.write_reports, 0.04, 4)
    yield from each("copies", "找雷同", steps.find_copies, 0.01)
    yield Step("export again", "重批以后再导出，再读回来", steps.export, 0.05, 3)
    yield Step("close", "看看各次作业到了哪一步", steps.close, 0.0)


def run(directory: Path | str, size: int = 200, workers: int = 2, console: Console | None = None, fresh: bool = False) -> Path:
    """Go through the semester of a class of `size` in `directory`, `workers` things at a time; returns the folder.

    Steps that are done are not done again, unless it is to begin `fresh`. Raises GradingError when a step fails or anything
    is not as it must be, AssignmentError for a folder that holds something else, KeyboardInterrupt when it is told to stop.
    """
    console = console or Console()
    directory = Path(directory).resolve()
    made_of = record.made_of(size, ASSIGNMENTS, assignments.exercises_folder())
    kept, anew = record.opened(directory, made_of, fresh)
    there = outside.available()
    now = Semester(directory, size, workers, kept, there.reason is None)
    if there.reason:
        said = (
            f"这里没有沙箱（{there.reason.zh}），不用沙箱接着批，因为作业是程序自己造的；学生的作业不要这样批"
            f" (no sandbox here: {there.reason.en})"
        )
        console.print(said, style="yellow", highlight=False, markup=False, soft_wrap=True)
    every = list(plan())
    todo = [step for step in every if not kept.done(step.key)]
    if not todo:
        console.print(f"这个学期上次已经走完，用了{kept.seconds:.0f}秒；重新来一遍加 --fresh (done before; --fresh begins anew)")
    elif not anew:
        console.print(f"接着上次，还有{len(todo)}步 (going on, {len(todo)} steps left)")
    try:
        with _overall(console, every, todo, size) as begin:
            for step in todo:
                with begin(step) as tell:
                    began = time.monotonic()
                    result = step.work(now, tell)
                    kept.finish(step.key, result, began)
    except (engine.EngineError, GradebookError) as error:
        raise course.GradingError(str(error)) from error
    summary.show(kept, now.root, console)
    return directory


@contextmanager
def _overall(console: Console, every: Sequence[Step], todo: Sequence[Step], size: int) -> Iterator[Callable[..., Any]]:
    """One bar for everything, with the time that is left; a line for each step that is done."""
    columns = (
        SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn(), TextColumn("剩余"),
        TimeRemainingColumn(),
    )  # fmt: skip
    if not todo:
        yield lambda step: None
        return
    total = sum(step.cost(size) for step in every)
    with Progress(*columns, console=console) as progress:
        state = {"done": total - sum(step.cost(size) for step in todo)}
        bar = progress.add_task("", total=total, completed=state["done"])

        @contextmanager
        def begin(step: Step) -> Iterator[Tell]:
            at, began = len(every) - len(todo) + todo.index(step) + 1, time.monotonic()
            progress.update(bar, description=f"{at}/{len(every)} {step.said}")

            def tell(done: int, of: int) -> None:
                progress.update(bar, completed=state["done"] + step.cost(size) * done / max(1, of))

            yield tell
            state["done"] += step.cost(size)
            progress.update(bar, completed=state["done"])
            progress.console.print(f"✓ {at}/{len(every)} {step.said}，{time.monotonic() - began:.1f}秒", highlight=False)

        yield begin
