"""What this room does again and again."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from smartbarleben.jobs import clock

from .logfiles import prune


def _prune(now: datetime) -> None:
    """Also where nobody asks for a page any more and no file is begun."""
    prune(settings.LOG_FOLDER, settings.LOG_MEGABYTES * 1_000_000, now.timestamp())


def register() -> None:
    """Register the work; called once when the app is ready."""
    clock.register("watching.logs", timedelta(hours=12), _prune, _("Delete old lines of the log"), deletes=True)
