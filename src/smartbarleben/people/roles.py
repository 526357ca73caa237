"""The roles of the town hall. A role is a group with exactly these permissions; `sync` makes the database agree.

Later rooms add theirs to `ROLES` through `grant` in their own `ready()`.
"""

from dataclasses import dataclass, field

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Model
from wagtail.models import Collection, GroupCollectionPermission

from smartbarleben.jobs import policies as jobs

EDITOR = "Redaktion"
CASE_WORKER = "Sachbearbeitung"
MODERATOR = "Moderation"
WORKS_YARD = "Bauhof"
AUDITOR = "Prüfung"
ADMINISTRATOR = "Verwaltung des Hauses"
# Roles by the words that commands and the record use for them.
KEYS = {
    EDITOR: "editor",
    CASE_WORKER: "case-worker",
    MODERATOR: "moderator",
    WORKS_YARD: "works-yard",
    AUDITOR: "auditor",
    ADMINISTRATOR: "administrator",
}

_WAGTAIL = {"wagtailadmin.access_admin"}
_MEDIA = {
    f"wagtail{app}.{verb}_{model}"
    for app, model in (("images", "image"), ("docs", "document"))
    for verb in ("add", "change", "choose", "view", "delete")
}
# The record of what was done, and the protocols of deletion.
_CHECK = {"people.view_auditentry", "people.view_retentionrun"}
# What the town hall's people do to rows of a model; Wagtail makes the last three for what has drafts and locks.
WORK = ("add", "change", "delete", "view", "publish", "lock", "unlock")


@dataclass
class Role:
    """A role and the permissions ("app.codename") that it has."""

    name: str
    permissions: set[str] = field(default_factory=set)


ROLES: dict[str, Role] = {
    EDITOR: Role(EDITOR, _WAGTAIL | _MEDIA),
    **{name: Role(name, set(_WAGTAIL)) for name in (CASE_WORKER, MODERATOR, WORKS_YARD)},
    AUDITOR: Role(AUDITOR, _WAGTAIL | _CHECK),
    ADMINISTRATOR: Role(
        ADMINISTRATOR,
        _WAGTAIL
        | _MEDIA
        | _CHECK
        | {f"people.{verb}_user" for verb in ("add", "change", "delete", "view")}
        | set(jobs.OPERATE),
    ),
}


def grant(role: str, permissions: set[str]) -> None:
    """Give a role further permissions; rooms call this when ready. Administrators may do what editors may."""
    ROLES[role].permissions |= permissions
    if role == EDITOR:
        ROLES[ADMINISTRATOR].permissions |= permissions


def work_on(*models: type[Model]) -> set[str]:
    """The permissions to work on rows of these models: make, change, publish, lock, delete."""
    return {f"{model._meta.app_label}.{verb}_{model._meta.model_name}" for model in models for verb in WORK}


def tables() -> set[str]:
    """The tables that `sync` works on."""
    models = (Group, Permission, Collection, GroupCollectionPermission, Group.permissions.through)
    return {model._meta.db_table for model in models}


@transaction.atomic
def sync() -> None:
    """Make groups and their permissions equal to `ROLES`; called after every migration and at each start."""
    known = {_name(permission): permission for permission in Permission.objects.select_related("content_type")}
    # Wagtail's first migrations leave two groups for its page tree, which this house does not use.
    Group.objects.filter(name__in=["Moderators", "Editors"], user=None).delete()
    everything = Collection.get_first_root_node()
    for role in ROLES.values():
        group, _created = Group.objects.get_or_create(name=role.name)
        granted = [known[name] for name in sorted(role.permissions) if name in known]
        group.permissions.set(granted)
        # Wagtail asks for media permissions collection by collection; this house has only the one.
        media = [permission for permission in granted if _name(permission) in _MEDIA]
        GroupCollectionPermission.objects.filter(group=group).exclude(permission__in=media).delete()
        for permission in media if everything else ():
            GroupCollectionPermission.objects.get_or_create(group=group, collection=everything, permission=permission)


def _name(permission: Permission) -> str:
    return f"{permission.content_type.app_label}.{permission.codename}"
