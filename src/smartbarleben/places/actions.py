"""Every write to the municipality and its places."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from smartbarleben.search.actions import take_turn

from .models import Municipality, Place

_gathered: ContextVar[list[bool] | None] = ContextVar("generation", default=None)


def raise_generation() -> None:
    """Something public has changed, so cached pages are asked for anew. Call it in the change's transaction."""
    waiting = _gathered.get()
    if waiting is not None:
        waiting.append(True)
    else:
        take_turn()
        Municipality.objects.update(generation=F("generation") + 1)


@contextmanager
def raised_once() -> Iterator[None]:
    """Many changes in one transaction raise the generation once, at the end.

    A row updated a thousand times in one transaction leaves a thousand versions for every reader to walk over.
    """
    waiting: list[bool] = []
    token = _gathered.set(waiting)
    try:
        yield
    finally:
        _gathered.reset(token)
    if waiting:
        raise_generation()


@transaction.atomic
def confirm_place(*, place: Place, today: date | None = None) -> Place:
    """ "Still correct": the place's facts hold as of today, and are asked for again after the usual time."""
    today = today or timezone.localdate()
    place.as_of = today.isoformat()
    place.review_by = today + timedelta(days=place.review_every_days)
    place.save(update_fields=["as_of", "review_by"])
    return place
