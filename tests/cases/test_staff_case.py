"""The page of a case: every verb by its button, once, with nothing lost; files behind a door; notes and slips."""

import io
import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from PIL import Image
from tests.cases.making import fresh, make_case, make_file, make_office, make_worker
from tests.content.staff.pages import fields
from tests.factories import make_village

from smartbarleben.cases import access, actions
from smartbarleben.cases.models import Case, Entry, ReplyTemplate, Sort
from smartbarleben.cases.status import Status
from smartbarleben.jobs.models import OutgoingMail
from smartbarleben.people.models import User
from smartbarleben.ui.dates import today

INBOX = "/verwaltung/vorgaenge/"


@pytest.fixture
def village(db: None) -> Any:
    return make_village()


@pytest.fixture
def worker(village: Any) -> User:
    return make_worker("anna")


@pytest.fixture
def desk(client: Client, worker: User) -> Client:
    client.force_login(worker)
    return client


def page(case: Case) -> str:
    return f"{INBOX}{case.number}/"


def press(desk: Client, case: Case, tun: str, **values: Any) -> Any:
    """Open the page, then press a button on it."""
    html = desk.get(page(case)).content.decode()
    seen = re.search(r'name="gesehen" value="(\d+)"', html)
    given = {"gesehen": seen[1] if seen else "", "sendung": str(uuid.uuid4()), "tun": tun}
    return desk.post(page(case), given | {name.replace("__", "-"): value for name, value in values.items()})


def sorts(case: Case) -> list[str]:
    return list(Entry.objects.filter(case=case).order_by("pk").values_list("sort", flat=True))


def test_every_state_shows_only_what_can_be_done(desk: Client, worker: User) -> None:
    lk = make_office("Landkreis", outside=True)
    made = {status: make_case(f"Fall {status.value}", held=status == Status.HELD) for status in Status}
    actions.assign(case=made[Status.IN_WORK], by=worker, owner=worker)
    actions.ask_back(case=made[Status.ASKED_BACK], text="Wo?", by=worker)
    actions.pass_on(case=made[Status.PASSED_ON], to=lk, by=worker)
    actions.answer(case=made[Status.ANSWERED], text="Ja.", by=worker)
    actions.answer(case=made[Status.CLOSED], text="Ja.", by=worker, close=True)
    actions.merge(case=made[Status.MERGED], into=made[Status.NEW], by=worker)
    actions.refuse(case=made[Status.REFUSED], by=worker)
    offered = {}
    for status, case in made.items():
        assert fresh(case).status == status
        answer = desk.get(page(case))
        assert answer.status_code == 200
        offered[status] = set(re.findall(r'name="tun" value="(\w+)"', answer.content.decode())) - {"zip", "vorlage"}
    assert offered[Status.HELD] == {"accept", "refuse", "note", "sort", "handover"}
    assert offered[Status.REFUSED] == {"reopen", "note", "handover"}
    assert offered[Status.CLOSED] == {"reopen", "note", "said", "handover"}
    assert offered[Status.MERGED] == {"unmerge", "note", "said", "handover"}
    assert "take_back" in offered[Status.PASSED_ON]
    assert "pass" not in offered[Status.PASSED_ON]
    assert {"answer", "answer_close", "ask", "give", "pass", "extend", "merge", "split", "refuse"} <= offered[
        Status.NEW
    ]
    assert "close" in offered[Status.ANSWERED]
    assert "close" not in offered[Status.NEW]


def test_an_answer_goes_out_once_whatever_is_pressed_twice(desk: Client, worker: User) -> None:
    case = make_case()
    html = desk.get(page(case)).content.decode()
    given = {name: values[0] for name, values in fields(html).items() if name in {"gesehen", "sendung"}}
    for _again in range(2):
        answer = desk.post(page(case), given | {"tun": "answer", "answer-text": "Morgen wird geschnitten."})
        assert answer.status_code == 302
    assert sorts(case).count(Sort.ANSWER) == 1
    assert OutgoingMail.objects.filter(reason="cases.answer").count() == 1
    assert fresh(case).owner == worker


@pytest.mark.parametrize(
    ("tun", "values", "sort"),
    [
        ("note", {"note-text": "Herr Lange weiß Bescheid."}, Sort.NOTE),
        ("said", {"said-text": "Es ist das zweite Haus."}, Sort.MESSAGE),
        ("split", {"split-one": "Und die Laterne flackert."}, Sort.SPLIT),
        ("extend", {"extend-until": "2031-01-07", "extend-reason": "Die Firma kommt später."}, Sort.EXTENDED),
        ("refuse", {"refuse-reason": "Werbung"}, Sort.REFUSED),
        ("ask", {"ask-text": "Welche Hausnummer?"}, Sort.QUESTION),
    ],
)
def test_two_presses_are_one_act(desk: Client, tun: str, values: dict[str, str], sort: Sort) -> None:
    case = make_case()
    if tun == "extend":
        values = values | {"extend-until": (today() + timedelta(days=90)).isoformat()}
    html = desk.get(page(case)).content.decode()
    given = {name: found[0] for name, found in fields(html).items() if name in {"gesehen", "sendung"}}
    answers = [desk.post(page(case), given | values | {"tun": tun}).status_code for _again in range(2)]
    assert answers == [302, 302]
    assert sorts(case).count(sort) == 1
    assert Case.objects.filter(split_from=case).count() == (1 if tun == "split" else 0)


def test_who_was_slower_keeps_the_text_and_sees_what_is_new(desk: Client, worker: User) -> None:
    case = make_case()
    html = desk.get(page(case)).content.decode()
    given = {name: values[0] for name, values in fields(html).items() if name in {"gesehen", "sendung"}}
    actions.person_wrote(case=case, text="Hat sich erledigt, danke!")
    text = "Wir schneiden sie am Dienstag."
    answer = desk.post(page(case), given | {"tun": "answer", "answer-text": text})
    assert answer.status_code == 409
    shown = answer.content.decode()
    assert "Hat sich erledigt" in shown.split("sb-casegrid")[0]
    values = fields(shown)
    assert values["answer-text"][0].strip() == text
    assert Sort.ANSWER not in sorts(case)
    again = {name: values[name][0] for name in ("gesehen", "sendung", "answer-text")}
    assert desk.post(page(case), again | {"tun": "answer"}).status_code == 302
    assert Sort.ANSWER in sorts(case)


def test_what_cannot_be_done_is_said_in_words(desk: Client, worker: User) -> None:
    case = make_case()
    answer = press(desk, case, "merge", merge__into="K7-4M2")
    assert answer.status_code in {409, 422}
    assert "K7-4M2" in answer.content.decode()
    actions.answer(case=case, text="Ja.", by=worker, close=True)
    late = press(desk, case, "answer", answer__text="Noch etwas.")
    assert late.status_code == 409
    assert "Noch etwas." in late.content.decode()
    assert press(desk, case, "unsinn").status_code == 404


def test_templates_fill_in_what_is_known_and_block_what_is_not(desk: Client, worker: User) -> None:
    worker.first_name = "Anna"
    worker.save()
    case = make_case(who=actions.Who(phone="1234"))
    text = "Guten Tag {name}, Ihr Anliegen {number} ist bis {due} fertig. {me}"
    template = ReplyTemplate.objects.create(title="Danke", text=text)
    filled = press(desk, case, "vorlage", vorlage=template.pk, answer__text="Zuerst.")
    typed = fields(filled.content.decode())["answer-text"][0]
    assert typed.strip().startswith("Zuerst.")
    assert case.number in typed
    assert "Anna" in typed
    assert "{name}" in typed
    assert "{due}" not in typed
    blocked = press(desk, case, "answer", answer__text=typed)
    assert blocked.status_code == 422
    assert "{name}" in blocked.content.decode()
    assert press(desk, case, "answer", answer__text=typed.replace("{name}", "Frau Groß")).status_code == 302


def test_templates_of_other_kinds_are_not_offered(desk: Client) -> None:
    case = make_case()
    ReplyTemplate.objects.create(title="Allgemein", text="Danke.")
    ReplyTemplate.objects.create(title="Nur Barrieren", text="Danke.", category_id="barrier")
    shown = desk.get(page(case)).content.decode()
    assert "Allgemein" in shown
    assert "Nur Barrieren" not in shown


def test_it_is_said_before_how_many_hear_the_answer(desk: Client, worker: User) -> None:
    first, second, silent = make_case("Eins"), make_case("Zwei"), make_case("Drei", who=actions.Who(phone="1"))
    actions.merge(case=second, into=first, by=worker)
    actions.merge(case=silent, into=first, by=worker)
    assert desk.get(page(first)).context["goes_to"].startswith("2 ")


def test_undo_is_one_press_away(desk: Client, worker: User) -> None:
    case, other = make_case("Eins"), make_case("Zwei")
    assert press(desk, case, "merge", merge__into=other.number).status_code == 302
    assert press(desk, case, "unmerge").status_code == 302
    assert fresh(case).status == Status.IN_WORK
    lk = make_office("Landkreis", outside=True)
    assert press(desk, case, "pass", pass__to=lk.pk, pass__text="").status_code == 302
    assert fresh(case).outside == lk
    assert press(desk, case, "take_back").status_code == 302
    assert press(desk, case, "answer_close", answer__text="Fertig.").status_code == 302
    assert fresh(case).status == Status.CLOSED
    assert press(desk, case, "reopen").status_code == 302
    assert fresh(case).status == Status.IN_WORK


def test_similar_cases_are_offered_by_words_place_and_page(desk: Client) -> None:
    case = make_case("Laterne flackert am Breiteweg", about="/ortschaft/barleben/")
    words = make_case("Am Breiteweg flackert wieder eine Laterne")
    same_page = make_case("Ganz anderes Thema", about="/ortschaft/barleben/")
    make_case("Hund anmelden")
    assert desk.get(page(case)).context["similar"] == [words, same_page]


def test_internal_lines_look_different_from_what_the_person_sees(desk: Client, worker: User) -> None:
    case = make_case()
    actions.note(case=case, text="Nur für uns.", by=worker)
    actions.answer(case=case, text="Für alle.", by=worker)
    shown = desk.get(page(case)).content.decode()
    lines = dict(re.findall(r'sb-line--(\w+)">.*?sb-line__text[^>]*><p>(.*?)</p>', shown, re.DOTALL))
    assert lines["inside"] == "Nur für uns."
    assert lines["out"] == "Für alle."


def test_who_gives_a_case_away_lands_in_the_inbox(client: Client, village: Any) -> None:
    mine, other = make_office("Bürgerbüro"), make_office("Kasse")
    anna = make_worker("clara", offices=(mine,))
    case = make_case()
    actions.assign(case=case, by=anna, owner=anna, office=mine)
    client.force_login(anna)
    answer = press(client, case, "give", give__to=f"a{other.pk}")
    assert answer["Location"] == INBOX


def picture() -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (900, 600), "green").save(target, "JPEG")
    return target.getvalue()


def test_files_are_safe_and_only_for_who_may(desk: Client, client: Client) -> None:
    case = make_case()
    photo = make_file(case, "weg.jpg", picture(), "image/jpeg")
    paper = make_file(case, "böse.html", b"<script>alert(1)</script>", "text/html")
    for one, shown in ((photo, True), (paper, False)):
        answer = desk.get(f"{page(case)}datei/{one.pk}/")
        assert answer.status_code == 200
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer["Content-Security-Policy"]
        assert answer["Content-Disposition"].startswith("inline" if shown else "attachment")
    small = desk.get(f"{page(case)}datei/{photo.pk}/?klein=1")
    assert max(Image.open(io.BytesIO(small.content)).size) <= 480
    other = make_case()
    assert desk.get(f"{page(other)}datei/{photo.pk}/").status_code == 404
    outsider = Client()
    outsider.force_login(make_worker("redaktion", role="Redaktion"))
    assert outsider.get(f"{page(case)}datei/{photo.pk}/").status_code in {302, 403}
    assert Client().get(f"{page(case)}datei/{photo.pk}/").status_code == 302


def test_a_picture_is_released_and_taken_back(desk: Client) -> None:
    case = make_case()
    photo = make_file(case, "weg.jpg", picture(), "image/jpeg")
    for what, released in (("freigeben", True), ("sperren", False)):
        assert press(desk, case, what, datei=photo.pk).status_code == 302
        photo.refresh_from_db()
        assert (photo.released_at is not None) is released


def test_a_call_becomes_a_case_and_a_slip(desk: Client, worker: User) -> None:
    form = fields(desk.get(f"{INBOX}neu/").content.decode())
    given = {name: form[name][0] for name in ("submission", "kind", "door")}
    for _again in range(2):
        answer = desk.post(f"{INBOX}neu/", given | {"text": "Die Laterne vor Nummer 5 ist aus.", "phone": "1234"})
    case = Case.objects.get()
    assert (case.door, case.status, case.entries.get().by) == ("phone", "new", worker)
    assert answer["Location"] == f"{page(case)}zettel/"
    slip = desk.get(answer["Location"]).content.decode()
    assert case.number in slip
    assert access.code(case) in slip


def test_a_call_may_be_answered_at_once(desk: Client, worker: User) -> None:
    given = {"kind": "question", "door": "visit", "text": "Wo ist das Bürgerbüro?", "language": "de"}
    given |= {"answer": "Im Erdgeschoss.", "submission": str(uuid.uuid4())}
    for _again in range(2):
        assert desk.post(f"{INBOX}neu/", given).status_code == 302
    case = Case.objects.get()
    assert (case.status, case.owner, sorts(case)) == (
        "closed",
        worker,
        ["received", "answer", "closed"][: len(sorts(case))],
    )
    assert sorts(case).count(Sort.ANSWER) == 1


def test_a_slip_speaks_the_persons_language(desk: Client) -> None:
    case = make_case(language="ar")
    slip = desk.get(f"{page(case)}zettel/").content.decode()
    assert 'lang="ar" dir="rtl"' in slip


def test_an_empty_note_is_said_at_its_field(desk: Client) -> None:
    answer = desk.post(f"{INBOX}neu/", {"text": " ", "email": "keine"})
    assert answer.status_code == 422
    assert not Case.objects.exists()
    case = make_case()
    empty = press(desk, case, "note", note__text=" ")
    assert empty.status_code == 422
    assert 'id="id_note-text_error"' in empty.content.decode()


def test_no_number_opens_what_is_not_there(desk: Client) -> None:
    for number in ("K7-4M2", "x", "0-0", "K74M3"):
        assert desk.get(f"{INBOX}{number}/").status_code == 404
    case = make_case()
    assert desk.get(f"{INBOX}{case.number.lower().replace('-', '')}/").status_code == 200


def test_a_reply_by_mail_shows_the_whole_mail_on_demand(desk: Client) -> None:
    case = make_case()
    whole = "Danke!\n\n> Am 20.11.2026 schrieb die Gemeinde:\n> <b onclick=x>Guten Tag</b>"
    actions.person_wrote(case=case, text="Danke!", facts={"whole": whole})
    actions.person_wrote(case=case, text="Noch etwas ohne Zitat.")
    shown = BeautifulSoup(desk.get(page(case)).content.decode(), "html.parser")
    [folded] = shown.select("details.sb-whole")
    assert not folded.has_attr("open")
    text = folded.select_one('[dir="auto"]')
    assert text.get_text() == whole
    assert not text.find_all()
