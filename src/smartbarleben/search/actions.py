"""Every write to the index and to the counts of what was searched for.

A room calls `changed` in the transaction of its change. Writers of the index and of the generation wait for
each other at one lock (`take_turn`), so that no two of them hold what the other needs.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, timedelta
from itertools import batched

from django.db import connection, transaction
from django.db.models import F, Q

from . import asked, registry, tables
from .documents import columns, document, spellings, vocabulary_of
from .models import Document, Question, Word
from .words import stem

BATCH = 400
MOST_NEW_QUESTIONS_A_DAY = 500
KEEP_QUESTIONS = timedelta(days=90)

_gathered: ContextVar[dict[str, set[str]] | None] = ContextVar("changed", default=None)
# Any number that no other lock of this house has.
_TURN = 147_039_179

type _Words = Counter[tuple[str, str]]


def changed(*, source: str, keys: Iterable[object]) -> None:
    """What the source says of these keys is written anew; keys of which it says nothing leave the index.

    Call it in the transaction of the change.
    """
    names = {str(key) for key in keys}
    waiting = _gathered.get()
    if waiting is not None:
        waiting.setdefault(source, set()).update(names)
    elif names:
        _write(source, sorted(names))


@contextmanager
def gathered() -> Iterator[None]:
    """Many changes inside are written once, at the end; inside the caller's transaction."""
    waiting: dict[str, set[str]] = {}
    token = _gathered.set(waiting)
    try:
        yield
    finally:
        _gathered.reset(token)
    for source, keys in waiting.items():
        for part in batched(sorted(keys), BATCH, strict=False):
            changed(source=source, keys=part)


@contextmanager
def anew() -> Iterator[None]:
    """Changes inside are not looked at one by one; at the end the whole index is made. For loading a village."""
    token = _gathered.set({})
    try:
        yield
    finally:
        _gathered.reset(token)
    rebuild()


def take_turn() -> None:
    """Wait until no other transaction changes what is public. SQLite lets only one write anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_TURN])


@transaction.atomic
def _write(name: str, keys: Sequence[str]) -> None:
    take_turn()
    source = registry.source(name)
    entries = list(source.entries(keys)) if source else []
    wanted = {(one.key, one.language): one for one in entries}
    stored = {(row.key, row.language): row for row in Document.objects.filter(source=name, key__in=keys)}
    fresh = {at: document(name, one) for at, one in wanted.items()}
    same = {at for at, row in fresh.items() if at in stored and columns(row) == columns(stored[at])}
    gone = [row for at, row in stored.items() if at not in same]
    new = [row for at, row in fresh.items() if at not in same]
    if not gone and not new:
        return
    words: _Words = Counter()
    for row in gone:
        words.subtract(vocabulary_of(row))
    for row in new:
        words.update(vocabulary_of(row))
    Document.objects.filter(pk__in=[row.pk for row in gone]).delete()
    _find_places(new)
    Document.objects.bulk_create(new, batch_size=100)
    _count_words(words, spellings(entries))


def _find_places(rows: Sequence[Document]) -> None:
    """Move documents whose place in the order is taken to the next free one."""
    taken = set(Document.objects.filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True))
    mine: set[int] = set()
    for row in rows:
        while row.pk in mine or row.pk in taken:
            row.pk += 1
            if row.pk not in mine and Document.objects.filter(pk=row.pk).exists():
                taken.add(row.pk)
        mine.add(row.pk)


def _count_words(words: _Words, spelled: Mapping[str, str]) -> None:
    changes = sorted((at, count) for at, count in words.items() if count)
    with connection.cursor() as cursor:
        for part in batched(changes, 150, strict=False):
            values: list[object] = []
            for (language, word), count in part:
                values += [language, word, stem(word, language)[:40], spelled.get(word, word)[:60], count]
            rows = ", ".join(["(%s, %s, %s, %s, %s)"] * len(part))
            cursor.execute(
                f"INSERT INTO search_word (language, word, stem, spelled, count) VALUES {rows} "  # noqa: S608 (marks)
                "ON CONFLICT (language, word) DO UPDATE SET count = search_word.count + excluded.count",
                values,
            )
    if any(count < 0 for _at, count in changes):
        Word.objects.filter(count__lte=0).delete()


@transaction.atomic
def rebuild() -> int:
    """Make the whole index anew from all sources, in one transaction; returns how many documents it has."""
    take_turn()
    tables.stop_keeping(connection)
    Document.objects.all()._raw_delete(Document.objects.db)  # type: ignore[attr-defined]
    Word.objects.all()._raw_delete(Word.objects.db)  # type: ignore[attr-defined]
    words: _Words = Counter()
    spelled: dict[str, str] = {}
    places: set[int] = set()
    total = 0
    for source in registry.sources():
        for part in batched(source.entries(None), BATCH, strict=False):
            rows = [document(source.name, one) for one in part]
            for row in rows:
                while row.pk in places:
                    row.pk += 1
                places.add(row.pk)
                words.update(vocabulary_of(row))
            for word, how in spellings(part).items():
                spelled.setdefault(word, how)
            Document.objects.bulk_create(rows, batch_size=100)
            total += len(rows)
    _count_words(words, spelled)
    tables.keep_again(connection)
    return total


def count_question(*, typed: str, language: str, found: bool, day: date) -> None:
    """Count a search, if its words are no person's data: see `asked`. Nothing else about it is kept.

    Raises OperationalError where the database is busy: a count is worth no reader's wait.
    """
    words = asked.kept(typed)
    if not words:
        return
    same = Question.objects.filter(day=day, language=language, words=words)
    with tables.in_passing(connection), transaction.atomic():
        if same.update(count=F("count") + 1, found=found):
            return
        # Somebody who tries to fill the table fills it for a day.
        if Question.objects.filter(day=day).count() < MOST_NEW_QUESTIONS_A_DAY:
            row = Question(day=day, language=language, words=words, found=found, count=1)
            Question.objects.bulk_create([row], ignore_conflicts=True)


def forget_questions(today: date) -> int:
    """Delete the counts that are older than `KEEP_QUESTIONS`; returns how many rows went."""
    gone, _each = Question.objects.filter(Q(day__lt=today - KEEP_QUESTIONS)).delete()
    return gone
