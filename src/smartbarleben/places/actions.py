"""Every write to the municipality and its places."""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from .models import Municipality, Place


def raise_generation() -> None:
    """Something public has changed, so cached pages are asked for anew. Call it in the change's transaction."""
    Municipality.objects.update(generation=F("generation") + 1)


@transaction.atomic
def confirm_place(*, place: Place, today: date | None = None) -> Place:
    """ "Still correct": the place's facts hold as of today, and are asked for again after the usual time."""
    today = today or timezone.localdate()
    place.as_of = today.isoformat()
    place.review_by = today + timedelta(days=place.review_every_days)
    place.save(update_fields=["as_of", "review_by"])
    return place
