"""A village for the portal's tests, and pages as people read them."""

import re
from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from tests.factories import at, make_item, make_place, make_village

from smartbarleben.content.actions import link
from smartbarleben.places.models import Municipality

type Read = Callable[..., BeautifulSoup]


@pytest.fixture(autouse=True)
def plain_static_files(settings) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture
def village(db) -> Municipality:
    return make_village()


@pytest.fixture
def read(client: Client) -> Read:
    """Ask for a page and get it parsed; ``status`` is what must come."""

    def page(path: str, status: int = 200, **query: str) -> BeautifulSoup:
        answer = client.get(path, query)
        assert answer.status_code == status, (path, answer.status_code)
        return BeautifulSoup(answer.content.decode(), "html.parser")

    return page


def words(soup: BeautifulSoup, selector: str = "main") -> str:
    """The visible words below a selector, white space as people see it."""
    return re.sub(r"\s+", " ", " ".join(one.get_text(" ") for one in soup.select(selector))).strip()


@pytest.fixture
def full_village(village: Municipality) -> Municipality:
    """Something of everything: enough that every block of every page has several entries."""
    hall = make_place(
        "Rathaus", kind="town_hall", slug="rathaus", phone_hours=[(day, "00:00", "23:59") for day in range(7)]
    )
    make_place("Bibliothek", kind="library", hours=[(day, "00:00", "23:59") for day in range(7)])
    for number in range(3):
        make_place(f"Spielplatz {number}", kind="playground", ortschaft="ebendorf")
    texts = {"ar": {"title": "عنوان", "summary": "ملخص", "body": "<p>نص</p>", "state": "machine"}}
    club = make_item("club", title="Sportverein", topics="Turnen, Fußball", ortschaft="ebendorf", texts=texts)
    office = make_item("office", title="Bürgerservice", place=hall, texts=texts)
    project = make_item("project", title="Ein Rathaus, das hilft", number=1, fields_of_action=["Verwaltung"])
    for number in range(2):
        make_item("news", title=f"Neues {number}", ortschaft="ebendorf", texts=texts)
        make_item("event", title=f"Fest {number}", starts_at=at(number, 23), ends_at=at(number, 23, 59), club=club,
                  ortschaft="ebendorf", place=hall, texts=texts)  # fmt: skip
        make_item("service", title=f"Dienst {number}", office=office, keywords="Hund, Steuer", texts=texts)
        make_item("closure", title=f"Sperrung {number}", starts_at=at(-1), ends_at=at(3), ortschaft="ebendorf")
        make_item("notice", title=f"Bekanntmachung {number}", ends_at=at(3))
        make_item("page", title=f"Seite {number}", in_footer=True, texts=texts)
    wish = make_item("wish", title="Mehr Bänke", answer="Zwei stehen schon.", answered_on=at(-3).date(), texts=texts)
    decision = make_item(
        "decision", title="Bänke im Park", take_part="Kommen Sie.", ortschaft="ebendorf", texts=texts
    )
    measure = make_item("measure", title="Bänke aufstellen", project=project, status="running", cost_cents=480000,
                        funded_cents=300000, ortschaft="ebendorf", texts=texts)  # fmt: skip
    milestone = make_item("milestone", title="Erste Bank steht", measure=measure, is_done=True, texts=texts)
    money = make_item("funding", title="Ein Zuschuss", amount_cents=300000, texts=texts)
    link(source=wish, target=decision, relation="became")
    link(source=decision, target=measure, relation="carried_out")
    link(source=measure, target=money, relation="funded")
    link(source=money, target=milestone, relation="resulted")
    return village
