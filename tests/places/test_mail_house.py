"""Mails are written by the municipality, and answers go to its address."""

import pytest

from smartbarleben.jobs import mail
from smartbarleben.places import queries
from smartbarleben.places.models import Municipality


def test_the_municipality_writes_the_mails(db: None) -> None:
    Municipality.objects.update_or_create(
        id=1, defaults={"name": "Musterdorf", "kind": "Gemeinde", "ags": "15083001", "email": "rathaus@example.org"}
    )
    row = mail.send(to="erika@example.org", subject="Hello", text="Good day", reason="tests", key="k")
    assert row.sender == "Gemeinde Musterdorf <rathaus@example.org>"
    assert row.message_id.endswith("@example.org>")


def test_without_a_municipality_nobody_writes(db: None) -> None:
    Municipality.objects.all().delete()
    with pytest.raises(queries.NoVillage):
        mail.send(to="erika@example.org", subject="Hello", text="Good day", reason="tests", key="k")
