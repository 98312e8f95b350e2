"""悦来连锁, the hotel chain of the course: two years of guests whose every motive is known.

`simulate` draws the chain's tables from a `Truth` (`TRUTH` the years 2023 and 2024; `SERVICE` the years 2025 and 2026, with
waits, failures, complaints, word of mouth, staff and accounts), so that a reader can estimate a parameter and then look it up.
The files in `data/` are its default draw; `python -m service_marketing.panel` makes them again, byte for byte.

Nothing that could differ between two machines decides anything. All chance comes from the first 53 bits of PCG64
words (`draws`), and a uniform number becomes a normal, logistic or exponential one by looking it up in a table
whose entries are rounded to four decimals; the few exponentials of the model are tabulated and rounded alike. From
there on only +, −, ×, ÷, rounding, sorting and comparisons of single numbers are used, which IEEE 754 fixes to the last
bit, and sums that are exact (of whole numbers or multiples of 2⁻¹⁴), whose order does not matter; no exp, log, matrix
product or rounded floating-point sum, which processors and libraries round differently.
"""

from .files import differences, write
from .simulation import SEED, expected_again, felt_satisfaction, performance_shift, simulate
from .survey import DIRT, Dirt, dirty, survey
from .truth import DIMENSIONS, SEGMENTS, SERVICE, TRUTH, Truth

__all__ = [
    "DIMENSIONS",
    "DIRT",
    "SEED",
    "SEGMENTS",
    "SERVICE",
    "TRUTH",
    "Dirt",
    "Truth",
    "differences",
    "dirty",
    "expected_again",
    "felt_satisfaction",
    "performance_shift",
    "simulate",
    "survey",
    "write",
]
