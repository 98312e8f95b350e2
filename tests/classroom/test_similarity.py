"""Copies are found whatever they are called, and honest work that meets is left alone."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_marketing.classroom.similarity import compare, fragments, tokens

# how different people write the same five answers
STYLES = {
    ("w", "t1"): [
        "n = len(visits)",
        "n = visits.shape[0]",
        'n = visits["visit_id"].count()',
    ],
    ("w", "t2"): [
        "def csat(ratings):\n    good = [r for r in ratings if r >= 4]\n    return len(good) / len(ratings)",
        "def csat(ratings):\n    n = 0\n    for r in ratings:\n        if r >= 4:\n            n = n + 1\n    return n / len(ratings)",
        "def csat(ratings):\n    return sum(r >= 4 for r in ratings) / len(ratings)",
        "def csat(ratings):\n    return np.mean(np.array(ratings) >= 4)",
    ],
    ("w", "t3"): [
        "def nps(s):\n    p = len([x for x in s if x >= 9])\n    d = len([x for x in s if x <= 6])\n    return 100 * (p - d) / len(s)",
        "def nps(s):\n    up = sum(x >= 9 for x in s) / len(s)\n    down = sum(x <= 6 for x in s) / len(s)\n    return (up - down) * 100",
        "def nps(s):\n    s = pd.Series(s)\n    return ((s >= 9).mean() - (s <= 6).mean()) * 100",
    ],
    ("w", "t4"): [
        'west = visits[visits["store_id"] == 11]\nm = west["rating"].mean()',
        'm = visits.loc[visits["store_id"] == 11, "rating"].mean()',
        'm = visits.query("store_id == 11")["rating"].mean()',
        'm = visits.groupby("store_id")["rating"].mean()[11]',
    ],
}
GIVEN = {cell: ("# 在这里写你的代码\nanswer = ...", styles[0]) for cell, styles in STYLES.items()}
NAMES = ("a", "k", "xs", "wo", "ren", "value", "分数", "data1")


def honest(seed):
    rng = random.Random(seed)
    return {cell: renamed(rng.choice(styles), rng) for cell, styles in STYLES.items()}


def renamed(source, rng):
    for old in ("good", "ratings", "up", "down", "west", "r", "x", "p", "d"):
        new = f"{rng.choice(NAMES)}{rng.randrange(99)}"
        source = "".join(new if part == old else part for part in split(source))
    return source


def split(source):
    word, parts = "", []
    for letter in source:
        if letter.isidentifier() or (word and letter.isdigit()):
            word += letter
            continue
        parts += [word, letter]
        word = ""
    return [*parts, word]


ODD = {
    ("w", "t2"): """\
def csat(ratings):
    hit, at = 0, 0
    while at < len(ratings):
        hit += min(1, ratings[at] // 4)
        at += 1
    return hit / at
""",
    ("w", "t3"): """\
def nps(s):
    box = {True: 0, False: 0}
    for one in s:
        box[one > 8] += one > 8
        box[False] -= 1 - min(1, one // 7)
    return (box[True] + box[False]) / len(s) * 100.0
""",
}
DISGUISED = {
    ("w", "t2"): """\
def csat(scores):
    # 我自己写的
    zan, wz = 0, 0
    while wz < len(scores):

        zan += min(1, scores[wz] // 4)  # 好评
        wz += 1
    return zan/wz
""",
    ("w", "t3"): """\
def nps(q):
    '''净推荐值'''
    he = {True: 0, False: 0}
    for g in q:
            he[g > 8] += g > 8
            he[False] -= 1 - min(1, g // 7)
    return (he[True] + he[False]) / len(q) * 100.0
""",
}


def a_class(n=60):
    return {f"s{at:03}": honest(at) for at in range(n)}


def test_names_comments_and_layout_do_not_count():
    for cell in ODD:
        assert tokens(ODD[cell]) == tokens(DISGUISED[cell])
    assert tokens("total = x.mean()  # 平均") == ("v", "=", "v", ".", "mean", "(", ")")
    assert fragments("") == fragments("# 只有注释\n") == frozenset()
    assert fragments("a = 1") == {"v = 1"}


@pytest.mark.parametrize("code", ["def f(:\n  x = (1", "if x:\nreturn 'a", "!ls\n%matplotlib inline", "x = 1 +\\", "\x00", "  a\n b\n"])
def test_code_that_is_no_python_is_compared_all_the_same(code):
    assert isinstance(fragments(code), frozenset)
    assert tokens("x = (1 + y\n") == tokens("z = (1 + k\n")


@given(st.text(max_size=200))
def test_any_text_has_fragments(text):
    assert all(part for part in fragments(text))


def test_a_copy_in_disguise_is_found_and_honest_pairs_are_not():
    answers = a_class()
    answers["s007"] = {**answers["s007"], **ODD}
    answers["s031"] = {**answers["s031"], **DISGUISED}
    found = compare(answers, GIVEN)
    assert [(pair.one, pair.other) for pair in found.pairs] == [("s007", "s031")]
    assert set(found.pairs[0].cells) == set(ODD)
    assert found.pairs[0].rare >= 20
    assert found.groups == (("s007", "s031"),)
    assert found.compared == 60


@pytest.mark.parametrize("n", [10, 30, 200])
def test_the_same_ideas_tie_nobody(n):
    assert compare(a_class(n), GIVEN).pairs == ()


def test_a_whole_class_with_the_solution_is_no_ring():
    solution = {cell: known[1] for cell, known in GIVEN.items()}
    assert compare({f"s{at}": solution for at in range(30)}, GIVEN).pairs == ()


def test_three_who_share_are_one_group():
    answers = a_class(100)
    for student in ("s003", "s050", "s077"):
        answers[student] = {**answers[student], **ODD}
    found = compare(answers, GIVEN)
    assert found.groups == (("s003", "s050", "s077"),)
    assert len(found.pairs) == 3


def test_one_odd_cell_in_common_is_not_enough():
    answers = a_class()
    for student in ("s007", "s031"):
        answers[student] = {**answers[student], ("w", "t3"): ODD["w", "t3"]}
    assert compare(answers, GIVEN).pairs == ()


def test_a_few_students_cannot_be_compared():
    found = compare({f"s{at}": ODD for at in range(9)}, GIVEN)
    assert (found.compared, found.pairs, dict(found.nearest)) == (9, (), {})
    assert compare({}, {}).compared == 0


def test_everybody_has_a_nearest():
    found = compare(a_class(), GIVEN)
    assert len(found.nearest) <= 60
    assert all(0 <= value <= 1 for value in found.nearest.values())
