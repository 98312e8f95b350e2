"""What every submission of this course imports and reads, done once in the processes that submissions are forked from.

Named in `exercises/nbgrader_config.py`. Tables that are read here are not read again by each submission (`datasets.load`).
"""

from contextlib import suppress

from service_marketing import datasets
from service_marketing.classroom import check  # noqa: F401

TABLES = ("stores", "guests", "visits", "panel_guests", "panel_visits", "encounters", "complaints", "referrals", "staff", "survey")

# where the data are not to be read the submission itself will say so
with suppress(OSError, ValueError):
    for table in TABLES:
        datasets.load(table)
