"""In which language somebody writes, as far as short words and signs tell. Pure; when in doubt, German."""

import re
from collections.abc import Container

_ARABIC = re.compile("[\u0600-\u06ff]")
_UKRAINIAN = re.compile("[іїєґІЇЄҐ]")
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_LATIN = re.compile("[A-Za-zÀ-ž]")
_POLISH = re.compile("[ąćęłńśźż]", re.IGNORECASE)
_GERMAN = re.compile(r"\b(?:der|die|das|und|ist|nicht|ich|sie|wir|eine?|zu|den|mit|für|auf|bei|von|im|am|wann|wie)\b")
_ENGLISH = re.compile(r"\b(?:the|and|is|not|you|we|to|of|with|for|at|my|when|how|please|it|this|that|are)\b")


def language_of(text: str, known: Container[str]) -> str:
    """The language of a text among the ``known`` ones ("ar", "en", "pl", "uk"); "de" where none is likely."""
    text = text[:5_000]
    latin, cyrillic = len(_LATIN.findall(text)), len(_CYRILLIC.findall(text))
    small = text.lower()
    english, german = len(_ENGLISH.findall(small)), len(_GERMAN.findall(small))
    found = "de"
    if len(_ARABIC.findall(text)) > latin:
        found = "ar"
    elif cyrillic > latin and len(_UKRAINIAN.findall(text)) * 50 > cyrillic:
        found = "uk"
    elif len(_POLISH.findall(text)) * 40 > latin > 0:
        found = "pl"
    elif english >= 3 and english > 2 * german:
        found = "en"
    return found if found in known else "de"
