"""The dates of an event in village time, over the nights in which the clocks change."""

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import assume, example, given
from hypothesis import strategies as st

from smartbarleben.content.kinds import Event
from smartbarleben.content.occurrences import dates_of, next_date
from smartbarleben.ui.dates import VILLAGE_TIME, local, when

# A time of day as clocks show it, without a zone.
WALL = datetime.fromisoformat


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


@given(
    first=st.datetimes(WALL("2026-01-01"), WALL("2028-12-31")),
    minutes=st.integers(0, 30 * 60),
    rule=st.sampled_from(["FREQ=WEEKLY", "FREQ=DAILY", "FREQ=MONTHLY;COUNT=8"]),
)
@example(first=WALL("2026-10-24T20:00"), minutes=8 * 60, rule="FREQ=WEEKLY")
@example(first=WALL("2027-03-21T02:30"), minutes=30, rule="FREQ=WEEKLY")
def test_every_date_ends_at_the_same_time_of_day(first: datetime, minutes: int, rule: str) -> None:
    """Also when the clocks change during the first date, or during a later one."""
    first = first.replace(second=0, microsecond=0)
    last = first + timedelta(minutes=minutes)
    event = Event(
        title="Tanz",
        starts_at=first.replace(tzinfo=VILLAGE_TIME),
        ends_at=last.replace(tzinfo=VILLAGE_TIME),
        recurrence=rule,
    )
    assume(exists(event.starts_at) and exists(event.ends_at) and event.starts_at <= event.ends_at)
    for start, end in dates_of(event, event.starts_at):
        assert start <= end
        if local(start).time() == first.time():
            wanted = local(start).replace(tzinfo=None) + timedelta(minutes=minutes)
            if exists(wanted.replace(tzinfo=VILLAGE_TIME)):
                assert local(end).replace(tzinfo=None) == wanted


def exists(moment: datetime) -> bool:
    """Whether clocks show this time once: not in the hour that is left out or comes twice."""
    there = moment.astimezone(UTC).astimezone(VILLAGE_TIME)
    return there == moment and moment.replace(fold=1).utcoffset() == moment.utcoffset()


def test_a_whole_day_without_an_end_ends_with_the_day() -> None:
    for day in (date(2027, 3, 28), date(2026, 10, 25), date(2026, 11, 24)):
        start = datetime.combine(day, time(0), VILLAGE_TIME)
        ((begins, ends),) = dates_of(Event(title="Fest", starts_at=start, all_day=True), start)
        assert local(begins) == start
        assert local(ends).replace(tzinfo=None) == datetime.combine(day + timedelta(days=1), time(0))


def test_the_sunday_of_summer_time_is_one_day() -> None:
    event = _event(date(2027, 3, 21), 0, time(23, 59), "FREQ=WEEKLY")
    dates = [when(start, end, True, "de") for start, end in dates_of(event, event.starts_at)]
    assert dates[1].startswith("Sonntag, 28. März")
