"""Who does nothing for a while signs in again, and finds what they had typed."""

import subprocess
import sys
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone
from tests.cases.making import make_case
from tests.config import production
from tests.factories import make_village

from smartbarleben.cases.models import Entry
from smartbarleben.people import pause
from smartbarleben.people.actions import add_staff
from smartbarleben.people.models import SignedIn, User
from smartbarleben.people.roles import ADMINISTRATOR

PASSWORD = "ein-gutes-passwort"
TYPED = "Guten Tag Frau Beispiel, <b>die Laterne</b> wird am Montag repariert."
AS_BROWSERS_DO = "application/x-www-form-urlencoded"
HOME, HERE = "/verwaltung/", "/konto/dabei/"


@pytest.fixture(autouse=True)
def plain_static_files(settings: Any) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture
def petra(db: None) -> User:
    make_village()
    for name in ("petra", "jonas"):
        add_staff(username=name, role=ADMINISTRATOR, email=f"{name}@example.org", password=PASSWORD)
    return User.objects.get(username="petra")


def sign_in(browser: Client, name: str = "petra", **more: str) -> Any:
    return browser.post("/konto/login/", {"login": name, "password": PASSWORD, **more})


def after(browser: Client, minutes: float) -> Client:
    """The same browser, in which nothing happened for so long."""
    session = browser.session
    session["people.visit"] = [session.session_key, (timezone.now() - timedelta(minutes=minutes)).timestamp()]
    session.save()
    return browser


@pytest.fixture
def browser(petra: User) -> Client:
    made = Client()
    sign_in(made)
    assert made.get(HOME).status_code == 200
    return made


@pytest.mark.parametrize("page", [HOME, "/verwaltung/vorgaenge/", "/konto/sitzungen/", "/konto/password/change/"])
def test_after_the_pause_a_session_opens_nothing(browser: Client, page: str) -> None:
    assert after(browser, 59).get(page).status_code == 200
    answer = after(browser, 61).get(page)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/konto/login/?next=")
    assert browser.get(HOME).status_code == 302, "not at the second try either"


def test_the_login_page_says_why_and_leads_back(browser: Client) -> None:
    answer = after(browser, 61).get("/verwaltung/vorgaenge/", follow=True)
    assert "60 Minuten" in answer.content.decode()
    assert sign_in(browser, next="/verwaltung/vorgaenge/")["Location"] == "/verwaltung/vorgaenge/"
    assert browser.get(HOME).status_code == 200


def test_coming_back_gives_the_session_another_key(browser: Client) -> None:
    before = browser.session.session_key
    after(browser, 61).get(HOME)
    sign_in(browser)
    assert browser.session.session_key != before
    assert SignedIn.objects.count() == 1


def test_files_of_the_workspace_are_closed_too(browser: Client, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / "original_images").mkdir()
    (tmp_path / "original_images" / "a.txt").write_text("x")
    open_now = browser.get("/media/original_images/a.txt")
    assert b"".join(open_now) == b"x"
    assert after(browser, 61).get("/media/original_images/a.txt").status_code == 404


def test_what_was_typed_is_sent_on_after_the_next_login(browser: Client) -> None:
    case = make_case("Laterne aus")
    page = f"/verwaltung/vorgaenge/{case.number}/"
    open_page = BeautifulSoup(browser.get(page).content.decode(), "html.parser")
    typed = {
        "gesehen": str(open_page.select_one('[name="gesehen"]')["value"]),  # type: ignore[index]
        "sendung": str(uuid.uuid4()),
        "tun": "answer",
        "answer-text": TYPED,
    }
    late = after(browser, 61).post(page, typed | {"csrfmiddlewaretoken": "old"})
    assert late["Location"] == "/konto/login/?next=/konto/weiter/"
    assert not Entry.objects.filter(case=case, text=TYPED).exists()
    back = browser.get(sign_in(browser, next="/konto/weiter/")["Location"])
    shown = BeautifulSoup(back.content.decode(), "html.parser")
    assert TYPED in shown.text
    form = shown.select_one(f'form[action="{page}"]')
    assert form is not None
    fields = {str(one["name"]): str(one["value"]) for one in form.select("input[name]")}
    assert {name: fields[name] for name in typed} == typed
    assert fields["csrfmiddlewaretoken"] != "old"
    assert browser.post(page, urlencode(fields), content_type=AS_BROWSERS_DO).status_code == 302
    assert Entry.objects.filter(case=case, text=TYPED).count() == 1
    assert browser.get("/konto/weiter/")["Location"] == HOME, "sent on once"


def test_nobody_else_sees_it(browser: Client) -> None:
    after(browser, 61).post("/verwaltung/vorgaenge/x/", {"text": TYPED})
    sign_in(browser, "jonas", next="/konto/weiter/")
    assert TYPED not in browser.get("/konto/weiter/", follow=True).content.decode()
    browser.post("/konto/logout/")
    sign_in(browser)
    assert browser.get("/konto/weiter/")["Location"] == HOME


def test_it_can_be_thrown_away_and_is_forgotten_after_half_a_day(browser: Client) -> None:
    for forget in ("button", "time"):
        after(browser, 61).post("/verwaltung/vorgaenge/x/", {"text": TYPED})
        sign_in(browser)
        if forget == "button":
            browser.post("/konto/weiter/")
        else:
            session = browser.session
            session[pause._KEPT]["at"] -= pause.KEEP_HOURS * 3600 + 1
            session.save()
        assert browser.get("/konto/weiter/")["Location"] == HOME


def test_no_password_is_ever_kept(browser: Client) -> None:
    after(browser, 61).post(
        "/verwaltung/users/add/", {"username": "x", "password1": "geheim!", "password2": "geheim!"}
    )
    after(browser, 61).post("/konto/password/change/", {"oldpassword": "geheim!"})
    assert "geheim!" not in str(dict(browser.session.items()))


def test_a_form_from_another_site_is_not_kept(petra: User) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(petra)
    there = {"Origin": "https://evil.example"}
    answer = after(browser, 61).post("/verwaltung/vorgaenge/x/", {"text": TYPED}, headers=there)
    assert answer.status_code == 403
    assert TYPED not in str(dict(browser.session.items()))


def test_what_was_typed_in_another_tab_before_the_login_is_kept(petra: User) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(petra)
    page = "/verwaltung/vorgaenge/x/"
    ours = browser.post(
        page, {"text": TYPED}, headers={"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "navigate"}
    )
    assert (ours.status_code, ours["Location"]) == (303, "/konto/weiter/")
    assert TYPED in BeautifulSoup(browser.get("/konto/weiter/").content.decode(), "html.parser").text
    for site in ("cross-site", "same-site", "none"):
        other = Client(enforce_csrf_checks=True)
        other.force_login(petra)
        assert other.post(page, {"text": TYPED}, headers={"Sec-Fetch-Site": site}).status_code == 403
        assert TYPED not in str(dict(other.session.items()))


@pytest.mark.parametrize("asks", [{"X-Requested-With": "XMLHttpRequest"}, {"Sec-Fetch-Mode": "cors"}])
def test_scripts_hear_no_and_take_nothing_away(browser: Client, asks: dict[str, str]) -> None:
    page = "/verwaltung/vorgaenge/x/"
    assert after(browser, 61).post(page, {"text": "short"}, headers=asks).status_code == 403
    assert after(browser, 61).post(page, {"text": TYPED})["Location"].endswith("/konto/weiter/")


def test_typing_keeps_the_session_and_what_pages_ask_by_themselves_does_not(browser: Client) -> None:
    left = after(browser, 50).get(HERE).json()["left"]
    assert 9 * 60 < left <= 10 * 60
    browser.post("/verwaltung/editing-sessions/1/", {})
    assert browser.get(HERE).json()["left"] <= left
    assert browser.get(HERE, {"typing": "1"}).json()["left"] > 50 * 60
    assert after(browser, 61).get(HERE, {"typing": "1"}).json() == {"left": 0}
    assert Client().get(HERE).json() == {"left": 0}


def test_every_page_of_the_workspace_warns(browser: Client) -> None:
    page = BeautifulSoup(browser.get(HOME).content.decode(), "html.parser")
    (script,) = page.select('script[src$="people/pause.js"]')
    assert script["data-minutes"] == "60"
    assert script["data-ask"] == HERE


def test_a_pause_is_ten_minutes_to_twelve_hours(tmp_path: Path) -> None:
    for typed, works in (("10", True), ("9", False), ("721", False), ("an hour", False)):
        command = [sys.executable, "-c", "from smartbarleben.config import settings"]
        environment = production.environment(tmp_path, SMARTBARLEBEN_PAUSE_MINUTES=typed)
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        assert (done.returncode == 0) is works, typed
        assert works or "SMARTBARLEBEN_PAUSE_MINUTES" in done.stderr
