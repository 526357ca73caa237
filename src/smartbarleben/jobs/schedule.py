"""What this room does again and again."""

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from . import actions, clock, digest


def _prune(now: datetime) -> None:
    """Old results are of no use, and their arguments may still name somebody."""
    actions.prune(now=now)


def _wipe(now: datetime) -> None:
    """Words and addresses of mails go when their date has come."""
    actions.wipe(now=now)


def register() -> None:
    """Register the work; called once when the app is ready."""
    clock.register("jobs.prune", timedelta(days=1), _prune, _("Clear away what was done long ago"), deletes=True)
    clock.register("jobs.wipe", timedelta(hours=1), _wipe, _("Delete the words of old mails"), deletes=True)
    clock.register("jobs.digest", timedelta(hours=1), digest.write_when_due, _("Look whether something failed"))
