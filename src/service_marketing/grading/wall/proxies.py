"""What stands for the student's objects in the tests' process.

A proxy does nothing itself: it asks over the wall, as far as the reference profile allows, and checks what type of thing comes
back. Compared with a plain value it is unequal, and nothing is asked; two proxies are equal when they stand for one object, or
when the student's `__eq__` says so and the profile lets it be asked. Exceptions are real classes in T (a builtin, one of a library,
one of the instructor's own, or a shadow of the student's), so that `except` and `pytest.raises` work.
"""

import builtins
import contextlib
import re
import sys
import types
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from service_marketing.grading.protocol import Message

from .codec import LIMITS, CodecError, Opaque, decode
from .link import Link, NotExpected, Origin
from .plain_kinds import TYPES

LIBRARIES = frozenset(sys.stdlib_module_names - {"unittest", "_pytest", "test"}) | {
    *("numpy", "pandas", "matplotlib", "scipy", "sklearn", "statsmodels", "seaborn", "sympy", "networkx", "torch", "PIL", "pytz"),
    *("requests", "bs4", "yaml", "plotly", "altair", "ipywidgets", "IPython", "service_marketing"),
}
"""Whose classes a name in an answer may stand for, when they are imported here already."""
NEVER = {
    *("__array_interface__", "__array_struct__", "__array_priority__", "__array_ufunc__", "__array_function__", "__array_wrap__"),
    *("__slots__", "__wrapped__", "__isabstractmethod__", "__index__", "__signature__", "__text_signature__", "__dataframe__"),
    *("_ipython_display_", "_repr_mimebundle_", "_ipython_canary_method_should_not_exist_", "__set_name__", "__instancecheck__"),
    *("__arrow_c_array__", "__arrow_c_stream__", "__mro_entries__", "__deepcopy__", "__copy__", "__reduce__", "__reduce_ex__"),
    *("__getstate__", "__getnewargs__", "__getnewargs_ex__", "__conform__", "__html__", "__rich_repr__", "__length_hint__"),
    *("_is_coroutine_marker", "_is_coroutine", "__tracebackhide__", "__pandas_priority__", "__buffer__", "__release_buffer__"),
}
"""What libraries look for in any object: there is no such attribute."""
BUILTINS = {
    **{kind.__name__: kind for kind in (map, filter, zip, enumerate, reversed, property, staticmethod, classmethod, super)},
    **{kind.__name__: kind for kind in (types.GeneratorType, types.CoroutineType, types.AsyncGeneratorType, types.FunctionType)},
    **{kind.__name__: kind for kind in (types.MethodType, types.BuiltinFunctionType, types.ModuleType, types.CodeType)},
    **{type(iter(each)).__name__: type(iter(each)) for each in ([], (), {}, set(), "", b"", range(0), {}.items(), {}.values())},
}
NOT_RAISED = (GeneratorExit, StopIteration, StopAsyncIteration)
_get = object.__getattribute__
_set = object.__setattr__


class Handle:
    """What a proxy knows: the link, the number, where it comes from, and how the other side describes it."""

    __slots__ = ("kind", "link", "number", "opaque", "origin")

    def __init__(self, link: Link, opaque: Opaque, origin: Origin):
        self.link, self.opaque, self.origin, self.number = link, opaque, origin, opaque.id
        self.kind: Any = None

    def need(self, operation: str) -> Origin:
        """Where the result of an operation comes from. Raises NotExpected when the profile does not have it."""
        origin = self.origin.plus(operation)
        self.link.need(f"{self.origin.text} {operation}")
        return origin

    def own(self, origin: Origin) -> bool:
        """Whether results from there may be references to instances of subclasses of plain types."""
        link = self.link
        return link.allowed is None or f"{origin.text} <own>" in link.allowed

    def ask(self, order: str, operation: str, fields: dict[str, Any] | None = None, buffers: tuple = (), own: bool = True) -> Any:
        """The value of an answer about this object."""
        __tracebackhide__ = True
        origin = self.need(operation)
        fields = {"reference": self.number, **(fields or {})}
        if own:
            fields["own"] = self.own(origin)
        return noted(self.link, self.link.value(self.link.ask(order, fields, buffers, origin), origin), origin)

    def ask_for(
        self, kinds: type | tuple[type, ...], order: str, operation: str, fields: dict[str, Any] | None = None, buffers: tuple = ()
    ):
        """Like `ask`, when only an answer of that type, or of one of those types, makes sense."""
        __tracebackhide__ = True
        return checked(self.link, self.ask(order, operation, fields, buffers, own=False), kinds)


def noted(link: Link, value: Any, origin: Origin) -> Any:
    """`value`; that it is a reference to an instance is noted: an answer may have a subclass of a plain type there."""
    if isinstance(value, Proxy):
        handle = handle_of(value)
        handle.origin = origin
        if "class" not in handle.opaque.traits:
            link.permits(f"{origin.text} <own>")
    return value


def checked(link: Link, value: Any, kinds: type | tuple[type, ...]) -> Any:
    """`value`, when it is of one of these types exactly."""
    if type(value) not in (kinds if type(kinds) is tuple else (kinds,)):
        raise link.die("forged", f"a {type(value).__name__}")
    return value


def handle_of(proxy: Any) -> Handle:
    """The handle of a proxy."""
    return _get(proxy, "_wall")


class Proxy:
    """An object of the student's."""

    __slots__ = ("__weakref__", "_wall")

    def __getattribute__(self, name: str) -> Any:
        __tracebackhide__ = True
        if name == "__class__":
            return claimed_class(self)
        if name in ("__next__", "__iter__", "__eq__", "__ne__", "__hash__", "__enter__", "__exit__", "__array__"):
            if hasattr(type(self), name):
                return types.MethodType(getattr(type(self), name), self)
            raise AttributeError(name)
        if name in NEVER or name.startswith("_repr_") or not name.isidentifier() or len(name) > 200:
            raise AttributeError(name)
        handle = _get(self, "_wall")
        if name == "__module__":
            return "__main__"
        if name == "__bases__" and "class" in handle.opaque.traits:
            return known_bases(handle.link, handle.number)
        return handle.ask("getattr", f".{name}", {"name": name})

    def __setattr__(self, name: str, value: Any) -> None:
        __tracebackhide__ = True
        handle = _get(self, "_wall")
        handle.ask("setattr", f".{name}=", {"name": name}, (handle.link.encode(value),), own=False)

    def __delattr__(self, name: str) -> None:
        _get(self, "_wall").ask("delattr", f".{name}=", {"name": name}, own=False)

    def __dir__(self) -> list[str]:
        handle = _get(self, "_wall")
        names = handle.ask_for(list, "dir", "<dir>")
        return [checked(handle.link, name, str) for name in names]

    def __repr__(self) -> str:
        handle = _get(self, "_wall")
        if not handle.link.permits(f"{handle.origin.text} <repr>"):
            return f"<{handle.origin.text}>"
        return handle.ask_for(str, "repr", "<repr>")

    def __str__(self) -> str:
        handle = _get(self, "_wall")
        if not handle.link.permits(f"{handle.origin.text} <str>"):
            return f"<{handle.origin.text}>"
        return handle.ask_for(str, "str", "<str>")

    def __format__(self, spec: str) -> str:
        return str(self) if not spec else _get(self, "_wall").ask_for(str, "format", "<format>", {"spec": spec[:200]})

    def __hash__(self) -> int:
        handle = _get(self, "_wall")
        if "class" in handle.opaque.traits or not handle.link.permits(f"{handle.origin.text} <hash>"):
            return hash(("wall", handle.number))
        return handle.ask_for(int, "unary", "<hash>", {"operator": "hash", "own": False})

    def __bool__(self) -> bool:
        handle = _get(self, "_wall")
        if handle.opaque.traits & {"callable", "class"}:
            return True
        return handle.ask_for(bool, "bool", "<bool>")

    def __len__(self) -> int:
        handle = _get(self, "_wall")
        length = handle.ask_for(int, "len", "<len>")
        if length < 0:
            raise handle.link.die("forged", "len")
        return length

    def __iter__(self) -> Iterator:
        handle = _get(self, "_wall")
        iterator = handle.ask("iterate", "[*]", own=False)
        if not isinstance(iterator, Proxy) or not hasattr(type(iterator), "__next__"):
            raise handle.link.die("forged", "iterator")
        return iterator

    def __getitem__(self, key: Any) -> Any:
        __tracebackhide__ = True
        handle = _get(self, "_wall")
        return handle.ask("getitem", "[]", buffers=(handle.link.encode(key),))

    def __setitem__(self, key: Any, value: Any) -> None:
        handle = _get(self, "_wall")
        handle.ask("setitem", "[]=", buffers=(handle.link.encode((key, value)),), own=False)

    def __delitem__(self, key: Any) -> None:
        handle = _get(self, "_wall")
        handle.ask("delitem", "[]=", buffers=(handle.link.encode(key),), own=False)

    def __contains__(self, value: Any) -> bool:
        handle = _get(self, "_wall")
        fields = {"operator": "contains", "reflected": False, "own": False}
        return handle.ask_for(bool, "binary", "<in>", fields, (handle.link.encode(value),))

    def __eq__(self, other: Any) -> Any:
        return self is other or compared(self, other, "eq", False)

    def __ne__(self, other: Any) -> Any:
        return self is not other and compared(self, other, "ne", True)

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        handle = _get(self, "_wall")
        array = handle.ask_for(np.ndarray, "array", "<array>")
        return array if dtype is None else array.astype(dtype)

    def __enter__(self) -> Any:
        return _get(self, "_wall").ask("enter", "<with>")

    def __exit__(self, kind: type | None, error: BaseException | None, trace: Any) -> bool:
        handle = _get(self, "_wall")
        told = None if kind is None else (kind.__name__[:200], str(error)[:5000])
        stops = handle.ask_for(bool, "leave", "<leave>", buffers=(handle.link.encode(told),))
        if not stops or kind is None or not issubclass(kind, Exception) or issubclass(kind, AssertionError | NotExpected):
            return False
        return handle.link.permits(f"{handle.origin.text} <suppress>")

    def __instancecheck__(self, value: Any) -> bool:
        return related(self, value, "belongs", "to")

    def __subclasscheck__(self, value: Any) -> bool:
        return related(self, value, "descends", "from")

    def __mro_entries__(self, bases: tuple) -> tuple:
        handle = _get(self, "_wall")
        raise handle.link.condemn("argument", f"class ({handle.origin.text})")


def compared(proxy: Proxy, other: Any, operator: str, otherwise: bool) -> Any:
    """What comes of `proxy == other` or `!=`."""
    __tracebackhide__ = True
    handle = handle_of(proxy)
    link = handle.link
    if not isinstance(other, Proxy):
        if "value" in handle.opaque.traits and link.permits(f"{handle.origin.text} <value>"):
            value = plain_value(handle)
            return otherwise if isinstance(value, Proxy) else (value == other) is not otherwise
        return otherwise
    if handle_of(other).number == handle.number:
        return not otherwise
    if not link.permits(f"{handle.origin.text} <{operator}>"):
        link.flag(f"comparison: {handle.origin.text}")
        return otherwise
    fields = {"operator": operator, "reflected": False}
    return handle.ask("binary", f"<{operator}>", fields, (link.encode(other),))


def plain_value(handle: Handle) -> Any:
    """The plain value of an instance of a subclass of a plain class."""
    return handle.link.value(handle.link.ask("plain", {"reference": handle.number}, (), handle.origin), handle.origin)


def related(proxy: Proxy, value: Any, order: str, field: str) -> bool:
    """isinstance and issubclass with a class of the student's."""
    handle = handle_of(proxy)
    if isinstance(type(value), Shadow):
        value = getattr(value, "_wall_proxy", None)
    if not isinstance(value, Proxy) or "class" not in handle.opaque.traits:
        return False
    handle.need(f"<{order}>")
    answer = handle.link.ask(order, {"reference": handle_of(value).number, field: handle.number}, (), handle.origin)
    return checked(handle.link, handle.link.value(answer, handle.origin), bool)


def _binary(operator: str, reflected: bool):
    def method(self: Proxy, other: Any) -> Any:
        __tracebackhide__ = True
        handle = _get(self, "_wall")
        return handle.ask("binary", f"<{operator}>", {"operator": operator, "reflected": reflected}, (handle.link.encode(other),))

    return method


def _unary(operator: str, kinds: tuple[type, ...] = ()):
    def method(self: Proxy) -> Any:
        __tracebackhide__ = True
        handle = _get(self, "_wall")
        value = handle.ask("unary", f"<{operator}>", {"operator": operator})
        return checked(handle.link, value, kinds) if kinds else value

    return method


for _name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "divmod", "pow", "matmul", "and", "or", "xor", "lshift", "rshift"):
    setattr(Proxy, f"__{_name}__", _binary(_name, False))
    setattr(Proxy, f"__r{_name}__", _binary(_name, True))
for _name in ("lt", "le", "gt", "ge"):
    setattr(Proxy, f"__{_name}__", _binary(_name, False))
for _name in ("neg", "pos", "abs", "invert"):
    setattr(Proxy, f"__{_name}__", _unary(_name))
for _name, _kinds in {"int": (int,), "float": (float,), "complex": (complex,), "round": ()}.items():
    setattr(Proxy, f"__{_name}__", _unary(_name, _kinds))


class Callable_(Proxy):
    """A function, method or instance that can be called."""

    __slots__ = ()

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        __tracebackhide__ = True
        return call(_get(self, "_wall"), arguments, named)

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        return self if instance is None else types.MethodType(self, instance)


class Class(Callable_):
    """A class."""

    __slots__ = ()

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        return self

    def __or__(self, other: Any) -> Any:
        return (self, *other) if type(other) is tuple else (self, other)

    def __ror__(self, other: Any) -> Any:
        return (*other, self) if type(other) is tuple else (other, self)


class Iterator_(Proxy):
    """An iterator."""

    __slots__ = ()

    def __next__(self) -> Any:
        __tracebackhide__ = True
        return _get(self, "_wall").ask("next", "[*]")


class CallableIterator(Iterator_, Callable_):
    """An iterator that can be called."""

    __slots__ = ()


for _kind, _shown in ((Callable_, "Callable"), (Iterator_, "Iterator")):
    _kind.__name__ = _kind.__qualname__ = _shown


def call(handle: Handle, arguments: tuple, named: dict[str, Any]) -> Any:
    """The result of a call; what it did to the arguments is done here too, if the reference solution does so."""
    __tracebackhide__ = True
    origin, link = handle.need("()"), handle.link
    link.before_call()
    frame = link.encode((arguments, named))
    lent, link.lent = link.lent, []
    fields = {"reference": handle.number, "own": handle.own(origin), "watch": True}
    answer = link.ask("call", fields, (frame,), origin)
    if answer.kind != "value":
        raise link.die("forged", answer.kind)
    given = [*arguments, *named.values()]
    kept = None
    for place, buffer in zip(answer.fields["changed"], answer.buffers[1:], strict=True):
        if place >= len(given) + len(lent):
            raise link.die("forged", "changed")
        target = given[place] if place < len(given) else lent[place - len(given)]
        if place < len(given) and place != answer.fields["argument"] and sys.getrefcount(target) <= _TEMPORARY:
            continue
        value = link.decode(buffer, origin)
        if place < len(given) and type(target) not in WRITABLE:
            raise link.condemn("answer", f"{type(target).__name__} !{place}")
        if writes(link, f"{origin.text} !{place if place < len(given) else '@'}"):
            if link.writing_back:
                link.undo.append((target, state_of(target)))
            put(link, target, value)
        elif place == answer.fields["argument"]:
            kept = value
    if answer.fields["argument"] is not None:
        if answer.fields["argument"] >= len(given):
            raise link.die("forged", "argument")
        return given[answer.fields["argument"]] if kept is None else kept
    return noted(link, link.value(answer, origin), origin)


def writes(link: Link, key: str) -> bool:
    """Whether a change that the student's code made to an argument is made here too."""
    if link.changes is not None and key not in link.changes:
        link.flag(f"argument: {key}")
        return False
    if link.permits(key):
        return True
    link.flag(f"argument: {key}")
    if link.writing_back:
        return True
    link.withheld = True
    return False


def _temporary() -> int:
    """How many references there are, in `call`, to an argument that the caller does not keep."""
    counts = []

    class Probe(Callable_):
        __slots__ = ()

        def __call__(self, *arguments: Any, **named: Any) -> Any:
            return inner(None, arguments, named)

    def inner(handle: Any, arguments: tuple, named: dict[str, Any]) -> None:
        given = [*arguments, *named.values()]
        for place in range(1):
            target = given[place] if place < len(given) else None
            counts.append(sys.getrefcount(target))

    object.__new__(Probe)([])
    return counts[0]


_TEMPORARY = _temporary()


WRITABLE = {list, dict, set, bytearray, np.ndarray, pd.DataFrame, pd.Series, Counter, OrderedDict, defaultdict}
"""What a change by the student's code is made to: values of exactly these types. Of the instances that were lent, see `put`."""


def state_of(target: Any) -> Any:
    """What `put` would restore a value of the test's from."""
    return target.copy() if type(target) in WRITABLE else dict(vars(target))


def put(link: Link, target: Any, value: Any) -> None:
    """Make `target`, an object of the test's, equal to `value`."""
    if type(target) not in WRITABLE and type(value) is dict and all(type(name) is str for name in value):
        vars(target).clear()
        vars(target).update(value)
    elif type(value) is not type(target) or (type(target) is np.ndarray and value.shape != target.shape):
        raise link.condemn("answer", f"{type(target).__name__} -> {type(value).__name__}")
    elif isinstance(target, pd.DataFrame | pd.Series):
        target._update_inplace(value)
    elif isinstance(target, np.ndarray):
        target[...] = value
    elif isinstance(target, list | bytearray):
        target[:] = value
    else:
        target.clear()
        target.update(value)


# ---------------------------------------------------------------------------------------------------------------- classes


def family(link: Link, number: int) -> list[dict[str, Any]]:
    """The classes that the class of an object inherits from, or the class itself does, as the other side says."""
    known = link.families.get(number)
    if known is None:
        answer = link.ask("ancestry", {"reference": number})
        if answer.kind != "family":
            raise link.die("forged", answer.kind)
        known = link.families[number] = answer.fields["family"]
    return known


def resolve(link: Link, name: str) -> type | None:
    """The class of this process that a name stands for: of a library that is imported, or one of the tests' own."""
    if "." not in name:
        found = getattr(builtins, name, None)
        return found if isinstance(found, type) and issubclass(found, BaseException) else BUILTINS.get(name)
    if name.startswith("__main__."):
        return link.namespace.own_class(name[9:])
    if name.partition(".")[0] not in LIBRARIES:
        return None
    module, path = name, []
    while module and module not in sys.modules:
        module, _, last = module.rpartition(".")
        path.insert(0, last)
    found: Any = sys.modules.get(module)
    for part in path:
        found = vars(found).get(part) if isinstance(found, type | types.ModuleType) else None
    return found if isinstance(found, type) and not any(found is plain for plain in TYPES.values()) else None


def known_bases(link: Link, number: int) -> tuple[type, ...]:
    """Which classes of this process a class of the student's has for its nearest ancestors."""
    described, found = family(link, number), []
    todo = list(described[0]["bases"]) if described else []
    while todo:
        place = todo.pop(0)
        if place >= len(described) or place == 0:
            continue
        each = described[place]
        known = resolve(link, each["name"]) or TYPES.get(each["name"])
        if known is not None:
            found.append(known)
        else:
            todo += [parent for parent in each["bases"] if parent > place]
    return tuple(dict.fromkeys(found)) or (object,)


def claimed_class(proxy: Proxy) -> type:
    """What a proxy says its class is."""
    handle = handle_of(proxy)
    if "class" in handle.opaque.traits:
        return type
    if handle.kind is None:
        handle.kind = type(proxy)
        if handle.link.dead or not may_claim(handle):
            return handle.kind
        names = [handle.opaque.type_name]
        if claim(handle, names[0]) is None:
            names += [each["name"] for each in family(handle.link, handle.number)]
        handle.kind = next((found for name in names if (found := claim(handle, name)) is not None), handle.kind)
    return handle.kind


def may_claim(handle: Handle) -> bool:
    """Whether the profile lets an object from there be of a class at all; otherwise nothing is asked."""
    link, start = handle.link, f"{handle.origin.text} <class "
    return link.allowed is None or any(key.startswith(start) for key in link.allowed)


def claim(handle: Handle, name: str) -> type | None:
    """The class of that name, when an object of the student's may be taken for an instance of it."""
    found = resolve(handle.link, name)
    if found is None and "value" in handle.opaque.traits and name != "object":
        found = TYPES.get(name)
    elif found is not None and issubclass(found, tuple(PLAIN)):
        found = None
    if found is None or found is object or not handle.link.permits(f"{handle.origin.text} <class {name}>"):
        return None
    return found


PLAIN = {kind for kind in TYPES.values() if kind not in (object, type)} | {type(None)}


class Shadow(type):
    """The class of classes that stand for the student's own exceptions."""

    def __getattr__(cls, name: str) -> Any:
        proxy = cls.__dict__.get("_wall_class")
        if proxy is None or name in NEVER or name.startswith("_"):
            raise AttributeError(name)
        return getattr(proxy, name)


def _shadow_attribute(self: BaseException, name: str) -> Any:
    """An attribute of the student's exception."""
    if name in NEVER or name.startswith("_"):
        raise AttributeError(name)
    proxy = self.__dict__.get("_wall_proxy")
    if proxy is None:  # made by the test
        kind = next(base.__dict__["_wall_class"] for base in type(self).__mro__ if "_wall_class" in base.__dict__)
        proxy = self.__dict__["_wall_proxy"] = call(handle_of(kind), self.args, {})
    return getattr(proxy, name)


def exception_class(link: Link, described: list[dict[str, Any]], origin: Origin) -> type[BaseException]:
    """The class of this process for an exception of those classes."""
    made: dict[int, type] = {}
    for place in range(len(described) - 1, -1, -1):
        each = described[place]
        found = resolve(link, each["name"])
        if found is not None and issubclass(found, BaseException) and permitted(found):
            made[place] = found
            continue
        if not each["reference"]:
            continue
        known = link.shadows.get(each["reference"])
        if known is None:
            parents = tuple(made[parent] for parent in each["bases"] if parent in made and parent > place)
            known = link.shadows[each["reference"]] = shadow(link, each, parents, origin)
        made[place] = known
    return made.get(0, RuntimeError)


def permitted(kind: type) -> bool:
    """Whether an exception of the student's may be of this class."""
    return issubclass(kind, Exception) or kind in (BaseException, SystemExit, KeyboardInterrupt)


def shadow(link: Link, described: dict[str, Any], parents: tuple[type, ...], origin: Origin) -> type:
    """A new class that stands for one of the student's exceptions."""
    name = re.sub(r"\W", "_", described["name"].rpartition(".")[2])[:80] or "Error"
    proxy = stand_in(Class, link, Opaque(described["reference"], "type", frozenset({"callable", "class", "exception"})), origin)
    members = {"_wall_class": proxy, "__getattr__": _shadow_attribute, "__str__": _shadow_text, "__module__": "__main__"}
    parents = tuple(parent for parent in parents if parent not in (BaseException, object)) or (Exception,)
    try:
        return Shadow(name, parents, members)
    except TypeError:  # bases that do not go together
        return Shadow(name, (Exception,), members)


def exception(link: Link, answer: Message, origin: Origin, stops: bool) -> BaseException:
    """The exception of this process for one that the student's code raised. `stops`: StopIteration means something."""
    fields = answer.fields
    kind = exception_class(link, fields["family"], origin)
    arguments: tuple = (fields["message"],)
    if answer.buffers:
        try:
            arguments = checked(link, decode(answer.buffers[0], LIMITS), tuple)
        except CodecError as error:
            raise link.die("forged", f"{error.reason} {error.detail}") from None
    if issubclass(kind, NOT_RAISED) and not (stops and kind is StopIteration):
        kind = RuntimeError
    error = _instance(kind, arguments)
    if error is None or (_text(error) != fields["message"] and not isinstance(kind, Shadow)):
        error = _instance(kind, (fields["message"],)) or RuntimeError(fields["message"])
    if isinstance(kind, Shadow):
        opaque = Opaque(fields["reference"], fields["family"][0]["name"] if fields["family"] else "", frozenset())
        proxy = error.__dict__["_wall_proxy"] = stand_in(Proxy, link, opaque, origin.plus("^"))
        link.proxies[opaque.id] = proxy
        error.__dict__["_wall_text"] = fields["message"]
    return error


def _instance(kind: type, arguments: tuple) -> BaseException | None:
    try:
        error = kind.__new__(kind, *arguments)
        if kind.__module__ == "builtins":  # another's might do anything
            with contextlib.suppress(Exception):
                error.__init__(*arguments)
        error.args = arguments
    except Exception:
        return None
    return error if isinstance(error, kind) else None


def _text(error: BaseException) -> str | None:
    try:
        return str(error)
    except Exception:
        return None


def _shadow_text(self: BaseException) -> str:
    text = self.__dict__.get("_wall_text")
    return BaseException.__str__(self) if text is None else text


# ------------------------------------------------------------------------------------------------------------- references


def make(link: Link, opaque: Opaque, origin: Origin) -> Any:
    """What stands for an object of the student's."""
    traits = opaque.traits
    if "class" in traits:
        described = family(link, opaque.id)
        known = resolve(link, described[0]["name"]) if described else None
        if known is not None and may_stand(link, known, f"{origin.text} <is {described[0]['name']}>"):
            return known
        if "exception" in traits:
            described = [{**described[0], "reference": opaque.id}, *described[1:]] if described else []
            return exception_class(link, described, origin)
        kind: type[Proxy] = Class
    elif "iterator" in traits:
        kind = CallableIterator if "callable" in traits else Iterator_
    else:
        kind = Callable_ if "callable" in traits else Proxy
    proxy = link.proxies[opaque.id] = stand_in(kind, link, opaque, origin)
    return proxy


def may_stand(link: Link, known: type, key: str) -> bool:
    """Whether a class of this process may be what the student's code gives: it is code that the test will call.

    Only where the reference solution gives the same one; without a profile, one of the instructor's own or an exception.
    """
    harmless = known.__module__ == "__main__" or (issubclass(known, BaseException) and permitted(known))
    return (harmless or link.allowed is not None or link.recording) and link.permits(key)


def stand_in(kind: type[Proxy], link: Link, opaque: Opaque, origin: Origin) -> Any:
    """A new proxy."""
    proxy = object.__new__(kind)
    _set(proxy, "_wall", Handle(link, opaque, origin))
    return proxy


def refer(link: Link, value: Any) -> Opaque | None:
    """What stands, on the student's side, for an object of the tests'."""
    if isinstance(value, Proxy):
        return Opaque(handle_of(value).number, "")
    kind = type(value)
    if isinstance(kind, Shadow) and "_wall_proxy" in value.__dict__:
        return Opaque(handle_of(value.__dict__["_wall_proxy"]).number, "")
    if isinstance(value, Shadow):
        return Opaque(handle_of(value._wall_class).number, "")
    if link.namespace.shared_class(kind) and hasattr(value, "__dict__"):
        return link.lend_instance(value, kind.__qualname__)
    name = library_name(value)
    if name is not None:
        return link.lend(value, name)
    if isinstance(value, type) and link.namespace.shared_class(value):
        return link.lend(value, f"name:__main__:{value.__qualname__}")
    if callable(value):
        return link.lend(value, f"function:{getattr(value, '__name__', '')}"[:200], may_call=True)
    return None


def library_name(value: Any) -> str | None:
    """How the other side finds the same function, class or module of a library."""
    if isinstance(value, types.ModuleType):
        return f"name:{value.__name__}:" if sys.modules.get(value.__name__) is value else None
    module = "numpy" if isinstance(value, np.ufunc) else getattr(value, "__module__", None) or "builtins"
    path = getattr(value, "__qualname__", None) or getattr(value, "__name__", None)
    if type(module) is not str or type(path) is not str or module.partition(".")[0] not in LIBRARIES | {"builtins"}:
        return None
    found: Any = sys.modules.get(module)
    for part in path.split("."):
        found = getattr(found, part, None)
    return f"name:{module}:{path}" if found is value and value is not None else None


def install(link: Link, namespace: Any) -> None:
    """Let `link` make proxies, and resolve names of the tests' own classes in `namespace`."""
    link.make, link.refer_other, link.make_exception, link.namespace = make, refer, exception, namespace


MUTABLE_NAMES = (list, dict, set, bytearray, np.ndarray, pd.DataFrame, pd.Series)
"""What a test may change in place where it is a value of the student's."""
