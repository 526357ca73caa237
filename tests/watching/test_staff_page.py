"""The page on the health of the house: plain words for administrators, and what to do."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from tests.factories import make_village
from wagtail.users.models import UserProfile

from smartbarleben.jobs import clock, mail, trust
from smartbarleben.jobs.models import Job, PeriodicRun, State
from smartbarleben.keeping import checks as doctor
from smartbarleben.keeping.checks import Finding, Level
from smartbarleben.people import retention
from smartbarleben.people.models import AuditEntry, User
from smartbarleben.people.roles import ADMINISTRATOR, EDITOR, sync
from smartbarleben.watching import checks, figures

PATH = "/verwaltung/zustand/"


def signed_in(role: str) -> Client:
    sync()
    user = User.objects.create_user(f"person-{role}", "p@example.org", "ein-gutes-passwort", is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    UserProfile.objects.update_or_create(user=user, defaults={"preferred_language": "en"})
    browser = Client()
    browser.force_login(user)
    return browser


@pytest.fixture
def desk(db: None, settings: Any) -> Iterator[Client]:
    settings.SECOND_FACTOR_REQUIRED = False
    make_village()
    for piece in clock.registered():
        PeriodicRun.objects.update_or_create(name=piece.name, defaults={"started_at": timezone.now()})
    checks.forget()
    yield signed_in(ADMINISTRATOR)
    checks.forget()


def page(browser: Client) -> BeautifulSoup:
    answer = browser.get(PATH)
    assert answer.status_code == 200
    return BeautifulSoup(answer.content.decode(), "html.parser")


def headline(soup: BeautifulSoup) -> str:
    return soup.select_one("[role=status] strong").get_text(strip=True)


class House:
    """Findings that the doctor's only check gives, instead of those of this machine."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []

    def look(self) -> list[Finding]:
        return self.findings


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch) -> House:
    given = House()
    monkeypatch.setattr(doctor, "_checks", {})
    doctor.register("tests.house", given.look, label="The house stands")
    return given


def test_a_house_that_is_well(desk: Client, house: House) -> None:
    soup = page(desk)
    assert headline(soup) == "All is well."
    assert not soup.select("#broken, #warnings")
    assert "The house stands" in soup.select_one(".health-well").get_text()
    assert [one.get_text() for one in soup.select("h1")] == ["Health of the house"]
    assert "Open cases" in soup.get_text()


def test_what_is_broken_comes_first_with_what_to_do(desk: Client, house: House) -> None:
    house.findings = [
        Finding(Level.WARN, "A %(what)s is loose.", "Tighten it.", {"what": "screw"}),
        Finding(Level.BROKEN, "The roof leaks.", "Call <the roofer>."),
        Finding(Level.BROKEN, "The door is open."),
        Finding(Level.OK, "The walls stand."),
    ]
    soup = page(desk)
    assert headline(soup).startswith("2 things")
    broken = soup.select_one("#broken").find_next("ul").get_text(" ", strip=True)
    assert "The roof leaks. Call <the roofer>." in broken
    assert "The door is open." in broken
    warned = soup.select_one("#warnings").find_next("ul").get_text(" ", strip=True)
    assert warned == "A screw is loose. Tighten it."
    house.findings = house.findings[:1]
    checks.forget()
    assert headline(page(desk)) == "The house works. 1 thing needs somebody."


def test_what_a_town_hall_can_do_is_a_link_and_what_it_cannot_says_for_whom(desk: Client, house: House) -> None:
    house.findings = [
        Finding(Level.WARN, "3 jobs failed.", "Look <at> it: /verwaltung/auftraege/"),
        Finding(Level.BROKEN, "No mails.", "Set SMARTBARLEBEN_MAIL_URL=smtp://host and start ./village anew."),
        Finding(Level.BROKEN, "The clock is wrong.", "timedatectl set-ntp true"),
    ]
    soup = page(desk)
    link = soup.select_one("#warnings + ul a")
    assert (link["href"], link.get_text()) == ("/verwaltung/auftraege/", "/verwaltung/auftraege/")
    assert "Look <at> it: /verwaltung/auftraege/" in soup.select_one("#warnings + ul").get_text()
    assert "whoever looks after the machine" not in soup.select_one("#warnings + ul").get_text()
    assert soup.select_one("#broken + ul").get_text().count("For whoever looks after the machine:") == 2
    assert "Send them this page" in soup.get_text()
    house.findings = house.findings[:1]
    checks.forget()
    assert "whoever looks after the machine" not in page(desk).get_text()


def test_the_doctor_s_own_checks_stand_there(desk: Client) -> None:
    """What failed for good in the background is one of many things that it looks at."""
    Job.objects.create(task="tests.x", state=State.DEAD, finished_at=timezone.now())
    # In the reader's language, so that the page shows this same look: what is free on the disk changes all the time.
    with translation.override("en"):
        seen = {row.name: row for row in checks.look().rows}
    assert len(seen) > 10
    text = page(desk).get_text()
    assert all(row.text in text for row in seen.values())


def test_whoever_looks_again_sees_it_anew_and_others_what_was_seen(desk: Client, house: House) -> None:
    page(desk)
    house.findings = [Finding(Level.BROKEN, "The roof leaks.")]
    assert "The roof leaks." not in page(desk).get_text()
    assert desk.post(PATH).headers["Location"] == PATH
    assert "The roof leaks." in page(desk).get_text()


def test_words_for_machines_keep_their_direction(desk: Client, house: House) -> None:
    house.findings = [
        Finding(Level.WARN, "Others can read /srv/<dorf>.", "chmod x /srv/dorf, or ./village --lan: /verwaltung/.")
    ]
    row = page(desk).select_one("#warnings + ul li")
    assert [one.get_text() for one in row.select("bdi[dir=ltr]")] == ["/srv/<dorf", "/srv/dorf", "./village", "--lan"]
    assert [(one["href"], one["dir"]) for one in row.select("a")] == [("/verwaltung/", "ltr")]
    assert row.select_one("strong").get_text() == "Others can read /srv/<dorf>."


def test_a_disk_that_is_away_does_not_take_the_page_along(
    desk: Client, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_words: object) -> int:
        raise FileNotFoundError

    for look in ("free_bytes", "database_bytes"):
        monkeypatch.setattr(figures, look, gone)
    rows = [row.get_text(" ", strip=True) for row in page(desk).select(".health-figures dl > div")]
    assert "Free room on the disk unknown" in rows
    assert "Size of the database unknown" in rows


def test_somebody_says_that_the_clock_is_right(desk: Client, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trust, "set_by_network", lambda: False)
    assert not page(desk).select("button[name=clock]")
    PeriodicRun.objects.update(started_at=timezone.now() - timedelta(days=200))
    button = page(desk).select_one("button[name=clock]")
    assert button["value"] == timezone.localdate().isoformat()
    desk.post(PATH, {"clock": "2001-01-01"})
    assert trust.leap(timezone.now()), "the day that was shown is not this one"
    desk.post(PATH, {"clock": button["value"]})
    assert trust.leap(timezone.now()) is None
    assert not page(desk).select("button[name=clock]")
    assert AuditEntry.objects.filter(verb="keeping.clock_trusted").exclude(actor="").count() == 1


def test_only_administrators(desk: Client) -> None:
    assert signed_in(EDITOR).get(PATH).status_code == 302
    assert Client().get(PATH).status_code == 302
    assert PATH in desk.get("/verwaltung/").content.decode()


def test_the_page_asks_the_database_the_same_however_much_there_is(
    desk: Client, django_assert_max_num_queries: Any
) -> None:
    page(desk)
    with django_assert_max_num_queries(20):
        page(desk)
    checks.forget()
    with CaptureQueriesContext(connection) as little:
        page(desk)
    for number in range(30):
        Job.objects.create(task=f"tests.{number}", state=State.DEAD, finished_at=timezone.now())
        mail.send(to="a@example.org", subject="x", text="x", reason="tests", key=f"k{number}")
    checks.forget()
    # A new look asks once for each thing that it looks at, whatever there is of it.
    with django_assert_max_num_queries(len(little)):
        page(desk)
    assert len(little) <= 20 + 2 * len(list(doctor.registered())) + len(list(retention.rules()))
