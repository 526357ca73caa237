"""Calendars of strangers: series, time zones, whole days, cancelled dates, versions, and files that are none."""

import random
import tracemalloc
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st
from tests.imports.making import calendar, event

from smartbarleben.imports import ics
from smartbarleben.imports.trouble import FileError

FIRST, LAST = date(2030, 5, 1), date(2031, 11, 1)
BERLIN = ZoneInfo("Europe/Berlin")
OUTLOOK = """BEGIN:VTIMEZONE
TZID:Customized Time Zone
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE""".splitlines()


def read(*events: str, head: list[str] | None = None) -> ics.Reading:
    return ics.read(calendar(*events, head=head or []), "verein.ics", FIRST, LAST)


def one(*events: str, head: list[str] | None = None) -> ics.Happening:
    [found] = read(*events, head=head).happenings
    return found


@pytest.mark.parametrize(
    "start",
    [
        "TZID=Europe/Berlin:20300601T180000",
        "TZID=W. Europe Standard Time:20300601T180000",
        "TZID=/freeassociation.sourceforge.net/Europe/Berlin:20300601T180000",
        'TZID="Europe/Vienna":20300601T180000',
        "20300601T160000Z",
        "20300601T180000",
    ],
    ids=["iana", "windows", "prefix", "another zone", "utc", "floating"],
)
def test_however_the_zone_is_named_the_moment_is_the_same(start: str) -> None:
    assert one(event(start=start)).start == datetime(2030, 6, 1, 16, tzinfo=UTC)


def test_a_zone_that_the_calendar_defines_itself_is_understood() -> None:
    start = "TZID=Customized Time Zone:20300601T180000"
    found = one(event("1", "Chor", start, "RRULE:FREQ=WEEKLY;BYDAY=SA"), head=OUTLOOK)
    assert found.start == datetime(2030, 6, 1, 16, tzinfo=UTC)
    assert found.rule == "FREQ=WEEKLY;BYDAY=SA"


def test_an_unknown_zone_is_left_out_with_line_and_mend_and_has_not_vanished() -> None:
    reading = read(event("1"), event("2", "Fest", "TZID=Nirgends:20300601T180000"))
    assert [found.key for found in reading.happenings] == ["1"]
    [trouble] = reading.report.told
    assert (trouble.file, trouble.line) == ("verein.ics", 9)
    assert "Nirgends" in trouble.said()
    assert reading.report.spares("2")
    assert not reading.report.spares("1")


def test_whole_days_end_on_the_day_before_dtend() -> None:
    found = one(event("1", "Zeltlager", "VALUE=DATE:20300601", "DTEND;VALUE=DATE:20300604"))
    assert found.all_day
    assert found.end is not None
    assert found.start.astimezone(BERLIN) == datetime(2030, 6, 1, tzinfo=BERLIN)
    assert found.end.astimezone(BERLIN) == datetime(2030, 6, 4, tzinfo=BERLIN)
    alone = one(event("1", "Tag", "VALUE=DATE:20300601"))
    assert alone.end is not None
    assert alone.end - alone.start == timedelta(days=1)


def test_a_whole_day_on_which_the_clocks_change_is_still_one_day() -> None:
    found = one(event("1", "Tag", "VALUE=DATE:20301027", "DTEND;VALUE=DATE:20301028"))
    assert found.end is not None
    assert found.end - found.start == timedelta(hours=25)


def test_a_series_keeps_its_rule_its_gaps_and_its_changed_dates() -> None:
    reading = read(
        event("1", "Probe", "TZID=Europe/Berlin:20300604T180000", "DURATION:PT2H", "RRULE:FREQ=WEEKLY;COUNT=10",
              "EXDATE;TZID=Europe/Berlin:20300611T180000"),
        event("1", "Probe verlegt", "TZID=Europe/Berlin:20300619T190000",
              "RECURRENCE-ID;TZID=Europe/Berlin:20300618T180000"),
        event("1", "Probe", "TZID=Europe/Berlin:20300625T180000",
              "RECURRENCE-ID:20300625T160000Z", "STATUS:CANCELLED"),
    )  # fmt: skip
    series, moved, cancelled = reading.happenings
    assert (series.key, series.rule) == ("1", "FREQ=WEEKLY;COUNT=10")
    assert series.skipped == ("2030-06-11", "2030-06-18", "2030-06-25")
    assert (moved.key, moved.title) == ("1#20300618", "Probe verlegt")
    assert moved.start == datetime(2030, 6, 19, 17, tzinfo=UTC)
    assert cancelled.is_cancelled
    assert not moved.is_cancelled


def test_extra_dates_stand_on_their_own() -> None:
    start = "TZID=Europe/Berlin:20300604T180000"
    reading = read(event("1", "Markt", start, "DTEND;TZID=Europe/Berlin:20300604T200000",
                         "RDATE;TZID=Europe/Berlin:20300704T180000,20300804T180000"))  # fmt: skip
    assert [found.key for found in reading.happenings] == ["1", "1#20300704", "1#20300804"]
    assert [found.start.astimezone(BERLIN).hour for found in reading.happenings] == [18, 18, 18]


def test_a_series_of_another_continent_becomes_single_dates() -> None:
    """New York's clocks change on other days than Berlin's: no rule on Berlin's clocks says the same."""
    start = "TZID=America/New_York:20301001T120000"
    reading = read(event("1", "Videoanruf", start, "RRULE:FREQ=WEEKLY;COUNT=8"))
    hours = [found.start.astimezone(BERLIN).hour for found in reading.happenings]
    assert len(hours) == 8
    assert set(hours) == {17, 18}
    assert all(not found.rule for found in reading.happenings)


@given(
    st.sampled_from(["FREQ=WEEKLY;COUNT=12", "FREQ=MONTHLY;BYDAY=1TU;COUNT=9", "FREQ=DAILY;INTERVAL=9;COUNT=30"]),
    st.sampled_from(["Europe/London", "America/New_York", "Asia/Tokyo", "UTC", "Europe/Paris", "Africa/Cairo"]),
    st.integers(0, 23),
    st.integers(0, 300),
)
def test_whatever_the_zone_the_dates_are_those_of_dateutil(rule: str, zone: str, hour: int, later: int) -> None:
    wall = datetime.fromisoformat(f"2030-06-04T{hour:02}:30") + timedelta(days=later)
    reading = read(event("1", "x", f"TZID={zone}:{wall:%Y%m%dT%H%M%S}", f"RRULE:{rule}"))
    found: set[datetime] = set()
    for happening in reading.happenings:
        if happening.rule:
            local = happening.start.astimezone(BERLIN)
            walls = rrulestr(happening.rule, dtstart=local.replace(tzinfo=None))
            found |= {each.replace(tzinfo=BERLIN).astimezone(UTC) for each in walls}
        else:
            found.add(happening.start)
    limit = datetime(2031, 10, 1, tzinfo=UTC)
    there = {each.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) for each in rrulestr(rule, dtstart=wall)}
    assert {each for each in found if each < limit} == {each for each in there if each < limit}


def test_the_newest_version_of_a_date_wins_in_whatever_order_they_come() -> None:
    versions = [event("1", f"Fassung {number}", "20300601T180000Z", f"SEQUENCE:{number}") for number in (0, 2, 1, 10)]
    for seed in range(6):
        mixed = versions.copy()
        random.Random(seed).shuffle(mixed)
        assert one(*mixed).title == "Fassung 10"


def test_cancelled_tentative_and_private() -> None:
    reading = read(
        event("1", "Fällt aus", "20300601T180000Z", "STATUS:CANCELLED"),
        event("2", "Vielleicht", "20300601T180000Z", "STATUS:TENTATIVE"),
        event("3", "Zahnarzt", "20300601T180000Z", "CLASS:PRIVATE"),
    )
    first, second = reading.happenings
    assert first.is_cancelled
    assert second.is_unconfirmed
    assert not reading.report.spares("3"), "what becomes private must leave our pages"


def test_names_of_persons_are_not_read() -> None:
    found = one(event("1", "Fest", "20300601T180000Z", "ORGANIZER;CN=Erika Muster:mailto:erika@example.org",
                      "ATTENDEE:mailto:max@example.org"))  # fmt: skip
    assert "erika" not in repr(found).lower()
    assert "max@" not in repr(found)


def test_what_is_over_is_left_out_and_alarms_inside_are_no_events() -> None:
    alarm = ["BEGIN:VALARM", "TRIGGER:-PT1H", "SUMMARY:Alarm", "UID:9", "END:VALARM"]
    reading = read(event("1", "Alt", "20290601T180000Z"), event("2", "Neu", "20300601T180000Z", *alarm))
    assert [(found.key, found.title) for found in reading.happenings] == [("2", "Neu")]


@pytest.mark.parametrize(
    ("content", "said", "line"),
    [
        (b"", "no calendar", 1),
        (b"<!DOCTYPE html><html></html>", "web page", 0),
        (b"Titel;Datum\r\nFest;1.1.2030\r\n", "no calendar", 1),
        (calendar(event())[:-30], "ends in the middle", 1),
        (b"BEGIN:VCALENDAR\r\n" + b"x" * 10_000_001, "larger than 10 MB", 0),
        (b"\x00\x01\x02" * 50, "no calendar", 1),
    ],
    ids=["empty", "web page", "table", "cut", "large", "bytes"],
)
def test_what_is_no_calendar_is_refused_in_words(content: bytes, said: str, line: int) -> None:
    with pytest.raises(FileError) as caught:
        ics.read(content, "verein.ics", FIRST, LAST)
    assert said in str(caught.value)
    assert caught.value.trouble.mend
    assert bool(caught.value.trouble.line) is bool(line)
    assert "verein.ics" in str(caught.value)


@pytest.mark.parametrize(
    "broken",
    [
        event("2", "x", "20301301T180000Z"),
        event("2", "x", "2030"),
        event("2", "x", "20300601T250000"),
        event("2", "x", "20300601T200000", "DTEND:20300601T240000"),
        event("2", "x", "20300601T180000Z", "RRULE:FREQ=SECONDLY"),
        event("2", "x", "20300601T180000Z", "RRULE:FREQ=WEEKLY;BYHOUR=1,2,3"),
        event("2", "x", "20300601T180000Z", "DTEND:20300501T180000Z"),
        event("2", "x", "20300601T180000Z", "DTEND:20990501T180000Z"),
        "BEGIN:VEVENT\r\nUID:2\r\nSUMMARY:x\r\nEND:VEVENT",
        event("2", "x" * 250_000),
    ],
    ids=[
        *("month 13", "a year", "hour 25", "hour 24", "every second", "by hour", "end first", "70 years", "no start"),
        "endless",
    ],
)
def test_one_broken_entry_leaves_the_others(broken: str) -> None:
    reading = read(broken, event("1"))
    assert [found.key for found in reading.happenings] == ["1"]
    [trouble] = reading.report.told
    assert (trouble.file, trouble.line > 0, bool(trouble.mend)) == ("verein.ics", True, True)


def test_a_text_that_goes_on_with_the_words_of_an_end_is_still_a_text() -> None:
    words = "DESCRIPTION:So endet er:\r\n END:VEVENT\r\n  und weiter."
    assert one(event("1", "Fest", "20300601T180000Z", words)).text == "So endet er:END:VEVENT und weiter."


def test_too_many_entries_and_endless_series_stay_within_bounds() -> None:
    many = calendar(*(event(str(number)) for number in range(10_001)))
    with pytest.raises(FileError, match="More than 10000 entries"):
        ics.read(many, "viele.ics", FIRST, LAST)
    tracemalloc.start()
    daily = [
        event(str(number), "x", "TZID=America/New_York:20300601T180000", "RRULE:FREQ=DAILY") for number in range(20)
    ]
    reading = read(*daily)
    assert len(reading.happenings) == 20 * ics.MAX_DATES
    assert tracemalloc.get_traced_memory()[1] < 60_000_000
    tracemalloc.stop()


WILD = """BEGIN:VEVENT|END:VEVENT|UID:1|DTSTART:20300601|RRULE:FREQ=DAILY|DTSTART;TZID=X:20300601T000000|BEGIN:VALARM
END:VALARM|EXDATE:foo|\x00;:|BEGIN:VTIMEZONE|END:VTIMEZONE|TZID:X|DTEND:20300602|SUMMARY:a|RECURRENCE-ID:20300601
RDATE;VALUE=PERIOD:20300601T000000Z/PT1H""".replace("\n", "|").split("|")


@given(st.lists(st.sampled_from(WILD), max_size=14))
def test_whatever_stands_in_it_the_answer_is_a_reading_or_words(lines: list[str]) -> None:
    content = "\r\n".join(["BEGIN:VCALENDAR", *lines, "END:VCALENDAR"]).encode()
    keys: list[str] = []
    try:
        keys = [found.key for found in ics.read(content, "wild.ics", FIRST, LAST).happenings]
    except FileError as problem:
        assert problem.trouble.mend  # noqa: PT017
    assert len(set(keys)) == len(keys)
