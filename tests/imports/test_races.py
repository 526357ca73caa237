"""Two imports of the same source at the same moment, and two sources of the same thing: nothing is there twice."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from tests.cases.test_races import race
from tests.factories import at, make_item, make_village
from tests.imports.making import calendar, event
from tests.imports.test_importing import source, when

from smartbarleben.content.kinds import Event
from smartbarleben.imports import actions, carrying_out
from smartbarleben.imports.models import Record, Run, Source
from smartbarleben.people.models import AuditEntry

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def village(transactional_db: None) -> None:
    make_village()


def carried_out(run: Run) -> Any:
    return lambda: carrying_out.carry_out(run=run)


def test_the_same_run_twice_at_once_makes_everything_once() -> None:
    content = calendar(*(event(str(number), f"Fest {number}", when(3 + number)) for number in range(30)))
    run = actions.look(source=source(), content=content, file_name="a.ics")
    run = carrying_out.begin(run=run, shown=run.plan_digest)
    results = race(carried_out(run), carried_out(run))
    assert not [one for one in results if isinstance(one, Exception)], results
    assert (Event.objects.count(), Record.objects.count()) == (30, 30)
    run.refresh_from_db()
    assert run.state == "done"


def test_two_sources_of_one_event_at_once_share_it_out() -> None:
    make_item("event", title="Hofmarkt", starts_at=at(3, 18), ends_at=None)
    runs = []
    for _number in range(2):
        run = actions.look(source=source(), content=calendar(event("1", "Hofmarkt", when(3))), file_name="a.ics")
        runs.append(carrying_out.begin(run=run, shown=run.plan_digest))
    results = race(*(carried_out(run) for run in runs))
    assert not [one for one in results if isinstance(one, Exception)], results
    claims = list(Record.objects.values_list("object_key", flat=True))
    assert len(claims) == len(set(claims))
    assert Event.objects.filter(title="Hofmarkt").count() in {1, 2}


def test_two_sources_of_one_name_at_once_are_one_and_a_sentence() -> None:
    def add() -> Any:
        return actions.add_source(name="Sportverein", target="events")

    for _round in range(4):
        Source.objects.all().delete()
        results = race(add, add)
        assert Source.objects.count() == 1
        [told] = [one for one in results if isinstance(one, Exception)]
        assert isinstance(told, ValidationError), told
        assert "name" in told.message_dict
        assert AuditEntry.objects.filter(verb="imports.added").count() == _round + 1
