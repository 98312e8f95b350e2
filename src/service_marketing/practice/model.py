"""打开引擎盖 in a notebook: a piece of a model's source is exchanged, in the kernel only, and put back."""

import inspect
from types import FunctionType, ModuleType


def change_model(module: ModuleType, old: str, new: str) -> None:
    """Run the model file `module` with the piece `old` of its source replaced by `new`, until the kernel ends or `restore_model`.

    Simulations that are made afterwards use it. Raises ValueError when `old` does not stand in the file exactly once,
    and whatever the changed source raises, the model then staying as it was.
    """
    source = inspect.getsource(module)
    if source.count(old) != 1:
        raise ValueError(
            f"{module.__name__} 里“{old}”出现了{source.count(old)}次，应正好一次；多写一点前后文 (must stand there exactly once)"
        )
    _take_over(module, source.replace(old, new))


def restore_model(module: ModuleType) -> None:
    """Undo every `change_model` of the model file `module`."""
    _take_over(module, inspect.getsource(module))


def _take_over(module: ModuleType, source: str) -> None:
    fresh = {name: value for name, value in vars(module).items() if name.startswith("__")}
    exec(compile(source, module.__file__, "exec"), fresh)
    for name, value in fresh.items():
        kept = vars(module).get(name)
        if isinstance(value, FunctionType) and isinstance(kept, FunctionType) and kept.__module__ == module.__name__:
            # in place: the simulations hold the function itself
            kept.__code__, kept.__defaults__, kept.__kwdefaults__ = value.__code__, value.__defaults__, value.__kwdefaults__
        elif not name.startswith("__") and not (isinstance(value, FunctionType) and value.__module__ != module.__name__):
            setattr(module, name, value)
