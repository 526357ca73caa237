"""Service days: weekly rules, single days, and the day on which a timetable thins out."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from smartbarleben.timetables.servicedays import (
    ADDED,
    REMOVED,
    ServiceDays,
    Single,
    Weekly,
    full_until,
    period,
    service_days,
)

FIRST = date(2026, 6, 1)
DAYS = st.integers(0, 200).map(lambda n: FIRST + timedelta(days=n))
WEEKLY = st.builds(
    lambda service, days, one, two: Weekly(service, tuple(days), min(one, two), max(one, two)),
    st.sampled_from("ab"),
    st.lists(st.booleans(), min_size=7, max_size=7),
    DAYS,
    DAYS,
)
SINGLE = st.builds(Single, st.sampled_from("ab"), DAYS, st.sampled_from([ADDED, REMOVED]))


@given(st.lists(WEEKLY, max_size=3), st.lists(SINGLE, max_size=8, unique_by=lambda one: (one.service, one.day)))
def test_each_day_is_what_the_rules_say(weekly: list[Weekly], single: list[Single]) -> None:
    edges = period(weekly, single)
    if edges is None:
        return
    found = service_days(weekly, single, *edges)
    for service, days in found.items():
        for number in range(-2, (edges[1] - edges[0]).days + 3):
            day = edges[0] + timedelta(days=number)
            runs = any(
                rule.service == service and rule.first <= day <= rule.last and rule.weekdays[day.weekday()]
                for rule in weekly
            )
            for one in single:
                if one.service == service and one.day == day:
                    runs = one.change == ADDED
            assert days.runs_on(day) == runs


@given(st.integers(0, 2**400))
def test_packed_days_are_the_same_days(bits: int) -> None:
    days = ServiceDays(FIRST, bits)
    assert ServiceDays.unpacked(FIRST, days.packed()) == days
    assert len(days.days()) == bits.bit_count()
    assert all(days.runs_on(day) for day in days.days())


def test_a_timetable_thins_out_on_the_last_day_with_half_of_its_trips() -> None:
    days = {"all": ServiceDays(FIRST, 0b1111111), "full": ServiceDays(FIRST, 0b0000111)}
    assert full_until({"all": 10, "full": 30}, days) == FIRST + timedelta(days=2)
    assert full_until({"all": 10, "full": 5}, days) == FIRST + timedelta(days=6)
    assert full_until({"all": 10}, {"all": ServiceDays(FIRST, 0)}) is None
