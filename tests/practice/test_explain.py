"""Every kind of error that a beginner makes is told in Chinese, at its line: in MicroPython (the pages) and in CPython (notebooks)."""

import traceback

import pytest

from service_marketing.practice.explain import explain

from .page import MicroPython

# what the reader wrote; the line; words of the sentence
CASES = [
    # before anything runs
    ("total = (1 + 2\nx = 3", 1, "开了括号“(”"),
    ("def f(a):\n    return max(1, a\nx = 2\n", 2, "补一个“)”"),
    ("ratings = [9, 10\n", 1, "补一个“]”"),
    ("x = 1 + 2)\n", 1, "多了一个“)”"),
    ("def f(a)\n    return a", 1, "少了冒号"),
    ("for r in [1, 2]\n    pass", 1, "for 这一行的末尾少了冒号"),
    ("if 3 > 2\n    x = 1", 1, "if 这一行的末尾少了冒号"),
    ("x = 2\nif x = 3:\n    pass", 2, "两个等号"),
    ("x = 2\nif x = 3: pass", 2, "两个等号"),
    ("if True:\nx = 1", 2, "缩进四格"),
    ("def f(a):\nreturn a", 2, "缩进四格"),
    ("x = 1\n    y = 2", 2, "空格多了"),
    ("if True:\n    x = 1\n  y = 2", 3, "对不上"),
    ("x = 1，2", 1, "全角符号“，”"),
    ("def f(a)：\n    return a", 1, "全角符号“：”"),
    ("x = 'abc", 1, "引号没有成对"),
    ("else:\n    x = 1", 1, "else 前面找不到"),
    ("x = 1\nx++", 2, "没有 ++"),
    ("print 3", 1, "print 后面要有括号"),
    ("return 3", 1, "不在函数里面"),
    ("break", 1, "只能写在 for 或 while 里面"),
    ("3 = x", 1, "等号左边"),
    ("x = 1 +", 1, "没有写完"),
    ("if 1 > 0 && 2 > 1:\n    pass", 1, "写成 and"),
    ("2x = 3", 1, "不能用数字开头"),
    ("def f(a, a):\n    pass", 1, "同一个名字写了两遍"),
    # names
    ("def f():\n    return rating\nf()", 2, "没有叫“rating”的东西"),
    ("x = true", 1, "要写成 True"),
    ("x = null", 1, "要写成 None"),
    ("x = math.sqrt(2)", 1, "import math"),
    ("x = np.mean([1])", 1, "没有numpy和pandas"),
    ("def f():\n    x += 1\nf()", 2, "起始值"),
    # numbers and lists
    ("x = 0\ny = 5 / x", 2, "除以了0"),
    ("x = 5 // 0", 1, "除以了0"),
    ("x = 5 % 0", 1, "除以了0"),
    ("x = [1, 2]\ny = x[2]", 2, "超出了列表的长度"),
    ("x = []\nx.pop()", 2, "已经空了"),
    ("x = {'a': 1}\ny = x['b']", 2, "字典里没有“b”"),
    ("x = [1]\nx['a']", 2, "位置要用整数"),
    ("x = [1, 2, 3]\nx.push(4)", 2, "要用 append"),
    ("x = None\nx.append(1)", 2, "点号前面是None"),
    ("x = None\nx[0]", 2, "后面不能加方括号"),
    ("x = (1, 2)\nx[0] = 3", 2, "不能改"),
    ("max([])", 1, "列表是空的"),
    ("a, b = [1, 2, 3]", 1, "个数不一样"),
    ("import math\nmath.sqrt(-1)", 2, "负数不能开平方"),
    ("import math\nmath.log(0)", 2, "取对数"),
    ("x = int('三')", 1, "不能变成数"),
    ("x = float('abc')", 1, "不能变成数"),
    # kinds
    ("x = 'a' + 1", 1, "文字和整数不能用“+”"),
    ("x = 1 + 'a'", 1, "整数和文字不能用“+”"),
    ("x = None + 1", 1, "忘了return"),
    ("x = [1, 2] - [1]", 1, "用 for 循环"),
    ("x = [1, 2] * 1.5", 1, "用 for 循环"),
    ("x = 'a' < 1", 1, "文字和整数不能用“<”"),
    ("x = 3\ny = x(2)", 2, "漏了乘号"),
    ("for i in 3:\n    pass", 1, "range(n)"),
    ("x = len(3)", 1, "没有长度"),
    ("def f(a):\n    return a\nf()", 3, "参数"),
    ("def f(a):\n    return a\nf(1, 2)", 3, "要1个参数，却给了2个"),
    ("def f(a):\n    return a\nf(b=1)", 3, "没有叫“b”的参数"),
    ("x = list(range(1.5))", 1, "要整数，给了小数"),
    # what is not there
    ("import numpyy", 1, "没有“numpyy”这个模块"),
    ("from math import hypott", 1, "hypott"),
    ("import math\nmath.sqroot(2)", 2, "math 里没有“sqroot”"),
    ("open('no-such-file.csv')", 1, "不能读写文件"),
    # without end
    ("def f(n):\n    return f(n + 1)\nf(0)", 2, "停不下来"),
    ("raise MemoryError", 1, "内存不够"),
    ("assert 1 > 2, '不对'", 1, "断言没有通过：不对"),
    ("raise ValueError('n 应是数 (a number is wanted)')", 1, "n 应是数。"),
    ("exit_now = 1\nraise SystemExit", 2, "程序退出了"),
    ("raise NotImplementedError", 1, "还没有写"),
    ("next(iter([]))", 1, "没有下一个"),
]
NAMES = [source.replace("\n", " / ")[:40] for source, _, _ in CASES]
WORDLESS = "Python读不懂这一行"


@pytest.fixture(scope="module")
def micropython():
    running = MicroPython()
    yield running
    running.stop()


def in_cpython(source: str, language: str = "zh") -> tuple[int | None, str]:
    try:
        exec(compile(source, "answer.py", "exec"), {"__name__": "answer"})
    except SyntaxError as error:
        return explain(type(error).__name__, error.msg, error.lineno, source, language)
    except BaseException as error:
        lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == "answer.py"]
        return explain(type(error).__name__, str(error), lines[-1], source, language)
    raise AssertionError("no error")


@pytest.mark.parametrize(("source", "line", "words"), CASES, ids=NAMES)
def test_in_micropython(micropython, source, line, words):
    told = micropython.explain(source)
    assert words in told["message"], told
    assert told["line"] == line


# CPython's own words for a syntax error are in IPython's message already; what happens while the code runs is ours to tell
@pytest.mark.parametrize(("source", "line", "words"), CASES, ids=NAMES)
def test_in_cpython(source, line, words):
    found, told = in_cpython(source)
    assert words in told
    assert found == line


@pytest.mark.parametrize(("source", "line", "words"), CASES, ids=NAMES)
def test_in_english(micropython, source, line, words):
    told = micropython.explain(source, "en")
    assert told["line"] == line
    left = [sign for sign in told["message"] if "\u4e00" <= sign <= "\u9fff" and sign not in source]
    assert not left, told["message"]


def test_a_list_that_does_not_fit(micropython):
    told = micropython.explain("n = 10**9\nx = [0] * n")
    assert told["line"] == 2
    assert "内存不够" in told["message"]


def test_what_is_not_recognised_is_still_told(micropython):
    told = micropython.explain("x = 3 4")
    assert told["line"] == 1
    assert told["message"].startswith(WORDLESS)
    assert explain("OddError", "odd", 3, "", "zh") == (3, "出错了（OddError）：odd")


def test_code_that_runs_has_no_error(micropython):
    assert micropython.explain("x = [1, 2]\ny = sum(x) / len(x)") == {"kind": None}
