"""What the doctor asks this room: can the town hall's mailbox be read."""

from collections.abc import Iterator

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from smartbarleben.keeping.checks import Finding, Level, register

from .mailbox import MailboxTrouble, imap


def _mailbox() -> Iterator[Finding]:
    if not settings.INBOX_URL:
        yield Finding(Level.OK, _("No mailbox is read; mails of residents do not become cases."))
        return
    try:
        with imap(settings.INBOX_URL):
            pass
    except MailboxTrouble as problem:
        yield Finding(
            Level.BROKEN,
            _("The mailbox of the town hall cannot be read. %(problem)s"),
            _("Check SMARTBARLEBEN_INBOX_URL. Mails wait in the mailbox and none is lost."),
            {"problem": problem},
        )


def register_all() -> None:
    """Register it; called once when the app is ready."""
    register("cases.mailbox", _mailbox, label=_("The town hall's mailbox can be read"))
