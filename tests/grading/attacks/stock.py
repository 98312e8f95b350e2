"""What stock nbgrader does with each attack.

    python tests/grading/attacks/stock.py [--write] [NAME ...]

Prints, and with --write keeps in each attack.toml: the score that the attack gets, what it gets to see, and what it breaks.
Attacks that would hurt the machine (`measured = false`) are left out. Each of the others runs on a course of its own within
bubblewrap: no network but its own, no processes but its own, nothing to write to but a folder that is thrown away, and a
time limit.
"""
# ruff: noqa: E402 (it is run as a program, and has to find the tests and the tools of the environment first)

import argparse
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import warnings
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

warnings.simplefilter("ignore")
sys.path.insert(0, str(Path(__file__).parents[2]))
os.environ["PATH"] = str(Path(sys.executable).parent) + os.pathsep + os.environ["PATH"]

from nbgrader.converters import Autograde
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from grading.attacks import ground
from service_marketing.grading import folder

SECONDS = 300
CELL_SECONDS = 15


def grade(root: Path, students: str) -> bool:
    """Stock nbgrader's own autograde; whether it went without an error."""
    config = folder.load(root).config
    config.merge(Config({"CourseDirectory": {"student_id": students}}))
    directory = CourseDirectory(config=config)
    directory.assignment_id = ground.ASSIGNMENT
    grader = Autograde(coursedir=directory, config=config, force=True)
    grader.log.setLevel("CRITICAL")
    try:
        grader.start()
    except (NbGraderException, SystemExit):
        return False
    return True


def inside(root: Path, name: str) -> None:
    """Within the sandbox: one attack on the course in `root`."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 28, 1 << 28))
    attack = next(one for one in ground.attacks() if one.name == name)
    with subprocess.Popen(["sleep", "1000"]) as bystander:
        os.environ.update(HOME=str(root / "home"), GRADER_KEY=ground.loot("environment"))
        with ground.listening(root / "course", root / "home", os.getpid(), bystander.pid) as (places, heard):
            attack.hand_in(root / "course", places)
            report = {"graded": grade(root / "course", name), "alive": bystander.poll() is None}
            report |= {"heard": heard.calls, "left": ground.traces(places)}
        (root / "report.json").write_text(json.dumps(report))
        bystander.kill()


def measure(master: Path, attack: ground.Attack) -> dict:
    """Score, what it gets to see and what it breaks, on stock nbgrader."""
    with tempfile.TemporaryDirectory(prefix="stock-", dir=master.parent) as place:
        root = Path(place)
        shutil.copytree(master, root / "course", symlinks=True)
        (root / "home").mkdir()
        box = ["bwrap", "--die-with-parent", "--unshare-all", "--unshare-user", "--uid", "0", "--gid", "0", "--ro-bind", "/", "/"]
        box += ["--dev", "/dev", "--proc", "/proc", "--tmpfs", "/tmp", "--bind", str(root), str(root), "--chdir", str(root / "course")]
        try:
            subprocess.run([*box, sys.executable, __file__, "--inside", place, attack.name], timeout=SECONDS, capture_output=True)
            report = json.loads((root / "report.json").read_text())
        except subprocess.TimeoutExpired:
            report = {"graded": False, "alive": True, "heard": [], "left": [], "harm": ["nbgrader never ends"]}
        except FileNotFoundError:
            report = {"graded": False, "alive": True, "heard": [], "left": [], "harm": ["nbgrader is killed"]}
        harm = report.get("harm", []) + ["another process is killed"] * (not report["alive"])
        harm += ["a service of the machine is called"] * bool(report["heard"]) + ["files are left behind"] * bool(report["left"])
        try:
            points = ground.scores(root / "course")
        except Exception:
            points = {}
        harm += ["others' scores"] * any(points.get(student) != due for student, (_, due) in ground.HONEST.items())
        harm += ["the instructor's files"] * (_files(master / "source") != _files(root / "course" / "source"))
        graded = root / "course" / "autograded" / attack.name
        sees = ground.seen(ground.shown(graded)) if graded.exists() else []
        own = points.get(attack.name)
        return {"score": sum(own.values()) if own and report["graded"] else None, "sees": sees, "harm": harm}


def _files(place: Path) -> dict[str, bytes]:
    return {str(file.relative_to(place)): file.read_bytes() for file in sorted(place.rglob("*")) if file.is_file()}


def keep(attack: ground.Attack, found: dict) -> None:
    """Put what was found into attack.toml."""
    file = attack.path / "attack.toml"
    lines = ["[stock]", "measured = true"]
    lines.append(f"score = {found['score']:g}" if found["score"] is not None else "graded = false")
    lines += [f"{name} = {json.dumps(found[name])}" for name in ("sees", "harm") if found[name]]
    text = re.sub(r"\[stock\]\n(?:.+\n)*", "\n".join(lines) + "\n", file.read_text(encoding="utf-8"))
    file.write_text(text, encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--inside", metavar="FOLDER")
    given = parser.parse_args()
    if given.inside:
        inside(Path(given.inside), given.names[0])
        return
    wanted = [one for one in ground.attacks() if one.about["stock"]["measured"] and (not given.names or one.name in given.names)]
    with tempfile.TemporaryDirectory(prefix="stock-course-") as place, ThreadPoolExecutor(given.workers) as pool:
        master = ground.build(Path(place) / "course", CELL_SECONDS)
        assert grade(master, "*")
        assert ground.scores(master) == {student: due for student, (_, due) in ground.HONEST.items()}, ground.scores(master)
        for attack, found in zip(wanted, pool.map(partial(measure, master), wanted), strict=True):
            score = "-" if found["score"] is None else f"{found['score']:g}"
            print(f"{attack.name:28} {score:>4}  {', '.join(found['sees'] + found['harm'])}", flush=True)
            if given.write:
                keep(attack, found)


if __name__ == "__main__":
    main()
