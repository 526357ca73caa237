# ruff: noqa: DTZ001 - times on the wall have no zone, that is what is tested here
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartbarleben.kernel import wallclock

from .common import thorough

BERLIN = wallclock.zone("Europe/Berlin")
WALLS = st.datetimes(datetime(2026, 3, 28), datetime(2026, 3, 31)) | st.datetimes(
    datetime(2026, 10, 24), datetime(2026, 10, 27)
)


def shown(moment: datetime) -> str:
    return moment.astimezone(BERLIN).strftime("%H:%M %z")


def test_a_skipped_time_moves_forward_by_the_gap_or_to_its_end() -> None:
    assert shown(wallclock.instant(datetime(2026, 3, 29, 2, 30), BERLIN)) == "03:30 +0200"
    assert shown(wallclock.edge(datetime(2026, 3, 29, 2, 30), BERLIN)) == "03:00 +0200"


def test_the_first_of_two_equal_times_is_meant() -> None:
    for place in (wallclock.instant, wallclock.edge):
        assert shown(place(datetime(2026, 10, 25, 2, 30), BERLIN)) == "02:30 +0200"
        assert shown(place(datetime(2026, 10, 25, 2, 30, fold=1), BERLIN)) == "02:30 +0200"


def test_a_gap_at_midnight_ends_at_one() -> None:
    cairo = wallclock.zone("Africa/Cairo")
    moment = wallclock.edge(datetime(2024, 4, 26, 0, 20), cairo)
    assert moment.astimezone(cairo).strftime("%d %H:%M") == "26 01:00"


@thorough
@given(WALLS, WALLS)
def test_edges_keep_the_order_of_the_wall_clock(one: datetime, other: datetime) -> None:
    first, second = sorted((one, other))
    assert wallclock.edge(first, BERLIN) <= wallclock.edge(second, BERLIN)


@thorough
@given(WALLS)
def test_an_instant_reads_as_it_was_written_unless_it_was_skipped(wall: datetime) -> None:
    moment = wallclock.instant(wall, BERLIN)
    assert moment.tzinfo is UTC
    again = moment.astimezone(BERLIN).replace(tzinfo=None, fold=0)
    assert again - wall in (timedelta(0), timedelta(hours=1))
    if again != wall:
        assert (wall.month, wall.day, wall.hour) == (3, 29, 2)


@pytest.mark.parametrize("name", ["", "Barleben", "../etc/passwd", "Europe", "\x00"])
def test_an_unknown_zone_is_named(name: str) -> None:
    with pytest.raises(ValueError, match="no time zone"):
        wallclock.zone(name)
