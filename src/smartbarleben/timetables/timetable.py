"""A timetable as it is stored: stops, lines, service days and patterns, numbered from 0, and what was left out."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from smartbarleben.kernel.cells import distance_m

from .patterns import Pattern
from .reading import Report
from .servicedays import ServiceDays


@dataclass(frozen=True, slots=True)
class Stop:
    """A platform or a station; `parent` is the number of the station that it belongs to."""

    key: str
    name: str
    lon: float
    lat: float
    platform: str = ""
    parent: int | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """What people call a line; `mode` is GTFS's route_type; colours are six hexadecimal digits or ""."""

    key: str
    short_name: str
    long_name: str
    mode: int
    agency: str
    colour: str = ""
    text_colour: str = ""


@dataclass(frozen=True, slots=True)
class Circle:
    """What is wanted: trips that call twice within `radius_m` of a position."""

    lon: float
    lat: float
    radius_m: float

    def holds(self, lon: float, lat: float) -> bool:
        """Whether a position lies within."""
        return distance_m(self.lon, self.lat, lon, lat) <= self.radius_m


@dataclass(frozen=True, slots=True)
class Timetable:
    """One feed. A pattern's `line`, `stops` and its trips' `service` are positions in the other tuples."""

    digest: str
    publisher: str
    publisher_url: str
    version: str
    agencies: tuple[str, ...]
    zone: ZoneInfo
    first_day: date
    last_day: date
    full_until: date
    stops: tuple[Stop, ...]
    lines: tuple[Line, ...]
    services: tuple[ServiceDays, ...]
    patterns: tuple[Pattern, ...]
    trips_in_feed: int
    report: Report

    @property
    def trip_count(self) -> int:
        """How many trips are kept."""
        return sum(len(pattern.trips) for pattern in self.patterns)

    @property
    def call_count(self) -> int:
        """How many calls of trips at stops are kept."""
        return sum(len(pattern.trips) * len(pattern.way.stops) for pattern in self.patterns)
