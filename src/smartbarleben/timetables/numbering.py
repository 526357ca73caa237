"""Only what kept trips use is stored, numbered from 0 in a fixed order, so that the same feed gives the same rows."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from .patterns import Pattern, Trip, Way, patterns
from .servicedays import ServiceDays
from .timetable import Line, Stop


@dataclass(frozen=True, slots=True)
class Numbered:
    """The parts of a timetable that point at each other by position."""

    stops: tuple[Stop, ...]
    lines: tuple[Line, ...]
    services: tuple[ServiceDays, ...]
    patterns: tuple[Pattern, ...]


def renumbered(
    stops: Mapping[str, tuple[Stop, str]],
    lines: Mapping[str, Line],
    days: Mapping[str, ServiceDays],
    kept: list[tuple[Way, Trip]],
) -> Numbered:
    """The kept trips with their stops (and those stops' stations), lines and services; the rest is dropped.

    In `kept`, numbers are positions in the mappings.
    """
    stop_keys, line_keys, service_keys = list(stops), list(lines), list(days)
    used_stops = {stop_keys[number] for way, _trip in kept for number in way.stops}
    used_stops |= {parent for key in used_stops if (parent := stops[key][1]) in stops}
    used_lines = {line_keys[way.line] for way, _trip in kept}
    used_services = {service_keys[trip.service] for _way, trip in kept}
    stop_at = {key: number for number, key in enumerate(sorted(used_stops))}
    line_at = {key: number for number, key in enumerate(sorted(used_lines))}
    service_at = {key: number for number, key in enumerate(sorted(used_services))}
    ways: dict[Way, Way] = {}

    def moved(way: Way) -> Way:
        if way not in ways:
            ways[way] = replace(
                way,
                line=line_at[line_keys[way.line]],
                stops=tuple(stop_at[stop_keys[number]] for number in way.stops),
            )
        return ways[way]

    trips = [(moved(way), replace(trip, service=service_at[service_keys[trip.service]])) for way, trip in kept]
    return Numbered(
        tuple(replace(stops[key][0], parent=stop_at.get(stops[key][1])) for key in stop_at),
        tuple(lines[key] for key in line_at),
        tuple(days[key] for key in service_at),
        tuple(patterns(trips)),
    )
