"""What places show on the map: houses and grounds as one layer, stops and stations as another."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import F, FilteredRelation, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from smartbarleben.content.presentation import language_prefix
from smartbarleben.places import layers
from smartbarleben.places.layers import Layer, Mark, Table
from smartbarleben.places.models import Place, PlaceKind, Precision

STOPS = (PlaceKind.STOP, PlaceKind.STATION)


def place_rows(now: datetime) -> QuerySet[Any]:
    """Places that people visit."""
    return Place.objects.filter(cell__isnull=False).exclude(kind__in=STOPS)


def stop_rows(now: datetime) -> QuerySet[Any]:
    """Stops and stations that the town hall entered."""
    return Place.objects.filter(cell__isnull=False, kind__in=STOPS)


def place_marks(rows: QuerySet[Any], language: str, now: datetime) -> list[Mark]:
    """Places with their kind and street: one query."""
    found = rows.annotate(
        text=FilteredRelation("translations", condition=Q(translations__language=language)),
        text_name=F("text__name"),
    ).values_list(
        "pk",
        "slug",
        "name",
        "text_name",
        "kind",
        "street",
        "lon",
        "lat",
        "precision",
        "ortschaft__slug",
        "is_example",
    )
    prefix = language_prefix(language)
    return [
        Mark(
            key=str(pk),
            lon=lon,
            lat=lat,
            title=named or name,
            url=f"{prefix}/orte/{slug}/",
            note=" · ".join(part for part in (str(PlaceKind(kind).label), street) if part),
            ortschaft=ortschaft or "",
            language=language if named else settings.LANGUAGE_CODE,
            is_exact=precision == Precision.EXACT,
            is_example=is_example,
        )
        for pk, slug, name, named, kind, street, lon, lat, precision, ortschaft, is_example in found
    ]


def register_layers() -> None:
    """Register the layers of places; called when the app is ready."""
    layers.register(Layer("orte", _("Places"), "house", "canal", 30))
    layers.register(Layer("haltestellen", _("Stops"), "bus", "ink", 40))
    layers.add("orte", Table(place_rows, place_marks, title="name"))
    layers.add("haltestellen", Table(stop_rows, place_marks, title="name"))
