"""How a run of the grader is shown: a bar on a terminal, a line now and then elsewhere, and a table at the end."""

import time
from collections.abc import Callable
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from .engine import Summary
from .problems import listed
from .results import Record

EVERY = 10.0
SHOWN = 12


class Watch:
    """Shows records as they come in; its `tell` is for `engine.autograde`."""

    def __init__(self, console: Console, assignment: str, clock: Callable[[], float] = time.monotonic):
        self.console, self.assignment, self.clock = console, assignment, clock
        self.began = self.said = clock()
        self.counts = {"graded": 0, "refused": 0, "failed": 0, "problems": 0}
        self.live = console.is_terminal
        self.bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[counts]}"),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=console,
            disable=not self.live,
        )
        self.task = self.bar.add_task(assignment, total=None, counts="")

    def __enter__(self) -> "Watch":
        self.bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.bar.stop()

    def tell(self, record: Record, done: int, total: int) -> None:
        """Count a record; `done` of `total` are done."""
        self.counts[record.state] += 1
        self.counts["problems"] += bool(record.all_problems())
        if self.live:
            self.bar.update(self.task, completed=done, total=total, counts=self._counts())
        elif self.clock() - self.said >= EVERY or done == total:
            self.said = self.clock()
            left = (self.said - self.began) / done * (total - done)
            rest = f"，还要约{_duration(left)} (about {_duration(left, english=True)} left)" if done < total else ""
            self.console.print(f"{self.assignment}: {done}/{total} {self._counts()}{rest}", highlight=False, soft_wrap=True, markup=False)

    def _counts(self) -> str:
        said = [f"有问题{self.counts['problems']}"] if self.counts["problems"] else []
        said += [f"拒收{self.counts['refused']}"] if self.counts["refused"] else []
        said += [f"出错{self.counts['failed']}"] if self.counts["failed"] else []
        return " ".join(said)


def _duration(seconds: float, english: bool = False) -> str:
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    units = ("h", "min", "s") if english else ("小时", "分", "秒")
    parts = [f"{value}{' ' if english else ''}{unit}" for value, unit in zip((hours, minutes, seconds), units, strict=True) if value]
    return (" " if english else "").join(parts[:2]) or ("0 s" if english else "0秒")


def table(summary: Summary) -> Table:
    """What a run did, for people."""
    found = Table(title=f"批改 {summary.assignment} (graded)", show_header=False, title_justify="left", pad_edge=False)
    found.add_column(no_wrap=True)
    found.add_column(overflow="fold")
    for label, text in _lines(summary):
        found.add_row(label, text)
    return found


def _lines(summary: Summary) -> list[tuple[str, str]]:
    lines = [("批改 (graded)", f"{len(summary.graded)}份，{_duration(summary.seconds)} ({_rate(summary)})")]
    if summary.unchanged:
        lines.append(("没有变化 (unchanged)", f"{len(summary.unchanged)}份，以前批改过"))
    scores = summary.scores()
    if scores:
        most = max(record.max_score or 0 for record in summary.graded)
        middle, low, high = (f"{score:g}" for score in scores)
        lines.append(("得分 (scores)", f"中位数{middle}，最低{low}，最高{high}，满分{most:g} (median, lowest, highest, of)"))
    for state, label in (("refused", "拒收 (refused)"), ("failed", "没有批改成 (failed)")):
        names = tuple(record.student for record in summary.records if record.state == state)
        if names:
            lines.append((label, f"{len(names)}份：{listed(names, '、', '等{}份')}"))
    problems = [f"{code} {number}" for code, number in list(summary.by_problem().items())[:SHOWN]]
    if problems:
        lines.append(("问题 (problems)", "，".join(problems)))
    if summary.unsolved:
        names = listed(summary.unsolved, "、", "等{}格")
        lines.append(("参考答案没有通过 (solution fails)", f"{names}：看看是不是少了文件或软件包 (a file or package missing?)"))
    flagged = summary.in_process()
    if summary.wall and flagged:
        names = [f"{name}（{number}份）" for name, number in list(flagged.items())[:SHOWN]]
        lines.append(("在学生进程里跑的测试 (in process)", "、".join(names) + "：能被伪造，人工看一眼 (could be forged)"))
    if not summary.wall:
        lines.append(("墙 (wall)", "关着：测试和学生的代码在同一个进程里，分数能被伪造 (off: scores could be forged)"))
    if summary.records:
        lines.append(("沙箱 (box)", "、".join(summary.layers) or "关着：学生的代码能看到这台机器 (off: code could see this machine)"))
    lines += [("作业文件 (files)", f"{found.instructor.zh} ({found.instructor.en})") for found in summary.problems]
    if summary.interrupted:
        lines.append(("中断 (interrupted)", "批完的都已写好；再运行一次同样的命令，从这里接着批 (run the same command again to go on)"))
    return lines


def _rate(summary: Summary) -> str:
    return f"{len(summary.records) / summary.seconds:.1f}份/秒" if summary.seconds and summary.records else "–"
