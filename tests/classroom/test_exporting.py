"""Grade files for platforms: made, filled into templates, and read back, out of a real gradebook."""

import csv
import dataclasses
import io
import shutil
import subprocess
import sys
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.styles import Font
from rich.console import Console

from classroom.gradebooks import add_assignment, fill, grade, set_marks
from service_marketing.classroom import course, exporting, marks, tables
from service_marketing.classroom.exporting import ExportError, Options
from service_marketing.classroom.tables import TableError

WORK = "03-satisfaction"
PEOPLE = {
    "0012": "王雨桐",
    "2025001": "李,明",
    "2025002": '张"三"',
    "2025003": "=HYPERLINK(\"http://x\")",
    "2025004": "欧阳\n娜娜",
    "2025005": "买买提·艾山",
}  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A course with an empty gradebook, which takes seconds to make."""
    root = course.make(tmp_path_factory.mktemp("made") / "course", [WORK])
    with course.gradebook(root):
        return root


@pytest.fixture(scope="module")
def filled(made, tmp_path_factory):
    root = shutil.copytree(made, tmp_path_factory.mktemp("filled") / "course")
    with course.gradebook(root) as book:
        for name in (WORK, "04-quality"):
            add_assignment(book, name)
        for number, name in PEOPLE.items():
            book.add_student(number, last_name=name)
        grade(book, WORK, "0012", q1=6.0, q2=2.675)
        set_marks(book, WORK, "0012", "manual_score", essay=8.0)
        grade(book, WORK, "2025001", "2026-03-23T15:59:00", q1=3.0, q2=4.0)  # late, and the essay waits
        for number in ("2025002", "2025003"):
            grade(book, WORK, number, q1=0.0, q2=0.0, essay=0.0)
        grade(book, "04-quality", "0012", q1=1.0, q2=1.0, essay=1.0)
        comment = book.find_comment("essay", WORK, WORK, "0012")
        comment.manual_comment = "- 写得不错，\n例子再具体一点"
        book.db.commit()
    (root / "submitted" / "2025004" / WORK).mkdir(parents=True)
    return root


@pytest.fixture
def root(filled, tmp_path):
    return shutil.copytree(filled, tmp_path / "course")


def kinds(plan):
    return {kind: [r.text for r in plan.remarks if r.kind == kind] for kind in {r.kind for r in plan.remarks}}


def sheet_of(path, rows, name="Sheet1", encoding=None, **options):
    """A template: XLSX, or CSV in the encoding."""
    if encoding:
        out = io.StringIO(newline="")
        csv.writer(out, **options).writerows(rows)
        path.write_bytes(out.getvalue().encode(encoding))
        return path
    book = openpyxl.Workbook()
    book.active.title = name
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


# ---- numbers


@pytest.mark.parametrize(
    ("score", "most", "out_of", "decimals", "shown"),
    [
        (2.675, 10, None, 2, "2.68"),  # round() gives 2.67
        (0.1 + 0.2, 1, None, 2, "0.3"),
        (1.005, 2, None, 2, "1.01"),
        (12.5, 20, 100, 0, "63"),  # half up, not to the even 62
        (8.5, 20, 100, 1, "42.5"),
        (1, 3, 100, 2, "33.33"),
        (20, 20, 100, 2, "100"),
        (0, 20, 10, 2, "0"),
        (2.0449999999999999, 4.09, 100, 0, "50"),
    ],
)
def test_scores_are_rounded_half_up(score, most, out_of, decimals, shown):
    assert tables.plain_number(exporting.scaled(score, most, out_of and Decimal(out_of), decimals)) == shown


@given(st.integers(0, 4000), st.integers(0, 3))
def test_a_score_is_never_off_by_more_than_half_a_step(quarters, decimals):
    shown = Decimal(tables.plain_number(exporting.scaled(quarters / 40, 100, Decimal(30), decimals)))
    off, half = Decimal(quarters) * 30 / 4000 - shown, Decimal("0.5").scaleb(-decimals)
    assert -half <= off < half  # a tie goes up


@given(st.text(max_size=8))
def test_no_text_begins_like_a_formula_and_none_is_changed_for_good(text):
    safe = tables.defused(text)
    assert len(safe) < 2 or safe.lstrip(" ")[:1] not in tuple("=+-@\t\r")
    assert tables.restored(safe) == text or text.startswith("'")


# ---- files made from nothing


def test_the_plain_sheet_has_text_numbers_and_no_made_up_zeros(root):
    plan, file = exporting.export(root, "plain", [WORK])
    assert file == root / "exported" / f"plain-{WORK}.xlsx"
    page = openpyxl.load_workbook(file).active
    rows = [[cell.value for cell in row] for row in page.iter_rows()]
    assert rows[0] == ["学号", "姓名", WORK, f"{WORK} 满分", f"{WORK} 说明"]
    assert rows[1][:4] == ["0012", "王雨桐", 16.68, 20]
    assert [row[2] for row in rows[2:]] == [None, 0, 0, None, None]
    assert [row[4] for row in rows[2:]] == ["等人工评分，迟交", None, None, "交了没批", "没交"]
    assert page["A2"].data_type == "s"
    assert page["A2"].number_format == "@"
    formula = page["B5"]
    assert (formula.data_type, formula.value, formula.quotePrefix) == ("s", PEOPLE["2025003"], True)
    assert {k: len(v) for k, v in kinds(plan).items()} == {"waiting": 1, "ungraded": 1, "missing": 1}
    assert course.stamp(root, f"export {WORK}") == marks.read(root).fingerprint(WORK)


def test_the_plain_sheet_in_english_says_the_same(root):
    chinese, english = (exporting.export(root, name, [WORK])[1] for name in ("plain", "plain-en"))
    here, there = (openpyxl.load_workbook(file).active for file in (chinese, english))
    assert there.title == "Grades"
    rows = [[cell.value for cell in row] for row in there.iter_rows()]
    assert rows[0] == ["Student number", "Name", WORK, f"{WORK} out of", f"{WORK} state"]
    assert [row[4] for row in rows[2:]] == ["waiting for marks by hand, late", None, None, "handed in, not graded", "not handed in"]
    assert [row[:4] for row in rows[1:]] == [[cell.value for cell in row][:4] for row in here.iter_rows(min_row=2)]
    assert (
        exporting.lost(
            exporting.export(root, "plain-en", [WORK], preview=True)[0], exporting.reimport(english, exporting.preset("plain-en"))
        )
        == []
    )


def test_moodles_file_follows_its_documentation(root, tmp_path):
    plan, file = exporting.export(root, "moodle", [WORK], tmp_path / "moodle.csv")
    data = file.read_bytes()
    rows = list(csv.reader(io.StringIO(data.decode("utf-8"), newline="")))
    assert rows[0] == ["ID number", f"{WORK} (Real)", f"{WORK} (Feedback)"]  # nobody has an e-mail address here
    assert rows[1] == ["0012", "16.68", "'- 写得不错， 例子再具体一点"]
    assert [row[0] for row in rows[1:]] == ["0012", "2025002", "2025003"]  # an empty grade would wipe out Moodle's own
    assert len(kinds(plan)["left out"]) == 3
    _, both = exporting.export(root, "moodle", [], tmp_path / "both.csv")
    rows = list(csv.reader(io.StringIO(both.read_text(encoding="utf-8"), newline="")))
    assert rows[0][1:] == [f"{WORK} (Real)", f"{WORK} (Feedback)", "04-quality (Real)", "04-quality (Feedback)"]
    assert [row[3] for row in rows[1:]] == ["3", "-", "-"]


def test_scales_and_what_stands_for_no_submission(root, tmp_path):
    plan, _ = exporting.export(root, "plain", [WORK], tmp_path / "a.xlsx", options=Options("percent", 1, "缺"))
    assert [entry.text for entry in plan.entries] == ["83.4%", "", "0%", "0%", "", "缺"]
    plan, _ = exporting.export(root, "plain", [WORK], options=Options(10.0, 1), preview=True)
    assert plan.entries[0].text == "8.3"
    assert kinds(plan)["scale"] == [f"{WORK}：满分20换算成满分10"]


def test_csv_for_excel_names_with_commas_quotes_and_formulas(root, tmp_path):
    mine = tmp_path / "mine.toml"
    plain = (exporting.PLATFORMS / "plain.toml").read_text(encoding="utf-8")
    mine.write_text(plain.replace('format = "xlsx"', 'format = "csv"\ntitles = ["=成绩 {assignments}"]'), encoding="utf-8")
    _, file = exporting.export(root, mine, [WORK], tmp_path / "a.csv")
    data = file.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert rows[0] == [f"'=成绩 {WORK}"]
    assert [row[1] for row in rows[2:]] == ["王雨桐", "李,明", '张"三"', "'" + PEOPLE["2025003"], "欧阳 娜娜", "买买提·艾山"]
    back = exporting.reimport(file, exporting.load(mine))
    assert [(row.number, row.scores[WORK]) for row in back][:2] == [("0012", "16.68"), ("2025001", "")]
    assert back[3].name == PEOPLE["2025003"]


def test_a_file_is_not_overwritten_unless_told(root, tmp_path):
    target = tmp_path / "a.xlsx"
    target.write_text("mine")
    with pytest.raises(ExportError, match="overwrite"):
        exporting.export(root, "plain", [WORK], target)
    assert target.read_text() == "mine"
    assert course.stamp(root, f"export {WORK}") is None
    exporting.export(root, "plain", [WORK], target, overwrite=True)
    assert target.read_bytes().startswith(b"PK")
    assert [p.name for p in tmp_path.iterdir() if "part" in p.name] == []
    with pytest.raises(ExportError, match=r"\.xlsx"):
        exporting.export(root, "plain", [WORK], tmp_path / "a.csv")


def test_a_file_that_reads_back_otherwise_is_not_kept(root, tmp_path):
    plan, _ = exporting.export(root, "moodle", [WORK], preview=True)
    broken = dataclasses.replace(plan, data=plan.data.replace(b"16.68", b"61.68"))
    with pytest.raises(ExportError, match="0012"):
        exporting.write(broken, tmp_path / "a.csv")
    assert list(tmp_path.glob("*.csv")) == []


# ---- templates


def chaoxing(path, **options):
    rows = [
        ["服务营销 成绩导入模板（请勿修改表头）"],
        ["序号", "学号", "姓名", "班级", "成绩（百分制）", "评语"],
        [1, "0012", "王雨桐", "1班", None, None],
        [2, "2025001", "李,明", "1班", 77, None],
        [3, "2025002", "李四", "1班", 50, "旧评语"],
        [4, "2025099", "旁听", "1班", None, None],
        ["合计", None, None, None, None, None],
    ]
    return sheet_of(path, rows, **options)


def test_a_chinese_platforms_template_is_filled_and_everything_else_kept(root, tmp_path):
    template = chaoxing(tmp_path / "模板.xlsx")
    book = openpyxl.load_workbook(template)
    page = book.active
    page.merge_cells("A1:F1")
    page["A1"].font = Font(bold=True, color="FFB5482A")
    page.column_dimensions["C"].width = 33
    page["E4"].number_format = "@"
    book.create_sheet("填写说明")["A1"] = "学号不要改"
    book.save(template)
    before = template.read_bytes()
    plan, file = exporting.export(root, "chaoxing", [WORK], tmp_path / "成绩.xlsx", template)
    after = openpyxl.load_workbook(file)
    page = after.active
    values = [[cell.value for cell in row] for row in page.iter_rows(min_row=3)]
    assert values[0] == [1, "0012", "王雨桐", "1班", 83.4, "- 写得不错， 例子再具体一点"]
    assert values[1] == [2, "2025001", "李,明", "1班", 77, None]  # waits for a person: what was there stays
    assert values[2] == [3, "2025002", "李四", "1班", 0, "旧评语"]
    assert values[3][4] is None
    assert page["A1"].font.bold
    assert page["A1"].font.color.rgb == "FFB5482A"
    assert page.column_dimensions["C"].width == 33
    assert str(page.merged_cells) == "A1:F1"
    assert after.sheetnames == ["Sheet1", "填写说明"]
    assert page["F3"].data_type == "s"
    assert template.read_bytes() == before
    found = kinds(plan)
    assert found["stranger"] == ["第6行 2025099 旁听"]
    assert found["no row"] == [f'2025003 =HYPERLINK("http://x")（{WORK}）']
    assert found["name"] == ['第5行 2025002 李四，成绩册里是 张"三"']
    assert found["changed"][0].endswith("50 → 0")
    assert found["kept"][0].endswith("77")
    assert len(found["waiting"]) == 1
    with pytest.raises(ExportError, match="模板本身"):
        exporting.export(root, "chaoxing", [WORK], template, template, overwrite=True)
    shown = Console(width=120, record=True, file=io.StringIO())
    shown.print(exporting.table(plan))
    assert "第6行" in shown.export_text()


@pytest.mark.parametrize(
    ("encoding", "options"),
    [("gbk", {}), ("utf-8-sig", {"quoting": csv.QUOTE_ALL}), ("utf-8", {"lineterminator": "\n"}), ("utf-16", {"delimiter": "\t"})],
)
def test_csv_templates_keep_their_encoding_and_form(root, tmp_path, encoding, options):
    template = chaoxing(tmp_path / "模板.csv", encoding=encoding, **options)
    plan, file = exporting.export(root, "rain-classroom", [WORK], tmp_path / "成绩.csv", template)
    text, old = (p.read_bytes().decode(encoding) for p in (file, template))
    lines, others = text.splitlines(), old.splitlines()
    assert [i for i, (a, b) in enumerate(zip(lines, others, strict=True)) if a != b] == [2, 4]
    assert "83.4" in lines[2]
    assert ("\r\n" in text) == ("\r\n" in old)
    assert file.read_bytes()[:2] == template.read_bytes()[:2]
    assert len(exporting.reimport(file, plan.platform)) == 4


CANVAS = [
    ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "03-satisfaction (48151)", "Final Exam (62342)", "Current Score"],
    ["", "", "", "", "", "Manual Posting", "", ""],
    ["    Points Possible", "", "", "", "", "10", "100", "(read only)"],
    ["王, 雨桐", "901", "", "0012@school.edu", "1班", "", "88", "88.00"],
    ["李明", "902", "", "2025001@school.edu", "1班", "5.5", "", ""],
    ["张三", "903", "", "2025002@school.edu", "1班", "EX", "", ""],
    ["测试学生", "904", "", "5f3a", "1班", "N/A", "", ""],
]


def test_canvas_gets_its_own_file_back(root, tmp_path):
    template = sheet_of(tmp_path / "canvas.csv", CANVAS, encoding="utf-8")
    plan, file = exporting.export(root, "canvas", [WORK], tmp_path / "up.csv", template)
    rows = list(csv.reader(io.StringIO(file.read_text(encoding="utf-8"), newline="")))
    assert [row[5] for row in rows] == ["03-satisfaction (48151)", "Manual Posting", "10", "8.34", "5.5", "EX", "N/A"]
    assert [[*row[:5], *row[6:]] for row in rows] == [[*row[:5], *row[6:]] for row in CANVAS]
    found = kinds(plan)
    assert found["scale"] == [f"{WORK}：满分20换算成满分10"]
    assert len(found["kept"]) == 2
    with pytest.raises(ExportError, match="--template"):
        exporting.export(root, "canvas", [WORK])
    other = sheet_of(tmp_path / "other.csv", [[c.replace("03-satisfaction", "第三章") for c in row] for row in CANVAS], encoding="utf-8")
    with pytest.raises(ExportError, match=r"第三章 \(48151\)"):
        exporting.export(root, "canvas", [WORK], template=other, preview=True)
    for said in ("第三章", "第三章 (48151)", "F"):
        plan, _ = exporting.export(root, "canvas", [WORK], template=other, columns={WORK: said}, preview=True)
        assert plan.entries[0].text == "8.34"
    with pytest.raises(ExportError, match="只读"):
        exporting.export(root, "canvas", [WORK], template=other, columns={WORK: "H"}, preview=True)


def test_moodles_own_export_in_chinese(root, tmp_path):
    rows = [
        ["名", "姓氏", "学号", "电子邮件地址", "作业：第三章作业 (实际)", "作业：第三章作业 (反馈)", "课程总分 (实际)", "上次下载自本课程"],
        ["雨桐", "王", "0012", "a@b.c", "-", "", "-", "1760000000"],
        ["明", "李", "2025001", "d@e.f", "-", "", "-", "1760000000"],
    ]
    template = sheet_of(tmp_path / "moodle.csv", rows, encoding="utf-8")
    plan, _ = exporting.export(root, "moodle", [WORK], template=template, columns={WORK: "第三章作业"}, preview=True)
    back = list(csv.reader(io.StringIO(plan.data.decode(), newline="")))
    assert back[1] == ["雨桐", "王", "0012", "a@b.c", "16.68", "'- 写得不错， 例子再具体一点", "-", "1760000000"]
    assert back[2] == rows[2]


def test_numbers_that_a_spreadsheet_has_spoilt(root, tmp_path):
    rows = [["学号", "姓名", "成绩"], [12, "王雨桐", None], ['="2025002"', "张三", None], ["\t2025003", "x", None]]
    plan, _ = exporting.export(root, "chaoxing", [WORK], template=sheet_of(tmp_path / "a.xlsx", rows), preview=True)
    assert [(entry.row, entry.student, entry.text) for entry in plan.entries] == [
        (2, "0012", "83.4"),
        (3, "2025002", "0"),
        (4, "2025003", "0"),
    ]
    assert len(kinds(plan)["zeros"]) == 1
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    book.active["A2"].number_format = "0000"  # Excel shows 0012
    book.save(tmp_path / "a.xlsx")
    plan, _ = exporting.export(root, "chaoxing", [WORK], template=tmp_path / "a.xlsx", preview=True)
    assert "zeros" not in kinds(plan)
    spoilt = sheet_of(tmp_path / "b.csv", [["学号", "成绩"], ["2.02521E+11", ""]], encoding="gbk")
    with pytest.raises(ExportError, match=r"b\.csv 第2行“学号”列是 2\.02521E"):
        exporting.export(root, "chaoxing", [WORK], template=spoilt, preview=True)


def test_templates_without_numbers_and_with_doubles(root, tmp_path):
    rows = [["姓名", "成绩"], ["王雨桐", ""], ["李四", ""]]
    plan, _ = exporting.export(root, "chaoxing", [WORK], template=sheet_of(tmp_path / "a.csv", rows, encoding="gbk"), preview=True)
    assert [entry.student for entry in plan.entries] == ["0012"]
    assert len(kinds(plan)["by name"]) == len(kinds(plan)["stranger"]) == 1
    rows = [["姓名", "成绩"], ["王雨桐", ""], ["王雨桐", ""]]
    with pytest.raises(ExportError, match="一个也对不上"):  # two of one name: neither is guessed
        exporting.export(root, "chaoxing", [WORK], template=sheet_of(tmp_path / "b.csv", rows, encoding="gbk"), preview=True)
    rows = [["学号", "成绩"], ["0012", ""], ["0012", ""]]
    plan, _ = exporting.export(root, "chaoxing", [WORK], template=sheet_of(tmp_path / "c.csv", rows, encoding="gbk"), preview=True)
    assert kinds(plan)["twice"] == ["0012：第2、3行"]
    assert [entry.text for entry in plan.entries] == ["83.4", "83.4"]


def test_a_heading_that_says_what_it_is_worth_and_two_assignments(root, tmp_path):
    rows = [["学号", "姓名", "03-satisfaction（满分10）", "04-quality"], ["0012", "王雨桐", "", ""]]
    plan, _ = exporting.export(root, "chaoxing", template=sheet_of(tmp_path / "a.xlsx", rows), preview=True)
    assert [(entry.assignment, entry.text) for entry in plan.entries] == [(WORK, "8.3"), ("04-quality", "15")]
    rows[0][2:] = ["成绩", "备注"]
    with pytest.raises(ExportError, match="--column 03-satisfaction="):
        exporting.export(root, "chaoxing", template=sheet_of(tmp_path / "b.xlsx", rows), preview=True)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.xls", b"\xd0\xcf\x11\xe0" + b"x" * 600, "另存为 .xlsx"),
        ("a.xls", b"<html><table><tr><td>x</td></tr></table></html>", "网页"),
        ("a.xlsx", b"PK\x03\x04broken", "打不开"),
        ("a.csv", b"", "空文件"),
        ("a.csv", b"\xff\xff\x81\x00" * 9, "编码认不出来|不是表格"),
        ("a.csv", "甲,乙\n1,2\n".encode(), "没找到有学号列的表头"),
        ("a.csv", "学号,姓名\n0012,王雨桐\n".encode(), "成绩列"),
        ("a.csv", "学号,期中成绩,期末成绩\n0012,,\n".encode(), "B “期中成绩”、C “期末成绩”"),
        ("a.csv", "学号,成绩\n999,\n".encode(), "一个也对不上"),
    ],
)
def test_templates_that_will_not_do(root, tmp_path, name, content, said):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(TableError, match=said):
        exporting.export(root, "chaoxing", [WORK], tmp_path / "out.csv", tmp_path / name)
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("[score]", "[scores]"), "scores"),
        (('field = "number"', 'field = "nummer"'), "field"),
        (("decimals = 2", "decimals = 9"), "decimals"),
        (('format = "xlsx"', 'format = "xls"'), "format"),
        (('title = "普通成绩表"', "title = 3"), "title"),
        (("[empty]", "[empty"), "mine.toml"),
        (('out_of = "points"', "out_of = 0"), "out_of"),
    ],
)
def test_mapping_files_that_will_not_do(tmp_path, change, said):
    text = (exporting.PLATFORMS / "plain.toml").read_text(encoding="utf-8")
    changed = "\n".join(line if line.startswith("#") else line.replace(*change) for line in text.splitlines())
    (tmp_path / "mine.toml").write_text(changed, encoding="utf-8")
    with pytest.raises(ExportError, match=said):
        exporting.load(tmp_path / "mine.toml")


def test_every_preset_loads_and_none_claims_to_be_confirmed():
    assert exporting.presets() == ["canvas", "chaoxing", "moodle", "plain", "plain-en", "rain-classroom"]
    assert {exporting.preset(name).confirmed for name in exporting.presets()} == {""}
    with pytest.raises(ExportError, match="moodle"):
        exporting.preset("blackboard")


# ---- a whole class, and nbgrader's command


@pytest.mark.parametrize("platform", ["plain", "moodle", "chaoxing", "rain-classroom", "canvas"])
def test_no_row_of_200_is_lost(made, tmp_path, platform):
    root = shutil.copytree(made, tmp_path / "course")
    fill(root, students=200, assignments=3, cells=7)
    read = marks.read(root)
    template = None
    if platform == "canvas":
        heads = ["Student", "ID", "SIS Login ID", "Section", *(f"{work.name} ({n})" for n, work in enumerate(read.assignments, 100))]
        body = [[p.name, str(n), p.number, "", "", "", ""] for n, p in enumerate(read.students)]
        template = sheet_of(tmp_path / "t.csv", [heads, ["    Points Possible", "", "", "", "7", "7", "7"], *body], encoding="utf-8")
    elif platform != "plain" and platform != "moodle":
        heads = ["学号", "姓名", *(work.name for work in read.assignments)]
        template = sheet_of(tmp_path / "t.xlsx", [["模板"], heads, *([p.number, p.name] for p in read.students)])
    to = tmp_path / f"out{template.suffix}" if template else None
    plan, file = exporting.export(root, platform, to=to, template=template)
    rows = exporting.reimport(file, plan.platform)
    assert [row.number for row in rows] == [p.number for p in read.students]
    assert exporting.lost(plan, rows) == []
    assert plan.written == 600
    worth = 1 if template is None or platform == "canvas" else Decimal(100) / 7
    for row in rows:
        for work in read.assignments:
            exact = Decimal(read.marks[row.number, work.name].score) * worth
            assert abs(Decimal(row.scores[work.name]) - exact) <= Decimal("0.05")
    assert [entry for entry in kinds(plan) if entry not in ("scale", "file")] == []


def test_nbgraders_own_command_exports(root, tmp_path):
    target = tmp_path / "moodle.csv"
    command = [sys.executable, "-m", "nbgrader", "export", "--exporter=service_marketing.classroom.exporting.PlatformExport"]
    options = ["--PlatformExport.platform=moodle", f"--to={target}", f'--assignment=["{WORK}"]']
    done = subprocess.run([*command, *options], cwd=root, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    assert "0012,16.68," in target.read_text(encoding="utf-8")
    assert "2025005" in done.stderr  # who has no mark
    with course.gradebook(root) as book, pytest.raises(SystemExit):
        exporting.PlatformExport(platform="moodle", to=str(target)).export(book)
    with course.gradebook(root) as book:
        exporting.PlatformExport(platform="plain", to=str(tmp_path / "one.xlsx"), student=["0012"]).export(book)
    assert [row.number for row in exporting.reimport(tmp_path / "one.xlsx", exporting.preset("plain"))] == ["0012"]
