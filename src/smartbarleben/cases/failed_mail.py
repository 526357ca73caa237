"""Mails of ours that did not arrive: they came back, or the mail server refused them at once."""

import re
from datetime import datetime

from django.utils.translation import gettext as _

from smartbarleben.jobs import mail
from smartbarleben.jobs.models import OutgoingMail

from . import actions
from .models import Case

# The key of a mail about a case, as `notices` writes it.
OURS = re.compile(r"case-(\d{1,18})-")


def came_back(*, case: Case, to: str, reason: str, now: datetime | None = None) -> None:
    """The case learns that a mail to this address failed. ``to``: "" where it is not known."""
    contact = getattr(case, "contact", None)
    if to and (contact is None or to.lower() != contact.email.lower()):
        # It went to an office or a colleague; the person's own address may be good.
        words = _("A mail to %(address)s came back: %(reason)s") % {"address": to, "reason": reason}
        actions.note(case=case, text=words, now=now)
    else:
        actions.mail_failed(case=case, text=reason, now=now)


def refused(sent: OutgoingMail, words: str) -> None:
    """A mail of this room was given up; a mail that is about no case says nothing here."""
    key = OURS.match(sent.key)
    case = Case.objects.select_related("contact").filter(pk=key[1]).first() if key else None
    if case is not None:
        came_back(case=case, to=sent.to, reason=words[:500])


def register() -> None:
    """Hear of them; called once when the app is ready."""
    mail.register_refusals("cases.", refused)
