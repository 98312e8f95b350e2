"""Chapters are run side by side before Sphinx reads them one after the other, which then finds every output in the cache."""

import logging
import os
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from jupyter_cache import get_cache
from myst_nb.core.execute import create_client
from myst_nb.core.read import create_nb_reader
from sphinx.application import Sphinx
from sphinx.util import logging as sphinx_logging

from .notebooks import has_cells

logger = sphinx_logging.getLogger(__name__)
# what goes wrong here is said when the page is read: a notebook that failed is not in the cache, and runs again there
_silent = logging.getLogger(f"{__name__}.silent")
_silent.propagate = False
_silent.addHandler(logging.NullHandler())


def execute_side_by_side(app: Sphinx, env, docnames: list[str]) -> None:
    """Run the notebooks among `docnames` that the cache does not hold, as many at a time as there are processors.

    The work is done by the kernels, so threads are enough here. jupyter-cache's store is opened by each for itself.
    """
    if env.mystnb_config.execution_mode != "cache":
        return
    get_cache(env.mystnb_config.execution_cache_path).db  # noqa: B018 (makes the store, once)

    def run(docname: str) -> str:
        path = Path(env.doc2path(docname))
        text = path.read_text(encoding="utf-8")
        reader = create_nb_reader(str(path), env.myst_config, env.mystnb_config, text)
        if reader is None:
            return docname
        notebook = reader.read(text)
        with create_client(notebook, str(path), env.mystnb_config, _silent, reader.read_fmt):
            return docname

    waiting = [docname for docname in docnames if has_cells(Path(env.doc2path(docname)))]
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        # the longest first, so that no processor is left with the longest at the end
        waiting.sort(key=lambda docname: -Path(env.doc2path(docname)).stat().st_size)
        for done, future in enumerate(as_completed([pool.submit(run, docname) for docname in waiting]), 1):
            if future.exception() is None:
                logger.info("executing notebooks... [%3d%%] %s", 100 * done // len(waiting), future.result())
