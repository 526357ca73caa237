"""What the page about privacy says is true of the program."""

from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from tests.factories import make_item

from smartbarleben.jobs.models import KEEP_SENT, KEEP_UNSENT

DATA = Path(__file__).parents[2] / "data"
LANGUAGES = {code for code, _name in settings.LANGUAGES} - {"de"}


@pytest.fixture(params=["founding", "barleben"])
def page(request) -> dict:
    rows = yaml.safe_load((DATA / request.param / "pages.yaml").read_text("utf-8"))
    return next(row for row in rows if row.get("key") == "datenschutz")


def test_cookies_are_set_where_the_page_says_and_nowhere_else(page, full_village, client: Client) -> None:
    assert "Die öffentlichen Seiten setzen keine Cookies." in page["body"]
    assert "/konto/ und /verwaltung/ setzen dabei technische Cookies" in page["body"]
    for path in ("/", "/neues/", "/orte/", "/zustaendig/?q=hund", "/api/v1/village", "/gibt/es/nicht/"):
        assert not client.get(path).cookies, path
    assert set(client.get("/konto/login/").cookies) <= {"csrftoken", "sessionid", "messages"}


def test_failed_sign_ins_are_counted_in_memory_only(page, village, client: Client) -> None:
    assert "Das steht nur im Arbeitsspeicher." in page["body"]
    assert "django.core.cache.backends.locmem" in settings.CACHES["default"]["BACKEND"]
    cache.clear()
    said = [client.post("/konto/login/", {"login": "wer", "password": str(number)}).content for number in range(7)]
    assert said[-1] != said[0]
    cache.clear()


def test_no_line_of_a_log_says_who_reads_what(page, full_village, client: Client, caplog) -> None:
    assert "führt kein Protokoll darüber, wer welche Seite liest" in page["body"]
    with caplog.at_level("DEBUG"):
        for path in ("/", "/neues/", "/gibt/es/nicht/"):
            client.get(path, REMOTE_ADDR="203.0.113.77", headers={"User-Agent": "Zaunkönig/1"})
    said = " ".join(record.getMessage() for record in caplog.records)
    assert "203.0.113.77" not in said
    assert "Zaunkönig" not in said


def test_mails_are_deleted_when_the_page_says(page) -> None:
    assert f"{KEEP_SENT.days} Tage nach dem Senden, spätestens {KEEP_UNSENT.days} Tage" in page["body"]


def test_who_keeps_facts_true_is_not_public(page, village, client: Client) -> None:
    assert "Sie ist nicht öffentlich." in page["body"]
    make_item("club", slug="c", owner="geheim@example.org")
    for path in (
        "/vereine/c/",
        "/vereine/c/daten.json",
        "/vereine/c/vorlesen.txt",
        "/api/v1/items/club/c",
        "/vereine/",
    ):
        assert "geheim@" not in client.get(path).content.decode(), path


def test_the_page_says_the_same_in_every_language(page) -> None:
    """Numbers and addresses are what can be compared; easy language leaves the staff's part out."""
    assert set(page["translations"]) == LANGUAGES
    for language in LANGUAGES - {"de-simple"}:
        text = page["translations"][language]["body"]
        assert text.count("## ") == page["body"].count("## "), language
        for word in ("/konto/", "/verwaltung/", "14", "30", "IP"):
            assert word in text, (language, word)
