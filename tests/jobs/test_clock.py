"""The clock: each piece of work once when it is due, and a failing one stops no other."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from smartbarleben.jobs import clock, queries
from smartbarleben.jobs.models import PeriodicRun

pytestmark = pytest.mark.usefixtures("shared")


@pytest.fixture(autouse=True)
def an_empty_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only this test's work."""
    monkeypatch.setattr(clock, "_work", {})


def test_work_is_done_when_it_is_due_and_once_after_a_long_absence() -> None:
    ran: list[datetime] = []
    clock.register("hourly", timedelta(hours=1), ran.append)
    now = timezone.now()
    times = [now + timedelta(minutes=minute) for minute in (0, 59, 60, 61, 600, 601)]
    assert [clock.run_due(time) for time in times] == [["hourly"], [], ["hourly"], [], ["hourly"], []]
    assert ran == [times[0], times[2], times[4]]


def test_a_failing_piece_is_shown_and_stops_no_other() -> None:
    broken = True

    def fail(now: datetime) -> None:
        if broken:
            raise OSError("no disk")

    clock.register("broken", timedelta(hours=1), fail)
    clock.register("fine", timedelta(hours=1), lambda now: None)
    now = timezone.now()
    assert clock.run_due(now) == ["fine"]
    assert [(run.name, run.problem) for run in queries.failing()] == [("broken", "OSError: no disk")]
    broken = False
    assert clock.run_due(now + timedelta(hours=1)) == ["broken", "fine"]
    assert queries.failing() == []
    assert PeriodicRun.objects.get(name="broken").finished_at == now + timedelta(hours=1)


def test_a_start_that_a_wrong_clock_wrote_down_stops_nothing_for_years() -> None:
    ran: list[datetime] = []
    clock.register("daily", timedelta(days=1), ran.append)
    now = timezone.now()
    assert clock.run_due(now + timedelta(days=3650)) == ["daily"]
    assert clock.run_due(now) == ["daily"]
    # Two machines that differ by minutes do not do it twice.
    assert clock.run_due(now - timedelta(minutes=10)) == []
    assert ran == [now + timedelta(days=3650), now]
