"""Signing in: for people who were invited, under the strict policy of the public pages, with errors in words."""

import re

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.test import Client
from tests.factories import make_village

from smartbarleben.jobs import mail as outbox
from smartbarleben.jobs.models import OutgoingMail
from smartbarleben.people.actions import add_staff
from smartbarleben.people.roles import EDITOR

PASSWORD = "ein-gutes-passwort"


@pytest.fixture
def petra(db: None) -> None:
    make_village()
    add_staff(username="petra", role=EDITOR, email="petra@example.org", password=PASSWORD)


def test_the_login_page_offers_a_password_and_a_passkey_and_no_sign_up(petra: None, client: Client) -> None:
    answer = client.get("/konto/login/")
    page = answer.content.decode()
    assert 'autocomplete="current-password"' in page
    assert 'id="passkey_login"' in page
    assert "/konto/signup/" not in page
    assert page.count("<h1") == 1
    assert "unsafe" not in answer["Content-Security-Policy"]


@pytest.mark.parametrize("name", ["petra", "petra@example.org"])
def test_the_right_password_leads_to_the_workspace(petra: None, client: Client, name: str) -> None:
    answer = client.post("/konto/login/", {"login": name, "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, "/verwaltung/")
    assert client.get("/verwaltung/").status_code == 200


def test_a_wrong_password_is_said_and_the_name_is_kept(petra: None, client: Client) -> None:
    page = client.post("/konto/login/", {"login": "petra", "password": "falsch"}).content.decode()
    assert 'role="alert"' in page
    assert 'value="petra"' in page


def test_nobody_signs_up(petra: None, client: Client) -> None:
    values = {"username": "neu", "email": "neu@example.org", "password1": PASSWORD, "password2": PASSWORD}
    client.post("/konto/signup/", values)
    assert not client.login(username="neu", password=PASSWORD)


def test_there_is_no_login_without_the_second_factor(petra: None, client: Client) -> None:
    """Wagtail's own login page would not ask for it."""
    answer = client.post("/verwaltung/login/", {"username": "petra", "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, "/konto/login/")
    assert client.get("/verwaltung/")["Location"].startswith("/konto/login/")
    assert client.get("/verwaltung/password_reset/").status_code == 404


def test_ones_own_pages_lead_to_passkeys_codes_and_the_password(petra: None, client: Client) -> None:
    client.post("/konto/login/", {"login": "petra", "password": PASSWORD})
    page = client.get("/konto/2fa/").content.decode()
    for address in (
        "/konto/2fa/totp/activate/",
        "/konto/2fa/webauthn/add/",
        "/konto/password/change/",
        "/verwaltung/",
    ):
        assert address in page


def test_a_new_password_is_mailed_by_the_municipality_and_only_to_who_works_here(
    petra: None, client: Client, mailoutbox: list[EmailMessage]
) -> None:
    known = client.post("/konto/password/reset/", {"email": "petra@example.org"})
    unknown = client.post("/konto/password/reset/", {"email": "fremd@example.org"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert not mailoutbox, "the outbox sends it, also when the mail server comes back later"
    outbox.run_due()
    assert [mail.to for mail in mailoutbox] == [["petra@example.org"]]
    assert mailoutbox[0].from_email == "Gemeinde Barleben <rathaus@example.org>"
    assert mailoutbox[0].subject.startswith("[Gemeinde Barleben] ")
    link = re.search(r"/konto/password/reset/key/\S+", mailoutbox[0].body)
    assert link
    assert client.get(link[0], follow=True).status_code == 200
    assert not OutgoingMail.objects.exclude(text=""), "the link is a key: it is kept nowhere once it is sent"


def _fails(client: Client, person: str, visitor: str) -> bool:
    """Sign in with a wrong password; whether that was one time too often."""
    headers = {"X-Forwarded-For": f"198.51.100.9, {visitor}"}
    page = client.post("/konto/login/", {"login": person, "password": "falsch"}, headers=headers)
    return "Zu viele" in page.content.decode()


def test_who_guesses_passwords_is_stopped_and_nobody_else(
    petra: None, client: Client, settings: LazySettings
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    cache.clear()
    assert any(_fails(client, f"wer-{number}", "203.0.113.7") for number in range(15))
    assert not _fails(client, "petra", "203.0.113.8")
    cache.clear()
