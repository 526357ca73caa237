"""The search in a real browser: suggestions by keyboard, results at 320 px, right to left, and without JavaScript."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, expect
from tests.browser.probes import Visit, barriers, cookies, cut_off, keyboard, loud, sideways, structure, visiting
from tests.browser.serving import House, serving

from smartbarleben.config.paths import BUILD

pytestmark = pytest.mark.browser

NARROWEST = {"width": 320, "height": 640}
SCREENSHOTS = BUILD / "screenshots" / "search"
FIELD, LIST = "main input[type=search]", "main [role=listbox]"


@pytest.fixture(scope="module")
def own_house(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house of this module's own, because searches are counted."""
    with serving(shutil.copytree(prepared, tmp_path_factory.mktemp("search") / "data")) as running:
        yield running


def look(visit: Visit, language: str, name: str) -> list[str]:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    visit.page.screenshot(path=SCREENSHOTS / f"{name}-{language}.png", full_page=True)
    page = visit.page
    found = [*visit.problems, *structure(page, language), *barriers(page), *sideways(page), *cut_off(page)]
    visit.problems.clear()
    return found


@pytest.mark.parametrize(
    ("language", "words"),
    [("de", "führerschein beantragen"), ("ar", "رخصة القيادة"), ("uk", "садок"), ("de", "qwertzuiop"), ("de", "")],
)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_results_stand_on_the_narrowest_screen(
    own_house: House, browser: Browser, language: str, words: str, scheme: str
) -> None:
    with visiting(browser, own_house.url, viewport=NARROWEST, color_scheme=scheme) as visit:
        visit.go(f"{'' if language == 'de' else f'/{language}'}/suche/?q={quote(words)}")
        problems = look(visit, language, f"{words or 'empty'}-{scheme}")
        problems += loud(visit.page) if scheme == "dark" else keyboard(visit.page)
        assert not problems + cookies(visit), "\n".join(problems)


def test_suggestions_are_chosen_by_keyboard_and_said_to_screen_readers(own_house: House, browser: Browser) -> None:
    with visiting(browser, own_house.url, viewport=NARROWEST) as visit:
        visit.go("/suche/")
        page, field = visit.page, visit.page.locator(FIELD)
        expect(field).to_have_attribute("role", "combobox")
        expect(field).to_have_attribute("aria-expanded", "false")
        field.press_sequentially("biblio")
        expect(page.locator(LIST)).to_be_visible()
        expect(field).to_have_attribute("aria-expanded", "true")
        expect(page.locator("main suggest-words [role=status]")).not_to_be_empty()
        field.press("ArrowDown")
        first = page.locator(f"{LIST} [role=option]").first
        expect(first).to_have_attribute("aria-selected", "true")
        assert field.get_attribute("aria-activedescendant") == first.get_attribute("id")
        assert not look(visit, "de", "suggestions")
        field.press("ArrowUp")
        assert field.get_attribute("aria-activedescendant") is None
        assert field.input_value() == "biblio"
        field.press("Escape")
        expect(page.locator(LIST)).to_be_hidden()
        field.press("ArrowDown")
        expect(page.locator(LIST)).to_be_visible()
        field.press("ArrowDown")
        address = str(first.get_attribute("data-url"))
        with page.expect_navigation():
            field.press("Enter")
        assert page.url == own_house.url + address
        assert not visit.problems


def test_enter_without_a_choice_searches_and_tab_leaves(own_house: House, browser: Browser) -> None:
    with visiting(browser, own_house.url) as visit:
        visit.go("/suche/")
        page, field = visit.page, visit.page.locator(FIELD)
        field.press_sequentially("biblio")
        expect(page.locator(LIST)).to_be_visible()
        field.press("Tab")
        expect(page.locator(LIST)).to_be_hidden()
        field.focus()
        with page.expect_navigation():
            field.press("Enter")
        assert "/suche/?q=biblio" in page.url
        assert page.locator(".result").count() > 0


def test_a_press_on_a_suggestion_leads_to_its_page_right_to_left_too(own_house: House, browser: Browser) -> None:
    with visiting(browser, own_house.url, viewport=NARROWEST) as visit:
        visit.go("/ar/suche/")
        page = visit.page
        page.locator(FIELD).press_sequentially("المكت")
        expect(page.locator(LIST)).to_be_visible()
        assert not look(visit, "ar", "suggestions")
        with page.expect_navigation():
            page.locator(f"{LIST} [role=option]").first.click()
        assert page.url.startswith(f"{own_house.url}/ar/")
        assert "/suche/" not in page.url


def test_the_field_in_the_head_suggests_too_where_there_is_room(own_house: House, browser: Browser) -> None:
    with visiting(browser, own_house.url, viewport={"width": 1440, "height": 900}) as visit:
        visit.go("/neues/")
        page = visit.page
        assert not page.locator("a.mainnav__search").is_visible()
        page.locator(".mainnav__find input").press_sequentially("muell")
        expect(page.locator(".mainnav__find [role=listbox]")).to_be_visible()
        assert not look(visit, "de", "head")
        page.set_viewport_size({"width": 800, "height": 900})
        assert page.locator("a.mainnav__search").is_visible()
        assert not page.locator(".mainnav__find").is_visible()


def test_everything_works_without_javascript(own_house: House, browser: Browser) -> None:
    with visiting(browser, own_house.url, viewport=NARROWEST, java_script_enabled=False) as visit:
        visit.go("/")
        page = visit.page
        page.locator(".today input[type=search]").fill("Fürerschein")
        with page.expect_navigation():
            page.locator(".today button[type=submit]").click()
        assert page.locator(".result").count() > 0
        assert page.locator("[role=combobox]").count() == 0
        with page.expect_navigation():
            page.locator(".meant a").click()
        page.locator(".refine summary").click()
        with page.expect_navigation():
            page.locator('.filters a[href*="art=service"]').click()
        assert page.locator(".result").count() > 0
        with page.expect_navigation():
            page.locator(".result h3 a").first.click()
        assert "/zustaendig/" in page.url
