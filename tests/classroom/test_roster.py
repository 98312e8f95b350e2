"""Class lists as schools and platforms write them: every encoding, heading and fault of the file."""

import csv
import io

import openpyxl
import pytest

from service_marketing.classroom import course, roster
from service_marketing.classroom.roster import RosterError
from service_marketing.classroom.tables import TableError

LIST = [
    ["序号", "学号", "姓名", "班级", "邮箱"],
    ["1", "0025210101", "王雨桐", "营销1班", "Wang@pku.edu.cn"],
    ["2", "0025210102", "李明", "营销2班", ""],
]


def text_of(rows, delimiter=","):
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue()


def written(tmp_path, rows, encoding="utf-8", delimiter=",", name="名单.csv"):
    path = tmp_path / name
    path.write_bytes(text_of(rows, delimiter).encode(encoding))
    return path


def workbook(tmp_path, rows, formats=(), name="名单.xlsx"):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for cell, number_format in formats:
        book.active[cell].number_format = number_format
    book.save(tmp_path / name)
    return tmp_path / name


def pairs(found):
    return [(student.number, student.name) for student in found.students]


EXPECTED = [("0025210101", "王雨桐"), ("0025210102", "李明")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";", "，", "|"])
def test_encodings_and_delimiters(tmp_path, encoding, delimiter):
    found = roster.read(written(tmp_path, LIST, encoding, delimiter))
    assert pairs(found) == EXPECTED
    assert found.students[0].email == "wang@pku.edu.cn"
    assert found.students[0].group == "营销1班"
    assert found.left_out == ()


@pytest.mark.parametrize(
    ("number", "name"),
    [
        ("学号", "姓名"),
        ("*学号（必填）", "学生姓名"),
        ("学工号", "真实姓名"),
        ("学号/工号", "姓 名"),
        ("学生学号", "名字"),
        ("Student ID", "Name"),
        ("student_id", "full name"),
        ("SIS User ID", "Student"),
        ("ID number", "Student name"),
        ("ＳＩＤ", "NAME"),
    ],
)
def test_headings(tmp_path, number, name):
    assert pairs(roster.read(written(tmp_path, [[name, number], ["王雨桐", "0025210101"], ["李明", "0025210102"]]))) == EXPECTED


def test_title_rows_stand_above_the_heading_and_sums_below(tmp_path):
    rows = [["2026年春季学期 服务营销 学生名单"], [], ["任课教师：张老师", "", "学分：2"], *LIST, [], ["", "合计", "2人"]]
    found = roster.read(written(tmp_path, rows))
    assert pairs(found) == EXPECTED
    assert len(found.left_out) == 1
    assert "第8行" in found.left_out[0]


def test_a_heading_that_is_printed_again_is_no_student(tmp_path):
    found = roster.read(written(tmp_path, [*LIST[:2], LIST[0], *LIST[2:]]))
    assert pairs(found) == EXPECTED
    assert found.left_out == ()


def test_names_in_two_columns(tmp_path):
    # the columns of Moodle's export of participants
    rows = [
        ["First name", "Last name", "ID number", "Email address"],
        ["雨桐", "王", "0025210101", "a@b.cn"],
        ["Ming", "Li", "0025210102", ""],
    ]
    assert pairs(roster.read(written(tmp_path, rows))) == [("0025210101", "王雨桐"), ("0025210102", "Ming Li")]


def test_the_number_of_canvas_is_the_school_s(tmp_path):
    rows = [["Student", "ID", "SIS User ID", "Section"], ["    Points Possible", "", "", ""], ["Wang, Yutong", "88", "0025210101", "S1"]]
    found = roster.read(written(tmp_path, rows))
    assert [(s.number, s.name, s.group) for s in found.students] == [("0025210101", "Wang, Yutong", "S1")]
    assert "Points Possible" in found.left_out[0]


def test_numbers_in_workbooks_stay_text(tmp_path):
    rows = [["名单"], ["学号", "姓名"], [25210101, "甲一"], ["0025210102", "乙二"], [202521010112.0, "丙三"], [25210104, "丁四"]]
    path = workbook(tmp_path, rows, [("A3", "0000000000"), ("A6", "General")])
    assert [s.number for s in roster.read(path).students] == ["0025210101", "0025210102", "202521010112", "25210104"]


def test_the_sheet_with_the_heading_is_read_whatever_the_file_is_called(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["说明", "本表由系统导出"])
    sheet = book.create_sheet("学生")
    for row in LIST:
        sheet.append(row)
    book.save(tmp_path / "名单.xlsx")
    (tmp_path / "名单.xlsx").rename(tmp_path / "名单.xls")
    assert pairs(roster.read(tmp_path / "名单.xls")) == EXPECTED


def test_what_platforms_write_so_that_excel_keeps_numbers(tmp_path):
    rows = [
        ["学号", "姓名"],
        ["\t0025210101", "王 雨桐"],
        ['="0025210102"', "李明"],
        ["'0025210103", "ａnn"],
        ["００２５２１０１０４", "张三"],
    ]
    found = roster.read(written(tmp_path, rows))
    assert pairs(found) == [*EXPECTED, ("0025210103", "ann"), ("0025210104", "张三")]


def test_rows_without_a_number_and_repeated_rows_are_named(tmp_path):
    rows = [*LIST, ["3", "", "赵六", "", ""], ["4", "0025210101", "王雨桐", "", ""], ["5", "见备注！", "钱七", "", ""]]
    found = roster.read(written(tmp_path, rows))
    assert pairs(found) == EXPECTED
    missing, repeated, odd = found.left_out
    assert "名单.csv 第4行" in missing
    assert "赵六" in missing
    assert "名单.csv 第5行" in repeated
    assert "第2行" in repeated
    assert "第6行" in odd
    assert "见备注" in odd


def test_two_students_with_one_number_stop_it(tmp_path):
    with pytest.raises(RosterError, match=r"第4行.*0025210101.*第2行.*王雨桐.*赵六"):
        roster.read(written(tmp_path, [*LIST, ["3", "0025210101", "赵六", "", ""]]))


def test_numbers_that_excel_rounded_are_not_guessed(tmp_path):
    with pytest.raises(RosterError, match="科学计数"):
        roster.read(written(tmp_path, [["学号", "姓名"], ["2.02521E+11", "王雨桐"], ["2.02521E+11", "李明"]]))


def test_two_lists_side_by_side_are_named(tmp_path):
    with pytest.raises(RosterError, match="A、C"):
        roster.read(written(tmp_path, [["学号", "姓名", "学号", "姓名"], ["1001", "甲", "1002", "乙"]]))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "空文件"),
        ("姓名,成绩\n王雨桐,90\n".encode(), "没有找到写着“学号”的标题行.*王雨桐"),
        ("学号,姓名\n".encode(), "没有一行学生"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "旧版Excel"),
        (b"PK\x03\x04broken", "不是能读的Excel文件"),
        ("学号,姓名\n".encode() + b"1001,\xff\xff\n", "第2行.*GB18030"),
    ],
)
def test_files_that_are_no_list_say_what_to_do(tmp_path, data, said):
    path = tmp_path / "名单.csv"
    path.write_bytes(data)
    with pytest.raises(TableError, match=rf"名单\.csv.*{said}"):
        roster.read(path)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(TableError, match="打不开"):
        roster.read(tmp_path / "没有.csv")


def test_the_list_goes_into_the_gradebook(tmp_path):
    root = course.make(tmp_path / "course", [])
    course.enrol(root, roster.read(written(tmp_path, LIST)).students)
    with course.gradebook(root) as book:
        assert sorted((s.id, s.last_name) for s in book.students) == EXPECTED
