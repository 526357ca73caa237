"""Where am I signed in? One browser can be signed out from another."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.factories import make_village

from smartbarleben.people import retention, visits
from smartbarleben.people.actions import add_staff
from smartbarleben.people.devices import describe
from smartbarleben.people.models import SignedIn, User
from smartbarleben.people.roles import EDITOR

PASSWORD = "ein-gutes-passwort"
PAGE = "/konto/sitzungen/"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
    " Version/18.5 Mobile/15E148 Safari/604.1"
)


@pytest.fixture
def petra(db: None) -> User:
    make_village()
    add_staff(username="petra", role=EDITOR, email="petra@example.org", password=PASSWORD)
    return User.objects.get()


def sign_in(user_agent: str = FIREFOX) -> Client:
    browser = Client(headers={"User-Agent": user_agent})
    browser.post("/konto/login/", {"login": "petra", "password": PASSWORD})
    return browser


def is_in(browser: Client) -> bool:
    return browser.get("/verwaltung/").status_code == 200


def test_each_browser_is_listed_in_words(petra: User) -> None:
    sign_in(PHONE)
    page = sign_in().get(PAGE).content.decode()
    assert "Safari, iPhone" in page
    assert "Firefox, Windows" in page
    assert page.count("<h1") == 1
    assert "Mozilla" not in str(SignedIn.objects.values())


def test_one_browser_is_signed_out_from_another(petra: User) -> None:
    phone, desk, other = sign_in(PHONE), sign_in(), sign_in()
    row = SignedIn.objects.get(device="Safari, iPhone")
    desk.post(PAGE, {"visit": row.pk})
    assert [is_in(one) for one in (phone, desk, other)] == [False, True, True]
    assert "iPhone" not in desk.get(PAGE).content.decode()


def test_all_others_are_signed_out_at_once(petra: User) -> None:
    phone, desk, other = sign_in(PHONE), sign_in(), sign_in()
    desk.post(PAGE, {"others": "1"})
    assert [is_in(one) for one in (phone, desk, other)] == [False, True, False]
    assert len(visits.of(petra)) == 1


@pytest.mark.parametrize("wanted", ["999999", "99999999999999999999999", "²", "x"])
def test_nobody_signs_others_out(petra: User, wanted: str) -> None:
    add_staff(username="jonas", role=EDITOR, password=PASSWORD)
    jonas = Client()
    jonas.force_login(User.objects.get(username="jonas"))
    desk = sign_in()
    strange = SignedIn.objects.get(user__username="jonas")
    desk.post(PAGE, {"visit": strange.pk})
    assert desk.post(PAGE, {"visit": wanted}).status_code == 302
    assert is_in(jonas)
    assert is_in(desk)


def test_signing_out_takes_the_browser_off_the_list(petra: User) -> None:
    desk = sign_in()
    desk.post("/konto/logout/")
    assert not SignedIn.objects.exists()


def test_a_new_password_keeps_this_browser_on_the_list(petra: User) -> None:
    desk = sign_in()
    values = {"oldpassword": PASSWORD, "password1": "noch-ein-besseres", "password2": "noch-ein-besseres"}
    desk.post("/konto/password/change/", values)
    assert is_in(desk)
    (visit,) = visits.of(petra)
    assert visit.session_key == desk.session.session_key


def test_being_seen_costs_nothing_most_of_the_time(petra: User) -> None:
    desk = sign_in()
    desk.get(PAGE)
    with CaptureQueriesContext(connection) as queries:
        desk.get(PAGE)
    assert not [one for one in queries if one["sql"].startswith(("UPDATE", "INSERT"))]
    before = SignedIn.objects.get().seen_at
    session = desk.session
    session["people.visit"] = [session.session_key, (timezone.now() - timedelta(minutes=30)).timestamp()]
    session.save()
    desk.get(PAGE)
    assert SignedIn.objects.get().seen_at > before


def test_who_was_signed_in_before_there_was_a_list_is_listed_now(petra: User) -> None:
    desk = sign_in()
    SignedIn.objects.all().delete()
    session = desk.session
    del session["people.visit"]
    session.save()
    assert "Firefox, Windows" in desk.get(PAGE).content.decode()


def test_what_has_ended_is_neither_listed_nor_kept(petra: User) -> None:
    desk = sign_in()
    Session.objects.exclude(session_key=desk.session.session_key).delete()
    SignedIn.objects.create(user=petra, session_key="ended", device="Opera, Linux")
    assert "Opera" not in desk.get(PAGE).content.decode()
    retention.run_due(timezone.now() + timedelta(days=15))
    assert not SignedIn.objects.exists()
    assert not Session.objects.exists()


@pytest.mark.parametrize(
    ("user_agent", "expected"),
    [
        (FIREFOX, "Firefox, Windows"),
        (PHONE, "Safari, iPhone"),
        ("Mozilla/5.0 (Macintosh) Chrome/140.0 Safari/537.36", "Chrome, Mac"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, Windows"),
        (
            "Mozilla/5.0 (Linux; Android 15) SamsungBrowser/28.0 Chrome/130.0 Mobile Safari/537.36",
            "Samsung Internet, Android",
        ),
        ("curl/8.0", ""),
        ("", ""),
    ],
)
def test_browsers_in_words(user_agent: str, expected: str) -> None:
    assert describe(user_agent) == expected
