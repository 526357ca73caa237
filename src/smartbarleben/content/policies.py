"""Who may change what the village publishes."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth import get_permission_codename
from django.db.models import QuerySet

from smartbarleben.people.policies import Grant, Person, Policy
from smartbarleben.people.roles import ADMINISTRATOR, EDITOR, grant, work_on
from smartbarleben.places.models import Municipality, Ortschaft, Place

from . import registry
from .models import Item, TrailLink
from .registry import Kind


def may_on_kind(person: Any, verb: str, kind: Kind) -> bool:
    """Whether the person has the permission for ``verb`` (add, change, publish …) on items of a kind."""
    options = kind.model._meta
    return bool(person.has_perm(f"{options.app_label}.{get_permission_codename(verb, options)}"))


def kinds_for(person: Person, verb: str) -> list[str]:
    """Keys of the kinds on which the person may do ``verb``."""
    return [kind.key for kind in registry.kinds() if may_on_kind(person, verb, kind)]


def _edit_grants(person: Any) -> Iterable[Grant]:
    kinds = kinds_for(person, "change")
    return [{"kind": kinds, "locked": [False]}, {"kind": kinds, "locked": [True], "locked_by_id": [person.pk]}]


def _publish_grants(person: Any) -> Iterable[Grant]:
    kinds = kinds_for(person, "publish")
    return [{**one, "kind": [key for key in one["kind"] if key in kinds]} for one in _edit_grants(person)]


_edit = Policy(Item, _edit_grants)
_publish = Policy(Item, _publish_grants)


def may_edit(person: Person, item: Item) -> bool:
    """Whether the person may change the item: the kind is theirs, and nobody else has locked it."""
    return _edit.allows(person, item)


def editable(person: Person) -> QuerySet[Item]:
    """All items for which `may_edit` says yes."""
    return _edit.rows(person)


def may_publish(person: Person, item: Item) -> bool:
    """Whether the person may put the item before the public or take it back."""
    return _publish.allows(person, item)


def publishable(person: Person) -> QuerySet[Item]:
    """All items for which `may_publish` says yes."""
    return _publish.rows(person)


def _place_grants(person: Any) -> Iterable[Grant]:
    return [{}] if person.has_perm("places.change_place") else []


_edit_place = Policy(Place, _place_grants)


def may_edit_place(person: Person, place: Place) -> bool:
    """Whether the person may change the place and its opening hours."""
    return _edit_place.allows(person, place)


def editable_places(person: Person) -> QuerySet[Place]:
    """All places for which `may_edit_place` says yes."""
    return _edit_place.rows(person)


def grant_roles() -> None:
    """Give the roles what is theirs beside the kinds, which `registry.register` grants one by one.

    Done here and not in `places`, which lies below `people` and cannot know its roles.
    """
    grant(EDITOR, work_on(Place, TrailLink))
    grant(ADMINISTRATOR, work_on(Municipality, Ortschaft))
