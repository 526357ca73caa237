"""The whole matrix: widths, dark, zoom, wide spacing, no JavaScript, forced colours, paper; pictures for people."""

import io
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser
from pypdf import PdfReader
from tests.browser.addresses import LANGUAGES, pages
from tests.browser.probes import Visit, barriers, cut_off, keyboard, loud, printed, sideways, visiting
from tests.browser.serving import House

from smartbarleben.config.paths import BUILD

pytestmark = [pytest.mark.browser, pytest.mark.matrix]

# Slides of all kinds come from one template.
PAGES = [key for key in pages() if not key.startswith("content:slide") or key.endswith(("-event", "-closure"))]
WIDTHS = {320: 640, 360: 740, 768: 1024, 1440: 900}
SCREENSHOTS = BUILD / "screenshots"
# axe needs a second a page; these windows differ from the phone's of test_pages.py in layout or in colours.
FOR_AXE = {(360, "dark"), (768, "light"), (1440, "light"), (1440, "dark")}
# What 1280 × 1024 pixels hold at 400 % zoom.
ZOOMED = {"width": 320, "height": 256}
SPACING = """* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
p { margin-block-end: 2em !important; }"""


def walk(visit: Visit, house: House, language: str) -> Iterator[tuple[str, list[str]]]:
    """Open every page in this window; yields its key and the list into which its problems go."""
    for key in PAGES:
        found: list[str] = []
        visit.problems.clear()
        visit.go(house.path(key, language))
        yield key, found
        found += visit.problems
        if found:
            visit.all_problems += [f"{key} {house.path(key, language)}: {problem}" for problem in found]


@pytest.mark.parametrize("language", ["de", "ar"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_widths_and_schemes(house: House, browser: Browser, width: int, scheme: str, language: str) -> None:
    folder = SCREENSHOTS / f"{width}-{scheme}-{language}"
    folder.mkdir(parents=True, exist_ok=True)
    window = {"width": width, "height": WIDTHS[width]}
    with visiting(browser, house.url, viewport=window, color_scheme=scheme, reduced_motion="reduce") as visit:
        for key, problems in walk(visit, house, language):
            problems += sideways(visit.page) + cut_off(visit.page)
            if scheme == "dark":
                problems += loud(visit.page)
            if (width, scheme) in FOR_AXE:
                problems += barriers(visit.page)
            visit.page.screenshot(path=folder / f"{key.replace(':', '-')}.png", full_page=True)
    assert not visit.all_problems, visit.said()


@pytest.mark.parametrize("language", LANGUAGES)
def test_zoom_of_400_percent(house: House, browser: Browser, language: str) -> None:
    with visiting(browser, house.url, viewport=ZOOMED) as visit:
        for key, problems in walk(visit, house, language):
            # A slide belongs to a screen on a wall; nobody zooms there.
            if not key.startswith("content:slide"):
                problems += sideways(visit.page) + cut_off(visit.page)
    assert not visit.all_problems, visit.said()


@pytest.mark.parametrize("language", ["de", "uk", "ar"])
def test_wide_spacing(house: House, browser: Browser, language: str) -> None:
    """Text spacing as WCAG 1.4.12 asks; only a reader's own style sheet does that, so the policy is passed by."""
    with visiting(browser, house.url, bypass_csp=True) as visit:
        for key, problems in walk(visit, house, language):
            if not key.startswith("content:slide"):
                visit.page.add_style_tag(content=SPACING)
                problems += sideways(visit.page) + cut_off(visit.page)
    assert not visit.all_problems, visit.said()


_CONTENT = """() => ({
    text: document.querySelector("main").innerText.replace(/\\s+/g, " "),
    links: [...document.links].filter((one) => one.checkVisibility()).map((one) => one.href),
})"""


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_javascript(house: House, browser: Browser, language: str) -> None:
    """All words and all links are there without scripts; buttons that only a script can serve stay hidden."""
    with visiting(browser, house.url) as scripted, visiting(browser, house.url, java_script_enabled=False) as plain:
        for key, problems in walk(plain, house, language):
            scripted.go(house.path(key, language))
            without, with_scripts = (one.page.evaluate(_CONTENT) for one in (plain, scripted))
            problems += [f"only with scripts: {one}" for one in set(with_scripts["links"]) - set(without["links"])]
            if len(without["text"]) < 0.9 * len(with_scripts["text"]):
                problems.append("much of the text needs scripts")
            useless = plain.page.locator("[data-js]:visible:is(button)").count()
            if useless:
                problems.append(f"{useless} buttons that need scripts are shown without them")
    assert not plain.all_problems, plain.said()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_forced_colours(house: House, browser: Browser, scheme: str) -> None:
    folder = SCREENSHOTS / f"360-forced-{scheme}-de"
    folder.mkdir(parents=True, exist_ok=True)
    with visiting(browser, house.url, forced_colors="active", color_scheme=scheme) as visit:
        for key, problems in walk(visit, house, "de"):
            problems += sideways(visit.page)
            visit.page.screenshot(path=folder / f"{key.replace(':', '-')}.png")
            problems += keyboard(visit.page)
    assert not visit.all_problems, visit.said()


@pytest.mark.parametrize("language", ["de", "ar"])
def test_paper(house: House, browser: Browser, language: str) -> None:
    """Printed from a dark screen: dark on white, the text is there, the ways through the house are not."""
    folder = SCREENSHOTS / f"print-{language}"
    folder.mkdir(parents=True, exist_ok=True)
    with visiting(browser, house.url, color_scheme="dark", viewport={"width": 794, "height": 1123}) as visit:
        for key, problems in walk(visit, house, language):
            if key.startswith("content:slide"):
                continue
            visit.page.emulate_media(media="print")
            problems += printed(visit.page)
            paper = visit.page.pdf(format="A4", path=folder / f"{key.replace(':', '-')}.pdf")
            visit.page.emulate_media(media="screen")
            if not PdfReader(io.BytesIO(paper)).pages[0].extract_text().strip():
                problems.append("the first sheet is empty")
    assert not visit.all_problems, visit.said()
