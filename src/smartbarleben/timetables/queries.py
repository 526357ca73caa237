"""Every read of the timetables. What a stop's page needs is made once for each generation and stop, then kept."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.utils.translation import gettext as _

from smartbarleben.places.queries import generation

from .departing import Departure, Leaving, next_departures, on_service_day
from .models import Call, Feed, Halt, Service, Stop
from .patterns import FLEXIBLE, NONE, unpack_numbers, unpack_times
from .servicedays import ServiceDays

ZONE = ZoneInfo(settings.TIME_ZONE)
# A timetable that ends within so many days is worth a word.
WARN_DAYS = 14


@dataclass(frozen=True, slots=True)
class FeedInfo:
    """Where departures are from and how long they hold."""

    attribution: str
    url: str
    as_of: date
    first_day: date
    last_day: date
    full_until: date


@dataclass(frozen=True, slots=True)
class Ride:
    """What is the same for many departures: line, direction, platform, and whether one has to ask for it."""

    line: str
    mode: int
    direction: str
    platform: str
    on_request: bool
    approximate: bool


@dataclass(frozen=True, slots=True)
class Board:
    """A stop with everything that leaves there on any day of its timetables."""

    slug: str
    name: str
    ortschaft: str
    ortschaft_slug: str
    place_slug: str
    lon: float
    lat: float
    feeds: tuple[FeedInfo, ...]
    rides: tuple[Ride, ...]
    leaving: tuple[Leaving, ...]

    @property
    def full_until(self) -> date | None:
        """The first day on which one of its timetables begins to thin out."""
        return min((feed.full_until for feed in self.feeds), default=None)

    @property
    def last_day(self) -> date | None:
        """The last day that any of its timetables knows."""
        return max((feed.last_day for feed in self.feeds), default=None)

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines that leave here, shortest first."""
        return tuple(sorted({ride.line for ride in self.rides}, key=lambda name: (len(name), name)))


@dataclass(frozen=True, slots=True)
class Row:
    """One departure as it is shown."""

    at: datetime
    service_day: date
    last: bool
    ride: Ride


@dataclass(frozen=True, slots=True)
class HaltEntry:
    """A stop in the list."""

    slug: str
    name: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """The served stops of an Ortschaft."""

    name: str
    slug: str
    halts: tuple[HaltEntry, ...]


def mode_name(mode: int) -> str:
    """What drives there, in the reader's language: GTFS's route_type, also the longer list of European feeds."""
    if mode in (0, 5) or 900 <= mode < 1000:
        return _("Tram")
    if mode == 1 or 400 <= mode < 500:
        return _("Underground")
    if mode == 2 or 100 <= mode < 200:
        return _("Train")
    if mode == 4 or 1000 <= mode < 1300:
        return _("Ferry")
    if mode >= 1500:
        return _("Taxi")
    return _("Bus")


def overview(request: HttpRequest) -> tuple[tuple[Group, ...], tuple[FeedInfo, ...]]:
    """The served stops of each Ortschaft, and the timetables that serve them: no query when warm."""
    return _overview(generation(request), str(connection.settings_dict["NAME"]))


@lru_cache(maxsize=2)
def _overview(generation: int, database: str) -> tuple[tuple[Group, ...], tuple[FeedInfo, ...]]:
    lines: dict[int, set[str]] = {}
    for halt, line in Call.objects.values_list("stop__halt", "pattern__line__short_name").distinct():
        lines.setdefault(halt, set()).add(line)
    groups: dict[tuple[str, str], list[HaltEntry]] = {}
    rows = Halt.objects.filter(pk__in=lines).order_by("ortschaft__position", "ortschaft__name", "name")
    for pk, slug, name, village, village_slug in rows.values_list(
        "pk", "slug", "name", "ortschaft__name", "ortschaft__slug"
    ):
        served = tuple(sorted(lines[pk], key=lambda one: (len(one), one)))
        groups.setdefault((village, village_slug), []).append(HaltEntry(slug, name, served))
    found = tuple(Group(name, slug, tuple(halts)) for (name, slug), halts in groups.items())
    return found, _feeds(Feed.objects.filter(stops__halt__isnull=False).distinct())


def _feeds(feeds: Iterable[Feed]) -> tuple[FeedInfo, ...]:
    return tuple(
        FeedInfo(
            feed.attribution,
            feed.publisher_url,
            _as_of(feed),
            feed.first_day,
            feed.last_day,
            feed.full_until,
        )
        for feed in feeds
    )


def ending(day: date) -> list[Feed]:
    """Timetables that have thinned out by a day or will within `WARN_DAYS`, the most urgent first."""
    limit = day + timedelta(days=WARN_DAYS)
    return list(Feed.objects.filter(full_until__lte=limit).order_by("full_until", "key"))


def halts_of_places(request: HttpRequest) -> Mapping[int, str]:
    """The slug of the served stop at each place that has one, by the place's key: no query when warm."""
    return _halts_of_places(generation(request), str(connection.settings_dict["NAME"]))


@lru_cache(maxsize=2)
def _halts_of_places(generation: int, database: str) -> Mapping[int, str]:
    served = Halt.objects.filter(place__isnull=False, stops__calls__isnull=False).distinct().order_by("-slug")
    return dict(served.values_list("place", "slug"))


def _as_of(feed: Feed) -> date:
    """The day that most publishers put in front of their version, else the day on which it was taken over."""
    try:
        return date.fromisoformat(feed.version[:10])
    except ValueError:
        return feed.imported_at.astimezone(ZONE).date()


def board(request: HttpRequest, slug: str) -> Board | None:
    """The stop at this address: no query when warm, five otherwise; None if there is none."""
    return _board(generation(request), str(connection.settings_dict["NAME"]), slug)


@lru_cache(maxsize=256)
def _board(generation: int, database: str, slug: str) -> Board | None:
    halt = Halt.objects.filter(slug=slug).select_related("ortschaft", "place").first()
    if halt is None:
        return None
    calls = list(
        Call.objects.filter(stop__halt=halt)
        .select_related("pattern", "pattern__line", "stop")
        .order_by("pattern_id", "position")
    )
    feed_keys = {call.stop.feed_id for call in calls}
    days = {
        (feed, number): ServiceDays.unpacked(first, bytes(packed))
        for feed, number, first, packed in Service.objects.filter(feed__in=feed_keys).values_list(
            "feed_id", "number", "first_bit", "days"
        )
    }
    rides: dict[Ride, int] = {}
    leaving: list[Leaving] = []
    ends = _ends(calls)
    for call in calls:
        ride = _ride(call, ends)
        if ride is not None:
            leaving += _leaving(call, rides.setdefault(ride, len(rides)), days)
    return Board(
        slug=halt.slug,
        name=halt.name,
        ortschaft=halt.ortschaft.name,
        ortschaft_slug=halt.ortschaft.slug,
        place_slug=halt.place.slug if halt.place else "",
        lon=halt.lon,
        lat=halt.lat,
        feeds=_feeds(Feed.objects.filter(pk__in=feed_keys)),
        rides=tuple(rides),
        leaving=tuple(leaving),
    )


def _ends(calls: Iterable[Call]) -> Mapping[tuple[int, int], str]:
    """Names of the stops at which patterns without a sign on the vehicle end: a query if there are such."""
    wanted = {(call.pattern.feed_id, _last_stop(call)) for call in calls if not call.pattern.headsign}
    if not wanted:
        return {}
    rows = Stop.objects.filter(
        feed__in={feed for feed, _number in wanted}, number__in={number for _feed, number in wanted}
    )
    return {(feed, number): name for feed, number, name in rows.values_list("feed_id", "number", "name")}


def _last_stop(call: Call) -> int:
    return unpack_numbers(bytes(call.pattern.stops))[-1]


def _ride(call: Call, ends: Mapping[tuple[int, int], str]) -> Ride | None:
    """None where nobody may get on: at the end of the line, or where the vehicle only lets people off."""
    pattern, pickup = call.pattern, bytes(call.pattern.pickup)
    if call.position == len(pickup) - 1 or pickup[call.position] == NONE:
        return None
    sign = pattern.headsigns[call.position] if pattern.headsigns else pattern.headsign
    return Ride(
        line=pattern.line.short_name,
        mode=pattern.line.mode,
        direction=sign or ends.get((pattern.feed_id, _last_stop(call)), ""),
        platform=call.stop.platform,
        on_request=pickup[call.position] in FLEXIBLE,
        approximate=pattern.approximate,
    )


def _leaving(call: Call, ride: int, days: Mapping[tuple[int, int], ServiceDays]) -> Iterable[Leaving]:
    pattern = call.pattern
    calls, times = len(bytes(pattern.pickup)), unpack_times(bytes(pattern.times))
    for number, service in enumerate(unpack_numbers(bytes(pattern.services))):
        yield Leaving(times[2 * (number * calls + call.position) + 1], ride, days[pattern.feed_id, service])


def coming(board: Board, now: datetime, limit: int) -> list[Row]:
    """The next departures, those of this minute too; looks a week ahead."""
    return _rows(board, next_departures(board.leaving, now, limit, ZONE))


def whole_day(board: Board, day: date) -> list[Row]:
    """Every departure of a service day, also those after midnight."""
    return _rows(board, on_service_day(board.leaving, day, ZONE))


def _rows(board: Board, found: Iterable[Departure]) -> list[Row]:
    return [
        Row(datetime.fromtimestamp(one.unix, ZONE), one.service_day, one.last, board.rides[one.ride]) for one in found
    ]
