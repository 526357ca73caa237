"""The page on the health of the house: plain words for administrators, and what to do."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone
from tests.factories import make_village
from wagtail.users.models import UserProfile

from smartbarleben.jobs import clock, mail
from smartbarleben.jobs.models import Job, OutgoingMail, PeriodicRun, State
from smartbarleben.people.models import User
from smartbarleben.people.roles import ADMINISTRATOR, EDITOR, sync
from smartbarleben.watching import checks, first_checks

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
    settings.WATCHING_CHECKS = "smartbarleben.watching.first_checks.look_at_all"
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


def test_a_house_that_is_well(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(first_checks.figures, "free_bytes", lambda: 50_000_000_000)
    soup = page(desk)
    assert headline(soup) == "All is well."
    assert not soup.select("#broken, #warnings")
    assert "50.0 GB" in soup.select_one(".health-well").get_text()
    assert [one.get_text() for one in soup.select("h1")] == ["Health of the house"]
    assert "Open cases" in soup.get_text()


def test_what_is_broken_comes_first_with_what_to_do(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(first_checks.figures, "free_bytes", lambda: 100_000_000)
    Job.objects.create(task="tests.x", state=State.DEAD, finished_at=timezone.now())
    mail.send(to="a@example.org", subject="x", text="x", reason="tests", key="k")
    OutgoingMail.objects.update(created_at=timezone.now() - timedelta(hours=3))
    PeriodicRun.objects.update(started_at=timezone.now() - timedelta(days=1))
    soup = page(desk)
    assert headline(soup).startswith("3 things")
    broken = soup.select_one("#broken").find_next("ul").get_text(" ", strip=True)
    assert "The disk is full" in broken
    assert "Make room" in broken
    assert "waits for hours" in broken
    assert "background process is away" in broken
    assert "1 job failed" in soup.select_one("#warnings").find_next("ul").get_text()


def test_whoever_looks_again_sees_it_anew_and_others_what_was_seen(desk: Client) -> None:
    page(desk)
    Job.objects.create(task="tests.x", state=State.DEAD, finished_at=timezone.now())
    assert "1 job failed" not in page(desk).get_text()
    assert desk.post(PATH).headers["Location"] == PATH
    assert "1 job failed" in page(desk).get_text()


def test_checks_of_another_room_can_take_their_place(desk: Client, settings: Any) -> None:
    settings.WATCHING_CHECKS = "tests.watching.test_staff_page.other_checks"
    assert headline(page(desk)) == "The house works. 1 thing needs somebody."


def other_checks() -> Any:
    found = first_checks.Found(checks.WARN, "A %(what)s is loose.", "Tighten it.", {"what": "screw"})
    yield first_checks.FirstCheck("other.screws", lambda: iter([found])), [found], 0.1


def test_only_administrators(desk: Client) -> None:
    assert signed_in(EDITOR).get(PATH).status_code == 302
    assert Client().get(PATH).status_code == 302
    assert PATH in desk.get("/verwaltung/").content.decode()


def test_the_page_asks_the_database_the_same_however_much_there_is(
    desk: Client, django_assert_max_num_queries: Any
) -> None:
    page(desk)
    for number in range(30):
        Job.objects.create(task=f"tests.{number}", state=State.DEAD, finished_at=timezone.now())
        mail.send(to="a@example.org", subject="x", text="x", reason="tests", key=f"k{number}")
    checks.forget()
    with django_assert_max_num_queries(30):
        page(desk)
