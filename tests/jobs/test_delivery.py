"""Mails reach a real mail server once, whatever that server does."""

import smtplib
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from smartbarleben.jobs import actions, mail, queries, smtp
from smartbarleben.jobs.models import KEEP_SENT, KEEP_UNSENT, OutgoingMail, State

from .postoffice import PostOffice

pytestmark = pytest.mark.usefixtures("shared")


def write(key: str = "k", **more: Any) -> OutgoingMail:
    """A mail to Erika."""
    words = {"to": "erika@example.org", "subject": "Grüße", "text": "Guten Tag", "html": "<p>Guten Tag</p>"}
    return mail.send(**words | {"reason": "tests", "key": key} | more)  # type: ignore[arg-type]


def states() -> list[str]:
    """The states of all mails, in the order of writing."""
    return list(OutgoingMail.objects.order_by("pk").values_list("state", flat=True))


def test_a_mail_arrives_once_with_all_its_parts(post: PostOffice) -> None:
    row = write(unsubscribe_url="https://dorf.example.org/ab/1", in_reply_to="<q@x.org>", reply_to="v-12@example.org")
    assert mail.run_due() == 1
    assert mail.run_due() == 0
    [arrived] = post.taken
    assert (arrived["Subject"], arrived["To"], arrived["Reply-To"]) == ("Grüße", row.to, "v-12@example.org")
    assert arrived["Message-ID"] == row.message_id
    assert arrived["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert [part.get_content().strip() for part in arrived.iter_parts()] == ["Guten Tag", "<p>Guten Tag</p>"]
    assert states() == [State.DONE]


def test_nothing_is_sent_when_the_transaction_rolls_back(post: PostOffice) -> None:
    with transaction.atomic():
        write()
        transaction.set_rollback(True)
    assert mail.run_due() == 0
    assert post.taken == []


def test_many_mails_share_one_conversation(post: PostOffice) -> None:
    for number in range(10):
        write(f"k{number}")
    mail.run_due()
    assert (len(set(post.ids())), len(post.taken), post.connections) == (10, 10, 1)


def test_an_hour_without_mail_server_loses_and_doubles_nothing(post: PostOffice) -> None:
    post.close()
    rows = [write(f"k{number}") for number in range(3)]
    begin = timezone.now()
    for minute in range(0, 60, 5):
        mail.run_due(begin + timedelta(minutes=minute))
    assert states() == [State.WAITING] * 3
    glance = queries.outbox()
    assert (glance.waiting, glance.dead, glance.oldest) == (3, 0, rows[0].created_at)
    assert "cannot be reached" in glance.trouble
    post.open()
    mail.run_due(begin + timedelta(hours=2))
    mail.run_due(begin + timedelta(hours=5))
    assert sorted(post.ids()) == sorted(row.message_id for row in rows)
    assert states() == [State.DONE] * 3
    assert queries.outbox() == queries.Outbox(0, None, 0, "")


def test_a_server_that_goes_away_in_the_middle_for_an_hour_gets_each_mail_once(post: PostOffice) -> None:
    rows = [write(f"k{number}", to=f"p{number}@example.org") for number in range(8)]
    begin = timezone.now()
    post.leaves_after = 3
    mail.run_due(begin)
    assert len(post.taken) == 3
    post.close()
    for minute in range(1, 61):
        mail.run_due(begin + timedelta(minutes=minute))
    assert states().count(State.WAITING) == 5
    tries = OutgoingMail.objects.filter(state=State.WAITING).values_list("attempts", flat=True)
    assert max(tries) <= 12, "an hour without a server is not an hour of knocking"
    post.leaves_after = None
    post.open()
    for minute in range(61, 61 + 65):
        mail.run_due(begin + timedelta(minutes=minute))
    assert sorted(post.ids()) == sorted(row.message_id for row in rows)
    assert states() == [State.DONE] * 8


def test_not_now_is_tried_again(post: PostOffice) -> None:
    post.refuse = {"erika@example.org": "451 4.7.1 <erika@example.org> come back later"}
    row = write()
    mail.run_due()
    row.refresh_from_db()
    assert (row.state, row.doubts) == (State.WAITING, 0)
    assert row.problem.startswith("TryLater: 451 4.7.1")
    assert "erika" not in row.problem
    post.refuse = {}
    assert mail.run_due() == 0
    mail.run_due(row.due_at)
    assert post.ids() == [row.message_id]


@pytest.mark.parametrize("where", ["erika@example.org", "DATA"])
def test_never_is_shown_to_staff_who_may_try_again(post: PostOffice, where: str) -> None:
    post.refuse = {where: "550 5.1.1 no such person"}
    row, other = write("a"), write("b", to="paul@example.org")
    mail.run_due()
    assert row in OutgoingMail.objects.filter(state=State.DEAD)
    [letter] = [letter for letter in queries.dead() if letter.pk == row.pk]
    assert (letter.sort, letter.to, letter.about, letter.unclear) == ("mail", "erika@example.org", "Grüße", False)
    assert "550 5.1.1 no such person" in letter.problem
    post.refuse = {}
    for letter in queries.dead():
        found = queries.find(letter.sort, letter.pk)
        assert found is not None
        assert actions.retry(work=found)
    mail.run_due()
    assert sorted(post.ids()) == sorted([row.message_id, other.message_id])


def test_a_server_that_falls_silent_gets_the_same_mail_again_but_not_for_ever(post: PostOffice) -> None:
    post.silent = 1
    row = write()
    mail.run_due()
    row.refresh_from_db()
    assert (row.state, row.doubts) == (State.WAITING, 1)
    mail.run_due(row.due_at)
    assert post.ids() == [row.message_id] * 2
    post.silent = 99
    write("b")
    for hour in range(20):
        mail.run_due(timezone.now() + timedelta(hours=hour))
    assert len(post.taken) == 2 + mail.POLICY.doubts
    assert [letter.unclear for letter in queries.dead()] == [True]


def test_a_server_that_is_rude_at_the_end_gets_no_mail_twice(
    post: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    def rude(self: smtplib.SMTP) -> None:
        raise smtplib.SMTPResponseException(451, b"not even a goodbye")

    write()
    with monkeypatch.context() as patch:
        patch.setattr(smtplib.SMTP, "quit", rude)
        mail.run_due()
    mail.run_due(timezone.now() + timedelta(days=1))
    assert len(post.taken) == 1


def test_a_database_that_is_busy_for_a_moment_makes_no_mail_go_twice(
    post: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import OperationalError

    from smartbarleben.jobs import leases

    finish, tries = leases.finish, []

    def busy(*args: Any, **more: Any) -> None:
        tries.append(1)
        if len(tries) < 3:
            raise OperationalError("database is locked")
        finish(*args, **more)

    monkeypatch.setattr(leases, "finish", busy)
    monkeypatch.setattr(leases, "WRITE_PAUSES", (0.0, 0.0, 0.0))
    write()
    mail.run_due()
    assert (states(), len(post.taken)) == ([State.DONE], 1)


def test_a_login_that_is_refused_costs_no_mail(
    post: PostOffice, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(self: smtplib.SMTP, name: str, word: str) -> None:
        raise smtplib.SMTPAuthenticationError(535, b"5.7.8 wrong")

    monkeypatch.setattr(smtplib.SMTP, "login", refused)
    settings.MAILERS["default"]["OPTIONS"] |= {"username": "village", "password": "x"}
    row = write()
    mail.run_due()
    row.refresh_from_db()
    assert row.state == State.WAITING
    assert "cannot be reached" in row.problem


def test_without_a_mail_server_mails_become_files(settings: Any, tmp_path: Any) -> None:
    settings.MAILERS = {
        "default": {
            "BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "OPTIONS": {"file_path": str(tmp_path / "mail")},
        }
    }
    row = write()
    mail.run_due()
    [file] = (tmp_path / "mail").iterdir()
    assert row.message_id in file.read_text()
    assert states() == [State.DONE]


@pytest.mark.parametrize(
    ("problem", "hopeless"),
    [
        (smtplib.SMTPRecipientsRefused({"a": (550, b"no")}), True),
        (smtplib.SMTPRecipientsRefused({"a": (421, b"busy")}), False),
        (smtplib.SMTPDataError(554, b"spam"), True),
        (smtplib.SMTPDataError(452, b"full"), False),
        (smtplib.SMTPSenderRefused(552, b"too big", "x"), True),
        (smtplib.SMTPSenderRefused(530, b"log in first", "x"), False),
        (smtplib.SMTPServerDisconnected("gone"), False),
        (smtplib.SMTPNotSupportedError("SMTPUTF8"), True),
        (ValueError("bad address"), True),
        (TimeoutError(), False),
    ],
)
def test_what_answers_mean(problem: Exception, hopeless: bool) -> None:
    assert smtp.is_hopeless(problem) is hopeless


def test_words_and_addresses_are_deleted_when_their_date_has_come(post: PostOffice) -> None:
    post.refuse = {"paul@example.org": "550 5.1.1 <paul@example.org> unknown"}
    sent, refused = write("a", reply_to="erika@example.org"), write("b", to="paul@example.org")
    later = write("c", to="late@example.org")
    OutgoingMail.objects.filter(pk=later.pk).update(due_at=timezone.now() + timedelta(days=99))
    now = timezone.now()
    mail.run_due(now)
    assert actions.wipe(now=now + KEEP_SENT - timedelta(minutes=1)) == 0
    assert actions.wipe(now=now + KEEP_SENT) == 1
    assert actions.wipe(now=now + KEEP_UNSENT + timedelta(minutes=1)) == 2
    for row in OutgoingMail.objects.all():
        kept = " ".join(str(value) for value in vars(row).values())
        assert not [word for word in ("erika", "paul", "late", "Grüße", "Guten") if word in kept]
        assert row.wiped_at
        assert not [name for name in OutgoingMail.PERSONAL if getattr(row, name)]
    sent.refresh_from_db()
    assert (sent.state, sent.reason) == (State.DONE, "tests")
    text = ("Grüße", "Guten Tag", "<p>Guten Tag</p>")
    assert sent.digest == mail.digest(sent.message_id, "erika@example.org", *text)
    assert not actions.retry(work=refused)
    assert states() == [State.DONE, State.DEAD, State.DEAD]
    assert [letter.can_retry for letter in queries.dead()] == [False, False]


def test_a_person_can_be_forgotten_at_once(post: PostOffice) -> None:
    write("a")
    mail.run_due()
    write("b", to="Erika@Example.org")
    write("c", to="office@example.org", reply_to="Erika <erika@example.org>")
    stays = write("d", to="paul@example.org")
    assert actions.forget(to="erika@example.org") == 3
    assert states() == [State.DONE, State.DROPPED, State.DROPPED, State.WAITING]
    assert list(OutgoingMail.objects.exclude(to="")) == [stays]
    mail.run_due()
    assert [arrived["To"] for arrived in post.taken] == ["erika@example.org", "paul@example.org"]


def test_dates_are_kept_apart_from_the_clock(post: PostOffice) -> None:
    row = write()
    assert row.wipe_at - row.created_at >= KEEP_UNSENT - timedelta(seconds=1)
    now = datetime.now(tz=row.created_at.tzinfo) + timedelta(hours=3)
    mail.run_due(now)
    row.refresh_from_db()
    assert (row.finished_at, row.wipe_at) == (now, now + KEEP_SENT)


def test_a_room_hears_of_its_own_mails_that_are_refused_for_good(
    post: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[tuple[str, str, str]] = []
    monkeypatch.setattr(mail, "_hears_refusals", {})
    mail.register_refusals("tests.", lambda row, words: heard.append((row.key, row.state, words)))
    post.refuse = {"erika@example.org": "550 5.1.1 no such person", "paul@example.org": "451 4.7.1 later"}
    write("a", reason="tests.one")
    write("b", reason="tests.two", to="paul@example.org")
    write("c", reason="others.one")
    mail.run_due()
    assert heard == [("a", State.RUNNING, "550 5.1.1 no such person")]
    assert states() == [State.DEAD, State.WAITING, State.DEAD]
