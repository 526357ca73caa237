"""The first five minutes: an editor with a phone and without training closes a road, and the village knows it."""

import io
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from shutil import copytree

import pytest
from playwright.sync_api import Browser, Locator
from pypdf import PdfReader
from tests.browser.fetching import Reader
from tests.browser.probes import Visit, barriers, cut_off, sideways, visiting
from tests.browser.serving import EDITOR, House, serving

from smartbarleben.ui.dates import today

pytestmark = pytest.mark.browser

# The keystroke-level model (Card, Moran, Newell 1980) with a thumb on a phone: a letter, a tap with the way there, a
# moment of thought before each field. A native date input takes four taps: open, turn to the month, day, done.
LETTER_S = 0.5
TAP_S = 1.2
THOUGHT_S = 1.35
DATE_TAPS = 4
LONGEST_S = 90
SOON_S = 60

TITLE = "Breiteweg gesperrt: Wasserrohrbruch"
WHERE = "Breiteweg 40 bis 52"
DETOUR = "Bitte über die Lindenallee fahren."
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True, "locale": "de-DE"}


def _follow(target: Locator) -> None:
    with target.page.expect_navigation(wait_until="load"):
        target.tap()


@dataclass
class Hand:
    """A person at the phone: does what they would do and adds up how long that takes them."""

    visit: Visit
    seconds: float = 0.0
    actions: list[str] = field(default_factory=list)

    def _takes(self, what: str, seconds: float) -> None:
        self.seconds += seconds
        self.actions.append(f"{seconds:5.1f} s  {what}")

    def tap(self, target: Locator, what: str) -> None:
        """Think, then tap on what leads to the next page."""
        self._takes(f"tap {what}", THOUGHT_S + TAP_S)
        _follow(target)

    def write(self, name: str, text: str) -> None:
        """Think, tap into the field, type letter by letter."""
        self._takes(f"write {text!r} into {name}", THOUGHT_S + TAP_S + LETTER_S * len(text))
        self.visit.page.locator(f"[name={name}]").fill(text)

    def choose_day(self, name: str, day: date) -> None:
        """Think, then choose a day in the phone's own calendar."""
        self._takes(f"choose {day} in {name}", THOUGHT_S + TAP_S * DATE_TAPS)
        self.visit.page.locator(f"[name={name}]").fill(day.isoformat())

    def choose(self, label: str) -> None:
        """Think, then tap on the words beside a choice."""
        self._takes(f"choose {label}", THOUGHT_S + TAP_S)
        self.visit.page.locator("label", has_text=label).last.tap()


@pytest.fixture
def reader(lent: House) -> Iterator[Reader]:
    with Reader(lent.url) as connection:
        yield connection


@pytest.fixture
def lent(prepared: Path, tmp_path: Path) -> Iterator[House]:
    """A house that may be written to: it is thrown away afterwards."""
    with serving(copytree(prepared, tmp_path / "data")) as running:
        yield running


def _log_in(visit: Visit, house: House) -> None:
    page = visit.page
    visit.go("/verwaltung/schnell/")
    page.locator("[name=login]").fill(EDITOR)
    page.locator("[name=password]").fill(house.password)
    _follow(page.locator("form:has([name=password]) button").first)
    assert page.url == f"{house.url}/verwaltung/schnell/", page.url


def _look(visit: Visit) -> list[str]:
    # Messages fade in; half faded in they are pale.
    visit.page.wait_for_function("() => document.getAnimations().every((one) => one.playState !== 'running')")
    return [*barriers(visit.page), *sideways(visit.page), *cut_off(visit.page)]


def _soon(reader: Reader, path: str, words: str, tags: dict[str, str]) -> float:
    """Seconds until a page that was known before tells of it, asked as a browser that kept the old one does."""
    began = time.monotonic()
    while time.monotonic() - began < SOON_S:
        answer = reader.get(path, known=tags.get(path, ""))
        text = "" if answer.status == 304 else _text(answer.type, answer.body)
        if words in text:
            return time.monotonic() - began
        time.sleep(0.5)
    pytest.fail(f"{path} does not tell of {words!r} within {SOON_S} s")


def _text(kind: str, body: bytes) -> str:
    if kind == "application/pdf":
        return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(body)).pages).split())
    return " ".join(body.decode().split())


def test_a_closure_from_thought_to_paper(lent: House, reader: Reader, browser: Browser) -> None:
    known = ("/", "/ortschaft/barleben/", "/feed.atom", "/sperrungen/feed.atom", "/sperrungen/", "/en/")
    tags = {path: reader.get(path).headers["etag"] for path in known}
    with visiting(browser, lent.url, **PHONE) as visit:
        page = visit.page
        _log_in(visit, lent)
        problems = _look(visit)
        hand = Hand(visit)
        hand.tap(page.locator("main a[href$='/schnell/closure/']").first, "the closure")
        problems += _look(visit)
        hand.write("title", TITLE)
        hand.write("location", WHERE)
        hand.choose("Barleben")
        hand.choose_day("ends_at_day", today() + timedelta(days=3))
        hand.write("detour", DETOUR)
        hand.tap(page.locator("button[name=publish]"), "publish")
        problems += _look(visit)
        assert page.locator(f"text={TITLE}").count(), page.content()
        own = page.locator("a[href^='/sperrungen/']").first.get_attribute("href")
        assert own
        visit.go(own)
        assert page.locator("h1").inner_text() == TITLE
        problems += visit.problems
    assert not problems, "\n" + "\n".join(problems)
    assert hand.seconds <= LONGEST_S, "\n".join([f"{hand.seconds:.0f} s", *hand.actions])

    for path in known:
        _soon(reader, path, TITLE, tags)
    for path in (f"{own}folie/", f"{own}vorlesen.txt", f"{own}daten.json", f"{own}aushang.pdf"):
        _soon(reader, path, TITLE, tags)
    paper = _text("application/pdf", reader.get(f"{own}aushang.pdf").body)
    assert WHERE in paper
    assert DETOUR in paper


def test_a_slip_is_explained_and_nothing_typed_is_lost(lent: House, browser: Browser) -> None:
    """The last day lies before the first: the form says so in German, offers what was meant, and keeps every word."""
    with visiting(browser, lent.url, **PHONE) as visit:
        page = visit.page
        _log_in(visit, lent)
        visit.go("/verwaltung/schnell/closure/")
        hand = Hand(visit)
        hand.write("title", TITLE)
        hand.write("detour", DETOUR)
        hand.choose_day("starts_at_day", today() + timedelta(days=8))
        hand.choose_day("ends_at_day", today() + timedelta(days=3))
        _follow(page.locator("button[name=publish]"))
        told = page.get_by_role("alert").first
        assert told.is_visible()
        assert "vor dem" in told.inner_text()
        assert page.locator("[name=title]").input_value() == TITLE
        assert page.locator("[name=detour]").input_value() == DETOUR
        problems = _look(visit)
        _follow(page.locator("button[name=take]"))
        assert page.locator("[name=title]").input_value() == TITLE
        _follow(page.locator("button[name=publish]"))
        assert page.locator("a[href^='/sperrungen/']").count()
    assert not problems, "\n" + "\n".join(problems)
