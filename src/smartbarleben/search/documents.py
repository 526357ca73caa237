"""From what a source says to a row of the index, and from a row to its words."""

import re
from collections.abc import Iterable

from .models import Document
from .ordering import place_of
from .registry import Entry
from .words import plain, tokens

# A book in one item: its beginning is enough to find it.
LONGEST_BODY = 20_000
MOST_DAYS = 800
# What happens at a time; on PostgreSQL a "T" would be the mark of a title's word.
DATED = "S1"
_SPELLED = re.compile(r"[^\W_]+(?:[-'’ʼ·\u00ad][^\W_]+)*")


def document(source: str, entry: Entry) -> Document:
    """The row of an entry, with its place in the order; it is not stored."""
    return Document(
        pk=place_of(entry.weight, entry.sort_at, source, entry.key, entry.language),
        source=source,
        key=entry.key,
        language=entry.language,
        kind=entry.kind,
        title=entry.title[:300],
        summary=entry.summary[:500],
        body=entry.body[:LONGEST_BODY],
        path=entry.path[:300],
        ortschaft=entry.ortschaft,
        starts_at=entry.starts_at,
        ends_at=entry.ends_at,
        all_day=entry.all_day,
        sort_at=entry.sort_at,
        weight=entry.weight,
        words_title=" ".join(tokens(entry.title[:300])),
        words_keywords=_once(entry.keywords),
        words_summary=_once(entry.summary),
        words_body=_once(entry.body[:LONGEST_BODY]),
        facets=" ".join(facets(entry)),
    )


def _once(text: str) -> str:
    """The words of a text, each once: how often a word stands in a text says little about it."""
    return " ".join(dict.fromkeys(tokens(text)))


def facets(entry: Entry) -> list[str]:
    """What filters ask for. The first letter is a capital, which no folded word has."""
    found = [f"K{entry.kind}", f"L{entry.language.replace('-', '')}"]
    if entry.ortschaft is not None:
        found.append(f"O{entry.ortschaft}")
    if entry.is_dated:
        found.append(DATED)
    found += [f"D{day:%Y%m%d}" for day in sorted(entry.days)[:MOST_DAYS]]
    return found


def columns(row: Document) -> tuple[object, ...]:
    """Everything that a row says, without its place in the order."""
    return tuple(getattr(row, one.attname) for one in Document._meta.concrete_fields if not one.primary_key)


def vocabulary_of(row: Document) -> set[tuple[str, str]]:
    """(language, word) of all words of a row, numbers left out."""
    text = f"{row.words_title} {row.words_keywords} {row.words_summary} {row.words_body}"
    return {(row.language, word) for word in text.split() if not word.isdigit()}


def spellings(entries: Iterable[Entry]) -> dict[str, str]:
    """How words are written: {folded: as it stands in the text}."""
    found: dict[str, str] = {}
    for entry in entries:
        for text in (entry.title, entry.keywords, entry.summary, entry.body[:LONGEST_BODY]):
            for written in _SPELLED.findall(text):
                found.setdefault(plain(written), written.replace("·", "").replace("\u00ad", ""))
    return found
