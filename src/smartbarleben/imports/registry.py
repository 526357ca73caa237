"""What rows of a source can become. A room registers its targets once; the import itself knows no kind of thing."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from smartbarleben.people.policies import Person

from .columns import Column
from .ics import Reading
from .incoming import Incoming, Value
from .tables import Row
from .trouble import Report


@dataclass(frozen=True, slots=True)
class Origin:
    """What every imported thing says about where it is from; `as_of` is the day on which the source said it."""

    name: str
    url: str
    as_of: date
    owner: str = ""
    ortschaft: int | None = None
    publish: bool = True
    take_back: bool = True
    option: str = ""


@dataclass(frozen=True, slots=True)
class State:
    """How a thing stands here: its values by field, and whether its time is over."""

    values: Mapping[str, Value]
    is_over: bool = False


class Target(ABC):
    """One sort of thing that sources bring. Values are plain (JSON) and read back in the form they were written.

    A target is also `FromCalendars`, `FromTables` or both. Every write goes through the room's own actions. Writing
    may raise ValidationError: the entry is then left out.
    """

    key: str
    label: Any
    # What a source of this brings, in one sentence for the form.
    hint: Any = ""
    title_field: str = "title"
    # In words, where the target needs a choice for the whole source; `options` gives the choices.
    option_label: Any = ""
    # Whether staff can choose between drafts and publishing, and what becomes of vanished things.
    has_drafts: bool = True
    # What the fields are called for staff.
    labels: Mapping[str, Any]

    @property
    def formats(self) -> tuple[str, ...]:
        """What its sources may be: "ics", "table"."""
        known = {"ics": FromCalendars, "table": FromTables}
        return tuple(name for name, reads in known.items() if isinstance(self, reads))

    @abstractmethod
    def may(self, person: Person) -> bool:
        """Whether the person may bring such things in."""

    def options(self) -> list[tuple[str, str]]:
        """The choices for `option_label`."""
        return []

    def find(self, rows: Sequence[Incoming], origin: Origin) -> dict[str, str]:
        """Keys of things that stand here already, by the key of the row that means the same; a few queries."""
        return {}

    @abstractmethod
    def read(self, keys: Sequence[str]) -> dict[str, State]:
        """How the things stand here now, by key; what was deleted is not in it. A few queries, however many keys."""

    @abstractmethod
    def create(self, values: Mapping[str, Value], origin: Origin) -> str:
        """Make one; returns its key."""

    @abstractmethod
    def change(self, key: str, values: Mapping[str, Value], origin: Origin) -> None:
        """Change fields of one."""

    @abstractmethod
    def confirm(self, keys: Sequence[str], origin: Origin) -> None:
        """The source has said the same again: it holds as of today."""

    @abstractmethod
    def gone(self, key: str, origin: Origin) -> bool:
        """The source no longer names it. Marks it; True if the public saw it before and no longer does."""

    @abstractmethod
    def back(self, key: str, origin: Origin, publish: bool) -> None:
        """The source names it again; ``publish``: `gone` had taken it from the public."""

    def edit_url(self, key: str) -> str:
        """The staff's page of one, "" where there is none."""
        return ""

    def shown(self, field: str, value: Value) -> str:
        """A value in words for staff; there is one."""
        return str(value)


class FromCalendars(Target):
    """A target whose sources may be calendars."""

    @abstractmethod
    def from_calendar(self, reading: Reading, origin: Origin) -> Iterable[Incoming]:
        """Entries out of a calendar."""


class FromTables(Target):
    """A target whose sources may be tables."""

    columns: tuple[Column, ...]

    @abstractmethod
    def from_table(self, rows: Iterable[Row], report: Report, origin: Origin) -> Iterable[Incoming]:
        """Entries out of a table."""


_targets: dict[str, Target] = {}


def register(target: Target) -> None:
    """Add a target. Raises ValueError when its key is taken by another."""
    known = _targets.get(target.key)
    if known is not None and type(known) is not type(target):
        raise ValueError(f"The target {target.key!r} is registered already.")
    _targets[target.key] = target


def target(key: str) -> Target:
    """The target with this key. Raises KeyError."""
    return _targets[key]


def targets() -> Iterator[Target]:
    """All targets in the order of registration."""
    return iter(_targets.values())
