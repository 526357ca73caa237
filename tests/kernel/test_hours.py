# ruff: noqa: DTZ001 - times on the wall have no zone, that is what is tested here
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartbarleben.kernel.holidays import public_holidays
from smartbarleben.kernel.hours import Rule, Schedule, Special, State, Weeks, intervals, state_at, week_table

from .common import brief, thorough

BERLIN = ZoneInfo("Europe/Berlin")
HOLIDAYS_2026 = public_holidays("ST", [2026], "en")
# 2026-10-26 is a Monday; Reformation Day 2026 is the Saturday of that week.
OFFICE = Schedule(
    rules=(
        Rule(1, time(9), time(12)),
        Rule(1, time(13), time(18)),
        Rule(3, time(9), time(12)),
        Rule(5, time(10), time(12)),
    ),
    holidays=HOLIDAYS_2026,
)


def at(month: int, day: int, hour: int = 0, minute: int = 0, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=BERLIN)


def spoken(schedule: Schedule, moment: datetime) -> tuple[bool, str | None, str | None]:
    state = state_at(schedule, moment)
    return (
        state.is_open,
        state.until.strftime("%d.%m. %H:%M") if state.until else None,
        state.opens_next.strftime("%d.%m. %H:%M") if state.opens_next else None,
    )


def test_open_now_until_noon_and_again_after_lunch() -> None:
    assert spoken(OFFICE, at(10, 27, 10)) == (True, "27.10. 12:00", "27.10. 13:00")
    assert spoken(OFFICE, at(10, 27, 12)) == (False, "27.10. 13:00", "27.10. 13:00")
    assert spoken(OFFICE, at(10, 27, 9)) == (True, "27.10. 12:00", "27.10. 13:00")
    assert spoken(OFFICE, at(10, 27, 18)) == (False, "29.10. 09:00", "29.10. 09:00")


def test_the_days_intervals_are_those_of_the_local_day() -> None:
    late_on_monday_in_utc = datetime(2026, 10, 26, 23, 30, tzinfo=UTC)
    shown = state_at(OFFICE, late_on_monday_in_utc).day_intervals
    assert [(one.start.hour, one.end.hour) for one in shown] == [(9, 12), (13, 18)]


def test_closed_on_reformation_day_with_its_name() -> None:
    state = state_at(OFFICE, at(10, 31, 11))
    assert not state.is_open
    assert state.closed_reason == "Reformation Day"
    assert state.opens_next == at(11, 3, 9)


def test_a_holiday_is_no_reason_on_a_day_that_is_never_open() -> None:
    assert "Good Friday" in HOLIDAYS_2026.values()
    assert state_at(OFFICE, at(4, 3, 11)).closed_reason is None


def test_some_places_open_on_holidays() -> None:
    park = Schedule(OFFICE.rules, holidays=HOLIDAYS_2026, open_on_holidays=True)
    assert state_at(park, at(10, 31, 11)).is_open
    assert week_table(park, date(2026, 10, 26))[5].reason is None


def test_special_hours_replace_rules_and_holidays() -> None:
    fair = Special(date(2026, 10, 31), date(2026, 10, 31), time(14), time(17), "Autumn fair")
    schedule = Schedule(OFFICE.rules, (fair,), HOLIDAYS_2026)
    assert spoken(schedule, at(10, 31, 15))[:2] == (True, "31.10. 17:00")
    usually_open = state_at(schedule, at(10, 31, 11))
    assert (usually_open.is_open, usually_open.closed_reason) == (False, "Autumn fair")
    assert state_at(schedule, at(10, 31, 20)).closed_reason is None
    assert week_table(schedule, date(2026, 10, 26))[5].reason == "Autumn fair"


def test_several_special_hours_are_several_intervals_but_closed_wins() -> None:
    day = date(2026, 10, 27)
    morning, evening = Special(day, day, time(8), time(9)), Special(day, day, time(20), time(21))
    assert [i.start.hour for i in intervals(Schedule(OFFICE.rules, (evening, morning)), day, day)] == [8, 20]
    closed = Special(date(2026, 10, 20), date(2026, 11, 1), reason="Moving house")
    schedule = Schedule(OFFICE.rules, (evening, morning, closed))
    assert intervals(schedule, day, day) == []
    assert state_at(schedule, at(10, 27, 8, 30)).closed_reason == "Moving house"
    assert state_at(schedule, at(10, 28)).closed_reason == "Moving house"


def test_a_night_belongs_to_the_day_it_starts_on() -> None:
    bar = Schedule((Rule(4, time(20), time(2)),), (Special(date(2026, 10, 31), date(2026, 10, 31), reason="Rest"),))
    state = state_at(bar, at(10, 31, 1))
    assert (state.is_open, state.until) == (True, at(10, 31, 2))
    assert state.day_intervals == ()
    assert state_at(bar, at(10, 31, 2)).closed_reason == "Rest"


def test_round_the_clock_has_no_end() -> None:
    always = Schedule(tuple(Rule(day, time(0), time(0)) for day in range(7)))
    state = state_at(always, at(3, 29, 2, 59))
    assert (state.is_open, state.until, state.opens_next) == (True, None, None)
    assert len(intervals(always, date(2026, 1, 1), date(2026, 12, 31))) == 1
    assert [len(row.intervals) for row in week_table(always, date(2026, 3, 23))] == [1] * 7


def test_never_open_has_no_end_either() -> None:
    assert state_at(Schedule(()), at(1, 1)) == State(False, None, None, None, ())


def test_an_edge_beyond_the_horizon_is_not_promised() -> None:
    christmas = Schedule((Rule(4, time(9), time(12), valid_from=date(2026, 12, 25)),))
    assert state_at(christmas, at(10, 1)).opens_next is None
    assert state_at(christmas, at(10, 1), horizon_days=90).opens_next == at(12, 25, 9)


def test_an_edge_exactly_at_the_horizon_still_counts() -> None:
    weekly = Schedule((Rule(1, time(9), time(12)),))
    assert state_at(weekly, at(9, 1, 12), horizon_days=7).opens_next == at(9, 8, 9)
    assert state_at(weekly, at(9, 1, 9), horizon_days=7).opens_next == at(9, 8, 9)
    assert state_at(weekly, at(9, 1, 8, 59), horizon_days=7).opens_next == at(9, 1, 9)
    assert state_at(weekly, at(9, 1, 12), horizon_days=6).opens_next is None


def test_overlapping_rules_make_one_interval_to_the_latest_end() -> None:
    nested = Schedule((Rule(1, time(9), time(18)), Rule(1, time(10), time(11)), Rule(1, time(18), time(19))))
    [one] = intervals(nested, date(2026, 9, 1), date(2026, 9, 1))
    assert (one.start, one.end) == (at(9, 1, 9), at(9, 1, 19))
    assert state_at(nested, at(9, 1, 17)).until == at(9, 1, 19)


def test_odd_and_even_weeks_follow_the_iso_calendar() -> None:
    # ISO week 53 of 2026 is followed by week 1: two odd weeks in a row.
    odd = Schedule((Rule(0, time(9), time(12), Weeks.ODD),))
    even = Schedule((Rule(0, time(9), time(12), Weeks.EVEN),))
    span = date(2026, 12, 20), date(2027, 1, 12)
    assert [i.start.date() for i in intervals(odd, *span)] == [date(2026, 12, 28), date(2027, 1, 4)]
    assert [i.start.date() for i in intervals(even, *span)] == [date(2026, 12, 21), date(2027, 1, 11)]


def test_summer_rules_end_with_the_summer() -> None:
    pool = Schedule((Rule(0, time(10), time(19), valid_from=date(2026, 6, 1), valid_until=date(2026, 8, 31)),))
    found = intervals(pool, date(2026, 1, 1), date(2026, 12, 31))
    assert (found[0].start, found[-1].end) == (at(6, 1, 10), at(8, 31, 19))


def test_summer_time_shortens_and_lengthens_the_night() -> None:
    night = Schedule(tuple(Rule(day, time(22), time(6)) for day in range(7)))

    def hours(day: date) -> float:
        [one] = intervals(night, day, day)
        return (one.end.astimezone(UTC) - one.start.astimezone(UTC)) / timedelta(hours=1)

    assert [hours(date(2026, 3, 27)), hours(date(2026, 3, 28)), hours(date(2026, 10, 24))] == [8, 7, 9]


def test_hours_within_the_skipped_hour_vanish_and_those_reaching_out_remain() -> None:
    day = date(2026, 3, 29)
    assert intervals(Schedule((Rule(6, time(2, 10), time(2, 50)),)), day, day) == []
    [one] = intervals(Schedule((Rule(6, time(2, 30), time(3, 15)),)), day, day)
    assert (one.start, one.end) == (at(3, 29, 3), at(3, 29, 3, 15))


def test_closing_in_the_repeated_hour_happens_the_first_time() -> None:
    bar = Schedule((Rule(5, time(20), time(2, 30)),))
    first, second = datetime(2026, 10, 25, 0, 15, tzinfo=UTC), datetime(2026, 10, 25, 1, 15, tzinfo=UTC)
    assert first.astimezone(BERLIN).hour == second.astimezone(BERLIN).hour == 2
    assert state_at(bar, first).is_open
    assert not state_at(bar, second).is_open
    assert not state_at(bar, second.astimezone(BERLIN)).is_open


def test_the_week_table_starts_on_monday_whatever_day_is_given() -> None:
    rows = week_table(OFFICE, date(2026, 10, 29))
    assert [row.date.day for row in rows] == [26, 27, 28, 29, 30, 31, 1]
    assert [len(row.intervals) for row in rows] == [0, 2, 0, 1, 0, 0, 0]
    assert [row.reason for row in rows] == [None] * 5 + ["Reformation Day", None]


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="weekday"):
        Rule(7, time(9), time(12))
    with pytest.raises(ValueError, match="neither"):
        Special(date(2026, 1, 1), date(2026, 1, 1), time(9))
    with pytest.raises(ValueError, match="before"):
        Special(date(2026, 1, 2), date(2026, 1, 1))
    with pytest.raises(ValueError, match="without a zone"):
        Rule(0, time(9, tzinfo=UTC), time(12))
    with pytest.raises(ValueError, match="without a zone"):
        Special(date(2026, 1, 1), date(2026, 1, 1), time(9, tzinfo=UTC), time(12))
    with pytest.raises(ValueError, match="no time zone"):
        Schedule((), timezone="Barleben")
    with pytest.raises(ValueError, match="needs a time zone"):
        state_at(OFFICE, datetime(2026, 1, 1))


# Around both changes of the clocks, and across a year's end with week 53.
DAYS = st.sampled_from([date(2026, 3, 29), date(2026, 10, 25), date(2026, 12, 31)]).flatmap(
    lambda middle: st.integers(-5, 5).map(lambda offset: middle + timedelta(days=offset))
)
TIMES = st.integers(0, 24 * 12 - 1).map(lambda five_minutes: time(five_minutes // 12, five_minutes % 12 * 5))
RULES = st.builds(Rule, st.integers(0, 6), TIMES, TIMES, st.sampled_from(Weeks), st.none() | DAYS, st.none() | DAYS)


@st.composite
def specials(draw: st.DrawFn) -> Special:
    first = draw(DAYS)
    opens, closes = draw(st.just((None, None)) | st.tuples(TIMES, TIMES))
    return Special(first, first + timedelta(days=draw(st.integers(0, 3))), opens, closes, draw(st.text(max_size=3)))


SCHEDULES = st.builds(
    Schedule,
    st.lists(RULES, max_size=8).map(tuple),
    st.lists(specials(), max_size=3).map(tuple),
    st.dictionaries(DAYS, st.just("Holiday"), max_size=2),
    st.booleans(),
)
MOMENTS = st.builds(
    lambda day, minutes: datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=minutes),
    DAYS,
    st.integers(0, 24 * 60),
)


@thorough
@given(SCHEDULES, MOMENTS)
def test_the_state_agrees_with_the_intervals(schedule: Schedule, moment: datetime) -> None:
    day = moment.astimezone(BERLIN).date()
    around = intervals(schedule, day - timedelta(days=2), day + timedelta(days=2))
    state = state_at(schedule, moment, horizon_days=20)
    assert state.is_open == any(moment in one for one in around)
    assert state.day_intervals == tuple(intervals(schedule, day, day))
    assert not (state.is_open and state.closed_reason is not None)


@thorough
@given(SCHEDULES, MOMENTS)
def test_until_is_really_the_edge(schedule: Schedule, moment: datetime) -> None:
    state = state_at(schedule, moment, horizon_days=20)
    limit = state.until.astimezone(UTC) if state.until else moment + timedelta(days=20)
    assert moment < limit <= moment + timedelta(days=20)
    just_before = limit - timedelta(seconds=1)
    for probe in (moment + (limit - moment) / 3, moment + (limit - moment) * 2 / 3, max(moment, just_before)):
        assert state_at(schedule, probe, horizon_days=20).is_open == state.is_open
    if state.until:
        assert state_at(schedule, state.until, horizon_days=20).is_open != state.is_open
    if state.opens_next:
        assert state_at(schedule, state.opens_next, horizon_days=20).is_open
        before = state.opens_next.astimezone(UTC) - timedelta(seconds=1)
        assert not state_at(schedule, before, horizon_days=20).is_open


@thorough
@given(SCHEDULES, DAYS, st.integers(0, 20))
def test_intervals_are_sorted_apart_and_never_empty(schedule: Schedule, first: date, length: int) -> None:
    found = intervals(schedule, first, first + timedelta(days=length))
    edges = [edge.astimezone(UTC) for one in found for edge in (one.start, one.end)]
    assert edges == sorted(set(edges))


@brief
@given(SCHEDULES, MOMENTS)
def test_open_is_what_the_clock_on_the_wall_says(schedule: Schedule, moment: datetime) -> None:
    """The rules read by hand, for every moment whose wall-clock time is unique."""
    wall = moment.astimezone(BERLIN)
    if wall.utcoffset() != (moment + timedelta(hours=1)).astimezone(BERLIN).utcoffset() or wall.fold:
        return

    def by_hand(day: date) -> bool:
        special = [one for one in schedule.specials if one.first <= day <= one.last]
        if any(one.opens is None for one in special):
            return False
        if special:
            hours = [(one.opens, one.closes) for one in special]
        elif day in schedule.holidays and not schedule.open_on_holidays:
            hours = []
        else:
            hours = [(one.opens, one.closes) for one in schedule.rules if one.applies_on(day)]
        now, midnight = wall.replace(tzinfo=None), datetime(day.year, day.month, day.day)
        for opens, closes in hours:
            start, end = datetime.combine(midnight, opens), datetime.combine(midnight, closes)
            if start <= now < (end if closes > opens else end + timedelta(days=1)):
                return True
        return False

    today = wall.date()
    assert state_at(schedule, moment).is_open == (by_hand(today) or by_hand(today - timedelta(days=1)))
