"""Times of GTFS: written and read, past midnight, and on the days on which the clock changes."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartbarleben.timetables import clocktimes

BERLIN = ZoneInfo("Europe/Berlin")
DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))


@given(st.integers(0, clocktimes.MAX_SECONDS - 1))
def test_what_is_written_is_read_again(total: int) -> None:
    assert clocktimes.seconds(clocktimes.written(total)) == total
    assert clocktimes.seconds(f" {clocktimes.written(total).removeprefix('0')} ") == total


@pytest.mark.parametrize(
    "text", ["7:5:00", "7:60:00", "7.30", "-1:00:00", "٧:٣٠:٠٠:", "96:00:00", "999:00:00", "noon"]
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"no time|four days"):
        clocktimes.seconds(text)


def test_an_empty_time_is_left_to_the_reader() -> None:
    assert clocktimes.seconds("  ") is None


@pytest.mark.parametrize("text", ["2026-06-09", "20260231", "2026069", ""])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"day|month|year"):
        clocktimes.day(text)


@given(DAYS, st.integers(5 * 3600, 24 * 3600 - 1))
def test_the_clock_on_the_wall_shows_the_written_time(day: date, after: int) -> None:
    """From five in the morning on, also on days of a clock change: a bus at 7:25 leaves at 7:25."""
    shown = clocktimes.moment(day, after, BERLIN)
    assert shown.date() == day
    assert shown.hour * 3600 + shown.minute * 60 + shown.second == after


@given(DAYS, st.integers(0, clocktimes.MAX_SECONDS - 61))
def test_later_seconds_are_later_moments(day: date, after: int) -> None:
    assert clocktimes.moment(day, after + 60, BERLIN) - clocktimes.moment(day, after, BERLIN) == timedelta(seconds=60)


@given(DAYS)
def test_days_begin_in_order(day: date) -> None:
    later = clocktimes.start_of_service(day + timedelta(days=1), BERLIN) - clocktimes.start_of_service(day, BERLIN)
    assert later in (23 * 3600, 24 * 3600, 25 * 3600)


def test_a_night_bus_when_the_clock_changes() -> None:
    """25:10 of Saturday, 24 October 2026 is ten past one by summer time; 27:10 is ten past two by winter time."""
    night = date(2026, 10, 24)
    assert clocktimes.moment(night, 25 * 3600 + 600, BERLIN) == datetime(2026, 10, 24, 23, 10, tzinfo=UTC)
    assert clocktimes.moment(night, 27 * 3600 + 600, BERLIN).strftime("%H:%M %Z") == "02:10 CET"
    assert clocktimes.moment(date(2026, 3, 29), 7 * 3600, BERLIN).strftime("%H:%M %Z") == "07:00 CEST"
