"""The roles of the town hall. A role is a group with exactly these permissions; `sync` makes the database agree.

Later rooms add theirs to `ROLES` through `grant` in their own `ready()`.
"""

from dataclasses import dataclass, field

from django.contrib.auth.models import Group, Permission
from django.db import transaction

EDITOR = "Redaktion"
ADMINISTRATOR = "Verwaltung des Hauses"

_WAGTAIL = {"wagtailadmin.access_admin"}
_MEDIA = {
    f"wagtail{app}.{verb}_{model}"
    for app, model in (("images", "image"), ("docs", "document"))
    for verb in ("add", "change", "choose", "view")
}


@dataclass
class Role:
    """A role and the permissions ("app.codename") that it has."""

    name: str
    permissions: set[str] = field(default_factory=set)


ROLES: dict[str, Role] = {
    EDITOR: Role(EDITOR, _WAGTAIL | _MEDIA),
    ADMINISTRATOR: Role(
        ADMINISTRATOR,
        _WAGTAIL | _MEDIA | {f"people.{verb}_user" for verb in ("add", "change", "delete", "view")},
    ),
}


def grant(role: str, permissions: set[str]) -> None:
    """Give a role further permissions; rooms call this when they are ready."""
    ROLES[role].permissions |= permissions


@transaction.atomic
def sync() -> None:
    """Make groups and their permissions equal to `ROLES`; called after every migration and at each start."""
    known = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in Permission.objects.select_related("content_type")
    }
    for role in ROLES.values():
        group, _created = Group.objects.get_or_create(name=role.name)
        group.permissions.set([known[name] for name in sorted(role.permissions) if name in known])
