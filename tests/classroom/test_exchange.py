"""Collecting from the exchange: what a student may put into a folder, and whose folder it is."""

import os
import sys

import pytest

if sys.platform == "win32":
    pytest.skip("nbgrader's exchange does not exist on Windows", allow_module_level=True)

import pwd

from nbgrader.coursedir import CourseDirectory

from service_marketing.classroom import exchange

ME = pwd.getpwuid(os.getuid()).pw_name


@pytest.fixture
def collector(tmp_path):
    made = exchange.SafeCollect(coursedir=CourseDirectory(root=str(tmp_path), assignment_id="ps1", max_file_size=10))
    made.account_prefix = ME.removesuffix(ME[1:])  # so that this account is that of the student whose number is the rest
    return made


@pytest.fixture
def handed_in(tmp_path):
    """A submission of this account's student, with one file."""
    folder = tmp_path / f"{ME[1:]}+ps1+2026-03-20 10:00:00.000000 UTC+abc"
    folder.mkdir()
    (folder / "ps1.ipynb").write_text("{}", encoding="utf-8")
    return folder


def names(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def test_files_and_folders_come_as_they_are(collector, handed_in, tmp_path):
    (handed_in / "data").mkdir()
    (handed_in / "data" / "own.csv").write_bytes(b"1,2\n")
    collector.do_copy(str(handed_in), str(tmp_path / "got"))
    assert names(tmp_path / "got") == ["data", "data/own.csv", "ps1.ipynb"]
    assert (tmp_path / "got" / "data" / "own.csv").read_bytes() == b"1,2\n"


def test_links_pipes_and_what_is_too_big_stay_behind(collector, handed_in, tmp_path):
    (tmp_path / "solution.ipynb").write_text("the solution", encoding="utf-8")
    (tmp_path / "private").mkdir()
    (handed_in / "link.ipynb").symlink_to(tmp_path / "solution.ipynb")
    (handed_in / "folder").symlink_to(tmp_path / "private")
    os.mkfifo(handed_in / "pipe")
    (handed_in / "big.csv").write_bytes(bytes(10_001))
    (handed_in / "__pycache__").mkdir()
    collector.do_copy(str(handed_in), str(tmp_path / "got"))
    assert names(tmp_path / "got") == ["ps1.ipynb"]


def test_deep_folders_and_crowds_of_files_end(collector, handed_in, tmp_path):
    deep = handed_in
    for _ in range(exchange.DEPTH + 3):
        deep = deep / "d"
        deep.mkdir()
    for number in range(exchange.FILES + 20):
        (handed_in / f"{number}.txt").write_bytes(b"")
    collector.do_copy(str(handed_in), str(tmp_path / "got"))
    got = names(tmp_path / "got")
    assert len([name for name in got if name.endswith(".txt") or name.endswith(".ipynb")]) == exchange.FILES
    assert max(name.count("d") for name in got) <= exchange.DEPTH


def test_a_folder_under_the_name_of_another_is_refused(collector, handed_in, tmp_path):
    forged = handed_in.rename(tmp_path / "2025210101+ps1+2026-03-20 10:00:00.000000 UTC+abc")
    with pytest.raises(ValueError, match=f"named 2025210101, owned by {ME}"):
        collector.do_copy(str(forged), str(tmp_path / "got"))
    assert not (tmp_path / "got").exists()
    link = tmp_path / f"{ME[1:]}+ps1+2026-03-21 10:00:00.000000 UTC+abc"
    link.symlink_to(forged)
    assert list(collector._records([str(forged), str(link)])) == []


def test_numbers_stand_for_accounts_where_there_is_no_list(collector):
    collector.account_prefix = "#"
    collector._own("2025210101+ps1+t+x", exchange.uid_of("2025210101"))
    with pytest.raises(ValueError, match="named 2025210101"):
        collector._own("2025210101+ps1+t+x", exchange.uid_of("2025210102"))
    assert len({exchange.uid_of(f"20252101{number:02d}") for number in range(100)}) == 100
