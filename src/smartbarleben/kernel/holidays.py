"""Public holidays of a German Land, by name in the reader's language."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from holidays.countries.germany import Germany

# The library has no Arabic or Polish names for Germany; those readers see the German ones.
_LIBRARY_LANGUAGES = {"de": "de", "en": "en_US", "uk": "uk"}


def public_holidays(land: str, years: Iterable[int], language: str = "de") -> dict[date, str]:
    """Dates and names of the holidays of `land` ("ST" is Sachsen-Anhalt) in `years`, sorted by date.

    `language` may carry a variant ("de-simple"); German stands in for languages without names of their own.
    ValueError for an unknown Land.
    """
    if land not in Germany.subdivisions:
        raise ValueError(f"There is no German Land with the code {land!r}.")
    spoken = _LIBRARY_LANGUAGES.get(language.partition("-")[0].lower(), "de")
    found: dict[date, str] = {}
    for year in sorted(set(years)):
        found.update(_of_one_year(land, year, spoken))
    return found


@lru_cache(maxsize=256)
def _of_one_year(land: str, year: int, language: str) -> tuple[tuple[date, str], ...]:
    calendar = Germany(subdiv=land, years=[year], language=language)
    return tuple(sorted(calendar.items()))
