"""The made-up class: its list, and which platform hands out whose work."""

import random
from pathlib import Path

import openpyxl

from ..roster import Enrolled

PLATFORMS = ("chaoxing", "rain-classroom", "moodle", "canvas")
SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
    "余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
GIVEN = (
    "雨桐浩然梓萱思远晓雯子墨嘉怡文博佳宁若曦启航欣怡俊杰诗涵天佑静宜宇轩"
    "雅琪凯瑞梦瑶沐阳可欣霖心晨曦语嫣明哲婉清泽楷书瑾一诺景行知夏向南云舒"
)
TWINS = (2, 6)  # both in the platform that names no numbers


def class_list(size: int) -> tuple[Enrolled, ...]:
    """`size` students, the same ones every time; two of them have one name."""
    rng = random.Random("the class")
    names: dict[str, None] = {}
    while len(names) < size:
        names[rng.choice(SURNAMES) + "".join(rng.sample(GIVEN, 1 if rng.random() < 0.12 else 2))] = None
    listed = list(names)
    listed[TWINS[1]] = listed[TWINS[0]]
    return tuple(
        Enrolled(f"20252{10001 + at:05}", name, f"s{10001 + at}@example.edu.cn", f"营销{at % len(PLATFORMS) + 1}班")
        for at, name in enumerate(listed)
    )


def platform_of(at: int) -> str:
    """The platform that the student at this place of the list hands in on."""
    return PLATFORMS[at % len(PLATFORMS)]


def write_list(students: tuple[Enrolled, ...], path: Path) -> Path:
    """The class list as a school hands it out: XLSX with a title above the headings and numbers kept as text."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["服务营销 2026年春 学生名单"])
    sheet.append(["序号", "学号", "姓名", "班级", "邮箱"])
    for at, one in enumerate(students, 1):
        sheet.append([at, one.number, one.name, one.group, one.email])
        sheet.cell(at + 2, 2).number_format = "@"
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    return path
