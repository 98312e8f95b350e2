"""Honest notebooks of many shapes (honest.txt), and what counts of an outcome."""

import re
from dataclasses import dataclass
from pathlib import Path

from service_marketing.grading.shells.pool import Outcome
from service_marketing.grading.wall import static

FILE = Path(__file__).parent / "honest.txt"


@dataclass(frozen=True)
class Case:
    """One notebook: its cells as (kind, source), the right solution first; `wrong`: with the wrong solution, if there is one."""

    name: str
    right: tuple[tuple[str, str], ...]
    wrong: tuple[tuple[str, str], ...] | None

    @property
    def variants(self) -> list[tuple[tuple[str, str], ...]]:
        """The right notebook and the wrong one."""
        return [self.right] + ([self.wrong] if self.wrong else [])

    def setup(self) -> dict:
        """What the tests' side is told, from the right notebook."""
        names = static.names([static.Cell(number, "", kind, source) for number, (kind, source) in enumerate(self.right)])
        return {"names": list(names.student), "imports": list(names.imports), "shared": list(names.shared), "lent": list(names.lent)}


def read(text: str) -> list[Case]:
    """The cases of a text: each begins with `# %% name`, its cells with `# -- kind`."""
    parts = re.split(r"^# %% (.*)\n", text, flags=re.MULTILINE)[1:]
    return [_case(name, body) for name, body in zip(parts[::2], parts[1::2], strict=True)]


def _case(name: str, body: str) -> Case:
    pieces = re.split(r"^# -- (\w+)\n", body, flags=re.MULTILINE)[1:]
    cells = [(kind, source.strip("\n")) for kind, source in zip(pieces[::2], pieces[1::2], strict=True)]
    right = tuple(cell for cell in cells if cell[0] != "wrong")
    wrong: list[tuple[str, str]] = []
    for kind, source in cells:
        if kind == "wrong":
            wrong[-1] = ("student", source)
        else:
            wrong.append((kind, source))
    return Case(name, right, tuple(wrong) if tuple(wrong) != right else None)


CASES = read(FILE.read_text(encoding="utf-8"))


def verdict(outcome: Outcome) -> tuple[str, str]:
    """What counts of an outcome: whether it failed, whether it wrote to standard error, the value that is a number."""
    wrote = any(output.get("name") == "stderr" for output in outcome.outputs)
    values = [output["data"]["text/plain"] for output in outcome.outputs if output["output_type"] == "execute_result"]
    return ("ok" if outcome.status == "ok" and not wrote else "failed", values[0] if values else "")


def errors(outcome: Outcome) -> list[str]:
    """Names and texts of an outcome's errors."""
    return [f"{output['ename']}: {output['evalue']}" for output in outcome.outputs if output["output_type"] == "error"]
