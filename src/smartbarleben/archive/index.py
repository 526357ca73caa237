"""The index of the copy's own search: small files that a browser loads when it needs them, a set for each language.

``dinge.js`` names everything that can be found; ``worte-62.js`` holds the folded words that begin with "b" (by the
number of the letter) and in which things they stand. They are scripts, because a page that was opened from a folder
may load scripts that lie beside it and nothing else.
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings

from smartbarleben.content.presentation import language_prefix
from smartbarleben.places.queries import village
from smartbarleben.search import registry
from smartbarleben.search.models import Document
from smartbarleben.search.words import plain

from .addressing import SEARCH, relative, spot_of

# Signs and digits, all in one list.
OTHERS = "0"
_LONGEST_SUMMARY = 180


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that can be found: in the language of the index, or in German where there is no text in it."""

    title: str
    path: str
    kind: str
    language: str
    summary: str
    words_title: str
    words: str

    @property
    def letter(self) -> str:
        """Under which letter of the alphabet it stands."""
        first = plain(self.title)[:1]
        return first if first.isalpha() else OTHERS


def things(language: str) -> tuple[Thing, ...]:
    """Everything public, what people look for most first."""
    return _things(village().generation, language)


@lru_cache(maxsize=8)
def _things(generation: int, language: str) -> tuple[Thing, ...]:
    found: dict[tuple[str, str], Document] = {}
    for row in Document.objects.filter(language__in={language, settings.LANGUAGE_CODE}).order_by("-pk").iterator():
        if row.language == language or (row.source, row.key) not in found:
            found[row.source, row.key] = row
    prefix = language_prefix(language)
    return tuple(
        Thing(
            title=row.title,
            path=prefix + row.path,
            kind=row.kind,
            language=row.language,
            summary=_short(row.summary),
            words_title=row.words_title,
            words=f"{row.words_keywords} {row.words_summary} {row.words_body}",
        )
        for row in found.values()
    )


def _short(text: str) -> str:
    if len(text) <= _LONGEST_SUMMARY:
        return text
    return text[:_LONGEST_SUMMARY].rpartition(" ")[0].rstrip(" ,;") + " …"


def letters(language: str) -> list[str]:
    """The letters under which something stands, in their order; what begins otherwise comes last."""
    return sorted({one.letter for one in things(language)}, key=lambda letter: (letter == OTHERS, letter))


def file_name(letter: str) -> str:
    """The part of an address that stands for a letter."""
    return f"{ord(letter):x}"


def things_script(language: str) -> str:
    """The file that names everything."""
    page = spot_of(f"{language_prefix(language)}{SEARCH}").file
    labels = registry.kinds()
    known = list(dict.fromkeys(one.kind for one in things(language)))
    rows = [
        [one.title, relative(spot_of(one.path).file, page), known.index(one.kind), one.summary, one.language]
        for one in things(language)
    ]
    kinds = [str(labels[kind].one) if kind in labels else "" for kind in known]
    found = {"kinds": kinds, "letters": "".join(first_letters(language)), "rows": rows}
    return f"villageSearch.things({_json(found)});\n"


def first_letters(language: str) -> Iterator[str]:
    """The letters and digits with which words begin."""
    return iter(sorted(_words(village().generation, language)))


def words_script(language: str, letter: str) -> str:
    """The file of the words that begin with a letter. Raises KeyError where there are none."""
    words = _words(village().generation, language)[letter]
    return f"villageSearch.words({_json(letter)}, {_json(words)});\n"


@lru_cache(maxsize=2)
def _words(generation: int, language: str) -> dict[str, dict[str, str]]:
    """{first letter: {word: "3! 17"}}: the numbers of things; "!" says that the word stands in the title."""
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for number, one in enumerate(things(language)):
        titled = set(one.words_title.split())
        for word in sorted(titled):
            found[word[0]][word].append(f"{number}!")
        for word in sorted(set(one.words.split()) - titled):
            found[word[0]][word].append(str(number))
    return {
        letter: {word: " ".join(numbers) for word, numbers in sorted(words.items())}
        for letter, words in found.items()
    }


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
