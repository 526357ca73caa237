"""Ways through the house: rooms register where they want to be found, layouts show them without knowing the rooms."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Way:
    """One entry of the navigation. `label` is a lazy translation, `path` the German address without language."""

    label: Any
    path: str
    where: Literal["main", "foot"]
    order: int


_ways: dict[str, Way] = {}


def register(way: Way) -> None:
    """Add a way; the same path again replaces it."""
    _ways[way.path] = way


def ways(where: Literal["main", "foot"]) -> Iterator[Way]:
    """The ways of one navigation in their order."""
    return iter(sorted((way for way in _ways.values() if way.where == where), key=lambda way: way.order))
