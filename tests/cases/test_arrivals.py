"""What becomes of a letter: cases, messages, notes, failed mails; each once, and nothing in circles."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.storage import FileSystemStorage
from django.utils import timezone
from PIL import Image
from tests.cases.mails import US, built, dsn, mail
from tests.cases.making import fresh, make_case, make_worker
from tests.factories import make_village

from smartbarleben.cases import access, actions, arrivals, letters, notices
from smartbarleben.cases.arrivals import Arrival
from smartbarleben.cases.founding import make_categories
from smartbarleben.cases.models import Attachment, Case, Contact, Door, ReceivedMail, Sort
from smartbarleben.cases.status import Status
from smartbarleben.jobs.models import OutgoingMail

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def village(db: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setattr(Attachment._meta.get_field("file"), "storage", FileSystemStorage(tmp_path))
    make_village()
    make_categories()


def arrive(raw: bytes, key: str = "", **values: Any) -> Arrival:
    """A mail is read and taken in."""
    return arrivals.take_in(letters.read(raw, ours=US), letters.digest_of(raw), key=key, **values)


def mails(reason: str) -> list[OutgoingMail]:
    """What we sent for a reason."""
    return list(OutgoingMail.objects.filter(reason=reason).order_by("pk"))


def answered() -> tuple[Case, OutgoingMail]:
    """A case that came by mail, with our answer to it."""
    case = arrive(mail()).case
    assert case is not None
    actions.answer(case=case, text="Am Montag.", by=make_worker())
    return fresh(case), mails("cases.answer")[-1]


def picture() -> bytes:
    """A photo."""
    out = BytesIO()
    Image.new("RGB", (60, 40), "green").save(out, "JPEG")
    return out.getvalue()


class TestNew:
    def test_a_mail_becomes_a_case_with_a_receipt(self) -> None:
        arrival = arrive(mail("Die Laterne ist aus.\n\nErika"))
        case = arrival.case
        assert case is not None
        assert (arrival.outcome, case.door, case.status, case.title) == ("case", Door.MAIL, Status.NEW, "Laterne")
        assert (case.contact.name, case.contact.email) == ("Erika Muster", "erika@example.com")
        assert case.entries.get().text == "Die Laterne ist aus.\n\nErika"
        (receipt,) = mails("cases.received")
        assert (receipt.to, receipt.in_reply_to) == ("erika@example.com", "<1@example.com>")
        assert notices.thread(case) in receipt.references

    def test_the_same_mail_again_changes_nothing(self) -> None:
        first = arrive(mail(), key="a:1:1")
        for again in (arrive(mail(), key="a:1:1"), arrive(mail(Received="by mx2"), key="a:1:2")):
            assert again == Arrival("known", first.case)
        assert Case.objects.count() == 1
        assert arrivals.is_known("a:1:1")
        assert arrivals.is_known("a:1:2")
        assert not arrivals.is_known("a:2:1")

    def test_a_message_id_used_twice_loses_no_mail(self) -> None:
        arrive(mail("Die Laterne ist aus."))
        arrive(mail("Die Bank ist kaputt."))
        assert Case.objects.count() == 2

    def test_without_a_message_id_the_bytes_count(self) -> None:
        for _time in range(2):
            arrive(mail(Message_ID=""))
        arrive(mail("anders", Message_ID=""))
        assert Case.objects.count() == 2

    def test_what_is_kept_of_a_mail_besides_its_case_holds_no_words(self) -> None:
        arrive(mail(), key="rathaus@host/INBOX:1:1")
        values = str(list(ReceivedMail.objects.values_list("key", "outcome")))
        assert not any(word in values for word in ("erika", "example", "Laterne", "rathaus"))

    def test_answers_go_where_the_sender_wants_them(self) -> None:
        case = arrive(mail(From="Kontaktformular <form@example.net>", Reply_To="Max <max@example.com>")).case
        assert case is not None
        assert case.contact.email == "max@example.com"

    @pytest.mark.parametrize(
        "address", ["erika@localhost_x", f"erika@{'a' * 60}.{'b' * 60}.{'c' * 60}.{'d' * 60}.org.example"]
    )
    def test_an_address_that_no_mail_can_reach(self, address: str) -> None:
        case = arrive(mail(From=f'"Erika" <{address}>')).case
        assert case is not None
        assert (case.contact.name, case.contact.email) == ("Erika", "")

    def test_an_empty_mail(self) -> None:
        case = arrive(mail("", Subject="")).case
        assert case is not None
        assert case.entries.get().text

    @pytest.mark.parametrize(
        ("text", "language"),
        [
            ("Wann ist das Rathaus geöffnet?", "de"),
            ("When is the town hall open? Please tell me how to find it.", "en"),
            ("Коли відкрита ратуша? Дякую за відповідь, її чекаю.", "uk"),
            ("متى تفتح البلدية؟", "ar"),
            ("Kiedy ratusz jest otwarty? Proszę o odpowiedź, dziękuję.", "pl"),
            ("Okay, the Müll und die Tonne und der Weg", "de"),
            ("", "de"),
        ],
    )
    def test_the_receipt_is_in_the_persons_language(self, text: str, language: str) -> None:
        case = arrive(mail(text)).case
        assert case is not None
        assert case.language == language
        assert mails("cases.received")[0].language == language


class TestQuiet:
    """No automatic mail goes to machines and lists, and none in circles."""

    @pytest.mark.parametrize(
        "headers",
        [
            {"From": "noreply@example.com"},
            {"List_Id": "<liste.example.com>"},
            {"Precedence": "bulk"},
            {"Auto_Submitted": "auto-generated"},
            {"Subject": "Abwesenheitsnotiz"},
            {"X_Spam_Flag": "YES"},
        ],
    )
    def test_machines_and_lists_wait_for_a_look(self, headers: dict[str, str]) -> None:
        arrival = arrive(mail(**headers))
        assert arrival.case is not None
        assert (arrival.outcome, arrival.case.status) == ("held", Status.HELD)
        assert not OutgoingMail.objects.exists()

    def test_one_receipt_an_hour_for_one_address(self) -> None:
        now = timezone.now()
        for number, minutes in enumerate((0, 10, 59)):
            arrive(mail(Message_ID=f"<{number}@x>"), now=now + timedelta(minutes=minutes))
        assert (Case.objects.count(), len(mails("cases.received"))) == (3, 1)
        arrive(mail(From="Max <max@example.com>", Message_ID="<9@x>"), now=now)
        assert len(mails("cases.received")) == 2

    def test_a_flood_from_one_address_waits_for_a_look(self) -> None:
        outcomes = [arrive(mail(Message_ID=f"<{number}@x>")).outcome for number in range(12)]
        assert outcomes == ["case"] * 10 + ["held"] * 2

    def test_our_own_mail_is_dropped(self) -> None:
        _case, sent = answered()
        before = Case.objects.count()
        assert arrive(mail(From=US[0], Message_ID=sent.message_id)).outcome == "own"
        assert arrive(mail(From=US[0], Auto_Submitted="auto-generated")).outcome == "own"
        assert Case.objects.count() == before

    def test_the_town_hall_writing_to_itself_gets_no_receipt(self) -> None:
        assert arrive(mail(From=f"Rathaus <{US[0]}>")).outcome == "case"
        assert not OutgoingMail.objects.exists()


class TestReply:
    def test_a_reply_in_the_thread_opens_the_case_again(self) -> None:
        case, sent = answered()
        quoted = "\n".join(f"> {line}" for line in sent.text.split("\n"))
        body = f"Danke, wann denn?\n\nAm 23.11.26 um 10:12 schrieb Rathaus:\n{quoted}"
        arrival = arrive(mail(body, Message_ID="<2@example.com>", In_Reply_To=sent.message_id, Subject="AW: x"))
        assert (arrival.outcome, arrival.case) == ("message", case)
        case = fresh(case)
        assert (case.status, case.unread) == (Status.IN_WORK, True)
        entry = case.entries.get(sort=Sort.MESSAGE)
        assert entry.text == "Danke, wann denn?"
        assert entry.facts["whole"].startswith("Danke, wann denn?\n\nAm 23.11.26")
        assert len(mails("cases.received")) == 1

    def test_by_the_thread_that_all_our_mails_name(self) -> None:
        case, _sent = answered()
        assert arrive(mail(Message_ID="<2@x>", References=notices.thread(case))).case == case

    def test_by_the_address_with_the_sign(self) -> None:
        case, _sent = answered()
        assert arrive(mail(Message_ID="<2@x>", To=notices.reply_address(case).upper())).case == case
        wrong = notices.reply_address(case).replace(access.mail_sign(case), "0123456789ab")
        assert arrive(mail(Message_ID="<3@x>", To=wrong)).case != case

    def test_by_the_number_only_from_somebody_whom_the_case_knows(self) -> None:
        case, _sent = answered()
        subject = f"Noch etwas zu [{case.number}]"
        assert arrive(mail(Message_ID="<2@x>", Subject=subject)).case == case
        assert arrive(mail(Message_ID="<3@x>", Subject=subject, From="max@example.com")).case != case

    def test_by_their_own_earlier_mail(self) -> None:
        case = arrive(mail()).case
        more = {"Message_ID": "<2@x>", "In_Reply_To": "<1@example.com>"}
        assert arrive(mail("Noch etwas", **more)).case == case
        assert arrive(mail("Ich auch", From="max@example.com", **more | {"Message_ID": "<3@x>"})).case != case

    def test_a_forged_thread_opens_nothing(self) -> None:
        case, _sent = answered()
        forged = notices.thread(case).replace(access.mail_sign(case), "0" * 12)
        assert arrive(mail(Message_ID="<2@x>", References=forged)).case != case

    def test_a_reply_shows_that_the_address_is_good_again(self) -> None:
        case, sent = answered()
        actions.mail_failed(case=case, text="mailbox full")
        arrive(mail(Message_ID="<1@x>", From="max@example.com", In_Reply_To=sent.message_id))
        assert fresh(case).contact.mail_fails
        arrive(mail(Message_ID="<2@x>", In_Reply_To=sent.message_id))
        assert not fresh(case).contact.mail_fails

    def test_from_another_address_staff_are_told(self) -> None:
        case, sent = answered()
        arrive(mail(Message_ID="<2@x>", From="max@example.com", In_Reply_To=sent.message_id))
        note = case.entries.get(sort=Sort.NOTE)
        assert "max@example.com" in note.text
        assert not note.shown

    def test_a_colleague_writes_a_note(self) -> None:
        case, sent = answered()
        colleague = make_worker("karin")
        for number, sender in enumerate((colleague.email, US[0])):
            raw = mail("Bauhof weiß Bescheid", Message_ID=f"<c{number}@x>", From=sender, In_Reply_To=sent.message_id)
            assert arrive(raw).outcome == "note"
        case = fresh(case)
        assert case.status == Status.ANSWERED
        assert [note.shown for note in case.entries.filter(sort=Sort.NOTE)] == [False, False]

    def test_an_absence_notice_is_a_quiet_line(self) -> None:
        case, sent = answered()
        headers = {"Message_ID": "<2@x>", "In_Reply_To": sent.message_id, "Auto_Submitted": "auto-replied"}
        arrival = arrive(mail("Ich bin im Urlaub", Subject="Abwesenheitsnotiz", **headers))
        assert (arrival.outcome, arrival.case) == ("auto_reply", case)
        again = fresh(case)
        assert (again.status, again.answered_at, again.due_on) == (case.status, case.answered_at, case.due_on)
        assert "Ich bin im Urlaub" in case.entries.get(sort=Sort.AUTO_REPLY).text
        assert OutgoingMail.objects.count() == 2

    def test_a_case_that_is_gone_begins_anew(self) -> None:
        case, sent = answered()
        OutgoingMail.objects.filter(pk=sent.pk).update(key=f"case-{case.pk + 999}-entry-1")
        assert arrive(mail(Message_ID="<2@x>", In_Reply_To=sent.message_id)).outcome == "case"


class TestBounce:
    def returned(self, sent: OutgoingMail) -> bytes:
        return dsn("failed", "Content-Type: message/rfc822", "", f"Message-ID: {sent.message_id}", "", "x")

    def test_staff_see_that_the_answer_did_not_arrive(self) -> None:
        case, sent = answered()
        assert arrive(self.returned(sent)) == Arrival("bounce", case)
        assert Contact.objects.get(case=case).mail_fails
        entry = case.entries.get(sort=Sort.MAIL_FAILED)
        assert "550 5.1.1 user unknown" in entry.text
        assert not entry.shown
        assert fresh(case).unread
        sent.refresh_from_db()
        assert "550 5.1.1" in sent.problem

    def test_the_same_bounce_twice_is_one_line(self) -> None:
        case, sent = answered()
        for _time in range(2):
            arrive(self.returned(sent))
        assert case.entries.filter(sort=Sort.MAIL_FAILED).count() == 1

    def test_a_mail_to_somebody_else_says_nothing_about_the_person(self) -> None:
        case, sent = answered()
        OutgoingMail.objects.filter(pk=sent.pk).update(to="landkreis@example.net")
        arrive(self.returned(sent))
        assert not Contact.objects.get(case=case).mail_fails
        assert "landkreis@example.net" in case.entries.get(sort=Sort.NOTE).text

    def test_bounces_of_mails_that_we_never_wrote_are_nothing(self) -> None:
        assert arrive(dsn("failed")).outcome == "nothing"
        assert not Case.objects.exists()


class TestFiles:
    def test_a_photo_is_kept_with_its_message(self) -> None:
        message = built()
        message.add_attachment(picture(), maintype="image", subtype="jpeg", filename="Laterne.jpg")
        case = arrive(message.as_bytes()).case
        assert case is not None
        found = Attachment.objects.get()
        assert (found.case, found.entry, found.released_at) == (case, case.entries.get(), None)
        assert found.name == "Laterne.jpg"
        assert not mails("cases.not_taken")

    def test_refused_files_are_named_to_staff_and_to_the_person(self) -> None:
        message = built()
        message.add_attachment(
            b"MZ\x90\x00" + bytes(500), maintype="application", subtype="pdf", filename="Rechnung.pdf"
        )
        case = arrive(message.as_bytes()).case
        assert case is not None
        assert not Attachment.objects.exists()
        assert "Rechnung.pdf" in case.entries.get(sort=Sort.NOTE).text
        (told,) = mails("cases.not_taken")
        assert "Rechnung.pdf" in told.text
        assert case.number in told.subject
        assert told.reply_to == notices.reply_address(case)

    @pytest.mark.parametrize(("name", "kind"), [("winmail.dat", "ms-tnef"), ("smime.p7m", "pkcs7-mime")])
    def test_what_nobody_here_can_open_is_said(self, name: str, kind: str) -> None:
        message = built()
        message.add_attachment(b"x", maintype="application", subtype=kind, filename=name)
        case = arrive(message.as_bytes()).case
        assert case is not None
        assert case.entries.get(sort=Sort.NOTE).text
        assert len(mails("cases.not_taken")) == 1

    def test_files_of_a_reply_hang_at_the_reply(self) -> None:
        case, sent = answered()
        message = built()
        message["In-Reply-To"] = sent.message_id
        message.add_attachment(picture(), maintype="image", subtype="jpeg", filename="Laterne.jpg")
        assert arrive(message.as_bytes()).case == case
        assert Attachment.objects.get().entry == case.entries.get(sort=Sort.MESSAGE)

    def test_files_of_a_colleague_stay_in_the_mailbox(self) -> None:
        case, sent = answered()
        message = built()
        message.replace_header("From", US[0])
        message["In-Reply-To"] = sent.message_id
        message.add_attachment(picture(), maintype="image", subtype="jpeg", filename="Laterne.jpg")
        assert arrive(message.as_bytes()).outcome == "note"
        assert "Laterne.jpg" in case.entries.get(sort=Sort.NOTE).text
        assert not Attachment.objects.exists()

    def test_a_machine_is_told_nothing(self) -> None:
        message = built()
        message["List-Id"] = "<x.example.com>"
        message.add_attachment(b"MZ" + bytes(500), maintype="application", subtype="pdf", filename="Rechnung.pdf")
        arrive(message.as_bytes())
        assert not OutgoingMail.objects.exists()


def test_a_merged_case_hears_too() -> None:
    first, second = arrive(mail()).case, make_case()
    assert first is not None
    actions.merge(case=first, into=second, by=make_worker())
    (sent,) = mails("cases.merged")
    assert arrive(mail(Message_ID="<2@x>", In_Reply_To=sent.message_id)) == Arrival("message", first)
    assert fresh(second).unread
