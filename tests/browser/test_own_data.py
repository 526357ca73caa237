"""What we hold about somebody, seen and deleted in Chromium by the link in the mail, with and without scripts."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from tests.browser.probes import barriers, visiting
from tests.browser.serving import House, manage, serving

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.sqlite_only]

PERSON = "rita.muster@example.org"
_AGREE = (
    "from smartbarleben.people import consents; consents.give(mail='%s', topic='newsletter', text='Ja, gern.',"
    " evidence='test')"
)
_LINK = (
    "from smartbarleben.jobs.models import OutgoingMail as M;"
    "print(M.objects.filter(reason='people.own_data').order_by('-pk')[0].text)"
)


@pytest.fixture(scope="module")
def own_house(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A village of this module's own, because somebody's data are deleted in it."""
    with serving(Path(shutil.copytree(prepared, tmp_path_factory.mktemp("own-data") / "data"))) as running:
        yield running


@pytest.mark.parametrize(("language", "scripts"), [("", False), pytest.param("/ar", True, marks=pytest.mark.matrix)])
def test_a_resident_sees_takes_and_deletes_what_we_hold(
    own_house: House, browser: Browser, language: str, scripts: bool
) -> None:
    manage(own_house.data, "smartbarleben", "shell", "-c", _AGREE % PERSON)
    with visiting(browser, own_house.url, java_script_enabled=scripts) as visit:
        page = visit.page

        def look() -> None:
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth") if scripts else True
            assert not (barriers(page) if scripts else [])

        visit.go(f"{language}/formular/meine-daten/")
        look()
        page.fill("input[type=email]", PERSON)
        page.click("main button[type=submit]")
        assert page.url.endswith("/unterwegs/")
        look()
        text = manage(own_house.data, "smartbarleben", "shell", "-v", "0", "-c", _LINK)
        path = re.search(r"http://[^/]+(/\S+/link/\S+)", text)
        assert path
        assert path[1].startswith(f"{language}/formular/")
        visit.go(path[1])
        look()
        page.click("main button[type=submit]")
        assert page.url.endswith("/ansicht/")
        page.locator("main summary").filter(has_text=re.compile(".")).last.click()
        look()
        with page.expect_download() as file:
            page.click("main a[download]")
        assert PERSON in file.value.path().read_text(encoding="utf-8")
        page.locator("main form[action$='/loeschen/'] button").click()
        expect(page.locator("[role=alert]").first).to_be_visible()
        look()
        page.check("input[name=sure]")
        page.locator("main form[action$='/loeschen/'] button").click()
        expect(page.locator("main h1")).to_be_visible()
        look()
        visit.go(f"{language}/formular/meine-daten/ansicht/", status=410)
    held = manage(own_house.data, "smartbarleben", "erasures", "export", PERSON)
    assert "mail_files" not in held
    assert "outbox" not in held
