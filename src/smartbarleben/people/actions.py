"""Every write to accounts."""

import secrets

from django.contrib.auth.models import Group
from django.db import transaction

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
