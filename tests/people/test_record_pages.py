"""The auditor's pages: who may see them, what can be looked for, and that a broken record is said."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.factories import make_village

from smartbarleben.people import audit, retention
from smartbarleben.people.models import User
from smartbarleben.people.roles import ADMINISTRATOR, AUDITOR, CASE_WORKER, EDITOR, MODERATOR, WORKS_YARD

RECORD, DELETIONS = "/verwaltung/protokoll/", "/verwaltung/protokoll/loeschungen/"


@pytest.fixture
def signed_in(db: None) -> Callable[[str], Client]:
    """A browser of somebody with a role."""
    make_village()

    def enter(role: str) -> Client:
        user = User.objects.create_user(f"wer-{role}"[:20].replace(" ", "-"), is_staff=True)
        user.groups.add(Group.objects.get(name=role))
        browser = Client()
        browser.force_login(user)
        return browser

    return enter


@pytest.mark.parametrize("role", [AUDITOR, ADMINISTRATOR])
def test_those_who_check_see_the_record(signed_in: Callable[[str], Client], role: str) -> None:
    browser = signed_in(role)
    assert browser.get(RECORD).status_code == 200
    assert browser.get(DELETIONS).status_code == 200


@pytest.mark.parametrize("role", [EDITOR, CASE_WORKER, MODERATOR, WORKS_YARD])
def test_others_do_not(signed_in: Callable[[str], Client], role: str) -> None:
    browser = signed_in(role)
    for address in (RECORD, DELETIONS):
        assert browser.get(address)["Location"] == "/verwaltung/"
        assert address not in browser.get("/verwaltung/").content.decode()


def test_a_name_stands_there_as_long_as_the_account(signed_in: Callable[[str], Client]) -> None:
    petra = User.objects.create_user("petra", first_name="Petra", last_name="Muster")
    entry = audit.record("tests.answered", petra, actor=petra, reply=17)
    browser = signed_in(AUDITOR)
    page = browser.get(RECORD).content.decode()
    assert "Petra Muster" in page
    assert "reply: 17" in page
    petra.delete()
    page = browser.get(RECORD).content.decode()
    assert "Petra Muster" not in page
    assert entry.actor in page


def test_the_record_is_filtered(signed_in: Callable[[str], Client]) -> None:
    petra = User.objects.create_user("petra")
    audit.record("tests.answered", actor=petra, number=101)
    audit.record("tests.closed", actor=petra, number=102)
    audit.record("tests.closed", number=103)
    browser = signed_in(AUDITOR)

    def shown(query: str) -> set[int]:
        page = browser.get(f"{RECORD}?{query}").content.decode()
        return {number for number in (101, 102, 103) if f"number: {number}" in page}

    assert shown("") == {101, 102, 103}
    assert shown("was=tests.closed") == {102, 103}
    assert shown(f"wer={audit.pseudonym(petra)}") == {101, 102}
    assert shown("wer=-") == {103}
    assert shown(f"was=tests.closed&wer={audit.pseudonym(petra)}") == {102}
    today = timezone.localdate()
    assert shown(f"von={today}&bis={today}") == {101, 102, 103}
    assert shown(f"bis={today - timedelta(days=1)}") == set()
    assert shown(f"von={today + timedelta(days=1)}") == set()


def test_a_date_that_is_none_is_said_at_its_field(signed_in: Callable[[str], Client]) -> None:
    answer = signed_in(AUDITOR).get(f"{RECORD}?von=gestern")
    assert answer.status_code == 422
    assert 'aria-describedby="von-error"' in answer.content.decode()


def test_the_record_has_pages_and_bounded_queries(signed_in: Callable[[str], Client]) -> None:
    petra = User.objects.create_user("petra")
    browser = signed_in(AUDITOR)
    audit.record("tests.first", petra, actor=petra)
    browser.get(RECORD)
    with CaptureQueriesContext(connection) as few:
        browser.get(RECORD)
    for _number in range(70):
        audit.record("tests.more", petra, actor=petra)
    with CaptureQueriesContext(connection) as many:
        page = browser.get(f"{RECORD}?was=tests.more").content.decode()
    assert len(many) <= len(few) + 1
    assert "?was=tests.more&amp;seite=2" in page
    assert browser.get(f"{RECORD}?was=tests.more&seite=2").content.decode().count("tests.more</strong>") == 20
    assert browser.get(f"{RECORD}?seite=99999999999999999999").status_code == 200


def test_a_check_says_whether_the_record_is_whole(signed_in: Callable[[str], Client]) -> None:
    browser = signed_in(AUDITOR)
    audit.record("tests.done")
    audit.seal()
    kept = audit.head()[1]
    assert kept in browser.get(RECORD).content.decode()
    whole = browser.post(RECORD, {"hash": kept}, follow=True).content.decode()
    assert 'class="success"' in whole
    other = browser.post(RECORD, {"hash": "0" * 63 + "1"}, follow=True).content.decode()
    assert 'class="error"' in other
    with connection.cursor() as cursor:
        on = "" if connection.vendor == "sqlite" else " ON people_auditentry"
        cursor.execute(f"DROP TRIGGER people_audit_grows_update{on}")
        cursor.execute("UPDATE people_auditentry SET verb = 'tests.other'")
    broken = browser.post(RECORD, {}, follow=True).content.decode()
    assert 'class="error"' in broken


def test_what_was_deleted_is_counted(signed_in: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "_rules", {})
    retention.register("tests.marked", lambda now: 41, label="old marks")
    retention.register("tests.none", lambda now: 0, label="nothing")
    browser = signed_in(AUDITOR)
    assert "old marks: 41" not in browser.get(DELETIONS).content.decode()
    retention.run_due(timezone.now())
    page = browser.get(DELETIONS).content.decode()
    assert "old marks: 41" in page
    assert "nothing: 0" not in page
