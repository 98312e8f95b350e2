"""The grader killed (SIGKILL) at random moments and started again: the same gradebook and files as undisturbed.

Five kills in the short form, fifty with --long, over several classes: a first grading, and a second one by force over marks
that a person made, behind the wall and, where there can be one, in the box. Killed is the process that grades; its shells
end with it.
"""

import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from nbgrader import api

from grading import stock_course as small
from service_marketing.grading import folder, results

NAME = small.NAME
STUDENTS = 10
TIMES = re.compile(r'"(?:iopub|shell)\.[a-z_.]+": "[^"]*"')
GRADE = """
import sys
from service_marketing.grading import engine
from service_marketing.grading.box.outside import available
from service_marketing.grading.options import Options
options = Options(sandbox=bool(available()), batch=4, batch_seconds=0.3, force=sys.argv[2] == "force")
print(len(engine.autograde(sys.argv[1], "ps1", workers=2, options=options).records))
"""


def hand_in(root: Path) -> None:
    for number in range(STUDENTS):
        right, late = number % 3 != 0, number % 4 == 0
        notebooks = {"b": small.answered(root, "b", right=right)}
        if number % 5:
            notebooks["a"] = small.answered(root, "a", right=not right, essay="x")
        small.submit(root, f"s{number:02}", notebooks, f"2026-03-20 {'15' if late else '10'}:00:00 UTC")
    small.submit(root, "broken", {"b": b'{"cells": ['})


def by_hand(root: Path) -> None:
    """A person marks, before the second grading."""
    with api.Gradebook(folder.load(root).db_url, "small") as book:
        for number in range(0, STUDENTS, 2):
            grade = book.find_grade("q2-test", "b", NAME, f"s{number:02}")
            grade.manual_score, grade.extra_credit, grade.needs_manual_grade = 0.5, number / 10, False
            book.find_comment("q2", "b", NAME, f"s{number:02}").manual_comment = "好"
        book.db.commit()


def grader(root: Path, force: bool = False) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-c", GRADE, str(root), "force" if force else "new"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def finish(running: subprocess.Popen) -> int:
    out, error = running.communicate(timeout=240)
    assert running.returncode == 0, error
    return int(out)


def state(root: Path) -> tuple[dict, dict, dict]:
    files = {p: (TIMES.sub("", d.decode()) if p.endswith(".ipynb") else d, mode) for p, (d, mode) in small.files(root).items()}
    records = {one.student: (one.state, one.score, one.problems, [n.cells for n in one.notebooks]) for one in results.read_all(root, NAME)}
    timeless = {s: (a, b, c, [[(x.name, x.verdict, x.auto_score) for x in book] for book in d]) for s, (a, b, c, d) in records.items()}
    return small.rows(folder.load(root).db_url), files, timeless


def prepared(root: Path, settings: str = "c.LateSubmissionPlugin.penalty_method = 'zero'") -> Path:
    small.course(root, settings)
    hand_in(root)
    return root


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory) -> tuple[tuple, tuple, float]:
    """The class after its first and after its second grading, and how long a grading takes."""
    root = prepared(tmp_path_factory.mktemp("undisturbed") / "course")
    began = time.monotonic()
    assert finish(grader(root)) == STUDENTS + 1
    took = time.monotonic() - began
    first = state(root)
    by_hand(root)
    assert finish(grader(root, force=True)) == STUDENTS + 1
    return first, state(root), took


def kill_often(root: Path, force: bool, kills: int, longest: float, chance: random.Random) -> int:
    """Start the grader and kill it, `kills` times, then let it finish; returns how many kills hit it at work."""
    hits = 0
    for _ in range(kills):
        running = grader(root, force)
        wait_for_work(root, running, chance.random() < 0.7)
        time.sleep(chance.uniform(0, longest))
        running.kill()  # which may be over by now
        hits += running.wait() == -signal.SIGKILL
        running.stdout.close()
        running.stderr.close()
    finish(grader(root, force))
    return hits


def wait_for_work(root: Path, running: subprocess.Popen, until_written: bool) -> None:
    """Until the grader is past its imports, or (`until_written`) writes."""
    place, until = results.folder(root, NAME), time.monotonic() + 60
    before = stamps(root)
    while running.poll() is None and time.monotonic() < until:
        if ((place / "lock").exists() and not until_written) or stamps(root) != before:
            return
        time.sleep(0.01)


def stamps(root: Path) -> set:
    found = set()
    for path in [*(results.folder(root, NAME)).glob("results/*"), *root.glob(f"autograded/*/.{NAME}*")]:
        try:
            found.add((path.name, path.stat().st_mtime_ns))
        except FileNotFoundError:
            continue
    return found


def test_killed_at_random_moments_the_grading_ends_as_if_undisturbed(undisturbed, tmp_path, request):
    first, second, took = undisturbed
    chance = random.Random(5)
    rounds, kills = (5, 5) if request.config.getoption("--long") else (1, 3)
    hits = 0
    for number in range(rounds):
        root = prepared(tmp_path / f"{number}")
        hits += kill_often(root, False, kills, took / 3, chance)
        assert state(root) == first
        by_hand(root)
        hits += kill_often(root, True, kills if rounds > 1 else 2, took / 3, chance)
        assert state(root) == second
        assert leftovers(root) == []
    assert hits >= rounds * kills


def leftovers(root: Path) -> list[Path]:
    place = results.folder(root, NAME)
    return [*root.glob(f"autograded/*/.{NAME}*"), *place.glob("results/*.part"), *place.glob("forced.json*")]


def test_killed_between_rows_and_folder_the_submission_is_graded_again(tmp_path):
    """The one moment in which rows and folders differ, made on purpose."""
    root = small.course(tmp_path / "course")
    small.submit(root, "ann", {"b": small.answered(root, "b")}, "2026-03-20 10:00:00 UTC")
    assert finish(grader(root)) == 1
    before = small.rows(folder.load(root).db_url)
    small.submit(root, "ann", {"b": small.answered(root, "b", right=False)}, "2026-03-20 11:00:00 UTC")
    dies = "from service_marketing.grading import saving\nimport os\nsaving.put_in_place = lambda *_: os.kill(os.getpid(), 9)"
    died = GRADE.replace("options =", f"{dies}\noptions =")
    killed = subprocess.run([sys.executable, "-c", died, str(root), "new"], capture_output=True, check=False)
    assert killed.returncode == -signal.SIGKILL
    between = small.rows(folder.load(root).db_url)
    assert between != before
    assert leftovers(root)
    assert finish(grader(root)) == 1
    assert small.rows(folder.load(root).db_url) == between
    assert leftovers(root) == []
    assert finish(grader(root)) == 0
