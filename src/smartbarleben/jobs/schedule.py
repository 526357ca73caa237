"""What this room does again and again."""

from datetime import datetime, timedelta

from . import actions, clock


def _prune(now: datetime) -> None:
    """Old results are of no use, and their arguments may still name somebody."""
    actions.prune(now=now)


def _wipe(now: datetime) -> None:
    """Words and addresses of mails go when their date has come."""
    actions.wipe(now=now)


def register() -> None:
    """Register the work; called once when the app is ready."""
    clock.register("jobs.prune", timedelta(days=1), _prune)
    clock.register("jobs.wipe", timedelta(hours=1), _wipe)
