"""Imports into the house: once, twice, mixed, changed here, vanished, back, deleted; events, clubs, places, waste."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.factories import at, make_item, make_place, make_village
from tests.imports.making import calendar, event

from smartbarleben.content.actions import revise
from smartbarleben.content.kinds import Event
from smartbarleben.content.models import Occurrence
from smartbarleben.imports import actions, carrying_out
from smartbarleben.imports.models import Record, Run, RunState, Source, SourceState
from smartbarleben.people.models import AuditEntry
from smartbarleben.places.models import Municipality
from smartbarleben.ui.dates import today


@pytest.fixture
def village(db: None) -> Municipality:
    return make_village()


def source(target: str = "events", **values: Any) -> Source:
    return actions.add_source(name=f"Quelle {Source.objects.count() + 1}", target=target, **values)


def take(row: Source, content: bytes, name: str = "datei") -> Run:
    """The dry run, then exactly it."""
    row.refresh_from_db()
    run = actions.look(source=row, content=content, file_name=name)
    assert run.state == RunState.PLANNED, run.trouble
    return carrying_out.carry_out(run=carrying_out.begin(run=run, shown=run.plan_digest))


def day(days: int) -> str:
    return f"{today() + timedelta(days=days):%Y%m%d}"


def when(days: int, clock: str = "180000") -> str:
    return f"TZID=Europe/Berlin:{day(days)}T{clock}"


def everything() -> list[Any]:
    """All that is stored of events and records, without database keys and moments."""
    fields = ("title", "summary", "body", "starts_at", "ends_at", "is_cancelled", "live", "recurrence", "source_name")
    return [
        list(Event.objects.order_by("title", "starts_at").values_list(*fields)),
        list(Record.objects.order_by("key").values_list("key", "given", "stored", "notes", "vanished_at")),
        list(
            Occurrence.objects.order_by("starts_at", "item__title").values_list("item__title", "starts_at", "ends_at")
        ),
    ]


def test_a_calendar_becomes_events_that_say_where_they_are_from(village: Municipality) -> None:
    hall = make_place("Mittellandhalle")
    content = calendar(
        event(
            "1",
            "Hofmarkt",
            when(3),
            "LOCATION:Mittellandhalle\\, Eingang B",
            "DESCRIPTION:Mit Musik.",
            f"DTEND;{when(3, '210000')}",
        ),
        event("2", "Zeltlager", f"VALUE=DATE:{day(10)}", f"DTEND;VALUE=DATE:{day(13)}"),
        event("3", "Probe", when(1, "190000"), "RRULE:FREQ=WEEKLY;COUNT=5"),
        event("4", "Fällt aus", when(5), "STATUS:CANCELLED"),
    )
    run = take(source(ortschaft=village_ort("ebendorf")), content)
    assert run.counts == {"new": 4}
    market = Event.objects.get(title="Hofmarkt")
    assert (market.live, market.summary, market.place, market.ortschaft.slug) == (
        True,
        "Mit Musik.",
        hall,
        "ebendorf",
    )
    assert (market.source_name, market.as_of) == ("Quelle 1", today().isoformat())
    assert market.starts_at == at(3, 18)
    camp = Event.objects.get(title="Zeltlager")
    assert (camp.all_day, camp.starts_at, camp.ends_at) == (True, at(10, 0), at(13, 0))
    assert Occurrence.objects.filter(item__title="Probe").count() == 5
    assert Event.objects.get(title="Fällt aus").is_cancelled
    assert AuditEntry.objects.filter(verb="imports.done").count() == 1


def village_ort(slug: str) -> Any:
    from smartbarleben.places.models import Ortschaft

    return Ortschaft.objects.get(slug=slug)


def test_the_dry_run_changes_nothing(village: Municipality) -> None:
    row = source()
    before, generation = everything(), Municipality.objects.get().generation
    run = actions.look(source=row, content=calendar(event("1", "Fest", when(3))), file_name="a.ics")
    assert run.counts == {"new": 1}
    assert everything() == before
    assert Municipality.objects.get().generation == generation
    assert actions.drop(run=run)
    run.refresh_from_db()
    assert run.content is None


def test_the_source_changes_fields_and_what_was_changed_here_stays(village: Municipality) -> None:
    row = source()
    take(row, calendar(event("1", "Fest", when(3), "LOCATION:Hof", "DESCRIPTION:Alt.")))
    item = Event.objects.get()
    revise(item=item, summary="Unser Text.")
    take(row, calendar(event("1", "Großes Fest", when(4), "LOCATION:Hof", "DESCRIPTION:Neu.")))
    item = Event.objects.get()
    assert (item.title, item.summary, item.starts_at, item.live) == ("Großes Fest", "Unser Text.", at(4, 18), True)
    record = Record.objects.get()
    assert (record.notes, record.has_notes) == ({"summary": "Neu."}, True)
    again = take(row, calendar(event("1", "Großes Fest", when(4), "LOCATION:Hof", "DESCRIPTION:Neu.")))
    assert again.counts == {"unchanged": 1}
    assert Record.objects.get().notes == {"summary": "Neu."}


def test_a_decision_on_something_that_was_deleted_meanwhile_is_too_late(village: Municipality) -> None:
    row = source()
    take(row, calendar(event("1", "Fest", when(3), "DESCRIPTION:Alt.")))
    revise(item=Event.objects.get(), summary="Unser Text.")
    take(row, calendar(event("1", "Fest", when(3), "DESCRIPTION:Neu.")))
    Event.objects.get().delete()
    assert not actions.decide(record=Record.objects.get(), field="summary", take=True)


@pytest.mark.parametrize("theirs", [True, False])
def test_a_person_decides_between_ours_and_the_sources(village: Municipality, theirs: bool) -> None:
    row = source()
    take(row, calendar(event("1", "Fest", when(3), "DESCRIPTION:Alt.")))
    revise(item=Event.objects.get(), summary="Unser Text.")
    take(row, calendar(event("1", "Fest", when(3), "DESCRIPTION:Neu.")))
    assert actions.decide(record=Record.objects.get(), field="summary", take=theirs)
    assert not actions.decide(record=Record.objects.get(), field="summary", take=theirs)
    assert Event.objects.get().summary == ("Neu." if theirs else "Unser Text.")
    take(row, calendar(event("1", "Fest", when(3), "DESCRIPTION:Ganz neu.")))
    assert Event.objects.get().summary == ("Ganz neu." if theirs else "Unser Text.")


def test_a_draft_of_somebody_stays_a_draft_and_is_not_published_by_the_way(village: Municipality) -> None:
    row = source()
    take(row, calendar(event("1", "Fest", when(3), "LOCATION:Hof")))
    item = Event.objects.get()
    item.title = "In Arbeit"
    item.save_revision()
    take(row, calendar(event("1", "Fest", when(3), "LOCATION:Halle")))
    item = Event.objects.get()
    assert (item.title, item.location) == ("Fest", "Hof"), "the public sees no half-done work"
    newest = item.get_latest_revision_as_object()
    assert (newest.title, newest.location) == ("In Arbeit", "Halle")


def test_new_entries_may_wait_as_drafts(village: Municipality) -> None:
    row = source(publish=False)
    take(row, calendar(event("1", "Fest", when(3))))
    take(row, calendar(event("1", "Fest", when(4))))
    item = Event.objects.get()
    assert not item.live
    assert item.get_latest_revision_as_object().starts_at == at(4, 18)
    assert take(row, calendar(event("1", "Fest", when(4)))).counts == {"unchanged": 1}


@pytest.mark.parametrize("when_gone", ["take_back", "keep"])
def test_what_vanishes_is_marked_not_deleted_and_comes_back(village: Municipality, when_gone: str) -> None:
    row = source(when_gone=when_gone)
    both = calendar(event("1", "Fest", when(3)), event("2", "Chor", when(5)))
    take(row, both)
    assert take(row, calendar(event("1", "Fest", when(3)))).counts == {"unchanged": 1, "vanished": 1}
    item = Event.objects.get(title="Chor")
    assert item.live is (when_gone == "keep")
    assert item.is_stale(today()), "its page says that nobody vouches for it"
    assert Record.objects.get(key="2").vanished_at is not None
    assert take(row, calendar(event("1", "Fest", when(3)))).counts == {"unchanged": 1, "rest": 1}
    assert take(row, both).counts == {"unchanged": 1, "back": 1}
    item = Event.objects.get(title="Chor")
    assert item.live
    assert not item.is_stale(today())


def test_what_somebody_took_back_here_does_not_return_by_itself(village: Municipality) -> None:
    row = source()
    both = calendar(event("1", "Fest", when(3)), event("2", "Chor", when(5)))
    take(row, both)
    Event.objects.get(title="Chor").unpublish()
    take(row, calendar(event("1", "Fest", when(3))))
    take(row, both)
    assert not Event.objects.get(title="Chor").live


def test_what_was_deleted_here_stays_away_and_what_is_over_has_not_vanished(village: Municipality) -> None:
    row = source()
    take(row, calendar(event("1", "Fest", when(3)), event("2", "Gestern", when(-1))))
    Event.objects.get(title="Fest").delete()
    run = take(row, calendar(event("1", "Fest", when(4))))
    assert run.counts == {"deleted_here": 1, "rest": 1}
    assert not Event.objects.filter(title="Fest").exists()
    assert Event.objects.get(title="Gestern").live


def test_an_event_that_stands_here_already_is_not_made_twice(village: Municipality) -> None:
    make_item("event", title="Hofmarkt", starts_at=at(3, 18), ends_at=None, summary="Unser Text.")
    run = take(source(), calendar(event("1", "Hofmarkt", when(3), "DESCRIPTION:Ihr Text.", "LOCATION:Hof")))
    assert run.counts == {"found": 1, "kept": 1}
    item = Event.objects.get()
    assert (item.summary, item.location) == ("Unser Text.", "Hof")
    other = take(source(), calendar(event("x", "Hofmarkt", when(3))))
    assert other.counts == {"new": 1}, "one thing has one source"


def test_a_broken_entry_is_left_out_and_has_not_vanished(village: Municipality) -> None:
    row = source()
    take(row, calendar(event("1", "Fest", when(3)), event("2", "Chor", when(5))))
    run = take(row, calendar(event("1", "Fest", when(3)), event("2", "Chor", "TZID=Nirgends:20300101T000000")))
    assert run.counts == {"unchanged": 1, "rest": 1}
    assert run.skipped_count == 1
    assert Event.objects.get(title="Chor").live


def test_the_plan_that_was_shown_is_the_plan_that_is_done(village: Municipality) -> None:
    row = source()
    take(row, calendar(event("1", "Fest", when(3))))
    run = actions.look(source=row, content=calendar(event("1", "Neues Fest", when(3))), file_name="a.ics")
    shown = run.plan_digest
    revise(item=Event.objects.get(), title="Unser Fest")
    with pytest.raises(carrying_out.Crossed):
        carrying_out.begin(run=run, shown=shown)
    assert Event.objects.get().title == "Unser Fest"
    run.refresh_from_db()
    assert run.plan_digest != shown
    carrying_out.carry_out(run=carrying_out.begin(run=run, shown=run.plan_digest))
    assert Event.objects.get().title == "Unser Fest"


def test_an_import_that_broke_off_goes_on(village: Municipality, monkeypatch: pytest.MonkeyPatch) -> None:
    content = calendar(*(event(str(number), f"Fest {number}", when(3 + number)) for number in range(60)))
    run = actions.look(source=source(), content=content, file_name="a.ics")
    run = carrying_out.begin(run=run, shown=run.plan_digest)
    real, calls = carrying_out._write_part, []

    def breaks(*args: Any) -> None:
        calls.append(1)
        if len(calls) == 2:
            raise RuntimeError("the machine is switched off")
        real(*args)

    monkeypatch.setattr(carrying_out, "_write_part", breaks)
    with pytest.raises(RuntimeError):
        carrying_out.carry_out(run=run)
    assert Event.objects.count() == actions.BATCH
    done = carrying_out.carry_out(run=run)
    assert (done.state, Event.objects.count(), Record.objects.count()) == ("done", 60, 60)


def test_of_two_imports_that_have_begun_the_later_one_counts(village: Municipality) -> None:
    row = source()
    old = actions.look(source=row, content=calendar(event("1", "Alt", when(3))), file_name="alt.ics")
    old = carrying_out.begin(run=old, shown=old.plan_digest)
    take(row, calendar(event("2", "Neu", when(4))), "neu.ics")
    assert carrying_out.carry_out(run=old).state == RunState.DROPPED
    assert list(Event.objects.values_list("title", "live")) == [("Neu", True)]
    old.refresh_from_db()
    assert old.content is None


def test_a_file_that_cannot_be_read_changes_nothing_and_says_why(village: Municipality) -> None:
    row = source()
    take(row, calendar(event("1", "Fest", when(3))))
    before = everything()
    run = actions.look(source=row, content=b"<html>Anmelden</html>", file_name="a.ics")
    row.refresh_from_db()
    assert (run.state, row.state) == (RunState.FAILED, SourceState.FAILED)
    assert run.trouble["file"] == "a.ics"
    assert everything() == before
    take(row, calendar(event("1", "Fest", when(3))))
    row.refresh_from_db()
    assert (row.state, row.trouble) == (SourceState.FINE, None)


def test_removing_a_source_keeps_what_came_from_it(village: Municipality) -> None:
    row = source()
    take(row, calendar(event("1", "Fest", when(3))))
    actions.remove_source(source=row)
    assert Event.objects.get().live
    assert not Record.objects.exists()


def test_a_run_costs_few_queries_for_what_is_unchanged(
    village: Municipality, django_assert_max_num_queries: Any
) -> None:
    row = source()
    content = calendar(*(event(str(number), f"Fest {number}", when(3 + number)) for number in range(40)))
    take(row, content)
    with django_assert_max_num_queries(75):
        assert take(row, content).counts == {"unchanged": 40}


def test_old_runs_and_plans_are_forgotten(village: Municipality) -> None:
    row = source()
    run = actions.look(source=row, content=calendar(event("1", "Fest", when(3))), file_name="a.ics")
    assert actions.forget_plans(now=timezone.now() + timedelta(days=8)) == 1
    run.refresh_from_db()
    assert (run.state, run.content) == (RunState.DROPPED, None)
