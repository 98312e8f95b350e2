"""练一练: short functions to write or mend, checked at once in the book's page and in a notebook's kernel.

    from service_marketing import practice
    practice.show("nps")             # what is to be done; in the book a box to work in
    practice.check("nps", my_nps)    # the same check, with the same cases, hints and sentences

A new one is declared like those in `satisfaction.py` of this folder and entered in `registry.py`.
"""

from service_marketing.language import chosen

from .kernel import Report, check
from .model import change_model, restore_model
from .registry import ALL, PRACTICES, find
from .show import Box
from .spec import Choice, Hint, Number, Numbers, Practice

__all__ = [
    "ALL",
    "PRACTICES",
    "Box",
    "Choice",
    "Hint",
    "Number",
    "Numbers",
    "Practice",
    "Report",
    "change_model",
    "check",
    "find",
    "restore_model",
    "show",
]


def show(name: str, language: str | None = None) -> Box:
    """The practice `name`: its text in a notebook, a box to work in on the book's page. `language`: "zh", "en", or
    None for the one in use.

    Raises ValueError that lists the practices there are.
    """
    return Box(find(name), chosen(language))
