"""悦来连锁, the hotel chain of the course: two years of guests whose every motive is known.

`simulate` draws the chain's tables from a `Truth`, so that a reader can estimate a parameter and then look it up.
The files in `data/` are its default draw; `python -m service_marketing.panel` makes them again, byte for byte.

Nothing that could differ between two machines decides anything. All chance comes from the first 53 bits of PCG64
words (`draws`), and a uniform number becomes a normal, logistic or exponential one by looking it up in a table
whose entries are rounded to four decimals. From there on only +, −, ×, ÷, rounding and comparisons of single
numbers are used, which IEEE 754 fixes to the last bit, and sums of whole numbers, whose order does not matter;
no exp, log, matrix product or floating-point sum, which processors and libraries round differently.
"""

from .files import differences, write
from .simulation import SEED, expected_again, felt_satisfaction, simulate
from .truth import DIMENSIONS, SEGMENTS, TRUTH, Truth

__all__ = ["DIMENSIONS", "SEED", "SEGMENTS", "TRUTH", "Truth", "differences", "expected_again", "felt_satisfaction", "simulate", "write"]
