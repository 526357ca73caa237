# ruff: noqa: DTZ001 - a rule's UNTIL may be a time on the wall
import string
from datetime import UTC, date, datetime, timedelta
from itertools import takewhile

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, target
from hypothesis import strategies as st

from smartbarleben.kernel.rrule import RecurrenceError, dates, parse

from .common import brief, thorough


def first_dates(text: str, start: date, number: int = 4) -> list[str]:
    found = dates(parse(text), start, start, start + timedelta(days=4000))
    return [day.isoformat() for day, _ in zip(found, range(number), strict=False)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FREQ=DAILY;INTERVAL=10", ["2026-01-06", "2026-01-16", "2026-01-26", "2026-02-05"]),
        ("FREQ=WEEKLY", ["2026-01-06", "2026-01-13", "2026-01-20", "2026-01-27"]),
        ("RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SA", ["2026-01-06", "2026-01-10", "2026-01-20", "2026-01-24"]),
        ("freq=monthly;byday=1tu;", ["2026-01-06", "2026-02-03", "2026-03-03", "2026-04-07"]),
        ("FREQ=MONTHLY;BYDAY=-1FR", ["2026-01-30", "2026-02-27", "2026-03-27", "2026-04-24"]),
        ("FREQ=MONTHLY;BYMONTHDAY=31", ["2026-01-31", "2026-03-31", "2026-05-31", "2026-07-31"]),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]),
        (
            "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
            ["2026-01-30", "2026-02-27", "2026-03-31", "2026-04-30"],
        ),
        ("FREQ=YEARLY", ["2026-01-06", "2027-01-06", "2028-01-06", "2029-01-06"]),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", ["2028-02-29", "2032-02-29", "2036-02-29"]),
        ("FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO", ["2026-12-28", "2032-12-27"]),
        ("FREQ=YEARLY;BYWEEKNO=-1;BYDAY=MO", ["2026-12-28", "2027-12-27", "2028-12-25", "2029-12-24"]),
        ("FREQ=YEARLY;BYYEARDAY=-1;COUNT=2", ["2026-12-31", "2027-12-31"]),
        ("FREQ=YEARLY;BYDAY=20MO", ["2026-05-18", "2027-05-17", "2028-05-15", "2029-05-14"]),
    ],
)
def test_rules_people_use(text: str, expected: list[str]) -> None:
    assert first_dates(text, date(2026, 1, 6)) == expected


def test_the_thirty_first_of_each_month_skips_short_months() -> None:
    assert first_dates("FREQ=MONTHLY", date(2026, 1, 31), 3) == ["2026-01-31", "2026-03-31", "2026-05-31"]


def test_plain_and_numbered_weekdays_add_up() -> None:
    expected = ["2026-01-06", "2026-01-11", "2026-01-18", "2026-01-25", "2026-02-01", "2026-02-03"]
    assert first_dates("FREQ=MONTHLY;BYDAY=SU,1TU", date(2026, 1, 6), 6) == expected


def test_count_counts_from_the_start_wherever_one_looks() -> None:
    rule = parse("FREQ=WEEKLY;COUNT=3")
    start = date(2026, 1, 6)
    assert list(dates(rule, start, date(2026, 1, 14), date(2026, 12, 31))) == [date(2026, 1, 20)]


def test_until_in_each_of_its_three_forms() -> None:
    assert parse("FREQ=DAILY;UNTIL=20261231").until == date(2026, 12, 31)
    assert parse("FREQ=DAILY;UNTIL=20261231T180000").until == datetime(2026, 12, 31, 18)
    assert parse("FREQ=DAILY;UNTIL=20261231T180000Z").until == datetime(2026, 12, 31, 18, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        ("RRULE:", "empty"),
        ("FREQ=DAILY;" + "X" * 500, "too_long"),
        ("jeden Dienstag", "syntax"),
        ("FREQ=DAILY;;COUNT=2", "syntax"),
        ("FREQ=DAILY;FREQ=WEEKLY", "syntax"),
        ("FREQ=DAILY\nDTSTART:20260101", "frequency"),
        ("INTERVAL=2", "frequency"),
        ("FREQ=FORTNIGHTLY", "frequency"),
        ("FREQ=HOURLY", "too_often"),
        ("FREQ=MINUTELY", "too_often"),
        ("FREQ=SECONDLY", "too_often"),
        ("FREQ=DAILY;BYHOUR=1,2;BYMINUTE=1", "too_often"),
        ("FREQ=YEARLY;BYEASTER=0", "unknown_part"),
        ("FREQ=DAILY;INTERVAL=0", "number"),
        ("FREQ=DAILY;INTERVAL=-1", "number"),
        ("FREQ=DAILY;INTERVAL=1001", "number"),
        ("FREQ=DAILY;COUNT=0", "number"),
        ("FREQ=DAILY;COUNT=999999999999", "number"),
        ("FREQ=DAILY;BYMONTH=13", "number"),
        ("FREQ=DAILY;BYMONTH=-1", "number"),
        ("FREQ=DAILY;BYMONTHDAY=0", "number"),
        ("FREQ=DAILY;BYMONTHDAY=1,", "number"),
        ("FREQ=DAILY;BYMONTHDAY=٣", "number"),
        ("FREQ=MONTHLY;BYDAY=0MO", "number"),
        ("FREQ=MONTHLY;BYDAY=54MO", "number"),
        ("FREQ=WEEKLY;BYDAY=DI", "weekday"),
        ("FREQ=WEEKLY;WKST=1", "weekday"),
        ("FREQ=DAILY;UNTIL=tomorrow", "until"),
        ("FREQ=DAILY;UNTIL=20260230", "until"),
        ("FREQ=DAILY;UNTIL=20260101T250000Z", "until"),
        ("FREQ=DAILY;COUNT=2;UNTIL=20260101", "count_and_until"),
        ("FREQ=WEEKLY;BYMONTHDAY=1", "combination"),
        ("FREQ=WEEKLY;BYDAY=2TU", "combination"),
        ("FREQ=MONTHLY;BYWEEKNO=2", "combination"),
        ("FREQ=DAILY;BYYEARDAY=2", "combination"),
        ("FREQ=YEARLY;BYWEEKNO=2;BYDAY=2TU", "combination"),
        ("FREQ=MONTHLY;BYSETPOS=1", "combination"),
        ("FREQ=MONTHLY;BYDAY=6TU", "combination"),
        ("FREQ=YEARLY;BYMONTH=3;BYDAY=-6TU", "combination"),
    ],
)
def test_senseless_rules_are_refused_with_a_reason(text: str, code: str) -> None:
    with pytest.raises(RecurrenceError) as caught:
        parse(text)
    assert caught.value.code == code
    assert caught.value.message == str(caught.value)
    assert caught.value.message.endswith(".")


def listed(values: st.SearchStrategy[object]) -> st.SearchStrategy[str]:
    return st.lists(values, min_size=1, max_size=4).map(lambda found: ",".join(map(str, found)))


def around_zero(high: int) -> st.SearchStrategy[int]:
    return st.integers(-high, high).filter(bool)


PLAIN_DAYS = listed(st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"]))
# Never mixed with plain days: dateutil then wants both to hold, RFC 5545 one of them (see the example below).
NTH_IN_MONTH = listed(st.sampled_from(["1MO", "1TU", "2WE", "-1FR", "5SA", "-2SU"]))
NTH_IN_YEAR = listed(st.sampled_from(["3MO", "1TU", "-1FR", "20MO", "-52TH"]))
PARTS = {
    "DAILY": {"BYMONTH": listed(st.integers(1, 12)), "BYMONTHDAY": listed(around_zero(31)), "BYDAY": PLAIN_DAYS},
    "WEEKLY": {"BYMONTH": listed(st.integers(1, 12)), "BYDAY": PLAIN_DAYS},
    "MONTHLY": {
        "BYMONTH": listed(st.integers(1, 12)),
        "BYMONTHDAY": listed(around_zero(31)),
        "BYDAY": PLAIN_DAYS | NTH_IN_MONTH,
        "BYSETPOS": listed(around_zero(6)),
    },
    "YEARLY": {
        "BYMONTH": listed(st.integers(1, 12)),
        "BYMONTHDAY": listed(around_zero(31)),
        "BYYEARDAY": listed(around_zero(366)),
        "BYDAY": PLAIN_DAYS | NTH_IN_YEAR,
        "BYWEEKNO": listed(st.integers(1, 53)),
        "BYSETPOS": listed(around_zero(9)),
    },
}


@st.composite
def rule_texts(draw: st.DrawFn) -> str:
    """Rules that RFC 5545 allows, COUNT and UNTIL aside."""
    frequency = draw(st.sampled_from(sorted(PARTS)))
    parts = draw(st.fixed_dictionaries({}, optional=PARTS[frequency]))
    if "BYWEEKNO" in parts and "BYDAY" in parts:
        parts["BYDAY"] = draw(PLAIN_DAYS)
    elif frequency == "YEARLY" and "BYMONTH" in parts and "BYDAY" in parts:
        parts["BYDAY"] = draw(PLAIN_DAYS | NTH_IN_MONTH)
    if set(parts) == {"BYSETPOS"}:
        del parts["BYSETPOS"]
    parts |= draw(
        st.fixed_dictionaries(
            {}, optional={"INTERVAL": st.integers(1, 9), "WKST": st.sampled_from(["MO", "SU", "TH"])}
        )
    )
    return ";".join([f"FREQ={frequency}", *(f"{name}={value}" for name, value in parts.items())])


# dateutil looks for a rule that never matches up to the year 9999, so the comparison starts shortly before.
LATE_STARTS = st.dates(date(9990, 1, 1), date(9993, 12, 31))


@thorough
@given(rule_texts(), LATE_STARTS, st.none() | st.integers(1, 12), st.integers(0, 900), st.integers(0, 1200))
def test_dates_are_those_of_dateutil(text: str, start: date, count: int | None, skip: int, length: int) -> None:
    text += f";COUNT={count}" if count else ""
    first = start + timedelta(days=skip)
    last = first + timedelta(days=length)
    yardstick = (moment.date() for moment in rrulestr(text, dtstart=datetime(start.year, start.month, start.day)))
    expected = [day for day in takewhile(lambda day: day <= last, yardstick) if day >= first]
    target(min(len(expected), 20))
    assert list(dates(parse(text), start, first, last)) == expected


@brief
@given(rule_texts(), st.dates(), st.dates(), st.integers(0, 400))
def test_dates_lie_in_order_within_what_was_asked(text: str, start: date, first: date, length: int) -> None:
    last = date.fromordinal(min(first.toordinal() + length, date(9999, 12, 1).toordinal()))
    found = list(dates(parse(text), start, first, last))
    assert found == sorted(set(found))
    assert all(max(first, start) <= day <= last for day in found)


@brief
@given(st.text() | st.text(string.ascii_uppercase + string.digits + "=;,-+", max_size=60) | rule_texts())
def test_any_text_is_a_rule_or_a_clear_refusal(text: str) -> None:
    refusal = None
    try:
        parse(text)
    except RecurrenceError as caught:
        refusal = caught
    assert refusal is None or (refusal.code and refusal.message)
