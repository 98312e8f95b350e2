"""The formulas of the course: pure functions over plain numbers and lists.

These files run unchanged in CPython (notebooks, exercises, tests) and in MicroPython
(the live figures of the book), so they keep to the Python that both understand;
`tests/models/test_portable.py` says what that is.
"""
