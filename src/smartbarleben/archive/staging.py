"""The village as it answers for the copy: at a moment that stands still, under another address, in its own layout."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from typing import Any

from django.conf import settings
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.urls import set_urlconf
from django.utils import timezone

from smartbarleben.ui.dates import VILLAGE_TIME


def moment_of(day: date) -> datetime:
    """Noon of a day in the village: what the copy calls now."""
    return datetime.combine(day, time(12), VILLAGE_TIME)


@contextmanager
def staged(base: str, day: date) -> Iterator[None]:
    """For the length of a block the whole process speaks of noon of ``day`` and of addresses below ``base``.

    For a process of its own: other threads would see it, too.
    """
    moment = moment_of(day)
    given: dict[str, Any] = {
        "BASE_URL": base,
        "ROOT_URLCONF": settings.ARCHIVE_URLCONF,
        "UI_PAGE_CONTEXT": "smartbarleben.archive.layout.page_context",
        # It knows neither the moment nor the address.
        "UI_SHELF": False,
    }
    before = {name: getattr(settings, name) for name in given}
    now = timezone.now
    try:
        # No server, no visitors: one connection from the first page to the last.
        for signal in (request_started, request_finished):
            signal.disconnect(close_old_connections)
        for name, value in given.items():
            setattr(settings, name, value)
        set_urlconf(None)
        timezone.now = lambda: moment
        yield
    finally:
        timezone.now = now
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)
        for name, value in before.items():
            setattr(settings, name, value)
        set_urlconf(None)
