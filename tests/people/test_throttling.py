"""Who guesses is stopped, whatever else they write into their requests: no header gives anybody new tries."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.cache import cache
from django.test import Client
from tests.factories import make_village

from smartbarleben.jobs.models import OutgoingMail
from smartbarleben.people import visitors
from smartbarleben.people.actions import add_staff
from smartbarleben.people.models import SignInCode, User
from smartbarleben.people.roles import EDITOR

PASSWORD = "ein-gutes-passwort"
LOGIN = "/konto/login/"
# What somebody could write into a request to look like somebody else. The proxy adds the last address itself.
DISGUISES: dict[str, Callable[[int], dict[str, str]]] = {
    "plain": lambda n: {},
    "invented addresses before the proxy's": lambda n: {"HTTP_X_FORWARDED_FOR": f"198.51.100.{n}, 203.0.113.7"},
    "other headers": lambda n: {
        "HTTP_X_REAL_IP": f"198.51.100.{n}",
        "HTTP_FORWARDED": f"for=198.51.100.{n}",
        "HTTP_CLIENT_IP": f"198.51.100.{n}",
        "HTTP_TRUE_CLIENT_IP": f"198.51.100.{n}",
        "HTTP_CF_CONNECTING_IP": f"198.51.100.{n}",
    },
    "another port in the host": lambda n: {"HTTP_HOST": f"localhost:{9000 + n}"},
    "another program": lambda n: {"HTTP_USER_AGENT": f"Browser/{n}"},
}


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


@pytest.fixture(params=[False, True], ids=["direct", "behind a proxy"])
def proxied(request: pytest.FixtureRequest, settings: Any) -> bool:
    settings.BEHIND_PROXY = request.param
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = int(request.param)
    return bool(request.param)


def person(disguise: str, n: int, *, proxied: bool, network: str = "203.0.113.7") -> Client:
    """A browser without cookies, so that nothing but its requests tells who it is."""
    words = {"REMOTE_ADDR": "127.0.0.1" if proxied else network}
    if proxied:
        words["HTTP_X_FORWARDED_FOR"] = network
    return Client(**words | DISGUISES[disguise](n))


@pytest.mark.parametrize("disguise", DISGUISES)
def test_passwords_of_one_account_cannot_be_tried_on_and_on(petra: User, proxied: bool, disguise: str) -> None:
    """Five wrong ones within five minutes, then even the right one waits."""
    for n in range(6):
        person(disguise, n, proxied=proxied).post(LOGIN, {"login": "petra", "password": f"falsch-{n}"})
    last = person(disguise, 99, proxied=proxied).post(LOGIN, {"login": "petra", "password": PASSWORD})
    assert last.status_code == 200
    assert "Zu viele" in last.content.decode()


@pytest.mark.parametrize("disguise", DISGUISES)
def test_many_networks_together_get_no_more_tries_at_one_account(petra: User, proxied: bool, disguise: str) -> None:
    for n in range(6):
        one = person(disguise, n, proxied=proxied, network=f"192.0.2.{n}")
        if "HTTP_X_FORWARDED_FOR" in DISGUISES[disguise](n):
            one.defaults["HTTP_X_FORWARDED_FOR"] = f"198.51.100.1, 192.0.2.{n}"
        one.post(LOGIN, {"login": ("petra", "PETRA", " petra ")[n % 3], "password": f"falsch-{n}"})
    other = person("plain", 0, proxied=proxied, network="192.0.2.200")
    assert "Zu viele" in other.post(LOGIN, {"login": "petra", "password": PASSWORD}).content.decode()


@pytest.mark.parametrize("disguise", [one for one in DISGUISES if "port" not in one])
def test_one_network_cannot_try_many_accounts(petra: User, proxied: bool, disguise: str) -> None:
    said = [
        person(disguise, n, proxied=proxied).post(LOGIN, {"login": f"wer-{n}", "password": "falsch"}).content.decode()
        for n in range(12)
    ]
    assert "Zu viele" not in said[0]
    assert "Zu viele" in said[-1]


def test_a_household_is_one_visitor_however_many_addresses_it_has(petra: User, settings: Any) -> None:
    said = [
        Client(REMOTE_ADDR=f"2001:db8:1:2::{n:x}")
        .post(LOGIN, {"login": f"wer-{n}", "password": "x"})
        .content.decode()
        for n in range(12)
    ]
    assert "Zu viele" in said[-1]
    assert visitors.household("2001:db8:1:2:3::4") == visitors.household("2001:db8:1:2:ffff::1")
    assert visitors.household("2001:db8:1:2::1") != visitors.household("2001:db8:1:3::1")
    assert visitors.household("::ffff:192.0.2.7") == visitors.household("192.0.2.7") == "192.0.2.7"


def test_strangers_cannot_crowd_a_counter_out(petra: User) -> None:
    for n in range(6):
        person("plain", n, proxied=False).post(LOGIN, {"login": "petra", "password": f"falsch-{n}"})
    for n in range(2_000):
        cache.set(f"allauth:rl:somebody-{n}", [1.0], 300)
    last = person("plain", 0, proxied=False, network="192.0.2.9").post(
        LOGIN, {"login": "petra", "password": PASSWORD}
    )
    assert "Zu viele" in last.content.decode()


@pytest.mark.parametrize("factor", ["codes from the app", "recovery codes"])
def test_second_factors_cannot_be_tried_on_and_on(petra: User, proxied: bool, factor: str) -> None:
    TOTP.activate(petra, generate_totp_secret())
    if factor == "recovery codes":
        RecoveryCodes.activate(petra)
    assert Authenticator.objects.filter(user=petra).exists()
    said = []
    for n in range(7):
        browser = person("invented addresses before the proxy's" if proxied else "other headers", n, proxied=proxied)
        browser.post(LOGIN, {"login": "petra", "password": PASSWORD})
        typed = f"{n:06}" if factor == "codes from the app" else f"{n:08}"
        said.append(browser.post("/konto/2fa/authenticate/", {"code": typed}).content.decode())
    assert "Zu viele" not in said[0]
    assert "Zu viele" in said[-1]


def test_passkeys_are_not_asked_for_without_end(petra: User, proxied: bool) -> None:
    codes = [
        person("other headers", n, proxied=proxied)
        .post("/konto/2fa/webauthn/login/", {"credential": "{}"})
        .status_code
        for n in range(12)
    ]
    assert codes[0] != 429
    assert codes[-1] == 429


@pytest.mark.parametrize("disguise", [one for one in DISGUISES if "port" not in one])
def test_new_passwords_are_mailed_a_few_times_only(petra: User, proxied: bool, disguise: str) -> None:
    for n in range(8):
        person(disguise, n, proxied=proxied).post("/konto/password/reset/", {"email": "petra@example.org"})
    assert OutgoingMail.objects.filter(to="petra@example.org").count() == 5


@pytest.mark.parametrize("host", ["evil.example", "localhost:6666", "127.0.0.1:1"])
def test_the_link_in_a_mail_leads_to_the_house_whatever_host_was_asked(petra: User, settings: Any, host: str) -> None:
    settings.BASE_URL = "https://dorf.example.org"
    Client(HTTP_HOST=host).post("/konto/password/reset/", {"email": "petra@example.org"})
    for mail in OutgoingMail.objects.all():
        for address in re.findall(r"https?://[^\s/]+", mail.text + mail.html):
            assert address == "https://dorf.example.org"
        assert host not in mail.subject + mail.text + mail.html
    assert OutgoingMail.objects.count() == (0 if host == "evil.example" else 1)


@pytest.mark.parametrize("page", ["/formular/konto/", "/formular/meine-daten/"])
def test_mails_to_residents_are_counted_by_household(petra: User, proxied: bool, page: str) -> None:
    codes = []
    for n in range(12):
        network = f"2001:db8:1:2::{n + 1:x}"
        browser = person("other headers", n, proxied=proxied, network=network)
        codes.append(browser.post(page, {"mail": f"wer-{n}@example.org"}).status_code)
    assert codes[0] == 302
    assert codes[-1] == 429


def test_a_resident_s_code_dies_after_a_few_tries(petra: User) -> None:
    browser = Client()
    browser.post("/formular/konto/", {"mail": "erika@example.org"})
    for n in range(12):
        browser.defaults["REMOTE_ADDR"] = f"192.0.2.{n}"
        browser.post("/formular/konto/code/", {"code": "AAAA-AAAA"})
    assert not SignInCode.objects.filter(tries__lt=5).exists()
