"""nbgrader's own `nbgrader export` with these grade files."""

import sys
from datetime import UTC, datetime
from pathlib import Path

from nbgrader.api import Gradebook
from nbgrader.plugins import ExportPlugin
from traitlets import Bool, Dict, Unicode

from .. import marks as gradebook
from ..assignments import AssignmentError
from .planning import KINDS
from .platforms import load, preset
from .writing import prepare, write


class PlatformExport(ExportPlugin):
    """nbgrader's `nbgrader export` with these grade files; `--assignment` and `--student` choose as always."""

    platform = Unicode("plain", help="a preset's name or the path of a mapping file (.toml)").tag(config=True)
    template = Unicode("", help="the file downloaded from the platform that is to be filled in").tag(config=True)
    columns = Dict(help="heading of the template's column by assignment").tag(config=True)
    overwrite = Bool(False, help="replace a file that exists").tag(config=True)

    def export(self, gradebook_: Gradebook) -> None:
        """Write the file that `--to` names, the preset's own name without; exits with the reason where it cannot."""
        directory = getattr(self.parent, "coursedir", None)
        try:
            chosen = load(self.platform) if self.platform.endswith(".toml") else preset(self.platform)
            marks = gradebook.read_database(
                gradebook_.engine.url.render_as_string(hide_password=False),
                Path(directory.root) / directory.submitted_directory if directory else None,
                [str(name) for name in self.assignment],
                [str(name) for name in self.student],
                filter(None, directory.student_id_exclude.split(",")) if directory else (),
            )
            made = prepare(marks, chosen, self.template or None, dict(self.columns) or None)
            ending = Path(self.template).suffix if self.template else f".{chosen.format}"
            file = write(made, self.to or f"grades-{chosen.name}{ending}", self.overwrite)
        except AssignmentError as error:
            self.log.error("%s", error)
            sys.exit(1)
        for remark in made.remarks:
            self.log.warning("%s: %s", KINDS[remark.kind], remark.text)
        self.log.info("%d scores in %s (%s)", made.written, file, datetime.now(UTC).isoformat(timespec="seconds"))
