"""The town hall's workspace in Chromium: a house after a morning's work, signing in, walking over its pages."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree
from typing import Any

from playwright.sync_api import Browser, Page
from tests.browser.probes import Visit, barriers, cut_off, keyboard, loud, sideways, visiting
from tests.browser.serving import House, manage, serving

from smartbarleben.config.paths import ROOT

NARROW: dict[str, Any] = {"viewport": {"width": 320, "height": 700}}
DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}}


@dataclass(frozen=True)
class TownHall:
    """A house that is open, somebody's account in it, and the numbers that the morning's work has printed."""

    house: House
    person: str
    password: str
    numbers: list[str]

    def sign_in(self, visit: Visit, path: str) -> Page:
        """Log in and arrive at a page of the workspace."""
        page = visit.page
        visit.go(f"/konto/login/?next={path}")
        page.locator("[name=login]").fill(self.person)
        page.locator("[name=password]").fill(self.password)
        with page.expect_navigation(wait_until="load"):
            page.locator("form:has([name=password]) button").first.click()
        assert page.url.endswith(path), page.url
        return page


@contextmanager
def town_hall_after(morning: str, *, data: Path, prepared: Path, person: str, role: str) -> Iterator[TownHall]:
    """A copy of the prepared village in ``data`` with an account, after ``morning``: a script whose last line prints
    NUMBERS and then numbers. It may use what stands in `tests`.
    """
    copytree(prepared, data)
    said = manage(data, "smartbarleben", "add_staff", person, "--role", role)
    script = f"import sys\nsys.path.insert(0, {str(ROOT)!r})\n{morning}"
    numbers = manage(data, "smartbarleben", "shell", "-v", "0", "-c", script).split("NUMBERS", 1)[1].split()
    with serving(data) as running:
        yield TownHall(running, person, said.split()[1], numbers)


def settle(page: Page) -> None:
    """Messages fade in; half faded in they are pale."""
    page.wait_for_function("() => document.getAnimations().every((one) => one.playState !== 'running')")


def assert_sound(town_hall: TownHall, browser: Browser, paths: Iterable[str], *, start: str, dark: bool) -> None:
    """Walk over pages, narrow or at a desk in the dark: nobody is shut out, nothing is cut off, nothing is loud."""
    options = {**DESK, "color_scheme": "dark"} if dark else NARROW
    with visiting(browser, town_hall.house.url, **options) as visit:
        page = town_hall.sign_in(visit, start)
        for path in paths:
            visit.go(path)
            settle(page)
            # What is folded away must be sound too.
            page.evaluate("() => document.querySelectorAll('main details').forEach((one) => { one.open = true; })")
            found = [*barriers(page), *sideways(page), *(loud(page) if dark else cut_off(page))]
            visit.all_problems += [f"{path} {problem}" for problem in found]
        visit.all_problems += visit.problems
        assert not visit.all_problems, visit.said()


def assert_reachable(town_hall: TownHall, browser: Browser, paths: Iterable[str], *, start: str) -> None:
    """The Tab key reaches everything on these pages."""
    # Wagtail scrolls smoothly, and a box that is still on its way would be taken for one outside the page.
    with visiting(browser, town_hall.house.url, **DESK, reduced_motion="reduce") as visit:
        page = town_hall.sign_in(visit, start)
        for path in paths:
            visit.go(path)
            settle(page)
            visit.all_problems += [f"{path} {problem}" for problem in keyboard(page)]
        assert not visit.all_problems, visit.said()
