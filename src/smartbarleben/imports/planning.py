"""What an import would do, decided before anything is done. Pure.

For each field three things are compared: what the source said last time, what it says now, and whether people here
have changed it since. Only where the source changed and nobody here did is the new value taken. Where both changed,
ours stays, and the source's waits as a note.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from .incoming import Incoming, Value


class Act(StrEnum):
    """What happens to one thing."""

    NEW = "new"
    # It stood here before the source named it; from now on it belongs to the source.
    FOUND = "found"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    BACK = "back"
    VANISHED = "vanished"
    # It is over, was gone before, or stands in a row that could not be read: nothing happens.
    REST = "rest"
    # Somebody here deleted it; it stays deleted.
    DELETED_HERE = "deleted_here"


class Outcome(StrEnum):
    """What happens to one field."""

    TAKE = "take"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class Change:
    """One field: what stands here, what the source says now, and what becomes of it."""

    field: str
    here: Value
    there: Value
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Known:
    """What is remembered of one thing. ``given``: marks of the source's values at the last import; ``stored``: marks
    of what stood here right after it, as the target reads it; ``here``: what stands here now, None where it was
    deleted.
    """

    key: str
    given: Mapping[str, str]
    stored: Mapping[str, str]
    here: Mapping[str, Value] | None
    vanished: bool = False
    over: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """The plan for one thing."""

    key: str
    act: Act
    title: str
    changes: tuple[Change, ...] = ()
    line: int = 0

    @property
    def taken(self) -> tuple[Change, ...]:
        """The fields that get the source's value."""
        return tuple(one for one in self.changes if one.outcome is Outcome.TAKE)

    @property
    def kept(self) -> tuple[Change, ...]:
        """The fields in which the source changed and ours stays."""
        return tuple(one for one in self.changes if one.outcome is Outcome.KEEP)

    @property
    def writes(self) -> bool:
        """Whether anything has to be written beside "seen again"."""
        return self.act in {Act.NEW, Act.FOUND, Act.CHANGED, Act.BACK, Act.VANISHED}


def mark(value: Value) -> str:
    """A short name of a value, the same for the same value: enough to notice a change.

    It saves room, it hides nothing: who guesses the value can check it. What is imported is there to be published.
    """
    return hashlib.sha256(json.dumps(value, ensure_ascii=False).encode()).hexdigest()[:20]


def marks(values: Mapping[str, Value]) -> dict[str, str]:
    """The marks of values, by field."""
    return {name: mark(value) for name, value in values.items()}


def plan(
    rows: Iterable[Incoming],
    known: Mapping[str, Known],
    found: Mapping[str, Mapping[str, Value]],
    title_of: str = "title",
    spares: Callable[[str], bool] = lambda key: False,
) -> list[Entry]:
    """The entries by key. ``found``: values of things that stand here already and that no source has claimed.

    ``spares(key)``: whether something that is missing may stand in a row that could not be read.
    """
    entries: list[Entry] = []
    seen: set[str] = set()
    for row in rows:
        seen.add(row.key)
        entries.append(_entry(row, known.get(row.key), found.get(row.key), str(row.values.get(title_of) or row.key)))
    for key, one in known.items():
        if key not in seen:
            title = str((one.here or {}).get(title_of) or key)
            rests = one.vanished or one.over or one.here is None or spares(key)
            entries.append(Entry(key, Act.REST if rests else Act.VANISHED, title))
    return sorted(entries, key=lambda entry: entry.key)


def _entry(row: Incoming, known: Known | None, here: Mapping[str, Value] | None, title: str) -> Entry:
    if known is None and here is None:
        changes = tuple(
            Change(name, None, value, Outcome.TAKE) for name, value in sorted(row.values.items()) if not _empty(value)
        )
        return Entry(row.key, Act.NEW, title, changes, row.line)
    if known is None:
        return Entry(row.key, Act.FOUND, title, tuple(_merged(row.values, {}, {}, here or {})), row.line)
    if known.here is None:
        return Entry(row.key, Act.DELETED_HERE, title, (), row.line)
    changes = tuple(_merged(row.values, known.given, known.stored, known.here))
    act = Act.BACK if known.vanished else Act.CHANGED if changes else Act.UNCHANGED
    return Entry(row.key, act, title, changes, row.line)


def _merged(
    there: Mapping[str, Value], given: Mapping[str, str], stored: Mapping[str, str], here: Mapping[str, Value]
) -> Iterable[Change]:
    for name in sorted(there):
        ours = here.get(name)
        if given.get(name) == mark(there[name]):
            continue
        if ours == there[name]:
            continue
        # What stood here before the source came is ours, unless nobody had filled it in.
        untouched = mark(ours) == stored[name] if name in stored else _empty(ours)
        yield Change(name, ours, there[name], Outcome.TAKE if untouched else Outcome.KEEP)


def _empty(value: Value) -> bool:
    return value is None or value in ("", [], False)


def digest(entries: Iterable[Entry]) -> str:
    """A name of exactly this plan: another source, another state of the house or another rule give another one."""
    told = [
        [
            one.key,
            one.act.value,
            [[change.field, change.here, change.there, change.outcome.value] for change in one.changes],
        ]
        for one in entries
        if one.writes
    ]
    return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def counts(entries: Iterable[Entry]) -> dict[str, int]:
    """How many entries there are of each act, and how many fields stay ours although the source changed them."""
    found: dict[str, int] = {}
    for one in entries:
        found[one.act.value] = found.get(one.act.value, 0) + 1
        if one.kept:
            found["kept"] = found.get("kept", 0) + len(one.kept)
    return found


def is_alarming(entries: Iterable[Entry], least: int = 5) -> bool:
    """Whether so much would vanish at once that a person should look first: a broken delivery looks like that."""
    told = counts(entries)
    gone = told.get("vanished", 0)
    stays = sum(told.get(act.value, 0) for act in (Act.FOUND, Act.CHANGED, Act.UNCHANGED, Act.BACK))
    return gone >= least and gone > stays
