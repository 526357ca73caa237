"""The staff's pages of imports in Chromium: by keyboard, on a narrow phone, in the dark; from file to public page."""

from collections.abc import Iterator
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from tests.browser.probes import Visit, barriers, cut_off, keyboard, loud, sideways, visiting
from tests.browser.serving import House, manage, serving
from tests.imports.making import calendar, event

from smartbarleben.config.paths import ROOT

pytestmark = pytest.mark.browser

EDITOR = "testquellen"
LIST = "/verwaltung/importe/"
NARROW = {"viewport": {"width": 320, "height": 700}}
DESK = {"viewport": {"width": 1280, "height": 900}}
# A source with something of everything: a decision to take, something vanished, a plan, a failure.
MORNING = """
import sys
sys.path.insert(0, "ROOT")
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
def town_hall(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, str, list[str]]]:
    """A house with a morning's imports: the house, the editor's password, the numbers of source and runs."""
    data = copytree(prepared, tmp_path_factory.mktemp("imports") / "data")
    said = manage(data, "smartbarleben", "add_staff", EDITOR, "--role", "editor")
    numbers = (
        manage(data, "smartbarleben", "shell", "-v", "0", "-c", MORNING.replace("ROOT", str(ROOT)))
        .split("NUMBERS", 1)[1]
        .split()
    )
    with serving(data) as running:
        yield running, said.split()[1], numbers


def sign_in(visit: Visit, password: str, path: str = LIST) -> Page:
    """Log in and arrive at a page of the workspace."""
    page = visit.page
    visit.go(f"/konto/login/?next={path}")
    page.locator("[name=login]").fill(EDITOR)
    page.locator("[name=password]").fill(password)
    with page.expect_navigation(wait_until="load"):
        page.locator("form:has([name=password]) button").first.click()
    assert page.url.endswith(path), page.url
    return page


def settle(page: Page) -> None:
    """Messages fade in; half faded in they are pale."""
    page.wait_for_function("() => document.getAnimations().every((one) => one.playState !== 'running')")


def pages(numbers: list[str]) -> list[str]:
    source, done, plan, failed = numbers
    runs = [f"lauf/{number}/" for number in (done, plan, failed)]
    rest = ["", "neu/", "neu/events/", "neu/waste/", f"{source}/", f"{source}/aendern/", f"{source}/entfernen/"]
    return [*(LIST + path for path in (*rest, *runs)), "/verwaltung/fahrplaene/", "/verwaltung/"]


@pytest.mark.parametrize(
    ("name", "options"), [("narrow", NARROW), ("dark", {**DESK, "color_scheme": "dark"})], ids=["320 px", "dark"]
)
def test_every_page_is_sound(town_hall: Any, browser: Browser, name: str, options: dict[str, Any]) -> None:
    house, password, numbers = town_hall
    with visiting(browser, house.url, **options) as visit:
        page = sign_in(visit, password)
        for path in pages(numbers):
            visit.go(path)
            settle(page)
            page.evaluate("() => document.querySelectorAll('main details').forEach((one) => { one.open = true; })")
            found = [*barriers(page), *sideways(page), *(loud(page) if name == "dark" else cut_off(page))]
            visit.all_problems += [f"{path} {problem}" for problem in found]
        visit.all_problems += visit.problems
        assert not visit.all_problems, visit.said()


def test_the_tab_key_reaches_everything(town_hall: Any, browser: Browser) -> None:
    house, password, numbers = town_hall
    with visiting(browser, house.url, **DESK, reduced_motion="reduce") as visit:
        page = sign_in(visit, password)
        for path in (LIST, f"{LIST}{numbers[0]}/", f"{LIST}lauf/{numbers[2]}/", f"{LIST}neu/events/"):
            visit.go(path)
            settle(page)
            visit.all_problems += [f"{path} {problem}" for problem in keyboard(page)]
        assert not visit.all_problems, visit.said()


def test_from_a_file_to_the_public_page_without_scripts(town_hall: Any, browser: Browser) -> None:
    house, password, _numbers = town_hall
    content = calendar(event("1", "Hofmarkt am Browsertag", "VALUE=DATE:20300601"))
    with visiting(browser, house.url, **NARROW, java_script_enabled=False) as visit:
        page = sign_in(visit, password, f"{LIST}neu/events/")
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
