"""Notebooks that run in the reader's browser: JupyterLite beside the pages, with the part of Pyodide that the course needs.

`prepare` finds the distribution that a deployer names; `make` puts `lite/` into a finished edition, and a link beside every
notebook that a page offers for download. Nothing in it asks another host for anything, unless the deployer named an address
where Pyodide is served.
"""

from .distribution import Distribution, LiteError, identity
from .site import lite_link, make, prepare

__all__ = ["Distribution", "LiteError", "identity", "lite_link", "make", "prepare"]
