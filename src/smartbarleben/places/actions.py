"""Every write to the municipality and its places."""

from django.db.models import F

from .models import Municipality


def raise_generation() -> None:
    """Something public has changed, so cached pages are asked for anew. Call it in the change's transaction."""
    Municipality.objects.update(generation=F("generation") + 1)
