"""One rule, asked twice: about a single item in memory, and about all items in the database. Both always agree."""

from itertools import product
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, Group, Permission
from tests.factories import make_item, make_place

from smartbarleben.content import policies
from smartbarleben.content.models import Item
from smartbarleben.people.models import User
from smartbarleben.people.policies import Policy
from smartbarleben.people.roles import ADMINISTRATOR, EDITOR
from smartbarleben.places.models import Place


def people() -> dict[str, Any]:
    """Everybody who could ask."""
    trainee = Group.objects.create(name="Praktikum")
    wanted = ["change_closure", "publish_closure", "change_news", "access_admin"]
    trainee.permissions.set(Permission.objects.filter(codename__in=wanted))
    found: dict[str, Any] = {"anonymous": AnonymousUser()}
    for name, group in (("nobody", None), ("trainee", "Praktikum"), ("editor", EDITOR), ("admin", ADMINISTRATOR)):
        found[name] = User.objects.create_user(name)
        if group:
            found[name].groups.add(Group.objects.get(name=group))
    found["gone"] = User.objects.create_user("gone", is_active=False, is_superuser=True)
    found["root"] = User.objects.create_superuser("root")
    return found


@pytest.fixture
def everything(village: Any) -> tuple[dict[str, Any], list[Item]]:
    """All people, and items of three kinds: free, locked by the editor, locked by somebody who left."""
    asked = people()
    items = []
    for kind, locked_by in product(("closure", "news", "notice"), (None, "editor", "left")):
        item = make_item(kind)
        item.locked = locked_by is not None
        item.locked_by = asked["editor"] if locked_by == "editor" else None
        item.save()
        items.append(Item.objects.get(pk=item.pk))
    return asked, items


PAIRS = [(policies.may_edit, policies.editable), (policies.may_publish, policies.publishable)]


@pytest.mark.parametrize(("may", "rows"), PAIRS, ids=["edit", "publish"])
def test_predicate_and_queryset_agree(everything: tuple[dict[str, Any], list[Item]], may: Any, rows: Any) -> None:
    asked, items = everything
    for name, person in asked.items():
        by_row = {item.pk for item in items if may(person, item)}
        assert by_row == set(rows(person).values_list("pk", flat=True)), name


def test_who_may_what(everything: tuple[dict[str, Any], list[Item]]) -> None:
    asked, items = everything
    counts = {
        name: (policies.editable(who).count(), policies.publishable(who).count()) for name, who in asked.items()
    }
    assert len(items) == 9
    assert counts == {
        "anonymous": (0, 0),
        "nobody": (0, 0),
        "gone": (0, 0),
        # Two kinds to change, one of them to publish, without what others have locked.
        "trainee": (2, 1),
        "editor": (6, 6),
        "admin": (3, 3),
        "root": (3, 3),
    }


def test_places_agree_too(everything: tuple[dict[str, Any], list[Item]]) -> None:
    asked, _items = everything
    place = make_place("Rathaus")
    for person in asked.values():
        assert policies.may_edit_place(person, place) == policies.editable_places(person).exists()
    assert policies.may_edit_place(asked["editor"], place)


def test_none_among_the_values_means_an_empty_field(village: Any) -> None:
    inside, outside = make_place("Drin"), make_place("Draußen", ortschaft=None)
    rule: Policy[Place] = Policy(Place, lambda person: [{"ortschaft_id": [None]}])
    both: Policy[Place] = Policy(Place, lambda person: [{"ortschaft_id": [None, inside.ortschaft_id]}])
    person = User.objects.create_user("jemand")
    assert [rule.allows(person, place) for place in (inside, outside)] == [False, True]
    assert list(rule.rows(person)) == [outside]
    assert set(both.rows(person)) == {inside, outside}
