"""What large classes cost: submissions a second and the driver's memory, and rows a second into SQLite and PostgreSQL.

    python benchmarks/grading/scale.py class [SIZE …] [--workers N]
    python benchmarks/grading/scale.py rows [COUNT …]

`class` grades the class of material.py (200 and 1,000 submissions) with N workers (2) of this machine, then on a Dask cluster
of N worker processes of its own, each in a process of its own, box and wall on. What grading costs the driver itself is what
bounds a large cluster; how its memory grows from one size to the next says what a hundred thousand would need.

`rows` writes synthetic submissions (30,000 and 100,000 of nine graded and seven commented cells) through gradebook.Book in the
grader's batches, all of them and then all of them again, as a first and as a second grading do. PostgreSQL is a server of its
own in a temporary folder (without fsync), where there is one installed.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
import warnings
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path

import material
from nbgrader.api import Gradebook

from service_marketing.grading import engine, gradebook
from service_marketing.grading.options import Options

SIZES, COUNTS = (200, 1000), (30_000, 100_000)
HERE = Path(__file__).resolve()
NAME, COURSE = "ps", "large"


# ---- a class


def grade(root: str, processes: str, workers: str) -> dict[str, float]:
    """Grade the class in `root`: with a Dask cluster of so many `processes`, or without one."""
    runner = {}
    if int(processes):
        from service_marketing.grading import cluster

        runner = {"runner": cluster.local(int(processes))}
    first: list[float] = []
    began = time.perf_counter()
    summary = engine.autograde(root, material.NAME, workers=int(workers), tell=lambda *_: first.append(time.perf_counter()), **runner)
    seconds, own = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF)
    if len(summary.graded) != len(summary.records):
        raise RuntimeError(f"{len(summary.records) - len(summary.graded)} of {len(summary.records)} were not graded")
    return {"seconds": seconds, "start": first[0] - began, "cpu": own.ru_utime + own.ru_stime, "memory": own.ru_maxrss / 1024}


def classes(sizes: list[int], workers: int) -> None:
    """Print what each size costs, with and without Dask."""
    kinds = ["local", "dask"] if find_spec("distributed") else ["local"]
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            for kind in kinds:
                root = material.course(Path(folder) / kind, size, size)
                took = alone("grade", root, workers if kind == "dask" else 0, workers)
                print(
                    f"{size} submissions, {kind}, {workers} workers: {size / took['seconds']:.2f} a second"
                    f" (first rows after {took['start']:.0f} s); the driver: {1000 * took['cpu'] / size:.0f} ms of a processor"
                    f" for each, {took['memory']:.0f} MB at most",
                    flush=True,
                )


# ---- rows


def assignment(url: str) -> None:
    """A gradebook with one assignment of 17 cells in one notebook: eight tests, a text, seven answers."""
    with Gradebook(url, COURSE) as book:
        book.add_assignment(NAME, duedate="2026-03-20 12:00:00 UTC")
        book.add_notebook(NAME, NAME)
        for number in range(8):
            book.add_grade_cell(f"test-{number}", NAME, NAME, max_score=2, cell_type="code")
            text = {"source": "assert answer == 42\n" * 5, "cell_type": "code", "checksum": "0" * 32, "locked": True}
            book.add_source_cell(f"test-{number}", NAME, NAME, **text)
        book.add_grade_cell("text", NAME, NAME, max_score=5, cell_type="markdown")
        for name in ("text", *(f"answer-{number}" for number in range(6))):
            book.add_solution_cell(name, NAME, NAME)


def write(url: str, count: str) -> dict[str, float]:
    """Write `count` submissions as the grader does it, in its batches; seconds for reading, scoring and writing rows."""
    batch = Options().batch
    book = gradebook.read(url, COURSE, NAME)
    took = {"read": 0.0, "score": 0.0, "write": 0.0, "slowest": 0.0}
    students = [f"s{number:06}" for number in range(int(count))]
    for start in range(0, len(students), batch):
        began = time.perf_counter()
        if start % gradebook.CHUNK == 0:
            book.prefetch(students[start : start + gradebook.CHUNK])
        read = time.perf_counter()
        for number, student in enumerate(students[start : start + batch]):
            for notebook in book.begin(student, "2026-03-19 10:00:00 UTC").notebooks:
                for place, grade in enumerate(notebook.grades):
                    grade.auto_score, grade.needs_manual_grade = (None, True) if place == 8 else (float((number + place) % 3), False)
                for comment in notebook.comments:
                    comment.auto_comment = None
            book.finish(student)
        scored = time.perf_counter()
        if book.flush().stale:
            raise RuntimeError("rows changed meanwhile")
        written = time.perf_counter()
        for name, seconds in (("read", read - began), ("score", scored - read), ("write", written - scored)):
            took[name] += seconds
        took["slowest"] = max(took["slowest"], written - scored)
    book.close()
    own = resource.getrusage(resource.RUSAGE_SELF)
    return {**took, "cpu": own.ru_utime + own.ru_stime, "memory": own.ru_maxrss / 1024}


def rows(counts: list[int]) -> None:
    """Print what writing so many submissions costs, in each database that is here."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        addresses = {"SQLite": lambda count: f"sqlite:///{folder}/{count}.db"}
        sys.path.insert(0, str(HERE.parents[2] / "tests"))
        from grading import postgresql

        if postgresql.programs() and find_spec("psycopg"):
            fresh = stack.enter_context(postgresql.running())
            addresses["PostgreSQL"] = lambda _: fresh()
        for count in counts:
            for database, address in addresses.items():
                url = address(count)
                assignment(url)
                for time_ in ("first", "second"):
                    took = alone("write", url, count)
                    print(
                        f"{count} submissions into {database}, {time_} time: {took['write']:.0f} s to write"
                        f" ({count * 18 / took['write']:.0f} rows a second, the slowest batch {took['slowest']:.2f} s),"
                        f" {took['read']:.0f} s to read, {took['score']:.0f} s for objects; {took['cpu']:.0f} s of a processor,"
                        f" {took['memory']:.0f} MB at most",
                        flush=True,
                    )
            file = folder / f"{count}.db"
            print(f"{count} submissions: SQLite's file has {file.stat().st_size / 1e6:.0f} MB")


# ---- each in a process of its own, for its memory


def alone(task: str, *arguments: object) -> dict[str, float]:
    """Run `grade` or `write` in a fresh process; what it measured."""
    command = [sys.executable, str(HERE), "--alone", task, *map(str, arguments)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    if sys.argv[1:2] == ["--alone"]:
        warnings.simplefilter("ignore")
        print(json.dumps({"grade": grade, "write": write}[sys.argv[2]](*sys.argv[3:])))
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["class", "rows"])
    parser.add_argument("sizes", nargs="*", type=int)
    parser.add_argument("--workers", type=int, default=2)
    chosen = parser.parse_args()
    if chosen.what == "class":
        classes(chosen.sizes or list(SIZES), chosen.workers)
    else:
        rows(chosen.sizes or list(COUNTS))


if __name__ == "__main__":
    main()
