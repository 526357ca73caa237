"""Under which terms data may be used: the licences that DCAT-AP.de names. Pure."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Licence:
    """`name` is the licence's own, `url` its text, `dcat` its name in the vocabulary of DCAT-AP.de."""

    key: str
    name: str
    url: str
    dcat: str
    needs_attribution: bool


_ALL = (
    Licence(
        "dl-de-zero-2.0",
        "Datenlizenz Deutschland – Zero – Version 2.0",
        "https://www.govdata.de/dl-de/zero-2-0",
        "http://dcat-ap.de/def/licenses/dl-zero-de/2.0",
        False,
    ),
    Licence(
        "dl-de-by-2.0",
        "Datenlizenz Deutschland – Namensnennung – Version 2.0",
        "https://www.govdata.de/dl-de/by-2-0",
        "http://dcat-ap.de/def/licenses/dl-by-de/2.0",
        True,
    ),
    Licence(
        "cc-zero-1.0",
        "Creative Commons CC0 1.0",
        "https://creativecommons.org/publicdomain/zero/1.0/",
        "http://dcat-ap.de/def/licenses/cc-zero",
        False,
    ),
    Licence(
        "cc-by-4.0",
        "Creative Commons CC BY 4.0",
        "https://creativecommons.org/licenses/by/4.0/",
        "http://dcat-ap.de/def/licenses/cc-by/4.0",
        True,
    ),
)
LICENCES = {one.key: one for one in _ALL}

# What publishers write into the words of attribution that their licence asks for.
_NAMED = (
    (re.compile(r"\bCC[ -]?BY[ -]4\.0\b", re.IGNORECASE), "cc-by-4.0"),
    (re.compile(r"\bCC[ -]?(?:0|Zero)\b", re.IGNORECASE), "cc-zero-1.0"),
    (re.compile(r"\bdl-de[/-]by[/-]2[-.]0\b", re.IGNORECASE), "dl-de-by-2.0"),
    (re.compile(r"\bdl-de[/-]zero[/-]2[-.]0\b", re.IGNORECASE), "dl-de-zero-2.0"),
)


def licence_in(words: str) -> Licence | None:
    """The licence that words of attribution name ("Quelle: …, CC BY 4.0"); None where they name none that we know."""
    return next((LICENCES[key] for pattern, key in _NAMED if pattern.search(words)), None)
