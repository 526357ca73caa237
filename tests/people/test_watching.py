"""What happens to accounts stands in the record, wherever it is done."""

import io

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.test import Client
from tests.factories import make_village

from smartbarleben.people import audit
from smartbarleben.people.actions import add_staff
from smartbarleben.people.models import AuditEntry, SignedIn, User
from smartbarleben.people.roles import ADMINISTRATOR, AUDITOR, EDITOR

PASSWORD = "ein-gutes-passwort"


def said() -> list[tuple[str, object]]:
    """Verbs and facts since the beginning."""
    return list(AuditEntry.objects.order_by("pk").values_list("verb", "facts"))


@pytest.fixture
def petra(db: None) -> User:
    make_village()
    add_staff(username="petra", role=ADMINISTRATOR, email="petra@example.org", password=PASSWORD)
    return User.objects.get()


def test_an_invitation_is_written_down(petra: User) -> None:
    assert said() == [("people.account_made", {}), ("people.roles_given", {"roles": ["administrator"]})]


def test_roles_and_switching_off_in_the_workspace_name_who_did_it(petra: User) -> None:
    add_staff(username="jonas", role=EDITOR, email="jonas@example.org")
    jonas = User.objects.get(username="jonas")
    browser = Client()
    browser.force_login(petra)
    auditor = Group.objects.get(name=AUDITOR).pk
    values = {
        "username": "jonas",
        "email": "jonas@example.org",
        "first_name": "J",
        "last_name": "M",
        "groups": [auditor],
    }
    answer = browser.post(f"/verwaltung/users/edit/{jonas.pk}/", values)
    assert answer.status_code == 302
    entries = AuditEntry.objects.filter(subject_id=str(jonas.pk), actor=audit.pseudonym(petra))
    found = {entry.verb: entry.facts for entry in entries}
    assert found["people.roles_given"] == {"roles": ["auditor"]}
    assert found["people.roles_taken"] == {"roles": ["editor"]}
    assert found["people.account_changed"] == {"is_active": False}
    assert "jonas" not in str(list(entries.values_list()))


def test_who_deletes_an_account_is_known_and_the_account_is_not(petra: User) -> None:
    jonas = User.objects.create_user("jonas")
    browser = Client()
    browser.force_login(petra)
    browser.post(f"/verwaltung/users/delete/{jonas.pk}/")
    assert not User.objects.filter(username="jonas").exists()
    assert AuditEntry.objects.get(verb="people.account_deleted").actor == audit.pseudonym(petra)


def test_a_change_of_ones_own_password_is_written_down(petra: User) -> None:
    browser = Client()
    browser.post("/konto/login/", {"login": "petra", "password": PASSWORD})
    values = {"oldpassword": PASSWORD, "password1": "noch-ein-besseres", "password2": "noch-ein-besseres"}
    browser.post("/konto/password/change/", values)
    assert AuditEntry.objects.get(verb="people.password_changed").actor == audit.pseudonym(petra)


def test_looking_and_signing_in_leave_no_entry(petra: User) -> None:
    before = said()
    browser = Client()
    browser.force_login(petra)
    browser.get("/verwaltung/")
    assert said() == before


def test_who_lost_the_phone_begins_anew(petra: User) -> None:
    TOTP.activate(petra, generate_totp_secret())
    browser = Client()
    browser.force_login(petra)
    out = io.StringIO()
    call_command("reset_second_factor", "petra", stdout=out)
    assert "Taken away: 1" in out.getvalue()
    assert browser.get("/verwaltung/").status_code == 302
    assert not SignedIn.objects.exists()
    assert AuditEntry.objects.filter(verb="people.factors_reset").exists()
    with pytest.raises(CommandError):
        call_command("reset_second_factor", "niemand", stdout=out)
