"""What this room does again and again; the background process asks `jobs.clock` what is due."""

from datetime import datetime, timedelta

from django.core.management import call_command
from django.utils.translation import gettext_lazy as _

from smartbarleben.jobs import clock

from . import tasks


def _publish_scheduled(now: datetime) -> None:
    """Put before the public, or take back, what editors gave a time for."""
    call_command("publish_scheduled", verbosity=0)


def register() -> None:
    """Register the work; called once when the app is ready."""
    # In the clock itself: the next minute is its second try, and a job a minute would fill the table.
    label = _("Publish and take back what has a time for it")
    clock.register("content.scheduled", timedelta(minutes=1), _publish_scheduled, label)
    clock.repeat(tasks.look_at_notices, timedelta(hours=1))
    clock.repeat(tasks.find_stale_facts, timedelta(days=1))
    clock.repeat(tasks.refresh_repeated, timedelta(days=1))
