"""Residents hand something in: without JavaScript, in each language, and nothing typed is ever lost."""

import uuid
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.cases.filling import Page, files_in, text_file, words
from tests.cases.making import set_period
from tests.cases.test_uploads_exif import block, place
from tests.cases.upload_samples import picture
from tests.factories import LANGUAGES, make_place, make_village

from smartbarleben.cases import files, forms, promise, registry
from smartbarleben.cases.founding import make_categories
from smartbarleben.cases.models import Attachment, Case, Category, Entry
from smartbarleben.cases.plain_words import own_path, plain
from smartbarleben.cases.status import Status
from smartbarleben.jobs.models import OutgoingMail
from smartbarleben.ui.dates import day, today

TEXT = "Wann wird die Hecke am Breiteweg geschnitten?\nSie ragt auf den Gehweg."


@pytest.fixture(autouse=True)
def village(db, settings: Any, tmp_path: Path, monkeypatch: Any) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    files_in(tmp_path, monkeypatch)
    make_village()
    make_categories()


def prefix(language: str) -> str:
    return "" if language == "de" else f"/{language}"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", [one for one in registry.kinds() if one.form], ids=lambda one: one.key)
def test_each_form_in_each_language_without_javascript(client: Client, kind: registry.Kind, language: str) -> None:
    page = Page.open(client, f"{prefix(language)}/formular/{kind.word}/")
    assert page.status == 200
    assert page.answer["Cache-Control"] == "no-store"
    sent = page.send(text=TEXT)
    case = sent.case()
    assert (case.category_id, case.language, case.status, case.door) == (kind.key, language, Status.HELD, "web")
    assert case.entries.get().text == TEXT
    receipt = sent.follow()
    assert sent.answer["Location"].startswith(f"{prefix(language)}/formular/vorgang/")
    said = words(receipt.soup)
    assert case.number in said
    assert day(promise.due(case.category, today()), language) in said
    assert not OutgoingMail.objects.exists()


def test_a_browser_that_calculates_is_let_in_and_gets_a_mail(client: Client) -> None:
    page = Page.open(client, "/en/formular/frage/?ueber=/en/termine/")
    case = page.send(text=TEXT, name="Erika", email="erika@example.org", proof=True).case()
    assert (case.status, case.about, case.contact.name) == (Status.NEW, "/en/termine/", "Erika")
    assert case.due_on == promise.due(case.category, today())
    assert OutgoingMail.objects.get().to == "erika@example.org"


def test_the_promise_and_the_deletion_stand_on_the_form(client: Client) -> None:
    client.get("/en/formular/frage/")
    set_period("question", answer_days=3, keep_days=99)
    said = words(Page.open(client, "/en/formular/frage/").soup)
    assert day(promise.due(Category.objects.get(pk="question"), today()), "en") in said
    assert "99 days" in said
    assert "§ 16b BGG LSA" in words(Page.open(client, "/en/formular/barriere/").soup)


def test_everything_typed_and_every_file_is_still_there_after_mistakes(client: Client) -> None:
    page = Page.open(client, "/en/formular/frage/?ueber=/termine/")
    typed = {
        "where": "Breiteweg 3",
        "ortschaft": "ebendorf",
        "name": "Erika",
        "email": "no address",
        "phone": "039203",
    }
    wrong = page.send(files=[text_file("eins.txt", b"1"), text_file("zwei.txt", b"2")], **typed)
    assert wrong.status == 422
    assert "e-mail address" in wrong.errors
    assert "still missing" in wrong.errors
    assert wrong.kept == ["eins.txt", "zwei.txt"]
    assert {name: wrong.fields[name] for name in typed} == typed
    assert wrong.fields["about"] == "/termine/"
    removed = wrong.send(remove=wrong.soup.select_one(".kept__remove")["value"], text="Halb fertig")
    assert removed.status == 200
    assert removed.kept == ["zwei.txt"]
    assert removed.errors == ""
    assert removed.fields["text"] == "Halb fertig"
    case = removed.send(text=TEXT, email="erika@example.org", files=[text_file("drei.txt", b"3")]).case()
    assert sorted(case.attachments.values_list("name", flat=True)) == ["drei.txt", "zwei.txt"]
    assert (case.where, case.ortschaft.slug) == ("Breiteweg 3", "ebendorf")
    assert not Attachment.objects.filter(case=None).exists()


@pytest.mark.parametrize("language", LANGUAGES)
def test_mistakes_are_named_in_the_language_of_the_page(client: Client, language: str) -> None:
    page = Page.open(client, f"{prefix(language)}/formular/frage/")
    wrong = page.send(text="x" * (forms.LONGEST_TEXT + 1), email="wrong")
    assert wrong.status == 422
    assert wrong.soup.html["lang"] == language
    assert len(wrong.soup.select(".error-summary a")) == 2
    assert len(wrong.fields["text"]) == forms.LONGEST_TEXT + 1
    for link in wrong.soup.select(".error-summary a"):
        assert wrong.soup.select_one(link["href"]), link


def test_refused_files_are_named_and_the_good_ones_stay(client: Client) -> None:
    page = Page.open(client, "/en/formular/frage/")
    bad = text_file("virus.exe", b"MZ\x90\x00" + b"\x00" * 200)
    wrong = page.send(text=TEXT, files=[text_file("gut.txt"), bad])
    assert wrong.status == 422
    assert "virus.exe" in wrong.errors
    assert wrong.kept == ["gut.txt"]
    assert wrong.send().case().attachments.count() == 1


def test_a_sixth_file_is_refused(client: Client) -> None:
    page = Page.open(client, "/en/formular/frage/")
    wrong = page.send(text=TEXT, files=[text_file(f"{n}.txt", str(n).encode()) for n in range(6)])
    assert wrong.status == 422
    assert len(wrong.kept) == 5
    assert not wrong.soup.select("input[type=file]")


def test_a_file_that_is_too_large_is_dropped_on_its_way_and_the_rest_is_kept(
    client: Client, monkeypatch: Any
) -> None:
    from smartbarleben.cases import receiving

    monkeypatch.setattr(receiving, "_MOST_BYTES", 70_000)
    page = Page.open(client, "/en/formular/frage/")
    wrong = page.send(text=TEXT, files=[text_file("riesig.txt", b"a" * 900_000), text_file("klein.txt")])
    assert wrong.status == 422
    assert "riesig.txt" in wrong.errors
    assert wrong.kept == ["klein.txt"]
    assert wrong.fields["text"] == TEXT


def test_the_same_form_again_is_the_same_case(client: Client) -> None:
    page = Page.open(client, "/en/formular/frage/")
    first = page.send(text=TEXT, files=[text_file()])
    again = page.send(text=TEXT, files=[text_file()])
    changed = page.send(text="Etwas anderes")
    assert first.answer["Location"] == again.answer["Location"] == changed.answer["Location"]
    assert Case.objects.count() == Entry.objects.count() == Attachment.objects.count() == 1


def test_the_same_words_from_the_same_browser_in_a_fresh_form_are_the_same_case(client: Client) -> None:
    """Whoever goes back finds what they typed in a page that was loaded anew, and presses once more."""
    first = Page.open(client, "/en/formular/frage/").send(text=TEXT)
    again = Page.open(client, "/en/formular/frage/").send(text=TEXT)
    assert first.answer["Location"] == again.answer["Location"]
    assert Page.open(client, "/en/formular/frage/").send(text=TEXT + " Und?").case() != first.case()
    assert Page.open(client, "/en/formular/frage/").send(text=TEXT, files=[text_file()]).case() != first.case()
    assert Page.open(Client(), "/en/formular/frage/").send(text=TEXT).case() != first.case()


@pytest.mark.django_db(transaction=True)
def test_a_double_press_at_the_same_moment_is_one_case() -> None:
    page = Page.open(Client(), "/en/formular/frage/")
    data, both, found = page.fields | {"text": TEXT}, Barrier(2), []

    def press() -> None:
        both.wait(10)
        answer = Client().post(page.path, data | {"files": [text_file()]})
        found.append((answer.status_code, answer["Location"]))
        connection.close()

    threads = [Thread(target=press) for _one in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    assert [status for status, _where in found] == [303, 303]
    assert len({where for _status, where in found}) == 1
    assert Case.objects.count() == 1
    assert Attachment.objects.filter(case__isnull=False).count() == 1


def located(latitude: float, longitude: float) -> Any:
    photo = picture("JPEG", exif=block(place(latitude, longitude)))
    return text_file("Foto.jpg", photo)


@pytest.mark.parametrize(("choice", "expected"), [("yes", (11.6, 52.2)), ("no", (None, None))])
def test_the_position_of_a_picture_is_asked_for_and_never_used_silently(
    client: Client, choice: str, expected
) -> None:
    make_place("Mittellandhalle", lon=11.6, lat=52.2)
    page = Page.open(client, "/en/formular/frage/")
    asked = page.send(text=TEXT, files=[located(52.2, 11.6)])
    assert asked.status == 200
    assert not Case.objects.exists()
    assert "Mittellandhalle" in words(asked.soup, ".spot")
    assert asked.fields["text"] == TEXT
    silent = asked.send()
    assert silent.status == 422
    assert "yes or no" in silent.errors
    case = silent.send(spot=choice).case()
    assert (case.lon, case.lat) == (pytest.approx(expected[0]), pytest.approx(expected[1]))
    assert ("Mittellandhalle" in case.where) == (choice == "yes")
    kept = case.attachments.get()
    assert (kept.offered_lon, kept.offered_lat, kept.content_type) == (None, None, "image/jpeg")
    with kept.file.open() as file:
        assert b"Exif" not in file.read()


def test_a_picture_from_elsewhere_offers_nothing(client: Client) -> None:
    case = Page.open(client, "/en/formular/frage/").send(text=TEXT, files=[located(48.1, 11.6)]).case()
    assert (case.lon, case.where) == (None, "")


HOSTILE = [
    "<script>alert(1)</script>",
    "{{ 7*7 }} {% raw %} %(name)s {0}",
    "eins\x00zwei\x08drei",
    "links \u202e rechts \u2066 und zurück",
    "'; DROP TABLE cases_case; --",
    "a" * 10_000,
    "😀 e\u0301 ﷽ " * 50,
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:12].encode("ascii", "replace").decode())
def test_hostile_words_come_in_as_words(client: Client, text: str) -> None:
    sent = Page.open(client, "/en/formular/frage/").send(text=text, name=text[:100], where=text[:100], ortschaft="")
    case = sent.case()
    stored = case.entries.get().text
    assert stored == plain(text).strip()
    followed = Page.open(client, sent.answer["Location"].removesuffix("danke/"))
    assert followed.status == 200
    assert "<script>alert" not in followed.answer.content.decode()
    assert not set(stored) & set("\x00\x08\u202e\u2066")


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.dictionaries(st.sampled_from(["submission", "about", "altcha", "homepage", "text", "where", "ortschaft",
                                        "email", "phone", "spot", "remove"]), st.text(max_size=40)))  # fmt: skip
def test_whatever_is_sent_is_answered(village: None, data: dict[str, str]) -> None:
    answer = Client().post("/en/formular/frage/", data)
    assert answer.status_code in (200, 303, 422, 429)


@pytest.mark.parametrize(
    ("given_", "kept"),
    [
        ("/termine/", "/termine/"),
        ("/en/termine/?ortschaft=ebendorf", "/en/termine/?ortschaft=ebendorf"),
        ("https://example.org/", ""),
        ("//example.org/", ""),
        ("/\\example.org", ""),
        ("javascript:alert(1)", ""),
        ("/a b", ""),
        ("/" + "a" * 300, ""),
        ("/en/formular/vorgang/K7-4M2/secret/", "/en/formular/vorgang/"),
    ],
)
def test_only_pages_of_this_house_are_named(given_: str, kept: str) -> None:
    assert own_path(given_) == kept


def test_a_form_from_another_site_is_shown_and_not_taken() -> None:
    client = Client(enforce_csrf_checks=True)
    page = Page.open(client, "/en/formular/frage/")
    foreign = page.send(text=TEXT, csrfmiddlewaretoken="x", headers={"Origin": "https://evil.example"})
    assert foreign.status == 422
    assert foreign.fields["text"] == TEXT
    assert not Case.objects.exists()
    assert foreign.send(headers={"Origin": "http://testserver"}).status == 303


def test_without_cookies_a_form_from_our_own_page_is_taken() -> None:
    client = Client(enforce_csrf_checks=True)
    page = Page.open(client, "/en/formular/frage/")
    client.cookies.clear()
    assert page.send(text=TEXT, headers={"Origin": "http://testserver"}).status == 303


def test_the_cookie_is_set_on_forms_only_and_ends_with_the_browser(client: Client) -> None:
    for path in ("/", "/formular/", "/antworten/"):
        assert not client.get(path).cookies
    cookie = client.get("/formular/frage/").cookies["csrftoken"]
    assert cookie["max-age"] == ""


@pytest.mark.parametrize("language", ["", "/ar"])
def test_queries_are_bounded(client: Client, language: str, django_assert_max_num_queries) -> None:
    path = f"{language}/formular/frage/"
    page = Page.open(client, path)
    with django_assert_max_num_queries(6):
        client.get(path)
    with django_assert_max_num_queries(70):
        page.send(text=TEXT, email="e@example.org", files=[text_file(f"{n}.txt", str(n).encode()) for n in range(5)],
                  proof=True).case()  # fmt: skip


def test_a_kind_that_is_not_in_use_has_no_form(client: Client) -> None:
    assert client.get("/formular/frage/").status_code == 200
    set_period("question", active=False)
    assert client.get("/formular/frage/").status_code == 404
    assert client.get("/formular/gibt-es-nicht/").status_code == 404
    assert '/formular/frage/"' not in client.get("/formular/").content.decode().partition("<footer")[0]


def test_every_page_offers_its_forms(client: Client) -> None:
    page = Page.open(client, "/en/termine/").soup
    for word in ("hinweis", "barriere", "frage"):
        assert page.select(f'footer a[href="/en/formular/{word}/?ueber=/en/termine/"]')


def test_files_of_a_form_that_was_never_sent_are_swept(client: Client) -> None:
    from smartbarleben.cases import removal

    Page.open(client, "/en/formular/frage/").send(files=[text_file()])
    assert Attachment.objects.count() == 1
    later = timezone.now() + timedelta(hours=Attachment.WAITS_HOURS + 1)
    removal.sweep_files(later)
    assert not Attachment.objects.exists()


def test_too_many_waiting_bytes_stop_files_and_not_words(client: Client, monkeypatch: Any) -> None:
    monkeypatch.setattr(files, "MOST_WAITING_BYTES", 0)
    Attachment.objects.create(
        submission=uuid.uuid4(), name="x", content_type="text/plain", size=1, digest="x", file="x"
    )
    page = Page.open(client, "/en/formular/frage/").send(text=TEXT, files=[text_file()])
    assert page.status == 422
    assert page.send().status == 303


def switch(page: Page, language: str, **typed: str) -> Page:
    """Press a language beside the form; what was typed meanwhile goes along."""
    button = page.soup.select_one(f".languages button[name=switch][value={language}]")
    assert button["form"] == page.form["id"]
    assert button.has_attr("formnovalidate")
    page.path = button["formaction"]
    return page.send(switch=language, **typed)


def test_another_language_after_a_mistake_loses_nothing(client: Client) -> None:
    page = Page.open(client, "/formular/frage/?ueber=/termine/")
    assert not page.soup.select(".languages button")
    wrong = page.send(email="keine Adresse", name="Erika", where="Breiteweg 3", files=[text_file("eins.txt", b"1")])
    assert wrong.status == 422
    other = switch(wrong, "ar", text="Halb", phone="039203")
    assert (other.status, other.errors, other.soup.html["lang"]) == (200, "", "ar")
    kept = {"email": "keine Adresse", "name": "Erika", "where": "Breiteweg 3", "text": "Halb", "phone": "039203"}
    assert {name: other.fields[name] for name in kept} == kept
    assert other.fields["about"] == "/termine/"
    assert other.kept == ["eins.txt"]
    assert not Case.objects.exists()
    back = switch(other, "de-simple")
    assert {name: back.fields[name] for name in kept} == kept
    case = back.send(email="erika@example.org").case()
    assert (case.language, case.attachments.count()) == ("de-simple", 1)


def test_enter_in_a_field_sends_the_form_and_switches_nothing(client: Client) -> None:
    """Browsers press the first button of the form, and the languages stand before it on the page."""
    wrong = Page.open(client, "/formular/frage/").send()
    first = wrong.soup.select_one("button[form=form], #form button")
    assert not first.has_attr("formaction")
    assert not first.has_attr("name")


def test_who_switches_after_sending_comes_to_the_receipt(client: Client) -> None:
    wrong = Page.open(client, "/formular/frage/").send()
    case = wrong.send(text=TEXT).case()
    assert switch(wrong, "en").case() == case


def test_number_and_code_stay_in_another_language(client: Client) -> None:
    wrong = Page.open(client, "/formular/vorgang/").send(number="K7-4M2", code="falsch")
    other = switch(wrong, "pl")
    assert (other.status, other.fields["number"], other.fields["code"]) == (200, "K7-4M2", "falsch")
