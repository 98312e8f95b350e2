"""Which sections of the chapter a task is about, so that a student knows where to read again.

Nobody keeps such a list: the sections are those whose words are most like those of the task. In Chinese, runs of two and three
characters and names in code stand for words; in English the words do. They are weighted by how few sections have them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from sklearn.feature_extraction.text import TfidfVectorizer

from . import assignments

LEAST = 0.1
SECOND = 0.75
SHORTEST = 200
_NO_READING = re.compile(
    "练习|想一想|说法|小结|术语|作业|参考|学习目标|开篇|核查"
    "|^(?:Exercises|Think about it|(?:A popular claim|Popular claims|The claims? checked)|Summary|Terms|Assignment|References"
    "|Objectives|Opening scene)\\b"
)
Language = Literal["zh", "en"]


@dataclass(frozen=True)
class Section:
    """A section of a chapter, under `part`, the heading above it."""

    chapter: str
    part: str
    title: str
    text: str

    @property
    def shown(self) -> str:
        """How a student finds it."""
        english = re.match(r"Chapter \d+", self.chapter)
        return f"{english[0] + ', ' if english else self.chapter.split(' ')[0]}“{self.title or self.part}”"


def chapters_folder(language: Language = "zh") -> Path | None:
    """The chapters in `language` ("zh" or "en") of the clone that this runs in, None when there are none."""
    try:
        found = assignments.exercises_folder().parent / "chapters" / language
    except assignments.AssignmentError:
        return None
    return found if found.is_dir() else None


def to_read(assignment: str, tasks: Mapping[str, str], folder: Path | None = None, language: Language = "zh") -> dict[str, tuple[str, ...]]:
    """For each task, by its title, one or two sections to read again; none where no section is like it.

    `tasks`: the text of each. An assignment is about the chapter of its name; where there is none, all chapters are looked at.
    `language`: "zh" or "en", of the chapters.
    """
    folder = folder or chapters_folder(language)
    if folder is None or not tasks:
        return {}
    own = folder / f"{assignment}.md"
    files = [own] if own.is_file() else sorted(folder.glob("[0-9]*.md"))
    sections = [section for file in files for section in read(file)]
    if not sections:
        return {}
    weights = TfidfVectorizer(analyzer=_words if language == "zh" else _english_words, sublinear_tf=True)
    place = weights.fit_transform([f"{section.part} {section.title} " * 5 + section.text for section in sections])
    likeness = (weights.transform(list(tasks.values())) @ place.T).toarray()
    found = {}
    for title, row in zip(tasks, likeness, strict=True):
        best = row.argsort()[::-1][:2]
        near = [at for at in best if row[at] >= max(LEAST, SECOND * row[best[0]])]
        found[title] = tuple(dict.fromkeys(sections[at].shown for at in near))
    return found


@lru_cache(maxsize=32)
def read(file: Path) -> tuple[Section, ...]:
    """The sections of a chapter that explain something, in order."""
    chapter = part = ""
    found: list[list[str]] = []
    fenced = taken = False
    for line in file.read_text(encoding="utf-8").splitlines():
        if line.startswith("```"):
            fenced = not fenced
        heading = None if fenced else re.match(r"(#{1,3}) (.+)", line)
        if heading is None:
            if taken:
                found[-1][3] += line + "\n"
            continue
        level, title = len(heading[1]), heading[2].strip()
        if level == 1:
            chapter = title
            continue
        part = title if level == 2 else part
        taken = not _NO_READING.search(part) and not _NO_READING.search(title)
        if taken:
            found.append([chapter, part, title if level == 3 else "", ""])
    return tuple(Section(*one) for one in found if len(one[3]) >= SHORTEST)


def _words(text: str) -> list[str]:
    runs = re.findall(r"[\u4e00-\u9fff]+", text)
    return [run[at : at + n] for run in runs for n in (2, 3) for at in range(len(run) - n + 1)] + re.findall(
        r"[a-z_]\w+", text.lower(), re.ASCII
    )


def _english_words(text: str) -> list[str]:
    return re.findall(r"[a-z_]\w{2,}", text.lower(), re.ASCII)
