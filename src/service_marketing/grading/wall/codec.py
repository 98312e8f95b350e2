"""Values by value between the student's process and the tests' process: frames of JSON and raw buffers, never pickle.

`encode` and `decode` know a closed list of plain types: what Python, numpy and pandas compute with. Anything else crosses as a
reference, an `Opaque` with a number that is never used again; `References` keeps the objects behind the numbers. A frame names no
module, function or attribute, so nothing is imported, called or looked up because a frame says so. What a frame may hold is
limited (`Limits`), and its limits are checked before memory is taken.

    frame = encode(value, LIMITS, references.refer)     beside the student's code
    value = decode(frame, LIMITS, proxy)                beside the tests; `proxy` makes what stands for an Opaque
"""

from builtins import bytes, dict, id, int, len, next, type  # noqa: UP029
from collections.abc import Callable, Iterable
from itertools import count
from typing import Any

from . import numpy_kinds, pandas_kinds, plain_kinds  # noqa: F401  they add their kinds to the tables
from .kinds import LIMITS, REASONS, TRAITS, CodecError, Decoder, Encoder, Limits, Named, Opaque, describe

__all__ = ["LIMITS", "REASONS", "TRAITS", "CodecError", "Limits", "Named", "Opaque", "References", "decode", "describe", "encode"]


def encode(
    value: Any,
    limits: Limits = LIMITS,
    refer: Callable[[Any], Opaque | None] | None = None,
    own: Callable[[type], bool] | None = None,
) -> bytes:
    """The frame of `value`. `refer` makes an Opaque of an object that is not plain; without it, or for None, the object is refused.

    A subclass of a plain type is taken for the plain type, unless `own` says of it that its instances are not; its own methods
    are not run. Members that occur twice are sent
    twice; a value that contains itself is refused. Raises CodecError and, of the student's own code, nothing else.
    """
    return Encoder(limits, refer, own).frame(value)


def decode(frame: bytes, limits: Limits = LIMITS, opaque: Callable[[Opaque], Any] | None = None) -> Any:
    """The value of a frame, whoever made it. `opaque` makes what stands for a reference; without it a reference is refused.

    Raises CodecError for whatever is wrong with the frame, and nothing else, but for what `opaque` itself interrupts with.
    """
    return Decoder(frame, limits, opaque).result()


class References:
    """The objects behind the references that were given out, kept beside the student's code.

    An object has one number until `clear`; no number is given out twice, also not after `clear`. At most `most` at a time.
    """

    def __init__(self, most: int = 100_000):
        self._most = most
        self._numbers = count(1)
        self._by_number: dict[int, Any] = {}
        self._by_identity: dict[int, Opaque] = {}

    def __len__(self) -> int:
        return len(self._by_number)

    def refer(self, value: Any) -> Opaque:
        """The reference of `value`. Raises CodecError when there are too many."""
        known = self._by_identity.get(id(value))
        if known is not None:
            return known
        if len(self._by_number) >= self._most:
            raise CodecError("references")
        opaque = Opaque(next(self._numbers), *describe(value))
        self._by_number[opaque.id] = value
        self._by_identity[id(value)] = opaque
        return opaque

    def get(self, opaque: Opaque | int) -> Any:
        """The object behind a reference or its number. Raises CodecError when there is none, or none any more."""
        number = opaque.id if type(opaque) is Opaque else opaque
        if type(number) is not int or number not in self._by_number:
            raise CodecError("references")
        return self._by_number[number]

    def drop(self, opaque: Opaque | int) -> None:
        """Forget one reference. Raises CodecError when there is none."""
        value = self.get(opaque)
        del self._by_number[opaque.id if type(opaque) is Opaque else opaque]
        del self._by_identity[id(value)]

    def clear(self, keep: Iterable[int] = ()) -> None:
        """Forget all of them, as after each cell, but for the numbers in `keep` that there are."""
        self._by_number = {number: self._by_number[number] for number in keep if number in self._by_number}
        kept = {id(value): number for number, value in self._by_number.items()}
        self._by_identity = {key: opaque for key, opaque in self._by_identity.items() if kept.get(key) == opaque.id}
