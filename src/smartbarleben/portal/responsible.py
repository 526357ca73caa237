""" "Who is responsible for …?": a search over the services and offices of the town hall, by the words people use."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from functools import lru_cache

from django.db import connection
from django.db.models import Case, F, Q, When
from django.utils import timezone

from smartbarleben.content.models import ItemText
from smartbarleben.content.presentation import Card
from smartbarleben.content.queries import card_from_row, card_rows, live_items
from smartbarleben.kernel.folding import fold

# A title says what a thing is, a keyword what people call it; a summary only mentions it.
_TITLE, _KEYWORD, _SUMMARY = 12, 8, 2
_SHORT = 3


@dataclass(frozen=True, slots=True)
class Entry:
    """One service or office with its folded words. `responsible` is who does it."""

    card: Card
    responsible: str
    titles: tuple[str, ...]
    keywords: tuple[str, ...]
    summary: str
    # Folded words and how people write them, to offer one that looks like what was typed.
    spelled: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to one question; `meant` is a word we know that looks like what was typed."""

    cards: tuple[Card, ...]
    meant: str = ""


def entries(generation: int, language: str) -> tuple[Entry, ...]:
    """All services and offices in a language; two queries once for each generation and language."""
    return _entries(generation, str(connection.settings_dict["NAME"]), language)


@lru_cache(maxsize=12)
def _entries(generation: int, database: str, language: str) -> tuple[Entry, ...]:
    now = timezone.now()
    items = live_items().filter(kind__in=["service", "office"]).order_by("title", "pk")
    rows = list(
        card_rows(items, language).annotate(
            words=F("as_service__keywords"),
            office_words=F("as_office__keywords"),
            office=Case(When(as_service__office__live=True, then=F("as_service__office__title"))),
            elsewhere=F("as_service__responsible_name"),
        )
    )
    others: dict[int, list[tuple[str, str]]] = {}
    texts = ItemText.objects.filter(Q(item__kind="service") | Q(item__kind="office"), item__live=True)
    for item, title, summary in texts.values_list("item_id", "title", "summary"):
        others.setdefault(item, []).append((title, summary))
    return tuple(_entry(row, others.get(row[0], []), language, now) for row in rows)


def _entry(row: tuple, others: Iterable[tuple[str, str]], language: str, now: datetime) -> Entry:
    words, office_words, office, elsewhere = row[-4:]
    others = list(others)
    titles = [row[3], *(title for title, _summary in others)]
    keywords = [part for part in (words or office_words or "").split(",") if part.strip()]
    known = [word for text in (*titles, *keywords) for word in text.replace(",", " ").split()]
    return Entry(
        spelled=tuple((fold(word), word.strip('„“"().:;?!…')) for word in known if len(word) > _SHORT),
        card=card_from_row(row[:-4], language, now),
        responsible=office or elsewhere or "",
        titles=tuple(dict.fromkeys(fold(title) for title in titles)),
        keywords=tuple(dict.fromkeys(fold(keyword) for keyword in keywords)),
        summary=" ".join(fold(text) for text in (row[4], *(summary for _title, summary in others))),
    )


def find(question: str, known: Iterable[Entry], limit: int = 20) -> Found:
    """The entries that answer a question, best first.

    Every word counts in title, keywords and summary of all languages; entries with all words come before those with
    some. Where nothing fits, the nearest known word is offered.
    """
    known = list(known)
    words = [word for word in fold(question).split() if len(word) > 1]
    content = [word for word in words if word not in _FILLING] or words
    if not content:
        return Found(())
    scored = []
    for position, entry in enumerate(known):
        points = [_points(word, entry) for word in content]
        hits = sum(point > 0 for point in points)
        if hits and (hits == len(content) or max(points) >= _KEYWORD):
            is_office = entry.card.kind.key == "office"
            scored.append((-hits, -sum(points), is_office, position, entry.card))
    scored.sort(key=lambda one: one[:4])
    if scored:
        return Found(tuple(card for *_order, card in scored[:limit]))
    vocabulary = {folded: word for entry in reversed(known) for folded, word in reversed(entry.spelled)}
    near = [match for word in content for match in get_close_matches(word, vocabulary, n=1, cutoff=0.72)]
    return Found((), " ".join(vocabulary[match] for match in near))


def _points(word: str, entry: Entry) -> int:
    best = 0
    for text in entry.titles:
        best = max(best, _fit(word, text, _TITLE))
    for text in entry.keywords:
        best = max(best, _fit(word, text, _KEYWORD))
    return best or _fit(word, entry.summary, _SUMMARY)


def _fit(word: str, text: str, weight: int) -> int:
    """The weight for a whole word, less for another form of it ("hunde", "hund") or a part ("hund" in "wachhund")."""
    parts = text.split()
    if word in parts:
        return weight
    if len(word) >= _SHORT and any(part.startswith(word) for part in parts):
        return weight * 3 // 4
    if any(len(part) > _SHORT and word.startswith(part) and len(word) - len(part) <= 2 for part in parts):
        return weight * 3 // 4
    if len(word) > _SHORT and (word in text or any(len(part) > 5 and word.startswith(part) for part in parts)):
        return weight // 2
    return 0


_FILLING = frozenset(
    fold(
        "wer ist für das der die den dem des ein eine einen mein meine meinen ich wo wie was kann muss in im am an"
        " auf und oder mit zu zum zur bei von ab zuständig zustaendig beantragen who is for the a an my how do i"
        " where can get responsible to of and"
    ).split()
)


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
