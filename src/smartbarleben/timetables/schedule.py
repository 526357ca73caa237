"""What this room does again and again."""

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from smartbarleben.jobs import clock

from . import uploading, warning


def _forget(now: datetime) -> None:
    """Files that nobody took over go."""
    uploading.forget_old(now=now)


def register() -> None:
    """Register the work; called once when the app is ready."""
    label = _("Let go of timetables that nobody took over")
    clock.register("timetables.forget", timedelta(days=1), _forget, label, deletes=True)
    clock.repeat(warning.warn, timedelta(days=1))
