"""The page on the health of the house in Chromium: on a phone, at a desk, in the dark, by keyboard."""

from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import pytest
from playwright.sync_api import Browser
from tests.browser.probes import Visit, barriers, cut_off, keyboard, loud, sideways, visiting
from tests.browser.serving import House, manage, serving

pytestmark = pytest.mark.browser
MATRIX = pytest.mark.matrix

CHIEF = "testleitung"
PATH = "/verwaltung/zustand/"
# A morning on which something is wrong: work that failed, and nobody who works on it.
MORNING = """
from django.utils import timezone
from smartbarleben.jobs.models import Job, State
for number in range(3):
    Job.objects.create(task=f"tests.{number}", state=State.DEAD, finished_at=timezone.now(), problem="x")
"""


@pytest.fixture(scope="module")
def town_hall(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, str]]:
    """A house and the administrator's password."""
    data = copytree(prepared, tmp_path_factory.mktemp("watching") / "data")
    said = manage(data, "smartbarleben", "add_staff", CHIEF, "--role", "administrator")
    manage(data, "smartbarleben", "shell", "-v", "0", "-c", MORNING)
    with serving(data) as running:
        yield running, said.split()[1]


def sign_in(visit: Visit, password: str) -> None:
    """Log in and arrive at the page."""
    page = visit.page
    visit.go(f"/konto/login/?next={PATH}")
    page.locator("[name=login]").fill(CHIEF)
    page.locator("[name=password]").fill(password)
    with page.expect_navigation(wait_until="load"):
        page.locator("form:has([name=password]) button").first.click()
    assert page.url.endswith(PATH), page.url


@pytest.mark.parametrize(
    ("width", "scheme"),
    [(320, "light"), pytest.param(768, "dark", marks=MATRIX), pytest.param(1440, "light", marks=MATRIX)],
)
def test_the_page_on_every_screen(browser: Browser, town_hall: tuple[House, str], width: int, scheme: str) -> None:
    house, password = town_hall
    look = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}
    with visiting(browser, house.url, **look) as visit:
        sign_in(visit, password)
        page = visit.page
        page.wait_for_function("() => document.getAnimations().every((one) => one.playState !== 'running')")
        assert page.locator("#broken").inner_text() == "Funktioniert nicht"
        assert "3 Aufträge sind endgültig misslungen." in page.locator("main").inner_text()
        page.evaluate("() => document.querySelectorAll('main details').forEach((one) => { one.open = true; })")
        found = [*barriers(page), *sideways(page), *(loud(page) if scheme == "dark" else cut_off(page))]
        assert not [*found, *visit.problems], [*found, *visit.problems]


def test_the_tab_key_reaches_everything_and_looks_again(browser: Browser, town_hall: tuple[House, str]) -> None:
    house, password = town_hall
    wide = {"viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce"}
    with visiting(browser, house.url, **wide) as visit:
        sign_in(visit, password)
        visit.page.wait_for_function("() => document.getAnimations().every((one) => one.playState !== 'running')")
        assert not (found := keyboard(visit.page)), found
        visit.page.get_by_role("button", name="Noch einmal nachsehen").focus()
        with visit.page.expect_navigation(wait_until="load"):
            visit.page.keyboard.press("Enter")
        assert visit.page.url.endswith(PATH)
