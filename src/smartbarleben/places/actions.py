"""Every write to the municipality and its places."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from smartbarleben.kernel.folding import slugify
from smartbarleben.search.actions import take_turn

from .models import Municipality, Place, Precision

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


@transaction.atomic
def question_place(*, place: Place, today: date | None = None) -> Place:
    """Nobody vouches for the place's facts any more: its page says so, and staff find it on the board."""
    place.review_by = (today or timezone.localdate()) - timedelta(days=1)
    place.save(update_fields=["review_by"])
    return place


@transaction.atomic
def add_place(**values: Any) -> Place:
    """Make a place with an address of its own. Raises ValidationError with the fields that are wrong."""
    place = Place(**values)
    place.slug = place.slug or _free_slug(place.name)
    _locate(place, values)
    place.full_clean()
    place.save()
    return place


@transaction.atomic
def change_place(*, place: Place, **values: Any) -> Place:
    """Change fields of a place; its address stays. Raises ValidationError with the fields that are wrong."""
    for name, value in values.items():
        setattr(place, name, value)
    _locate(place, values)
    place.full_clean()
    place.save()
    return place


def _locate(place: Place, values: dict[str, Any]) -> None:
    """Say how exact the position is; without one the place stands at its Ortschaft's centre."""
    if not {"lon", "lat", "ortschaft"} & values.keys():
        return
    if values.get("lon") is not None or values.get("lat") is not None:
        place.precision = Precision.EXACT
    known = place.lon is not None and place.lat is not None
    if not known or (place.precision == Precision.APPROXIMATE and "ortschaft" in values):
        place.precision = Precision.APPROXIMATE
        place.lon = place.ortschaft.lon if place.ortschaft else None
        place.lat = place.ortschaft.lat if place.ortschaft else None


def _free_slug(name: str) -> str:
    base = slugify(name, max_length=70)
    taken = set(Place.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    number, slug = 1, base
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    return slug
