"""The map in a real browser, with tiles of its own, offline: it is drawn, it can be operated without a mouse, and
what it shows stands in the list."""

import base64
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from tests.browser.probes import barriers, keyboard, sideways, visiting
from tests.browser.serving import FLAGS, House, chromium, manage, serving
from tests.map.osm import write_pbf

pytestmark = pytest.mark.browser
pytest.importorskip("osmium", reason="osmium is not installed: ./village map FILE fetches it")

# Without a graphics card Chromium draws WebGL with its own software; the tests' usual flags switch that off.
DRAWING = [flag for flag in FLAGS if flag != "--disable-gpu"] + [
    *("--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist"),
]
READY = ".village-map--ready .map-mark"
CLOSE_UP = "/karte/#karte=14.2/52.205/11.622"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = chromium()
    if program is None:
        pytest.skip("Chromium is missing. On Debian and Ubuntu: apt install chromium")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=DRAWING)
        yield running
        running.close()


@pytest.fixture(scope="module")
def mapped(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Barleben with a map made of a dozen ways."""
    data = shutil.copytree(prepared, tmp_path_factory.mktemp("mapped") / "data")
    source = write_pbf(tmp_path_factory.mktemp("osm") / "barleben.osm.pbf")
    said = manage(data, "smartbarleben", "make_map", str(source))
    assert "OpenStreetMap" in said
    with serving(data) as running:
        yield running


def colours(page: Page) -> set[str]:
    """Colours on the map's canvas, coarsely: what MapLibre has really drawn."""
    picture = page.locator(".map-canvas canvas").screenshot()
    return set(
        page.evaluate(
            """async (data) => {
                const image = new Image();
                image.src = `data:image/png;base64,${data}`;
                await image.decode();
                const canvas = new OffscreenCanvas(image.width, image.height);
                const paper = canvas.getContext("2d");
                paper.drawImage(image, 0, 0);
                const {data: bytes} = paper.getImageData(0, 0, image.width, image.height);
                const found = new Set();
                const hex = (one) => one.toString(16).padStart(2, "0");
                for (let i = 0; i < bytes.length; i += 4) found.add([...bytes.slice(i, i + 3)].map(hex).join(""));
                return [...found];
            }""",
            base64.b64encode(picture).decode(),
        )
    )


@pytest.mark.parametrize(
    ("scheme", "wanted"),
    [
        ("light", {"f6f3e9", "a3d0e4", "d6e8c6", "f2cf77", "e2a93a"}),
        ("dark", {"14212a", "1d4b63", "1f372c", "80682f", "a97b23"}),
    ],
)
def test_roads_water_and_parks_are_drawn_by_day_and_by_night(
    mapped: House, browser: Browser, scheme: str, wanted: set[str]
) -> None:
    with visiting(browser, mapped.url, viewport={"width": 1200, "height": 900}, color_scheme=scheme) as visit:
        visit.go(CLOSE_UP)
        visit.page.wait_for_selector(READY)
        missing = wanted - colours(visit.page)
        assert not missing
        assert not visit.problems, visit.problems
        assert "OpenStreetMap" in visit.page.locator(".map-source").inner_text()


def test_without_tiles_the_villages_are_shown(house: House, browser: Browser) -> None:
    with visiting(browser, house.url, viewport={"width": 1200, "height": 900}) as visit:
        visit.go("/karte/")
        visit.page.wait_for_selector(READY)
        assert len(colours(visit.page)) > 20
        assert not visit.problems, visit.problems


@pytest.mark.parametrize("language", ["de", "ar"])
@pytest.mark.parametrize("width", [320, 1280])
def test_the_map_has_no_barriers(mapped: House, browser: Browser, language: str, width: int) -> None:
    with visiting(browser, mapped.url, viewport={"width": width, "height": 800}) as visit:
        # Three closures lie apart: each is a mark of its own.
        visit.go(f"{'' if language == 'de' else '/ar'}/karte/?ebene=sperrungen")
        visit.page.locator("village-map").scroll_into_view_if_needed()
        visit.page.wait_for_selector(READY)
        problems = barriers(visit.page) + sideways(visit.page) + keyboard(visit.page)
        visit.page.locator(".map-mark--one").first.focus()
        visit.page.keyboard.press("Enter")
        visit.page.wait_for_selector(".map-panel:not([hidden])")
        problems += barriers(visit.page) + visit.problems
        assert not problems, "\n".join(problems)


def test_everything_goes_by_keyboard(mapped: House, browser: Browser) -> None:
    with visiting(browser, mapped.url, viewport={"width": 1200, "height": 900}) as visit:
        page = visit.page
        visit.go("/karte/#karte=12.5/52.2/11.6")
        page.wait_for_selector(READY)
        page.locator(".map-canvas canvas").focus()
        before = page.evaluate("location.hash")
        page.keyboard.press("ArrowRight")
        page.wait_for_function("(before) => location.hash !== before", arg=before)
        moved = page.evaluate("location.hash")
        page.keyboard.press("+")
        page.wait_for_function(
            "(moved) => parseFloat(location.hash.slice(7)) > parseFloat(moved.slice(7))", arg=moved
        )
        # From mark to mark with the arrows; exactly one takes the Tab key.
        page.locator('.map-mark[tabindex="0"]').wait_for()
        assert page.locator('.map-mark[tabindex="0"]').count() == 1
        visit.go("/karte/?ebene=haltestellen#karte=12.2/52.2/11.6")
        page.wait_for_selector(READY)
        page.locator('.map-mark[tabindex="0"]').focus()
        first = page.evaluate("document.activeElement.getAttribute('aria-label')")
        for key in ("ArrowRight", "ArrowLeft", "ArrowUp", "ArrowDown"):
            page.keyboard.press(key)
        said = page.evaluate("document.activeElement.className")
        assert "map-mark" in said, first
        page.keyboard.press("Enter")
        page.wait_for_timeout(600)
        if page.locator(".map-panel:not([hidden])").count():
            assert page.evaluate("document.querySelector('.map-panel').contains(document.activeElement)")
            page.keyboard.press("Escape")
            assert not page.locator(".map-panel:not([hidden])").count()
            assert page.evaluate("document.activeElement.classList.contains('map-mark')")


def test_layers_change_map_list_and_address_together(mapped: House, browser: Browser) -> None:
    with visiting(browser, mapped.url, viewport={"width": 1200, "height": 900}) as visit:
        page = visit.page
        visit.go("/karte/")
        page.wait_for_selector(READY)
        everything = int(page.locator("village-map").get_attribute("data-shown") or 0)
        for layer in ("sperrungen", "termine", "orte", "vereine"):
            page.locator(f'input[value="{layer}"]').uncheck()
        expect(page.locator(".marks .mark:not(.mark--ink)")).to_have_count(0)
        shown = int(page.locator("village-map").get_attribute("data-shown") or 0)
        assert 0 < shown < everything
        listed = page.locator(".map-list > p").first
        expect(listed).to_contain_text(f"{shown} ")
        assert "ebene=haltestellen" in page.url
        # Whoever gets this address sees the same.
        page.reload()
        page.wait_for_selector(READY)
        assert int(page.locator("village-map").get_attribute("data-shown") or 0) == shown
        assert f"{shown} " in listed.inner_text()


def test_taking_all_layers_away_empties_map_and_list(mapped: House, browser: Browser) -> None:
    with visiting(browser, mapped.url, viewport={"width": 1200, "height": 900}) as visit:
        page = visit.page
        visit.go("/karte/")
        page.wait_for_selector(READY)
        for box in page.locator('input[name="ebene"]').all():
            box.uncheck()
        expect(page.locator(".map-mark")).to_have_count(0)
        expect(page.locator(".marks")).to_have_count(0)
        page.reload()
        page.wait_for_selector(".village-map--ready")
        assert page.locator('input[name="ebene"]:checked').count() == 0
        page.locator('input[value="orte"]').check()
        expect(page.locator(".mark--canal").first).to_be_visible()
        assert not visit.problems, visit.problems


@pytest.mark.parametrize(("language", "width"), [("de", 1280), ("ar", 320)])
def test_streets_and_places_are_suggested_while_typing(
    mapped: House, browser: Browser, language: str, width: int
) -> None:
    with visiting(browser, mapped.url, viewport={"width": width, "height": 800}) as visit:
        page = visit.page
        visit.go(f"{'' if language == 'de' else '/ar'}/karte/")
        page.locator('input[value="termine"]').uncheck()
        page.locator("#nahe").press_sequentially("breiteweg 5")
        option = page.locator(".map-form [role=option]").first
        expect(option).to_contain_text("Breiteweg 50")
        problems = barriers(page) + sideways(page)
        page.keyboard.press("ArrowDown")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert page.locator("#nahe").input_value() == "Breiteweg 50"
        assert page.locator(".mark__far").first.is_visible()
        # What else was chosen in the form stays.
        assert not page.locator('input[value="termine"]').is_checked()
        assert not problems + visit.problems, "\n".join(problems + visit.problems)


def test_a_shared_address_opens_the_same_view(mapped: House, browser: Browser) -> None:
    with visiting(browser, mapped.url, viewport={"width": 1200, "height": 900}) as visit:
        visit.go(CLOSE_UP)
        visit.page.wait_for_selector(READY)
        visit.page.locator(".map-tools button").first.click()
        visit.page.wait_for_function("() => location.hash.startsWith('#karte=15.2/52.205')")
        copied = visit.page.locator('[data-js="copy"]').get_attribute("data-address")
        assert copied is not None
        assert copied.endswith(visit.page.evaluate("location.hash"))


def test_the_position_is_asked_for_only_after_the_button(mapped: House, browser: Browser) -> None:
    where = {"latitude": 52.2041, "longitude": 11.6161}
    given = {"viewport": {"width": 1200, "height": 900}, "geolocation": where, "permissions": ["geolocation"]}
    with visiting(browser, mapped.url, **given) as visit:
        page = visit.page
        page.add_init_script(
            """const real = navigator.geolocation.getCurrentPosition.bind(navigator.geolocation);
            window.asked = 0;
            navigator.geolocation.getCurrentPosition = (...all) => { window.asked += 1; real(...all); };"""
        )
        visit.go("/karte/")
        page.wait_for_selector(READY)
        assert page.evaluate("window.asked") == 0
        page.locator(".map-tools button").last.click()
        page.wait_for_selector(".map-here--me")
        assert page.evaluate("window.asked") == 1
        # Some hundred metres are enough for the list; no more leaves the device.
        link = page.locator(".map-panel__more").get_attribute("href") or ""
        assert "punkt=11.616%2C52.204" in link


def test_without_a_script_sketch_and_list_do_the_same(mapped: House, browser: Browser) -> None:
    with visiting(browser, mapped.url, java_script_enabled=False, viewport={"width": 360, "height": 740}) as visit:
        page = visit.page
        visit.go("/karte/")
        assert page.locator("svg.sketch").is_visible()
        assert page.locator(".map-canvas").count() == 0
        page.locator('input[value="haltestellen"]').check()
        for layer in ("sperrungen", "termine", "orte", "vereine"):
            page.locator(f'input[value="{layer}"]').uncheck()
        page.locator("#nahe").fill("Barleben Mitte")
        page.locator(".map-form button").click()
        assert "Barleben Mitte" in page.locator(".mark__title").first.inner_text()
        assert page.locator(".mark__far").first.is_visible()
        assert page.locator(".mark:not(.mark--ink)").count() == 0


def test_calm_people_see_no_flight(mapped: House, browser: Browser) -> None:
    given = {"viewport": {"width": 1200, "height": 900}, "reduced_motion": "reduce"}
    with visiting(browser, mapped.url, **given) as visit:
        visit.go(CLOSE_UP)
        visit.page.wait_for_selector(READY)
        visit.page.locator(".map-tools button").first.click()
        # At once: no picture between here and there.
        assert visit.page.evaluate("location.hash").startswith("#karte=15.2/")


def test_on_paper_the_sketch_stands_beside_the_list(mapped: House, browser: Browser) -> None:
    with visiting(browser, mapped.url, viewport={"width": 1200, "height": 900}) as visit:
        visit.go("/karte/")
        visit.page.wait_for_selector(READY)
        visit.page.emulate_media(media="print")
        assert visit.page.locator("svg.sketch").is_visible()
        assert not visit.page.locator(".map-canvas").is_visible()
        assert visit.page.locator(".marks").is_visible()


def test_if_the_library_fails_the_sketch_stays(mapped: House, browser: Browser) -> None:
    with visiting(browser, mapped.url, viewport={"width": 1200, "height": 900}) as visit:
        visit.page.route("**/maplibre-gl*.mjs*", lambda route: route.abort())
        visit.go("/karte/")
        visit.page.wait_for_selector("village-map[data-failed]")
        assert visit.page.locator("svg.sketch").is_visible()
        assert visit.page.locator(".mark").count() > 5
