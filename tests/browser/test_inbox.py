"""The inbox in Chromium: by keyboard alone, on a phone, without JavaScript, in the dark; from call to answer."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from tests.browser.probes import barriers, sideways, visiting
from tests.browser.workspace import DESK, TownHall, assert_reachable, assert_sound, settle, town_hall_after

pytestmark = pytest.mark.browser

WORKER = "testsachbearbeitung"
INBOX = "/verwaltung/vorgaenge/"
# What the town hall has on its desk this morning.
MORNING = """
import uuid
from datetime import timedelta
from django.core.files.base import ContentFile
from django.utils import timezone
from smartbarleben.cases import actions
from smartbarleben.cases.models import Absence, Attachment, Case, Door, Office, ReplyTemplate
from smartbarleben.people.models import User
worker = User.objects.get(username="testsachbearbeitung")
county = Office.objects.create(name="Landkreis", outside=True)
ReplyTemplate.objects.create(title="Danke", text="Guten Tag {name}, zu {number}: danke!")
def make(text, **values):
    who = actions.Who(name="Erika Beispiel", email="e@example.org")
    given = {"category": "question", "door": Door.WEB, "who": who}
    return actions.receive(text=text, submission=uuid.uuid4(), **given | values)
late = make("Überfällig: die Hecke am Spielplatz", now=timezone.now() - timedelta(days=40))
make("Zweite Frage " + "Donaudampfschifffahrtsgesellschaft" * 3, language="ar")
asked = make("Gefragt"); actions.ask_back(case=asked, text="Wo?", by=worker)
passed = make("Beim Landkreis"); actions.pass_on(case=passed, to=county, by=worker)
merged = make("Dasselbe noch einmal"); actions.merge(case=merged, into=late, by=worker)
done = make("Zu Ende"); actions.answer(case=done, text="Ja.", by=worker, close=True)
spam = make("Werbung"); actions.refuse(case=spam, by=worker)
held = make("Zu prüfen", held=True)
answered = make("Beantwortet"); actions.answer(case=answered, text="Ja.", by=worker)
actions.note(case=late, text="Intern.", by=worker)
first = late.entries.first()
paper = Attachment(case=late, entry=first, name="plan.txt", content_type="text/plain", size=4, digest="0" * 64)
paper.file.save("test/plan", ContentFile(b"Plan"))
print("NUMBERS", *(one.number for one in (late, asked, passed, merged, done, spam, held, answered)))
"""


@pytest.fixture(scope="module")
def town_hall(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TownHall]:
    """A house with a morning's cases; the numbers are those of the cases."""
    data = tmp_path_factory.mktemp("inbox") / "data"
    with town_hall_after(MORNING, data=data, prepared=prepared, person=WORKER, role="case-worker") as running:
        yield running


def pages(numbers: list[str]) -> list[str]:
    views = ["", "?gruppe=alle", "?gruppe=beendet", "?suche=nichtsdergleichen", "?art=barrier", "?gruppe=pruefen"]
    rest = ["neu/", "wer/", "mein-platz/", *(f"{number}/" for number in numbers), f"{numbers[0]}/zettel/"]
    return [INBOX + path for path in (*views, *rest)]


@pytest.mark.parametrize("dark", [False, pytest.param(True, marks=pytest.mark.matrix)], ids=["320 px", "dark"])
def test_every_page_is_sound(town_hall: TownHall, browser: Browser, dark: bool) -> None:
    assert_sound(town_hall, browser, pages(town_hall.numbers), start=INBOX, dark=dark)


def test_the_tab_key_reaches_everything(town_hall: TownHall, browser: Browser) -> None:
    assert_reachable(town_hall, browser, (INBOX, f"{INBOX}{town_hall.numbers[0]}/"), start=INBOX)


def test_a_morning_with_the_keyboard_alone(town_hall: TownHall, browser: Browser) -> None:
    with visiting(browser, town_hall.house.url, **DESK) as visit:
        page = town_hall.sign_in(visit, INBOX)
        keys = page.keyboard
        keys.press("?")
        assert page.locator("#tasten[open]").count() == 1
        keys.press("j")
        keys.press("j")
        keys.press("k")
        assert "Hecke" in page.evaluate("document.activeElement.textContent")
        keys.press("x")
        assert page.locator(".sb-pick :checked").count() == 1
        keys.press("x")
        with page.expect_navigation(wait_until="load"):
            keys.press("Enter")
        assert town_hall.numbers[0] in page.url
        keys.press("n")
        keys.type("Ich rufe jnx an.")
        assert page.locator("[name=note-text]").input_value() == "Ich rufe jnx an."
        page.evaluate("document.activeElement.blur()")
        keys.press("r")
        keys.type("Wir schneiden sie am Dienstag.")
        # Past the field for files.
        keys.press("Tab")
        keys.press("Tab")
        assert page.evaluate("document.activeElement.value") == "answer"
        with page.expect_navigation(wait_until="load"):
            keys.press("Enter")
        assert page.locator(".sb-line--out", has_text="Wir schneiden sie am Dienstag.").count() == 1
        with page.expect_navigation(wait_until="load"):
            keys.press("u")
        assert page.url == town_hall.house.url + INBOX
        assert page.locator(f"[data-open][href*='{town_hall.numbers[0]}']").count() == 0
        keys.press("/")
        keys.type("hecke spielplatz")
        with page.expect_navigation(wait_until="load"):
            keys.press("Enter")
        assert page.locator("[data-open]", has_text="Hecke").count() == 1
        assert not visit.problems, visit.problems


def test_keys_can_be_switched_off(town_hall: TownHall, browser: Browser) -> None:
    with visiting(browser, town_hall.house.url, **DESK) as visit:
        page = town_hall.sign_in(visit, f"{INBOX}mein-platz/")
        for wanted in (False, True):
            visit.go(f"{INBOX}mein-platz/")
            page.locator("[name=shortcuts]").set_checked(wanted)
            with page.expect_navigation(wait_until="load"):
                page.locator("form:has([name=shortcuts]) button").click()
            visit.go(INBOX)
            page.keyboard.press("j")
            assert page.evaluate("document.activeElement.hasAttribute('data-open')") is wanted


def test_a_call_from_the_first_word_to_the_answer_on_the_persons_page(town_hall: TownHall, browser: Browser) -> None:
    with visiting(browser, town_hall.house.url, java_script_enabled=False) as visit:
        page = town_hall.sign_in(visit, INBOX)
        page.locator("main a[href$='/vorgaenge/neu/']").first.click()
        page.locator("[name=text]").fill("Wann fährt das Schadstoffmobil in Ebendorf?")
        page.locator("[name=phone]").fill("039203 1234")
        page.locator("main form button.button").last.click()
        number = page.locator(".sb-slip__big").first.inner_text()
        assert page.locator(".sb-slip__big").count() == 2
        page.locator(f"a[href$='/{number}/']").first.click()
        page.locator("[name=answer-text]").fill("Am Sonnabend um 10 Uhr auf dem Anger.")
        page.locator("#answer button[value=answer]").last.click()
        assert page.locator(".sb-line--out", has_text="auf dem Anger").count() == 1
        page.locator("a[href*='/formular/vorgang/']").first.click()
        assert number in page.content()
        assert "auf dem Anger" in page.locator("main").inner_text()


def test_whoever_was_slower_loses_nothing_on_a_phone(town_hall: TownHall, browser: Browser) -> None:
    with visiting(browser, town_hall.house.url) as slow, visiting(browser, town_hall.house.url) as quick:
        address = f"{INBOX}{town_hall.numbers[7]}/"
        mine, theirs = town_hall.sign_in(slow, address), town_hall.sign_in(quick, address)
        theirs.locator("[name=answer-text]").fill("Ich war schneller.")
        with theirs.expect_navigation(wait_until="load"):
            theirs.locator("#answer button[value=answer]").last.click()
        mine.locator("[name=answer-text]").fill("Ich war langsamer.")
        with mine.expect_navigation(wait_until="load"):
            mine.locator("#answer button[value=answer]").last.click()
        assert "Ich war schneller." in mine.locator(".sb-summary").inner_text()
        assert mine.locator("[name=answer-text]").input_value() == "Ich war langsamer."
        settle(mine)
        assert not [*barriers(mine), *sideways(mine)]
