"""Every write to the timetables."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from smartbarleben.kernel.folding import slugify
from smartbarleben.places.actions import raise_generation
from smartbarleben.places.models import Municipality, Ortschaft, Place, PlaceKind

from . import feeds, searching
from .belonging import Known, Spot, as_one, ortschaft_of, place_of
from .models import Call, Feed, Halt, Line, Pattern, Service, Stop
from .patterns import pack_numbers, pack_times, unpack_numbers
from .reading import FeedError
from .timetable import Circle, Timetable

# Raised when rows of the same file would look different: a feed of an older format is read anew.
FORMAT = 1
DEFAULT_RADIUS_KM = 30
BATCH = 500


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: the timetable that was read, or None because the same file is here already."""

    key: str
    timetable: Timetable | None
    stored: bool


def circle(radius_km: int | None) -> Circle | None:
    """The circle around the municipality; None for no limit, or when nobody wrote down where it lies."""
    if radius_km is None:
        return None
    centre = Municipality.objects.filter(lon__isnull=False, lat__isnull=False).values_list("lon", "lat").first()
    return Circle(*centre, radius_km * 1000) if centre else None


def import_feed(
    *,
    path: Path,
    file_name: str = "",
    key: str = "",
    attribution: str = "",
    radius_km: int | None = DEFAULT_RADIUS_KM,
    today: date | None = None,
    dry_run: bool = False,
) -> Imported:
    """Take over a GTFS file in place of the one with the same key (by default made of the file's name).

    ``file_name``: what people call the file, if its path says something else.

    The same file with the same settings changes nothing. Raises reading.FeedError; nothing is changed then.
    """
    key = key or slugify(path.stem)
    digest = feeds.digest_of(path) if path.is_file() else ""
    here = Feed.objects.filter(digest=digest, radius_km=radius_km, format=FORMAT).first() if digest else None
    if here is not None and (here.key != key or attribution in ("", here.attribution)):
        if not dry_run:
            refresh_halts()
        return Imported(here.key, None, False)
    timetable = feeds.read(path, today or timezone.localdate(), circle(radius_km))
    if str(timetable.zone) != settings.TIME_ZONE:
        problem = f"The times are those of {timetable.zone}; this village lives by {settings.TIME_ZONE}."
        raise FeedError(problem, "Is it the right timetable?", "agency.txt")
    if not dry_run:
        _store(key, file_name or path.name, attribution, radius_km, timetable)
    return Imported(key, timetable, not dry_run)


@transaction.atomic
def _store(key: str, file_name: str, attribution: str, radius_km: int | None, read: Timetable) -> None:
    Feed.objects.filter(key=key).delete()
    feed = Feed.objects.create(
        key=key,
        file_name=file_name[:200],
        digest=read.digest,
        publisher=read.publisher[:200],
        publisher_url=read.publisher_url,
        version=read.version,
        attribution=(attribution or _named(read))[:500],
        timezone=str(read.zone),
        radius_km=radius_km,
        format=FORMAT,
        first_day=read.first_day,
        last_day=read.last_day,
        full_until=read.full_until,
        trips=read.trip_count,
        trips_in_feed=read.trips_in_feed,
        skipped=[asdict(one) for one in read.report.rows()],
        imported_at=timezone.now(),
    )
    Stop.objects.bulk_create(_stops(feed, read), batch_size=BATCH)
    lines = [
        Line(
            feed=feed,
            number=number,
            key=line.key[:200],
            short_name=line.short_name,
            long_name=line.long_name,
            mode=line.mode,
            agency=line.agency,
            colour=line.colour,
            text_colour=line.text_colour,
        )
        for number, line in enumerate(read.lines)
    ]
    Line.objects.bulk_create(lines, batch_size=BATCH)
    services = (
        Service(feed=feed, number=number, first_bit=service.first, days=service.packed())
        for number, service in enumerate(read.services)
    )
    Service.objects.bulk_create(services, batch_size=BATCH)
    Pattern.objects.bulk_create(_patterns(feed, read, lines), batch_size=BATCH)
    refresh_halts()


def _named(read: Timetable) -> str:
    return ", ".join(dict.fromkeys([read.publisher, *read.agencies]))


def _stops(feed: Feed, read: Timetable) -> Iterator[Stop]:
    for number, stop in enumerate(read.stops):
        yield Stop(
            feed=feed,
            number=number,
            key=stop.key[:200],
            name=stop.name,
            platform=stop.platform,
            parent=stop.parent,
            lon=stop.lon,
            lat=stop.lat,
        )


def _patterns(feed: Feed, read: Timetable, lines: Sequence[Line]) -> Iterator[Pattern]:
    for number, pattern in enumerate(read.patterns):
        yield Pattern(
            feed=feed,
            number=number,
            line=lines[pattern.way.line],
            headsign=pattern.way.headsign,
            headsigns=list(pattern.way.headsigns),
            approximate=pattern.way.approximate,
            stops=pack_numbers(pattern.way.stops),
            pickup=pattern.way.pickup,
            drop_off=pattern.way.drop_off,
            services=pack_numbers(trip.service for trip in pattern.trips),
            times=pack_times(pattern.trips),
            trip_keys="\n".join(trip.key for trip in pattern.trips),
        )


@transaction.atomic
def refresh_halts() -> int:
    """Sort the platforms of all feeds into the stops of the Ortschaften; returns how many stops are served.

    Run it after stops among the places or Ortschaften have moved; every import does.
    """
    ortschaften = [Spot(*row) for row in Ortschaft.objects.values_list("pk", "name", "lon", "lat")]
    known = [
        Known(Spot(pk, name, lon, lat), ortschaft)
        for pk, name, lon, lat, ortschaft in Place.objects.filter(
            kind__in=(PlaceKind.STOP, PlaceKind.STATION), lon__isnull=False, lat__isnull=False
        ).values_list("pk", "name", "lon", "lat", "ortschaft")
    ]
    owner: dict[int, int] = {}
    own: list[Spot] = []
    for pk, name, lon, lat in Stop.objects.values_list("pk", "name", "lon", "lat"):
        spot = Spot(pk, name, lon, lat)
        belongs = ortschaft_of(spot, ortschaften, known)
        if belongs is not None:
            owner[pk] = belongs
            own.append(spot)
    Stop.objects.filter(halt__isnull=False).update(halt=None)
    taken: set[str] = set()
    for group in as_one(own):
        halt = _halt(group, owner[group[0].key], known, taken)
        Stop.objects.filter(pk__in=[spot.key for spot in group]).update(halt=halt)
    _refresh_calls()
    raise_generation()
    searching.changed()
    return len(taken)


def _halt(group: Sequence[Spot], ortschaft: int, known: Sequence[Known], taken: set[str]) -> Halt:
    first = group[0]
    base = slugify(first.name, max_length=100)
    slug, number = base, 1
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    taken.add(slug)
    halt, _created = Halt.objects.update_or_create(
        slug=slug,
        defaults={
            "name": first.name,
            "ortschaft_id": ortschaft,
            "place_id": place_of(first, known),
            "lon": sum(spot.lon for spot in group) / len(group),
            "lat": sum(spot.lat for spot in group) / len(group),
        },
    )
    return halt


def _refresh_calls() -> None:
    Call.objects.all().delete()
    stop_at = {
        (feed, number): pk
        for pk, feed, number in Stop.objects.filter(halt__isnull=False).values_list("pk", "feed_id", "number")
    }
    calls = (
        Call(pattern_id=pattern, position=position, stop_id=stop_at[feed, number])
        for pattern, feed, packed in Pattern.objects.values_list("pk", "feed_id", "stops").order_by("pk")
        for position, number in enumerate(unpack_numbers(bytes(packed)))
        if (feed, number) in stop_at
    )
    Call.objects.bulk_create(calls, batch_size=BATCH)


@transaction.atomic
def remove_feed(*, key: str) -> bool:
    """Take a timetable away; its stops stay as addresses. False if there is none of that name."""
    gone, _each = Feed.objects.filter(key=key).delete()
    if gone:
        refresh_halts()
    return bool(gone)
