"""What this room hands to others: the departures of a stop to the page of its place."""

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from smartbarleben.places.leads import Lead

from . import queries


def departures_of(request: HttpRequest, place: int) -> Iterator[Lead]:
    """The way from a place to what leaves there."""
    slug = queries.halts_of_places(request).get(place)
    if slug is not None:
        yield Lead(_("Next departures"), reverse("timetables:stop", kwargs={"slug": slug}), "bus")
