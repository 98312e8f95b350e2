"""Assignments, grading runs and class reports on top of nbgrader.

`check` is for notebooks and needs nothing but the course's own dependencies;
everything else here is for instructors and needs the extra `grading`.
"""
