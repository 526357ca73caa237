"""An editor who is signed in, in a village."""

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from tests.factories import make_village

from smartbarleben.people.models import User
from smartbarleben.people.roles import EDITOR


@pytest.fixture
def village(db: None) -> Any:
    return make_village()


def make_editor() -> User:
    """Somebody who writes for the village."""
    user = User.objects.create_user("redaktion", "redaktion@example.org", "ein-gutes-passwort", is_staff=True)
    user.groups.add(Group.objects.get(name=EDITOR))
    return user


@pytest.fixture
def editor(db: None) -> User:
    return make_editor()


@pytest.fixture
def desk(client: Client, editor: User, village: Any) -> Client:
    """The editor's browser."""
    client.force_login(editor)
    return client
