"""Work that does not change what comes out is left out: imports, and schemas that are compiled again for every cell."""

import importlib
import importlib.util
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType, SimpleNamespace
from typing import Any


def nbgrader() -> None:
    """Make `nbgrader` importable without what its `__init__` imports: four extensions of Jupyter's server, 0.7 s.

    Nor does jsonschema import rfc3987_syntax: that compiles grammars for web addresses, 1.2 s, to check a format that no
    schema of a notebook has. Nothing happens where they are imported already. Raises ModuleNotFoundError where it is not installed.
    """
    sys.modules.setdefault("rfc3987_syntax", None)
    if "nbgrader" in sys.modules:
        return
    found = importlib.util.find_spec("nbgrader")
    if found is None:
        raise ModuleNotFoundError("No module named 'nbgrader'", name="nbgrader")
    if "setuptools" not in sys.modules:
        sys.modules["setuptools.archive_util"] = _archives()
    package = ModuleType("nbgrader")
    package.__path__ = list(found.submodule_search_locations)
    package.__spec__, package.__file__ = found, found.origin
    sys.modules["nbgrader"] = package
    package.__version__ = importlib.import_module("nbgrader._version").__version__


def _archives() -> ModuleType:
    """A stand-in for setuptools.archive_util, for which nbgrader.utils imports all of setuptools at each start, 0.1 s.

    Its functions import it when they are called.
    """
    name = "setuptools.archive_util"
    stand_in = ModuleType(name)

    def calling(function: str) -> Callable:
        def call(*arguments: Any, **named: Any) -> Any:
            if sys.modules.get(name) is stand_in:
                del sys.modules[name]
            return getattr(importlib.import_module(name), function)(*arguments, **named)

        return call

    for function in ("unpack_archive", "unpack_tarfile", "unpack_zipfile"):
        setattr(stand_in, function, calling(function))
    return stand_in


@contextmanager
def compiled_schemas() -> Iterator[None]:
    """While it lasts, nbgrader checks the marks of cells with schemas that are read and compiled once, as strictly as ever."""
    import fastjsonschema
    import jsonschema
    from nbgrader.nbgraderformat import MetadataValidator, common
    from nbgrader.preprocessors import checkcellmetadata

    compiled: dict[int, tuple[Any, Any]] = {}

    def validate(instance: Any, schema: Any) -> None:
        if id(schema) not in compiled:
            compiled[id(schema)] = schema, fastjsonschema.compile(schema)
        try:
            compiled[id(schema)][1](instance)
        except Exception:
            jsonschema.validate(instance, schema)  # says what is wrong, in its own words

    shared = MetadataValidator()
    stock = common.jsonschema, checkcellmetadata.MetadataValidator
    common.jsonschema = SimpleNamespace(validate=validate, ValidationError=jsonschema.ValidationError)
    checkcellmetadata.MetadataValidator = lambda: shared
    try:
        yield
    finally:
        common.jsonschema, checkcellmetadata.MetadataValidator = stock
