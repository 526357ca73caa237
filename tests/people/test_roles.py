"""Roles are what the program says, after every migration; who works here gets an account with one command."""

import io

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import CommandError, call_command
from django.test import Client

from smartbarleben.people import roles
from smartbarleben.people.models import User
from smartbarleben.people.roles import ADMINISTRATOR, EDITOR


def permissions(name: str) -> set[str]:
    found = Permission.objects.filter(group__name=name).values_list("content_type__app_label", "codename")
    return {f"{app}.{codename}" for app, codename in found}


def test_editors_write_and_administrators_also_keep_accounts(db: None) -> None:
    wanted = {"content.publish_closure", "content.add_news", "places.change_place", "wagtailadmin.access_admin"}
    assert wanted <= permissions(EDITOR) <= permissions(ADMINISTRATOR)
    alone = {"people.add_user", "places.change_municipality", "places.change_ortschaft"}
    assert alone <= permissions(ADMINISTRATOR)
    assert not alone & permissions(EDITOR)
    assert Group.objects.get(name=EDITOR).collection_permissions.exists()


def test_no_role_has_a_permission_that_does_not_exist(db: None) -> None:
    """A typing error in a grant would silently take a right away."""
    known = {
        f"{app}.{codename}" for app, codename in Permission.objects.values_list("content_type__app_label", "codename")
    }
    work_on_plain_models = {f"{name}" for role in roles.ROLES.values() for name in role.permissions} - known
    # Only what has drafts and locks has these three.
    assert {name.partition(".")[2].partition("_")[0] for name in work_on_plain_models} <= {
        "publish",
        "lock",
        "unlock",
    }


def test_a_migration_repairs_roles(db: None) -> None:
    group = Group.objects.get(name=EDITOR)
    before = permissions(EDITOR)
    group.permissions.clear()
    group.permissions.add(Permission.objects.get(codename="add_user"))
    group.collection_permissions.all().delete()
    call_command("migrate", verbosity=0, interactive=False)
    assert permissions(EDITOR) == before
    assert group.collection_permissions.exists()


def test_a_person_is_invited_once(db: None, client: Client) -> None:
    out = io.StringIO()
    call_command("add_staff", "petra", role="editor", stdout=out)
    password = out.getvalue().split()[1]
    assert client.login(username="petra", password=password)
    user = User.objects.get()
    assert [group.name for group in user.groups.all()] == [EDITOR]
    assert not user.is_superuser
    with pytest.raises(CommandError):
        call_command("add_staff", "petra", role="editor", stdout=out)
