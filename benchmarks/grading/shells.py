"""How much faster our shells run a class's notebooks than nbclient does, one after the other.

The same notebook of 17 code cells (pandas, numpy, matplotlib, one plot) is run for a class of 19 and of 95, ours with two
workers against nbgrader's Execute with a real kernel each. Both run in turns of a few notebooks, so that a machine that is
busy with other things slows both; the ratio is what counts. Starting our pool is part of our time.

    python benchmarks/grading/shells.py [SIZE …]
"""

import logging
import os
import sys
import time
import warnings
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
from nbgrader.preprocessors import Execute

from service_marketing.grading.shells import notebooks
from service_marketing.grading.shells.pool import Job, Pool

WORKERS = 2
TURN = 5  # notebooks of stock's between ours
NOTEBOOK = """# %%
import numpy as np
import pandas as pd
import matplotlib.pyplot as plt

rng = np.random.default_rng(20)
stores = pd.DataFrame({"store_id": range(12), "name": [f"店{i}" for i in range(12)], "city": list("京沪杭广") * 3})
visits = pd.DataFrame({
    "visit_id": range(6000),
    "store_id": rng.integers(0, 12, 6000),
    "expectation": rng.normal(6.5, 1, 6000).clip(1, 9),
    "performance": rng.normal(6.4, 1.4, 6000).clip(1, 9),
})
visits["rating"] = (3 + 0.6 * (visits["performance"] - visits["expectation"]) + rng.normal(0, 0.5, 6000)).round().clip(1, 5).astype(int)
visits["recommend"] = (visits["rating"] * 2 + rng.integers(-1, 2, 6000)).clip(0, 10)
visits.head()
# %%
n_visits = len(visits)
west = visits[visits['store_id'] == 3]
west_mean = west['rating'].mean()
# %%
assert n_visits == visits['visit_id'].nunique()
by_store = visits.groupby('store_id')['rating'].mean()
assert abs(west_mean - by_store[3]) < 1e-9
# %%
def csat(ratings):
    return len([r for r in ratings if r >= 4]) / len(ratings)
# %%
assert csat([5, 4, 3, 2]) == 0.5
for n in (1, 7, 30, 211):
    x = rng.integers(1, 6, n)
    assert abs(csat(x) - (x >= 4).mean()) < 1e-9
# %%
def nps(scores):
    n = len(scores)
    p = len([s for s in scores if s >= 9]) / n
    d = len([s for s in scores if s <= 6]) / n
    return 100 * (p - d), 100 * np.sqrt((p + d - (p - d) ** 2) / n)
# %%
assert nps([10, 9, 8, 7])[0] == 50
scores = visits['recommend']
np.testing.assert_allclose(nps(scores)[0], 100 * ((scores >= 9).mean() - (scores <= 6).mean()))
# %%
kano = pd.DataFrame({'A': [12, 31, 84], 'O': [58, 69, 21], 'M': [103, 70, 9], 'I': [27, 30, 86]}, index=['隔音', '退房', '窗帘'])
kano
# %%
def kano_table(counts):
    table = counts.copy()
    total = counts.sum(axis=1)
    table['better'] = (counts['A'] + counts['O']) / total
    table['worse'] = -(counts['O'] + counts['M']) / total
    return table
kano_table(kano)
# %%
assert kano_table(kano)['worse'].idxmin() == '隔音'
# %%
by_store = visits.merge(stores, on='store_id').groupby('name')['rating'].agg(['mean', 'std', 'count'])
by_store
# %%
fig, ax = plt.subplots(figsize=(6, 4))
ax.scatter(visits['performance'] - visits['expectation'], visits['rating'], s=4, alpha=0.3)
ax.set_xlabel('gap')
ax.set_ylabel('rating')
ax.set_title('Satisfaction by gap')
plt.show()
# %%
gap = visits['performance'] - visits['expectation']
low, high = visits[gap < 0], visits[gap >= 0]
slopes = [np.polyfit(part['performance'] - part['expectation'], part['rating'], 1)[0] for part in (low, high)]
print(slopes)
# %%
assert all(slope > 0 for slope in slopes)
# %%
def compare(a, b):
    se = np.sqrt(a.var() / len(a) + b.var() / len(b))
    z = (a.mean() - b.mean()) / se
    return {'z': z, 'real': abs(z) > 1.96}
# %%
one, two = (visits.loc[visits['store_id'] == n, 'rating'] for n in (1, 2))
assert compare(one, one)['z'] == 0
compare(one, two)
# %%
assert compare(one, two + 3)['real'], 'the difference is large'
assert compare(one, one)['real']
"""
CELLS = [part.strip("\n") for part in NOTEBOOK.split("# %%\n")[1:]]


def book() -> nbformat.NotebookNode:
    """One student's notebook."""
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in CELLS])


def stock(count: int, folder: Path) -> list[nbformat.NotebookNode]:
    """`count` notebooks as stock nbgrader runs them."""
    done = []
    for _ in range(count):
        done.append(book())
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            Execute(timeout=60).preprocess(done[-1], {"metadata": {"path": str(folder)}})
    return done


def ours(count: int, folder: Path) -> list[nbformat.NotebookNode]:
    """`count` notebooks by a pool of shells, from its start to its end."""
    done = [book() for _ in range(count)]
    with Pool(workers=WORKERS) as pool:
        for number, notebook in enumerate(done):
            pool.submit(Job(number, folder, notebooks.cells(notebook)))
        for result in pool.results():
            notebooks.write(result, done[result.job.key])
    return done


def seconds(run, count: int, folder: Path) -> tuple[float, float, list[nbformat.NotebookNode]]:
    """How long `run` takes for `count` notebooks, by the clock and in processor time, and the notebooks."""
    start, before = time.perf_counter(), os.times()
    done = run(count, folder)
    after = os.times()
    return time.perf_counter() - start, sum(after[:4]) - sum(before[:4]), done


def figure(notebook: nbformat.NotebookNode) -> str:
    """The plot's PNG."""
    return next(output.data["image/png"] for cell in notebook.cells for output in cell.outputs if "image/png" in output.get("data", {}))


def compare(size: int, folder: Path) -> float:
    """How many times as fast ours is for a class of `size`: our whole run, up to three times, among stock's turns."""
    turns = [min(TURN, size - begun) for begun in range(0, size, TURN)]
    slow, fast, plots = [0.0, 0.0], [], set()
    for number, count in enumerate(turns):
        if number % max(1, len(turns) // 3) == 0 and len(fast) < 3:
            *took, done = seconds(ours, size, folder)
            fast.append(took)
            plots.update(map(figure, done))
        *took, done = seconds(stock, count, folder)
        slow = [sum(pair) for pair in zip(slow, took, strict=True)]
        plots.update(map(figure, done))
    quick = [sum(each) / len(fast) for each in zip(*fast, strict=True)]
    ratios = [one / other for one, other in zip(slow, quick, strict=True)]
    print(f"{size} notebooks: {ratios[0]:.1f} times as fast by the clock, {ratios[1]:.1f} times less processor time")
    for name, (clock, processor) in (("stock", slow), (f"ours, {WORKERS} workers", quick)):
        print(f"    {name}: {clock / size:.3f} s a notebook, {processor / size:.3f} s of a processor")
    print(f"    plots {'equal' if len(plots) == 1 else 'DIFFER'}")
    return ratios[0]


def main() -> None:
    logging.disable(logging.CRITICAL)
    with TemporaryDirectory() as folder:
        for size in [int(word) for word in sys.argv[1:]] or [19, 95]:
            compare(size, Path(folder))


if __name__ == "__main__":
    main()
