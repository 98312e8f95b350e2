"""What can befall what a student hands in: the files that come of it, and what must become of each."""

import io
import stat
import struct
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from ..submissions import FILES

Fate = tuple[str, str]
"""Verdict and reason, keys of `collecting.words`."""

TAKEN: Fate = ("take", "")
NUMBERED = ("chaoxing", "rain-classroom")  # platforms that write the student's number into names
ANY = ("chaoxing", "rain-classroom", "moodle", "canvas")


@dataclass(frozen=True)
class Upload:
    """A file that a student gives to the platform at `moment`.

    `fates`: what must become of it, by what is within it ("" for the file itself). `number`, `name`: how the platform shows
    the student where that is not the truth; None for the truth. `by_hand`: it is nobody's until a person says whose.
    """

    file: str
    data: bytes
    moment: datetime
    fates: Mapping[str, Fate] = field(default_factory=lambda: {"": TAKEN})
    number: str | None = None
    name: str | None = None
    by_hand: bool = False


@dataclass(frozen=True)
class Work:
    """What there is to hand in: the finished notebook, an earlier draft of it, another assignment's, and the time."""

    assignment: str
    data: bytes
    draft: bytes
    other: bytes
    moment: datetime
    due: datetime
    number: str
    name: str
    somebody: str

    @property
    def file(self) -> str:
        return f"{self.assignment}.ipynb"

    def upload(self, file: str = "", data: bytes | None = None, fate: Fate = TAKEN, **more: object) -> Upload:
        return replace(Upload(file or self.file, self.data if data is None else data, self.moment, {"": fate}), **more)


@dataclass(frozen=True)
class Kind:
    """A kind of mess: `said` in Chinese, what it makes of the work, the platforms where it happens.

    `outcome`: "whole" (graded as written), "part" (graded as far as it can be read), "worthless" (handed in, nothing to
    grade), "refused" (nothing to collect).
    """

    said: str
    make: Callable[[Work], Sequence[Upload]]
    outcome: str = "whole"
    platforms: tuple[str, ...] = ANY


def zipped(files: Mapping[str, bytes], moment: datetime) -> bytes:
    """A ZIP as a student makes it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, moment.timetuple()[:6])
            archive.writestr(entry, data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def encrypted(data: bytes) -> bytes:
    """The same ZIP, its entries marked as encrypted."""
    changed = bytearray(data)
    for sign, at in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        start = 0
        while (start := changed.find(sign, start)) >= 0:
            changed[start + at] |= 1
            start += 4
    return bytes(changed)


def link(target: str, moment: datetime) -> bytes:
    """A ZIP with a symbolic link in it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        entry = zipfile.ZipInfo("作业.ipynb", moment.timetuple()[:6])
        entry.create_system, entry.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
        archive.writestr(entry, target)
    return out.getvalue()


def overlapping(moment: datetime) -> bytes:
    """A ZIP two of whose entries are the same bytes, as in bombs that need no nesting."""
    data = bytearray(zipped({"a.ipynb": b"{}" * 50, "b.ipynb": b"{}" * 50}, moment))
    second = data.find(b"PK\1\2", data.find(b"PK\1\2") + 4)
    data[second + 42 : second + 46] = struct.pack("<L", 0)
    return bytes(data)


def _nested(work: Work) -> list[Upload]:
    inner = zipped({"第三层/作业.ipynb": work.data}, work.moment)
    data = zipped({"作业/最终版.zip": inner}, work.moment)
    return [work.upload("作业.zip", data, fates={"/作业/最终版.zip/第三层/作业.ipynb": TAKEN})]


def _resubmitted(work: Work) -> list[Upload]:
    first = work.upload(data=work.draft, fate=("superseded", "later-taken"), moment=work.moment - timedelta(hours=7))
    return [first, work.upload(f"{work.assignment}-1.ipynb")]


def _twice(work: Work) -> list[Upload]:
    same = work.upload(fate=("superseded", "duplicate"), moment=work.moment - timedelta(hours=1))
    return [same, work.upload(f"{work.assignment}-1.ipynb")]


def _beside(work: Work) -> list[Upload]:
    files = {"我的作业.ipynb": work.data, "图/满意度.png": b"\x89PNG\r\n\x1a\n" + b"\0" * 64, "说明.txt": "交两个文件".encode()}
    fates = {"/我的作业.ipynb": TAKEN, "/图/满意度.png": ("beside", ""), "/说明.txt": ("beside", "")}
    return [work.upload("我的作业.zip", zipped(files, work.moment), fates=fates)]


def _traversal(work: Work) -> list[Upload]:
    files = {"../../../escaped.ipynb": work.draft, "作业.ipynb": work.data}
    fates = {"/../../../escaped.ipynb": ("refused", "unsafe-path"), "/作业.ipynb": TAKEN}
    return [work.upload("作业.zip", zipped(files, work.moment), fates=fates)]


def _bomb(work: Work) -> list[Upload]:
    files = {"数据.ipynb": b"0" * 40_000_000, "作业.ipynb": work.data}
    return [work.upload("作业.zip", zipped(files, work.moment), fates={"/数据.ipynb": ("refused", "bomb"), "/作业.ipynb": TAKEN})]


def _conflict(work: Work) -> list[Upload]:
    return [work.upload(name=work.somebody, by_hand=True)]


def _windows(work: Work) -> list[Upload]:
    return [work.upload(data=b"\xef\xbb\xbf" + work.data.replace(b"\n", b"\r\n"))]


def _typo(work: Work) -> list[Upload]:
    return [work.upload(number=work.number[:-1])]


def _full_width(work: Work) -> list[Upload]:
    return [work.upload(number=work.number.translate({ord("0") + at: ord("０") + at for at in range(10)}))]


KINDS: Mapping[str, Kind] = {
    "nested": Kind("ZIP里还有ZIP", _nested),
    "resubmitted": Kind("交了两次，第二次是改过的", _resubmitted),
    "twice": Kind("同一个文件交了两次", _twice),
    "beside": Kind("一个人几个文件：笔记本、图、说明", _beside),
    "late": Kind("迟交", lambda work: [work.upload(moment=work.due + timedelta(hours=26, minutes=30))]),
    "other assignment": Kind(
        "交成了另一份作业", lambda work: [work.upload("作业.ipynb", work.other, ("refused", "wrong-assignment"))], "refused"
    ),
    "encrypted": Kind(
        "ZIP加了密码",
        lambda work: [work.upload("作业.zip", encrypted(zipped({"作业.ipynb": work.data}, work.moment)), ("unusable", "encrypted"))],
        "worthless",
    ),
    "corrupt": Kind(
        "ZIP没有传完",
        lambda work: [work.upload("作业.zip", zipped({"作业.ipynb": work.data}, work.moment)[:900], ("unusable", "corrupt"))],
        "worthless",
    ),
    "traversal": Kind("ZIP里的路径指到外面", _traversal),
    "bomb": Kind("ZIP里有压缩炸弹", _bomb),
    "overlap": Kind(
        "ZIP里的文件互相重叠", lambda work: [work.upload("作业.zip", overlapping(work.moment), ("refused", "bomb"))], "refused"
    ),
    "link": Kind(
        "ZIP里是链接",
        lambda work: [work.upload("作业.zip", link("/etc/hostname", work.moment), fates={"/作业.ipynb": ("refused", "link")})],
        "refused",
    ),
    "word": Kind(
        "交的是Word文件",
        lambda work: [work.upload(*FILES["word file"](work.file, work.data), ("unusable", "not-a-notebook"))],
        "worthless",
    ),
    "web page": Kind(
        "把网页存成了.ipynb",
        lambda work: [work.upload(data=b"<!doctype html><html><body>JupyterLab</body></html>", fate=("unusable", "not-a-notebook"))],
        "worthless",
    ),
    "cut short": Kind("笔记本只传了一半，JSON不完整", lambda work: [work.upload(*FILES["cut short"](work.file, work.data))], "part"),
    "empty": Kind("空文件", lambda work: [work.upload(data=b"", fate=("unusable", "empty"))], "worthless"),
    "renamed": Kind("文件名被改成.ipynb.txt", lambda work: [work.upload("我的作业 (1).ipynb.txt")]),
    "windows": Kind("带BOM，换行是CRLF", _windows),
    "no number": Kind("只有姓名，没有学号", lambda work: [work.upload(number="")], platforms=NUMBERED),
    "typo": Kind("学号少写一位", _typo, platforms=NUMBERED),
    "full width": Kind("学号是全角数字", _full_width, platforms=NUMBERED),
    "conflict": Kind("学号是自己的，姓名是别人的", _conflict, platforms=NUMBERED),
    "blank": Kind("原样交回，一题没做", lambda work: [work.upload()]),
    "deleted": Kind("删掉了测试格", lambda work: [work.upload()]),
    "nothing": Kind("没有交", lambda work: [], "refused"),
}
"""Each happens to somebody in every demonstration, large or small."""

JUNK = {"__MACOSX/._作业.ipynb": b"\0\5\x16\7", ".DS_Store": b"\0\0\0\1Bud1", "Thumbs.db": b"\xd0\xcf\x11\xe0", "~$作业.docx": b"x"}
STRANGERS = {"2099999999-外班生": "unknown", "旁听": "unknown"}
ALWAYS = {
    "junk": "macOS和Windows的系统文件",
    "stranger": "名单上没有的人",
    "gbk": "ZIP里的文件名是GBK，没有注明",
    "same name": "两个同名的学生，平台不给学号",
}
"""What every class has; not a student's doing."""
