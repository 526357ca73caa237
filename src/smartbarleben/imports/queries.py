"""Every read for the staff's pages."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from . import policies, registry
from .incoming import Value
from .models import Record, Run, Source, SourceState
from .planning import Act, Entry
from .registry import Target

# Entries that a page shows of one act, and lines of what vanished or waits as a note.
SHOWN = 100
# What nothing happens to stands last, without its entries.
_QUIET = (Act.UNCHANGED, Act.REST)


@dataclass(frozen=True, slots=True)
class ShownChange:
    """One field of a plan in words; ``kept``: ours stays."""

    label: str
    here: str
    there: str
    kept: bool


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """One entry of a plan in words."""

    title: str
    changes: tuple[ShownChange, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """The entries of one act; ``more``: how many are not shown."""

    act: Act
    count: int
    entries: tuple[ShownEntry, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Note:
    """A field in which the source changed and ours stayed."""

    record: int
    field: str
    label: str
    title: str
    url: str
    here: str
    there: str


@dataclass(frozen=True, slots=True)
class Gone:
    """An entry that its source no longer names."""

    title: str
    url: str
    since: Any
    taken_back: bool


def sources(person: Any) -> QuerySet[Source]:
    """The sources the person works on, by name; with counts of entries, vanished ones and notes."""
    rows = policies.sources_of(person).select_related("ortschaft")
    return rows.annotate(
        entry_count=Count("records", filter=Q(records__vanished_at=None)),
        gone_count=Count("records", filter=Q(records__vanished_at__isnull=False)),
        note_count=Count("records", filter=Q(records__has_notes=True)),
    ).order_by("name")


def need_a_look(person: Any) -> tuple[list[Source], int]:
    """Sources that failed or wait, and how many entries have notes: two queries."""
    mine = policies.sources_of(person)
    waiting = list(mine.filter(state__in=[SourceState.FAILED, SourceState.WAITING], paused_at=None)[:20])
    return waiting, Record.objects.filter(source__in=mine, has_notes=True).count()


def runs(source: Source, limit: int = 20) -> QuerySet[Run]:
    """The latest runs, without their files."""
    return source.runs.defer("content").order_by("-at", "-pk")[:limit]


def groups(entries: list[Entry], target: Target) -> list[Group]:
    """The plan by act, as the page shows it."""
    found = []
    for act in sorted(Act, key=lambda one: one in _QUIET):
        mine = [one for one in entries if one.act is act]
        if mine:
            shown = tuple(_shown(one, target) for one in mine[:SHOWN]) if act not in _QUIET else ()
            found.append(Group(act, len(mine), shown, len(mine) - len(shown)))
    return found


def _shown(entry: Entry, target: Target) -> ShownEntry:
    changes = tuple(
        ShownChange(
            _label(target, change.field),
            _words(target, change.field, change.here),
            _words(target, change.field, change.there),
            change in entry.kept,
        )
        for change in entry.changes
        if not (entry.act is Act.NEW and change.field == target.title_field)
    )
    return ShownEntry(entry.title, changes)


def _label(target: Target, field: str) -> str:
    words = str(target.labels.get(field, field))
    return words[:1].upper() + words[1:]


def _words(target: Target, field: str, value: Value) -> str:
    return "" if value in (None, "", []) else target.shown(field, value)


def notes(source: Source) -> list[Note]:
    """What waits for a decision: a few queries."""
    target = registry.target(source.target)
    rows = list(Record.objects.filter(source=source, has_notes=True)[:SHOWN])
    states = target.read([row.object_key for row in rows])
    found = []
    for row in rows:
        state = states.get(row.object_key)
        if state is None:
            continue
        title = str(state.values.get(target.title_field) or row.key)
        for field, there in sorted(row.notes.items()):
            found.append(
                Note(
                    row.pk,
                    field,
                    _label(target, field),
                    title,
                    target.edit_url(row.object_key),
                    _words(target, field, state.values.get(field)),
                    _words(target, field, there),
                )
            )
    return found


def gone(source: Source) -> list[Gone]:
    """What vanished at the source and still stands here, the latest first."""
    target = registry.target(source.target)
    rows = list(Record.objects.filter(source=source, vanished_at__isnull=False).order_by("-vanished_at")[:SHOWN])
    states = target.read([row.object_key for row in rows])
    return [
        Gone(
            str(states[row.object_key].values.get(target.title_field) or row.key),
            target.edit_url(row.object_key),
            row.vanished_at,
            row.was_taken_back,
        )
        for row in rows
        if row.object_key in states
    ]
