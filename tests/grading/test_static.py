"""Whose a notebook's names are, from its text alone: every way that Python and IPython bind, read and change them."""

import ast

import pytest
from IPython.core.interactiveshell import InteractiveShell
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from service_marketing.grading.wall import static
from service_marketing.grading.wall.static import STUDENT, TEST, TRUSTED, Cell, Files

# source, names that it binds by anything but an import
BINDS = {
    "assignment": ("x = 1", "x"),
    "chain": ("a = b = c = 0", "a b c"),
    "tuple": ("(a, [b, *c]), d = (1, [2, 3, 4]), 5", "a b c d"),
    "augmented": ("n = 0\nn += 1", "n"),
    "annotated": ("x: int = 3", "x"),
    "annotation only": ("x: int", ""),
    "attribute": ("a.b = 1\na['c'] = 2", ""),
    "function": ("def f(p, *, q=1):\n    local = p", "f"),
    "async function": ("async def f():\n    await g()", "f"),
    "decorated": ("@wraps(h)\ndef f():\n    pass", "f"),
    "class": ("class A(B):\n    inside = 1\n    def method(self):\n        own = 2", "A"),
    "lambda": ("f = lambda x: (y := x)", "f"),
    "walrus": ("print(n := 10)", "n"),
    "walrus in a comprehension": ("[last := i for i in range(3)]", "last"),
    "walrus in a default": ("def f(x=(seen := 3)):\n    return x", "f seen"),
    "walrus in an f-string": ("f'{(shown := 5)}'", "shown"),
    "comprehension": ("total = sum(i for i in range(3))\nd = {k: v for k, v in p}", "total d"),
    "for": ("for i, (j, k) in pairs:\n    found = j\nelse:\n    missed = True", "i j k found missed"),
    "while": ("while (line := read()):\n    count = 1", "line count"),
    "with": ("with open('a') as f, lock() as (l, m):\n    text = f.read()", "f l m text"),
    "try": ("try:\n    a = 1\nexcept E as error:\n    b = 2\nelse:\n    c = 3\nfinally:\n    d = 4", "a b c d"),
    "except name kept": ("e = 0\ntry:\n    pass\nexcept E as e:\n    pass", "e"),
    "except star": ("try:\n    a = 1\nexcept* ValueError as group:\n    b = 2", "a b"),
    "if": ("if big:\n    a = 1\nelif small:\n    b = 2\nelse:\n    c = 3", "a b c"),
    "match": (
        "match point:\n case {'x': x, **rest}:\n  a = 1\n case [first, *others]:\n  a = 2\n case P(a=inner) as whole:\n  a = 3",
        "a x rest first others inner whole",
    ),
    "global in a function": ("def start():\n    global state\n    state = {}", "start state"),
    "global in a nested function": ("def a():\n    def b():\n        global deep\n        deep = 1\n    return b", "a deep"),
    "global in a class": ("class A:\n    global made\n    made = 1", "A made"),
    "nonlocal": ("def a():\n    x = 0\n    def b():\n        nonlocal x\n        x = 1", "a"),
    "global function": ("def a():\n    global helper\n    def helper():\n        pass", "a helper"),
    "underscore": ("_, __, kept = f()\nfor _ in range(3):\n    pass", "kept"),
    "dunder": ("__all__ = ['a']\n_private = 1", "_private"),
    "deleted": ("helper = 1\ndel helper", "helper"),
    "chinese": ("满意度 = 4.2", "满意度"),
    "await": ("answer = await ask()\nasync with a as b:\n    pass\nasync for c in d:\n    pass", "answer b c"),
    "imports": ("import numpy as np, os.path\nfrom math import sqrt as root, pi", ""),
    "import or instead": ("try:\n    import fast as engine\nexcept ImportError:\n    engine = None", ""),
    "import in a function": ("def f():\n    global np\n    import numpy as np", "f"),
    "rebound import": ("from math import pi\npi = 3", "pi"),
    "not Python": ("x = = 1\ny = 2", ""),
    "fails to compile later": ("a = 1\nreturn a\nb = 2", "a"),
    "two stars": ("a = 1\n*b, *c = d", "a"),
    "empty": ("# only a comment", ""),
    "shell": ("files = !ls\n!rm x", "files"),
    "help": ("?len\nx = 1\nlen?", "x"),
    "line magic": ("%matplotlib inline\nimport os\nresult = %timeit -o f()", "result"),
    "timed line": ("%time fitted = model.fit(x)", "fitted"),
    "timed line with options": ("%prun -l 5 -s cumulative fitted = model.fit(x)", "fitted"),
    "timed cell": ("%%time\nfitted = model.fit(x)\nfor i in y:\n    pass", "fitted i"),
    "profiled cell": ("%%prun -l 5 first = 1\nsecond = 2", "first second"),
    "capture": ("%%capture --no-stderr shown\nx = 1", "shown x"),
    "capture of a magic": ("%%capture\n%time x = 1", "x"),
    "bash": ("%%bash --out text --err=errors\nx=1", "text errors"),
    "timeit": ("%%timeit\nx = 1", ""),
    "html": ("%%html\n<b>x = 1</b>", ""),
    "writefile": ("%%writefile helpers.py\nx = 1", ""),
    "magic in a branch": ("if True:\n    %time x = 1", "x"),
    "continued lines": ("x = \\\n    1\ny = (\n    2)", "x y"),
    "doctest prompts": (">>> x = 1\n>>> y = 2", "x y"),
    "indented as a whole": ("    x = 1\n    y = 2", "x y"),
    "semicolons": ("x = 1; y = 2;", "x y"),
    "chinese text": ('说明 = """第一行\n%time 不是命令\n"""', "说明"),
}


@pytest.mark.parametrize(("source", "names"), BINDS.values(), ids=BINDS)
def test_what_a_cell_binds(source, names):
    assert static.read(source).binds == set(names.split())


RUN = {
    name: BINDS[name]
    for line in (
        "assignment, chain, tuple, augmented, annotated, annotation only, walrus, walrus in a comprehension, walrus in a default",
        "walrus in an f-string, global in a class, chinese, imports, rebound import, fails to compile later, semicolons, not Python",
        "doctest prompts, indented as a whole, continued lines, profiled cell, chinese text, lambda, except name kept",
        "import or instead, deleted, nonlocal, two stars, capture of a magic, import in a function",
    )
    for name in line.split(", ")
}


@pytest.mark.parametrize(("source", "names"), RUN.values(), ids=RUN)
def test_ipython_binds_the_same(source, names, capsys):
    """The second opinion is IPython itself: what its namespace has afterwards, without modules and what IPython puts there."""
    shell = InteractiveShell(user_ns={})
    before = set(shell.user_ns)
    shell.run_cell(source.replace("read()", "''"), store_history=False)
    after = {n for n, v in shell.user_ns.items() if n not in before and not n.startswith("_")}
    reading = static.read(source)
    assert after - (reading.imported - reading.binds) == set(names.split()) - reading.deletes


READS = {
    "plain": ("y = x + 1", "x", ""),
    "own name": ("x = 1\ny = x", "", ""),
    "read, then bound": ("y = x\nx = 1", "x", ""),
    "loop variable": ("for i in range(3):\n    print(i)", "range print", ""),
    "function": ("def f(a):\n    b = a + c\n    return b", "", "c"),
    "class": ("class A(Base):\n    size = default\n    def f(self):\n        return limit", "Base", "default limit"),
    "lambda": ("f = lambda a: a + b", "", "b"),
    "imported": ("import numpy as np\nnp.mean(x)", "x", ""),
}


@pytest.mark.parametrize(("source", "reads", "uses"), READS.values(), ids=READS)
def test_what_a_cell_reads(source, reads, uses):
    reading = static.read(source)
    assert reading.reads == set(reads.split())
    assert {name for name in reading.uses if name != "__name__"} == set(uses.split())


CHANGES = {
    "item": ("df['new'] = df['a'] * 2", "df"),
    "attribute": ("df.columns = ['a', 'b']", "df"),
    "deep": ("df.loc[mask, 'a'] += 1", "df"),
    "in a tuple": ("(a.x, b[0]), *c.y = values", "a b c"),
    "del": ("del table['a'], other.b", "table other"),
    "method": ("items.append(3)\nqueue.data.insert(0, 1)", "items queue"),
    "inplace": ("df.drop(columns='a', inplace=True)\nother.sort_values('a', inplace=False)", "df"),
    "argument": ("rng.shuffle(order)\nheapq.heappush(heap, 3)\nsetattr(point, 'x', 1)", "order heap point"),
    "loop target": ("for row['a'] in values:\n    pass", "row"),
    "with target": ("with f() as state.file:\n    pass", "state"),
    "result of a call": ("make()['a'] = 1\nmake().append(2)", ""),
    "in a function": ("def f(local):\n    local['a'] = 1\n    shared['b'] = 2\n    own = []\n    own.append(1)", "shared"),
    "global in a function": ("def f():\n    global state\n    state = {}\n    state['a'] = 1", "state"),
    "in a lambda": ("f = lambda a: (a.append(1), log.append(2))", "log"),
    "in a class": ("class A:\n    items = []\n    items.append(1)\n    kept.append(2)", "kept"),
}


@pytest.mark.parametrize(("source", "names"), CHANGES.values(), ids=CHANGES)
def test_what_a_cell_changes(source, names):
    assert static.read(source).changes == set(names.split())


# ---- a notebook


def sheet(*cells: tuple[str, str]) -> list[Cell]:
    return [Cell(i, f"cell-{i}", role, source, 1.0 if role == TEST else 0.0) for i, (role, source) in enumerate(cells)]


def test_libraries_are_the_tests_own_and_files_of_the_notebook_are_not():
    found = static.names(
        sheet(
            (STUDENT, "import numpy as np, json\nfrom math import sqrt\nimport written, absent_module\nwarnings.filterwarnings('ignore')"),
            (STUDENT, "import warnings\nwarnings.filterwarnings('ignore')\nnp.set_printoptions(precision=3)\nnp.seterr(all=compute())"),
            (STUDENT, "%%writefile written.py\nvalue = 1"),
            (TEST, "assert np.isclose(sqrt(written.value), 1)"),
        )
    )
    assert found.student == ("absent_module", "written")
    assert found.imports == (
        "import numpy as np",
        "import json",
        "from math import sqrt",
        "import warnings",
        "warnings.filterwarnings('ignore')",
        "np.set_printoptions(precision=3)",
    )
    for statement in found.imports:
        ast.parse(statement)


def test_modules_of_the_assignment_are_either_sides():
    files = Files(
        {"helpers.py": "import os\ndef check(x):\n    pass\n_hidden = 1", "tools/__init__.py": "__all__ = ['a', 'b']\na = b = c = 1"}
    )
    cells = sheet(
        (STUDENT, "from helpers import *\nfrom tools import *\nimport helpers as h\nfrom tools.deep import x"), (TEST, "check(1)")
    )
    ours = static.names(cells, files)
    assert ours.student == ()
    assert ours.imports == ("from helpers import *", "from tools import *", "import helpers as h", "from tools.deep import x")
    theirs = static.names(cells, files, own_modules=False)
    assert theirs.student == ("a", "b", "check", "h", "os", "x")
    assert theirs.imports == ()


def test_a_module_in_the_current_folder_is_no_library(tmp_path, monkeypatch):
    (tmp_path / "lonely_module.py").write_text("x = 1")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    assert static.names(sheet((STUDENT, "import lonely_module"))).student == ("lonely_module",)


def test_run_gives_the_names_of_the_script():
    cells = sheet((STUDENT, "%run -i tools.py"), (STUDENT, "%pylab inline"))
    files = Files({"tools.py": "def helper():\n    pass"})
    assert static.names(cells, files, own_modules=False).student == ("helper",)
    assert "import matplotlib.pyplot as plt" in static.names(cells, files).imports
    assert "from tools import *" in static.names(cells, files).imports


def test_what_the_instructor_made_and_the_student_changes_comes_from_the_student():
    cells = sheet(
        (TRUSTED, "import pandas as pd\ndf = pd.read_csv('a.csv')\nother = 1\nkept = []"),
        (STUDENT, "df['total'] = df.a + df.b\nprint(other)"),
        (STUDENT, "def add(kept):\n    kept.append(1)"),
        (TEST, "assert df.total.sum() == 5"),
    )
    assert static.names(cells).student == ("add", "df")
    assert static.names(cells, more=["other"]).student == ("add", "df", "other")


def test_names_that_only_a_test_tells_of():
    cells = sheet(
        (STUDENT, "exec('made = 1')\nglobals()['other'] = 2"),
        (TRUSTED, "given = 1"),
        (
            TEST,
            "import os\nown = len(made)\nassert other and own and given and os\nassert __name__ and _ is not Out and get_ipython() and _i3",
        ),
    )
    assert static.names(cells).student == ("made", "other")


def test_names_that_a_test_binds_for_the_student():
    cells = sheet(
        (TEST, "early = 1\nfor i in range(3):\n    pass\nimport numpy as np\nimport json"),
        (STUDENT, "print(early)\nfor i in range(2):\n    print(i)\ndef f():\n    return rate * np.pi"),
        (TEST, "rate = 2\nlate = 3\nassert f() == 6"),
        (STUDENT, "x = 1"),
        (TEST, "late = 4"),
    )
    found = static.names(cells)
    assert found.shared == ("early", "rate")
    assert found.lent == ("import numpy as np",)
    assert found.student == ("f", "i", "x")
    given = sheet((STUDENT, "import numpy as np"), (TEST, "import numpy as np"), (STUDENT, "np.pi"))
    assert static.names(given).lent == ()


def test_whose_a_cell_is():
    def cell(source: str, tags=(), **marks) -> NotebookNode:
        made = new_code_cell(source)
        if marks:
            made.metadata["nbgrader"] = NotebookNode(
                {"grade": False, "solution": False, "locked": False, "task": False, "grade_id": "n", **marks}
            )
        if tags:
            made.metadata["tags"] = list(tags)
        return made

    notebook = new_notebook(
        cells=[
            new_markdown_cell("text"),
            cell("plain"),
            cell("a", locked=True),
            cell("b", solution=True),
            cell("c", grade=True, locked=True, points=2),
            cell("d", grade=True, locked=False, points=1),
            cell("e", grade=True, solution=True, points=3),
            cell("f", solution=True, locked=True),
            cell("  \n"),
            cell("g", tags=["skip-execution"]),
            cell("h", tags=["skip-execution"], grade=True, points=1),
            cell("i", task=True, locked=True, points=1),
        ]
    )
    found = [(c.place, c.source, c.role, c.points, c.solution) for c in static.cells(notebook)]
    assert found == [
        (1, "plain", STUDENT, 0.0, False),
        (2, "a", TRUSTED, 0.0, False),
        (3, "b", STUDENT, 0.0, True),
        (4, "c", TEST, 2.0, False),
        (5, "d", TEST, 1.0, False),
        (6, "e", STUDENT, 3.0, True),
        (7, "f", STUDENT, 0.0, True),
        (10, "h", TEST, 1.0, False),
        (11, "i", STUDENT, 1.0, False),
    ]


def test_nothing_of_a_cell_is_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    static.read("open('made', 'w').write('x')\n!touch made\n%%writefile made\nx")
    static.names(sheet((STUDENT, "import antigravity_absent\nopen('made', 'w')"), (TEST, "1 / 0")))
    assert list(tmp_path.iterdir()) == []


def test_deep_and_odd_sources_are_no_trouble():
    for source in (
        "x = " + "(" * 500 + "1" + ")" * 500,
        "x = " + "-" * 50_000 + "1",
        "\0",
        "x = '\ud800'",
        "%time " * 50 + "x = 1",
        "+".join("a" * 20_000),
    ):
        static.read(source)
