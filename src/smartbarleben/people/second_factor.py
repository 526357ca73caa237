"""Whoever works here signs in with a second factor; who has none yet gets to the pages for setting one up only.

The exception is a first look at the house: somebody who sits at the machine itself, while its address is
"localhost". Requests from elsewhere, by a proxy, or under a real address are never excepted. docs/operators.md.
"""

import ipaddress

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest

# What somebody without a second factor still reaches: setting one up, proving who they are, leaving.
OPEN = ("/konto/2fa/", "/konto/reauthenticate/", "/konto/login/", "/konto/logout/", "/konto/sitzungen/")
GUARDED = ("/verwaltung/", "/konto/")
# By any of these a proxy shows itself, also one that was set up by half.
_OF_PROXIES = ("X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Real-IP", "Forwarded", "Via")
_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def is_required(request: HttpRequest) -> bool:
    """Whether who sends this request needs one."""
    return settings.SECOND_FACTOR_REQUIRED and not (settings.SECOND_FACTOR_FREE_HERE and _is_here(request))


def _is_here(request: HttpRequest) -> bool:
    """Whether the request comes from this machine, and through no proxy that would look like it."""
    if any(name in request.headers for name in _OF_PROXIES):
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def is_missing(request: HttpRequest) -> bool:
    """Whether somebody who is signed in has none but needs one. At most one query.

    Accounts are for staff alone; residents have theirs elsewhere. The forms of the workspace make accounts without
    Django's own mark of staff, so that mark says nothing here.
    """
    person = request.user
    if not (person.is_authenticated and is_required(request)):
        return False
    return not Authenticator.objects.filter(user=person, type__in=_FACTORS).exists()
