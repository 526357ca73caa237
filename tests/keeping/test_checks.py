"""The doctor's looks: each says what is wrong and how to mend it, and none hides another."""

import ast
import io
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from tests.factories import make_item, make_village
from tests.jobs.postoffice import PostOffice

from smartbarleben.config import paths
from smartbarleben.guards import registry as guards
from smartbarleben.jobs import mail, trust
from smartbarleben.jobs.models import Job, OutgoingMail, PeriodicRun, State
from smartbarleben.keeping import checks, house_checks, work_checks
from smartbarleben.keeping.checks import Finding, Level
from smartbarleben.keeping.models import KeepingRun
from smartbarleben.people.models import AuditEntry
from smartbarleben.ui.dates import today


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """The words of the source."""
    with translation.override("en"):
        yield


@pytest.fixture
def own(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A registry of this test's own."""
    monkeypatch.setattr(checks, "_checks", {})
    return


def look(name: str) -> list[Finding]:
    """What one check of the house finds."""
    ((_check, found, _seconds),) = checks.look_at_all([name])
    return found


def levels(name: str) -> list[Level]:
    return [one.level for one in look(name)]


def test_a_look_without_a_finding_is_fine(own: None) -> None:
    checks.register("tests.fine", list, label="The well has water")
    (found,) = look("tests.fine")
    assert (found.id, found.level, found.said(), found.mended()) == ("tests.fine", Level.OK, "The well has water", "")


def test_a_look_that_fails_is_a_finding_and_hides_no_other(own: None) -> None:
    def fail() -> list[Finding]:
        raise OperationalError("no such table: cases")

    checks.register("tests.fails", fail, label="The well")
    checks.register("tests.fine", list, label="The bridge stands")
    found = [one for _check, some, _seconds in checks.look_at_all() for one in some]
    assert [one.level for one in found] == [Level.BROKEN, Level.OK]
    assert "no such table" in found[0].said()
    assert found[0].blind
    assert checks.worst(found) is Level.BROKEN
    assert "1 check needs the database" in checks.not_seen(found[:1]).said()


def test_every_check_has_a_label_and_a_name_of_its_room() -> None:
    known = list(checks.registered())
    assert len(known) >= 18
    for check in known:
        room, _dot, what = check.name.partition(".")
        assert room in {"keeping", "content", "cases"}, "add the new room here"
        assert what
        assert str(check.label)


def calls_of_finding() -> Iterator[tuple[str, ast.Call]]:
    """Every place in the program where a finding is made, as (file:line, call)."""
    for path in sorted((paths.ROOT / "src" / "smartbarleben").rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if "Finding(" in text:
            for node in ast.walk(ast.parse(text)):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Finding":
                    yield f"{path.relative_to(paths.ROOT)}:{node.lineno}", node


def test_whatever_needs_somebody_says_how_to_mend_it() -> None:
    found = list(calls_of_finding())
    assert len(found) > 40
    silent = [
        place
        for place, call in found
        if ast.unparse(call.args[0]) != "Level.OK"
        and len(call.args) < 3
        and "mend" not in {keyword.arg for keyword in call.keywords}
    ]
    assert silent == [], "a finding without a way out frightens people"


def test_findings_speak_german_to_staff(db: None) -> None:
    finding = next(iter(house_checks.disk(1_000_000, 0.001)))
    with translation.override("de"):
        said = finding.as_json()
    assert "Festplatte" in said["text"]
    assert "0.0 GB" in said["text"]
    assert "%(" not in json.dumps(said)


def test_a_disk_is_judged_by_what_is_free() -> None:
    judged = {free: next(iter(house_checks.disk(free, 0.5))).level for free in (10**8, 10**9, 10**10)}
    assert list(judged.values()) == [Level.BROKEN, Level.WARN, Level.OK]
    assert next(iter(house_checks.disk(10**10, 0.01))).level is Level.WARN


def test_a_clock_behind_the_newest_entry_is_broken() -> None:
    now = timezone.now()
    assert list(house_checks.clock(now, None)) == []
    assert list(house_checks.clock(now, now + timedelta(minutes=1))) == []
    (found,) = house_checks.clock(now, now + timedelta(days=3))
    assert found.level is Level.BROKEN
    assert f"{timezone.localtime(now):%Y-%m-%d}" in found.said()


def test_a_clock_that_leapt_ahead_is_broken(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trust, "set_by_network", lambda: False)
    now = timezone.now()
    trust.believe(now - timedelta(days=6))
    assert levels("keeping.clock") == [Level.OK]
    PeriodicRun.objects.update(started_at=now - timedelta(days=600))
    (found,) = look("keeping.clock")
    assert found.level is Level.BROKEN
    assert f"{timezone.localtime(now - timedelta(days=600)):%Y-%m-%d}" in found.said()
    assert "./village manage trust_clock" in found.mended()
    for words in ("believes now", "no doubt"):
        said = io.StringIO()
        call_command("trust_clock", stdout=said)
        assert words in said.getvalue()
    assert levels("keeping.clock") == [Level.OK]
    assert AuditEntry.objects.filter(verb="keeping.clock_trusted").count() == 1


def test_a_certificate_is_judged_by_its_last_day() -> None:
    now = timezone.now()
    judged = [list(work_checks.certificate("x", now + timedelta(days=days), now)) for days in (-1, 3, 60)]
    assert [[one.level for one in found] for found in judged] == [[Level.BROKEN], [Level.WARN], []]


def test_a_lost_guard_is_named(db: None) -> None:
    guard = next(iter(guards.guards()))
    assert levels("keeping.triggers") == [Level.OK]
    with connection.cursor() as cursor:
        for name in guard.statements(connection.vendor):
            on = "" if connection.vendor == "sqlite" else f' ON "{guard.table}"'
            cursor.execute(f'DROP TRIGGER IF EXISTS "{name}"{on}')
    (found,) = look("keeping.triggers")
    assert found.level is Level.BROKEN
    assert next(iter(guard.statements(connection.vendor))) in found.said()
    assert "./village manage migrate" in found.mended()


def test_stuck_and_failed_work_is_counted(db: None) -> None:
    now = timezone.now()
    assert levels("keeping.jobs") == [Level.OK]
    Job.objects.create(task="tests.late", due_at=now - timedelta(hours=1))
    for _number in range(2):
        Job.objects.create(task="tests.dead", state=State.DEAD, finished_at=now)
    stuck, dead = look("keeping.jobs")
    assert (stuck.level, dead.level) == (Level.BROKEN, Level.WARN)
    assert "1 job is stuck" in stuck.said()
    assert "2 jobs failed" in dead.said()


def test_mails_that_wait_and_mails_that_failed(db: None) -> None:
    make_village()
    row = mail.send(to="a@example.org", subject="x", text="x", reason="tests", key="a")
    assert levels("keeping.mails") == [Level.OK]
    OutgoingMail.objects.filter(pk=row.pk).update(created_at=timezone.now() - timedelta(hours=5))
    assert levels("keeping.mails") == [Level.BROKEN]
    OutgoingMail.objects.filter(pk=row.pk).update(state=State.DEAD, finished_at=timezone.now())
    assert levels("keeping.mails") == [Level.WARN]


def test_the_background_process_is_missed(db: None) -> None:
    (never,) = look("keeping.background")
    assert "never run" in never.said()
    run = PeriodicRun.objects.create(name="jobs.wipe", started_at=timezone.now())
    assert levels("keeping.background") == [Level.OK]
    run.started_at = timezone.now() - timedelta(days=2)
    run.save()
    (away,) = look("keeping.background")
    assert f"{timezone.localtime(run.started_at):%Y-%m-%d}" in away.said()


def test_a_mail_server_that_answers_and_one_that_does_not(settings: Any) -> None:
    assert levels("keeping.mail_server") == [Level.WARN]
    post = PostOffice()
    post.open()
    settings.MAILERS = {"default": {"OPTIONS": {"host": "127.0.0.1", "port": post.port}}}
    assert levels("keeping.mail_server") == [Level.OK]
    post.close()
    (found,) = look("keeping.mail_server")
    assert found.level is Level.BROKEN
    assert "127.0.0.1" in found.said()
    assert post.taken == []


def test_stale_facts_are_counted(db: None) -> None:
    make_village()
    assert levels("content.facts") == [Level.OK]
    make_item("news", title="Alt", review_by=today() - timedelta(days=1))
    (found,) = look("content.facts")
    assert "1 fact should" in found.said()


def test_backups_that_fail_grow_old_or_vanish(db: None, settings: Any, tmp_path: Path) -> None:
    settings.BACKUP_DIR = ""
    (off,) = look("keeping.backup")
    assert "SMARTBARLEBEN_BACKUP_DIR" in off.mended()
    assert levels("keeping.drill") == [Level.WARN], "what was never tried is not fine"
    settings.DATA_DIR, settings.BACKUP_DIR, settings.BACKUP_KEY = tmp_path, str(tmp_path / "nowhere"), "a file"
    assert levels("keeping.backup") == [Level.BROKEN]
    place = tmp_path / "backups"
    place.mkdir()
    settings.BACKUP_DIR = str(place)
    (place / "village.tar.gz").write_bytes(b"x")
    now = timezone.now()
    run = KeepingRun.objects.create(kind="backup", started_at=now, ended_at=now, archive="village.tar.gz")
    assert [one.said() for one in look("keeping.backup")] == ["Backups lie on the same disk as the village."]
    KeepingRun.objects.filter(pk=run.pk).update(started_at=now - timedelta(days=5))
    assert Level.BROKEN in levels("keeping.backup")
    KeepingRun.objects.filter(pk=run.pk).update(started_at=now, archive="gone.tar.gz")
    assert any("gone.tar.gz" in one.said() for one in look("keeping.backup"))
    KeepingRun.objects.create(kind="backup", started_at=now, ended_at=now, problem="The disk is full.")
    assert any("The disk is full." in one.said() for one in look("keeping.backup"))


def test_drills_that_fail_or_never_come(db: None, settings: Any) -> None:
    settings.BACKUP_DIR = "/srv/backups"
    now = timezone.now()
    assert levels("keeping.drill") == [Level.WARN]
    run = KeepingRun.objects.create(kind="drill", started_at=now, ended_at=now, loaded=True)
    assert levels("keeping.drill") == [Level.OK]
    KeepingRun.objects.filter(pk=run.pk).update(loaded=False)
    assert levels("keeping.drill") == [Level.WARN]
    KeepingRun.objects.create(kind="drill", started_at=now + timedelta(minutes=1), ended_at=now, problem="damaged")
    assert levels("keeping.drill") == [Level.BROKEN]


def test_all_looks_together_ask_little(db: None) -> None:
    make_village()
    list(checks.look_at_all())
    with CaptureQueriesContext(connection) as seen:
        found = [one for _check, some, _seconds in checks.look_at_all() for one in some]
    assert len(seen) <= 90
    assert not [one for one in found if one.blind], [one.said() for one in found if one.blind]
