"""Trips that stop at the same stops in the same order are one pattern; a pattern is what a journey planner scans.

Within a pattern no trip overtakes another (of two trips, one is at no stop later than the other), so the first trip
that can still be caught at a stop is found by bisection. Trips that would overtake go to a pattern of their own.

Packed, a pattern is three byte strings, little-endian, without compression (docs/timetables.md):

- stops: uint32 for each call, the number of the stop in its feed
- services: uint32 for each trip, the number of the service in its feed
- times: int32, trip by trip, call by call, arrival then departure, in seconds after the start of the service day
"""

import sys
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

# How one may get on or off at a call, as GTFS numbers it.
REGULAR, NONE, BY_PHONE, ASK_DRIVER = 0, 1, 2, 3
FLEXIBLE = (BY_PHONE, ASK_DRIVER)


@dataclass(frozen=True, slots=True)
class Trip:
    """One vehicle's way on the days of its service: `times` is arrival, departure of each call in turn."""

    key: str
    service: int
    times: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Way:
    """What the trips of a pattern share. `pickup` and `drop_off` hold one GTFS number for each call; `headsigns` is
    empty unless the sign on the vehicle changes underway; `approximate` means that only the interval is promised."""

    line: int
    headsign: str
    stops: tuple[int, ...]
    pickup: bytes
    drop_off: bytes
    headsigns: tuple[str, ...] = ()
    approximate: bool = False


@dataclass(frozen=True, slots=True)
class Pattern:
    """A way and its trips, earliest first; none overtakes another."""

    way: Way
    trips: tuple[Trip, ...]


def patterns(trips: Iterable[tuple[Way, Trip]]) -> list[Pattern]:
    """The trips sorted into patterns; the same trips in any order give the same patterns."""
    by_way: dict[Way, list[Trip]] = {}
    for way, trip in trips:
        by_way.setdefault(way, []).append(trip)
    found = []
    for way in sorted(by_way, key=_order):
        found += [Pattern(way, tuple(chain)) for chain in without_overtaking(by_way[way])]
    return found


def _order(way: Way) -> tuple[object, ...]:
    return way.line, way.headsign, way.stops, way.pickup, way.drop_off, way.headsigns, way.approximate


def without_overtaking(trips: Sequence[Trip]) -> list[list[Trip]]:
    """Few chains of trips, in each of which every time is at or after the same time of the trip before."""
    chains: list[list[Trip]] = []
    for trip in sorted(trips, key=lambda one: (one.times, one.key)):
        for chain in chains:
            if all(late >= early for late, early in zip(trip.times, chain[-1].times, strict=True)):
                chain.append(trip)
                break
        else:
            chains.append([trip])
    return chains


def _little(numbers: "array[int]") -> "array[int]":
    if sys.byteorder == "big":
        numbers = numbers[:]
        numbers.byteswap()
    return numbers


def pack_numbers(values: Iterable[int]) -> bytes:
    """Numbers from 0 as uint32."""
    return _little(array("I", values)).tobytes()


def unpack_numbers(packed: bytes) -> "array[int]":
    """What `pack_numbers` wrote."""
    numbers = array("I")
    numbers.frombytes(packed)
    return _little(numbers)


def pack_times(trips: Iterable[Trip]) -> bytes:
    """The times of all trips, one after another, as int32."""
    numbers = array("i")
    for trip in trips:
        numbers.extend(trip.times)
    return _little(numbers).tobytes()


def unpack_times(packed: bytes) -> "array[int]":
    """What `pack_times` wrote: the departure of trip t at call c of n is at 2 * (t * n + c) + 1."""
    numbers = array("i")
    numbers.frombytes(packed)
    return _little(numbers)
