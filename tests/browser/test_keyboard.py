"""Each public page in each language without a mouse, and on the narrowest screen."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser
from tests.browser.addresses import visits
from tests.browser.probes import Visit, keyboard, sideways, skip_link, visiting
from tests.browser.serving import House

pytestmark = pytest.mark.browser

NARROWEST = {"width": 320, "height": 640}


@pytest.fixture(scope="module")
def visit(house: House, browser: Browser) -> Iterator[Visit]:
    with visiting(browser, house.url, viewport=NARROWEST) as window:
        yield window


@pytest.mark.parametrize(("key", "language"), visits())
def test_keyboard_on_the_narrowest_screen(house: House, visit: Visit, key: str, language: str) -> None:
    visit.go(house.path(key, language))
    problems = sideways(visit.page)
    # A slide on a public screen has nothing to operate and nothing to skip.
    if not key.startswith("content:slide"):
        problems += skip_link(visit.page)
    problems += keyboard(visit.page)
    assert not problems, "\n".join([house.path(key, language), *problems])
