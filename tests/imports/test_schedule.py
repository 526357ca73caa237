"""By the clock: what is due is asked, failures are told once, too much at once waits for a person."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.factories import make_village
from tests.imports.making import calendar, event
from tests.imports.test_importing import when

from smartbarleben.content.kinds import Event
from smartbarleben.imports import actions, addresses, carrying_out, tasks
from smartbarleben.imports.addresses import Fetched
from smartbarleben.imports.models import Run, RunState, Source, SourceState
from smartbarleben.imports.trouble import FileError
from smartbarleben.jobs import work
from smartbarleben.jobs.models import Job, OutgoingMail
from smartbarleben.places.models import Municipality, Ortschaft

HOME = "https://example.org/kalender.ics"


@pytest.fixture
def internet(db: None, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the source's address answers: bytes, None for "not changed", or a FileError."""
    make_village()
    says: dict[str, Any] = {"now": calendar(event("1", "Fest", when(3))), "asked": 0}

    def fetch(address: str, **marks: Any) -> Fetched:
        says["asked"] += 1
        if isinstance(says["now"], FileError):
            raise says["now"]
        return Fetched(says["now"], address, etag='"1"')

    monkeypatch.setattr(addresses, "fetch", fetch)
    return says


def due(**values: Any) -> Source:
    row = actions.add_source(name="Verein", target="events", address=HOME, every_hours=24, **values)
    return tick(row)


def tick(row: Source) -> Source:
    """A day later: the clock looks, the worker works."""
    Source.objects.filter(pk=row.pk).update(next_run_at=timezone.now() - timedelta(seconds=1))
    tasks.write_due(timezone.now())
    work.run_due()
    row.refresh_from_db()
    return row


def test_what_is_due_is_fetched_taken_over_and_asked_again_tomorrow(internet: dict[str, Any]) -> None:
    row = due()
    assert Event.objects.get().source_url == HOME
    assert (row.state, row.etag) == (SourceState.FINE, '"1"')
    assert row.next_run_at is not None
    assert row.next_run_at > timezone.now() + timedelta(hours=23)
    tasks.write_due(timezone.now())
    work.run_due()
    assert internet["asked"] == 1
    internet["now"] = None
    assert tick(row).state == SourceState.FINE
    assert Run.objects.latest("pk").state == RunState.NOTHING_NEW


def test_a_paused_source_is_not_asked(internet: dict[str, Any]) -> None:
    row = actions.add_source(name="Verein", target="events", address=HOME, every_hours=24)
    actions.pause(source=row)
    tick(row)
    assert internet["asked"] == 0


def test_a_failure_is_told_once_until_it_works_again(internet: dict[str, Any]) -> None:
    row = due(owner="verein@example.org")
    internet["now"] = FileError("It does not answer.", "Try again later.")
    for _day in range(4):
        tick(row)
    assert row.state == SourceState.FAILED
    assert Event.objects.get().live, "what stands here stays"
    [mail] = OutgoingMail.objects.filter(reason="imports.failed")
    assert (mail.to, "does not answer" in mail.text or "antwortet" in mail.text) == ("verein@example.org", True)
    assert not Job.objects.filter(state="dead").exists()
    internet["now"] = calendar(event("1", "Fest", when(3)))
    assert tick(row).state == SourceState.FINE
    internet["now"] = FileError("It does not answer.", "Try again later.")
    tick(row)
    assert OutgoingMail.objects.filter(reason="imports.failed").count() == 2


def test_when_most_would_vanish_the_clock_asks_a_person(internet: dict[str, Any]) -> None:
    internet["now"] = calendar(*(event(str(number), f"Fest {number}", when(3 + number)) for number in range(9)))
    row = due()
    internet["now"] = calendar()
    tick(row)
    assert row.state == SourceState.WAITING
    assert Event.objects.filter(live=True).count() == 9
    run = Run.objects.latest("pk")
    assert (run.state, run.counts) == (RunState.PLANNED, {"vanished": 9})
    actions.drop(run=run)
    row.refresh_from_db()
    assert row.state == SourceState.FINE


def test_an_import_that_was_switched_off_in_the_middle_goes_on_by_itself(internet: dict[str, Any]) -> None:
    row = actions.add_source(name="Verein", target="events")
    content = calendar(*(event(str(number), f"Fest {number}", when(3 + number)) for number in range(30)))
    run = actions.look(source=row, content=content, file_name="a.ics")
    carrying_out.begin(run=run, shown=run.plan_digest)
    for _again in range(2):
        tasks.write_due(timezone.now())
        work.run_due()
        run.refresh_from_db()
        assert (run.state, Event.objects.count()) == (RunState.DONE, 30)
    assert Job.objects.filter(task="imports.carry_out").count() == 1


def test_a_file_that_somebody_uploaded_is_not_replaced_by_that_of_the_address(internet: dict[str, Any]) -> None:
    row = actions.add_source(name="Verein", target="events", address=HOME)
    run = actions.look(source=row, content=calendar(event("9", "Hochgeladen", when(3))), file_name="a.ics")
    Run.objects.filter(pk=run.pk).update(at=timezone.now() - timedelta(minutes=5))
    run.refresh_from_db()
    assert actions.look_again(run=run) is None
    assert internet["asked"] == 0


@pytest.mark.parametrize("change", ["ortschaft", "name"])
def test_the_address_is_asked_anew_where_its_answer_means_something_else_now(
    internet: dict[str, Any], change: str
) -> None:
    row = due()
    value = Ortschaft.objects.get(slug="ebendorf") if change == "ortschaft" else "Sportverein"
    row = actions.change_source(source=row, **{change: value})
    assert bool(row.etag) is (change == "name")


def test_what_the_source_still_says_is_confirmed_in_short_transactions(internet: dict[str, Any]) -> None:
    internet["now"] = calendar(*(event(str(number), f"Fest {number}", when(3 + number)) for number in range(60)))
    row = due()
    internet["now"] = None
    later = timezone.now() + timedelta(days=8)
    generation = Municipality.objects.get().generation
    actions.look(source=row, now=later)
    assert set(Event.objects.values_list("as_of", flat=True)) == {timezone.localdate(later).isoformat()}
    assert Municipality.objects.get().generation == generation + 3, "once for each part"


def test_a_source_that_changed_after_the_dry_run_is_shown_anew(internet: dict[str, Any]) -> None:
    row = actions.add_source(name="Verein", target="events", address=HOME)
    run = actions.look(source=row)
    assert actions.look_again(run=run) is None
    Run.objects.filter(pk=run.pk).update(at=timezone.now() - timedelta(minutes=5))
    run.refresh_from_db()
    assert actions.look_again(run=run) is None, "the same file is the same plan"
    internet["now"] = calendar(event("1", "Anderes Fest", when(3)))
    newer = actions.look_again(run=run)
    assert newer is not None
    run.refresh_from_db()
    assert (run.state, newer.state) == (RunState.DROPPED, RunState.PLANNED)
