"""What stock nbgrader gives to every variant of every assignment, kept in assignments/stock.json.

    cd tests; python -m grading.stock_verdicts --write [NAME …]

runs `nbgrader autograde` on all of them (about two seconds each) and writes the file; without --write it only says which
assignments the file does not hold as they are now.
"""

import argparse
import json
import platform
import shutil
import sys
import tempfile
from pathlib import Path

from nbgrader import __version__
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory

from grading import variants
from service_marketing.grading import folder

FILE = variants.FOLDER / "stock.json"


def autograde(root: Path, name: str) -> None:
    """Stock nbgrader's own autograde."""
    config = folder.load(root).config
    directory = CourseDirectory(config=config)
    directory.assignment_id = name
    grader = Autograde(coursedir=directory, config=config)
    grader.log.setLevel("CRITICAL")
    grader.start()


def verdicts(assignment: variants.Assignment, numbered: dict[int, variants.Variant], root: Path) -> dict[int, list[float | None]]:
    """Stock's scores of some variants, by number; `root` is a folder that is not there yet."""
    variants.release(root, [assignment])
    for number, variant in numbered.items():
        variants.hand_in(root, assignment, number, variant)
    autograde(root, assignment.name)
    found = variants.scores(root, assignment)
    return {number: found[variants.student(number)] for number in numbered}


def kept() -> dict[str, dict]:
    """What the file holds, by assignment."""
    return json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}


def write(known: dict[str, dict]) -> None:
    """Write the file, one line a variant."""
    parts = []
    for name, entry in sorted(known.items()):
        rows = ",\n".join(f"   {json.dumps(row)}" for row in entry["scores"])
        rest = "".join(f'  "{key}": {json.dumps(entry[key])},\n' for key in ("fingerprint", "versions", "cells"))
        parts.append(f' "{name}": {{\n{rest}  "scores": [\n{rows}\n  ]\n }}')
    FILE.write_text("{\n" + ",\n".join(parts) + "\n}\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="assignments, also those that are up to date")
    parser.add_argument("--write", action="store_true", help="run stock nbgrader and write the file")
    chosen = parser.parse_args()
    for name in chosen.names or variants.NAMES:
        assignment = variants.read(name)
        made = variants.variants(assignment)
        entry = kept().get(name, {})
        up_to_date = entry.get("fingerprint") == variants.fingerprint(assignment, made)
        if up_to_date and not (chosen.write and chosen.names):
            continue
        if not chosen.write:
            sys.exit(f"{name}: not what the file holds; run with --write")
        root = Path(tempfile.mkdtemp(prefix="stock-verdicts-"))
        try:
            found = verdicts(assignment, dict(enumerate(made)), root / "course")
        finally:
            shutil.rmtree(root, ignore_errors=True)
        entry = {
            "fingerprint": variants.fingerprint(assignment, made),
            "versions": {"nbgrader": __version__, "python": platform.python_version()},
            "cells": assignment.tests,
            "scores": [found[number] for number in range(len(made))],
        }
        write({**kept(), name: entry})
        print(f"{name}: {len(made)} variants")


if __name__ == "__main__":
    main()
