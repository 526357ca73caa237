"""One template, two parts, in the person's language."""

from collections.abc import Iterator
from datetime import timedelta
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

import pytest
from django.template import engines
from jinja2 import ChoiceLoader, DictLoader

from smartbarleben.jobs import mail
from smartbarleben.jobs.models import OutgoingMail

TEMPLATE = """
{% set subject = _("Language") ~ ": " ~ title %}
{% set paragraphs = [title, "", _("Search")] %}
{% set action = {"label": _("Search"), "url": "https://dorf.example.org/?a=1&b=2"} %}
{% set why = "Because you & we talked." %}
"""


@pytest.fixture(autouse=True)
def templates(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Templates of a room."""
    environment = engines["jinja2"].env  # type: ignore[attr-defined]
    known = DictLoader({"tests/mail/answer.jinja": TEMPLATE, "tests/mail/empty.jinja": '{% set subject = "x" %}'})
    monkeypatch.setattr(environment, "loader", ChoiceLoader([known, environment.loader]))
    mail._plain.cache_clear()
    yield
    mail._plain.cache_clear()


def test_both_parts_say_the_same_and_only_html_is_escaped() -> None:
    letter = mail.render("tests/mail/answer.jinja", {"title": "Müll & <Tonne>"}, "de")
    assert letter.subject == "Sprache: Müll & <Tonne>"
    assert "Müll & <Tonne>" in letter.text
    assert "https://dorf.example.org/?a=1&b=2" in letter.text
    assert "Because you & we talked." in letter.text
    assert "Müll &amp; &lt;Tonne&gt;" in letter.html
    assert "?a=1&amp;b=2" in letter.html
    assert "Guten Tag" in letter.text
    assert "<p></p>" not in letter.html


def test_a_mail_speaks_the_persons_language() -> None:
    letter = mail.render("tests/mail/answer.jinja", {"title": "x"}, "ar")
    assert 'lang="ar" dir="rtl"' in letter.html
    assert letter.subject != mail.render("tests/mail/answer.jinja", {"title": "x"}, "pl").subject
    easy = mail.render("tests/mail/answer.jinja", {"title": "x"}, "de-simple")
    assert 'lang="de" dir="ltr"' in easy.html
    assert easy.words()["language"] == "de-simple"


def test_a_template_without_words_is_noticed() -> None:
    with pytest.raises(LookupError, match="paragraphs"):
        mail.render("tests/mail/empty.jinja", {})


def written(**more: Any) -> EmailMessage:
    """The mail that `send` would write with these values, as the server gets it."""
    words = {"to": "erika@example.org", "subject": "Hello", "text": "Good day", "reason": "tests", "key": "k"} | more
    return mail.message(mail.send(**words)).message()  # type: ignore[arg-type]


def test_headers(shared: str) -> None:
    plain = written()
    assert plain["From"] == "Musterdorf <rathaus@example.org>"
    assert plain["Auto-Submitted"] == "auto-generated"
    assert str(plain["Message-ID"]).endswith("@example.org>")
    assert plain["List-Unsubscribe"] is None
    answer = written(
        key="a", in_reply_to="<1@x.org>", references="<0@x.org>\r\n <1@x.org>", automatic=False, html="<p>"
    )
    assert (answer["In-Reply-To"], answer["References"]) == ("<1@x.org>", "<0@x.org> <1@x.org>")
    assert answer["Auto-Submitted"] is None
    assert [part.get_content_type() for part in answer.iter_parts()] == ["text/plain", "text/html"]
    letter = written(key="b", unsubscribe_url="https://dorf.example.org/ab/x1", language="de-simple")
    assert letter["List-Unsubscribe"] == "<https://dorf.example.org/ab/x1>"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert letter["Content-Language"] == "de"
    # One press works over HTTPS only (RFC 8058).
    assert written(key="c", unsubscribe_url="http://localhost/ab/x1")["List-Unsubscribe-Post"] is None


def test_a_mail_written_twice_goes_out_twice_the_same(shared: str) -> None:
    """Who gets both can tell, because the Message-ID and the date are those of the row."""
    row = mail.send(to="erika@example.org", subject="Hello", text="Good day", reason="tests", key="k")
    OutgoingMail.objects.update(created_at=row.created_at - timedelta(days=1))
    first, second = (mail.message(OutgoingMail.objects.get(pk=row.pk)).message() for _ in range(2))
    assert first["Message-ID"] == second["Message-ID"] == row.message_id
    assert first["Date"] == second["Date"] == format_datetime(row.created_at - timedelta(days=1))


def test_long_addresses_and_threads_stay_readable_for_other_programs(shared: str) -> None:
    ids = [f"<{'a' * 90}{number}@mail.example.org>" for number in range(3)]
    url = "https://dorf.example.org/abbestellen/" + "x" * 120
    thread = {"in_reply_to": f"{ids[2]} (Erika, Müller)", "references": "\r\n\t".join(ids) + " <kaputt ü>"}
    sent = written(unsubscribe_url=url, **thread).as_bytes(policy=policy.SMTP).decode("ascii")
    assert f"\r\nList-Unsubscribe: <{url}>\r\n" in sent
    assert f"\r\nIn-Reply-To: {ids[2]}\r\n" in sent
    assert f"\r\nReferences: {ids[0]}\r\n {ids[1]}\r\n {ids[2]}\r\n" in sent
    assert max(len(line) for line in sent.splitlines()) < 998


@pytest.mark.parametrize(
    "wrong",
    [
        {"to": ""},
        {"to": "erika"},
        {"to": "erika@example.org\r\nBcc: all@example.org"},
        {"reply_to": "x\r\nBcc: y"},
        {"key": "erika@example.org"},
        {"message_id": "<a b@c>"},
    ],
)
def test_what_is_no_mail_is_refused_at_once(shared: str, wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"."):
        written(**wrong)
    assert not OutgoingMail.objects.exists()


def test_a_subject_is_one_line(shared: str) -> None:
    assert written(subject="Hello\r\nBcc: all@example.org")["Subject"] == "Hello Bcc: all@example.org"
