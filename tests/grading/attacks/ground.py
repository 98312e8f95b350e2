"""The ground that attacks are run on: a small course, its honest students, what an attacker would like to have, and the attacks.

An attack is a folder beside this file:

    submission.md    sections "## <cell>" with the code that is put into that cell ("## after <cell>": into a new one)
    prepare.py       `prepare(notebook, folder, places)` changes the notebook or the submission's folder in other ways
    files/           files that are handed in along with the notebook
    attack.toml      what it tries and where, what stock nbgrader does with it, what has to come of it here, and why

Cells that an attack does not mention hold wrong answers worth no points at all, or right ones where attack.toml says
`base = "right"`. Words like @COURSE@ stand for what a well-informed attacker knows of the machine (`Places`).
"""

import copy
import importlib.util
import json
import re
import secrets
import shutil
import socket
import threading
import tomllib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI

from grading.stock_course import marked, tool_path
from service_marketing.grading import folder

HERE = Path(__file__).parent
ASSIGNMENT, NOTEBOOK = "quiz", "work"
CELL_SECONDS = 3
POINTS = {"gap-test": 3, "scale-test": 3, "table-test": 3, "queue-test": 2, "answer-test": 1, "rank-test": 4}
HIDDEN = ("73.1875", "hidden-", "Toldhidden")
"""What the hidden tests alone contain."""
LOOT = "loot" + "-"
"""How everything begins that an attacker should never get to see."""

SETUP = 'import numpy as np\nimport pandas as pd\n\nvisits = pd.read_csv("visits.csv")'
VISITS = "store,spend\neast,12\nwest,7.5\neast,3\nnorth,41\n"

RIGHT = {
    "free": "# a place to try things",
    "gap": "def gap(expected, perceived):\n    return sum(p - e for e, p in zip(expected, perceived)) / len(expected)",
    "scale": "def scale(matrix):\n    return (matrix - matrix.mean(axis=0)) / matrix.std(axis=0)",
    "table": 'def by_store(frame):\n    return frame.groupby("store", as_index=False)["spend"].mean()',
    "queue": """class Queue:
    def __init__(self):
        self.guests, self.served = [], 0

    def push(self, guest):
        self.guests.append(guest)

    def pop(self):
        self.served += 1
        return self.guests.pop(0)

    def __len__(self):
        return len(self.guests)

    def state(self):
        return {"waiting": len(self.guests), "served": self.served}

    def each(self, function):
        for guest in self.guests:
            function(guest)

    def everybody(self):
        yield from self.guests""",
    "answer": 'answer = 19.21 * 2\nwith open("answer.txt", "w") as file:\n    file.write(str(answer))',
    "rank": "def rank(names):\n    return sorted(set(names))",
}
WRONG = {
    "free": RIGHT["free"],
    "gap": "def gap(expected, perceived):\n    return 0",
    "scale": "def scale(matrix):\n    return matrix",
    "table": "def by_store(frame):\n    return frame",
    "queue": """class Queue:
    def push(self, guest):
        pass

    def pop(self):
        pass

    def __len__(self):
        return 0

    def state(self):
        return {}

    def each(self, function):
        pass

    def everybody(self):
        yield from ()""",
    "answer": 'answer = 0\nwith open("answer.txt", "w") as file:\n    file.write(str(answer))',
    "rank": "def rank(names):\n    return names",
}
HALF = {**WRONG, "gap": RIGHT["gap"], "scale": RIGHT["scale"], "rank": "def rank(names):\n    return sorted(names)"}
BROKEN = {**RIGHT, "table": "def by_store(frame:\n    return frame", "answer": "answer = 1 / 0"}

VISIBLE_TESTS = {
    "gap-test": "assert abs(gap([5, 6], [4, 4]) + 1.5) < 1e-9",
    "scale-test": "np.testing.assert_allclose(scale(np.array([[1.0, 4], [3, 8]])), [[-1, -1], [1, 1]])",
    "table-test": """result = by_store(visits)
expected = visits.groupby("store", as_index=False)["spend"].mean()
pd.testing.assert_frame_equal(result, expected)""",
    "queue-test": """queue = Queue()
queue.push("first")
queue.push("second")
assert len(queue) == 2
assert queue.pop() == "first"
assert queue.state() == {"waiting": 1, "served": 1}""",
    "answer-test": """assert isinstance(answer, float)
with open("answer.txt") as file:
    assert file.read()""",
    "rank-test": 'points = 0\ncases = [(["b", "a", "b"], ["a", "b"]), (["c", "a"], ["a", "c"])]',
}
HIDDEN_TESTS = {
    "gap-test": 'assert abs(gap([73.1875, 2], [70.1875, 4]) + 0.5) < 1e-9, "hidden-words"',
    "scale-test": """found = scale(np.array([[73.1875, 1], [75.1875, 3], [77.1875, 8]]))
assert isinstance(found, np.ndarray) and found.shape == (3, 2)
np.testing.assert_allclose(found.mean(axis=0), 0, atol=1e-12)
np.testing.assert_allclose(found[:, 0], [-1.224744871391589, 0, 1.224744871391589], atol=1e-12)""",
    "table-test": """more = pd.DataFrame({"store": ["hidden-b", "hidden-a", "hidden-b"], "spend": [73.1875, 1, 2]})
result = by_store(more)
expected = more.groupby("store", as_index=False)["spend"].mean()
pd.testing.assert_frame_equal(result, expected)""",
    "queue-test": """queue.push("hidden-guest")
assert list(queue.everybody()) == ["second", "hidden-guest"]
seen = []
queue.each(seen.append)
assert seen == ["second", "hidden-guest"]""",
    "answer-test": """import certifi, os, pickle
assert certifi.where
if os.path.exists("answer.pkl"):
    with open("answer.pkl", "rb") as file:
        pickle.load(file)
assert round(answer, 2) == 38.42 * (len(visits) > 0), "hidden-value\"""",
    "rank-test": 'cases += [(["hidden-y", "hidden-x", "hidden-y"], ["hidden-x", "hidden-y"]), (["z", "a"], ["a", "z"])]',
}
LAST_LINES = {
    "rank-test": """for given, wanted in cases:
    try:
        points += bool(rank(given) == wanted)
    except Exception:
        pass
points"""
}


# ---- the course


def source(loot: str) -> NotebookNode:
    """The instructor's notebook; the solutions hold `loot`."""
    cells = [new_markdown_cell("# 小测验", id="title"), marked(new_code_cell(SETUP), "setup", locked=True)]
    cells.append(new_code_cell(RIGHT["free"], id="free"))
    for name in ("gap", "scale", "table", "queue", "answer", "rank"):
        solution = f"### BEGIN SOLUTION\n# {loot}\n{RIGHT[name]}\n### END SOLUTION"
        cells.append(marked(new_code_cell(solution), name, solution=True))
        if name == "table":
            cells.append(marked(new_code_cell("by_store(visits)"), "shown", locked=True))
        test = f"{name}-test"
        hidden = f"### BEGIN HIDDEN TESTS\n{HIDDEN_TESTS[test]}\n### END HIDDEN TESTS"
        text = "\n".join(part for part in (VISIBLE_TESTS[test], hidden, LAST_LINES.get(test)) if part)
        cells.append(marked(new_code_cell(text), test, grade=True, locked=True, points=POINTS[test]))
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return new_notebook(cells=cells, metadata=kernel)


def build(root: Path, seconds: float = CELL_SECONDS) -> Path:
    """The course in `root`, with the assignment released and the honest students' work handed in; `seconds` for a cell."""
    tool_path()
    shutil.rmtree(root, ignore_errors=True)
    own = root / "source" / ASSIGNMENT
    own.mkdir(parents=True)
    settings = [
        "c = get_config()",
        "c.CourseDirectory.course_id = 'ground'",
        f"c.Execute.timeout = {seconds}",
        "c.CourseDirectory.max_dir_size = 20_000",
        "c.CourseDirectory.max_file_size = 10_000",
    ]
    (root / "nbgrader_config.py").write_text("\n".join(settings) + "\n")
    nbformat.write(source(loot("source")), own / f"{NOTEBOOK}.ipynb")
    (own / "visits.csv").write_text(VISITS)
    course = folder.load(root)
    result = NbGraderAPI(config=course.config).generate_assignment(ASSIGNMENT)
    assert result["success"], result
    with Gradebook(course.db_url, course.course_id) as book:
        for student in HONEST:
            book.update_or_create_student(student, first_name="诚", last_name="实", email=f"{loot('gradebook')}@example.org")
    for student, (answers, _) in HONEST.items():
        notebook = filled(root, answers)
        notebook.cells.append(new_markdown_cell(f"my own work, {loot('neighbour')}", id="mine"))
        hand_in(root, student, notebook)
    return root


HONEST: dict[str, tuple[dict[str, str], dict[str, float]]] = {
    student: (answers, scores)
    for students, answers, scores in (
        (("a-right", "f-right", "n-right", "s-right", "z-right"), RIGHT, {name: float(points) for name, points in POINTS.items()}),
        (("d-half", "p-half"), HALF, {**dict.fromkeys(POINTS, 0.0), "gap-test": 3.0, "scale-test": 3.0, "rank-test": 2.0}),
        (("k-wrong",), WRONG, dict.fromkeys(POINTS, 0.0)),
        (("r-broken",), BROKEN, {**{name: float(points) for name, points in POINTS.items()}, "table-test": 0.0, "answer-test": 0.0}),
    )
    for student in students
}
"""The honest students: what they answer and what they are due, cell by cell."""


@lru_cache(maxsize=4)
def _released(file: Path) -> NotebookNode:
    return nbformat.read(file, as_version=4)


def filled(root: Path, answers: dict[str, str]) -> NotebookNode:
    """The released notebook with `answers` by cell."""
    notebook = copy.deepcopy(_released(root / "release" / ASSIGNMENT / f"{NOTEBOOK}.ipynb"))
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id", cell.id)
        cell.source = answers.get(name, cell.source)
    return notebook


def hand_in(root: Path, student: str, notebook: NotebookNode | None, data: bool = True) -> Path:
    """The folder of what a student hands in, with the assignment's files in it."""
    place = root / "submitted" / student / ASSIGNMENT
    place.mkdir(parents=True, exist_ok=True)
    if data:
        (place / "visits.csv").write_text(VISITS)
    if notebook is not None:
        (place / f"{NOTEBOOK}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    return place


# ---- what an attacker is after

_SECRETS: dict[str, str] = {}


def loot(kind: str) -> str:
    """A word that nobody can guess, one for each kind of thing that nobody should get at."""
    return _SECRETS.setdefault(kind, f"{LOOT}{kind}-{secrets.token_hex(6)}")


@dataclass(frozen=True)
class Places:
    """What a well-informed attacker knows: the course folder, the home folder, the process and the sockets of others."""

    course: Path
    home: Path
    port: int
    datagrams: int
    socket: Path
    abstract: str
    grader: int
    bystander: int
    token: str

    def fill(self, text: str) -> str:
        """`text` with the words like @COURSE@ replaced."""
        for name, value in vars(self).items():
            text = text.replace(f"@{name.upper()}@", str(value))
        return text


@dataclass
class Heard:
    """Who called on the sockets that no submission may reach."""

    calls: list[str] = field(default_factory=list)


@contextmanager
def listening(course: Path, home: Path, grader: int, bystander: int) -> Iterator[tuple[Places, Heard]]:
    """Sockets of every kind that wait for attackers, and a home folder with a key in it, at `home`."""
    (home / ".ssh").mkdir(parents=True, exist_ok=True)
    (home / ".ssh" / "id_ed25519").write_text(loot("key"))
    (home / ".bashrc").write_text("# nothing\n")
    token = secrets.token_hex(6)
    heard, stop = Heard(), threading.Event()
    with ExitStack() as stack:
        stream = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        datagrams = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        datagrams.bind(("127.0.0.1", 0))
        local = stack.enter_context(socket.socket(socket.AF_UNIX))
        local.bind(str(home / "service.socket"))
        abstract = stack.enter_context(socket.socket(socket.AF_UNIX))
        abstract.bind(f"\0service-{token}")
        for one in (local, abstract):
            one.listen()
        for name, one in {"port": stream, "datagram": datagrams, "socket": local, "abstract": abstract}.items():
            one.settimeout(0.2)
            thread = threading.Thread(target=_wait, args=(one, name, heard, stop))
            thread.start()
            stack.callback(thread.join)
        stack.callback(stop.set)
        yield (
            Places(
                course=course,
                home=home,
                port=stream.getsockname()[1],
                datagrams=datagrams.getsockname()[1],
                socket=home / "service.socket",
                abstract=f"service-{token}",
                grader=grader,
                bystander=bystander,
                token=token,
            ),
            heard,
        )


def _wait(one: socket.socket, name: str, heard: Heard, stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            if one.type == socket.SOCK_DGRAM:
                heard.calls.append(f"{name}: {one.recv(1000)!r}")
            else:
                connection, _ = one.accept()
                with connection:
                    connection.settimeout(1)
                    heard.calls.append(f"{name}: {connection.recv(1000)!r}")
        except TimeoutError:
            continue
        except OSError as error:
            heard.calls.append(f"{name}: {error}")


# ---- the attacks


@dataclass(frozen=True)
class Attack:
    """One attack: the folder's name and what is in attack.toml."""

    name: str
    path: Path
    about: dict[str, Any]

    @property
    def base(self) -> dict[str, str]:
        """What the cells hold that the attack does not mention."""
        return RIGHT if self.about.get("base", "wrong") == "right" else WRONG

    @cached_property
    def text(self) -> str:
        file = self.path / "submission.md"
        return file.read_text(encoding="utf-8") if file.exists() else ""

    def sections(self, places: Places) -> dict[str, str]:
        """Source by cell, or by "after <cell>"."""
        found = re.findall(r"^## (.+)\n+(?:[^#`].*\n+)*```.*\n((?:.*\n)*?)```$", self.text, re.MULTILINE)
        return {name: places.fill(code).rstrip("\n") for name, code in found}

    def hand_in(self, root: Path, places: Places) -> Path:
        """Put it among the submissions of the course in `root`, under its own name as the student's."""
        sections = self.sections(places)
        notebook = filled(root, {**self.base, **sections})
        for name, code in sections.items():
            if name.startswith("after "):
                at = next(i for i, c in enumerate(notebook.cells) if cell_name(c) == name.removeprefix("after "))
                notebook.cells.insert(at + 1, new_code_cell(code, id=re.sub("[^a-z]", "-", name)))
        place = hand_in(root, self.name, None)
        if (self.path / "files").exists():
            shutil.copytree(self.path / "files", place, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
        if (self.path / "prepare.py").exists() and self._prepare(notebook, place, places) is not None:
            return place
        return hand_in(root, self.name, notebook, data=False)

    def _prepare(self, notebook: NotebookNode, place: Path, places: Places) -> Any:
        """What prepare.py returns: None, unless it has written the notebook itself."""
        spec = importlib.util.spec_from_file_location(f"attack_{self.name.replace('-', '_')}", self.path / "prepare.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module.prepare(notebook, place, places)


def cell_name(cell: NotebookNode) -> str:
    """Grade id of a cell, or its id."""
    return cell.metadata.get("nbgrader", {}).get("grade_id", cell.get("id", ""))


def scores(root: Path) -> dict[str, dict[str, float]]:
    """Points by student and test, as the gradebook has them."""
    course = folder.load(root)
    found: dict[str, dict[str, float]] = {}
    with Gradebook(course.db_url, course.course_id) as book:
        for submission in book.assignment_submissions(ASSIGNMENT):
            for notebook in submission.notebooks:
                found[submission.student.id] = {grade.name: grade.score for grade in notebook.grades}
    return found


def shown(graded: Path) -> str:
    """All that a student could get of a graded submission: outputs, names and metadata of cells and the files beside.

    The text of cells is left out, as it stands there before anything runs, and so are the outputs of test cells, which the
    feedback keeps back (`test_attacks` looks at it itself).
    """
    texts = []
    for file in sorted(graded.rglob("*")):
        if file.is_symlink() or not file.is_file():
            continue
        if file.name != f"{NOTEBOOK}.ipynb":
            with file.open("rb") as opened:
                texts.append(file.name + "\n" + opened.read(1 << 20).decode("utf-8", "replace"))
            continue
        notebook = json.loads(file.read_text(encoding="utf-8"))
        texts.append(json.dumps(notebook["metadata"]))
        for cell in notebook["cells"]:
            if not cell["metadata"].get("nbgrader", {}).get("grade"):
                texts.append(json.dumps({**cell, "source": ""}, ensure_ascii=False))
    return "\n".join(texts)


def seen(text: str) -> list[str]:
    """What of that which nobody should see is in `text`: kinds of loot, "hidden tests"."""
    kinds = {found[1] for found in re.finditer(LOOT + r"([a-z]+)", text)}
    return sorted(kinds | ({"hidden tests"} if any(word in text for word in HIDDEN) else set()))


def traces(places: Places, folders: tuple[str, ...] = ("/tmp", "/var/tmp", "/dev/shm", "/run", "/run/lock", "/", "/mnt")) -> list[str]:
    """Files that an attack has left outside its own folder."""
    found = [str(file) for name in folders for file in Path(name).glob(f"*{places.token}*")]
    found += [str(file) for file in places.home.rglob(f"*{places.token}*")]
    if places.token in (places.home / ".bashrc").read_text():
        found.append(str(places.home / ".bashrc"))
    return found


def points(score: float | list[float]) -> list[float]:
    """The scores that attack.toml takes for right: one, or several where it depends on who is faster."""
    return score if isinstance(score, list) else [score]


def attacks() -> list[Attack]:
    """Every attack, by name."""
    files = sorted(HERE.glob("*/attack.toml"))
    return [Attack(file.parent.name, file.parent, tomllib.loads(file.read_text(encoding="utf-8"))) for file in files]
