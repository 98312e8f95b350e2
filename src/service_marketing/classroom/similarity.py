"""How alike the answers of a class are, and which pairs are more alike than the task explains.

Answers are compared as tokens of Python: comments, layout and the names that students choose do not count. Out of them come
fragments of five tokens. What the released notebook already holds is taken out, and so is what the solution holds: both are
where honest work meets. What remains weighs the less the more students have it (Spärck Jones 1972, *Journal of
Documentation* 28: 11-21), so that the usual way to write something ties nobody together. Numbers and words in an answer stay
as they are, for these are what is copied along.
"""

import builtins
import io
import keyword
import math
import re
import tokenize
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.preprocessing import normalize

Cell = tuple[str, str]
Answers = Mapping[str, Mapping[Cell, str]]
Tell = Callable[[int, int], None]

WIDTH = 5
FEWEST = 10
RARE = 20
RARE_WHEN_ALIKE = 12
ALIKE = 0.9
CELLS = 2
IN_CELL = 4
OVERLAP = 0.6
BLOCK = 256
MOST = 5_000
_KEPT = frozenset(keyword.kwlist) | frozenset(name for name in dir(builtins) if not name.startswith("_"))
_DROPPED = frozenset(
    {
        tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING, tokenize.ENDMARKER,
    }
)  # fmt: skip
_ROUGH = re.compile(r"#.*|\"[^\"\n]*\"|'[^'\n]*'|[^\W\d]\w*|\d[\w.]*|[^\w\s]")


# ---- code as fragments


@lru_cache(maxsize=65_536)
def tokens(source: str) -> tuple[str, ...]:
    """What of `source` counts: chosen names are all "v"; code that is no Python is taken apart roughly."""
    try:
        found = [(token.type, token.string) for token in tokenize.generate_tokens(io.StringIO(source).readline)]
    except (tokenize.TokenError, SyntaxError, ValueError):
        found = [(_rough_type(text), text) for text in _ROUGH.findall(source)]
    kept, before, start = [], "", True
    for kind, text in found:
        if kind in (tokenize.NEWLINE, tokenize.NL, tokenize.INDENT, tokenize.DEDENT):
            start = True
        if kind in _DROPPED or not text.strip():
            continue
        docstring = kind == tokenize.STRING and start
        start = False
        if docstring:
            continue
        if kind == tokenize.NAME and text not in _KEPT and before != ".":
            text = "v"
        before = text
        kept.append(text)
    return tuple(kept)


def _rough_type(text: str) -> int:
    if text.startswith("#"):
        return tokenize.COMMENT
    return tokenize.NAME if text.isidentifier() else tokenize.OP


def fragments(source: str, width: int = WIDTH) -> frozenset[str]:
    """All runs of `width` tokens in `source`; shorter code is one fragment, no code none."""
    found = tokens(source)
    if not found:
        return frozenset()
    return frozenset(" ".join(found[at : at + width]) for at in range(max(1, len(found) - width + 1)))


# ---- a class


@dataclass(frozen=True)
class Pair:
    """Two students whose answers are more alike than the task explains.

    `similarity`: of all their answers, 0 to 1 (cosine of weighted fragments); `rare`: how many fragments they share in
    `cells` that hardly anybody else has, the cell with most of them first.
    """

    one: str
    other: str
    similarity: float
    rare: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Found:
    """`compared`: how many students had answers to compare (too few: nothing is said); `nearest`: for each the similarity to
    whoever is most like; `pairs`, those with most in common first; `groups`: students tied by pairs; `limit`: how many
    students a rare fragment has at most."""

    compared: int
    nearest: Mapping[str, float]
    pairs: tuple[Pair, ...]
    groups: tuple[tuple[str, ...], ...]
    limit: int


def compare(answers: Answers, known: Mapping[Cell, Iterable[str]], tell: Tell | None = None) -> Found:
    """Compare everybody with everybody; `known`: for each cell the released text and the solution, which tie nobody.

    A fragment is rare when at most 3% of the class have it, or three students in small classes. A pair is found when there
    are two cells at least in which the two share four rare fragments and 60% of all by weight, with 20 rare fragments in
    them together, or with 12 where all their answers are alike (0.9 and above). With fewer than ten students nothing is rare
    enough to tell.
    """
    given = {cell: frozenset().union(*map(fragments, texts)) for cell, texts in known.items()}
    cache: dict[tuple[Cell, str], frozenset[str]] = {}
    held: dict[str, dict[Cell, frozenset[str]]] = {}
    for done, (student, own) in enumerate(answers.items(), 1):
        left = {}
        for cell, source in own.items():
            key = (cell, source)
            if key not in cache:
                cache[key] = fragments(source) - given.get(cell, frozenset())
            if cache[key]:
                left[cell] = cache[key]
        if left:
            held[student] = left
        if tell and done % 100 == 0:
            tell(done, len(answers))
    students = sorted(held)
    limit = max(3, math.ceil(0.03 * len(students)))
    if len(students) < FEWEST:
        return Found(len(students), {}, (), (), limit)
    features = [[(cell, one) for cell, parts in held[student].items() for one in parts] for student in students]
    matrix = CountVectorizer(analyzer=list, binary=True, dtype=np.float32).fit_transform(features).tocsr()
    times = np.asarray(matrix.sum(axis=0)).ravel()
    weights = np.log(len(students) / times)
    useful = (times <= len(students) / 2).nonzero()[0]
    weighted = normalize(matrix[:, useful] @ sparse.diags(weights[useful].astype(np.float32))).tocsr()
    rare = matrix[:, ((times >= 2) & (times <= limit)).nonzero()[0]].tocsr()
    nearest, close = _blocks(weighted, rare)
    counts: Counter[tuple[Cell, str]] = Counter(one for parts in features for one in parts)
    pairs = []
    for at, other, likeness in close:
        cells, shared = _pair(held[students[at]], held[students[other]], counts, len(students), limit)
        if len(cells) >= CELLS and shared >= (RARE_WHEN_ALIKE if likeness >= ALIKE else RARE):
            pairs.append(Pair(students[at], students[other], round(min(1.0, likeness), 4), shared, cells))
    pairs.sort(key=lambda pair: (-pair.rare, -pair.similarity, pair.one, pair.other))
    return Found(len(students), dict(zip(students, nearest, strict=True)), tuple(pairs), _groups(pairs), limit)


def _blocks(weighted: sparse.csr_matrix, rare: sparse.csr_matrix) -> tuple[list[float], list[tuple[int, int, float]]]:
    """Everybody's highest similarity, and the pairs with enough rare fragments; a block of rows at a time, for memory."""
    nearest: list[float] = []
    close: list[tuple[int, int, int, float]] = []
    for start in range(0, weighted.shape[0], BLOCK):
        likeness = (weighted[start : start + BLOCK] @ weighted.T).toarray()
        rows = np.arange(likeness.shape[0])
        likeness[rows, rows + start] = 0.0
        nearest += np.clip(likeness.max(axis=1), 0.0, 1.0).astype(float).round(4).tolist()
        shared = (rare[start : start + BLOCK] @ rare.T).tocoo()
        for row, column, times in zip(shared.row, shared.col, shared.data, strict=True):
            if times >= RARE_WHEN_ALIKE and row + start < column:
                close.append((int(times), int(row) + start, int(column), float(likeness[row, column])))
    close.sort(reverse=True)
    return nearest, [(at, other, likeness) for _, at, other, likeness in close[:MOST]]


def _pair(
    one: Mapping[Cell, frozenset[str]], other: Mapping[Cell, frozenset[str]], counts: Counter, n: int, limit: int
) -> tuple[tuple[Cell, ...], int]:
    """The cells that tie the two, and how many rare fragments they share in them."""
    tied = []
    for cell in one.keys() & other.keys():
        both, either = one[cell] & other[cell], one[cell] | other[cell]
        few = sum(counts[cell, part] <= limit for part in both)
        whole = sum(math.log(n / counts[cell, part]) for part in either)
        if few >= IN_CELL and sum(math.log(n / counts[cell, part]) for part in both) >= OVERLAP * whole:
            tied.append((few, cell))
    shared = sum(few for few, _ in tied)
    tied.sort(key=lambda entry: (-entry[0], entry[1]))
    return tuple(cell for _, cell in tied), shared


def _groups(pairs: Iterable[Pair]) -> tuple[tuple[str, ...], ...]:
    """Students whom pairs tie together, directly or by way of others; the largest group first."""
    pairs = list(pairs)
    students = sorted({student for pair in pairs for student in (pair.one, pair.other)})
    if not students:
        return ()
    place = {student: at for at, student in enumerate(students)}
    ends = [place[pair.one] for pair in pairs], [place[pair.other] for pair in pairs]
    ties = sparse.coo_matrix((np.ones(len(pairs)), ends), shape=(len(students), len(students)))
    count, labels = sparse.csgraph.connected_components(ties, directed=False)
    groups = [tuple(student for student, label in zip(students, labels, strict=True) if label == one) for one in range(count)]
    return tuple(sorted(groups, key=lambda group: (-len(group), group)))
