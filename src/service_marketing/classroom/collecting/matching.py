"""Whose a file is."""

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .notebooks import Marks
from .people import Evidence, People
from .records import Item
from .text import compact

_ENOUGH = 0.8


@dataclass(frozen=True)
class _Whose:
    student: str = ""
    how: str = ""
    reason: str = ""
    values: tuple[str, ...] = ()
    notes: tuple[tuple[str, str], ...] = ()


def decide_whose(item: Item, people: People, marks: Marks, corrections: Mapping[str, str]) -> None:
    """Sets the item's student, and refuses what is nobody's or of another assignment."""
    if item.verdict == "ignored":
        return
    given = corrections.get(item.file)
    if given == "-":
        item.verdict = "skipped"
        return
    whose = _whose(item, people)
    if given and given != whose.student:
        whose = _Whose(given, "manual")
    item.student, item.how = whose.student, whose.how
    item.notes.extend(whose.notes)
    own = people.folded.get(item.book.number) if item.book else None
    if item.student and own and own != item.student:
        item.notes.append(("other-number", people.shown(own)))
    if item.verdict:
        return
    if not item.student:
        item.verdict, item.reason, item.values = "unmatched", whose.reason, whose.values
    elif item.book:
        other = marks.wrong(item.book)
        if other:
            item.fault("wrong-assignment", other)
        elif not item.book.marks:
            item.notes.append(("no-marks", None))


def _whose(item: Item, people: People) -> _Whose:
    """The student whom the path means, else the notebook; what all files of a source have in common counts last."""
    inner, outer = item.texts
    for texts in (inner, outer):
        found = [evidence for text in texts if (evidence := people.evidence(text))]
        if found:
            return _weigh(found, " ".join(texts), item, people)
    own = people.folded.get(item.book.number) if item.book else None
    return _Whose(own, "notebook") if own else _Whose(reason="unknown")


def _weigh(found: Sequence[Evidence], text: str, item: Item, people: People) -> _Whose:
    together = found[0]
    for one in found[1:]:
        together = together | one
    # a number and the name that belongs to it, side by side, outweigh whatever else the path says
    pairs = {
        number
        for one in found
        for number in one.numbers | one.mails
        if any(number in people.called(name) for name in one.names | one.parts)
    }
    if len(pairs) == 1:
        number = pairs.pop()
        others = sorted({name for name in together.names | together.parts if number not in people.called(name)})
        others += [people.shown(other) for other in sorted((together.numbers | together.mails) - {number})]
        return _Whose(number, "number", notes=(("names-differ", "、".join(others)),) if others else ())
    direct = together.numbers | together.mails
    if len(direct) > 1 or len(pairs) > 1:
        return _Whose(reason="several", values=("、".join(map(people.shown, sorted(pairs or direct))),))
    if direct:
        number = next(iter(direct))
        called = sorted(together.names | {name for name in together.parts if len(name) > 2})
        if called and not any(number in people.called(name) for name in called):
            return _Whose(reason="conflict", values=(people.shown(number), "、".join(called)))
        return _Whose(number, "number" if together.numbers else "e-mail")
    return _weigh_names(together, text, item, people)


def _weigh_names(together: Evidence, text: str, item: Item, people: People) -> _Whose:
    names = together.names or together.parts
    own = people.folded.get(item.book.number) if item.book else None
    meant = {number for name in names for number in people.called(name)}
    if len(meant) > 1:
        if own in meant:
            return _Whose(own, "notebook")
        if len(names) > 1:
            return _Whose(reason="several", values=("、".join(map(people.shown, sorted(meant))),))
        groups = {number: compact(getattr(people.by_number[number], "group", "")) for number in meant}
        path = compact(" ".join(item.parts))
        there = [number for number, group in groups.items() if group and re.search(rf"(?<!\d){re.escape(group)}", path)]
        if len(there) == 1:
            return _Whose(there[0], "class")
        return _Whose(reason="same-name", values=("、".join(map(people.shown, sorted(meant))),))
    number, name = next(iter(meant)), next(iter(names))
    if not together.names and len(name) < 3 and own != number:
        return _Whose(reason="part-of-name", values=(people.shown(number),))
    notes = [] if together.names else [("longer", "")]
    for stray in people.stray(text):
        if difflib.SequenceMatcher(None, stray, number.casefold(), autojunk=False).ratio() < _ENOUGH and own != number:
            return _Whose(reason="stray-number", values=(people.shown(number), stray))
        notes.append(("typo", stray))
    return _Whose(number, "name", notes=tuple(notes))
