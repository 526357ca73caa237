"""A village on the open internet answers nothing over plain HTTP; tests/architecture/ has Django's list."""

from typing import Any

import pytest
from django.test import Client
from tests.config import production
from tests.config.production import HOST, THROUGH_THE_PROXY
from tests.factories import make_village

PLAIN = THROUGH_THE_PROXY | {"HTTP_X_FORWARDED_PROTO": "http"}


@pytest.fixture(autouse=True)
def plain_static_files(settings: Any) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture
def proxied(db: None, settings: Any) -> None:
    production.apply(settings)
    make_village()


@pytest.mark.parametrize(
    "path", ["/", "/termine/?ort=barleben", "/konto/login/?next=/x/", "/x//evil.example/", "/nicht"]
)
def test_pages_over_plain_http_lead_to_https(proxied: None, path: str) -> None:
    for host in (HOST, "evil.example"):
        answer = Client(**PLAIN | {"HTTP_HOST": host}).get(path)
        assert answer.status_code == 301
        assert answer["Location"].startswith(f"https://{HOST}/")
        assert answer["Location"].endswith(path)
        assert not answer.cookies


@pytest.mark.parametrize("ask", ["post", "put", "delete", "patch", "options"])
@pytest.mark.parametrize("path", ["/", "/formular/frage/", "/konto/login/", "/api/v1/village"])
def test_whatever_brings_words_is_refused_and_not_led_on(proxied: None, path: str, ask: str) -> None:
    answer = getattr(Client(**PLAIN), ask)(path, {"login": "petra"} if ask == "post" else None)
    assert answer.status_code == 403
    assert "Location" not in answer
    assert b"https only" in answer.content


def test_programs_are_not_led_on_so_that_they_notice(proxied: None) -> None:
    assert Client(**PLAIN).get("/api/v1/village").status_code == 403
    assert Client(**THROUGH_THE_PROXY).get("/api/v1/village").status_code == 200


def test_the_machine_itself_is_answered_over_plain_http(proxied: None) -> None:
    """The probe and the proof of notices ask without a proxy."""
    assert Client(HTTP_HOST="localhost").get("/healthz").status_code in (200, 503)
    assert Client(HTTP_HOST="localhost").get("/").status_code == 200


def test_a_village_without_https_is_led_nowhere(db: None) -> None:
    make_village()
    assert Client(HTTP_X_FORWARDED_PROTO="http").get("/").status_code == 200
