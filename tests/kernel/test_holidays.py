from datetime import date

import pytest

from smartbarleben.kernel.holidays import public_holidays


def test_sachsen_anhalt_rests_on_epiphany_and_reformation_day() -> None:
    days = public_holidays("ST", [2026])
    assert days[date(2026, 1, 6)] == "Heilige Drei Könige"
    assert days[date(2026, 10, 31)] == "Reformationstag"
    assert len(days) == 11


def test_berlin_does_not() -> None:
    days = public_holidays("BE", [2026])
    assert date(2026, 1, 6) not in days
    assert date(2026, 10, 31) not in days


@pytest.mark.parametrize(
    ("language", "name"),
    [
        ("de", "Reformationstag"),
        ("de-simple", "Reformationstag"),
        ("en", "Reformation Day"),
        ("en-gb", "Reformation Day"),
        ("uk", "День Реформації"),
        ("ar", "عيد الإصلاح"),
        ("pl", "Święto Reformacji"),
        ("fr", "Reformationstag"),
    ],
)
def test_names_in_the_readers_language_else_german(language: str, name: str) -> None:
    assert public_holidays("ST", [2026], language)[date(2026, 10, 31)] == name


@pytest.mark.parametrize("language", ["ar", "pl"])
@pytest.mark.parametrize("land", ["ST", "BE", "BY", "SN", "TH"])
def test_no_regular_holiday_stays_german(land: str, language: str) -> None:
    german = public_holidays(land, [2026, 2027])
    assert not set(public_holidays(land, [2026, 2027], language).values()) & set(german.values())


def test_only_the_years_asked_for_in_order_and_the_cache_stays_clean() -> None:
    days = public_holidays("ST", [2027, 2025, 2027])
    assert {day.year for day in days} == {2025, 2027}
    assert list(days) == sorted(days)
    days.clear()
    assert public_holidays("ST", [2025])


def test_an_unknown_land_is_named() -> None:
    with pytest.raises(ValueError, match="'XX'"):
        public_holidays("XX", [2026])
