"""People, machines, and our own mails that come back."""

import pytest
from tests.cases.mails import US, dsn, mail, raw

from smartbarleben.cases import letters
from smartbarleben.cases.letters import Kind, case_hint, read


class TestKinds:
    @pytest.mark.parametrize(
        "original",
        [
            ("Content-Type: message/rfc822", "", "Message-ID: <ours@example.org>", "Subject: x", "", "y"),
            ("Content-Type: text/rfc822-headers", "", "Subject: x", "Message-ID: <ours@example.org>"),
        ],
    )
    def test_a_mail_of_ours_came_back(self, original: tuple[str, ...]) -> None:
        letter = read(dsn("failed", *original), ours=US)
        assert letter.kind == Kind.BOUNCE
        assert letter.bounce == letters.Bounce(("erika@example.com",), "<ours@example.org>", "550 5.1.1 user unknown")
        assert case_hint(letter).message_ids == ("<ours@example.org>",)
        assert not letter.answerable
        assert letter.files == ()

    def test_late_and_delivered_are_no_failures(self) -> None:
        assert read(dsn("delayed")).kind == Kind.AUTO_REPLY
        assert read(dsn("relayed")).kind == Kind.RECEIPT

    @pytest.mark.parametrize(
        "data",
        [
            mail(
                "Hi. This is qmail.\n<erika@example.com>:\n550 no such user\n\nMessage-ID: <ours@example.org>",
                From="MAILER-DAEMON@mx.example.com",
                Subject="failure notice",
            ),
            mail(
                "This message was created automatically.\n\n  erika@example.com\n\nMessage-Id: <ours@example.org>",
                From="Mail Delivery System <x@mx.example.com>",
                X_Failed_Recipients="erika@example.com",
            ),
            mail(
                "550 <erika@example.com> unbekannt",
                From="postmaster@example.com",
                Subject="Unzustellbar: Ihre Nachricht",
                In_Reply_To="<ours@example.org>",
            ),
        ],
    )
    def test_bounces_that_keep_to_no_standard(self, data: bytes) -> None:
        letter = read(data, ours=US)
        assert letter.kind == Kind.BOUNCE
        assert letter.bounce is not None
        assert letter.bounce.addresses == ("erika@example.com",)
        assert letter.bounce.message_id == "<ours@example.org>"

    @pytest.mark.parametrize(
        "headers",
        [
            {"Auto_Submitted": "auto-replied (vacation)"},
            {"Auto_Submitted": "auto-generated; owner"},
            {"X_Autoreply": "yes"},
            {"Precedence": "auto_reply"},
            {"Precedence": "bulk", "In_Reply_To": "<ours@example.org>"},
            {"Subject": "Abwesenheitsnotiz: Ihre Nachricht"},
            {"Subject": "Automatische Antwort: Laterne"},
            {"Subject": "Automatic reply: Laterne"},
            {"Subject": "Out of Office Re: Laterne"},
            {"Return_Path": "<>"},
        ],
    )
    def test_machines(self, headers: dict[str, str]) -> None:
        letter = read(mail(**headers), ours=US)
        assert letter.kind == Kind.AUTO_REPLY
        assert not letter.answerable

    @pytest.mark.parametrize(
        "headers",
        [
            {"Subject": "Ich bin im Urlaub: bitte Mülltonne"},
            {"Auto_Submitted": "no"},
            {"Subject": "Auto: steht im Weg"},
            {"Subject": "Undelivered newspaper"},
            {"X_MS_Exchange_Inbox_Rules_Loop": "x@example.com"},
        ],
    )
    def test_people(self, headers: dict[str, str]) -> None:
        letter = read(mail(**headers), ours=US)
        assert letter.kind == Kind.MESSAGE
        assert letter.answerable

    @pytest.mark.parametrize(
        "headers",
        [
            {"From": "noreply@example.com"},
            {"From": "no-reply+1@example.com"},
            {"From": "liste-owner@example.com"},
            {"From": "news-bounces@example.com"},
            {"From": ""},
            {"List_Id": "<liste.example.com>"},
            {"List_Unsubscribe": "<mailto:x@example.com>"},
            {"Precedence": "list"},
            {"Precedence": "bulk"},
        ],
    )
    def test_messages_that_get_no_automatic_mail(self, headers: dict[str, str]) -> None:
        letter = read(mail(**headers), ours=US)
        assert letter.kind == Kind.MESSAGE
        assert not letter.answerable

    def test_somebody_opened_our_mail(self) -> None:
        data = raw(
            "From: erika@example.com",
            "Subject: Gelesen: Antwort",
            "Content-Type: multipart/report; report-type=disposition-notification; boundary=x",
            "",
            "--x",
            "",
            "gelesen",
            "--x",
            "Content-Type: message/disposition-notification",
            "",
            "Original-Message-ID: <ours@example.org>",
            "--x--",
        )
        assert read(data).kind == Kind.RECEIPT

    def test_our_own_mail_and_a_colleagues(self) -> None:
        own = {"From": "Rathaus <Rathaus+k74m2.ab@Example.org>"}
        assert read(mail(**own, Auto_Submitted="auto-generated"), ours=US).kind == Kind.OWN
        assert read(mail(**own), ours=US).kind == Kind.MESSAGE
