"""Shells: processes that run the cells of one submission each, forked from one warm kernel.

    pool.py       the coordinator's side: starts shells, asks for cells, keeps the time, kills, and hands back results
    zygote.py     the warm process: a real IPythonKernel, ready before it is needed, that forks a shell for each submission
    cells.py      the shell itself: runs a cell and puts its outputs together as a notebook client would
    replies.py    what a shell answered, checked before anybody believes its shape
    notebooks.py  cells out of a notebook, results into it

A shell is the student's own interpreter: nothing that comes out of it is trusted, only checked for shape, size and
turn. What can be forged in there (the outputs of the cell that is running) stays forgeable; the wall is for that.
"""
