"""Residents' forms and pages in a real browser: with scripts and without, on the narrowest screen, in every state."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from tests.browser.probes import Visit, barriers, cut_off, keyboard, loud, printed, sideways, structure, visiting
from tests.browser.serving import House, manage, serving
from tests.cases.upload_samples import picture

from smartbarleben.config.paths import BUILD

pytestmark = pytest.mark.browser

NARROWEST = {"width": 320, "height": 640}
SCREENSHOTS = BUILD / "screenshots" / "cases"
WAITS, HELD = "It waits for its turn", "Somebody will look at it soon"
LOOKS = [("de", "light"), ("ar", "dark")]
STATES = ("held", "new", "in_work", "asked_back", "passed_on", "answered", "closed", "merged", "refused", "late")


@pytest.fixture(scope="module")
def open_house(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, dict[str, str]]]:
    """A house of this module's own, because people write into it; and a case in each state."""
    data = shutil.copytree(prepared, tmp_path_factory.mktemp("letters") / "data")
    cases = json.loads(manage(data, "tests.browser.case_states"))
    with serving(data) as running:
        yield running, cases


def look(visit: Visit, language: str, name: str, scheme: str = "light") -> list[str]:
    """Everything that a page must stand at 320 px."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    visit.page.screenshot(path=SCREENSHOTS / f"{name}-{language}-{scheme}.png", full_page=True)
    page = visit.page
    found = [*visit.problems, *structure(page, language), *barriers(page), *sideways(page), *cut_off(page)]
    visit.problems.clear()
    return [f"{name}: {one}" for one in found + (loud(page) if scheme == "dark" else [])]


def prefix(language: str) -> str:
    return "" if language == "de" else f"/{language}"


def send(page: Page) -> None:
    with page.expect_navigation():
        page.click(".send button")


def hand_in(visit: Visit, text: str = "Wann wird die Hecke geschnitten?") -> str:
    """Fill in the form and send it; the address of the receipt."""
    visit.go("/en/formular/frage/?ueber=/en/termine/")
    visit.page.fill("#id_text", text)
    send(visit.page)
    assert visit.page.url.endswith("/danke/"), visit.page.url
    return visit.page.url


def stands(visit: Visit) -> str:
    visit.page.click(".receipt__go a")
    visit.page.wait_for_load_state()
    return visit.page.inner_text(".state__words")


def test_a_browser_calculates_and_the_case_goes_straight_in(open_house, browser: Browser) -> None:
    with visiting(browser, open_house[0].url) as visit:
        hand_in(visit)
        assert WAITS in stands(visit)
        assert visit.problems == []


def test_without_javascript_a_person_looks_first(open_house, browser: Browser) -> None:
    with visiting(browser, open_house[0].url, java_script_enabled=False) as visit:
        hand_in(visit)
        assert HELD in stands(visit)


def test_pressing_twice_reloading_and_going_back_make_one_case(open_house, browser: Browser) -> None:
    with visiting(browser, open_house[0].url) as visit:
        page = visit.page
        visit.go("/en/formular/frage/")
        page.fill("#id_text", "Zweimal gedrückt")
        with page.expect_navigation():
            page.evaluate("() => { const b = document.querySelector('.send button'); b.click(); b.click(); }")
        first = page.url
        page.reload()
        assert page.url == first
        page.go_back()
        if page.input_value("#id_text"):
            send(page)
            assert page.url == first


def test_enter_in_a_line_sends_the_form_and_removes_no_file(open_house, browser: Browser) -> None:
    with visiting(browser, open_house[0].url, java_script_enabled=False) as visit:
        page = visit.page
        visit.go("/en/formular/frage/")
        page.set_input_files("#id_files", {"name": "Brief.txt", "mimeType": "text/plain", "buffer": b"Hallo"})
        send(page)
        assert page.inner_text(".kept__name").startswith("Brief.txt")
        page.fill("#id_text", "Mit Brief")
        with page.expect_navigation():
            page.press("#id_name", "Enter")
        assert page.url.endswith("/danke/")
        stands(visit)
        assert page.inner_text(".talk__files").startswith("Brief.txt")


@pytest.mark.parametrize(("language", "scheme"), LOOKS)
def test_the_form_in_each_of_its_states(open_house, browser: Browser, language: str, scheme: str) -> None:
    from tests.cases.test_uploads_exif import block, place

    problems = []
    photo = picture("JPEG", exif=block(place(52.2026, 11.6194)))
    with visiting(browser, open_house[0].url, viewport=NARROWEST, color_scheme=scheme) as visit:
        page = visit.page
        for word in ("frage", "hinweis", "barriere"):
            visit.go(f"{prefix(language)}/formular/{word}/?ueber=/termine/")
            problems += look(visit, language, word, scheme)
        visit.go(f"{prefix(language)}/formular/frage/")
        page.set_input_files(
            "#id_files",
            [
                {"name": "Foto.jpg", "mimeType": "image/jpeg", "buffer": photo},
                {"name": "a.exe", "mimeType": "application/x-exe", "buffer": b"MZ\x90\x00" * 60},
            ],
        )
        page.fill("#id_email", "nobody")
        send(page)
        assert page.evaluate("() => document.activeElement.className") == "error-summary"
        problems += look(visit, language, "error", scheme) + keyboard(page)
        page.fill("#id_email", "erika@example.org")
        page.fill("#id_text", "Hier ist ein Loch.")
        send(page)
        problems += look(visit, language, "place-missing", scheme)
        page.check("#id_spot_0")
        send(page)
        problems += look(visit, language, "receipt", scheme) + keyboard(page)
        page.emulate_media(media="print")
        problems += printed(page)
        assert page.locator(".slip__sign").count() == 2
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize(("language", "scheme"), LOOKS)
def test_a_case_in_each_of_its_states(open_house, browser: Browser, language: str, scheme: str) -> None:
    house, cases = open_house
    assert set(STATES) == set(cases)
    problems = []
    with visiting(browser, house.url, viewport=NARROWEST, color_scheme=scheme) as visit:
        for state in STATES:
            visit.go(prefix(language) + cases[state])
            problems += look(visit, language, f"case-{state}", scheme)
        problems += keyboard(visit.page)
    assert not problems, "\n".join(problems)


def test_wrong_tries_are_explained_and_stopped(open_house, browser: Browser) -> None:
    with visiting(browser, open_house[0].url, viewport=NARROWEST) as visit:
        page = visit.page
        visit.go("/en/formular/vorgang/")
        problems = []
        number = open_house[1]["new"].split("/")[3]
        for tries in range(11):
            page.fill("#id_number", number)
            page.fill("#id_code", "AAAA-AAAA")
            with page.expect_navigation():
                page.click("main form button")
            if tries in (0, 10):
                problems += look(visit, "en", f"find-{tries}")
        assert "we pause here" in page.inner_text(".notice")
        assert not problems, "\n".join(problems)


@pytest.mark.parametrize("scripts", [True, False])
def test_another_language_after_a_mistake_keeps_what_was_typed(open_house, browser: Browser, scripts: bool) -> None:
    with visiting(browser, open_house[0].url, java_script_enabled=scripts) as visit:
        page = visit.page
        page.set_viewport_size(NARROWEST)
        visit.go("/formular/frage/")
        page.fill("#id_email", "keine Adresse")
        page.focus("#id_email")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert page.locator(".error-summary").count()
        page.fill("#id_text", "Noch nicht fertig")
        assert not sideways(page)
        page.click(".languages summary")
        assert not sideways(page)
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SCREENSHOTS / "languages-beside-a-form.png")
        with page.expect_navigation():
            page.click(".languages button[value=ar]")
        assert "/ar/formular/frage/" in page.url
        assert page.input_value("#id_text") == "Noch nicht fertig"
        assert page.input_value("#id_email") == "keine Adresse"
        assert not page.locator(".error-summary").count()
        page.fill("#id_email", "")
        send(page)
        assert page.url.endswith("/danke/")
        # The mistake's own status is the one thing that a browser notes down.
        assert [one for one in visit.problems if "422" not in one] == []
