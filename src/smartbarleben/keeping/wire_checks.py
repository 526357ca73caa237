"""The doctor looks at the ways to other machines: can anybody on the way read what goes there?"""

import ipaddress
from collections.abc import Iterator
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext_lazy as _

from .checks import Finding, Level, register

# What PostgreSQL calls it where a connection without encryption is refused.
_ENCRYPTED = frozenset({"require", "verify-ca", "verify-full"})


def stays_here(host: str) -> bool:
    """Whether a host of an address is this machine; a path or nothing is a socket on it."""
    if not host or host.startswith(("/", "@")) or host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def open_ways() -> Iterator[tuple[str, str]]:
    """Other machines to which words may go without encryption: host, and the setting that says so."""
    mail = settings.MAILERS["default"].get("OPTIONS", {})
    if "host" in mail and not (mail.get("use_ssl") or mail.get("use_tls")):
        yield str(mail["host"]), "SMARTBARLEBEN_MAIL_URL"
    inbox = urlsplit(settings.INBOX_URL)
    if inbox.scheme == "imap":
        yield inbox.hostname or "", "SMARTBARLEBEN_INBOX_URL"
    if connection.vendor == "postgresql":
        known = connection.settings_dict
        if known.get("OPTIONS", {}).get("sslmode") not in _ENCRYPTED:
            yield str(known.get("HOST") or ""), "DATABASE_URL"


def _wire() -> Iterator[Finding]:
    for host, setting in open_ways():
        if not stays_here(host):
            yield Finding(
                Level.WARN,
                _("What goes to %(host)s may be read on its way."),
                _("Let %(setting)s begin with smtps:// or imaps://, or end with ?sslmode=verify-full."),
                {"host": host, "setting": setting},
            )


def register_all() -> None:
    """Register it; called once when the app is ready."""
    register("keeping.wire", _wire, label=_("What goes to other machines is encrypted"))
