"""The kinds of items this house knows. A room registers its kinds once; every channel reads them here."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .models import Item


class Order(StrEnum):
    """How a kind's list is read."""

    NEWEST = "newest"
    SOONEST = "soonest"
    TITLE = "title"
    NUMBER = "number"


class Stage(StrEnum):
    """The steps of the trail, in their natural order."""

    WISH = "wish"
    IDEA = "idea"
    DECISION = "decision"
    MEASURE = "measure"
    MONEY = "money"
    RESULT = "result"


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of an item's facts; `url` makes the value a link.

    `language` is what the value is written in: "de" for what the town hall typed, because only texts are translated;
    "" for words of the program and for what is no language (a number, a phone, an address).
    """

    label: str
    value: str
    url: str = ""
    # Machines get the value in their form: schema.org and the JSON API use `name` and `data`.
    name: str = ""
    data: Any = None
    language: str = ""


@dataclass(frozen=True, slots=True)
class Badge:
    """A word with a tone (open, closed, attention, done, quiet) that a card shows beside the title."""

    tone: str
    text: str


def no_facts(item: "Item", language: str) -> list[Fact]:
    """A kind without facts of its own."""
    return []


def no_badges(item: "Item", now: datetime) -> list[Badge]:
    """A kind without a state of its own."""
    return []


@dataclass(frozen=True)
class Kind:
    """Everything the house must know to publish a kind of item everywhere."""

    key: str
    model: type["Item"]
    path: str
    label: Any
    plural: Any
    icon: str
    schema_type: str
    order: Order = Order.NEWEST
    timed: bool = False
    stage: Stage | None = None
    # Called with an instance of `model`.
    facts: Callable[[Any, str], list[Fact]] = no_facts
    badges: Callable[[Any, datetime], list[Badge]] = no_badges
    # Fields of the staff's form: the few that make the item, then everything else.
    quick_fields: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    related: tuple[str, ...] = field(default=())

    @property
    def has_badges(self) -> bool:
        """Whether the kind has a state of its own to show."""
        return self.badges is not no_badges


_kinds: dict[str, Kind] = {}
_by_path: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Add a kind and let editors work on it. Raises ValueError when its key or path is taken by another model."""
    # Accounts' models are ready only when all apps are loaded, which is when rooms register.
    from smartbarleben.people.roles import EDITOR, grant, work_on

    known = _kinds.get(kind.key)
    if known is not None and known.model is not kind.model:
        raise ValueError(f"The kind {kind.key!r} is registered by {known.model.__name__} already.")
    other = _by_path.get(kind.path)
    if other is not None and other.key != kind.key:
        raise ValueError(f"The path {kind.path!r} belongs to the kind {other.key!r} already.")
    _kinds[kind.key] = kind
    _by_path[kind.path] = kind
    grant(EDITOR, work_on(kind.model))


def kind(key: str) -> Kind:
    """The kind with this key. Raises KeyError."""
    return _kinds[key]


def kind_by_path(path: str) -> Kind | None:
    """The kind whose list lies under this first part of the address."""
    return _by_path.get(path)


def kinds() -> Iterator[Kind]:
    """All kinds in the order of registration."""
    return iter(_kinds.values())


def timed_keys() -> Iterable[str]:
    """Keys of the kinds that have dates of their own."""
    return [one.key for one in _kinds.values() if one.timed]
