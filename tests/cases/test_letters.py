"""Whatever arrives by mail becomes a letter: head, text, files, and the case that it belongs to."""

import base64
from datetime import UTC, datetime

import pytest
from tests.cases.mails import built, mail, raw

from smartbarleben.cases import letters, numbers
from smartbarleben.cases.letters import Kind, case_hint, read


class TestHead:
    def test_the_usual(self) -> None:
        letter = read(
            mail(
                From='"Müller, Jörg" <J.Mueller@EXAMPLE.com>',
                To='Rathaus <rathaus@example.org>, "B, C" <b@example.net>',
                Cc="c@example.net",
                Delivered_To="rathaus+k74m2.aabbccddeeff@example.org",
                Subject="AW: Re: WG: Laterne in der =?utf-8?Q?Bahnhofstra=C3=9Fe?=",
                Date="Mon, 23 Nov 2026 10:00:00 +0100",
                In_Reply_To="<a@example.org>",
                References="<b@example.org>\r\n <a@example.org>",
            )
        )
        assert letter.sender == letters.Address("Müller, Jörg", "J.Mueller@example.com")
        assert letter.to[:3] == ("rathaus@example.org", "b@example.net", "c@example.net")
        assert letter.subject == "Laterne in der Bahnhofstraße"
        assert letter.date == datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
        assert (letter.message_id, letter.in_reply_to) == ("<1@example.com>", "<a@example.org>")
        assert letter.references == ("<b@example.org>", "<a@example.org>")
        assert (letter.kind, letter.words, letter.answerable) == (Kind.MESSAGE, "Guten Tag", True)

    def test_nothing_at_all(self) -> None:
        for data in (b"", b"\r\n", b"\x00\xff\xfe", b"Subject", b":", b"From\r\n\r\n"):
            letter = read(data)
            assert (letter.sender.address, letter.message_id, letter.date) == ("", "", None)

    def test_a_header_hidden_in_a_header_stays_words(self) -> None:
        letter = read(
            mail(
                Subject="=?utf-8?q?Laterne=0D=0ABcc:_alle@example.com?=",
                From="=?utf-8?q?Erika=0D=0ATo:_x@example.com?= <erika@example.com>",
            )
        )
        assert letter.subject == "Laterne Bcc: alle@example.com"
        assert letter.sender.name == "Erika To: x@example.com"
        assert letter.to == ("rathaus@example.org",)

    def test_a_letter_torn_over_two_encoded_words(self) -> None:
        assert read(mail(Subject="=?utf-8?B?TMO=?= =?utf-8?B?pHJt?=")).subject == "Lärm"

    @pytest.mark.parametrize("charset", ["utf-8", "latin-1"])
    def test_eight_bits_in_a_header(self, charset: str) -> None:
        data = raw("From: Jörg <j@example.com>", "Subject: Lärm in Öbisfelde", "", "Öde", charset=charset)
        letter = read(data)
        assert (letter.sender.name, letter.subject, letter.words) == ("Jörg", "Lärm in Öbisfelde", "Öde")

    @pytest.mark.parametrize(
        "date", ["gestern", "Mon, 99 Nov 2026 10:00:00", "Mon, 23 Nov 0001 10:00:00 +9999", "1", "Mon, 23 Nov 2026"]
    )
    def test_a_date_that_cannot_be(self, date: str) -> None:
        assert read(mail(Date=date)).date is None

    def test_signs_that_turn_the_reading_direction_are_gone(self) -> None:
        assert read(mail(Subject="a\u202egnp.exe")).subject == "a gnp.exe"

    def test_the_subject_alone_may_be_what_follows_the_prefix(self) -> None:
        assert read(mail(Subject="Auto: mein Wagen steht im Weg")).subject == "Auto: mein Wagen steht im Weg"
        assert read(mail(Subject="RE[2]: AW: Odp: Laterne")).subject == "Laterne"


class TestText:
    def test_plain_is_preferred_to_html(self) -> None:
        assert read(built(html="<p>Anders</p>").as_bytes()).text == "Die Laterne ist aus."

    def test_html_alone_becomes_plain_and_harmless(self) -> None:
        html = (
            "<html><head><title>T</title><style>p{}</style></head><body><!-- x --><p>Die <b>Laterne</b> ist aus.</p>"
            "<script>alert(1)</script><ul><li>eins<li>zwei</ul><img src=x onerror=alert(2)>"
            '<a href="javascript:alert(3)">da</a> <a href="https://example.com/x">hier</a></body>'
        )
        letter = read(mail(html, Content_Type="text/html"))
        assert letter.text == "Die Laterne ist aus.\n\n- eins\n- zwei\n\nda hier (https://example.com/x)"

    @pytest.mark.parametrize(
        ("declared", "sent"),
        [
            ("utf-8", "utf-8"),
            ("iso-8859-1", "iso-8859-1"),
            ("windows-1252", "cp1252"),
            ("utf-8", "cp1252"),
            ("us-ascii", "utf-8"),
            ("x-unknown", "utf-8"),
            ("idna", "utf-8"),
            ("", "cp1252"),
            ('"utf-8', "utf-8"),
        ],
    )
    def test_charsets_right_wrong_and_missing(self, declared: str, sent: str) -> None:
        kind = f"text/plain; charset={declared}" if declared else "text/plain"
        head = raw("From: e@example.com", f"Content-Type: {kind}", "Content-Transfer-Encoding: 8bit", "", "")
        assert read(head + "Größe: schön".encode(sent)).text == "Größe: schön"

    def test_text_around_a_picture_is_kept_whole(self) -> None:
        data = raw(
            "From: e@example.com",
            "Content-Type: multipart/mixed; boundary=x",
            "",
            "--x",
            "Content-Type: text/plain",
            "",
            "Vorher",
            "--x",
            'Content-Type: image/jpeg; name="../../IMG 1.jpg"',
            "Content-Transfer-Encoding: base64",
            "",
            base64.b64encode(b"\xff\xd8\xff" + bytes(20_000)).decode(),
            "--x",
            "Content-Type: text/plain",
            "",
            "Nachher",
            "--x--",
        )
        letter = read(data)
        assert letter.text == "Vorher\n\nNachher"
        assert [(file.name, file.content_type, len(file.content)) for file in letter.files] == [
            ("IMG 1.jpg", "image/jpeg", 20_003)
        ]

    def test_flowed_lines_are_joined(self) -> None:
        body = "Die Laterne an der \nEcke ist aus.\n> Wo \n> genau?\nHier.\n-- \nErika"
        letter = read(mail(body, Content_Type="text/plain; format=flowed"))
        assert letter.text == "Die Laterne an der Ecke ist aus.\n> Wo genau?\nHier.\n-- \nErika"
        assert letter.words == "Die Laterne an der Ecke ist aus.\nHier."

    def test_no_sign_that_a_database_refuses(self) -> None:
        assert read(mail("a\x00b\x07c\x0cd")).text == "abc\nd"

    def test_a_forwarded_file_lends_its_text(self) -> None:
        message = built(text="\n")
        message.add_attachment(built(text="Die Bank ist kaputt.\n"))
        letter = read(message.as_bytes())
        assert letter.text == "Die Bank ist kaputt."
        assert letter.files[0].name == "Mail.eml"


class TestFiles:
    def test_names_in_every_notation(self) -> None:
        message = built()
        for name in ("Größe 1.pdf", "a/b\\c.txt", "x" * 300 + ".pdf", "bad\u202egpj.exe"):
            message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename=name)
        names = [file.name for file in read(message.as_bytes()).files]
        assert names[:2] == ["Größe 1.pdf", "c.txt"]
        assert len(names[2]) == 120
        assert names[2].endswith(".pdf")
        assert names[3] == "bad gpj.exe"

    def test_a_logo_in_the_signature_is_no_file_and_a_photo_in_the_text_is(self) -> None:
        message = built(html="<img src=cid:a><img src=cid:b>")
        html = message.get_payload()[1]
        html.add_related(b"\x89PNG" + bytes(3_000), "image", "png", cid="<a>")
        html.add_related(b"\x89PNG" + bytes(30_000), "image", "png", cid="<b>")
        # The related parts belong to the alternative that is not read; a photo there counts all the same.
        assert [len(file.content) for file in read(message.as_bytes()).files] == [30_004]

    def test_twenty_files_at_most_and_it_says_so(self) -> None:
        message = built()
        for number in range(25):
            message.add_attachment(b"x", maintype="application", subtype="pdf", filename=f"{number}.pdf")
        letter = read(message.as_bytes())
        assert len(letter.files) == 20
        assert "too_many_files" in letter.problems

    def test_what_only_outlook_reads_is_named(self) -> None:
        message = built()
        message.add_attachment(b"x\x9f>\x22", maintype="application", subtype="ms-tnef", filename="winmail.dat")
        letter = read(message.as_bytes())
        assert (letter.files, letter.problems) == ((), {"winmail"})

    def test_encrypted_mails_say_so(self) -> None:
        assert (
            "encrypted" in read(mail("xx", Content_Type="application/pkcs7-mime; smime-type=enveloped-data")).problems
        )

    def test_signatures_are_no_files(self) -> None:
        message = built()
        message.add_attachment(b"x", maintype="application", subtype="pkcs7-signature", filename="smime.p7s")
        assert read(message.as_bytes()).files == ()


class TestHints:
    def test_the_strongest_comes_first(self) -> None:
        number = numbers.new()
        tag = number.replace("-", "").lower()
        letter = read(
            mail(
                To=f"Rathaus <rathaus+{tag}.0123456789ab@example.org>",
                Subject=f"AW: Unsere Antwort: [{number}] Laterne",
                In_Reply_To="<b@example.org>",
                References="<a@example.org> <b@example.org>",
            )
        )
        hint = case_hint(letter)
        assert hint.message_ids == ("<b@example.org>", "<a@example.org>")
        assert hint.tagged == ((number, "0123456789ab"),)
        assert hint.numbers == (number,)

    @pytest.mark.parametrize("subject", ["Laterne", "[AA-AAA]", "K7-4M2X", "10-000 Euro", "[K7-4M3]"])
    def test_what_is_no_number_is_no_hint(self, subject: str) -> None:
        assert case_hint(read(mail(Subject=subject, To="rathaus+news.x@example.org"))) == letters.CaseHint()
