"""A resident's account in Chromium: a code by mail, one's own matters, changed and deleted; axe finds nothing."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from tests.browser.probes import barriers, visiting
from tests.browser.serving import House, manage, serving

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.sqlite_only]

# The one that a sample case belongs to.
PERSON = "erika@example.org"
NARROW = {"width": 320, "height": 640}
_CODE = (
    "from smartbarleben.jobs.models import OutgoingMail as M;"
    "print(M.objects.filter(reason='people.sign_in').order_by('-pk')[0].text)"
)


@pytest.fixture(scope="module")
def own_house(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A village of this module's own, because accounts are made and deleted in it."""
    with serving(Path(shutil.copytree(prepared, tmp_path_factory.mktemp("resident") / "data"))) as running:
        yield running


@pytest.mark.parametrize(
    ("language", "scripts", "colours"),
    [
        ("", False, "light"),
        pytest.param("/ar", True, "dark", marks=pytest.mark.matrix),
        pytest.param("/de-simple", True, "light", marks=pytest.mark.matrix),
    ],
)
def test_a_resident_signs_in_looks_changes_and_deletes(
    own_house: House, browser: Browser, language: str, scripts: bool, colours: str
) -> None:
    with visiting(
        browser, own_house.url, java_script_enabled=scripts, viewport=NARROW, color_scheme=colours
    ) as visit:
        page = visit.page

        def look() -> None:
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth") if scripts else True
            assert not (barriers(page) if scripts else [])

        visit.go(f"{language}/formular/konto/")
        look()
        page.fill("input[type=email]", PERSON)
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile("/konto/code/$"))
        look()
        page.fill("input[name=code]", "AAAA-AAAA")
        page.keyboard.press("Enter")
        expect(page.locator("[aria-invalid=true]")).to_be_visible()
        look()
        found = re.search(
            r"^\w{4}-\w{4}$", manage(own_house.data, "smartbarleben", "shell", "-v", "0", "-c", _CODE), re.MULTILINE
        )
        assert found
        page.fill("input[name=code]", found[0].lower())
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile(f"{language}/formular/konto/$"))
        expect(page.locator("main .card a").first).to_be_visible()
        look()
        page.fill("input[name=name]", "Erika Muster")
        page.locator("main form[action$='/angaben/'] button").click()
        expect(page.locator("main [role=status]")).to_be_visible()
        look()
        page.locator("main .card a").first.click()
        expect(page).to_have_url(re.compile(f"{language}/formular/vorgang/"))
        visit.go(f"{language}/formular/frage/")
        expect(page.locator("input[name=email]")).to_have_value(PERSON)
        visit.go(f"{language}/formular/konto/")
        page.locator("main form[action$='/loeschen/'] button").click()
        expect(page.locator("[role=alert]").first).to_be_visible()
        look()
        page.check("input[name=delete-sure]")
        page.locator("main form[action$='/loeschen/'] button").click()
        expect(page.locator("main .notice")).to_be_visible()
        look()
        visit.go(f"{language}/formular/konto/")
        expect(page.locator("input[type=email]")).to_have_value("")
