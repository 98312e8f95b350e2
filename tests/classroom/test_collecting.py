"""What platforms hand out, and every kind of mess in it: planned, shown, carried out, and found by the grader."""

import csv
import io
import json
import os
import shutil
import stat
import struct
import sys
import zipfile
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from service_marketing.classroom import assignments, collecting, course, submissions
from service_marketing.classroom.collecting import CollectError, Limits
from service_marketing.classroom.collecting.paths import moment_in
from service_marketing.classroom.collecting.people import People
from service_marketing.classroom.roster import Enrolled
from service_marketing.classroom.semester.mess import encrypted, zipped
from service_marketing.grading import folder

NAME = "03-satisfaction"
OTHER = "04-other"
CHINA = timezone(timedelta(hours=8))
DUE = datetime(2026, 3, 22, 23, 59, tzinfo=CHINA)
WANG, LI, MING, MINGHUA, TWIN, OTHER_TWIN, ANN, ALI = STUDENTS = (
    Enrolled("2025210101", "王雨桐", "wangyt@pku.edu.cn", "营销1班"),
    Enrolled("2025210102", "李思远", "", "营销1班"),
    Enrolled("2025210103", "张明", "", "营销1班"),
    Enrolled("20252101031", "张明华", "", "营销2班"),
    Enrolled("2025210105", "陈静", "", "营销1班"),
    Enrolled("2025210106", "陈静", "", "营销2班"),
    Enrolled("S2025-07", "Ann Müller"),
    Enrolled("0025210108", "买买提·艾力"),
)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A course folder with the released assignment, and another one."""
    root = course.make(tmp_path_factory.mktemp("made") / "course", [NAME])
    course.assign(root, NAME, DUE)
    course.enrol(root, STUDENTS)
    other = root / "source" / OTHER / f"{OTHER}.ipynb"
    other.parent.mkdir()
    other.write_bytes(notebook("other", ["setup", "q1", "q1-test"]))
    return root


@pytest.fixture
def root(made, tmp_path):
    return Path(shutil.copytree(made, tmp_path / "course"))


@pytest.fixture(scope="module")
def grade_ids(made):
    cells = json.loads((made / "release" / NAME / f"{NAME}.ipynb").read_text(encoding="utf-8"))["cells"]
    return [cell["metadata"]["nbgrader"]["grade_id"] for cell in cells if "nbgrader" in cell["metadata"]]


@pytest.fixture
def answer(grade_ids):
    """Makes a submission with marks of this assignment; `number` is what stands in it as my_number."""
    return lambda tag="", number=None: notebook(tag, grade_ids, number)


def notebook(tag, ids, number=None):
    cells = [{"cell_type": "code", "source": f"# {tag}", "metadata": {}, "outputs": [], "execution_count": None, "id": "tag"}]
    if number:
        cells.append({**cells[0], "source": ["# 你的学号\n", f'my_number = "{number}"  # 写在这里\n'], "id": "number"})
    cells += [{**cells[0], "source": "...", "metadata": {"nbgrader": {"grade_id": one}}, "id": f"c{i}"} for i, one in enumerate(ids)]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, ensure_ascii=False).encode()


def packed(path, files, when=datetime(2026, 3, 20, 21, 30), raw=None, **info):
    """A ZIP of `files`; `raw`: an encoding for names that is not told, as Windows programs do."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items() if isinstance(files, dict) else files:
            moment = when
            if isinstance(data, tuple):
                data, moment = data
            entry = (_Raw if raw else zipfile.ZipInfo)(name, moment.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            if raw:
                entry.raw = raw
            for key, value in info.items():
                setattr(entry, key, value)
            archive.writestr(entry, data)
    return path


class _Raw(zipfile.ZipInfo):
    __slots__ = ("raw",)

    def _encodeFilenameFlags(self):
        return self.filename.encode(self.raw), self.flag_bits & ~0x800


def bytes_of(files):
    return zipped(files, datetime(2026, 3, 20, 21, 30))


def plan(root, *sources, students=STUDENTS, **more):
    found = collecting.plan(sources, students, NAME, root, due=DUE, **more)
    assert len({row.file for row in found.rows}) == len(found.rows)
    return found


def whose(found):
    return {row.file.split("/", 1)[-1]: row.student for row in found.rows}


def one(found):
    (row,) = found.rows
    return row


def snapshot(place):
    return {str(p.relative_to(place)): p.read_bytes() if p.is_file() else None for p in sorted(place.rglob("*"))}


def submitted(root, number):
    return folder.submission(folder.load(root), number, root / "submitted" / number / NAME)


# ---- platforms


def test_moodle_folders_and_flat_files(root, tmp_path, answer):
    """Participants' numbers of Moodle are no student numbers, even where one of the class list is the same."""
    students = [*STUDENTS, Enrolled("12345", "赵六")]
    files = {
        "王雨桐_12345_assignsubmission_file_/03-satisfaction.ipynb": answer("a"),
        "王雨桐_12345_assignsubmission_file_/图/画.png": b"\x89PNG....",
        "思远 李_12346_assignsubmission_file_作业.ipynb": answer("b"),
        "Ann Müller_12347_assignsubmission_file_/x.ipynb": answer("c"),
        "赵六_12348_assignsubmission_file_/x.ipynb": answer("d"),
    }
    found = plan(root, packed(tmp_path / "moodle.zip", files), students=students)
    assert list(whose(found).values()) == [WANG.number, WANG.number, LI.number, ANN.number, "12345"]
    assert {row.how for row in found.rows} == {"name"}
    collecting.carry_out(found)
    assert (root / "submitted" / WANG.number / NAME / "图" / "画.png").is_file()


def test_canvas_names_late_marks_and_resubmissions(root, tmp_path, answer):
    after = datetime(2026, 4, 1, 8, 0)
    files = {
        "王雨桐_12345_67801_03-satisfaction.ipynb": (answer("first"), after),
        "王雨桐_12345_67890_03-satisfaction-1.ipynb": (answer("second"), after),
        "思远李_LATE_12346_67802_作业.ipynb": (answer(), after),
        "mullerann_12347_67803_03-satisfaction.ipynb": (answer(), after),
        "买买提艾力_12348_67804_2025210101的参考.ipynb": (answer(), after),
    }
    found = plan(root, packed(tmp_path / "submissions.zip", files))
    rows = {row.file.split("/")[-1]: row for row in found.rows}
    first, second, late, ann, both = rows.values()
    assert [row.student for row in rows.values()] == [WANG.number, WANG.number, LI.number, ANN.number, ""]
    assert both.reason == "conflict"
    assert (first.verdict, second.verdict) == ("superseded", "take")
    assert {row.clock for row in rows.values()} == {"platform"}
    # packed after the deadline, and not marked: in time
    assert first.late is second.late is ann.late is None
    assert first.moment < second.moment < DUE
    assert late.late > timedelta(0)


def test_canvas_is_known_by_its_names_even_where_most_hand_in_zips(made, tmp_path, answer):
    after = datetime(2026, 4, 1, 8, 0)
    inner = bytes_of({"作业.ipynb": answer("in"), "图/a.png": b"\x89PNG", "图/b.png": b"\x89PNG", "说明.txt": b"x"})
    files = {
        "王雨桐_12345_67801_作业.zip": (inner, after),
        "思远李_LATE_12346_67802_作业.zip": (inner, after),
        "张明_12347_67803_03-satisfaction.ipynb": (answer(), after),
    }
    found = plan(made, packed(tmp_path / "submissions.zip", files))
    taken = {row.student: (row.clock, row.late is not None) for row in found.rows if row.verdict == "take"}
    assert taken == {WANG.number: ("platform", False), LI.number: ("platform", True), MING.number: ("platform", False)}


@pytest.mark.parametrize(
    "name",
    [
        "2025210101_王雨桐_03-satisfaction.ipynb",
        "2025210101王雨桐.ipynb",
        "王雨桐2025210101第三章作业.ipynb",
        "营销1班-王雨桐-2025210101/作业/我的作业.ipynb",
        "第3次作业（王雨桐）.ipynb",
        "２０２５２１０１０１　王雨桐.ipynb",
        "王 雨 桐 - 作业3.ipynb",
        "20260320_王雨桐_第3章.ipynb",
        "3_20260320213000_王雨桐_13800138000.ipynb",
        "wangyt@pku.edu.cn/2026-03-20 21:30/Untitled.ipynb",
        "收集表/【2025210101】【王雨桐】.ipynb",
        "学号2025210101/x.ipynb",
        "王雨桐 202521010.ipynb",
    ],
)
@pytest.mark.parametrize("wrap", ["zip", "folder", "file", "nested", "alone"])
def test_numbers_and_names_in_any_order(made, tmp_path, answer, name, wrap):
    data = answer()
    beside = "李思远_2025210102.ipynb"
    if wrap == "zip":
        source = packed(tmp_path / "张明老师的班.zip", {name: data, beside: data})
    elif wrap == "alone":
        source = packed(tmp_path / "作业.zip", {name: data})
    elif wrap == "nested":
        source = packed(tmp_path / "班.zip", {f"{name}.zip": bytes_of({"a/Untitled.ipynb": data}), beside: data})
    else:
        source = tmp_path / "张明老师的班"
        for path in (name.replace("/", "·") if wrap == "file" else name, beside):
            (source / path).parent.mkdir(parents=True, exist_ok=True)
            (source / path).write_bytes(data)
        if wrap == "file":
            source = source / name.replace("/", "·")
    found = plan(made, source)
    assert found.rows[0].student == WANG.number or found.rows[-1].student == WANG.number


def test_the_time_that_the_platform_wrote_counts_and_a_student_s_own_does_not(root, tmp_path, answer):
    when = datetime(2026, 3, 25, 12, 0)
    theirs = {f"{one.number}_{one.name}_20260320T2130{i}0+0800_x.ipynb": (answer(), when) for i, one in enumerate(STUDENTS[:4])}
    found = plan(root, packed(tmp_path / "a.zip", theirs))
    assert [row.clock for row in found.rows] == ["name"] * 4
    assert found.rows[1].moment == datetime(2026, 3, 20, 21, 30, 10, tzinfo=CHINA)
    assert all(row.late is None for row in found.rows)
    cheating = {f"{one.number}_{one.name}.ipynb": (answer(), when) for one in STUDENTS[1:4]}
    cheating["2025210101_王雨桐_20260101120000.ipynb"] = (answer(), when)
    found = plan(root, packed(tmp_path / "b.zip", cheating))
    assert [row.clock for row in found.rows] == ["zip"] * 4
    assert all(row.late == timedelta(days=2, hours=12, minutes=1) for row in found.rows)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-20 21:30:05", "2026-03-20T21:30:05+08:00"),
        ("2026年3月20日21时30分", "2026-03-20T21:30:00+08:00"),
        ("2026_03_20_21_30_05", "2026-03-20T21:30:05+08:00"),
        ("20260320_2130", "2026-03-20T21:30:00+08:00"),
        ("20260320T133005Z", "2026-03-20T13:30:05+00:00"),
        ("2026-03-20-21-30-05", "2026-03-20T21:30:05+08:00"),
        ("20261399999999", None),
        ("20260320", None),
        ("2025210101", None),
    ],
)
def test_times_in_names(text, moment):
    people = People(STUDENTS, NAME)
    found = moment_in([f"王雨桐_{text}_作业.ipynb"], people, CHINA)
    assert found == (datetime.fromisoformat(moment) if moment else None)


def test_a_folder_of_what_several_platforms_handed_out(made, tmp_path, answer):
    place = tmp_path / "inbox"
    after = datetime(2026, 4, 1, 8, 0)
    canvas = {"王雨桐_12345_67801_a.ipynb": answer(), "李思远_LATE_12346_67802_b.ipynb": answer()}
    packed(place / "canvas.zip", canvas, when=after)
    moodle = {f"{s.name}_1234{i}_assignsubmission_file_/a.ipynb": answer() for i, s in enumerate((MING, MINGHUA))}
    packed(place / "moodle.zip", moodle)
    stamped = {f"{s.name}_{s.number}_2026032021300{i}.ipynb": answer() for i, s in enumerate((TWIN, OTHER_TWIN))}
    packed(place / "平台.zip", stamped, when=after)
    # a time in a student's own ZIP is the student's own
    packed(place / "邮件" / "买买提·艾力.zip", {"20260101120000.ipynb": answer()}, when=after)
    found = plan(made, place)
    got = {row.student: (row.clock, row.late is not None) for row in found.rows}
    assert got == {
        WANG.number: ("platform", False), LI.number: ("platform", True), MING.number: ("zip", False), MINGHUA.number: ("zip", False),
        TWIN.number: ("name", False), OTHER_TWIN.number: ("name", False), ALI.number: ("zip", True),
    }  # fmt: skip


@pytest.mark.skipif(sys.platform != "linux", reason="other systems store names as text")
def test_folders_with_names_in_gbk(made, tmp_path, answer):
    place = os.fsencode(tmp_path / "in")
    os.mkdir(place)
    with open(place + b"/" + "王雨桐.ipynb".encode("gb18030"), "wb") as file:
        file.write(answer())
    assert one(plan(made, tmp_path / "in")).file == "in/王雨桐.ipynb"
    assert one(plan(made, tmp_path / "in")).student == WANG.number


# ---- names and numbers


def test_names_within_names_and_numbers_within_numbers(made, tmp_path, answer):
    files = {
        "张明华.ipynb": answer("1"),
        "张明.ipynb": answer("2"),
        "张明阳.ipynb": answer("3"),
        "张明的作业.ipynb": answer("4"),
        "2025210103.ipynb": answer("5"),
        "20252101031.ipynb": answer("6"),
        "202521010312.ipynb": answer("7"),
        "欧阳张明.ipynb": answer("8"),
        "92025210103.ipynb": answer("9"),
    }
    found = plan(made, packed(tmp_path / "a.zip", files))
    assert list(whose(found).values()) == [MINGHUA.number, MING.number, "", MING.number, MING.number, MINGHUA.number, "", "", ""]
    assert [row.reason for row in found.rows if not row.student] == ["part-of-name", "unknown", "part-of-name", "unknown"]


def test_two_students_of_one_name(made, tmp_path, answer):
    files = {
        "陈静.ipynb": answer("1"),
        "2025210106 陈静.ipynb": answer("2"),
        "营销1班/陈静.ipynb": answer("3"),
        "x/陈静.ipynb": answer("4", TWIN.number),
    }
    found = plan(made, packed(tmp_path / "a.zip", files))
    assert list(whose(found).values()) == ["", OTHER_TWIN.number, TWIN.number, TWIN.number]
    unclear = found.rows[0]
    assert unclear.reason == "same-name"
    assert TWIN.number in unclear.said.zh
    assert OTHER_TWIN.number in unclear.said.zh
    assert [row.how for row in found.rows[1:]] == ["number", "class", "notebook"]


def test_what_contradicts_itself_is_nobody_s(made, tmp_path, answer):
    files = {
        "2025210101_李思远.ipynb": answer(),
        "2025210101_2025210102.ipynb": answer(),
        "王雨桐/李思远.ipynb": answer(),
        "2019999999_王雨桐.ipynb": answer(),
        "赵六_2025999999.ipynb": answer(),
    }
    found = plan(made, packed(tmp_path / "a.zip", files))
    assert [row.reason for row in found.rows] == ["conflict", "several", "several", "stray-number", "unknown"]
    assert {row.student for row in found.rows} == {""}
    assert {row.verdict for row in found.rows} == {"unmatched"}


def test_number_and_name_together_outweigh_another_name(made, tmp_path, answer):
    found = plan(made, packed(tmp_path / "a.zip", {"2025210101_王雨桐/李思远改.ipynb": answer(), "李思远.ipynb": answer()}))
    assert found.rows[0].student == WANG.number
    assert "李思远" in found.rows[0].said.zh


def test_the_number_in_the_notebook(made, tmp_path, answer):
    files = {"Untitled.ipynb": answer("1", "２０２５２１０１０２"), "王雨桐.ipynb": answer("2", LI.number), "x.ipynb": answer("3", "999")}
    found = plan(made, packed(tmp_path / "a.zip", files))
    assert [(row.student, row.how) for row in found.rows] == [(LI.number, "notebook"), (WANG.number, "name"), ("", "")]
    assert "李思远" in found.rows[1].said.zh


def test_short_numbers_are_not_found_in_dates_and_headings(made, tmp_path, answer):
    students = [Enrolled("3", "王雨桐"), Enrolled("20", "李思远"), Enrolled("2026", "张明"), Enrolled("30", "陈静")]
    files = {
        "第3章 20260320 李思远.ipynb": answer("1"),
        "3_王雨桐_作业.ipynb": answer("2"),
        "03-satisfaction 2026-03-20 21:30 陈静.ipynb": answer("3"),
        "a_20.ipynb": answer("4"),
    }
    found = plan(made, packed(tmp_path / "a.zip", files), students=students)
    assert list(whose(found).values()) == ["20", "3", "30", "20"]


@pytest.mark.parametrize("raw", ["gb18030", "utf-8"])
def test_names_that_do_not_say_how_they_are_encoded(made, tmp_path, answer, raw):
    files = {f"{one.number}_{one.name}_满意度.ipynb": answer() for one in STUDENTS}
    found = plan(made, packed(tmp_path / "a.zip", files, raw=raw))
    assert [row.file.split("/")[-1] for row in found.rows] == list(files)
    assert [row.student for row in found.rows] == [one.number for one in STUDENTS]


def test_paths_with_backslashes_in_gbk(made, tmp_path, answer):
    # the second byte of these characters is that of a backslash in GBK
    files = {"作业\\誠\\2025210101.ipynb": answer(), "作业\\乗\\2025210102.ipynb": answer()}
    found = plan(made, packed(tmp_path / "a.zip", files, raw="gb18030"))
    assert [row.file for row in found.rows] == ["a.zip/作业/誠/2025210101.ipynb", "a.zip/作业/乗/2025210102.ipynb"]


# ---- what is wrong with files


def test_system_files_are_ignored_and_told(made, tmp_path, answer):
    files = {
        "__MACOSX/._王雨桐.ipynb": b"x",
        ".DS_Store": b"x",
        "~$王雨桐.docx": b"x",
        "王雨桐/.ipynb_checkpoints/a-checkpoint.ipynb": answer(),
        "Thumbs.db": b"x",
        "王雨桐/a.ipynb": answer(),
    }
    found = plan(made, packed(tmp_path / "a.zip", files))
    assert [row.verdict for row in found.rows] == ["ignored"] * 5 + ["take"]


def test_later_files_win_but_not_over_whole_ones(root, tmp_path, answer):
    at = [datetime(2026, 3, day, 12, 0) for day in (18, 19, 20)]
    files = {
        "王雨桐 1.ipynb": (answer("old"), at[0]),
        "王雨桐 2.ipynb": (answer("new"), at[2]),
        "王雨桐 3.ipynb": (answer("old"), at[1]),
        "李思远 1.ipynb": (answer("whole"), at[0]),
        "李思远 2.ipynb": (answer("x" * 5000)[:-300], at[2]),
        "李思远 3.docx": (b"PK\3\4word/document.xml", at[2]),
        "张明 1.ipynb": (answer("same"), at[0]),
        "张明 2.ipynb": (answer("same"), at[1]),
    }
    found = plan(root, packed(tmp_path / "a.zip", files))
    assert [(row.verdict, row.reason) for row in found.rows] == [
        ("superseded", "later-taken"), ("take", ""), ("superseded", "later-taken"),
        ("take", ""), ("superseded", "better-taken"), ("beside", ""),
        ("superseded", "duplicate"), ("take", ""),
    ]  # fmt: skip
    collecting.carry_out(found)
    assert (root / "submitted" / WANG.number / NAME / f"{NAME}.ipynb").read_bytes() == files["王雨桐 2.ipynb"][0]
    assert len([p for p in (root / "downloaded" / NAME / "superseded").rglob("*") if p.is_file()]) == 4


def test_the_notebook_of_another_assignment(root, tmp_path, answer):
    files = {
        "王雨桐.ipynb": notebook("", ["setup", "q1", "q1-test"]),
        "李思远.ipynb": notebook("", ["unheard-of"]),
        "张明.ipynb": notebook("", []),
        "陈静 2025210105.ipynb": answer(),
    }
    found = plan(root, packed(tmp_path / "a.zip", files))
    assert [row.verdict for row in found.rows] == ["refused", "refused", "take", "take"]
    assert OTHER in found.rows[0].said.zh
    assert "没有题目标记" in found.rows[2].said.zh
    assert {s.number for s in found.unserved} == {WANG.number, LI.number}


@pytest.mark.parametrize(
    ("name", "data", "reason", "said"),
    [
        ("作业.docx", b"PK\3\4....word/document.xml", "not-a-notebook", "Word文件"),
        ("作业.pdf", b"%PDF-1.7", "not-a-notebook", "PDF"),
        ("作业.rar", b"Rar!\x1a\x07\x00", "not-a-notebook", "RAR压缩包"),
        ("作业.py", b"import pandas\n", "not-a-notebook", "Python程序"),
        ("作业.ipynb", b"", "empty", "空文件"),
        ("作业.ipynb", b"\0" * 500, "empty", "空文件"),
        ("作业.ipynb", b"<!doctype html><html></html>", "not-a-notebook", "网页"),
        ("作业.json", b'{"a": 1}', "not-a-notebook", "JSON"),
        ("作业.zip", b"PK\3\4 cut", "corrupt", "不完整"),
        ("作业.zip", b"Rar!\x1a\x07\x00...", "corrupt", "其实是RAR压缩包"),
        ("作业.zip", b"", "empty", "空文件"),
        ("作业.zip", encrypted(bytes_of({"a.ipynb": b"{}"})), "encrypted", "密码"),
        ("作业.zip", bytes_of({}), "empty-zip", "空的ZIP"),
    ],
)
def test_files_that_cannot_be_graded_are_named_and_handed_to_the_grader(root, tmp_path, name, data, reason, said):
    (tmp_path / "in" / "王雨桐").mkdir(parents=True)
    (tmp_path / "in" / "王雨桐" / name).write_bytes(data)
    found = plan(root, tmp_path / "in")
    row = one(found)
    assert (row.student, row.reason) == (WANG.number, reason)
    assert said in row.said.zh
    outcome = collecting.carry_out(found)
    assert outcome.faults == ()
    handed_in = submitted(root, WANG.number)
    if row.verdict == "unusable":
        assert [entry.path for entry in handed_in.files if entry.path != folder.TIMESTAMP] + [e.path for e in handed_in.notebooks] == [name]
        assert handed_in.timestamp is not None
    else:
        assert [s.number for s in found.unserved] == [WANG.number]
        assert (root / "downloaded" / NAME / "unmatched" / "in" / "王雨桐" / name).read_bytes() == data


def test_an_encrypted_or_broken_entry_does_not_stop_the_others(root, tmp_path, answer):
    inner = bytearray(bytes_of({"a.ipynb": answer("x" * 400), "b.txt": b"good"}))
    inner[60] ^= 0xFF
    files = {"王雨桐.zip": bytes(inner), "李思远.zip": encrypted(bytes_of({"a.ipynb": answer()})), "张明.ipynb": answer()}
    found = plan(root, packed(tmp_path / "a.zip", files))
    rows = {row.file.split("/", 1)[1]: row for row in found.rows}
    assert rows["王雨桐.zip/a.ipynb"].reason == "corrupt"
    assert rows["王雨桐.zip/b.txt"].verdict == "unusable"
    assert rows["李思远.zip"].verdict == "unusable"
    assert rows["张明.ipynb"].verdict == "take"
    assert collecting.carry_out(found).faults == ()


@pytest.mark.parametrize(
    "name", ["../../王雨桐.ipynb", "/tmp/王雨桐.ipynb", "C:\\王雨桐.ipynb", "a/../../王雨桐.ipynb", "..\\王雨桐.ipynb"]
)
def test_paths_that_lead_outside_are_refused(root, tmp_path, answer, name):
    before = snapshot(tmp_path)
    found = plan(root, packed(tmp_path / "a.zip", {name: answer(), "李思远.ipynb": answer()}))
    row = found.rows[0]
    assert (row.verdict, row.reason, row.student) == ("refused", "unsafe-path", WANG.number)
    collecting.carry_out(found)
    after = {path for path in snapshot(tmp_path) if path not in before and path != "a.zip"}
    assert after
    assert all(path.startswith("course/") for path in after)
    assert not Path("/tmp/王雨桐.ipynb").exists()


def test_links_are_never_followed(root, tmp_path, answer):
    secret = tmp_path / "secret.ipynb"
    secret.write_bytes(answer("secret"))
    place = tmp_path / "in"
    place.mkdir()
    (place / "王雨桐.ipynb").symlink_to(secret)
    (place / "李思远").symlink_to(tmp_path)
    os.mkfifo(place / "张明.ipynb")
    zipped = packed(tmp_path / "a.zip", {"陈静 2025210105.ipynb": str(secret)}, create_system=3, external_attr=(stat.S_IFLNK | 0o777) << 16)
    found = plan(root, place, zipped)
    assert [row.reason for row in found.rows] == ["link"] * 4
    collecting.carry_out(found)
    assert not (root / "submitted").exists()


def test_bombs_are_not_unpacked(root, tmp_path):
    flat = bytes_of({"王雨桐.ipynb": b"0" * 30_000_000})
    wide = packed(tmp_path / "wide.zip", {f"王雨桐{i}.ipynb": b"{}" for i in range(60)})
    deep = bytes_of({"王雨桐.ipynb": b"{}"})
    for _ in range(8):
        deep = bytes_of({"王雨桐.zip": deep})
    (tmp_path / "flat.zip").write_bytes(flat)
    (tmp_path / "deep.zip").write_bytes(deep)
    overlapping = bytearray(bytes_of({"王雨桐.ipynb": b"{}" * 50, "李思远.ipynb": b"{}" * 50}))
    second = overlapping.find(b"PK\1\2", overlapping.find(b"PK\1\2") + 4)
    overlapping[second + 42 : second + 46] = struct.pack("<L", 0)
    (tmp_path / "overlap.zip").write_bytes(overlapping)
    large = packed(tmp_path / "large.zip", {"王雨桐.ipynb": os.urandom(2_000_000)})
    limits = Limits(entries=50, file=1_000_000)
    sources = [tmp_path / f"{name}.zip" for name in ("flat", "deep", "overlap")]
    found = plan(root, *sources, wide, large, limits=limits)
    assert [row.reason for row in found.rows] == ["bomb", "too-deep", "bomb", "bomb", "too-large"]
    assert {row.verdict for row in found.rows} == {"refused"}
    outcome = collecting.carry_out(found)
    assert outcome.faults == ()
    assert not (root / "submitted").exists()
    listed = (root / "downloaded" / NAME / "unmatched" / collecting.UNMATCHED).read_text(encoding="utf-8-sig")
    assert all(row.file in listed for row in found.rows)


def test_the_whole_of_a_zip_counts_too(made, tmp_path):
    files = {f"王雨桐{i}.txt": os.urandom(1000) for i in range(20)}
    found = plan(made, packed(tmp_path / "a.zip", files), limits=Limits(total=10_000))
    assert one(found).reason == "bomb"


# ---- carrying it out


def mess(tmp_path, answer):
    files = {
        "2025210101_王雨桐/03-satisfaction.ipynb": answer("wang"),
        "2025210101_王雨桐/data/我的数据.csv": b"a,b\n1,2\n",
        "2025210101_王雨桐/timestamp.txt": b"tomorrow",
        "李思远.docx": b"PK\3\4word/document.xml",
        "张明华.zip": bytes_of({"x/作业.ipynb": answer("minghua")}),
        "陈静.ipynb": answer("one of two"),
        "某人.ipynb": answer("nobody"),
        "../买买提艾力.ipynb": answer("ali"),
        "s2025-07 (ann).ipynb.txt": answer("ann"),
    }
    return packed(tmp_path / "作业.zip", files)


def test_what_is_collected_lies_where_the_grader_looks_for_it(root, tmp_path, answer):
    found = plan(root, mess(tmp_path, answer))
    outcome = collecting.carry_out(found)
    assert outcome.faults == ()
    loaded = folder.load(root)
    handed_in = {one.student: one for one in folder.submissions(loaded, NAME)}
    assert sorted(handed_in) == sorted([WANG.number, LI.number, MINGHUA.number, ANN.number]) == sorted(outcome.written)
    wang = handed_in[WANG.number]
    assert [entry.path for entry in wang.notebooks] == [f"{NAME}.ipynb"]
    assert {entry.path for entry in wang.files} == {"data/我的数据.csv", "timestamp (2).txt", "timestamp.txt"}
    assert wang.timestamp == datetime(2026, 3, 20, 13, 30)
    assert wang.problems == ()
    assert [entry.path for entry in folder.candidates(handed_in[LI.number], [NAME])] == ["李思远.docx"]
    assert {student.number for student in found.missing} == {MING.number, TWIN.number, OTHER_TWIN.number}
    assert {student.number for student in found.unserved} == {ALI.number}
    unmatched = root / "downloaded" / NAME / "unmatched"
    kept = {p.relative_to(unmatched).as_posix() for p in outcome.unmatched}
    assert kept == {"作业.zip/陈静.ipynb", "作业.zip/某人.ipynb", "作业.zip/_/买买提艾力.ipynb"}


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="grading needs Linux")
def test_the_grader_grades_what_was_collected(root, tmp_path):
    """A solution, an untouched release and a Word file, each in a format of its own: graded, with the reason where not."""
    from service_marketing.grading import engine, results
    from service_marketing.grading.box import outside

    released = nbformat.read(root / "release" / NAME / f"{NAME}.ipynb", as_version=4)
    source = nbformat.read(root / "source" / NAME / f"{NAME}.ipynb", as_version=4)
    shutil.rmtree(root / "source" / OTHER)
    solved, blank = (nbformat.writes(one).encode() for one in (submissions.fill(released, source), released))
    moodle = packed(tmp_path / "moodle.zip", {"王雨桐_881_assignsubmission_file_/答案.ipynb": solved})
    mixed = packed(tmp_path / "班.zip", {"李思远_2025210102.ipynb": blank, "2025210103张明.docx": b"PK\3\4 word/document.xml"})
    assert collecting.carry_out(plan(root, moodle, mixed)).faults == ()
    options = engine.settings(engine.load(root), sandbox=outside.available().reason is None)
    summary = engine.autograde(root, NAME, workers=1, options=options)
    assert not summary.interrupted
    points = {
        number: sum(cell.auto_score or 0 for _, cell in results.read(root, NAME, number).cells()) for number in (WANG.number, LI.number)
    }
    assert points == {WANG.number: sum(c.points for c in assignments.graded_cells(released) if not c.manual), LI.number: 0}
    said = [found.instructor.zh for found in results.read(root, NAME, MING.number).all_problems()]
    assert any("Word" in one for one in said), said


def test_planning_writes_nothing(root, tmp_path, answer):
    source = mess(tmp_path, answer)
    before = snapshot(tmp_path)
    plan(root, source)
    assert snapshot(tmp_path) == before


def test_doing_it_again_changes_nothing(root, tmp_path, answer):
    source = mess(tmp_path, answer)
    first = plan(root, source)
    collecting.carry_out(first)
    before = snapshot(root)
    assert collecting.carry_out(first).written == ()
    assert snapshot(root) == before
    again = plan(root, source)
    assert {row.verdict for row in again.rows if row.student and row.verdict != "refused"} == {"same"}
    outcome = collecting.carry_out(again)
    assert outcome.written == ()
    assert {name: data for name, data in snapshot(root).items() if "collected.csv" not in name} == {
        name: data for name, data in before.items() if "collected.csv" not in name
    }


def test_broken_off_anywhere_it_comes_to_the_same(made, tmp_path, answer, monkeypatch):
    """Stopped at each of its renames in turn, over an earlier submission, then run again."""
    old = packed(tmp_path / "old.zip", {"王雨桐.ipynb": answer("old")}, when=datetime(2026, 3, 1, 8, 0))
    new = mess(tmp_path, answer)
    wanted = None
    real = os.rename
    for stop in range(12):
        root = Path(shutil.copytree(made, tmp_path / f"course{stop}"))
        collecting.carry_out(plan(root, old))
        left = [stop]

        def rename(source, target, left=left):
            if not left[0]:
                raise KeyboardInterrupt
            left[0] -= 1
            real(source, target)

        monkeypatch.setattr(os, "rename", rename)
        if stop:
            try:
                collecting.carry_out(plan(root, new))
                stopped = False
            except KeyboardInterrupt:
                stopped = True
        monkeypatch.setattr(os, "rename", real)
        outcome = collecting.carry_out(plan(root, new))
        assert outcome.faults == ()
        result = {name: data for name, data in snapshot(root).items() if "collected.csv" not in name}
        wanted = wanted or result
        assert result == wanted
    assert not stopped
    assert any("earlier" in name for name in wanted)
    assert not [name for name in wanted if ".part" in name or ".new" in name]


def test_an_earlier_submission_stays_when_the_new_file_is_older_or_bad(root, tmp_path, answer):
    collecting.carry_out(plan(root, packed(tmp_path / "a.zip", {"王雨桐.ipynb": answer("good"), "李思远.pdf": b"%PDF-1"})))
    before = snapshot(root / "submitted" / WANG.number)
    older = datetime(2026, 3, 1, 8, 0)
    later = datetime(2026, 3, 21, 8, 0)
    bad = {"b": (answer("older"), older), "c": (answer("cut" * 3000)[:-200], later), "d": (b"%PDF-1", later), "e": (b"", later)}
    for name, (data, when) in bad.items():
        found = plan(root, packed(tmp_path / f"{name}.zip", {"王雨桐.ipynb": data}, when=when))
        assert one(found).verdict == "older", name
        collecting.carry_out(found)
        assert snapshot(root / "submitted" / WANG.number) == before
        assert (root / "downloaded" / NAME / "superseded" / WANG.number / f"{name}.zip" / "王雨桐.ipynb").read_bytes() == data
    newer = packed(tmp_path / "f.zip", {"王雨桐.ipynb": answer("newer"), "李思远.ipynb": (answer("late but real"), older)}, when=later)
    assert set(collecting.carry_out(plan(root, newer)).written) == {WANG.number, LI.number}
    earlier = root / "downloaded" / NAME / "earlier" / WANG.number / "20260320T133000Z"
    assert (earlier / f"{NAME}.ipynb").read_bytes() == answer("good")
    assert (root / "submitted" / LI.number / NAME / f"{NAME}.ipynb").read_bytes() == answer("late but real")


def test_a_source_that_changed_meanwhile_is_not_taken(root, tmp_path, answer):
    place = tmp_path / "in"
    place.mkdir()
    for one_ in (WANG, LI):
        (place / f"{one_.number}.ipynb").write_bytes(answer(one_.name))
    found = plan(root, place)
    (place / f"{WANG.number}.ipynb").write_bytes(answer("changed"))
    outcome = collecting.carry_out(found)
    assert outcome.written == (LI.number,)
    assert "查看之后变了" in outcome.faults[0]
    assert not (root / "submitted" / WANG.number / NAME).exists()


def test_links_in_the_course_folder_lead_nowhere(root, tmp_path, answer):
    outside = tmp_path / "outside"
    outside.mkdir()
    (root / "submitted").mkdir()
    (root / "submitted" / WANG.number).symlink_to(outside)
    outcome = collecting.carry_out(plan(root, packed(tmp_path / "a.zip", {"王雨桐.ipynb": answer(), "李思远.ipynb": answer()})))
    assert outcome.written == (LI.number,)
    assert WANG.number in outcome.faults[0]
    assert not any(outside.iterdir())


def test_corrections_by_hand(root, tmp_path, answer):
    files = {
        "陈静.ipynb": answer("1"),
        "某人（1）.ipynb": answer("2"),
        "=cmd.ipynb": answer("3"),
        "王雨桐.ipynb": answer("4"),
        "草稿 王雨桐.ipynb": answer("5"),
    }
    source = packed(tmp_path / "=作业.zip", files)
    found = plan(root, source)
    collecting.carry_out(found)
    table = collecting.write_table(found, tmp_path / "matches.csv")
    rows = list(csv.reader(table.read_text(encoding="utf-8-sig").splitlines()))
    assert table.read_bytes().startswith(b"\xef\xbb\xbf")
    assert all(not cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)
    edited = {"陈静": OTHER_TWIN.number, "某人": LI.number, "=cmd": MING.number, "草稿": "-"}
    for row in rows[1:]:
        row[1] = next((number for name, number in edited.items() if name in row[0]), row[1])
    table.write_bytes("\r\n".join(",".join(f'"{cell}"' for cell in row) for row in rows).encode("gb18030"))
    matches = collecting.read_matches(table, STUDENTS)
    found = plan(root, source, matches=matches)
    assert [row.student for row in found.rows] == [OTHER_TWIN.number, LI.number, MING.number, WANG.number, ""]
    assert [row.how for row in found.rows] == ["manual", "manual", "manual", "name", ""]
    assert found.remarks == ()
    outcome = collecting.carry_out(found)
    assert set(outcome.written) >= {OTHER_TWIN.number, LI.number, MING.number}
    # what has found its student is no longer listed as nobody's
    unmatched = root / "downloaded" / NAME / "unmatched"
    assert [p.name for p in unmatched.rglob("*") if p.is_file()] == [collecting.UNMATCHED]
    assert len((unmatched / collecting.UNMATCHED).read_text(encoding="utf-8-sig").splitlines()) == 1


def test_wrong_corrections_name_their_row(root, tmp_path, answer):
    path = tmp_path / "matches.csv"
    path.write_text("文件,学号\na.zip/x.ipynb,2025210101\na.zip/y.ipynb,999\na.zip/x.ipynb,2025210102\n", encoding="utf-8")
    with pytest.raises(CollectError) as caught:
        collecting.read_matches(path, STUDENTS)
    assert "matches.csv 第3行" in str(caught.value)
    assert "999" in str(caught.value)
    assert "第4行" in str(caught.value)
    path.write_text("a,b\n", encoding="utf-8")
    with pytest.raises(CollectError, match="文件"):
        collecting.read_matches(path, STUDENTS)
    source = packed(tmp_path / "a.zip", {"王雨桐.ipynb": answer()})
    assert "b.ipynb" in plan(root, source, matches={"b.ipynb": WANG.number}).remarks[0]
    with pytest.raises(CollectError, match="999"):
        plan(root, source, matches={"a.zip/王雨桐.ipynb": "999"})


def test_the_table_says_it_all(root, tmp_path, answer):
    found = plan(root, mess(tmp_path, answer), packed(tmp_path / "late.zip", {"张明.ipynb": answer()}, when=datetime(2026, 3, 24)))
    console = Console(width=180, record=True, file=io.StringIO())
    console.print(collecting.table(found))
    text = console.export_text()
    for row in found.rows:
        assert row.file.split("/")[-1] in text
    for said in ("陈静", "没交", "迟1天", "指到文件夹外面", "Word文件"):
        assert said in text
    assert "not matched)：2025210105 陈静" in "\n".join(collecting.summary(found))
    written = collecting.write_table(found, tmp_path / "t.csv").read_text(encoding="utf-8-sig")
    assert f"\t{WANG.number}" in written


def test_the_table_in_english(root, tmp_path, answer):
    found = plan(root, mess(tmp_path, answer), packed(tmp_path / "late.zip", {"张明.ipynb": answer()}, when=datetime(2026, 3, 24)))
    console = Console(width=220, record=True, file=io.StringIO())
    console.print(collecting.table(found, language="en"))
    text = console.export_text()
    for said in ("nothing came", "1 d", "late", "its path in the ZIP leads outside", "handed in"):
        assert said in text
    # names of people and files, and what is inside of them, are as they are
    for row in found.rows:
        assert row.said.zh == row.said.en or row.said.zh not in text
    path = collecting.write_table(found, tmp_path / "t.csv", "en")
    head = next(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))
    assert head[:7] == ["file", "number", "name", "found by", "result", "why", "handed in"]
    assert collecting.read_matches(path, STUDENTS) == collecting.read_matches(collecting.write_table(found, tmp_path / "z.csv"), STUDENTS)


def test_sources_and_folders_that_are_wrong(root, tmp_path):
    with pytest.raises(CollectError, match=r"没有这些文件.*nothing\.zip"):
        plan(root, tmp_path / "nothing.zip")
    with pytest.raises(course.assignments.AssignmentError, match="不是课程批改文件夹"):
        collecting.plan([root], STUDENTS, NAME, tmp_path)
    with pytest.raises(CollectError, match="名单是空的"):
        plan(root, root / "release", students=[])


def test_two_sources_of_one_name(root, tmp_path, answer):
    one_, two = (packed(tmp_path / place / "作业.zip", {"王雨桐.ipynb": answer(place)}) for place in "ab")
    found = plan(root, one_, two, one_)
    assert [row.file for row in found.rows] == ["a·作业.zip/王雨桐.ipynb", "b·作业.zip/王雨桐.ipynb"]


def test_the_deadline_is_that_of_the_gradebook(made):
    assert collecting.deadline(made, NAME) == DUE
    assert collecting.deadline(made, "99-nothing") is None


def test_entries_of_one_name_and_times_in_utc(root, tmp_path, answer):
    moment = datetime(2026, 3, 20, 1, 2, 3, tzinfo=UTC)
    stamp = struct.pack("<HHBl", 0x5455, 5, 1, int(moment.timestamp()))
    with pytest.warns(UserWarning, match="Duplicate"):
        source = packed(tmp_path / "a.zip", [("王雨桐.ipynb", answer("1")), ("王雨桐.ipynb", answer("2"))], extra=stamp)
    found = plan(root, source)
    assert [row.file for row in found.rows] == ["a.zip/王雨桐.ipynb", "a.zip/王雨桐.ipynb (2)"]
    assert {row.moment for row in found.rows} == {moment}
    assert sorted(row.verdict for row in found.rows) == ["superseded", "take"]
    assert collecting.carry_out(found).faults == ()


# ---- properties

WORDS = st.sampled_from(
    ["王雨桐", "张明", "张明华", "陈静", "2025210101", "2025210103", "20252101031", "202521010", "第3章", "作业", "_", "-", " ", "（1）",
     "LATE", "12345", "678901", "assignsubmission_file_", "20260320T213000+0800", "2026-03-20 21:30", "..", "~$", "ann", "müller", "班",
     "é", "\u200b"]
)  # fmt: skip
NAMES = st.lists(st.one_of(WORDS, st.text(max_size=4)), min_size=1, max_size=5).map("".join)
PATHS = st.lists(NAMES, min_size=1, max_size=3).map("/".join)
CONTENTS = st.sampled_from(
    [b"", b"{}", b"%PDF", b"text", notebook("", ["t1"]), notebook("x", ["t1"], "2025210101"), bytes_of({"a.ipynb": b"{}"})]
)
ENDS = st.sampled_from(["", ".ipynb", ".zip", ".docx"])


@given(st.lists(st.tuples(PATHS, ENDS, CONTENTS), min_size=1, max_size=8))
def test_every_file_has_exactly_one_row(made, tmp_path_factory, files):
    source = tmp_path_factory.mktemp("in") / "作业.zip"
    expected = 0
    with zipfile.ZipFile(source, "w") as archive:
        written = set()
        for path, end, data in files:
            name = path + end
            if name.encode("utf-8", "ignore").decode() != name or "\0" in name or name.endswith(("/", "\\")) or name in written:
                continue
            written.add(name)
            archive.writestr(zipfile.ZipInfo(name, (2026, 3, 20, 21, 30, 0)), data)
            expected += 1
    found = collecting.plan([source], STUDENTS, NAME, made, due=DUE)
    assert len(found.rows) == max(expected, 1)
    assert len({row.file for row in found.rows}) == len(found.rows)
    numbers = {student.number for student in STUDENTS}
    for row in found.rows:
        assert row.verdict in collecting.VERDICTS
        assert row.student in numbers | {""}
        assert (row.verdict == "unmatched") <= (row.student == "")
    taken = [row.student for row in found.rows if row.verdict == "take"]
    assert len(taken) == len(set(taken))
    targets = [(row.student, row.target.casefold()) for row in found.rows if row.verdict in ("take", "beside", "unusable")]
    assert len(targets) == len(set(targets))
    assert all(not Path(target).is_absolute() and ".." not in Path(target).parts and target for _, target in targets)


HAN = st.text(st.sampled_from("王李张陈刘杨黄赵明华静雨桐思远伟芳"), min_size=2, max_size=4)
SEPARATORS = st.sampled_from(["", "_", "-", " ", "（", "+", "/", "　", ".", "的作业_", "，"])


@given(
    st.dictionaries(st.integers(10**7, 10**12).map(str), HAN, min_size=2, max_size=12),
    st.lists(st.tuples(SEPARATORS, SEPARATORS, st.booleans()), min_size=12, max_size=12),
)
def test_number_and_name_find_their_student_whoever_else_is_on_the_list(made, tmp_path_factory, people, styles):
    """Numbers that begin other numbers and names within names included: nobody gets another one's file."""
    students = [Enrolled(number, name) for number, name in people.items()]
    place = tmp_path_factory.mktemp("in")
    expected = {}
    for student, (between, after, number_first) in zip(students, styles, strict=False):
        name = between.join([student.number, student.name] if number_first else [student.name, student.number]) + after
        path = place / f"{name}x{len(expected)}" / "作业.ipynb"
        path.parent.mkdir(parents=True)
        path.write_bytes(notebook(student.number, ["t1"]))
        expected[path.relative_to(place).as_posix()] = student.number
    found = collecting.plan([place], students, NAME, made)
    got = {row.source.relative_to(place).as_posix(): row.student for row in found.rows}
    assert got.keys() == expected.keys()
    assert {path: number for path, number in got.items() if number not in ("", expected[path])} == {}
    assert sum(1 for number in got.values() if number) >= len(got) * 0.5
