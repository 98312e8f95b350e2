"""Every attack, handed in by a student of a class that has honest students too: none succeeds, none hurts anybody else.

The class is graded once, by the command that an instructor would use. What stock nbgrader does with the same attacks is in
their attack.toml (see stock.py).
"""

import ctypes
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

import psutil
import pytest

from grading import stock_course
from grading.attacks import ground
from grading.attacks.ground import ASSIGNMENT, HONEST, POINTS
from service_marketing.grading import feedback, folder, results
from service_marketing.grading.problems import CODES
from service_marketing.grading.results import VERDICTS
from service_marketing.grading.shells.pool import SENTENCES

ATTACKS = ground.attacks()
WORKERS = 6
SETTINGS = f"""
c.Grader.cell_seconds = {ground.CELL_SECONDS}
c.Grader.grace_seconds = 2
c.Grader.submission_seconds = 20
c.Grader.cell_output = 1_000_000
c.Grader.submission_output = 3_000_000
"""
GROUPS = ("problems", "runs")


@dataclass(frozen=True)
class After:
    """The machine and the course once everything was graded."""

    root: Path
    code: int
    printed: str
    seconds: float
    scores: dict[str, dict[str, float]]
    source: tuple[dict, dict]
    gradebook: tuple[dict, dict]
    heard: list[str]
    left: list[str]
    processes: list[str]
    scratch: list[str]
    bystander_lives: bool
    token: str

    def record(self, student: str) -> results.Record | None:
        return results.read(self.root, ASSIGNMENT, student)

    def graded(self, student: str) -> Path:
        return self.root / "autograded" / student / ASSIGNMENT

    def page(self, student: str) -> str:
        """The feedback that a student gets."""
        return "\n".join(f.read_text(encoding="utf-8") for f in (self.root / "feedback" / student / ASSIGNMENT).glob("*.html"))


@contextmanager
def adopting() -> Iterator[None]:
    """Whoever loses its parent becomes a child of this process, and is seen; later tests have nothing of it."""
    prctl, subreaper = ctypes.CDLL(None).prctl, 36
    before = {process.pid for process in psutil.Process().children()}
    prctl(subreaper, 1, 0, 0, 0)
    try:
        yield
    finally:
        prctl(subreaper, 0, 0, 0, 0)
        for process in psutil.Process().children():
            if process.pid not in before:
                process.kill()
                process.wait(10)


@pytest.fixture(scope="session")
def after(tmp_path_factory) -> After:
    """A class of attackers and honest students, graded."""
    place = tmp_path_factory.mktemp("attacks")
    root = ground.build(place / "course")
    with (root / "nbgrader_config.py").open("a") as file:
        file.write(SETTINGS)
    for name in ("home", "scratch"):
        (place / name).mkdir()
    environment = {**os.environ, "HOME": str(place / "home"), "TMPDIR": str(place / "scratch"), "GRADER_KEY": ground.loot("environment")}
    program = [str(Path(sys.executable).parent / "course"), "autograde", ASSIGNMENT, "--folder", str(root), "--workers", str(WORKERS)]
    with adopting(), subprocess.Popen(["sleep", "3600"]) as bystander, (place / "printed").open("w+") as printed:
        grader = subprocess.Popen(
            ["sh", "-c", 'read -r go; exec "$@"', "sh", *program],
            stdin=subprocess.PIPE,
            stdout=printed,
            stderr=printed,
            env=environment,
            start_new_session=True,
        )
        try:
            with ground.listening(root, place / "home", grader.pid, bystander.pid) as (places, heard):
                for attack in ATTACKS:
                    attack.hand_in(root, places)
                source, known = _files(root / "source"), _tables(root)
                began = time.monotonic()
                grader.communicate(b"go\n", timeout=900)
                seconds = time.monotonic() - began
                lives = bystander.poll() is None
                processes = [name for pid, name in _children() if pid != bystander.pid]
                left = ground.traces(places)
        finally:
            grader.kill()
            bystander.kill()
        printed.seek(0)
        said = printed.read()
    feedback.write_feedback(folder.load(root), ASSIGNMENT)
    return After(
        root=root,
        code=grader.returncode,
        printed=said,
        seconds=seconds,
        scores=ground.scores(root),
        source=(source, _files(root / "source")),
        gradebook=(known, _tables(root)),
        heard=heard.calls,
        left=left,
        processes=processes,
        scratch=sorted(str(file) for file in (place / "scratch").iterdir()),
        bystander_lives=lives,
        token=places.token,
    )


def _files(place: Path) -> dict[str, tuple[bytes, int]]:
    return {str(f.relative_to(place)): (f.read_bytes(), f.stat().st_mode) for f in sorted(place.rglob("*")) if f.is_file()}


def _tables(root: Path) -> dict[str, list[tuple]]:
    """The gradebook's tables that grading must not change: what the assignment is, and who is in the course."""
    course = folder.load(root)
    rows = stock_course.rows(course.db_url)
    names = ("assignment", "notebook", "base_cell", "grade_cells", "solution_cells", "source_cell", "task_cells")
    return {name: rows[name] for name in names if name in rows}


def _children() -> list[tuple[int, str]]:
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            pid, name, rest = re.fullmatch(r"(\d+) \((.*)\) (.*)\n", status.read_text(), re.DOTALL).groups()
        except (OSError, AttributeError):
            continue
        if int(rest.split()[1]) == os.getpid() and rest.split()[0] != "Z":
            found.append((int(pid), name))
    return found


class _Acting(HTMLParser):
    """Finds what acts when a page is looked at: scripts, frames, handlers, addresses that are programs."""

    def __init__(self):
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag, attrs):
        if tag in ("script", "iframe", "frame", "object", "embed", "base", "form"):
            self.found.append(tag)
        for name, value in attrs:
            address = re.sub(r"[\x00-\x20]", "", value or "").lower()
            if name.startswith("on") or address.startswith(("javascript:", "vbscript:", "data:text", "data:image/svg")):
                self.found.append(f"{tag} {name}")


def _acting(page: str) -> list[str]:
    parser = _Acting()
    parser.feed(page)
    return parser.found


def _cells(record: results.Record) -> dict[str, str]:
    return {cell.name: f"{cell.verdict} {cell.ename}".strip() for _, cell in record.cells()}


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_no_attack_gets_more_than_its_answers_are_worth(after, attack):
    record, here = after.record(attack.name), attack.about["here"]
    assert record is not None, after.printed[-2000:]
    assert record.state == here.get("state", "graded"), record.problems
    if record.state != "graded":
        assert attack.name not in after.scores
    else:
        found = sum(after.scores[attack.name].values())
        assert found in ground.points(here["score"]), _cells(record)
        assert record.score == found
    cells = _cells(record)
    for name, wanted in here.get("cells", {}).items():
        assert any(cells[name] == one or cells[name].split()[0] == one for one in wanted.split(" | ")), (name, cells[name], wanted)
    codes = {found.code for found in record.all_problems()}
    assert set(here.get("problems", [])) <= codes, codes
    if here.get("runs"):
        ends = {run.problem for notebook in record.notebooks for run in notebook.runs} - {""}
        assert ends & set(here["runs"]), [notebook.runs for notebook in record.notebooks]


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_no_attack_gets_to_see_what_it_should_not(after, attack):
    graded = after.graded(attack.name)
    assert ground.seen(ground.shown(graded)) == []
    page = after.page(attack.name)
    assert ground.seen(page) == []
    assert _acting(page) == []


@pytest.mark.parametrize("student", HONEST)
def test_honest_students_get_what_they_are_due(after, student):
    assert after.scores[student] == HONEST[student][1], _cells(after.record(student))
    record = after.record(student)
    assert record.state == "graded"
    assert record.wall
    assert {run.problem for notebook in record.notebooks for run in notebook.runs} == {""}
    assert not record.in_process


def test_the_grader_comes_to_its_end(after):
    assert after.code == 0, after.printed[-3000:]
    assert {record.student for record in results.read_all(after.root, ASSIGNMENT)} == {*HONEST, *(one.name for one in ATTACKS)}
    assert after.seconds < 600


def test_the_machine_is_as_before(after):
    assert after.processes == []
    assert after.bystander_lives
    assert after.left == []
    assert after.scratch == []
    assert after.heard == []


def test_the_course_is_as_before(after):
    assert after.source[0] == after.source[1]
    assert after.gradebook[0] == after.gradebook[1]
    unknown = set(after.scores) - set(HONEST) - {attack.name for attack in ATTACKS}
    assert not unknown


def test_nothing_that_is_kept_holds_what_nobody_should_see(after):
    for file in sorted((after.root / "autograded").rglob("*")):
        assert not file.is_symlink(), file
        assert file.is_dir() or file.is_file(), file
    for student in HONEST:
        assert set(ground.seen(after.page(student))) <= {"neighbour"}


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_what_is_known_of_an_attack(attack):
    about, here, stock = attack.about, attack.about["here"], attack.about["stock"]
    assert about["tries"]
    assert about["where"]
    assert stock.keys() <= {"measured", "score", "graded", "sees", "harm", "why_not"}
    assert ("score" in stock or stock.get("graded") is False) == stock["measured"]
    assert stock["measured"] or stock["why_not"]
    assert here["why"]
    assert any(here.get(name) for name in ("cells", *GROUPS)), "a reason that can be checked"
    assert set(here.get("cells", {})) <= set(POINTS)
    assert {one.split()[0] for wanted in here.get("cells", {}).values() for one in wanted.split(" | ")} <= set(VERDICTS)
    assert set(here.get("problems", [])) <= set(CODES)
    assert set(here.get("runs", [])) <= set(SENTENCES)
    assert all(0 <= score <= 16 for score in ground.points(here.get("score", 0)))


def test_there_are_many_attacks_and_most_of_them_work_on_stock():
    assert len(ATTACKS) >= 200
    stock = [attack.about["stock"] for attack in ATTACKS]
    fooled = [
        s
        for s, a in zip(stock, ATTACKS, strict=True)
        if s.get("score", 0) > max(ground.points(a.about["here"].get("score", 0))) or s.get("sees") or s.get("harm")
    ]
    assert len(fooled) >= 60
