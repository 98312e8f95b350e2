"""Writes environment.yml: the direct dependencies, at the versions that requirements/course.txt locks. Part of `make lock`."""

import re
import tomllib
from pathlib import Path

from packaging.markers import Marker
from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
EXTRAS = ("book", "grading")
PYTHON = "3.12"
HEAD = f"""# The course for conda and Binder: `conda env create -f environment.yml`, then `conda activate service-marketing`.
# The versions are those of requirements/course.txt; `make lock` writes this file, a test checks that all agree.
name: service-marketing
channels:
  - conda-forge
  - nodefaults
dependencies:
  - python={PYTHON}
  - pip
  - pip:
"""


def main() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *(line for extra in EXTRAS for line in project["optional-dependencies"][extra])]
    locked = re.findall(r"^([\w.-]+)==(\S+)(?: ; (.*?))? \\$", (ROOT / "requirements" / "course.txt").read_text(encoding="utf-8"), re.M)
    here = {"python_version": PYTHON, "python_full_version": f"{PYTHON}.0"}
    version = {name: number for name, number, marker in locked if not marker or Marker(marker).evaluate(here)}
    pins = []
    for requirement in sorted(map(Requirement, wanted), key=lambda one: one.name):
        extras = f"[{','.join(sorted(requirement.extras))}]" if requirement.extras else ""
        pins.append(f"      - {requirement.name}{extras}=={version[requirement.name]}\n")
    (ROOT / "environment.yml").write_text(f"{HEAD}{''.join(pins)}      - -e .[{','.join(EXTRAS)}]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
