"""A person follows their case by link or by number and code, in every state, and never reads another's words."""

import uuid
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.translation import override
from tests.cases.filling import Page, files_in, text_file, words
from tests.cases.making import fresh, make_case, make_office, make_worker
from tests.factories import LANGUAGES, make_village

from smartbarleben.cases import access, actions, files, gate, promise
from smartbarleben.cases.models import Attachment, Case, Sort
from smartbarleben.cases.status import Status
from smartbarleben.cases.words import STATUS_FOR_PERSON
from smartbarleben.places.queries import village
from smartbarleben.ui.dates import day, today


@pytest.fixture(autouse=True)
def house(db, settings: Any, tmp_path: Path, monkeypatch: Any) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    files_in(tmp_path, monkeypatch)
    make_village()


def path(case: Case, language: str = "en", more: str = "") -> str:
    start = "" if language == "de" else f"/{language}"
    return f"{start}/formular/vorgang/{case.number}/{access.token(case)}/{more}"


def in_state(status: Status) -> Case:
    """A case that has come to a state by the moves of people."""
    petra = make_worker()
    case = make_case(held=status == Status.HELD)
    match status:
        case Status.IN_WORK:
            actions.assign(case=case, by=petra, owner=petra, office=make_office())
        case Status.ASKED_BACK:
            actions.ask_back(case=case, text="Welche Hecke?", by=petra)
        case Status.PASSED_ON:
            actions.pass_on(case=case, to=make_office("Landkreis Börde", outside=True), by=petra)
        case Status.ANSWERED:
            actions.answer(case=case, text="Am Freitag.", by=petra)
        case Status.CLOSED:
            actions.answer(case=case, text="Am Freitag.", by=petra, close=True)
        case Status.MERGED:
            actions.merge(case=case, into=make_case("Dasselbe von einer anderen"), by=petra)
        case Status.REFUSED:
            actions.refuse(case=case, by=petra)
    return fresh(case)


@pytest.mark.parametrize("status", list(Status), ids=str)
def test_each_state_is_said_in_words(client: Client, status: Status, django_assert_max_num_queries) -> None:
    case = in_state(status)
    assert case.status == status
    client.get(path(case))
    with django_assert_max_num_queries(8):
        page = Page.open(client, path(case))
    with override("en"):
        assert str(STATUS_FOR_PERSON[status]) in words(page.soup)
    assert bool(page.form) == (status != Status.REFUSED)
    assert page.answer["Cache-Control"] == "no-store"
    assert page.answer["Referrer-Policy"] == "no-referrer"
    assert "noindex" in page.answer["X-Robots-Tag"]
    assert not page.answer.cookies
    assert not page.soup.select("link[rel=canonical]")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_keeps_its_language(client: Client, language: str) -> None:
    case = in_state(Status.ANSWERED)
    page = Page.open(client, path(case, language))
    assert page.soup.html["lang"] == language
    sent = page.send(text="Danke!")
    assert sent.answer["Location"].startswith(path(case, language))
    receipt = Page.open(client, path(case, language, "danke/"))
    assert day(promise.due(case.category, today()), language) in words(receipt.soup)


def test_the_clock_runs_stands_still_and_says_when_we_are_late(client: Client, time_machine) -> None:
    time_machine.move_to(datetime.fromisoformat("2026-11-23T10:00:00+01:00"), tick=False)
    petra = make_worker()
    case = make_case()
    assert "10 working days left" in words(Page.open(client, path(case)).soup)
    actions.extend(case=case, until=fresh(case).due_on + timedelta(days=7), reason="Das Katasteramt prüft.", by=petra)
    said = words(Page.open(client, path(case)).soup)
    assert "Das Katasteramt prüft." in said
    assert "15 working days left" in said
    assert len(Page.open(client, path(case)).soup.select(".days__day--added")) == 5
    actions.ask_back(case=case, text="Welche Hecke?", by=petra)
    assert "we wait for you" in words(Page.open(client, path(case)).soup)
    actions.person_wrote(case=case, text="Die am Breiteweg")
    time_machine.move_to(datetime.fromisoformat("2027-01-20T10:00:00+01:00"), tick=False)
    assert "We are late by" in words(Page.open(client, path(case)).soup)


def test_staff_are_named_by_office_and_internal_lines_stay_inside(client: Client) -> None:
    petra = make_worker("petra.geheim")
    case = make_case()
    actions.assign(case=case, by=petra, owner=petra, office=make_office("Bauamt"))
    actions.note(case=case, text="Nur für Kollegen", by=petra)
    actions.answer(case=case, text="Am Freitag. Siehe https://example.org/hecke", by=petra)
    page = Page.open(client, path(case))
    said = words(page.soup)
    assert "Bauamt" in said
    assert "petra.geheim" not in page.answer.content.decode()
    assert "Nur für Kollegen" not in said
    assert page.soup.select_one('.talk__text a[href="https://example.org/hecke"]')


def test_a_merged_case_shows_what_was_answered_and_never_the_other_person_s_words(client: Client) -> None:
    petra = make_worker()
    other = make_case("Geheimnis der Nachbarin")
    actions.answer(case=other, text="Liebe Nachbarin, früher", by=petra)
    actions.person_wrote(case=other, text="Noch ein Geheimnis")
    case = make_case("Meine Hecke")
    actions.merge(case=case, into=other, by=petra)
    actions.person_wrote(case=other, text="Drittes Geheimnis")
    actions.answer(case=other, text="Die Hecke fällt am Freitag.", by=petra)
    said = words(Page.open(client, path(fresh(case))).soup)
    assert "Die Hecke fällt am Freitag." in said
    assert "Meine Hecke" in said
    for secret in ("Geheimnis", "Liebe Nachbarin", other.number):
        assert secret not in said


def test_a_message_with_a_file_arrives_once(client: Client) -> None:
    case = in_state(Status.ASKED_BACK)
    page = Page.open(client, path(case))
    wrong = page.send(files=[text_file("beleg.txt")])
    assert wrong.status == 422
    assert wrong.kept == ["beleg.txt"]
    sent = wrong.send(text="Die am Breiteweg.")
    assert sent.status == wrong.send(text="Die am Breiteweg.").status == 303
    written = case.entries.filter(sort=Sort.MESSAGE)
    assert [one.text for one in written] == ["Die am Breiteweg."]
    assert written[0].attachments.get().name == "beleg.txt"
    assert fresh(case).status == Status.IN_WORK
    assert "Thank you" in words(sent.follow().soup, ".notice")


def test_a_message_that_is_not_sent_yet_stays_in_another_language(client: Client) -> None:
    case = in_state(Status.ASKED_BACK)
    before = case.entries.count()
    wrong = Page.open(client, path(case)).send(files=[text_file("beleg.txt")])
    wrong.path = wrong.soup.select_one(".languages button[value=ar]")["formaction"]
    other = wrong.send(switch="ar", text="Die am Breiteweg.")
    assert (other.status, other.soup.html["lang"], other.errors) == (200, "ar", "")
    assert (other.fields["text"], other.kept) == ("Die am Breiteweg.", ["beleg.txt"])
    assert case.entries.count() == before
    assert other.send().status == 303


def test_too_many_messages_are_kept_on_the_page(client: Client, monkeypatch: Any) -> None:
    monkeypatch.setattr(gate, "MESSAGES", 1)
    case = make_case()
    page = Page.open(client, path(case))
    page.send(text="eins")
    late = Page.open(client, path(case)).send(text="zwei", files=[text_file()])
    assert (late.status, late.fields["text"]) == (429, "zwei")
    assert "039203" in words(late.soup, ".notice")


def attached(case: Case, name: str = "Brief.txt") -> Attachment:
    submission = uuid.uuid4()
    assert not files.keep(submission, [text_file(name, name.encode())], village(), timezone.now())
    actions.person_wrote(case=case, text="Anbei", submission=submission)
    return case.attachments.get(name=name)


def test_files_are_saved_and_never_run(client: Client) -> None:
    case = make_case()
    row = attached(case)
    answer = client.get(path(case, more=f"datei/{row.pk}/{row.name}"))
    assert b"".join(answer.streaming_content) == b"Brief.txt"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "no-store"


def test_nobody_gets_another_case_s_files(client: Client) -> None:
    petra = make_worker()
    case, other = make_case(), make_case()
    row = attached(other, "geheim.txt")
    assert client.get(path(case, more=f"datei/{row.pk}/{row.name}")).status_code == 404
    actions.merge(case=case, into=other, by=petra)
    assert client.get(path(fresh(case), more=f"datei/{row.pk}/{row.name}")).status_code == 404


@pytest.mark.parametrize("wrong", ["x", "K7-4M2", "é", "%00", "A" * 200])
def test_a_wrong_secret_and_a_wrong_number_get_the_same_answer(client: Client, wrong: str) -> None:
    case = make_case()
    bad = client.get(f"/en/formular/vorgang/{case.number}/{wrong}/")
    nobody = client.get(f"/en/formular/vorgang/ZZ-ZZZ/{access.token(case)}/")
    assert bad.status_code == nobody.status_code == 404
    assert client.get(f"/en/formular/vorgang/{case.number}/{access.code(case)}/").status_code == 404


def test_number_and_code_lead_to_the_case_however_they_are_typed(client: Client) -> None:
    case = make_case()
    page = Page.open(client, "/en/formular/vorgang/")
    number, code = case.number.replace("-", " ").lower(), access.code(case).replace("-", "").lower()
    assert page.send(number=number, code=code).answer["Location"] == path(case)


def test_unknown_numbers_and_wrong_codes_sound_the_same_and_run_out_together(
    client: Client, monkeypatch: Any
) -> None:
    monkeypatch.setattr(gate, "GUESSES", 2)
    case = make_case()
    stranger = make_case().number
    Case.objects.filter(number=stranger).delete()
    told = []
    for number, address in ((case.number, "192.0.2.1"), (stranger, "192.0.2.2")):
        browser = Client(REMOTE_ADDR=address)
        page = Page.open(browser, "/en/formular/vorgang/")
        answers = [page.send(number=number, code="AAAA-AAAA") for _try in range(3)]
        told.append([(one.status, one.errors, words(one.soup, ".notice")) for one in answers])
    assert told[0] == told[1]
    assert [status for status, *_rest in told[0]] == [422, 422, 429]
    # The right code is refused, too, while somebody guesses; the link still works.
    assert Page.open(client, "/en/formular/vorgang/").send(number=case.number, code=access.code(case)).status == 429
    assert client.get(path(case)).status_code == 200


@pytest.mark.parametrize(("typed", "word"), [("K7-4M", "five signs"), ("K7-4MO", "never"), ("", "missing")])
def test_a_mistyped_number_is_explained(client: Client, typed: str, word: str) -> None:
    page = Page.open(client, "/en/formular/vorgang/").send(number=typed, code="AAAA-AAAA")
    assert page.status == 422
    assert word in page.errors


def test_the_receipt_holds_what_is_needed_to_come_back(client: Client) -> None:
    case = make_case(who=None)
    page = Page.open(client, path(case, more="danke/"))
    said = words(page.soup)
    assert case.number in said
    assert access.code(case) in said
    assert "no mail address" in said
    assert page.soup.select_one(f'a[href="{path(case)}"]')
    assert page.soup.select_one(f'a[href="{path(case, more="zettel.pdf")}"]')
    assert page.soup.select_one("svg.qr__svg")


def test_the_slip_is_one_small_sheet(client: Client) -> None:
    import io

    from pypdf import PdfReader

    case = make_case()
    answer = client.get(path(case, more="zettel.pdf"))
    assert answer.status_code in (200, 503)
    if answer.status_code == 200:
        reader = PdfReader(io.BytesIO(answer.content))
        assert len(reader.pages) == 1
        said = reader.pages[0].extract_text()
        assert case.number in said
        assert access.code(case) in said


def test_the_footer_of_a_secret_page_does_not_carry_its_secret_on(client: Client) -> None:
    case = make_case()
    for link in Page.open(client, path(case)).soup.select('footer a[href*="ueber="]'):
        assert access.token(case) not in link["href"]
