"""The five real timetables around Barleben, on pinned days; the numbers were counted by another program.

They lie beside the checkout and are no part of it.
"""

import time
from datetime import UTC, date, datetime

import pytest
from django.test import RequestFactory
from tests.factories import make_village

from smartbarleben.config.paths import ROOT
from smartbarleben.places.models import Ortschaft
from smartbarleben.timetables import actions, feeds, queries
from smartbarleben.timetables.models import Feed, Halt
from smartbarleben.timetables.timetable import Timetable

FOLDER = ROOT.parent / "shared" / "data" / "gtfs"
FILES = {name: FOLDER / f"gtfs_{name}_std_kn.zip" for name in ("boerdebus", "mvb", "kvg", "njl", "pvgs")}
TUESDAY, SATURDAY, SUNDAY, HOLIDAYS = date(2026, 6, 9), date(2026, 6, 13), date(2026, 6, 14), date(2026, 7, 14)
PUBLISHED = date(2026, 6, 5)

pytestmark = pytest.mark.skipif(
    not all(path.exists() for path in FILES.values()), reason="the real timetables are not beside this checkout"
)


def running(read: Timetable, day: date) -> int:
    return sum(read.services[trip.service].runs_on(day) for one in read.patterns for trip in one.trips)


@pytest.mark.parametrize(
    ("name", "trips", "calls", "on_days", "full_until"),
    [
        ("boerdebus", 2_850, 37_367, (1_344, 458, 448), date(2026, 12, 31)),
        ("mvb", 8_382, 138_125, (4_239, 3_235, 2_719), date(2026, 7, 5)),
        ("kvg", 1_942, 30_176, (1_102, 196, 109), date(2027, 4, 28)),
        ("njl", 1_893, 30_725, (964, 412, 398), date(2026, 12, 18)),
        ("pvgs", 4_476, 155_720, (3_794, 3_638, 3_541), date(2026, 8, 16)),
    ],
)
def test_every_trip_of_a_real_feed_is_understood(
    name: str, trips: int, calls: int, on_days: tuple[int, ...], full_until: date
) -> None:
    read = feeds.read(FILES[name], PUBLISHED)
    assert (read.trip_count, read.call_count, read.report.rows()) == (trips, calls, [])
    assert tuple(running(read, day) for day in (TUESDAY, SATURDAY, SUNDAY)) == on_days
    assert read.full_until == full_until


def test_trips_through_the_ortschaften_on_a_school_day_a_weekend_and_in_the_holidays() -> None:
    read = feeds.read(FILES["boerdebus"], PUBLISHED)

    def through(village: str, day: date) -> int:
        own = {number for number, stop in enumerate(read.stops) if stop.name.startswith(village)}
        return sum(
            read.services[trip.service].runs_on(day)
            for one in read.patterns
            if own & set(one.way.stops)
            for trip in one.trips
        )

    found = {
        village: [through(village, day) for day in (TUESDAY, SATURDAY, SUNDAY, HOLIDAYS)]
        for village in ("Barleben", "Ebendorf", "Meitzendorf")
    }
    assert found == {"Barleben": [76, 31, 30, 70], "Ebendorf": [49, 18, 17, 40], "Meitzendorf": [26, 15, 15, 19]}


@pytest.fixture
def boerdebus(db: None) -> None:
    make_village(lon=11.618, lat=52.203)
    for slug, lon, lat in (
        ("barleben", 11.6187, 52.2033),
        ("ebendorf", 11.5712, 52.1832),
        ("meitzendorf", 11.559, 52.21),
    ):
        Ortschaft.objects.filter(slug=slug).update(lon=lon, lat=lat)
    actions.import_feed(path=FILES["boerdebus"], today=PUBLISHED)


def board(slug: str) -> queries.Board:
    found = queries.board(RequestFactory().get("/"), slug)
    assert found is not None
    return found


def test_departures_checked_by_hand(boerdebus: None) -> None:
    assert Halt.objects.filter(ortschaft__slug="ebendorf").count() == 3
    seven = datetime(2026, 6, 9, 5, 0, tzinfo=UTC)
    shown = [
        (f"{row.at:%H:%M}", row.ride.line, row.ride.direction)
        for row in queries.coming(board("barleben-mitte"), seven, 7)
    ]
    assert shown == [
        ("07:10", "610", "Magdeburg, S-Bahnhof Neustadt (Bus)"),
        ("07:25", "613", "Magdeburg ZOB"),
        ("07:30", "638", "Barleben Bahnhof"),
        ("07:34", "613", "Rottmersleben ü. Barleben"),
        ("07:44", "630", "Wolmirstedt Bahnhof"),
        ("08:11", "610", "Barleben, Rothenseer Str."),
        ("08:19", "610", "Wolmirstedt Bf"),
    ]


@pytest.mark.parametrize(
    ("slug", "counts", "edges"),
    [
        ("barleben-mitte", (44, 14, 14, 38), ("05:11", "20:46")),
        ("ebendorf", (46, 18, 17, 39), ("04:26", "23:50")),
        ("meitzendorf-bahnhof-bus", (24, 15, 15, 19), ("05:50", "16:44")),
    ],
)
def test_whole_days_counted_by_another_program(
    boerdebus: None, slug: str, counts: tuple[int, ...], edges: tuple[str, str]
) -> None:
    stop = board(slug)
    days = [queries.whole_day(stop, day) for day in (TUESDAY, SATURDAY, SUNDAY, HOLIDAYS)]
    assert tuple(map(len, days)) == counts
    assert (f"{days[0][0].at:%H:%M}", f"{days[0][-1].at:%H:%M}") == edges


def test_meitzendorf_has_no_evening_bus_and_shows_the_morning(boerdebus: None) -> None:
    evening = datetime(2026, 6, 9, 18, 0, tzinfo=UTC)
    first = queries.coming(board("meitzendorf-bahnhof-bus"), evening, 1)[0]
    assert first.at.date() == date(2026, 6, 10)


@pytest.mark.slow
def test_all_five_are_taken_over_within_a_minute(db: None) -> None:
    make_village(lon=11.618, lat=52.203)
    started = time.monotonic()
    for path in FILES.values():
        actions.import_feed(path=path, today=PUBLISHED)
    assert time.monotonic() - started < 60
    assert Feed.objects.count() == 5
