"""A whole semester in one go: a made-up class through three assignments, from the platforms' ZIPs back into their grade files.

Everything is done by the functions that the `course` commands call, and held to what is known of the made-up class: every
file that came, every mark, every row of a grade file. Stopped at any moment and started again it goes on where it was.
"""

from .run import run

__all__ = ["run"]
