"""The messages of test cells: what is accepted, and what a beginner reads when it is not."""

import numpy as np
import pandas as pd
import pytest

from service_marketing.classroom import check
from service_marketing.classroom.check import Unanswered, Wrong


def double(x):
    return 2 * x


@pytest.mark.parametrize(
    ("got", "expected"),
    [
        (0.7, 0.7),
        (np.float64(0.7), 0.7),
        (1, 1.0),  # whole numbers are numbers
        (0.1 + 0.2, 0.3),  # rounding of the machine
        ((1, 2.0), (1.0, 2)),
        ([1, 2], (1, 2)),
        (True, np.bool_(True)),
        ("满意", "满意"),
        (pd.Series([1, 2], index=[7, 9]), pd.Series([1, 2])),  # the index is not the point
    ],
)
def test_equal_accepts(got, expected):
    check.equal(got, expected, "x")


@pytest.mark.parametrize(
    ("got", "expected", "said"),
    [
        (0.6, 0.7, "你得到 0.6"),
        ("0.7", 0.7, "应是一个数，不是文字"),
        (True, 1, "应是一个数，不是真假值"),  # True == 1 in Python, not here
        (1, True, "应是 True 或 False，不是整数"),
        (float("nan"), 0.7, "nan"),
        ((1, 2, 3), (1, 2), "应是 2 个值"),
        ("满意 ", "满意", "满意"),
        (pd.Series([1, 2, 4]), pd.Series([1, 2, 3]), "第一处在第 3 行"),
        (pd.Series(["a", "b"]), pd.Series([1, 2]), "不是数"),
        ([1, 2], pd.Series([1, 2, 3]), "3 个数"),
        (None, 1, "NoneType"),
    ],
)
def test_equal_refuses_and_says_why(got, expected, said):
    with pytest.raises(Wrong, match=said):
        check.equal(got, expected, "x")


def test_a_value_that_must_not_be_copied_is_not_revealed():
    with pytest.raises(Wrong) as caught:
        check.equal(1.0, 3.774, "west_mean", hint="用 .mean()", reveal=False)
    assert "3.774" not in str(caught.value)
    assert "用 .mean()" in str(caught.value)


@pytest.mark.parametrize("value", [..., None])
def test_unanswered_values(value):
    with pytest.raises(Unanswered, match=check.UNANSWERED["zh"]):
        check.answer({"x": value}, "x")


def test_a_name_that_is_gone_is_not_called_unanswered():
    with pytest.raises(Wrong, match="没有找到 x"):
        check.answer({}, "x")


@pytest.mark.parametrize("value", ["7", True, float("nan"), float("inf"), [1]])
def test_number_refuses(value):
    with pytest.raises(Wrong, match="应是一个数"):
        check.number({"x": value}, "x")


def test_number_out_of_range_names_range_and_value():
    with pytest.raises(Wrong, match="0 和 1 之间，你得到 70"):
        check.number({"x": 70}, "x", low=0, high=1)


def test_function_that_is_overwritten():
    with pytest.raises(Wrong, match="应是一个函数，现在是小数"):
        check.function({"csat": 0.7}, "csat")


def test_returns_accepts_and_refuses():
    check.returns({"f": double}, "f", [((2,), 4), ((0,), 0)])
    with pytest.raises(Wrong, match=r"f\(3\) 的结果应是 7，你的函数给出 6"):
        check.returns({"f": double}, "f", [((2,), 4), ((3,), 7)])


def test_hidden_cases_show_neither_arguments_nor_values():
    with pytest.raises(Wrong) as caught:
        check.returns({"f": double}, "f", [((12345,), 777)], hidden=True)
    assert not any(secret in str(caught.value) for secret in ("12345", "777", "24690"))

    def broken(x):
        raise KeyError("列")

    with pytest.raises(Wrong) as caught:
        check.returns({"broken": broken}, "broken", [((12345,), 777)], hidden=True)
    assert "12345" not in str(caught.value)
    assert "KeyError" in str(caught.value)


def test_a_function_cannot_change_the_arguments_of_the_next_test():
    numbers = [3, 1, 2]

    def sort_in_place(values):
        values.sort()
        return values

    assert check.call(sort_in_place, numbers) == [1, 2, 3]
    assert numbers == [3, 1, 2]


def test_a_function_without_return_is_unanswered():
    with pytest.raises(Unanswered, match="忘了写 return"):
        check.call(lambda: None)


def test_a_missing_part_of_the_result():
    with pytest.raises(Wrong, match="返回的列表里找不到标准误"):
        check.returns({"f": lambda: [1]}, "f", [((), 1)], part=lambda r: r[1], what="标准误")


def test_messages_render_as_one_line():
    assert Wrong("不对。")._render_traceback_() == ["✗ 不对。"]
    assert Unanswered("没有。")._render_traceback_() == ["○ 没有。"]
