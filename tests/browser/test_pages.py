"""Each public page in each language: on a phone no barrier, no error, no cookie, nobody else is asked; on the
narrowest screen nothing scrolls sideways, and without a mouse everything is reached.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser
from tests.browser.addresses import forms_with_cookie, pages, visits
from tests.browser.probes import (
    PHONE,
    Visit,
    barriers,
    cookies,
    keyboard,
    sideways,
    skip_link,
    structure,
    visiting,
)
from tests.browser.serving import House

pytestmark = pytest.mark.browser

HEAVIEST_KB = 100
NARROWEST = {"width": 320, "height": 640}


@pytest.fixture(scope="module")
def visit(house: House, browser: Browser) -> Iterator[Visit]:
    """One window for all pages, as a reader has it; a new one for each page takes three times as long."""
    with visiting(browser, house.url) as window:
        yield window


@pytest.mark.parametrize(("key", "language"), visits())
def test_page(house: House, visit: Visit, key: str, language: str) -> None:
    visit.problems.clear()
    answer = visit.go(house.path(key, language))
    problems = list(visit.problems)
    if key not in forms_with_cookie():
        problems += cookies(visit)
        if "set-cookie" in answer.all_headers():
            problems.append("sends Set-Cookie")
    # The form's cookie must not look like one that the next page has set.
    visit.page.context.clear_cookies()
    problems += structure(visit.page, language) + barriers(visit.page) + by_keyboard(visit, key)
    assert not problems, "\n".join([house.path(key, language), *problems])


def by_keyboard(visit: Visit, key: str) -> list[str]:
    """The page that is open, made as narrow as it gets and walked through with the Tab key."""
    visit.page.set_viewport_size(NARROWEST)
    problems = sideways(visit.page)
    # A slide on a public screen has nothing to operate and nothing to skip.
    if not key.startswith("content:slide"):
        problems += skip_link(visit.page)
    problems += keyboard(visit.page)
    visit.page.set_viewport_size(PHONE)
    return problems


@pytest.mark.parametrize("language", ["de", "ar", "pl"])
def test_the_first_page_is_light(house: House, browser: Browser, language: str) -> None:
    """Whoever comes for the first time loads at most 100 kB: page, styles, script and the letters of the language."""
    heavy = []
    with visiting(browser, house.url) as visit:
        visit.weigh()
        for key in pages():
            if not key.startswith("content:slide"):
                visit.go(house.path(key, language))
                weight = visit.kilobytes()
                assert weight > 0
                if weight > HEAVIEST_KB:
                    heavy.append(f"{house.path(key, language)} weighs {weight:.1f} kB")
    assert not heavy, "\n".join(heavy)
