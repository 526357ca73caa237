"""From a GTFS zip file to a timetable.

Two passes over stop_times.txt: the first counts which trips call twice within the circle that is wanted, the second
keeps those trips whole. So memory grows with what is kept, not with the Land that a feed covers.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from smartbarleben.kernel.wallclock import zone

from . import clocktimes
from .calls import Stopping, way_and_trip
from .frequencies import Frequency, repeated
from .numbering import renumbered
from .patterns import Trip, Way
from .reading import Archive, FeedError, Report
from .servicedays import ADDED, REMOVED, ServiceDays, Single, Weekly, full_until, period, service_days
from .timetable import Circle, Line, Stop, Timetable

# Calendars that reach from 1900 to 2999 mean "for ever"; nobody plans beyond this.
PAST_DAYS = 400
FUTURE_DAYS = 1_100
MAX_CALLS_KEPT = 4_000_000
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
# A place on board or a walk between platforms: neither is where a bus stops.
_STATION, _NO_STOPS = "1", frozenset({"2", "3", "4"})


def digest_of(path: Path) -> str:
    """The file's SHA-256, by which the same feed is known again."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read(path: Path, today: date, circle: Circle | None = None) -> Timetable:
    """The timetable in a GTFS zip file; days far from `today` are left out. Raises FeedError."""
    with Archive(path) as archive:
        return _Reading(archive, today, circle).timetable(digest_of(path))


@dataclass(slots=True)
class _Reading:
    archive: Archive
    today: date
    circle: Circle | None
    report: Report = field(default_factory=Report)

    def timetable(self, digest: str) -> Timetable:
        tz, agencies = self._agencies()
        stops = self._stops()
        lines = self._lines(agencies)
        days, first, last = self._days()
        trips = self._trips(lines, days)
        wanted = self._wanted(stops, trips)
        calls = self._calls(stops, wanted)
        kept = self._joined(trips, calls, {key: number for number, key in enumerate(lines)}, list(days))
        if not kept:
            raise FeedError(
                "No trip is left." if self.circle is None else "No trip calls twice within the circle.",
                "Look at what was left out, or ask for a larger circle.",
                "trips.txt",
            )
        publisher, url, version = self._publisher()
        return self._numbered(
            digest, publisher or next(iter(agencies.values())), url, version, tz, agencies, stops, lines, days, kept,
            (first, last), len(trips),
        )  # fmt: skip

    def _skip(self, table: str, line: int, reason: str, value: str = "") -> None:
        self.report.skip(table, line, reason, value)

    def _agencies(self) -> tuple[ZoneInfo, dict[str, str]]:
        found: dict[str, str] = {}
        tz: ZoneInfo | None = None
        rows = self.archive.rows("agency.txt", ("agency_name", "agency_timezone"), ("agency_id",), self.report)
        for line, (name, zone_name, key) in rows:
            found[key] = name.strip()
            try:
                tz = tz or zone(zone_name.strip())
            except ValueError as problem:
                raise FeedError(str(problem), "Write a zone such as Europe/Berlin.", "agency.txt", line) from None
        if tz is None:
            raise FeedError("The table names nobody.", "Ask the publisher for a complete feed.", "agency.txt")
        return tz, found

    def _publisher(self) -> tuple[str, str, str]:
        if not self.archive.has("feed_info.txt"):
            return "", "", ""
        columns = ("feed_publisher_name", "feed_publisher_url", "feed_version")
        for _line, (name, url, version) in self.archive.rows("feed_info.txt", (), columns, self.report):
            address = url.strip() if url.strip().startswith(("https://", "http://")) else ""
            return name.strip()[:200], address[:500], version.strip()[:80]
        return "", "", ""

    def _stops(self) -> dict[str, tuple[Stop, str]]:
        """Stops by their key, with the key of their station."""
        found: dict[str, tuple[Stop, str]] = {}
        rows = self.archive.rows(
            "stops.txt",
            ("stop_id",),
            ("stop_name", "stop_lat", "stop_lon", "location_type", "parent_station", "platform_code"),
            self.report,
        )
        for line, (key, name, lat, lon, kind, parent, platform) in rows:
            if kind.strip() in _NO_STOPS:
                continue
            try:
                position = float(lon), float(lat)
            except ValueError:
                self._skip("stops.txt", line, "no position", f"{key} {lat},{lon}")
                continue
            if not (-180 <= position[0] <= 180 and -90 <= position[1] <= 90) or position == (0, 0):
                self._skip("stops.txt", line, "a position that is not on Earth", f"{key} {lat},{lon}")
            elif key in found:
                self._skip("stops.txt", line, "a stop_id for the second time", key)
            elif not key or not name.strip():
                self._skip("stops.txt", line, "no name or no stop_id", key)
            else:
                stop = Stop(key, " ".join(name.split())[:200], *position, platform.strip()[:20])
                found[key] = stop, parent.strip()
        if not found:
            raise FeedError("The table has no usable stop.", "Ask the publisher for a complete feed.", "stops.txt")
        return found

    def _lines(self, agencies: Mapping[str, str]) -> dict[str, Line]:
        found: dict[str, Line] = {}
        columns = ("agency_id", "route_short_name", "route_long_name", "route_color", "route_text_color")
        for line, values in self.archive.rows("routes.txt", ("route_id", "route_type"), columns, self.report):
            key, mode, agency, short, long, colour, text_colour = (value.strip() for value in values)
            if key in found:
                self._skip("routes.txt", line, "a route_id for the second time", key)
                continue
            if not mode.isdecimal() or not mode.isascii() or len(mode) > 4:
                self._skip("routes.txt", line, "a route_type that is no number", f"{key} {mode}")
                continue
            company = agencies.get(agency) or next(iter(agencies.values()))
            name = (short or long or key)[:40]
            found[key] = Line(key, name, long[:200], int(mode), company[:200], _colour(colour), _colour(text_colour))
        return found

    def _days(self) -> tuple[dict[str, ServiceDays], date, date]:
        weekly, single = self._weekly(), self._single()
        named = period(weekly, single)
        if named is None:
            missing = not (self.archive.has("calendar.txt") or self.archive.has("calendar_dates.txt"))
            problem = "The feed has neither this table nor calendar_dates.txt." if missing else "No day is named."
            raise FeedError(problem, "Ask the publisher for a feed with service days.", "calendar.txt")
        first = max(named[0], self.today - timedelta(days=PAST_DAYS))
        last = min(named[1], self.today + timedelta(days=FUTURE_DAYS))
        if first > last:
            raise FeedError(
                f"The timetable is for {named[0]} to {named[1]}.", "Download the present one.", "calendar.txt"
            )
        return dict(sorted(service_days(weekly, single, first, last).items())), first, last

    def _weekly(self) -> list[Weekly]:
        if not self.archive.has("calendar.txt"):
            return []
        found = []
        columns = ("service_id", *WEEKDAYS, "start_date", "end_date")
        for line, (service, *rest) in self.archive.rows("calendar.txt", columns, (), self.report):
            try:
                first, last = clocktimes.day(rest[-2]), clocktimes.day(rest[-1])
            except ValueError as problem:
                self._skip("calendar.txt", line, "a day that does not exist", str(problem))
                continue
            if first > last or not set(rest[:7]) <= {"0", "1"}:
                self._skip("calendar.txt", line, "weekdays or a period that cannot be", ",".join(rest))
                continue
            found.append(Weekly(service, tuple(one == "1" for one in rest[:7]), first, last))
        return found

    def _single(self) -> list[Single]:
        if not self.archive.has("calendar_dates.txt"):
            return []
        found = []
        columns = ("service_id", "date", "exception_type")
        for line, (service, day, change) in self.archive.rows("calendar_dates.txt", columns, (), self.report):
            try:
                one = Single(service, clocktimes.day(day), int(change))
            except ValueError:
                self._skip("calendar_dates.txt", line, "a day or change that cannot be", f"{day},{change}")
                continue
            if one.change in (ADDED, REMOVED):
                found.append(one)
            else:
                self._skip("calendar_dates.txt", line, "a day or change that cannot be", f"{day},{change}")
        return found

    def _trips(self, lines: Mapping[str, Line], days: Mapping[str, ServiceDays]) -> dict[str, tuple[str, str, str]]:
        """Line, service and headsign of each trip by its key."""
        found: dict[str, tuple[str, str, str]] = {}
        columns = ("route_id", "service_id", "trip_id")
        for line, (route, service, key, headsign) in self.archive.rows(
            "trips.txt", columns, ("trip_headsign",), self.report
        ):
            if route.strip() not in lines:
                self._skip("trips.txt", line, "a route_id that routes.txt does not have", route)
            elif service not in days:
                self._skip("trips.txt", line, "a service_id without days", service)
            elif key in found:
                self._skip("trips.txt", line, "a trip_id for the second time", key)
            elif not days[service].bits:
                self._skip("trips.txt", line, "a trip that runs on no day", key)
            else:
                found[key] = route.strip(), service, headsign
        return found

    def _wanted(self, stops: Mapping[str, tuple[Stop, str]], trips: Mapping[str, object]) -> set[str]:
        if self.circle is None:
            return set(trips)
        holds: Callable[[float, float], bool] = self.circle.holds
        near = {key for key, (stop, _parent) in stops.items() if holds(stop.lon, stop.lat)}
        counted: Counter[str] = Counter()
        for _line, (trip, stop_key) in self.archive.rows("stop_times.txt", ("trip_id", "stop_id"), (), Report()):
            if stop_key in near:
                counted[trip] += 1
        return {key for key, count in counted.items() if count >= 2 and key in trips}

    def _calls(self, stops: Mapping[str, tuple[Stop, str]], wanted: set[str]) -> dict[str, list[Stopping]]:
        found: dict[str, list[Stopping]] = {key: [] for key in wanted}
        known = {key: number for number, key in enumerate(stops)}
        required = ("trip_id", "stop_id", "stop_sequence", "arrival_time", "departure_time")
        optional = ("pickup_type", "drop_off_type", "stop_headsign")
        table, total = "stop_times.txt", 0
        check_trips = self.circle is None
        for line, (trip, stop, order, arrival, departure, pickup, drop_off, headsign) in self.archive.rows(
            table, required, optional, self.report
        ):
            calls = found.get(trip)
            if calls is None:
                if check_trips:
                    self._skip(table, line, "a trip_id that was left out or is not in trips.txt", trip)
                continue
            number = known.get(stop)
            if number is None:
                self._skip(table, line, "a stop_id that was left out or is not in stops.txt", stop)
                continue
            try:
                arrives, departs = clocktimes.seconds(arrival), clocktimes.seconds(departure)
                position = int(order)
            except ValueError as problem:
                self._skip(table, line, "a time or a stop_sequence that cannot be read", str(problem))
                continue
            total += 1
            if total > MAX_CALLS_KEPT:
                raise FeedError(
                    f"More than {MAX_CALLS_KEPT:,} calls would be kept.", "Ask for a smaller circle.", table, line
                )
            calls.append(
                Stopping(
                    position,
                    number,
                    departs if arrives is None else arrives,
                    arrives if departs is None else departs,
                    int(pickup) if pickup in ("1", "2", "3") else 0,
                    int(drop_off) if drop_off in ("1", "2", "3") else 0,
                    _sign(headsign),
                    line,
                )
            )
        return found

    def _frequencies(self) -> dict[str, list[Frequency]]:
        found: dict[str, list[Frequency]] = {}
        if not self.archive.has("frequencies.txt"):
            return found
        columns = ("trip_id", "start_time", "end_time", "headway_secs")
        for line, (trip, start, end, headway, exact) in self.archive.rows(
            "frequencies.txt", columns, ("exact_times",), self.report
        ):
            try:
                one = Frequency(clocktimes.seconds(start), clocktimes.seconds(end), int(headway), exact != "1")
            except ValueError as problem:
                self._skip("frequencies.txt", line, "a time that cannot be read", str(problem))
                continue
            if one.makes_sense:
                found.setdefault(trip, []).append(one)
            else:
                self._skip("frequencies.txt", line, "an interval that cannot be", f"{start},{end},{headway}")
        return found

    def _joined(
        self,
        trips: Mapping[str, tuple[str, str, str]],
        calls: Mapping[str, list[Stopping]],
        line_numbers: Mapping[str, int],
        services: list[str],
    ) -> list[tuple[Way, Trip]]:
        service_numbers = {key: number for number, key in enumerate(services)}
        frequencies = self._frequencies()
        found: list[tuple[Way, Trip]] = []
        for key in sorted(calls):
            route, service, headsign = trips[key]
            try:
                way, trip = way_and_trip(
                    key, line_numbers[route], service_numbers[service], _sign(headsign), calls[key]
                )
            except ValueError as problem:
                self._skip("stop_times.txt", calls[key][0].line if calls[key] else 0, str(problem), key)
                continue
            found += repeated(way, trip, frequencies[key]) if key in frequencies else [(way, trip)]
        return found

    def _numbered(
        self, digest: str, publisher: str, url: str, version: str, tz: ZoneInfo, agencies: Mapping[str, str],
        stops: Mapping[str, tuple[Stop, str]], lines: Mapping[str, Line], days: Mapping[str, ServiceDays],
        kept: list[tuple[Way, Trip]], edges: tuple[date, date], trips_in_feed: int,
    ) -> Timetable:  # fmt: skip
        part = renumbered(stops, lines, days, kept)
        counts = Counter(str(trip.service) for pattern in part.patterns for trip in pattern.trips)
        by_number = {str(number): service for number, service in enumerate(part.services)}
        last_full = full_until(counts, by_number)
        running = [day for service in part.services for day in (service.days()[0], service.days()[-1])]
        return Timetable(
            digest, publisher, url, version, tuple(sorted(set(agencies.values()))), tz,
            max(min(running), edges[0]), min(max(running), edges[1]), last_full or max(running),
            part.stops, part.lines, part.services, part.patterns, trips_in_feed, self.report,
        )  # fmt: skip


def _colour(text: str) -> str:
    text = text.removeprefix("#").upper()
    return text if len(text) == 6 and set(text) <= set("0123456789ABCDEF") else ""


def _sign(text: str) -> str:
    # "790 Genthin/n790 Stendal - Genthin" is a line break that a program wrote as two letters.
    return " ".join(text.partition("/n")[0].split())[:120]
