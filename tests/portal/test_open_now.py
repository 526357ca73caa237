"""Open or closed in one sentence."""

from datetime import date, datetime, time

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from smartbarleben.kernel.hours import Rule, Schedule, Special, state_at
from smartbarleben.portal.open_now import state_words
from smartbarleben.ui.dates import VILLAGE_TIME

# Tuesday, 24 November 2026
RULES = (Rule(1, time(9), time(12)), Rule(1, time(13), time(18)), Rule(3, time(9), time(12)))


def said(moment: str, schedule: Schedule, purpose: str = "visit") -> str:
    now = datetime.fromisoformat(moment).replace(tzinfo=VILLAGE_TIME)
    with translation.override("en"):
        return state_words(state_at(schedule, now), purpose, "en", now)


@pytest.mark.parametrize(
    ("moment", "purpose", "words"),
    [
        ("2026-11-24 10:00", "visit", "open until 12 pm"),
        ("2026-11-24 13:30", "visit", "open until 6 pm"),
        ("2026-11-24 13:30", "phone", "by phone until 6 pm"),
        ("2026-11-24 13:30", "lending", "lending until 6 pm"),
        ("2026-11-24 12:30", "visit", "opens today at 1 pm"),
        ("2026-11-23 12:30", "phone", "by phone tomorrow from 9 am"),
        ("2026-11-24 20:00", "visit", "opens Thu, 26 Nov at 9 am"),
    ],
)
def test_what_a_visitor_asks(moment: str, purpose: str, words: str) -> None:
    assert said(moment, Schedule(RULES), purpose) == words


def test_a_closed_day_says_why_and_when_it_opens_again() -> None:
    holiday = Schedule(RULES, holidays={date(2026, 11, 24): "Test Day"})
    assert said("2026-11-24 10:00", holiday) == "closed: Test Day · opens Thu, 26 Nov at 9 am"


def test_nothing_within_reach_is_simply_closed() -> None:
    shut = Schedule(RULES, (Special(date(2026, 1, 1), date(2027, 12, 31), reason="Umbau"),))
    assert said("2026-11-24 10:00", shut) == "closed: Umbau"
    assert said("2026-11-24 10:00", Schedule(())) == "closed"


def test_always_open_names_no_end() -> None:
    always = Schedule(tuple(Rule(day, time(0), time(0)) for day in range(7)), open_on_holidays=True)
    assert said("2026-11-24 10:00", always) == "always open"


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)),  # noqa: DTZ001 (the village's time is added below)
    st.sampled_from(["visit", "phone", "lending"]),
    st.sampled_from(["de", "de-simple", "en", "uk", "ar", "pl"]),
)
def test_there_is_always_a_sentence(moment: datetime, purpose: str, language: str) -> None:
    now = moment.replace(tzinfo=VILLAGE_TIME)
    with translation.override(language):
        assert state_words(state_at(Schedule(RULES), now), purpose, language, now)
