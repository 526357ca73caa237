"""What this room hands to others: the departures of a stop to the page of its place, its stops to the map."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from smartbarleben.places.layers import Mark
from smartbarleben.places.leads import Lead

from . import queries
from .models import Halt, Stop


def departures_of(request: HttpRequest, place: int) -> Iterator[Lead]:
    """The way from a place to what leaves there."""
    slug = queries.halts_of_places(request).get(place)
    if slug is not None:
        yield Lead(_("Next departures"), reverse("timetables:stop", kwargs={"slug": slug}), "bus")


def halt_rows(now: datetime) -> QuerySet[Any]:
    """Stops with a timetable that are no place of the village: the others are on the map as that."""
    served = Stop.objects.filter(halt=OuterRef("pk"))
    return Halt.objects.filter(Exists(served), place=None, cell__isnull=False)


def halt_marks(rows: QuerySet[Any], language: str, now: datetime) -> list[Mark]:
    """Stops: one query."""
    return [
        Mark(
            key=f"h{pk}",
            lon=lon,
            lat=lat,
            title=name,
            url=reverse("timetables:stop", kwargs={"slug": slug}),
            note=_("Departures"),
            ortschaft=ortschaft,
        )
        for pk, slug, name, lon, lat, ortschaft in rows.values_list(
            "pk", "slug", "name", "lon", "lat", "ortschaft__slug"
        )
    ]
