"""Consents: a ledger. The last word counts, every word stays, nothing else touches it."""

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smartbarleben.people import consents
from smartbarleben.people.models import Consent, User

MAIL = "petra@example.org"
FIRST, SECOND = "Ja, ich möchte den Brief.", "Ja, ich möchte den Brief jede Woche."


def test_the_last_word_counts_and_every_word_stays(db: None) -> None:
    assert consents.state(MAIL, "newsletter") is None
    consents.give(mail=MAIL, topic="newsletter", text=FIRST, evidence="mail:1")
    standing = consents.state(MAIL, "newsletter")
    assert standing is not None
    assert (standing.given, standing.evidence) == (True, "mail:1")
    assert list(consents.agreed("newsletter")) == [MAIL]
    consents.withdraw(mail=MAIL, topic="newsletter", evidence="link:2")
    last = consents.state(MAIL, "newsletter")
    assert last is not None
    assert (last.given, last.digest) == (False, standing.digest)
    assert list(consents.agreed("newsletter")) == []
    assert Consent.objects.count() == 2


def test_other_words_are_another_consent(db: None) -> None:
    first = consents.give(mail=MAIL, topic="newsletter", text=FIRST, evidence="mail:1")
    assert consents.give(mail="Petra@Example.org ", topic="newsletter", text=FIRST, evidence="mail:2") == first
    second = consents.give(mail=MAIL, topic="newsletter", text=SECOND, evidence="mail:3")
    assert second.text_id != first.text_id
    assert second.text.text == SECOND
    assert list(consents.agreed("newsletter")) == [MAIL]


def test_who_never_agreed_has_nothing_to_withdraw(db: None) -> None:
    assert consents.withdraw(mail=MAIL, topic="newsletter", evidence="link:1") is None
    assert not Consent.objects.exists()


@pytest.mark.parametrize("evidence", ["", "two words", "petra@example.org"])
def test_evidence_is_an_id(db: None, evidence: str) -> None:
    with pytest.raises(ValueError, match="Evidence"):
        consents.give(mail=MAIL, topic="newsletter", text=FIRST, evidence=evidence)


def test_a_change_of_an_account_changes_no_consent(db: None) -> None:
    user = User.objects.create_user("petra", MAIL)
    consents.give(mail=MAIL, topic="newsletter", text=FIRST, evidence="mail:1")
    before = list(Consent.objects.values())
    user.email = "neu@example.org"
    user.first_name = "Petra"
    user.save()
    user.delete()
    assert list(Consent.objects.values()) == before


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE people_consent SET given = NOT given",
        "UPDATE people_consent SET mail = 'other@example.org'",
        "UPDATE people_consenttext SET text = 'other'",
        "DELETE FROM people_consent",
    ],
)
def test_the_database_refuses_to_rewrite_the_ledger(db: None, statement: str) -> None:
    consents.give(mail=MAIL, topic="newsletter", text=FIRST, evidence="mail:1")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


people = st.sampled_from(["a@example.org", "A@example.org", "b@example.org"])
topics = st.sampled_from(["newsletter", "meldungen"])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(people, topics, st.booleans()), max_size=12))
def test_the_ledger_agrees_with_a_plain_list(db: None, steps: list[tuple[str, str, bool]]) -> None:
    with transaction.atomic():
        expected: dict[tuple[str, str], bool] = {}
        for mail, topic, yes in steps:
            key = (mail.lower(), topic)
            if yes:
                consents.give(mail=mail, topic=topic, text=FIRST, evidence="test")
                expected[key] = True
            elif consents.withdraw(mail=mail, topic=topic, evidence="test"):
                assert key in expected
                expected[key] = False
        for (mail, topic), given_ in expected.items():
            standing = consents.state(mail, topic)
            assert standing is not None
            assert standing.given is given_
        for topic in ("newsletter", "meldungen"):
            wanted = {mail for (mail, about), yes in expected.items() if yes and about == topic}
            assert set(consents.agreed(topic)) == wanted
        transaction.set_rollback(True)
