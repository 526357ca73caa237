"""What this room holds about a person can be found and is gone after they ask; public contacts stand elsewhere."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from tests.factories import make_village
from tests.imports.making import table, workbook
from tests.imports.test_importing import source, take
from tests.people.conftest import data_folder as data_folder

from smartbarleben.content.actions import revise
from smartbarleben.content.kinds import Club
from smartbarleben.imports import actions, privacy
from smartbarleben.imports.models import Record, Run, RunState, Source
from smartbarleben.people import erasure
from smartbarleben.people.models import Erasure
from smartbarleben.people.whereabouts import where_is

PETRA, JONAS = "petra@example.org", "jonas@example.org"
HEAD = ["Name", "E-Mail"]


@pytest.fixture
def told(db: None, data_folder: Path) -> Source:
    """Two sources whose failures two people are told of."""
    make_village()
    source("clubs", owner=JONAS)
    return source("clubs", owner=PETRA)


def club(name: str, mail: str) -> dict[str, str]:
    return dict(zip(HEAD, [name, mail], strict=True))


def held() -> list[str]:
    return [thing.what for thing in erasure.find(PETRA).get("imports", [])]


def test_who_is_told_of_failures_is_shown_and_no_longer_told(told: Source) -> None:
    [thing] = erasure.find(PETRA)["imports"]
    assert (told.name in json.dumps(thing.data), thing.kept_because) == (True, "")
    erasure.erase(PETRA)
    assert held() == []
    assert sorted(Source.objects.values_list("owner", flat=True)) == ["", JONAS]


def test_what_a_source_said_is_not_kept_in_words(told: Source) -> None:
    take(told, table([club("Chor", "Petra@example.org")]), "vereine.csv")
    assert not [place for place in where_is("petra@example.org") if place.startswith("imports_record")]
    assert take(told, table([club("Chor", "Petra@example.org")])).counts == {"unchanged": 1}


def test_words_that_wait_for_a_decision_go_and_ours_stay(told: Source) -> None:
    take(told, table([club("Chor", "chor@example.org")]))
    revise(item=Club.objects.get(), email="unser@example.org")
    take(told, table([club("Chor", PETRA)]))
    assert Record.objects.get().notes == {"email": PETRA}
    assert len(held()) == 2
    erasure.erase(PETRA)
    assert (Record.objects.get().notes, Record.objects.get().has_notes) == ({}, False)
    assert Club.objects.get().email == "unser@example.org"
    assert take(told, table([club("Chor", PETRA)])).counts == {"unchanged": 1}, "nobody is asked about it again"


FILES = {
    "csv": table([club("Chor", PETRA)]),
    "utf-16.csv": table([club("Chor", PETRA)], encoding="utf-16"),
    "xlsx": workbook([HEAD, ["Chor", PETRA]]),
}


@pytest.mark.parametrize("ending", FILES)
def test_a_file_that_waits_is_dropped_if_it_names_the_person(told: Source, ending: str) -> None:
    named = actions.look(source=told, content=FILES[ending], file_name=f"vereine.{ending}")
    other = Source.objects.get(owner=JONAS)
    stays = actions.look(source=other, content=table([club("Chor", f"u{PETRA}")]), file_name="b.csv")
    assert len(held()) == 2
    erasure.erase(PETRA)
    named.refresh_from_db()
    stays.refresh_from_db()
    assert (named.state, named.content, stays.state) == (RunState.DROPPED, None, RunState.PLANNED)
    assert where_is(PETRA) == []


def test_a_cell_that_a_report_repeats_goes_and_the_other_lines_stay(told: Source) -> None:
    rows = [club("Chor", f"{PETRA} oder {JONAS}"), club("Verein", "keine")]
    run = take(told, table(rows))
    assert PETRA in json.dumps(run.skipped)
    erasure.erase(PETRA)
    run.refresh_from_db()
    [line] = run.skipped
    assert line["values"] == {"cell": "keine"}
    assert where_is(PETRA) == []


def test_after_a_backup_was_brought_back_the_person_is_deleted_again(told: Source) -> None:
    take(told, table([club("Chor", "chor@example.org")]))
    revise(item=Club.objects.get(), email="unser@example.org")
    take(told, table([club("Chor", "erika@example.org"), club("Verein", "max@example.org und mehr")]))
    actions.look(source=told, content=table([club("Neu", "planung@example.org")]), file_name="c.csv")
    wanted = {PETRA, JONAS, "erika@example.org", "max@example.org", "planung@example.org"}
    assert wanted <= set(privacy.mails())
    erasure.erase(PETRA)
    Source.objects.filter(pk=told.pk).update(owner=PETRA)
    Erasure.objects.all().delete()
    assert erasure.replay() == 1
    assert held() == []


def test_files_that_nobody_took_over_do_not_outlive_their_week(told: Source) -> None:
    run: Any = actions.look(source=told, content=table([club("Chor", PETRA)]), file_name="a.csv")
    actions.forget_plans(now=timezone.now() + actions.KEEP_PLANS)
    assert Run.objects.get(pk=run.pk).content is None
