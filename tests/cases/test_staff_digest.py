"""The morning's mail, and the whole case for another system."""

import io
import json
import zipfile
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from pypdf import PdfReader
from tests.cases.making import make_case, make_file, make_office, make_worker
from tests.cases.test_staff_case import picture
from tests.factories import make_village

from smartbarleben.cases import actions, digest, handover
from smartbarleben.cases.models import Absence, Case, DeskSetting, Entry, Sort
from smartbarleben.jobs.models import MailAttachment, OutgoingMail
from smartbarleben.people.audit import AuditEntry
from smartbarleben.people.models import User
from smartbarleben.ui.dates import VILLAGE_TIME

TUESDAY = datetime(2031, 3, 4, 7, 5, tzinfo=VILLAGE_TIME)


@pytest.fixture
def village(db: None) -> Any:
    return make_village()


@pytest.fixture
def worker(village: Any) -> User:
    return make_worker("anna")


def own(worker: User, title: str, due: int, day: Any = TUESDAY) -> Case:
    case = make_case(title)
    actions.assign(case=case, by=worker, owner=worker)
    Case.objects.filter(pk=case.pk).update(due_on=day.date() + timedelta(days=due))
    return case


def mails() -> dict[str, OutgoingMail]:
    return {mail.to: mail for mail in OutgoingMail.objects.filter(reason="cases.digest")}


def test_it_comes_once_a_working_morning_with_the_most_urgent_first(worker: User) -> None:
    soon, late = own(worker, "Bald fällig", 2), own(worker, "Zu spät", -3)
    own(worker, "Viel später", 40)
    assert digest.run(TUESDAY.replace(hour=6)) == 0
    assert digest.run(TUESDAY) == 1
    assert digest.run(TUESDAY + timedelta(minutes=10)) == 0
    text = mails()["anna@example.org"].text
    assert text.index(late.title) < text.index(soon.title)
    assert "Viel später" not in text
    assert "/verwaltung/vorgaenge/" in text
    assert digest.run(TUESDAY + timedelta(days=1)) == 1


@pytest.mark.parametrize(
    "day",
    [
        datetime(2031, 3, 8, 8, tzinfo=VILLAGE_TIME),
        datetime(2031, 1, 6, 8, tzinfo=VILLAGE_TIME),
        TUESDAY.replace(hour=20),
    ],
    ids=["Saturday", "Epiphany", "evening"],
)
def test_not_at_other_times(worker: User, day: datetime) -> None:
    own(worker, "Zu spät", -3, day)
    assert digest.run(day) == 0


def test_only_if_there_is_something_and_only_to_who_wants_it(worker: User) -> None:
    off, idle = make_worker("bernd"), make_worker("clara")
    own(worker, "Zu spät", -3)
    own(off, "Auch zu spät", -3)
    DeskSetting.objects.create(user=off, digest=False)
    digest.run(TUESDAY)
    assert set(mails()) == {"anna@example.org"}
    assert idle.email not in mails()


def test_who_stands_in_gets_the_absent_persons_cases_too(worker: User) -> None:
    bernd = make_worker("bernd")
    case = own(bernd, "Seiner", -3)
    Absence.objects.create(user=bernd, substitute=worker, first=TUESDAY.date(), last=TUESDAY.date())
    digest.run(TUESDAY)
    assert set(mails()) == {"anna@example.org"}
    assert case.number in mails()["anna@example.org"].text


def test_an_offices_tray_goes_to_its_address_or_to_its_people(worker: User) -> None:
    with_mail, silent = make_office("Bürgerbüro", email="buero@example.org"), make_office("Kasse")
    silent.members.add(worker)
    for title, office in (("Fürs Büro", with_mail), ("Für die Kasse", silent)):
        actions.assign(case=make_case(title), by=worker, office=office)
    digest.run(TUESDAY)
    found = mails()
    assert "Fürs Büro" in found["buero@example.org"].text
    assert "Für die Kasse" in found["anna@example.org"].text
    assert "Fürs Büro" not in found["anna@example.org"].text


def test_a_mail_that_came_back_and_a_held_case_are_named(worker: User) -> None:
    failed = own(worker, "Post kam zurück", 40)
    actions.mail_failed(case=failed, text="550")
    held = make_case("Zu prüfen", held=True)
    titles = {
        group.title: group.lines for group in digest.groups([Case.objects.get(pk=failed.pk), held], TUESDAY.date())
    }
    assert [failed.number in str(titles), held.number in str(titles), len(titles)] == [True, True, 2]


def test_the_whole_case_as_one_file(client: Client, worker: User) -> None:
    case = make_case("Ampel <b>& Zebra", who=actions.Who(name="Erika Beispiel", email="e@example.org"))
    actions.note(case=case, text="Nur für uns.", by=worker)
    make_file(case, "weg.jpg", picture(), "image/jpeg")
    client.force_login(worker)
    answer = client.post(f"/verwaltung/vorgaenge/{case.number}/", {"tun": "zip"})
    assert answer["Content-Disposition"].startswith("attachment")
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    names = [name.removeprefix(f"{case.number}/") for name in archive.namelist()]
    assert names == [f"{case.number}.pdf", f"{case.number}.json", "01-weg.jpg"]
    told = json.loads(archive.read(f"{case.number}/{case.number}.json"))
    assert told["contact"]["name"] == "Erika Beispiel"
    assert [line["what"] for line in told["timeline"]] == ["received", "note"]
    paper = PdfReader(io.BytesIO(archive.read(f"{case.number}/{case.number}.pdf")))
    text = " ".join(one.extract_text() for one in paper.pages)
    assert "Ampel <b>& Zebra" in text
    assert "Nur für uns." in text
    assert Entry.objects.filter(case=case, sort=Sort.HANDED_OVER, by=worker).count() == 1
    assert AuditEntry.objects.filter(verb="cases.hand_over").exists()


def test_the_whole_case_by_mail(worker: User) -> None:
    case = make_case()
    handover.by_mail(case=case, to="akte@example.org", text="Bitte ablegen.", by=worker)
    mail = OutgoingMail.objects.get(reason="cases.handover")
    assert mail.to == "akte@example.org"
    assert "Bitte ablegen." in mail.text
    assert [one.name for one in MailAttachment.objects.filter(mail=mail).order_by("pk")] == [
        f"{case.number}.pdf",
        f"{case.number}.json",
    ]


def test_what_is_too_large_for_a_mail_is_said(worker: User) -> None:
    case = make_case()
    make_file(case, "film.bin", b"x" * 10_500_000, "application/octet-stream")
    with pytest.raises(actions.NotPossible):
        handover.by_mail(case=case, to="akte@example.org", by=worker)
    assert not Entry.objects.filter(case=case, sort=Sort.HANDED_OVER).exists()
