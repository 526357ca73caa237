"""Refused sign-ins are written down without naming anybody, and cannot fill the record."""

import logging
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client
from django.utils import timezone
from tests.factories import make_village

from smartbarleben.people.actions import add_staff
from smartbarleben.people.models import AuditEntry, Counter, User
from smartbarleben.people.roles import EDITOR

PASSWORD = "ein-gutes-passwort"
LOGIN = "/konto/login/"


@pytest.fixture(autouse=True)
def plain_static_files(settings: Any) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture
def petra(db: None) -> User:
    make_village()
    add_staff(username="petra", role=EDITOR, email="petra@example.org", password=PASSWORD)
    return User.objects.get()


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [one.getMessage() for one in caplog.records if one.name == "smartbarleben.security"]


def entries() -> list[tuple[str, str]]:
    found = AuditEntry.objects.filter(verb__startswith="people.sign_in").order_by("pk")
    return list(found.values_list("verb", "actor"))


@pytest.mark.parametrize("name", ["petra", "PETRA", "petra@example.org", "Petra@Example.org"])
def test_a_wrong_password_is_a_line_and_an_entry_about_the_account(
    petra: User, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    Client(REMOTE_ADDR="203.0.113.77").post(LOGIN, {"login": name, "password": "falsch-geheim"})
    assert lines(caplog) == ["sign-in refused: wrong password, an account"]
    assert entries() == [("people.sign_in_refused", "")]
    assert AuditEntry.objects.get(verb="people.sign_in_refused").subject_id == str(petra.pk)
    said = " ".join(str(vars(one)) for one in caplog.records if one.name.startswith("smartbarleben"))
    for word in ("petra", "203.0.113.77", "falsch-geheim", "@"):
        assert word not in said.lower()


def test_a_name_that_nobody_has_is_a_line_only(petra: User, caplog: pytest.LogCaptureFixture) -> None:
    Client().post(LOGIN, {"login": "niemand", "password": "x"})
    assert lines(caplog) == ["sign-in refused: wrong password, no such account"]
    assert entries() == []


def test_a_wrong_code_counts_too(petra: User, caplog: pytest.LogCaptureFixture) -> None:
    TOTP.activate(petra, generate_totp_secret())
    browser = Client()
    browser.post(LOGIN, {"login": "petra", "password": PASSWORD})
    browser.post("/konto/2fa/authenticate/", {"code": "000000"})
    assert lines(caplog) == ["sign-in refused: wrong code, an account"]
    assert entries() == [("people.sign_in_refused", "")]


def test_who_goes_on_and_on_fills_the_log_and_not_the_record(petra: User, caplog: pytest.LogCaptureFixture) -> None:
    for n in range(12):
        Client(REMOTE_ADDR=f"192.0.2.{n}").post(LOGIN, {"login": "petra", "password": "falsch"})
    assert len(lines(caplog)) == 12
    assert entries() == [("people.sign_in_refused", ""), ("people.sign_in_locked", "")]
    Counter.objects.update(expires_at=timezone.now())
    Client().post(LOGIN, {"login": "petra", "password": "falsch"})
    assert len(entries()) == 3, "an hour later it is worth another entry"


def test_getting_in_is_a_line_that_says_how_and_not_who(petra: User, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "smartbarleben.security"):
        Client().post(LOGIN, {"login": "petra", "password": PASSWORD})
    assert lines(caplog) == ["signed in by password"]
    assert entries() == []


@pytest.mark.parametrize("page", ["/verwaltung/users/", "/verwaltung/zustand/", "/verwaltung/vorgaenge/"])
def test_trying_doors_of_others_leaves_a_line(petra: User, caplog: pytest.LogCaptureFixture, page: str) -> None:
    browser = Client()
    browser.force_login(petra)
    assert browser.get("/verwaltung/").status_code == 200
    assert lines(caplog) == []
    assert browser.get(page).status_code in (302, 403)
    assert lines(caplog) == ["refused: signed in, but not allowed"]


def test_a_form_without_its_token_leaves_a_line(petra: User, caplog: pytest.LogCaptureFixture) -> None:
    assert Client(enforce_csrf_checks=True).post(LOGIN, {"login": "petra"}).status_code == 403
    assert lines(caplog) == ["refused: not signed in"]
