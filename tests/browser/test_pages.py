"""Each public page in each language at phone width: no barrier, no error, no cookie, nobody else is asked."""

import pytest
from playwright.sync_api import Browser
from tests.browser.addresses import visits
from tests.browser.probes import barriers, cookies, structure, visiting
from tests.browser.serving import House

pytestmark = pytest.mark.browser

HEAVIEST_KB = 100


@pytest.mark.parametrize(("key", "language"), visits())
def test_page(house: House, browser: Browser, key: str, language: str) -> None:
    with visiting(browser, house.url) as visit:
        visit.weigh()
        answer = visit.go(house.path(key, language))
        weight = visit.kilobytes
        problems = visit.problems + cookies(visit)
        if "set-cookie" in answer.all_headers():
            problems.append("sends Set-Cookie")
        if weight > HEAVIEST_KB:
            problems.append(f"weighs {weight:.1f} kB")
        problems += structure(visit.page, language) + barriers(visit.page)
    assert not problems, "\n".join([house.path(key, language), *problems])
