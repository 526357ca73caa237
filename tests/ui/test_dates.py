"""Dates as people say them, in all languages, over daylight saving and midnight."""

import time as clockwork
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from smartbarleben.ui import dates

NOW = date(2026, 11, 24)
LANGUAGES = ("de", "de-simple", "en", "uk", "ar", "pl")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=dates.VILLAGE_TIME)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("de", "Dienstag, 24. November"),
        ("de-simple", "Dienstag, 24. November"),
        ("en", "Tuesday, 24 November"),
        ("uk", "вівторок, 24 листопада"),
        ("ar", "الثلاثاء، 24 نوفمبر"),
        ("pl", "wtorek, 24 listopada"),
        ("xx", "Dienstag, 24. November"),
    ],
)
def test_a_day_has_its_name_in_each_language(language, said):
    assert dates.day(NOW, language, now=NOW) == said


def test_the_year_is_said_only_when_it_is_another_one():
    assert dates.day(date(2027, 1, 4), now=NOW) == "Montag, 4. Januar 2027"
    assert dates.day_short(date(2026, 12, 4), now=NOW) == "Fr., 4. Dez."
    assert dates.plain_date(NOW) == "24. November 2026"


@pytest.mark.parametrize(
    ("start", "end", "all_day", "said"),
    [
        ("2026-11-24T18:00", None, False, "Dienstag, 24. November, 18 Uhr"),
        ("2026-11-24T18:30", "2026-11-24T20:00", False, "Dienstag, 24. November, 18:30–20 Uhr"),
        ("2026-11-24T18:00", "2026-11-25T00:00", False, "Dienstag, 24. November, 18–24 Uhr"),
        ("2026-11-28T20:00", "2026-11-29T02:00", False, "Samstag, 28. November, 20–2 Uhr"),
        ("2026-11-24T18:00", "2026-11-26T12:00", False, "Di., 24. Nov., 18 Uhr bis Do., 26. Nov., 12 Uhr"),
        ("2026-11-24T00:00", "2026-11-25T00:00", True, "Dienstag, 24. November"),
        ("2026-11-24T00:00", "2026-11-27T00:00", True, "24. bis 26. November"),
        ("2026-11-30T00:00", "2026-12-02T12:00", True, "30. November bis 2. Dezember"),
        ("2026-12-30T00:00", "2027-01-02T12:00", True, "30. Dezember 2026 bis 2. Januar 2027"),
    ],
)
def test_spans_are_said_as_short_as_they_can_be(start, end, all_day, said):
    assert dates.when(at(start), end and at(end), all_day, now=NOW) == said


def test_dates_without_a_time_are_whole_days_and_the_end_is_the_last_day():
    assert dates.when(date(2026, 11, 24), date(2026, 11, 26), now=NOW) == "24. bis 26. November"


@pytest.mark.parametrize(
    ("language", "said"),
    [("de", "9–13:30 Uhr"), ("en", "9 am–1:30 pm"), ("uk", "9:00–13:30"), ("ar", "9:00–13:30"), ("pl", "9:00–13:30")],
)
def test_clock_spans(language, said):
    assert dates.clocks(time(9), time(13, 30), language) == said


def test_noon_and_midnight_in_english():
    assert [dates.clock(time(hour), "en") for hour in (0, 12, 23)] == ["12 am", "12 pm", "11 pm"]
    assert dates.clocks(time(18), time(20), "en") == "6–8 pm"


def test_utc_is_shown_in_the_villages_time_on_both_sides_of_daylight_saving():
    assert dates.clock(datetime(2026, 10, 25, 0, 30, tzinfo=UTC)) == "2:30 Uhr"
    assert dates.clock(datetime(2026, 10, 25, 1, 30, tzinfo=UTC)) == "2:30 Uhr"
    assert dates.iso(datetime(2026, 7, 1, 22, 30, tzinfo=UTC)) == "2026-07-02T00:30+02:00"


def test_today_is_the_villages_day_also_where_another_clock_is_told(monkeypatch):
    """The copy of a village says "today" of the day it was made for."""
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 11, 23, 23, 30, tzinfo=UTC))
    assert dates.today() == NOW
    assert dates.near_day(NOW) == "heute"
    assert dates.day(date(2027, 1, 4)) == "Montag, 4. Januar 2027"


def test_near_days_have_words():
    words = [dates.near_day(NOW + timedelta(days=days), now=NOW) for days in (-1, 0, 1, 2)]
    assert words == ["gestern", "heute", "morgen", "Do., 26. Nov."]


@pytest.mark.parametrize(
    ("cents", "language", "said"),
    [
        (125000, "de", "1.250 €"),
        (1250, "de", "12,50 €"),
        (5, "de", "0,05 €"),
        (-1250, "de", "−12,50 €"),
        (125000, "en", "€1,250"),
        (480000000, "pl", "4 800 000 €"),
    ],
)
def test_money(cents, language, said):
    assert dates.money(cents, language).replace("\N{NO-BREAK SPACE}", " ") == said


@given(
    st.integers(946684800, 4070908800).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
    st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=400)),
    st.booleans(),
    st.sampled_from(LANGUAGES),
)
def test_any_span_can_be_said_with_latin_digits_and_without_gaps(start, length, all_day, language):
    said = dates.when(start, start + length, all_day, language)
    assert str(dates.local(start).day) in said
    assert "  " not in said
    assert "{" not in said
    assert all(sign in "0123456789" for sign in said if sign.isdigit())


def test_a_list_of_25_cards_costs_less_than_half_a_millisecond():
    moment = at("2026-11-24T18:30")
    best = min(
        _seconds(lambda: [(dates.when(moment, moment + timedelta(hours=2)), dates.iso(moment)) for _ in range(25)])
        for _ in range(20)
    )
    assert best < 0.0005


def _seconds(work) -> float:
    start = clockwork.perf_counter()
    work()
    return clockwork.perf_counter() - start
