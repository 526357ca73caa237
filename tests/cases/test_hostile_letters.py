"""Mails that were made to break programs, and any damage that a mail can take on its way."""

import time
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.cases.mails import US, built, dsn, mail, raw

from smartbarleben.cases.letters import case_hint, read

OUTLOOK = "Danke\n\n________________\nVon: Rathaus\nGesendet: Montag\nAn: Erika\nBetreff: Laterne\n\nGuten Tag"


def _nested(depth: int) -> bytes:
    lines = ["From: e@example.com", "Subject: tief"]
    for level in range(depth):
        lines += [f"Content-Type: multipart/mixed; boundary=b{level}", "", f"--b{level}"]
    return raw(*lines, "", "unten")


HOSTILE = {
    "a hundred thousand parts": raw("Subject: x", "Content-Type: multipart/mixed; boundary=b", "", "")
    + b"--b\n\n" * 100_000,
    "parts in parts": _nested(500),
    "mails in mails": raw("Subject: x") + b"\nContent-Type: message/rfc822\n\n" * 2_000,
    "endless parameters": raw("Subject: x", 'Content-Type: multipart/mixed; a="' + ";" * 400_000, "", "x"),
    "endless folded parameters": raw("Subject: x", 'Content-Type: text/plain; a="' + "\r\n ;" * 200_000, "", "x"),
    "two million lines": b"Subject: x\n\n" + b"\n" * 2_100_000,
    "a million headers": b"a: b\n" * 1_000_000,
    "one endless header": b"Subject: " + b"=?a?q?" * 200_000,
    "one endless address": b"From: " + b"(<" * 200_000 + b"\n\nx",
    "endless recipients": b"To: " + b"a" * 400_000 + b"\n\nx",
    "unclosed comments": raw("Content-Type: text/html", "", "<!--" * 100_000),
    "unclosed tags": raw("Content-Type: text/html", "", "<a href='" * 50_000),
    "deep HTML": raw("Content-Type: text/html", "", "<div>" * 40_000 + "unten"),
    "endless quotes": raw("Subject: x", "", "> Am 1.1.26 um 10:12 schrieb\n" * 20_000),
    "endless almost-quotes": raw("Subject: x", "", ("On " + "wrote " * 80 + "\n") * 3_000 + ":"),
    "a charset that computes": raw("Content-Type: text/plain; charset=punycode", "", "a-" * 100_000),
    "a charset of a charset": raw("Content-Type: text/html; name*=x''ain; charset=\"utf; charset*=y''z", "", "x"),
    "no boundary": raw("Subject: x", "Content-Type: multipart/mixed", "", "Die Laterne"),
    "another boundary": raw("Subject: x", "Content-Type: multipart/mixed; boundary=a", "", "--b", "", "Die Laterne"),
    "broken base64": raw("Content-Transfer-Encoding: base64", "", "a" * 1_001 + "==="),
    "unknown encoding": raw("Content-Transfer-Encoding: x-zip", "", "abc"),
    "broken uuencode": raw("Content-Transfer-Encoding: x-uuencode", "", "begin 666 x", "M" * 100),
    "broken pieces of a name": raw(
        "Content-Disposition: attachment; filename*0*=x''%; filename*1*=%ff; name*=a'b", "", "x"
    ),
    "only a null": b"\x00" * 1_000,
}


class TestHostile:
    @pytest.mark.parametrize("what", HOSTILE)
    def test_it_becomes_a_letter_within_seconds(self, what: str) -> None:
        begin = time.process_time()
        letter = read(HOSTILE[what], ours=US)
        assert time.process_time() - begin < 8
        assert len(letter.text) <= 100_000
        assert len(letter.subject) <= 300
        (letter.text + letter.subject + letter.sender.name).encode()

    def test_fifty_megabytes(self) -> None:
        message = built()
        message.add_attachment(bytes(34 * 2**20), maintype="application", subtype="pdf", filename="gross.pdf")
        data = message.as_bytes()
        assert 45 * 2**20 < len(data) < 50 * 2**20
        letter = read(data)
        assert (letter.text, letter.problems) == ("Die Laterne ist aus.", frozenset())
        assert len(letter.files[0].content) == 34 * 2**20
        letter = read(data + bytes(6 * 2**20))
        assert (letter.text, letter.problems) == ("Die Laterne ist aus.", {"cut"})

    def test_of_a_mail_too_odd_to_be_read_the_head_stays(self) -> None:
        letter = read(HOSTILE["parts in parts"])
        assert (letter.subject, letter.sender.address) == ("tief", "e@example.com")
        assert letter.problems == {"unreadable"}

    def test_text_survives_a_wrong_structure(self) -> None:
        for what in ("no boundary", "another boundary"):
            assert "Die Laterne" in read(HOSTILE[what]).text

    @settings(max_examples=300, deadline=None)
    @given(st.binary(max_size=2_000))
    def test_any_bytes(self, data: bytes) -> None:
        letter = read(data, ours=US)
        (letter.text + letter.words + letter.subject + letter.sender.name + letter.sender.address).encode()
        case_hint(letter)

    @settings(max_examples=400, deadline=None)
    @given(st.data())
    def test_any_damage_to_a_mail(self, data: st.DataObject) -> None:
        source = bytearray(
            data.draw(
                st.sampled_from([dsn("failed", "", "x"), mail(OUTLOOK), _nested(3), built(html="<p>x").as_bytes()])
            )
        )
        for _cut in range(data.draw(st.integers(1, 6))):
            at = data.draw(st.integers(0, max(0, len(source) - 1)))
            source[at : at + data.draw(st.integers(0, 4))] = data.draw(
                st.sampled_from(
                    [b"", b"\r", b"\n", b"\x00", b"=?", b"?=", b"--x", b"\xff\xc3", b":", b";*0*=", b'"', b"<", b"("]
                )
            )
        letter = read(bytes(source), ours=US)
        (letter.text + letter.words + letter.subject + "".join(letter.to)).encode()
        assert "\x00" not in letter.text + letter.subject + letter.sender.name
        assert "\n" not in letter.subject + letter.sender.name + "".join(file.name for file in letter.files)

    @settings(max_examples=200, deadline=None)
    @given(
        st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=60),
        st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp", "Co", "Cn"]), max_size=300),
        st.binary(min_size=1, max_size=200),
    )
    def test_what_a_proper_program_sends_comes_through(self, subject: str, text: str, file: bytes) -> None:
        message = EmailMessage()
        message["From"], message["Subject"] = "Erika <e@example.com>", f"Frage {subject}"
        message.set_content(text)
        message.add_attachment(file, maintype="application", subtype="octet-stream", filename=f"{subject[:20]}.bin")
        letter = read(message.as_bytes())
        assert letter.subject == f"Frage {subject}"
        assert letter.text.split() == text.replace("\ufeff", "").split()
        assert letter.files[0].content == file
