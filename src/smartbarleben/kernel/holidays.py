"""Public holidays of a German Land, by name in the reader's language."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from holidays.countries.germany import Germany

_LIBRARY_LANGUAGES = {"de": "de", "en": "en_US", "uk": "uk"}
# The library has no Arabic or Polish names for Germany.
_OWN_NAMES = {
    "ar": {
        "Neujahr": "رأس السنة",
        "Heilige Drei Könige": "عيد الغطاس",
        "Frauentag": "يوم المرأة",
        "Karfreitag": "الجمعة العظيمة",
        "Ostersonntag": "أحد الفصح",
        "Ostermontag": "اثنين الفصح",
        "Erster Mai": "عيد العمال",
        "Christi Himmelfahrt": "عيد الصعود",
        "Pfingstsonntag": "أحد العنصرة",
        "Pfingstmontag": "اثنين العنصرة",
        "Fronleichnam": "عيد الجسد",
        "Augsburger Hohes Friedensfest": "عيد السلام في أوغسبورغ",
        "Mariä Himmelfahrt": "عيد انتقال العذراء",
        "Weltkindertag": "يوم الطفل العالمي",
        "Tag der Deutschen Einheit": "يوم الوحدة الألمانية",
        "Reformationstag": "عيد الإصلاح",
        "Allerheiligen": "عيد جميع القديسين",
        "Buß- und Bettag": "يوم التوبة والصلاة",
        "Erster Weihnachtstag": "أول أيام عيد الميلاد",
        "Zweiter Weihnachtstag": "ثاني أيام عيد الميلاد",
    },
    "pl": {
        "Neujahr": "Nowy Rok",
        "Heilige Drei Könige": "Trzech Króli",
        "Frauentag": "Dzień Kobiet",
        "Karfreitag": "Wielki Piątek",
        "Ostersonntag": "Niedziela Wielkanocna",
        "Ostermontag": "Poniedziałek Wielkanocny",
        "Erster Mai": "Święto Pracy",
        "Christi Himmelfahrt": "Wniebowstąpienie Pańskie",
        "Pfingstsonntag": "Zielone Świątki",
        "Pfingstmontag": "Drugi dzień Zielonych Świątek",
        "Fronleichnam": "Boże Ciało",
        "Augsburger Hohes Friedensfest": "Augsburskie Święto Pokoju",
        "Mariä Himmelfahrt": "Wniebowzięcie NMP",
        "Weltkindertag": "Dzień Dziecka",
        "Tag der Deutschen Einheit": "Dzień Jedności Niemiec",
        "Reformationstag": "Święto Reformacji",
        "Allerheiligen": "Wszystkich Świętych",
        "Buß- und Bettag": "Dzień Pokuty i Modlitwy",
        "Erster Weihnachtstag": "Pierwszy dzień świąt Bożego Narodzenia",
        "Zweiter Weihnachtstag": "Drugi dzień świąt Bożego Narodzenia",
    },
}


def public_holidays(land: str, years: Iterable[int], language: str = "de") -> dict[date, str]:
    """Dates and names of the holidays of `land` ("ST" is Sachsen-Anhalt) in `years`, sorted by date.

    `language` may carry a variant ("de-simple"); German stands in for languages without names of their own.
    ValueError for an unknown Land.
    """
    if land not in Germany.subdivisions:
        raise ValueError(f"There is no German Land with the code {land!r}.")
    reader = language.partition("-")[0].lower()
    spoken, names = _LIBRARY_LANGUAGES.get(reader, "de"), _OWN_NAMES.get(reader, {})
    found: dict[date, str] = {}
    for year in sorted(set(years)):
        found.update((day, names.get(name, name)) for day, name in _of_one_year(land, year, spoken))
    return found


@lru_cache(maxsize=256)
def _of_one_year(land: str, year: int, language: str) -> tuple[tuple[date, str], ...]:
    calendar = Germany(subdiv=land, years=[year], language=language)
    return tuple(sorted(calendar.items()))
