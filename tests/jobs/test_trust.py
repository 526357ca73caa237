"""A clock that leaps years ahead must not let every period end at once."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone, translation
from hypothesis import given, settings
from hypothesis import strategies as st

from smartbarleben.jobs import board, clock, trust
from smartbarleben.jobs.models import PeriodicRun

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def no_time_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine whose clock nothing keeps right, and only this test's work."""
    monkeypatch.setattr(clock, "_work", {})
    monkeypatch.setattr(trust, "set_by_network", lambda: False)


@pytest.fixture
def ran() -> dict[str, list[datetime]]:
    """When the work ran that deletes, and the work that does not."""
    seen: dict[str, list[datetime]] = {"deletes": [], "tells": []}
    clock.register("deletes", DAY, seen["deletes"].append, "Delete what is old", deletes=True)
    clock.register("tells", DAY, seen["tells"].append, "Tell the news")
    return seen


def test_a_new_village_and_one_that_is_awake_are_believed(ran: dict[str, list[datetime]]) -> None:
    now = timezone.now()
    times = [now + number * DAY for number in (0, 1, 2, 2 + trust.LEAP.days)]
    for time in times:
        clock.run_due(time)
    assert ran == {"deletes": times, "tells": times}


def test_years_ahead_nothing_is_deleted_and_the_rest_goes_on(ran: dict[str, list[datetime]]) -> None:
    now, wrong = timezone.now(), timezone.now() + 1500 * DAY
    clock.run_due(now)
    for minute in range(3):
        clock.run_due(wrong + timedelta(minutes=minute))
    assert ran["deletes"] == [now]
    assert ran["tells"] == [now, wrong]
    (row,) = [row for row in board.repeated(wrong) if row.label == "Delete what is old"]
    with translation.override("en"):
        assert "Nothing is deleted until somebody says" in str(row.problem)
    with pytest.raises(trust.Doubtful, match=f"{now:%Y-%m-%d}"):
        trust.require_believable(wrong)
    # The clock is set right again: nobody has to do anything.
    right = now + timedelta(days=1, hours=1)
    clock.run_due(right)
    assert ran["deletes"] == [now, right]
    assert trust.leap(right) is None


def test_a_village_that_slept_for_months_goes_on_once_somebody_has_looked(ran: dict[str, list[datetime]]) -> None:
    now, later = timezone.now(), timezone.now() + 200 * DAY
    clock.run_due(now)
    clock.run_due(later)
    assert ran["deletes"] == [now]
    trust.believe(later + timedelta(minutes=5))
    clock.run_due(later + timedelta(minutes=6))
    assert ran["deletes"] == [now, later + timedelta(minutes=6)]
    assert PeriodicRun.objects.get(name="deletes").problem == ""


def test_a_clock_that_a_time_server_has_set_needs_nobody(
    ran: dict[str, list[datetime]], monkeypatch: pytest.MonkeyPatch
) -> None:
    now, later = timezone.now(), timezone.now() + 200 * DAY
    clock.run_due(now)
    monkeypatch.setattr(trust, "set_by_network", lambda: True)
    clock.run_due(later)
    assert ran["deletes"] == [now, later]


def test_a_village_from_before_this_rule_is_not_taken_by_surprise(ran: dict[str, list[datetime]]) -> None:
    now = timezone.now()
    PeriodicRun.objects.create(name="tells", started_at=now)
    clock.run_due(now + 1500 * DAY)
    assert ran["deletes"] == []


def test_what_was_wrongly_believed_does_not_count_for_years(ran: dict[str, list[datetime]]) -> None:
    now, wrong = timezone.now(), timezone.now() + 1500 * DAY
    clock.run_due(now)
    trust.believe(wrong)
    assert trust.leap(wrong) is None
    clock.run_due(now + DAY)
    assert trust.leap(now + DAY) is None
    assert trust.leap(wrong) is not None


@settings(deadline=None, max_examples=40)
@given(steps=st.lists(st.integers(0, 20 * 24 * 60), min_size=1, max_size=12))
def test_nothing_is_ever_deleted_more_than_a_leap_after_the_last_trusted_moment(steps: list[int]) -> None:
    PeriodicRun.objects.all().delete()
    ran: list[datetime] = []
    clock.register("deletes", timedelta(0), ran.append, deletes=True)
    now = trusted = timezone.now()
    clock.run_due(now)
    for minutes in steps:
        now += timedelta(minutes=minutes)
        clock.run_due(now)
        if ran and ran[-1] == now:
            assert now - trusted <= trust.LEAP + timedelta(minutes=1)
            trusted = now


def test_what_the_system_says_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()

    class Library:
        state = 0

        def adjtimex(self, asked: object) -> int:
            return self.state

    library = Library()
    monkeypatch.setattr(trust.ctypes, "CDLL", lambda name: library)
    monkeypatch.setattr(trust.sys, "platform", "linux")
    said = {}
    for library.state in (-1, 0, 1, 5):
        said[library.state] = trust.set_by_network()
    assert said == {-1: False, 0: True, 1: True, 5: False}
    monkeypatch.setattr(trust.sys, "platform", "win32")
    assert not trust.set_by_network()


def test_this_very_system_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert isinstance(trust.set_by_network(), bool)
