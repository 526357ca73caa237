"""What the map shows: rooms register layers and sources of marks, the map asks without knowing the rooms.

    layers.register(Layer("vereine", _("Clubs"), "people", "wheat", 40))
    layers.add("vereine", Table(rows, marks, via="place__"))

A layer may have several sources: the stops of a timetable stand beside the stops that the town hall entered.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing on the map. Texts are in the reader's language, `language` is the title's own; `key` is unique in its
    layer; `ortschaft` is a slug or ""; `line` a rough course of (lon, lat) for what is longer than a point.
    """

    key: str
    lon: float
    lat: float
    title: str
    url: str
    note: str = ""
    ortschaft: str = ""
    language: str = "de"
    is_exact: bool = True
    is_example: bool = False
    line: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """Marks that lie in the database, however many.

    `rows(now)`: what the public may see now, unordered. `marks(rows, language, now)`: the marks of a sliced queryset
    of them, in its order, in one query. `via`: the way from a row to what has the position; `ortschaft`: the way to
    the Ortschaft; `title`: the column by which a list is sorted.
    """

    rows: Callable[[datetime], QuerySet[Any]]
    marks: Callable[[QuerySet[Any], str, datetime], list[Mark]]
    via: str = ""
    ortschaft: str = "ortschaft"
    title: str = "title"


@dataclass(frozen=True, slots=True)
class Few:
    """Marks of which there are never more than some hundreds: `marks(language, now)` gives them all in one query."""

    marks: Callable[[str, datetime], list[Mark]]


type Source = Table | Few


@dataclass(frozen=True, slots=True)
class Layer:
    """One thing that people switch on and off.

    `key` stands in addresses, so it is a German word; `tone` names a colour token (canal, field, brick, wheat, ink);
    smaller `order` comes first.
    """

    key: str
    label: Any
    icon: str
    tone: str
    order: int


_layers: dict[str, Layer] = {}
_sources: dict[str, list[Source]] = {}


def register(layer: Layer) -> None:
    """Add a layer, or replace the one with its key."""
    _layers[layer.key] = layer


def add(key: str, source: Source) -> None:
    """Give a layer one more source; the layer may be registered later."""
    known = _sources.setdefault(key, [])
    if source not in known:
        known.append(source)


def layers() -> tuple[Layer, ...]:
    """All layers in their order."""
    return tuple(sorted(_layers.values(), key=lambda one: (one.order, one.key)))


def sources(layer: Layer) -> Sequence[Source]:
    """Where a layer's marks come from."""
    return tuple(_sources.get(layer.key, ()))
