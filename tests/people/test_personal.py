"""Every field that could hold something about a person has a purpose and an end, or a reason why it is harmless."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.utils import timezone
from tests.factories import make_village

from smartbarleben.jobs import mail
from smartbarleben.people import personal
from smartbarleben.people.models import AuditEntry, User


def test_every_field_of_every_table_is_declared_or_harmless() -> None:
    assert personal.undeclared() == []


def test_the_walk_reaches_all_tables() -> None:
    """A walk that finds nothing to ask about would be as green."""
    asked = {model._meta.label: personal.suspicious(model) for model in apps.get_models(include_auto_created=True)}
    assert {"email", "first_name", "password"} <= set(asked["people.User"])
    assert "content" in asked["wagtailcore.Revision"]
    assert "user" in asked["people.User_groups"]
    assert "text" in asked["jobs.OutgoingMail"]
    assert "state" not in asked["jobs.OutgoingMail"]


def test_a_declaration_has_words() -> None:
    for one in personal.declarations():
        assert one.until, one.model
        assert all(one.purposes.values()), one.model


def test_a_typing_error_in_a_declaration_is_noticed() -> None:
    with pytest.raises(LookupError, match="no field emial"):
        personal.declare(User, {"emial": "reaches the person"}, until="never")
    with pytest.raises(LookupError):
        personal.harmless(User, "emial", because="it is not there")
    with pytest.raises(ValueError, match="is ours"):
        personal.harmless_table(AuditEntry, because="we are lazy")


def test_rows_past_their_date_are_listed(db: None) -> None:
    make_village()
    sent = mail.send(to="petra@example.org", subject="Hello", text="Hello", reason="tests.personal", key="one")
    assert personal.overdue(timezone.now()) == []
    late = sent.wipe_at + personal.PATIENCE + timedelta(hours=1)
    assert personal.overdue(late) == [personal.Overdue("jobs.OutgoingMail", 1)]
    assert personal.overdue(sent.wipe_at + timedelta(hours=1)) == []
