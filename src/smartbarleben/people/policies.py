"""Who may do what to which rows: one definition that answers for a single row and for a whole table.

A policy turns a person into *grants*: conditions of the form {field: allowed values}. A row is allowed when it meets
every condition of at least one grant; the same grants become the WHERE clause of a queryset. There is no second place
where the rule could be written differently.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import Model, Q, QuerySet

type Person = AbstractBaseUser | AnonymousUser
# {} allows every row; a missing grant allows none. None among the values means an empty field.
type Grant = Mapping[str, Collection[Any]]


@dataclass(frozen=True, slots=True)
class Policy[M: Model]:
    """A rule about rows of ``model``; ``grants(person)`` says which rows a signed-in, active person may touch."""

    model: type[M]
    grants: Callable[[Any], Iterable[Grant]]

    def _grants(self, person: Person) -> list[Grant]:
        return list(self.grants(person)) if person.is_authenticated and person.is_active else []

    def allows(self, person: Person, row: M) -> bool:
        """Whether the person may touch this row, judged by the values that the row holds in memory."""
        return any(
            all(getattr(row, name) in allowed for name, allowed in grant.items()) for grant in self._grants(person)
        )

    def rows(self, person: Person) -> QuerySet[M]:
        """All rows that the person may touch."""
        grants = self._grants(person)
        if not grants:
            return self.model._default_manager.none()
        wanted = Q()
        for grant in grants:
            wanted |= _where(grant)
        return self.model._default_manager.filter(wanted)


def _where(grant: Grant) -> Q:
    where = ~Q(pk__in=[])
    for name, allowed in grant.items():
        one = Q(**{f"{name}__in": [value for value in allowed if value is not None]})
        if None in allowed:
            one |= Q(**{f"{name}__isnull": True})
        where &= one
    return where
