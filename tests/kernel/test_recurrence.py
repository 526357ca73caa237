# ruff: noqa: DTZ001 - series live on the wall clock
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from time import process_time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartbarleben.kernel.recurrence import (
    MAX_SPAN,
    Occurrence,
    Recurrence,
    RecurrenceError,
    next_occurrence,
    occurrences,
    validate,
)

from .common import brief, thorough
from .test_rrule import rule_texts

BERLIN = ZoneInfo("Europe/Berlin")
CHOIR = Recurrence(datetime(2026, 1, 6, 18), timedelta(hours=2), "FREQ=WEEKLY;BYDAY=TU")


def berlin(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=BERLIN)


def starts(recurrence: Recurrence, first: datetime, last: datetime, limit: int = 500) -> list[str]:
    return [one.start.strftime("%d.%m. %H:%M %z") for one in occurrences(recurrence, first, last, limit)]


def test_six_in_the_evening_stays_six_over_both_changes_of_the_clocks() -> None:
    assert starts(CHOIR, berlin(2026, 3, 20), berlin(2026, 4, 5)) == ["24.03. 18:00 +0100", "31.03. 18:00 +0200"]
    assert starts(CHOIR, berlin(2026, 10, 20), berlin(2026, 10, 30)) == ["20.10. 18:00 +0200", "27.10. 18:00 +0100"]


def test_a_skipped_start_moves_forward_and_keeps_its_name() -> None:
    night = Recurrence(datetime(2026, 3, 28, 2, 30), timedelta(hours=1), "FREQ=DAILY")
    [one] = occurrences(night, berlin(2026, 3, 29), berlin(2026, 3, 29, 12))
    assert one.start.strftime("%H:%M %z") == "03:30 +0200"
    assert one.original_start == datetime(2026, 3, 29, 2, 30)


def test_a_start_moved_by_the_gap_takes_its_place_in_time() -> None:
    night = Recurrence(
        datetime(2026, 3, 28, 2, 30),
        timedelta(hours=1),
        "FREQ=DAILY",
        rdates=frozenset({datetime(2026, 3, 29, 3, 10)}),
    )
    found = occurrences(night, berlin(2026, 3, 29), berlin(2026, 3, 29, 12))
    assert [one.start.strftime("%H:%M") for one in found] == ["03:10", "03:30"]


def test_a_local_day_that_has_not_begun_in_universal_time_is_found() -> None:
    soon_after_midnight = replace(CHOIR, start=datetime(2026, 1, 6, 0, 30))
    begin = datetime(2026, 1, 12, 23, 15, tzinfo=UTC)
    assert len(occurrences(soon_after_midnight, begin, begin + timedelta(minutes=30))) == 1
    in_hawaii = replace(CHOIR, start=datetime(2026, 1, 6, 23, 30), timezone="Pacific/Honolulu")
    begin = datetime(2026, 1, 14, 9, 15, tzinfo=UTC)
    assert len(occurrences(in_hawaii, begin, begin + timedelta(minutes=30))) == 1


def test_the_duration_is_elapsed_time() -> None:
    party = Recurrence(datetime(2026, 10, 24, 20), timedelta(hours=8))
    [one] = occurrences(party, berlin(2026, 10, 24), berlin(2026, 10, 26))
    assert one.end.strftime("%H:%M %z") == "03:00 +0100"
    assert one.end.astimezone(UTC) - one.start.astimezone(UTC) == timedelta(hours=8)


def test_what_is_running_counts_what_just_ended_does_not() -> None:
    assert len(occurrences(CHOIR, berlin(2026, 1, 13, 19), berlin(2026, 1, 13, 19, 1))) == 1
    assert occurrences(CHOIR, berlin(2026, 1, 13, 20), berlin(2026, 1, 14)) == []
    assert occurrences(CHOIR, berlin(2026, 1, 13), berlin(2026, 1, 13, 18)) == []
    moment = replace(CHOIR, duration=timedelta(0))
    assert len(occurrences(moment, berlin(2026, 1, 13, 18), berlin(2026, 1, 13, 19))) == 1


def test_dates_left_out_and_added() -> None:
    changed = replace(
        CHOIR,
        exdates=frozenset({datetime(2026, 1, 13, 18), datetime(2026, 1, 20, 17)}),
        rdates=frozenset({datetime(2026, 1, 15, 19, 30), datetime(2026, 1, 20, 18), datetime(2026, 1, 13, 18)}),
    )
    expected = ["06.01. 18:00 +0100", "15.01. 19:30 +0100", "20.01. 18:00 +0100"]
    assert starts(changed, berlin(2026, 1, 1), berlin(2026, 1, 22)) == expected


def test_an_event_without_a_rule_happens_once_and_on_its_added_dates() -> None:
    once = Recurrence(datetime(2026, 5, 1, 10), timedelta(hours=1), rdates=frozenset({datetime(2025, 5, 1, 10)}))
    assert starts(once, berlin(2020, 1, 1), berlin(2030, 1, 1)) == ["01.05. 10:00 +0200"] * 2
    assert starts(replace(once, exdates=frozenset({once.start})), berlin(2026, 1, 1), berlin(2030, 1, 1)) == []


@pytest.mark.parametrize(
    ("until", "last_day"),
    [
        ("20260120", 20),
        ("20260120T180000", 20),
        ("20260120T175959", 13),
        ("20260120T170000Z", 20),
        ("20260120T165959Z", 13),
    ],
)
def test_until_is_inclusive_in_local_and_in_universal_time(until: str, last_day: int) -> None:
    ending = replace(CHOIR, rrule=f"FREQ=WEEKLY;BYDAY=TU;UNTIL={until}")
    assert occurrences(ending, berlin(2026, 1, 1), berlin(2026, 3, 1))[-1].start.day == last_day


def test_count_counts_the_dates_left_out() -> None:
    three = replace(CHOIR, rrule="FREQ=WEEKLY;COUNT=3", exdates=frozenset({datetime(2026, 1, 13, 18)}))
    assert starts(three, berlin(2026, 1, 1), berlin(2027, 1, 1)) == ["06.01. 18:00 +0100", "20.01. 18:00 +0100"]


def test_the_next_date_is_strictly_later_and_none_when_the_series_is_over() -> None:
    following = next_occurrence(CHOIR, berlin(2026, 1, 13, 18))
    assert following is not None
    assert following.start == berlin(2026, 1, 20, 18)
    assert next_occurrence(replace(CHOIR, rrule="FREQ=WEEKLY;COUNT=2"), berlin(2026, 1, 13, 18)) is None
    assert next_occurrence(replace(CHOIR, rrule=""), berlin(2026, 1, 6, 17)) is not None
    assert next_occurrence(replace(CHOIR, rrule=""), berlin(2026, 1, 6, 18)) is None


def test_long_ago_and_far_ahead_are_found() -> None:
    ever, never_ending = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)
    assert len(occurrences(CHOIR, ever, never_ending, limit=7)) == 7
    far = replace(CHOIR, start=datetime(2500, 1, 1, 18))
    following = next_occurrence(far, berlin(2026, 1, 1))
    assert following is not None
    assert following.start.year == 2500
    assert len(occurrences(far, berlin(2026, 1, 1), never_ending, limit=3)) == 3
    assert next_occurrence(CHOIR, never_ending) is None


def test_a_series_is_over_when_it_does_not_fall_within_fifty_years() -> None:
    sparse = replace(CHOIR, rrule="FREQ=YEARLY;INTERVAL=60")
    assert next_occurrence(sparse, berlin(2026, 2, 1)) is None
    assert timedelta(days=365 * 50) < MAX_SPAN < timedelta(days=365 * 60)


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;INTERVAL=7;BYDAY=WE",
        "FREQ=YEARLY;BYWEEKNO=53;BYMONTH=6",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=5",
    ],
)
def test_a_rule_that_never_matches_is_found_out_quickly(rule: str) -> None:
    began = process_time()
    assert next_occurrence(replace(CHOIR, rrule=rule), berlin(2026, 1, 7)) is None
    assert process_time() - began < 1.5


def test_what_cannot_be_is_refused() -> None:
    def code(**changes: object) -> str:
        with pytest.raises(RecurrenceError) as caught:
            replace(CHOIR, **changes)
        return caught.value.code

    assert code(start=datetime(2026, 1, 1, tzinfo=UTC)) == "start"
    assert code(rdates=frozenset({datetime(2026, 1, 1, tzinfo=UTC)})) == "start"
    assert code(start=datetime(26, 1, 1)) == "start"
    assert code(duration=timedelta(seconds=-1)) == "duration"
    assert code(duration=timedelta(days=400)) == "duration"
    assert code(timezone="Barleben") == "timezone"
    assert code(rrule="FREQ=HOURLY") == "too_often"
    with pytest.raises(RecurrenceError, match="daily at most"):
        validate("FREQ=SECONDLY")
    validate("FREQ=WEEKLY;BYDAY=TU")
    with pytest.raises(ValueError, match="needs a time zone"):
        occurrences(CHOIR, datetime(2026, 1, 1), berlin(2026, 1, 2))


STARTS = st.datetimes(datetime(2024, 1, 1), datetime(2026, 12, 31)).map(lambda wall: wall.replace(microsecond=0))
ODD_NIGHTS = st.sampled_from([datetime(2026, 3, 29, 2, 30), datetime(2026, 10, 25, 2, 30)])
SERIES = st.builds(
    Recurrence,
    STARTS | ODD_NIGHTS,
    st.timedeltas(timedelta(0), timedelta(days=3)),
    st.just("") | rule_texts(),
    st.frozensets(STARTS, max_size=2),
    st.frozensets(STARTS | ODD_NIGHTS, max_size=4),
)
WINDOW_STARTS = st.datetimes(datetime(2023, 6, 1), datetime(2027, 1, 1), timezones=st.just(UTC))
LENGTHS = st.timedeltas(timedelta(0), timedelta(days=200))


@thorough
@given(SERIES, WINDOW_STARTS, LENGTHS, st.integers(0, 30))
def test_a_window_shows_exactly_what_overlaps_it(
    series: Recurrence, begin: datetime, length: timedelta, limit: int
) -> None:
    end = begin + length
    shown = occurrences(series, begin, end, limit=10_000)
    instants = [one.start.astimezone(UTC) for one in shown]
    assert instants == sorted(instants)
    assert len({one.original_start for one in shown}) == len(shown)
    for one in shown:
        assert one.end.astimezone(UTC) - one.start.astimezone(UTC) == series.duration
        assert one.start.astimezone(UTC) < end
        assert one.end.astimezone(UTC) > begin or one.start.astimezone(UTC) >= begin
        assert one.original_start not in series.exdates
    wide = occurrences(series, begin - timedelta(days=30), end + timedelta(days=30), limit=10_000)

    def overlaps(one: Occurrence) -> bool:
        start, stop = one.start.astimezone(UTC), one.end.astimezone(UTC)
        return start < end and (stop > begin or start >= begin)

    assert shown == [one for one in wide if overlaps(one)]
    assert occurrences(series, begin, end, limit) == shown[:limit]


@brief
@given(SERIES, WINDOW_STARTS)
def test_going_from_next_to_next_walks_the_series(series: Recurrence, begin: datetime) -> None:
    coming = [
        one for one in occurrences(series, begin, begin + timedelta(days=400)) if one.start.astimezone(UTC) > begin
    ]
    at = begin
    for expected in coming[:5]:
        found = next_occurrence(series, at)
        assert found is not None
        assert found.start.astimezone(UTC) == expected.start.astimezone(UTC)
        at = found.start.astimezone(UTC)


@brief
@given(SERIES)
def test_the_time_on_the_wall_never_changes(series: Recurrence) -> None:
    for one in occurrences(series, datetime(2023, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC), 50):
        if one.original_start not in series.rdates:
            assert one.original_start.time() == series.start.time()
        shift = one.start.replace(tzinfo=None, fold=0) - one.original_start
        assert shift in (timedelta(0), timedelta(hours=1))


@brief
@given(
    st.datetimes(datetime(1800, 1, 1), datetime(9000, 1, 1)),
    st.timedeltas(timedelta(0), timedelta(days=366)),
    rule_texts(),
    st.none() | st.integers(1, 5000),
    st.datetimes(timezones=st.just(UTC)),
    st.datetimes(timezones=st.just(UTC)),
)
def test_no_series_runs_away(
    start: datetime, duration: timedelta, rule: str, count: int | None, begin: datetime, end: datetime
) -> None:
    series = Recurrence(start, duration, f"{rule};COUNT={count}" if count else rule)
    began = process_time()
    occurrences(series, begin, end)
    next_occurrence(series, begin)
    assert process_time() - began < 3
