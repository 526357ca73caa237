"""The promised day, in days on which the town hall works."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartbarleben.cases.clock import (
    add_months,
    add_working_days,
    due_after_pause,
    is_working_day,
    working_days_between,
)

days = st.dates(date(2024, 1, 1), date(2030, 12, 31))
holidays = st.frozensets(days, max_size=30)


@given(days, st.integers(0, 60), holidays)
def test_there_and_back(day: date, number: int, free: frozenset[date]) -> None:
    due = add_working_days(day, number, free)
    assert working_days_between(day, due, free) == number
    assert number == 0 or is_working_day(due, free)


@given(days, days, st.integers(0, 200), st.integers(1, 40), holidays)
def test_waiting_for_the_person_never_costs_us_days(
    received: date, paused: date, wait: int, period: int, free: frozenset[date]
) -> None:
    due = add_working_days(received, period, free)
    resumed = paused + timedelta(days=wait)
    later = due_after_pause(due, paused, resumed, free)
    assert later >= due
    assert working_days_between(due, later, free) == working_days_between(paused, resumed, free)


@given(days, st.integers(0, 24))
def test_months_end_on_the_same_day_or_the_last_of_the_month(day: date, months: int) -> None:
    then = add_months(day, months)
    assert (then.year * 12 + then.month) - (day.year * 12 + day.month) == months
    assert then.day == day.day or (then.day < day.day and (then + timedelta(days=1)).day == 1)


def test_the_law_counts_months_to_the_end_of_february() -> None:
    assert add_months(date(2027, 1, 31), 1) == date(2027, 2, 28)


@pytest.mark.parametrize("number", [-1, 401])
def test_absurd_periods_are_refused(number: int) -> None:
    with pytest.raises(ValueError, match="period"):
        add_working_days(date(2026, 11, 23), number, ())
