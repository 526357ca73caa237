"""What we hold about a person is found, given to them, deleted, and deleted again after a backup."""

import io
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from tests.factories import make_item, make_place, make_village

from smartbarleben.jobs import mail
from smartbarleben.jobs.models import Job, OutgoingMail, State
from smartbarleben.people import audit, consents, erasure, erasures
from smartbarleben.people.erasure import Found
from smartbarleben.people.models import AuditEntry, Consent, Erasure, User

PETRA, JONAS = "petra@example.org", "jonas@example.org"


@pytest.fixture
def village(db: None, data_folder: Path) -> Path:
    """Mails to two people, sent into files and unsent, and consents."""
    make_village()
    for number, person in enumerate([PETRA, JONAS, PETRA]):
        words = {"subject": f"Nummer {number}", "text": f"An {person}, mit Umlauten: Grüße"}
        mail.send(to=person, reason="tests.mail", key=f"sent-{number}", **words)
    mail.run_due()
    mail.send(to="Petra@Example.org", subject="Später", text="Noch nicht", reason="tests.mail", key="unsent")
    mail.send(to=JONAS, subject="x", text="x", reply_to=f"Petra <{PETRA}>", reason="tests.mail", key="reply")
    for person in (PETRA, JONAS):
        consents.give(mail=person, topic="newsletter", text="Ja.", evidence="test")
    return data_folder


@pytest.fixture
def sources(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, erasure.Source]]:
    """The sources of the house, to add to in one test."""
    mine = dict(erasure._sources)
    monkeypatch.setattr(erasure, "_sources", mine)
    return mine


def test_everything_about_a_person_is_found_and_nothing_about_others(village: Path) -> None:
    held = erasure.export(" PETRA@example.org")
    assert held["mail"] == PETRA
    assert {name: len(things) for name, things in held["held"].items()} == {
        "outbox": 4,
        "mail_files": 2,
        "consents": 1,
    }
    assert "jonas" not in json.dumps(held["held"]["mail_files"]).lower()
    assert json.loads(json.dumps(held)) == held
    assert erasure.export("nobody@example.org")["held"] == {}


def test_after_erasing_a_person_is_nowhere_and_others_are_untouched(village: Path) -> None:
    assert erasure.where_is(PETRA)
    others = [erasure.find(JONAS)["mail_files"], erasure.find(JONAS)["consents"]]
    count = erasure.erase(PETRA)
    assert count == 7
    assert erasure.where_is(PETRA) == []
    assert [erasure.find(JONAS)["mail_files"], erasure.find(JONAS)["consents"]] == others
    assert OutgoingMail.objects.get(key="unsent").state == State.DROPPED
    assert AuditEntry.objects.get(verb="people.erased").facts == {"count": 7}
    audit.seal()
    assert audit.verify().ok


def test_the_proof_of_a_consent_stays_without_the_address(village: Path) -> None:
    erasure.erase(PETRA)
    row = Consent.objects.exclude(pk__in=Consent.objects.filter(mail=JONAS)).get()
    assert (row.mail, row.given) == (None, True)
    assert list(consents.agreed("newsletter")) == [JONAS]
    (kept,) = erasure.find(PETRA)["consents"]
    assert kept.kept_because
    consents.withdraw(mail=PETRA, topic="newsletter", evidence="test")
    standing = consents.state(PETRA, "newsletter")
    assert standing is not None
    assert not standing.given


def test_one_address_is_not_the_end_of_another(village: Path) -> None:
    mail.send(to=JONAS, subject="x", text="x", reply_to="upetra@example.org", reason="tests.mail", key="longer")
    assert all("upetra" not in str(thing) for thing in erasure.find(PETRA)["outbox"])
    erasure.erase(PETRA)
    assert len(erasure.find("upetra@example.org")["outbox"]) == 1


def test_an_account_of_staff_is_shown_and_stays(village: Path) -> None:
    User.objects.create_user("petra", PETRA)
    (account,) = erasure.find(PETRA)["accounts"]
    assert account.kept_because
    erasure.erase(PETRA)
    assert User.objects.filter(username="petra").exists()


def test_a_note_on_a_failure_that_quotes_the_address_is_emptied(village: Path) -> None:
    for problem in (f"KeyError: no case of <{PETRA}>.", f"KeyError: u{PETRA}"):
        Job.objects.create(task="tests.fails", state=State.DEAD, finished_at=timezone.now(), problem=problem)
    assert len(erasure.find(PETRA)["problems"]) == 1
    erasure.erase(PETRA)
    notes = Job.objects.filter(task="tests.fails").order_by("pk").values_list("problem", flat=True)
    assert list(notes) == ["", f"KeyError: u{PETRA}"]


def test_a_public_contact_is_shown_and_stays(village: Path) -> None:
    make_place("Heimatstube", email=PETRA)
    make_item("club", title="Heimatverein", email="Petra@example.org")
    make_item("news", title="Fest", owner=PETRA)
    found = erasure.find(PETRA)
    assert [thing.data for thing in found["places"]]
    assert len(found["published"]) == 2
    assert all(thing.kept_because for name in ("places", "published") for thing in found[name])


def test_a_source_that_fails_deletes_nothing_at_all(village: Path, sources: dict[str, erasure.Source]) -> None:
    def fail(mail: str) -> int:
        raise RuntimeError("no")

    erasure.register_source("tests", lambda mail: [], fail)
    with pytest.raises(RuntimeError):
        erasure.erase(PETRA)
    assert len(erasure.find(PETRA)["outbox"]) == 4
    assert not Erasure.objects.exists()


def test_the_list_of_deletions_names_nobody(village: Path) -> None:
    erasure.erase(PETRA)
    text = erasures.path().read_text()
    assert "petra" not in text
    assert erasures.path().stat().st_mode & 0o077 == 0
    row = Erasure.objects.get()
    assert row.token in text
    assert row.person in text


def test_a_restored_backup_is_deleted_again(village: Path, sources: dict[str, erasure.Source]) -> None:
    """The backup is from before the deletion; the file beside the database is not part of it."""
    notes = {PETRA: "Note", JONAS: "Note"}
    erasure.register_source(
        "tests",
        lambda mail: [Found(notes[mail])] if mail in notes else [],
        lambda mail: int(notes.pop(mail, None) is not None),
        lambda: list(notes),
    )
    erasure.erase(PETRA)
    assert erasure.replay() == 0
    # What a restored backup looks like: the data are back, the deletion is unknown.
    Erasure.objects.all().delete()
    notes[PETRA] = "Note"
    mail.send(to=PETRA, subject="x", text="x", reason="tests.mail", key="back")
    assert erasure.replay() == 1
    assert notes == {JONAS: "Note"}
    assert erasure.where_is(PETRA) == []
    assert erasure.replay() == 0
    assert Erasure.objects.count() == 1
    assert AuditEntry.objects.filter(verb="people.erased_again").count() == 1


def test_a_line_torn_by_a_crash_hides_no_other(village: Path) -> None:
    erasures.path().write_text('{"token": "0123456789ab')
    erasure.erase(PETRA)
    assert [line.token for line in erasures.unknown()] == []
    Erasure.objects.all().delete()
    assert len(erasures.unknown()) == 1
    assert erasure.replay() == 1


def test_old_deletions_leave_the_list_and_the_file(village: Path) -> None:
    erasure.erase(PETRA)
    Erasure.objects.update(at=timezone.now() - timedelta(days=500))
    erasure.erase(JONAS)
    assert erasures.forget(timezone.now() - timedelta(days=400)) == 1
    kept = Erasure.objects.get()
    assert kept.token in erasures.path().read_text()
    assert erasures.path().read_text().count("token") == 1
    assert erasures.path().stat().st_mode & 0o077 == 0


def test_what_came_after_a_deletion_stays_when_nothing_was_restored(village: Path) -> None:
    erasure.erase(PETRA)
    consents.give(mail=PETRA, topic="newsletter", text="Ja.", evidence="again")
    assert erasure.replay() == 0
    assert PETRA in list(consents.agreed("newsletter"))


def test_requests_that_come_by_post(village: Path) -> None:
    User.objects.create_user("petra", PETRA)
    out = io.StringIO()
    call_command("erasures", "export", PETRA, stdout=out)
    assert json.loads(out.getvalue())["held"]["outbox"]
    out = io.StringIO()
    call_command("erasures", "erase", PETRA, stdout=out)
    assert "Deleted: 7" in out.getvalue()
    assert "Stays: accounts" in out.getvalue()
    call_command("erasures", "replay", stdout=out)
    assert "again: 0" in out.getvalue()
    with pytest.raises(CommandError):
        call_command("erasures", "erase", stdout=out)
    with pytest.raises(CommandError):
        call_command("erasures", "replay", PETRA, stdout=out)


def test_each_source_of_the_house_can_be_replayed() -> None:
    """A source that cannot list its addresses would come back with a backup; some are never erased by mail."""
    silent = {source.name for source in erasure.sources() if source.mails is tuple}
    assert silent <= {"accounts", "places", "published"}
