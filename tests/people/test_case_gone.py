"""A whole life of a case; afterwards the person is found nowhere: by the day of deletion, and by their own wish."""

import logging
import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import FileSystemStorage
from django.test import Client
from django.utils import timezone
from PIL import Image
from tests.cases.filling import Page, files_in, text_file
from tests.cases.mails import US, dsn, mail
from tests.cases.making import fresh, make_case, make_office, make_worker
from tests.cases.test_uploads_exif import block, place
from tests.cases.upload_samples import picture
from tests.factories import make_village

from smartbarleben.cases import actions, arrivals, digest, handover, letters, notices, removal
from smartbarleben.cases.founding import make_categories
from smartbarleben.cases.models import Case, Door, Entry
from smartbarleben.cases.status import Status
from smartbarleben.jobs import mail as outbox
from smartbarleben.jobs import work
from smartbarleben.jobs.models import OutgoingMail
from smartbarleben.people import audit, erasure, personal, retention
from smartbarleben.ui.dates import today

pytestmark = pytest.mark.sqlite_only
MARKER = "Pflaumenmus"
PETRA = "petra.pflaumenmus@example.org"
ELSEWHERE = "ablage@landkreis.example"


@pytest.fixture
def house(own_database: Path, data_folder: Path, settings: Any, monkeypatch: Any) -> Iterator[Path]:
    """The data folder of a village that keeps files, mails and a log in it."""
    uploads = data_folder / "uploads"
    settings.STORAGES = {
        **settings.STORAGES,
        "private": {"BACKEND": f"{FileSystemStorage.__module__}.FileSystemStorage", "OPTIONS": {"location": uploads}},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    files_in(uploads, monkeypatch)
    make_village()
    make_categories()
    (data_folder / "logs").mkdir()
    log = logging.FileHandler(data_folder / "logs" / "web.log")
    logging.getLogger().addHandler(log)
    yield data_folder
    logging.getLogger().removeHandler(log)
    log.close()


def photo() -> bytes:
    """A photo that says where it was taken, and by whom."""
    written = Image.Exif()
    written.load(block(place(52.2, 11.6), taken="2026:07:01 14:30:00"))
    written[0x013B] = MARKER
    return picture(exif=written.tobytes())


def live(client: Client) -> Case:
    """All that can happen to a person's case before it is answered; the case."""
    worker = make_worker("amt")
    page = Page.open(client, "/formular/frage/")
    words = {"text": f"{MARKER} bittet um eine Bank.", "where": f"Hof {MARKER}", "phone": "0391 1234567"}
    files = [text_file(f"{MARKER}.txt", MARKER.encode())]
    case = page.send(name=f"Petra {MARKER}", email=PETRA, proof=True, files=files, **words).case()
    assert arrive(mail("Noch ein Bild.\n", From=f"Petra {MARKER} <{PETRA}>", Subject=f"Re: [{case.number}] Bank"))
    with_photo(client)
    actions.assign(case=case, by=worker, owner=worker)
    actions.note(case=case, text=f"Frau {MARKER} rief an.", by=worker)
    actions.ask_back(case=fresh(case), text=f"Frau {MARKER}, welche Bank?", by=worker)
    wrote = mail(
        f"Die von {MARKER}.", From=f"<{PETRA}>", To=notices.reply_address(case), Message_ID="<2@example.org>"
    )
    arrive(wrote)
    sent = OutgoingMail.objects.filter(to=PETRA).latest("pk")
    arrive(dsn("failed", f"Message-ID: {sent.message_id}", f"To: {PETRA}", f"Subject: {MARKER}"))
    (part,) = actions.split(case=fresh(case), parts=[f"Der Baum von {MARKER}"], by=worker)
    actions.pass_on(case=fresh(part), to=make_office("Kreis", outside=True), by=worker, text=f"Für {MARKER}.")
    again = actions.receive(category="feedback", text=f"{MARKER} nochmal", door=Door.PHONE, who=who(), by=worker)
    actions.merge(case=again, into=fresh(case), by=worker)
    handover.by_mail(case=fresh(case), to=ELSEWHERE, by=worker, text=f"Akte {MARKER}")
    digest.write(today())
    actions.answer(case=fresh(case), text=f"Frau {MARKER}, die Bank kommt.", by=worker)
    actions.answer(case=fresh(part), text=f"Frau {MARKER}, der Baum bleibt.", by=worker)
    outbox.run_due()
    work.run_due()
    return fresh(case)


def who() -> actions.Who:
    return actions.Who(name=f"Petra {MARKER}", email=PETRA.upper(), phone="", address=f"{MARKER}weg 1")


def arrive(raw: bytes) -> arrivals.Arrival:
    """A mail is read and taken in."""
    return arrivals.take_in(letters.read(raw, ours=US), letters.digest_of(raw))


def with_photo(client: Client) -> None:
    """A second matter of hers, with a photo, and a form that she never sent."""
    Page.open(client, "/formular/hinweis/").send(
        text=f"{MARKER}: schief",
        email=PETRA,
        proof=True,
        spot_asked="1",
        spot="yes",
        files=[text_file("b.jpg", photo())],
    ).case()
    abandoned = Page.open(client, "/formular/frage/").send(text="", files=[text_file("c.txt", MARKER.encode())])
    assert abandoned.status == 422
    assert MARKER.encode() in photo()


def places() -> str:
    return "\n".join(erasure.where_is(MARKER, raw=True))


def test_the_life_leaves_traces_everywhere(house: Path, client: Client) -> None:
    """Without this, the proofs below would prove nothing."""
    live(client)
    found = places()
    for place_ in (
        "cases_contact.email",
        "cases_contact.folded",
        "cases_entry.text",
        "cases_entry.folded",
        "cases_case.title",
        "cases_attachment.name",
        "jobs_outgoingmail.text",
        "jobs_mailattachment.content",
        "uploads/",
        "mail/",
        "village.sqlite3",
    ):
        assert place_ in found, place_
    assert erasure.where_is("Pflaumenmus", raw=True)
    for never in ("people_auditentry", "jobs_job", "logs/", "cases_receivedmail", "cases_tally"):
        assert never not in found, never
    assert audit.verify().ok


def test_by_their_own_deletion(house: Path, client: Client) -> None:
    live(client)
    stranger = make_case("Wo ist der Markt?")
    outbox.run_due()
    erasure.erase(PETRA)
    sweep_unsent(timezone.now() + timedelta(days=2))
    work.run_due()
    assert places() == ""
    assert list(Case.objects.all()) == [stranger]
    assert erasure.find(stranger.contact.email)["outbox"]
    assert erasure.find(stranger.contact.email)["mail_files"]


def sweep_unsent(now: datetime) -> None:
    """Nobody knows whose the file of a form is that was never sent: it goes after a day."""
    removal.sweep_files(now)


def test_by_the_day_of_deletion(house: Path, client: Client) -> None:
    case = live(client)
    now = timezone.now()
    for path in (house / "mail").iterdir():
        os.utime(path, (now.timestamp(), now.timestamp()))
    for number in range(30):
        when = now + timedelta(days=number * 20)
        for held in Case.objects.filter(status=Status.NEW):
            actions.answer(case=held, text="Ja.", by=None, now=when)
        removal.close_quiet(when)
        retention.run_due(when)
        if number == 1:
            assert Case.objects.filter(pk=case.pk).exists()
            assert erasure.where_is(MARKER)
    work.run_due(when)
    assert places() == ""
    assert not Case.objects.exists()
    assert not Entry.objects.exists()
    assert personal.overdue(when) == []
    assert not any(path.is_file() for path in (house / "uploads").rglob("*"))


def test_what_was_merged_into_a_strangers_case_goes_and_the_stranger_stays(house: Path) -> None:
    worker = make_worker("amt")
    theirs = make_case("Die Bank fehlt.")
    hers = make_case(f"{MARKER} will eine Bank.", who=who())
    actions.merge(case=hers, into=theirs, by=worker)
    actions.answer(case=fresh(theirs), text="Die Bank kommt.", by=worker)
    outbox.run_due()
    erasure.erase(PETRA)
    work.run_due()
    assert places() == ""
    assert fresh(theirs).status == Status.ANSWERED


def test_a_mail_that_waits_is_not_sent_any_more(house: Path) -> None:
    case = make_case(f"{MARKER} fragt.", who=who())
    handover.by_mail(case=case, to=ELSEWHERE, by=None)
    erasure.erase(PETRA)
    assert outbox.run_due() == 0
    assert not list((house / "mail").glob("*"))


def test_the_mails_of_other_cases_keep_their_words(db: None, data_folder: Path) -> None:
    make_village()
    first = make_case(f"{MARKER} fragt.", who=who())
    others = [make_case(f"Frage {number}") for number in range(12)]
    removal.erase(case=first)
    assert {mail.key.split("-")[1] for mail in OutgoingMail.objects.filter(wiped_at=None)} == {
        str(case.pk) for case in others
    }
