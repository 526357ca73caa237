"""Waste calendars as files: read what waste companies write, write what phones understand."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from smartbarleben.waste.calendar import CalendarError, Pickup, bin_of, read, write

FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
BINS = ["residual", "organic", "paper", "plastic", "bulky", "trees", "hazardous"]
TITLES = {
    "residual": "Restmüll",
    "organic": "Biotonne",
    "paper": "Papier",
    "plastic": "Gelber Sack",
    "bulky": "Sperrmüll",
    "trees": "Weihnachtsbäume",
    "hazardous": "Schadstoffmobil",
}


def ics(*lines: str) -> bytes:
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", *lines, "END:VCALENDAR", ""]).encode()


def event(*lines: str) -> list[str]:
    return ["BEGIN:VEVENT", "UID:1", *lines, "END:VEVENT"]


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Restmülltonne 2-wöchentlich", "residual"),
        ("RESTMUELL", "residual"),
        ("Leichtverpackungen (LVP)", "plastic"),
        ("Gelber Sack", "plastic"),
        ("Papier / Pappe", "paper"),
        ("Biotonne", "organic"),
        ("Weihnachtsbaumabfuhr", "trees"),
        ("Sperrmüll auf Abruf", "bulky"),
        ("Schadstoffmobil Ebendorf, Thieplatz", "hazardous"),
        ("Heimatfest", None),
    ],
)
def test_bins_are_known_by_the_words_that_waste_companies_use(title: str, expected: str | None) -> None:
    assert bin_of(title) == expected


def test_whole_days_series_exceptions_and_cancelled_dates_are_read_rightly() -> None:
    content = ics(
        *event("SUMMARY:Restmüll", "DTSTART;VALUE=DATE:20260105", "RRULE:FREQ=WEEKLY;INTERVAL=2;UNTIL=20260202"),
        *event(
            "SUMMARY:Papier", "DTSTART;VALUE=DATE:20260325", "RRULE:FREQ=WEEKLY;COUNT=3", "EXDATE;VALUE=DATE:20260401"
        ),
        *event("SUMMARY:Bio", "DTSTART:20260707T053000Z"),
        *event("SUMMARY:Sperrmüll", "DTSTART;VALUE=DATE:20260801", "STATUS:CANCELLED"),
        *event("SUMMARY:Heimatfest", "DTSTART;VALUE=DATE:20260905"),
    )
    reading = read(content, FIRST, LAST)
    assert reading.pickups == (
        Pickup("residual", date(2026, 1, 5)),
        Pickup("residual", date(2026, 1, 19)),
        Pickup("residual", date(2026, 2, 2)),
        Pickup("paper", date(2026, 3, 25)),
        Pickup("paper", date(2026, 4, 8)),
        Pickup("organic", date(2026, 7, 7)),
    )
    assert reading.skipped == ("Heimatfest",)


@pytest.mark.parametrize("content", [b"", b"<html>404</html>", b"\x00\xff" * 50, ics()])
def test_a_file_that_is_no_calendar_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(CalendarError):
        read(content, FIRST, LAST)


pickups = st.lists(
    st.builds(Pickup, st.sampled_from(BINS), st.dates(FIRST, LAST)), min_size=1, max_size=30, unique=True
)


@given(pickups, st.sampled_from([None, 6]))
def test_what_we_write_we_read_again(days: list[Pickup], remind: int | None) -> None:
    content = write(
        [(TITLES[one.bin], one) for one in days],
        name="Abfall Breiteweg",
        url="https://example.org/abfall/breiteweg/",
        stamp=datetime(2026, 1, 1, tzinfo=UTC),
        remind_hours_before=remind,
    )
    assert set(read(content, FIRST, LAST).pickups) == set(days)
    alarms = Calendar.from_ical(content).walk("VALARM")
    assert len(alarms) == (len(days) if remind else 0)
    assert all(alarm["TRIGGER"].dt == timedelta(hours=-6) for alarm in alarms)
