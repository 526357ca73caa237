"""One trip out of its rows in stop_times.txt: in order, with the times that the feed leaves to the reader."""

from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple

from .patterns import Trip, Way


class Stopping(NamedTuple):
    """One row of stop_times.txt; times are None where the feed gives none, `line` is its line in the file."""

    order: int
    stop: int
    arrives: int | None
    departs: int | None
    pickup: int
    drop_off: int
    headsign: str
    line: int


def way_and_trip(key: str, line: int, service: int, headsign: str, rows: Iterable[Stopping]) -> tuple[Way, Trip]:
    """The trip and the way that it takes. ValueError says why the trip is none."""
    calls = sorted(rows)
    if len(calls) < 2:
        raise ValueError("a trip with fewer than two calls")
    if any(one.order == two.order for one, two in pairwise(calls)):
        raise ValueError("a trip with a stop_sequence for the second time")
    times = _times(calls)
    if any(late < early for early, late in pairwise(times)):
        raise ValueError("a trip whose times go back")
    signs = [one.headsign or headsign for one in calls]
    way = Way(
        line=line,
        headsign=headsign,
        stops=tuple(one.stop for one in calls),
        pickup=bytes(one.pickup for one in calls),
        drop_off=bytes(one.drop_off for one in calls),
        headsigns=tuple(signs) if any(sign != headsign for sign in signs) else (),
    )
    return way, Trip(key, service, tuple(times))


def _times(calls: list[Stopping]) -> list[int]:
    """Arrival and departure of each call; between two known times the vehicle is taken to keep its pace."""
    if calls[0].departs is None or calls[-1].arrives is None:
        raise ValueError("a trip without a time at its start or end")
    found: list[int] = []
    known, leaves = 0, calls[0].departs
    for number, call in enumerate(calls):
        if call.arrives is None or call.departs is None:
            continue
        for between in range(known + 1, number):
            guessed = leaves + (call.arrives - leaves) * (between - known) // (number - known)
            found += [guessed, guessed]
        found += [call.arrives, call.departs]
        known, leaves = number, call.departs
    return found
