"""The workspace's search shows each person what they may see, and nothing else."""

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.test import Client
from tests.cases.making import make_case, make_office, make_worker
from tests.factories import make_item, make_village

from smartbarleben.people import roles
from smartbarleben.people.models import User
from smartbarleben.search import actions
from smartbarleben.ui.dates import today

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def plain_static_files(settings) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture
def house(db) -> None:
    make_village()
    make_item("news", title="Zaubernuss blüht")
    make_item("news", title="Zaubernuss geplant", publish=False)


def seen_by(user: User, words: str, path: str = "/verwaltung/suche/") -> str:
    browser = Client()
    browser.force_login(user)
    answer = browser.get(path, {"q": words})
    assert answer.status_code == 200
    page = BeautifulSoup(answer.content.decode(), "html.parser")
    assert not page.select(".sb-column script")
    return " ".join(page.select_one(".sb-column").get_text(" ").split())


def editor() -> User:
    roles.sync()
    user = User.objects.create_user("redaktion", "redaktion@example.org", "geheim-genug-1", is_staff=True)
    user.groups.add(Group.objects.get(name=roles.EDITOR))
    return user


def test_an_editor_finds_drafts_but_no_case_and_no_person(house) -> None:
    case = make_case("Die Zaubernuss wächst über den Zaun.")
    User.objects.create_user("zaubernuss", "z@example.org", "geheim-genug-1", is_staff=True)
    text = seen_by(editor(), "Zaubernuss")
    assert "Zaubernuss blüht" in text
    assert "Zaubernuss geplant" in text
    assert case.number not in text
    assert "z@example.org" not in text


def test_a_case_worker_finds_only_the_cases_of_the_inbox(house) -> None:
    mine, other = make_office("Bauhof"), make_office("Standesamt")
    own, foreign = make_case("Zaubernuss am Weg"), make_case("Zaubernuss im Garten")
    type(own).objects.filter(pk=own.pk).update(office=mine)
    type(own).objects.filter(pk=foreign.pk).update(office=other)
    text = seen_by(make_worker(offices=(mine,)), "Zaubernuss")
    assert own.number in text
    assert foreign.number not in text
    assert "Zaubernuss geplant" not in text


@pytest.mark.parametrize("typed", ["übung feuerwehr", "UEBUNG", "Übung"])
def test_drafts_and_people_are_found_however_their_names_are_typed(house, typed: str) -> None:
    make_item("news", title="Übung der Feuerwehr", publish=False)
    # As the workspace's own form makes accounts.
    User.objects.create_user("uebung", "u@example.org", "geheim-genug-1", last_name="Übung-Feuerwehr")
    text = seen_by(make_worker("chefin", role=roles.ADMINISTRATOR), typed)
    assert "Übung der Feuerwehr" in text
    assert "u@example.org" in text


def test_an_administrator_finds_colleagues(house) -> None:
    User.objects.create_user("krause", "krause@example.org", "geheim-genug-1", is_staff=True, last_name="Krause")
    assert "krause@example.org" in seen_by(make_worker("chefin", role=roles.ADMINISTRATOR), "Krause")


@pytest.mark.parametrize("words", ["", "'", "%", "<script>", "\x00", "((", "KEINS"])
def test_any_words_are_answered(house, words: str) -> None:
    assert seen_by(make_worker(role=roles.ADMINISTRATOR), words)


def test_the_words_of_the_search_stand_on_a_page_for_staff(house) -> None:
    for typed, found in (("einhorn", False), ("einhorn", False), ("perso", True)):
        actions.count_question(typed=typed, language="de", found=found, day=today())
    browser = Client()
    browser.force_login(editor())
    page = BeautifulSoup(browser.get("/verwaltung/suchwoerter/").content.decode(), "html.parser")
    missed, met = page.select("table")
    assert "einhorn" in missed.get_text()
    assert "Deutsch" in missed.get_text()
    assert "2" in missed.get_text()
    assert "perso" in met.get_text()
    assert "perso" not in missed.get_text()
    assert browser.get("/verwaltung/suchwoerter/", {"tage": "x"}).status_code == 200


def test_searching_costs_few_queries(house, django_assert_max_num_queries) -> None:
    user = make_worker(role=roles.ADMINISTRATOR)
    for number in range(12):
        make_case(f"Zaubernuss {number}")
    browser = Client()
    browser.force_login(user)
    browser.get("/verwaltung/suche/", {"q": "Zaubernuss"})
    with django_assert_max_num_queries(40):
        browser.get("/verwaltung/suche/", {"q": "Zaubernuss"})
