"""What the page about privacy says is true of the program."""

from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.test import Client
from django.utils import timezone
from tests.factories import make_item

from smartbarleben.cases import registry
from smartbarleben.cases.models import Attachment, Contact
from smartbarleben.jobs.models import KEEP_SENT, KEEP_UNSENT
from smartbarleben.people import deletion_rules, personal, residents, retention
from smartbarleben.people.models import AuditEntry, Counter, Resident, ResidentVisit, SignedIn, User

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


def test_failed_sign_ins_are_counted_without_saying_whose(page, village, client: Client) -> None:
    assert "nur eine Prüfzahl, aus der niemand die IP-Adresse oder den Namen lesen kann" in page["body"]
    assert "Sie ist spätestens am nächsten Tag gelöscht." in page["body"]
    User.objects.create_user("zaunkoenig", password="ein-gutes-passwort")
    values = {"login": "zaunkoenig", "password": "falsch"}
    said = [client.post("/konto/login/", values, REMOTE_ADDR="203.0.113.77").content for _n in range(7)]
    assert said[-1] != said[0]
    kept = str(list(Counter.objects.values())) + str(list(AuditEntry.objects.values()))
    assert "203.0.113.77" not in kept
    assert "zaunkoenig" not in kept
    assert AuditEntry.objects.filter(verb="people.sign_in_locked").count() == 1
    retention.run_due(timezone.now() + timedelta(days=1))
    assert not Counter.objects.exists()


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


def test_cases_are_deleted_when_the_page_says(page) -> None:
    """The page names the period of each kind that the program comes with, in every language."""
    for kind in registry.kinds():
        if kind.form:
            for text in (page["body"], *(row["body"] for row in page["translations"].values())):
                assert f"{kind.keep_days}" in text, kind.key
    assert Attachment.WAITS_HOURS == 24
    assert "abgeschickt haben, sind nach einem Tag weg" in page["body"]


def test_accounts_and_sign_ins_go_when_the_page_says(page) -> None:
    assert f"{deletion_rules.KEEP_LEFT.days} Tage, nachdem es stillgelegt" in page["body"]
    assert settings.SESSION_COOKIE_AGE == 14 * 24 * 3600
    assert "spätestens nach zwei Wochen" in page["body"]


def test_residents_accounts_go_when_the_page_says(page) -> None:
    assert (residents.KEEP_UNUSED.days, residents.STAY.days, residents.NOTICE.days) == (2 * 365, 90, 30)
    for words in ("nach 90 Tagen endet", "löschen wir nach zwei Jahren; 30 Tage vorher"):
        assert words in page["body"]


# What the rooms declare about residents and staff, and the word on the page that tells of it.
SAID = {
    (Contact, "name"): "Name",
    (Contact, "email"): "E-Mail-Adresse",
    (Contact, "phone"): "Telefon",
    (Contact, "address"): "Anschrift",
    (Attachment, "file"): "Dateien",
    (SignedIn, "device"): "Gerät",
    (Resident, "mail"): "Ihre E-Mail-Adresse, Ihren Namen",
    (Resident, "name"): "Ihren Namen, wenn Sie ihn nennen",
    (ResidentVisit, "device"): "mit welchem Gerät und Browser Sie angemeldet sind",
    (User, "email"): "Konto mit Namen und E-Mail-Adresse",
}


def test_the_page_tells_what_the_rooms_declare(page) -> None:
    declared = {(one.model, name) for one in personal.declarations() for name in one.purposes}
    for (model, name), word in SAID.items():
        assert (model, name) in declared
        assert word in page["body"], (model, name)
    fields = {name for model, name in declared if model is Contact} - {"folded"}
    assert fields == {name for model, name in SAID if model is Contact}, "the page must tell of the new field"


def test_the_page_leads_to_what_we_know_about_somebody(page) -> None:
    assert "/formular/meine-daten/" in page["body"]
    for language, row in page["translations"].items():
        assert f"/{language}/formular/meine-daten/" in row["body"], language
