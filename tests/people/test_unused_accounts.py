"""A resident's account that nobody uses goes after two years, and not without a mail a month before."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from tests.factories import make_village
from tests.people.test_residents import PETRA, code

from smartbarleben.jobs.models import OutgoingMail
from smartbarleben.people import erasure, personal, residents, retention
from smartbarleben.people.models import AuditEntry, Resident, ResidentVisit, SignInCode


@pytest.fixture(autouse=True)
def village(db: None, data_folder: Path) -> None:
    make_village()


def unused(now: datetime) -> Resident:
    """Somebody who signed in once."""
    _answer, door = residents.ask(mail=PETRA, visitor="192.0.2.1", now=now)
    assert residents.sign_in(door=door, code=code(), now=now)
    return Resident.objects.get()


def test_an_unused_account_goes_after_two_years_and_a_mail_a_month_before(data_folder: Path) -> None:
    # At noon: 699 days later the clock may have changed, and near midnight that would be the next day.
    now = timezone.localtime().replace(hour=12)
    resident = unused(now)
    assert resident.delete_on == (now + residents.KEEP_UNUSED).astimezone().date()
    retention.run_due(now + timedelta(days=699))
    assert not OutgoingMail.objects.filter(reason="people.account_ends").exists()
    retention.run_due(now + timedelta(days=701))
    told = OutgoingMail.objects.get(reason="people.account_ends")
    assert told.to == PETRA
    assert "/formular/konto/" in told.text
    for days in (702, 729):
        retention.run_due(now + timedelta(days=days))
    assert OutgoingMail.objects.filter(reason="people.account_ends").count() == 1
    assert Resident.objects.exists()
    late = now + timedelta(days=732)
    retention.run_due(late)
    assert not Resident.objects.exists()
    assert AuditEntry.objects.get(verb="people.resident_deleted").facts == {"why": "unused"}
    assert not ResidentVisit.objects.exists()
    assert not SignInCode.objects.exists()
    for days in (800, 1200):
        retention.run_due(now + timedelta(days=days))
    assert personal.overdue(now + timedelta(days=1200)) == []
    assert erasure.where_is(PETRA) == []


def test_who_signs_in_after_the_mail_keeps_the_account(data_folder: Path) -> None:
    now = timezone.now()
    unused(now)
    retention.run_due(now + timedelta(days=705))
    again = unused(now + timedelta(days=720))
    assert again.warned_on is None
    retention.run_due(now + timedelta(days=800))
    assert Resident.objects.exists()
    retention.run_due(now + timedelta(days=720 + 701))
    assert OutgoingMail.objects.filter(reason="people.account_ends").count() == 2


def test_visits_count_as_use(data_folder: Path) -> None:
    now = timezone.now()
    _answer, door = residents.ask(mail=PETRA, visitor="192.0.2.1", now=now)
    key = residents.sign_in(door=door, code=code(), now=now)
    residents.visit_of(key, now + timedelta(hours=1))
    assert Resident.objects.get().last_seen_at == now
    residents.visit_of(key, now + timedelta(days=80))
    assert Resident.objects.get().last_seen_at == now + timedelta(days=80)


def test_where_deletion_did_not_run_for_long_the_month_after_the_mail_is_still_given(data_folder: Path) -> None:
    now = timezone.now()
    unused(now)
    late = now + timedelta(days=900)
    retention.run_due(late)
    resident = Resident.objects.get()
    assert resident.delete_on == (late + residents.NOTICE).astimezone().date()
    retention.run_due(late + timedelta(days=29))
    assert Resident.objects.exists()
    retention.run_due(late + timedelta(days=31))
    assert not Resident.objects.exists()
