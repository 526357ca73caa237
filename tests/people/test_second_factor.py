"""Whoever works here has a second factor, or gets no further than to the pages for setting one up."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from allauth.core import context as current
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.db.models import F
from django.test import Client
from tests.factories import make_village

from smartbarleben.config.paths import ROOT, python_environment
from smartbarleben.people.actions import add_staff
from smartbarleben.people.factor_secrets import SealedFactors, seal_old
from smartbarleben.people.models import Counter, User
from smartbarleben.people.roles import EDITOR

PASSWORD = "ein-gutes-passwort"
ELSEWHERE = "203.0.113.7"
_ADDRESS = {"SMARTBARLEBEN_BASE_URL", "SMARTBARLEBEN_PROXY", "SMARTBARLEBEN_DEBUG"}


@pytest.fixture
def petra(db: None, settings: Any) -> User:
    """Somebody from the town hall, whose village stands at a real address."""
    settings.SECOND_FACTOR_REQUIRED = True
    settings.SECOND_FACTOR_FREE_HERE = False
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    make_village()
    add_staff(username="petra", role=EDITOR, email="petra@example.org", password=PASSWORD)
    return User.objects.get()


def sign_in(**more: str) -> Client:
    browser = Client(**more)
    browser.post("/konto/login/", {"login": "petra", "password": PASSWORD})
    return browser


def works(browser: Client) -> bool:
    answer = browser.get("/verwaltung/")
    assert answer.status_code == 200 or answer["Location"] == "/konto/2fa/"
    return answer.status_code == 200


def code(secret: str) -> str:
    """What the app shows now."""
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


@pytest.mark.parametrize(
    "page", ["/verwaltung/", "/verwaltung/users/", "/verwaltung/schnell/", "/konto/password/change/"]
)
def test_who_has_none_gets_only_the_page_to_set_one_up(petra: User, page: str) -> None:
    browser = sign_in()
    for answer in (browser.get(page), browser.post(page)):
        assert (answer.status_code, answer["Location"]) == (302, "/konto/2fa/")
    setup = browser.get("/konto/2fa/")
    assert setup.status_code == 200
    assert 'id="second-factor-missing"' in setup.content.decode()
    assert 'href="/verwaltung/"' not in setup.content.decode()
    assert browser.get("/konto/logout/").status_code == 200
    assert browser.get("/").status_code == 200


def test_the_whole_way_from_the_first_password_to_the_workspace(petra: User) -> None:
    browser = sign_in()
    browser.post("/konto/reauthenticate/", {"password": PASSWORD})
    assert browser.get("/konto/2fa/totp/activate/").status_code == 200
    secret = browser.session["mfa.totp.secret"]
    browser.post("/konto/2fa/totp/activate/", {"code": code(secret)})
    assert works(browser)
    kinds = set(Authenticator.objects.values_list("type", flat=True))
    assert kinds == {Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES}
    assert browser.get("/konto/2fa/recovery-codes/").status_code == 200


def test_afterwards_a_password_alone_opens_nothing(petra: User) -> None:
    TOTP.activate(petra, generate_totp_secret())
    browser = sign_in()
    assert browser.get("/verwaltung/")["Location"].startswith("/konto/login/")


def test_a_recovery_code_opens_once(petra: User) -> None:
    TOTP.activate(petra, generate_totp_secret())
    codes = RecoveryCodes.activate(petra).get_unused_codes()
    for works_now in (True, False):
        browser = sign_in()
        browser.post("/konto/2fa/authenticate/", {"code": codes[0]})
        signed_in = browser.get("/verwaltung/").status_code == 200
        assert signed_in is works_now


def test_a_code_of_the_app_opens_once_as_long_as_it_counts(petra: User) -> None:
    """It counts for 90 seconds; half a minute after somebody used it, it is still worth nothing."""
    secret = generate_totp_secret()
    TOTP.activate(petra, secret)
    shown = code(secret)
    for works_now in (True, False):
        browser = sign_in()
        browser.post("/konto/2fa/authenticate/", {"code": shown})
        assert (browser.get("/verwaltung/").status_code == 200) is works_now
        Counter.objects.update(expires_at=F("expires_at") - timedelta(seconds=40))


def test_the_database_holds_no_secret_of_a_factor(petra: User) -> None:
    secret = generate_totp_secret()
    TOTP.activate(petra, secret)
    codes = RecoveryCodes.activate(petra)
    seed = SealedFactors().decrypt(codes.instance.data["seed"])
    kept = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in kept
    assert seed not in kept
    assert not any(one in kept for one in codes.get_unused_codes())


def test_what_older_programs_left_open_is_sealed_and_still_works(petra: User) -> None:
    secret = generate_totp_secret()
    Authenticator.objects.create(user=petra, type=Authenticator.Type.TOTP, data={"secret": secret})
    assert (seal_old(), seal_old()) == (1, 0)
    assert secret not in str(Authenticator.objects.get().data)
    browser = sign_in()
    browser.post("/konto/2fa/authenticate/", {"code": code(secret)})
    assert works(browser)


def test_under_another_key_nobody_gets_in_and_nothing_breaks(petra: User, settings: Any) -> None:
    secret = generate_totp_secret()
    TOTP.activate(petra, secret)
    settings.SECRET_KEY = "x" * 60
    browser = sign_in()
    assert browser.post("/konto/2fa/authenticate/", {"code": code(secret)}).status_code == 200
    assert browser.get("/verwaltung/").status_code == 302


def test_recovery_codes_alone_are_no_second_factor(petra: User) -> None:
    RecoveryCodes.activate(petra)
    browser = Client()
    browser.force_login(petra)
    assert not works(browser)


def test_an_account_that_the_workspace_made_needs_one_too(petra: User) -> None:
    """Its form knows no mark of staff."""
    User.objects.update(is_staff=False)
    browser = Client()
    browser.force_login(petra)
    assert not works(browser)
    TOTP.activate(petra, generate_totp_secret())
    assert works(browser)


def test_who_takes_the_last_one_away_sets_up_another(petra: User) -> None:
    factor = TOTP.activate(petra, generate_totp_secret())
    browser = Client()
    browser.force_login(petra)
    assert works(browser)
    factor.instance.delete()
    assert not works(browser)


@pytest.mark.parametrize(
    ("required", "free_here", "from_address", "headers", "expected"),
    [
        (True, True, "127.0.0.1", {}, True),
        (True, True, "::1", {}, True),
        (True, True, ELSEWHERE, {}, False),
        (True, True, "127.0.0.1", {"X-Forwarded-For": ELSEWHERE}, False),
        (True, True, "127.0.0.1", {"Forwarded": f"for={ELSEWHERE}"}, False),
        (True, True, "127.0.0.1", {"X-Real-IP": ELSEWHERE}, False),
        (True, True, "", {}, False),
        (True, False, "127.0.0.1", {}, False),
        (False, False, ELSEWHERE, {}, True),
    ],
)
def test_only_who_sits_at_the_machine_has_a_first_look_without(
    petra: User, settings: Any, required: bool, free_here: bool, from_address: str, headers: Any, expected: bool
) -> None:
    settings.SECOND_FACTOR_REQUIRED = required
    settings.SECOND_FACTOR_FREE_HERE = free_here
    browser = Client(REMOTE_ADDR=from_address, headers=headers)
    browser.force_login(petra)
    assert works(browser) is expected


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, "True True"),
        ({"SMARTBARLEBEN_BASE_URL": "http://localhost:8123"}, "True True"),
        ({"SMARTBARLEBEN_BASE_URL": "https://dorf.example.org"}, "True False"),
        ({"SMARTBARLEBEN_BASE_URL": "http://192.168.1.7:8000"}, "True False"),
        ({"SMARTBARLEBEN_PROXY": "1"}, "True False"),
        ({"SMARTBARLEBEN_DEBUG": "1"}, "False True"),
    ],
)
def test_a_real_address_or_a_proxy_ends_the_first_look(
    tmp_path: Path, environment: dict[str, str], expected: str
) -> None:
    kept = {name: value for name, value in python_environment(tmp_path).items() if name not in _ADDRESS}
    words = (
        "from smartbarleben.config import settings as s; print(s.SECOND_FACTOR_REQUIRED, s.SECOND_FACTOR_FREE_HERE)"
    )
    done = subprocess.run(
        [sys.executable, "-c", words], env=kept | environment, cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == expected


def test_on_a_phone_passkeys_and_codes_stand_under_the_municipalitys_name(petra: User) -> None:
    browser = sign_in()
    with current.request_context(browser.get("/konto/2fa/").wsgi_request):
        adapter = get_adapter()
        assert "issuer=Gemeinde%20Barleben" in adapter.build_totp_url(petra, generate_totp_secret())
        assert adapter.get_public_key_credential_rp_entity() == {"id": "testserver", "name": "Gemeinde Barleben"}
