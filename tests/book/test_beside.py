"""Editions are built side by side: neither waits for the other, and neither's failure is the other's."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import pieces
from service_marketing.publishing import beside
from service_marketing.publishing.build import BookError, build_all


def test_pieces_are_done_at_the_same_time(tmp_path):
    told = []
    one, two = tmp_path / "one", tmp_path / "two"
    refused = beside.run(pieces.meet, {"one": (one, two), "two": (two, one)}, lambda *each: told.append(each))
    assert refused == {}
    assert sorted(told) == [("one", "here", 0.5), ("one", "met", 1), ("two", "here", 0.5), ("two", "met", 1)]


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL on Windows")
def test_one_that_fails_stops_no_other():
    told = []
    refused = beside.run(pieces.either, {kind: (kind,) for kind in ("refused", "killed", "fine")}, lambda *each: told.append(each))
    assert told == [("fine", "fine")]
    assert set(refused) == {"refused", "killed"}
    assert refused["refused"] == "not today"
    assert "退出码 -9" in refused["killed"]


@pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc")
def test_an_interruption_ends_what_was_started(tmp_path):
    note = tmp_path / "pid"
    script = (
        "import signal, sys, pieces\n"
        "from pathlib import Path\n"
        "from service_marketing.publishing import beside\n"
        "if __name__ == '__main__':\n"
        "    signal.signal(signal.SIGINT, signal.default_int_handler)  # in the background of a shell it is switched off\n"
        "    beside.run(pieces.started, {'one': (Path(sys.argv[1]),)}, print)\n"
    )
    file = tmp_path / "parent.py"
    file.write_text(script, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
    parent = subprocess.Popen([sys.executable, str(file), str(note)], env=environment, stderr=subprocess.PIPE, text=True)
    end = time.monotonic() + 60
    while not note.exists():
        assert time.monotonic() < end
        time.sleep(0.05)
    program = int(note.read_text())
    parent.send_signal(signal.SIGINT)
    parent.communicate(timeout=60)
    while (alive := Path(f"/proc/{program}/stat")).exists() and ") Z " not in alive.read_text():
        assert time.monotonic() < end, "what the piece had started still runs"
        time.sleep(0.05)


def test_both_editions_say_what_is_wrong(root, tmp_path):
    for name in ("_config.yml", "_config.en.yml"):
        (tmp_path / name).write_text((root / name).read_text(encoding="utf-8"), encoding="utf-8")
    for name in ("src", "node_modules", "data", "requirements", "exercises", "package-lock.json"):
        (tmp_path / name).symlink_to(root / name)
    (tmp_path / "book").mkdir()
    for path in (root / "book").iterdir():
        if path.name not in ("zh", "en"):
            (tmp_path / "book" / path.name).symlink_to(path)
    for language, ending in (("zh", ""), ("en", ".en")):
        (tmp_path / "book" / language).mkdir()
        (tmp_path / "book" / language / "index.md").write_text(f"# Book\n\nSee {{ref}}`nowhere-{language}`.\n", encoding="utf-8")
        (tmp_path / f"_toc{ending}.yml").write_text(f"format: jb-book\nroot: book/{language}/index\n", encoding="utf-8")
    with pytest.raises(BookError) as caught:
        build_all(tmp_path)
    said = str(caught.value)
    for language in ("zh", "en"):
        assert f"{language}：book/{language}/index.md:3: WARNING: undefined label: 'nowhere-{language}'" in said
    assert not (tmp_path / "_build" / "site").exists()
