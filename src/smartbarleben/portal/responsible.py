""" "Who is responsible for …?": the services and offices of the town hall, by letter or by the words people use."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.db import connection
from django.db.models import Case, F, When
from django.utils import timezone

from smartbarleben.content.presentation import Card
from smartbarleben.content.queries import card_from_row, card_rows, live_items
from smartbarleben.kernel.folding import fold
from smartbarleben.search import queries

KINDS = ("service", "office")
MOST = 20


@dataclass(frozen=True, slots=True)
class Entry:
    """One service or office. `responsible` is who does it."""

    card: Card
    responsible: str


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to one question; `meant` is the question with its mistyped words mended."""

    cards: tuple[Card, ...]
    meant: str = ""


def entries(generation: int, language: str) -> Mapping[str, Entry]:
    """All services and offices in a language by key; one query once for each generation and language."""
    return _entries(generation, str(connection.settings_dict["NAME"]), language)


@lru_cache(maxsize=12)
def _entries(generation: int, database: str, language: str) -> Mapping[str, Entry]:
    now = timezone.now()
    rows = card_rows(live_items().filter(kind__in=KINDS).order_by("title", "pk"), language).annotate(
        office=Case(When(as_service__office__live=True, then=F("as_service__office__title"))),
        elsewhere=F("as_service__responsible_name"),
    )
    return {str(row[0]): Entry(card_from_row(row[:-2], language, now), row[-2] or row[-1] or "") for row in rows}


def find(question: str, known: Mapping[str, Entry], language: str) -> Found:
    """The services and offices that the search finds, best first."""
    found = queries.find(
        question, language, now=timezone.now(), filters=queries.Filters(kinds=KINDS), size=MOST, dressed=False
    )
    return Found(tuple(known[hit.key].card for hit in found.hits if hit.key in known), found.meant)


# Letters in the order in which people who write with them look them up; code points have another one.
_ALPHABETS = {
    "ar": "ابتثجحخدذرزسشصضطظعغفقكلمنهوي",
    "pl": "AĄBCĆDEĘFGHIJKLŁMNŃOÓPQRSŚTUVWXYZŹŻ",
    "uk": "АБВГҐДЕЄЖЗИІЇЙКЛМНОПРСТУФХЦЧШЩЬЮЯ",
}


# Verbal nouns that begin like the article "ال" and have none: dictionaries have them under alif.
_NO_ARTICLE = ("التزام", "التحاق", "التماس", "التقاط", "التقاء", "التهاب", "التفات", "التباس", "التواء", "التفاف")


def filed(card: Card) -> str:
    """The title as it is looked up: without quotation marks, and in Arabic without the article of its first word."""
    title = card.title.lstrip("„“\"'«» ")
    if card.language == "ar" and len(title) > 3 and title.startswith("ال") and not title.startswith(_NO_ARTICLE):
        return title[2:]
    return title


def initial(card: Card) -> str:
    """The letter under which an entry stands: "Ä" stands under "A", an alif with any sign under "ا"."""
    title = filed(card)
    match card.language:
        case "de" | "de-simple":
            letter = fold(title[:1])
        case "ar":
            letter = unicodedata.normalize("NFD", title[:1]).replace("ٱ", "ا")
        case _other:
            letter = title[:1]
    return (letter[:1] or "#").upper()


def by_letter(cards: Iterable[Card], language: str) -> list[tuple[str, list[Card]]]:
    """Cards under their first letters, in the order of the reader's alphabet; letters of others follow."""
    found: dict[str, list[Card]] = {}
    for card in sorted(cards, key=lambda one: fold(filed(one))):
        found.setdefault(initial(card), []).append(card)
    alphabet = _ALPHABETS.get(language, "")
    places = {letter: place for place, letter in enumerate(alphabet)}
    return sorted(found.items(), key=lambda entry: (places.get(entry[0], len(alphabet)), entry[0]))
