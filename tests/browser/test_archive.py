"""The copy in a real browser: opened from a folder and from a file server, without barriers, with its search."""

import functools
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.archive.whole import BASE, barleben, run
from tests.browser.probes import PHONE, RIGHT_TO_LEFT, Visit, barriers, cut_off, loud, sideways, structure, visiting

from smartbarleben.config import frontend
from smartbarleben.config.paths import BUILD

pytestmark = [pytest.mark.browser, pytest.mark.matrix, pytest.mark.slow, pytest.mark.sqlite_only]

SCREENSHOTS = BUILD / "screenshots" / "archive"
PAGES = [
    "",
    "archiv/",
    "suche/",
    "formular/frage/",
    "offene-daten/schnittstelle/",
    "termine/",
    "karte/",
    "strategie/",
]
RESULTS = "[data-archive-results] li a"


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Barleben in two languages as files, in a folder below the server's root."""
    folder = tmp_path_factory.mktemp("archive")
    frontend.ensure(data=folder / "front-end", dev=True)
    data = barleben(folder / "data", ["de", "ar"])
    run(data, "smartbarleben", "export_village", str(folder / "web" / "dorf"), "--base", BASE, "--papers", "none")
    return folder / "web"


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_words: object) -> None:
        """A server of a test has nothing to say."""


@pytest.fixture(scope="module")
def home(copied: Path) -> Iterator[str]:
    handler = functools.partial(_Quiet, directory=str(copied))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/dorf/"
    server.shutdown()
    server.server_close()


def look(visit: Visit, language: str, name: str) -> list[str]:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    visit.page.screenshot(path=SCREENSHOTS / f"{name or 'home'}-{language}.png", full_page=True)
    page = visit.page
    return [*visit.problems, *structure(page, language), *barriers(page), *sideways(page), *cut_off(page)]


def dark(page: Page) -> bool:
    """Whether light letters stand on a dark page."""
    colours = page.evaluate(
        "['backgroundColor', 'color'].map((one) => getComputedStyle(document.body)[one].match(/\\d+/g).map(Number))"
    )
    ground, ink = (sum(colour[:3]) for colour in colours)
    return ground < 150 < 600 < ink


@pytest.mark.parametrize("language", ["de", "ar"])
@pytest.mark.parametrize("path", PAGES)
def test_pages_of_the_copy(home: str, browser: Browser, language: str, path: str) -> None:
    prefix = "" if language == "de" else f"{language}/"
    with visiting(browser, home) as visit:
        visit.go(prefix + path)
        problems = look(visit, language, path.replace("/", "-"))
        visit.page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        assert dark(visit.page)
        visit.page.screenshot(path=SCREENSHOTS / f"{path.replace('/', '-') or 'home'}-{language}-dark.png")
        problems += [f"dark: {one}" for one in (*barriers(visit.page), *loud(visit.page))]
        assert not problems, "\n".join([path, *problems])


def search(page: Page, words: str) -> None:
    page.locator("main input[type=search]").fill(words)
    page.locator("main button[type=submit]").click()
    expect(page.locator("[data-archive-said]")).not_to_be_empty()


@pytest.mark.parametrize("way", ["http", "file"])
@pytest.mark.parametrize(
    ("language", "words", "leads_to"),
    [
        ("de", "Personalausweis", "/zustaendig/personalausweis/"),
        ("de", "fuehrerschein", "/zustaendig/fuehrerschein/"),
        ("de", "Fürerschein", "/zustaendig/fuehrerschein/"),
        ("de", "BIBLIOTHEK barleben", "/orte/"),
        ("ar", "رخصة القيادة", "/ar/zustaendig/fuehrerschein/"),
    ],
)
def test_the_search_needs_no_server(
    copied: Path, home: str, browser: Browser, way: str, language: str, words: str, leads_to: str
) -> None:
    start = home if way == "http" else (copied / "dorf").as_uri() + "/"
    assert (language in RIGHT_TO_LEFT) == (language == "ar")
    with visiting(browser, start) as visit:
        page = visit.page
        page.goto(f"{start}{'' if language == 'de' else f'{language}/'}suche/index.html")
        search(page, words)
        first = page.locator(RESULTS).first
        expect(first).to_be_visible()
        addresses = [one.get_attribute("href") or "" for one in page.locator(RESULTS).all()[:3]]
        first.click()
        expect(page.locator("main h1")).to_be_visible()
        assert any(leads_to.removeprefix(f"/{language}") in one for one in addresses), addresses
        assert not visit.problems


def test_nothing_found_says_what_helps_and_the_head_leads_to_the_search(home: str, browser: Browser) -> None:
    with visiting(browser, home, viewport={"width": 1440, "height": 900}) as visit:
        visit.go("neues/")
        visit.page.locator(".mainnav__find input").fill("qwertzuiopü")
        visit.page.locator(".mainnav__find button").click()
        expect(visit.page.locator("[data-archive-said]")).to_contain_text("nichts gefunden")
        assert "/dorf/suche/index.html?q=" in visit.page.url
        assert not look(visit, "de", "nothing")


def test_without_scripts_everything_is_found_by_its_letter(home: str, browser: Browser) -> None:
    with visiting(browser, home, java_script_enabled=False) as visit:
        visit.go("suche/")
        page = visit.page
        assert page.locator("noscript p").is_visible()
        page.locator(".archive-letters a").filter(has_text="P").first.click()
        page.locator(".archive-list a").filter(has_text="Personalausweis").first.click()
        assert page.url.endswith("/zustaendig/personalausweis/index.html")
        page.locator("aside.standing a").click()
        assert page.url.endswith("/archiv/index.html")


def test_from_a_folder_a_visitor_walks_as_on_the_web(copied: Path, browser: Browser) -> None:
    with visiting(browser, (copied / "dorf").as_uri() + "/", viewport=PHONE) as visit:
        page = visit.page
        page.goto(visit.home + "index.html")
        assert (
            page.evaluate("getComputedStyle(document.querySelector('.standing')).backgroundColor")
            != "rgba(0, 0, 0, 0)"
        )
        page.locator("footer a[href*='sperrungen']").first.click()
        expect(page.locator("main h1")).to_be_visible()
        arabic = page.locator("nav.languages a, .languages a").filter(has_text="العربية").first
        with page.expect_navigation(wait_until="load"):
            arabic.evaluate("one => one.click()")
        assert page.evaluate("document.documentElement.dir") == "rtl"
        assert not visit.problems
