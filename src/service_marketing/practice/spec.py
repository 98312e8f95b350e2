"""The parts that a 练一练 box is declared with. A chapter author copies a file of this folder and changes the texts."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from types import ModuleType

from service_marketing.simulations.spec import LANGUAGES, Text

HOME = "service_marketing."


@dataclass(frozen=True)
class Number:
    """An argument that is drawn afresh: a number from `low` to `high` on a grid of `step`; whole when both are whole."""

    name: str
    low: float
    high: float
    step: float = 1

    def plain(self) -> dict:
        return {"low": self.low, "high": self.high, "step": self.step}


@dataclass(frozen=True)
class Numbers(Number):
    """An argument that is a list of such numbers, `length` (least, most) of them."""

    length: tuple[int, int] = (3, 10)

    def plain(self) -> dict:
        return {**super().plain(), "length": list(self.length)}


@dataclass(frozen=True)
class Choice:
    """An argument that is one of `choices`."""

    name: str
    choices: tuple

    def plain(self) -> dict:
        return {"choices": list(self.choices)}


@dataclass(frozen=True)
class Hint:
    """What to say after a wrong answer. With `wrong`, the text of a lambda in the portable subset of Python, it is said
    to a reader whose answers are those of that typical mistake; without, to the others, in order."""

    text: Text
    wrong: str | None = None


@dataclass(frozen=True)
class Practice:
    """A short function to write or mend.

    `function` is what the reader calls it; it begins with `my_`, so that no function of the chapter is overwritten.
    `reference` is the right one: a function of `service_marketing.models` or of a portable file in this folder.
    `cases` are the arguments shown to the reader, `sampler` says how fresh ones are drawn. `tolerance` is relative, absolute below 1.
    """

    name: str
    chapter: int
    title: Text
    statement: Text
    starter: Text
    function: str
    reference: Callable
    cases: tuple[tuple, ...]
    sampler: tuple[Number | Numbers | Choice, ...]
    solution: Text
    hints: tuple[Hint, ...] = field(default=())
    tolerance: float = 1e-6

    def plain(self, language: str = "zh") -> dict:
        """Everything that a page or `checking.check` needs, as plain values in one `language` ("zh" or "en")."""
        if language not in LANGUAGES:
            raise ValueError(f"language 只能是 {'、'.join(LANGUAGES)} 之一，收到 {language!r} (no such language)")
        return {
            "name": self.name,
            "language": language,
            "title": getattr(self.title, language),
            "statement": getattr(self.statement, language),
            "starter": getattr(self.starter, language),
            "solution": getattr(self.solution, language),
            "function": self.function,
            "reference": f"{self.reference.__module__}.{self.reference.__name__}",
            "files": reference_files(self.reference),
            "arguments": [argument.name for argument in self.sampler],
            "cases": [list(case) for case in self.cases],
            "sampler": [argument.plain() for argument in self.sampler],
            "tolerance": self.tolerance,
            "hints": [getattr(hint.text, language) for hint in self.hints],
            "wrongs": [hint.wrong for hint in self.hints],
        }


def reference_files(function: Callable) -> list[str]:
    """The files that a reference needs, within the package: ["models/checks.py", …]."""
    found: set[str] = set()
    waiting = [inspect.getmodule(function)]
    while waiting:
        module = waiting.pop()
        name = module.__name__.removeprefix(HOME).replace(".", "/") + ".py"
        if name not in found:
            found.add(name)
            waiting += _used_by(module)
    return sorted(found)


def _used_by(module: ModuleType) -> list[ModuleType]:
    names = {getattr(value, "__module__", None) for value in vars(module).values()}
    names |= {value.__name__ for value in vars(module).values() if isinstance(value, ModuleType)}
    homes = {name for name in names if name and name.startswith(HOME) and name != module.__name__}
    return [each for each in map(import_module, homes) if Path(each.__file__).name != "__init__.py"]
