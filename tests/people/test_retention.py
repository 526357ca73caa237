"""Deletion on time: after it a person is nowhere, and the protocol says so without naming anybody."""

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.files.base import ContentFile
from django.db import connection
from django.utils import timezone
from tests.factories import make_item, make_village
from wagtail.admin.models import EditingSession
from wagtail.models import ModelLogEntry, Revision, UploadedFile

from smartbarleben.jobs import clock, mail, trust, work
from smartbarleben.jobs import queries as jobs_queries
from smartbarleben.jobs.models import Job, OutgoingMail
from smartbarleben.people import audit, consents, erasure, personal, queries, retention, schedule
from smartbarleben.people.models import AuditEntry, RetentionRun, User

MARKER = "Zwetschgenknödel"


@pytest.fixture
def rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """No rules but the test's own."""
    monkeypatch.setattr(retention, "_rules", {})


def leave_traces() -> User:
    """A colleague who worked here, wrote, was written to, and left."""
    make_village()
    user = User.objects.create_user(MARKER, "marker@example.org", "ein-gutes-passwort", first_name=MARKER)
    mail.send(to="marker@example.org", subject=MARKER, text=MARKER, reason="tests.marker", key="one")
    mail.run_due()
    mail.send(to="marker@example.org", subject=MARKER, text=MARKER, reason="tests.marker", key="unsent")
    session = SessionStore()
    session["who"] = MARKER
    session.create()
    accounts = ContentType.objects.get_for_model(User)
    ModelLogEntry.objects.create(
        content_type=accounts,
        object_id=str(user.pk),
        label=MARKER,
        action="wagtail.edit",
        user=user,
        data={"was": MARKER},
        timestamp=timezone.now(),
    )
    item = make_item("news", title=MARKER)
    item.save_revision(user=user).publish()
    item.title = "Ohne"
    item.save_revision(user=user).publish()
    EditingSession.objects.create(
        user=user, content_type=accounts, object_id=str(item.pk), last_seen_at=timezone.now()
    )
    UploadedFile.objects.create(file=ContentFile(MARKER.encode(), name="knoedel.txt"), uploaded_by_user=user)
    Job.objects.create(
        task="tests.fails", state="dead", finished_at=timezone.now(), due_at=timezone.now(), problem=MARKER
    )
    consents.give(mail="marker@example.org", topic="newsletter", text="Ja, bitte.", evidence="test")
    consents.withdraw(mail="marker@example.org", topic="newsletter", evidence="test")
    audit.record("tests.worked", item, actor=user)
    user.is_active = False
    user.save()
    return user


def test_after_the_time_a_person_is_nowhere(db: None, data_folder: Path) -> None:
    leave_traces()
    found = "\n".join(erasure.where_is(MARKER))
    for place in (
        "people_user.username",
        "jobs_outgoingmail.text",
        "wagtailcore_revision.content",
        "mail/",
        "unpacked",
    ):
        assert place in found
    now = timezone.now()
    _age(data_folder, now)
    retention.run_due(now)
    assert erasure.where_is(MARKER), "the time has not come yet"
    for days in (91, 400, 5 * 365):
        retention.run_due(now + timedelta(days=days))
    assert erasure.where_is(MARKER) == []
    assert erasure.where_is("marker@example.org") == []
    assert personal.overdue(now + timedelta(days=5 * 365)) == []
    audit.seal()
    assert audit.verify().ok
    assert audit.person(AuditEntry.objects.get(verb="tests.worked").actor) is None


def _age(folder: Path, now: datetime) -> None:
    """Files are as old as their own clock says: let them be from today's beginning, and the rest of time pass."""
    for path in (folder / "mail").iterdir():
        os.utime(path, (now.timestamp(), now.timestamp()))


def test_what_is_still_needed_stays(db: None, data_folder: Path) -> None:
    user = leave_traces()
    user.is_active = True
    user.save()
    now = timezone.now()
    for days in (0, 91, 400):
        retention.run_due(now + timedelta(days=days))
    assert User.objects.get(username=MARKER).left_at is None
    newest = Revision.objects.get()
    assert newest.content["title"] == "Ohne"
    assert newest.content_object.latest_revision_id == newest.pk


def test_who_comes_back_in_time_keeps_the_account(db: None, data_folder: Path, rules: None) -> None:
    from smartbarleben.people.deletion_rules import delete_left_accounts

    retention.register("people.accounts", delete_left_accounts)
    user = User.objects.create_user("petra", is_active=False)
    now = timezone.now()
    retention.run_due(now)
    User.objects.filter(pk=user.pk).update(is_active=True)
    retention.run_due(now + timedelta(days=30))
    User.objects.filter(pk=user.pk).update(is_active=False)
    retention.run_due(now + timedelta(days=100))
    retention.run_due(now + timedelta(days=180))
    assert User.objects.filter(pk=user.pk).exists()
    run = retention.run_due(now + timedelta(days=191))
    assert run.counts == {"people.accounts": 1}


def test_the_protocol_counts_and_names_nobody(db: None, data_folder: Path, rules: None) -> None:
    retention.register("tests.three", lambda now: 3)
    now = timezone.now()
    run = retention.run_due(now)
    assert (run.counts, run.problems) == ({"tests.three": 3}, {})
    assert run.finished_at is not None
    entry = AuditEntry.objects.get(verb="people.retention")
    assert (entry.subject_id, entry.facts) == (str(run.pk), {"tests.three": 3, "failed": []})


def test_a_rule_that_fails_undoes_its_own_step_and_stops_no_other(db: None, data_folder: Path, rules: None) -> None:
    User.objects.create_user("first")
    User.objects.create_user("second")

    def half(now: datetime) -> int:
        User.objects.filter(username="first").delete()
        raise ValueError(MARKER)

    retention.register("tests.half", half)
    retention.register("tests.whole", lambda now: User.objects.filter(username="second").delete()[0])
    with pytest.raises(retention.Incomplete, match=r"tests\.half") as told:
        retention.run_due(timezone.now())
    assert MARKER not in str(told.value)
    assert list(User.objects.values_list("username", flat=True)) == ["first"]
    run = RetentionRun.objects.get()
    assert run.problems == {"tests.half": "ValueError"}
    assert run.counts == {"tests.whole": 1}
    assert erasure.where_is(MARKER) == []


def run_daily_work(days: int) -> None:
    """What the background process does on a day."""
    clock.run_due(timezone.now() + timedelta(days=days))
    work.run_due(timezone.now() + timedelta(days=days))


@pytest.mark.sqlite_only
def test_each_day_the_deletion_runs_and_the_record_is_checked(own_database: Path) -> None:
    audit.record("tests.done")
    run_daily_work(0)
    assert RetentionRun.objects.get().finished_at is not None
    found = queries.last_check()
    assert (found.problem, found.at is not None) == ("", True)
    run_daily_work(1)
    assert RetentionRun.objects.count() == 2


def test_a_job_that_the_clock_leapt_away_from_deletes_nothing(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trust, "set_by_network", lambda: False)
    trust.note(timezone.now() - timedelta(days=100))
    with pytest.raises(trust.Doubtful):
        schedule.delete_due()
    assert not RetentionRun.objects.exists()


def test_a_broken_record_is_reported_to_staff(db: None) -> None:
    audit.record("tests.done")
    audit.seal()
    schedule.check_record()
    with connection.cursor() as cursor:
        on = "" if connection.vendor == "sqlite" else " ON people_auditentry"
        cursor.execute(f"DROP TRIGGER people_audit_grows_update{on}")
        cursor.execute("UPDATE people_auditentry SET verb = 'tests.other'")
    with pytest.raises(schedule.Broken):
        schedule.check_record()


@pytest.mark.sqlite_only
def test_a_broken_record_becomes_a_dead_letter_at_once(own_database: Path) -> None:
    audit.record("tests.done")
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER people_audit_grows_update")
        cursor.execute("UPDATE people_auditentry SET verb = 'tests.other'")
    run_daily_work(0)
    assert "hash at entry 1" in queries.last_check().problem
    assert [letter.name for letter in jobs_queries.dead()] == [schedule.CHECK]


@work.task("sample.with_id")
def with_id(user: int) -> None:
    """A task that names a person by an id only."""


def test_arguments_of_tasks_are_searched_as_well(db: None, data_folder: Path) -> None:
    work.enqueue(with_id, user=7)
    Job.objects.update(arguments={"name": MARKER})
    assert erasure.where_is(MARKER) == ["jobs_job.arguments (1)"]
    assert Session.objects.count() == OutgoingMail.objects.count() == 0


@pytest.mark.sqlite_only
def test_the_bytes_of_the_database_file_hold_nothing_either(own_database: Path) -> None:
    """Deleted rows stay in free pages and in the journal where nobody cleans up."""
    marker = "Pflaumenkuchen"
    make_village()
    mail.send(to="marker@example.org", subject=marker, text=f"{marker} " * 3000, reason="tests.marker", key="one")
    found = erasure.where_is(marker, raw=True)
    assert "jobs_outgoingmail.subject (1)" in found
    assert any("sqlite3" in place for place in found)
    retention.run_due(timezone.now() + timedelta(days=31))
    assert erasure.where_is(marker, raw=True) == []
    assert own_database.stat().st_size > 0


@pytest.mark.sqlite_only
def test_after_an_erasure_the_bytes_are_gone_as_well(own_database: Path) -> None:
    address = "pflaumenkuchen@example.org"
    make_village()
    mail.send(to=address, subject="x", text=f"{address} " * 3000, reason="tests.marker", key="one")
    consents.give(mail=address, topic="newsletter", text="Ja.", evidence="test")
    assert any("sqlite3" in place for place in erasure.where_is(address, raw=True))
    erasure.erase(address)
    work.run_due()
    assert erasure.where_is(address, raw=True) == []
