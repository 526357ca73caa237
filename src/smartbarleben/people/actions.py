"""Every write to accounts."""

import secrets

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group
from django.db import transaction

from . import audit, visits
from .models import User
from .roles import sync

# No letters that look alike: people type this once from a screen.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def speakable_password() -> str:
    """A password of 16 letters in groups of four (some 79 bits)."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))


@transaction.atomic
def add_staff(
    *, username: str, role: str, email: str = "", password: str | None = None, superuser: bool = False
) -> str:
    """Make an account with a role; returns its password (a new one unless given)."""
    sync()
    password = password or speakable_password()
    user = User(username=username, email=email, is_staff=True, is_superuser=superuser)
    user.set_password(password)
    user.full_clean()
    user.save()
    user.groups.add(Group.objects.get(name=role))
    return password


@transaction.atomic
def reset_second_factor(*, user: User) -> int:
    """For somebody who lost phone and codes: sign them out everywhere, and let the next login set up a new one.

    Returns how many passkeys, apps and lists of codes are gone.
    """
    count = Authenticator.objects.filter(user=user).delete()[0]
    visits.end_others(user, "")
    audit.record("people.factors_reset", user, count=count)
    return count
