"""`course collect`: from what a teaching platform hands out to nbgrader's folder `submitted/`, in two steps.

`plan` only reads. It gives every file that came one row: whose it is and how that is known, whether it is taken or why
not. `carry_out` writes what the plan says, a student at a time and never outside the course folder; stopped at any moment
and started again it comes to the same. What could not be matched is kept in `downloaded/<assignment>/unmatched/`, and what
gave way to another file in `superseded/` and `earlier/` beside it, so that nothing is lost.

Whose a file is may be said anywhere in its path. Two platforms put numbers of their own into names, which are none of
students: Moodle (`Name_12345_assignsubmission_file_…`, mod/assign/locallib.php: full name, participant's number, plugin)
and Canvas (`name_LATE_12345_67890_file.ipynb`, lib/content_zipper.rb: sortable name in small letters, LATE when it was
late, numbers of the user and of the file). How 超星学习通, 雨课堂 and 腾讯文档收集 name files is described nowhere; there
number, name, time and file name are looked for in any order.
"""

from .planning import deadline, plan
from .records import LIMITS, CollectError, Limits, Outcome, Plan, Row
from .showing import read_matches, summary, table, write_table
from .words import VERDICTS
from .writing import UNMATCHED, carry_out

__all__ = [
    "LIMITS", "UNMATCHED", "VERDICTS", "CollectError", "Limits", "Outcome", "Plan", "Row", "carry_out", "deadline", "plan", "read_matches",
    "summary", "table", "write_table",
]  # fmt: skip
