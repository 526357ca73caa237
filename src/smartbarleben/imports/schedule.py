"""What this room does again and again; the background process asks `jobs.clock` what is due."""

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from smartbarleben.jobs import clock

from . import actions, tasks


def _forget_plans(now: datetime) -> None:
    """Files of plans that nobody carried out may hold contacts."""
    actions.forget_plans(now=now)


def register() -> None:
    """Register the work; called once when the app is ready."""
    clock.register("imports.due", timedelta(minutes=5), tasks.write_due, _("Look which calendars and lists are due"))
    label = _("Let go of plans that nobody carried out")
    clock.register("imports.forget", timedelta(days=1), _forget_plans, label, deletes=True)
