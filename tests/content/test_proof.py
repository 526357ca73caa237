"""The proof of display: what was seen is sealed, gaps are admitted, and neither people nor processes can bend it."""

import io
import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from tests.factories import make_item, make_village, now

from smartbarleben.config.paths import ROOT
from smartbarleben.content import proof, queries, sealing
from smartbarleben.content.actions import take_back
from smartbarleben.content.display import Display
from smartbarleben.content.models import Item, ProofLink
from smartbarleben.jobs import work

PAGE = "<h1>Wahl &amp; Würfel</h1>"


class Village(HTTPServer):
    """A web server that stands for ours: answers what the test wants and remembers what it was asked."""

    status, page, headers = 200, PAGE, {}
    asked: list[str]

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.asked = []


class Answer(BaseHTTPRequestHandler):
    server: Village

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.send_response(self.server.status)
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(self.server.page.encode())

    def log_message(self, *args: Any) -> None:
        """Tests are quiet."""


@pytest.fixture
def web(settings: Any) -> Iterator[Village]:
    server = Village()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    settings.SELF_URL = f"http://127.0.0.1:{server.server_port}"
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def notice(db: None) -> Item:
    make_village()
    return make_item("notice", title="Wahl & Würfel", slug="wahl")


def kinds() -> list[str]:
    return list(ProofLink.objects.values_list("kind", flat=True))


def test_a_displayed_notice_is_looked_at_and_sealed(notice: Item, web: Village) -> None:
    assert proof.look_at_all(now()) == 1
    assert proof.look_at_all(now()) == 1
    assert web.asked == ["/bekanntmachungen/wahl/"] * 2
    assert kinds() == ["started", "shown", "shown"]
    assert proof.check().ok
    row = ProofLink.objects.get(sequence=2)
    assert row.notice_id == notice.pk
    assert row.payload["status"] == 200
    assert row.payload["title"] == "Wahl & Würfel"
    assert len(row.payload["page_sha256"]) == 64


@pytest.mark.parametrize(
    ("status", "page"), [(500, PAGE), (404, "weg"), (200, "<h1>Etwas anderes</h1>"), (302, PAGE)]
)
def test_a_page_that_does_not_show_it_is_written_down(notice: Item, web: Village, status: int, page: str) -> None:
    web.status, web.page = status, page
    web.headers = {"Location": "/bekanntmachungen/wahl/?"} if status == 302 else {}
    proof.look_at_all(now())
    assert kinds() == ["started", "missing"]
    assert ProofLink.objects.last().payload["problem"]
    assert len(web.asked) == 1


def test_a_server_that_does_not_answer_is_a_gap(notice: Item, settings: Any) -> None:
    settings.SELF_URL = "http://127.0.0.1:9"
    proof.look_at_all(now())
    assert kinds() == ["started", "missing"]
    assert ProofLink.objects.last().payload["status"] == 0


def test_only_our_own_web_server_is_asked(notice: Item, settings: Any, tmp_path: Path) -> None:
    settings.SELF_URL = f"file://{tmp_path}"
    proof.look_at_all(now())
    assert kinds() == ["started", "missing"]


def test_the_display_ends_with_its_last_day_or_when_it_is_taken_back(notice: Item, web: Village) -> None:
    proof.look_at_all(now())
    proof.look_at_all(now() + timedelta(days=30))
    assert kinds() == ["started", "shown", "ended"]
    proof.look_at_all(now() + timedelta(days=31))
    assert len(kinds()) == 3
    proof.look_at_all(now())
    take_back(item=notice)
    proof.look_now(notice.pk, now())
    assert kinds()[-3:] == ["started", "shown", "ended"]


def test_notices_of_other_days_and_drafts_are_left_alone(notice: Item, web: Village) -> None:
    make_item("notice", starts_at=now() + timedelta(days=2), ends_at=now() + timedelta(days=9))
    make_item("notice", publish=False)
    make_item("news")
    assert [one.pk for one in proof.displayed(now())] == [notice.pk]


def test_publishing_and_taking_back_are_written_down_at_once(notice: Item, web: Village) -> None:
    work.run_due()
    web.asked.clear()
    new = make_item("notice", title="Wahl & Würfel", slug="neu")
    work.run_due()
    assert web.asked == ["/bekanntmachungen/neu/"]
    take_back(item=new)
    work.run_due()
    assert kinds() == ["started", "shown", "started", "shown", "ended"]


def test_the_page_says_when_it_was_shown_and_when_nobody_looked(client: Client, notice: Item, web: Village) -> None:
    for hours in (8, 7, 2, 1, 0):
        proof.look_at_all(now() - timedelta(hours=hours))
    found = queries.proof_of(notice.pk, now())
    assert [span.display for span in found.spans] == [Display.SHOWN, Display.UNKNOWN, Display.SHOWN]
    assert [span.looks for span in found.spans] == [2, 0, 3]
    answer = client.get("/bekanntmachungen/wahl/nachweis/")
    assert answer.status_code == 200
    assert proof.head()[1] in answer.content.decode()
    assert not answer.cookies
    assert client.get("/bekanntmachungen/gibt-es-nicht/nachweis/").status_code == 404


def verify(**options: Any) -> str:
    out = io.StringIO()
    call_command("verify_proof", stdout=out, **options)
    return out.getvalue()


def test_the_command_knows_an_earlier_head(notice: Item, web: Village) -> None:
    proof.look_at_all(now())
    kept = proof.head()[1]
    proof.look_at_all(now())
    assert "OK: 3 links" in verify()
    assert "OK" in verify(head=kept)
    with pytest.raises(CommandError, match="No link has the hash"):
        verify(head="0" * 63 + "1")


def test_what_a_link_speaks_about_may_be_deleted(notice: Item, web: Village) -> None:
    proof.look_at_all(now())
    assert proof.forget(notice.pk) == 2
    assert "OK: 2 links" in verify()
    Item.objects.get(pk=notice.pk).delete()
    assert ProofLink.objects.filter(notice=None).count() == 2
    assert "OK: 2 links" in verify()


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE content_prooflink SET digest = 'x' WHERE sequence = 1",
        "UPDATE content_prooflink SET hash = 'x' WHERE sequence = 1",
        "UPDATE content_prooflink SET previous = 'x' WHERE sequence = 2",
        "UPDATE content_prooflink SET sequence = 99 WHERE sequence = 1",
        "UPDATE content_prooflink SET kind = 'shown' WHERE sequence = 1",
        "UPDATE content_prooflink SET at = '2001-01-01 00:00:00+00:00' WHERE sequence = 1",
        "UPDATE content_prooflink SET payload = '{}' WHERE sequence = 1",
        "DELETE FROM content_prooflink WHERE sequence = 2",
        "DELETE FROM content_prooflink",
    ],
)
def test_the_database_refuses_to_bend_the_chain(notice: Item, web: Village, sql: str) -> None:
    proof.look_at_all(now())
    before = list(ProofLink.objects.values())
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert list(ProofLink.objects.values()) == before


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("UPDATE content_prooflink SET kind = 'missing' WHERE sequence = 2", "link 2: its fields"),
        ("DELETE FROM content_prooflink WHERE sequence = 1", "link 1: a link is missing"),
        ("UPDATE content_prooflink SET payload = '{}' WHERE sequence = 2", "Link 2 holds"),
    ],
)
def test_whoever_takes_the_triggers_away_is_found_out(notice: Item, web: Village, sql: str, said: str) -> None:
    proof.look_at_all(now())
    sealing.remove(connection)
    with connection.cursor() as cursor:
        cursor.execute(sql)
    with pytest.raises(CommandError, match=said):
        verify()


def test_a_migration_brings_lost_triggers_back(db: None) -> None:
    assert sealing.missing(connection) == []
    sealing.remove(connection)
    assert sealing.missing(connection)
    call_command("migrate", verbosity=0, interactive=False)
    assert sealing.missing(connection) == []


_WRITER = """
import django; django.setup()
from django.utils import timezone
from smartbarleben.content import proof
for number in range(25):
    proof.append(kind="shown", payload={"number": number}, notice=None, at=timezone.now())
"""


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_processes_never_fork_the_chain(tmp_path: Path) -> None:
    address = _database_of_its_own(tmp_path / "race.sqlite3")
    environment = os.environ | {
        "DATABASE_URL": address,
        "DJANGO_SETTINGS_MODULE": "smartbarleben.config.settings",
        "PYTHONPATH": str(ROOT / "src"),
        "SMARTBARLEBEN_DATA": str(tmp_path),
    }
    writers = [subprocess.Popen([sys.executable, "-c", _WRITER], env=environment, cwd=ROOT) for _one in range(2)]
    assert [writer.wait(timeout=120) for writer in writers] == [0, 0]
    check = [sys.executable, "-m", "smartbarleben", "verify_proof"]
    done = subprocess.run(check, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert "OK: 50 links" in done.stdout, done.stderr


def _database_of_its_own(path: Path) -> str:
    """The address of a database that other processes can open: a copy of the test's SQLite, or PostgreSQL itself."""
    values = connection.settings_dict
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        copy = sqlite3.connect(path)
        connection.connection.backup(copy)
        copy.close()
        return f"sqlite:///{path}"
    host = quote(values["HOST"], safe="")
    port = f":{values['PORT']}" if values["PORT"] else ""
    password = f":{quote(values['PASSWORD'])}" if values["PASSWORD"] else ""
    return f"postgres://{values['USER']}{password}@{host}{port}/{values['NAME']}"
