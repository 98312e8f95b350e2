"""The published table of satisfaction with housing in Copenhagen.

Source: Madsen (1976), Scandinavian Journal of Statistics 3, 97–106; the counts agree with `housing` in R's MASS.
"""

from itertools import product

import pandas as pd

LEVELS = ("Low", "Medium", "High")
TYPES = ("Tower", "Apartment", "Atrium", "Terrace")
CONTACTS = ("Low", "High")
# a line a contact and type of dwelling; in it influence by satisfaction, low to high
COUNTS = (
    21, 21, 28, 34, 22, 36, 10, 11, 36,
    61, 23, 17, 43, 35, 40, 26, 18, 54,
    13, 9, 10, 8, 8, 12, 6, 7, 9,
    18, 6, 7, 15, 13, 13, 7, 5, 11,
    14, 19, 37, 17, 23, 40, 3, 5, 23,
    78, 46, 43, 48, 45, 86, 15, 25, 62,
    20, 23, 20, 10, 22, 24, 7, 10, 21,
    57, 23, 13, 31, 21, 13, 5, 6, 13,
)  # fmt: skip


def housing() -> pd.DataFrame:
    """The 72 groups of tenants: `satisfaction`, `influence`, `type`, `contact` and how many there are, `frequency`."""
    rows = [(satisfaction, influence, kind, contact) for contact, kind, influence, satisfaction in product(CONTACTS, TYPES, LEVELS, LEVELS)]
    table = pd.DataFrame(rows, columns=["satisfaction", "influence", "type", "contact"])
    return table.assign(frequency=COUNTS)
