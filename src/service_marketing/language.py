"""The language of the course in this notebook: of tables' values, simulations, practices and the checks of an assignment.

    from service_marketing import datasets, language
    language.use("en")
    datasets.load_guests()    # segments are business, family, student ...

Chinese until something else is chosen. It holds for the whole process, as a reader reads one edition.
"""

LANGUAGES = ("zh", "en")
_current = LANGUAGES[0]


def use(language: str | None) -> None:
    """Speak `language` from now on: "zh", "en", or None for Chinese. Raises ValueError for any other."""
    global _current
    _current = chosen(LANGUAGES[0] if language is None else language)


def current() -> str:
    """The language in use, "zh" or "en"."""
    return _current


def chosen(language: str | None) -> str:
    """`language`, or the one in use when it is None; raises ValueError for one that the course does not speak."""
    if language is None:
        return _current
    if type(language) is not str or language not in LANGUAGES:  # what a student's notebook hands over may say it equals anything
        raise ValueError(f"language 只能是 {'、'.join(LANGUAGES)} 之一，收到 {language!r} (no such language)")
    return language


def say(zh, en):
    """The one of the two that is in the language in use."""
    return zh if _current == "zh" else en
