"""The dates of an event in village time, over the nights in which the clocks change."""

from datetime import date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from smartbarleben.content.kinds import Event
from smartbarleben.content.occurrences import dates_of, next_date
from smartbarleben.ui.dates import VILLAGE_TIME, local, when


def _event(first: date, days: int, closes: time, rule: str) -> Event:
    last = datetime.combine(first + timedelta(days=days), closes, VILLAGE_TIME)
    start = datetime.combine(first, time(0), VILLAGE_TIME)
    return Event(title="Fest", starts_at=start, ends_at=last, all_day=True, recurrence=rule)


@given(
    first=st.dates(date(2026, 1, 1), date(2028, 12, 31)),
    days=st.integers(0, 3),
    closes=st.sampled_from([time(23, 59), time(12)]),
    rule=st.sampled_from(["FREQ=WEEKLY", "FREQ=DAILY;INTERVAL=9", "FREQ=MONTHLY;COUNT=8", "FREQ=YEARLY"]),
)
def test_whole_days_last_as_many_days_each_time(first: date, days: int, closes: time, rule: str) -> None:
    event = _event(first, days, closes, rule)
    found = dates_of(event, event.starts_at)
    assert found
    for start, end in found:
        assert (local(start).time(), local(end).time()) == (time(0), closes)
        assert local(end).date() - local(start).date() == timedelta(days=days)
    assert next_date(event, event.starts_at) == found[0]


def test_the_sunday_of_summer_time_is_one_day() -> None:
    event = _event(date(2027, 3, 21), 0, time(23, 59), "FREQ=WEEKLY")
    dates = [when(start, end, True, "de") for start, end in dates_of(event, event.starts_at)]
    assert dates[1].startswith("Sonntag, 28. März")
