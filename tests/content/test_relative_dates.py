"""Sample dates keep the village alive on any day."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartbarleben.content.relative_dates import DateSpecError, resolve, resolve_day

ZONE = ZoneInfo("Europe/Berlin")
starts = st.dates(date(2020, 1, 1), date(2040, 12, 31))


@given(starts, st.sampled_from(["mon", "tue", "wed", "thu", "fri", "sat", "sun"]), st.integers(0, 5))
def test_a_weekday_is_the_next_one_and_weeks_count_from_there(start: date, weekday: str, week: int) -> None:
    day = resolve_day({"weekday": weekday, "week": week}, start)
    assert 7 * week <= (day - start).days < 7 * week + 7
    assert day.strftime("%a").lower() == weekday


@given(starts, st.integers(1, 4))
def test_advent_is_a_saturday_before_christmas_and_never_past(start: date, number: int) -> None:
    day = resolve_day({"advent": number}, start)
    assert day.weekday() == 5
    assert start <= day
    # The fourth Advent Sunday is the last Sunday before Christmas Day.
    assert 0 < (date(day.year, 12, 25) - day).days - (4 - number) * 7 <= 8


@given(starts)
def test_a_yearly_day_lies_within_the_coming_year(start: date) -> None:
    assert 0 <= (resolve_day({"month": 4, "dom": 30}, start) - start).days <= 366


def test_first_advent_2026() -> None:
    assert resolve_day({"advent": 1}, date(2026, 11, 23)) == date(2026, 11, 28)


def test_times_are_wall_clock_times() -> None:
    moment = resolve({"date": date(2026, 7, 1), "time": "18:30"}, date(2026, 1, 1), ZONE)
    assert moment == datetime(2026, 7, 1, 18, 30, tzinfo=ZONE)


@pytest.mark.parametrize("nonsense", ["soon", {"dya": 3}, [], "2021-13"])
def test_nonsense_is_quoted(nonsense: object) -> None:
    with pytest.raises(DateSpecError):
        resolve_day(nonsense, date(2026, 1, 1))
