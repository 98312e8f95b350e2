"""The class list, and whom a text means."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .. import roster
from ..course import Student
from .records import CollectError
from .text import MOMENTS, compact, latin, nfkc, squeezed

_HEADS = re.compile(
    r"(?:姓名|学生|同学|学员|作者|班|组|组长|组员|作业|实验|报告|练习|题|章|节|号|系|院|级|专业|课|的|交|来自|满意|营销"
    r"|版|日|[年月份])$"
)
_TAILS = re.compile(
    r"(?:的|同学|学号|作业|实验|报告|练习|习题|第|提交|上交|交|顾客|服务|营销|满意|课程|课后|期[末中]|最[终新后]|终[稿版]|修改|修订|新版?$|定稿|补[交考]"
    r"|重[交做]|迟交|班|组|系|学院|专业|笔记|答案|完成|文件|副本|代码|大?[一二三四五六七八九十]+[章班组]|版|已|和|与|、|，|（|【|《|_)"
)
_NO_NUMBER = re.compile(r"20\d\d[01]\d[0-3]\d|1[3-9]\d{9}")  # a date, a mobile phone


@dataclass(frozen=True)
class Evidence:
    """Who is named in a text: by number, by e-mail, by whole names, by names that may be parts of longer ones."""

    numbers: frozenset[str] = frozenset()
    mails: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    parts: frozenset[str] = frozenset()

    def __or__(self, other: "Evidence") -> "Evidence":
        return Evidence(self.numbers | other.numbers, self.mails | other.mails, self.names | other.names, self.parts | other.parts)

    def __bool__(self) -> bool:
        return bool(self.numbers or self.mails or self.names or self.parts)


class People:
    """The class list, and whom a path means. Raises CollectError for numbers that two students have or no folder can be called."""

    def __init__(self, students: Iterable[Student], assignment: str) -> None:
        self.by_number: dict[str, Student] = {}
        self.folded: dict[str, str] = {}
        self.by_name: dict[str, list[str]] = defaultdict(list)
        self.by_latin: dict[str, list[str]] = defaultdict(list)
        self.by_mail: dict[str, str] = {}
        for student in students:
            folded = squeezed(student.number)
            if not roster.NUMBER.fullmatch(student.number) or folded in self.folded:
                raise CollectError(f"名单上的学号{student.number!r}重复，或者不能当学号 (a number twice, or none that can be used)")
            self.by_number[student.number], self.folded[folded] = student, student.number
            self._add_name(student)
            if mail := getattr(student, "email", ""):
                self.by_mail[mail.casefold()] = student.number
        if not self.by_number:
            raise CollectError("名单是空的 (the class list is empty)")
        self.lengths = {len(number) for number in self.by_number}
        self._numbers = self._number_pattern()
        # of names within names the longest counts
        names = sorted(self.by_name, key=len, reverse=True)
        self._names = re.compile("|".join(map(re.escape, names))) if names else None
        self._assignment = re.compile(re.escape(nfkc(assignment).casefold()))

    def _add_name(self, student: Student) -> None:
        name = compact(student.name)
        if roster.is_chinese(name):
            self.by_name[name].append(student.number)
            return
        words = latin(name)
        for key in {"".join(words), "".join([*words[1:], *words[:1]]), "".join([*words[-1:], *words[:-1]])}:
            if len(key) > 2:
                self.by_latin[key].append(student.number)

    def _number_pattern(self) -> re.Pattern[str]:
        """Numbers with nothing beside them that may belong to a longer one; short ones stand alone between blanks and marks."""
        kinds: dict[tuple[str, str], list[str]] = defaultdict(list)
        for number in self.folded:
            edge = r"\w" if len(number) < 5 else r"\d" if number.isdigit() else r"[0-9a-z]"
            edge = r"[^\W_]" if edge == r"\w" else edge
            kinds[rf"(?<!{edge})", rf"(?!{edge})"].append(number)
        longest_first = {edges: sorted(ones, key=len, reverse=True) for edges, ones in kinds.items()}
        return re.compile("|".join(f"{left}(?:{'|'.join(map(re.escape, ones))}){right}" for (left, right), ones in longest_first.items()))

    def times(self, text: str) -> Iterator[re.Match[str]]:
        """The times in a text; a number of the class list is none, nor is a part of it."""
        taken = [match.span() for match in self._numbers.finditer(text.casefold()) if len(match[0]) >= 8]
        for pattern in MOMENTS:
            for match in pattern.finditer(text):
                if not any(start < match.end() and match.start() < end for start, end in taken):
                    yield match

    def without_times(self, text: str) -> str:
        for match in sorted(self.times(text), key=lambda match: -match.start()):
            text = f"{text[: match.start()]} {text[match.end() :]}"
        return text

    def evidence(self, text: str) -> Evidence:
        """Who is named in one part of a path."""
        text = self._assignment.sub(" ", compact(text))
        numbers = {self.folded[match[0]] for match in self._numbers.finditer(text)}
        mails = {self.by_mail[one] for one in re.findall(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", text) if one in self.by_mail}
        names, parts = set(), set()
        for match in self._names.finditer(text) if self._names else ():
            before, after = text[: match.start()], text[match.end() :]
            whole = not (roster.is_chinese(before[-1:]) and not _HEADS.search(before)) and not (
                roster.is_chinese(after[:1]) and not _TAILS.match(after)
            )
            (names if whole else parts).add(match[0])
        for piece in text.split("/"):
            words = latin(piece)
            for length in range(1, 5):
                names.update(key for i in range(len(words)) if (key := "".join(words[i : i + length])) in self.by_latin)
            names.update(self._turned(piece))
        return Evidence(frozenset(numbers), frozenset(mails), frozenset(names), frozenset(parts))

    def _turned(self, piece: str) -> Iterator[str]:
        """Platforms that put surnames last make 雨桐王 of 王雨桐, which only counts where nothing else is written."""
        piece = piece.strip(" _-,")
        for length in (1, 2):
            if 2 <= len(piece) <= 4 and len(piece) > length and (turned := piece[-length:] + piece[:-length]) in self.by_name:
                yield turned

    def meant(self, evidence: Evidence) -> set[str]:
        """The numbers of all students whom the evidence may mean; where it has numbers, names add nothing."""
        named = {number for name in evidence.names | evidence.parts for number in self.called(name)}
        return set(evidence.numbers | evidence.mails) or named

    def called(self, name: str) -> list[str]:
        return self.by_name.get(name) or self.by_latin.get(name, [])

    def stray(self, text: str) -> list[str]:
        """What looks like a number of this school and is on no list."""
        runs = re.findall(r"(?<![0-9a-z])[0-9][0-9a-z]+(?![0-9a-z])", compact(text))
        alike = [run for run in runs if len(run) >= 6 and {len(run) - 1, len(run), len(run) + 1} & self.lengths]
        return [run for run in alike if run not in self.folded and not _NO_NUMBER.fullmatch(run)]

    def shown(self, number: str) -> str:
        return f"{number} {self.by_number[number].name}".strip()
