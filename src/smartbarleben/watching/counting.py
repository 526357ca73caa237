"""Counts of one process since it started: requests by route and status class, and how long they took.

Pure: it knows neither Django nor the clock. Locked, because the desks of one process count at the same time.
"""

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field
from threading import Lock

# Upper bounds of the histogram, in seconds.
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Histogram:
    """How many took how long: ``counts`` by bucket (the last: longer than all bounds), and their sum in seconds."""

    counts: tuple[int, ...] = (0,) * (len(BUCKETS) + 1)
    seconds: float = 0.0

    @property
    def total(self) -> int:
        """How many there were."""
        return sum(self.counts)

    def share_within(self, share: float) -> float | None:
        """The smallest bound in seconds that ``share`` (0 to 1) of them kept; None for none, infinity beyond all."""
        wanted, seen = share * self.total, 0
        if not self.total:
            return None
        for bound, count in zip((*BUCKETS, float("inf")), self.counts, strict=True):
            seen += count
            if seen >= wanted:
                return bound
        return float("inf")

    def __add__(self, other: "Histogram") -> "Histogram":
        counts = tuple(one + two for one, two in zip(self.counts, other.counts, strict=True))
        return Histogram(counts, self.seconds + other.seconds)


class _Times:
    """A histogram under way."""

    __slots__ = ("counts", "seconds")

    def __init__(self) -> None:
        self.counts = [0] * (len(BUCKETS) + 1)
        self.seconds = 0.0


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All counts at one moment. ``requests`` by (route, status class such as "2xx"), ``times`` by area."""

    requests: dict[tuple[str, str], int]
    times: dict[str, Histogram]
    statements: int
    sql_seconds: float
    slow: int


@dataclass(slots=True)
class Counts:
    """The counts of this process; `look` gives them as they are at one moment."""

    _requests: Counter[tuple[str, str]] = field(default_factory=Counter)
    _times: dict[str, _Times] = field(default_factory=dict)
    _statements: int = 0
    _sql_seconds: float = 0.0
    _slow: int = 0
    _lock: Lock = field(default_factory=Lock)

    def add(
        self, route: str, area: str, status: int, seconds: float, *, statements: int, sql_seconds: float, slow: bool
    ) -> None:
        """One more request of a route, in an area of the house ("public", "staff" …)."""
        key = route, f"{status // 100}xx"
        with self._lock:
            self._requests[key] += 1
            times = self._times.get(area)
            if times is None:
                times = self._times[area] = _Times()
            times.counts[bisect_left(BUCKETS, seconds)] += 1
            times.seconds += seconds
            self._statements += statements
            self._sql_seconds += sql_seconds
            self._slow += slow

    def look(self) -> Snapshot:
        """A copy."""
        with self._lock:
            times = {area: Histogram(tuple(one.counts), one.seconds) for area, one in self._times.items()}
            return Snapshot(dict(self._requests), times, self._statements, self._sql_seconds, self._slow)


# What this process counted since it started.
here = Counts()
