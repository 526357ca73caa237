"""A bar that keeps itself up to date, in Chromium: the component, its script, and the answers of a job's address."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.template import engines
from playwright.sync_api import Browser, Page, Route, expect, sync_playwright
from tests.browser.serving import FLAGS, chromium

from smartbarleben import ui

pytestmark = pytest.mark.browser

SCRIPT = next(iter(ui.__path__)) + "/static/ui/progress.js"
HOST = "http://house.test"
WAITING = {"state": "waiting", "done": 0, "total": 0, "text": "", "words": "Soon", "ended": False}
HALF = {"state": "running", "done": 20, "total": 40, "text": "20 of 40", "words": "Packing", "ended": False}
DONE = {"state": "done", "done": 40, "total": 40, "text": "40 of 40", "words": "Done.", "ended": True}
DEAD = {"state": "dead", "done": 0, "total": 0, "text": "", "words": "This did not work.", "ended": True}

Open = Callable[..., Page]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = chromium()
    if program is None:
        pytest.skip("Chromium is missing. On Debian and Ubuntu: apt install chromium")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield running
        running.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Open]:
    """Opens a page with a bar; the job's address gives one answer after the other, the last for ever."""
    context = browser.new_context()

    def show(*answers: Any, then: str = "") -> Page:
        macro = '{% from "ui/components/job.jinja" import job %}{{ job(shown, "/state/", then) }}'
        html = engines["jinja2"].env.from_string(macro).render(shown={"label": "Your data", **WAITING}, then=then)  # type: ignore[attr-defined]
        left = list(answers)

        def answer(route: Route) -> None:
            path = route.request.url.removeprefix(HOST)
            if path == "/state/":
                asked.append(path)
                one = left.pop(0) if len(left) > 1 else left[0]
                if isinstance(one, int):
                    route.fulfill(status=one)
                else:
                    route.fulfill(body=json.dumps(one), content_type="application/json")
            elif path == "/progress.js":
                route.fulfill(path=SCRIPT, content_type="text/javascript")
            elif path == "/done/":
                route.fulfill(body="<!doctype html><h1>Here it is</h1>", content_type="text/html")
            else:
                body = f'<!doctype html><html lang="en"><title>x</title><main>{html}</main>'
                route.fulfill(body=body + '<script src="/progress.js" defer></script>', content_type="text/html")

        asked: list[str] = []
        page = context.new_page()
        page.route("**/*", answer)
        page.clock.install()
        page.goto(f"{HOST}/")
        page.asked = asked  # type: ignore[attr-defined]
        return page

    yield show
    context.close()


def test_the_bar_moves_and_its_words_are_said(open_page: Open) -> None:
    page = open_page(HALF, DONE)
    bar, words = page.get_by_role("progressbar", name="Your data"), page.get_by_role("status")
    assert bar.evaluate("one => one.position") == -1, "not known yet how much it is"
    page.clock.run_for(2000)
    expect(words).to_have_text("Packing")
    assert bar.evaluate("one => one.position") == 0.5
    expect(page.get_by_text("20 of 40")).to_be_visible()
    page.clock.run_for(2000)
    expect(words).to_have_text("Done.")
    page.clock.run_for(60_000)
    assert len(page.asked) == 2, "what has ended is not asked for any more"  # type: ignore[attr-defined]


def test_a_page_may_lead_on_when_it_is_done_and_stays_when_it_failed(open_page: Open) -> None:
    page = open_page(DONE, then="/done/")
    page.clock.run_for(2000)
    expect(page.get_by_role("heading", name="Here it is")).to_be_visible()
    stays = open_page(DEAD, then="/done/")
    stays.clock.run_for(2000)
    expect(stays.get_by_role("status")).to_have_text("This did not work.")


def test_a_server_that_stumbles_is_asked_again_and_a_forgotten_job_is_not(open_page: Open) -> None:
    page = open_page(502, HALF)
    page.clock.run_for(2000)
    page.wait_for_timeout(100)
    page.clock.run_for(4000)
    expect(page.get_by_role("status")).to_have_text("Packing")
    gone = open_page(404)
    gone.clock.run_for(2000)
    gone.wait_for_timeout(100)
    gone.clock.run_for(60_000)
    assert len(gone.asked) == 1  # type: ignore[attr-defined]
