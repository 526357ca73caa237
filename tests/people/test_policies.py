"""One definition of who may do what: what a policy says of a single row and what it finds in the table agree."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smartbarleben.people.models import AuditEntry, Consent, ConsentText, User
from smartbarleben.people.policies import Grant, Policy

VERBS = ("tests.one", "tests.two", "tests.three")
ACTORS = ("", "a", "b")
TYPES = ("cases.case", "content.item", "")


@pytest.fixture
def person(db: None) -> User:
    return User.objects.create_user("petra")


@pytest.fixture
def table(person: User) -> list[AuditEntry]:
    """One row for each combination of three columns; every second one has facts, the others NULL."""
    rows = [
        AuditEntry(verb=verb, actor=actor, subject_type=sort, digest="x", facts={} if number % 2 else None)
        for number, (verb, actor, sort) in enumerate((v, a, t) for v in VERBS for a in ACTORS for t in TYPES)
    ]
    AuditEntry.objects.bulk_create(rows)
    return list(AuditEntry.objects.order_by("pk"))


def values(*known: Any) -> st.SearchStrategy[list[Any]]:
    return st.lists(st.sampled_from([*known, "unknown", None]), max_size=3)


grants = st.lists(
    st.fixed_dictionaries(
        {},
        optional={"verb": values(*VERBS), "actor": values(*ACTORS), "subject_type": values(*TYPES)},
    ),
    max_size=4,
)


def agree(policy: Policy[Any], person: Any, rows: list[Any]) -> set[int]:
    found = set(policy.rows(person).values_list("pk", flat=True))
    assert found == {row.pk for row in rows if policy.allows(person, row)}
    return found


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(granted=grants)
def test_the_row_and_the_table_agree(table: list[AuditEntry], person: User, granted: list[Grant]) -> None:
    agree(Policy(AuditEntry, lambda _person: granted), person, table)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(granted=grants, more=grants)
def test_a_further_grant_never_takes_away(
    table: list[AuditEntry], person: User, granted: list[Grant], more: list[Grant]
) -> None:
    few = agree(Policy(AuditEntry, lambda _person: granted), person, table)
    many = agree(Policy(AuditEntry, lambda _person: [*granted, *more]), person, table)
    assert few <= many


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(granted=grants, also=st.fixed_dictionaries({"digest": st.lists(st.sampled_from(["x", "y"]), max_size=2)}))
def test_a_further_condition_never_adds(
    table: list[AuditEntry], person: User, granted: list[Grant], also: dict[str, Any]
) -> None:
    many = agree(Policy(AuditEntry, lambda _person: granted), person, table)
    few = agree(Policy(AuditEntry, lambda _person: [{**one, **also} for one in granted]), person, table)
    assert few <= many


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(mine=st.booleans(), empty=st.booleans())
def test_fields_that_may_be_empty_and_links_to_people(db: None, mine: bool, empty: bool) -> None:
    """None among the values is an empty column, as in "mine or nobody's"."""
    text, _created = ConsentText.objects.get_or_create(digest="x", defaults={"text": "x"})
    for mail in ("mine@example.org", "other@example.org", None):
        Consent.objects.create(person="x", mail=mail, topic="x", text=text, given=True, evidence="x")
    wanted = [*(["mine@example.org"] if mine else []), *([None] if empty else [])]
    someone = User(username="petra", pk=1)
    rows = list(Consent.objects.all())
    found = agree(Policy(Consent, lambda _person: [{"mail": wanted}]), someone, rows)
    assert bool(found) is (mine or empty)


@pytest.mark.parametrize("granted", [[{}], [{"verb": VERBS}], [{}, {"verb": []}]])
def test_who_is_not_signed_in_or_switched_off_may_nothing(
    table: list[AuditEntry], person: User, granted: list[Grant]
) -> None:
    policy = Policy(AuditEntry, lambda _person: granted)
    assert agree(policy, person, table)
    person.is_active = False
    for nobody in (person, AnonymousUser()):
        assert agree(policy, nobody, table) == set()


def test_a_table_is_asked_once(table: list[AuditEntry], person: User) -> None:
    policy = Policy(AuditEntry, lambda _person: [{"verb": [VERBS[0]]}, {"actor": ["a", None]}])
    with CaptureQueriesContext(connection) as queries:
        list(policy.rows(person))
    assert len(queries) == 1
