"""What we hold about somebody without an account: a link in a mail, one use, half an hour, and nobody learns more."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from tests.factories import make_village

from smartbarleben.jobs import mail
from smartbarleben.jobs.models import OutgoingMail
from smartbarleben.people import access, consents, erasure
from smartbarleben.people.models import AccessLink, User

PETRA = "petra@example.org"
ASK = "/formular/meine-daten/"
HELD = f"{ASK}ansicht/"


@pytest.fixture(autouse=True)
def village(db: None, data_folder: Path) -> None:
    make_village()


@pytest.fixture
def strict() -> Client:
    """A browser that needs the CSRF token, as all of them do."""
    return Client(enforce_csrf_checks=True)


def link(address: str = PETRA) -> str:
    """The path of the newest link that was mailed."""
    text = OutgoingMail.objects.filter(to=address).order_by("-pk")[0].text
    found = re.search(r"http://localhost:8000(/\S+/link/\S+)", text)
    assert found
    return found[1]


def press(client: Client, page: str, target: str = "", **values: str) -> object:
    """Send the form of a page with its token."""
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', client.get(page).content.decode())
    assert token
    return client.post(target or page, {"csrfmiddlewaretoken": token[1], **values})


def test_the_whole_way_without_javascript(strict: Client) -> None:
    consents.give(mail=PETRA, topic="newsletter", text="Ja, gern.", evidence="test")
    answer = press(strict, ASK, mail=" Petra@Example.org ")
    assert answer.status_code == 302
    path = link("Petra@Example.org")
    assert strict.get(path).status_code == 200
    assert strict.get(HELD).status_code == 410
    answer = press(strict, path)
    assert (answer.status_code, answer["Location"]) == (302, HELD)
    page = strict.get(HELD).content.decode()
    assert "Ja, gern." in page
    assert PETRA in page
    file = strict.get(f"{HELD}datei/")
    assert "attachment" in file["Content-Disposition"]
    assert json.loads(file.content)["held"]["consents"][0]["data"]
    assert press(strict, HELD, f"{HELD}loeschen/").status_code == 422
    assert erasure.find(PETRA)["consents"][0].kept_because == ""
    gone = press(strict, HELD, f"{HELD}loeschen/", sure="on")
    assert gone.status_code == 200
    assert erasure.where_is(PETRA) == []
    assert strict.get(HELD).status_code == 410


def test_the_answer_is_the_same_whether_we_know_somebody_or_not(client: Client) -> None:
    User.objects.create_user("petra", PETRA)
    known = client.post(ASK, {"mail": PETRA})
    unknown = client.post(ASK, {"mail": "fremd@example.org"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert client.get(known["Location"]).content == client.get(unknown["Location"]).content
    assert OutgoingMail.objects.count() == 2


def test_looking_uses_nothing_and_a_link_works_once(client: Client) -> None:
    client.post(ASK, {"mail": PETRA})
    path = link()
    for _time in range(3):
        assert client.get(path).status_code == 200
        assert client.head(path).status_code == 200
    assert client.post(path).status_code == 302
    assert Client().post(path).status_code == 410
    assert Client().get(path).status_code == 410
    assert client.get(HELD).status_code == 200
    assert Client().get(HELD).status_code == 410


def test_links_and_visits_end(client: Client) -> None:
    client.post(ASK, {"mail": PETRA})
    path = link()
    secret = path.rstrip("/").rpartition("/")[2]
    later = timezone.now() + access.VALID + timedelta(seconds=1)
    assert access.is_good(secret)
    assert not access.is_good(secret, later)
    assert access.use(secret, later) == ""
    door = access.use(secret)
    assert access.whose(door) == PETRA
    assert access.whose(door, timezone.now() + access.VALID + timedelta(seconds=1)) == ""
    assert access.whose("") == ""


def test_who_leaves_leaves_nothing_behind(client: Client) -> None:
    client.post(ASK, {"mail": PETRA})
    client.post(link())
    door = client.cookies["own-data /formular/meine-daten/"].value
    client.post(f"{HELD}verlassen/")
    assert client.get(HELD).status_code == 410
    assert access.whose(door) == ""


def test_the_page_about_a_mistake_can_be_read_in_another_language(client: Client) -> None:
    """Its switch leads to the address that deletes; looking there changes nothing and leads to the list."""
    client.post(ASK, {"mail": PETRA})
    client.post(link())
    mistaken = client.post(f"{HELD}loeschen/")
    assert mistaken.status_code == 422
    (path,) = re.findall(r'href="(/en/[^"]*)"[^>]*hreflang="en"', mistaken.content.decode())[:1]
    answer = client.get(path)
    assert (answer.status_code, answer["Location"]) == (302, f"/en{HELD}")
    assert PETRA in client.get(answer["Location"]).content.decode()


def test_the_key_goes_to_these_pages_only_and_no_script_reads_it(client: Client) -> None:
    client.post(ASK, {"mail": PETRA})
    answer = client.post(link())
    assert len(answer.cookies) == 6
    for cookie in answer.cookies.values():
        assert cookie["path"].endswith(ASK)
        assert cookie["httponly"]
        assert cookie["samesite"] == "Strict"
    assert "own-data" not in client.get("/").cookies


def test_neither_secret_nor_key_is_kept(client: Client) -> None:
    client.post(ASK, {"mail": PETRA})
    path = link()
    secret = path.rstrip("/").rpartition("/")[2]
    door = client.post(path).cookies["own-data /formular/meine-daten/"].value
    values = str(AccessLink.objects.values())
    assert secret not in values
    assert door not in values
    mail.run_due()
    assert secret not in str(OutgoingMail.objects.values())


@pytest.mark.parametrize("page", [ASK, f"{ASK}unterwegs/", HELD, f"{ASK}link/unknown/"])
def test_nothing_of_it_is_cached_found_or_passed_on(client: Client, page: str) -> None:
    answer = client.get(page)
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Robots-Tag"] == "noindex"
    assert answer["Referrer-Policy"] == "same-origin"


def test_one_address_gets_few_mails_and_one_visitor_few_tries(client: Client) -> None:
    for _time in range(5):
        assert client.post(ASK, {"mail": PETRA}).status_code == 302
    assert OutgoingMail.objects.filter(to=PETRA).count() == access.MAILS_AN_HOUR
    answers = [client.post(ASK, {"mail": f"wer{number}@example.org"}).status_code for number in range(8)]
    assert answers == [302] * 5 + [429] * 3
    elsewhere = Client(REMOTE_ADDR="203.0.113.8").post(ASK, {"mail": "wer@example.org"})
    assert elsewhere.status_code == 302
    AccessLink.objects.update(created_at=timezone.now() - timedelta(hours=2))
    assert client.post(ASK, {"mail": PETRA}).status_code == 302


@pytest.mark.parametrize("typed", ["", "petra", "petra@", "petra@example.org\nBcc: x@example.org"])
def test_what_is_no_address_is_said_and_kept(client: Client, typed: str) -> None:
    answer = client.post(ASK, {"mail": typed})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.content.decode()
    assert not OutgoingMail.objects.exists()


@pytest.mark.parametrize("language", ["en", "uk", "ar", "pl", "de-simple"])
def test_the_mail_and_its_link_speak_the_persons_language(client: Client, language: str) -> None:
    client.post(f"/{language}{ASK}", {"mail": PETRA})
    path = link()
    assert path.startswith(f"/{language}/")
    assert OutgoingMail.objects.get().language == language
    assert client.post(path)["Location"] == f"/{language}{HELD}"
    assert client.get(f"/{language}{HELD}").status_code == 200
    assert client.get(HELD).status_code == 200


def test_somebody_we_know_nothing_about_is_told_so(client: Client) -> None:
    client.post(ASK, {"mail": PETRA})
    client.post(link())
    AccessLink.objects.update(person="somebody else")
    OutgoingMail.objects.all().delete()
    page = client.get(HELD).content.decode()
    assert "loeschen" not in page
