"""What this room does again and again; the background process asks `jobs.clock` what is due."""

from datetime import datetime, timedelta

from django.core.management import call_command

from smartbarleben.jobs import clock

from . import freshness, occurrences, proof


def _publish_scheduled(now: datetime) -> None:
    """Put before the public, or take back, what editors gave a time for."""
    call_command("publish_scheduled", verbosity=0)


def register() -> None:
    """Register the work; called once when the app is ready."""
    clock.register("content.scheduled", timedelta(minutes=1), _publish_scheduled)
    clock.register("content.proof", timedelta(hours=1), proof.look_at_all)
    clock.register("content.freshness", timedelta(days=1), freshness.daily)
    clock.register("content.occurrences", timedelta(days=1), occurrences.refresh_repeated)
