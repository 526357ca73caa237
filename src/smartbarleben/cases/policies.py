"""Who may see and work on which cases."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from smartbarleben.people.policies import Grant, Person, Policy

from .models import Absence, Case


def substituted(person: Any) -> list[int]:
    """The accounts whose cases the person looks after today. One query."""
    today = timezone.localdate()
    rows = Absence.objects.filter(substitute=person, first__lte=today, last__gte=today)
    return list(rows.values_list("user_id", flat=True))


def reach(person: Any) -> tuple[list[int], list[int]]:
    """The person's offices, and the accounts whose cases they look after today. Two queries, none if remembered."""
    known = getattr(person, "_cases_reach", None)
    if known is None:
        known = (list(person.offices.values_list("pk", flat=True)), substituted(person))
    return known


def remember(person: Any, offices: Iterable[int]) -> None:
    """Ask for the reach once for this account object, which lives as long as the request; its offices are known."""
    person._cases_reach = (list(offices), substituted(person))


def _work_grants(person: Any) -> Iterable[Grant]:
    """Some work on all cases, others on those of their offices, their own, and of people they stand in for."""
    if not person.has_perm("cases.change_case"):
        return []
    if person.has_perm("cases.change_office"):
        return [{}]
    offices, stands_in_for = reach(person)
    # A case that belongs to nobody yet must be found by somebody.
    return [{"office_id": [*offices, None]}, {"owner_id": [person.pk, *stands_in_for]}]


_work = Policy(Case, _work_grants)


def may_work_on(person: Person, case: Case) -> bool:
    """Whether the person may read this case with its contact and act on it."""
    return _work.allows(person, case)


def workable(person: Person) -> QuerySet[Case]:
    """All cases for which `may_work_on` says yes."""
    return _work.rows(person)
