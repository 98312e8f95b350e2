"""Grade files that teaching platforms import, out of nbgrader's gradebook.

What a platform's file looks like is said by a mapping file (`platforms/*.toml`; plain.toml explains the keys). Some are made
from nothing; others are the platform's own file, downloaded by the instructor, with the scores filled in and everything
else left as it was. First there is a plan, which says what will be where and what will not; only then is a file written, and
it is read back before it gets its name.

    plan = exporting.plan(marks.read(root), exporting.fit("模板.xlsx", exporting.preset("chaoxing"), ["03-satisfaction"]))
    exporting.write(plan, "成绩.xlsx")

    nbgrader export --exporter=service_marketing.classroom.exporting.PlatformExport --PlatformExport.platform=moodle --to=moodle.csv
"""

from .fitting import bare_number, fit
from .planning import KINDS, Entry, Plan, Remark, scaled
from .platforms import PLATFORMS, ExportError, Platform, load, preset, presets
from .plugin import PlatformExport
from .reading import Row, lost, reimport
from .writing import FOLDER, Options, export, plan, prepare, table, write

__all__ = [
    "FOLDER", "KINDS", "PLATFORMS", "Entry", "ExportError", "Options", "Plan", "Platform", "PlatformExport", "Remark", "Row",
    "bare_number", "export", "fit", "load", "lost", "plan", "prepare", "preset", "presets", "reimport", "scaled", "table", "write",
]  # fmt: skip
