"""Words as the search compares them: folded, taken apart, brought to a stem. Pure.

Folding is the kernel's. Stems come from snowballstemmer where it knows the language; Ukrainian and Arabic, which it
does not know or knows only with vowels, get a light stemmer of our own that takes off the most frequent endings.
"""

import re
import threading
from collections.abc import Iterator
from functools import lru_cache

import snowballstemmer

from smartbarleben.kernel.folding import fold

# Longer ones are no words but addresses and keys.
LONGEST_WORD = 40
_SNOWBALL = {"de": "german", "de-simple": "german", "en": "english", "pl": "polish"}
_SCRIPTS = (
    ("ar", re.compile("[\u0600-\u06ff]")),
    ("uk", re.compile("[\u0400-\u04ff]")),
)
# Longest first; what must stay of a word is three letters.
_UKRAINIAN_ENDS = """
    ами ями ові еві ого ому ими іми ії ій ою ею єю ів їв ам ям ах ях ки ка ку ці ок ти ться тися ати ити іти
    ання ення іння ать ять ить уть ють ав ив ла ло ли ний на не ні них ним ною ська ський ської ські ському
    у ю а я о е є и і ї й ь
"""
_UKRAINIAN = tuple(sorted(_UKRAINIAN_ENDS.split(), key=len, reverse=True))
_ARABIC_FRONT = ("وال", "بال", "كال", "فال", "ولل", "لل", "ال")
_ARABIC_END = ("ها", "ان", "ات", "ون", "ين", "يه", "ه", "ي")
_kept = threading.local()


def plain(text: str) -> str:
    """Text folded for the index; without the middle dots with which Leichte Sprache divides words."""
    return fold(re.sub(r"(?<=\w)[·‧•](?=\w)", "", text))


def tokens(text: str) -> list[str]:
    """The folded words of a text in order, without those that are too long to be words."""
    return [word for word in plain(text).split() if len(word) <= LONGEST_WORD]


def script(word: str) -> str:
    """ "ar", "uk" or "" (Latin letters, digits) by the letters of a folded word."""
    return next((name for name, letters in _SCRIPTS if letters.search(word)), "")


def languages_of(word: str) -> tuple[str, ...]:
    """The languages whose words look like this one."""
    return {"ar": ("ar",), "uk": ("uk",)}.get(script(word), ("de", "en", "pl"))


@lru_cache(maxsize=60_000)
def stem(word: str, language: str) -> str:
    """The stem of a folded word in a language; words of a language without rules are their own stem."""
    if word.isdigit():
        return word
    if language == "uk":
        return _cut(word, (), _UKRAINIAN)
    if language == "ar":
        return _cut(word.removeprefix("و") if word.startswith("وال") else word, _ARABIC_FRONT, _ARABIC_END)
    name = _SNOWBALL.get(language)
    return fold(_stemmer(name).stemWord(word)) or word if name else word


def _cut(word: str, fronts: tuple[str, ...], ends: tuple[str, ...]) -> str:
    for front in fronts:
        if word.startswith(front) and len(word) - len(front) >= 3:
            word = word[len(front) :]
            break
    for end in ends:
        if word.endswith(end) and len(word) - len(end) >= 3:
            return word[: -len(end)]
    return word


def _stemmer(name: str) -> "snowballstemmer.stemmer":
    # A stemmer keeps its state between calls, so each thread has its own.
    known = getattr(_kept, name, None)
    if known is None:
        known = snowballstemmer.stemmer(name)
        setattr(_kept, name, known)
    return known


def stems(word: str) -> Iterator[tuple[str, str]]:
    """(language, stem) of a typed word for each language that it may be."""
    for language in languages_of(word):
        yield language, stem(word, language)


def distance(one: str, other: str, most: int) -> int:
    """How many letters must be added, left out, changed or swapped with their neighbour; ``most`` + 1 for more."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        older, before, row = before, row, [i] + [0] * len(other)
        for j, second in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != second))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == second:
                cost = min(cost, older[j - 2] + 1)
            row[j] = cost
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)
