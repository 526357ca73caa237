"""Next departures against brute force, over midnight and clock changes; patterns without overtaking."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from smartbarleben.timetables.clocktimes import MAX_SECONDS, moment
from smartbarleben.timetables.departing import Leaving, next_departures, on_service_day
from smartbarleben.timetables.patterns import (
    Trip,
    Way,
    pack_numbers,
    pack_times,
    patterns,
    unpack_numbers,
    unpack_times,
    without_overtaking,
)
from smartbarleben.timetables.servicedays import ServiceDays

BERLIN = ZoneInfo("Europe/Berlin")
# Around the night in which the clock goes back.
FIRST = date(2026, 10, 18)
LEAVING = st.builds(
    Leaving,
    st.integers(0, MAX_SECONDS - 1),
    st.integers(0, 3),
    st.integers(0, 2**16 - 1).map(lambda b: ServiceDays(FIRST, b)),
)
MOMENTS = st.integers(0, 12 * 24 * 60).map(lambda n: datetime(2026, 10, 18, tzinfo=UTC) + timedelta(minutes=n))


@given(st.lists(LEAVING, max_size=12), MOMENTS, st.integers(1, 8))
def test_next_departures_are_those_of_brute_force(board: list[Leaving], since: datetime, limit: int) -> None:
    until = since.astimezone(BERLIN).date() + timedelta(days=7)
    every = sorted(
        (moment(day, one.after, BERLIN).timestamp(), one.ride)
        for one in board
        for day in one.days.days()
        if day <= until and moment(day, one.after, BERLIN).timestamp() >= since.timestamp()
    )
    found = next_departures(board, since, limit, BERLIN)
    assert [(one.unix, one.ride) for one in found] == every[:limit]


def test_a_bus_of_this_minute_is_still_there() -> None:
    board = [Leaving(7 * 3600 + 25 * 60, 0, ServiceDays(FIRST, 1))]
    assert next_departures(board, datetime(2026, 10, 18, 7, 25, 59, tzinfo=BERLIN), 1, BERLIN)
    assert not next_departures(board, datetime(2026, 10, 18, 7, 26, tzinfo=BERLIN), 1, BERLIN)


def test_the_last_one_of_the_day_is_named_where_there_are_several() -> None:
    days = ServiceDays(FIRST, 1)
    board = [Leaving(hour * 3600, 0, days) for hour in (6, 12, 25)] + [Leaving(8 * 3600, 1, days)]
    assert [(one.ride, one.last) for one in on_service_day(board, FIRST, BERLIN)] == [
        (0, False),
        (1, False),
        (0, False),
        (0, True),
    ]


TRIPS = st.lists(
    st.lists(st.integers(0, 50), min_size=4, max_size=4).map(sorted).map(tuple), min_size=1, max_size=15
).map(lambda rows: [Trip(str(number), number % 3, times) for number, times in enumerate(rows)])


@given(TRIPS)
def test_no_trip_of_a_pattern_overtakes_another_and_none_is_lost(trips: list[Trip]) -> None:
    chains = without_overtaking(trips)
    assert Counter(trip for chain in chains for trip in chain) == Counter(trips)
    for chain in chains:
        for early, late in pairwise(chain):
            assert all(two >= one for one, two in zip(early.times, late.times, strict=True))


@given(TRIPS, st.randoms(use_true_random=False))
def test_the_order_of_the_file_does_not_matter(trips: list[Trip], chance: object) -> None:
    way = Way(0, "Ziel", (1, 2), b"\0\0", b"\0\0")
    mixed = list(trips)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    assert patterns((way, trip) for trip in trips) == patterns((way, trip) for trip in mixed)


@given(TRIPS)
def test_packed_numbers_and_times_are_the_same(trips: list[Trip]) -> None:
    times = unpack_times(pack_times(trips))
    for number, trip in enumerate(trips):
        for call in range(2):
            assert times[2 * (number * 2 + call) + 1] == trip.times[2 * call + 1]
    services = [trip.service for trip in trips]
    assert list(unpack_numbers(pack_numbers(services))) == services
    assert pack_numbers([1]) == b"\x01\0\0\0"
