"""What pages say when things are not as usual: no data, no translation, over, cancelled, gone, not understood."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from tests.browser.addresses import LANGUAGES
from tests.browser.probes import RIGHT_TO_LEFT, Visit, barriers, cut_off, sideways, structure, visiting
from tests.browser.serving import House, manage, serving

from smartbarleben.config.paths import BUILD, make_data_folder

pytestmark = [pytest.mark.browser, pytest.mark.matrix]

SCREENSHOTS = BUILD / "screenshots" / "states"
FOUNDED = Path(__file__).with_name("musterdorf.yaml")
# Pages that are there in every house, also in one that was founded this minute.
ALWAYS = (
    *("/", "/neues/", "/termine/", "/orte/", "/vereine/", "/zustaendig/", "/strategie/", "/abfall/", "/aemter/"),
    *("/sperrungen/", "/bekanntmachungen/", "/wuensche/", "/ortschaft/musterdorf/", "/feed.atom"),
)
STATES = (
    *("missing language", "machine draft", "needs review", "cancelled", "unconfirmed", "over", "taken down", "stale"),
    *("rejected", "only a title", "long words", "example"),
)


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Another municipality, founded and never touched."""
    data = tmp_path_factory.mktemp("founded") / "data"
    make_data_folder(data)
    manage(data, "smartbarleben", "migrate", "-v", "0")
    manage(data, "smartbarleben", "init_village", str(FOUNDED))
    with serving(data) as running:
        yield running


@pytest.fixture(scope="module")
def uneven(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, dict[str, list[str]]]]:
    """Barleben with one more item for each state; and where they are."""
    data = shutil.copytree(prepared, tmp_path_factory.mktemp("uneven") / "data")
    made = json.loads(manage(data, "tests.browser.states"))
    with serving(data) as running:
        yield running, made


def _prefix(language: str) -> str:
    return "" if language == "de" else f"/{language}"


def _look(visit: Visit, language: str, name: str) -> list[str]:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    visit.page.screenshot(path=SCREENSHOTS / f"{name}-{language}.png", full_page=True)
    page = visit.page
    return structure(page, language) + barriers(page) + sideways(page) + cut_off(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_house_without_news(founded: House, browser: Browser, language: str) -> None:
    problems = []
    with visiting(browser, founded.url) as visit:
        for path in ALWAYS:
            if path.endswith(".atom"):
                continue
            visit.go(_prefix(language) + path)
            name = f"founded-{path.strip('/').replace('/', '-') or 'home'}"
            found = [*visit.problems, *_look(visit, language, name)]
            # The program may name itself in the line at the foot of the page.
            if "Barleben" in visit.page.content().replace("SmartBarleben", ""):
                found.append("speaks of Barleben")
            problems += [f"{path}: {one}" for one in found]
            visit.problems.clear()
    assert not problems, "\n" + "\n".join(problems)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", STATES)
def test_state(uneven: tuple[House, dict[str, list[str]]], browser: Browser, state: str, language: str) -> None:
    house, made = uneven
    kind, slug = made[state]
    template = house.path(f"portal:item-{kind}", language)
    path = f"{template.rstrip('/').rpartition('/')[0]}/{slug}/"
    with visiting(browser, house.url, viewport={"width": 320, "height": 640}) as visit:
        visit.go(path)
        problems = [*visit.problems, *_look(visit, language, state.replace(" ", "-"))]
        said = visit.page.locator("main .notice").count()
        heading = visit.page.locator("h1")
        spoken = heading.evaluate("(one) => one.closest('[lang]').lang")
        flow = heading.evaluate("(one) => getComputedStyle(one).direction")
        if language != "de" and state in {"missing language", "machine draft", "needs review"}:
            if not said:
                problems.append("does not say what its text is")
            if spoken != ("de" if state == "missing language" else language):
                problems.append(f"the text says that it is {spoken!r}")
            if flow != ("rtl" if spoken in RIGHT_TO_LEFT else "ltr"):
                problems.append(f"the text runs {flow}")
    assert not problems, "\n".join([path, *problems])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "path",
    [
        "/gibt-es-nicht/",
        "/neues/gibt-es-nicht/",
        "/termine/monat/2026-99/",
        "/ortschaft/atlantis/",
        "/neues/?seite=abc",
    ],
)
def test_what_is_not_there(house: House, browser: Browser, path: str, language: str) -> None:
    """An answer in the page's language, with ways on, and without a word about the program."""
    with visiting(browser, house.url) as visit:
        visit.go(_prefix(language) + path, status=404)
        problems = [
            *visit.problems,
            *_look(visit, language, f"404-{path.strip('/').replace('/', '-').replace('?', '-')}"),
        ]
        if visit.page.locator("main a").count() == 0:
            problems.append("no way on")
    assert not problems, "\n".join([path, *problems])


def test_a_file_that_is_not_there_is_told_without_a_page(house: House, browser: Browser) -> None:
    with visiting(browser, house.url) as visit:
        visit.go("/static/ui/gibt-es-nicht.css", status=404)
