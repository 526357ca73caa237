"""What the search finds of this room: places and Ortschaften."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from smartbarleben.search import actions
from smartbarleben.search.registry import Dress, Entry, KindLabel, Source, register

from .models import HoursKind, Ortschaft, OrtschaftText, Place, PlaceKind

PLACES, ORTSCHAFTEN = "places", "ortschaften"
# What nobody published on a day lies behind what somebody did.
_ALWAYS = datetime(2000, 1, 1, tzinfo=UTC)
# Stops are many and named like streets.
_WEIGHTS = {PlaceKind.TOWN_HALL: 122, PlaceKind.STOP: 100}


def _called(place: Place, language: str) -> list[str]:
    """What people call a place beside its name, in a language."""
    with translation.override(language):
        kind = str(PlaceKind(place.kind).label)
        return [kind, str(HoursKind.VISIT.label)] if place.hours.all() else [kind]


def place_entries(keys: Sequence[str] | None) -> Iterator[Entry]:
    """Places in all their languages: three queries."""
    rows = Place.objects.select_related("ortschaft").prefetch_related("translations", "hours").order_by("pk")
    if keys is not None:
        rows = rows.filter(pk__in=[int(key) for key in keys])
    for place in rows.iterator(chunk_size=500):
        german = settings.LANGUAGE_CODE
        town = place.ortschaft.name if place.ortschaft else ""
        own = {german: (place.name, place.summary, place.accessibility)}
        for text in place.translations.all():
            own[text.language] = (text.name or place.name, text.summary, text.accessibility)
        for language, (name, summary, accessibility) in own.items():
            called = dict.fromkeys((place.name, *_called(place, german), *_called(place, language), town))
            yield Entry(
                key=str(place.pk),
                language=language,
                kind="place",
                title=name,
                path=f"/orte/{place.slug}/",
                sort_at=_ALWAYS,
                summary=summary,
                keywords=" ".join(called),
                body=" ".join(part for part in (accessibility, place.street, place.postal_code) if part),
                ortschaft=place.ortschaft_id,
                weight=_WEIGHTS.get(PlaceKind(place.kind), 114),
            )


def ortschaft_entries(keys: Sequence[str] | None) -> Iterator[Entry]:
    """Ortschaften in all their languages: two queries."""
    rows = Ortschaft.objects.prefetch_related("translations").order_by("pk")
    if keys is not None:
        rows = rows.filter(pk__in=[int(key) for key in keys])
    for one in rows:
        own = {settings.LANGUAGE_CODE: (one.summary, one.body)}
        own |= {text.language: (text.summary, text.body) for text in one.translations.all()}
        for language, (summary, body) in own.items():
            with translation.override(language):
                called = str(_("Ortschaft"))
            yield Entry(
                key=str(one.pk),
                language=language,
                kind="ortschaft",
                title=one.name,
                path=f"/ortschaft/{one.slug}/",
                sort_at=_ALWAYS,
                summary=summary,
                keywords=called,
                body=" ".join(body.split()),
                ortschaft=one.pk,
                weight=120,
            )


def dress_places(keys: Sequence[str], language: str, now: datetime) -> Mapping[str, Dress]:
    """The street of a place: one query."""
    rows = Place.objects.filter(pk__in=[int(key) for key in keys])
    return {
        str(pk): Dress(where=street, states=("example",) if example else ())
        for pk, street, example in rows.values_list("pk", "street", "is_example")
    }


def place_kinds() -> dict[str, KindLabel]:
    """Places are one kind for people who search."""
    return {"place": KindLabel(_("Place"), _("Places"), "pin")}


def ortschaft_kinds() -> dict[str, KindLabel]:
    """The Ortschaften."""
    return {"ortschaft": KindLabel(_("Ortschaft"), _("The Ortschaften"), "house")}


def changed(instance: Any) -> None:
    """A place, an Ortschaft, a translation or the hours of one were written or deleted."""
    match instance:
        case Ortschaft():
            actions.changed(source=ORTSCHAFTEN, keys=[instance.pk])
            # Its places are found by its name.
            own = Place.objects.filter(ortschaft=instance.pk)
            actions.changed(source=PLACES, keys=own.values_list("pk", flat=True))
        case OrtschaftText():
            actions.changed(source=ORTSCHAFTEN, keys=[instance.ortschaft_id])
        case Place():
            actions.changed(source=PLACES, keys=[instance.pk])
        case _:
            actions.changed(source=PLACES, keys=[instance.place_id])


def connect() -> None:
    """Fill the index with places; called once when the app is ready."""
    register(Source(ORTSCHAFTEN, ortschaft_entries, ortschaft_kinds))
    register(Source(PLACES, place_entries, place_kinds, dress_places))
