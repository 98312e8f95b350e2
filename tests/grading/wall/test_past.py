"""Tests that run after all cells: what they find must be what they would have found at their places."""

import random

import numpy as np
import pandas as pd
import pytest

from service_marketing.grading.wall.past import Mark, Past, binds_first, mark


class Notebook:
    """Runs cells 0, 2, 4 … as a shell would; tests stand at 1, 3, 5 …, and run later."""

    def __init__(self, *cells: str):
        self.names = {"__name__": "__main__", "In": []}
        self.past = Past(self.names)
        for place, source in enumerate(cells):
            exec(source, self.names)
            self.names["In"].append(source)
            self.past.note(2 * place, source)

    def test(self, step: int, *names: str, call: str = "") -> "Notebook":
        """A test at `step` asks for these names, and has `call` done."""
        self.past.begin(step)
        for name in names:
            self.past.ask(name)
        if call:
            self.past.call()
            exec(call, self.names)
        return self

    def bind(self, step: int, name: str, value: object) -> "Notebook":
        """A test at `step` binds a name of the student's."""
        self.past.begin(step)
        self.past.bind(name)
        self.names[name] = value
        return self

    @property
    def settled(self) -> bool:
        return self.past.settled()


F = "def f(x):\n    return x + y"


@pytest.mark.parametrize(
    ("cells", "name", "settled"),
    [
        (("a = 1", "b = 2"), "a", True),
        (("a = 1", "a = 2"), "a", False),
        (("a = [1]", "a.append(2)"), "a", False),
        (("a = [1, 2]", "a[0] = 3"), "a", False),
        (("a = [1]", "b = a"), "a", True),
        (("y = 1\n" + F, "z = 2"), "f", True),
        (("y = 1\n" + F, "y = 2"), "f", False),
        ((F, "y = 2"), "f", False),
        (("y = 1\n" + F, "def f(x):\n    return x"), "f", False),
        (("y = 1\n" + F, F), "f", True),
        (("def g():\n    return f(1)\n" + F + "\ny = 1", "y = 2"), "g", False),
        (("def f(x, seen=[]):\n    seen.append(x)", "f(1)"), "f", False),
        (("def outer():\n    n = [0]\n    def inner():\n        n[0] += 1\n    return inner\nf = outer()", "f()"), "f", False),
        (("f = lambda x: x", "g = 1"), "f", True),
        (("class A:\n    pass\na = A()", "b = 1"), "a", False),
        (("import pandas as pd\nt = pd.DataFrame({'a': [1, 2]})", "t['b'] = 3"), "t", False),
        (("import pandas as pd\nt = pd.DataFrame({'a': [1, 2]})", "t.loc[0, 'a'] = 3"), "t", False),
        (("import pandas as pd\nt = pd.DataFrame({'a': ['x', 'y']})", "u = t[t['a'] == 'x'].copy()\nu['b'] = 1"), "t", True),
        (("import numpy as np\na = np.arange(6)", "a[1] = 9"), "a", False),
        (("import numpy as np\na = np.arange(6)", "b = a.sum()"), "a", True),
        (("import numpy as np\nrng = np.random.default_rng(1)", "rng.normal()"), "rng", False),
        (("1", "late = 1"), "late", None),
        (("a = 1", "b = 2"), "In", False),
        (("a = 1\nb = a", "del a"), "a", False),
    ],
)
def test_what_a_test_asks_for(cells, name, settled):
    notebook = Notebook(*cells)
    if settled is None:
        with pytest.raises(KeyError):
            notebook.test(1, name)
    else:
        assert notebook.test(1, name).settled is settled


def test_a_change_that_is_seen_before_the_test_is_none_after_it():
    notebook = Notebook("import pandas as pd\nt = pd.DataFrame({'a': [1, 2]})\nxs = []", "t['b'] = 3\nxs.append(1)", "z = 1")
    assert notebook.test(3, "t", "xs").settled
    assert not notebook.test(1, "t").settled


def test_behind_the_last_cell_everything_is_as_it_is():
    assert Notebook("class A:\n    pass", "a = A()").test(3, "a", "In", call="a.n = 1").settled


def test_what_a_test_changes_may_have_been_read_by_a_later_cell():
    counter = "count = [0]\ndef f():\n    count[0] += 1"
    assert not Notebook(counter, "z = 1").test(1, "f", call="f()").settled
    assert Notebook(counter, "z = 1").test(3, "f", call="f()").settled
    assert Notebook("def f(xs):\n    xs.append(1)", "z = 1").test(1, "f", call="f([])").settled


@pytest.mark.parametrize("module", ["random", "np.random"])
def test_random_numbers(module):
    draw = f"import random, numpy as np\ndef f():\n    return {module}.random()"
    random.seed(1)
    np.random.seed(1)
    assert not Notebook(draw, f"a = {module}.random()").test(1, "f", call="f()").settled, "a cell has drawn since"
    assert not Notebook(draw, "z = 1").test(1, "f", call="f()").settled, "a later cell would have drawn other numbers"
    assert Notebook(draw, "z = 1").test(3, "f", call="f()").settled


@pytest.mark.parametrize(
    ("cells", "settled"),
    [
        (("f = 1", "a = 5\nprint(a)"), True),
        (("f = 1", "b = 1"), True),
        (("f = 1\na = 0", "a = a + 1"), False),
        (("f = 1\na = 0", "b = a", "a = 3"), False),
        (("f = 1\na = 0", "b = 1"), True),
        (("f = 1\na = 0", "b = a"), False),
        (("f = 1\na = 0", "def g():\n    return a\ng()\na = 1"), False),
    ],
)
def test_a_name_that_a_test_binds(cells, settled):
    assert Notebook(*cells).bind(1, "a", 7).settled is settled


def test_what_a_test_binds_holds_until_the_cell_that_binds_it_again():
    notebook = Notebook("def f():\n    return a", "b = 1", "a = 5", "c = 1")
    notebook.bind(1, "a", 7).test(3)
    assert notebook.names["a"] == 7
    notebook.test(5)
    assert notebook.names["a"] == 5
    assert notebook.settled


def test_names_are_those_that_there_were():
    notebook = Notebook("a = 1", "b = 2\ndel a", "c = 3")
    for step, names in ((1, {"a"}), (3, {"b"}), (5, {"b", "c"})):
        notebook.past.begin(step)
        assert {"a", "b", "c"} & set(notebook.past.names()) == names


def test_a_test_that_sets_a_seed_or_writes_a_file():
    for step, settled in ((1, False), (3, True)):
        notebook = Notebook("a = 1", "b = 1").test(step)
        notebook.past.touch()
        assert notebook.settled is settled


def test_what_the_pool_asks_in_between_is_no_cell():
    notebook = Notebook("a = 1", "b = 2")
    notebook.past.begin(1)
    notebook.past.note(0, "")
    assert notebook.test(1, "a").settled


@pytest.mark.parametrize(
    "value",
    [None, 1.5, "文字", b"x", (1, [2, {3: {4}}]), np.float64(2), np.arange(3), np.array(["a", None], object), np.random, len, np.add, pd.NA,
     pd.Timestamp("2026-01-01"), pd.DataFrame({"a": ["x", None], "b": pd.Categorical(["u", "v"])}), pd.Series([1.0], name="s"),
     int, pd.DataFrame, pd.MultiIndex.from_tuples([(1, "a")]), np.random.default_rng(1)],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_what_has_a_mark(value):
    assert mark(value).digest is not None
    assert mark(value) == mark(value)


def test_what_has_none():
    class Own:
        def __reduce__(self):
            raise RuntimeError("the student's")

    own = Own()
    Own.__module__ = "__main__"
    for value in (own, (x for x in "ab"), lambda: own, Own):
        assert mark(value) == Mark(None, frozenset()), value


@pytest.mark.parametrize(
    ("source", "found"),
    [("a = 1\na", True), ("b = a\na = 1", False), ("def g():\n    return a\na = 1", False), ("b = 1", False), ("!ls", False),
     ("for a in [1]: a", True)],
)  # fmt: skip
def test_binding_before_reading(source, found):
    assert binds_first(source, "a") is found
