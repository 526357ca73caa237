"""The staff's pages of imports in Chromium: by keyboard, on a narrow phone, in the dark; from file to public page."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from tests.browser.probes import visiting
from tests.browser.workspace import NARROW, TownHall, assert_reachable, assert_sound, town_hall_after
from tests.imports.making import calendar, event

pytestmark = pytest.mark.browser

EDITOR = "testquellen"
LIST = "/verwaltung/importe/"
# A source with something of everything: a decision to take, something vanished, a plan, a failure.
MORNING = """
from datetime import timedelta
from django.utils import timezone
from tests.imports.making import calendar, event
from smartbarleben.content.actions import revise
from smartbarleben.content.kinds import Event
from smartbarleben.imports import actions, carrying_out
from smartbarleben.imports.models import Source
def when(days): return f"TZID=Europe/Berlin:{timezone.localdate() + timedelta(days=days):%Y%m%d}T180000"
row = actions.add_source(name="Heimatverein", target="events", address="https://example.org/a.ics", every_hours=24)
def take(*events, done=True):
    run = actions.look(source=Source.objects.get(pk=row.pk), content=calendar(*events), file_name="verein.ics")
    return carrying_out.carry_out(run=carrying_out.begin(run=run, shown=run.plan_digest)) if done else run
sing = "Adventssingen der Kinder"
take(event("1", sing, when(5), "DESCRIPTION:Alt."), event("2", "Vortrag", when(6)), event("3", "Chor", when(7)))
revise(item=Event.objects.get(title=sing), summary="Unser Text.")
done = take(event("1", sing, when(5), "DESCRIPTION:Neu."), event("2", "Vortrag", when(6)))
long = "Donaudampfschifffahrtsgesellschaft" * 3
plan = take(event("1", sing, when(8), "DESCRIPTION:Ganz neu."), event("4", long, when(9)),
            event("5", "x", "TZID=Nirgends:20300101T000000"), done=False)
other = actions.add_source(name="Vereinsliste", target="clubs")
failed = actions.look(source=other, content=b"<html>", file_name="vereine.csv")
print("NUMBERS", row.pk, done.pk, plan.pk, failed.pk)
"""


@pytest.fixture(scope="module")
def town_hall(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TownHall]:
    """A house with a morning's imports; the numbers are those of a source and of its runs."""
    data = tmp_path_factory.mktemp("imports") / "data"
    with town_hall_after(MORNING, data=data, prepared=prepared, person=EDITOR, role="editor") as running:
        yield running


def pages(numbers: list[str]) -> list[str]:
    source, done, plan, failed = numbers
    runs = [f"lauf/{number}/" for number in (done, plan, failed)]
    rest = ["", "neu/", "neu/events/", "neu/waste/", f"{source}/", f"{source}/aendern/", f"{source}/entfernen/"]
    return [*(LIST + path for path in (*rest, *runs)), "/verwaltung/fahrplaene/", "/verwaltung/"]


@pytest.mark.parametrize("dark", [False, pytest.param(True, marks=pytest.mark.matrix)], ids=["320 px", "dark"])
def test_every_page_is_sound(town_hall: TownHall, browser: Browser, dark: bool) -> None:
    assert_sound(town_hall, browser, pages(town_hall.numbers), start=LIST, dark=dark)


def test_the_tab_key_reaches_everything(town_hall: TownHall, browser: Browser) -> None:
    source, _done, plan, _failed = town_hall.numbers
    paths = (LIST, f"{LIST}{source}/", f"{LIST}lauf/{plan}/", f"{LIST}neu/events/")
    assert_reachable(town_hall, browser, paths, start=LIST)


def test_from_a_file_to_the_public_page_without_scripts(town_hall: TownHall, browser: Browser) -> None:
    content = calendar(event("1", "Hofmarkt am Browsertag", "VALUE=DATE:20300601"))
    with visiting(browser, town_hall.house.url, **NARROW, java_script_enabled=False) as visit:
        page = town_hall.sign_in(visit, f"{LIST}neu/events/")
        page.locator("[name=name]").fill("Hofverein")
        page.locator("[name=file]").set_input_files(
            {"name": "hof.ics", "mimeType": "text/calendar", "buffer": content}
        )
        page.locator(".sb-form button").click()
        assert "/lauf/" in page.url, page.url
        assert "Hofmarkt am Browsertag" in page.content()
        page.locator("form[action$='/uebernehmen/'] button").click()
        visit.go("/termine/hofmarkt-am-browsertag/")
        assert "Hofverein" in page.content()
        assert not visit.problems, visit.said()
