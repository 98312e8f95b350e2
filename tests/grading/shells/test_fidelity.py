"""What a shell shows is what nbclient gets from a real kernel: cell by cell, output by output, field by field.

The reference is nbgrader's own Execute (nbclient with a real ipykernel). Taken out before comparing: memory addresses,
process ids and the kernel's temporary folder. Texts of one stream that follow one another count as one output.
"""

import re
import warnings
from pathlib import Path

import nbformat
import pytest
from nbgrader.preprocessors import Execute

from service_marketing.grading.shells import notebooks
from service_marketing.grading.shells.pool import Job, Limits, Pool

CORPUS = Path(__file__).parent / "corpus"


def read_cells(file: Path) -> dict[str, str]:
    """The cells of one file of the corpus by name: each begins with a line `# %% name`."""
    parts = re.split(r"^# %% (.*)\n", file.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    return {name: source.strip("\n") for name, source in zip(parts[::2], parts[1::2], strict=True)}


GROUPS = {file.stem: read_cells(file) for file in sorted(CORPUS.glob("*.txt"))}
# Cells whose outputs differ, and why.
OUR_FILE = "the traceback or warning names a line of cells.py where a kernel's names one of ipykernel or jupyter_client"
DIFFERENT = {
    ("plain", "not text"): OUR_FILE,
    ("rich", "nan in json"): OUR_FILE,
}

HOME = str(Path.home())
ADDRESS = re.compile(r"0x[0-9a-f]{6,}")
FOLDER = re.compile(r"/tmp/ipykernel_\d+/\d+\.py")
CONNECTION = re.compile(r"-f \S+\.json")
PROCESS = re.compile(r"\bpid[ =:]*\d+")
MODEL = re.compile(r"\b[0-9a-f]{32}\b")
TIMES = re.compile(r"(CPU times|Wall time).*")


def notebook(cells: dict[str, str]) -> nbformat.NotebookNode:
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in cells.values()])


def tidy(value):
    """`value` without what differs between any two runs."""
    if isinstance(value, str):
        value = value.replace(HOME, "~")  # a shell's own home is another, so this one is not shortened in tracebacks
        for pattern in (ADDRESS, FOLDER, CONNECTION, PROCESS, MODEL, TIMES):
            value = pattern.sub("…", value)
        return value
    if isinstance(value, dict):
        return {key: tidy(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [tidy(inner) for inner in value]
    return value


def merged(outputs: list[dict]) -> list[dict]:
    """`outputs` with texts of one stream that follow one another as one."""
    result: list[dict] = []
    for output in outputs:
        output = dict(output)
        last = result[-1] if result else None
        if last and last["output_type"] == output["output_type"] == "stream" and last["name"] == output["name"]:
            last["text"] += output["text"]
        else:
            result.append(output)
    return result


@pytest.fixture(scope="module")
def ran(tmp_path_factory) -> dict[str, tuple[nbformat.NotebookNode, nbformat.NotebookNode]]:
    """Each group as nbgrader runs it, and as a shell does."""
    pairs = {}
    with Pool(workers=1, limits=Limits(cell_seconds=30)) as pool:
        for name, cells in GROUPS.items():
            ours, folder = notebook(cells), tmp_path_factory.mktemp(name)
            pool.submit(Job(name, folder, notebooks.cells(ours)))
            pairs[name] = [ours]
        for result in pool.results():
            notebooks.write(result, pairs[result.job.key][0])
    for name, cells in GROUPS.items():
        stock, folder = notebook(cells), tmp_path_factory.mktemp(name)
        with warnings.catch_warnings(), pytest.MonkeyPatch.context() as patch:
            warnings.simplefilter("ignore")
            patch.delenv("PYTEST_CURRENT_TEST", raising=False)  # with it ipykernel leaves descriptors 1 and 2 alone
            Execute(timeout=15).preprocess(stock, {"metadata": {"path": str(folder)}})
        pairs[name].insert(0, stock)
    return pairs


@pytest.mark.parametrize(("group", "name"), [(group, name) for group, cells in GROUPS.items() for name in cells])
def test_outputs_are_those_of_a_real_kernel(ran, group, name):
    stock, ours = (book.cells[list(GROUPS[group]).index(name)] for book in ran[group])
    same = tidy(merged(ours.outputs)) == tidy(merged(stock.outputs))
    if (group, name) in DIFFERENT:
        assert not same, f"no longer different: {DIFFERENT[group, name]}"
    else:
        assert tidy(merged(ours.outputs)) == tidy(merged(stock.outputs))
        assert ours.execution_count == stock.execution_count


@pytest.mark.parametrize("group", GROUPS)
def test_notebook_metadata_is_that_of_a_real_kernel(ran, group):
    stock, ours = ran[group]
    nbformat.validate(ours)
    assert ours.metadata.language_info == stock.metadata.language_info
    assert [set(cell.metadata.execution) for cell in ours.cells] == [set(cell.metadata.execution) for cell in stock.cells]
    assert ("widgets" in ours.metadata) == ("widgets" in stock.metadata)


def test_widgets_are_kept_in_the_notebook(ran):
    stock, ours = (sorted(models(book), key=str) for book in ran["widgets"])
    assert ours == stock


def models(book: nbformat.NotebookNode) -> list[tuple]:
    """The models of a notebook's widgets, without their names, which are drawn."""
    states = book.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"].values()
    return [(model["model_name"], model["model_module"], sorted(model["state"]), text_of(model["state"])) for model in states]


def text_of(state: dict) -> list:
    return [tidy(output) for output in merged(state.get("outputs", []))] + [state.get("value"), state.get("description")]


def test_corpus_is_large_and_nearly_all_of_it_equal():
    assert sum(map(len, GROUPS.values())) >= 200
    assert len(DIFFERENT) <= 5
