"""How sources are cited, by author and year, in round brackets.

In Chinese text: Oliver（1980）, Anderson和Sullivan（1993）, （Fornell等，1996）. In English text: Oliver (1980), (Fornell et al., 1996).
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

from pybtex.database import BibliographyData, parse_file, parse_string
from sphinxcontrib.bibtex.style.referencing import BracketStyle, PersonStyle
from sphinxcontrib.bibtex.style.referencing.author_year import AuthorYearReferenceStyle


def read(path: Path, language: str) -> BibliographyData:
    """The sources in a BibTeX file, for one edition: in the English one `title_en`, for instance, stands for `title`."""
    if language == "zh":
        return parse_file(str(path), "bibtex")
    return parse_string(english(path.read_text(encoding="utf-8")), "bibtex")


def english(text: str) -> str:
    """The text of a BibTeX file for the English edition: of an entry's fields `title` and `title_en` the second is the title."""
    entries = re.split(r"^(?=@)", text, flags=re.MULTILINE)
    return "".join(map(_english_entry, entries))


def _english_entry(entry: str) -> str:
    told = set(re.findall(r"^ *(\w+)_en *=", entry, re.MULTILINE))
    for name in told:
        entry = re.sub(rf"^ *{name} *=.*\n", "", entry, flags=re.MULTILINE)
    return re.sub(r"^( *\w+)_en( *=)", r"\1\2", entry, flags=re.MULTILINE)


def _wide() -> BracketStyle:
    return BracketStyle(left="（", right="）", sep="；", sep2="；", last_sep="；")


def _round() -> BracketStyle:
    return BracketStyle(left="(", right=")", sep="; ", sep2="; ", last_sep="; ")


@dataclass
class ChineseAuthorYearStyle(AuthorYearReferenceStyle):
    """Author and year with full-width punctuation; three authors and more are the first one 等."""

    bracket_textual: BracketStyle = field(default_factory=_wide)
    bracket_parenthetical: BracketStyle = field(default_factory=_wide)
    bracket_author: BracketStyle = field(default_factory=_wide)
    bracket_label: BracketStyle = field(default_factory=_wide)
    bracket_year: BracketStyle = field(default_factory=_wide)
    person: PersonStyle = field(default_factory=lambda: PersonStyle(sep="、", sep2="和", last_sep="和", other="等"))
    author_year_sep: str = "，"
    text_reference_sep: str = ""
    pre_text_sep: str = ""
    post_text_sep: str = "，"


@dataclass
class EnglishAuthorYearStyle(AuthorYearReferenceStyle):
    """Author and year, in round brackets."""

    bracket_textual: BracketStyle = field(default_factory=_round)
    bracket_parenthetical: BracketStyle = field(default_factory=_round)
    bracket_author: BracketStyle = field(default_factory=_round)
    bracket_label: BracketStyle = field(default_factory=_round)
    bracket_year: BracketStyle = field(default_factory=_round)


STYLES = {"author_year_zh": ChineseAuthorYearStyle, "author_year_en": EnglishAuthorYearStyle}
