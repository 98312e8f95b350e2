"""A class graded by `course autograde`, by stock nbgrader and by Otter, in turns, on the same machine in the same minutes.

    python benchmarks/grading/class.py [SIZE …] [--no-otter] [--costs] [--where]

The class is that of material.py; sizes are 19 and 95. Ours is the whole command with two workers, its start and the check of
the instructor's solution included, in the box and with the wall; it is run three times, between stock's turns. Stock is nbgrader's
Autograde in a process that is warm already, five submissions a turn. Otter is `otter run` on a few submissions a turn, in a
virtual environment of its own that is made from otter.txt (or --otter FOLDER, one that is there). What counts is the ratio.

`--costs`: ours once more without the box, without the wall, and without both. `--where`: where the time goes.
"""

import argparse
import json
import logging
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import material
import nbformat

WORKERS = 2
TURN = 5  # of stock's submissions between ours
OTTER_TURN = 1
SIZES = (19, 95)
COMMAND = "from service_marketing.grading.commands import app; app()"
HERE = Path(__file__).parent


@dataclass
class Took:
    """Seconds by the clock and of processors, and the submissions that they were for."""

    clock: float = 0.0
    processor: float = 0.0
    count: int = 0

    def __add__(self, other: "Took") -> "Took":
        return Took(self.clock + other.clock, self.processor + other.processor, self.count + other.count)

    @property
    def each(self) -> float:
        return self.clock / self.count


def timed(count: int, run: Callable[[], object]) -> Took:
    """What `run` takes, its children included."""
    clock, before = time.perf_counter(), os.times()
    run()
    after = os.times()
    return Took(time.perf_counter() - clock, sum(after[:4]) - sum(before[:4]), count)


def command(words: list[str], **settings) -> None:
    """Run a program; what it says is shown when it fails."""
    done = subprocess.run(words, capture_output=True, text=True, check=False, **settings)
    if done.returncode:
        sys.exit(f"{' '.join(words[:4])}: {done.stdout[-2000:]}\n{done.stderr[-2000:]}")


# ---- the three


def ours(master: Path, place: Path, size: int, *options: str) -> Took:
    """A fresh copy of the course, graded by ours."""
    shutil.copytree(master, place)
    took = timed(
        size, lambda: command([sys.executable, "-c", COMMAND, "autograde", material.NAME, "--workers", str(WORKERS), *options], cwd=place)
    )
    return took


def stock(course: Path, turn: int, count: int) -> Took:
    """One turn's students graded by stock nbgrader."""
    from nbgrader.converters import Autograde
    from nbgrader.coursedir import CourseDirectory

    from service_marketing.grading import folder

    config = folder.load(course).config
    directory = CourseDirectory(config=config)
    directory.assignment_id, directory.student_id = material.NAME, f"t{turn:03}-*"
    grader = Autograde(coursedir=directory, config=config)
    grader.log.setLevel("CRITICAL")
    with silence():
        return timed(count, grader.start)


@contextmanager
def silence() -> Iterator[None]:
    """Nothing on standard error, from kernels neither."""
    kept, nothing = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nothing)


class Otter:
    """Otter in an environment of its own, with an autograder of the same tests."""

    def __init__(self, place: Path, environment: Path | None):
        self.place = place
        place.mkdir()
        self.bin = (environment or place / "venv") / "bin"
        if environment is None:
            command([sys.executable, "-m", "venv", str(place / "venv")])
            command([str(self.bin / "pip"), "install", "-q", "-r", str(HERE / "otter.txt")])
        (place / "tests").mkdir()
        for name, points, parts in material.tests():
            (place / "tests" / f"{name}.py").write_text(material.otter_test(name, points, parts), encoding="utf-8")
        self.variables = {**os.environ, "PATH": f"{self.bin}{os.pathsep}{os.environ['PATH']}"}
        words = ["generate", "-t", "tests", "-o", "autograder.zip", "--no-environment", "--no-requirements", "--no-config"]
        self.otter(words)

    def otter(self, words: list[str]) -> None:
        command([str(self.bin / "otter"), *words], cwd=self.place, env=self.variables)

    def run(self, number: int) -> Took:
        """One submission graded."""
        folder = self.place / str(number)
        folder.mkdir()
        nbformat.write(material.for_otter(number), folder / f"{material.NAME}.ipynb")
        words = ["run", "--no-logo", "-a", "autograder.zip", "-o", str(folder), str(folder / f"{material.NAME}.ipynb")]
        return timed(1, lambda: self.otter(words))

    def scores(self, number: int) -> dict[str, float]:
        """What it gave, by test."""
        tests = json.loads((self.place / str(number) / "results.json").read_text())["tests"]
        return {test["name"]: test["score"] for test in tests if test.get("max_score")}


# ---- comparing


def scores(course: Path) -> dict[str, dict[str, float]]:
    """By student the automatic score of each test, as the gradebook of `course` has it."""
    from nbgrader.api import Gradebook

    from service_marketing.grading import folder

    loaded = folder.load(course)
    with Gradebook(loaded.db_url, loaded.course_id) as book:
        return {
            submission.student.id: {grade.name: grade.auto_score for one in submission.notebooks for grade in one.grades}
            for submission in book.assignment_submissions(material.NAME)
        }


def compare(size: int, work: Path, otter: Otter | None, costs: bool) -> None:
    """Grade a class of `size` by all three and print what it took."""
    master = material.course(work / f"class-{size}", size, TURN)
    for_stock = shutil.copytree(master, work / f"stock-{size}")
    turns = [min(TURN, size - begun) for begun in range(0, size, TURN)]
    among = {len(turns) * part // 3 for part in range(3)}
    slow, quick, others, graded = Took(), [], Took(), []
    for turn, count in enumerate(turns):
        if turn in among:
            place = work / f"ours-{size}-{turn}"
            quick.append(ours(master, place, size))
            graded.append(place)
        slow += stock(for_stock, turn, count)
        if otter:
            for number in range(turn * OTTER_TURN, (turn + 1) * OTTER_TURN):
                others += otter.run(number + 1000 * size)
    mean = sum(quick, Took())
    print(f"{size} submissions, {WORKERS} workers, in the box and behind the wall")
    rows = [("ours", mean), ("stock nbgrader", slow)] + ([("otter run", others)] if otter else [])
    for name, took in rows:
        print(f"    {name:15} {1 / took.each:6.2f} a second, {took.processor / took.count:5.2f} processor seconds each", end="")
        print("" if took is mean else f": ours is {took.each / mean.each:.1f} times as fast")
    print(f"    single runs of ours: {', '.join(f'{took.clock:.1f} s' for took in quick)}; stock {slow.clock:.1f} s")
    expected = scores(for_stock)
    unequal = [
        f"{student} {name}"
        for place in graded
        for student, row in scores(place).items()
        for name in row
        if row[name] != expected[student][name]
    ]
    print(f"    scores {'equal, row by row' if not unequal else f'DIFFER: {unequal}'}: {sum(map(len, expected.values()))} rows")
    if costs:
        for name, options in (
            ("without the box", ["--unsafe-no-sandbox"]),
            ("without the wall", ["--in-process"]),
            ("without both", ["--unsafe-no-sandbox", "--in-process"]),
        ):
            took = ours(master, work / f"ours-{size}-{len(options)}{options[0]}", size, *options)
            print(f"    ours {name}: {1 / took.each:.2f} a second, {took.processor / took.count:.2f} processor seconds each")


# ---- where the time goes


def where(size: int, work: Path) -> None:
    """Grade a class of `size` in this process, and print what its parts took."""
    from service_marketing.grading import engine, plan, saving, scoring

    parts: dict[str, list[float]] = {}

    def watched(module: object, name: str, label: str) -> None:
        function = getattr(module, name)

        def inside(*args, **kwargs):
            clock, own = time.perf_counter(), time.process_time()
            try:
                return function(*args, **kwargs)
            finally:
                seen = parts.setdefault(label, [0.0, 0.0, 0])
                seen[0] += time.perf_counter() - clock
                seen[1] += time.process_time() - own
                seen[2] += 1

        setattr(module, name, inside)

    watched(plan, "plan", "the assignment's plan")
    watched(plan, "prepare", "reading and restoring")
    watched(scoring, "score", "scoring")
    watched(saving.Saver, "take", "writing files")
    watched(saving.Saver, "flush", "gradebook")
    watched(engine.Runner, "__enter__", "start of the shells")
    watched(engine.Runner, "poll", "feeding shells, and waiting")
    watched(engine.Runner, "__exit__", "end of the shells")
    course = material.course(work / "where", size, TURN)
    clock, own = time.perf_counter(), time.process_time()
    summary = engine.autograde(course, material.NAME, workers=WORKERS)
    clock, own = time.perf_counter() - clock, time.process_time() - own
    print(f"{size} submissions: {clock:.2f} s, {1000 * clock / size:.0f} ms each; coordinator: {1000 * own / size:.0f} ms of a processor")
    for label, (took, used, calls) in sorted(parts.items(), key=lambda item: -item[1][0]):
        print(f"    {label:30} {1000 * took / size:7.1f} ms a submission, {1000 * used / size:6.1f} of a processor, {calls} calls")
    runs = [run for record in summary.records for notebook in record.notebooks for run in notebook.runs]
    for role in sorted({run.role for run in runs}):
        mine = [run for run in runs if run.role == role]
        took, used = (1000 * sum(getattr(run, name) for run in mine) / size for name in ("seconds", "cpu"))
        print(f"    shell, {role:23} {took:7.1f} ms a submission, {used:6.1f} of a processor")
    print(f"    layers: {', '.join(summary.layers) or 'none'}; in process: {summary.in_process() or 'none'}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sizes", nargs="*", type=int, help="sizes of the class")
    parser.add_argument("--no-otter", action="store_true", help="without Otter")
    parser.add_argument("--otter", type=Path, metavar="FOLDER", help="a virtual environment with Otter in it")
    parser.add_argument("--costs", action="store_true", help="also without the box and without the wall")
    parser.add_argument("--where", action="store_true", help="only say where the time goes")
    chosen = parser.parse_args()
    logging.disable(logging.CRITICAL)
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    with tempfile.TemporaryDirectory(prefix="benchmark-", ignore_cleanup_errors=True) as folder:
        work = Path(folder)
        sizes = chosen.sizes or SIZES
        if chosen.where:
            for size in sizes:
                where(size, work / str(size))
            return
        otter = None if chosen.no_otter else Otter(work / "otter", chosen.otter and chosen.otter.resolve())
        for size in sizes:
            compare(size, work, otter, chosen.costs)


if __name__ == "__main__":
    main()
