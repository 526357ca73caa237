"""The record of what was done: whole, chained, nobody rewrites it, and a person can vanish from it."""

import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smartbarleben.guards import registry
from smartbarleben.people import audit
from smartbarleben.people.models import AuditEntry, AuditLink, Pseudonym, User


@pytest.fixture
def petra(db: None) -> User:
    return User.objects.create_user("petra", "petra@example.org", "ein-gutes-passwort")


def tamper(sql: str, *values: object) -> None:
    """What somebody with the database's password does, who first takes the guards away."""
    with connection.cursor() as cursor:
        for guard in registry.guards():
            if guard.table.startswith("people_audit"):
                for name in guard.statements(connection.vendor):
                    on = "" if connection.vendor == "sqlite" else f' ON "{guard.table}"'
                    cursor.execute(f'DROP TRIGGER IF EXISTS "{name}"{on}')
        cursor.execute(sql, values)


def test_an_entry_says_what_was_done_and_names_nobody(petra: User) -> None:
    other = User.objects.create_user("jonas", "jonas@example.org")
    entry = audit.record("cases.given", petra, actor=petra, to=other, days=3)
    audit.seal()
    entry.refresh_from_db()
    assert (entry.subject_type, entry.subject_id) == ("people.user", str(petra.pk))
    assert entry.facts == {"to": f"person:{audit.pseudonym(other)}", "days": 3}
    everything = " ".join(str(value) for value in AuditEntry.objects.values_list().get(pk=entry.pk))
    assert "petra" not in everything
    assert "jonas" not in everything
    assert audit.person(entry.actor) == petra
    assert audit.verify().ok


@pytest.mark.parametrize("fact", ["Petra Müller", "petra@example.org", "two words", {"a": 1}, 1.5, ["a b"]])
def test_facts_about_people_are_refused(db: None, fact: Any) -> None:
    with pytest.raises(ValueError, match="not an id"):
        audit.record("cases.answered", fact=fact)
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("verb", ["", "answered", "Cases.answered", "cases.was answered", "cases." + "a" * 50])
def test_a_verb_is_a_room_and_a_word(db: None, verb: str) -> None:
    with pytest.raises(ValueError, match="no verb"):
        audit.record(verb)


def test_what_is_rolled_back_leaves_no_trace(db: None) -> None:
    audit.record("cases.first")
    with transaction.atomic():
        audit.record("cases.undone")
        transaction.set_rollback(True)
    audit.record("cases.second")
    audit.seal()
    assert list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True)) == ["cases.first", "cases.second"]
    verdict = audit.verify()
    assert (verdict.ok, verdict.links, verdict.open) == (True, 2, 0)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE people_auditentry SET verb = 'cases.other'",
        "UPDATE people_auditentry SET actor = 'x'",
        "UPDATE people_auditentry SET facts = '{\"a\": 2}'",
        "DELETE FROM people_auditlink",
        "UPDATE people_auditlink SET previous = 'x'",
    ],
)
def test_the_database_refuses_to_rewrite_the_record(petra: User, statement: str) -> None:
    audit.record("cases.answered", petra, actor=petra, a=1)
    audit.seal()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM people_auditentry")


def test_who_is_forgotten_vanishes_from_the_record_and_the_record_stays(petra: User) -> None:
    entry = audit.record("cases.answered", actor=petra)
    audit.seal()
    assert audit.forget_actor(petra)
    assert audit.person(entry.actor) is None
    assert not audit.forget_actor(petra)
    later = audit.record("cases.answered", actor=petra)
    assert later.actor != entry.actor
    audit.seal()
    assert audit.verify().ok


def test_deleting_an_account_takes_its_pseudonym_along(petra: User) -> None:
    entry = audit.record("cases.answered", actor=petra)
    petra.delete()
    assert not Pseudonym.objects.exists()
    assert AuditEntry.objects.get(pk=entry.pk).actor == entry.actor


def test_facts_can_be_erased_and_the_chain_holds(petra: User) -> None:
    audit.erase(petra)
    audit.record("cases.answered", petra, reply=7)
    audit.record("cases.closed", petra)
    kept = audit.record("cases.closed", reply=8)
    audit.seal()
    assert audit.erase(petra) == 2
    assert audit.erase(petra) == 0
    assert list(AuditEntry.objects.filter(facts__isnull=False)) == [kept]
    assert not AuditEntry.objects.filter(facts__isnull=True, salt__isnull=False).exists()
    assert audit.verify().ok


@pytest.mark.parametrize(
    ("statement", "problem", "at"),
    [
        ("UPDATE people_auditentry SET verb = 'cases.other' WHERE id = %s", "hash", 2),
        ("UPDATE people_auditentry SET actor = 'somebody' WHERE id = %s", "facts", 2),
        ("UPDATE people_auditentry SET facts = '{\"number\": 9}' WHERE id = %s", "facts", 2),
        ("DELETE FROM people_auditlink WHERE entry_id = %s", "sequence", 2),
    ],
)
def test_who_gets_past_the_guards_is_found(db: None, statement: str, problem: str, at: int) -> None:
    entries = [audit.record("cases.answered", number=number) for number in range(3)]
    audit.seal()
    tamper(statement, entries[1].pk)
    verdict = audit.verify()
    assert (verdict.ok, verdict.problem, verdict.broken_at) == (False, problem, at)


def test_a_chain_computed_anew_is_found_by_a_hash_kept_elsewhere(db: None) -> None:
    audit.record("cases.answered")
    audit.seal()
    kept = audit.head()[1]
    audit.record("cases.closed")
    audit.seal()
    assert audit.verify(kept).ok
    tamper("DELETE FROM people_auditlink")
    assert audit.seal() == 2
    assert audit.verify().ok
    tamper("DELETE FROM people_auditlink")
    tamper("DELETE FROM people_auditentry WHERE verb = 'cases.answered'")
    audit.seal()
    assert audit.verify().ok
    assert audit.verify(kept).problem == "head"


words = st.sampled_from(["cases.answered", "cases.closed", "people.invited"])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(words, st.booleans(), st.booleans()), max_size=12))
def test_the_chain_holds_whatever_is_done_and_undone(petra: User, steps: list[tuple[str, bool, bool]]) -> None:
    """Any order of entries, rollbacks and erasures."""
    before = AuditEntry.objects.count()
    kept = 0
    for verb, is_kept, is_erased in steps:
        with transaction.atomic():
            audit.record(verb, petra)
            transaction.set_rollback(not is_kept)
        kept += is_kept
        if is_erased:
            audit.erase(petra)
    audit.seal()
    assert audit.verify().ok
    assert AuditEntry.objects.count() == AuditLink.objects.count() == before + kept


def test_the_operator_asks_whether_the_record_is_whole(db: None) -> None:
    audit.record("cases.answered")
    audit.seal()
    out = io.StringIO()
    call_command("audit", "verify", stdout=out)
    assert audit.head()[1] in out.getvalue()
    call_command("audit", "verify", head=audit.head()[1], stdout=out)
    with pytest.raises(CommandError, match="not in the chain"):
        call_command("audit", "verify", head="f" * 64, stdout=out)
    tamper("UPDATE people_auditentry SET verb = 'cases.other'")
    with pytest.raises(CommandError, match="entry 1"):
        call_command("audit", "verify", stdout=out)
