"""The whole way on real servers: residents mail, we answer, they reply; workers race, are killed, lose nothing."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from email.message import EmailMessage
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.files.storage import FileSystemStorage
from django.db import connection, connections
from django.utils import timezone
from tests.cases import imap_server
from tests.cases.imap_server import ImapServer
from tests.cases.mails import mail
from tests.cases.making import fresh, make_worker
from tests.factories import make_village
from tests.jobs.postoffice import PostOffice

from smartbarleben.cases import actions, arrivals, fetching
from smartbarleben.cases.founding import make_categories
from smartbarleben.cases.models import Attachment, Case, Sort
from smartbarleben.cases.status import Status
from smartbarleben.config.paths import ROOT
from smartbarleben.jobs import mail as outbox
from smartbarleben.jobs import work
from smartbarleben.jobs.models import Job, OutgoingMail, State

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def running() -> Iterator[ImapServer]:
    with imap_server.running() as found:
        yield found


@pytest.fixture
def server(running: ImapServer, settings: Any) -> ImapServer:
    running.clear()
    settings.INBOX_URL = running.url
    return running


@pytest.fixture(autouse=True)
def village(transactional_db: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(Attachment._meta.get_field("file"), "storage", FileSystemStorage(tmp_path / "uploads"))
    make_village()
    make_categories()


@pytest.fixture
def post(settings: Any) -> Iterator[PostOffice]:
    office = PostOffice()
    office.open()
    settings.MAILERS = {
        "default": {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {"host": "127.0.0.1", "port": office.port, "timeout": 5},
        }
    }
    yield office
    office.close()


def fetched() -> None:
    """The clock asks, and the worker works."""
    fetching.ask(timezone.now())
    work.run_due()


def reply_to(ours: EmailMessage, text: str, subject: str = "", **headers: str) -> bytes:
    """What a mail program makes of "reply": addresses and thread from our mail, our words below."""
    message = EmailMessage()
    message["From"] = ours["To"]
    message["To"] = ours["Reply-To"] or ours["From"]
    message["Subject"] = subject or f"Re: {ours['Subject']}"
    message["Message-ID"] = f"<{len(text)}.{time.monotonic_ns()}@example.com>"
    message["In-Reply-To"] = ours["Message-ID"]
    message["References"] = f"{ours['References'] or ''} {ours['Message-ID']}".strip()
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    body = ours.get_body(("plain",))
    assert body is not None
    quoted = "\n".join(f"> {line}" for line in body.get_content().split("\n"))
    message.set_content(f"{text}\n\nAm 23.11.26 um 10:12 schrieb {ours['From']}:\n{quoted}\n")
    return message.as_bytes()


def returned(ours: EmailMessage) -> bytes:
    """What a mail server answers when there is no such mailbox."""
    message = EmailMessage()
    message["From"], message["To"] = "MAILER-DAEMON@mx.example.com", parseaddr(str(ours["From"]))[1]
    message["Subject"] = "Undelivered Mail Returned to Sender"
    message["Return-Path"] = "<>"
    message.set_content("I'm sorry.\n")
    message.make_mixed()
    report = EmailMessage()
    report["Content-Type"] = "message/delivery-status"
    group = EmailMessage()
    group["Final-Recipient"], group["Action"] = f"rfc822; {ours['To']}", "failed"
    group["Diagnostic-Code"] = "smtp; 550 5.1.1 user unknown"
    report.set_payload([EmailMessage(), group])
    message.attach(report)
    message.add_attachment(ours)
    message.replace_header("Content-Type", message["Content-Type"].replace("mixed", "report"))
    message.set_param("report-type", "delivery-status")
    return message.as_bytes()


class TestTheWholeWay:
    def test_a_resident_mails_and_hears_and_replies(self, server: ImapServer, post: PostOffice) -> None:
        server.deliver(mail("Wann wird die Laterne repariert?"))
        fetched()
        case = Case.objects.get()
        assert server.mails() == []
        assert len(server.mails("SmartBarleben")) == 1
        outbox.run_due()
        receipt = post.taken[0]
        assert case.number in receipt["Subject"]
        actions.answer(case=case, text="Am Montag.", by=make_worker())
        outbox.run_due()
        answer = post.taken[1]

        server.deliver(reply_to(answer, "Danke! Und die an der Ecke?"))
        fetched()
        assert fresh(case).status == Status.IN_WORK
        assert case.entries.get(sort=Sort.MESSAGE).text == "Danke! Und die an der Ecke?"
        assert Case.objects.count() == 1

        actions.answer(case=fresh(case), text="Auch am Montag.", by=None)
        outbox.run_due()
        answer = post.taken[2]
        server.deliver(reply_to(answer, "Ich bin im Urlaub.", "Abwesenheitsnotiz", Auto_Submitted="auto-replied"))
        server.deliver(returned(answer))
        fetched()
        case = fresh(case)
        assert case.status == Status.ANSWERED
        assert "Ich bin im Urlaub." in case.entries.get(sort=Sort.AUTO_REPLY).text
        assert "550 5.1.1" in case.entries.get(sort=Sort.MAIL_FAILED).text
        assert case.contact.mail_fails
        outbox.run_due()
        assert len(post.taken) == 3, "machines get no mail"
        assert server.mails() == []

    def test_by_the_plus_address_alone(self, server: ImapServer, post: PostOffice) -> None:
        server.deliver(mail())
        fetched()
        outbox.run_due()
        raw = reply_to(post.taken[0], "Noch etwas", "Ganz anders", In_Reply_To="", References="")
        lines = [line for line in raw.split(b"\n") if not line.lower().startswith((b"in-reply-to", b"references"))]
        server.deliver(b"\n".join(lines))
        fetched()
        assert Case.objects.get().entries.filter(sort=Sort.MESSAGE).count() == 1

    def test_two_answering_machines_do_not_talk_for_ever(self, server: ImapServer, post: PostOffice) -> None:
        """The other side answers each of our mails with a mail that does not say that a machine wrote it."""
        server.deliver(mail(Message_ID="<0@x>"))
        for _round in range(5):
            fetched()
            outbox.run_due()
            for ours in post.taken:
                server.deliver(reply_to(ours, "Wir haben Ihre Mail erhalten. Ticket 4711.", "Ticket 4711"))
            post.taken.clear()
        assert OutgoingMail.objects.count() == 1
        assert Case.objects.count() == 1


class TestTrouble:
    def jobs(self, state: State) -> list[Job]:
        return list(Job.objects.filter(task=fetching.TASK, state=state))

    def test_a_server_that_is_away_is_a_failure_that_staff_see_and_that_ends(
        self, server: ImapServer, settings: Any
    ) -> None:
        settings.INBOX_URL = "imap://u:password-geheim@127.0.0.1:9"
        now = timezone.now()
        for minutes in range(0, 60, 2):
            fetching.ask(now + timedelta(minutes=minutes))
            work.run_due(now + timedelta(minutes=minutes))
        (dead,) = self.jobs(State.DEAD)
        assert "127.0.0.1" in dead.problem
        assert "geheim" not in dead.problem
        assert not self.jobs(State.WAITING)
        settings.INBOX_URL = server.url
        server.deliver(mail())
        fetching.ask(now + timedelta(hours=3))
        work.run_due(now + timedelta(hours=3))
        assert Case.objects.count() == 1
        assert not self.jobs(State.DEAD)

    def test_a_mail_that_breaks_the_program_does_not_stop_the_others(
        self, server: ImapServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        take_in = arrivals.take_in

        def breaking(letter: Any, *arguments: Any, **more: Any) -> Any:
            if letter.subject == "böse":
                raise ZeroDivisionError
            return take_in(letter, *arguments, **more)

        monkeypatch.setattr(arrivals, "take_in", breaking)
        server.deliver(mail(Subject="böse"), mail(Message_ID="<2@x>"))
        fetched()
        assert Case.objects.get().title == "Laterne"
        assert len(server.mails()) == 1
        (waiting,) = self.jobs(State.WAITING)
        assert "ZeroDivisionError" in waiting.problem
        monkeypatch.undo()
        work.run_due(timezone.now() + timedelta(minutes=10))
        assert Case.objects.count() == 2

    def test_without_a_mailbox_nothing_is_asked(self, settings: Any) -> None:
        settings.INBOX_URL = ""
        fetching.ask(timezone.now())
        assert not Job.objects.exists()

    def test_one_job_at_a_time(self, server: ImapServer) -> None:
        fetching.ask(timezone.now())
        fetching.ask(timezone.now())
        assert len(self.jobs(State.WAITING)) == 1

    def test_mails_from_before_our_time_stay(self, server: ImapServer) -> None:
        server.deliver(mail(), received='"01-Nov-2020 10:00:00 +0000"')
        fetched()
        assert not Case.objects.exists()
        assert len(server.mails()) == 1


type Start = Callable[[str], subprocess.Popen[bytes]]


@pytest.fixture
def start(server: ImapServer, tmp_path: Path) -> Iterator[Start]:
    """Starts workers on a database that this test shares with them."""
    processes: list[subprocess.Popen[bytes]] = []
    (tmp_path / "data").mkdir(mode=0o700)
    (tmp_path / "data" / "secret.key").write_text("only-for-tests")
    with SharedDatabase(tmp_path) as address:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("DJANGO_")} | {
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
            "DATABASE_URL": address,
            "SMARTBARLEBEN_DATA": str(tmp_path / "data"),
            "SMARTBARLEBEN_INBOX_URL": server.url,
            "MEETING": str(tmp_path),
        }

        def begin(action: str) -> subprocess.Popen[bytes]:
            command = [sys.executable, "-m", "tests.cases.fetch_process", action]
            processes.append(subprocess.Popen(command, env=environment, cwd=ROOT))
            return processes[-1]

        yield begin
        for process in processes:
            process.kill()
            process.wait()


class SharedDatabase:
    """The test's database where other processes can open it too: SQLite's lies in memory and is copied to a file."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "village.sqlite3"

    def __enter__(self) -> str:
        if connection.vendor != "sqlite":
            return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
        connection.ensure_connection()
        copy = sqlite3.connect(self._file)
        connection.connection.backup(copy)
        copy.close()
        self._usual, self._settings = connections["default"], connections.settings["default"]
        self._name, self._settings["NAME"] = self._settings["NAME"], str(self._file)
        connections["default"] = connections.create_connection("default")
        return f"sqlite:///{self._file}"

    def __exit__(self, *_problem: object) -> None:
        if connection.vendor == "sqlite":
            connections["default"].close()
            connections["default"], self._settings["NAME"] = self._usual, self._name


class TestKilled:
    @pytest.mark.parametrize("action", ["die-before-commit", "die-before-moving", "die-while-moving"])
    def test_a_worker_killed_in_between_neither_loses_nor_doubles(
        self, start: Start, server: ImapServer, action: str
    ) -> None:
        server.deliver(mail("eins"), mail("zwei", Message_ID="<2@x>"))
        assert start(action).wait(120) == -signal.SIGKILL
        assert len(server.mails()) == 2
        assert start("fetch").wait(120) == 0
        assert sorted(case.entries.get().text for case in Case.objects.all()) == ["eins", "zwei"]
        assert OutgoingMail.objects.count() == 1
        assert server.mails() == []

    def test_two_workers_at_once_make_one_case_of_each_mail(
        self, start: Start, server: ImapServer, tmp_path: Path
    ) -> None:
        server.deliver(*(mail(f"Nummer {number}", Message_ID=f"<{number}@x>") for number in range(8)))
        pair = [start("race"), start("race")]
        until = time.monotonic() + 120
        while len(list(tmp_path.glob("ready-*"))) < 2 and time.monotonic() < until:
            time.sleep(0.01)
        (tmp_path / "go").touch()
        for process in pair:
            process.wait(120)
        assert start("fetch").wait(120) == 0
        texts = [case.entries.get().text for case in Case.objects.all()]
        assert sorted(texts) == [f"Nummer {number}" for number in range(8)]
        assert server.mails() == []
