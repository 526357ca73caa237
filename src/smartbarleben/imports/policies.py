"""Who may import what: whoever may make the things themselves, and has the right to sources."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from smartbarleben.people.policies import Grant, Person, Policy

from . import registry
from .models import Source
from .registry import Target


def targets_for(person: Person) -> list[Target]:
    """What the person may bring in."""
    if not (person.is_authenticated and person.is_active and person.has_perm("imports.change_source")):
        return []
    return [target for target in registry.targets() if target.may(person)]


def _grants(person: Any) -> Iterable[Grant]:
    keys = [target.key for target in targets_for(person)]
    return [{"target": keys}] if keys else []


_policy = Policy(Source, _grants)


def may_import(person: Person) -> bool:
    """Whether the person may bring in anything at all."""
    return bool(targets_for(person))


def may_change(person: Person, source: Source) -> bool:
    """Whether the person may work on the source and carry out its imports."""
    return _policy.allows(person, source)


def sources_of(person: Person) -> QuerySet[Source]:
    """All sources for which `may_change` says yes."""
    return _policy.rows(person)
