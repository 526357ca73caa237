"""Trips that a feed writes once with "every ten minutes from 6 to 20": made into the trips that people can take."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from .patterns import Trip, Way

MIN_HEADWAY_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Frequency:
    """Departures at the first stop from `start` on, before `end`; `approximate`: only the interval is promised."""

    start: int | None
    end: int | None
    headway: int
    approximate: bool

    @property
    def makes_sense(self) -> bool:
        """Whether trips can be made from it; more often than every half minute is a typing error."""
        return (
            self.start is not None
            and self.end is not None
            and self.start < self.end
            and self.headway >= MIN_HEADWAY_SECONDS
        )


def repeated(way: Way, trip: Trip, frequencies: Iterable[Frequency]) -> Iterator[tuple[Way, Trip]]:
    """The trip once for each departure; its own times only say how long it takes from stop to stop."""
    leaves = trip.times[1]
    for one in frequencies:
        if one.start is None or one.end is None:
            continue
        for start in range(one.start, one.end, one.headway):
            times = tuple(time - leaves + start for time in trip.times[1:])
            yield (
                replace(way, approximate=one.approximate),
                Trip(f"{trip.key}@{start}", trip.service, (start, *times)),
            )
