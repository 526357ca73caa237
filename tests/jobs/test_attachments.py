"""Files go out with a mail byte for byte, and are deleted with it."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.db import transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from smartbarleben.jobs import actions, attaching, leases, mail
from smartbarleben.jobs.addressing import plus, tag_of
from smartbarleben.jobs.attaching import MAX_BYTES, MAX_NAME, Attachment
from smartbarleben.jobs.models import KEEP_SECRET, KEEP_SENT, KEEP_UNSENT, MailAttachment, OutgoingMail, State

from .postoffice import PostOffice

PHOTO = Attachment("Schlagloch Größe 3.jpg", "image/jpeg", bytes(range(256)) * 40)
LETTER = Attachment("رسالة.txt", "text/plain", "مرحبا\r\nÜber uns\n".encode())
LATIN = Attachment("alt.csv", "text/csv", "Straße;Größe\r\n".encode("latin-1"))
MAIL = Attachment("Anfrage.eml", "message/rfc822", b"Subject: =?utf-8?q?x?=\n\nFrom here\n")


def write(key: str = "k", **more: Any) -> OutgoingMail:
    """A mail to another office."""
    words = {"to": "amt@example.org", "subject": "Übergabe", "text": "Guten Tag", "reason": "tests", "key": key}
    return mail.send(**words | more)  # type: ignore[arg-type]


def test_a_whole_thread_arrives_intact(shared: str, post: PostOffice) -> None:
    """What a room with conversations needs of one mail: everything at once, in German and Arabic."""
    first = write("first")
    text = "Grüße aus Barleben: die Straßenlaterne ist heil.\n\nمرحبا، المصباح يعمل مرة أخرى.\n"
    second = write(
        "second",
        subject="Straßenlaterne K7-4M2 — مصباح الشارع",
        text=text,
        html=f"<p>{text}</p>",
        language="ar",
        reply_to=plus("rathaus@example.org", "k7-4m2"),
        in_reply_to=first.message_id,
        references=f"<start@example.net> {first.message_id}",
        automatic=False,
        attachments=[PHOTO, LETTER, LATIN, MAIL],
    )
    mail.run_due()
    arrived = next(one for one in post.taken if one["Message-ID"] == second.message_id)
    assert arrived["Subject"] == "Straßenlaterne K7-4M2 — مصباح الشارع"
    assert tag_of(str(arrived["Reply-To"]), "rathaus@example.org") == "k7-4m2"
    assert arrived["In-Reply-To"] == first.message_id
    assert str(arrived["References"]).split() == ["<start@example.net>", first.message_id]
    assert arrived["Auto-Submitted"] is None
    plain, html = arrived.get_body(("plain",)), arrived.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert plain.get_content().splitlines() == text.splitlines()
    assert "المصباح" in html.get_content()
    parts = list(arrived.iter_attachments())
    assert [part.get_filename() for part in parts] == [PHOTO.name, LETTER.name, LATIN.name, MAIL.name]
    assert [part.get_payload(decode=True) for part in parts] == [one.content for one in (PHOTO, LETTER, LATIN, MAIL)]
    assert [part.get_content_type() for part in parts[:2]] == ["image/jpeg", "text/plain"]


def test_a_file_from_the_disk_goes_out_as_it_was_when_the_mail_was_written(
    shared: str, post: PostOffice, tmp_path: Path
) -> None:
    file = tmp_path / "plan.pdf"
    file.write_bytes(b"%PDF then")
    write(attachments=[Attachment("plan.pdf", "application/pdf", file)])
    file.unlink()
    mail.run_due()
    [part] = post.taken[0].iter_attachments()
    assert part.get_payload(decode=True) == b"%PDF then"


def test_a_rollback_takes_the_files_along_and_a_second_call_adds_none(shared: str) -> None:
    with transaction.atomic():
        write(attachments=[PHOTO])
        transaction.set_rollback(True)
    assert not MailAttachment.objects.exists()
    row = write(attachments=[PHOTO])
    assert write(attachments=[PHOTO, LETTER]) == row
    assert row.attachments.count() == 1
    with_file = mail.digest(row.message_id, row.to, row.subject, row.text, "", [bytes(PHOTO.content)])  # type: ignore[arg-type]
    assert row.digest == with_file


@pytest.mark.parametrize(
    "wrong",
    [
        [Attachment("x.pdf", "application/pdf", b"x" * (MAX_BYTES + 1))],
        [Attachment("x.pdf", "application/pdf", b"x" * (MAX_BYTES // 2 + 1))] * 2,
        [Attachment("x.pdf", "pdf", b"x")],
        [Attachment("x.pdf", "application/pdf\r\nBcc: all@example.org", b"x")],
        [Attachment("../", "application/pdf", b"x")],
    ],
)
def test_what_cannot_go_out_is_refused_at_once(shared: str, wrong: list[Attachment]) -> None:
    with pytest.raises(ValueError, match=r"attachment|Attachment"):
        write(attachments=wrong)
    assert not OutgoingMail.objects.exists()


def test_a_huge_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    huge = tmp_path / "huge"
    with open(huge, "wb") as file:
        file.truncate(MAX_BYTES * 1000)
    with pytest.raises(ValueError, match="10 MB"):
        attaching.checked((Attachment("huge.bin", "application/zip", huge),))


@given(st.text(max_size=400))
def test_a_name_is_one_line_of_a_name_and_no_path(name: str) -> None:
    try:
        [file] = attaching.checked((Attachment(f"{name}.pdf", "application/pdf", b""),))
    except ValueError:
        return
    assert 0 < len(file.name) <= MAX_NAME
    assert file.name.isprintable()
    assert not {"/", "\\"} & set(file.name)
    assert len(name) < MAX_NAME or file.name.endswith(".pdf") or name.endswith(("/", "\\"))


def test_files_are_deleted_with_the_words(shared: str, post: PostOffice) -> None:
    sent, waiting = write("a", attachments=[PHOTO]), write("b", to="late@example.org", attachments=[LETTER])
    OutgoingMail.objects.filter(pk=waiting.pk).update(due_at=timezone.now() + timedelta(days=99))
    now = timezone.now()
    mail.run_due(now)
    actions.wipe(now=now + KEEP_SENT)
    assert list(MailAttachment.objects.values_list("mail", flat=True)) == [waiting.pk]
    sent.refresh_from_db()
    assert (sent.state, sent.attachment_count) == (State.DONE, 1)
    actions.wipe(now=now + KEEP_UNSENT + timedelta(minutes=1))
    assert not MailAttachment.objects.exists()
    write("c", attachments=[PHOTO])
    actions.forget(to="amt@example.org")
    assert not MailAttachment.objects.exists()


def test_a_mail_whose_files_were_deleted_meanwhile_does_not_go_without_them(
    shared: str, post: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = write(attachments=[PHOTO])
    claim = leases.claim

    def and_then_deleted(*args: Any) -> Any:
        held = claim(*args)
        MailAttachment.objects.all().delete()
        return held

    monkeypatch.setattr(leases, "claim", and_then_deleted)
    mail.run_due()
    row.refresh_from_db()
    assert (row.state, post.taken) == (State.DEAD, [])


def test_a_secret_is_deleted_as_soon_as_it_is_sent(shared: str, post: PostOffice) -> None:
    row = write(text="Code 4711", secret=True)
    mail.run_due()
    row.refresh_from_db()
    assert "4711" in post.taken[0].get_content()
    assert (row.state, row.text, row.to, bool(row.wiped_at)) == (State.DONE, "", "", True)
    unsent = write("late", text="Code 4712", secret=True)
    assert actions.wipe(now=unsent.created_at + KEEP_SECRET - timedelta(minutes=1)) == 0
    assert actions.wipe(now=unsent.created_at + KEEP_SECRET + timedelta(minutes=1)) == 1
    mail.run_due()
    assert len(post.taken) == 1
    with pytest.raises(ValueError, match="secret"):
        write("files", secret=True, attachments=[PHOTO])


def test_mails_of_other_libraries_go_through_the_outbox(shared: str, post: PostOffice) -> None:
    letter = EmailMultiAlternatives(
        "Neues\nPasswort", "Grüß Gott", "other@example.net", ["Petra <petra@example.org>"]
    )
    letter.attach_alternative("<p>Grüß Gott</p>", "text/html")
    web = EmailMessage("Nur HTML", "<p>Guten <b>Tag</b></p>", to=["a@example.org", "b@example.org"])
    web.content_subtype = "html"
    plain_only = EmailMessage(
        "Code", "Hallo <Du>\n\nhttps://dorf.example.org/k/?a=1&b=2\n\nDanke", to=["c@example.org"]
    )
    for message in (letter, letter, web, plain_only):
        mail.take(message, reason="people.account", secret=True)
    mail.run_due()
    assert sorted(str(one["To"]) for one in post.taken) == [
        "a@example.org",
        "b@example.org",
        "c@example.org",
        "petra@example.org",
        "petra@example.org",
    ]
    assert {str(one["From"]) for one in post.taken} == {"Musterdorf <rathaus@example.org>"}
    for one in post.taken:
        assert [part.get_content_type() for part in one.iter_parts()] == ["text/plain", "text/html"]
        plain = one.get_body(("plain",))
        assert plain is not None
        assert "<p>" not in plain.get_content()
    html = next(one for one in post.taken if one["To"] == "c@example.org").get_body(("html",))
    assert html is not None
    assert 'href="https://dorf.example.org/k/?a=1&amp;b=2"' in html.get_content()
    assert "<p>Hallo &lt;Du&gt;</p>" in html.get_content()
    letter.attach("x.txt", "x")
    with pytest.raises(ValueError, match="Attachments"):
        mail.take(letter, reason="people.account")
