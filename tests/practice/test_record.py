"""我的期望-结果记录: what the page says and draws, and that nothing gets lost or in that should not."""

import csv
import io
import json
import shutil
from pathlib import Path

import pytest

import service_marketing
from browser import browser, open_page, serve  # noqa: F401 (fixtures)

KEY = "service-marketing:predictions"
QUIZZES = "service-marketing:quizzes"
PAGE = """<!doctype html>
<html lang="{lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>记录</title><link rel="icon" href="data:,"><link rel="stylesheet" href="s/record-page.css">
<script type="module" src="s/record-page.js"></script>
<style>body {{ margin: 0; font: 16px/1.7 sans-serif }} main {{ max-width: 46em; margin: 0 auto; padding: 16px }}</style></head>
<body><main><service-record><noscript>要脚本</noscript></service-record></main></body></html>
"""


def one(day, chapter, predicted, actual, **more):
    known = {
        "simulation": "expectation-lab", "mode": "population", "chapter": chapter, "title": "期望-结果实验室", "kind": "value",
        "readout": "dissatisfied", "label": "不满意", "format": "percent", "range": [0, 100], "params": {"spread": 1},
        "predicted": predicted, "actual": actual, "time": f"2026-03-{day:02d}T08:00:00.000Z",
    }  # fmt: skip
    return {**known, "gap": more["gap"] if "gap" in more else actual - predicted, **more}


OLD = {
    "simulation": "expectation-lab", "mode": "one", "readout": "curve", "params": {}, "predicted": [1, 2], "actual": [2, 3],
    "gap": 1, "time": "2026-02-01T08:00:00.000Z",
}  # fmt: skip
CURVE = one(4, 5, [2, 4], [1, 3], kind="curve", format="axis", label="满意度（分）", range=[1, 9], gap=1, bias=-1)
THREE = [one(1, 3, 20, 50), one(2, 3, 40, 50), one(3, 5, 60, 50)]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("record")
    shutil.copytree(Path(service_marketing.__file__).parent / "widget" / "static" / "book", folder / "s")
    for name, lang in (("index", "zh-CN"), ("english", "en")):
        (folder / f"{name}.html").write_text(PAGE.format(lang=lang), "utf-8")
    with serve(folder) as address:
        yield address


@pytest.fixture
def record(open_page, site):  # noqa: F811
    def open_(records, page="index", quizzes=None, **options):
        start = {KEY: {"version": 1, "predictions": records}} if records else {}
        if quizzes:
            start[QUIZZES] = {"version": 1, "quizzes": quizzes}
        keep = "".join(
            f"localStorage.setItem('{key}', {json.dumps(json.dumps(value, ensure_ascii=False))});" for key, value in start.items()
        )
        script = f"if (!sessionStorage.set) {{ sessionStorage.set = 1; {keep} }}" if keep else ""
        opened = open_page(f"{site}/{page}.html", script=script, **options)
        opened.get_by_role("button", name="导入" if page == "index" else "Import").wait_for()
        return opened

    return open_


def kept(page) -> list[dict]:
    return json.loads(page.evaluate(f"localStorage.getItem('{KEY}')") or '{"predictions": []}')["predictions"]


def kept_quizzes(page) -> dict:
    return json.loads(page.evaluate(f"localStorage.getItem('{QUIZZES}')") or '{"quizzes": {}}')["quizzes"]


def answer(first, tries, right, solved, day=1):
    return {"first": first, "tries": tries, "right": right, "solved": solved, "time": f"2026-03-{day:02d}T08:00:00.000Z"}


ANSWERS = {
    "ch3-quiz-1": answer("B", 1, True, True),
    "ch3-quiz-2": answer("A", 2, False, True),
    "ch3-quiz-3": answer("A", 1, False, False),
    "ch11-quiz-1": answer("D", 1, True, True),
}


def give(page, tmp_path, text, name="record.json"):
    file = tmp_path / name
    file.write_text(text, "utf-8")
    page.locator("input[type=file]").set_input_files(file)


def test_three_records(record):
    page = record(THREE)
    said = page.locator(".sr-said").inner_text()
    # gaps of +30, +10 and −10 of 100
    assert "你做了3次预测，和结果平均相差尺度的17%。" in said
    assert "总的看，你估低了：结果平均比你的期望高出尺度的10%。" in said
    dots = page.locator(".sr-chart circle")
    assert dots.count() == 3
    heights = [float(dots.nth(i).get_attribute("cy")) for i in range(3)]
    zero = float(page.locator(".sr-zero").get_attribute("y1"))
    assert heights[0] < heights[1] < zero < heights[2]
    assert zero - heights[0] == pytest.approx(3 * (zero - heights[1]))
    assert "+30%，+10%，−10%" in page.get_by_role("img").get_attribute("aria-label")
    rows = page.get_by_role("region", name="各章的差距").locator("tbody tr").all_inner_texts()
    assert [row.split("\t") for row in rows] == [["第3章", "2", "20%", "估低20%"], ["第5章", "1", "10%", "估高10%"]]


def test_the_running_mean_and_whether_it_improves(record):
    gaps = [40, -40, 30, -10, 10, 0]
    page = record([one(day, 3, 50, 50 + gap) for day, gap in enumerate(gaps, start=1)])
    said = page.locator(".sr-said").inner_text()
    assert "估高和估低大致抵消" in said
    assert "前一半平均差37%，后一半平均差7%：越估越准了。" in said
    path = page.locator(".sr-mean").get_attribute("d")
    points = [float(point.split(" ")[1]) for point in path[1:].split("L")]
    zero = float(page.locator(".sr-zero").get_attribute("y1"))
    sizes = [abs(gap) for gap in gaps]
    means = [sum(sizes[max(0, i - 4) : i + 1]) / len(sizes[max(0, i - 4) : i + 1]) for i in range(6)]
    scale = (zero - points[0]) / means[0]
    assert [(zero - y) / scale for y in points] == pytest.approx(means, abs=0.2)


def test_curves_and_old_records(record):
    page = record([OLD, *THREE[:1], CURVE])
    assert page.locator(".sr-chart circle").count() == 2
    assert "有1次是早先的记录" in page.locator(".sr-said").inner_text()
    page.get_by_text("全部记录（3次）").click()
    text = page.locator(".sr-all").inner_text()
    assert "2026-02-01" in text
    assert "期望-结果实验室：不满意" in text
    assert "20%" in text
    assert "+30%" in text
    only_old = record([OLD])
    assert only_old.locator(".sr-chart").count() == 0
    assert "有1次是早先的记录" in only_old.locator(".sr-said").inner_text()


def test_empty(record):
    page = record([])
    assert "先写下你的预测，再按“揭晓结果”" in page.locator(".sr-empty").inner_text()
    assert page.get_by_role("button").all_inner_texts() == ["导入"]


def test_without_scripts(open_page, site):  # noqa: F811
    said = open_page(f"{site}/index.html", java_script_enabled=False).locator("noscript")
    assert said.bounding_box()["height"] > 10
    assert said.text_content() == "要脚本"


def test_export_and_import_again(record, tmp_path):
    page = record([OLD, *THREE, CURVE])
    with page.expect_download() as download:
        page.get_by_role("button", name="导出（JSON）").click()
    text = Path(download.value.path()).read_text("utf-8")
    assert json.loads(text) == {"version": 1, "predictions": [OLD, *THREE, CURVE]}
    with page.expect_download() as download:
        page.get_by_role("button", name="导出表格（CSV）").click()
    raw = Path(download.value.path()).read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))
    assert [row["gap"] for row in rows] == ["1", "30", "10", "-10", "1"]
    assert (rows[1]["chapter"], rows[1]["least"], rows[1]["most"], rows[4]["predicted"]) == ("3", "0", "100", "2 4")
    other = record(THREE[:1])
    give(other, tmp_path, text)
    other.get_by_text("导入了4条新记录，另外1条这里已经有了。").wait_for()
    assert kept(other) == [OLD, *THREE, CURVE]
    give(other, tmp_path, text, "again.json")
    other.get_by_text("文件里的记录这里都已经有了。").wait_for()
    assert len(kept(other)) == 5


def test_broken_files_change_nothing(record, tmp_path):
    page = record(THREE)
    broken = [
        ("{", "不是JSON文件"),
        ("[]", "不是期望-结果记录"),
        ('{"version": 2, "predictions": []}', "版本不认识"),
        ('{"version": 1, "predictions": []}', "一条记录也没有"),
        (json.dumps({"version": 1, "predictions": [THREE[0], {**THREE[1], "gap": "big"}]}), "第2条记录的 gap 不对"),
        (json.dumps({"version": 1, "predictions": [{**THREE[1], "range": [5, 5]}]}), "第1条记录的 range 不对"),
        (json.dumps({"version": 1, "predictions": [{**THREE[1], "time": "yesterday"}]}), "第1条记录的 time 不对"),
        (json.dumps({"version": 1, "predictions": [None]}), "第1条记录的 simulation 不对"),
    ]
    for number, (text, words) in enumerate(broken):
        give(page, tmp_path, text, f"broken-{number}.json")
        page.get_by_role("alert").get_by_text(words).wait_for()
        assert kept(page) == THREE


def test_what_is_imported_is_shown_as_text(record, tmp_path):
    page = record(THREE)
    nasty = one(9, 3, 20, 50, title="<img src=x onerror=alert(1)>", label="=1+1")
    give(page, tmp_path, json.dumps({"version": 1, "predictions": [{**nasty, "extra": "dropped"}]}))
    page.get_by_text("导入了1条新记录").wait_for()
    assert kept(page)[-1] == nasty
    assert page.locator("service-record img").count() == 0
    with page.expect_download() as download:
        page.get_by_role("button", name="导出表格（CSV）").click()
    assert "'=1+1" in Path(download.value.path()).read_text("utf-8")  # no formula for a spreadsheet


def test_delete_asks_first(record):
    page = record(THREE)
    page.get_by_role("button", name="全部删除").click()
    assert page.evaluate("document.activeElement.textContent") == "不删"
    page.keyboard.press("Enter")
    assert len(kept(page)) == 3
    assert page.evaluate("document.activeElement.textContent") == "全部删除"
    page.keyboard.press("Enter")
    page.get_by_text("要删的是：预测（3次）。删掉就找不回来了").wait_for()
    page.get_by_role("button", name="确定删除").click()
    page.get_by_text("已经删除。").wait_for()
    assert kept(page) == []
    assert page.locator(".sr-empty").is_visible()


@pytest.mark.parametrize("dark", [False, True])
def test_on_a_phone(record, dark):
    page = record([OLD, *THREE, CURVE], width=390, dark=dark)
    page.get_by_text("全部记录").click()
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_in_english(record):
    page = record(THREE, "english")
    assert "You made 3 predictions, on average 17% of the scale off." in page.locator(".sr-said").inner_text()
    assert "第" not in page.locator(".sr-chart").inner_html().replace("期望-结果实验室", "")


def test_quizzes_by_chapter(record):
    page = record([], quizzes=ANSWERS)
    rows = page.get_by_role("region", name="选择题").locator("tbody tr").all_inner_texts()
    assert [row.split("\t") for row in rows] == [["第3章", "3", "1", "1"], ["第11章", "1", "1", "0"]]
    assert page.locator(".sr-empty, .sr-chart").count() == 0
    assert page.get_by_role("button").all_inner_texts() == ["删除", "导出（JSON）", "导出选择题（CSV）", "导入", "全部删除"]


def test_quizzes_out_and_in_again(record, tmp_path):
    page = record(THREE, quizzes=ANSWERS)
    with page.expect_download() as download:
        page.get_by_role("button", name="导出（JSON）").click()
    text = Path(download.value.path()).read_text("utf-8")
    assert json.loads(text) == {"version": 1, "predictions": THREE, "quizzes": ANSWERS}
    with page.expect_download() as download:
        page.get_by_role("button", name="导出选择题（CSV）").click()
    rows = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text("utf-8-sig"))))
    assert [(row["chapter"], row["quiz"], row["first"], row["right"]) for row in rows[:2]] == [
        ("3", "ch3-quiz-1", "B", "true"),
        ("3", "ch3-quiz-2", "A", "false"),
    ]
    # of each question the answer that came first stays
    later, earlier = answer("C", 3, False, True, day=9), {**answer("D", 1, False, False), "time": "2026-02-01T08:00:00.000Z"}
    other = record(THREE[:1], quizzes={"ch3-quiz-1": later, "ch3-quiz-2": earlier})
    give(other, tmp_path, text)
    other.get_by_text("导入了4条新记录，另外3条这里已经有了。").wait_for()
    assert kept(other) == THREE
    assert kept_quizzes(other) == {**ANSWERS, "ch3-quiz-2": earlier}
    only = record([])
    give(only, tmp_path, json.dumps({"version": 1, "predictions": [], "quizzes": ANSWERS}), "only.json")
    only.get_by_text("导入了4条新记录。").wait_for()
    assert kept_quizzes(only) == ANSWERS


def test_broken_quizzes_change_nothing(record, tmp_path):
    page = record(THREE, quizzes=ANSWERS)
    good = answer("A", 1, False, False)
    for number, wrong in enumerate(
        [5, [], None, {"ch1-quiz-1": None}, {"<b>": good}, {"ch1-quiz-1": {**good, "tries": 0}}, {"ch1-quiz-1": {**good, "first": "Z"}}]
    ):
        give(page, tmp_path, json.dumps({"version": 1, "predictions": THREE, "quizzes": wrong}), f"broken-{number}.json")
        page.get_by_role("alert").get_by_text("选择题的记录").wait_for()
        assert kept_quizzes(page) == ANSWERS
    assert page.locator("service-record b").count() == 0


def test_delete_takes_the_quizzes_too(record):
    page = record(THREE, quizzes=ANSWERS)
    page.get_by_role("button", name="全部删除").click()
    page.get_by_text("要删的是：预测（3次）、选择题（4道）。删掉就找不回来了").wait_for()
    page.get_by_role("button", name="确定删除").click()
    page.get_by_text("已经删除。").wait_for()
    assert kept(page) == []
    assert kept_quizzes(page) == {}
