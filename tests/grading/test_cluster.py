"""The same class on worker processes of a Dask cluster: same scores, whoever dies meanwhile."""

import asyncio
import os
import re
import signal
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from grading import stock_course as small
from service_marketing.grading import engine, folder
from service_marketing.grading.ahead import Terms
from service_marketing.grading.box import layers
from service_marketing.grading.box.outside import Box
from service_marketing.grading.options import Options
from service_marketing.grading.plan import Kit, NotebookTask, Step, Task
from service_marketing.grading.problems import Text
from service_marketing.grading.running import NotebookRan, Part, Ran
from service_marketing.grading.shells.pool import TIMEOUT_ERROR, Limits, Outcome
from service_marketing.grading.shells.replies import Violation

dask = pytest.importorskip("dask", reason="没有dask；装上再试: pip install distributed (no dask found; install it)")
distributed = pytest.importorskip("distributed")
pytest.importorskip("cryptography")

from service_marketing.grading import cluster  # noqa: E402

TASK = Task("zoe", (), (NotebookTask("a", (Step(1, "student", "1"), Step(2, "test", "assert True"))),))


@pytest.fixture(scope="module")
def address():
    """A scheduler with two worker processes, which only speaks to those who have its keys: they are in Dask's settings."""
    keys = distributed.Security.temporary()
    settings = {
        "distributed.comm.require-encryption": True,
        "distributed.comm.tls.ca-file": keys.tls_ca_file,
        "distributed.comm.tls.client.cert": keys.tls_client_cert,
        "distributed.comm.tls.client.key": keys.tls_client_key,
    }
    own = {"n_workers": 2, "threads_per_worker": 1, "host": "127.0.0.1", "dashboard_address": None, "memory_limit": 0}
    with distributed.LocalCluster(security=keys, silence_logs=50, **own) as running, dask.config.set(settings):
        yield running.scheduler_address


def hand_in(root: Path, students: int = 12, first: str = "") -> Path:
    """Submissions right and wrong; each begins with the code `first`."""
    for i in range(students):
        notebooks = {"a": small.answered(root, "a", right=i % 3 > 0), "b": small.answered(root, "b", right=i % 2 > 0)}
        if first:
            small.cell_of(notebooks["a"], "q1").source = f"{first}\n{small.cell_of(notebooks['a'], 'q1').source}"
        small.submit(root, f"s{i:02}", notebooks, small.DUE)
    return root


def content(root: Path) -> dict[str, str]:
    """The graded files, without times and process numbers."""
    texts = {path: data.decode() for path, (data, _) in small.files(root).items()}
    return {path: re.sub(r'"20\d\d-[^"]*Z"|ipykernel_\d+', "", text) for path, text in texts.items()}


def rows(root: Path) -> dict:
    return small.rows(folder.load(root).db_url)


def test_a_class_is_graded_as_on_this_machine(tmp_path, address):
    here, there = (hand_in(small.course(tmp_path / name)) for name in ("here", "there"))
    made, seen = [], []

    def runner(kit, _):
        made.append(cluster.Cluster(kit, address))
        return made[0]

    def tell(record, done, total):
        seen.append(record.student)
        assert made[0].pending <= cluster.FEWEST
        assert all(file.path == "timestamp.txt" for sent in made[0]._sent.values() for file in sent.task.files)

    one = engine.autograde(here, small.NAME)
    two = engine.autograde(there, small.NAME, runner=runner, tell=tell)
    assert sorted(seen) == [record.student for record in two.records] == [f"s{i:02}" for i in range(12)]
    assert rows(there) == rows(here)
    assert content(there) == content(here)
    assert two.layers == one.layers
    assert engine.autograde(there, small.NAME, runner=runner).unchanged == tuple(sorted(seen))


def test_a_worker_that_is_killed_costs_nobody_anything(tmp_path, address):
    starts = tmp_path / "starts"
    starts.touch()
    slow = f"open({str(starts)!r}, 'a').write('.'); import time; time.sleep(0.3)"
    here, there = (hand_in(small.course(tmp_path / name), 8, slow) for name in ("here", "there"))
    options = Options(wall=False, sandbox=False)
    engine.autograde(here, small.NAME, options=options)
    assert starts.read_text() == 8 * "."
    killed = []

    def tell(record, done, total):
        if not killed:
            with distributed.Client(address, set_as_default=False) as client:
                busy = next(worker for worker, keys in client.processing().items() if keys)
                killed.append(client.run(os.getpid, workers=[busy])[busy])
                os.kill(killed[0], signal.SIGKILL)

    options = replace(options, batch=1)
    summary = engine.autograde(there, small.NAME, options=options, runner=cluster.at(address), tell=tell)
    assert len(summary.graded) == 8
    assert 16 <= len(starts.read_text()) <= 18
    assert rows(there) == rows(here)
    assert content(there) == content(here)


def test_a_submission_that_kills_its_worker_is_given_up_after_three_tries(tmp_path, address):
    """Without a box, a submission can kill whoever started it."""
    starts = tmp_path / "starts"
    parent = "int(open(f'/proc/{}/stat').read().rpartition(')')[2].split()[1])"
    poison = f"""import os, signal
open({str(starts)!r}, "a").write(".")
os.kill({parent.format("{os.getppid()}")}, signal.SIGKILL)"""
    here, there = (hand_in(small.course(tmp_path / name), 6) for name in ("here", "there"))
    options = Options(wall=False, sandbox=False)
    engine.autograde(here, small.NAME, options=options)
    notebook = small.answered(there, "a")
    small.cell_of(notebook, "q1").source = poison
    small.submit(there, "s02", {"a": notebook, "b": small.answered(there, "b")}, small.DUE)
    summary = engine.autograde(there, small.NAME, options=options, runner=cluster.at(address))
    assert starts.read_text() == "..."
    record = next(record for record in summary.records if record.student == "s02")
    assert {cell.verdict for _, cell in record.cells() if cell.kind == "test"} == {"lost"}
    assert any("3" in found.instructor.en and "given up" in found.instructor.en for found in record.all_problems())
    others = [{table: [row for row in found if "s02" not in repr(row)] for table, found in rows(root).items()} for root in (here, there)]
    assert others[0] == others[1]


def test_a_cluster_of_its_own(tmp_path):
    root = hand_in(small.course(tmp_path / "course"), 3)
    summary = engine.autograde(root, small.NAME, options=Options(wall=False, sandbox=False), runner=cluster.local(1))
    assert [record.score for record in summary.records] == [1.5, 5.5, 4.5]


def test_workers_with_other_software_are_refused(tmp_path, address, monkeypatch):
    root = hand_in(small.course(tmp_path / "course"), 1)
    monkeypatch.setattr(cluster, "software", lambda: {"numpy": "1.0"})
    with pytest.raises(engine.EngineError, match=r"numpy .* ≠ 1\.0"):
        engine.autograde(root, small.NAME, options=Options(wall=False, sandbox=False), runner=cluster.at(address))
    assert not rows(root)["submitted_assignment"]


def test_a_cluster_that_is_not_there(tmp_path, monkeypatch):
    root = hand_in(small.course(tmp_path / "course"), 1)
    monkeypatch.setattr(cluster, "JOIN", 0.5)
    with pytest.raises(engine.EngineError, match=r"127\.0\.0\.1:1.*cluster cannot be used"):
        engine.autograde(root, small.NAME, runner=cluster.at("tcp://127.0.0.1:1"))


# ---- a worker's own part


def station(box: Box | None = None) -> cluster.Station:
    kit = Kit("ps1", (), Terms(Limits(), ("numpy",), TIMEOUT_ERROR, wall=False, box=box))
    made = cluster.Station(kit, keyboard=True)
    made.setup(SimpleNamespace(state=SimpleNamespace(nthreads=1), address="tls://10.0.0.7:1"))
    return made


def test_shells_are_kept_between_tasks_and_closed_when_none_comes(monkeypatch):
    monkeypatch.setattr(cluster, "IDLE", 0.5)
    one = station()
    outcomes = [one.run(TASK, ()) for _ in range(2)]
    assert [ran.key for ran in outcomes] == ["zoe", "zoe"]
    assert outcomes[0].notebooks[0].parts[0].cells[1].outputs[0]["data"] == {"text/plain": "1"}
    thread = one.thread
    assert thread.is_alive()
    thread.join(20)
    assert not thread.is_alive()
    assert one.run(TASK, ()).notebooks[0].parts[0].cells[2].status == "ok"
    thread = one.thread
    asyncio.run(one.teardown(None))
    assert not thread.is_alive()


def test_a_worker_where_no_box_can_be_built_is_named(monkeypatch):
    monkeypatch.setattr(layers, "obstacle", lambda: Text("没有bubblewrap", "there is no bubblewrap"))
    with pytest.raises(cluster.ClusterError, match=r"tls://10\.0\.0\.7:1: .*there is no bubblewrap"):
        station(Box()).run(TASK, ())


# ---- what a worker may say

TEXT = {"output_type": "stream", "name": "stdout", "text": "x"}


def ran(number: int = 1, status: str = "ok", outputs: object = (TEXT,), role: str = "all", key: str = "zoe", name: str = "a") -> Ran:
    return Ran(key, (NotebookRan(name, (Part(role, {number: Outcome(number, status, list(outputs))}),)),))


def test_a_result_is_taken_as_it_is():
    assert cluster.checked(ran(), TASK) == ran()


@pytest.mark.parametrize(
    "wrong",
    [
        ran(key="adam"),
        ran(name="b"),
        ran(number=3),
        ran(status="fine"),
        ran(role="other"),
        ran(outputs=[{"output_type": "stream", "name": "stdout", "text": 3}]),
        ran(outputs=[{"output_type": "widgets", "state": {"state": {}, "version_major": 2, "version_minor": 0}}]),
        ran(outputs=["text"]),
        Ran("zoe", ()),
        {"key": "zoe"},
    ],
)
def test_what_is_no_result_of_the_task_is_refused(wrong):
    with pytest.raises(Violation):
        cluster.checked(wrong, TASK)


def test_a_task_that_is_given_up_says_so_in_every_notebook():
    found = cluster.given_up(TASK, 3, 1.5)
    assert (found.key, found.seconds, [part.problem.kind for part in found.notebooks[0].parts]) == ("zoe", 1.5, ["given up"])
