"""Sign-ins of staff, and refused ones: a line in the log that names nobody, and an entry in the record.

Who works when is nobody's business, so a sign-in that worked leaves no entry and its line says only by what means. A
refused one is an entry about the account that was tried, by nobody: at most one an hour, because strangers could fill
the record otherwise. The lines are all there.
"""

import logging
from typing import Any

from django.core.cache import cache

from . import audit
from .models import User

log = logging.getLogger("smartbarleben.security")
_ONCE_IN_SECONDS = 3600


def note_refused(account: User | None, *, by: str = "password") -> None:
    """A wrong password or code. ``account`` is None where there is none of that name."""
    log.warning("sign-in refused: wrong %s, %s", by, "an account" if account else "no such account")
    _once("people.sign_in_refused", account)


def note_locked(account: User | None) -> None:
    """A try at an account, or from a network, that had too many of them."""
    log.warning("sign-in refused: too many tries, %s", "an account" if account else "no such account")
    _once("people.sign_in_locked", account)


def note_signed_in(sender: Any, request: Any, **kwargs: Any) -> None:
    """Somebody got in."""
    methods = [str(one.get("type") or one.get("method", "")) for one in _methods(request)]
    log.info("signed in by %s", " and ".join(filter(None, methods)) or "an unknown way")


def _methods(request: Any) -> list[dict[str, Any]]:
    return list(request.session.get("account_authentication_methods", []))


def _once(verb: str, account: User | None) -> None:
    if account is not None and cache.add(f"{verb}:{account.pk}", "y", _ONCE_IN_SECONDS):
        audit.record(verb, account)
