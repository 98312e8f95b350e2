"""The pool's own tests once more, with every shell in a box. Those about who sees the zygote are replaced by test_box.py's."""

import shutil
from dataclasses import replace
from functools import partial

import pytest

from grading.shells import test_pool as plain
from grading.shells.test_pool import TestForgeries, TestFreshStart, TestOrdinaryJobs, run  # noqa: F401
from service_marketing.grading.box.outside import Box
from service_marketing.grading.shells.pool import Cell, Job, Limits, Pool

pytestmark = pytest.mark.skipif(shutil.which("bwrap") is None, reason="sudo apt-get install bubblewrap")
BOXED = partial(Pool, box=Box())


@pytest.fixture(scope="module")
def pool():
    with BOXED(workers=2, limits=replace(plain.QUICK, grace_seconds=2)) as pool:
        yield pool


@pytest.fixture(autouse=True)
def boxes(monkeypatch):
    monkeypatch.setattr(plain, "Pool", BOXED)


class TestTime(plain.TestTime):
    @pytest.mark.parametrize("source", plain.STOPS)
    def test_who_stops_itself_is_killed(self, run, source):  # noqa: F811
        """Nor does it stop: it is the first process of its namespace."""
        assert plain.statuses(run("1", source, "2", seconds=0.4)) == ["ok", "ok", "ok"]


class TestDeaths(plain.TestDeaths):
    @pytest.mark.parametrize(("source", "ending"), plain.SIGNALS)
    def test_a_signal_to_itself_is_the_reason_too(self, run, source, ending):  # noqa: F811
        """Most mean nothing to the first process of a namespace; a program that aborts ends all the same."""
        if ending == "SIGABRT":
            self.dies(run, source, "SIGSEGV")
        else:
            assert plain.statuses(run("1", source, "2")) == ["ok", "ok", "ok"]


class TestFloods(plain.TestFloods):
    """A flood is stopped as it is without a box."""


class TestLeftovers(plain.TestLeftovers):
    """What is left, seen from outside."""

    def test_no_zombies(self, pool, run):  # noqa: F811
        run("import os\nfor i in range(20): os.fork() or os._exit(0)")
        assert len(self.inside(pool)) == 1

    def test_memory_of_fifty_jobs_does_not_grow(self, pool, run):  # noqa: F811
        source = "import numpy as np, pandas as pd\npd.DataFrame(np.random.rand(1000, 50))"
        for _ in range(5):
            run(source)
        (zygote,) = self.inside(pool)
        before, opened = zygote.memory_info().rss, plain.descriptors()
        for _ in range(50):
            run(source)
        assert zygote.memory_info().rss - before < 3_000_000
        assert plain.descriptors() == opened
        assert self.inside(pool) == [zygote]

    test_nothing_is_left_when_the_coordinator_is_killed = None  # test_box.py has it, with all that belongs to a box

    @staticmethod
    def inside(pool):
        """Processes within the box: the zygote, and its children if there are any."""
        return plain.psutil.Process(pool._process.pid).children(recursive=True)


class TestZygote:
    @pytest.mark.parametrize("sign", ["SIGKILL", "SIGSTOP"])
    def test_nobody_inside_can_kill_it(self, tmp_path, sign):
        killer = f"import os, signal\nfor pid in (os.getppid(), 1): os.kill(pid, signal.{sign})"
        with BOXED(workers=2, modules=(), limits=Limits(answer_seconds=5)) as pool:
            for key in range(4):
                pool.submit(Job(key, tmp_path, [Cell(0, killer), Cell(1, "6")]))
            results = list(pool.results())
        assert [result.tries for result in results] == [1] * 4
        assert all(plain.statuses(result)[1] == "ok" for result in results)

    def test_it_may_die_from_outside(self, tmp_path):
        plain.TestZygote().test_it_may_die_from_outside(tmp_path)
