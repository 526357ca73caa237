"""The doctor looks at work and mail: is the background process there, is something stuck, do mails go out."""

import contextlib
import smtplib
import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from smartbarleben.jobs import board, queries
from smartbarleben.jobs.models import OPEN, Job

from .checks import Finding, Level, register

STUCK = timedelta(minutes=30)
WAITING = timedelta(hours=2)
ENDS_SOON = timedelta(days=14)
_PATIENCE_S = 10
_BOARD = _("Look at it and decide: /verwaltung/auftraege/")


def _background() -> Iterator[Finding]:
    now = timezone.now()
    if since := board.away_since(now):
        yield Finding(
            Level.BROKEN,
            _("The background process is away since %(since)s: no mails, no reminders, no deletion.")
            if since != now
            else _("The background process has never run: no mails, no reminders, no deletion."),
            _("Start ./village without --no-background."),
            {"since": f"{timezone.localtime(since):%Y-%m-%d %H:%M}"},
        )


def _jobs() -> Iterator[Finding]:
    now = timezone.now()
    if late := Job.objects.filter(state__in=OPEN, due_at__lte=now - STUCK).count():
        yield Finding(
            Level.BROKEN,
            ngettext_lazy(
                "%(count)d job is stuck for half an hour.", "%(count)d jobs are stuck for half an hour.", late
            ),
            _("Start ./village anew; it goes on where it was."),
            {"count": late},
        )
    jobs = sum(letter.sort == "job" for letter in queries.dead())
    if jobs:
        yield Finding(
            Level.WARN,
            ngettext_lazy("%(count)d job failed for good.", "%(count)d jobs failed for good.", jobs),
            _BOARD,
            {"count": jobs},
        )


def _mails() -> Iterator[Finding]:
    box = queries.outbox()
    if box.dead:
        yield Finding(
            Level.WARN,
            ngettext_lazy(
                "%(count)d mail could not be delivered.", "%(count)d mails could not be delivered.", box.dead
            ),
            _BOARD,
            {"count": box.dead},
        )
    if box.oldest and box.oldest < timezone.now() - WAITING:
        yield Finding(
            Level.BROKEN,
            ngettext_lazy(
                "%(count)d mail waits for hours.", "%(count)d mails wait, the first for hours.", box.waiting
            ),
            _BOARD,
            {"count": box.waiting},
        )


def _mail_server() -> Iterator[Finding]:
    options: dict[str, Any] = settings.MAILERS["default"].get("OPTIONS", {})
    if "host" not in options:
        yield Finding(
            Level.WARN,
            _("No mail server is set: mails become files and reach nobody."),
            _("Set SMARTBARLEBEN_MAIL_URL=smtp://user:password@host:587 and start ./village anew."),
        )
    elif problem := smtp_problem(options):
        yield Finding(
            Level.BROKEN,
            _("The mail server %(host)s cannot be used: %(problem)s."),
            _("Check SMARTBARLEBEN_MAIL_URL and the network. Mails wait meanwhile and none is lost."),
            {"host": options["host"], "problem": problem},
        )


def smtp_problem(options: dict[str, Any]) -> str:
    """Greet the mail server of Django's options and sign in, sending nothing; what went wrong, or ""."""
    kind = smtplib.SMTP_SSL if options.get("use_ssl") else smtplib.SMTP
    try:
        with kind(options["host"], options["port"], timeout=_PATIENCE_S) as server:
            if options.get("use_tls"):
                server.starttls(context=ssl.create_default_context())
            if options.get("username"):
                server.login(options["username"], options["password"])
            server.noop()
    except smtplib.SMTPResponseException as problem:
        said = problem.smtp_error
        return f"{problem.smtp_code} {said.decode('utf-8', 'replace') if isinstance(said, bytes) else said}"
    except (OSError, smtplib.SMTPException) as problem:
        return str(problem) or type(problem).__name__
    return ""


def certificate(name: str, ends: datetime, now: datetime) -> Iterator[Finding]:
    """Judge a certificate by the day on which it ends."""
    values = {"name": name, "day": f"{timezone.localtime(ends):%Y-%m-%d}"}
    mend = _("In the local network: start ./village --lan anew. Behind a proxy: look why it does not renew it.")
    if ends <= now:
        yield Finding(Level.BROKEN, _("The certificate of %(name)s ended on %(day)s."), mend, values)
    elif ends <= now + ENDS_SOON:
        yield Finding(Level.WARN, _("The certificate of %(name)s ends on %(day)s."), mend, values)


def _certificates() -> Iterator[Finding]:
    now = timezone.now()
    for path in sorted((Path(settings.DATA_DIR) / "tls").glob("*.crt")):
        with contextlib.suppress(OSError, ValueError):
            yield from certificate(
                path.name, x509.load_pem_x509_certificate(path.read_bytes()).not_valid_after_utc, now
            )
    address = urlsplit(settings.BASE_URL)
    if address.scheme != "https" or not address.hostname:
        return
    try:
        context = ssl.create_default_context()
        own = Path(settings.DATA_DIR) / "tls" / "ca.crt"
        if own.is_file():
            context.load_verify_locations(own)
        with (
            socket.create_connection((address.hostname, address.port or 443), timeout=_PATIENCE_S) as plain,
            context.wrap_socket(plain, server_hostname=address.hostname) as secure,
        ):
            shown = secure.getpeercert() or {}
        ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(str(shown["notAfter"])), UTC)
        yield from certificate(address.hostname, ends, now)
    except OSError as problem:
        yield Finding(
            Level.WARN,
            _("%(address)s cannot be reached from here: %(problem)s."),
            _("Is SMARTBARLEBEN_BASE_URL right, and does the proxy run? Some routers do not let a house see itself."),
            {"address": settings.BASE_URL, "problem": problem},
        )


def register_all() -> None:
    """Register them; called once when the app is ready."""
    register("keeping.background", _background, label=_("The background process runs"))
    register("keeping.jobs", _jobs, label=_("No job is stuck"))
    register("keeping.mails", _mails, label=_("Mails go out"))
    register("keeping.mail_server", _mail_server, label=_("The mail server answers"))
    register("keeping.certificates", _certificates, label=_("Certificates are valid"))
