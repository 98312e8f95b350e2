"""The loaders give typed tables, and a spoiled file is named with its row and column."""

import json
import re
from functools import partial

import pandas as pd
import pytest

from service_marketing import datasets

ROWS = {
    "stores": 24,
    "guests": 6000,
    "visits": 39841,
    "panel_guests": 6000,
    "panel_visits": 40447,
    "encounters": 40447,
    "complaints": 2347,
    "referrals": 12262,
    "staff": 5832,
    "store_months": 576,
    "pilot": 24,
    "guests_truth": 6000,
    "survey": 4976,
    "survey_dirty_truth": 5062,
    "complaints_texts": 120,
    "incidents": 40,
    "housing": 72,
    "cdnow_summary": 2357,
    "cdnow_transactions": 6919,
    "cdnow_orders": 69659,
    "travel_mode": 840,
    "mobi": 250,
    "corp_rep": 344,
}
LOADERS = {name: getattr(datasets, f"load_{name}") for name in ROWS} | {"survey_dirty": partial(datasets.load_survey, dirty=True)}
GAPS = {"survey_dirty": ["e1", "p10", "satisfaction"], "corp_rep": ["cusa", "cusl_1", "cusl_2", "cusl_3"]}


def cell(row, column, value):
    """A change of the text: `value` put into line `row` (the header is 1) and the place `column` (from 0)."""

    def change(text):
        lines = text.split("\n")
        cells = lines[row - 1].split(",")
        cells[column] = value
        lines[row - 1] = ",".join(cells)
        return "\n".join(lines)

    return change


def test_every_table_has_a_loader():
    assert set(LOADERS) == {resource["name"] for resource in datasets.package()["resources"] if "schema" in resource}


@pytest.mark.parametrize(("name", "rows"), [*ROWS.items(), ("survey_dirty", 5062)])
def test_tables_have_the_described_rows_and_columns(name, rows):
    table = LOADERS[name]()
    described = next(r for r in datasets.package()["resources"] if r["name"] == name)["schema"]["fields"]
    assert len(table) == rows
    assert table.columns.tolist() == [field["name"] for field in described]
    gaps = table.columns[table.isna().any()]
    assert set(GAPS.get(name, [])) <= set(gaps)
    assert set(gaps) <= {field["name"] for field in described if not field["constraints"]["required"]}


def test_types():
    visits, guests = datasets.load_visits(), datasets.load_guests()
    assert pd.api.types.is_datetime64_any_dtype(visits.date)
    assert visits.dtypes[["expectation", "performance"]].eq("float64").all()
    assert visits.dtypes[["visit_id", "rating", "recommend", "nights", "spend"]].eq("int64").all()
    assert guests.member.cat.ordered
    assert guests.member.min() == "非会员"
    assert not guests.segment.cat.ordered
    assert guests.segment.cat.categories.tolist() == ["商务", "家庭", "学生", "旅行团", "银发"]


def test_housing_levels_are_in_order():
    housing = datasets.load_housing()
    assert housing.satisfaction.cat.ordered
    assert housing.satisfaction.cat.categories.tolist() == ["Low", "Medium", "High"]
    assert housing.type.cat.categories.tolist() == ["Tower", "Apartment", "Atrium", "Terrace"]


def test_keys_point_at_rows_that_exist():
    tables = {name: load() for name, load in LOADERS.items()}
    checked = 0
    for resource in datasets.package()["resources"]:
        for key in resource.get("schema", {}).get("foreignKeys", ()):
            checked += 1
            (column,), target = key["fields"], key["reference"]
            assert tables[resource["name"]][column].isin(tables[target["resource"]][target["fields"][0]]).all()
    assert checked > 20
    assert set(tables["guests"].guest_id) == set(tables["visits"].guest_id)
    assert set(tables["panel_guests"].guest_id) == set(tables["panel_visits"].guest_id)


def test_visits_are_in_order_of_date():
    visits = datasets.load_visits()
    assert visits.date.is_monotonic_increasing
    assert visits.visit_id.tolist() == list(range(1, len(visits) + 1))


def test_every_field_is_described_in_both_languages():
    package = datasets.package()
    for described in (package, *package["resources"]):
        assert re.search("[一-鿿]", described["title"])
        assert re.search("[一-鿿]", described["description"])
        assert described["title_en"].isascii()
        assert described["licenses"]
        for field in described.get("schema", {}).get("fields", ()):
            assert re.search("[一-鿿]", field["title"])
            assert field["title_en"].isascii()
            assert ("description" in field) == ("description_en" in field)
            if field["type"] == "number":
                assert field["unit"]
                assert {"minimum", "maximum"} <= field["constraints"].keys()


def test_truth_is_told_in_both_languages():
    truth = datasets.load_truth()
    assert truth["parameters"]["loss"]["value"] == 1.0
    assert truth["draw"] == {"seed": 2023, "guests": 6000, "months": 24}
    for parameter in truth["parameters"].values():
        assert parameter["zh"]
        assert parameter["en"].isascii()


SPOILED = [
    ("visits", cell(12, 5, "很好"), "visits.csv 第 12 行 performance 列: 应是从 1 到 9 的数，收到 '很好' (row 12, column performance"),
    ("visits", cell(12, 5, "9.1"), "visits.csv 第 12 行 performance 列: 应是从 1 到 9 的数，收到 '9.1'"),
    ("visits", cell(12, 5, ""), "visits.csv 第 12 行 performance 列: 应是从 1 到 9 的数，收到 ''"),
    ("visits", cell(12, 5, "nan"), "visits.csv 第 12 行 performance 列: 应是从 1 到 9 的数，收到 'nan'"),
    ("visits", cell(30000, 6, "0"), "visits.csv 第 30000 行 rating 列: 应是从 1 到 5 的整数，收到 '0'"),
    ("visits", cell(30000, 6, "4.5"), "visits.csv 第 30000 行 rating 列: 应是从 1 到 5 的整数，收到 '4.5'"),
    ("visits", cell(2, 3, "2023-02-30"), "visits.csv 第 2 行 date 列: 应是不小于 2023-01-01 的日期（年-月-日），收到 '2023-02-30'"),
    ("visits", cell(2, 3, "2022-12-31"), "visits.csv 第 2 行 date 列: 应是不小于 2023-01-01 的日期"),
    ("visits", cell(2, 9, "9" * 30), "visits.csv 第 2 行 spend 列: 应是不小于 0 的整数，收到 '9999"),
    ("visits", cell(3, 0, "1"), "visits.csv 第 3 行 visit_id 列: 与前面的行重复"),
    ("visits", cell(1, 5, "perf"), "visits.csv 第 1 行: 缺少列 performance，读到 visit_id、"),
    ("visits", cell(7, 8, "1,1"), "visits.csv 第 7 行: 应有 10 个值，读到 11 个"),
    ("visits", lambda text: text + "\n", "visits.csv 第 39843 行: 应有 10 个值，读到 0 个"),
    ("visits", cell(7, 8, '"1'), "visits.csv 第 7 行: 不是 CSV"),
    ("guests", cell(5, 1, "商人"), "guests.csv 第 5 行 segment 列: 应是商务、家庭、学生、旅行团、银发 之一，收到 '商人'"),
    ("stores", cell(3, 2, ""), "stores.csv 第 3 行 name 列: 应是文字，收到 ''"),
    ("housing", cell(9, 4, "-3"), "housing.csv 第 9 行 frequency 列: 应是不小于 0 的整数，收到 '-3'"),
    ("housing", cell(9, 0, "Low"), "housing.csv 第 9 行 satisfaction、influence、type、contact 列: 与前面的行重复"),
    ("housing", lambda text: text.replace("contact", "contact,note", 1), "housing.csv 第 1 行: 各列应是 satisfaction、"),
    ("housing", lambda text: "", "housing.csv: 文件是空的"),
    ("survey_dirty", cell(2, 5, "8"), "survey_dirty.csv 第 2 行 e1 列: 应是从 1 到 7 的整数，收到 '8'"),
    ("survey_dirty", cell(3, 5, "无"), "survey_dirty.csv 第 3 行 e1 列: 应是从 1 到 7 的整数，收到 '无'"),
    ("survey_dirty", cell(3, 1, ""), "survey_dirty.csv 第 3 行 visit_id 列: 应是不小于 1 的整数，收到 ''"),
    ("complaints", cell(9, 5, "邮件"), "complaints.csv 第 9 行 channel 列: 应是前台、热线、平台、12315 之一，收到 '邮件'"),
    ("encounters", cell(4, 1, "-1"), "encounters.csv 第 4 行 wait 列: 应是从 0 到 2000 的数，收到 '-1'"),
    (
        "cdnow_orders",
        cell(5, 1, "1999-01-01"),
        "cdnow_orders.csv 第 5 行 date 列: 应是从 1997-01-01 到 1998-06-30 的日期",
    ),
    ("travel_mode", cell(6, 1, "ship"), "travel_mode.csv 第 6 行 mode 列: 应是air、train、bus、car 之一，收到 'ship'"),
]


@pytest.mark.parametrize(("name", "change", "message"), SPOILED)
def test_spoiled_value_is_named(spoiled, name, change, message):
    directory = spoiled(next(r["path"] for r in datasets.package()["resources"] if r["name"] == name), change)
    if name == "visits":
        assert len(datasets.load_stores(directory)) == 24  # the other tables are as they were
    with pytest.raises(ValueError, match=re.escape(message)):
        LOADERS[name](directory)


def test_the_first_of_several_wrong_values_is_named(spoiled):
    def change(text):
        return cell(40, 4, "12")(cell(30, 6, "7")(cell(30, 7, "x")(text)))

    with pytest.raises(ValueError, match=r"visits\.csv 第 30 行 rating 列"):
        datasets.load_visits(spoiled("visits.csv", change))


def test_a_file_is_read_once_and_every_reader_has_a_table_of_their_own(monkeypatch):
    first = datasets.load_visits()
    monkeypatch.setattr(datasets, "_read", lambda *_: pytest.fail("read again"))
    first["rating"] = 0
    second = datasets.load_visits()
    assert second is not first
    assert second["rating"].max() == 5


def test_changed_but_possible_value_is_noticed(spoiled):
    directory = spoiled("visits.csv", cell(2, 9, "301"))
    with pytest.raises(ValueError, match=r"visits\.csv: 内容与 datapackage\.json 记录的 sha256 不符.*python -m service_marketing\.panel"):
        datasets.load_visits(directory)


def test_file_saved_by_a_spreadsheet_is_noticed(spoiled):
    directory = spoiled("stores.csv", lambda text: "\ufeff" + text.replace("\n", "\r\n"))
    with pytest.raises(ValueError, match=r"stores\.csv: 内容与 datapackage\.json 记录的 sha256 不符"):
        datasets.load_stores(directory)


def test_changed_truth_is_noticed(spoiled):
    directory = spoiled("truth.json", lambda text: text.replace("0.3", "0.4"))
    with pytest.raises(ValueError, match=r"truth\.json: 内容与"):
        datasets.load_truth(directory)


def test_wrong_encoding_is_named(spoiled):
    directory = spoiled("guests.csv", lambda text: text)
    (directory / "guests.csv").write_bytes((directory / "guests.csv").read_text(encoding="utf-8").encode("gb18030"))
    with pytest.raises(ValueError, match=r"guests\.csv 第 2 行: 不是 UTF-8 文字"):
        datasets.load_guests(directory)


def test_missing_file_says_what_there_is(spoiled):
    directory = spoiled("visits.csv", lambda text: text)
    (directory / "visits.csv").unlink()
    with pytest.raises(FileNotFoundError, match=r"visits\.csv 不存在.*guests\.csv、housing\.csv.*python -m service_marketing\.panel"):
        datasets.load_visits(directory)


def test_folder_without_a_package_says_so(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"datapackage\.json 不存在.*什么都没有"):
        datasets.load_visits(tmp_path)
    with pytest.raises(FileNotFoundError, match=r"datapackage\.json 不存在"):
        datasets.load_visits(tmp_path / "nowhere")


def test_broken_package_is_named(spoiled):
    directory = spoiled("datapackage.json", lambda text: text[:-20])
    with pytest.raises(ValueError, match=r"datapackage\.json 不是正确的 JSON"):
        datasets.load_visits(directory)


def test_unrecorded_sum_is_noticed(spoiled):
    def without_sums(text):
        package = json.loads(text)
        for resource in package["resources"]:
            del resource["hash"]
        return json.dumps(package)

    with pytest.raises(ValueError, match="sha256 不符，应是 None"):
        datasets.load_stores(spoiled("datapackage.json", without_sums))


def test_unknown_table_lists_the_known():
    with pytest.raises(ValueError, match=r"没有名为 'visit' 的数据，可用的有: stores、guests、visits、truth、panel_guests"):
        datasets.load("visit")


def test_truth_is_no_table():
    with pytest.raises(ValueError, match="load_truth"):
        datasets.load("truth")


def test_data_beside_the_package_are_found_first(tmp_path, monkeypatch, spoiled):
    """As in a wheel: the data folder lies inside the package."""
    beside = spoiled("stores.csv", lambda text: text)
    package = tmp_path / "site-packages" / "service_marketing"
    package.mkdir(parents=True)
    beside_data = package / "data"
    beside_data.mkdir()
    for path in [*beside.glob("*.csv"), *beside.glob("*.json")]:
        path.rename(beside_data / path.name)
    monkeypatch.setattr(datasets, "__file__", str(package / "datasets.py"))
    assert datasets.folder() == beside_data.resolve()
    assert len(datasets.load_stores()) == 24
    (beside_data / "datapackage.json").unlink()
    with pytest.raises(FileNotFoundError, match="找不到课程数据"):
        datasets.folder()
