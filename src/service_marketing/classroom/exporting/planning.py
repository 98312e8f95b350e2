"""A file that is not written yet: its scores, and what should be known about it."""

from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from service_marketing.grading.problems import Text

from ..marks import Mark, Marks, Person, Work
from ..tables import defused, one_line, plain_number
from .platforms import OF_WORK, Column, ExportError, Platform

STATES = {
    "graded": Text("", ""),
    "waiting": Text("等人工评分", "waiting for marks by hand"),
    "ungraded": Text("交了没批", "handed in, not graded"),
    "missing": Text("没交", "not handed in"),
    "late": Text("迟交", "late"),
}
BETWEEN = Text("，", ", ")


@dataclass(frozen=True)
class Remark:
    """Something that the instructor should know before importing the file.

    `kind`: missing, ungraded, waiting, review (a person's mark to look at again after a regrade), stranger (in the template,
    not in the gradebook), no row (a mark without a row in the template), left out, zeros (found by the number without leading
    zeros), by name, name (names differ), twice (two rows for one student), changed (the template had another
    score), kept (the template's own score stays), scale, file.
    """

    kind: str
    text: str
    student: str = ""
    row: int | None = None


KINDS = {
    "stranger": "模板里有、成绩册里没有 (in the template only)",
    "no row": "有成绩、模板里没有这一行 (a mark without a row)",
    "missing": "没交，没有写成绩 (not handed in)",
    "ungraded": "交了还没批，没有写成绩 (not graded)",
    "waiting": "等人工评分，没有写成绩 (waits for a person)",
    "review": "重批以后人工分要复查，照写了 (to be looked at again)",
    "left out": "一个成绩都没有，不写进文件 (left out)",
    "changed": "模板里原来的成绩换成了新的 (another score than before)",
    "kept": "模板里原来的内容没有动 (kept as it was)",
    "zeros": "学号前面的0丢了，按剩下的数字认出 (leading zeros lost)",
    "by name": "没有学号，按姓名认出 (found by name)",
    "name": "学号相同，姓名不同，看看是不是同一个人 (another name)",
    "twice": "同一名学生不止一行，每行都写了 (two rows)",
    "scale": "换算 (scaled)",
    "file": "文件 (the file)",
}


@dataclass(frozen=True)
class Entry:
    """A score that the file will hold: in line `row` (from 1), for the assignment; `text` is "" where a mark is wanting."""

    row: int
    student: str
    assignment: str
    state: str
    text: str


@dataclass(frozen=True)
class Plan:
    """A file that is not written yet: its content, the scores in it, and what should be known about it."""

    platform: Platform
    assignments: tuple[str, ...]
    entries: tuple[Entry, ...]
    remarks: tuple[Remark, ...]
    data: bytes = field(repr=False, default=b"")

    @property
    def written(self) -> int:
        """How many scores the file has."""
        return sum(entry.state == "graded" for entry in self.entries)


def scaled(score: float, max_score: float, out_of: Decimal | None, decimals: int) -> Decimal:
    """`score` of `max_score` points as a score out of `out_of` (None: as it is), rounded half up to `decimals`.

    The machine's rounding errors (2.6749999999999998) are taken away first. Raises ValueError when max_score is 0 and it
    is to be scaled.
    """
    exact = Decimal(repr(round(score, 9)))
    if out_of is not None:
        if max_score <= 0:
            raise ValueError("max_score must be above 0")
        exact = exact * out_of / Decimal(repr(round(max_score, 9)))
    return exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


class Values:
    """What is written for a student and an assignment."""

    def __init__(self, marks: Marks, platform: Platform) -> None:
        self.marks, self.platform = marks, platform
        self.remarks: list[Remark] = []
        out_of, fitted = platform.scale.out_of, platform.fit.out_of if platform.fit else {}
        self.out_of: dict[str, Decimal | None] = {}
        for work in marks.assignments:
            named = Decimal(100) if out_of == "percent" else None if isinstance(out_of, str) else Decimal(repr(out_of))
            self.out_of[work.name] = fitted.get(work.name, named) if out_of != "points" else None
            if self.out_of[work.name] is not None and work.max_score <= 0:
                raise ExportError(f"作业{work.name}的满分是0，不能换算；用 --points 导出原始分 (worth 0 points, cannot be scaled)")
            if out_of != "percent" and self.out_of[work.name] not in (None, Decimal(repr(work.max_score))):
                new, old = plain_number(self.out_of[work.name]), plain_number(Decimal(repr(work.max_score)))
                self.remarks.append(Remark("scale", f"{work.name}：满分{old}换算成满分{new}"))
        if out_of == "template" and (unsaid := [name for name, worth in self.out_of.items() if worth is None]):
            self.remarks.append(Remark("scale", f"{'、'.join(unsaid)}：模板里没写满分，照原始分写"))

    def mark(self, person: Person, work: Work) -> Mark:
        return self.marks.marks[person.number, work.name]

    def score(self, person: Person, work: Work) -> str:
        mark = self.mark(person, work)
        if mark.state != "graded" or mark.score is None:
            return self.platform.empty.get(mark.state, "")
        number = plain_number(scaled(mark.score, work.max_score, self.out_of[work.name], self.platform.scale.decimals))
        return f"{number}%" if self.platform.scale.out_of == "percent" else number

    def state(self, mark: Mark) -> str:
        language = self.platform.language
        said = [getattr(STATES[state], language) for state in (mark.state, *(["late"] if mark.late > 0 else []))]
        return getattr(BETWEEN, language).join(filter(None, said))

    def max_score(self, work: Work) -> str:
        return plain_number(self.out_of[work.name] or Decimal(repr(round(work.max_score, 9))))

    def text(self, column: Column, person: Person, work: Work | None) -> str:
        """What a column that is no score holds, safe from being taken for a formula."""
        if column.field == "text":
            return defused(one_line(column.text.replace("{assignment}", work.name if work else "")))
        if column.field in OF_WORK and work is not None:
            mark = self.mark(person, work)
            found = {
                "max_score": self.max_score(work), "late": self.platform.late if mark.late > 0 else "",
                "state": self.state(mark), "comment": mark.comment,
            }  # fmt: skip
            return defused(one_line(found[column.field]))
        return defused(one_line(getattr(person, column.field)))

    def tell(self, person: Person, row: int | None) -> None:
        """A remark for each of the student's assignments without a mark that counts."""
        for work in self.marks.assignments:
            mark = self.mark(person, work)
            if mark.state != "graded":
                self.remarks.append(Remark(mark.state, f"{person.number} {person.name}（{work.name}）", person.number, row))
            elif mark.review:
                self.remarks.append(Remark("review", f"{person.number} {person.name}（{work.name}）", person.number, row))
