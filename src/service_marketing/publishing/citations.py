"""How sources are cited in Chinese text: Oliver（1980）, Anderson和Sullivan（1993）, （Fornell等，1996）."""

from dataclasses import dataclass, field

from sphinxcontrib.bibtex.style.referencing import BracketStyle, PersonStyle
from sphinxcontrib.bibtex.style.referencing.author_year import AuthorYearReferenceStyle

NAME = "author_year_zh"


def _brackets() -> BracketStyle:
    return BracketStyle(left="（", right="）", sep="；", sep2="；", last_sep="；")


@dataclass
class ChineseAuthorYearStyle(AuthorYearReferenceStyle):
    """Author and year with full-width punctuation; three authors and more are the first one 等."""

    bracket_textual: BracketStyle = field(default_factory=_brackets)
    bracket_parenthetical: BracketStyle = field(default_factory=_brackets)
    bracket_author: BracketStyle = field(default_factory=_brackets)
    bracket_label: BracketStyle = field(default_factory=_brackets)
    bracket_year: BracketStyle = field(default_factory=_brackets)
    person: PersonStyle = field(default_factory=lambda: PersonStyle(sep="、", sep2="和", last_sep="和", other="等"))
    author_year_sep: str = "，"
    text_reference_sep: str = ""
    pre_text_sep: str = ""
    post_text_sep: str = "，"
