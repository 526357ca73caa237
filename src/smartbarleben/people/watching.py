"""What happens to accounts goes into the record, wherever it is done: in the workspace, by a command, by oneself."""

from typing import Any

from allauth.account.signals import password_changed, password_reset, user_logged_in
from allauth.mfa.signals import authentication_failed, authenticator_added, authenticator_removed
from django.contrib.auth.models import Group
from django.db.models.signals import m2m_changed, post_save, pre_delete, pre_save
from wagtail.log_actions import get_active_log_context

from . import audit, refusals
from .models import User
from .roles import KEYS

_WATCHED = ("is_active", "is_superuser", "is_staff")


def connect() -> None:
    """Listen; called once when the app is ready."""
    for signal, listener in (
        (pre_save, _remember),
        (post_save, _saved),
        (pre_delete, _deleted),
    ):
        signal.connect(listener, sender=User, dispatch_uid="people.watching")
    m2m_changed.connect(_roles_changed, sender=User.groups.through, dispatch_uid="people.watching")
    for signal, verb in (
        (password_changed, "people.password_changed"),
        (password_reset, "people.password_changed"),
        (authenticator_added, "people.factor_added"),
        (authenticator_removed, "people.factor_removed"),
    ):
        signal.connect(_by_oneself(verb), weak=False, dispatch_uid="people.watching")
    authentication_failed.connect(_wrong_code, dispatch_uid="people.watching")
    user_logged_in.connect(refusals.note_signed_in, dispatch_uid="people.watching")


def _actor() -> User | None:
    """Who works in Wagtail's workspace just now; None for commands and for what the program does."""
    return get_active_log_context().user


def _remember(sender: Any, instance: User, raw: bool = False, **kwargs: Any) -> None:
    before = User.objects.filter(pk=instance.pk).values(*_WATCHED).first() if instance.pk and not raw else None
    instance._before = before  # type: ignore[attr-defined]


def _saved(sender: Any, instance: User, created: bool, raw: bool = False, **kwargs: Any) -> None:
    if created and not raw:
        audit.record("people.account_made", instance, actor=_actor())
    before = getattr(instance, "_before", None) or {}
    changed = {name: getattr(instance, name) for name, value in before.items() if value != getattr(instance, name)}
    if changed:
        audit.record("people.account_changed", instance, actor=_actor(), **changed)


def _deleted(sender: Any, instance: User, **kwargs: Any) -> None:
    actor = _actor()
    audit.record("people.account_deleted", instance, actor=None if actor == instance else actor)


def _roles_changed(
    sender: Any, instance: Any, action: str, pk_set: set[int] | None, reverse: bool, **kw: Any
) -> None:
    if reverse or action not in {"post_add", "post_remove", "pre_clear"}:
        return
    groups = instance.groups.all() if pk_set is None else Group.objects.filter(pk__in=pk_set)
    names = sorted(KEYS.get(name, "other") for name in groups.values_list("name", flat=True))
    if names:
        verb = "people.roles_given" if action == "post_add" else "people.roles_taken"
        audit.record(verb, instance, actor=_actor(), roles=names)


def _wrong_code(sender: Any, user: User, **kwargs: Any) -> None:
    refusals.note_refused(user, by="code")


def _by_oneself(verb: str) -> Any:
    def write(sender: Any, user: User, **kwargs: Any) -> None:
        audit.record(verb, user, actor=user)

    return write
