"""Which stops are the village's, and which of them people call one stop.

A feed knows platforms ("Barleben, Mitte" twice, one for each direction) and no Ortschaften. A stop belongs to the
Ortschaft whose name stands at the start of its own, if it lies near; the name alone would also find the village of
that name in another county. A town that knows better gives a place of its own the stop's position and an Ortschaft.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from smartbarleben.kernel.cells import distance_m
from smartbarleben.kernel.folding import fold

OWN_WITHIN_M = 6_000
PLACE_WITHIN_M = 80
ONE_STOP_WITHIN_M = 400


@dataclass(frozen=True, slots=True)
class Spot:
    """A named position; `key` is the caller's."""

    key: int
    name: str
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Known:
    """A stop that the village has written down as a place, with the Ortschaft's key (None: none)."""

    spot: Spot
    ortschaft: int | None


def _away_m(one: Spot, other: Spot) -> float:
    return distance_m(one.lon, one.lat, other.lon, other.lat)


def locality(name: str) -> str:
    """The village in a stop's name, folded: "Barleben, Mitte" is "barleben", "Elbeu (Wolmirstedt)" is "elbeu"."""
    return fold(re.split(r"[,(/]", name, maxsplit=1)[0])


def ortschaft_of(stop: Spot, ortschaften: Sequence[Spot], known: Sequence[Known]) -> int | None:
    """The key of the Ortschaft that a stop belongs to."""
    near = [one for one in known if one.ortschaft is not None and _away_m(stop, one.spot) <= PLACE_WITHIN_M]
    if near:
        return min(near, key=lambda one: _away_m(stop, one.spot)).ortschaft
    said = f"{locality(stop.name)} "
    named = [
        one for one in ortschaften if said.startswith(f"{fold(one.name)} ") and _away_m(stop, one) <= OWN_WITHIN_M
    ]
    # "Groß Ottersleben" before "Groß".
    return max(named, key=lambda one: len(one.name)).key if named else None


def place_of(stop: Spot, known: Sequence[Known]) -> int | None:
    """The key of the place at which a stop stands: the nearest, of the same name also some way off."""
    near = [
        one.spot
        for one in known
        if _away_m(stop, one.spot)
        <= (ONE_STOP_WITHIN_M if _plain(one.spot.name) == _plain(stop.name) else PLACE_WITHIN_M)
    ]
    return min(near, key=lambda one: _away_m(stop, one)).key if near else None


def _plain(name: str) -> str:
    return fold(name).replace(" ", "")


def as_one(stops: Sequence[Spot]) -> list[list[Spot]]:
    """Platforms that people call one stop: of one name, and each near another of them."""
    groups: list[list[Spot]] = []
    for stop in sorted(stops, key=lambda one: (_plain(one.name), one.lon, one.lat, one.key)):
        near = [
            group
            for group in groups
            if _plain(group[0].name) == _plain(stop.name)
            and any(_away_m(stop, one) <= ONE_STOP_WITHIN_M for one in group)
        ]
        groups = [group for group in groups if group not in near]
        groups.append([one for group in near for one in group] + [stop])
    return groups
