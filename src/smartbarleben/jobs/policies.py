"""Who looks after background work: administrators. The roles lie above this room; it asks for two permissions."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model

# Changing a mail or a job means: try it again or drop it.
OPERATE = ("jobs.change_job", "jobs.change_outgoingmail")


@dataclass(frozen=True, slots=True)
class Operator:
    """Somebody who is told about failures: the account's id, the mail address, the language of its workspace."""

    pk: int
    email: str
    language: str


def may_operate(person: Any) -> bool:
    """Whether the person may see what failed, with addresses and subjects, and decide about it."""
    return bool(person.is_active and person.has_perms(OPERATE))


def operators() -> list[Operator]:
    """All active people who may operate and have a mail address. Two queries."""
    everybody = get_user_model()._default_manager
    allowed = None
    for permission in OPERATE:
        # Users may sign in in several ways, but their permissions lie in one place.
        rows = everybody.with_perm(permission, backend="django.contrib.auth.backends.ModelBackend")  # type: ignore[attr-defined]
        allowed = rows if allowed is None else allowed & rows
    found = allowed.exclude(email="").select_related("wagtail_userprofile").order_by("pk").distinct()  # type: ignore[union-attr]
    return [Operator(person.pk, person.email, _language(person)) for person in found]


def _language(person: Any) -> str:
    profile = getattr(person, "wagtail_userprofile", None)
    return (profile.preferred_language if profile else "") or "de"
