"""Dates as a grid of weeks and as days of a list."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartbarleben.content import registry
from smartbarleben.content.presentation import Card
from smartbarleben.content.texts import TextState
from smartbarleben.portal import month
from smartbarleben.ui.dates import VILLAGE_TIME

TODAY = date(2026, 11, 24)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VILLAGE_TIME)


def card(start: str, end: str | None = None, *, all_day: bool = False) -> Card:
    starts_at = moment(start)
    return Card(
        kind=registry.kind("event"),
        slug="fest",
        title="Fest",
        summary="",
        language="de",
        text_state=TextState.ORIGINAL,
        url="/termine/fest/",
        when="die ganze Spanne",
        where="",
        ortschaft="",
        starts_at=starts_at,
        ends_at=moment(end) if end else None,
        published_on=starts_at,
        all_day=all_day,
    )


@given(st.dates(date(1990, 1, 1), date(2090, 12, 31)))
def test_a_month_is_whole_weeks_that_hold_each_of_its_days_once(day: date) -> None:
    first = day.replace(day=1)
    rows = month.weeks(first, [], "de")
    assert all(len(row) == 7 and row[0].date.weekday() == 0 for row in rows)
    inside = [one.date for row in rows for one in row if one.inside]
    assert inside == [first + timedelta(days=n) for n in range((month.after(first) - first).days)]
    assert month.before(month.after(first)) == first


@given(st.dates(date(2026, 11, 20), date(2027, 2, 10)), st.integers(0, 20))
def test_something_of_several_days_stands_on_each_day_of_the_month(first_day: date, days: int) -> None:
    last = first_day + timedelta(days=days)
    one = card(f"{first_day} 10:00", f"{last} 18:00")
    rows = month.weeks(date(2026, 12, 1), [one], "de")
    marked = [day.date for row in rows for day in row if day.events]
    december = [first_day + timedelta(days=n) for n in range(days + 1)]
    assert marked == [day for day in december if (day.year, day.month) == (2026, 12)]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("2026-11", date(2026, 11, 1)),
        ("2026-12", date(2026, 12, 1)),
        ("2025-11", date(2025, 11, 1)),
        ("2028-05", date(2028, 5, 1)),
        ("2025-10", None),
        ("2028-06", None),
        ("2026-13", None),
        ("2026-1", None),
        ("0000-01", None),
        ("heute", None),
        ("٢٠٢٦-١٢", None),
    ],
)
def test_only_near_months_have_an_address(text: str, first: date | None) -> None:
    assert month.parse(text, TODAY) == first


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (card("2026-11-24 18:00", "2026-11-24 20:00"), "18–20 Uhr"),
        (card("2026-11-24 18:30"), "18:30 Uhr"),
        (card("2026-11-24 20:00", "2026-11-25 02:00"), "20–2 Uhr"),
        (card("2026-11-24 00:00", "2026-11-25 00:00", all_day=True), ""),
        (card("2026-11-24 10:00", "2026-11-29 18:00"), "die ganze Spanne"),
    ],
)
def test_below_its_day_something_says_only_what_the_day_does_not(one: Card, said: str) -> None:
    assert month.time_words(one, "de") == said


def test_what_began_earlier_and_still_runs_stands_under_today() -> None:
    running = card("2026-11-20 10:00", "2026-11-30 18:00")
    later = replace(card("2026-11-26 10:00"), slug="spaeter")
    assert month.by_day([running, later], TODAY) == [(TODAY, [running]), (date(2026, 11, 26), [later])]
