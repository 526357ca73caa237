"""What items show on the map: events and clubs where their place is, closures where their course runs."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import F, FilteredRelation, OuterRef, Q, QuerySet, Subquery
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from smartbarleben.places import layers
from smartbarleben.places.layers import Few, Layer, Mark, Table
from smartbarleben.places.models import Precision
from smartbarleben.ui import dates

from . import registry
from .kinds import Closure
from .models import Item, Occurrence
from .presentation import item_path
from .queries import live_items

# A map of what happens some day would say nothing about today.
EVENTS_AHEAD = timedelta(days=60)
CLOSURES_AHEAD = timedelta(days=30)
MAX_CLOSURES = 300
_COLUMNS = (
    "pk", "slug", "title", "place__lon", "place__lat", "place__precision", "place__name", "place__ortschaft__slug",
    "is_example", "text_title",
)  # fmt: skip


def _with_text(items: QuerySet[Any], language: str) -> QuerySet[Any]:
    """Adds `text_title`, the title in a language, None where there is none."""
    return items.annotate(
        text=FilteredRelation("translations", condition=Q(translations__language=language)),
        text_title=F("text__title"),
    )


def _marks(kind: str, rows: Iterable[Any], language: str, note: Any) -> list[Mark]:
    return [
        Mark(
            key=str(row[0]),
            lon=row[3],
            lat=row[4],
            title=row[9] or row[2],
            url=item_path(registry.kind(kind), row[1], language),
            note=note(row),
            ortschaft=row[7] or "",
            language=language if row[9] else settings.LANGUAGE_CODE,
            is_exact=row[5] == Precision.EXACT,
            is_example=row[8],
        )
        for row in rows
    ]


def event_rows(now: datetime) -> QuerySet[Item]:
    """Events of the coming weeks that have a place with a position."""
    # From the few dates to come to their events: asked the other way round, each event that ever was is looked at.
    soon = Occurrence.objects.filter(ends_at__gte=now, starts_at__lt=now + EVENTS_AHEAD).values("item")
    return live_items("event").filter(pk__in=soon, place__cell__isnull=False, is_cancelled=False)


def event_marks(rows: QuerySet[Item], language: str, now: datetime) -> list[Mark]:
    """Events with the time of their next date: one query."""
    coming = Occurrence.objects.filter(item=OuterRef("pk"), ends_at__gte=now).order_by("starts_at")
    found = _with_text(rows, language).annotate(next_at=Subquery(coming.values("starts_at")[:1]))
    columns = found.values_list(*_COLUMNS, "next_at", "all_day")
    return _marks(
        "event", columns, language,
        lambda row: f"{dates.when(row[10], None, row[11], language)} · {row[6]}" if row[10] else row[6],
    )  # fmt: skip


def club_rows(now: datetime) -> QuerySet[Item]:
    """Clubs that have a place with a position."""
    return live_items("club").filter(place__cell__isnull=False)


def club_marks(rows: QuerySet[Item], language: str, now: datetime) -> list[Mark]:
    """Clubs with the name of their place: one query."""
    return _marks("club", _with_text(rows, language).values_list(*_COLUMNS), language, lambda row: row[6])


def closure_marks(language: str, now: datetime) -> list[Mark]:
    """What is closed now or soon, in the middle of its course or at its place: one query."""
    rows = _with_text(Closure.objects.filter(live=True, is_cancelled=False), language)
    rows = rows.filter(Q(ends_at=None) | Q(ends_at__gte=now), starts_at__lt=now + CLOSURES_AHEAD)
    rows = rows.filter(Q(place__cell__isnull=False) | ~Q(line=[])).select_related("place", "ortschaft")
    found = []
    for row in rows.order_by("starts_at", "pk")[:MAX_CLOSURES]:
        line = tuple((float(lon), float(lat)) for lon, lat in row.line)
        if row.place is not None and row.place.cell is not None:
            lon, lat, is_exact = row.place.lon, row.place.lat, row.place.precision == Precision.EXACT
        else:
            (lon, lat), is_exact = _middle(line), False
        when = dates.when(row.starts_at, row.ends_at, row.all_day, language)
        found.append(
            Mark(
                key=str(row.pk),
                lon=lon,
                lat=lat,
                title=row.text_title or row.title,
                url=item_path(registry.kind("closure"), row.slug, language),
                note=f"{capfirst(row.get_what_display())} · {when}",
                ortschaft=row.ortschaft.slug if row.ortschaft else "",
                language=language if row.text_title else settings.LANGUAGE_CODE,
                is_exact=is_exact,
                is_example=row.is_example,
                line=line if len(line) > 1 else (),
            )
        )
    return found


def _middle(line: tuple[tuple[float, float], ...]) -> tuple[float, float]:
    """A point in the middle of a course: of two halfway, else the middle corner."""
    if len(line) % 2:
        return line[len(line) // 2]
    (west, south), (east, north) = line[len(line) // 2 - 1], line[len(line) // 2]
    return (west + east) / 2, (south + north) / 2


def register_layers() -> None:
    """Register the layers of this room; called when the app is ready."""
    layers.register(Layer("sperrungen", _("Closures and road works"), "road-closed", "brick", 10))
    layers.register(Layer("termine", _("Events"), "calendar", "wheat", 20))
    layers.register(Layer("vereine", _("Clubs and groups"), "people", "field", 50))
    layers.add("sperrungen", Few(closure_marks))
    layers.add("termine", Table(event_rows, event_marks, via="place__", ortschaft="place__ortschaft"))
    layers.add("vereine", Table(club_rows, club_marks, via="place__", ortschaft="place__ortschaft"))
